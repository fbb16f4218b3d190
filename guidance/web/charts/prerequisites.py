"""Drawings of a skill between what it needs and what it leads to, and of the levels that roles require.

The links in the drawing are for pointer users: a list beside it has all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from string import ascii_uppercase

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.kinds import MAX_LEVEL, Skill
from guidance.markup import trusted
from guidance.web.charts import svg
from guidance.web.charts.svg import Spot, label, number

STEP, GAP = 29, 5  # px of a level, and of the gap between two


@lru_cache(maxsize=1024)
def ladder(mine: int, targets: tuple[int, ...]) -> SafeString:
    """Draws the learner's level on a scale of four, with a pole A, B, … at the level each role requires."""
    asked = max(targets, default=0)
    drawing = [
        '<svg class="chart ladder" viewBox="0 0 142 32" width="142" height="32" aria-hidden="true" focusable="false">'
    ]
    for level in range(1, MAX_LEVEL + 1):
        kind = "on" if level <= mine else "go" if level <= asked else "rest"
        drawing.append(
            f'<rect class="{kind}" x="{1 + (level - 1) * STEP}" y="17" width="{STEP - GAP}" height="10" rx="1"/>'
        )
    for level in sorted({target for target in targets if target}):
        x = 1 + level * STEP - GAP / 2
        letters = " ".join(letter for letter, target in zip(ascii_uppercase, targets, strict=False) if target == level)
        drawing.append(f'<path class="pole" d="M{number(x)} 13v17"/>')
        drawing.append(label(letters, "flag", Spot(x, 11, "middle")))
    return trusted(*drawing, "</svg>")


MAX_DRAWN = 6  # maximum stations on the side of the skills it leads to; the list has them all
ROW = 46
DISC = 13


@dataclass(frozen=True, slots=True)
class Station:
    skill: Skill
    note: str
    state: str = ""  # how far the learner is: none, begun or at (its target); if empty, the area's letter is shown
    ahead: bool = False  # the plan continues there


def trail(skill: Skill, needs: Sequence[Station], opens: Sequence[Station]) -> SafeString:
    """Draws a skill between what it needs and what it leads to, wide and narrow."""
    more = len(opens) - MAX_DRAWN
    opens = opens[:MAX_DRAWN]
    narrow = _trail_narrow(Station(skill, ""), needs, opens, more)
    return trusted(_trail_wide(skill, needs, opens, more) + narrow)


def trail_down(here: Station, needs: Sequence[Station], opens: Sequence[Station]) -> SafeString:
    """Draws only the narrow form, for a side column."""
    return trusted(_trail_narrow(here, needs, opens[:MAX_DRAWN], len(opens) - MAX_DRAWN))


def _trail_wide(skill: Skill, needs: Sequence[Station], opens: Sequence[Station], more: int) -> str:
    """Draws left to right, with the names outside, so that long ones have room."""
    rows = max(len(needs), len(opens) + (more > 0), 2)
    middle = rows * ROW / 2
    left, centre, right = 290, 480, 670
    # The lines fan out beside the name of the skill, which is below its station.
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
    stations.append(_here(Station(skill, ""), centre, middle))
    stations.append(
        f'<text class="strong here" x="{centre}" y="{middle + 42:g}" text-anchor="middle">{escape(skill.name)}</text>'
    )
    return "".join([svg.hidden("wide", 960, rows * ROW + 14), *lines, *stations, "</svg>"])


def _trail_narrow(here: Station, needs: Sequence[Station], opens: Sequence[Station], more: int) -> str:
    """Draws top to bottom along a trunk, with the names on the right."""
    skill = here.skill
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
        path = f"M{trunk} {middle}V{y - 30}L{outward} {y}"
        if station.ahead:  # below the lines that share its route
            lines[:0] = [f'<path class="{name}" d="{path}"/>' for name in ("plan-case", "plan-fill", "line-case")]
        lines.append(_line(path, skill))
        stations.append(_station(station, outward, y, outward + 22, "start"))
    if more > 0:
        stations.append(f'<text class="tick" x="{outward + 22}" y="{height - 6}">{_more(more)}</text>')
    stations.append(_here(here, trunk, middle))
    stations.append(
        f'<text class="strong" x="{trunk + 30}" y="{middle + (-3 if here.note else 5)}">{escape(skill.name)}</text>'
    )
    if here.note:
        stations.append(f'<text class="tick" x="{trunk + 30}" y="{middle + 15}">{escape(here.note)}</text>')
    return "".join([svg.hidden("narrow", 328, height), *lines, *stations, "</svg>"])


def _spread(count: int, middle: float) -> list[float]:
    return [middle + (row - (count - 1) / 2) * ROW for row in range(count)]


def _more(count: int) -> str:
    return escape(_("and {count} more in the list").format(count=count))


def _line(path: str, skill: Skill) -> str:
    return f'<path class="line a-{skill.area.letter}" d="{path}"/>'


def _open_end(x: int, centre: int, y: float, text: str, anchor: str) -> str:
    """Draws the end of the trail where nothing comes before or after."""
    text_x = x + (24 if anchor == "start" else -24)
    return (
        f'<path class="loose" d="M{x} {y:g}H{centre}"/><circle class="end" cx="{x}" cy="{y:g}" r="6"/>'
        f'<text class="tick" x="{text_x}" y="{y + 4:g}" text-anchor="{anchor}">{text}</text>'
    )


def _station(station: Station, x: float, y: float, text_x: float, anchor: str) -> str:
    skill = station.skill
    return (
        f'<a href="{escape(skill.url)}" tabindex="-1" class="a-{skill.area.letter}">{_mark(station, x, y, DISC)}'
        f'<text class="name" x="{text_x}" y="{y - 2:g}" text-anchor="{anchor}">{escape(skill.name)}</text>'
        f'<text class="tick" x="{text_x}" y="{y + 15:g}" text-anchor="{anchor}">{escape(station.note)}</text></a>'
    )


def _here(station: Station, x: float, y: float) -> str:
    rim = f'<circle class="rim" cx="{x}" cy="{y:g}" r="16"/>' if station.state else ""
    return (
        f'<g class="a-{station.skill.area.letter}"><circle class="halo" cx="{x}" cy="{y:g}" r="21"/>{rim}'
        f"{_mark(station, x, y, DISC if station.state else 15)}</g>"
    )


def _mark(station: Station, x: float, y: float, r: float) -> str:
    """Draws the area's letter on its shape, or how far the learner is: hollow, half, or full with a tick."""
    area = station.skill.area
    if not station.state:
        return f'{svg.shape(area, x, y, r)}<text class="area-letter" x="{x}" y="{y + 5:g}">{area.letter}</text>'
    inside = {
        "none": "",
        "begun": f'<path class="half" d="M{x} {y - r:g}A{r} {r} 0 0 0 {x} {y + r:g}Z"/>',
        "at": f'<path class="hook" d="M{x - 6:g} {y + 0.5:g}L{x - 1.5:g} {y + 5:g}L{x + 6:g} {y - 5:g}"/>',
    }
    return f'<g class="station {station.state}"><circle class="base" cx="{x}" cy="{y:g}" r="{r}"/>{inside[station.state]}</g>'
