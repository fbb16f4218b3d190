"""The outbox: emails about accounts, from the decision to send one until a mail server has it.

    hand_over  writes the email in the transaction that causes it, and wakes up a sender after the commit
    claim      gives one worker one email for the length of a lease
    finish     deletes the row, because the email was sent or there is nothing to send
    later      makes the row due again after a pause, because the email could not be sent

A lease moves the row's `not_before` into the future: if a worker dies, its row is due again when the lease ends. So every email
is sent at least once. It is sent twice if a sender died, or its connection broke, between the mail server's acceptance and our
commit: a second copy does no harm, but a missing one keeps someone out. All copies have the same Message-ID. Times come from
the database's clock.

No request waits for the broker or the mail server. A worker sends the email. If none has claimed it after a few seconds, a
thread of this process sends it; the thread starts when it is first needed.
"""

import threading
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import mailers
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.models import Count, F, Min, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from kombu.exceptions import KombuError
from redis import RedisError

from accounts import database, emails
from accounts.models import OutgoingMail, User
from accounts.smtp import SendResult, ServerUnreachable, SmtpSession

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=180)  # three times the limit for a delivery (`whole` in settings.MAILERS)
BACK_OFF = [timedelta(minutes=minutes) for minutes in (0.25, 1, 5, 20, 60)]  # after each attempt; the last one repeats
MAX_ATTEMPTS = 20
UNREACHABLE_FOR = timedelta(seconds=30)  # pause before the mail server is tried again
LASTS = timedelta(hours=24)  # time after which an email is too late to be useful
TASK = "accounts.tasks.send_mail"
WORKER_PATIENCE = 3.0  # seconds a worker has to claim an email
LOOK_AGAIN = 30.0  # seconds between checks while something is waiting
NEVER = float("inf")


def write(*, kind: str, user: User | None, address: str = "", **context: Any) -> None:
    """Writes an email to the outbox. `context` is what the templates need besides links, as plain JSON. A row with neither a
    user nor an address is never sent: it is written so that a request takes just as long for an address without an account."""
    OutgoingMail.objects.create(kind=OutgoingMail.MailKind(kind), user=user, address=address, context=context)


@transaction.atomic
def claim() -> OutgoingMail | None:
    """Claims the email that has been due longest and that no one else has claimed; None if none is due."""
    due = OutgoingMail.objects.filter(not_before__lte=Now()).order_by("not_before")
    mail = due.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("user").first()
    if mail is not None:
        mail.attempts += 1
        OutgoingMail.objects.filter(pk=mail.pk).update(attempts=mail.attempts, not_before=Now() + LEASE)
    return mail


def finish(mail: OutgoingMail) -> None:
    """Deletes the row because the email was sent, even if another worker has claimed it since."""
    OutgoingMail.objects.filter(pk=mail.pk).delete()


def later(mail: OutgoingMail) -> None:
    """Makes an email due again after a pause that grows with its attempts, unless another worker has claimed it since."""
    _in_hand(mail).update(not_before=Now() + BACK_OFF[min(mail.attempts, len(BACK_OFF)) - 1])


def release(mail: OutgoingMail) -> None:
    """Releases an email because the mail server is unreachable, which does not count as an attempt."""
    _in_hand(mail).update(not_before=Now() + UNREACHABLE_FOR, attempts=F("attempts") - 1)


def _in_hand(mail: OutgoingMail) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(pk=mail.pk, attempts=mail.attempts)


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    mails: int
    age: timedelta  # of the oldest email


def count_waiting(*, now: datetime) -> OutboxCounts:
    waiting = OutgoingMail.objects.order_by().aggregate(mails=Count("pk"), oldest=Min("created_at", default=now))
    return OutboxCounts(waiting["mails"], max(now - waiting["oldest"], timedelta()))


def hand_over(*, kind: str, user: User | None, address: str = "", **context: Any) -> None:
    """Works like `write`, but also wakes up a sender after the commit, so that the email is sent soon."""
    write(kind=kind, user=user, address=address, **context)
    # The change is committed, so its page (with a new token that is shown once) must be shown whatever happens to the email.
    transaction.on_commit(courier.wake, robust=True)


class Courier:
    def __init__(self) -> None:
        self._wanted, self._starting = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        self._wanted.set()
        with self._starting:  # after a fork the thread no longer exists
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        look_at = NEVER
        while True:
            left = look_at - time.monotonic()
            if self._wanted.wait(None if look_at == NEVER else max(left, 0)):
                self._wanted.clear()
                look_at = min(look_at, time.monotonic() + (WORKER_PATIENCE if call_worker() else 0))
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LOOK_AGAIN if send_waiting() else NEVER


courier = Courier()


def call_worker(task: str = TASK) -> bool:
    """Sends a task to the workers and returns whether the broker accepted it; we do not know whether a worker gets it."""
    try:
        current_app.send_task(task, expires=55, ignore_result=True)
    except (KombuError, RedisError, OSError) as error:
        log.warning("worker_uncalled", task=task, error=type(error).__name__)
        return False
    return True


def send_waiting() -> bool:
    """Sends the emails that no worker has claimed and returns whether any are, or may be, left."""
    try:
        drain()
        return count_waiting(now=timezone.now()).mails > 0
    except Error as error:  # the database is unavailable, so emails may still be waiting
        log.warning("account_mail_waits", error=type(error).__name__)
        return True
    finally:
        connection.close()


def drain(*, seconds: float | None = None) -> int:
    """Sends everything that is due, for about `seconds` at most, and returns how many emails were sent. Stops early if the
    mail server is unreachable."""
    until = None if seconds is None else time.monotonic() + seconds
    sent = 0
    with closing(SmtpSession(mailers.default)) as post:
        while until is None or time.monotonic() < until:
            mail = claim()
            if mail is None:
                break
            try:
                sent += _send(mail, post)
            except ServerUnreachable as error:
                release(mail)
                log.warning("account_mail_unreachable", error=str(error))
                break
    return sent


def _send(mail: OutgoingMail, post: SmtpSession) -> bool:
    """Sends an email and returns whether it was sent. Raises ServerUnreachable. The mail server's reply is not logged,
    because it may contain the address."""
    event_log = log.bind(kind=mail.kind, user_id=mail.user_id, attempts=mail.attempts)
    # Attempts are counted when they start, because the email itself may crash the worker.
    if mail.attempts > MAX_ATTEMPTS or timezone.now() > mail.created_at + LASTS:
        event_log.error("account_mail_given_up")
        finish(mail)
        return False
    try:
        message = emails.compose(mail)
    except (SoftTimeLimitExceeded, OperationalError, InterfaceError):
        raise
    except Exception:  # our own error: other emails are still sent, and a later release may fix it
        event_log.exception("account_mail_unwritable")
        later(mail)
        return False
    if message is None:
        finish(mail)
        return False
    post.open()
    outcome = post.send(message)
    event_log = event_log.bind(code=outcome.code)
    match outcome.result:
        case SendResult.SENT:
            database.write_patiently(lambda: finish(mail))
            event_log.info("account_mail_sent")
        case SendResult.REFUSED:
            finish(mail)
            event_log.error("account_mail_refused")
        case _:
            later(mail)
            event_log.warning("account_mail_later", ending=outcome.result.value)
    return outcome.result is SendResult.SENT
