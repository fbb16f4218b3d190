"""Browsers: what they are called, and for which accounts they are known.

The name of a browser and its system lets people tell their own devices apart. Nothing else of the header is stored.

A browser is known for an account once its owner has logged in there. Guesses from elsewhere must not keep the owner out,
so a known browser has limits of its own (`accounts.limits`). A signed cookie names the accounts by number, not by address.
It ends with the password of the account and does not log anyone in. Only its own accounts are looked up, so it tells
nothing about any other.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

# In this order: most claim to be several others as well.
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
    """(browser, system) by their names; "" for one that is not known."""
    return _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for sign, name in names if sign in user_agent), "")


SALT = "accounts.known"  # signs cookies that browsers have; it must not change
LASTS = timedelta(days=90)  # from the last login
MAX_ACCOUNTS = 8  # accounts of one browser, as on a computer that a class shares

type Entries = dict[str, list[str]]  # the number of an account: an id of this browser, and the proof for it


def known_id(request: HttpRequest, email: str) -> str | None:
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
