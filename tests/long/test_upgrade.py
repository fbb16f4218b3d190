"""Upgrades a database from the release before milestones, forwards and backwards through every migration since."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.models import User
from guidance.catalog.models import Project, Role, Skill
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import LearnerSkill
from guidance.progress.sources import IMPLIED
from tests import factories

DAY = timedelta(days=1)
BEFORE_THE_PATH = [
    ("catalog", "0004_change_matters"),
    ("curation", "0005_bulk_edits"),
    ("progress", "0003_seen_revision"),
]


@contextmanager
def previous_release():
    """In the block the tables are as they were before milestones; yields the models of that time."""
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE_THE_PATH)
        state = MigrationExecutor(connection).loader.project_state(BEFORE_THE_PATH)
        yield state.apps
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def a_past(models, learner, now):
    """Make what a learner has stored with the previous release: one row in every table that paths read, and more for levels."""
    learner = {"learner_id": learner.pk}
    at = {"at": now, "on": now.date()}

    def model(name):
        return models.get_model("progress", name).objects

    def skill(slug):
        return {"skill_id": Skill.objects.only("pk").get(slug=slug).pk}

    def has(slug, level, kind="self", minutes=0):
        since = {"since": now, "since_on": now.date()} if level else {}
        model("LearnerSkill").create(
            **learner,
            **skill(slug),
            level=level,
            kind=kind,
            minutes=minutes,
            total_minutes=minutes,
            touched_on=now.date(),
            **since,
        )

    model("Progress").create(**learner, version=7)
    goal = {"hours_per_week": 8, "weekdays": [1, 3], "weekly_target": 240}
    role = Role.objects.only("pk").get(slug="ai-engineer")
    model("Goal").create(**learner, role_id=role.pk, **goal, **at)
    for slug, level in (("python", 2), ("git", 0)):
        model("Assessment").create(**learner, **skill(slug), level=level, kind="self", **at)
        has(slug, level, minutes=90 if slug == "python" else 0)
    wrong = model("Assessment").create(**learner, **skill("docker"), level=3, kind="self", **at)
    model("Assessment").create(**learner, **skill("docker"), level=0, kind="self", undoes=wrong, **at)
    has("docker", 0)
    project = Project.objects.only("pk").get(slug="report")
    model("Assessment").create(**learner, **skill("sql"), level=1, kind="project", project_id=project.pk, **at)
    has("sql", 1, kind="project")
    model("Assessment").create(**learner, **skill("excel"), level=1, kind="project", project_id=project.pk, **at)
    model("Assessment").create(**learner, **skill("excel"), level=2, kind="self", **at)
    has("excel", 2)
    model("Evidence").create(**learner, **skill("sql"), project_id=project.pk, url="https://a.example/", **at)
    model("StudySession").create(**learner, **skill("rag"), minutes=60, at=now, on=now.date())
    model("StudySession").create(**learner, **skill("python"), minutes=90, at=now, on=now.date())
    model("StudyDay").create(**learner, minutes=150, on=now.date())
    has("rag", 0, minutes=60)
    for number, (slug, kind) in enumerate((("excel", "pin"), ("rag", "later"), ("docker", "skip"))):
        model("PlanOverride").create(**learner, **skill(slug), kind=kind, at=now + number * DAY)


def role_of_then():
    asked = {"python": (2, 5), "sql": (1, 3), "rag": (1, 4), "docker": (1, 2), "excel": (1, 2)}
    return factories.role_document(requirements=asked)


def role_in_milestones():
    """Publish the role with milestones; it no longer requires spreadsheets."""
    asked = {"python": (2, 5), "sql": (1, 3), "rag": (1, 4), "docker": (1, 2)}
    steps = {"programs": [("python", 1), ("python", 2)], "data": [("sql", 1)], "answers": [("rag", 1), ("docker", 1)]}
    return (
        factories.project_document("script", proves={"python": 1}),
        factories.milestone_document("programs", steps=steps["programs"], projects=["script"]),
        factories.milestone_document("data", steps=steps["data"], projects=["report"]),
        factories.milestone_document("answers", steps=steps["answers"]),
        factories.role_document(requirements=asked, milestones=list(steps), apply_after="data"),
    )


@pytest.mark.django_db(transaction=True)
def test_everything_a_learner_has_survives_the_upgrade_to_milestones():
    now = timezone.now()
    factories.publish(
        factories.skill_document("python", prerequisites={"linux": 1}),
        factories.skill_document("git", prerequisites={"linux": 1}),
        factories.project_document("report", proves={"sql": 1}),
        role_of_then(),
    )
    learner = User.objects.create_user("learner@example.com")
    with previous_release() as models:
        a_past(models, learner, now)
    before = learner_state(learner, snapshot=current(), now=now)
    assert (before.stated, before.at_least) == ({"python": 2, "git": 0, "excel": 2}, {"sql": 1})
    assert before.levels == {"python": 2, "sql": 1, "linux": 1, "excel": 2}
    assert before.slices == {
        "python": ("self", "self"),
        "sql": ("project",),
        "linux": (IMPLIED,),
        "excel": ("project", "self"),
    }
    assert before.logged == {"python": 1.5, "rag": 1}
    assert (before.pin, before.later, before.skip) == (("excel",), ("rag",), ("docker",))
    assert before.goal.hours_per_week == 8
    assert learner.evidences.get().url == "https://a.example/"
    assert learner.studysessions.count() == 2
    assert "excel" in before.goal_state.wishes.pin

    factories.publish(*role_in_milestones())
    after = learner_state(learner, snapshot=current(), now=now)
    assert (after.levels, after.logged, after.skip) == (before.levels, before.logged, before.skip)
    # The role no longer requires it, so the pin is stored but has no effect.
    assert (after.pin, after.goal_state.wishes.pin) == (("excel",), ())
    # Milestones that the levels complete count as complete before anything is written, so their projects are not planned again.
    steps = [(step.skill or step.project, step.to_level) for step in after.goal_state.plan.steps]
    assert steps == [("rag", 1)]
    assert not learner.completedmilestones.exists()
    services.record_activity(learner=learner)
    completed = set(learner.completedmilestones.values_list("milestone__slug", "project"))
    assert completed == {("programs", None), ("data", None)}
    again = learner_state(learner, snapshot=current(), now=now)
    assert again.goal_state.plan == after.goal_state.plan
    assert LearnerSkill.objects.filter(learner=learner).count() == 6
