"""Writes saved job ads, and makes one the goal."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Kind, Role
from guidance.progress.ads import MAX_AD_SKILLS, MAX_ADS
from guidance.progress.learner_rows import AdSkill
from guidance.progress.models import Goal, SavedAd, SavedAdSkill
from guidance.progress.services.base import clean, credit_goal, lock_and_bump, stored_event
from guidance.progress.services.goals import planned_minutes, set_goal

RESTORABLE = timedelta(days=1)  # how long a deleted ad can be restored
FIRST_HOURS, FIRST_WEEKDAYS = 8.0, (1, 2, 3, 4, 5, 6, 7)  # defaults of a first goal
CHANGEABLE = ("title", "employer", "role", "seniority", "text")


@transaction.atomic
def save_ad(
    *,
    learner: User,
    title: str,
    skills: Sequence[AdSkill],
    now: datetime,
    employer: str = "",
    role: Role | None = None,
    seniority: str = "",
    text: str = "",
    event_id: uuid.UUID | None = None,
) -> SavedAd:
    """Saves an ad and returns it; pass `text` only if the learner wants it stored. Raises ValidationError by field, or if the
    learner already has MAX_ADS."""
    lock_and_bump(learner)
    if stored := stored_event(SavedAd, learner, event_id):
        return stored
    if learner.savedads.filter(removed_at=None).count() >= MAX_ADS:
        raise ValidationError(too_many_ads(), code="too_many")
    ad = SavedAd(
        learner=learner,
        title=title.strip(),
        employer=employer.strip(),
        role=role,
        seniority=seniority,
        text=text,
        at=now,
        on=learner.local_date(now),
    )
    if event_id is not None:
        ad.event_id = event_id
    clean(ad)
    ad.save(force_insert=True)
    _save_skills(ad, skills)
    return ad


def too_many_ads() -> str:
    return _("You already have {n} saved ads, the maximum. Delete one first.").format(n=MAX_ADS)


@transaction.atomic
def change_ad(
    *, learner: User, ad: SavedAd, now: datetime, skills: Sequence[AdSkill] | None = None, **changes: Any
) -> SavedAd:
    """Changes some of title, employer, role, seniority and text; `skills` replace all its skills. If the ad is the goal, the
    goal is updated too. Raises ValidationError by field."""
    lock_and_bump(learner)
    assert changes.keys() <= set(CHANGEABLE)
    of_goal = goal_of_ad(learner, ad)
    if of_goal and "role" in changes and changes["role"] is None:
        raise ValidationError(
            {
                "role": ValidationError(
                    _("This ad is your goal, so it needs a role whose path it can follow."), code="goal"
                )
            }
        )
    for name, value in changes.items():
        setattr(ad, name, value.strip() if name in {"title", "employer"} else value)
    clean(ad)
    ad.save(update_fields=list(changes))
    if skills is not None:
        ad.skills.all().delete()
        _save_skills(ad, skills)
    if of_goal and "role" in changes and of_goal.role_id != ad.role_id:
        of_goal.role = ad.role  # type: ignore[assignment]  # it has one, see above
        of_goal.save(update_fields=["role"])
        credit_goal(learner, of_goal, now)
    return ad


def _save_skills(ad: SavedAd, skills: Sequence[AdSkill]) -> None:
    if not skills:
        raise ValidationError({"skills": ValidationError(_("An ad names at least one skill."), code="required")})
    if len(skills) > MAX_AD_SKILLS:
        message = _("An ad has at most {n} skills. Leave some out.").format(n=MAX_AD_SKILLS)
        raise ValidationError({"skills": ValidationError(message, code="too_many")})
    records = snapshot.current().skills
    SavedAdSkill.objects.bulk_create(
        SavedAdSkill(
            ad=ad,
            skill_id=records[item.skill].id,
            cue=item.cue,
            level=item.level,
            choice=item.choice,
            is_out=item.is_out,
        )
        for item in skills
    )


@transaction.atomic
def set_ad_skills(*, learner: User, ad: SavedAd, levels: Mapping[str, int], out: Iterable[str] = ()) -> None:
    """Sets the levels of an ad's skills, by slug, and which of its skills are taken out. Skills that the ad does not name are
    ignored."""
    lock_and_bump(learner)
    catalogue, taken_out = snapshot.current(), frozenset(out)
    for row in ad.skills.all():
        slug = catalogue.slugs.get((Kind.SKILL, row.skill_id))
        if slug is None:
            continue
        row.level, row.is_out = levels.get(slug, row.level), slug in taken_out
        clean_skill(row)
        row.save(update_fields=["level", "is_out"])


def clean_skill(row: SavedAdSkill) -> None:
    row.full_clean(exclude=["ad", "skill"], validate_unique=False, validate_constraints=False)


@transaction.atomic
def remove_ad(*, learner: User, ad: SavedAd, now: datetime) -> bool:
    """Deletes a saved ad, which can be restored for a day. If it is the goal, a role becomes the goal: the one before the ad, or
    otherwise the role whose path the ad followed. Returns whether it was the goal."""
    lock_and_bump(learner)
    of_goal = goal_of_ad(learner, ad)
    if of_goal is not None:
        leave_ad(learner=learner, now=now)
    learner.savedads.filter(pk=ad.pk, removed_at=None).update(removed_at=now)
    return of_goal is not None


@transaction.atomic
def restore_ad(*, learner: User, ad: SavedAd) -> None:
    """Undoes a deletion. Raises ValidationError if the learner has MAX_ADS other ads by then."""
    lock_and_bump(learner)
    if learner.savedads.filter(removed_at=None).exclude(pk=ad.pk).count() >= MAX_ADS:
        raise ValidationError(too_many_ads(), code="too_many")
    learner.savedads.filter(pk=ad.pk).update(removed_at=None)


def delete_removed(*, now: datetime) -> int:
    """Permanently deletes the ads that can no longer be restored. Returns how many."""
    old = SavedAd.objects.filter(removed_at__lte=now - RESTORABLE)
    deleted: int = old.delete()[1].get(SavedAd._meta.label, 0)
    return deleted


def goal_of_ad(learner: User, ad: SavedAd) -> Goal | None:
    """Returns the current goal if it is this ad, otherwise None."""
    last = learner.goals.last()
    return last if last is not None and last.ad_id == ad.pk else None


@dataclass(frozen=True, slots=True)
class _Time:
    """The parts of a goal that the next goal takes over."""

    hours_per_week: float
    weekdays: Sequence[int]
    weekly_target: int


def _time_of(goal: Goal | None) -> _Time:
    if goal is None:
        return _Time(FIRST_HOURS, FIRST_WEEKDAYS, planned_minutes(FIRST_HOURS))
    return _Time(goal.hours_per_week, goal.weekdays, goal.weekly_target)


@transaction.atomic
def make_ad_goal(*, learner: User, ad: SavedAd, now: datetime) -> Goal:
    """Makes a saved ad the goal. It takes over the hours and days of the current goal, or the defaults of a first goal, and the
    deadline of the ad's own earlier goal or of the current one. Raises ValidationError for an ad without a role."""
    lock_and_bump(learner)
    if ad.role is None:
        raise ValidationError(
            {"role": ValidationError(_("Choose the role whose path the ad follows."), code="required")}
        )
    last = learner.goals.last()
    own = learner.goals.filter(ad=ad).last() or last  # the ad may have been the goal before, with its own deadline
    time = _time_of(last)
    return set_goal(
        learner=learner,
        role=ad.role,
        ad=ad,
        hours_per_week=time.hours_per_week,
        weekdays=time.weekdays,
        weekly_target=time.weekly_target,
        deadline=_still_to_come(own, learner, now),
        now=now,
    )


@transaction.atomic
def leave_ad(*, learner: User, now: datetime) -> Goal | None:
    """Returns from a saved ad to the role that was the goal before it, with its industry and deadline, or to the role whose path
    the ad followed. Hours and days stay the same. Returns the new goal; None if the goal is not an ad."""
    lock_and_bump(learner)
    last = learner.goals.last()
    if last is None or last.ad_id is None:
        return None
    catalogue = snapshot.current()
    roles = [goal for goal in learner.goals.filter(is_ad=False) if (Kind.ROLE, goal.role_id) in catalogue.slugs]
    before = roles[-1] if roles else last
    time = _time_of(last)
    return set_goal(
        learner=learner,
        role=before.role,
        industry=before.industry,
        hours_per_week=time.hours_per_week,
        weekdays=time.weekdays,
        weekly_target=time.weekly_target,
        deadline=_still_to_come(before, learner, now),
        now=now,
    )


def _still_to_come(goal: Goal | None, learner: User, now: datetime) -> date | None:
    if goal is None or goal.deadline is None or goal.deadline < learner.local_date(now):
        return None
    return goal.deadline
