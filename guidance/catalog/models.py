"""What can be learned and what asks for it.

Every record has a slug, a status and, once saved through `versions`, a history of pack documents. Rules that a row can
break stand here as database constraints; that the prerequisite graph has no cycle is a trigger (migration
`0002_prerequisites_acyclic`). Completeness is asked only of what is published, so that a draft can be saved unfinished.
"""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
RESERVED_SLUGS = ("map", "compare")
MAX_LEVEL = 4
MAX_IMPORTANCE = 5
MAX_SKILLS_PER_RESOURCE = 5
LONGEST_UNIT_KEY = 60


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in-review", _("in review")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Kind(models.TextChoices):
    """The kinds of record, as they are called in packs, revisions, redirects and the API."""

    AREA = "area", _("area")
    SKILL = "skill", _("skill")
    RESOURCE = "resource", _("resource")
    MILESTONE = "milestone", _("milestone")
    ROLE = "role", _("role")
    INDUSTRY = "industry", _("industry")
    PROJECT = "project", _("project")
    STARTING_POINT = "starting-point", _("starting point")
    GUIDE = "guide", _("guide")
    QUESTION = "question", _("question")
    FACT = "fact", _("fact")


class RecordQuerySet[M: models.Model](models.QuerySet[M]):
    def published(self) -> Self:
        return self.filter(status=Status.PUBLISHED)


class AllPositive(models.Func):
    """Whether every number of an array is above 0."""

    template = "0 < ALL(%(expressions)s)"
    arity = 1
    output_field = models.BooleanField()


MIN_UNIT_MINUTES, MAX_UNIT_MINUTES = 20, 240


def between(field: str, low: float, high: float) -> Q:
    return Q(**{f"{field}__gte": low, f"{field}__lte": high})


def importance_field() -> "models.PositiveSmallIntegerField[int, int]":
    validators = [MinValueValidator(1), MaxValueValidator(MAX_IMPORTANCE)]
    return models.PositiveSmallIntegerField(_("importance"), validators=validators)


def level_field(
    verbose_name: object = _("level"), lowest: int = 1, **options: object
) -> "models.PositiveSmallIntegerField[int, int]":
    validators = [MinValueValidator(lowest), MaxValueValidator(MAX_LEVEL)]
    return models.PositiveSmallIntegerField(verbose_name, validators=validators, **options)  # type: ignore[arg-type]


class Record(models.Model):
    """What every catalogue record has."""

    KIND: ClassVar[Kind]

    slug = models.SlugField(
        _("slug"),
        max_length=80,
        unique=True,
        validators=[RegexValidator(SLUG_PATTERN, _("Lower-case letters, digits and single hyphens."))],
    )
    name = models.CharField(_("name"), max_length=200)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    body = models.TextField(_("body"), blank=True, help_text=_("Markdown"))
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    objects: ClassVar[RecordQuerySet[Self]] = RecordQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(slug__regex=SLUG_PATTERN) & ~Q(slug__in=RESERVED_SLUGS),
                name="%(class)s_slug_valid",
                violation_error_message=_(
                    "A slug has lower-case letters, digits and single hyphens; “map” and “compare” are taken."
                ),
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="%(class)s_status_known"),
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(f"web:{self.KIND}", args=[self.slug])


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
        help_text=_("Per cent of the job ads counted that name it, rounded; empty when unknown."),
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
                violation_error_message=_("A published skill has four efforts above 0."),
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PUBLISHED)
                | (Q(level_texts__len=4) & ~Q(level_texts__contains=[""]) & ~Q(summary="")),
                name="skill_texts_complete",
                violation_error_message=_("A published skill has a summary and four level texts."),
            ),
            models.CheckConstraint(
                condition=Q(demand__isnull=True) | between("demand", 1, 100), name="skill_demand_range"
            ),
        ]


class Alias(models.Model):
    """Another name of a skill. An ambiguous one means the skill only near one of its context words."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=100)
    ambiguous = models.BooleanField(_("ambiguous"), default=False)
    context = ArrayField(models.CharField(max_length=60), verbose_name=_("context words"), default=list, blank=True)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("name"),
                name="alias_name_unique",
                violation_error_message=_("Another skill already has this alias."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="alias_named"),
            models.CheckConstraint(
                condition=Q(ambiguous=False) | Q(context__len__gt=0),
                name="alias_ambiguous_has_context",
                violation_error_message=_("An ambiguous alias needs context words."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Prerequisite(models.Model):
    """`skill` is begun only when `requires` stands at `level`."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="prerequisites")
    requires = models.ForeignKey(Skill, models.PROTECT, related_name="required_by", verbose_name=_("requires"))
    level = level_field()

    class Meta:
        verbose_name = _("prerequisite")
        verbose_name_plural = _("prerequisites")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["skill", "requires"], name="prerequisite_unique"),
            models.CheckConstraint(
                condition=~Q(skill=F("requires")),
                name="prerequisite_not_itself",
                violation_error_message=_("A skill cannot be its own prerequisite."),
            ),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="prerequisite_level_range"),
        ]

    def __str__(self) -> str:
        return f"{self.requires} {self.level}"


class Unit(models.Model):
    """A piece of work on the way to one level of a skill. `key` stays when the rest changes: learners tick it by that."""

    class Type(models.TextChoices):
        READ = "read", _("read")
        DO = "do", _("do")
        BUILD = "build", _("build")

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="units")
    level = level_field()
    key = models.CharField(_("id"), max_length=LONGEST_UNIT_KEY, validators=[RegexValidator(SLUG_PATTERN)])
    type = models.CharField(_("type"), max_length=5, choices=Type)
    text = models.TextField(_("what to do"), blank=True, help_text=_("For something to do or to build."))
    resource: "models.ForeignKey[Resource | None, Resource | None]" = models.ForeignKey(
        "Resource", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("what to read")
    )
    part = models.CharField(
        _("part"), max_length=200, blank=True, help_text=_("Of the resource, such as “Parts 1 to 4”.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(MIN_UNIT_MINUTES), MaxValueValidator(MAX_UNIT_MINUTES)]
    )
    untried = models.BooleanField(
        _("untried"),
        default=False,
        help_text=_(
            "We have not run this ourselves: it needs an outside service, such as a hosted model, a cloud, a GPU or the internet."
        ),
    )

    basics = models.BooleanField(
        _("basics"),
        default=False,
        db_default=False,  # the previous release writes units while this one is deployed
        help_text=_("Whoever has programming basics at level 2, from another language, can do this already."),
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering: ClassVar = ["level", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["skill", "level", "key"], name="unit_key_unique"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="unit_level_range"),
            models.CheckConstraint(
                condition=between("minutes", MIN_UNIT_MINUTES, MAX_UNIT_MINUTES), name="unit_minutes_range"
            ),
            models.CheckConstraint(
                condition=Q(type="read", resource__isnull=False, text="")
                | Q(type__in=["do", "build"], resource__isnull=True) & ~Q(text=""),
                name="unit_complete",
                violation_error_message=_("Choose a resource to read, or write what to do or build."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}: {self.key}"


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
        _("secondary"), default=False, help_text=_("Read on a page that reports the original.")
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
    """Some skills that belong together, in teaching order, and the projects of which any one shows that they are there."""

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


class MilestoneStep(models.Model):
    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="steps")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="milestone_steps")
    level = level_field()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["milestone", "skill", "level"], name="milestonestep_unique"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="milestonestep_level_range"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class MilestoneProject(models.Model):
    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="project_links")
    project = models.ForeignKey("Project", models.PROTECT, related_name="milestone_links", verbose_name=_("project"))

    class Meta:
        verbose_name = _("project of the milestone")
        verbose_name_plural = _("projects of the milestone")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["milestone", "project"], name="milestoneproject_unique"),
        ]

    def __str__(self) -> str:
        return str(self.project)


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
        help_text=_("The milestone after which applying for such a job makes sense."),
    )
    long_because = models.TextField(
        _("why it is long"),
        blank=True,
        default="",
        help_text=_("Needed where the way to applying takes over 700 hours."),
    )

    class Meta(Record.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering: ClassVar = ["order", "slug"]


class Requirement(models.Model):
    role = models.ForeignKey(Role, models.CASCADE, related_name="requirements")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="requirements")
    level = level_field(_("target level"))
    importance = importance_field()

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering: ClassVar = ["-importance", "-level", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "skill"], name="requirement_unique"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="requirement_level_range"),
            models.CheckConstraint(
                condition=between("importance", 1, MAX_IMPORTANCE), name="requirement_importance_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class Choice(models.Model):
    """A requirement that any one of several skills meets."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="choices")
    slug = models.CharField(_("slug"), max_length=80, validators=[RegexValidator(SLUG_PATTERN)])
    name = models.CharField(_("name"), max_length=120)
    importance = importance_field()

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "slug"], name="choice_unique"),
            models.CheckConstraint(condition=between("importance", 1, MAX_IMPORTANCE), name="choice_importance_range"),
            models.CheckConstraint(condition=~Q(name=""), name="choice_named"),
        ]

    def __str__(self) -> str:
        return self.name


class ChoiceMember(models.Model):
    choice = models.ForeignKey(Choice, models.CASCADE, related_name="members")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="choice_members")
    level = level_field(_("target level"))

    class Meta:
        verbose_name = _("member of the choice")
        verbose_name_plural = _("members of the choice")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["choice", "skill"], name="choicemember_unique"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="choicemember_level_range"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class RoleMilestone(models.Model):
    role = models.ForeignKey(Role, models.CASCADE, related_name="milestone_links")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="role_links", verbose_name=_("milestone"))

    class Meta:
        verbose_name = _("milestone of the role")
        verbose_name_plural = _("milestones of the role")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "milestone"], name="rolemilestone_unique"),
        ]

    def __str__(self) -> str:
        return str(self.milestone)


class Activity(models.Model):
    """One entry of a role's day."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="day")
    time = models.TimeField(_("time"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), validators=[MinValueValidator(1), MaxValueValidator(720)])
    activity = models.TextField(_("activity"))

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("day in the life")
        ordering: ClassVar = ["time"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "time"], name="activity_time_unique"),
            models.CheckConstraint(condition=between("minutes", 1, 720), name="activity_minutes_range"),
        ]

    def __str__(self) -> str:
        return f"{self.time:%H:%M} {self.activity}"


class Neighbour(models.Model):
    """How a role differs from one it is confused with."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="neighbours")
    other = models.ForeignKey(Role, models.CASCADE, related_name="neighbour_of", verbose_name=_("role"))
    difference = models.TextField(_("difference"))

    class Meta:
        verbose_name = _("neighbour")
        verbose_name_plural = _("neighbours")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "other"], name="neighbour_unique"),
            models.CheckConstraint(condition=~Q(role=F("other")), name="neighbour_not_itself"),
        ]

    def __str__(self) -> str:
        return str(self.other)


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
        help_text=_("It comes before the last milestone of the learner’s role."),
    )

    class Meta(Record.Meta):
        verbose_name = _("industry")
        verbose_name_plural = _("industries")
        ordering: ClassVar = ["order", "slug"]


class IndustryRequirement(models.Model):
    """What the industry asks for besides the role."""

    industry = models.ForeignKey(Industry, models.CASCADE, related_name="requirements")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="industry_requirements")
    level = level_field(_("target level"))
    importance = importance_field()

    class Meta:
        verbose_name = _("requirement of the industry")
        verbose_name_plural = _("requirements of the industry")
        ordering: ClassVar = ["-importance", "-level", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["industry", "skill"], name="industryrequirement_unique"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="industryrequirement_level_range"),
            models.CheckConstraint(
                condition=between("importance", 1, MAX_IMPORTANCE), name="industryrequirement_importance_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class UseCase(models.Model):
    industry = models.ForeignKey(Industry, models.CASCADE, related_name="use_cases")
    name = models.CharField(_("name"), max_length=120)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("use case")
        verbose_name_plural = _("use cases")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["industry", "name"], name="usecase_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class Consideration(models.Model):
    class Topic(models.TextChoices):
        REGULATION = "regulation", _("Regulation")
        PRIVACY = "privacy", _("Privacy")
        SAFETY = "safety", _("Safety")
        LATENCY = "latency", _("Latency")
        EXPLAINABILITY = "explainability", _("Explainability")
        SECURITY = "security", _("Security")
        DATA = "data", _("Data")
        COST = "cost", _("Cost")
        FAIRNESS = "fairness", _("Fairness")

    industry = models.ForeignKey(Industry, models.CASCADE, related_name="considerations")
    topic = models.CharField(_("topic"), max_length=16, choices=Topic)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("consideration")
        verbose_name_plural = _("considerations")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["industry", "topic"], name="consideration_topic_unique"),
        ]

    def __str__(self) -> str:
        return self.get_topic_display()


class Emphasis(models.Model):
    """What an industry weighs more than others do, and why."""

    industry = models.ForeignKey(Industry, models.CASCADE, related_name="emphases")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="emphases")
    weight = models.FloatField(_("extra weight"), validators=[MinValueValidator(0), MaxValueValidator(2)])
    why = models.TextField(_("why"))

    class Meta:
        verbose_name = _("emphasis")
        verbose_name_plural = _("emphases")
        ordering: ClassVar = ["-weight", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["industry", "skill"], name="emphasis_unique"),
            models.CheckConstraint(condition=Q(weight__gt=0, weight__lte=2), name="emphasis_weight_range"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} +{self.weight:g}"


class ResourceQuerySet(RecordQuerySet["Resource"]):
    def shown(self) -> Self:
        """What learners see: those whose address is dead are published too, and wait until it works again."""
        return self.published().exclude(dead_address=F("url"))


class Resource(Record):
    KIND = Kind.RESOURCE

    class Type(models.TextChoices):
        COURSE = "course", _("course")
        BOOK = "book", _("book")
        DOCUMENTATION = "documentation", _("documentation")
        ARTICLE = "article", _("article")
        VIDEO = "video", _("video")
        PAPER = "paper", _("paper")
        PROJECT = "project", _("project")
        COMMUNITY = "community", _("community")
        EVENT = "event", _("event")

    type = models.CharField(_("type"), max_length=16, choices=Type)
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
        help_text=_("0 is free; empty is unknown."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, help_text=_("ISO 4217, when it costs money."))
    paid = models.BooleanField(
        _("paid"), default=False, db_default=False, help_text=_("It costs money and the price is not known.")
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    programming_language = models.CharField(
        _("programming language"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        help_text=_("Lower case, such as “python”; empty where it does not matter."),
    )
    affiliate = models.BooleanField(
        _("affiliate"),
        default=False,
        help_text=_("Its shop pays a commission: the link gets the operator's tag for that shop, if there is one."),
    )
    checked_on = models.DateField(
        _("checked on"), null=True, blank=True, help_text=_("The day somebody opened it; empty when nobody did.")
    )
    dead_address = models.CharField(
        _("dead address"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The one that was found to be dead. Whoever enters another one has done what was needed."),
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
                violation_error_message=_("Leave “paid” empty where the price is known or it is free."),
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


class ResourceSkill(models.Model):
    """A resource takes a learner of `skill` from level `from_level` to `to_level`, or part of the way."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="uses")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="uses")
    from_level = level_field(_("from level"), lowest=0)
    to_level = level_field(_("to level"))

    class Meta:
        verbose_name = _("skill of the resource")
        verbose_name_plural = _("skills of the resource")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "skill"], name="resourceskill_unique"),
            models.CheckConstraint(
                condition=Q(from_level__gte=0, from_level__lt=F("to_level"), to_level__lte=MAX_LEVEL),
                name="resourceskill_level_range",
                violation_error_message=_("From a level of 0 to 3, to a higher one of at most 4."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.from_level}–{self.to_level}"


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


class ChecklistItem(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="checklist")
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("line of the checklist")
        verbose_name_plural = _("checklist")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.text


class Proof(models.Model):
    """The level of a skill that a finished project shows."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="proves")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="proofs")
    level = level_field()

    class Meta:
        verbose_name = _("proven level")
        verbose_name_plural = _("proven levels")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "skill"], name="proof_unique"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="proof_level_range"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


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


class StartingLevel(models.Model):
    starting_point = models.ForeignKey(StartingPoint, models.CASCADE, related_name="levels")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="starting_levels")
    level = level_field()

    class Meta:
        verbose_name = _("starting level")
        verbose_name_plural = _("starting levels")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["starting_point", "skill"], name="startinglevel_unique"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="startinglevel_level_range"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


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


class Version(models.Model):
    """A record as its pack document at a moment. Versions are only ever added."""

    class Source(models.TextChoices):
        PACK = "pack", _("pack")
        CURATOR = "curator", _("curator")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    record_id = models.BigIntegerField(_("record"))
    slug = models.CharField(_("slug"), max_length=80)
    number = models.PositiveIntegerField(_("number"))
    document = models.TextField(_("document"))
    source = models.CharField(_("source"), max_length=8, choices=Source)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering: ClassVar = ["kind", "record_id", "-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "record_id", "number"], name="version_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id} v{self.number}"


class Revision(models.Model):
    """Grows by one whenever published content changes. Numbers are given under a lock, so they are committed in order."""

    number = models.PositiveBigIntegerField(_("number"), primary_key=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """What one revision did to one record."""

    class What(models.TextChoices):
        PUBLISHED = "published", _("published")
        UPDATED = "updated", _("updated")
        RETIRED = "retired", _("retired")
        MERGED = "merged", _("merged")

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    slug = models.CharField(_("slug"), max_length=80)
    change = models.CharField(_("change"), max_length=10, choices=What)
    into = models.CharField(_("into"), max_length=80, blank=True)
    summary = models.CharField(_("summary"), max_length=300)
    matters = models.BooleanField(
        _("matters to learners"),
        default=False,
        db_default=False,
        help_text=_("Whether plans, levels or names may be others than before."),
    )

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering: ClassVar = ["-revision", "kind", "slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "kind", "slug"], name="change_unique"),
            models.CheckConstraint(condition=Q(change="merged") ^ Q(into=""), name="change_into_when_merged"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} {self.change}"


class Redirect(models.Model):
    """A slug that once named a record, or one merged into it. It names the record for ever."""

    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    slug = models.CharField(_("slug"), max_length=80)
    record_id = models.BigIntegerField(_("record"))

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering: ClassVar = ["kind", "slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "slug"], name="redirect_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug}"


class SearchEntry(models.Model):
    """The searchable text of one published record, kept by `search.index` in the transaction that publishes it."""

    kind = models.CharField(max_length=16, choices=Kind)
    record_id = models.BigIntegerField()
    slug = models.CharField(max_length=80)
    name = models.TextField()
    aliases = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    vector = models.GeneratedField(
        expression=SearchVector("name", "aliases", config="simple", weight="A")
        + SearchVector("name", "aliases", config="english", weight="B")
        + SearchVector("summary", config="english", weight="C")
        + SearchVector("body", config="english", weight="D"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="searchentry_unique"),
        ]
        indexes: ClassVar = [GinIndex(fields=["vector"], name="searchentry_vector")]

    def __str__(self) -> str:
        return self.name


class SearchName(models.Model):
    """A name or alias of a search entry, normalised, for exact hits and for typing errors."""

    entry = models.ForeignKey(SearchEntry, models.CASCADE, related_name="names")
    name = models.TextField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "name"], name="searchname_unique"),
        ]
        indexes: ClassVar = [GinIndex(OpClass("name", name="gin_trgm_ops"), name="searchname_trigrams")]

    def __str__(self) -> str:
        return self.name


RECORD_MODELS: dict[str, type[Record]] = {
    model.KIND: model
    for model in (Area, Fact, Skill, Resource, Milestone, Role, Industry, Project, StartingPoint, Guide, Question)
}
