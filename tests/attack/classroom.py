"""Sixty people sign up and sixty log in at the same moment behind one address, while an attacker tries to lock them out."""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import redis

from tests.attack.browser import ADDRESS, Browser
from tests.attack.site import Finding, Site, at_most, equal, probing

CLASS = 60
SECONDS = 60  # until everyone is logged in
LIVEZ_MS = 500  # of 99 in 100 answers
MEMORY_MIB = 400  # of one worker: two hashes of 100 MiB, and the application
PASSWORD = "four words nobody guesses"
JUNK = 60  # guesses at the same moment
GUESSES, FORGED = 200, 20
FROM_EVERYWHERE = 51
LINK = re.compile(rb"https?://\S+(/accounts/password/reset/key/\S+)")


@contextmanager
def accounts(site: Site, count: int) -> Iterator[list[str]]:
    """Yields the email addresses of `count` confirmed accounts; deletes them afterwards, and all accounts that signed up since."""
    names = [f"pupil{number}@class.example" for number in range(count)]
    site.python(
        "from accounts.models import User; from allauth.account.models import EmailAddress;"
        "from django.contrib.auth.hashers import make_password;"
        f"secret = make_password({PASSWORD!r});"
        f"users = User.objects.bulk_create(User(email=name, password=secret) for name in {names!r});"
        "EmailAddress.objects.bulk_create("
        "EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)"
    )
    try:
        yield names
    finally:
        site.python(
            "from accounts import services; from accounts.models import User;"
            "services.delete_accounts(users=User.objects.filter(email__endswith='@class.example'))"
        )
        forget_counts(site)


def forget_counts(site: Site) -> None:
    with redis.Redis.from_url(site.env["REDIS_URL"]) as valkey:
        if keys := list(valkey.scan_iter("waymark:count:*")):
            valkey.delete(*keys)


def at_once(steps: Sequence[Callable[[], int]]) -> list[tuple[int, float]]:
    """Run all steps at the same moment. Returns the status and the seconds of each."""
    answers: list[tuple[int, float]] = []
    ready = threading.Barrier(len(steps))

    def take(step: Callable[[], int]) -> None:
        ready.wait()
        started = time.monotonic()
        status = step()
        answers.append((status, time.monotonic() - started))

    threads = [threading.Thread(target=take, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def counts(answers: Sequence[tuple[int, float]]) -> dict[int, int]:
    return dict(Counter(status for status, _seconds in answers))


def sign_up(site: Site, email: str) -> Callable[[], int]:
    browser = Browser(site.port)
    browser.open("/accounts/signup/")
    return lambda: browser.send("/accounts/signup/", email=email, password1=PASSWORD).status


def log_in(site: Site, email: str) -> Callable[[], int]:
    browser = Browser(site.port)
    browser.open("/accounts/login/")
    return lambda: browser.send("/accounts/login/", login=email, password=PASSWORD).status


class Memory(threading.Thread):
    """Records the most memory that one worker has used, checked ten times a second."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self.site, self.most = site, 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.1):
            self.most = max(self.most, *self.site.memory_mib())

    def end(self) -> None:
        self._ended.set()
        self.join()


def classroom(site: Site) -> list[Finding]:
    with accounts(site, CLASS) as names:
        new = [sign_up(site, f"new{number}@class.example") for number in range(CLASS)]
        known = [log_in(site, name) for name in names]
        memory = Memory(site)
        memory.start()
        with probing(site.port) as alive, probing(site.port, "/readyz") as ready:
            answers = at_once([step for pair in zip(new, known, strict=True) for step in pair])
        memory.end()
    ordered = sorted(alive.seconds)
    slow = ordered[int(len(ordered) * 0.99)] * 1000 if ordered else float("inf")
    failures = len(alive.failures) + len(ready.failures)
    return [
        equal(f"{CLASS} sign-ups and {CLASS} log-ins at once: answers", counts(answers), {302: 2 * CLASS}),
        at_most("slowest of them", max(seconds for _status, seconds in answers), SECONDS, "s"),
        equal("/livez and /readyz (a connection to the database) without an answer", failures, 0),
        at_most(f"99th percentile of {len(ordered)} answers of /livez", slow, LIVEZ_MS, "ms"),
        at_most("most memory of a worker", memory.most, MEMORY_MIB, "MiB"),
    ]


def lockout(site: Site) -> list[Finding]:
    site.start_worker()
    with accounts(site, CLASS) as names:
        found = [*guessing(site, names[0]), *everywhere(site, names[1])]
        forget_counts(site)
        found += mistakes(site, names)
        forget_counts(site)
        return [*found, *flood(site, names)]


def wrong(site: Site, email: str, times: int, **headers: str) -> list[int]:
    """The status of each of `times` wrong guesses in one browser."""
    browser = Browser(site.port, **headers)
    browser.open("/accounts/login/")
    return [browser.send("/accounts/login/", login=email, password=f"a guess {n}").status for n in range(times)]


def guessing(site: Site, email: str) -> list[Finding]:
    """Guesses from one address that claims to be others."""
    answers: list[int] = []
    for number in range(FORGED):
        forged = {"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"}
        answers += wrong(site, email, GUESSES // FORGED, **forged)
    what = f"{GUESSES:,} guesses at one account from one address"
    return [
        at_most(f"{what}: hashed", answers.count(422), 5),
        equal(f"{what}: refused", answers.count(429), GUESSES - answers.count(422)),
    ]


def everywhere(site: Site, email: str) -> list[Finding]:
    """Guesses from so many addresses that the account has reached its limit: the owner can still log in."""
    own = Browser(site.port)
    own.log_in(email, PASSWORD)
    own.cookies.pop("session", None)

    def guess_from_everywhere() -> int:
        guesses = [guess_from(site, email, f"127.0.2.{number}") for number in range(1, FROM_EVERYWHERE + 1)]
        return counts(at_once(guesses)).get(422, 0)

    hashed = guess_from_everywhere()
    stranger = Browser(site.port, "127.0.3.1").log_in(email, PASSWORD)
    at_home = own.log_in(email, PASSWORD)
    elsewhere = Browser(site.port, "127.0.3.2")
    site.mail.accepted.clear()
    elsewhere.submit("/accounts/password/reset/", email=email)
    chosen = elsewhere.reset(reset_link(site, email), f"{PASSWORD} again")
    guess_from_everywhere()
    return [
        at_most(f"guesses at one account from {FROM_EVERYWHERE} addresses: hashed", hashed, 50),
        equal("after that, the right password from an unknown browser", stranger, 429),
        equal("after that, the right password from a known browser", at_home, 302),
        equal("after that, a new password by the link of a mail", chosen, 302),
        equal("more guesses, and the new password", elsewhere.log_in(email, f"{PASSWORD} again"), 302),
    ]


def guess_from(site: Site, email: str, address: str) -> Callable[[], int]:
    browser = Browser(site.port, address)
    browser.open("/accounts/login/")
    return lambda: browser.send("/accounts/login/", login=email, password="a guess").status


def reset_link(site: Site, email: str) -> str:
    """Wait for the email to this address and return its reset link, joining lines that the encoding breaks."""
    for _try in range(200):
        for mail in site.mail.accepted:
            found = LINK.search(mail.replace(b"=\r\n", b"").replace(b"=3D", b"="))
            if found and email.encode() in mail:
                return found[1].decode()
        time.sleep(0.1)
    return "/"


def mistakes(site: Site, names: Sequence[str]) -> list[Finding]:
    """Ten wrong passwords in a classroom do not lock out the others there."""
    for name in names[2:12]:
        wrong(site, name, 1)
    answer = Browser(site.port).log_in(names[12], PASSWORD)
    return [equal("ten wrong passwords in a classroom, and a right one there", answer, 302)]


def flood(site: Site, names: Sequence[str]) -> list[Finding]:
    """One address fills the queue; people at another address do not wait behind it."""
    other = Browser(site.port, "127.0.4.1")
    other.open("/accounts/login/")
    junk = [guess_from(site, f"nobody{number}@class.example", ADDRESS) for number in range(JUNK)]

    def late() -> int:
        time.sleep(1)
        nonlocal seconds
        started = time.monotonic()
        status = other.send("/accounts/login/", login=names[13], password=PASSWORD).status
        seconds = time.monotonic() - started
        return status

    seconds = float("inf")
    answers = at_once([*junk, late])
    whole = max(taken for _status, taken in answers)
    return [
        equal(f"{JUNK} guesses at once from one address, a log-in from another", counts(answers).get(302, 0), 1),
        at_most(f"until that one was in; the guesses took {whole:.0f} s", seconds * 1000, whole * 1000 / 3, "ms"),
    ]
