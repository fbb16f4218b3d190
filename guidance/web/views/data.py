from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guidance.catalog.snapshot import Fact, Snapshot
from guidance.web import journeys, jsonld
from guidance.web.pages import public_page


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    facts: tuple[Fact, ...]


def by_source(facts: Iterable[Fact]) -> list[Source]:
    """Sources by name, the newest facts of each first."""
    grouped: dict[str, list[Fact]] = {}
    for fact in facts:
        grouped.setdefault(fact.source, []).append(fact)
    return [
        Source(name, tuple(sorted(grouped[name], key=lambda fact: (-fact.year, fact.name.casefold()))))
        for name in sorted(grouped, key=str.casefold)
    ]


@dataclass(frozen=True, slots=True)
class Count:
    """How much of one thing the catalogue holds."""

    label: str
    number: int


def counts(snapshot: Snapshot) -> list[Count]:
    edges = sum(len(skill.prerequisites) for skill in snapshot.skills.values())
    return [
        Count(_("skills"), len(snapshot.skills)),
        Count(_("prerequisites"), edges),
        Count(_("roles"), len(snapshot.roles)),
        Count(_("industries"), len(snapshot.industries)),
        Count(_("resources"), len(snapshot.resources)),
        Count(_("projects"), len(snapshot.projects)),
        Count(_("guides"), len(snapshot.guides)),
        Count(_("facts"), len(snapshot.facts)),
    ]


@public_page()
def about_the_data(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    context = {
        "snapshot": snapshot,
        "counts": counts(snapshot),
        "with_demand": sum(skill.demand is not None for skill in snapshot.skills.values()),
        "total_resources": len(snapshot.resources),
        "unchecked": sum(resource.checked_on is None for resource in snapshot.resources.values()),
        "affiliates": sum(resource.affiliate for resource in snapshot.resources.values()),
        "sources": by_source(snapshot.facts.values()),
        "secondary": sum(fact.secondary for fact in snapshot.facts.values()),
        "hours_per_week": journeys.HOURS_PER_WEEK,
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("About the data"), reverse("web:about-the-data"))])),
    }
    return render(request, "web/about_the_data.html", context)
