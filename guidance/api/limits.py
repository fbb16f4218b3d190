"""How much one caller may ask of the API in a minute, counted in Valkey for all processes together.

The minute of a caller begins with their first request: so many of it are answered, the rest get 429, and when it has passed
the next request begins another one. One caller is an address (of IPv6 its /64 network, of which a single machine mostly has
all) as long as nobody is known, after that a token, or a user with the session. Counting is one script, so that requests of
many processes at the same moment are still counted one after the other.

Valkey is asked in every request, so it gets a tenth of a second. After that, or when it cannot be reached, nobody waits for
it: it is tried again once a second, by one request of each process. Until it is back whatever only reads or answers goes on
without limits, since that is what Waymark is for, and writes to accounts are refused with 503: they are what a limit has to
protect most, and a program can send them again.
"""

import ipaddress
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from math import ceil
from time import monotonic
from typing import Any

import redis
import structlog
from django.conf import settings
from django.http import HttpRequest
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.retry import Retry
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from accounts.client_ip import client_ip
from accounts.models import AccessToken

# The policies of API_LIMITS
CATALOGUE = "catalogue"
ANONYMOUS_POST = "anonymous_post"
AUTHENTICATED = "authenticated"

WINDOW_SECONDS = 60
TIMEOUT_SECONDS = 0.1
PAUSE_SECONDS = 1.0  # before Valkey is tried again
PREFIX = "waymark:limit"
COUNT = """
local used = redis.call('INCR', KEYS[1])
if used == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('PTTL', KEYS[1])}
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Verdict:
    policy: str
    limit: int
    used: int  # with this request
    seconds: int  # until the minute has passed

    @property
    def allowed(self) -> bool:
        return self.used <= self.limit

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers writes them."""
        return {
            "RateLimit-Policy": f'"{self.policy}";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"{self.policy}";r={max(0, self.limit - self.used)};t={self.seconds}',
        }


class Counter:
    """Connections that are kept, one for each thread that counts at the same moment, and whether it is worth trying.

    They are used bare: the client around them would cost as much as counting does.
    """

    def __init__(self, url: str) -> None:
        options = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        # Of the older protocol, which needs no greeting.
        self._pool = ConnectionPool.from_url(url, protocol=2, retry=Retry(NoBackoff(), 0), **options)
        self._idle: deque[Any] = deque()
        self._away_until = 0.0  # on the monotonic clock; 0 while it answers

    def count(self, key: str, milliseconds: int) -> tuple[int, int] | None:
        """How often this key was counted, this time included, and the milliseconds it has left; None when nobody knows."""
        away_until = self._away_until
        if away_until:
            if monotonic() < away_until:
                return None
            self._away_until = monotonic() + PAUSE_SECONDS  # the others need not try, too
        try:
            used, left = self._ask(key, milliseconds)
        except (redis.RedisError, OSError) as error:
            if not self._away_until:
                log.warning("limits_away", error=type(error).__name__)
            self._away_until = monotonic() + PAUSE_SECONDS
            return None
        if away_until:
            self._away_until = 0.0
            log.warning("limits_back")
        return used, left

    def _ask(self, key: str, milliseconds: int) -> tuple[int, int]:
        with suppress(IndexError):
            kept = self._idle.pop()
            # A server that was started anew has closed what was kept.
            with suppress(redis.ConnectionError):
                return self._ask_on(kept, key, milliseconds)
        return self._ask_on(self._pool.connection_class(**self._pool.connection_kwargs), key, milliseconds)

    def _ask_on(self, connection: Any, key: str, milliseconds: int) -> tuple[int, int]:
        try:
            connection.send_command("EVAL", COUNT, 1, key, milliseconds)
            used, left = connection.read_response()
        except BaseException:
            connection.disconnect()  # not kept: what still comes would be taken for the answer to another question
            raise
        self._idle.append(connection)
        return used, left


@cache
def counter(url: str) -> Counter:
    return Counter(url)


def take(policy: str, caller: str) -> Verdict | None:
    """One request of this caller; None when Valkey does not answer."""
    counted = counter(settings.REDIS_URL).count(f"{PREFIX}:{policy}:{caller}", WINDOW_SECONDS * 1000)
    if counted is None:
        return None
    used, left = counted
    return Verdict(policy, settings.API_LIMITS[policy], used, max(1, ceil(left / 1000)))


def take_once(request: HttpRequest, policy: str, caller: str) -> Verdict | None:
    """As `take`; a request that `DatabaseRestartMiddleware` does again counts once."""
    if not hasattr(request, "limited"):
        request.limited = take(policy, caller)  # type: ignore[attr-defined]
    verdict: Verdict | None = request.limited  # type: ignore[attr-defined]
    return verdict


def caller_at(request: HttpRequest) -> str:
    """The address that a request comes from, or its network."""
    address = client_ip(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def count(request: Request, policy: str, caller: str) -> bool:
    """Counts a request that Django REST framework answers, and says so in its headers: whether it could be counted.
    Raises Throttled."""
    verdict = take_once(request._request, policy, caller)
    if verdict is None:
        return False
    request.parser_context["view"].headers.update(verdict.headers)
    if not verdict.allowed:
        raise exceptions.Throttled(verdict.seconds)
    return True


def count_stranger(request: Request) -> None:
    """Who is turned away for being nobody; so that tokens cannot be tried out without end."""
    count(request, CATALOGUE, caller_at(request._request))


class Unavailable(exceptions.APIException):
    status_code = 503
    default_detail = "Requests cannot be counted at the moment, and without that nothing is written."
    wait = 5  # seconds


class LearnerThrottle(BaseThrottle):
    """Of whoever is known. Views that ask for nobody count at their door (`public.limited`)."""

    def allow_request(self, request: Request, view: Any) -> bool:
        if not request.user:
            return True
        caller = f"token:{request.auth.pk}" if isinstance(request.auth, AccessToken) else f"user:{request.user.pk}"
        if not count(request, AUTHENTICATED, caller) and request.method not in SAFE_METHODS:
            raise Unavailable
        return True
