# mypy: disallow_subclassing_any=False
"""Adapters that adjust allauth to Waymark: our own limits, and emails that go to the outbox instead of being sent
during the request.

Some of the overridden methods are private, so allauth's version is pinned and each method has a test.
"""

from math import ceil
from typing import Any, ClassVar

import qrcode  # type: ignore[import-untyped]
import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from accounts import hashers, keys, login_limits, outbox, services
from accounts.client_ip import client_ip
from accounts.models import OutgoingMail, User

log = structlog.get_logger(__name__)

APP = "allauth.account"
Kind = OutgoingMail.MailKind
TOO_MANY_PASSWORDS = ngettext_lazy(
    "Too many attempts. Try again in %(minutes)d minute, or reset your password to log in at once.",
    "Too many attempts. Try again in %(minutes)d minutes, or reset your password to log in at once.",
    "minutes",
)
TOO_MANY_CODES = ngettext_lazy(
    "Too many attempts. Try again in %(minutes)d minute.",
    "Too many attempts. Try again in %(minutes)d minutes.",
    "minutes",
)
TOO_MANY_SIGN_UPS = ngettext_lazy(
    "Many people have signed up from your network. Try again in %(minutes)d minute, or use another network.",
    "Many people have signed up from your network. Try again in %(minutes)d minutes, or use another network.",
    "minutes",
)


def too_many(error: login_limits.TooManyError, message: Any) -> ValidationError:
    """Returns a form error. Its `params` include the seconds to wait."""
    params = {"seconds": error.seconds, "minutes": ceil(error.seconds / 60)}
    return ValidationError(message, code="rate_limited", params=params)


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account has been disabled."),
        "email_password_mismatch": _("Wrong email address or password."),
        "rate_limited": _("Too many attempts. Try again in five minutes."),
        "incorrect_code": _("This code isn’t right. Codes from an app change every 30 seconds."),
        "incorrect_password": _("This isn’t your password."),
        "enter_current_password": _("This isn’t your current password."),
        "duplicate_email": _("You already use this address."),
    }

    # Requests

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def is_safe_url(self, url: str) -> bool:
        host = self.request.get_host()
        return bool(url_has_allowed_host_and_scheme(url, allowed_hosts={host}, require_https=self.request.is_secure()))

    # Limits

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            self._try = login_limits.try_password(request, credentials.get("email", ""))
        except login_limits.TooManyError as error:
            raise too_many(error, TOO_MANY_PASSWORDS) from None

    def _rollback_login_failed_rl_usage(self) -> None:
        """Called by allauth if the password was right."""
        self._try.was_right()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        try:
            return super().authenticate(request, **credentials)
        except hashers.BusyError:
            self._try.withdraw()
            raise

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Called by allauth after a password reset: other people's guesses must not keep the owner out."""
        login_limits.forget_failures(request, credentials.get("email", ""))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Saves the user with the hash that the form has already made, because hashing is slow and this runs within a
        transaction."""
        user.email = form.cleaned_data["email"]
        user.password = form.hashed_password
        user.save()
        return user

    # Addresses of accounts

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        user = User.objects.get(pk=email_address.user_id)
        try:
            with transaction.atomic():
                services.discard_unverified_accounts(email=email_address.email, keep=user)
                return bool(super().confirm_email(request, email_address))
        except IntegrityError:  # another account has taken the address in the meantime
            return False

    # Mail

    def send_confirmation_mail(self, request: HttpRequest, emailconfirmation: Any, signup: bool) -> None:
        address = emailconfirmation.email_address
        kind = Kind.CONFIRM_SIGN_UP if signup else Kind.CONFIRM_ADDRESS
        outbox.hand_over(kind=kind, user=address.user, address=address.email)

    def send_account_already_exists_mail(self, email: str) -> None:
        user = User.objects.filter(email=email).first()
        outbox.hand_over(kind=Kind.TAKEN, user=user, address=email if user else "")

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Hands a notification over to the outbox. The time stated in a notification is that of the row."""
        to = email or EmailAddress.objects.get_primary_email(user)
        if to:
            outbox.hand_over(kind=template_prefix, user=user, address=to, **(context or {}))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuses everything that allauth would send outside the methods above, so that no request waits for the mail server
        and no row contains a link."""
        raise NotImplementedError(template_prefix)


class MFAAdapter(DefaultMFAAdapter):
    """Encrypts the secrets of second factors, so that database dumps do not reveal them (`keys.py`)."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "add_email_blocked": _("Turn two-factor authentication off first, change the address, then turn it on again."),
        "unverified_email": _("Confirm your new email address first, or cancel the change."),
    }

    def build_totp_svg(self, url: str) -> str:
        """Returns the QR code on white, so that cameras can also read it on a dark page."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        return keys.fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys.fernet().decrypt(encrypted_text.encode()).decode()
