import os
import sys
import threading
import time

import pytest
from allauth.core import context
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password
from django.db import connection
from django.test import RequestFactory

from accounts.hashers import NICE, PATIENCE, SLOTS, WAITING, BusyError, Gate, LimitedArgon2PasswordHasher


def test_hasher_is_djangos_argon2(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.LimitedArgon2PasswordHasher"]
    encoded = make_password("four words nobody guesses")
    assert encoded.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert check_password("four words nobody guesses", encoded)
    assert not check_password("four words nobody guesse", encoded)


def test_hasher_is_the_one_in_use(settings):
    from config import settings as ours

    assert ours.PASSWORD_HASHERS == ["accounts.hashers.LimitedArgon2PasswordHasher"]


class Crowd:
    """Threads that arrive at a gate one after the other, each for a caller."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.leave = threading.Event()
        self.worked: list[str] = []
        self.refused: list[str] = []
        self.inside = self.most = 0
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def come(self, *callers: str) -> None:
        for caller in callers:
            thread = threading.Thread(target=self._work, args=(caller,))
            self._threads.append(thread)
            before = self._seen()
            thread.start()
            deadline = time.monotonic() + 5
            while self._seen() == before and time.monotonic() < deadline:
                time.sleep(0.001)

    def _seen(self) -> int:
        waiting = sum(map(len, self.gate._queues.values()))
        return self.inside + waiting + 1_000 * len(self.refused)

    def _work(self, caller: str) -> None:
        try:
            with self.gate.enter(caller):
                with self._lock:
                    self.inside += 1
                    self.most = max(self.most, self.inside)
                    self.worked.append(caller)
                self.leave.wait(5)
                with self._lock:
                    self.inside -= 1
        except BusyError:
            self.refused.append(caller)

    def go_on(self) -> None:
        self.leave.set()
        for thread in self._threads:
            thread.join()


def test_gate_lets_few_in_some_wait_and_turns_the_rest_away():
    crowd = Crowd(Gate(slots=2, waiting=3, patience=5))
    crowd.come(*["here"] * 10)
    crowd.go_on()
    assert (crowd.most, len(crowd.worked), len(crowd.refused)) == (2, 5, 5)


def test_gate_has_room_for_a_classroom():
    crowd = Crowd(Gate(slots=SLOTS, waiting=WAITING, patience=PATIENCE))
    crowd.come(*["a classroom"] * 120)
    crowd.go_on()
    assert (crowd.most, len(crowd.worked), crowd.refused) == (2, 120, [])


def test_gate_lets_callers_take_turns():
    crowd = Crowd(Gate(slots=1, waiting=9, patience=5))
    crowd.come("many", "many", "many", "many", "one", "other", "other")
    crowd.go_on()
    assert crowd.worked == ["many", "many", "one", "other", "many", "other", "many"]


def test_gate_that_is_full_takes_a_place_from_whoever_has_most():
    crowd = Crowd(Gate(slots=1, waiting=4, patience=5))
    crowd.come("many", "many", "many", "many", "many")
    crowd.come("one")
    assert crowd.refused == ["many"]
    crowd.come("many")
    assert crowd.refused == ["many"] * 2
    crowd.go_on()
    assert sorted(crowd.worked) == ["many"] * 4 + ["one"]


def test_gate_that_is_full_of_different_callers_turns_the_next_one_away():
    crowd = Crowd(Gate(slots=1, waiting=2, patience=5))
    crowd.come("first", "second", "third", "fourth")
    crowd.go_on()
    assert crowd.refused == ["fourth"]


@pytest.mark.django_db(transaction=True)
def test_gate_gives_the_connection_back_while_a_thread_waits():
    gate = Gate(slots=1, waiting=1, patience=5)
    held: list[bool] = []
    waits = threading.Event()

    def work() -> None:
        connection.ensure_connection()
        waits.set()
        with gate.enter():
            held.append(connection.connection is not None)

    thread = threading.Thread(target=work)
    with gate.enter():
        thread.start()
        waits.wait(5)
        time.sleep(0.05)
    thread.join()
    assert held == [False]


def test_gate_loses_patience_and_recovers():
    gate = Gate(slots=1, waiting=1, patience=0.05)
    with gate.enter(), pytest.raises(BusyError), gate.enter():
        pass
    with gate.enter():
        pass


@pytest.mark.parametrize("method", ["encode", "verify"])
def test_hasher_goes_through_the_gate(monkeypatch, method):
    monkeypatch.setattr("accounts.hashers.gate", Gate(slots=1, waiting=0, patience=0))
    from accounts import hashers

    with hashers.gate.enter(), pytest.raises(BusyError):
        getattr(LimitedArgon2PasswordHasher(), method)(
            "password", "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"
        )


def test_hasher_waits_in_the_name_of_the_address(monkeypatch):
    callers: list[str] = []

    class Spy(Gate):
        def enter(self, caller: str = ""):
            callers.append(caller)
            return super().enter(caller)

    monkeypatch.setattr("accounts.hashers.gate", Spy(slots=1, waiting=0, patience=0))
    encoded = "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"
    LimitedArgon2PasswordHasher().verify("password", encoded)
    with context.request_context(RequestFactory().post("/", REMOTE_ADDR="2001:db8::1:2")):
        LimitedArgon2PasswordHasher().verify("password", encoded)
    assert callers == ["", "2001:db8::/64"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a priority is that of a process")
def test_hasher_leaves_the_processor_to_others(monkeypatch):
    nice: list[int] = []
    monkeypatch.setattr(
        Argon2PasswordHasher,
        "verify",
        lambda *args: nice.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id())),
    )
    LimitedArgon2PasswordHasher().verify("password", "encoded")
    assert nice == [max(NICE, os.getpriority(os.PRIO_PROCESS, 0))]
