"""Mail about accounts is handed over here. It is a row of the outbox first; once the transaction is committed, somebody is
found who sends it: a worker, or, where none has taken it after a few seconds, this process.

One thread of each process sees to that, begun when it is first needed. No request waits for the broker or the mail server.
"""

import threading
import time
from typing import Any

import structlog
from celery import current_app
from django.db import Error, connection, transaction
from django.utils import timezone
from kombu.exceptions import KombuError
from redis import RedisError

from accounts import outbox, sending
from accounts.models import User

log = structlog.get_logger(__name__)

TASK = "accounts.tasks.send_mail"
PATIENCE = 3.0  # seconds a worker has to take a mail
LOOK_AGAIN = 30.0  # seconds, while something waits, as for another attempt
NEVER = float("inf")


def hand_over(*, kind: str, user: User | None, address: str = "", **context: Any) -> None:
    """As `outbox.write`. It goes out soon after the transaction is committed, and never if it is not."""
    outbox.write(kind=kind, user=user, address=address, **context)
    # What was done is done, and its page (a new token is shown once) is shown whatever happens to the mail.
    transaction.on_commit(courier.wake, robust=True)


class Courier:
    def __init__(self) -> None:
        self._wanted, self._starting = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        self._wanted.set()
        with self._starting:  # after a fork there is no thread any more
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        look_at = NEVER
        while True:
            left = look_at - time.monotonic()
            if self._wanted.wait(None if look_at == NEVER else max(left, 0)):
                self._wanted.clear()
                look_at = min(look_at, time.monotonic() + (PATIENCE if call_worker() else 0))
            if time.monotonic() >= look_at:
                look_at = time.monotonic() + LOOK_AGAIN if send_what_waits() else NEVER


courier = Courier()


def call_worker() -> bool:
    """Whether the broker took the call; nobody knows whether a worker hears it."""
    try:
        current_app.send_task(TASK, expires=55, ignore_result=True)
    except (KombuError, RedisError, OSError) as error:
        log.warning("account_mail_uncalled", error=type(error).__name__)
        return False
    return True


def send_what_waits() -> bool:
    """Send what nobody has taken. Whether something is left, or that cannot be told."""
    try:
        sending.drain()
        return outbox.count_waiting(now=timezone.now()).mails > 0
    except Error as error:  # the database is away; so is the one that would have written more
        log.warning("account_mail_waits", error=type(error).__name__)
        return True
    finally:
        connection.close()
