"""Things worked out once per revision and kept in the memory of this process."""

import threading
from collections import OrderedDict
from collections.abc import Callable


class Kept[T]:
    """Values of the newest revision seen, least recently used first; together they weigh at most `limit`."""

    def __init__(self, limit: int, weigh: Callable[[T], int] = lambda value: 1) -> None:
        self._limit = limit
        self._weigh = weigh
        self._lock = threading.Lock()
        self._values: OrderedDict[object, T] = OrderedDict()
        self._weight = 0
        self._revision = ""

    @property
    def weight(self) -> int:
        return self._weight

    def get(self, revision: str, key: object) -> T | None:
        with self._lock:
            value = self._values.get(key) if revision == self._revision else None
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, revision: str, key: object, value: T) -> T:
        with self._lock:
            if revision != self._revision:
                self._values.clear()
                self._weight = 0
                self._revision = revision
            old = self._values.pop(key, None)
            self._values[key] = value
            self._weight += self._weigh(value) - (self._weigh(old) if old is not None else 0)
            while self._weight > self._limit:
                self._weight -= self._weigh(self._values.popitem(last=False)[1])
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._weight = 0
