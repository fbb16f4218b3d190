from datetime import UTC, datetime

import pytest

from accounts.models import User

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def learner(db) -> User:
    return User.objects.create_user("learner@example.com", time_zone="Europe/Zurich")


@pytest.fixture
def now() -> datetime:
    return NOW
