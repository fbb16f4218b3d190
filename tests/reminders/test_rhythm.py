"""The local time of a learner and UTC. `ZONES` is a sample with every kind of oddity; `tests/long` has the whole of tzdata."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.reminders.rhythm import DAY, Quiet, Rhythm, next_due

ZONES = [
    "UTC",
    "Europe/Zurich",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "Antarctica/Troll",  # changes by two hours
    "Australia/Lord_Howe",  # changes by half an hour
    "Africa/Casablanca",  # changes for Ramadan
    "America/Nuuk",  # skips the hour before midnight
    "Africa/Cairo",  # skips the hour after midnight
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Pacific/Apia",
    "Pacific/Kiritimati",
]
EVERY_DAY = range(1, 8)
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2024, 1, 1), date(2037, 12, 31))
walls = st.times().map(lambda wall: wall.replace(microsecond=0))
quiets = st.none() | st.builds(Quiet, walls, walls)
weekdays = st.sets(st.integers(1, 7), min_size=1)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2037, 12, 1)).map(lambda value: value.replace(tzinfo=UTC))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "due"),
    [
        ("Europe/Zurich", date(2026, 11, 25), time(7, 30), "2026-11-25T06:30Z"),
        ("Europe/Zurich", date(2027, 3, 28), time(2, 30), "2027-03-28T01:30Z"),  # skipped, so 03:30 in summer time
        ("Europe/Zurich", date(2026, 10, 25), time(2, 30), "2026-10-25T00:30Z"),  # happens twice; the first counts
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), "2026-10-03T15:45Z"),
        ("Antarctica/Troll", date(2027, 3, 28), time(1, 30), "2027-03-28T01:30Z"),
        ("America/Nuuk", date(2027, 3, 27), time(23, 30), "2027-03-28T00:30Z"),  # skipped until midnight, so 22:30
        ("Africa/Cairo", date(2027, 4, 30), time(0, 30), "2027-04-29T22:30Z"),  # skipped from midnight, so 01:30
    ],
)
def test_moment_of_a_local_date(zone, day, at, due):
    assert Rhythm(at, EVERY_DAY, ZoneInfo(zone)).on(day) == moment(due)


@given(zones, days, walls, quiets)
def test_moment_is_on_its_local_date(zone, day, at, quiet):
    assert Rhythm(at, EVERY_DAY, zone, quiet).on(day).astimezone(zone).date() == day


@given(zones, days, walls)
def test_neighbours_are_22_to_26_hours_apart(zone, day, at):
    rhythm = Rhythm(at, EVERY_DAY, zone)
    assert timedelta(hours=22) <= rhythm.on(day + DAY) - rhythm.on(day) <= timedelta(hours=26)


@pytest.mark.parametrize(
    ("quiet", "at", "moved"),
    [
        (Quiet(time(22), time(7)), time(21, 59), time(21, 59)),
        (
            Quiet(time(22), time(7)),
            time(23),
            time(22),
        ),  # the quiet time ends tomorrow, so the reminder comes before it begins
        (Quiet(time(22), time(7)), time(6), time(7)),
        (Quiet(time(22), time(7)), time(7), time(7)),
        (Quiet(time(12), time(14)), time(13), time(14)),
        (Quiet(time(12), time(14)), time(14), time(14)),
        (Quiet(time(9), time(9)), time(9), time(9)),  # nothing is quiet
    ],
)
def test_what_is_due_in_quiet_hours_moves_within_its_day(quiet, at, moved):
    assert quiet.moved(at) == moved


@given(st.builds(Quiet, walls, walls), walls)
def test_what_has_moved_is_on_the_edge_of_quiet_hours(quiet, at):
    moved = quiet.moved(at)
    assert moved == at or moved in {quiet.begin, quiet.end}
    assert quiet.moved(quiet.end) == quiet.end


@given(zones, walls, weekdays, quiets, moments)
def test_next_is_the_first_that_fits(zone, at, weekdays, quiet, after):
    rhythm = Rhythm(at, weekdays, zone, quiet)
    due = next_due(rhythm, after)
    assert due.at > after
    assert due.at.astimezone(zone).date() == due.on
    assert due.on.isoweekday() in weekdays
    between = [due.on - DAY * number for number in range(1, 9)]
    assert all(rhythm.on(day) <= after for day in between if day.isoweekday() in weekdays)


@given(zones, zones, walls, walls, weekdays, moments)
def test_date_that_was_had_does_not_come_again_in_another_zone(zone, other, at, later, weekdays, after):
    had = next_due(Rhythm(at, weekdays, zone), after)
    following = next_due(Rhythm(later, weekdays, other), had.at, later_than=had.on)
    assert following.on > had.on
    assert following.at > had.at


def test_date_that_a_zone_leaves_out_is_left_out():
    rhythm = Rhythm(time(9), [5], ZoneInfo("Pacific/Apia"))  # there was no Friday 30 December 2011
    assert next_due(rhythm, moment("2011-12-28T12:00Z")).on == date(2012, 1, 6)


def test_rhythm_without_weekdays_is_refused():
    with pytest.raises(ValueError, match="weekday"):
        next_due(Rhythm(time(9), [], ZoneInfo("UTC")), moment("2026-11-25T12:00Z"))
