"""What people say about proposals, and who is told by email."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.curation.models.changes import Proposal


class CommentQuerySet(models.QuerySet["Comment"]):
    def unresolved(self) -> Self:
        """First comments of threads that are still open."""
        return self.filter(what="comment", thread=None, resolved_at=None)


class Comment(models.Model):
    """What someone says about a proposal, or about one field of it. The first comment of a thread is resolved for all of it.

    The edits of others than the author stand among the comments, so that every name stays with what was done.
    """

    class CommentType(models.TextChoices):
        COMMENT = "comment", _("comment")
        EDIT = "edit", _("edited")
        TAKE_OVER = "take-over", _("took over")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="comments", verbose_name=_("proposal"))
    what = models.CharField(_("what"), max_length=9, choices=CommentType, default=CommentType.COMMENT)
    field = models.CharField(
        _("field"), max_length=40, blank=True, help_text=_("Of the document; empty for the proposal as a whole.")
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
    """Whether someone wants the digest about proposals, and until when it has told them what happened."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("user")
    )
    is_on = models.BooleanField(_("on"), default=True, db_default=True)
    told_until = models.DateTimeField(_("told until"), default=timezone.now, db_default=Now())

    class Meta:
        verbose_name = _("email about proposals")
        verbose_name_plural = _("emails about proposals")
        default_permissions: ClassVar = ()

    def __str__(self) -> str:
        return str(self.user_id)
