"""Receivers of the signals of Django and allauth: a changed factor ends other sessions and all tokens, and everything is
logged.

The log identifies users by number. It never contains email or IP addresses.
"""

from functools import partial
from typing import Any

import structlog
from allauth.account import signals as account
from allauth.account.models import EmailAddress
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import signals as auth
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts import browsers, keys, services, tokens
from accounts.models import User
from accounts.sessions import BROWSER, SIGNED_UP

log = structlog.get_logger(__name__)


@receiver([mfa.authenticator_added, mfa.authenticator_removed, mfa.authenticator_reset])
def end_other_sessions(request: HttpRequest, user: User, **kwargs: Any) -> None:
    services.end_sessions(user=user)
    tokens.revoke_all(owner=user)
    if request.user.is_authenticated and request.user.pk == user.pk:
        update_session_auth_hash(request, user)


@receiver(account.email_changed)
def end_other_sessions_after_change(
    request: HttpRequest, user: User, from_email_address: EmailAddress | None, **kwargs: Any
) -> None:
    if from_email_address is not None:
        end_other_sessions(request=request, user=user)
        log.info("email_changed", user_id=user.pk)
    else:
        log.info("email_confirmed", user_id=user.pk)  # the first address of a new account


@receiver(account.user_signed_up)
def give_session_to_account(request: HttpRequest, user: User, **kwargs: Any) -> None:
    request.session[SIGNED_UP] = user.pk


@receiver([auth.user_logged_in, account.password_changed, account.password_set, account.password_reset])
def make_browser_known(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Makes the browser known after a login or a password reset. A reset proves as much as a login, because it needs the owner's
    mailbox."""
    if request is not None:
        browsers.remember(request, user)


@receiver(auth.user_logged_in)
def remember_the_browser(request: HttpRequest, **kwargs: Any) -> None:
    """Stores the name of the browser in the session, so that its owner recognises the session."""
    request.session.pop(BROWSER, None)
    described = browsers.describe(request.META.get("HTTP_USER_AGENT", ""))
    if any(described):
        request.session[BROWSER] = described


@receiver(auth.user_logged_in)
def log_login(user: User, **kwargs: Any) -> None:
    log.info("login", user_id=user.pk)


@receiver(auth.user_logged_out)
def log_logout(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        log.info("logout", user_id=user.pk)


@receiver(auth.user_login_failed)
def log_failed_login(**kwargs: Any) -> None:
    log.warning("login_failed")


@receiver(post_save, sender=Authenticator)
def encrypt_with_present_key(instance: Authenticator, created: bool, **kwargs: Any) -> None:
    """Encrypts a second factor with the current key when it is first used after a change of key: using a factor saves it."""
    if not created and settings.SECRET_KEY_FALLBACKS and not keys.is_current(instance.data):
        keys.renew(instance.pk)


_NAMES = {
    account.user_signed_up: "sign_up",
    account.password_changed: "password_changed",
    account.password_set: "password_set",
    account.password_reset: "password_reset",
    mfa.authenticator_added: "factor_added",
    mfa.authenticator_removed: "factor_removed",
    mfa.authenticator_reset: "factor_reset",
}


@receiver(list(_NAMES))
def log_account_event(signal: Any, user: User, **kwargs: Any) -> None:
    """Logs an event after the commit, so that an event that is rolled back, such as a sign-up with a taken address, is not
    logged."""
    transaction.on_commit(partial(log.info, _NAMES[signal], user_id=user.pk))
