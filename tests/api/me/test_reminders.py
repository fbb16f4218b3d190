from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.utils import timezone

from guidance.reminders import services
from guidance.reminders.models import ReminderKind, Schedule
from guidance.reminders.rhythm import Quiet
from guidance.reminders.services import CONSENT, ReminderSetting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


def test_reminder_is_off_until_it_is_agreed_to(call, lena):
    found = call("GET", "reminders/study/")
    assert (found["on"], found["at"], found["agreed_at"], found["next_at"]) == (False, "07:30", None, None)
    assert found["consent"]["version"] == CONSENT
    assert "I want Waymark to send" in found["consent"]["words"]
    for sent in ({"on": True}, {"on": True, "consent": ""}, {"on": True, "consent": "2025-01"}):
        assert list(call("PUT", "reminders/study/", sent, status=400)["errors"]) == ["consent"]
    assert not Schedule.objects.exists()


def test_reminder_is_turned_on_set_and_turned_off(call, marek_calls):
    sent = {"on": True, "consent": CONSENT, "at": "08:15", "weekdays": [3, 1]}
    found = call("PUT", "reminders/study/", sent)
    assert (found["on"], found["at"], found["weekdays"]) == (True, "08:15", [1, 3])
    assert (found["agreed_at"], found["next_at"]) == ("2026-11-25T12:00:00Z", "2026-11-30T08:15:00Z")
    assert call("GET", "reminders/study/") == found
    assert call("PUT", "reminders/study/", {"on": True}) == found  # it was agreed to
    assert marek_calls("GET", "reminders/study/")["on"] is False
    found = call("PUT", "reminders/study/", {"on": False, "paused_until": "2026-12-24"})
    assert (found["on"], found["at"], found["next_at"], found["paused_until"]) == (False, "08:15", None, "2026-12-24")
    assert list(call("PUT", "reminders/study/", {"on": True}, status=400)["errors"]) == ["consent"]
    assert call("PUT", "reminders/study/", {"on": False, "paused_until": None})["paused_until"] is None


def test_reminder_keeps_the_quiet_hours_and_the_pauses_of_others(call, lena):
    quiet = Quiet(time(22), time(7))
    services.set_schedules(
        learner=lena,
        settings={ReminderKind.WEEKLY: ReminderSetting(True, time(18), (7,))},
        quiet=quiet,
        paused_until=timezone.now().date() + timedelta(days=3),
        now=timezone.now(),
    )
    found = call("PUT", "reminders/study/", {"on": True, "consent": CONSENT})
    assert (found["quiet_from"], found["quiet_until"], found["paused_until"]) == ("22:00", "07:00", None)
    assert call("GET", "reminders/weekly/")["paused_until"] == "2026-11-28"


def test_quiet_hours_are_those_of_all_kinds_and_nothing_else_of_theirs_changes(call, lena):
    call("PUT", "reminders/weekly/", {"on": True, "consent": CONSENT, "at": "23:30", "paused_until": "2026-12-24"})
    study = {"on": True, "consent": CONSENT, "quiet_from": "22:00", "quiet_until": "07:00"}
    assert call("PUT", "reminders/study/", study)["quiet_until"] == "07:00"
    weekly = call("GET", "reminders/weekly/")
    assert (weekly["quiet_from"], weekly["at"], weekly["paused_until"]) == ("22:00", "23:30", "2026-12-24")
    assert weekly["next_at"] == "2026-11-29T22:00:00Z"  # the last moment of that day that is not quiet
    assert call("PUT", "reminders/study/", {"on": True})["quiet_from"] == "22:00"
    call("PUT", "reminders/weekly/", {"on": True, "quiet_from": None, "quiet_until": None})
    assert call("GET", "reminders/study/")["quiet_from"] is None


def test_unknown_kinds_are_not_there(call):
    call("GET", "reminders/daily/", status=404)
    call("PUT", "reminders/daily/", {"on": False}, status=404)


def test_reminder_refuses_what_cannot_be(call):
    for change, field in [
        ({"on": "yes"}, "on"),
        ({"at": "25:00"}, "at"),
        ({"at": "7:30"}, "at"),
        ({"at": 730}, "at"),
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"quiet_until": "07:00", "quiet_from": None}, "quiet_from"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "quiet_until"),
        ({"quiet_from": "late", "quiet_until": "07:00"}, "quiet_from"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [8]}, "weekdays"),
        ({"paused_until": "2026-11-25"}, "paused_until"),
        ({"consent": 5}, "consent"),
    ]:
        sent = {"on": True, "consent": CONSENT} | change
        assert list(call("PUT", "reminders/study/", sent, status=400)["errors"]) == [field]
    assert not Schedule.objects.exists()


def test_deliveries_are_listed_latest_first(call, marek_calls, lena):
    at = datetime(2026, 11, 25, 7, tzinfo=UTC)
    common = {"kind": "study", "due_at": at, "not_before": at, "expires_at": at}
    lena.deliveries.create(on=at - timedelta(days=1), state="cancelled", reason="nothing", **common)
    lena.deliveries.create(on=at, state="sent", sent_at=at, attempts=1, **common)
    found = call("GET", "deliveries/", page_size="1")
    assert found["results"][0] | {"id": 0} == {
        "id": 0,
        "kind": "study",
        "on": "2026-11-25",
        "due_at": "2026-11-25T07:00:00Z",
        "state": "sent",
        "reason": None,
        "attempts": 1,
        "sent_at": "2026-11-25T07:00:00Z",
    }
    second = call("GET", found["next"].partition("/me/")[2])
    assert (second["results"][0]["reason"], second["next"]) == ("nothing", None)
    assert marek_calls("GET", "deliveries/")["results"] == []
