"""PostgreSQL restarts under load: no one sees an error, and every acknowledged write is stored exactly once."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from benchmarks.servers import gunicorn
from config.middleware import DatabaseRestartMiddleware
from embedded.home import throw_away_home
from embedded.services import Services, demo_environment
from tests import factories

RESTARTS = 2  # `make test-long` has five
ROUNDS = 5  # of responses to each client before the next restart, so that each has read and written
PATIENCE = 30.0  # seconds
LONGEST_OUTAGE = 5.0  # seconds that a request can wait for the database
SECRET = "c" * 32  # of the CSRF cookie
PREPARE = """
import django
django.setup()
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from accounts.models import User
from accounts.sessions import SessionStore
from tests import factories
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
factories.publish(factories.skill_document("python"), factories.skill_document("sql"))
for number in range(6):
    user = User.objects.create(email=f"learner-{number}@example.com", password="!")
    session = SessionStore()
    session.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: "accounts.backends.EmailBackend",
                    HASH_SESSION_KEY: user.get_session_auth_hash()})
    session.create()
    print(session.session_key)
"""
COUNT = """
import django
django.setup()
from django.db.models import Sum
from guidance.progress.models import Assessment, StudyDay, StudySession
for model in (StudySession, Assessment):
    print(*model.objects.values_list("event_id", flat=True))
print(StudySession.objects.aggregate(n=Sum("minutes"))["n"], StudyDay.objects.aggregate(n=Sum("minutes"))["n"])
"""


class Load(threading.Thread):
    """One learner's browser, which reads and writes until it is stopped."""

    def __init__(self, port: int, session: str, stop: threading.Event) -> None:
        super().__init__()
        self.port, self.stop = port, stop
        self.headers = {
            "Cookie": f"session={session}; csrf={SECRET}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.answers: Counter[tuple[str, int]] = Counter()
        self.acknowledged: dict[str, set[str]] = {"/log/": set(), "/skills/python/level/": set()}

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            event = str(uuid.uuid4())
            match number % 5:
                case 0:
                    self.ask("GET", "/log/")
                case 1:
                    self.write("/log/", event, skill="sql", minutes=1)
                case 2:
                    self.ask("GET", "/api/v1/search/?q=python")
                case 3:
                    self.ask("POST", "/settings/", self.form(name=f"Noor {number}", time_zone="UTC"))
                case 4:
                    self.write("/skills/python/level/", event, level=number // 5 % 5)

    def write(self, path: str, event: str, **fields: object) -> None:
        if self.ask("POST", path, self.form(event_id=event, **fields)) == 303:
            self.acknowledged[path].add(event)

    def form(self, **fields: object) -> str:
        return urlencode({"csrfmiddlewaretoken": SECRET, **fields})

    def ask(self, method: str, path: str, body: str | None = None) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, self.headers)
            status = connection.getresponse().status
        finally:
            connection.close()
        self.answers[method, status] += 1
        return status


def python(script: str, environ: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def restart(services: Services) -> float:
    """Restart PostgreSQL. Returns the seconds it was down."""
    began = time.monotonic()
    services.postgres.child.send(signal.SIGQUIT)  # what `pg_ctl -m immediate` sends
    services.postgres.child.process.wait(10)
    services.restart(services.postgres.child)
    return time.monotonic() - began


def go_on(clients: list[Load]) -> None:
    """Wait until each client has had `ROUNDS` more responses."""
    wanted = {client: client.answers.total() + ROUNDS for client in clients}
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and any(client.answers.total() < total for client, total in wanted.items()):
        time.sleep(0.02)


def test_restarts_of_postgresql_are_seen_by_nobody():
    restart_often(RESTARTS)


def restart_often(restarts: int) -> None:
    """Restart PostgreSQL under load; check that each request is answered and each write is stored once."""
    named = {"DATABASE_URL", "REDIS_URL"}  # those of the tests
    environ = {name: value for name, value in os.environ.items() if name not in named}
    with throw_away_home() as home:
        home.create()
        services = Services(home, environ)
        services.start()
        try:
            found = demo_environment(home, environ, services.urls) | {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "LOG_LEVEL": "CRITICAL",
            }
            sessions = python(PREPARE, found).split()
            stop, outages = threading.Event(), []
            with gunicorn("config.wsgi", workers=2, environ=found, ready="/livez") as server:
                clients = [Load(server.port, session, stop) for session in sessions]
                for client in clients:
                    client.start()
                go_on(clients)
                try:
                    for _number in range(restarts):
                        outages.append(restart(services))
                        go_on(clients)
                finally:
                    stop.set()
                    for client in clients:
                        client.join()
            if max(outages) > LONGEST_OUTAGE:
                pytest.skip(f"PostgreSQL takes {max(outages):.1f} s to come back here.")
            answers = sum((client.answers for client in clients), Counter())
            assert set(answers) == {("GET", 200), ("POST", 303)}, answers
            assert answers["POST", 303] > 10 * restarts
            studied, assessments, sums = python(COUNT, found).splitlines()
            for path, stored in (("/log/", studied.split()), ("/skills/python/level/", assessments.split())):
                acknowledged = set().union(*(client.acknowledged[path] for client in clients))
                assert set(stored) == acknowledged
                assert len(stored) == len(acknowledged)
            assert len(set(sums.split())) == 1
        finally:
            services.stop()


def answers(*states: bool):
    """A handler whose database is up or down at each request, according to `states`."""
    left = list(states)

    def respond(request):
        request.database_away = left.pop(0)
        return HttpResponse(status=503 if request.database_away else 200)

    return respond


@pytest.mark.usefixtures("no_connection_left")
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (RequestFactory().get("/"), 200),
        (RequestFactory().post("/log/", {"event_id": "x"}), 200),
        (RequestFactory().post("/log/", {"event_id": ""}), 503),
        (RequestFactory().post("/accounts/login/", {"login": "x"}), 503),
    ],
)
def test_only_what_may_happen_twice_is_done_again(request_, status):
    request_.resolver_match = None
    assert DatabaseRestartMiddleware(answers(True, False))(request_).status_code == status


def test_patience_ends(monkeypatch):
    monkeypatch.setattr("config.middleware.PATIENCE_SECONDS", 0)
    assert DatabaseRestartMiddleware(answers(True))(RequestFactory().get("/")).status_code == 503


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/search/?q=python", "/api/v1/search/?q=python"])
def test_page_and_api_are_read_again(address, monkeypatch):
    factories.make_skill("python")
    index, calls = sys.modules["guidance.catalog.search"], []
    search = index.search

    def away_once(*arguments, **options):
        calls.append(arguments)
        if len(calls) == 1:
            raise OperationalError("the connection is closed")
        return search(*arguments, **options)

    monkeypatch.setattr(index, "search", away_once)
    monkeypatch.setattr("config.middleware.close_old_connections", lambda: None)  # it would end the test's transaction
    assert Client(raise_request_exception=False).get(address).status_code == 200
    assert len(calls) == 2


@pytest.mark.parametrize(
    "name", ["goal", "settings", "calendar-address", "start-cv", "start-goal", "start-plan", "overrides", "set-theme"]
)
def test_what_sets_something_may_happen_twice(name):
    assert resolve(reverse(f"web:{name}")).func.repeatable


@pytest.mark.parametrize("name", ["assess", "add-evidence"])
def test_what_makes_something_has_to_say_that_it_is_the_same(name):
    assert not hasattr(resolve(reverse(f"web:{name}", args=["python"])).func, "repeatable")
