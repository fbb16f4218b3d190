"""A calendar of the last half year: one square for each day, larger for more minutes."""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.text import day as in_words
from guidance.catalog.text import hours as in_hours
from guidance.markup import trusted
from guidance.web.charts import svg
from guidance.web.charts.svg import Box, Labels, Spot, label

WEEKS = 26
UP_TO = (0, 30, 90, 120)  # upper limits in minutes of the first four sizes; anything above has the fifth
SIDES = (0, 4, 8, 12, 14)  # px of a square, without the 2 px of the stroke that rounds it; a day without study is a dot
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True)
class HeatFigure:
    """web/charts/heat.html"""

    today: date
    since: date  # the learner's first day; nothing more than 26 weeks ago is shown
    minutes: Mapping[date, int]  # by local date; days without study may be left out
    off: Collection[date] = frozenset()  # days off

    @cached_property
    def start(self) -> date:
        """The first day that is shown."""
        return max(min(self.since, self.today), _monday(self.today) - (WEEKS - 1) * WEEK)

    @cached_property
    def days(self) -> list[int]:
        """Returns the minutes of each day that is shown, from `start` to `today`."""
        return [self.minutes.get(self.start + row * DAY, 0) for row in range((self.today - self.start).days + 1)]

    @property
    def hours(self) -> float:
        return sum(self.days) / 60

    @property
    def studied(self) -> int:
        """Returns the number of days with study."""
        return sum(map(bool, self.days))

    @property
    def rested(self) -> bool:
        """Returns whether the drawing contains a day off."""
        return any(self.start <= day <= self.today and not self.minutes.get(day) for day in self.off)

    @cached_property
    def weekdays(self) -> list[str]:
        return [svg.short_date(_monday(self.today) + row * DAY, "D") for row in range(7)]

    @property
    def rows(self) -> SafeString:
        """Returns the rows of the table: weeks, latest first, with the minutes of each day. Rendering half a year in a template
        would take too long."""
        first = _monday(self.start)
        cells = [""] * (self.start - first).days + list(map(str, self.days)) + [""] * (6 - self.today.weekday())
        rows = []
        for week in reversed(range(len(cells) // 7)):
            days = cells[7 * week : 7 * week + 7]
            hours = in_hours(sum(int(day or 0) for day in days) / 60)
            numbers = "".join(f'<td class="right">{cell}</td>' for cell in (*days, hours))
            rows.append(f'<tr><th scope="row">{svg.short_date(first + week * WEEK)}</th>{numbers}</tr>')
        return trusted("\n".join(rows))

    @property
    def drawing(self) -> SafeString:
        return heat(self)


def heat(figure: HeatFigure) -> SafeString:
    """Draws a column for each week, Monday on top; dots are days without study, strokes are days off, a frame marks today."""
    wide = _grid(figure, "wide heat", WEEKS, pitch=20, width=556)
    narrow = _grid(figure, "narrow heat", WEEKS // 2, pitch=22, width=328)
    return trusted(wide + narrow)


def _grid(figure: HeatFigure, name: str, columns: int, pitch: int, width: int) -> str:
    """Draws the last `columns` weeks up to today; if there are fewer, all of them, with room for the weeks to come."""
    left, top = width - columns * pitch, 22
    monday = max(_monday(figure.start), _monday(figure.today) - (columns - 1) * WEEK)
    first = max(figure.start, monday)
    text = _("Minutes studied on each day from {start} to {today}.").format(
        start=in_words(first), today=in_words(figure.today)
    )
    # One path for each size: hundreds of elements would be too much for a page that is requested every day.
    sizes: list[list[str]] = [[] for _size in SIDES]
    off, to_come = [], []
    skipped, ahead = (first - monday).days, (figure.today - monday).days + 1
    days = figure.days[(first - figure.start).days :]
    rests = {(day - monday).days for day in figure.off}
    for number in range(skipped, columns * 7):
        column, row = divmod(number, 7)
        x, y = left + column * pitch + pitch // 2, top + row * pitch + pitch // 2
        if number >= ahead:
            to_come.append(f"M{x} {y}h0")
            continue
        minutes = days[number - skipped]
        if minutes:
            size = bisect_left(UP_TO, minutes)
            side = SIDES[size]
            sizes[size].append(f"M{x - side // 2} {y - side // 2}h{side}v{side}h-{side}z")
        elif number in rests:
            off.append(f"M{x - 4} {y + 4}l8-8")
        else:
            sizes[0].append(f"M{x} {y}h0")
    x, y = left + (ahead - 1) // 7 * pitch + pitch // 2, top + figure.today.weekday() * pitch + pitch // 2
    paths = {**{f"size-{size}": path for size, path in enumerate(sizes)}, "off": off, "to-come": to_come}
    return "".join(
        [
            svg.spoken(name, width, top + 7 * pitch, text),
            *(label(figure.weekdays[row], "tick", Spot(0, top + (row + 0.5) * pitch + 4.5)) for row in (0, 2, 4, 6)),
            _months([monday + column * WEEK for column in range(columns)], left, pitch, width),
            *(f'<path class="{kind}" d="{"".join(path)}"/>' for kind, path in paths.items() if path),
            f'<rect class="today" x="{x - 9.5}" y="{y - 9.5}" width="19" height="19" rx="3"/></svg>',
        ]
    )


def _months(mondays: Sequence[date], left: int, pitch: int, width: int) -> str:
    """Writes each month above the week in which it begins, and a month that began before the first week only if there is room."""
    labels = Labels(Box(0, 0, width, 20))
    names = []
    for column, monday in enumerate(mondays):
        first = (monday + 6 * DAY).replace(day=1)
        if first >= monday:
            name = svg.short_date(first, "M Y" if first.month == 1 else "M")
            names.append((name, left + column * pitch + 2))
    names.append((svg.short_date(mondays[0], "M"), left + 2))
    return "".join(labels.put(name, "tick", [Spot(x, 13)]) for name, x in names)


def _monday(day: date) -> date:
    return day - day.weekday() * DAY
