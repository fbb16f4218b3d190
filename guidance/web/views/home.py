from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from guidance.catalog import graph
from guidance.catalog.snapshot import Industry, Milestone, Role, Skill, Snapshot, StartingPoint
from guidance.progress.steps import record_of
from guidance.web import charts, journeys
from guidance.web.drafts import ZERO
from guidance.web.kept import Kept
from guidance.web.pages import public_page
from guidance.web.views.guides import reading_minutes

ROLE = "ai-engineer"
START = "backend-developer"
STEPS_SHOWN = 4
DEMANDED = 8
BLADES = 5


@public_page()
def home(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    key = get_language()
    context = _kept.get(snapshot.key, key) or _kept.put(snapshot.key, key, home_context(snapshot))
    return render(request, "web/home.html", context)


_kept = Kept[dict[str, Any]](limit=4)


def home_context(snapshot: Snapshot) -> dict[str, Any]:
    guide = next(iter(snapshot.guides.values()), None)
    skills = snapshot.skills.values()
    return {
        "snapshot": snapshot,
        "role": snapshot.roles.get(ROLE),
        "example": example(snapshot),
        "zero": ZERO,
        "zero_has_a_name": any(not point.levels for point in snapshot.starting_points.values()),
        "edge": an_edge(snapshot),
        "guide": guide,
        "guide_minutes": reading_minutes(guide) if guide else 0,
        "industries": [blade(industry, snapshot) for industry in list(snapshot.industries.values())[:BLADES]],
        "demanded": sorted((s for s in skills if s.demand), key=lambda s: (-(s.demand or 0), s.name))[:DEMANDED],
        "edges": sum(len(skill.prerequisites) for skill in skills),
        "free": sum(bool(resource.free) for resource in snapshot.resources.values()),
    }


@dataclass(frozen=True, slots=True)
class Step:
    milestone: Milestone | None  # where the first of its steps is this one
    skill: Skill | None  # None for a project
    name: str
    url: str
    level: int
    hours: float
    walked: float  # hours up to its end
    readiness: float  # after it


@dataclass(frozen=True, slots=True)
class Example:
    """The plan from a starting point to a role."""

    start: StartingPoint
    role: Role
    steps: list[Step]
    readiness: float  # before the first step
    hours: float
    drawing: SafeString

    @property
    def first(self) -> list[Step]:
        return self.steps[:STEPS_SHOWN]

    @property
    def more(self) -> int:
        return len(self.steps) - STEPS_SHOWN


def example(snapshot: Snapshot) -> Example | None:
    start = snapshot.starting_points.get(START) or next(iter(snapshot.starting_points.values()), None)
    role = snapshot.roles.get(ROLE) or next(iter(snapshot.roles.values()), None)
    if start is None or role is None or not role.skills:
        return None
    plan = journeys.plan(role, None, snapshot, graph.with_implied(snapshot.graph, start.levels))
    walked = accumulate(step.hours for step in plan.steps)
    steps = []
    before = None
    for step, hours in zip(plan.steps, walked, strict=True):
        record = record_of(step, snapshot)
        steps.append(
            Step(
                milestone=snapshot.milestones[step.milestone] if step.milestone and step.milestone != before else None,
                skill=snapshot.skills[step.skill] if step.skill is not None else None,
                name=record.name,
                url=record.url,
                level=step.to_level,
                hours=step.hours,
                walked=hours,
                readiness=step.readiness_after,
            )
        )
        before = step.milestone
    climb = [charts.Point(step.skill, step.walked, step.readiness) for step in steps]
    drawing = charts.climb(plan.readiness, climb, STEPS_SHOWN)
    return Example(start, role, steps, plan.readiness, plan.total_hours, drawing)


@dataclass(frozen=True, slots=True)
class Edge:
    skill: Skill
    needs: Skill
    level: int


def an_edge(snapshot: Snapshot) -> Edge | None:
    """One prerequisite as an example: of the skill most asked for among those that need something."""
    with_needs = [skill for skill in snapshot.skills.values() if skill.prerequisites]
    if not with_needs:
        return None
    skill = max(with_needs, key=lambda skill: (skill.demand or 0, skill.slug))
    slug, level = next(iter(skill.prerequisites.items()))
    return Edge(skill, snapshot.skills[slug], level)


@dataclass(frozen=True, slots=True)
class Blade:
    industry: Industry
    use_cases: list[str]
    heavier: list[str]


def blade(industry: Industry, snapshot: Snapshot) -> Blade:
    return Blade(
        industry,
        [case.name for case in industry.use_cases[:3]],
        [snapshot.skills[slug].name for slug in list(industry.emphases)[:3]],
    )
