import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import PASSWORD, code_for, is_logged_in, log_in, logged_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(make_user) -> User:
    return make_user("admin@example.org", is_staff=True, is_superuser=True)


@pytest.fixture
def secret(admin) -> str:
    """The second factor of `admin`."""
    secret = generate_totp_secret()
    TOTP.activate(admin, secret)
    RecoveryCodes.activate(admin)
    return secret


def activate(client: Client, *, code: str | None = None):
    start = client.get("/accounts/2fa/totp/activate/")
    page = client.post(start.headers["Location"], {"password": PASSWORD}, follow=True).content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]
    return client.post("/accounts/2fa/totp/activate/", {"code": code or code_for(secret)})


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/nothing-here/", "/admin/jsi18n/"])
def test_staff_set_up_a_second_factor_before_they_see_the_administration(admin, path):
    client = logged_in_client(admin)
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/2fa/totp/activate/?next=")


def test_staff_with_a_second_factor_see_the_administration(admin):
    client = logged_in_client(admin)
    response = activate(client)
    assert response.headers["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/admin/").status_code == 200


def test_staff_need_no_second_factor_in_a_demo(admin, settings):
    settings.DEMO = True
    assert logged_in_client(admin).get("/admin/").status_code == 200


def test_staff_without_a_second_factor_can_use_the_rest_and_log_out(admin):
    client = logged_in_client(admin)
    assert client.get("/accounts/email/").status_code == 200
    client.post("/admin/logout/")
    assert not is_logged_in(client)


def test_staff_who_turn_it_off_lose_the_administration(admin, secret):
    client = Client()
    pass_both(client, admin, secret)
    reauthenticate(client)
    client.post("/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert client.get("/admin/").status_code == 302


def reauthenticate(client: Client) -> None:
    start = client.get("/accounts/2fa/totp/deactivate/")
    client.post(start.headers["Location"], {"password": PASSWORD})


def pass_both(client: Client, user: User, secret: str):
    assert log_in(client, user.email).headers["Location"] == "/accounts/2fa/authenticate/"
    return client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})


def test_login_to_the_administration_goes_through_ours(client):
    response = client.get("/admin/", follow=True)
    assert [url for url, _status in response.redirect_chain] == ["/accounts/login/?next=/admin/"]
    safe = "This browser has saved what you typed"
    assert (safe in response.text, safe in client.get("/accounts/login/?next=/plan/").text) == (True, False)


def test_login_form_of_django_is_gone(client, admin, make_user, hashes):
    hashes.clear()
    data = {"username": admin.email, "password": PASSWORD}
    assert client.post("/admin/login/", data).status_code == 302
    assert not is_logged_in(client)
    staff = logged_in_client(make_user("curator@example.org", is_staff=True))
    hashes.clear()
    assert staff.post("/admin/login/", data).status_code == 302
    assert hashes == []
    assert "curator@example.org" in staff.get("/accounts/email/").content.decode()


def test_login_to_the_administration_tells_learners_no(make_user):
    client = logged_in_client(make_user())
    assert client.get("/admin/", follow=True).status_code == 403


def test_password_form_of_django_is_gone(admin, secret):
    client = Client()
    pass_both(client, admin, secret)
    assert client.post("/admin/password_change/").headers["Location"] == "/accounts/password/change/"


def test_password_alone_does_not_log_in(client, admin, secret):
    log_in(client, admin.email)
    assert not is_logged_in(client)
    assert client.get("/admin/").headers["Location"] == "/accounts/login/?next=/admin/"


def test_password_and_code_log_in(client, admin, secret):
    assert pass_both(client, admin, secret).status_code == 302
    assert is_logged_in(client)
    assert client.get("/admin/").status_code == 200


def test_code_works_once(admin, secret):
    pass_both(Client(), admin, secret)
    second = Client()
    assert pass_both(second, admin, secret).status_code == 422
    assert not is_logged_in(second)


def test_code_guesses_are_limited(client, admin, secret):
    log_in(client, admin.email)
    right = code_for(secret)
    guess = "000000" if right != "000000" else "111111"
    answers = [client.post("/accounts/2fa/authenticate/", {"code": guess}).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
    assert client.post("/accounts/2fa/authenticate/", {"code": right}).status_code == 429
    assert not is_logged_in(client)


def test_recovery_code_works_once(admin, secret):
    code = RecoveryCodes.activate(admin).generate_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        log_in(client, admin.email)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert (is_logged_in(first), is_logged_in(second)) == (True, False)


def test_reset_of_the_password_does_not_get_past_the_code(client, admin, secret, mailoutbox):
    from tests.accounts.conftest import link_in
    from tests.accounts.test_confirmation import reset

    client.post("/accounts/password/reset/", {"email": admin.email})
    reset(client, link_in(mailoutbox[0]), "an entirely other password")
    assert not is_logged_in(client)
    log_in(client, admin.email, "an entirely other password")
    assert not is_logged_in(client)


@pytest.mark.django_db(transaction=True)  # allauth sends its notice of the factor when the transaction ends
def test_turning_it_on_ends_other_sessions(admin):
    here, elsewhere = logged_in_client(admin), logged_in_client(admin)
    activate(here)
    assert (is_logged_in(here), is_logged_in(elsewhere)) == (True, False)


def test_turning_it_on_needs_the_password_again(admin):
    client = logged_in_client(admin)
    response = client.get("/accounts/2fa/totp/activate/")
    assert response.headers["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Ftotp%2Factivate%2F"


def test_turning_it_on_needs_the_right_code(admin):
    client = logged_in_client(admin)
    assert activate(client, code="000000").status_code == 422
    assert not Authenticator.objects.exists()


def test_secrets_are_not_in_the_database(admin, secret):
    codes = RecoveryCodes.activate(admin).generate_codes()
    stored = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in stored
    assert not [code for code in codes if code in stored]


def test_secrets_survive_a_new_secret_key(client, admin, secret, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-" * 6
    assert pass_both(client, admin, secret).status_code == 302


def test_qr_code_is_an_image_the_policy_allows(admin):
    client = logged_in_client(admin)
    start = client.get("/accounts/2fa/totp/activate/")
    response = client.post(start.headers["Location"], {"password": PASSWORD}, follow=True)
    assert 'src="data:image/svg+xml;base64,' in response.content.decode()
    assert "img-src 'self' data:" in response.headers["Content-Security-Policy"]


def test_browser_is_known_after_the_code_and_not_before(admin, secret):
    client = Client()
    log_in(client, admin.email)
    assert "known" not in client.cookies
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert "known" in client.cookies


def test_code_guesses_of_others_do_not_keep_a_known_browser_out(admin, secret, time_machine):
    time_machine.move_to("2026-03-01 12:00Z")
    client, other = Client(), Client()
    pass_both(client, admin, secret)
    client.post("/accounts/logout/")
    log_in(other, admin.email)
    guess = "000000" if code_for(secret) != "000000" else "111111"
    answers = [other.post("/accounts/2fa/authenticate/", {"code": guess}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    time_machine.shift(60)
    assert pass_both(client, admin, secret).status_code == 302
    assert is_logged_in(client)


def test_code_guesses_in_a_known_browser_are_limited(admin, secret):
    client = Client()
    pass_both(client, admin, secret)
    client.post("/accounts/logout/")
    log_in(client, admin.email)
    answers = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(7)]
    assert answers == [422] * 5 + [429] * 2
