# mypy: disallow_subclassing_any=False
"""Where Waymark differs from allauth: addresses of links, limits, and mail whose failure tells nobody anything.

Some of the methods overridden here are marked private in allauth. It is pinned, and each has a test.
"""

import base64
from contextlib import suppress
from http import HTTPStatus
from math import ceil
from typing import Any, ClassVar

import css_inline
import qrcode  # type: ignore[import-untyped]
import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives, mailers
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from qrcode.image.svg import SvgPathFillImage  # type: ignore[import-untyped]

from accounts import hashers, limits, services
from accounts.client_ip import client_ip
from accounts.models import AccessToken, User

log = structlog.get_logger(__name__)

APP = "allauth.account"
TOO_MANY_PASSWORDS = ngettext_lazy(
    "Too many attempts. Try again in %(minutes)d minute, or reset your password: you can log in at once after that.",
    "Too many attempts. Try again in %(minutes)d minutes, or reset your password: you can log in at once after that.",
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


def too_many(error: limits.TooManyError, message: Any) -> ValidationError:
    """The error of a form. Its `params` have the seconds to wait, too."""
    params = {"seconds": error.seconds, "minutes": ceil(error.seconds / 60)}
    return ValidationError(message, code="rate_limited", params=params)


def site_url(path: str) -> str:
    """Links in mail never follow the request's Host header."""
    return f"{settings.SITE_URL}{path}"


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account has been disabled."),
        "email_password_mismatch": _("This e-mail address and this password do not belong together."),
        "rate_limited": _("Too many attempts. Try again in five minutes."),
        "incorrect_code": _("This code is not right. Codes from an app change every 30 seconds."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your current password."),
        "duplicate_email": _("This is the address your account has already."),
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
            self._try = limits.try_password(request, credentials.get("email", ""))
        except limits.TooManyError as error:
            raise too_many(error, TOO_MANY_PASSWORDS) from None

    def _rollback_login_failed_rl_usage(self) -> None:
        """Called by allauth when the password was right."""
        self._try.was_right()

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        try:
            return super().authenticate(request, **credentials)
        except hashers.BusyError:
            self._try.withdraw()
            raise

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        """Called by allauth when the password was reset: the owner is not kept out by somebody's guesses."""
        limits.forgive(request, credentials.get("email", ""))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """With the hash that the form has made already: this is called within a transaction."""
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
        except IntegrityError:  # the address has become another account's in the meantime
            return False

    # Mail

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _separator, token = key.partition("-")
        return site_url(reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return site_url(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def send_account_already_exists_mail(self, email: str) -> None:
        links = {
            "login_url": site_url(reverse("account_login")),
            "password_reset_url": site_url(reverse("account_reset_password")),
        }
        self.send_mail("account/email/account_already_exists", email, links)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMessage:
        headers = {"Auto-Submitted": "auto-generated", **(headers or {})}
        message: EmailMessage = super().render_mail(template_prefix, email, context, headers)
        if isinstance(message, EmailMultiAlternatives):
            message.attach_alternative(as_html(str(message.subject), str(message.body)), "text/html")
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, {"email": email, "site_url": settings.SITE_URL, **context})
        self._deliver(message, email)

    def pretend_to_send(self, email: str) -> None:
        """What a sender would notice of the mail server, for an address that gets no mail."""
        self._deliver(None, email)

    def _deliver(self, message: EmailMessage | None, email: str) -> None:
        """Only a server that cannot be reached is told of: that is the same for every address.

        What happens after it has been reached may depend on the address, and shows in the log alone.
        """
        mailer = mailers.default
        try:
            mailer.open()
        except OSError as error:  # smtplib's are of this kind too
            log.error("account_mail_unreachable", error=type(error).__name__)
            self._allow_another_mail(email)
            raise ImmediateHttpResponse(mail_unavailable(self.request)) from None
        try:
            if message is not None:
                mailer.send_messages([message])
        except OSError as error:
            log.error("account_mail_failed", error=type(error).__name__, code=getattr(error, "smtp_code", None))
            self._allow_another_mail(email)
        finally:
            with suppress(OSError):
                mailer.close()

    def _allow_another_mail(self, email: str) -> None:
        ratelimit.clear(self.request, app=APP, action="confirm_email", key=email.lower())

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tells of what is done already, so its failure is no reason to show the user an error."""

        def send() -> None:
            try:
                super(AccountAdapter, self).send_notification_mail(template_prefix, user, context, email)
            except ImmediateHttpResponse:
                log.warning("account_notification_not_sent", user_id=user.pk)

        transaction.on_commit(send)

    def tell_of_token(self, token: AccessToken) -> None:
        self.send_notification_mail("account/email/token_made", token.owner, {"token": token})


def as_html(subject: str, text: str) -> str:
    """The same mail for those who read HTML. A paragraph that ends in an address becomes a link, the first a button."""
    parts: list[dict[str, Any]] = []
    for paragraph in text.strip().split("\n\n")[:-1]:  # the last is the signature
        words, _newline, link = paragraph.rpartition("\n")
        if link.startswith(settings.SITE_URL):
            first = not any("link" in part for part in parts)
            parts.append({"text": words.rstrip(":"), "link": link, "first": first})
        else:
            parts.append({"text": paragraph})
    page = render_to_string(
        "account/email/message.html", {"subject": subject, "parts": parts, "site_url": settings.SITE_URL}
    )
    # Many mail programs know no style sheets. What cannot be inlined (dark colours, small screens) stays in <style>.
    return css_inline.inline(page, keep_at_rules=True, load_remote_stylesheets=False)


def mail_unavailable(request: HttpRequest) -> HttpResponse:
    body = render_to_string("account/mail_unavailable.html", request=request)
    headers = {"Retry-After": "60", "Cache-Control": "no-store"}
    return HttpResponse(body, status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the second factor out of database dumps: its secrets are encrypted with a key made of SECRET_KEY."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "add_email_blocked": _("Turn two-step login off first, change the address, then turn it on again."),
        "unverified_email": _("Confirm your new e-mail address first, or cancel the change."),
    }

    def build_totp_svg(self, url: str) -> str:
        """On white, so that cameras can read it from a dark page too."""
        return str(qrcode.make(url, image_factory=SvgPathFillImage).to_string(encoding="unicode"))

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> MultiFernet:
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    salted_hmac("accounts.adapter.MFAAdapter", "", secret=key, algorithm="sha256").digest()
                )
            )
            for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        ]
    )
