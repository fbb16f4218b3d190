"""python -m benchmarks [--requests N] [--rounds N] [--schedules N] [--only TEXT] [--memory] [--placement]: the performance report, JSON on stdout and a table on stderr.

Waymark and the bare view of `bare.py` are served side by side by gunicorn with the same number of workers. Each row alternates
between the two (A B A B), so that other load on the machine affects both. `cost` is the CPU time per request as a multiple of
the bare view's in the same rounds, `share` the requests per second as a fraction of the bare view's. All traffic is on loopback
and stops after the requests of the table. Ratios can be compared between runs; times cannot. The rows of plans (`plans.py`) and
matching (`matching.py`) show the CPU time of single calls, without a server. The rows of placements (`placement.py`) show how
many levels are misjudged; their only time is that of the slowest question. `--placement` measures nothing else.

A learner's pages are requested by a logged-in learner with a given number of sessions. A process caches what it calculates for a
learner until that learner writes something, so the dashboard is measured both from the cache and right after a write, when
everything is read and calculated again. Alternating between two learners shows how its cost grows with the number of sessions.

The memory of the processes (`memory.py`) is measured separately, in an environment that has only the packages of a production
image; `--memory` measures nothing else.

The locks of the catalogue (`locks.py`) and the reminders (`reminders.py`) come last, each in a database of its own: the locks
throw their catalogue away, and the million schedules of the reminders would slow down everything else.
"""

import argparse
import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any
from urllib.parse import quote_plus

import psycopg

from benchmarks import memory, placement, plans
from benchmarks.clients import Client, alternate, etag
from benchmarks.servers import Server, gunicorn
from embedded.home import throw_away_home
from embedded.processes import ROOT
from embedded.services import environment

WORKERS = 2
MOST_QUERIES = 12  # upper bound for any page
USUAL = 1_000  # sessions of the learner whose pages are requested
FEW, MANY = 10, 10_000  # sessions
MOST_GROWTH = 30  # per cent, from few sessions to many
MOST_GROWTH_OF_PAGES = 5  # per cent, from the second page to the last
UNLIMITED = {
    "API_LIMITS": f"catalogue={10**8},anonymous_post={10**8},authenticated={10**8}"
}  # counted, but never refused


@dataclass(frozen=True)
class Case:
    name: str
    path: str
    goal: float | None  # the highest acceptable cost
    conditional: bool = False  # send the ETag of the first response
    body: bytes = b""  # body of the POST request; empty for GET
    asked: str = ""  # "words" or "typing errors": each request searches for something new
    sessions: int | None = None  # number of sessions of the logged-in learner who makes the requests
    written: bool = False  # whether that learner writes something before each request
    most_queries: int = MOST_QUERIES

    def paths(self) -> Iterator[str]:
        """The path of each request. Each search is different, so that no response comes from a cache of the process."""
        if not self.asked:
            return itertools.repeat(self.path)
        pairs = itertools.permutations(WORDS, 2)
        queries = (
            (f"{a} {b}" for a, b in pairs) if self.asked == "words" else (f"{misspelt(a)}{b[0]}" for a, b in pairs)
        )
        return (f"{self.path}{quote_plus(query)}" for query in itertools.cycle(queries))


@dataclass(frozen=True)
class Row:
    name: str
    path: str
    status: int
    bytes: int
    cost: float
    goal: float | None
    share: float
    p50_ms: float
    p99_ms: float
    queries: int
    most_queries: int
    cpu_ms: float


WORDS = [
    "python",
    "kubernetes",
    "retrieval",
    "evaluation",
    "statistics",
    "embedding",
    "agents",
    "vector",
    "security",
    "pipeline",
    "monitoring",
    "database",
    "language",
    "transformer",
    "regression",
    "fairness",
    "docker",
    "testing",
    "streaming",
    "quantisation",
    "prompt",
    "cloud",
    "vision",
    "speech",
    "graph",
    "privacy",
    "reinforcement",
    "deployment",
    "probability",
    "cryptography",
    "explainability",
    "observability",
]


def misspelt(word: str) -> str:
    middle = len(word) // 2
    return word[:middle] + word[middle + 1 :]


def dashboard(sessions: int, *, written: bool = False) -> Case:
    name = f"dashboard, {sessions:,} sessions{', written' if written else ''}"
    return Case(name, "/dashboard/", None if written else 20, sessions=sessions, written=written, most_queries=8)


AD = json.dumps({"text": ("You know Python and SQL, ideally Kafka or Spark on AWS. " * 100)[:5_000]}).encode()

CASES = [
    Case("home", "/", 8),
    Case("skill page", "/skills/python/", 8),
    Case("role page", "/roles/ai-engineer/", 8),
    Case("skills page", "/skills/", 8),
    Case("skill page, 304", "/skills/python/", 2.5, conditional=True),
    Case("search page", "/search/?q=", 10, asked="words"),
    Case("search page, typing errors", "/search/?q=", 25, asked="typing errors"),
    Case("API, list of 100", "/api/v1/skills/?page_size=100", 2.2),
    Case("API, one skill", "/api/v1/skills/python/", 2.2),
    Case("API, 304", "/api/v1/skills/python/", 2.2, conditional=True),
    Case("API, graph", "/api/v1/graph/", 2.2),
    Case("API, search", "/api/v1/search/?q=", 6, asked="words"),
    Case("API, search, typing errors", "/api/v1/search/?q=", 25, asked="typing errors"),
    Case("API, readiness", "/api/v1/readiness/", None, body=b'{"role": "ai-engineer"}'),
    Case("API, match of 5,000 characters", "/api/v1/match/", None, body=AD),
    Case("API, plan from zero", "/api/v1/plan/", 10, body=b'{"role": "ai-engineer", "hours_per_week": 8}'),
    Case("API, own dashboard", "/api/v1/me/dashboard/", None, sessions=USUAL, most_queries=10),
    Case("API, own sessions", "/api/v1/me/sessions/", 8, sessions=MANY),
    Case("livez", "/livez", None),
    *(dashboard(sessions) for sessions in (FEW, USUAL, MANY)),
    *(dashboard(sessions, written=True) for sessions in (FEW, MANY)),
    Case("plan page, logged in", "/plan/", None, sessions=USUAL),
    Case("map page, logged in", "/skills/map/", None, sessions=USUAL),
    Case("skill page, logged in", "/skills/python/", None, sessions=USUAL),
    Case("project page, logged in", "/projects/assistant-that-quotes-the-law/", None, sessions=USUAL),
    Case("roles page, logged in", "/roles/", None, sessions=USUAL),
    Case("log page, logged in", "/log/", None, sessions=USUAL),
    Case("history page, logged in", "/history/", None, sessions=USUAL),
]


def client_for(case: Case, server: Server, cookies: Mapping[int | None, str], write: Callable[[], object]) -> Client:
    headers = {"If-None-Match": etag(server, case.path)} if case.conditional else {}
    if case.body:
        headers["Content-Type"] = "application/json"
    if case.sessions is not None:
        headers["Cookie"] = cookies[case.sessions]
    return Client(server, case.paths(), headers, case.body, write if case.written else None)


def measure(case: Case, ours: Client, bare: Server, *, requests: int, rounds: int, queries: int) -> Row:
    theirs = Client(bare, itertools.repeat("/"), {})
    used, unit = alternate(ours, theirs, requests=requests, rounds=rounds)
    ordered = sorted(ours.seconds)
    return Row(
        name=case.name,
        path=case.path,
        status=ours.status,
        bytes=ours.size,
        cost=round(used.cpu / unit.cpu, 2),
        goal=case.goal,
        share=round(unit.clock / used.clock, 2),
        p50_ms=round(1000 * statistics.median(ordered), 2),
        p99_ms=round(1000 * ordered[int(0.99 * (len(ordered) - 1))], 2),
        queries=queries,
        most_queries=case.most_queries,
        cpu_ms=round(1000 * used.cpu / (requests * rounds), 3),
    )


def manage(variables: dict[str, str], *arguments: str) -> float:
    start = time.perf_counter()
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    subprocess.run(command, env=variables, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return round(time.perf_counter() - start, 2)


def quiet(variables: dict[str, str]) -> dict[str, str]:
    """The environment variables, with a log level that keeps log lines out of the table."""
    return variables | {"LOG_LEVEL": "WARNING"}


def made_learners(variables: dict[str, str]) -> dict[int | None, str]:
    """The Cookie header of each learner, by number of sessions; empty for a visitor (None)."""
    counts = sorted({case.sessions for case in CASES if case.sessions is not None})
    command = [sys.executable, "-m", "benchmarks.learners", *map(str, counts)]
    output = subprocess.run(command, env=quiet(variables), check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout
    return {None: "", **{int(count): cookie for count, cookie in json.loads(output).items()}}


def question_of(case: Case, cookies: Mapping[int | None, str]) -> tuple[str, str, str]:
    """The case's first path, the body posted to it and the Cookie header."""
    return next(case.paths()), case.body.decode(), cookies[case.sessions]


def count_queries(variables: dict[str, str], cookies: Mapping[int | None, str]) -> dict[tuple[str, str, str], int]:
    """The number of queries for each case's first path, requested for the first time."""
    questions = list(dict.fromkeys(question_of(case, cookies) for case in CASES))
    command = [sys.executable, "-m", "benchmarks.queries"]
    output = subprocess.run(
        command,
        env=quiet(variables),
        input=json.dumps(questions).encode(),
        check=True,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ).stdout
    return dict(zip(questions, json.loads(output), strict=True))


def ends_of_sessions(database: psycopg.Connection[Any]) -> tuple[str, str]:
    """The paths of the second and the last page of sessions, one session a page, for the learner with the most sessions. The
    first page is not used: it has no cursor to parse, which saves a few per cent of such a small response and has nothing to do
    with depth."""
    rows = database.execute(
        """SELECT "on", id FROM progress_studysession WHERE learner_id =
        (SELECT learner_id FROM progress_studysession GROUP BY learner_id ORDER BY count(*) DESC LIMIT 1)
        ORDER BY "on" DESC, id DESC"""
    ).fetchall()
    first, last = (f"/api/v1/me/sessions/?page_size=1&cursor={on}_{pk}" for on, pk in (rows[0], rows[-2]))
    return first, last


def plan_rows() -> list[dict[str, object]]:
    rows = plans.measure()
    for row in rows:
        print(
            f"{row.name:<36} {row.plans:>3} plans, mean {row.mean_ms:.1f} ms, slowest {row.slowest_ms:.1f} ms "
            f"(≤ {row.goal_ms}): {row.slowest}",
            file=sys.stderr,
        )
    return [asdict(row) for row in rows]


def placement_rows() -> list[dict[str, object]]:
    rows = []
    for row in placement.measure():
        print(row.line, file=sys.stderr)
        rows.append(asdict(row))
    return rows


def match_rows(variables: Mapping[str, str]) -> object:
    """Returns the rows of matching. Runs in a process of its own, because it needs Django."""
    command = [sys.executable, "-m", "benchmarks.matching"]
    return json.loads(
        subprocess.run(command, env=quiet(dict(variables)), check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout
    )


def memory_rows(variables: Mapping[str, str], cookies: Mapping[int | None, str]) -> list[dict[str, object]]:
    questions = [question_of(case, cookies) for case in CASES]
    return [asdict(row) for row in memory.memory_rows(quiet(dict(variables)), questions)]


@contextmanager
def loaded() -> Iterator[dict[str, str]]:
    """Starts services with the catalogue loaded; yields their environment variables."""
    with throw_away_home() as home, environment(home, command="make bench", durable=False) as found:
        variables = dict(found) | UNLIMITED
        for command in (["migrate"], ["collectstatic", "--noinput"], ["load_catalog"]):
            manage(variables, *command)
        yield variables


def memory_alone() -> dict[str, object]:
    with loaded() as variables:
        return {"memory": memory_rows(variables, made_learners(variables))}


def reminder_rows(schedules: int) -> object:
    """Returns the rows of the reminders. Runs in a process of its own, which holds one connection and no pool."""
    with throw_away_home() as home, environment(home, command="make bench", durable=False) as found:
        variables = quiet(dict(found))
        manage(variables, "migrate")
        manage(variables, "load_catalog")
        command = [sys.executable, "-m", "benchmarks.reminders", f"--schedules={schedules}", f"--due={schedules // 10}"]
        output = subprocess.run(command, env=variables, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout
    return json.loads(output)


def lock_rows(rounds: int = 5) -> object:
    """Returns the rows of the locks. Runs in a process and a database of its own, whose catalogue is thrown away in each round."""
    with throw_away_home() as home, environment(home, command="make bench", durable=False) as found:
        variables = quiet(dict(found))
        manage(variables, "migrate")
        command = [sys.executable, "-m", "benchmarks.locks", f"--rounds={rounds}"]
        output = subprocess.run(command, env=variables, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout
    return json.loads(output)


type MakeClient = Callable[[Case], Client]


@contextmanager
def served(
    variables: Mapping[str, str], cookies: Mapping[int | None, str]
) -> Iterator[tuple[MakeClient, Server, "psycopg.Connection[Any]"]]:
    """Serves Waymark and the bare view side by side. Yields a function that creates a client for a case, the bare view's
    server, and a connection to the database."""
    bare_variables = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    with (
        gunicorn("config.wsgi", workers=WORKERS, environ=variables, ready="/livez") as waymark,
        gunicorn("benchmarks.bare", workers=WORKERS, environ=bare_variables) as bare,
        psycopg.connect(variables["DATABASE_URL"], autocommit=True) as database,
    ):
        # Every write by a learner begins with this update, which tells the processes that their cache is stale.
        write = partial(database.execute, "UPDATE progress_progress SET version = version + 1")
        yield lambda case: client_for(case, waymark, cookies, write), bare, database


def served_rows(
    cases: Sequence[Case],
    client: MakeClient,
    bare: Server,
    cookies: Mapping[int | None, str],
    queries: Mapping[tuple[str, str, str], int],
    **counts: int,
) -> list[Row]:
    rows = []
    print(
        f"{'':<36} {'':<3} {'cost':>8} {'goal':>6} {'share':>6} {'p50':>11} {'p99':>11}  (× the bare view)",
        file=sys.stderr,
    )
    for case in cases:
        row = measure(case, client(case), bare, queries=queries[question_of(case, cookies)], **counts)
        rows.append(row)
        goal = f"≤ {row.goal:g}" if row.goal else ""
        print(
            f"{row.name:<36} {row.status} {row.cost:>7.2f}× {goal:>6} {row.share:>6.2f} {row.p50_ms:>8.2f} ms "
            f"{row.p99_ms:>8.2f} ms {row.queries:>3} queries (≤ {row.most_queries}) {row.bytes:>8} bytes "
            f"{row.cpu_ms:>8.2f} ms CPU",
            file=sys.stderr,
        )
    return rows


def growth(client: MakeClient, database: "psycopg.Connection[Any]", *, requests: int, rounds: int) -> dict[str, int]:
    """The percentage by which the cost grows with a learner's number of sessions, by name of the comparison."""
    grown = {}

    def compare(name: str, few: Case, many: Case, most: int) -> None:
        less, more = alternate(client(few), client(many), requests=-(-requests // 4), rounds=rounds)
        grown[name] = round(100 * (more.cpu / less.cpu - 1))
        print(f"{name:<44} {grown[name]:+} % CPU (≤ +{most} %)", file=sys.stderr)

    for written in (False, True):
        name = f"dashboard{', written' if written else ''}, {FEW:,} → {MANY:,} sessions"
        compare(name, dashboard(FEW, written=written), dashboard(MANY, written=written), MOST_GROWTH)
    name = f"API, own sessions, page 2 → page {MANY:,}"
    first, last = (Case(name, path, None, sessions=MANY) for path in ends_of_sessions(database))
    compare(name, first, last, MOST_GROWTH_OF_PAGES)
    return grown


def some_rows(only: str, *, requests: int, rounds: int) -> dict[str, object]:
    """The report, limited to the rows whose names contain this text."""
    cases = [case for case in CASES if only in case.name]
    with loaded() as variables:
        cookies = made_learners(variables)
        queries = count_queries(variables, cookies)
        with served(variables, cookies) as (client, bare, _database):
            rows = served_rows(cases, client, bare, cookies, queries, requests=requests, rounds=rounds)
    return {"rows": [asdict(row) for row in rows]}


def report(*, requests: int, rounds: int, schedules: int) -> dict[str, object]:
    of_plans, of_placements = plan_rows(), placement_rows()
    with throw_away_home() as home, environment(home, command="make bench", durable=False) as found:
        variables = dict(found) | UNLIMITED
        manage(variables, "migrate")
        manage(variables, "collectstatic", "--noinput")
        seconds = {"load, empty database": manage(variables, "load_catalog")}
        seconds["load, unchanged"] = manage(variables, "load_catalog")
        of_matching = match_rows(variables)
        cookies = made_learners(variables)
        queries = count_queries(variables, cookies)
        with served(variables, cookies) as (client, bare, database):
            rows = served_rows(CASES, client, bare, cookies, queries, requests=requests, rounds=rounds)
            grown = growth(client, database, requests=requests, rounds=rounds)
        for name, value in seconds.items():
            print(f"{name:<36} {value:>7.2f} s", file=sys.stderr)
        of_memory = memory_rows(variables, cookies)
    return {
        "plans": of_plans,
        "placement": of_placements,
        "matching": of_matching,
        "rows": [asdict(row) for row in rows],
        "growth_percent": grown,
        "seconds": seconds,
        "memory": of_memory,
        "locks": lock_rows(),
        "reminders": reminder_rows(schedules),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="The performance report of Waymark.")
    parser.add_argument("--requests", type=int, default=300, help="requests for each row, round and server")
    parser.add_argument("--rounds", type=int, default=4, help="how often each row alternates between the two servers")
    parser.add_argument("--schedules", type=int, default=1_000_000, help="reminder schedules, a tenth of them due")
    parser.add_argument("--memory", action="store_true", help="measure only the memory of the processes")
    parser.add_argument("--placement", action="store_true", help="measure only how many levels a placement misjudges")
    parser.add_argument("--only", default="", metavar="TEXT", help="measure only the rows whose name contains this")
    options = parser.parse_args()
    if options.only:
        found = some_rows(options.only, requests=options.requests, rounds=options.rounds)
    elif options.memory:
        found = memory_alone()
    elif options.placement:
        found = {"placement": placement_rows()}
    else:
        found = report(requests=options.requests, rounds=options.rounds, schedules=options.schedules)
    json.dump(found, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
