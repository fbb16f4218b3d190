"""The review queue: what waits for whom, what each proposal changes, and the decision."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User, zone_of
from guidance.catalog.admin import ReadOnlyAdmin
from guidance.catalog.documents import Document
from guidance.catalog.models import Record, Revision
from guidance.curation import permissions, proposals, publishing, publishing_rules, record_documents
from guidance.curation.admin.history import preview_url
from guidance.curation.admin.http import EMPTY_CELL, record_url, user_of
from guidance.curation.differences import Difference, compare_fields, differences
from guidance.curation.models import Proposal

MOMENT = "j M Y, H:i"
MAX_ROWS = 100  # proposals, before they are published together
MAX_WORDS = 2_000  # characters
State = Proposal.ProposalState


class ByState(admin.SimpleListFilter):
    """Without a choice, what is open."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*State.choices, ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": gettext("open")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        chosen = self.value()
        if chosen in State.values:
            return queryset.filter(state=chosen)
        return queryset if chosen == "all" else queryset.filter(state__in=Proposal.OPEN)


class ByAuthor(admin.SimpleListFilter):
    title = _("author")
    parameter_name = "author"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        authors = User.objects.filter(pk__in=Proposal.objects.values("author")).order_by("name", "email")
        return [("me", _("me")), *((str(author.pk), str(author)) for author in authors if author != request.user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        chosen = self.value() or ""
        if chosen == "me":
            return queryset.filter(author=request.user.pk)
        return queryset.filter(author=int(chosen)) if chosen.isdecimal() and len(chosen) < 19 else queryset


class ScheduleForm(forms.Form):
    at = forms.DateTimeField(
        label=_("Publish on"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M:%S"),
    )


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("Why not"), max_length=MAX_WORDS, widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})
    )


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ["what", "kind", "state", "author", "waits_for", "submitted"]
    list_display_links = None
    list_filter = [ByState, "kind", ByAuthor]
    list_per_page = 100
    search_fields = ["slug", "document"]
    ordering = ["submitted_at", "pk"]  # who waited longest comes first
    show_facets = admin.ShowFacets.NEVER
    actions = ["publish_together"]

    # --- The list

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.with_newest().select_related("author", "editor", "reviewer")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {**(extra_context or {}), "title": gettext("Review queue")})

    @admin.display(description=_("proposal"), ordering="slug")
    def what(self, proposal: Proposal) -> SafeString:
        return format_html('<a href="{}">{}</a>', address(proposal), proposal.name)

    @admin.display(description=_("waits for"))
    def waits_for(self, proposal: Proposal) -> str:
        match proposal.state:
            case State.DRAFT:
                return gettext("its author")
            case State.IN_REVIEW | State.SCHEDULED if proposals.is_outdated(proposal):
                return gettext("its author: the record has changed since")
            case State.IN_REVIEW:
                return gettext("a reviewer")
            case State.SCHEDULED if proposal.publish_at is not None:
                return gettext("its time: %s UTC") % date_format(proposal.publish_at, MOMENT)
        return EMPTY_CELL

    @admin.display(description=_("submitted"), ordering="submitted_at")
    def submitted(self, proposal: Proposal) -> str:
        return date_format(proposal.submitted_at, MOMENT) if proposal.submitted_at else EMPTY_CELL

    def has_review_permission(self, request: HttpRequest) -> bool:
        return permissions.is_reviewer(user_of(request))

    @admin.action(description=_("Publish together, now"), permissions=["review"])
    def publish_together(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> HttpResponse | None:
        rows = [proposal for proposal in queryset if proposal.state in (State.IN_REVIEW, State.SCHEDULED)]
        if not rows:
            self.message_user(request, gettext("None of them is in review or scheduled."), messages.WARNING)
            return None
        if request.POST.get("post") != "yes":
            bases = record_documents.base_documents(rows[:MAX_ROWS])
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Publish together"),
                "opts": self.opts,
                "count": len(rows),
                "shown": [
                    (row, address(row), ", ".join(difference.label for difference in changes(row, bases.get(row.pk))))
                    for row in rows[:MAX_ROWS]
                ],
                "action": "publish_together",
                "button": gettext("Publish"),
                "chosen": [str(proposal.pk) for proposal in rows],
                "all_of_list": False,  # what comes in meanwhile is not shown here
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/curation/publish_together.html", context)
        try:
            revision = publishing.publish(rows, by=user_of(request))
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return None
        count = len(rows)
        self.message_user(
            request,
            ngettext("%d proposal is published.", "%d proposals are published.", count) % count,
            messages.SUCCESS,
        )
        self._say(request, revision)
        return None

    def _say(self, request: HttpRequest, revision: Revision | None) -> None:
        if revision is not None:
            self.message_user(request, gettext("Published as revision %d.") % revision.number, messages.INFO)

    # --- One proposal

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        proposal = self.get_object(request, unquote(object_id))
        if proposal is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[no-any-return, attr-defined]
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        posted = DecisionForms(request, proposal)
        if request.method == "POST":
            if response := self._decide(request, proposal, posted):
                return response
            status = 422
        else:
            status = 200
        context = {
            **self.admin_site.each_context(request),
            **(extra_context or {}),
            **page(proposal, user_of(request)),
            "title": gettext("Proposal: %s") % proposal.name,
            "opts": self.opts,
            "schedule_form": posted.schedule,
            "words_form": posted.words,
            "most_words": MAX_WORDS,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/curation/proposal.html", context, status=status)

    def _decide(self, request: HttpRequest, proposal: Proposal, posted: "DecisionForms") -> HttpResponse | None:
        """None where a form says what is wrong."""
        decision = request.POST.get("decision", "")
        decide = DECISIONS.get(decision)
        try:
            if decide is None:
                raise ValidationError(gettext("Choose what to do."))
            if request.POST.get("seen") != seen(proposal):
                raise ValidationError(gettext("It was changed while you looked at it. Look at it again, then decide."))
            if (form := posted.of(decision)) is not None and not form.is_valid():
                return None
            said, revision = decide(proposal, user_of(request), posted)
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
        else:
            self.message_user(request, said, messages.SUCCESS)
            self._say(request, revision)
        return HttpResponseRedirect(address(proposal))


class DecisionForms:
    """Those of the page, bound where it was posted to them. Moments are in the visitor's time zone."""

    def __init__(self, request: HttpRequest, proposal: Proposal) -> None:
        self.zone = zone_of(user_of(request).time_zone)
        posted = request.POST if request.method == "POST" else None
        decision = request.POST.get("decision")
        initial = (
            {"at": timezone.localtime(proposal.publish_at, self.zone).replace(tzinfo=None)}
            if proposal.publish_at
            else {}
        )
        with timezone.override(self.zone):
            self.schedule = ScheduleForm(posted if decision == "schedule" else None, initial=initial)
            self.schedule.is_valid()
        self.words = WordsForm(posted if decision == "refuse" else None)

    def of(self, decision: str) -> forms.Form | None:
        return {"schedule": self.schedule, "refuse": self.words}.get(decision)


type Decision = Callable[[Proposal, User, DecisionForms], tuple[str, Revision | None]]


def _submit(proposal: Proposal, by: User, posted: DecisionForms) -> tuple[str, None]:
    proposals.submit(proposal, by=by)
    return gettext("Submitted for review."), None


def _withdraw(proposal: Proposal, by: User, posted: DecisionForms) -> tuple[str, None]:
    proposals.withdraw(proposal, by=by)
    return gettext("Withdrawn."), None


def _resume(proposal: Proposal, by: User, posted: DecisionForms) -> tuple[str, None]:
    proposals.resume(proposal, by=by)
    return gettext("It is open again. Look at what changed since, then go on."), None


def _rebase(prefer: str) -> Decision:
    def decide(proposal: Proposal, by: User, posted: DecisionForms) -> tuple[str, None]:
        proposals.rebase(proposal, by=by, prefer=prefer)
        return gettext("It is up to date: the same change to the current version of the record."), None

    return decide


def _publish(proposal: Proposal, by: User, posted: DecisionForms) -> tuple[str, Revision | None]:
    return gettext("Published."), publishing.publish([proposal], by=by)


def _schedule(proposal: Proposal, by: User, posted: DecisionForms) -> tuple[str, None]:
    at: datetime = posted.schedule.cleaned_data["at"]
    publishing.schedule(proposal, by=by, at=at)
    wall = date_format(timezone.localtime(at, posted.zone), MOMENT)
    return gettext("It is published on %(at)s (%(zone)s).") % {"at": wall, "zone": posted.zone}, None


def _unschedule(proposal: Proposal, by: User, posted: DecisionForms) -> tuple[str, None]:
    publishing.unschedule(proposal, by=by)
    return gettext("It is in review again."), None


def _refuse(proposal: Proposal, by: User, posted: DecisionForms) -> tuple[str, None]:
    publishing.reject(proposal, by=by, words=posted.words.cleaned_data["words"])
    return gettext("Refused. Its author finds your words here and on the record."), None


DECISIONS: Mapping[str, Decision] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "resume": _resume,
    "take-over": _rebase(""),
    "take-over-mine": _rebase("mine"),
    "take-over-theirs": _rebase("theirs"),
    "publish": _publish,
    "schedule": _schedule,
    "unschedule": _unschedule,
    "refuse": _refuse,
}


def page(proposal: Proposal, user: User) -> dict[str, Any]:
    """What there is to see of a proposal, and what this visitor may do with it."""
    record = record_documents.record_of(proposal)
    base = record_documents.base_document(proposal)
    aside = (
        proposal.state == State.WITHDRAWN and record is not None and record.status not in record_documents.NEVER_PUBLIC
    )
    other = proposals.other_open_proposal(proposal) if aside else None
    outdated = (proposal.is_open or aside) and record is not None and proposals.is_outdated(proposal)
    writes, reviews = permissions.may_write(user, proposal), permissions.may_review(user, proposal)
    in_review = proposal.state in (State.IN_REVIEW, State.SCHEDULED)
    context: dict[str, Any] = {
        "proposal": proposal,
        "record": record,
        "record_url": record_url(proposal.kind, proposal.record_id) if record is not None else "",
        "preview_url": preview_url(proposal.kind, proposal.record_id)
        if record is not None and proposal.is_open
        else "",
        "zone": zone_of(user.time_zone),
        "seen": seen(proposal),
        "is_new": not was_public(base),
        "differences": changes(proposal, base),
        "outdated": outdated,
        "taken": publishing_rules.taken_names([proposal]).get(proposal.pk, []) if proposal.is_open else [],
        "short": publishing_rules.writing_findings(proposal) if proposal.is_open else [],
        "may_submit": writes and proposal.state == State.DRAFT,
        "may_withdraw": proposal.is_open and (writes or permissions.is_reviewer(user)),
        "other": other,
        "may_resume": aside and writes and other is None,
        "may_take_over": proposal.is_open and outdated and writes,
        "may_edit": proposal.is_open and writes and record is not None,
        "may_decide": reviews and in_review,
        "may_publish": reviews and not outdated and (in_review or (writes and proposal.state == State.DRAFT)),
        "may_schedule": reviews and in_review and not outdated,
        "may_unschedule": proposal.state == State.SCHEDULED and (writes or permissions.is_reviewer(user)),
        "is_own": proposal.author_id == user.pk,
        "waits_for_another": in_review and permissions.is_reviewer(user) and not reviews,
    }
    if record is None or base is None or not _may_see(user, record):
        return context
    if outdated:
        context["conflicts"] = proposals.rebased(proposal)[1]
    if other is not None:
        context["beside"] = compare_fields(base, proposal.proposed, other.proposed)
    elif outdated:
        context["beside"] = compare_fields(base, proposal.proposed, record_documents.document_of(record))
    return context


def _may_see(user: User, record: Record) -> bool:
    """Whether what others make of the record may be shown beside."""
    name = record._meta.model_name
    return user.has_perm(f"catalog.view_{name}") or user.has_perm(f"catalog.change_{name}")


def was_public(base: Document | None) -> bool:
    return base is not None and base.status not in record_documents.NEVER_PUBLIC


def changes(proposal: Proposal, base: Document | None) -> list[Difference]:
    """What would be public and was not; of what never was, everything, whatever its draft says already."""
    return differences(base if was_public(base) else None, proposal.proposed)


def seen(proposal: Proposal) -> str:
    """Names what the page shows: it is decided on that."""
    return f"{proposal.changed_at.timestamp()}-{proposal.state}"


def address(proposal: Proposal) -> str:
    return reverse("admin:curation_proposal_change", args=[proposal.pk])
