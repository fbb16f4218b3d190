"""How a station is drawn, by what is known of its skill. Pure.

Names on lines short enough for a column. Pure.

A map as SVG and as a list of links: classes and presentation attributes only.

What is the same for everybody is put together once; for one visitor only the stations' state and the path of the plan are
filled in. Stations are numbered; what script.js (static/js/map.js) needs stands in ids and data attributes: `s3` is a
station, its `data-n` lists what it needs as number.level, and `w3-7` is the way from station 3 to station 7.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import combinations, pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.snapshot import Area, Skill
from guidance.markup import trusted
from guidance.web.charts import svg
from guidance.web.charts.labels import Box, disc
from guidance.web.skillmap.edges import CELL, LINE, STATION, Layout, Point, Way, lay
from guidance.web.skillmap.layers import place
from guidance.web.skillmap.overlay import State
from guidance.web.skillmap.selection import Sheet

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


# Widths of 13 px text, generous, so that what fits by them fits in every system font
NARROW, WIDE, CAPITAL, OTHER = 4.0, 11.5, 9.2, 7.4
MOST_LINES = 4


@lru_cache(maxsize=4096)
def wrap(text: str, room: int) -> tuple[str, ...]:
    """On as few lines as fit into `room` px, of lengths as equal as can be; a word that is too long stays whole."""
    words = text.split()
    found: tuple[str, ...] = (text,)
    for count in range(1, min(len(words), MOST_LINES) + 1):
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


NAMES = 136  # px at the left of a map of many areas
HEADINGS = 40  # px at the top of the map of one
BASELINE = 27  # of a label's first line, below the middle of its station
ROUND, CUT = 6, 12  # corners of links and of trails
RIM, SLANT, BLADE = 13, 9, 16  # how far before the middle of a station a link stops: on its row, from above, at an exit
LEADING = "1.15em"
BREAK = "\u200b"  # between the lines of a label: keeps their words apart and takes no room
TO_AREA = 'href="?area='
QUIET = ' class="q"'
FAR = 2.4  # names that are shown on a small scale are about so much larger

FLAG = '<path class="flag" d="M20-8.5h15l7 8.5l-7 8.5h-15z"/>'
# Above the flag and not in the link, whose name says it in words.
ON_FLAG = '<text class="fn" x="{x}" y="{y}" aria-hidden="true">{number}</text>'
ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
    'markerUnits="userSpaceOnUse"><path class="arw" d="M0 0L8 4L0 8Z"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """The markup around the state of one skill."""

    slug: str
    name: str
    before: str
    after: str


class Drawing:
    """A sheet, drawn. `weight` is about what it takes in memory, in bytes."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        labels = {name: _label(sheet, name) for name in sheet.ground.needs}
        layout = lay(
            sheet.ground,
            place(sheet.ground),
            {name: len(lines) for name, lines in labels.items()},
            left=0 if sheet.area else NAMES,
            top=HEADINGS if sheet.area else 0,
        )
        self.crossings, self.has_runs = layout.crossings, bool(layout.runs)
        self._spots = layout.spots
        self._number = {name: number for number, name in enumerate(layout.spots)}
        self._paths = {way: _path(sheet, way, points) for way, points in layout.ways.items()}
        self._bottom = _opening(layout) + _strips(sheet, layout) + self._links()
        self._trails = self._drawn_trails(layout)
        big = _big(layout, labels, sheet)
        self._stations = [self._station(name, layout.spots[name], labels[name], name in big) for name in layout.spots]
        self._top = _titles(sheet, layout) + "</svg>"
        self._list = _listed(sheet)
        markup = [self._bottom, self._trails, self._top]
        markup += [text for item in (*self._stations, *self._list) for text in _texts(item)]
        self.weight = sum(map(len, [*markup, *self._paths.values()]))

    def svg(self, state: State, query: str = "") -> SafeString:
        """`query`: what the links to areas take along."""
        words = state.words()
        number = {slug: place for place, slug in enumerate(state.next_steps, 1)}
        parts = [self._bottom, *self._plan(state), self._trails]
        for piece in self._stations:
            if isinstance(piece, str):
                parts.append(piece)
                continue
            kind, text = state.kind(piece.slug), words(piece.slug)
            parts += (piece.before, kind)
            step = number.get(piece.slug)
            parts += (' nx" aria-label="' if step else '" aria-label="', piece.name)
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

    def listing(self, state: State, query: str = "") -> SafeString:
        words = state.words()
        parts: list[str] = []
        for piece in self._list:
            if isinstance(piece, str):
                parts.append(piece)
            else:
                parts += (piece.before, words(piece.slug), piece.after)
        return _markup(parts, query)

    def _links(self) -> str:
        paths = [self._drawn(way) for way in self._paths if way not in self.sheet.ground.trails]
        return f'<g class="links" marker-end="url(#arrow)">{"".join(paths)}</g>'

    def _drawn_trails(self, layout: Layout) -> str:
        """By area, so that its colour stands once. The part of a run behind the last station it passes is dotted."""
        drawn: dict[str, list[str]] = {}
        for way in sorted(self.sheet.ground.trails):
            here = drawn.setdefault(self.sheet.skills[way[1]].area.letter, [])
            if way not in layout.runs:
                here.append(self._drawn(way))
                continue
            x, y = layout.spots[way[1]]
            begin = max(other for other, at in layout.spots.values() if at == y and other < x)
            here += (self._drawn(way, ' class="run"'), f'<path class="loose" d="M{begin} {y}H{x}"/>')
        groups = (f'<g class="a-{letter}">{"".join(paths)}</g>' for letter, paths in drawn.items())
        return f'<g class="trails">{"".join(groups)}</g>'

    def _drawn(self, way: Way, attributes: str = "") -> str:
        start, end = self._number[way[0]], self._number[way[1]]
        return f'<path{attributes} id="w{start}-{end}" d="{self._paths[way]}"/>'

    def _plan(self, state: State) -> list[str]:
        """From what is known to each of the next steps, and from step to step."""
        known = {slug for slug, level in state.levels.items() if level}
        ways: list[Way] = []
        for slug in state.next_steps:
            ways += ((need, slug) for need in self.sheet.ground.needs.get(slug, ()) if need in known)
            known.add(slug)
        if not ways:
            return []
        trails = self.sheet.ground.trails
        lines = [("" if way in trails else ' class="thin"', self._paths[way]) for way in sorted(set(ways))]
        paths = "".join(f'<path{name} d="{path}"/>' for name, path in lines)
        rims = "".join(f'<path d="{path}"/>' for name, path in lines if not name)
        return [f'<g class="plancase">{paths}</g><g class="plan">{paths}</g><g class="planrim">{rims}</g>']

    def _station(self, name: str, spot: Point, lines: Sequence[str], big: bool) -> "_Piece | str":
        sheet, number = self.sheet, self._number[name]
        needs = sheet.ground.needs[name]
        at = f'id="s{number}" transform="translate({spot[0]} {spot[1]})"'
        label = _text(lines, quiet=name not in sheet.skills)
        if name in sheet.ground.exits:
            area, count = sheet.exits[name.removeprefix("to ")]
            title = escape(f"{area.letter} {area.name}, {_skills(count)}")  # begins with what is to be seen
            listed = " ".join(str(self._number[need]) for need in needs)
            return (
                f'<a {at} {TO_AREA}{area.slug}" data-n="{listed}" class="exit a-{area.letter}" aria-label="{title}">'
                f'<path class="blade" d="M-14-12h19l9 12l-9 12h-19z"/><text class="acl" x="-3" y="5">{area.letter}</text> '
                f"{label}</a>"
            )
        skill = sheet.skills.get(name) or sheet.entries[name]
        listed = " ".join(f"{self._number[need]}.{skill.prerequisites[need]}" for need in needs)
        data = f' data-n="{listed}"' if listed else ""
        classes = f"st a-{skill.area.letter}{' big' if big else ''}"
        before = f'<a {at} href="{escape(skill.url)}"{data} class="{classes} '
        title = skill.name if name in sheet.skills else f"{skill.name}, {skill.area.name}"
        return _Piece(name, escape(title), before, label)


def _markup(parts: Iterable[str], query: str) -> SafeString:
    markup = "".join(parts)
    if query:
        markup = markup.replace(TO_AREA, f'href="?{escape(query)}&amp;area=')
    return trusted(markup)


def _texts(item: "_Piece | str") -> Iterable[str]:
    return (item,) if isinstance(item, str) else (item.before, item.after)


def _label(sheet: Sheet, name: str) -> tuple[str, ...]:
    """The lines of a station's label; for what lies outside the area, the last one says where or how much."""
    if name in sheet.skills:
        return wrap(sheet.skills[name].name, CELL)
    if name in sheet.entries:
        return *wrap(sheet.entries[name].name, CELL), sheet.entries[name].area.name
    area, count = sheet.exits[name.removeprefix("to ")]
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
        f'<svg class="trailmap" viewBox="0 0 {layout.width} {layout.height}" width="{layout.width}" '
        f'height="{layout.height}">{ARROW}'
    )


def _strips(sheet: Sheet, layout: Layout) -> str:
    return "".join(
        f'<g class="a-{sheet.areas[strip.name].letter}"><rect class="lane{number % 2}" y="{strip.y}" width="{layout.width}" '
        f'height="{strip.height}"/><rect class="edge" y="{strip.y}" width="6" height="{strip.height}"/></g>'
        for number, strip in enumerate(layout.strips, 1)
    )


def _titles(sheet: Sheet, layout: Layout) -> str:
    """The names of the areas, which stay in sight when the map is moved; of the map of one area, those of its parts."""
    if sheet.area:
        return _headings(sheet, layout)
    titles = []
    for number, strip in enumerate(layout.strips, 1):
        area = sheet.areas[strip.name]
        first, *others = map(escape, wrap(area.name, NAMES - 52))
        spans = "".join(f'<tspan x="46" dy="{LEADING}">{line}</tspan>' for line in others)
        titles.append(
            f'<a class="an a-{area.letter}" {TO_AREA}{area.slug}"><rect class="lane{number % 2} back" y="{strip.y}" '
            f'width="{NAMES}" height="{strip.height}"/><rect class="edge" y="{strip.y}" width="6" height="{strip.height}"/>'
            f'<g>{svg.shape(area, 27, strip.y + 28, 12)}<text class="acl" x="27" y="{strip.y + 33}">{area.letter}</text>'
            f'<text x="46" y="{strip.y + 33}">{first}{spans}</text></g></a>'
        )
    return f'<g class="names">{"".join(titles)}</g>'


def _headings(sheet: Sheet, layout: Layout) -> str:
    headings: list[tuple[int, str]] = []
    for names, text in (
        (sheet.entries, _("From other areas")),
        (sheet.skills, sheet.area.name if sheet.area else ""),
        (sheet.ground.exits, _("Leads to")),
    ):
        if names:
            headings.append((min(layout.spots[name][0] for name in names), text))
    return "".join(f'<text class="heading" x="{x}" y="26">{escape(text)}</text>' for x, text in headings)


def _path(sheet: Sheet, way: Way, points: Sequence[Point]) -> str:
    """Corners of trails are cut at 45°, those of links are round; links stop at the rim of the station."""
    if way in sheet.ground.trails:
        return _cornered(points, CUT, "l{} {}")
    (_, y), (to_x, to_y) = points[-2:]
    back = RIM if y == to_y else SLANT
    if way[1] in sheet.ground.exits:
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


def _big(layout: Layout, labels: Mapping[str, Sequence[str]], sheet: Sheet) -> set[str]:
    """Whose names are shown on a small scale: what opens most, as long as they keep clear of each other and of stations."""
    taken: dict[str, Box] = {name: disc(spot, STATION) for name, spot in layout.spots.items()}
    big: set[str] = set()
    for name in sorted(sheet.skills, key=lambda name: (-len(sheet.ground.opens[name]), name)):
        (x, y), lines = layout.spots[name], labels[name]
        half = max(map(width, lines)) * FAR / 2
        box = Box(x - half, y - STATION, x + half, y + STATION + FAR * LINE * len(lines))
        if box.left > NAMES and not any(box.meets(other) for key, other in taken.items() if key != name):
            taken[name] = box
            big.add(name)
    return big


def _listed(sheet: Sheet) -> Sequence["_Piece | str"]:
    pieces: list[_Piece | str] = []
    for area, skills in sheet.by_area.items():
        pieces.append(_group(area, _linked(area)))
        pieces += [_item(sheet, skill) for skill in skills]
        pieces.append("</ul></li>")
    if sheet.entries and sheet.area:
        pieces.append(f"<li><h3>{escape(_('From other areas'))}</h3><ul>")
        pieces += [_item(sheet, skill) for skill in sheet.entries.values()]
        pieces.append("</ul></li>")
    if sheet.exits:
        pieces.append(f"<li><h3>{escape(_('Leads to'))}</h3><ul>")
        for area, count in sheet.exits.values():
            pieces.append(f'<li>{_linked(area)}<span class="q n">{_skills(count)}</span></li>')
        pieces.append("</ul></li>")
    return pieces


def _linked(area: Area) -> str:
    return f'<a {TO_AREA}{area.slug}">{escape(area.name)}</a>'


def _group(area: Area, name: str) -> str:
    code = f'<span class="ac a-{area.letter} {area.family}" aria-hidden="true">{area.letter}</span>'
    return f"<li><h3>{code} {name}</h3><ul>"


def _item(sheet: Sheet, skill: Skill) -> _Piece:
    names = {slug: other.name for slug, other in (*sheet.skills.items(), *sheet.entries.items())}
    needs = ", ".join(names[need] for need in sheet.ground.needs[skill.slug])
    after = f'<small class="q">{escape(_("after {names}").format(names=needs))}</small>' if needs else ""
    return _Piece(
        skill.slug,
        escape(skill.name),
        f'<li><a href="{escape(skill.url)}">{escape(skill.name)}</a><span class="q n">',
        f"</span>{after}</li>",
    )
