"""How a change becomes public: somebody proposes it, somebody else reviews it, it is published at once or at its time.

The row of a record is what is public or, as long as it never was public, its draft. Whatever is to become public of it is a
`Proposal`: a whole document, which publishing writes to the row. Everything here holds the catalogue's lock, so that what
was looked at is still true when it is written; what may not be done is a ValidationError, and then nothing was written.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Case, Count, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from guidance.catalog import graph, record_store
from guidance.catalog.documents import Document, canonical, parse, render
from guidance.catalog.models import RECORD_MODELS, Kind, Prerequisite, Record, Redirect, Revision, Status, Version
from guidance.catalog.rows import copy_in, reserve
from guidance.catalog.writing import Publication, Writing
from guidance.curation import milestone_rules, naming
from guidance.curation.differences import merge
from guidance.curation.models import Proposal

log = structlog.get_logger(__name__)

REVIEW = "curation.review_proposal"
NEVER_PUBLIC = (Status.DRAFT, Status.IN_REVIEW)
State = Proposal.State


class NoChange(ValidationError):
    """The record is already what it would become."""

    def __init__(self) -> None:
        super().__init__(gettext("This is what the record is already: there is nothing to change."))


class NotPublishable(ValidationError):
    """`reasons` says of each proposal, by its primary key, why not; 0 has what cannot be said of one alone."""

    def __init__(self, reasons: Mapping[int, list[str]], names: Mapping[int, str]) -> None:
        self.reasons = reasons
        several = len(names) > 1
        super().__init__(
            [
                naming.about(names[key], reason) if several and key in names else reason
                for key, found in reasons.items()
                for reason in found
            ]
        )


# --- Who may


def reviewers() -> QuerySet[User]:
    """Everybody who may review now."""
    label, codename = REVIEW.split(".")
    has = {"content_type__app_label": label, "codename": codename}
    allowed = (
        Q(is_superuser=True)
        | Q(
            pk__in=User.objects.filter(**{f"user_permissions__{name}": value for name, value in has.items()}).values(
                "pk"
            )
        )
        | Q(
            pk__in=User.objects.filter(**{f"groups__permissions__{name}": value for name, value in has.items()}).values(
                "pk"
            )
        )
    )
    return User.objects.filter(allowed, is_active=True, is_staff=True)


def is_reviewer(user: User) -> bool:
    return user.is_active and user.has_perm(REVIEW)


def is_alone(user: User) -> bool:
    """Whether nobody else may review."""
    return is_reviewer(user) and not reviewers().exclude(pk=user.pk).exists()


def may_review(user: User, proposal: Proposal) -> bool:
    """Nobody reviews their own change, unless there is nobody else, or it brings back what was public before."""
    if not is_reviewer(user):
        return False
    return proposal.author_id != user.pk or proposal.restores is not None or is_alone(user)


def may_write(user: User, proposal: Proposal) -> bool:
    """Its author changes it, and whoever takes the place of one who has gone."""
    permission = f"catalog.change_{RECORD_MODELS[proposal.kind]._meta.model_name}"
    return proposal.author_id in (None, user.pk) and user.has_perm(permission)


# --- Documents


def document_of(record: Record) -> Document:
    return record_store.documents_of(record.KIND, [record])[0]


def as_public(document: Document) -> Document:
    """The same without being a draft."""
    data = {key: value for key, value in document.data.items() if key != "status" or value not in NEVER_PUBLIC}
    return Document(document.kind, document.slug, data, document.body)


def as_draft(document: Document, status: str = Status.DRAFT) -> Document:
    data = canonical(document.kind, {**document.data, "status": str(status)})
    return Document(document.kind, document.slug, data, document.body)


def _with_old_slugs(document: Document, record: Document) -> Document:
    """Old slugs are kept by the catalogue, whatever a document says of them."""
    data = {key: value for key, value in document.data.items() if key != "formerly"}
    if old := [slug for slug in record.data.get("formerly", []) if slug != document.slug]:
        data["formerly"] = old
    return Document(document.kind, document.slug, canonical(document.kind, data), document.body)


def record_of(proposal: Proposal) -> Record | None:
    return RECORD_MODELS[proposal.kind].objects.filter(pk=proposal.record_id).first()


def newest(kind: str, record_id: int) -> Version | None:
    return Version.objects.filter(kind=kind, record_id=record_id).order_by("-number").first()


def document_in(version: Version) -> Document:
    document, _problems = parse(version.document, kind=version.kind, slug=version.slug)
    assert document is not None  # it was rendered
    return document


def begun_on(proposal: Proposal) -> Document | None:
    return bases([proposal]).get(proposal.pk)


def bases(proposals: Sequence[Proposal]) -> dict[int, Document]:
    """By the proposal's primary key what its record was when it was begun; nothing where there was none. One statement."""
    records, numbers = {row.record_id for row in proposals}, {row.base for row in proposals}
    found = {
        (version.kind, version.record_id, version.number): version
        for version in Version.objects.filter(record_id__in=records, number__in=numbers)
    }
    began = {row.pk: found.get((row.kind, row.record_id, row.base)) for row in proposals}
    return {key: document_in(version) for key, version in began.items() if version is not None}


def state() -> tuple[object, ...]:
    """Changes with every change of a record or an open proposal: whether what was read without the lock still holds."""
    found = Proposal.objects.open().aggregate(newest=Max("pk"), count=Count("pk"), changed=Max("changed_at"))
    return record_store.state(), *found.values()


# --- Names


@dataclass(frozen=True)
class _Names:
    """What documents may name, and how the database calls it."""

    records: Mapping[tuple[str, str], tuple[int, str]]  # (kind, slug): primary key and status
    old: Mapping[tuple[str, str], int]  # (kind, old slug): primary key
    slugs: Mapping[tuple[str, int], str] = field(init=False)
    statuses: Mapping[tuple[str, int], str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "slugs", {(kind, pk): slug for (kind, slug), (pk, _) in self.records.items()})
        object.__setattr__(self, "statuses", {(kind, pk): status for (kind, _), (pk, status) in self.records.items()})

    def with_new(self, records: Iterable[Record]) -> "_Names":
        """With what they will be called."""
        new = {(str(record.KIND), record.slug): (record.pk, record.status) for record in records}
        return _Names({**self.records, **new}, self.old)

    def find(self, kind: str, slug: str) -> int | None:
        found = self.records.get((kind, slug))
        return found[0] if found else self.old.get((kind, slug))


def _names() -> _Names:
    records = {
        (str(kind), slug): (pk, status)
        for kind, model in RECORD_MODELS.items()
        for slug, pk, status in model.objects.values_list("slug", "pk", "status")
    }
    old = {
        (kind, slug): pk
        for kind, slug, pk in Redirect.objects.values_list("kind", "slug", "record_id")
        if (kind, slug) not in records
    }
    return _Names(records, old)


def _unknown(document: Document, names: _Names, new: Container[tuple[str, str]] = ()) -> list[str]:
    """Of records that it names and that there are not, nor will be as one of `new` (kind and slug)."""
    return [
        gettext("%(field)s: there is no %(kind)s “%(slug)s”.") % {"field": path[0], "kind": kind, "slug": slug}
        for path, kind, slug in document.references()
        if names.find(kind, slug) is None and (kind, slug) not in new
    ]


def _must_be_known(documents: Sequence[Document], names: _Names) -> None:
    new = {(document.kind, document.slug) for document in documents}
    if problems := [
        f"{document.kind} {document.slug}: {problem}"
        for document in documents
        for problem in _unknown(document, names, new)
    ]:
        raise ValidationError(problems)


type Placed = Sequence[tuple[int, Document]]  # with primary keys, 0 for a new record


def _prepared(documents: Placed, names: _Names) -> Writing:
    renamed = {
        (document.kind, document.slug): names.slugs[document.kind, pk]
        for pk, document in documents
        if names.slugs.get((document.kind, pk), document.slug) != document.slug
    }
    return Writing([document for _, document in documents], renamed, names.old)


@contextmanager
def _explaining(documents: Placed) -> Iterator[None]:
    """A ValidationError says which rule of the database is in the way of these documents."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        rows = [((document.kind, pk), document) for pk, document in documents]
        taken = [reason for found in naming.taken(rows).values() for reason in found]
        raise ValidationError([*taken] or explained(error)) from error


def _write(documents: Placed, names: _Names) -> list[Record]:
    """Write the documents to the rows of these primary keys."""
    with _explaining(documents):
        rows = _prepared(documents, names)
        rows.make_ready()
        rows.execute()
        return rows.records


def explained(error: IntegrityError) -> str:
    """What a rule of the database says of itself."""
    diagnosis = getattr(error.__cause__, "diag", None)
    for model in apps.get_app_config("catalog").get_models():
        for constraint in model._meta.constraints:
            if diagnosis is not None and constraint.name == diagnosis.constraint_name:
                return str(constraint.get_violation_error_message())
    return str(diagnosis.message_primary) if diagnosis is not None else str(error)


@contextmanager
def applied(kind: str, record_id: int, document: Document) -> Iterator[Record]:
    """Within, the record is what the document says; afterwards nothing has happened. ValidationError where it cannot be."""
    with transaction.atomic():
        record_store.lock()
        names = _names()
        if problems := _unknown(document, names):
            raise ValidationError(problems)
        if taken := _taken(kind, record_id, document.slug, names):
            raise ValidationError(taken)
        _write([(record_id, document)], names)
        yield RECORD_MODELS[kind].objects.get(pk=record_id)
        transaction.set_rollback(True)


def _taken(kind: str, record_id: int, slug: str, names: _Names) -> str:
    owner = names.records.get((kind, slug))
    if owner is None or owner[0] == record_id:
        return ""
    return gettext("The slug “%s” belongs to another record.") % slug


# --- Proposing


@transaction.atomic
def keep(
    record: Record, document: Document, *, author: User, note: str | None = None, restores: int | None = None
) -> Proposal:
    """Make this document what is proposed for the record: a new proposal, in draft, or a change of the open one.

    What was in review stays there; what was scheduled is reviewed again. Raises NoChange where the record is that already.
    """
    record_store.lock()
    present = document_of(record)
    document = _with_old_slugs(as_public(document), present)
    content = render(document)
    if content == render(present) and document.slug == present.slug:
        raise NoChange
    proposal = Proposal.objects.open().of(record).select_for_update().first()
    version = newest(record.KIND, record.pk)
    number = version.number if version else 0
    if proposal is None:
        proposal = Proposal(kind=record.KIND, record_id=record.pk, base=number)
    elif not may_write(author, proposal):
        raise ValidationError(
            gettext("%(author)s has a proposal for this record that is %(state)s.")
            % {"author": proposal.author, "state": proposal.get_state_display()}
        )
    if proposal.document != content or proposal.slug != document.slug:
        proposal.document, proposal.slug, proposal.restores = content, document.slug, restores
        if proposal.state == State.SCHEDULED:
            _undecide(proposal)
    if record.status in NEVER_PUBLIC:
        proposal.base = number  # the draft is its own and was changed with it
    proposal.author = author
    proposal.changed_at = timezone.now()
    if note is not None:
        proposal.note = note
    proposal.__dict__.pop("proposed", None)
    proposal.save()
    return proposal


def _undecide(proposal: Proposal) -> None:
    proposal.state = State.IN_REVIEW
    proposal.reviewer, proposal.decided_at, proposal.publish_at, proposal.alone = None, None, None, False


@transaction.atomic
def propose(documents: Sequence[Document], *, author: User, note: str = "", submit: bool = False) -> list[Proposal]:
    """Propose each document that differs from its record, found by its slug or a former one; new records are made, as
    drafts. With `submit` they are in review at once. Returns the proposals in the order of the documents.

    A document that is itself a draft (`status: draft`) changes the draft, or makes one, and proposes nothing. Raises
    NoChange when nothing differs, ValidationError when one names what there is not or somebody else's proposal is open.
    """
    record_store.lock()
    names = _names()
    _must_be_known(documents, names)
    drafts = [
        document
        for document in documents
        if (pk := names.find(document.kind, document.slug)) is None or names.statuses[document.kind, pk] in NEVER_PUBLIC
    ]
    written = _write_drafts(drafts, names, author)
    proposals = []
    for document in documents:
        record = written.get((document.kind, document.slug))
        if record is None:
            pk = names.find(document.kind, document.slug)
            record = RECORD_MODELS[document.kind].objects.get(pk=pk)
            if document.status in NEVER_PUBLIC:
                raise ValidationError(gettext("%s is public: it cannot become a draft again.") % record)
            document = Document(document.kind, record.slug, document.data, document.body)  # noqa: PLW2901
        elif document.status in NEVER_PUBLIC:
            follow(record, author=author)
            continue
        try:
            proposals.append(keep(record, document, author=author, note=note))
        except NoChange:
            continue
    if not proposals and not written:
        raise NoChange
    return [_submit(proposal) for proposal in proposals] if submit else proposals


@dataclass
class Batch:
    """Very many documents that are proposed at once, ready to be written: the number of statements does not grow with them."""

    documents: Placed  # that are written as they are: drafts, or what is published at once
    publication: Publication | None
    proposals: list[Proposal]  # with the primary keys that they will have
    hidden: list[Record]  # that are public no longer

    def carry_out(self) -> Revision | None:
        """The caller has the lock and has seen that `state` is what it was. Raises ValidationError."""
        revision = None
        if self.publication is not None:
            with _explaining(self.documents):
                revision = self.publication.carry_out()
        if objections := [reason for record in self.hidden for reason in record_store.objections(record)]:
            raise ValidationError(objections)
        copy_in(self.proposals)
        return revision


def prepare_all(documents: Sequence[Document], *, author: User, note: str = "", at_once: bool = False) -> Batch:
    """Like `propose` with `submit`. Each record goes by the name of its document, and none may have an open proposal. Drafts
    are changed, as nobody sees them. `at_once`, which only the only reviewer may say, all of it is public afterwards.

    Reads and checks everything and writes nothing. Raises ValidationError, and NoChange.
    """
    if at_once and not is_alone(author):
        raise ValidationError(_not_yours(author))
    names = _names()
    _must_be_known(documents, names)
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
        publication = Publication(_prepared(rows, names), source=Version.VersionSource.CURATOR, author=author)
        names = names.with_new(publication.writing.records)
    proposals = _proposals(documents, names, publication, author=author, note=note, at_once=at_once)
    if not proposals and not rows:
        raise NoChange
    hidden = []
    if at_once:
        if reasons := _reasons(proposals, names):
            raise NotPublishable(reasons, {row.pk: row.name for row in proposals})
        gone = {(row.kind, row.record_id) for row in proposals if not row.proposed.published}
        hidden = [record for record in publication.writing.records if _place(record) in gone] if publication else []
    return Batch(rows, publication, proposals, hidden)


def _proposals(
    documents: Sequence[Document],
    names: _Names,
    publication: Publication | None,
    *,
    author: User,
    note: str,
    at_once: bool,
) -> list[Proposal]:
    """Of those that differ from their records. Raises ValidationError."""
    now = timezone.now()
    taken = set(Proposal.objects.open().values_list("kind", "record_id"))
    latest, written = record_store.latest(), publication.numbers if publication else {}
    proposals: list[Proposal] = []
    for document in documents:
        if document.status in NEVER_PUBLIC:
            continue
        key = (document.kind, names.records[document.kind, document.slug][0])
        version = latest.get(key)
        present = document_in(version) if version else document
        content = render(_with_old_slugs(as_public(document), present))
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
        if problems := _incomplete(proposal):
            raise ValidationError([f"{proposal.name}: {problem}" for problem in problems])
        if version is not None and content == version.document:
            continue
        if key in taken:
            raise ValidationError(gettext("%s has a proposal already.") % proposal.name)
        if at_once:
            proposal.state, proposal.version = State.PUBLISHED, written[key]
            proposal.reviewer, proposal.decided_at, proposal.alone = author, now, True
        proposals.append(proposal)
    reserve(proposals)
    return proposals


def _write_drafts(documents: Sequence[Document], names: _Names, author: User) -> dict[tuple[str, str], Record]:
    """The records by (kind, slug in the document)."""
    if not documents:
        return {}
    rows = []
    for document in documents:
        pk = names.find(document.kind, document.slug) or 0
        status = names.statuses.get((document.kind, pk), Status.DRAFT)
        slug = names.slugs.get((document.kind, pk), document.slug)
        rows.append((pk, as_draft(Document(document.kind, slug, document.data, document.body), status)))
    records = {(str(record.KIND), record.slug): record for record in _write(rows, names)}
    record_store.commit(list(records.values()), source=Version.VersionSource.CURATOR, author=author)
    return {
        (document.kind, document.slug): records[row.kind, row.slug]
        for document, (_, row) in zip(documents, rows, strict=True)
    }


@transaction.atomic
def open_draft(record: Record, *, author: User, note: str = "") -> Proposal:
    """Propose to publish a draft as it is."""
    if record.status not in NEVER_PUBLIC:
        raise ValidationError(gettext("Only a draft is submitted as it is."))
    return keep(record, document_of(record), author=author, note=note)


@transaction.atomic
def submit(proposal: Proposal, *, by: User, note: str | None = None) -> Proposal:
    """Ask for a review. The document must be complete."""
    proposal = _take(proposal, State.DRAFT)
    _must_write(by, proposal)
    if note is not None:
        proposal.note = note
    return _submit(proposal)


def _submit(proposal: Proposal) -> Proposal:
    if proposal.state != State.DRAFT:
        return proposal
    problems = [*_incomplete(proposal), *names_taken([proposal]).get(proposal.pk, ())]
    if problems := problems or _rules_broken_by(proposal):
        raise NotPublishable({proposal.pk: problems}, {proposal.pk: proposal.name})
    proposal.state, proposal.submitted_at, proposal.words = State.IN_REVIEW, timezone.now(), ""
    _mark_row(proposal, Status.IN_REVIEW)
    proposal.save()
    return proposal


@transaction.atomic
def withdraw(proposal: Proposal, *, by: User) -> Proposal:
    """Take it back before it is published. Reviewers may, too: else one that was forgotten would block its record."""
    proposal = _take(proposal, *Proposal.OPEN)
    if not is_reviewer(by):
        _must_write(by, proposal)
    _undecide(proposal)
    proposal.state = State.WITHDRAWN
    _mark_row(proposal, Status.DRAFT)
    proposal.save()
    return proposal


@transaction.atomic
def revert(record: Record, version: Version, *, by: User) -> Proposal | None:
    """Propose an old version. Of a draft that never was public there is nothing to propose: it becomes that at once."""
    record_store.lock()
    document = document_in(version)
    if record.status in NEVER_PUBLIC:
        names = _names()
        if problems := _unknown(document, names):
            raise ValidationError(problems)
        draft = as_draft(document, record.status)
        if taken := _taken(record.KIND, record.pk, draft.slug, names):
            raise ValidationError(taken)
        proposal = Proposal.objects.open().of(record).first()
        if proposal is not None:
            _must_write(by, proposal)
        written = _write([(record.pk, draft)], names)
        record_store.commit(written, source=Version.VersionSource.CURATOR, author=by)
        follow(written[0], author=by)
        return None
    return keep(
        record,
        document,
        author=by,
        note=gettext("Restores version %d.") % version.number,
        restores=version.number if document.published else None,
    )


@transaction.atomic
def set_aside(record: Record, document: Document, *, author: User, base: int, note: str = "") -> Proposal:
    """Save what somebody wrote on version `base` of a public record that others have changed since.

    It is the author's open proposal, outdated, unless someone else has one: then it is withdrawn until its author can `resume`
    it. Raises NoChange where nothing was written.
    """
    record_store.lock()
    version = Version.objects.get(kind=record.KIND, record_id=record.pk, number=base)
    document = _with_old_slugs(as_public(document), document_of(record))
    content = render(document)
    if content == render(_with_old_slugs(as_public(document_in(version)), document_of(record))):
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


def open_for(proposal: Proposal) -> Proposal | None:
    """The open proposal for the same record, if it is another one."""
    others = Proposal.objects.open().filter(kind=proposal.kind, record_id=proposal.record_id).exclude(pk=proposal.pk)
    return others.select_related("author").first()


@transaction.atomic
def resume(proposal: Proposal, *, by: User) -> Proposal:
    """Go on with a proposal that was withdrawn: it is a draft again."""
    proposal = _take(proposal, State.WITHDRAWN)
    _must_write(by, proposal)
    if other := open_for(proposal):
        raise ValidationError(
            gettext(
                "%(author)s has an open proposal for this record. Wait until it is decided, then take yours up again."
            )
            % {"author": other.author}
        )
    record = record_of(proposal)
    if record is None or record.status in NEVER_PUBLIC:
        raise ValidationError(gettext("This record was never public. Open the draft and edit that."))
    proposal.state, proposal.submitted_at, proposal.changed_at = State.DRAFT, None, timezone.now()
    proposal.save()
    return proposal


def follow(record: Record, *, author: User) -> None:
    """The draft of a record that never was public was changed: what is proposed is the draft."""
    if record.status in NEVER_PUBLIC and Proposal.objects.open().of(record).exists():
        keep(record, document_of(record), author=author)


def outdated(proposal: Proposal) -> bool:
    """Whether the record became something else after this was begun."""
    number = getattr(proposal, "newest", None)
    if number is None:
        version = newest(proposal.kind, proposal.record_id)
        number = version.number if version else 0
    return bool(number != proposal.base)


def taken_over(proposal: Proposal, prefer: str = "") -> tuple[Document, list[str]]:
    """What it would be on top of the record as it is now, and the fields that both changed."""
    record = record_of(proposal)
    assert record is not None
    present, base = as_public(document_of(record)), begun_on(proposal)
    if base is None:
        return proposal.proposed, []
    return merge(as_public(base), proposal.proposed, present, prefer)


@transaction.atomic
def take_over(proposal: Proposal, *, by: User, prefer: str = "") -> Proposal:
    """Bring it up to date: the same change on top of the record as it is now. Where both changed a field, `prefer` ("mine"
    or "theirs") decides; without it that is a ValidationError which names the fields."""
    proposal = _take(proposal, *Proposal.OPEN)
    _must_write(by, proposal)
    document, conflicts = taken_over(proposal, prefer)
    if conflicts and not prefer:
        raise ValidationError(gettext("Both changed: %s.") % "; ".join(conflicts))
    record = record_of(proposal)
    version = newest(proposal.kind, proposal.record_id)
    assert record is not None
    assert version is not None
    proposal.base = version.number
    if proposal.state == State.SCHEDULED:
        _undecide(proposal)
    proposal.save()
    return keep(record, document, author=by)


# --- Reviewing


@transaction.atomic
def refuse(proposal: Proposal, *, by: User, words: str) -> Proposal:
    """Send it back for good, with words. The author may propose again."""
    proposal = _take(proposal, State.IN_REVIEW, State.SCHEDULED)
    _must_review(by, proposal)
    if not words.strip():
        raise ValidationError(gettext("Say why, so that the author can do better."))
    _decide(proposal, State.REFUSED, by)
    proposal.words, proposal.publish_at = words.strip(), None
    _mark_row(proposal, Status.DRAFT)
    proposal.save()
    return proposal


@transaction.atomic
def schedule(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Publish it at that moment, or within the minute after it. It must be publishable now."""
    proposal = _take(proposal, State.IN_REVIEW, State.SCHEDULED)
    _must_review(by, proposal)
    if at <= timezone.now():
        raise ValidationError(gettext("This moment is over: choose a later one, or publish now."))
    if reasons := _reasons([proposal], _names(), together=_scheduled_until(at)):
        raise NotPublishable(reasons, {proposal.pk: proposal.name})
    _decide(proposal, State.SCHEDULED, by)
    proposal.publish_at = at
    proposal.save()
    return proposal


def _scheduled_until(at: datetime) -> list[Proposal]:
    """What will be public by then."""
    return list(Proposal.objects.due(at))


@transaction.atomic
def unschedule(proposal: Proposal, *, by: User) -> Proposal:
    """Back to review."""
    proposal = _take(proposal, State.SCHEDULED)
    if not is_reviewer(by):
        _must_write(by, proposal)
    _undecide(proposal)
    proposal.save()
    return proposal


def publish(proposals: Iterable[Proposal], *, by: User) -> Revision | None:
    """Publish them now, all or none, in one revision. One's own drafts are submitted by that. Raises NotPublishable."""
    asked = Proposal.objects.filter(pk__in=[proposal.pk for proposal in proposals]).order_by("pk")

    def seen() -> tuple[object, ...]:
        return state(), *asked.values_list("pk", "state")

    def look() -> tuple[list[Proposal], Publication]:
        rows = list(asked.select_related("author"))
        _must_publish(by, rows)
        return rows, _publication(rows)

    def write(found: tuple[list[Proposal], Publication]) -> Revision | None:
        now = timezone.now()
        alone = Case(When(author=by, restores=None, then=True), default=False)
        return _publish(
            *found,
            reviewer=by,
            alone=alone,
            decided_at=now,
            submitted_at=Coalesce("submitted_at", now),
            publish_at=None,
            words="",
        )

    return record_store.written_as_seen(look, write, seen)


def _must_publish(by: User, rows: Sequence[Proposal]) -> None:
    others, own = is_reviewer(by), is_alone(by)
    refused: dict[int, list[str]] = {}
    for row in rows:
        mine = row.author_id == by.pk
        if row.state not in (State.IN_REVIEW, State.SCHEDULED) and not (mine and row.state == State.DRAFT):
            refused[row.pk] = [_is_by_now(row)]
        elif not (own if mine and row.restores is None else others):
            refused[row.pk] = [_not_yours(by)]
    if refused:
        raise NotPublishable(refused, {row.pk: row.name for row in rows})


def publish_due(*, now: datetime) -> int:
    """Publish what is scheduled until `now`, in one revision; returns how many. Any number of workers may do it at once.

    What may not become public by then goes back to review, with the reasons, and the rest is published without it.
    """
    if not Proposal.objects.due(now).exists():
        return 0
    with transaction.atomic():
        record_store.lock()  # another worker has done it by then
        rows = list(Proposal.objects.due(now).select_for_update(skip_locked=True).order_by("publish_at", "pk"))
        while rows:
            try:
                with transaction.atomic():
                    _publish(rows, _publication(rows))
                break
            except NotPublishable as error:
                # What cannot be said of one alone is found by leaving out the last that was scheduled.
                guilty = set(error.reasons) & {row.pk for row in rows} or {rows[-1].pk}
                for row in rows:
                    if row.pk in guilty:
                        _send_back(row.pk, error.reasons.get(row.pk) or error.reasons[0])
                rows = list(Proposal.objects.filter(pk__in=[row.pk for row in rows if row.pk not in guilty]))
        return len(rows)


def _send_back(key: int, reasons: Sequence[str]) -> None:
    proposal = Proposal.objects.get(pk=key)
    at = proposal.publish_at
    _undecide(proposal)
    reasons = naming.plain(reasons)
    proposal.words = gettext("It could not be published: %s") % " ".join(reasons)
    proposal.save()
    log.warning("proposal_not_publishable", proposal=key, scheduled=str(at), reasons=list(reasons))


def _publication(rows: Sequence[Proposal]) -> Publication:
    """What publishing them writes. Raises NotPublishable."""
    names = _names()
    if reasons := _reasons(rows, names):
        raise NotPublishable(reasons, {row.pk: row.name for row in rows})
    return Publication(
        _prepared([(row.record_id, row.proposed) for row in rows], names),
        source=Version.VersionSource.CURATOR,
        authors={(row.kind, row.record_id): row.author for row in rows},
    )


def _publish(rows: Sequence[Proposal], publication: Publication, **decided: Any) -> Revision | None:
    """Write that; `decided` are fields of all the proposals. Raises NotPublishable."""
    called = {row.pk: row.name for row in rows}
    try:
        with _explaining([(row.record_id, row.proposed) for row in rows]):
            revision = publication.carry_out()
    except ValidationError as error:
        raise NotPublishable({rows[0].pk if len(rows) == 1 else 0: list(error.messages)}, called) from error
    records = {_place(record): record for record in publication.writing.records}
    hidden = {
        row.pk: objections
        for row in rows
        if not row.proposed.published and (objections := record_store.objections(records[row.kind, row.record_id]))
    }
    if hidden:
        raise NotPublishable(hidden, called)
    newest_of = Version.objects.filter(kind=OuterRef("kind"), record_id=OuterRef("record_id")).order_by("-number")
    Proposal.objects.filter(pk__in=called).update(
        state=State.PUBLISHED, version=Subquery(newest_of.values("number")[:1]), **decided
    )
    return revision


def _place(record: Record) -> tuple[str, int]:
    return str(record.KIND), record.pk


def _reasons(rows: Sequence[Proposal], names: _Names, together: Sequence[Proposal] = ()) -> dict[int, list[str]]:
    """Why each of them may not be published, with the others and with `together`; nothing where it may."""
    batch = {(row.kind, row.proposed.slug): row.proposed.status for row in (*together, *rows)}
    numbers = record_store.numbers((row.kind, row.record_id) for row in rows)
    asked = {row.pk for row in rows}
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        key = (row.kind, row.record_id)
        if key not in names.slugs:
            reasons[row.pk].append(gettext("The record is no more."))
            continue
        if numbers.get(key, 0) != row.base:
            reasons[row.pk].append(gettext("The record has changed since: bring the proposal up to date first."))
        if taken := _taken(row.kind, row.record_id, row.proposed.slug, names):
            reasons[row.pk].append(taken)
        reasons[row.pk] += _incomplete(row)
        reasons[row.pk] += _named(row.proposed, names, batch)
    for number, found in names_taken([*together, *rows]).items():
        if number in asked:
            reasons[number] += found
    for number, cycle in _cycles(rows, names).items():
        reasons[number].append(gettext("This would make a cycle: %s.") % " → ".join(cycle))
    if not any(reasons.values()):  # else most of what is found here would follow from that
        for number, found in _rules_broken(rows, together).items():
            reasons[number] += found
    return {key: found for key, found in reasons.items() if found}


# --- Rules of milestones


def _rules_broken(rows: Sequence[Proposal], together: Sequence[Proposal] = ()) -> dict[int, list[str]]:
    """By the proposal's primary key which rules of milestones its own record would break; under 0 those of other records,
    or that of the only proposal."""
    keys = {(row.kind, row.record_id): row.pk for row in rows}
    alone = rows[0].pk if len(rows) == 1 else 0
    found: defaultdict[int, list[str]] = defaultdict(list)
    for breach in milestone_rules.broken([((row.kind, row.record_id), row.proposed) for row in (*together, *rows)]):
        found[keys.get(breach.place, alone)].append(_sentence(breach))
    return found


def _sentence(breach: milestone_rules.Breach) -> str:
    text = gettext("“%(record)s” would break a rule of milestones: %(rule)s.")
    return text % {"record": breach.name, "rule": breach.rule}


def _rules_broken_by(proposal: Proposal) -> list[str]:
    """Which rules it would break by itself and together with everything that is drafted: what is proposed step by step is
    submitted step by step, and looked at again before it is published."""
    alone = _rules_broken([proposal]).get(proposal.pk, [])
    if not alone:
        return []
    others = Proposal.objects.open().filter(kind__in=milestone_rules.KINDS).exclude(pk=proposal.pk)
    documents = {(row.kind, row.record_id): row.proposed for row in others}
    for kind in milestone_rules.KINDS:
        drafts = list(RECORD_MODELS[kind].objects.filter(status__in=NEVER_PUBLIC))
        for record, document in zip(drafts, record_store.documents_of(kind, drafts), strict=True):
            documents.setdefault((str(kind), record.pk), as_public(document))
    documents[proposal.kind, proposal.record_id] = proposal.proposed
    still = {_sentence(breach) for breach in milestone_rules.broken(list(documents.items()))}
    return [reason for reason in alone if reason in still]


def falls_short(proposal: Proposal) -> list[str]:
    """Rules of writing of milestones that it would not keep. They keep nothing from being published."""
    place = (proposal.kind, proposal.record_id)
    return [f"{breach.name}: {breach.rule}." for breach in milestone_rules.falls_short(place, proposal.proposed)]


def names_taken(rows: Sequence[Proposal]) -> dict[int, list[str]]:
    """By the proposal's primary key, which of its names, aliases and addresses belong to another record, or to one of `rows`
    before it."""
    found = naming.taken([((row.kind, row.record_id), row.proposed) for row in rows])
    return {row.pk: [*found[row.kind, row.record_id]] for row in rows if (row.kind, row.record_id) in found}


def _incomplete(proposal: Proposal) -> list[str]:
    _, problems = parse(proposal.document, kind=proposal.kind, slug=proposal.slug)
    return [problem.message for problem in problems]


def _named(document: Document, names: _Names, batch: Mapping[tuple[str, str], str]) -> list[str]:
    """What it names and what is not public."""
    found = []
    for path, kind, slug in document.references():
        pk = names.find(kind, slug)
        status = batch.get((kind, slug)) or (names.statuses[kind, pk] if pk is not None else None)
        if (kind, slug) == (document.kind, document.slug):
            found.append(gettext("%s: a record cannot name itself.") % path[0])
        elif status is None:
            text = gettext("%(field)s: there is no %(kind)s “%(slug)s”.")
            found.append(text % {"field": path[0], "kind": kind, "slug": slug})
        elif status != Status.PUBLISHED and document.published:
            text = gettext("%(field)s: the %(kind)s “%(slug)s” is not published (%(status)s).")
            values: dict[str, Any] = {"field": path[0], "kind": kind, "slug": slug, "status": Status(status).label}
            found.append(text % values)
    return found


def _cycles(rows: Sequence[Proposal], names: _Names) -> dict[int, list[str]]:
    """The cycle that each skill would be part of."""
    skills = {
        names.slugs[row.kind, row.record_id]: row
        for row in rows
        if row.kind == Kind.SKILL and (row.kind, row.record_id) in names.slugs
    }
    if not skills:
        return {}
    edges: dict[str, dict[str, int]] = {slug: {} for kind, slug in names.records if kind == Kind.SKILL}
    for slug, need, level in Prerequisite.objects.values_list("skill__slug", "requires__slug", "level"):
        if slug not in skills:
            edges[slug][need] = level
    for slug, row in skills.items():
        for need, level in row.proposed.data.get("prerequisites", {}).items():
            pk = names.find(Kind.SKILL, need)
            if pk is not None:
                edges[slug][names.slugs[Kind.SKILL, pk]] = level
    try:
        graph.order(edges)
    except graph.CycleError as error:
        return {skills[slug].pk: list(error.cycle) for slug in error.cycle if slug in skills}
    return {}


# --- One proposal, as it is now


def _take(proposal: Proposal, *states: str) -> Proposal:
    """Its row, locked; ValidationError when somebody has gone on with it since."""
    row = _take_all([proposal])[0]
    if row.state not in states:
        raise ValidationError(_is_by_now(row))
    return row


def _take_all(proposals: Iterable[Proposal]) -> list[Proposal]:
    record_store.lock()
    keys = [proposal.pk for proposal in proposals]
    return list(
        Proposal.objects.filter(pk__in=keys).select_related("author").select_for_update(of=("self",)).order_by("pk")
    )


def _is_by_now(proposal: Proposal) -> str:
    return gettext("It is %s by now.") % proposal.get_state_display()


def _not_yours(by: User) -> str:
    if is_reviewer(by):
        return gettext("Nobody reviews their own change while somebody else can.")
    return gettext("You have not the right to review.")


def _must_review(by: User, proposal: Proposal) -> None:
    if not may_review(by, proposal):
        raise ValidationError(_not_yours(by))


def _must_write(by: User, proposal: Proposal) -> None:
    if not may_write(by, proposal):
        raise ValidationError(gettext("Only its author can do that: %s.") % proposal.author)


def _decide(proposal: Proposal, state: str, by: User) -> None:
    proposal.state, proposal.reviewer, proposal.decided_at = state, by, timezone.now()
    proposal.alone = proposal.author_id == by.pk and proposal.restores is None
    proposal.words = ""


def _mark_row(proposal: Proposal, status: str) -> None:
    """A record that never was public says itself whether it is in review; with a version, as all that is saved."""
    record = record_of(proposal)
    if record is None or record.status not in NEVER_PUBLIC or record.status == status:
        return
    record.status = status
    record.save(update_fields=["status"])
    record_store.commit([record], source=Version.VersionSource.CURATOR, author=proposal.author)
    version = newest(record.KIND, record.pk)
    assert version is not None
    proposal.base = version.number
