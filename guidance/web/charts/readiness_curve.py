"""Readiness as an elevation profile: by hours for the home page, by milestones for the plan page.

On the plan page, each milestone is a stretch: its length shows the hours, its rise the readiness that the milestone adds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from html import escape
from itertools import accumulate, pairwise

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.kinds import Skill
from guidance.markup import trusted
from guidance.web.charts import svg
from guidance.web.charts.svg import Box, Labels, Spot, along, disc, number, text_width


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A step of the curve: where the step ends, in hours, and the readiness reached there."""

    skill: Skill | None  # None for a project
    hours: float
    readiness: float


def readiness_curve(start: float, points: Sequence[CurvePoint], marked: int) -> SafeString:
    """Draws readiness against hours as an elevation profile; the first `marked` steps are stations."""
    return trusted(
        _climb("wide climb", 520, 220, start, points, marked) + _climb("narrow climb", 300, 200, start, points, marked)
    )


def _climb(name: str, width: int, height: int, start: float, points: Sequence[CurvePoint], marked: int) -> str:
    left, right, top, bottom = 34, width - 16, 14, height - 34
    total = points[-1].hours if points else 1

    def x(hours: float) -> str:
        return f"{left + (right - left) * hours / total:.1f}".removesuffix(".0")

    def y(readiness: float) -> str:
        return f"{bottom - (bottom - top) * readiness / 100:.1f}".removesuffix(".0")

    drawing = [svg.hidden(name, width, height)]
    for value in (0, 50, 100):
        drawing.append(f'<path class="grid" d="M{left} {y(value)}H{right}"/>')
        drawing.append(
            f'<text class="tick" x="{left - 8}" y="{float(y(value)) + 4:g}" text-anchor="end">{value}</text>'
        )
    line = f"M{left} {y(start)}" + "".join(f"L{x(point.hours)} {y(point.readiness)}" for point in points)
    drawing.append(f'<path class="hill" d="{line}V{bottom}H{left}Z"/>')
    drawing.append(f'<path class="trail-case" d="{line}"/><path class="trail" d="{line}"/>')
    for point in points[:marked]:
        area = f' class="a-{point.skill.area.letter}"' if point.skill else ""
        mark = f'<circle class="point" cx="{x(point.hours)}" cy="{y(point.readiness)}" r="6"/>'
        drawing.append(f"<g{area}>{mark}</g>")
    drawing.append(f'<circle class="here" cx="{left}" cy="{y(start)}" r="7"/>')
    drawing.append(f'<text class="tick" x="{left}" y="{height - 8}">{_("today")}</text>')
    hours = escape(_("{hours} h").format(hours=f"{total:,.0f}"))
    drawing.append(f'<text class="tick" x="{right}" y="{height - 8}" text-anchor="end">{hours}</text></svg>')
    return "".join(drawing)


WIDTH, HEIGHT = 1184, 256
LEFT, RIGHT, RADIUS = 22, WIDTH - 24, 13
TOP, FOOT, GROUND = 50, 184, 200  # y in px of readiness 100, of the lowest readiness, and of the bottom of the hill
NAMES, LINE = GROUND + 22, 17  # baseline of the first line of a name, and px from one line to the next
MIN_STRETCH = 2 * RADIUS + 6  # minimum px of a stretch, so that no station covers another
LEAD = 44  # px of the part that is credited to the learner
MAX_LINES = 3  # of a name


@dataclass(frozen=True, slots=True)
class Stretch:
    """A milestone with something left to do, or a part of one."""

    number: int | None  # None if a later part of the milestone has the station
    name: str
    hours: float
    readiness: float  # at its end
    end: date


@dataclass(frozen=True)
class ElevationFigure:
    """web/charts/elevation.html"""

    readiness: float  # today
    stretches: tuple[Stretch, ...]  # in the order of the plan, at least one
    credited: int = 0  # milestones that are done
    deadline: str = ""  # as a short date
    deadline_hours: float = 0.0  # hours of the path until then

    @property
    def drawing(self) -> SafeString:
        return trusted(_Profile(self).drawing())


class _Profile:
    """The drawing, once its points are calculated."""

    def __init__(self, figure: ElevationFigure) -> None:
        self.figure = figure
        self.low = min(figure.readiness, 90.0)
        self.start = LEFT + (LEAD if figure.credited else 0)
        self.here = (float(self.start), self._y(figure.readiness))
        self.ends = [
            (x, self._y(stretch.readiness)) for x, stretch in zip(self._across(), figure.stretches, strict=True)
        ]

    def _y(self, readiness: float) -> float:
        return FOOT - (FOOT - TOP) * (readiness - self.low) / (100 - self.low)

    def _across(self) -> list[float]:
        """Returns where each stretch ends: in proportion to its hours, but no stretch is shorter than the width of a station."""
        hours = [stretch.hours for stretch in self.figure.stretches]
        room, shares = float(RIGHT - self.start), dict(enumerate(hours))
        widths: dict[int, float] = {}
        while True:
            per_hour = max(room - MIN_STRETCH * len(widths), 0) / (sum(shares.values()) or 1)
            short = [row for row, value in shares.items() if value * per_hour < MIN_STRETCH]
            if not short or len(short) == len(shares):
                break
            for row in short:
                widths[row] = MIN_STRETCH
                del shares[row]
        widths |= {row: value * per_hour for row, value in shares.items()}
        return list(accumulate((widths[row] for row in range(len(hours))), initial=float(self.start)))[1:]

    @cached_property
    def line(self) -> list[tuple[float, float]]:
        return [self.here, *self.ends]

    def drawing(self) -> str:
        way = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in self.line)
        parts = [
            svg.spoken("profile", WIDTH, HEIGHT, self._spoken()),
            f'<path class="hill" d="{way}V{GROUND}H{number(self.here[0])}Z"/>',
            *(f'<path class="cut" d="M{number(x)} {number(y)}V{HEIGHT - 22}"/>' for x, y in self.ends[:-1]),
            self._deadline(),
            f'<path class="trail-case" d="{way}"/><path class="trail" d="{way}"/>',
            self._behind(),
        ]
        first = True
        for stretch, (x, y) in zip(self.figure.stretches, self.ends, strict=True):
            parts.append(_station(stretch, x, y, is_next=first))
            first = False
        parts.append(f'<circle class="here" cx="{number(self.here[0])}" cy="{number(self.here[1])}" r="7"/>')
        return "".join([*parts, *self._labels(), "</svg>"])

    def _spoken(self) -> str:
        hours = sum(stretch.hours for stretch in self.figure.stretches)
        text = ngettext(
            "Your path as an elevation profile: readiness from {now} today to {then} after {n} stretch and {hours} hours.",
            "Your path as an elevation profile: readiness from {now} today to {then} after {n} stretches and {hours} hours.",
            len(self.figure.stretches),
        )
        return text.format(
            now=svg.points(self.figure.readiness),
            then=svg.points(self.figure.stretches[-1].readiness),
            n=len(self.figure.stretches),
            hours=f"{hours:,.0f}",
        )

    def _behind(self) -> str:
        """Draws the part that is credited to the learner; it takes no hours."""
        if not self.figure.credited:
            return ""
        x, y = LEFT, self.here[1]
        return (
            f'<path class="trail-done" d="M{x} {number(y)}H{number(self.here[0])}"/>'
            f'<circle class="profile-station completed" cx="{x}" cy="{number(y)}" r="{RADIUS}"/>'
            f'<path class="hook" d="M{number(x - 5.5)} {number(y + 0.5)}l4 4 7 -8"/>'
        )

    def _deadline_x(self) -> float | None:
        """Returns the x at which the hours until the deadline end; None if that is beyond the end of the path."""
        before = 0.0
        for (from_x, _from_y), (to_x, _to_y), stretch in zip(self.line, self.ends, self.figure.stretches, strict=False):
            if before + stretch.hours > self.figure.deadline_hours:
                return from_x + (to_x - from_x) * (self.figure.deadline_hours - before) / stretch.hours
            before += stretch.hours
        return None

    def _deadline(self) -> str:
        x = self._deadline_x() if self.figure.deadline else None
        if x is None:
            return ""
        return f'<path class="date" d="M{number(x)} 12V{GROUND}"/>'

    def _labels(self) -> list[str]:
        """Returns the date, the readiness at each station, and the names under the stretches that have room."""
        labels = Labels(Box(2, 2, WIDTH - 2, HEIGHT), lines=along(self.line, margin=4))
        labels.taken += [disc(point, RADIUS + 1) for point in self.ends]
        labels.taken.append(disc(self.here, 8))
        if self.figure.credited:
            labels.taken.append(disc((LEFT, self.here[1]), RADIUS + 1))
        found = []
        x = self._deadline_x() if self.figure.deadline else None
        if x is not None:
            labels.taken.append(Box(x - 2, 12, x + 2, GROUND))
            found.append(
                labels.put(self.figure.deadline, "date-label", [Spot(x + 8, 22), Spot(x - 8, 22, "end")], bold=True)
            )
        now = _("you: {number}").format(number=svg.points(self.figure.readiness))
        found.append(labels.put(now, "strong", _above(*self.here), bold=True))
        rows = list(enumerate(zip(self.figure.stretches, self.ends, strict=True)))
        for _row, (stretch, (x, y)) in reversed(rows):
            found.append(labels.put(f"{stretch.readiness:.0f}", "value", _above(x, y), bold=True))
        for row, (stretch, _end) in rows:
            found += self._name(row, stretch)
        return found

    def _name(self, row: int, stretch: Stretch) -> list[str]:
        (from_x, _from_y), (to_x, _to_y) = list(pairwise(self.line))[row]
        lines = _wrapped(stretch.name, to_x - from_x - 8) if stretch.number is not None else []
        name = "milestone-name current" if row == 0 else "milestone-name"
        return [
            f'<text class="{name}" x="{number((from_x + to_x) / 2)}" y="{NAMES + at * LINE}" text-anchor="middle">'
            f"{escape(line)}</text>"
            for at, line in enumerate(lines)
        ]


def _station(stretch: Stretch, x: float, y: float, *, is_next: bool) -> str:
    state = " next-station" if is_next else ""
    if stretch.number is None:
        return f'<circle class="profile-station{state}" cx="{number(x)}" cy="{number(y)}" r="5"/>'
    title = escape(f"{stretch.name}: {stretch.readiness:.0f}, {svg.short_date(stretch.end)}")
    return (
        f'<circle class="profile-station{state}" cx="{number(x)}" cy="{number(y)}" r="{RADIUS}"><title>{title}</title></circle>'
        f'<text class="station-number{state}" x="{number(x)}" y="{number(y + 5)}" text-anchor="middle">{stretch.number}</text>'
    )


def _above(x: float, y: float) -> list[Spot]:
    return [Spot(x, y - 20, "middle"), Spot(x - 12, y - 20, "end"), Spot(x, y + 28, "middle")]


def _wrapped(name: str, width: float) -> list[str]:
    """Returns the name in lines that fit; empty if it does not fit, since the path below has every name."""
    lines: list[str] = []
    for word in name.split():
        if lines and text_width(f"{lines[-1]} {word}", bold=True) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    fits = len(lines) <= MAX_LINES and all(text_width(line, bold=True) <= width for line in lines)
    return lines if fits else []
