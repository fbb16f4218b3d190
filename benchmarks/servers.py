"""gunicorn with one application, and the CPU time of its workers (Linux)."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

START_SECONDS = 60


class Server:
    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    @property
    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def cpu_seconds(self) -> float:
        """CPU time of all workers together, in user and kernel mode."""
        # Reads the CPU clock of another process by its id (clock_getcpuclockid(3)): /proc counts only hundredths of a second.
        return sum(time.clock_gettime((~pid << 3) | 2) for pid in self.workers)

    def connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gunicorn(
    application: str,
    *,
    workers: int,
    environ: Mapping[str, str],
    ready: str = "/",
    python: str | Path = sys.executable,
) -> Iterator[Server]:
    port = free_port()
    command = [str(python), "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}", f"--workers={workers}"]
    command += ["--config=python:config.gunicorn", "--log-level=error"]
    process = subprocess.Popen(command, env=dict(environ), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        server = Server(process, port)
        _wait(server, ready)
        yield server
    finally:
        process.terminate()
        process.wait(15)


def _wait(server: Server, path: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise RuntimeError("gunicorn ended while starting")
        try:
            connection = server.connect()
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"no answer at {path} within {START_SECONDS} s")
