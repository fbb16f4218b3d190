"""python -m tests.fuzz [--cases N] [--seed N] [--json FILE]: schemathesis over the whole schema of the API.

Runs all phases and all checks of schemathesis, and those of `tests.fuzz.checks`, against gunicorn with a database and a broker of
its own, on loopback only. Lena sends requests with an access token, Marek with a session, and each must not see data of the
other. A third learner, who sends no requests, has rows in every table, none of which may change. Rounds continue, each with
the next seed, until N cases were sent. Exits with 1 on a finding: a server error, a status that is not in the schema, a
response that does not match the schema, an operation without access control, a row of someone else.
"""

import argparse
import io
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.servers import Server, gunicorn
from embedded.home import throw_away_home
from embedded.processes import ROOT
from embedded.pytest_plugin import UNSET
from embedded.services import Services, demo_environment

OURS = {"DATABASE_URL", "REDIS_URL", "WAYMARK_HOME", *UNSET}  # variables of the caller, which are not passed on
LIMITS = "catalogue=100000000,anonymous_post=100000000,authenticated=100000000"
LONGEST_SECONDS = 3_600
LONGEST_ROUNDS = 20
CSRF = "c" * 32
# For each way to authenticate, the operations left out: a deleted account could send no more requests. A token cannot delete it.
WAYS: dict[str, list[str]] = {"token": [], "session": ["delete_account"]}
NAMES = ("lena", "marek")
# Replaced by `right_forms_are_refused_for_what_they_name`: a refusal for what a request names is no mistake of the schema.
EXCLUDED = "positive_data_acceptance"


@contextmanager
def application() -> Iterator[tuple[Server, dict[str, Any]]]:
    """The product with its real catalogue and the accounts that send requests. Yields its server and the result of `prepare`."""
    environ = {name: value for name, value in os.environ.items() if name not in OURS} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "WAYMARK_DEMO": "0",
        "LOG_LEVEL": "ERROR",
        "API_LIMITS": LIMITS,
        "PORT": "",
    }
    with throw_away_home() as home:
        ownership = home.own("make fuzz")
        services = Services(home, environ, durable=False)
        try:
            services.start()
            os.environ.update(demo_environment(home, environ, services.urls))
            known = prepare()
            with gunicorn("config.wsgi", workers=1, environ=os.environ, ready="/livez") as server:
                yield server, known
        finally:
            services.stop()
            ownership.release()


def prepare() -> dict[str, Any]:
    """Fill the database and make the accounts. Returns their headers by way of authentication, as `people.make` does."""
    import django

    django.setup()
    from django.core.management import call_command

    # The API's pages link to hashed static files, and a fresh clone has collected none.
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("migrate", verbosity=0)
    call_command("load_catalog", stdout=io.StringIO())
    from tests.fuzz import people

    return people.make(NAMES, csrf=CSRF)


@dataclass(frozen=True, slots=True)
class Outcome:
    way: str
    asks: str
    seed: int
    cases: int
    failures: list[str]
    errors: list[str]
    seconds: float

    @property
    def holds(self) -> bool:
        return self.cases > 0 and not self.failures and not self.errors

    def __str__(self) -> str:
        found = f"{len(self.failures)} findings, {len(self.errors)} errors"
        return (
            f"{self.way:<8} {self.asks:<6} seed {self.seed:<10} {self.cases:>6} cases {self.seconds:>7.0f} s   {found}"
        )


def run(server: Server, known: dict[str, Any], way: str, asks: str, seed: int, examples: int, folder: Path) -> Outcome:
    """Run schemathesis once; if there is a finding, its own report goes to stdout."""
    begin = time.monotonic()
    (folder / "schema.json").write_text(json.dumps(known["schema"]))
    people = [
        {"name": name, "fixedHeaders": [{"name": header, "value": value} for header, value in headers.items()]}
        for name, headers in known[way].items()
    ]
    (folder / "people.json").write_text(json.dumps({"auth": people}))
    (folder / "schemathesis.toml").write_text(
        f"""
hooks = "tests.fuzz.hooks"
[auth.wfc]
path = "{folder / "people.json"}"
user = "{asks}"
peers = {json.dumps(list(known[way]))}
[checks.negative_data_rejection]
expected-statuses = ["4xx"]
"""
    )
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "schemathesis.cli", f"--config-file={folder / 'schemathesis.toml'}", "--no-color"]
    command += ["run", str(folder / "schema.json"), f"--url=http://127.0.0.1:{server.port}", f"--seed={seed}"]
    command += [f"--max-examples={examples}", "--continue-on-failure", "--generation-database=none", "--warnings=off"]
    command += ["--checks=all", f"--exclude-checks={EXCLUDED}", "--request-timeout=60"]
    command += ["--report=json", f"--report-json-path={report}", "--suppress-health-check=all"]
    command += [f"--exclude-operation-id={operation}" for operation in WAYS[way]]
    log = folder / "log"
    with log.open("w") as output, suppress(subprocess.TimeoutExpired):
        # Outside the work tree: what schemathesis remembers of a run would change the next one, even with the same seed.
        subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=False,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_SECONDS,
        )
    said = json.loads((report.exists() and report.read_text()) or "{}")  # empty if schemathesis was killed
    errors = [error["title"] for error in said.get("errors", [{"title": "schemathesis ended without a report"}])]
    failures = [f"{one['title']}: {', '.join(one['operations'])}" for one in said.get("failures", [])]
    phases = said.get("phases") or {}
    errors += [f"the phase {name} did not run" for name, phase in phases.items() if phase["status"] == "skip"]
    cases = said.get("test_cases", {}).get("generated", 0)
    outcome = Outcome(way, asks, seed, cases, failures, errors, time.monotonic() - begin)
    if not outcome.holds:
        print(log.read_text(), flush=True)
    return outcome


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").partition("\n")[2])
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="at least so many are sent (10,000)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**9), metavar="N", help="otherwise by chance")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the figures")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the servers end too
    outcomes: list[Outcome] = []
    print(f"Seed {options.seed}", flush=True)
    with application() as (server, known), tempfile.TemporaryDirectory() as folder:
        examples = max(1, options.cases // (len(WAYS) * known["operations"]))
        begin = time.monotonic()
        for number in range(LONGEST_ROUNDS):
            for way, asks in zip(WAYS, NAMES, strict=True):
                place = Path(folder) / f"{way}-{number}"
                place.mkdir()
                outcomes.append(run(server, known, way, asks, options.seed + number, examples, place))
                print(outcomes[-1], flush=True)
            cases = sum(outcome.cases for outcome in outcomes)
            if not all(outcome.holds for outcome in outcomes) or cases >= options.cases:
                break
            if time.monotonic() - begin > LONGEST_SECONDS:
                break
        from tests.fuzz import people

        touched = people.touched(known)
    failures = [f"{outcome.way}: {one}" for outcome in outcomes for one in [*outcome.failures, *outcome.errors]]
    failures += [f"rows of somebody who asked nothing have changed: {table}" for table in touched]
    print(f"\n{cases} cases over {known['operations']} operations, {len(failures)} findings. Seed {options.seed}")
    print("\n".join(failures))
    if options.json:
        options.json.write_text(json.dumps({"seed": options.seed, "cases": cases, "findings": failures}, indent=1))
    return 1 if failures or cases < options.cases else 0


if __name__ == "__main__":
    sys.exit(main())
