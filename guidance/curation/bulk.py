"""Import and export of many records at once, and edits of many: what a file or an edit would change (`plan`), importing it
(`apply`), and undoing it. `record_files.py` reads and writes the files, CSV and zip.

Files and edits are sets of whole documents. Each changed record gets a proposal, which a reviewer publishes. Either everything is imported
or nothing.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import graph, pack, record_store, redirects
from guidance.catalog.documents import Document, Problem, checked, render
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import RECORD_MODELS, Kind, Record, Revision, Status, Version
from guidance.catalog.writing import Publication, Writing
from guidance.curation import permissions, publishing, record_documents, record_files
from guidance.curation.models import BulkEdit, Proposal

Key = tuple[str, str]  # kind and slug
Place = tuple[str, int]  # kind and primary key


class RowResult(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BulkRow:
    """What an import does with one record."""

    what: RowResult
    document: Document
    before: Document | None  # None for a new one
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        return str(self.document.data.get("name", self.document.slug))


@dataclass(frozen=True, slots=True)
class DryRun:
    rows: Sequence[BulkRow]
    problems: Sequence[Problem]  # problems that belong to no row

    @property
    def counts(self) -> Mapping[RowResult, int]:
        counted = Counter(row.what for row in self.rows)
        return {what: counted[what] for what in RowResult}

    @property
    def refused(self) -> bool:
        return bool(self.problems) or any(row.what == RowResult.REFUSED for row in self.rows)

    @property
    def changes(self) -> list[Document]:
        return [row.document for row in self.rows if row.what in {RowResult.ADDED, RowResult.CHANGED}]

    @property
    def digest(self) -> str:
        """Returns a value that is the same for equal results: only what was shown is carried out, and a different result is
        shown first."""
        told = [
            (row.what, row.before and render(row.before), render(row.document), [*map(str, row.problems)])
            for row in self.rows
        ]
        return hashlib.sha256(json.dumps([told, [*map(str, self.problems)]]).encode()).hexdigest()


# --- The current catalogue


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every record in its newest version, published or not, except records merged into another one."""

    documents: Mapping[Key, Document]
    redirects: Mapping[Key, str]  # (kind, slug) of a renamed or merged record: its current slug
    proposed: frozenset[Key]  # records with an open proposal
    state: tuple[object, ...]  # state of the database before the catalogue was read

    def of_kind(self, kind: str) -> dict[str, Document]:
        return {slug: document for (found, slug), document in self.documents.items() if found == kind}

    def pack(self) -> pack.Pack:
        return _pack(self.documents.values())


def read_catalogue() -> Catalogue:
    """Reads the whole catalogue, with a number of statements that does not depend on its size."""
    state = record_documents.state()
    newest = record_store.latest()
    slugs = {(version.kind, pk): version.slug for (_kind, pk), version in newest.items()}
    former = {key: slugs.get((key[0], pk), "") for key, pk in redirects.stored().items()}
    documents: dict[Key, Document] = {}
    for version in newest.values():
        key = (version.kind, version.slug)
        if key in former:
            continue
        documents[key] = _with_file(record_documents.document_of_version(version))
    waiting = Proposal.objects.open().values_list("kind", "record_id")
    return Catalogue(
        documents,
        former,
        frozenset((kind, slugs[kind, pk]) for kind, pk in waiting if (kind, pk) in slugs),
        state,
    )


def _with_file(document: Document) -> Document:
    """Returns the document with the name of its file, which identifies the record in messages."""
    return replace(document, file=document.file or record_files.file_name(document))


def _pack(documents: Iterable[Document]) -> pack.Pack:
    documents = list(documents)
    return pack.Pack(Path(), documents, dict.fromkeys(((d.kind, d.slug) for d in documents), ""), [])


def exported(kind: str, record_ids: Sequence[int] | None = None) -> list[Document]:
    """Returns the documents of a kind by slug, each in its newest version: of all records or, in the given order, of some."""
    gone = {slug for _kind, slug in redirects.stored(kind)}
    place = {pk: number for number, pk in enumerate(record_ids or ())}
    versions = [version for version in record_store.latest(kind, record_ids).values() if version.slug not in gone]
    versions.sort(key=lambda version: (place.get(version.record_id, 0), version.slug))
    return [record_documents.document_of_version(version) for version in versions]


def read_file(content: bytes, *, name: str, kind: str, catalogue: Catalogue) -> tuple[list[Document], list[Problem]]:
    """Returns the documents of an uploaded file and its problems. The file is a pack as a zip file, one document, or a CSV of
    one kind.

    `kind` may be empty: a CSV with the file name of an export names its kind, and a zip file names kinds by its folders.
    """
    if content.startswith(b"PK"):
        return record_files.read_zip(content, file=name)
    folder = re.match(r"[a-z]+(-[a-z]+)*", name)
    kind = kind or record_files.KINDS_BY_FOLDER.get(folder[0] if folder else "", "")
    if not kind and not name.lower().endswith((".csv", ".md")):
        return [], [Problem(name, 1, _("This is not a CSV, zip or .md file."))]
    if not kind:
        return [], [Problem(name, 1, _("Choose the kind of record: the file name does not show it."))]
    if name.endswith(".md"):
        document, problems = record_files.read_document(content, file=f"{KINDS[kind].FOLDER}/{name}")
        return [document] if document else [], problems
    return record_files.read_csv(kind, content, catalogue.of_kind(kind), file=name)


# --- Dry run


def plan(documents: Sequence[Document], problems: Sequence[Problem], catalogue: Catalogue) -> DryRun:
    """Returns what these documents would change, and their problems: those of each record by itself, and those of the catalogue
    as a whole.

    Only new problems count, not those that existed before.
    """
    documents = [_with_former_slugs(document, catalogue) for document in documents]
    elsewhere = {(d.file, d.line()) for d in documents if (d.kind, d.slug) in catalogue.redirects}
    wrong = [problem for problem in problems if (problem.file, problem.line) not in elsewhere]
    for document in documents:
        wrong += _misplaced(document, catalogue)
    changed = {(d.kind, d.slug): d for d in documents if not _is_unchanged(d, catalogue)}
    after = {**catalogue.documents, **changed}
    if wrong:
        wrong += _problems_of_other_values(catalogue, after, changed, wrong)
    else:
        wrong += _new_problems(catalogue, after, changed)
    places = {(document.file, document.line()) for document in documents}
    by_file = Counter(document.file for document in documents)

    def about(document: Document) -> tuple[Problem, ...]:
        """Returns the problems of a document: in a CSV, those on its line; in a pack, where each document is a file, those on
        any line."""
        alone = by_file[document.file] == 1
        return tuple(p for p in wrong if p.file == document.file and (alone or p.line == document.line()))

    rows = []
    for document in documents:
        key = (document.kind, document.slug)
        found = about(document)
        what = RowResult.CHANGED if key in catalogue.documents else RowResult.ADDED
        if key not in changed:
            what = RowResult.UNCHANGED
        rows.append(BulkRow(RowResult.REFUSED if found else what, document, catalogue.documents.get(key), found))
    files = {file for file, _line in places}
    alone = {file for file in files if by_file[file] == 1}
    rest = [p for p in wrong if p.file not in alone and (p.file, p.line) not in places]
    return DryRun(rows, sorted(set(rest)))


def _new_problems(
    catalogue: Catalogue, after: Mapping[Key, Document], changed: Mapping[Key, Document]
) -> Iterator[Problem]:
    """Yields new problems of the catalogue as a whole. A cycle is attributed to the changed records in it."""
    known = {(problem.file, problem.message) for problem in pack.validate(catalogue.pack())}
    try:
        graph.order({slug: d.data.get("prerequisites", {}) for (kind, slug), d in after.items() if kind == Kind.SKILL})
    except graph.CycleError as error:
        cycle = str(error)
        guilty = [changed[Kind.SKILL, slug] for slug in error.cycle if (Kind.SKILL, slug) in changed]
        if guilty:
            yield guilty[0].problem(cycle, "prerequisites")
            known |= {(document.file, cycle) for document in after.values()}
    for problem in pack.validate(_pack(after.values())):
        if (problem.file, problem.message) not in known:
            yield problem


def _problems_of_other_values(
    catalogue: Catalogue, after: Mapping[Key, Document], changed: Mapping[Key, Document], wrong: Sequence[Problem]
) -> Iterator[Problem]:
    """Yields other problems of the upload even if some of it could not be read, so that everything can be corrected in one round.
    Missing values and the rules of milestones are left out: those problems may be caused by the values in `wrong`."""
    sent = {document.file for document in changed.values()}
    unread = {
        key: Status.PUBLISHED for problem in wrong if (key := record_files.key_of(problem.file)) and key not in after
    }
    known = {(problem.file, problem.message) for problem in pack.problems_of_names(catalogue.pack(), {})}
    packed = _pack(after.values())
    edges = {slug: d.data.get("prerequisites", {}) for slug, d in packed.of_kind(Kind.SKILL).items()}
    blame = {slug: document for (kind, slug), document in changed.items() if kind == Kind.SKILL}
    for problem in (*pack.problems_of_names(packed, unread), *pack.cycle(edges, blame)):
        if problem.file in sent and (problem.file, problem.message) not in known:
            yield problem


def _is_unchanged(document: Document, catalogue: Catalogue) -> bool:
    present = catalogue.documents.get((document.kind, document.slug))
    return present is not None and render(present) == render(document)


def _with_former_slugs(document: Document, catalogue: Catalogue) -> Document:
    """Returns the document with all former slugs: a slug that once led to a record always will, so a file with fewer of them
    removes none."""
    present = catalogue.documents.get((document.kind, document.slug))
    known = present.data.get("formerly", []) if present else []
    given = document.data.get("formerly", [])
    if not known or not set(given) <= set(known):
        return document
    return replace(document, data=document.data | {"formerly": known})


def _misplaced(document: Document, catalogue: Catalogue) -> Iterable[Problem]:
    """Yields changes that cannot be made through a document."""
    key = (document.kind, document.slug)
    present = catalogue.documents.get(key)
    if key in catalogue.redirects:
        yield document.problem(f"is called {catalogue.redirects[key]!r} now; use the current name")
    known = present.data.get("formerly", []) if present else []
    if not set(document.data.get("formerly", [])) <= set(known):
        yield document.problem(
            "formerly: records are renamed and merged on their own pages, so that learners’ data follows", "formerly"
        )
    if (
        present
        and present.status not in record_documents.NEVER_PUBLIC
        and document.status in record_documents.NEVER_PUBLIC
    ):
        yield document.problem("status: is public, and cannot become a draft again", "status")
    if key in catalogue.proposed and not _is_unchanged(document, catalogue):
        yield document.problem("has an open proposal: submit and publish it, or withdraw it, or leave this row out")


# --- Edits to many records


def apply_edit(
    documents: Iterable[Document], edit: Callable[[dict[str, Any]], None]
) -> tuple[list[Document], list[Problem]]:
    """Returns the documents that `edit` changes; it modifies the values passed to it."""
    result: list[Document] = []
    problems: list[Problem] = []
    for document in documents:
        data = deepcopy(document.data)
        edit(data)
        data, wrong = checked(document.kind, data)
        changed_document = _with_file(replace(document, data=data))
        result.append(changed_document)
        problems += [changed_document.problem(message) for _key, message in wrong]
    return result, problems


# --- Importing


def may_import(user: User, documents: Iterable[Document], catalogue: Catalogue) -> bool:
    """Returns whether the user may add and change records of these kinds."""
    needed = {
        f"catalog.{'change' if (document.kind, document.slug) in catalogue.documents else 'add'}"
        f"_{RECORD_MODELS[document.kind]._meta.model_name}"
        for document in documents
    }
    return user.has_perms(needed)


@dataclass(frozen=True, slots=True)
class PreparedImport:
    """An import that has been checked and is ready to be written."""

    edit: BulkEdit
    batch: publishing.ProposalBatch


def prepare(dry_run: DryRun, *, by: User, title: str, note: str = "", at_once: bool = False) -> PreparedImport:
    """Prepares proposals in review for all changes; drafts are changed directly, as no one sees them. With `at_once`, all changes
    are published.

    Reads and checks everything, and writes nothing. Raises ValidationError, including when anything is rejected.
    """
    if dry_run.refused or not dry_run.changes:
        raise ValidationError(_("There is nothing to import."))
    batch = publishing.prepare_batch(dry_run.changes, author=by, note=note or title, at_once=at_once)
    proposed = {(row.kind, row.record_id): row.pk for row in batch.proposals}
    written = batch.publication.numbers if batch.publication else {}
    places = sorted(proposed.keys() | written.keys(), key=lambda place: (list(RECORD_MODELS).index(place[0]), place[1]))
    before = record_store.version_numbers(places)
    items = [
        {
            "kind": kind,
            "record_id": pk,
            "before": before.get((kind, pk), 0),
            "after": written.get((kind, pk), before.get((kind, pk), 0)),
        }
        | ({"proposal": proposed[kind, pk]} if (kind, pk) in proposed else {})
        for kind, pk in places
    ]
    return PreparedImport(BulkEdit(title=title, author=by, items=items), batch)


@transaction.atomic
def apply(bringing: PreparedImport) -> Revision | None:
    """Writes the prepared import, either all of it or nothing. The caller holds the catalogue's lock and has checked that the
    catalogue is unchanged. Returns the revision if anything public changed. Raises ValidationError."""
    revision = bringing.batch.carry_out()
    bringing.edit.save()
    return revision


def proposals_of(edit: BulkEdit) -> list[Proposal]:
    keys = [item["proposal"] for item in edit.items if "proposal" in item]
    return list(Proposal.objects.filter(pk__in=keys).select_related("author").order_by("kind", "slug"))


def waiting(edit: BulkEdit) -> list[Proposal]:
    return [proposal for proposal in proposals_of(edit) if proposal.is_open]


def publish(edit: BulkEdit, *, by: User) -> Revision | None:
    """Publishes all open proposals of a bulk edit, in one revision. Raises ValidationError."""
    if not (waiting_proposals := waiting(edit)):
        raise ValidationError(_("None of its proposals is waiting any more."))
    return publishing.publish(waiting_proposals, by=by)


# --- Undoing


@dataclass(frozen=True, slots=True)
class _UndoPlan:
    withdraw: list[Proposal]
    restore: list[tuple[Place, int]]  # the version to restore; 0: the record did not exist
    problems: list[str]


def undo_problems(edit: BulkEdit, *, by: User) -> list[str]:
    """Returns why a bulk edit cannot be undone, record by record; empty if it can be undone."""
    return _plan_undo(edit, by).problems


def _plan_undo(edit: BulkEdit, by: User) -> _UndoPlan:
    by_key = {proposal.pk: proposal for proposal in proposals_of(edit)}
    found = _UndoPlan([], [], [])
    if edit.undone_at is not None:
        found.problems.append(_("This is already undone."))
        return found
    places = [(item["kind"], item["record_id"]) for item in edit.items]
    newest, names = record_store.version_numbers(places), names_of(places)
    for item in edit.items:
        key = (item["kind"], item["record_id"])
        proposal = by_key.get(item.get("proposal", 0))
        name = names.get(key, f"{key[0]} {key[1]}")
        published = proposal is not None and proposal.version is not None
        left_at = proposal.version if proposal is not None and published else item["after"]
        if proposal is not None and not proposal.is_open and not published:
            continue  # rejected or withdrawn: the record is unchanged
        if key not in newest:
            continue  # a draft that was deleted since
        if newest[key] != left_at:
            found.problems.append(_("{name} has changed since.").format(name=name))
        elif published and not permissions.is_reviewer(by):
            found.problems.append(_("{name} is public; only a reviewer can undo that.").format(name=name))
        elif proposal is not None and not published:
            found.withdraw.append(proposal)
            if not item["before"] or item["before"] != item["after"]:
                found.restore.append((key, item["before"]))
        else:
            found.restore.append((key, item["before"]))
    return found


def names_of(records: Iterable[Place]) -> dict[Place, str]:
    """Returns the names of records, with one statement for each kind."""
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, pk in records:
        by_kind[kind].append(pk)
    return {
        (kind, pk): name
        for kind, keys in by_kind.items()
        for pk, name in RECORD_MODELS[kind].objects.filter(pk__in=keys).values_list("pk", "name")
    }


def undo(edit: BulkEdit, *, by: User) -> Revision | None:
    """Restores everything: open proposals are withdrawn, and public records become what they were before, in one revision. A new record is
    retired if it was public, and deleted if it was a draft.

    Raises ValidationError with the list of records that have changed since, if there are any.
    """
    asked = BulkEdit.objects.filter(pk=edit.pk)

    def seen() -> tuple[object, ...]:
        return record_documents.state(), asked.get().undone_at

    def look() -> tuple[list[Proposal], list[Record], Publication]:
        found = _plan_undo(asked.get(), by)
        if found.problems:
            raise ValidationError(found.problems)
        if not permissions.is_reviewer(by) and not all(
            permissions.may_write(by, proposal) for proposal in found.withdraw
        ):
            raise ValidationError(_("Only its author and reviewers can undo it."))
        documents, gone = _documents_before(found.restore)
        catalogue = read_catalogue()
        removed = {(record.KIND, record.slug) for record in gone}
        changed = {(document.kind, document.slug): _with_file(document) for document in documents}
        after = {key: document for key, document in {**catalogue.documents, **changed}.items() if key not in removed}
        if problems := [f"{problem.file}: {problem.message}" for problem in _new_problems(catalogue, after, changed)]:
            raise ValidationError(problems)
        publication = Publication(Writing(documents, {}), source=Version.VersionSource.CURATOR, author=by)
        return found.withdraw, gone, publication

    def write(found: tuple[list[Proposal], list[Record], Publication]) -> Revision | None:
        withdraw, gone, publication = found
        # A draft that was in review is restored or deleted below.
        Proposal.objects.filter(pk__in=[proposal.pk for proposal in withdraw]).update(
            state=Proposal.ProposalState.WITHDRAWN, reviewer=None, decided_at=None, publish_at=None, alone=False
        )
        for kind in {record.KIND for record in gone}:
            keys = [record.pk for record in gone if kind == record.KIND]
            Version.objects.filter(kind=kind, record_id__in=keys).delete()
            RECORD_MODELS[kind].objects.filter(pk__in=keys).delete()
        revision = publication.carry_out()
        asked.update(undone_at=timezone.now(), undone_by=by)
        return revision

    return record_store.look_then_write(look, write, seen)


def _documents_before(places: Sequence[tuple[Place, int]]) -> tuple[list[Document], list[Record]]:
    """Returns the documents that restore these versions, and the drafts that did not exist before."""
    documents: list[Document] = []
    gone: list[Record] = []
    numbers: defaultdict[str, dict[int, int]] = defaultdict(dict)
    for (kind, pk), number in places:
        numbers[kind][pk] = number
    for kind, wanted in numbers.items():
        old = {
            version.record_id: record_documents.document_of_version(version)
            for version in Version.objects.filter(kind=kind, record_id__in=wanted, number__in=set(wanted.values()))
            if version.number == wanted[version.record_id]
        }
        records = list(RECORD_MODELS[kind].objects.filter(pk__in=wanted).order_by("pk"))
        for record, present in zip(records, record_store.documents_of(kind, records), strict=True):
            before = old.get(record.pk)
            public = record.status not in record_documents.NEVER_PUBLIC
            if before is not None and (before.published or before.status == Status.RETIRED or not public):
                documents.append(replace(before, slug=record.slug))
            elif public:  # readers may have seen it, so its page states that it is retired
                documents.append(replace(present, data=present.data | {"status": str(Status.RETIRED)}))
            else:
                gone.append(record)
    return documents, gone
