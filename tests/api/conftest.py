from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from guidance.catalog import snapshot

Get = Callable[..., Any]


@pytest.fixture
def get(client: Client) -> Get:
    """The JSON that an address below `/api/v1/` answers with."""

    def get(path: str, status: int = 200, **parameters: Any) -> Any:
        response = client.get(f"/api/v1/{path}", parameters)
        assert response.status_code == status, response.content
        media_type = "application/json" if status == 200 else "application/problem+json"
        assert response.headers["Content-Type"] == media_type
        return response.json()

    return get


@pytest.fixture
def slugs(get: Get) -> Callable[..., list[str]]:
    """The slugs that a list answers with, in its order."""
    return lambda path, **parameters: [record["slug"] for record in get(path, **parameters)["results"]]


@pytest.fixture(autouse=True)
def _calm(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One address of the site, and no look at the revision because a test took longer than a second."""
    settings.SITE_URL = "http://localhost:8000"
    monkeypatch.setattr(snapshot, "MAX_AGE_SECONDS", 3600)
