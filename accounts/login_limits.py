"""Limits on attempts to log in or sign up: all the rules, and the only code that counts attempts.

An attempt is counted before the secret is checked, so that simultaneous attempts count too; if the secret was right, the count
is undone. An unknown browser is limited per account and address, per address, and per account. A browser that is known for the
account (`accounts.browsers`) has its own limits instead, so that no one else's guesses keep the owner out. Refused attempts are
not counted, and nothing depends on whether the account exists.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import structlog
from django.http import HttpRequest

from accounts import browsers, counters
from accounts.client_ip import network
from accounts.models import User

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    name: str
    max_attempts: int
    seconds: int  # length of the window, which starts with the first attempt
    undone: bool = True  # whether the count is undone if the secret was right


PAIR = Limit("pair", 5, 300)  # for one account from one address
ADDRESS = Limit("address", 100, 300)  # from one address, which may be a classroom
ACCOUNT = Limit("account", 50, 3600)  # for one account from all addresses
TRIES = Limit("tries", 150, 300, undone=False)  # from one address: each costs a hash, right or wrong
CODE = Limit("code", 5, 300)  # codes from an app, for one account from all addresses
BROWSER = Limit("browser", 5, 300)  # for one account in one known browser
BROWSER_CODE = Limit("browser_code", 5, 300)
BROWSER_TRIES = Limit("browser_tries", 30, 300, undone=False)  # for one account in all browsers known for it
SIGN_UPS = Limit("sign_ups", 100, 300, undone=False)  # from one address

type Counted = tuple[Limit, str]


class TooManyError(Exception):
    """Raised if a limit is reached; `seconds` is the time until the next attempt is allowed."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Attempt:
    """An attempt that has been counted."""

    def __init__(self, counted: Sequence[Counted]) -> None:
        self._counted = counted

    def was_right(self) -> None:
        self._undo([counted for counted in self._counted if counted[0].undone])

    def withdraw(self) -> None:
        """Undoes the count, because nothing was checked."""
        self._undo(self._counted)

    def _undo(self, counted: Sequence[Counted]) -> None:
        for limit, who in counted:
            counters.undo(_key(limit, who))


def _begin(*counted: Counted) -> Attempt:
    """Counts an attempt. Raises TooManyError if one of the limits has been reached."""
    for tried, (limit, subject) in enumerate(counted, start=1):
        count = counters.count(_key(limit, subject), window=limit.seconds)
        if count.used > limit.max_attempts:
            Attempt(counted[:tried]).withdraw()
            log.warning("login_limited", limit=limit.name)
            raise TooManyError(max(1, ceil(count.seconds)))
    return Attempt(counted)


def try_password(request: HttpRequest, email: str) -> Attempt:
    email = email.lower()
    if browser := browsers.known_id(request, email):
        return _begin((BROWSER, browser), (BROWSER_TRIES, email))
    here = network(request)
    # The account comes last, so that a caller who is refused earlier does not use up its attempts.
    return _begin((PAIR, f"{here}:{email}"), (ADDRESS, here), (TRIES, here), (ACCOUNT, email))


def try_code(request: HttpRequest, user: User) -> Attempt:
    if browser := browsers.known_id(request, user.email):
        return _begin((BROWSER_CODE, browser))
    return _begin((CODE, str(user.pk)))


def count_sign_up(request: HttpRequest) -> None:
    _begin((SIGN_UPS, network(request)))


def forget_failures(request: HttpRequest, email: str) -> None:
    """Deletes the counts of an account after a password reset."""
    email = email.lower()
    counters.forget(_key(PAIR, f"{network(request)}:{email}"))
    counters.forget(_key(ACCOUNT, email))


def _key(limit: Limit, who: str) -> str:
    """Returns the key of a counter, without the email address, because counters outlive a deleted account by up to an
    hour."""
    return f"{limit.name}:{hashlib.sha256(who.encode()).hexdigest()}"
