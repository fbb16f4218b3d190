"""Responses that are built once and served until the next revision."""

import threading
from collections import Counter

import pytest

from guidance.api import cached
from guidance.catalog import snapshot
from tests.factories import make_catalogue, make_skill, publish, role_document, skill_document

pytestmark = pytest.mark.django_db

PATHS = ["skills/", "skills/python/", "roles/", "roles/compare/?role=ai-engineer&role=data-scientist", "industries/"]
PATHS += ["resources/", "projects/", "guides/", "graph/"]


@pytest.fixture
def catalogue():
    publish(role_document("ai-engineer"), role_document("data-scientist"))


def test_etags_differ_as_the_content_does(client, catalogue):
    def etag(path):
        return client.get(f"/api/v1/{path}").headers["ETag"]

    first, of_python = etag("skills/"), etag("skills/python/")
    assert etag("skills/?fields=slug") != first
    assert etag("skills/?colour=red") == first
    make_skill("sql")
    assert etag("skills/") != first
    assert etag("skills/python/") == of_python, "another revision, and the same answer"


def test_a_word_that_changes_leaves_the_other_answers_as_they_were(client):
    make_catalogue(60)
    addresses = [
        f"/api/v1/{path}/{slug}/"
        for kind, path in (("skill", "skills"), ("role", "roles"), ("project", "projects"), ("industry", "industries"))
        for slug in snapshot.current().of_kind(kind)
    ]
    etags = {address: client.get(address).headers["ETag"] for address in addresses}
    publish(skill_document("skill-030", "Another word.\n", prerequisites={"skill-015": 2}))
    answers = Counter(
        client.get(address, headers={"If-None-Match": etag}).status_code for address, etag in etags.items()
    )
    assert answers[304] >= 0.95 * len(addresses)
    assert answers[200] >= 1


@pytest.mark.parametrize("skills", [1, 3])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_queried_once_the_snapshot_is_there(client, catalogue, django_assert_num_queries, path, skills):
    publish(*(skill_document(f"more-{number}") for number in range(skills)))
    snapshot.current()
    with django_assert_num_queries(0):
        assert client.get(f"/api/v1/{path}").status_code == 200


@pytest.mark.parametrize("skills", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("search/?q=python", 1), ("search/?q=pyhton", 2), ("changes/", 1)])
def test_search_and_changes_query_once_for_all(client, catalogue, django_assert_num_queries, path, queries, skills):
    publish(*(skill_document(f"more-{number}") for number in range(skills)))
    snapshot.current()
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/{path}")
    with django_assert_num_queries(0):
        client.get(f"/api/v1/{path}&unknown=1" if "?" in path else f"/api/v1/{path}?unknown=1")


def test_a_session_is_not_looked_at(client, catalogue, django_user_model, django_assert_num_queries):
    client.force_login(django_user_model.objects.create_user(email="learner@waymark.example"))
    snapshot.current()
    with django_assert_num_queries(0):
        response = client.get("/api/v1/skills/")
    assert response.headers["Cache-Control"] == "public, max-age=1"


def test_a_publication_shows_at_once(slugs):
    make_skill("python")
    assert slugs("skills/") == ["python"]
    make_skill("sql")
    assert slugs("skills/") == ["python", "sql"]


def test_stored_responses_are_bounded(client, catalogue, monkeypatch):
    monkeypatch.setattr(cached, "MAX_BYTES", 20_000)
    for number in range(100):
        client.get(f"/api/v1/search/?q=word{number}")
    responses = cached.current()
    assert 0 < responses._responses.weight <= 20_000
    stored = len(responses._responses)
    client.get("/api/v1/search/?q=word99")
    assert len(responses._responses) == stored


def test_a_response_too_large_to_store_is_still_served(client, catalogue, monkeypatch):
    monkeypatch.setattr(cached, "MAX_BYTES", 10)
    for _ in range(2):
        assert client.get("/api/v1/skills/").json()["count"] == 1
    assert cached.current()._responses.weight == 0


def test_threads_share_the_responses_of_a_revision(db):
    make_catalogue(60)
    responses = cached.current()
    found = []

    def read():
        for number in range(200):
            response = responses.store(("key", number % 7), str(number % 7).encode())
            found.append(responses.get(("key", number % 7)) == response)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 800
    assert len(responses._responses) == 7
    assert responses._responses.weight == sum(cached._weigh(*entry) for entry in responses._responses.items())
