"""Imports an export as rows."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Kind
from guidance.progress.ads import MAX_ADS
from guidance.progress.models import (
    MINUTES_OF_A_DAY,
    AdMilestone,
    Assessment,
    CompletedMilestone,
    DayOff,
    Event,
    Evidence,
    Goal,
    Note,
    Owned,
    PathWishes,
    PlanOverride,
    ProjectWork,
    ResourceState,
    SavedAd,
    SavedAdSkill,
    StudyDay,
    StudySession,
    UnitTick,
)
from guidance.progress.services.base import ROWS, lock_and_bump, merged_ids
from guidance.progress.services.goals import MAX_DAYS_OFF
from guidance.progress.services.levels import recount


@dataclass(frozen=True, slots=True)
class History:
    """The history of a learner as rows that are not stored and have no owner yet. The fields are named as in the export."""

    saved_ads: Sequence[SavedAd] = ()
    goals: Sequence[Goal] = ()
    days_off: Sequence[DayOff] = ()
    assessments: Sequence[Assessment] = ()
    evidence: Sequence[Evidence] = ()
    study_sessions: Sequence[StudySession] = ()
    ticked_resources: Sequence[ResourceState] = ()
    ticked_units: Sequence[UnitTick] = ()
    projects: Sequence[ProjectWork] = ()
    notes: Sequence[Note] = ()
    plan_changes: Sequence[PlanOverride] = ()
    completed_milestones: Sequence[CompletedMilestone] = ()
    path_wishes: Sequence[PathWishes] = ()
    undoes: Mapping[uuid.UUID, uuid.UUID] = field(default_factory=dict)  # {assessment: the one it undoes}, as events
    # {skill, level and key of a ticked unit: event of the session that was logged with it}
    sessions_of_ticks: Mapping[tuple[int, int, str], uuid.UUID] = field(default_factory=dict)
    # {event of a saved ad: its rows}, and {moment of a goal: event of its ad}
    skills_of_ads: Mapping[uuid.UUID, Sequence[SavedAdSkill]] = field(default_factory=dict)
    milestones_of_ads: Mapping[uuid.UUID, Sequence[AdMilestone]] = field(default_factory=dict)
    ads_of_goals: Mapping[datetime, uuid.UUID] = field(default_factory=dict)


@dataclass(slots=True)
class ImportCounts:
    """How many rows of a table were imported."""

    added: int = 0
    changed: int = 0
    there: int = 0  # already stored, so left unchanged


@transaction.atomic
def import_history(*, learner: User, history: History, today: date) -> dict[str, ImportCounts]:
    """Adds a history to the learner's own and returns the counts by table. A second import adds nothing: events are identified by
    their ids, goals by their moments. The later event counts, regardless of which was stored first; for project work, notes and
    changes to the plan, the later row stays.

    Raises ValidationError if a day would have more than 24 hours, or if there would be too many future days off or saved ads.
    """
    lock_and_bump(learner)
    counts = {
        "saved_ads": _import_ads(learner, history),
        "goals": _import_goals(learner, history),
        "days_off": _import_days_off(learner, history.days_off, today),
        "assessments": _import_assessments(learner, history),
        "evidence": _import_events(learner, Evidence, history.evidence),
        "study_sessions": _import_events(learner, StudySession, history.study_sessions),
        "ticked_resources": _import_ticked_resources(learner, history.ticked_resources),
        "ticked_units": _import_ticked_units(learner, history),
        "projects": _import_latest(learner, ProjectWork, Kind.PROJECT, "project", "updated_at", history.projects),
        "notes": _import_latest(learner, Note, Kind.SKILL, "skill", "updated_at", history.notes),
        "plan_changes": _import_latest(learner, PlanOverride, Kind.SKILL, "skill", "at", history.plan_changes),
        "completed_milestones": _import_completed_milestones(learner, history.completed_milestones),
        "path_wishes": _import_wishes(learner, history.path_wishes),
    }
    if counts["study_sessions"].added:
        _sum_days(learner, {session.on for session in history.study_sessions})
    if counts["study_sessions"].added or counts["assessments"].added:
        skills = {row.skill_id for row in history.assessments} | {row.skill_id for row in history.study_sessions}
        for group in {merged_ids(Kind.SKILL, skill) for skill in skills if skill is not None}:
            recount(learner, _skill_id_today(group), group)
    return counts


def _skill_id_today(skills: Collection[int]) -> int:
    """Returns the id of the skill that these skills were merged into."""
    catalogue, skill = snapshot.current(), next(iter(skills))
    slug = catalogue.slugs.get((Kind.SKILL, skill))
    return catalogue.skills[slug].id if slug else skill


def _unsaved_copies[R: Owned | PathWishes](rows: Iterable[R], learner: User) -> list[R]:
    """Prepares these rows for insertion as rows of the learner and returns them."""
    fresh = list(rows)
    for row in fresh:
        row.pk, row.learner, row._state.adding = None, learner, True
    return fresh


def _import_ads(learner: User, history: History) -> ImportCounts:
    """Imports saved ads with their skills and the milestones that were complete when they became the goal."""
    known = set(learner.savedads.values_list("event_id", flat=True))
    counts = _import_events(learner, SavedAd, history.saved_ads)
    if learner.savedads.filter(removed_at=None).count() > MAX_ADS:
        message = _("That would be more than {count} saved ads.").format(count=MAX_ADS)
        raise ValidationError({"saved_ads": ValidationError(message, code="too_many")})
    new = {ad.event_id: ad for ad in learner.savedads.all() if ad.event_id not in known}
    skills = [(ad, row) for event, ad in new.items() for row in history.skills_of_ads.get(event, ())]
    milestones = [(ad, row) for event, ad in new.items() for row in history.milestones_of_ads.get(event, ())]
    for of_ad in (skills, milestones):
        for ad, row in of_ad:
            row.pk, row.ad, row._state.adding = None, ad, True
    SavedAdSkill.objects.bulk_create([row for _ad, row in skills], ROWS)
    AdMilestone.objects.bulk_create([row for _ad, row in milestones], ROWS, ignore_conflicts=True)
    return counts


def _import_goals(learner: User, history: History) -> ImportCounts:
    goals, ads = history.goals, {ad.event_id: ad for ad in learner.savedads.all()}
    for goal in goals:
        goal.ad = ads.get(event) if (event := history.ads_of_goals.get(goal.at)) else None
    stored = list(learner.goals.all())
    known = {goal.at for goal in stored}
    new = {goal.at: goal for goal in goals if goal.at not in known}
    if new and stored and min(new) < stored[-1].at:
        # The last row is the current goal, so the rows have to be in the order of their moments.
        learner.goals.all().delete()
    else:
        stored = []
    rows = sorted((*stored, *new.values()), key=lambda goal: goal.at) if new else []
    Goal.objects.bulk_create(_unsaved_copies(rows, learner))
    return ImportCounts(added=len(new), there=len(goals) - len(new))


def _import_days_off(learner: User, days: Sequence[DayOff], today: date) -> ImportCounts:
    known = set(learner.dayoffs.values_list("day", flat=True))
    new = {row.day: row for row in days if row.day not in known}
    DayOff.objects.bulk_create(_unsaved_copies(new.values(), learner))
    if new and learner.dayoffs.filter(day__gte=today).count() > MAX_DAYS_OFF:
        message = _("That would be more than {count} future days off.").format(count=f"{MAX_DAYS_OFF:,}")
        raise ValidationError({"days_off": ValidationError(message, code="too_many")})
    return ImportCounts(added=len(new), there=len(days) - len(new))


def _import_events[E: Event](learner: User, model: type[E], events: Sequence[E]) -> ImportCounts:
    wanted = [event.event_id for event in events]
    stored = model._default_manager.filter(learner=learner, event_id__in=wanted)
    known = set(stored.values_list("event_id", flat=True))
    new = [event for event in events if event.event_id not in known]
    model._default_manager.bulk_create(_unsaved_copies(new, learner), ROWS)
    return ImportCounts(added=len(new), there=len(events) - len(new))


def _import_assessments(learner: User, history: History) -> ImportCounts:
    stored = list(learner.assessments.all())
    known = {row.pk: row.event_id for row in stored}
    events = set(known.values())
    undoes = {row.event_id: known[row.undoes_id] for row in stored if row.undoes_id is not None}
    undone = set(undoes.values())  # an assessment can be undone only once, by any row
    new = [
        row
        for row in history.assessments
        if row.event_id not in events and history.undoes.get(row.event_id) not in undone
    ]
    brought = ImportCounts(added=len(new), there=len(history.assessments) - len(new))
    if not new:
        return brought
    undoes |= {row.event_id: history.undoes[row.event_id] for row in new if row.event_id in history.undoes}
    rows = new
    if stored and min(row.at for row in new) < max(row.at for row in stored):
        # The last row of a skill is its level, so the rows have to be in the order of their moments.
        learner.assessments.all().delete()
        rows = [*stored, *new]
    rows = sorted(rows, key=lambda row: row.at)
    for row in rows:
        row.undoes = None
    created = Assessment.objects.bulk_create(_unsaved_copies(rows, learner), ROWS)
    by_event = {row.event_id: row for row in (*stored, *created)}
    undoing = [row for row in created if row.event_id in undoes]
    for row in undoing:
        row.undoes = by_event[undoes[row.event_id]]
    Assessment.objects.bulk_update(undoing, ["undoes"], ROWS)
    return brought


def _import_ticked_resources(learner: User, ticks: Sequence[ResourceState]) -> ImportCounts:
    known = set(learner.resourcestates.values_list("resource_id", flat=True))
    new: dict[tuple[int, ...], ResourceState] = {}
    for tick in ticks:
        merged = merged_ids(Kind.RESOURCE, tick.resource_id)
        if known.isdisjoint(merged):
            new.setdefault(merged, tick)
    ResourceState.objects.bulk_create(_unsaved_copies(new.values(), learner))
    return ImportCounts(added=len(new), there=len(ticks) - len(new))


def _import_ticked_units(learner: User, history: History) -> ImportCounts:
    """Imports ticked units and connects them to their sessions, which were imported before. A session that another tick
    already has, or that does not match, is not connected."""
    stored = list(learner.unitticks.all())
    known = {(merged_ids(Kind.SKILL, tick.skill_id), tick.level, tick.key) for tick in stored}
    used = {tick.session_id for tick in stored}
    new: dict[tuple[tuple[int, ...], int, str], UnitTick] = {}
    for tick in history.ticked_units:
        unit = merged_ids(Kind.SKILL, tick.skill_id), tick.level, tick.key
        if unit not in known:
            new.setdefault(unit, tick)
    sessions = {
        session.event_id: session
        for session in learner.studysessions.filter(event_id__in=history.sessions_of_ticks.values())
    }
    for (skills, level, key), tick in new.items():
        event = history.sessions_of_ticks.get((tick.skill_id, level, key))
        session = sessions.get(event) if event else None
        if session and session.pk not in used and session.skill_id in skills and session.minutes == tick.minutes:
            tick.session = session
            used.add(session.pk)
    UnitTick.objects.bulk_create(_unsaved_copies(new.values(), learner), ROWS)
    return ImportCounts(added=len(new), there=len(history.ticked_units) - len(new))


def _import_completed_milestones(learner: User, rows: Sequence[CompletedMilestone]) -> ImportCounts:
    known = set(learner.completedmilestones.values_list("milestone", "project"))
    new = {key: row for row in rows if (key := (row.milestone_id, row.project_id)) not in known}
    CompletedMilestone.objects.bulk_create(_unsaved_copies(new.values(), learner))
    return ImportCounts(added=len(new), there=len(rows) - len(new))


def _import_wishes(learner: User, rows: Sequence[PathWishes]) -> ImportCounts:
    """Imports wishes for the path, unless the learner already has some."""
    if not rows or PathWishes.objects.filter(learner=learner).exists():
        return ImportCounts(there=len(rows))
    PathWishes.objects.bulk_create(_unsaved_copies(rows[-1:], learner))
    return ImportCounts(added=1)


def _import_latest(
    learner: User, model: type[Any], kind: Kind, record: str, moment: str, rows: Sequence[Any]
) -> ImportCounts:
    """Imports rows of a table with one row per record, counting merged records as one: the row with the latest moment stays."""

    def by_record(rows: Iterable[Any]) -> dict[tuple[int, ...], Any]:
        ordered = sorted(rows, key=lambda row: getattr(row, moment))
        return {merged_ids(kind, getattr(row, f"{record}_id")): row for row in ordered}

    mine = model._default_manager.filter(learner=learner)
    stored, sent = by_record(mine), by_record(rows)
    new = {
        merged: row
        for merged, row in sent.items()
        if merged not in stored or getattr(row, moment) > getattr(stored[merged], moment)
    }
    mine.filter(**{f"{record}__in": [pk for merged in new for pk in merged]}).delete()
    moments = [getattr(row, moment) for row in new.values()]
    created = model._default_manager.bulk_create(_unsaved_copies(new.values(), learner))
    for row, at in zip(created, moments, strict=True):
        if getattr(row, moment) != at:  # saving may have set the current time
            mine.filter(pk=row.pk).update(**{moment: at})
    changed = len(new.keys() & stored.keys())
    return ImportCounts(added=len(new) - changed, changed=changed, there=len(rows) - len(new))


def _sum_days(learner: User, days: Collection[date]) -> None:
    sums = learner.studysessions.filter(on__in=days).order_by().values("on").annotate(sum=Sum("minutes"))
    minutes = dict(sums.values_list("on", "sum"))
    if full := [on for on, total in minutes.items() if total > MINUTES_OF_A_DAY]:
        message = _("A day has 24 hours, and {day} would have more.").format(day=min(full).isoformat())
        raise ValidationError({"study_sessions": ValidationError(message, code="day_full")})
    rows = [StudyDay(learner=learner, on=on, minutes=total) for on, total in minutes.items()]
    StudyDay.objects.bulk_create(
        rows, ROWS, update_conflicts=True, unique_fields=["learner", "on"], update_fields=["minutes"]
    )
