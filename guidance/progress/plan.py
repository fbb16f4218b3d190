"""Builds the plan of a learner: the dated steps to a goal. Pure: takes values, returns dataclasses and never reads the clock.

`path` decides the order of the steps. This module adds the hours and dates of each step and the readiness after it;
`deadlines` works out what is possible by a deadline. The same input gives the same plan everywhere, regardless of the order
of its mappings and sets: hours are whole seconds, weights are integers, and ties are sorted by slug.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate

from guidance.progress import deadlines
from guidance.progress.curriculum import Curriculum, Levels
from guidance.progress.deadlines import ByDeadline
from guidance.progress.path import (
    NO_WISHES,
    Path,
    PathStep,
    PlanError,
    UnreachableSkill,
    Wishes,
    in_order,
    path,
    taught,
)
from guidance.progress.readiness import Effort, Score, remaining

MIN_HOURS, MAX_HOURS = 0.5, 80.0  # per week
SECONDS = 3600
BEGUN = 0.25  # share of a step's hours: a learner who has logged this much continues with the step
OFFERED = 900  # seconds: hours per week are suggested in quarter hours


@dataclass(frozen=True, slots=True)
class StepReasons:
    required_by: tuple[str, ...]  # goal skills that need this step, largest weight first; may include the step's own
    unlocks: tuple[str, ...]  # skills in the plan that need exactly this level before they can start
    project: str | None = None  # the project of its milestone, if the project needs the step


@dataclass(frozen=True, slots=True)
class Step:
    """One level of one skill, or a project. For a project, `skill` is None and both levels are 0."""

    milestone: str | None
    skill: str | None
    from_level: int
    to_level: int
    project: str | None
    hours: float
    start: date
    end: date
    readiness_after: float
    because: StepReasons


@dataclass(frozen=True, slots=True)
class Stage:
    """A milestone of this learner's plan."""

    milestone: str
    project: str | None  # the planned project
    hours: float  # left
    start: date | None  # None if nothing is left to do
    end: date | None
    readiness_after: float
    done: bool
    left_out: tuple[str, ...] = ()  # its skills that are left out because of skipped skills


@dataclass(frozen=True, slots=True)
class Applying:
    """When it makes sense to apply for jobs; used only while that point is in the future."""

    hours: float  # left until then
    end: date  # the last day before that point
    hours_per_week_needed: float | None  # to reach it by a deadline before `end`; None if 80 is not enough


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Step, ...]
    stages: tuple[Stage, ...]  # milestones in the order of the plan, without skipped ones
    taught: Mapping[str, str]  # {target: the skill that the plan teaches for it}
    total_hours: float
    readiness: float  # at the start
    finish: date | None  # last day of the last step; None if nothing is left to do
    readiness_at_end: float  # below 100 if something is skipped
    on_time: bool | None  # None without a deadline
    by_deadline: ByDeadline | None  # None if the deadline is met or there is none
    hours_per_week_needed: float | None  # to meet the deadline; None if it is met or 80 is not enough
    # None if applying makes sense already, something is `missing`, or the goal does not say when.
    applying: Applying | None
    missing: tuple[str, ...]  # skills to have before applying that skips leave out, largest weight first
    unreachable: tuple[UnreachableSkill, ...]  # by slug


class Calendar:
    """The study days from `start` onwards. Weekdays are numbered as in ISO 8601: 1 is Monday."""

    def __init__(
        self,
        start: date,
        hours_per_week: float,
        weekdays: Collection[int] = (1, 2, 3, 4, 5, 6, 7),
        days_off: Iterable[date] = (),
    ) -> None:
        if not MIN_HOURS <= hours_per_week <= MAX_HOURS:
            raise PlanError("hours_per_week", "range", f"Between {MIN_HOURS:g} and {MAX_HOURS:g} hours a week.")
        if not weekdays or not set(weekdays) <= set(range(1, 8)):
            raise PlanError("weekdays", "range", "At least one weekday, from 1 for Monday to 7 for Sunday.")
        self.start = start
        self.week = round(hours_per_week * SECONDS)
        self.offsets = sorted((day - start.isoweekday()) % 7 for day in set(weekdays))
        away = frozenset(days_off)
        off = sorted(day for day in away if day >= start and (day - start).days % 7 in self.offsets)
        # The number of days off up to the nth study day is the number of entries ≤ n in this list.
        self.off = [self._weekdays_until(day) - number for number, day in enumerate(off)]
        self.off_days = off
        self.used = 0  # seconds already studied on the first day; may be more than it has
        self._missed = frozenset((start - day).days for day in away if 0 < (start - day).days < 7)
        # Numbers of the study days with reserved time. For each, the total reserved time and the total free time up to that day,
        # in seconds times study days a week.
        self._reserved_days: list[int] = []
        self._reserved: list[int] = []
        self._open: list[int] = []

    def use(self, seconds: int) -> "Calendar":
        """Returns a calendar whose first day has that much less time, because it was already studied. Time beyond the hours of
        that day, or on a day without study, changes no other day."""
        if not seconds or not self.study_days_until(self.start):
            return self
        other = self._with({1: min(seconds * len(self.offsets), self.week)})
        other.used = seconds
        return other

    def reserve(self, numbers: Iterable[int], seconds: int) -> "Calendar":
        """Returns a calendar with `seconds` reserved on each of these study days, given by number, in order; a day can occur
        more than once. Time that does not fit into a day is reserved on the following days."""
        taken = {1: self._used} if self.used else {}
        for number in numbers:
            left, day = seconds * len(self.offsets), number
            while left:
                part = min(left, self.week - taken.get(day, 0))
                taken[day] = taken.get(day, 0) + part
                left, day = left - part, day + 1
        return self._with(taken)

    def _with(self, taken: Mapping[int, int]) -> "Calendar":
        other = copy(self)
        other._reserved_days = sorted(taken)
        other._reserved = list(accumulate(taken[day] for day in other._reserved_days))
        reserved = zip(other._reserved_days, other._reserved, strict=True)
        other._open = [day * self.week - seconds for day, seconds in reserved]
        return other

    @property
    def earlier(self) -> int:
        """The number of study days that come before the start in the same week, Monday to Sunday."""
        days = range(1, self.start.isoweekday())
        return sum(-day % 7 in self.offsets and day not in self._missed for day in days)

    @property
    def _used(self) -> int:
        """The part of `used` that the first day has time for, in seconds times study days a week."""
        return min(self.used * len(self.offsets), self.week)

    @property
    def reserved(self) -> int:
        """The number of reserved seconds, over all days."""
        return (self._reserved[-1] - self._used) // len(self.offsets) if self._reserved else 0

    def _weekdays_until(self, day: date) -> int:
        weeks, rest = divmod((day - self.start).days, 7)
        return weeks * len(self.offsets) + bisect_right(self.offsets, rest)

    def study_days_until(self, day: date) -> int:
        """The number of study days from the start to this day, both included."""
        return self._weekdays_until(day) - bisect_right(self.off_days, day)

    def study_day(self, number: int) -> date:
        """Returns the nth study day, counting from 1."""
        weeks, rest = divmod(number + bisect_right(self.off, number) - 1, len(self.offsets))
        try:
            return self.start + timedelta(7 * weeks + self.offsets[rest])
        except OverflowError:
            raise PlanError("hours_per_week", "endless", "The plan would not end before the year 10000.") from None

    def days_for(self, seconds: int) -> int:
        """Returns how many study days this much work takes, including a last one that is only partly used."""
        work = seconds * len(self.offsets)
        before = bisect_left(self._open, work)
        return -(-(work + (self._reserved[before - 1] if before else 0)) // self.week)

    def begin(self, seconds: int) -> date:
        """Returns the day on which work starts if this much other work comes before it."""
        work = seconds * len(self.offsets)
        before = bisect_right(self._open, work)
        return self.study_day((work + (self._reserved[before - 1] if before else 0)) // self.week + 1)

    def seconds_until(self, day: date) -> int:
        """Returns how much work, in seconds, fits in up to and including this day."""
        days = self.study_days_until(day)
        before = bisect_right(self._reserved_days, days)
        return (days * self.week - (self._reserved[before - 1] if before else 0)) // len(self.offsets)

    def end(self, seconds: int) -> date:
        return self.study_day(self.days_for(seconds))


def plan(
    curriculum: Curriculum,
    effort: Effort,
    *,
    calendar: Calendar,
    levels: Levels | None = None,
    wishes: Wishes = NO_WISHES,
    proved: Collection[str] = (),
    logged: Mapping[str, float] | None = None,
    deadline: date | None = None,
    shorter: bool = False,
) -> Plan:
    """Returns the plan. `levels` are effective levels (`graph.with_implied`); `proved` is as in `path`; `logged` holds the
    hours on each skill since its level last changed. With `shorter`, the steps of the shorter plan for the deadline come
    first, if there is one. Raises PlanError."""
    if deadline is not None and deadline < calendar.start:
        raise PlanError("deadline", "past", "The deadline is before the start.")
    known = levels or {}
    _check_wishes(curriculum, wishes)
    worked = logged or {}
    plan_path = path(
        curriculum, known, wishes=wishes, proved=proved, logged=worked.keys(), begun=_begun(effort, known, worked)
    )
    at_start = Score(curriculum.targets, known).readiness
    jobs = [(step, _seconds(step, curriculum, effort, known, worked)) for step in plan_path.steps]
    seconds = sum(hours for _step, hours in jobs)
    on_time = hours = by_deadline = None
    if deadline is not None:
        days = calendar.study_days_until(deadline)
        on_time = calendar.days_for(seconds) <= days
        if not on_time:
            hours = _hours_needed(seconds, calendar, deadline)
            budget = calendar.seconds_until(deadline)
            by_deadline = deadlines.answer_deadline(curriculum, known, plan_path, jobs, budget)
            if shorter and by_deadline.shorter is not None:
                jobs = deadlines.with_first(jobs, by_deadline.shorter.steps)
    steps = _dated(plan_path, jobs, calendar, curriculum, known)
    return Plan(
        steps=steps,
        stages=_stages(plan_path, steps, at_start),
        taught=plan_path.taught,
        total_hours=seconds / SECONDS,
        readiness=at_start,
        finish=max(step.end for step in steps) if steps else None,
        readiness_at_end=steps[-1].readiness_after if steps else at_start,
        on_time=on_time,
        by_deadline=by_deadline,
        hours_per_week_needed=hours,
        applying=None
        if plan_path.missing
        else _applying(deadlines.seconds_to_apply(curriculum, plan_path, jobs), calendar, deadline),
        missing=plan_path.missing,
        unreachable=plan_path.unreachable,
    )


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """The outcome of a plan, without its steps."""

    readiness: float  # at its end, from 0 to 100
    finish: date | None  # None if nothing is left to do
    unreachable: tuple[UnreachableSkill, ...] = ()
    hours: float = 0.0  # left until then
    projects: Mapping[str, str] = field(default_factory=dict)  # {milestone: the project planned for it}


def outcome(
    curriculum: Curriculum,
    effort: Effort,
    *,
    calendar: Calendar,
    levels: Levels,
    wishes: Wishes,
    proved: Collection[str],
    logged: Mapping[str, float],
) -> PlanOutcome:
    """Returns the outcome of `plan` at a fraction of its cost."""
    plan_path = path(
        curriculum, levels, wishes=wishes, proved=proved, logged=logged.keys(), begun=_begun(effort, levels, logged)
    )
    score, seconds = Score(curriculum.targets, levels), 0
    for step in plan_path.steps:
        seconds += _seconds(step, curriculum, effort, levels, logged)
        if step.skill is not None:
            score.reach(step.skill, step.level)
    finish = calendar.end(seconds) if plan_path.steps else None
    return PlanOutcome(score.readiness, finish, plan_path.unreachable, seconds / SECONDS, plan_path.projects)


def check_wishes(curriculum: Curriculum, levels: Levels, wishes: Wishes) -> None:
    """Raises PlanError if no plan for the goal can follow these wishes."""
    _check_wishes(curriculum, wishes)
    taught(curriculum, levels, wishes.picked)
    in_order(curriculum, levels, wishes.order)


def _check_wishes(curriculum: Curriculum, wishes: Wishes) -> None:
    """Raises PlanError if a wish is not about the goal or a skill is in two lists."""
    if wishes == NO_WISHES:
        return
    milestones = {milestone.slug: milestone for milestone in curriculum.milestones}
    choices = {slug for slug, target in curriculum.targets.items() if target.choice is not None}
    for name, slugs, known in (
        ("choices", wishes.picked, choices),
        ("projects", wishes.projects, milestones),
        ("milestone_order", wishes.order, milestones),
        ("skip_milestones", wishes.skip_milestones, milestones),
    ):
        for slug in slugs:
            if slug not in known:
                raise PlanError(name, "outside", f"{slug} is not part of the goal.")
    for slug, project in wishes.projects.items():
        if project not in milestones[slug].projects:
            raise PlanError("projects", "member", f"{project} is not a project of {slug}.")
    _check_overrides(curriculum, wishes)


def _check_overrides(curriculum: Curriculum, wishes: Wishes) -> None:
    overrides = {"skip": wishes.skip, "pin": wishes.pin, "later": wishes.later}
    if not any(overrides.values()):
        return
    seen: dict[str, str] = {}
    for name, slugs in overrides.items():
        for slug in slugs:
            if slug not in curriculum.within:
                raise PlanError(name, "outside", f"{slug} is not part of the goal.")
            if seen.setdefault(slug, name) != name:
                raise PlanError(name, "twice", f"{slug} is in {seen[slug]} as well.")


def _begun(effort: Effort, levels: Levels, logged: Mapping[str, float]) -> list[str]:
    """Returns the skills whose next level the learner is in the middle of, most advanced first."""
    shares = {
        skill: hours / effort[skill][levels.get(skill, 0)]
        for skill, hours in logged.items()
        if levels.get(skill, 0) < len(effort.get(skill, ()))
    }
    return sorted(
        (skill for skill, share in shares.items() if share >= BEGUN),
        key=lambda skill_slug: (-shares[skill_slug], skill_slug),
    )


def _seconds(
    step: PathStep, curriculum: Curriculum, effort: Effort, levels: Levels, logged: Mapping[str, float]
) -> int:
    if step.project is not None:
        hours = curriculum.projects[step.project].hours
    else:
        assert step.skill is not None
        hours = effort[step.skill][step.level - 1]
        if step.level == levels.get(step.skill, 0) + 1:
            hours = remaining(hours, logged.get(step.skill, 0.0))
    return max(1, round(hours * SECONDS))


def _applying(seconds: int, calendar: Calendar, deadline: date | None) -> Applying | None:
    if not seconds:
        return None
    end, needed = calendar.end(seconds), None
    if deadline is not None and end > deadline:
        needed = _hours_needed(seconds, calendar, deadline)
    return Applying(seconds / SECONDS, end, needed)


def hours_needed(steps: Iterable[Step], calendar: Calendar, deadline: date) -> float | None:
    """Returns the minimum hours per week, in quarter hours, with which these steps are finished by the deadline; None if 80 is
    not enough."""
    return _hours_needed(sum(round(step.hours * SECONDS) for step in steps), calendar, deadline)


def _hours_needed(seconds: int, calendar: Calendar, deadline: date) -> float | None:
    """Returns the minimum hours per week, in quarter hours, with which the study days until the deadline hold this work and
    all reserved time, wherever it is reserved: with more hours a week, reserved time may move before the deadline. What is
    already studied today is left out."""
    days = calendar.study_days_until(deadline)
    if days == 0:
        return None
    work = seconds + calendar.reserved
    ways = [(work + calendar.used, days)]
    if calendar.used and days > 1:  # nothing more on the first day, if its hours are used up
        ways.append((work, days - 1))
    quarters = min(-(-part * len(calendar.offsets) // (on * OFFERED)) for part, on in ways)
    hours = quarters * OFFERED / SECONDS
    return hours if hours <= MAX_HOURS else None


def _dated(
    plan_path: Path, jobs: Sequence[tuple[PathStep, int]], calendar: Calendar, curriculum: Curriculum, levels: Levels
) -> tuple[Step, ...]:
    reasons = _reasons(plan_path, [step for step, _seconds in jobs], curriculum, levels)
    score = Score(curriculum.targets, levels)
    result = []
    now = 0
    for (step, seconds), because in zip(jobs, reasons, strict=True):
        then = now + seconds
        if step.skill is not None:
            score.reach(step.skill, step.level)
        result.append(
            Step(
                milestone=step.milestone,
                skill=step.skill,
                from_level=step.level - 1 if step.skill is not None else 0,
                to_level=step.level,
                project=step.project,
                hours=seconds / SECONDS,
                start=calendar.begin(now),
                end=calendar.end(then),
                readiness_after=score.readiness,
                because=because,
            )
        )
        now = then
    return tuple(result)


def _reasons(plan_path: Path, steps: Sequence[PathStep], curriculum: Curriculum, levels: Levels) -> list[StepReasons]:
    """Returns the reasons for each step. Works backwards from the last step, because a step comes before everything that needs
    it."""
    goal = curriculum.targets
    of_target = {skill: goal[slug].one_of[skill] for slug, skill in plan_path.taught.items()}
    weight = {skill: goal[slug].weight for slug, skill in plan_path.taught.items()}
    waiting: dict[tuple[str, int], list[str]] = {}  # {level: skills in the plan that need it to start}
    for step in steps:
        if step.skill is not None and step.level == 1:
            for need, level in curriculum.graph[step.skill].items():
                for reached in range(levels.get(need, 0) + 1, level + 1):
                    waiting.setdefault((need, reached), []).append(step.skill)
    proving: dict[tuple[str, int], str] = {}
    for project in plan_path.projects.values():
        for skill, level in curriculum.projects[project].proves.items():
            for reached in range(levels.get(skill, 0) + 1, level + 1):
                proving.setdefault((skill, reached), project)
    serves: dict[tuple[str, int], frozenset[str]] = {}
    project_of: dict[tuple[str, int], str] = {}
    for step in reversed(steps):
        if step.skill is None:
            continue
        key = (step.skill, step.level)
        after = [(skill, 1) for skill in waiting.get(key, ())] + [(step.skill, step.level + 1)]
        own = {step.skill} if step.level <= of_target.get(step.skill, 0) else set()
        serves[key] = frozenset(own).union(*(serves.get(item, ()) for item in after))
        planned = plan_path.projects.get(step.milestone) if step.milestone is not None else None
        for needing in (proving.get(key), *(project_of.get(item) for item in after)):
            if needing is not None and (key not in project_of or needing == planned):
                project_of[key] = needing
    result = []
    for step in steps:
        if step.skill is None:
            result.append(StepReasons((), ()))
            continue
        key = (step.skill, step.level)
        planned = plan_path.projects.get(step.milestone) if step.milestone is not None else None
        unlocks = sorted(skill for skill in waiting.get(key, ()) if curriculum.graph[skill][step.skill] == step.level)
        result.append(
            StepReasons(
                required_by=tuple(sorted(serves[key], key=lambda skill: (-weight[skill], skill))),
                unlocks=tuple(unlocks),
                project=planned if planned is not None and project_of.get(key) == planned else None,
            )
        )
    return result


def _stages(plan_path: Path, steps: Sequence[Step], readiness: float) -> tuple[Stage, ...]:
    """Returns the milestones in the order of the plan; a milestone with nothing left keeps its place among the role's."""
    result = []
    for slug in plan_path.milestones:
        own = [step for step in steps if step.milestone == slug]
        if own:
            readiness = own[-1].readiness_after
        result.append(
            Stage(
                milestone=slug,
                project=plan_path.projects.get(slug),
                hours=sum(step.hours for step in own),
                start=own[0].start if own else None,
                end=max(step.end for step in own) if own else None,
                readiness_after=readiness,
                done=not own and slug not in plan_path.left_out,
                left_out=plan_path.left_out.get(slug, ()),
            )
        )
    return tuple(result)
