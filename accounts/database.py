"""Two things that several writers need: deleting many rows without a long transaction, and recognising a database that
refuses every write, as a standby does after a failover, or a server whose disk is full. Reading goes on.
"""

from typing import Any

from django.db import DatabaseError
from django.db.models import QuerySet

BATCH_SIZE = 2_000


def delete_in_batches(rows: QuerySet[Any], *, size: int = BATCH_SIZE) -> int:
    """Delete what the query finds, some at a time: how many of its rows. Others may do the same meanwhile."""
    total = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:size]):
        _all, by_model = rows.filter(pk__in=keys).delete()
        total += by_model.get(rows.model._meta.label, 0)
    return total


READ_ONLY, DISK_FULL = "25006", "53100"  # SQLSTATE


def is_write_refused(error: BaseException | None) -> bool:
    """Whether the database refused this write because it refuses all of them."""
    return isinstance(error, DatabaseError) and getattr(error.__cause__, "sqlstate", None) in {READ_ONLY, DISK_FULL}
