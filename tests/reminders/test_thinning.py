from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.reminders.backoff import EVERY_OTHER, LAST, WEEKLY, BackoffStage, IgnoredCount, decide

FIRST = date(2026, 11, 2)  # a Monday


def run(days: list[date]) -> list[tuple[bool, BackoffStage]]:
    """What becomes of the occurrences on these days when nobody heeds anything."""
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
