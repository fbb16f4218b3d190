"""How many requests a caller may make, what the headers say about it, and what happens while counting fails."""

import json
import runpy
import signal
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from accounts import counters, tokens
from accounts.models import User
from config.settings import api_limits
from embedded.valkey import Valkey
from guidance.api import cached, limits, readiness
from guidance.catalog import snapshot
from tests.factories import make_role

pytestmark = pytest.mark.django_db
READ, ASK, ME = "/api/v1/skills/", "/api/v1/readiness/", "/api/v1/me/"
REQUEST = json.dumps({"role": "ai-engineer"})
JSON = "application/json"
addresses = (f"198.18.{number // 250}.{number % 250 + 1}" for number in count())


@pytest.fixture
def here() -> str:
    """An address from which no test has called."""
    return next(addresses)


@pytest.fixture
def client(here) -> Client:
    return Client(REMOTE_ADDR=here)


@pytest.fixture(autouse=True)
def _limits(settings) -> None:
    settings.API_LIMITS = {"catalogue": 3, "anonymous_post": 2, "authenticated": 4}


@pytest.fixture
def catalogue(db) -> None:
    make_role("ai-engineer", requirements={"python": (2, 5)})


@pytest.fixture
def lena(db) -> User:
    user = User.objects.create_user("lena@example.org")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def session(lena) -> Client:
    client = Client()
    client.force_login(lena)
    return client


def ask(client: Client, **headers: str):
    return client.post(ASK, REQUEST, JSON, headers=headers)


def left(response) -> int:
    """The number of requests that the caller has left, according to the response."""
    policy, _, values = response.headers["RateLimit"].partition(";")
    name, _, described = response.headers["RateLimit-Policy"].partition(";")
    parts = dict(part.split("=") for part in values.split(";"))
    assert name == policy
    assert described == f"q={limits.settings.API_LIMITS[name.strip('"')]};w=60"
    assert 1 <= int(parts["t"]) <= 60
    return int(parts["r"])


def refused(response) -> None:
    assert response.status_code == 429
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.json()["type"].endswith("#too-many-requests")
    assert left(response) == 0
    assert response.headers["RateLimit"].endswith(f"t={response.headers['Retry-After']}")


# What a caller is told


def test_every_answer_says_what_is_left(client, catalogue):
    assert [left(client.get(READ)) for _ in range(3)] == [2, 1, 0]
    refused(client.get(READ))
    assert client.head(READ).status_code == 429


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda client: client.get(f"{READ}nobody/"), 404),
        (lambda client: client.get(f"{READ}?page=0"), 400),
        (lambda client: client.post(READ), 405),
        (lambda client: client.get(READ, headers={"Accept": "text/html"}), 406),
        (lambda client: client.get("/api/schema/"), 200),
        (lambda client: client.get("/api/v1/nothing/"), 404),
        (lambda client: client.get(ME), 401),
        (lambda client: client.get(ME, headers={"Authorization": "Bearer wm_wrong"}), 401),
    ],
)
def test_answers_of_all_kinds_count_as_reading(client, catalogue, ask, status):
    client.get(READ)
    response = ask(client)
    assert (response.status_code, left(response)) == (status, 1)


def test_what_has_not_changed_costs_nothing(client, session, catalogue):
    for caller, path, limit in ((client, READ, 3), (session, ME, 4)):
        etag = caller.get(path).headers["ETag"]
        for _ in range(6):
            assert caller.get(path, headers={"If-None-Match": etag}).status_code == 304
        assert left(caller.get(path)) == limit - 2


def test_pages_of_other_origins_may_read_what_is_left(client, catalogue):
    for response in (client.get(READ), ask(client)):
        assert "RateLimit, RateLimit-Policy, Retry-After" in response.headers["Access-Control-Expose-Headers"]
    for _ in range(3):
        response = client.get(READ)
    refused(response)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    for path in (READ, ASK):
        for _ in range(5):
            assert client.options(path).status_code == 204


def test_refused_request_is_not_worked_on(client, catalogue, monkeypatch):
    def work(*args, **kwargs):
        raise AssertionError

    for _ in range(3):
        ask(client)
        client.get(READ)
    monkeypatch.setattr(readiness, "calculate_readiness", work)
    monkeypatch.setattr(cached, "current", work)
    refused(ask(client))
    refused(client.get(READ))


# What counts as one caller


def test_reading_and_asking_are_counted_apart(client, catalogue):
    assert [ask(client).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(READ).status_code == 200


def test_addresses_are_counted_apart(client, catalogue):
    for _ in range(4):
        client.get(READ)
    assert client.get(READ).status_code == 429
    assert Client(REMOTE_ADDR=next(addresses)).get(READ).status_code == 200


def test_network_of_ipv6_is_one_caller(catalogue):
    found = [Client(REMOTE_ADDR=f"2001:db8:0:1::{number}").get(READ).status_code for number in range(4)]
    assert found == [200, 200, 200, 429]
    assert Client(REMOTE_ADDR="2001:db8:0:2::1").get(READ).status_code == 200


def test_users_and_tokens_are_counted_apart_wherever_they_call_from(session, lena, client):
    other = Client()
    other.force_login(User.objects.create_user("marek@example.org"))
    made = [tokens.issue(owner=lena, name="x", scope="read", days=1, now=timezone.now())[1] for _ in range(2)]

    def by_token(text):
        return Client(REMOTE_ADDR=next(addresses)).get(ME, headers={"Authorization": f"Bearer {text}"})

    for call in (lambda: session.get(ME), lambda: other.get(ME), lambda: by_token(made[0]), lambda: by_token(made[1])):
        answers = [call() for _ in range(5)]
        assert [answer.status_code for answer in answers] == [200] * 4 + [429]
        assert [left(answer) for answer in answers] == [3, 2, 1, 0, 0]
        refused(answers[-1])
        assert answers[-1].headers["Cache-Control"] == "private, no-store"


def test_wrong_tokens_cannot_be_tried_without_end(client):
    answers = [client.get(ME, headers={"Authorization": f"Bearer wm_{number:043}"}) for number in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    refused(answers[-1])


@pytest.mark.parametrize("path", ["", "tokens/"])
def test_who_is_nobody_is_counted_wherever_they_ask(client, path):
    answers = [client.get(f"{ME}{path}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]


@pytest.mark.parametrize("proxies", [0, 1, 2])
def test_burst_with_forged_headers_is_held_to_the_limit(settings, here, whole_catalogue, proxies):
    """Ten times the limit of requests at once, each with another address in its headers."""
    settings.TRUSTED_PROXY_COUNT = proxies
    settings.API_LIMITS = settings.API_LIMITS | {"catalogue": 20}
    appended = {0: "", 1: f", {here}", 2: f", {here}, 192.0.2.9"}[proxies]
    peer = here if proxies == 0 else "192.0.2.1"
    Client(REMOTE_ADDR=next(addresses), HTTP_X_FORWARDED_FOR=f"{next(addresses)}{appended}").get(READ)

    def call(number: int):
        forged = f"10.{number // 250}.0.{number % 250}"
        headers = dict.fromkeys(("X-Real-IP", "Forwarded", "Client-IP", "True-Client-IP", "X-Client-IP"), forged)
        client = Client(REMOTE_ADDR=peer)
        return client.get(READ, headers={**headers, "X-Forwarded-For": f"{forged}{appended}"})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(call, range(200)))
    found = Counter(answer.status_code for answer in answers)
    assert set(found) == {200, 429}
    assert 19 <= found[200] <= 20
    assert all("Retry-After" in answer.headers for answer in answers if answer.status_code == 429)


def test_minute_passes_and_another_one_begins(client, catalogue, monkeypatch):
    monkeypatch.setattr(limits, "WINDOW_SECONDS", 1)
    assert [client.get(READ).status_code for _ in range(4)] == [200, 200, 200, 429]
    time.sleep(1.05)
    assert [client.get(READ).status_code for _ in range(4)] == [200, 200, 200, 429]


def test_refused_requests_do_not_make_the_minute_longer(here):
    first = limits.count(limits.CATALOGUE, here).seconds
    for _ in range(50):
        counted = counters.count(f"api:{limits.CATALOGUE}:{here}", window=60)
    assert counted.used == 51
    assert 0 < counted.seconds < 60 <= first


def test_request_that_is_done_again_counts_once(client, catalogue, monkeypatch):
    there, attempts = snapshot.current, []

    def away():
        attempts.append(1)
        if len(attempts) < 4:
            raise OperationalError("connection refused")
        return there()

    monkeypatch.setattr("config.middleware.PAUSE_SECONDS", 0)
    monkeypatch.setattr("config.middleware.close_old_connections", lambda: None)  # it would end the test's transaction
    monkeypatch.setattr(cached.snapshots, "current", away)
    response = client.get(READ)
    assert len(attempts) >= 4
    assert (response.status_code, left(response)) == (200, 2)


# While Valkey is down


@pytest.fixture
def valkey(own_valkey) -> Valkey:
    return own_valkey


def end(server: Valkey) -> None:
    server.child.kill_group()
    server.child.process.wait()


def try_again(server: Valkey) -> None:
    """Make the pause end now."""
    counters.breaker(server.url)._away_until = 1.0


def test_without_valkey_reading_and_writing_go_on_within_the_limits(valkey, client, session, lena, catalogue):
    note = f"{ME}notes/python/"
    end(valkey)
    assert [session.put(note, {"text": "after"}, JSON).status_code for _ in range(5)] == [200] * 4 + [429]
    assert lena.notes.get().text == "after"
    assert [left(client.get(READ)) for _ in range(3)] == [2, 1, 0]
    refused(client.get(READ))
    assert client.get(ME).status_code == 429, "nor can tokens be tried out without end"
    valkey.launch()
    valkey.wait_until_ready()
    try_again(valkey)
    assert session.put(note, {"text": "later"}, JSON).status_code == 200


def test_stopped_valkey_holds_up_one_write_in_a_while(valkey, session, catalogue, settings, caplog):
    settings.API_LIMITS = settings.API_LIMITS | {"authenticated": 1000}
    note = f"{ME}notes/python/"

    def seconds() -> float:
        started = time.perf_counter()
        assert session.put(note, {"text": f"at {started}"}, JSON).status_code == 200
        return time.perf_counter() - started

    ordinary = statistics.median(seconds() for _ in range(5))
    valkey.child.send(signal.SIGSTOP)
    times = [seconds() for _ in range(20)]
    assert 0.1 <= times[0] < 1
    assert sum(time - ordinary < 0.1 for time in times) >= 15
    assert sum(record.msg["event"] == "valkey_away" for record in caplog.records) == 1
    valkey.child.send(signal.SIGCONT)
    try_again(valkey)
    # A late reply must not be taken for the reply to this command.
    other = Client(REMOTE_ADDR=next(addresses))
    assert [left(other.get(READ)) for _ in range(2)] == [2, 1]
    assert sum(record.msg["event"] == "valkey_back" for record in caplog.records) == 1


def test_restarted_valkey_is_not_missed(valkey, client, catalogue):
    client.get(READ)
    end(valkey)
    valkey.launch()
    valkey.wait_until_ready()
    assert [left(client.get(READ)) for _ in range(2)] == [2, 1]


# The setting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (600, 60, 600)),
        ("catalogue=600,anonymous_post=60,authenticated=600", (600, 60, 600)),
        ("anonymous_post=5", (600, 5, 600)),
        (" authenticated=1 , catalogue=999999999,", (999999999, 60, 1)),
    ],
)
def test_limits_are_read_from_the_environment(text, expected):
    assert tuple(api_limits(text).values()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "60",
        "catalogue",
        "catalogue=",
        "catalogue=0",
        "catalogue=-1",
        "catalogue=1e3",
        "catalog=1",
        "catalogue=٣",
        "a=b=c",
    ],
)
def test_limits_that_make_no_sense_are_refused(monkeypatch, text):
    with pytest.raises(ImproperlyConfigured, match="Set it to requests per minute"):
        api_limits(text)


def test_limits_that_make_no_sense_stop_the_start(monkeypatch):
    monkeypatch.setenv("API_LIMITS", "catalogue=lots")
    settings = Path(__file__).parents[2] / "config" / "settings.py"
    with pytest.raises(ImproperlyConfigured, match="API_LIMITS has 'catalogue=lots'"):
        runpy.run_path(str(settings))
