import sys
import time
from functools import partial

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends import locmem
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts import database
from accounts.smtp import SendOutcome, SendResult, ServerUnreachable, SmtpSession
from guidance.catalog import snapshot
from guidance.progress import services as progress
from guidance.progress.models import Progress
from guidance.reminders import emails, ledger, sending, services
from guidance.reminders.audit import HEARTBEAT
from guidance.reminders.models import Delivery, Heartbeat, ReminderKind, Suppression
from guidance.reminders.sending import run_minute
from guidance.reminders.tasks import tick
from tests.factories import make_role, make_skill
from tests.reminders.learners import DAY, HOUR, NOW, TODAY, make_learner, owe, turn_on

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def make(db):
    """A learner with a next step and a study reminder."""
    make_skill("sql")
    role = make_role("ai-engineer", requirements={"sql": (2, 5)})

    def make(email="lena@example.org", **fields):
        learner = make_learner(email, time_zone="Europe/Zurich", **fields)
        progress.set_goal(learner=learner, role=role, hours_per_week=7, weekdays=range(1, 8), now=NOW)
        turn_on(learner)
        return learner

    return make


@pytest.fixture
def learner(make):
    return make()


def drain():
    return sending.drain(now=lambda: NOW + HOUR)


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def post(monkeypatch):
    """The answers of the mail server, by address; the default is OK."""
    answers: dict[str, SendOutcome | Exception] = {}
    sent: list[EmailMessage] = []

    def send(self: SmtpSession, message: EmailMessage) -> SendOutcome:
        sent.append(message)
        answer = answers.get(message.to[0], SendOutcome(SendResult.SENT, 250, "queued"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(SmtpSession, "send", send)
    return answers, sent


def test_what_is_due_is_sent_once(learner, mailoutbox):
    owe(learner)
    assert drain().sent == 1
    assert drain() == sending.SendCounts()
    [message] = mailoutbox
    assert message.to == [learner.email]
    row = Delivery.objects.get()
    assert (row.state, row.attempts, row.ambiguous, row.version) == (State.SENT, 1, 0, Progress.objects.get().version)


def test_what_has_nothing_to_say_is_written_down(learner, mailoutbox):
    services.turn_off(learner=learner, kinds=ReminderKind)
    owe(learner)
    assert drain().cancelled == 1
    assert mailoutbox == []
    assert Delivery.objects.values_list("state", "reason").get() == ("cancelled", "off")


def test_more_than_a_batch_is_sent_over_one_connection(make, monkeypatch, post):
    monkeypatch.setattr(ledger, "claim", partial(ledger.claim, limit=2))
    opened = []

    def open_(self):
        opened.append(self)

    monkeypatch.setattr(locmem.EmailBackend, "open", open_)
    for number in range(5):
        owe(make(f"learner-{number}@example.org"))
    assert drain().sent == 5
    assert len(set(map(id, opened))) == 1


def test_refused_for_good_and_the_address_with_it(learner, post):
    answers, _sent = post
    owe(learner)
    answers[learner.email] = SendOutcome(SendResult.REFUSED, 550, "5.1.1 no such user", is_address_error=True)
    assert drain().refused == 1
    assert Delivery.objects.values_list("state", "code", "reply").get() == ("failed", 550, "5.1.1 no such user")
    assert Suppression.objects.values_list("learner", "address", "code").get() == (learner.pk, learner.email, 550)
    owe(learner, on=TODAY + DAY)
    assert drain().cancelled == 1


def test_refused_for_another_reason_leaves_the_address(learner, post):
    answers, _sent = post
    owe(learner)
    answers[learner.email] = SendOutcome(SendResult.REFUSED, 554, "5.7.1 looks like spam")
    drain()
    assert states() == ["failed"]
    assert not Suppression.objects.exists()


@pytest.mark.parametrize(("ending", "ambiguous"), [(SendResult.LATER, 0), (SendResult.UNCERTAIN, 1)])
def test_later_is_tried_again_with_the_same_message_id(learner, post, ending, ambiguous):
    answers, sent = post
    row = owe(learner)
    answers[learner.email] = SendOutcome(ending, 451, "busy")
    assert drain().later == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.ambiguous, row.code) == (State.DUE, 1, ambiguous, 451)
    assert row.not_before > NOW
    assert drain() == sending.SendCounts()  # not before its time
    del answers[learner.email]
    Delivery.objects.update(not_before=NOW)
    assert drain().sent == 1
    first, second = sent
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    row.refresh_from_db()
    assert (row.state, row.attempts, row.ambiguous) == (State.SENT, 2, ambiguous)


def test_no_connection_costs_no_attempt(learner, monkeypatch):
    row = owe(learner)

    def refuse(self):
        raise ServerUnreachable("ConnectionRefusedError")

    monkeypatch.setattr(SmtpSession, "open", refuse)
    tally = drain()
    assert (tally.unreachable, tally.sent) == (True, 0)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.lease_token) == (State.DUE, 0, None)


def test_a_connection_that_is_lost_gives_back_the_rest(make, monkeypatch, post):
    for number in range(4):
        owe(make(f"learner-{number}@example.org"))
    opened = []

    def open_(self):
        opened.append(self)
        if len(opened) > 3:  # once for the batch and once for each email
            raise ServerUnreachable("reset")

    monkeypatch.setattr(SmtpSession, "open", open_)
    assert drain().sent == 2
    assert states() == ["sent", "sent", "due", "due"]
    assert Delivery.objects.filter(lease_token__isnull=False).count() == 0


def test_one_that_cannot_be_written_stops_no_other(make, monkeypatch, post):
    learners = [make(f"learner-{number}@example.org") for number in range(3)]
    for learner in learners:
        owe(learner)
    compose = emails.compose

    def poisoned(context):
        if context.learner == learners[1]:
            raise ZeroDivisionError
        return compose(context)

    monkeypatch.setattr(emails, "compose", poisoned)
    tally = drain()
    assert (tally.sent, tally.later) == (2, 1)
    assert states() == ["sent", "due", "sent"]
    assert Delivery.objects.get(learner=learners[1]).attempts == 1


def test_a_change_at_the_last_moment_is_seen(learner, monkeypatch, post):
    _answers, sent = post
    owe(learner)
    compose = emails.compose

    def and_meanwhile(context):
        services.turn_off(learner=learner, kinds=ReminderKind)
        return compose(context)

    monkeypatch.setattr(emails, "compose", and_meanwhile)
    drain()
    assert sent == []
    assert states() == ["due"]
    Delivery.objects.update(not_before=NOW)
    assert drain().cancelled == 1


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_that_it_was_sent_is_written_down_when_the_database_is_back(learner, monkeypatch, post, error):
    monkeypatch.setattr(database, "PAUSE", 0)
    monkeypatch.setattr(database.connection, "close", lambda: None)  # the connection has the transaction of the test
    owe(learner)
    failures = [error(), error()]
    write = ledger.sent

    def away(**fields):
        if failures:
            raise failures.pop()
        return write(**fields)

    monkeypatch.setattr(ledger, "sent", away)
    assert drain().sent == 1
    assert states() == ["sent"]


def test_a_database_that_stays_away_leaves_a_row_to_be_swept(learner, monkeypatch, post):
    monkeypatch.setattr(database, "PATIENCE", 0)
    owe(learner)

    def away(**fields):
        raise OperationalError

    monkeypatch.setattr(ledger, "sent", away)
    with pytest.raises(OperationalError):
        drain()
    assert states() == ["sending"]


def test_drain_ends_when_its_time_is_over(make, post):
    for number in range(3):
        owe(make(f"learner-{number}@example.org"))
    assert sending.drain(seconds=0, now=lambda: NOW) == sending.SendCounts()
    assert states() == ["due"] * 3


def test_a_mail_takes_three_queries_at_most(make, django_assert_max_num_queries, post):
    for number in range(20):
        owe(make(f"learner-{number}@example.org"))
    snapshot.current()
    with django_assert_max_num_queries(3 * 20):
        assert drain().sent == 20


# While one batch is sent, the next is composed


@pytest.fixture
def one_at_a_time(monkeypatch):
    monkeypatch.setattr(ledger, "claim", partial(ledger.claim, limit=1))


def connections():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


def are_as_many(before):
    """Whether there are as many connections as before. Waits, because the server ends one a moment after it was closed."""
    end = time.monotonic() + 5
    while (now := connections()) != before and time.monotonic() < end:
        time.sleep(0.01)
    return now == before


@pytest.mark.django_db(transaction=True)
def test_the_next_batch_is_written_while_one_is_sent(make, one_at_a_time, monkeypatch):
    for number in range(3):
        owe(make(f"learner-{number}@example.org"))
    before, in_hand = connections(), []

    def send(self, message):
        end = time.monotonic() + 5
        while (claimed := states().count("claimed")) == 0 and len(in_hand) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        in_hand.append(claimed)
        return SendOutcome(SendResult.SENT, 250, "queued")

    monkeypatch.setattr(SmtpSession, "send", send)
    usual = sys.getswitchinterval()
    assert drain().sent == 3
    assert in_hand == [1, 1, 0]
    assert sys.getswitchinterval() == usual
    assert are_as_many(before)


@pytest.mark.django_db(transaction=True)
def test_what_was_written_ahead_goes_back(make, one_at_a_time, monkeypatch):
    for number in range(3):
        owe(make(f"learner-{number}@example.org"))

    def open_(self):
        raise ServerUnreachable("refused")

    monkeypatch.setattr(SmtpSession, "open", open_)
    assert drain() == sending.SendCounts(unreachable=True)
    assert states() == ["due"] * 3
    assert not Delivery.objects.exclude(lease_token=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_cannot_be_read_stops_nothing_before_it(make, one_at_a_time, monkeypatch, post):
    for number in range(3):
        owe(make(f"learner-{number}@example.org"))
    load, before = sending.load, connections()

    def failing(deliveries, **known):
        if min(deliveries) > Delivery.objects.order_by("pk")[0].pk:
            raise OperationalError
        return load(deliveries, **known)

    monkeypatch.setattr(sending, "load", failing)
    with pytest.raises(OperationalError):
        drain()
    assert states() == ["sent", "claimed", "due"]  # the lease of the second will expire
    assert are_as_many(before)


# The task of every minute


def test_the_minutes_work_plans_sweeps_and_sends(learner, post):
    schedule = learner.schedules.get()
    owe(learner, ReminderKind.WEEKLY, on=TODAY - 9 * DAY)  # too late
    now = timezone.now()
    type(schedule).objects.update(next_at=now, next_on=learner.local_date(now))
    assert run_minute().sent == 1
    assert sorted(states()) == ["expired", "sent"]
    assert (timezone.now() - Heartbeat.objects.get(name=HEARTBEAT).at).total_seconds() < 60


def test_drain_reminders_says_what_it_did(learner, post, capsys):
    now = timezone.now()
    learner.schedules.update(next_at=now, next_on=learner.local_date(now))
    call_command("drain_reminders")
    assert capsys.readouterr().out == "sent 1, refused 0, later 0, not sent 0\n"


def test_a_worker_that_is_woken_up_does_it(learner, post):
    tick()
    assert Heartbeat.objects.filter(name=HEARTBEAT).exists()
