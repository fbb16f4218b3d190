"""Milestones as one winding trail: a row for each, read to the right and to the left in turn, with its plate at the end.

Drawn for the full width of a page. It is hidden from assistive technology and skipped by the keyboard: the list beside it has the same
content with the same links.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import batched

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.text import hours
from guidance.markup import trusted
from guidance.web.charts import svg
from guidance.web.skillmap.drawing import HALO, SYMBOLS, width, wrap
from guidance.web.skillmap.overlay import MapMilestone, Stop

WIDTH = 1184
LEFT, RIGHT = 64, 1120  # x at which rows begin and end
PLATES = 1082  # x at which a plate on the right begins
ROUND = 20  # radius of the corners between two rows
MAX_STOPS = 9  # stops in a row
TITLE, NOTE = 84, 1100  # x at which titles begin and notes end
LARGE = 1.5  # titles are about this much wider than `width` estimates, since they are bold and larger
LINE = 16  # px from one line to the next
LEVEL = 16  # px for the level after a name


@dataclass(frozen=True, slots=True)
class _TrailRow:
    stretch: MapMilestone
    stops: Sequence[tuple[Stop, float, Sequence[str]]]  # with x and the lines of the label
    y: int  # of the trail
    top: int
    bottom: int
    is_back: bool  # read from right to left
    is_first: bool  # the first row of the milestone
    is_last: bool

    @property
    def start(self) -> int:
        return RIGHT if self.is_back else LEFT

    @property
    def end(self) -> int:
        return LEFT if self.is_back else RIGHT


def winding(stretches: Sequence[MapMilestone]) -> SafeString:
    rows = list(_rows(stretches))
    parts = [svg.hidden("winding", WIDTH, rows[-1].bottom), *map(_lane, rows), *_trails(rows)]
    parts.append(f'<circle class="begin" cx="{LEFT - 14}" cy="{rows[0].y}" r="7"/>')
    for row in rows:
        parts += _texts(row)
        parts += (_stop(row, *stop) for stop in row.stops)
        if row.is_last:
            parts.append(_plate(row))
    return trusted(*parts, "</svg>")


def target(stretch: MapMilestone) -> str:
    """Returns the link of a milestone's station: to its section of the learner's own plan, or to its page."""
    if stretch.is_own:
        return f"{reverse('web:plan')}?open={stretch.milestone.slug}#{stretch.id}"
    return stretch.milestone.url


def _rows(stretches: Sequence[MapMilestone]) -> Iterator[_TrailRow]:
    top, is_back = 0, False
    for stretch in stretches:
        parts = list(batched(stretch.stops, MAX_STOPS)) or [()]
        for at, part in enumerate(parts):
            is_current, is_first = stretch.state == "current", at == 0
            y = top + (30 if not is_first else 84 if is_current else 60)
            stops = list(_placed(part, is_back))
            lines = max((len(label) for _stop, _x, label in stops), default=1)
            bottom = y + 24 + LINE * lines + (18 if is_current else 8)
            yield _TrailRow(stretch, stops, y, top, bottom, is_back, is_first, at == len(parts) - 1)
            top, is_back = bottom, not is_back


def _placed(stops: Sequence[Stop], is_back: bool) -> Iterator[tuple[Stop, float, Sequence[str]]]:
    begin, end = (RIGHT, WIDTH - PLATES + 16) if is_back else (LEFT, PLATES - 16)
    room = (end - begin) / max(len(stops), 1)
    for at, stop in enumerate(stops):
        yield stop, begin + room * (at + 0.5), wrap(stop.skill.name, int(abs(room)) - LEVEL - 8)


def _lane(row: _TrailRow) -> str:
    kind = "current" if row.stretch.state == "current" else f"lane-{row.stretch.number % 2}"
    return f'<rect class="lane {kind}" x="0" y="{row.top}" width="{WIDTH}" height="{row.bottom - row.top}"/>'


def _trails(rows: Sequence[_TrailRow]) -> Iterator[str]:
    """Draws later parts first, the completed part above them, and the stretch to the next milestone on top."""
    drawn: dict[str, list[str]] = {"later": [], "done": [], "now": []}
    before: _TrailRow | None = None
    is_passed = False  # whether the trail has passed the learner's position
    for row in rows:
        state = row.stretch.state
        path = _bend(before, row) if before else f"M{row.start} {row.y}"
        here = _here(row) if state == "current" and not is_passed else None
        if here is not None:
            is_begun = before is not None or any(stop.kind == "at" for stop, _x, _label in row.stops)
            drawn["done" if is_begun else "now"].append(f"{path}H{here}")
            drawn["now"].append(f"M{here} {row.y}H{row.end}")
            is_passed = True
        elif state == "current":
            drawn["now" if is_passed else "done"].append(f"{path}H{row.end}")
        else:
            drawn["done" if state == "done" else "later"].append(f"{path}H{row.end}")
        before = row
    for kind, paths in drawn.items():
        path = "".join(paths)
        if path and kind == "done":
            yield f'<g class="walked"><path d="{path}"/></g>'
        elif path:
            yield f'<g class="{kind}"><path class="case" d="{path}"/><path class="fill" d="{path}"/></g>'


def _here(row: _TrailRow) -> str | None:
    """Returns the x up to which a row of the current milestone is done: the current stop or, if only the project is left, the
    last stop. None for a row that is completely done."""
    last = row.stops[-1][1] if row.stops else row.start
    x = next((x for stop, x, _label in row.stops if stop.is_here), last if row.is_last else None)
    return None if x is None else svg.number(x)


def _bend(before: _TrailRow, row: _TrailRow) -> str:
    """Draws the bend from the end of a row out to the side and back to the start of the next."""
    side = -ROUND if row.start == LEFT else ROUND
    return (
        f"M{before.end} {before.y}h{side}q{side} 0 {side} {ROUND}V{row.y - ROUND}q0 {ROUND} {-side} {ROUND}H{row.start}"
    )


def _texts(row: _TrailRow) -> Iterator[str]:
    if not row.is_first:
        return
    stretch = row.stretch
    title = f"{stretch.number} {stretch.milestone.name}"
    kind = " current" if stretch.state == "current" else ""
    yield (
        f'<text class="trail-title{kind}" x="{TITLE}" y="{row.top + 30}"><tspan class="milestone-number">{stretch.number}</tspan>'
        f'<tspan dx="10">{escape(stretch.milestone.name)}</tspan></text>'
    )
    text = note(stretch, NOTE - TITLE - LARGE * width(title) - 30)
    yield f'<text class="muted" x="{NOTE}" y="{row.top + 30}" text-anchor="end">{escape(text)}</text>'


def note(stretch: MapMilestone, room: float) -> str:
    """Returns what is left of the milestone and, as far as it fits into `room` px, what else the milestone needs."""
    if stretch.state in {"done", "blocked"}:
        return _("done") if stretch.state == "done" else _("left out")
    left = _("{hours} left").format(hours=hours(stretch.hours))
    names = [skill.name for skill in stretch.also]
    for count in range(len(names), 0, -1):
        more = len(names) - count
        listed = ", ".join(names[:count])
        if more:
            listed = ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=listed, n=more)
        text = _("{left} · first: {names}").format(left=left, names=listed)
        if width(text) <= room:
            return text
    return left


def _stop(row: _TrailRow, stop: Stop, x: float, label: Sequence[str]) -> str:
    skill, at = stop.skill, svg.number(x)
    below = 34 if stop.is_here else 28
    level = f'<tspan class="muted"> {stop.level}</tspan>'
    lines = [
        f'<text x="0" y="{below + LINE * number}">{escape(text)}{level if number == len(label) - 1 else ""}</text>'
        for number, text in enumerate(label)
    ]
    here = ""
    if stop.is_here:
        words = _("you are here")
        half = width(words) / 2 + 8
        here = (
            f'<g class="here"><path class="pole" d="M0-18v-10"/><path class="flag" d="M{svg.number(-half)}-48'
            f'h{svg.number(2 * half)}l10 10l-10 10h{svg.number(-2 * half)}z"/>'
            f'<text class="flag-number" x="0" y="-33.5">{escape(words)}</text></g>'
        )
    return (
        f'<a href="{escape(skill.url)}" tabindex="-1" transform="translate({at} {row.y})" '
        f'class="station a-{skill.area.letter} {stop.kind}">{HALO if stop.is_here else ""}{SYMBOLS[stop.kind]}'
        f"{''.join(lines)}{here}</a>"
    )


def _plate(row: _TrailRow) -> str:
    kind = {"done": "completed", "current": "current"}.get(row.stretch.state, "")
    tip, flat, x = (-14, -36, WIDTH - PLATES) if row.is_back else (14, 36, PLATES)
    return (
        f'<a href="{escape(target(row.stretch))}" tabindex="-1" class="milestone-sign {kind}">'
        f"<title>{escape(row.stretch.milestone.name)}</title>"
        f'<path d="M{x} {row.y - 19}h{flat}l{tip} 19l{-tip} 19h{-flat}z"/>'
        f'<text x="{x + flat // 2 + tip // 5}" y="{row.y + 8}">{row.stretch.number}</text></a>'
    )
