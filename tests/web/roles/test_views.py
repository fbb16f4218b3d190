import json

import pytest
from django.utils import timezone

from accounts.models import User
from guidance.catalog.models import Kind, Role
from guidance.progress import services
from tests.factories import (
    make,
    make_industry,
    make_milestone,
    make_project,
    make_role,
    make_skill,
    make_starting_point,
    project_document,
    publish,
    rename,
    retire,
    skill_document,
)
from tests.web.markup import markup_of
from tests.web.schema_org import check

pytestmark = pytest.mark.django_db


@pytest.fixture
def role():
    make_skill("python", effort=[1, 2, 4, 8])
    make_skill("vector-search", effort=[10, 20, 40, 80], prerequisites={"python": 2})
    make_skill("rag", effort=[100, 200, 400, 800], prerequisites={"vector-search": 2})
    make_starting_point("backend-developer", levels={"python": 3})
    make_industry("healthcare", emphases={"rag": 1.0, "statistics": 0.5})
    make(Kind.FACT, "pay-2024", statement="Half earned more than 112,590 dollars.", caveat="Data scientists stand in.")
    make_role("data-scientist", requirements={"statistics": (2, 5)}, order=2)
    return make_role(
        "ai-engineer",
        requirements={"rag": (2, 4), "python": (1, 1)},
        neighbours=[{"role": "data-scientist", "difference": "Finds, where you build."}],
        facts=["pay-2024"],
        external={"onet": ["15-2051.00"], "esco": ["http://data.europa.eu/esco/occupation/258e46f9"]},
    )


def test_roles_show_hours_from_zero_and_from_each_starting_point(client, role):
    response = client.get("/roles/")
    card = response.context["cards"][0]
    assert (card.role.slug, card.hours) == ("ai-engineer", 333)
    assert [(way.start.slug, way.hours) for way in card.distances] == [("backend-developer", 330)]
    assert 'href="/roles/ai-engineer/?from=backend-developer"' in response.text


def test_roles_name_the_nearest_starting_points_and_have_all_in_a_table(client, role):
    for number in range(1, 5):
        make_starting_point(
            f"start-{number}", levels={"rag": number} if number < 3 else {"python": number - 2}, order=number
        )
    response = client.get("/roles/")
    card = response.context["cards"][0]
    assert [way.start.slug for way in card.distances] == [
        "backend-developer",
        "start-1",
        "start-2",
        "start-3",
        "start-4",
    ]
    assert [(way.start.slug, way.hours) for way in card.nearest] == [
        ("start-2", 0),
        ("start-1", 200),
        ("backend-developer", 330),
    ]
    assert "4</a>" not in response.text
    assert response.text.count("to AI engineer from") == 5


def test_roles_leave_out_the_nearest_that_has_the_role_already_and_count_a_choice_as_one(client, role):
    make_starting_point("ai-engineer", levels={"rag": 2, "python": 1})
    make_skill("aws")
    make_skill("azure")
    cloud = {"name": "A cloud", "one_of": {"aws": 1, "azure": 1}, "importance": 2}
    make_role("ai-engineer", requirements={"rag": (2, 4), "python": (1, 1)}, choices={"cloud": cloud})
    response = client.get("/roles/")
    assert [way.start.slug for way in response.context["cards"][0].nearest] == ["backend-developer"]
    assert "<dt>skills required</dt><dd>3</dd>" in markup_of(response)
    assert len(client.get("/roles/ai-engineer/").context["journey"].requirements) == 3
    assert "<dt>skills required</dt><dd>3<small>" in markup_of(
        client.get("/roles/compare/?role=ai-engineer&role=data-scientist")
    )


def test_role_page_takes_the_hours_of_the_learners_goal(signed_in, role):
    learner = User.objects.get()
    services.set_goal(
        learner=learner, role=Role.objects.get(slug="ai-engineer"), hours_per_week=7, weekdays=[1], now=timezone.now()
    )
    response = signed_in.get("/roles/ai-engineer/")
    assert "<dt>at 7 h a week</dt><dd>48 weeks<small>" in markup_of(response)  # 333 hours


def test_roles_without_any_teach(client):
    assert "No role is published yet" in client.get("/roles/").text


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("role=ai-engineer", "/roles/ai-engineer/"),
        ("role=ai-engineer&from=&industry=", "/roles/ai-engineer/"),
        (
            "role=ai-engineer&from=backend-developer&industry=healthcare&other=1",
            "/roles/ai-engineer/?from=backend-developer&industry=healthcare",
        ),
    ],
)
def test_roles_lead_the_home_form_on(client, role, query, target):
    response = client.get(f"/roles/?{query}")
    assert (response.status_code, response["Location"]) == (302, target)


def test_roles_say_that_a_role_does_not_exist(client, role):
    response = client.get("/roles/?role=astronaut")
    assert response.status_code == 400
    assert "astronaut" in response.text
    assert "AI engineer" in response.text


def test_roles_never_lead_elsewhere(client, role):
    response = client.get("/roles/?role=ai-engineer&from=https://elsewhere.example/")
    assert response["Location"] == "/roles/ai-engineer/?from=https%3A%2F%2Felsewhere.example%2F"
    assert client.get(response["Location"]).status_code == 400


def test_role_shows_everything_about_it(client, role):
    text = markup_of(client.get("/roles/ai-engineer/"))
    for expected in (
        "Reads what failed overnight.",
        "09:00",
        "333 h",
        "42 weeks",
        "at 8 h a week",
        "level 2, working",
        "Also needed",
        "Vector search",
        "Finds, where you build.",
        'href="/roles/compare/?role=ai-engineer&amp;role=data-scientist"',
        "Half earned more than 112,590 dollars.",
        "Data scientists stand in.",
        'href="https://www.onetonline.org/link/summary/15-2051.00"',
        "Data Scientists</a>",
        "O*NET 15-2051.00",
        "Official statistics don’t list this exact job title.",
        'href="http://data.europa.eu/esco/occupation/258e46f9"',
    ):
        assert expected in text, expected


def test_role_from_a_starting_point_in_an_industry(client, role):
    response = client.get("/roles/ai-engineer/?from=backend-developer&industry=healthcare")
    text = " ".join(response.text.split())
    assert '<option value="backend-developer" selected>' in text
    assert '<option value="healthcare" selected>' in text
    for expected in (
        "330 h",
        "3 h less study than from zero",
        "of 2, 1 to go",
        "What matters more in Healthcare",
        "Statistics",
    ):
        assert expected in text, expected
    # The page has one canonical URL, whatever its parameters.
    assert '<link rel="canonical" href="http://testserver/roles/ai-engineer/">' in text


def test_role_for_htmx_is_the_way_only(client, role):
    response = client.get("/roles/ai-engineer/?from=backend-developer", headers={"HX-Request": "true"})
    assert response.text.strip().startswith('<section class="panel gap" id="journey"')
    assert "330 h" in response.text
    assert "<html" not in response.text
    assert "Reads what failed overnight." not in response.text


@pytest.mark.parametrize("query", ["from=astronaut", "industry=astronautics", "from=astronaut&industry=astronautics"])
def test_role_says_what_is_wrong_with_a_choice(client, role, query):
    response = client.get(f"/roles/ai-engineer/?{query}")
    assert response.status_code == 400
    assert "astronaut" in response.text
    assert "333 h" in response.text


def test_role_moved_gone_and_never_there(client, role):
    rename(role, "ai-systems-engineer")
    response = client.get("/roles/ai-engineer/?from=backend-developer")
    assert (response.status_code, response["Location"]) == (301, "/roles/ai-systems-engineer/?from=backend-developer")
    assert client.get("/roles/?role=ai-engineer")["Location"] == "/roles/ai-systems-engineer/"
    retire(role)
    assert client.get("/roles/ai-systems-engineer/").status_code == 410
    assert client.get("/roles/astronaut/").status_code == 404


def test_compare_without_a_choice_takes_the_article_s_three(client, role):
    make_role("software-developer", requirements={"git": (3, 5)})
    columns = client.get("/roles/compare/").context["comparison"].columns
    assert [column.role.slug for column in columns] == ["ai-engineer", "data-scientist", "software-developer"]


def test_compare_shows_levels_side_by_side(client, role):
    text = " ".join(client.get("/roles/compare/?role=ai-engineer&role=data-scientist").text.split())
    assert "3 skills in all: 0 required by every role" in text
    assert '<span class="visually-hidden">not required</span>' in text
    assert "<b>2</b>" in text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("role=ai-engineer&role=astronaut", "astronaut"),
        ("role=ai-engineer", "Choose at least two roles."),
        ("role=ai-engineer&role=ai-engineer", "Choose at least two roles."),
        ("role=ai-engineer&role=data-scientist&show=all", "is not a known value of show"),
    ],
)
def test_compare_says_what_is_wrong(client, role, query, message):
    response = client.get(f"/roles/compare/?{query}")
    assert response.status_code == 400
    assert message in response.text


def test_compare_takes_at_most_four(client, role):
    for slug in ("b", "c", "d"):
        make_role(slug, requirements={"git": (1, 1)})
    response = client.get("/roles/compare/?role=ai-engineer&role=data-scientist&role=b&role=c&role=d")
    assert response.status_code == 400
    assert len(response.context["comparison"].columns) == 4
    assert "At most four roles" in response.text


def test_compare_of_equals_says_so(client, role):
    make_role("twin", requirements={"statistics": (2, 1)})
    response = client.get("/roles/compare/?role=data-scientist&role=twin&show=differences")
    assert "These roles require the same skills at the same levels" in response.text


def test_compare_finds_a_renamed_role(client, role):
    rename(role, "ai-systems-engineer")
    response = client.get("/roles/compare/?role=ai-engineer&role=data-scientist")
    assert response.status_code == 200
    assert response.context["comparison"].columns[0].role.slug == "ai-systems-engineer"


def test_compare_by_area_has_a_row_for_each_area(client, role):
    text = client.get("/roles/compare/?role=ai-engineer&role=data-scientist&sort=area").text
    assert '<th scope="rowgroup" colspan="3">' in text


def test_compare_for_htmx_is_the_comparison_only(client, role):
    text = client.get("/roles/compare/?role=ai-engineer&role=data-scientist", headers={"HX-Request": "true"}).text
    assert text.strip().startswith('<div id="comparison">')


@pytest.fixture
def industry():
    make_role("ai-engineer", requirements={"python": (3, 4), "privacy": (1, 1)}, order=2)
    make_role("data-scientist", requirements={"python": (3, 5)}, order=1)
    make(Kind.FACT, "pay-2024", statement="Half earned more than 112,590 dollars.")
    industry = make_industry("healthcare", emphases={"privacy": 2.0, "safety": 0.5}, facts=["pay-2024"])
    make_project("triage", industries=["healthcare"], hours=9)
    make_project("elsewhere")
    return industry


def test_industries_list_what_is_built_and_what_weighs_more(client, industry):
    text = client.get("/industries/").text
    for expected in ('href="/industries/healthcare/"', "Reading scans", 'href="/skills/privacy/"'):
        assert expected in text, expected


def test_industries_without_any_teach(client):
    assert "No industry is published yet" in client.get("/industries/").text


def test_industry_shows_everything_about_it(client, industry):
    text = client.get("/industries/healthcare/").text
    for expected in (
        "Finds what a tired eye misses.",
        "Patients come first.",
        "Privacy",
        "It matters more here.",
        "+0.5",
        "no role",
        'href="/projects/triage/"',
        "9 h",
        "Half earned more than 112,590 dollars.",
    ):
        assert expected in text, expected
    assert "/projects/elsewhere/" not in text


def test_industry_sorts_roles_by_how_much_they_change(client, industry):
    context = client.get("/industries/healthcare/").context
    changes = context["changes"] + context["unchanged"]
    assert [change.role.slug for change in context["unchanged"]] == ["data-scientist"]
    # The weight of privacy is 1 of 5 without the industry and 3 of 7 with it.
    assert [(change.role.slug, round(change.moved, 2), change.heavier, change.also) for change in changes] == [
        ("ai-engineer", round(100 * (3 / 7 - 1 / 5), 2), 1, 1),
        ("data-scientist", 0, 0, 2),
    ]
    assert changes[0].url == "/roles/ai-engineer/?industry=healthcare"


def test_industry_moved_gone_and_never_there(client, industry):
    rename(industry, "health")
    response = client.get("/industries/healthcare/")
    assert (response.status_code, response["Location"]) == (301, "/industries/health/")
    retire(industry)
    assert client.get("/industries/health/").status_code == 410
    assert client.get("/industries/astronautics/").status_code == 404


def test_industry_leads_to_a_role_in_it(client, industry):
    text = client.get("/industries/healthcare/").text
    assert '<input type="hidden" name="industry" value="healthcare">' in text
    assert (
        client.get("/roles/?industry=healthcare&role=ai-engineer&from=")["Location"]
        == "/roles/ai-engineer/?industry=healthcare"
    )


@pytest.fixture
def milestone():
    publish(
        skill_document("python", levels={level: f"You can do {level}." for level in range(1, 5)}),
        skill_document("git", effort=[3, 12, 30, 60]),
        project_document("tool", name="A tool", hours=6, proves={"python": 1}),
    )
    made = make_milestone(
        "first-program",
        body="It is the *first* one.\n",
        steps=[("python", 1), ("git", 1), ("python", 2)],
        projects=["tool"],
    )
    make_role("ai-engineer", milestones=["first-program"])
    make_role("data-scientist")
    make_industry("healthcare", milestone="first-program")
    return made


def test_milestone_has_its_outcome_its_steps_and_projects(client, milestone, problems_of):
    response = client.get("/milestones/first-program/")
    assert "<h1>First program</h1>" in response.text
    assert "You can show something that works." in response.text
    assert "It is the <em>first</em> one." in response.text
    assert [
        (skill.slug, level, skill.level_texts[level - 1], hours) for skill, level, hours in response.context["steps"]
    ] == [
        ("python", 1, "You can do 1.", 4),
        ("git", 1, "You can use Git at level 1.", 3),
        ("python", 2, "You can do 2.", 12),
    ]
    assert response.context["hours"] == 19
    assert '<a href="/projects/tool/">A tool</a>' in response.text
    assert problems_of(response.text) == []
    script = next(part for part in response.text.split("<script") if part.startswith(' type="application/ld+json"'))
    assert check(json.loads(script.partition(">")[2].partition("</script>")[0])) == []


def test_milestone_says_whose_path_has_it(client, milestone):
    context = client.get("/milestones/first-program/").context
    assert [role.slug for role in context["roles"]] == ["ai-engineer"]
    assert [industry.slug for industry in context["industries"]] == ["healthcare"]


def test_milestone_is_kept_and_takes_no_query(client, milestone, queries):
    first = client.get("/milestones/first-program/")
    with queries(0):
        assert client.get("/milestones/first-program/").content == first.content


def test_milestone_that_was_renamed_or_retired_says_so(client, milestone):
    rename(milestone, "a-first-program")
    response = client.get("/milestones/first-program/")
    assert (response.status_code, response["Location"]) == (301, "/milestones/a-first-program/")
    retire(milestone)
    assert client.get("/milestones/a-first-program/").status_code == 410
    assert client.get("/milestones/nothing/").status_code == 404
