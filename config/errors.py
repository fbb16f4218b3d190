"""What is served when a request fails, beside the pages of `guidance.web` and the problems of `guidance.api`.

`server_error` is where every uncaught exception ends, whether a view, a middleware or the saving of the session raised
it. When the cause is something Waymark leans on (PostgreSQL, Valkey, a free place to hash a password), the answer is
503 with Retry-After: it will pass, and caches and clients know what to do until then. So it is for a write to a database
that only reads, as after a failover, or whose disk is full.
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
# A pool that has no connection to give raises an OperationalError too.
DATABASE_AWAY = (OperationalError, InterfaceError)
UNAVAILABLE = (*DATABASE_AWAY, redis.RedisError, BusyError)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exception()
    if isinstance(error, UNAVAILABLE) or database.is_write_refused(error):
        # `DatabaseRestartMiddleware` may try again; a database that refuses to write would refuse again.
        request.database_away = isinstance(error, DATABASE_AWAY) and not database.is_write_refused(error)  # type: ignore[attr-defined]
        return _later(request, HTTPStatus.SERVICE_UNAVAILABLE, busy=isinstance(error, BusyError))
    if request.path.startswith(PREFIX):
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    if request.path.startswith(ADMIN):
        # Not the page of the site: it would look as if one were logged out, and has no way back.
        sent = request.method not in ("GET", "HEAD")
        body = render_to_string("admin/500.html", {"here": request.get_full_path(), "sent": sent})
        return HttpResponse(body, status=HTTPStatus.INTERNAL_SERVER_ERROR, headers={"Cache-Control": "no-store"})
    return error_pages.server_error(request)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Curators keep the frame of the admin: the page of the site would look as if they were logged out."""
    user = getattr(request, "user", None)
    if not request.path.startswith(ADMIN) or user is None or not user.is_staff:
        return error_pages.forbidden(request, exception)
    body = render_to_string("admin/403.html", admin.site.each_context(request), request)
    return HttpResponse(body, status=HTTPStatus.FORBIDDEN, headers={"Cache-Control": "no-store"})


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Mostly of a curator whose login has ended, with its cookies, while a form was open."""
    if not request.path.startswith(ADMIN):
        return error_pages.csrf_failure(request, reason)
    here = request.get_full_path()
    login = "" if request.user.is_authenticated else redirect_to_login(here).url
    body = render_to_string("admin/403_csrf.html", {"here": here, "login": login})
    return HttpResponse(body, status=HTTPStatus.FORBIDDEN, headers={"Cache-Control": "no-store"})


@login_not_required
def too_many_requests(request: HttpRequest) -> HttpResponse:
    """allauth asks the URLconf for this one."""
    return _later(request, HTTPStatus.TOO_MANY_REQUESTS)


def _later(request: HttpRequest, status: HTTPStatus, *, busy: bool = False) -> HttpResponse:
    """`busy`: nothing is wrong, there are only many who log in or sign up at the same moment."""
    headers = {"Retry-After": RETRY_AFTER[status]}
    if request.path.startswith(PREFIX):
        return problem(request, status, headers=headers)
    # Without context processors: nothing in the page may ask the session or the database again.
    sent = request.method not in ("GET", "HEAD")
    body = render_to_string(f"{status.value}.html", {**frame(request), "busy": busy, "sent": sent})
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store", **headers})
