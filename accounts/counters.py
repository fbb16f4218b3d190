"""Counters that all processes share, for example of requests or wrong passwords, with a fallback if Valkey does not respond.

A counter exists in Valkey for a window of time that starts with its first count. Valkey is called during a request, so its
timeout is a tenth of a second. After a failure, a circuit breaker keeps this process from calling it for a second, and the
process counts on its own. No caller is refused because of that: the limit then applies to each process instead of to all of
them together.
"""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from time import monotonic
from typing import Any

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool
from redis.retry import Retry

TIMEOUT_SECONDS = 0.1
PAUSE_SECONDS = 1.0  # before Valkey is tried again
MAX_KEYS = 50_000  # per process, about 10 MB; the oldest windows are dropped first
PREFIX = "waymark:count"
# A script runs atomically, so simultaneous requests from many processes are all counted.
COUNT = """
local used = redis.call('INCRBY', KEYS[1], ARGV[2])
if used == tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {used, redis.call('PTTL', KEYS[1])}
"""
# Does nothing after the window has ended: DECRBY alone would start a window at -1 that never ends.
UNDO = """
if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('DECRBY', KEYS[1], ARGV[1]) end
return 0
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CounterState:
    used: int  # in this window, including this count
    seconds: float  # until the window ends


def count(key: str, *, window: float, times: int = 1) -> CounterState:
    """Counts `key` `times` times. `window` is in seconds and starts with the first count; later counts do not extend it."""
    return _do(lambda counters: counters.count(key, window, times))


def used(key: str) -> int:
    """Returns how often `key` was counted in its window, without counting it."""
    return _do(lambda counters: counters.used(key))


def undo(key: str, *, times: int = 1) -> None:
    """Undoes `times` counts, for example because the password was right. Does nothing after the window has ended."""
    _do(lambda counters: counters.undo(key, times))


def forget(key: str) -> None:
    """Deletes a counter, so that the next count starts a new window."""
    _own.forget(key)  # it may have counted while Valkey was unavailable
    _do(lambda counters: counters.forget(key))


def _do[T](step: "Callable[[SharedCounters | OwnCounters], T]") -> T:
    with suppress(redis.RedisError, OSError):
        return breaker(settings.REDIS_URL).call(lambda: step(_shared(settings.REDIS_URL)))
    return step(_own)


class BreakerOpen(redis.RedisError):
    """Raised if the breaker is open, so Valkey was not called."""


class Breaker:
    """A process's circuit breaker for Valkey: after a failure, one caller per second tries again and the others do not wait."""

    def __init__(self) -> None:
        self._away_until = 0.0  # on the monotonic clock; 0 while Valkey works

    def call[T](self, ask: Callable[[], T]) -> T:
        """Returns what `ask` returns. Raises RedisError or OSError if it fails, and BreakerOpen if it was not called."""
        away_until = self._away_until
        if away_until:
            if monotonic() < away_until:
                raise BreakerOpen
            self._away_until = monotonic() + PAUSE_SECONDS  # so that others do not try at the same time
        try:
            answer = ask()
        except (redis.RedisError, OSError) as error:
            if not self._away_until:
                log.warning("valkey_away", error=type(error).__name__)
            self._away_until = monotonic() + PAUSE_SECONDS
            raise
        if away_until:
            self._away_until = 0.0
            log.warning("valkey_back")
        return answer


@cache
def breaker(url: str) -> Breaker:
    return Breaker()


class SharedCounters:
    """Counters in Valkey. Each thread that is counting has one connection. Connections are used without the client class, which
    would take as long as the counting itself."""

    def __init__(self, url: str) -> None:
        options = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        # The older protocol, which needs no handshake.
        self._pool = ConnectionPool.from_url(url, protocol=2, retry=Retry(NoBackoff(), 0), **options)
        self._idle: deque[Any] = deque()

    def count(self, key: str, window: float, times: int = 1) -> CounterState:
        number, milliseconds = self._ask("EVAL", COUNT, 1, f"{PREFIX}:{key}", round(window * 1000), times)
        return CounterState(number, milliseconds / 1000)

    def used(self, key: str) -> int:
        return int(self._ask("GET", f"{PREFIX}:{key}") or 0)

    def undo(self, key: str, times: int = 1) -> None:
        self._ask("EVAL", UNDO, 1, f"{PREFIX}:{key}", times)

    def forget(self, key: str) -> None:
        self._ask("DEL", f"{PREFIX}:{key}")

    def _ask(self, *command: str | int) -> Any:
        with suppress(IndexError):
            kept = self._idle.pop()
            # If the server was restarted, idle connections are closed.
            with suppress(redis.ConnectionError):
                return self._ask_on(kept, *command)
        return self._ask_on(self._pool.connection_class(**self._pool.connection_kwargs), *command)

    def _ask_on(self, connection: Any, *command: str | int) -> Any:
        try:
            connection.send_command(*command)
            answer = connection.read_response()
        except BaseException:
            connection.disconnect()  # not reused: a late reply would be mistaken for the reply to another command
            raise
        self._idle.append(connection)
        return answer


@cache
def _shared(url: str) -> SharedCounters:
    return SharedCounters(url)


class OwnCounters:
    """The counters of this process, used while Valkey is unavailable."""

    def __init__(self) -> None:
        self._windows: OrderedDict[str, CounterState] = OrderedDict()  # `seconds` is the end, on the monotonic clock
        self._lock = threading.Lock()

    def count(self, key: str, window: float, times: int = 1) -> CounterState:
        now = monotonic()
        with self._lock:
            before = self._open(key, now)
            end = before.seconds if before else now + window
            number = before.used + times if before else times
            self._windows[key] = CounterState(number, end)
            if len(self._windows) > MAX_KEYS:
                self._windows.popitem(last=False)
        # A sum of floats can be rounded up, so a new window could otherwise seem longer than it is.
        return CounterState(number, min(window, end - now))

    def used(self, key: str) -> int:
        with self._lock:
            window = self._open(key, monotonic())
            return window.used if window else 0

    def undo(self, key: str, times: int = 1) -> None:
        with self._lock:
            if window := self._open(key, monotonic()):
                self._windows[key] = CounterState(window.used - times, window.seconds)

    def forget(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def _open(self, key: str, now: float) -> CounterState | None:
        window = self._windows.get(key)
        if window and window.seconds <= now:
            del self._windows[key]
            return None
        return window


_own = OwnCounters()
