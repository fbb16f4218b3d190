"""Orders of jobs that were found before. Pure.

Finding one is most of the work of a plan, and the same one is asked for again and again: by each page until the learner does
something, and by each day's mail to somebody who does nothing. It depends on hours, weights and needs alone, so that it may
be kept without a word about whose it is.
"""

import threading
from array import array
from collections import OrderedDict
from hashlib import sha256

from guidance.progress.sequencing import Jobs, sequence

KEPT = 50_000  # orders; some hundred bytes each


class Orders:
    """The `most` that were asked for last."""

    def __init__(self, most: int = KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._orders: OrderedDict[bytes, array[int]] = OrderedDict()

    def order(self, jobs: Jobs) -> list[int]:
        """What `sequence` gives."""
        key = _key(jobs)
        with self._lock:
            known = self._orders.get(key)
            if known is not None:
                self._orders.move_to_end(key)
                return list(known)
        found = sequence(jobs)
        with self._lock:
            self._orders[key] = array("I", found)
            if len(self._orders) > self._most:
                self._orders.popitem(last=False)
        return found

    def __len__(self) -> int:
        return len(self._orders)

    def forget(self) -> None:
        with self._lock:
            self._orders.clear()


def _key(jobs: Jobs) -> bytes:
    text = repr((list(jobs.hours), list(jobs.weights), [list(needs) for needs in jobs.needs]))
    return sha256(text.encode()).digest()


kept = Orders()
