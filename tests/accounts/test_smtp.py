"""Every way in which a mail server can fail: what happens to the email, and that the next one is sent.

`Peer` is a server on loopback that has a fault at one stage of its first email and works normally afterwards.
"""

import socket
import threading
import time
from contextlib import suppress

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import EmailMessage

from accounts.smtp import SendOutcome, SendResult, ServerUnreachable, SmtpBackend, SmtpSession

TIMEOUT = 0.3  # seconds a step may take
DROP, STALL, TAKE_AND_DROP, TAKE_AND_STALL = "drop", "stall", "take and drop", "take and stall"
DRIP = "drip"  # sends a byte at a time, each well within the time-out
USUAL = {
    "CONNECT": b"220 peer ESMTP",
    "EHLO": b"250-peer\r\n250 AUTH PLAIN",
    "AUTH": b"235 2.7.0 Welcome",
    "MAIL": b"250 2.1.0 OK",
    "RCPT": b"250 2.1.5 OK",
    "DATA": b"354 Go ahead",
    ".": b"250 2.0.0 Queued as 1",
    "RSET": b"250 2.0.0 OK",
    "QUIT": b"221 2.0.0 Bye",
}


class Peer(threading.Thread):
    """`faults` happen once each: what to answer at a stage, or DROP and the like."""

    def __init__(self, faults):
        super().__init__(daemon=True)
        self.faults = dict(faults)
        self.taken: list[bytes] = []
        self.connections = 0
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        with suppress(OSError):
            while True:
                connection, _address = self.listener.accept()
                self.connections += 1
                threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def stop(self):
        if self.over.is_set():
            return
        self.over.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.join()

    def serve(self, connection):
        with suppress(OSError), connection, connection.makefile("rb") as lines:
            begun = False  # a transaction, in which a second MAIL is an error (RFC 5321, 4.1.4)
            stage = "CONNECT"
            while True:
                content = b""
                if stage == ".":
                    content = b"".join(iter(lines.readline, b".\r\n"))
                answer = self.faults.pop(stage, USUAL[stage])
                if stage == "MAIL" and begun:
                    answer = b"503 5.5.1 Error: nested MAIL command"
                if content and answer in {TAKE_AND_DROP, TAKE_AND_STALL, USUAL["."]}:
                    self.taken.append(content)
                if answer == DRIP:
                    while not self.over.wait(TIMEOUT / 3):
                        connection.sendall(b"2")
                    return
                if answer in {STALL, TAKE_AND_STALL}:
                    self.over.wait(10)
                    return
                if answer in {DROP, TAKE_AND_DROP}:
                    return
                connection.sendall(answer + b"\r\n")
                if answer.startswith(b"421"):
                    return
                if stage == "MAIL":
                    begun = begun or answer.startswith(b"2")
                elif stage in {"RSET", "."}:
                    begun = False
                if stage == "DATA" and answer.startswith(b"354"):
                    stage = "."
                    continue
                line = lines.readline()
                if not line or stage == "QUIT":
                    return
                stage = line.split()[0].decode().upper()


@pytest.fixture
def talk():
    """Starts a server with these faults. Returns a session that sends to it, and the server."""
    begun = []

    def start(faults=(), **options):
        peer = Peer(faults)
        peer.start()
        known = {
            "host": "127.0.0.1",
            "port": peer.port,
            "timeout": TIMEOUT,
            "whole": 10,
            "username": "waymark",
            "password": "secret",
        }
        post = SmtpSession(SmtpBackend(alias="default", **known | options))
        begun.append((post, peer))
        return post, peer

    yield start
    for post, peer in begun:
        post.close()
        peer.stop()


def mail(subject="Your next step"):
    return EmailMessage(subject, "Read a chapter.", "hello@waymark.example", ["lena@example.org"])


def send(post, message=None):
    post.open()
    return post.send(message or mail())


LATER = SendOutcome(SendResult.LATER, None, "SMTPServerDisconnected")
UNCERTAIN = SendOutcome(SendResult.UNCERTAIN, None, "SMTPServerDisconnected")
STAGES = ["MAIL", "RCPT", "DATA", "."]


def test_mails_go_out_over_one_connection(talk):
    post, peer = talk()
    assert send(post) == send(post) == SendOutcome(SendResult.SENT, 250, "2.0.0 Queued as 1")
    assert len(peer.taken) == 2
    assert peer.connections == 1


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"451 4.7.1 Greylisted", SendOutcome(SendResult.LATER, 451, "4.7.1 Greylisted")),
        (b"452 4.2.2 Mailbox full", SendOutcome(SendResult.LATER, 452, "4.2.2 Mailbox full")),
        (b"421 4.3.2 Closing", SendOutcome(SendResult.LATER, 421, "4.3.2 Closing")),
        (b"554 5.7.1 Spam", SendOutcome(SendResult.REFUSED, 554, "5.7.1 Spam")),
        (b"552-5.3.4 Too\r\n552 5.3.4 large", SendOutcome(SendResult.REFUSED, 552, "5.3.4 Too 5.3.4 large")),
    ],
    ids=["451", "452", "421", "554", "552"],
)
def test_answer_says_how_it_ends(talk, stage, answer, outcome):
    post, peer = talk({stage: answer})
    assert send(post) == outcome
    assert peer.taken == []
    assert send(post).result is SendResult.SENT
    assert len(peer.taken) == 1


@pytest.mark.parametrize(
    ("stage", "answer", "is_address_error"),
    [
        ("RCPT", b"550 5.1.1 No such user", True),
        ("RCPT", b"550 5.1.10 No such user", True),
        ("RCPT", b"550 No such user", True),
        ("RCPT", b"553 Mailbox name not allowed", True),
        ("RCPT", b"550 5.7.1 Blocked, see 5.1.1", False),
        ("RCPT", b"550 5.2.1 Mailbox disabled", False),
        ("RCPT", b"552 Mailbox full", False),
        ("RCPT", b"554 Transaction failed", False),
        (".", b"550 5.1.1 No such user", True),
        (".", b"550 Looks like spam", False),
        ("MAIL", b"550 Sender refused", False),
    ],
)
def test_address_is_given_up_only_when_it_is_the_address(talk, stage, answer, is_address_error):
    post, _peer = talk({stage: answer})
    assert send(post) == SendOutcome(SendResult.REFUSED, int(answer[:3]), answer[4:].decode(), is_address_error)


@pytest.mark.parametrize("fault", [DROP, STALL])
@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_what_breaks_before_the_content_is_tried_again(talk, stage, fault):
    post, peer = talk({stage: fault})
    assert send(post) == LATER
    assert send(post).result is SendResult.SENT
    assert len(peer.taken) == 1


@pytest.mark.parametrize("stage", ["CONNECT", "AUTH", "MAIL", "."])
def test_delivery_that_takes_too_long_as_a_whole_is_broken_off(talk, stage):
    post, _peer = talk({stage: DRIP}, whole=4 * TIMEOUT)
    begin = time.monotonic()
    if stage in STAGES:
        assert send(post).result is (SendResult.UNCERTAIN if stage == "." else SendResult.LATER)
    else:
        with pytest.raises(ServerUnreachable):
            post.open()
    assert time.monotonic() - begin < 15 * TIMEOUT
    assert send(post).result is SendResult.SENT


def test_each_mail_of_a_connection_has_its_own_time(talk):
    post, peer = talk(whole=2 * TIMEOUT)
    send(post)
    time.sleep(2 * TIMEOUT)
    assert send(post).result is SendResult.SENT
    assert peer.connections == 1


@pytest.mark.parametrize(
    ("fault", "taken"),
    [(DROP, 0), (STALL, 0), (TAKE_AND_DROP, 1), (TAKE_AND_STALL, 1)],
)
def test_what_breaks_after_the_content_is_uncertain(talk, fault, taken):
    post, peer = talk({".": fault})
    assert send(post) == UNCERTAIN
    assert len(peer.taken) == taken
    assert send(post).result is SendResult.SENT
    assert len(peer.taken) == taken + 1


NONSENSE = {
    "words": b"hello",
    "binary": b"\x00\xff\xfe",
    "empty": b"",
    "another protocol": b"HTTP/1.1 200 OK",
    "no such class": b"650 what",
    "preliminary": b"150 wait",
    "without end": b"250 " + b"x" * 9_000,
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
@pytest.mark.parametrize("stage", STAGES)
def test_nonsense_is_no_answer(talk, stage, answer):
    post, _peer = talk({stage: answer})
    assert send(post).result is (SendResult.UNCERTAIN if stage == "." else SendResult.LATER)
    assert send(post).result is SendResult.SENT


@pytest.mark.parametrize("answer", [b"200 OK", b"251 Forwarded", b"354 Go ahead", b"220 Ready"])
def test_content_is_neither_taken_nor_refused_by_an_answer_to_something_else(talk, answer):
    post, _peer = talk({".": answer})
    assert send(post).result is SendResult.UNCERTAIN
    assert send(post).result is SendResult.SENT


@pytest.mark.parametrize("stage", STAGES)
def test_connection_that_ends_with_a_refusal_is_opened_again(talk, stage):
    post, peer = talk({stage: b"451 4.7.1 Greylisted", "RSET": DROP, "QUIT": DROP})
    assert send(post) == SendOutcome(SendResult.LATER, 451, "4.7.1 Greylisted")
    assert send(post).result is SendResult.SENT
    assert len(peer.taken) == 1


@pytest.mark.parametrize(
    "faults",
    [
        {"CONNECT": b"421 4.3.2 Too many connections"},
        {"CONNECT": b"554 5.7.1 Blocked"},
        {"CONNECT": DROP},
        {"CONNECT": STALL},
        {"CONNECT": b"hello"},
        {"EHLO": DROP},
        {"EHLO": STALL},
        {"AUTH": b"535 5.7.8 Wrong password"},
        {"AUTH": b"454 4.7.0 Try later"},
        {"AUTH": DROP},
        {"AUTH": STALL},
    ],
    ids=str,
)
def test_server_that_lets_nobody_in_says_nothing_of_a_mail(talk, faults):
    post, _peer = talk(faults)
    with pytest.raises(ServerUnreachable):
        post.open()
    assert send(post).result is SendResult.SENT


def test_nobody_listens(talk):
    post, peer = talk()
    peer.stop()
    with pytest.raises(ServerUnreachable, match="ConnectionRefusedError"):
        post.open()


def test_encryption_that_the_server_does_not_offer_is_not_done_without(talk):
    post, peer = talk(use_tls=True)
    with pytest.raises(ServerUnreachable):
        post.open()
    assert peer.taken == []


@pytest.mark.parametrize("fault", [DROP, STALL, b"hello", b"421 4.3.2 Closing", b"500 What?"], ids=str)
def test_how_the_connection_ends_is_of_no_importance(talk, fault):
    post, _peer = talk({"QUIT": fault})
    assert send(post).result is SendResult.SENT
    post.close()
    assert send(post).result is SendResult.SENT


@pytest.mark.parametrize(
    "message",
    [
        mail("Your next\r\nBcc: all@example.org"),
        mail("Your next\nstep"),
        EmailMessage("Your next step", "", "hello@waymark.example", ["lena\r\nRCPT TO:<all@example.org>@example.org"]),
        EmailMessage("Your next step", "", "hello@waymark.example", ["lena"], headers={"X-Why": "a\r\nb"}),
    ],
    ids=["subject CRLF", "subject LF", "address", "header"],
)
def test_poison_is_refused_before_anything_is_sent(talk, message):
    post, peer = talk()
    outcome = send(post, message)
    assert (outcome.result, outcome.code, outcome.is_address_error) == (SendResult.REFUSED, None, False)
    assert peer.taken == []
    assert send(post).result is SendResult.SENT


@pytest.mark.parametrize("stage", STAGES)
def test_end_of_the_time_for_a_task_is_no_fault_of_the_mail(talk, stage, monkeypatch):
    post, _peer = talk()
    post.open()
    command = {"MAIL": "mail", "RCPT": "rcpt", "DATA": "data", ".": "data"}[stage]

    def interrupt(*arguments):
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(post.mailer.connection, command, interrupt)
    with pytest.raises(SoftTimeLimitExceeded):
        post.send(mail())
