import structlog
from celery import shared_task
from django.utils import timezone

from accounts import services, tokens

log = structlog.get_logger(__name__)


@shared_task
def clear_expired() -> None:
    now = timezone.now()
    sessions, accounts = services.clear_expired(now=now)
    log.info("expired", sessions=sessions, accounts=accounts, tokens=tokens.clear_expired(now=now))
