"""What a learner plans: the goal and changes to its path. Also days off, completed milestones, the calendar feed and stored
responses."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models import (
    Industry,
    Milestone,
    Project,
    Role,
    Skill,
    between,
)
from guidance.progress.models.ads import SavedAd
from guidance.progress.models.base import MAX_KEY, MINUTES_OF_A_WEEK, Owned
from guidance.progress.plan import MAX_HOURS, MIN_HOURS


class Progress(models.Model):
    """One row per learner. A write locks it, so that one learner's writes run one after another, and increments its
    version, so that stale cached values are recognised."""

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="progress", verbose_name=_("learner")
    )
    version = models.PositiveBigIntegerField(_("version"), default=0)
    seen_revision = models.PositiveBigIntegerField(
        _("seen revision"),
        default=0,
        db_default=0,
        help_text=_("Catalogue revision up to which the learner has seen the changes."),
    )
    credited = models.BooleanField(
        _("credited"),
        default=True,
        db_default=True,
        help_text=_(
            "Whether the milestones that were complete when the goal was set are stored; false for goals set before "
            "milestones existed."
        ),
    )

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.version}"


class Goal(Owned):
    """The role or the job ad that the learner wants, and the time they have for it. A change is a new row; the latest one counts.
    An ad follows the path of the closest role, which is then stored as `role`."""

    role = models.ForeignKey(Role, models.PROTECT, related_name="goals", verbose_name=_("role"))
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="goals", verbose_name=_("industry")
    )
    ad = models.ForeignKey(
        SavedAd, models.SET_NULL, null=True, blank=True, related_name="goals", verbose_name=_("saved ad")
    )
    is_ad = models.BooleanField(
        _("a job ad"),
        default=False,
        db_default=False,
        help_text=_("Whether the goal was a saved ad, which may have been deleted since."),
    )
    hours_per_week = models.FloatField(
        _("hours per week"), validators=[MinValueValidator(MIN_HOURS), MaxValueValidator(MAX_HOURS)]
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        verbose_name=_("study days"),
        help_text=_("From 1 for Monday to 7 for Sunday."),
    )
    deadline = models.DateField(_("deadline"), null=True, blank=True)
    weekly_target = models.PositiveSmallIntegerField(
        _("weekly target"),
        help_text=_("Minimum minutes of study each week."),
        validators=[MinValueValidator(1), MaxValueValidator(MINUTES_OF_A_WEEK)],
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    on = models.DateField(
        _("on"), help_text=_("The learner’s local date at that time; the goal applies from this day.")
    )

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["learner", "id"], name="goal_by_learner")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=between("hours_per_week", MIN_HOURS, MAX_HOURS), name="goal_hours"),
            models.CheckConstraint(
                condition=Q(weekdays__len__gt=0) & Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="goal_weekdays",
            ),
            models.CheckConstraint(condition=between("weekly_target", 1, MINUTES_OF_A_WEEK), name="goal_target"),
            models.CheckConstraint(condition=Q(ad__isnull=True) | Q(is_ad=True), name="goal_ad_is_ad"),
        ]

    def __str__(self) -> str:
        return f"{self.role} from {self.on}"


class DayOff(Owned):
    """A date on which the learner does not study, even if it is one of their weekdays."""

    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("day off")
        verbose_name_plural = _("days off")
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "day"], name="day_off_once")]

    def __str__(self) -> str:
        return self.day.isoformat()


class PlanOverride(Owned):
    """A skill that the learner pinned, skipped or put off. Pins are sorted by the time at which they were set."""

    class Override(models.TextChoices):
        PIN = "pin", _("first")
        SKIP = "skip", _("skip")
        LATER = "later", _("later")

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="overrides", verbose_name=_("skill"))
    kind = models.CharField(_("kind"), max_length=5, choices=Override)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("plan change")
        verbose_name_plural = _("plan changes")
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "skill"], name="override_once"),
            models.CheckConstraint(condition=Q(kind__in=["pin", "skip", "later"]), name="override_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.skill}"


class PathWishes(models.Model):
    """The learner's changes to the path, for any role. They refer to records by id and to choices by slug."""

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="path_wishes", verbose_name=_("learner")
    )
    choices = models.JSONField(
        _("choices"), default=dict, blank=True, help_text=_("Skill for each choice, by slug of the choice.")
    )
    projects = models.JSONField(_("projects"), default=dict, blank=True, help_text=_("Project for each milestone."))
    milestone_order = models.JSONField(_("order of milestones"), default=list, blank=True)
    skipped_milestones = models.JSONField(_("skipped milestones"), default=list, blank=True)
    shorter = models.BooleanField(
        _("shorter path"),
        default=False,
        help_text=_("Whether the steps that lead furthest by the deadline come first."),
    )

    class Meta:
        verbose_name = _("path preferences")
        verbose_name_plural = _("path preferences")

    def __str__(self) -> str:
        return str(self.learner_id)


class CompletedMilestone(Owned):
    """A milestone whose project is no longer planned, because one of its projects was completed or, if `project` is empty,
    because the milestone was complete when the goal was set. If the goal is a saved ad, `AdMilestone` is used for the
    latter."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="completed", verbose_name=_("milestone"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="completed_milestones", verbose_name=_("project")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    on = models.DateField(_("on"), help_text=_("The learner’s local date at that time."))

    class Meta:
        verbose_name = _("completed milestone")
        verbose_name_plural = _("completed milestones")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["learner", "milestone", "project"], name="completed_milestone_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return str(self.milestone)


class CalendarFeed(models.Model):
    """The secret URL of a learner's plan as a calendar. Only a digest of the secret is stored; a new secret replaces the old
    one."""

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("learner")
    )
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.created_at:%Y-%m-%d}"


class StoredResponse(Owned):
    """The response to a request that created something. The same request with the same key gets the stored response and
    creates nothing. The row is written in the same transaction and deleted after a day."""

    key = models.CharField(_("key"), max_length=MAX_KEY, help_text=_("Chosen by the client for one request."))
    digest = models.CharField(_("digest"), max_length=64, help_text=_("Digest of the request’s method, URL and body."))
    status = models.PositiveSmallIntegerField(
        _("status"), null=True, help_text=_("Empty while the request is running.")
    )
    body = models.TextField(_("answer"), blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        db_table = "progress_keptanswer"  # renaming it would break the previous release during a deployment
        verbose_name = _("stored response")
        verbose_name_plural = _("stored responses")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["at"], name="kept_answer_by_age")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.key}"
