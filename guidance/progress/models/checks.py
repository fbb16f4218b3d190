"""Quick checks: the questions that a learner was asked about a level of a skill, and their answers."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import MAX_ITEM_KEY, MAX_LEVEL
from guidance.catalog.models import Skill, between, level_field
from guidance.progress.models.base import MAX_REPORT, Owned, max_length


class QuickCheck(Owned):
    """A check or a review: its items in the order in which they are asked. The answers show how far the learner is."""

    class Purpose(models.TextChoices):
        CHECK = "check", _("check")  # of a level that the learner stated
        REVIEW = "review", _("review")  # of a level that was checked or shown before

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="quick_checks", verbose_name=_("skill"))
    level = level_field()
    purpose = models.CharField(_("purpose"), max_length=6, choices=Purpose, default=Purpose.CHECK)
    items = ArrayField(models.CharField(max_length=MAX_ITEM_KEY), verbose_name=_("items"))
    needed = models.PositiveSmallIntegerField(_("right answers needed"))
    at = models.DateTimeField(_("begun"), default=timezone.now)
    on = models.DateField(_("begun on"), help_text=_("The learner’s local date at that time."))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True, blank=True, help_text=_("Empty until it is finished."))

    class Meta:
        verbose_name = _("quick check")
        verbose_name_plural = _("quick checks")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["learner", "skill", "-id"], name="quick_check_by_skill")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["learner", "skill"], condition=Q(finished_at__isnull=True), name="quick_check_open_once"
            ),
            models.UniqueConstraint(
                fields=["learner", "skill", "on"], condition=Q(purpose="check"), name="quick_check_once_a_day"
            ),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="quick_check_level_range"),
            models.CheckConstraint(condition=Q(purpose__in=["check", "review"]), name="quick_check_purpose_known"),
            models.CheckConstraint(condition=Q(items__len__gte=models.F("needed")), name="quick_check_can_be_passed"),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, finished_on__isnull=True, passed__isnull=True)
                | Q(finished_at__isnull=False, finished_on__isnull=False, passed__isnull=False),
                name="quick_check_finished_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}: {self.on}"


class CheckAnswer(Owned):
    """A learner's answer to one item: the texts of the options at that time, or the typed text."""

    quick_check = models.ForeignKey(QuickCheck, models.CASCADE, related_name="answers", verbose_name=_("check"))
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="check_answers", verbose_name=_("skill"))
    item = models.CharField(_("item"), max_length=MAX_ITEM_KEY)
    answer = ArrayField(models.TextField(), verbose_name=_("answer"))
    right = models.BooleanField(_("right"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("answer to a check question")
        verbose_name_plural = _("answers to check questions")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["skill", "item"], name="check_answer_by_item")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["quick_check", "item"], name="check_answer_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.right}"


class ItemReport(Owned):
    """A learner's report to the curators that a check item is wrong."""

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="item_reports", verbose_name=_("skill"))
    item = models.CharField(_("item"), max_length=MAX_ITEM_KEY)
    text = models.TextField(_("what is wrong"), validators=[MaxLengthValidator(MAX_REPORT)])
    at = models.DateTimeField(_("at"), default=timezone.now)
    done_at = models.DateTimeField(_("dealt with"), null=True, blank=True)

    class Meta:
        verbose_name = _("report about a check question")
        verbose_name_plural = _("reports about check questions")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["learner", "skill", "item"], condition=Q(done_at__isnull=True), name="item_report_open_once"
            ),
            models.CheckConstraint(condition=max_length("text", MAX_REPORT), name="item_report_length"),
            models.CheckConstraint(condition=~Q(text=""), name="item_report_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.text[:80]}"
