"""The catalogue records: what can be learned and what requires it."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models.base import (
    AllPositive,
    Kind,
    Record,
    RecordQuerySet,
    Status,
    between,
)

if TYPE_CHECKING:
    from guidance.catalog.models.links import (
        Emphasis,
        MilestoneProject,
        Prerequisite,
        Proof,
        Requirement,
        ResourceSkill,
        StartingLevel,
    )


class Area(Record):
    KIND = Kind.AREA

    class Family(models.TextChoices):
        FOUNDATIONS = "foundations", _("foundations")
        MODELS = "models", _("models")
        RUNNING = "running", _("running them well")

    letter = models.CharField(_("letter"), max_length=1)
    family = models.CharField(_("family"), max_length=12, choices=Family)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering: ClassVar = ["order", "slug"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(letter__regex="^[A-Z]$"), name="area_letter_valid"),
            models.UniqueConstraint(
                fields=["letter"], name="area_letter_unique", deferrable=models.Deferrable.IMMEDIATE
            ),
            models.CheckConstraint(
                condition=Q(family__in=["foundations", "models", "running"]), name="area_family_known"
            ),
        ]

    def get_absolute_url(self) -> str:
        return f"{reverse('web:skills')}?area={self.slug}"


class Skill(Record):
    KIND = Kind.SKILL

    class SkillKind(models.TextChoices):
        CONCEPT = "concept", _("concept")
        TOOL = "tool", _("tool")
        PRACTICE = "practice", _("practice")

    class Horizon(models.TextChoices):
        CORE = "core", _("core")
        ADVANCED = "advanced", _("advanced")
        EMERGING = "emerging", _("emerging")

    area = models.ForeignKey(Area, models.PROTECT, related_name="skills", verbose_name=_("area"))
    kind = models.CharField(_("kind"), max_length=8, choices=SkillKind)
    horizon = models.CharField(_("horizon"), max_length=8, choices=Horizon, default=Horizon.CORE)
    effort = ArrayField(
        models.FloatField(),
        verbose_name=_("effort"),
        default=list,
        blank=True,
        help_text=_("Hours from level 0 to 1, 1 to 2, 2 to 3 and 3 to 4."),
    )
    level_texts = ArrayField(
        models.TextField(),
        verbose_name=_("levels"),
        default=list,
        blank=True,
        help_text=_("What a person can do at levels 1 to 4, each beginning with “You can”."),
    )
    demand = models.PositiveSmallIntegerField(
        _("demand"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Per cent of the counted job ads that name it, rounded; empty if unknown."),
    )
    esco = ArrayField(models.CharField(max_length=200), verbose_name=_("ESCO"), default=list, blank=True)
    onet = ArrayField(models.CharField(max_length=40), verbose_name=_("O*NET"), default=list, blank=True)
    requires: "models.ManyToManyField[Skill, Prerequisite]" = models.ManyToManyField(
        "self", through="Prerequisite", symmetrical=False, related_name="unlocks"
    )

    class Meta(Record.Meta):
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=["concept", "tool", "practice"]), name="skill_kind_known"),
            models.CheckConstraint(
                condition=Q(horizon__in=["core", "advanced", "emerging"]), name="skill_horizon_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED) | (Q(effort__len=4) & Q(AllPositive("effort"))),
                name="skill_effort_complete",
                violation_error_message=_("A published skill must have four efforts above 0."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED)
                | (Q(level_texts__len=4) & ~Q(level_texts__contains=[""]) & ~Q(summary="")),
                name="skill_texts_complete",
                violation_error_message=_("A published skill must have a summary and four level texts."),
            ),
            models.CheckConstraint(
                condition=Q(demand__isnull=True) | between("demand", 1, 100), name="skill_demand_range"
            ),
        ]


class Check(Record):
    """The check items of a skill, in `data`."""

    KIND = Kind.CHECK

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="checks", verbose_name=_("skill"))

    class Meta(Record.Meta):
        verbose_name = _("check questions")
        verbose_name_plural = _("check questions")
        ordering: ClassVar = ["slug"]

    def get_absolute_url(self) -> str:
        return reverse("web:skill", args=[self.slug])


class Fact(Record):
    """A dated figure with its source."""

    KIND = Kind.FACT

    statement = models.TextField(_("statement"))
    source = models.CharField(_("source"), max_length=200)
    url = models.URLField(_("address"), max_length=500)
    year = models.PositiveSmallIntegerField(
        _("year"),
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
        help_text=_("What the figure describes."),
    )
    secondary = models.BooleanField(
        _("secondary"), default=False, help_text=_("Whether we read it on a page that reports the original.")
    )
    caveat = models.TextField(_("caveat"), blank=True)

    class Meta(Record.Meta):
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=between("year", 1990, 2100), name="fact_year_range"),
        ]

    def get_absolute_url(self) -> str:
        return f"{reverse('web:about-the-data')}#{self.slug}"


class Milestone(Record):
    """Some skills that belong together, in teaching order, and projects: any one of them shows that you have learned the
    skills."""

    KIND = Kind.MILESTONE

    outcome = models.TextField(
        _("outcome"), help_text=_("What a person can show afterwards, beginning with “You can”.")
    )
    projects: "models.ManyToManyField[Project, MilestoneProject]" = models.ManyToManyField(
        "Project", through="MilestoneProject", related_name="milestones"
    )

    class Meta(Record.Meta):
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering: ClassVar = ["name"]


class Role(Record):
    KIND = Kind.ROLE

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    esco = ArrayField(models.CharField(max_length=200), verbose_name=_("ESCO"), default=list, blank=True)
    onet = ArrayField(models.CharField(max_length=40), verbose_name=_("O*NET"), default=list, blank=True)
    skills: "models.ManyToManyField[Skill, Requirement]" = models.ManyToManyField(
        Skill, through="Requirement", related_name="roles"
    )
    facts = models.ManyToManyField(Fact, blank=True, related_name="roles", verbose_name=_("outlook facts"))
    apply_after = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("apply after"),
        help_text=_("The milestone after which it makes sense to apply for such a job."),
    )
    long_because = models.TextField(
        _("why it is long"),
        blank=True,
        default="",
        help_text=_("Needed if it takes more than 700 hours until it makes sense to apply."),
    )

    class Meta(Record.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering: ClassVar = ["order", "slug"]


class Industry(Record):
    KIND = Kind.INDUSTRY

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    skills: "models.ManyToManyField[Skill, Emphasis]" = models.ManyToManyField(
        Skill, through="Emphasis", related_name="industries"
    )
    facts = models.ManyToManyField(Fact, blank=True, related_name="industries", verbose_name=_("facts"))
    milestone = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="industries",
        verbose_name=_("milestone"),
        help_text=_("This milestone comes before the last milestone of the learner’s role."),
    )

    class Meta(Record.Meta):
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering: ClassVar = ["order", "slug"]


class ResourceQuerySet(RecordQuerySet["Resource"]):
    def shown(self) -> Self:
        """Includes only resources whose link works. A resource with a dead link stays published but is hidden until the link
        works again."""
        return self.published().exclude(dead_address=F("url"))


class Resource(Record):
    KIND = Kind.RESOURCE

    class ResourceType(models.TextChoices):
        COURSE = "course", _("course")
        BOOK = "book", _("book")
        DOCUMENTATION = "documentation", _("documentation")
        ARTICLE = "article", _("article")
        VIDEO = "video", _("video")
        PAPER = "paper", _("paper")
        PROJECT = "project", _("project")
        COMMUNITY = "community", _("community")
        EVENT = "event", _("event")

    type = models.CharField(_("type"), max_length=16, choices=ResourceType)
    url = models.URLField(_("address"), max_length=500)
    author = models.CharField(_("author"), max_length=200)
    year = models.PositiveSmallIntegerField(
        _("year"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    hours = models.FloatField(_("hours"), validators=[MinValueValidator(0.1)])
    cost = models.DecimalField(
        _("cost"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Enter 0 if it is free; leave it empty if you don’t know."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, help_text=_("Three letters, such as EUR, if it costs money.")
    )
    paid = models.BooleanField(
        _("paid"), default=False, db_default=False, help_text=_("Tick if it costs money but you don’t know the price.")
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    programming_language = models.CharField(
        _("programming language"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text=_("Lower case, such as “python”; empty if it does not matter."),
    )
    affiliate = models.BooleanField(
        _("affiliate"),
        default=False,
        help_text=_("Its shop pays a commission: the link gets the operator's tag for that shop, if there is one."),
    )
    checked_on = models.DateField(
        _("checked on"), null=True, blank=True, help_text=_("The day on which someone opened it; empty if no one has.")
    )
    dead_address = models.CharField(
        _("dead address"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The address that no longer works. Enter another address to resolve this."),
    )
    skills: "models.ManyToManyField[Skill, ResourceSkill]" = models.ManyToManyField(
        Skill, through="ResourceSkill", related_name="resources"
    )

    objects: ClassVar[ResourceQuerySet] = ResourceQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Record.Meta):
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(hours__gt=0), name="resource_hours_positive"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost=0) | Q(cost__gt=0, currency__regex="^[A-Z]{3}$"),
                name="resource_cost_has_currency",
                violation_error_message=_("A price needs a currency such as EUR."),
            ),
            models.CheckConstraint(
                condition=Q(paid=False) | Q(cost__isnull=True),
                name="resource_paid_has_no_price",
                violation_error_message=_("Leave “paid” empty if the resource is free or you know its price."),
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | between("year", 1900, 2100), name="resource_year_range"
            ),
            models.CheckConstraint(condition=Q(url__regex=r"^https?://"), name="resource_url_scheme"),
            models.UniqueConstraint(
                fields=["url"], name="resource_address_unique", deferrable=models.Deferrable.IMMEDIATE
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("web:out", args=[self.pk])

    @property
    def is_dead(self) -> bool:
        return self.dead_address == self.url


class Project(Record):
    KIND = Kind.PROJECT

    hours = models.FloatField(_("hours"), validators=[MinValueValidator(0.1)])
    skills: "models.ManyToManyField[Skill, Proof]" = models.ManyToManyField(
        Skill, through="Proof", related_name="projects"
    )
    industries = models.ManyToManyField(Industry, blank=True, related_name="projects", verbose_name=_("industries"))

    class Meta(Record.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(hours__gt=0), name="project_hours_positive"),
        ]


class StartingPoint(Record):
    KIND = Kind.STARTING_POINT

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    skills: "models.ManyToManyField[Skill, StartingLevel]" = models.ManyToManyField(
        Skill, through="StartingLevel", related_name="starting_points"
    )

    class Meta(Record.Meta):
        verbose_name = _("starting point")
        verbose_name_plural = _("starting points")
        ordering: ClassVar = ["order", "slug"]

    def get_absolute_url(self) -> str:
        return reverse("web:home")


class Guide(Record):
    KIND = Kind.GUIDE

    tldr = models.TextField(_("in short"))
    takeaways = ArrayField(models.TextField(), verbose_name=_("key takeaways"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    facts = models.ManyToManyField(Fact, blank=True, related_name="guides", verbose_name=_("facts"))

    class Meta(Record.Meta):
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering: ClassVar = ["order", "slug"]


class Question(Record):
    KIND = Kind.QUESTION

    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar = ["order", "slug"]

    def get_absolute_url(self) -> str:
        return f"{reverse('web:questions')}#{self.slug}"


RECORD_MODELS: dict[str, type[Record]] = {
    model.KIND: model
    for model in (
        Area,
        Fact,
        Skill,
        Check,
        Resource,
        Milestone,
        Role,
        Industry,
        Project,
        StartingPoint,
        Guide,
        Question,
    )
}
