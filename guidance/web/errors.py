"""Error pages. They are rendered without context processors, so they need no session, database or host."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from guidance.web.context import frame


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400)


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404)


def gone(request: HttpRequest, kind: str) -> HttpResponse:
    return _error(request, 410, kind=kind)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    return _error(request, 500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(request, 403, "403_csrf.html")


def _error(request: HttpRequest, status: int, template: str = "", **context: object) -> HttpResponse:
    body = render_to_string(template or f"{status}.html", {**frame(request), **context})
    response = HttpResponse(body, status=status)
    response["Cache-Control"] = "no-store"
    return response
