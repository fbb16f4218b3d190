"""What a request tells about its visitor without a query and without touching the session."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, QueryDict

THEMES = ("light", "dark")


def theme_of(request: HttpRequest) -> str:
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def is_personal(request: HttpRequest) -> bool:
    """Whether an answer to this request may show something of one visitor. Decided by cookies alone: no query."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or CookieStorage.cookie_name in request.COOKIES


def canonical_query(query: QueryDict) -> str:
    return urlencode(list(query.lists()), doseq=True)
