import pytest
from django.db import connections


@pytest.fixture
def no_connection_left() -> None:
    """A test without a database starts as a process does, without the connection of the previous test."""
    connections.close_all()
