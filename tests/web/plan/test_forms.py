from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from guidance.catalog.models import Role
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.web.plan.forms import DaysOffField, DaysOffWidget, GoalForm, TypedRange, ranges
from tests.factories import make_industry, make_role, rename, retire
from tests.progress.conftest import NOW

TODAY = date(2026, 11, 25)
RIGHT = {
    "role": "ai-engineer",
    "industry": "healthcare",
    "hours_per_week": "7.5",
    "weekdays": ["2", "6"],
    "deadline": "2027-08-31",
    "days_off_first": "2026-12-24",
    "days_off_last": "2026-12-26",
    "weekly_target": "4",
}


@pytest.fixture
def learner(db):
    make_role("ai-engineer")
    make_industry("healthcare")
    return User.objects.create_user("learner@example.com", time_zone="Europe/Zurich")


def data(**changes):
    found = QueryDict(mutable=True)
    for name, value in (RIGHT | changes).items():
        found.setlist(name, value if isinstance(value, list) else [value])
    return found


def form_of(learner, sent=None):
    return GoalForm.of(learner_state(learner, snapshot=current(), now=NOW), sent)


def test_goal_form_saves_all_of_a_goal(learner):
    form = form_of(learner, data())
    assert form.is_valid() and form.save(learner, NOW)
    goal = learner.goals.get()
    assert (goal.role.slug, goal.industry.slug, goal.hours_per_week) == ("ai-engineer", "healthcare", 7.5)
    assert (goal.weekdays, goal.deadline, goal.weekly_target) == ([2, 6], date(2027, 8, 31), 240)
    days = [date(2026, 12, day) for day in (24, 25, 26)]
    assert list(learner.dayoffs.values_list("day", flat=True)) == days


def test_goal_form_needs_no_more_than_a_role_hours_and_days(learner):
    form = form_of(learner, data(industry="", deadline="", weekly_target="", days_off_first="", days_off_last=""))
    assert form.is_valid() and form.save(learner, NOW)
    goal = learner.goals.get()
    assert (goal.industry, goal.deadline, goal.weekly_target) == (None, None, 450)


def test_goal_form_begins_with_the_goal_as_it_stands(learner):
    first = form_of(learner)
    assert first.initial == {"hours_per_week": 8, "weekdays": (1, 2, 3, 4, 5, 6, 7), "days_off": []}
    services.set_goal(
        learner=learner,
        role=Role.objects.get(),
        hours_per_week=8,
        weekdays=[1, 3],
        days_off=[TODAY],
        now=NOW,
    )
    assert form_of(learner).initial == {
        "role": "ai-engineer",
        "industry": "",
        "hours_per_week": 8,
        "weekdays": (1, 3),
        "deadline": None,
        "weekly_target": None,
        "days_off": [TODAY],
    }


def test_goal_form_of_a_retired_role_asks_for_another(learner):
    form = form_of(learner, data())
    assert form.is_valid() and form.save(learner, NOW)
    make_role("data-scientist")
    retire(Role.objects.get(slug="ai-engineer"))
    assert form_of(learner).initial["role"] == ""
    assert form_of(learner, data()).errors == {"role": ["This one has been retired. Choose another."]}


def test_goal_form_follows_a_renamed_role(learner):
    rename(Role.objects.get(), "engineer-for-ai")
    form = form_of(learner, data(deadline="1999-01-01"))
    assert form.errors == {"deadline": ["This day has passed. Choose a later one."]}
    assert form["role"].value() == "engineer-for-ai"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("role", "", "Choose what you want to become."),
        ("role", "astronaut", "We don’t recognise that. Choose from the list."),
        ("industry", "mining", "We don’t recognise that. Choose from the list."),
        ("hours_per_week", "", "Enter how many hours a week you have."),
        ("hours_per_week", "0", "Between half an hour and 80 hours a week."),
        ("hours_per_week", "200", "Between half an hour and 80 hours a week."),
        ("hours_per_week", "nan", "Enter hours as a number, like 7.5."),
        ("hours_per_week", "some", "Enter hours as a number, like 7.5."),
        ("weekdays", [], "Choose at least one day."),
        ("weekdays", ["8"], "Select a valid choice. 8 is not one of the available choices."),
        ("deadline", "2026-11-24", "This day has passed. Choose a later one."),
        ("deadline", "soon", "This is not a date. Write it like 2026-12-24."),
        ("weekly_target", "0", "Between half an hour and 80 hours a week."),
        ("days_off_first", "soon", "“soon” is not a date. Write it like 2026-12-24."),
    ],
)
def test_goal_form_says_at_the_field_what_is_wrong_and_keeps_the_rest(learner, field, value, message):
    form = form_of(learner, data(**{field: value}))
    name = field.removesuffix("_first")
    assert form.errors == {name: [message]}
    html = render_to_string("web/parts/goal_form.html", {"form": form})
    assert f'id="id_{name}_error"' in html
    kept = {
        "role": '<option value="ai-engineer" selected>',
        "industry": '<option value="healthcare" selected>',
        "hours_per_week": 'value="7.5"',
        "weekdays": 'value="6" id="id_weekdays_5" checked',
        "deadline": 'value="2027-08-31"',
        "weekly_target": 'value="4"',
        "days_off": 'value="2026-12-26"',
    }
    assert [other for other, part in kept.items() if part not in html and other != name] == []
    if isinstance(value, str) and value and name not in {"role", "industry"}:
        assert f'value="{value}"' in html


def test_goal_form_lets_the_service_have_the_last_word(learner):
    form = form_of(learner, data(deadline="2026-11-25"))
    assert form.is_valid()
    midnight = NOW.replace(day=26)
    assert form.save(learner, midnight) is False
    assert form.errors == {"deadline": ["This day has passed. Choose a later one."]}
    assert not learner.goals.exists()


def test_goal_form_reads_the_goal_without_saving(learner):
    form = form_of(learner, data())
    assert form.is_valid()
    assert (form.goal.role, form.goal.weekdays, form.goal.weekly_target) == ("ai-engineer", (2, 6), 240)
    assert not learner.goals.exists()


@pytest.fixture
def days_off_field():
    made = DaysOffField(required=False)
    made.today = TODAY
    return made


def messages(days_off_field, *rows):
    with pytest.raises(ValidationError) as caught:
        days_off_field.clean([TypedRange(*row) for row in rows])
    return caught.value.messages


def test_days_off_are_every_day_of_the_rows(days_off_field):
    rows = [TypedRange("2026-12-30", "2027-01-01"), TypedRange("2026-12-24", ""), TypedRange("", "2026-12-31")]
    assert days_off_field.clean(rows) == [date(2026, 12, 24), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)]


def test_days_off_may_have_begun(days_off_field):
    assert days_off_field.clean([TypedRange("2026-11-24", "2026-11-25")]) == [date(2026, 11, 24), TODAY]


def test_days_off_say_what_is_wrong_with_each_row(days_off_field):
    assert messages(
        days_off_field,
        ("2027-01-02", "2026-12-30"),
        ("2026-11-20", "2026-11-24"),
        ("Christmas", ""),
        ("2026-12-24", ""),
    ) == [
        "2 Jan 2027 to 30 Dec 2026: the last day is before the first.",
        "24 Nov 2026 has already passed.",
        "“Christmas” is not a date. Write it like 2026-12-24.",
    ]


def test_days_off_are_not_endless(days_off_field):
    assert messages(days_off_field, ("2026-12-01", "9999-12-31")) == ["That is more than 1,000 days off."]
    far = (date(2026, 12, 1) + timedelta(days=999)).isoformat()
    assert len(days_off_field.clean([TypedRange("2026-12-01", far)])) == 1_000
    assert messages(days_off_field, ("2026-12-01", far), ("2030-01-01", "")) == ["That is more than 1,000 days off."]


def test_days_off_are_read_from_as_many_rows_as_there_are():
    data = QueryDict("off_first=2026-12-24&off_last=&off_first=&off_last=&off_first=+x+&off_last=y")
    assert DaysOffWidget().value_from_datadict(data, {}, "off") == [TypedRange("2026-12-24", ""), TypedRange("x", "y")]
    assert DaysOffWidget().value_from_datadict(QueryDict(), {}, "off") == []


def test_days_off_show_what_was_typed_and_room_for_more(days_off_field):
    typed = [TypedRange("2026-12-24", ""), TypedRange("x", "y")]
    assert days_off_field.prepare_value(typed) == typed
    rows = list(DaysOffWidget().subwidgets("off", typed))
    assert [(row["first"], row["last"]) for row in rows] == [("2026-12-24", ""), ("x", "y"), ("", ""), ("", "")]
    assert days_off_field.prepare_value([date(2026, 12, 31), date(2027, 1, 1)]) == [
        TypedRange("2026-12-31", "2027-01-01")
    ]


@given(st.lists(st.integers(0, 40).map(lambda number: TODAY + timedelta(days=number))))
def test_ranges_hold_exactly_the_days(days):
    found = ranges(days)
    inside = [first + timedelta(days=number) for first, last in found for number in range((last - first).days + 1)]
    assert inside == sorted(set(days))
    assert all((later.first - earlier.last).days > 1 for earlier, later in pairwise(found))
