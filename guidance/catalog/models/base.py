"""What every catalogue record has, and the fields and conditions that several models share."""

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.fields import RESERVED_SLUGS, SLUG_PATTERN
from guidance.catalog.kinds import MAX_IMPORTANCE, MAX_LEVEL


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in-review", _("in review")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class Kind(models.TextChoices):
    """The kinds of record, as named in packs, revisions, redirects and the API."""

    AREA = "area", _("area")
    SKILL = "skill", _("skill")
    CHECK = "check", _("check questions")
    RESOURCE = "resource", _("resource")
    MILESTONE = "milestone", _("milestone")
    ROLE = "role", _("role")
    INDUSTRY = "industry", _("industry")
    PROJECT = "project", _("project")
    STARTING_POINT = "starting-point", _("starting point")
    GUIDE = "guide", _("guide")
    QUESTION = "question", _("question")
    FACT = "fact", _("fact")


class AllPositive(models.Func):
    """Whether every number in an array is above 0."""

    template = "0 < ALL(%(expressions)s)"
    arity = 1
    output_field = models.BooleanField()


class RecordQuerySet[M: models.Model](models.QuerySet[M]):
    def published(self) -> Self:
        return self.filter(status=Status.PUBLISHED)

    def shown(self) -> Self:
        """Returns the records that learners see."""
        return self.published()


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
    # Values without a column or rows of their own, by document key.
    data = models.JSONField(_("other values"), default=dict, db_default={}, blank=True, editable=False)
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
                    "A slug consists of lower-case letters, digits and single hyphens; “map” and “compare” are taken."
                ),
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="%(class)s_status_known"),
            models.CheckConstraint(condition=~Q(name=""), name="%(class)s_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse(f"web:{self.KIND}", args=[self.slug])
