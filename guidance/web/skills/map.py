"""The catalogue as a trail network, with where somebody stands drawn in: a signed-in visitor, or any starting point."""

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
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Area, Industry, Role, Snapshot, StartingPoint
from guidance.catalog.text import goal_name
from guidance.lru import RevisionCache
from guidance.progress import path
from guidance.progress.curricula import curriculum
from guidance.progress.learner_state import LearnerState
from guidance.progress.plan import Plan
from guidance.web import jsonld
from guidance.web.cache import public_page
from guidance.web.context import is_signed_in
from guidance.web.http import Asked, learner_state_of
from guidance.web.roles import page as roles_page
from guidance.web.skillmap.drawing import Drawing
from guidance.web.skillmap.milestones import Stretch, stretches
from guidance.web.skillmap.overlay import NEXT, State, counts
from guidance.web.skillmap.selection import sheet
from guidance.web.skillmap.winding import target, winding

EVERYTHING = "all"  # instead of a role, for those whose goal would be shown otherwise
MAX_BYTES = 3_000_000  # of the drawings that a process keeps


@dataclass(frozen=True, slots=True)
class Wanted:
    area: Area | None
    role: Role | None
    industry: Industry | None
    start: StartingPoint | None


@dataclass(frozen=True, slots=True)
class Way:
    drawing: SafeString
    stretches: Sequence[tuple[Stretch, str]]  # with where each leads
    current: Stretch | None  # None when all is done
    is_own: bool


@public_page("area", "role", "from", "industry")
def skill_map(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    asked = Asked(request.GET, snapshot)
    state = learner_state_of(request) if is_signed_in(request) else None
    wanted = wanted_of(asked, state)
    drawing = drawing_of(snapshot, wanted)
    overlay = state_of(snapshot, wanted, state)
    query = urlencode({name: value for name, value in request.GET.items() if name != "area"})
    context = {
        "problems": asked.problems,
        "snapshot": snapshot,
        "wanted": wanted,
        "chosen": request.GET,
        "goal": state.goal_state if state else None,
        "drawing": drawing.svg(overlay, query) if drawing.sheet.skills else "",
        "listing": drawing.listing(overlay, query),
        "way": way_of(wanted, overlay),
        "summary": summary(drawing, wanted, overlay),
        "key": key_of(drawing, overlay),
        "json_ld": jsonld.script(
            jsonld.breadcrumbs([(_("Skills"), reverse("web:skills")), (_("Skill map"), reverse("web:skill-map"))])
        ),
    }
    return render(request, "web/map.html", context, status=asked.status)


def wanted_of(asked: Asked, state: LearnerState | None) -> Wanted:
    snapshot = asked.snapshot
    everything = asked.query.get("role") == EVERYTHING
    area = asked.record("area", snapshot.areas, Kind.AREA)
    role = None if everything else asked.record("role", snapshot.roles, Kind.ROLE)
    industry = asked.record("industry", snapshot.industries, Kind.INDUSTRY) if role else None
    start = asked.record("from", snapshot.starting_points, Kind.STARTING_POINT)
    if state and state.goal_state and not (area or role or everything or asked.problems):
        role, industry = state.goal_state.role, state.goal_state.industry
    return Wanted(area, role, industry, start)


_drawings = RevisionCache[tuple[str | None, ...], Drawing](MAX_BYTES, lambda key, drawing: drawing.weight)


def drawing_of(snapshot: Snapshot, wanted: Wanted) -> Drawing:
    """Laid out once per revision."""
    key = (wanted.area, wanted.role, wanted.industry, get_language())
    slugs = tuple(part.slug if isinstance(part, Area | Role | Industry) else part for part in key)
    return _drawings.of(snapshot.key).memoize(
        slugs, lambda: Drawing(sheet(snapshot, wanted.area, wanted.role, wanted.industry))
    )


_states = RevisionCache[str, State](256)


def state_of(snapshot: Snapshot, wanted: Wanted, state: LearnerState | None) -> State:
    """Of the learner, on the way to the goal when no other role is asked for; or of a starting point."""
    if state and not wanted.start:
        return state.memoize(f"map {_name(wanted)}", lambda: _of_learner(snapshot, wanted, state))
    start = wanted.start

    def overlay() -> State:
        levels = graph.with_implied(snapshot.graph, start.levels) if start else {}
        return state_at(snapshot, wanted.role, wanted.industry, levels)

    return _states.of(snapshot.key).memoize(_name(wanted), overlay)


def _name(wanted: Wanted) -> str:
    return " ".join(part.slug if part else "-" for part in (wanted.role, wanted.industry, wanted.start))


def _of_learner(snapshot: Snapshot, wanted: Wanted, state: LearnerState) -> State:
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
) -> State:
    if role is None:
        return State(levels)
    is_own = plan is not None
    if plan is None:
        plan = roles_page.plan(role, industry, snapshot, levels)
    asked = curriculum(snapshot, role, industry)
    targets = path.wanted(asked, plan.taught)
    for slug, level in snapshot.closure(targets, levels).items():
        targets[slug] = max(level, targets.get(slug, 0))
    return State(
        levels=levels,
        targets=targets,
        next_steps=tuple(dict.fromkeys(step.skill for step in plan.steps if step.skill is not None))[:NEXT],
        also_asked_for=frozenset(industry.emphases.keys() - asked.skills) if industry else frozenset(),
        stretches=stretches(snapshot, plan, levels, is_own=is_own),
    )


def way_of(wanted: Wanted, overlay: State) -> Way | None:
    """The milestones of the role; an area is a part of the map that has none."""
    if wanted.area or not wanted.role or not overlay.stretches:
        return None
    return Way(
        drawing=winding(overlay.stretches),
        stretches=[(stretch, target(stretch)) for stretch in overlay.stretches],
        current=next((stretch for stretch in overlay.stretches if stretch.state == "current"), None),
        is_own=overlay.stretches[0].is_own,
    )


def summary(drawing: Drawing, wanted: Wanted, overlay: State) -> str:
    skills = drawing.sheet.skills
    count = len(skills)
    text = ngettext("{n} skill", "{n} skills", count).format(n=count)
    if wanted.area:
        text = _("{area}: {skills}").format(area=wanted.area.name, skills=text)
    elif not wanted.role:
        areas = len(drawing.sheet.by_area)
        within = ngettext("{n} area", "{n} areas", areas).format(n=areas)
        text = _("{skills} in {areas}").format(skills=text, areas=within)
    if wanted.role:
        text = f"{goal_name(wanted.role, wanted.industry)} · {text}"
    if overlay.targets:
        at, begun, none = counts(overlay, skills)
        text += " · " + _("{at} at target, {begun} in progress, {none} not begun").format(at=at, begun=begun, none=none)
        if others := count - at - begun - none:
            text += ", " + ngettext("{n} not needed", "{n} not needed", others).format(n=others)
    return text


def key_of(drawing: Drawing, overlay: State) -> dict[str, Any]:
    """What the map has that needs explaining."""
    kinds = {overlay.kind(slug) for slug in drawing.sheet.skills}
    ground = drawing.sheet.ground
    return {
        "state": bool(overlay.levels or overlay.targets),
        "goal": bool(overlay.targets),
        "known": "known" in kinds,
        "off": "off" in kinds,
        "aside": "aside" in kinds,
        "plan": any(slug in drawing.sheet.skills for slug in overlay.next_steps),
        "links": len(ground.trails) < len(ground.ways),
        "runs": drawing.has_runs,
    }
