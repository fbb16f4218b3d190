"""Ticks: round numbers and dates that a reader can count in."""

import math
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import count as counting

from django.utils.formats import date_format
from django.utils.translation import get_language

from guidance.web.charts.labels import Box, Labels, Spot
from guidance.web.charts.svg import number

TICK_DAYS = (7, 14, 28)
TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)


def tick_values(top: float, most: int) -> list[int]:
    """0 and at most `most` multiples of 1, 2 or 5 times a power of ten, up to `top`."""
    step = next(step for step in _round() if top // step <= most)
    return list(range(0, math.floor(top) + 1, step))


def _round() -> Iterator[int]:
    return (factor * 10**power for power in counting() for factor in (1, 2, 5))


def tick_dates(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """At most `most` or one more Mondays, months or years from `first` to `last`, with their names."""
    span = (last - first).days
    for step in TICK_DAYS:
        if span <= step * most:
            monday = first + timedelta(days=-first.weekday() % 7)
            days = [monday + timedelta(days=offset) for offset in range(0, span + 1, step)]
            return [(day, short_date(day, "j M")) for day in days if day <= last]
    begin, end = first.year * 12 + first.month - 1 + (first.day > 1), last.year * 12 + last.month - 1
    step = next(step for step in TICK_MONTHS if end - begin <= step * most)
    months = [date(month // 12, month % 12 + 1, 1) for month in range(begin + -begin % step, end + 1, step)]
    if step >= 12:
        return [(month, str(month.year)) for month in months]
    return [(month, short_date(month, "M Y" if month.month == 1 or month == months[0] else "M")) for month in months]


def ticks_below(ticks: Sequence[tuple[float, str]], y: float, width: float) -> str:
    """Tick marks at each x and names under an axis that lies at `y`, as many names as fit."""
    names = Labels(Box(0, y, width, y + 40))
    drawing = []
    for x, name in ticks:
        drawing.append(f'<path class="tick-mark" d="M{number(x)} {number(y)}v6"/>')
        drawing.append(names.put(name, "tick", [Spot(x, y + 22, "middle")]))
    return "".join(drawing)


@lru_cache(maxsize=4096)
def _short_date(day: date, form: str, language: str | None) -> str:
    return date_format(day, form)


def short_date(day: date, form: str = "j M Y") -> str:
    """A date in few letters: “24 Nov 2026”."""
    return _short_date(day, form, get_language())
