"""Encrypts everything with the current SECRET_KEY, and prints when the keys in SECRET_KEY_FALLBACKS can be removed."""

from datetime import timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import keys

LINKS = timedelta(days=60)  # how long an unsubscribe link must work after its email was sent; sessions last 30 days


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        renewed, unreadable = 0, 0
        for number in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
            try:
                renewed += keys.renew(number)
            except InvalidToken:
                unreadable += 1
        self.stdout.write(f"{renewed} second factor(s) encrypted with the current key.")
        if unreadable:
            raise CommandError(
                f"{unreadable} second factor(s) cannot be read with any key. Add the key they were encrypted with to "
                "SECRET_KEY_FALLBACKS and run this again.",
                returncode=1,
            )
        if settings.SECRET_KEY_FALLBACKS:
            day = (timezone.now() + LINKS).date()
            self.stdout.write(
                "No stored data needs an old key any more. Sessions and links in emails still do. If no process "
                f"uses an old key as SECRET_KEY from today on, SECRET_KEY_FALLBACKS can be emptied on {day:%-d %B %Y}."
            )
