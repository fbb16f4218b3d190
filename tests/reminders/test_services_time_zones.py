import zoneinfo
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import time_zones
from guidance.reminders import ledger, services
from guidance.reminders.models import Delivery, Heartbeat, Schedule
from tests.reminders.learners import HOUR, NOW, TODAY, make_learner, turn_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zurich_becomes_lisbon(monkeypatch):
    """Changes the zone as if the country had moved its clocks back an hour."""

    def zone_of(name):
        return ZoneInfo("Europe/Lisbon" if name == "Europe/Zurich" else name)

    def change():
        monkeypatch.setattr(services, "zone_of", zone_of)
        monkeypatch.setattr(services, "RULES", "tzdata 2099z")

    return change


def test_rules_are_those_of_the_package():
    """The rules of the machine, which differ from one machine to another, are not used."""
    assert zoneinfo.TZPATH == ()
    assert "localtime" not in time_zones()


def test_new_rules_move_what_is_to_come_and_keep_its_date(zurich_becomes_lisbon):
    here = turn_on(make_learner("here@example.org", time_zone="Europe/Zurich"))
    elsewhere = turn_on(make_learner("elsewhere@example.org", time_zone="Asia/Tokyo"))
    services.apply_tzdata(now=NOW)
    zurich_becomes_lisbon()
    assert services.apply_tzdata(now=NOW) == 1
    moved = Schedule.objects.get(pk=here.pk)
    assert (moved.next_at, moved.next_on) == (here.next_at + HOUR, TODAY)
    assert Schedule.objects.get(pk=elsewhere.pk).next_at == elsewhere.next_at
    assert services.apply_tzdata(now=NOW) == 0


def test_rules_are_looked_at_once(django_assert_num_queries):
    turn_on(make_learner())
    services.apply_tzdata(now=NOW)
    with django_assert_num_queries(1):
        services.apply_tzdata(now=NOW)
    assert Heartbeat.objects.filter(name__startswith=services.PREFIX).count() == 1


def test_what_is_due_or_off_stays(zurich_becomes_lisbon):
    due = turn_on(make_learner("due@example.org", time_zone="Europe/Zurich"))
    off = make_learner("off@example.org", time_zone="Europe/Zurich")
    turn_on(off)
    services.turn_off(learner=off, kinds=["study"])
    later = NOW + 2 * HOUR
    zurich_becomes_lisbon()
    assert services.apply_tzdata(now=later) == 0
    assert Schedule.objects.get(pk=due.pk).next_at == due.next_at
    assert ledger.plan_due(now=later) == 1


def test_a_moment_that_has_passed_by_the_new_rules_is_due_at_once(monkeypatch):
    """No reminder is lost when the clocks skip its time."""
    schedule = turn_on(make_learner(time_zone="Europe/Zurich"))
    monkeypatch.setattr(services, "zone_of", lambda _name: ZoneInfo("Europe/Helsinki"))
    assert services.apply_tzdata(now=schedule.next_at - HOUR / 2) == 1
    assert ledger.plan_due(now=schedule.next_at - HOUR / 2) == 1
    assert Delivery.objects.get().on == TODAY


def test_more_than_are_looked_at_at_once(monkeypatch, zurich_becomes_lisbon):
    monkeypatch.setattr(services, "BATCH", 2)
    for number in range(5):
        turn_on(make_learner(f"learner-{number}@example.org", time_zone="Europe/Zurich"))
    zurich_becomes_lisbon()
    assert services.apply_tzdata(now=NOW) == 5
