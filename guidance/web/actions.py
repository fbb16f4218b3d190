"""Addresses that only change something."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse


def action[**P](
    page: str, *kept: str
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """A view for POST. Whoever comes by another way, as after logging in again, is led to the page that has the form;
    `kept` names the parts of the address that the page's own has too.

    What such a view does may be done twice: it sets something, or carries an event id."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def act(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.method != "POST":
                return HttpResponseRedirect(reverse(page, kwargs={name: kwargs[name] for name in kept}))
            return view(request, *args, **kwargs)

        act.repeatable = True  # type: ignore[attr-defined]  # see `DatabaseRestartMiddleware`
        return act

    return decorate
