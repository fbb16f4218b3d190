"""Loading a pack: what becomes of each of its documents, and the writing of that in one transaction.

What curators did since is kept. What conflicts with a record that stays as it is, is held back, so that a load never fails for
what somebody else has in the database.
"""

import json
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction

from guidance.catalog import pack, record_store, references
from guidance.catalog.documents import Document, Problem, caching_documents, parse
from guidance.catalog.models import RECORD_MODELS, Kind, Prerequisite, Redirect, Status, Version
from guidance.catalog.pack import Pack, PackError
from guidance.catalog.writing import Publication, Writing

Key = tuple[str, str]  # kind and slug
Place = tuple[str, int]  # kind and primary key


@dataclass
class LoadReport:
    """What a load did, or with a dry run would do; each entry is "kind/slug"."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited by a curator since; not written
    held: dict[str, list[Problem]] = field(default_factory=dict)  # in conflict with the database's records; not written
    clashes: list[Problem] = field(default_factory=list)  # conflicts of records that are both in the database
    elsewhere: list[str] = field(default_factory=list)  # in the database only; left alone
    revision: int | None = None


def load(root: Path, *, dry_run: bool = False, overwrite: bool = False) -> LoadReport:
    """Bring the database to the state of the pack, in one transaction. Raises PackError before anything is written.

    A record whose newest version is a curator's is kept and reported, unless `overwrite`. A record that only the database
    has is left alone. A record whose newest version equals the file is not written. A document that conflicts with a record
    that stays, such as one of the same name, is held back and reported, and so is what needs it.
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
                # Curators wait for the writing alone. What was decided is true as long as nobody has written since.
                record_store.lock()
                if record_store.state() == state:
                    revision = publication.carry_out()
                    report.revision = revision.number if revision else None
                    return report


@dataclass
class _Decision:
    """What becomes of the pack's documents and of the records that are there."""

    wanted: list[Document] = field(default_factory=list)
    records: dict[Key, int] = field(default_factory=dict)  # (kind, slug in the pack): record, 0 for a new one
    renamed: dict[Key, str] = field(default_factory=dict)  # (kind, new slug): slug in the database
    merged: dict[Key, str] = field(default_factory=dict)  # (kind, slug): what it becomes part of
    kept: dict[Key, int] = field(default_factory=dict)  # (kind, slug in the pack): record
    held: dict[Key, list[Problem]] = field(default_factory=dict)  # (kind, slug in the pack): what is in the way
    touched: set[Place] = field(default_factory=set)  # (kind, record) of which the pack speaks


def _look(content: Pack, *, overwrite: bool) -> tuple[LoadReport, _Decision]:
    """What the load would do. Raises PackError."""
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
    redirects = {(kind, slug): pk for kind, slug, pk in Redirect.objects.values_list("kind", "slug", "record_id")}
    moved = _moved(content, stored, redirects, by_curators)
    content = replace(content, documents=[_with_present_names(document, moved) for document in content.documents])
    report = LoadReport()
    decision = _decide(content, stored, newest, redirects, by_curators, report)
    _hold_back(content, stored, newest, decision, report)
    return report, decision


def _publication(decision: _Decision) -> Publication:
    leads = {
        (document.kind, old): document.slug for document in decision.wanted for old in document.data.get("formerly", [])
    }
    writing = Writing([*decision.wanted, *_retired(decision.merged)], decision.renamed, decision.kept)
    return Publication(writing, source=Version.VersionSource.PACK, leads=leads, merged=decision.merged)


def _retired(merged: Iterable[Key]) -> Iterator[Document]:
    """What became part of another record is retired, and its names are the other's from now on. Its other rows stay, so that
    what points to it can follow."""
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
    redirects: Mapping[Key, int],
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
        else:  # a curator may have renamed it since; but what an older slug leads to may be another file's record
            pk = redirects.get(key, 0)
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
    merged_before = {key for key in stored if key in redirects}
    report.elsewhere = list(_elsewhere(content, stored, decision, merged_before))
    return decision


def _written_by_curators(newest: Mapping[Place, Version]) -> set[Place]:
    """Records in which a curator was the last to write something. A record that only follows another one, which was merged or
    renamed, was written before that."""
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
    content: Pack, stored: Mapping[Key, tuple[int, str]], redirects: Mapping[Key, int], by_curators: Container[Place]
) -> dict[Key, str]:
    """What curators merged or renamed, by what the pack calls it: its present slug."""
    slugs = {(kind, pk): slug for (kind, slug), (pk, _) in stored.items()}
    moved: dict[Key, str] = {}
    for kind, slug in content.contents.keys() & redirects.keys():
        place = (kind, redirects[kind, slug])
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
    """Records that only the database has."""
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
    """Leave out what would conflict with the records that stay as they are (names, addresses, cycles) and what needs it.

    The record of a document that is left out stays too and may be in the way of another, so this is repeated until no
    document is in conflict.
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
    """What would be wrong with the catalogue as the load would leave it; in doubt it is the pack's document that is wrong."""
    out = decision.kept.keys() | decision.held.keys()
    files = [document for document in content.documents if (document.kind, document.slug) not in out]
    going = Pack(content.root, files, {(d.kind, d.slug): "" for d in files}, [])
    slugs = {(kind, pk): slug for (kind, slug), (pk, _) in stored.items()}
    called = {(kind, slug): slugs[kind, pk] for (kind, slug), pk in decision.kept.items()}  # as the database calls them
    statuses = {key: status for key, (_, status) in stored.items()}
    statuses |= {(kind, slug): statuses[kind, now] for (kind, slug), now in called.items()}
    problems = sorted(pack.problems_between(going, statuses, staying))
    wanted = {document.file: document for document in decision.wanted}
    if any(problem.file in wanted for problem in problems):
        return problems  # a cycle is looked for among what is left
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
    """Whether the stored text says what the file says, or what it says with the present names of other records. A slug that once
    led to a record always will, so the database may know more former ones than the file."""
    if stored == content:
        return True
    known, _ = parse(stored, kind=document.kind, slug=document.slug)
    written, _ = parse(content, kind=document.kind, slug=document.slug)

    def rest(read: Document) -> str:
        return json.dumps([{**read.data, "formerly": []}, read.body], default=str)  # with the order of tables

    former = set(document.data.get("formerly", []))
    if known is None or not former <= set(known.data.get("formerly", [])):
        return False
    return rest(known) in {rest(read) for read in (document, written) if read is not None}
