"""Child processes that never outlive this one, and the only error class of this package."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

NOT_LOADED = 3  # exit code of `prepare`: the database is migrated and the site can start, but loading data failed
LARGEST_LOG = 10_000_000  # bytes; checked when a process starts

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class EmbeddedError(Exception):
    """An error whose message tells the person who typed the command what is wrong and what to do. Never shown with a
    traceback."""


def end_with_parent(death_signal: int, parent: int) -> None:
    """Makes the kernel send `death_signal` to this process when its parent ends, however it ends."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # the parent ended before the call
            os._exit(1)


def ending_with_parent(death_signal: int) -> Callable[[], None]:
    """Returns a function that a child of this process runs before its program: it makes the kernel end the child when this
    process ends."""
    parent = os.getpid()
    return lambda: end_with_parent(death_signal, parent)


class Child:
    """A long-running process in a session of its own (a Ctrl-C at the terminal does not reach it), logging to a file.

    `stop` sends `stop_signals` one after the other; if the process still runs after the last signal, it is killed along with
    everything that it has started.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        log: Path,
        stop_signals: Sequence[int] = (signal.SIGTERM,),
        death_signal: int = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.argv = [str(part) for part in argv]
        self.env = dict(env)
        self.log = log
        self.stop_signals = tuple(stop_signals)
        self.death_signal = death_signal
        self.process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self.process = subprocess.Popen(
                self.argv,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=ending_with_parent(self.death_signal),  # noqa: PLW1509 (there are no threads here)
            )

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int | None:
        return None if self.process is None else self.process.pid

    @property
    def exit_code(self) -> int | None:
        return None if self.process is None else self.process.poll()

    def send(self, signum: int) -> None:
        if self.process is not None and self.running:
            self.process.send_signal(signum)

    def kill_group(self) -> None:
        """Kills the process and any processes it left behind, such as the pool of a Celery worker killed with -9."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def output(self, lines: int = 15) -> str:
        """Returns the last lines that the process has logged since it started."""
        with self.log.open("rb") as log:
            log.seek(max(self._log_start, log.seek(0, os.SEEK_END) - 20_000))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])


def wait_for(condition: Callable[[], bool], *, seconds: float, pause: float = 0.02) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def stop(*children: Child, patience: float) -> None:
    """Stops all children at the same time; each of a child's stop signals gets `patience` seconds to take effect."""
    for step in range(max((len(child.stop_signals) for child in children), default=0)):
        for child in children:
            if step < len(child.stop_signals):
                child.send(child.stop_signals[step])
        if wait_for(lambda: not any(child.running for child in children), seconds=patience):
            break
    for child in children:
        child.kill_group()


def run_attached(argv: Sequence[str | Path], *, env: Mapping[str, str]) -> int:
    """Runs a command that owns the terminal and returns its exit code. The command handles signals; this process only waits."""
    process = subprocess.Popen(
        [str(part) for part in argv],
        cwd=ROOT,
        env=dict(env),
        preexec_fn=ending_with_parent(signal.SIGTERM),  # noqa: PLW1509 (there are no threads here)
    )
    # A Ctrl-C reaches the whole foreground group by itself, so it is not passed on. Signals that only this process receives are
    # passed on.
    previous = {
        signal.SIGINT: signal.signal(signal.SIGINT, lambda *_: None),
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda signum, _: process.send_signal(signum)),
    }
    try:
        code = process.wait()
    finally:
        for signum, handler in previous.items():
            signal.signal(signum, handler)
    return code if code >= 0 else 128 - code
