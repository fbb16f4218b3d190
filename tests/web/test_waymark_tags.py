from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from guidance.web.templatetags.waymark import aim_name, cost, day, hours, inside, level_name


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
    assert cost(SimpleNamespace(cost=amount, currency="USD")) == text


def test_levels_have_names():
    assert [level_name(level) for level in range(5)] == ["none", "aware", "working", "proficient", "expert"]


@pytest.mark.parametrize(("name", "text"), [("Healthcare", "healthcare"), ("HR technology", "HR technology"), ("", "")])
def test_name_within_a_sentence(name, text):
    assert inside(name) == text


def test_aim_is_a_role_in_an_industry():
    role, industry = SimpleNamespace(name="AI engineer"), SimpleNamespace(name="Healthcare")
    assert aim_name(role, industry) == "AI engineer in healthcare"
    assert aim_name(role, None) == "AI engineer"
