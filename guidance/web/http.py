"""Requests and responses: the visitor, views that change something, responses to forms, and query parameters.

Every view requires a login unless it is marked otherwise (`LoginRequiredMiddleware`), so these functions can rely on
`request.user`. A learner sees their own rows and the published catalogue; everything else is a 404.

A valid form is answered with a 303 to the page it came from and a message, with an undo button if there is an undo. htmx follows
the redirect and replaces `<main>`, so a form needs no separate response for htmx (`templates/web/parts/in_place.html`). An
invalid form is answered with its page and status 422, including what was typed and a message at the field. A form on another
page, such as the one-click form of the dashboard, gets that page with a message.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from guidance.catalog import models
from guidance.catalog import snapshot as catalogue
from guidance.catalog.kinds import Record
from guidance.catalog.models import RECORD_MODELS
from guidance.catalog.snapshot import Snapshot
from guidance.progress.history import Cursor
from guidance.progress.learner_state import LearnerState, learner_state
from guidance.progress.models import Owned


def learner_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def learner_state_of(request: HttpRequest) -> LearnerState:
    return learner_state(learner_of(request), snapshot=catalogue.current(), now=timezone.now())


def published_row[R: models.Record](model: type[R], slug: str) -> R:
    """Returns the row of a published record, given its current or a former slug. Raises Http404."""
    snapshot = catalogue.current()
    kind = model.KIND
    record = snapshot.of_kind(kind).get(snapshot.latest_slug(kind, slug))
    if record is None:
        raise Http404
    return cast(R, get_object_or_404(RECORD_MODELS[kind], pk=record.id))


def own_row[O: Owned](request: HttpRequest, model: type[O], pk: int) -> O:
    """Returns a row of the learner. Raises Http404 if it does not exist or belongs to someone else."""
    return get_object_or_404(model._default_manager.filter(learner=learner_of(request)), pk=pk)


def repeatable[V: Callable[..., HttpResponse]](view: V) -> V:
    """Marks a view whose POST may run twice, because it only sets the values that were sent. See `DatabaseRestartMiddleware`."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


def form_page[**P](view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorates a view with a form: GET shows it, POST sets the values that were sent."""
    return repeatable(require_http_methods(["GET", "HEAD", "POST"])(view))


def post_action[**P](
    page: str, *shared: str, repeats: bool = True
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Decorates a view for POST. Any other request, such as the one after logging in again, is redirected to `page`, which has
    the form; `shared` names the URL arguments that both views have.

    The view may run twice. A view that creates something new each time uses `repeats=False`, and its form contains an event id.
    See `DatabaseRestartMiddleware`.
    """

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def act(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method != "POST":
                return HttpResponseRedirect(reverse(page, kwargs={name: kwargs[name] for name in shared}))
            return view(request, *args, **kwargs)

        return repeatable(act) if repeats else act

    return decorate


# For a secret URL: no cache or search engine stores it, and no other site learns it from a referrer.
SECRET_ADDRESS_HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def next_url(request: HttpRequest, default: str) -> str:
    """Returns the URL in `next`, which the form or the link to the form sends, if that URL belongs to this site."""
    target = request.POST.get("next", request.GET.get("next", ""))
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return target if safe else default


def redirect_with(request: HttpRequest, text: str, *, to: str, undo: str = "") -> HttpResponseRedirect:
    """Redirects to `to` with a message. `undo`: the path that undoes the change by POST."""
    messages.success(request, text, extra_tags=undo)
    return HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)


def invalid(request: HttpRequest, text: str, *, to: str) -> HttpResponseRedirect:
    """Redirects to `to` with an error message, for a POST without a form that could be shown again."""
    messages.error(request, text)
    return HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)


def is_embedded_form(request: HttpRequest, page: str) -> bool:
    """Returns whether htmx sent the form from a page other than `page`, which shows the form with its errors.

    On the other page, `page` would appear in the wrong place; a message keeps what was typed.
    """
    sent_from = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    return sent_from is not None and sent_from.partition("?")[0] != page


def errors_of(form: BaseForm) -> str:
    return " ".join(str(text) for texts in form.errors.values() for text in texts)


THEMES = ("light", "dark")


def theme_of(request: HttpRequest) -> str:
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def is_personal(request: HttpRequest) -> bool:
    """Returns whether the response may contain data about one visitor. Only cookies decide; this takes no query."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or CookieStorage.cookie_name in request.COOKIES


def canonical_query(query: QueryDict) -> str:
    return urlencode(list(query.lists()), doseq=True)


@dataclass(slots=True)
class QueryParams:
    """The query parameters of a page, and sentences that tell the visitor what is wrong with them. If anything is wrong, the
    status is 400."""

    query: QueryDict
    snapshot: Snapshot
    problems: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        return 400 if self.problems else 200

    def record[R: Record](self, name: str, records: Mapping[str, R], kind: str) -> R | None:
        """Returns the record whose current or former slug is in a parameter."""
        slug = self.query.get(name, "")
        slug = self.snapshot.latest_slug(kind, slug)
        return records.get(slug) if self.option(name, slug, records) else None

    def choice(self, name: str, choices: Collection[str]) -> str:
        return self.option(name, self.query.get(name, ""), choices)

    def option(self, name: str, value: str, choices: Collection[str]) -> str:
        """Returns the value if it is one of the choices; otherwise adds a problem and returns an empty string."""
        if not value or value in choices:
            return value
        self.problems.append(_("“{value}” is not a known value of {name}.").format(value=value, name=name))
        return ""

    def number(self, name: str, lowest: int, highest: int) -> int | None:
        value = self.query.get(name, "")
        if not value:
            return None
        if value.isdecimal() and value.isascii() and len(value) < 8 and lowest <= int(value) <= highest:
            return int(value)
        self.problems.append(
            _("“{value}” is not a number from {lowest} to {highest}.").format(
                value=value, lowest=lowest, highest=highest
            )
        )
        return None

    def place(self, name: str) -> Cursor | None:
        """Returns the cursor at which a list continues."""
        value = self.query.get(name, "")
        try:
            return Cursor.read(value) if value else None
        except ValueError:
            self.problems.append(_("“{value}” is not a position in this list.").format(value=value))
            return None
