"""Browsers that are known for an account, since its owner has logged in there.

Guesses from elsewhere must not keep the owner out, so a known browser has limits of its own (`accounts.limits`). A signed
cookie names the accounts. It holds their numbers and no addresses, ends with the password of the account, and does not log
anyone in. Only its own accounts are looked up, so that it tells nothing about any other.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

SALT = "accounts.known"
LASTS = timedelta(days=90)  # from the last login
MAX_ACCOUNTS = 8  # accounts of one browser, as on a computer that a class shares

type Entries = dict[str, list[str]]  # the number of an account: an id of this browser, and the proof for it


def browser(request: HttpRequest, email: str) -> str | None:
    """The id of the browser, if it is known for the account of this address."""
    entries = _entries(request)
    if not entries:
        return None
    user = User.objects.filter(email=email.lower(), pk__in=entries).first()
    return _id_in(entries, user) if user else None


def remember(request: HttpRequest, user: User) -> None:
    """The answer to this request will have a cookie by which the browser is known for the account."""
    request.known_user = user  # type: ignore[attr-defined]


def set_cookie(request: HttpRequest, response: HttpResponse) -> None:
    user: User | None = getattr(request, "known_user", None)
    if user is None:
        return
    entries = _entries(request)
    number = _id_in(entries, user) or secrets.token_urlsafe(9)
    entries.pop(str(user.pk), None)
    entries[str(user.pk)] = [number, _proof(number, user)]
    latest = dict(list(entries.items())[-MAX_ACCOUNTS:])
    response.set_cookie(
        settings.KNOWN_COOKIE_NAME,
        signing.dumps(latest, salt=SALT),
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _entries(request: HttpRequest) -> Entries:
    cookie = request.COOKIES.get(settings.KNOWN_COOKIE_NAME)
    if not cookie:
        return {}
    try:
        entries: Entries = signing.loads(cookie, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return {}
    return entries


def _id_in(entries: Entries, user: User) -> str | None:
    number, proof = entries.get(str(user.pk), ("", ""))
    return number if number and secrets.compare_digest(proof, _proof(number, user)) else None


def _proof(number: str, user: User) -> str:
    """Changes with the password. The hash that is stored has random salt, so its digest tells nothing about it."""
    return hashlib.sha256(f"{number}:{user.password}".encode()).hexdigest()[:32]
