"""Writes levels: assessing, undoing and raising them, and recalculating the skills of a merge that was undone."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Kind, Project, Skill
from guidance.progress import sources
from guidance.progress.learner_state import learner_states
from guidance.progress.models import (
    Assessment,
    LearnerSkill,
    StudySession,
)
from guidance.progress.services.base import (
    Source,
    clean,
    complete_milestones,
    credited,
    lock_and_bump,
    merged_ids,
    save_event,
    store_credit,
    stored_event,
)
from guidance.progress.services.reviews import FinishedReview, clock, finished_reviews
from guidance.progress.sources import KnownLevel


@transaction.atomic
def assess(
    *,
    learner: User,
    skill: Skill,
    level: int,
    now: datetime,
    source: Source = Assessment.Source.SELF,
    project: Project | None = None,
    event_id: uuid.UUID | None = None,
) -> Assessment:
    """Sets the learner's level of a skill. Levels up to this one that were checked or shown keep that source. Raises
    ValidationError."""
    lock_and_bump(learner)
    if stored := stored_event(Assessment, learner, event_id):
        return stored
    assessment = Assessment(
        learner=learner, skill=skill, level=level, kind=source, project=project, at=now, on=learner.local_date(now)
    )
    assessment = save_event(assessment, event_id)
    _apply_assessments(learner, [assessment])
    return assessment


@transaction.atomic
def pass_check(
    *, learner: User, skill: Skill, level: int, now: datetime, event_id: uuid.UUID | None = None
) -> Assessment:
    """Stores that the learner passed a check of this level. Levels 1 to `level` become checked, and the learner's level rises
    to `level` if it was lower. It is never lowered, and what a project shows stays shown. Raises ValidationError."""
    lock_and_bump(learner)
    if stored := stored_event(Assessment, learner, event_id):
        return stored
    known = levels_of(learner, [skill.pk]).get(skill.pk, sources.NOTHING)
    assessment = Assessment(
        learner=learner,
        skill=skill,
        level=max(known.level, level),
        up_to=level,
        kind=Assessment.Source.CHECK,
        at=now,
        on=learner.local_date(now),
    )
    assessment = save_event(assessment, event_id)
    _apply_assessments(learner, [assessment])
    return assessment


@transaction.atomic
def assess_all(
    *, learner: User, levels: Mapping[int, int], now: datetime, source: Source = Assessment.Source.SELF
) -> list[Assessment]:
    """Sets several levels, by skill id, with a few statements, for example from a self-assessment or a CV. Levels that
    the learner has already stated are skipped, and so is level 0 unless other levels imply more. Raises ValidationError."""
    lock_and_bump(learner)
    known = levels_of(learner, levels)
    implied = frozenset() if all(levels.values()) else _implied(learner, now)

    def is_new(skill: int, level: int) -> bool:
        before = known.get(skill, sources.NOTHING)
        return level != before.level or (not before.stated and (level > 0 or skill in implied))

    wanted = {skill: level for skill, level in levels.items() if is_new(skill, level)}
    return add_assessments(learner, wanted, now, source)


@transaction.atomic
def raise_levels(*, learner: User, levels: Mapping[str, tuple[int, Source]], now: datetime) -> list[Assessment]:
    """Raises levels to those of a CV or a first plan, each with its source, by skill slug. No level is lowered. A
    level 0 is stored if another level would otherwise imply more.

    Milestones of the goal that these levels complete are credited, as they would have been when the goal was set.
    """
    lock_and_bump(learner)
    catalogue, goal = snapshot.current(), learner.goals.last()
    before = complete_milestones(learner, now) if goal else {}
    state = learner_states([learner], snapshot=catalogue, now=now)[learner.pk]
    own = state.own
    higher = {slug: level for slug, (level, _how) in levels.items() if level > own.get(slug, 0)}
    assessments = []
    for source in dict.fromkeys(source for _level, source in levels.values()):
        of_source = {catalogue.skills[slug].id: level for slug, level in higher.items() if levels[slug][1] == source}
        assessments += assess_all(learner=learner, levels=of_source, source=source, now=now)
    zeros = {catalogue.skills[slug].id: 0 for slug, (level, _how) in levels.items() if not level and slug not in own}
    assessments += assess_all(learner=learner, levels=zeros, now=now) if zeros else []
    if goal and assessments:
        by_project = set(learner.completedmilestones.exclude(project=None).values_list("milestone", flat=True))
        for ad, milestones in complete_milestones(learner, now).items():
            known = by_project.union(credited(learner, ad).values_list("milestone", flat=True))
            slugs = {catalogue.slugs.get((Kind.MILESTONE, pk)) for pk in known}
            store_credit(learner, ad, milestones - before[ad] - slugs, now)
    return assessments


def levels_of(learner: User, skills: Iterable[int]) -> dict[int, KnownLevel]:
    """Returns what is known about each skill, by id. For merged skills, the highest level counts."""
    merged = {pk: skill for skill in skills for pk in merged_ids(Kind.SKILL, skill)}
    levels: dict[int, KnownLevel] = {}
    for row in learner.learnerskills.filter(skill__in=merged):
        skill = merged[row.skill_id]
        levels[skill] = sources.merged(levels[skill], _known(row)) if skill in levels else _known(row)
    return levels


def _implied(learner: User, now: datetime) -> frozenset[int]:
    """Returns the ids of the skills whose level follows from the learner's other levels."""
    catalogue = snapshot.current()
    state = learner_states([learner], snapshot=catalogue, now=now)[learner.pk]
    return frozenset(catalogue.skills[slug].id for slug in state.levels.keys() - state.own.keys())


def _known(row: LearnerSkill) -> KnownLevel:
    return KnownLevel(row.level, row.kind, row.checked_to, row.shown_to, row.stated)


def add_assessments(
    learner: User,
    levels: Mapping[int, int],
    now: datetime,
    source: Source,
    *,
    project: Project | None = None,
    up_to: Mapping[int, int] | None = None,
) -> list[Assessment]:
    """Adds assessments, by skill id. For a project, `up_to` is the level up to which it shows each skill."""
    on, shown = learner.local_date(now), up_to or {}
    assessments = [
        Assessment(
            learner=learner,
            skill_id=skill,
            level=level,
            up_to=shown.get(skill),
            kind=source,
            project=project,
            at=now,
            on=on,
        )
        for skill, level in levels.items()
    ]
    for assessment in assessments:
        clean(assessment)
    Assessment.objects.bulk_create(assessments)
    _apply_assessments(learner, assessments)
    return assessments


@transaction.atomic
def undo_assessment(
    *, learner: User, assessment: Assessment, now: datetime, event_id: uuid.UUID | None = None
) -> Assessment:
    """Undoes the latest assessment of a skill: the one before it counts again, and so do the hours logged since then.
    Evidence that a project added with it is removed. Raises ValidationError if a later assessment exists.
    """
    lock_and_bump(learner)
    if stored := stored_event(Assessment, learner, event_id):
        return stored
    if undone := learner.assessments.filter(undoes=assessment).first():
        return undone
    in_force = list(_not_undone(learner, assessment.skill_id)[:2])
    if not in_force or in_force[0].pk != assessment.pk:
        raise ValidationError(_("You have changed this level since. Undo that change first."), code="not_latest")
    before = in_force[1] if len(in_force) > 1 else None
    undoing = Assessment(
        learner=learner,
        skill_id=assessment.skill_id,
        level=before.level if before else 0,
        kind=before.kind if before else Assessment.Source.SELF,
        up_to=before.up_to if before else None,
        project_id=before.project_id if before else None,
        undoes=assessment,
        at=now,
        on=learner.local_date(now),
    )
    undoing = save_event(undoing, event_id)
    if assessment.project_id is not None:
        given = learner.evidences.filter(skill=assessment.skill_id, project=assessment.project_id, at=assessment.at)
        given.delete()
    recount(learner, assessment.skill_id, merged_ids(Kind.SKILL, assessment.skill_id))
    return undoing


@transaction.atomic
def undo_assessments(*, learner: User, assessments: Iterable[Assessment], now: datetime) -> None:
    """Undoes all of these assessments or none. Milestones that they completed when a CV or a first plan raised the levels are
    no longer credited."""
    moments = set()
    for assessment in assessments:
        undo_assessment(learner=learner, assessment=assessment, now=now)
        moments.add(assessment.at)
    records = snapshot.current().milestones
    goal = learner.goals.last()
    of_goals = {None, goal.ad_id} if goal else {None}
    if any(credited(learner, ad).filter(at__in=moments).exists() for ad in of_goals):
        for ad, milestones in complete_milestones(learner, now).items():
            still = [records[slug].id for slug in milestones if slug in records]
            credited(learner, ad).filter(at__in=moments).exclude(milestone__in=still).delete()


def _not_undone(learner: User, skill_id: int) -> QuerySet[Assessment]:
    """Returns the assessments of a skill that were not undone, latest first."""
    rows = learner.assessments.filter(skill__in=merged_ids(Kind.SKILL, skill_id))
    return rows.filter(undoes__isnull=True, undone_by__isnull=True).order_by("-id")


def _apply_assessments(learner: User, assessments: Collection[Assessment]) -> None:
    """Applies new assessments, each of a different skill, to the learner's skills."""
    rows = {
        row.skill_id: row for row in learner.learnerskills.filter(skill__in=[item.skill_id for item in assessments])
    }
    old: list[LearnerSkill] = []
    new: list[LearnerSkill] = []
    for item in assessments:
        merged = merged_ids(Kind.SKILL, item.skill_id)
        if len(merged) > 1:
            recount(learner, item.skill_id, merged)
            continue
        row = rows.get(item.skill_id)
        (old if row else new).append(
            row := row or LearnerSkill(learner=learner, skill_id=item.skill_id, touched_on=item.on)
        )
        if row.level != item.level:
            row.since, row.since_on, row.minutes = item.at, item.on, 0
        row.touched_on = max(row.touched_on, item.on)
        before = _known(row)
        after = sources.after(before, item)
        if after.proved > before.proved:
            row.reviews_passed = 0
        if sources.is_proof(item, after):
            row.proved_on, row.review_failed = max(row.proved_on or item.on, item.on), False
        for name, value in _columns(after).items():
            setattr(row, name, value)
    LearnerSkill.objects.bulk_create(new)
    times = ("since", "since_on", "minutes", "touched_on", "proved_on", "reviews_passed", "review_failed")
    LearnerSkill.objects.bulk_update(old, [*_columns(sources.NOTHING), *times])


def _columns(known: KnownLevel) -> dict[str, Any]:
    """Returns the columns of a `LearnerSkill` for what is known."""
    return {
        "level": known.level,
        "kind": known.source,
        "checked_to": known.checked_to,
        "shown_to": known.shown_to,
        "stated": known.stated,
    }


def recount(learner: User, skill_id: int, skills: Collection[int]) -> None:
    """Recomputes the learner's level and minutes for one skill from the assessments of `skills` that were not undone and from
    their sessions. Its row replaces the rows of all `skills`."""
    learner.learnerskills.filter(skill__in=skills).exclude(skill=skill_id).delete()
    rows = learner.assessments.filter(skill__in=skills, undoes__isnull=True, undone_by__isnull=True)
    sessions = learner.studysessions.filter(skill__in=skills).values_list("at", "on", "minutes")
    reviews = finished_reviews().filter(learner=learner, skill__in=skills)
    finished: list[Any] = list(reviews.values_list("passed", "finished_at", "finished_on"))
    sums = summed(list(rows.order_by("id")), list(sessions), finished)
    if sums is None:
        learner.learnerskills.filter(skill=skill_id).delete()
        return
    LearnerSkill.objects.update_or_create(learner=learner, skill_id=skill_id, defaults=sums)


def summed(
    in_force: Sequence[Assessment],
    sessions: Sequence[tuple[datetime, date, int]],
    reviews: Sequence[FinishedReview],
) -> dict[str, Any] | None:
    """Returns the columns of a `LearnerSkill`, calculated from the assessments that were not undone, in order, the sessions
    (moment, day and minutes) and the finished reviews. None if there is no assessment and no session."""
    known = sources.NOTHING
    first: Assessment | None = None  # the assessment since which the level has not changed
    for assessment in in_force:
        if assessment.level != known.level:
            first = assessment
        known = sources.after(known, assessment)
    studied_on = max((on for _at, on, _minutes in sessions), default=None)
    days = [day for day in (in_force[-1].on if in_force else None, studied_on) if day is not None]
    if not days:
        return None

    def is_studied_since(moment: datetime, day: date) -> bool:
        return any(at > moment and on >= day for at, on, _minutes in sessions)

    return {
        **_columns(known),
        "since": first.at if first else None,
        "since_on": first.on if first else None,
        "minutes": sum(minutes for at, on, minutes in sessions if first is None or (at > first.at and on >= first.on)),
        "total_minutes": sum(minutes for _at, _on, minutes in sessions),
        "touched_on": max(days),
        "studied_on": studied_on,
        **clock(in_force, reviews, is_studied_since),
    }


@transaction.atomic
def recompute_skill(*, learner: User, skill: Skill) -> None:
    """Recomputes the learner's level and minutes for a single skill, after a merge of the skill was undone."""
    lock_and_bump(learner)
    recount(learner, skill.pk, [skill.pk])


@transaction.atomic
def split_skills(*sides: Collection[int]) -> int:
    """Recomputes each of these groups of skills after their merge was undone. Learners who wrote nothing during the merge still
    have their rows, which stay unchanged. Returns the number of learners whose rows were recomputed."""
    learners: dict[int, User] = {}
    for skills in sides:
        own = {"learner": OuterRef("pk"), "skill__in": list(skills)}
        in_force = Assessment.objects.filter(**own, undoes__isnull=True, undone_by__isnull=True)
        happened = Exists(in_force) | Exists(StudySession.objects.filter(**own))
        lost = User.objects.filter(happened, ~Exists(LearnerSkill.objects.filter(**own))).order_by("pk")
        learners |= {learner.pk: learner for learner in lost}
    for _pk, learner in sorted(learners.items()):
        lock_and_bump(learner)
        for skill in (skill for skills in sides for skill in skills):
            recount(learner, skill, [skill])
    return len(learners)
