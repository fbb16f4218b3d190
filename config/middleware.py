"""The middleware that every request passes through. Its total time is measured (`make bench`): a microsecond here is added to
every page."""

import json
import logging
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache, partial
from time import perf_counter, sleep

from django.conf import settings
from django.contrib.auth import middleware as auth
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions import middleware as sessions
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from structlog.contextvars import bind_contextvars, clear_contextvars

from accounts import database
from config.health import PROBES, record_request

GetResponse = Callable[[HttpRequest], HttpResponse]

access_log = logging.getLogger("waymark.access")

PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.1  # pause before another attempt; without a pool, an attempt fails at once
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
    )
)


API = "/api/"
HEADERS_OF_PAGES = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Frame-Options",
)


@cache
def _quoted(route: str) -> str:
    return json.dumps(route)


class RequestContextMiddleware:
    """The outermost middleware: sets the id of a request, writes its one line in the log, and counts it in the metrics. The line
    contains the route, but neither the path (paths can contain reset keys or calendar tokens) nor the IP address nor the query.
    It is formatted by hand: structlog would take as long as the rest of the chain.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.behind_proxy = settings.TRUSTED_PROXY_COUNT > 0
        self.static_prefix = "/" + settings.STATIC_URL.lstrip("/")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID") if self.behind_proxy else None
        request_id = given if given and REQUEST_ID.fullmatch(given) else os.urandom(12).hex()
        # Not cleared at the end: Django logs a failed request after this middleware.
        clear_contextvars()
        bind_contextvars(request_id=request_id)
        respond = PROBES.get(request.path_info, self.get_response)
        response = respond(request)
        response.headers["X-Request-ID"] = request_id

        seconds = perf_counter() - started
        method = request.method if request.method in METHODS else "OTHER"
        route = self.route(request)
        record_request(str(method), route, response.status_code, seconds)
        if access_log.isEnabledFor(logging.INFO):
            access_log.info(
                f'{{"event": "request", "method": "{method}", "route": {_quoted(route)},'
                f' "status": {response.status_code}, "ms": {seconds * 1000:.1f}, "request_id": "{request_id}",'
                f' "level": "info", "logger": "waymark.access", "timestamp": "{datetime.now(UTC).isoformat()}"}}'
            )
        return response

    def route(self, request: HttpRequest) -> str:
        match = request.resolver_match
        if match is not None:
            return match.route or "/"
        path = request.path_info
        if path in PROBES:
            return path[1:]
        return "static" if path.startswith(self.static_prefix) else "unmatched"


class SecurityHeadersMiddleware:
    """Sets the headers for which Django has no setting, and removes from API responses the headers that apply only to pages. It
    wraps the middleware that sets those."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        is_page = headers.get("Content-Type", "").startswith("text/html") and not 300 <= response.status_code < 400
        if request.path_info.startswith(API) and not is_page:
            for name in HEADERS_OF_PAGES:
                headers.pop(name, None)
        else:
            headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response


class PrivateResponsesMiddleware:
    """Ensures that no response that depends on the user is cached: neither by a proxy nor by the browser of a shared machine.

    It wraps sessions, CSRF protection and messages, so it sees every cookie that they set. A view that sets its own private
    policy keeps it; a view that claims to be public although it used the session does not.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if response.cookies or (session is not None and session.accessed):
            policy = response.headers.get("Cache-Control", "")
            if "private" not in policy and "no-store" not in policy:
                response.headers["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ("Cookie",))
        return response


class DatabaseRestartMiddleware:
    """Repeats a request if the database connection was lost during it, so that visitors notice a restart of PostgreSQL as a
    pause and not as an error. The pool waits for a new connection (`DATABASES`), so one more attempt is enough.

    It is unknown whether the transaction that was being committed went through. So only requests that may run twice are
    repeated: reads, and writes that are safe because of their method, an event id or key that is stored once, or a view marked
    as `repeatable`. It wraps sessions, so they are read and saved again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        response = self.get_response(request)
        while (
            getattr(request, "database_away", False)
            and perf_counter() - started < PATIENCE_SECONDS
            and may_happen_twice(request)
        ):
            request.database_away = False  # type: ignore[attr-defined]
            if hasattr(request, "_cached_user"):
                del request._cached_user
            sleep(PAUSE_SECONDS)
            close_old_connections()
            response = self.get_response(request)
        return response


def may_happen_twice(request: HttpRequest) -> bool:
    if request.method in {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}:
        return True
    match = request.resolver_match
    if match is not None and getattr(match.func, "keyed", False) and "Idempotency-Key" in request.headers:
        return True
    return bool(request.POST.get("event_id")) or (match is not None and getattr(match.func, "repeatable", False))


class SessionMiddleware(sessions.SessionMiddleware):
    """Shows a page even if the database refuses to save the session data that the request for the page has set.

    A redirect is not sent in that case: its target may depend on that data.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except DatabaseError as error:
            if not (is_only_read(request) and database.is_write_refused(error)) or 300 <= response.status_code < 400:
                raise
            return response


def is_only_read(request: HttpRequest) -> bool:
    return request.method in {"GET", "HEAD"}


class AuthenticationMiddleware(auth.AuthenticationMiddleware):
    """Treats a visitor without a session cookie as anonymous without opening the session.

    Otherwise the first template with `user.is_authenticated` would mark the page as dependent on cookies.
    """

    def process_request(self, request: HttpRequest) -> None:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            super().process_request(request)
            request.user = SimpleLazyObject(partial(_user_of, request))  # type: ignore[assignment]  # as Django does
            return
        anonymous = AnonymousUser()

        async def auser() -> AnonymousUser:
            return anonymous

        request.user = anonymous
        request.auser = auser


def _user_of(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Returns the user of the session. Django deletes a session that was ended elsewhere; if the database refuses that, the
    session still counts as ended."""
    try:
        return auth.get_user(request)
    except DatabaseError as error:
        if is_only_read(request) and database.is_write_refused(error) and request.session.is_empty():
            return AnonymousUser()
        raise
