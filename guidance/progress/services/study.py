"""Writes study sessions and ticked units."""

import uuid
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Kind, Resource, Skill
from guidance.progress.learner_state import learner_states
from guidance.progress.models import (
    MINUTES_OF_A_DAY,
    LearnerSkill,
    StudyDay,
    StudySession,
    UnitTick,
)
from guidance.progress.services.base import clean, lock_and_bump, merged_ids, save_event, stored_event
from guidance.progress.services.reviews import clock_of
from guidance.progress.units import text_of, units_of


@transaction.atomic
def log_study(
    *,
    learner: User,
    minutes: int,
    on: date,
    now: datetime,
    skill: Skill | None = None,
    resource: Resource | None = None,
    event_id: uuid.UUID | None = None,
    tick_id: int | None = None,
) -> StudySession:
    """Logs minutes of study on a local date that is not in the future. `tick_id` is the ticked unit of a restored session.
    Raises ValidationError by field, also if the day would have more than 24 hours."""
    lock_and_bump(learner)
    if stored := stored_event(StudySession, learner, event_id):
        return stored
    if skill is None and resource is None:
        raise ValidationError({"skill": ValidationError(_("Enter what you studied."), code="required")})
    if on > learner.local_date(now):
        raise ValidationError({"on": ValidationError(_("This day is in the future."), code="future")})
    session = StudySession(learner=learner, skill=skill, resource=resource, minutes=minutes, on=on, at=now)
    session = save_event(session, event_id)
    if tick_id is not None:
        learner.unitticks.filter(pk=tick_id, session=None, minutes=minutes).update(session=session)
    day = learner.studydays.filter(on=on).first() or StudyDay(learner=learner, on=on, minutes=0)
    if day.minutes + minutes > MINUTES_OF_A_DAY:
        message = ngettext(
            "A day has 24 hours, and {minutes} minute of this day is already logged.",
            "A day has 24 hours, and {minutes} minutes of this day are already logged.",
            day.minutes,
        )
        raise ValidationError({"minutes": ValidationError(message.format(minutes=day.minutes), code="day_full")})
    day.minutes += minutes
    day.save()
    if skill is not None:
        row = learner.learnerskills.filter(skill=skill).first()
        row = row or LearnerSkill(learner=learner, skill=skill, touched_on=on)
        row.total_minutes += minutes
        row.minutes += minutes if _since_change(session, row) else 0
        row.touched_on = max(row.touched_on, on)
        row.studied_on = max(row.studied_on or on, on)
        if row.reviewed_on is not None and on >= row.reviewed_on:
            row.review_failed = False
        row.save()
        if len(merged := merged_ids(Kind.SKILL, skill.pk)) > 1:
            learner.learnerskills.filter(skill__in=merged, reviewed_on__lte=on).update(review_failed=False)
    return session


def _since_change(session: StudySession, row: LearnerSkill) -> bool:
    """Returns whether the session came after the level last changed."""
    return row.since is None or row.since_on is None or (session.at > row.since and session.on >= row.since_on)


@transaction.atomic
def remove_session(*, learner: User, session: StudySession) -> None:
    """Deletes a session and subtracts its minutes everywhere."""
    lock_and_bump(learner)
    stored = learner.studysessions.filter(pk=session.pk).first()
    if stored is None:  # already removed, for example by a second click
        return
    stored.delete()
    StudyDay.objects.filter(learner=learner, on=stored.on).update(minutes=F("minutes") - stored.minutes)
    StudyDay.objects.filter(learner=learner, on=stored.on, minutes=0).delete()
    if stored.skill_id is not None:
        _subtract_session(learner, stored, stored.skill_id)


def _subtract_session(learner: User, session: StudySession, skill_id: int) -> None:
    """Subtracts the session's minutes from the row that includes them: that of the skill, or of the skill it was merged
    into."""
    rows = {row.skill_id: row for row in learner.learnerskills.filter(skill__in=merged_ids(Kind.SKILL, skill_id))}
    if not rows:
        return
    row = rows.get(skill_id) or next(iter(rows.values()))
    skills = merged_ids(Kind.SKILL, skill_id) if len(rows) == 1 else (row.skill_id,)
    row.total_minutes -= session.minutes
    row.minutes -= session.minutes if _since_change(session, row) else 0
    row.studied_on = learner.studysessions.filter(skill__in=skills).aggregate(on=Max("on"))["on"]
    in_force = learner.assessments.filter(skill__in=skills, undoes__isnull=True, undone_by__isnull=True)
    if row.reviewed_on is not None and session.on >= row.reviewed_on:
        row.review_failed = clock_of(learner, skills, in_force.order_by("id"))["review_failed"]
    days = [row.studied_on, in_force.aggregate(on=Max("on"))["on"]]
    touched = [day for day in days if day is not None]
    if not touched:
        row.delete()
        return
    row.touched_on = max(touched)
    row.save()


@transaction.atomic
def tick_unit(
    *, learner: User, skill: Skill, level: int, key: str, now: datetime, minutes: int | None = None
) -> UnitTick:
    """Ticks a unit and logs its remaining minutes on the skill, or `minutes` if given; 0 logs nothing. A unit that is already
    ticked does not change.

    Raises ValidationError by field, also for a unit above the learner's next level.
    """
    lock_and_bump(learner)
    merged = merged_ids(Kind.SKILL, skill.pk)
    if stored := learner.unitticks.filter(skill__in=merged, level=level, key=key).first():
        return stored
    catalogue = snapshot.current()
    published = catalogue.skills.get(catalogue.slugs.get((Kind.SKILL, skill.pk), ""))
    unit = next((unit for unit in published.units.get(level, ()) if unit.key == key), None) if published else None
    if published is None or unit is None:
        message = _("This unit is no longer in the catalogue. Look at the list again.")
        raise ValidationError({"unit": ValidationError(message, code="unknown")})
    own = learner_states([learner], snapshot=catalogue, now=now)[learner.pk]
    reached = own.levels.get(published.slug, 0)
    if level > reached + 1:
        message = _("You are at level {reached} of {skill}. Do the units of level {next} first.")
        message = message.format(reached=reached, skill=published.name, next=reached + 1)
        raise ValidationError({"level": ValidationError(message, code="too_high")})
    units = units_of(own, published.slug, level)
    assert units is not None  # the level has at least this unit
    logged = next((state.logged for state in units.units if state.key == key), 0)
    minutes = unit.minutes - logged if minutes is None else minutes
    on = learner.local_date(now)
    text = text_of(unit, catalogue)
    tick = UnitTick(
        learner=learner,
        skill=skill,
        level=level,
        key=key,
        type=unit.type,
        text=f"{text}, {unit.part}" if unit.part else text,
        minutes=minutes,
        earlier=min(logged, max(0, unit.minutes - minutes)),
        at=now,
        on=on,
    )
    clean(tick)
    if minutes:
        resource = Resource.objects.get(slug=unit.resource) if unit.resource else None
        tick.session = log_study(learner=learner, minutes=minutes, on=on, now=now, skill=skill, resource=resource)
    tick.save(force_insert=True)
    return tick


@transaction.atomic
def untick_unit(*, learner: User, skill: Skill, level: int, key: str) -> UnitTick | None:
    """Removes the tick of a unit and the time that was logged with it. Returns None if it was not ticked."""
    lock_and_bump(learner)
    ticks = learner.unitticks.filter(skill__in=merged_ids(Kind.SKILL, skill.pk), level=level, key=key)
    last = None
    for tick in ticks.select_related("session"):
        if tick.session is not None:
            remove_session(learner=learner, session=tick.session)
        tick.delete()
        last = tick
    return last
