"""The pack: a folder of documents. Read and validate all of it, then write it in one transaction; or write it out again."""

import errno
import itertools
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from guidance.catalog import graph, versions
from guidance.catalog.documents import Document, Problem, parse, render
from guidance.catalog.models import RECORD_MODELS, Alias, Kind, Record, Redirect, Status, Version
from guidance.catalog.search import normalise

FOLDERS: Mapping[str, str] = {
    Kind.AREA: "areas",
    Kind.FACT: "facts",
    Kind.SKILL: "skills",
    Kind.RESOURCE: "resources",
    Kind.ROLE: "roles",
    Kind.INDUSTRY: "industries",
    Kind.PROJECT: "projects",
    Kind.STARTING_POINT: "starting-points",
    Kind.GUIDE: "guides",
    Kind.QUESTION: "questions",
}
# Where a link inside Waymark leads: the page's first part and the kind that the second names.
LINKED: Mapping[str, str] = {
    FOLDERS[kind]: kind for kind in (Kind.SKILL, Kind.ROLE, Kind.INDUSTRY, Kind.PROJECT, Kind.GUIDE)
}
PLAIN_PAGES = {
    "skills",
    "roles",
    "industries",
    "projects",
    "guides",
    "resources",
    "questions",
    "about-the-data",
    "search",
}


class PackError(Exception):
    """The pack cannot be used: `problems` says why, file by file. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Pack:
    root: Path
    documents: Sequence[Document]
    contents: Mapping[tuple[str, str], str]  # (kind, slug): the file as it is
    problems: Sequence[Problem]  # of single files

    def of_kind(self, kind: str) -> dict[str, Document]:
        return {document.slug: document for document in self.documents if document.kind == kind}


@dataclass
class Report:
    """What a load did, or with a dry run would do; each entry is "kind/slug"."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # edited by a curator since; not written
    elsewhere: list[str] = field(default_factory=list)  # in the database only; left alone
    revision: int | None = None


def read(root: Path) -> Pack:
    """Read every file. Raises PackError when there is no pack at `root`."""
    if not root.is_dir():
        raise PackError([Problem(str(root), 1, "there is no such folder")])
    documents, contents, problems = [], {}, []
    known = set(FOLDERS.values())
    for path in sorted(root.iterdir()):
        if path.is_dir() and path.name not in known:
            problems.append(Problem(path.name, 1, f"unknown folder; known are {', '.join(sorted(known))}"))
    for kind, folder in FOLDERS.items():
        for path in sorted((root / folder).glob("*")):
            file = f"{folder}/{path.name}"
            if path.suffix != ".md":
                problems.append(Problem(file, 1, "is not a Markdown file (.md)"))
                continue
            try:
                content = path.read_text(encoding="utf-8")
            except UnicodeDecodeError as error:
                line = path.read_bytes()[: error.start].count(b"\n") + 1
                problems.append(Problem(file, line, "is not UTF-8"))
                continue
            document, found = parse(content, kind=kind, slug=path.stem, file=file)
            problems += found
            if document is not None:
                documents.append(document)
                contents[kind, document.slug] = content
    if not documents and not problems:
        problems.append(Problem(str(root), 1, "holds no catalogue: no file in " + ", ".join(sorted(known))))
    return Pack(root, documents, contents, problems)


def validate(pack: Pack, elsewhere: Mapping[tuple[str, str], str] | None = None) -> list[Problem]:
    """Everything that would make the pack wrong as a whole. `elsewhere` gives {(kind, slug): status} of records that are in
    the database already, which documents may name too."""
    problems = list(pack.problems)
    status = dict(elsewhere or {}) | {(d.kind, d.slug): d.status for d in pack.documents}
    problems += _references(pack, status)
    problems += _links(pack, status)
    problems += _names(pack)
    problems += _incomplete(pack)
    skills = pack.of_kind(Kind.SKILL)
    edges = {slug: document.data.get("prerequisites", {}) for slug, document in skills.items()}
    try:
        graph.order(edges)
    except graph.CycleError as error:
        first, second = error.cycle[0], error.cycle[1]
        problems.append(skills[first].problem(str(error), "prerequisites", second))
    return sorted(problems)


def _references(pack: Pack, status: Mapping[tuple[str, str], str]) -> Iterable[Problem]:
    for document in pack.documents:
        for path, kind, slug in document.references():
            found = status.get((kind, slug))
            if (kind, slug) == (document.kind, document.slug):
                yield document.problem("a record cannot name itself here", *path)
            elif found is None:
                yield document.problem(f"{path[0]}: there is no {kind} {slug!r}", *path)
            elif found != Status.PUBLISHED and document.published:
                yield document.problem(f"{path[0]}: the {kind} {slug!r} is not published ({found})", *path)


def _links(pack: Pack, status: Mapping[tuple[str, str], str]) -> Iterable[Problem]:
    for document in pack.documents:
        for line, link in document.links():
            parts = link.split("#")[0].split("?")[0].strip("/").split("/")
            kind = LINKED.get(parts[0])
            if parts[0] == "" or (len(parts) == 1 and parts[0] in PLAIN_PAGES):
                continue
            if kind and len(parts) == 2 and status.get((kind, parts[1])) == Status.PUBLISHED:
                continue
            yield Problem(document.file, line, f"the link {link} leads nowhere")


def _names(pack: Pack) -> Iterable[Problem]:
    """A slug, name or alias belongs to one record of a kind; an address to one resource."""
    seen: dict[tuple[str, str], Document] = {}

    def claim(document: Document, what: str, value: str, *path: str | int) -> Iterable[Problem]:
        owner = seen.setdefault((what, value), document)
        if owner is not document:
            yield document.problem(
                f"{value!r} is the {what.rsplit('/', maxsplit=1)[-1]} of {owner.file} already", *path
            )

    for document in pack.documents:
        if document.status == Status.RETIRED:
            continue
        yield from claim(document, f"{document.kind}/name", normalise(document.data.get("name", "")), "name")
    for document in pack.documents:
        for old in document.data.get("formerly", []):
            if (document.kind, old) in pack.contents:
                yield document.problem(f"formerly: {old!r} is a {document.kind} of this pack", "formerly")
            yield from claim(document, f"{document.kind}/former slug", old, "formerly")
        match document.kind:
            case Kind.SKILL:
                for index, alias in enumerate(document.data.get("aliases", [])):
                    name = normalise(alias["name"] if isinstance(alias, dict) else alias)
                    yield from claim(document, "skill/name", name, "aliases", index)
            case Kind.RESOURCE:
                yield from claim(document, "resource/address", document.data.get("url", ""), "url")
            case Kind.AREA:
                yield from claim(document, "area/letter", document.data.get("letter", ""), "letter")


def _incomplete(pack: Pack) -> Iterable[Problem]:
    """What a record needs before it can be read as complete."""
    resourced = {
        slug
        for document in pack.documents
        if document.kind == Kind.RESOURCE and document.published
        for slug in document.data.get("skills", {})
    }
    for slug, document in pack.of_kind(Kind.SKILL).items():
        if document.published and slug not in resourced:
            yield document.problem("no resource names this skill")
        if document.published and not document.body:
            yield document.problem("the body is empty")


def load(root: Path, *, dry_run: bool = False, overwrite: bool = False) -> Report:
    """Bring the database to the state of the pack, in one transaction. Raises PackError before anything is written.

    A record whose newest version is a curator's is kept and reported, unless `overwrite`. A record that only the database
    has is left alone. A record whose newest version equals the file is not written.
    """
    pack = read(root)
    with transaction.atomic():
        # Curators wait meanwhile: what is decided below about their edits is still true when it is written.
        versions.lock()
        return _load(pack, dry_run=dry_run, overwrite=overwrite)


@dataclass
class _Decision:
    """What becomes of the pack's documents and of the records that are there."""

    wanted: list[Document] = field(default_factory=list)
    renamed: dict[tuple[str, str], str] = field(default_factory=dict)  # (kind, new slug): slug in the database
    merged: dict[tuple[str, str], str] = field(default_factory=dict)  # (kind, slug): what it becomes part of
    kept: dict[tuple[str, str], int] = field(default_factory=dict)  # (kind, slug in the pack): record
    touched: set[tuple[str, int]] = field(default_factory=set)  # (kind, record) of which the pack speaks


def _load(pack: Pack, *, dry_run: bool, overwrite: bool) -> Report:
    stored = {
        (kind, slug): (pk, status)
        for kind, model in RECORD_MODELS.items()
        for slug, pk, status in model.objects.values_list("slug", "pk", "status")
    }
    problems = validate(pack, {key: status for key, (_, status) in stored.items()})
    if problems:
        raise PackError(problems)
    newest = versions.latest()
    report = Report()
    decision = _decide(pack, stored, newest, report, overwrite=overwrite)
    problems = _conflicts(pack, stored, newest, decision)
    if problems:
        raise PackError(problems)
    if not dry_run and (decision.wanted or decision.merged):
        records = _merge(decision.merged)
        records += versions.write(decision.wanted, decision.renamed, decision.kept)
        _redirect(decision.wanted)
        revision = versions.commit(records, source=Version.Source.PACK, merged=decision.merged)
        report.revision = revision.number if revision else None
    return report


def _decide(
    pack: Pack,
    stored: Mapping[tuple[str, str], tuple[int, str]],
    newest: Mapping[tuple[str, int], Version],
    report: Report,
    *,
    overwrite: bool,
) -> _Decision:
    decision = _Decision()
    slugs = {(kind, pk): slug for (kind, slug), (pk, _) in stored.items()}
    redirects = {(kind, slug): pk for kind, slug, pk in Redirect.objects.values_list("kind", "slug", "record_id")}

    def edited(kind: str, pk: int) -> bool:
        version = newest.get((kind, pk))
        return version is not None and version.source == Version.Source.CURATOR and not overwrite

    for document in pack.documents:
        kind, key = document.kind, (document.kind, document.slug)
        name = f"{kind}/{document.slug}"
        old_slugs = [old for old in document.data.get("formerly", []) if (kind, old) in stored]
        if key in stored:
            pk = stored[key][0]
        elif old_slugs:
            pk = stored[kind, old_slugs.pop(0)][0]
        else:  # a curator may have renamed it since; but what an older slug leads to may be another file's record
            pk = redirects.get(key, 0)
            if (kind, slugs.get((kind, pk))) in pack.contents:
                pk = 0
        version = newest.get((kind, pk))
        slug = slugs.get((kind, pk), document.slug)
        if version is None:
            report.added.append(name)
        elif slug == document.slug and _same(version.document, pack.contents[key], document):
            report.unchanged.append(name)
            decision.touched.add((kind, pk))
            continue
        elif edited(kind, pk):
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
            if edited(kind, old_pk):
                report.kept.append(f"{kind}/{old}")
            elif status != Status.RETIRED:
                decision.merged[kind, old] = document.slug
            decision.touched.add((kind, old_pk))
    report.merged = [f"{kind}/{slug}" for kind, slug in decision.merged]
    spoken_of = decision.touched | {(kind, pk) for (kind, _), pk in decision.kept.items()}
    spoken_of |= {(kind, pk) for (kind, slug), (pk, _) in stored.items() if (kind, slug) in pack.contents}
    redirected = {key for key in stored if key in redirects}  # merged before
    report.elsewhere = [
        f"{kind}/{slug}"
        for (kind, slug), (pk, _) in stored.items()
        if (kind, pk) not in spoken_of and (kind, slug) not in redirected
    ]
    return decision


def _conflicts(
    pack: Pack,
    stored: Mapping[tuple[str, str], tuple[int, str]],
    newest: Mapping[tuple[str, int], Version],
    decision: _Decision,
) -> list[Problem]:
    """What the pack and the records that stay as they are would do to each other: names, addresses and cycles."""
    staying = []
    for (kind, slug), (pk, _) in stored.items():
        version = newest.get((kind, pk))
        if version is None or (kind, pk) in decision.touched or (kind, slug) in decision.merged:
            continue
        document, _problems = parse(version.document, kind=kind, slug=slug, file=f"database, {kind} {slug}")
        if document is not None:
            staying.append(document)
    if not staying:
        return []
    changing = [document for document in pack.documents if (document.kind, document.slug) not in decision.kept]
    contents = {key: content for key, content in pack.contents.items() if key not in decision.kept}
    together = Pack(pack.root, [*staying, *changing], contents, [])
    slugs = {(kind, pk): slug for (kind, slug), (pk, _) in stored.items()}
    names = {slug: slugs[kind, pk] for (kind, slug), pk in decision.kept.items()}  # as the database calls them
    edges = {
        slug: {names.get(need, need): level for need, level in document.data.get("prerequisites", {}).items()}
        for slug, document in together.of_kind(Kind.SKILL).items()
    }
    problems = list(_names(together))
    try:
        graph.order(edges)
    except graph.CycleError as error:
        skills = together.of_kind(Kind.SKILL)
        pairs = list(itertools.pairwise(error.cycle))
        blamed = next((pair for pair in pairs if skills[pair[0]] in decision.wanted), pairs[0])
        problems.append(skills[blamed[0]].problem(str(error), "prerequisites", blamed[1]))
    return sorted(problems)


def _same(stored: str, content: str, document: Document) -> bool:
    """Whether the stored text says what the file says. A slug that once led to a record always will, so the database may
    know more former ones than the file."""
    if stored == content:
        return True
    known, _ = parse(stored, kind=document.kind, slug=document.slug)

    def rest(read: Document) -> str:
        return json.dumps([{**read.data, "formerly": []}, read.body], default=str)  # with the order of tables

    former = set(document.data.get("formerly", []))
    return known is not None and rest(known) == rest(document) and former <= set(known.data.get("formerly", []))


def _merge(merged: Mapping[tuple[str, str], str]) -> list[Record]:
    """Retire what became part of another record; its rows stay, so that what points to it can follow."""
    records: list[Record] = []
    for kind, slug in merged:
        record = RECORD_MODELS[kind].objects.select_for_update().get(slug=slug)
        record.status = Status.RETIRED
        record.save(update_fields=["status"])
        if kind == Kind.SKILL:  # its names are the other's from now on
            Alias.objects.filter(skill=record.pk).delete()
        records.append(record)
    return records


def _redirect(documents: Iterable[Document]) -> None:
    old_slugs: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for document in documents:
        for old in document.data.get("formerly", []):
            old_slugs[document.kind][old] = document.slug
    for kind, pairs in old_slugs.items():
        ids = dict(RECORD_MODELS[kind].objects.filter(slug__in=pairs.values()).values_list("slug", "pk"))
        Redirect.objects.bulk_create(
            [Redirect(kind=kind, slug=old, record_id=ids[slug]) for old, slug in pairs.items()],
            update_conflicts=True,
            unique_fields=["kind", "slug"],
            update_fields=["record_id"],
        )


def export(root: Path) -> Counter[str]:
    """Write the database's catalogue as a pack to `root`: an empty folder, a new one, or an older pack, which is replaced.

    Returns the number of files by kind. `root` is either the old or the new pack, never something between.
    """
    if root.exists() and not root.is_dir():
        raise PackError([Problem(str(root), 1, "is not a folder")])
    if root.is_dir() and any(path.name not in FOLDERS.values() for path in root.iterdir()):
        raise PackError([Problem(str(root), 1, "holds something that is not a pack; choose an empty folder")])
    with transaction.atomic():
        versions.lock()  # what is published meanwhile waits, so that all files are of one revision
        documents = [document for kind in FOLDERS for document in _exported(kind)]
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
    except OSError as error:
        raise PackError([Problem(str(root), 1, f"cannot be written: {error.strerror}")]) from error
    try:
        for folder in FOLDERS.values():
            (fresh / folder).mkdir()
        for document in documents:
            (fresh / FOLDERS[document.kind] / f"{document.slug}.md").write_text(render(document), encoding="utf-8")
        fresh.chmod(0o755)
        _swap(fresh, root)
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
        raise PackError([Problem(str(root), 1, f"cannot be written: {reason}")]) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Counter(document.kind for document in documents)


def _swap(fresh: Path, root: Path) -> None:
    if not root.exists():
        fresh.rename(root)
        return
    old = fresh.with_name(fresh.name + "-old")
    root.rename(old)
    try:
        fresh.rename(root)
    except OSError:
        old.rename(root)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exported(kind: str) -> list[Document]:
    # What was merged lives on in `formerly` of the record it became part of.
    merged = set(Redirect.objects.filter(kind=kind).values_list("slug", flat=True))
    records = [record for record in RECORD_MODELS[kind].objects.order_by("slug") if record.slug not in merged]
    return versions.documents_of(kind, records)
