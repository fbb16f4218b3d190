"""Many documents written at once. Everything that can be worked out before the catalogue is locked is in a `Writing`, so that
only statements are left for the lock.

To write many documents: make a `Writing`, lock the catalogue, check that `record_store.state()` is as before, call `carry_out`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Record, Redirect, Revision, Status, Version
from guidance.catalog.record_store import WriteResult
from guidance.catalog.rows import Ids, Link, Row, Rows, links_of, reserve, row_values

Key = tuple[str, str]  # kind and slug
Place = tuple[str, int]  # kind and primary key
DEFERRED = "prerequisite_acyclic, resource_address_unique, area_letter_unique"
NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass
class Writing:
    """The rows of these documents, and of what belongs to them; `renamed` maps (kind, new slug) to the old slug. `also` are
    names by which documents may call records that are called otherwise in the database.

    All names in the documents must exist, in the database or among the documents. The statements are in number independent of
    the number of documents of a kind.
    """

    documents: Sequence[Document]
    renamed: Mapping[Key, str]
    also: Ids = NOTHING
    created: dict[str, list[Record]] = field(default_factory=dict)
    updated: dict[str, list[Record]] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)  # that are updated
    owned: dict[str, dict[tuple[str, int], list[Row]]] = field(default_factory=dict)  # by kind
    stale: list[tuple[type[models.Model], str, list[int]]] = field(default_factory=list)  # model, foreign key, owners
    fresh: list[list[models.Model]] = field(default_factory=list)

    def __post_init__(self) -> None:
        by_kind: defaultdict[str, list[Document]] = defaultdict(list)
        for document in self.documents:
            by_kind[document.kind].append(document)
        self.ids: dict[Key, int] = {**self.also, **record_store.all_ids()}
        # A record may name a later one of its kind, or of another kind: all keys are known before the first row is made.
        found = {kind: self._found(kind, group) for kind, group in by_kind.items()}
        for kind in RECORD_MODELS:
            if kind in by_kind:
                self._make_records(kind, by_kind[kind], found[kind])
        for kind, group in by_kind.items():
            self._make_rows(kind, group)

    @property
    def records(self) -> list[Record]:
        return [
            record for kind in RECORD_MODELS for record in [*self.created.get(kind, []), *self.updated.get(kind, [])]
        ]

    def _found(self, kind: str, group: Sequence[Document]) -> dict[str, Record]:
        """By slug; new ones get their keys."""
        model = RECORD_MODELS[kind]
        slugs = {document.slug: self.renamed.get((kind, document.slug), document.slug) for document in group}
        there = {record.slug: record for record in model.objects.filter(slug__in=slugs.values())}
        found = {slug: there[old] if old in there else model(slug=slug) for slug, old in slugs.items()}
        self.created[kind] = [record for record in found.values() if record.pk is None]
        self.updated[kind] = [record for record in found.values() if record.pk is not None]
        reserve(self.created[kind])
        self.ids |= {(kind, slug): record.pk for slug, record in found.items()}
        return found

    def _make_records(self, kind: str, group: Sequence[Document], found: Mapping[str, Record]) -> None:
        columns = self.columns.setdefault(kind, set())
        for document in group:
            row = row_values(document, self.ids)
            for name, value in row.items():
                setattr(found[document.slug], name, value)
            columns |= set(row)

    def _make_rows(self, kind: str, group: Sequence[Document]) -> None:
        """Rows that belong to these records replace those that are there, where they are not what the document says already."""
        owned = self.owned.setdefault(kind, {})
        documents = {self.ids[kind, document.slug]: document for document in group}
        for link in links_of(kind):
            there = link.stored([*documents])
            for pk, document in documents.items():
                value = document.data.get(link.key)
                owned[link.key, pk] = link.rows_of(value, self.ids) if value else []
            changed = [pk for pk in documents if there.get(pk, []) != owned[link.key, pk]]
            self._replace(link, link.owner, [pk for pk in changed if there.get(pk)])
            self._add(link, {pk: owned[link.key, pk] for pk in changed})

    def _replace(self, link: Link, path: str, keys: list[int]) -> None:
        if keys:
            for inner in link.inner:
                self._replace(inner, f"{inner.owner}__{path}", keys)
            self.stale.append((link.model, path, keys))

    def _add(self, link: Link, wanted: Mapping[int, Sequence[Row]]) -> None:
        """New rows of each owner. Those that have rows of their own get their keys at once."""
        rows = [row for found in wanted.values() for row in found]
        made = [row for pk, found in wanted.items() for row in link.made(pk, found)]
        self.fresh.append(made)
        if link.inner:
            reserve(made)
            for number, inner in enumerate(link.inner, len(link.names)):
                self._add(inner, {row.pk: values[number] for row, values in zip(made, rows, strict=True)})

    def make_ready(self) -> None:
        """What `execute` sends. The records and the rows do not change any more."""
        self.new = {kind: Rows(records) for kind, records in self.created.items() if records}
        self.added = [Rows(rows) for rows in self.fresh if rows]

    def execute(self) -> None:
        """Write the rows. The catalogue is locked, and as it was."""
        with connection.cursor() as cursor:
            # Edges may be turned round, addresses and letters swapped within one write: all of it is looked at below.
            cursor.execute(f"SET CONSTRAINTS {DEFERRED} DEFERRED")
        for kind, model in RECORD_MODELS.items():
            if kind in self.new:
                self.new[kind].copy_in()
            if records := self.updated.get(kind):
                _update(model, records, sorted(self.columns[kind]))
        for child, owner, keys in self.stale:
            child._default_manager.filter(**{f"{owner}__in": keys}).delete()
        for rows in self.added:  # when all that is stale is gone
            rows.copy_in()
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {DEFERRED} IMMEDIATE")
        for records in self.created.values():
            for record in records:
                record._state.adding, record._state.db = False, connection.alias


def write(documents: Sequence[Document], renamed: Mapping[Key, str], also: Ids = NOTHING) -> list[Record]:
    """Write the rows of these documents in the caller's transaction, which has the lock and goes on with `record_store.commit`."""
    writing = Writing(documents, renamed, also)
    writing.make_ready()
    writing.execute()
    return writing.records


def _update(model: type[Record], records: Sequence[Record], columns: Sequence[str]) -> None:
    """Like `bulk_update`, and faster: one row of values for each record instead of one condition for each value."""
    created = [record.created_at for record in records]
    model.objects.bulk_create(
        records, update_conflicts=True, unique_fields=[model._meta.pk.name], update_fields=columns
    )
    for record, moment in zip(records, created, strict=True):
        record.created_at = moment  # set anew by the insert that became an update


@dataclass
class Publication:
    """A `Writing` with all that it leaves behind: versions, changes and redirects.

    A version says what the prepared rows say, as it would if they were read back. `leads` maps (kind, slug that was) to the
    slug of the record that it leads to, and `merged` those that are no more to the slug they became part of. `authors` are
    those of (kind, primary key), where they are others than `author`.
    """

    writing: Writing
    source: str
    author: User | None = None
    authors: Mapping[Place, User | None] = NOTHING
    leads: Mapping[Key, str] = NOTHING
    merged: Mapping[Key, str] = NOTHING
    result: WriteResult = field(default_factory=WriteResult)

    def __post_init__(self) -> None:
        records, slugs = self.writing.records, record_store.slugs_of(self.writing.ids)
        by_kind: defaultdict[str, list[int]] = defaultdict(list)
        for record in records:
            by_kind[str(record.KIND)].append(record.pk)
        before = {
            place: version
            for kind, keys in by_kind.items()
            for place, version in record_store.latest(kind, keys).items()
        }
        old_slugs = self._old_slugs(before)
        now = timezone.now()
        for record in records:
            place = (str(record.KIND), record.pk)
            document = record_store.as_document(record, self.writing.owned[place[0]], slugs, old_slugs[place])
            author = self.authors.get(place, self.author)
            if self.result.add(record, document, before.get(place), source=self.source, author=author, at=now):
                record.updated_at = now
        for columns in self.writing.columns.values():
            columns.add("updated_at")
        called = {(str(record.KIND), record.slug): record.name for record in records}
        for (kind, slug), into in self.merged.items():
            self.result.merge(kind, slug, into, called)
        self.writing.make_ready()

    def _old_slugs(self, before: Mapping[Place, Version]) -> defaultdict[Place, list[str]]:
        """A record that changed its slug is found under the old one too; a slug that is in use again redirects no more."""
        there = {(kind, slug): pk for kind, slug, pk in Redirect.objects.values_list("kind", "slug", "record_id")}
        after = there | {(kind, old): self.writing.ids[kind, slug] for (kind, old), slug in self.leads.items()}
        for record in self.writing.records:
            old = before.get((str(record.KIND), record.pk))
            if old is not None and old.slug != record.slug:
                after[old.kind, old.slug] = record.pk
        for record in self.writing.records:
            if record.status != Status.RETIRED:
                after.pop((str(record.KIND), record.slug), None)
        self.led = {key: pk for key, pk in after.items() if there.get(key) != pk}
        self.led_no_more = [key for key in there if key not in after]
        found: defaultdict[Place, list[str]] = defaultdict(list)
        for (kind, slug), pk in after.items():
            found[kind, pk].append(slug)
        return found

    @property
    def numbers(self) -> dict[Place, int]:
        """Of the new versions."""
        return {(version.kind, version.record_id): version.number for version in self.result.versions}

    def carry_out(self) -> Revision | None:
        """Write everything, in the caller's transaction, which has the lock and has seen that the catalogue is as it was."""
        self.writing.execute()
        Redirect.objects.bulk_create(
            [Redirect(kind=kind, slug=slug, record_id=pk) for (kind, slug), pk in self.led.items()],
            update_conflicts=True,
            unique_fields=["kind", "slug"],
            update_fields=["record_id"],
        )
        for kind in {kind for kind, _ in self.led_no_more}:
            gone = [slug for found, slug in self.led_no_more if found == kind]
            Redirect.objects.filter(kind=kind, slug__in=gone).delete()
        return record_store.save_result(self.result)
