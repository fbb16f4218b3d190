from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.reminders.backoff import (
    EVERY_OTHER,
    LAST,
    WEEKLY,
    BackoffStage,
    IgnoredCount,
    NextSending,
    decide,
    next_sending,
)
from guidance.reminders.rhythm import DAY, Quiet, Rhythm, next_due

FIRST = date(2026, 11, 2)  # a Monday


def run(days: list[date]) -> list[tuple[bool, BackoffStage]]:
    """What happens to the reminders on these days if the learner does nothing."""
    ignored, found = IgnoredCount(), []
    for day in days:
        decision = decide(ignored, day)
        ignored = ignored.after(day, sent=decision.send)
        found.append((decision.send, decision.why))
    return found


def daily(count: int) -> list[date]:
    return [FIRST + timedelta(days=number) for number in range(count)]


def test_daily_mails_thin_out_and_end():
    found = run(daily(80))
    assert [number for number, (sent, _why) in enumerate(found) if sent] == [0, 1, 2, 4, 6, 8, 15, 22, 29, 36, 43]
    assert [why for _sent, why in found[:3]] == [BackoffStage.NOT] * 3
    assert {why for _sent, why in found[3:9]} == {BackoffStage.EVERY_OTHER}
    assert {why for _sent, why in found[9:43]} == {BackoffStage.WEEKLY}
    assert found[43] == (True, BackoffStage.LAST_NOTICE)
    assert set(found[44:]) == {(False, BackoffStage.SILENT)}


def test_weekly_mails_come_every_other_week_first():
    found = run([FIRST + timedelta(weeks=number) for number in range(30)])
    assert [number for number, (sent, _why) in enumerate(found) if sent] == [0, 1, 2, 4, 6, 8, 9, 10, 11, 12, 13]


def test_nothing_ignored_is_nothing_left_out():
    assert decide(IgnoredCount(), FIRST).send
    assert decide(IgnoredCount(EVERY_OTHER - 1, FIRST), FIRST).why is BackoffStage.NOT


@given(st.sets(st.integers(0, 400), min_size=1))
def test_there_are_never_more_than_eleven(numbers):
    found = run([FIRST + timedelta(days=number) for number in sorted(numbers)])
    sent = [why for is_sent, why in found if is_sent]
    assert len(sent) <= LAST + 1
    assert sent.count(BackoffStage.LAST_NOTICE) == (len(sent) == LAST + 1)
    if BackoffStage.SILENT in {why for _sent, why in found}:
        assert sent[-1] is BackoffStage.LAST_NOTICE


@pytest.mark.parametrize("ignored", range(WEEKLY, LAST + 1))
def test_one_a_week_is_a_week_apart(ignored):
    assert not decide(IgnoredCount(ignored, FIRST), FIRST + timedelta(days=6)).send
    assert decide(IgnoredCount(ignored, FIRST), FIRST + timedelta(days=7)).send


TODAY = date(2026, 11, 25)  # a Wednesday
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAILY = Rhythm(time(7, 30), range(1, 8), ZoneInfo("Europe/Zurich"))


def following(count=0, rhythm=DAILY, last_on=TODAY, **more) -> NextSending:
    ignored = IgnoredCount(count, last_on if count else None)
    return next_sending(rhythm, next_due(rhythm, NOW), ignored, **more)


@pytest.mark.parametrize(
    ("count", "days", "why"),
    [
        (0, 1, BackoffStage.NOT),
        (2, 1, BackoffStage.NOT),
        (3, 2, BackoffStage.EVERY_OTHER),
        (5, 2, BackoffStage.EVERY_OTHER),
        (6, 7, BackoffStage.WEEKLY),
        (9, 7, BackoffStage.WEEKLY),
        (10, 7, BackoffStage.LAST_NOTICE),
    ],
)
def test_coming_leaves_out_what_is_thinned_out(count, days, why):
    found = following(count)
    assert (found.due.on, found.why) == (TODAY + days * DAY, why)
    assert found.due.at == datetime(2026, 11, 25, 6, 30, tzinfo=UTC) + days * DAY


def test_coming_is_none_once_all_is_silent():
    assert following(11) == NextSending(None, BackoffStage.SILENT)


def test_coming_after_a_skipped_one_is_the_next():
    found = next_sending(DAILY, next_due(DAILY, NOW), IgnoredCount(3, TODAY - 2 * DAY, skipped=True))
    assert found.due.on == TODAY + DAY


@pytest.mark.parametrize("days", [0, 1, 5, 16, 17, 40, 400])
def test_coming_waits_for_the_end_of_a_pause(days):
    found = following(paused_until=TODAY + days * DAY)
    assert found.due.on == TODAY + max(days, 1) * DAY


def test_coming_after_a_pause_falls_on_a_chosen_weekday():
    sundays = Rhythm(time(18), (7,), ZoneInfo("UTC"), Quiet(time(17), time(9)))
    found = following(rhythm=sundays, paused_until=date(2026, 12, 7))
    assert (found.due.on, found.due.at) == (date(2026, 12, 13), datetime(2026, 12, 13, 17, tzinfo=UTC))


@pytest.mark.parametrize("count", range(11))
@pytest.mark.parametrize("weekdays", [range(1, 8), (3,), (1, 3, 5)])
def test_coming_is_what_the_ledger_does_day_by_day(count, weekdays):
    """The result is the same as deciding one reminder after the other, as sending does, and recording each that is left out."""
    rhythm = Rhythm(time(7, 30), weekdays, ZoneInfo("UTC"))
    ignored, at = IgnoredCount(count, TODAY if count else None), NOW
    while True:
        due = next_due(rhythm, at)
        decision = decide(ignored, due.on)
        if decision.send:
            break
        ignored, at = ignored.after(due.on, sent=False), due.at + timedelta(seconds=1)
    assert following(count, rhythm) == NextSending(due, decision.why)
