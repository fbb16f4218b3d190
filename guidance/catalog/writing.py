"""Writes many documents at once. A `Writing` prepares everything that can be worked out before the catalogue is locked, so that
only statements have to run under the lock. To write many documents: create a `Writing`, lock the catalogue, check that
`record_store.state()` has not changed, and call `carry_out`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts.models import User
from guidance.catalog import record_store, redirects
from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Record, Revision, Version
from guidance.catalog.record_store import WriteResult
from guidance.catalog.redirects import Key, Place
from guidance.catalog.rows import Ids, Link, Row, Rows, links_of, reserve, row_values

DEFERRED = "prerequisite_acyclic, resource_address_unique, area_letter_unique"
NOTHING: Mapping[Any, Any] = MappingProxyType({})


@dataclass
class Writing:
    """The rows of these documents and the rows that belong to them. `renamed` maps (kind, new slug) to the old slug. `also` has
    additional slugs that documents may use for records with a different slug in the database.

    Every slug in the documents must exist, in the database or among the documents. The number of statements does not depend on the number
    of documents of a kind.
    """

    documents: Sequence[Document]
    renamed: Mapping[Key, str]
    also: Ids = NOTHING
    created: dict[str, list[Record]] = field(default_factory=dict)
    updated: dict[str, list[Record]] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)  # columns to update
    owned: dict[str, dict[tuple[str, int], list[Row]]] = field(default_factory=dict)  # by kind
    stale: list[tuple[type[models.Model], str, list[int]]] = field(default_factory=list)  # model, foreign key, owners
    fresh: list[list[models.Model]] = field(default_factory=list)

    def __post_init__(self) -> None:
        by_kind: defaultdict[str, list[Document]] = defaultdict(list)
        for document in self.documents:
            by_kind[document.kind].append(document)
        self.ids: dict[Key, int] = {**self.also, **record_store.all_ids()}
        # A record may refer to a later one of its kind, or of another kind, so all keys must be known before the first row is
        # created.
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
        """Returns the records by slug; new ones get their keys here."""
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
        """Prepares the rows that belong to these records. They replace the existing rows, unless those already match the
        document."""
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
        """Adds the new rows of each owner. Rows that own other rows get their keys at once."""
        rows = [row for found in wanted.values() for row in found]
        made = [row for pk, found in wanted.items() for row in link.made(pk, found)]
        self.fresh.append(made)
        if link.inner:
            reserve(made)
            for number, inner in enumerate(link.inner, len(link.names)):
                self._add(inner, {row.pk: values[number] for row, values in zip(made, rows, strict=True)})

    def make_ready(self) -> None:
        """Prepares the data that `execute` sends. The records and rows must not change afterwards."""
        self.new = {kind: Rows(records) for kind, records in self.created.items() if records}
        self.added = [Rows(rows) for rows in self.fresh if rows]

    def execute(self) -> None:
        """Writes the rows. The catalogue must be locked and unchanged."""
        with connection.cursor() as cursor:
            # A write may reverse edges and swap addresses or letters, so constraints are checked at the end.
            cursor.execute(f"SET CONSTRAINTS {DEFERRED} DEFERRED")
        for kind, model in RECORD_MODELS.items():
            if kind in self.new:
                self.new[kind].copy_in()
            if records := self.updated.get(kind):
                _update(model, records, sorted(self.columns[kind]))
        for child, owner, keys in self.stale:
            child._default_manager.filter(**{f"{owner}__in": keys}).delete()
        for rows in self.added:  # after all outdated rows are deleted
            rows.copy_in()
        with connection.cursor() as cursor:
            cursor.execute(f"SET CONSTRAINTS {DEFERRED} IMMEDIATE")
        for records in self.created.values():
            for record in records:
                record._state.adding, record._state.db = False, connection.alias


def write(documents: Sequence[Document], renamed: Mapping[Key, str], also: Ids = NOTHING) -> list[Record]:
    """Writes the rows of these documents in the caller's transaction, which holds the lock and must call `record_store.commit` next."""
    writing = Writing(documents, renamed, also)
    writing.make_ready()
    writing.execute()
    return writing.records


def _update(model: type[Record], records: Sequence[Record], columns: Sequence[str]) -> None:
    """Works like `bulk_update`, but faster: sends one row of values for each record instead of one condition for each value."""
    created = [record.created_at for record in records]
    model.objects.bulk_create(
        records, update_conflicts=True, unique_fields=[model._meta.pk.name], update_fields=columns
    )
    for record, moment in zip(records, created, strict=True):
        record.created_at = moment  # the insert that became an update has changed it again


@dataclass
class Publication:
    """A `Writing` and everything that follows from it: versions, changes and redirects. A version contains the values of the
    prepared rows, as if they had been read back. `leads` maps (kind, former slug) to the slug of the record that it now leads
    to; `merged` maps records that no longer exist to the slug they were merged into. `authors` has the author of each record
    (kind, primary key) whose author is not `author`.
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
        """Returns the former slugs that each record will have once everything is written."""
        leads = {(kind, old): self.writing.ids[kind, slug] for (kind, old), slug in self.leads.items()}
        self.stored_redirects = redirects.stored()
        self.redirects = redirects.after(self.stored_redirects | leads, self.writing.records, before)
        found: defaultdict[Place, list[str]] = defaultdict(list)
        for (kind, slug), pk in self.redirects.items():
            found[kind, pk].append(slug)
        return found

    @property
    def numbers(self) -> dict[Place, int]:
        """Returns the numbers of the new versions."""
        return {(version.kind, version.record_id): version.number for version in self.result.versions}

    def carry_out(self) -> Revision | None:
        """Writes everything in the caller's transaction. The caller must hold the lock and have checked that the catalogue is
        unchanged."""
        self.writing.execute()
        redirects.save(self.stored_redirects, self.redirects)
        return record_store.save_result(self.result)
