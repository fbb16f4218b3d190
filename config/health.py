"""What a monitor asks: is the process alive, can it serve, how is it doing.

The three answer before host, TLS, session and database come into it (`RequestContextMiddleware` calls them), since an
orchestrator asks by address, without TLS, and exactly when the rest is broken.

Numbers are per process. gunicorn runs several: with PROMETHEUS_MULTIPROC_DIR set to a directory that is emptied before
each start, prometheus-client keeps every process's numbers in files there and `/metrics` adds them up (the collector of
process metrics does not work in that mode). Without it `/metrics` tells of the worker that happens to answer, which is
right for one worker and for a first look. What
`collectors` tells is the same from every process: it is read from the database and the broker when somebody asks, as nobody
scrapes a Celery worker.
"""

import hmac
import ipaddress
import os
from collections.abc import Callable
from functools import cache

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from config import collectors

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_PROTO", "HTTP_VIA")

_seconds = Histogram(
    "waymark_request_seconds",
    "Time from the first middleware to the response, by route; its count is the number of requests.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


@cache  # a look-up in a dictionary of ours is a fifth of one in the library's, which takes a lock
def _series(method: str, route: str, status: int) -> Callable[[float], None]:
    observe: Callable[[float], None] = _seconds.labels(method, route, str(status)).observe
    return observe


def record_request(method: str, route: str, status: int, seconds: float) -> None:
    _series(method, route, status)(seconds)


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8", headers={"Cache-Control": "no-store"})


class _Migrations:
    """Whether all are applied. Looking takes a tenth of a second, and a database never loses one: look until true."""

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
    """After a failover the pool may keep connections to the server that became a standby; the next look is at whichever
    server answers by the name then."""
    if not connection.in_atomic_block:
        if connection.connection is not None:
            connection.connection.close()
        connection.close()


def _broker_state() -> str:
    try:
        with collectors.broker() as client:
            client.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"


@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready when pages can be served and saved. The broker is only a wake-up: without it Waymark serves, and says so here."""
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
    text = generate_latest(registry) + generate_latest(collectors.of_the_site)
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})


PROBES = {"/livez": livez, "/readyz": readyz, "/metrics": metrics}
