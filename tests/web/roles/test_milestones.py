import json

import pytest

from tests.factories import (
    make_industry,
    make_milestone,
    make_role,
    project_document,
    publish,
    rename,
    retire,
    skill_document,
)
from tests.web.schema_org import check

pytestmark = pytest.mark.django_db


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
    assert [(step.skill.slug, step.level, step.text, step.hours) for step in response.context["steps"]] == [
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
