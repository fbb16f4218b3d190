import gzip
import json
import logging
import re
import time
import timeit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.models import User
from config import middleware

ADDRESS = "/accounts/confirm-email/a-secret:key:here/"


@pytest.fixture
def access_log(caplog) -> pytest.LogCaptureFixture:
    logger = logging.getLogger("waymark.access")
    logger.addHandler(caplog.handler)
    level = logger.level
    logger.setLevel(logging.INFO)
    yield caplog
    logger.removeHandler(caplog.handler)
    logger.setLevel(level)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    return [json.loads(record.message) for record in caplog.records if record.name == "waymark.access"]


# The id of a request and its log line


def test_request_gets_an_id(client):
    first, second = (client.get("/livez").headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{24}", first)
    assert first != second


@pytest.mark.parametrize(
    ("proxies", "given", "kept"),
    [
        (1, "abc-123.DEF_456", True),
        (0, "abc-123.DEF_456", False),
        (1, "short", False),
        (1, "x" * 65, False),
        (1, '"}\n{"event": "forged"', False),
        (1, "<script>alert(1)</script>", False),
    ],
)
def test_request_id_is_taken_from_a_trusted_proxy_only(settings, proxies, given, kept):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert (Client().get("/livez", HTTP_X_REQUEST_ID=given).headers["X-Request-ID"] == given) is kept


def test_access_line_has_the_route_and_nothing_of_the_caller(client, access_log):
    response = client.get(ADDRESS, {"q": "lena@example.org"}, HTTP_USER_AGENT="Browser", REMOTE_ADDR="192.0.2.1")
    (line,) = lines(access_log)
    assert line.pop("ms") > 0
    assert line.pop("timestamp").endswith("+00:00")
    assert line == {
        "event": "request",
        "method": "GET",
        "route": r"accounts/confirm-email/(?P<key>[-:\w]+)/$",
        "status": 404,
        "request_id": response.headers["X-Request-ID"],
        "level": "info",
        "logger": "waymark.access",
    }


@pytest.mark.parametrize(
    ("path", "route"), [("/livez", "livez"), ("/no/such", "unmatched"), ("/static/no.css", "static")]
)
def test_access_line_has_a_name_for_every_path(client, access_log, path, route):
    client.get(path)
    assert lines(access_log)[0]["route"] == route


def test_access_line_keeps_odd_methods_out(client, access_log):
    client.generic('QUERY"x', "/livez")
    assert lines(access_log)[0]["method"] == "OTHER"


# Headers


@pytest.mark.parametrize("path", ["/accounts/inactive/", "/livez", "/no-such-page", "/static/css/tokens.css"])
def test_security_headers_are_everywhere(client, path):
    headers = client.get(path).headers
    if path != "/livez":
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_security_headers_yield_to_those_of_a_view():
    own = HttpResponse(headers={"Cross-Origin-Resource-Policy": "cross-origin"})
    response = middleware.SecurityHeadersMiddleware(lambda request: own)(HttpRequest())
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/v1/skills/", "/api/v1/me/", "/api/v1/nothing/", "/api/v1/skills"])
def test_answers_of_the_api_have_no_headers_of_pages(client, path):
    headers = client.get(path).headers
    assert not set(middleware.HEADERS_OF_PAGES) & headers.keys()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Cross-Origin-Resource-Policy" in headers
    page = client.get("/api/docs/").headers  # a page, although below /api/
    assert set(middleware.HEADERS_OF_PAGES) <= page.keys()


# Compression


@pytest.mark.django_db
def test_pages_of_learners_are_compressed_and_their_secret_looks_new_each_time(settings, django_user_model):
    """BREACH guesses a secret from the compressed size of pages, so no two responses may contain the same text of it (decision 49)."""
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], "django.middleware.gzip.GZipMiddleware", *settings.MIDDLEWARE[1:]]
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.force_login(django_user_model.objects.create_user("lena@example.org"))
    tokens, sizes = set(), set()
    for _ in range(8):
        response = client.get("/settings/")
        assert response.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in response.headers["Vary"]
        text = gzip.decompress(response.content).decode()
        found = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', text))
        assert found
        assert not found & tokens
        tokens |= found
        sizes.add(len(response.content))
    assert len(sizes) > 1  # random padding hides the size of one more letter


# Private answers


def through(response: HttpResponse, *, accessed: bool) -> HttpResponse:
    request = HttpRequest()
    request.session = type("Session", (), {"accessed": accessed})()
    return middleware.PrivateResponsesMiddleware(lambda request: response)(request)


def test_response_that_touched_the_session_is_private():
    response = through(HttpResponse(), accessed=True)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Vary"] == "Cookie"


def test_response_that_sets_a_cookie_is_private():
    response = HttpResponse()
    response.set_cookie("csrf", "x")
    assert through(response, accessed=False).headers["Cache-Control"] == "private, no-store"


def test_response_that_touched_nothing_stays_public():
    response = through(HttpResponse(headers={"Cache-Control": "public, max-age=60"}), accessed=False)
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert "Vary" not in response.headers


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("public, max-age=60", "private, no-store"),
        ("max-age=60", "private, no-store"),
        ("private, max-age=60", "private, max-age=60"),
        ("no-store", "no-store"),
    ],
)
def test_response_keeps_a_private_policy_of_its_own(own, expected):
    response = through(HttpResponse(headers={"Cache-Control": own}), accessed=True)
    assert response.headers["Cache-Control"] == expected


@pytest.mark.django_db
def test_every_answer_to_a_signed_in_user_that_shows_it_is_private(client):
    client.force_login(User.objects.create_user("lena@example.org", "four words nobody guesses"))
    for path in ("/accounts/email/", "/accounts/inactive/", "/accounts/login/"):
        headers = client.get(path).headers
        assert "no-store" in headers["Cache-Control"], path
        assert "Cookie" in headers["Vary"], path


def test_page_with_a_csrf_token_is_private(client):
    response = client.get("/accounts/password/reset/")
    assert "csrf" in response.cookies
    assert response.headers["Cache-Control"] == "private, no-store"


# The user of a request


def test_visitor_without_a_cookie_is_nobody_and_the_session_stays_shut():
    request = RequestFactory().get("/")
    request.session = None  # touching it would fail
    middleware.AuthenticationMiddleware(lambda request: HttpResponse()).process_request(request)
    assert isinstance(request.user, AnonymousUser)


@pytest.mark.django_db
def test_visitor_with_a_made_up_cookie_is_nobody(client):
    client.cookies["session"] = "made-up"
    assert client.get("/accounts/email/").headers["Location"] == "/accounts/login/?next=/accounts/email/"


# Cost


def test_our_middleware_is_cheap():
    """All three together, including the formatted access line, which the handler drops, have a budget of 60 µs."""

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x")

    def chained(layers: tuple[type, ...]):
        handler = view
        for layer in reversed(layers):
            handler = layer(handler)
        return handler

    layers = (
        middleware.RequestContextMiddleware,
        middleware.SecurityHeadersMiddleware,
        middleware.PrivateResponsesMiddleware,
    )
    request = RequestFactory().get("/")
    request.session = type("Session", (), {"accessed": False})()
    logger = logging.getLogger("waymark.access")
    handlers, level = logger.handlers, logger.level
    logger.handlers = [logging.NullHandler()]
    logger.setLevel(logging.INFO)

    def cost(run) -> float:
        return min(timeit.repeat(lambda: run(request), number=200, repeat=20, timer=time.process_time)) / 200

    try:
        ours = cost(chained(layers)) - cost(view)
    finally:
        logger.handlers = handlers
        logger.setLevel(level)
    assert ours < 0.000_120, f"{ours * 1e6:.0f} µs"  # twice the budget: other work shares the machine
