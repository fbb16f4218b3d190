"""Counts weeks in a row that reached the learner's weekly target. Pure: takes minutes and dates, returns a dataclass and
never reads the clock.

- A week runs from Monday to Sunday in the learner's local dates. Only minutes of study count, never visits.
- It is **full** when its minutes reach the current target, which is the latest one set in that week or before: a change
  counts from the week in which it is made.
- The first week starts on the day of the first goal: its target covers only the share of its study days that were left, and
  minutes of earlier days do not count. If no study day was left, there is no target and the week is skipped.
- A week that is not full and whose study days are all days off is skipped: it neither counts nor ends the streak.
- Any other week that is not full is saved by a freeze if there is a streak and a freeze left; otherwise the streak ends. A
  saved week counts.
- The current week counts as soon as it is full, and cannot end the streak before it has passed.
- A learner begins with one freeze and gets another after every five full weeks, in a row or not, up to three. At three, full
  weeks do not count towards another one.

So a missed week now and then costs nothing: with five full weeks of six the freezes never run out.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

FIRST_FREEZES = 1
FULL_WEEKS = 5  # for another freeze
MAX_FREEZES = 3
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeeklyTarget:
    """The minimum that a learner wants to study in a week, from the week of `since` on."""

    since: date
    minutes: int  # > 0


@dataclass(frozen=True, slots=True)
class Streak:
    weeks: int  # in the current streak
    began: date | None  # the Monday of its first week
    longest: int  # weeks in the longest streak
    frozen: tuple[date, ...]  # the Mondays of all weeks that a freeze saved, in order
    freezes: int  # left
    to_next_freeze: int | None  # full weeks until the next freeze; None at the maximum
    minutes: int  # of the current week
    target: int  # of the current week; 0 if it is the first and has no study day
    left: int  # minutes of the current week to its target


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def streak(
    minutes: Mapping[date, int],
    targets: Sequence[WeeklyTarget],
    today: date,
    weeks_off: Collection[date] = (),
    first_share: Fraction = Fraction(1),
) -> Streak:
    """Returns the streak. `minutes` are those logged in each week, by its Monday, from the first goal on; weeks that are not listed
    have 0. `targets` holds at least one target, in the order in which they were set; each applies from its week on and replaces the
    one before. `weeks_off` are the Mondays of weeks without a study day (`pace.Planned.weeks_off`). `first_share` is the share of the target
    that applies to the first week (`pace.Planned.first_share`). Weeks before the first target do not count. If `minutes` has only
    recent weeks, streak and freezes start with those.
    """
    in_force: dict[date, int] = {}  # {Monday of its first week: target}, ascending
    for target in targets:
        since = monday(target.since)
        while in_force and next(reversed(in_force)) >= since:
            in_force.popitem()
        in_force[since] = target.minutes
    this_week = monday(today)
    first, least = next(iter(in_force.items()))
    wanted = least
    weeks = longest = saved = 0
    freezes = FIRST_FREEZES
    began: date | None = None
    frozen: list[date] = []
    for number in range((this_week - first).days // 7 + 1):
        week = first + number * WEEK
        least = in_force.get(week, least)
        wanted = round(least * first_share) if week == first else least
        if wanted and minutes.get(week, 0) >= wanted:
            saved += freezes < MAX_FREEZES
            if saved == FULL_WEEKS:
                freezes, saved = freezes + 1, 0
        elif week == this_week or week in weeks_off or not wanted:
            continue
        elif weeks and freezes:
            freezes -= 1
            frozen.append(week)
        else:
            weeks, began = 0, None
            continue
        weeks += 1
        began = began or week
        longest = max(longest, weeks)
    done = minutes.get(this_week, 0)
    return Streak(
        weeks=weeks,
        began=began,
        longest=longest,
        frozen=tuple(frozen),
        freezes=freezes,
        to_next_freeze=FULL_WEEKS - saved if freezes < MAX_FREEZES else None,
        minutes=done,
        target=wanted,
        left=max(wanted - done, 0),
    )
