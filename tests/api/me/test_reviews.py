from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from guidance.progress import learner_state, services
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


@pytest.fixture
def checked(catalogue, lena):
    """A check of SQL 2 seventy days ago; Python was stated at 2 and is not affected."""
    now = timezone.now()
    sql = factories.make_check("sql").skill
    services.pass_check(learner=lena, skill=sql, level=2, now=now - 70 * DAY)
    services.assess(learner=lena, skill=factories.make_check("python").skill, level=2, now=now - 900 * DAY)
    return sql


def test_reviews_are_those_of_checked_levels(call, checked):
    found = call("GET", "reviews/")
    assert found == {
        "minutes": 5,
        "reviews": [
            {
                "skill": "sql",
                "level": 2,
                "touched_on": "2026-09-16",
                "due_on": "2026-11-19",
                "worth_refresh": False,
                "is_due": True,
                "planned_on": None,
                "left": 0.783,
                "half_life": 198,
                "passed": 0,
                "since": "2026-09-16",
            }
        ],
    }


def test_reviews_have_their_day_in_the_plan(call, checked, lena):
    call("PUT", "goal/", {"role": "ai-engineer", "hours_per_week": 7, "weekdays": [5]})
    assert call("GET", "reviews/")["reviews"][0]["planned_on"] == "2026-11-27"
    planned = {"skill": "sql", "level": 2, "on": "2026-11-27", "due_on": "2026-11-19", "minutes": 5}
    assert call("GET", "plan/")["reviews"] == [planned]
    services.finish_review(learner=lena, skill=checked, passed=True, now=timezone.now())
    [after] = call("GET", "reviews/")["reviews"]
    assert (after["is_due"], after["half_life"], after["passed"], after["planned_on"]) == (False, 396, 1, None)
    assert call("GET", "plan/")["reviews"] == []


def test_reviews_of_a_failed_one_say_so(call, checked, lena):
    services.finish_review(learner=lena, skill=checked, passed=False, now=timezone.now())
    [found] = call("GET", "reviews/")["reviews"]
    assert (found["worth_refresh"], found["is_due"], found["due_on"]) == (True, False, "2026-12-09")


def test_reviews_take_at_most_six_queries(call, checked, django_assert_max_num_queries):
    learner_state.forget()
    with django_assert_max_num_queries(6):
        call("GET", "reviews/")


def test_reviews_of_somebody_new_are_none(call):
    assert call("GET", "reviews/") == {"minutes": 5, "reviews": []}
