"""Addresses that change something."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods


def repeatable[V: Callable[..., HttpResponse]](view: V) -> V:
    """Marks a view whose POST may be done twice: it sets what was sent. See `DatabaseRestartMiddleware`."""
    view.repeatable = True  # type: ignore[attr-defined]
    return view


def form_page[**P](view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """A page with a form: GET shows it, POST sets what was sent."""
    return repeatable(require_http_methods(["GET", "HEAD", "POST"])(view))


def action[**P](
    page: str, *kept: str, repeats: bool = True
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """A view for POST. Whoever comes by another way, as after logging in again, is led to the page that has the form;
    `kept` names the parts of the address that the page's own has too.

    What such a view does may be done twice, unless it makes something new each time: then an event id has to say that it is the
    same. See `DatabaseRestartMiddleware`."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def act(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method != "POST":
                return HttpResponseRedirect(reverse(page, kwargs={name: kwargs[name] for name in kept}))
            return view(request, *args, **kwargs)

        return repeatable(act) if repeats else act

    return decorate
