"""Helpers that many tests of a learner's pages use."""

import html
import re

from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Record, Redirect, Role
from guidance.progress import services
from guidance.progress.models import Goal
from tests.factories import retire


def set_goal(learner: User, role: str = "ai-engineer", **fields) -> Goal:
    known = {"role": Role.objects.get(slug=role), "hours_per_week": 7, "weekdays": range(1, 8), "now": timezone.now()}
    return services.set_goal(learner=learner, **known | fields)


def merge(old: Record, new: Record) -> None:
    retire(old)
    Redirect.objects.create(kind=old.KIND, slug=old.slug, record_id=new.pk)
    snapshot.forget()


def messages_of(response: HttpResponse) -> list[tuple[str, str]]:
    """The messages that the next page will show, each with its URL to undo."""
    return [(str(message), message.extra_tags) for message in get_messages(response.wsgi_request)]


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def said(response: HttpResponse) -> str:
    """The text of the main part, without the letters of areas."""
    assert response.status_code == 200
    main = re.search(r'<main id="main"[^>]*>(.*)</main>', response.text, re.DOTALL)[1]
    main = re.sub(r'<span class="area-sign .*?</span>', "", main)
    words = " ".join(html.unescape(strip_tags(re.sub(r"(<[^>]*>)", r" \1", main))).split())
    return re.sub(r" ([,.:)”])|([(“]) ", r"\1\2", words)
