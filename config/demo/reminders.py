"""Reminders of invented learners: those of the demo, with a history of some weeks, and any number of reminders that are due
now."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User
from guidance.progress.models import Progress, StudySession
from guidance.reminders import services
from guidance.reminders.ledger import LASTS
from guidance.reminders.models import Delivery, ReminderKind, Schedule
from guidance.reminders.rhythm import DAY, Due, Rhythm, next_due
from guidance.reminders.services import DEFAULT_TIMES, ReminderSetting

State, Reason = Delivery.State, Delivery.Reason

WEEKS = 6  # since the demo's learner turned on reminders
PAUSE = range(17, 20)  # days after that during which they were paused
BEHIND = (2, 5)  # the Wednesdays, counted from 0, on which there is something to say
REVIEW = (1, 3, 4)  # the Fridays, counted from 0, on which there is something to say
SECOND_TRY = 11  # number, counted from 0, of the email that the server accepted at the second attempt
ROWS = 5_000  # number of rows per statement


@transaction.atomic
def demo(*, learner: User, now: datetime) -> None:
    """Turns on the suggested reminders as of some weeks ago, and adds a row to the ledger for every occurrence since. Runs only
    once."""
    if learner.schedules.exists():
        return
    begin = now - timedelta(weeks=WEEKS)
    schedules = services.set_schedules(
        learner=learner,
        settings={kind: ReminderSetting(True, *DEFAULT_TIMES[kind]) for kind in ReminderKind},
        quiet=None,
        paused_until=None,
        now=begin,
    )
    occurrences: list[tuple[Due, ReminderKind, int]] = []
    for kind, schedule in schedules.items():
        rhythm, number = services.rhythm_of(schedule), count()
        due = next_due(rhythm, begin)
        while due.at <= now:
            occurrences.append((due, kind, next(number)))
            due = next_due(rhythm, due.at, later_than=due.on)
        schedule.next_at, schedule.next_on = due.at, due.on
    Schedule.objects.bulk_update(schedules.values(), ["next_at", "next_on"])
    Delivery.objects.bulk_create(_demo_rows(learner, occurrences, learner.local_date(begin)))


def _demo_rows(learner: User, occurrences: Iterable[tuple[Due, ReminderKind, int]], begin: date) -> list[Delivery]:
    """Returns the rows in the order in which they were due; `begin` is the local date of the first day."""
    kinds = list(ReminderKind)
    reasons: dict[tuple[date, ReminderKind], Delivery.Reason | None] = {}
    taken: set[date] = set()  # dates that already have an email
    for due, kind, number in sorted(occurrences, key=lambda item: (item[0].on, kinds.index(item[1]))):
        says = number in {ReminderKind.BEHIND: BEHIND, ReminderKind.REVIEW: REVIEW}.get(kind, (number,))
        if (due.on - begin).days in PAUSE:
            reasons[due.on, kind] = Reason.PAUSED
        elif not says:
            reasons[due.on, kind] = Reason.NOTHING
        elif due.on in taken:
            reasons[due.on, kind] = Reason.OUTRANKED
        else:
            reasons[due.on, kind] = None
            taken.add(due.on)
    written = Progress.objects.values_list("version", flat=True).get(learner=learner)
    studied = list(StudySession.objects.filter(learner=learner).values_list("at", flat=True))
    rows = []
    sent = count()
    for due, kind, _number in sorted(occurrences, key=lambda item: (item[0].at, kinds.index(item[1]))):
        reason = reasons[due.on, kind]
        row = Delivery(
            learner=learner,
            kind=kind,
            on=due.on,
            due_at=due.at,
            not_before=due.at,
            expires_at=due.at + LASTS,
            planned_at=due.at + timedelta(seconds=due.on.toordinal() * 7 % 60),  # when the scheduler ran
        )
        if reason is not None:
            row.state, row.reason = State.CANCELLED, reason
        else:
            number = next(sent)
            tries = 2 if number == SECOND_TRY else 1
            row.state, row.attempts = State.SENT, tries
            row.sent_at = row.planned_at + timedelta(seconds=2) + (tries - 1) * timedelta(minutes=1)
            row.not_before += (tries - 1) * timedelta(minutes=1)
            row.code, row.reply = 250, f"2.0.0 Ok: queued as {0xA70000 + 4099 * number:08X}"
            row.version = max(1, written - 1 - sum(at > row.sent_at for at in studied))  # the learner reacted to each
        rows.append(row)
    return rows


def due_now(*, learners: Sequence[User], now: datetime) -> None:
    """Gives each learner a study reminder with consent and a confirmed address that came due within the last minute."""
    now = now.replace(second=0, microsecond=0)
    every_day = tuple(range(1, 8))
    schedules = []
    for learner in learners:
        local = now.astimezone(ZoneInfo(learner.time_zone))
        at: time = local.time()
        # If the clock has just been put back, this is the first of two such times, so the reminder was due an hour ago.
        due_at = Rhythm(at, every_day, ZoneInfo(learner.time_zone)).on(local.date())
        schedules.append(
            Schedule(
                learner=learner,
                kind=ReminderKind.STUDY,
                is_on=True,
                consent_version=services.CONSENT,
                consented_at=due_at - DAY / 24,
                since=due_at - DAY / 24,
                at=at,
                weekdays=list(every_day),
                time_zone=learner.time_zone,
                next_at=due_at,
                next_on=local.date(),
            )
        )
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=learner, email=learner.email, verified=True, primary=True) for learner in learners], ROWS
    )
    Schedule.objects.bulk_create(schedules, ROWS)
