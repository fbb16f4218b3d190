"""Ticked units, and the units of the learner’s plan."""

import pytest
import time_machine

from guidance.progress.models import StudySession, UnitTick
from tests.factories import make_skill

pytestmark = pytest.mark.django_db
ASK = "units/python/1/ask/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


@pytest.fixture
def publish_second_level():
    make_skill(
        "python",
        effort=[10, 20, 30, 40],
        units={
            1: [{"id": "ask", "do": "Ask it.", "minutes": 60}],
            2: [{"id": "more", "build": "Ask more.", "minutes": 60}],
        },
    )


def test_unit_is_ticked_once_and_unticked(call, marek_calls, catalogue):
    found = call("PUT", ASK, {})
    assert found == {
        "skill": "python",
        "level": 1,
        "id": "ask",
        "type": "do",
        "text": "Ask it.",
        "minutes": 60,
        "session": StudySession.objects.get().pk,
        "on": "2026-11-25",
        "at": "2026-11-25T12:00:00Z",
    }
    assert call("PUT", ASK, {"minutes": 5}) == found
    assert call("GET", "units/") == {"next": None, "results": [found]}
    assert marek_calls("GET", "units/")["results"] == []
    marek_calls("DELETE", ASK, status=204)
    assert UnitTick.objects.count() == 1
    for _twice in range(2):
        call("DELETE", ASK, status=204)
    assert not StudySession.objects.exists()
    assert not UnitTick.objects.exists()


def test_unit_needs_no_body(call, catalogue):
    assert call("PUT", ASK)["minutes"] == 60


def test_unit_logs_the_minutes_that_are_sent(call, catalogue):
    assert call("PUT", ASK, {"minutes": 0})["session"] is None
    call("DELETE", ASK, status=204)
    assert call("PUT", ASK, {"minutes": 25})["minutes"] == 25
    assert StudySession.objects.get().minutes == 25


def test_unit_refuses_what_cannot_be(call, catalogue):
    for minutes in (-1, 1441, "5", 1.5, None):
        assert list(call("PUT", ASK, {"minutes": minutes}, status=400)["errors"]) == ["minutes"]
    call("POST", "sessions/", {"skill": "sql", "minutes": 1400}, status=201)
    assert list(call("PUT", ASK, {}, status=400)["errors"]) == ["minutes"]
    for path in ("units/python/1/gone/", "units/python/3/ask/", "units/python/99999999999/ask/", "units/cobol/1/ask/"):
        assert call("PUT", path, {}, status=404)["type"].endswith("not-found")
    assert not UnitTick.objects.exists()


def test_unit_of_a_later_level_is_refused(call, catalogue, publish_second_level):
    assert call("PUT", "units/python/2/more/", {}, status=422)["detail"] == (
        "You are at level 0 of Python. Do the units of level 1 first."
    )
    call("PUT", "levels/python/", {"level": 1})
    assert call("PUT", "units/python/2/more/", {})["level"] == 2


def test_plan_has_the_units_of_its_first_step_and_all_when_asked(call, catalogue, publish_second_level):
    call("PUT", "goal/", {"role": "ai-engineer", "hours_per_week": 7})
    call("PUT", ASK, {})
    steps = call("GET", "plan/")["steps"]
    assert steps[0]["units"] == [
        {
            "id": "ask",
            "type": "do",
            "text": "Ask it.",
            "resource": None,
            "part": "",
            "minutes": 60,
            "untried": False,
            "done": True,
        }
    ]
    assert not any("units" in step for step in steps[1:])
    steps = call("GET", "plan/", units="all")["steps"]
    assert [[unit["done"] for unit in step["units"]] for step in steps if step["skill"] == "python"] == [
        [True],
        [False],
    ]
    assert list(call("GET", "plan/", units="some", status=400)["errors"]) == ["units"]
