"""The context of every template. The parts of the frame that are the same for everyone are rendered once per process, which saves
a third of the work of a page.
"""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guidance.web.http import canonical_query, is_personal, theme_of

type Navigation = tuple[tuple[str, Any], ...]  # names of pages and their labels

NAVIGATION: Navigation = (
    ("web:skills", _("Skills")),
    ("web:roles", _("Roles")),
    ("web:industries", _("Industries")),
    ("web:projects", _("Projects")),
    ("web:guides", _("Guides")),
    ("web:match", _("Match")),
)
# The pages of the learner's own plan come first.
LEARNER_NAVIGATION: Navigation = (
    ("web:dashboard", _("Today")),
    ("web:plan", _("Plan")),
    ("web:skill-map", _("Map")),
    ("web:skills", _("Skills")),
    ("web:roles", _("Roles")),
    ("web:projects", _("Projects")),
    ("web:guides", _("Guides")),
    ("web:match", _("Match")),
)
ACCOUNT = (
    ("web:levels", _("Your levels")),
    ("web:proof-settings", _("Proof page")),
    ("web:history", _("History")),
    ("web:data", _("Your data")),
    ("web:own-reports", _("Your reports")),
    ("web:reminders", _("Reminders")),
    ("web:settings", _("Settings")),
    ("account_email", _("Email address")),
    ("account_change_password", _("Password")),
    ("mfa_index", _("Two-factor authentication")),
    ("account_logout", _("Log out")),
)


def page_address(request: HttpRequest) -> str:
    """Returns the URL to which a form on the page returns."""
    query = canonical_query(request.GET)
    return f"{request.path}?{query}" if query else request.path


def site(request: HttpRequest) -> dict[str, Any]:
    signed_in = is_signed_in(request)
    return {
        **frame(request, NAVIGATION if not signed_in else LEARNER_NAVIGATION),
        "here": page_address(request),
        "personal": is_personal(request),
        "signed_in": signed_in,
        "account_links": ACCOUNT_LINKS,
    }


def frame(request: HttpRequest, navigation: Navigation = NAVIGATION) -> dict[str, Any]:
    """Returns the minimum that base.html needs; it reads nothing that could fail."""
    theme, language = theme_of(request), get_language()
    section, current = _section(request.path, navigation)
    return {
        "site_url": settings.SITE_URL,
        "here": request.path,
        "theme": theme,
        "assets": _part("assets", language, settings.SITE_URL),
        "navigation": _part("navigation", language, section, current, navigation),
        "tools": _part("tools", language, section, current),
        "footer": _part("footer", language, theme, "affiliates" if settings.AFFILIATE_TAGS else ""),
    }


@lru_cache(maxsize=128)
def _part(name: str, language: str, state: str, detail: str = "", navigation: Navigation = ()) -> SafeString:
    context = {
        "links": [(reverse(name), label) for name, label in navigation],
        "search": reverse("web:search"),
        "state": state,
        "detail": detail,
    }
    return render_to_string(f"web/parts/{name}.html", context)


def _section(path: str, navigation: Navigation) -> tuple[str, str]:
    """Returns the navigation link for this path, and the value of aria-current: whether the link is to this page or to its
    section."""
    for url in _sections(navigation):
        if path.startswith(url):
            return url, "page" if path == url else "true"
    return "", ""


@lru_cache(maxsize=2)
def _sections(navigation: Navigation) -> list[str]:
    """Returns the sections, longest path first: the path of the skill map is below that of the skills."""
    return sorted([reverse(name) for name, _label in navigation] + [reverse("web:search")], key=len, reverse=True)


def is_signed_in(request: HttpRequest) -> bool:
    """Returns whether the visitor is logged in. Without a session cookie the answer is no, so that pages of anonymous visitors
    read no session."""
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
