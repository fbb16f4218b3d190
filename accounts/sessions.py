"""Django's sessions in the database, each with the user it belongs to and, before that user has logged in, with a digest of
the email address that allauth notes: so that they can be deleted with the account."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, InternalError, OperationalError
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import base36_to_int

from accounts.database import read_row

PENDING_LOGIN = "account_login"  # where allauth notes a login that waits for something, such as a confirmed address
SIGNED_UP = "account_signed_up"  # the number of the account that was made in this session
BROWSER = "browser"  # what `browsers.describe` says of the one that logged in
AUTHENTICATION = ("_", "account_", "mfa.")  # how the keys of Django, of allauth and of this module begin

PENDING_FOR = timedelta(hours=1)  # allauth's own limit is 15 minutes, but it applies only when the browser comes back
SEEN_EVERY = timedelta(hours=1)

log = structlog.get_logger(__name__)


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.models import Session  # Django imports this module before models can be

        return Session

    def save(self, must_create: bool = False) -> None:
        """Django takes every failure for a session that was deleted (400); one of the database is the database's (503)."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, (OperationalError, InternalError)):
                raise error.__context__ from error.__context__.__cause__
            raise

    def flush(self) -> None:
        """Over for this request even where the database refuses to delete it."""
        try:
            super().flush()
        finally:
            self._session_key = None

    def create_model_instance(self, data: Any) -> Any:
        session: Any = super().create_model_instance(data)
        now = timezone.now()
        session.user_id = owner(data)
        session.seen_at = now
        session.address_digest = digest(address) if (address := pending_address(data)) else ""
        if is_pending(data):
            # How long it lasts does not tell whether the account was just made or the address was taken already.
            session.expire_date = min(session.expire_date, now + PENDING_FOR)
        return session

    def _get_session_from_db(self) -> Any:
        row: Any = read_row(self.model, "session_key = %s AND expire_date > %s", self.session_key, timezone.now())
        if row is None:
            self._session_key = None
        if row is not None and row.user_id is not None and row.seen_at <= timezone.now() - SEEN_EVERY:
            try:
                self.model.objects.filter(pk=row.pk).update(seen_at=timezone.now())  # type: ignore[misc]  # of ours
            except DatabaseError as error:  # a database that only reads still shows the page
                log.warning("session_not_marked", error=type(error).__name__)
        return row


def owner(data: Any) -> int | None:
    """The number of the user who is logged in, or about to be, or who signed up here: what they said before and after
    that is theirs even when they never come back to confirm it."""
    if SESSION_KEY in data:
        return int(data[SESSION_KEY])
    pending = data.get(PENDING_LOGIN)
    if pending and pending["user_pk"]:  # a login that only pretends has none
        return base36_to_int(pending["user_pk"])
    number: int | None = data.get(SIGNED_UP)
    return number


def is_pending(data: Any) -> bool:
    """Whether a login was started here and not finished."""
    return SESSION_KEY not in data and bool(data.get(PENDING_LOGIN))


def pending_address(data: Any) -> str | None:
    """The address that was typed to sign up or to log in, as long as allauth waits for the rest."""
    pending = data.get(PENDING_LOGIN)
    return pending.get("email") if pending else None


def digest(address: str, *, secret: str | bytes | None = None) -> str:
    """What a session is found by. Keyed, so that a copy of the database does not tell who tried to sign up."""
    return salted_hmac("accounts.sessions.digest", address.lower(), secret=secret, algorithm="sha256").hexdigest()


def digests(addresses: Iterable[str]) -> set[str]:
    """The digests of the addresses under every key that may have been in use."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return {digest(address, secret=key) for address in addresses for key in keys}


def contents(session_data: str) -> dict[str, Any]:
    """What a stored session says besides who is logged in and how; none of the secrets."""
    data = SessionStore().decode(session_data)
    return {key: value for key, value in data.items() if not key.startswith(AUTHENTICATION)}
