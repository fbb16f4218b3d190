from datetime import date

import pytest

from guidance.web.roles import page as roles_page
from tests.factories import (
    make_catalogue,
    make_guide,
    make_milestone,
    make_project,
    make_resource,
    make_role,
    make_skill,
    make_starting_point,
)

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
    assert '<option value="backend-developer">' in text
    assert '<option value="zero" selected>Starting from zero</option>' in text
    assert 'name="hours_per_week" value="8"' in text
    response = client.get("/start/plan/?from=backend-developer&role=ai-engineer&industry=&hours_per_week=4")
    assert "Your plan: AI engineer" in response.text
    assert "At 4 h a week you’ll finish on" in response.text
    assert "session" not in response.cookies


def test_home_example_is_the_plan(client):
    make_skill("python", effort=[4, 12, 30, 60])
    make_skill("rag", effort=[6, 20, 45, 90], prerequisites={"python": 2})
    make_role("ai-engineer", requirements={"rag": (2, 5), "python": (3, 5)})
    make_starting_point("backend-developer", levels={"python": 1})
    response = client.get("/")
    example = response.context["example"]
    assert [(step.skill.slug, step.level, step.hours, step.walked) for step in example.steps] == [
        ("python", 2, 12, 12),
        ("python", 3, 30, 42),
        ("rag", 1, 6, 48),
        ("rag", 2, 20, 68),
    ]
    assert example.hours == 68
    assert example.readiness == pytest.approx(100 / 6)
    assert [step.readiness for step in example.steps] == pytest.approx([100 / 3, 50, 75, 100])
    assert "4 steps, 68 h." in response.text


def test_home_example_has_milestones_and_their_projects(client, problems_of):
    make_project("tool", hours=6, proves={"python": 1})
    make_milestone("first-program", steps=[("python", 1)], projects=["tool"])
    make_milestone("more-programs", steps=[("python", 2)])
    make_role("ai-engineer", requirements={"python": (2, 5)}, milestones=["first-program", "more-programs"])
    make_starting_point("beginner", levels={})
    response = client.get("/")
    found = [
        (step.milestone and step.milestone.slug, step.name, step.level) for step in response.context["example"].steps
    ]
    assert found == [("first-program", "Python", 1), (None, "Tool", 0), ("more-programs", "Python", 2)]
    assert '<a href="/projects/tool/">Tool</a>' in response.text
    assert '<a href="/milestones/first-program/">First program</a>' in response.text
    assert problems_of(response.text) == []


def test_home_example_is_what_the_form_leads_to(client):
    make_catalogue(120)
    example = client.get("/").context["example"]
    plan = client.get(f"/start/plan/?role={example.role.slug}&from={example.start.slug}").context["goal_state"].plan
    assert [(step.skill.slug, step.level) for step in example.steps] == [
        (step.skill, step.to_level) for step in plan.steps
    ]
    assert example.hours == plan.total_hours


def test_home_plans_once_per_revision(client, monkeypatch):
    make_catalogue(30)
    made = []
    real = roles_page.plan
    monkeypatch.setattr(roles_page, "plan", lambda *given: made.append(given) or real(*given))
    for _again in range(2):
        client.get("/")
        client.get("/", headers={"HX-Request": "true"})
    assert len(made) == 1
    make_skill("brand-new")
    client.get("/")
    assert len(made) == 2


def test_home_shows_demand_with_its_source_and_a_table(client):
    make_skill("python", demand=75)
    text = client.get("/").text
    assert "Share of 1,720 AI-engineer job ads, January to February 2026" in text
    assert "Alexey Grigorev collected the ads from Built In." in text
    assert '<rect class="bar-fill" width="75"' in text
    assert '<td class="right">75 %</td>' in text


def test_home_counts_free_resources_and_leaves_checks_of_links_to_other_pages(client):
    make_resource("manual", cost=0, checked_on=date(2026, 11, 24))
    make_resource("book", cost="paid")
    text = " ".join(client.get("/").text.split())
    assert "<b>2 resources</b> 1 free</p>" in text
    assert "1 checked" not in text
    assert "not checked" not in text


def test_home_shows_the_first_guides_takeaways(client):
    make_guide("second", order=2, takeaways=["No."])
    make_guide("first", order=1, takeaways=["Yes."])
    text = client.get("/").text
    assert "Yes." in text
    assert "No." not in text
    assert "Read the guide, 1 minute" in text
    assert '<h2 id="kt">First: key takeaways</h2>' in text
