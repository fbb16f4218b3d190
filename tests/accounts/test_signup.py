import re
from dataclasses import replace

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from accounts import login_limits
from accounts.forms import SignupForm
from accounts.models import User
from tests.accounts.conftest import PASSWORD, is_logged_in, link_in, log_in, stripped
from tests.hashers import QuickHasher

pytestmark = pytest.mark.django_db

PASSPHRASES = ["Pässe, Grate und Gletscher: " * 4, "山を登る前に地図を読む。" * 6, "🏔" * 64]


def sign_up(client: Client, email: str, password: str = PASSWORD, **headers: str):
    return client.post("/accounts/signup/", {"email": email, "password1": password}, **headers)


def test_signup_sends_one_mail_with_a_link_to_our_site(client, mailoutbox):
    response = sign_up(client, "Lena@Example.org", HTTP_HOST="localhost", HTTP_X_FORWARDED_HOST="evil.example")
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert [mail.to for mail in mailoutbox] == [["lena@example.org"]]
    assert link_in(mailoutbox[0]).startswith("/accounts/confirm-email/")
    html, mimetype = mailoutbox[0].alternatives[0]
    assert mimetype == "text/html"
    assert link_in(mailoutbox[0]) in html
    assert mailoutbox[0].extra_headers["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f-]{36}@testserver>", mailoutbox[0].extra_headers["Message-ID"])


def test_signup_does_not_log_in(client):
    sign_up(client, "lena@example.org")
    assert not is_logged_in(client)


def test_signup_answers_alike_whether_or_not_there_is_an_account(make_user, mailoutbox):
    make_user("known@example.org")
    make_user("waiting@example.org", verified=False)
    answers = set()
    for email in ("known@example.org", "waiting@example.org", "unknown@example.org"):
        client = Client()
        response = sign_up(client, email)
        page = client.get(response.headers["Location"])
        cookies = tuple(sorted(client.cookies))
        page = stripped(page).replace(email, "what was typed")
        answers.add((response.status_code, response.headers["Location"], response.content, page, cookies))
    assert len(answers) == 1
    assert [mail.subject for mail in mailoutbox] == [
        "You already have a Waymark account",
        "You already have a Waymark account",
        "Confirm your email address",
    ]


def test_signup_limits_an_address_and_says_how_long(monkeypatch, mailoutbox):
    monkeypatch.setattr(login_limits, "SIGN_UPS", replace(login_limits.SIGN_UPS, max_attempts=2))
    answers = [sign_up(Client(), f"pupil{n}@example.org") for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert 290 < int(answers[2].headers["Retry-After"]) <= 300
    assert "Try again in 5 minutes, or use another network." in answers[2].content.decode()
    assert len(mailoutbox) == 2


def test_signup_that_has_to_be_corrected_uses_nothing_up(monkeypatch):
    monkeypatch.setattr(login_limits, "SIGN_UPS", replace(login_limits.SIGN_UPS, max_attempts=1))
    assert [sign_up(Client(), "lena@example.org", "short").status_code for _ in range(3)] == [422] * 3
    assert sign_up(Client(), "lena@example.org").status_code == 302


def test_signup_and_reset_hash_outside_of_a_transaction(monkeypatch, make_user, mailoutbox):
    """Inside a transaction, a request that waits for the hasher would hold a connection."""
    make_user("known@example.org")
    before, inside = list(connection.savepoint_ids), []
    encode = QuickHasher.encode

    def spy(*args: object) -> object:
        inside.append(connection.savepoint_ids != before)
        return encode(*args)

    monkeypatch.setattr(QuickHasher, "encode", spy)
    for email in ("new@example.org", "known@example.org"):
        sign_up(Client(), email)
    client = Client()
    client.post("/accounts/password/reset/", {"email": "known@example.org"})
    from tests.accounts.test_confirmation import reset  # it imports from here

    reset(client, link_in(mailoutbox[-1]), "an entirely other password")
    log_in(client, "known@example.org", "an entirely other password")
    client.post("/accounts/password/change/", {"oldpassword": "an entirely other password", "password1": PASSWORD})
    assert inside == [False] * 4


def test_signup_hashes_once_whether_or_not_there_is_an_account(make_user, hashes):
    make_user("known@example.org")
    for email in ("known@example.org", "unknown@example.org"):
        hashes.clear()
        sign_up(Client(), email)
        assert hashes == ["encode"]


def test_signup_keeps_the_account_there_is(client, make_user):
    user = make_user("known@example.org")
    sign_up(client, "known@example.org", "an entirely other password")
    assert User.objects.get().password == user.password


def test_signup_twice_in_the_same_moment_makes_one_account(make_user, client, monkeypatch, mailoutbox):
    make_user("known@example.org")
    monkeypatch.setattr(SignupForm, "validate_unique_email", lambda self, value: value)  # it was free a moment ago
    response = sign_up(client, "known@example.org")
    assert response.headers["Location"] == "/accounts/confirm-email/"
    assert User.objects.count() == 1
    assert mailoutbox[0].subject == "You already have a Waymark account"


def test_signup_tells_the_form_what_is_wrong(client):
    response = sign_up(client, "not-an-address", "short")
    assert response.status_code == 422
    page = response.content.decode()
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_password1_helptext id_password1_error"' in page
    assert 'id="id_password1_error"' in page
    assert 'id="id_email_error"' in page
    assert User.objects.count() == 0


def test_signup_refuses_every_common_password():
    common = CommonPasswordValidator().passwords
    assert len(common) > 19_000
    accepted = []
    for password in common:
        try:
            validate_password(password)
        except ValidationError:
            continue
        accepted.append(password)
    assert accepted == []


def test_signup_refuses_the_address_as_password(client):
    response = sign_up(client, "lena.learner@example.org", "lena.learner@example")
    assert response.status_code == 422


@pytest.mark.parametrize("password", PASSPHRASES)
def test_signup_takes_long_passwords_to_the_last_character(client, mailoutbox, password):
    password = password.strip()
    assert len(password) >= 64
    sign_up(client, "lena@example.org", password)
    client.post(link_in(mailoutbox[0]))
    assert not is_logged_in_after(password[:-1])
    assert is_logged_in_after(password)


def is_logged_in_after(password: str) -> bool:
    client = Client()
    log_in(client, "lena@example.org", password)
    return is_logged_in(client)


def test_signup_asks_for_two_things_only(client):
    page = client.get("/accounts/signup/").content.decode()
    assert '<label for="id_email">Email address</label>' in page
    assert 'autocomplete="email"' in page
    assert 'autocomplete="new-password"' in page
    assert "password2" not in page
