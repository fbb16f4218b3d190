import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guidance.catalog import snapshot
from guidance.web.roles import page as roles_page
from tests.factories import (
    make_catalogue,
    make_industry,
    make_milestone,
    make_project,
    make_role,
    make_skill,
    make_starting_point,
)

pytestmark = pytest.mark.django_db


def rag_catalogue() -> snapshot.Snapshot:
    """RAG needs vector search at 2, which needs Python at 2; the role asks for RAG and Python only."""
    make_skill("python", effort=[1, 2, 4, 8])
    make_skill("vector-search", effort=[10, 20, 40, 80], prerequisites={"python": 2})
    make_skill("rag", effort=[100, 200, 400, 800], prerequisites={"vector-search": 2})
    make_role("ai-engineer", requirements={"rag": (2, 4), "python": (1, 1)})
    make_starting_point("backend-developer", levels={"python": 3})
    make_starting_point("searcher", levels={"vector-search": 2, "rag": 1})
    make_industry("healthcare", emphases={"rag": 1.0, "statistics": 0.5})
    return snapshot.current()


def steps(items) -> dict[str, tuple[int, int, int, float]]:
    return {step.skill.slug: (step.now, step.target, step.needed, step.hours) for step in items}


def test_journey_from_zero_counts_every_prerequisite_once():
    catalogue = rag_catalogue()
    way = roles_page.role_route(catalogue, catalogue.roles["ai-engineer"])
    assert steps(way.requirements) == {"rag": (0, 2, 2, 300), "python": (0, 1, 2, 3)}
    assert steps(way.on_the_way) == {"vector-search": (0, 0, 2, 30)}
    assert (way.hours, way.hours_from_zero, way.weeks) == (333, 333, 42)
    assert (way.met, way.missing, way.readiness) == (0, 2, 0)


def test_journey_counts_what_only_a_project_needs_as_the_plan_does():
    make_skill("python", effort=[1, 2, 4, 8])
    make_skill("git", effort=[5, 6, 7, 8])
    make_project("command-line-tool", hours=20, proves={"python": 2, "git": 1})
    make_milestone("first-tool", steps=[["python", 1]], projects=["command-line-tool"])
    make_role("ai-engineer", requirements={"python": (1, 1)}, milestones=["first-tool"])
    catalogue = snapshot.current()
    role = catalogue.roles["ai-engineer"]
    way, plan = roles_page.role_route(catalogue, role), roles_page.plan(role, None, catalogue, {})
    assert (way.hours, way.project_hours) == (8, 20)
    assert way.hours + way.project_hours == plan.total_hours == roles_page.hours_to(role, catalogue)
    assert way.weeks == 4
    assert steps(way.requirements) == {"python": (0, 1, 2, 3)}
    assert steps(way.on_the_way) == {"git": (0, 0, 1, 5)}
    assert [step.project.slug for step in (*way.requirements, *way.on_the_way)] == ["command-line-tool"] * 2


def test_journey_says_which_skill_asks_for_more_than_the_role():
    catalogue = rag_catalogue()
    way = roles_page.role_route(catalogue, catalogue.roles["ai-engineer"])
    python = next(step for step in way.requirements if step.skill.slug == "python")
    assert python.more_needed
    assert [skill.slug for skill in python.needed_by] == ["vector-search"]


def test_journey_from_a_starting_point_leaves_out_what_is_known():
    catalogue = rag_catalogue()
    way = roles_page.role_route(
        catalogue, catalogue.roles["ai-engineer"], catalogue.starting_points["backend-developer"]
    )
    assert steps(way.requirements) == {"rag": (0, 2, 2, 300), "python": (3, 1, 1, 0)}
    assert (way.hours, way.hours_saved, way.met) == (330, 3, 1)
    assert way.readiness == pytest.approx(20)


def test_journey_counts_what_a_level_rests_on():
    catalogue = rag_catalogue()
    way = roles_page.role_route(catalogue, catalogue.roles["ai-engineer"], catalogue.starting_points["searcher"])
    assert steps(way.requirements) == {"rag": (1, 2, 2, 200), "python": (2, 1, 1, 0)}  # implied
    assert way.on_the_way == ()


def test_journey_in_an_industry_weighs_and_lists_what_else_is_asked_for():
    catalogue = rag_catalogue()
    way = roles_page.role_route(catalogue, catalogue.roles["ai-engineer"], industry=catalogue.industries["healthcare"])
    assert [(step.skill.slug, round(step.points, 2)) for step in way.heavier] == [("rag", 88.89)]
    assert [item.skill.slug for item in way.also_asked_for] == ["statistics"]
    assert way.moved == pytest.approx(800 / 9 - 80)


def test_points_of_a_role_add_up_to_100():
    catalogue = rag_catalogue()
    role, industry = catalogue.roles["ai-engineer"], catalogue.industries["healthcare"]
    assert sum(step.points for step in roles_page.role_route(catalogue, role).requirements) == pytest.approx(100)
    assert sum(
        step.points for step in roles_page.role_route(catalogue, role, industry=industry).requirements
    ) == pytest.approx(100)


def test_journey_groups_by_area_and_puts_the_important_first():
    make_skill("git")
    make_skill("sql", area="data-engineering")
    make_role("ai-engineer", requirements={"git": (1, 2), "sql": (1, 5), "python": (2, 4)})
    catalogue = snapshot.current()
    way = roles_page.role_route(catalogue, catalogue.roles["ai-engineer"])
    assert [(group.area.slug, [step.skill.slug for step in group.steps]) for group in way.areas] == [
        ("programming", ["python", "git"]),
        ("data-engineering", ["sql"]),
    ]


@pytest.fixture
def catalogue_of_60(db) -> snapshot.Snapshot:
    make_catalogue(60)
    return snapshot.current()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(levels=st.dictionaries(st.integers(0, 59), st.integers(1, 4), max_size=30))
def test_journey_hours_are_the_sum_of_its_steps(catalogue_of_60, levels):
    start = snapshot.StartingPoint(
        id=0,
        slug="any",
        name="Any",
        summary="",
        body="",
        updated_at=catalogue_of_60.at,
        url="/",
        levels={f"skill-{number:03}": level for number, level in levels.items()},
    )
    for role in catalogue_of_60.roles.values():
        way = roles_page.role_route(catalogue_of_60, role, start)
        assert way.hours == pytest.approx(sum(step.hours for step in (*way.requirements, *way.on_the_way)))
        assert way.hours <= way.hours_from_zero
        assert all(step.needed_by or step.project for step in way.on_the_way)
        assert 0 <= way.readiness <= 100 + 1e-9
        assert (way.missing == 0) == (way.readiness == pytest.approx(100))


def test_a_choice_is_one_line_of_the_journey_and_the_rest_stand_beside_it():
    for slug in ("aws", "azure", "google-cloud"):
        make_skill(slug, area="cloud", effort=[10, 20, 40, 80])
    cloud = {"name": "A cloud platform", "one_of": {"aws": 1, "azure": 2, "google-cloud": 1}, "importance": 3}
    make_role("ai-engineer", requirements={"python": (1, 1)}, choices={"cloud": cloud})
    make_starting_point("operator", levels={"azure": 1})
    catalogue = snapshot.current()
    from_zero = roles_page.role_route(catalogue, catalogue.roles["ai-engineer"])
    assert len(from_zero.requirements) == 2
    line = next(step for step in from_zero.requirements if step.choice)
    assert (line.choice, line.skill.slug, line.hours) == ("A cloud platform", "aws", 10)
    assert [skill.slug for skill in line.instead] == ["azure", "google-cloud"]
    begun = roles_page.role_route(catalogue, catalogue.roles["ai-engineer"], catalogue.starting_points["operator"])
    assert [(step.skill.slug, step.now, step.target) for step in begun.requirements if step.choice] == [("azure", 1, 2)]


def test_a_journey_stops_at_the_milestones_with_their_projects():
    make_skill("python", effort=[1, 2, 4, 8])
    make_skill("rag", effort=[100, 200, 400, 800], prerequisites={"python": 1})
    make_project("tool", proves={"python": 1}, hours=5)
    make_project("answers", proves={"rag": 1}, hours=7)
    make_milestone("first-program", steps=[["python", 1]], projects=["tool"])
    make_milestone("answers-with-sources", steps=[["rag", 1]], projects=["answers"])
    make_role(
        "ai-engineer",
        requirements={"rag": (1, 4), "python": (1, 1)},
        milestones=["first-program", "answers-with-sources"],
        apply_after="answers-with-sources",
    )
    make_starting_point("backend-developer", levels={"python": 3})
    catalogue = snapshot.current()

    def stops(start=None):
        way = roles_page.role_route(catalogue, catalogue.roles["ai-engineer"], start)
        return way, [
            (
                stop.milestone.slug,
                stop.project and stop.project.slug,
                stop.hours,
                round(stop.readiness),
                stop.done,
                stop.apply,
            )
            for stop in way.stations
        ]

    way, found = stops()
    assert found == [
        ("first-program", "tool", 6, 20, False, False),
        ("answers-with-sources", "answers", 107, 100, False, True),
    ]
    assert (way.hours, way.project_hours, way.weeks) == (101, 12, 15)
    way, found = stops(catalogue.starting_points["backend-developer"])
    assert found == [
        ("first-program", None, 0, 20, True, False),
        ("answers-with-sources", "answers", 107, 100, False, True),
    ]
