from collections.abc import Iterator

import pytest

from guidance.catalog import snapshot


@pytest.fixture(autouse=True)
def _fresh_snapshot() -> Iterator[None]:
    """Tests roll their revisions back, so the next one may count the same numbers again."""
    snapshot.forget()
    yield
    snapshot.forget()
