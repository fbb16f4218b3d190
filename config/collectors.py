"""What `/metrics` tells of the whole site, read when somebody asks: reminders, publishing, the broker's queues, the database's
connections. A figure that cannot be had, or not in time, is left out: the others are worth having without it.
"""

from collections.abc import Iterator

import redis
import structlog
from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import GaugeMetricFamily

from accounts import outbox
from guidance.curation.models import Proposal
from guidance.personal_data import retention
from guidance.reminders import metrics
from guidance.reminders.models import Heartbeat

log = structlog.get_logger(__name__)

BROKER_TIMEOUT = 1  # seconds
FIGURES_TIMEOUT = "1s"  # of a statement
QUEUES = [queue.name for queue in settings.CELERY_TASK_QUEUES]
PREFIX = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
STATES = ("active", "idle", "idle in transaction")

type Gauges = Iterator[GaugeMetricFamily]


def broker() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=BROKER_TIMEOUT,
        socket_connect_timeout=BROKER_TIMEOUT,
        retry=settings.REDIS_RETRY,
    )


class FromDatabase:
    """Each of its readings is a short transaction of its own."""

    def collect(self) -> Gauges:
        for read in (outbox_now, reminders_now, reminders_of_a_day, retention_done, publishing, connections):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [FIGURES_TIMEOUT])
                    yield from list(read())
            except Error as error:
                log.warning("figures_of_the_database", figures=read.__name__, error=type(error).__name__)
                if connection.connection is None:  # the database is away: it is not waited for twice
                    return


def outbox_now() -> Gauges:
    found = outbox.count_waiting(now=timezone.now())
    yield _gauge("outbox_waiting", "Mails about accounts that are still to be sent.", found.mails)
    yield _gauge("outbox_age_seconds", "Since the oldest of them was written.", found.age.total_seconds())


def reminders_now() -> Gauges:
    found = metrics.open_now(timezone.now())
    yield _gauge("reminders_due", "Reminders that could be sent now.", found.due)
    yield _gauge("reminders_postponed", "Reminders that wait for another attempt or the mail server.", found.postponed)
    yield _gauge("reminders_in_hand", "Reminders that a worker has in hand.", found.in_hand)
    lag = found.lag.total_seconds()
    yield _gauge("reminders_lag_seconds", "For how long the first of those due has been waiting.", lag)
    if found.heartbeat is not None:
        age = found.heartbeat.total_seconds()
        yield _gauge("reminders_heartbeat_age_seconds", "Since the minute's work was last done.", age)


def reminders_of_a_day() -> Gauges:
    found = metrics.last_day(timezone.now())
    yield _gauge(
        "reminders_uncertain_last_day", "Attempts of which nobody knows the outcome, of 24 hours.", found.uncertain
    )
    rows = _gauges(
        "reminders_last_day", "Rows of the ledger that 24 hours brought, by what became of them.", "kind", "state"
    )
    for labels, count in found.rows.items():
        rows.add_metric(labels, count)
    yield rows


def retention_done() -> Gauges:
    at = Heartbeat.objects.filter(name=retention.HEARTBEAT).values_list("at", flat=True).first()
    if at is not None:
        age = (timezone.now() - at).total_seconds()
        yield _gauge("retention_age_seconds", "Since old rows were last deleted, without a failure.", age)


def publishing() -> Gauges:
    now = timezone.now()
    in_review, scheduled = Q(state=Proposal.ProposalState.IN_REVIEW), Q(state=Proposal.ProposalState.SCHEDULED)
    found = Proposal.objects.order_by().aggregate(
        in_review=Count("pk", filter=in_review),
        scheduled=Count("pk", filter=scheduled),
        first=Min("publish_at", filter=scheduled),
    )
    yield _gauge("publishing_in_review", "Proposals that wait for a reviewer.", found["in_review"])
    yield _gauge("publishing_scheduled", "Proposals that are published when their time has come.", found["scheduled"])
    late = (now - found["first"]).total_seconds() if found["first"] and found["first"] < now else 0
    yield _gauge("publishing_lag_seconds", "For how long the time of a scheduled proposal has passed.", late)


def connections() -> Gauges:
    """Of all processes, the psql of an administrator included: what a role may not see of another counts as other."""
    rows = _gauges("database_connections", "Connections to the database, of all processes.", "state")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY state"
        )
        found: dict[str, int] = dict(cursor.fetchall())
        cursor.execute("SHOW max_connections")
        most = int(cursor.fetchone()[0])
    for state in STATES:
        rows.add_metric([state], found.pop(state, 0))
    rows.add_metric(["other"], sum(found.values()))
    yield rows
    yield _gauge("database_connections_most", "How many the server allows.", most)
    if pool := getattr(connection, "pool", None):
        told = pool.get_stats()
        yield _gauge("pool_size", "Connections in the pool of the worker that answers.", told.get("pool_size", 0))
        yield _gauge("pool_idle", "Of these, those that nobody uses.", told.get("pool_available", 0))
        yield _gauge("pool_waiting", "Requests in that worker that wait for one.", told.get("requests_waiting", 0))
        yield _gauge("pool_failures", "Requests that got none since it started.", told.get("requests_errors", 0))


class FromBroker:
    def collect(self) -> Gauges:
        queued = _gauges("celery_queued", "Tasks that no worker has taken yet.", "queue")
        try:
            with broker() as client:
                for queue in QUEUES:
                    queued.add_metric([queue], int(client.llen(f"{PREFIX}{queue}")))
                in_hand = int(client.hlen(f"{PREFIX}unacked"))
        except redis.RedisError as error:
            log.warning("figures_of_the_broker", error=type(error).__name__)
            return
        yield queued
        yield _gauge("celery_in_hand", "Tasks that a worker has taken and not finished.", in_hand)


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"waymark_{name}", help_text, value)


def _gauges(name: str, help_text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"waymark_{name}", help_text, labels=labels)


of_the_site = CollectorRegistry()
of_the_site.register(FromDatabase())
of_the_site.register(FromBroker())
