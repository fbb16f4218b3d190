"""Requests that may come twice: each is told apart by a key of its client, and done once.

The answer is a row of the same transaction as what the request made: there is never one without the other. A second
request with the key waits in the database for the first: it is then told the same, or does the work itself when the first
one failed. Waiting is kinder than a refusal, since a client that sends a thing again mostly does so because its first
request took long. Whoever would have to wait for longer than `lock_timeout` is told to come back.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from accounts import batches
from accounts.models import User
from guidance.progress.models import KeptAnswer

KEPT_FOR = timedelta(hours=24)

type Answer = tuple[int, str]  # status and body


class InFlightError(Exception):
    """A request with this key is still being worked on."""


class KeyUsedError(Exception):
    """The key came with another request before."""


@transaction.atomic
def once(*, learner: User, key: str, request: bytes, now: datetime, make: Callable[[], Answer]) -> Answer:
    """What `make` answers, or what it did when this key came before within a day. `request`: all that the request says.
    Whatever `make` raises leaves nothing behind, and the key may be used again.

    Raises InFlightError and KeyUsedError.
    """
    digest = hashlib.sha256(request).hexdigest()
    learner.keptanswers.filter(key=key, at__lte=now - KEPT_FOR).delete()
    try:
        # Inserting waits for another transaction that has inserted the same key and has not ended yet.
        KeptAnswer.objects.bulk_create(
            [KeptAnswer(learner=learner, key=key, digest=digest, at=now)], ignore_conflicts=True
        )
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise InFlightError from error
        raise
    kept = learner.keptanswers.get(key=key)
    if kept.digest != digest:
        raise KeyUsedError
    if kept.status is not None:
        return kept.status, kept.body
    kept.status, kept.body = make()
    kept.save(update_fields=["status", "body"])
    return kept.status, kept.body


def forget(*, now: datetime) -> int:
    """Delete the answers that were kept for long enough: how many."""
    return batches.delete(KeptAnswer.objects.filter(at__lte=now - KEPT_FOR))
