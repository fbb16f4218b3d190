"""Every error of the API as `application/problem+json` (RFC 9457), wherever it occurs.

`exception_handler` handles views of Django REST framework, `not_found` handles unknown URLs, and `or_problem` handles
errors before a view is reached. The texts are always English, because programs read them.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import redis
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path
from django.utils.log import log_response
from rest_framework import exceptions
from rest_framework.views import set_rollback

from accounts import database
from accounts.hashers import BusyError

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/"
RETRY_AFTER_SECONDS = 5
UNREADABLE = "The request cannot be read."

logger = logging.getLogger("django.request")


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of problem; its `type` is the URL of its paragraph on the documentation page."""

    name: str
    meaning: str

    @property
    def type(self) -> str:
        return f"{settings.SITE_URL}/api/docs/#{self.name}"


PROBLEMS: Mapping[int, Problem] = {
    400: Problem("invalid-request", "A parameter or field is invalid; see `errors`."),
    401: Problem("not-authenticated", "This URL requires a valid session or token."),
    403: Problem("forbidden", "The session or token does not allow this."),
    404: Problem("not-found", "There is nothing at this URL, or nothing that you may see."),
    405: Problem(
        "method-not-allowed", "This URL does not support the method; `Allow` lists the methods that it supports."
    ),
    406: Problem("not-acceptable", "The API responds with application/json, which `Accept` rules out."),
    408: Problem("request-timeout", "The request did not arrive in time."),
    409: Problem("conflict", "The request conflicts with an earlier request, or with one in progress."),
    410: Problem("gone", "The record has been retired. It will not come back under this slug."),
    412: Problem("precondition-failed", "This has changed since you read it."),
    413: Problem("too-large", "The request body is too large."),
    414: Problem("address-too-long", "The URL is too long."),
    415: Problem("unsupported-media-type", "The API only accepts application/json."),
    417: Problem("expectation-failed", "The server does not support the value of `Expect`."),
    422: Problem("unprocessable", "The request is well formed but cannot be carried out."),
    429: Problem("too-many-requests", "Too many requests. Retry after the seconds in `Retry-After`."),
    431: Problem("headers-too-large", "The request headers are too large."),
    500: Problem("server-error", "An error on our side. It has been recorded."),
    501: Problem("not-implemented", "The server does not support the `Transfer-Encoding` of the request."),
    503: Problem(
        "unavailable", "A service that the response needs is unavailable. Retry after the seconds in `Retry-After`."
    ),
}


def document(status: int, detail: str, instance: str, errors: Mapping[str, Any] | None = None) -> dict[str, Any]:
    known = PROBLEMS.get(status)
    return {
        "type": known.type if known else "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or (known.meaning.replace("`", "") if known else ""),
        "instance": instance,
        **({"errors": errors} if errors is not None else {}),
    }


def problem(
    request: HttpRequest,
    status: int,
    detail: str = "",
    *,
    errors: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    # ASCII, because the body contains what the caller sent, including lone surrogates. Not cached, because an error is temporary
    # and a cache would still serve it afterwards.
    return HttpResponse(
        json.dumps(document(status, detail, escape_uri_path(request.path), errors)),
        status=status,
        content_type=MEDIA_TYPE,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse:
    """The hook of Django REST framework: returns the response to any exception of a view."""
    request = context["request"]
    set_rollback()
    match error:
        case exceptions.ValidationError():
            return _invalid(request, error)
        case exceptions.APIException():
            return problem(request, error.status_code, _text(error.detail), headers=_headers(error, context))
        case Http404():
            return problem(request, 404)
        case PermissionDenied():
            return problem(request, 403)
        case RequestDataTooBig():
            return problem(request, 413)
        case SuspiciousOperation() | BadRequest():
            return problem(request, 400, UNREADABLE)
        case DatabaseError() if database.is_write_refused(error):
            return problem(request, 503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        case OperationalError() | InterfaceError():
            logger.warning("The database does not respond: %s", type(error).__name__)
            getattr(request, "_request", request).database_away = True  # see `DatabaseRestartMiddleware`
            return problem(request, 503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        case redis.RedisError() | BusyError():  # as in config.errors
            return problem(request, 503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    # The same as Django's own handling of an uncaught exception, except for the page.
    got_request_exception.send(sender=None, request=request)
    response = problem(request, 500)
    log_response("%s: %s", "Internal Server Error", request.path, response=response, request=request, exception=error)
    return response


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(request, 404, "There is nothing at this URL. /api/docs/ lists all URLs.")


def or_problem(status: int, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Returns a handler for `handler400` and similar ones in the project's URLs: a problem for URLs of the API, otherwise
    `page`."""

    def handler(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path.startswith(PREFIX):
            return problem(request, status, UNREADABLE if status == 400 else "")
        return page(request, *args, **kwargs)

    return handler


def _invalid(request: HttpRequest, error: exceptions.ValidationError) -> HttpResponse:
    errors = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
    name, messages = next(iter(errors.items()))
    return problem(request, 400, f"{name}: {_text(messages)}", errors=errors)


def _text(detail: Any) -> str:
    """Returns the first message in DRF's details, which may be nested."""
    while isinstance(detail, (dict, list)):
        detail = next(iter(detail.values() if isinstance(detail, dict) else detail), "")
    return str(detail)


def _headers(error: exceptions.APIException, context: Mapping[str, Any]) -> dict[str, str]:
    headers = {}
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if (challenge := getattr(error, "auth_header", None)) is not None:
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = f"{wait:.0f}"
    return headers
