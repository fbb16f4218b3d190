"""Markup of a learner's page that is rendered once for as long as their state is right. What belongs to one request only, the
CSRF token and the ids that forms carry, is put in when it is sent."""

import re
from collections.abc import Callable
from secrets import token_hex
from uuid import uuid4

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from guidance.markup import trusted
from guidance.progress.standing import Standing

# What stands in the markup for them. Nobody outside this process can know it, so no text of the catalogue can be taken for one.
CSRF_TOKEN, EVENT_ID = token_hex(16), token_hex(16)


def render_once(standing: Standing, name: str, render: Callable[[], str]) -> str:
    """`render` gives markup from a template, with `CSRF_TOKEN` as its `csrf_token` and `EVENT_ID` as the id in each form; for
    `for_request`."""
    return standing.keep(f"{name}, {get_language()}", render)


def for_request(markup: str, request: HttpRequest) -> SafeString:
    fresh = re.sub(EVENT_ID, lambda _found: str(uuid4()), markup)
    return trusted(fresh.replace(CSRF_TOKEN, get_token(request)))
