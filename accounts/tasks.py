import structlog
from celery import shared_task
from django.utils import timezone

from accounts import outbox, services, tokens

log = structlog.get_logger(__name__)

SECONDS = 50  # of sending at a time: the next call goes on, and other tasks have their turn


@shared_task
def clear_expired() -> None:
    now = timezone.now()
    sessions, accounts = services.clear_expired(now=now)
    log.info("expired", sessions=sessions, accounts=accounts, tokens=tokens.clear_expired(now=now))


@shared_task
def send_mail() -> None:
    """Called whenever there is a new mail, and each minute."""
    outbox.drain(seconds=SECONDS)
