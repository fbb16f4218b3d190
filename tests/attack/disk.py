"""The disk of the database is full: reads still work, and a write fails with a 503 at once and leaves nothing half done.

The database is moved to a tablespace on a small file system in memory, which is then filled up. The write-ahead log stays where it
is, because PostgreSQL stops if that has no room, and the site with it.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from embedded.processes import wait_for
from tests.attack.browser import Browser
from tests.attack.classroom import PASSWORD, accounts
from tests.attack.neighbours import Program, Steps, Stopwatch, waits
from tests.attack.site import Finding, Site, SkippedError, equal

ROOM = 16 * 2**20  # bytes, in addition to the size of the database
PIECE = 2**16
LONG = 18_000  # characters of a note, too many for any page of the table
BACK_SECONDS = 20
WRITTEN = """
SELECT (SELECT count(*) FROM progress_note), (SELECT md5(string_agg(text, ',' ORDER BY id)) FROM progress_note),
    (SELECT sum(version) FROM progress_progress), (SELECT count(*) FROM accounts_user)
"""


def own_mounts() -> None:
    """Move this process to a mount namespace of its own, so that its mounts end with it. Call it before it has children."""
    with suppress(OSError, AttributeError):  # without this permission, mounting is not allowed either
        os.unshare(os.CLONE_NEWNS)
        subprocess.run(["mount", "--make-rprivate", "/"], check=False, capture_output=True)


@contextmanager
def small_disk(site: Site) -> Iterator[Path]:
    """Moves the database of the site to a small disk for the block, and yields the folder of the disk."""
    [[used]] = site.query("SELECT pg_database_size(current_database())")
    folder = site.home.path / "small-disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={int(str(used)) + ROOM}", "none", str(folder)]
    try:
        mounted = subprocess.run(mount, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        raise SkippedError("there is no mount here") from None
    if mounted.returncode:
        raise SkippedError(f"nothing can be mounted here: {mounted.stderr.strip()}")
    try:
        owner = site.home.postgres_data.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        folder.chmod(0o700)
        move(site, f"CREATE TABLESPACE small LOCATION '{folder}'", "small")
        yield folder
        move(site, "", "pg_default", "DROP TABLESPACE small")
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def move(site: Site, first: str, tablespace: str, then: str = "") -> None:
    """Move the database to another tablespace while no one is connected. Afterwards the site is ready again."""
    url = site.env["DATABASE_URL"]
    name = conninfo_to_dict(url)["dbname"]
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as server:
        for statement in (
            first,
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'",
            f"ALTER DATABASE {name} SET TABLESPACE {tablespace}",
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS true",
            then,
        ):
            if statement:
                server.execute(statement)  # type: ignore[call-overload]
    if not wait_for(lambda: site.get("/readyz") == 200, seconds=BACK_SECONDS, pause=0.1):
        raise RuntimeError("the site is not ready after its database has moved")


@contextmanager
def no_room(folder: Path) -> Iterator[None]:
    filler = folder / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * PIECE):
            pass
    try:
        yield
    finally:
        filler.unlink()


def steps(site: Site, program: Program, browser: Browser, name: str) -> Steps:
    """The requests, with the status of each with and without room. Sessions are short rows, which may still fit somewhere."""

    def form() -> int:
        browser.open("/skills/sql/")
        answer = browser.send("/skills/sql/note/", text=secrets.token_urlsafe(LONG)[:LONG])
        return answer.status if answer.status != 503 or "Back in a moment" in answer.body else -1

    return {
        "/livez": (lambda: site.get("/livez"), 200, 200),
        "public page": (lambda: site.get("/skills/python/"), 200, 200),
        "search": (lambda: site.get("/search/?q=python+retrieval"), 200, 200),
        "page of a learner": (lambda: browser.open("/log/").status, 200, 200),
        "API, public": (lambda: site.get("/api/v1/skills/python/"), 200, 200),
        "API, a learner's": (program.read, 200, 200),
        "write by the API": (lambda: program.write(secrets.token_urlsafe(LONG)[:LONG]), 200, 503),
        "form of a learner": (form, 303, 503),
        "log-in": (lambda: Browser(site.port).log_in(name, PASSWORD), 302, {302, 503}),
    }


def full(site: Site) -> list[Finding]:
    before, during, after = Stopwatch(), Stopwatch(), Stopwatch()
    with small_disk(site) as folder, accounts(site, 1) as [name]:
        program, browser = Program(site, name), Browser(site.port)
        browser.log_in(name, PASSWORD)
        asked = steps(site, program, browser, name)
        before.ask(asked, usually=True)
        written = site.query(WRITTEN)
        with no_room(folder):
            for _round in range(3):
                during.ask(asked, usually=False)
        half = equal("rows that were written by halves", site.query(WRITTEN) != written, False)
        after.ask(asked, usually=True)
        found = [*before.findings, *during.findings, half, *after.findings]
    return [*found, *waits(site, "full disk", before, during)]
