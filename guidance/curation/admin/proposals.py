"""The form of a record in the workflow of proposals: it does not change a public record but writes a proposal for it.

A form shows and saves rows. So the rows of a proposal are written, the form is shown or saved, the result is read as a document, and
everything is rolled back; only the document is stored. A record that was never public is its own draft and is written directly.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR, ActionLocation
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models, transaction
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import LockNotAvailable

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.documents import Document
from guidance.catalog.models import Record, Status, Version
from guidance.catalog.rows import links_of
from guidance.catalog.text import listed as text_of_names
from guidance.curation import inbox, naming, proposals, record_documents
from guidance.curation.admin.deleting import DeletingAdmin
from guidance.curation.admin.editing import MAX_NOTE, RecordEditing, keep_note, kept_note, posted_note
from guidance.curation.admin.http import EMPTY_CELL, primary_key, record_url, user_of
from guidance.curation.admin.typed_comments import TypedComments
from guidance.curation.models import Proposal

ACTION = f"{ActionLocation.CHANGE_FORM.value}-action"
SAVING = ("_save", "_continue", "_addanother", "_submit")


class SaveRejected(Exception):
    """Raised if the record cannot be saved in this form; `problems` lists the reasons."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)


class ByProposal(admin.SimpleListFilter):
    title = _("open proposal")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(state.value, state.label) for state in Proposal.OPEN]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(open_state=self.value()) if self.value() in Proposal.OPEN else queryset


class WorkflowAdmin(DeletingAdmin):
    change_form_template = "admin/curation/record_form.html"

    # --- Lists

    def get_queryset(self, request: HttpRequest) -> Any:
        waiting = Proposal.objects.open().filter(kind=self.model.KIND, record_id=models.OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                open_state=models.Subquery(waiting.values("state")[:1]),
                open_until=models.Subquery(waiting.values("publish_at")[:1]),
                open_key=models.Subquery(waiting.values("pk")[:1]),
            )
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        name, *others = super().get_list_display(request)
        return [name, "waiting", *others]

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [*super().get_list_filter(request), ByProposal]

    @admin.display(description=_("open proposal"))
    def waiting(self, record: Any) -> str:
        if record.open_key is None:
            return EMPTY_CELL
        state = str(Proposal.ProposalState(record.open_state).label)
        if record.open_until is not None:
            until = date_format(timezone.localtime(record.open_until), "DATETIME_FORMAT")
            state = gettext("scheduled for %s") % until
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:curation_proposal_change", args=[record.open_key]), state
        )

    # --- Permissions

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only reviewers can change another person's proposal; everyone else can only read it. What was typed into a form of the
        record before that proposal existed is accepted: `_form` saves it separately."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or self._editing(request, obj).may_edit or _seen_version(request) is not None

    def _editing(self, request: HttpRequest, record: Record) -> RecordEditing:
        """Returns the state of the record in the database, even if its rows temporarily show something else."""
        known: dict[Any, RecordEditing] = request.__dict__.setdefault("_editing", {})
        if record.pk not in known:
            proposal = Proposal.objects.open().of(record).select_related("author", "editor", "reviewer").first()
            known[record.pk] = RecordEditing(record, proposal, user_of(request))
            known[record.pk].answers = request.__dict__.get("_answers", known[record.pk].answers)
        return known[record.pk]

    # --- The form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method != "POST":
            return self._form(request, object_id, form_url, extra_context)
        if ACTION in request.POST and not any(name in request.POST for name in SAVING):
            return super().changeform_view(request, object_id, form_url, extra_context)
        if "_submit" in request.POST:
            request.POST = _with(request.POST, _continue="1")  # type: ignore[assignment]  # for Django, a way to save
        try:
            if (length := len(request.POST.get("note", "").strip())) > MAX_NOTE:
                said = gettext("“Why” has %(length)d characters, but at most %(most)d are allowed.")
                raise SaveRejected([said % {"length": length, "most": MAX_NOTE}])
            self._save_answers(request, object_id)
            with transaction.atomic():
                record_store.lock()  # the pack must not be loaded in between
                return self._form(request, object_id, form_url, extra_context)
        except SaveRejected as refused:
            problems = refused.problems
        except IntegrityError as error:
            problems = [record_documents.constraint_message(error)]
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            problems = [
                gettext(
                    "Someone else is changing the catalogue. Nothing was saved. What you typed is below: save it again."
                )
            ]
        # The whole record is known only after its rows are saved. That is rolled back here; the form is shown again with what was typed and
        # the reasons.
        request.problems = problems  # type: ignore[attr-defined]
        request.__dict__.pop("_editing", None)
        with transaction.atomic():
            record_store.lock()
            return self._form(request, object_id, form_url, extra_context)

    def _save_answers(self, request: HttpRequest, object_id: str | None) -> None:
        """Saves replies to comments, whatever happens to the text. Raises SaveRejected."""
        answers = TypedComments(request.POST)
        record = self.get_object(request, unquote(object_id)) if answers.typed and object_id else None
        if record is None or (proposal := self._editing(request, record).proposal) is None:
            return
        request.__dict__["_answers"] = answers
        self._editing(request, record).answers = answers
        if answers.save(proposal, by=user_of(request)):
            messages.success(request, gettext("Your answer was sent."))
        if answers.problems:
            raise SaveRejected([*answers.problems.values()])

    def _form(self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: Any) -> Any:
        record = self.get_object(request, unquote(object_id)) if object_id is not None else None
        context: dict[str, Any] = {
            **(extra_context or {}),
            "may_submit": True,
            "note": request.POST.get("note", ""),
            "most_note": MAX_NOTE,
        }
        if record is None:
            return super().changeform_view(request, object_id, form_url, context)
        editing = self._editing(request, record)
        problems: list[str] = getattr(request, "problems", [])
        context |= {
            "editing": editing,
            # What was typed is only applied to the text that its form showed.
            "seen": request.POST.get("seen", "") if request.method == "POST" else editing.seen,
            "may_replace": bool(problems) and request.POST.get("seen") != editing.seen and editing.is_own_last,
            "note": request.POST.get("note", editing.proposal.note if editing.proposal else kept_note(request, record)),
            "may_submit": editing.may_submit,
            "preview_url": self.preview_url(record),
        }
        if (
            request.method == "POST"
            and self.has_change_permission(request, record)
            and not problems
            and editing.seen not in (request.POST.get("seen"), request.POST.get("replaces"))
        ):
            return self._save_on_old_version(request, editing, object_id, form_url, context)
        if not editing.is_public or (request.method != "POST" and not editing.is_applied):
            return super().changeform_view(request, object_id, form_url, context)
        try:
            with transaction.atomic():
                response = self._form_of_proposal(request, editing, object_id, form_url, context)
        except ValidationError as error:
            # The proposal cannot be shown as rows: its own page shows it as a document, and states what prevents that.
            assert editing.proposal is not None
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:curation_proposal_change", args=[editing.proposal.pk]))
        if editing.document is not None:
            self._save_proposal(request, editing, editing.document)
        return response

    def _save_on_old_version(
        self, request: HttpRequest, editing: RecordEditing, object_id: str | None, form_url: str, context: Any
    ) -> HttpResponse:
        """Saves what was typed, applied to the version that its form showed, as a separate proposal, because others have changed
        the record since."""
        record, number = editing.record, _seen_version(request)
        version = (
            Version.objects.filter(kind=record.KIND, record_id=record.pk, number=number).first() if number else None
        )
        if not editing.is_public or version is None:
            raise SaveRejected([_changed_since(editing)])
        editing.on_version = version
        try:
            with (
                transaction.atomic(),
                record_documents.applied(record.KIND, record.pk, record_documents.document_of_version(version)),
            ):
                response = super().changeform_view(request, object_id, form_url, context)
        except ValidationError as error:  # what the form showed can no longer be shown
            raise SaveRejected([_changed_since(editing)]) from error
        finally:
            editing.on_version = None
        if editing.document is None:
            return response  # the form, with its errors
        try:
            proposal = proposals.save_outdated(
                record, editing.document, author=editing.user, base=version.number, note=posted_note(request)
            )
            self._propose_related(request, editing, record)
        except proposals.NoChange:
            self.message_user(request, gettext("Nothing was changed."), messages.INFO)
            keep_note(request, record)
            return HttpResponseRedirect(request.get_full_path())
        if editing.proposal is not None and editing.proposal.author_id == editing.user.pk:
            said = gettext(
                "You saved another text for this record while you were writing this one, for example in another tab. Both are saved: put "
                "this one into your proposal, or leave it here."
            )
        else:
            said = gettext("Someone else changed this record while you were writing. Your text was saved here.")
        self.message_user(request, said, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:curation_proposal_change", args=[proposal.pk]))

    def _form_of_proposal(
        self, request: HttpRequest, editing: RecordEditing, object_id: str | None, form_url: str, context: Any
    ) -> Any:
        """Returns the form for the rows of the proposal, shown or saved. The rows are rolled back once the form has read them;
        the form is rendered after the catalogue is unlocked."""
        record, proposal = editing.record, editing.proposal
        if proposal is None:
            response = super().changeform_view(request, object_id, form_url, context)
        else:
            # An alias that now belongs to another skill cannot be written; the form is shown without it, so that the author can
            # choose another.
            document, left_out = naming.without_taken_aliases((record.KIND, record.pk), proposal.proposed)
            if request.method != "POST":
                for reason in left_out:
                    text = gettext("This form leaves out an alias of your proposal: {reason}")
                    self.message_user(request, format_html(text, reason=reason), messages.WARNING)
            with record_documents.applied(record.KIND, record.pk, document):
                response = super().changeform_view(request, object_id, form_url, context)
        transaction.set_rollback(True)
        return response

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Replaces the ids of the posted rows. The rows of a proposal are written again for each form, so the posted ids no
        longer exist; the order is the same, because `seen` ensures that the form showed the same proposal."""
        options: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if "data" in options and obj.pk is not None and self._editing(request, obj).is_applied:
            owner = next((link.owner for link in links_of(obj.KIND) if link.model is inline.model), None)
            if owner is None:  # rows of other records, which are not written again
                return options
            rows = inline.model._default_manager.filter(**{owner: obj.pk}).order_by("pk").values_list("pk", flat=True)
            _renumber(options["data"], prefix, list(rows))
        return options

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change, **options)
        problems: list[str] = getattr(request, "problems", [])
        if not problems:
            return form

        class RefusedForm(form):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                super().clean()
                raise ValidationError(problems)

        return RefusedForm

    # --- Saving

    def save_related(self, request: HttpRequest, form: Any, formsets: list[BaseInlineFormSet], change: bool) -> None:  # type: ignore[type-arg]
        before, after = form.initial.get("slug"), form.instance.slug
        if before and after != before and form.instance.status in record_documents.NEVER_PUBLIC:
            proposals.follow_new_slug(self.model.KIND, before, after)
        super().save_related(request, form, formsets, change)
        record = type(form.instance).objects.get(pk=form.instance.pk)
        if problems := record_store.problems(record):
            raise SaveRejected(problems)
        editing = self._editing(request, record)
        editing.formsets = formsets
        if editing.is_public:
            editing.document = record_documents.document_of(record)
            return
        record_store.commit([record], source=Version.VersionSource.CURATOR, author=editing.user)
        keep_note(request, record)
        try:
            note = posted_note(request) if "note" in request.POST else None
            proposals.sync_draft(record, author=editing.user, note=note, may_be_others=True)
            if note and editing.proposal is None and "_submit" not in request.POST:
                proposals.propose_draft(record, author=editing.user, note=note)
            if "_submit" in request.POST:
                proposal = editing.proposal or proposals.propose_draft(record, author=editing.user)
                proposals.submit(proposal, by=editing.user, note=posted_note(request))
            self._propose_related(request, editing, record)
        except ValidationError as error:
            raise SaveRejected(error.messages) from error

    def propose_related(
        self, request: HttpRequest, record: Any, formsets: Sequence[Any], *, author: User, submit: bool
    ) -> list[Proposal]:
        """Creates proposals for the rows of the form that belong to other records. Raises ValidationError."""
        return []

    def _propose_related(self, request: HttpRequest, editing: RecordEditing, record: Record) -> list[Proposal]:
        submit = "_submit" in request.POST or editing.is_saved_in_review
        made = self.propose_related(request, record, editing.formsets, author=editing.user, submit=submit)
        if made:
            address = reverse("admin:curation_proposal_changelist")
            names = text_of_names([proposal.name for proposal in made])
            said = gettext('Also proposed for {names}: <a href="{address}">all proposals</a>.')
            self.message_user(request, format_html(said, names=names, address=address), messages.SUCCESS)
        return made

    def _save_proposal(self, request: HttpRequest, editing: RecordEditing, document: Document) -> None:
        record = type(editing.record).objects.get(pk=editing.record.pk)
        related: list[Proposal] = []
        try:
            related = self._propose_related(request, editing, record)
            proposal = proposals.save_proposal(
                record, document, author=editing.user, note=posted_note(request), may_be_others=True
            )
            ticked = [key for text in request.POST.getlist("answers_report") if (key := primary_key(text)) is not None]
            inbox.answer_by_proposal(proposal, ticked, by=editing.user)
            if "_submit" in request.POST and proposal.state in Proposal.WITH_AUTHOR:
                proposal = proposals.submit(proposal, by=editing.user)
        except proposals.NoChange as error:
            if editing.proposal is not None:
                raise SaveRejected(
                    [gettext("This is already public. If nothing should change, withdraw the proposal.")]
                ) from error
            if not related:
                self.message_user(request, gettext("Nothing was changed."), messages.INFO)
            keep_note(request, record)
            return
        except ValidationError as error:
            raise SaveRejected(error.messages) from error
        self.log_change(request, record, gettext("Proposed a change."))
        address = reverse("admin:curation_proposal_change", args=[proposal.pk])
        if proposal.author_id != editing.user.pk:
            said = _others_changed()
        elif proposal.state in Proposal.WITH_AUTHOR:
            said = gettext("Proposal for “{name}” saved. No one reviews it until you submit it.")
        else:
            said = gettext("Your proposal for “{name}” is now in review.")
        name = format_html('<a href="{}">{}</a>', address, proposal.name)
        self.message_user(request, format_html(said, name=name), messages.SUCCESS)

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:
        """Shows a message. A message that is not an error means that what was typed is saved, so the browser discards its copy
        (`admin.js`)."""
        if request.method == "POST" and level != messages.ERROR:
            extra_tags = f"{extra_tags} saved".strip()
        super().message_user(request, message, level, extra_tags, fail_silently)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self._tell_of_draft(request, obj)
        return self._after_saving(request, obj)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        editing = self._editing(request, obj)
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        if not editing.is_public:
            self._tell_of_draft(request, obj)
        return self._after_saving(request, obj)

    def _tell_of_draft(self, request: HttpRequest, record: Record) -> None:
        """Shows the message for a record that was never public, which is saved directly and may have been submitted."""
        proposal = Proposal.objects.open().of(record).first()
        if proposal is not None and proposal.state not in Proposal.WITH_AUTHOR:
            said, address = (
                gettext("Your proposal for “{name}” is now in review.")
                if proposal.author_id == user_of(request).pk
                else _others_changed(),
                reverse("admin:curation_proposal_change", args=[proposal.pk]),
            )
        else:
            said = gettext("Draft “{name}” saved. No one reviews it until you submit it.")
            address = record_url(record.KIND, record.pk)
        name = format_html('<a href="{}">{}</a>', address, record.name)
        self.message_user(request, format_html(said, name=name), messages.SUCCESS)

    def _after_saving(self, request: HttpRequest, record: Record) -> HttpResponse:
        if "_continue" in request.POST:
            return HttpResponseRedirect(record_url(record.KIND, record.pk))
        if "_addanother" in request.POST:
            return HttpResponseRedirect(reverse(f"admin:catalog_{self.opts.model_name}_add"))
        proposal = Proposal.objects.open().of(record).exclude(author=user_of(request).pk).first()
        if proposal is not None:  # a reviewer who edits it comes from its page
            return HttpResponseRedirect(reverse("admin:curation_proposal_change", args=[proposal.pk]))
        return self.response_post_save_change(request, record)

    def preview_url(self, record: Record) -> str:
        return ""

    def view_on_site(self, obj: Record) -> str | None:
        return obj.get_absolute_url() if obj.status == Status.PUBLISHED else None


def _others_changed() -> str:
    return gettext("Your changes to the proposal for “{name}” were saved. Its author is asked to review them.")


def _seen_version(request: HttpRequest) -> int | None:
    """Returns the number of the version that the posted form showed, unless it showed a proposal."""
    number = request.POST.get("seen", "").removeprefix("v") if request.method == "POST" else ""
    return int(number) if number.isdecimal() and len(number) < 10 else None


def _changed_since(editing: RecordEditing) -> str:
    if editing.proposal is not None and not editing.may_edit:
        return gettext(
            "%s has proposed to publish this draft since you opened this page. Nothing was saved, and what "
            "you typed is still below. Save it once the proposal is decided."
        ) % (editing.proposal.author or gettext("Someone"))
    if editing.is_own_last:
        return gettext(
            "You saved it since you opened this page, for example in another tab. Nothing on this page was "
            "saved. To replace what you saved there with what is below, tick the box above and save again."
        )
    return gettext(
        "Someone has changed it since you opened this page. Nothing was saved. Open the record in another"
        " tab, and copy over from here what you still want to change."
    )


def _with(data: QueryDict, **values: str) -> QueryDict:
    copy = data.copy()
    for name, value in values.items():
        copy[name] = value
    return copy


def _renumber(data: QueryDict, prefix: str, rows: Sequence[int]) -> None:
    """Replaces the ids of the posted rows with these, in order."""
    posted = {name: str(data[name]) for name in data if name.startswith(f"{prefix}-") and name.endswith("-id")}
    numbers = sorted((int(number), name) for name, number in posted.items() if number.isdecimal())
    if len(numbers) == len(rows):
        for (_number, name), row in zip(numbers, rows, strict=True):
            data[name] = str(row)
