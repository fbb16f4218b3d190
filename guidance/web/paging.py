"""The pages of a long list, at URLs with `?page=`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from guidance.web.http import QueryParams


@dataclass(frozen=True, slots=True)
class ListPage[T]:
    items: Sequence[T]
    first: int  # position of the first item, starting at 1
    number: int
    # Page numbers and URLs of the first page, the last page and the pages around this one; empty if there is only one page.
    links: Sequence[tuple[int, str]]
    previous: str
    next: str

    @property
    def last(self) -> int:
        """Position of the last item."""
        return self.first + len(self.items) - 1


def page_of[T](items: Sequence[T], size: int, params: QueryParams) -> ListPage[T]:
    """Returns the page that the parameter `page` asks for, the first one if it is missing or wrong."""
    count = max(math.ceil(len(items) / size), 1)
    number = params.number("page", 1, count) or 1

    def address(page: int) -> str:
        changed = params.query.copy()
        changed["page"] = str(page)
        return f"?{changed.urlencode()}"

    near = range(max(1, number - 2), min(count, number + 2) + 1)
    return ListPage(
        items=items[(number - 1) * size : number * size],
        first=(number - 1) * size + 1,
        number=number,
        links=[(page, address(page)) for page in sorted({1, count, *near})] if count > 1 else [],
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < count else "",
    )
