"""Changes to records: proposals, bulk edits, and merges, renames and retirements."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from guidance.catalog.documents import Document, parse
from guidance.catalog.models import Kind, Record, Version


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> Self:
        """Returns proposals that may still be published."""
        return self.filter(state__in=Proposal.OPEN)

    def of(self, record: Record) -> Self:
        return self.filter(kind=record.KIND, record_id=record.pk)

    def due(self, now: datetime) -> Self:
        return self.filter(state=Proposal.ProposalState.SCHEDULED, publish_at__lte=now)

    def with_newest(self) -> Self:
        """Adds, as `newest`, the number of each record's newest version or, if that version is word for word the same as the
        proposal's base version, the number of the base version."""
        versions = Version.objects.filter(kind=models.OuterRef("kind"), record_id=models.OuterRef("record_id"))
        newest = versions.order_by("-number")
        same = versions.filter(
            number=models.OuterRef("base"),
            document=models.Subquery(newest.values("document")[:1]),
            slug=models.Subquery(newest.values("slug")[:1]),
        )
        number = models.Subquery(newest.values("number")[:1])
        return self.annotate(
            newest=models.Case(models.When(models.Exists(same), then=models.F("base")), default=number)
        )

    def newest_numbers(self) -> dict[int, int]:
        """Returns `newest` of each proposal, by the proposal's primary key; 0 if its record has no version."""
        return {proposal.pk: getattr(proposal, "newest", None) or 0 for proposal in self.with_newest()}


class Proposal(models.Model):
    """A proposed change to a record: its whole document, from draft to publication. The record itself does not change before
    publication. A record has at most one open proposal."""

    class ProposalState(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in-review", _("in review")
        SENT_BACK = "sent-back", _("sent back")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("rejected")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN: ClassVar = (ProposalState.DRAFT, ProposalState.IN_REVIEW, ProposalState.SENT_BACK, ProposalState.SCHEDULED)
    DECIDED: ClassVar = (
        ProposalState.SENT_BACK,
        ProposalState.SCHEDULED,
        ProposalState.PUBLISHED,
        ProposalState.REFUSED,
    )
    WITH_AUTHOR: ClassVar = (ProposalState.DRAFT, ProposalState.SENT_BACK)  # those that the author has to submit
    WITH_REVIEWER: ClassVar = (ProposalState.IN_REVIEW, ProposalState.SCHEDULED)

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    slug = models.CharField(_("slug"), max_length=80, help_text=_("Slug that the record would have."))
    document = models.TextField(_("document"))
    base = models.PositiveIntegerField(
        _("based on version"), help_text=_("Version of the record when this was started or last updated.")
    )
    restores = models.PositiveIntegerField(
        _("restores version"), null=True, blank=True, help_text=_("Whether this exact text was public before.")
    )
    state = models.CharField(_("state"), max_length=9, choices=ProposalState, default=ProposalState.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    editor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("also written by"),
        help_text=_("A reviewer who edited it, or its author before someone took it over."),
    )
    edited_at = models.DateTimeField(
        _("edited"), null=True, blank=True, help_text=_("When the editor changed it; empty once the author has agreed.")
    )
    seen_document = models.TextField(
        _("document as it was seen"),
        blank=True,
        default="",
        db_default="",
        help_text=_("The document as the author saw it before the edit, or as the reviewer who sent it back saw it."),
    )
    note = models.TextField(_("why"), blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )
    alone = models.BooleanField(
        _("reviewed by its author"), default=False, help_text=_("No one else was allowed to review.")
    )
    words = models.TextField(_("the reviewer’s message"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    publish_at = models.DateTimeField(_("to be published"), null=True, blank=True)
    version = models.PositiveIntegerField(
        _("published as version"), null=True, blank=True, help_text=_("Version of the record when this was published.")
    )

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering: ClassVar = ["-pk"]
        default_permissions: ClassVar = ("view",)
        permissions: ClassVar = [("review_proposal", _("Can publish, schedule and refuse proposals"))]
        indexes: ClassVar = [
            models.Index(fields=["kind", "record_id"], name="proposal_of_record"),
            models.Index(fields=["publish_at"], condition=Q(state="scheduled"), name="proposal_due"),
        ]
        # Accounts may be deleted, and their names with them. So the constraints require times, not names.
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="proposal_kind_known"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["draft", "in-review", "sent-back", "scheduled", "published", "refused", "withdrawn"]
                ),
                name="proposal_state_known",
            ),
            models.UniqueConstraint(
                fields=["kind", "record_id"],
                condition=Q(state__in=["draft", "in-review", "sent-back", "scheduled"]),
                name="proposal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False), name="proposal_submitted"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=False, state__in=["sent-back", "scheduled", "published", "refused"])
                | (
                    Q(decided_at__isnull=True, reviewer__isnull=True)
                    & ~Q(state__in=["sent-back", "scheduled", "published", "refused"])
                )
                | Q(decided_at__isnull=False, state="withdrawn"),
                name="proposal_decided",
            ),
            models.CheckConstraint(
                condition=Q(publish_at__isnull=False, state="scheduled")
                | (Q(publish_at__isnull=True) & ~Q(state="scheduled"))
                | Q(state="published"),
                name="proposal_scheduled_for_a_moment",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(words=""), name="proposal_refused_with_words"),
            models.CheckConstraint(
                condition=Q(version__isnull=False, state="published")
                | (Q(version__isnull=True) & ~Q(state="published")),
                name="proposal_published_as_a_version",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True)
                | Q(alone=True)
                | Q(restores__isnull=False)
                | (
                    (Q(author__isnull=True) | ~Q(reviewer=F("author")))
                    & (Q(editor__isnull=True) | Q(edited_at__isnull=True) | ~Q(reviewer=F("editor")))
                ),
                name="proposal_reviewed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.slug}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @cached_property
    def proposed(self) -> Document:
        document, _problems = parse(self.document, kind=self.kind, slug=self.slug)
        assert document is not None  # parsing what was rendered cannot fail
        return document

    def put(self, slug: str, document: str) -> None:
        """Sets the proposed document, as canonical text."""
        self.slug, self.document = slug, document
        self.__dict__.pop("proposed", None)

    @property
    def seen(self) -> Document | None:
        """Returns the document as the author or the reviewer last saw it, until that person has looked at the changes since."""
        return parse(self.seen_document, kind=self.kind, slug=self.slug)[0] if self.seen_document else None

    @property
    def name(self) -> str:
        return str(self.proposed.data.get("name", self.slug))


class Operation(models.Model):
    """A merge, split, renaming or retirement that was carried out, with everything needed to undo it."""

    class OperationType(models.TextChoices):
        MERGE = "merge", _("merge")
        RENAME = "rename", _("rename")
        RETIRE = "retire", _("retire")
        SPLIT = "split", _("split")

    what = models.CharField(_("what"), max_length=6, choices=OperationType)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    slug = models.CharField(_("slug"), max_length=80, help_text=_("Slug before the operation."))
    name = models.CharField(_("name"), max_length=200, help_text=_("Name before the operation."))
    into = models.CharField(
        _("into"),
        max_length=80,
        blank=True,
        help_text=_("The record that it was merged into or that was split off, or its new slug."),
    )
    note = models.TextField(_("why"), blank=True)
    touched: "models.JSONField[Any, Any]" = models.JSONField(
        _("touched"),
        help_text=_("For each record: its slugs and documents before and after, and the version that was written."),
    )
    redirects = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("redirects"),
        default=list,
        blank=True,
        help_text=_("Former slugs of the record that moved with it."),
    )
    mended = ArrayField(
        models.TextField(),
        verbose_name=_("fixed"),
        default=list,
        blank=True,
        help_text=_("Problems that the catalogue had until then."),
    )
    history: "models.JSONField[Any, Any]" = models.JSONField(
        _("history"),
        default=dict,
        db_default={},
        blank=True,
        help_text=_("For a split: where the levels, time and evidence of learners went, and which units moved."),
    )
    revision = models.PositiveBigIntegerField(
        _("revision"), null=True, blank=True, help_text=_("Empty if nothing public changed.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
        help_text=_("The first of the two people."),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_revision = models.PositiveBigIntegerField(_("revision of the undo"), null=True, blank=True)

    class Meta:
        verbose_name = _("merge, split or rename")
        verbose_name_plural = _("merges, splits, renames")
        ordering: ClassVar = ["-pk"]
        default_permissions: ClassVar = ("view",)
        permissions: ClassVar = [("operate", _("Can merge, split, rename and retire records, and undo that"))]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(what__in=["merge", "rename", "retire", "split"]), name="operation_what_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="operation_kind_known"),
            models.CheckConstraint(
                condition=Q(what="retire", into="") | (~Q(what="retire") & ~Q(into="")), name="operation_into_something"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False) | Q(undone_by__isnull=True, undone_revision__isnull=True),
                name="operation_undone_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True) | Q(by__isnull=True) | ~Q(asked_by=F("by")),
                name="operation_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        arrow = f" → {self.into}" if self.into else ""
        return f"{self.get_what_display()} {self.get_kind_display()} {self.slug}{arrow}"


class BulkEdit(models.Model):
    """Many records changed by one import or one edit. Its proposals are published together, and the whole edit can be undone,
    until one of the records changes again."""

    title = models.CharField(_("what"), max_length=200)
    items: "models.JSONField[Any, Any]" = models.JSONField(
        _("records"),
        help_text=_("For each record: the number of its version before (0: none) and after, and its proposal."),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("change to several records")
        verbose_name_plural = _("changes to several records")
        ordering: ClassVar = ["-pk"]
        default_permissions: ClassVar = ("view",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(title=""), name="bulkedit_titled"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False) | Q(undone_by__isnull=True), name="bulkedit_undone_at_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.title
