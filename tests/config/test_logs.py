import json
import logging
from io import StringIO

import pytest
import structlog
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from accounts.models import User
from config import logs, urls

SECRET = "a-secret-in-the-path"


def fail(request: HttpRequest, token: str) -> HttpResponse:
    structlog.get_logger("view").warning("before", learner=7)
    raise ValueError("nobody@example.org is not a number")


def deny(request: HttpRequest, token: str) -> HttpResponse:
    raise PermissionDenied


def clash(request: HttpRequest, token: str) -> HttpResponse:
    User.objects.create_user("lena@example.org")
    User.objects.create_user("lena@example.org")
    return HttpResponse()


urlpatterns = [
    path("fail/<str:token>/", fail),
    path("deny/<str:token>/", deny),
    path("clash/<str:token>/", clash),
    *urls.urlpatterns,
]
for view in (fail, deny, clash):
    view.login_required = False
handler403, handler404, handler500 = urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def written(settings):
    """Returns the lines that a request for a path logs."""
    settings.ROOT_URLCONF = __name__
    stream = StringIO()

    def ask(path: str) -> list[dict[str, object]]:
        response = Client(raise_request_exception=False).get(path)
        text = stream.getvalue()
        assert SECRET not in text
        parsed = [json.loads(line) for line in text.splitlines()]
        ours = [line for line in parsed if "request_id" in line]
        assert {line["request_id"] for line in ours} <= {response.headers["X-Request-ID"]}
        return parsed

    loggers = (logging.getLogger(), logging.getLogger("waymark.access"))
    handlers = [handler for logger in loggers for handler in logger.handlers if type(handler) is logging.StreamHandler]
    streams = [handler.setStream(stream) for handler in handlers]
    yield ask
    for handler, before in zip(handlers, streams, strict=True):
        handler.stream = before


def test_log_of_an_error_names_the_route(written):
    lines = written(f"/fail/{SECRET}/")
    assert [line["event"] for line in lines] == ["before", "Internal Server Error: fail/<str:token>/"]
    assert lines[0]["learner"] == 7
    assert lines[0]["request_id"] == lines[1]["request_id"]
    assert "Traceback" in lines[1]["exception"]


def test_log_of_an_error_has_no_address(written):
    (line,) = [line for line in written(f"/fail/{SECRET}/") if "exception" in line]
    assert "ValueError: <e-mail> is not a number" in line["exception"]


@pytest.mark.django_db
def test_log_of_a_broken_constraint_has_no_address(written):
    (line,) = [line for line in written(f"/clash/{SECRET}/") if "exception" in line]
    assert "IntegrityError" in line["exception"]
    assert "example.org" not in line["exception"]


@pytest.mark.parametrize("path", [f"/deny/{SECRET}/", f"/no/{SECRET}/"])
def test_log_leaves_refusals_to_the_access_line(written, path):
    assert written(path) == []  # the level is WARNING in tests


def test_addresses_are_taken_out_of_text():
    event = {"event": "for o'neil+x@mail.example.org", "exception": "Key (email)=(lena@example.org)", "level": "info"}
    assert logs.without_addresses(None, "", event) == {
        "event": "for <e-mail>",
        "exception": "Key (email)=(<e-mail>)",
        "level": "info",
    }


def test_sentry_gets_no_request_and_no_address():
    event = {
        "request": {"url": "https://waymark.example/secret", "data": "x"},
        "user": {"ip_address": "192.0.2.1"},
        "exception": {"values": [{"type": "IntegrityError", "value": "(lena@example.org)"}]},
        "transaction": "/fail/{token}/",
    }
    assert logs.without_request(event, {}) == {
        "exception": {"values": [{"type": "IntegrityError", "value": "(<e-mail>)"}]},
        "transaction": "/fail/{token}/",
    }


def test_integrity_errors_would_tell_addresses(db):
    """Shows why they are removed from the log at all."""
    User.objects.create_user("lena@example.org")
    with pytest.raises(IntegrityError, match=r"lena@example\.org"):
        User.objects.create_user("lena@example.org")
