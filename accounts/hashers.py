"""Password hashing that cannot take the machine down.

One Argon2 hash takes 100 MiB and a fifth of a second of CPU. If sixty people log in at once, that needs 6 GB. So each process
works on two hashes at a time, and the rest wait in a queue. Callers take turns, so someone who fills the queue from one address
mostly delays themselves. If the queue is full, the address with the most places loses one.

Waiting costs only a thread: the database connection is returned to the pool first. The web server has more threads than there are
places here (`threads` in config/gunicorn.py), so that reading stays fast.
"""

import os
import sys
import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from allauth.core import context
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections

from accounts.client_ip import network

SLOTS = 2
WAITING = 160  # enough for a class of sixty to sign up while another class logs in, with places to spare
PATIENCE = 50.0  # seconds; less than a proxy waits for a response
NICE = 10  # lower priority, so that requests that only read come first


class BusyError(Exception):
    """Raised if too many callers in this process are doing the same expensive work; the caller should try again in a moment."""


@dataclass(eq=False, slots=True)
class _Place:
    """A place in a caller's queue."""

    called: threading.Event = field(default_factory=threading.Event)
    admitted: bool = False  # once called: whether to work or to give up


class Gate:
    """Lets `slots` threads work at a time and `waiting` others wait for up to `patience` seconds. Callers take turns."""

    def __init__(self, *, slots: int, waiting: int, patience: float) -> None:
        self._lock = threading.Lock()
        self._free = slots
        self._room = waiting
        self._patience = patience
        self._queues: OrderedDict[str, deque[_Place]] = OrderedDict()  # by caller, in order of turns; no queue is empty

    @contextmanager
    def enter(self, caller: str = "") -> Iterator[None]:
        """Holds a slot while the block runs. Raises BusyError if the queue is full or the wait takes too long."""
        self._admit(caller)
        try:
            yield
        finally:
            self._leave()

    def _admit(self, caller: str) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            place = self._join(caller)
        release_connections()
        if not place.called.wait(self._patience):
            with self._lock:
                if not place.called.is_set():
                    self._remove(caller, place)
        if not place.admitted:
            raise BusyError

    def _join(self, caller: str) -> _Place:
        mine = self._queues.get(caller, deque())
        if not self._room:
            longest = max(self._queues, key=lambda name: len(self._queues[name]), default=caller)
            if longest == caller or len(self._queues[longest]) < len(mine) + 2:
                raise BusyError
            last = self._queues[longest][-1]
            self._remove(longest, last)
            last.called.set()
        place = _Place()
        mine.append(place)
        self._queues[caller] = mine
        self._room -= 1
        return place

    def _remove(self, caller: str, place: _Place) -> None:
        queue = self._queues[caller]
        queue.remove(place)
        if not queue:
            del self._queues[caller]
        self._room += 1

    def _leave(self) -> None:
        """Passes the slot to the caller whose turn it is."""
        with self._lock:
            if not self._queues:
                self._free += 1
                return
            caller = next(iter(self._queues))
            place = self._queues[caller][0]
            self._queues.move_to_end(caller)
            self._remove(caller, place)
            place.admitted = True
            place.called.set()


def release_connections() -> None:
    """Returns the connections of this thread to the pool, which has fewer connections than there are threads."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


gate = Gate(slots=SLOTS, waiting=WAITING, patience=PATIENCE)


def _caller() -> str:
    request = context.request
    return network(request) if request else ""


def _give_way() -> None:
    """Lowers the priority of this thread. On Linux, the threads that it starts inherit it: Argon2 starts eight."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICE, os.getpriority(os.PRIO_PROCESS, thread)))


# Hashing has its own threads, because a thread cannot raise its priority again.
_hashing = ThreadPoolExecutor(SLOTS, thread_name_prefix="hashing", initializer=_give_way)


class LimitedArgon2PasswordHasher(Argon2PasswordHasher):
    def encode(self, password: str, salt: str) -> str:
        with gate.enter(_caller()):
            return _hashing.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        with gate.enter(_caller()):
            return _hashing.submit(super().verify, password, encoded).result()
