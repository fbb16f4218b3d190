"""Answers to questions, tested against the catalogue that they describe."""

import pytest

from tests.content.figures import CONTENT, front

ANSWER = CONTENT / "questions" / "how-much-mathematics-do-you-need.md"
MATHEMATICS = {"probability", "statistics", "linear-algebra", "calculus"}


def closure(requirements: dict[str, dict[str, int]]) -> dict[str, int]:
    """Returns the level that a role needs in each skill, prerequisites included."""
    needed: dict[str, int] = {}
    to_do = [(slug, one["level"]) for slug, one in requirements.items()]
    while to_do:
        slug, level = to_do.pop()
        if needed.get(slug, 0) < level:
            needed[slug] = level
            to_do += front("skills", slug).get("prerequisites", {}).items()
    return needed


@pytest.mark.parametrize(
    ("role", "mathematics"),
    [
        ("ai-engineer", {}),
        ("llm-application-engineer", {}),
        ("data-analyst", {"statistics": 2}),
        ("data-scientist", {"statistics": 3, "probability": 1}),
        ("machine-learning-engineer", {"statistics": 1, "calculus": 1}),
        ("computer-vision-engineer", {"calculus": 1, "linear-algebra": 1}),
        ("nlp-engineer", {"calculus": 1, "linear-algebra": 1}),
        ("ai-research-engineer", dict.fromkeys(MATHEMATICS, 1)),
    ],
)
def test_how_much_mathematics_is_what_the_roles_require(role, mathematics):
    needed = closure(front("roles", role)["requirements"])
    assert {slug: level for slug, level in needed.items() if slug in MATHEMATICS} == mathematics
    assert f"/roles/{role}/" in ANSWER.read_text(encoding="utf-8")
