"""Databases that the previous release wrote, and go on to be written by it while this one takes its place."""

from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

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


def said(learner, slug, level, now, **more):
    """An assessment as the previous release wrote it, before it wrote the row of the skill."""
    skill = Skill.objects.get(slug=slug)
    return learner.assessments.create(skill=skill, level=level, kind="self", at=now, on=now.date(), **more)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def row_of_the_previous_release(learner, slug, level, now, minutes=0):
    """Without `stated`, which that release did not know."""
    run(
        """INSERT INTO progress_learnerskill
        (learner_id, skill_id, level, kind, since, since_on, minutes, total_minutes, touched_on)
        VALUES (%s, (SELECT id FROM catalog_skill WHERE slug = %s), %s, 'self', %s, %s, %s, %s, %s)""",
        *(learner.pk, slug, level, now, now.date(), minutes, minutes, now.date()),
    )


def update_of_the_previous_release(learner, slug, level):
    run(
        """UPDATE progress_learnerskill SET level = %s
        WHERE learner_id = %s AND skill_id = (SELECT id FROM catalog_skill WHERE slug = %s)""",
        *(level, learner.pk, slug),
    )


def stated(learner):
    return set(learner.learnerskills.filter(stated=True).values_list("skill__slug", flat=True))


@pytest.fixture
def skills(db):
    for slug in ("python", "sql", "git"):
        factories.make_skill(slug)


def test_levels_that_the_previous_release_inserts_are_stated_and_time_is_not(learner, now, skills):
    said(learner, "sql", 0, now)
    for slug, level in (("python", 2), ("sql", 0), ("git", 0)):
        row_of_the_previous_release(learner, slug, level, now, minutes=30)
    assert stated(learner) == {"python", "sql"}


def test_levels_that_the_previous_release_updates_are_stated_and_time_is_not(learner, now, skills):
    for slug in ("python", "sql", "git"):
        row_of_the_previous_release(learner, slug, 0, now, minutes=30)
    assert stated(learner) == set()
    said(learner, "sql", 0, now)
    for slug, level in (("python", 1), ("sql", 0), ("git", 0)):
        update_of_the_previous_release(learner, slug, level)
    assert stated(learner) == {"python", "sql"}


def test_an_answer_that_was_undone_states_nothing_to_the_database_either(learner, now, skills):
    wrong = said(learner, "sql", 1, now)
    said(learner, "sql", 0, now, undoes=wrong)
    row_of_the_previous_release(learner, "sql", 0, now)
    assert stated(learner) == set()


LATER = timedelta(hours=1)
# What is said, checked and shown, and what the previous release then writes: a level and a source.
WRITES = {
    "a lower level": ([(3, "project", None)], (1, "self"), ("project",)),
    "the same level": ([(3, "self", None), (3, "check", 2)], (3, "self"), ("check", "check", "self")),
    "what was checked": ([(2, "check", 2)], (2, "self"), ("check", "check")),
    "a project": ([(2, "check", 2)], (3, "project"), ("project",) * 3),
    "more than was checked": ([(2, "check", 2)], (3, "cv"), ("check", "check", "cv")),
    "nothing": ([(2, "check", 2)], (0, "self"), ()),
    # It undoes what came after a check or project of less than the level, and takes the source to be that of the level.
    "a check of less": ([(3, "self", None), (3, "check", 2)], (3, "check"), ("check", "check", "self")),
    "a project of less": ([(3, "self", None), (3, "project", 1)], (3, "project"), ("project", "self", "self")),
}


@pytest.mark.parametrize("what", WRITES)
def test_the_slices_of_a_level_follow_what_the_previous_release_writes(learner, now, skills, what):
    history, (level, kind), slices = WRITES[what]
    python = Skill.objects.get(slug="python")
    for number, (said_level, said_kind, up_to) in enumerate(history):
        assessment = {"level": said_level, "kind": said_kind, "up_to": up_to, "at": now + number * LATER}
        learner.assessments.create(skill=python, on=now.date(), **assessment)
    services.recompute_skill(learner=learner, skill=python)
    before = learner.learnerskills.get().level
    if level != before:
        learner.assessments.create(skill=python, level=level, kind=kind, at=now + 9 * LATER, on=now.date())
    run("UPDATE progress_learnerskill SET level = %s, kind = %s", level, kind)
    row = learner_state(learner, snapshot=current(), now=now).skills["python"]
    assert (row.level, row.known.slices) == (level, slices)
    services.recompute_skill(learner=learner, skill=python)
    again = learner_state(learner, snapshot=current(), now=now).skills["python"]
    assert again.known.slices == slices


@contextmanager
def previous_release():
    """Within, the tables are as they were before there were milestones; yields the models of then."""
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE_THE_PATH)
        state = MigrationExecutor(connection).loader.project_state(BEFORE_THE_PATH)
        yield state.apps
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())


def a_past(models, learner, now):
    """What a learner left with the previous release: one row of every table that the path reads, and more of levels."""
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
    """Cut again: spreadsheets are not asked for any more."""
    asked = {"python": (2, 5), "sql": (1, 3), "rag": (1, 4), "docker": (1, 2)}
    steps = {"programs": [("python", 1), ("python", 2)], "data": [("sql", 1)], "answers": [("rag", 1), ("docker", 1)]}
    return (
        factories.project_document("script", proves={"python": 1}),
        factories.milestone_document("programs", steps=steps["programs"], projects=["script"]),
        factories.milestone_document("data", steps=steps["data"], projects=["report"]),
        factories.milestone_document("answers", steps=steps["answers"]),
        factories.role_document(requirements=asked, milestones=list(steps), apply_after="data"),
    )


def test_reviews_begin_with_what_was_done_before_there_were_any(learner, now, skills):
    sql, python = (Skill.objects.get(slug=slug) for slug in ("sql", "python"))
    services.assess(learner=learner, skill=sql, level=2, source="project", now=now - 9 * DAY)
    services.log_study(learner=learner, skill=sql, minutes=30, on=now.date() - 5 * DAY, now=now)
    services.assess(learner=learner, skill=python, level=2, now=now)
    rows = learner.learnerskills.order_by("skill__slug")
    dates = [(None, None), (now.date() - 9 * DAY, now.date() - 5 * DAY)]
    assert list(rows.values_list("proved_on", "studied_on")) == dates
    rows.update(proved_on=None, studied_on=None)
    [proved] = [
        known.proved for known in learner_state(learner, snapshot=current(), now=now).skills.values() if known.proved
    ]
    assert proved.proved_on == now.date() - 5 * DAY  # `touched_on`, while the previous release goes on writing
    run(import_module("guidance.progress.migrations.0013_reviews").FORWARD)
    assert list(rows.values_list("proved_on", "studied_on")) == dates


@pytest.mark.django_db(transaction=True)
def test_everything_a_learner_has_survives_the_upgrade_to_milestones(now):
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
    # The role does not ask for it any more: it is kept and waits.
    assert (after.pin, after.goal_state.wishes.pin) == (("excel",), ())
    # What the levels complete is, before anything is written, and nobody is sent back to its projects.
    steps = [(step.skill or step.project, step.to_level) for step in after.goal_state.plan.steps]
    assert steps == [("rag", 1)]
    assert not learner.completedmilestones.exists()
    services.record_activity(learner=learner)
    completed = set(learner.completedmilestones.values_list("milestone__slug", "project"))
    assert completed == {("programs", None), ("data", None)}
    again = learner_state(learner, snapshot=current(), now=now)
    assert again.goal_state.plan == after.goal_state.plan
    assert LearnerSkill.objects.filter(learner=learner).count() == 6
