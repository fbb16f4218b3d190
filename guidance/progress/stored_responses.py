"""Runs a request with an `Idempotency-Key` once and returns its response for every repetition.

The response is stored in the same transaction as what the request created, so there is never one without the other. A second
request with the same key waits in the database for the first. It then gets the same response, or does the work itself if the
first request failed. Waiting is better than rejecting, because most clients repeat a request when the first took long. A request
that would wait longer than `lock_timeout` gets an error that tells the client to retry later.
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
    """Raised if a request with this key is still running."""


class KeyUsedError(Exception):
    """Raised if the key was used with a different request."""


@transaction.atomic
def run_once(
    *, learner: User, key: str, request: bytes, now: datetime, make: Callable[[], StatusAndBody]
) -> StatusAndBody:
    """Returns the response of `make`, or the stored one if this key was used in the last day. `request` is the method, URL and
    body. If `make` raises, nothing is stored and the key can be used again. Raises InFlightError and KeyUsedError.
    """
    digest = hashlib.sha256(request).hexdigest()
    learner.storedresponses.filter(key=key, at__lte=now - KEPT_FOR).delete()
    try:
        # The insert waits for any open transaction that has inserted the same key.
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
    """Deletes responses older than a day and returns how many it deleted."""
    return database.delete_in_batches(StoredResponse.objects.filter(at__lte=now - KEPT_FOR))
