"""Sending what is in the outbox, one mail at a time over one connection that is kept."""

import time
from collections.abc import Callable
from contextlib import closing

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import mailers
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from accounts import letters, outbox
from accounts.models import OutgoingMail
from accounts.smtp import SendResult, ServerUnreachable, SmtpSession

log = structlog.get_logger(__name__)

DATABASE_PATIENCE = 10.0  # seconds for which it is tried to write down that a mail is out
PAUSE = 0.2  # between two of these tries


def drain(*, seconds: float | None = None) -> int:
    """Send all that is due, for at most about so many seconds: how many are out. Ends early while the mail server cannot be
    reached."""
    until = None if seconds is None else time.monotonic() + seconds
    sent = 0
    with closing(SmtpSession(mailers.default)) as post:
        while until is None or time.monotonic() < until:
            mail = outbox.claim()
            if mail is None:
                break
            try:
                sent += _send(mail, post)
            except ServerUnreachable as error:
                outbox.release(mail)
                log.warning("account_mail_unreachable", error=str(error))
                break
    return sent


def _send(mail: OutgoingMail, post: SmtpSession) -> bool:
    """Whether it is out. Raises Unreachable. The log has no answer of the mail server: the address may stand in it."""
    told = log.bind(kind=mail.kind, user_id=mail.user_id, attempts=mail.attempts)
    # Its attempts are counted as they begin: a mail may be what ends its workers.
    if mail.attempts > outbox.MAX_ATTEMPTS or timezone.now() > mail.created_at + outbox.LASTS:
        told.error("account_mail_given_up")
        outbox.finish(mail)
        return False
    try:
        message = letters.compose(mail)
    except (SoftTimeLimitExceeded, OperationalError, InterfaceError):
        raise
    except Exception:  # a mistake of ours, which stops no other mail, and which another release may mend
        told.exception("account_mail_unwritable")
        outbox.later(mail)
        return False
    if message is None:
        outbox.finish(mail)
        return False
    post.open()
    outcome = post.send(message)
    told = told.bind(code=outcome.code)
    match outcome.result:
        case SendResult.SENT:
            _insist(lambda: outbox.finish(mail))
            told.info("account_mail_sent")
        case SendResult.REFUSED:
            outbox.finish(mail)
            told.error("account_mail_refused")
        case _:
            outbox.later(mail)
            told.warning("account_mail_later", ending=outcome.result.value)
    return outcome.result is SendResult.SENT


def _insist(write: Callable[[], None]) -> None:
    """The mail is out, so that it is worth waiting for a database that restarts."""
    until = time.monotonic() + DATABASE_PATIENCE
    while True:
        try:
            write()
            return
        except (OperationalError, InterfaceError):
            if time.monotonic() > until:
                raise
            connection.close()
            time.sleep(PAUSE)
