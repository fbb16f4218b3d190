from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from guidance.catalog.models import Project, Skill
from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import Evidence
from tests import factories
from tests.progress.services.rows import current_of, slices_of

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_tick_resource_on_and_off(learner, now):
    resource = factories.make_resource()
    for _ in range(2):
        services.tick_resource(learner=learner, resource=resource, done=True, now=now)
    assert list(learner.resourcestates.values_list("resource", flat=True)) == [resource.pk]
    services.tick_resource(learner=learner, resource=resource, done=False, now=now)
    assert not learner.resourcestates.exists()


def test_prove_by_project_makes_assessments_and_evidence(learner, now):
    project = factories.make_project("report", proves={"python": 2})
    python = Skill.objects.get(slug="python")
    for _ in range(2):
        services.prove_by_project(
            learner=learner, project=project, levels={python.pk: 2}, url="https://example.com/work", now=now
        )
    assert current_of(learner, python)[:2] == (2, "project")
    assert list(Evidence.objects.values_list("skill", "project", "url")) == [
        (python.pk, project.pk, "https://example.com/work")
    ]
    with pytest.raises(ValidationError):
        services.prove_by_project(learner=learner, project=project, levels={python.pk: 3}, now=now)


def test_prove_by_project_lowers_nothing_and_is_undone_with_its_evidence(learner, now):
    project = factories.make_project("report", proves={"python": 2, "sql": 1})
    skills = {skill.slug: skill for skill in Skill.objects.all()}
    services.assess(learner=learner, skill=skills["python"], level=4, now=now)
    levels = {skills["python"].pk: 2, skills["sql"].pk: 1}
    made = services.prove_by_project(
        learner=learner, project=project, levels=levels, url="https://example.com/work", now=now + HOUR
    )
    assert [(item.skill, item.level, item.up_to) for item in made] == [(skills["python"], 4, 2), (skills["sql"], 1, 1)]
    assert slices_of(learner, skills["python"]) == ("project", "project", "self", "self")
    assert {item.skill for item in learner.evidences.all()} == {*skills.values()}
    again = services.prove_by_project(learner=learner, project=project, levels=levels, now=now + HOUR)
    assert again == []
    services.undo_assessments(learner=learner, assessments=made, now=now + HOUR)
    assert learner_state(learner, snapshot=current(), now=now).levels == {"python": 4}
    assert not learner.evidences.exists()


def test_save_project_work_keeps_the_order_of_the_checklist_and_refuses_other_items(learner, now):
    project = factories.make_project("report")
    items = list(project.checklist.values_list("text", flat=True))
    work = services.save_project_work(
        learner=learner, project=project, ticked=items[::-1], url=" https://example.com ", now=now
    )
    assert (work.ticked, work.url) == (items, "https://example.com")
    with pytest.raises(ValidationError):
        services.save_project_work(learner=learner, project=Project.objects.get(), ticked=["made up"], now=now)


def test_write_note_once_per_skill_and_none_when_empty(learner, python):
    services.write_note(learner=learner, skill=python, text="one")
    services.write_note(learner=learner, skill=python, text="two\n")
    assert list(learner.notes.values_list("text", flat=True)) == ["two\n"]
    assert services.write_note(learner=learner, skill=python, text="  ") is None
    assert not learner.notes.exists()
