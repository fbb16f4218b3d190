"""The responses to failed requests, in addition to the pages of `guidance.web` and the problems of `guidance.api`.

`server_error` handles every uncaught exception, whether it was raised by a view, by a middleware or while the session was being
saved. If the cause is something that Waymark depends on (PostgreSQL, Valkey, a free slot to hash a password), the response is 503
with Retry-After: the problem is temporary, and caches and clients know what to do in the meantime. The same goes for a write to a
database that is read-only, as after a failover, or whose disk is full.
"""

import sys
from http import HTTPStatus

import redis
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from accounts import database
from accounts.hashers import BusyError
from guidance.api.errors import PREFIX, problem
from guidance.web import errors as error_pages
from guidance.web.context import frame

RETRY_AFTER = {HTTPStatus.SERVICE_UNAVAILABLE: "10", HTTPStatus.TOO_MANY_REQUESTS: "60"}  # seconds
ADMIN = "/admin/"
# A pool without a free connection also raises an OperationalError.
DATABASE_AWAY = (OperationalError, InterfaceError)
UNAVAILABLE = (*DATABASE_AWAY, redis.RedisError, BusyError)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exception()
    if isinstance(error, UNAVAILABLE) or database.is_write_refused(error):
        # `DatabaseRestartMiddleware` may try again, but a database that rejects writes would reject it again.
        request.database_away = isinstance(error, DATABASE_AWAY) and not database.is_write_refused(error)  # type: ignore[attr-defined]
        return _later(request, HTTPStatus.SERVICE_UNAVAILABLE, busy=isinstance(error, BusyError))
    if request.path.startswith(PREFIX):
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    if request.path.startswith(ADMIN):
        # Not in the frame of the site: the user would appear to be logged out, with no link back.
        sent = request.method not in ("GET", "HEAD")
        body = render_to_string("admin/500.html", {"here": request.get_full_path(), "sent": sent})
        return HttpResponse(body, status=HTTPStatus.INTERNAL_SERVER_ERROR, headers={"Cache-Control": "no-store"})
    return error_pages.server_error(request)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Shows curators the page in the frame of the admin: in the frame of the site they would appear to be logged out."""
    user = getattr(request, "user", None)
    if not request.path.startswith(ADMIN) or user is None or not user.is_staff:
        return error_pages.forbidden(request, exception)
    body = render_to_string("admin/403.html", admin.site.each_context(request), request)
    return HttpResponse(body, status=HTTPStatus.FORBIDDEN, headers={"Cache-Control": "no-store"})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Usually called for a curator whose session and cookies expired while a form was open."""
    if not request.path.startswith(ADMIN):
        return error_pages.csrf_failure(request, reason)
    here = request.get_full_path()
    login = "" if request.user.is_authenticated else redirect_to_login(here).url
    body = render_to_string("admin/403_csrf.html", {"here": here, "login": login})
    return HttpResponse(body, status=HTTPStatus.FORBIDDEN, headers={"Cache-Control": "no-store"})


@login_not_required
def too_many_requests(request: HttpRequest) -> HttpResponse:
    """allauth looks up this view in the URLconf."""
    return _later(request, HTTPStatus.TOO_MANY_REQUESTS)


def _later(request: HttpRequest, status: HTTPStatus, *, busy: bool = False) -> HttpResponse:
    """`busy` means that nothing is broken, but many people are logging in or signing up at the same time."""
    headers = {"Retry-After": RETRY_AFTER[status]}
    if request.path.startswith(PREFIX):
        return problem(request, status, headers=headers)
    # Without context processors: nothing in the page may use the session or the database again.
    sent = request.method not in ("GET", "HEAD")
    body = render_to_string(f"{status.value}.html", {**frame(request), "busy": busy, "sent": sent})
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store", **headers})
