"""The ledger keeps 13 months. What is older is deleted and counted by month, kind and state, so that the figures of a year
ago can still be compared and nothing of them says whose they were.

Two kinds of rows stay longer, because they still decide whether a learner gets a mail: the study mails since the learner
last did anything (`thinning`), a dozen at most, and the latest mail about reviews.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Sum

from guidance.reminders.models import Delivery, MonthCount

State = Delivery.State

KEPT_FOR = timedelta(days=396)  # 13 months, and longer than `audit_reminders` looks back
BATCH = 2_000  # rows that one transaction deletes and counts

OLD = """
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
MOVE = f"""
WITH chosen AS (
    SELECT old.id {OLD} LIMIT %(batch)s FOR UPDATE OF old SKIP LOCKED
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
"""  # noqa: S608  of our own parts


def forget_old(*, now: datetime, most: int) -> int:
    """Delete and count up to about `most` rows, a batch in each transaction: how many."""
    total = 0
    while total < most:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(MOVE, {"before": now - KEPT_FOR, "batch": BATCH})
            [moved] = cursor.fetchone()
        total += moved
        if not moved:
            break
    return total


def left_over(*, now: datetime) -> int:
    """Rows that should have been deleted."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {OLD}", {"before": now - KEPT_FOR})
        [count] = cursor.fetchone()
    return int(count)


def counted() -> int:
    """Rows that were deleted for their age."""
    total: int | None = MonthCount.objects.aggregate(total=Sum("deliveries"))["total"]
    return total or 0
