"""How a form of a learner's page answers.

When it is right: 303 to the page it came from, with a message, and where something can be taken back a button in the
message that does it. htmx follows and puts the new `<main>` in the place of the old one, so that a form needs no answer of
its own for it (`templates/web/parts/in_place.html`). When something is wrong: the page again with status 422, what was typed
and a message at the field; for a form on another page, such as the one click of the dashboard, that page with a message.
"""

from http import HTTPStatus

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

# For an address that is a secret: neither caches nor search engines keep it, and where its links lead nobody learns it.
SECRET = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def back(request: HttpRequest, default: str) -> str:
    """Where the form says it was (`next`), if that is a page of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return target if safe else default


def done(request: HttpRequest, text: str, *, to: str, undo: str = "") -> HttpResponseRedirect:
    """`undo`: path that takes it back when posted to."""
    messages.success(request, text, extra_tags=undo)
    return HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)


def failed(request: HttpRequest, text: str, *, to: str) -> HttpResponseRedirect:
    """For what has no form to show again."""
    messages.error(request, text)
    return HttpResponseRedirect(to, status=HTTPStatus.SEE_OTHER)


def stands_elsewhere(request: HttpRequest, page: str) -> bool:
    """Whether htmx sent a form that stands on another page than the one that shows it when it is wrong. That one would be
    in a place that is not its own; the other keeps what was typed."""
    sent_from = request.htmx.current_url_abs_path  # type: ignore[attr-defined]
    return sent_from is not None and sent_from.partition("?")[0] != page


def errors_of(form: BaseForm) -> str:
    return " ".join(str(text) for texts in form.errors.values() for text in texts)
