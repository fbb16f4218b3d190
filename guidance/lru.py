"""Bounded caches within one process, for values that can be created again. Pure."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from time import monotonic


class Lru[K: Hashable, V]:
    """A mapping that drops the least recently used values when their total weight exceeds `limit`. Threads may share it.

    Each value weighs 1, or what `weigh` returns for its key and value. With `seconds`, no value stays longer than that.
    """

    def __init__(
        self, limit: int, weigh: Callable[[K, V], int] = lambda key, value: 1, seconds: float | None = None
    ) -> None:
        self._limit = limit
        self._weigh = weigh
        self._seconds = seconds
        self._lock = threading.Lock()
        self._entries: OrderedDict[K, tuple[V, int, float]] = OrderedDict()  # value, weight, time of storing
        self.weight = 0

    def get(self, key: K) -> V | None:
        entry = self._used(key)
        return entry[0] if entry else None

    def put(self, key: K, value: V) -> V:
        """Stores the value and returns it."""
        entry = value, self._weigh(key, value), monotonic()
        with self._lock:
            self._evict_expired()
            self._remove(key)
            self._entries[key] = entry
            self.weight += entry[1]
            while self.weight > self._limit:
                self.weight -= self._entries.popitem(last=False)[1][1]
        return value

    def memoize(self, key: K, make: Callable[[], V]) -> V:
        """Returns the value, and creates and stores it if there is none. Simultaneous threads may each create one."""
        entry = self._used(key)
        return entry[0] if entry else self.put(key, make())

    def remove(self, key: K) -> None:
        with self._lock:
            self._evict_expired()
            self._remove(key)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.weight = 0

    def items(self) -> list[tuple[K, V]]:
        """Returns every key and value, least recently used first."""
        with self._lock:
            return [(key, value) for key, (value, _weight, _since) in self._entries.items()]

    def __len__(self) -> int:
        return len(self._entries)

    def _used(self, key: K) -> tuple[V, int, float] | None:
        """Returns the entry, and marks it as the most recently used."""
        with self._lock:
            self._evict_expired()
            entry = self._entries.get(key)
            if entry:
                self._entries.move_to_end(key)
            return entry

    def _remove(self, key: K) -> None:
        if key in self._entries:
            self.weight -= self._entries.pop(key)[1]

    def _evict_expired(self) -> None:
        if self._seconds is None:
            return
        oldest = monotonic() - self._seconds
        for key in [key for key, (_value, _weight, since) in self._entries.items() if since < oldest]:
            self._remove(key)


class RevisionCache[K: Hashable, V]:
    """An `Lru` of values derived from the catalogue. It becomes empty when another revision is requested."""

    def __init__(
        self, limit: int, weigh: Callable[[K, V], int] = lambda key, value: 1, seconds: float | None = None
    ) -> None:
        self._make = partial(Lru[K, V], limit, weigh, seconds)
        self._lock = threading.Lock()
        self._revision = ""
        self.latest = self._make()  # values of the revision that was requested last

    def of(self, revision: str) -> Lru[K, V]:
        """Returns the values of this revision (`Snapshot.key`).

        Another revision gets another `Lru`, so a thread that still has the old one cannot put a value into the new one.
        """
        with self._lock:
            if revision != self._revision:
                self._revision, self.latest = revision, self._make()
            return self.latest

    def clear(self) -> None:
        self.latest.clear()
