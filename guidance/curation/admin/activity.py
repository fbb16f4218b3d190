"""What happened in the catalogue, latest first: who did what to which record. The home page of the admin shows the latest events;
a separate page shows the last thousand of each type, by day and person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.curation import inbox
from guidance.curation.admin.http import context, curator_page, primary_key, user_of
from guidance.curation.admin.mappings import ACCEPTED, REFUSED, SUGGESTED
from guidance.curation.models import (
    BulkEdit,
    Comment,
    DistinctPair,
    Mapping,
    Operation,
    PendingOperation,
    Proposal,
    ReaderReport,
)
from guidance.progress.models import ItemReport

State = Proposal.ProposalState
MAX_ROWS = 200  # rows read from each table for the latest events; what one person did at one time is one event
MAX_ROWS_OF_PAGE = 1_000
MAX_OTHERS = 50  # maximum number of other records listed in an event
PAGE_SIZE = 60  # events
LOGGED = (
    "schedule",
    "unschedule",
    "send-back",
    "withdraw",
)  # decisions that a proposal no longer shows once the next one is made
TAKES_BACK = ("send-back", "refuse", "withdraw")  # after these, another submission overwrites the time of the first
SUBMITTED = "submit"
SAME = timedelta(seconds=10)  # maximum time between a decision and its log entry

type Row = Proposal | Operation | PendingOperation | BulkEdit | ReaderReport | LogEntry


@dataclass(frozen=True, slots=True)
class _Step:
    at: datetime
    who: User | None
    did: str
    row: Row
    proposal_id: int = 0  # primary key of the proposal that the step is about; 0 if there is none
    name: str = ""  # name of the object, if the row does not contain it

    @property
    def key(self) -> tuple[object, ...]:
        """Returns a key that identifies the object of the step."""
        return ("proposal", self.proposal_id) if self.proposal_id else (type(self.row), self.row.pk, self.name)


@dataclass(frozen=True, slots=True)
class Subject:
    name: str
    address: str = ""  # URL of the page that shows it; empty if there is none
    kind: str = ""  # kind of the record; empty for other objects


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    who: User | None
    did: str  # what was done, as words before the name
    subject: Subject
    others: Sequence[Subject]  # records to which the same was done at the same time
    unnamed: int  # number of further records, not listed

    @property
    def name(self) -> str:
        return self.subject.name

    @property
    def more(self) -> int:
        return len(self.others) + self.unnamed


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    events: Sequence[Event]


type Group = list[_Step]


@curator_page
def page(request: HttpRequest) -> HttpResponse:
    """Shows the events of everyone or of one person, by day. Only administrators see what is done to accounts."""
    groups = _groups(MAX_ROWS_OF_PAGE, with_accounts=user_of(request).is_superuser)
    people = {group[0].who.pk: group[0].who for group in groups if group[0].who is not None}
    chosen = people.get(primary_key(request.GET.get("who", "")) or 0)
    if chosen is not None:
        groups = [group for group in groups if group[0].who == chosen]
    shown = Paginator(groups, PAGE_SIZE).get_page(request.GET.get("page"))
    days = groupby(_events(list(shown)), lambda event: timezone.localtime(event.at).date())
    values = context(
        request,
        _("Activity"),
        days=[Day(day, list(events)) for day, events in days],
        people=sorted(people.values(), key=lambda person: str(person).casefold()),
        chosen=chosen,
        shown=shown,
        query=f"who={chosen.pk}" if chosen else "",
    )
    return TemplateResponse(request, "admin/curation/activity.html", values)


def latest_events(count: int) -> list[Event]:
    """Returns the latest events. Takes twelve queries, and one more for the names of proposals."""
    return _events(_groups(MAX_ROWS)[:count])


def log_decision(proposal: Proposal, decision: str, by: User) -> None:
    if decision in LOGGED:
        LogEntry.objects.log_actions(by.pk, [proposal], CHANGE, decision)


def log_submission(proposal: Proposal, decision: str) -> None:
    """Logs who had submitted the proposal and when, if it may be submitted again after this decision. `proposal` is as it was
    before the decision."""
    if decision in TAKES_BACK and proposal.submitted_at and proposal.author and not proposal.alone:
        LogEntry.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(Proposal),
            object_id=str(proposal.pk),
            action_time=proposal.submitted_at,
            change_message=SUBMITTED,
            defaults={"user": proposal.author, "object_repr": str(proposal)[:200], "action_flag": CHANGE},
        )


def log_report(report: ReaderReport | ItemReport, what: str, name: str, by: User) -> None:
    """Logs what was done with a report, and the record that the report is about. The reader's text is not logged."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(report),
        object_id=str(report.pk),
        object_repr=name[:200],
        action_flag=CHANGE,
        change_message=what,
    )


def _groups(most: int, *, with_accounts: bool = False) -> list[Group]:
    """Groups the steps that one person took at one time, latest first."""
    steps = [
        *_proposals(most),
        *_comments(most),
        *_operations(most),
        *_asked(most),
        *_bulk_edits(most),
        *_mappings(most),
        *_reports(most),
    ]
    steps += _logged(most, {(step.proposal_id, step.did): step.at for step in steps if step.proposal_id})
    steps += _told_apart(most)
    if with_accounts:
        steps += _accounts(most)
    steps.sort(key=lambda step: step.at, reverse=True)
    together = groupby(steps, lambda step: (step.at.replace(microsecond=0), step.who, step.did))
    return [list(group) for _key, group in together]


def _events(groups: Sequence[Group]) -> list[Event]:
    steps = [list({step.key: step for step in group}.values()) for group in groups]
    ids = [step.proposal_id for group in steps for step in group[: MAX_OTHERS + 1] if step.proposal_id]
    proposals = Proposal.objects.in_bulk(ids) if ids else {}
    return [_event(group, proposals) for group in steps]


def _event(steps: Sequence[_Step], proposals: dict[int, Proposal]) -> Event:
    first, *others = [_subject(step, proposals) for step in steps[: MAX_OTHERS + 1]]
    return Event(steps[0].at, steps[0].who, steps[0].did, first, others, len(steps) - 1 - len(others))


def _subject(step: _Step, proposals: dict[int, Proposal]) -> Subject:
    proposal = proposals.get(step.proposal_id)
    match step.row:
        case _ if proposal is not None:
            return Subject(proposal.name, _page(proposal), proposal.get_kind_display())
        case Proposal():
            return Subject(step.row.slug, _page(step.row), step.row.get_kind_display())
        case Operation():
            return Subject(step.row.name, _page(step.row), step.row.get_kind_display())
        case PendingOperation():
            address = reverse("admin:curation_operation_pending", args=[step.row.pk])
            return Subject(step.row.name, address, step.row.get_kind_display())
        case BulkEdit():
            return Subject(step.row.title, _page(step.row))
        case ReaderReport():
            return Subject(step.name, reverse("curation:report", args=[step.row.pk]), step.row.get_kind_display())
        case LogEntry() if step.name:
            return Subject(step.name)
    # A mapping is listed under its name at that time; if it no longer exists, its page redirects to the list.
    return Subject(step.row.object_repr, reverse("admin:curation_mapping_change", args=[step.row.object_id]))


def _page(row: Model) -> str:
    return reverse(f"admin:curation_{row._meta.model_name}_change", args=[row.pk])


def _proposals(most: int) -> Iterator[_Step]:
    rows = Proposal.objects.select_related("author", "reviewer").defer("document", "seen_document")
    for row in rows.filter(submitted_at__isnull=False).exclude(state=State.DRAFT).order_by("-submitted_at")[:most]:
        if row.submitted_at and not row.alone:  # a proposal published by its author alone was not submitted to anyone
            yield _Step(row.submitted_at, row.author, _("submitted"), row, row.pk)
    words = {
        State.PUBLISHED: _("published"),
        State.SCHEDULED: _("scheduled"),
        State.SENT_BACK: _("sent back"),
        State.REFUSED: _("rejected"),
    }
    for row in rows.filter(decided_at__isnull=False, state__in=words).order_by("-decided_at")[:most]:
        if row.decided_at:
            is_back = row.restores is not None and row.state == State.PUBLISHED
            did = _("restored an earlier version of") if is_back else words[State(row.state)]
            yield _Step(row.decided_at, row.reviewer, did, row, row.pk)


def _comments(most: int) -> Iterator[_Step]:
    words = {"comment": _("commented on"), "edit": _("edited the proposal for"), "take-over": _("took over")}
    for row in (
        Comment.objects.select_related("author", "proposal")
        .defer("text", "proposal__document", "proposal__seen_document")
        .order_by("-at")[:most]
    ):
        yield _Step(row.at, row.author, words[row.what], row.proposal, row.proposal_id)


def _logged(most: int, known: dict[tuple[int, str], datetime]) -> Iterator[_Step]:
    """Yields the logged steps of proposals: submissions and decisions that later ones have replaced in the row."""
    words = {
        SUBMITTED: _("submitted"),
        "schedule": _("scheduled"),
        "unschedule": _("took off the schedule"),
        "send-back": _("sent back"),
        "withdraw": _("withdrew"),
    }
    for row in _log(Proposal).filter(change_message__in=words)[:most]:
        did, proposal_id = words[row.change_message], int(row.object_id or 0)
        at = known.get((proposal_id, did))
        same = timedelta() if row.change_message == SUBMITTED else SAME  # its exact time is known
        if at is None or abs(row.action_time - at) > same:
            yield _Step(row.action_time, row.user, did, row, proposal_id, row.object_repr)


def _operations(most: int) -> Iterator[_Step]:
    words = {
        "merge": (_("merged"), _("undid the merge of")),
        "rename": (_("renamed"), _("undid the renaming of")),
        "retire": (_("retired"), _("undid the retirement of")),
        "split": (_("split"), _("undid the split of")),
    }
    rows = Operation.objects.select_related("by", "undone_by").defer("touched")
    for row in rows.order_by(Coalesce("undone_at", "at").desc())[:most]:
        did, undid = words[row.what]
        yield _Step(row.at, row.by, did, row)
        if row.undone_at:
            yield _Step(row.undone_at, row.undone_by, undid, row)


def _asked(most: int) -> Iterator[_Step]:
    asked = {
        "merge": _("asked to merge"),
        "retire": _("asked to retire"),
        "split": _("asked to split"),
    }
    ended = {
        "refused": _("rejected the requested operation on"),
        "withdrawn": _("withdrew the requested operation on"),
    }
    rows = PendingOperation.objects.select_related("asked_by", "decided_by").defer("form")
    for row in rows.order_by(Coalesce("decided_at", "asked_at").desc())[:most]:
        yield _Step(row.asked_at, row.asked_by, asked[row.what], row)
        if row.decided_at and row.state in ended:
            yield _Step(row.decided_at, row.decided_by, ended[row.state], row)


def _bulk_edits(most: int) -> Iterator[_Step]:
    for row in BulkEdit.objects.select_related("author").defer("items").order_by("-at")[:most]:
        yield _Step(row.at, row.author, _("did"), row)


def _log(logged: type[Model]) -> QuerySet[LogEntry]:
    rows = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(logged))
    return rows.select_related("user").order_by("-action_time")


def _mappings(most: int) -> Iterator[_Step]:
    words = {str(ACCEPTED): _("accepted"), str(REFUSED): _("rejected"), str(SUGGESTED): _("suggested again")}
    for row in _log(Mapping)[:most]:
        yield _Step(row.action_time, row.user, words.get(row.change_message, _("decided")), row)


def _reports(most: int) -> Iterator[_Step]:
    """Yields closed reports by readers, and reports by learners about questions. A correction is listed with the proposal that
    made it."""
    catalogue = snapshot.current()
    done = ReaderReport.objects.filter(state=ReaderReport.ReportState.DONE, duplicate_of=None)
    for row in done.select_related("done_by", "proposal").order_by("-done_at")[:most]:
        if row.done_at is None or (row.proposal and row.proposal.state == State.PUBLISHED and not row.answer):
            continue
        did = _("answered a report about") if row.answer else _("closed a report about")
        did = _("rejected a report about") if row.is_refused else did
        yield _Step(row.done_at, row.done_by, did, row, name=inbox.subject_of(row, catalogue).name)
    words = {
        "take": _("took a report about"),
        "answer": _("answered reports about a question of"),
        "close": _("closed reports about a question of"),
    }
    for entry in (*_log(ReaderReport)[:most], *_log(ItemReport)[:most]):
        if entry.change_message in words:
            yield _Step(entry.action_time, entry.user, words[entry.change_message], entry, name=entry.object_repr)


def _told_apart(most: int) -> Iterator[_Step]:
    for row in _log(DistinctPair)[:most]:
        yield _Step(row.action_time, row.user, _("noted:"), row, name=row.change_message)


def _accounts(most: int) -> Iterator[_Step]:
    """Yields what administrators did to accounts. The log identifies accounts by their numbers."""
    words = {1: _("added"), 2: _("changed"), 3: _("deleted")}
    for row in _log(User)[:most]:
        said = row.get_change_message()
        name = f"{row.object_repr}: {said}" if row.action_flag == CHANGE and said else row.object_repr
        yield _Step(row.action_time, row.user, words[row.action_flag], row, name=name)
