import pytest
import time_machine

from guidance.progress.models import Goal
from tests.factories import retire

pytestmark = pytest.mark.django_db
GOAL = {"role": "ai-engineer", "hours_per_week": 8}


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


def test_goal_is_not_there_before_it_is_set(call):
    assert call("GET", "goal/", status=404)["detail"].startswith("There is no goal yet")


def test_goal_is_set_and_read(call, catalogue):
    sent = {
        **GOAL,
        "industry": "healthcare",
        "weekdays": [3, 1],
        "deadline": "2027-06-30",
        "weekly_target": 240,
        "days_off": ["2026-12-25"],
    }
    found = call("PUT", "goal/", sent)
    assert found == {**sent, "weekdays": [1, 3], "since": "2026-11-25"}
    assert call("GET", "goal/") == found


def test_goal_that_is_set_again_is_the_same_row(call, catalogue):
    assert call("PUT", "goal/", GOAL) == call("PUT", "goal/", GOAL)
    assert Goal.objects.count() == 1


def test_goal_forgets_what_is_left_out_but_for_target_and_days_off(call, catalogue):
    more = {"industry": "healthcare", "weekdays": [1], "deadline": "2027-06-30", "weekly_target": 60}
    call("PUT", "goal/", GOAL | more | {"days_off": ["2026-12-25"]})
    found = call("PUT", "goal/", GOAL)
    assert (found["industry"], found["deadline"], found["weekdays"]) == (None, None, [1, 2, 3, 4, 5, 6, 7])
    assert (found["weekly_target"], found["days_off"]) == (60, ["2026-12-25"])


def test_goal_whose_role_is_retired_has_none(call, catalogue):
    call("PUT", "goal/", GOAL)
    retire(Goal.objects.get().role)
    assert call("GET", "goal/")["role"] is None


def test_goal_refuses_what_cannot_be(call, catalogue):
    for change, field in [
        ({"role": "nobody"}, "role"),
        ({"role": 5}, "role"),
        ({"industry": "python"}, "industry"),
        ({"hours_per_week": 0.4}, "hours_per_week"),
        ({"hours_per_week": 81}, "hours_per_week"),
        ({"hours_per_week": "8"}, "hours_per_week"),
        ({"hours_per_week": True}, "hours_per_week"),
        ({"hours_per_week": 10**400}, "hours_per_week"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekdays": [1] * 8}, "weekdays"),
        ({"deadline": "2026-11-24"}, "deadline"),
        ({"deadline": "tomorrow"}, "deadline"),
        ({"weekly_target": 0}, "weekly_target"),
        ({"weekly_target": 2**63}, "weekly_target"),
        ({"days_off": ["2026-02-30"]}, "days_off"),
        ({"days_off": ["2027-01-01"] * 1_001}, "days_off"),
    ]:
        assert list(call("PUT", "goal/", GOAL | change, status=400)["errors"]) == [field]
    assert not Goal.objects.exists()
