"""What a learner knows, does and plans.

A learner is a user; everything here goes with the account. Catalogue records are never deleted, so what points to one
stays right; a skill that was merged is read as the one it became (`Snapshot.slugs`), which keeps a merge reversible.

What happened (assessments, study sessions, evidence, goals) is only ever added to, or taken back as a whole. `LearnerSkill`
and `StudyDay` are sums of it, kept in the same transaction, so that no page has to add up a history.
"""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guidance.catalog.kinds import MAX_LEVEL, MAX_UNIT_KEY
from guidance.catalog.models import (
    Industry,
    Milestone,
    Project,
    Resource,
    Role,
    Skill,
    Unit,
    between,
    level_field,
)
from guidance.progress.plan import MAX_HOURS, MIN_HOURS

MINUTES_OF_A_DAY = 24 * 60
MINUTES_OF_A_WEEK = 7 * MINUTES_OF_A_DAY
MAX_TEXT = 20_000
MAX_EVIDENCE = 2_000
MAX_KEY = 255
MAX_URL = 500
MAX_REVISION = 2**63 - 1  # that a row can count


def max_length(field: str, length: int) -> LessThanOrEqual:
    return LessThanOrEqual(Length(field), length)


class Owned(models.Model):
    """A row of one learner."""

    learner: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="%(class)ss", verbose_name=_("learner")
    )

    class Meta:
        abstract = True


class Event(Owned):
    """Something that happened. The client may name it, and what it sends twice is then stored once."""

    event_id = models.UUIDField(_("event id"), default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "event_id"], name="%(class)s_event_once"),
        ]


class Progress(models.Model):
    """One row for each learner: what is locked during a write, so that those of one learner follow each other, and
    counted up by it, so that whoever keeps something worked out from the rest knows when it is stale."""

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="progress", verbose_name=_("learner")
    )
    version = models.PositiveBigIntegerField(_("version"), default=0)
    seen_revision = models.PositiveBigIntegerField(
        _("seen revision"),
        default=0,
        db_default=0,
        help_text=_("Of the catalogue: what changed until then the learner has been told."),
    )
    credited = models.BooleanField(
        _("credited"),
        default=True,
        db_default=True,
        help_text=_(
            "Whether the milestones that were complete when the goal was set are stored; not for goals older than those."
        ),
    )

    class Meta:
        verbose_name = _("progress")
        verbose_name_plural = _("progress")

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.version}"


class Goal(Owned):
    """What the learner wants to become, and the time there is for it. A change is a new row; the latest one counts."""

    role = models.ForeignKey(Role, models.PROTECT, related_name="goals", verbose_name=_("role"))
    industry = models.ForeignKey(
        Industry, models.PROTECT, null=True, blank=True, related_name="goals", verbose_name=_("industry")
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
        help_text=_("Minutes: the least to keep up each week."),
        validators=[MinValueValidator(1), MaxValueValidator(MINUTES_OF_A_WEEK)],
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    on = models.DateField(_("on"), help_text=_("The learner’s date at that moment; from this day it is in force."))

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
        ]

    def __str__(self) -> str:
        return f"{self.role} from {self.on}"


class DayOff(Owned):
    """A date on which the learner does not study, whatever the weekday."""

    day = models.DateField(_("day"))

    class Meta:
        verbose_name = _("day off")
        verbose_name_plural = _("days off")
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "day"], name="day_off_once")]

    def __str__(self) -> str:
        return self.day.isoformat()


class Assessment(Event):
    """A level of a skill and how we know. Only added: the latest one is the level, and taking one back adds the level
    before it again, with `undoes` naming what was taken back."""

    class How(models.TextChoices):
        SELF = "self", _("own judgement")
        CV = "cv", _("CV")
        PROJECT = "project", _("project")

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="assessments", verbose_name=_("skill"))
    level = level_field(lowest=0)
    kind = models.CharField(_("how we know"), max_length=8, choices=How)
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="assessments", verbose_name=_("project")
    )
    on = models.DateField(_("on"), help_text=_("The learner’s date at that moment."))
    undoes = models.OneToOneField(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("takes back"),
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
            models.CheckConstraint(condition=Q(kind__in=["self", "cv", "project"]), name="assessment_kind_known"),
            models.CheckConstraint(
                condition=Q(project__isnull=True) | Q(kind="project"), name="assessment_project_has_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class LearnerSkill(Owned):
    """Where a learner stands on a skill now: one status, whatever roles ask for it."""

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="learners", verbose_name=_("skill"))
    level = level_field(lowest=0, default=0)
    # A trigger states levels that a release without this column writes (migration 0007).
    stated = models.BooleanField(
        _("stated"),
        default=False,
        db_default=False,
        help_text=_("Whether the learner has a level here, 0 among them, or only logged time."),
    )
    kind = models.CharField(_("how we know"), max_length=8, choices=Assessment.How, default=Assessment.How.SELF)
    since = models.DateTimeField(_("since"), null=True, help_text=_("When the level last changed; empty: never."))
    since_on = models.DateField(_("since date"), null=True)
    minutes = models.PositiveIntegerField(_("minutes"), default=0, help_text=_("Studied since the level last changed."))
    total_minutes = models.PositiveIntegerField(_("minutes in all"), default=0)
    touched_on = models.DateField(_("touched"), help_text=_("The later of the last assessment and the last session."))

    class Meta:
        verbose_name = _("skill of a learner")
        verbose_name_plural = _("skills of learners")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "skill"], name="learner_skill_once"),
            models.CheckConstraint(condition=between("level", 0, MAX_LEVEL), name="learner_skill_level_range"),
            models.CheckConstraint(condition=Q(kind__in=["self", "cv", "project"]), name="learner_skill_kind_known"),
            models.CheckConstraint(
                condition=Q(minutes__lte=models.F("total_minutes")), name="learner_skill_minutes_of_total"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True, since_on__isnull=True) | Q(since__isnull=False, since_on__isnull=False),
                name="learner_skill_since_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}"


class Evidence(Event):
    """A link or a text that backs a level of a skill."""

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="evidence", verbose_name=_("skill"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("project")
    )
    url = models.URLField(
        _("link"), max_length=MAX_URL, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    text = models.TextField(_("what it shows"), blank=True, validators=[MaxLengthValidator(MAX_EVIDENCE)])
    on = models.DateField(_("on"), help_text=_("The learner’s date at that moment."))

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
            models.CheckConstraint(condition=~Q(url="", text=""), name="evidence_says_something"),
            models.CheckConstraint(condition=max_length("text", MAX_EVIDENCE), name="evidence_text_length"),
            models.CheckConstraint(condition=Q(url="") | Q(url__regex="^https?://"), name="evidence_url_is_web"),
        ]

    def __str__(self) -> str:
        return self.url or self.text[:80]


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
    """The minutes of all sessions of a day, of which there are no more than a day has."""

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
    on = models.DateField(_("on"), help_text=_("The learner’s date at that moment."))

    class Meta:
        verbose_name = _("ticked resource")
        verbose_name_plural = _("ticked resources")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["learner", "-on"], name="resource_state_by_day")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "resource"], name="resource_state_once")]

    def __str__(self) -> str:
        return str(self.resource)


class UnitTick(Owned):
    """A unit that the learner has done. It keeps the words of the unit, because curators edit, move and remove units."""

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="unit_ticks", verbose_name=_("skill"))
    level = level_field()
    key = models.CharField(_("id"), max_length=MAX_UNIT_KEY, help_text=_("Of the unit, unique in its level."))
    type = models.CharField(_("type"), max_length=5, choices=Unit.UnitType)
    text = models.TextField(_("what it was"), help_text=_("In the words that the unit had when it was ticked."))
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        help_text=_("Logged with it; 0 where nothing was."),
        validators=[MaxValueValidator(MINUTES_OF_A_DAY)],
    )
    earlier = models.PositiveSmallIntegerField(
        _("minutes before"),
        default=0,
        db_default=0,
        help_text=_("Logged on the skill before, without a unit, and counted for this one."),
        validators=[MaxValueValidator(MINUTES_OF_A_DAY)],
    )
    session = models.OneToOneField(
        StudySession,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="unit_tick",
        verbose_name=_("study session"),
        help_text=_("The time that was logged with it; empty where nothing was logged, or where it was removed."),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    on = models.DateField(_("on"), help_text=_("The learner’s date at that moment."))

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
    """How far a learner is with a project. Ticked items are kept by their words: an item that a curator rewords has to be
    looked at again, and one that moves stays ticked."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="work", verbose_name=_("project"))
    ticked = ArrayField(models.TextField(), verbose_name=_("ticked"), default=list, blank=True)
    url = models.URLField(
        _("link to the work"), max_length=MAX_URL, blank=True, validators=[URLValidator(schemes=["http", "https"])]
    )
    updated_at = models.DateTimeField(_("updated"), default=timezone.now)
    on = models.DateField(_("on"), help_text=_("The learner’s date at that moment."))

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
    """What a learner writes about a skill, for nobody else."""

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


class PlanOverride(Owned):
    """What the learner wants different in the plan. Pins come in the order in which they were set."""

    class Override(models.TextChoices):
        PIN = "pin", _("first")
        SKIP = "skip", _("skip")
        LATER = "later", _("later")

    skill = models.ForeignKey(Skill, models.PROTECT, related_name="overrides", verbose_name=_("skill"))
    kind = models.CharField(_("kind"), max_length=5, choices=Override)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("change of the plan")
        verbose_name_plural = _("changes of the plan")
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "skill"], name="override_once"),
            models.CheckConstraint(condition=Q(kind__in=["pin", "skip", "later"]), name="override_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.skill}"


class PathWishes(models.Model):
    """What the learner wants different on the path, whatever the role. Records go by their ids, choices by their slugs."""

    learner = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="path_wishes", verbose_name=_("learner")
    )
    choices = models.JSONField(_("choices"), default=dict, blank=True, help_text=_("By slug of the choice, the skill."))
    projects = models.JSONField(_("projects"), default=dict, blank=True, help_text=_("By milestone, the project."))
    milestone_order = models.JSONField(_("order of milestones"), default=list, blank=True)
    skipped_milestones = models.JSONField(_("skipped milestones"), default=list, blank=True)
    shorter = models.BooleanField(
        _("shorter way"), default=False, help_text=_("Whether what leads furthest by the deadline comes first.")
    )

    class Meta:
        verbose_name = _("wishes for the path")
        verbose_name_plural = _("wishes for the path")

    def __str__(self) -> str:
        return str(self.learner_id)


class CompletedMilestone(Owned):
    """A milestone whose project is not planned any more: one of its projects was completed, or, without a project, it was
    complete when the goal was set."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="completed", verbose_name=_("milestone"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="completed_milestones", verbose_name=_("project")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)
    on = models.DateField(_("on"), help_text=_("The learner’s date at that moment."))

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
    """The secret address of a learner's plan as a calendar. Only a digest of the secret is kept; a new one ends the old."""

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
    """The response to a request that created something: the same request, sent again with its key, gets it again and
    creates nothing. It is written with what the request created, and deleted after a day."""

    key = models.CharField(_("key"), max_length=MAX_KEY, help_text=_("Chosen by the client for one request."))
    digest = models.CharField(_("digest"), max_length=64, help_text=_("Of the request’s method, address and body."))
    status = models.PositiveSmallIntegerField(_("status"), null=True, help_text=_("Empty while it is worked out."))
    body = models.TextField(_("answer"), blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        db_table = "progress_keptanswer"  # renaming it would stop the previous release while this one is deployed
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["at"], name="kept_answer_by_age")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["learner", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.learner_id}: {self.key}"
