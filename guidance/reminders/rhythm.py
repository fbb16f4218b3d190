"""Calculates when a reminder is due. Pure. This is the only place that converts a learner's local time to UTC.

A time that a clock change skips moves forward by the skipped time (02:30 → 03:30), or back by as much if that would be the next
day (Nuuk’s clocks go from 23:00 to 00:00). If a time occurs twice, the first one counts (PEP 495, fold=0). The moment in UTC and
its local date are stored, so the local time is never evaluated again.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MAX_GAP = 16  # days in which every weekday occurs, even if a zone skips a date


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours from one time of day to another; they cross midnight if the second time is earlier."""

    begin: time
    end: time

    @classmethod
    def between(cls, begin: time | None, end: time | None) -> "Quiet | None":
        """Returns quiet hours, or None unless both times are given."""
        return cls(begin, end) if begin is not None and end is not None else None

    def covers(self, wall: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= wall < self.end
        return wall >= self.begin or wall < self.end

    def moved(self, wall: time) -> time:
        """Returns a time on the same day that is not quiet: the end of the quiet hours if that is still on the day, otherwise
        their start."""
        if not self.covers(wall):
            return wall
        return self.end if wall < self.end else self.begin


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When one kind of reminder is due. Weekdays are numbered as in ISO 8601: 1 is Monday."""

    at: time
    weekdays: Collection[int]
    zone: ZoneInfo
    quiet: Quiet | None = None

    def on(self, day: date) -> datetime:
        """Returns the moment in UTC for a local date."""
        wall = self.quiet.moved(self.at) if self.quiet else self.at
        moment = datetime.combine(day, wall, tzinfo=self.zone)
        at = moment.astimezone(UTC)
        if at.astimezone(self.zone).date() != day:
            return moment.replace(fold=1).astimezone(UTC)
        return at

    def falls_on(self, day: date) -> bool:
        return day.isoweekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class Due:
    at: datetime  # in UTC
    on: date  # the local date


def next_due(rhythm: Rhythm, after: datetime, *, later_than: date | None = None) -> Due:
    """Returns the first due moment after `after`, on a local date later than `later_than`: a date that has had its reminder does
    not get another, even if the learner flew west."""
    day = after.astimezone(rhythm.zone).date() - DAY
    for _number in range(MAX_GAP):
        at = rhythm.on(day)
        # A date that a zone skips has no moment.
        exists = at.astimezone(rhythm.zone).date() == day
        if rhythm.falls_on(day) and exists and at > after and (later_than is None or day > later_than):
            return Due(at, day)
        day += DAY
    if later_than is not None and later_than >= day - DAY:
        return next_due(rhythm, rhythm.on(later_than), later_than=later_than)
    raise ValueError("A rhythm needs at least one weekday.")
