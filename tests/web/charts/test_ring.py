import math
import re
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from guidance.progress.text import source_shares
from guidance.web.charts import RingFigure, Sector, ring
from tests.web.drawings import an_area, cells, check, parse, points, texts
from tests.web.markup import one_line


def turn(point):
    """Degrees clockwise from the top, and the distance from the middle."""
    x, y = point[0] - 150, point[1] - 150
    return math.degrees(math.atan2(x, -y)) % 360, math.hypot(x, y)


def parts(**points):
    return {"self": 0.0, "cv": 0.0, "check": 0.0, "project": 0.0, "implied": 0.0} | points


def figure(milestones=(), sectors=(), **points):
    return RingFigure(source_shares(parts(**points)), tuple(milestones), tuple(sectors))


def one(markup):
    (svg,) = parse(markup)
    check(svg)
    return svg


def pieces(svg):
    """For each part its class, its start and end, and its radii."""
    found = []
    for path in svg.findall("path"):
        if path.get("class") != "milestone-tick":
            begin, end, inner, _back = points(path.get("d"))
            found.append((path.get("class"), turn(begin)[0], turn(end)[0], turn(inner)[1], turn(begin)[1]))
    return found


def test_ring_has_a_part_for_each_source_the_strongest_first():
    svg = one(ring(figure(project=10, check=15, self=20, cv=5, implied=10)))
    near = [pytest.approx(value, abs=0.01) for value in (0.6, 35.4, 36.6, 89.4, 90.6, 179.4, 180.6, 215.4)]
    inner, half, outer = (pytest.approx(value, abs=0.01) for value in (92, 107, 122))
    assert pieces(svg) == [
        ("shown", *near[0:2], inner, outer),
        ("shown", *near[2:4], inner, half),
        ("outline", *near[2:4], inner, outer),
        ("said", *near[4:6], inner, outer),
        ("outline", *near[6:8], inner, outer),
    ]
    assert texts(svg) == ["60.0", "of 100"]


@pytest.mark.parametrize("source", ["project", "self", "implied"])
def test_ring_of_one_source_goes_all_the_way_round(source):
    svg = one(ring(figure(**{source: 100})))
    [(_name, begin, end, *_radii)] = pieces(svg)
    assert (begin, end) == (pytest.approx(0.6, abs=0.01), pytest.approx(359.4, abs=0.01))
    assert " 1 1 " in svg.findall("path")[0].get("d")
    assert "100.0" in texts(svg)


def test_ring_without_points_is_empty():
    svg = one(ring(figure()))
    assert (texts(svg), pieces(svg)) == (["0.0", "of 100"], [])


def test_ring_has_milestones_around_it_whose_numbers_keep_apart():
    svg = one(ring(figure([(3, 57), (4, 57.5), (5, 58), (6, 100)], self=40)))
    ticks = svg.findall("path[@class='milestone-tick']")
    assert [round(turn(points(tick.get("d"))[0])[0] / 3.6, 1) for tick in ticks] == [57, 57.5, 58, 0]
    numbers = [text for text in svg.findall("text") if text.get("class") == "ring-milestone"]
    assert [text.text for text in numbers] == ["3", "4", "5", "6"]
    turns = [turn((float(text.get("x")), float(text.get("y")) - 5))[0] for text in numbers]
    assert min(after - before for before, after in pairwise(turns[:3])) > 7.4


def test_ring_says_what_it_shows():
    svg = one(ring(figure([(3, 57.2)], project=6.1, check=14.3, self=20.6, implied=5.2)))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == (
        "Readiness 46.2 of 100: 6.1 shown by a project, 14.3 checked, 20.6 self-reported, 5.2 implied by these, "
        "53.8 to come. 57 after milestone 3."
    )


shares = st.floats(0, 25)


@given(shares, shares, shares, shares)
def test_ring_is_in_proportion_and_its_parts_add_up(project, checked, said, implied):
    drawn = figure(project=project, check=checked, self=said, implied=implied)
    svg = one(ring(drawn))
    assert drawn.earned == pytest.approx(project + checked + said + implied, abs=0.051)
    assert texts(svg)[0] == f"{sum(share.points for share in drawn.shares):.1f}"
    whole = [piece for piece in pieces(svg) if piece[4] > 115]
    for share, (_name, begin, end, *_radii) in zip(drawn.shares, whole, strict=True):
        width = 3.6 * share.points
        assert (end - begin) % 360 == pytest.approx(width - min(1.2, width / 3), abs=0.05)


def test_figure_has_the_numbers_that_are_drawn_and_those_of_each_area():
    sectors = [
        Sector(an_area("P"), parts(project=2.25, self=6.39), 10),
        Sector(an_area("M"), parts(cv=8, implied=4.25), 90),
    ]
    drawn = figure([(2, 31.6)], sectors, project=2.25, self=6.39, cv=8, implied=4.25)
    html = render_to_string("web/charts/ring.html", {"figure": drawn})
    assert cells(html) == [
        ["Area", "Points", "of", "shown by a project", "self-reported", "implied by these"],
        ["P Area P", "8.6", "10.0", "2.2", "6.4", "0.0"],
        ["M Area M", "12.2", "90.0", "0.0", "8.0", "4.2"],
        ["All", "20.9", "100.0", "2.3", "14.4", "4.2"],
    ]
    assert "20.9" in texts(parse(drawn.drawing))
    shown = re.sub("<[^>]+>", " ", html)
    for text in ("shown by a project 2.3", "self-reported 14.4", "to come 79.1", "32 after milestone 2."):
        assert text in one_line(shown), text


def test_figure_escapes_names():
    sector = Sector(an_area(name="<b>&"), parts(self=1), 100)
    html = render_to_string("web/charts/ring.html", {"figure": figure((), [sector], self=1)})
    assert "<b>&" not in html and "&lt;b&gt;&amp;" in html
