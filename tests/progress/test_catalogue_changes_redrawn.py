from datetime import timedelta

import pytest

from guidance.catalog.models import Industry, Role, Skill
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.catalogue_changes import changes_for
from guidance.progress.learner_state import learner_state
from tests import factories
from tests.web.learners import merge

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def role(**changed):
    parts = {"requirements": {"python": (2, 5), "sql": (2, 5)}, "milestones": ["programs"], **changed}
    return factories.role_document("ai-engineer", **parts)


@pytest.fixture
def catalogue():
    factories.publish(
        *(factories.skill_document(slug) for slug in ("python", "sql", "aws", "azure", "prompting")),
        factories.milestone_document("programs", steps=[("python", 1), ("python", 2), ("sql", 1), ("sql", 2)]),
        factories.industry_document("healthcare", emphases={"python": 1.0}),
        role(),
    )


@pytest.fixture
def learner(learner, catalogue, now):
    """A learner with Python at its target and SQL not started: readiness 50 of 100."""
    services.assess(learner=learner, skill=Skill.objects.get(slug="python"), level=2, now=now - DAY)
    set_goal(learner, now)
    return learner


def set_goal(learner, now, industry: str | None = None) -> None:
    services.set_goal(
        learner=learner,
        role=Role.objects.get(slug="ai-engineer"),
        industry=Industry.objects.get(slug=industry) if industry else None,
        hours_per_week=7,
        weekdays=range(1, 8),
        now=now,
    )


@pytest.fixture
def told(learner, now):
    def ask() -> list[str]:
        found = changes_for(learner, learner_state(learner, snapshot=current(), now=now))
        return [notice.summary for notice in found.notices]

    return ask


def test_one_notice_says_what_the_role_asks_for_now_and_what_that_does_to_readiness(told):
    assert told() == []
    factories.publish(
        factories.skill_document("python", effort=[1, 2, 3, 4]),
        factories.milestone_document("models", steps=[("prompting", 1)]),
        role(
            requirements={"python": (2, 5), "prompting": (1, 3)},
            choices={"cloud": {"name": "A cloud platform", "one_of": {"aws": 1, "azure": 1}, "importance": 4}},
            milestones=["programs", "models"],
        ),
    )
    assert told() == [
        "“AI engineer” was revised. Your levels are unchanged; readiness went from 50.0 to 41.7, because it now asks for "
        "Prompting; it no longer asks for Sql; any one of Aws and Azure is enough."
    ]


def test_what_came_later_is_told_beside_it(told):
    factories.publish(role(requirements={"python": (2, 5)}))
    factories.publish(factories.skill_document("python", effort=[1, 2, 3, 4]))
    assert told() == [
        "“AI engineer” was revised. Your levels are unchanged; readiness went from 50.0 to 100.0, because it no longer asks "
        "for Sql.",
        "Python: effort changed.",
    ]


def test_other_levels_are_a_reason_too(told):
    factories.publish(role(requirements={"python": (2, 5), "sql": (1, 5)}))
    assert told() == [
        "“AI engineer” was revised: it now asks for different levels, or gives skills different weights. Your levels are unchanged, and "
        "readiness is still 50.0."
    ]


def test_another_path_to_the_same_is_no_change_of_readiness(told):
    factories.publish(
        factories.milestone_document("models", steps=[("prompting", 1)]), role(milestones=["models", "programs"])
    )
    assert told() == ["“AI engineer” has a new path of milestones. Your levels and your readiness are unchanged."]


def test_another_name_is_told_as_any_change(told):
    factories.publish(role(name="Engineer of AI"))
    assert told() == ["Engineer of AI: name changed."]


def test_industry_that_was_redrawn_counts_with_the_role(learner, now, told):
    set_goal(learner, now, industry="healthcare")
    services.mark_changes_seen(learner=learner, revision=current().revision)
    factories.publish(factories.industry_document("healthcare", emphases={"sql": 1.0}))
    assert told() == [
        "“AI engineer in healthcare” was revised. Your levels are unchanged; readiness went from 66.7 to 33.3, because it now asks for different levels, or gives skills different weights."
    ]


def test_skills_that_were_merged_count_as_what_they_are_today(told):
    factories.publish(role(requirements={"python": (2, 5), "sql": (1, 5), "prompting": (2, 1)}))
    merge(Skill.objects.get(slug="sql"), Skill.objects.get(slug="prompting"))
    factories.publish(role(requirements={"python": (2, 5), "prompting": (2, 5)}))
    assert [text for text in told() if "redrawn" in text] == []


def test_notice_goes_when_it_was_seen(learner, told):
    factories.publish(role(requirements={"python": (2, 5)}))
    services.mark_changes_seen(learner=learner, revision=current().revision)
    assert told() == []
