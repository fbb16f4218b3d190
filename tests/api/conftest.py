from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from guidance.catalog import snapshot
from tests.api.described import publish_what_is_named
from tests.factories import (
    fact_document,
    guide_document,
    industry_document,
    make_catalogue,
    make_skill,
    publish,
    rename,
    retire,
    role_document,
)

Get = Callable[..., Any]


@pytest.fixture
def get(client: Client) -> Get:
    """Returns the JSON response of a path below `/api/v1/`."""

    def get(path: str, status: int = 200, **parameters: Any) -> Any:
        response = client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == status, response.content
        media_type = "application/json" if status == 200 else "application/problem+json"
        assert response.headers["Content-Type"] == media_type
        return response.json()

    return get


@pytest.fixture
def slugs(get: Get) -> Callable[..., list[str]]:
    """Returns the slugs in the response of a list, in its order."""
    return lambda path, **parameters: [record["slug"] for record in get(path, **parameters)["results"]]


@pytest.fixture(scope="module")
def whole_catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Records of every kind with all their optional parts, made once for the tests of a module, which only read them."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_catalogue(12)
        publish(
            fact_document("growth"),
            role_document(
                "data-scientist",
                neighbours=[{"role": "ai-engineer", "difference": "It ships."}],
                facts=["growth"],
                external={"esco": ["http://data.europa.eu/esco/occupation/1"], "onet": ["15-2051.00"]},
            ),
            industry_document("healthcare", facts=["growth"]),
            guide_document("daily-work", facts=["growth"]),
        )
        retire(make_skill("theano"))
        rename(make_skill("k8s"), "kubernetes")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def named(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The records that the examples of the OpenAPI document name, made once for the tests of a module."""
    with django_db_blocker.unblock(), transaction.atomic():
        publish_what_is_named()
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _calm(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fixes the site's URL, and keeps a slow test from checking the revision again after a second."""
    settings.SITE_URL = "http://localhost:8000"
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 3600)
