"""What comes next on the path: the milestone that the learner is in, with its open steps, and the one after it."""

from collections import defaultdict
from dataclasses import dataclass

from guidance.catalog.snapshot import Milestone, Project, Skill
from guidance.progress.advice import record_of
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.plan import Stage, Step
from guidance.progress.units import LevelUnits, to_do, units_of

MAX_MILESTONES = 2  # milestones: the current one and the next
MAX_STEPS = 5  # of a milestone, its project apart, before the rest is only counted


@dataclass(frozen=True, slots=True)
class StepAhead:
    step: Step
    record: Skill | Project
    effort: float  # hours in all, done ones too
    unit_count: int
    units: LevelUnits | None  # of the step of today
    is_current: bool  # the step of today

    @property
    def is_begun(self) -> bool:
        return round((self.effort - self.step.hours) * 60) > 0


@dataclass(frozen=True, slots=True)
class MilestoneAhead:
    milestone: Milestone
    number: int  # among all of the plan, from 1
    stage: Stage
    done: list[tuple[Skill, int]]  # its steps behind the learner: the highest level of each skill
    steps: list[StepAhead]  # that are open, of skills
    project: StepAhead | None
    apply: bool  # whether applying makes sense once it is done

    @property
    def shown(self) -> list[StepAhead]:
        return self.steps[:MAX_STEPS]

    @property
    def more(self) -> int:
        return len(self.steps) - len(self.shown)


def milestones_ahead(goal_state: GoalState, state: LearnerState) -> list[MilestoneAhead]:
    """The first that the plan comes to, in its order; none for a goal without milestones."""
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    stages = {stage.milestone: (number, stage) for number, stage in enumerate(goal_state.plan.stages, 1)}
    for step in goal_state.plan.steps:
        if step.milestone in stages:
            steps[step.milestone].append(step)
    return [_ahead(*stages[slug], found, goal_state, state) for slug, found in list(steps.items())[:MAX_MILESTONES]]


def _ahead(number: int, stage: Stage, steps: list[Step], goal_state: GoalState, state: LearnerState) -> MilestoneAhead:
    milestone, skills = state.snapshot.milestones[stage.milestone], state.snapshot.skills
    done: dict[str, int] = {}
    for skill, level in milestone.steps:
        if level <= state.levels.get(skill, 0):
            done[skill] = max(level, done.get(skill, 0))
    ahead = [step_ahead(step, goal_state, state) for step in steps]
    return MilestoneAhead(
        milestone=milestone,
        number=number,
        stage=stage,
        done=[(skills[slug], level) for slug, level in done.items()],
        steps=[item for item in ahead if item.step.skill is not None],
        project=next((item for item in ahead if item.step.skill is None), None),
        apply=stage.milestone == goal_state.role.apply_after,
    )


def step_ahead(step: Step, goal_state: GoalState, state: LearnerState) -> StepAhead:
    record = record_of(step, state.snapshot)
    is_current = step is goal_state.plan.steps[0]
    return StepAhead(
        step=step,
        record=record,
        effort=state.effort[record.slug][step.from_level] if isinstance(record, Skill) else record.hours,
        unit_count=len(to_do(state, record, step.to_level)) if isinstance(record, Skill) else 0,
        units=units_of(state, step.skill, step.to_level) if is_current and step.skill is not None else None,
        is_current=is_current,
    )


def may_apply(goal_state: GoalState) -> bool:
    """Whether everything up to the milestone after which applying makes sense is done."""
    before = goal_state.before_applying
    return bool(before) and all(stage.done for stage in goal_state.plan.stages[: len(before)])
