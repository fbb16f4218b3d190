"""Endpoints for monitoring: whether the process is alive, whether it can serve requests, and its metrics.

The three endpoints answer before host, TLS, session and database matter (`RequestContextMiddleware` calls them), because an
orchestrator sends requests to an IP address, without TLS, and especially when everything else is broken.

The numbers of requests are per process. gunicorn runs several processes: with PROMETHEUS_MULTIPROC_DIR set to a directory that
is emptied before each start, prometheus-client keeps every process's numbers in files there and `/metrics` adds them up (the
collector of process metrics does not work in that mode). Without it, `/metrics` shows the numbers of whichever worker answers,
which is enough for a single worker or a first look.

The numbers of the whole site (reminders, publishing, the queues of the broker, the connections of the database) are read
on request, so they are the same from every process; Celery workers are not scraped. A number that cannot be read in time is
left out: the others are useful without it.
"""

import hmac
import ipaddress
import os
from collections.abc import Callable, Iterator
from functools import cache

import redis
import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from accounts import outbox
from guidance.curation.models import Proposal
from guidance.personal_data import retention
from guidance.reminders import audit
from guidance.reminders.models import Heartbeat

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_PROTO", "HTTP_VIA")

_seconds = Histogram(
    "waymark_request_seconds",
    "Time from the first middleware to the response, by route; its count is the number of requests.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


@cache  # a lookup in a dictionary takes a fifth of the time of a lookup in the library, which uses a lock
def _series(method: str, route: str, status: int) -> Callable[[float], None]:
    observe: Callable[[float], None] = _seconds.labels(method, route, str(status)).observe
    return observe


def record_request(method: str, route: str, status: int, seconds: float) -> None:
    _series(method, route, status)(seconds)


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


class _Migrations:
    """Whether all migrations are applied. Checking takes a tenth of a second, and a database never loses a migration, so the
    check stops once it is true."""

    applied = False

    def state(self) -> str:
        if not self.applied:
            executor = MigrationExecutor(connection)
            self.applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return "ok" if self.applied else "pending"


_migrations = _Migrations()


def _database_states() -> dict[str, str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only')::boolean")
            [is_read_only] = cursor.fetchone()
        if is_read_only:
            _forget_connection()
        return {"database": "read-only" if is_read_only else "ok", "migrations": _migrations.state()}
    except Error:
        return {"database": "unreachable", "migrations": "unknown"}


def _forget_connection() -> None:
    """Closes the connection. After a failover, the pool may keep connections to the server that became a standby; the next
    check connects to whichever server has the name then."""
    if not connection.in_atomic_block:
        if connection.connection is not None:
            connection.connection.close()
        connection.close()


def _broker_state() -> str:
    try:
        with broker() as client:
            client.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Reports ready if pages can be shown and data saved. The broker only wakes up workers: Waymark also serves without it, and
    reports its state here."""
    states = _database_states()
    ready = all(state == "ok" for state in states.values())
    body = {"status": "ok" if ready else "unavailable", **states, "broker": _broker_state()}
    return JsonResponse(body, status=200 if ready else 503, headers={"Cache-Control": "no-store"})


def _may_see_metrics(request: HttpRequest) -> bool:
    scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    expected = settings.METRICS_TOKEN
    if expected and scheme.lower() == "bearer" and hmac.compare_digest(token.encode(), expected.encode()):
        return True
    if any(header in request.META for header in FORWARDED):
        return False
    peer: str = request.META.get("REMOTE_ADDR", "")
    try:
        return not ipaddress.ip_address(peer).is_global
    except ValueError:
        return peer == ""  # a Unix socket


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_see_metrics(request):
        return HttpResponseNotFound()
    registry = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    text = generate_latest(registry) + generate_latest(of_the_site)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


PROBES = {"/livez": livez, "/readyz": readyz, "/metrics": metrics}


log = structlog.get_logger(__name__)

BROKER_TIMEOUT = 1  # seconds
FIGURES_TIMEOUT = "1s"  # timeout of a statement
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
    """Gauges read from the database, each in its own short transaction."""

    def collect(self) -> Gauges:
        for read in (outbox_now, reminders_now, reminders_of_a_day, retention_done, publishing, connections):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [FIGURES_TIMEOUT])
                    yield from list(read())
            except Error as error:
                log.warning("figures_of_the_database", figures=read.__name__, error=type(error).__name__)
                if connection.connection is None:  # the database is unavailable: do not wait for it twice
                    return


def outbox_now() -> Gauges:
    counts = outbox.count_waiting(now=timezone.now())
    yield _gauge("outbox_waiting", "Emails about accounts that are waiting to be sent.", counts.mails)
    yield _gauge("outbox_age_seconds", "Time since the oldest of them was written.", counts.age.total_seconds())


def reminders_now() -> Gauges:
    deliveries = audit.open_now(timezone.now())
    yield _gauge("reminders_due", "Reminders that are due to be sent now.", deliveries.due)
    yield _gauge(
        "reminders_postponed",
        "Reminders that are waiting for another attempt or for the mail server.",
        deliveries.postponed,
    )
    yield _gauge("reminders_in_hand", "Reminders that a worker is handling.", deliveries.in_hand)
    lag = deliveries.lag.total_seconds()
    yield _gauge("reminders_lag_seconds", "How long the first due reminder has been waiting.", lag)
    if deliveries.heartbeat is not None:
        age = deliveries.heartbeat.total_seconds()
        yield _gauge("reminders_heartbeat_age_seconds", "Time since the every-minute task last ran.", age)


def reminders_of_a_day() -> Gauges:
    counts = audit.last_day(timezone.now())
    yield _gauge(
        "reminders_uncertain_last_day", "Attempts in the last 24 hours whose outcome is unknown.", counts.uncertain
    )
    rows = _gauges(
        "reminders_last_day", "Rows added to the ledger in the last 24 hours, by kind and state.", "kind", "state"
    )
    for labels, count in counts.rows.items():
        rows.add_metric(labels, count)
    yield rows


def retention_done() -> Gauges:
    at = Heartbeat.objects.filter(name=retention.HEARTBEAT).values_list("at", flat=True).first()
    if at is not None:
        age = (timezone.now() - at).total_seconds()
        yield _gauge("retention_age_seconds", "Time since old rows were last deleted without a failure.", age)


def publishing() -> Gauges:
    now = timezone.now()
    in_review, scheduled = Q(state=Proposal.ProposalState.IN_REVIEW), Q(state=Proposal.ProposalState.SCHEDULED)
    counts = Proposal.objects.order_by().aggregate(
        in_review=Count("pk", filter=in_review),
        scheduled=Count("pk", filter=scheduled),
        first=Min("publish_at", filter=scheduled),
    )
    yield _gauge("publishing_in_review", "Proposals that are waiting for a reviewer.", counts["in_review"])
    yield _gauge("publishing_scheduled", "Proposals that will be published at a scheduled time.", counts["scheduled"])
    late = (now - counts["first"]).total_seconds() if counts["first"] and counts["first"] < now else 0
    yield _gauge("publishing_lag_seconds", "How long the first scheduled proposal is overdue.", late)


def connections() -> Gauges:
    """Counts the connections of all processes, including an administrator's psql; connections whose state this role may not see
    count as "other"."""
    rows = _gauges("database_connections", "Connections to the database from all processes.", "state")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend' GROUP BY state"
        )
        by_state: dict[str, int] = dict(cursor.fetchall())
        cursor.execute("SHOW max_connections")
        most = int(cursor.fetchone()[0])
    for state in STATES:
        rows.add_metric([state], by_state.pop(state, 0))
    rows.add_metric(["other"], sum(by_state.values()))
    yield rows
    yield _gauge("database_connections_most", "Maximum number of connections that the server allows.", most)
    if pool := getattr(connection, "pool", None):
        stats = pool.get_stats()
        yield _gauge("pool_size", "Connections in the pool of the worker that responds.", stats.get("pool_size", 0))
        yield _gauge("pool_idle", "Connections in that pool that are not in use.", stats.get("pool_available", 0))
        yield _gauge(
            "pool_waiting", "Requests in that worker waiting for a connection.", stats.get("requests_waiting", 0)
        )
        yield _gauge(
            "pool_failures",
            "Requests that got no connection since that worker started.",
            stats.get("requests_errors", 0),
        )


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
        yield _gauge("celery_in_hand", "Tasks that a worker has taken but not finished.", in_hand)


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"waymark_{name}", help_text, value)


def _gauges(name: str, help_text: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"waymark_{name}", help_text, labels=labels)


of_the_site = CollectorRegistry()
of_the_site.register(FromDatabase())
of_the_site.register(FromBroker())
