from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from guidance.catalog.text import (
    ability,
    can_you,
    cost,
    day,
    goal_name,
    hours,
    inside,
    lapse,
    level_name,
    listed,
    names,
    span,
    stretch,
    weekdays,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4.5, "4 h 30 min"),
        (4, "4 h"),
        (0.5, "30 min"),
        (0, "0 h"),
        (0.999, "1 h"),
        (19.75, "19 h 45 min"),
        (20.4, "20 h"),
        (1234.5, "1,234 h"),
        (None, ""),
    ],
)
def test_hours_are_written_out(value, text):
    assert hours(value) == text


def test_day_is_written_out():
    assert day(date(2026, 11, 24)) == "24 November 2026"
    assert day(datetime(2026, 11, 4, 9, tzinfo=UTC)) == "4 November 2026"
    assert day(None) == ""


@pytest.mark.parametrize(
    ("amount", "text"), [(None, "price not known"), (0, "free"), (60, "about 60 USD"), (12.5, "about 12.50 USD")]
)
def test_cost_says_when_it_is_not_known(amount, text):
    assert cost(SimpleNamespace(cost=amount, currency="USD", paid=False)) == text


def test_cost_of_what_has_a_price_that_is_not_known():
    assert cost(SimpleNamespace(cost=None, currency="", paid=True)) == "paid"


def test_levels_have_names():
    assert [level_name(level) for level in range(5)] == ["none", "aware", "working", "proficient", "expert"]


@pytest.mark.parametrize(("name", "text"), [("Healthcare", "healthcare"), ("HR technology", "HR technology"), ("", "")])
def test_name_within_a_sentence(name, text):
    assert inside(name) == text


def test_aim_is_a_role_in_an_industry():
    role, industry = SimpleNamespace(name="AI engineer"), SimpleNamespace(name="Healthcare")
    assert goal_name(role, industry) == "AI engineer in healthcare"
    assert goal_name(role, None) == "AI engineer"


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, ""), (1, "A"), (2, "A and B"), (3, "A, B and C"), (4, "A, B, C and 1 more"), (5, "A, B, C and 2 more")],
)
def test_names_are_a_sentence(count, expected):
    assert names([SimpleNamespace(name=letter) for letter in "ABCDE"[:count]]) == expected


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        (1, ""),
        (6, ""),
        (9, "about 2 months"),
        (52, "about 12 months"),
        (78, "about 1½ years"),
        (104, "about 2 years"),
        (140, "about 2½ years"),
    ],
)
def test_stretch_says_what_weeks_mean(weeks, expected):
    assert stretch(weeks) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, "0 days"), (1, "1 day"), (48, "48 days"), (49, "about 2 months"), (280, "about 9 months")],
)
def test_lapse_counts_days_as_long_as_they_say_more(days, expected):
    assert lapse(days) == expected


@pytest.mark.parametrize(("count", "expected"), [(0, ""), (1, "A"), (2, "A and B"), (5, "A, B, C, D and E")])
def test_listed_names_them_all(count, expected):
    assert listed("ABCDE"[:count]) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 12, 1), date(2026, 12, 1), "Tue 1 Dec"),
        (date(2026, 12, 30), date(2027, 1, 2), "Wed 30 Dec to Sat 2 Jan 2027"),
        (date(2027, 1, 1), date(2027, 1, 2), "Fri 1 Jan to Sat 2 Jan 2027"),
        (date(2027, 12, 30), date(2028, 1, 2), "Thu 30 Dec 2027 to Sun 2 Jan 2028"),
    ],
)
def test_span_says_the_year_where_it_is_another(first, last, expected):
    assert span(first, last, date(2026, 11, 25)) == expected


@pytest.mark.parametrize(
    ("numbers", "expected"), [((1, 2, 3, 4, 5, 6, 7), "every day"), ((1, 3, 7), "Mon, Wed and Sun"), ((5,), "Fri")]
)
def test_weekdays_are_a_sentence(numbers, expected):
    assert weekdays(numbers) == expected


def test_the_text_of_a_level_becomes_a_question_and_a_line_to_tick():
    text = "You can write a query, and explain its plan."
    assert can_you(text) == "Can you write a query, and explain its plan?"
    assert ability(text) == "Write a query, and explain its plan."
