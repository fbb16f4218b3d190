"""The pages that are shown after an email was sent."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import stripped
from tests.accounts.test_reset import ask
from tests.accounts.test_signup import sign_up

pytestmark = pytest.mark.django_db

SENT, RESET_SENT = "/accounts/confirm-email/", "/accounts/password/reset/done/"
AGAIN, LIMITED = "We’ve sent the email again.", "You can send it again three minutes after the last one."


def send_again(client: Client) -> str:
    response = client.post(SENT)
    assert (response.status_code, response.headers["Location"]) == (302, SENT)
    [message] = get_messages(response.wsgi_request)
    client.get(SENT)  # shows the message
    return str(message)


def test_signup_shows_the_address_that_was_typed_here_and_nowhere_else(client):
    sign_up(client, "Lena@example.org")
    page = client.get(SENT)
    assert "We’ve sent an email to <b>lena@example.org</b>." in page.text
    assert "no-store" in page.headers["Cache-Control"]
    elsewhere = Client().get(SENT).text
    assert "lena@example.org" not in elsewhere
    assert "Send it again" not in elsewhere
    assert Client().post(SENT).headers["Location"] == "/accounts/login/"


def test_signup_sends_the_email_again_three_minutes_later(client, mailoutbox):
    sign_up(client, "lena@example.org")
    assert send_again(client) == LIMITED
    assert len(mailoutbox) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        assert send_again(client) == AGAIN
        assert [mail.subject for mail in mailoutbox] == ["Confirm your email address"] * 2
        assert send_again(client) == LIMITED


def test_signup_sends_again_alike_whether_or_not_there_is_an_account(make_user, mailoutbox, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "confirm_email": None}
    make_user("known@example.org")
    answers = set()
    for email in ("known@example.org", "unknown@example.org"):
        client = Client()
        sign_up(client, email)
        response = client.post(SENT, follow=True)
        answers.add(stripped(response).replace(email, "what was typed"))
    assert len(answers) == 1
    assert [mail.to for mail in mailoutbox] == [["known@example.org"]] * 2 + [["unknown@example.org"]] * 2
    assert mailoutbox[1].subject == "You already have a Waymark account"


def test_signup_lets_the_address_be_corrected(client, mailoutbox):
    sign_up(client, "lena@exmaple.org")
    assert 'value="lena@exmaple.org"' in client.get("/accounts/signup/").text
    sign_up(client, "lena@example.org")
    assert "lena@example.org" in client.get(SENT).text
    assert mailoutbox[-1].to == ["lena@example.org"]
    assert "exmaple" not in Client().get("/accounts/signup/").text
    assert User.objects.count() == 2


def test_reset_shows_the_address_that_was_typed_here_and_keeps_it_out_of_the_database(client):
    response = ask("Lena@example.org", client)
    cookie = response.cookies["reset_address"]
    assert (cookie["path"], cookie["max-age"], cookie["httponly"]) == ("/accounts/password/reset/", 3600, True)
    assert "If <b>lena@example.org</b> has an account" in client.get(RESET_SENT).text
    assert "lena@example.org" not in Client().get(RESET_SENT).text
    assert not client.session.keys()


def test_reset_sends_the_email_again(client, make_user, mailoutbox):
    make_user()
    ask(client=client)
    assert not list(get_messages(ask("someone@example.org", client).wsgi_request))
    response = ask("someone@example.org", client)
    assert [str(text) for text in get_messages(response.wsgi_request)] == [
        "We’ve sent the email again, if there is an account."
    ]


@pytest.mark.parametrize("demo", [True, False])
def test_a_demo_says_where_its_mail_is(client, settings, demo):
    settings.DEMO = demo
    sign_up(client, "lena@example.org")
    ask(client=client)
    for path in (SENT, RESET_SENT):
        page = client.get(path).text
        assert ('href="/demo/mail/"' in page) is demo
        assert ("spam folder" in page) is not demo
