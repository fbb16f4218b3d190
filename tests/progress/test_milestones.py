"""Which milestones are complete, so that their projects are not planned: what `services` stores and `state` reads."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from guidance.catalog.models import Project, Role, Skill
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import LearnerSkill, Progress
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHOLE = ["sql 1", "queries", "python 1", "report", "python 2"]


@pytest.fixture(autouse=True)
def _catalogue(db):
    """A role with two milestones, each with a project, followed by Python 2."""
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.project_document("queries", proves={"sql": 1}),
        factories.project_document("report", proves={"python": 1}),
        factories.milestone_document("ask-data", steps=[("sql", 1)], projects=["queries"]),
        factories.milestone_document("first-program", steps=[("python", 1)], projects=["report"]),
        factories.milestone_document("more-programs", steps=[("python", 2)]),
        factories.role_document(
            "ai-engineer",
            requirements={"python": (2, 5)},
            milestones=["ask-data", "first-program", "more-programs"],
        ),
        factories.role_document("analyst", requirements={"python": (1, 5)}, milestones=["ask-data", "first-program"]),
    )


def set_goal(learner, now, role="ai-engineer"):
    services.set_goal(
        learner=learner, role=Role.objects.get(slug=role), hours_per_week=7, weekdays=range(1, 8), now=now
    )


def assess(learner, slug, level, now):
    return services.assess(learner=learner, skill=Skill.objects.get(slug=slug), level=level, now=now)


def tick(learner, slug, now, *, but=0):
    project = Project.objects.get(slug=slug)
    items = list(project.checklist.values_list("text", flat=True))
    services.save_project_work(learner=learner, project=project, ticked=items[but:], now=now)


def steps(learner, now):
    plan = learner_state(learner, snapshot=current(), now=now).goal_state.plan
    return [step.project or f"{step.skill} {step.to_level}" for step in plan.steps]


def credited(learner):
    rows = learner.completedmilestones.order_by("milestone__slug")
    return list(rows.values_list("milestone__slug", "project__slug"))


def test_milestones_complete_when_a_goal_is_set_are_credited_with_what_levels_imply(learner, now):
    assess(learner, "python", 1, now)
    set_goal(learner, now)
    assert credited(learner) == [("ask-data", None), ("first-program", None)]
    assert steps(learner, now) == ["python 2"]


def test_finishing_the_steps_later_does_not_take_the_project_away(learner, now):
    set_goal(learner, now)
    assert (credited(learner), steps(learner, now)) == ([], WHOLE)
    assess(learner, "sql", 1, now + DAY)
    assert (credited(learner), steps(learner, now + DAY)) == ([], WHOLE[1:])
    # Different hours do not make it another goal.
    services.set_goal(
        learner=learner,
        role=Role.objects.get(slug="ai-engineer"),
        hours_per_week=9,
        weekdays=[1],
        now=now + DAY,
    )
    assert steps(learner, now + DAY) == WHOLE[1:]


def test_another_goal_is_credited_anew(learner, now):
    set_goal(learner, now)
    assess(learner, "sql", 1, now)
    set_goal(learner, now + DAY, "analyst")
    assert credited(learner) == [("ask-data", None)]
    assert steps(learner, now + DAY) == ["python 1", "report"]


def test_what_a_goal_would_be_credited_with_is_planned_before_it_is_set(learner, now):
    set_goal(learner, now)
    assess(learner, "sql", 1, now)
    found = learner_state(learner, snapshot=current(), now=now)
    analyst = found.goal_state_for(found.goal.__class__("analyst", None, 7, (1,), None, 420, found.today))
    assert [step.project or step.skill for step in analyst.plan.steps] == ["python", "report"]


def test_a_project_completes_its_milestone_and_comes_back_when_a_tick_is_taken_away(learner, now):
    set_goal(learner, now)
    tick(learner, "queries", now, but=1)
    assert steps(learner, now) == WHOLE
    tick(learner, "queries", now)
    assert credited(learner) == [("ask-data", "queries")]
    assert steps(learner, now) == ["sql 1", *WHOLE[2:]]
    tick(learner, "queries", now)
    assert credited(learner) == [("ask-data", "queries")]
    tick(learner, "queries", now, but=1)
    assert (credited(learner), steps(learner, now)) == ([], WHOLE)


def test_a_completed_project_counts_for_every_goal_and_when_it_is_retired(learner, now):
    set_goal(learner, now)
    tick(learner, "queries", now)
    set_goal(learner, now + DAY, "analyst")
    assert credited(learner) == [("ask-data", "queries")]
    factories.publish(
        factories.project_document("survey", proves={"sql": 1}),
        factories.milestone_document("ask-data", steps=[("sql", 1)], projects=["survey"]),
    )
    factories.retire(Project.objects.get(slug="queries"))
    assert steps(learner, now + DAY) == ["sql 1", "python 1", "report"]


def test_the_migration_states_what_was_said_and_has_old_goals_credited_at_the_next_write(learner, now):
    set_goal(learner, now)
    assess(learner, "python", 1, now)
    assess(learner, "sql", 0, now)
    undone = services.assess(learner=learner, skill=factories.make_skill("git"), level=2, now=now)
    services.undo_assessment(learner=learner, assessment=undone, now=now)
    services.log_study(learner=learner, skill=factories.make_skill("rust"), minutes=30, on=now.date(), now=now)
    LearnerSkill.objects.update(stated=False)
    import_module("guidance.progress.migrations.0005_stated_levels").fill(apps, None)
    stated = LearnerSkill.objects.filter(stated=True).values_list("skill__slug", "level")
    assert sorted(stated) == [("python", 1), ("sql", 0)]
    assert Progress.objects.get(learner=learner).credited is False
    # Nothing is stored yet, but the plan still takes it into account.
    assert (credited(learner), steps(learner, now)) == ([], ["python 2"])
    services.record_activity(learner=learner)
    assert Progress.objects.get(learner=learner).credited is True
    assert credited(learner) == [("ask-data", None), ("first-program", None)]
    assert steps(learner, now) == ["python 2"]
