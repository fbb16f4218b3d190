"""Sends one email to one recipient in one SMTP transaction and returns the outcome: accepted, refused permanently, to be tried
again, or uncertain.

The outcome is uncertain if the connection breaks after the content was sent and before the server's reply arrived. smtplib does
not detect this; `WatchedSMTP` does. It also ends a delivery that takes too long in total: smtplib's timeout applies to each read,
so a server that sends a byte now and then could block a sender forever.
"""

import io
import re
import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

log = structlog.get_logger(__name__)

GO_AHEAD, ACCEPTED = 354, 250  # RFC 5321, 4.2.3
NO_MAILBOX = {550, 551, 553}  # in replies to RCPT without an enhanced code
ENHANCED = re.compile(r"5\.(\d{1,3})\.\d{1,3}\b")  # RFC 3463; subject 1 is the address


class SendResult(Enum):
    SENT = "sent"
    REFUSED = "refused"  # permanently
    LATER = "later"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class SendOutcome:
    result: SendResult
    code: int | None = None
    reply: str = ""
    is_address_error: bool = False  # the mailbox does not exist, permanently


class _Watched:
    """A mixin for smtplib's connections: stores the latest reply, whether the content may have been sent without a reply, and
    the deadline.

    `whole` is the number of seconds for connecting and logging in, and again for each email. `timeout` is smtplib's, the
    maximum wait for one reply.
    """

    answer: tuple[int, bytes] = (0, b"")
    unanswered = False
    file: io.BufferedReader | None
    sock: Any
    timeout: float

    def __init__(self, *args: Any, whole: float, **kwargs: Any) -> None:
        self.whole = whole
        self._begin(whole)
        super().__init__(*args, **kwargs)

    def _begin(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def sendmail(self, *args: Any, **kwargs: Any) -> Any:
        self._begin(self.whole)
        return super().sendmail(*args, **kwargs)  # type: ignore[misc]

    def quit(self) -> Any:
        self._begin(self.timeout)
        return super().quit()  # type: ignore[misc]

    def allow(self) -> None:
        """Sets the socket's timeout to the time that is left. Raises TimeoutError if there is none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("The delivery took too long")
        self.sock.settimeout(min(self.timeout, left))

    def send(self, s: Any) -> None:
        if self.sock:
            self.allow()
        super().send(s)  # type: ignore[misc]

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:  # a new connection, or one that has just switched to TLS
            self.file = io.BufferedReader(_Answers(self))
        try:
            code, reply = super().getreply()  # type: ignore[misc]
        except smtplib.SMTPResponseException:  # a reply that never ends
            code, reply = 0, b""
        # smtplib would treat any of these as a refusal, although the content may have been accepted.
        if not 200 <= code < 600 or (self.unanswered and code != ACCEPTED and code < 400):
            self.close()  # type: ignore[attr-defined]
            raise smtplib.SMTPServerDisconnected("The reply is invalid")
        self.answer, self.unanswered = (code, reply), code == GO_AHEAD
        return code, reply


class _Answers(io.RawIOBase):
    """The input stream from the server. Each read checks the time that is left."""

    def __init__(self, connection: _Watched) -> None:
        self._connection = connection
        self._sock = connection.sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.allow()
        return int(self._sock.recv_into(buffer))


class WatchedSMTP(_Watched, smtplib.SMTP):
    pass


class WatchedSMTPSSL(_Watched, smtplib.SMTP_SSL):
    pass


class SmtpBackend(smtp.EmailBackend):
    """Django's backend with a `whole` in addition to its `timeout`, both in seconds: see `_Watched`."""

    connection: Any

    def __init__(self, *, whole: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whole = whole

    @property
    def connection_class(self) -> Callable[..., smtplib.SMTP]:  # type: ignore[override]
        return partial(WatchedSMTPSSL if self.use_ssl else WatchedSMTP, whole=self.whole)


class ServerUnreachable(Exception):
    """Raised if there is no connection to the mail server, which reveals nothing about any single email."""


class SmtpSession:
    """A connection to the mail server that is reused for several emails. `mailer` is one of Django's backends."""

    def __init__(self, mailer: Any) -> None:
        self.mailer = mailer

    def open(self) -> None:
        """Opens the connection; call it before each email. Raises ServerUnreachable."""
        try:
            self.mailer.open()
        except OSError as error:  # smtplib's errors are OSErrors too
            self.close()
            raise ServerUnreachable(type(error).__name__) from error

    def close(self) -> None:
        connection = getattr(self.mailer, "connection", None)
        with suppress(OSError):
            self.mailer.close()
        if connection is not None:
            self.mailer.connection = None

    def send(self, message: EmailMessage) -> SendOutcome:
        """Sends an email to exactly one recipient. Errors with the email are returned as its outcome; only the end of the
        task's time limit is raised."""
        assert len(message.recipients()) == 1
        try:
            self.mailer.send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            [(code, reply)] = error.recipients.values()
            return self._answered(code, reply, is_address_error=True)
        except smtplib.SMTPResponseException as error:
            return self._answered(error.smtp_code, error.smtp_error)
        except OSError as error:
            return self._broken(error)
        except SoftTimeLimitExceeded:  # the task has to end; whether the email was sent is unknown
            raise
        except Exception as error:  # for example CR or LF in a header: another attempt would fail too
            log.exception("mail_unsendable")
            return SendOutcome(SendResult.REFUSED, None, type(error).__name__)
        code, reply = getattr(getattr(self.mailer, "connection", None), "answer", (ACCEPTED, b""))
        return SendOutcome(SendResult.SENT, code, _text(reply))

    def _answered(self, code: int, reply: bytes | str, *, is_address_error: bool = False) -> SendOutcome:
        self.close()  # the transaction may still be open, or the connection may be closed
        if code < 500:
            return SendOutcome(SendResult.LATER, code, _text(reply))
        text = _text(reply)
        enhanced = ENHANCED.match(text)
        is_wrong_address = bool(enhanced[1] == "1") if enhanced else is_address_error and code in NO_MAILBOX
        return SendOutcome(SendResult.REFUSED, code, text, is_wrong_address)

    def _broken(self, error: OSError) -> SendOutcome:
        result = SendResult.UNCERTAIN if self._unanswered else SendResult.LATER
        self.close()
        return SendOutcome(result, None, type(error).__name__)

    @property
    def _unanswered(self) -> bool:
        return getattr(getattr(self.mailer, "connection", None), "unanswered", False)


def _text(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())
