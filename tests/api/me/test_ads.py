import pytest

from guidance.progress.ads import MAX_ADS
from guidance.progress.models import SavedAd
from tests import factories

pytestmark = pytest.mark.django_db
EVENT = "7b2f9c1e-9d5b-4a0e-8f57-3c1f0d2f6f11"
SKILLS = [{"skill": "python", "level": 2, "cue": "must"}, {"skill": "sql", "level": 1, "cue": "nice"}]
SENT = {"title": "AI engineer, claims", "employer": "Tarn & Vale", "role": "ai-engineer", "skills": SKILLS}
GOAL = {"role": "ai-engineer", "hours_per_week": 7, "deadline": "2199-01-01"}
TEXT = "AI Engineer\n\nRequirements: you know Python well. SQL is a plus."


def test_an_ad_is_saved_from_its_skills_and_listed_with_how_close_it_is(call, marek_calls, catalogue):
    call("PUT", "levels/python/", {"level": 2})
    made = call("POST", "ads/", {**SENT, "seniority": "senior", "event_id": EVENT}, status=201)
    assert made == {
        "id": SavedAd.objects.get().pk,
        "event_id": EVENT,
        "title": "AI engineer, claims",
        "employer": "Tarn & Vale",
        "role": "ai-engineer",
        "seniority": "senior",
        "skills": [{**item, "choice": None, "out": False} for item in SKILLS],
        "is_goal": False,
        "closeness": made["closeness"],
        "has_text": False,
        "on": made["on"],
        "at": made["at"],
    }
    assert made["closeness"] | {"hours": 0} == {"share": 5 / 6, "met": 1, "terms": 2, "hours": 0, "missing": ["sql"]}
    assert call("POST", "ads/", {**SENT, "seniority": "senior", "event_id": EVENT}) == made
    call("POST", "ads/", {**SENT, "title": "Other", "event_id": EVENT}, status=409)
    far = call("POST", "ads/", {"skills": [{"skill": "sql", "level": 3}]}, status=201)
    assert (far["title"], far["role"], far["skills"][0]["cue"]) == ("Job ad", None, None)
    assert call("GET", "ads/") == {"next": None, "results": [made, far]}
    assert marek_calls("GET", "ads/")["results"] == []
    marek_calls("GET", f"ads/{made['id']}/", status=404)


def test_an_ad_is_read_from_its_text_which_is_stored_only_on_request(call, catalogue):
    made = call("POST", "ads/", {"text": TEXT}, status=201)
    assert (made["title"], made["has_text"]) == ("AI Engineer", False)
    assert {item["skill"]: item["cue"] for item in made["skills"]} == {"python": "must", "sql": "nice"}
    kept = call("POST", "ads/", {"text": TEXT, "title": "Mine", "keep_text": True}, status=201)
    assert call("GET", f"ads/{kept['id']}/") == {**kept, "text": TEXT}
    assert (kept["title"], kept["has_text"]) == ("Mine", True)
    assert call("PUT", f"ads/{kept['id']}/", {"text": ""})["has_text"] is False
    assert SavedAd.objects.get(pk=kept["id"]).text == ""


def test_what_is_no_ad_is_refused(call, catalogue):
    for sent, field in [
        ({}, "skills"),
        ({"text": "\n"}, "skills"),
        ({"text": "We bake bread."}, "text"),
        ({"text": "a" * 100_001}, "text"),
        ({"skills": [*SKILLS, SKILLS[0]]}, "skills"),
        ({"skills": [{"skill": "nobody", "level": 1}]}, "skills"),
        ({"skills": [{"skill": "sql", "level": 5}]}, "skills"),
        ({**SENT, "title": "two\nlines"}, "title"),
        ({**SENT, "role": "nobody"}, "role"),
        ({**SENT, "seniority": "king"}, "seniority"),
    ]:
        assert list(call("POST", "ads/", sent, status=400)["errors"]) == [field], sent
    assert not SavedAd.objects.exists()
    for _number in range(MAX_ADS):
        call("POST", "ads/", SENT, status=201)
    call("POST", "ads/", SENT, status=400)


def test_an_ad_is_the_goal_and_the_role_is_again(call, catalogue):
    call("PUT", "goal/", GOAL)
    made = call("POST", "ads/", SENT, status=201)
    goal = call("POST", f"ads/{made['id']}/goal/", {})
    assert (goal["ad"], goal["role"], goal["hours_per_week"], goal["deadline"]) == (
        made["id"],
        "ai-engineer",
        7,
        "2199-01-01",
    )
    assert call("GET", f"ads/{made['id']}/")["is_goal"] is True
    plan = call("GET", "plan/")
    assert [stage["name"] for stage in plan["milestones"]][-1] == "Welcome in this ad"
    assert {term["skill"] for term in call("GET", "readiness/")["terms"]} == {"python", "sql"}
    assert [step["skill"] for step in call("GET", "dashboard/")["next_steps"]] == [
        step["skill"] for step in plan["steps"][:3]
    ]
    assert call("PUT", "goal/", {**GOAL, "ad": made["id"], "hours_per_week": 3})["ad"] == made["id"]
    assert list(call("PUT", "goal/", {**GOAL, "ad": made["id"] + 1}, status=400)["errors"]) == ["ad"]
    call("DELETE", f"ads/{made['id']}/goal/", status=204)
    goal = call("GET", "goal/")
    assert (goal["ad"], goal["hours_per_week"], goal["deadline"]) == (None, 3, "2199-01-01")
    call("DELETE", f"ads/{made['id']}/goal/", status=404)


def test_an_ad_is_changed_and_deleted(call, catalogue):
    made = call("POST", "ads/", SENT, status=201)
    address = f"ads/{made['id']}/"
    assert call("PUT", address, {"title": "Claims"}) == {**made, "title": "Claims"}
    skills = [{**SKILLS[0], "out": True}, {"skill": "sql", "level": 3, "choice": 1}]
    changed = call("PUT", address, {"skills": skills, "role": None})
    assert [(item["skill"], item["level"], item["out"]) for item in changed["skills"]] == [
        ("python", 2, True),
        ("sql", 3, False),
    ]
    assert changed["closeness"]["terms"] == 1
    assert list(call("POST", f"{address}goal/", {}, status=400)["errors"]) == ["role"]
    call("DELETE", address, status=204)
    for method in ("GET", "PUT", "DELETE"):
        call(method, address, {} if method == "PUT" else None, status=404)
    assert call("GET", "ads/")["results"] == []


def test_a_skill_that_was_renamed_is_found_under_its_old_name(call, catalogue):
    factories.rename(factories.make_skill("sql"), "sql-language")
    made = call("POST", "ads/", SENT, status=201)
    assert [item["skill"] for item in made["skills"]] == ["python", "sql-language"]
