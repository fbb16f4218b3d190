"""The database is read-only, like a standby after a failover: reads still work, writes fail with a 503."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import services, tokens
from accounts.models import AccessToken, User
from tests import test_matrix
from tests.accounts.conftest import PASSWORD
from tests.web import test_matrix as pages

pytestmark = pytest.mark.django_db(transaction=True)
world = pages.world
fill = test_matrix.fill
JSON = "application/json"


@contextmanager
def refusing_writes() -> Iterator[None]:
    """Makes every new connection refuse writes."""
    options = connection.settings_dict["OPTIONS"]
    usual = options["options"]
    options["options"] = f"{usual} -c default_transaction_read_only=on"
    connection.close()
    try:
        yield
    finally:
        options["options"] = usual
        connection.close()


@pytest.fixture
def read_only(world) -> Iterator[None]:
    with refusing_writes():
        yield


@pytest.fixture
def owner(world) -> Client:
    clients, *_ = world
    return clients["owner"]


@pytest.fixture
def token(world) -> str:
    owner = User.objects.get(email="owner@example.com")
    owner.emailaddress_set.create(email=owner.email, verified=True, primary=True)
    _token, text = tokens.issue(owner=owner, name="program", scope="write", days=30, now=timezone.now())
    return text


def test_what_is_read_is_read(fill, owner, token, read_only):
    program = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)
    owner.raise_request_exception = False
    for method, pattern, name in test_matrix.calls():
        if method == "GET" and not pattern.startswith(("admin/", "readyz")):
            client = program if pattern.startswith(test_matrix.ME) else owner
            assert client.get(fill(pattern, name)).status_code < 500, pattern


def test_token_reads_and_its_use_is_not_noted(token, read_only):
    AccessToken.objects.get(name="program", last_used_at=None)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get("/api/v1/me/").status_code == 200
    AccessToken.objects.get(name="program", last_used_at=None)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/log/", {"skill": "python", "minutes": "30", "event_id": "3d2b1c1e-0000-4000-8000-000000000000"}),
        ("/settings/", {"name": "Noor", "time_zone": "UTC"}),
        ("/accounts/logout/", {}),
    ],
)
def test_form_gets_the_page_that_says_so_and_at_once(owner, read_only, path, fields):
    owner.raise_request_exception = False
    started = time.perf_counter()
    response = owner.post(path, fields)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert "Back in a moment" in response.content.decode()
    assert time.perf_counter() - started < 2, "another attempt would be refused as well"


def test_login_gets_the_page_that_says_so(world, read_only):
    browser = Client(raise_request_exception=False)
    for path in ("login", "signup"):
        data = {"login": "reader@example.com", "password": PASSWORD, "email": "new@example.com", "password1": PASSWORD}
        assert browser.post(f"/accounts/{path}/", data).status_code == (503 if path == "signup" else 422)


def test_write_of_a_program_gets_a_problem(token, read_only):
    program = Client(headers={"Authorization": f"Bearer {token}"})
    response = program.put("/api/v1/me/notes/python/", {"text": "after"}, JSON)
    assert (response.status_code, response.headers["Content-Type"]) == (503, "application/problem+json")
    assert response.json()["type"].endswith("#unavailable")
    assert "Retry-After" in response.headers


def test_readyz_says_why_it_is_not_ready(read_only, client):
    response = client.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "read-only")
    assert client.get("/livez").status_code == 200


def test_session_that_cannot_be_saved_breaks_no_page(owner, read_only):
    session = owner.session
    store = type(session)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "modified", property(lambda self: True, lambda self, value: None), raising=False)
        response = owner.get("/log/")
        assert response.status_code == 200
        assert "session" not in response.cookies
        owner.raise_request_exception = False
        assert owner.get("/accounts/login/").status_code == 503, "a redirect may lead to what was noted"


def test_session_that_was_ended_elsewhere_is_over(owner, world, settings):
    services.end_sessions(user=User.objects.get(email="owner@example.com"))
    before = owner.cookies["session"].value
    with refusing_writes():
        response = owner.get("/log/")
        assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/?next=/log/")
        browser = Client(raise_request_exception=False)
        browser.cookies["session"] = before
        assert browser.post("/log/").status_code == 503
