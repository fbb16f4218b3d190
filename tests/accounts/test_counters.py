"""Counters that all processes share, and a process that counts by itself while Valkey is down."""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count as numbers

import pytest
import redis

from accounts import counters

keys = (f"test:{number}" for number in numbers())


@pytest.fixture
def key() -> str:
    return next(keys)


@pytest.fixture(params=["shared", "own"])
def anywhere(request, settings, monkeypatch) -> None:
    """Runs the test with Valkey and without."""
    if request.param == "own":
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        monkeypatch.setattr(counters, "_own", counters.OwnCounters())


@pytest.mark.usefixtures("anywhere")
def test_count_counts_each_key_in_its_window(key):
    counted = [counters.count(key, window=60) for _ in range(3)]
    assert [one.used for one in counted] == [1, 2, 3]
    assert 59 < counted[0].seconds <= 60
    assert counted[2].seconds <= counted[0].seconds
    assert counters.used(key) == 3
    assert counters.used(f"{key}:other") == 0


@pytest.mark.usefixtures("anywhere")
def test_count_begins_again_after_the_window(key):
    counters.count(key, window=0.05)
    counters.count(key, window=0.05)
    time.sleep(0.06)
    assert counters.used(key) == 0
    assert counters.count(key, window=60).used == 1


@pytest.mark.usefixtures("anywhere")
def test_undo_takes_one_count_back_and_begins_no_window(key):
    counters.undo(key)
    counters.count(key, window=60)
    counters.count(key, window=60)
    counters.undo(key)
    assert counters.count(key, window=60).used == 2


@pytest.mark.usefixtures("anywhere")
def test_forget_begins_a_new_window(key):
    counters.count(key, window=60)
    counters.forget(key)
    assert counters.count(key, window=60).used == 1


@pytest.mark.usefixtures("anywhere")
def test_count_misses_nothing_that_is_counted_at_once(key):
    with ThreadPoolExecutor(8) as threads:
        counted = list(threads.map(lambda _: counters.count(key, window=60).used, range(100)))
    assert sorted(counted) == list(range(1, 101))


def test_own_counters_give_a_new_window_no_more_time_than_it_has(monkeypatch):
    monkeypatch.setattr(counters, "monotonic", lambda: 4.001)  # where (4.001 + 60) - 4.001 is more than 60
    assert counters.OwnCounters().count("new", 60).seconds == 60


def test_own_counters_keep_no_more_than_so_many(monkeypatch):
    monkeypatch.setattr(counters, "MAX_KEYS", 3)
    own = counters.OwnCounters()
    for number in range(5):
        own.count(str(number), 60)
    assert [own.used(str(number)) for number in range(5)] == [0, 0, 1, 1, 1]


def test_stopped_valkey_is_waited_for_once_a_second(own_valkey, key):
    assert counters.count(key, window=60).used == 1
    own_valkey.child.send(signal.SIGSTOP)
    started = time.perf_counter()
    assert [counters.count(key, window=60).used for _ in range(50)] == list(range(1, 51))
    assert time.perf_counter() - started < 1


def test_breaker_lets_one_of_many_try() -> None:
    asked = []

    def fail() -> None:
        asked.append(1)
        time.sleep(0.05)  # so that all threads look before this call has failed
        raise redis.ConnectionError

    def ask(breaker: counters.Breaker) -> Callable[[int], None]:
        def call(_: int) -> None:
            with pytest.raises(redis.RedisError):
                breaker.call(fail)

        return call

    breaker = counters.Breaker()
    for number in range(20):
        ask(breaker)(number)
    assert len(asked) == 1
    breaker._away_until = 1.0  # the pause is over
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask(breaker), range(40)))
    assert len(asked) <= 3  # more than one only if threads look in the same microsecond


def test_connections_are_kept(own_valkey, key):
    for _ in range(20):
        counters.count(key, window=60)
    assert len(counters._shared(own_valkey.url)._idle) == 1
