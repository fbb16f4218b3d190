"""The disk of the database is full: as for a read-only database, but only writes that need room are refused. `make attack` does it
with a real disk (`disk-full`)."""

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import tokens
from accounts.models import User
from guidance.progress.models import Note, Progress
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON progress_note FOR EACH ROW EXECUTE FUNCTION no_room();
"""


NOTE = "/api/v1/me/notes/python/"
JSON = "application/json"


@pytest.fixture
def learner() -> User:
    factories.make_skill("python")
    learner = User.objects.create_user("noor@example.com")
    learner.emailaddress_set.create(email=learner.email, verified=True, primary=True)
    return learner


@pytest.fixture
def owner(learner) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(learner)
    return client


@pytest.fixture
def program(learner) -> Client:
    _token, text = tokens.issue(owner=learner, name="program", scope="write", days=30, now=timezone.now())
    return Client(headers={"Authorization": f"Bearer {text}"})


@pytest.fixture
def full(learner) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(FULL)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION no_room CASCADE")


def test_write_that_needs_room_is_refused_at_once_and_leaves_nothing(owner, program, full):
    owner.get("/skills/python/")  # loads what is loaded only once
    started = time.perf_counter()
    page = owner.post("/skills/python/note/", {"text": "Read chapter 3."})
    problem = program.put(NOTE, {"text": "Read chapter 3."}, JSON)
    assert time.perf_counter() - started < 2, "another attempt would be refused as well"
    assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
    assert "Back in a moment" in page.content.decode()
    assert (problem.status_code, problem.headers["Content-Type"]) == (503, "application/problem+json")
    assert problem.json()["type"].endswith("#unavailable")
    assert not Note.objects.exists()
    assert not Progress.objects.filter(version__gt=0).exists(), "the learner's version is of the same transaction"


def test_reading_goes_on_while_there_is_no_room(owner, program, full):
    visitor = Client()
    for path in ("/", "/skills/python/", "/api/v1/skills/python/", "/livez", "/readyz"):
        assert visitor.get(path).status_code == 200, path
    assert owner.get("/log/").status_code == 200
    assert program.get("/api/v1/me/").status_code == 200
