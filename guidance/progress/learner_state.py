"""How far a learner is with a project.

Where a learner stands: goal, levels, readiness, plan. What every page of a learner begins with.

The plan is derived and never stored, but neither is it worked out for each request: a process keeps the state of the
learners it saw last, until the learner writes something (`Progress.version`), the catalogue changes or a new day begins.
"""

import json
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import BooleanField, Model, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from accounts.models import User
from guidance.catalog import graph
from guidance.catalog.kinds import Industry, Project, Requirement, Role
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.lru import Lru, RevisionCache
from guidance.progress import deadlines
from guidance.progress import plan as plans
from guidance.progress import readiness as scores
from guidance.progress.curricula import curriculum
from guidance.progress.models import (
    Assessment,
    CompletedMilestone,
    DayOff,
    LearnerSkill,
    PathWishes,
    PlanOverride,
    Progress,
    UnitTick,
)
from guidance.progress.models import Goal as GoalRow
from guidance.progress.path import NO_WISHES, Curriculum, Targets, Wishes, complete, possible_order
from guidance.progress.plan import Calendar, Plan, PlanOutcome
from guidance.progress.readiness import Gain, Readiness
from guidance.progress.units import Tick, logged_hours


@dataclass(frozen=True, slots=True)
class ProjectState:
    ticked: frozenset[str]  # lines of the checklist as it is now
    url: str
    complete: bool
    updated_at: datetime | None  # None: nothing was saved yet


def project_state(learner: User, project: Project, snapshot: Snapshot) -> ProjectState:
    """In one query; of merged projects each may have a part of it."""
    rows = learner.projectworks.filter(project__in=snapshot.ids[Kind.PROJECT, project.slug]).order_by("-updated_at")
    parts = list(rows.values_list("ticked", "url", "updated_at"))
    ticked = frozenset(project.checklist).intersection(line for lines, _url, _at in parts for line in lines)
    url = next((url for _lines, url, _at in parts if url), "")
    return ProjectState(ticked, url, len(ticked) == len(project.checklist), parts[0][2] if parts else None)


IMPLIED = "implied"  # how we know a level that another one rests on

LEARNERS: list[int] = []  # in the statement of `_rows_of`: stands for their numbers

MAX_LEARNERS = 64  # whose state a process keeps
MAX_VALUES = 32  # worked out from one state
MAX_SECONDS = 3600  # so that nothing of a deleted account stays for long


@dataclass(frozen=True, slots=True)
class Goal:
    role: str | None  # slug; None when the role was retired without a successor
    industry: str | None
    hours_per_week: float
    weekdays: tuple[int, ...]
    deadline: date | None
    weekly_target: int  # minutes
    on: date  # from when it is in force


@dataclass(frozen=True, slots=True)
class SkillState:
    """One skill of the learner."""

    level: int
    stated: bool  # whether there is a level, 0 among them, or only time
    kind: str  # self, cv or project
    since: date | None  # when the level last changed
    minutes: int  # studied since then
    total_minutes: int
    touched_on: date
    changed_at: datetime | None = field(default=None, compare=False)  # the moment of `since`


@dataclass(frozen=True)
class GoalState:
    """A goal that can be reckoned with: everything that follows from it."""

    goal: Goal
    role: Role
    industry: Industry | None
    curriculum: Curriculum
    wishes: Wishes
    readiness: Readiness
    gains: tuple[Gain, ...]
    plan: Plan
    deadline_passed: bool  # the plan is then made without it
    shorter: bool = False  # whether the learner took the shorter way, and there is one

    @property
    def targets(self) -> Targets:
        return self.curriculum.targets

    def requirement(self, skill: str) -> Requirement | None:
        """What is asked of this skill, alone or as one of several."""
        target = next((target for target in self.targets.values() if skill in target.one_of), None)
        return Requirement(skill, target.one_of[skill], target.importance) if target else None

    @property
    def before_applying(self) -> frozenset[str]:
        return deadlines.before_applying(self.curriculum, [stage.milestone for stage in self.plan.stages])

    @property
    def within(self) -> frozenset[str]:
        """Every skill that has to do with the goal."""
        return self.curriculum.within


@dataclass(frozen=True)
class LearnerState:
    """All mappings are by slug of a published skill; merged skills are one. Retired ones are left out."""

    today: date
    version: int
    snapshot: Snapshot = field(repr=False)
    goals: tuple[Goal, ...]  # oldest first; the last one is in force
    skills: Mapping[str, SkillState]
    days_off: frozenset[date]
    pin: tuple[str, ...]  # in their order
    skip: tuple[str, ...]
    later: tuple[str, ...]
    wishes: Wishes = NO_WISHES  # besides those
    shorter: bool = False  # what leads furthest by the deadline comes first
    ticks: Mapping[str, tuple[Tick, ...]] = field(default_factory=dict)  # units that were ticked, of merged skills too
    completed: frozenset[str] = frozenset()  # milestones whose project is not planned any more
    credited: bool = True  # False for a goal from before there were milestones: see `goal_state_for`
    seen: int = 0  # the revision up to which the learner was told what changed
    _values: Lru[str, Any] = field(default_factory=lambda: Lru(MAX_VALUES), repr=False, compare=False)

    def memoize[T](self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, worked out once for as long as this state is right."""
        value: T = self._values.memoize(name, make)
        return value

    @property
    def goal(self) -> Goal | None:
        return self.goals[-1] if self.goals else None

    @property
    def industry(self) -> Industry | None:
        """That of the goal."""
        return self.snapshot.industries[self.goal.industry] if self.goal and self.goal.industry else None

    @cached_property
    def stated(self) -> Mapping[str, int]:
        """What the learner says, 0 among it."""
        return {slug: known.level for slug, known in self.skills.items() if known.stated}

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """Effective levels: what is stated, and what that rests on."""
        return graph.with_implied(self.snapshot.graph, self.stated)

    @cached_property
    def effort(self) -> Mapping[str, tuple[float, ...]]:
        """Hours of each level of each skill, without what the learner can do already."""
        return self.snapshot.effort_for(self.levels)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """How we know each level."""
        return {slug: self.skills[slug].kind if slug in self.stated else IMPLIED for slug in self.levels}

    @cached_property
    def evidenced(self) -> frozenset[str]:
        """The skills whose level comes from a project."""
        return frozenset(slug for slug, known in self.skills.items() if known.kind == Assessment.How.PROJECT)

    @cached_property
    def logged(self) -> Mapping[str, float]:
        """Hours that count towards the next level: what was studied since the level last changed, and ticked units."""
        found = {}
        for slug in self.skills.keys() | self.ticks.keys():
            minutes = self.skills[slug].minutes if slug in self.skills else 0
            level, ticks = self.levels.get(slug, 0), self.ticks.get(slug, ())
            if hours := logged_hours(self.snapshot.skills[slug], level, ticks, minutes):
                found[slug] = hours
        return found

    @cached_property
    def goal_state(self) -> GoalState | None:
        """None without a goal, or when its role is no more."""
        goal = self.goal
        if goal is None or goal.role is None:
            return None
        return self.goal_state_for(goal)

    def goal_state_for(self, goal: Goal, **changes: Any) -> GoalState:
        """What would follow from another goal; `changes` replace some of the wishes, or `shorter`. Raises PlanError."""
        assert goal.role is not None
        snapshot, role = self.snapshot, self.snapshot.roles[goal.role]
        industry = snapshot.industries[goal.industry] if goal.industry else None
        asked = self.curriculum_of(goal)
        passed = goal.deadline is not None and goal.deadline < self.today
        shorter = changes.pop("shorter", self.shorter)
        wishes = self._wishes(asked, changes)
        plan = plans.plan(
            asked,
            wishes=wishes,
            deadline=None if passed else goal.deadline,
            shorter=shorter,
            **self._terms(goal, asked),
        )
        return GoalState(
            goal=goal,
            role=role,
            industry=industry,
            curriculum=asked,
            wishes=wishes,
            readiness=scores.readiness(
                asked.targets, self.levels, self.sources, industry.weights if industry else None
            ),
            gains=scores.gains(snapshot.graph, self.effort, asked.targets, plan.taught, self.levels, self.logged),
            plan=plan,
            deadline_passed=passed,
            shorter=bool(shorter and plan.by_deadline and plan.by_deadline.shorter),
        )

    def wishes_for(self, goal: Goal) -> Wishes:
        """What the learner wants different, as far as this goal has a use for it."""
        return self._wishes(self.curriculum_of(goal), {}) if goal.role else NO_WISHES

    def curriculum_of(self, goal: Goal) -> Curriculum:
        assert goal.role is not None
        industry = self.snapshot.industries[goal.industry] if goal.industry else None
        return curriculum(self.snapshot, self.snapshot.roles[goal.role], industry)

    def outcome(self, goal_state: GoalState, **changes: Any) -> PlanOutcome:
        """What the plan would come to with other wishes."""
        return plans.outcome(
            goal_state.curriculum,
            wishes=replace(goal_state.wishes, **changes),
            **self._terms(goal_state.goal, goal_state.curriculum),
        )

    def _is_credited(self, goal: Goal) -> bool:
        """Whether the milestones that are complete from the start are stored. For another goal they are when it is set."""
        stored = self.goal
        return self.credited and stored is not None and (goal.role, goal.industry) == (stored.role, stored.industry)

    def calendar(self, goal: Goal) -> Calendar:
        return Calendar(self.today, goal.hours_per_week, goal.weekdays, self.days_off)

    def _terms(self, goal: Goal, asked: Curriculum) -> dict[str, Any]:
        """What a plan for the goal is made under, wishes and deadline aside."""
        return {
            "effort": self.effort,
            "calendar": self.calendar(goal),
            "levels": self.levels,
            "proved": self.completed | (frozenset() if self._is_credited(goal) else complete(asked, self.levels)),
            "logged": self.logged,
        }

    def _wishes(self, asked: Curriculum, changes: Mapping[str, Any]) -> Wishes:
        """Those that mean something for this goal: what was wished for an earlier one waits until it does again."""
        wishes = replace(self.wishes, **{"pin": self.pin, "skip": self.skip, "later": self.later, **changes})
        if wishes == NO_WISHES:
            return wishes
        milestones = {milestone.slug: milestone for milestone in asked.milestones}

        def only(slugs: Iterable[str], known: Container[str]) -> tuple[str, ...]:
            return tuple(slug for slug in slugs if slug in known)

        return Wishes(
            pin=only(wishes.pin, asked.within),
            skip=only(wishes.skip, asked.within),
            later=only(wishes.later, asked.within),
            picked={
                choice: skill
                for choice, skill in wishes.picked.items()
                if choice in asked.targets and skill in asked.targets[choice].one_of
            },
            projects={
                slug: project
                for slug, project in wishes.projects.items()
                if slug in milestones and project in milestones[slug].projects
            },
            skip_milestones=frozenset(only(wishes.skip_milestones, milestones)),
            order=possible_order(asked, self.levels, only(wishes.order, milestones)),
        )


_learner_states = RevisionCache[int, LearnerState](MAX_LEARNERS, seconds=MAX_SECONDS)


def learner_state(learner: User, *, snapshot: Snapshot, now: datetime) -> LearnerState:
    """One query when the process knows the learner, otherwise two. Not for use between the writes of a transaction: what
    is rolled back would be known under a version that comes again."""
    today = learner.local_date(now)
    version = Progress.objects.filter(learner=learner).values_list("version", flat=True).first()
    states = _learner_states.of(snapshot.key)
    if version is None:
        states.remove(learner.pk)
        return LearnerState(today, 0, snapshot, (), {}, frozenset(), (), (), ())
    known = states.get(learner.pk)
    if known is not None and (known.version, known.today) == (version, today):
        return known
    [row] = _rows_of([learner.pk])
    return states.put(learner.pk, _learner_state(row, snapshot, today))


def forget() -> None:
    """Know no learner any more."""
    _learner_states.clear()


def _rows(model: type[Model], *order: str, **fields: str) -> ArraySubquery:
    rows = model._default_manager.filter(learner=OuterRef("learner")).order_by(*order)
    return ArraySubquery(rows.values(row=JSONObject(**fields)))


def learner_states(learners: Iterable[User], *, snapshot: Snapshot, now: datetime) -> dict[int, LearnerState]:
    """Of many at once, by the number of the learner: one query, and nothing is kept of them."""
    todays = {learner.pk: learner.local_date(now) for learner in learners}
    found = {pk: LearnerState(today, 0, snapshot, (), {}, frozenset(), (), (), ()) for pk, today in todays.items()}
    for row in _rows_of(todays):
        pk = row["learner_id"]
        found[pk] = _learner_state(row, snapshot, todays[pk])
    return found


def _rows_of(learners: Iterable[int]) -> Iterator[Mapping[str, Any]]:
    """In one statement, so that what it sees and the version belong together."""
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
    """What the query below is in SQL, with LEARNERS in place of their numbers: to put it together takes several times as long
    as to ask it."""
    return _query().query.sql_with_params()


def _query() -> QuerySet[Any, Any]:
    any_of = RawSQL('"progress_progress"."learner_id" = ANY(%s)', [LEARNERS], output_field=BooleanField())
    return (
        Progress.objects.filter(any_of)
        .annotate(
            goals=_rows(
                GoalRow,
                "id",
                role="role_id",
                industry="industry_id",
                hours_per_week="hours_per_week",
                weekdays="weekdays",
                deadline="deadline",
                weekly_target="weekly_target",
                on="on",
            ),
            skills=_rows(
                LearnerSkill,
                "skill_id",
                skill="skill_id",
                level="level",
                stated="stated",
                kind="kind",
                since="since_on",
                changed_at="since",
                minutes="minutes",
                total="total_minutes",
                touched="touched_on",
            ),
            ticks=_rows(
                UnitTick,
                "id",
                skill="skill_id",
                level="level",
                key="key",
                minutes="minutes",
                earlier="earlier",
                session="session_id",
                at="at",
                on="on",
            ),
            days_off=_rows(DayOff, "day", day="day"),
            overrides=_rows(PlanOverride, "at", "id", skill="skill_id", kind="kind"),
            wishes=_rows(
                PathWishes,
                "id",
                choices="choices",
                projects="projects",
                order="milestone_order",
                skipped="skipped_milestones",
                shorter="shorter",
            ),
            completed=_rows(CompletedMilestone, "id", milestone="milestone_id"),
        )
        .values(
            "learner_id",
            "version",
            "seen_revision",
            "credited",
            "goals",
            "skills",
            "ticks",
            "days_off",
            "overrides",
            "wishes",
            "completed",
        )
    )


def _learner_state(row: Mapping[str, Any], snapshot: Snapshot, today: date) -> LearnerState:
    overrides: dict[str, str] = {}
    for item in row["overrides"]:
        slug = snapshot.slugs.get((Kind.SKILL, item["skill"]))
        if slug is not None:
            overrides.pop(slug, None)  # of merged skills the later word counts, and its place
            overrides[slug] = item["kind"]

    def of_kind(kind: str) -> tuple[str, ...]:
        return tuple(slug for slug, other in overrides.items() if other == kind)

    wishes: Mapping[str, Any] = row["wishes"][0] if row["wishes"] else {}
    completed = (snapshot.slugs.get((Kind.MILESTONE, item["milestone"])) for item in row["completed"])
    skills = _skills(row["skills"], snapshot)
    return LearnerState(
        today=today,
        version=row["version"],
        snapshot=snapshot,
        goals=tuple(_goal(item, snapshot) for item in row["goals"]),
        skills=skills,
        ticks=_ticks(row["ticks"], skills, snapshot),
        days_off=frozenset(date.fromisoformat(item["day"]) for item in row["days_off"]),
        pin=of_kind(PlanOverride.Override.PIN),
        skip=of_kind(PlanOverride.Override.SKIP),
        later=of_kind(PlanOverride.Override.LATER),
        wishes=_path_wishes(wishes, snapshot) if wishes else NO_WISHES,
        shorter=bool(wishes.get("shorter")),
        completed=frozenset(slug for slug in completed if slug),
        credited=row["credited"],
        seen=row["seen_revision"],
    )


def _path_wishes(row: Mapping[str, Any], snapshot: Snapshot) -> Wishes:
    """By slugs; what names a record that is retired is left out."""

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


def _goal(item: Mapping[str, Any], snapshot: Snapshot) -> Goal:
    return Goal(
        role=snapshot.slugs.get((Kind.ROLE, item["role"])),
        industry=snapshot.slugs.get((Kind.INDUSTRY, item["industry"])) if item["industry"] else None,
        hours_per_week=item["hours_per_week"],
        weekdays=tuple(item["weekdays"]),
        deadline=_date(item["deadline"]),
        weekly_target=item["weekly_target"],
        on=date.fromisoformat(item["on"]),
    )


def _skills(rows: list[Mapping[str, Any]], snapshot: Snapshot) -> dict[str, SkillState]:
    """Where merged skills have a row each, the higher level counts, and the minutes of all."""
    found: dict[str, SkillState] = {}
    for item in rows:
        slug = snapshot.slugs.get((Kind.SKILL, item["skill"]))
        if slug is None:
            continue
        one = SkillState(
            level=item["level"],
            stated=item["stated"],
            kind=item["kind"],
            since=_date(item["since"]),
            minutes=item["minutes"],
            total_minutes=item["total"],
            touched_on=date.fromisoformat(item["touched"]),
            changed_at=datetime.fromisoformat(item["changed_at"]) if item["changed_at"] else None,
        )
        found[slug] = _both(found[slug], one) if slug in found else one
    return found


def _both(one: SkillState, other: SkillState) -> SkillState:
    lower, higher = sorted((one, other), key=lambda known: (known.level, known.kind == Assessment.How.PROJECT))
    return SkillState(
        level=higher.level,
        stated=one.stated or other.stated,
        kind=higher.kind,
        since=higher.since,
        minutes=higher.minutes + (lower.minutes if _counts(lower, higher) else 0),
        total_minutes=one.total_minutes + other.total_minutes,
        touched_on=max(one.touched_on, other.touched_on),
        changed_at=higher.changed_at,
    )


def _ticks(
    rows: list[Mapping[str, Any]], skills: Mapping[str, SkillState], snapshot: Snapshot
) -> dict[str, tuple[Tick, ...]]:
    found: dict[str, dict[tuple[int, str], Tick]] = {}
    for item in rows:
        slug = snapshot.slugs.get((Kind.SKILL, item["skill"]))
        if slug is None:
            continue
        is_since = _is_since(item, skills.get(slug))
        minutes = item["minutes"] if item["session"] and is_since else 0
        key = item["level"], item["key"]
        found.setdefault(slug, {}).setdefault(key, Tick(*key, minutes, item["earlier"] if is_since else 0))
    return {slug: tuple(ticks.values()) for slug, ticks in found.items()}


def _is_since(tick: Mapping[str, Any], known: SkillState | None) -> bool:
    """Whether the minutes of the tick are among those since the level last changed."""
    if known is None or known.since is None or known.changed_at is None:
        return known is not None
    return datetime.fromisoformat(tick["at"]) > known.changed_at and date.fromisoformat(tick["on"]) >= known.since


def _counts(lower: SkillState, higher: SkillState) -> bool:
    """Whether all that was studied since the one level changed came after the other one did."""
    return higher.since is None or (lower.since is not None and lower.since >= higher.since)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
