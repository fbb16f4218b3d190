"""A cache of publications that many tests repeat: most tests begin with a few records, and writing them takes longer than the
test. In each process the product's own code writes them the first time. After that their rows are copied into the database
in a tenth of the time, with the current time in them. What the product reads of them is cached too (`read`).

This works only if the catalogue is in the same state as the first time: empty, or made in this transaction by such publications
and nothing else. The database tells whether it is (`_MARK`); if not, the product writes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from guidance.catalog import contents
from guidance.catalog.contents import Content
from guidance.catalog.documents import Document
from guidance.catalog.editions import Published
from guidance.catalog.models import RECORD_MODELS, Edition, EditionFile, Revision

NOW = b"@now@"  # placeholder for the current time in cached rows


@dataclass(frozen=True)
class Rows:
    """What a publication changed in a table."""

    values: bytes  # rows that it added or changed, in the format of COPY
    gone: list[int]  # keys of rows that it changed or deleted
    last: int  # highest key


type Image = dict[str, dict[int, bytes]]  # the rows of each table, by their key


@dataclass
class Catalogue:
    """The state of the catalogue after a series of publications."""

    rows: dict[str, Rows] = field(default_factory=dict)  # changes of the latest publication, by table
    after: "dict[str, Catalogue]" = field(default_factory=dict)  # the next state, by what is published next
    content: Content | None = None  # what the product reads of it, with the times of the first reading


type Mark = tuple[Any, ...]

_empty = Catalogue()
_latest: tuple[Mark, Catalogue] | None = None


def publish(documents: Sequence[Document], write: Callable[[Sequence[Document]], Revision | None]) -> Revision | None:
    """Publish the documents in the caller's transaction: with copied rows if this publication is cached, otherwise with `write`."""
    catalogue, key = _here(), repr(documents)
    if catalogue is None:
        return write(documents)
    if key in catalogue.after:
        _copy_in(catalogue.after[key])
        _remember(catalogue.after[key])
        return Revision.objects.first()
    before: Image = {} if catalogue is _empty else _image()
    revision = write(documents)
    catalogue.after[key] = Catalogue(_differences(before, _image()))
    _remember(catalogue.after[key])
    return revision


def read(look: Callable[[], Published]) -> Published:
    """Returns what `look` returns, from the cache if the state of the catalogue is known."""
    catalogue = _here()
    if catalogue is None:
        return look()
    if catalogue.content is None:
        revision, at, catalogue.content = look()
        return revision, at, catalogue.content
    updated = [
        model.objects.order_by().values_list(models.Value(str(kind)), "slug", "updated_at")
        for kind, model in RECORD_MODELS.items()
    ]
    times = {(kind, slug): time for kind, slug, time in updated[0].union(*updated[1:], all=True).order_by()}
    return *contents.latest(), catalogue.content.with_dates(times)


# Tells whether the catalogue is unchanged: the transaction, the number of rows it has written, and whether they still exist. The
# server keeps adding to the number across transactions until it reports its statistics, at most once a second unless forced to.
_MARK = """
SELECT pg_current_xact_id()::text, (SELECT max(id) FROM catalog_version), EXISTS (SELECT FROM catalog_area), (
    SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid))
    FROM unnest(%s::regclass[]) AS oid
), pg_stat_force_next_flush()
"""


def _mark() -> Mark:
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [list(_tables())])
        return tuple(cursor.fetchone())


def _here() -> Catalogue | None:
    mark = _mark()
    if _latest is not None and _latest[0] == mark:
        return _latest[1]
    return _empty if mark[1:4] == (None, False, 0) else None


def _remember(catalogue: Catalogue) -> None:
    global _latest
    _latest = _mark(), catalogue


@cache
def _tables() -> dict[str, type[models.Model]]:
    """The tables that a publication writes. Editions are not among them: the first reader makes them."""
    written = apps.get_app_config("catalog").get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in written if model not in {Edition, EditionFile}}


@cache
def _columns(table: str) -> "list[models.Field[Any, Any]]":
    """The columns of a table, the key first, without generated ones."""
    meta = _tables()[table]._meta
    others = [column for column in meta.concrete_fields if not column.generated and not column.primary_key]
    return [meta.pk, *others]


def _image() -> Image:
    found = {}
    with connection.cursor() as cursor:
        for table in _tables():
            columns = ", ".join(f'"{column.column}"' for column in _columns(table))
            with cursor.copy(f"COPY (SELECT {columns} FROM {table} ORDER BY 1) TO STDOUT") as rows:
                found[table] = {int(row.split(b"\t", 1)[0]): row for row in b"".join(rows).split(b"\n")[:-1]}
    return found


def _differences(before: Image, after: Image) -> dict[str, Rows]:
    found = {}
    for table, rows in after.items():
        known = before.get(table, {})
        written = [_with_now(table, row) for key, row in rows.items() if known.get(key) != row]
        gone = [key for key, row in known.items() if rows.get(key) != row]
        if written or gone:
            found[table] = Rows(b"".join(written), gone, max(rows, default=1))
    return found


def _with_now(table: str, row: bytes) -> bytes:
    values = row.split(b"\t")
    for place, column in enumerate(_columns(table)):
        if isinstance(column, models.DateTimeField):
            values[place] = NOW
    return b"\t".join(values) + b"\n"


def _copy_in(catalogue: Catalogue) -> None:
    """Copy the cached rows into the tables, in any order, since foreign keys are checked at the end of the transaction."""
    now = timezone.now().isoformat().encode()
    with connection.cursor() as cursor:
        for table, rows in catalogue.rows.items():
            if rows.gone:
                cursor.execute(f"DELETE FROM {table} WHERE {_columns(table)[0].column} = ANY(%s)", [rows.gone])
        for table, rows in catalogue.rows.items():
            columns = ", ".join(f'"{column.column}"' for column in _columns(table))
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(rows.values.replace(NOW, now))
        counted = {table: rows.last for table, rows in catalogue.rows.items() if table != Revision._meta.db_table}
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(name, 'id'), number) FROM unnest(%s::text[], %s::bigint[]) AS _ (name, number)",
            [list(counted), list(counted.values())],
        )
