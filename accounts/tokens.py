"""Personal access tokens: what a program shows to act for its owner through the API.

A token ends when it expires, when its owner revokes it, and with whatever ends the owner's other sessions because someone
else may have had access to the account: another password, however it came about, or a disabled account (a trigger of the
database sees to these two), another address or second factor (`receivers`). Logging out does not end it: people log out of
browsers every day, and the programs that act for them run on.
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

PREFIX = "wm_"  # by which people, and scanners for leaked secrets, recognise a token
TEXT = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
PREFIX_LENGTH = len(PREFIX) + 8  # characters by which its owner knows it; 208 bits of it remain unknown
MAX_TOKENS = 20  # of one owner
USED_EVERY = timedelta(minutes=1)
KEPT_EXPIRED = timedelta(days=30)  # so that its owner finds out why a program stopped

log = structlog.get_logger(__name__)


def token_digest(text: str) -> str:
    """What is stored of a token. It is random and long, so that a plain digest is enough."""
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def issue(*, owner: User, name: str, scope: str, days: int, now: datetime) -> tuple[AccessToken, str]:
    """Issue a token and return it with its text, which cannot be shown again; its owner is told by email. `owner`: as the request
    has them."""
    stored_owner = User.objects.select_for_update().filter(pk=owner.pk, is_active=True).first()
    # A session that ended while its request was running leaves no token behind.
    if stored_owner is None or stored_owner.get_session_auth_hash() != owner.get_session_auth_hash():
        raise ValidationError(_("Your login has ended. Log in again."), code="ended")
    if owner.access_tokens.count() >= MAX_TOKENS:
        raise ValidationError(
            _("You have %(count)d tokens, which is as many as there may be. Revoke one first."),
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
    """The token of this text with its owner, if it is good: one query, and none for what cannot be one."""
    if not TEXT.fullmatch(text):
        return None
    confirmed = EmailAddress.objects.filter(user=OuterRef("owner"), verified=True)
    good = Q(Exists(confirmed), owner__is_active=True, expires_at__gt=now)
    return AccessToken.objects.select_related("owner").filter(good, digest=token_digest(text)).first()


def mark_used(token: AccessToken, *, now: datetime) -> None:
    """Note when the token was used, to the minute, so that a program which asks all the time does not write all the time. A
    request does not fail because of it: a database that takes no writes can still be read."""
    if token.last_used_at is None or token.last_used_at <= now - USED_EVERY:
        try:
            AccessToken.objects.filter(pk=token.pk).update(last_used_at=now)
        except DatabaseError as error:
            if not database.is_write_refused(error):
                raise


def renew(*, token: AccessToken, days: int, now: datetime) -> None:
    """The same text is good for `days` from now on, also after it has expired."""
    token.renewed_at, token.expires_at = now, now + timedelta(days=days)
    token.save(update_fields=["renewed_at", "expires_at"])
    log.info("token_renewed", user_id=token.owner_id, token_id=token.pk)


def revoke(*, token: AccessToken) -> None:
    """Delete the token; it is refused from the next request on."""
    number = token.pk
    token.delete()
    log.info("token_revoked", user_id=token.owner_id, token_id=number)


def revoke_all(*, owner: User) -> None:
    owner.access_tokens.all().delete()


def clear_expired(*, now: datetime) -> int:
    """Delete tokens that expired a while ago, and return how many."""
    return database.delete_in_batches(AccessToken.objects.filter(expires_at__lt=now - KEPT_EXPIRED))
