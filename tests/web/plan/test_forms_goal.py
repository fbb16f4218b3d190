from datetime import date

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from accounts.models import User
from guidance.catalog.models import Role
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.web.plan.forms import GoalForm
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
    assert form.errors == {"deadline": ["This day is over. Choose a later one."]}
    assert form["role"].value() == "engineer-for-ai"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("role", "", "Choose what you want to become."),
        ("role", "astronaut", "We do not know this one. Choose from the list."),
        ("industry", "mining", "We do not know this one. Choose from the list."),
        ("hours_per_week", "", "Say how many hours a week you have."),
        ("hours_per_week", "0", "Between half an hour and 80 hours a week."),
        ("hours_per_week", "200", "Between half an hour and 80 hours a week."),
        ("hours_per_week", "nan", "Write hours as a number, like 7.5."),
        ("hours_per_week", "some", "Write hours as a number, like 7.5."),
        ("weekdays", [], "Choose at least one day."),
        ("weekdays", ["8"], "Select a valid choice. 8 is not one of the available choices."),
        ("deadline", "2026-11-24", "This day is over. Choose a later one."),
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
    assert form.errors == {"deadline": ["This day is over. Choose a later one."]}
    assert not learner.goals.exists()


def test_goal_form_reads_the_goal_without_saving(learner):
    form = form_of(learner, data())
    assert form.is_valid()
    assert (form.goal.role, form.goal.weekdays, form.goal.weekly_target) == ("ai-engineer", (2, 6), 240)
    assert not learner.goals.exists()
