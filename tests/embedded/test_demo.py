"""`make demo` around a project that starts in a second (`stub/`): real servers, real signals."""

import os
import signal
import socket
import time
import urllib.error
import urllib.request

import psutil
import pytest

from embedded.home import Home
from tests.embedded.watch import eventually, processes_of

pytestmark = pytest.mark.enable_socket


class Demo:
    def __init__(self, start, project, home, port):
        self.start_process = start
        self.project = project
        self.home = home
        self.port = port
        self.process = None

    def start(self, *, wait=True, **env):
        env = {"PORT": str(self.port), "WAYMARK_HOME": str(self.home), **env}
        self.process = self.start_process("-m", "embedded", "demo", folder=self.project, env=env)
        if wait:
            lines = []
            while not (lines and "Ctrl-C stops everything" in lines[-1]):
                lines.append(self.process.stdout.readline())
                assert lines[-1], "".join(lines)
            return "".join(lines)
        return None

    def get(self, note=None):
        data = note.encode() if note else None
        with urllib.request.urlopen(f"http://localhost:{self.port}/", data=data, timeout=10) as answer:
            return answer.read().decode()

    def stop(self, signum=signal.SIGTERM):
        began = time.monotonic()
        self.process.send_signal(signum)
        output = self.process.communicate(timeout=10)[0]
        return output, time.monotonic() - began

    def child(self, words):
        """The leader of the children of the supervisor whose command has these words."""
        for child in psutil.Process(self.process.pid).children():
            if words in " ".join(child.cmdline()):
                return child
        raise LookupError(words)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def demo(start, project, tmp_path):
    demo = Demo(start, project, tmp_path / "home", free_port())
    yield demo
    if demo.process and demo.process.poll() is None:
        demo.process.kill()
    eventually(lambda: processes_of(demo.home) == [])


def test_demo_prepares_serves_and_says_where_and_as_whom(demo):
    output = demo.start()
    assert "added 1, changed 0, removed 0" in output
    assert f"http://localhost:{demo.port}/" in output
    for account in ("learner@waymark.example", "curator@waymark.example", "admin@waymark.example", "waymark-demo"):
        assert account in output
    assert demo.get() == ""
    assert demo.child("celery -A config worker").is_running()
    assert demo.child("celery -A config beat").is_running()


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_stops_everything_within_five_seconds(demo, signum):
    demo.start()
    output, seconds = demo.stop(signum)
    assert seconds < 5
    assert demo.process.returncode == 0
    assert "Waymark has stopped." in output
    assert processes_of(demo.home) == []
    Home(demo.home).own("another").release()


def test_second_start_is_quick_and_keeps_the_data(demo):
    demo.start()
    demo.get("kept")
    demo.stop()
    output = demo.start()
    assert "Preparing" not in output
    assert demo.get() == "kept"


def test_changed_sources_are_prepared_again(demo):
    demo.start()
    demo.stop()
    (demo.project / "notes" / "more.py").touch()
    assert "Preparing" in demo.start()


def test_killed_supervisor_takes_everything_along_and_starts_again_at_once(demo):
    demo.start()
    demo.get("kept")
    for _ in range(2):
        old = demo.process
        old.kill()
        old.wait()
        demo.start()
        assert demo.get() == "kept"
        assert not [process for process in processes_of(demo.home) if process.startswith(f"{old.pid} ")]
    demo.stop()
    assert processes_of(demo.home) == []


def test_everything_killed_loses_nothing(demo):
    demo.start()
    demo.get("kept")
    for process in processes_of(demo.home):
        os.kill(int(process.split()[0]), signal.SIGKILL)
    demo.start()
    assert demo.get() == "kept"


@pytest.mark.parametrize("words", ["gunicorn config.wsgi", "celery -A config worker", "valkey-server", "bin/postgres"])
def test_child_that_ends_is_started_again(demo, words):
    demo.start()
    demo.get("kept")
    killed = demo.child(words)
    killed.kill()

    def works_again():
        try:
            return demo.child(words).pid != killed.pid and demo.get() == "kept"
        except (LookupError, urllib.error.URLError, OSError):
            return False

    assert eventually(works_again, seconds=10)


def test_child_that_keeps_ending_stops_the_demo_with_a_message(demo):
    (demo.project / "config" / "celery.py").write_text("raise SystemExit('no broker today')")
    demo.start(wait=False)
    output = demo.process.communicate(timeout=30)[0]
    assert demo.process.returncode == 1
    assert "worker ended" in output or "beat ended" in output
    assert "so the demo stops" in output
    assert "no broker today" in output
    assert "Traceback" not in output
    assert processes_of(demo.home) == []


def test_broken_catalogue_is_one_message(demo):
    demo.start(wait=False, STUB_BROKEN_PACK="1")
    output = demo.process.communicate(timeout=30)[0]
    assert demo.process.returncode == 1
    assert "content/skills/python.md:7: unknown area 'x'" in output
    assert "Traceback" not in output
    assert processes_of(demo.home) == []


def test_port_in_use_is_named_before_anything_starts(demo):
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.port))
        other.listen()
        demo.start(wait=False)
        output = demo.process.communicate(timeout=10)[0]
    assert demo.process.returncode == 1
    assert f"port {demo.port} cannot be used: Address already in use" in output
    assert f"make demo PORT={demo.port + 1}" in output
    assert not (demo.home / "postgres").exists()


@pytest.mark.parametrize("port", ["80a", "0", "70000"])
def test_port_that_is_none_is_refused(demo, port):
    demo.start(wait=False, PORT=port)
    output = demo.process.communicate(timeout=10)[0]
    assert demo.process.returncode == 1
    assert f"PORT={port} is not a port" in output


def test_second_demo_of_the_same_home_is_told_about_the_first(demo, start):
    demo.start()
    env = {"PORT": str(free_port()), "WAYMARK_HOME": str(demo.home)}
    second = start("-m", "embedded", "demo", folder=demo.project, env=env)
    output = second.communicate(timeout=10)[0]
    assert second.returncode == 1
    assert f"in use by `make demo` (process {demo.process.pid})" in output
    assert demo.get() == ""


def test_two_demos_run_side_by_side(demo, start, project, tmp_path):
    other = Demo(start, project, tmp_path / "other", free_port())
    demo.start()
    other.start()
    demo.get("mine")
    assert other.get() == ""
    other.stop()
    assert demo.get() == "mine"


def test_manage_uses_a_running_demo_and_starts_servers_without_one(demo, start):
    demo.start()
    demo.get("kept")
    count = "from notes.models import Note; print('notes', Note.objects.count())"
    env = {"WAYMARK_HOME": str(demo.home)}
    for _ in range(2):
        command = start("-m", "embedded", "manage", "shell", "-v0", "-c", count, folder=demo.project, env=env)
        assert command.communicate(timeout=20)[0].strip() == "notes 1"
        assert command.returncode == 0
        if demo.process.poll() is None:
            demo.stop()
    assert processes_of(demo.home) == []


def test_manage_passes_on_the_exit_code(demo, start):
    env = {"WAYMARK_HOME": str(demo.home), "STUB_BROKEN_PACK": "1"}
    command = start("-m", "embedded", "manage", "load_catalog", folder=demo.project, env=env)
    output = command.communicate(timeout=20)[0]
    assert command.returncode == 1
    assert "unknown area" in output
