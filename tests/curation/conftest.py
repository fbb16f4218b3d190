from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from guidance.curation.permissions import REVIEWER
from tests.curation.people import browser, person


@pytest.fixture
def carl(db: None) -> User:
    return person("carl")


@pytest.fixture
def rita(db: None) -> User:
    return person("rita", REVIEWER)


@pytest.fixture
def mina(db: None) -> User:
    return person("mina", REVIEWER)


@pytest.fixture
def enter(db: None, settings) -> Callable[[str], Client]:
    """Returns the browser of a new user in the given group."""
    settings.DEMO = True  # where staff need no second factor
    return lambda group: browser(person(group.lower(), group))


@pytest.fixture
def reviewer(enter: Callable[[str], Client]) -> Client:
    return enter(REVIEWER)
