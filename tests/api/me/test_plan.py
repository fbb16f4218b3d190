"""The goal, readiness and plan of a learner."""

import pytest
import time_machine
from django.utils import timezone

from guidance.catalog.models import Milestone, Skill
from guidance.progress import services
from guidance.progress.models import Goal, PathWishes, PlanOverride
from tests.factories import make_milestone, make_project, make_role, make_skill, rename, retire

pytestmark = pytest.mark.django_db
GOAL = {"role": "ai-engineer", "hours_per_week": 8}
NO_WISHES = {"choices": {}, "projects": {}, "milestone_order": [], "skip_milestones": []}


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
        "ad": None,
        "weekdays": [3, 1],
        "deadline": "2027-06-30",
        "weekly_target": 240,
        "days_off": ["2026-12-25"],
    }
    found = call("PUT", "goal/", sent)
    assert found == {**sent, "weekdays": [1, 3], "since": "2026-11-25", **NO_WISHES}
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


STAGED = {"role": "engineer", "hours_per_week": 8}
WISHED = {
    "choices": {"cloud": "azure"},
    "projects": {"programs": "other-tool"},
    "milestone_order": ["data", "programs"],
    "skip_milestones": ["service"],
}


@pytest.fixture
def staged(catalogue):
    """A role with a choice of clouds and three milestones, of which the last needs what the first teaches."""
    make_skill("azure")
    make_project("tool", proves={"python": 1})
    make_project("other-tool", proves={"python": 1})
    make_milestone("programs", steps=[("python", 1), ("python", 2)], projects=["tool", "other-tool"])
    make_milestone("data", steps=[("sql", 1), ("sql", 2)])
    make_milestone("service", steps=[("rag", 1), ("aws", 1), ("azure", 1)])
    make_role(
        "engineer",
        requirements={"python": (2, 5), "sql": (2, 3), "rag": (1, 2)},
        choices={"cloud": {"name": "A cloud", "one_of": {"aws": 1, "azure": 1}, "importance": 2}},
        milestones=["programs", "data", "service"],
    )


def test_wishes_are_set_with_the_goal_and_the_plan_follows_them(call, staged):
    found = call("PUT", "goal/", STAGED | WISHED)
    assert {name: found[name] for name in WISHED} == WISHED
    assert call("GET", "goal/") == found
    plan = call("GET", "plan/")
    assert plan["choices"] == {"cloud": "azure"}
    assert [(stage["milestone"], stage["project"]) for stage in plan["milestones"]] == [
        ("data", None),
        ("programs", "other-tool"),
    ]


def test_wishes_stay_when_a_goal_leaves_them_out(call, staged):
    call("PUT", "goal/", STAGED | WISHED)
    found = call("PUT", "goal/", STAGED | {"hours_per_week": 4})
    assert {name: found[name] for name in WISHED} == WISHED
    found = call("PUT", "goal/", STAGED | {"choices": {}, "milestone_order": []})
    assert {name: found[name] for name in WISHED} == WISHED | {"choices": {}, "milestone_order": []}


def test_wishes_for_another_role_wait_for_it(call, staged):
    make_milestone("other", steps=[("sql", 1), ("sql", 2)])
    make_role("analyst", requirements={"sql": (2, 5)}, milestones=["other"])
    call("PUT", "goal/", STAGED | WISHED)
    found = call(
        "PUT", "goal/", GOAL | {"role": "analyst", "skip_milestones": ["other"], "choices": {}, "projects": {}}
    )
    assert {name: found[name] for name in WISHED} == NO_WISHES | {"skip_milestones": ["other"]}
    found = call("PUT", "goal/", STAGED)
    assert {name: found[name] for name in WISHED} == WISHED


def test_wishes_of_a_client_that_knows_none_are_not_stored(call, lena, staged):
    found = call("PUT", "goal/", STAGED)
    assert {name: found[name] for name in WISHED} == NO_WISHES
    assert not PathWishes.objects.exists()


def test_wishes_are_refused_by_field_and_the_goal_with_them(call, staged):
    for wish, field, said in [
        ({"choices": {"cloud": "python"}}, "choices", "python is not one of cloud."),
        ({"choices": {"engine": "aws"}}, "choices", "engine is not part of the goal."),
        ({"choices": {"cloud": "gcp"}}, "choices", "No skill has this slug."),
        ({"choices": ["cloud"]}, "choices", "dictionary"),
        ({"projects": {"data": "tool"}}, "projects", "tool is not a project of data."),
        ({"projects": {"nowhere": "tool"}}, "projects", "nowhere is not part of the goal."),
        ({"projects": {"programs": "nothing"}}, "projects", "No project has this slug."),
        (
            {"milestone_order": ["service", "programs"]},
            "milestone_order",
            "service needs python, which programs teaches",
        ),
        ({"milestone_order": ["nowhere"]}, "milestone_order", "No milestone has this slug."),
        ({"skip_milestones": ["nowhere"]}, "skip_milestones", "No milestone has this slug."),
        ({"skip_milestones": "data"}, "skip_milestones", "list of items"),
    ]:
        errors = call("PUT", "goal/", STAGED | wish, status=400)["errors"]
        assert list(errors) == [field]
        assert said in str(errors[field])
    assert not Goal.objects.exists()
    assert not PathWishes.objects.exists()


def test_wishes_are_checked_against_what_the_learner_knows(call, lena, staged):
    order = {"milestone_order": ["service", "programs"]}
    call("PUT", "goal/", STAGED | order, status=400)
    python = Skill.objects.get(slug="python")
    services.assess(learner=lena, skill=python, level=2, now=timezone.now())
    assert call("PUT", "goal/", STAGED | order)["milestone_order"] == ["service", "programs"]


def test_wishes_name_records_by_old_slugs_too(call, staged):
    rename(Milestone.objects.get(slug="programs"), "write-programs")
    found = call("PUT", "goal/", STAGED | {"projects": {"programs": "tool"}, "skip_milestones": ["programs"]})
    assert found["projects"] == {"write-programs": "tool"}
    assert found["skip_milestones"] == ["write-programs"]


def test_goal_and_wishes_are_written_together(call, staged, monkeypatch):
    def broken(**_wishes):
        raise RuntimeError

    monkeypatch.setattr(services, "update_wishes", broken)
    with pytest.raises(RuntimeError):
        call("PUT", "goal/", STAGED | WISHED)
    assert not Goal.objects.exists()


@pytest.fixture
def goal(call, catalogue):
    call("PUT", "goal/", {"role": "ai-engineer", "industry": "healthcare", "hours_per_week": 7})
    call("PUT", "levels/sql/", {"level": 2})


def test_without_a_goal_there_is_neither_readiness_nor_plan(call):
    for path in ("readiness/", "plan/"):
        assert call("GET", path, status=404)["detail"].startswith("There is no goal yet.")


def test_readiness_and_plan_are_those_of_the_public_calls(call, goal, client):
    asked = {"role": "ai-engineer", "industry": "healthcare", "levels": {"sql": 2}}
    public = client.post("/api/v1/readiness/", asked, "application/json").json()
    own = call("GET", "readiness/")
    assert [term.pop("source") for term in public["terms"]] == [None] * len(public["terms"])  # nobody knows how they do
    assert [term.pop("sources") for term in public["terms"]] == [[]] * len(public["terms"])
    assert {term["skill"]: term.pop("source") for term in own["terms"]} == {"sql": "self", "python": None, "rag": None}
    assert {term["skill"]: term.pop("sources") for term in own["terms"]} == {
        "sql": ["self"] * 2,
        "python": [],
        "rag": [],
    }
    assert own == public
    public = client.post("/api/v1/plan/", {**asked, "hours_per_week": 7}, "application/json").json()
    assert call("GET", "plan/") == {**public, "pin": [], "skip": [], "later": [], "reviews": []}


def test_readiness_in_parts_by_how_the_levels_are_known(call, goal, lena):
    sql = Skill.objects.get(slug="sql")
    services.pass_check(learner=lena, skill=sql, level=1, now=timezone.now())
    own = call("GET", "readiness/")
    parts = own["by_source"]
    assert set(parts) == {"self", "cv", "check", "project", "implied"}
    assert parts["self"] == parts["check"] == pytest.approx(own["readiness"] / 2)
    assert next(term["sources"] for term in own["terms"] if term["skill"] == "sql") == ["check", "self"]
    assert call("GET", "dashboard/")["by_source"] == parts
    assert own["evidenced"] == 0


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
