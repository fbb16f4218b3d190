"""Documents on their way into the database: everything that can be worked out before the catalogue is locked is worked out
before (`Writing`), and what is left is statements.

Whoever writes many documents makes a `Writing`, locks the catalogue, sees by `versions.state()` that it is as it was, and then
calls `carry_out`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from django.db import connection, models
from django.utils import timezone

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.documents import Document
from guidance.catalog.models import (
    RECORD_MODELS,
    Choice,
    ChoiceMember,
    Kind,
    Record,
    Redirect,
    Revision,
    Status,
    Version,
)
from guidance.catalog.record_store import CHILDREN, Ids, Outcome, children, fields
from guidance.catalog.rows import Rows, reserve

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
    owned: defaultdict[tuple[type[models.Model], int], list[Any]] = field(default_factory=lambda: defaultdict(list))
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
            self._make_children(kind, group)
        self._make_choices(by_kind[Kind.ROLE])

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
            row = fields(document, self.ids)
            for name, value in row.items():
                setattr(found[document.slug], name, value)
            columns |= set(row)

    def _make_children(self, kind: str, group: Sequence[Document]) -> None:
        """Rows that belong to these records replace those that are there, where they are not what the document says already."""
        for document in group:
            for row in children(document, self.ids):
                self.owned[type(row), self.ids[kind, document.slug]].append(row)
        keys = [self.ids[kind, document.slug] for document in group]
        for child, owner in CHILDREN.get(kind, ()):
            if child is Choice:
                continue  # it has rows of its own
            columns = [field.attname for field in child._meta.concrete_fields if not field.primary_key]
            there: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
            found = child._default_manager.filter(**{f"{owner}__in": keys}).order_by("pk")
            for key, *values in found.values_list(f"{owner}_id", *columns):
                there[key].append(tuple(values))
            get = attrgetter(*columns)
            changed = [key for key in keys if there[key] != [get(row) for row in self.owned[child, key]]]
            self._replace(child, owner, [key for key in changed if there[key]])
            self.fresh.append([row for key in changed for row in self.owned[child, key]])

    def _make_choices(self, roles: Sequence[Document]) -> None:
        there: defaultdict[int, list[tuple[str, str, int, list[tuple[int, int]]]]] = defaultdict(list)
        keys = {self.ids[Kind.ROLE, document.slug]: document for document in roles}
        for choice in Choice.objects.filter(role__in=keys).prefetch_related("members"):
            members = [(member.skill_id, member.level) for member in choice.members.all()]
            there[choice.role_id].append((choice.slug, choice.name, choice.importance, members))
            self.owned[Choice, choice.role_id].append(choice)
            self.owned[ChoiceMember, choice.pk] += choice.members.all()
        changed = {}
        for key, document in keys.items():
            wanted = [
                (
                    slug,
                    item["name"],
                    item["importance"],
                    [(self.ids[Kind.SKILL, skill], level) for skill, level in item["one_of"].items()],
                )
                for slug, item in document.data.get("choices", {}).items()
            ]
            if wanted != there[key]:
                changed[key] = wanted
                self.owned[Choice, key] = [
                    Choice(role_id=key, slug=slug, name=name, importance=importance)
                    for slug, name, importance, _ in wanted
                ]
        stale = [key for key in changed if there[key]]
        self._replace(ChoiceMember, "choice__role", stale)
        self._replace(Choice, "role", stale)
        choices = [choice for key in changed for choice in self.owned[Choice, key]]
        reserve(choices)
        for choice, (*_, members) in zip(choices, [one for wanted in changed.values() for one in wanted], strict=True):
            self.owned[ChoiceMember, choice.pk] = [
                ChoiceMember(choice_id=choice.pk, skill_id=skill, level=level) for skill, level in members
            ]
        self.fresh += [choices, [row for choice in choices for row in self.owned[ChoiceMember, choice.pk]]]

    def _replace(self, child: type[models.Model], owner: str, keys: list[int]) -> None:
        if keys:
            self.stale.append((child, owner, keys))

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
    """Write the rows of these documents in the caller's transaction, which has the lock and goes on with `versions.commit`."""
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
    outcome: Outcome = field(default_factory=Outcome)

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
            document = record_store.as_document(record, self.writing.owned, slugs, old_slugs[place])
            author = self.authors.get(place, self.author)
            if self.outcome.add(record, document, before.get(place), source=self.source, author=author, at=now):
                record.updated_at = now
        for columns in self.writing.columns.values():
            columns.add("updated_at")
        called = {(str(record.KIND), record.slug): record.name for record in records}
        for (kind, slug), into in self.merged.items():
            self.outcome.merge(kind, slug, into, called)
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
        return {(version.kind, version.record_id): version.number for version in self.outcome.versions}

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
        return record_store.keep(self.outcome)
