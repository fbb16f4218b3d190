"""What tests of a learner's pages say often."""

from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

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
    """What the next page will say, and the address that takes it back."""
    return [(str(message), message.extra_tags) for message in get_messages(response.wsgi_request)]


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
