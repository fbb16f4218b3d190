"""The view of the skill map, showing the levels of a learner or of a background."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from guidance.catalog import graph
from guidance.catalog.kinds import Area, Industry, Role, StartingPoint
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import goal_name
from guidance.lru import RevisionCache
from guidance.progress import path
from guidance.progress.ads import AdRole, milestones_of
from guidance.progress.learner_state import LearnerState, role_curriculum
from guidance.progress.plan import Plan
from guidance.web import jsonld
from guidance.web.cache import public_page
from guidance.web.context import is_signed_in
from guidance.web.http import QueryParams, learner_state_of
from guidance.web.roles import page as roles_page
from guidance.web.skillmap.drawing import Drawing
from guidance.web.skillmap.overlay import MAX_NEXT_STEPS, MapMilestone, MapState, counts, map_milestones
from guidance.web.skillmap.selection import map_selection
from guidance.web.skillmap.winding import target, winding

EVERYTHING = "all"  # in place of a role, to show all skills instead of the learner's goal
MAX_BYTES = 3_000_000  # size of the drawings that a process keeps


@dataclass(frozen=True, slots=True)
class MapFilters:
    area: Area | None
    role: Role | None
    industry: Industry | None
    start: StartingPoint | None


@dataclass(frozen=True, slots=True)
class MilestoneTrail:
    drawing: SafeString
    stretches: Sequence[tuple[MapMilestone, str]]  # each with the URL it links to
    current: MapMilestone | None  # None if all are done
    is_own: bool


@public_page("area", "role", "from", "industry")
def skill_map(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    params = QueryParams(request.GET, snapshot)
    state = learner_state_of(request) if is_signed_in(request) else None
    wanted = wanted_of(params, state)
    drawing = drawing_of(snapshot, wanted, state)
    overlay = state_of(snapshot, wanted, state)
    query = urlencode({name: value for name, value in request.GET.items() if name != "area"})
    context = {
        "problems": params.problems,
        "snapshot": snapshot,
        "wanted": wanted,
        "chosen": request.GET,
        "goal": state.goal_state if state else None,
        "drawing": drawing.svg(overlay, query) if drawing.selection.skills else "",
        "listing": drawing.listing(overlay, query),
        "way": milestone_trail(wanted, overlay),
        "summary": summary(drawing, wanted, overlay),
        "key": legend_of(drawing, overlay),
        "json_ld": jsonld.script(
            jsonld.breadcrumbs([(_("Skills"), reverse("web:skills")), (_("Skill map"), reverse("web:skill-map"))])
        ),
    }
    return render(request, "web/map.html", context, status=params.status)


def wanted_of(params: QueryParams, state: LearnerState | None) -> MapFilters:
    snapshot = params.snapshot
    everything = params.query.get("role") == EVERYTHING
    area = params.record("area", snapshot.areas, Kind.AREA)
    role = None if everything else params.record("role", snapshot.roles, Kind.ROLE)
    industry = params.record("industry", snapshot.industries, Kind.INDUSTRY) if role else None
    start = params.record("from", snapshot.starting_points, Kind.STARTING_POINT)
    if state and state.goal_state and not (area or role or everything or params.problems):
        role, industry = state.goal_state.role, state.goal_state.industry
    return MapFilters(area, role, industry, start)


_drawings = RevisionCache[tuple[str | None, ...], Drawing](MAX_BYTES, lambda key, drawing: drawing.weight)


def drawing_of(snapshot: Snapshot, wanted: MapFilters, state: LearnerState | None = None) -> Drawing:
    """Returns the drawing, which is laid out once per revision or, for a saved ad, once while the learner's state is valid."""
    if state and isinstance(wanted.role, AdRole):
        return state.memoize(
            f"drawing {_name(wanted)} {get_language()}",
            lambda: Drawing(map_selection(snapshot, wanted.area, wanted.role, wanted.industry)),
        )
    key = (wanted.area, wanted.role, wanted.industry, get_language())
    slugs = tuple(part.slug if isinstance(part, Area | Role | Industry) else part for part in key)
    return _drawings.of(snapshot.key).memoize(
        slugs, lambda: Drawing(map_selection(snapshot, wanted.area, wanted.role, wanted.industry))
    )


_states = RevisionCache[str, MapState](256)


def state_of(snapshot: Snapshot, wanted: MapFilters, state: LearnerState | None) -> MapState:
    """Returns the state of the learner, for the goal unless another role is given, or the state of a starting point."""
    if state and not wanted.start:
        return state.memoize(f"map {_name(wanted)}", lambda: _of_learner(snapshot, wanted, state))
    start = wanted.start

    def overlay() -> MapState:
        levels = graph.with_implied(snapshot.graph, start.levels) if start else {}
        return state_at(snapshot, wanted.role, wanted.industry, levels)

    if isinstance(wanted.role, AdRole):  # the learner's own
        return overlay()
    return _states.of(snapshot.key).memoize(_name(wanted), overlay)


def _name(wanted: MapFilters) -> str:
    return " ".join(part.slug if part else "-" for part in (wanted.role, wanted.industry, wanted.start))


def _of_learner(snapshot: Snapshot, wanted: MapFilters, state: LearnerState) -> MapState:
    goal_state = state.goal_state
    if goal_state and (wanted.role is None or (wanted.role, wanted.industry) == (goal_state.role, goal_state.industry)):
        return state_at(snapshot, goal_state.role, goal_state.industry, state.levels, goal_state.plan)
    return state_at(snapshot, wanted.role, wanted.industry, state.levels)


def state_at(
    snapshot: Snapshot,
    role: Role | None,
    industry: Industry | None,
    levels: Mapping[str, int],
    plan: Plan | None = None,
) -> MapState:
    if role is None:
        return MapState(levels)
    is_own = plan is not None
    if plan is None:
        plan = roles_page.plan(role, industry, snapshot, levels)
    asked = role_curriculum(snapshot, role, industry)
    targets = path.wanted(asked, plan.taught)
    for slug, level in snapshot.closure(targets, levels).items():
        targets[slug] = max(level, targets.get(slug, 0))
    return MapState(
        levels=levels,
        targets=targets,
        next_steps=tuple(dict.fromkeys(step.skill for step in plan.steps if step.skill is not None))[:MAX_NEXT_STEPS],
        also_asked_for=frozenset(industry.emphases.keys() - asked.skills) if industry else frozenset(),
        stretches=map_milestones(snapshot, plan, levels, is_own=is_own, milestones=milestones_of(snapshot, role)),
    )


def milestone_trail(wanted: MapFilters, overlay: MapState) -> MilestoneTrail | None:
    """Returns the milestones of the role; the map of an area has none."""
    if wanted.area or not wanted.role or not overlay.stretches:
        return None
    return MilestoneTrail(
        drawing=winding(overlay.stretches),
        stretches=[(stretch, target(stretch)) for stretch in overlay.stretches],
        current=next((stretch for stretch in overlay.stretches if stretch.state == "current"), None),
        is_own=overlay.stretches[0].is_own,
    )


def summary(drawing: Drawing, wanted: MapFilters, overlay: MapState) -> str:
    skills = drawing.selection.skills
    count = len(skills)
    text = ngettext("{n} skill", "{n} skills", count).format(n=count)
    if wanted.area:
        text = _("{area}: {skills}").format(area=wanted.area.name, skills=text)
    elif not wanted.role:
        areas = len(drawing.selection.by_area)
        within = ngettext("{n} area", "{n} areas", areas).format(n=areas)
        text = _("{skills} in {areas}").format(skills=text, areas=within)
    if wanted.role:
        text = f"{goal_name(wanted.role, wanted.industry)} · {text}"
    if overlay.targets:
        at, begun, none = counts(overlay, skills)
        text += " · " + _("{at} at target, {begun} in progress, {none} not started").format(
            at=at, begun=begun, none=none
        )
        if others := count - at - begun - none:
            text += ", " + ngettext("{n} not needed", "{n} not needed", others).format(n=others)
    return text


def legend_of(drawing: Drawing, overlay: MapState) -> dict[str, Any]:
    """Returns the parts of the legend that the map needs."""
    kinds = {overlay.kind(slug) for slug in drawing.selection.skills}
    map_graph = drawing.selection.graph
    return {
        "state": bool(overlay.levels or overlay.targets),
        "goal": bool(overlay.targets),
        "known": "known" in kinds,
        "off": "off" in kinds,
        "aside": "aside" in kinds,
        "plan": any(slug in drawing.selection.skills for slug in overlay.next_steps),
        "links": len(map_graph.trails) < len(map_graph.edges),
        "runs": drawing.has_runs,
    }
