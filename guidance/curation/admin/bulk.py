"""Many records at once: import with a dry run, export, edits of selected records, and undoing imports and edits."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import ActionLocation
from django.core.cache import caches
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import LockNotAvailable
from redis.exceptions import RedisError

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.admin import ReadOnlyAdmin
from guidance.catalog.documents import caching_documents
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import RECORD_MODELS, Kind, Revision
from guidance.curation import bulk, permissions, record_documents, record_files
from guidance.curation.admin.editing import MAX_NOTE, posted_note
from guidance.curation.admin.forms import EDITS
from guidance.curation.admin.http import Steps, context, curator_page, finished, record_url, streamed, user_of
from guidance.curation.models import BulkEdit, Proposal
from guidance.curation.naming import named_differences, names_in
from guidance.memory import in_memory

MAX_BYTES = max(record_files.MAX_CSV_BYTES, record_files.MAX_ZIP_BYTES)
KEPT_SECONDS = 3600  # maximum time between the dry run and its confirmation
LARGE = 50_000  # bytes; the page of a larger import reports progress
MAX_ROWS = 200  # number of records whose changes a dry run shows


def show_errors(error: ValidationError, request: HttpRequest) -> None:
    for message in error.messages:
        messages.error(request, message)


def edit_url(edit: BulkEdit) -> str:
    return reverse("admin:curation_bulkedit_change", args=[edit.pk])


def dry_run_context(dry_run: bulk.DryRun, user: User) -> dict[str, Any]:
    touched = [row for row in dry_run.rows if row.what in {bulk.RowResult.ADDED, bulk.RowResult.CHANGED}]
    refused = [row for row in dry_run.rows if row.what == bulk.RowResult.REFUSED]
    shown = touched[:MAX_ROWS]
    names = names_in(document for row in shown for document in (row.before, row.document))
    return {
        "dry_run": dry_run,
        "counts": [(what.value, count) for what, count in dry_run.counts.items()],
        "refused": refused[:MAX_ROWS],
        "rows": [(row, named_differences(row.before, row.document, names)) for row in shown],
        "more": max(len(touched) - MAX_ROWS, 0),
        "alone": permissions.is_only_reviewer(user),
        "mark": dry_run.digest,
        "most_note": MAX_NOTE,
    }


def prepare_import(
    request: HttpRequest, dry_run: bulk.DryRun, catalogue: bulk.Catalogue, title: str
) -> bulk.PreparedImport:
    """Prepares the confirmed import. With `at_once`, which is reserved for a sole reviewer, it is published directly."""
    user = user_of(request)
    if not bulk.may_import(user, dry_run.changes, catalogue):
        raise PermissionDenied
    return bulk.prepare(
        dry_run, by=user, title=title[:200], note=posted_note(request), at_once="at_once" in request.POST
    )


def announce(request: HttpRequest, edit: BulkEdit, revision: Revision | None) -> None:
    count = len(edit.items)
    text = ngettext("%d record was imported.", "%d records were imported.", count) % count
    if revision is not None:
        text += " " + gettext("Published as revision %d.") % revision.number
    elif bulk.waiting(edit):
        text += " " + gettext("The public catalogue changes once it is reviewed.")
    messages.success(request, text)


ATTEMPTS = 3  # number of attempts to find the catalogue unchanged


DryRunSteps = Steps[tuple[bulk.DryRun, bulk.Catalogue]]


def carry_out_steps(request: HttpRequest, look: Callable[[], DryRunSteps], title: str) -> Steps[BulkEdit | bulk.DryRun]:
    """Carries out what was confirmed. If the result would now differ, or if it is rejected, nothing is written: a message gives
    the reason, and the dry run that is returned shows what would happen now.

    Everything is read, validated and compared before the catalogue is locked, and again if someone has changed it since.
    """
    with caching_documents():
        for _attempt in range(ATTEMPTS):
            dry_run, catalogue = yield from look()
            if dry_run.digest != request.POST.get("mark"):
                messages.warning(request, gettext("The catalogue has changed since. This is what would happen now."))
                return dry_run
            try:
                prepared_import = prepare_import(request, dry_run, catalogue, title)
                yield gettext("Saving.")
                with transaction.atomic():
                    record_store.lock()
                    if unchanged := record_documents.state() == catalogue.state:
                        revision = bulk.apply(prepared_import)
                if unchanged:
                    announce(request, prepared_import.edit, revision)
                    return prepared_import.edit
            except ValidationError as error:
                show_errors(error, request)
                return dry_run
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
    messages.error(
        request, gettext("Someone else is changing the catalogue. Nothing was saved. Try again in a minute.")
    )
    return dry_run


# --- Import


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.zip,.md"}),
        help_text=_("A CSV of one kind of record, a zip file of any records, or one document (.md)."),
    )
    kind = forms.ChoiceField(
        label=_("Kind of record"),
        required=False,
        choices=[("", _("from the name of the file")), *Kind.choices],
        help_text=_("A zip file gives it in its folders, a CSV file in its name, such as skills.csv."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(too_large())
        file.seek(0)  # it is read again if the request is repeated
        return file


def too_large() -> str:
    return gettext("This file is larger than %d MB.") % (MAX_BYTES // 1_000_000)


def _import_page(request: HttpRequest, form: forms.Form, **more: Any) -> HttpResponse:
    values = context(
        request,
        gettext("Import"),
        form=form,
        folders=[(kind, described.FOLDER) for kind, described in KINDS.items()],
        **more,
    )
    return TemplateResponse(request, "admin/curation/import.html", values)


def _refuse_upload(request: HttpRequest) -> HttpResponse:
    messages.error(request, too_large())
    return HttpResponseRedirect(reverse("curation:import"))


@curator_page
@in_memory("file", MAX_BYTES, refused=_refuse_upload)
def import_records(request: HttpRequest) -> HttpResponseBase:
    if request.method != "POST":
        return _import_page(request, UploadForm(initial={"kind": request.GET.get("kind", "")}))
    if "token" in request.POST:
        return _confirm(request)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(request, form)
    file = form.cleaned_data["file"]
    upload = {"name": Path(file.name).name, "kind": form.cleaned_data["kind"], "content": file.read()}
    return _respond(request, upload, _dry_run(request, form, upload))


def _respond(request: HttpRequest, upload: dict[str, Any], steps: Steps[HttpResponse]) -> HttpResponseBase:
    if len(upload["content"]) < LARGE:
        return finished(steps)
    return streamed(request, gettext("Import of %s") % upload["name"], steps, "admin/curation/bulk_dry_run_body.html")


def _dry_run(request: HttpRequest, form: forms.Form, upload: dict[str, Any]) -> Steps[HttpResponse]:
    dry_run, _there = yield from _dry_run_steps(upload)
    token = secrets.token_urlsafe(16)
    if not dry_run.refused and dry_run.changes:
        try:
            caches["shared"].set(_key(request, token), upload, KEPT_SECONDS)
        except RedisError:
            form.add_error("file", _("We couldn’t store the file for you to confirm. Try again in a moment."))
            return _import_page(request, form)
    return _dry_run_page(request, upload, dry_run, token)


def _key(request: HttpRequest, token: str) -> str:
    """Returns the cache key of the upload, for its owner. Uploads are not stored in the database: most dry runs are not confirmed."""
    return f"curation:upload:{request.user.pk}:{token}"


def _dry_run_steps(upload: dict[str, Any]) -> DryRunSteps:
    yield gettext("Reading the catalogue.")
    catalogue = bulk.read_catalogue()
    yield gettext("Reading %s.") % upload["name"]
    documents, problems = bulk.read_file(
        upload["content"], name=upload["name"], kind=upload["kind"], catalogue=catalogue
    )
    count = len(documents)
    yield ngettext("Checking %d record and its changes.", "Checking %d records and their changes.", count) % count
    return bulk.plan(documents, problems, catalogue), catalogue


def _dry_run_page(request: HttpRequest, upload: dict[str, Any], dry_run: bulk.DryRun, token: str) -> HttpResponse:
    more = dry_run_context(dry_run, user_of(request)) | {
        "name": upload["name"],
        "kind": upload["kind"],
        "token": token,
        "note": posted_note(request),
    }
    title = gettext("%s can’t be imported yet") if dry_run.refused else gettext("What %s would change")
    return TemplateResponse(
        request, "admin/curation/bulk_dry_run.html", context(request, title % upload["name"], **more)
    )


def _confirm(request: HttpRequest) -> HttpResponseBase:
    token = request.POST["token"]
    try:
        upload = caches["shared"].get(_key(request, token))
    except RedisError:
        upload = None
    if upload is None:
        messages.error(request, gettext("The file was stored for an hour and has been deleted. Choose it again."))
        return HttpResponseRedirect(reverse("curation:import"))
    return _respond(request, upload, _carry_out_steps(request, upload, token))


def _carry_out_steps(request: HttpRequest, upload: dict[str, Any], token: str) -> Steps[HttpResponse]:
    done = yield from carry_out_steps(request, lambda: _dry_run_steps(upload), gettext("Import of %s") % upload["name"])
    if isinstance(done, bulk.DryRun):
        return _dry_run_page(request, upload, done, token)
    caches["shared"].delete(_key(request, token))
    return HttpResponseRedirect(edit_url(done))


# --- Export


@curator_page
def export_records(request: HttpRequest) -> HttpResponse:
    kind, form = request.GET.get("kind", ""), request.GET.get("format", "")
    if not form:
        values = context(
            request,
            gettext("Export"),
            kinds=[(kind, model._meta.verbose_name_plural) for kind, model in RECORD_MODELS.items()],
        )
        return TemplateResponse(request, "admin/curation/export.html", values)
    if kind and kind not in RECORD_MODELS:
        raise Http404
    if form == "zip":
        documents = [document for chosen in ([kind] if kind else KINDS) for document in bulk.exported(chosen)]
        return _file(record_files.write_zip(documents), f"{KINDS[kind].FOLDER if kind else 'catalogue'}.zip")
    if form == "csv" and kind:
        return _file(record_files.write_csv(kind, bulk.exported(kind)), f"{KINDS[kind].FOLDER}.csv")
    raise Http404


def _file(content: bytes, name: str) -> HttpResponse:
    kind = "application/zip" if name.endswith(".zip") else "text/csv; charset=utf-8"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


# --- Actions on the records selected in a list


class BulkActions(admin.ModelAdmin):  # type: ignore[type-arg]
    change_list_template = "admin/curation/record_list.html"
    actions = ("edit_several", "export_csv", "export_pack")

    def get_actions(self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST) -> Any:
        actions = super().get_actions(request, action_location)
        if self.model.KIND not in EDITS:
            actions.pop("edit_several", None)
        return actions

    @admin.action(description=_("Export as CSV"), permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        kind = self.model.KIND
        return _file(record_files.write_csv(kind, bulk.exported(kind, _chosen(queryset))), f"{KINDS[kind].FOLDER}.csv")

    @admin.action(description=_("Export as a zip file"), permissions=["view"])
    def export_pack(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        kind = self.model.KIND
        return _file(record_files.write_zip(bulk.exported(kind, _chosen(queryset))), f"{KINDS[kind].FOLDER}.zip")

    @admin.action(description=_("Edit several at once"), permissions=["change"])
    def edit_several(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """Shows the form, then what it would change, and makes the changes once they are confirmed."""
        kind = self.model.KIND
        keys = _chosen(queryset)
        values = context(
            request,
            ngettext("Edit %d record", "Edit %d records", len(keys)) % len(keys),
            opts=self.opts,
            action="edit_several",
            chosen=request.POST.getlist(ACTION_CHECKBOX_NAME),
            all_of_list=request.POST.get("select_across") == "1",
            checkbox=ACTION_CHECKBOX_NAME,
            several=len(keys),
        )
        form = EDITS[kind](request.POST if "edit" in request.POST else None)
        values["form"] = form
        if "again" in request.POST or not form.is_valid():
            return TemplateResponse(request, "admin/curation/edit_several.html", values)
        title = ngettext("%(count)d %(kind)s: %(what)s", "%(count)d %(kinds)s: %(what)s", len(keys)) % {
            "count": len(keys),
            "kind": self.opts.verbose_name,
            "kinds": self.opts.verbose_name_plural,
            "what": ", ".join(form.chosen()),
        }
        today = timezone.localdate()

        def looked_at() -> DryRunSteps:
            yield gettext("Reading the catalogue.")
            catalogue = bulk.read_catalogue()
            slugs = self.model._default_manager.filter(pk__in=keys).order_by("slug").values_list("slug", flat=True)
            chosen = [catalogue.documents[kind, slug] for slug in slugs if (kind, slug) in catalogue.documents]
            return bulk.plan(*bulk.apply_edit(chosen, lambda data: form.edit(data, today)), catalogue), catalogue

        def shown(dry_run: bulk.DryRun) -> HttpResponse:
            more = {"name": title, "note": posted_note(request), **dry_run_context(dry_run, user_of(request))}
            return TemplateResponse(request, "admin/curation/bulk_dry_run.html", values | more)

        if "post" not in request.POST and "at_once" not in request.POST:
            return shown(finished(looked_at())[0])
        done = finished(carry_out_steps(request, looked_at, title))
        return shown(done) if isinstance(done, bulk.DryRun) else HttpResponseRedirect(edit_url(done))


def _chosen(queryset: QuerySet[Any]) -> list[int]:
    """Returns the selected records in the order of the list."""
    return list(queryset.values_list("pk", flat=True))


# --- Past edits


@admin.register(BulkEdit)
class BulkEditAdmin(ReadOnlyAdmin):
    explanation = _(
        "Imports, and edits of several records chosen in a list. You can undo each as a whole until one "
        "of its records changes again."
    )
    list_display = ("title", "author", "at", "size", "undone_at")
    list_select_related = ("author",)
    search_fields = ("title",)
    fields = ("title", "author", "at", "undone_at", "undone_by", "records")
    readonly_fields = fields
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    change_form_template = "admin/curation/bulk_edit.html"

    @admin.display(description=_("Records"))
    def size(self, edit: BulkEdit) -> int:
        return len(edit.items)

    @admin.display(description=_("Records"))
    def records(self, edit: BulkEdit) -> SafeString:
        by_key = {proposal.pk: proposal for proposal in bulk.proposals_of(edit)}
        names = bulk.names_of((item["kind"], item["record_id"]) for item in edit.items)
        lines: list[tuple[SafeString, str]] = []
        for item in edit.items[:MAX_ROWS]:
            key = (item["kind"], item["record_id"])
            proposal = by_key.get(item.get("proposal", 0))
            lines.append((_record(key, names.get(key)), _state(proposal)))
        more = len(edit.items) - MAX_ROWS
        if more > 0:
            lines.append((SafeString(""), gettext("and %d more") % more))
        return format_html('<ul class="roomy">{}</ul>', format_html_join("", "<li>{} {}</li>", lines))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        edit = BulkEdit.objects.filter(pk=object_id).first() if object_id.isdigit() else None
        more: dict[str, Any] = {}
        if edit is not None:
            more = {
                "waiting": len(bulk.waiting(edit)) if permissions.is_reviewer(user_of(request)) else 0,
                "can_undo": edit.undone_at is None and self._may_undo(request, edit),
            }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def _may_undo(self, request: HttpRequest, edit: BulkEdit) -> bool:
        return edit.author_id == request.user.pk or permissions.is_reviewer(user_of(request))

    def get_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/publish/", curator_page(self.publish), name="curation_bulkedit_publish"),
            path("<int:pk>/undo/", curator_page(self.undo), name="curation_bulkedit_undo"),
            *super().get_urls(),
        ]

    def publish(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not permissions.is_reviewer(user_of(request)):
            raise PermissionDenied
        edit = get_object_or_404(BulkEdit, pk=pk)
        waiting = bulk.waiting(edit)
        if request.method != "POST":
            question = ngettext(
                "%d of its proposals is waiting and will be published now.",
                "%d of its proposals are waiting and will be published now, all or none.",
                len(waiting),
            )
            return self._ask(request, edit, gettext("Publish all"), question % len(waiting), waiting)
        try:
            revision = bulk.publish(edit, by=user_of(request))
        except ValidationError as error:
            show_errors(error, request)
        else:
            if revision is not None:
                messages.success(request, gettext("Published as revision %d.") % revision.number)
        return HttpResponseRedirect(edit_url(edit))

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        edit = get_object_or_404(BulkEdit, pk=pk)
        if not self._may_undo(request, edit):
            raise PermissionDenied
        if request.method != "POST":
            objections = bulk.undo_problems(edit, by=user_of(request))
            question = gettext(
                "Waiting proposals are withdrawn, public records return to what they were before, and new records"
                " are removed."
            )
            return self._ask(request, edit, gettext("Undo"), question, (), objections)
        try:
            revision = bulk.undo(edit, by=user_of(request))
        except ValidationError as error:
            show_errors(error, request)
        else:
            messages.success(request, gettext("Everything is as it was before."))
            if revision is not None:
                messages.info(request, gettext("Published as revision %d.") % revision.number)
        return HttpResponseRedirect(edit_url(edit))

    def _ask(
        self,
        request: HttpRequest,
        edit: BulkEdit,
        button: str,
        question: str,
        proposals: Any = (),
        objections: Any = (),
    ) -> HttpResponse:
        values = context(
            request,
            f"{button}: {edit}",
            opts=self.opts,
            edit=edit,
            button=button,
            question=question,
            proposals=proposals[:MAX_ROWS],
            objections=objections,
        )
        return TemplateResponse(request, "admin/curation/bulk_confirm.html", values)


def _record(key: bulk.Place, name: str | None) -> SafeString:
    kind, pk = key
    if name is None:
        return format_html("{}", gettext("a deleted record"))
    return format_html('<a href="{}">{}</a> ({})', record_url(kind, pk), name, RECORD_MODELS[kind]._meta.verbose_name)


def _state(proposal: Proposal | None) -> SafeString:
    if proposal is None:
        return format_html("{}", gettext("draft"))
    address = reverse("admin:curation_proposal_change", args=[proposal.pk])
    return format_html('<a href="{}">{}</a>', address, proposal.get_state_display())
