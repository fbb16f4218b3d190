from datetime import timedelta

import pytest

from accounts.models import User
from guidance.catalog.models import Role, Skill
from guidance.catalog.snapshot import current
from guidance.curation import operations
from guidance.curation.operations import plan_merge, plan_rename, plan_retire
from guidance.progress import services
from guidance.progress.catalogue_changes import changes_for
from guidance.progress.learner_state import learner_state
from guidance.progress.models import Progress
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def catalogue():
    """An operator needs Kubernetes, which needs Docker. Docker Compose and cooking are not part of the role."""
    factories.publish(
        factories.skill_document("docker"),
        factories.skill_document("docker-compose", name="Docker Compose"),
        factories.skill_document("kubernetes", prerequisites={"docker": 1}),
        factories.skill_document("cooking"),
        factories.resource_document("pans", skills={"cooking": [0, 1]}),
        factories.role_document("operator", requirements={"kubernetes": (2, 5)}),
        factories.role_document("cook", requirements={"cooking": (1, 1)}),
        factories.industry_document("kitchens", emphases={"cooking": 1.0}),
    )


@pytest.fixture
def do(catalogue, now):
    by = User.objects.create_user("reviewer@example.org")

    def act(plan):
        assert not plan.problems
        operation = operations.apply(plan.request, plan.digest, by=by, now=now)
        factories.snapshot.forget()
        return operation

    def undo(operation):
        operations.undo(operation, by=by, now=now)
        factories.snapshot.forget()

    act.undo = undo
    return act


@pytest.fixture
def told(learner, now):
    """The changes that the learner is told, each with the record it links to."""

    def ask(who=None) -> list[tuple[str, str]]:
        person = who or learner
        found = changes_for(person, learner_state(person, snapshot=current(), now=now))
        return [(notice.summary, notice.slug) for notice in found.notices]

    return ask


def skill(slug: str) -> Skill:
    return Skill.objects.get(slug=slug)


def know(learner, now, slug: str, level: int = 2) -> None:
    services.assess(learner=learner, skill=skill(slug), level=level, now=now)


def goal_state(learner, now, role: str = "operator") -> None:
    services.set_goal(
        learner=learner, role=Role.objects.get(slug=role), hours_per_week=7, weekdays=range(1, 8), now=now
    )


def seen(learner) -> None:
    services.mark_changes_seen(learner=learner, revision=current().revision)


MERGED = ("Docker Compose is now part of Docker.", "docker")


def test_merge_is_told_to_those_who_know_wish_or_plan_it_and_to_nobody_else(learner, now, do, told):
    people = {name: User.objects.create_user(f"{name}@example.org") for name in ("knows", "skips", "plans", "cooks")}
    know(people["knows"], now, "docker-compose")
    services.override(learner=people["skips"], kinds={skill("docker-compose").pk: "skip"}, now=now)
    goal_state(people["plans"], now)
    goal_state(people["cooks"], now, "cook")
    know(people["cooks"], now, "cooking")
    do(plan_merge("skill", "docker-compose", "docker"))
    assert {name: told(who) for name, who in people.items()} == {
        "knows": [MERGED],
        "skips": [MERGED],
        "plans": [MERGED],
        "cooks": [],
    }
    assert told(learner) == []  # a learner who has nothing


def test_what_was_seen_is_never_told_again(learner, now, do, told):
    know(learner, now, "docker-compose")
    do(plan_merge("skill", "docker-compose", "docker"))
    assert told() == [MERGED]
    seen(learner)
    assert told() == []
    do(plan_rename("skill", "docker", "docker", "Docker Engine"))
    assert told() == [("Docker Engine: name, aliases changed.", "docker")]


def test_seen_is_no_further_than_what_there_is_and_never_goes_back(learner, now, do, told):
    know(learner, now, "docker-compose")
    services.mark_changes_seen(learner=learner, revision=10**9)
    assert Progress.objects.get().seen_revision == current().revision
    services.mark_changes_seen(learner=learner, revision=0)
    assert Progress.objects.get().seen_revision == current().revision
    do(plan_merge("skill", "docker-compose", "docker"))
    assert told() == [MERGED]


def test_who_begins_is_told_nothing_of_the_time_before(learner, now, do, told):
    do(plan_merge("skill", "docker-compose", "docker"))
    know(learner, now, "docker")
    assert told() == []


def test_retirement_is_told_to_those_who_know_it(learner, now, do, told):
    know(learner, now, "cooking")
    factories.publish(
        factories.role_document("cook", requirements={"cooking": (1, 1), "docker": (1, 1)}),
        factories.industry_document("kitchens", emphases={"docker": 1.0}),
    )
    do(plan_retire("skill", "cooking"))
    assert told() == [("Cooking is no longer part of the catalogue.", "")]


def test_merge_and_its_undo_are_as_if_nothing_had_been(learner, now, do, told):
    know(learner, now, "docker-compose")
    operation = do(plan_merge("skill", "docker-compose", "docker"))
    do.undo(operation)
    assert told() == []


def test_what_was_done_and_undone_is_no_news_and_stays_in_the_feed(learner, now, do, client):
    def news() -> list[str]:
        found = changes_for(learner, learner_state(learner, snapshot=current(), now=now + DAY))
        return [item.summary for item in found.news]

    goal_state(learner, now - DAY)
    operation = do(plan_merge("skill", "docker-compose", "docker"))
    assert news() == ["Docker: aliases changed."]
    do.undo(operation)
    assert news() == []
    assert "Docker Compose is a separate record again." in client.get("/api/v1/changes/feed/").text


def test_undo_is_told_to_those_who_saw_the_merge(learner, now, do, told):
    know(learner, now, "docker-compose")
    operation = do(plan_merge("skill", "docker-compose", "docker"))
    seen(learner)
    do.undo(operation)
    assert told() == [("Docker Compose is a separate record again.", "docker-compose")]


def test_only_what_plans_and_levels_are_made_of_is_told(learner, now, catalogue, told):
    goal_state(learner, now)
    know(learner, now, "docker")
    factories.publish(factories.skill_document("docker", "Other words.\n", demand=7))
    assert told() == []
    factories.publish(factories.skill_document("docker", effort=[1, 2, 3, 4]))
    assert [slug for _summary, slug in told()] == ["docker"]
    factories.publish(factories.role_document("operator", requirements={"kubernetes": (3, 5)}))
    assert [slug for _summary, slug in told()] == ["operator", "docker"]
    factories.publish(factories.role_document("cook", requirements={"cooking": (3, 1)}))
    assert [slug for _summary, slug in told()] == ["operator", "docker"]


def test_what_was_changed_and_changed_back_is_no_notice(learner, now, catalogue, told):
    goal_state(learner, now)
    hours = factories.skill_document("docker").data["effort"]
    factories.publish(factories.skill_document("docker", effort=[1, 2, 3, 4]))
    factories.publish(factories.skill_document("docker", "Other words.\n", effort=hours))
    assert told() == []
    factories.publish(factories.skill_document("docker", effort=[1, 2, 3, 5]))
    assert [slug for _summary, slug in told()] == ["docker"]
    seen(learner)
    factories.publish(factories.skill_document("docker", effort=hours))
    assert [slug for _summary, slug in told()] == ["docker"]  # it differs from the version they saw


def test_nothing_is_asked_of_who_has_seen_it_all(learner, now, do, django_assert_num_queries):
    know(learner, now, "docker-compose")
    do(plan_merge("skill", "docker-compose", "docker"))
    for queries in (1, 0):
        stands = learner_state(learner, snapshot=current(), now=now)
        assert stands.goal_state is None
        with django_assert_num_queries(queries):
            changes_for(learner, stands)
        seen(learner)


def test_news_and_notices_are_read_in_one_statement(learner, now, do, django_assert_num_queries):
    goal_state(learner, now - DAY)
    do(plan_merge("skill", "docker-compose", "docker"))
    stands = learner_state(learner, snapshot=current(), now=now)
    assert stands.goal_state is not None
    with django_assert_num_queries(1):
        found = changes_for(learner, stands)
    assert [item.slug for item in found.notices] == ["docker"]
    assert [item.slug for item in found.news] == ["docker"]
