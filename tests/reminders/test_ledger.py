import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from guidance.reminders import ledger, services
from guidance.reminders.ledger import Lease
from guidance.reminders.models import Delivery, ReminderKind, Schedule
from tests.reminders.learners import DAY, HOUR, MINUTE, NOW, TODAY, make_learner, owe, turn_on

pytestmark = pytest.mark.django_db
State, Reason = Delivery.State, Delivery.Reason


@pytest.fixture
def learner(db):
    return make_learner(time_zone="Europe/Zurich")


def rows(*fields):
    return list(Delivery.objects.order_by("pk").values_list(*fields))


def let_lease_run_out():
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=datetime(2026, 1, 1, tzinfo=UTC))


def begin(delivery, lease, *, version=1):
    return ledger.begin(delivery=delivery.pk, lease=lease, version=version, address=delivery.learner.email)


# Planning


def test_what_is_due_becomes_a_row_once_and_the_schedule_moves_on(learner):
    schedule = turn_on(learner)
    due = schedule.next_at
    assert ledger.plan_due(now=due - timedelta(seconds=1)) == 0
    assert ledger.plan_due(now=due) == 1
    assert ledger.plan_due(now=due) == 0
    schedule.refresh_from_db()
    assert (schedule.next_at, schedule.next_on) == (due + DAY, TODAY + DAY)
    row = Delivery.objects.get()
    assert (row.learner, row.kind, row.on, row.state) == (learner, "study", TODAY, State.DUE)
    assert (row.due_at, row.not_before, row.expires_at) == (due, due, due + 6 * HOUR)
    assert (row.attempts, row.ambiguous, row.lease_token) == (0, 0, None)


def test_days_that_nobody_looked_are_caught_up_and_too_late_ones_end(learner):
    schedule = turn_on(learner)
    now = schedule.next_at + 2 * DAY + HOUR
    assert ledger.plan_due(now=now) == 3
    assert rows("on") == [(TODAY,), (TODAY + DAY,), (TODAY + 2 * DAY,)]
    assert ledger.sweep(now=now).expired == 2
    assert rows("state") == [("expired",), ("expired",), ("due",)]


def test_what_is_off_is_not_planned(learner):
    turn_on(learner)
    services.turn_off(learner=learner, kinds=[ReminderKind.STUDY])
    assert ledger.plan_due(now=NOW + 9 * DAY) == 0


def test_a_row_that_is_there_already_is_left_as_it_is(learner):
    schedule = turn_on(learner)
    there = owe(learner, state=State.SENT, sent_at=NOW)
    assert ledger.plan_due(now=schedule.next_at) == 0
    assert rows("pk", "state") == [(there.pk, "sent")]
    schedule.refresh_from_db()
    assert schedule.next_on == TODAY + DAY


def test_planning_takes_as_many_statements_for_a_thousand_as_for_one(learner, django_assert_num_queries):
    turn_on(learner)
    with django_assert_num_queries(7):  # two batches and one that finds nothing more, with the savepoints of a test
        ledger.plan_due(now=NOW + HOUR)
    for number in range(30):
        turn_on(make_learner(f"learner-{number}@example.org"))
    with django_assert_num_queries(7):
        assert ledger.plan_due(now=NOW + 3 * HOUR) == 30


def test_a_time_zone_that_is_gone_holds_nobody_else_up(learner):
    turn_on(learner)
    other = turn_on(make_learner("marek@example.org"))
    Schedule.objects.exclude(pk=other.pk).update(time_zone="Gone/Zone")
    assert ledger.plan_due(now=NOW + 3 * HOUR) == 2


def test_planning_of_one_learner_leaves_the_others(learner):
    turn_on(learner)
    turn_on(make_learner("marek@example.org"))
    assert ledger.plan_due(now=NOW + 3 * HOUR, learner=learner) == 1
    assert Delivery.objects.get().learner == learner


def test_planning_goes_on_until_all_is_planned(learner, monkeypatch):
    monkeypatch.setattr(ledger, "PLANNED_AT_ONCE", 3)
    for number in range(7):
        turn_on(make_learner(f"learner-{number}@example.org"))
    assert ledger.plan_due(now=NOW + 3 * HOUR) == 7


zones = st.sampled_from(["UTC", "Europe/Zurich", "America/New_York", "Pacific/Apia", "Antarctica/Troll", "Asia/Gaza"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(1, 60)),
        st.tuples(st.just("zone"), zones),
        st.tuples(st.just("time"), st.times().map(lambda value: value.replace(microsecond=0))),
        st.tuples(st.just("off"), st.none()),
        st.tuples(st.just("on"), st.none()),
    ),
    max_size=12,
)


class TestAnyLife(HypothesisTestCase):
    @settings(max_examples=40, deadline=None)
    @given(steps)
    def test_a_date_has_one_row_at_most_and_none_is_missed_while_nothing_changes(self, steps):
        learner = make_learner()
        now = NOW
        turn_on(learner, now=now)
        for step, value in steps:
            match step:
                case "wait":
                    before, zone = now, ZoneInfo(learner.time_zone)
                    now += value * HOUR
                    ledger.plan_due(now=now)
                    ledger.plan_due(now=now)
                    schedule = learner.schedules.get()
                    if schedule.is_on:
                        rhythm = services.rhythm_of(schedule)
                        day = before.astimezone(zone).date()
                        while rhythm.on(day) <= now:
                            if rhythm.on(day) > before and rhythm.on(day).astimezone(zone).date() == day:
                                assert learner.deliveries.filter(on=day).count() == 1, day
                            day += DAY
                case "zone":
                    learner.time_zone = value
                    with time_machine.travel(now, tick=False):  # the schedules follow it
                        learner.save()
                case "time":
                    turn_on(learner, now=now, at=value)
                case "off":
                    services.turn_off(learner=learner, kinds=[ReminderKind.STUDY])
                case "on":
                    turn_on(learner, now=now)
        dates = list(learner.deliveries.values_list("on", flat=True))
        assert len(dates) == len(set(dates))


# Claiming


def test_claim_takes_what_has_waited_longest(learner):
    rows_ = [owe(learner, kind, due_at=NOW - number * MINUTE) for number, kind in enumerate(ReminderKind)]
    lease = ledger.claim(now=NOW, limit=2)
    assert lease.deliveries == (rows_[3].pk, rows_[2].pk)
    assert {row.lease_token for row in Delivery.objects.filter(state=State.CLAIMED)} == {lease.token}
    assert set(ledger.claim(now=NOW).deliveries) == {rows_[0].pk, rows_[1].pk}
    assert ledger.claim(now=NOW) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"not_before": NOW + MINUTE},
        {"expires_at": NOW},
        {"state": State.SENT, "sent_at": NOW},
        {"state": State.CANCELLED, "reason": Reason.OFF},
        {"state": State.FAILED},
    ],
)
def test_claim_leaves_what_is_not_due(learner, fields):
    owe(learner, **fields)
    assert ledger.claim(now=NOW) is None


# Beginning


@pytest.fixture
def owed(learner):
    turn_on(learner)
    return owe(learner)


@pytest.fixture
def lease(owed):
    return ledger.claim(now=NOW)


def test_begin_is_written_down_before_anything_is_sent(owed, lease):
    assert begin(owed, lease, version=7)
    owed.refresh_from_db()
    assert (owed.state, owed.attempts, owed.version) == (State.SENDING, 1, 7)
    assert not begin(owed, lease)


def test_begin_needs_the_lease(owed, lease):
    assert not begin(owed, Lease(uuid4(), (owed.pk,)))
    let_lease_run_out()
    assert not begin(owed, lease)
    owed.refresh_from_db()
    assert (owed.state, owed.attempts) == (State.CLAIMED, 0)


def turned_off(learner):
    services.turn_off(learner=learner, kinds=[ReminderKind.STUDY])


def paused(learner):
    learner.schedules.update(paused_until=TODAY + DAY)


def unconfirmed(learner):
    learner.emailaddress_set.update(verified=False)


def disabled(learner):
    type(learner).objects.filter(pk=learner.pk).update(is_active=False)


def suppressed(learner):
    services.suppress(learner=learner, address=learner.email, code=550, reply="no", now=NOW)


def address_changed(learner):
    type(learner).objects.filter(pk=learner.pk).update(email="new@example.org")
    learner.emailaddress_set.update(email="new@example.org")


def mailed_today(learner):
    owe(learner, ReminderKind.WEEKLY, state=State.SENT, sent_at=NOW)


def perhaps_mailed_today(learner):
    owe(learner, ReminderKind.WEEKLY, attempts=1, ambiguous=1)


@pytest.mark.parametrize(
    "change",
    [turned_off, paused, unconfirmed, disabled, suppressed, address_changed, mailed_today, perhaps_mailed_today],
)
def test_begin_sees_what_changed_since_it_was_decided(owed, lease, change):
    change(owed.learner)
    assert not begin(owed, lease)
    owed.refresh_from_db()
    assert (owed.state, owed.attempts) == (State.CLAIMED, 0)


def test_begin_of_an_account_that_is_gone(owed, lease):
    owed.learner.delete()
    assert not ledger.begin(delivery=owed.pk, lease=lease, version=1, address="lena@example.org")


@pytest.mark.parametrize("change", ["suppression of another address", "pause until today", "mail of another date"])
def test_begin_takes_no_notice_of_what_is_not_about_it(owed, lease, change):
    match change:
        case "suppression of another address":
            services.suppress(learner=owed.learner, address="old@example.org", code=550, reply="", now=NOW)
        case "pause until today":
            owed.learner.schedules.update(paused_until=TODAY)
        case "mail of another date":
            owe(owed.learner, ReminderKind.WEEKLY, on=TODAY - DAY, state=State.SENT, sent_at=NOW)
    assert begin(owed, lease)


@pytest.mark.parametrize("first", [{"state": "sent", "sent_at": NOW}, {"attempts": 1, "ambiguous": 1}])
def test_the_database_allows_one_mail_a_day(learner, first):
    owe(learner, ReminderKind.WEEKLY, **first)
    with pytest.raises(IntegrityError), transaction.atomic():
        owe(learner, state=State.SENT, sent_at=NOW)


# How a delivery ends


def test_sent(owed, lease):
    assert not ledger.sent(delivery=owed.pk, lease=lease, code=250, reply="OK")
    begin(owed, lease)
    assert ledger.sent(delivery=owed.pk, lease=lease, code=250, reply="queued as 7" + "x" * 300)
    owed.refresh_from_db()
    assert (owed.state, owed.code, owed.lease_token, owed.lease_until) == (State.SENT, 250, None, None)
    assert owed.sent_at is not None
    assert owed.reply.startswith("queued as 7")
    assert not ledger.sent(delivery=owed.pk, lease=lease, code=250, reply="OK")


def test_failed_for_good(owed, lease):
    begin(owed, lease)
    assert ledger.failed(delivery=owed.pk, lease=lease, code=550, reply="no such user")
    assert rows("state", "code", "reply", "lease_token") == [("failed", 550, "no such user", None)]
    assert ledger.claim(now=NOW + HOUR) is None


@pytest.mark.parametrize("ambiguous", [False, True])
def test_later_waits_longer_each_time_and_ends_after_five_attempts(owed, ambiguous):
    pauses = []
    for attempt in range(1, 6):
        Delivery.objects.update(not_before=NOW)
        lease = ledger.claim(now=NOW)
        assert begin(owed, lease)
        before = datetime.now(UTC)
        assert ledger.later(
            delivery=owed.pk, lease=lease, attempts=attempt, code=451, reply="busy", ambiguous=ambiguous
        )
        owed.refresh_from_db()
        assert (owed.attempts, owed.ambiguous) == (attempt, attempt * ambiguous)
        pauses.append(round((owed.not_before - before) / MINUTE))
    assert pauses[:4] == [1, 5, 20, 60]
    assert owed.state == State.FAILED


def test_cancel_says_why(owed, lease):
    assert ledger.cancel(delivery=owed.pk, lease=lease, reason=Reason.NOTHING)
    assert rows("state", "reason", "attempts") == [("cancelled", "nothing", 0)]
    assert not ledger.cancel(delivery=owed.pk, lease=lease, reason=Reason.NOTHING)


def test_release_gives_back_what_was_only_in_hand(learner, owed):
    other = owe(learner, ReminderKind.WEEKLY, on=TODAY - DAY)
    lease = ledger.claim(now=NOW)
    begin(owed, lease)
    before = datetime.now(UTC)
    assert ledger.release(deliveries=lease.deliveries, lease=lease, pause=MINUTE) == 1
    owed.refresh_from_db()
    other.refresh_from_db()
    assert (owed.state, other.state, other.attempts) == (State.SENDING, State.DUE, 0)
    assert timedelta(seconds=50) < other.not_before - before < timedelta(seconds=70)


# Sweeping


def test_what_was_in_the_hands_of_a_worker_that_died_is_due_again(owed, lease):
    assert ledger.sweep(now=NOW) == ledger.SweepCounts(released=0, uncertain=0, expired=0)
    let_lease_run_out()
    assert ledger.sweep(now=NOW) == ledger.SweepCounts(released=1, uncertain=0, expired=0)
    assert rows("state", "ambiguous", "lease_token") == [("due", 0, None)]


def test_what_was_being_sent_is_due_again_and_uncertain(owed, lease):
    begin(owed, lease)
    let_lease_run_out()
    assert ledger.sweep(now=NOW) == ledger.SweepCounts(released=0, uncertain=1, expired=0)
    assert rows("state", "ambiguous", "attempts") == [("due", 1, 1)]
    assert not ledger.sent(delivery=owed.pk, lease=lease, code=250, reply="OK")  # the first worker was only slow
    again = ledger.claim(now=NOW)
    assert begin(owed, again)


def test_a_mail_that_ends_its_workers_is_given_up(owed):
    for attempt in range(1, 6):
        begin(owed, ledger.claim(now=NOW))
        let_lease_run_out()
        ledger.sweep(now=NOW)
        assert rows("attempts", "ambiguous") == [(attempt, attempt)]
    assert rows("state", "lease_token") == [("failed", None)]


def test_sweep_ends_what_is_too_late(learner):
    owe(learner, expires_at=NOW)
    owe(learner, ReminderKind.WEEKLY, on=TODAY - DAY, expires_at=NOW + MINUTE)
    assert ledger.sweep(now=NOW).expired == 1
    assert rows("state") == [("expired",), ("due",)]


# By hand


def test_retry_takes_up_what_failed_or_was_too_late(learner):
    failed = owe(learner, state=State.FAILED, attempts=5, ambiguous=1, on=TODAY - DAY)
    expired = owe(learner, ReminderKind.WEEKLY, state=State.EXPIRED)
    sent = owe(learner, ReminderKind.REVIEW, on=TODAY - 2 * DAY, state=State.SENT, sent_at=NOW)
    cancelled = owe(learner, ReminderKind.BEHIND, state=State.CANCELLED, reason=Reason.OFF)
    everything = [failed.pk, expired.pk, sent.pk, cancelled.pk]
    assert ledger.retry(deliveries=everything, now=NOW + DAY) == 2
    failed.refresh_from_db()
    assert (failed.state, failed.attempts, failed.ambiguous) == (State.DUE, 1, 1)
    assert (failed.not_before, failed.expires_at) == (NOW + DAY, NOW + DAY + 6 * HOUR)
    assert Delivery.objects.filter(state=State.DUE).count() == 2


# Many at once


@pytest.mark.django_db(transaction=True)
def test_planners_and_workers_side_by_side_do_everything_once():
    for number in range(60):
        learner = make_learner(f"learner-{number}@example.org", time_zone="Europe/Zurich")
        turn_on(learner)
    now, failures = NOW + HOUR, []
    taken: list[int] = []
    barrier = threading.Barrier(4)

    def work() -> None:
        try:
            barrier.wait(10)
            ledger.plan_due(now=now)
            while lease := ledger.claim(now=now, limit=7):
                taken.extend(lease.deliveries)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    while lease := ledger.claim(now=now):  # deliveries planned after all workers had looked
        taken.extend(lease.deliveries)
    assert sorted(taken) == sorted(Delivery.objects.values_list("pk", flat=True))
    assert Delivery.objects.count() == 60
    assert set(Schedule.objects.values_list("next_on", flat=True)) == {date(2026, 11, 26)}


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_two_mails_of_one_day_send_one():
    learner = make_learner(time_zone="Europe/Zurich")
    turn_on(learner, ReminderKind.WEEKLY, ReminderKind.STUDY)
    deliveries = [owe(learner, ReminderKind.WEEKLY), owe(learner, ReminderKind.STUDY)]
    leases = [ledger.claim(now=NOW, limit=1) for _ in deliveries]
    by_row = {lease.deliveries[0]: lease for lease in leases}
    barrier, begun = threading.Barrier(2), []

    def work(delivery: Delivery) -> None:
        barrier.wait(10)
        begun.append(begin(delivery, by_row[delivery.pk]))
        connection.close()

    threads = [threading.Thread(target=work, args=[delivery]) for delivery in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(begun) == [False, True]
    assert Delivery.objects.filter(state=State.SENDING).count() == 1
