"""The home page of the admin: the tasks of the curator who opens it, and a search for records by name."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Q, Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import RECORD_MODELS, Alias, Kind, Status
from guidance.curation import health, inbox, pending_operations, permissions, record_documents, review_queue
from guidance.curation.admin import review as review_page
from guidance.curation.admin.activity import latest_events
from guidance.curation.admin.http import context, curator_page, may_curate, record_url, user_of
from guidance.curation.admin.inbox import may_see_questions, rows_of
from guidance.curation.admin.sidebar import waiting_of
from guidance.curation.health import TITLES, Fault, Finding, Health
from guidance.curation.models import Comment, Proposal, ReaderReport
from guidance.curation.publishing_checks import CheckState, checks_of
from guidance.lru import Lru

MAX_FOUND = 50  # maximum number of records found
MAX_SUGGESTED = 8  # maximum number of suggestions while typing
MAX_QUERY = 200  # characters
MAX_LINES, MAX_FAULTS, MAX_EVENTS = 5, 3, 8  # maximum number of entries in each section
NOON, EVENING = 12, 18
URGENT = {Fault.CYCLES, Fault.UNREACHABLE, Fault.DEAD}  # learners notice these


@dataclass(frozen=True, slots=True)
class FoundRecord:
    kind: str
    pk: int
    slug: str
    name: str
    status: str
    alias: str = ""  # the alias by which it was found

    @property
    def address(self) -> str:
        return record_url(self.kind, self.pk)

    @property
    def kind_name(self) -> str:
        return str(RECORD_MODELS[self.kind]._meta.verbose_name)

    @property
    def status_name(self) -> str:
        return str(Status(self.status).label)


def rank(query: str, record: FoundRecord) -> tuple[int, str]:
    """Returns the sort key: first exact matches, then names that begin with the query (the record's own name before its slug and
    aliases), then names with a word that begins with it, then all others."""
    query, names = query.casefold(), [record.name.casefold(), record.slug, record.alias.casefold()]
    if query in names:
        place = 0
    elif names[0].startswith(query):
        place = 1
    elif any(name.startswith(query) for name in names):
        place = 2
    elif any(f" {query}" in name for name in names):
        place = 3
    else:
        place = 4
    return place, record.name.casefold()


def find_records(query: str) -> list[FoundRecord]:
    """Returns every record whose name, slug or alias contains the query, best first. Takes two queries."""
    columns = ("kind_", "pk", "slug", "name", "status")
    first, *others = (
        model.objects.filter(Q(name__icontains=query) | Q(slug__icontains=query))
        .order_by()
        .annotate(kind_=Value(kind))
        .values_list(*columns)
        for kind, model in RECORD_MODELS.items()
    )
    found = {(row[0], row[1]): FoundRecord(*row) for row in first.union(*others, all=True).order_by()}
    aliases = Alias.objects.filter(name__icontains=query).values_list(
        "skill", "skill__slug", "skill__name", "skill__status", "name"
    )
    for pk, slug, name, status, alias in aliases:
        record = FoundRecord(Kind.SKILL, pk, slug, name, status, alias)
        known = found.get((Kind.SKILL, pk))
        if known is None or rank(query, record) < rank(query, known):
            found[Kind.SKILL, pk] = record
    return sorted(found.values(), key=lambda record: rank(query, record))


def _is_called(query: str, record: FoundRecord) -> bool:
    return query.casefold() in (record.name.casefold(), record.slug)


@curator_page
def go(request: HttpRequest) -> HttpResponse:
    """Redirects to the record of this name; if there are several or none, shows a list to choose from. Check items have the name of their
    skill. A record found by an alias is listed with that alias, since its own name was not typed. With `suggest`, returns the best ones as
    a fragment (go.js)."""
    query = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_QUERY]
    found: Sequence[FoundRecord] = find_records(query) if query else []
    if "suggest" in request.GET:
        values = {"searched": query, "found": found[:MAX_SUGGESTED], "total": len(found)}
        return TemplateResponse(request, "admin/curation/go_suggestions.html", values)
    same = [record for record in found if _is_called(query, record) and record.kind != Kind.CHECK]
    if len(same) == 1 or (len(found) == 1 and not found[0].alias):
        return HttpResponseRedirect((same or found)[0].address)
    values = context(
        request, _("Go to a record"), searched=query, found=found[:MAX_FOUND], more=max(len(found) - MAX_FOUND, 0)
    )
    return TemplateResponse(request, "admin/curation/go.html", values)


# --- Tasks


@dataclass(frozen=True, slots=True)
class WaitingProposal:
    """A proposal on the home page."""

    proposal: Proposal
    fields: str  # labels of the fields that it changes
    area: Any = None  # of a skill
    errors: int = 0  # number of errors in the publishing checks
    looks: int = 0

    @property
    def form(self) -> str:
        return record_url(self.proposal.kind, self.proposal.record_id)


# Checking a proposal takes some thirty queries, and its page shows the results anyway.
_checked = Lru[tuple[object, ...], Counter[CheckState]](1_000, seconds=300)


def _states(row: Proposal, revision: int) -> Counter[CheckState]:
    """Returns the number of publishing checks in each state; the result may be up to five minutes old."""
    return _checked.memoize(
        (row.pk, row.changed_at, revision),
        lambda: Counter(check.state for check in checks_of(row.kind, row.record_id, row.proposed)),
    )


def waiting_proposals(rows: Sequence[Proposal], revision: int | None = None) -> list[WaitingProposal]:
    """Returns the proposals with the changes in each, in one query for all; if the newest `revision` is given, also with the
    results of the publishing checks."""
    bases, areas = record_documents.base_documents(rows), snapshot.current().areas
    found = []
    for row in rows:
        base = bases.get(row.pk)
        states = _states(row, revision) if revision is not None else Counter()
        found.append(
            WaitingProposal(
                row,
                review_page.changed_fields(row, base) if review_page.was_public(base) else _("new"),
                areas.get(row.proposed.data.get("area", "")),
                states[CheckState.ERROR],
                states[CheckState.LOOK],
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class ReturnedProposal:
    """A proposal that was sent back to its author, with the unresolved comments."""

    line: WaitingProposal
    comments: Sequence[Comment]


def returned_proposals(user: User) -> list[ReturnedProposal]:
    """Returns the proposals that a reviewer sent back or edited. Always takes four queries."""
    rows = [*review_queue.sent_back_to(user)[:MAX_LINES], *review_queue.edited_by_others(user)[:MAX_LINES]]
    comments: dict[int, list[Comment]] = {}
    for comment in Comment.objects.unresolved().filter(proposal__in=rows).select_related("author"):
        comments.setdefault(comment.proposal_id, []).append(comment)
    return [ReturnedProposal(line, comments.get(line.proposal.pk, [])) for line in waiting_proposals(rows)]


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One kind of problem on the home page."""

    fault: str
    title: Promise
    count: int
    example: Finding
    urgent: bool


def health_lines(found: Health) -> list[HealthLine]:
    """Returns the kinds of problems, those that readers notice most first."""
    lines = [
        HealthLine(
            fault.value,
            TITLES[fault],
            count,
            next(finding for finding in found.findings if finding.fault == fault),
            fault in URGENT,
        )
        for fault, count in found.counts.items()
        if count
    ]
    return lines[:MAX_FAULTS]


def greeting(hour: int) -> str:
    if hour < NOON:
        return _("Good morning, %s")
    return _("Good afternoon, %s") if hour < EVENING else _("Good evening, %s")


@admin.site.admin_view
def page(request: HttpRequest) -> HttpResponse:
    """Shows a curator's tasks; staff who are not curators see the lists of the admin."""
    user = user_of(request)
    if not may_curate(user):
        return admin.site.index(request)
    now = timezone.now()
    here = timezone.localtime(now)
    waiting = waiting_of(request)
    counts = waiting.proposals
    review = list(review_queue.to_review(user)[:MAX_LINES])
    oldest = review[0].submitted_at if review else None
    health_now = health.current(now=now)
    is_open, with_questions = ReaderReport.ReportState.OPEN, may_see_questions(user)
    reports = inbox.rows(state=is_open, with_questions=with_questions)[:MAX_LINES]
    operations = list(pending_operations.waiting()) if waiting.operations or waiting.own_operations else []
    own_operations = [row for row in operations if row.asked_by_id == user.pk] if waiting.own_operations else []
    drafts = waiting_proposals(list(review_queue.drafts_of(user)[:MAX_LINES]))
    new_drafts = review_queue.new_drafts_of(user)[:MAX_LINES]
    values = context(
        request,
        greeting(here.hour) % user.get_short_name(),
        here=here,
        counts=counts,
        days=(here.date() - timezone.localtime(oldest).date()).days if oldest else 0,
        is_reviewer=permissions.is_reviewer(user),
        review=waiting_proposals(review, health_now.revision),
        returned=returned_proposals(user),
        waiting_operations=[row for row in operations if row not in own_operations],
        own_operations=own_operations,
        waiting_mappings=waiting.mappings,
        edited=waiting_proposals(list(review_queue.edited_by(user)[:MAX_LINES])),
        submitted=waiting_proposals(list(review_queue.submitted_by(user)[:MAX_LINES])),
        decided=list(review_queue.decided_of(user)[:MAX_LINES]),
        new_drafts=new_drafts,
        drafts=drafts,
        more_drafts=counts.drafts > len(drafts) + len(new_drafts),
        reports=rows_of(list(reports), snapshot.current(), is_open),
        report_count=waiting.reports,
        held_count=waiting.held,
        scheduled=list(review_queue.scheduled()[:MAX_LINES]),
        health=health_now,
        health_lines=health_lines(health_now),
        events=latest_events(MAX_EVENTS),
        new=[
            (reverse(f"admin:catalog_{model._meta.model_name}_add"), model._meta.verbose_name)
            for model in RECORD_MODELS.values()
            if user.has_perm(f"catalog.add_{model._meta.model_name}")
        ],
    )
    return TemplateResponse(request, "admin/curation/home.html", values)
