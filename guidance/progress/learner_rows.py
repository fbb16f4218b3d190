"""Reads the rows of any number of learners with one statement, so that all data of a learner belongs to one version."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Model, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import sources
from guidance.progress.models import (
    AdMilestone,
    CompletedMilestone,
    DayOff,
    LearnerSkill,
    PathWishes,
    PlanOverride,
    Progress,
    SavedAdSkill,
    StudyDay,
    UnitTick,
)
from guidance.progress.models import Goal as GoalRow
from guidance.progress.models import SavedAd as SavedAdRow
from guidance.progress.path import NO_WISHES, Wishes
from guidance.progress.review import ProvedSkill
from guidance.progress.sources import KnownLevel
from guidance.progress.units import Tick

CUES = ("must", "", "nice")  # cues of an ad's skills, strongest first
LEARNERS: list[int] = []  # a placeholder for the learners' ids in the statement of `_rows_of`


@dataclass(frozen=True, slots=True)
class AdSkill:
    """A skill that a saved ad names."""

    skill: str
    level: int  # that the ad asks for
    cue: str  # must, nice or empty
    choice: int | None = None  # skills with the same number are alternatives
    is_out: bool = False  # whether the learner took it out


@dataclass(frozen=True, slots=True)
class SavedAd:
    """A saved ad without its text."""

    id: int
    title: str
    employer: str
    role: str | None  # the closest role; None if there is none or it was retired without a successor
    seniority: str
    skills: tuple[AdSkill, ...]  # in the order of the ad
    on: date
    credited: frozenset[str] = frozenset()  # milestones that were complete when the ad became the goal

    @property
    def asked(self) -> tuple[AdSkill, ...]:
        """The skills, except those that the learner took out."""
        return tuple(item for item in self.skills if not item.is_out)

    @property
    def content(self) -> dict[str, Any]:
        """The arguments of `services.save_ad`, without the role."""
        names = ("title", "employer", "seniority", "skills")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class Goal:
    role: (
        str | None
    )  # slug; for an ad, the role whose path it follows; None if the role was retired without a successor
    industry: str | None
    hours_per_week: float
    weekdays: tuple[int, ...]
    deadline: date | None
    weekly_target: int  # minutes
    on: date  # the first day on which it applies
    ad: SavedAd | None = None  # the goal, in place of the role
    is_ad: bool = False  # whether the goal was an ad; the ad may have been deleted since


@dataclass(frozen=True, slots=True)
class SkillState:
    """One skill of the learner."""

    level: int
    stated: bool  # whether the learner stated a level, including 0
    source: str  # how we know the level: self, cv, check or project
    since: date | None  # when the level last changed
    minutes: int  # studied since the level last changed
    total_minutes: int
    touched_on: date
    checked_to: int = 0  # the level up to which a check was passed
    shown_to: int = 0  # the level up to which a project shows it
    proved_on: date | None = None  # when it was last checked, shown or reviewed
    studied_on: date | None = None  # the day of the last session
    reviewed_on: date | None = None  # when a review was last finished
    reviews_passed: int = 0
    review_failed: bool = False  # whether the last review failed and nothing was studied since
    changed_at: datetime | None = field(default=None, compare=False)  # the moment of `since`

    @property
    def known(self) -> KnownLevel:
        return KnownLevel(self.level, self.source, self.checked_to, self.shown_to, self.stated)

    @property
    def proved(self) -> ProvedSkill | None:
        """The levels of the skill that were checked or shown; None if there are none."""
        if not self.known.proved:
            return None
        return ProvedSkill(
            level=self.known.proved,
            proved_on=self.proved_on or self.touched_on,
            passed=self.reviews_passed,
            reviewed_on=self.reviewed_on,
            failed=self.review_failed,
        )


def read(learners: Iterable[int], snapshot: Snapshot) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields the id of each learner with stored data, and the fields of their `LearnerState` that come from the database."""
    for row in _rows_of(learners):
        yield row["learner_id"], _stored_fields(row, snapshot)


# The columns read from each table, by their keys in the row.
_GOAL_COLUMNS = {
    "role": "role_id",
    "industry": "industry_id",
    "hours_per_week": "hours_per_week",
    "weekdays": "weekdays",
    "deadline": "deadline",
    "weekly_target": "weekly_target",
    "on": "on",
    "ad": "ad_id",
    "is_ad": "is_ad",
}
_AD_COLUMNS = {
    "id": "id",
    "title": "title",
    "employer": "employer",
    "role": "role_id",
    "seniority": "seniority",
    "on": "on",
}
_AD_SKILL_COLUMNS = {"skill": "skill_id", "level": "level", "cue": "cue", "choice": "choice", "is_out": "is_out"}
_SKILL_COLUMNS = {
    "skill": "skill_id",
    "level": "level",
    "stated": "stated",
    "kind": "kind",
    "checked": "checked_to",
    "shown": "shown_to",
    "since": "since_on",
    "changed_at": "since",
    "minutes": "minutes",
    "total": "total_minutes",
    "touched": "touched_on",
    "proved": "proved_on",
    "studied": "studied_on",
    "reviewed": "reviewed_on",
    "passed": "reviews_passed",
    "failed": "review_failed",
}
_TICK_COLUMNS = {
    "skill": "skill_id",
    "level": "level",
    "key": "key",
    "minutes": "minutes",
    "earlier": "earlier",
    "session": "session_id",
    "at": "at",
    "on": "on",
}
_WISH_COLUMNS = {
    "choices": "choices",
    "projects": "projects",
    "order": "milestone_order",
    "skipped": "skipped_milestones",
    "shorter": "shorter",
}


def _rows(model: type[Model], *order: str, **fields: str) -> ArraySubquery:
    rows = model._default_manager.filter(learner=OuterRef("learner")).order_by(*order)
    return ArraySubquery(rows.values(row=JSONObject(**fields)))


def _latest_days() -> ArraySubquery:
    """Returns a subquery of the two latest days with study: the latest is tomorrow's if the learner has travelled west."""
    days = StudyDay.objects.filter(learner=OuterRef("learner")).order_by("-on")[:2]
    return ArraySubquery(days.values(row=JSONObject(on="on", minutes="minutes")))


def _ad_rows() -> ArraySubquery:
    """Returns a subquery of the saved ads that are not deleted, each with its skills and credited milestones."""
    skills = SavedAdSkill.objects.filter(ad=OuterRef("pk")).order_by("id")
    nested = ArraySubquery(skills.values(row=JSONObject(**_AD_SKILL_COLUMNS)))
    milestones = AdMilestone.objects.filter(ad=OuterRef("pk")).order_by("id")
    credited = ArraySubquery(milestones.values("milestone_id"))
    ads = SavedAdRow.objects.filter(learner=OuterRef("learner"), removed_at=None).order_by("id")
    return ArraySubquery(ads.values(row=JSONObject(**_AD_COLUMNS, skills=nested, credited=credited)))


def _rows_of(learners: Iterable[int]) -> Iterator[Mapping[str, Any]]:
    """Yields the rows of these learners from one statement, so that data and version belong together."""
    statement, parameters = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(learners) if value is LEARNERS else value for value in parameters])
        names = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            yield {
                name: [json.loads(item) for item in value] if isinstance(value, list) else value
                for name, value in zip(names, row, strict=True)
            }


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Returns the SQL of `_query`, with LEARNERS in place of the ids. It is cached because building it takes several times as
    long as running it."""
    return _query().query.sql_with_params()


def _query() -> QuerySet[Any, Any]:
    any_of = RawSQL('"progress_progress"."learner_id" = ANY(%s)', [LEARNERS], output_field=BooleanField())
    tables = {
        "goals": _rows(GoalRow, "id", **_GOAL_COLUMNS),
        "ads": _ad_rows(),
        "skills": _rows(LearnerSkill, "skill_id", **_SKILL_COLUMNS),
        "ticks": _rows(UnitTick, "id", **_TICK_COLUMNS),
        "days_off": _rows(DayOff, "day", day="day"),
        "studied": _latest_days(),
        "overrides": _rows(PlanOverride, "at", "id", skill="skill_id", kind="kind"),
        "wishes": _rows(PathWishes, "id", **_WISH_COLUMNS),
        "completed": _rows(CompletedMilestone, "id", milestone="milestone_id", project="project_id"),
    }
    columns = ("learner_id", "version", "seen_revision", "credited")
    rows: QuerySet[Any, Any] = Progress.objects.filter(any_of).annotate(**tables).values(*columns, *tables)
    return rows


def _stored_fields(row: Mapping[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    overrides: dict[str, str] = {}
    for item in row["overrides"]:
        slug = snapshot.slugs.get((Kind.SKILL, item["skill"]))
        if slug is not None:
            overrides.pop(slug, None)  # for merged skills, the later override and its position count
            overrides[slug] = item["kind"]

    def of_kind(kind: str) -> tuple[str, ...]:
        return tuple(slug for slug, other in overrides.items() if other == kind)

    wishes: Mapping[str, Any] = row["wishes"][0] if row["wishes"] else {}
    ads = {item["id"]: _ad(item, snapshot) for item in row["ads"]}
    goals = tuple(_goal(item, ads, snapshot) for item in row["goals"])
    of_ad = goals[-1].ad if goals else None
    completed = (
        snapshot.slugs.get((Kind.MILESTONE, item["milestone"]))
        for item in row["completed"]
        if item["project"] or of_ad is None
    )
    skills = _skills(row["skills"], snapshot)
    return {
        "version": row["version"],
        "goals": goals,
        "ads": tuple(ads.values()),
        "skills": skills,
        "ticks": _ticks(row["ticks"], skills, snapshot),
        "days_off": frozenset(date.fromisoformat(item["day"]) for item in row["days_off"]),
        "studied": {date.fromisoformat(item["on"]): item["minutes"] for item in row["studied"]},
        "pin": of_kind(PlanOverride.Override.PIN),
        "skip": of_kind(PlanOverride.Override.SKIP),
        "later": of_kind(PlanOverride.Override.LATER),
        "wishes": _path_wishes(wishes, snapshot) if wishes else NO_WISHES,
        "shorter": bool(wishes.get("shorter")),
        "completed": frozenset(slug for slug in completed if slug).union(of_ad.credited if of_ad else ()),
        "projects": _completed_projects(row["completed"], snapshot),
        "credited": row["credited"],
        "seen": row["seen_revision"],
    }


def _completed_projects(rows: Iterable[Mapping[str, Any]], snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """Returns {milestone: projects} without retired records."""
    projects: dict[str, tuple[str, ...]] = {}
    for item in rows:
        milestone = snapshot.slugs.get((Kind.MILESTONE, item["milestone"]))
        project = snapshot.slugs.get((Kind.PROJECT, item["project"]))
        if milestone and project:
            projects[milestone] = (*projects.get(milestone, ()), project)
    return projects


def _path_wishes(row: Mapping[str, Any], snapshot: Snapshot) -> Wishes:
    """Returns the wishes, with slugs instead of ids. Wishes that refer to a retired record are left out."""

    def slugs(kind: Kind, ids: Iterable[int]) -> list[str]:
        return [slug for pk in ids if (slug := snapshot.slugs.get((kind, pk)))]

    return Wishes(
        picked={
            choice: slug for choice, pk in row["choices"].items() if (slug := snapshot.slugs.get((Kind.SKILL, pk)))
        },
        projects={
            milestone: project
            for pk, project_pk in row["projects"].items()
            if (milestone := snapshot.slugs.get((Kind.MILESTONE, int(pk))))
            and (project := snapshot.slugs.get((Kind.PROJECT, project_pk)))
        },
        order=tuple(slugs(Kind.MILESTONE, row["order"])),
        skip_milestones=frozenset(slugs(Kind.MILESTONE, row["skipped"])),
    )


def _ad(item: Mapping[str, Any], snapshot: Snapshot) -> SavedAd:
    """Returns a saved ad. Merged skills become one, with the higher level and the stronger cue; the result stays in a choice only
    if both were in the same choice, and counts as taken out only if both were. Retired skills are left out."""
    skills: dict[str, AdSkill] = {}
    for row in item["skills"]:
        slug = snapshot.slugs.get((Kind.SKILL, row["skill"]))
        if slug is None:
            continue
        skill = AdSkill(slug, row["level"], row["cue"], row["choice"], row["is_out"])
        if (known := skills.get(slug)) is not None:
            skill = AdSkill(
                slug,
                max(known.level, skill.level),
                min(known.cue, skill.cue, key=CUES.index),
                known.choice if known.choice == skill.choice else None,
                known.is_out and skill.is_out,
            )
        skills[slug] = skill
    return SavedAd(
        id=item["id"],
        title=item["title"],
        employer=item["employer"],
        role=snapshot.slugs.get((Kind.ROLE, item["role"])) if item["role"] else None,
        seniority=item["seniority"],
        skills=tuple(skills.values()),
        on=date.fromisoformat(item["on"]),
        credited=frozenset(slug for pk in item["credited"] if (slug := snapshot.slugs.get((Kind.MILESTONE, pk)))),
    )


def _goal(item: Mapping[str, Any], ads: Mapping[int, SavedAd], snapshot: Snapshot) -> Goal:
    ad = ads.get(item["ad"])
    return Goal(
        role=(ad.role if ad else None) or snapshot.slugs.get((Kind.ROLE, item["role"])),
        industry=snapshot.slugs.get((Kind.INDUSTRY, item["industry"])) if item["industry"] else None,
        hours_per_week=item["hours_per_week"],
        weekdays=tuple(item["weekdays"]),
        deadline=_date(item["deadline"]),
        weekly_target=item["weekly_target"],
        on=date.fromisoformat(item["on"]),
        ad=ad,
        is_ad=item["is_ad"],
    )


def _skills(rows: list[Mapping[str, Any]], snapshot: Snapshot) -> dict[str, SkillState]:
    """Returns the skills by slug. If merged skills have a row each, the higher level and the sum of the minutes count."""
    skills: dict[str, SkillState] = {}
    for item in rows:
        slug = snapshot.slugs.get((Kind.SKILL, item["skill"]))
        if slug is None:
            continue
        skill = SkillState(
            level=item["level"],
            stated=item["stated"],
            source=item["kind"],
            since=_date(item["since"]),
            minutes=item["minutes"],
            total_minutes=item["total"],
            touched_on=date.fromisoformat(item["touched"]),
            checked_to=item["checked"],
            shown_to=item["shown"],
            proved_on=_date(item["proved"]),
            studied_on=_date(item["studied"]),
            reviewed_on=_date(item["reviewed"]),
            reviews_passed=item["passed"],
            review_failed=item["failed"],
            changed_at=datetime.fromisoformat(item["changed_at"]) if item["changed_at"] else None,
        )
        skills[slug] = _merge_skills(skills[slug], skill) if slug in skills else skill
    return skills


def _merge_skills(first: SkillState, second: SkillState) -> SkillState:
    lower, higher = sorted((first, second), key=lambda state: (state.level, state.source == sources.PROJECT))
    known = sources.merged(first.known, second.known)
    return SkillState(
        level=known.level,
        stated=known.stated,
        source=known.source,
        checked_to=known.checked_to,
        shown_to=known.shown_to,
        since=higher.since,
        minutes=higher.minutes + (lower.minutes if _do_minutes_count(lower, higher) else 0),
        total_minutes=first.total_minutes + second.total_minutes,
        touched_on=max(first.touched_on, second.touched_on),
        proved_on=_latest(first.proved_on, second.proved_on),
        studied_on=_latest(first.studied_on, second.studied_on),
        reviewed_on=_latest(first.reviewed_on, second.reviewed_on),
        reviews_passed=higher.reviews_passed,
        review_failed=max(first, second, key=lambda state: state.reviewed_on or date.min).review_failed,
        changed_at=higher.changed_at,
    )


def _ticks(
    rows: list[Mapping[str, Any]], skills: Mapping[str, SkillState], snapshot: Snapshot
) -> dict[str, tuple[Tick, ...]]:
    by_skill: dict[str, dict[tuple[int, str], Tick]] = {}
    for item in rows:
        slug = snapshot.slugs.get((Kind.SKILL, item["skill"]))
        if slug is None:
            continue
        is_since = _is_since(item, skills.get(slug))
        minutes = item["minutes"] if item["session"] and is_since else 0
        key = item["level"], item["key"]
        by_skill.setdefault(slug, {}).setdefault(key, Tick(*key, minutes, item["earlier"] if is_since else 0))
    return {slug: tuple(ticks.values()) for slug, ticks in by_skill.items()}


def _is_since(tick: Mapping[str, Any], known: SkillState | None) -> bool:
    """Returns whether the minutes of the tick were logged since the level last changed."""
    if known is None or known.since is None or known.changed_at is None:
        return known is not None
    return datetime.fromisoformat(tick["at"]) > known.changed_at and date.fromisoformat(tick["on"]) >= known.since


def _do_minutes_count(lower: SkillState, higher: SkillState) -> bool:
    """Returns whether all study since the lower level changed came after the higher level changed."""
    return higher.since is None or (lower.since is not None and lower.since >= higher.since)


def _latest(first: date | None, second: date | None) -> date | None:
    return max((day for day in (first, second) if day is not None), default=None)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
