"""Run a request with an `Idempotency-Key` once, and give its response to every repetition.

The response is a row of the same transaction as what the request created: there is never one without the other. A second
request with the same key waits in the database for the first. It then gets the same response, or does the work itself if
the first one failed. Waiting is better than refusing, because most clients repeat a request when the first took long. A
request that would wait longer than `lock_timeout` is told to come back.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from accounts import database
from accounts.models import User
from guidance.progress.models import StoredResponse

KEPT_FOR = timedelta(hours=24)

type StatusAndBody = tuple[int, str]


class InFlightError(Exception):
    """A request with this key is still running."""


class KeyUsedError(Exception):
    """The key was used with a different request."""


@transaction.atomic
def run_once(
    *, learner: User, key: str, request: bytes, now: datetime, make: Callable[[], StatusAndBody]
) -> StatusAndBody:
    """The response of `make`, or the stored one if this key was used in the last day. `request`: method, address and body.
    If `make` raises, nothing is stored and the key may be used again.

    Raises InFlightError and KeyUsedError.
    """
    digest = hashlib.sha256(request).hexdigest()
    learner.storedresponses.filter(key=key, at__lte=now - KEPT_FOR).delete()
    try:
        # Inserting waits for another transaction that has inserted the same key and has not ended yet.
        StoredResponse.objects.bulk_create(
            [StoredResponse(learner=learner, key=key, digest=digest, at=now)], ignore_conflicts=True
        )
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise InFlightError from error
        raise
    stored = learner.storedresponses.get(key=key)
    if stored.digest != digest:
        raise KeyUsedError
    if stored.status is not None:
        return stored.status, stored.body
    stored.status, stored.body = make()
    stored.save(update_fields=["status", "body"])
    return stored.status, stored.body


def delete_expired(*, now: datetime) -> int:
    """Delete the responses that are older than a day; returns how many."""
    return database.delete_in_batches(StoredResponse.objects.filter(at__lte=now - KEPT_FOR))
