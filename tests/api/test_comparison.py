import pytest

from tests.factories import make_role, rename

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
        ("role=ai-engineer&role=ai-engineer", "A role stands there twice."),
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
