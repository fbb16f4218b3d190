"""Memory of the processes of the web server and of Celery, in an environment with the packages of a production image. `.venv`
would distort the result: libraries use packages they find there, such as lxml or rich, which only the tests and tools need, and
a worker grows by about 20 MiB. So the packages of requirements/base.txt are installed into a temporary folder, which also holds
the bytecode that Python compiles.

`rss` is everything that a process has in memory. Memory that workers share with each other and with the process they were
forked from counts in full for each of them, although the machine holds it once. In `pss`, each process counts only its part of
shared memory.
"""

import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.servers import Server, gunicorn
from embedded.bootstrap import usable_environment
from embedded.processes import ROOT

WORKERS = 2
REQUESTS = 2_000
CLIENTS = 8  # connections at a time
MOST = 120.0  # MiB of a web worker (rss)
UV = ROOT / ".tools" / "uv" / "bin" / "uv"
BEAT = (
    "accounts.tasks.send_mail",
    "guidance.curation.tasks.publish_due",
    "guidance.curation.tasks.settle",
    "guidance.reminders.tasks.tick",
)

type Question = tuple[str, str, str]  # path, body to POST or "", Cookie header or ""


@dataclass(frozen=True)
class MemoryRow:
    """The memory of each process, in MiB."""

    name: str
    rss: tuple[float, ...]
    pss: tuple[float, ...]


def memory_row(name: str, processes: Sequence[int]) -> MemoryRow:
    sizes = [_sizes(pid) for pid in processes]
    row = MemoryRow(name, *(tuple(round(size[kind] / 1024, 1) for size in sizes) for kind in ("Rss", "Pss")))
    bound = f" (≤ {MOST:g})" if name.startswith("web, after") else ""
    print(f"{name:<36} rss {row.rss} MiB{bound}, pss {row.pss} MiB", file=sys.stderr)
    return row


def _sizes(pid: int) -> dict[str, int]:
    """Sizes in kB, by the names that the kernel gives them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name.rstrip(":"): int(size) for name, size, *_unit in map(str.split, lines)}


@contextmanager
def production() -> Iterator[tuple[Path, dict[str, str]]]:
    """Yields a Python with the packages of a production image, and environment variables that tell it where to store its
    bytecode."""
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
        python = Path(folder, "venv", "bin", "python")
        found = usable_environment()
        command = [UV, "venv", "--quiet", "--python", sys.executable, python.parent.parent]
        subprocess.run(command, env=found, check=True)
        options = ["--quiet", "--require-hashes", "--compile-bytecode", "--python", python]
        subprocess.run([UV, "pip", "sync", *options, ROOT / "requirements" / "base.txt"], env=found, check=True)
        variables = {"PYTHONPYCACHEPREFIX": str(Path(folder, "compiled")), "PYTHONDONTWRITEBYTECODE": ""}
        subprocess.run(
            [python, "-m", "compileall", "-q", "config", "accounts", "guidance"],
            env=os.environ | variables,
            cwd=ROOT,
            check=True,
        )
        yield python, variables


def memory_rows(variables: Mapping[str, str], questions: Sequence[Question]) -> list[MemoryRow]:
    with production() as (python, more):
        environ = dict(variables) | more
        return [*_web(python, environ, questions), *_celery(python, environ)]


def _web(python: Path, environ: dict[str, str], questions: Sequence[Question]) -> list[MemoryRow]:
    with (
        gunicorn("config.wsgi", workers=WORKERS, environ=environ, ready="/livez", python=python) as server,
        psycopg.connect(environ["DATABASE_URL"], autocommit=True) as database,
    ):
        while len(server.workers) < WORKERS:
            time.sleep(0.1)
        rows = [memory_row("web, started", server.workers)]
        asked = [*questions, *((path, "", "") for path in _public_paths(server))]
        for name in ("web, after {:,} requests", "web, after {:,} of a new revision"):
            _ask(server, asked)
            rows.append(memory_row(name.format(REQUESTS), server.workers))
            database.execute(
                "INSERT INTO catalog_revision (number, at) SELECT max(number) + 1, now() FROM catalog_revision"
            )
            time.sleep(1.1)  # until the workers check the revision again
        return [*rows, memory_row("the process they were forked from", [server.process.pid])]


def _public_paths(server: Server) -> list[str]:
    connection = server.connect()
    connection.request("GET", "/sitemap.xml")
    return re.findall(r"<loc>https?://[^/]+([^<]+)</loc>", connection.getresponse().read().decode())


def _ask(server: Server, questions: Sequence[Question]) -> None:
    """Sends `REQUESTS` requests: each question about equally often, in the same order each time."""
    shuffled = random.Random(7).sample(questions * (REQUESTS // len(questions) + 1), REQUESTS)
    turns = iter(shuffled)
    lock = threading.Lock()

    def client(_number: int) -> None:
        connection = server.connect()
        while True:
            with lock:
                question = next(turns, None)
            if question is None:
                return
            path, body, cookie = question
            headers = {"Cookie": cookie, "Accept-Encoding": "gzip"} | (
                {"Content-Type": "application/json"} if body else {}
            )
            connection.request("POST" if body else "GET", path, body.encode() or None, headers)
            connection.getresponse().read()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))


def _celery(python: Path, environ: dict[str, str]) -> list[MemoryRow]:
    command = [python, "-m", "celery", "-A", "config"]
    process = subprocess.Popen(
        [*command, "worker", "--concurrency=2", "--queues=celery", "--loglevel=ERROR"],
        env=environ,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    worker = Server(process, 0)
    try:
        while len(worker.workers) < 2:
            time.sleep(0.2)
        time.sleep(3)
        rows = [memory_row("celery, started", [process.pid, *worker.workers])]
        for task in BEAT:
            subprocess.run([*command, "call", task], env=environ, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        time.sleep(3)
        return [*rows, memory_row("celery, after its tasks", [process.pid, *worker.workers])]
    finally:
        process.terminate()
        process.wait(15)
