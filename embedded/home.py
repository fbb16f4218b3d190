"""WAYMARK_HOME: the directory for data, sockets, logs and emails of one embedded Waymark, and the lock that decides who may use
it."""

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

# The kernel allows 108 bytes for a socket's path, including the terminating zero byte.
LONGEST_SOCKET_PATH = 107
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"


class Home:
    """The home of one embedded Waymark. One process owns it and its servers; others may visit it, that is, use the running
    servers."""

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
        """Returns a private directory for sockets: in the home or, if its path is too long or has special characters, one with a short
        path."""
        directory = self.path / "run"
        fits = len(os.fsencode(directory)) + len(LONGEST_SOCKET_NAME) <= LONGEST_SOCKET_PATH
        if not fits or not re.fullmatch(r"[\w./+-]+", str(directory), re.ASCII):
            name = hashlib.sha256(os.fsencode(self.path.resolve())).hexdigest()[:16]
            directory = Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}-{name}"
            if len(os.fsencode(directory)) + len(LONGEST_SOCKET_NAME) > LONGEST_SOCKET_PATH:
                directory = Path("/tmp") / directory.name  # noqa: S108 (private_directory makes sure of it)
        return private_directory(directory)

    def secret_key(self) -> str:
        """Returns the secret key, generated once and readable only by its owner."""
        file = self.path / "secret_key"
        if not file.exists():
            fresh = file.with_suffix(f".{os.getpid()}")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as stream:
                stream.write(secrets.token_urlsafe(48))
            fresh.replace(file)
        return file.read_text().strip()

    def own(self, command: str) -> "Ownership":
        """Takes ownership of the home, or raises an error that names its owner."""
        self.create()
        ownership = self._try_to_own(command)
        if ownership is None:
            owner = self._owner()
            who = f"`{owner['command']}` (process {owner['pid']})" if owner else "another process"
            raise EmbeddedError(
                f"WAYMARK_HOME={self.path} is in use by {who}.\n"
                f"Stop that process first, or run a second demo beside it: make demo PORT=8001 WAYMARK_HOME={self.path}-2"
            )
        return ownership

    def own_or_visit(self, command: str) -> "Ownership | Visit":
        """Takes ownership of the home or, if another process owns it, waits for its servers and uses them."""
        self.create()
        visitors = self._visitors_file.open("a")
        while True:
            fcntl.flock(visitors, fcntl.LOCK_SH)
            if ownership := self._try_to_own(command):
                visitors.close()
                return ownership
            if environment := self._owner().get("environment"):
                return Visit(visitors, environment)
            fcntl.flock(visitors, fcntl.LOCK_UN)  # the owner is starting or stopping: try again
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
    """Creates the directory, or checks that it is ours: in /tmp someone else could have created it first."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise EmbeddedError(f"{path} belongs to someone else. Remove it, or set WAYMARK_HOME to a shorter path.")
    path.chmod(0o700)
    return path


@contextmanager
def throw_away_home() -> Iterator[Home]:
    """Yields a home under the system's temporary directory that is deleted after the block.

    It also deletes the homes of earlier runs that were killed.
    """
    parent = private_directory(Path(tempfile.gettempdir()) / f"waymark-{os.getuid()}-throw-away")
    for path in parent.iterdir():
        with suppress(FileNotFoundError):  # another run may be cleaning up at the same time
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
    """Returns whether a block is using this throw-away home, possibly without owning it."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


class Visit:
    """The use of another process's servers, until `release`."""

    def __init__(self, visitors: IO[str], environment: Mapping[str, str]) -> None:
        self._visitors = visitors
        self.environment = dict(environment)

    def release(self) -> None:
        self._visitors.close()


class Ownership:
    """A home's lock, and the information for other processes in it. The lock is a `flock`, which ends with its process however
    that process ends, so it is never stale.
    """

    def __init__(self, lock: IO[str], visitors_file: Path, command: str) -> None:
        self._lock = lock
        self._visitors_file = visitors_file
        self._owner: dict[str, object] = {"pid": os.getpid(), "command": command}
        self._write(self._owner)

    def publish(self, environment: Mapping[str, str]) -> None:
        """Lets others use the servers from now on."""
        self._write({**self._owner, "environment": dict(environment)})

    @contextmanager
    def without_visitors(self) -> Iterator[None]:
        """Waits until no one else is using the servers, and lets no one start using them while the `with` block shuts them down."""
        with self._visitors_file.open("a") as visitors:
            try:
                fcntl.flock(visitors, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                print("Waiting for another command that is using the same servers …", file=sys.stderr)
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
