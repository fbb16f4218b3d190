"""An export brought back into an account: first what it would add, then, once that is confirmed, the adding."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from guidance import portability
from guidance.memory import in_memory
from guidance.progress.services import ImportCounts
from guidance.web.access import learner_of
from guidance.web.actions import form_page
from guidance.web.forms.imports import MOST_MEGABYTES, TOO_LARGE, TOO_MUCH_TO_CARRY, ConfirmForm, ImportForm
from guidance.web.replies import done

TABLES: Mapping[str, Promise] = {
    "goals": gettext_lazy("Goals"),
    "days_off": gettext_lazy("Days off"),
    "assessments": gettext_lazy("Levels, and how they came about"),
    "evidence": gettext_lazy("Evidence"),
    "study_sessions": gettext_lazy("Study sessions"),
    "ticked_resources": gettext_lazy("Ticked resources"),
    "ticked_units": gettext_lazy("Ticked units"),
    "projects": gettext_lazy("Work on projects"),
    "notes": gettext_lazy("Notes"),
    "plan_changes": gettext_lazy("Changes of the plan"),
    "completed_milestones": gettext_lazy("Completed milestones"),
    "path_wishes": gettext_lazy("Wishes for the order of the plan"),
}


@dataclass(frozen=True, slots=True)
class Line:
    name: Promise
    brought: ImportCounts


def _too_large(request: HttpRequest) -> HttpResponse:
    """For a file that was not read."""
    return _page(request, ImportForm(), wrong=[("", str(TOO_LARGE).format(n=MOST_MEGABYTES))])


@in_memory("file", portability.MAX_BYTES, refused=_too_large)
@form_page
def import_history(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _confirmed(request) if "carried" in request.POST else _looked_at(request)
    return _page(request, ImportForm())


def _looked_at(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    data = form.cleaned_data["file"]
    try:
        brought = _bring_in(request, data, dry_run=True)
    except ValidationError as error:
        return _page(request, ImportForm(), wrong=_told(error))
    confirm = ConfirmForm.carrying(data, learner_of(request))
    if confirm is None:
        form.add_error("file", TOO_MUCH_TO_CARRY)
        return _page(request, form)
    return _page(request, ImportForm(), brought=brought, confirm=confirm)


def _confirmed(request: HttpRequest) -> HttpResponse:
    confirm = ConfirmForm(request.POST, learner=learner_of(request))
    if not confirm.is_valid():
        return _page(request, ImportForm(), wrong=[("", str(text)) for text in confirm.errors["carried"]])
    try:
        brought = _bring_in(request, confirm.cleaned_data["carried"], dry_run=False)
    except ValidationError as error:  # something has changed since it was looked at
        return _page(request, ImportForm(), wrong=_told(error))
    count = _count(brought)
    text = ngettext("%(count)d row is yours again.", "%(count)d rows are yours again.", count) % {"count": count}
    return done(request, text, to=reverse("web:dashboard"))


def _bring_in(request: HttpRequest, data: Any, *, dry_run: bool) -> dict[str, ImportCounts]:
    return portability.import_history(learner=learner_of(request), data=data, now=timezone.now(), dry_run=dry_run)


def _count(brought: Mapping[str, ImportCounts]) -> int:
    return sum(table.added + table.changed for table in brought.values())


def _told(error: ValidationError) -> list[tuple[str, str]]:
    """Where in the file, and what is wrong there."""
    if not hasattr(error, "error_dict"):
        return [("", text) for text in error.messages]
    return [(path, text) for path, texts in error.message_dict.items() for text in texts]


def _page(
    request: HttpRequest,
    form: ImportForm,
    *,
    wrong: list[tuple[str, str]] | None = None,
    brought: Mapping[str, ImportCounts] | None = None,
    confirm: ConfirmForm | None = None,
) -> HttpResponse:
    lines = [Line(TABLES[name], table) for name, table in brought.items()] if brought else []
    context = {
        "form": form,
        "wrong": wrong or [],
        "lines": [line for line in lines if line.brought != ImportCounts()],
        "count": _count(brought) if brought else 0,
        "confirm": confirm,
        "looked_at": brought is not None,
    }
    refused = bool(wrong) or (form.is_bound and not form.is_valid())
    status = HTTPStatus.UNPROCESSABLE_ENTITY if refused else HTTPStatus.OK
    return render(request, "web/import.html", context, status=status)
