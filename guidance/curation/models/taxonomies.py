"""The official classifications (ESCO, O*NET), and which of their entries match our records."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models import Role, Skill


class Source(models.TextChoices):
    ESCO = "esco", _("ESCO")
    ONET = "onet", _("O*NET")


class TaxonomyEntryQuerySet(models.QuerySet["TaxonomyEntry"]):
    def current(self) -> Self:
        """Returns the entries of the newest release."""
        return self.filter(removed_at__isnull=True)

    def unrated(self) -> Self:
        """Returns occupations whose skills no one has rated, which is not the same as a rating of zero."""
        rated = Rating.objects.filter(occupation=models.OuterRef("pk"))
        return self.filter(kind=TaxonomyEntry.EntryKind.OCCUPATION).exclude(models.Exists(rated))


class TaxonomyEntry(models.Model):
    """A concept in an official classification, in the classification's own words. Only imports write it; an entry that a newer
    release no longer has is kept and marked as removed, since our records may refer to it."""

    class EntryKind(models.TextChoices):
        SKILL = "skill", _("skill")
        SKILL_GROUP = "skill-group", _("group of skills")
        OCCUPATION = "occupation", _("occupation")
        OCCUPATION_GROUP = "occupation-group", _("group of occupations")
        ELEMENT = "element", _("element of the content model")
        TECHNOLOGY = "technology", _("technology")

    source = models.CharField(_("classification"), max_length=4, choices=Source)
    kind = models.CharField(_("kind"), max_length=16, choices=EntryKind)
    identifier = models.CharField(_("identifier"), max_length=200)
    label = models.CharField(_("label"), max_length=300)
    alternative_labels = ArrayField(models.TextField(), verbose_name=_("other labels"), default=list, blank=True)
    description = models.TextField(_("description"), blank=True)
    texts = models.JSONField(
        _("further texts"), default=dict, blank=True, help_text=_("By the names that the classification uses for them.")
    )
    release = models.CharField(
        _("release"), max_length=40, blank=True, help_text=_("The newest release that contains it.")
    )
    removed_at = models.DateTimeField(
        _("removed"), null=True, blank=True, help_text=_("When a release without it was imported.")
    )
    digest = models.CharField(
        _("digest"), max_length=32, help_text=_("Digest of the entry with its links and ratings, as imported.")
    )
    links: "models.ManyToManyField[TaxonomyEntry, TaxonomyLink]" = models.ManyToManyField(
        "self", through="TaxonomyLink", symmetrical=False, related_name="linked_by"
    )

    objects: ClassVar[TaxonomyEntryQuerySet] = TaxonomyEntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("entry of ESCO or O*NET")
        verbose_name_plural = _("entries of ESCO and O*NET")
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
        return self.source == Source.ONET and self.kind == self.EntryKind.OCCUPATION


class TaxonomyName(models.Model):
    """A label of an entry in the form in which names are compared (`spelling_keys`). One name may belong to several entries."""

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
    """A relation between two entries of a classification. Nothing in our catalogue is derived from it, least of all prerequisites."""

    class LinkKind(models.TextChoices):
        BROADER = "broader", _("belongs to")
        ESSENTIAL = "essential", _("needs")
        OPTIONAL = "optional", _("may need")
        USES = "uses", _("works with")

    entry = models.ForeignKey(TaxonomyEntry, models.CASCADE, related_name="links_out")
    other = models.ForeignKey(TaxonomyEntry, models.CASCADE, related_name="links_in")
    kind = models.CharField(_("kind"), max_length=9, choices=LinkKind)

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
    """The rating of an occupation on an O*NET scale. No value means that there is no valid rating; it does not mean zero."""

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
    """One of our skills or roles and an entry that may be the same. Accepted ones are in the record itself, in `esco` or `onet`;
    who decided is in the admin log and, as the author, in the record's version."""

    class MappingStatus(models.TextChoices):
        SUGGESTED = "suggested", _("suggested")
        PROPOSED = "proposed", _("waiting for a second person")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("rejected")

    skill = models.ForeignKey(
        Skill, models.CASCADE, null=True, blank=True, related_name="mappings", verbose_name=_("skill")
    )
    role = models.ForeignKey(
        Role, models.CASCADE, null=True, blank=True, related_name="mappings", verbose_name=_("role")
    )
    entry = models.ForeignKey(TaxonomyEntry, models.PROTECT, related_name="mappings", verbose_name=_("entry"))
    status = models.CharField(_("status"), max_length=9, choices=MappingStatus, default=MappingStatus.SUGGESTED)
    score = models.FloatField(
        _("similarity"), help_text=_("Similarity of the most similar names, from 0 to 1; 0 if no names are similar.")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proposed by"),
        help_text=_("The first of the two people who accepted it."),
    )

    class Meta:
        verbose_name = _("mapping to ESCO or O*NET")
        verbose_name_plural = _("mappings to ESCO and O*NET")
        ordering: ClassVar = ["-score", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(skill__isnull=True, role__isnull=False) | Q(skill__isnull=False, role__isnull=True),
                name="mapping_of_one_record",
            ),
            models.UniqueConstraint(fields=["skill", "entry"], name="mapping_of_skill_once"),
            models.UniqueConstraint(fields=["role", "entry"], name="mapping_of_role_once"),
            models.CheckConstraint(
                condition=Q(status__in=["suggested", "proposed", "accepted", "refused"]), name="mapping_status_known"
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=1), name="mapping_score_range"),
            models.CheckConstraint(
                condition=~Q(status="suggested") | Q(decided_at__isnull=True, proposed_by__isnull=True),
                name="mapping_suggested_is_undecided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record} – {self.entry}"

    @property
    def record(self) -> Skill | Role:
        record = self.skill or self.role
        assert record is not None  # ensured by mapping_of_one_record
        return record


class ClassificationImport(models.Model):
    """An uploaded release of a classification, until the worker has read it, and the result. The admin’s log records who uploaded
    it."""

    class ImportState(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    source = models.CharField(_("classification"), max_length=4, choices=Source)
    name = models.CharField(_("file"), max_length=200)
    release = models.CharField(
        _("release"), max_length=40, blank=True, help_text=_("Only if the files do not contain the release.")
    )
    dry_run = models.BooleanField(
        _("only report what would change"), default=False, help_text=_("All files are read, but nothing is saved.")
    )
    content = models.BinaryField(_("content"), null=True, help_text=_("Stored until it is read."))
    state = models.CharField(_("state"), max_length=7, choices=ImportState, default=ImportState.WAITING)
    report = models.TextField(_("report"), blank=True)
    at = models.DateTimeField(_("uploaded"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of ESCO or O*NET")
        verbose_name_plural = _("imports of ESCO and O*NET")
        ordering: ClassVar = ["-pk"]
        default_permissions: ClassVar = ("add", "view")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(source__in=["esco", "onet"]), name="classificationimport_source_known"),
            models.CheckConstraint(
                condition=Q(state="waiting", content__isnull=False, ended_at__isnull=True)
                | Q(state__in=["done", "failed"], content__isnull=True, ended_at__isnull=False),
                name="classificationimport_waits_with_its_content",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {self.name}"
