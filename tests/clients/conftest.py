"""A learner and a catalogue for which every example of the OpenAPI document is valid."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache

from accounts.models import User
from tests.api.conftest import named  # noqa: F401
from tests.api.me.conftest import confirmed
from tests.clients import calls


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(calls.NOW, tick=False):
        yield


@pytest.fixture
def lena(named: None, db: None, settings: Any) -> User:  # noqa: F811
    cache.clear()
    settings.ALLOWED_HOSTS = [calls.HOST, "127.0.0.1", "testserver"]
    settings.SITE_URL = f"http://{calls.HOST}"
    return confirmed("lena")


@pytest.fixture
def ids(lena: User) -> dict[str, int]:
    return calls.settle(lena)


@pytest.fixture
def headers(lena: User) -> dict[str, dict[str, str]]:
    return calls.headers_of(lena)
