"""Who uses Waymark. The e-mail address is the name; it is stored in lower case and compared without regard to case."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.db.models.lookups import LessThanOrEqual
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.sessions import SessionStore

MOST_DAYS = 90  # of an access token's life
ONE_LINE = r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$"  # and something to see on it


@cache
def time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_of(name: str) -> ZoneInfo:
    """UTC where tzdata does not know a stored name any more: its owner gets another hour, and everybody else theirs."""
    return ZoneInfo(name if name in time_zones() else "UTC")


def validate_time_zone(value: str) -> None:
    # Membership only: a name must never reach ZoneInfo(), which reads files, before it is known to be one.
    if value not in time_zones():
        raise ValidationError(_("“%(value)s” is not a known time zone."), params={"value": value}, code="time_zone")


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address.")
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
    email = models.EmailField(_("e-mail address"), max_length=254)
    name = models.CharField(_("name"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    session_generation = models.PositiveIntegerField(
        _("session generation"),
        default=0,
        editable=False,
        help_text=_("Every session carries this number; counting it up ends them all."),
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
                violation_error_message=_("There is already an account with this e-mail address."),
            ),
            # Look-ups by address are exact, so that they can use the index of the last constraint.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_in_lower_case"),
            models.UniqueConstraint(fields=["email"], name="user_email_unique"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = self.email.strip().lower()

    def local_date(self, moment: datetime) -> date:
        """The date on the learner's wall at that moment."""
        return moment.astimezone(zone_of(self.time_zone)).date()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Django's own, plus the generation: a session is good while neither it nor the password has changed."""
        return salted_hmac(
            "accounts.models.User.get_session_auth_hash",
            f"{self.session_generation}:{self.password}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class Session(AbstractBaseSession):
    """No foreign key: a request that is still running when the account goes may save its session once more."""

    user_id = models.BigIntegerField(_("user"), null=True, db_index=True)
    address_digest = models.CharField(
        _("digest of the address"),
        max_length=64,
        default="",
        db_default="",
        help_text=_("Of the address that someone began to sign up or log in with here."),
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
    """What lets a program act for its owner through the API. Its text is shown once; only a digest is kept."""

    class Scope(models.TextChoices):
        READ = "read", _("read")
        WRITE = "write", _("read and write")

    owner = models.ForeignKey(User, models.CASCADE, related_name="access_tokens", verbose_name=_("owner"))
    name = models.CharField(
        _("name"), max_length=80, validators=[RegexValidator(ONE_LINE, _("Write it on one line."), code="one_line")]
    )
    scope = models.CharField(_("scope"), max_length=8, choices=Scope.choices)
    prefix = models.CharField(_("begins with"), max_length=16)  # to know it by
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)  # to the minute

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(scope__in=["read", "write"]), name="access_token_scope_known"),
            models.CheckConstraint(condition=~Q(name=""), name="access_token_has_name"),
            models.CheckConstraint(
                # A difference: what is ninety days after a moment depends on the time zone of who asks.
                condition=Q(expires_at__gt=F("created_at"))
                & Q(LessThanOrEqual(F("expires_at") - F("created_at"), timedelta(days=MOST_DAYS))),
                name="access_token_expires",
            ),
            # Nobody stores the text itself by mistake.
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="access_token_is_digested"),
        ]

    def __str__(self) -> str:
        return self.prefix

    @property
    def scopes(self) -> tuple[str, ...]:
        """Who may write may read."""
        return ("read",) if self.scope == self.Scope.READ else ("read", "write")
