import pytest
from django.test import Client

from accounts.models import User
from tests.accounts.conftest import is_logged_in, link_in, log_in, stripped
from tests.accounts.test_confirmation import reset

pytestmark = pytest.mark.django_db

EMAIL = "lena@example.org"
OTHER = "an entirely other password"


@pytest.fixture(autouse=True)
def _no_limits(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {
        **settings.ACCOUNT_RATE_LIMITS,
        "confirm_email": None,
        "reset_password": None,
    }


def ask(email: str = EMAIL, client: Client | None = None, **headers: str):
    return (client or Client()).post("/accounts/password/reset/", {"email": email}, **headers)


def test_reset_answers_alike_whether_or_not_there_is_an_account(make_user, mailoutbox):
    make_user("known@example.org")
    make_user("disabled@example.org", is_active=False)
    answers = set()
    for name in ("known", "disabled", "unknown"):
        client = Client()
        response = ask(f"{name}@example.org", client)
        page = client.get(response.headers["Location"])
        answers.add(
            (
                response.status_code,
                response.headers["Location"],
                response.content,
                stripped(page).replace(name, "name"),
                tuple(client.cookies),
            )
        )
    assert len(answers) == 1
    assert [mail.to for mail in mailoutbox] == [["known@example.org"]]


def test_reset_changes_the_password_and_does_not_log_in(make_user, mailoutbox, client):
    make_user(EMAIL)
    ask(client=client)
    assert reset(client, link_in(mailoutbox[0]), OTHER).headers["Location"] == "/accounts/password/reset/key/done/"
    assert not is_logged_in(client)
    assert log_in(client, EMAIL, OTHER).status_code == 302


def test_reset_link_works_once(make_user, mailoutbox, client):
    make_user(EMAIL)
    ask()
    link = link_in(mailoutbox[0])
    reset(client, link, OTHER)
    for visitor in (client, Client()):
        assert "This link no longer works" in visitor.get(link, follow=True).content.decode()
        reset(visitor, link, "yet another password")
    assert User.objects.get().check_password(OTHER)


def test_reset_link_is_dead_once_a_later_one_was_used(make_user, mailoutbox, client):
    make_user(EMAIL)
    ask()
    ask()
    reset(client, link_in(mailoutbox[1]), OTHER)
    reset(Client(), link_in(mailoutbox[0]), "yet another password")
    assert User.objects.get().check_password(OTHER)


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (61, False)])
def test_reset_link_works_for_an_hour(make_user, mailoutbox, client, time_machine, minutes, works):
    time_machine.move_to("2026-03-01 12:00Z")
    make_user(EMAIL)
    ask()
    link = link_in(mailoutbox[0])
    time_machine.shift(minutes * 60)
    reset(client, link, OTHER)
    assert User.objects.get().check_password(OTHER) is works


def test_reset_link_cannot_be_made_up(make_user, mailoutbox):
    make_user(EMAIL)
    ask()
    link = link_in(mailoutbox[0]).rstrip("/")
    start = link.rindex("-") + 1
    for position in range(start, len(link)):
        other = "a" if link[position] != "a" else "b"
        page = Client().get(f"{link[:position]}{other}{link[position + 1 :]}/", follow=True)
        assert "This link no longer works" in page.content.decode()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_reset_link_is_to_our_site_whatever_the_host(make_user, mailoutbox, host):
    make_user(EMAIL)
    ask(HTTP_HOST=host, HTTP_X_FORWARDED_HOST="evil.example")
    assert "http://testserver/accounts/password/reset/key/" in mailoutbox[0].body
    assert host not in mailoutbox[0].body


def test_reset_of_a_forged_host_is_refused(make_user, mailoutbox):
    make_user(EMAIL)
    assert ask(HTTP_HOST="evil.example").status_code == 400
    assert mailoutbox == []


def test_reset_key_leaves_the_address_bar(make_user, mailoutbox, client):
    make_user(EMAIL)
    ask()
    response = client.get(link_in(mailoutbox[0]))
    assert response.headers["Location"].endswith("-set-password/")
    assert "no-store" in response.headers["Cache-Control"]


def test_reset_refuses_weak_passwords(make_user, mailoutbox, client):
    make_user(EMAIL)
    ask()
    assert reset(client, link_in(mailoutbox[0]), "password123").status_code == 422
