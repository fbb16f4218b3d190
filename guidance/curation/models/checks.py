"""Checks of public records: URLs of resources are checked by a machine, all records by curators."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models import Kind, Resource, Status


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now, resource__status=Status.PUBLISHED)


class LinkCheck(models.Model):
    """The latest result of the automatic check of a resource's URL. A review by a person is separate and is stored in the record
    itself."""

    class LinkOutcome(models.TextChoices):
        UNCHECKED = "unchecked", _("not checked yet")
        OK = "ok", _("works")
        REDIRECTED = "redirected", _("works elsewhere")
        UNCLEAR = "unclear", _("unclear")
        FAILED = "failed", _("fails")
        DEAD = "dead", _("dead")

    FAILURES: ClassVar = 3  # in a row, on different days, after which a URL is dead

    resource = models.OneToOneField(Resource, models.CASCADE, related_name="link_check", verbose_name=_("resource"))
    address = models.CharField(_("address"), max_length=500, help_text=_("URL that was checked."))
    host = models.CharField(_("host"), max_length=255, blank=True, help_text=_("Host in the URL, if it has one."))
    outcome = models.CharField(_("outcome"), max_length=10, choices=LinkOutcome, default=LinkOutcome.UNCHECKED)
    since = models.DateTimeField(_("since"), default=timezone.now, help_text=_("When this outcome began."))
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    status_code = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=16, blank=True, help_text=_("Why there is no status."))
    final_address = models.CharField(
        _("final address"), max_length=2000, blank=True, help_text=_("URL to which permanent redirects lead.")
    )
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    failed_on = models.DateField(_("last failure counted"), null=True, blank=True)
    due_at = models.DateTimeField(_("next"), default=timezone.now, db_index=True)

    objects: ClassVar[LinkCheckQuerySet] = LinkCheckQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")
        ordering: ClassVar = ["due_at", "pk"]
        default_permissions: ClassVar = ()  # users who may see and change a resource may see and repeat its check
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["unchecked", "ok", "redirected", "unclear", "failed", "dead"]),
                name="linkcheck_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, outcome="unchecked")
                | (Q(checked_at__isnull=False) & ~Q(outcome="unchecked")),
                name="linkcheck_unchecked_has_no_moment",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="dead") | Q(failures__gte=3), name="linkcheck_dead_after_three_failures"
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failed_on__isnull=True) | Q(failures__gt=0, failed_on__isnull=False),
                name="linkcheck_failures_have_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.address


class LinkHost(models.Model):
    """When a host may be contacted again: all workers queue here."""

    host = models.CharField(max_length=255, primary_key=True)
    free_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.host


class HealthReview(models.Model):
    """When a curator last read a record and found it correct. This creates no version and no revision: nothing changed."""

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        db_table = "curation_look"  # renaming it would stop the previous release while this one is deployed
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="look_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="look_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class DistinctPair(models.Model):
    """Two records with similar names that a curator found to be different. The admin’s log records who found it."""

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    first_id = models.BigIntegerField(_("record"))
    second_id = models.BigIntegerField(_("other record"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "first_id", "second_id"], name="distinctpair_once"),
            models.CheckConstraint(condition=Q(first_id__lt=models.F("second_id")), name="distinctpair_in_order"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="distinctpair_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id} and {self.second_id}"
