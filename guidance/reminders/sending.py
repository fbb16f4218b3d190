"""Sends what is due: claims a few reminders, decides on them and writes them together, sends them one by one, and stores the
outcome of each. While they are being sent, the next few are claimed and written.

Nothing is lost if the process dies at any point (`ledger.py`). A reminder that cannot be written or sent does not stop
others.

`run_minute` does all the work on reminders, in order. A worker runs it each minute, and `drain_reminders` runs it at once.
"""

import sys
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage, mailers
from django.db import connection
from django.utils import timezone

from accounts.database import write_patiently
from accounts.smtp import SendOutcome, SendResult, ServerUnreachable, SmtpSession
from guidance.catalog import snapshot
from guidance.reminders import emails, ledger, services
from guidance.reminders.audit import HEARTBEAT
from guidance.reminders.context import ReminderContext, cancel_reason, load
from guidance.reminders.ledger import Lease
from guidance.reminders.models import Delivery, Heartbeat

log = structlog.get_logger(__name__)

SECONDS = 50  # of sending per minute, so that other tasks can run; the next minute continues
UNREACHABLE_FOR = timedelta(seconds=60)  # pause before the mail server is tried again
TURN = 0.0001  # seconds for which the writing thread can block the sending thread


@dataclass
class SendCounts:
    sent: int = 0
    refused: int = 0
    later: int = 0
    cancelled: int = 0
    unreachable: bool = False


@dataclass(frozen=True)
class PreparedReminder:
    """A claimed reminder: the reason why it is not sent, or its email if that could be written."""

    context: ReminderContext
    reason: Delivery.Reason | None
    message: EmailMessage | None


@dataclass(frozen=True)
class PreparedBatch:
    lease: Lease
    reminders: list[PreparedReminder]


def drain(*, seconds: float | None = None, now: Callable[[], datetime] = timezone.now) -> SendCounts:
    """Sends everything that is due, over one connection and for at most about this many seconds. The next batch is written while
    one is being sent, except within a transaction, because another thread would not see its data.
    """
    until = None if seconds is None else time.monotonic() + seconds
    counts, post = SendCounts(), SmtpSession(mailers.default)
    write = _one_by_one if connection.in_atomic_block else _ahead
    with closing(post), closing(write(now)) as batches:
        while until is None or time.monotonic() < until:
            batch = next(batches, None)
            if batch is None:
                break
            _send_batch(batch, post, counts, now())
            if counts.unreachable:
                break
    return counts


def _one_by_one(now: Callable[[], datetime]) -> Generator[PreparedBatch]:
    while batch := _prepare_batch(now()):
        yield batch


def _ahead(now: Callable[[], datetime]) -> Generator[PreparedBatch]:
    """Yields batches that another thread writes with its own database connection. Batches that are not used are released."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        with ThreadPoolExecutor(1, "reminders") as writer:
            coming = writer.submit(_prepare_batch, now())
            try:
                while batch := coming.result():
                    coming = writer.submit(_prepare_batch, now())
                    yield batch
            finally:
                writer.submit(_give_back, coming).result()
    finally:
        sys.setswitchinterval(usual)


def _give_back(coming: "Future[PreparedBatch | None]") -> None:
    try:
        if coming.exception() is None and (batch := coming.result()):
            ledger.release(deliveries=batch.lease.deliveries, lease=batch.lease)
    finally:
        connection.close()  # of this thread


def _prepare_batch(now: datetime) -> PreparedBatch | None:
    lease = ledger.claim(now=now)
    if lease is None:
        return None
    contexts = load(lease.deliveries, snapshot=snapshot.current(), now=now)
    return PreparedBatch(lease, [_prepare(context) for context in contexts])


def _prepare(context: ReminderContext) -> PreparedReminder:
    reason = cancel_reason(context)
    return PreparedReminder(context, reason, None if reason else _message(context))


def _send_batch(batch: PreparedBatch, post: SmtpSession, counts: SendCounts, now: datetime) -> None:
    left = list(batch.lease.deliveries)
    try:
        post.open()
        for reminder in batch.reminders:
            _send_one(reminder, batch.lease, post, counts, now)
            left.remove(reminder.context.delivery.pk)
    except ServerUnreachable as error:
        counts.unreachable = True
        log.warning("reminders_unreachable", error=str(error))
        ledger.release(deliveries=left, lease=batch.lease, pause=UNREACHABLE_FOR)


def _send_one(reminder: PreparedReminder, lease: Lease, post: SmtpSession, counts: SendCounts, now: datetime) -> None:
    context, pk = reminder.context, reminder.context.delivery.pk
    if reminder.reason is not None:
        counts.cancelled += ledger.cancel(delivery=pk, lease=lease, reason=reminder.reason)
        return
    post.open()
    if not ledger.begin(delivery=pk, lease=lease, version=context.state.version, address=context.address):
        # Something changed since the decision, so decide again.
        ledger.release(deliveries=[pk], lease=lease, pause=UNREACHABLE_FOR)
        return
    message = reminder.message
    outcome = post.send(message) if message else SendOutcome(SendResult.LATER, None, "could not be written")
    write_patiently(lambda: _end(context, outcome, lease, counts, now))


def _message(context: ReminderContext) -> EmailMessage | None:
    """Returns the email of a reminder; None if it cannot be written, so that an error with one learner's data does not stop
    others."""
    try:
        return emails.compose(context)
    except SoftTimeLimitExceeded:  # not an error of the email
        raise
    except Exception:
        log.exception("reminder_unwritable", delivery=context.delivery.pk, kind=context.delivery.kind)
        return None


def _end(context: ReminderContext, outcome: SendOutcome, lease: Lease, counts: SendCounts, now: datetime) -> None:
    pk, code, reply = context.delivery.pk, outcome.code, outcome.reply
    match outcome.result:
        case SendResult.SENT:
            counts.sent += ledger.sent(delivery=pk, lease=lease, code=code, reply=reply)
        case SendResult.REFUSED:
            counts.refused += ledger.failed(delivery=pk, lease=lease, code=code, reply=reply)
            if outcome.is_address_error and code:
                services.suppress(learner=context.learner, address=context.address, code=code, reply=reply, now=now)
        case result:
            uncertain = result is SendResult.UNCERTAIN
            attempts = context.delivery.attempts + 1
            counts.later += ledger.later(
                delivery=pk, lease=lease, attempts=attempts, code=code, reply=reply, ambiguous=uncertain
            )


def run_minute(*, seconds: float | None = None) -> SendCounts:
    """Plans, sweeps and sends what is due, for about this many seconds or until nothing is left."""
    now = timezone.now()
    services.apply_tzdata(now=now)
    planned = ledger.plan_due(now=now)
    swept = ledger.sweep(now=now)
    Heartbeat.objects.update_or_create(name=HEARTBEAT, defaults={"at": now})
    counts = drain(seconds=seconds)
    log.info("reminders", planned=planned, **asdict(swept), **asdict(counts))
    return counts
