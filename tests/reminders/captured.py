"""Mails as a mail server gets them, from learners of every kind, and what has to hold for each of them.

`capture` makes the learners, owes each a reminder and sends until nothing is owed. Some may not get theirs: with half of
these that is known before a worker takes it in hand, with the others it comes about while it is written.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum
from html import unescape
from unittest.mock import patch

import time_machine
from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import Client, override_settings

from accounts.models import User, zone_of
from benchmarks.servers import free_port
from config.management.commands.seed_learners import seed
from config.settings import mailers
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.personal_data import account_data
from guidance.progress import services as progress
from guidance.reminders import emails, ledger, sending, services, tokens
from guidance.reminders.message import COLUMNS
from guidance.reminders.models import Delivery, ReminderKind
from tests.factories import make_catalogue, make_check, make_skill
from tests.reminders.learners import DAY, MINUTE, NOW, TODAY, turn_on
from tests.web.conftest import Markup

State, Reason = Delivery.State, Delivery.Reason
SKILLS = 12
SESSIONS = 20  # of study, of each learner
AWAY = 40 * DAY  # of those who fall behind
CHECKED = "checked"  # a skill that nothing rests on, so that its review becomes due
EVERY, ROUNDS = 5 * MINUTE, 6  # of sending: more than any mail takes here
SAMPLE = 2  # mails of each kind that are unsubscribed from
LATER, ACCEPTED = "451 4.7.1 Greylisted", "250 2.0.0 Queued"
ADDRESS = re.compile(r"https?://\S+")
LISTED = re.compile(rb"^List-Unsubscribe: <(https?://[^\s<>,]+)>\r\n(?![ \t])", re.MULTILINE)
LOADED = re.compile(
    r"<(?:img|link|script|iframe|object|embed|video|audio|source)\b|\b(?:src|background)=|url\(|@import"
)
LONGEST = 998  # line, RFC 5322, 2.1.1


# What keeps a mail from a learner


def unverify(learner: User) -> None:
    learner.emailaddress_set.update(verified=False)


def disable(learner: User) -> None:
    User.objects.filter(pk=learner.pk).update(is_active=False)


def turn_off(learner: User) -> None:
    services.turn_off(learner=learner, kinds=ReminderKind)


def pause(learner: User) -> None:
    services.pause(learner=learner, until=TODAY + 3 * DAY, kinds=ReminderKind, now=NOW)


def suppress(learner: User) -> None:
    services.suppress(learner=learner, address=learner.email, code=550, reply="5.1.1 No such user", now=NOW)


def agree_to_another(learner: User) -> None:
    """As if this kind had never been turned on."""
    [schedule] = learner.schedules.all()
    schedule.kind = ReminderKind.STUDY if schedule.kind != ReminderKind.STUDY else ReminderKind.REVIEW
    schedule.save()


CHANGES: dict[Callable[[User], None], str | None] = {  # and what the ledger says of it in the end
    unverify: Reason.UNVERIFIED,
    disable: Reason.INACTIVE,
    turn_off: Reason.OFF,
    agree_to_another: Reason.OFF,
    pause: Reason.PAUSED,
    suppress: Reason.SUPPRESSED,
    account_data.erase: None,  # the reminder goes with the account
}


# The mail server


class Fate(StrEnum):
    """Of the first try; every other one is taken."""

    NONE = "none"
    REFUSED = "put off at the recipient"
    PUT_OFF = "put off with the content"
    LOST = "broken before it is taken"
    TAKEN = "broken before it is said to be taken"


WEIGHTS = {Fate.NONE: 62, Fate.REFUSED: 15, Fate.PUT_OFF: 15, Fate.LOST: 4, Fate.TAKEN: 4}


@dataclass(frozen=True)
class Try:
    """One transaction."""

    recipients: tuple[str, ...]
    content: bytes | None
    fate: Fate

    @property
    def arrived(self) -> bool:
        return self.fate in {Fate.NONE, Fate.TAKEN}

    @property
    def is_uncertain(self) -> bool:
        return self.fate in {Fate.LOST, Fate.TAKEN}


@dataclass
class Peer:
    tries: list[Try] = field(default_factory=list)
    fates: dict[str, Fate] = field(default_factory=dict)  # of the try that is under way, by address

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        self.fates[address] = Fate.NONE if address in self.fates else fate_of(address)
        if self.fates[address] is Fate.REFUSED:
            return self.note(envelope, Fate.REFUSED, LATER)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        fate = self.fates[envelope.rcpt_tos[-1]]
        if fate in {Fate.LOST, Fate.TAKEN}:
            self.note(envelope, fate, "")
            raise ConnectionResetError
        return self.note(envelope, fate, LATER if fate is Fate.PUT_OFF else ACCEPTED)

    def note(self, envelope, fate: Fate, answer: str) -> str:
        self.tries.append(Try(tuple(envelope.rcpt_tos), envelope.content, fate))
        return answer


def fate_of(address: str) -> Fate:
    """The same in every run."""
    [fate] = random.Random(address).choices(list(WEIGHTS), list(WEIGHTS.values()))
    return fate


@contextmanager
def served(peer: Peer) -> Iterator[None]:
    """Reminders go to this server."""
    controller = Controller(peer, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with override_settings(MAILERS=mailers(f"smtp://127.0.0.1:{controller.port}")):
            yield
    finally:
        controller.stop()


# The run


@dataclass(frozen=True)
class Captured:
    tries: dict[str, list[Try]]  # by address
    wanted: dict[str, ReminderKind]  # who is to get a mail, and of which kind, by address
    kept: dict[int, str]  # deliveries that were not to be sent, and why

    def arrived(self) -> dict[str, bytes]:
        """The mail of each address that has one."""
        return {address: item.content for address, its in self.tries.items() for item in its if item.arrived}


def capture(mails: int) -> Captured:
    """`mails` learners who get one mail each, as many of each kind, and half as many at most who may get none."""
    make_catalogue(SKILLS)
    make_check(make_skill(CHECKED).slug)
    each = max(2, mails // 50)  # to whom the same comes about at the same moment
    changes = [(change, late) for _number in range(each) for late in (False, True) for change in CHANGES]
    learners = make_learners(mails + len(changes))
    with time_machine.travel(NOW, tick=False):
        seed(
            tuple(range(len(learners) + 1, len(learners) + each + 1)), SESSIONS, snapshot.current()
        )  # asked for nothing
    assert ledger.plan_due(now=NOW) == len(learners)
    kept: dict[int, str] = {}
    meanwhile: dict[int, Callable[[User], None]] = {}
    for (learner, _kind), (change, late) in zip(learners[mails:], changes, strict=True):
        if (reason := CHANGES[change]) is not None:
            kept[learner.deliveries.get().pk] = reason
        if late:
            meanwhile[learner.pk] = change
        else:
            change(learner)
    peer = Peer()
    with served(peer), changed_while_written(meanwhile):
        send_all()
    assert meanwhile == {}, "some were never written"
    tries: dict[str, list[Try]] = defaultdict(list)
    for item in peer.tries:
        tries[item.recipients[0]].append(item)
    return Captured(tries, {learner.email: kind for learner, kind in learners[:mails]}, kept)


def make_learners(count: int) -> list[tuple[User, ReminderKind]]:
    """Each agreed to one kind, which is due now and has something to say."""
    made: dict[int, tuple[User, ReminderKind]] = {}
    for first, kind in enumerate(ReminderKind, 1):
        numbers = tuple(range(first, count + 1, len(ReminderKind)))
        with time_machine.travel(NOW - AWAY if kind == ReminderKind.BEHIND else NOW, tick=False):
            learners = seed(numbers, SESSIONS, snapshot.current())
        for number, learner in zip(numbers, learners, strict=True):
            learner.emailaddress_set.create(email=learner.email, verified=True, primary=True)
            if kind == ReminderKind.REVIEW:
                progress.pass_check(learner=learner, skill=Skill.objects.get(slug=CHECKED), level=1, now=NOW - 70 * DAY)
            turn_on(learner, kind, now=NOW - DAY, at=NOW.astimezone(zone_of(learner.time_zone)).time())
            made[number] = learner, kind
    return [made[number] for number in sorted(made)]


@contextmanager
def changed_while_written(changes: dict[int, Callable[[User], None]]) -> Iterator[None]:
    """Between the decision to send a mail and its first byte; each is taken out of `changes`, by learner, once it happened."""
    compose = emails.compose

    def and_meanwhile(context):
        if change := changes.pop(context.learner.pk, None):
            change(context.learner)
        return compose(context)

    with patch.object(emails, "compose", and_meanwhile):
        yield


def send_all() -> None:
    for number in range(ROUNDS):
        now = NOW + MINUTE + number * EVERY
        # Pauses are reckoned by the clock of the database, which knows nothing of this day.
        Delivery.objects.filter(state=State.DUE).update(not_before=now)
        sending.drain(now=lambda now=now: now)


# What has to hold


def check(captured: Captured) -> None:
    """All of it."""
    assert {item.fate for tries in captured.tries.values() for item in tries} == set(Fate)
    assert set(captured.wanted.values()) == set(ReminderKind)
    check_envelopes(captured)
    for address, content in captured.arrived().items():
        mail = message_from_bytes(content, policy=default)
        check_headers(address, content, mail)
        check_parts(mail)
    check_ledger(captured)
    check_unsubscribing(captured)


def check_envelopes(captured: Captured) -> None:
    """Nobody else gets anything, each try is to one recipient, and all tries of a mail are the same to the byte."""
    assert captured.tries.keys() == captured.wanted.keys()
    names = set()
    for address, tries in captured.tries.items():
        assert {item.recipients for item in tries} == {(address,)}
        [content] = {item.content for item in tries} - {None}
        names.add(message_from_bytes(content)["Message-ID"])
    assert len(names) == len(captured.wanted)


def check_headers(address: str, content: bytes, mail: EmailMessage) -> None:
    learner = User.objects.get(email=address)
    delivery = learner.deliveries.get()
    assert mail.defects == []
    for name, value in {
        "To": address,
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": f"<{delivery.message_id}@testserver>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }.items():
        assert mail.get_all(name) == [value]
    assert [date.datetime for date in mail.get_all("Date")] == [delivery.planned_at]
    [subject] = mail.get_all("Subject")
    assert re.fullmatch(r"\S.*\S", subject)  # in one line
    assert not {"Cc", "Bcc", "Sender", "Reply-To"}.intersection(mail.keys())
    [link] = LISTED.findall(content)
    assert stopped(link.decode()) == tokens.Subscription(learner.pk, ReminderKind(delivery.kind))
    assert max(map(len, content.splitlines())) <= LONGEST


def stopped(link: str) -> tokens.Subscription | None:
    """What a link ends."""
    return tokens.subscription(link.removesuffix("/").rpartition("/")[2])


def check_parts(mail: EmailMessage) -> None:
    assert mail.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    addresses = []
    for line in text.splitlines():
        if ADDRESS.fullmatch(line.strip()):
            addresses.append(line.strip())
        else:
            assert len(line) <= COLUMNS
        assert line == line.rstrip()
    assert not re.search(r"[<>{}]|&#?\w+;|\bNone\b|\n{3}", text)
    assert str(mail["List-Unsubscribe"]).strip("<>") in addresses
    markup = Markup()
    markup.feed(html)
    markup.close()
    assert [problem for problem in markup.problems if "style" not in problem] == []  # which mail programs need
    assert markup.open == []
    assert not LOADED.search(html)
    assert not re.search(r"{[{%]|[%}]}|>\s*None\b", html)
    assert sorted(map(unescape, re.findall(r'href="(.*?)"', html))) == sorted(addresses)


def check_ledger(captured: Captured) -> None:
    """It says the same as the server, which took no mail twice but where nobody could know."""
    kept = dict(captured.kept)
    for delivery in Delivery.objects.select_related("learner"):
        tries = captured.tries.get(delivery.learner.email, [])
        assert delivery.attempts == len(tries)
        assert delivery.ambiguous == sum(item.is_uncertain for item in tries)
        if delivery.pk in kept:
            assert (delivery.state, delivery.reason) == (State.CANCELLED, kept.pop(delivery.pk))
        else:
            assert captured.wanted[delivery.learner.email] == delivery.kind
            assert (delivery.state, delivery.code, delivery.reply) == (State.SENT, 250, "2.0.0 Queued")
            assert tries[-1].fate is Fate.NONE
            assert 1 <= sum(item.arrived for item in tries) <= 1 + delivery.ambiguous
    assert kept == {}
    assert Delivery.objects.count() == len(captured.wanted) + len(captured.kept)


def check_unsubscribing(captured: Captured) -> None:
    """One POST of somebody who is not logged in and has no cookie, and nothing is due any more."""
    anybody = Client(enforce_csrf_checks=True)
    contents = captured.arrived()
    sample = {
        address
        for kind in ReminderKind
        for address in [at for at, its in captured.wanted.items() if its == kind][:SAMPLE]
    }
    for address in sample:
        schedules = User.objects.get(email=address).schedules
        assert schedules.filter(is_on=True).count() == 1
        [link] = LISTED.findall(contents[address])
        response = anybody.post(link.decode().removeprefix(settings.SITE_URL), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
        assert not anybody.cookies
        assert not schedules.filter(is_on=True).exists()
    ledger.plan_due(now=NOW + DAY)
    due = set(Delivery.objects.filter(on=TODAY + DAY).values_list("learner__email", flat=True))
    assert captured.wanted.keys() - due == sample
