"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from guidance.web.visitors import canonical_query, is_personal, theme_of

NAVIGATION = (
    ("web:skills", _("Skills")),
    ("web:roles", _("Roles")),
    ("web:industries", _("Industries")),
    ("web:projects", _("Projects")),
    ("web:guides", _("Guides")),
    ("web:search", _("Search")),
)
ACCOUNT = (
    ("account_email", _("E-mail addresses")),
    ("account_change_password", _("Password")),
    ("mfa_index", _("Two-step login")),
    ("account_logout", _("Log out")),
)


def site(request: HttpRequest) -> dict[str, Any]:
    query = canonical_query(request.GET)
    return {
        **frame(request),
        "here": f"{request.path}?{query}" if query else request.path,
        "personal": is_personal(request),
        "signed_in": SimpleLazyObject(lambda: is_signed_in(request)),
        "account_links": ACCOUNT_LINKS,
    }


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs at least; it reads nothing that could fail."""
    path = request.path
    return {
        "site_url": settings.SITE_URL,
        "here": path,
        "theme": theme_of(request),
        "navigation": [(url := reverse(name), label, path.startswith(url)) for name, label in NAVIGATION],
    }


def is_signed_in(request: HttpRequest) -> bool:
    """Without a session cookie nobody is asked: the page of an anonymous visitor reads no session."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


def _account_links() -> list[tuple[str, Any]]:
    found = []
    for name, label in ACCOUNT:
        try:
            found.append((reverse(name), label))
        except NoReverseMatch:  # an installation without that part of allauth
            continue
    return found


ACCOUNT_LINKS = SimpleLazyObject(_account_links)
