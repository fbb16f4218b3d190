"""A user's logins: one for each valid session. Ending a login deletes its session: the browser is logged out at its next
request, and a request that is still running cannot save the session again."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import Session, User
from accounts.sessions import BROWSER, SessionStore

MAX_LOGINS = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Login:
    reference: str  # identifies the login in forms, because the session key is a secret
    browser: str  # "" if unknown
    system: str
    seen_at: datetime  # to the hour
    is_this: bool  # whether it is the current session


def logins_of(user: User, *, this: str | None, now: datetime) -> list[Login]:
    """Returns the user's logins, at most 100: the current one first, then the most recently seen. `this` is the current
    session key."""
    rows = Session.objects.filter(user_id=user.pk, expire_date__gt=now).order_by("-seen_at")[:MAX_LOGINS]
    logins = [_login(row, data, this) for row in rows if _works(data := SessionStore().decode(row.session_data), user)]
    return sorted(logins, key=lambda login: not login.is_this)


def end_login(*, user: User, reference: str, now: datetime) -> bool:
    """Ends a login and returns whether it existed."""
    rows = Session.objects.filter(user_id=user.pk, expire_date__gt=now).values_list("session_key", flat=True)
    key = next((key for key in rows if constant_time_compare(_reference(key), reference)), None)
    if key is None:
        return False
    Session.objects.filter(pk=key, user_id=user.pk).delete()
    log.info("login_ended", user_id=user.pk)
    return True


def end_other_logins(*, user: User, this: str) -> None:
    """Ends all other logins, including those that were started but not finished."""
    Session.objects.filter(user_id=user.pk).exclude(pk=this).delete()
    log.info("other_logins_ended", user_id=user.pk)


def _works(data: dict[str, str], user: User) -> bool:
    """Returns whether the session is still valid for its user. Changing the password or second factor makes it invalid."""
    if SESSION_KEY not in data or BACKEND_SESSION_KEY not in data:
        return False
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), known) for known in hashes)


def _login(row: Session, data: dict[str, tuple[str, str]], this: str | None) -> Login:
    browser, system = data.get(BROWSER, ("", ""))
    return Login(_reference(row.session_key), browser, system, row.seen_at, row.session_key == this)


def _reference(key: str) -> str:
    return salted_hmac("accounts.logins", key, algorithm="sha256").hexdigest()[:32]
