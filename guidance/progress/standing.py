"""Where a learner stands: goal, levels, readiness, plan. What every page of a learner begins with.

The plan is derived and never stored, but neither is it worked out for each request: a process keeps the standing of the
learners it saw last, until the learner writes something (`Progress.version`), the catalogue changes or a new day begins.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from time import monotonic
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef
from django.db.models.functions import JSONObject

from accounts.models import User
from guidance.catalog import graph
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Industry, Role, Snapshot
from guidance.progress import plan as plans
from guidance.progress import readiness as scores
from guidance.progress.models import Assessment, DayOff, LearnerSkill, PlanOverride, Progress
from guidance.progress.models import Goal as GoalRow
from guidance.progress.plan import Calendar, Plan
from guidance.progress.readiness import Gain, Readiness

KEPT = 64  # learners
KEPT_OF_EACH = 32  # things worked out from one standing
KEPT_SECONDS = 3600  # at most, so that nothing of a deleted account stays for long


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
class Known:
    """One skill of the learner."""

    level: int
    kind: str  # self, cv or project
    since: date | None  # when the level last changed
    minutes: int  # studied since then
    total_minutes: int
    touched_on: date


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal that can be reckoned with: everything that follows from it."""

    goal: Goal
    role: Role
    industry: Industry | None
    emphases: Mapping[str, float]
    readiness: Readiness
    gains: tuple[Gain, ...]
    plan: Plan
    deadline_passed: bool  # the plan is then made without it


@dataclass(frozen=True)
class Standing:
    """All mappings are by slug of a published skill; merged skills are one. Retired ones are left out."""

    today: date
    version: int
    snapshot: Snapshot = field(repr=False)
    goals: tuple[Goal, ...]  # oldest first; the last one is in force
    skills: Mapping[str, Known]
    days_off: frozenset[date]
    pin: tuple[str, ...]  # in their order
    skip: tuple[str, ...]
    later: tuple[str, ...]
    seen: int = 0  # the revision up to which the learner was told what changed
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def keep[T](self, name: str, make: Callable[[], T]) -> T:
        """What `make` gives, worked out once for as long as this standing is right."""
        try:
            kept: T = self._kept[name]
        except KeyError:
            pass
        else:
            return kept
        made = make()
        with _lock:
            self._kept[name] = made
            if len(self._kept) > KEPT_OF_EACH:
                del self._kept[next(iter(self._kept))]
        return made

    @property
    def goal(self) -> Goal | None:
        return self.goals[-1] if self.goals else None

    @property
    def industry(self) -> Industry | None:
        """That of the goal."""
        return self.snapshot.industries[self.goal.industry] if self.goal and self.goal.industry else None

    @cached_property
    def levels(self) -> Mapping[str, int]:
        return {slug: known.level for slug, known in self.skills.items() if known.level}

    @cached_property
    def evidenced(self) -> frozenset[str]:
        """The skills whose level comes from a project."""
        return frozenset(slug for slug, known in self.skills.items() if known.kind == Assessment.How.PROJECT)

    @cached_property
    def logged(self) -> Mapping[str, float]:
        """Hours studied since the level last changed."""
        return {slug: known.minutes / 60 for slug, known in self.skills.items() if known.minutes}

    @cached_property
    def aim(self) -> Aim | None:
        """None without a goal, or when its role is no more."""
        goal = self.goal
        if goal is None or goal.role is None:
            return None
        return self.aim_at(goal)

    def aim_at(self, goal: Goal, **changes: Any) -> Aim:
        """What would follow from another goal; `changes` replace `skip`, `pin` or `later`. Raises PlanError."""
        assert goal.role is not None
        snapshot, role = self.snapshot, self.snapshot.roles[goal.role]
        industry = snapshot.industries[goal.industry] if goal.industry else None
        emphases = industry.weights if industry else {}
        known = (role.requirements, emphases, self.levels)
        passed = goal.deadline is not None and goal.deadline < self.today
        overrides = {"pin": self.pin, "skip": self.skip, "later": self.later} | changes
        within = graph.ancestors(snapshot.graph, role.requirements) if any(overrides.values()) else ()
        return Aim(
            goal=goal,
            role=role,
            industry=industry,
            emphases=emphases,
            readiness=scores.readiness(*known, self.evidenced),
            gains=scores.gains(snapshot.graph, snapshot.effort, *known, self.logged),
            plan=plans.plan(
                graph=snapshot.graph,
                effort=snapshot.effort,
                requirements=role.requirements,
                emphases=emphases,
                levels=self.levels,
                logged=self.logged,
                calendar=Calendar(self.today, goal.hours_per_week, goal.weekdays, self.days_off),
                deadline=None if passed else goal.deadline,
                # Those of an earlier goal wait until they mean something again.
                **{kind: tuple(slug for slug in slugs if slug in within) for kind, slugs in overrides.items()},
            ),
            deadline_passed=passed,
        )


_lock = threading.Lock()
_kept: OrderedDict[int, tuple[float, Standing]] = OrderedDict()  # with the time of a monotonic clock


def standing(learner: User, *, snapshot: Snapshot, now: datetime) -> Standing:
    """One query when the process knows the learner, otherwise two. Not for use between the writes of a transaction: what
    is rolled back would be known under a version that comes again."""
    today = learner.local_date(now)
    version = Progress.objects.filter(learner=learner).values_list("version", flat=True).first()
    with _lock:
        _let_go()
        if version is None:
            _kept.pop(learner.pk, None)
            return Standing(today, 0, snapshot, (), {}, frozenset(), (), (), ())
        _since, known = _kept.get(learner.pk, (0.0, None))
        if known is not None and (known.version, known.snapshot.key, known.today) == (version, snapshot.key, today):
            _kept.move_to_end(learner.pk)
            return known
    [row] = _rows_of([learner.pk])
    fresh = _standing(row, snapshot, today)
    with _lock:
        _kept[learner.pk] = monotonic(), fresh
        _kept.move_to_end(learner.pk)
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return fresh


def _let_go() -> None:
    oldest = monotonic() - KEPT_SECONDS
    for learner in [learner for learner, (since, _standing) in _kept.items() if since < oldest]:
        del _kept[learner]


def forget() -> None:
    """Know no learner any more."""
    with _lock:
        _kept.clear()


def _rows(model: type[Model], *order: str, **fields: str) -> ArraySubquery:
    rows = model._default_manager.filter(learner=OuterRef("learner")).order_by(*order)
    return ArraySubquery(rows.values(row=JSONObject(**fields)))


def standings(learners: Iterable[User], *, snapshot: Snapshot, now: datetime) -> dict[int, Standing]:
    """Of many at once, by the number of the learner: one query, and nothing is kept of them."""
    todays = {learner.pk: learner.local_date(now) for learner in learners}
    found = {pk: Standing(today, 0, snapshot, (), {}, frozenset(), (), (), ()) for pk, today in todays.items()}
    for row in _rows_of(todays):
        pk = row["learner_id"]
        found[pk] = _standing(row, snapshot, todays[pk])
    return found


def _rows_of(learners: Iterable[int]) -> Iterable[Mapping[str, Any]]:
    """In one statement, so that what it sees and the version belong together."""
    return (
        Progress.objects.filter(learner__in=list(learners))
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
                kind="kind",
                since="since_on",
                minutes="minutes",
                total="total_minutes",
                touched="touched_on",
            ),
            days_off=_rows(DayOff, "day", day="day"),
            overrides=_rows(PlanOverride, "at", "id", skill="skill_id", kind="kind"),
        )
        .values("learner_id", "version", "seen_revision", "goals", "skills", "days_off", "overrides")
    )


def _standing(row: Mapping[str, Any], snapshot: Snapshot, today: date) -> Standing:
    overrides: dict[str, str] = {}
    for item in row["overrides"]:
        slug = snapshot.slugs.get((Kind.SKILL, item["skill"]))
        if slug is not None:
            overrides.pop(slug, None)  # of merged skills the later word counts, and its place
            overrides[slug] = item["kind"]

    def of_kind(kind: str) -> tuple[str, ...]:
        return tuple(slug for slug, other in overrides.items() if other == kind)

    return Standing(
        today=today,
        version=row["version"],
        snapshot=snapshot,
        goals=tuple(_goal(item, snapshot) for item in row["goals"]),
        skills=_skills(row["skills"], snapshot),
        days_off=frozenset(date.fromisoformat(item["day"]) for item in row["days_off"]),
        pin=of_kind(PlanOverride.Override.PIN),
        skip=of_kind(PlanOverride.Override.SKIP),
        later=of_kind(PlanOverride.Override.LATER),
        seen=row["seen_revision"],
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


def _skills(rows: list[Mapping[str, Any]], snapshot: Snapshot) -> dict[str, Known]:
    """Where merged skills have a row each, the higher level counts, and the minutes of all."""
    found: dict[str, Known] = {}
    for item in rows:
        slug = snapshot.slugs.get((Kind.SKILL, item["skill"]))
        if slug is None:
            continue
        one = Known(
            level=item["level"],
            kind=item["kind"],
            since=_date(item["since"]),
            minutes=item["minutes"],
            total_minutes=item["total"],
            touched_on=date.fromisoformat(item["touched"]),
        )
        found[slug] = _both(found[slug], one) if slug in found else one
    return found


def _both(one: Known, other: Known) -> Known:
    lower, higher = sorted((one, other), key=lambda known: (known.level, known.kind == Assessment.How.PROJECT))
    return Known(
        level=higher.level,
        kind=higher.kind,
        since=higher.since,
        minutes=higher.minutes + (lower.minutes if _counts(lower, higher) else 0),
        total_minutes=one.total_minutes + other.total_minutes,
        touched_on=max(one.touched_on, other.touched_on),
    )


def _counts(lower: Known, higher: Known) -> bool:
    """Whether all that was studied since the one level changed came after the other one did."""
    return higher.since is None or (lower.since is not None and lower.since >= higher.since)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
