"""Models of reminders: when to remind a learner, and the ledger of what was sent.

A reminder is a row of the ledger from the moment it is due. Workers are only woken up and never told what to send, so nothing
is lost if a worker, the broker or a database connection fails.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReminderKind(models.TextChoices):
    """The kinds of reminders. On the same day, earlier ones take precedence."""

    WEEKLY = "weekly", _("weekly summary")
    BEHIND = "behind", _("falling behind")
    REVIEW = "review", _("review due")
    STUDY = "study", _("next step")


class Schedule(models.Model):
    """When one kind of reminder is sent to a learner. It is off until the learner agrees to it; its settings stay when it is
    turned off."""

    learner: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="schedules", verbose_name=_("learner")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=ReminderKind)
    is_on = models.BooleanField(_("on"), default=False)
    consent_version = models.CharField(
        _("agreed to"), max_length=20, blank=True, help_text=_("Version of the text that the learner agreed to.")
    )
    consented_at = models.DateTimeField(_("agreed"), null=True, blank=True)
    at = models.TimeField(_("time"), help_text=_("In the learner’s time zone."))
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("days"),
        help_text=_("From 1 for Monday to 7 for Sunday."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, help_text=_("The learner’s time zone when the next moment was calculated.")
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    paused_until = models.DateField(
        _("paused until"), null=True, blank=True, help_text=_("The first date on which reminders are sent again.")
    )
    since = models.DateTimeField(_("since"), default=timezone.now, help_text=_("When it was last set."))
    next_at = models.DateTimeField(_("next"), null=True, blank=True)
    next_on = models.DateField(_("next date"), null=True, blank=True, help_text=_("In the learner’s time zone."))

    class Meta:
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "kind"], name="schedule_once"),
            models.CheckConstraint(condition=Q(kind__in=["weekly", "behind", "review", "study"]), name="schedule_kind"),
            models.CheckConstraint(
                condition=Q(weekdays__len__gt=0) & Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="schedule_weekdays",
            ),
            models.CheckConstraint(
                condition=Q(is_on=False)
                | (
                    Q(consented_at__isnull=False, next_at__isnull=False, next_on__isnull=False) & ~Q(consent_version="")
                ),
                name="schedule_on_is_agreed_to",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="schedule_quiet_both",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["next_at"], condition=Q(is_on=True), name="schedule_due")]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.get_kind_display()}"


class Delivery(models.Model):
    """One reminder for one local date, from the moment it is due. It is deleted with the account, or after 13 months
    (`retention`).

    Its state is `due` until a worker takes it, `claimed` while a worker has it, and `sending` once it may have been sent; all
    other states are final.
    """

    class State(models.TextChoices):
        DUE = "due", _("waiting")
        CLAIMED = "claimed", _("claimed")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        EXPIRED = "expired", _("too late")
        CANCELLED = "cancelled", _("not sent")

    class Reason(models.TextChoices):
        """Why nothing was sent."""

        OFF = "off", _("turned off before it was sent")
        PAUSED = "paused", _("reminders were paused")
        UNVERIFIED = "unverified", _("the email address is not confirmed")
        INACTIVE = "inactive", _("the account is disabled")
        SUPPRESSED = "suppressed", _("email to this address bounced")
        OUTRANKED = "outranked", _("another reminder was sent that day")
        NOTHING = "nothing", _("there was nothing to report")
        NO_GOAL = "no-goal", _("there was no goal")
        EVERY_OTHER = "every-other", _("only every other email, because the last three were ignored")
        WEEKLY = "weekly", _("only one email a week, because the last six were ignored")
        SILENT = "silent", _("no more emails, because the last ones were ignored")

    learner: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="deliveries", verbose_name=_("learner")
    )
    kind = models.CharField(_("kind"), max_length=6, choices=ReminderKind)
    on = models.DateField(_("date"), help_text=_("In the learner’s time zone."))
    due_at = models.DateTimeField(_("due"))
    not_before = models.DateTimeField(_("not before"), help_text=_("When to send it, or to try again."))
    expires_at = models.DateTimeField(_("not after"))
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DUE)
    reason = models.CharField(_("reason"), max_length=11, choices=Reason, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    ambiguous = models.PositiveSmallIntegerField(
        _("uncertain attempts"),
        default=0,
        help_text=_("Attempts after which it is unknown whether the email was sent."),
    )
    lease_token = models.UUIDField(_("lease"), null=True, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    message_id = models.UUIDField(_("message id"), default=uuid.uuid4, help_text=_("The same for every attempt."))
    code = models.PositiveSmallIntegerField(
        _("code"), null=True, blank=True, help_text=_("Code of the last SMTP reply.")
    )
    reply = models.CharField(_("reply"), max_length=200, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    version = models.PositiveBigIntegerField(
        _("version of the progress"),
        null=True,
        blank=True,
        help_text=_(
            "Version of the learner’s progress when the email was sent. If it is unchanged, the learner has done nothing "
            "since."
        ),
    )
    planned_at = models.DateTimeField(_("planned"), default=timezone.now)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "kind", "on"], name="delivery_once"),
            # A learner gets at most one email a day, of any kind; an email that may have been sent counts.
            models.UniqueConstraint(
                fields=["learner", "on"],
                condition=Q(state__in=["sending", "sent"]) | Q(ambiguous__gt=0),
                name="delivery_one_mail_a_day",
            ),
            models.CheckConstraint(condition=Q(kind__in=["weekly", "behind", "review", "study"]), name="delivery_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "sending"], lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state__in=["claimed", "sending"]) & Q(lease_token__isnull=True, lease_until__isnull=True)),
                name="delivery_lease_while_in_hand",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="delivery_sent_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="cancelled") & ~Q(reason="")) | (~Q(state="cancelled") & Q(reason="")),
                name="delivery_cancelled_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(ambiguous__lte=models.F("attempts")), name="delivery_ambiguous_attempts"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["not_before"], condition=Q(state="due"), name="delivery_due"),
            models.Index(
                fields=["lease_until"], condition=Q(state__in=["claimed", "sending"]), name="delivery_in_hand"
            ),
            models.Index(fields=["learner", "-on"], name="delivery_by_learner"),
            # For recently planned rows, in a table that grows at its end.
            BrinIndex(fields=["planned_at"], autosummarize=True, name="delivery_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.get_kind_display()} {self.on}"


class MonthCount(models.Model):
    """The number of deliveries of a month that were deleted because of their age. It does not record whose they were."""

    month = models.DateField(_("month"), help_text=_("Its first day."))
    kind = models.CharField(_("kind"), max_length=6, choices=ReminderKind)
    state = models.CharField(_("state"), max_length=9, choices=Delivery.State)
    deliveries = models.PositiveBigIntegerField(_("deliveries"))
    ambiguous = models.PositiveBigIntegerField(_("uncertain attempts"))

    class Meta:
        verbose_name = _("month of deleted deliveries")
        verbose_name_plural = _("months of deleted deliveries")
        ordering: ClassVar = ["month", "kind", "state"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "kind", "state"], name="month_count_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_count_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.kind} {self.state}"


class Suppression(models.Model):
    """An address that permanently refuses email. Nothing is sent to it until the learner changes it or confirms that it works."""

    learner: "models.OneToOneField[Any, Any]" = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="suppression", verbose_name=_("learner")
    )
    address = models.EmailField(_("email address"), max_length=254)
    code = models.PositiveSmallIntegerField(_("code"))
    reply = models.CharField(_("reply"), max_length=200)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.address


class Heartbeat(models.Model):
    """When a job about all reminders last ran. If the row of the minute job is recent, `beat` and the workers are alive. Another
    row has the last version of tzdata that was applied."""

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"
