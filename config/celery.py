"""The Celery application. The broker only wakes up workers: everything that must not be lost is a row in PostgreSQL."""

import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("waymark")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect  # type: ignore[untyped-decorator]
def _watch_over_worker(**kwargs: object) -> None:
    from config import watchdog  # noqa: F401  connects itself; it reads settings
