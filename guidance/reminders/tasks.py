"""The work of each minute. Beat wakes a worker up for it, and any number of workers can do it at once. If one is not woken
up, the next one or `drain_reminders` does its work."""

import structlog
from celery import shared_task

from guidance.reminders import sending

log = structlog.get_logger(__name__)


@shared_task
def tick() -> None:
    sending.run_minute(seconds=sending.SECONDS)
