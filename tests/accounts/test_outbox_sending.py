"""Account emails with a mail server that behaves as the test wants: `Peer` of test_smtp."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from accounts import emails, outbox
from accounts.models import OutgoingMail, User
from config.settings import mailers
from tests.accounts.test_smtp import STALL, TAKE_AND_STALL, Peer

pytestmark = pytest.mark.django_db
Kind = OutgoingMail.MailKind


@pytest.fixture
def lena(make_user) -> User:
    return make_user()


@pytest.fixture
def serve(settings) -> Iterator[Callable[..., Peer]]:
    """Starts a server with these faults and sends emails to it."""
    begun: list[Peer] = []

    def start(faults=()) -> Peer:
        peer = Peer(faults)
        peer.start()
        begun.append(peer)
        settings.MAILERS = mailers(f"smtp://127.0.0.1:{peer.port}")
        settings.MAILERS["default"]["OPTIONS"] |= {"timeout": 0.5, "whole": 2}
        return peer

    yield start
    for peer in begun:
        peer.stop()


def owe(user: User, count: int = 1) -> None:
    for _number in range(count):
        outbox.write(kind=Kind.RESET, user=user, address=user.email)


def make_due() -> None:
    OutgoingMail.objects.update(not_before=Now())


def test_mails_go_out_over_one_connection_and_their_rows_go(lena, serve):
    peer = serve()
    owe(lena, 3)
    assert outbox.drain() == 3
    assert (len(peer.taken), peer.connections) == (3, 1)
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "."])
def test_mail_that_is_put_off_is_tried_again(lena, serve, stage):
    peer = serve({stage: b"451 4.7.1 Greylisted"})
    owe(lena)
    assert outbox.drain() == 0
    assert OutgoingMail.objects.get().attempts == 1
    make_due()
    assert outbox.drain() == 1
    assert len(peer.taken) == 1


@pytest.mark.parametrize("stage", ["MAIL", "."])
def test_mail_whose_delivery_takes_too_long_is_tried_again(lena, serve, stage):
    peer = serve({stage: STALL})
    owe(lena)
    assert outbox.drain() == 0
    make_due()
    assert outbox.drain() == 1
    assert len(peer.taken) == 1


def test_mail_waits_while_the_server_cannot_be_reached(lena, serve):
    serve().stop()
    owe(lena, 2)
    assert outbox.drain() == 0
    assert sorted(OutgoingMail.objects.values_list("attempts", flat=True)) == [0, 0]
    make_due()
    peer = serve()
    assert outbox.drain() == 2
    assert len(peer.taken) == 2


def test_mail_that_is_refused_for_good_is_not_tried_again(lena, serve):
    serve({"RCPT": b"550 5.1.1 No such user lena@example.org"})
    owe(lena)
    outbox.drain()
    assert not OutgoingMail.objects.exists()


def test_log_has_no_address(lena, serve, caplog, capfd):
    serve({"RCPT": b"451 4.2.0 lena@example.org is greylisted"})
    owe(lena, 2)
    with caplog.at_level("INFO"):
        outbox.drain()
    told = caplog.text + capfd.readouterr().err
    assert "account_mail_later" in told
    assert "account_mail_sent" in told
    assert "lena@" not in told


@pytest.mark.parametrize(
    "old", [{"attempts": outbox.MAX_ATTEMPTS}, {"created_at": timezone.now() - outbox.LASTS - timedelta(minutes=1)}]
)
def test_mail_is_given_up_in_the_end_and_the_log_says_so(lena, caplog, old):
    owe(lena)
    OutgoingMail.objects.update(**old)
    assert outbox.drain() == 0
    assert not OutgoingMail.objects.exists()
    assert django_mail.outbox == []
    assert "account_mail_given_up" in caplog.text


def test_mail_that_cannot_be_written_stops_no_other(lena, make_user, monkeypatch, mailoutbox):
    marek = make_user("marek@example.org")
    compose = emails.compose

    def fail_for_lena(mail: OutgoingMail):
        if mail.user == lena:
            raise KeyError("nonsense")
        return compose(mail)

    monkeypatch.setattr(emails, "compose", fail_for_lena)
    owe(lena)
    owe(marek)
    assert [mail.to for mail in mailoutbox] == [[marek.email]]
    monkeypatch.setattr(emails, "compose", compose)
    make_due()
    assert [mail.to for mail in mailoutbox] == [[marek.email], [lena.email]]


def drain_elsewhere() -> None:
    connection.close()
    outbox.drain()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("stage", "fault", "copies"), [("MAIL", STALL, 1), (".", TAKE_AND_STALL, 2)])
def test_mail_of_a_sender_that_is_killed_is_sent_by_another(lena, serve, settings, stage, fault, copies):
    """kill -9 before the server has the mail, and after it has it but before we know."""
    peer = serve({stage: fault})
    settings.MAILERS["default"]["OPTIONS"] |= {"timeout": 30, "whole": 30}
    owe(lena, 2)
    connection.close()
    sender = multiprocessing.get_context("fork").Process(target=drain_elsewhere)
    sender.start()
    until = time.monotonic() + 20
    while stage in peer.faults or len(peer.taken) < copies - 1:
        assert time.monotonic() < until
        time.sleep(0.02)
    os.kill(sender.pid, signal.SIGKILL)
    sender.join()
    assert OutgoingMail.objects.count() == 2
    assert outbox.drain() == 1  # the one that no sender had claimed
    make_due()  # the lease of the other one expires
    assert outbox.drain() == 1
    assert not OutgoingMail.objects.exists()
    names = [line for taken in peer.taken for line in taken.splitlines() if line.startswith(b"Message-ID")]
    assert len(names) == 1 + copies
    assert len(set(names)) == 2
