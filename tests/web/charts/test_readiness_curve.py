from datetime import timedelta
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.charts import CurvePoint, ElevationFigure, Stretch, readiness_curve
from guidance.web.charts.readiness_curve import LEFT, MIN_STRETCH, RADIUS, RIGHT
from tests.web.drawings import TODAY, a_skill, check, parse, path_of, texts


def test_climb_goes_from_start_to_end():
    points = [CurvePoint(a_skill(), 10, 40), CurvePoint(a_skill(), 20, 100)]
    wide, narrow = parse(readiness_curve(20, points, 1))
    assert wide.find("path[@class='trail']").get("d") == "M34 151.6L269 117.2L504 14"
    assert len(wide.findall("g/circle")) == len(narrow.findall("g/circle")) == 1


def stretches(*of):
    """Stretches from pairs of (hours, readiness at the end)."""
    return tuple(
        Stretch(number, f"Milestone {number}", hours, readiness, TODAY + number * timedelta(weeks=4))
        for number, (hours, readiness) in enumerate(of, 1)
    )


def drawing(figure):
    (svg,) = parse(figure.drawing)
    check(svg)
    return svg


def stations(svg):
    return [
        (mark.get("class"), float(mark.get("cx")))
        for mark in svg.findall("circle")
        if "profile-station" in mark.get("class")
    ]


def test_a_stretch_is_as_long_as_its_hours_and_rises_by_what_it_adds():
    svg = drawing(ElevationFigure(20, stretches((100, 40), (300, 60), (400, 100))))
    start, first, second, end = path_of(svg, "trail")
    whole = end[0] - start[0]
    assert (start[0], end[0]) == (LEFT, RIGHT)
    assert [x - start[0] for x, _y in (first, second)] == pytest.approx([whole / 8, whole / 2], abs=0.1)
    rises = [before[1] - after[1] for before, after in pairwise((start, first, second, end))]
    assert rises == pytest.approx([rises[2] / 2, rises[2] / 2, rises[2]], abs=0.1)
    assert path_of(svg, "trail-case") == path_of(svg, "trail")
    assert {"you: 20.0", "40", "60", "100", "1", "2", "3", "Milestone 1"} <= set(texts(svg))
    assert svg.get("aria-label") == (
        "Your path as an elevation profile: readiness from 20.0 today to 100.0 after 3 stretches and 800 hours."
    )


def test_the_first_station_is_the_current_one_and_what_is_credited_comes_before():
    svg = drawing(ElevationFigure(20, stretches((100, 40), (300, 100)), credited=2))
    assert [name for name, _x in stations(svg)] == [
        "profile-station completed",
        "profile-station next-station",
        "profile-station",
    ]
    assert path_of(svg, "trail-done")[0][0] == stations(svg)[0][1] == LEFT
    assert svg.find("circle[@class='here']").get("cx") == str(int(path_of(svg, "trail")[0][0]))
    assert "profile-station completed" not in dict(stations(drawing(ElevationFigure(20, stretches((100, 40))))))


def test_a_part_of_a_milestone_has_a_small_mark_without_a_number():
    part = Stretch(None, "Milestone 1", 100, 40, TODAY)
    svg = drawing(ElevationFigure(20, (part, *stretches((100, 100)))))
    assert [mark.get("r") for mark in svg.findall("circle") if "profile-station" in mark.get("class")] == [
        "5",
        str(RADIUS),
    ]
    assert texts(svg).count("Milestone 1") == 1


@pytest.mark.parametrize(("hours", "share"), [(0, 0), (50, 0.125), (250, 0.625)])
def test_the_deadline_is_where_its_hours_end(hours, share):
    figure = ElevationFigure(20, stretches((100, 40), (300, 100)), deadline="30 June 2027", deadline_hours=hours)
    svg = drawing(figure)
    assert path_of(svg, "date")[0][0] == pytest.approx(LEFT + (RIGHT - LEFT) * share, abs=0.1)
    assert "30 June 2027" in texts(svg)


def test_a_deadline_after_the_path_is_not_drawn():
    figure = ElevationFigure(20, stretches((100, 100)), deadline="30 June 2027", deadline_hours=101)
    assert drawing(figure).find("path[@class='date']") is None


def test_names_that_have_no_room_are_left_out_and_escaped():
    long = Stretch(2, "Understand and adapt <the> models", 20, 60, TODAY)
    svg = drawing(ElevationFigure(20, (*stretches((500, 40)), long, *stretches((500, 100)))))
    assert not any("adapt" in text for text in texts(svg))
    wide = drawing(ElevationFigure(20, (long,)))
    assert "Understand and adapt <the> models" in texts(wide)


def test_the_figure_says_what_is_worked_out_for_the_reader():
    figure = ElevationFigure(20, stretches((100, 100)))
    html = render_to_string("web/charts/elevation.html", {"figure": figure, "caption": "You are at 20 of 100 today."})
    assert "You are at 20 of 100 today.</figcaption>" in html


@given(
    st.floats(0, 100),
    st.lists(st.tuples(st.floats(0.1, 400), st.floats(0, 40)), min_size=1, max_size=14),
    st.integers(0, 5),
    st.floats(0, 3000),
)
def test_whatever_the_path_it_stays_inside_and_its_labels_apart(readiness, gains, credited, until):
    reached = []
    for hours, gained in gains:
        reached.append((hours, min((reached[-1][1] if reached else readiness) + gained, 100)))
    figure = ElevationFigure(readiness, stretches(*reached), credited, "30 June 2027", until)
    svg = drawing(figure)
    ends = [x for x, _y in path_of(svg, "trail")]
    assert ends[-1] == pytest.approx(RIGHT, abs=0.1)
    assert all(after - before >= MIN_STRETCH - 0.2 for before, after in pairwise(ends))
