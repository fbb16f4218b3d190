"""The account: settings, data, import, access tokens, and the browsers that are logged in.

Downloads, deletion and new tokens ask for the password again unless it was entered a short time ago. An import first shows what it would
add, and adds it after confirmation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts import logins as account_logins
from accounts import tokens as access_tokens
from accounts.models import zone_of
from guidance.memory import in_memory
from guidance.personal_data import account_data, restore
from guidance.progress import services
from guidance.progress.services import ImportCounts
from guidance.web.account.forms import (
    MAX_MEGABYTES,
    TOO_LARGE,
    TOO_MUCH_TO_CARRY,
    ConfirmForm,
    EraseForm,
    ImportForm,
    ProfileForm,
    TokenForm,
)
from guidance.web.http import form_page, learner_of, post_action, redirect_with


@form_page
def settings(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST if request.method == "POST" else None, instance=learner_of(request))
    if form.is_valid():
        services.save_profile(learner=form.instance)
        return redirect_with(request, _("Saved."), to=reverse("web:settings"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "web/settings.html", {"form": form}, status=status)


@require_safe
@reauthentication_required(enabled=lambda request: "download" in request.GET)  # type: ignore[untyped-decorator]
def data(request: HttpRequest) -> HttpResponse:
    """`?download=json` starts a download from this page, because a file would leave the browser on the form for the password."""
    form = request.GET.get("download", "")
    download = reverse("web:export", args=[form]) if form in account_data.FILES else ""
    return render(request, "web/data.html", {"download": download})


@require_safe
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest, form: str) -> HttpResponse:
    """Returns all data of the learner as a file."""
    if form not in account_data.FILES:
        raise Http404
    make, content_type = account_data.FILES[form]
    now = timezone.now()
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="waymark-{now:%Y-%m-%d}.{form}"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(make(learner_of(request), now=now), headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def erase(request: HttpRequest) -> HttpResponseBase:
    """GET asks for the password and then for confirmation; POST deletes the account."""
    form = EraseForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return render(request, "web/erase.html", {"form": form}, status=status)
    user = learner_of(request)
    logout(request)
    account_data.erase(user)
    messages.success(request, _("Your account and everything in it has been deleted."))
    response = redirect("web:home")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


TABLES: Mapping[str, Promise] = {
    "saved_ads": gettext_lazy("Saved job ads"),
    "goals": gettext_lazy("Goals"),
    "days_off": gettext_lazy("Days off"),
    "assessments": gettext_lazy("Levels, and how each is known"),
    "evidence": gettext_lazy("Evidence"),
    "study_sessions": gettext_lazy("Study sessions"),
    "ticked_resources": gettext_lazy("Ticked resources"),
    "ticked_units": gettext_lazy("Ticked units"),
    "projects": gettext_lazy("Work on projects"),
    "notes": gettext_lazy("Notes"),
    "plan_changes": gettext_lazy("Changes to the plan"),
    "completed_milestones": gettext_lazy("Completed milestones"),
    "path_wishes": gettext_lazy("Preferences for the order of the plan"),
}


@dataclass(frozen=True, slots=True)
class ImportedTable:
    name: Promise
    brought: ImportCounts


def _too_large(request: HttpRequest) -> HttpResponse:
    """Responds to a file that is too large to be read."""
    return _page(request, ImportForm(), wrong=[("", str(TOO_LARGE).format(n=MAX_MEGABYTES))])


@in_memory("file", restore.MAX_BYTES, refused=_too_large)
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
    except ValidationError as error:  # something has changed since the preview
        return _page(request, ImportForm(), wrong=_told(error))
    count = _count(brought)
    text = ngettext("{count} row imported.", "{count} rows imported.", count).format(count=count)
    return redirect_with(request, text, to=reverse("web:dashboard"))


def _bring_in(request: HttpRequest, data: Any, *, dry_run: bool) -> dict[str, ImportCounts]:
    return restore.import_history(learner=learner_of(request), data=data, now=timezone.now(), dry_run=dry_run)


def _count(brought: Mapping[str, ImportCounts]) -> int:
    return sum(table.added + table.changed for table in brought.values())


def _told(error: ValidationError) -> list[tuple[str, str]]:
    """Returns the place in the file and the message for each error."""
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
    lines = [ImportedTable(TABLES[name], table) for name, table in brought.items()] if brought else []
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


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    found = learner_of(request).access_tokens.order_by("-created_at", "-pk")
    return render(request, "web/tokens.html", {"tokens": found, "now": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]
def new_token(request: HttpRequest) -> HttpResponse:
    """POST returns the new token in its response, so that it is not stored anywhere, not even in the session."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            token, text = access_tokens.issue(owner=learner_of(request), now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return render(request, "web/token.html", {"token": token, "text": text}, status=HTTPStatus.CREATED)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "web/token.html", {"form": form}, status=status)


@form_page
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks for confirmation; POST revokes the token."""
    token = get_object_or_404(learner_of(request).access_tokens, pk=pk)
    if request.method != "POST":
        return render(request, "web/token_revoke.html", {"token": token})
    access_tokens.revoke(token=token)
    return redirect_with(request, _("Token “{name}” revoked.").format(name=token.name), to=reverse("web:tokens"))


@require_safe
def logins(request: HttpRequest) -> HttpResponse:
    learner = learner_of(request)
    found = account_logins.logins_of(learner, this=request.session.session_key, now=timezone.now())
    return render(request, "web/logins.html", {"logins": found, "zone": zone_of(learner.time_zone)})


@post_action("web:logins")
def end_login(request: HttpRequest) -> HttpResponse:
    """Ends a login. This cannot be undone but loses nothing, so there is no confirmation. Ending a session that has already ended
    is not an error."""
    account_logins.end_login(user=learner_of(request), reference=request.POST.get("login", ""), now=timezone.now())
    return redirect_with(request, _("You’re logged out there."), to=reverse("web:logins"))


@post_action("web:logins")
def end_other_logins(request: HttpRequest) -> HttpResponse:
    account_logins.end_other_logins(user=learner_of(request), this=str(request.session.session_key))
    return redirect_with(request, _("You’re logged out everywhere except here."), to=reverse("web:logins"))
