from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.charts import svg
from guidance.web.charts.svg import Box, Labels, Spot, along, apart, text_width, thinned
from tests.web.drawings import check, covered, parse, texts


def test_put_takes_the_first_free_spot():
    labels = Labels(Box(0, 0, 200, 100), [Box(0, 0, 60, 40)])
    assert labels.put("you", "mark", [Spot(10, 20), Spot(100, 20)]) == '<text class="mark" x="100" y="20">you</text>'
    assert labels.put("me", "mark", [Spot(100, 20), Spot(100, 60, "middle")]) == (
        '<text class="mark" x="100" y="60" text-anchor="middle">me</text>'
    )


def test_put_crosses_a_line_only_where_there_is_no_other_place():
    labels = Labels(Box(0, 0, 200, 100), lines=[Box(0, 0, 200, 30)])
    assert 'y="20"' in labels.put("here", "mark", [Spot(10, 20)])
    assert 'y="60"' in labels.put("there", "mark", [Spot(100, 20), Spot(100, 60)])


def test_put_moves_a_label_sideways_into_the_room():
    labels = Labels(Box(0, 0, 100, 100))
    assert f'x="{100 - text_width("deadline"):.1f}"' in labels.put("deadline", "chart-label", [Spot(90, 50)])
    assert 'x="0"' in labels.put("deadline", "chart-label", [Spot(-10, 80)])


def test_put_leaves_out_what_has_no_place():
    labels = Labels(Box(0, 0, 50, 20))
    assert labels.put("far too long for it", "chart-label", [Spot(0, 15)]) == ""
    assert labels.put("high", "chart-label", [Spot(0, 5), Spot(0, 18)]) == ""
    assert labels.put("fits", "chart-label", [Spot(0, 15)]) != ""
    assert labels.put("no", "chart-label", [Spot(0, 15)]) == ""


def test_put_escapes_its_text():
    assert "&lt;b&gt;&amp;" in Labels(Box(0, 0, 200, 50)).put("<b>&", "chart-label", [Spot(0, 20)])


def test_length_knows_wide_letters_and_narrow_ones():
    assert text_width("ill") < text_width("add") < text_width("MWM") < text_width("技能树")
    assert text_width("add", bold=True) > text_width("add")


@given(
    st.lists(
        st.tuples(st.text("abWM 09", min_size=1, max_size=12), st.integers(-50, 250), st.integers(-20, 120)), max_size=9
    )
)
def test_labels_never_leave_the_room_nor_meet(wanted):
    labels = Labels(Box(0, 0, 200, 100))
    drawn = parse(
        "".join(labels.put(text.strip() or "x", "chart-label", [Spot(x, y), Spot(x, y + 16)]) for text, x, y in wanted)
    )
    boxes = [covered(text) for text in drawn.iter("text")]
    for row, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and top >= 0 and right <= 200 and bottom <= 100
        for other in boxes[:row]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top


def test_apart_leaves_alone_what_is_apart():
    assert apart([10, 50, 90], 8, 0, 100) == [10, 50, 90]


def test_apart_spreads_around_the_middle():
    assert apart([50, 50, 50], 10, 0, 100) == [40, 50, 60]
    assert apart([0, 0], 10, 0, 100) == [0, 10]
    assert apart([100, 100], 10, 0, 100) == [90, 100]
    assert apart([], 10, 0, 100) == []


@given(st.lists(st.floats(0, 360), min_size=1, max_size=13).map(sorted))
def test_apart_keeps_order_gap_and_bounds(wanted):
    found = apart(wanted, 8.5, 4.25, 355.75)
    assert all(after - before >= 8.5 - 1e-6 for before, after in pairwise(found))
    assert found[0] >= 4.25 - 1e-6 and found[-1] <= 355.75 + 1e-6


def test_thinned_keeps_both_ends():
    assert thinned([(0, 1), (1, 2), (3, 3), (3.5, 4)], 2) == [(0, 1), (3, 3), (3.5, 4)]
    assert thinned([(0, 1)], 2) == [(0, 1)]
    assert thinned([], 2) == []


@pytest.mark.parametrize("end", [(100, 0), (0, 100), (60, 80), (0, 0)])
def test_along_covers_the_whole_line(end):
    boxes = along([(0, 0), end])
    for share in (0, 0.1, 0.5, 0.77, 1):
        x, y = end[0] * share, end[1] * share
        assert any(box.left <= x <= box.right and box.top <= y <= box.bottom for box in boxes)


@pytest.mark.parametrize(
    ("top", "most", "found"),
    [
        (505.5, 5, [0, 100, 200, 300, 400, 500]),
        (505.5, 4, [0, 200, 400]),
        (1, 5, [0, 1]),
        (0.5, 5, [0]),
        (8, 4, [0, 2, 4, 6, 8]),
        (12_000, 5, [0, 5000, 10_000]),
    ],
)
def test_values_are_round_numbers(top, most, found):
    assert svg.tick_values(top, most) == found


def test_dates_are_mondays_in_a_short_time():
    found = svg.tick_dates(date(2026, 11, 24), date(2026, 12, 15), 5)
    assert found == [(date(2026, 11, 30), "30 Nov"), (date(2026, 12, 7), "7 Dec"), (date(2026, 12, 14), "14 Dec")]


def test_dates_are_months_that_name_the_year_once():
    found = svg.tick_dates(date(2026, 6, 8), date(2027, 11, 5), 6)
    assert [name for _day, name in found] == ["Jul 2026", "Oct", "Jan 2027", "Apr", "Jul", "Oct"]
    assert found[0][0] == date(2026, 7, 1)


def test_dates_are_years_in_a_long_time():
    assert [name for _day, name in svg.tick_dates(date(2026, 6, 8), date(2047, 1, 1), 4)] == ["2030", "2040"]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 20_000), st.integers(3, 7))
def test_dates_are_few_and_within(first, days, most):
    last = first + timedelta(days=days)
    found = svg.tick_dates(first, last, most)
    assert len(found) <= most + 1
    assert all(first <= day <= last for day, _name in found)


def test_below_leaves_out_names_that_have_no_room():
    drawing = parse(
        f'<svg viewBox="0 0 100 60">{svg.ticks_below([(0, "Jan 2027"), (20, "Feb"), (99, "Mar")], 20, 100)}</svg>'
    )
    check(drawing[0])
    assert texts(drawing) == ["Jan 2027", "Mar"]
    assert len(drawing.findall(".//path")) == 3


def test_short_speaks_the_language_of_the_page():
    day = date(2026, 12, 1)
    assert svg.short_date(day) == "1 Dec 2026"
    with translation.override("de"):
        assert svg.short_date(day) == "1 Dez 2026"
