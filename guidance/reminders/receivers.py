"""A learner's clock may change wherever the account is edited; what was worked out from it changes with it."""

from collections.abc import Collection
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from guidance.reminders import services


@receiver(post_save, sender=User)
def apply_new_time_zone(instance: User, created: bool, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    if not created and (update_fields is None or "time_zone" in update_fields):
        services.apply_time_zone(learner=instance, now=timezone.now())
