"""Checks whether the ledger is complete, and measures its state.

`Audit` calculates from the schedules what should be in the ledger, independently of the planner. It only reads, in batches; each
batch is a single statement and so sees a single moment.

The cost of the numbers for `/metrics` depends on the open deliveries and those of one day, never on the whole ledger.
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
from guidance.reminders.models import Delivery, Heartbeat, ReminderKind, Schedule
from guidance.reminders.rhythm import DAY, Due, Quiet, Rhythm, next_due

State = Delivery.State

GRACE = timedelta(minutes=5)  # time after which a due reminder has to be in the ledger
OVERDUE = timedelta(minutes=10)  # time after which an expired delivery has to be ended
MAX_LAG = timedelta(minutes=5)
MAX_SILENCE = timedelta(minutes=5)  # maximum time between two heartbeats
MAX_DELAY = timedelta(days=2)  # of the daily deletion of old rows
BATCH = 2_000  # schedules per query
HEARTBEAT = "tick"  # name of the heartbeat for the work of each minute


@dataclass
class Audit:
    """An audit and its counts so far. `findings` runs the whole audit; iterate over it once."""

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
        """Yields deliveries that should have ended. It takes two queries, because each has its own index."""
        late = Delivery.objects.filter(expires_at__lt=self.now - OVERDUE).order_by("pk")
        for states in ([State.DUE], [State.CLAIMED, State.SENDING]):
            rows = late.filter(state__in=states).values_list("pk", "state", "expires_at")
            for pk, state, expires_at in rows.iterator(chunk_size=BATCH):
                yield f"overdue: delivery {pk} is still {state} and should have ended by {expires_at:%Y-%m-%d %H:%M} UTC"

    def _gaps(self) -> Iterator[str]:
        """Yields occurrences without a row in the ledger. There can be at most one row (`delivery_once`), so only missing
        ones matter."""
        begin, end = self.now - self.days * DAY, self.now - GRACE
        rows = Delivery.objects.filter(learner=OuterRef("learner"), kind=OuterRef("kind"), on__gte=begin.date() - DAY)
        # A schedule starts after the dates that already had a row when it was set (`services._set_next`).
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
    """Returns when a schedule is due after `begin` and before `end`. The result is cached, because a million schedules share a
    few thousand rhythms."""
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
    postponed: int  # until the next attempt or because the mail server was unreachable
    in_hand: int
    lag: timedelta  # how long the oldest delivery has been ready to be sent
    heartbeat: timedelta | None  # time since the latest one; None before the first


@dataclass(frozen=True, slots=True)
class DayCounts:
    rows: dict[tuple[str, str], int]  # by kind and state, including those with 0
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
    """Returns the counts of the rows added to the ledger in the last 24 hours."""
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
