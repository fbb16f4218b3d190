"""Databases written by the previous release, which keeps writing to them while this release is rolled out."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection

from guidance.catalog.models import Skill
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from tests import factories

DAY = timedelta(days=1)


def said(learner, slug, level, now, **more):
    """An assessment as the previous release writes it, before it writes the row of the skill."""
    skill = Skill.objects.get(slug=slug)
    return learner.assessments.create(skill=skill, level=level, kind="self", at=now, on=now.date(), **more)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def row_of_the_previous_release(learner, slug, level, now, minutes=0):
    """A row without `stated`, which that release did not have."""
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
# Assessments (stated, checked, shown), the level and source that the previous release then writes, and the sources of each level.
WRITES = {
    "a lower level": ([(3, "project", None)], (1, "self"), ("project",)),
    "the same level": ([(3, "self", None), (3, "check", 2)], (3, "self"), ("check", "check", "self")),
    "what was checked": ([(2, "check", 2)], (2, "self"), ("check", "check")),
    "a project": ([(2, "check", 2)], (3, "project"), ("project",) * 3),
    "more than was checked": ([(2, "check", 2)], (3, "cv"), ("check", "check", "cv")),
    "nothing": ([(2, "check", 2)], (0, "self"), ()),
    # It undoes what came after a check or project that proves less than the level, and takes that source for the whole level.
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
    assert proved.proved_on == now.date() - 5 * DAY  # from `touched_on`, while the previous release keeps writing
    run(import_module("guidance.progress.migrations.0013_reviews").FORWARD)
    assert list(rows.values_list("proved_on", "studied_on")) == dates
