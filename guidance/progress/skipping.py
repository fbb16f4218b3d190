"""What a plan would come to without one of its skills."""

from collections.abc import Iterable
from dataclasses import dataclass

from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.plan import Outcome, Plan


@dataclass(frozen=True, slots=True)
class Without:
    """A plan without a skill."""

    lost: frozenset[str]  # skills of the plan that cannot be begun without it
    end: Outcome


def end(plan: Plan) -> Outcome:
    projects = {stage.milestone: stage.project for stage in plan.stages if stage.project}
    return Outcome(plan.readiness_at_end, plan.finish, hours=plan.total_hours, projects=projects)


def each_skipped(state: LearnerState, goal_state: GoalState, skills: Iterable[str]) -> dict[str, Without]:
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
        found[skill] = Without(frozenset(item.skill for item in then.unreachable) - cut_off, then)
    return found
