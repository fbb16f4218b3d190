"""Check items for curators: withdrawing or restoring an item with a click, and what learners report about items.

A withdrawal is a change to the record like any other: a proposal, which its author may publish at once only if no one else could
review it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.documents import Document, canonical, render
from guidance.catalog.kinds import KINDS, CheckItem
from guidance.catalog.models import Check, Kind, Revision
from guidance.curation import permissions, proposals, publishing
from guidance.curation.models import Proposal
from guidance.curation.record_documents import as_public, document_of
from guidance.progress.models import CheckAnswer, ItemReport

MAX_SAID = 20  # number of reports shown for one item


def load_items(data: Any, *, is_stored: bool = False) -> tuple[CheckItem, ...]:
    """Returns the items of a check, from the data of its document or, with `is_stored`, of its row."""
    field = KINDS[Kind.CHECK].FIELDS["items"]
    items: tuple[CheckItem, ...] = field.load(field.from_json(data) if data and is_stored else data, {})
    return items


# --- Withdrawing and restoring


class ItemOutcome(StrEnum):
    PUBLISHED = "published"
    IN_REVIEW = "in-review"
    ADDED = "added"  # to the curator's own open proposal, which still has to be submitted or reviewed
    UNDONE = "undone"  # there was only a proposal to do the opposite, which has been withdrawn


@dataclass(frozen=True, slots=True)
class ItemChange:
    outcome: ItemOutcome
    proposal: Proposal
    revision: Revision | None = None


@transaction.atomic
def set_withdrawn(check: Check, key: str, *, withdrawn: bool, by: User) -> ItemChange:
    """Withdraws an item of a published check, or restores it. Raises ValidationError if there is no such item, if it already has that
    state, or if another person has an open proposal for these items."""
    record_store.lock()
    present = document_of(check)
    before = Proposal.objects.open().of(check).select_related("author").first()
    if before is not None and not permissions.may_write(by, before):
        text = gettext("{author} has a proposal for these questions that is {state}. Wait until it is decided.")
        author = before.author or gettext("Someone")
        raise ValidationError(text.format(author=author, state=before.get_state_display()))
    document = _with_item(before.proposed if before else as_public(present), key, withdrawn=withdrawn)
    if before is not None and render(document) == render(as_public(present)):
        return ItemChange(ItemOutcome.UNDONE, proposals.withdraw(before, by=by))
    text = gettext("Withdraws the question {key}.") if withdrawn else gettext("Restores the question {key}.")
    note = " ".join(filter(None, [before.note if before else "", text.format(key=key)]))
    proposal = proposals.save_proposal(check, document, author=by, note=note)
    if before is not None:
        return ItemChange(ItemOutcome.ADDED, proposal)
    if permissions.is_only_reviewer(by):
        return ItemChange(ItemOutcome.PUBLISHED, proposal, publishing.publish([proposal], by=by))
    return ItemChange(ItemOutcome.IN_REVIEW, proposals.submit(proposal, by=by))


def _with_item(document: Document, key: str, *, withdrawn: bool) -> Document:
    items = document.data.get("items", [])
    item = next((item for item in items if item["id"] == key), None)
    if item is None:
        raise ValidationError(gettext("There is no such question."))
    if item.get("withdrawn", False) is withdrawn:
        raise ValidationError(
            gettext("This question is already withdrawn.") if withdrawn else gettext("This question is already in use.")
        )
    changed = [other if other is not item else {**item, "withdrawn": withdrawn} for other in items]
    data = canonical(document.kind, {**document.data, "items": changed})
    return Document(document.kind, document.slug, data, document.body)


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """The open proposal for the items of a check."""

    proposal: Proposal
    withdrawn: Mapping[str, bool]  # by item


def open_proposals(checks: Iterable[int]) -> dict[int, OpenProposal]:
    """Returns the proposals by the check's primary key. Takes one query."""
    rows = Proposal.objects.open().filter(kind=Kind.CHECK, record_id__in=list(checks)).select_related("author")
    return {
        row.record_id: OpenProposal(
            row, {item.key: item.withdrawn for item in load_items(row.proposed.data.get("items"))}
        )
        for row in rows
    }


# --- Reports by learners


@dataclass(frozen=True, slots=True)
class ItemWords:
    """What a learner reports about an item, and the answer they gave."""

    at: datetime
    text: str
    answer: Sequence[str] = ()  # the texts of the options at that time, or what was typed
    is_right: bool = False
    check: int = 0  # the check in which they were asked, which determines the order of the options; 0 if unknown


@dataclass(frozen=True, slots=True)
class ReportedItem:
    """The open reports about an item, or those that were closed at the same time. It does not state who reported the item."""

    skill: int
    item: str
    done_at: datetime | None
    count: int
    latest: datetime
    said: Sequence[ItemWords]  # latest first, at most MAX_SAID

    @property
    def more(self) -> int:
        return self.count - len(self.said)


def open_reports() -> QuerySet[ItemReport]:
    return ItemReport.objects.filter(done_at=None)


def reported_items(*, is_done: bool) -> QuerySet[ItemReport, Any]:
    """Returns the skill, item and times of each `ReportedItem`, latest first."""
    rows = ItemReport.objects.filter(done_at__isnull=not is_done).order_by()
    grouped = rows.values("skill", "item", "done_at").annotate(count=Count("pk"), latest=Max("at"))
    return grouped.order_by("-done_at" if is_done else "-latest", "skill", "item")


def with_reports(groups: Sequence[Mapping[str, Any]]) -> list[ReportedItem]:
    """Returns these groups, all open or all closed, with the text of the reports. Takes two queries."""
    rows = ItemReport.objects.filter(
        skill__in={group["skill"] for group in groups},
        item__in={group["item"] for group in groups},
        done_at__isnull=all(group["done_at"] is None for group in groups),
    )
    answers = _answers_to(rows)
    said: defaultdict[tuple[object, ...], list[ItemWords]] = defaultdict(list)
    for row in rows.order_by("-at"):
        answer = next((each for each in answers[row.learner_id, row.skill_id, row.item] if each.at <= row.at), None)
        about = (answer.answer, answer.right, answer.quick_check_id) if answer else ()
        said[row.skill_id, row.item, row.done_at].append(ItemWords(row.at, row.text, *about))
    return [
        ReportedItem(**group, said=said[group["skill"], group["item"], group["done_at"]][:MAX_SAID]) for group in groups
    ]


def _answers_to(reports: QuerySet[ItemReport]) -> defaultdict[tuple[int, int, str], list[CheckAnswer]]:
    """Returns the answers of the learners who report an item, by learner, skill and item, latest first."""
    found: defaultdict[tuple[int, int, str], list[CheckAnswer]] = defaultdict(list)
    own = reports.filter(learner=OuterRef("learner"), skill=OuterRef("skill"), item=OuterRef("item"))
    for answer in CheckAnswer.objects.filter(Exists(own)).order_by("-at"):
        found[answer.learner_id, answer.skill_id, answer.item].append(answer)
    return found
