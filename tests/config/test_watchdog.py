"""A worker that hears nothing while messages wait ends itself."""

import os
import subprocess
import sys
import time

import pytest
import redis

from config import watchdog
from embedded.processes import ROOT

PATIENCE = 60  # seconds, for a worker to load
WORKER = """
from config import watchdog
watchdog.LOOK_SECONDS, watchdog.SILENCE_SECONDS = 0.2, 1.0
from config.celery import app
app.worker_main(["worker", "--pool=solo", "--queues={queues}", "--loglevel=INFO"])
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


@pytest.mark.parametrize(("queues", "ends"), [("elsewhere", True), ("celery", False)])
def test_deaf_worker_ends_itself(own_valkey, queues, ends):
    """One listens to another queue, which is as good as a connection on which nothing comes."""
    environ = {**os.environ, "REDIS_URL": own_valkey.url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    broker = redis.Redis.from_url(own_valkey.url)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(queues=queues)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        if ends:
            broker.rpush(watchdog.QUEUE, "a message that nobody takes")
            output, _ = worker.communicate(timeout=PATIENCE)
            assert worker.returncode == 1
            assert "worker_is_deaf" in output
        else:
            assert worker.stdout
            for line in worker.stdout:
                if " ready." in line:
                    break
            time.sleep(2)
            assert worker.poll() is None
    finally:
        worker.kill()
        worker.wait()
