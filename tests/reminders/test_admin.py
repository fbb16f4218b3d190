"""The ledger in the admin: who may see it, how to search it, and its two actions."""

import html
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from guidance.reminders import admin as ours
from guidance.reminders import services
from guidance.reminders.models import Delivery, ReminderKind, Suppression
from tests.reminders.learners import DAY, NOW, TODAY, make_learner, owe, turn_on

pytestmark = pytest.mark.django_db
State = Delivery.State
MODELS = ["delivery", "schedule", "suppression"]
DELIVERIES = "/admin/reminders/delivery/"


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # without second factor; that has tests of its own


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator(db) -> Client:
    return client_of(User.objects.create_superuser("admin@example.org"))


@pytest.fixture
def learner(db) -> User:
    learner = make_learner()
    turn_on(learner)
    owe(learner)
    suppress(learner)
    return learner


def suppress(learner: User) -> None:
    services.suppress(learner=learner, address=learner.email, code=550, reply="5.1.1 Unknown", now=NOW)


def addresses(model: str) -> list[str]:
    pk = apps.get_model("reminders", model).objects.get().pk
    name = f"admin:reminders_{model}"
    found = [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
    found += [reverse(f"{name}_{action}", args=[pk]) for action in ("change", "delete", "history")]
    return [*found, "/admin/reminders/"]


def test_models_under_test_are_those_of_reminders():
    found = [m._meta.model_name for m in admin.site._registry if m._meta.app_label == "reminders"]
    assert sorted(found) == MODELS


@pytest.mark.parametrize("model", MODELS)
def test_curators_see_nothing_of_reminders_whatever_their_permissions(learner, model):
    curator = User.objects.create_user("curator@example.org", is_staff=True)
    curator.user_permissions.set(Permission.objects.all())
    curator.groups.add(Group.objects.get(name="Curator"))
    client = client_of(curator)
    answers = {client.get(address).status_code for address in addresses(model)}
    answers |= {client.post(address, {}).status_code for address in addresses(model)}
    assert answers <= {403, 404}
    assert "/admin/reminders/" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_administrators_read_and_change_nothing(administrator, learner, model):
    listed, add, change, delete, _history, app = addresses(model)
    assert "lena@example.org" in administrator.get(listed).content.decode()
    assert administrator.get(change).status_code == administrator.get(app).status_code == 200
    assert 'name="_save"' not in administrator.get(change).content.decode()
    assert administrator.post(change, {"kind": "weekly"}).status_code == 403
    assert administrator.get(add).status_code == administrator.get(delete).status_code == 403
    assert administrator.post(delete, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_lists_take_as_many_queries_for_many_rows_as_for_one(administrator, learner, model):
    address = addresses(model)[0]

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert administrator.get(address).status_code == 200
        return len(queries)

    count()
    before = count()
    for number in range(20):
        other = make_learner(f"learner-{number}@example.org")
        turn_on(other)
        owe(other)
        suppress(other)
    assert count() == before


def listed(client: Client, **query: object) -> list[int]:
    found = client.get(DELIVERIES, query).context["cl"].result_list
    return [row.pk for row in found]


def test_deliveries_are_found_by_address_and_number(administrator, learner):
    other = make_learner("lena@example.org.uk")
    rows = [owe(other, on=TODAY + days * DAY) for days in range(2)]
    mine = Delivery.objects.get(learner=learner)
    assert listed(administrator, q=" Lena@Example.org ") == [mine.pk]
    assert listed(administrator, q="lena@example") == []
    assert listed(administrator, q=str(rows[1].pk)) == [rows[1].pk]
    assert set(listed(administrator, q=str(other.pk))) >= {row.pk for row in rows}
    assert listed(administrator, q="9" * 30) == listed(administrator, q="%") == []


def test_deliveries_are_filtered(administrator, learner):
    now = timezone.now()
    failed = owe(learner, ReminderKind.WEEKLY, due_at=now, state=State.FAILED)
    paused = owe(learner, ReminderKind.REVIEW, due_at=now, state=State.CANCELLED, reason=Delivery.Reason.PAUSED)
    assert listed(administrator, state__exact="failed") == [failed.pk]
    assert listed(administrator, kind__exact="review") == [paused.pk]
    assert listed(administrator, reason__exact="paused") == [paused.pk]
    assert listed(administrator, planned_at__gte=now - timedelta(hours=1)) == [paused.pk, failed.pk]


def test_schedules_are_filtered(administrator, learner):
    turn_on(learner, ReminderKind.WEEKLY)
    services.turn_off(learner=learner, kinds=[ReminderKind.STUDY])
    for value in (0, 1):
        page = administrator.get("/admin/reminders/schedule/", {"is_on__exact": value})
        assert [row.kind for row in page.context["cl"].result_list] == [["study", "weekly"][value]]


def test_lists_are_counted_up_to_a_bound(administrator, learner, monkeypatch):
    monkeypatch.setattr(ours, "MAX_COUNTED", 3)
    for days in range(1, 9):
        owe(learner, on=TODAY + days * DAY)
    with CaptureQueriesContext(connection) as queries:
        page = administrator.get(DELIVERIES)
    assert page.context["cl"].result_count == 3
    counting = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "reminders_delivery" in query["sql"]]
    assert len(counting) == 1
    assert "LIMIT 3" in counting[0]


def act(client: Client, action: str, *rows, address: str = DELIVERIES, **fields: object):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return client.post(address, data, follow=True)


def test_what_failed_or_came_too_late_is_tried_again_after_a_question(administrator, learner):
    rows = [
        owe(learner, on=TODAY + days * DAY, state=state, attempts=5, code=451, reply="4.3.0 <busy>", ambiguous=days)
        for days, state in enumerate([State.FAILED, State.EXPIRED], 1)
    ]
    page = act(administrator, "try_again", *rows, *Delivery.objects.filter(state=State.DUE))
    text = html.unescape(page.content.decode())
    assert "These 2 reminders are due now" in text
    assert "2 of them may already have been sent" in text
    assert "One of the reminders you chose didn’t fail" in text
    assert "4.3.0 <busy>" in text
    assert set(Delivery.objects.filter(pk__in=[row.pk for row in rows]).values_list("state", flat=True)) == {
        State.FAILED,
        State.EXPIRED,
    }
    before = timezone.now()
    page = act(administrator, "try_again", *rows, post="yes")
    assert "2 reminders are due again" in page.content.decode()
    for row in rows:
        row.refresh_from_db()
        assert (row.state, row.attempts) == (State.DUE, row.ambiguous)
        assert row.not_before >= before
    log = LogEntry.objects.values_list("action_flag", "object_repr", "change_message")
    assert sorted(log) == sorted((CHANGE, f"delivery {row.pk}", "Tried again.") for row in rows)


def test_what_was_sent_is_not_tried_again(administrator, learner):
    row = owe(learner, on=TODAY + DAY, state=State.SENT, sent_at=NOW)
    page = act(administrator, "try_again", row, post="yes")
    assert "Only reminders that failed or were too late" in page.content.decode()
    row.refresh_from_db()
    assert row.state == State.SENT


def test_all_of_a_list_are_tried_again_without_a_field_for_each(administrator, learner, monkeypatch):
    monkeypatch.setattr(ours.DeliveryAdmin, "list_per_page", 2)
    rows = [owe(learner, on=TODAY + days * DAY, state=State.FAILED) for days in range(1, 6)]
    address = f"{DELIVERIES}?state__exact=failed"
    page = act(administrator, "try_again", rows[0], address=address, select_across="1").content.decode()
    assert "These 5 reminders" in page
    assert page.count('name="_selected_action"') == page.count('name="select_across"') == 1
    act(administrator, "try_again", rows[0], address=address, select_across="1", post="yes")
    assert not Delivery.objects.filter(state=State.FAILED).exists()


def test_addresses_are_lifted(administrator, learner):
    other = make_learner("other@example.org")
    suppress(other)
    row = Suppression.objects.get(learner=learner)
    page = act(administrator, "lift", row, address="/admin/reminders/suppression/")
    assert "Sending to 1 address again" in html.unescape(page.content.decode())
    assert [found.learner for found in Suppression.objects.all()] == [other]
    assert list(LogEntry.objects.values_list("object_repr", "change_message")) == [
        (f"suppressed address {row.pk}", "Lifted.")
    ]
