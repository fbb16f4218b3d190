import fcntl
import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations

from accounts import counters, outbox
from embedded.home import throw_away_home
from embedded.valkey import Valkey
from guidance.catalog import contents, snapshot
from guidance.progress import learner_state
from tests import copies
from tests.small_pack import PackFolder

# Slugs of resources that tests mark as `affiliate`; the operator has a tag for their hosts only.
SHOPS = (
    "book",
    "kube-book",
    "paying-book",
    "kubernetes-documentation",
    "publisher",
    "course-affiliate",
    "affiliate-too-long",
)

FILLED_BY_MIGRATIONS = ("auth_permission", "django_content_type")

# No deadline, because a busy machine is slow now and then.
hypothesis.settings.register_profile("waymark", deadline=None)
hypothesis.settings.load_profile("waymark")


def pytest_configure() -> None:
    """Tests run without collectstatic, so static files are served from their source folders. Tests do not reach the limits of the
    API unless they set one."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": storage}
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = True
    counters.TIMEOUT_SECONDS = 5.0  # on a busy machine a tenth of a second is too short
    settings.CACHES["default"]["OPTIONS"] |= {"socket_timeout": 5.0, "socket_connect_timeout": 5.0}
    contents.read = partial(copies.read, contents.read)
    settings.AFFILIATE_TAGS = {f"{name}.example": ("tag", "waymark-20") for name in SHOPS}
    settings.API_LIMITS = dict.fromkeys(settings.API_LIMITS, 10**9)  # all tests call from one address
    settings.PASSWORD_HASHERS = ["tests.hashers.QuickHasher"]
    DatabaseOperations.sql_flush = _sql_flush


def _sql_flush(self: DatabaseOperations, style: object, tables: Sequence[str], **options: bool) -> list[str]:
    """Empties the tables after a test that committed, except those that migrations fill and no test changes. TRUNCATE, which Django
    uses, replaces the files of all tables and indexes, and takes half a second. Foreign keys are checked at the end of the
    transaction, so the order does not matter."""
    return [f"DELETE FROM {self.quote_name(name)}" for name in tables if name not in FILLED_BY_MIGRATIONS]


def pytest_collection_finish() -> None:
    """What the collection has made stays until the end, so the garbage collector need not look at it again. With that, and with fewer
    collections, five files of tests took a tenth less processor time."""
    gc.freeze()
    gc.set_threshold(200_000, 5, 5)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """A database for each worker, copied from a template. The first worker migrates the template, which takes ten seconds; the last
    one removes it."""
    creation = connection.creation
    template = creation._get_test_db_name()
    suffix = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with django_db_blocker.unblock():
        with _workers() as workers:
            if not workers:
                creation.create_test_db(verbosity=0, autoclobber=True)
            workers.append(suffix)
            _use_database(template)
            creation.clone_test_db(suffix, verbosity=0)
            _use_database(creation.get_test_db_clone_settings(suffix)["NAME"])
        yield
        creation.destroy_test_db(verbosity=0)
        with _workers() as workers:
            workers.remove(suffix)
            if not workers:
                _use_database(template)
                creation.destroy_test_db(verbosity=0)


@contextmanager
def _workers() -> Iterator[list[str]]:
    """The workers that have a copy of the migrated database, as a list to change; locked for one worker at a time."""
    with (Path(os.environ["WAYMARK_HOME"]) / "workers").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        workers = file.read().split()
        yield workers
        file.truncate(0)
        file.write(" ".join(workers))


def _use_database(name: str) -> None:
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


@pytest.fixture(autouse=True)
def _fresh_snapshot() -> Iterator[None]:
    """Clears caches that are keyed by revision and version: tests roll these back, so the next test may use the same numbers."""
    snapshot.forget()
    learner_state.forget()
    yield
    snapshot.forget()
    learner_state.forget()


@pytest.fixture
def pack_folder(tmp_path: Path) -> PackFolder:
    return PackFolder(tmp_path / "pack")


@pytest.fixture
def make_pack_folder(tmp_path: Path) -> Callable[[str], PackFolder]:
    return lambda name: PackFolder(tmp_path / name)


@pytest.fixture
def own_valkey(settings, monkeypatch) -> Iterator[Valkey]:
    """A Valkey server that the test may stop (SIGSTOP) or kill; counters and cache use it, with the time-outs of production."""
    with throw_away_home() as home:
        home.create()
        server = Valkey(home)
        server.launch()
        server.wait_until_ready()
        settings.REDIS_URL = server.url
        quick = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25}
        own = {name: cache | {"LOCATION": server.url} for name, cache in settings.CACHES.items()}
        own["default"] |= {"OPTIONS": own["default"]["OPTIONS"] | quick}
        settings.CACHES = own
        monkeypatch.setattr(counters, "TIMEOUT_SECONDS", 0.1)
        monkeypatch.setattr(counters, "_own", counters.OwnCounters())
        yield server
        server.child.send(signal.SIGCONT)
        server.child.kill_group()


@pytest.fixture(autouse=True)
def _no_courier(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeps threads from outliving their test: emails in the outbox are sent when the test looks at `mailoutbox` or drains it."""
    monkeypatch.setattr(outbox.courier, "wake", lambda: None)


class Sent(Sequence[EmailMessage]):
    """The sent emails. Looking at them first sends what is in the outbox."""

    def _mails(self) -> list[EmailMessage]:
        outbox.drain()
        return list(mail.outbox)

    def __getitem__(self, index: Any) -> Any:
        return self._mails()[index]

    def __len__(self) -> int:
        return len(self._mails())

    def __eq__(self, other: object) -> bool:
        return self._mails() == other

    __hash__ = None  # type: ignore[assignment]

    def clear(self) -> None:
        self._mails()
        mail.outbox.clear()


@pytest.fixture
def mailoutbox() -> Sent:
    return Sent()
