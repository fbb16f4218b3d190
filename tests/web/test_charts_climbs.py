from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.charts import ClimbFigure, Point, Reached, ascent, climb
from tests.web.drawings import TODAY, a_skill, cells, check, parse, path_of, texts

DAY = timedelta(days=1)


def steps(*reached):
    return tuple(
        Reached(a_skill(f"Skill {row}"), 1, TODAY + days * DAY, readiness)
        for row, (days, readiness) in enumerate(reached)
    )


def drawings(markup):
    svgs = list(parse(markup))
    assert [svg.get("class") for svg in svgs] == ["chart wide climb", "chart narrow climb"]
    for svg in svgs:
        check(svg)
    return svgs


def stations(svg):
    return [
        (float(mark.get("cx")), float(mark.get("cy"))) for mark in svg.findall("circle") if "mk" in mark.get("class")
    ]


def test_climb_goes_from_start_to_end():
    points = [Point(a_skill(), 10, 40), Point(a_skill(), 20, 100)]
    wide, narrow = parse(climb(20, points, 1))
    assert wide.find("path[@class='trail']").get("d") == "M34 151.6L269 117.2L504 14"
    assert len(wide.findall("g/circle")) == len(narrow.findall("g/circle")) == 1


def test_ascent_goes_from_today_to_the_last_step():
    for svg in drawings(ascent(TODAY, 50, steps((28, 60), (56, 80)))):
        width, height = map(float, svg.get("viewBox").split()[2:])
        start, middle, end = path_of(svg, "trail")
        low, high = height - 60, 26  # of 50 and 80
        assert start == pytest.approx((40, low), abs=0.05)
        assert end == pytest.approx((width - 20, high), abs=0.05)
        assert middle == pytest.approx(((start[0] + end[0]) / 2, low - (low - high) / 3), abs=0.05)
        assert path_of(svg, "trailcase") == [start, middle, end]
        assert sorted(stations(svg)) == [middle, end]
        assert svg.find("circle[@class='here']").get("cx") == "40"
        assert {"50", "60", "70", "80", "today, 50.0", "80.0"} <= set(texts(svg))
        assert svg.get("aria-label") == "Readiness by date: 50.0 today, 80.0 on 19 Jan 2027."


def test_ascent_marks_steps_in_the_colour_of_their_area_and_names_them():
    (wide, _narrow) = drawings(ascent(TODAY, 50, (Reached(a_skill("R & D <b>", "O"), 2, TODAY + 40 * DAY, 60.25),)))
    (mark,) = wide.findall("circle[@class='mk a-O']")
    assert mark.find("title").text == "R & D <b> 2, 3 Jan 2027: 60.2"


def test_ascent_leaves_out_stations_that_would_cover_each_other_but_never_the_last():
    many = steps(*((day, 20 + day / 5) for day in range(1, 300)))
    for svg in drawings(ascent(TODAY, 20, many)):
        found = stations(svg)
        assert 5 < len(found) < 60
        assert path_of(svg, "trail")[-1] in found
        assert len(path_of(svg, "trail")) == 300


def test_ascent_of_a_finished_plan_is_where_the_learner_is():
    for svg in drawings(ascent(TODAY, 100, ())):
        assert stations(svg) == []
        assert {"90", "100", "today, 100.0"} <= set(texts(svg)) and "110" not in texts(svg)
        assert svg.get("aria-label") == "Readiness 100.0 today."
    html = render_to_string("web/charts/climb.html", {"figure": ClimbFigure(TODAY, 100, ())})
    assert "Readiness: <b>100.0</b> today." in html and "<table" not in html


def test_figure_tables_the_steps():
    figure = ClimbFigure(TODAY, 49.9, steps((4, 52.6), (95, 80.3)))
    html = render_to_string("web/charts/climb.html", {"figure": figure})
    assert cells(html) == [
        ["Step", "Reached", "Ready"],
        ["G Skill 0 1", "28 Nov 2026", "52.6"],
        ["G Skill 1 1", "27 Feb 2027", "80.3"],
    ]
    assert "Readiness: <b>49.9</b> today, <b>80.3</b> on 27 Feb 2027." in html
    assert {"today, 49.9", "80.3"} <= set(texts(parse(figure.drawing)))


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.floats(0, 100),
    st.lists(st.tuples(st.integers(0, 60), st.floats(0, 3)), max_size=60),
)
def test_ascent_stays_inside_and_its_labels_apart(today, readiness, gains):
    reached, day = [], today
    for days, points in gains:
        day += days * DAY
        reached.append(Reached(a_skill(), 1, day, min((reached[-1].readiness if reached else readiness) + points, 100)))
    for svg in drawings(ascent(today, readiness, reached)):
        assert len(stations(svg)) <= len(reached)
        assert f"today, {readiness:.1f}" in texts(svg)
