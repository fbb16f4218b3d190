"""Study sessions, ticked units, and the units of the learner’s plan."""

import pytest
import time_machine

from guidance.progress.models import MINUTES_OF_A_DAY, Progress, StudySession, UnitTick
from tests.factories import make_skill, retire

pytestmark = pytest.mark.django_db
EVENT = "2f1c3c0e-4a4e-4d3a-9a57-1c1f0d2f6f10"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


def test_session_is_logged_and_listed(call, catalogue, resource):
    made = call("POST", "sessions/", {"skill": "python", "resource": resource, "minutes": 45}, status=201)
    row = StudySession.objects.get()
    assert made == {
        "id": row.pk,
        "event_id": str(row.event_id),
        "skill": "python",
        "resource": resource,
        "minutes": 45,
        "on": "2026-11-25",
        "at": "2026-11-25T12:00:00Z",
    }
    assert call("GET", "sessions/") == {"next": None, "results": [made]}


def test_session_may_be_of_a_resource_alone_and_of_an_earlier_day(call, catalogue, resource):
    made = call("POST", "sessions/", {"resource": resource, "minutes": 1, "on": "2026-11-01"}, status=201)
    assert (made["skill"], made["on"]) == (None, "2026-11-01")


def test_session_of_a_retired_skill_keeps_its_name(call, catalogue):
    call("POST", "sessions/", {"skill": "sql", "minutes": 45}, status=201)
    retire(StudySession.objects.get().skill)
    (listed,) = call("GET", "sessions/")["results"]
    assert listed["skill"] == "sql"
    assert listed == call("GET", f"sessions/{listed['id']}/")


def test_sessions_are_listed_latest_first_page_by_page(call, catalogue, lena):
    days = ["2026-11-01", "2026-11-03", "2026-11-03", "2026-11-02", "2026-11-25"]
    for number, on in enumerate(days, 1):
        call("POST", "sessions/", {"skill": "python", "minutes": number, "on": on}, status=201)
    shown, following = [], "sessions/?page_size=2"
    while following:
        page = call("GET", following)
        shown.append([session["minutes"] for session in page["results"]])
        following = page["next"] and page["next"].partition("/me/")[2]
    assert shown == [[5, 3], [2, 4], [1]]


def test_event_is_stored_once(call, catalogue):
    sent = {"skill": "python", "minutes": 45, "event_id": EVENT}
    made = call("POST", "sessions/", sent, status=201)
    with time_machine.travel("2026-11-26T00:30:00Z", tick=False):
        assert call("POST", "sessions/", sent) == made
        assert call("POST", "sessions/", {**sent, "event_id": EVENT.upper()}) == made
        problem = call("POST", "sessions/", {**sent, "minutes": 46}, status=409)
        call("POST", "sessions/", {**sent, "on": "2026-11-26"}, status=409)
    assert problem["detail"] == "This event_id was used with different values."
    assert StudySession.objects.get().minutes == 45


def test_event_ids_of_two_learners_do_not_meet(call, marek_calls, catalogue):
    sent = {"skill": "python", "minutes": 45, "event_id": EVENT}
    call("POST", "sessions/", sent, status=201)
    marek_calls("POST", "sessions/", {**sent, "minutes": 5}, status=201)


def test_session_refuses_what_cannot_be(call, catalogue):
    for change, field in [
        ({"skill": None}, "skill"),
        ({"skill": "nobody"}, "skill"),
        ({"resource": 2**63}, "resource"),
        ({"resource": "7"}, "resource"),
        ({"resource": [1]}, "resource"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1_441}, "minutes"),
        ({"minutes": "45"}, "minutes"),
        ({"minutes": 4.5}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"minutes": 10**400}, "minutes"),
        ({"on": "2026-11-26"}, "on"),
        ({"on": "2026-02-30"}, "on"),
        ({"on": 20261125}, "on"),
        ({"event_id": "mine"}, "event_id"),
        ({"event_id": 5}, "event_id"),
        ({"event_id": "{" + EVENT + "}"}, "event_id"),
    ]:
        errors = call("POST", "sessions/", {"skill": "python", "minutes": 45} | change, status=400)["errors"]
        assert list(errors) == [field]
    assert not StudySession.objects.exists()


def test_a_day_does_not_get_more_minutes_than_it_has(call, catalogue):
    call("POST", "sessions/", {"skill": "python", "minutes": MINUTES_OF_A_DAY}, status=201)
    errors = call("POST", "sessions/", {"skill": "python", "minutes": 1}, status=400)["errors"]
    assert list(errors) == ["minutes"]


def test_list_refuses_what_cannot_be(call):
    for name, value in [
        ("cursor", ""),
        ("cursor", "17"),
        ("cursor", "2026-02-30_1"),
        ("cursor", "0000-01-01_1"),
        ("cursor", f"2026-11-25_{2**63}"),
        ("cursor", "2026-11-25_-1"),
        ("cursor", "２026-11-25_1"),
        ("cursor", "2026-11-25_1\0"),
        ("page_size", "0"),
        ("page_size", "201"),
        ("page_size", str(2**64)),
        ("page_size", "ten"),
    ]:
        assert list(call("GET", "sessions/", status=400, **{name: value})["errors"]) == [name]


def test_list_ignores_what_it_does_not_know(call):
    assert call("GET", "sessions/", learner="1", page="7") == {"next": None, "results": []}


def test_sessions_of_others_are_not_there(call, marek_calls, catalogue, marek):
    call("POST", "sessions/", {"skill": "python", "minutes": 45}, status=201)
    assert marek_calls("GET", "sessions/")["results"] == []
    assert not Progress.objects.filter(learner=marek).exists()


ASK = "units/python/1/ask/"


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
