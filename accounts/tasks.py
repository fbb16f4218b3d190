import structlog
from celery import shared_task
from django.utils import timezone

from accounts import services

log = structlog.get_logger(__name__)


@shared_task
def clear_expired() -> None:
    sessions, accounts = services.clear_expired(now=timezone.now())
    log.info("expired", sessions=sessions, accounts=accounts)
