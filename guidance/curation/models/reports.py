"""What readers report about the catalogue: a dead link, something wrong, outdated or unclear, or an idea."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models import Kind
from guidance.curation.models.changes import Proposal

MAX_REPORT = 2_000  # characters


class ReaderReport(models.Model):
    """A reader's message about a record, or about a page that shows several. It is open until a curator closes it.

    Reports with the same content are duplicates of the first, and are closed together. A report that looks like spam or arrives
    too fast is held back: it is stored, but kept out of the inbox until a curator moves it there.
    """

    class ReportTopic(models.TextChoices):
        DEAD_LINK = "dead-link", _("A link doesn’t work")
        WRONG = "wrong", _("Something is wrong")
        OUT_OF_DATE = "out-of-date", _("Something is out of date")
        UNCLEAR = "unclear", _("Something is unclear")
        IDEA = "idea", _("I have an idea")

    class ReportState(models.TextChoices):
        OPEN = "open", _("open")
        HELD = "held", _("held back")
        DONE = "done", _("dealt with")

    event_id = models.UUIDField(_("event id"), default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind of record"), max_length=16, choices=Kind, blank=True)
    record_id = models.BigIntegerField(_("record"), null=True, blank=True)
    page = models.CharField(
        _("page"), max_length=20, blank=True, help_text=_("Name of the page, if it is not the page of a record.")
    )
    topic = models.CharField(_("topic"), max_length=11, choices=ReportTopic)
    text = models.TextField(_("text"), blank=True)
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reader_reports",
        verbose_name=_("sender"),
    )
    email = models.EmailField(
        _("email address"), max_length=254, blank=True, help_text=_("For a sender without an account.")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    state = models.CharField(_("state"), max_length=4, choices=ReportState, default=ReportState.OPEN)
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="duplicates", verbose_name=_("duplicate of")
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken by"),
    )
    proposal = models.ForeignKey(
        Proposal, models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("proposal")
    )
    answer = models.TextField(_("answer"), blank=True)
    is_refused = models.BooleanField(
        _("rejected"), default=False, db_default=False, help_text=_("Closed without a change.")
    )
    done_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    class Meta:
        verbose_name = _("reader report")
        verbose_name_plural = _("reader reports")
        ordering: ClassVar = ["-pk"]
        default_permissions: ClassVar = ()  # users who may change records may read and answer reports
        indexes: ClassVar = [
            models.Index(fields=["state", "-at"], name="report_by_state"),
            models.Index(fields=["kind", "record_id"], condition=Q(state="open"), name="report_open_of_record"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values, record_id__isnull=False, page="")
                | (Q(kind="", record_id__isnull=True) & ~Q(page="")),
                name="report_of_record_or_page",
            ),
            models.CheckConstraint(
                condition=Q(topic__in=["dead-link", "wrong", "out-of-date", "unclear", "idea"]),
                name="report_topic_known",
            ),
            models.CheckConstraint(
                condition=~Q(text="") | Q(topic="dead-link", kind="resource"), name="report_says_something"
            ),
            models.CheckConstraint(condition=LessThanOrEqual(Length("text"), MAX_REPORT), name="report_text_length"),
            models.CheckConstraint(condition=Q(learner__isnull=True) | Q(email=""), name="report_has_one_address"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "held"], done_at__isnull=True, answer="")
                | Q(state="done", done_at__isnull=False),
                name="report_done_at_a_moment",
            ),
            models.CheckConstraint(condition=Q(is_refused=False) | Q(state="done"), name="report_refused_is_done"),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("id")), name="report_not_of_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80] or str(self.get_topic_display())

    @property
    def outcome(self) -> str:
        """Returns the result of a closed report."""
        if self.is_refused:
            return gettext("rejected")
        if self.proposal is not None and self.proposal.state == Proposal.ProposalState.PUBLISHED:
            return gettext("corrected")
        return gettext("answered") if self.answer else gettext("closed without an answer")

    @property
    def has_address(self) -> bool:
        return bool(self.learner_id or self.email)
