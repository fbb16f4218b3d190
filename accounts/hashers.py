"""Password hashing that cannot take the machine down.

One Argon2 hash takes 100 MiB and a tenth of a second of CPU. Fifty people who sign in at once would need 5 GB, and,
waiting for each other, would hold every thread of the web process. So each process works on two at a time, lets one
wait a little, and turns the rest away with a 503: of four threads one is always free, and reading stays quick.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

SLOTS = 2
WAITING = 1
PATIENCE = 3.0  # seconds


class BusyError(Exception):
    """Too many in this process do the same costly thing; the caller should try again in a moment."""


class Gate:
    def __init__(self, *, slots: int, waiting: int, patience: float) -> None:
        self._slots = threading.BoundedSemaphore(slots)
        self._places = threading.BoundedSemaphore(slots + waiting)
        self._patience = patience

    def check(self) -> None:
        """Spares the one who would be turned away, and us, what comes before."""
        if not self._places.acquire(blocking=False):
            raise BusyError
        self._places.release()

    @contextmanager
    def enter(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            if not self._slots.acquire(timeout=self._patience):
                raise BusyError
            try:
                yield
            finally:
                self._slots.release()
        finally:
            self._places.release()


gate = Gate(slots=SLOTS, waiting=WAITING, patience=PATIENCE)


class LimitedArgon2PasswordHasher(Argon2PasswordHasher):
    def encode(self, password: str, salt: str) -> str:
        with gate.enter():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with gate.enter():
            return super().verify(password, encoded)
