"""Merging, splitting, renaming and retiring records: planning, applying and undoing an operation.

Everything is worked out on the documents of the whole catalogue, in the same way for every kind of record: `plan` writes nothing,
`apply` does what was planned, `undo` restores the earlier documents. Learners' data stays with its record and, after a merge,
counts for the record that this one was merged into (decision 0009), so that no data has to be moved. Only a split moves data,
and `undo` moves it back (decision 0056).

An operation is rejected if the catalogue would have problems afterwards that it does not have now.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import record_store, redirects, references, writing
from guidance.catalog.documents import Document, caching_documents, checked, parse, render
from guidance.catalog.fields import is_slug
from guidance.catalog.models import (
    RECORD_MODELS,
    Change,
    Kind,
    Record,
    Redirect,
    Revision,
    Status,
    Version,
)
from guidance.catalog.pack import Pack, validate
from guidance.catalog.redirects import Key
from guidance.curation import impact, record_documents
from guidance.curation.impact import LearnerImpact
from guidance.curation.models import Operation, Proposal
from guidance.curation.operation_documents import OperationRequest, followers, merged, renamed, retired, split
from guidance.curation.splitting import Split
from guidance.progress import services

OperationType = Operation.OperationType
MERGE, RENAME, RETIRE, SPLIT = OperationType.MERGE, OperationType.RENAME, OperationType.RETIRE, OperationType.SPLIT
CURATOR = Version.VersionSource.CURATOR
MAX_SLUG, MAX_NAME = 80, 200


class OperationRejected(Exception):
    """Raised if the operation is not possible, or no longer possible; `problems` lists the reasons. Nothing was written."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record before and after the operation."""

    record_id: int  # 0 for a new one
    before: Document | None
    after: Document

    @property
    def name(self) -> str:
        document = self.before or self.after
        return str(document.data.get("name", document.slug))

    @property
    def key(self) -> Key:
        """Returns the current key; for a new record, its future key."""
        return _key(self.before or self.after)


@dataclass(frozen=True)
class OperationPlan:
    """The effects of a request."""

    request: OperationRequest
    changes: Sequence[RecordChange]  # the record itself first, then the one that it is merged into
    impact: LearnerImpact  # the learners who have data on the record
    waiting: Sequence[Proposal]  # open proposals for touched records, whose authors would have to look at them again
    problems: Sequence[str]  # why the operation is not possible
    mended: Sequence[str] = ()  # current problems of the catalogue that it would solve

    @cached_property
    def digest(self) -> str:
        """Identifies exactly this plan, so that only what was shown is carried out."""
        rows = [
            [change.record_id, change.before and render(change.before), change.after.slug, render(change.after)]
            for change in self.changes
        ]
        return hashlib.sha256(json.dumps([asdict(self.request), rows]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    record_id: int
    document: Document


type Catalogue = Mapping[Key, StoredDocument]


# Planning


def plan_merge(kind: str, slug: str, into: str) -> OperationPlan:
    """Plans merging `slug` into `into`, which takes over its names, its addresses and all references to it."""
    return plan(OperationRequest(MERGE, kind, slug, into))


def plan_rename(kind: str, slug: str, new_slug: str, name: str, *, keep_name: bool = True) -> OperationPlan:
    return plan(OperationRequest(RENAME, kind, slug, new_slug, name, keep_name))


def plan_retire(kind: str, slug: str, successor: str = "") -> OperationPlan:
    """Plans retiring the record. Without a successor, it is removed from everything that refers to it, and records about nothing
    else retire with it."""
    return plan_merge(kind, slug, successor) if successor else plan(OperationRequest(RETIRE, kind, slug))


def plan(request: OperationRequest, stored: Catalogue | None = None) -> OperationPlan:
    """Plans an operation on the catalogue currently in the database, unless it was read before. The number of statements is constant."""
    stored = read_catalogue() if stored is None else stored
    subject = stored.get((request.kind, request.slug))
    problems = list(_request_problems(request, stored))
    if subject is None or problems:
        return OperationPlan(request, (), LearnerImpact(()), (), problems)
    transform = {MERGE: merged, RENAME: renamed, RETIRE: retired, SPLIT: split}[Operation.OperationType(request.what)]
    before = {key: found.document for key, found in stored.items()}
    after = {key: _canonical(document) for key, document in transform(request, before).items()}
    # An export no longer contains a record that was merged into another.
    gone = {(request.kind, request.slug)} if request.what == MERGE else set()
    problems, mended = _compare_problems(before, after, gone)
    changes = [
        RecordChange(stored[key].record_id if key in stored else 0, before.get(key), document)
        for key, document in after.items()
    ]
    first = [(request.kind, request.slug), (request.kind, request.into)]
    changes.sort(key=lambda change: first.index(change.key) if change.key in first else len(first))
    return OperationPlan(request, changes, _impact(request, stored), _waiting(changes), problems, mended)


def read_catalogue() -> Catalogue:
    """Reads all records except those merged into another record, as an export does."""
    former = redirects.stored()
    slugs = record_store.slugs_of(record_store.all_ids())
    found: dict[Key, StoredDocument] = {}
    for kind, model in RECORD_MODELS.items():
        records = [record for record in model.objects.order_by("pk") if (kind, record.slug) not in former]
        for record, document in zip(records, record_store.documents_of(kind, records, slugs), strict=True):
            found[kind, record.slug] = StoredDocument(record.pk, replace(document, file=f"{kind} {record.slug}"))
    return found


def _request_problems(request: OperationRequest, stored: Catalogue) -> Iterator[str]:
    """Yields the reasons why the request is invalid, regardless of the rest of the catalogue."""
    subject = stored.get((request.kind, request.slug))
    if subject is None:
        yield _("“{slug}” has already been merged into another record, or does not exist.").format(slug=request.slug)
        return
    if request.what in (RENAME, SPLIT):
        if not 0 < len(" ".join(request.name.split())) <= MAX_NAME:
            yield _("A name has 1 to {most} characters.").format(most=MAX_NAME)
        if request.what == SPLIT or request.into != request.slug:
            yield from slug_problems(request.kind, request.into, subject.record_id, is_split=request.what == SPLIT)
    if request.what == RENAME:
        if subject.document.status == Status.RETIRED:
            yield _("“{slug}” is retired.").format(slug=request.slug)
        if (request.into, " ".join(request.name.split())) == (request.slug, subject.document.data.get("name")):
            yield _("This is already its name.")
        return
    if not subject.document.published:
        yield _("“{slug}” is not published.").format(slug=request.slug)
    if Proposal.objects.open().filter(kind=request.kind, record_id=subject.record_id).exists():
        yield _("“{slug}” has an open proposal. Publish, reject or withdraw it first.").format(slug=request.slug)
    if request.what == MERGE:
        other = stored.get((request.kind, request.into))
        if request.into == request.slug:
            yield _("A record cannot be merged into itself.")
        elif other is None or not other.document.published:
            yield _("“{slug}” is not published.").format(slug=request.into)


def slug_problems(kind: str, slug: str, record_id: int, *, is_split: bool = False) -> Iterator[str]:
    """Yields the reasons why the record, or one split off from it, cannot have the slug. A new split may reuse the slug of an
    earlier one that was undone."""
    leads_to = Redirect.objects.filter(kind=kind, slug=slug).values_list("record_id", flat=True).first()
    records = RECORD_MODELS[kind].objects
    there = records.filter(slug=slug).first()
    is_back = is_split and there is not None and there.status == Status.RETIRED and leads_to == record_id
    if not is_slug(slug):
        yield _("“{slug}” cannot be a slug. Use lowercase letters, digits and single hyphens.").format(slug=slug)
    elif there is not None and not is_back:
        yield _("“{slug}” is the slug of another record: {name}.").format(slug=slug, name=there)
    elif leads_to not in (None, record_id):
        once = _("“{slug}” is a former slug of another record: {name}.")
        yield once.format(slug=slug, name=records.filter(pk=leads_to).first())


def _canonical(document: Document) -> Document:
    """Returns the document with its keys in order and without keys that have no value."""
    given = {key: value for key, value in document.data.items() if value not in (None, "", [], {})}
    return replace(document, data=checked(document.kind, given)[0])


def _compare_problems(
    before: Mapping[Key, Document], after: Mapping[Key, Document], gone: Iterable[Key]
) -> tuple[list[str], list[str]]:
    """Returns the new problems that the catalogue would have, and the current problems that it would no longer have. `after` has
    the changed documents."""
    removed = set(gone)
    then = [after.get(key, document) for key, document in before.items() if key not in removed]
    then += [document for key, document in after.items() if key not in before]
    changing = [document for key, document in before.items() if key in after]
    now_wrong = Counter(_problems(list(before.values()), changing))
    then_wrong = Counter(_problems(then, [document for key, document in after.items() if key not in removed]))
    return list((then_wrong - now_wrong).elements()), list((now_wrong - then_wrong).elements())


def _problems(documents: Sequence[Document], closely: Iterable[Document]) -> list[str]:
    """Returns the problems of the catalogue as a whole, and those of some documents by themselves."""
    contents = {(document.kind, document.slug): "" for document in documents}
    found = [(problem.file, problem.message) for problem in validate(Pack(Path(), documents, contents, []))]
    for document in closely:
        found += [(document.file, message) for _where, message in checked(document.kind, document.data)[1]]
    return [f"{file}: {message}" for file, message in found]


def _key(document: Document) -> Key:
    return document.kind, document.slug


def _waiting(changes: Sequence[RecordChange]) -> list[Proposal]:
    keys = {(change.after.kind, change.record_id) for change in changes}
    waiting = Proposal.objects.open().select_related("author").order_by("pk")
    return [proposal for proposal in waiting if (proposal.kind, proposal.record_id) in keys]


def _impact(request: OperationRequest, stored: Catalogue) -> LearnerImpact:
    others = [stored[request.kind, request.into].record_id] if request.what == MERGE else []
    published = [entry.document for entry in stored.values() if entry.document.published]
    roles = impact.roles_needing(request.slug, published) if request.kind == Kind.SKILL else ()
    return impact.count_learners(request.kind, [stored[request.kind, request.slug].record_id], others, roles=roles)


# Applying


def apply(request: OperationRequest, digest: str, *, by: User, now: datetime, note: str = "") -> Operation:
    """Carries out exactly the plan with this digest. Raises OperationRejected if there are problems, or if the catalogue has
    changed since the plan was made."""
    with caching_documents():
        state, fresh = record_documents.state(), plan(request)  # before the lock, because it reads the whole catalogue
        with transaction.atomic():
            record_store.lock()
            if record_documents.state() != state:
                fresh = plan(request)
            return _apply(request, fresh, digest, by=by, now=now, note=note)


def _apply(
    request: OperationRequest, fresh: OperationPlan, digest: str, *, by: User, now: datetime, note: str
) -> Operation:
    if fresh.problems:
        raise OperationRejected(fresh.problems)
    if fresh.digest != digest:
        raise OperationRejected([_("The catalogue has changed since this was shown. Look at it again.")])
    subject = fresh.changes[0]
    moved_slugs: list[str] = []
    if request.what == MERGE:
        into = next(change.record_id for change in fresh.changes if change.key == (request.kind, request.into))
        moved = Redirect.objects.filter(kind=request.kind, record_id=subject.record_id)
        moved_slugs = sorted(moved.values_list("slug", flat=True))
        moved.update(record_id=into)
        Redirect.objects.update_or_create(kind=request.kind, slug=request.slug, defaults={"record_id": into})
    slugs = {
        (change.after.kind, change.after.slug): change.before.slug
        for change in fresh.changes
        if change.before is not None
    }
    records = writing.write([change.after for change in fresh.changes], slugs)
    became = {(request.kind, request.slug): request.into} if request.what == MERGE else {}
    revision = record_store.commit(
        records, source=CURATOR, author=by, merged=became, followers=followers(request, records)
    )
    history: dict[str, Any] = {}
    if request.split is not None:
        assert revision is not None  # there is a new skill
        history = _split_history(revision, request, request.split, subject, records)
    elif revision is not None:
        _hush_unchanged(revision, request, [change.before for change in fresh.changes if change.before])
    ids = {(str(record.KIND), record.slug): record.pk for record in records}
    newest = _newest(((kind, pk) for (kind, _slug), pk in ids.items()))
    return Operation.objects.create(
        what=request.what,
        kind=request.kind,
        record_id=subject.record_id,
        slug=request.slug,
        name=subject.name,
        into=request.into,
        touched=[_touched(change, newest[change.after.kind, ids[_key(change.after)]]) for change in fresh.changes],
        redirects=moved_slugs,
        history=history,
        mended=list(fresh.mended),
        revision=revision.number if revision else None,
        by=by,
        at=now,
        note=note,
    )


def _touched(change: RecordChange, version: Version) -> dict[str, Any]:
    """Returns what an operation stores about a record. A record that it created had no slug and no document before."""
    return {
        "kind": str(change.after.kind),
        "record": version.record_id,
        "name": change.name,
        "slugs": [change.before.slug if change.before else "", change.after.slug],
        "documents": [render(change.before) if change.before else "", version.document],
        "version": version.number,
    }


def _split_history(
    revision: Revision, request: OperationRequest, said: Split, subject: RecordChange, records: Sequence[Record]
) -> dict[str, Any]:
    """Moves the new skill's part of what learners did, and lists the change for learners who have data on either skill."""
    new = next(record for record in records if (record.KIND, record.slug) == (Kind.SKILL, request.into))
    text = {
        services.BOTH: _("{name} was split: {new} is now a skill of its own. Levels count for both."),
        services.STAYS: _("{name} was split: {new} is now a skill of its own. Levels stay with {name}."),
        services.GOES: _("{name} was split: {new} is now a skill of its own. Levels of {name} now count for {new}."),
    }[said.history.levels]
    about = {"change": Change.ChangeType.UPDATED, "matters": True}
    summary = text.format(name=subject.name, new=new.name)[:300]
    for slug, defaults in ((request.slug, about), (request.into, {"matters": True})):
        revision.changes.update_or_create(kind=Kind.SKILL, slug=slug, defaults={**defaults, "summary": summary})
    services.split_history(impact.with_merged(subject.record_id), new.pk, said.history, said.units)
    return {**asdict(said.history), "units": [list(unit) for unit in said.units]}


def _hush_unchanged(revision: Revision, request: OperationRequest | Operation, before: Iterable[Document]) -> None:
    """Marks changes that only introduce the record's new name as unimportant: no one is notified of them."""
    if request.what == RETIRE:
        return
    own = {(request.kind, request.slug), (request.kind, request.into)}
    same = Q()
    for document in before:
        both = request.what == MERGE and references.names(document, request.kind, request.into)
        if _key(document) not in own and not both:
            same |= Q(kind=document.kind, slug=document.slug)
    if same:
        revision.changes.filter(same).update(matters=False)


def _newest(records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Version]:
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, record_id in records:
        by_kind[str(kind)].append(record_id)
    found: dict[tuple[str, int], Version] = {}
    for kind, ids in by_kind.items():
        found |= record_store.latest(kind, ids)
    return found


# Undoing


def undo_problems(operation: Operation) -> list[str]:
    """Returns the reasons why an operation can no longer be undone: the records that someone has changed since the operation
    touched them, or else the problems that the catalogue would have."""
    if operation.undone_at is not None:
        return [_("This is already undone.")]
    newest = _newest((item["kind"], item["record"]) for item in operation.touched)
    changed = []
    for item in operation.touched:
        version = newest.get((item["kind"], item["record"]))
        called = f"{Kind(item['kind']).label} {item['slugs'][1]}"
        if version is None:
            changed.append(_("{record} has been deleted.").format(record=called))
        elif version.number != item["version"]:
            changed.append(
                _("{record} was changed since: version {number} came after {known}.").format(
                    record=called, number=version.number, known=item["version"]
                )
            )
    if changed:
        return changed
    for item in _made_by(operation):
        if Proposal.objects.open().filter(kind=item["kind"], record_id=item["record"]).exists():
            waiting = _("“{slug}” has an open proposal. Publish, reject or withdraw it first.")
            return [waiting.format(slug=item["slugs"][1])]
    before = {key: found.document for key, found in read_catalogue().items()}
    after = {_key(document): document for document in _documents_before(operation)}
    made = {(item["kind"], item["slugs"][1]) for item in _made_by(operation)}
    gone = made | ({(item["kind"], item["slugs"][1]) for item in operation.touched} - after.keys())
    wrong, _mended = _compare_problems(before, after, gone)
    # Problems that existed before will exist again.
    return list((Counter(wrong) - Counter(operation.mended)).elements())


def _documents_before(operation: Operation) -> list[Document]:
    """Returns the documents before the operation. A record that the operation created is then retired, and references to it are
    removed."""
    documents = []
    for item in operation.touched:
        kind, is_new = item["kind"], not item["slugs"][0]
        slug = item["slugs"][1 if is_new else 0]
        document, _problems = parse(item["documents"][1 if is_new else 0], kind=kind, slug=slug, file=f"{kind} {slug}")
        assert document is not None  # parsing what was rendered cannot fail
        if is_new:
            left = {key: value for key, value in document.data.items() if key not in {"aliases", "formerly"}}
            document = replace(document, data=left | {"status": str(Status.RETIRED)})
        documents.append(document)
    return documents


def _made_by(operation: Operation) -> list[dict[str, Any]]:
    """Returns what the operation stored about the records that it created."""
    return [item for item in operation.touched if not item["slugs"][0]]


@transaction.atomic
def undo(operation: Operation, *, by: User, now: datetime) -> Operation:
    """Restores everything, word for word. Raises OperationRejected with a list of what has changed since. What learners wrote
    since then stays with the record on which they wrote it."""
    record_store.lock()
    operation = Operation.objects.select_for_update().get(pk=operation.pk)
    if problems := undo_problems(operation):
        raise OperationRejected(problems)
    documents = _documents_before(operation)
    if operation.what == MERGE:
        Redirect.objects.filter(kind=operation.kind, slug=operation.slug).delete()
        moved = Redirect.objects.filter(kind=operation.kind, slug__in=operation.redirects)
        moved.update(record_id=operation.record_id)
    rejoined = _lead_back(operation)
    slugs = {(item["kind"], item["slugs"][0]): item["slugs"][1] for item in operation.touched if item["slugs"][0]}
    records = writing.write(documents, slugs)
    revision = record_store.commit(
        records, source=CURATOR, author=by, merged=rejoined, followers=followers(operation, records)
    )
    if revision is not None and rejoined:
        revision.changes.filter(kind=Kind.SKILL, slug=operation.slug).update(
            matters=False
        )  # the change listed for the original skill states this
        new = impact.skill_split_off(operation)
        services.rejoin_history(impact.with_merged(operation.record_id) - {new}, new, impact.history_of(operation))
    elif revision is not None:
        _hush_unchanged(revision, operation, documents)
        _announce_return(revision, operation, records)
    impact.split_merged(operation)
    operation.undone_by, operation.undone_at = by, now
    operation.undone_revision = revision.number if revision else None
    done_and_undone = Change.objects.filter(revision__in=[operation.revision, operation.undone_revision])
    done_and_undone.update(derived=True)  # not shown as news
    operation.save(update_fields=["undone_by", "undone_at", "undone_revision"])
    return operation


def _lead_back(operation: Operation) -> dict[Key, str]:
    """Merges the records that the operation created into the original record. Returns {(kind, slug): slug of that record}."""
    rejoined: dict[Key, str] = {}
    for item in _made_by(operation):  # the skill itself is the first of its kind
        whole = next(other for other in operation.touched if other["kind"] == item["kind"] and other["slugs"][0])
        kind, slug = item["kind"], item["slugs"][1]
        Redirect.objects.update_or_create(kind=kind, slug=slug, defaults={"record_id": whole["record"]})
        rejoined[kind, slug] = whole["slugs"][0]
    return rejoined


def _announce_return(revision: Revision, operation: Operation, records: Sequence[Record]) -> None:
    """Lists the change, although the record is not new, because learners who had it in a plan or know it should be told."""
    names = {(record.KIND, record.slug): record.name for record in records}
    text = "{} is a separate record again." if operation.what == MERGE else "{} is part of the catalogue again."
    for change in revision.changes.filter(change=Change.ChangeType.PUBLISHED):
        change.summary = text.format(names[Kind(change.kind), change.slug])[:300]
        change.matters = True
        change.save(update_fields=["summary", "matters"])
