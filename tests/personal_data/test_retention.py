"""Data that a daily task deletes after a fixed time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import DatabaseError

from accounts import database
from accounts.models import Session
from config import tasks
from guidance.personal_data import retention
from guidance.progress.models import StoredResponse
from guidance.reminders.models import Heartbeat
from tests.reminders.learners import make_learner

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def sessions(number: int, at: datetime) -> None:
    Session.objects.bulk_create(
        Session(session_key=f"{at:%d}-{n}", session_data="", expire_date=at) for n in range(number)
    )


def test_everything_past_its_time_is_deleted_and_the_rest_is_kept():
    sessions(3, NOW - timedelta(days=1))
    sessions(2, NOW + timedelta(days=1))
    done = retention.tidy(now=NOW)
    assert done.deleted == {"deliveries": 0, "sessions": 3, "tokens": 0, "deleted_ads": 0, "reports": 0, "answers": 0}
    assert Session.objects.count() == 2
    assert retention.tidy(now=NOW).deleted["sessions"] == 0


def test_rule_that_fails_stops_no_other_and_is_seen(monkeypatch, client):
    def fail(now: datetime) -> int:
        raise DatabaseError

    sessions(1, NOW - timedelta(days=1))
    monkeypatch.setattr(
        retention, "RULES", {"deliveries": fail, **{k: v for k, v in retention.RULES.items() if k != "deliveries"}}
    )
    done = retention.tidy(now=NOW)
    assert (done.failed, done.deleted["sessions"]) == (["deliveries"], 1)
    assert not Heartbeat.objects.filter(name=retention.HEARTBEAT).exists()
    assert "waymark_retention_age_seconds" not in client.get("/metrics").content.decode()
    monkeypatch.undo()
    tasks.tidy()
    assert "waymark_retention_age_seconds" in client.get("/metrics").content.decode()


def test_task_is_due_once_a_day():
    entry = settings.CELERY_BEAT_SCHEDULE["retention"]
    assert entry["task"] == tasks.tidy.name
    assert entry["schedule"].hour == {3}
    assert entry["schedule"].minute == {40}


def test_batches_delete_all_that_a_query_finds(django_assert_max_num_queries):
    sessions(7, NOW)
    make_learner()
    with django_assert_max_num_queries(20):
        assert database.delete_in_batches(Session.objects.all(), size=2) == 7
    assert database.delete_in_batches(StoredResponse.objects.all()) == 0
