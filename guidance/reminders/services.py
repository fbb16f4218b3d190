"""Writes the settings of reminders: schedules, pauses, suppressed addresses. `ledger.py` and `sending.py` plan and send what
is due.

A schedule stores its next moment in UTC. That moment is recalculated when the learner's time zone changes, wherever the
account was edited, and when a new version of tzdata is installed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.metadata import version
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, zone_of
from guidance.progress import services as progress
from guidance.reminders import ledger
from guidance.reminders.models import Heartbeat, ReminderKind, Schedule, Suppression
from guidance.reminders.rhythm import DAY, Quiet, Rhythm, next_due

CONSENT = "2026-11"  # version of the text that learners agree to; change it whenever the text changes
CONSENT_TEXTS = {
    "2026-11": gettext_lazy(  # words: ok, they were agreed to
        "I want Waymark to send the reminders that I turn on to my e-mail address, at the times I choose, written from my "
        "plan and my log. I can turn off each of them at any time, here or by a link in every mail."
    )
}  # by version, because we have to know later what a learner agreed to
DEFAULT_TIMES = {
    ReminderKind.STUDY: (time(7, 30), (1, 2, 3, 4, 5, 6, 7)),
    ReminderKind.WEEKLY: (time(18), (7,)),
    ReminderKind.BEHIND: (time(18), (3,)),
    ReminderKind.REVIEW: (time(18), (5,)),
}  # proposed time and weekdays without a goal
LOGGED_MINUTES = 30  # logged by the link in a study email
SNOOZE = timedelta(days=3)  # pause set by the other link


@dataclass(frozen=True, slots=True)
class ReminderSetting:
    """The settings of one kind."""

    on: bool
    at: time
    weekdays: tuple[int, ...]


def default_times(kind: ReminderKind, study_days: Collection[int] = ()) -> tuple[time, tuple[int, ...]]:
    """Returns the proposed time and weekdays. For the next step, these are the study days of the goal, if there is one."""
    at, weekdays = DEFAULT_TIMES[kind]
    return at, tuple(study_days) or weekdays if kind == ReminderKind.STUDY else weekdays


def rhythm_of(schedule: Schedule, zone: str | None = None) -> Rhythm:
    quiet = Quiet.between(schedule.quiet_from, schedule.quiet_until)
    return Rhythm(schedule.at, schedule.weekdays, zone_of(zone or schedule.time_zone), quiet)


@transaction.atomic
def set_schedules(
    *,
    learner: User,
    settings: dict[ReminderKind, ReminderSetting],
    quiet: Quiet | None,
    paused_until: date | None,
    now: datetime,
) -> dict[ReminderKind, Schedule]:
    """Saves the settings of these kinds. The pause applies to these kinds, the quiet hours to all kinds. Turning a kind on
    records the learner's consent to it. Raises ValidationError.
    """
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)  # serialises the writes of one learner
    ledger.plan_due(now=now, learner=learner)  # what is already due uses the old settings
    schedules = {ReminderKind(schedule.kind): schedule for schedule in Schedule.objects.filter(learner=learner)}
    before = {kind: _settings_of(schedule) for kind, schedule in schedules.items()}
    for kind, setting in settings.items():
        schedule = schedules.setdefault(kind, Schedule(learner=learner, kind=kind))
        schedule.at, schedule.weekdays = setting.at, sorted(set(setting.weekdays))
        schedule.paused_until = paused_until
        if setting.on and not schedule.is_on:
            schedule.consent_version, schedule.consented_at = CONSENT, now
        schedule.is_on = setting.on
    for kind, schedule in schedules.items():
        schedule.quiet_from, schedule.quiet_until = (quiet.begin, quiet.end) if quiet else (None, None)
        schedule.full_clean(exclude=["learner", "time_zone"], validate_unique=False, validate_constraints=False)
        if before.get(kind) != _settings_of(schedule):
            schedule.since = now
            _set_next(schedule, learner, now)
            schedule.save()
    return schedules


def _settings_of(schedule: Schedule) -> tuple[object, ...]:
    return (
        schedule.is_on,
        schedule.at,
        tuple(schedule.weekdays or ()),
        schedule.quiet_from,
        schedule.quiet_until,
        schedule.paused_until,
    )


def _set_next(schedule: Schedule, learner: User, now: datetime) -> None:
    """Sets the next moment after `now`. A date that already has a row in the ledger is not due again, even if the learner has
    flown west."""
    schedule.time_zone = learner.time_zone
    if not schedule.is_on:
        schedule.next_at = schedule.next_on = None
        return
    latest = learner.deliveries.filter(kind=schedule.kind).order_by("-on").values_list("on", flat=True).first()
    due = next_due(rhythm_of(schedule), now, later_than=latest)
    schedule.next_at, schedule.next_on = due.at, due.on


@transaction.atomic
def apply_time_zone(*, learner: User, now: datetime) -> int:
    """Recalculates the schedules that were calculated for a time zone other than the learner's. Returns how many."""
    by_another = learner.schedules.exclude(time_zone=learner.time_zone)
    if not by_another.exists():
        return 0
    ledger.plan_due(now=now, learner=learner)  # what is already due uses the old time zone
    stale = list(by_another.select_for_update(no_key=True))
    for schedule in stale:
        schedule.since = now
        _set_next(schedule, learner, now)
        schedule.save(update_fields=["time_zone", "since", "next_at", "next_on"])
    return len(stale)


@transaction.atomic
def turn_off(*, learner: User, kinds: Collection[ReminderKind | str]) -> int:
    """Turns off these kinds immediately, including what is due today, and returns how many were on. An email that is being
    sent cannot be stopped."""
    on = learner.schedules.filter(kind__in=kinds, is_on=True)
    return on.update(is_on=False, next_at=None, next_on=None)


@transaction.atomic
def pause(*, learner: User, until: date, kinds: Collection[ReminderKind | str], now: datetime) -> int:
    """Pauses these kinds until that date. Returns how many schedules changed. Raises ValidationError unless the date is in
    the future."""
    if until <= learner.local_date(now):
        raise ValidationError({"paused_until": _("Choose a date in the future.")})
    return learner.schedules.filter(kind__in=kinds).update(paused_until=until, since=now)


@transaction.atomic
def snooze(*, learner: User, now: datetime) -> Schedule | None:
    """Pauses study emails for SNOOZE, which counts as activity. An existing pause does not change, so calling this twice is safe.
    Returns the schedule, or None if study emails are off."""
    progress.record_activity(learner=learner)
    schedule = learner.schedules.select_for_update(no_key=True).filter(kind=ReminderKind.STUDY, is_on=True).first()
    if schedule is None:
        return None
    today = learner.local_date(now)
    if schedule.paused_until is None or schedule.paused_until <= today:
        schedule.paused_until = today + SNOOZE
        pause(learner=learner, until=schedule.paused_until, kinds=[ReminderKind.STUDY], now=now)
    return schedule


@transaction.atomic
def resume(*, learner: User, now: datetime) -> int:
    """Ends the pause of all kinds and returns how many were paused."""
    return learner.schedules.filter(paused_until__isnull=False).update(paused_until=None, since=now)


def lift_suppression(*, learner: User) -> bool:
    """Allows sending to the learner's address again. Returns whether it was suppressed."""
    deleted, _rows = Suppression.objects.filter(learner=learner).delete()
    return deleted > 0


def suppress(*, learner: User, address: str, code: int, reply: str, now: datetime) -> None:
    Suppression.objects.update_or_create(
        learner=learner, defaults={"address": address, "code": code, "reply": reply[:200], "at": now}
    )


PREFIX = "tzdata "
RULES = f"{PREFIX}{version('tzdata')}"
BATCH = 1_000


def apply_tzdata(*, now: datetime) -> int:
    """Applies the rules of a new version of tzdata once and returns how many schedules moved. What is due by `now` does not
    change. If it is interrupted, the next call starts again."""
    if Heartbeat.objects.filter(name=RULES).exists():
        return 0
    moved, last = 0, 0
    while True:
        next_last, moved_now = _apply_tzdata_to_some(last, now)
        moved += moved_now
        if not next_last:
            break
        last = next_last
    with transaction.atomic():
        Heartbeat.objects.filter(name__startswith=PREFIX).delete()
        Heartbeat.objects.update_or_create(name=RULES, defaults={"at": now})
    return moved


@transaction.atomic
def _apply_tzdata_to_some(last: int, now: datetime) -> tuple[int, int]:
    """Recalculates a batch of the schedules with an id above `last`. Returns the last id, 0 if there was none, and how many
    moved. Each keeps its local date, unless its zone now skips that date."""
    coming = Schedule.objects.filter(pk__gt=last, is_on=True, next_at__gt=now).order_by("pk")
    schedules = list(coming.select_for_update(no_key=True)[:BATCH])
    moved = []
    for schedule in schedules:
        assert schedule.next_at is not None  # set for all schedules that are on
        assert schedule.next_on is not None
        due = next_due(rhythm_of(schedule), schedule.next_at - 2 * DAY, later_than=schedule.next_on - DAY)
        if (due.at, due.on) != (schedule.next_at, schedule.next_on):
            schedule.next_at, schedule.next_on = due.at, due.on
            moved.append(schedule)
    Schedule.objects.bulk_update(moved, ["next_at", "next_on"])
    return (schedules[-1].pk if schedules else 0), len(moved)


@receiver(post_save, sender=User)
def apply_new_time_zone(instance: User, created: bool, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    if not created and (update_fields is None or "time_zone" in update_fields):
        apply_time_zone(learner=instance, now=timezone.now())
