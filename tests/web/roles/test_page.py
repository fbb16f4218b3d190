import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.kinds import External, StartingPoint
from guidance.catalog.models import Industry, Role, Skill
from guidance.catalog.snapshot import current
from guidance.curation import taxonomy_releases
from guidance.curation.taxonomy_files import Entry, Rating
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.web.roles import page as roles_page
from guidance.web.roles.page import learner_roles
from tests import factories
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
    """RAG needs vector search 2, which needs Python 2. The role requires only RAG and Python."""
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
    assert [skill.slug for skill, _emphasis in way.also_asked_for] == ["statistics"]
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
    assert [(area.slug, [step.skill.slug for step in steps]) for area, steps in way.areas] == [
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
    start = StartingPoint(
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


NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def learner(db) -> User:
    factories.publish(
        factories.skill_document("python", effort=[4, 12, 30, 60]),
        factories.skill_document("sql", effort=[4, 12, 30, 60]),
        factories.role_document("ai-engineer", requirements={"python": (2, 3), "sql": (2, 1)}),
        factories.role_document("analyst", requirements={"sql": (2, 5)}),
    )
    learner = User.objects.create_user("noor@example.com")
    services.assess(learner=learner, skill=Skill.objects.get(slug="python"), level=2, source="project", now=NOW)
    services.log_study(learner=learner, skill=Skill.objects.get(slug="sql"), minutes=60, on=NOW.date(), now=NOW)
    services.set_goal(learner=learner, role=Role.objects.get(slug="analyst"), hours_per_week=5, weekdays=[1], now=NOW)
    return learner


@pytest.fixture
def reader(learner) -> Client:
    reader = Client()
    reader.force_login(learner)
    return reader


def test_own_roles_rank_by_readiness_and_count_what_is_logged(learner):
    found = learner_roles(learner_state(learner, snapshot=current(), now=NOW))
    assert [
        (item.role.slug, item.readiness.readiness, item.readiness.evidenced, item.hours, item.is_goal) for item in found
    ] == [("ai-engineer", 75, 75, 15, False), ("analyst", 0, 0, 15, True)]


def test_roles_page_begins_with_ones_own(reader, problems_of, queries):
    html = reader.get("/roles/").content.decode()
    assert problems_of(html) == []
    assert "Roles for you" in html
    assert html.index("75 shown") < html.index("<b>75</b>") < html.index("your goal")
    with queries(3):
        reader.get("/roles/")


def test_role_page_says_where_one_stands(reader, problems_of):
    html = reader.get("/roles/ai-engineer/").content.decode()
    assert problems_of(html) == []
    assert "75.0 shown" in html
    assert "/plan/goal/?role=ai-engineer" in html
    assert "This is your goal" in reader.get("/roles/analyst/").content.decode()


def test_comparison_has_ones_own_levels_drawn_in(reader, problems_of):
    html = reader.get("/roles/compare/?role=ai-engineer&role=analyst&sort=area").content.decode()
    assert problems_of(html) == []
    assert '<th class="mine" scope="col">You</th>' in html
    assert html.count('class="chart ladder"') == 2
    assert 'colspan="4"' in html


def test_anonymous_visitors_see_nothing_of_it(learner):
    reader = Client()
    assert "Roles for you" not in reader.get("/roles/").content.decode()
    assert "Where you stand" not in reader.get("/roles/ai-engineer/").content.decode()
    assert "ladder" not in reader.get("/roles/compare/?role=ai-engineer&role=analyst").content.decode()


def test_roles_are_ready_for_the_industry_of_the_goal(learner, reader):
    factories.publish(factories.industry_document("healthcare", emphases={"sql": 1.0}))
    goal = {"role": Role.objects.get(slug="ai-engineer"), "hours_per_week": 5, "weekdays": [1], "now": NOW}
    services.set_goal(learner=learner, industry=Industry.objects.get(slug="healthcare"), **goal)
    found = learner_state(learner, snapshot=current(), now=NOW)
    ready = {item.role.slug: item.readiness.readiness for item in learner_roles(found)}
    assert ready["ai-engineer"] == found.goal_state.readiness.readiness == 60  # 3 of 3 + 1 × 2
    assert "and healthcare, your goal’s industry" in reader.get("/roles/ai-engineer/").text
    assert "for each role in healthcare" in reader.get("/roles/").text


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
    assert [(role.slug, other.slug, text) for role, other, text in comparison.differences] == [
        ("ai-engineer", "data-scientist", "Finds, where you build.")
    ]


def test_compare_groups_by_area_or_not_at_all(comparison):
    catalogue = snapshot.current()
    groups = roles_page.grouped(catalogue, comparison.rows, by_area=True)
    assert [(area.slug, [row.skill.slug for row in rows]) for area, rows in groups] == [
        ("programming", ["rag", "python", "git"]),
        ("data-engineering", ["sql"]),
    ]
    assert [area for area, _rows in roles_page.grouped(catalogue, comparison.rows, by_area=False)] == [None]
    assert roles_page.grouped(catalogue, (), by_area=False) == ()


DATA = Path(__file__).parents[4] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} is not there")


@needs_data
def test_onet_titles_are_the_official_ones():
    with (DATA / "onet" / "Occupation Data.txt").open(newline="", encoding="utf-8") as file:
        official = {row["O*NET-SOC Code"]: row["Title"] for row in csv.DictReader(file, delimiter="\t")}
    assert {code: official.get(code) for code in roles_page.ONET_TITLES} == roles_page.ONET_TITLES


@needs_data
def test_esco_titles_are_the_official_ones():
    with (DATA / "esco" / "occupations_en.csv").open(newline="", encoding="utf-8") as file:
        official = {row["conceptUri"]: row["preferredLabel"] for row in csv.DictReader(file)}
    assert {uri: official.get(uri) for uri in roles_page.ESCO_TITLES} == roles_page.ESCO_TITLES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "code", "same"),
    [
        ("Data scientist", "15-2051.00", True),
        ("AI engineer", "15-2051.00", False),
        ("AI engineer", "99-9999.00", False),
    ],
)
def test_occupation_knows_whether_it_has_the_name_of_the_role(name, code, same):
    make_role("any")
    role = replace(snapshot.current().roles["any"], name=name, external=External(onet=(code,)))
    (found,) = roles_page.occupations(role)
    assert (found.same_name, found.url) == (same, f"https://www.onetonline.org/link/summary/{code}")


@pytest.mark.django_db
def test_occupation_of_esco_is_its_own_address():
    make_role("any")
    (uri,) = [uri for uri, title in roles_page.ESCO_TITLES.items() if title == "computer vision engineer"]
    role = replace(snapshot.current().roles["any"], name="Computer-vision engineer", external=External(esco=(uri,)))
    (found,) = roles_page.occupations(role)
    assert (found.title, found.url, found.same_name) == ("computer vision engineer", uri, True)


@pytest.mark.django_db
def test_occupation_without_ratings_is_not_rated(client):
    make_role("any", external={"onet": ["15-2051.00", "15-1212.00", "15-1221.00"], "esco": ["http://example.org/x"]})
    rated = (Rating("2.B.3.e", "IM", 3.5, False, False),)
    entries = [
        Entry("element", "2.B.3.e", "Programming"),
        Entry("occupation", "15-2051.00", "Data Scientists"),
        Entry("occupation", "15-1212.00", "Information Security Analysts", ratings=rated),
    ]
    taxonomy_releases.load(source="onet", release="29.2", entries=entries, now=datetime(2026, 11, 25, tzinfo=UTC))
    found = roles_page.occupations(snapshot.current().roles["any"])
    assert [(item.code, item.unrated) for item in found] == [
        ("15-2051.00", True),
        ("15-1212.00", False),
        ("15-1221.00", False),  # not imported, so unknown
        ("x", False),
    ]
    assert client.get("/roles/any/").content.decode().count("not rated") == 1
