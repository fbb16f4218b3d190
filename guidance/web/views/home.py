import heapq
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from guidance.catalog.snapshot import Industry, Role, Skill, Snapshot, StartingPoint
from guidance.progress import readiness
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
        "checked": sum(resource.checked_on is not None for resource in snapshot.resources.values()),
    }


@dataclass(frozen=True, slots=True)
class Step:
    skill: Skill
    level: int
    hours: float
    walked: float  # hours up to its end
    readiness: float  # after it


@dataclass(frozen=True, slots=True)
class Example:
    """A way from a starting point to a role, computed from the graph."""

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
    if start is None or role is None or not role.requirements:
        return None
    points, levels = journeys.points(role, None), start.levels
    score = readiness.readiness(role.requirements, {}, levels)
    reached = {term.skill: term.points for term in score.terms}
    reached_now = before = score.readiness
    needed = snapshot.closure({slug: item.level for slug, item in role.requirements.items()}, levels)
    hours = {slug: snapshot.hours({slug: level}, levels) for slug, level in needed.items()}
    worth = {slug: (points.get(slug, 0) - reached.get(slug, 0)) / hours[slug] for slug in needed}
    walked, steps = 0.0, []
    for slug in walk(needed, worth, snapshot):
        walked += hours[slug]
        reached_now += worth[slug] * hours[slug]
        steps.append(Step(snapshot.skills[slug], needed[slug], hours[slug], walked, reached_now))
    climb = [charts.Point(step.skill, step.walked, step.readiness) for step in steps]
    return Example(start, role, steps, before, walked, charts.climb(before, climb, STEPS_SHOWN))


def walk(needed: Collection[str], worth: Mapping[str, float], snapshot: Snapshot) -> Iterator[str]:
    """Prerequisites first; of what is open, what brings most for an hour."""
    waiting = {slug: sum(need in needed for need in snapshot.graph[slug]) for slug in needed}
    ready = [(-worth[slug], slug) for slug, count in waiting.items() if not count]
    heapq.heapify(ready)
    while ready:
        slug = heapq.heappop(ready)[1]
        yield slug
        for after in snapshot.unlocks[slug]:
            if after in waiting:
                waiting[after] -= 1
                if not waiting[after]:
                    heapq.heappush(ready, (-worth[after], after))


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
