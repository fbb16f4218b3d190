"""Browsers: their names, and the accounts for which they are known.

The names of a browser and its system let people tell their own devices apart. Nothing else from the header is stored.

A browser is known for an account once its owner has logged in there. Guesses from elsewhere must not keep the owner out, so a
known browser has its own limits (`accounts.login_limits`). A signed cookie holds the accounts by number, not by address. An entry
becomes invalid when the password changes, and it logs no one in. Only the cookie's own accounts are looked up, so it reveals
nothing about others.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

# The order matters: most browsers also claim to be several others.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def describe(user_agent: str) -> tuple[str, str]:
    """Returns the names (browser, system); an unknown name is ""."""
    return _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")


SALT = "accounts.known"  # signs existing cookies, so it must not change
LASTS = timedelta(days=90)  # since the last login
MAX_ACCOUNTS = 8  # per browser, for example on a computer that a class shares

type Entries = dict[str, list[str]]  # {number of an account: [id of this browser, proof]}


def known_id(request: HttpRequest, email: str) -> str | None:
    """Returns the id of the browser, if it is known for the account with this address."""
    entries = _entries(request)
    if not entries:
        return None
    user = User.objects.filter(email=email.lower(), pk__in=entries).first()
    return _id_in(entries, user) if user else None


def remember(request: HttpRequest, user: User) -> None:
    """Makes the response to this request set a cookie that marks the browser as known for the account."""
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
    """Returns the proof of an entry, which changes with the password. The stored hash has a random salt, so its digest
    reveals nothing about the password."""
    return hashlib.sha256(f"{number}:{user.password}".encode()).hexdigest()[:32]
