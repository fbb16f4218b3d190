import structlog
from celery import shared_task
from django.utils import timezone

from guidance.progress import stored_responses

log = structlog.get_logger(__name__)


@shared_task
def forget_answers() -> None:
    log.info("answers_forgotten", answers=stored_responses.delete_expired(now=timezone.now()))
