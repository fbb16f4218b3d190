from types import SimpleNamespace

import pytest

from guidance.matching.targets import is_little, targets
from guidance.matching.years import Years

ROLE = {
    "python": SimpleNamespace(level=2, importance=5),
    "git": SimpleNamespace(level=2, importance=3),
    "rag": SimpleNamespace(level=3, importance=5),
    "dbt": SimpleNamespace(level=1, importance=4),
    "llm": SimpleNamespace(level=3, importance=4),
}
SKILLS = [("python", "must"), ("git", "must"), ("rag", None), ("dbt", "nice"), ("java", "must"), ("llm", "nice")]


def years(minimum, skill=None, *, required=True):
    return Years(minimum, None, "", skill, required, 0, 1)


@pytest.mark.parametrize(
    ("rank", "stated", "expected"),
    [
        (None, [], [2, 2, 3, 1, 2, 2]),
        ("mid", [], [2, 2, 3, 1, 2, 2]),
        ("junior", [], [1, 1, 2, 1, 1, 2]),
        ("senior", [], [3, 2, 3, 1, 2, 2]),  # for important skills, but not for nice-to-have ones, and never 4
        ("lead", [], [3, 2, 3, 1, 2, 2]),
        (None, [years(5)], [3, 2, 3, 1, 2, 2]),  # read as senior
        (None, [years(1)], [1, 1, 2, 1, 1, 2]),  # read as junior
        (None, [years(3)], [2, 2, 3, 1, 2, 2]),
        (None, [years(5, required=False)], [2, 2, 3, 1, 2, 2]),
        ("junior", [years(6)], [1, 1, 2, 1, 1, 2]),  # the stated seniority comes first
        (None, [years(5, "java")], [2, 2, 3, 1, 3, 2]),
        (None, [years(5, "llm", required=False)], [2, 2, 3, 1, 2, 3]),
        (None, [years(2, "rag")], [2, 2, 2, 1, 2, 2]),
        ("junior", [years(3, "python")], [2, 1, 2, 1, 1, 2]),
        ("senior", [years(0.5, "python")], [1, 2, 3, 1, 2, 2]),
    ],
)
def test_targets(rank, stated, expected):
    assert list(targets(SKILLS, ROLE, rank, stated).values()) == expected


def test_without_a_role_each_is_a_working_level():
    assert targets(SKILLS, {}, "senior") == {slug: 2 for slug, _ in SKILLS}


def test_a_bit_of_a_skill_is_its_first_level():
    assert targets([("python", "must"), ("rag", "must")], ROLE, "senior", little={"rag"}) == {"python": 3, "rag": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python, a bit of SQL", True),
        ("Basic knowledge of SQL", True),
        ("Grundkenntnisse in SQL", True),
        ("etwas SQL", True),
        ("Erste Erfahrung mit SQL", True),
        ("the SQL basics", True),
        ("SQL at scale", False),
        ("a bit of luck, and SQL", False),
    ],
)
def test_what_is_little(text, expected):
    start = text.index("SQL")
    assert is_little(text, start, start + 3) is expected
