import signal
import time
from dataclasses import replace
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts import login_limits
from accounts.hashers import Gate
from tests.accounts.conftest import PASSWORD, is_logged_in, link_in, log_in, stripped
from tests.accounts.test_confirmation import reset

pytestmark = pytest.mark.django_db

EMAIL = "lena@example.org"


def wrong(email: str = EMAIL, *, times: int = 1, **headers: str) -> list[int]:
    return [log_in(Client(), email, f"wrong guess number {n}", **headers).status_code for n in range(times)]


def test_login_works_whatever_the_case_of_the_address(client, make_user):
    make_user(EMAIL)
    assert log_in(client, "Lena@Example.ORG").status_code == 302
    assert is_logged_in(client)


def test_login_answers_alike_for_unknown_addresses_and_wrong_passwords(make_user, hashes):
    make_user("known@example.org")
    make_user("waiting@example.org", verified=False)
    make_user("disabled@example.org", is_active=False)
    make_user("without@example.org").set_unusable_password()
    answers, work = set(), []
    for name in ("known", "waiting", "disabled", "without", "unknown"):
        hashes.clear()
        response = log_in(Client(), f"{name}@example.org", "an entirely other password")
        answers.add((response.status_code, stripped(response).replace(f"{name}@example.org", "")))
        work.append(len(hashes))
    assert len(answers) == 1
    assert answers.pop()[0] == 422
    assert work == [1] * 5


def test_login_takes_no_address_that_was_only_asked_for(client, make_user):
    user = make_user(EMAIL)
    EmailAddress.objects.create(user=user, email="wanted@example.org")
    assert log_in(client, "wanted@example.org").status_code == 422


def test_login_of_a_disabled_account_is_refused(client, make_user):
    make_user(EMAIL, is_active=False)
    response = log_in(client, EMAIL)
    assert response.headers["Location"] == "/accounts/inactive/"
    assert not is_logged_in(client)


def test_login_rotates_the_session_key(client, make_user):
    make_user(EMAIL)
    log_in(client, EMAIL)
    first = client.cookies["session"].value
    client.post("/accounts/logout/")
    client.cookies["session"] = first
    log_in(client, EMAIL)
    assert client.cookies["session"].value != first


def test_login_does_not_take_over_a_planted_session(make_user):
    make_user(EMAIL)
    attacker, victim = Client(), Client()
    attacker.post("/accounts/signup/", {"email": "attacker@example.net", "password1": PASSWORD})
    victim.cookies["session"] = attacker.cookies["session"].value
    log_in(victim, EMAIL)
    assert is_logged_in(victim)
    assert not is_logged_in(attacker)


def test_login_limits_guesses_at_one_address(make_user, hashes):
    make_user(EMAIL)
    hashes.clear()
    assert wrong(times=8) == [422] * 5 + [429] * 3
    assert len(hashes) == 5
    right = log_in(Client(), EMAIL)
    assert right.status_code == 429
    assert len(hashes) == 5


def test_login_limits_do_not_tell_whether_there_is_an_account(make_user):
    make_user(EMAIL)
    assert wrong(EMAIL, times=7, REMOTE_ADDR="192.0.2.1") == wrong(
        "unknown@example.org", times=7, REMOTE_ADDR="192.0.2.2"
    )


def test_login_limits_guesses_from_one_ip_over_all_addresses(monkeypatch, hashes):
    monkeypatch.setattr(login_limits, "ADDRESS", replace(login_limits.ADDRESS, max_attempts=10))
    answers = [wrong(f"user{n}@example.org")[0] for n in range(14)]
    assert answers == [422] * 10 + [429] * 4
    assert len(hashes) == 10


def test_login_works_in_a_classroom_where_others_mistyped(make_user):
    make_user(EMAIL)
    for n in range(10):
        wrong(f"pupil{n}@example.org")
    assert log_in(Client(), EMAIL).status_code == 302


def test_login_says_how_long_to_wait_and_what_to_do_instead(make_user):
    wrong(times=5)
    response = log_in(Client(), EMAIL)
    assert 290 < int(response.headers["Retry-After"]) <= 300
    page = response.content.decode()
    assert "Try again in 5 minutes, or reset your password to log in at once." in page
    assert 'href="/accounts/password/reset/"' in page


def test_login_limits_reach_neither_other_networks_nor_the_owner(make_user):
    make_user(EMAIL)
    wrong(times=6, REMOTE_ADDR="192.0.2.1")
    assert log_in(Client(), EMAIL, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_login_limits_guesses_at_one_address_from_everywhere(make_user, monkeypatch, hashes):
    monkeypatch.setattr(login_limits, "ACCOUNT", replace(login_limits.ACCOUNT, max_attempts=10))
    make_user(EMAIL)
    hashes.clear()
    answers = [wrong(REMOTE_ADDR=f"192.0.2.{n}")[0] for n in range(13)]
    assert answers == [422] * 10 + [429] * 3
    assert len(hashes) == 10


def test_login_limits_are_per_network_in_ipv6(make_user):
    make_user(EMAIL)
    answers = [wrong(REMOTE_ADDR=f"2001:db8:1:2::{n:x}")[0] for n in range(7)]
    assert answers == [422] * 5 + [429] * 2


@pytest.mark.parametrize("proxies", [0, 1])
def test_login_limits_are_not_evaded_by_forged_headers(make_user, settings, hashes, proxies):
    settings.TRUSTED_PROXY_COUNT = proxies
    make_user(EMAIL)
    hashes.clear()
    answers = []
    for n in range(50):
        forged = f"203.0.113.{n}" + (", 198.51.100.7" if proxies else "")
        headers = {
            "HTTP_X_FORWARDED_FOR": forged,
            "HTTP_X_REAL_IP": f"203.0.113.{n}",
            "HTTP_FORWARDED": f"for=203.0.113.{n}",
        }
        answers += wrong(HTTP_HOST="localhost" if n % 2 else "testserver", **headers)
    assert answers.count(422) == len(hashes) == 5
    assert set(answers[5:]) == {429}


def test_login_that_succeeds_uses_nothing_up(make_user):
    make_user(EMAIL)
    assert [log_in(Client(), EMAIL).status_code for _ in range(12)] == [302] * 12


def test_login_works_again_after_the_owner_reset_the_password(client, make_user, mailoutbox, monkeypatch):
    monkeypatch.setattr(login_limits, "ACCOUNT", replace(login_limits.ACCOUNT, max_attempts=5))
    make_user(EMAIL)
    wrong(times=5, REMOTE_ADDR="203.0.113.1")
    assert log_in(client, EMAIL).status_code == 429
    client.post("/accounts/password/reset/", {"email": EMAIL})
    reset(client, link_in(mailoutbox[0]), "the owner chose this herself")
    assert log_in(client, EMAIL, "the owner chose this herself").status_code == 302


def test_login_success_elsewhere_does_not_reset_the_limit_of_the_ip(make_user, monkeypatch):
    monkeypatch.setattr(login_limits, "ADDRESS", replace(login_limits.ADDRESS, max_attempts=10))
    make_user("attacker@example.net")
    answers = []
    for n in range(12):
        answers += wrong(f"victim{n}@example.org")
        log_in(Client(), "attacker@example.net")
    assert answers == [422] * 10 + [429] * 2


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_accounts_work_within_a_second_while_valkey_is_away(make_user, own_valkey, how):
    """The first request of a process waits for Valkey; the next ones do not."""
    make_user(EMAIL)
    Client().get("/accounts/login/")  # loads the code of the pages, which has nothing to do with Valkey
    own_valkey.child.send(how)
    client = Client()
    for address, status in (("login", 302), ("signup", 302), ("password/reset", 302)):
        data = {"login": EMAIL, "password": PASSWORD, "email": f"{address[:5]}@example.org", "password1": PASSWORD}
        started = time.perf_counter()
        assert (client if address == "login" else Client()).post(f"/accounts/{address}/", data).status_code == status
        assert time.perf_counter() - started < 1
    assert is_logged_in(client)


def test_guesses_are_limited_while_valkey_is_away(make_user, own_valkey, hashes):
    make_user(EMAIL)
    hashes.clear()
    own_valkey.child.send(signal.SIGSTOP)
    assert wrong(times=8) == [422] * 5 + [429] * 3
    assert len(hashes) == 5


def test_login_asks_to_wait_when_too_many_hash(make_user, monkeypatch):
    make_user(EMAIL)
    monkeypatch.setattr("accounts.hashers.gate", Gate(slots=1, waiting=0, patience=0))
    from accounts import hashers

    client = Client(raise_request_exception=False)
    with hashers.gate.enter():
        answers = [log_in(client, EMAIL).status_code for _ in range(12)]
    assert answers == [503] * 12
    assert log_in(client, EMAIL).status_code == 302, "being turned away counts as no attempt"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "http://localhost/",
    ],
)
def test_login_redirects_to_our_own_pages_only(make_user, client, target):
    make_user(EMAIL)
    response = client.post(f"/accounts/login/?next={target}", {"login": EMAIL, "password": PASSWORD, "next": target})
    assert response.headers["Location"] == "/dashboard/"


def test_login_logs_numbers_not_addresses(make_user, client, capsys):
    user = make_user(EMAIL)
    with mock.patch("accounts.receivers.log") as log:
        wrong()
        log_in(client, EMAIL)
    assert log.mock_calls == [mock.call.warning("login_failed"), mock.call.info("login", user_id=user.pk)]
