"""Publishing: how a proposal is reviewed, rejected, scheduled and published, alone or in a batch.

Everything here holds the catalogue's lock, as in `proposals`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.documents import Document, render
from guidance.catalog.models import Record, Revision, Status, Version
from guidance.catalog.rows import copy_in, reserve
from guidance.catalog.writing import Publication
from guidance.curation import inbox, naming
from guidance.curation.models import Comment, Proposal
from guidance.curation.naming import RecordNames, place_of, record_names, require_known
from guidance.curation.permissions import (
    is_only_reviewer,
    is_reviewer,
    may_review,
    own_change,
    require_review,
    require_write,
    review_refusal,
    wrote,
)
from guidance.curation.proposals import NoChange, State, clear_decision, lock_proposal, state_message, sync_status
from guidance.curation.publishing_rules import NotPublishable, incomplete, publish_problems
from guidance.curation.record_documents import (
    NEVER_PUBLIC,
    PlacedDocuments,
    as_draft,
    as_public,
    document_of_version,
    explaining,
    prepare_writing,
    state,
    with_former_slugs,
)

log = structlog.get_logger(__name__)


@dataclass
class ProposalBatch:
    """Many documents proposed together, ready to be written with a fixed number of statements."""

    documents: PlacedDocuments  # written directly: drafts, or what is published at once
    publication: Publication | None
    proposals: list[Proposal]  # with their future primary keys
    hidden: list[Record]  # no longer public

    def carry_out(self) -> Revision | None:
        """Writes the batch. The caller holds the lock and has checked that `state` is unchanged. Raises ValidationError."""
        revision = None
        if self.publication is not None:
            with explaining(self.documents):
                revision = self.publication.carry_out()
        if objections := [reason for record in self.hidden for reason in record_store.problems(record)]:
            raise ValidationError(objections)
        copy_in(self.proposals)
        return revision


def prepare_batch(
    documents: Sequence[Document], *, author: User, note: str = "", at_once: bool = False
) -> ProposalBatch:
    """Works like `propose` with `submit`. Each record is found by the slug of its document, and none may have an open proposal.
    Drafts are changed directly, as no one sees them. With `at_once`, which is reserved for a sole reviewer, all changes are
    published.

    Reads and checks everything and writes nothing. Raises ValidationError, and NoChange.
    """
    if at_once and not is_only_reviewer(author):
        raise ValidationError(review_refusal(author))
    names = record_names()
    require_known(documents, names)
    rows: list[tuple[int, Document]] = []
    for document in documents:
        pk, status = names.records.get((document.kind, document.slug), (0, Status.DRAFT))
        if document.status in NEVER_PUBLIC:
            if status not in NEVER_PUBLIC:
                raise ValidationError(gettext("%s is public: it cannot become a draft again.") % document.slug)
            rows.append((pk, as_draft(document, document.status)))
        elif at_once:
            rows.append((pk, as_public(document)))
        elif status in NEVER_PUBLIC:
            rows.append((pk, as_draft(document, Status.IN_REVIEW)))
    publication = None
    if rows:
        publication = Publication(prepare_writing(rows, names), source=Version.VersionSource.CURATOR, author=author)
        names = names.with_new(publication.writing.records)
    proposals = _batch_proposals(documents, names, publication, author=author, note=note, at_once=at_once)
    if not proposals and not rows:
        raise NoChange
    hidden = []
    if at_once:
        if reasons := publish_problems(proposals, names):
            raise NotPublishable(reasons, {row.pk: row.name for row in proposals})
        gone = {(row.kind, row.record_id) for row in proposals if not row.proposed.published}
        hidden = [record for record in publication.writing.records if place_of(record) in gone] if publication else []
    return ProposalBatch(rows, publication, proposals, hidden)


def _batch_proposals(
    documents: Sequence[Document],
    names: RecordNames,
    publication: Publication | None,
    *,
    author: User,
    note: str,
    at_once: bool,
) -> list[Proposal]:
    """Returns proposals for the documents that differ from their records. Raises ValidationError."""
    now = timezone.now()
    taken = set(Proposal.objects.open().values_list("kind", "record_id"))
    latest, written = record_store.latest(), publication.numbers if publication else {}
    proposals: list[Proposal] = []
    for document in documents:
        if document.status in NEVER_PUBLIC:
            continue
        key = (document.kind, names.records[document.kind, document.slug][0])
        version = latest.get(key)
        present = document_of_version(version) if version else document
        content = render(with_former_slugs(as_public(document), present))
        base = version.number if version else 0
        proposal = Proposal(
            kind=document.kind,
            record_id=key[1],
            slug=document.slug,
            document=content,
            base=base if at_once else written.get(key, base),
            author=author,
            note=note,
            changed_at=now,
            state=State.IN_REVIEW,
            submitted_at=now,
        )
        if problems := incomplete(proposal):
            raise ValidationError([f"{proposal.name}: {problem}" for problem in problems])
        if version is not None and content == version.document:
            continue
        if key in taken:
            raise ValidationError(gettext("%s already has a proposal.") % proposal.name)
        if at_once:
            proposal.state, proposal.version = State.PUBLISHED, written[key]
            proposal.reviewer, proposal.decided_at, proposal.alone = author, now, True
        proposals.append(proposal)
    reserve(proposals)
    return proposals


@transaction.atomic
def reject(proposal: Proposal, *, by: User, words: str) -> Proposal:
    """Rejects a proposal, with a reason. The author may propose again."""
    proposal = lock_proposal(proposal, *Proposal.WITH_REVIEWER)
    require_review(by, proposal)
    if not words.strip():
        raise ValidationError(gettext("Give the reason, so that the author can improve it."))
    _decide(proposal, State.REFUSED, by)
    proposal.words, proposal.publish_at = words.strip(), None
    sync_status(proposal, Status.DRAFT)
    proposal.save()
    return proposal


@transaction.atomic
def send_back(proposal: Proposal, *, by: User, words: str = "") -> Proposal:
    """Sends a proposal back to its author for changes. Comments state what to change: the unresolved ones, and `words`, which
    become a comment about the whole proposal."""
    proposal = lock_proposal(proposal, *Proposal.WITH_REVIEWER)
    require_review(by, proposal)
    if words.strip():
        proposal.comments.create(author=by, text=words.strip())
    elif not proposal.comments.unresolved().exists():
        raise ValidationError(gettext("Tell the author what to change: here, or in a comment on a field."))
    _decide(proposal, State.SENT_BACK, by)
    if proposal.edited_at is None:
        proposal.seen_document = proposal.document
    proposal.publish_at = None
    sync_status(proposal, Status.DRAFT)
    proposal.save()
    return proposal


@transaction.atomic
def schedule(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Schedules a proposal to be published at that time, or within the minute after it. It must be publishable now."""
    proposal = lock_proposal(proposal, *Proposal.WITH_REVIEWER)
    require_review(by, proposal)
    require_future(at)
    if reasons := publish_problems([proposal], record_names(), together=_due_until(at)):
        raise NotPublishable(reasons, {proposal.pk: proposal.name})
    _decide(proposal, State.SCHEDULED, by)
    proposal.publish_at = at
    proposal.save()
    return proposal


def require_future(at: datetime) -> None:
    if at <= timezone.now():
        raise ValidationError(gettext("This time has passed. Choose a later one, or publish now."))


def _due_until(at: datetime) -> list[Proposal]:
    """Returns the proposals that will be public by that time."""
    return list(Proposal.objects.due(at))


@transaction.atomic
def unschedule(proposal: Proposal, *, by: User) -> Proposal:
    """Moves a scheduled proposal back to review."""
    proposal = lock_proposal(proposal, State.SCHEDULED)
    if not is_reviewer(by):
        require_write(by, proposal)
    clear_decision(proposal)
    proposal.save()
    return proposal


def _decide(proposal: Proposal, state: str, by: User) -> None:
    proposal.state, proposal.reviewer, proposal.decided_at = state, by, timezone.now()
    proposal.alone = wrote(by, proposal)
    proposal.words = ""


def publish(proposals: Iterable[Proposal], *, by: User, words: str = "") -> Revision | None:
    """Publishes proposals now, all or none, in one revision, with a message to the author. The reviewer's own drafts are
    submitted as well. Raises NotPublishable."""
    asked = Proposal.objects.filter(pk__in=[proposal.pk for proposal in proposals]).order_by("pk")

    def seen() -> tuple[object, ...]:
        return state(), *asked.values_list("pk", "state")

    def look() -> tuple[list[Proposal], Publication]:
        rows = list(asked.select_related("author"))
        _require_publishable_by(by, rows)
        return rows, _publication(rows)

    def write(found: tuple[list[Proposal], Publication]) -> Revision | None:
        now = timezone.now()
        return _publish(
            *found,
            reviewer=by,
            alone=Case(When(own_change(by), then=True), default=False),
            decided_at=now,
            submitted_at=Coalesce("submitted_at", now),
            publish_at=None,
            words=words.strip(),
        )

    return record_store.look_then_write(look, write, seen)


def _require_publishable_by(by: User, rows: Sequence[Proposal]) -> None:
    others, own = is_reviewer(by), is_only_reviewer(by)
    refused: dict[int, list[str]] = {}
    for row in rows:
        mine = wrote(by, row)
        if row.state not in Proposal.WITH_REVIEWER and not (
            row.author_id == by.pk and row.state in Proposal.WITH_AUTHOR
        ):
            refused[row.pk] = [state_message(row)]
        elif not (own if mine else others):
            refused[row.pk] = [review_refusal(by)]
    if refused:
        raise NotPublishable(refused, {row.pk: row.name for row in rows})


@dataclass(frozen=True, slots=True)
class TogetherNow:
    """Which of these proposals can be published now, in one revision, and why the others cannot."""

    rows: Sequence[Proposal]
    left_out: Sequence[tuple[Proposal, Sequence[str]]]


def sort_out(proposals: Sequence[Proposal], *, by: User) -> TogetherNow:
    """Sorts proposals into those that can be published now and those that cannot. Scheduled proposals are left for their own
    time. Reads only."""
    reasons: dict[int, Sequence[str]] = {row.pk: refused for row in proposals if (refused := _not_now(row, by))}
    rows = [row for row in proposals if row.pk not in reasons]
    names = record_names()
    while rows and (problems := publish_problems(rows, names)):
        # A problem that no single proposal causes is reported for all of them.
        reasons |= problems if 0 not in problems else {row.pk: problems.get(row.pk, problems[0]) for row in rows}
        rows = [row for row in rows if row.pk not in reasons]  # check again the proposals that refer to those left out
    return TogetherNow(rows, [(row, reasons[row.pk]) for row in proposals if row.pk in reasons])


def _not_now(row: Proposal, by: User) -> list[str]:
    if row.state == State.SCHEDULED and row.publish_at is not None:
        at = date_format(timezone.localtime(row.publish_at), "DATETIME_FORMAT")
        return [gettext("It is scheduled: it will be published on %s.") % at]
    if row.state in Proposal.WITH_AUTHOR:
        return [f"{state_message(row)} {gettext('Its author has to submit it first.')}"]
    if row.state != State.IN_REVIEW:
        return [state_message(row)]
    return [] if may_review(by, row) else [review_refusal(by)]


def publish_due(*, now: datetime) -> int:
    """Publishes the proposals scheduled up to `now`, in one revision; returns the number of proposals. Any number of workers may
    run it at the same time.

    Proposals that cannot be published return to review, with the reasons, and the others are published without them.
    """
    if not Proposal.objects.due(now).exists():
        return 0
    with transaction.atomic():
        record_store.lock()  # another worker may have published it by then
        rows = list(Proposal.objects.due(now).select_for_update(skip_locked=True).order_by("publish_at", "pk"))
        while rows:
            try:
                with transaction.atomic():
                    _publish(rows, _publication(rows))
                break
            except NotPublishable as error:
                # If no single proposal causes the problem, the one scheduled last is left out, then the one before it, and so on.
                guilty = set(error.reasons) & {row.pk for row in rows} or {rows[-1].pk}
                for row in rows:
                    if row.pk in guilty:
                        _send_back(row.pk, error.reasons.get(row.pk) or error.reasons[0])
                left = [row.pk for row in rows if row.pk not in guilty]
                rows = list(Proposal.objects.filter(pk__in=left).order_by("publish_at", "pk"))
        return len(rows)


def _send_back(key: int, reasons: Sequence[str]) -> None:
    proposal = Proposal.objects.get(pk=key)
    at = proposal.publish_at
    clear_decision(proposal)
    reasons = naming.plain(reasons)
    proposal.words = gettext("It could not be published: %s") % " ".join(reasons)
    proposal.save()
    log.warning("proposal_not_publishable", proposal=key, scheduled=str(at), reasons=list(reasons))


def _publication(rows: Sequence[Proposal]) -> Publication:
    """Returns the data that publishing these proposals writes. Raises NotPublishable."""
    names = record_names()
    if reasons := publish_problems(rows, names):
        raise NotPublishable(reasons, {row.pk: row.name for row in rows})
    return Publication(
        prepare_writing([(row.record_id, row.proposed) for row in rows], names),
        source=Version.VersionSource.CURATOR,
        authors={(row.kind, row.record_id): row.author for row in rows},
    )


def _publish(rows: Sequence[Proposal], publication: Publication, **decided: Any) -> Revision | None:
    """Writes the publication; `decided` has the fields to set in all the proposals. Raises NotPublishable."""
    called = {row.pk: row.name for row in rows}
    try:
        with explaining([(row.record_id, row.proposed) for row in rows]):
            revision = publication.carry_out()
    except ValidationError as error:
        raise NotPublishable({rows[0].pk if len(rows) == 1 else 0: list(error.messages)}, called) from error
    records = {place_of(record): record for record in publication.writing.records}
    hidden = {
        row.pk: objections
        for row in rows
        if not row.proposed.published and (objections := record_store.problems(records[row.kind, row.record_id]))
    }
    if hidden:
        raise NotPublishable(hidden, called)
    newest_of = Version.objects.filter(kind=OuterRef("kind"), record_id=OuterRef("record_id")).order_by("-number")
    Proposal.objects.filter(pk__in=called).update(
        state=State.PUBLISHED, version=Subquery(newest_of.values("number")[:1]), **decided
    )
    now = timezone.now()
    # Publishing a proposal resolves the open comments on it.
    Comment.objects.unresolved().filter(proposal__in=called).update(
        resolved_at=now, resolved_by=decided.get("reviewer")
    )
    inbox.tell_published(rows, by=decided.get("reviewer"), now=now)
    return revision
