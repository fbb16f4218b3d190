from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.charts import svg
from tests.web.drawings import check, parse, texts


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
