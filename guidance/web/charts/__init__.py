"""Charts as SVG text, with classes and presentation attributes only. Pure: numbers and names in, markup out.

A drawing is a function that returns markup. A figure is a frozen dataclass of the numbers that a page shows. The view makes it for its
template, which adds the drawing, a caption and a table of the same numbers:

    {% include "web/charts/ring.html" with figure=ring %}           # ring = charts.RingFigure(sectors)

Pages that use a figure link css/charts.css. Drawings that are links, or that are next to their own numbers, are hidden from assistive
technology; the others have a text alternative. There are wide and narrow drawings, so that text stays about 13 px.
"""

from guidance.web.charts.bars import AreaMinutes, AreasFigure, TargetFigure, bar, target
from guidance.web.charts.heatmap import HeatFigure, heat
from guidance.web.charts.pace import PaceFigure, pace
from guidance.web.charts.prerequisites import MAX_DRAWN, Station, ladder, trail, trail_down
from guidance.web.charts.readiness_curve import CurvePoint, ElevationFigure, Stretch, readiness_curve
from guidance.web.charts.ring import RingFigure, Sector, ring

__all__ = [
    "MAX_DRAWN",
    "AreaMinutes",
    "AreasFigure",
    "CurvePoint",
    "ElevationFigure",
    "HeatFigure",
    "PaceFigure",
    "RingFigure",
    "Sector",
    "Station",
    "Stretch",
    "TargetFigure",
    "bar",
    "heat",
    "ladder",
    "pace",
    "readiness_curve",
    "ring",
    "target",
    "trail",
    "trail_down",
]
