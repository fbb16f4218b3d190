import math
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.charts import RingFigure, Sector, ring
from tests.web.drawings import an_area, cells, check, parse, path_of, points, texts
from tests.web.markup import one_line


def turn(point):
    """Degrees clockwise from the top, and the distance from the middle."""
    x, y = point[0] - 140, point[1] - 140
    return math.degrees(math.atan2(x, -y)) % 360, math.hypot(x, y)


def sectors(*parts):
    return [Sector(an_area(letter), *part) for letter, part in zip("PMDLNGAEOCSRW", parts, strict=False)]


def one(markup):
    (svg,) = parse(markup)
    check(svg)
    return svg


def test_ring_draws_a_sector_as_wide_as_its_share_and_filled_as_far_as_earned():
    svg = one(ring(sectors((25, 50, 10), (0, 25), (25, 25))))
    half, empty, full = svg.findall("g")
    begin, end, *_inner = points(half.find("path[@class='ring-track']").get("d"))
    assert turn(begin) == pytest.approx((0.8, 115), abs=0.01)
    assert turn(end) == pytest.approx((179.2, 115), abs=0.01)
    _begin, earned, *_inner = points(half.find("path[@class='ring-fill']").get("d"))
    assert turn(earned) == pytest.approx((90, 115), abs=0.01)
    assert turn(path_of(half, "evidence-line")[-1]) == pytest.approx((0.8 + 178.4 / 5, 86), abs=0.01)
    assert empty.find("path[@class='ring-fill']") is None and empty.find("path[@class='evidence-line']") is None
    assert full.find("path[@class='ring-fill']").get("d") == full.find("path[@class='ring-track']").get("d")
    assert [group.get("class") for group in (half, empty, full)] == ["a-P", "a-M", "a-D"]
    assert texts(svg) == ["P", "M", "D", "50.0", "of 100"]


def test_ring_of_one_area_goes_all_the_way_round():
    svg = one(ring(sectors((100, 100))))
    begin, end, *_inner = points(svg.find(".//path[@class='ring-track']").get("d"))
    assert turn(begin)[0] == pytest.approx(0.8, abs=0.01) and turn(end)[0] == pytest.approx(359.2, abs=0.01)
    assert " 1 1 " in svg.find(".//path[@class='ring-fill']").get("d")
    assert "100.0" in texts(svg)


@pytest.mark.parametrize(("possible", "large"), [(49, "0"), (52, "1"), (55, "1")])
def test_ring_takes_the_long_way_round_beyond_half_a_turn(possible, large):
    (group, _rest) = one(ring(sectors((0, possible), (0, 100 - possible)))).findall("g")
    assert group.find("path").get("d").split("A115 115 0 ")[1][0] == large


def test_ring_without_requirements_is_empty():
    svg = one(ring([]))
    assert texts(svg) == ["0.0", "of 100"]
    assert one(ring(sectors((0, 0)))).findall("g") == []


def test_ring_spreads_the_letters_of_thin_sectors_and_leads_to_them():
    svg = one(ring(sectors((0, 94), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1))))
    letters = [turn((float(text.get("x")), float(text.get("y")) - 5))[0] for text in svg.findall("g/text")]
    assert min(after - before for before, after in pairwise(letters)) > 8.4
    assert svg.findall("g/path[@class='lead']") != []
    assert one(ring(sectors((0, 50), (0, 50)))).findall("g/path[@class='lead']") == []


def test_ring_says_what_it_shows():
    svg = one(ring(sectors((25, 100))))
    assert svg.get("role") == "img"
    assert svg.get("aria-label").startswith("Readiness 25.0 of 100.")


shares = st.floats(0, 1)


@given(st.lists(st.tuples(st.floats(0.01, 50), shares, shares), min_size=1, max_size=13))
def test_ring_is_a_whole_turn_in_proportion(parts):
    total = sum(possible for possible, _earned, _evidenced in parts)
    given_ = sectors(
        *(
            (100 * possible / total * earned, 100 * possible / total, 100 * possible / total * earned * evidenced)
            for possible, earned, evidenced in parts
        )
    )
    svg = one(ring(given_))
    widths = []
    for sector, group in zip(given_, svg.findall("g"), strict=True):
        begin, end, *_inner = points(group.find("path[@class='ring-track']").get("d"))
        share = 3.6 * sector.possible
        widths.append((turn(end)[0] - turn(begin)[0]) % 360 + min(1.6, share / 3))
        assert widths[-1] == pytest.approx(share, abs=0.05)
    assert sum(widths) == pytest.approx(360, abs=0.1)


def test_figure_tables_the_numbers_that_are_drawn():
    figure = RingFigure(tuple(sectors((8.64, 10, 2.25), (12.25, 90))))
    html = render_to_string("web/charts/ring.html", {"figure": figure})
    assert cells(html) == [
        ["Area", "Points", "of", "shown"],
        ["P Area P", "8.6", "10.0", "2.2"],
        ["M Area M", "12.2", "90.0", "0.0"],
        ["All", "20.9", "100.0", "2.2"],
    ]
    assert "20.9" in texts(parse(figure.drawing))
    assert "<b>20.9 of 100</b>, by area. The line inside the ring: 2.2 of them shown by a project." in one_line(html)


def test_figure_without_evidence_says_where_it_would_be():
    html = render_to_string("web/charts/ring.html", {"figure": RingFigure(tuple(sectors((1, 100))))})
    assert "Once you show a level with a project, a second line inside the ring marks its points." in html
    assert cells(html)[-1] == ["All", "1.0", "100.0", "0.0"]


def test_figure_escapes_names():
    html = render_to_string("web/charts/ring.html", {"figure": RingFigure((Sector(an_area(name="<b>&"), 1, 100),))})
    assert "<b>&" not in html and "&lt;b&gt;&amp;" in html
