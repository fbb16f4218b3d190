"""Roles: the route to a role from a background, all roles for one learner, several roles side by side, and official occupations.

The catalogue has only the identifiers of official occupations. The titles of those in use are here; an occupation without a title is shown
by its code.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from string import ascii_uppercase

from guidance.catalog import graph
from guidance.catalog.kinds import (
    Area,
    Emphasis,
    Industry,
    Milestone,
    Project,
    Requirement,
    Role,
    Skill,
    StartingPoint,
)
from guidance.catalog.snapshot import Snapshot
from guidance.curation.models import Source, TaxonomyEntry
from guidance.progress import path, readiness
from guidance.progress import plan as plans
from guidance.progress import readiness as scores
from guidance.progress.learner_state import LearnerState, role_curriculum
from guidance.progress.plan import Plan
from guidance.progress.readiness import Readiness

HOURS_PER_WEEK = 8


def moved_points(snapshot: Snapshot, role: Role, industry: Industry) -> float:
    """Returns how many of the 100 points the industry distributes differently."""
    plain = readiness.points(role_curriculum(snapshot, role).targets)
    here = readiness.points(role_curriculum(snapshot, role, industry).targets)
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
    """Returns the plan of someone with these effective levels. Only its order, hours and readiness are meaningful, not its dates. `logged`:
    hours on a skill since its level last changed."""
    asked = role_curriculum(snapshot, role, industry)
    return plans.plan(
        asked,
        snapshot.effort_for(levels),
        levels=levels,
        logged=logged,
        proved=path.complete(asked, levels),
        calendar=plans.Calendar(date(2026, 1, 5), HOURS_PER_WEEK),
    )


def to_learn(plan: plans.Plan) -> dict[str, int]:
    """Returns {slug: level} for everything that the plan teaches: for the targets, their prerequisites, and the projects."""
    return {step.skill: step.to_level for step in plan.steps if step.skill is not None}


def study_hours(role: Role, snapshot: Snapshot, levels: Mapping[str, int], industry: Industry | None = None) -> float:
    """Returns the hours of the plan from these effective levels, without its projects."""
    return snapshot.hours(to_learn(plan(role, industry, snapshot, levels)), levels)


def hours_to(role: Role, snapshot: Snapshot, levels: Mapping[str, int] | None = None) -> float:
    """Returns the hours of the plan from these effective levels, projects included."""
    return plan(role, None, snapshot, levels or {}).total_hours


@dataclass(frozen=True, slots=True)
class RouteStep:
    """A skill of the route. `needed` is above `target` if another skill of the route needs a higher level."""

    skill: Skill  # in a choice, the skill that the plan teaches
    now: int
    target: int  # 0 for a skill that is needed only for others
    needed: int
    hours: float  # from `now` to `needed`
    importance: int  # 0 for a skill that is needed only for others
    points: float
    choice: str  # the name of the choice it belongs to
    instead: tuple[Skill, ...]  # the other members of that choice
    emphasis: Emphasis | None
    needed_by: tuple[Skill, ...]  # skills of the route that cannot be started without it
    project: Project | None  # the project of a milestone that needs it

    @property
    def met(self) -> bool:
        return self.now >= self.target

    @property
    def more_needed(self) -> bool:
        return self.needed > self.target


@dataclass(frozen=True, slots=True)
class RouteMilestone:
    """A milestone of the route."""

    milestone: Milestone
    project: Project | None  # None if its steps are already done
    hours: float  # including the project
    readiness: float  # after it
    done: bool
    apply: bool  # whether it makes sense to apply once this milestone is done


@dataclass(frozen=True, slots=True)
class RoleRoute:
    role: Role
    start: StartingPoint | None
    industry: Industry | None
    stations: tuple[RouteMilestone, ...]  # in the order of the plan, including those of the industry
    areas: tuple[tuple[Area, tuple[RouteStep, ...]], ...]  # the requirements, most important first within their area
    on_the_way: tuple[RouteStep, ...]  # skills that the role does not list: prerequisites, and what the projects need
    heavier: tuple[RouteStep, ...]  # requirements that matter more in the industry, heaviest first
    also_asked_for: tuple[
        tuple[Skill, Emphasis], ...
    ]  # emphasised by the industry, not required by the role, not scored
    hours: float  # of study, as in the plan: including what only the projects need
    hours_from_zero: float
    project_hours: float  # of the projects that end the milestones
    weeks: int  # for study and projects together, at `hours_per_week`
    readiness: float  # of the starting point, 0 to 100
    moved: float  # how many of the 100 points the industry shifts
    hours_per_week: float = HOURS_PER_WEEK

    @property
    def requirements(self) -> tuple[RouteStep, ...]:
        return tuple(step for _area, steps in self.areas for step in steps)

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


def role_route(
    snapshot: Snapshot,
    role: Role,
    start: StartingPoint | None = None,
    industry: Industry | None = None,
    *,
    hours_per_week: float = HOURS_PER_WEEK,
) -> RoleRoute:
    levels = graph.with_implied(snapshot.graph, start.levels) if start else {}
    asked = role_curriculum(snapshot, role, industry)
    share = readiness.points(asked.targets)
    ahead = plan(role, industry, snapshot, levels)
    required = {skill: slug for slug, skill in ahead.taught.items()}
    missing = to_learn(ahead)
    projects = {step.skill: step.because.project for step in ahead.steps if step.skill and step.because.project}
    to_begin = {slug for slug in missing if levels.get(slug, 0) == 0}  # only these need their prerequisites

    def step(slug: str) -> RouteStep:
        target = asked.targets[required[slug]] if slug in required else None
        now, goal_state = levels.get(slug, 0), target.one_of[slug] if target else 0
        goal = missing.get(slug, goal_state)
        return RouteStep(
            skill=snapshot.skills[slug],
            now=now,
            target=goal_state,
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
                if other in to_begin and level > max(now, goal_state)
            ),
            project=snapshot.projects[projects[slug]] if slug in projects else None,
        )

    steps = [step(slug) for slug in required]
    hours = snapshot.hours(missing, levels)
    project_hours = sum(step.hours for step in ahead.steps if step.skill is None)
    return RoleRoute(
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


def _stations(ahead: plans.Plan, role: Role, snapshot: Snapshot) -> tuple[RouteMilestone, ...]:
    return tuple(
        RouteMilestone(
            milestone=snapshot.milestones[stage.milestone],
            project=snapshot.projects[stage.project] if stage.project else None,
            hours=stage.hours,
            readiness=stage.readiness_after,
            done=stage.done,
            apply=stage.milestone == role.apply_after,
        )
        for stage in ahead.stages
    )


def by_area(snapshot: Snapshot, steps: list[RouteStep]) -> tuple[tuple[Area, tuple[RouteStep, ...]], ...]:
    grouped: dict[str, list[RouteStep]] = {slug: [] for slug in snapshot.areas}
    for step in steps:
        grouped[step.skill.area.slug].append(step)
    return tuple(
        (
            snapshot.areas[slug],
            tuple(sorted(group, key=lambda s: (-s.importance, -s.target, s.skill.name.casefold()))),
        )
        for slug, group in grouped.items()
        if group
    )


def also_asked_for(
    snapshot: Snapshot, required: Collection[str], industry: Industry | None
) -> tuple[tuple[Skill, Emphasis], ...]:
    emphases = industry.emphases if industry else {}
    return tuple((snapshot.skills[slug], emphasis) for slug, emphasis in emphases.items() if slug not in required)


@dataclass(frozen=True, slots=True)
class LearnerRole:
    role: Role
    readiness: Readiness
    hours: float  # left in the plan, projects included
    is_goal: bool

    @property
    def share(self) -> float:
        return self.readiness.readiness / 100


def learner_roles(state: LearnerState) -> tuple[LearnerRole, ...]:
    """Returns the roles, readiest first. All are weighted by the industry of the goal, so that they can be compared."""
    return state.memoize("roles", lambda: _own_roles(state))


def _own_roles(state: LearnerState) -> tuple[LearnerRole, ...]:
    found = [learner_role(role, state) for role in state.snapshot.roles.values()]
    return tuple(sorted(found, key=lambda item: (-item.readiness.readiness, item.hours, item.role.slug)))


def learner_role(role: Role, state: LearnerState) -> LearnerRole:
    return LearnerRole(
        role=role,
        readiness=scores.readiness(
            role_curriculum(state.snapshot, role, state.industry).targets, state.levels, state.slices
        ),
        hours=_plan(role, state).total_hours,
        is_goal=state.goal is not None and state.goal.ad is None and state.goal.role == role.slug,
    )


def _plan(role: Role, state: LearnerState) -> Plan:
    """Returns the learner's own plan for the role of the goal, and the usual plan for every other role."""
    goal_state = state.goal_state
    if goal_state is not None and goal_state.role.slug == role.slug:
        return goal_state.plan
    return plan(role, state.industry, state.snapshot, state.levels, state.logged)


MIN_ROLES, MAX_ROLES = 2, 4
DEFAULT_ROLES = ("ai-engineer", "data-scientist", "software-developer")


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    skill: Skill
    cells: tuple[Requirement | None, ...]  # one for each role, None if the role does not require it
    mine: int  # the learner's level

    @property
    def targets(self) -> tuple[int, ...]:
        """Returns the level each role requires, 0 if it does not require the skill."""
        return tuple(cell.level if cell else 0 for cell in self.cells)

    @property
    def difference(self) -> tuple[int, int]:
        """Returns the difference between the role that requires most and the one that requires least, in levels and then in
        importance."""
        importances = [cell.importance if cell else 0 for cell in self.cells]
        return max(self.targets) - min(self.targets), max(importances) - min(importances)

    @property
    def differs(self) -> bool:
        return self.difference[0] > 0

    @property
    def askers(self) -> int:
        return sum(cell is not None for cell in self.cells)


@dataclass(frozen=True, slots=True)
class ComparisonColumn:
    letter: str  # letter of the role in drawings
    role: Role
    hours: float  # from zero
    unique: int  # number of skills that no other role in the comparison requires


@dataclass(frozen=True, slots=True)
class Comparison:
    columns: tuple[ComparisonColumn, ...]
    rows: tuple[ComparisonRow, ...]  # biggest difference first
    shared: int  # number of skills that every role requires
    same: int  # number of those that all require at the same level
    differences: tuple[tuple[Role, Role, str], ...]  # in the words of the catalogue

    def shown(self, *, only_differences: bool) -> tuple[ComparisonRow, ...]:
        return tuple(row for row in self.rows if row.differs) if only_differences else self.rows


def compare(snapshot: Snapshot, roles: Sequence[Role], levels: Mapping[str, int]) -> Comparison:
    """`levels`: the learner's levels."""
    skills = [slug for slug in snapshot.skills if any(slug in role.skills for role in roles)]
    rows = [
        ComparisonRow(snapshot.skills[slug], tuple(role.skills.get(slug) for role in roles), levels.get(slug, 0))
        for slug in skills
    ]
    rows.sort(key=lambda row: (*(-value for value in row.difference), row.skill.name.casefold()))
    return Comparison(
        columns=tuple(
            ComparisonColumn(
                ascii_uppercase[position],
                role,
                hours_to(role, snapshot),
                sum(row.askers == 1 and row.cells[position] is not None for row in rows),
            )
            for position, role in enumerate(roles)
        ),
        rows=tuple(rows),
        shared=sum(row.askers == len(roles) for row in rows),
        same=sum(not row.differs for row in rows),
        differences=tuple(
            (role, other, role.neighbours[other.slug].difference)
            for role in roles
            for other in roles
            if other.slug in role.neighbours
        ),
    )


def grouped(
    snapshot: Snapshot, rows: Sequence[ComparisonRow], *, by_area: bool
) -> tuple[tuple[Area | None, tuple[ComparisonRow, ...]], ...]:
    """Returns the rows by area, or all of them in one group without an area."""
    if not by_area:
        return ((None, tuple(rows)),) if rows else ()
    return tuple(
        (area, found)
        for area in snapshot.areas.values()
        if (found := tuple(row for row in rows if row.skill.area.slug == area.slug))
    )


ONET = "O*NET"
ESCO = "ESCO"
ONET_TITLES = {
    "15-1212.00": "Information Security Analysts",
    "15-1221.00": "Computer and Information Research Scientists",
    "15-1243.00": "Database Architects",
    "15-1243.01": "Data Warehousing Specialists",
    "15-1252.00": "Software Developers",
    "15-1299.05": "Information Security Engineers",
    "15-1299.08": "Computer Systems Engineers/Architects",
    "15-2051.00": "Data Scientists",
    "15-2051.01": "Business Intelligence Analysts",
}
ESCO_TITLES = {
    "http://data.europa.eu/esco/occupation/1c5a45b9-440e-4726-b565-16a952abd341": "computer vision engineer",
    "http://data.europa.eu/esco/occupation/258e46f9-0075-4a2e-adae-1ff0477e0f30": "data scientist",
    "http://data.europa.eu/esco/occupation/35553663-deab-4d9a-bf22-15c1625d28e8": "ICT intelligent systems designer",
    "http://data.europa.eu/esco/occupation/d3edb8f8-3a06-47a0-8fb9-9b212c006aa2": "data analyst",
    "http://data.europa.eu/esco/occupation/e3229e40-f571-4b26-baca-29edc8fe313e": "computer scientist",
    "http://data.europa.eu/esco/occupation/f2b15a0e-e65a-438a-affb-29b9d50b77d1": "software developer",
}


@dataclass(frozen=True, slots=True)
class Occupation:
    scheme: str
    code: str
    title: str  # empty if it is not in the list above
    url: str
    same_name: bool  # whether it has the same name as the role
    # Whether O*NET has no skill ratings for the occupation. Also False if O*NET is not imported, and for ESCO, which has no
    # ratings.
    unrated: bool


def occupations(role: Role) -> list[Occupation]:
    onet = [
        (ONET, code, ONET_TITLES.get(code, ""), f"https://www.onetonline.org/link/summary/{code}")
        for code in role.external.onet
    ]
    esco = [(ESCO, uri.rsplit("/", 1)[-1], ESCO_TITLES.get(uri, ""), uri) for uri in role.external.esco]
    unrated = _unrated(role.external.onet)
    return [
        Occupation(*item, same_name=_plain(item[2]) == _plain(role.name), unrated=item[1] in unrated)
        for item in onet + esco
    ]


def _unrated(codes: Collection[str]) -> set[str]:
    if not codes:
        return set()
    there = TaxonomyEntry.objects.current().filter(source=Source.ONET, identifier__in=codes)
    return set(there.unrated().values_list("identifier", flat=True))


def _plain(name: str) -> str:
    """Returns the name in a comparable form: official titles are plural or in lower case."""
    return name.casefold().replace("-", " ").removesuffix("s")
