"""Conditional requests: writes only if no one else has changed the resource, and reads only if it has changed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from rest_framework import exceptions

from guidance.api.cached import matches
from guidance.api.docs import document
from guidance.api.me import levels
from guidance.progress import learner_state
from tests.api.me.conftest import signed_in
from tests.factories import make_skill

pytestmark = pytest.mark.django_db
NOTE = "/api/v1/me/notes/python/"
AD_GOAL = "/api/v1/me/ads/{id}/goal/"  # its state is read at the goal


def put(client, text, etag=None, path=NOTE):
    headers = {"If-Match": etag} if etag else {}
    return client.put(path, {"text": text}, "application/json", headers=headers)


def test_change_of_what_was_read_is_made_and_that_of_yesterday_refused(catalogue, lena):
    client = signed_in(lena)
    first = put(client, "first")
    etag = client.get(NOTE).headers["ETag"]
    assert first.headers["ETag"] == etag  # the response to a change has the ETag of the new state
    second = put(client, "second", etag)
    assert second.status_code == 200
    refused = put(client, "third", etag)
    assert (refused.status_code, refused.headers["Content-Type"]) == (412, "application/problem+json")
    assert refused.json()["type"].endswith("#precondition-failed")
    assert client.get(NOTE).json()["text"] == "second"
    assert put(client, "third", "*").status_code == 200


def test_removal_is_refused_too_and_nothing_of_it_stays(catalogue, lena, call):
    client = signed_in(lena)
    made = call("POST", "sessions/", {"skill": "python", "minutes": 5}, status=201)
    path = f"/api/v1/me/sessions/{made['id']}/"
    assert client.delete(path, headers={"If-Match": '"yesterday"'}).status_code == 412
    etag = client.get(path).headers["ETag"]
    assert client.delete(path, headers={"If-Match": f"W/{etag}"}).status_code == 200
    assert client.get(path).status_code == 404
    assert client.delete(path, headers={"If-Match": etag}).status_code == 404


def test_a_method_that_does_not_exist_is_told_before_any_condition(catalogue, lena):
    refused = signed_in(lena).delete(NOTE, headers={"If-Match": '"yesterday"'})
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, PUT, OPTIONS")


@pytest.mark.parametrize(
    ("error", "status"),
    [(RuntimeError(), 500), (exceptions.ValidationError({"level": ["Refused after the write."]}), 400)],
)
def test_state_that_was_rolled_back_is_not_kept(catalogue, lena, call, monkeypatch, error, status):
    call("PUT", "levels/python/", {"level": 1})
    client, path = signed_in(lena), "/api/v1/me/levels/python/"
    etag = client.get(path).headers["ETag"]
    before_the_write = iter((levels.level_as_json,))

    def fail_after_the_write(*arguments):
        if answer := next(before_the_write, None):
            return answer(*arguments)
        raise error

    monkeypatch.setattr(levels, "level_as_json", fail_after_the_write)
    client.raise_request_exception = False
    refused = client.put(path, {"level": 3}, "application/json", headers={"If-Match": etag})
    assert refused.status_code == status
    monkeypatch.undo()
    assert client.get(path).json()["level"] == 1
    assert call("PUT", "levels/python/", {"level": 2})["level"] == 2  # with the version that was rolled back


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_the_same_state_are_one(lena):
    """The second change waits for the first, and then finds another state."""
    make_skill("python")
    client = signed_in(lena)
    put(client, "first")
    etag = client.get(NOTE).headers["ETag"]
    cookies = client.cookies

    def change(text):
        own = Client()
        own.cookies = cookies
        try:
            return put(own, text, etag).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as both:
        statuses = sorted(both.map(change, ["second", "third"]))
    assert statuses == [200, 412]
    learner_state.forget()


def test_what_did_not_change_is_not_sent_again(catalogue, lena, call):
    client = signed_in(lena)
    etag = client.get("/api/v1/me/levels/").headers["ETag"]
    again = client.get("/api/v1/me/levels/", headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"] == "private, no-store"
    call("PUT", "levels/python/", {"level": 1})
    assert client.get("/api/v1/me/levels/", headers={"If-None-Match": etag}).status_code == 200


def test_whatever_can_be_changed_can_be_read():
    """Without a read, `If-Match` would have nothing to compare with."""
    for path, methods in document()["paths"].items():
        if path.startswith("/api/v1/me/") and path != AD_GOAL and methods.keys() & {"put", "delete"}:
            assert "get" in methods, path
            assert "412" in methods[(methods.keys() & {"put", "delete"}).pop()]["responses"], path


@pytest.mark.parametrize(
    ("header", "found"), [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("a", False)]
)
def test_names(header, found):
    assert matches(header, '"a"') == found
