import pytest

from tests.factories import make_catalogue, make_guide, make_role, make_skill, make_starting_point

pytestmark = pytest.mark.django_db


def test_home_of_an_empty_catalogue_says_what_to_do(client, problems_of):
    response = client.get("/")
    assert "The catalogue is empty" in response.text
    assert "load_catalog" in response.text
    assert problems_of(response.text) == []


def test_home_form_leads_to_the_plan(client):
    make_role("ai-engineer")
    make_starting_point("backend-developer")
    text = client.get("/").text
    assert 'action="/start/plan/"' in text
    assert '<option value="backend-developer" selected>' in text
    assert '<option value="zero">Starting from zero</option>' in text
    assert 'name="hours_per_week" value="8"' in text
    response = client.get("/start/plan/?from=backend-developer&role=ai-engineer&industry=&hours_per_week=4")
    assert "Your plan: AI engineer" in response.text
    assert "At 4 h a week you arrive on" in response.text
    assert "session" not in response.cookies


def test_home_example_is_computed(client):
    make_skill("python", effort=[4, 12, 30, 60])
    make_skill("rag", effort=[6, 20, 45, 90], prerequisites={"python": 2})
    make_role("ai-engineer", requirements={"rag": (2, 5), "python": (3, 5)})
    make_starting_point("backend-developer", levels={"python": 1})
    example = client.get("/").context["example"]
    assert [(step.skill.slug, step.level, step.hours) for step in example.steps] == [("python", 3, 42), ("rag", 2, 26)]
    assert example.hours == 68
    assert example.readiness == pytest.approx(100 / 6)
    assert example.steps[-1].readiness == pytest.approx(100)


def test_home_example_keeps_prerequisites_first(client):
    make_catalogue(120)
    response = client.get("/")
    steps = {step.skill.slug: position for position, step in enumerate(response.context["example"].steps)}
    skills = response.context["snapshot"].skills
    assert all(
        steps[need] < position
        for slug, position in steps.items()
        for need in skills[slug].prerequisites
        if need in steps
    )


def test_home_shows_demand_with_its_source_and_a_table(client):
    make_skill("python", demand=82)
    text = client.get("/").text
    assert "Share of 1,720 AI-engineer job ads, January to February 2026" in text
    assert '<rect class="bf" width="82"' in text
    assert '<td class="r">82 %</td>' in text


def test_home_shows_the_first_guides_takeaways(client):
    make_guide("second", order=2, takeaways=["No."])
    make_guide("first", order=1, takeaways=["Yes."])
    text = client.get("/").text
    assert "Yes." in text
    assert "No." not in text
    assert "Read the guide, 1 minute" in text
