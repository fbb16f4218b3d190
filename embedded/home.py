"""WAYMARK_HOME: where the data, sockets, logs and mail of one embedded Waymark live, and who may use it now."""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from embedded.processes import ROOT, EmbeddedError

# The kernel keeps 108 bytes for a socket's path, the closing zero byte included.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"


class Home:
    """One process owns the home and the servers in it; others may visit, that is, use its servers meanwhile."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).absolute()
        self.logs = self.path / "logs"
        self.postgres_data = self.path / "postgres"
        self.prepared_marker = self.path / "prepared"
        self._lock_file = self.path / "lock"
        self._visitors_file = self.path / "visitors"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Home":
        return cls(ROOT / Path(environ.get("WAYMARK_HOME") or "var").expanduser())

    def create(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.logs.mkdir(exist_ok=True)
            self._lock_file.touch(mode=0o600)
        except OSError as error:
            raise EmbeddedError(
                f"WAYMARK_HOME={self.path} cannot be used: {error.strerror}.\n"
                "Set WAYMARK_HOME to a directory that you can write to and whose disk has room."
            ) from error

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @property
    def sockets(self) -> Path:
        """A private directory for sockets: in the home, or, where its path is too long or strange, a short one."""
        directory = self.path / "run"
        fits = len(os.fsencode(directory)) + len(LONGEST_SOCKET_NAME) <= LONGEST_SOCKET_PATH
        if not fits or not re.fullmatch(r"[\w./+-]+", str(directory), re.ASCII):
            name = hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:16]
            directory = Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}-{name}"
            if len(os.fsencode(directory)) + len(LONGEST_SOCKET_NAME) > LONGEST_SOCKET_PATH:
                directory = Path("/tmp") / directory.name  # noqa: S108 (private_directory makes sure of it)
        return private_directory(directory)

    def secret_key(self) -> str:
        """Generated once, and readable by its owner alone."""
        file = self.path / "secret_key"
        if not file.exists():
            fresh = file.with_suffix(f".{os.getpid()}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(48))
            fresh.replace(file)
        return file.read_text().strip()

    def own(self, command: str) -> "Ownership":
        """Own the home, or fail with a message that says who does."""
        self.create()
        ownership = self._try_to_own(command)
        if ownership is None:
            owner = self._owner()
            who = f"`{owner['command']}` (process {owner['pid']})" if owner else "another process"
            raise EmbeddedError(
                f"WAYMARK_HOME={self.path} is in use by {who}.\n"
                f"Stop that one first, or run a second one beside it: make demo PORT=8001 WAYMARK_HOME={self.path}-2"
            )
        return ownership

    def own_or_visit(self, command: str) -> "Ownership | Visit":
        """Own the home, or, where somebody does and has servers running, use those."""
        self.create()
        visitors = self._visitors_file.open("a")
        while True:
            fcntl.flock(visitors, fcntl.LOCK_SH)
            if ownership := self._try_to_own(command):
                visitors.close()
                return ownership
            if environment := self._owner().get("environment"):
                return Visit(visitors, environment)
            fcntl.flock(visitors, fcntl.LOCK_UN)  # the owner is starting or stopping: ask again
            time.sleep(0.1)

    def is_free(self) -> bool:
        if not self._lock_file.exists():
            return True
        ownership = self._try_to_own("")
        if ownership:
            ownership.release()
        return ownership is not None

    def remove(self) -> None:
        for directory in (self.sockets, self.path):
            shutil.rmtree(directory, ignore_errors=True)

    def _try_to_own(self, command: str) -> "Ownership | None":
        lock = self._lock_file.open("r+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return Ownership(lock, self._visitors_file, command)

    def _owner(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self._lock_file.read_text()))
        except ValueError:
            return {}


def private_directory(path: Path) -> Path:
    """Make it, or make sure that it is ours: in /tmp anybody could have been first."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise EmbeddedError(f"{path} belongs to somebody else. Remove it, or set WAYMARK_HOME to a shorter path.")
    path.chmod(0o700)
    return path


@contextmanager
def throw_away_home() -> Iterator[Home]:
    """A home under the system's temporary directory that goes with the block.

    What runs that were killed have left there goes with the next one.
    """
    parent = private_directory(Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}-throw-away")
    for path in parent.iterdir():
        with suppress(FileNotFoundError):  # another run may clear up at the same moment
            if path.stat().st_mtime < time.time() - 60 and not _is_in_use(path) and Home(path).is_free():
                Home(path).remove()
    home = Home(tempfile.mkdtemp(dir=parent))
    in_use = os.open(home.path, os.O_RDONLY)
    try:
        fcntl.flock(in_use, fcntl.LOCK_SH)
        yield home
    finally:
        home.remove()
        os.close(in_use)


def _is_in_use(directory: Path) -> bool:
    """Whether a block has it as its throw-away home, which need not own it."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class Visit:
    """The use of servers that another process owns, until `release`."""

    def __init__(self, visitors: IO[str], environment: Mapping[str, str]) -> None:
        self._visitors = visitors
        self.environment = dict(environment)

    def release(self) -> None:
        self._visitors.close()


class Ownership:
    """A home's lock and what it tells others.

    It is a `flock`: it goes with its process, however that ends, so there is no such thing as a stale lock.
    """

    def __init__(self, lock: IO[str], visitors_file: Path, command: str) -> None:
        self._lock = lock
        self._visitors_file = visitors_file
        self._owner: dict[str, object] = {"pid": os.getpid(), "command": command}
        self._write(self._owner)

    def publish(self, environment: Mapping[str, str]) -> None:
        """From now on others may use the servers."""
        self._write({**self._owner, "environment": dict(environment)})

    @contextmanager
    def without_visitors(self) -> Iterator[None]:
        """Wait until nobody else uses the servers, and let nobody come while the block stops them."""
        with self._visitors_file.open("a") as visitors:
            try:
                fcntl.flock(visitors, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Waiting for another command that uses the same servers …", file=sys.stderr)
                fcntl.flock(visitors, fcntl.LOCK_EX)
            self._write(self._owner)
            yield

    def release(self) -> None:
        self._write({})
        self._lock.close()

    def _write(self, owner: Mapping[str, object]) -> None:
        self._lock.seek(0)
        self._lock.truncate()
        self._lock.write(json.dumps(owner))
        self._lock.flush()
