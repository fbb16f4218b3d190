"""No request may write anything but what its operation takes, for every operation in the OpenAPI document."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, models, transaction
from django.test import Client

from accounts import tokens
from accounts.models import User
from guidance.progress import learner_state
from tests.api.described import OPERATIONS, OWN, Operation, existing, rows
from tests.api.me.conftest import confirmed, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("named")]
NOW = datetime.fromisoformat("2026-11-25T12:00:00Z")
WRITES = [operation for operation in OPERATIONS if operation.path.startswith(OWN) and operation.method != "get"]
FORGED = "2001-01-01T00:00:00Z"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def world(named: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Lena has a goal and a changed plan, and owns what the examples name. No request is about Marek."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        lena, other = confirmed("lena"), confirmed("marek")
        client = signed_in(lena)
        for path, body in (
            ("goal/", {"role": "ai-engineer", "hours_per_week": 7}),
            ("plan/overrides/kubernetes/", {"kind": "pin"}),
        ):
            assert client.put(f"{OWN}{path}", body, "application/json").status_code == 200
        yield {"lena": lena, "other": other, "ids": existing(lena)}
        transaction.set_rollback(True)


@pytest.fixture
def lena(world: dict[str, Any]) -> User:
    return User.objects.get(pk=world["lena"].pk)


@pytest.fixture
def other(world: dict[str, Any]) -> User:
    return User.objects.get(pk=world["other"].pk)


@pytest.fixture
def ids(world: dict[str, Any]) -> dict[str, Any]:
    return dict(world["ids"])


@contextmanager
def taken_back() -> Iterator[None]:
    """Rolls the block back and resets the sequences, so that a row made again gets the same id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname || '.' || sequencename, last_value FROM pg_sequences")
        begun = cursor.fetchall()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        for name, last in begun:
            cursor.execute("SELECT setval(%s, %s, %s)", [name, last or 1, last is not None])
    learner_state.forget()


def send(cookie: str, operation: Operation, address: str, body: Any) -> tuple[int, dict[str, Any]]:
    """Send a request. Returns the status, and all rows after it."""
    with taken_back():
        response = ask(Client(headers={"Cookie": cookie}), operation, address, body)
        return response.status_code, rows()


def ask(client: Client, operation: Operation, address: str, body: Any) -> Any:
    sent = json.dumps(body) if body is not None else ""
    return client.generic(operation.method.upper(), address, sent, "application/json")


def forged(field: Any, other: User) -> Any:
    match field:
        case models.BooleanField():
            return True
        case models.DateTimeField():
            return FORGED
        case models.DateField():
            return FORGED[:10]
        case models.UUIDField():
            return "00000000-0000-0000-0000-000000000007"
        case models.IntegerField() | models.AutoField() | models.ForeignKey() | models.OneToOneField():
            return other.pk
    return "forged"


def every_field(other: User) -> dict[str, Any]:
    found = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            for name in {field.name, getattr(field, "attname", field.name)}:
                found[name] = forged(field, other)
    return found


@pytest.mark.parametrize("operation", WRITES, ids=str)
def test_nothing_is_written_but_what_is_asked_for(operation, lena, other, ids):
    address, body = operation.right(ids)
    cookie = f"{settings.SESSION_COOKIE_NAME}={signed_in(lena).cookies[settings.SESSION_COOKIE_NAME].value}"
    more = {
        name: value
        for name, value in every_field(other).items()
        if name not in (operation.asked or {}).get("properties", {})
    }
    assert {
        "id",
        "learner",
        "learner_id",
        "owner",
        "is_staff",
        "is_superuser",
        "version",
        "digest",
        "created_at",
    } <= more.keys()
    before = rows()
    status, right = send(cookie, operation, address, body)
    assert 200 <= status < 300
    assert right != before or operation.path.endswith("/export/")
    status, found = send(cookie, operation, address, {**more, **(body or {})})
    if status < 300:  # operations that read no body ignore the field
        assert operation.asked is None
        assert differences(right, found) <= CHANCE
    else:
        assert status == 400
        assert found == before
    assert rows() == before


# Columns that differ each time: ids of events without a given one, and the secrets of tokens and sessions.
CHANCE = {
    ("progress_assessment", "event_id"),
    ("progress_studysession", "event_id"),
    ("accounts_accesstoken", "digest"),
    ("accounts_accesstoken", "prefix"),
    ("accounts_outgoingmail", "id"),
    ("accounts_outgoingmail", "context"),
    ("accounts_outgoingmail", "not_before"),
    ("accounts_session", "session_data"),
    ("accounts_session", "session_key"),
    ("progress_calendarfeed", "digest"),
}


def differences(some: dict[str, Any], others: dict[str, Any]) -> set[tuple[str, str]]:
    """Tables and columns in which rows differ; a different number of rows counts as a column without a name."""
    found = set()
    for table in some.keys() | others.keys():
        first, second = some[table] or [], others[table] or []
        if len(first) != len(second):
            found.add((table, ""))
        key = "id" if first and "id" in first[0] else None
        if key:
            first, second = (sorted(those, key=lambda row: row["id"]) for those in (first, second))
        found |= {
            (table, name) for one, two in zip(first, second, strict=False) for name in one if one[name] != two[name]
        }
    return found


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_token_that_reads_writes_nothing(operation, lena, ids):
    address, body = operation.right(ids)
    _token, text = tokens.issue(owner=lena, name="Reads", scope="read", days=1, now=NOW)
    client = Client(headers={"Authorization": f"Bearer {text}"})
    client.get(OWN)  # from now on the token has been used within this minute
    client.get("/api/v1/dump/")  # from now on the file of this revision exists
    before = rows()
    response = ask(client, operation, address, body)
    assert rows() == before
    written = operation.path.startswith(OWN) and operation.method != "get" and not operation.path.endswith("/export/")
    of_the_session = operation.path.startswith((f"{OWN}tokens/", f"{OWN}checks/"))
    assert response.status_code == (403 if written or of_the_session else 200)
