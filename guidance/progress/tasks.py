import structlog
from celery import shared_task
from django.utils import timezone

from guidance.progress import answers

log = structlog.get_logger(__name__)


@shared_task
def forget_answers() -> None:
    log.info("answers_forgotten", answers=answers.forget(now=timezone.now()))
