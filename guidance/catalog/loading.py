"""Loads a pack: decides what happens to each of its documents, and writes that in one transaction.

It keeps later edits by curators. A document that conflicts with a record that stays is held back, so a load never fails because
of other records in the database.
"""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction

from guidance.catalog import pack, record_store, redirects, references
from guidance.catalog.documents import Document, Problem, caching_documents, parse
from guidance.catalog.models import RECORD_MODELS, Kind, Prerequisite, Status, Version
from guidance.catalog.pack import Pack, PackError
from guidance.catalog.redirects import Key, Place
from guidance.catalog.writing import Publication, Writing


@dataclass
class LoadReport:
    """What a load did or, in a dry run, would do; each entry is "kind/slug"."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited by a curator since the last load; not written
    held: dict[str, list[Problem]] = field(default_factory=dict)  # in conflict with records; not written
    clashes: list[Problem] = field(default_factory=list)  # conflicts between two records that are in the database
    elsewhere: list[str] = field(default_factory=list)  # in the database only; left unchanged
    revision: int | None = None


def load(root: Path, *, dry_run: bool = False, overwrite: bool = False) -> LoadReport:
    """Brings the database to the state of the pack, in one transaction. Raises PackError before anything is written.

    A record whose newest version was written by a curator is kept and reported, unless `overwrite`. A record that exists only in
    the database is left unchanged. A record whose newest version equals the file is not written. A document that conflicts with a
    record that stays, for example over a name, is held back and reported, as are the documents that need it.
    """
    content = pack.read(root)
    with caching_documents():
        while True:
            state = record_store.state()
            report, decision = _look(content, overwrite=overwrite)
            if dry_run or not (decision.wanted or decision.merged):
                return report
            publication = _publication(decision)
            with transaction.atomic():
                # Curators wait only while the load writes. The decisions are valid as long as no one has written since they were made.
                record_store.lock()
                if record_store.state() == state:
                    revision = publication.carry_out()
                    report.revision = revision.number if revision else None
                    return report


@dataclass
class _Decision:
    """What will happen to the documents of the pack and to existing records."""

    wanted: list[Document] = field(default_factory=list)
    records: dict[Key, int] = field(default_factory=dict)  # (kind, slug in the pack): record, 0 for a new record
    renamed: dict[Key, str] = field(default_factory=dict)  # (kind, new slug): slug in the database
    merged: dict[Key, str] = field(default_factory=dict)  # (kind, slug): slug of the record it is merged into
    kept: dict[Key, int] = field(default_factory=dict)  # (kind, slug in the pack): record
    held: dict[Key, list[Problem]] = field(default_factory=dict)  # (kind, slug in the pack): the conflicts
    touched: set[Place] = field(default_factory=set)  # (kind, record) that the pack describes


def _look(content: Pack, *, overwrite: bool) -> tuple[LoadReport, _Decision]:
    """Returns what the load would do. Raises PackError."""
    stored = {
        (kind, slug): (pk, status)
        for kind, model in RECORD_MODELS.items()
        for slug, pk, status in model.objects.values_list("slug", "pk", "status")
    }
    problems = pack.validate(content, {key: status for key, (_, status) in stored.items()})
    if problems:
        raise PackError(problems)
    newest = record_store.latest()
    by_curators = set() if overwrite else _written_by_curators(newest)
    former = redirects.stored()
    moved = _moved(content, stored, former, by_curators)
    content = replace(content, documents=[_with_present_names(document, moved) for document in content.documents])
    report = LoadReport()
    decision = _decide(content, stored, newest, former, by_curators, report)
    _hold_back(content, stored, newest, decision, report)
    return report, decision


def _publication(decision: _Decision) -> Publication:
    leads = {
        (document.kind, old): document.slug for document in decision.wanted for old in document.data.get("formerly", [])
    }
    writing = Writing([*decision.wanted, *_retired(decision.merged)], decision.renamed, decision.kept)
    return Publication(writing, source=Version.VersionSource.PACK, leads=leads, merged=decision.merged)


def _retired(merged: Iterable[Key]) -> Iterator[Document]:
    """Yields the retired documents of merged records; their names now belong to the record they were merged into. Their other rows stay, so
    that references to them can follow."""
    slugs: defaultdict[str, list[str]] = defaultdict(list)
    for kind, slug in merged:
        slugs[kind].append(slug)
    for kind, wanted in slugs.items():
        for document in record_store.documents_of(kind, list(RECORD_MODELS[kind].objects.filter(slug__in=wanted))):
            data = document.data | {"status": str(Status.RETIRED)}
            yield replace(document, data={key: value for key, value in data.items() if key != "aliases"})


def _decide(
    content: Pack,
    stored: Mapping[Key, tuple[int, str]],
    newest: Mapping[Place, Version],
    former: Mapping[Key, int],
    by_curators: Container[Place],
    report: LoadReport,
) -> _Decision:
    decision = _Decision()
    slugs = {(kind, pk): slug for (kind, slug), (pk, _) in stored.items()}
    for document in content.documents:
        kind, key = document.kind, (document.kind, document.slug)
        name = f"{kind}/{document.slug}"
        old_slugs = [old for old in document.data.get("formerly", []) if (kind, old) in stored]
        if key in stored:
            pk = stored[key][0]
        elif old_slugs:
            pk = stored[kind, old_slugs.pop(0)][0]
        else:  # a curator may have renamed it since, but an older slug may lead to the record of another file
            pk = former.get(key, 0)
            if (kind, slugs.get((kind, pk))) in content.contents:
                pk = 0
        version = newest.get((kind, pk))
        slug = slugs.get((kind, pk), document.slug)
        decision.records[key] = pk if version is not None else 0
        if version is None:
            report.added.append(name)
        elif slug == document.slug and _same(version.document, content.contents[key], document):
            report.unchanged.append(name)
            decision.touched.add((kind, pk))
            continue
        elif (kind, pk) in by_curators:
            report.kept.append(name)
            decision.kept[key] = pk
            continue
        else:
            report.changed.append(name)
        decision.touched.add((kind, pk))
        decision.wanted.append(document)
        if slug != document.slug:
            decision.renamed[key] = slug
        for old in old_slugs:
            old_pk, status = stored[kind, old]
            if (kind, old_pk) in by_curators:
                report.kept.append(f"{kind}/{old}")
            elif status != Status.RETIRED:
                decision.merged[kind, old] = document.slug
            decision.touched.add((kind, old_pk))
    report.merged = [f"{kind}/{slug}" for kind, slug in decision.merged]
    merged_before = {key for key in stored if key in former}
    report.elsewhere = list(_elsewhere(content, stored, decision, merged_before))
    return decision


def _written_by_curators(newest: Mapping[Place, Version]) -> set[Place]:
    """Returns the records whose last edit was by a curator. Versions written only because another record was merged or renamed do
    not count."""
    following = {place for place, version in newest.items() if version.source == Version.VersionSource.FOLLOWS}
    found = {place for place, version in newest.items() if version.source == Version.VersionSource.CURATOR}
    if following:
        written = Version.objects.exclude(source=Version.VersionSource.FOLLOWS).order_by("kind", "record_id", "-number")
        of_followers = written.filter(record_id__in={pk for _kind, pk in following}).distinct("kind", "record_id")
        found |= {
            (kind, pk)
            for kind, pk, source in of_followers.values_list("kind", "record_id", "source")
            if source == Version.VersionSource.CURATOR and (kind, pk) in following
        }
    return found


def _moved(
    content: Pack, stored: Mapping[Key, tuple[int, str]], former: Mapping[Key, int], by_curators: Container[Place]
) -> dict[Key, str]:
    """Returns the current slugs of records that curators merged or renamed, by their slug in the pack."""
    slugs = {(kind, pk): slug for (kind, slug), (pk, _) in stored.items()}
    moved: dict[Key, str] = {}
    for kind, slug in content.contents.keys() & former.keys():
        place = (kind, former[kind, slug])
        present = slugs.get(place, slug)
        if (kind, slug) in stored:
            pk, status = stored[kind, slug]
            is_moved = status == Status.RETIRED and (kind, pk) in by_curators
        else:
            is_moved = place in by_curators and (kind, present) not in content.contents
        if is_moved and present != slug:
            moved[kind, slug] = present
    return moved


def _with_present_names(document: Document, moved: Mapping[Key, str]) -> Document:
    for (kind, slug), present in moved.items():
        if (document.kind, document.slug) != (kind, slug) and references.names(document, kind, slug):
            document = references.repoint(document, kind, slug, present)
    return document


def _elsewhere(
    content: Pack, stored: Mapping[Key, tuple[int, str]], decision: _Decision, merged_before: Container[Key]
) -> Iterator[str]:
    """Yields the records that exist only in the database."""
    known = decision.touched | {(kind, pk) for (kind, _), pk in decision.kept.items()}
    known |= {(kind, pk) for (kind, slug), (pk, _) in stored.items() if (kind, slug) in content.contents}
    for (kind, slug), (pk, _) in stored.items():
        if (kind, pk) not in known and (kind, slug) not in merged_before:
            yield f"{kind}/{slug}"


def _hold_back(
    content: Pack,
    stored: Mapping[Key, tuple[int, str]],
    newest: Mapping[Place, Version],
    decision: _Decision,
    report: LoadReport,
) -> None:
    """Leaves out documents that would conflict with the records that stay (names, addresses, cycles), and the documents that
    need them. If a document is left out, its record stays as well and may conflict with another document, so this is repeated
    until no document conflicts.
    """
    known: dict[Place, Document | None] = {}
    slugs = {(kind, pk): slug for (kind, slug), (pk, _) in stored.items()}
    while True:
        gone = decision.touched | {(kind, stored[kind, slug][0]) for kind, slug in decision.merged}
        for (kind, pk), slug in slugs.items():
            if (kind, pk) not in gone and (kind, pk) not in known:
                known[kind, pk] = _in_database(newest.get((kind, pk)), slug)
        staying = [document for place, document in known.items() if document is not None and place not in gone]
        if not staying:
            return
        by_file: defaultdict[str, list[Problem]] = defaultdict(list)
        for problem in _against(staying, content, stored, decision):
            by_file[problem.file].append(problem)
        guilty = [document for document in decision.wanted if document.file in by_file]
        for document in guilty:
            _leave_out(document, by_file[document.file], stored, decision, report)
        if not guilty:
            report.held = {f"{kind}/{slug}": problems for (kind, slug), problems in decision.held.items()}
            report.clashes = [problem for document in content.documents for problem in by_file.get(document.file, [])]
            return


def _against(
    staying: Sequence[Document],
    content: Pack,
    stored: Mapping[Key, tuple[int, str]],
    decision: _Decision,
) -> list[Problem]:
    """Returns the problems that the catalogue would have after the load. If a document of the pack conflicts with a record that
    stays, the problem is attributed to the pack's document."""
    out = decision.kept.keys() | decision.held.keys()
    files = [document for document in content.documents if (document.kind, document.slug) not in out]
    going = Pack(content.root, files, {(d.kind, d.slug): "" for d in files}, [])
    slugs = {(kind, pk): slug for (kind, slug), (pk, _) in stored.items()}
    called = {(kind, slug): slugs[kind, pk] for (kind, slug), pk in decision.kept.items()}  # slugs in the database
    statuses = {key: status for key, (_, status) in stored.items()}
    statuses |= {(kind, slug): statuses[kind, now] for (kind, slug), now in called.items()}
    problems = sorted(pack.problems_between(going, statuses, staying))
    wanted = {document.file: document for document in decision.wanted}
    if any(problem.file in wanted for problem in problems):
        return problems  # cycles are searched for among the remaining documents
    edges = {
        document.slug: {
            called.get((Kind.SKILL, need), need): level
            for need, level in document.data.get("prerequisites", {}).items()
        }
        for document in (*staying, *files)
        if document.kind == Kind.SKILL
    }
    blame = {document.slug: document for document in decision.wanted if document.kind == Kind.SKILL}
    known = set(Prerequisite.objects.values_list("skill__slug", "requires__slug"))
    return [*problems, *pack.cycle(edges, blame, known)]


def _leave_out(
    document: Document,
    problems: list[Problem],
    stored: Mapping[Key, tuple[int, str]],
    decision: _Decision,
    report: LoadReport,
) -> None:
    key, name = (document.kind, document.slug), f"{document.kind}/{document.slug}"
    decision.held[key] = problems
    decision.wanted.remove(document)
    decision.renamed.pop(key, None)
    for kind, old in [old for old, into in decision.merged.items() if (old[0], into) == key]:
        del decision.merged[kind, old]
        decision.touched.discard((kind, stored[kind, old][0]))
        report.merged.remove(f"{kind}/{old}")
    pk = decision.records[key]
    (report.changed if pk else report.added).remove(name)
    if pk:
        decision.kept[key] = pk
        decision.touched.discard((document.kind, pk))


def _in_database(version: Version | None, slug: str) -> Document | None:
    if version is None:
        return None
    file = f"the database’s {version.kind} {slug!r}"
    return parse(version.document, kind=version.kind, slug=slug, file=file)[0]


def _same(stored: str, content: str, document: Document) -> bool:
    """Returns whether the stored text equals the text of the file, if necessary after the names of other records in it are
    updated. A slug that once led to a record always will, so the database may have more former slugs than the file."""
    if stored == content:
        return True
    known, _ = parse(stored, kind=document.kind, slug=document.slug)
    written, _ = parse(content, kind=document.kind, slug=document.slug)

    def rest(read: Document) -> str:
        return json.dumps([{**read.data, "formerly": []}, read.body], default=str)  # the order within tables matters

    former = set(document.data.get("formerly", []))
    if known is None or not former <= set(known.data.get("formerly", [])):
        return False
    return rest(known) in {rest(read) for read in (document, written) if read is not None}
