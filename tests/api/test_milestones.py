import pytest

from tests.factories import (
    make_industry,
    make_milestone,
    make_role,
    milestone_document,
    project_document,
    publish,
    rename,
    skill_document,
)

pytestmark = pytest.mark.django_db


def test_a_milestone_tells_everything_about_it(get):
    publish(
        skill_document("python"),
        skill_document("git"),
        project_document("tool", name="A tool", proves={"python": 1}),
    )
    milestone = make_milestone("first-program", steps=[("python", 1), ("git", 1), ("python", 2)], projects=["tool"])
    make_role("ai-engineer", milestones=["first-program"])
    make_role("data-scientist")
    make_industry("healthcare", milestone="first-program")
    assert get("milestones/first-program/") == {
        "slug": "first-program",
        "name": "First program",
        "summary": "Something to show.",
        "updated_at": milestone.updated_at.isoformat().replace("+00:00", "Z"),
        "url": "http://localhost:8000/milestones/first-program/",
        "outcome": "You can show something that works.",
        "body": "Why now.\n",
        "steps": [
            {"slug": "python", "name": "Python", "level": 1},
            {"slug": "git", "name": "Git", "level": 1},
            {"slug": "python", "name": "Python", "level": 2},
        ],
        "projects": [{"slug": "tool", "name": "A tool"}],
        "roles": [{"slug": "ai-engineer", "name": "AI engineer"}],
        "industries": [{"slug": "healthcare", "name": "Healthcare"}],
    }


def test_milestones_are_listed_by_skill_and_by_role(slugs):
    publish(
        milestone_document("first-program", steps=[("python", 1)]),
        milestone_document("shared-code", steps=[("git", 1)]),
    )
    make_role("ai-engineer", milestones=["shared-code"])
    assert slugs("milestones/") == ["first-program", "shared-code"]
    assert slugs("milestones/", skill="python") == ["first-program"]
    assert slugs("milestones/", role="ai-engineer") == ["shared-code"]


def test_an_old_slug_of_a_milestone_leads_to_the_new_one(client):
    rename(make_milestone("first-program"), "a-first-program")
    response = client.get("/api/v1/milestones/first-program/")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/milestones/a-first-program/")
