from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
HOUR = timedelta(hours=1)


def goal(learner, now, **changes):
    fields = {"role": changes.pop("role", None) or factories.make_role(), "hours_per_week": 6, "weekdays": [1, 3]}
    return services.set_goal(learner=learner, now=now, **fields | changes)


def test_set_goal_adds_a_goal_and_keeps_the_last_one(learner, now):
    role = factories.make_role()
    goal(learner, now, role=role)
    goal(learner, now + timedelta(days=1), role=role, hours_per_week=8, weekdays=[3, 1, 3])
    assert list(learner.goals.values_list("hours_per_week", "weekdays", "weekly_target", "on")) == [
        (6, [1, 3], 360, TODAY),
        (8, [1, 3], 480, TODAY + timedelta(days=1)),
    ]


def test_set_goal_keeps_a_weekly_target_of_ones_own(learner, now):
    role = factories.make_role()
    goal(learner, now, role=role, weekly_target=120)
    assert goal(learner, now, role=role, hours_per_week=8).weekly_target == 120


def test_set_goal_never_makes_the_plans_hours_a_weekly_target_of_ones_own(learner, now):
    role = factories.make_role()
    assert goal(learner, now, role=role, hours_per_week=7.34).weekly_target == 440
    assert goal(learner, now, role=role, hours_per_week=20).weekly_target == 1200


def test_set_goal_lowers_a_weekly_target_to_what_the_plan_has(learner, now):
    role = factories.make_role()
    goal(learner, now, role=role, weekly_target=120)
    assert goal(learner, now, role=role, hours_per_week=1).weekly_target == 60


def test_set_goal_twice_on_a_day_is_one_goal(learner, now):
    role = factories.make_role()
    first = goal(learner, now, role=role)
    assert goal(learner, now + HOUR, role=role, hours_per_week=9).pk == first.pk
    assert list(learner.goals.values_list("hours_per_week", "on")) == [(9, TODAY)]


def test_set_goal_that_changes_nothing_adds_nothing(learner, now):
    role = factories.make_role()
    assert goal(learner, now, role=role) == goal(learner, now, role=role)
    assert learner.goals.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hours_per_week": 0}, "hours_per_week"),
        ({"hours_per_week": 200}, "hours_per_week"),
        ({"deadline": date(2026, 11, 24)}, "deadline"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekly_target": 0}, "weekly_target"),
        ({"days_off": [TODAY + timedelta(days=n) for n in range(1001)]}, "days_off"),
    ],
)
def test_set_goal_names_the_field_that_is_wrong_and_writes_nothing(learner, now, changes, field):
    with pytest.raises(ValidationError) as error:
        goal(learner, now, **changes)
    assert list(error.value.error_dict) == [field]
    assert not learner.goals.exists()
    assert not learner.dayoffs.exists()


def test_set_goal_reads_today_from_the_learners_wall(learner, now):
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # half past midnight in Zurich
    assert goal(learner, late).on == date(2026, 11, 26)
    with pytest.raises(ValidationError):
        goal(learner, late, role=factories.make_role("other"), deadline=TODAY)


def test_set_days_off_replaces_those_to_come_and_leaves_those_gone(learner, now):
    services.set_days_off(learner=learner, days=[TODAY, TODAY + timedelta(days=3)], now=now)
    later = now + timedelta(days=2)
    services.set_days_off(learner=learner, days=[TODAY, TODAY + timedelta(days=9)], now=later)
    assert list(learner.dayoffs.values_list("day", flat=True)) == [TODAY, TODAY + timedelta(days=9)]


def test_set_days_off_takes_back_today(learner, now):
    services.set_days_off(learner=learner, days=[TODAY, TODAY + timedelta(days=3)], now=now)
    services.set_days_off(learner=learner, days=[TODAY + timedelta(days=3)], now=now)
    assert list(learner.dayoffs.values_list("day", flat=True)) == [TODAY + timedelta(days=3)]


def test_override_the_last_word_counts(learner, python, now):
    services.override(learner=learner, kinds={python.pk: "pin"}, now=now)
    services.override(learner=learner, kinds={python.pk: "skip"}, now=now)
    assert list(learner.planoverrides.values_list("kind", flat=True)) == ["skip"]
    services.override(learner=learner, kinds={python.pk: None}, now=now)
    assert not learner.planoverrides.exists()
    with pytest.raises(ValidationError):
        services.override(learner=learner, kinds={python.pk: "never"}, now=now)


def test_override_pins_in_the_order_said(learner, now):
    skills = [factories.make_skill(slug) for slug in ("git", "python", "sql")]
    services.override(learner=learner, kinds={skills[2].pk: "pin", skills[0].pk: "pin"}, now=now)
    services.override(learner=learner, kinds={skills[1].pk: "pin"}, now=now)
    assert learner_state(learner, snapshot=current(), now=now).pin == ("sql", "git", "python")
    services.override(learner=learner, kinds={skill.pk: "pin" for skill in skills}, now=now)
    assert learner_state(learner, snapshot=current(), now=now).pin == ("git", "python", "sql")
