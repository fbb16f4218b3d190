"""Publications that happen again and again, copied in: most tests begin with a few records, and to write them takes longer
than the test. The product's own code writes them the first time in each process; from then on their rows go in as they
came out, in a tenth of the time, with the time of now. So is what the product reads of them (`read`).

The catalogue has to be what it was the first time: empty, or what such publications, and nothing else, have made of it in this
transaction. The database is asked whether it is (`_MARK`); otherwise the product writes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from guidance.catalog.documents import Document
from guidance.catalog.kinds import KINDS
from guidance.catalog.models import RECORD_MODELS, Revision, Version
from guidance.catalog.snapshot import Snapshot

NOW = "@now@"  # stands for the time in rows that are kept


@dataclass
class Catalogue:
    """What is there after some publications, one after the other."""

    rows: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # that the latest of them added: columns, by table
    ends: dict[str, int] = field(default_factory=dict)  # highest primary key, by table
    names: frozenset[tuple[str, str]] = frozenset()  # kind and slug of all records
    after: "dict[str, Catalogue]" = field(default_factory=dict)  # by what is published next
    snapshot: Snapshot | None = None  # what is read of it, with the times of when it was


type Mark = tuple[Any, ...]

_empty = Catalogue()
_latest: tuple[Mark, Catalogue] | None = None


def publish(documents: Sequence[Document], write: Callable[[Sequence[Document]], Revision | None]) -> Revision | None:
    """What `write` does with the documents, in the transaction of the caller."""
    catalogue, key = _here(), repr(documents)
    if catalogue is None or not catalogue.names.isdisjoint((document.kind, document.slug) for document in documents):
        return write(documents)  # what is there already would be changed, not added to
    if key in catalogue.after:
        _copy_in(catalogue.after[key])
        _remember(catalogue.after[key])
        return Revision.objects.first()
    revision, ends = write(documents), _ends()
    before = {table: catalogue.ends.get(table, 0) for table in ends}
    new = Version.objects.filter(pk__gt=before[Version._meta.db_table]).values_list("kind", "slug")
    catalogue.after[key] = Catalogue(_copy_out(before, ends), ends, catalogue.names | set(new))
    _remember(catalogue.after[key])
    return revision


def read(build: Callable[[], Snapshot]) -> Snapshot:
    """What `build` reads."""
    catalogue = _here()
    if catalogue is None or catalogue is _empty:
        return build()
    if catalogue.snapshot is None:
        catalogue.snapshot = build()
        return catalogue.snapshot
    [at] = Revision.objects.order_by("-number").values_list("at", flat=True)[:1]
    updated = [
        model.objects.order_by().values_list(models.Value(KINDS[kind].PLURAL), "slug", "updated_at")
        for kind, model in RECORD_MODELS.items()
    ]
    times = {(plural, slug): time for plural, slug, time in updated[0].union(*updated[1:], all=True).order_by()}
    return _as_of(at, times, catalogue.snapshot)


def _as_of(at: datetime, times: Mapping[tuple[str, str], datetime], known: Snapshot) -> Snapshot:
    """The same, without what was worked out from it."""
    kinds = {
        plural: {
            slug: replace(record, updated_at=times[plural, slug]) for slug, record in getattr(known, plural).items()
        }
        for plural in [described.PLURAL for described in KINDS.values()]
    }
    kinds["skills"] = {slug: replace(one, area=kinds["areas"][one.area.slug]) for slug, one in kinds["skills"].items()}
    return replace(known, at=at, **{plural: MappingProxyType(records) for plural, records in kinds.items()})


# Whether the catalogue is what it was: the transaction, how many rows it has written, and whether they are still there.
_MARK = """
SELECT pg_current_xact_id()::text, (SELECT max(id) FROM catalog_version), EXISTS (SELECT FROM catalog_area), (
    SELECT sum(pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid))
    FROM unnest(%s::regclass[]) AS oid
)
"""


def _mark() -> Mark:
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [list(_tables())])
        return tuple(cursor.fetchone())


def _here() -> Catalogue | None:
    mark = _mark()
    if _latest is not None and _latest[0] == mark:
        return _latest[1]
    return _empty if mark[1:] == (None, False, 0) else None


def _remember(catalogue: Catalogue) -> None:
    global _latest
    _latest = _mark(), catalogue


@cache
def _tables() -> dict[str, type[models.Model]]:
    return {
        model._meta.db_table: model for model in apps.get_app_config("catalog").get_models(include_auto_created=True)
    }


def _ends() -> dict[str, int]:
    """Highest primary keys of the tables that have any."""
    asked = " UNION ALL ".join(
        f"SELECT '{table}', max({model._meta.pk.column}) FROM {table}" for table, model in _tables().items()
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {table: end for table, end in cursor.fetchall() if end is not None}


def _copy_out(before: dict[str, int], ends: dict[str, int]) -> dict[str, tuple[str, bytes]]:
    found = {}
    with connection.cursor() as cursor:
        for table, end in ends.items():
            if end == before[table]:
                continue
            meta = _tables()[table]._meta
            written = [column for column in meta.concrete_fields if not column.generated]
            columns = ", ".join(f'"{column.column}"' for column in written)
            values = ", ".join(
                f"'{NOW}'" if isinstance(column, models.DateTimeField) else f'"{column.column}"' for column in written
            )
            added = f"{meta.pk.column} > {before[table]} ORDER BY {meta.pk.column}"
            with cursor.copy(f"COPY (SELECT {values} FROM {table} WHERE {added}) TO STDOUT") as rows:
                found[table] = columns, b"".join(rows)
    return found


def _copy_in(catalogue: Catalogue) -> None:
    """In any order: foreign keys are looked at in the end."""
    now = timezone.now().isoformat().encode()
    with connection.cursor() as cursor:
        for table, (columns, rows) in catalogue.rows.items():
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                copy.write(rows.replace(NOW.encode(), now))
        counted = [table for table in catalogue.rows if table != Revision._meta.db_table]
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(name, 'id'), number) FROM unnest(%s::text[], %s::bigint[]) AS _ (name, number)",
            [counted, [catalogue.ends[table] for table in counted]],
        )
