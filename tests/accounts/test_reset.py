import time
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from django.test import Client

from accounts import views
from accounts.models import User
from tests.accounts.conftest import PASSWORD, is_logged_in, link_in, log_in, stripped
from tests.accounts.test_confirmation import reset
from tests.accounts.test_signup import sign_up

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
        assert "This link does not work any more" in visitor.get(link, follow=True).content.decode()
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
    time_machine.shift(minutes * 60)
    reset(client, link_in(mailoutbox[0]), OTHER)
    assert User.objects.get().check_password(OTHER) is works


def test_reset_link_cannot_be_made_up(make_user, mailoutbox):
    make_user(EMAIL)
    ask()
    link = link_in(mailoutbox[0]).rstrip("/")
    start = link.rindex("-") + 1
    for position in range(start, len(link)):
        other = "a" if link[position] != "a" else "b"
        page = Client().get(f"{link[:position]}{other}{link[position + 1 :]}/", follow=True)
        assert "This link does not work any more" in page.content.decode()


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


# The mail server


class Peer:
    """An SMTP server that answers as told."""

    def __init__(self) -> None:
        self.accepted: list[str] = []
        self.answer = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.accepted.append(envelope.rcpt_tos[0])
        return "250 OK"


@pytest.fixture
def peer(settings, unused_tcp_port: int) -> Iterator[Peer]:
    handler = Peer()
    controller = Controller(handler, hostname="127.0.0.1", port=unused_tcp_port)
    controller.start()
    use_smtp(settings, unused_tcp_port)
    yield handler
    controller.stop()


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def use_smtp(settings, port: int) -> None:
    from config.settings import mailers

    settings.MAILERS = mailers(f"smtp://127.0.0.1:{port}")


def test_account_mail_goes_out_at_once(make_user, peer):
    make_user(EMAIL)
    ask()
    assert peer.accepted == [EMAIL]


def test_account_mail_gives_up_after_five_seconds(settings):
    use_smtp(settings, 25)
    assert settings.MAILERS["default"]["OPTIONS"]["timeout"] == 5


@pytest.mark.parametrize("action", ["reset", "signup"])
def test_account_mail_that_cannot_be_sent_says_so_for_every_address(make_user, settings, unused_tcp_port, action):
    make_user("known@example.org")
    use_smtp(settings, unused_tcp_port)
    answers = set()
    for name in ("known", "unknown"):
        client = Client()
        email = f"{name}@example.org"
        response = ask(email, client) if action == "reset" else sign_up(client, email)
        answers.add((response.status_code, response.headers["Retry-After"], stripped(response)))
    assert len(answers) == 1
    status, _retry_after, page = answers.pop()
    assert status == 503
    assert "We cannot send mail right now" in page


def test_account_mail_can_be_asked_for_again_after_a_failure(settings, unused_tcp_port, mailoutbox):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "confirm_email": "1/3m/key"}
    working = settings.MAILERS
    use_smtp(settings, unused_tcp_port)
    sign_up(Client(), EMAIL)
    settings.MAILERS = working
    log_in(Client(), EMAIL)
    assert [mail.to for mail in mailoutbox] == [[EMAIL]]


@pytest.mark.parametrize("answer", ["550 no such mailbox", "451 later", "421 bye"])
def test_account_mail_refused_by_the_mailbox_is_not_told(make_user, peer, answer):
    make_user(EMAIL)
    peer.answer = answer
    assert ask().headers["Location"] == ask("unknown@example.org").headers["Location"]
    assert peer.accepted == []


def test_notification_that_cannot_be_sent_does_not_stop_the_change(
    make_user, settings, client, unused_tcp_port, django_capture_on_commit_callbacks
):
    make_user(EMAIL)
    log_in(client, EMAIL)
    use_smtp(settings, unused_tcp_port)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        response = client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": OTHER})
    assert len(callbacks) == 1
    assert response.status_code == 302
    assert User.objects.get().check_password(OTHER)


@pytest.mark.parametrize("action", ["reset", "signup"])
def test_answers_take_as_long_whether_or_not_there_is_an_account(make_user, peer, monkeypatch, action):
    monkeypatch.setattr(views, "STEADY_SECONDS", 0.15)
    make_user("known@example.org")
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for n in range(8):
        for name, measured in times.items():
            email = f"{name}{n if name == 'unknown' else ''}@example.org"
            client = Client()
            started = time.perf_counter()
            response = ask(email, client) if action == "reset" else sign_up(client, email)
            measured.append(time.perf_counter() - started)
            assert response.status_code == 302
    known, unknown = map(min, times.values())  # the median where the machine is ours alone
    assert min(known, unknown) >= 0.15
    assert abs(known - unknown) < 0.005
