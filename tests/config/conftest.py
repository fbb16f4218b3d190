import pytest
from django.db import connections


@pytest.fixture
def no_connection_left() -> None:
    """A test without a database begins as a process does, not with the connection of the test before it."""
    connections.close_all()
