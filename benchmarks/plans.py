"""CPU time of a plan alone, without a server or a database, for records from the pack and for made-up records."""

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from guidance.progress.curriculum import Curriculum
from guidance.progress.plan import Calendar, plan
from guidance.progress.readiness import Effort
from tests.progress.givens import asked, catalogue, large, seconds_for

START = date(2026, 11, 30)


@dataclass(frozen=True)
class PlanRow:
    name: str
    plans: int
    mean_ms: float
    slowest_ms: float
    slowest: str  # name of the slowest plan
    goal_ms: int  # the highest acceptable time for each plan


def measure() -> list[PlanRow]:
    found = catalogue()
    goal, effort = large()
    roles = {slug: (asked(found.graph, role), found.effort) for slug, role in found.roles.items()}
    made = {f"{len(goal.targets)} requirements, {len(goal.graph):,} skills": (goal, effort)}
    return [
        _row("plan, every role from zero", 30, roles),
        _row("plan, 14,000 skills", 2000, made),
        _row("plan, 14,000 skills, deadline", 2000, made, deadline=START + timedelta(weeks=52)),
    ]


def _row(
    name: str, goal: int, inputs: Mapping[str, tuple[Curriculum, Effort]], deadline: date | None = None
) -> PlanRow:
    calendar = Calendar(START, 8)
    seconds = {
        which: seconds_for(lambda given=given: plan(*given, calendar=calendar, deadline=deadline))
        for which, given in inputs.items()
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
