from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from guidance.web.plan.forms import DaysOffField, DaysOffWidget, TypedRange, ranges

TODAY = date(2026, 11, 25)


@pytest.fixture
def field():
    made = DaysOffField(required=False)
    made.today = TODAY
    return made


def messages(field, *rows):
    with pytest.raises(ValidationError) as caught:
        field.clean([TypedRange(*row) for row in rows])
    return caught.value.messages


def test_days_off_are_every_day_of_the_rows(field):
    rows = [TypedRange("2026-12-30", "2027-01-01"), TypedRange("2026-12-24", ""), TypedRange("", "2026-12-31")]
    assert field.clean(rows) == [date(2026, 12, 24), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)]


def test_days_off_may_have_begun(field):
    assert field.clean([TypedRange("2026-11-24", "2026-11-25")]) == [date(2026, 11, 24), TODAY]


def test_days_off_say_what_is_wrong_with_each_row(field):
    assert messages(
        field, ("2027-01-02", "2026-12-30"), ("2026-11-20", "2026-11-24"), ("Christmas", ""), ("2026-12-24", "")
    ) == [
        "2 Jan 2027 to 30 Dec 2026: the last day is before the first.",
        "24 Nov 2026 is over already.",
        "“Christmas” is not a date. Write it like 2026-12-24.",
    ]


def test_days_off_are_not_endless(field):
    assert messages(field, ("2026-12-01", "9999-12-31")) == ["That is more than 1,000 days off."]
    far = (date(2026, 12, 1) + timedelta(days=999)).isoformat()
    assert len(field.clean([TypedRange("2026-12-01", far)])) == 1_000
    assert messages(field, ("2026-12-01", far), ("2030-01-01", "")) == ["That is more than 1,000 days off."]


def test_days_off_are_read_from_as_many_rows_as_there_are():
    data = QueryDict("off_first=2026-12-24&off_last=&off_first=&off_last=&off_first=+x+&off_last=y")
    assert DaysOffWidget().value_from_datadict(data, {}, "off") == [TypedRange("2026-12-24", ""), TypedRange("x", "y")]
    assert DaysOffWidget().value_from_datadict(QueryDict(), {}, "off") == []


def test_days_off_show_what_was_typed_and_room_for_more(field):
    typed = [TypedRange("2026-12-24", ""), TypedRange("x", "y")]
    assert field.prepare_value(typed) == typed
    rows = list(DaysOffWidget().subwidgets("off", typed))
    assert [(row["first"], row["last"]) for row in rows] == [("2026-12-24", ""), ("x", "y"), ("", ""), ("", "")]
    assert field.prepare_value([date(2026, 12, 31), date(2027, 1, 1)]) == [TypedRange("2026-12-31", "2027-01-01")]


@given(st.lists(st.integers(0, 40).map(lambda number: TODAY + timedelta(days=number))))
def test_ranges_hold_exactly_the_days(days):
    found = ranges(days)
    inside = [first + timedelta(days=number) for first, last in found for number in range((last - first).days + 1)]
    assert inside == sorted(set(days))
    assert all((later.first - earlier.last).days > 1 for earlier, later in pairwise(found))
