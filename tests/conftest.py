from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from guidance.api import limits
from guidance.catalog import snapshot
from guidance.progress import standing
from tests import copies
from tests.small_pack import PackFolder


def pytest_configure() -> None:
    """Nobody has run collectstatic for a test: static files are served from where they are written. Nor does a test meet a
    limit of the API unless it is about one."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    limits.TIMEOUT_SECONDS = 5.0  # on a busy machine nothing is certain within a tenth of a second
    snapshot.build = partial(copies.read, snapshot.build)
    settings.API_LIMITS = dict.fromkeys(settings.API_LIMITS, 10**9)  # all tests call from one address


@pytest.fixture(autouse=True)
def _fresh_snapshot() -> Iterator[None]:
    """Tests roll their revisions and versions back, so the next one may count the same numbers again."""
    snapshot.forget()
    standing.forget()
    yield
    snapshot.forget()
    standing.forget()


@pytest.fixture
def pack_folder(tmp_path: Path) -> PackFolder:
    return PackFolder(tmp_path / "pack")


@pytest.fixture
def make_pack_folder(tmp_path: Path) -> Callable[[str], PackFolder]:
    return lambda name: PackFolder(tmp_path / name)
