"""Bar charts: minutes by area, and the week's target."""

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.kinds import Area
from guidance.catalog.text import hours as in_hours
from guidance.markup import trusted
from guidance.web.charts.svg import number

MAX_SEGMENTS = 10  # at most
STEPS = (15, 30, 60, 120, 300, 600, 1200)  # minutes of a segment
WIDTH, GAP = 240, 3


@dataclass(frozen=True, slots=True)
class AreaMinutes:
    area: Area
    minutes: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    area: Area
    hours: float
    bar: SafeString


@dataclass(frozen=True, slots=True)
class AreasFigure:
    """web/charts/areas.html: a table with a bar in each row, longest first."""

    areas: tuple[AreaMinutes, ...]
    days: int = 28

    @property
    def hours(self) -> float:
        return sum(item.minutes for item in self.areas) / 60

    @property
    def rows(self) -> tuple[AreaRow, ...]:
        areas = sorted((item for item in self.areas if item.minutes), key=lambda item: (-item.minutes, item.area.name))
        return tuple(AreaRow(item.area, item.minutes / 60, bar(item.minutes / areas[0].minutes)) for item in areas)


@dataclass(frozen=True, slots=True)
class TargetFigure:
    """web/charts/target.html"""

    done: int  # minutes of this week
    target: int  # minutes, > 0

    @property
    def done_hours(self) -> float:
        return self.done / 60

    @property
    def target_hours(self) -> float:
        return self.target / 60

    @property
    def drawing(self) -> SafeString:
        return target(self.done, self.target)


def bar(share: float) -> SafeString:
    """Draws a bar. `share` is its length relative to the longest bar, from 0 to 1. The bar is only visual: the number is next to
    it."""
    return trusted(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        f'<rect class="bar-fill" width="{number(100 * share)}" height="8"/></svg>'
    )


def target(done: int, target: int) -> SafeString:
    """Draws how many of the target's minutes are done, in segments of half an hour, an hour, …; a pole marks the target once it
    is exceeded."""
    most = max(done, target)
    step = next((step for step in STEPS if most <= step * MAX_SEGMENTS), most)
    scale = WIDTH / most
    text = _("{done} of {target}").format(done=in_hours(done / 60), target=in_hours(target / 60))
    drawing = [
        f'<svg class="chart meter" viewBox="0 0 {WIDTH} 16" preserveAspectRatio="none" role="img" aria-label="{escape(text)}">'
    ]
    for start in range(0, most, step):
        x = start * scale
        end = max(x, min(start + step, most) * scale - GAP)
        drawing.append(_segment("segment", x, end))
        if done > start:
            drawing.append(_segment("segment-filled", x, min(done * scale, end)))
    if done > target:
        way = f"M{number(max(target * scale - GAP / 2, 0))} 0v16"
        drawing.append(f'<path class="pole-case" d="{way}"/><path class="pole" d="{way}"/>')
    return trusted(*drawing, "</svg>")


def _segment(name: str, x: float, end: float) -> str:
    return f'<rect class="{name}" x="{number(x)}" y="2" width="{number(end - x)}" height="12"/>'
