"""Comments on proposals, operations that need a second person, and the settings of email digests."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models import Kind
from guidance.curation.models.changes import Operation, Proposal


class CommentQuerySet(models.QuerySet["Comment"]):
    def unresolved(self) -> Self:
        """Returns the first comments of threads that are still open."""
        return self.filter(what="comment", thread=None, resolved_at=None)


class Comment(models.Model):
    """A comment on a proposal, or on one field of it. Resolving the first comment of a thread resolves the thread.

    Edits by people other than the author are listed among the comments, so that each is recorded with a name.
    """

    class CommentType(models.TextChoices):
        COMMENT = "comment", _("comment")
        EDIT = "edit", _("edited")
        TAKE_OVER = "take-over", _("took over")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="comments", verbose_name=_("proposal"))
    what = models.CharField(_("what"), max_length=9, choices=CommentType, default=CommentType.COMMENT)
    field = models.CharField(
        _("field"), max_length=40, blank=True, help_text=_("Field of the document; empty for the proposal as a whole.")
    )
    thread = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies", verbose_name=_("in reply to")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("resolved by"),
    )

    objects: ClassVar[CommentQuerySet] = CommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering: ClassVar = ["pk"]
        default_permissions: ClassVar = ()
        indexes: ClassVar = [models.Index(fields=["at"], name="comment_at")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(what__in=["comment", "edit", "take-over"]), name="comment_what_known"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(condition=~Q(thread=F("id")), name="comment_answers_another"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=False, what="comment", thread__isnull=True)
                | Q(resolved_at__isnull=True, resolved_by__isnull=True),
                name="comment_resolved_as_a_thread",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ProposalEmail(models.Model):
    """Whether someone wants the digest of proposals, and the time up to which it has covered events."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("user")
    )
    is_on = models.BooleanField(_("on"), default=True, db_default=True)
    told_until = models.DateTimeField(_("notified until"), default=timezone.now, db_default=Now())

    class Meta:
        verbose_name = _("email about proposals")
        verbose_name_plural = _("emails about proposals")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.user_id)


class PendingOperation(models.Model):
    """A merge, split or retirement that one person requested and a second person has to confirm. What it would do is calculated
    when someone looks at it, from the submitted form."""

    class PendingState(models.TextChoices):
        WAITING = "waiting", _("waiting for a second person")
        DONE = "done", _("carried out")
        REFUSED = "refused", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    what = models.CharField(_("what"), max_length=6, choices=Operation.OperationType)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    name = models.CharField(_("name"), max_length=200, help_text=_("Name of the record at that time."))
    form: "models.JSONField[Any, Any]" = models.JSONField(
        _("form"), help_text=_("The submitted form: lists of values by field.")
    )
    note = models.TextField(_("why"), blank=True)
    state = models.CharField(_("state"), max_length=9, choices=PendingState, default=PendingState.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    asked_at = models.DateTimeField(_("requested"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    words = models.TextField(_("the second person’s message"), blank=True)
    operation = models.OneToOneField(
        Operation, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("operation")
    )

    class Meta:
        verbose_name = _("pending operation")
        verbose_name_plural = _("pending operations")
        ordering: ClassVar = ["asked_at", "pk"]
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="pendingoperation_kind_known"),
            models.CheckConstraint(
                condition=Q(what__in=["merge", "retire", "split"]), name="pendingoperation_what_known"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (Q(state__in=["done", "refused", "withdrawn"]) & Q(decided_at__isnull=False)),
                name="pendingoperation_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(words=""), name="pendingoperation_refused_with_words"
            ),
            models.UniqueConstraint(
                fields=["kind", "record_id"], condition=Q(state="waiting"), name="pendingoperation_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(decided_by=F("asked_by"))
                | Q(state="withdrawn"),
                name="pendingoperation_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.get_kind_display()} {self.name}"
