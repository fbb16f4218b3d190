import pytest

from guidance.catalog import snapshot
from guidance.web.roles import page as roles_page
from tests.factories import make_role, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def comparison() -> roles_page.Comparison:
    make_skill("sql", area="data-engineering")
    make_role(
        "ai-engineer",
        requirements={"python": (3, 5), "rag": (3, 5), "git": (2, 2)},
        neighbours=[{"role": "data-scientist", "difference": "Finds, where you build."}],
    )
    make_role("data-scientist", requirements={"python": (3, 4), "sql": (2, 5), "git": (2, 2)})
    catalogue = snapshot.current()
    roles = [catalogue.roles["ai-engineer"], catalogue.roles["data-scientist"]]
    return roles_page.compare(catalogue, roles, {"python": 2})


def test_compare_puts_the_biggest_difference_first(comparison):
    assert [(row.skill.slug, row.difference) for row in comparison.rows] == [
        ("rag", (3, 5)),
        ("sql", (2, 5)),
        ("python", (0, 1)),
        ("git", (0, 0)),
    ]


def test_compare_has_what_is_asked_and_what_is_there(comparison):
    assert [(row.skill.slug, row.mine, row.targets) for row in comparison.rows] == [
        ("rag", 0, (3, 0)),
        ("sql", 0, (0, 2)),
        ("python", 2, (3, 3)),
        ("git", 0, (2, 2)),
    ]


def test_compare_counts_shared_same_and_unique(comparison):
    assert (comparison.shared, comparison.same) == (2, 2)
    assert [(column.role.slug, column.unique) for column in comparison.columns] == [
        ("ai-engineer", 1),
        ("data-scientist", 1),
    ]


def test_compare_counts_hours_from_zero(comparison):
    # Levels 1 to 4 take 4, 12, 30 and 60 hours each.
    assert [column.hours for column in comparison.columns] == [46 + 46 + 16, 46 + 16 + 16]


def test_compare_shows_only_differences_in_level(comparison):
    assert [row.skill.slug for row in comparison.shown(only_differences=True)] == ["rag", "sql"]
    assert comparison.shown(only_differences=False) == comparison.rows


def test_compare_has_the_difference_in_words(comparison):
    assert [(item.role.slug, item.other.slug, item.text) for item in comparison.differences] == [
        ("ai-engineer", "data-scientist", "Finds, where you build.")
    ]


def test_compare_groups_by_area_or_not_at_all(comparison):
    catalogue = snapshot.current()
    groups = roles_page.grouped(catalogue, comparison.rows, by_area=True)
    assert [(group.area.slug, [row.skill.slug for row in group.rows]) for group in groups] == [
        ("programming", ["rag", "python", "git"]),
        ("data-engineering", ["sql"]),
    ]
    assert [group.area for group in roles_page.grouped(catalogue, comparison.rows, by_area=False)] == [None]
    assert roles_page.grouped(catalogue, (), by_area=False) == ()
