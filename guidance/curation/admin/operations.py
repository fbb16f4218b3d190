"""Merging, renaming and retiring in the admin: the form, a dry run, and the operation itself; the list of past operations, and
undoing one of them. Splitting has its own form (`splitting.py`) and shares the rest."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db.models import Func, IntegerField, JSONField, TextField, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.admin import ReadOnlyAdmin
from guidance.catalog.documents import Document, parse
from guidance.catalog.models import RECORD_MODELS, Kind, Record, Status
from guidance.curation import operations
from guidance.curation.admin import pending_operations, splitting
from guidance.curation.admin.editing import MAX_NOTE
from guidance.curation.admin.http import EMPTY_CELL, primary_key, record_url, user_of
from guidance.curation.admin.into import Into, IntoView, shares_nothing
from guidance.curation.admin.splitting import SplitForm
from guidance.curation.models import Operation, Proposal
from guidance.curation.naming import named_differences, names_in
from guidance.curation.operation_documents import OperationRequest
from guidance.curation.operations import MAX_NAME, MAX_SLUG, Catalogue, OperationPlan, OperationRejected
from guidance.curation.pending_operations import needs_second, waiting

OPEN_DIFFERENCES = 3  # number of records whose differences are initially unfolded
OperationType = Operation.OperationType


class OperationForm(forms.Form):
    """The form of an operation on a record. If the operation is impossible, its plan states why."""

    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=MAX_NOTE,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 40, "class": "vLargeTextField"}),
    )

    def __init__(self, record: Record, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.record = record

    def operation_request(self) -> OperationRequest:
        raise NotImplementedError


class MergeForm(OperationForm):
    into = Into(
        label=_("Into"),
        help_text=_(
            "This record stays, with its own text. It also gets the other record’s names and addresses, and references to the "
            "other record lead here."
        ),
    )
    field_order = ("into", "note")

    def __init__(self, record: Record, data: Any = None) -> None:
        super().__init__(record, data)
        into: Any = self.fields["into"]
        into.choose_for(record)

    def operation_request(self) -> OperationRequest:
        record, into = self.record, self.cleaned_data["into"]
        return (
            OperationRequest(OperationType.MERGE, record.KIND, record.slug, into.slug)
            if into
            else OperationRequest(OperationType.RETIRE, record.KIND, record.slug)
        )


class RetireForm(MergeForm):
    into = Into(
        label=_("Successor, if there is one"),
        required=False,
        empty_label=_("None"),
        help_text=_(
            "With a successor, the record is merged into that one. Without one, it is removed from everything that names it; "
            "what learners did on it is kept but no longer counts."
        ),
    )


class RenameForm(OperationForm):
    name = forms.CharField(label=_("Name"), max_length=MAX_NAME, widget=forms.TextInput(attrs={"class": "vTextField"}))
    slug = forms.CharField(
        label=_("Slug"),
        max_length=MAX_SLUG,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("The address. The old one will redirect here."),
    )
    keep_name = forms.BooleanField(label=_("Keep the old name as an alias"), required=False)
    field_order = ("name", "slug", "keep_name", "note")

    def __init__(self, record: Record, data: Any = None) -> None:
        super().__init__(record, data, initial={"name": record.name, "slug": record.slug, "keep_name": True})
        if not hasattr(record, "aliases"):
            del self.fields["keep_name"]

    def operation_request(self) -> OperationRequest:
        record, data = self.record, self.cleaned_data
        return OperationRequest(
            OperationType.RENAME, record.KIND, record.slug, data["slug"], data["name"], data.get("keep_name", False)
        )


FORMS: dict[str, type[Any]] = {
    OperationType.MERGE: MergeForm,
    OperationType.RENAME: RenameForm,
    OperationType.RETIRE: RetireForm,
}
LABELS = {
    OperationType.MERGE: _("Merge into another one"),
    OperationType.RENAME: _("Rename"),
    OperationType.RETIRE: _("Retire"),
}
TITLES = {
    OperationType.MERGE: _("Merge %s"),
    OperationType.RENAME: _("Rename %s"),
    OperationType.RETIRE: _("Retire %s"),
}
BUTTONS = {OperationType.MERGE: _("Merge"), OperationType.RENAME: _("Rename"), OperationType.RETIRE: _("Retire")}


@admin.register(Operation)
class OperationAdmin(ReadOnlyAdmin):
    explanation = _(
        "To start a merge, split, renaming or retirement, open the record and press “Merge, rename, "
        "retire…” at the top; for a skill, “Merge, split, rename, retire…”. Only reviewers can do this. "
        "Here are past operations."
    )
    list_display = ["what_was_done", "records", "at", "state", "by"]
    list_display_links = None
    list_filter = ["what", "kind", ("undone_at", admin.EmptyFieldListFilter)]
    list_select_related = ["by", "asked_by", "undone_by"]
    change_list_template = "admin/curation/operation_list.html"
    list_per_page = 100
    search_fields = ["slug", "name", "into"]
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> Any:
        size = Func("touched", function="jsonb_array_length", output_field=IntegerField())
        where = "$[*] ? (@.kind == $kind && @.slugs[1] == $into).name"
        called = Func(
            "touched",
            Value(where, output_field=TextField()),
            Func(Value("kind"), "kind", Value("into"), "into", function="jsonb_build_object", output_field=JSONField()),
            template="jsonb_path_query_first(%(expressions)s) #>> '{}'",
            output_field=TextField(),
        )
        return super().get_queryset(request).annotate(size=size, into_called=called).defer("touched")

    def get_urls(self) -> list[Any]:
        own: list[URLPattern] = [
            path("new/split/skill/<int:pk>/", self._view(self.split_view), name="curation_operation_split"),
            path(
                "new/into/<slug:kind>/<int:pk>/",
                self._view(IntoView.as_view(admin_site=self.admin_site)),
                name="curation_operation_into",
            ),
            path("new/<slug:what>/<slug:kind>/<int:pk>/", self._view(self.new_view), name="curation_operation_new"),
            path("pending/<int:pk>/", self._view(self.pending_view), name="curation_operation_pending"),
            path("<int:pk>/undo/", self._view(self.undo_view), name="curation_operation_undo"),
        ]
        urls: list[Any] = super().get_urls()
        return own + urls

    def _view(self, view: Any) -> Any:
        return self.admin_site.admin_view(view)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("curation.operate"))

    # --- The list

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "waiting": waiting()})
        return response

    @admin.display(description=_("operation"), ordering="name")
    def what_was_done(self, operation: Operation) -> SafeString:
        return format_html('<a href="{}">{}</a>', address_of(operation), description(operation))

    @admin.display(description=_("records"), ordering="size")
    def records(self, operation: Any) -> int:
        return int(operation.size)

    @admin.display(description=_("undone"), ordering="undone_at")
    def state(self, operation: Operation) -> str:
        if operation.undone_at is None:
            return EMPTY_CELL
        return gettext("%(at)s, by %(by)s") % {
            "at": date_format(timezone.localtime(operation.undone_at), "DATETIME_FORMAT"),
            "by": operation.undone_by or EMPTY_CELL,
        }

    # --- A past operation

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        operation = get_object_or_404(
            Operation.objects.select_related("by", "asked_by", "undone_by"),
            pk=primary_key(object_id),
        )
        if not self.has_view_permission(request, operation):
            raise PermissionDenied
        pairs = [_documents(item["kind"], item["slugs"], item["documents"]) for item in operation.touched]
        names = names_in(chain.from_iterable(pairs))
        records = [
            (_record_label(item), named_differences(*pair, names))
            for item, pair in zip(operation.touched, pairs, strict=True)
        ]
        may_undo = operation.undone_at is None and self.has_operate_permission(request)
        context = {
            "title": description(operation),
            "operation": operation,
            "records": records,
            "open": open_differences(operation.what),
            "undo_url": reverse("admin:curation_operation_undo", args=[operation.pk]) if may_undo else "",
            "record_url": record_url(operation.kind, operation.record_id),
        }
        return self.page(request, "admin/curation/operation.html", context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_operate_permission(request):
            raise PermissionDenied
        operation = get_object_or_404(Operation, pk=pk)
        problems = operations.undo_problems(operation)
        if request.method == "POST" and not problems:
            try:
                operation = operations.undo(operation, by=user_of(request), now=timezone.now())
            except OperationRejected as error:
                problems = error.problems
            else:
                self._log(request, operation, gettext("Undone."))
                self.message_user(request, undone(operation), messages.SUCCESS)
                self._say_revision(request, operation.undone_revision)
                return HttpResponseRedirect(address_of(operation))
        context = {
            "title": gettext("Restore “%s”") % operation.name
            if operation.what == OperationType.RETIRE
            else gettext("Undo: %s") % description(operation),
            "operation": operation,
            "objections": problems,
            "into": into_name(operation),
            "names": [_record_label(item) for item in operation.touched],
            "waiting": _begun_since(operation),
            "button": gettext("Restore it") if operation.what == OperationType.RETIRE else gettext("Undo it"),
        }
        return self.page(request, "admin/curation/undo.html", context)

    # --- A new operation

    def new_view(self, request: HttpRequest, what: str, kind: str, pk: int) -> HttpResponse:
        if not self.has_operate_permission(request):
            raise PermissionDenied
        if what not in FORMS or kind not in RECORD_MODELS:
            raise Http404
        record = get_object_or_404(RECORD_MODELS[kind], pk=pk)
        data = request.GET.copy()
        partner = data.pop("partner", [""])[0]  # proposed by the health page: nothing is typed yet
        form = FORMS[what](record, data or None)
        if "into" in form.fields:
            form.initial["into"] = partner
        plan: Any = None
        if form.is_bound and form.is_valid():
            plan = self.plan_or_done(request, form, record, is_confirmed=request.method == "POST")
            if isinstance(plan, HttpResponse):
                return plan
        context = {
            "title": str(TITLES[OperationType(what)]) % record,
            "record": record,
            "record_url": record_url(kind, pk),
            "form": AdminForm(form, [(None, {"fields": list(form.fields)})], {}),
            "plan": plan,
            "ways": self.ways(record, what),
            "button": BUTTONS[OperationType(plan.request.what if plan else what)],
            **_turned_round(record, plan.request.into if plan else partner, what),
        }
        if plan is None or plan.problems:
            return self.page(request, "admin/curation/operate.html", context)
        context |= self.plan_context(plan) | {
            "needs_second": needs_second(user_of(request), what),
            "back": request.path,
            "into": next((change.name for change in plan.changes if change.key[1] == plan.request.into), ""),
        }
        return self.page(request, "admin/curation/dry_run.html", context)

    def split_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return splitting.split_view(self, request, pk)

    def pending_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return pending_operations.pending_view(self, request, pk)

    def form_of(self, what: str, record: Record, catalogue: Catalogue, data: Any) -> Any:
        """Returns the form of the requested operation, with initial values."""
        return SplitForm(record, catalogue, data) if what == OperationType.SPLIT else FORMS[what](record, data)

    def plan_context(self, plan: OperationPlan) -> dict[str, Any]:
        """Returns the template context of a dry run."""
        names = names_in(document for change in plan.changes for document in (change.before, change.after))
        return {
            "records": [
                (_called(change.key[0], change.name), named_differences(change.before, change.after, names))
                for change in plan.changes
            ],
            "open": open_differences(plan.request.what),
            "learners": [_learners(*row) for row in plan.impact.rows],
            "chapters": list(_chapters(plan)),
            "shares_nothing": shares_nothing(plan),
            "checked": splitting.checks_of_split(plan) if plan.request.what == OperationType.SPLIT else [],
        }

    def plan_or_done(
        self, request: HttpRequest, form: Any, record: Record, catalogue: Catalogue | None = None, *, is_confirmed: bool
    ) -> OperationPlan | HttpResponse:
        """Returns the plan of the operation in the form or, once the user has seen and confirmed it, carries it out and returns
        the response."""
        plan = operations.plan(form.operation_request(), catalogue)
        if is_confirmed and not plan.problems:
            try:
                return self.carry_out(request, plan, record, form.cleaned_data["note"])
            except OperationRejected as error:
                # Nothing was done; the page shows what it would do now.
                for problem in error.problems:
                    self.message_user(request, problem, messages.ERROR)
                plan = operations.plan(form.operation_request())
        return plan

    def carry_out(self, request: HttpRequest, plan: OperationPlan, record: Record, note: str) -> HttpResponse:
        """Carries out what one person may do alone; asks a second person for anything else."""
        user = user_of(request)
        if needs_second(user, plan.request.what):
            return pending_operations.ask(self, request, plan, record, note)
        digest = request.POST.get("digest", "")
        return self.say_done(request, operations.apply(plan.request, digest, by=user, now=timezone.now(), note=note))

    def say_done(self, request: HttpRequest, operation: Operation) -> HttpResponse:
        self._log(request, operation, gettext("Carried out."))
        text = format_html(
            '{} <a href="{}">{}</a>',
            gettext("Done: %s.") % description(operation),
            reverse("admin:curation_operation_undo", args=[operation.pk]),
            gettext("Undo"),
        )
        self.message_user(request, text, messages.SUCCESS)
        self._say_revision(request, operation.revision)
        return HttpResponseRedirect(address_of(operation))

    def ways(self, record: Record, here: str) -> list[dict[str, Any]]:
        """Returns the operations possible for the record: a draft can only be renamed, and only skills can be split."""
        ways = [
            {
                "label": label,
                "url": reverse("admin:curation_operation_new", args=[what, record.KIND, record.pk]),
                "here": what == here,
            }
            for what, label in LABELS.items()
            if what == OperationType.RENAME or record.status == Status.PUBLISHED
        ]
        if record.KIND == Kind.SKILL and record.status == Status.PUBLISHED:
            label, here_too = _("Split"), here == OperationType.SPLIT
            ways.insert(1, {"label": label, "url": splitting.split_address(record), "here": here_too})
        return ways

    def _log(self, request: HttpRequest, operation: Operation, text: str) -> None:
        LogEntry.objects.log_actions(user_of(request).pk, [operation], CHANGE, text)

    def _say_revision(self, request: HttpRequest, revision: int | None) -> None:
        if revision is not None:
            self.message_user(request, gettext("Published as revision %d.") % revision, messages.INFO)

    def page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        request.current_app = self.admin_site.name
        values = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, values, status=status)


def _turned_round(record: Record, other_slug: str, what: str) -> dict[str, Any]:
    """Returns the second of the two records to merge, and the form that merges it into the first instead."""
    other = type(record).objects.published().filter(slug=other_slug).first() if what == OperationType.MERGE else None
    if other is None or other.pk == record.pk:
        return {}
    form = reverse("admin:curation_operation_new", args=[what, record.KIND, other.pk])
    return {"other": other, "turned_round": f"{form}?partner={record.slug}"}


def open_differences(what: str) -> int:
    """Returns the number of records whose differences are initially unfolded. A split moves whole units, which are long."""
    return 0 if what == OperationType.SPLIT else OPEN_DIFFERENCES


def address_of(operation: Operation) -> str:
    return reverse("admin:curation_operation_change", args=[operation.pk])


def description(operation: Operation) -> str:
    """Describes an operation in words."""
    words = {"kind": capfirst(operation.get_kind_display()), "name": operation.name, "into": into_name(operation)}
    match operation.what:
        case OperationType.MERGE:
            return gettext("%(kind)s “%(name)s” was merged into “%(into)s”") % words
        case OperationType.SPLIT:
            return gettext("Skill “%(name)s” was split: “%(into)s” is now a separate skill") % words
        case OperationType.RENAME:
            return gettext("%(kind)s “%(name)s” was renamed; its slug is %(into)s") % words
    return gettext("%(kind)s “%(name)s” was retired") % words


def undone(operation: Operation) -> str:
    """Returns the message that the operation was undone, including what is not the same as before."""
    words = {"name": operation.name, "into": into_name(operation)}
    text = gettext("Undone. The records are back to what they were, word for word.")
    match operation.what:
        case OperationType.SPLIT:
            more = (
                gettext("“%(into)s” stays in the list as a retired skill, and its address redirects to “%(name)s”.")
                % words
            )
        case OperationType.RENAME if operation.into != operation.slug:
            more = gettext("The address %(into)s was public and now also redirects to “%(name)s”.") % words
        case _:
            return text
    return f"{text} {more}"


def into_name(operation: Any) -> str:
    """Returns the name, at that time, of the record that this one was merged into or that was split off; for a renaming, the new
    slug."""
    if operation.what == OperationType.RENAME:
        return str(operation.into)
    if hasattr(operation, "into_called"):  # set by the list, which does not read the touched records
        return str(operation.into_called or operation.into)
    key = (operation.kind, operation.into)
    names = (item["name"] for item in operation.touched if (item["kind"], item["slugs"][1]) == key)
    return str(next(names, operation.into))


def _record_label(item: dict[str, Any]) -> str:
    return _called(item["kind"], item["name"])


def _called(kind: str, name: str) -> str:
    return f"{capfirst(Kind(kind).label)} “{name}”"


def _begun_since(operation: Operation) -> list[Proposal]:
    """Returns open proposals based on records as the operation left them: undoing the operation makes these proposals
    outdated."""
    made = {(item["kind"], item["record"], item["version"]) for item in operation.touched}
    waiting = Proposal.objects.open().select_related("author").order_by("pk")
    return [row for row in waiting if (row.kind, row.record_id, row.base) in made]


def _documents(kind: str, slugs: Sequence[str], documents: Sequence[str]) -> tuple[Document | None, Document]:
    before, after = (
        parse(content, kind=kind, slug=slug)[0] if content else None
        for slug, content in zip(slugs, documents, strict=True)
    )
    assert after is not None  # parsing what was rendered cannot fail
    return before, after


def _chapters(plan: OperationPlan) -> Iterator[tuple[str, str, str]]:
    """Yields, for each unit that reads a chapter of the resource to be merged, the skill, the chapter, and where to change it,
    since the other resource may not have that chapter."""
    if (plan.request.what, plan.request.kind) != (OperationType.MERGE, Kind.RESOURCE):
        return
    for change in plan.changes:
        units = change.before.data.get("units", {}) if change.before and change.before.kind == Kind.SKILL else {}
        for level in units:
            for unit in units[level]:
                if unit.get("read") == plan.request.slug and unit.get("part"):
                    where = gettext("%(skill)s, level %(level)d") % {"skill": change.name, "level": level}
                    yield where, unit["part"], f"{record_url(Kind.SKILL, change.record_id)}#section-units"


def _learners(what: str, number: int) -> str:
    return ngettext("%(number)s learner with %(what)s", "%(number)s learners with %(what)s", number) % {
        "number": f"{number:,}",
        "what": what,
    }
