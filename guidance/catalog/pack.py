"""The pack: a folder of documents. Reads and validates a pack, and exports the database’s catalogue as a pack."""

import difflib
import errno
import itertools
import shutil
import tempfile
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from guidance.catalog import graph, milestones, record_store, redirects, references
from guidance.catalog.documents import Document, Problem, linked_record, parse, render
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import RECORD_MODELS, Kind, Status

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


NO_RESOURCE = "no resource names this skill"
NEAR = 0.6  # minimum similarity, from 0 to 1, at which one slug may be a misspelling of another
MAX_NEAREST = 100


def folders() -> set[str]:
    """Returns the folders of a pack, one for each kind."""
    return {described.FOLDER for described in KINDS.values()}


class PackError(Exception):
    """Raised if the pack cannot be used: `problems` lists the reasons, file by file. Nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(frozen=True)
class Pack:
    root: Path
    documents: Sequence[Document]
    contents: Mapping[tuple[str, str], str]  # (kind, slug): text of the file
    problems: Sequence[Problem]  # problems of single files

    def of_kind(self, kind: str) -> dict[str, Document]:
        return {document.slug: document for document in self.documents if document.kind == kind}


def read(root: Path) -> Pack:
    """Reads every file. Raises PackError if there is no pack at `root`."""
    if not root.is_dir():
        raise PackError([Problem(str(root), 1, "there is no such folder")])
    documents, contents, problems = [], {}, []
    known = folders()
    for path in sorted(root.iterdir()):
        if path.is_dir() and path.name not in known:
            problems.append(Problem(path.name, 1, f"unknown folder; known folders are {', '.join(sorted(known))}"))
    for kind, described in KINDS.items():
        for path in sorted((root / described.FOLDER).glob("*")):
            file = f"{described.FOLDER}/{path.name}"
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
        problems.append(Problem(str(root), 1, "contains no catalogue: no file in " + ", ".join(sorted(known))))
    return Pack(root, documents, contents, problems)


def validate(pack: Pack, elsewhere: Mapping[tuple[str, str], str] | None = None) -> list[Problem]:
    """Returns everything that is wrong with the pack as a whole. `elsewhere` is {(kind, slug): status} of records that exist in
    the database: documents may refer to these as well."""
    skills = pack.of_kind(Kind.SKILL)
    edges = {slug: document.data.get("prerequisites", {}) for slug, document in skills.items()}
    wrong = [*pack.problems, *problems_between(pack, elsewhere or {}), *cycle(edges, skills)]
    # Paths can only be followed through a complete graph without cycles.
    return sorted(wrong or milestones.problems(pack))


def problems_between(
    pack: Pack, elsewhere: Mapping[tuple[str, str], str], staying: Sequence[Document] = ()
) -> Iterable[Problem]:
    """Returns the problems between documents, except cycles. `staying` are documents in the database that remain beside them."""
    yield from problems_of_names(pack, elsewhere, staying)
    yield from _incomplete(pack, staying)


def problems_of_names(
    pack: Pack, elsewhere: Mapping[tuple[str, str], str], staying: Sequence[Document] = ()
) -> Iterable[Problem]:
    """Returns the problems with references between records and with the records' own names."""
    status = {**elsewhere, **{(d.kind, d.slug): d.status for d in pack.documents}}
    yield from _references(pack, status)
    yield from _links(pack, status)
    yield from _names(pack, staying)


def cycle(
    edges: Mapping[str, Mapping[str, int]],
    blame: Mapping[str, Document],
    known: Container[tuple[str, str]] = frozenset(),
) -> Iterable[Problem]:
    """Returns the cycle among the skills, if there is one, as a problem of the first skill in `blame` whose edge is not `known`."""
    try:
        graph.order(edges)
    except graph.CycleError as error:
        pairs = [pair for pair in itertools.pairwise(error.cycle) if pair[0] in blame]
        for slug, need in [pair for pair in pairs if pair not in known][:1] or pairs[:1]:
            yield blame[slug].problem(str(error), "prerequisites", need)


class _Nearest:
    """Finds the slug that was probably meant when a document contains a slug that no record has."""

    def __init__(self, status: Mapping[tuple[str, str], str]) -> None:
        self._status = status
        self._asked: dict[tuple[str, str], str] = {}

    def asked(self, kind: str, slug: str) -> str:
        """Returns the end of a sentence that suggests a slug. A search takes milliseconds, so after very many wrong slugs there
        are no more suggestions."""
        if (kind, slug) not in self._asked:
            if len(self._asked) >= MAX_NEAREST:
                return ""
            known = [other for (of, other), state in self._status.items() if of == kind and state != Status.RETIRED]
            found = difflib.get_close_matches(slug, known, n=1, cutoff=NEAR)
            self._asked[kind, slug] = f"; did you mean {found[0]!r}?" if found else ""
        return self._asked[kind, slug]


def _references(pack: Pack, status: Mapping[tuple[str, str], str]) -> Iterable[Problem]:
    nearest = _Nearest(status)
    for document in pack.documents:
        for path, kind, slug in document.references():
            found = status.get((kind, slug))
            if (kind, slug) == (document.kind, document.slug):
                yield document.problem("a record cannot refer to itself here", *path)
            elif found is None:
                yield document.problem(f"{path[0]}: there is no {kind} {slug!r}{nearest.asked(kind, slug)}", *path)
            elif found != Status.PUBLISHED and document.published:
                yield document.problem(f"{path[0]}: the {kind} {slug!r} is not published ({found})", *path)


def _links(pack: Pack, status: Mapping[tuple[str, str], str]) -> Iterable[Problem]:
    published = {record for record, state in status.items() if state == Status.PUBLISHED}
    for document in pack.documents:
        for line, link in document.links():
            if is_dead_link(link, published):
                yield Problem(document.file, line, f"the link {link} leads nowhere")


def is_dead_link(link: str, published: Container[tuple[str, str]]) -> bool:
    """Returns whether a link within Waymark leads to no page, given the public records (kind and slug)."""
    parts = link.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0].strip("/").split("/")
    if parts[0] == "" or (len(parts) == 1 and parts[0] in PLAIN_PAGES):
        return False
    return linked_record(link) not in published


def _names(pack: Pack, staying: Sequence[Document]) -> Iterable[Problem]:
    """Yields duplicates: a slug, name or alias belongs to one record of a kind, and an address to one resource. The first
    record keeps it."""
    owners = {(claim.space, claim.value): document for document in staying for claim in references.claims(document)}
    claimed = [(document, claim) for document in pack.documents for claim in references.claims(document)]
    for document, claim in sorted(claimed, key=lambda one: one[1].path != ("name",)):  # names before aliases
        owner = owners.setdefault((claim.space, claim.value), document)
        if owner is not document:
            yield document.problem(f"{claim.value!r} is already the {claim.what} of {owner.file}", *claim.path)
    for document in pack.documents:
        for old in document.data.get("formerly", []):
            if (document.kind, old) in pack.contents:
                yield document.problem(f"formerly: {old!r} is a {document.kind} of this pack", "formerly")


def _incomplete(pack: Pack, staying: Sequence[Document]) -> Iterable[Problem]:
    """Yields what is missing for a record to be complete."""
    resourced = {
        slug
        for document in (*pack.documents, *staying)
        if document.kind == Kind.RESOURCE and document.published
        for slug in document.data.get("skills", {})
    }
    for slug, document in pack.of_kind(Kind.SKILL).items():
        if document.published and slug not in resourced:
            yield document.problem(NO_RESOURCE)
        if document.published and not document.body:
            yield document.problem("the body is empty")


def export(root: Path) -> Counter[str]:
    """Writes the database's catalogue as a pack to `root`: a new or empty folder, or an older pack, which is replaced.

    Returns the number of files by kind. `root` is always either the old or the new pack, never a mixture.
    """
    if root.exists() and not root.is_dir():
        raise PackError([Problem(str(root), 1, "is not a folder")])
    if root.is_dir() and any(path.name not in folders() for path in root.iterdir()):
        raise PackError([Problem(str(root), 1, "contains something that is not a pack; choose an empty folder")])
    with transaction.atomic():
        record_store.lock()  # publications wait until the export has read everything, so that all files belong to one revision
        documents = [document for kind in KINDS for document in _exported(kind)]
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{root.name}-", dir=root.parent))
    except OSError as error:
        raise PackError([Problem(str(root), 1, f"cannot be written: {error.strerror}")]) from error
    try:
        for folder in folders():
            (fresh / folder).mkdir()
        for document in documents:
            (fresh / KINDS[document.kind].FOLDER / f"{document.slug}.md").write_text(render(document), encoding="utf-8")
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
    # The slugs of merged records are in `formerly` of the record they were merged into.
    merged = {slug for _kind, slug in redirects.stored(kind)}
    records = [record for record in RECORD_MODELS[kind].objects.order_by("slug") if record.slug not in merged]
    return record_store.documents_of(kind, records)
