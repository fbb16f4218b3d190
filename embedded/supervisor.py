"""`make demo`: the whole product on this machine, until Ctrl-C or SIGTERM."""

import hashlib
import http.client
import os
import signal
import socket
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from embedded.home import Home, Ownership
from embedded.processes import NOT_LOADED, ROOT, Child, EmbeddedError, end_with_parent, stop, wait_for
from embedded.services import DEFAULT_PORT, SHARED, Services, demo_environment

HOST = "127.0.0.1"
READY_SECONDS = 60
STOP_SECONDS = (
    2.5  # a warm shutdown of Celery takes two; tasks that are still running then are killed, and delivered again later
)
WEB_STOP_SECONDS = 2  # for the requests that are still running
PORT_SECONDS = WEB_STOP_SECONDS + 3  # the web server of a killed demo may hold the port until it has ended
MOST_RESTARTS = 5  # restarts of one process within RESTART_WINDOW seconds
RESTART_WINDOW = 60


class Demo:
    def __init__(self, home: Home, port: int) -> None:
        self.home = home
        self.port = port
        environ = {
            "WEB_CONCURRENCY": "2",
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "WAYMARK_DEMO": "1",
            "PORT": str(port),
        }
        self.services = Services(home, environ)
        self.env = demo_environment(home, environ, self.services.urls)
        self.preparation = self._child("prepare", ["embedded.prepare"])
        self.web = self._child(
            "web",
            [
                "gunicorn",
                "config.wsgi",
                "--config=python:config.gunicorn",
                f"--graceful-timeout={WEB_STOP_SECONDS}",
                f"--bind={HOST}:{port}",
            ],
            death_signal=signal.SIGQUIT,  # its quick shutdown: the workers also end at once
        )
        schedule = str(home.path / "celerybeat-schedule")
        self.celery = self._child(
            "celery",
            ["embedded.celery_worker_and_beat", "config", schedule],
            death_signal=signal.SIGKILL,  # after any other signal, stopping may take as long as a task
        )
        self._ends: defaultdict[str, deque[float]] = defaultdict(deque)

    def _child(self, name: str, arguments: Sequence[str], death_signal: int = signal.SIGTERM) -> Child:
        argv = [sys.executable, "-m", *arguments]
        return Child(name, argv, env=self.env, log=self.home.log(name), death_signal=death_signal)

    def run(self, ownership: Ownership) -> None:
        try:
            say(f"Starting Waymark in {self.home.path} …")
            self.services.start()
            self._prepare()
            self.web.start()
            self._wait_until_ready()
            self.celery.start()
            ownership.publish({name: self.env[name] for name in SHARED})
            say(self._welcome())
            self._watch()
        finally:
            ignore_signals()
            stop(self.preparation, self.celery, self.web, patience=STOP_SECONDS)
            self.services.stop()

    def _prepare(self) -> None:
        """Prepares the demo, unless the same files have already prepared this database."""
        fingerprint = source_fingerprint(ROOT)
        marker = self.home.prepared_marker
        if self.services.postgres and marker.exists() and marker.read_text() == fingerprint:
            return
        say("Preparing the database, the catalogue and the demo accounts …")
        self.preparation.start()
        while self.preparation.running:
            time.sleep(0.02)
        output = self.preparation.output()
        if self.preparation.exit_code not in (0, NOT_LOADED):
            raise EmbeddedError(f"the demo could not be prepared. The full log is {self.preparation.log}.\n{output}")
        say(output)
        if self.preparation.exit_code == NOT_LOADED:
            say(
                "Not everything could be loaded. Waymark starts with what the database has, and tries again at the next start."
            )
            marker.unlink(missing_ok=True)
        else:
            marker.write_text(fingerprint)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while (answer := self._readiness()) != "ready":
            if not self.web.running:
                raise EmbeddedError(
                    f"the web server did not start. The last lines of {self.web.log}:\n{self.web.output()}"
                )
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"{self.env['SITE_URL']}/readyz still returns: {answer}. The log is {self.web.log}."
                )
            time.sleep(0.05)

    def _readiness(self) -> str:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz", headers={"Host": "localhost"})
            response = connection.getresponse()
            return "ready" if response.status == 200 else f"{response.status} {response.read(500)!r}"
        except OSError as error:
            return str(error)
        finally:
            connection.close()

    def _watch(self) -> None:
        while True:
            for child in [*self.services.children, self.web, self.celery]:
                if not child.running:
                    self._restart(child)
            time.sleep(0.2)

    def _restart(self, child: Child) -> None:
        ends = self._ends[child.name]
        ends.append(time.monotonic())
        while ends[0] < time.monotonic() - RESTART_WINDOW:
            ends.popleft()
        if len(ends) > MOST_RESTARTS:
            raise EmbeddedError(
                f"{child.name} ended {len(ends)} times within {RESTART_WINDOW} s, so the demo stops. "
                f"The last lines of {child.log}:\n{child.output()}"
            )
        say(f"{child.name} ended (exit code {child.exit_code}, log: {child.log}). Restarting it.")
        child.kill_group()
        if child in self.services.children:
            self.services.restart(child)
        else:
            child.start()

    def _welcome(self) -> str:
        site = self.env["SITE_URL"]
        return f"""
Waymark is running.

  Site         {site}/
  API          {site}/api/docs/
  Admin        {site}/admin/
  Demo emails    {site}/demo/mail/

  Accounts     learner@waymark.example, curator@waymark.example, admin@waymark.example
  Password     waymark-demo

Data and logs are in {self.home.path}. Ctrl-C stops everything and keeps the data.
"""


def source_fingerprint(root: Path) -> str:
    """Returns a digest that changes with everything that the prepared state depends on."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(source_files(root)):
        found = path.stat()
        digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
    return digest.hexdigest()


def source_files(root: Path) -> Iterator[Path]:
    yield from root.glob(".venv/installed")
    for top in root.iterdir():
        if (top / "__init__.py").exists() or top.name in {"static", "templates", "locale"}:
            for directory, names, files in os.walk(top):
                names[:] = [name for name in names if name != "__pycache__"]
                yield from (Path(directory, file) for file in files)


def check_port(port: int) -> None:
    problem = ""

    def is_free() -> bool:
        nonlocal problem
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError as error:
                problem = error.strerror or str(error)
                return False
            return True

    if not wait_for(is_free, seconds=PORT_SECONDS):  # a demo killed with -9 releases its port a moment later
        raise EmbeddedError(
            f"port {port} cannot be used: {problem}.\n"
            f"Stop the program that uses it, or choose another port: make demo PORT={port + 1}"
        )


def port_from_environment() -> int:
    value = os.environ.get("PORT") or DEFAULT_PORT
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise EmbeddedError(f"PORT={value} is not a port. Set it to a number from 1 to 65535, such as {DEFAULT_PORT}.")
    return int(value)


def say(message: str) -> None:
    try:
        print(message, flush=True)
    except BrokenPipeError:  # `make demo | head`: nothing reads the output any more, and the demo continues
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 (for as long as the demo runs)


def stop_on_signals() -> None:
    """Makes Ctrl-C, `kill` and closing the terminal stop the demo in the same way."""

    def interrupt(signum: int, frame: object) -> None:
        ignore_signals()
        raise KeyboardInterrupt

    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:  # nohup
            signal.signal(signum, interrupt)


def ignore_signals() -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)


def main(arguments: Sequence[str]) -> int:
    if "--with-parent" in arguments:  # if make is killed with -9, the demo ends too
        end_with_parent(signal.SIGTERM, os.getppid())
    stop_on_signals()
    home, port = Home.from_environment(), port_from_environment()
    ownership = home.own("make demo")
    try:
        check_port(port)
        Demo(home, port).run(ownership)
    except KeyboardInterrupt:
        say("Waymark has stopped.")
    finally:
        ownership.release()
    return 0
