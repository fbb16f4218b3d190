import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from guidance.api import cached, views
from tests.factories import make_skill

pytestmark = pytest.mark.django_db

KEYS = ["type", "title", "status", "detail", "instance"]


def problem(response, status, name):
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    found = response.json()
    assert list(found)[:5] == KEYS
    assert (found["status"], found["type"]) == (status, f"http://localhost:8000/api/docs/#{name}")
    return found


def test_a_wrong_parameter_says_which_and_why(client):
    response = client.get("/api/v1/skills/?page_size=201&ordering=price")
    found = problem(response, 400, "invalid-request")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert found == {
        "type": "http://localhost:8000/api/docs/#invalid-request",
        "title": "Bad Request",
        "status": 400,
        "detail": "ordering: Choose from name, slug, demand, updated_at, separated by commas.",
        "instance": "/api/v1/skills/",
        "errors": {
            "ordering": ["Choose from name, slug, demand, updated_at, separated by commas."],
            "page_size": ["Ensure this value is less than or equal to 200."],
        },
    }


@pytest.mark.parametrize(
    "path",
    ["v1/nothing/", "v2/skills/", "v1/skills/C++/", "v1/skills/a/b/", "v1/skills/%00/", "v1/%ED%A0%80/", "x"],
)
@pytest.mark.parametrize("method", ["get", "post", "options", "delete"])
def test_an_unknown_address_is_a_problem(client, path, method):
    response = getattr(client, method)(f"/api/{path}")
    found = problem(response, 404, "not-found")
    assert found["detail"] == "There is nothing at this URL. /api/docs/ lists all URLs."
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_only_a_slash_that_is_missing_is_added(client):
    response = client.get("/api/v1/skills?kind=tool")
    assert (response.status_code, response.headers["Location"]) == (301, "/api/v1/skills/?kind=tool")
    problem(client.post("/api/v1/skills"), 404, "not-found")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", ["skills/", "skills/python/", "graph/", "search/"])
def test_other_methods_are_not_allowed(method, path):
    response = getattr(Client(enforce_csrf_checks=True), method)(f"/api/v1/{path}")
    problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/*"])
def test_what_is_not_json_is_not_acceptable(client, accept):
    client.get("/api/v1/skills/")
    problem(client.get("/api/v1/skills/", headers={"Accept": accept}), 406, "not-acceptable")


def test_too_many_parameters_are_refused(client):
    query = "&".join(f"p{number}=1" for number in range(1100))
    problem(client.get(f"/api/v1/skills/?{query}"), 400, "invalid-request")


def test_a_host_that_is_not_ours_is_refused(client):
    found = problem(client.get("/api/v1/skills/", headers={"Host": "evil.example"}), 400, "invalid-request")
    assert found["detail"] == "The request cannot be read."


@override_settings(DEBUG=True)
@pytest.mark.parametrize("debug", [True, False])
def test_a_mistake_of_ours_shows_nothing_of_it(monkeypatch, settings, caplog, debug):
    settings.DEBUG = debug
    make_skill()
    monkeypatch.setattr(views, "dumps", lambda value: 1 / 0)
    response = Client(raise_request_exception=False).get("/api/v1/skills/")
    found = problem(response, 500, "server-error")
    assert found["detail"] == "An error on our side. It has been recorded."
    assert "ZeroDivisionError" in caplog.text
    assert b"Zero" not in response.content
    assert b"Traceback" not in response.content


def test_a_mistake_of_ours_reaches_the_error_signal(monkeypatch, client):
    make_skill()
    monkeypatch.setattr(views, "dumps", lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.get("/api/v1/skills/")


def test_a_database_that_is_away_is_unavailable(monkeypatch, client):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(cached.snapshots, "current", away)
    monkeypatch.setattr("config.middleware.PATIENCE_SECONDS", 0.2)
    response = client.get("/api/v1/skills/")
    problem(response, 503, "unavailable")
    assert response.headers["Retry-After"] == "5"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert b"refused" not in response.content
