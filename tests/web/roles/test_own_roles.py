from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import User
from guidance.catalog.models import Industry, Role, Skill
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.web.roles.page import learner_roles
from tests import factories

pytestmark = pytest.mark.django_db
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
    services.assess(learner=learner, skill=Skill.objects.get(slug="python"), level=2, kind="project", now=NOW)
    services.log_study(learner=learner, skill=Skill.objects.get(slug="sql"), minutes=60, on=NOW.date(), now=NOW)
    services.set_goal(learner=learner, role=Role.objects.get(slug="analyst"), hours_per_week=5, weekdays=[1], now=NOW)
    return learner


@pytest.fixture
def client(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


def test_own_roles_rank_by_readiness_and_count_what_is_logged(learner):
    found = learner_roles(learner_state(learner, snapshot=current(), now=NOW))
    assert [
        (item.role.slug, item.readiness.readiness, item.readiness.evidenced, item.hours, item.is_goal) for item in found
    ] == [("ai-engineer", 75, 75, 15, False), ("analyst", 0, 0, 15, True)]


def test_roles_page_begins_with_ones_own(client, problems_of, queries):
    html = client.get("/roles/").content.decode()
    assert problems_of(html) == []
    assert "Roles for you" in html
    assert html.index("<b>75</b>") < html.index("your goal")
    with queries(3):
        client.get("/roles/")


def test_role_page_says_where_one_stands(client, problems_of):
    html = client.get("/roles/ai-engineer/").content.decode()
    assert problems_of(html) == []
    assert "75.0" in html
    assert "/plan/goal/?role=ai-engineer" in html
    assert "This is your goal" in client.get("/roles/analyst/").content.decode()


def test_comparison_has_ones_own_levels_drawn_in(client, problems_of):
    html = client.get("/roles/compare/?role=ai-engineer&role=analyst&sort=area").content.decode()
    assert problems_of(html) == []
    assert '<th class="mine" scope="col">You</th>' in html
    assert html.count('class="chart ladder"') == 2
    assert 'colspan="4"' in html


def test_anonymous_visitors_see_nothing_of_it(learner):
    client = Client()
    assert "Roles for you" not in client.get("/roles/").content.decode()
    assert "Where you stand" not in client.get("/roles/ai-engineer/").content.decode()
    assert "ladder" not in client.get("/roles/compare/?role=ai-engineer&role=analyst").content.decode()


def test_roles_are_ready_for_the_industry_of_the_goal(learner, client):
    factories.publish(factories.industry_document("healthcare", emphases={"sql": 1.0}))
    goal = {"role": Role.objects.get(slug="ai-engineer"), "hours_per_week": 5, "weekdays": [1], "now": NOW}
    services.set_goal(learner=learner, industry=Industry.objects.get(slug="healthcare"), **goal)
    found = learner_state(learner, snapshot=current(), now=NOW)
    ready = {item.role.slug: item.readiness.readiness for item in learner_roles(found)}
    assert ready["ai-engineer"] == found.goal_state.readiness.readiness == 60  # 3 of 3 + 1 × 2
    assert "in healthcare as your goal says" in client.get("/roles/ai-engineer/").text
    assert "for each in healthcare" in client.get("/roles/").text
