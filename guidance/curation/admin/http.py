"""What the curators' own pages share: permissions, addresses and context."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from accounts.models import User
from guidance.catalog.models import RECORD_MODELS

EMPTY_CELL = "–"
CHANGE_RIGHTS = [f"catalog.change_{model._meta.model_name}" for model in RECORD_MODELS.values()]


def curator_page[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """For users who may change records of the catalogue, of any kind."""

    @wraps(view)
    def show(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not any(request.user.has_perm(right) for right in CHANGE_RIGHTS):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(show)


def user_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # nobody anonymous gets here
    return request.user


def record_url(kind: str, record_id: int) -> str:
    return reverse(f"admin:catalog_{RECORD_MODELS[kind]._meta.model_name}_change", args=[record_id])


def context(request: HttpRequest, title: str, **more: Any) -> dict[str, Any]:
    return {**admin.site.each_context(request), "title": title, **more}
