"""A service that Waymark depends on fails: Valkey is stopped in the middle of its work, or the database refuses writes."""

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection

from embedded.processes import wait_for
from tests.attack.browser import Browser
from tests.attack.classroom import PASSWORD, accounts
from tests.attack.site import Finding, Site, equal

MOST_MS = 1_000
NOTE = "/api/v1/me/notes/python/"
ROUNDS = 3

# For each name of a request: the function that makes it, its usual status, and its status or statuses during the failure.
type Steps = Mapping[str, tuple[Callable[[], int], int, int | set[int]]]


class Program:
    """A client of the API with the token of one account."""

    def __init__(self, site: Site, email: str) -> None:
        self.port = site.port
        self.token = site.python(
            "from accounts import tokens; from accounts.models import User; from django.utils import timezone;"
            f"owner = User.objects.get(email={email!r});"
            "print(tokens.issue(owner=owner, name='attack', scope='write', days=1, now=timezone.now())[1])"
        ).strip()

    def ask(self, method: str, path: str, **fields: str) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        headers = {"Host": "localhost", "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(fields) if fields else None, headers)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def read(self) -> int:
        return self.ask("GET", "/api/v1/me/")

    def write(self, text: str = "") -> int:
        return self.ask("PUT", NOTE, text=text or f"at {time.monotonic()}")


class Stopwatch:
    """Makes requests, checks their status and records the longest time of each."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}  # the longest time, by name of the request
        self.findings: list[Finding] = []

    def expect(self, what: str, step: Callable[[], int], status: int | set[int]) -> None:
        started = time.monotonic()
        answered = step()
        self.seconds[what] = max(self.seconds.get(what, 0.0), time.monotonic() - started)
        if isinstance(status, set):
            allowed = " or ".join(map(str, sorted(status)))
            self.findings.append(Finding(what, str(answered), allowed, answered in status))
        else:
            self.findings.append(equal(what, answered, status))

    def ask(self, steps: Steps, *, usually: bool) -> None:
        for what, (step, usual, failing) in steps.items():
            self.expect(what, step, usual if usually else failing)


def waits(site: Site, fault: str, before: Stopwatch, during: Stopwatch) -> list[Finding]:
    """Each answer may take a second at most. On a busy machine, which is always slow, a second more than before is allowed."""
    found = []
    for what, longest in during.seconds.items():
        total, more = longest * 1000, (longest - before.seconds[what]) * 1000
        allowed = f"<= {MOST_MS:,} or +{MOST_MS:,}" if site.busy else f"<= {MOST_MS:,} ms"
        holds = total <= MOST_MS or (site.busy and more <= MOST_MS)
        found.append(Finding(f"{what}: longest, {fault}", f"{total:,.0f} ms, {more:+,.0f}", allowed, holds))
    return found


def once(site: Site, watch: Stopwatch, program: Program, name: str) -> None:
    browser, newcomer = Browser(site.port), Browser(site.port)
    newcomer.open("/accounts/signup/")
    fields = {"email": f"new-{time.monotonic_ns()}@class.example", "password1": PASSWORD}
    watch.expect("log-in", lambda: browser.log_in(name, PASSWORD), 302)
    watch.expect("write by the API", program.write, 200)
    watch.expect("read by the API", program.read, 200)
    watch.expect("sign-up", lambda: newcomer.send("/accounts/signup/", **fields).status, 302)
    watch.expect("page", lambda: site.get("/skills/python/"), 200)


def valkey_stopped(site: Site) -> list[Finding]:
    assert site.services.valkey is not None
    before, stopped = Stopwatch(), Stopwatch()
    with accounts(site, ROUNDS) as names:
        program = Program(site, names[0])
        for name in names:
            once(site, before, program, name)
        site.services.valkey.child.send(signal.SIGSTOP)
        try:
            for name in names:
                once(site, stopped, program, name)
                time.sleep(1)  # so that in each round the circuit breaker lets a request try again
        finally:
            site.services.valkey.child.send(signal.SIGCONT)
    return [*stopped.findings, *waits(site, "Valkey stopped", before, stopped)]


@contextmanager
def no_writes(site: Site) -> Iterator[None]:
    """The database refuses writes as after a failover, on open connections too."""
    try:
        site.query("ALTER SYSTEM SET default_transaction_read_only = on")
        site.query("SELECT pg_reload_conf()")
        wait_for(lambda: site.query("SHOW default_transaction_read_only") == [("on",)], seconds=10, pause=0.1)
        yield
    finally:
        site.query("ALTER SYSTEM RESET default_transaction_read_only")
        site.query("SELECT pg_reload_conf()")
        wait_for(lambda: site.get("/readyz") == 200, seconds=10, pause=0.1)


def read_only(site: Site) -> list[Finding]:
    before, first, during, after = Stopwatch(), Stopwatch(), Stopwatch(), Stopwatch()
    with accounts(site, 1) as [name]:
        program, browser = Program(site, name), Browser(site.port)
        unused = Program(site, name)  # the first use of a token is recorded, if the database allows it
        browser.log_in(name, PASSWORD)
        steps: Steps = {
            "/readyz": (lambda: site.get("/readyz"), 200, 503),
            "/livez": (lambda: site.get("/livez"), 200, 200),
            "public page": (lambda: site.get("/skills/python/"), 200, 200),
            "page of a learner": (lambda: browser.open("/log/").status, 200, 200),
            "read by the API": (program.read, 200, 200),
            "write by the API": (program.write, 200, 503),
            "form of a learner": (lambda: browser.send("/settings/", name="x", time_zone="UTC").status, 303, 503),
            "log-in": (lambda: Browser(site.port).log_in(name, PASSWORD), 302, 503),
        }
        before.ask(steps, usually=True)
        with no_writes(site):
            first.expect("first read with a token", unused.read, 200)
            during.ask(steps, usually=False)
        after.ask(steps, usually=True)
    findings = [*before.findings, *first.findings, *during.findings, *after.findings]
    return [*findings, *waits(site, "read-only", before, during)]
