"""python -m benchmarks.reminders [--schedules N] [--due N] [--mails N]: what reminders cost; JSON on stdout, a table on stderr.
Runs against the database of the environment and leaves it full of made-up accounts (`benchmarks/__main__.py` provides a
throw-away one). Planning and finding are measured with few schedules and with many, because schedules that are not due must not
make due ones more expensive. Emails are composed and sent to a server in a process of its own, which discards them. They are
sent by `drain` and, alternating with it, as messages of Django's own class by one `send_messages` over one connection.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import django
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.core.mail.backends import smtp
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.servers import free_port

FEW = 10_000  # schedules
KINDS = 4  # schedules of a learner
FOUND = 1_000  # how many due schedules to find
SESSIONS = 100  # number of sessions of a learner who gets an email
ROUNDS = 3
SINK_SECONDS = 10
MOST_PLANNING = 20.0  # seconds, for 100,000 due
MOST_FINDING = 5.0  # ms
MOST_QUERIES = 3.0  # upper bound per email
LEAST_RATIO = 0.5  # our rate as a multiple of Django's


@dataclass(frozen=True)
class Planning:
    schedules: int
    due: int
    seconds: float
    per_row_us: float
    find_ms: float  # time in the database to find the first thousand due schedules
    find_buffers: int


@dataclass(frozen=True)
class Sending:
    mails: int
    per_second: float
    django_per_second: float
    ratio: float
    cpu_ms: float  # CPU time of this process per email
    django_cpu_ms: float
    queries_per_mail: float
    bytes_per_mail: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reminders", description="What reminders cost.")
    parser.add_argument("--schedules", type=int, default=1_000_000)
    parser.add_argument("--due", type=int, default=100_000)
    parser.add_argument("--mails", type=int, default=200)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    port = free_port()
    os.environ["SMTP_URL"] = f"smtp://127.0.0.1:{port}"
    django.setup()
    with sink(port):
        sending = measure_sending(options.mails)
    planning = [
        measure_planning(min(FEW, options.schedules), min(FEW, options.schedules) // 10),
        measure_planning(options.schedules, options.due),
    ]
    show(planning, sending)
    json.dump({"planning": [asdict(row) for row in planning], "sending": asdict(sending)}, sys.stdout)


def show(planning: list[Planning], sending: Sending) -> None:
    for row in planning:
        print(
            f"{f'reminders: plan {row.due:,} of {row.schedules:,}':<44} {row.seconds:>7.2f} s (≤ "
            f"{MOST_PLANNING * row.due / 100_000:g} s), {row.per_row_us:.0f} µs a row; first {FOUND:,} found in "
            f"{row.find_ms:.2f} ms (≤ {MOST_FINDING:g} ms), {row.find_buffers} buffers",
            file=sys.stderr,
        )
    print(
        f"{f'reminders: {sending.mails} mails':<44} {sending.per_second:>7.1f} a second, Django’s own "
        f"{sending.django_per_second:.1f}, ratio {sending.ratio:.2f} (≥ {LEAST_RATIO:g}), "
        f"CPU {sending.cpu_ms:.2f} ms per email, Django’s {sending.django_cpu_ms:.2f} ms, "
        f"{sending.queries_per_mail:.2f} queries per email (≤ {MOST_QUERIES:g}), {sending.bytes_per_mail} bytes",
        file=sys.stderr,
    )


# Planning


def measure_planning(schedules: int, due: int) -> Planning:
    """The cost of planning for `schedules` schedules, four per learner, of which `due` are due."""
    from guidance.reminders import ledger

    now = timezone.now()
    fill(schedules, due, now)
    find_ms, buffers = find(now)
    begin = time.perf_counter()
    planned = ledger.plan_due(now=now)
    seconds = time.perf_counter() - begin
    assert planned == due, f"{planned} of {due} were planned"
    return Planning(schedules, due, round(seconds, 3), round(1e6 * seconds / due, 1), round(find_ms, 3), buffers)


def fill(schedules: int, due: int, now: datetime) -> None:
    """Replaces all schedules and deliveries with schedules generated in SQL."""
    learners = -(-schedules // KINDS)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET synchronous_commit = off")
        cursor.execute("TRUNCATE reminders_delivery, reminders_schedule")
        cursor.execute(_LEARNERS, [learners])
        cursor.execute(_SCHEDULES, [now, now, due, now, now, learners, schedules])
        cursor.execute("VACUUM ANALYZE reminders_schedule, reminders_delivery, accounts_user")


_LEARNERS = """
INSERT INTO accounts_user (email, name, password, time_zone, is_active, is_staff, is_superuser, date_joined, session_generation)
SELECT 'bench-' || n || '@bench.waymark.invalid', '', '!', 'Europe/Zurich', true, false, false, now(), 0
FROM generate_series(1, %s) AS n ON CONFLICT DO NOTHING
"""
# The first `due` rows were due within the last half hour; the others will be due within the next week.
_SCHEDULES = """
INSERT INTO reminders_schedule
    (learner_id, kind, is_on, consent_version, consented_at, at, weekdays, time_zone, since, next_at, next_on)
SELECT learner, kind, true, 'bench', %s, (moment AT TIME ZONE 'Europe/Zurich')::time, '{1,2,3,4,5,6,7}', 'Europe/Zurich',
    %s, moment, (moment AT TIME ZONE 'Europe/Zurich')::date
FROM (
    SELECT learner, kind, CASE WHEN number <= %s THEN %s::timestamptz - number %% 1800 * interval '1 second'
        ELSE %s::timestamptz + (1 + number %% 600000) * interval '1 second' END AS moment
    FROM (
        SELECT id AS learner, kind, row_number() OVER (ORDER BY kind, id) AS number
        FROM (SELECT id FROM accounts_user WHERE email LIKE 'bench-%%' ORDER BY id LIMIT %s) AS learners,
            unnest(ARRAY['study', 'weekly', 'behind', 'review']) AS kind
    ) AS numbered LIMIT %s
) AS moments
"""


def find(now: datetime) -> tuple[float, int]:
    """Runs the planner's own query for due schedules. Returns the median milliseconds in the database and the blocks read."""
    from guidance.reminders import ledger

    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        ledger._plan_some(now)
        transaction.set_rollback(True)
    [question] = [query["sql"] for query in queries if "SKIP LOCKED" in query["sql"]]
    times, buffers = [], 0
    with connection.cursor() as cursor:
        cursor.execute("VACUUM reminders_schedule, reminders_delivery")
        for _ in range(9):
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {question.removesuffix(';')}")
            (found,) = cursor.fetchone()
            plan = found[0]
            times.append(plan["Execution Time"])
            buffers = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    return statistics.median(times), buffers


# Sending


@contextmanager
def sink(port: int) -> Iterator[None]:
    """A mail server that accepts everything and stores nothing."""
    command = [sys.executable, "-m", "aiosmtpd", "--nosetuid", "--class", "aiosmtpd.handlers.Sink"]
    process = subprocess.Popen([*command, "--listen", f"127.0.0.1:{port}"])
    try:
        end = time.monotonic() + SINK_SECONDS
        while True:
            try:
                with mailers["default"]:
                    break
            except OSError:
                if time.monotonic() > end or process.poll() is not None:
                    raise
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(10)


def djangos(mail: EmailMultiAlternatives) -> EmailMultiAlternatives:
    """The same email without the additions that we make to Django's class."""
    plain = EmailMultiAlternatives(mail.subject, mail.body, mail.from_email, mail.to, headers=mail.extra_headers)
    for alternative in mail.alternatives:
        plain.attach_alternative(alternative.content, alternative.mimetype)
    return plain


def measure_sending(mails: int) -> Sending:
    from config.management.commands.seed_learners import seed
    from guidance.catalog import snapshot as catalogue
    from guidance.reminders import emails, ledger, sending
    from guidance.reminders.context import cancel_reason, load
    from guidance.reminders.models import Delivery

    snapshot = catalogue.current()
    for first in range(1, mails + 1, 100):
        seed(tuple(range(first, min(first + 100, mails + 1))), SESSIONS, snapshot, due_now=True)
    now = timezone.now()
    assert ledger.plan_due(now=now) == mails
    rows = list(Delivery.objects.values_list("pk", flat=True))
    contexts = load(rows, snapshot=snapshot, now=now)
    assert not any(map(cancel_reason, contexts)), "some reminders were cancelled"
    messages = [djangos(emails.compose(context)) for context in contexts]
    size = sum(len(message.message().as_bytes()) for message in messages) // mails

    known = settings.MAILERS["default"]["OPTIONS"]
    plain = smtp.EmailBackend(alias="plain", host=known["host"], port=known["port"])

    def owe() -> None:
        fresh: dict[str, Any] = {"state": "due", "sent_at": None, "attempts": 0, "not_before": now, "version": None}
        Delivery.objects.filter(pk__in=rows).update(**fresh)

    def drain(limit: int) -> tuple[float, float]:
        owe()
        if limit < mails:
            Delivery.objects.filter(pk__in=rows[limit:]).update(not_before=now + timedelta(hours=3))
        begin = time.perf_counter(), time.process_time()
        tally = sending.drain()
        assert tally.sent == limit, tally
        return time.perf_counter() - begin[0], time.process_time() - begin[1]

    def send() -> tuple[float, float]:
        begin = time.perf_counter(), time.process_time()
        assert plain.send_messages(messages) == mails
        return time.perf_counter() - begin[0], time.process_time() - begin[1]

    few = min(100, mails)
    with (
        transaction.atomic(),
        CaptureQueriesContext(connection) as queries,
    ):  # in a transaction, so that all queries go through one connection
        drain(few)
    asked = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    rounds = [(drain(mails), send()) for _ in range(ROUNDS)]
    sent = mails * ROUNDS
    ours, our_cpu, theirs, their_cpu = (
        sum(round_[who][what] for round_ in rounds) for who in (0, 1) for what in (0, 1)
    )
    return Sending(
        mails=mails,
        per_second=round(sent / ours, 1),
        django_per_second=round(sent / theirs, 1),
        ratio=round(theirs / ours, 3),
        cpu_ms=round(1000 * our_cpu / sent, 2),
        django_cpu_ms=round(1000 * their_cpu / sent, 2),
        queries_per_mail=round((len(asked) - 2) / few, 2),  # two queries only prepare the deliveries
        bytes_per_mail=size,
    )


if __name__ == "__main__":
    main()
