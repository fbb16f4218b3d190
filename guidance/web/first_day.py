"""The first days of a plan, before anything is logged: a first week, the first milestone, and what the learner brings."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Milestone, Skill
from guidance.catalog.wording import short, weekdays
from guidance.progress.dashboard import Pace
from guidance.progress.path import Levels
from guidance.progress.plan import Step
from guidance.progress.standing import Aim, Standing
from guidance.progress.steps import step_name
from guidance.progress.units import units_of
from guidance.progress.wording import deadline_words, headline
from guidance.web import journeys
from guidance.web.do_now import in_short
from guidance.web.next_milestones import MilestoneAhead

DAYS = 7
DAY = timedelta(days=1)
NEAR = timedelta(weeks=12)  # a date further away is said as a month
WORKS = 3  # named on a day
PROMISES = 3  # before the outcome of the milestone
CHIPS = 8
ROUNDING = 0.5  # minutes that are none


@dataclass(frozen=True, slots=True)
class Work:
    """Something to do on a day: a unit, or a step without units."""

    title: str
    step: str  # that the unit belongs to; empty for a step
    is_continued: bool = False  # begun the day before


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    name: str
    date: str
    is_today: bool
    hours: float  # of study; 0 on a day without
    works: list[Work]
    more: int  # that are not named


@dataclass(frozen=True, slots=True)
class Station:
    """A skill of the first milestone, with the levels that are taught there."""

    skill: Skill
    first: int
    last: int
    hours: float


@dataclass(frozen=True, slots=True)
class Brought:
    milestones: list[tuple[int, Milestone]]  # behind the learner, with their numbers
    hours: float  # that they need not study
    levels: list[tuple[Skill, int]]  # the highest first
    more: int  # levels that are not named
    is_implied: bool  # whether some of them rest on others


@dataclass(frozen=True, slots=True)
class FirstDay:
    days: list[Day]
    weekdays: str
    stations: list[Station]
    promises: list[tuple[str, str]]  # by when, and what the learner will be able to do then
    brought: Brought | None  # None where there is nothing
    after: int  # milestones that follow
    deadline: str  # whether the plan meets it; empty without one


def first_day(aim: Aim, standing: Standing, ahead: list[MilestoneAhead], pace: Pace) -> FirstDay:
    """Of a plan with steps. `ahead`: as in `next_milestones`; may be empty."""
    open_ = [stage for stage in aim.plan.stages if not stage.done]
    return FirstDay(
        days=list(_days(aim, standing)),
        weekdays=weekdays(aim.goal.weekdays),
        stations=_stations(ahead[0]) if ahead else [],
        promises=list(_promises(aim, standing, ahead)),
        brought=_brought(aim, standing),
        after=max(len(open_) - 1, 0),
        deadline=" ".join([headline(aim, pace), *deadline_words(aim, pace)]) if aim.goal.deadline else "",
    )


# The first week


def _days(aim: Aim, standing: Standing) -> Iterator[Day]:
    goal, today = aim.goal, standing.today
    work, current, left = _work(aim, standing), None, 0.0  # left: minutes of the current piece of work
    for number in range(DAYS):
        day = today + number * DAY
        is_free = day.isoweekday() not in goal.weekdays or day in standing.days_off
        room = 0.0 if is_free else goal.hours_per_week * 60 / len(goal.weekdays)
        minutes, works = 0.0, list[Work]()
        while room - minutes > ROUNDING:
            if left > ROUNDING and current is not None:
                works.append(replace(current, is_continued=not works))
            else:
                current, left = next(work, (None, 0.0))
                if current is None:
                    break
                works.append(current)
            taken = min(left, room - minutes)
            minutes, left = minutes + taken, left - taken
        yield Day(
            day=day,
            name=_("Today") if not number else date_format(day, "D"),
            date=short(day, today) if not number else short(day, today, "j M"),
            is_today=not number,
            hours=minutes / 60,
            works=works[:WORKS],
            more=max(len(works) - WORKS, 0),
        )


def _work(aim: Aim, standing: Standing) -> Iterator[tuple[Work, float]]:
    """What to do one after the other, and its minutes."""
    for step in aim.plan.steps:
        name = step_name(step, standing.snapshot)
        units = units_of(standing, step.skill, step.to_level) if step.skill is not None else None
        if units is None:
            yield Work(name, ""), step.hours * 60
            continue
        for unit in units.units:
            if not unit.is_done:
                yield Work(in_short(unit), name), float(unit.minutes - unit.logged)


# The first milestone


def _stations(ahead: MilestoneAhead) -> list[Station]:
    """Each skill once, where the milestone first comes to it."""
    found: dict[str, Station] = {}
    for item in ahead.steps:
        step = item.step
        assert isinstance(item.record, Skill)
        one = found.get(item.record.slug, Station(item.record, step.to_level, step.to_level, 0.0))
        found[item.record.slug] = replace(one, last=step.to_level, hours=one.hours + step.hours)
    return list(found.values())


def _promises(aim: Aim, standing: Standing, ahead: list[MilestoneAhead]) -> Iterator[tuple[str, str]]:
    """What each of the next levels means, and the outcome of the milestone."""
    steps: list[Step] = [item.step for item in ahead[0].steps] if ahead else list(aim.plan.steps)
    said = 0
    for step in steps:
        if step.skill is not None and said < PROMISES and step.end <= standing.today + NEAR:
            said += 1
            yield by_when(step.end, standing.today), standing.snapshot.skills[step.skill].level_texts[step.to_level - 1]
    if ahead and ahead[0].stage.end is not None:
        yield by_when(ahead[0].stage.end, standing.today), ahead[0].milestone.outcome


def by_when(day: date, today: date) -> str:
    """“Today”, “On Saturday”, “By 12 December”, “In April 2027”"""
    if day == today:
        return _("Today")
    if day - today < DAYS * DAY:
        return _("On {day}").format(day=date_format(day, "l"))
    if day - today <= NEAR:
        return _("By {day}").format(day=short(day, today, "j F"))
    return _("In {month}").format(month=short(day, today, "F"))


# What the learner brings


def _brought(aim: Aim, standing: Standing) -> Brought | None:
    levels = {slug: level for slug, level in standing.levels.items() if level and slug in aim.within}
    if not levels:
        return None
    skills = standing.snapshot.skills
    ordered = sorted(
        levels, key=lambda slug: (slug not in standing.stated, -levels[slug], -(skills[slug].demand or 0), slug)
    )
    stages = enumerate(aim.plan.stages, 1)
    return Brought(
        milestones=[(number, standing.snapshot.milestones[stage.milestone]) for number, stage in stages if stage.done],
        hours=_hours(aim, standing, {}) - _hours(aim, standing, standing.levels),
        levels=[(skills[slug], levels[slug]) for slug in ordered[:CHIPS]],
        more=max(len(ordered) - CHIPS, 0),
        is_implied=any(slug not in standing.stated for slug in levels),
    )


def _hours(aim: Aim, standing: Standing, levels: Levels) -> float:
    """From these levels to all that the goal asks for, projects aside."""
    snapshot = standing.snapshot
    return snapshot.hours(journeys.needed(aim.role, snapshot, levels, aim.industry), levels)
