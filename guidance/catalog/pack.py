"""The pack: a folder of documents. Read and validate all of it, then write it in one transaction; or write it out again."""

import errno
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from guidance.catalog import graph, versions
from guidance.catalog.documents import Document, Problem, parse, render
from guidance.catalog.models import RECORD_MODELS, Kind, Record, Redirect, Status, Version
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
            elif found == Status.RETIRED and document.status != Status.RETIRED:
                yield document.problem(f"{path[0]}: the {kind} {slug!r} is retired", *path)


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
                    yield from claim(document, "skill/alias", name, "aliases", index)
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
        return _load(pack, dry_run=dry_run, overwrite=overwrite)


def _load(pack: Pack, *, dry_run: bool, overwrite: bool) -> Report:
    stored = {
        (kind, slug): (pk, status)
        for kind, model in RECORD_MODELS.items()
        for slug, pk, status in model.objects.values_list("slug", "pk", "status")
    }
    problems = [
        problem for problem in validate(pack, {key: status for key, (_, status) in stored.items()}) if not problem.style
    ]
    if problems:
        raise PackError(problems)
    newest = versions.latest()
    report = Report()
    wanted: list[Document] = []
    renamed: dict[tuple[str, str], str] = {}
    merged: dict[tuple[str, str], str] = {}
    for document in pack.documents:
        key = (document.kind, document.slug)
        name = f"{document.kind}/{document.slug}"
        old_slugs = [old for old in document.data.get("formerly", []) if (document.kind, old) in stored]
        if key not in stored and old_slugs:
            renamed[key] = old_slugs.pop(0)
        merged |= {
            (document.kind, old): document.slug for old in old_slugs if stored[document.kind, old][1] != Status.RETIRED
        }
        pk = stored.get((document.kind, renamed.get(key, document.slug)), (None,))[0]
        version = newest.get((document.kind, pk)) if pk is not None else None
        if version is None:
            report.added.append(name)
        elif key not in renamed and _same(version.document, pack.contents[key], document):
            report.unchanged.append(name)
            continue
        elif version.source == Version.Source.CURATOR and not overwrite:
            report.kept.append(name)
            renamed.pop(key, None)
            continue
        else:
            report.changed.append(name)
        wanted.append(document)
    report.merged = [f"{kind}/{slug}" for kind, slug in merged]
    in_pack = {(d.kind, d.slug) for d in pack.documents} | {(k, old) for (k, _), old in renamed.items()} | set(merged)
    report.elsewhere = [f"{kind}/{slug}" for kind, slug in stored if (kind, slug) not in in_pack]
    if not dry_run and (wanted or merged):
        records = versions.write(wanted, renamed)
        records += _merge(merged)
        _redirect(wanted)
        revision = versions.commit(records, source=Version.Source.PACK, merged=merged)
        report.revision = revision.number if revision else None
    return report


def _same(stored: str, content: str, document: Document) -> bool:
    return stored == content or stored == render(document)


def _merge(merged: Mapping[tuple[str, str], str]) -> list[Record]:
    """Retire what became part of another record; its rows stay, so that what points to it can follow."""
    records: list[Record] = []
    for kind, slug in merged:
        record = RECORD_MODELS[kind].objects.select_for_update().get(slug=slug)
        record.status = Status.RETIRED
        record.save(update_fields=["status"])
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

    Returns the number of files by kind. A file is either the old or the new one, never half of it.
    """
    if root.exists() and not root.is_dir():
        raise PackError([Problem(str(root), 1, "is not a folder")])
    if root.is_dir() and any(path.name not in FOLDERS.values() for path in root.iterdir()):
        raise PackError([Problem(str(root), 1, "holds something that is not a pack; choose an empty folder")])
    counts: Counter[str] = Counter()
    for kind, folder in FOLDERS.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        written = set()
        merged = set(Redirect.objects.filter(kind=kind).values_list("slug", flat=True))
        # What was merged lives on in `formerly` of the record it became part of.
        records = [r for r in RECORD_MODELS[kind].objects.order_by("slug") if r.slug not in merged]
        for document in versions.documents_of(kind, records):
            path = root / folder / f"{document.slug}.md"
            _replace(path, render(document))
            written.add(path)
            counts[kind] += 1
        for path in set((root / folder).glob("*.md")) - written:
            path.unlink()
    return counts


def _replace(path: Path, content: str) -> None:
    temporary = path.with_suffix(".new")
    try:
        temporary.write_text(content, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror
        raise PackError([Problem(str(path), 1, f"cannot be written: {reason}")]) from error
