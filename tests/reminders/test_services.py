from datetime import date, time, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from guidance.progress.services import save_profile
from guidance.reminders import ledger, services
from guidance.reminders.models import Delivery, ReminderKind, Schedule, Suppression
from guidance.reminders.rhythm import Quiet
from guidance.reminders.services import ReminderSetting
from tests.reminders.learners import DAY, HOUR, MINUTE, NOW, TODAY, make_learner, owe, turn_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def learner():
    return make_learner(time_zone="Europe/Zurich")


def test_turning_on_is_consent_and_says_when_it_comes(learner):
    schedule = turn_on(learner)
    schedule.refresh_from_db()
    assert (schedule.consent_version, schedule.consented_at) == (services.CONSENT, NOW)
    assert (schedule.next_at, schedule.next_on) == (NOW + 30 * timedelta(minutes=1), TODAY)
    assert (schedule.time_zone, schedule.since) == ("Europe/Zurich", NOW)


def test_setting_it_again_keeps_the_consent_and_only_a_change_counts(learner):
    turn_on(learner)
    turn_on(learner, now=NOW + 10 * MINUTE)
    schedule = learner.schedules.get()
    assert (schedule.consented_at, schedule.since, schedule.next_on) == (NOW, NOW, TODAY)
    turn_on(learner, now=NOW + 10 * MINUTE, at=time(9))
    schedule.refresh_from_db()
    assert (schedule.consented_at, schedule.since, schedule.next_at) == (NOW, NOW + 10 * MINUTE, NOW + 2 * HOUR)


def test_turning_off_and_on_again_is_another_consent(learner):
    turn_on(learner)
    assert services.turn_off(learner=learner, kinds=ReminderKind) == 1
    schedule = learner.schedules.get()
    assert (schedule.is_on, schedule.next_at, schedule.at) == (False, None, time(7, 30))
    assert services.turn_off(learner=learner, kinds=ReminderKind) == 0
    turn_on(learner, now=NOW + DAY)
    schedule.refresh_from_db()
    assert (schedule.is_on, schedule.consented_at, schedule.next_on) == (True, NOW + DAY, TODAY + DAY)


def test_quiet_hours_and_pause_are_those_of_all_kinds(learner):
    quiet = Quiet(time(22), time(8))
    turn_on(learner, ReminderKind.STUDY, ReminderKind.WEEKLY, quiet=quiet, paused_until=date(2026, 12, 24))
    for schedule in learner.schedules.all():
        assert (schedule.quiet_from, schedule.quiet_until) == (time(22), time(8))
        assert schedule.paused_until == date(2026, 12, 24)
        assert schedule.next_at == NOW + HOUR  # 08:00


def test_quiet_hours_that_only_end_later_move_what_comes(learner):
    turn_on(learner, quiet=Quiet(time(22), time(7)))
    turn_on(learner, quiet=Quiet(time(22), time(8)))
    schedule = learner.schedules.get()
    assert (schedule.quiet_until, schedule.next_at) == (time(8), NOW + HOUR)


@pytest.mark.parametrize("weekdays", [(), (0,), (8,)])
def test_days_that_make_no_sense_are_refused(learner, weekdays):
    settings = {ReminderKind.STUDY: ReminderSetting(True, time(7, 30), weekdays)}
    with pytest.raises(ValidationError) as error:
        services.set_schedules(learner=learner, settings=settings, quiet=None, paused_until=None, now=NOW)
    assert "weekdays" in error.value.message_dict
    assert not learner.schedules.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"is_on": True}, {"weekdays": []}, {"weekdays": [9]}, {"kind": "advert"}, {"quiet_from": time(22)}],
)
def test_the_database_holds_the_rules(learner, wrong):
    given = {"learner": learner, "kind": "study", "at": time(7), "weekdays": [1], "time_zone": "UTC"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Schedule.objects.create(**given | wrong)


def test_another_time_zone_moves_what_comes(learner):
    turn_on(learner)
    learner.time_zone = "America/New_York"
    save_profile(learner=learner)
    schedule = learner.schedules.get()
    assert schedule.time_zone == "America/New_York"
    # It is 01:00 in that time zone.
    assert (schedule.next_on, schedule.next_at.hour) == (TODAY, 12)


@pytest.mark.parametrize("change", ["zone", "time", "off"])
def test_a_change_keeps_what_was_due_before_it(learner, change):
    """It is not planned yet, as while beat is down."""
    turn_on(learner)
    with time_machine.travel(NOW + HOUR, tick=False):
        match change:
            case "zone":
                learner.time_zone = "Asia/Tokyo"
                save_profile(learner=learner)
            case "time":
                turn_on(learner, now=NOW + HOUR, at=time(19))
            case "off":
                settings = {ReminderKind.STUDY: ReminderSetting(False, time(7, 30), (1,))}
                services.set_schedules(
                    learner=learner, settings=settings, quiet=None, paused_until=None, now=NOW + HOUR
                )
    assert learner.deliveries.get().on == TODAY


def test_saving_something_else_of_the_account_leaves_schedules_alone(learner, django_assert_num_queries):
    turn_on(learner)
    learner.last_login = NOW
    with django_assert_num_queries(1):
        learner.save(update_fields=["last_login"])


def test_moving_west_brings_no_second_mail_on_a_date(learner):
    learner.time_zone = "Pacific/Kiritimati"
    learner.save()
    schedule = turn_on(
        learner, at=time(19), now=NOW - 2 * HOUR
    )  # it is 18:00 there, so the reminder comes at 19:00 of the same date
    assert ledger.plan_due(now=NOW) == 1
    first = Delivery.objects.get().on
    learner.time_zone = "Pacific/Pago_Pago"  # 25 hours behind, so the same date starts again
    learner.save()
    schedule.refresh_from_db()
    assert schedule.next_on == first + DAY
    for _ in range(100):
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            learner.time_zone = zone
            learner.save()
            ledger.plan_due(now=NOW + 20 * HOUR)
    assert len(set(Delivery.objects.values_list("on", flat=True))) == Delivery.objects.count()


def test_a_kind_is_due_on_a_date_that_another_kind_has_had(learner):
    turn_on(learner)
    assert ledger.plan_due(now=NOW + HOUR) == 1
    weekly = turn_on(learner, ReminderKind.WEEKLY, at=time(9), now=NOW + HOUR)
    assert (weekly.next_on, weekly.next_at) == (TODAY, NOW + 2 * HOUR)


def test_pause_needs_a_day_to_come(learner):
    turn_on(learner)
    with pytest.raises(ValidationError):
        services.pause(learner=learner, until=TODAY, kinds=[ReminderKind.STUDY], now=NOW)
    assert services.pause(learner=learner, until=TODAY + DAY, kinds=[ReminderKind.STUDY], now=NOW) == 1
    assert learner.schedules.get().paused_until == TODAY + DAY


def test_suppression_is_of_an_address_and_can_be_lifted(learner):
    for code in (550, 551):
        services.suppress(learner=learner, address=learner.email, code=code, reply="x" * 300, now=NOW)
    found = Suppression.objects.get()
    assert (found.code, len(found.reply)) == (551, 200)
    assert services.lift_suppression(learner=learner)
    assert not services.lift_suppression(learner=learner)


def test_nothing_of_anybody_else_is_touched(learner):
    other = make_learner("marek@example.org")
    turn_on(other)
    turn_on(learner)
    services.turn_off(learner=learner, kinds=ReminderKind)
    services.pause(learner=learner, until=TODAY + DAY, kinds=ReminderKind, now=NOW)
    schedule = other.schedules.get()
    assert (schedule.is_on, schedule.paused_until) == (True, None)


def test_everything_goes_with_the_account(learner):
    turn_on(learner)
    owe(learner)
    services.suppress(learner=learner, address=learner.email, code=550, reply="no", now=NOW)
    learner.delete()
    assert not (Schedule.objects.exists() or Delivery.objects.exists() or Suppression.objects.exists())
