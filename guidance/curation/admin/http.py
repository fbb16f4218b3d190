"""What the curators' own pages share: permissions, URLs, context, and pages that report progress.

A page for work that takes more than a moment (`streamed`) reports its progress. The work is a generator: it yields what it does next, and
returns the response. The page is sent in pieces, so it works without JavaScript and leaves no state behind if a process is killed. If the
reader leaves, the work ends at the next yield, so it never yields between its first write and its commit.
"""

from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate

import structlog
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext

from accounts.models import User, zone_of
from guidance.catalog.models import RECORD_MODELS

EMPTY_CELL = "–"
CHANGE_RIGHTS = [f"catalog.change_{model._meta.model_name}" for model in RECORD_MODELS.values()]


def curator_page[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Decorates a view for users who may change catalogue records of at least one kind."""

    @wraps(view)
    def show(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_curate(user_of(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(show)


def may_curate(user: User) -> bool:
    return any(user.has_perm(right) for right in CHANGE_RIGHTS)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # anonymous users never get here
    return request.user


def primary_key(text: str) -> int | None:
    """Returns the primary key that was sent; None if the value is not a valid key."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


def posted_moment(request: HttpRequest) -> datetime:
    """Returns the time at which the form read its data. Raises Http404."""
    try:
        moment = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment):
        raise Http404
    return moment


def record_url(kind: str, record_id: int) -> str:
    return reverse(f"admin:catalog_{RECORD_MODELS[kind]._meta.model_name}_change", args=[record_id])


def history_url(kind: str, record_id: int) -> str:
    return reverse(f"admin:catalog_{RECORD_MODELS[kind]._meta.model_name}_history", args=[record_id])


def context(request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, **more}


log = structlog.get_logger(__name__)

type Steps[T] = Generator[str, None, T]
BODY = "{progress}"  # plain text, so that escaping does not change it


def finished[T](steps: Steps[T]) -> T:
    """Runs all steps without reporting them."""
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


def streamed(request: HttpRequest, title: str, steps: Steps[HttpResponse], body: str) -> StreamingHttpResponse:
    """Reports each step, then shows the result on the same page. `body` is the template of the page's content and is rendered
    with the context of the response; a redirect becomes a link."""
    page = render_to_string("admin/curation/progress.html", context(request, title, marker=BODY), request)
    head, tail = page.split(BODY)
    shown = len(list(messages.get_messages(request)))
    pieces = _pieces(request, steps, body, shown)
    response = StreamingHttpResponse(_around(head, pieces, tail), headers={"Cache-Control": "private, no-store"})
    response.headers["X-Accel-Buffering"] = "no"  # nginx passes on each line at once
    return response


def _around(head: str, pieces: Iterator[str], tail: str) -> Iterator[str]:
    yield head
    yield from pieces
    yield tail


def _pieces(request: HttpRequest, steps: Steps[HttpResponse], body: str, shown: int) -> Iterator[str]:
    yield '<ol class="roomy">'
    result: HttpResponse | None = None
    problem = ""
    while result is None and not problem:
        try:
            yield format_html("<li>{}</li>\n", next(steps))
        except StopIteration as stop:
            result = stop.value
        except PermissionDenied:
            problem = gettext("You do not have permission to change these records. Nothing was saved.")
        except Exception:
            # The response has already started, so no error page can follow. This message is all that the reader sees.
            log.exception("steps_failed", path=request.path)
            problem = gettext(
                "This could not be finished. Either everything was saved or nothing: check “Changes to several "
                "records”, then try again."
            )
    yield "</ol>"
    values: dict[str, Any] = {"said": list(messages.get_messages(request))[shown:], "problem": problem}
    if isinstance(result, HttpResponseRedirect):
        values["next"] = result.url
    end = render_to_string("admin/curation/progress_end.html", values, request)
    if isinstance(result, TemplateResponse):
        with timezone.override(zone_of(user_of(request).time_zone)):  # the middleware has already finished the request
            end += render_to_string(body, result.context_data, request)
    yield end
