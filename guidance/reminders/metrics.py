"""How the ledger is doing, in few numbers. Each costs what is open or what a day brought, never the whole ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from django.db.models import Count, Min, Q, Sum

from guidance.reminders.models import Delivery, Heartbeat, ReminderKind

State = Delivery.State

HEARTBEAT = "tick"  # of the minute's work
A_DAY = timedelta(days=1)


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
    found = waiting.aggregate(
        due=Count("pk", filter=Q(not_before__lte=now)), all=Count("pk"), first=Min("not_before", default=now)
    )
    in_hand = Delivery.objects.filter(state__in=[State.CLAIMED, State.SENDING]).order_by()
    beat = Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()
    return OpenDeliveries(
        due=found["due"],
        postponed=found["all"] - found["due"],
        in_hand=in_hand.count(),
        lag=max(now - found["first"], timedelta()),
        heartbeat=now - beat if beat else None,
    )


def last_day(now: datetime) -> DayCounts:
    """Of what became a row of the ledger in the 24 hours before."""
    planned = Delivery.objects.filter(planned_at__gt=now - A_DAY).order_by()
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
