import uuid

import pytest

from guidance.reminders import audit
from guidance.reminders.models import Delivery, Heartbeat, ReminderKind
from tests.reminders.learners import DAY, HOUR, MINUTE, NOW, make_learner, owe

pytestmark = pytest.mark.django_db
State = Delivery.State


def in_hand(state):
    return {"state": state, "lease_token": uuid.uuid4(), "lease_until": NOW}


def test_what_is_open_is_counted():
    learner = make_learner()
    owe(learner, ReminderKind.WEEKLY, not_before=NOW - 7 * MINUTE)
    owe(learner, ReminderKind.BEHIND, not_before=NOW)
    owe(learner, ReminderKind.STUDY, not_before=NOW + MINUTE)  # waits for its next attempt
    owe(learner, ReminderKind.REVIEW, **in_hand(State.CLAIMED))
    owe(learner, ReminderKind.WEEKLY, NOW.date() - DAY, **in_hand(State.SENDING))
    owe(learner, ReminderKind.STUDY, NOW.date() - DAY, state=State.FAILED)
    Heartbeat.objects.create(name="tick", at=NOW - MINUTE)
    found = audit.open_now(NOW)
    assert (found.due, found.postponed, found.in_hand) == (2, 1, 2)
    assert (found.lag, found.heartbeat) == (7 * MINUTE, MINUTE)


def test_nothing_open_has_no_lag():
    owe(make_learner(), not_before=NOW + MINUTE)
    found = audit.open_now(NOW)
    assert (found.due, found.in_hand, found.lag.total_seconds(), found.heartbeat) == (0, 0, 0, None)
    assert found.postponed == 1


def test_a_day_is_counted_by_kind_and_state():
    learner = make_learner()
    for days in range(3):
        owe(learner, on=NOW.date() - days * DAY, due_at=NOW - HOUR - days * DAY / 2, attempts=3, ambiguous=days + 1)
    owe(learner, ReminderKind.WEEKLY, state=State.CANCELLED, reason=Delivery.Reason.NOTHING)
    found = audit.last_day(NOW)
    assert {key: count for key, count in found.rows.items() if count} == {
        ("study", "due"): 2,
        ("weekly", "cancelled"): 1,
    }
    assert len(found.rows) == 4 * 7
    assert found.uncertain == 1 + 2


def test_figures_take_few_queries(django_assert_num_queries):
    with django_assert_num_queries(3):
        audit.open_now(NOW)
    with django_assert_num_queries(1):
        audit.last_day(NOW)
