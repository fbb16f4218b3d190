"""Rows that belong to one record and mostly refer to another: prerequisites, units, requirements, proofs."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from guidance.catalog.fields import SLUG_PATTERN
from guidance.catalog.kinds import (
    MAX_IMPORTANCE,
    MAX_LEVEL,
    MAX_UNIT_KEY,
    MAX_UNIT_MINUTES,
    MIN_UNIT_MINUTES,
    ONLY_AS,
)
from guidance.catalog.models.base import between, importance_field, level_field
from guidance.catalog.models.records import (
    Industry,
    Milestone,
    Project,
    Resource,
    Role,
    Skill,
    StartingPoint,
)


class Alias(models.Model):
    """Another name of a skill. If it has conditions, it means the skill only where they are met."""

    class OnlyAs(models.TextChoices):
        WRITTEN = "written", _("written: with its capitals, or in a list")
        ITEM = "item", _("item: as an entire item of a list")

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=100)
    needs = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("needs one of"),
        default=list,
        blank=True,
        db_column="context",
        help_text=_("At least one of these words must be near the name."),
    )
    excludes = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("excluded by"),
        default=list,
        db_default=[],
        blank=True,
        help_text=_("The name doesn’t count if one of these words is near, or if it is part of one of these phrases."),
    )
    only_as = models.CharField(_("only as"), max_length=10, choices=OnlyAs, default="", db_default="", blank=True)

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
            models.CheckConstraint(condition=Q(only_as__in=["", *ONLY_AS]), name="alias_only_as_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Prerequisite(models.Model):
    """`skill` can only be started once the learner has reached `level` of `requires`."""

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
    """A piece of work towards one level of a skill. `key` stays the same when the rest changes, because learners' ticks refer
    to it."""

    class UnitType(models.TextChoices):
        READ = "read", _("read")
        DO = "do", _("do")
        BUILD = "build", _("build")

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="units")
    level = level_field()
    key = models.CharField(_("id"), max_length=MAX_UNIT_KEY, validators=[RegexValidator(SLUG_PATTERN)])
    type = models.CharField(_("type"), max_length=5, choices=UnitType)
    text = models.TextField(
        _("what to do"),
        blank=True,
        help_text=_(
            "For a unit to do or build. The first sentence is its title. Leave an empty line between paragraphs, begin each item of a "
            "list with “- ”, and write a line of ``` before and after code."
        ),
    )
    resource: "models.ForeignKey[Resource | None, Resource | None]" = models.ForeignKey(
        "Resource", models.PROTECT, null=True, blank=True, related_name="units", verbose_name=_("what to read")
    )
    part = models.CharField(
        _("part"), max_length=200, blank=True, help_text=_("The part of the resource, such as “Parts 1 to 4”.")
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
        db_default=False,  # the previous release still writes units while this one is deployed
        help_text=_("Someone with programming basics at level 2 from another language can already do this."),
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
                violation_error_message=_("Choose a resource to read, or enter what to do or build."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}: {self.key}"


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
    """How a role differs from another role with which it is often confused."""

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


class IndustryRequirement(models.Model):
    """A skill that the industry requires in addition to the role's skills."""

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
    """A skill that matters more in an industry than elsewhere, and why."""

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


class ResourceSkill(models.Model):
    """A resource that takes a learner of `skill` from `from_level` to `to_level`, or part of the way there."""

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
                violation_error_message=_("“From level” is 0 to 3; “To level” is higher, up to 4."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.from_level}–{self.to_level}"


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
