"""Emails to learners of every kind as a mail server gets them, and what has to be true for each of them.

`capture` makes the learners, plans a reminder for each and sends until none is left. Some must not get theirs: for half of
these the reason is known before a worker claims the reminder, for the others it arises while the email is composed.
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
SESSIONS = 20  # study sessions of each learner
AWAY = 40 * DAY  # how long ago those who are behind studied
CHECKED = "checked"  # a skill that no other skill needs, so that its review becomes due
EVERY, ROUNDS = 5 * MINUTE, 6  # rounds of sending, more than any email needs here
SAMPLE = 2  # emails of each kind whose link to unsubscribe is used
LATER, ACCEPTED = "451 4.7.1 Greylisted", "250 2.0.0 Queued"
ADDRESS = re.compile(r"https?://\S+")
LISTED = re.compile(rb"^List-Unsubscribe: <(https?://[^\s<>,]+)>\r\n(?![ \t])", re.MULTILINE)
LOADED = re.compile(
    r"<(?:img|link|script|iframe|object|embed|video|audio|source)\b|\b(?:src|background)=|url\(|@import"
)
LONGEST = 998  # characters in a line (RFC 5322, 2.1.1)


# Reasons not to send an email


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
    """Change the kind of the schedule, as if the planned kind had never been turned on."""
    [schedule] = learner.schedules.all()
    schedule.kind = ReminderKind.STUDY if schedule.kind != ReminderKind.STUDY else ReminderKind.REVIEW
    schedule.save()


CHANGES: dict[Callable[[User], None], str | None] = {  # the reason that the ledger has in the end
    unverify: Reason.UNVERIFIED,
    disable: Reason.INACTIVE,
    turn_off: Reason.OFF,
    agree_to_another: Reason.OFF,
    pause: Reason.PAUSED,
    suppress: Reason.SUPPRESSED,
    account_data.erase: None,  # the reminder is deleted with the account
}


# The mail server


class Fate(StrEnum):
    """What happens to the first try; all later ones are accepted."""

    NONE = "none"
    REFUSED = "put off at the recipient"
    PUT_OFF = "put off with the content"
    LOST = "broken before it is taken"
    TAKEN = "broken before it is said to be taken"


WEIGHTS = {Fate.NONE: 62, Fate.REFUSED: 15, Fate.PUT_OFF: 15, Fate.LOST: 4, Fate.TAKEN: 4}


@dataclass(frozen=True)
class Try:
    """One SMTP transaction."""

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
    fates: dict[str, Fate] = field(default_factory=dict)  # of the try in progress, by address

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
    """The fate of an address, which is the same in every run."""
    [fate] = random.Random(address).choices(list(WEIGHTS), list(WEIGHTS.values()))
    return fate


@contextmanager
def served(peer: Peer) -> Iterator[None]:
    """Sends reminders to this server."""
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
    wanted: dict[str, ReminderKind]  # the kind of email that each learner should get, by address
    kept: dict[int, str]  # the reason for each delivery that must not be sent, by key

    def arrived(self) -> dict[str, bytes]:
        """The email of each address that got one."""
        return {address: item.content for address, its in self.tries.items() for item in its if item.arrived}


def capture(mails: int) -> Captured:
    """Send `mails` learners one email each, the same number of each kind; others, half as many at most, must get none."""
    make_catalogue(SKILLS)
    make_check(make_skill(CHECKED).slug)
    each = max(2, mails // 50)  # learners for each change and moment
    changes = [(change, late) for _number in range(each) for late in (False, True) for change in CHANGES]
    learners = make_learners(mails + len(changes))
    with time_machine.travel(NOW, tick=False):
        seed(
            tuple(range(len(learners) + 1, len(learners) + each + 1)), SESSIONS, snapshot.current()
        )  # learners without reminders
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
    """Learners who each turned on one kind, which is due now and has content."""
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
    """Makes each change between the decision to send an email and its first byte, and then removes it from `changes` (by learner)."""
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
        # Pauses are calculated with the clock of the database, which does not have the time of this test.
        Delivery.objects.filter(state=State.DUE).update(not_before=now)
        sending.drain(now=lambda now=now: now)


# Checks


def check(captured: Captured) -> None:
    """Run all checks."""
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
    """No one else gets anything, each try has one recipient, and all tries of an email have identical bytes."""
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
    assert re.fullmatch(r"\S.*\S", subject)  # a single line
    assert not {"Cc", "Bcc", "Sender", "Reply-To"}.intersection(mail.keys())
    [link] = LISTED.findall(content)
    assert stopped(link.decode()) == tokens.Subscription(learner.pk, ReminderKind(delivery.kind))
    assert max(map(len, content.splitlines())) <= LONGEST


def stopped(link: str) -> tokens.Subscription | None:
    """The subscription that a link ends."""
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
    assert [problem for problem in markup.problems if "style" not in problem] == []  # mail programs need inline styles
    assert markup.open == []
    assert not LOADED.search(html)
    assert not re.search(r"{[{%]|[%}]}|>\s*None\b", html)
    assert sorted(map(unescape, re.findall(r'href="(.*?)"', html))) == sorted(addresses)


def check_ledger(captured: Captured) -> None:
    """The ledger agrees with the server, which accepted an email twice only where the result of a try was uncertain."""
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
    """After one POST from someone who is not logged in and has no cookie, nothing is due any more."""
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
