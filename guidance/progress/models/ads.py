"""Job ads that a learner saved: what each asks for, and its text only if they wanted to store it."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Milestone, Role, Skill, between
from guidance.matching.matcher import MAX_TEXT
from guidance.progress.models.base import Event, max_length, one_line

MAX_AD_TITLE = 200
MAX_EMPLOYER = 120
MAX_AD_TEXT = MAX_TEXT


class SavedAd(Event):
    """A job ad as the learner saved it. Private: no one else sees it. A deleted ad can be restored for a day."""

    class Seniority(models.TextChoices):
        JUNIOR = "junior", _("junior")
        MID = "mid", _("mid-level")
        SENIOR = "senior", _("senior")
        LEAD = "lead", _("lead")

    title = models.CharField(_("title"), max_length=MAX_AD_TITLE, validators=[one_line()])
    employer = models.CharField(_("employer"), max_length=MAX_EMPLOYER, blank=True, validators=[one_line()])
    role = models.ForeignKey(
        Role,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="saved_ads",
        verbose_name=_("role"),
        help_text=_("The closest role, whose milestones and projects the plan follows."),
    )
    seniority = models.CharField(_("seniority"), max_length=6, blank=True, choices=Seniority)
    text = models.TextField(_("text"), max_length=MAX_AD_TEXT, blank=True)
    on = models.DateField(_("on"), help_text=_("The learner’s local date at that time."))
    removed_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    class Meta(Event.Meta):
        verbose_name = _("saved ad")
        verbose_name_plural = _("saved ads")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["removed_at"], condition=Q(removed_at__isnull=False), name="saved_ad_removed")
        ]
        constraints: ClassVar = [
            *Event.Meta.constraints,
            models.CheckConstraint(condition=~Q(title=""), name="saved_ad_has_title"),
            models.CheckConstraint(
                condition=Q(seniority__in=["", "junior", "mid", "senior", "lead"]), name="saved_ad_seniority_known"
            ),
            models.CheckConstraint(condition=max_length("text", MAX_AD_TEXT), name="saved_ad_text_length"),
        ]

    def __str__(self) -> str:
        return self.title


class SavedAdSkill(models.Model):
    """A skill that a saved ad names. Rows are in the order of the ad."""

    class Cue(models.TextChoices):
        MUST = "must", _("asked for")
        NICE = "nice", _("welcome")
        NAMED = "", _("named")

    ad = models.ForeignKey(SavedAd, models.CASCADE, related_name="skills", verbose_name=_("ad"))
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="saved_ads", verbose_name=_("skill"))
    cue = models.CharField(_("cue"), max_length=4, blank=True, choices=Cue)
    level = models.PositiveSmallIntegerField(
        _("level"),
        validators=[MinValueValidator(1), MaxValueValidator(MAX_LEVEL)],
        help_text=_("Level that the ad asks for."),
    )
    choice = models.PositiveSmallIntegerField(
        _("choice"),
        null=True,
        blank=True,
        help_text=_("Skills with the same number are alternatives: any one of them is enough."),
    )
    is_out = models.BooleanField(
        _("taken out"), default=False, help_text=_("Taken out by the learner, so it does not count.")
    )

    class Meta:
        verbose_name = _("skill of a saved ad")
        verbose_name_plural = _("skills of saved ads")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ad", "skill"], name="saved_ad_skill_once"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="saved_ad_skill_level"),
            models.CheckConstraint(condition=Q(cue__in=["", "must", "nice"]), name="saved_ad_skill_cue_known"),
        ]

    def __str__(self) -> str:
        return f"{self.ad_id}: {self.skill_id} {self.level}"


class AdMilestone(models.Model):
    """A milestone that was complete when the ad became the goal, so its project is not planned. The row stays when another
    goal is set, so that the learner can return to the ad."""

    ad = models.ForeignKey(SavedAd, models.CASCADE, related_name="milestones", verbose_name=_("ad"))
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="saved_ads", verbose_name=_("milestone"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("completed milestone of a saved ad")
        verbose_name_plural = _("completed milestones of saved ads")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["ad", "milestone"], name="ad_milestone_once")]

    def __str__(self) -> str:
        return f"{self.ad_id}: {self.milestone_id}"
