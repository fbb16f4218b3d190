"""Readiness as an elevation profile, by hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Skill
from guidance.markup import trusted
from guidance.web.charts import svg


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A step of a climb: where it ends, in hours, and the readiness reached there."""

    skill: Skill | None  # None for a project
    hours: float
    readiness: float


def readiness_curve(start: float, points: Sequence[CurvePoint], marked: int) -> SafeString:
    """Readiness against hours as an elevation profile; the first `marked` steps are stations."""
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
