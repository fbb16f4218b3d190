import json
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from guidance.catalog import models, snapshot
from guidance.progress import services
from guidance.web import cache
from guidance.web.skillmap.overlay import MAX_NEXT_STEPS
from guidance.web.skills import map as skills_map
from tests.factories import make_catalogue, make_milestone, make_role, make_skill, publish, rename, role_document
from tests.web.schema_org import check

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MAPS = (
    "/skills/map/",
    "/skills/map/?area=machine-learning",
    "/skills/map/?role=ai-engineer",
    "/skills/map/?role=ai-engineer&from=backend-developer&industry=healthcare",
    "/skills/map/?role=ai-engineer&from=backend-developer&area=machine-learning",
    "/skills/map/?from=backend-developer",
)


@pytest.fixture
def catalogue() -> snapshot.Snapshot:
    make_catalogue(30)
    return snapshot.current()


@pytest.fixture
def learner(catalogue) -> User:
    learner = User.objects.create_user("noor@example.com")
    for slug, level in (("skill-000", 4), ("skill-001", 1), ("skill-003", 1)):
        skill = models.Skill.objects.get(slug=slug)
        services.assess(learner=learner, skill=skill, level=level, source="self", now=NOW)
    services.set_goal(
        learner=learner,
        role=models.Role.objects.get(slug="ai-engineer"),
        industry=models.Industry.objects.get(slug="healthcare"),
        hours_per_week=5,
        weekdays=[1, 3],
        now=NOW,
    )
    return learner


@pytest.fixture
def own(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def stations(response) -> int:
    return response.text.count('<a id="s')


def test_map_has_the_whole_catalogue(client, catalogue):
    response = client.get("/skills/map/")
    assert stations(response) == len(catalogue.skills)
    assert response.context["summary"] == "30 skills in 8 areas"
    assert "not started" not in response.text


def test_maps_have_sound_markup_and_structured_data(client, catalogue, problems_of):
    for path in MAPS:
        response = client.get(path)
        assert (path, response.status_code, problems_of(response.text)) == (path, 200, [])
        (script,) = [part for part in response.text.split("<script") if part.startswith(' type="application/ld+json"')]
        assert check(json.loads(script.partition(">")[2].partition("</script>")[0])) == []


def test_map_is_kept_and_takes_no_query(client, catalogue):
    for path in MAPS:
        first = client.get(path)
        assert first["Cache-Control"] == cache.PUBLIC_CACHE_CONTROL
        with CaptureQueriesContext(connection) as queries:
            again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, len(queries)) == (304, 0)


@pytest.mark.parametrize("size", [60, 600])
def test_map_is_light_whatever_the_size(client, size):
    make_catalogue(size)
    snapshot.current()
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/skills/map/")
    assert (stations(response), len(queries)) == (size, 0)
    assert len(cache.CachedPage(response).gzipped) < 8_000 + 75 * size


def test_map_is_laid_out_once_per_revision(client, catalogue, monkeypatch):
    made = []
    real = skills_map.Drawing

    def counted(sheet):
        made.append(sheet)
        return real(sheet)

    monkeypatch.setattr(skills_map, "Drawing", counted)
    for query in ("", "?from=backend-developer", "?role=all"):
        client.get(f"/skills/map/{query}")
    assert len(made) == 1
    make_skill("brand-new")
    assert stations(client.get("/skills/map/")) == 31
    assert len(made) == 2


def test_area_has_its_skills_and_what_lies_around_them(client, catalogue):
    response = client.get("/skills/map/?area=machine-learning")
    sheet = response.context["drawing"]
    own = catalogue.skills_of_area["machine-learning"]
    assert all(f'href="/skills/{slug}/"' in sheet for slug in own)
    assert "From other areas" in sheet
    assert response.context["summary"] == f"Machine learning: {len(own)} skills"


def test_role_shows_the_way_from_a_starting_point(client, catalogue):
    response = client.get("/skills/map/?role=ai-engineer&from=backend-developer&industry=healthcare")
    role, start = catalogue.roles["ai-engineer"], catalogue.starting_points["backend-developer"]
    state = skills_map.state_at(catalogue, role, catalogue.industries["healthcare"], start.levels)
    assert len(state.next_steps) == len(set(state.next_steps)) == MAX_NEXT_STEPS
    assert state.levels == start.levels
    assert all(state.targets[slug] >= item.level for slug, item in role.requirements.items())
    assert response.text.count('class="flag"') == MAX_NEXT_STEPS
    assert response.text.count("1st next") == 2  # on the map and in the list
    assert response.context["summary"].startswith("AI engineer in healthcare · ")
    skills, *parts = (int(number) for number in re.findall(r"\d+", response.context["summary"]))
    assert sum(parts) == skills
    assert "not needed" in response.context["summary"]
    key = response.context["key"]
    assert (key["state"], key["goal"], key["off"], key["plan"], key["links"]) == (True, True, True, True, True)


def test_starting_point_alone_shows_what_is_known(client, catalogue):
    response = client.get("/skills/map/?from=backend-developer")
    known = len(catalogue.starting_points["backend-developer"].levels)
    assert response.context["drawing"].count('class="tick"') == known
    assert response.context["listing"].count("level 2") == known
    assert ">known</li>" in response.text


def test_area_that_is_not_on_the_way_says_so(client):
    make_skill("painting", area="deep-learning")
    make_role("ai-engineer")
    response = client.get("/skills/map/?role=ai-engineer&area=deep-learning")
    assert (response.status_code, stations(response)) == (200, 0)
    assert "AI engineer needs no skill in Deep learning." in response.text
    assert 'href="?area=deep-learning"' in response.text


@pytest.mark.parametrize(
    "query", ["area=atlantis", "role=astronaut", "from=the-moon", "role=ai-engineer&industry=magic"]
)
def test_wrong_filter_is_explained_and_the_map_shown(client, catalogue, query):
    response = client.get(f"/skills/map/?{query}")
    assert response.status_code == 400
    assert "is not a known value" in response.text
    assert stations(response) > 0
    assert 'content="noindex"' in response.text


def test_renamed_area_is_found(client, catalogue):
    rename(models.Area.objects.get(slug="machine-learning"), "learning-machines")
    response = client.get("/skills/map/?area=machine-learning")
    assert response.status_code == 200
    assert response.context["wanted"].area.slug == "learning-machines"


def test_empty_catalogue_has_an_empty_map(client):
    assert "The catalogue is empty" in client.get("/skills/map/").text


def test_own_map_shows_the_goal_and_where_one_stands(own, catalogue, problems_of, queries):
    response = own.get("/skills/map/")
    assert problems_of(response.text) == []
    assert response["Cache-Control"] == "private, no-store"
    wanted = response.context["wanted"]
    assert (wanted.role.slug, wanted.industry.slug, wanted.start) == ("ai-engineer", "healthcare", None)
    assert response.text.count('class="flag"') == MAX_NEXT_STEPS
    assert "your goal: AI engineer" in response.text
    assert "Skill 001, 1 of " in response.text
    with queries(3):  # session, user, the learner's version
        own.get("/skills/map/")


def test_own_state_is_on_every_map(own, catalogue):
    for query in ("?role=all", "?area=programming"):
        assert "Skill 001, 1 of " in own.get(f"/skills/map/{query}").text
    assert stations(own.get("/skills/map/?role=all")) == 30
    other = own.get("/skills/map/?role=data-scientist")
    assert other.context["wanted"].industry is None
    assert "Skill 001, level 1" in other.text  # the skill that would need a higher level of it is already started


def test_own_map_can_be_seen_from_a_starting_point(own, catalogue):
    response = own.get("/skills/map/?from=backend-developer")
    assert response.context["wanted"].role.slug == "ai-engineer"
    assert "Skill 003, level 1" not in response.text


def test_own_map_follows_what_one_does(own, learner, catalogue):
    before = own.get("/skills/map/").context["summary"]
    skill = models.Skill.objects.get(slug="skill-004")
    services.assess(learner=learner, skill=skill, level=4, source="self", now=NOW)
    assert own.get("/skills/map/").context["summary"] != before


def test_own_map_without_a_goal_shows_levels(signed_in, catalogue):
    response = signed_in.get("/skills/map/")
    assert (response.status_code, stations(response)) == (200, 30)
    assert "your goal" not in response.text


def test_learners_do_not_see_each_other(own, signed_in, catalogue):
    assert "1st next" in own.get("/skills/map/").text
    assert "1st next" not in signed_in.get("/skills/map/").text
    assert "1st next" not in Client().get("/skills/map/").text


@pytest.fixture
def milestones(catalogue) -> None:
    make_milestone("second-program", steps=[("skill-004", 1), ("skill-007", 2)])
    make_milestone("third-program", steps=[("skill-010", 1)])
    requirements = {slug: (level, 3) for slug, level in (("skill-001", 1), ("skill-007", 2), ("skill-010", 1))}
    publish(
        role_document(
            "ai-engineer",
            requirements=requirements,
            milestones=["first-program", "second-program", "third-program"],
        )
    )


def listed(response) -> list[tuple[str, str]]:
    """The state and URL of every milestone in the list."""
    html = response.text.partition('<ol class="milestone-list">')[2].partition("</ol>")[0]
    return re.findall(r'<li class="(\w*)">.*?<h3><a href="([^"]+)"', html, re.DOTALL)


def test_role_shows_its_milestones_as_stations(client, milestones, problems_of):
    response = client.get("/skills/map/?role=ai-engineer&from=backend-developer")
    assert problems_of(response.text) == []
    assert "Milestones to AI engineer" in response.text
    assert listed(response) == [
        ("completed", "/milestones/first-program/"),
        ("current", "/milestones/second-program/"),
        ("", "/milestones/third-program/"),
    ]
    drawing = response.context["way"].drawing
    assert all(f'href="{url}"' in drawing for _state, url in listed(response))
    assert "Continue" not in response.text


def test_own_map_leads_to_the_sections_of_the_own_plan(own, milestones, problems_of, queries):
    response = own.get("/skills/map/")
    assert problems_of(response.text) == []
    assert "Your milestones to AI engineer" in response.text
    assert "Next in your plan" in response.text
    assert [url for _state, url in listed(response)] == [
        f"/plan/?open={slug}#m-{slug}" for slug in ("first-program", "second-program", "third-program")
    ]
    plan = own.get("/plan/").text
    assert all(f'id="m-{slug}"' in plan for slug in ("first-program", "second-program", "third-program"))
    other = own.get("/skills/map/?from=backend-developer")
    assert listed(other)[0] == ("completed", "/milestones/first-program/")
    with queries(3):  # session, user, the learner's version
        own.get("/skills/map/")


@pytest.mark.parametrize(
    "query", ["", "?role=ai-engineer&area=programming", "?role=data-scientist", "?from=backend-developer"]
)
def test_map_without_a_role_or_of_an_area_has_no_milestones(client, milestones, query):
    response = client.get(f"/skills/map/{query}")
    assert response.context["way"] is None
    assert "path.css" not in response.text


def test_map_answers_reading_only(client, catalogue):
    assert client.post("/skills/map/").status_code == 405


def test_skills_lead_to_the_map(client, catalogue):
    assert 'href="/skills/map/"' in client.get("/skills/").text
