import structlog
from celery import shared_task
from django.utils import timezone

from accounts import outbox, services, tokens

log = structlog.get_logger(__name__)

SECONDS = 50  # maximum time of sending per call, so that other tasks can run; the next call continues


@shared_task
def clear_expired() -> None:
    now = timezone.now()
    sessions, accounts = services.clear_expired(now=now)
    log.info("expired", sessions=sessions, accounts=accounts, tokens=tokens.clear_expired(now=now))


@shared_task
def send_mail() -> None:
    """Sends waiting emails. Called for each new email and once a minute."""
    outbox.drain(seconds=SECONDS)
