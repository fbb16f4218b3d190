import pytest
import time_machine

from guidance.progress.models import PlanOverride

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-25T12:00:00Z", tick=False):
        yield


@pytest.fixture
def goal(call, catalogue):
    call("PUT", "goal/", {"role": "ai-engineer", "industry": "healthcare", "hours_per_week": 7})
    call("PUT", "levels/sql/", {"level": 2})


def test_without_a_goal_there_is_neither_readiness_nor_plan(call):
    for path in ("readiness/", "plan/"):
        assert call("GET", path, status=404)["detail"].startswith("There is no goal to reckon with.")


def test_readiness_and_plan_are_those_of_the_public_calls(call, goal, client):
    asked = {"role": "ai-engineer", "industry": "healthcare", "levels": {"sql": 2}}
    public = client.post("/api/v1/readiness/", asked, "application/json").json()
    own = call("GET", "readiness/")
    assert [term.pop("source") for term in public["terms"]] == [None] * len(public["terms"])  # nobody knows how they do
    assert {term["skill"]: term.pop("source") for term in own["terms"]} == {"sql": "self", "python": None, "rag": None}
    assert own == public
    public = client.post("/api/v1/plan/", {**asked, "hours_per_week": 7}, "application/json").json()
    assert call("GET", "plan/") == {**public, "pin": [], "skip": [], "later": []}


def test_overrides_change_the_plan_and_are_taken_back(call, marek_calls, goal):
    steps = [step["skill"] for step in call("GET", "plan/")["steps"]]
    assert call("PUT", "plan/overrides/rag/", {"kind": "skip"}) == {"skill": "rag", "kind": "skip"}
    call("PUT", "plan/overrides/rag/", {"kind": "skip"})
    plan = call("GET", "plan/")
    assert plan["skip"] == ["rag"]
    assert "rag" not in [step["skill"] for step in plan["steps"]]
    call("PUT", "plan/overrides/rag/", {"kind": "later"})
    assert PlanOverride.objects.get().kind == "later"
    for _ in range(2):
        assert call("DELETE", "plan/overrides/rag/", status=204) is None
    assert [step["skill"] for step in call("GET", "plan/")["steps"]] == steps


def test_override_needs_a_skill_of_the_goal(call, marek_calls, goal):
    assert "not part of your goal" in call("PUT", "plan/overrides/aws/", {"kind": "pin"}, status=422)["detail"]
    marek_calls("PUT", "plan/overrides/rag/", {"kind": "pin"}, status=422)
    call("PUT", "plan/overrides/nobody/", {"kind": "pin"}, status=404)
    call("DELETE", "plan/overrides/nobody/", status=404)


def test_override_refuses_other_kinds(call, goal):
    for kind in ["never", "", None, 1, [], {}]:
        assert list(call("PUT", "plan/overrides/rag/", {"kind": kind}, status=400)["errors"]) == ["kind"]
