"""Planned against done, whether a learner is behind, and when they arrive at their real pace. Pure: dates and minutes in,
dataclasses out, and no look at the clock.

    planned(day)  = hours per week / study weekdays of the terms in force, on a study day that is not a day off; else 0
    short         = max(planned − done, 0) over the last 28 days, today among them
    behind        = short ≥ the hours of one week

    pace          = minutes per week: the mean of the last eight weeks
    forecast      = the study day on which the remaining work ends when it goes on at that pace, from tomorrow on
    its range     = the same at the mean of the four fastest and of the four slowest of those weeks

A week of the pace is seven days that are not days off, counted back from today, so that each has every weekday once and
a holiday slows nobody down, neither here nor in the forecast, which leaves out the days off to come. What was logged on
a day off is done all the same and belongs to the week that the count has reached. With fewer than eight weeks since the
learner began, it is those that are whole, and their halves without the one in the middle.

The range takes halves because they always lie on both sides of the mean, are never negative, and can be said in one
sentence. Where eight weeks vary independently and normally, the true pace is within it 93 times in 100 (simulated); three or
four weeks tell less, 75 times in 100.

All calculations are in whole minutes or whole parts of a second. The cost depends on the number of terms and days off and on
`MEMORY`, not on how long the learner has been logging.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from guidance.progress.plan import Calendar

MEMORY = 400  # days up to today whose minutes are enough for every answer
RECENT = 28  # days in which one can fall behind
WEEKS = 8  # that the forecast rests on, at most
MIN_WEEKS = 3  # fewer are too little to tell
MAX_WEEKS = 520  # weeks of work: a forecast reaches ten years ahead
# A second in parts that stay whole when a week is divided by its study days, from 1 to 7.
PARTS = 420
DAY = timedelta(days=1)

type Minutes = Mapping[date, int]  # logged on each local date; what is not listed is 0


@dataclass(frozen=True, slots=True)
class Terms:
    """How much a learner means to study from a day on: one row of the goal's history."""

    since: date
    hours_per_week: float
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)  # of ISO 8601: 1 is Monday


class Planned:
    """What a learner meant and means to study."""

    def __init__(self, terms: Iterable[Terms], days_off: Iterable[date] = ()) -> None:
        """`terms`: the goal's history, at least one, in the order of the rows; each holds from its day on, whatever came
        before. `days_off`: past and future ones. Raises PlanError where hours or weekdays are out of range, as Calendar
        does."""
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
                # Each with its own days off only, however many terms and days there are.
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
        """The latest terms from this day or before. Before the first ones (the learner has since travelled west), those."""
        return self.terms[max(0, bisect_right(self.terms, day, key=lambda item: item.since) - 1)]

    def between(self, first: date, last: date) -> int:
        """Minutes planned from one day to another, both counted, to the nearest minute."""
        parts = 0
        for calendar, until in self._spans:
            begin, end = max(first, calendar.start), min(last, until)
            if begin <= end:
                days = calendar.study_days_until(end) - calendar.study_days_until(begin - DAY)
                parts += days * calendar.week * (PARTS // len(calendar.offsets))
        return (parts + 30 * PARTS) // (60 * PARTS)

    def weeks_off(self) -> frozenset[date]:
        """The Mondays of the weeks whose study days are all days off."""
        mondays = {day - day.weekday() * DAY for day in self.days_off}
        return frozenset(monday for monday in mondays if not self.between(monday, monday + 6 * DAY))

    def first_share(self) -> Fraction:
        """The share of the first week's study days, from Monday to Sunday, that the first goal still had before it: 1 for a
        goal set before the first of them, 0 when none was left. A day off is no study day."""
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
    """The last four weeks, in minutes."""

    planned: int
    done: int
    week: int  # what one week is to hold, by the terms in force today
    short: int
    behind: bool


def recent(planned: Planned, minutes: Minutes, today: date) -> Recent:
    first = today - (RECENT - 1) * DAY
    wanted = planned.between(first, today)
    done = sum(minutes.get(first + number * DAY, 0) for number in range(RECENT))
    week = round(planned.in_force(today).hours_per_week * 60)
    short = max(wanted - done, 0)
    return Recent(planned=wanted, done=done, week=week, short=short, behind=short >= week)


@dataclass(frozen=True, slots=True)
class Point:
    """Minutes from the beginning to the end of a day."""

    day: date
    planned: int
    done: int


def course(planned: Planned, minutes: Minutes, days: Sequence[date], before: int = 0) -> tuple[Point, ...]:
    """Planned and done until each of these days, which ascend. `minutes`: of the days from a certain one on, which is not
    after the first of `days`; `before`: the sum of all minutes before that one."""
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
    """The Sundays from one day to another, and today."""
    sundays = range((first + (6 - first.weekday()) * DAY).toordinal(), today.toordinal(), 7)
    return [*map(date.fromordinal, sundays), today]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Paces in minutes per week; days when the remaining work ends at each of them, None where it takes more than ten
    years or would not end at all."""

    weeks: int  # that it rests on, from 3 to 8
    slow: int
    pace: int
    fast: int
    earliest: date | None  # at the fast pace
    expected: date | None
    latest: date | None  # at the slow pace


def forecast(planned: Planned, minutes: Minutes, today: date, hours: float) -> Forecast | None:
    """When the remaining hours end; today when there are none. None: too little to tell, for there are fewer than three
    whole weeks since the goal was set or, within the days looked at, the first minutes were logged, or nothing was logged
    in them."""
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
        """The day on which the work ends at so many minutes in so many weeks."""
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
    """To the nearest whole number."""
    return (2 * sum_ + count) // (2 * count)


def _weeks(planned: Planned, minutes: Minutes, today: date) -> list[int]:
    """The minutes of the whole weeks of the pace, at most eight, the last one first."""
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
