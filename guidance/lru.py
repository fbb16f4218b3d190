"""Bounded memory of one process: values that are used again and can be made again. Pure."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from time import monotonic


class Lru[K: Hashable, V]:
    """A mapping that drops the least recently used values once all of them weigh more than `limit`. Threads may share it.

    Each value weighs 1, or what `weigh` says of its key and itself. With `seconds`, no value stays longer than that.
    """

    def __init__(
        self, limit: int, weigh: Callable[[K, V], int] = lambda key, value: 1, seconds: float | None = None
    ) -> None:
        self._limit = limit
        self._weigh = weigh
        self._seconds = seconds
        self._lock = threading.Lock()
        self._entries: OrderedDict[K, tuple[V, int, float]] = OrderedDict()  # value, weight, when it was put here
        self.weight = 0

    def get(self, key: K) -> V | None:
        entry = self._used(key)
        return entry[0] if entry else None

    def put(self, key: K, value: V) -> V:
        """Keep the value and return it."""
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
        """The value, made and kept if there is none. Threads that ask at the same moment may each make one."""
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
        """Every key and value, the least recently used first."""
        with self._lock:
            return [(key, value) for key, (value, _weight, _since) in self._entries.items()]

    def __len__(self) -> int:
        return len(self._entries)

    def _used(self, key: K) -> tuple[V, int, float] | None:
        """The entry, which is now the one used last."""
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
    """An `Lru` of values made from the catalogue: it empties itself when it is asked for another revision."""

    def __init__(
        self, limit: int, weigh: Callable[[K, V], int] = lambda key, value: 1, seconds: float | None = None
    ) -> None:
        self._make = partial(Lru[K, V], limit, weigh, seconds)
        self._lock = threading.Lock()
        self._revision = ""
        self.latest = self._make()  # of the revision that was asked for last

    def of(self, revision: str) -> Lru[K, V]:
        """The values of this revision (`Snapshot.key`).

        Another revision gets another `Lru`, so a thread that still has the old one cannot put a value into the new one.
        """
        with self._lock:
            if revision != self._revision:
                self._revision, self.latest = revision, self._make()
            return self.latest

    def clear(self) -> None:
        self.latest.clear()
