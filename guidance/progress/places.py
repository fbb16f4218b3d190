"""Places in a long list that has the latest first. It is paged from a place on and not by number, so that the last page costs
no more than the first."""

from datetime import date
from typing import Any, NamedTuple, Self

from django.db.models import Q, QuerySet

LARGEST = 2**63 - 1  # of an id


class Place(NamedTuple):
    """A row's date and id, as in `?before=2026-11-25_17`."""

    on: date
    pk: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError."""
        on, _sign, pk = text.partition("_")
        place = cls(date.fromisoformat(on), int(pk))
        if not 0 <= place.pk <= LARGEST:
            raise ValueError(text)
        return place

    def __str__(self) -> str:
        return f"{self.on.isoformat()}_{self.pk}"

    def before[M: QuerySet[Any]](self, rows: M) -> M:
        """Those that stand after it in the list; rows are ordered by `-on`, `-id`."""
        return rows.filter(Q(on__lt=self.on) | Q(pk__lt=self.pk), on__lte=self.on)
