import json
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import OutgoingMail
from config import health
from guidance.curation import tasks
from guidance.curation.models import Proposal
from guidance.reminders import audit
from guidance.reminders.models import Delivery, Heartbeat
from tests.reminders.learners import make_learner, owe

TOKEN = "0123456789abcdefghij"
NOWHERE = "redis://127.0.0.1:1/0"


def test_livez_answers_without_database_session_or_host(client):
    """There is no `db` fixture, so a query would fail the test."""
    response = client.get("/livez", HTTP_HOST="10.1.2.3:8000")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response.headers["Cache-Control"] == "no-store"
    assert not response.cookies


@pytest.mark.django_db
def test_readyz_says_that_all_is_well(client):
    response = client.get("/readyz", HTTP_HOST="10.1.2.3:8000")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok", "migrations": "ok", "broker": "ok"}


@pytest.mark.django_db
def test_readyz_is_ready_without_the_broker_and_says_so(client, settings):
    settings.REDIS_URL = NOWHERE
    response = client.get("/readyz")
    assert (response.status_code, response.json()["broker"]) == (200, "unreachable")


@pytest.mark.django_db
def test_readyz_is_not_ready_before_all_migrations(client, monkeypatch):
    monkeypatch.setattr(health, "_migrations", health._Migrations())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'accounts'")
    response = client.get("/readyz")
    assert (response.status_code, response.json()["migrations"]) == (503, "pending")


@pytest.mark.django_db
def test_readyz_looks_at_migrations_until_they_are_applied(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(health, "_migrations", health._Migrations())
    client.get("/readyz")
    with django_assert_num_queries(1):
        client.get("/readyz")


@pytest.mark.django_db
def test_readyz_is_not_ready_without_the_database(client, monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", fail)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unavailable",
        "database": "unreachable",
        "migrations": "unknown",
        "broker": "ok",
    }


@pytest.mark.django_db
def test_metrics_count_requests_by_route(client):
    client.get("/accounts/inactive/")
    client.get("/accounts/inactive/?secret=1")
    client.get("/no-such-page-1")
    client.get("/no-such-page-2")
    text = client.get("/metrics").content.decode()
    assert counted(text, "accounts/inactive/", "200") >= 2
    assert counted(text, "unmatched", "404") >= 2
    assert "process_resident_memory_bytes" in text
    assert "secret" not in text
    assert "no-such-page" not in text


def counted(text: str, route: str, status: str) -> float:
    label = f'waymark_request_seconds_count{{method="GET",route="{route}",status="{status}"}}'
    return float(next(line for line in text.splitlines() if line.startswith(label)).rpartition(" ")[2])


@pytest.mark.django_db
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "10.0.0.7", "192.168.1.2", "fd00::1", ""])
def test_metrics_are_for_peers_in_the_same_network(client, peer):
    assert client.get("/metrics", REMOTE_ADDR=peer).status_code == 200


@pytest.mark.parametrize("peer", ["8.8.8.8", "2606:4700::1111", "nonsense"])
def test_metrics_are_not_for_the_world(client, peer):
    response = client.get("/metrics", REMOTE_ADDR=peer)
    assert (response.status_code, response.content) == (404, b"")


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"])
def test_metrics_are_not_served_through_a_proxy(client, header):
    assert client.get("/metrics", **{header: "127.0.0.1"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        ("Bearer wrong", 404),
        (f"Basic {TOKEN}", 404),
        (TOKEN, 404),
        ("Bearer é", 404),
    ],
)
def test_metrics_are_served_to_everybody_with_the_token(client, settings, sent, status):
    settings.METRICS_TOKEN = TOKEN
    headers = {"HTTP_AUTHORIZATION": sent, "HTTP_X_FORWARDED_FOR": "8.8.8.8"}
    assert client.get("/metrics", **headers).status_code == status


def test_metrics_have_no_empty_token(client, settings):
    settings.METRICS_TOKEN = ""
    headers = {"HTTP_AUTHORIZATION": "Bearer ", "HTTP_X_FORWARDED_FOR": "8.8.8.8"}
    assert client.get("/metrics", **headers).status_code == 404


def test_probes_answer_before_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert client.get("/livez").status_code == 200
    assert client.get("/accounts/inactive/").status_code == 301


@pytest.mark.django_db
def test_readyz_is_json(client):
    assert json.loads(client.get("/readyz").content)["status"] == "ok"


@pytest.fixture
def _reminders(db) -> None:
    now = timezone.now()
    learner = make_learner()
    for number in range(3):
        moment = now - timedelta(minutes=10 + number)
        owe(learner, on=now.date() - timedelta(days=number), due_at=moment, attempts=2, ambiguous=number == 0)
    sent = {"state": Delivery.State.SENT, "sent_at": now}
    owe(learner, on=now.date() - timedelta(days=9), due_at=now - timedelta(days=9), **sent)
    Heartbeat.objects.create(name="tick", at=now - timedelta(seconds=90))


def figure(text: str, name: str) -> float | None:
    found = [line for line in text.splitlines() if line.startswith(f"waymark_reminders_{name} ")]
    return float(found[0].rpartition(" ")[2]) if found else None


def assert_all_figures(text: str) -> None:
    assert figure(text, "due") == 3
    assert figure(text, "postponed") == figure(text, "in_hand") == 0
    assert figure(text, "lag_seconds") == pytest.approx(12 * 60, abs=30)
    assert figure(text, "heartbeat_age_seconds") == pytest.approx(90, abs=30)
    assert figure(text, "uncertain_last_day") == 1
    assert figure(text, 'last_day{kind="study",state="due"}') == 3
    assert figure(text, 'last_day{kind="study",state="sent"}') == 0
    assert figure(text, 'last_day{kind="weekly",state="failed"}') == 0


@pytest.mark.usefixtures("_reminders")
def test_metrics_tell_how_reminders_are_doing(client):
    assert_all_figures(client.get("/metrics").content.decode())


@pytest.mark.usefixtures("_reminders")
def test_metrics_of_reminders_are_there_with_several_processes(client, monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    text = client.get("/metrics").content.decode()
    assert_all_figures(text)
    assert text.count("# TYPE waymark_reminders_due ") == 1


@pytest.mark.django_db
def test_metrics_tell_of_mail_about_accounts_that_waits(client):
    text = client.get("/metrics").content.decode()
    assert "waymark_outbox_waiting 0.0" in text
    assert "waymark_outbox_age_seconds 0.0" in text
    for minutes in (3, 20):
        written = timezone.now() - timedelta(minutes=minutes)
        OutgoingMail.objects.create(kind=OutgoingMail.MailKind.RESET, created_at=written)
    text = client.get("/metrics").content.decode()
    assert "waymark_outbox_waiting 2.0" in text
    [age] = [line for line in text.splitlines() if line.startswith("waymark_outbox_age_seconds ")]
    assert float(age.split()[1]) == pytest.approx(20 * 60, abs=30)


@pytest.mark.django_db
def test_metrics_have_no_heartbeat_before_the_first(client):
    text = client.get("/metrics").content.decode()
    assert figure(text, "due") == 0
    assert figure(text, "heartbeat_age_seconds") is None


@pytest.mark.django_db
def test_metrics_go_on_without_the_database(client, monkeypatch):
    tried = []

    def fail(*args: object, **kwargs: object) -> None:
        tried.append(1)
        connection.connection = None
        raise OperationalError

    kept = connection.connection
    monkeypatch.setattr(connection, "cursor", fail)
    text = client.get("/metrics").content.decode()
    connection.connection = kept
    assert "waymark_reminders" not in text
    assert "waymark_request_seconds" in text
    assert len(tried) == 1  # each wait for a connection takes seconds


@pytest.mark.usefixtures("_reminders")
def test_metrics_leave_out_what_takes_too_long(client, monkeypatch):
    def slow(now: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(3)")

    monkeypatch.setattr(health, "FIGURES_TIMEOUT", "50ms")
    monkeypatch.setattr(audit, "open_now", slow)
    text = client.get("/metrics").content.decode()
    assert figure(text, "due") is None
    assert figure(text, "uncertain_last_day") == 1


@pytest.mark.django_db(transaction=True)
def test_metrics_leave_the_time_limit_of_statements_as_it_was(client):
    def limit() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            return str(cursor.fetchone()[0])

    before = limit()
    client.get("/metrics")
    assert limit() == before


def value(text: str, name: str) -> float | None:
    found = [line for line in text.splitlines() if line.startswith(f"waymark_{name} ")]
    return float(found[0].split()[-1]) if found else None


@pytest.mark.django_db
def test_metrics_tell_what_waits_to_be_published(client):
    now = timezone.now()
    for number, state in enumerate(
        (Proposal.ProposalState.IN_REVIEW, Proposal.ProposalState.IN_REVIEW, Proposal.ProposalState.SCHEDULED)
    ):
        scheduled = state == Proposal.ProposalState.SCHEDULED
        Proposal.objects.create(
            kind="skill",
            record_id=number,
            slug="some",
            document="…",
            base=1,
            state=state,
            submitted_at=now,
            decided_at=now if scheduled else None,
            publish_at=now - timedelta(minutes=5) if scheduled else None,
        )
    text = client.get("/metrics").content.decode()
    assert (value(text, "publishing_in_review"), value(text, "publishing_scheduled")) == (2, 1)
    assert 300 <= value(text, "publishing_lag_seconds") < 400


@pytest.mark.django_db
def test_metrics_tell_of_connections_and_queues(client):
    with health.broker() as broker:
        broker.delete("waymark:celery", "waymark:links", "waymark:unacked")
        tasks.check_links.delay()
        tasks.check_links.delay()
        tasks.settle.delay()
        text = client.get("/metrics").content.decode()
        broker.delete("waymark:celery", "waymark:links")
    assert value(text, 'celery_queued{queue="celery"}') == 1
    assert value(text, 'celery_queued{queue="links"}') == 2
    assert value(text, "celery_in_hand") == 0
    assert value(text, 'database_connections{state="active"}') >= 1
    assert value(text, "database_connections_most") >= 10


@pytest.mark.django_db
def test_metrics_leave_out_the_queues_of_a_broker_that_is_away(client, settings):
    settings.REDIS_URL = NOWHERE
    text = client.get("/metrics").content.decode()
    assert "waymark_celery" not in text
    assert value(text, "publishing_in_review") == 0
