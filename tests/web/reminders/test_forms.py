from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.http import QueryDict

from guidance.reminders.models import ReminderKind, Schedule
from guidance.reminders.rhythm import Quiet
from guidance.reminders.services import DEFAULT_TIMES, ReminderSetting
from guidance.web.reminders.forms import RemindersForm

TODAY = date(2026, 11, 25)
DAY = timedelta(days=1)


def schedule(kind="study", **fields) -> Schedule:
    known = {
        "kind": kind,
        "is_on": True,
        "at": time(6, 45),
        "weekdays": [2, 4],
        "since": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Schedule(**known | fields)


def form(query="", *schedules) -> RemindersForm:
    return RemindersForm({item.kind: item for item in schedules}, QueryDict(query), today=TODAY)


def setting(form: RemindersForm, kind: ReminderKind = ReminderKind.STUDY) -> ReminderSetting:
    assert form.is_valid(), [form.errors, *(one.errors for one in form.kinds)]
    return next(one.setting for one in form.kinds if one.kind == kind)


def errors(form: RemindersForm) -> set[str]:
    assert not form.is_valid()
    return {*form.errors, *(f"{one.kind}-{name}" for one in form.kinds for name in one.errors)}


def test_nothing_sent_is_off_as_proposed():
    found = form()
    for kind in ReminderKind:
        assert setting(found, kind) == ReminderSetting(False, *DEFAULT_TIMES[kind])
    assert found.quiet is None
    assert found.cleaned_data["paused_until"] is None


def test_what_is_off_stays_as_it_was_set():
    assert setting(form("study-at=&quiet_from=", schedule())) == ReminderSetting(False, time(6, 45), (2, 4))
    assert setting(form("study-at=08:00&study-weekdays=5", schedule())) == ReminderSetting(False, time(8), (5,))


def test_what_is_on_needs_days_and_a_time():
    assert errors(form("study-on=on", schedule())) == {"study-at", "study-weekdays"}
    assert errors(form("study-on=on&study-at=25:00&study-weekdays=1", schedule())) == {"study-at"}
    assert errors(form("study-on=on&study-at=08:00&study-weekdays=1&study-weekdays=0")) == {"study-weekdays"}
    found = form("study-on=on&study-at=08:00&study-weekdays=1&study-weekdays=7")
    assert setting(found) == ReminderSetting(True, time(8), (1, 7))


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("quiet_from=22:00", {"quiet_until"}),
        ("quiet_until=22:00", {"quiet_from"}),
        ("quiet_from=22:00&quiet_until=22:00", {"quiet_until"}),
        ("quiet_from=late&quiet_until=22:00", {"quiet_from"}),
        ("paused_until=2026-11-25", {"paused_until"}),
        ("paused_until=2026-02-30", {"paused_until"}),
    ],
)
def test_quiet_hours_and_pause_that_cannot_be(query, wrong):
    assert errors(form(query)) == wrong


def test_quiet_hours_may_go_over_midnight():
    found = form("quiet_from=22:00&quiet_until=07:00&paused_until=2026-11-26")
    assert found.is_valid()
    assert found.quiet == Quiet(time(22), time(7))
    assert found.cleaned_data["paused_until"] == TODAY + DAY


def test_pause_is_shown_when_it_is_one_of_all_kinds():
    paused = schedule(paused_until=TODAY + 9 * DAY)
    other = schedule("weekly", paused_until=TODAY + 2 * DAY)
    over, never = schedule("weekly", paused_until=TODAY), schedule("weekly")
    assert form("", paused).paused == TODAY + 9 * DAY
    assert (form("", paused, other).paused, form("", paused, other).pauses) == (
        TODAY + 2 * DAY,
        {ReminderKind.STUDY: TODAY + 9 * DAY},
    )
    for rest in (over, never):
        found = form("", paused, rest)
        assert (found.paused, found.pauses) == (None, {ReminderKind.STUDY: TODAY + 9 * DAY})
    assert form().paused is None
