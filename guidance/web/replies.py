"""How a form of a learner's page answers.

When it is right: 303 to the page it came from, with a message, and where something can be taken back a button in the
message that does it. htmx follows and puts the new `<main>` in the place of the old one, so that a form needs no answer of
its own for it (`templates/web/parts/in_place.html`). When something is wrong: the page again with status 422, what was typed
and a message at the field.
"""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


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
