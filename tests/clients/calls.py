"""One valid call of every operation that the OpenAPI document describes, from its own examples, for tests of clients.

The application answers each request in this process, in the transaction of the test, and its writes are rolled back. So no
call depends on another one, and new operations are called without a change here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from guidance.progress import learner_state
from tests.api.described import OPERATIONS, OWN, Operation, existing
from tests.api.me.conftest import signed_in

HOST = "localhost"
NOW = datetime.fromisoformat("2026-11-25T12:00:00Z")  # a day on which the dates of the examples are valid
CSRF = "c" * 32


@dataclass(frozen=True, slots=True)
class Call:
    operation: Operation
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    body: Mapping[str, Any] | None

    def __str__(self) -> str:
        return str(self.operation)

    @property
    def id(self) -> str:
        return str(self.operation.described["operationId"])

    @property
    def tag(self) -> str:
        (tag,) = self.operation.described["tags"]
        return str(tag)

    @property
    def by(self) -> str:
        """How the call is authenticated: "nothing", "token", or "session" if a token is not enough."""
        ways = [way for one in self.operation.described["security"] for way in one]
        return ways[0] if ways else "nothing"


def calls(ids: Mapping[str, Any]) -> list[Call]:
    return [_call(operation, ids) for operation in OPERATIONS]


def _call(operation: Operation, ids: Mapping[str, Any]) -> Call:
    address, body = operation.right(ids)
    path, _mark, query = address.partition("?")
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path)
    match = re.fullmatch(pattern, path)
    assert match, f"{operation} has an example of another path: {path}"
    return Call(operation, match.groupdict(), parse_qs(query, keep_blank_values=True), body)


def is_json(media_type: str) -> bool:
    return media_type == "application/json" or media_type.endswith("+json")


def settle(learner: User) -> dict[str, Any]:
    """Give the learner what the examples assume. Returns the ids of what they name."""
    client = signed_in(learner)
    for path, body in (
        ("goal/", {"role": "ai-engineer", "hours_per_week": 7}),
        ("plan/overrides/kubernetes/", {"kind": "pin"}),
    ):
        assert client.put(f"{OWN}{path}", body, "application/json").status_code == 200
    return existing(learner)


def headers_of(learner: User) -> dict[str, dict[str, str]]:
    """The headers of a request, by kind of authentication."""
    _token, text = tokens.issue(owner=learner, name="client", scope="write", days=1, now=timezone.now())
    client = Client()
    client.force_login(learner)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    return {
        "nothing": {},
        "token": {"Authorization": f"Bearer {text}"},
        "session": {"Cookie": cookie, "X-CSRFToken": CSRF},
    }


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The WSGI application, which rolls back what the request wrote."""
    with _connection_kept(), transaction.atomic():
        response = _handler()(environ, start_response)
        body = b"".join(response)
        response.close()
        transaction.set_rollback(True)
    learner_state.forget()
    return [body]


@cache
def _handler() -> WSGIHandler:
    return WSGIHandler()


@contextmanager
def _connection_kept() -> Iterator[None]:
    """Keeps the connection, with the test's transaction, open after the request, as the test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)
