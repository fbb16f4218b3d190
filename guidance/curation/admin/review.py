"""The page of a proposal: its changes, comments and checks, and the decision."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Record, Status
from guidance.curation import (
    comments,
    inbox,
    permissions,
    proposals,
    publishing,
    publishing_checks,
    record_documents,
    review_queue,
)
from guidance.curation.admin.activity import log_decision, log_submission
from guidance.curation.admin.history import preview_url
from guidance.curation.admin.http import history_url, primary_key, record_url, user_of
from guidance.curation.admin.typed_comments import CommentField, ShownThread, TypedComments
from guidance.curation.comments import Thread
from guidance.curation.differences import (
    Difference,
    FieldComparison,
    changed_labels,
    compare_fields,
    fields,
    with_names,
)
from guidance.curation.models import Proposal
from guidance.curation.naming import named_differences, names_in, record_names, records_at
from guidance.curation.publishing_checks import CheckState, Topic

MAX_WORDS = 2_000  # characters
MAX_REPORTS = 5
MAX_OPEN_ROWS = 120  # maximum number of unfolded rows of a changed field
State = Proposal.ProposalState


class ScheduleForm(forms.Form):
    at = forms.DateTimeField(
        label=_("Publish on"),
        error_messages={"required": _("Choose a day and a time.")},
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M:%S"),
    )

    def clean_at(self) -> datetime:
        at: datetime = self.cleaned_data["at"]
        publishing.require_future(at)
        return at


class WordsForm(forms.Form):
    words = forms.CharField(required=False, max_length=MAX_WORDS, strip=True, widget=forms.Textarea(attrs={"rows": 2}))


class ReviewForms:
    """The forms of the page, bound if they were posted."""

    def __init__(self, request: HttpRequest, proposal: Proposal) -> None:
        posted = request.POST if request.method == "POST" else None
        decision = request.POST.get("decision")
        self.schedule = ScheduleForm(posted if decision == "schedule" else None, initial={"at": proposal.publish_at})
        self.words = WordsForm(posted)
        self.comments = TypedComments(posted)

    @property
    def said(self) -> str:
        return str(self.words.cleaned_data["words"]) if self.words.is_valid() else ""


type Decision = Callable[[Proposal, User, ReviewForms], str]


def _submit(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    proposals.submit(proposal, by=by)
    return gettext("Submitted for review.")


def _withdraw(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    proposals.withdraw(proposal, by=by)
    return gettext("Withdrawn. Nothing is lost: you can reopen it here.")


def _resume(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    if proposals.resume(proposal, by=by).state == State.IN_REVIEW:
        return gettext("The proposal is in review again.")
    return gettext("The proposal is open again, as a draft.")


def _agree(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    proposals.agree(proposal, by=by)
    return gettext("You agreed to the changes.")


def _take_over(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    proposals.take_over(proposal, by=by)
    return gettext("You are now its author. The original author is still named.")


def _join(prefer: str) -> Decision:
    def decide(proposal: Proposal, by: User, posted: ReviewForms) -> str:
        proposals.join(proposal, by=by, prefer=prefer)
        return gettext("Added to your open proposal, shown here.")

    return decide


def _rebase(prefer: str) -> Decision:
    def decide(proposal: Proposal, by: User, posted: ReviewForms) -> str:
        proposals.rebase(proposal, by=by, prefer=prefer)
        return gettext("Updated: the same change now applies to the current version of the record.")

    return decide


def _publish(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    revision = publishing.publish([proposal], by=by, words=posted.said)
    proposal.refresh_from_db()
    said = gettext("Published as version %(version)d of the record.") % {"version": proposal.version}
    if revision is not None:
        said += " " + gettext("The whole catalogue is now revision %d.") % revision.number
    return said


def _schedule(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    at: datetime = posted.schedule.cleaned_data["at"]
    publishing.schedule(proposal, by=by, at=at)
    values = {
        "at": date_format(timezone.localtime(at), "DATETIME_FORMAT"),
        "zone": timezone.get_current_timezone_name(),
    }
    return gettext("It will be published on %(at)s (%(zone)s).") % values


def _unschedule(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    publishing.unschedule(proposal, by=by)
    return gettext("The proposal is in review again.")


def _send_back(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    publishing.send_back(proposal, by=by, words=posted.said)
    return gettext("Sent back. The author sees your comments here and in the form.")


def _refuse(proposal: Proposal, by: User, posted: ReviewForms) -> str:
    publishing.reject(proposal, by=by, words=posted.said)
    return gettext("Rejected. The author sees your reason here and on the record.")


DECISIONS: Mapping[str, Decision] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "resume": _resume,
    "join": _join(""),
    "join-mine": _join("mine"),
    "join-theirs": _join("theirs"),
    "agree": _agree,
    "take-over": _take_over,
    "update": _rebase(""),
    "update-mine": _rebase("mine"),
    "update-theirs": _rebase("theirs"),
    "publish": _publish,
    "schedule": _schedule,
    "unschedule": _unschedule,
    "send-back": _send_back,
    "refuse": _refuse,
}
TOP = "#top"  # where the message is; otherwise browsers stay at a comment
NEED_WORDS = ("send-back", "refuse")  # an error about missing text is shown at its field


def show(request: HttpRequest, proposal: Proposal, context: Mapping[str, Any]) -> HttpResponse:
    posted = ReviewForms(request, proposal)
    status = 200
    if request.method == "POST":
        if response := _answer(request, proposal, posted):
            return response
        proposal.refresh_from_db()
        status = 422 if _is_wrong(posted) else 200
    values = {
        **context,
        **page(proposal, user_of(request), posted),
        "title": proposal.name,
        "is_beside": request.GET.get("view") == "beside",
    }
    return TemplateResponse(request, "admin/curation/proposal.html", values, status=status)


def _is_wrong(posted: ReviewForms) -> bool:
    return bool(posted.comments.problems or posted.words.errors or posted.schedule.errors)


def _answer(request: HttpRequest, proposal: Proposal, posted: ReviewForms) -> HttpResponse | None:
    """Carries out what was posted. Returns None if the page is to be shown again, with what was typed and its errors."""
    user, decision = user_of(request), request.POST.get("decision", "")
    if posted.comments.save(proposal, by=user):
        messages.success(request, gettext("Comment saved."))
    if posted.comments.problems or not posted.words.is_valid() or posted.schedule.errors:
        return None
    thread = primary_key(request.POST.get("resolve") or request.POST.get("reopen") or "")
    try:
        if thread is not None:
            change = comments.resolve if "resolve" in request.POST else comments.reopen
            change(proposal, thread, by=user)
        elif decision != "comment":
            return _decided(request, proposal, decision, posted)
    except ValidationError as error:
        _tell(request, error)
        return None if posted.said else HttpResponseRedirect(request.get_full_path() + TOP)
    if posted.said:
        return None  # the text belongs to a decision that has not been made yet
    return HttpResponseRedirect(request.get_full_path())  # browsers keep the anchor of the button


def _decided(request: HttpRequest, proposal: Proposal, decision: str, posted: ReviewForms) -> HttpResponse | None:
    try:
        decide = DECISIONS.get(decision)
        if decide is None:
            raise ValidationError(gettext("Choose what to do."))
        if request.POST.get("seen") != seen(proposal):
            raise ValidationError(
                gettext("The proposal changed while you were looking at it. Look at it again, then decide.")
            )
        said = decide(proposal, user_of(request), posted)
        log_submission(proposal, decision)  # this object is as it was before the decision: `decide` changes another one
        log_decision(proposal, decision, user_of(request))
    except ValidationError as error:
        if decision in NEED_WORDS and not posted.said and permissions.may_review(user_of(request), proposal):
            posted.words.add_error("words", error.messages)
            return None
        _tell(request, error)
        return None if posted.said else HttpResponseRedirect(address(proposal) + TOP)
    messages.success(request, said)
    joined = proposals.other_open_proposal(proposal) if decision.startswith("join") else None
    return HttpResponseRedirect(address(joined or proposal) + TOP)


def _tell(request: HttpRequest, error: ValidationError) -> None:
    for message in error.messages:
        messages.error(request, message)


# What the page shows


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changes or has comments."""

    name: str  # "" for the proposal as a whole
    label: str
    difference: Difference | None
    threads: Sequence[ShownThread]
    comment: CommentField

    @property
    def is_folded(self) -> bool:
        """Returns whether the change would fill several screens, as the questions of a new check do."""
        return self.difference is not None and len(self.difference.rows) > MAX_OPEN_ROWS

    @property
    def anchor(self) -> str:
        return f"field-{self.name or 'all'}"


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """The place of the proposal among those that are waiting for the visitor."""

    number: int  # 0 if the proposal is not among them
    size: int
    next: Proposal | None


def page(proposal: Proposal, user: User, posted: ReviewForms) -> dict[str, Any]:
    """Returns what the page shows of a proposal, and what this visitor may do with it."""
    record = record_documents.record_of(proposal)
    base = record_documents.base_document(proposal)
    withdrawn = proposal.state == State.WITHDRAWN and record is not None
    other = proposals.other_open_proposal(proposal) if withdrawn else None
    outdated = (
        (proposal.is_open or (withdrawn and was_public(base)))
        and record is not None
        and proposals.is_outdated(proposal)
    )
    context: dict[str, Any] = {
        "proposal": proposal,
        "record": record,
        "record_url": record_url(proposal.kind, proposal.record_id) if record is not None else "",
        "preview_url": _preview_url(proposal) if record is not None and proposal.is_open else "",
        "undo_url": _undo_url(proposal, user) if record is not None and was_public(base) else "",
        "seen": seen(proposal),
        "is_new": not was_public(base),
        "outdated": outdated,
        "other": other,
        "may_join": other is not None and permissions.may_write(user, proposal) and permissions.may_write(user, other),
        "schedule_form": posted.schedule,
        "words_form": posted.words,
        "queue": queue_place(proposal, user),
        "since": named_differences(before, proposal.proposed) if proposal.is_open and (before := proposal.seen) else [],
        **_rights(proposal, user, outdated=outdated, record=record),
        "may_resume": (withdrawn or (proposal.state == State.REFUSED and record is not None))
        and (other or proposals.other_open_proposal(proposal)) is None
        and (permissions.may_write(user, proposal) or permissions.is_reviewer(user)),
        **_changes(proposal, base, posted),
    }
    if record is not None and proposal.is_open:
        checks = publishing_checks.checks_of(proposal.kind, proposal.record_id, proposal.proposed)
        context["checks"] = [check for check in checks if check.topic != Topic.IMPACT]
        context["impact"] = [check for check in checks if check.topic == Topic.IMPACT]
        context["reports"] = inbox.of_record(proposal.kind, proposal.record_id)[:MAX_REPORTS]
        context["errors"] = sum(check.state == CheckState.ERROR for check in checks)
        names_others = any(check.topic == Topic.REFERENCES and not check.is_ok for check in checks)
        if names_others or record.status != Status.PUBLISHED:
            context["together"] = _together(proposal, user, outdated=outdated)
    if record is None or base is None or not _may_see(user, record):
        return context
    if outdated:
        context["conflicts"] = proposals.rebased(proposal)[1]
    if other is not None and context["may_join"]:
        context["conflicts"] = proposals.joined(proposal, other)[1]
    if other is not None:
        context["beside"] = _beside(base, proposal.proposed, other.proposed)
    elif outdated:
        context["beside"] = _beside(base, proposal.proposed, record_documents.document_of(record))
    return context


@dataclass(frozen=True, slots=True)
class ShownTogether:
    """The records to publish together with a proposal, before it, or only after it."""

    needed: Sequence[Proposal]
    missing: Sequence[tuple[Record, str]]  # each with its URL
    waiting: Sequence[Proposal]
    batch: Sequence[int]  # keys of everything that the visitor can publish with it


def _together(proposal: Proposal, user: User, *, outdated: bool) -> ShownTogether | None:
    found = review_queue.together_with(proposal, record_names())
    if not (found.needed or found.missing or found.waiting):
        return None
    # A scheduled proposal is published at its own time, and not together with others before that.
    rows = [proposal, *found.needed, *(row for row in found.waiting if row.state == State.IN_REVIEW)]
    can = (
        len(rows) > 1
        and not found.missing
        and not outdated
        and all(row.state == State.IN_REVIEW and permissions.may_review(user, row) for row in rows)
    )
    missing = [(record, record_url(*place)) for place, record in records_at(found.missing).items()]
    return ShownTogether(found.needed, missing, found.waiting, [row.pk for row in rows] if can else [])


def _rights(proposal: Proposal, user: User, *, outdated: bool, record: Record | None) -> dict[str, bool]:
    writes, reviews = permissions.may_write(user, proposal), permissions.may_review(user, proposal)
    is_reviewer = permissions.is_reviewer(user)
    with_reviewer, with_author = proposal.state in Proposal.WITH_REVIEWER, proposal.state in Proposal.WITH_AUTHOR
    return {
        "is_own": proposal.author_id == user.pk,
        "is_wrote": permissions.wrote(user, proposal),
        "may_comment": comments.may_comment(user, proposal),
        "may_submit": writes and with_author,
        "may_withdraw": proposal.is_open and (writes or is_reviewer),
        "may_update": proposal.is_open and outdated and permissions.may_edit(user, proposal),
        "may_edit": proposal.is_open and record is not None and permissions.may_edit(user, proposal),
        "may_agree": writes and proposal.edited_at is not None and proposal.is_open,
        "may_take_over": (may_take_over := permissions.may_take_over(user, proposal)),
        "is_alone": may_take_over and permissions.is_only_reviewer(user),
        "is_reviewer": is_reviewer,
        "with_reviewer": with_reviewer,
        "may_decide": reviews and with_reviewer,
        "may_publish": reviews and not outdated and (with_reviewer or (writes and with_author)),
        "may_schedule": reviews and with_reviewer and not outdated,
        "may_unschedule": proposal.state == State.SCHEDULED and (writes or is_reviewer),
        "waits_for_another": with_reviewer and is_reviewer and not reviews,
    }


def _changes(proposal: Proposal, base: Document | None, posted: ReviewForms) -> dict[str, Any]:
    """Returns the changes by field, each with its comments; and the names of the unchanged fields."""
    found, threads = changes(proposal, base), comments.threads(proposal)
    by_name = {difference.field: difference for difference in found}
    there = {**fields(proposal.proposed), **by_name}
    shown = [*by_name, *sorted(threads.keys() - by_name.keys() - {""})]
    return {
        "changes": [_field_change(name, proposal, by_name.get(name), threads.get(name, []), posted) for name in shown],
        "whole": _field_change("", proposal, None, threads.get("", []), posted),
        "unresolved": len(comments.unresolved(threads)),
        "fields": len(there),
        "unchanged": [comments.label(proposal.kind, name) for name in there if name not in by_name],
        "differences": found,
    }


def _field_change(
    name: str, proposal: Proposal, difference: Difference | None, threads: Sequence[Thread], posted: ReviewForms
) -> FieldChange:
    shown = [ShownThread(thread, posted.comments.reply_to(thread)) for thread in threads]
    label = comments.label(proposal.kind, name) if name else ""
    return FieldChange(name, label, difference, shown, posted.comments.about(name))


def queue_place(proposal: Proposal, user: User) -> QueuePlace:
    keys = list(review_queue.to_review(user).values_list("pk", flat=True))
    number = keys.index(proposal.pk) + 1 if proposal.pk in keys else 0
    others = [*keys[number:], *keys[: max(number - 1, 0)]]
    following = Proposal.objects.filter(pk=others[0]).first() if others else None
    return QueuePlace(number, len(keys), following)


def _preview_url(proposal: Proposal) -> str:
    """Returns the URL of the preview, with a link back to the proposal."""
    url = preview_url(proposal.kind, proposal.record_id)
    return f"{url}?proposal" if url else ""


def _undo_url(proposal: Proposal, user: User) -> str:
    """Returns the URL in the record's history where the version before a published proposal can be restored; empty if this user
    can't restore it now."""
    may_change = user.has_perm(f"catalog.change_{RECORD_MODELS[proposal.kind]._meta.model_name}")
    if proposal.version is None or not may_change or proposals.other_open_proposal(proposal):
        return ""
    history = history_url(proposal.kind, proposal.record_id)
    return f"{history}?before={proposal.base}&after={proposal.version}#restore"


def _may_see(user: User, record: Record) -> bool:
    """Returns whether the user may see what others propose for the record."""
    name = record._meta.model_name
    return user.has_perm(f"catalog.view_{name}") or user.has_perm(f"catalog.change_{name}")


def _beside(*documents: Document) -> list[FieldComparison]:
    names = names_in(documents)
    base, mine, theirs = (with_names(document, names) for document in documents)
    return compare_fields(base, mine, theirs)


def was_public(base: Document | None) -> bool:
    return base is not None and base.status not in record_documents.NEVER_PUBLIC


def changes(proposal: Proposal, base: Document | None) -> list[Difference]:
    """Returns what the proposal would publish; for a record that was never public, the whole document, including what its draft
    already has."""
    return named_differences(base if was_public(base) else None, proposal.proposed)


def changed_fields(proposal: Proposal, base: Document | None) -> str:
    """Returns the names of the fields of `changes`, for lists of proposals, without a query."""
    return ", ".join(changed_labels(base if was_public(base) else None, proposal.proposed))


def seen(proposal: Proposal) -> str:
    """Returns a key for what the page shows: a decision applies only to what was shown."""
    return f"{proposal.changed_at.timestamp()}-{proposal.state}"


def address(proposal: Proposal) -> str:
    return reverse("admin:curation_proposal_change", args=[proposal.pk])
