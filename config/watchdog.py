"""Ends a Celery worker that receives nothing, so that its supervisor starts another one. If the connection to the broker is half
open, a worker waits forever, alive but useless. So a thread of the worker checks whether messages are waiting in the queue
although the worker has received none for longer than any task may run. As long as other workers are connected, they take the
messages. An unreachable broker is no reason to end a worker: a new one would not reach it either.
"""

import os
import threading
import time
from typing import Any

import redis
import structlog
from celery.signals import task_received, worker_ready
from django.conf import settings

LOOK_SECONDS = 30.0
# No task runs longer than its limit; until it ends, a busy worker takes no other task.
SILENCE_SECONDS = settings.CELERY_TASK_TIME_LIMIT + 60.0
QUEUE = f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}celery"
TIMEOUT_SECONDS = 1

log = structlog.get_logger(__name__)


class Watchdog:
    """Tracks when one worker last received something. Times are on the monotonic clock."""

    def __init__(self, now: float) -> None:
        self._sure = now  # when the worker last received something, or when the queue was last empty

    def heard(self, now: float) -> None:
        self._sure = now

    def is_deaf(self, now: float, waiting: int | None) -> bool:
        """Returns whether the worker should end. `waiting` is the number of messages in the queue; None if unknown."""
        if not waiting:
            self._sure = now
        return now - self._sure > SILENCE_SECONDS


def messages_waiting() -> int | None:
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
        ) as client:
            return int(client.llen(QUEUE))
    except redis.RedisError:
        return None


@worker_ready.connect  # type: ignore[untyped-decorator]
def watch(**kwargs: Any) -> None:
    watchdog = Watchdog(time.monotonic())

    def hear(**kwargs: Any) -> None:
        watchdog.heard(time.monotonic())

    def look() -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            waiting = messages_waiting()
            if watchdog.is_deaf(time.monotonic(), waiting):
                log.critical("worker_is_deaf", waiting=waiting, seconds=SILENCE_SECONDS)
                os._exit(1)  # its main thread may wait forever, and none of its tasks is left

    task_received.connect(hear, weak=False)
    threading.Thread(target=look, name="watchdog", daemon=True).start()
