from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import outbox, services
from accounts.models import OutgoingMail, User
from tests.accounts.conftest import PASSWORD, log_in
from tests.accounts.test_confirmation import change_address
from tests.accounts.test_signup import sign_up
from tests.factories import publish, role_document, skill_document, starting_point_document

pytestmark = pytest.mark.django_db
Kind = OutgoingMail.MailKind


@pytest.fixture
def lena(make_user) -> User:
    return make_user()


def write(user: User | None, kind: str = Kind.PASSWORD_CHANGED) -> OutgoingMail:
    outbox.write(kind=kind, user=user, address=user.email if user else "")
    return OutgoingMail.objects.latest("created_at")


def due_in(mail: OutgoingMail) -> timedelta:
    """The time until an email is due, by the clock of the database."""
    return OutgoingMail.objects.filter(pk=mail.pk).values_list(F("not_before") - Now(), flat=True).get()


def lease_runs_out() -> None:
    OutgoingMail.objects.update(not_before=Now())


def test_mail_in_hand_is_not_claimed_again_before_its_lease_is_over(lena):
    mail = write(lena)
    assert outbox.claim() == mail
    assert outbox.claim() is None
    assert timedelta(seconds=170) < due_in(mail) <= outbox.LEASE
    lease_runs_out()
    again = outbox.claim()
    assert (again, again.attempts) == (mail, 2)


def test_mail_that_waited_longest_is_claimed_first(lena):
    first, second = write(lena), write(lena)
    OutgoingMail.objects.filter(pk=first.pk).update(not_before=Now() - timedelta(minutes=1))
    assert [outbox.claim(), outbox.claim(), outbox.claim()] == [first, second, None]


def test_pauses_grow_and_the_last_one_stays(lena):
    mail = write(lena)
    pauses = []
    for _attempt in range(7):
        lease_runs_out()
        claimed = outbox.claim()
        outbox.later(claimed)
        pauses.append(round(due_in(mail).total_seconds() / 15))
    assert pauses == [1, 4, 20, 80, 240, 240, 240]


def test_server_that_cannot_be_reached_costs_no_attempt(lena):
    mail = write(lena)
    outbox.release(outbox.claim())
    mail.refresh_from_db()
    assert mail.attempts == 0
    assert timedelta(seconds=25) < due_in(mail) <= outbox.UNREACHABLE_FOR


def test_sender_whose_lease_is_over_changes_nothing_but_that_it_is_out(lena):
    write(lena)
    slow = outbox.claim()
    lease_runs_out()
    other = outbox.claim()
    outbox.later(slow)
    outbox.release(slow)
    assert due_in(other) > timedelta(seconds=170)
    outbox.finish(slow)
    assert not OutgoingMail.objects.exists()


def test_unknown_kind_is_not_written(lena):
    with pytest.raises(ValueError, match="account/email/nonsense"):
        outbox.write(kind="account/email/nonsense", user=lena, address=lena.email)


@pytest.mark.parametrize("fields", [{"address": "lena@example.org"}, {"context": {"from_email": "lena@example.org"}}])
def test_no_address_is_kept_without_its_account(fields):
    with pytest.raises(IntegrityError, match="outgoing_mail_of_user"), transaction.atomic():
        OutgoingMail.objects.create(kind=Kind.RESET, **fields)


def test_mails_go_with_the_account(lena, make_user):
    marek = make_user("marek@example.org")
    write(lena)
    write(marek)
    services.delete_account(user=lena)
    assert [mail.user for mail in OutgoingMail.objects.all()] == [marek]


def test_mails_of_a_sign_up_nobody_confirmed_go_with_it(make_user):
    sign_up(Client(), "lena@example.org")
    owner = make_user("other@example.org")
    services.discard_unverified_accounts(email="lena@example.org", keep=owner)
    assert not OutgoingMail.objects.exists()


def test_waiting_tells_how_many_and_since_when(lena):
    now = timezone.now()
    assert outbox.count_waiting(now=now) == outbox.OutboxCounts(0, timedelta())
    for minutes in (5, 2):
        write(lena)
        OutgoingMail.objects.filter(created_at__gte=now).update(created_at=now - timedelta(minutes=minutes))
    outbox.claim()
    assert outbox.count_waiting(now=now) == outbox.OutboxCounts(2, timedelta(minutes=5))


# What requests write


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row(mail.*)::text, ' ') FROM accounts_outgoingmail AS mail")
        return str(cursor.fetchone()[0])


def test_no_link_and_no_token_is_stored(lena, client):
    client.post("/accounts/password/reset/", {"email": lena.email})
    sign_up(Client(), "new@example.org")
    sign_up(Client(), lena.email)
    log_in(client)
    change_address(client, "another@example.org")
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "another one entirely"})
    assert set(OutgoingMail.objects.values_list("kind", flat=True)) == {
        Kind.RESET,
        Kind.CONFIRM_SIGN_UP,
        Kind.TAKEN,
        Kind.CONFIRM_ADDRESS,
        Kind.PASSWORD_CHANGED,
    }
    assert all(context == {} for context in OutgoingMail.objects.values_list("context", flat=True))
    assert "http" not in stored()


def test_reset_of_an_address_nobody_has_writes_the_same_row_without_it(lena, mailoutbox):
    asked = []
    for email in (lena.email, "unknown@example.org"):
        with CaptureQueriesContext(connection) as queries:
            Client().post("/accounts/password/reset/", {"email": email})
        asked.append([query["sql"].split(" ", 3)[:3] for query in queries])
    assert asked[0] == asked[1]
    assert sorted(OutgoingMail.objects.values_list("kind", "address")) == [(Kind.RESET, ""), (Kind.RESET, lena.email)]
    assert "unknown" not in stored()
    assert [mail.to for mail in mailoutbox] == [[lena.email]]
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("planned", [False, True])
def test_sign_up_writes_as_much_for_an_address_that_is_taken(lena, planned):
    if planned:
        publish(
            skill_document("python"),
            skill_document("rag", prerequisites={"python": 2}),
            role_document("ai-engineer", requirements={"rag": (2, 5)}),
            starting_point_document("backend-developer", levels={"python": 2}),
        )
    written = []
    for email in (lena.email, "new@example.org"):
        client = Client()
        if planned:
            client.post("/start/plan/?from=backend-developer&role=ai-engineer", {"hours_per_week": "7", "skip": "rag"})
        with CaptureQueriesContext(connection) as queries:
            sign_up(client, email)
        words = (query["sql"].split(" ", 3) for query in queries)
        written.append([found[:3] for found in words if found[0] in {"INSERT", "UPDATE"}])
    assert written[0] == written[1]
    assert len(written[0]) > (12 if planned else 4)
    assert set(User.objects.values_list("email", flat=True)) == {lena.email, "new@example.org"}
    assert EmailAddress.objects.count() == 2


def test_sign_up_and_its_mail_are_one(monkeypatch):
    def fail(**kwargs: object) -> None:
        raise IntegrityError

    monkeypatch.setattr("accounts.outbox.hand_over", fail)
    client = Client(raise_request_exception=False)
    assert sign_up(client, "lena@example.org").status_code == 500
    assert not User.objects.exists()
