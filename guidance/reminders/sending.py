"""Sending what is due: claim a few, decide and write them together, send them one by one, write down how each ended.

Nothing here is lost by dying at any point (`ledger.py`). One reminder that cannot be written or sent stops no other.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage, mailers
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from guidance.catalog import snapshot
from guidance.reminders import emails, ledger, services
from guidance.reminders.ledger import Lease
from guidance.reminders.occasions import Occasion, load, verdict
from guidance.reminders.smtp import Ending, Outcome, Post, Unreachable

log = structlog.get_logger(__name__)

UNREACHABLE_FOR = timedelta(seconds=60)  # before the mail server is tried again
DATABASE_PATIENCE = 10.0  # seconds for which the outcome of a mail that is out is tried to be written down
PAUSE = 0.2  # between two of these tries


@dataclass
class Tally:
    sent: int = 0
    refused: int = 0
    later: int = 0
    cancelled: int = 0
    unreachable: bool = False


def drain(*, seconds: float | None = None, now: Callable[[], datetime] = timezone.now) -> Tally:
    """Send all that is due, for at most about so many seconds, over one connection that is kept."""
    until = None if seconds is None else time.monotonic() + seconds
    tally, post = Tally(), Post(mailers["reminders"])
    try:
        while until is None or time.monotonic() < until:
            lease = ledger.claim(now=now())
            if lease is None:
                break
            _send_batch(lease, post, tally, now())
            if tally.unreachable:
                break
    finally:
        post.close()
    return tally


def _send_batch(lease: Lease, post: Post, tally: Tally, now: datetime) -> None:
    left = list(lease.deliveries)
    try:
        post.open()
        for occasion in load(lease.deliveries, snapshot=snapshot.current(), now=now):
            _send_one(occasion, lease, post, tally, now)
            left.remove(occasion.delivery.pk)
    except Unreachable as error:
        tally.unreachable = True
        log.warning("reminders_unreachable", error=str(error))
        ledger.release(deliveries=left, lease=lease, pause=UNREACHABLE_FOR)


def _send_one(occasion: Occasion, lease: Lease, post: Post, tally: Tally, now: datetime) -> None:
    pk = occasion.delivery.pk
    reason = verdict(occasion)
    if reason is not None:
        tally.cancelled += ledger.cancel(delivery=pk, lease=lease, reason=reason)
        return
    message = _written(occasion)
    post.open()
    if not ledger.begin(delivery=pk, lease=lease, version=occasion.standing.version, address=occasion.address):
        # Something changed since it was decided: decide again.
        ledger.release(deliveries=[pk], lease=lease, pause=UNREACHABLE_FOR)
        return
    outcome = post.send(message) if message else Outcome(Ending.LATER, None, "could not be written")
    _write_down(lambda: _end(occasion, outcome, lease, tally, now))


def _written(occasion: Occasion) -> EmailMessage | None:
    """None when it cannot be: a mistake of ours that one learner's data bring to light does not stop the others' mail."""
    try:
        return emails.compose(occasion)
    except SoftTimeLimitExceeded:  # that is no mistake of the mail
        raise
    except Exception:
        log.exception("reminder_unwritable", delivery=occasion.delivery.pk, kind=occasion.delivery.kind)
        return None


def _end(occasion: Occasion, outcome: Outcome, lease: Lease, tally: Tally, now: datetime) -> None:
    pk, code, reply = occasion.delivery.pk, outcome.code, outcome.reply
    match outcome.ending:
        case Ending.SENT:
            tally.sent += ledger.sent(delivery=pk, lease=lease, code=code, reply=reply)
        case Ending.REFUSED:
            tally.refused += ledger.failed(delivery=pk, lease=lease, code=code, reply=reply)
            if outcome.of_address and code:
                services.suppress(learner=occasion.learner, address=occasion.address, code=code, reply=reply, now=now)
        case ending:
            uncertain = ending is Ending.UNCERTAIN
            attempts = occasion.delivery.attempts + 1
            tally.later += ledger.later(
                delivery=pk, lease=lease, attempts=attempts, code=code, reply=reply, ambiguous=uncertain
            )


def _write_down(end: Callable[[], None]) -> None:
    """The mail is out, so that it is worth waiting for a database that restarts."""
    until = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            end()
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(PAUSE)
