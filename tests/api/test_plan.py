import json
from datetime import date

import pytest
import time_machine
from django.test import Client

from guidance.api.plan import MAX_DAYS_OFF
from guidance.api.views import MAX_BYTES
from tests.factories import make_industry, make_milestone, make_project, make_role, make_skill, rename, retire

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue():
    make_skill("python", effort=[10, 20, 30, 40])
    make_skill("sql", effort=[5, 10, 20, 40])
    make_skill("rag", effort=[4, 8, 16, 32], prerequisites={"python": 2})
    make_skill("aws")
    make_role("ai-engineer", requirements={"python": (2, 5), "sql": (2, 3), "rag": (1, 2)})
    make_industry("healthcare", emphases={"rag": 1.5, "aws": 1.0})


@pytest.fixture
def post(client):
    def post(path, question, status=200):
        body = question if isinstance(question, (str, bytes)) else json.dumps(question)
        response = client.post(f"/api/v1/{path}/", body, content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    return post


def ask(**changes):
    return {"role": "ai-engineer", "hours_per_week": 7, "start": "2026-11-30", **changes}


# A body that both operations accept.
QUESTION = {
    "plan": ask,
    "readiness": lambda **changes: {"role": "ai-engineer", **changes},
}


def test_plan_has_the_units_of_its_first_step_and_all_when_asked(client, catalogue):
    make_skill("python", effort=[10, 20, 30, 40], units={1: [{"id": "ask", "do": "Ask it.", "minutes": 60}]})

    def steps(query: str, status: int = 200):
        response = client.post(f"/api/v1/plan/{query}", json.dumps(ask()), content_type="application/json")
        assert response.status_code == status
        return response.json()["errors"] if status == 400 else response.json()["steps"]

    first, *others = steps("")
    assert [(unit["id"], unit["done"]) for unit in first["units"]] == [("ask", False)]
    assert not any("units" in step for step in others)
    assert [len(step["units"]) for step in steps("?units=all")] == [1, *[0] * len(others)]
    assert list(steps("?units=some", 400)) == ["units"]


def test_readiness_shows_every_term(post, catalogue):
    found = post("readiness", {"role": "ai-engineer", "industry": "healthcare", "levels": {"python": 2, "sql": 1}})
    assert found["readiness"] == pytest.approx(650 / 13)
    assert found["readiness"] == pytest.approx(sum(term["points"] for term in found["terms"]))
    assert found["evidenced"] == 0
    parts = {"self": found["readiness"], "cv": 0, "check": 0, "project": 0, "implied": 0}
    assert found["by_source"] == pytest.approx(parts)
    assert found["terms"][0] == {
        "skill": "python",
        "choice": None,
        "source": None,
        "sources": [],
        "level": 2,
        "target": 2,
        "importance": 5,
        "emphasis": 0.0,
        "weight": 5.0,
        "coverage": 1.0,
        "points": pytest.approx(500 / 13),
    }
    assert [term["skill"] for term in found["terms"]] == ["python", "rag", "sql"]
    assert [(gain["skill"], gain["to_level"], gain["hours"]) for gain in found["gains"]] == [
        ("rag", 1, 4),
        ("sql", 2, 10),
    ]
    assert found["also_asked_for"] == ["aws"]


def test_a_plan_is_dated_and_says_why(post, catalogue):
    found = post("plan", ask(levels={"sql": 2}, weekdays=[1, 3], days_off=["2026-11-30"], deadline="2026-12-31"))
    assert [(step["skill"], step["to_level"]) for step in found["steps"]] == [("python", 1), ("python", 2), ("rag", 1)]
    assert found["steps"][0] == {
        "milestone": None,
        "project": None,
        "skill": "python",
        "from_level": 0,
        "to_level": 1,
        "hours": 10.0,
        "start": "2026-12-02",
        "end": "2026-12-09",
        "readiness_after": 55.0,
        "because": {"required_by": ["python", "rag"], "unlocks": [], "project": None},
        "units": [],
    }
    assert found["steps"][1]["because"]["unlocks"] == ["rag"]
    assert found["total_hours"] == 34
    assert found["finish"] == found["steps"][-1]["end"] == "2027-01-04"
    assert found["on_time"] is False
    assert found["unreachable"] == []
    again = post(
        "plan",
        ask(levels={"sql": 2}, weekdays=[1, 3], deadline="2026-12-31", hours_per_week=found["hours_per_week_needed"]),
    )
    assert again["on_time"] is True
    assert again["by_deadline"] is None


def test_a_plan_without_a_deadline_says_nothing_of_one(post, catalogue):
    found = post("plan", ask(skip=["python"], later=["sql"]))
    assert found["on_time"] is None
    assert "hours_per_week_needed" not in found
    assert (found["by_deadline"], found["drop_to_meet_deadline"]) == (None, None)
    assert found["unreachable"] == [{"skill": "rag", "because": "python"}]


@pytest.fixture
def staged(catalogue):
    """A role with two milestones: the first ends in a project, the second has a choice of clouds."""
    make_skill("azure")
    make_project("tool", hours=5, proves={"python": 1})
    make_milestone("programs", steps=[("python", 1), ("sql", 1)], projects=["tool"])
    make_milestone("service", steps=[("python", 2), ("sql", 2), ("rag", 1), ("aws", 1), ("azure", 1)])
    make_role(
        "engineer",
        requirements={"python": (2, 5), "sql": (2, 3), "rag": (1, 2)},
        choices={"cloud": {"name": "A cloud", "one_of": {"aws": 1, "azure": 1}, "importance": 2}},
        milestones=["programs", "service"],
        apply_after="programs",
    )


def test_a_plan_goes_by_milestones_that_end_in_projects(post, staged):
    found = post("plan", ask(role="engineer"))
    assert [(step["milestone"], step["skill"] or step["project"], step["to_level"]) for step in found["steps"]] == [
        ("programs", "python", 1),
        ("programs", "sql", 1),
        ("programs", "tool", 0),
        ("service", "python", 2),
        ("service", "sql", 2),
        ("service", "rag", 1),
        ("service", "aws", 1),
    ]
    assert found["choices"] == {"cloud": "aws"}
    first = found["milestones"][0]
    assert (first["milestone"], first["hours"], first["project"], first["done"]) == ("programs", 20.0, "tool", False)
    assert first["end"] == found["steps"][2]["end"]
    assert found["steps"][0]["because"]["project"] == "tool"


def test_what_the_learner_wants_different_is_followed(post, staged):
    found = post("plan", ask(role="engineer", choices={"cloud": "azure"}, skip_milestones=["programs"]))
    assert found["choices"] == {"cloud": "azure"}
    assert [stage["milestone"] for stage in found["milestones"]] == ["service"]
    assert (found["steps"][0]["milestone"], found["steps"][0]["skill"]) == ("service", "python")
    moved = post("plan", ask(role="engineer", milestone_order=["service", "programs"]), 400)
    assert moved["errors"] == {"milestone_order": ["service needs python, which programs teaches first."]}


def test_a_milestone_names_its_skills_that_are_left_out(post, staged):
    found = post("plan", ask(role="engineer", skip=["python"]))
    assert [stage["left_out"] for stage in found["milestones"]] == [["python"], ["python", "rag"]]


def test_levels_that_complete_a_milestone_credit_it(post, staged):
    found = post("plan", ask(role="engineer", levels={"python": 1, "sql": 1}))
    assert [stage["done"] for stage in found["milestones"]] == [True, False]
    assert "tool" not in [step["project"] for step in found["steps"]]


def test_what_rests_on_a_level_is_implied(post, staged):
    found = post("readiness", {"role": "engineer", "levels": {"rag": 1}})
    assert {term["skill"]: (term["level"], term["source"]) for term in found["terms"]} == {
        "python": (2, "implied"),
        "sql": (0, None),
        "rag": (1, None),
        "aws": (0, None),
    }
    assert {term["skill"]: term["choice"] for term in found["terms"]}["aws"] == "cloud"


def test_a_late_plan_says_what_is_reached_and_throws_nothing_away(post, staged):
    found = post("plan", ask(role="engineer", deadline="2026-12-19"))
    assert found["on_time"] is False
    assert found["by_deadline"]["path"] == {"milestone": "programs", "readiness": pytest.approx(100 * 4 / 12)}
    assert found["by_deadline"]["hours_per_week_needed"] == found["hours_per_week_needed"]
    assert len(found["steps"]) == len(post("plan", ask(role="engineer"))["steps"])


def test_everything_skipped_is_an_empty_plan(post, catalogue):
    found = post("plan", ask(skip=["python", "sql", "rag"], deadline="2026-12-31"))
    assert (found["steps"], found["total_hours"], found["finish"], found["on_time"]) == ([], 0, None, True)


@time_machine.travel("2026-11-30T23:30:00-05:00", tick=False)
def test_a_plan_starts_today_in_utc(post, catalogue):
    question = ask()
    del question["start"]
    assert post("plan", question)["steps"][0]["start"] == "2026-12-01"


def test_an_old_slug_means_the_skill_too(post, catalogue):
    rename(make_skill("postgres"), "postgresql")
    make_role("data-engineer", requirements={"postgresql": (2, 5)})
    question = {"role": "data-engineer", "levels": {"postgres": 2, "postgresql": 1}}
    assert post("readiness", question)["readiness"] == 100
    assert post("plan", ask(role="data-engineer", skip=["postgres"]))["steps"] == []


@pytest.mark.parametrize("path", ["plan", "readiness"])
def test_what_was_retired_is_refused_at_its_field(post, catalogue, path):
    question = QUESTION[path]
    for retired in (make_skill("old"), make_role("old"), make_industry("old")):
        retire(retired)
    for changes, name in (({"role": "old"}, "role"), ({"industry": "old"}, "industry")):
        assert post(path, question(**changes), 400)["errors"] == {name: [f"This {name} has been retired."]}
    found = post(path, question(levels={"old": 1, "nothing": 2, "sql": 2}))
    assert found["ignored"] == ["nothing", "old"]
    assert "ignored" not in post(path, question(levels={"sql": 2}))
    if path == "plan":
        for kind in ("skip", "pin", "later"):
            assert set(post(path, question(**{kind: ["old"]}), 400)["errors"]) == {kind}


@time_machine.travel("2026-11-30T12:00:00Z", tick=False)
def test_a_deadline_that_is_over_is_refused_without_a_start_too(post, catalogue):
    question = ask(deadline="2026-11-29")
    del question["start"]
    assert set(post("plan", question, 400)["errors"]) == {"deadline"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"role": "nobody"}, "role"),
        ({"role": 3}, "role"),
        ({"role": None}, "role"),
        ({"industry": "nowhere"}, "industry"),
        ({"levels": {"python": 5}}, "levels"),
        ({"levels": {"python": True}}, "levels"),
        ({"levels": {"python": 1.5}}, "levels"),
        ({"levels": ["python"]}, "levels"),
        ({"levels": {f"x{number}": 1 for number in range(5001)}}, "levels"),
        ({"hours_per_week": 0}, "hours_per_week"),
        ({"hours_per_week": 0.4}, "hours_per_week"),
        ({"hours_per_week": 200}, "hours_per_week"),
        ({"hours_per_week": "8"}, "hours_per_week"),
        ({"hours_per_week": True}, "hours_per_week"),
        ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays"),
        ({"weekdays": 1}, "weekdays"),
        ({"start": "20261130"}, "start"),
        ({"start": "2026-02-30"}, "start"),
        ({"start": "1999-12-31"}, "start"),
        ({"start": 5}, "start"),
        ({"deadline": "2026-11-29"}, "deadline"),
        ({"days_off": ["tomorrow"]}, "days_off"),
        ({"days_off": ["2026-12-01"] * (MAX_DAYS_OFF + 1)}, "days_off"),
        ({"skip": ["nothing"]}, "skip"),
        ({"skip": ["aws"]}, "skip"),
        ({"skip": ["sql"], "pin": ["sql"]}, "pin"),
        ({"pin": ["sql"], "later": ["sql"]}, "later"),
        ({"choices": {"cloud": "sql"}}, "choices"),
        ({"projects": {"first": "nothing"}}, "projects"),
        ({"milestone_order": ["nothing"]}, "milestone_order"),
        ({"skip_milestones": ["nothing"]}, "skip_milestones"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(post, catalogue, changes, name):
    assert set(post("plan", ask(**changes), 400)["errors"]) == {name}


def test_what_is_missing_is_named_and_so_is_what_is_unknown(post, catalogue):
    assert set(post("plan", {}, 400)["errors"]) == {"role", "hours_per_week"}
    assert set(post("readiness", {}, 400)["errors"]) == {"role"}
    assert set(post("plan", ask(colour="blue"), 400)["errors"]) == {"colour"}


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "1", "[" * 100_000, '{"role": NaN}', b"\xff"])
def test_a_body_that_is_no_question_is_a_problem(post, catalogue, body):
    assert post("readiness", body, 400)["status"] == 400


def test_a_body_that_is_too_large_is_not_read(post, catalogue):
    assert post("readiness", " " * (MAX_BYTES + 1), 413)["status"] == 413


def test_a_form_is_not_read(client, catalogue):
    assert client.post("/api/v1/readiness/", {"role": "ai-engineer"}).status_code == 415


@pytest.mark.parametrize("path", ["readiness", "plan"])
def test_nothing_is_kept_and_no_cookie_or_token_is_asked_for(catalogue, path):
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"/api/v1/{path}/", QUESTION[path](), "application/json")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not response.cookies
    refused = client.get(f"/api/v1/{path}/")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "POST, OPTIONS")
    preflight = client.options(f"/api/v1/{path}/")
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Methods"]) == (204, "POST, OPTIONS")


def test_no_query_but_that_for_the_revision(post, catalogue, django_assert_num_queries):
    post("plan", ask())
    with django_assert_num_queries(0):
        post("plan", ask())
        post("readiness", {"role": "ai-engineer"})


def test_the_calendar_of_a_year_far_away(post, catalogue):
    found = post("plan", ask(start="2199-12-31", hours_per_week=0.5))
    assert date.fromisoformat(found["finish"]).year > 2199
