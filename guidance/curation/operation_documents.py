"""The documents that an operation changes, whatever their kind; splits have a separate module. Pure.

Each function takes all documents and returns those that change, by their current keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from guidance.catalog import references
from guidance.catalog.documents import Document
from guidance.catalog.models import Kind, Record, Status
from guidance.catalog.redirects import Key
from guidance.catalog.references import alias_name
from guidance.catalog.search import normalise
from guidance.curation import splitting
from guidance.curation.models import Operation
from guidance.curation.splitting import Documents, Split

MAX_ALIAS = 100


@dataclass(frozen=True, slots=True)
class OperationRequest:
    """The operation that someone wants to carry out on a record."""

    what: str
    kind: str
    slug: str
    into: str = ""  # the slug of the record to merge into, or the new slug of this record
    name: str = ""  # the new name
    keep_name: bool = True  # whether a renamed skill keeps its old name as an alias
    split: Split | None = None  # `into` is the slug and `name` the name of the new skill


def followers(operation: OperationRequest | Operation, records: Iterable[Record]) -> set[tuple[str, int]]:
    """Returns the kind and key of the records in which an operation (a merge, a renaming, or undoing either) changes only the
    name of another record. In other operations, someone has decided on each change."""
    if operation.what not in {"merge", "rename"}:
        return set()
    own = {(operation.kind, operation.slug), (operation.kind, operation.into)}
    return {(str(record.KIND), record.pk) for record in records if (str(record.KIND), record.slug) not in own}


def merged(request: OperationRequest, documents: Documents) -> dict[Key, Document]:
    kind, old, new = request.kind, request.slug, request.into
    subject, other = documents[kind, old], documents[kind, new]
    after = {
        key: references.repoint(document, kind, old, new)
        for key, document in documents.items()
        if key != (kind, old) and references.names(document, kind, old)
    }
    data = dict(after.get((kind, new), other).data)
    if kind == Kind.SKILL:
        data["aliases"] = _names_of_both(subject, other)
    identifiers = {
        name: list(dict.fromkeys([*other.data.get("external", {}).get(name, []), *values]))
        for name, values in subject.data.get("external", {}).items()
    }
    data["external"] = other.data.get("external", {}) | identifiers
    data["formerly"] = sorted({*other.data.get("formerly", []), *subject.data.get("formerly", []), old})
    after[kind, new] = replace(after.get((kind, new), other), data=data)
    # Its names and addresses now belong to the other record.
    left = {key: value for key, value in subject.data.items() if key not in {"aliases", "formerly"}}
    after[kind, old] = replace(subject, data=left | {"status": str(Status.RETIRED)})
    return after


def _names_of_both(subject: Document, other: Document) -> list[Any]:
    aliases = list(other.data.get("aliases", []))
    taken = {normalise(name) for name in (other.data["name"], *map(alias_name, aliases))}
    for alias in (subject.data["name"], *subject.data.get("aliases", [])):
        name = alias_name(alias)
        if normalise(name) not in taken and len(name) <= MAX_ALIAS:
            taken.add(normalise(name))
            aliases.append(alias)
    return aliases


def renamed(request: OperationRequest, documents: Documents) -> dict[Key, Document]:
    kind, old, new = request.kind, request.slug, request.into
    subject = documents[kind, old]
    after: dict[Key, Document] = {}
    data = dict(subject.data) | {"name": " ".join(request.name.split())}
    if new != old:
        after = {
            key: references.repoint(document, kind, old, new)
            for key, document in documents.items()
            if references.names(document, kind, old)
        }
        data["formerly"] = sorted({*subject.data.get("formerly", []), old} - {new})
    if kind == Kind.SKILL:
        named = normalise(data["name"])
        aliases = [alias for alias in subject.data.get("aliases", []) if normalise(alias_name(alias)) != named]
        known = {named, *(normalise(alias_name(alias)) for alias in aliases)}
        if (
            request.keep_name
            and normalise(subject.data["name"]) not in known
            and len(subject.data["name"]) <= MAX_ALIAS
        ):
            aliases.append(subject.data["name"])
        data["aliases"] = aliases
    body = after[kind, old].body if (kind, old) in after else subject.body
    after[kind, old] = replace(subject, slug=new, data=data, body=body)
    return after


def retired(request: OperationRequest, documents: Documents) -> dict[Key, Document]:
    kind, slug = request.kind, request.slug
    after: dict[Key, Document] = {}
    for key, document in documents.items():
        if key == (kind, slug) or document.status == Status.RETIRED:
            continue
        without = references.leave_out(document, kind, slug)
        subject = references.SUBJECT.get(document.kind)
        if document.published and subject in document.data and subject not in without.data:
            without = _as_retired(document)
        if without != document:
            after[key] = without
    after[kind, slug] = _as_retired(documents[kind, slug])
    return after


def split(request: OperationRequest, documents: Documents) -> dict[Key, Document]:
    assert request.split is not None
    name = " ".join(request.name.split())
    return splitting.split(request.slug, request.into, name, request.split, documents)


def _as_retired(document: Document) -> Document:
    return replace(document, data=document.data | {"status": str(Status.RETIRED)})
