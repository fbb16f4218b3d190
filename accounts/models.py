"""Users, their sessions, access tokens and outgoing emails. The email address is the user name; it is stored in lower case
and compared case-insensitively."""

import uuid
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.sessions import SessionStore

MAX_DAYS = 365  # maximum lifetime of an access token from its creation or renewal
ONE_LINE = r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$"  # one line with at least one visible character


@cache
def time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(name: str) -> ZoneInfo:
    """Returns the time zone with a stored name; UTC if tzdata no longer has it."""
    return ZoneInfo(name if name in time_zones() else "UTC")


def validate_time_zone(value: str) -> None:
    # Checks membership only: ZoneInfo() reads files, so a name must be known before it is passed on.
    if value not in time_zones():
        raise ValidationError(_("“%(value)s” is not a known time zone."), params={"value": value}, code="time_zone")


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        if not email:
            raise ValueError("A user needs an email address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("email address"), max_length=254)
    name = models.CharField(_("name"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    session_generation = models.PositiveIntegerField(
        _("session generation"),
        default=0,
        editable=False,
        help_text=_("Every session stores this number; increasing it ends all sessions."),
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique_without_case",
                violation_error_message=_("There is already an account with this email address."),
            ),
            # Lookups by address are exact, so that they can use the index of the last constraint.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def local_date(self, moment: datetime) -> date:
        """Returns the learner's local date at that moment."""
        return moment.astimezone(zone_of(self.time_zone)).date()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Returns Django's hash with the generation: a session is valid while neither the generation nor the password has
        changed."""
        return salted_hmac(
            "accounts.models.User.get_session_auth_hash",
            f"{self.session_generation}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Session(AbstractBaseSession):
    """A session with its user. There is no foreign key, because a request that is still running when the account is deleted
    may save its session once more."""

    user_id = models.BigIntegerField(_("user"), null=True, db_index=True)
    address_digest = models.CharField(
        _("digest of the address"),
        max_length=64,
        default="",
        db_default="",
        help_text=_("Identifies the address that someone started to sign up or log in with."),
    )
    seen_at = models.DateTimeField(_("last seen"), db_default=Now())  # to the hour

    class Meta(AbstractBaseSession.Meta):
        indexes: ClassVar = [
            models.Index(fields=["address_digest"], name="session_address", condition=~Q(address_digest=""))
        ]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore


class AccessToken(models.Model):
    """A token with which a program acts for its owner through the API. Its text is shown once; only a digest is stored."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")

    owner = models.ForeignKey(User, models.CASCADE, related_name="access_tokens", verbose_name=_("owner"))
    name = models.CharField(
        _("name"), max_length=80, validators=[RegexValidator(ONE_LINE, _("Write it on one line."), code="one_line")]
    )
    scope = models.CharField(_("scope"), max_length=8, choices=Scope.choices)
    prefix = models.CharField(_("begins with"), max_length=16)  # so that the owner recognises it
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"))
    renewed_at = models.DateTimeField(_("renewed"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)  # to the minute

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(scope__in=["read", "write"]), name="access_token_scope_known"),
            models.CheckConstraint(condition=~Q(name=""), name="access_token_has_name"),
            models.CheckConstraint(
                # Compares a difference, because adding a year to a time depends on the time zone of the connection.
                condition=Q(expires_at__gt=F("created_at"))
                & Q(LessThanOrEqual(F("expires_at") - Coalesce("renewed_at", "created_at"), timedelta(days=MAX_DAYS))),
                name="access_token_ends",
            ),
            # Makes sure that the text itself is never stored by mistake.
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="access_token_is_digested"),
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of the token; write includes read."""
        return ("read",) if self.scope == self.Scope.READ else ("read", "write")


class OutgoingMail(models.Model):
    """An email about an account, waiting to be sent: its kind, recipient and plain values. Its links are created when it
    is sent, so that they are never stored. The row is deleted as soon as the email is sent (`outbox.py`)."""

    class MailKind(models.TextChoices):
        """The kinds of emails, by the path of their templates."""

        CONFIRM_SIGN_UP = "account/email/email_confirmation_signup", _("confirm a sign-up")
        CONFIRM_ADDRESS = "account/email/email_confirmation", _("confirm an address")
        TAKEN = "account/email/account_already_exists", _("the account already exists")
        RESET = "account/email/password_reset_key", _("choose a new password")
        PASSWORD_RESET = "account/email/password_reset", _("a new password was chosen")
        PASSWORD_CHANGED = "account/email/password_changed", _("the password was changed")
        PASSWORD_SET = "account/email/password_set", _("a password was set")
        EMAIL_CHANGED = "account/email/email_changed", _("the address was changed")
        EMAIL_KEPT = "account/email/email_deleted", _("a change of address was cancelled")
        TOKEN_MADE = "account/email/token_made", _("an access token was created")
        TOTP_ON = "mfa/email/totp_activated", _("two-factor authentication was turned on")
        TOTP_OFF = "mfa/email/totp_deactivated", _("two-factor authentication was turned off")
        CODES_MADE = "mfa/email/recovery_codes_generated", _("recovery codes were created")
        PAGE_REPORTED = "account/email/page_reported", _("to the operator: a proof page was reported")
        PROPOSALS = "account/email/proposals", _("to a curator: what happened to proposals")
        REPORT_ANSWERED = "account/email/report_answered", _("a report about the catalogue was answered")

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False
    )  # also used in the Message-ID of every attempt
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="outgoing_mails", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=60, choices=MailKind)
    address = models.EmailField(_("email address"), max_length=254, blank=True)
    context: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        _("values"), default=dict, blank=True
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    not_before = models.DateTimeField(
        _("not before"), db_default=Now(), help_text=_("When to try it, or try it again.")
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("outgoing email")
        verbose_name_plural = _("outgoing emails")
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            # No address outlives its account. Nothing is sent for a row with neither a user nor an address. The operator's address
            # is in the settings; a reader without an account leaves an address to get a reply.
            models.CheckConstraint(
                condition=Q(user__isnull=False)
                | Q(address="", context={})
                | Q(address="", kind="account/email/page_reported")
                | (Q(kind="account/email/report_answered") & ~Q(address="")),
                name="outgoing_mail_of_user",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["not_before"], name="outgoing_mail_due")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.get_kind_display()}"
