"""The form of a record while someone fills it in: its sections, the results of the publishing checks, and the page as readers
would see it. The results and the page are requested again with what has been typed so far; neither request saves anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from guidance.catalog import health
from guidance.catalog.documents import Document
from guidance.catalog.kinds import fields_of, label_of
from guidance.catalog.models import Kind, Record, Status
from guidance.curation import comments, naming, record_documents
from guidance.curation.admin.editing import RecordEditing
from guidance.curation.admin.form_documents import document_of_form, keys_by_field
from guidance.curation.admin.form_sections import (
    FormSection,
    ShownSection,
    form_sections,
    place_checks,
    shown_sections,
)
from guidance.curation.admin.forms import slug_of
from guidance.curation.admin.history import PREVIEWED, preview_page
from guidance.curation.admin.proposals import WorkflowAdmin
from guidance.curation.admin.retired import retirement_of
from guidance.curation.admin.typed_comments import ShownThread
from guidance.curation.differences import BODY, TEXT
from guidance.curation.publishing_checks import CheckState, PublishingCheck, Topic, checks_of

BODY_WORDS: Mapping[str, tuple[int, int]] = {
    Kind.SKILL: health.SKILL_BODY_WORDS,
    Kind.MILESTONE: health.MILESTONE_BODY_WORDS,
    Kind.PROJECT: health.PROJECT_BODY_WORDS,
    Kind.QUESTION: health.ANSWER_WORDS,
}


@dataclass
class FormPage:
    """What a template shows of a form. It is calculated while the page is rendered, when the catalogue is no longer locked."""

    admin: "WritingAdmin"
    request: HttpRequest
    record: Record | None
    adminform: Any
    formsets: Sequence[Any]
    shown: Document | None  # what the form shows if nothing has been typed into it
    note: str  # the reason for the change
    editing: RecordEditing | None  # None for a new record

    @cached_property
    def checks(self) -> Sequence[PublishingCheck]:
        if self.shown is not None:
            checks = checks_of(self.shown.kind, self.record.pk if self.record else 0, self.shown)
            return with_why(checks, self.note)
        if self.request.method != "POST":
            return []
        checks = self.admin.checks_of_form(self.request, self.record)
        said = {str(error) for form in self._forms for errors in form.errors.values() for error in errors}
        wrong = self.admin.keys_of(self.adminform.form.errors)
        # The form shows these at their fields.
        return [
            check
            for check in checks
            if check.about or (check.text not in said and not (check.is_empty and check.field in wrong))
        ]

    @property
    def _forms(self) -> list[Any]:
        return [self.adminform.form, *(form for formset in self.formsets for form in formset.formset.forms)]

    @cached_property
    def sections(self) -> Sequence[ShownSection]:
        declared = self.admin.get_sections(self.request, self.record)
        found = shown_sections(self.admin.model.KIND, declared, self.adminform, self.formsets)
        place_checks(found, self.checks)
        commented = {_key_of(shown) for shown in self.editing.open_threads} if self.editing else set()
        for section in found:
            section.is_commented = not section.keys.isdisjoint(commented)
        return found

    @cached_property
    def open_threads(self) -> list[tuple[str, ShownSection | None, ShownThread]]:
        """Returns the unresolved comments, each with the label and the section of its field."""
        return [
            (
                comments.label(self.admin.model.KIND, shown.thread.first.field),
                next((section for section in self.sections if _key_of(shown) in section.keys), None),
                shown,
            )
            for shown in (self.editing.open_threads if self.editing else ())
        ]

    @cached_property
    def required(self) -> set[str]:
        """Returns the fields without which the record cannot be published."""
        keys, described = keys_by_field(self.admin.model.KIND), fields_of(self.admin.model.KIND)
        found = ((name, described.get(keys.get(name, name))) for name in self.adminform.form.fields)
        return {name for name, field in found if field is not None and field.required}

    @property
    def body_words(self) -> tuple[int, int] | None:
        return BODY_WORDS.get(self.admin.model.KIND)


def _key_of(shown: ShownThread) -> str:
    """Returns the name, in the form's sections, of the field that a comment is about."""
    field = shown.thread.first.field
    return BODY if field == TEXT else field


def with_why(checks: list[PublishingCheck], note: str) -> list[PublishingCheck]:
    """Adds the check of the reason for the change. The reason is not part of the record, but reviewers need it."""
    if note.strip():
        return checks
    said = gettext("“Why” is empty. Explain in one sentence what you changed and why.")
    missing = PublishingCheck(Topic.WHY, said, CheckState.LOOK, ("note",), is_empty=True)
    return sorted([*checks, missing], key=lambda check: list(CheckState).index(check.state))


class WritingAdmin(WorkflowAdmin):
    sections: Sequence[FormSection] = ()

    def get_sections(self, request: HttpRequest, obj: Any = None) -> list[FormSection]:
        fields = [
            name for name in self.get_fields(request, obj) if name not in self.readonly_fields
        ]  # these are at the top of the page
        return form_sections(
            self.sections, fields, [type(inline) for inline in self.get_inline_instances(request, obj)]
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (section.title, {"fields": section.fields}) for section in self.get_sections(request, obj) if section.fields
        ]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Sequence[str]]:
        """Fills in the slug from the name only while the record is new: later, links point to it."""
        return {"slug": ("name",)} if obj is None else {}

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        class NamedForm(super().get_form(request, obj, change, **options)):  # type: ignore[misc]
            def validate_unique(self) -> None:
                """Rejects, at its field, a name that another public record has; an unchanged name that another record took later
                is accepted."""
                super().validate_unique()
                if "name" in self.changed_data and "name" not in self.errors:
                    reason = naming.name_taken(self.instance)
                    if reason is not None:
                        self.add_error("name", reason)

        if change:
            return NamedForm

        class NewForm(NamedForm):
            """Fills in the slug if it is empty, which is the case without JavaScript."""

            def __init__(self, data: Any = None, *args: Any, **more: Any) -> None:
                if data is not None and "slug" in self.base_fields and not data.get("slug"):
                    data = data.copy()
                    data["slug"] = slug_of(data.get("name", ""))
                super().__init__(data, *args, **more)

        return NewForm

    def get_urls(self) -> list[Any]:
        name = f"catalog_{self.opts.model_name}"
        own = [path("checks/", self.admin_site.admin_view(self.checks_view), name=f"{name}_checks")]
        if self.model.KIND in PREVIEWED:
            view = self.admin_site.admin_view(self.form_preview_view)
            own.append(path("form-preview/", view, name=f"{name}_form_preview"))
        return own + super().get_urls()

    def render_change_form(
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        name = f"admin:catalog_{self.opts.model_name}"
        editing = self._editing(request, obj) if obj is not None else None
        shown = None
        if editing is not None and request.method != "POST":
            shown = editing.proposal.proposed if editing.proposal else record_documents.document_of(editing.record)
        context |= {
            "errors": [text for found in context["errors"] for text in (found if isinstance(found, list) else [found])],
            "page": FormPage(
                self,
                request,
                obj,
                context["adminform"],
                context["inline_admin_formsets"],
                shown,
                context["note"],
                editing,
            ),
            "checks_url": reverse(f"{name}_checks"),
            "form_preview_url": reverse(f"{name}_form_preview") if self.model.KIND in PREVIEWED else "",
        }
        if obj is not None and obj.status == Status.RETIRED:
            retirement = retirement_of(obj)
            context["retirement"] = retirement
            if retirement.whole is not None:  # nothing could become public
                buttons = ("show_save", "show_save_and_continue", "show_save_and_add_another", "may_submit")
                context |= dict.fromkeys(buttons, False)
        context |= self.form_context(request, context, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def form_context(self, request: HttpRequest, context: Mapping[str, Any], obj: Any) -> dict[str, Any]:
        """Returns additional context for the form of this kind."""
        return {}

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Sorts records with the typed name first, then those whose name begins with it or contains it. A list that someone
        sorted by a column stays sorted that way."""
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if search_term and ORDER_VAR not in request.GET:
            rank = Case(
                When(name__iexact=search_term, then=0),
                When(name__istartswith=search_term, then=1),
                When(name__icontains=f" {search_term}", then=2),
                When(name__icontains=search_term, then=3),
                default=4,
            )
            found = found.annotate(rank=rank).order_by("rank", "name", "pk")
        return found, has_duplicates

    # --- Requests while someone writes

    def _posted_record(self, request: HttpRequest) -> Any:
        """Returns the record whose form was posted; None for a new one."""
        if request.method != "POST":
            raise Http404
        key = request.POST.get("record", "")
        if not key:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        record = self.get_object(request, key)
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record

    def checks_of_form(self, request: HttpRequest, record: Record | None) -> list[PublishingCheck]:
        """Returns the results of the checks for the posted form, with the form's own errors."""
        posted = document_of_form(self, request, record)
        resources = self.posted_resources(request)
        checks = checks_of(self.model.KIND, record.pk if record else 0, posted.document, resources)
        wrong = {where[0] for where, _text, _about in posted.errors}
        found = [
            PublishingCheck(
                Topic.FORM,
                text,
                CheckState.ERROR,
                where,
                f"#id_{where[1]}-{where[2]}" if len(where) == 3 else "",
                is_empty=isinstance(where[-1], int),  # the value for one level
                about=about,
            )
            for where, text, about in posted.errors
        ]
        # A value that the form could not read is not empty.
        rest = [
            check
            for check in checks
            if not (check.topic == Topic.COMPLETE and (check.field in wrong or (check.is_ok and wrong)))
            and not (check.topic == Topic.NAME and check.state == CheckState.ERROR and check.field in wrong)
        ]
        found += [replace(check, path=posted.in_form(check.path)) for check in rest]
        return with_why(found, request.POST.get("note", ""))

    def keys_of(self, names: Iterable[str]) -> set[str]:
        """Returns the document keys of the form fields with these names."""
        keys = keys_by_field(self.model.KIND)
        return {keys.get(name, name) for name in names}

    def posted_resources(self, request: HttpRequest) -> set[int] | None:
        """Returns the primary keys of the resources in the form, for a kind that lists them."""
        return None

    def checks_view(self, request: HttpRequest) -> HttpResponse:
        record = self._posted_record(request)
        checks = self.checks_of_form(request, record)
        return TemplateResponse(request, "admin/curation/form_checks.html", {"checks": checks})

    def form_preview_view(self, request: HttpRequest) -> HttpResponse:
        record = self._posted_record(request)
        posted = document_of_form(self, request, record)
        document = record_documents.as_public(posted.document)
        left_out = [
            gettext("%(part)s: %(error)s") % {"part": capfirst(label_of(self.model.KIND, str(where[0]))), "error": text}
            for where, text, _about in posted.errors
        ]
        name = f"admin:catalog_{self.opts.model_name}"
        back = reverse(f"{name}_change", args=[record.pk]) if record else reverse(f"{name}_add")
        try:
            return preview_page(
                request, self.model.KIND, record.pk if record else 0, document, back=back, left_out=left_out
            )
        except ValidationError as error:
            return TemplateResponse(
                request, "admin/curation/no_preview.html", {"problems": error.messages, "back": back}
            )
