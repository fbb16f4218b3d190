"""What a plan would be without one of its skills, read off the plan itself. Pure.

The same as planning again without the skill, at a fraction of the cost, because only the order of the steps would have to be
worked out anew, and neither the end nor the readiness hangs on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from guidance.progress.plan import SECONDS, Calendar, Plan, Step


@dataclass(frozen=True, slots=True)
class End:
    """Where a plan ends."""

    readiness: float  # from 0 to 100
    finish: date | None  # None when nothing is to be done


@dataclass(frozen=True, slots=True)
class Without:
    """A plan without a skill."""

    lost: frozenset[str]  # skills of the plan that cannot be begun without it
    end: End


def end(plan: Plan) -> End:
    return End(plan.steps[-1].readiness_after if plan.steps else plan.readiness, plan.finish)


def each_skipped(plan: Plan, calendar: Calendar) -> dict[str, Without]:
    """What skipping it would lead to, for each skill of the plan. `calendar`: that of the plan."""
    before = [plan.readiness, *(step.readiness_after for step in plan.steps)]
    gains = [step.readiness_after - reached for step, reached in zip(plan.steps, before, strict=False)]
    needed_by: dict[str, set[str]] = {}
    for step in plan.steps:
        needed_by.setdefault(step.skill, set()).update(step.because.unlocks)
    return {
        skill: _without(
            plan,
            gains,
            frozenset(
                {skill},
            )
            | _after(skill, needed_by),
            skill,
            calendar,
        )
        for skill in needed_by
    }


def _after(skill: str, needed_by: dict[str, set[str]]) -> frozenset[str]:
    """The skills that need this one, and those that need them."""
    found: set[str] = set()
    ahead = [skill]
    while ahead:
        new = needed_by.get(ahead.pop(), set()) - found
        found |= new
        ahead += new
    return frozenset(found)


def _without(plan: Plan, gains: Sequence[float], gone: frozenset[str], skill: str, calendar: Calendar) -> Without:
    # What was only there for skills that go is not needed any more.
    left = [step for step in plan.steps if step.skill not in gone and not gone.issuperset(step.because.required_by)]
    readiness = end(plan).readiness - sum(
        gain for step, gain in zip(plan.steps, gains, strict=True) if step.skill in gone
    )
    finish = calendar.end(sum(_seconds(step) for step in left)) if left else None
    return Without(gone - {skill}, End(readiness, finish))


def _seconds(step: Step) -> int:
    return round(step.hours * SECONDS)
