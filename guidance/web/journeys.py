"""From a starting point to a role: what is met, what is missing, what is needed on the way, and what it takes.

Pure: a snapshot and slugs in, dataclasses out.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from guidance.catalog import graph
from guidance.catalog.snapshot import (
    Area,
    Emphasis,
    Industry,
    Milestone,
    Project,
    Role,
    Skill,
    Snapshot,
    StartingPoint,
)
from guidance.progress import path, readiness
from guidance.progress import plan as plans
from guidance.progress.curricula import curriculum

HOURS_PER_WEEK = 8


def moved_points(snapshot: Snapshot, role: Role, industry: Industry) -> float:
    """How many of the 100 points are elsewhere because of the industry."""
    plain = readiness.points(curriculum(snapshot, role).targets)
    here = readiness.points(curriculum(snapshot, role, industry).targets)
    return sum(max(share - plain.get(slug, 0), 0) for slug, share in here.items())


def weeks(hours: float, hours_per_week: float = HOURS_PER_WEEK) -> int:
    return math.ceil(hours / hours_per_week)


def plan(
    role: Role,
    industry: Industry | None,
    snapshot: Snapshot,
    levels: Mapping[str, int],
    logged: Mapping[str, float] | None = None,
) -> plans.Plan:
    """Of someone with these effective levels; its order, hours and readiness, for its dates are no one's. `logged`: hours
    on a skill since its level last changed."""
    asked = curriculum(snapshot, role, industry)
    return plans.plan(
        asked,
        snapshot.effort_for(levels),
        levels=levels,
        logged=logged,
        proved=path.complete(asked, levels),
        calendar=plans.Calendar(date(2026, 1, 5), HOURS_PER_WEEK),
    )


def to_learn(plan: plans.Plan) -> dict[str, int]:
    """{slug: level} of all that the plan teaches: for the targets, for what they need first, and for the projects."""
    return {step.skill: step.to_level for step in plan.steps if step.skill is not None}


def study_hours(role: Role, snapshot: Snapshot, levels: Mapping[str, int], industry: Industry | None = None) -> float:
    """Those of the plan from these effective levels, its projects aside."""
    return snapshot.hours(to_learn(plan(role, industry, snapshot, levels)), levels)


def hours_to(role: Role, snapshot: Snapshot, levels: Mapping[str, int] | None = None) -> float:
    """Those of the plan from these effective levels, projects included."""
    return plan(role, None, snapshot, levels or {}).total_hours


@dataclass(frozen=True, slots=True)
class Step:
    """A skill of the journey. `needed` is above `target` where another skill of the journey asks for more."""

    skill: Skill  # of a choice, the one that the plan teaches
    now: int
    target: int  # 0 for a skill that is only needed on the way
    needed: int
    hours: float  # from now to needed
    importance: int  # 0 for a skill that is only needed on the way
    points: float
    choice: str  # the name of the choice that it stands for
    instead: tuple[Skill, ...]  # the other members of that choice
    emphasis: Emphasis | None
    needed_by: tuple[Skill, ...]  # skills of the journey that cannot be begun without it
    project: Project | None  # of a milestone, which needs it

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
class Station:
    """A milestone on the way."""

    milestone: Milestone
    project: Project | None  # None where its steps are behind one already
    hours: float  # with the project
    readiness: float  # after it
    done: bool
    apply: bool  # with this milestone done one can apply


@dataclass(frozen=True, slots=True)
class Journey:
    role: Role
    start: StartingPoint | None
    industry: Industry | None
    stations: tuple[Station, ...]  # in the order of the plan, the industry's among them
    areas: tuple[AreaSteps, ...]  # the requirements, most important first within their area
    on_the_way: tuple[Step, ...]  # what the role does not list: prerequisites, and what the projects need
    heavier: tuple[Step, ...]  # requirements that weigh more in the industry, heaviest first
    also_asked_for: tuple[AlsoAsked, ...]  # emphasised by the industry, not required by the role, not scored
    hours: float  # of study, as the plan counts it: with what only the projects need
    hours_from_zero: float
    project_hours: float  # of the projects that end the milestones
    weeks: int  # of both, at `hours_per_week`
    readiness: float  # where the starting point stands, 0 to 100
    moved: float  # of 100 points, how many the industry moves
    hours_per_week: float = HOURS_PER_WEEK

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
    snapshot: Snapshot,
    role: Role,
    start: StartingPoint | None = None,
    industry: Industry | None = None,
    *,
    hours_per_week: float = HOURS_PER_WEEK,
) -> Journey:
    levels = graph.with_implied(snapshot.graph, start.levels) if start else {}
    asked = curriculum(snapshot, role, industry)
    share = readiness.points(asked.targets)
    ahead = plan(role, industry, snapshot, levels)
    required = {skill: slug for slug, skill in ahead.taught.items()}
    missing = to_learn(ahead)
    projects = {step.skill: step.because.project for step in ahead.steps if step.skill and step.because.project}
    to_begin = {slug for slug in missing if levels.get(slug, 0) == 0}  # only these pull their prerequisites

    def step(slug: str) -> Step:
        target = asked.targets[required[slug]] if slug in required else None
        now, aim = levels.get(slug, 0), target.one_of[slug] if target else 0
        goal = missing.get(slug, aim)
        return Step(
            skill=snapshot.skills[slug],
            now=now,
            target=aim,
            needed=goal,
            hours=snapshot.hours({slug: goal}, levels) if slug in missing else 0,
            importance=target.importance if target else 0,
            points=share[required[slug]] if target else 0,
            choice=role.choices[target.choice].name if target and target.choice else "",
            instead=tuple(snapshot.skills[other] for other in target.one_of if other != slug) if target else (),
            emphasis=industry.emphases.get(slug) if industry else None,
            needed_by=tuple(
                snapshot.skills[other]
                for other, level in snapshot.unlocks[slug].items()
                if other in to_begin and level > max(now, aim)
            ),
            project=snapshot.projects[projects[slug]] if slug in projects else None,
        )

    steps = [step(slug) for slug in required]
    hours = snapshot.hours(missing, levels)
    project_hours = sum(step.hours for step in ahead.steps if step.skill is None)
    return Journey(
        role=role,
        start=start,
        industry=industry,
        stations=_stations(ahead, role, snapshot),
        areas=by_area(snapshot, steps),
        on_the_way=tuple(step(slug) for slug in snapshot.order if slug in missing and slug not in required),
        heavier=tuple(sorted((s for s in steps if s.emphasis), key=lambda s: (-s.points, s.skill.slug))),
        also_asked_for=also_asked_for(snapshot, asked.skills, industry),
        hours=hours,
        hours_from_zero=study_hours(role, snapshot, {}, industry) if levels else hours,
        project_hours=project_hours,
        weeks=weeks(hours + project_hours, hours_per_week),
        hours_per_week=hours_per_week,
        readiness=readiness.readiness(asked.targets, levels).readiness,
        moved=moved_points(snapshot, role, industry) if industry else 0,
    )


def _stations(ahead: plans.Plan, role: Role, snapshot: Snapshot) -> tuple[Station, ...]:
    return tuple(
        Station(
            milestone=snapshot.milestones[stage.milestone],
            project=snapshot.projects[stage.project] if stage.project else None,
            hours=stage.hours,
            readiness=stage.readiness_after,
            done=stage.done,
            apply=stage.milestone == role.apply_after,
        )
        for stage in ahead.stages
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


def also_asked_for(snapshot: Snapshot, required: Collection[str], industry: Industry | None) -> tuple[AlsoAsked, ...]:
    emphases = industry.emphases if industry else {}
    return tuple(
        AlsoAsked(snapshot.skills[slug], emphasis) for slug, emphasis in emphases.items() if slug not in required
    )
