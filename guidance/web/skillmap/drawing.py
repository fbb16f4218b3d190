"""A map as SVG, and as a list of links. Classes and presentation attributes only. Pure.

The parts that are the same for everyone are built once; for one visitor the states of the stations and the path of the plan are filled in.
Stations are numbered. static/js/map.js reads ids and data attributes: `s3` is a station, its `data-n` lists its prerequisites as
number.level, and `w3-7` is the edge from station 3 to station 7.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import combinations, pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.kinds import Area, Skill
from guidance.markup import trusted
from guidance.web.charts import svg
from guidance.web.charts.svg import Box, disc
from guidance.web.skillmap.layers import station_positions
from guidance.web.skillmap.layout import CELL, LINE, STATION, Edge, Layout, Point, lay_out
from guidance.web.skillmap.overlay import MapState
from guidance.web.skillmap.selection import MapSelection

BASE = '<circle class="base" r="10"/>'
TICK = '<path class="tick" d="M-4.5.5L-1 4L5-4"/>'
SYMBOLS = {
    "none": BASE,
    "off": BASE,
    "aside": BASE,
    "begun": f'{BASE}<path class="half" d="M0-10A10 10 0 0 0 0 10Z"/>',
    "at": f"{BASE}{TICK}",
    "known": f"{BASE}{TICK}",
}
HALO = '<circle class="halo" r="17"/><circle class="rim" r="13"/>'


# Generous widths of characters in 13 px text: text that fits by these widths fits in every system font
NARROW, WIDE, CAPITAL, OTHER = 4.0, 11.5, 9.2, 7.4
MAX_LINES = 4


@lru_cache(maxsize=4096)
def wrap(text: str, room: int) -> tuple[str, ...]:
    """Splits a text into the smallest number of lines of up to `room` px, as equal in length as possible; a word that is too long is not
    split."""
    words = text.split()
    found: tuple[str, ...] = (text,)
    for count in range(1, min(len(words), MAX_LINES) + 1):
        found = min(_splits(words, count), key=lambda lines: (max(map(width, lines)), lines))
        if max(map(width, found)) <= room:
            break
    return found


def width(text: str) -> float:
    return sum(_width(character) for character in text)


def _width(character: str) -> float:
    if character in "fijlrtI.,:;'’()[]/-| ":
        return NARROW
    if character in "mwMW@%—":
        return WIDE
    return CAPITAL if character.isupper() else OTHER


def _splits(words: list[str], count: int) -> list[tuple[str, ...]]:
    cuts = ((0, *inner, len(words)) for inner in combinations(range(1, len(words)), count - 1))
    return [tuple(" ".join(words[start:end]) for start, end in pairwise(cut)) for cut in cuts]


NAMES = 136  # px on the left of a map of several areas
HEADINGS = 40  # px at the top of a map of one area
BASELINE = 27  # of a label's first line, below the middle of its station
ROUND, CUT = 6, 12  # radius of the corners of links, cut of those of trails
RIM, SLANT, BLADE = 13, 9, 16  # distance from a station at which a link ends: on its row, from above, at an exit
LEADING = "1.15em"
BREAK = "\u200b"  # between the lines of a label: separates words without taking up space
TO_AREA = 'href="?area='
QUIET = ' class="muted"'
FAR = 2.4  # approximate scale of the names that are shown on a small map

FLAG = '<path class="flag" d="M20-8.5h15l7 8.5l-7 8.5h-15z"/>'
# Above the flag and outside the link, whose accessible name contains the number.
ON_FLAG = '<text class="flag-number" x="{x}" y="{y}" aria-hidden="true">{number}</text>'
ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
    'markerUnits="userSpaceOnUse"><path class="arrow" d="M0 0L8 4L0 8Z"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The markup around the state of one skill."""

    slug: str
    name: str
    before: str
    after: str


class Drawing:
    """A selection as a drawing. `weight` is its approximate size in memory, in bytes."""

    def __init__(self, selection: MapSelection) -> None:
        self.selection = selection
        labels = {name: _label(selection, name) for name in selection.graph.needs}
        layout = lay_out(
            selection.graph,
            station_positions(selection.graph),
            {name: len(lines) for name, lines in labels.items()},
            left=0 if selection.area else NAMES,
            top=HEADINGS if selection.area else 0,
        )
        self.crossings, self.has_runs = layout.crossings, bool(layout.runs)
        self._spots = layout.spots
        self._number = {name: number for number, name in enumerate(layout.spots)}
        self._paths = {edge: _path(selection, edge, points) for edge, points in layout.edges.items()}
        self._bottom = _opening(layout) + _lanes(selection, layout) + self._links()
        self._trails = self._drawn_trails(layout)
        big = _big(layout, labels, selection)
        self._stations = [self._station(name, layout.spots[name], labels[name], name in big) for name in layout.spots]
        self._top = _titles(selection, layout) + "</svg>"
        self._list = _listed(selection)
        markup = [self._bottom, self._trails, self._top]
        markup += [text for item in (*self._stations, *self._list) for text in _texts(item)]
        self.weight = sum(map(len, [*markup, *self._paths.values()]))

    def svg(self, state: MapState, query: str = "") -> SafeString:
        """`query`: the parameters that the links to areas keep."""
        words = state.words()
        number = {slug: order for order, slug in enumerate(state.next_steps, 1)}
        parts = [self._bottom, *self._plan(state), self._trails]
        for piece in self._stations:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            kind, text = state.kind(piece.slug), words(piece.slug)
            parts += (piece.before, kind)
            step = number.get(piece.slug)
            parts += (' next-step" aria-label="' if step else '" aria-label="', piece.name)
            if text:
                parts += (", ", text)
            if step:
                x, y = self._spots[piece.slug]
                parts += ('">', HALO, SYMBOLS[kind], piece.after, FLAG, "</a>")
                parts.append(ON_FLAG.format(x=x + 29, y=y + 4.5, number=step))
            else:
                parts += ('">', SYMBOLS[kind], piece.after, "</a>")
        parts.append(self._top)
        return _markup(parts, query)

    def listing(self, state: MapState, query: str = "") -> SafeString:
        words = state.words()
        parts: list[str] = []
        for piece in self._list:
            if isinstance(piece, str):
                parts.append(piece)
            else:
                parts += (piece.before, words(piece.slug), piece.after)
        return _markup(parts, query)

    def _links(self) -> str:
        paths = [self._drawn(edge) for edge in self._paths if edge not in self.selection.graph.trails]
        return f'<g class="links" marker-end="url(#arrow)">{"".join(paths)}</g>'

    def _drawn_trails(self, layout: Layout) -> str:
        """Draws the trails by area, so that each colour is written once. The part of a run after the last station that it passes
        is dotted."""
        drawn: dict[str, list[str]] = {}
        for edge in sorted(self.selection.graph.trails):
            here = drawn.setdefault(self.selection.skills[edge[1]].area.letter, [])
            if edge not in layout.runs:
                here.append(self._drawn(edge))
                continue
            x, y = layout.spots[edge[1]]
            begin = max(other for other, at in layout.spots.values() if at == y and other < x)
            here += (self._drawn(edge, ' class="run"'), f'<path class="loose" d="M{begin} {y}H{x}"/>')
        groups = (f'<g class="a-{letter}">{"".join(paths)}</g>' for letter, paths in drawn.items())
        return f'<g class="trails">{"".join(groups)}</g>'

    def _drawn(self, edge: Edge, attributes: str = "") -> str:
        start, end = self._number[edge[0]], self._number[edge[1]]
        return f'<path{attributes} id="w{start}-{end}" d="{self._paths[edge]}"/>'

    def _plan(self, state: MapState) -> list[str]:
        """Draws lines from known skills to each of the next steps, and from step to step."""
        known = {slug for slug, level in state.levels.items() if level}
        edges: list[Edge] = []
        for slug in state.next_steps:
            edges += ((need, slug) for need in self.selection.graph.needs.get(slug, ()) if need in known)
            known.add(slug)
        if not edges:
            return []
        trails = self.selection.graph.trails
        lines = [("" if edge in trails else ' class="thin"', self._paths[edge]) for edge in sorted(set(edges))]
        paths = "".join(f'<path{name} d="{path}"/>' for name, path in lines)
        rims = "".join(f'<path d="{path}"/>' for name, path in lines if not name)
        return [f'<g class="plan-case">{paths}</g><g class="plan">{paths}</g><g class="plan-rim">{rims}</g>']

    def _station(self, name: str, spot: Point, lines: Sequence[str], big: bool) -> "_Piece | str":
        selection, number = self.selection, self._number[name]
        needs = selection.graph.needs[name]
        at = f'id="s{number}" transform="translate({spot[0]} {spot[1]})"'
        label = _text(lines, quiet=name not in selection.skills)
        if name in selection.graph.exits:
            area, count = selection.exits[name.removeprefix("to ")]
            title = escape(f"{area.letter} {area.name}, {_skills(count)}")  # begins with the visible text
            listed = " ".join(str(self._number[need]) for need in needs)
            return (
                f'<a {at} {TO_AREA}{area.slug}" data-n="{listed}" class="exit a-{area.letter}" aria-label="{title}">'
                f'<path class="blade" d="M-14-12h19l9 12l-9 12h-19z"/><text class="area-letter" x="-3" y="5">{area.letter}</text> '
                f"{label}</a>"
            )
        skill = selection.skills.get(name) or selection.entries[name]
        listed = " ".join(f"{self._number[need]}.{skill.prerequisites[need]}" for need in needs)
        data = f' data-n="{listed}"' if listed else ""
        classes = f"station a-{skill.area.letter}{' big' if big else ''}"
        before = f'<a {at} href="{escape(skill.url)}"{data} class="{classes} '
        title = skill.name if name in selection.skills else f"{skill.name}, {skill.area.name}"
        return _Piece(name, escape(title), before, label)


def _markup(parts: Iterable[str], query: str) -> SafeString:
    markup = "".join(parts)
    if query:
        markup = markup.replace(TO_AREA, f'href="?{escape(query)}&amp;area=')
    return trusted(markup)


def _texts(item: "_Piece | str") -> Iterable[str]:
    return (item,) if isinstance(item, str) else (item.before, item.after)


def _label(selection: MapSelection, name: str) -> tuple[str, ...]:
    """Returns the lines of a station's label; for a station outside the area, the last line gives its area or the number of
    skills it represents."""
    if name in selection.skills:
        return wrap(selection.skills[name].name, CELL)
    if name in selection.entries:
        return *wrap(selection.entries[name].name, CELL), selection.entries[name].area.name
    area, count = selection.exits[name.removeprefix("to ")]
    return *wrap(area.name, CELL), _skills(count)


def _skills(count: int) -> str:
    return ngettext("{n} skill", "{n} skills", count).format(n=count)


def _text(lines: Sequence[str], *, quiet: bool) -> str:
    first, *others = map(escape, lines)
    last = len(others) - 1
    spans = (
        f'<tspan{QUIET if quiet and number == last else ""} x="0" dy="{LEADING}">{BREAK}{line}</tspan>'
        for number, line in enumerate(others)
    )
    return f'<text y="{BASELINE}">{first}{"".join(spans)}</text>'


def _opening(layout: Layout) -> str:
    return (
        f'<svg class="trail-map" viewBox="0 0 {layout.width} {layout.height}" width="{layout.width}" '
        f'height="{layout.height}">{ARROW}'
    )


def _lanes(selection: MapSelection, layout: Layout) -> str:
    return "".join(
        f'<g class="a-{selection.areas[lane.name].letter}"><rect class="lane-{number % 2}" y="{lane.y}" width="{layout.width}" '
        f'height="{lane.height}"/><rect class="edge" y="{lane.y}" width="6" height="{lane.height}"/></g>'
        for number, lane in enumerate(layout.lanes, 1)
    )


def _titles(selection: MapSelection, layout: Layout) -> str:
    """Draws the names of the areas, which stay visible when the map is moved; on the map of one area, the names of its parts."""
    if selection.area:
        return _headings(selection, layout)
    titles = []
    for number, lane in enumerate(layout.lanes, 1):
        area = selection.areas[lane.name]
        first, *others = map(escape, wrap(area.name, NAMES - 52))
        spans = "".join(f'<tspan x="46" dy="{LEADING}">{line}</tspan>' for line in others)
        titles.append(
            f'<a class="area-title a-{area.letter}" {TO_AREA}{area.slug}"><rect class="lane-{number % 2} back" y="{lane.y}" '
            f'width="{NAMES}" height="{lane.height}"/><rect class="edge" y="{lane.y}" width="6" height="{lane.height}"/>'
            f'<g>{svg.shape(area, 27, lane.y + 28, 12)}<text class="area-letter" x="27" y="{lane.y + 33}">{area.letter}</text>'
            f'<text x="46" y="{lane.y + 33}">{first}{spans}</text></g></a>'
        )
    return f'<g class="names">{"".join(titles)}</g>'


def _headings(selection: MapSelection, layout: Layout) -> str:
    headings: list[tuple[int, str]] = []
    for names, text in (
        (selection.entries, _("From other areas")),
        (selection.skills, selection.area.name if selection.area else ""),
        (selection.graph.exits, _("Leads to")),
    ):
        if names:
            headings.append((min(layout.spots[name][0] for name in names), text))
    return "".join(f'<text class="heading" x="{x}" y="26">{escape(text)}</text>' for x, text in headings)


def _path(selection: MapSelection, edge: Edge, points: Sequence[Point]) -> str:
    """Draws an edge. Corners of trails are cut at 45°, those of links are round; links end at the rim of the station."""
    if edge in selection.graph.trails:
        return _cornered(points, CUT, "l{} {}")
    (_, y), (to_x, to_y) = points[-2:]
    back = RIM if y == to_y else SLANT
    if edge[1] in selection.graph.exits:
        back = BLADE
    return _cornered([*points[:-1], (to_x - back, to_y - (0 if y == to_y else back))], ROUND, "q{2} {3} {0} {1}")


def _cornered(points: Sequence[Point], size: int, corner: str) -> str:
    (x, y), *_rest = points
    path = [f"M{x} {y}"]
    for (x, y), (to_x, to_y), (then_x, then_y) in zip(points, points[1:], points[2:], strict=False):
        if then_x != to_x and then_y != to_y:  # the last piece, which slants down to the station
            path.append(_straight(x, y, to_x, to_y))
            continue
        cut = min(size, _length((x, y), (to_x, to_y)) // 2, _length((to_x, to_y), (then_x, then_y)) // 2)
        ahead = _sign(to_x - x) * cut, _sign(to_y - y) * cut
        aside = _sign(then_x - to_x) * cut, _sign(then_y - to_y) * cut
        path.append(_straight(x, y, to_x - ahead[0], to_y - ahead[1]))
        path.append(corner.format(ahead[0] + aside[0], ahead[1] + aside[1], *ahead))
    x, y = points[-1]
    return "".join([*path, f"L{x} {y}" if points[-2][1] != y else f"H{x}"])


def _straight(x: int, y: int, to_x: int, to_y: int) -> str:
    return f"H{to_x}" if y == to_y else f"V{to_y}"


def _length(a: Point, b: Point) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _big(layout: Layout, labels: Mapping[str, Sequence[str]], selection: MapSelection) -> set[str]:
    """Returns the stations whose names are shown on a small map: those that lead to most, as long as the names overlap neither each other
    nor stations."""
    taken: dict[str, Box] = {name: disc(spot, STATION) for name, spot in layout.spots.items()}
    big: set[str] = set()
    for name in sorted(selection.skills, key=lambda name: (-len(selection.graph.opens[name]), name)):
        (x, y), lines = layout.spots[name], labels[name]
        half = max(map(width, lines)) * FAR / 2
        box = Box(x - half, y - STATION, x + half, y + STATION + FAR * LINE * len(lines))
        if box.left > NAMES and not any(box.meets(other) for key, other in taken.items() if key != name):
            taken[name] = box
            big.add(name)
    return big


def _listed(selection: MapSelection) -> Sequence["_Piece | str"]:
    pieces: list[_Piece | str] = []
    for area, skills in selection.by_area.items():
        pieces.append(_group(area, _linked(area)))
        pieces += [_item(selection, skill) for skill in skills]
        pieces.append("</ul></li>")
    if selection.entries and selection.area:
        pieces.append(f"<li><h3>{escape(_('From other areas'))}</h3><ul>")
        pieces += [_item(selection, skill) for skill in selection.entries.values()]
        pieces.append("</ul></li>")
    if selection.exits:
        pieces.append(f"<li><h3>{escape(_('Leads to'))}</h3><ul>")
        for area, count in selection.exits.values():
            pieces.append(f'<li>{_linked(area)}<span class="muted number">{_skills(count)}</span></li>')
        pieces.append("</ul></li>")
    return pieces


def _linked(area: Area) -> str:
    return f'<a {TO_AREA}{area.slug}">{escape(area.name)}</a>'


def _group(area: Area, name: str) -> str:
    code = f'<span class="area-sign a-{area.letter} {area.family}" aria-hidden="true">{area.letter}</span>'
    return f"<li><h3>{code} {name}</h3><ul>"


def _item(selection: MapSelection, skill: Skill) -> _Piece:
    names = {slug: other.name for slug, other in (*selection.skills.items(), *selection.entries.items())}
    needs = ", ".join(names[need] for need in selection.graph.needs[skill.slug])
    after = f'<small class="muted">{escape(_("after {names}").format(names=needs))}</small>' if needs else ""
    return _Piece(
        skill.slug,
        escape(skill.name),
        f'<li><a href="{escape(skill.url)}">{escape(skill.name)}</a><span class="muted number">',
        f"</span>{after}</li>",
    )
