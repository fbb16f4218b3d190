"""Signing up with someone else's address gives an attacker nothing (Sudhodanan and Paverd, "Pre-hijacked accounts")."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD, is_logged_in, link_in, log_in, logged_in_client
from tests.accounts.test_signup import sign_up

pytestmark = pytest.mark.django_db

EMAIL = "victim@example.org"
OWN = "the owner chose this herself"


def is_verified(email: str = EMAIL) -> bool:
    return EmailAddress.objects.filter(email=email, verified=True).exists()


def logs_in_with(password: str, email: str = EMAIL) -> bool:
    client = Client()
    log_in(client, email, password)
    return is_logged_in(client)


def test_confirmation_in_the_browser_that_signed_up_logs_in(client, mailoutbox):
    sign_up(client, EMAIL)
    response = client.post(link_in(mailoutbox[0]))
    assert (response.status_code, is_verified(), is_logged_in(client)) == (302, True, True)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_confirmation_needs_a_post(client, mailoutbox, method):
    sign_up(client, EMAIL)
    getattr(client, method)(link_in(mailoutbox[0]))
    assert not is_verified()


def test_confirmation_elsewhere_asks_for_the_password(client, mailoutbox):
    sign_up(client, EMAIL)
    elsewhere = Client()
    link = link_in(mailoutbox[0])
    assert 'autocomplete="current-password"' in elsewhere.get(link).content.decode()
    assert elsewhere.post(link).status_code == 422
    assert elsewhere.post(link, {"password": "not the one"}).status_code == 422
    assert not is_verified()
    assert elsewhere.post(link, {"password": PASSWORD}).status_code == 302
    assert is_verified()
    assert is_logged_in(elsewhere)


def test_confirmation_elsewhere_limits_guesses(client, mailoutbox, hashes):
    sign_up(client, EMAIL)
    link = link_in(mailoutbox[0])
    hashes.clear()
    answers = [Client().post(link, {"password": f"guess {n}"}).status_code for n in range(8)]
    assert answers == [422] * 5 + [429] * 3
    assert hashes == ["verify"] * 5


def test_prehijack_owner_who_confirms_chooses_her_own_password(mailoutbox):
    attacker, owner = Client(), Client()
    sign_up(attacker, EMAIL)
    link = link_in(mailoutbox[0])
    form = owner.post(link, {"choose": "1"}, follow=True)
    assert is_verified()
    assert not logs_in_with(PASSWORD)
    owner.post(form.request["PATH_INFO"], {"password1": OWN})
    assert logs_in_with(OWN)
    assert not logs_in_with(PASSWORD)
    # What the attacker's browser still has from the sign-up is useless too.
    assert attacker.post(link).status_code == 404
    assert not is_logged_in(attacker)


def test_prehijack_owner_who_confirms_and_leaves_keeps_the_attacker_out(mailoutbox):
    attacker = Client()
    sign_up(attacker, EMAIL)
    Client().post(link_in(mailoutbox[0]), {"choose": "1"})
    assert not User.objects.get().has_usable_password()
    assert not logs_in_with(PASSWORD)


def test_prehijack_owner_who_signs_up_later_takes_the_account_over(mailoutbox, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "confirm_email": None}
    attacker, owner = Client(), Client()
    sign_up(attacker, EMAIL)
    sign_up(owner, EMAIL, OWN)
    assert mailoutbox[1].subject == "You already have a Waymark account"
    owner.post("/accounts/password/reset/", {"email": EMAIL})
    reset(owner, link_in(mailoutbox[2]), OWN)
    assert logs_in_with(OWN)
    assert not logs_in_with(PASSWORD)
    assert attacker.post(link_in(mailoutbox[0])).status_code == 404
    assert not is_logged_in(attacker)


def reset(client: Client, link: str, password: str):
    form = client.get(link, follow=True)
    return client.post(form.request["PATH_INFO"], {"password1": password})


def test_prehijack_reset_confirms_the_address_and_forgets_the_rest(make_user, mailoutbox, client):
    user = make_user(EMAIL)
    EmailAddress.objects.create(user=user, email="attacker@example.net")  # a change that was never confirmed
    client.post("/accounts/password/reset/", {"email": EMAIL})
    reset(client, link_in(mailoutbox[0]), OWN)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [(EMAIL, True, True)]


def test_prehijack_pending_change_gets_no_reset_link(make_user, mailoutbox, client):
    attacker = make_user("attacker@example.net")
    EmailAddress.objects.create(user=attacker, email=EMAIL)
    client.post("/accounts/password/reset/", {"email": EMAIL})
    assert mailoutbox == []


def test_prehijack_pending_change_does_not_block_the_owner(make_user, mailoutbox, client):
    attacker = make_user("attacker@example.net")
    EmailAddress.objects.create(user=attacker, email=EMAIL)
    sign_up(client, EMAIL, OWN)
    client.post(link_in(mailoutbox[0]))
    assert is_logged_in(client)
    assert User.objects.get(email=EMAIL) != attacker


def test_prehijack_pending_change_is_not_confirmed_by_the_owner_of_the_address(make_user, mailoutbox):
    attacker = logged_in_client(make_user("attacker@example.net"))
    change_address(attacker, EMAIL)
    link = link_in(mailoutbox[-1])
    for owner in (Client(), logged_in_client(make_user("victims.other@example.org"))):
        assert "If it wasn’t you, do nothing." in owner.get(link).content.decode()
        assert owner.post(link).status_code == 200
        assert owner.post(link, {"choose": "1", "password": PASSWORD}).status_code == 200
    assert not is_verified()


def change_address(client: Client, email: str) -> None:
    data = {"email": email, "action_add": "1"}
    response = client.post("/accounts/email/", data)
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    client.post(response.headers["Location"], {"password": PASSWORD})
    client.post("/accounts/email/", data)


def test_change_of_address_takes_effect_when_its_link_is_opened(make_user, mailoutbox):
    user = make_user("old@example.org")
    client = logged_in_client(user)
    other_device = logged_in_client(user)
    change_address(client, "new@example.org")
    user.refresh_from_db()
    assert user.email == "old@example.org"
    client.post(link_in(mailoutbox[-1]))
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("new@example.org", True, True)]
    assert [mail.to for mail in mailoutbox] == [["new@example.org"], ["old@example.org"]]
    assert is_logged_in(client)
    assert not is_logged_in(other_device)


def test_change_of_address_wins_over_a_signup_nobody_confirmed(make_user, mailoutbox):
    sign_up(Client(), "new@example.org")
    client = logged_in_client(make_user("old@example.org"))
    change_address(client, "new@example.org")
    mailoutbox.clear()
    client.post("/accounts/email/", {"email": "new@example.org", "action_send": "1"})
    pending = EmailAddress.objects.get(email="new@example.org", user__email="old@example.org")
    client.post(confirmation_link(pending))
    assert list(User.objects.values_list("email", flat=True)) == ["new@example.org"]


def confirmation_link(address: EmailAddress) -> str:
    from allauth.account.models import EmailConfirmationHMAC

    return f"/accounts/confirm-email/{EmailConfirmationHMAC(address).key}/"


def test_change_of_address_to_an_account_in_use_is_refused(make_user):
    make_user("new@example.org")
    user = make_user("old@example.org")
    client = logged_in_client(user)
    pending = EmailAddress.objects.create(user=user, email="new@example.org")
    assert client.post(confirmation_link(pending)).status_code == 409
    assert sorted(User.objects.values_list("email", flat=True)) == ["new@example.org", "old@example.org"]


def test_change_of_address_to_an_account_made_by_an_administrator_is_refused(make_user):
    User.objects.create_superuser("new@example.org", PASSWORD)  # has no EmailAddress yet
    user = make_user("old@example.org")
    client = logged_in_client(user)
    pending = EmailAddress.objects.create(user=user, email="new@example.org")
    assert client.post(confirmation_link(pending)).status_code == 409
    assert User.objects.filter(email="new@example.org", is_superuser=True).exists()


def test_confirmation_link_works_once_and_for_a_day(client, mailoutbox, time_machine):
    time_machine.move_to("2026-03-01 12:00Z")
    sign_up(client, EMAIL)
    link = link_in(mailoutbox[0])
    time_machine.move_to("2026-03-02 12:01Z")
    assert client.get(link).status_code == 404
    time_machine.move_to("2026-03-02 11:59Z")
    assert client.get(link).status_code == 200
    Client().post(link, {"password": PASSWORD})
    assert is_verified()
    assert client.get(link).status_code == 404


def test_confirmation_link_cannot_be_made_up(client, mailoutbox):
    sign_up(client, EMAIL)
    link = link_in(mailoutbox[0]).rstrip("/")
    for position in range(len("/accounts/confirm-email/"), len(link)):
        other = "A" if link[position] != "A" else "B"
        assert client.post(f"{link[:position]}{other}{link[position + 1 :]}/").status_code == 404
    assert not is_verified()


def test_login_before_confirmation_sends_a_link_and_no_session(client, mailoutbox, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "confirm_email": None}
    sign_up(Client(), EMAIL)
    response = log_in(client, EMAIL)
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert not is_logged_in(client)
    assert [mail.subject for mail in mailoutbox] == ["Confirm your email address"] * 2
