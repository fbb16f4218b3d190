"""python -m benchmarks.locks [--rounds N]: how long the catalogue is locked while all of it is written; JSON on stdout, a table
on stderr.

Runs against the database of the environment and deletes its catalogue (`benchmarks/__main__.py` provides a throw-away
database). The pack of the repository is loaded and imported, first as new records and then with one more sentence in each. Each
row shows the time from the grant of the lock to the commit: the elapsed time, and the CPU time of this process and of the
PostgreSQL backend.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from unittest import mock

import django

MOST = 1.0  # seconds


@dataclass(frozen=True)
class Held:
    clock: float
    python: float
    postgres: float

    @property
    def cpu(self) -> float:
        return self.python + self.postgres


@dataclass(frozen=True)
class LockRow:
    name: str
    records: int
    clock_least: float
    clock_median: float
    cpu_least: float
    cpu_median: float
    postgres_median: float


@contextmanager
def measured(found: list[Held]) -> Iterator[None]:
    """For each transaction in the block, adds the time from the grant of the lock to the commit to `found`."""
    from django.db import connection, transaction

    from guidance.catalog import record_store

    lock = record_store.lock
    connection.ensure_connection()
    backend = (~connection.connection.info.backend_pid << 3) | 2  # id of its CPU clock, as in clock_getcpuclockid(3)
    began: list[tuple[float, float, float]] = []

    def now() -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), time.clock_gettime(backend)

    def committed() -> None:
        found.append(Held(*(end - begin for end, begin in zip(now(), began.pop(), strict=True))))

    def noted() -> None:
        lock()
        if not began:
            began.append(now())
            transaction.on_commit(committed)

    with mock.patch.object(record_store, "lock", noted):
        yield


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.locks")
    parser.add_argument("--rounds", type=int, default=5)
    found: defaultdict[str, list[Held]] = defaultdict(list)
    records = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(parser.parse_args().rounds):
            records = _round(Path(folder), found)
    rows = [_row(name, records, held) for name, held in found.items()]
    for row in rows:
        print(
            f"{row.name:<44} {row.clock_least:.2f} s, median {row.clock_median:.2f} s (≤ {MOST:g}); "
            f"CPU {row.cpu_least:.2f} s, median {row.cpu_median:.2f} s, of PostgreSQL {row.postgres_median:.2f} s",
            file=sys.stderr,
        )
    json.dump([asdict(row) for row in rows], sys.stdout, indent=2)


def _row(name: str, records: int, held: list[Held]) -> LockRow:
    clock, cpu = [one.clock for one in held], [one.cpu for one in held]
    figures = min(clock), statistics.median(clock), min(cpu), statistics.median(cpu)
    postgres = statistics.median(one.postgres for one in held)
    return LockRow(name, records, *(round(value, 3) for value in (*figures, postgres)))


def _round(folder: Path, found: dict[str, list[Held]]) -> int:
    from django.conf import settings

    from guidance.catalog import loading, pack
    from guidance.curation import bulk
    from guidance.curation.models import BulkEdit

    root = settings.CATALOG_PACK
    documents = pack.read(root).documents

    def changed(sentence: str) -> list[pack.Document]:
        return [replace(document, body=f"{document.body}\n{sentence}\n".lstrip("\n")) for document in documents]

    def times(name: str, work: Callable[[], object]) -> None:
        with measured(found[name]):
            work()

    user = _empty()
    times("load, all new", lambda: loading.load(root))
    for document in changed("Loaded again."):
        target = folder / document.file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(pack.render(document), encoding="utf-8")
    times("load, all changed", lambda: loading.load(folder))
    times("import, all changed, to review", lambda: _import(changed("To review."), user, at_once=False))
    edit = BulkEdit.objects.latest("pk")
    times("publish all of an import", lambda: bulk.publish(edit, by=user))
    times("undo of an import", lambda: bulk.undo(edit, by=user))
    times("import, all changed, published at once", lambda: _import(changed("At once."), user, at_once=True))
    user = _empty()
    times("import, all new, published at once", lambda: _import(documents, user, at_once=True))
    return len(documents)


def _empty() -> "User":  # type: ignore[name-defined]  # noqa: F821
    """Empties the tables of the catalogue and of curation. Returns the only reviewer."""
    from django.apps import apps
    from django.db import connection

    from accounts.models import User

    tables = ", ".join(
        model._meta.db_table
        for app in ("catalog", "curation")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    user, _ = User.objects.get_or_create(email="only@example.org", defaults={"is_superuser": True, "is_staff": True})
    return user


def _import(documents: object, user: object, *, at_once: bool) -> None:
    """Imports what the import page imports when the curator confirms it."""
    from django.contrib.messages.storage.base import BaseStorage
    from django.test import RequestFactory

    from guidance.curation import bulk, record_files
    from guidance.curation.admin.bulk import _dry_run_steps, carry_out_steps
    from guidance.curation.admin.http import finished
    from guidance.curation.models import BulkEdit

    class Messages(BaseStorage):
        def _get(self, *args: object, **kwargs: object) -> tuple[list[object], bool]:
            return [], True

    kept = {"name": "pack.zip", "kind": "", "content": record_files.write_zip(documents)}  # type: ignore[arg-type]
    dry_run, _there = finished(_dry_run_steps(kept))
    request = RequestFactory().post("/", {"mark": dry_run.digest} | ({"at_once": "1"} if at_once else {}))
    request.user = user  # type: ignore[assignment]
    request._messages = Messages(request)  # type: ignore[attr-defined]
    done = finished(carry_out_steps(request, lambda: _dry_run_steps(kept), "Import"))
    if not isinstance(done, BulkEdit):
        raise SystemExit([str(problem) for row in dry_run.rows for problem in row.problems][:5] or dry_run.problems[:5])
    assert bool(bulk.waiting(done)) is not at_once


if __name__ == "__main__":
    main()
