"""What an account that is made or entered means for a plan in the making."""

from typing import Any

from allauth.account.signals import user_signed_up
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from guidance.catalog import snapshot
from guidance.web import drafts


@receiver(user_signed_up)
def keep_the_plan(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Sent once there is an account, before its address is confirmed: the link may be opened on another device. Where the
    address is taken no account is made, and this is not sent."""
    drafts.saved_at_sign_up(request, user, snapshot.current(), timezone.now())


@receiver(user_logged_in)
def forget_what_is_kept(request: HttpRequest, user: User, **kwargs: Any) -> None:
    drafts.dropped_at_login(request, user, snapshot.current(), timezone.now())
