"""Compares planned and logged time: whether a learner is behind, and when they finish at their current pace. Pure: takes
dates and minutes, returns dataclasses and never reads the clock.

    planned(day)  = hours per week / study weekdays in the current terms, on a study day that is not a day off; otherwise 0
    short         = max(planned − done, 0) over the last 28 days, including today, without days before the first goal
    behind        = short ≥ the hours of one week

    pace          = minutes per week: the mean of the last eight weeks
    forecast      = the study day on which the remaining work ends at that pace, starting tomorrow
    its range     = the same at the means of the four fastest and the four slowest of those weeks

A week of the pace is seven days that are not days off, counted back from today, so that a holiday does not slow the pace. The
forecast leaves out future days off in the same way. Time logged on a day off still counts, in the week being counted at that
point. If the learner began less than eight weeks ago, only the whole weeks count; with an odd number of weeks, the middle one is
in neither half.

The range uses halves because they always lie on both sides of the mean, are never negative and can be explained in one
sentence. If eight weeks vary independently and normally, the true pace is within the range 93 times in 100 (simulated); with
three or four weeks, 75 times in 100.

All calculations use integers: minutes or parts of a second. The cost depends on the number of terms and days off and on
`MEMORY`, not on how long the learner has been logging.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from guidance.progress.plan import Calendar

MEMORY = 400  # days up to today whose minutes are enough for all calculations
RECENT = 28  # days that count for being behind
WEEKS = 8  # weeks that the forecast uses at most
MIN_WEEKS = 3  # fewer are not enough for a forecast
MAX_WEEKS = 520  # a forecast reaches at most ten years ahead
# Parts per second, so that a week divided by its number of study days, from 1 to 7, is an integer.
PARTS = 420
DAY = timedelta(days=1)

type Minutes = Mapping[date, int]  # logged on each local date; dates that are not listed have 0


@dataclass(frozen=True, slots=True)
class Terms:
    """How much a learner plans to study from a day on: one row of the goal's history."""

    since: date
    hours_per_week: float
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)  # as in ISO 8601: 1 is Monday


class Planned:
    """The planned study time of a learner, past and future."""

    def __init__(self, terms: Iterable[Terms], days_off: Iterable[date] = ()) -> None:
        """`terms` is the goal's history in the order of the rows, at least one; each applies from its day on and replaces the one
        before. `days_off` includes past and future days. Raises PlanError if hours or weekdays are out of range, like
        Calendar."""
        self.terms: list[Terms] = []
        for item in terms:
            while self.terms and self.terms[-1].since >= item.since:
                self.terms.pop()
            self.terms.append(item)
        self.days_off = frozenset(days_off)
        ends = [item.since - DAY for item in self.terms[1:]]
        off = sorted(self.days_off)
        self._spans = [
            (
                # Each calendar gets only the days off of its own period, so that many terms and days off stay cheap.
                Calendar(
                    item.since,
                    item.hours_per_week,
                    item.weekdays,
                    off[bisect_left(off, item.since) : bisect_right(off, end)],
                ),
                end,
            )
            for item, end in zip(self.terms, [*ends, date.max], strict=True)
        ]

    def in_force(self, day: date) -> Terms:
        """Returns the terms that apply on a day. If the learner has travelled west, the day may come before all terms; the first
        terms then apply."""
        return self.terms[max(0, bisect_right(self.terms, day, key=lambda item: item.since) - 1)]

    def between(self, first: date, last: date) -> int:
        """Returns the minutes planned from one day to another, both included, rounded to whole minutes."""
        parts = 0
        for calendar, until in self._spans:
            begin, end = max(first, calendar.start), min(last, until)
            if begin <= end:
                days = calendar.study_days_until(end) - calendar.study_days_until(begin - DAY)
                parts += days * calendar.week * (PARTS // len(calendar.offsets))
        return (parts + 30 * PARTS) // (60 * PARTS)

    def weeks_off(self) -> frozenset[date]:
        """Returns the Mondays of the weeks whose study days are all days off."""
        mondays = {day - day.weekday() * DAY for day in self.days_off}
        return frozenset(monday for monday in mondays if not self.between(monday, monday + 6 * DAY))

    def first_share(self) -> Fraction:
        """Returns the share of the first week's study days, Monday to Sunday, that were left when the first goal was set: 1
        if it was set before the first of them, 0 if none was left. Days off do not count as study days."""
        first = self.terms[0].since
        days = [first + number * DAY for number in range(7 - first.weekday())]
        return sum(
            (
                Fraction(1, len(set(self.in_force(day).weekdays)))
                for day in days
                if day.isoweekday() in self.in_force(day).weekdays and day not in self.days_off
            ),
            Fraction(0),
        )


@dataclass(frozen=True, slots=True)
class Recent:
    """The last four weeks, or the time since the first goal if that is shorter, in minutes."""

    planned: int
    done: int
    week: int  # planned for one week under today's terms
    short: int
    behind: bool


def recent(planned: Planned, minutes: Minutes, today: date) -> Recent:
    first = max(today - (RECENT - 1) * DAY, min(planned.terms[0].since, today))
    wanted = planned.between(first, today)
    done = sum(minutes.get(first + number * DAY, 0) for number in range((today - first).days + 1))
    week = round(planned.in_force(today).hours_per_week * 60)
    short = max(wanted - done, 0)
    return Recent(planned=wanted, done=done, week=week, short=short, behind=short >= week)


@dataclass(frozen=True, slots=True)
class Point:
    """Cumulative minutes from the start of the first goal to the end of a day."""

    day: date
    planned: int
    done: int


def course(planned: Planned, minutes: Minutes, days: Sequence[date], before: int = 0) -> tuple[Point, ...]:
    """Returns planned and logged minutes up to each of these days, which must ascend. `minutes` may start at any day up to
    the first of `days`; `before` is the sum of all minutes before that day."""
    result = []
    logged = sorted(minutes)
    done, at = before, 0
    for day in days:
        while at < len(logged) and logged[at] <= day:
            done += minutes[logged[at]]
            at += 1
        result.append(Point(day, planned.between(planned.terms[0].since, day), done))
    return tuple(result)


def week_ends(first: date, today: date) -> list[date]:
    """Returns the Sundays from `first` until today, and today."""
    sundays = range((first + (6 - first.weekday()) * DAY).toordinal(), today.toordinal(), 7)
    return [*map(date.fromordinal, sundays), today]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Paces in minutes per week, and the days on which the remaining work ends at each of them; None if it takes more than
    ten years or never ends."""

    weeks: int  # number of weeks it is based on, from 3 to 8
    slow: int
    pace: int
    fast: int
    earliest: date | None  # at the fast pace
    expected: date | None
    latest: date | None  # at the slow pace


def forecast(planned: Planned, minutes: Minutes, today: date, hours: float) -> Forecast | None:
    """Returns when the remaining work ends, which is today if no hours are left. Returns None if there is too little data: fewer
    than three whole weeks since the goal was set or (within MEMORY) the first minutes were logged, or nothing logged in those
    weeks."""
    weeks = sorted(_weeks(planned, minutes, today))
    half = len(weeks) // 2
    if len(weeks) < MIN_WEEKS or not any(weeks):
        return None
    slow, fast = (sum(weeks[:half]), half), (sum(weeks[-half:]), half)
    pace = (sum(weeks), len(weeks))
    terms = planned.in_force(today)
    calendar = Calendar(today + DAY, terms.hours_per_week, terms.weekdays, planned.days_off)
    seconds = round(hours * 3600)

    def end(sum_: int, count: int) -> date | None:
        """Returns the day on which the work ends at `sum_` minutes in `count` weeks."""
        if seconds * count > MAX_WEEKS * sum_ * 60:
            return None
        days = -(-seconds * count * len(calendar.offsets) // (sum_ * 60)) if seconds else 0
        return calendar.study_day(days) if days else today

    return Forecast(
        weeks=len(weeks),
        slow=_mean(*slow),
        pace=_mean(*pace),
        fast=_mean(*fast),
        earliest=end(*fast),
        expected=end(*pace),
        latest=end(*slow),
    )


def _mean(sum_: int, count: int) -> int:
    """Returns the mean, rounded to a whole number."""
    return (2 * sum_ + count) // (2 * count)


def _weeks(planned: Planned, minutes: Minutes, today: date) -> list[int]:
    """Returns the minutes of the whole weeks of the pace, at most eight, latest first."""
    earliest = today - (MEMORY - 1) * DAY
    logged = min((day for day in minutes if earliest <= day <= today and minutes[day]), default=today)
    first = max(earliest, min(planned.terms[0].since, logged))
    weeks: list[int] = []
    sum_ = days = 0
    day = today
    while day >= first and len(weeks) < WEEKS:
        sum_ += minutes.get(day, 0)
        if day not in planned.days_off:
            days += 1
            if days == 7:
                weeks.append(sum_)
                sum_ = days = 0
        day -= DAY
    return weeks
