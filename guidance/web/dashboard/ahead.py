"""What comes next: the current milestone and the one after it, and, in the first week of a plan, what to do on each day.

The first week also shows the first milestone and what the learner already has.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.catalog.kinds import Milestone, Project, Skill
from guidance.catalog.text import listed, short, weekdays
from guidance.progress.credit import credits_of
from guidance.progress.dashboard import Pace
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.left_out import left_out
from guidance.progress.models import Assessment
from guidance.progress.plan import Stage, Step
from guidance.progress.sources import IMPLIED, PROOFS, WORDS
from guidance.progress.step_advice import has_items, record_of, step_name
from guidance.progress.streaks import monday
from guidance.progress.text import describe_deadline, describe_slice, headline
from guidance.progress.units import LevelUnits, short_title, to_do, units_of

MAX_MILESTONES = 2  # the current milestone and the next
MAX_STEPS = 5  # number of steps of a milestone, without its project, before the rest is only counted


@dataclass(frozen=True, slots=True)
class StepAhead:
    step: Step
    record: Skill | Project
    effort: float  # hours in total, including those done
    unit_count: int
    units: LevelUnits | None  # units of today's step
    is_current: bool  # whether it is today's step

    @property
    def is_begun(self) -> bool:
        return round((self.effort - self.step.hours) * 60) > 0


@dataclass(frozen=True, slots=True)
class DoneStep:
    skill: Skill
    level: int
    source: str  # how the level is known
    has_items: bool  # whether there are questions to check it with

    @property
    def how(self) -> str:
        return describe_slice(self.source)


@dataclass(frozen=True, slots=True)
class MilestoneAhead:
    milestone: Milestone
    number: int  # its number among all milestones of the plan, starting at 1
    stage: Stage
    done: list[DoneStep]  # its finished steps: the highest level of each skill
    steps: list[StepAhead]  # open steps that teach a skill
    project: StepAhead | None
    apply: bool  # whether applying makes sense once it is done
    left_out: str  # which of its skills the plan leaves out

    @property
    def proved(self) -> int:
        """Returns how many of the finished steps are checked, or shown by a project."""
        return sum(step.source in PROOFS for step in self.done)

    @property
    def to_check(self) -> DoneStep | None:
        """Returns the first finished step that is only self-reported and can be checked."""
        return next((step for step in self.done if step.source in WORDS and step.has_items), None)

    @property
    def shown(self) -> list[StepAhead]:
        return self.steps[:MAX_STEPS]

    @property
    def more(self) -> int:
        return len(self.steps) - len(self.shown)


def milestones_ahead(goal_state: GoalState, state: LearnerState) -> list[MilestoneAhead]:
    """Returns the first milestones of the plan, in plan order; none for a goal without milestones."""
    steps: defaultdict[str, list[Step]] = defaultdict(list)
    stages = {stage.milestone: (number, stage) for number, stage in enumerate(goal_state.plan.stages, 1)}
    for step in goal_state.plan.steps:
        if step.milestone in stages:
            steps[step.milestone].append(step)
    return [_ahead(*stages[slug], found, goal_state, state) for slug, found in list(steps.items())[:MAX_MILESTONES]]


def _ahead(number: int, stage: Stage, steps: list[Step], goal_state: GoalState, state: LearnerState) -> MilestoneAhead:
    milestone, skills = goal_state.milestones[stage.milestone], state.snapshot.skills
    done: dict[str, int] = {}
    for skill, level in milestone.steps:
        if level <= state.levels.get(skill, 0):
            done[skill] = max(level, done.get(skill, 0))
    ahead = [step_ahead(step, goal_state, state) for step in steps]
    return MilestoneAhead(
        milestone=milestone,
        number=number,
        stage=stage,
        done=[
            DoneStep(skills[slug], level, state.slices[slug][level - 1], has_items(slug, level, state.snapshot))
            for slug, level in done.items()
        ],
        steps=[item for item in ahead if item.step.skill is not None],
        project=next((item for item in ahead if item.step.skill is None), None),
        apply=stage.milestone == goal_state.role.apply_after and not goal_state.plan.missing,
        left_out=left_out(stage, state),
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
    """Returns whether the learner has done everything up to the milestone after which it makes sense to apply."""
    before = goal_state.before_applying
    return (
        bool(before)
        and not goal_state.plan.missing
        and all(stage.done for stage in goal_state.plan.stages[: len(before)])
    )


SOURCES = {
    Assessment.Source.SELF: gettext_lazy("the background or the levels you chose"),
    Assessment.Source.CV: gettext_lazy("your CV"),
    Assessment.Source.CHECK: gettext_lazy("checks you passed"),
    Assessment.Source.PROJECT: gettext_lazy("your projects"),
    IMPLIED: gettext_lazy("levels that need them"),
}
DAYS = 7
DAY = timedelta(days=1)
NEAR = timedelta(weeks=12)  # a date further away is written as a month
MAX_TASKS = 3  # number of tasks listed on a day
MAX_PROMISES = 3  # number before the outcome of the milestone
MAX_LEVELS = 8
LONG = 1.5  # a piece of work longer than this share of a day is split, even for a learner who studies every day
ROUNDING = 0.5  # fewer minutes than this count as none


@dataclass(frozen=True, slots=True)
class DayTask:
    """Something to do on a day: a unit, or a step without units."""

    title: str
    step: str  # the step that the unit belongs to; empty for a step
    is_continued: bool = False  # started the day before


@dataclass(frozen=True, slots=True)
class DayPlan:
    day: date
    name: str
    date: str
    is_today: bool
    logged: float  # hours logged today
    hours: float  # hours of study still to come; 0 on a day without study
    works: list[DayTask]
    more: int  # number of tasks not listed


@dataclass(frozen=True, slots=True)
class TaughtSkill:
    """A skill of the first milestone, with the levels that it teaches."""

    skill: Skill
    first: int
    last: int
    hours: float


@dataclass(frozen=True, slots=True)
class Achieved:
    milestones: list[tuple[int, Milestone]]  # finished milestones, with their numbers
    hours: float  # of those milestones, as the plan counts them, without skills that were studied in Waymark
    levels: list[tuple[Skill, int]]  # levels of skills that are part of the goal, highest first
    more: int  # number of levels not listed
    sources: str  # how we know them, in words
    known: int  # number of skills with a level, including those outside the goal

    @property
    def count(self) -> int:
        return len(self.levels) + self.more


@dataclass(frozen=True, slots=True)
class FirstDay:
    is_first: bool  # whether the first goal was set today
    days: list[DayPlan]
    weekdays: str
    stations: list[TaughtSkill]
    promises: list[tuple[str, str]]  # the date, and what the learner will be able to do by then
    brought: Achieved | None  # None if there is nothing
    after: int  # number of milestones that follow
    deadline: str  # a sentence on whether the plan meets it; empty without a deadline


def first_day(
    goal_state: GoalState, state: LearnerState, ahead: list[MilestoneAhead], pace: Pace, logged: int
) -> FirstDay:
    """Returns what the page shows in the first week of a plan, which must have steps. `ahead`: as in `next_milestones`; may be
    empty. `logged`: minutes logged today."""
    open_ = [stage for stage in goal_state.plan.stages if not stage.done]
    return FirstDay(
        is_first=state.goals[0].on == state.today,
        days=list(_days(goal_state, state, logged)),
        weekdays=weekdays(goal_state.goal.weekdays),
        stations=_stations(ahead[0]) if ahead else [],
        promises=list(_promises(goal_state, state, ahead)),
        brought=_brought(goal_state, state),
        after=max(len(open_) - 1, 0),
        deadline=" ".join([headline(goal_state, pace), *describe_deadline(goal_state, pace)])
        if goal_state.goal.deadline
        else "",
    )


# The first week


def _days(goal_state: GoalState, state: LearnerState, logged: int) -> Iterator[DayPlan]:
    """Yields the first days, each with as many minutes of work as the plan has for it. `logged`: minutes logged today. The last
    unit of a step is cut off when its day is full, so that the step ends on the day stated in the plan. So is a unit at the end
    of this calendar week, so that the week reaches its target."""
    goal, today, calendar = goal_state.goal, state.today, state.calendar(goal_state.goal)
    share = goal.hours_per_week * 60 / len(goal.weekdays)
    days = [today + number * DAY for number in range(DAYS)]
    rooms = [(calendar.seconds_until(day) - calendar.seconds_until(day - DAY)) / 60 for day in days]
    whole = share * LONG if len(goal.weekdays) == DAYS else 0.0
    to_sunday = sum(minutes for day, minutes in zip(days, rooms, strict=True) if monday(day) == monday(today))
    work, current, is_begun, is_last = _work(goal_state, state), None, False, False
    room, left, taken = 0.0, 0.0, 0.0  # minutes: available up to the day, left of the current work, and used
    for day, minutes in zip(days, rooms, strict=True):
        room += minutes
        before, works = taken, list[DayTask]()
        while minutes and room - taken > ROUNDING:
            if left <= ROUNDING:
                (current, left, is_last), is_begun = next(work, (None, 0.0, False)), False
            if current is None:
                break
            if left <= ROUNDING:  # a unit whose time is logged and that is not ticked yet
                works.append(current)
                continue
            week = to_sunday if monday(day) == monday(today) else sum(rooms)
            piece = _piece(left, room - taken, week - taken, 0.0 if is_last else whole)
            if not piece:
                break
            works.append(replace(current, is_continued=is_begun))
            taken, left, is_begun = taken + piece, left - piece, True
        yield DayPlan(
            day=day,
            name=_("Today") if day == today else date_format(day, "D"),
            date=short(day, today) if day == today else short(day, today, "j M"),
            is_today=day == today,
            logged=logged / 60 if day == today else 0.0,
            hours=(taken - before) / 60,
            works=works[:MAX_TASKS],
            more=max(len(works) - MAX_TASKS, 0),
        )


def _piece(left: float, room: float, week: float, whole: float) -> float:
    """Returns the minutes of a piece of work that fit into a day; 0 if the piece is left for the next day. Work of up to `whole`
    minutes is split only at the end of the week: a day takes it if there is room for half of it."""
    if left > whole or room >= week - ROUNDING:
        return min(left, room)
    return left if left <= min(2 * room, week) else 0.0


def _work(goal_state: GoalState, state: LearnerState) -> Iterator[tuple[DayTask, float, bool]]:
    """Yields the work in order, its minutes, and whether a step ends with it. The plan keeps a tenth of a step until its level
    is confirmed: the last open unit takes what the units leave of that."""
    for step in goal_state.plan.steps:
        name, left = step_name(step, state.snapshot), step.hours * 60
        units = units_of(state, step.skill, step.to_level) if step.skill is not None else None
        open_ = [unit for unit in units.units if not unit.is_done] if units else []
        if not open_:
            yield DayTask(name, ""), left, True
            continue
        for unit in open_[:-1]:
            yield DayTask(short_title(unit), name), float(unit.left), False
            left -= unit.left
        yield DayTask(short_title(open_[-1]), name), max(float(open_[-1].left), left), True


# The first milestone


def _stations(ahead: MilestoneAhead) -> list[TaughtSkill]:
    """Returns each skill once, where it first occurs in the milestone."""
    found: dict[str, TaughtSkill] = {}
    for item in ahead.steps:
        step = item.step
        assert isinstance(item.record, Skill)
        one = found.get(item.record.slug, TaughtSkill(item.record, step.to_level, step.to_level, 0.0))
        found[item.record.slug] = replace(one, last=step.to_level, hours=one.hours + step.hours)
    return list(found.values())


def _promises(goal_state: GoalState, state: LearnerState, ahead: list[MilestoneAhead]) -> Iterator[tuple[str, str]]:
    """Yields what each of the next levels means, then the outcome of the milestone."""
    steps: list[Step] = [item.step for item in ahead[0].steps] if ahead else list(goal_state.plan.steps)
    said = 0
    for step in steps:
        if step.skill is not None and said < MAX_PROMISES and step.end <= state.today + NEAR:
            said += 1
            yield by_when(step.end, state.today), state.snapshot.skills[step.skill].level_texts[step.to_level - 1]
    if ahead and ahead[0].stage.end is not None:
        outcome = f"{ahead[0].milestone.outcome} {ahead[0].left_out}".strip()
        yield by_when(ahead[0].stage.end, state.today), outcome


def by_when(day: date, today: date) -> str:
    """Returns “Today”, “On Saturday”, “By 12 December” or “In April 2027”."""
    if day == today:
        return _("Today")
    if day - today < DAYS * DAY:
        return _("On {day}").format(day=date_format(day, "l"))
    if day - today <= NEAR:
        return _("By {day}").format(day=short(day, today, "j F"))
    return _("In {month}").format(month=short(day, today, "F"))


# What the learner already has


def _brought(goal_state: GoalState, state: LearnerState) -> Achieved | None:
    levels = {slug: level for slug, level in state.levels.items() if level and slug in goal_state.within}
    if not levels:
        return None
    skills = state.snapshot.skills
    own, known_by = state.own, {source for slug in levels for source in state.slices[slug]}
    ordered = sorted(levels, key=lambda slug: (slug not in own, -levels[slug], -(skills[slug].demand or 0), slug))
    stages = enumerate(goal_state.plan.stages, 1)
    milestones = [(number, goal_state.milestones[stage.milestone]) for number, stage in stages if stage.done]
    found = credits_of(state, goal_state)
    return Achieved(
        milestones=milestones,
        hours=sum(
            item.hours
            for _number, milestone in milestones
            for item in found.get(milestone.slug, [])
            if item.skill.slug not in state.skills or not state.skills[item.skill.slug].total_minutes
        ),
        levels=[(skills[slug], levels[slug]) for slug in ordered[:MAX_LEVELS]],
        more=max(len(ordered) - MAX_LEVELS, 0),
        sources=listed([str(text) for source, text in SOURCES.items() if source in known_by]),
        known=sum(level > 0 for level in state.levels.values()),
    )
