"""`make demo` around a project that starts in a second (`stub/`): real servers, real signals."""

import os
import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import suppress

import psutil
import pytest

from embedded.home import Home
from embedded.processes import EmbeddedError
from embedded.supervisor import port_from_environment, source_fingerprint
from tests.embedded.watch import eventually, processes_of


class Demo:
    def __init__(self, start_process, project, home):
        self.start_process = start_process
        self.project = project
        self.home = home
        self.port = free_port()
        self.process = None

    def launch(self, **env):
        self.process = self.run("demo", PORT=self.port, **env)

    def start(self, **env):
        """Start the demo. Returns its output until it runs."""
        self.launch(**env)
        lines = []
        while not lines or "Ctrl-C stops everything" not in lines[-1]:
            lines.append(self.process.stdout.readline())
            assert lines[-1], "".join(lines)
        return "".join(lines)

    def run(self, *arguments, **env):
        return self.start_process("-m", "embedded", *arguments, folder=self.project, WAYMARK_HOME=self.home, **env)

    def wait(self):
        return self.process.communicate(timeout=30)[0]

    def get(self, note=None):
        data = note.encode() if note else None
        with urllib.request.urlopen(f"http://localhost:{self.port}/", data=data, timeout=10) as answer:
            return answer.read().decode()

    def child(self, words):
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                if words in " ".join(child.cmdline()):
                    return child
        return None

    def kill(self):
        self.process.kill()
        self.process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def running(start, project, tmp_path_factory):
    """A demo that runs for all tests of this module; `said` is its output at the start."""
    demo = Demo(start, project, tmp_path_factory.mktemp("running") / "home")
    demo.said = demo.start()
    yield demo
    demo.kill()
    assert eventually(lambda: processes_of(demo.home) == [])


@pytest.fixture
def demo(start, own_project, tmp_path):
    demo = Demo(start, own_project, tmp_path / "home")
    yield demo
    if demo.process and demo.process.poll() is None:
        demo.kill()
    assert eventually(lambda: processes_of(demo.home) == [])


def test_demo_says_what_it_loaded_and_where_it_is_and_as_whom(running):
    assert "added 1, changed 0, removed 0" in running.said
    assert f"http://localhost:{running.port}/" in running.said
    for account in ("learner@waymark.example", "curator@waymark.example", "admin@waymark.example", "waymark-demo"):
        assert account in running.said
    assert "test" in running.get("test")


def test_second_demo_of_the_same_home_is_told_about_the_first(running):
    second = running.run("demo", PORT=free_port())
    output = second.communicate(timeout=10)[0]
    assert second.returncode == 1
    assert f"in use by `make demo` (process {running.process.pid})" in output
    assert "make demo PORT=8001 WAYMARK_HOME=" in output


def test_manage_uses_the_running_demo(running):
    running.get("counted")
    count = "from notes.models import Note; print('notes', Note.objects.filter(text='counted').count())"
    command = running.run("manage", "shell", "-v0", "-c", count)
    assert command.communicate(timeout=20)[0].strip() == "notes 1"
    assert command.returncode == 0


@pytest.mark.parametrize("words", ["gunicorn", "celery_worker_and_beat", "valkey-server", "bin/postgres"])
def test_child_that_ends_is_started_again(running, words):
    killed = running.child(words)
    killed.kill()

    def works_again():
        child = running.child(words)
        try:
            return child is not None and child.pid != killed.pid and running.get() is not None
        except OSError:
            return False

    assert eventually(works_again, seconds=10)


def test_two_demos_run_side_by_side(running, demo):
    running.get("theirs")
    demo.start()
    demo.get("mine")
    assert "mine" not in running.get()
    demo.process.terminate()
    demo.wait()
    assert "theirs" in running.get()


def test_stop_is_quick_and_complete_and_the_next_start_finds_the_data(demo):
    demo.start()
    demo.get("kept")
    for signum in (signal.SIGINT, signal.SIGTERM):
        began = time.monotonic()
        demo.process.send_signal(signum)
        output = demo.wait()
        assert time.monotonic() - began < 5
        assert demo.process.returncode == 0
        assert "Waymark has stopped." in output
        assert processes_of(demo.home) == []
        Home(demo.home).own("somebody else").release()
        assert "Preparing" not in demo.start()
        assert demo.get() == "kept"


def test_killed_demo_starts_again_at_once_and_loses_nothing(demo):
    demo.start()
    demo.get("kept")
    demo.kill()  # its children end with it, but may still be running
    demo.start()
    assert demo.get() == "kept"
    for process in processes_of(demo.home):
        with suppress(ProcessLookupError):
            os.kill(int(process.split()[0]), signal.SIGKILL)
    demo.process.wait()
    demo.start()
    assert demo.get() == "kept"


def test_child_that_keeps_ending_stops_the_demo_with_a_message(demo):
    supervisor = demo.project / "embedded" / "supervisor.py"
    supervisor.write_text(supervisor.read_text().replace("MOST_RESTARTS = 5", "MOST_RESTARTS = 1"))
    (demo.project / "config" / "celery.py").write_text("raise SystemExit('no broker today')")
    demo.launch()
    output = demo.wait()
    assert demo.process.returncode == 1
    assert "ended 2 times within 60 s, so the demo stops" in output
    assert "no broker today" in output
    assert "Traceback" not in output


def test_broken_catalogue_is_one_message_and_the_site_starts(demo):
    output = demo.start(STUB_BROKEN_PACK="1")
    assert "test" in demo.get("test")
    assert "load_catalog: content/skills/python.md:7: unknown area 'x'" in output
    assert "3 demo accounts" in output
    assert "Traceback" not in output
    assert not (demo.home / "prepared").exists()  # the next start tries again


def test_port_in_use_is_named_before_anything_starts(demo):
    with socket.socket() as other:
        other.bind(("127.0.0.1", demo.port))
        other.listen()
        demo.launch()
        output = demo.wait()
    assert demo.process.returncode == 1
    assert f"port {demo.port} cannot be used: Address already in use" in output
    assert f"make demo PORT={demo.port + 1}" in output
    assert not (demo.home / "postgres").exists()


def test_manage_without_a_demo_starts_servers_and_passes_on_the_exit_code(demo):
    command = demo.run("manage", "load_catalog", STUB_BROKEN_PACK="1")
    output = command.communicate(timeout=20)[0]
    assert command.returncode == 1
    assert "unknown area" in output
    assert processes_of(demo.home) == []


@pytest.mark.parametrize("port", ["80a", "0", "70000", "²"])
def test_port_that_is_none_is_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(EmbeddedError, match=f"PORT={port} is not a port"):
        port_from_environment()


def test_only_a_changed_source_asks_for_another_preparation(own_project):
    before = source_fingerprint(own_project)
    (own_project / "var").mkdir()
    (own_project / "notes" / "__pycache__").mkdir()
    (own_project / "notes" / "__pycache__" / "models.pyc").touch()
    assert source_fingerprint(own_project) == before
    (own_project / "notes" / "migrations" / "0002_more.py").touch()
    assert source_fingerprint(own_project) != before
