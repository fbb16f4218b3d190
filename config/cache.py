"""The cache: Valkey or, while Valkey is unavailable, the memory of the process. allauth stores its rate limits here, and the
authenticator codes that have been used. A login or sign-up must not fail or wait because Valkey is unavailable, so the cache
shares the circuit breaker of `accounts.counters`.
"""

from contextlib import suppress
from typing import Any

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

from accounts.counters import breaker

MAX_ENTRIES = 10_000  # per process


class FallbackCache(BaseCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._breaker = breaker(server)
        self._shared = RedisCache(server, params)
        self._own = LocMemCache("waymark", {**params, "OPTIONS": {"MAX_ENTRIES": MAX_ENTRIES}})

    def _ask(self, step: str, *arguments: Any) -> Any:
        with suppress(redis.RedisError, OSError):
            return self._breaker.call(lambda: getattr(self._shared, step)(*arguments))
        return getattr(self._own, step)(*arguments)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("add", key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask("set", key, value, timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("touch", key, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._ask("delete", key, version))

    def clear(self) -> None:
        self._own.clear()
        self._ask("clear")
