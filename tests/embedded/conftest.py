import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from embedded.home import throw_away_home
from embedded.processes import ROOT


@pytest.fixture
def home():
    with throw_away_home() as home:
        home.create()
        yield home


@pytest.fixture
def bare_environment(monkeypatch):
    """As in a shell where nobody has set anything of Waymark's."""
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "WAYMARK_DEMO", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name in list(os.environ):
        if name.startswith(("PYTEST", "DJANGO")):
            monkeypatch.delenv(name)


@pytest.fixture
def start(bare_environment):
    """Start a Python program from `folder` in a session of its own; what is left of it goes with the test."""
    started = []

    def start(*arguments, folder=ROOT, env=None):
        process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=folder,
            env={**os.environ, **(env or {})},
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


@pytest.fixture
def project(tmp_path):
    """A copy of `embedded` around a project so small that a demo of it starts in a second."""
    folder = tmp_path / "project"
    shutil.copytree(Path(__file__).parent / "stub", folder)
    shutil.copytree(ROOT / "embedded", folder / "embedded", ignore=shutil.ignore_patterns("__pycache__"))
    return folder
