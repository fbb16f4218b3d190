"""How a learner is reminded: schedules, pauses, suppressed addresses. What is due is planned and sent in `ledger.py` and
`sending.py`.

A schedule stores its next moment in UTC. That moment is worked out again when the learner's time zone changes, wherever the
account was edited, and when tzdata brings new rules.
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
from guidance.reminders.calendar import DAY, Quiet, Rhythm, next_due
from guidance.reminders.models import Heartbeat, ReminderKind, Schedule, Suppression

CONSENT = "2026-11"  # version of the words that learners agree to; another one whenever they change
CONSENT_TEXTS = {
    "2026-11": gettext_lazy(  # words: ok, they were agreed to
        "I want Waymark to send the reminders that I turn on to my e-mail address, at the times I choose, written from my "
        "plan and my log. I can turn off each of them at any time, here or by a link in every mail."
    )
}  # by version, because what a learner agreed to has to be known later
DEFAULT_TIMES = {
    ReminderKind.STUDY: (time(7, 30), (1, 2, 3, 4, 5, 6, 7)),
    ReminderKind.WEEKLY: (time(18), (7,)),
    ReminderKind.BEHIND: (time(18), (3,)),
    ReminderKind.REVIEW: (time(18), (5,)),
}  # what is proposed where there is no goal: time and weekdays
LOGGED_MINUTES = 30  # of study that the link of a study mail logs
SNOOZE = timedelta(days=3)  # for which another link of it keeps them away


@dataclass(frozen=True, slots=True)
class ReminderSetting:
    """How one kind is to come."""

    on: bool
    at: time
    weekdays: tuple[int, ...]


def default_times(kind: ReminderKind, study_days: Collection[int] = ()) -> tuple[time, tuple[int, ...]]:
    """What is proposed: time and weekdays. The next step comes on the days of study, where there is a goal that has some."""
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
    """Set these kinds. The pause is theirs, the quiet hours are those of every kind. Turning one on is the learner's consent to it.

    Raises ValidationError.
    """
    User.objects.select_for_update(no_key=True).get(pk=learner.pk)  # writes of one learner follow each other
    ledger.plan_due(now=now, learner=learner)  # what is due already came by the old rhythm
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
    """The next moment after `now`. A date that has its row in the ledger already does not come again, however far west
    the learner has flown."""
    schedule.time_zone = learner.time_zone
    if not schedule.is_on:
        schedule.next_at = schedule.next_on = None
        return
    latest = learner.deliveries.filter(kind=schedule.kind).order_by("-on").values_list("on", flat=True).first()
    due = next_due(rhythm_of(schedule), now, later_than=latest)
    schedule.next_at, schedule.next_on = due.at, due.on


@transaction.atomic
def apply_time_zone(*, learner: User, now: datetime) -> int:
    """Work out the schedules again that were worked out for another time zone than the learner's; returns how many."""
    by_another = learner.schedules.exclude(time_zone=learner.time_zone)
    if not by_another.exists():
        return 0
    ledger.plan_due(now=now, learner=learner)  # what is due already came by the old clock
    stale = list(by_another.select_for_update(no_key=True))
    for schedule in stale:
        schedule.since = now
        _set_next(schedule, learner, now)
        schedule.save(update_fields=["time_zone", "since", "next_at", "next_on"])
    return len(stale)


@transaction.atomic
def turn_off(*, learner: User, kinds: Collection[ReminderKind | str]) -> int:
    """Turn off these kinds at once, including what is due today, and return how many were on. What is being sent cannot be
    stopped."""
    on = learner.schedules.filter(kind__in=kinds, is_on=True)
    return on.update(is_on=False, next_at=None, next_on=None)


@transaction.atomic
def pause(*, learner: User, until: date, kinds: Collection[ReminderKind | str], now: datetime) -> int:
    """No mail of these kinds before that date. Raises ValidationError for a date that is over."""
    if until <= learner.local_date(now):
        raise ValidationError({"paused_until": _("Choose a date that is still to come.")})
    return learner.schedules.filter(kind__in=kinds).update(paused_until=until, since=now)


@transaction.atomic
def snooze(*, learner: User, now: datetime) -> Schedule | None:
    """No study mail for some days, which counts as activity. A pause that there is stays as it is, so that twice is once.
    None when they are off anyway."""
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
    """End the pause of all kinds, and return how many were paused."""
    return learner.schedules.filter(paused_until__isnull=False).update(paused_until=None, since=now)


def lift_suppression(*, learner: User) -> bool:
    """Send to the address again, as the learner says that it works; returns whether it was suppressed."""
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
    """Apply the rules of a new version of tzdata, once; returns how many schedules come at another moment than before. What is due by `now`
    stays as it is. If it is interrupted, it starts again with the next call."""
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
    """Of the schedules after number `last`: the number of the last one looked at, 0 when there was none, and how many
    moved. Each keeps its local date, unless that date is none of its zone's any more."""
    coming = Schedule.objects.filter(pk__gt=last, is_on=True, next_at__gt=now).order_by("pk")
    schedules = list(coming.select_for_update(no_key=True)[:BATCH])
    moved = []
    for schedule in schedules:
        assert schedule.next_at is not None  # those that are on have both
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
