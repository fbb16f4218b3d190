"""The cache while Valkey is down."""

import signal
import time

import pytest
from django.core.cache import cache


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
def test_cache_goes_on_in_the_process(own_valkey, how):
    cache.set("before", 1)
    own_valkey.child.send(how)
    started = time.perf_counter()
    for number in range(20):
        assert cache.add(f"key-{number}", number, 60)
        assert not cache.add(f"key-{number}", number, 60)
        assert cache.get(f"key-{number}") == number
        assert cache.delete(f"key-{number}")
    assert time.perf_counter() - started < 1


def test_cache_comes_back_with_valkey(own_valkey):
    cache.set("kept", 1)
    own_valkey.child.send(signal.SIGSTOP)
    assert cache.get("kept") is None
    own_valkey.child.send(signal.SIGCONT)
    until = time.monotonic() + 5
    while cache.get("kept") is None and time.monotonic() < until:
        time.sleep(0.1)
    assert cache.get("kept") == 1
