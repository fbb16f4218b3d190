"""What a visitor and an API client see when a request fails: a page in our style, `application/problem+json`.

`server_error` is where every uncaught exception ends, whether a view, a middleware or the saving of the session raised
it. When the cause is something Waymark leans on (PostgreSQL, Valkey, a free place to hash a password), the answer is
503 with Retry-After: it passes, and caches and clients know what to do.
"""

import sys
from http import HTTPStatus

import redis
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from accounts.hashers import HashingBusyError

API_PREFIX = "/api/"
RETRY_AFTER = "10"  # seconds
# A pool that has no connection to give raises an OperationalError too.
UNAVAILABLE = (OperationalError, InterfaceError, redis.RedisError, HashingBusyError)


def problem(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": status.description}
    return JsonResponse(
        {name: value for name, value in body.items() if value != ""},
        status=status,
        content_type="application/problem+json",
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith(API_PREFIX):
        response = problem(request, HTTPStatus.SERVICE_UNAVAILABLE)
    else:
        # Without the request: nothing in the page may ask the session or the database again.
        response = HttpResponse(render_to_string("503.html"), status=HTTPStatus.SERVICE_UNAVAILABLE)
    response.headers["Retry-After"] = RETRY_AFTER
    response.headers["Cache-Control"] = "no-store"
    return response


def server_error(request: HttpRequest) -> HttpResponseBase:
    if isinstance(sys.exception(), UNAVAILABLE):
        return unavailable(request)
    if request.path_info.startswith(API_PREFIX):
        return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    return defaults.server_error(request)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if request.path_info.startswith(API_PREFIX):
        return problem(request, HTTPStatus.NOT_FOUND)
    return defaults.page_not_found(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if request.path_info.startswith(API_PREFIX):
        return problem(request, HTTPStatus.FORBIDDEN)
    return defaults.permission_denied(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if request.path_info.startswith(API_PREFIX):
        return problem(request, HTTPStatus.BAD_REQUEST)
    return defaults.bad_request(request, exception)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """allauth asks the URLconf for this one."""
    response = render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = "60"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    if request.path_info.startswith(API_PREFIX):
        return problem(request, HTTPStatus.FORBIDDEN)
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)
