"""Django's sessions in the database. Each also has its user or, before a login, a digest of the email address that allauth
stores in it, so that sessions can be deleted with the account."""

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

PENDING_LOGIN = (
    "account_login"  # where allauth stores a login that is waiting for something, such as a confirmed address
)
SIGNED_UP = "account_signed_up"  # the number of the account that was created in this session
BROWSER = "browser"  # `browsers.describe` of the browser that logged in
AUTHENTICATION = ("_", "account_", "mfa.")  # prefixes of the keys of Django and allauth

PENDING_FOR = timedelta(hours=1)  # allauth's own limit is 15 minutes, but it applies only if the browser returns
SEEN_EVERY = timedelta(hours=1)

log = structlog.get_logger(__name__)


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.models import Session  # Django imports this module before models can be imported

        return Session

    def save(self, must_create: bool = False) -> None:
        """Saves the session. Django treats every error as a deleted session (400); this raises database errors as they are
        (503)."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, (OperationalError, InternalError)):
                raise error.__context__ from error.__context__.__cause__
            raise

    def flush(self) -> None:
        """Ends the session for this request even if the database refuses to delete it."""
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
            # The same lifetime whether the account was just created or the address was already taken.
            session.expire_date = min(session.expire_date, now + PENDING_FOR)
        return session

    def _get_session_from_db(self) -> Any:
        row: Any = read_row(self.model, "session_key = %s AND expire_date > %s", self.session_key, timezone.now())
        if row is None:
            self._session_key = None
        if row is not None and row.user_id is not None and row.seen_at <= timezone.now() - SEEN_EVERY:
            try:
                self.model.objects.filter(pk=row.pk).update(seen_at=timezone.now())  # type: ignore[misc]  # of ours
            except DatabaseError as error:  # the page still works with a read-only database
                log.warning("session_not_marked", error=type(error).__name__)
        return row


def owner(data: Any) -> int | None:
    """Returns the number of the user who is logged in, is logging in or signed up in this session. Data in the session is
    theirs even if they never confirm the account."""
    if SESSION_KEY in data:
        return int(data[SESSION_KEY])
    pending = data.get(PENDING_LOGIN)
    if pending and pending["user_pk"]:  # the pretended login with a taken address has none
        return base36_to_int(pending["user_pk"])
    number: int | None = data.get(SIGNED_UP)
    return number


def is_pending(data: Any) -> bool:
    """Returns whether a login was started in this session and not finished."""
    return SESSION_KEY not in data and bool(data.get(PENDING_LOGIN))


def pending_address(data: Any) -> str | None:
    """Returns the address that was typed to sign up or log in, while allauth waits for the next step."""
    pending = data.get(PENDING_LOGIN)
    return pending.get("email") if pending else None


def digest(address: str, *, secret: str | bytes | None = None) -> str:
    """Returns the digest for finding the sessions of an address. It is keyed, so that a copy of the database does not reveal who
    tried to sign up."""
    return salted_hmac("accounts.sessions.digest", address.lower(), secret=secret, algorithm="sha256").hexdigest()


def digests(addresses: Iterable[str]) -> set[str]:
    """Returns the digests of the addresses with every key that may have been used."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return {digest(address, secret=key) for address in addresses for key in keys}


def contents(session_data: str) -> dict[str, Any]:
    """Returns the data of a stored session without its authentication data, which contains secrets."""
    data = SessionStore().decode(session_data)
    return {key: value for key, value in data.items() if not key.startswith(AUTHENTICATION)}
