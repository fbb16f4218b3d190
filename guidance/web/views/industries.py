from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Industry, Project, Role, Skill, Snapshot
from guidance.web import journeys, jsonld
from guidance.web.pages import find, public_page
from guidance.web.views.roles import facts

HEAVIEST = 4  # shown in the list


@public_page()
def industries(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    context = {
        "cards": [industry_card(industry, snapshot) for industry in snapshot.industries.values()],
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("Industries"), reverse("web:industries"))])),
    }
    return render(request, "web/industries.html", context)


@dataclass(frozen=True, slots=True)
class IndustryCard:
    industry: Industry
    heaviest: tuple[Skill, ...]


def industry_card(industry: Industry, snapshot: Snapshot) -> IndustryCard:
    return IndustryCard(industry, tuple(snapshot.skills[slug] for slug in list(industry.emphases)[:HEAVIEST]))


@public_page()
def industry(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    industry = find(snapshot, snapshot.industries, Kind.INDUSTRY, slug)
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


@dataclass(frozen=True, slots=True)
class EmphasisRow:
    skill: Skill
    weight: float
    why: str
    required_by: int  # roles


def emphases(industry: Industry, snapshot: Snapshot) -> list[EmphasisRow]:
    return [
        EmphasisRow(snapshot.skills[slug], item.weight, item.why, len(snapshot.roles_of[slug]))
        for slug, item in industry.emphases.items()
    ]


@dataclass(frozen=True, slots=True)
class RoleChange:
    role: Role
    moved: float  # of 100 points of readiness
    heavier: int  # targets that weigh more here
    also: int  # skills that weigh more here and are no targets
    url: str


def changed_roles(industry: Industry, snapshot: Snapshot) -> list[RoleChange]:
    """Roles by how much the industry changes what counts in them."""
    changes = [
        RoleChange(
            role,
            journeys.moved_points(snapshot, role, industry),
            sum(slug in role.skills or slug in industry.requirements for slug in industry.emphases),
            sum(slug not in role.skills and slug not in industry.requirements for slug in industry.emphases),
            f"{role.url}?industry={industry.slug}",
        )
        for role in snapshot.roles.values()
        if role.skills
    ]
    return sorted(changes, key=lambda change: (-change.moved, change.role.slug))
