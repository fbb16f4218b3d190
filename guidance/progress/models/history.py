"""What a learner knows and does. Events are only added, or undone as a whole; `LearnerSkill` and `StudyDay` are sums of them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import MAX_LEVEL, MAX_UNIT_KEY
from guidance.catalog.models import (
    Project,
    Resource,
    Skill,
    Unit,
    between,
    level_field,
)
from guidance.progress.models.base import (
    MAX_CERTIFICATE,
    MAX_EVIDENCE,
    MAX_TEXT,
    MAX_URL,
    MINUTES_OF_A_DAY,
    Event,
    Owned,
    max_length,
    no_email_address,
    one_line,
)


def split_from_field() -> "models.ForeignKey[Skill | None, Skill | None]":
    return models.ForeignKey(
        Skill,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("done on"),
        help_text=_("The skill that this row belonged to before a split moved it."),
    )


class Assessment(Event):
    """A level of a skill and how we know it. Rows are only added: the latest one is the level. Undoing an assessment adds a row
    with the previous level, whose `undoes` points to the undone row. `progress/sources.py` combines all of them."""

    class Source(models.TextChoices):
        SELF = "self", _("own judgement")
        CV = "cv", _("CV")
        CHECK = "check", _("check")
        PROJECT = "project", _("project")

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="assessments", verbose_name=_("skill"))
    level = level_field(lowest=0)
    kind = models.CharField(_("source"), max_length=8, choices=Source)
    up_to = models.PositiveSmallIntegerField(
        _("up to"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_LEVEL)],
        help_text=_("The level up to which a check or a project shows the skill; empty: the whole level."),
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="assessments", verbose_name=_("project")
    )
    on = models.DateField(_("on"), help_text=_("The learner’s local date at that time."))
    split_from = split_from_field()
    is_copy = models.BooleanField(
        _("a copy"), default=False, db_default=False, help_text=_("Made by a split: the level counts for both skills.")
    )
    undoes = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("undoes"),
    )

    class Meta(Event.Meta):
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["learner", "skill", "-id"], name="assessment_by_skill"),
            models.Index(fields=["learner", "-on"], name="assessment_by_day"),
        ]
        constraints: ClassVar = [
            *Event.Meta.constraints,
            models.CheckConstraint(condition=between("level", 0, MAX_LEVEL), name="assessment_level_range"),
            models.CheckConstraint(
                condition=Q(kind__in=["self", "cv", "check", "project"]), name="assessment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(up_to__isnull=True)
                | Q(kind__in=["check", "project"], up_to__gte=1, up_to__lte=models.F("level")),
                name="assessment_up_to_its_level",
            ),
            models.CheckConstraint(
                condition=Q(project__isnull=True) | Q(kind="project"), name="assessment_project_has_kind"
            ),
            models.CheckConstraint(
                condition=Q(is_copy=False) | Q(split_from__isnull=False), name="assessment_copy_of_a_split"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class LearnerSkill(Owned):
    """The current level and minutes of a learner's skill, for all roles."""

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="learners", verbose_name=_("skill"))
    level = level_field(lowest=0, default=0)
    # A trigger sets this for levels written by a release without the column (migration 0007).
    stated = models.BooleanField(
        _("stated"),
        default=False,
        db_default=False,
        help_text=_(
            "Whether the learner stated a level, including 0, or only logged time, passed checks and did projects."
        ),
    )
    # A trigger keeps these three consistent for writes by a release without the columns (migration 0011).
    kind = models.CharField(_("source"), max_length=8, choices=Assessment.Source, default=Assessment.Source.SELF)
    checked_to = level_field(
        lowest=0,
        verbose_name=_("checked up to"),
        default=0,
        db_default=0,
        help_text=_("Level up to which a check was passed."),
    )
    shown_to = level_field(
        lowest=0,
        verbose_name=_("shown up to"),
        default=0,
        db_default=0,
        help_text=_("Level up to which a project shows the skill."),
    )
    since = models.DateTimeField(_("since"), null=True, help_text=_("When the level last changed; empty: never."))
    since_on = models.DateField(_("since date"), null=True)
    minutes = models.PositiveIntegerField(
        _("minutes"), default=0, help_text=_("Minutes studied since the level last changed.")
    )
    total_minutes = models.PositiveIntegerField(_("minutes in all"), default=0)
    touched_on = models.DateField(_("touched"), help_text=_("The later of the last assessment and the last session."))
    # Needed to schedule reviews (`progress/review.py`).
    proved_on = models.DateField(
        _("proved on"),
        null=True,
        blank=True,
        help_text=_("When a check, a project or a review last proved the level that is checked or shown."),
    )
    studied_on = models.DateField(_("studied on"), null=True, blank=True, help_text=_("The day of the last session."))
    reviewed_on = models.DateField(
        _("reviewed on"), null=True, blank=True, help_text=_("When the last review was finished, passed or not.")
    )
    reviews_passed = models.PositiveSmallIntegerField(
        _("reviews passed"), default=0, db_default=0, help_text=_("Since that level was first checked or shown.")
    )
    review_failed = models.BooleanField(
        _("worth a refresh"),
        default=False,
        db_default=False,
        help_text=_("The last review was not passed, and nothing was studied since."),
    )

    class Meta:
        verbose_name = _("skill of a learner")
        verbose_name_plural = _("skills of learners")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "skill"], name="learner_skill_once"),
            models.CheckConstraint(condition=between("level", 0, MAX_LEVEL), name="learner_skill_level_range"),
            models.CheckConstraint(
                condition=Q(kind__in=["self", "cv", "check", "project"]), name="learner_skill_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(checked_to__lte=models.F("level"), shown_to__lte=models.F("level")),
                name="learner_skill_slices_of_level",
            ),
            models.CheckConstraint(
                condition=Q(level=0)
                | Q(kind="project", shown_to=models.F("level"))
                | Q(kind="check", checked_to=models.F("level"), shown_to__lt=models.F("level"))
                | Q(kind__in=["self", "cv"], checked_to__lt=models.F("level"), shown_to__lt=models.F("level")),
                name="learner_skill_kind_of_highest_slice",
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=models.F("total_minutes")), name="learner_skill_minutes_of_total"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True, since_on__isnull=True) | Q(since__isnull=False, since_on__isnull=False),
                name="learner_skill_since_both",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_on__isnull=False) | Q(reviews_passed=0, review_failed=False),
                name="learner_skill_reviewed_some_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class Evidence(Event):
    """Evidence for a level of a skill: the learner's own link or text, or a certificate from someone else. It does not raise the
    level."""

    class EvidenceKind(models.TextChoices):
        WORK = "work", _("work")
        CERTIFICATE = "certificate", _("certificate")

    kind = models.CharField(
        _("kind"), max_length=11, choices=EvidenceKind, default=EvidenceKind.WORK, db_default=EvidenceKind.WORK.value
    )
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="evidence", verbose_name=_("skill"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("project")
    )
    url = models.URLField(
        _("link"), max_length=MAX_URL, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    text = models.TextField(_("what it shows"), blank=True, validators=[MaxLengthValidator(MAX_EVIDENCE)])
    name = models.CharField(
        _("name of the certificate"),
        max_length=MAX_CERTIFICATE,
        blank=True,
        default="",
        db_default="",
        validators=[one_line(), no_email_address()],
    )
    issuer = models.CharField(
        _("issuer"),
        max_length=MAX_CERTIFICATE,
        blank=True,
        default="",
        db_default="",
        validators=[one_line(), no_email_address()],
    )
    issued_on = models.DateField(_("date of the certificate"), null=True, blank=True)
    on = models.DateField(_("on"), help_text=_("The learner’s local date at that time."))
    split_from = split_from_field()

    class Meta(Event.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["learner", "skill"], name="evidence_by_skill"),
            models.Index(fields=["learner", "-on"], name="evidence_by_day"),
        ]
        constraints: ClassVar = [
            *Event.Meta.constraints,
            models.CheckConstraint(condition=~Q(url="", text="", name=""), name="evidence_says_something"),
            models.CheckConstraint(
                condition=Q(kind="work", name="", issuer="", issued_on__isnull=True)
                | (Q(kind="certificate", issued_on__isnull=False, project__isnull=True) & ~Q(name="") & ~Q(issuer="")),
                name="evidence_of_its_kind",
            ),
            models.CheckConstraint(condition=max_length("text", MAX_EVIDENCE), name="evidence_text_length"),
            models.CheckConstraint(condition=Q(url="") | Q(url__regex="^https?://"), name="evidence_url_is_web"),
        ]

    def __str__(self) -> str:
        return self.name or self.url or self.text[:80]

    @property
    def is_certificate(self) -> bool:
        return self.kind == self.EvidenceKind.CERTIFICATE


class StudySession(Event):
    """Minutes spent on a skill, or on a resource, on a local date."""

    skill = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="study_sessions", verbose_name=_("skill")
    )
    resource = models.ForeignKey(
        Resource, models.PROTECT, null=True, blank=True, related_name="study_sessions", verbose_name=_("resource")
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(MINUTES_OF_A_DAY)]
    )
    on = models.DateField(_("day"))
    split_from = split_from_field()

    class Meta(Event.Meta):
        verbose_name = _("study session")
        verbose_name_plural = _("study sessions")
        ordering: ClassVar = ["-on", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["learner", "-on", "-id"], name="session_by_day"),
            models.Index(fields=["learner", "skill", "-on"], name="session_by_skill"),
        ]
        constraints: ClassVar = [
            *Event.Meta.constraints,
            models.CheckConstraint(condition=between("minutes", 1, MINUTES_OF_A_DAY), name="session_minutes_range"),
            models.CheckConstraint(
                condition=Q(skill__isnull=False) | Q(resource__isnull=False), name="session_of_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.on}"


class StudyDay(Owned):
    """The minutes of all sessions on a day, at most 24 hours."""

    on = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        verbose_name = _("study day")
        verbose_name_plural = _("study days")
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "on"], name="study_day_once"),
            models.CheckConstraint(condition=between("minutes", 0, MINUTES_OF_A_DAY), name="study_day_minutes_range"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.minutes}"


class ResourceState(Owned):
    """A resource that the learner has ticked."""

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="states", verbose_name=_("resource"))
    done_at = models.DateTimeField(_("done"), default=timezone.now)
    on = models.DateField(_("on"), help_text=_("The learner’s local date at that time."))

    class Meta:
        verbose_name = _("ticked resource")
        verbose_name_plural = _("ticked resources")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["learner", "-on"], name="resource_state_by_day")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "resource"], name="resource_state_once")]

    def __str__(self) -> str:
        return str(self.resource)


class UnitTick(Owned):
    """A unit that the learner ticked. It stores the text of the unit, because curators edit, move and remove units."""

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="unit_ticks", verbose_name=_("skill"))
    level = level_field()
    key = models.CharField(_("id"), max_length=MAX_UNIT_KEY, help_text=_("Id of the unit, unique in its level."))
    type = models.CharField(_("type"), max_length=5, choices=Unit.UnitType)
    text = models.TextField(_("unit text"), help_text=_("Text of the unit when it was ticked."))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        help_text=_("Minutes logged with the tick; 0 if none."),
        validators=[MaxValueValidator(MINUTES_OF_A_DAY)],
    )
    earlier = models.PositiveSmallIntegerField(
        _("minutes before"),
        default=0,
        db_default=0,
        help_text=_("Minutes logged earlier on the skill, without a unit, that count for this unit."),
        validators=[MaxValueValidator(MINUTES_OF_A_DAY)],
    )
    session = models.OneToOneField(
        StudySession,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="unit_tick",
        verbose_name=_("study session"),
        help_text=_("The session logged with the tick; empty if nothing was logged or the session was removed."),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    on = models.DateField(_("on"), help_text=_("The learner’s local date at that time."))
    split_from = split_from_field()

    class Meta:
        verbose_name = _("ticked unit")
        verbose_name_plural = _("ticked units")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["learner", "-on"], name="unit_tick_by_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "skill", "level", "key"], name="unit_tick_once"),
            models.CheckConstraint(condition=between("level", 1, MAX_LEVEL), name="unit_tick_level_range"),
            models.CheckConstraint(condition=Q(type__in=["read", "do", "build"]), name="unit_tick_type_known"),
            models.CheckConstraint(condition=between("minutes", 0, MINUTES_OF_A_DAY), name="unit_tick_minutes_range"),
            models.CheckConstraint(condition=between("earlier", 0, MINUTES_OF_A_DAY), name="unit_tick_earlier_range"),
            models.CheckConstraint(condition=~Q(text=""), name="unit_tick_says_something"),
            models.CheckConstraint(
                condition=Q(session__isnull=True) | Q(minutes__gt=0), name="unit_tick_session_has_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display().capitalize()}: {self.text}"


class ProjectWork(Owned):
    """A learner's progress with a project. Ticked items are stored as text: an item that a curator rewords has to be ticked
    again, and an item that moves stays ticked."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="work", verbose_name=_("project"))
    ticked = ArrayField(models.TextField(), verbose_name=_("ticked"), default=list, blank=True)
    url = models.URLField(
        _("link to the work"), max_length=MAX_URL, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    on = models.DateField(_("on"), help_text=_("The learner’s local date at that time."))

    class Meta:
        verbose_name = _("work on a project")
        verbose_name_plural = _("work on projects")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["learner", "-on"], name="project_work_by_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "project"], name="project_work_once"),
            models.CheckConstraint(condition=Q(url="") | Q(url__regex="^https?://"), name="project_work_url_is_web"),
        ]

    def __str__(self) -> str:
        return str(self.project)


class Note(Owned):
    """A learner's own note about a skill, which no one else sees."""

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="notes", verbose_name=_("skill"))
    text = models.TextField(_("note"), validators=[MaxLengthValidator(MAX_TEXT)])
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "skill"], name="note_once"),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(condition=max_length("text", MAX_TEXT), name="note_text_length"),
        ]

    def __str__(self) -> str:
        return str(self.skill)
