"""Writes the learner's name and time zone, what they have seen, and the secret URL of their calendar."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import User
from guidance.catalog import snapshot
from guidance.progress.models import (
    CalendarFeed,
    Progress,
)
from guidance.progress.services.base import (
    lock_and_bump,
)

SECRET_BYTES = 32  # of a calendar URL


@transaction.atomic
def save_profile(*, learner: User) -> User:
    """Saves name and time zone as set on `learner`. The dates of existing rows do not change."""
    lock_and_bump(learner)
    learner.save(update_fields=["name", "time_zone"])
    return learner


@transaction.atomic
def record_activity(*, learner: User) -> None:
    """Records an activity that is not stored otherwise, such as answering a reminder, so that earlier reminders do not count as
    ignored."""
    lock_and_bump(learner)


@transaction.atomic
def mark_changes_seen(*, learner: User, revision: int) -> None:
    """Stores that the learner has seen the changes to the catalogue up to this revision."""
    lock_and_bump(learner)
    newest = min(revision, snapshot.current().revision)
    Progress.objects.filter(learner=learner, seen_revision__lt=newest).update(seen_revision=newest)


@transaction.atomic
def make_calendar_address(*, learner: User, now: datetime) -> str:
    """Returns a new secret for the URL of the learner's calendar. The old one becomes invalid."""
    lock_and_bump(learner)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.update_or_create(learner=learner, defaults={"digest": feed_digest(secret), "created_at": now})
    return secret


@transaction.atomic
def revoke_calendar_address(*, learner: User) -> None:
    lock_and_bump(learner)
    CalendarFeed.objects.filter(learner=learner).delete()


def feed_digest(secret: str) -> str:
    """Returns the digest that is stored for a secret. The secret is long and random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()
