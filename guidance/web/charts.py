"""Charts as SVG text: classes and presentation attributes only. Pure: numbers and names in, markup out.

Every drawing stands in a <figure> whose caption or table says the same, so it is hidden from assistive technology; links in
it are for the pointer and repeated in that text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Skill

DRAWN = 6  # stations on the side of what a skill opens; the list has them all
ROW = 46
DISC = 13


@dataclass(frozen=True, slots=True)
class Station:
    skill: Skill
    note: str


def trail(skill: Skill, needs: Sequence[Station], opens: Sequence[Station]) -> SafeString:
    """A skill between what it needs and what it opens, wide and narrow."""
    more = len(opens) - DRAWN
    opens = opens[:DRAWN]
    return mark_safe(_trail_wide(skill, needs, opens, more) + _trail_narrow(skill, needs, opens, more))  # noqa: S308


def _trail_wide(skill: Skill, needs: Sequence[Station], opens: Sequence[Station], more: int) -> str:
    """Left to right, with the names outside, so that long ones have room."""
    rows = max(len(needs), len(opens) + (more > 0), 2)
    middle = rows * ROW / 2
    left, centre, right = 290, 480, 670
    # The lines fan out beside the name of the skill, which stands below its station.
    trunk = min(max(34, len(skill.name) * 4 - 16), 96)
    lines, stations = [], []
    for station, y in zip(needs, _spread(len(needs), middle), strict=True):
        bend = max(left + 20, centre - trunk - abs(y - middle))
        lines.append(_line(f"M{left} {y:g}H{bend:g}L{centre - trunk} {middle:g}H{centre}", station.skill))
        stations.append(_station(station, left, y, left - 24, "end"))
    ys = _spread(len(opens) + (more > 0), middle)
    for station, y in zip(opens, ys, strict=False):
        bend = min(right - 20, centre + trunk + abs(y - middle))
        lines.append(_line(f"M{centre} {middle:g}H{centre + trunk}L{bend:g} {y:g}H{right}", skill))
        stations.append(_station(station, right, y, right + 24, "start"))
    if more > 0:
        stations.append(f'<text class="tick" x="{right + 24}" y="{ys[-1] + 4:g}">{_more(more)}</text>')
    if not needs:
        lines.append(_open_end(left, centre, middle, escape(_("begins here")), "end"))
    if not opens:
        lines.append(_open_end(right, centre, middle, escape(_("ends here")), "start"))
    stations.append(_here(skill, centre, middle))
    stations.append(
        f'<text class="strong here" x="{centre}" y="{middle + 42:g}" text-anchor="middle">{escape(skill.name)}</text>'
    )
    return "".join([_open("wide", 960, rows * ROW + 14), *lines, *stations, "</svg>"])


def _trail_narrow(skill: Skill, needs: Sequence[Station], opens: Sequence[Station], more: int) -> str:
    """Top to bottom along a trunk, with the names on the right."""
    inward, trunk, outward = 16, 46, 76
    middle = len(needs) * ROW + 24
    height = middle + len(opens) * ROW + (40 if more > 0 else 26)
    lines, stations = [], []
    for row, station in enumerate(needs):
        y = 20 + row * ROW
        lines.append(_line(f"M{inward} {y}L{trunk} {y + 30}V{middle}", station.skill))
        stations.append(_station(station, inward, y, trunk + 18, "start"))
    for row, station in enumerate(opens, start=1):
        y = middle + row * ROW
        lines.append(_line(f"M{trunk} {middle}V{y - 30}L{outward} {y}", skill))
        stations.append(_station(station, outward, y, outward + 22, "start"))
    if more > 0:
        stations.append(f'<text class="tick" x="{outward + 22}" y="{height - 6}">{_more(more)}</text>')
    stations.append(_here(skill, trunk, middle))
    stations.append(f'<text class="strong" x="{trunk + 30}" y="{middle + 5}">{escape(skill.name)}</text>')
    return "".join([_open("narrow", 328, height), *lines, *stations, "</svg>"])


def _spread(count: int, middle: float) -> list[float]:
    return [middle + (row - (count - 1) / 2) * ROW for row in range(count)]


def _more(count: int) -> str:
    return escape(_("and {count} more in the list").format(count=count))


def _open(name: str, width: int, height: float) -> str:
    return f'<svg class="chart {name}" viewBox="0 0 {width} {height:g}" aria-hidden="true" focusable="false">'


def _line(path: str, skill: Skill) -> str:
    return f'<path class="line a-{skill.area.letter}" d="{path}"/>'


def _open_end(x: int, centre: int, y: float, text: str, anchor: str) -> str:
    """Where nothing comes before or after."""
    text_x = x + (24 if anchor == "start" else -24)
    return (
        f'<path class="loose" d="M{x} {y:g}H{centre}"/><circle class="end" cx="{x}" cy="{y:g}" r="6"/>'
        f'<text class="tick" x="{text_x}" y="{y + 4:g}" text-anchor="{anchor}">{text}</text>'
    )


def _station(station: Station, x: float, y: float, text_x: float, anchor: str) -> str:
    skill = station.skill
    return (
        f'<a href="{escape(skill.url)}" tabindex="-1" class="a-{skill.area.letter}">{_shape(skill, x, y, DISC)}'
        f'<text class="acl" x="{x}" y="{y + 5:g}">{skill.area.letter}</text>'
        f'<text class="name" x="{text_x}" y="{y - 2:g}" text-anchor="{anchor}">{escape(skill.name)}</text>'
        f'<text class="tick" x="{text_x}" y="{y + 15:g}" text-anchor="{anchor}">{escape(station.note)}</text></a>'
    )


def _here(skill: Skill, x: float, y: float) -> str:
    return (
        f'<g class="a-{skill.area.letter}"><circle class="halo" cx="{x}" cy="{y:g}" r="21"/>{_shape(skill, x, y, 15)}'
        f'<text class="acl" x="{x}" y="{y + 5:g}">{skill.area.letter}</text></g>'
    )


def _shape(skill: Skill, x: float, y: float, r: float) -> str:
    """The shape of the area's family: square, circle or hexagon."""
    if skill.area.family == "models":
        return f'<circle class="full" cx="{x}" cy="{y:g}" r="{r}"/>'
    if skill.area.family == "foundations":
        return f'<rect class="full" x="{x - r + 1:g}" y="{y - r + 1:g}" width="{2 * r - 2:g}" height="{2 * r - 2:g}" rx="3"/>'
    h = r * 0.92
    points = ((x - r, y), (x - r / 2, y - h), (x + r / 2, y - h), (x + r, y), (x + r / 2, y + h), (x - r / 2, y + h))
    return f'<polygon class="full" points="{" ".join(f"{px:g},{py:g}" for px, py in points)}"/>'


@dataclass(frozen=True, slots=True)
class Point:
    """A step of a climb: where it ends, in hours, and the readiness reached there."""

    skill: Skill
    hours: float
    readiness: float


def climb(start: float, points: Sequence[Point], marked: int) -> SafeString:
    """Readiness against hours as an elevation profile; the first `marked` steps are stations."""
    return mark_safe(  # noqa: S308
        _climb("wide climb", 520, 220, start, points, marked) + _climb("narrow climb", 300, 200, start, points, marked)
    )


def _climb(name: str, width: int, height: int, start: float, points: Sequence[Point], marked: int) -> str:
    left, right, top, bottom = 34, width - 16, 14, height - 34
    total = points[-1].hours if points else 1

    def x(hours: float) -> str:
        return f"{left + (right - left) * hours / total:.1f}".removesuffix(".0")

    def y(readiness: float) -> str:
        return f"{bottom - (bottom - top) * readiness / 100:.1f}".removesuffix(".0")

    drawing = [_open(name, width, height)]
    for value in (0, 50, 100):
        drawing.append(f'<path class="grid" d="M{left} {y(value)}H{right}"/>')
        drawing.append(
            f'<text class="tick" x="{left - 8}" y="{float(y(value)) + 4:g}" text-anchor="end">{value}</text>'
        )
    line = f"M{left} {y(start)}" + "".join(f"L{x(point.hours)} {y(point.readiness)}" for point in points)
    drawing.append(f'<path class="hill" d="{line}V{bottom}H{left}Z"/>')
    drawing.append(f'<path class="trailcase" d="{line}"/><path class="trail" d="{line}"/>')
    for point in points[:marked]:
        drawing.append(
            f'<g class="a-{point.skill.area.letter}"><circle class="mk" cx="{x(point.hours)}" cy="{y(point.readiness)}" r="6"/></g>'
        )
    drawing.append(f'<circle class="here" cx="{left}" cy="{y(start)}" r="7"/>')
    drawing.append(f'<text class="tick" x="{left}" y="{height - 8}">{_("today")}</text>')
    hours = escape(_("{hours} h").format(hours=f"{total:,.0f}"))
    drawing.append(f'<text class="tick" x="{right}" y="{height - 8}" text-anchor="end">{hours}</text></svg>')
    return "".join(drawing)
