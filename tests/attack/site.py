"""The product as it is deployed, on loopback: gunicorn, nginx, PostgreSQL, Valkey, a Celery worker, a mail server."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from benchmarks.servers import free_port
from embedded.home import Home, throw_away_home
from embedded.processes import ROOT, Child, stop, wait_for
from embedded.pytest_plugin import UNSET
from embedded.services import Services, demo_environment
from tests.attack import proxy
from tests.attack.peer import MailServer, mail_server

PAGE = os.sysconf("SC_PAGE_SIZE")
OURS = {
    "DATABASE_URL",
    "REDIS_URL",
    "WAYMARK_HOME",
    "WEB_CONCURRENCY",
    *UNSET,
}  # variables of the caller, which are not passed on
WORKERS = 2
READY_SECONDS = 60
PROBE_SECONDS = 0.1
BUSY = 2  # runnable processes per core


class SkippedError(Exception):
    """A scenario cannot be run here; the message says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    measured: str
    allowed: str
    holds: bool | None  # None if it was not checked; `what` says why

    @property
    def verdict(self) -> str:
        return {True: "ok", False: "FAILED", None: "skipped"}[self.holds]


def at_most(what: str, measured: float, allowed: float, unit: str = "") -> Finding:
    return Finding(what, f"{measured:,.0f} {unit}".strip(), f"<= {allowed:,.0f} {unit}".strip(), measured <= allowed)


def equal(what: str, measured: object, allowed: object) -> Finding:
    return Finding(what, str(measured), str(allowed), measured == allowed)


class Probe(threading.Thread):
    """Requests the same path repeatedly, each time on a new connection, as a monitor does."""

    def __init__(self, port: int, path: str) -> None:
        super().__init__(daemon=True)
        self.port, self.path = port, path
        self.seconds: list[float] = []  # until the answer or the failure, for each request
        self.failures: list[str] = []
        self._stop = threading.Event()

    def run(self) -> None:
        while not self._stop.wait(PROBE_SECONDS):
            started = time.monotonic()
            connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                connection.request("GET", self.path, headers={"Host": "localhost", "Connection": "close"})
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    self.failures.append(str(response.status))
            except OSError as error:
                self.failures.append(type(error).__name__)
            finally:
                connection.close()
                self.seconds.append(time.monotonic() - started)

    def end(self) -> None:
        self._stop.set()
        self.join(15)

    def findings(self, what: str, milliseconds: float) -> list[Finding]:
        """Findings on whether every request was answered, and the slowest one within this time."""
        asked = f"{what}: {self.path} asked {len(self.seconds)} times"
        slowest = max(self.seconds, default=float("inf")) * 1000
        return [
            equal(f"{asked}, without an answer", len(self.failures), 0),
            at_most(f"{what}: slowest answer of {self.path}", slowest, milliseconds, "ms"),
        ]


@contextmanager
def probing(port: int, path: str = "/livez") -> Iterator[Probe]:
    probe = Probe(port, path)
    probe.start()
    try:
        yield probe
    finally:
        probe.end()


class Site:
    """The running product. `port` is gunicorn's own, as in `make demo` or behind another proxy; `proxy_port` that of nginx in front."""

    def __init__(self, home: Home, mail: MailServer) -> None:
        self.home, self.mail = home, mail
        self.busy = os.getloadavg()[0] > BUSY * (
            os.cpu_count() or 1
        )  # measured before our own processes add to the load
        self.port, self.proxy_port = free_port(), free_port()
        environ = {name: value for name, value in os.environ.items() if name not in OURS} | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "WAYMARK_DEMO": "0",
            "LOG_LEVEL": "WARNING",
            "PORT": str(self.port),
            "SMTP_URL": f"smtp://127.0.0.1:{mail.port}",
            "WEB_CONCURRENCY": str(WORKERS),
        }
        self.services = Services(home, environ, durable=False)
        self.env = demo_environment(home, environ, self.services.urls)
        serve = ["-m", "config.serve", "config.wsgi", f"--bind=127.0.0.1:{self.port}", "--graceful-timeout=2"]
        self.web = self._child("web", [sys.executable, *serve])
        self.worker = self._child(
            "celery",
            [sys.executable, "-m", "embedded.celery_worker_and_beat", "config", str(home.path / "beat")],
        )
        self.nginx: Child | None = None

    def _child(self, name: str, argv: list[str]) -> Child:
        return Child(name, argv, env=self.env, log=self.home.log(name), death_signal=signal.SIGKILL)

    # Starting

    def start(self) -> None:
        self.services.start()
        self.manage("migrate", "--verbosity=0")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        self.manage("load_catalog")
        self.start_web()

    def start_web(self) -> None:
        self.web.start()
        if not wait_for(lambda: self.get("/readyz") == 200, seconds=READY_SECONDS, pause=0.1):
            raise RuntimeError(f"the site is not ready:\n{self.web.output()}")

    def restart_web(self) -> None:
        stop(self.web, patience=5)
        self.start_web()

    def start_worker(self) -> None:
        """Start Celery's worker and beat, for scenarios that need them."""
        if not self.worker.running:
            self.worker.start()

    def start_nginx(self) -> None:
        """Start nginx in front of gunicorn, with the shipped template. Raises SkippedError if nginx is not installed."""
        if proxy.nginx() is None:
            raise SkippedError("nginx is not installed here")
        if self.nginx is None:
            home = self.home.path / "nginx"
            argv = proxy.command(home, port=self.proxy_port, web=f"127.0.0.1:{self.port}")
            self.nginx = self._child("nginx", argv)
            self.nginx.start()
            if not wait_for(lambda: self.get("/livez", self.proxy_port) == 200, seconds=10, pause=0.1):
                raise RuntimeError(f"nginx does not answer:\n{self.nginx.output()}")

    def stop(self) -> None:
        started = [
            child for child in (self.nginx, self.worker, self.web) if child is not None and child.process is not None
        ]
        stop(*started, *self.services.children, patience=5)

    # Using it

    def get(self, path: str, port: int | None = None, seconds: float = 10) -> int:
        """The status of a GET, or 0 without an answer."""
        connection = HTTPConnection("127.0.0.1", port or self.port, timeout=seconds)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, ROOT / "manage.py", *arguments, "--skip-checks"]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True, stdout=subprocess.DEVNULL)

    def python(self, script: str) -> str:
        """Run a script with Django set up. Returns its output."""
        command = [sys.executable, "-c", f"import django; django.setup(); {script}"]
        return subprocess.run(command, cwd=ROOT, env=self.env, check=True, capture_output=True, text=True).stdout

    def query(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True, connect_timeout=3) as connection:
            cursor = connection.execute(statement, values or None)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def memory_mib(self) -> list[float]:
        """Resident memory of each of gunicorn's workers, in MiB."""
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text().split()
        return [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 2**20 for pid in children]

    def keep_logs(self) -> None:
        """Copy the logs, which would be deleted with the home."""
        kept = Path(tempfile.mkdtemp(prefix="waymark-attack-"))
        shutil.copytree(self.home.logs, kept, dirs_exist_ok=True)
        print(f"The logs are in {kept}.", file=sys.stderr)


@contextmanager
def site() -> Iterator[Site]:
    """A running site with the catalogue and no accounts, in a home that is deleted after the block."""
    with throw_away_home() as home, mail_server() as mail:
        ownership = home.own("make attack")
        built = Site(home, mail)
        try:
            print("Building the site …", file=sys.stderr, flush=True)
            built.start()
            yield built
        except Exception:
            built.keep_logs()
            raise
        finally:
            built.stop()
            ownership.release()
