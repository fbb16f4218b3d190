"""What a plan costs by itself, in CPU time: no server, no database, values from the pack and made-up ones."""

import statistics
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from guidance.progress.plan import Calendar, plan
from tests.progress.givens import catalogue, large, seconds_for

START = date(2026, 11, 30)


@dataclass(frozen=True)
class PlanRow:
    name: str
    plans: int
    mean_ms: float
    slowest_ms: float
    slowest: str  # which one
    goal_ms: int  # for each


def measure() -> list[PlanRow]:
    found, made = catalogue(), large()
    roles = {
        slug: {"graph": found.graph, "effort": found.effort, "requirements": role} for slug, role in found.roles.items()
    }
    sizes = f"{len(made['requirements'])} requirements, {len(made['graph']):,} skills"
    return [
        _row("plan, every role from zero", 30, roles),
        _row("plan, 14,000 skills", 2000, {sizes: made}),
        _row("plan, 14,000 skills, deadline", 2000, {sizes: made | {"deadline": START + timedelta(weeks=52)}}),
    ]


def _row(name: str, goal: int, inputs: dict[str, dict[str, Any]]) -> PlanRow:
    calendar = Calendar(START, 8)
    seconds = {
        which: seconds_for(lambda arguments=arguments: plan(**arguments, calendar=calendar))
        for which, arguments in inputs.items()
    }
    slowest = max(seconds, key=lambda which: seconds[which])
    return PlanRow(
        name=name,
        plans=len(seconds),
        mean_ms=round(1000 * statistics.mean(seconds.values()), 1),
        slowest_ms=round(1000 * seconds[slowest], 1),
        slowest=slowest,
        goal_ms=goal,
    )
