"""Base classes of a learner's rows, and limits."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ONE_LINE

MINUTES_OF_A_DAY = 24 * 60
MINUTES_OF_A_WEEK = 7 * MINUTES_OF_A_DAY
MAX_TEXT = 20_000
MAX_EVIDENCE = 2_000
MAX_REPORT = 1_000
MAX_CERTIFICATE = 120  # characters of a certificate's name, and of its issuer
MAX_KEY = 255
MAX_URL = 500
EMAIL_ADDRESS = r"[^\s@]+@[^\s@]+\.[^\s@]"
MAX_REVISION = 2**63 - 1  # largest value of a row's revision


def max_length(field: str, length: int) -> LessThanOrEqual:
    return LessThanOrEqual(Length(field), length)


def one_line() -> RegexValidator:
    return RegexValidator(ONE_LINE, _("Write it on one line."), code="one_line")


def no_email_address() -> RegexValidator:
    """Returns a validator for texts that strangers can read: a proof page shows no email address."""
    return RegexValidator(
        EMAIL_ADDRESS,
        _("Leave out email addresses: this text can be public."),
        inverse_match=True,
        code="email_address",
    )


class Owned(models.Model):
    """A row of one learner."""

    learner: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="%(class)ss", verbose_name=_("learner")
    )

    class Meta:
        abstract = True


class Event(Owned):
    """Something that happened. The client can choose its id, so that an event that is sent twice is stored once."""

    event_id = models.UUIDField(_("event id"), default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "event_id"], name="%(class)s_event_once"),
        ]
