"""What all public reading has in common."""

import threading

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guidance.api import editions
from guidance.catalog import snapshot
from tests.factories import make_catalogue, make_role, make_skill

pytestmark = pytest.mark.django_db

PATHS = [
    "areas/",
    "skills/",
    "skills/python/",
    "roles/",
    "roles/ai-engineer/",
    "roles/compare/?role=ai-engineer&role=data-scientist",
    "industries/",
    "resources/",
    "projects/",
    "guides/",
    "questions/",
    "starting-points/",
    "graph/",
    "search/?q=python",
    "changes/",
]


@pytest.fixture
def catalogue():
    make_skill("python")
    make_role("ai-engineer")
    make_role("data-scientist")


@pytest.mark.parametrize("path", PATHS)
def test_answers_are_public_and_cacheable(client, catalogue, path):
    first = client.get(f"/api/v1/{path}")
    assert first.status_code == 200
    assert first.headers["Cache-Control"] == "public, max-age=1"
    assert "Cookie" not in first.headers["Vary"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in first.headers
    assert not first.cookies
    again = client.get(f"/api/v1/{path}")  # served without entering DRF
    assert again.content == first.content
    different = {"X-Request-ID"}
    assert {k: v for k, v in again.headers.items() if k not in different} == {
        k: v for k, v in first.headers.items() if k not in different
    }


@pytest.mark.parametrize("path", PATHS)
def test_an_unchanged_answer_is_304(client, catalogue, path):
    etag = client.get(f"/api/v1/{path}").headers["ETag"]
    for asked in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        response = client.get(f"/api/v1/{path}", headers={"If-None-Match": asked})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["ETag"] == etag
        assert "Content-Type" not in response.headers
    for asked in ('"other"', "", "nonsense", etag[:-2] + '"'):
        assert client.get(f"/api/v1/{path}", headers={"If-None-Match": asked}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_head_answers_without_a_body(client, catalogue, path):
    expected = client.get(f"/api/v1/{path}")
    response = client.head(f"/api/v1/{path}")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["ETag"] == expected.headers["ETag"]
    assert response.headers["Content-Length"] == str(len(expected.content))


@pytest.mark.parametrize("path", PATHS)
def test_a_preflight_is_answered(client, catalogue, path):
    response = client.options(
        f"/api/v1/{path}",
        headers={
            "Origin": "https://elsewhere.example",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "if-none-match",
        },
    )
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_etags_differ_between_revisions_and_queries(client, catalogue):
    def etag(path):
        return client.get(f"/api/v1/{path}").headers["ETag"]

    first = etag("skills/")
    assert first.startswith(f'"{snapshot.current().key}-')
    assert etag("skills/?fields=slug") != first
    assert etag("skills/?colour=red") == first
    make_skill("sql")
    assert etag("skills/") != first


@pytest.mark.parametrize("skills", [1, 3])
@pytest.mark.parametrize("path", [path for path in PATHS if not path.startswith(("search", "changes"))])
def test_nothing_is_queried_once_the_snapshot_is_there(client, catalogue, django_assert_num_queries, path, skills):
    for number in range(skills - 1):
        make_skill(f"more-{number}")
    snapshot.current()
    with django_assert_num_queries(0):
        assert client.get(f"/api/v1/{path}").status_code == 200


@pytest.mark.parametrize("skills", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("search/?q=python", 1), ("search/?q=pyhton", 2), ("changes/", 1)])
def test_search_and_changes_query_once_for_all(client, catalogue, django_assert_num_queries, path, queries, skills):
    for number in range(skills - 1):
        make_skill(f"more-{number}")
    snapshot.current()
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/{path}")
    with django_assert_num_queries(0):
        client.get(f"/api/v1/{path}&unknown=1" if "?" in path else f"/api/v1/{path}?unknown=1")


def test_a_session_is_not_looked_at(client, catalogue, django_user_model):
    client.force_login(django_user_model.objects.create_user(email="learner@waymark.example"))
    snapshot.current()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.get("/api/v1/skills/")
    assert len(queries) == 0
    assert response.headers["Cache-Control"] == "public, max-age=1"


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/html, */*;q=0.1", "application/*"])
def test_json_is_served_to_whoever_takes_it(client, catalogue, accept):
    for _ in range(2):
        assert client.get("/api/v1/skills/", headers={"Accept": accept}).status_code == 200


def test_a_publication_shows_at_once(slugs):
    make_skill("python")
    assert slugs("skills/") == ["python"]
    make_skill("sql")
    assert slugs("skills/") == ["python", "sql"]


def test_what_is_kept_is_bounded(client, catalogue, monkeypatch):
    monkeypatch.setattr(editions, "MAX_BYTES", 20_000)
    for number in range(100):
        client.get(f"/api/v1/search/?q=word{number}")
    edition = editions.current()
    assert 0 < edition._bytes <= 20_000
    assert edition._bytes == sum(len(answer.body) + editions.ENTRY_BYTES for answer in edition._answers.values())
    kept = len(edition._answers)
    client.get("/api/v1/search/?q=word99")
    assert len(edition._answers) == kept


def test_an_answer_too_large_to_keep_is_still_given(client, catalogue, monkeypatch):
    monkeypatch.setattr(editions, "MAX_BYTES", 10)
    for _ in range(2):
        assert client.get("/api/v1/skills/").json()["count"] == 1
    assert editions.current()._bytes == 0


def test_threads_share_an_edition(db):
    make_catalogue(60)
    edition = editions.current()
    found = []

    def read():
        for number in range(200):
            answer = edition.keep(("key", number % 7), str(number % 7).encode())
            found.append(edition.answer(("key", number % 7)) == answer)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 800
    assert edition._bytes == 7 * (1 + editions.ENTRY_BYTES)
