import threading
import time

import pytest
from django.contrib.auth.hashers import check_password, make_password

from accounts.hashers import BusyError, Gate, LimitedArgon2PasswordHasher


def test_hasher_is_djangos_argon2(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.LimitedArgon2PasswordHasher"]
    encoded = make_password("four words nobody guesses")
    assert encoded.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
    assert check_password("four words nobody guesses", encoded)
    assert not check_password("four words nobody guesse", encoded)


def test_hasher_is_the_one_in_use(settings):
    from config import settings as ours

    assert ours.PASSWORD_HASHERS == ["accounts.hashers.LimitedArgon2PasswordHasher"]


def test_gate_lets_few_in_few_wait_and_turns_the_rest_away():
    gate = Gate(slots=2, waiting=1, patience=5)
    inside, most, turned_away, done = 0, 0, [], []
    lock, leave = threading.Lock(), threading.Event()

    def work() -> None:
        nonlocal inside, most
        try:
            with gate.enter():
                with lock:
                    inside += 1
                    most = max(most, inside)
                leave.wait(5)
                with lock:
                    inside -= 1
                done.append(1)
        except BusyError:
            turned_away.append(1)

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 5
    while len(turned_away) < 7 and time.monotonic() < deadline:
        time.sleep(0.01)
    leave.set()
    for thread in threads:
        thread.join()
    assert (most, len(turned_away), len(done)) == (2, 7, 3)


def test_gate_says_beforehand_when_it_is_full():
    gate = Gate(slots=1, waiting=0, patience=5)
    gate.check()
    with gate.enter(), pytest.raises(BusyError):
        gate.check()
    gate.check()


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
