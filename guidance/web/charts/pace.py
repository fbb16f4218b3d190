"""Hours planned and hours done, by date, with a forecast at the current pace."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.text import day as in_words
from guidance.catalog.text import hours as in_hours
from guidance.markup import trusted
from guidance.progress.pace import Forecast, Point
from guidance.web.charts import svg
from guidance.web.charts.svg import Box, Labels, Spot, along, around, disc, label, number, text_width, thinned

MIN_SPAN = timedelta(weeks=8)  # minimum span of the drawing, so that the first day does not look like a wall
MAX_AHEAD = timedelta(days=5 * 365)  # maximum span after today; lines continue beyond the right edge
MIN_DISTANCE = 1.5  # minimum px between two points of a line
TOP = 42  # px above the hours, for labels
PAD = 8  # px on both sides of the days, for marks

type Spotted = tuple[float, float]


@dataclass(frozen=True)
class PaceFigure:
    """web/charts/pace.html"""

    today: date
    # About one point a week, ascending: 0 h on the day before the first, …, today; none before anything is planned.
    course: tuple[Point, ...]
    hours: float  # of everything in the plan, done or not
    forecast: Forecast | None = None  # None if there is too little data
    deadline: date | None = None
    plan_ends: date | None = None  # when everything is done at the planned hours per week

    @cached_property
    def start(self) -> date:
        return min([self.today, *(point.day for point in self.course[:1])])

    @property
    def done(self) -> float:
        """Hours done to date."""
        return self.course[-1].done / 60 if self.course else 0

    @property
    def planned(self) -> float:
        """Hours planned to date."""
        return self.course[-1].planned / 60 if self.course else 0

    @property
    def arrived(self) -> bool:
        return self.done >= self.hours

    @property
    def ahead(self) -> Forecast | None:
        """Returns the forecast if something is left to do and its end can be predicted."""
        return self.forecast if self.forecast and self.forecast.expected and not self.arrived else None

    @property
    def missed(self) -> bool:
        """Returns whether the deadline has passed, or will be missed at this pace."""
        arrival = (self.ahead and self.ahead.expected) or self.today
        return self.deadline is not None and not self.arrived and self.deadline < arrival

    @cached_property
    def end(self) -> date:
        """Returns the last day that is drawn."""
        days = [self.today, self.start + MIN_SPAN, self.deadline, self.plan_ends]
        if self.ahead:
            days.append(self.ahead.expected)
        end = max(day for day in days if day)
        if self.ahead and self.ahead.latest:
            # The end of the forecast range may extend the axis by half, but not more, or everything else would be squeezed.
            end = max(end, min(self.ahead.latest, end + (end - self.start) / 2))
        return min(end, self.today + MAX_AHEAD)

    @property
    def rows(self) -> SafeString:
        """Returns the rows of the table: the last day of each month so far, with the hours planned and done until then. Rendering
        several years in a template would take too long."""
        last = {(point.day.year, point.day.month): point for point in self.course}
        return trusted("\n".join(_row(point) for point in last.values()))

    @property
    def drawing(self) -> SafeString:
        return pace(self)


def pace(figure: PaceFigure) -> SafeString:
    """Draws a line above a tinted area (done), dots (planned), a band with a dashed middle (forecast) and a level line
    (everything in the plan)."""
    wide = _PaceDrawing(figure, "wide pace", width=560, height=330, ticks=(5, 6)).drawing()
    narrow = _PaceDrawing(figure, "narrow pace", width=328, height=270, ticks=(4, 4)).drawing()
    return trusted(wide + narrow)


@dataclass(frozen=True)
class _PaceDrawing:
    """One size of the drawing."""

    figure: PaceFigure
    name: str
    width: int
    height: int
    ticks: tuple[int, int]  # maximum numbers of ticks: for hours, for dates

    @cached_property
    def left(self) -> int:
        return 12 + math.ceil(max(text_width(name) for _value, name in self.hours))

    @cached_property
    def hours(self) -> list[tuple[int, str]]:
        return [(value, f"{value:,}") for value in svg.tick_values(self.most, self.ticks[0])]

    @property
    def right(self) -> int:
        return self.width - 14

    @property
    def bottom(self) -> int:
        return self.height - 34

    @cached_property
    def most(self) -> float:
        return max(self.figure.hours, 1, *(max(point.planned, point.done) / 60 for point in self.figure.course))

    @cached_property
    def here(self) -> Spotted:
        return self.x(self.figure.today), self.y(self.figure.done)

    @cached_property
    def per_day(self) -> float:
        return (self.right - self.left - 2 * PAD) / (self.figure.end - self.figure.start).days

    def x(self, day: date) -> float:
        return self.left + PAD + (day - self.figure.start).days * self.per_day

    def y(self, hours: float) -> float:
        return self.bottom - (self.bottom - TOP) * hours / self.most

    @cached_property
    def done(self) -> list[Spotted]:
        return thinned([(self.x(point.day), self.y(point.done / 60)) for point in self.figure.course], MIN_DISTANCE)

    @cached_property
    def planned(self) -> list[Spotted]:
        return thinned([(self.x(point.day), self.y(point.planned / 60)) for point in self.figure.course], MIN_DISTANCE)

    @cached_property
    def goal(self) -> float:
        return self.y(self.figure.hours)

    @cached_property
    def arrival(self) -> Spotted | None:
        return self.reach(self.figure.ahead.expected) if self.figure.ahead else None

    @cached_property
    def deadline(self) -> float | None:
        day = self.figure.deadline
        return self.x(day) if day and self.figure.start <= day <= self.figure.end else None

    def reach(self, day: date | None) -> Spotted:
        """Returns the point at which the line from today to the completion on that day ends or leaves the drawing; None without a
        day."""
        from_x, y = self.here
        if day is None:
            return self.right, y
        x = self.x(day)
        if x <= self.right:
            return x, self.goal
        return self.right, y + (self.goal - y) * (self.right - from_x) / (x - from_x)

    def drawing(self) -> str:
        figure = self.figure
        text = _("Hours since {start}: {done} done of {planned} planned to date, {total} in the whole plan.").format(
            start=svg.short_date(figure.start),
            done=in_hours(figure.done),
            planned=in_hours(figure.planned),
            total=in_hours(figure.hours),
        )
        parts = (self.axes(), self.areas_and_lines(), self.marks(), self.words[0])
        return "".join([svg.spoken(self.name, self.width, self.height, text), *chain.from_iterable(parts), "</svg>"])

    def axes(self) -> Iterator[str]:
        for value, name in self.hours:
            y = self.y(value)
            yield f'<path class="grid" d="M{self.left} {number(y)}H{self.right}"/>'
            yield label(name, "tick", Spot(self.left - 8, y + 4, "end"))
        ticks = svg.tick_dates(self.figure.start, self.figure.end, self.ticks[1])
        yield svg.ticks_below([(self.x(day), name) for day, name in ticks], self.bottom, self.width)

    def areas_and_lines(self) -> Iterator[str]:
        ahead, figure = self.figure.ahead, self.figure
        if self.done:
            yield f'<path class="done-area" d="{_path(self.done)}V{self.bottom}H{number(self.done[0][0])}Z"/>'
        if ahead and self.arrival:
            first, last = self.reach(ahead.earliest), self.reach(ahead.latest)
            corner = [(self.right, self.goal)] if first[1] == self.goal != last[1] else []
            yield f'<path class="forecast" d="{_path([self.here, first, *corner, last])}Z"/>'
            yield f'<path class="middle" d="{_path([self.here, self.arrival])}"/>'
        yield f'<path class="goal" d="M{self.left} {number(self.goal)}H{self.right}"/>'
        if self.deadline is not None:
            missed = " missed" if figure.missed else ""
            yield f'<path class="deadline{missed}" d="{self.deadline_path(self.deadline)}"/>'
        if figure.plan_ends and not figure.arrived:
            yield f'<path class="planned" d="{_path([self.here, self.reach(figure.plan_ends)])}"/>'
        if self.done:
            yield f'<path class="planned" d="{_path(self.planned)}"/><path class="done" d="{_path(self.done)}"/>'

    def deadline_path(self, x: float) -> str:
        """Returns the line of the deadline, with a gap for each label that finds no place beside it."""
        top, parts = TOP - 6.0, []
        for box in sorted(self.words[1], key=lambda box: box.top):
            if box.left < x < box.right:
                if box.top > top:
                    parts.append(f"M{number(x)} {number(top)}V{number(box.top)}")
                top = max(top, box.bottom)
        return "".join([*parts, f"M{number(x)} {number(top)}V{self.bottom}"])

    def marks(self) -> Iterator[str]:
        if self.arrival:
            yield f'<circle class="arrival" cx="{number(self.arrival[0])}" cy="{number(self.arrival[1])}" r="4.5"/>'
        yield f'<circle class="here" cx="{number(self.here[0])}" cy="{number(self.here[1])}" r="6.5"/>'

    @cached_property
    def words(self) -> tuple[list[str], list[Box]]:
        """Returns the words that explain the marks, most important first, and the boxes that they cover."""
        labels = Labels(Box(self.left + 2, 2, self.width - 2, self.bottom - 2))
        labels.taken += (marks := [disc(mark, 8) for mark in (self.here, self.arrival) if mark])
        labels.lines += (
            along([(self.left, self.goal), (self.right, self.goal)]) + along(self.done) + along(self.planned)
        )
        if self.arrival:
            labels.lines += along([self.here, self.arrival])
        if self.deadline is not None:
            labels.lines.append(Box(self.deadline - 2, TOP - 6, self.deadline + 2, self.bottom))
        return list(self.put_words(labels)), labels.taken[len(marks) :]

    def put_words(self, labels: Labels) -> Iterator[str]:
        figure, ahead = self.figure, self.figure.ahead
        here = _("you are here, {hours}").format(hours=in_hours(figure.done))
        yield labels.put(here, "mark", around(*self.here), bold=True)
        if ahead and ahead.expected and self.arrival:
            x, y = self.arrival
            text = svg.short_date(ahead.expected)
            spots = [Spot(x, y - 12, "middle"), *around(x, y)]
            yield labels.put(text if y == self.goal else f"{text} →", "mark", spots, bold=True)
        if figure.deadline and self.deadline is not None:
            text = _("deadline {date}").format(date=svg.short_date(figure.deadline))
            yield labels.put(text, "chart-label", _beside(self.deadline, TOP + 20, self.bottom - 8))
        text = _("everything in the plan: {hours}").format(hours=in_hours(figure.hours))
        yield labels.put(text, "chart-label", [Spot(self.left + 4, self.goal + dy) for dy in (-9, 18)])
        if self.planned and math.dist(self.planned[-1], self.here) > 12:
            x, y = self.planned[-1]
            text = _("planned {hours}").format(hours=in_hours(figure.planned))
            away = -6 if y < self.here[1] else 16
            yield labels.put(
                text, "chart-label", [Spot(x - 8, y + away, "end"), Spot(x + 12, y + away), Spot(x + 12, y + 5)]
            )


def _row(point: Point) -> str:
    numbers = "".join(f'<td class="right">{in_hours(minutes / 60)}</td>' for minutes in (point.planned, point.done))
    return f'<tr><th scope="row">{in_words(point.day)}</th>{numbers}</tr>'


def _path(points: Sequence[Spotted]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _beside(x: float, top: float, bottom: float) -> list[Spot]:
    """Returns spots along a vertical line, from the bottom up."""
    heights = range(round(bottom), round(top), -20)
    return [Spot(x + dx, y, anchor) for y in heights for dx, anchor in ((-8, "end"), (8, "start"))]
