"""The published content of the tables at one moment, as plain values: the source of a snapshot, and what an edition stores. It
excludes everything unpublished, records that need a hidden record, and resources whose link is dead.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from django.db.models import Value

from guidance import compression
from guidance.catalog import models, redirects
from guidance.catalog.fields import Slug
from guidance.catalog.kinds import KINDS, fields_of
from guidance.catalog.models import Kind, Status
from guidance.catalog.redirects import Key
from guidance.catalog.rows import data_of, stored_rows


@dataclass(frozen=True, slots=True)
class RecordContent:
    """A record: the values of its document, and the values that only its row has."""

    id: int
    url: str
    updated_at: datetime
    body: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Content:
    """The entries of each kind by slug, in display order, and the records that other slugs lead to."""

    kinds: Mapping[str, Mapping[str, RecordContent]]
    redirects: Mapping[Key, str]  # (kind, old slug): slug
    gone: frozenset[Key]  # keys of retired records
    slugs: Mapping[tuple[str, int], str]  # (kind, id): slug of the record, or of the one it was merged into

    def with_dates(self, dates: Mapping[Key, datetime]) -> "Content":
        """Returns the same content with new values of `updated_at` for these records."""
        kinds = {
            kind: {
                slug: replace(entry, updated_at=dates.get((kind, slug), entry.updated_at))
                for slug, entry in entries.items()
            }
            for kind, entries in self.kinds.items()
        }
        return replace(self, kinds=kinds)


def latest() -> tuple[int, datetime | None]:
    """Returns the newest revision and its time; the time is None for an empty catalogue."""
    return models.Revision.objects.values_list("number", "at").order_by("-number").first() or (0, None)


def read() -> tuple[int, datetime | None, Content]:
    """Returns the newest revision, its time and its content. Every publication writes a revision in its own transaction, so if the revision
    is the same before and after reading, the tables are consistent; otherwise they are read again."""
    while True:
        before = latest()
        content = _read()
        if latest() == before:
            return *before, content


def _read() -> Content:
    names = _Names.read()
    rows = {kind: _published_rows(kind) for kind in KINDS}
    kinds: dict[str, dict[str, RecordContent]] = {}
    for kind, found in rows.items():
        owned = stored_rows(kind)
        # A record that needs a hidden record is hidden too. Kinds come after the kinds that they need.
        needs = {key: item.kind for key, item in fields_of(kind).items() if isinstance(item, Slug) and item.required}
        kinds[kind] = {}
        for slug, row in found.items():
            data = data_of(row, owned, names.slugs)
            if all(data.get(key) in kinds[needed] for key, needed in needs.items()):
                kinds[kind][slug] = RecordContent(row.pk, row.get_absolute_url(), row.updated_at, row.body, data)
    published = {(kind, entry.id): slug for kind, entries in kinds.items() for slug, entry in entries.items()}
    return Content(kinds=kinds, **names.followed(published))


def _published_rows(kind: str) -> dict[str, models.Record]:
    """Returns the published rows in display order."""
    rows: Iterable[models.Record] = models.RECORD_MODELS[kind].objects.shown()
    if kind == Kind.SKILL:
        rows = sorted(rows, key=lambda row: (row.name.casefold(), row.slug))
    return {row.slug: row for row in rows}


@dataclass(frozen=True)
class _Names:
    """The current and former slugs of records of any status."""

    slugs: Mapping[tuple[str, int], str]  # by kind and primary key
    retired: Mapping[tuple[str, int], str]
    former: Mapping[Key, tuple[str, int]]  # (kind, old slug): kind and primary key of the record it leads to now

    @classmethod
    def read(cls) -> "_Names":
        rows = [
            model.objects.order_by().values_list(Value(str(kind)), "slug", "pk", "status")
            for kind, model in models.RECORD_MODELS.items()
        ]
        found = list(rows[0].union(*rows[1:], all=True).order_by())
        return cls(
            slugs={(kind, pk): slug for kind, slug, pk, _ in found},
            retired={(kind, pk): slug for kind, slug, pk, status in found if status == Status.RETIRED},
            former={(kind, slug): (kind, pk) for (kind, slug), pk in redirects.stored().items()},
        )

    def followed(self, published: Mapping[tuple[str, int], str]) -> dict[str, Any]:
        """Returns the slugs that lead to published records, and those of retired records."""
        successor = partial(redirects.successor, published=published, retired=self.retired, former=self.former)
        leads_to = {name: slug for name, record in self.former.items() if (slug := successor(record))}
        slugs = {**published, **{key: slug for key in self.retired if (slug := successor(key))}}
        gone = {(kind, slug) for (kind, _), slug in self.retired.items()}
        gone |= {name for name, record in self.former.items() if record in self.retired}
        return {
            "redirects": MappingProxyType(leads_to),
            "gone": frozenset(gone),
            "slugs": MappingProxyType(slugs),
        }


# --- As bytes

DAY, BY_LEVEL = "$day", "$by level"  # mark what JSON cannot represent: a date, and a mapping whose keys are numbers


def pack(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_tagged)
    return compression.pack(text.encode())


def unpack(stored: bytes) -> Any:
    return json.loads(compression.unpack(stored), object_hook=_untagged)


def _tagged(value: Any) -> dict[str, str]:
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    raise TypeError(f"{value!r} cannot be a value of a document")


def _untagged(value: dict[str, Any]) -> Any:
    if DAY in value:
        return date.fromisoformat(value[DAY])
    return {int(level): inner for level, inner in value[BY_LEVEL].items()} if BY_LEVEL in value else value


def _by_level(value: Any) -> Any:
    """Returns a value in which mappings with numbers as keys are marked. They occur only at the top level."""
    return {BY_LEVEL: value} if isinstance(value, dict) and any(isinstance(key, int) for key in value) else value


def encode(content: Content) -> bytes:
    kinds = {
        kind: {
            slug: [
                entry.id,
                entry.url,
                entry.updated_at.isoformat(),
                entry.body,
                {key: _by_level(value) for key, value in entry.data.items()},
            ]
            for slug, entry in entries.items()
        }
        for kind, entries in content.kinds.items()
    }
    return pack(
        {
            "kinds": kinds,
            "redirects": [[*key, slug] for key, slug in content.redirects.items()],
            "gone": sorted(content.gone),
            "slugs": [[*key, slug] for key, slug in content.slugs.items()],
        }
    )


def decode(stored: bytes) -> Content:
    value = unpack(stored)
    return Content(
        kinds={
            kind: {
                slug: RecordContent(pk, url, datetime.fromisoformat(updated_at), body, data)
                for slug, (pk, url, updated_at, body, data) in entries.items()
            }
            for kind, entries in value["kinds"].items()
        },
        redirects=MappingProxyType({(kind, old): slug for kind, old, slug in value["redirects"]}),
        gone=frozenset((kind, slug) for kind, slug in value["gone"]),
        slugs=MappingProxyType({(kind, pk): slug for kind, pk, slug in value["slugs"]}),
    )
