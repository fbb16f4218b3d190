"""The work of each minute. Beat wakes up a worker for it, and any number of workers can do it at once. If a worker is not woken
up, the next one or `drain_reminders` does the work."""

import structlog
from celery import shared_task

from guidance.reminders import sending

log = structlog.get_logger(__name__)


@shared_task
def tick() -> None:
    sending.run_minute(seconds=sending.SECONDS)
