from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.progress.pace import Forecast, Point
from guidance.web.charts import PaceFigure
from tests.web.drawings import TODAY, cells, check, covered, parse, path_of, points, texts

DAY = timedelta(days=1)


def forecast(earliest, expected, latest):
    return Forecast(8, 300, 400, 500, earliest, expected, latest)


def course(weeks, planned=480, done=420, today=TODAY):
    """A course of this many weeks up to today, with the minutes planned and done in each."""
    start = today - 7 * weeks * DAY
    return tuple(Point(start + 7 * week * DAY, planned * week, done * week) for week in range(weeks + 1))


def drawings(figure):
    svgs = list(parse(figure.drawing))
    assert [svg.get("class") for svg in svgs] == ["chart wide pace", "chart narrow pace"]
    for svg in svgs:
        check(svg)
    return svgs


def usual(**changes):
    values = {
        "today": TODAY,
        "course": course(25),
        "hours": 500,
        "forecast": forecast(date(2027, 9, 12), date(2027, 10, 6), date(2027, 11, 5)),
        "deadline": date(2027, 8, 31),
    }
    return PaceFigure(**(values | changes))


def html(figure):
    return render_to_string("web/charts/pace.html", {"figure": figure})


def test_pace_draws_every_hour_at_its_height():
    for svg in drawings(usual()):
        _width, height = map(float, svg.get("viewBox").split()[2:])
        bottom, goal = height - 34, path_of(svg, "goal")[0][1]
        assert goal == 42
        (start_x, start_y), *_between, (here_x, here_y) = path_of(svg, "done")
        assert start_y == bottom
        assert here_y == pytest.approx(bottom - (bottom - goal) * 175 / 500, abs=0.05)
        assert path_of(svg, "planned")[-1] == pytest.approx((here_x, bottom - (bottom - goal) * 200 / 500), abs=0.05)
        here = svg.find("circle[@class='here']")
        assert (float(here.get("cx")), float(here.get("cy"))) == (here_x, here_y)
        deadline = path_of(svg, "deadline missed")[0][0]
        days = (deadline - start_x) / (here_x - start_x) * 175
        assert days == pytest.approx((date(2027, 8, 31) - TODAY).days + 175, abs=0.5)


def test_pace_draws_the_range_of_the_forecast():
    for svg in drawings(usual()):
        here, first, last = path_of(svg, "forecast")
        assert path_of(svg, "middle")[0] == here == path_of(svg, "done")[-1]
        arrival = path_of(svg, "middle")[1]
        assert first[0] < arrival[0] < last[0]
        assert first[1] == arrival[1] == last[1] == 42
        assert svg.find("circle[@class='arrival']").get("cx") == f"{arrival[0]:.1f}".removesuffix(".0")
        assert "6 Oct 2027" in texts(svg)


def test_line_of_the_deadline_has_a_gap_where_it_would_cross_a_label():
    start = TODAY - 3 * DAY
    course = (Point(start, 0, 0), Point(TODAY, 300, 345))
    values = {"course": course, "hours": 300, "forecast": None, "plan_ends": TODAY + 200 * DAY}
    wide, _narrow = drawings(usual(**values, deadline=TODAY + 40 * DAY))
    label = next(text for text in wide.iter("text") if text.text == "you are here, 5 h 45 min")
    left, top, right, bottom = covered(label)
    (x, begin), (_, before), (_, after), (_, end) = path_of(wide, "deadline")
    assert left < x < right
    assert begin < before < top < bottom < after < end
    wide, _narrow = drawings(usual(**values, deadline=TODAY + 150 * DAY))
    assert len(path_of(wide, "deadline")) == 2


def test_pace_labels_its_marks():
    (wide, _narrow) = drawings(usual(course=course(25, planned=600)))
    assert {
        "you are here, 175 h",
        "planned 250 h",
        "deadline 31 Aug 2027",
        "everything in the plan: 500 h",
        "6 Oct 2027",
    } <= set(texts(wide))
    assert wide.get("aria-label") == (
        "Hours since 2 Jun 2026: 175 h done of 250 h planned to date, 500 h in the whole plan."
    )


def test_pace_as_planned_says_so_once():
    for svg in drawings(usual(course=course(25, planned=421, done=420))):
        assert not any("planned" in text for text in texts(svg))
        assert "you are here, 175 h" in texts(svg)


def test_pace_before_anything_is_done_shows_the_way_of_the_plan():
    figure = PaceFigure(TODAY, (), 322.5, plan_ends=date(2027, 8, 12))
    for svg in drawings(figure):
        (start, end) = path_of(svg, "planned")
        here = svg.find("circle[@class='here']")
        assert start == (float(here.get("cx")), float(here.get("cy")))
        assert end[1] == 42
        assert svg.find("path[@class='done']") is None and svg.find("path[@class='forecast']") is None
        assert "you are here, 0 h" in texts(svg)
    assert cells(html(figure)) == [
        ["Until", "Planned", "Done"],
        ["Everything in the plan", "322 h"],
        ["End of the plan", "12 August 2027"],
    ]


def test_pace_of_one_day():
    for svg in drawings(PaceFigure(TODAY, (Point(TODAY, 60, 30),), 322)):
        assert len(path_of(svg, "done")) == 1
        assert "you are here, 30 min" in texts(svg)


def test_pace_with_too_little_to_tell_has_no_band():
    figure = usual(forecast=None)
    for svg in drawings(figure):
        assert svg.find("path[@class='forecast']") is None and svg.find("path[@class='middle']") is None
    assert "No forecast yet: we need three weeks of study to work out your pace." in html(figure)


def test_pace_with_no_end_in_sight_has_no_band():
    figure = usual(forecast=forecast(None, None, None))
    for svg in drawings(figure):
        assert svg.find("path[@class='forecast']") is None
    assert "more than ten years" in html(figure)


def test_pace_with_an_open_range_reaches_the_edge():
    figure = usual(forecast=forecast(date(2027, 9, 12), date(2027, 10, 6), None))
    for svg in drawings(figure):
        here, first, corner, last = path_of(svg, "forecast")
        assert first[1] == corner[1] == 42
        assert corner[0] == last[0] == float(svg.get("viewBox").split()[2]) - 14
        assert last[1] == here[1]
    assert "12 September 2027 at the earliest; at the pace of your slower weeks there is no end date." in html(figure)


def test_pace_beyond_five_years_leaves_the_drawing():
    figure = usual(forecast=forecast(date(2032, 9, 12), date(2035, 10, 6), date(2044, 1, 1)))
    assert figure.end == TODAY + 5 * 365 * DAY
    for svg in drawings(figure):
        here, arrival = path_of(svg, "middle")
        assert arrival[0] == float(svg.get("viewBox").split()[2]) - 14
        assert 42 < arrival[1] < here[1]
        assert "6 Oct 2035 →" in texts(svg)


def test_pace_is_not_squeezed_by_a_far_end_of_the_range():
    figure = usual(forecast=forecast(date(2027, 1, 12), date(2027, 2, 6), date(2031, 1, 1)), deadline=None)
    assert figure.end - figure.start < 1.6 * (date(2027, 2, 6) - figure.start)


def test_pace_with_more_done_than_planned_fits():
    for svg in drawings(usual(course=course(25, planned=240, done=2400), hours=500)):
        assert path_of(svg, "done")[-1][1] == 42
        assert path_of(svg, "goal")[0][1] > 42


def test_pace_at_the_end_has_no_forecast():
    figure = usual(hours=175, plan_ends=TODAY)
    for svg in drawings(figure):
        assert svg.find("path[@class='forecast']") is None
        assert svg.find("circle[@class='arrival']") is None
        assert len(svg.findall("path[@class='planned']")) == 1
    assert figure.arrived and not figure.missed
    assert "Everything in the plan is done." in html(figure)


@pytest.mark.parametrize(
    ("deadline", "missed"),
    [(date(2027, 10, 5), True), (date(2027, 10, 6), False), (TODAY - DAY, True), (None, False)],
)
def test_deadline_is_missed_when_the_forecast_is_later(deadline, missed):
    assert usual(deadline=deadline).missed is missed


@pytest.mark.parametrize(("deadline", "missed"), [(TODAY, False), (TODAY - DAY, True)])
def test_deadline_without_forecast_is_missed_once_it_is_over(deadline, missed):
    assert usual(deadline=deadline, forecast=None).missed is missed


def test_deadline_before_the_start_is_only_told():
    figure = usual(deadline=date(2026, 1, 1))
    for svg in drawings(figure):
        assert not any("deadline" in (path.get("class") or "") for path in svg.iter("path"))
    assert cells(html(figure))[-1] == ["Deadline", "1 January 2026"]


def test_pace_of_years_thins_its_lines():
    for svg in drawings(usual(course=course(800), hours=9000)):
        assert len(points(svg.find("path[@class='done']").get("d"))) < 400


def test_figure_tables_the_numbers_that_are_drawn():
    figure = usual(course=course(6, planned=450, done=400), plan_ends=date(2027, 9, 1))
    assert cells(html(figure)) == [
        ["Until", "Planned", "Done"],
        ["27 October 2026", "15 h", "13 h 20 min"],
        ["24 November 2026", "45 h", "40 h"],
        ["Everything in the plan", "500 h"],
        ["Forecast", "6 October 2027"],
        ["Forecast, at the earliest", "12 September 2027"],
        ["Forecast, at the latest", "5 November 2027"],
        ["End of the plan", "1 September 2027"],
        ["Deadline", "31 August 2027"],
    ]
    assert "you are here, 40 h" in texts(drawings(figure)[0])
    assert "Hours, 13 October 2026 to 5 November 2027." in html(figure)


later = st.none() | st.integers(0, 4000).map(lambda days: TODAY + days * DAY)


@given(
    weeks=st.none() | st.integers(0, 300),
    planned=st.integers(0, 4800),
    done=st.integers(0, 6000),
    hours=st.floats(0, 20_000),
    days=st.none() | st.lists(later, min_size=3, max_size=3),
    deadline=st.none() | st.integers(-400, 4000),
    plan_ends=later,
)
@settings(max_examples=150, deadline=None)
def test_pace_stays_inside_and_its_labels_apart(weeks, planned, done, hours, days, deadline, plan_ends):
    if days is not None:
        days.sort(key=lambda day: day or date.max)
    figure = PaceFigure(
        today=TODAY,
        course=() if weeks is None else course(weeks, planned, done),
        hours=hours,
        forecast=None if days is None else forecast(*days),
        deadline=None if deadline is None else TODAY + deadline * DAY,
        plan_ends=plan_ends,
    )
    for svg in drawings(figure):
        assert any(text.startswith("you are here") for text in texts(svg))
