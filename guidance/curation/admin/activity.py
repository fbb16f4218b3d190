"""What happened lately in the catalogue, for the first page of the admin: who did what to which record, the latest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from guidance.curation.models import BulkEdit, Mapping, Operation, Proposal

State = Proposal.ProposalState
MAX_ROWS = 200  # of each table: what one person did at one moment is one event, however much it was


@dataclass(frozen=True, slots=True)
class _Step:
    at: datetime
    who: User | None
    did: str
    row: Proposal | Operation | BulkEdit | LogEntry


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    who: User | None
    did: str  # before the name
    name: str
    address: str  # of the page that shows it; empty where there is none
    more: int  # records to which the same was done at the same moment


def latest_events(count: int) -> list[Event]:
    """Six queries, and one for the names of proposals."""
    steps = [*_proposals(), *_operations(), *_bulk_edits(), *_mappings()]
    steps.sort(key=lambda step: step.at, reverse=True)
    groups = [
        list(group) for _key, group in groupby(steps, lambda step: (step.at.replace(microsecond=0), step.who, step.did))
    ][:count]
    shown = [group[0].row.pk for group in groups if isinstance(group[0].row, Proposal)]
    documents = {row.pk: row for row in Proposal.objects.filter(pk__in=shown)} if shown else {}
    return [_event(group, documents) for group in groups]


def _event(group: list[_Step], proposals: dict[int, Proposal]) -> Event:
    step, more = group[0], len(group) - 1
    match step.row:
        case Proposal():
            name, page = proposals[step.row.pk].name if step.row.pk in proposals else step.row.slug, _page(step.row)
        case Operation():
            name, page = step.row.name, _page(step.row)
        case BulkEdit():
            name, page = step.row.title, _page(step.row)
        case LogEntry():
            name, page, more = ngettext("%d mapping", "%d mappings", len(group)) % len(group), "", 0
    return Event(step.at, step.who, step.did, name, page, more)


def _page(row: Model) -> str:
    return reverse(f"admin:curation_{row._meta.model_name}_change", args=[row.pk])


def _proposals() -> Iterator[_Step]:
    rows = Proposal.objects.select_related("author", "reviewer").defer("document", "seen_document")
    for row in rows.filter(submitted_at__isnull=False, state__in=Proposal.OPEN).order_by("-submitted_at")[:MAX_ROWS]:
        if row.submitted_at:
            yield _Step(row.submitted_at, row.author, _("submitted"), row)
    words = {
        State.PUBLISHED: _("published"),
        State.SCHEDULED: _("scheduled"),
        State.SENT_BACK: _("sent back"),
        State.REFUSED: _("rejected"),
    }
    for row in rows.filter(decided_at__isnull=False, state__in=words).order_by("-decided_at")[:MAX_ROWS]:
        if row.decided_at:
            yield _Step(row.decided_at, row.reviewer, words[State(row.state)], row)


def _operations() -> Iterator[_Step]:
    words = {
        "merge": (_("merged"), _("undid the merge of")),
        "rename": (_("renamed"), _("undid the renaming of")),
        "retire": (_("retired"), _("undid the retirement of")),
        "split": (_("split"), _("undid the split of")),
    }
    rows = Operation.objects.select_related("by", "undone_by").defer("touched")
    for row in rows.order_by(Coalesce("undone_at", "at").desc())[:MAX_ROWS]:
        did, undid = words[row.what]
        yield _Step(row.at, row.by, did, row)
        if row.undone_at:
            yield _Step(row.undone_at, row.undone_by, undid, row)


def _bulk_edits() -> Iterator[_Step]:
    for row in BulkEdit.objects.select_related("author").defer("items").order_by("-at")[:MAX_ROWS]:
        yield _Step(row.at, row.author, _("did"), row)


def _mappings() -> Iterator[_Step]:
    rows = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Mapping)).select_related("user")
    for row in rows.order_by("-action_time")[:MAX_ROWS]:
        yield _Step(row.action_time, row.user, _("decided"), row)
