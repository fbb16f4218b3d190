"""A worker that receives nothing while messages are waiting ends itself."""

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest
import redis

from config import watchdog
from embedded.processes import ROOT

PATIENCE = 10  # seconds to wait for the end
WORKER = """
from config import watchdog
watchdog.LOOK_SECONDS, watchdog.SILENCE_SECONDS = 0.2, 1.0
from config.celery import app
app.worker_main(["worker", "--pool=solo", "--queues=celery", "--loglevel=INFO"])
"""


def test_worker_is_deaf_after_silence_while_messages_wait():
    dog, after = watchdog.Watchdog(0), watchdog.SILENCE_SECONDS
    assert not dog.is_deaf(after - 1, waiting=3)
    assert dog.is_deaf(after + 1, waiting=3)


@pytest.mark.parametrize("waiting", [0, None])
def test_worker_with_nothing_to_hear_is_not_deaf(waiting):
    dog, after = watchdog.Watchdog(0), watchdog.SILENCE_SECONDS
    assert not dog.is_deaf(after + 1, waiting)
    assert not dog.is_deaf(after + 2, waiting=3), "it has just come"


def test_worker_that_hears_is_not_deaf():
    dog, after = watchdog.Watchdog(0), watchdog.SILENCE_SECONDS
    dog.heard(after)
    assert not dog.is_deaf(after + 1, waiting=3)


def test_silence_is_longer_than_any_task(settings):
    assert watchdog.SILENCE_SECONDS > settings.CELERY_TASK_TIME_LIMIT


class Wire:
    """A proxy at a port for a server's socket. Once it is cut, connected clients receive nothing and get no error,
    as when a router forgets a connection. New connections work."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_cut = threading.Event()  # for all connections until then
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.is_cut.set()
        self.is_cut = threading.Event()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                near, _ = self.listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self.path)
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other, self.is_cut), daemon=True).start()

    @staticmethod
    def _carry(one: socket.socket, other: socket.socket, is_cut: threading.Event) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                if not is_cut.is_set():
                    other.sendall(data)
            if not is_cut.is_set():
                other.shutdown(socket.SHUT_RDWR)


def test_worker_whose_connection_is_half_open_ends_itself_and_no_other_does(own_valkey):
    """For the worker the connection still exists, but nothing arrives on it."""
    wire = Wire(str(own_valkey.socket))
    broker = redis.Redis.from_url(own_valkey.url)
    environ = {
        **os.environ,
        "REDIS_URL": f"redis://127.0.0.1:{wire.port}/0",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert worker.stdout
        for line in worker.stdout:
            if " ready." in line:
                break
        time.sleep(1.5)  # longer than the silence that ends a worker
        assert worker.poll() is None, "it hears, and there is nothing to hear"
        wire.cut()
        for number in range(
            2
        ):  # the first may be sent to who cannot hear it: the server waits on that connection as well
            broker.rpush(watchdog.QUEUE, f"message {number}")
        output, _ = worker.communicate(timeout=PATIENCE)
        assert worker.returncode == 1
        assert "worker_is_deaf" in output
        assert broker.llen(watchdog.QUEUE)
    finally:
        worker.kill()
        worker.wait()
        wire.listener.close()
