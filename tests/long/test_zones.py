"""All of tzdata, for `make test-long`; `tests/reminders/test_rhythm.py` has a sample.

For each zone and each change of its offset from 2024 to 2037: the days around it, every five minutes.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import time_zones
from guidance.reminders.rhythm import DAY, Rhythm, next_due
from tests.reminders.travels import dates_of_a_traveller

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
EVERY_DAY = range(1, 8)
WALLS = [time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 5)]
ZONES = sorted(time_zones())


def days_around_changes(zone: ZoneInfo) -> Iterator[date]:
    """Local dates from the day before each change of the offset to the day after, and at both ends of the range."""
    days = {FIRST.date(), LAST.date() - 2 * DAY}
    moment, step = FIRST, timedelta(hours=6)
    while moment < LAST:
        if moment.astimezone(zone).utcoffset() != (moment + step).astimezone(zone).utcoffset():
            middle = moment.astimezone(zone).date()
            days |= {middle + number * DAY for number in range(-1, 3)}
        moment += step
    yield from sorted(days)


@pytest.mark.parametrize("name", ZONES)
def test_every_change_of_the_clocks(name):
    zone = ZoneInfo(name)
    for day in days_around_changes(zone):
        for wall in WALLS:
            rhythm = Rhythm(wall, EVERY_DAY, zone)
            at = rhythm.on(day)
            local = at.astimezone(zone)
            assert local.date() == day
            assert local.fold == 0  # the first of two
            moved = local.replace(tzinfo=None) - datetime.combine(day, wall)
            if moved:  # by the skipped time, forward unless that is the next day
                left_out = (at + DAY).astimezone(zone).utcoffset() - (at - DAY).astimezone(zone).utcoffset()
                is_tomorrow = (datetime.combine(day, wall) + left_out).date() != day
                assert moved == (-left_out if is_tomorrow else left_out)
            assert timedelta(hours=22) <= rhythm.on(day + DAY) - at <= timedelta(hours=26)
            assert next_due(rhythm, at, later_than=day).on == day + DAY


@settings(max_examples=int(os.environ.get("EXAMPLES", "100000")), deadline=None)
@given(st.sampled_from(ZONES), st.dates(FIRST.date(), LAST.date()), st.times())
def test_any_zone_date_and_time(name, day, wall):
    zone = ZoneInfo(name)
    rhythm = Rhythm(wall, EVERY_DAY, zone)
    at = rhythm.on(day)
    assert at.astimezone(zone).date() == day
    assert timedelta(hours=22) <= rhythm.on(day + DAY) - at <= timedelta(hours=26)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_changes_of_the_zone_a_day_bring_no_second_mail_of_a_date(seed):
    came = dates_of_a_traveller(seed, days=7, changes=100)
    dates = [on for _at, on in came]
    assert came
    assert dates == sorted(set(dates))
