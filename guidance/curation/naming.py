"""Names of records: whether the values that a document claims (`catalog.references`) are free, which record has them if they are
not, and which rows the slugs in documents refer to.

Messages contain a link to the conflicting record, so they are safe HTML; `plain` returns them without the link.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog import redirects, snapshot
from guidance.catalog.documents import Document, canonical
from guidance.catalog.fields import Path
from guidance.catalog.kinds import label_of
from guidance.catalog.models import (
    RECORD_MODELS,
    Alias,
    Area,
    Kind,
    Record,
    Resource,
    Status,
)
from guidance.catalog.references import Claim, alias_name, claims
from guidance.catalog.search import normalise
from guidance.curation.differences import Difference, differences, with_names

Place = tuple[str, int]  # kind and primary key
FORMER = "former slug"  # reserved by the catalogue, regardless of documents
TEXTS: dict[str, str | Promise] = {
    "name": _("“{value}” is already a name of the {kind} {record}. Choose another name, or change that record first."),
    "address": _("“{value}” is already the address of the {kind} {record}. Use that record, or enter another address."),
    "letter": _("“{value}” is already the letter of the {kind} {record}. Choose another letter."),
}


def taken(rows: Sequence[tuple[Place, Document]]) -> dict[Place, list[SafeString]]:
    """Returns, by place, messages about the values that these documents claim and another record already has. If two documents
    claim the same value, the first document has it."""
    return {place: [message for _path, message in found] for place, found in taken_claims(rows).items()}


def taken_claims(rows: Sequence[tuple[Place, Document]]) -> dict[Place, list[tuple[Path, SafeString]]]:
    """Returns the same messages, each with the path of the value in the document."""
    places = {place for place, _document in rows}
    owners = {
        (space, value): owner for space, value, owner in _held({kind for kind, _ in places}) if owner[0] not in places
    }
    among: dict[tuple[str, str], tuple[Place, Document]] = {}
    found: defaultdict[Place, list[tuple[Path, SafeString]]] = defaultdict(list)
    for place, document in rows:
        for claim in claims(document):
            if claim.what == FORMER:
                continue
            key = (claim.space, claim.value)
            first = among.setdefault(key, (place, document))
            if key in owners:
                found[place].append((claim.path, _message(document, claim, *owners[key])))
            elif first[0] != place:
                message = _message(document, claim, first[0], first[1].data["name"], Status.PUBLISHED)
                found[place].append((claim.path, message))
    return dict(found)


def name_taken(record: Record) -> SafeString | None:
    """Returns the message that another record of the kind has this name; None if it is free."""
    document = Document(record.KIND, record.slug, {"name": record.name}, "")
    place = place_of(record)
    found = taken_claims([(place, document)]).get(place, [])
    return next((message for path, message in found if path == ("name",)), None)


def _held(kinds: Container[str]) -> Iterator[tuple[str, str, tuple[Place, str, str]]]:
    """Yields the values that records of these kinds claim: (space, value, (place, name, status) of the record). There are
    thousands of them, and a form checks after each pause in typing, so no model instances are created."""
    for kind, model in RECORD_MODELS.items():
        if kind in kinds:
            for pk, name, status in model.objects.published().order_by("pk").values_list("pk", "name", "status"):
                yield f"{kind}/name", normalise(name), ((str(kind), pk), name, status)
    if Kind.SKILL in kinds:
        for alias, pk, name, status in Alias.objects.values_list("name", "skill", "skill__name", "skill__status"):
            yield "skill/name", normalise(alias), ((str(Kind.SKILL), pk), name, status)
    if Kind.RESOURCE in kinds:
        for address, pk, name, status in Resource.objects.values_list("url", "pk", "name", "status"):
            yield "resource/address", address, ((str(Kind.RESOURCE), pk), name, status)
    if Kind.AREA in kinds:
        for letter, pk, name, status in Area.objects.values_list("letter", "pk", "name", "status"):
            yield "area/letter", letter, ((str(Kind.AREA), pk), name, status)


def records_at(places: Iterable[Place]) -> dict[Place, Record]:
    """Returns the records that exist at these places. Takes one query for each kind."""
    keys: defaultdict[str, list[int]] = defaultdict(list)
    for kind, pk in places:
        keys[kind].append(pk)
    return {
        (kind, pk): record
        for kind, found in keys.items()
        for pk, record in RECORD_MODELS[kind].objects.in_bulk(found).items()
    }


def place_of(record: Record) -> Place:
    return str(record.KIND), record.pk


def _message(document: Document, claim: Claim, place: Place, name: str, status: str) -> SafeString:
    value: Any = document.data
    for step in claim.path:
        value = value[step]
    return said(claim.what, alias_name(value), place, name, status)


def said(what: str, value: str, place: Place, name: str, status: str) -> SafeString:
    """Returns the message that another record has the value, with a link to the form of that record."""
    model = RECORD_MODELS[place[0]]
    link = format_html(
        '<a href="{}">{}</a>', reverse(f"admin:catalog_{model._meta.model_name}_change", args=[place[1]]), name
    )
    if status != Status.PUBLISHED:
        link = format_html("{} ({})", link, Status(status).label)
    return format_html(str(TEXTS[what]), value=value, kind=model._meta.verbose_name, record=link)


def alias_taken(name: str, skill: int | None) -> SafeString | None:
    """Returns the message that another skill has this alias, by the database's comparison; None if it is free."""
    alias = Alias.objects.filter(name__iexact=name).exclude(skill=skill).select_related("skill").first()
    if alias is None:
        return None
    return said("name", name, place_of(alias.skill), alias.skill.name, alias.skill.status)


def without_taken_aliases(place: Place, document: Document) -> tuple[Document, list[SafeString]]:
    """Returns the document without the aliases that other skills now have, which the database would reject, and the messages
    about these aliases."""
    if document.kind != Kind.SKILL:
        return document, []
    found = [(alias, alias_taken(alias_name(alias), place[1])) for alias in document.data.get("aliases", [])]
    free = [alias for alias, reason in found if reason is None]
    if len(free) == len(found):
        return document, []
    data = {key: value for key, value in document.data.items() if key != "aliases"} | (
        {"aliases": free} if free else {}
    )
    return replace(document, data=canonical(document.kind, data)), [reason for _, reason in found if reason is not None]


def plain(reasons: Iterable[str]) -> list[str]:
    """Returns the messages as plain text."""
    return [unescape(strip_tags(reason)) if isinstance(reason, SafeString) else reason for reason in reasons]


def about(name: str, reason: str) -> str:
    """Returns the reason, preceded by the name of its subject."""
    if isinstance(reason, SafeString):
        return format_html("{}: {}", name, reason)
    return f"{name}: {reason}"


@dataclass(frozen=True)
class RecordNames:
    """The slugs that documents may refer to, and the rows that they identify."""

    records: Mapping[tuple[str, str], tuple[int, str]]  # (kind, slug): primary key and status
    old: Mapping[tuple[str, str], int]  # (kind, old slug): primary key
    slugs: Mapping[tuple[str, int], str] = field(init=False)
    statuses: Mapping[tuple[str, int], str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "slugs", {(kind, pk): slug for (kind, slug), (pk, _) in self.records.items()})
        object.__setattr__(self, "statuses", {(kind, pk): status for (kind, _), (pk, status) in self.records.items()})

    def with_new(self, records: Iterable[Record]) -> "RecordNames":
        """Returns these names and the names of records that are about to be written."""
        new = {(str(record.KIND), record.slug): (record.pk, record.status) for record in records}
        return RecordNames({**self.records, **new}, self.old)

    def find(self, kind: str, slug: str) -> int | None:
        found = self.records.get((kind, slug))
        return found[0] if found else self.old.get((kind, slug))


def record_names() -> RecordNames:
    records = {
        (str(kind), slug): (pk, status)
        for kind, model in RECORD_MODELS.items()
        for slug, pk, status in model.objects.values_list("slug", "pk", "status")
    }
    old = {key: pk for key, pk in redirects.stored().items() if key not in records}
    return RecordNames(records, old)


def names_in(documents: Iterable[Document | None]) -> dict[tuple[str, str], str]:
    """Returns the names of the records that these documents refer to, by kind and slug. Takes one query if any of them is not
    published."""
    catalogue = snapshot.current()
    names: dict[tuple[str, str], str] = {}
    missing: defaultdict[str, set[str]] = defaultdict(set)
    for document in documents:
        for _path, kind, slug in document.references() if document else ():
            record = catalogue.of_kind(kind).get(slug)
            if record is None:
                missing[kind].add(slug)
            else:
                names[kind, slug] = record.name
    if missing:
        first, *others = (
            RECORD_MODELS[kind]
            .objects.filter(slug__in=slugs)
            .order_by()
            .annotate(kind_=Value(kind))
            .values_list("kind_", "slug", "name")
            for kind, slugs in missing.items()
        )
        found = first.union(*others, all=True).order_by() if others else first
        names |= {(kind, slug): name for kind, slug, name in found}
    return names


def named_differences(
    before: Document | None, after: Document, names: Mapping[tuple[str, str], str] | None = None
) -> list[Difference]:
    """Returns the differences, with the names of records instead of slugs. Pass `names` if there are many documents."""
    names = names_in([before, after]) if names is None else names
    return differences(with_names(before, names) if before else None, with_names(after, names))


def unknown_references(document: Document, names: RecordNames, new: Container[tuple[str, str]] = ()) -> list[str]:
    """Returns messages about records that the document refers to and that neither exist nor are in `new` (kind and slug)."""
    return [
        gettext("%(field)s: there is no %(kind)s “%(slug)s”.")
        % {"field": capfirst(label_of(document.kind, str(path[0]))), "kind": Kind(kind).label, "slug": slug}
        for path, kind, slug in document.references()
        if names.find(kind, slug) is None and (kind, slug) not in new
    ]


def require_known(documents: Sequence[Document], names: RecordNames) -> None:
    new = {(document.kind, document.slug) for document in documents}
    if problems := [
        f"{document.kind} {document.slug}: {problem}"
        for document in documents
        for problem in unknown_references(document, names, new)
    ]:
        raise ValidationError(problems)


def slug_taken(kind: str, record_id: int, slug: str, names: RecordNames) -> str:
    owner = names.records.get((kind, slug))
    if owner is None or owner[0] == record_id:
        return ""
    return gettext("The slug “%s” belongs to another record.") % slug
