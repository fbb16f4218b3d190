"""Readiness as an elevation profile, by hours or by date."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Skill
from guidance.markup import trusted
from guidance.web.charts import axes, svg
from guidance.web.charts.labels import Box, Labels, Spot, along, around, disc, label
from guidance.web.charts.svg import number

LEAST = timedelta(weeks=4)  # drawn, so that a single step is not a wall
LEFT, TOP, RADIUS = 34, 26, 6
GROUND = 26  # px under the scale, for the label of today


@dataclass(frozen=True, slots=True)
class Point:
    """A step of a climb: where it ends, in hours, and the readiness reached there."""

    skill: Skill | None  # None for a project
    hours: float
    readiness: float


def climb(start: float, points: Sequence[Point], marked: int) -> SafeString:
    """Readiness against hours as an elevation profile; the first `marked` steps are stations."""
    return trusted(
        _climb("wide climb", 520, 220, start, points, marked) + _climb("narrow climb", 300, 200, start, points, marked)
    )


def _climb(name: str, width: int, height: int, start: float, points: Sequence[Point], marked: int) -> str:
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
    drawing.append(f'<path class="trailcase" d="{line}"/><path class="trail" d="{line}"/>')
    for point in points[:marked]:
        area = f' class="a-{point.skill.area.letter}"' if point.skill else ""
        mark = f'<circle class="mk" cx="{x(point.hours)}" cy="{y(point.readiness)}" r="6"/>'
        drawing.append(f"<g{area}>{mark}</g>")
    drawing.append(f'<circle class="here" cx="{left}" cy="{y(start)}" r="7"/>')
    drawing.append(f'<text class="tick" x="{left}" y="{height - 8}">{_("today")}</text>')
    hours = escape(_("{hours} h").format(hours=f"{total:,.0f}"))
    drawing.append(f'<text class="tick" x="{right}" y="{height - 8}" text-anchor="end">{hours}</text></svg>')
    return "".join(drawing)


@dataclass(frozen=True, slots=True)
class Reached:
    """A step of the plan, at its end."""

    skill: Skill
    level: int
    day: date
    readiness: float


@dataclass(frozen=True, slots=True)
class ClimbFigure:
    """web/charts/climb.html"""

    today: date
    readiness: float  # today
    steps: tuple[Reached, ...]  # in the plan's order

    @property
    def now(self) -> str:
        return svg.points(self.readiness)

    @property
    def rows(self) -> list[tuple[Skill, int, str, str]]:
        """Each step with its date and the readiness after it."""
        return [(step.skill, step.level, axes.short(step.day), svg.points(step.readiness)) for step in self.steps]

    @property
    def end(self) -> tuple[str, str] | None:
        """The readiness after the last step and its date."""
        return (svg.points(self.steps[-1].readiness), axes.short(self.steps[-1].day)) if self.steps else None

    @property
    def drawing(self) -> SafeString:
        return ascent(self.today, self.readiness, self.steps)


def ascent(today: date, readiness: float, steps: Sequence[Reached]) -> SafeString:
    """Readiness by date, with a station for each step that has room for one."""
    wide = _Slope("wide climb", 460, 260, 6, today, readiness, steps).drawing()
    narrow = _Slope("narrow climb", 328, 230, 4, today, readiness, steps).drawing()
    return trusted(wide + narrow)


@dataclass(frozen=True)
class _Slope:
    """One size of the drawing."""

    name: str
    width: int
    height: int
    ticks: int  # at most, of dates
    today: date
    readiness: float
    steps: Sequence[Reached]

    @property
    def right(self) -> int:
        return self.width - 14

    @property
    def bottom(self) -> int:
        return self.height - 34

    @cached_property
    def end(self) -> date:
        return max([self.today + LEAST, *(step.day for step in self.steps[-1:])])

    @cached_property
    def low(self) -> int:
        """The least readiness on the scale, a round number at the start or below."""
        return min(math.floor(self.readiness / 10) * 10, 90)

    @cached_property
    def high(self) -> int:
        most = max([self.readiness, *(step.readiness for step in self.steps)])
        return max(self.low + 10, math.ceil(most / 10) * 10)

    def at(self, day: date, readiness: float) -> tuple[float, float]:
        across, up = (day - self.today) / (self.end - self.today), (readiness - self.low) / (self.high - self.low)
        foot = self.bottom - GROUND
        return LEFT + RADIUS + (self.right - LEFT - 2 * RADIUS) * across, foot - (foot - TOP) * up

    def drawing(self) -> str:
        here = self.at(self.today, self.readiness)
        line = [here, *(self.at(step.day, step.readiness) for step in self.steps)]
        way = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in line)
        last = self.steps[-1] if self.steps else None
        text = _("Readiness {now} today.").format(now=svg.points(self.readiness))
        if last:
            text = _("Readiness by date: {now} today, {then} on {day}.").format(
                now=svg.points(self.readiness), then=svg.points(last.readiness), day=axes.short(last.day)
            )
        drawing = [
            svg.spoken(self.name, self.width, self.height, text),
            self.grid(),
            f'<path class="hill" d="{way}V{self.bottom}H{number(here[0])}Z"/>',
            f'<path class="trailcase" d="{way}"/><path class="trail" d="{way}"/>',
        ]
        stations = self.stations(line)
        drawing += [_mark(self.steps[row], *line[row + 1]) for row in stations]
        drawing.append(f'<circle class="here" cx="{number(here[0])}" cy="{number(here[1])}" r="{RADIUS + 1}"/>')

        labels = Labels(Box(LEFT, 2, self.width - 2, self.bottom - 2), lines=along(line, margin=4))
        labels.taken += [disc(here, RADIUS + 2), *(disc(line[row + 1], RADIUS + 2) for row in stations)]
        now = _("today, {number}").format(number=svg.points(self.readiness))
        drawing.append(labels.put(now, "mark today", around(*here), bold=True))
        if last:
            drawing.append(labels.put(svg.points(last.readiness), "mark", around(*line[-1]), bold=True))
        return "".join([*drawing, "</svg>"])

    def grid(self) -> str:
        step = 10 if self.high - self.low <= 50 else 20
        drawing = []
        for value in range(-(-self.low // step) * step, self.high + 1, step):
            _x, y = self.at(self.today, value)
            drawing.append(f'<path class="grid" d="M{LEFT} {number(y)}H{self.right}"/>')
            drawing.append(label(str(value), "tick", Spot(LEFT - 8, y + 4, "end")))
        ticks = [(self.at(day, 0)[0], name) for day, name in axes.dates(self.today, self.end, self.ticks)]
        return "".join([*drawing, axes.below(ticks, self.bottom, self.width)])

    def stations(self, line: Sequence[tuple[float, float]]) -> list[int]:
        """Which steps have a station: from the last one back, those that cover no other and not the start."""
        shown: list[int] = []
        for row in reversed(range(len(self.steps))):
            others = [line[0], *(line[other + 1] for other in shown[-1:])]
            if all(math.dist(line[row + 1], other) >= 2 * RADIUS + 1 for other in others):
                shown.append(row)
        return shown


def _mark(step: Reached, x: float, y: float) -> str:
    title = f"{step.skill.name} {step.level}, {axes.short(step.day)}: {svg.points(step.readiness)}"
    return (
        f'<circle class="mk a-{step.skill.area.letter}" cx="{number(x)}" cy="{number(y)}" r="{RADIUS}">'
        f"<title>{escape(title)}</title></circle>"
    )
