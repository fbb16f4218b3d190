"""The ledger after 13 months."""

from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from guidance.progress.models import Progress
from guidance.reminders import ledger
from guidance.reminders.audit import Audit
from guidance.reminders.backoff import BackoffStage
from guidance.reminders.context import load
from guidance.reminders.models import Delivery, Heartbeat, MonthCount, ReminderKind
from tests.reminders.learners import DAY, NOW, make_learner, owe, turn_on

pytestmark = pytest.mark.django_db
State = Delivery.State
OLD = NOW - ledger.KEPT_FOR - DAY


def over(learner, at, kind=ReminderKind.STUDY, state=State.SENT, **fields) -> Delivery:
    known = {"sent_at": at} if state == State.SENT else {}
    known |= {"reason": Delivery.Reason.NOTHING} if state == State.CANCELLED else {}
    return owe(learner, kind, at.date(), at, state=state, **known | fields)


def forget(most: int = 10**6) -> int:
    return ledger.delete_old(now=NOW, most=most)


def counts() -> list[tuple]:
    return list(MonthCount.objects.values_list("month", "kind", "state", "deliveries", "ambiguous"))


def test_old_rows_are_deleted_and_counted_by_month():
    lena, marek = make_learner(), make_learner("marek@example.org")
    month = OLD.date().replace(day=1)
    for number in range(3):
        over(lena, OLD - number * DAY, attempts=2, ambiguous=1)
    over(marek, OLD, state=State.CANCELLED)
    over(marek, OLD - 40 * DAY, ReminderKind.WEEKLY, State.FAILED)
    kept = over(lena, NOW - ledger.KEPT_FOR + DAY)
    assert ledger.count_left_over(now=NOW) == 5
    assert forget() == 5
    assert list(Delivery.objects.all()) == [kept]
    earlier = (OLD - 40 * DAY).date().replace(day=1)
    assert counts() == [
        (earlier, "weekly", "failed", 1, 0),
        (month, "study", "cancelled", 1, 0),
        (month, "study", "sent", 3, 3),
    ]
    assert ledger.count_left_over(now=NOW) == 0


def test_deleting_twice_counts_once_and_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(ledger, "DELETED_AT_ONCE", 2)
    learner = make_learner()
    for number in range(5):
        over(learner, OLD - number * DAY)
    assert forget(most=2) == 2
    assert forget() == 3
    assert forget() == 0
    assert sum(row[3] for row in counts()) == ledger.count_deleted() == 5


@pytest.mark.parametrize("state", [State.DUE, State.CLAIMED, State.SENDING])
def test_row_that_is_not_over_is_not_deleted(state):
    lease = {"lease_token": "3d2b1c1e-0000-4000-8000-000000000000", "lease_until": OLD} if state != State.DUE else {}
    owe(make_learner(), ReminderKind.STUDY, OLD.date(), OLD, state=state, **lease)
    assert forget() == 0


def test_learner_who_heeded_no_mail_stays_in_peace():
    """Eleven study emails since the last activity stop the reminders, however long ago they were."""
    learner = make_learner()
    turn_on(learner, now=OLD - 30 * DAY)
    version = Progress.objects.get_or_create(learner=learner)[0].version
    for number in range(11):
        over(learner, OLD - number * DAY, version=version)
        over(learner, OLD - (20 + number) * DAY, version=version + 1)  # at another time
    over(learner, OLD - 40 * DAY, ReminderKind.REVIEW)
    latest = over(learner, OLD - 15 * DAY, ReminderKind.REVIEW)
    due = owe(learner)
    forget()
    assert Delivery.objects.filter(version=version).count() == 11
    assert not Delivery.objects.filter(version=version + 1).exists()
    assert list(Delivery.objects.filter(kind=ReminderKind.REVIEW)) == [latest]
    from guidance.catalog import snapshot

    [context] = load([due.pk], snapshot=snapshot.current(), now=NOW)
    assert context.backoff.why == BackoffStage.SILENT
    assert context.reviewed == latest.on


def test_audit_is_right_after_deletion_and_finds_what_was_not_deleted():
    learner = make_learner()
    schedule = turn_on(learner, now=NOW - 450 * DAY)
    first = date(2025, 9, 5)
    for number in range((NOW.date() - first).days):
        on = NOW - timedelta(days=number + 1)
        over(learner, on.replace(hour=7, minute=30))
    type(schedule).objects.update(next_at=NOW + DAY, next_on=(NOW + DAY).date())
    Heartbeat.objects.create(name="tick", at=NOW)
    before = list(Audit(NOW, 366).findings())
    assert [finding.partition(":")[0] for finding in before] == ["retention"]
    assert forget() > 0
    audit = Audit(NOW, 366)
    assert list(audit.findings()) == []
    assert audit.occurrences == 366
    Delivery.objects.filter(on=NOW.date() - 100 * DAY).delete()
    [gap] = Audit(NOW, 366).findings()
    assert gap.startswith("gap:")
    out = StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("audit_reminders", days=7, stdout=out)
    assert f"{ledger.count_deleted()} older deliveries" in out.getvalue()
