"""The processes of a fault run, and how to kill each of them. Servers, workers and the peer are real processes on loopback."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from benchmarks.servers import free_port
from embedded.home import Home, throw_away_home
from embedded.processes import ROOT, Child, stop, wait_for
from embedded.services import Services, demo_environment
from tests.chaos.peer import ACCEPTED, REFUSED

GROUPS, SENDERS = 2, 2  # Celery workers, and sending processes of each
# Leases and pauses of the ledger (`LEASE`, `MARGIN`, `BACK_OFF`, `UNREACHABLE_FOR`) become 18 s, 6 s, 6 to 360 s and 6 s. A
# batch has to be decided, composed and sent within the first two, otherwise it is given back and never finishes: with a smaller
# scale a busy machine sends nothing. The time-outs of SMTP and of waiting for the database are not scaled.
TIME_SCALE = 0.1
OURS = {"DATABASE_URL", "REDIS_URL"}  # variables of the caller, which are not passed on
READY_SECONDS = 60
OURS_IN_MESSAGE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")  # the delivery's `message_id`


class Truth:
    """What the peer has recorded: how often it accepted each email, and which recipients it permanently refused."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.accepted: Counter[str] = Counter()  # by `message_id` of the delivery
        self.recipient: dict[str, str] = {}
        self.refused: set[str] = set()
        self._read = 0

    def update(self) -> "Truth":
        if self.file.exists():
            with self.file.open("rb") as file:
                file.seek(self._read)
                written = file.read().rpartition(b"\n")
            self._read += len(written[0]) + len(written[1])
            for line in written[0].decode().splitlines():
                code, message_id, recipient, _at = line.split("\t")
                if int(code) == REFUSED:
                    self.refused.add(recipient)
                elif int(code) == ACCEPTED:
                    found = OURS_IN_MESSAGE_ID.search(message_id)
                    key = found[0] if found else message_id
                    self.accepted[key] += 1
                    self.recipient[key] = recipient
        return self

    @property
    def done(self) -> int:
        """Number of emails that were accepted or permanently refused."""
        return len(self.accepted) + len(self.refused)


class House:
    def __init__(self, home: Home) -> None:
        self.home = home
        self.port = free_port()
        environ = {name: value for name, value in os.environ.items() if name not in OURS} | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "WAYMARK_DEMO": "0",
            "LOG_LEVEL": "WARNING",
            "SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            "REMINDERS_TIME_SCALE": str(TIME_SCALE),
        }
        self.services = Services(home, environ)
        self.env = demo_environment(home, environ, self.services.urls)
        celery = [sys.executable, "-m", "celery", "-A"]
        quiet = ["--without-gossip", "--without-mingle", "--loglevel=WARNING"]
        worker = [*celery, "config", "worker", f"--concurrency={SENDERS}", *quiet]
        self.groups = [
            self._child(f"worker-{number}", [*worker, f"--hostname=group-{number}@%h"]) for number in range(GROUPS)
        ]
        self._beat = [*celery, "tests.chaos.beat", "beat", "--loglevel=WARNING"]
        self.beats: list[Child] = []
        self.peer: Child | None = None
        self.truth = Truth(home.path / "nothing")
        self.senders_killed = 0

    def _child(self, name: str, argv: Sequence[str]) -> Child:
        return Child(name, argv, env=self.env, log=self.home.log(name), death_signal=signal.SIGKILL)

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, ROOT / "manage.py", *arguments, "--skip-checks"]
        subprocess.run(command, cwd=ROOT, env=self.env, check=True, stdout=subprocess.DEVNULL)

    def python(self, script: str) -> None:
        script = f"import django; django.setup(); {script}"
        subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=self.env, check=True)

    def query(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """The rows of a statement, if it returns any. Raises psycopg.OperationalError while the database is down."""
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True, connect_timeout=3) as connection:
            cursor = connection.execute(statement, values or None)  # type: ignore[call-overload]
            return list(cursor.fetchall()) if cursor.description else []

    def keep_logs(self) -> None:
        """Copy the logs, which would be deleted with the home."""
        kept = Path(tempfile.mkdtemp(prefix="waymark-chaos-"))
        shutil.copytree(self.home.logs, kept, dirs_exist_ok=True)
        print(f"The logs are in {kept}.", file=sys.stderr)

    # A run

    @contextmanager
    def at_work(self, name: str, seed: int, *, beats: int, faults: bool) -> Iterator[None]:
        """Run a peer with an empty file, an empty broker, workers and beats until the block ends."""
        file = self.home.path / f"{name}-{seed}.tsv"
        self.truth, self.senders_killed = Truth(file), 0
        argv = [sys.executable, "-m", "tests.chaos.peer", str(self.port), str(file), str(seed)]
        self.peer = self._child("peer", [*argv, "--faults"] if faults else argv)
        self.beats = [
            self._child(f"beat-{number}", [*self._beat, f"--schedule={self.home.path / f'beat-{number}'}"])
            for number in range(beats)
        ]
        children = [self.peer, *self.groups, *self.beats]
        self.kill_broker()
        try:
            for child in children:
                child.start()
            yield
        finally:
            for child in children:
                if child.process is not None:
                    child.kill_group()

    def revive(self) -> None:
        """Restart processes that have ended by themselves."""
        for child in [*self.groups, *self.beats]:
            if not child.running:
                child.kill_group()
                child.start()

    def _senders(self, group: Child) -> list[str]:
        try:
            return Path(f"/proc/{group.pid}/task/{group.pid}/children").read_text().split()
        except OSError:
            return []

    # Faults: each function returns when its fault is over

    def kill_workers(self, chance: random.Random) -> None:
        """Kill one worker whose processes are running with -9, and start another one in its place."""
        wait_for(lambda: any(len(self._senders(group)) >= SENDERS for group in self.groups), seconds=READY_SECONDS)
        group = chance.choice([group for group in self.groups if len(self._senders(group)) >= SENDERS])
        self.senders_killed += SENDERS
        group.kill_group()
        group.start()

    def kill_broker(self, chance: random.Random | None = None) -> None:
        assert self.services.valkey is not None
        self.services.valkey.child.kill_group()
        self.services.restart(self.services.valkey.child)

    def restart_database(self, chance: random.Random) -> None:
        assert self.services.postgres is not None
        assert self.services.postgres.child.process is not None
        self.services.postgres.child.send(signal.SIGQUIT)  # what `pg_ctl -m immediate` sends
        self.services.postgres.child.process.wait(30)
        self.services.restart(self.services.postgres.child)

    def kill_peer(self, chance: random.Random) -> None:
        assert self.peer is not None
        self.peer.kill_group()
        self.peer.start()


@contextmanager
def house() -> Iterator[House]:
    """A house with its database and broker running, in a home that is deleted after the block."""
    with throw_away_home() as home:
        ownership = home.own("make chaos")
        built = House(home)
        try:
            built.services.start()
            yield built
        except Exception:
            built.keep_logs()
            raise
        finally:
            stop(*built.services.children, patience=5)
            ownership.release()
