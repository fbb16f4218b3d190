from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from guidance.reminders.backoff import BackoffStage, IgnoredCount, NextSending, decide, next_sending
from guidance.reminders.calendar import DAY, Quiet, Rhythm, next_due

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
    """As sending decides one occurrence after the other, each left-out one remembered as that."""
    rhythm = Rhythm(time(7, 30), weekdays, ZoneInfo("UTC"))
    ignored, at = IgnoredCount(count, TODAY if count else None), NOW
    while True:
        due = next_due(rhythm, at)
        decision = decide(ignored, due.on)
        if decision.send:
            break
        ignored, at = ignored.after(due.on, sent=False), due.at + timedelta(seconds=1)
    assert following(count, rhythm) == NextSending(due, decision.why)
