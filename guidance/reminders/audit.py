"""Whether the ledger is complete, and how it is doing.

`Audit` works out from the schedules what should be in the ledger, without looking at how the planner did it. It only reads,
in batches, each of which is one statement and so sees one moment.

The numbers for `/metrics` cost what is open or what a day brought, never the whole ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import product

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max, Min, OuterRef, Q, Subquery, Sum

from accounts.models import zone_of
from guidance.reminders import ledger
from guidance.reminders.calendar import DAY, Due, Quiet, Rhythm, next_due
from guidance.reminders.models import Delivery, Heartbeat, ReminderKind, Schedule

State = Delivery.State

GRACE = timedelta(minutes=5)  # in which what is due has to be in the ledger
OVERDUE = timedelta(minutes=10)  # after which what came too late has to be over
MAX_LAG = timedelta(minutes=5)
MAX_SILENCE = timedelta(minutes=5)  # between two heartbeats
MAX_DELAY = timedelta(days=2)  # of the daily deletion
BATCH = 2_000  # schedules
HEARTBEAT = "tick"  # of the minute's work


@dataclass
class Audit:
    """What was looked at so far; `findings` goes through all of it, once."""

    now: datetime
    days: int
    schedules: int = 0
    occurrences: int = 0

    def findings(self) -> Iterator[str]:
        yield from self._of_now()
        yield from self._overdue()
        yield from self._gaps()
        if left := ledger.count_left_over(now=self.now - MAX_DELAY):
            yield f"retention: {left} deliveries are older than 13 months and should have been deleted"

    def _of_now(self) -> Iterator[str]:
        deliveries = open_now(self.now)
        if deliveries.lag > MAX_LAG:
            yield f"lag: a reminder has been waiting for {deliveries.lag.total_seconds():.0f} s"
        if deliveries.heartbeat is None:
            yield "heartbeat: the minute’s work has never been done"
        elif deliveries.heartbeat > MAX_SILENCE:
            yield f"heartbeat: the minute’s work was last done {deliveries.heartbeat.total_seconds():.0f} s ago"

    def _overdue(self) -> Iterator[str]:
        """Two questions, as each has an index of its own."""
        late = Delivery.objects.filter(expires_at__lt=self.now - OVERDUE).order_by("pk")
        for states in ([State.DUE], [State.CLAIMED, State.SENDING]):
            rows = late.filter(state__in=states).values_list("pk", "state", "expires_at")
            for pk, state, expires_at in rows.iterator(chunk_size=BATCH):
                yield f"overdue: delivery {pk} is still {state} and should have ended by {expires_at:%Y-%m-%d %H:%M} UTC"

    def _gaps(self) -> Iterator[str]:
        """There is at most one row (`delivery_once`), so that none is the only thing to look for."""
        begin, end = self.now - self.days * DAY, self.now - GRACE
        rows = Delivery.objects.filter(learner=OuterRef("learner"), kind=OuterRef("kind"), on__gte=begin.date() - DAY)
        # When a schedule was set it began after the dates that had their row by then (`services._work_out`).
        before = rows.filter(planned_at__lte=OuterRef("since")).order_by().values("learner")
        schedules = (
            Schedule.objects.filter(is_on=True)
            .annotate(dates=ArraySubquery(rows.order_by().values("on")), had=Subquery(before.values(had=Max("on"))))
            .order_by("pk")
            .values_list(
                *("pk", "learner_id", "kind", "since", "had", "dates"),
                *("at", "weekdays", "time_zone", "quiet_from", "quiet_until"),
            )
        )
        last = 0
        while batch := list(schedules.filter(pk__gt=last)[:BATCH]):
            for pk, learner, kind, since, had, dates, at, weekdays, *clock in batch:
                self.schedules += 1
                for due in occurrences(at, tuple(weekdays), *clock, begin, end):
                    if due.at <= since or (had is not None and due.on <= had):
                        continue
                    self.occurrences += 1
                    if due.on not in dates:
                        yield (
                            f"gap: learner {learner} has no {kind} row of {due.on}, "
                            f"due at {due.at:%Y-%m-%d %H:%M} UTC (schedule {pk})"
                        )
            last = batch[-1][0]


@lru_cache(maxsize=10_000)
def occurrences(
    at: time,
    weekdays: tuple[int, ...],
    zone: str,
    quiet_from: time | None,
    quiet_until: time | None,
    begin: datetime,
    end: datetime,
) -> tuple[Due, ...]:
    """When a schedule comes after `begin` and before `end`. A million schedules share a few thousand ways of coming."""
    quiet = Quiet.between(quiet_from, quiet_until)
    rhythm = Rhythm(at, weekdays, zone_of(zone), quiet)
    result: list[Due] = []
    moment, day = begin, date.min
    while (due := next_due(rhythm, moment, later_than=day if result else None)).at < end:
        result.append(due)
        moment, day = due.at, due.on
    return tuple(result)


# Numbers for /metrics


@dataclass(frozen=True, slots=True)
class OpenDeliveries:
    due: int  # now
    postponed: int  # to the next attempt, or because the mail server could not be reached
    in_hand: int
    lag: timedelta  # for how long the one that waits longest could have been sent
    heartbeat: timedelta | None  # since the latest one; None before the first


@dataclass(frozen=True, slots=True)
class DayCounts:
    rows: dict[tuple[str, str], int]  # by kind and state, none left out
    uncertain: int  # attempts


def open_now(now: datetime) -> OpenDeliveries:
    waiting = Delivery.objects.filter(state=State.DUE).order_by()
    counts = waiting.aggregate(
        due=Count("pk", filter=Q(not_before__lte=now)), all=Count("pk"), first=Min("not_before", default=now)
    )
    in_hand = Delivery.objects.filter(state__in=[State.CLAIMED, State.SENDING]).order_by()
    beat = Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()
    return OpenDeliveries(
        due=counts["due"],
        postponed=counts["all"] - counts["due"],
        in_hand=in_hand.count(),
        lag=max(now - counts["first"], timedelta()),
        heartbeat=now - beat if beat else None,
    )


def last_day(now: datetime) -> DayCounts:
    """Of what became a row of the ledger in the 24 hours before."""
    planned = Delivery.objects.filter(planned_at__gt=now - DAY).order_by()
    counted = {
        (row["kind"], row["state"]): row
        for row in planned.values("kind", "state").annotate(count=Count("pk"), uncertain=Sum("ambiguous"))
    }
    return DayCounts(
        rows={
            key: counted[key]["count"] if key in counted else 0 for key in product(ReminderKind.values, State.values)
        },
        uncertain=sum(row["uncertain"] for row in counted.values()),
    )
