"""Readiness as a ring: one sector for each area, filled as far as points are earned."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.kinds import Area
from guidance.markup import trusted
from guidance.web.charts import svg
from guidance.web.charts.svg import Spot, apart, label

SIZE = 280
CENTRE = SIZE / 2
INNER, OUTER = 93, 115  # radii of the ring
EVIDENCE_RADIUS = 86  # of the inner line
LETTERS = 129
GAP = 1.6  # degrees between two sectors
LETTER_GAP = 8.5  # degrees between two letters


@dataclass(frozen=True, slots=True)
class Sector:
    """What one area brings to the readiness for a role, in points. The sectors of a role are possible 100 in all."""

    area: Area
    earned: float
    possible: float
    evidenced: float = 0  # the part of `earned` that a project has shown


@dataclass(frozen=True, slots=True)
class RingFigure:
    """web/charts/ring.html"""

    sectors: tuple[Sector, ...]  # in the order of the areas

    @property
    def rows(self) -> list[tuple[Area, str, str, str]]:
        """Points earned, possible and evidenced in each area."""
        return [
            (item.area, svg.points(item.earned), svg.points(item.possible), svg.points(item.evidenced))
            for item in self.sectors
        ]

    @property
    def earned(self) -> str:
        return svg.points(math.fsum(sector.earned for sector in self.sectors))

    @property
    def possible(self) -> str:
        return svg.points(math.fsum(sector.possible for sector in self.sectors))

    @property
    def evidenced(self) -> str:
        """ "" where there is nothing."""
        evidenced = math.fsum(sector.evidenced for sector in self.sectors)
        return svg.points(evidenced) if evidenced else ""

    @property
    def drawing(self) -> SafeString:
        return ring(self.sectors)


def ring(sectors: Sequence[Sector]) -> SafeString:
    """One sector for each area, clockwise from the top: as wide as its share, filled as far as earned, with a line inside it
    as far as shown by a project."""
    sectors = [sector for sector in sectors if sector.possible > 0]
    number = svg.points(math.fsum(sector.earned for sector in sectors))
    text = _("Readiness {number} of 100. One sector for each area, as wide as its share, filled as far as earned.")
    turns = _turns(sectors)
    letters = apart([(start + end) / 2 for start, end in turns], LETTER_GAP, LETTER_GAP / 2, 360 - LETTER_GAP / 2)
    drawing = [
        svg.spoken("ring", SIZE, SIZE, text.format(number=number)),
        f'<circle class="evidence-track" cx="{CENTRE:g}" cy="{CENTRE:g}" r="{EVIDENCE_RADIUS}"/>',
        *(
            _sector(sector, start, end, letter)
            for sector, (start, end), letter in zip(sectors, turns, letters, strict=True)
        ),
        label(number, "ring-number", Spot(CENTRE, CENTRE + 10, "middle")),
        label(_("of 100"), "ring-caption", Spot(CENTRE, CENTRE + 36, "middle")),
        "</svg>",
    ]
    return trusted(*drawing)


def _turns(sectors: Sequence[Sector]) -> list[tuple[float, float]]:
    """Where each sector begins and ends, in degrees; together they are the whole turn."""
    total = math.fsum(sector.possible for sector in sectors)
    ends = [360 * math.fsum(sector.possible for sector in sectors[: row + 1]) / total for row in range(len(sectors))]
    return list(zip([0.0, *ends], ends, strict=False))


def _sector(sector: Sector, start: float, end: float, letter: float) -> str:
    gap = min(GAP, (end - start) / 3)
    begin, width = start + gap / 2, end - start - gap
    earned, evidenced = (min(max(part / sector.possible, 0), 1) * width for part in (sector.earned, sector.evidenced))
    drawing = [
        f'<g class="a-{sector.area.letter}">',
        f'<path class="ring-track" d="{_piece(begin, begin + width)}"/>',
        f'<path class="ring-fill" d="{_piece(begin, begin + earned)}"/>' if earned else "",
        f'<path class="evidence-line" d="M{_at(EVIDENCE_RADIUS, begin)}{_arc(EVIDENCE_RADIUS, begin, begin + evidenced)}"/>'
        if evidenced
        else "",
    ]
    middle = (start + end) / 2
    if abs(letter - middle) > LETTER_GAP / 3:
        drawing.append(f'<path class="lead" d="M{_at(OUTER + 1, middle)}L{_at(LETTERS - 9, letter)}"/>')
    x, y = _point(LETTERS, letter)
    drawing.append(f"{label(sector.area.letter, 'ring-letter', Spot(x, y + 5, 'middle'))}</g>")
    return "".join(drawing)


def _piece(start: float, end: float) -> str:
    return f"M{_at(OUTER, start)}{_arc(OUTER, start, end)}L{_at(INNER, end)}{_arc(INNER, end, start)}Z"


def _arc(radius: float, start: float, end: float) -> str:
    return f"A{radius} {radius} 0 {abs(end - start) > 180:d} {end > start:d} {_at(radius, end)}"


def _at(radius: float, turn: float) -> str:
    x, y = _point(radius, turn)
    return f"{x:z.2f} {y:z.2f}"


def _point(radius: float, turn: float) -> tuple[float, float]:
    """Of a turn in degrees, clockwise from the top."""
    return CENTRE + radius * math.sin(math.radians(turn)), CENTRE - radius * math.cos(math.radians(turn))
