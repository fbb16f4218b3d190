"""Writes the goal and the learner's changes to its path."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog.models import Industry, Kind, Milestone, Project, Role, Skill
from guidance.progress.models import (
    DayOff,
    Goal,
    PathWishes,
    PlanOverride,
    SavedAd,
)
from guidance.progress.plan import MAX_HOURS, MIN_HOURS
from guidance.progress.services.base import clean, credit_goal, lock_and_bump, merged_ids

MAX_DAYS_OFF = 1_000


@transaction.atomic
def set_goal(
    *,
    learner: User,
    role: Role,
    hours_per_week: float,
    weekdays: Collection[int],
    now: datetime,
    industry: Industry | None = None,
    deadline: date | None = None,
    weekly_target: int | None = None,
    days_off: Iterable[date] | None = None,
    ad: SavedAd | None = None,
) -> Goal:
    """Sets a goal from the learner's today on and returns it; it replaces any other goal set on the same day. `days_off` replace
    those from today on; None leaves them unchanged. `weekly_target` is in minutes; None keeps a target that the learner chose, up
    to the hours of the plan; if they chose none, these hours are the target. If `ad` is given, this saved ad is the goal and
    `role` is the role whose path it follows; what was stored with the role's goal stays, so that the learner can return to it.
    Raises ValidationError by field.
    """
    lock_and_bump(learner)
    today = learner.local_date(now)
    if deadline is not None and deadline < today:
        raise ValidationError({"deadline": ValidationError(_("This day has passed. Choose a later one."), code="past")})
    last = learner.goals.last()
    if weekly_target is None:
        weekly_target = planned_minutes(min(max(hours_per_week, MIN_HOURS), MAX_HOURS))
        if last is not None and last.weekly_target != planned_minutes(last.hours_per_week):
            weekly_target = min(last.weekly_target, weekly_target)
    goal = Goal(
        learner=learner,
        role=role,
        industry=industry,
        ad=ad,
        is_ad=ad is not None,
        hours_per_week=hours_per_week,
        weekdays=sorted(set(weekdays)),
        deadline=deadline,
        weekly_target=weekly_target,
        at=now,
        on=today,
    )
    clean(goal)
    if ad is not None and ad.role_id != role.pk:
        ad.role = role
        ad.save(update_fields=["role"])
    if days_off is not None:
        set_days_off(learner=learner, days=days_off, now=now)
    before = _goal_before(learner, goal)
    if (known := _stored(learner, goal, last)) is not None:
        return known
    if before is None or (before.role_id, before.industry_id) != (goal.role_id, goal.industry_id):
        credit_goal(learner, goal, now)
    return goal


def _stored(learner: User, goal: Goal, last: Goal | None) -> Goal | None:
    """Stores the goal. It replaces another goal set on the same day, and an ad that was the goal for part of that day. Returns
    the existing goal if it is the same, otherwise None."""
    if last is not None and last.is_ad and not goal.is_ad and last.on == goal.on:
        last.delete()
        last = learner.goals.last()
    if last is not None and not _differs(goal, last):
        return last
    if last is not None and last.on == goal.on and last.is_ad == goal.is_ad:
        goal.pk = last.pk
    goal.save()
    return None


def _goal_before(learner: User, goal: Goal) -> Goal | None:
    """Returns the goal whose credited milestones may apply to the new one: for a role, the last goal that was a role,
    regardless of ads after it; for an ad, the last goal that was this ad."""
    goals = learner.goals.filter(is_ad=goal.is_ad, ad=goal.ad_id)
    return goals.last()


@transaction.atomic
def set_path(*, learner: User, **wishes: Any) -> PathWishes:
    """Changes some of the learner's wishes for the path, by field of `PathWishes`; other fields stay. The caller has to
    reject ids that are not on the path."""
    lock_and_bump(learner)
    PathWishes.objects.get_or_create(learner=learner)
    PathWishes.objects.filter(learner=learner).update(**wishes)
    return PathWishes.objects.get(learner=learner)


@transaction.atomic
def update_wishes(
    *,
    learner: User,
    of_choices: Collection[str] = (),
    of_milestones: Collection[int] = (),
    choices: Mapping[str, int] | None = None,
    projects: Mapping[int, int] | None = None,
    milestone_order: Sequence[int] | None = None,
    skip_milestones: Sequence[int] | None = None,
) -> None:
    """Replaces the learner's wishes for the path to a goal that has these choices (slugs) and milestones (ids); None leaves a
    wish unchanged. Wishes for other goals stay. The caller has to check that the goal allows them."""
    lock_and_bump(learner)
    row, _made = PathWishes.objects.get_or_create(learner=learner)
    if choices is not None:
        others = {slug: pk for slug, pk in row.choices.items() if slug not in of_choices}
        row.choices = others | dict(choices)
    if projects is not None:
        others = {milestone: pk for milestone, pk in row.projects.items() if int(milestone) not in of_milestones}
        row.projects = others | {str(milestone): pk for milestone, pk in projects.items()}
    for name, wished in (("milestone_order", milestone_order), ("skipped_milestones", skip_milestones)):
        if wished is not None:
            elsewhere = [pk for pk in getattr(row, name) if pk not in of_milestones]
            setattr(row, name, [*dict.fromkeys(wished), *elsewhere])
    row.save(update_fields=["choices", "projects", "milestone_order", "skipped_milestones"])


@transaction.atomic
def pick_skill(*, learner: User, choice: str, skill: Skill | None) -> None:
    """Sets the skill that the plan teaches for a choice. `choice` is a slug; without a skill, the plan decides."""
    _set_wish(learner, "choices", choice, skill)


@transaction.atomic
def pick_project(*, learner: User, milestone: Milestone, project: Project | None) -> None:
    """Sets the project of a milestone; without a project, the plan decides."""
    _set_wish(learner, "projects", str(milestone.pk), project)


def _set_wish(learner: User, name: str, about: str, record: Skill | Project | None) -> None:
    lock_and_bump(learner)
    wishes, _made = PathWishes.objects.get_or_create(learner=learner)
    wished = getattr(wishes, name)
    wished.pop(about, None)
    if record is not None:
        wished[about] = record.pk
    wishes.save(update_fields=[name])


def planned_minutes(hours_per_week: float) -> int:
    """Converts hours a week to minutes: the weekly target, unless the learner chose another."""
    return round(hours_per_week * 60)


def _differs(goal: Goal, other: Goal) -> bool:
    names = ("role_id", "industry_id", "ad_id", "is_ad", "hours_per_week", "weekdays", "deadline", "weekly_target")
    return any(getattr(goal, name) != getattr(other, name) for name in names)


@transaction.atomic
def set_days_off(*, learner: User, days: Iterable[date], now: datetime) -> None:
    """Sets the days off from the learner's today on. Past ones stay, because the pace is calculated from them."""
    lock_and_bump(learner)
    today = learner.local_date(now)
    wanted = {day for day in days if day >= today}
    if len(wanted) > MAX_DAYS_OFF:
        raise ValidationError({"days_off": ValidationError(_("That is more than 1,000 days off."), code="too_many")})
    learner.dayoffs.filter(day__gte=today).exclude(day__in=wanted).delete()
    DayOff.objects.bulk_create([DayOff(learner=learner, day=day) for day in sorted(wanted)], ignore_conflicts=True)


@transaction.atomic
def override(*, learner: User, kinds: Mapping[int, str | None], now: datetime) -> None:
    """Pins, skips or puts off skills, by id; None undoes that. The latest call counts, and pins are in the order in which
    they were made. Raises ValidationError for any other kind."""
    lock_and_bump(learner)
    rows = [
        PlanOverride(learner=learner, skill_id=skill, kind=kind, at=now)
        for skill, kind in kinds.items()
        if kind is not None
    ]
    for row in rows:
        clean(row)
    merged = {pk for skill in kinds for pk in merged_ids(Kind.SKILL, skill)}
    learner.planoverrides.filter(skill__in=merged).delete()
    PlanOverride.objects.bulk_create(rows)
