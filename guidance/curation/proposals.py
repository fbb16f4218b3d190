"""Proposals: how a change to a record is drafted, submitted, withdrawn and rebased.

The row of a record is its public state or, if it was never public, its draft. A change is a `Proposal`: a whole document, which
publishing writes to the row. Everything here holds the catalogue's lock, so that what was read is still true when it is written.
Anything that is not allowed raises ValidationError, and then nothing is written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from guidance.catalog import record_store, references
from guidance.catalog.documents import Document, render
from guidance.catalog.models import RECORD_MODELS, Record, Status, Version
from guidance.curation import inbox
from guidance.curation.differences import changed_labels, merge
from guidance.curation.models import Comment, Proposal
from guidance.curation.naming import RecordNames, record_names, require_known, slug_taken, unknown_references
from guidance.curation.permissions import (
    is_reviewer,
    may_edit,
    may_take_over,
    may_write,
    require_edit,
    require_write,
    wrote,
)
from guidance.curation.publishing_rules import NotPublishable, incomplete, lasting_milestone_problems, taken_names
from guidance.curation.record_documents import (
    NEVER_PUBLIC,
    as_draft,
    as_public,
    base_document,
    document_of,
    document_of_version,
    newest_version,
    record_of,
    with_former_slugs,
    write_documents,
)

State = Proposal.ProposalState


class NoChange(ValidationError):
    """Raised if the record is already as the proposal would make it."""

    def __init__(self) -> None:
        super().__init__(gettext("The record is already like this: there is nothing to change."))


@transaction.atomic
def save_proposal(
    record: Record,
    document: Document,
    *,
    author: User,
    note: str | None = None,
    restores: int | None = None,
    may_be_others: bool = False,
    sign: bool = True,
) -> Proposal:
    """Saves the document as the proposal for the record: as a new draft, or as a change to the open proposal.

    A proposal that is in review or was sent back stays there; a scheduled one returns to review. Another person's proposal is
    changed only if the caller has seen it (`may_be_others`): it keeps its author and gets the name of the editor, unless nothing
    in the change is the editor's own (`sign`). Raises NoChange if the record already has this content.
    """
    record_store.lock()
    present = document_of(record)
    document = with_former_slugs(as_public(document), present)
    content = render(document)
    if content == render(present) and document.slug == present.slug:
        raise NoChange
    proposal = Proposal.objects.open().of(record).select_for_update().first()
    version = newest_version(record.KIND, record.pk)
    number = version.number if version else 0
    if proposal is None:
        proposal = Proposal(kind=record.KIND, record_id=record.pk, base=number)
    elif not (may_edit if may_be_others else may_write)(author, proposal):
        raise ValidationError(
            gettext("%(author)s has a proposal for this record that is %(state)s.")
            % {"author": proposal.author, "state": proposal.get_state_display()}
        )
    before = proposal.proposed if proposal.pk else None
    has_changed = proposal.document != content or proposal.slug != document.slug
    if has_changed:
        proposal.put(document.slug, content)
        proposal.restores = restores
        if proposal.state == State.SCHEDULED:
            clear_decision(proposal)
    if record.status in NEVER_PUBLIC:
        proposal.base = number  # the draft belongs to the proposal and was changed with it
    proposal.changed_at = timezone.now()
    if note is not None:
        proposal.note = note
    if sign or proposal.author_id is None:
        _sign(proposal, author, before if has_changed else document)
    proposal.save()
    inbox.link_proposal(proposal, by=author)
    return proposal


def _sign(proposal: Proposal, by: User, before: Document | None) -> None:
    """Adds the editor's name to the proposal; `before` is the previous document."""
    if proposal.author_id in (None, by.pk):
        proposal.author = by
        _author_has_seen(proposal)
        return
    assert before is not None  # a new proposal has no other author
    if labels := changed_labels(before, proposal.proposed):
        if proposal.edited_at is None:
            proposal.seen_document = render(before)
        proposal.editor, proposal.edited_at = by, proposal.changed_at
        proposal.comments.create(what=Comment.CommentType.EDIT, author=by, text=", ".join(labels))


def _author_has_seen(proposal: Proposal) -> None:
    if proposal.edited_at is not None:
        proposal.edited_at, proposal.seen_document = None, ""


def clear_decision(proposal: Proposal) -> None:
    proposal.state = State.IN_REVIEW
    proposal.reviewer, proposal.decided_at, proposal.publish_at, proposal.alone = None, None, None, False


@transaction.atomic
def propose(documents: Sequence[Document], *, author: User, note: str = "", submit: bool = False) -> list[Proposal]:
    """Creates a proposal for each document that differs from its record. Records are found by their current or a former slug;
    new ones are created as drafts. With `submit`, the proposals are in review at once. Returns them in the order of the
    documents.

    A document that is itself a draft (`status: draft`) changes or creates the draft, without a proposal. Raises NoChange if nothing
    differs, ValidationError if a document refers to something that does not exist or if another person's proposal is open.
    """
    record_store.lock()
    names = record_names()
    require_known(documents, names)
    drafts = [
        document
        for document in documents
        if (pk := names.find(document.kind, document.slug)) is None or names.statuses[document.kind, pk] in NEVER_PUBLIC
    ]
    written = _write_drafts(drafts, names, author)
    proposals = []
    for document in documents:
        record, changed = written.get((document.kind, document.slug)), document
        if record is None:
            pk = names.find(document.kind, document.slug)
            record = RECORD_MODELS[document.kind].objects.get(pk=pk)
            if document.status in NEVER_PUBLIC:
                raise ValidationError(gettext("%s is public: it cannot become a draft again.") % record)
            changed = replace(document, slug=record.slug)
        elif document.status in NEVER_PUBLIC:
            sync_draft(record, author=author)
            continue
        try:
            proposals.append(save_proposal(record, changed, author=author, note=note))
        except NoChange:
            continue
    if not proposals and not written:
        raise NoChange
    return [_submit(proposal) for proposal in proposals] if submit else proposals


def _write_drafts(documents: Sequence[Document], names: RecordNames, author: User) -> dict[tuple[str, str], Record]:
    """Writes drafts; returns the records by (kind, slug in the document)."""
    if not documents:
        return {}
    rows = []
    for document in documents:
        pk = names.find(document.kind, document.slug) or 0
        status = names.statuses.get((document.kind, pk), Status.DRAFT)
        slug = names.slugs.get((document.kind, pk), document.slug)
        rows.append((pk, as_draft(Document(document.kind, slug, document.data, document.body), status)))
    records = {(str(record.KIND), record.slug): record for record in write_documents(rows, names)}
    record_store.commit(list(records.values()), source=Version.VersionSource.CURATOR, author=author)
    return {
        (document.kind, document.slug): records[row.kind, row.slug]
        for document, (_, row) in zip(documents, rows, strict=True)
    }


@transaction.atomic
def propose_draft(record: Record, *, author: User, note: str = "") -> Proposal:
    """Proposes to publish a draft without changes."""
    if record.status not in NEVER_PUBLIC:
        raise ValidationError(gettext("Only a draft can be submitted without changes."))
    return save_proposal(record, document_of(record), author=author, note=note)


@transaction.atomic
def submit(proposal: Proposal, *, by: User, note: str | None = None) -> Proposal:
    """Submits the proposal for review, for the first time or again after it was sent back. The document must be complete."""
    proposal = lock_proposal(proposal, *Proposal.WITH_AUTHOR)
    require_write(by, proposal)
    if note is not None:
        proposal.note = note
    return _submit(proposal)


def _submit(proposal: Proposal) -> Proposal:
    if proposal.state not in Proposal.WITH_AUTHOR:
        return proposal
    problems = [*incomplete(proposal), *taken_names([proposal]).get(proposal.pk, ())]
    if problems := problems or lasting_milestone_problems(proposal):
        raise NotPublishable({proposal.pk: problems}, {proposal.pk: proposal.name})
    clear_decision(proposal)
    proposal.submitted_at, proposal.words = timezone.now(), ""
    _author_has_seen(proposal)
    sync_status(proposal, Status.IN_REVIEW)
    proposal.save()
    return proposal


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User) -> Proposal:
    """Withdraws a proposal before it is published. Reviewers may do so too, since a forgotten proposal would block its
    record."""
    proposal = lock_proposal(proposal, *Proposal.OPEN)
    if not is_reviewer(by):
        require_write(by, proposal)
    if proposal.state in Proposal.WITH_AUTHOR:
        proposal.submitted_at = None
    clear_decision(proposal)
    proposal.state, proposal.decided_at = State.WITHDRAWN, timezone.now()
    if not wrote(by, proposal):
        proposal.reviewer = by
    sync_status(proposal, Status.DRAFT)
    proposal.save()
    return proposal


@transaction.atomic
def revert(record: Record, version: Version, *, by: User, why: str = "") -> Proposal | None:
    """Proposes an old version. A draft that was never public becomes that version at once, and None is returned."""
    record_store.lock()
    document = document_of_version(version)
    if record.status in NEVER_PUBLIC:
        names = record_names()
        if problems := unknown_references(document, names):
            raise ValidationError(problems)
        draft = as_draft(document, record.status)
        if taken := slug_taken(record.KIND, record.pk, draft.slug, names):
            raise ValidationError(taken)
        proposal = Proposal.objects.open().of(record).first()
        if proposal is not None:
            require_write(by, proposal)
        written = write_documents([(record.pk, draft)], names)
        record_store.commit(written, source=Version.VersionSource.CURATOR, author=by)
        sync_draft(written[0], author=by)
        return None
    return save_proposal(
        record,
        document,
        author=by,
        note=f"{gettext('Restores version %d.') % version.number} {why}".strip(),
        restores=version.number if document.published else None,
    )


@transaction.atomic
def save_outdated(record: Record, document: Document, *, author: User, base: int, note: str = "") -> Proposal:
    """Saves what someone wrote on version `base` of a public record that others have changed since.

    The text becomes the author's open, outdated proposal; if someone else has an open proposal, the new one is withdrawn until
    its author can `resume` it. Raises NoChange if nothing was changed.
    """
    record_store.lock()
    version = Version.objects.get(kind=record.KIND, record_id=record.pk, number=base)
    document = with_former_slugs(as_public(document), document_of(record))
    content = render(document)
    if content == render(with_former_slugs(as_public(document_of_version(version)), document_of(record))):
        raise NoChange
    return Proposal.objects.create(
        kind=record.KIND,
        record_id=record.pk,
        slug=document.slug,
        document=content,
        base=base,
        author=author,
        note=note,
        state=State.WITHDRAWN if Proposal.objects.open().of(record).exists() else State.DRAFT,
    )


def other_open_proposal(proposal: Proposal) -> Proposal | None:
    """Returns the open proposal for the same record, if it is a different proposal."""
    others = Proposal.objects.open().filter(kind=proposal.kind, record_id=proposal.record_id).exclude(pk=proposal.pk)
    return others.select_related("author").first()


@transaction.atomic
def resume(proposal: Proposal, *, by: User) -> Proposal:
    """Reopens a proposal that was withdrawn or rejected: in review if a reviewer withdrew it from review, as a draft if its
    author withdrew it; a rejected proposal is proposed again. If the record was never public, the proposal gets the text of the
    current draft."""
    proposal = lock_proposal(proposal, State.WITHDRAWN, State.REFUSED)
    if not is_reviewer(by):
        require_write(by, proposal)
    if other := other_open_proposal(proposal):
        raise ValidationError(
            gettext("%(author)s has an open proposal for this record. Wait until it is decided, then reopen yours.")
            % {"author": other.author}
        )
    record = record_of(proposal)
    if record is None:
        raise ValidationError(gettext("The record no longer exists."))
    if record.status in NEVER_PUBLIC:
        document, version = as_public(document_of(record)), newest_version(record.KIND, record.pk)
        proposal.put(document.slug, render(document))
        proposal.base = version.number if version else 0
    was_in_review = proposal.reviewer_id is not None and proposal.submitted_at is not None
    if proposal.state == State.REFUSED:
        was_in_review = not may_write(by, proposal)
        assert proposal.decided_at is not None  # ensured by the database
        proposal.comments.create(author=proposal.reviewer, text=proposal.words, at=proposal.decided_at)
        proposal.words = ""
    clear_decision(proposal)
    proposal.changed_at = timezone.now()
    if was_in_review:
        sync_status(proposal, Status.IN_REVIEW)
    else:
        proposal.state, proposal.submitted_at, proposal.seen_document = State.DRAFT, None, ""
    proposal.save()
    return proposal


def joined(proposal: Proposal, other: Proposal, prefer: str = "") -> tuple[Document, list[str]]:
    """Returns the open proposal merged with a second text of the same author, and the fields that both changed."""
    base = base_document(proposal)
    if base is None:
        return other.proposed, []
    return merge(as_public(base), proposal.proposed, other.proposed, prefer)


@transaction.atomic
def join(proposal: Proposal, *, by: User, prefer: str = "") -> Proposal:
    """Merges someone's withdrawn second text, for example from a second tab, into their open proposal. If both changed a field,
    `prefer` ("mine", the second text, or "theirs") decides; without it, raises a ValidationError that lists the fields."""
    proposal = lock_proposal(proposal, State.WITHDRAWN)
    require_write(by, proposal)
    other, record = other_open_proposal(proposal), record_of(proposal)
    if other is None or record is None:
        raise ValidationError(gettext("There is no longer an open proposal to add it to."))
    document, conflicts = joined(proposal, other, prefer)
    if conflicts and not prefer:
        raise ValidationError(gettext("Both changed: %s.") % "; ".join(conflicts))
    return save_proposal(record, document, author=by, note=other.note or proposal.note)


@transaction.atomic
def take_over(proposal: Proposal, *, by: User) -> Proposal:
    """Makes this user the author of an open proposal whose author is away. The original writer is still named."""
    proposal = lock_proposal(proposal, *Proposal.OPEN)
    if not may_take_over(by, proposal):
        raise ValidationError(gettext("Only a reviewer can take over someone else’s proposal."))
    before = proposal.author
    proposal.author, proposal.editor = by, before
    _author_has_seen(proposal)
    proposal.changed_at = timezone.now()
    if proposal.state == State.SCHEDULED:
        clear_decision(proposal)
    proposal.save()
    proposal.comments.create(what=Comment.CommentType.TAKE_OVER, author=by, text=str(before))
    return proposal


@transaction.atomic
def agree(proposal: Proposal, *, by: User) -> Proposal:
    """Stores that the author has seen an editor's changes."""
    proposal = lock_proposal(proposal, *Proposal.OPEN)
    require_write(by, proposal)
    now = timezone.now()
    if proposal.edited_at is not None:
        said = gettext("I agree to the changes.")
        proposal.comments.create(author=by, text=said, at=now, resolved_at=now, resolved_by=by)
    _author_has_seen(proposal)
    proposal.changed_at = now
    proposal.save()
    return proposal


def sync_draft(record: Record, *, author: User, note: str | None = None, may_be_others: bool = False) -> None:
    """Makes the open proposal of a draft that was never public equal to the draft, after the draft has changed."""
    if record.status in NEVER_PUBLIC and Proposal.objects.open().of(record).exists():
        save_proposal(record, document_of(record), author=author, note=note, may_be_others=may_be_others)


def follow_new_slug(kind: str, before: str, after: str) -> None:
    """Handles the new slug of a record that was never public, whose old slug leads nowhere. Rows refer to the record by key;
    proposals for other records refer to it by slug and are updated here."""
    for proposal in Proposal.objects.open().filter(document__contains=before):
        if references.names(proposal.proposed, kind, before):
            proposal.document = render(references.repoint(proposal.proposed, kind, before, after))
            proposal.save(update_fields=["document"])


def is_outdated(proposal: Proposal) -> bool:
    """Returns whether the record has changed since the proposal was started. A change that was undone does not count."""
    number = getattr(proposal, "newest", None)
    if number is None:
        number = Proposal.objects.filter(pk=proposal.pk).newest_numbers().get(proposal.pk, 0)
    return bool(number != proposal.base)


def rebased(proposal: Proposal, prefer: str = "") -> tuple[Document, list[str]]:
    """Returns the proposal applied to the current record, and the fields that both changed."""
    record = record_of(proposal)
    assert record is not None
    present, base = as_public(document_of(record)), base_document(proposal)
    if base is None:
        return proposal.proposed, []
    return merge(as_public(base), proposal.proposed, present, prefer)


@transaction.atomic
def rebase(proposal: Proposal, *, by: User, prefer: str = "") -> Proposal:
    """Updates the proposal to the current version of its record. If both changed a field, `prefer` ("mine" or "theirs") decides; without
    it, raises a ValidationError that lists the fields."""
    proposal = lock_proposal(proposal, *Proposal.OPEN)
    require_edit(by, proposal)
    document, conflicts = rebased(proposal, prefer)
    if conflicts and not prefer:
        raise ValidationError(gettext("Both changed: %s.") % "; ".join(conflicts))
    record = record_of(proposal)
    version = newest_version(proposal.kind, proposal.record_id)
    assert record is not None
    assert version is not None
    proposal.base = version.number
    if proposal.state == State.SCHEDULED:
        clear_decision(proposal)
    proposal.save()
    return save_proposal(record, document, author=by, may_be_others=True, sign=bool(conflicts))


def lock_proposal(proposal: Proposal, *states: str) -> Proposal:
    """Returns the proposal's row, locked. Raises ValidationError if it is in another state."""
    row = lock_proposals([proposal])[0]
    if row.state not in states:
        raise ValidationError(state_message(row))
    return row


def lock_proposals(proposals: Iterable[Proposal]) -> list[Proposal]:
    record_store.lock()
    keys = [proposal.pk for proposal in proposals]
    return list(
        Proposal.objects.filter(pk__in=keys).select_related("author").select_for_update(of=("self",)).order_by("pk")
    )


def state_message(proposal: Proposal) -> str:
    return gettext("The proposal is now %s.") % proposal.get_state_display()


def sync_status(proposal: Proposal, status: str) -> None:
    """Sets the status of a record that was never public, which shows whether it is in review; changing it writes a version, like any
    change."""
    record = record_of(proposal)
    if record is None or record.status not in NEVER_PUBLIC or record.status == status:
        return
    record.status = status
    record.save(update_fields=["status"])
    record_store.commit([record], source=Version.VersionSource.CURATOR, author=proposal.author)
    version = newest_version(record.KIND, record.pk)
    assert version is not None
    proposal.base = version.number
