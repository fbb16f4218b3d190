"""What a plan would come to without one of its skills."""

from collections.abc import Iterable
from dataclasses import dataclass

from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.plan import Plan, PlanOutcome


@dataclass(frozen=True, slots=True)
class PlanWithout:
    """A plan without a skill."""

    lost: frozenset[str]  # skills of the plan that cannot be begun without it
    outcome: PlanOutcome


def outcome_of(plan: Plan) -> PlanOutcome:
    projects = {stage.milestone: stage.project for stage in plan.stages if stage.project}
    return PlanOutcome(plan.readiness_at_end, plan.finish, hours=plan.total_hours, projects=projects)


def plans_without(state: LearnerState, goal_state: GoalState, skills: Iterable[str]) -> dict[str, PlanWithout]:
    """What skipping it would lead to, for each of these skills of the plan."""
    cut_off = {item.skill for item in goal_state.plan.unreachable}
    wishes, found = goal_state.wishes, {}
    for skill in skills:
        then = state.outcome(
            goal_state,
            skip=(*wishes.skip, skill),
            pin=[slug for slug in wishes.pin if slug != skill],
            later=[slug for slug in wishes.later if slug != skill],
        )
        found[skill] = PlanWithout(frozenset(item.skill for item in then.unreachable) - cut_off, then)
    return found
