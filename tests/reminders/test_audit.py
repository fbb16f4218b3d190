"""Long histories of schedules, made by the real planner with the test's clock, and then audited."""

import random
from datetime import UTC, datetime, time, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from guidance.reminders import audit, ledger, services
from guidance.reminders.audit import Audit
from guidance.reminders.models import Delivery, Heartbeat, ReminderKind, Schedule
from tests.reminders.learners import DAY, HOUR, MINUTE, NOW, make_learner, owe, turn_on

pytestmark = pytest.mark.django_db
State = Delivery.State
ZONES = ("Europe/Zurich", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kathmandu", "UTC")


def findings(now: datetime, days: int = 7) -> list[str]:
    return list(Audit(now, days).findings())


def beat(now: datetime) -> None:
    Heartbeat.objects.update_or_create(name="tick", defaults={"at": now})


def end_all() -> None:
    """End all deliveries, as a worker would."""
    Delivery.objects.filter(state=State.DUE).update(state=State.SENT, sent_at=F("due_at"))


class Life:
    """A clock with which the planner runs every six hours and catches up with what it missed."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def go_on(self, span: timedelta) -> None:
        until = self.now + span
        while self.now < until:
            self.now = min(self.now + 6 * HOUR, until)
            ledger.plan_due(now=self.now)
        Delivery.objects.filter(state=State.DUE).update(state=State.CANCELLED, reason=Delivery.Reason.NOTHING)
        beat(self.now)


@pytest.fixture
def life() -> Life:
    return Life(NOW - 9 * DAY)


def test_a_ledger_that_is_complete_has_no_finding(life):
    for number, kind in enumerate(ReminderKind):
        turn_on(make_learner(f"{kind}@example.org", time_zone=ZONES[number]), kind, now=life.now)
    life.go_on(9 * DAY)
    assert findings(life.now) == []
    assert Delivery.objects.count() > 4 * 7


def fly(learner, life, zone):
    learner.time_zone = zone
    with time_machine.travel(life.now, tick=False):
        learner.save()


def change(learner, life, number):
    """Make one of the changes that learners make to their reminders."""
    match number:
        case 0:
            turn_on(learner, now=life.now, at=time(21))  # due again later today
        case 1:
            turn_on(learner, now=life.now, at=time(3))  # a time that has passed today
        case 2:
            until = learner.local_date(life.now) + 2 * DAY
            services.pause(learner=learner, until=until, kinds=list(ReminderKind), now=life.now)
        case 3:
            turn_on(learner, now=life.now, weekdays=(1, 3, 5))
        case 4:
            services.turn_off(learner=learner, kinds=list(ReminderKind))
        case 5:
            services.turn_off(learner=learner, kinds=list(ReminderKind))
            life.go_on(30 * HOUR)
            turn_on(learner, now=life.now)
        case 6:
            fly(learner, life, "Pacific/Auckland")
        case 7:
            fly(learner, life, "America/Los_Angeles")
        case _:
            turn_on(learner, ReminderKind.WEEKLY, now=life.now)


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("zone", ZONES[1:3])
def test_what_learners_change_is_no_gap(life, zone, number):
    learner = make_learner(time_zone=zone)
    turn_on(learner, now=life.now)
    for span in (50 * HOUR, 31 * HOUR, 5 * HOUR):
        life.go_on(span)
        change(learner, life, number)
        assert findings(life.now) == []
    life.go_on(2 * DAY)
    assert findings(life.now) == []


def test_a_date_before_one_that_has_had_its_row_is_no_gap():
    """Turned on in Auckland on the 26th, then set to the evening in Los Angeles, where it is the 25th: the 25th is skipped."""
    life = Life(datetime(2026, 11, 25, 12, tzinfo=UTC))
    learner = make_learner(time_zone="Pacific/Auckland")
    turn_on(learner, now=life.now, at=time(8))
    life.go_on(8 * HOUR)
    fly(learner, life, "America/Los_Angeles")
    schedule = turn_on(learner, now=life.now, at=time(20))
    assert (learner.local_date(life.now).day, schedule.next_on.day) == (25, 27)
    life.go_on(3 * DAY)
    assert findings(life.now) == []


def test_what_was_turned_on_today_has_nothing_to_answer_for_before(life):
    learner = make_learner()
    turn_on(learner, now=life.now - MINUTE, at=time((life.now - HOUR).hour))
    beat(life.now)
    assert findings(life.now) == []


def test_every_planted_gap_is_found_and_nothing_else(life):
    """Two hundred deleted rows, including those at the edges of the days, from every zone, kind and origin."""
    chance = random.Random(46)
    for number in range(60):
        learner = make_learner(f"learner-{number}@example.org", time_zone=ZONES[number % len(ZONES)])
        weekdays = ((1, 2, 3, 4, 5, 6, 7), (1, 3, 5, 7), (2, 4, 6))[number % 3]
        turn_on(
            learner, *list(ReminderKind)[: 1 + number % 4], now=life.now, at=time(number % 24, 17), weekdays=weekdays
        )
    life.go_on(9 * DAY)
    assert findings(life.now) == []
    seen = Delivery.objects.filter(due_at__gt=life.now - 7 * DAY, due_at__lt=life.now - audit.GRACE)
    planted = chance.sample(sorted(seen.values_list("pk", "learner", "kind", "on")), 200)
    Delivery.objects.filter(pk__in=[pk for pk, *_rest in planted]).delete()
    found = findings(life.now)
    assert {tuple(line.split(", due")[0].split()[2:]) for line in found} == {
        (str(learner), "has", "no", kind, "row", "of", str(on)) for _pk, learner, kind, on in planted
    }
    assert len(found) == 200


def test_a_planner_that_stands_still_leaves_gaps(life):
    """Various schedules that have moved on without a row, or did not move."""
    for number in range(6):
        turn_on(make_learner(f"learner-{number}@example.org"), now=life.now)
    life.go_on(3 * DAY)
    Schedule.objects.filter(learner__email__lt="learner-3").update(next_at=life.now + 300 * DAY)
    for _tick in range(2):
        life.now += DAY
        ledger.plan_due(now=life.now)
    Schedule.objects.filter(learner__email="learner-5@example.org").update(next_at=life.now + DAY)
    end_all()
    beat(life.now + DAY)
    assert len(findings(life.now + DAY)) == 3 * 3 + 3


@pytest.mark.parametrize("late", [4 * MINUTE, 6 * MINUTE])
def test_the_planner_has_five_minutes(life, late):
    schedule = turn_on(make_learner(), now=life.now)
    now = schedule.next_at + late
    beat(now)
    assert len(findings(now)) == (late > audit.GRACE)


@pytest.mark.parametrize("state", [State.DUE, State.CLAIMED, State.SENDING])
@pytest.mark.parametrize("late", [9 * MINUTE, 11 * MINUTE])
def test_what_should_be_over_is_found(state, late):
    lease = {} if state == State.DUE else {"lease_token": "0" * 32, "lease_until": NOW}
    row = owe(make_learner(), state=state, **lease)
    Delivery.objects.update(not_before=row.expires_at + HOUR)
    beat(row.expires_at + late)
    found = findings(row.expires_at + late)
    assert [line.split()[:5] for line in found] == [["overdue:", "delivery", str(row.pk), "is", "still"]] * (
        late > audit.OVERDUE
    )


@pytest.mark.parametrize("state", [State.SENT, State.FAILED, State.EXPIRED])
def test_what_is_over_is_not_found(state):
    owe(make_learner(), state=state, sent_at=NOW if state == State.SENT else None)
    beat(NOW + 9 * HOUR)
    assert findings(NOW + 9 * HOUR) == []


@pytest.mark.parametrize(("waited", "found"), [(4 * MINUTE, 0), (6 * MINUTE, 1)])
def test_lag_is_found(waited, found):
    learner = make_learner()
    owe(learner, not_before=NOW - waited, expires_at=NOW + HOUR)
    owe(learner, ReminderKind.WEEKLY, not_before=NOW + HOUR, expires_at=NOW + 2 * HOUR)
    beat(NOW)
    assert [line.partition(":")[0] for line in findings(NOW)] == ["lag"] * found


def test_a_heart_that_stopped_is_found():
    assert findings(NOW) == ["heartbeat: the minute’s work has never been done"]
    beat(NOW - 4 * MINUTE)
    assert findings(NOW) == []
    beat(NOW - 6 * MINUTE)
    assert findings(NOW) == ["heartbeat: the minute’s work was last done 360 s ago"]


def test_schedules_are_read_in_batches_of_one_statement_each(life, monkeypatch):
    for number in range(7):
        turn_on(make_learner(f"learner-{number}@example.org"), now=life.now)
    life.go_on(2 * DAY)
    Delivery.objects.filter(learner__email__lt="learner-5").delete()
    monkeypatch.setattr(audit, "BATCH", 3)
    with CaptureQueriesContext(connection) as queries:
        assert len(findings(life.now)) == 10
    assert sum("reminders_schedule" in query["sql"] for query in queries) == 4  # 3, 3, 1 and none


def run(*args: str) -> str:
    out = StringIO()
    call_command("audit_reminders", *args, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_looked_at(life):
    turn_on(make_learner(), now=life.now)
    with time_machine.travel(life.now, tick=False) as clock:
        life.go_on(9 * DAY)
        clock.move_to(life.now)
        assert run() == "1 schedules, 7 occurrences in 7 day(s), 0 finding(s)\n"
        assert run("--days", "3") == "1 schedules, 3 occurrences in 3 day(s), 0 finding(s)\n"


def test_the_command_ends_with_1_on_a_finding():
    out = StringIO()
    with pytest.raises(CommandError) as raised:
        call_command("audit_reminders", stdout=out)
    assert raised.value.returncode == 1
    assert out.getvalue().splitlines()[0].startswith("heartbeat:")
    assert out.getvalue().splitlines()[-1] == "0 schedules, 0 occurrences in 7 day(s), 1 finding(s)"


@pytest.mark.parametrize("days", ["0", "-1", "367"])
def test_the_command_refuses_days_that_make_no_sense(days):
    with pytest.raises(CommandError, match="from 1 to 366"):
        run("--days", days)
