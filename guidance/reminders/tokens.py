"""Tokens for links in emails that work without a login. They are signed, for one learner and one kind or for one delivery.
Anyone who reads the email can follow the links; no one can forge another token.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing

from guidance.reminders.models import ReminderKind

UNSUBSCRIBE, DELIVERY = "waymark.reminders.unsubscribe", "waymark.reminders.delivery"
MAX_LENGTH = 200  # of a token; longer ones are rejected unread


@dataclass(frozen=True, slots=True)
class Subscription:
    learner: int
    kind: ReminderKind


def for_unsubscribing(learner: int, kind: ReminderKind | str) -> str:
    """Returns a token to unsubscribe. It never expires, because people unsubscribe from old emails too."""
    return _signer(UNSUBSCRIBE).sign_object([learner, str(kind)])


def subscription(token: str) -> Subscription | None:
    """Reads a token from `for_unsubscribing`; None if we did not sign it."""
    try:
        learner, kind = _read(token, UNSUBSCRIBE)
        return Subscription(int(learner), ReminderKind(kind))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def for_delivery(delivery: int | None) -> str:
    return _signer(DELIVERY).sign_object(delivery)


def delivery(token: str) -> int | None:
    """Returns the id of the delivery; None for a token that we did not sign."""
    try:
        return int(_read(token, DELIVERY))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def is_of_test(token: str) -> bool:
    """Returns whether the token is from a test or a preview, whose delivery is not in the ledger and has no id."""
    try:
        return _read(token, DELIVERY) is None
    except signing.BadSignature:
        return False


def _read(token: str, salt: str) -> Any:
    if len(token) > MAX_LENGTH:
        raise signing.BadSignature
    return _signer(salt).unsign_object(token)


def _signer(salt: str) -> signing.Signer:
    """Returns a signer without a timestamp, so that another attempt to send an email has the same bytes."""
    return signing.Signer(salt=salt)
