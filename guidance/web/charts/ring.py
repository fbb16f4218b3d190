"""Readiness as a ring: how much of it is shown by projects, checked, self-reported or implied, with the milestones around it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.kinds import Area
from guidance.markup import trusted
from guidance.progress.sources import CHECK, IMPLIED, PROJECT
from guidance.progress.text import SourceShare, shown_points
from guidance.web.charts import svg
from guidance.web.charts.svg import Spot, apart, label

SIZE = 300
CENTRE = SIZE / 2
INNER, HALF, OUTER = 92, 107, 122  # radii of the ring
TICK, NUMBERS = (125, 137), 141  # of the milestones: inner and outer end of a tick, and the radius of the numbers
GAP = 1.2  # degrees between two parts
NUMBER_GAP = 7.5  # degrees between two numbers


@dataclass(frozen=True, slots=True)
class Sector:
    """What one area adds to the readiness for a role, in points. All sectors of a role add up to at most 100 points."""

    area: Area
    by_source: Mapping[str, float]
    possible: float

    @property
    def earned(self) -> float:
        return math.fsum(self.by_source.values())


@dataclass(frozen=True, slots=True)
class RingFigure:
    """web/charts/ring.html"""

    shares: tuple[SourceShare, ...]  # the strongest first
    milestones: tuple[tuple[int, float], ...]  # milestones still to come: number, readiness after it
    sectors: tuple[Sector, ...]  # in the order of the areas

    @property
    def earned(self) -> float:
        return math.fsum(share.points for share in self.shares)

    @property
    def to_come(self) -> float:
        return max(100 - self.earned, 0.0)

    @property
    def columns(self) -> list[str]:
        return [share.name for share in self.shares]

    @property
    def rows(self) -> list[tuple[Area, list[str]]]:
        """Returns, for each area, its points, the maximum, and the points of each share."""
        return [(item.area, _row(item, self.shares)) for item in self.sectors]

    @property
    def total(self) -> list[str]:
        return [svg.points(value) for value in (self.earned, 100, *(share.points for share in self.shares))]

    @property
    def note(self) -> str:
        """Returns what the numbers around the ring mean; empty if there are none."""
        if not self.milestones:
            return ""
        number, ready = self.milestones[0]
        text = _("The numbers around the ring mark your score after each milestone: {ready} after milestone {number}.")
        return text.format(number=number, ready=f"{ready:.0f}")

    @property
    def drawing(self) -> SafeString:
        return ring(self)


def _row(sector: Sector, shares: Sequence[SourceShare]) -> list[str]:
    points = shown_points(sector.by_source)
    return [
        svg.points(value) for value in (sector.earned, sector.possible, *(points[share.source] for share in shares))
    ]


def ring(figure: RingFigure) -> SafeString:
    """Draws the shares clockwise from the top: filled, half filled, hatched, or as an outline."""
    drawing = [
        svg.spoken("ring", SIZE, SIZE, _in_words(figure)),
        '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatching" d="M3 0V6"/></pattern></defs>',
        *(f'<circle class="ring-track" cx="{CENTRE:g}" cy="{CENTRE:g}" r="{radius}"/>' for radius in (INNER, OUTER)),
    ]
    begin = 0.0
    for share in figure.shares:
        end = begin + 3.6 * share.points
        drawing += _part(share.source, begin, end)
        begin = end
    drawing += _milestones(figure.milestones)
    drawing += [
        label(svg.points(figure.earned), "ring-number", Spot(CENTRE, CENTRE + 12, "middle")),
        label(_("of 100"), "ring-caption", Spot(CENTRE, CENTRE + 38, "middle")),
        "</svg>",
    ]
    return trusted(*drawing)


def _in_words(figure: RingFigure) -> str:
    parts = [_("{points} {how}").format(points=svg.points(share.points), how=share.name) for share in figure.shares]
    parts.append(_("{points} to come").format(points=svg.points(figure.to_come)))
    text = _("Readiness {number} of 100: {parts}.").format(number=svg.points(figure.earned), parts=", ".join(parts))
    after = [_("{ready} after milestone {number}").format(number=n, ready=f"{at:.0f}") for n, at in figure.milestones]
    return f"{text} {', '.join(after)}." if after else text


def _part(source: str, start: float, end: float) -> Iterator[str]:
    gap = min(GAP, (end - start) / 3)
    start, end = start + gap / 2, end - gap / 2
    whole = _piece(INNER, OUTER, start, end)
    if source == PROJECT:
        yield f'<path class="shown" d="{whole}"/>'
        return
    if source == CHECK:
        yield f'<path class="shown" d="{_piece(INNER, HALF, start, end)}"/>'
    yield f'<path class="{"outline" if source in (CHECK, IMPLIED) else "said"}" d="{whole}"/>'


def _milestones(milestones: Sequence[tuple[int, float]]) -> Iterator[str]:
    turns = [3.6 * ready for _number, ready in milestones]
    places = apart(turns, NUMBER_GAP, 0, 360)
    for (number, _ready), turn, place in zip(milestones, turns, places, strict=True):
        yield f'<path class="milestone-tick" d="M{_at(TICK[0], turn)}L{_at(TICK[1], turn)}"/>'
        x, y = _point(NUMBERS + 2, place)
        yield label(str(number), "ring-milestone", Spot(x, y + 5, "middle"))


def _piece(inner: float, outer: float, start: float, end: float) -> str:
    return f"M{_at(outer, start)}{_arc(outer, start, end)}L{_at(inner, end)}{_arc(inner, end, start)}Z"


def _arc(radius: float, start: float, end: float) -> str:
    return f"A{radius} {radius} 0 {abs(end - start) > 180:d} {end > start:d} {_at(radius, end)}"


def _at(radius: float, turn: float) -> str:
    x, y = _point(radius, turn)
    return f"{x:z.2f} {y:z.2f}"


def _point(radius: float, turn: float) -> tuple[float, float]:
    """Returns the point at an angle in degrees, clockwise from the top."""
    return CENTRE + radius * math.sin(math.radians(turn)), CENTRE - radius * math.cos(math.radians(turn))
