"""Tasks for all applications."""

from celery import shared_task
from django.utils import timezone

from guidance.personal_data import retention


@shared_task
def tidy() -> None:
    """Runs once a day."""
    retention.tidy(now=timezone.now())
