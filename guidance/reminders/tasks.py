"""The minute's work. Beat wakes a worker up for it, any number of workers may do it at once, and one that is never woken up
is made up for by the next, or by `drain_reminders`."""

import structlog
from celery import shared_task

from guidance.reminders import sending

log = structlog.get_logger(__name__)


@shared_task
def tick() -> None:
    sending.run_minute(seconds=sending.SECONDS)
