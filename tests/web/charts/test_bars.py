import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.charts import AreaMinutes, AreasFigure, TargetFigure, bar, target
from tests.web.drawings import an_area, cells, check, parse


def one(markup):
    (svg,) = parse(markup)
    check(svg)
    return svg


def edges(svg, name):
    found = svg.findall(f"rect[@class='{name}']")
    return [(float(rect.get("x")), float(rect.get("x")) + float(rect.get("width"))) for rect in found]


@pytest.mark.parametrize(("share", "width"), [(0, "0"), (1 / 3, "33.3"), (1, "100")])
def test_bar_is_as_long_as_its_share(share, width):
    assert one(bar(share)).find("rect").get("width") == width


def test_areas_are_a_table_with_the_longest_first():
    figure = AreasFigure((AreaMinutes(an_area("P"), 90), AreaMinutes(an_area("G"), 360), AreaMinutes(an_area("M"), 0)))
    html = render_to_string("web/charts/areas.html", {"figure": figure})
    assert cells(html) == [["GArea G", "6 h"], ["PArea P", "1 h 30 min"]]
    assert [rect.get("width") for rect in parse(html).iter("rect")] == ["100", "25"]
    assert [row.get("class") for row in parse(html).iter("tr")] == ["a-G", "a-P"]
    assert "7 h 30 min in 28 days." in html


def test_areas_without_study_say_what_will_stand_there():
    html = render_to_string("web/charts/areas.html", {"figure": AreasFigure((), days=7)})
    assert "Nothing logged in the last 7 days." in html
    assert cells(html) == []


def test_areas_escape_names():
    figure = AreasFigure((AreaMinutes(an_area(name="<b>&"), 1),))
    assert "<b>&" not in render_to_string("web/charts/areas.html", {"figure": figure})


def test_target_has_a_segment_for_each_hour_and_is_filled_as_far_as_done():
    svg = one(target(150, 360))
    assert edges(svg, "segment") == [(40 * hour, 40 * hour + 37) for hour in range(6)]
    assert edges(svg, "segment-filled") == [(0, 37), (40, 77), (80, 100)]
    assert svg.find("path[@class='pole']") is None
    assert svg.get("aria-label") == "2 h 30 min of 6 h"


@pytest.mark.parametrize(
    ("minutes", "segments"), [(60, 4), (120, 8), (300, 10), (330, 6), (480, 8), (660, 6), (4800, 8), (6000, 10)]
)
def test_target_has_few_segments(minutes, segments):
    assert len(edges(one(target(0, minutes)), "segment")) == segments


def test_target_that_is_passed_is_marked():
    svg = one(target(720, 360))
    assert svg.find("path[@class='pole']").get("d") == "M118.5 0v16"
    assert edges(svg, "segment-filled")[-1][1] == 237
    assert one(target(360, 360)).find("path[@class='pole']") is None


@given(st.integers(0, 10_080), st.integers(1, 10_080))
def test_target_stays_inside(done, minutes):
    svg = one(target(done, minutes))
    assert 1 <= len(edges(svg, "segment")) <= 10
    assert len(edges(svg, "segment-filled")) <= len(edges(svg, "segment"))


def test_target_figure_says_the_numbers():
    html = render_to_string("web/charts/target.html", {"figure": TargetFigure(150, 360)})
    assert "<b>2 h 30 min</b> of your target, 6 h" in html
    assert parse(html).find(".//svg").get("aria-label") == "2 h 30 min of 6 h"
