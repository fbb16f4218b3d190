import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.test import Client

from accounts.models import User
from guidance.catalog.models import Resource
from tests.factories import (
    industry_document,
    project_document,
    publish,
    resource_document,
    role_document,
    skill_document,
)

Call = Callable[..., Any]


@pytest.fixture(scope="module")
def catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A catalogue made once for the tests of a module; the changes of each test are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish(
            skill_document(
                "python", effort=[10, 20, 30, 40], units={1: [{"id": "ask", "do": "Ask it.", "minutes": 60}]}
            ),
            skill_document("sql", effort=[5, 10, 20, 40]),
            skill_document("rag", effort=[4, 8, 16, 32], prerequisites={"python": 2}),
            skill_document("aws"),
            role_document(requirements={"python": (2, 5), "sql": (2, 3), "rag": (1, 2)}),
            industry_document(emphases={"rag": 1.5, "aws": 1.0}),
            resource_document(),
            project_document(),
        )
        yield
        transaction.set_rollback(True)


@pytest.fixture
def lena(db) -> User:
    return confirmed("lena")


@pytest.fixture
def marek(db) -> User:
    return confirmed("marek")


def confirmed(name: str) -> User:
    """An account with a confirmed email address, without which no token is valid."""
    user = User.objects.create_user(f"{name}@example.com", name=name.capitalize())
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def caller(client: Client) -> Call:
    """Sends JSON and returns the JSON of the response (None if it has no body). Checks that the status is as expected."""

    def call(method: str, path: str, sent: Any = None, *, status: int = 200, headers: Any = None, **query: Any) -> Any:
        body = sent if isinstance(sent, (str, bytes)) else json.dumps(sent) if sent is not None else ""
        response = client.generic(
            method, f"/api/v1/me/{path}", body, "application/json", headers=headers, query_params=query or None
        )
        assert response.status_code == status, response.content
        assert response.headers["Cache-Control"] == "private, no-store"
        with_token = "HTTP_AUTHORIZATION" in client.defaults
        assert ("Access-Control-Allow-Origin" in response.headers) == with_token
        if status == 204:
            assert not response.content
            return None
        media_type = "application/json" if status < 400 else "application/problem+json"
        assert response.headers["Content-Type"] == media_type
        return response.json()

    return call


@pytest.fixture
def call(lena) -> Call:
    """The caller of Lena."""
    return caller(signed_in(lena))


@pytest.fixture
def marek_calls(marek) -> Call:
    return caller(signed_in(marek))


@pytest.fixture
def resource(catalogue, db) -> int:
    return Resource.objects.get(slug="documentation").pk
