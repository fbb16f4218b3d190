"""Records as rows: the columns and tables that store the fields of a kind, and the conversion of values in both directions.

A field with a `column` is stored in the record's own row, one with a `link` in rows of another table, and any other in `data`, the JSON
column of the row. A link's rows are plain tuples of their columns; at the end come the rows of the link's own links, as tuples.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg import sql

from guidance.catalog.containers import EntryOf
from guidance.catalog.documents import Document
from guidance.catalog.fields import Field
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import RECORD_MODELS, Record

type Ids = Mapping[tuple[str, str], int]  # primary keys of all records a document may refer to, by kind and slug
type Slugs = Mapping[tuple[str, int], str]  # the reverse
type Row = tuple[Any, ...]
type Owned = Mapping[tuple[str, int], Sequence[Row]]  # by the key of a field and the primary key of the record


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns of a model that store a field."""

    key: str  # key of the field in the document, or in the entry that contains it
    field: Any
    names: tuple[str, ...]  # names of the model's attributes
    kinds: tuple[str, ...]  # kind of record that each column refers to; empty for a column without a reference

    def to_row(self, values: Sequence[Any], ids: Ids) -> Row:
        return tuple(
            ids[kind, value] if kind and value is not None else value
            for kind, value in zip(self.kinds, values, strict=True)
        )

    def from_row(self, row: Sequence[Any], slugs: Slugs) -> Sequence[Any]:
        if not any(self.kinds):  # the usual case: no column refers to a record
            return row
        return [
            slugs[kind, value] if kind and value is not None else value
            for kind, value in zip(self.kinds, row, strict=False)
        ]


@dataclass(frozen=True, eq=False)
class Link(Columns):
    """Rows of another table that store a field of a record, or a field of the entries of another link."""

    model: type[models.Model]
    owner: str  # foreign key to the owner of the rows
    inner: tuple["Link", ...] = ()

    def rows_of(self, value: Any, ids: Ids) -> list[Row]:
        """Returns the rows of a canonical value, in its order."""
        entries = list(value.values()) if self.inner else []
        rows = []
        for number, values in enumerate(self.field.to_rows(value)):
            inner = (tuple(link.rows_of(entries[number][link.key], ids)) for link in self.inner)
            rows.append((*self.to_row(values, ids), *inner))
        return rows

    def value_of(self, rows: Sequence[Row], slugs: Slugs) -> Any:
        """Returns the canonical value that these rows store."""
        value = self.field.from_rows([self.from_row(row, slugs) for row in rows])
        if self.inner:
            for (slug, entry), row in zip(value.items(), rows, strict=True):
                inner = zip(self.inner, row[len(self.names) :], strict=True)
                entry = {**entry, **{link.key: link.value_of(found, slugs) for link, found in inner}}  # noqa: PLW2901
                value[slug] = {key: entry[key] for key in self.field.item.fields if key in entry}
        return value

    def stored(self, owners: Sequence[int] | None = None, path: str = "") -> dict[int, list[Row]]:
        """Returns the rows in the database by owner, in order, for these owners or for all."""
        rows = self.model._default_manager.order_by("pk")
        if owners is not None:
            rows = rows.filter(**{f"{path or self.owner}__in": owners})
        inner = [
            link.stored(owners, f"{link.owner}__{path or self.owner}") if owners is not None else link.stored()
            for link in self.inner
        ]
        found: defaultdict[int, list[Row]] = defaultdict(list)
        if not inner:
            for owner, *values in rows.values_list(f"{self.owner}_id", *self.names):
                found[owner].append(tuple(values))
            return found
        for owner, pk, *values in rows.values_list(f"{self.owner}_id", "pk", *self.names):
            found[owner].append((*values, *(tuple(members.get(pk, ())) for members in inner)))
        return found

    def made(self, owner: int, rows: Iterable[Row]) -> list[models.Model]:
        """Returns unsaved rows of the model."""
        return [self.model(**{f"{self.owner}_id": owner}, **dict(zip(self.names, row, strict=False))) for row in rows]


def columns_of(kind: str) -> tuple[Columns, ...]:
    described: Any = KINDS[kind]
    return _columns(described, RECORD_MODELS[kind])


def links_of(kind: str) -> tuple[Link, ...]:
    described: Any = KINDS[kind]
    return _links(described, RECORD_MODELS[kind])


def unstored(kind: str) -> dict[str, Field]:
    """Returns the fields that have neither a column nor a link, by key. They are stored in `data`."""
    return {
        key: field for key, field in KINDS[kind].FIELDS.items() if field.attribute and not (field.column or field.link)
    }


@cache
def _columns(described: Any, model: type[Record]) -> tuple[Columns, ...]:
    return tuple(
        Columns(key, field, *_attributes(model, field.columns))
        for key, field in described.FIELDS.items()
        if field.column
    )


@cache
def _links(described: Any, model: type[models.Model]) -> tuple[Link, ...]:
    return tuple(_link(key, field, model) for key, field in described.FIELDS.items() if field.link)


def _link(key: str, field: Any, model: type[models.Model]) -> Link:
    """Returns the link for a field of `model` that is stored in rows of the model named in `field.link`."""
    linked: Any
    if field.link[0].islower():  # a field of the model that has its own link table
        linked = model._meta.get_field(field.link).remote_field.through  # type: ignore[union-attr]
    else:
        linked = apps.get_model("catalog", field.link)
    owner = next(
        column.name
        for column in linked._meta.fields
        if column.related_model is model and column.name not in field.columns
    )
    item = getattr(field, "item", None)
    nested = item.fields if isinstance(item, EntryOf) else {}
    inner = tuple(_link(name, nested[name], linked) for name in nested if nested[name].link)
    return Link(key, field, *_attributes(linked, field.columns), linked, owner, inner)


def _attributes(model: type[models.Model], names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns, for each column, the attribute of the model and the kind of record that it refers to."""
    columns: list[Any] = [model._meta.get_field(name) for name in names]
    kinds = tuple(str(column.related_model.KIND) if column.is_relation else "" for column in columns)
    return tuple(column.attname for column in columns), kinds


def row_values(document: Document, ids: Ids) -> dict[str, Any]:
    """Returns the values of the record's own row."""
    data = document.data
    row = {
        "slug": document.slug,
        "name": data.get("name", ""),
        "summary": data.get("summary", ""),
        "body": document.body,
        "status": document.status,
        "data": {key: field.to_json(data[key]) for key, field in unstored(document.kind).items() if key in data},
    }
    for stored in columns_of(document.kind):
        values = stored.field.to_columns(data.get(stored.key, stored.field.default))
        row |= zip(stored.names, stored.to_row(values, ids), strict=True)
    return row


def stored_rows(kind: str, owners: Sequence[int] | None = None) -> dict[tuple[str, int], list[Row]]:
    """Returns the rows that belong to these records of a kind, or to all of them."""
    return {(link.key, pk): rows for link in links_of(kind) for pk, rows in link.stored(owners).items()}


def data_of(record: Record, owned: Owned, slugs: Slugs) -> dict[str, Any]:
    """Returns the values of the record's document that are not empty, by key."""
    values: dict[str, Any] = {}
    for stored in columns_of(record.KIND):
        row = [getattr(record, name) for name in stored.names]
        values[stored.key] = stored.field.from_columns(stored.from_row(row, slugs))
    for link in links_of(record.KIND):
        if rows := owned.get((link.key, record.pk)):
            values[link.key] = link.value_of(rows, slugs)
    if record.data:
        others = unstored(record.KIND)
        values |= {key: others[key].from_json(value) for key, value in record.data.items() if key in others}
    return {key: value for key, value in values.items() if value or value == 0}  # 0 and False are values too


# --- Many rows at once, with COPY: this is less work than INSERT for Python and PostgreSQL, so the lock is held for less time


class Rows:
    """Rows of one model, prepared so that sending them is the only work left while the lock is held."""

    def __init__(self, rows: Sequence[models.Model]) -> None:
        """Either all rows have a primary key, or none of them has."""
        self.model = type(rows[0])
        fields = [
            field
            for field in self.model._meta.concrete_fields
            if not field.generated and not (field.primary_key and rows[0].pk is None)
        ]
        self.columns = [str(field.column) for field in fields]
        self.values: list[list[Any]] = [
            [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields] for row in rows
        ]

    def copy_in(self) -> None:
        """Inserts the rows in order, in the caller's transaction. Raises IntegrityError if they violate a constraint of the database."""
        statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
            table=sql.Identifier(self.model._meta.db_table),
            columns=sql.SQL(", ").join(map(sql.Identifier, self.columns)),
        )
        with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
            for values in self.values:
                copy.write_row(values)


def copy_in(rows: Sequence[models.Model]) -> None:
    """Inserts rows of one model in order, in the caller's transaction. Does not read back their primary keys.

    Raises IntegrityError if they violate a constraint of the database.
    """
    if rows:
        Rows(rows).copy_in()


def reserve(rows: Sequence[models.Model]) -> None:
    """Gives new rows of one model their primary keys in advance. No other rows get these keys, even if they are never used."""
    if not rows:
        return
    table, column = rows[0]._meta.db_table, rows[0]._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, len(rows)]
        )
        for row, (key,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = key
