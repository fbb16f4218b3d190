from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.charts import HeatFigure
from tests.web.drawings import TODAY, cells, check, parse, points, texts

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


def drawings(figure):
    svgs = list(parse(figure.drawing))
    assert [svg.get("class") for svg in svgs] == ["chart wide heat", "chart narrow heat"]
    for svg in svgs:
        check(svg)
    return svgs


def marks(svg, name):
    """The number of days that are drawn in this way."""
    path = svg.find(f"path[@class='{name}']")
    return 0 if path is None else path.get("d").count("M")


def html(figure):
    return render_to_string("web/charts/heat.html", {"figure": figure})


@pytest.mark.parametrize(
    ("minutes", "name", "side"),
    [
        (1, "size-1", 4),
        (30, "size-1", 4),
        (31, "size-2", 8),
        (91, "size-3", 12),
        (120, "size-3", 12),
        (121, "size-4", 14),
    ],
)
def test_heat_draws_a_longer_day_larger(minutes, name, side):
    for svg in drawings(HeatFigure(TODAY, TODAY, {TODAY: minutes})):
        corner, right, *_rest = points(svg.find(f"path[@class='{name}']").get("d"))
        assert right[0] - corner[0] == side
        assert marks(svg, "size-0") == 0


def test_heat_puts_a_day_under_its_week_and_beside_its_weekday():
    wide, _narrow = drawings(HeatFigure(TODAY, MONDAY - 7 * DAY, {TODAY - 7 * DAY: 10, TODAY: 10}))
    (week_before, *_), (this_week, *_) = [
        points(f"M{part}") for part in wide.find("path[@class='size-1']").get("d").split("M")[1:]
    ]
    assert this_week == (week_before[0] + 20, week_before[1])
    frame = wide.find("rect[@class='today']")
    assert (float(frame.get("x")) + 9.5, float(frame.get("y")) + 9.5) == (this_week[0] + 2, this_week[1] + 2)
    tuesday = 22 + 1.5 * 20
    assert this_week[1] + 2 == tuesday


def test_heat_tells_study_days_off_and_the_rest_apart():
    off = {TODAY - DAY, TODAY - 2 * DAY, TODAY + DAY, TODAY - 900 * DAY}
    figure = HeatFigure(TODAY, TODAY - 6 * DAY, {TODAY: 30, TODAY - DAY: 60}, off)
    for svg in drawings(figure):
        assert (marks(svg, "size-1"), marks(svg, "size-2"), marks(svg, "off"), marks(svg, "size-0")) == (1, 1, 1, 4)
    assert "A line marks a day off." in html(figure)
    assert "Strokes" not in html(HeatFigure(TODAY, TODAY - 6 * DAY, {TODAY - DAY: 60}, {TODAY - DAY, TODAY + DAY}))


def test_heat_goes_back_26_weeks_and_13_in_the_narrow_drawing():
    figure = HeatFigure(TODAY, date(2020, 1, 1), {})
    wide, narrow = drawings(figure)
    assert figure.start == MONDAY - 25 * 7 * DAY
    assert marks(wide, "size-0") == 25 * 7 + 2
    assert marks(narrow, "size-0") == 12 * 7 + 2
    assert marks(wide, "to-come") == marks(narrow, "to-come") == 5
    assert wide.get("aria-label") == "Minutes studied on each day from 1 June 2026 to 24 November 2026."
    assert narrow.get("aria-label") == "Minutes studied on each day from 31 August 2026 to 24 November 2026."


def test_heat_of_a_first_day_leaves_room_for_the_weeks_to_come():
    for svg, days in zip(drawings(HeatFigure(TODAY, TODAY, {})), (26 * 7, 13 * 7), strict=True):
        assert marks(svg, "size-0") == 1
        assert marks(svg, "to-come") == days - 2  # without Monday, before the learner started, and without today
    assert "in all" not in html(HeatFigure(TODAY, TODAY, {}))


def test_heat_names_months_where_they_begin():
    wide, narrow = drawings(HeatFigure(TODAY, date(2020, 1, 1), {}))
    assert texts(wide) == ["Mon", "Wed", "Fri", "Sun", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    assert texts(narrow)[4:] == ["Sep", "Oct", "Nov"]
    new_year, _narrow = drawings(HeatFigure(date(2027, 1, 4), date(2020, 1, 1), {}))
    assert texts(new_year)[-1] == "Jan 2027" or "Jan 2027" in texts(new_year)


def test_figure_tables_the_minutes_that_are_drawn():
    figure = HeatFigure(
        TODAY, TODAY - 5 * DAY, {TODAY: 30, TODAY - DAY: 95, TODAY - 4 * DAY: 60, TODAY - 90 * DAY: 500}
    )
    assert cells(html(figure)) == [
        ["Week of", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Week"],
        ["23 Nov 2026", "95", "30", "", "", "", "", "", "2 h 5 min"],
        ["16 Nov 2026", "", "", "", "0", "60", "0", "0", "1 h"],
    ]
    wide, _narrow = drawings(figure)
    assert [marks(wide, f"size-{size}") for size in range(5)] == [3, 1, 1, 1, 0]
    assert "<b>3 h 5 min</b> in all on 3 days." in html(figure)


@given(
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(0, 300),
    st.dictionaries(st.integers(-5, 300), st.integers(0, 1440)),
    st.sets(st.integers(-5, 300)),
)
def test_heat_draws_every_day_once(today, since, minutes, off):
    figure = HeatFigure(
        today,
        today - since * DAY,
        {today - days * DAY: amount for days, amount in minutes.items()},
        {today - days * DAY for days in off},
    )
    wide, narrow = drawings(figure)
    for svg, weeks in ((wide, 26), (narrow, 13)):
        shown = min(since + 1, (weeks - 1) * 7 + today.weekday() + 1)
        drawn = sum(marks(svg, name) for name in ("size-0", "size-1", "size-2", "size-3", "size-4", "off"))
        assert drawn == shown
    assert figure.studied == sum(marks(wide, f"size-{size}") for size in range(1, 5))
    rows = cells(html(figure))[1:]
    assert sum(int(cell) for row in rows for cell in row[1:8] if cell) == sum(figure.days)
