"""What the drawings share: tags, coordinates, shapes of areas, labels that do not overlap, and ticks of an axis.

The width of a label is estimated generously, without a font, so that text that fits by the estimate fits in every system font.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from html import escape
from itertools import count as counting
from itertools import pairwise
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.translation import get_language

from guidance.catalog.kinds import Area


def hidden(name: str, width: int, height: float) -> str:
    """Opens a drawing whose figure gives the same information in words."""
    return f'<svg class="chart {name}" viewBox="0 0 {width} {height:g}" aria-hidden="true" focusable="false">'


def spoken(name: str, width: int, height: float, text: str) -> str:
    """Opens a drawing with its text alternative."""
    return f'<svg class="chart {name}" viewBox="0 0 {width} {height:g}" role="img" aria-label="{escape(text)}">'


def number(value: float) -> str:
    """Formats a coordinate: at most one decimal, and no negative zero."""
    return f"{value:z.1f}".removesuffix(".0")


def points(value: float) -> str:
    """Formats readiness as in drawings and tables."""
    return f"{value:z.1f}"


def shape(area: Area, x: float, y: float, r: float) -> str:
    """Draws the shape of the area's family: square, circle or hexagon."""
    if area.family == "models":
        return f'<circle class="full" cx="{x}" cy="{y:g}" r="{r}"/>'
    if area.family == "foundations":
        return f'<rect class="full" x="{x - r + 1:g}" y="{y - r + 1:g}" width="{2 * r - 2:g}" height="{2 * r - 2:g}" rx="3"/>'
    h = r * 0.92
    points = ((x - r, y), (x - r / 2, y - h), (x + r / 2, y - h), (x + r, y), (x + r / 2, y + h), (x - r / 2, y + h))
    return f'<polygon class="full" points="{" ".join(f"{px:g},{py:g}" for px, py in points)}"/>'


FONT_SIZE = 13  # px of the charts' text
NARROW, WIDE = " .,:;'|!()-fijlrtI", "mwMW%→"  # characters of about the same width in most fonts
FULL_WIDTH_FROM = 0x2E80  # from this code point on, East Asian characters, as wide as they are high
BOLD_FACTOR = 1.08  # factor by which bold text is wider
ASCENT, DESCENT, MARGIN = 11, 4, 3  # px above and below the baseline, and minimum distance to the next label


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


class Spot(NamedTuple):
    """A possible place for a label: its baseline, and the x at which it starts, ends or is centred."""

    x: float
    y: float
    anchor: str = "start"  # or "middle", "end"


@dataclass(slots=True)
class Labels:
    """Places labels one by one, most important first."""

    room: Box
    taken: list[Box] = field(default_factory=list)  # covered by marks and by earlier labels
    lines: list[Box] = field(default_factory=list)  # lines that a label crosses only if there is no other place

    def put(self, text: str, name: str, spots: Sequence[Spot], *, bold: bool = False) -> str:
        """Draws the label at the first free spot; returns "" if there is none, since the caption and the table have every
        number."""
        width = text_width(text, bold=bold)
        crossing = None
        for wanted in spots:
            spot, box = self._inside(wanted, width)
            if not self.room.holds(box) or any(map(box.meets, self.taken)):
                continue
            if not any(map(box.meets, self.lines)):
                break
            crossing = crossing or (spot, box)
        else:
            if not crossing:
                return ""
            spot, box = crossing
        self.taken.append(Box(box.left - MARGIN, box.top, box.right + MARGIN, box.bottom))
        return label(text, name, spot)

    def _inside(self, spot: Spot, width: float) -> tuple[Spot, Box]:
        """Returns the spot moved sideways as far as needed to stay in the drawing, with the box that it covers."""
        before = {"start": 0.0, "middle": width / 2, "end": width}[spot.anchor]
        left = max(min(spot.x - before, self.room.right - width), self.room.left)
        box = Box(left, spot.y - ASCENT, left + width, spot.y + DESCENT)
        return Spot(left + before, spot.y, spot.anchor), box


def label(text: str, name: str, spot: Spot) -> str:
    anchor = "" if spot.anchor == "start" else f' text-anchor="{spot.anchor}"'
    return f'<text class="{name}" x="{number(spot.x)}" y="{number(spot.y)}"{anchor}>{escape(text)}</text>'


@lru_cache(maxsize=4096)
def text_width(text: str, *, bold: bool = False) -> float:
    """Estimates the width in px, never less than the width in Arial, so that text that fits by this estimate also fits in other
    system fonts."""
    return FONT_SIZE * sum(map(_width, text)) * (BOLD_FACTOR if bold else 1)


def _width(letter: str) -> float:
    if letter in NARROW:
        return 0.34
    if letter in WIDE:
        return 0.95
    if ord(letter) >= FULL_WIDTH_FROM:
        return 1.05
    return 0.76 if letter.isupper() else 0.58


def around(x: float, y: float) -> Sequence[Spot]:
    """Returns spots below, above, beside and further from a mark, the right side first."""
    sides = ((12, "start"), (-12, "end"), (0, "middle"))
    close = [Spot(x + dx, y + dy, anchor) for dy in (20, -12) for dx, anchor in sides]
    beside = [Spot(x + 12, y + 5), Spot(x - 12, y + 5, "end")]
    return [*close, *beside, *(Spot(x + dx, y + dy, anchor) for dy in (40, -32) for dx, anchor in sides)]


def disc(centre: tuple[float, float], radius: float) -> Box:
    x, y = centre
    return Box(x - radius, y - radius, x + radius, y + radius)


def thinned(points: Sequence[tuple[float, float]], nearest: float) -> list[tuple[float, float]]:
    """Drops each point whose x is less than `nearest` from that of the previous point; the last point stays."""
    kept = list(points[:1])
    for point in points[1:-1]:
        if point[0] - kept[-1][0] >= nearest:
            kept.append(point)
    return [*kept, *points[1:][-1:]]


def along(points: Sequence[tuple[float, float]], piece: float = 16, margin: float = 2) -> list[Box]:
    """Returns the boxes that a line through the points covers, in pieces of about `piece` px."""
    boxes = []
    for (x, y), (to_x, to_y) in pairwise(thinned(points, piece)):
        pieces = max(1, round(max(abs(to_x - x), abs(to_y - y)) / piece))
        dx, dy = (to_x - x) / pieces, (to_y - y) / pieces
        for at in range(pieces):
            x0, x1 = sorted((x + at * dx, x + (at + 1) * dx))
            y0, y1 = sorted((y + at * dy, y + (at + 1) * dy))
            boxes.append(Box(x0 - margin, y0 - margin, x1 + margin, y1 + margin))
    return boxes


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Returns ascending positions, each as close as possible to its wanted position, but at least `gap` from the next and between
    `low` and `high`.

    Least squares under an order constraint: with the gaps subtracted, neighbours out of order share their mean (pool adjacent violators).
    """
    blocks: list[tuple[float, int]] = []  # (mean, how many)
    for row, position in enumerate(wanted):
        mean, count = position - row * gap, 1
        while blocks and blocks[-1][0] > mean:
            before, more = blocks.pop()
            mean, count = (mean * count + before * more) / (count + more), count + more
        blocks.append((mean, count))
    least = max(low, min(high - (len(wanted) - 1) * gap, high))
    flat = [min(max(mean, low), least) for mean, count in blocks for _ in range(count)]
    return [position + row * gap for row, position in enumerate(flat)]


TICK_DAYS = (7, 14, 28)
TICK_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)


def tick_values(top: float, most: int) -> list[int]:
    """Returns 0 and at most `most` multiples of 1, 2 or 5 times a power of ten, up to `top`."""
    step = next(step for step in _round() if top // step <= most)
    return list(range(0, math.floor(top) + 1, step))


def _round() -> Iterator[int]:
    return (factor * 10**power for power in counting() for factor in (1, 2, 5))


def tick_dates(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """Returns at most `most` + 1 Mondays, months or years from `first` to `last`, with their names."""
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
    """Draws tick marks at each x and names under an axis at height `y`, as many names as fit."""
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
    """Returns a date in a short form: “24 Nov 2026”."""
    return _short_date(day, form, get_language())
