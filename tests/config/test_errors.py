import pytest
import redis
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from accounts.hashers import BusyError
from config import urls
from tests.curation.test_proposals_admin import client_of

ERRORS = {
    "operational": OperationalError("server closed the connection"),
    "interface": InterfaceError("connection already closed"),
    "redis": redis.ConnectionError("refused"),
    "redis-timeout": redis.TimeoutError("too slow"),
    "hashing": BusyError(),
    "integrity": IntegrityError("duplicate"),
    "data": DataError("too long"),
    "other": RuntimeError("a mistake"),
}
PASSING = ["operational", "interface", "redis", "redis-timeout", "hashing"]


def fail(request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name]


fail.login_required = False
urlpatterns = [
    path("fail/<str:name>/", fail),
    path("api/fail/<str:name>/", fail),
    path("admin/fail/<str:name>/", fail),
    *urls.urlpatterns,
]
handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404
handler429, handler500 = urls.handler429, urls.handler500


@pytest.fixture
def visitor(settings, monkeypatch, no_connection_left) -> Client:
    settings.ROOT_URLCONF = __name__
    monkeypatch.setattr("config.middleware.PATIENCE_SECONDS", 0.2)
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("name", PASSING)
def test_failure_that_will_pass_is_503_with_a_page(visitor, name):
    response = visitor.get(f"/fail/{name}/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Back in a moment" in response.content.decode()


def test_page_of_a_failure_says_that_what_was_sent_is_not_saved(visitor):
    name = next(iter(PASSING))
    assert "What you sent wasn’t saved." in visitor.post(f"/fail/{name}/", {"text": "Mine."}).text
    assert "wasn’t saved" not in visitor.get(f"/fail/{name}/").text


@pytest.mark.parametrize("name", PASSING)
def test_failure_that_will_pass_is_a_problem_for_programs(visitor, name):
    response = visitor.get(f"/api/fail/{name}/")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 503


@pytest.mark.parametrize("name", ["integrity", "data", "other"])
def test_failure_of_ours_is_500(visitor, name):
    page, answer = visitor.get(f"/fail/{name}/"), visitor.get(f"/api/fail/{name}/")
    assert (page.status_code, answer.status_code) == (500, 500)
    assert page.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "a mistake" not in page.content.decode() + answer.content.decode()


def test_failure_outside_of_views_is_503_too(visitor):
    """Without the `db` fixture, loading the session fails before any view, as it does without a database."""
    visitor.cookies["session"] = "a-session-key"
    from accounts.sessions import SessionStore

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SessionStore, "_get_session_from_db", lambda self: (_ for _ in ()).throw(OperationalError()))
        response = visitor.get("/accounts/email/")
    assert response.status_code == 503


def test_failure_page_asks_nobody_anything(visitor, django_assert_num_queries):
    visitor.cookies["session"] = "a-session-key"
    response = visitor.get("/fail/operational/")  # no `db` fixture: a query would fail the test
    assert response.status_code == 503


def test_unknown_addresses_of_the_api_are_problems(visitor):
    response = visitor.get("/api/v1/no-such-thing/")
    assert (response.status_code, response.headers["Content-Type"]) == (404, "application/problem+json")
    assert visitor.get("/no-such-thing/").headers["Content-Type"].startswith("text/html")


def test_too_many_who_log_in_are_told_to_send_the_form_again(visitor):
    page = visitor.get("/fail/hashing/").content.decode()
    assert "Many people are logging in or signing up right now." in page
    assert "Many people" not in visitor.get("/fail/redis/").content.decode()


def test_page_of_an_error_in_the_admin_leads_back_into_it(visitor):
    response = visitor.post("/admin/fail/other/?q=a")
    assert response.status_code == 500
    assert 'href="/admin/fail/other/?q=a"' in response.text
    assert "Your last changes probably weren’t saved." in response.text
    assert "Log in" not in response.text


@pytest.mark.django_db
def test_page_that_a_curator_may_not_open_keeps_the_frame_of_the_admin(settings):
    settings.DEMO = True  # staff without a second factor
    answer = client_of("carl", "Curator").get("/admin/accounts/user/")
    assert answer.status_code == 403
    assert "You are logged in" in answer.text
    assert 'href="/admin/"' in answer.text
    assert "Carl" in answer.text


@pytest.mark.django_db
def test_form_that_is_sent_without_any_cookie_leads_through_the_login_back_to_it():
    answer = Client(enforce_csrf_checks=True).post("/admin/catalog/skill/1/change/", {"name": "Mine."})
    assert answer.status_code == 403
    assert "Your session has expired" in answer.text
    assert "this browser has saved what you typed" in answer.text
    assert f'href="{reverse("account_login")}?next=/admin/catalog/skill/1/change/"' in answer.text
    assert "permission" not in answer.text
    assert "This form has expired" in Client(enforce_csrf_checks=True).post("/accounts/login/").text
