"""Writes ticked resources, work on projects, and notes."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Kind, Project, Resource, Skill
from guidance.progress.models import (
    Assessment,
    CompletedMilestone,
    Evidence,
    Note,
    ProjectWork,
    ResourceState,
)
from guidance.progress.services.base import clean, lock_and_bump, merged_ids, web_address
from guidance.progress.services.levels import add_assessments, levels_of
from guidance.progress.sources import NOTHING


@transaction.atomic
def tick_resource(*, learner: User, resource: Resource, done: bool, now: datetime) -> None:
    lock_and_bump(learner)
    if done:
        when = {"done_at": now, "on": learner.local_date(now)}
        ResourceState.objects.get_or_create(learner=learner, resource=resource, defaults=when)
    else:
        learner.resourcestates.filter(resource__in=merged_ids(Kind.RESOURCE, resource.pk)).delete()


@transaction.atomic
def save_project_work(
    *, learner: User, project: Project, ticked: Collection[str], now: datetime, url: str = ""
) -> ProjectWork:
    """Saves the work on a project. `ticked` are items of the project's checklist, as text. Raises ValidationError by
    field."""
    lock_and_bump(learner)
    checklist = list(project.checklist.values_list("text", flat=True))
    if unknown := set(ticked) - set(checklist):
        message = _("This is not on the checklist: {item}").format(item=min(unknown))
        raise ValidationError({"ticked": ValidationError(message, code="unknown")})
    works = {
        work.project_id: work for work in learner.projectworks.filter(project__in=merged_ids(Kind.PROJECT, project.pk))
    }
    work = works.pop(project.pk, None) or ProjectWork(learner=learner, project=project)
    work.ticked = [item for item in checklist if item in set(ticked)]
    work.url = web_address(url)
    work.updated_at, work.on = now, learner.local_date(now)
    clean(work)
    work.save()
    if works:
        learner.projectworks.filter(project__in=works).delete()
    _complete_milestones(learner, project, is_complete=len(work.ticked) == len(checklist), now=now)
    return work


def _complete_milestones(learner: User, project: Project, *, is_complete: bool, now: datetime) -> None:
    """Marks the milestones of a completed project as completed. They stay complete if the project is retired."""
    mine = learner.completedmilestones.filter(project__in=merged_ids(Kind.PROJECT, project.pk))
    if not is_complete:
        mine.delete()
        return
    catalogue = snapshot.current()
    slug = catalogue.slugs.get((Kind.PROJECT, project.pk))
    on = learner.local_date(now)
    CompletedMilestone.objects.bulk_create(
        [
            CompletedMilestone(learner=learner, milestone_id=milestone.id, project=project, at=now, on=on)
            for milestone in catalogue.milestones.values()
            if slug in milestone.projects
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def prove_by_project(
    *, learner: User, project: Project, levels: Mapping[int, int], now: datetime, url: str = ""
) -> list[Assessment]:
    """Stores levels that a project proves and the learner confirms; `levels` is by skill id. The link to the work
    becomes evidence for each. Higher levels stay, and levels that are already shown are skipped. Raises ValidationError for a
    level that the project does not prove."""
    lock_and_bump(learner)
    proves = dict(project.proves.values_list("skill_id", "level"))
    if any(level > proves.get(skill, 0) for skill, level in levels.items()):
        raise ValidationError({"levels": ValidationError(_("The project does not prove this level."), code="more")})
    known = levels_of(learner, levels)
    wanted = {skill: level for skill, level in levels.items() if known.get(skill, NOTHING).shown_to < level}
    reached = {skill: max(level, known.get(skill, NOTHING).level) for skill, level in wanted.items()}
    assessments = add_assessments(learner, reached, now, Assessment.Source.PROJECT, project=project, up_to=wanted)
    if url:
        evidenced = set(learner.evidences.filter(project=project, url=url).values_list("skill_id", flat=True))
        on = learner.local_date(now)
        evidence = [
            Evidence(learner=learner, skill_id=skill, project=project, url=url, at=now, on=on)
            for skill in sorted(wanted.keys() - evidenced)
        ]
        for item in evidence:
            clean(item)
        Evidence.objects.bulk_create(evidence)
    return assessments


@transaction.atomic
def write_note(*, learner: User, skill: Skill, text: str) -> Note | None:
    """Saves the learner's note on a skill and returns it; an empty text deletes it. Raises ValidationError by field."""
    lock_and_bump(learner)
    notes = {note.skill_id: note for note in learner.notes.filter(skill__in=merged_ids(Kind.SKILL, skill.pk))}
    note = None
    if text.strip():
        note = notes.pop(skill.pk, None) or Note(learner=learner, skill=skill)
        note.text = text
        clean(note)
        note.save()
    if notes:
        learner.notes.filter(skill__in=notes).delete()
    return note
