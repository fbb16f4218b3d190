import pytest
import time_machine
from django.utils import timezone

from guidance.catalog import snapshot
from guidance.progress import learner_state, services
from tests import factories
from tests.api.me.conftest import caller, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


def test_dashboard_of_somebody_new_is_empty(call):
    found = call("GET", "dashboard/")
    assert found["today"] == "2026-11-25"
    assert {name: value for name, value in found.items() if value} == {"today": "2026-11-25"}


def test_dashboard_tells_where_a_learner_stands(call, catalogue, lena):
    with time_machine.travel("2026-11-24T12:00:00Z", tick=False):
        call("PUT", "goal/", {"role": "ai-engineer", "hours_per_week": 7, "deadline": "2026-12-01"})
    call("PUT", "levels/sql/", {"level": 2})
    call("POST", "sessions/", {"skill": "python", "minutes": 660}, status=201)
    services.pass_check(learner=lena, skill=factories.make_check("sql").skill, level=2, now=timezone.now())
    found = call("GET", "dashboard/")
    assert found["readiness"] == call("GET", "readiness/")["readiness"] == 30
    assert found["next_steps"] == call("GET", "plan/")["steps"][:5]
    assert found["on_time"] is False
    assert found["pace"]["recent"]["done"] == found["streak"]["minutes"] == 660
    assert found["pace"]["forecast"] is None
    assert found["questions"] == [{"skill": "python", "level": 1, "hours": 11.0, "effort": 10.0}]
    assert [move["skill"] for move in found["moves"]] == ["sql"]
    assert found["areas"] == [{"area": "programming", "minutes": 660}]
    with time_machine.travel("2026-12-28T12:00:00Z", tick=False):
        assert caller(signed_in(lena))("GET", "dashboard/")["pace"]["forecast"]["weeks"] == 5
    with time_machine.travel("2027-01-28T12:00:00Z", tick=False):
        found = caller(signed_in(lena))("GET", "dashboard/")
        assert found["reviews"] == [
            {
                "skill": "sql",
                "level": 2,
                "touched_on": "2026-11-25",
                "due_on": "2027-01-28",
                "worth_refresh": False,
            }
        ]


def test_dashboard_asks_for_less_in_the_first_week(call, catalogue, lena):
    with time_machine.travel("2026-11-26T12:00:00Z", tick=False):  # a Thursday
        call("PUT", "goal/", {"role": "ai-engineer", "hours_per_week": 8, "weekdays": [1, 2, 4, 6]})
        assert call("GET", "dashboard/")["streak"]["target"] == 240
        call("POST", "sessions/", {"skill": "python", "minutes": 240}, status=201)
        assert call("GET", "dashboard/")["streak"]["weeks"] == 1
    with time_machine.travel("2026-11-30T12:00:00Z", tick=False):
        assert caller(signed_in(lena))("GET", "dashboard/")["streak"]["target"] == 480


def test_dashboard_takes_at_most_ten_queries(call, catalogue, django_assert_max_num_queries):
    call("PUT", "goal/", {"role": "ai-engineer", "hours_per_week": 7})
    call("POST", "sessions/", {"skill": "python", "minutes": 60}, status=201)
    learner_state.forget()
    with django_assert_max_num_queries(10):
        call("GET", "dashboard/")


def test_dashboard_tells_of_a_change_until_it_is_seen(call, catalogue, lena):
    call("PUT", "levels/sql/", {"level": 2})
    assert call("GET", "dashboard/")["notices"] == []
    factories.publish(factories.skill_document("sql", effort=[1, 2, 3, 4]))
    [notice] = call("GET", "dashboard/")["notices"]
    assert (notice["kind"], notice["slug"], notice["change"]) == ("skill", "sql", "updated")
    services.mark_changes_seen(learner=lena, revision=snapshot.current().revision)
    assert call("GET", "dashboard/")["notices"] == []
