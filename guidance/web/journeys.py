"""From a starting point to a role: what is met, what is missing, what is needed on the way, and what it takes.

Pure: a snapshot and slugs in, dataclasses out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from guidance.catalog.snapshot import Area, Emphasis, Industry, Role, Skill, Snapshot, StartingPoint
from guidance.progress import plan as plans
from guidance.progress import readiness

HOURS_PER_WEEK = 8


def points(role: Role, industry: Industry | None) -> dict[str, float]:
    """What each required skill brings to a readiness of 100, when at its target."""
    return readiness.points(role.requirements, industry.weights if industry else {})


def moved_points(role: Role, industry: Industry) -> float:
    """How many of the 100 points stand elsewhere because of the industry."""
    plain, here = points(role, None), points(role, industry)
    return sum(max(here[slug] - plain[slug], 0) for slug in plain)


def weeks(hours: float) -> int:
    return math.ceil(hours / HOURS_PER_WEEK)


def hours_to(
    role: Role,
    snapshot: Snapshot,
    levels: Mapping[str, int] | None = None,
    logged: Mapping[str, float] | None = None,
) -> float:
    """Hours from `levels` to all targets of the role, with the prerequisites that are not among them, and without what
    was logged on a skill since its level last changed."""
    known, done = levels or {}, logged or {}
    targets = {slug: item.level for slug, item in role.requirements.items()}
    needed = snapshot.closure(targets, known)
    saved = sum(
        snapshot.effort[slug][known.get(slug, 0)]
        - readiness.remaining(snapshot.effort[slug][known.get(slug, 0)], done[slug])
        for slug in needed
        if slug in done
    )
    return snapshot.hours(needed, known) - saved


def plan(role: Role, industry: Industry | None, snapshot: Snapshot, levels: Mapping[str, int]) -> plans.Plan:
    """Of somebody with these levels; its order, hours and readiness, for its dates are nobody's."""
    return plans.plan(
        graph=snapshot.graph,
        effort=snapshot.effort,
        requirements=role.requirements,
        emphases=industry.weights if industry else {},
        levels=levels,
        calendar=plans.Calendar(date(2026, 1, 5), HOURS_PER_WEEK),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A skill of the journey. `needed` is above `target` where another skill of the journey asks for more."""

    skill: Skill
    now: int
    target: int  # 0 for a skill that is only needed on the way
    needed: int
    hours: float  # from now to needed
    importance: int  # 0 for a skill that is only needed on the way
    points: float
    emphasis: Emphasis | None
    needed_by: tuple[Skill, ...]  # skills of the journey that cannot be begun without it

    @property
    def met(self) -> bool:
        return self.now >= self.target

    @property
    def more_needed(self) -> bool:
        return self.needed > self.target


@dataclass(frozen=True, slots=True)
class AreaSteps:
    area: Area
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class AlsoAsked:
    skill: Skill
    emphasis: Emphasis


@dataclass(frozen=True, slots=True)
class Journey:
    role: Role
    start: StartingPoint | None
    industry: Industry | None
    areas: tuple[AreaSteps, ...]  # the requirements, most important first within their area
    on_the_way: tuple[Step, ...]  # prerequisites that the role does not list
    heavier: tuple[Step, ...]  # requirements that weigh more in the industry, heaviest first
    also_asked_for: tuple[AlsoAsked, ...]  # emphasised by the industry, not required by the role, not scored
    hours: float
    hours_from_zero: float
    weeks: int  # at `hours_per_week`
    readiness: float  # where the starting point stands, 0 to 100
    moved: float  # of 100 points, how many the industry moves
    hours_per_week: int = HOURS_PER_WEEK

    @property
    def requirements(self) -> tuple[Step, ...]:
        return tuple(step for group in self.areas for step in group.steps)

    @property
    def met(self) -> int:
        return sum(step.met for step in self.requirements)

    @property
    def missing(self) -> int:
        return len(self.requirements) - self.met

    @property
    def hours_on_the_way(self) -> float:
        return sum(step.hours for step in self.on_the_way)

    @property
    def hours_saved(self) -> float:
        return self.hours_from_zero - self.hours


def journey(
    snapshot: Snapshot, role: Role, start: StartingPoint | None = None, industry: Industry | None = None
) -> Journey:
    levels = start.levels if start else {}
    targets = {slug: item.level for slug, item in role.requirements.items()}
    needed = snapshot.closure(targets, levels)
    share = points(role, industry)
    to_begin = {slug for slug in needed if levels.get(slug, 0) == 0}  # only these pull their prerequisites

    def step(slug: str) -> Step:
        now, target = levels.get(slug, 0), targets.get(slug, 0)
        goal = needed.get(slug, target)
        return Step(
            skill=snapshot.skills[slug],
            now=now,
            target=target,
            needed=goal,
            hours=snapshot.hours({slug: goal}, levels) if slug in needed else 0,
            importance=role.requirements[slug].importance if slug in targets else 0,
            points=share.get(slug, 0),
            emphasis=industry.emphases.get(slug) if industry else None,
            needed_by=tuple(
                snapshot.skills[other]
                for other, level in snapshot.unlocks[slug].items()
                if other in to_begin and level > max(now, target)
            ),
        )

    required = [step(slug) for slug in role.requirements]
    hours = snapshot.hours(needed, levels)
    return Journey(
        role=role,
        start=start,
        industry=industry,
        areas=by_area(snapshot, required),
        on_the_way=tuple(step(slug) for slug in snapshot.order if slug in needed and slug not in targets),
        heavier=tuple(sorted((s for s in required if s.emphasis), key=lambda s: (-s.points, s.skill.slug))),
        also_asked_for=also_asked_for(snapshot, role, industry),
        hours=hours,
        hours_from_zero=hours_to(role, snapshot) if levels else hours,
        weeks=weeks(hours),
        readiness=readiness.readiness(role.requirements, industry.weights if industry else {}, levels).readiness,
        moved=moved_points(role, industry) if industry else 0,
    )


def by_area(snapshot: Snapshot, steps: list[Step]) -> tuple[AreaSteps, ...]:
    grouped: dict[str, list[Step]] = {slug: [] for slug in snapshot.areas}
    for step in steps:
        grouped[step.skill.area.slug].append(step)
    return tuple(
        AreaSteps(
            snapshot.areas[slug],
            tuple(sorted(group, key=lambda s: (-s.importance, -s.target, s.skill.name.casefold()))),
        )
        for slug, group in grouped.items()
        if group
    )


def also_asked_for(snapshot: Snapshot, role: Role, industry: Industry | None) -> tuple[AlsoAsked, ...]:
    emphases = industry.emphases if industry else {}
    return tuple(
        AlsoAsked(snapshot.skills[slug], emphasis)
        for slug, emphasis in emphases.items()
        if slug not in role.requirements
    )
