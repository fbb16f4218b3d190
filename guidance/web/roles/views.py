"""Roles, comparisons of roles, industries and milestones."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guidance.catalog import graph
from guidance.catalog.kinds import (
    Emphasis,
    Fact,
    Industry,
    Milestone,
    Project,
    Role,
    Skill,
    StartingPoint,
)
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.lru import RevisionCache
from guidance.web import jsonld
from guidance.web.cache import public_page
from guidance.web.context import is_signed_in
from guidance.web.http import QueryParams, learner_state_of
from guidance.web.roles import page
from guidance.web.roles.page import learner_role, learner_roles, occupations

MAX_NEAREST = 3  # number of starting points named beside a role; the table has them all


@dataclass(frozen=True, slots=True)
class Distance:
    start: StartingPoint
    hours: float
    url: str


@dataclass(frozen=True, slots=True)
class RoleCard:
    role: Role
    hours: float  # from zero
    distances: tuple[Distance, ...]  # from each starting point

    @property
    def nearest(self) -> list[Distance]:
        """Returns the nearest starting points, except the one that is this role itself."""
        others = [distance for distance in self.distances if distance.start.slug != self.role.slug]
        return sorted(others, key=lambda distance: distance.hours)[:MAX_NEAREST]


_cards_cache = RevisionCache[str | None, SafeString](8)


def _cards(snapshot: Snapshot) -> SafeString:
    """Returns the part of the list of roles that is the same for everyone. It is rendered once per revision, because it takes a
    plan for each role from each starting point."""

    def make() -> SafeString:
        cards = [_role_card(role, snapshot) for role in snapshot.roles.values()]
        return render_to_string(
            "web/roles.html#cards", {"cards": cards, "starting_points": snapshot.starting_points.values()}
        )

    return _cards_cache.of(snapshot.key).memoize(get_language(), make)


def _role_card(role: Role, snapshot: Snapshot) -> RoleCard:
    def hours(start: StartingPoint) -> float:
        return page.hours_to(role, snapshot, graph.with_implied(snapshot.graph, start.levels))

    return RoleCard(
        role,
        page.hours_to(role, snapshot),
        tuple(
            Distance(start, hours(start), f"{role.url}?from={start.slug}")
            for start in snapshot.starting_points.values()
        ),
    )


@public_page("role", "from", "industry")
def roles(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    params = QueryParams(request.GET, snapshot)
    role = params.record("role", snapshot.roles, Kind.ROLE)
    if role:
        query = urlencode({name: request.GET[name] for name in ("from", "industry") if name in request.GET})
        return redirect(f"{role.url}?{query}" if query else role.url)
    state = learner_state_of(request) if is_signed_in(request) else None
    context = {
        "problems": params.problems,
        "own": learner_roles(state) if state else (),
        "own_industry": state.industry if state else None,
        "cards": _cards(snapshot),
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("Roles"), reverse("web:roles"))])),
    }
    return render(request, "web/roles.html", context, status=params.status)


@public_page("from", "industry")
def role(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    role: Role = snapshot.find(Kind.ROLE, slug)
    params = QueryParams(request.GET, snapshot)
    start = params.record("from", snapshot.starting_points, Kind.STARTING_POINT)
    industry = params.record("industry", snapshot.industries, Kind.INDUSTRY)
    state = learner_state_of(request) if is_signed_in(request) else None
    context = {
        "problems": params.problems,
        "own": learner_role(role, state) if state else None,
        "own_industry": state.industry if state else None,
        "role": role,
        "journey": page.role_route(
            snapshot,
            role,
            start,
            industry,
            hours_per_week=state.goal.hours_per_week if state and state.goal else page.HOURS_PER_WEEK,
        ),
        "starting_points": snapshot.starting_points.values(),
        "industries": snapshot.industries.values(),
        "neighbours": neighbours(role, snapshot),
        "facts": facts(role.facts, snapshot),
        "occupations": (official := occupations(role)),
        "same_name": any(item.same_name for item in official),
        "json_ld": jsonld.script(
            jsonld.occupation(role, snapshot),
            jsonld.breadcrumbs([(_("Roles"), reverse("web:roles")), (role.name, role.url)]),
        ),
    }
    template = "web/role.html#journey" if request.htmx else "web/role.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=params.status)


def neighbours(role: Role, snapshot: Snapshot) -> list[tuple[Role, str, str]]:
    """Returns similar roles, each with how it differs and the URL of a comparison of the two."""
    return [
        (snapshot.roles[slug], other.difference, compare_url(role.slug, slug))
        for slug, other in role.neighbours.items()
    ]


def compare_url(*slugs: str) -> str:
    return f"{reverse('web:compare')}?{urlencode([('role', slug) for slug in slugs])}"


def facts(slugs: Sequence[str], snapshot: Snapshot) -> list[Fact]:
    return [snapshot.facts[slug] for slug in slugs]


@public_page("role", "show", "sort")
def compare(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    params = QueryParams(request.GET, snapshot)
    chosen = chosen_roles(params)
    show, sort = params.choice("show", ["differences"]), params.choice("sort", ["area"])
    signed_in = is_signed_in(request)
    levels = learner_state_of(request).levels if signed_in else {}
    comparison = page.compare(snapshot, chosen, levels) if len(chosen) >= page.MIN_ROLES else None
    rows = comparison.shown(only_differences=bool(show)) if comparison else ()
    context = {
        "problems": params.problems,
        "comparison": comparison,
        "groups": page.grouped(snapshot, rows, by_area=bool(sort)),
        "width": 1 + signed_in + len(chosen),
        "show": show,
        "sort": sort,
        "fields": [(number, chosen[number - 1].slug if number <= len(chosen) else "") for number in FIELDS],
        "roles": snapshot.roles.values(),
        "json_ld": jsonld.script(
            jsonld.breadcrumbs([(_("Roles"), reverse("web:roles")), (_("Compare roles"), reverse("web:compare"))])
        ),
    }
    template = "web/compare.html#comparison" if request.htmx else "web/compare.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=params.status)


FIELDS = range(1, page.MAX_ROLES + 1)


def chosen_roles(params: QueryParams) -> list[Role]:
    """Returns the roles in the parameters, without duplicates and with renamed roles under their new names; without any, three
    default roles."""
    snapshot = params.snapshot
    names = [snapshot.latest_slug(Kind.ROLE, slug) for slug in params.query.getlist("role")]
    slugs = list(dict.fromkeys(params.option("role", slug, snapshot.roles) for slug in names))
    found = [snapshot.roles[slug] for slug in slugs if slug]
    if not names:
        found = [snapshot.roles[slug] for slug in page.DEFAULT_ROLES if slug in snapshot.roles]
    elif len(found) < page.MIN_ROLES and not params.problems:
        params.problems.append(_("Choose at least two roles."))
    if len(found) > page.MAX_ROLES:
        params.problems.append(_("At most four roles fit side by side; these are the first four."))
    return found[: page.MAX_ROLES]


MAX_EMPHASES = 4  # number shown in the list


@public_page()
def industries(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    context = {
        "industries": [(industry, _heaviest(industry, snapshot)) for industry in snapshot.industries.values()],
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("Industries"), reverse("web:industries"))])),
    }
    return render(request, "web/industries.html", context)


def _heaviest(industry: Industry, snapshot: Snapshot) -> list[Skill]:
    """Returns the skills that matter most in the industry."""
    return [snapshot.skills[slug] for slug in list(industry.emphases)[:MAX_EMPHASES]]


@public_page()
def industry(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    industry: Industry = snapshot.find(Kind.INDUSTRY, slug)
    changes = changed_roles(industry, snapshot)
    trail = [(_("Industries"), reverse("web:industries")), (industry.name, industry.url)]
    context = {
        "industry": industry,
        "emphases": emphases(industry, snapshot),
        "asked": [(snapshot.skills[slug], item) for slug, item in industry.requirements.items()],
        "milestone": snapshot.milestones[industry.milestone] if industry.milestone else None,
        "changes": [change for change in changes if change.moved],
        "unchanged": [change for change in changes if not change.moved],
        "roles": snapshot.roles.values(),
        "starting_points": snapshot.starting_points.values(),
        "projects": projects(industry, snapshot),
        "facts": facts(industry.facts, snapshot),
        "json_ld": jsonld.script(jsonld.breadcrumbs(trail)),
    }
    return render(request, "web/industry.html", context)


def projects(industry: Industry, snapshot: Snapshot) -> list[Project]:
    return [item for item in snapshot.projects.values() if industry.slug in item.industries]


def emphases(industry: Industry, snapshot: Snapshot) -> list[tuple[Skill, Emphasis, int]]:
    """Returns the skills that matter more in the industry, and how many roles require each."""
    return [(snapshot.skills[slug], item, len(snapshot.roles_of[slug])) for slug, item in industry.emphases.items()]


@dataclass(frozen=True, slots=True)
class RoleChange:
    role: Role
    moved: float  # how many of the 100 points of readiness shift
    heavier: int  # number of targets that matter more here
    also: int  # number of skills that matter more here and are not targets
    url: str


def changed_roles(industry: Industry, snapshot: Snapshot) -> list[RoleChange]:
    """Returns the roles, sorted by how much the industry shifts their points."""
    changes = [
        RoleChange(
            role,
            page.moved_points(snapshot, role, industry),
            sum(slug in role.skills or slug in industry.requirements for slug in industry.emphases),
            sum(slug not in role.skills and slug not in industry.requirements for slug in industry.emphases),
            f"{role.url}?industry={industry.slug}",
        )
        for role in snapshot.roles.values()
        if role.skills
    ]
    return sorted(changes, key=lambda change: (-change.moved, change.role.slug))


def steps_of(milestone: Milestone, snapshot: Snapshot) -> list[tuple[Skill, int, float]]:
    """Returns what the milestone teaches: skill, level to reach, and hours from the level before."""
    skills = snapshot.skills
    return [(skills[slug], level, skills[slug].effort[level - 1]) for slug, level in milestone.steps]


@public_page()
def milestone(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    milestone: Milestone = snapshot.find(Kind.MILESTONE, slug)
    steps = steps_of(milestone, snapshot)
    context = {
        "milestone": milestone,
        "steps": steps,
        "hours": sum(hours for _skill, _level, hours in steps),
        "projects": [snapshot.projects[slug] for slug in milestone.projects],
        "roles": [role for role in snapshot.roles.values() if milestone.slug in role.milestones],
        "industries": [item for item in snapshot.industries.values() if item.milestone == milestone.slug],
        "json_ld": jsonld.script(
            jsonld.breadcrumbs([(_("Roles"), reverse("web:roles")), (milestone.name, milestone.url)])
        ),
    }
    return render(request, "web/milestone.html", context)
