"""Deleting many rows without one long transaction."""

from typing import Any

from django.db.models import QuerySet

BATCH_SIZE = 2_000


def delete_in_batches(rows: QuerySet[Any], *, size: int = BATCH_SIZE) -> int:
    """Delete what the query finds, some at a time: how many of its rows. Others may do the same meanwhile."""
    total = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:size]):
        _all, by_model = rows.filter(pk__in=keys).delete()
        total += by_model.get(rows.model._meta.label, 0)
    return total
