"""The ledger: the life of a reminder from the moment it is due until its row is deleted. Every step is one statement or one
short transaction that any number of workers can run at once. If a worker dies between two steps, the next one finds the row.

    plan_due      a due schedule becomes a row and gets its next date, both or neither
    claim         a worker claims rows for the time of a lease
    begin         stored before the first byte goes to the mail server: from then on it is unknown whether the email was sent
    sent, failed, later, cancel, release    how the attempt ended
    sweep         after a lease expires, a claimed row is due again, as is a row that was being sent, which counts as uncertain
    delete_old    rows older than 13 months are deleted and counted

So nothing is lost. An email can be sent twice only if a sender died, or the connection broke, between the server's acceptance and
our commit; `ambiguous` is the upper limit of such duplicates. Leases use the clock of the database.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import Case, F, QuerySet, Sum, Value, When
from django.db.models.functions import Now

from accounts.models import User, zone_of
from guidance.reminders.models import Delivery, MonthCount, Schedule
from guidance.reminders.rhythm import Quiet, Rhythm, next_due

State, Reason = Delivery.State, Delivery.Reason

PLANNED_AT_ONCE = 1_000
CLAIMED_AT_ONCE = (
    25  # the data of a batch is read together; a worker holds two batches, the one being sent and the next
)
LASTS = timedelta(hours=6)  # time after which a reminder is too late to be useful
LEASE = timedelta(seconds=180) * settings.REMINDERS_TIME_SCALE  # over three times the maximum for one email
MARGIN = timedelta(seconds=60) * settings.REMINDERS_TIME_SCALE  # minimum rest of the lease when an email is begun
# Pauses before the second attempt, the third and so on; after the last, there is no other attempt.
BACK_OFF = [timedelta(minutes=minutes) * settings.REMINDERS_TIME_SCALE for minutes in (1, 5, 20, 60)]


# Planning


def plan_due(*, now: datetime, learner: User | None = None) -> int:
    """Writes rows for everything that is due by `now`, for one learner or for all, no matter how long ago this last ran. Returns
    their number."""
    planned = 0
    while True:
        looked_at, made = _plan_some(now, learner)
        planned += made
        if not looked_at:  # a schedule with its new date may be due again
            return planned


@transaction.atomic
def _plan_some(now: datetime, learner: User | None = None) -> tuple[int, int]:
    """Plans a batch. Returns the number of schedules and of new rows. Schedules locked by another planner are skipped."""
    schedules = Schedule.objects.filter(is_on=True, next_at__lte=now)
    due = (
        (schedules.filter(learner=learner) if learner else schedules)
        .order_by("next_at")
        .select_for_update(skip_locked=True, no_key=True)
        .values_list(
            "pk", "learner_id", "kind", "at", "weekdays", "time_zone", "quiet_from", "quiet_until", "next_at", "next_on"
        )[:PLANNED_AT_ONCE]
    )
    columns: list[list[Any]] = [[], [], [], [], [], [], []]
    for pk, owner, kind, at, weekdays, zone, quiet_from, quiet_until, next_at, next_on in due:
        assert next_at is not None  # otherwise it would not be due
        quiet = Quiet.between(quiet_from, quiet_until)
        following = next_due(Rhythm(at, weekdays, zone_of(zone), quiet), next_at, later_than=next_on)
        row = (pk, owner, kind, next_on, next_at, following.at, following.on)
        for column, value in zip(columns, row, strict=True):
            column.append(value)
    if not columns[0]:
        return 0, 0
    with connection.cursor() as cursor:
        parameters: list[Any] = [*columns, LASTS, State.DUE, now]
        cursor.execute(_PLAN, parameters)
        (made,) = cursor.fetchone()
    return len(columns[0]), made


# One statement for a thousand rows: it takes a tenth of the time that model objects would take, and planning limits how many
# reminders can be due at once.
_PLAN = """
WITH due AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[], %s::timestamptz[], %s::timestamptz[], %s::date[])
        AS due (schedule, learner, kind, date, due_at, next_at, next_on)
), made AS (
    INSERT INTO reminders_delivery
        (learner_id, kind, "on", due_at, not_before, expires_at, state, reason, attempts, ambiguous, message_id, reply, planned_at)
    SELECT learner, kind, date, due_at, due_at, due_at + %s, %s, '', 0, 0, gen_random_uuid(), '', %s FROM due
    ON CONFLICT (learner_id, kind, "on") DO NOTHING
    RETURNING 1
), moved AS (
    UPDATE reminders_schedule SET next_at = due.next_at, next_on = due.next_on FROM due WHERE id = due.schedule
)
SELECT count(*) FROM made
"""


# Sending


@dataclass(frozen=True, slots=True)
class Lease:
    token: uuid.UUID
    deliveries: tuple[int, ...]


@transaction.atomic
def claim(*, now: datetime, limit: int = CLAIMED_AT_ONCE) -> Lease | None:
    """Claims up to `limit` rows that no one else has claimed, longest due first. Returns None if there are none."""
    waiting = Delivery.objects.filter(state=State.DUE, not_before__lte=now, expires_at__gt=now).order_by("not_before")
    deliveries = tuple(waiting.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:limit])
    if not deliveries:
        return None
    token = uuid.uuid4()
    Delivery.objects.filter(pk__in=deliveries).update(state=State.CLAIMED, lease_token=token, lease_until=Now() + LEASE)
    return Lease(token, deliveries)


def begin(*, delivery: int, lease: Lease, version: int, address: str) -> bool:
    """Marks a delivery as being sent and returns whether it may be sent. Call it before any byte goes out. It may not be sent if
    the lease is lost or nearly over, if the learner has turned off or paused the reminder since, if the address has changed, is
    not confirmed or is suppressed, or if there was another email on this date. `version` is that of the learner's progress."""
    values: dict[str, Any] = {
        "delivery": delivery,
        "token": lease.token,
        "lease": LEASE,
        "margin": MARGIN,
        "version": version,
        "address": address,
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(_BEGIN, values)
            return bool(cursor.rowcount == 1)
    except IntegrityError:  # another worker has just started to send another email for this date
        return False


# Raw SQL: building the query for each email would take longer than running it. OFFSET 0 keeps the planner from turning the
# conditions into joins: finding the best order of six joins for each email would take longer than running them in any order.
_BEGIN = """
UPDATE reminders_delivery AS delivery
SET state = 'sending', attempts = attempts + 1, lease_until = statement_timestamp() + %(lease)s, version = %(version)s
FROM accounts_user AS learner
WHERE delivery.id = %(delivery)s AND state = 'claimed' AND lease_token = %(token)s
    AND lease_until > statement_timestamp() + %(margin)s
    AND learner.id = delivery.learner_id AND learner.is_active AND learner.email = %(address)s
    AND EXISTS (
        SELECT FROM reminders_schedule AS schedule
        WHERE schedule.learner_id = learner.id AND schedule.kind = delivery.kind AND is_on
            AND (paused_until IS NULL OR paused_until <= delivery."on")
        OFFSET 0
    )
    AND EXISTS (
        SELECT FROM account_emailaddress AS known
        WHERE known.user_id = learner.id AND known.email = learner.email AND verified
        OFFSET 0
    )
    AND NOT EXISTS (
        SELECT FROM reminders_suppression AS refused
        WHERE refused.learner_id = learner.id AND refused.address = learner.email
        OFFSET 0
    )
    AND NOT EXISTS (
        SELECT FROM reminders_delivery AS other
        WHERE other.learner_id = learner.id AND other."on" = delivery."on" AND other.id <> delivery.id
            AND (other.state IN ('sending', 'sent') OR other.ambiguous > 0)
        OFFSET 0
    )
"""


def sent(*, delivery: int, lease: Lease, code: int | None, reply: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_SENT, {"delivery": delivery, "token": lease.token, "code": code, "reply": reply[:200]})
        return bool(cursor.rowcount == 1)


# Raw SQL for the same reason as `_BEGIN`.
_SENT = """
UPDATE reminders_delivery
SET state = 'sent', sent_at = statement_timestamp(), code = %(code)s, reply = %(reply)s, lease_token = NULL, lease_until = NULL
WHERE id = %(delivery)s AND state = 'sending' AND lease_token = %(token)s
"""


def failed(*, delivery: int, lease: Lease, code: int | None, reply: str) -> bool:
    """Ends a delivery permanently. An earlier uncertain attempt may still have arrived: see `ambiguous`."""
    return _end(delivery, lease, state=State.FAILED, code=code, reply=reply[:200])


def later(*, delivery: int, lease: Lease, attempts: int, code: int | None, reply: str, ambiguous: bool) -> bool:
    """Schedules another attempt after a pause that grows with `attempts`, the number so far. After the last attempt, the
    delivery fails."""
    if attempts > len(BACK_OFF):
        state, pause = State.FAILED, timedelta()
    else:
        state, pause = State.DUE, BACK_OFF[attempts - 1]
    return _end(
        delivery,
        lease,
        state=state,
        code=code,
        reply=reply[:200],
        ambiguous=F("ambiguous") + int(ambiguous),
        not_before=Now() + pause,
    )


def cancel(*, delivery: int, lease: Lease, reason: Delivery.Reason) -> bool:
    return _finish(_in_hand(delivery, lease, State.CLAIMED), state=State.CANCELLED, reason=reason)


def release(*, deliveries: Collection[int], lease: Lease, pause: timedelta = timedelta()) -> int:
    """Releases claimed rows that were not sent, for example because the mail server is unreachable. Returns how many."""
    rows = Delivery.objects.filter(pk__in=deliveries, lease_token=lease.token, state=State.CLAIMED)
    return rows.update(
        state=State.DUE, lease_token=None, lease_until=None, not_before=Now() + pause * settings.REMINDERS_TIME_SCALE
    )


def _in_hand(delivery: int, lease: Lease, state: Delivery.State) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery, lease_token=lease.token, state=state)


def _end(delivery: int, lease: Lease, **fields: object) -> bool:
    return _finish(_in_hand(delivery, lease, State.SENDING), **fields)


def _finish(row: QuerySet[Delivery], **fields: object) -> bool:
    return row.update(lease_token=None, lease_until=None, **fields) == 1


# Sweeping


@dataclass(frozen=True, slots=True)
class SweepCounts:
    released: int  # were claimed
    uncertain: int  # were being sent
    expired: int


def sweep(*, now: datetime) -> SweepCounts:
    """Makes rows of lost workers due again and ends those that are too late by `now`."""
    over = Delivery.objects.filter(lease_until__lt=Now())
    free: dict[str, object] = {"lease_token": None, "lease_until": None}
    # An email may be what crashes its workers, so attempts are limited here too.
    state = Case(When(attempts__gt=len(BACK_OFF), then=Value(State.FAILED)), default=Value(State.DUE))
    return SweepCounts(
        released=over.filter(state=State.CLAIMED).update(**free, state=State.DUE),
        uncertain=over.filter(state=State.SENDING).update(**free, state=state, ambiguous=F("ambiguous") + 1),
        expired=Delivery.objects.filter(state=State.DUE, expires_at__lte=now).update(state=State.EXPIRED),
    )


@transaction.atomic
def retry(*, deliveries: Sequence[int], now: datetime) -> int:
    """Makes failed and expired deliveries due again, as an operator decided. Returns how many. A day that already had its email
    does not get a second one."""
    rows = Delivery.objects.filter(pk__in=deliveries, state__in=[State.FAILED, State.EXPIRED])
    return rows.update(state=State.DUE, not_before=now, expires_at=now + LASTS, attempts=F("ambiguous"))


# Deleting old rows. The ledger keeps rows for 13 months. Older rows are deleted and counted by month, kind and state, so that old
# figures can still be compared without showing whose they were. Two kinds of rows stay longer, because they still decide whether
# a learner gets an email: the study emails since the learner last did anything (`backoff`), a dozen at most, and the latest email
# about reviews.

KEPT_FOR = timedelta(days=396)  # 13 months, and longer than `audit_reminders` looks back
DELETED_AT_ONCE = 2_000  # rows per transaction

_OLD = """
FROM reminders_delivery AS old
WHERE old.planned_at < %(before)s AND old.due_at < %(before)s AND old.state NOT IN ('due', 'claimed', 'sending')
    AND NOT (old.state = 'sent' AND old.kind = 'study' AND EXISTS (
        SELECT FROM progress_progress AS progress
        WHERE progress.learner_id = old.learner_id AND progress.version = old.version
    ))
    AND NOT (old.state = 'sent' AND old.kind = 'review' AND NOT EXISTS (
        SELECT FROM reminders_delivery AS later
        WHERE later.learner_id = old.learner_id AND later.kind = 'review' AND later.state = 'sent' AND later."on" > old."on"
    ))
"""
_DELETE = f"""
WITH chosen AS (
    SELECT old.id {_OLD} LIMIT %(batch)s FOR UPDATE OF old SKIP LOCKED
), gone AS (
    DELETE FROM reminders_delivery USING chosen WHERE reminders_delivery.id = chosen.id
    RETURNING reminders_delivery.kind, reminders_delivery.state, reminders_delivery."on", reminders_delivery.ambiguous
), counted AS (
    INSERT INTO reminders_monthcount (month, kind, state, deliveries, ambiguous)
    SELECT date_trunc('month', "on"::timestamp)::date, kind, state, count(*), sum(ambiguous) FROM gone GROUP BY 1, 2, 3
    ORDER BY 1, 2, 3
    ON CONFLICT (month, kind, state) DO UPDATE SET
        deliveries = reminders_monthcount.deliveries + excluded.deliveries,
        ambiguous = reminders_monthcount.ambiguous + excluded.ambiguous
)
SELECT count(*) FROM gone
"""  # noqa: S608 built from constants


def delete_old(*, now: datetime, most: int) -> int:
    """Deletes and counts up to about `most` rows, one batch per transaction. Returns how many."""
    total = 0
    while total < most:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_DELETE, {"before": now - KEPT_FOR, "batch": DELETED_AT_ONCE})
            [deleted] = cursor.fetchone()
        total += deleted
        if not deleted:
            break
    return total


def count_left_over(*, now: datetime) -> int:
    """Returns how many rows should already have been deleted."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_OLD}", {"before": now - KEPT_FOR})
        [count] = cursor.fetchone()
    return int(count)


def count_deleted() -> int:
    """Returns how many rows were deleted because of their age."""
    total: int | None = MonthCount.objects.aggregate(total=Sum("deliveries"))["total"]
    return total or 0
