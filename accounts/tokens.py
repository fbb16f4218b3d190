"""Personal access tokens, with which a program acts for its owner through the API.

A token ends when it expires or its owner revokes it. It also ends with everything that ends the owner's other sessions
because someone else may have had access to the account: a new password or a disabled account (both by a trigger in the
database), a new address or a changed second factor (`receivers`). Logging out does not end it: people log out of browsers
every day, but their programs keep running.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

import structlog
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts import database, outbox
from accounts.models import AccessToken, OutgoingMail, User

PREFIX = "wm_"  # so that people and scanners for leaked secrets recognise a token
TEXT = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
PREFIX_LENGTH = len(PREFIX) + 8  # characters by which its owner recognises it; the other 208 bits stay unknown
MAX_TOKENS = 20  # per owner
USED_EVERY = timedelta(minutes=1)
KEPT_EXPIRED = timedelta(days=30)  # so that the owner can see why a program stopped working

log = structlog.get_logger(__name__)


def token_digest(text: str) -> str:
    """Returns the digest that is stored for a token. The token is long and random, so a plain hash is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def issue(*, owner: User, name: str, scope: str, days: int, now: datetime) -> tuple[AccessToken, str]:
    """Issues a token and returns it with its text, which cannot be shown again. Its owner gets an email. `owner` is the user
    of the request, as loaded with its session."""
    stored_owner = User.objects.select_for_update().filter(pk=owner.pk, is_active=True).first()
    # A session that ended during its request must not create a token.
    if stored_owner is None or stored_owner.get_session_auth_hash() != owner.get_session_auth_hash():
        raise ValidationError(_("Your session has expired. Log in again."), code="ended")
    if owner.access_tokens.count() >= MAX_TOKENS:
        raise ValidationError(
            _("You already have %(count)d tokens, the maximum. Revoke one first."),
            code="too_many",
            params={"count": MAX_TOKENS},
        )
    text = PREFIX + secrets.token_urlsafe(32)
    token = AccessToken(
        owner=owner,
        name=name,
        scope=scope,
        prefix=text[:PREFIX_LENGTH],
        digest=token_digest(text),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    token.full_clean()
    token.save()
    address = EmailAddress.objects.get_primary_email(owner)
    if address:
        details = {"name": name, "prefix": token.prefix, "scope": scope, "expires_at": token.expires_at.isoformat()}
        outbox.hand_over(kind=OutgoingMail.MailKind.TOKEN_MADE, user=owner, address=address, token=details)
    log.info("token_made", user_id=owner.pk, token_id=token.pk, scope=scope)
    return token, text


def find(text: str, *, now: datetime) -> AccessToken | None:
    """Returns the valid token with this text, including its owner; None if there is no such token. Takes one query, or none if
    the text cannot be a token."""
    if not TEXT.fullmatch(text):
        return None
    confirmed = EmailAddress.objects.filter(user=OuterRef("owner"), verified=True)
    good = Q(Exists(confirmed), owner__is_active=True, expires_at__gt=now)
    return AccessToken.objects.select_related("owner").filter(good, digest=token_digest(text)).first()


def mark_used(token: AccessToken, *, now: datetime) -> None:
    """Stores when the token was used, to the minute, so that frequent requests do not cause frequent writes. If the database
    refuses all writes, the request does not fail, because reading still works."""
    if token.last_used_at is None or token.last_used_at <= now - USED_EVERY:
        try:
            AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
        except DatabaseError as error:
            if not database.is_write_refused(error):
                raise


def renew(*, token: AccessToken, days: int, now: datetime) -> None:
    """Makes the token valid for `days` from now, with the same text, even if it has expired."""
    token.renewed_at, token.expires_at = now, now + timedelta(days=days)
    token.save(update_fields=["renewed_at", "expires_at"])
    log.info("token_renewed", user_id=token.owner_id, token_id=token.pk)


def revoke(*, token: AccessToken) -> None:
    """Deletes the token; it is refused from the next request on."""
    number = token.pk
    token.delete()
    log.info("token_revoked", user_id=token.owner_id, token_id=number)


def revoke_all(*, owner: User) -> None:
    owner.access_tokens.all().delete()


def clear_expired(*, now: datetime) -> int:
    """Deletes tokens that expired more than KEPT_EXPIRED ago and returns how many."""
    return database.delete_in_batches(AccessToken.objects.filter(expires_at__lt=now - KEPT_EXPIRED))
