import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from embedded.home import throw_away_home
from embedded.postgres import Postgres
from embedded.processes import ROOT


@pytest.fixture(scope="session")
def initialised(tmp_path_factory):
    """The folder with copies of the first data directories that servers of tests make, one for durable servers and one for others."""
    return tmp_path_factory.mktemp("initialised")


@pytest.fixture(autouse=True)
def copied(request, initialised, monkeypatch):
    """Makes servers of this process copy the data directory that `initdb` made once, which takes a second. Tests of a full disk make
    their own."""
    if "mebibytes" in request.fixturenames:
        return
    initialise = Postgres._initialise

    def copy(self):
        made = initialised / f"{self.major}-{self.durable}"
        if (self.data.exists() and any(self.data.iterdir())) or not made.exists():
            initialise(self)
            if not made.exists():
                subprocess.run(["cp", "-a", self.data, made], check=True)
        else:
            self.home.prepared_marker.unlink(missing_ok=True)
            subprocess.run(["cp", "-a", "-T", made, self.data], check=True)

    monkeypatch.setattr(Postgres, "_initialise", copy)


@pytest.fixture
def home():
    with throw_away_home() as home:
        home.create()
        yield home


def is_waymarks(name):
    """Whether a variable would change the behaviour of the code under test."""
    return name in {"PORT", "SECRET_KEY", "SITE_URL", "DEBUG", "ALLOWED_HOSTS"} or name.startswith(
        ("DATABASE_URL", "REDIS_URL", "WAYMARK_", "PYTEST", "DJANGO")
    )


@pytest.fixture
def bare_environment(monkeypatch):
    """Removes Waymark's variables from the environment, as in a new shell."""
    for name in filter(is_waymarks, list(os.environ)):
        monkeypatch.delenv(name)


@contextmanager
def heeding_interrupts():
    """Gives children the default handling of SIGINT: programs that a shell starts in the background ignore it, and their children
    inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def start():
    """Starts a Python program in a session of its own with a bare environment; kills what is left of it at the end."""
    started = []

    def start(*arguments, folder=ROOT, **env):
        bare = {name: value for name, value in os.environ.items() if not is_waymarks(name)}
        with heeding_interrupts():
            process = subprocess.Popen(
                [sys.executable, *map(str, arguments)],
                cwd=folder,
                env={**bare, **{name: str(value) for name, value in env.items()}},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()


def copy_project(folder):
    """Make a copy of `embedded` in a project so small that its demo starts in a second."""
    shutil.copytree(Path(__file__).parent / "stub", folder)
    shutil.copytree(ROOT / "embedded", folder / "embedded", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return copy_project(tmp_path_factory.mktemp("project") / "checkout")


@pytest.fixture
def own_project(tmp_path):
    """A project for one test alone, which may break it."""
    return copy_project(tmp_path / "checkout")
