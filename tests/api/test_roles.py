"""Comparing roles, and milestones."""

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


@pytest.fixture
def roles():
    make_role("ai-engineer", order=1, requirements={"python": (3, 5), "rag": (3, 5), "sql": (1, 2)})
    make_role("data-scientist", order=2, requirements={"python": (4, 5), "statistics": (4, 5), "sql": (3, 4)})


def test_requirements_stand_side_by_side(get, roles):
    found = get("roles/compare/?role=data-scientist&role=ai-engineer")
    assert found["roles"] == [
        {
            "slug": "data-scientist",
            "name": "Data scientist",
            "summary": "Works as Data scientist.",
            "url": "http://localhost:8000/roles/data-scientist/",
        },
        {
            "slug": "ai-engineer",
            "name": "AI engineer",
            "summary": "Works as Ai engineer.",
            "url": "http://localhost:8000/roles/ai-engineer/",
        },
    ]
    rows = {
        row["slug"]: [(target["role"], target["level"], target["importance"]) for target in row["targets"]]
        for row in found["requirements"]
    }
    assert rows == {
        "python": [("data-scientist", 4, 5), ("ai-engineer", 3, 5)],
        "sql": [("data-scientist", 3, 4), ("ai-engineer", 1, 2)],
        "statistics": [("data-scientist", 4, 5), ("ai-engineer", None, None)],
        "rag": [("data-scientist", None, None), ("ai-engineer", 3, 5)],
    }
    assert list(rows) == ["python", "sql", "statistics", "rag"]
    assert found["requirements"][0] | {"targets": []} == {
        "slug": "python",
        "name": "Python",
        "area": "programming",
        "targets": [],
    }


def test_an_old_slug_is_compared_like_the_new_one(get, roles):
    rename(make_role("ml-engineer"), "machine-learning-engineer")
    found = get("roles/compare/?role=ml-engineer&role=ai-engineer")
    assert [role["slug"] for role in found["roles"]] == ["machine-learning-engineer", "ai-engineer"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", "This field is required."),
        ("role=ai-engineer", "Ensure this field has at least 2 elements."),
        ("&".join(f"role=role-{number}" for number in range(7)), "Ensure this field has no more than 6 elements."),
        ("role=ai-engineer&role=ai-engineer", "A role appears twice."),
    ],
)
def test_two_to_six_different_roles_are_compared(get, roles, query, message):
    for number in range(7):
        make_role(f"role-{number}")
    assert get(f"roles/compare/?{query}", 400)["errors"] == {"role": [message]}


def test_an_unknown_role_is_named(get, roles):
    problem = get("roles/compare/?role=ai-engineer&role=pilot", 400)
    assert problem["errors"] == {"role": {"1": ["No role has this slug."]}}
    assert problem["detail"] == "role: No role has this slug."


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
