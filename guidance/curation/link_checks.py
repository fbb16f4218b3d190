"""Checks whether the URLs of resources work: which URLs are requested and when, how responses are interpreted, and what learners
see.

Each published resource has a row of `LinkCheck` with the time at which it is due. Any number of workers take one at a time, send
the request, and store the result; no request is sent within a transaction. A URL is dead once responses on three different
days, with no success in between, have proved that nothing is there. The resource is then hidden from learners until its URL
works again.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Exists, F, Model, OuterRef, Value, When
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from guidance.catalog import record_store
from guidance.catalog.models import Change, Resource, Revision, SearchEntry, SearchName, Status
from guidance.curation import links
from guidance.curation.links import LinkProblem, LinkResponse, NoResponse
from guidance.curation.models import LinkCheck, LinkHost

log = structlog.get_logger(__name__)

LinkOutcome = LinkCheck.LinkOutcome
PACE = timedelta(seconds=5)  # between two requests to a host
MAX_WAIT = timedelta(seconds=30)  # maximum wait for a turn; a link whose host is busy for longer is checked later
REST = timedelta(minutes=10)  # pause for a host that is busy and does not state for how long
MAX_REST = timedelta(days=1)  # maximum pause for the whole host; the link itself waits as long as the host asks
LEASE = timedelta(minutes=10)  # a worker that died while checking a link blocks it for this long
# Minimum time until the next check; a host that asks for a longer pause gets it. Failures count once a day, so a failed link is
# checked again after more than a day.
AGAIN = {
    LinkOutcome.OK: timedelta(days=7),
    LinkOutcome.REDIRECTED: timedelta(days=7),
    LinkOutcome.UNCLEAR: timedelta(days=2),
    LinkOutcome.FAILED: timedelta(days=1, hours=1),
    LinkOutcome.DEAD: timedelta(days=2),
}
ONLINE = timedelta(days=1)  # if no host has answered for this long, our own network is down
PROBLEMS = {
    LinkProblem.ADDRESS: _(
        "It was not requested: only http and https URLs on the standard ports and without a password are requested."
    ),
    LinkProblem.PRIVATE: _("It was not requested: the host is not on the public internet."),
    LinkProblem.NO_HOST: _("There is no such host."),
    LinkProblem.NO_RESOLVER: _("The host could not be looked up."),
    LinkProblem.NO_CONNECTION: _("The host does not accept connections."),
    LinkProblem.NOT_SECURE: _("No secure connection: the certificate is not trusted, or there is none."),
    LinkProblem.NO_ANSWER: _("The host did not answer in time."),
    LinkProblem.REDIRECTS: _("It redirects more than five times."),
}


class LinkRequest(Protocol):
    def __call__(self, address: str, *, user_agent: str, before: Callable[[str], None]) -> LinkResponse: ...


class HostBusy(Exception):
    """Raised if the host must not be contacted now."""

    def __init__(self, until: datetime) -> None:
        self.until = until


# --- What is due


@transaction.atomic
def enrol(*, now: datetime) -> None:
    """Creates a row for each published resource, with its current URL; new ones are due at once."""
    unknown = Resource.objects.published().exclude(Exists(LinkCheck.objects.filter(resource=OuterRef("pk"))))
    rows = [
        LinkCheck(resource_id=pk, address=address, host=_host_of(address), since=now, due_at=now)
        for pk, address in unknown.values_list("pk", "url")
    ]
    LinkCheck.objects.bulk_create(rows, ignore_conflicts=True)
    changed = LinkCheck.objects.exclude(address=F("resource__url")).select_for_update(of=("self",))
    for row in changed.select_related("resource"):
        address = row.resource.url
        fresh = LinkCheck(
            pk=row.pk, resource_id=row.resource_id, address=address, host=_host_of(address), since=now, due_at=now
        )
        fresh.save(force_update=True)
    LinkHost.objects.filter(free_at__lt=now - LEASE).delete()


def _host_of(address: str) -> str:
    try:
        return links.parse_address(address).host
    except NoResponse:
        return ""


def take(*, now: datetime, slug: str | None = None) -> LinkCheck | None:
    """Reserves for this worker the next link that is due and whose host is free; with a slug, that link, due or not."""
    with transaction.atomic():
        if slug is None:
            taken = LinkHost.objects.filter(free_at__gt=now).values("host")
            rows = LinkCheck.objects.due(now).exclude(host__in=taken)
        else:
            rows = LinkCheck.objects.filter(resource__slug=slug)
        check = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if check is not None:
            check.due_at = now + LEASE
            check.save(update_fields=["due_at"])
        return check


def next_turn(*, now: datetime) -> datetime | None:
    """Returns when the first of the busy hosts is free."""
    waiting = LinkCheck.objects.due(now).values("host")
    free = LinkHost.objects.filter(host__in=waiting, free_at__gt=now).order_by("free_at")
    return free.values_list("free_at", flat=True).first()


_TAKE_TURN = """
INSERT INTO curation_linkhost AS known (host, free_at) VALUES (%(host)s, %(next)s)
ON CONFLICT (host) DO UPDATE SET free_at = greatest(known.free_at + (%(next)s::timestamptz - %(now)s), %(next)s)
WHERE known.free_at <= %(latest)s
RETURNING free_at
"""


def take_turn(host: str, *, now: datetime) -> timedelta:
    """Reserves a turn in the host's queue, which all workers share, and returns how long to wait for it. Raises HostBusy if the
    wait would be too long."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURN, {"host": host, "now": now, "next": now + PACE, "latest": now + MAX_WAIT})
        if row := cursor.fetchone():
            after: datetime = row[0]
            return after - PACE - now
    raise HostBusy(LinkHost.objects.values_list("free_at", flat=True).filter(host=host).first() or now + PACE)


def leave_alone(host: str, *, until: datetime) -> None:
    later = Case(When(free_at__lt=until, then=Value(until)), default=F("free_at"))
    LinkHost.objects.filter(host=host).update(free_at=later)


# --- Responses


def record(check: LinkCheck, response: LinkResponse, *, now: datetime) -> str:
    """Stores the response, hides or shows the resource, and returns the outcome."""
    was = check.outcome
    _judge(check, response, now)
    if check.outcome != was:
        check.since = now
    again = AGAIN[LinkOutcome(check.outcome)]
    if response.status in links.BUSY:
        wait = links.patience(response.retry_after, now=now) if response.retry_after else REST
        leave_alone(response.host, until=now + min(wait, MAX_REST))
        again = max(again, wait)
    check.checked_at, check.due_at = now, now + again
    check.status_code, check.problem = response.status, response.problem or ""
    check.final_address = response.address[:2000] if response.address != check.address else ""
    with transaction.atomic():
        if (check.outcome == LinkOutcome.DEAD) != (was == LinkOutcome.DEAD):
            record_store.set_dead(
                resource=check.resource_id, address=check.address, dead=check.outcome == LinkOutcome.DEAD
            )
        # If someone has entered another URL since, `enrol` starts again.
        check.save(force_update=True)
    return check.outcome


def _judge(check: LinkCheck, response: LinkResponse, now: datetime) -> None:
    if response.works:
        check.failures, check.failed_on = 0, None
        check.outcome = LinkOutcome.OK if response.address == check.address else LinkOutcome.REDIRECTED
        return
    if response.broken and (response.status is not None or _online(now)):
        if check.failed_on != now.date():
            check.failures, check.failed_on = check.failures + 1, now.date()
        check.outcome = LinkOutcome.DEAD if check.failures >= LinkCheck.FAILURES else LinkOutcome.FAILED
    elif check.outcome != LinkOutcome.DEAD:  # a dead URL stays dead until it works
        check.outcome = LinkOutcome.UNCLEAR


def _online(now: datetime) -> bool:
    """Returns whether any host has answered recently. If not, our own network is the problem."""
    return LinkCheck.objects.filter(status_code__isnull=False, checked_at__gte=now - ONLINE).exists()


# --- Running


@dataclass(frozen=True, slots=True)
class LinkResult:
    slug: str
    outcome: str
    words: str


def run(
    *,
    limit: int | None = None,
    seconds: float | None = None,
    slug: str | None = None,
    ask: LinkRequest = links.ask,
    sleep: Callable[[float], None] = time.sleep,
    tell: Callable[[LinkResult], None] = lambda done: None,
) -> Counter[str]:
    """Checks links that are due, one after another, until none is due or the limit of links or seconds is reached. Returns the
    number of links by outcome. Tests replace `ask` and `sleep`."""
    enrol(now=timezone.now())
    counted: Counter[str] = Counter()
    until = None if seconds is None else timezone.now() + timedelta(seconds=seconds)
    while (limit is None or counted.total() < limit) and (until is None or timezone.now() < until):
        now = timezone.now()
        check = take(now=now, slug=slug)
        if check is None:
            turn = next_turn(now=now) if slug is None else None
            if turn is None or turn - now > MAX_WAIT or (until is not None and turn > until):
                break
            sleep((turn - now).total_seconds())
            continue
        outcome = _check(check, ask, sleep)
        if outcome is not None:
            counted[outcome] += 1
            tell(
                LinkResult(
                    Resource.objects.values_list("slug", flat=True).get(pk=check.resource_id), outcome, words(check)
                )
            )
        if slug is not None:
            break
    log.info("links_checked", **counted)
    return counted


def _check(check: LinkCheck, ask: LinkRequest, sleep: Callable[[float], None]) -> str | None:
    def wait_for_turn(host: str) -> None:
        if wait := take_turn(host, now=timezone.now()):
            sleep(wait.total_seconds())

    try:
        response = ask(check.address, user_agent=user_agent(), before=wait_for_turn)
    except HostBusy as taken:
        LinkCheck.objects.filter(pk=check.pk).update(due_at=taken.until)
        return None
    return record(check, response, now=timezone.now())


def user_agent() -> str:
    return f"Waymark link check (+{settings.SITE_URL})"


def check_soon(resources: list[int], *, now: datetime) -> int:
    """Schedules these resources to be checked next, regardless of earlier results. Returns their number."""
    enrol(now=now)
    return LinkCheck.objects.filter(resource__in=resources, resource__status=Status.PUBLISHED).update(due_at=now)


# --- Messages


def words(check: LinkCheck) -> str:
    """Describes the result for curators."""
    if check.outcome == LinkOutcome.UNCHECKED:
        return gettext("It has not been checked yet.")
    if check.outcome == LinkOutcome.OK:
        return gettext("It works.")
    if check.outcome == LinkOutcome.REDIRECTED:
        return gettext("It works, and reports that it has permanently moved to %s.") % check.final_address
    if check.problem:
        said = str(PROBLEMS[LinkProblem(check.problem)])
    else:
        said = gettext("The host responds with %d.") % (check.status_code or 0)
    if check.outcome == LinkOutcome.UNCLEAR:
        return said
    days = (
        ngettext("This has happened on %d day.", "This has happened on %d days in a row.", check.failures)
        % check.failures
    )
    return f"{said} {days}"


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A finding of curriculum health."""

    resource: int
    slug: str
    name: str
    address: str
    since: datetime
    words: str


def count_unchecked() -> int:
    """Returns the number of published resources with an unchecked URL."""
    checked = LinkCheck.objects.exclude(outcome=LinkOutcome.UNCHECKED).filter(address=F("resource__url"))
    return Resource.objects.published().exclude(pk__in=checked.values("resource")).count()


def dead_links() -> list[DeadLink]:
    """Returns published resources that are hidden because their URL is dead, longest dead first. Takes one query."""
    rows = LinkCheck.objects.filter(
        outcome=LinkOutcome.DEAD, resource__status=Status.PUBLISHED, resource__dead_address=F("resource__url")
    )
    return [
        DeadLink(row.resource_id, row.resource.slug, row.resource.name, row.address, row.since, words(row))
        for row in rows.select_related("resource").order_by("since", "pk")
    ]


# --- Database permissions


def grant(role: str) -> bool:
    """Grants a database role the permissions that `run` needs, and revokes all others. Returns False if there is no such
    role."""
    everything: list[type[Model]] = [LinkCheck, LinkHost, SearchEntry, SearchName]
    added: list[type[Model]] = [Revision, Change]  # a dead URL changes what is public
    who = sql.Identifier(role)
    statements = [
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(who),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(who),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(_tables(everything), who),
        sql.SQL("GRANT SELECT, INSERT ON {} TO {}").format(_tables(added), who),
        sql.SQL("GRANT SELECT, UPDATE (dead_address, updated_at) ON {} TO {}").format(_tables([Resource]), who),
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            return False
        for statement in statements:
            cursor.execute(statement)
    return True


def _tables(models: list[type[Model]]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(model._meta.db_table) for model in models)
