"""Tokens of the links in an email that work without a login: signed, for one learner and one kind, or for one delivery. Anyone
who reads the email can follow them; no one can make another one.
"""

from dataclasses import dataclass
from typing import Any

from django.core import signing

from guidance.reminders.models import ReminderKind

UNSUBSCRIBE, DELIVERY = "waymark.reminders.unsubscribe", "waymark.reminders.delivery"
MAX_LENGTH = 200  # of a token; what is longer is not looked at


@dataclass(frozen=True, slots=True)
class Subscription:
    learner: int
    kind: ReminderKind


def for_unsubscribing(learner: int, kind: ReminderKind | str) -> str:
    """It has no end: a mail is unsubscribed from years later, too."""
    return _signer(UNSUBSCRIBE).sign_object([learner, str(kind)])


def subscription(token: str) -> Subscription | None:
    """None for a token that we did not make."""
    try:
        learner, kind = _read(token, UNSUBSCRIBE)
        return Subscription(int(learner), ReminderKind(kind))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def for_delivery(delivery: int | None) -> str:
    return _signer(DELIVERY).sign_object(delivery)


def delivery(token: str) -> int | None:
    """Its number; None for a token that we did not make."""
    try:
        return int(_read(token, DELIVERY))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def is_of_test(token: str) -> bool:
    """Whether the token is from a test or a preview, whose delivery is not in the ledger and has no number."""
    try:
        return _read(token, DELIVERY) is None
    except signing.BadSignature:
        return False


def _read(token: str, salt: str) -> Any:
    if len(token) > MAX_LENGTH:
        raise signing.BadSignature
    return _signer(salt).unsign_object(token)


def _signer(salt: str) -> signing.Signer:
    """Without a time, so that another attempt of a mail is the same mail to the byte."""
    return signing.Signer(salt=salt)
