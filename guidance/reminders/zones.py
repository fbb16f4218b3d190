"""New rules of time zones: what was worked out by the old ones is worked out again."""

from datetime import datetime
from importlib.metadata import version

from django.db import transaction

from guidance.reminders.calendar import DAY, next_due
from guidance.reminders.models import Heartbeat, Schedule
from guidance.reminders.services import rhythm_of

PREFIX = "tzdata "
RULES = f"{PREFIX}{version('tzdata')}"
AT_ONCE = 1_000


def follow_rules(*, now: datetime) -> int:
    """Once for each version of tzdata: how many schedules come at another moment than they would have. What is due by `now`
    stays as it is. Interrupted, it begins anew with the next call."""
    if Heartbeat.objects.filter(name=RULES).exists():
        return 0
    moved, last = 0, 0
    while True:
        found, some = _follow_some(last, now)
        moved += some
        if not found:
            break
        last = found
    with transaction.atomic():
        Heartbeat.objects.filter(name__startswith=PREFIX).delete()
        Heartbeat.objects.update_or_create(name=RULES, defaults={"at": now})
    return moved


@transaction.atomic
def _follow_some(last: int, now: datetime) -> tuple[int, int]:
    """Of the schedules after number `last`: the number of the last one looked at, 0 when there was none, and how many
    moved. Each keeps its local date, unless that date is none of its zone's any more."""
    coming = Schedule.objects.filter(pk__gt=last, is_on=True, next_at__gt=now).order_by("pk")
    schedules = list(coming.select_for_update(no_key=True)[:AT_ONCE])
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
