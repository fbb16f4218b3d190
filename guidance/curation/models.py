"""What curators work with beside the catalogue itself: the official classifications and what they say of our records, and
what somebody would make of a record before it is public."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from guidance.catalog.documents import Document, parse
from guidance.catalog.models import Kind, Record, Resource, Role, Skill, Status, Version


class Source(models.TextChoices):
    ESCO = "esco", _("ESCO")
    ONET = "onet", _("O*NET")


class TaxonomyEntryQuerySet(models.QuerySet["TaxonomyEntry"]):
    def current(self) -> Self:
        """What the newest release has."""
        return self.filter(removed_at__isnull=True)

    def unrated(self) -> Self:
        """Occupations whose skills nobody has rated: that is not a rating of zero."""
        rated = Rating.objects.filter(occupation=models.OuterRef("pk"))
        return self.filter(kind=TaxonomyEntry.Kind.OCCUPATION).exclude(models.Exists(rated))


class TaxonomyEntry(models.Model):
    """A concept of an official classification, in its own words. Only an import writes it; one that a newer release no
    longer has is kept as removed, since records of ours may point to it."""

    class Kind(models.TextChoices):
        SKILL = "skill", _("skill")
        SKILL_GROUP = "skill-group", _("group of skills")
        OCCUPATION = "occupation", _("occupation")
        OCCUPATION_GROUP = "occupation-group", _("group of occupations")
        ELEMENT = "element", _("element of the content model")
        TECHNOLOGY = "technology", _("technology")

    source = models.CharField(_("classification"), max_length=4, choices=Source)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    identifier = models.CharField(_("identifier"), max_length=200)
    label = models.CharField(_("label"), max_length=300)
    alternative_labels = ArrayField(models.TextField(), verbose_name=_("other labels"), default=list, blank=True)
    description = models.TextField(_("description"), blank=True)
    texts = models.JSONField(
        _("further texts"), default=dict, blank=True, help_text=_("By the names that the classification has for them.")
    )
    release = models.CharField(_("release"), max_length=40, blank=True, help_text=_("The newest one that has it."))
    removed_at = models.DateTimeField(
        _("removed"), null=True, blank=True, help_text=_("When a release was imported that has it no more.")
    )
    digest = models.CharField(
        _("digest"), max_length=32, help_text=_("Of the entry with its links and ratings, as it was imported.")
    )
    links: "models.ManyToManyField[TaxonomyEntry, TaxonomyLink]" = models.ManyToManyField(
        "self", through="TaxonomyLink", symmetrical=False, related_name="linked_by"
    )

    objects: ClassVar[TaxonomyEntryQuerySet] = TaxonomyEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("entry of a classification")
        verbose_name_plural = _("entries of classifications")
        ordering: ClassVar = ["label", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "identifier"], name="taxonomyentry_once"),
            models.CheckConstraint(condition=Q(source__in=["esco", "onet"]), name="taxonomyentry_source_known"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["skill", "skill-group", "occupation", "occupation-group", "element", "technology"]
                ),
                name="taxonomyentry_kind_known",
            ),
            models.CheckConstraint(condition=~Q(identifier="") & ~Q(label=""), name="taxonomyentry_named"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def can_be_rated(self) -> bool:
        return self.source == Source.ONET and self.kind == self.Kind.OCCUPATION


class TaxonomyName(models.Model):
    """A label of an entry as names are compared (`spelling_keys`). One name may belong to several entries."""

    entry = models.ForeignKey(TaxonomyEntry, models.CASCADE, related_name="names")
    name = models.TextField(db_index=True)
    preferred = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "name"], name="taxonomyname_once"),
        ]
        indexes: ClassVar = [GinIndex(OpClass("name", name="gin_trgm_ops"), name="taxonomyname_trigrams")]

    def __str__(self) -> str:
        return self.name


class TaxonomyLink(models.Model):
    """What a classification says of two of its entries. Nothing of ours is derived from it, prerequisites least of all."""

    class Kind(models.TextChoices):
        BROADER = "broader", _("belongs to")
        ESSENTIAL = "essential", _("needs")
        OPTIONAL = "optional", _("may need")
        USES = "uses", _("works with")

    entry = models.ForeignKey(TaxonomyEntry, models.CASCADE, related_name="links_out")
    other = models.ForeignKey(TaxonomyEntry, models.CASCADE, related_name="links_in")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "other", "kind"], name="taxonomylink_once"),
            models.CheckConstraint(condition=~Q(entry=F("other")), name="taxonomylink_not_itself"),
            models.CheckConstraint(
                condition=Q(kind__in=["broader", "essential", "optional", "uses"]), name="taxonomylink_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.kind} {self.other_id}"


class Rating(models.Model):
    """How an occupation is rated on a scale of O*NET. No value means that none holds: it is never zero in its stead."""

    occupation = models.ForeignKey(TaxonomyEntry, models.CASCADE, related_name="ratings")
    element = models.ForeignKey(TaxonomyEntry, models.CASCADE, related_name="rated")
    scale = models.CharField(_("scale"), max_length=3, help_text=_("IM is importance, 1 to 5; LV is level, 0 to 7."))
    value = models.FloatField(_("value"), null=True, blank=True)
    suppress = models.BooleanField(
        _("imprecise"), default=False, help_text=_("The classification advises against showing the value.")
    )
    not_relevant = models.BooleanField(_("not relevant"), default=False)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["occupation", "element", "scale"], name="rating_once"),
            models.CheckConstraint(
                condition=Q(not_relevant=False) | Q(value__isnull=True), name="rating_not_relevant_has_no_value"
            ),
            models.CheckConstraint(condition=Q(value__isnull=True) | Q(value__gte=0), name="rating_value_range"),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.scale} {'–' if self.value is None else self.value}"


class Mapping(models.Model):
    """One of our skills or roles and an entry that may be the same. Accepted ones stand in the record itself, in `esco` or
    `onet`; who decided is in the log of the admin and, as the author, in the record's version."""

    class Status(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    skill = models.ForeignKey(
        Skill, models.CASCADE, null=True, blank=True, related_name="mappings", verbose_name=_("skill")
    )
    role = models.ForeignKey(
        Role, models.CASCADE, null=True, blank=True, related_name="mappings", verbose_name=_("role")
    )
    entry = models.ForeignKey(TaxonomyEntry, models.PROTECT, related_name="mappings", verbose_name=_("entry"))
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.SUGGESTED)
    score = models.FloatField(
        _("similarity"), help_text=_("Of the most similar names, from 0 to 1; 0 where no names are similar.")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering: ClassVar = ["-score", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(skill__isnull=True, role__isnull=False) | Q(skill__isnull=False, role__isnull=True),
                name="mapping_of_one_record",
            ),
            models.UniqueConstraint(fields=["skill", "entry"], name="mapping_of_skill_once"),
            models.UniqueConstraint(fields=["role", "entry"], name="mapping_of_role_once"),
            models.CheckConstraint(
                condition=Q(status__in=["suggested", "accepted", "refused"]), name="mapping_status_known"
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="mapping_score_range"),
            models.CheckConstraint(
                condition=~Q(status="suggested") | Q(decided_at__isnull=True), name="mapping_suggested_is_undecided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record} – {self.entry}"

    @property
    def record(self) -> Skill | Role:
        record = self.skill or self.role
        assert record is not None  # mapping_of_one_record
        return record


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def open(self) -> Self:
        """What still may become public."""
        return self.filter(state__in=Proposal.OPEN)

    def of(self, record: Record) -> Self:
        return self.filter(kind=record.KIND, record_id=record.pk)

    def due(self, now: datetime) -> Self:
        return self.filter(state=Proposal.State.SCHEDULED, publish_at__lte=now)

    def with_newest(self) -> Self:
        """Each with the number of its record's newest version, as `newest`."""
        versions = Version.objects.filter(kind=models.OuterRef("kind"), record_id=models.OuterRef("record_id"))
        return self.annotate(newest=models.Subquery(versions.order_by("-number").values("number")[:1]))


class Proposal(models.Model):
    """What somebody would make of a record: its whole document, from draft to publication. The record itself stays as it
    is until then. A record has at most one that is open."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in-review", _("in review")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN: ClassVar = (State.DRAFT, State.IN_REVIEW, State.SCHEDULED)
    DECIDED: ClassVar = (State.SCHEDULED, State.PUBLISHED, State.REFUSED)

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    slug = models.CharField(_("slug"), max_length=80, help_text=_("That the record would have."))
    document = models.TextField(_("document"))
    base = models.PositiveIntegerField(
        _("begun on version"), help_text=_("What the record was when this was begun, or last brought up to date.")
    )
    restores = models.PositiveIntegerField(
        _("restores version"), null=True, blank=True, help_text=_("Was public before, word for word.")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    note = models.TextField(_("why"), blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reviewer")
    )
    alone = models.BooleanField(
        _("reviewed by its author"), default=False, help_text=_("There was nobody else who may review.")
    )
    words = models.TextField(_("the reviewer’s words"), blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    publish_at = models.DateTimeField(_("to be published"), null=True, blank=True)
    version = models.PositiveIntegerField(
        _("became version"), null=True, blank=True, help_text=_("Of the record, when it was published.")
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
        # People may go: where an account is deleted, its name is taken off. So moments are asked for, not names.
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="proposal_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in-review", "scheduled", "published", "refused", "withdrawn"]),
                name="proposal_state_known",
            ),
            models.UniqueConstraint(
                fields=["kind", "record_id"],
                condition=Q(state__in=["draft", "in-review", "scheduled"]),
                name="proposal_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False), name="proposal_submitted"
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=False, state__in=["scheduled", "published", "refused"])
                | (
                    Q(decided_at__isnull=True, reviewer__isnull=True)
                    & ~Q(state__in=["scheduled", "published", "refused"])
                ),
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
                | Q(author__isnull=True)
                | ~Q(reviewer=F("author"))
                | Q(alone=True)
                | Q(restores__isnull=False),
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
        assert document is not None  # it was rendered
        return document

    @property
    def name(self) -> str:
        return str(self.proposed.data.get("name", self.slug))


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def due(self, now: datetime) -> Self:
        return self.filter(due_at__lte=now, resource__status=Status.PUBLISHED)


class LinkCheck(models.Model):
    """What a machine found at the address of a resource, last time. That somebody looked at it is another thing, and
    stands in the record itself."""

    class Outcome(models.TextChoices):
        UNCHECKED = "unchecked", _("not checked yet")
        OK = "ok", _("works")
        REDIRECTED = "redirected", _("works elsewhere")
        UNCLEAR = "unclear", _("unclear")
        FAILED = "failed", _("fails")
        DEAD = "dead", _("dead")

    FAILURES: ClassVar = 3  # in a row, on different days, until an address is dead

    resource = models.OneToOneField(Resource, models.CASCADE, related_name="link_check", verbose_name=_("resource"))
    address = models.CharField(_("address"), max_length=500, help_text=_("That this row is about."))
    host = models.CharField(_("host"), max_length=255, blank=True, help_text=_("Of the address, if it has one."))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.UNCHECKED)
    since = models.DateTimeField(_("since"), default=timezone.now, help_text=_("Of the outcome."))
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    status_code = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    problem = models.CharField(_("problem"), max_length=16, blank=True, help_text=_("Where there is no status."))
    final_address = models.CharField(
        _("final address"), max_length=2000, blank=True, help_text=_("Where permanent redirects lead.")
    )
    failures = models.PositiveSmallIntegerField(_("failures in a row"), default=0)
    failed_on = models.DateField(_("last failure counted"), null=True, blank=True)
    due_at = models.DateTimeField(_("next"), default=timezone.now, db_index=True)

    objects: ClassVar[LinkCheckQuerySet] = LinkCheckQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("link check")
        verbose_name_plural = _("link checks")
        ordering: ClassVar = ["due_at", "pk"]
        default_permissions: ClassVar = ()  # who may see and change a resource may see and repeat its check
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
    """When a host may be asked again: all workers take their turns here."""

    host = models.CharField(max_length=255, primary_key=True)
    free_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.host


class Operation(models.Model):
    """A merge, a renaming or a retirement that was carried out, with all that it takes to undo it."""

    class What(models.TextChoices):
        MERGE = "merge", _("merge")
        RENAME = "rename", _("rename")
        RETIRE = "retire", _("retire")

    what = models.CharField(_("what"), max_length=6, choices=What)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    slug = models.CharField(_("slug"), max_length=80, help_text=_("That the record had."))
    name = models.CharField(_("name"), max_length=200, help_text=_("That the record had."))
    into = models.CharField(
        _("into"), max_length=80, blank=True, help_text=_("The record that took it in, or the slug that it got.")
    )
    note = models.TextField(_("why"), blank=True)
    touched: "models.JSONField[Any, Any]" = models.JSONField(
        _("touched"),
        help_text=_("Each record with its slugs and documents before and after, and the version that was written."),
    )
    redirects = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("redirects"),
        default=list,
        blank=True,
        help_text=_("Former slugs of the record that went over with it."),
    )
    mended = ArrayField(
        models.TextField(),
        verbose_name=_("mended"),
        default=list,
        blank=True,
        help_text=_("What was wrong with the catalogue until then."),
    )
    revision = models.PositiveBigIntegerField(
        _("revision"), null=True, blank=True, help_text=_("Empty where nothing public changed.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_revision = models.PositiveBigIntegerField(_("revision of the undoing"), null=True, blank=True)

    class Meta:
        verbose_name = _("operation")
        verbose_name_plural = _("operations")
        ordering: ClassVar = ["-pk"]
        default_permissions: ClassVar = ("view",)
        permissions: ClassVar = [("operate", _("Can merge, rename and retire records, and undo that"))]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(what__in=["merge", "rename", "retire"]), name="operation_what_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="operation_kind_known"),
            models.CheckConstraint(
                condition=Q(what="retire", into="") | (~Q(what="retire") & ~Q(into="")), name="operation_into_something"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=False) | Q(undone_by__isnull=True, undone_revision__isnull=True),
                name="operation_undone_at_a_moment",
            ),
        ]

    def __str__(self) -> str:
        arrow = f" → {self.into}" if self.into else ""
        return f"{self.get_what_display()} {self.get_kind_display()} {self.slug}{arrow}"


class BulkEdit(models.Model):
    """Many records that were changed by one import or one edit: what waits for a review is published together, and all of it
    is undone together, until something of it has changed since."""

    title = models.CharField(_("what"), max_length=200)
    items: "models.JSONField[Any, Any]" = models.JSONField(
        _("records"),
        help_text=_("Each with the number of its version before (0: there was none) and after, and its proposal."),
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
        verbose_name = _("bulk edit")
        verbose_name_plural = _("bulk edits")
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


class Look(models.Model):
    """When a curator last read a record and found it right as it is. That is no version and no revision: nothing changed."""

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        default_permissions: ClassVar = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="look_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="look_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"
