"""A drawing of a skill between its prerequisites and the skills that need it, up to two steps away. Pure: slugs and names in, markup out.

The drawing is only for people who see it and use a pointer; a list beside it has the same content for everyone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog import graph
from guidance.markup import trusted

WIDTH, HEIGHT, GAP, ROW = 144, 40, 40, 50  # px: of a box, between columns, from one box to the next
MAX_BOXES = 10  # maximum boxes of a column
LINE = 19  # characters


@dataclass(frozen=True, slots=True)
class NearbySkills:
    """Slugs, nearest first. A skill that would be in two places is in the nearer place."""

    slug: str
    needs: Sequence[str]
    needs_of_needs: Sequence[str]
    opens: Sequence[str]
    opens_of_opens: Sequence[str]

    @property
    def columns(self) -> tuple[Sequence[str], ...]:
        return self.needs_of_needs, self.needs, (self.slug,), self.opens, self.opens_of_opens


def nearby_skills(edges: graph.Graph, slug: str) -> NearbySkills:
    unlocks = graph.reverse(edges)
    needs = sorted(edges.get(slug, ()))
    opens = sorted(unlocks.get(slug, ()))
    near = {slug, *needs, *opens}
    before = sorted({far for need in needs for far in edges.get(need, ())} - near)
    after = sorted({far for opened in opens for far in unlocks.get(opened, ())} - near - set(before))
    return NearbySkills(slug, needs, before, opens, after)


def draw(nearby: NearbySkills, edges: graph.Graph, names: Mapping[str, str], link: Callable[[str], str]) -> SafeString:
    """Draws the graph. `link` returns the URL of a skill."""
    shown = [list(column[:MAX_BOXES]) for column in nearby.columns]
    rows = max(len(column) + (len(full) > MAX_BOXES) for column, full in zip(shown, nearby.columns, strict=True))
    height = max(rows, 2) * ROW
    spots: dict[str, tuple[float, float]] = {}
    boxes, more = [], []
    for number, (column, full) in enumerate(zip(shown, nearby.columns, strict=True)):
        x = number * (WIDTH + GAP)
        left_out = len(full) - len(column)
        top = (height - (len(column) + (left_out > 0)) * ROW) / 2
        for row, slug in enumerate(column):
            y = top + row * ROW + ROW / 2
            spots[slug] = (x, y)
            boxes.append(_box(slug, names.get(slug, slug), x, y, "" if slug == nearby.slug else link(slug)))
        if left_out:
            text = escape(_("and {count} more").format(count=left_out))
            y = top + len(column) * ROW + ROW / 2 + 4
            more.append(f'<text class="more" x="{x + WIDTH / 2:g}" y="{y:g}" text-anchor="middle">{text}</text>')
    lines = [
        part
        for left, right in pairwise(shown)
        for slug in right
        for need, level in edges.get(slug, {}).items()
        if need in left
        for part in _line(spots[need], spots[slug], level)
    ]
    width = 5 * WIDTH + 4 * GAP
    start = f'<svg class="neighbourhood" viewBox="-1 0 {width + 2} {height}" width="{width + 2}" height="{height}" aria-hidden="true">'
    lines.sort(key=lambda line: line.startswith("<text"))  # levels are drawn above all lines
    return trusted(start, *lines, *boxes, *more, "</svg>")  # names are escaped in _box


def _box(slug: str, name: str, x: float, y: float, address: str) -> str:
    lines = _wrapped(name)
    text = "".join(
        f'<text x="{x + WIDTH / 2:g}" y="{y + 4.5 + (number - (len(lines) - 1) / 2) * 15:g}" text-anchor="middle">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    box = f'<rect x="{x:g}" y="{y - HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}" rx="4"/>{text}'
    if not address:
        return f'<g class="here">{box}</g>'
    return f'<a href="{escape(address)}" tabindex="-1"><title>{escape(name)}</title>{box}</a>'


def _wrapped(name: str) -> list[str]:
    """Splits a name into one or two lines; a longer one ends with an ellipsis."""
    lines = [""]
    for word in name.split():
        if len(f"{lines[-1]} {word}") <= LINE or not lines[-1]:
            lines[-1] = f"{lines[-1]} {word}".strip()
        elif len(lines) < 2:
            lines.append(word)
        else:
            lines[-1] += " …"
            break
    return [line if len(line) <= LINE + 2 else f"{line[: LINE + 1]}…" for line in lines]


def _line(start: tuple[float, float], end: tuple[float, float], level: int) -> tuple[str, str]:
    """Draws a line with the required level in the middle."""
    x, y = start[0] + WIDTH, start[1]
    middle = x + GAP / 2
    path = f"M{x:g} {y:g}C{middle:g} {y:g} {middle:g} {end[1]:g} {end[0]:g} {end[1]:g}"
    half = (y + end[1]) / 2 + 4
    label = f'<text class="level" x="{middle:g}" y="{half:g}" text-anchor="middle">{level}</text>'
    return f'<path d="{path}"/>', label
