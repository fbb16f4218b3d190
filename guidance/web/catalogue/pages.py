"""The home page, guides, questions and the page about the data."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from itertools import accumulate
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guidance.catalog import graph
from guidance.catalog.kinds import (
    Fact,
    Guide,
    Industry,
    Milestone,
    Question,
    Role,
    Skill,
    StartingPoint,
)
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.lru import RevisionCache
from guidance.progress.step_advice import record_of
from guidance.web import charts, jsonld, markdown
from guidance.web.cache import public_page
from guidance.web.onboarding.drafts import ZERO
from guidance.web.roles import page as roles_page
from guidance.web.roles.views import facts

EXAMPLE_ROLE = "ai-engineer"
EXAMPLE_BACKGROUND = "backend-developer"
MAX_STEPS = 4
MAX_DEMANDED = 8
MAX_INDUSTRIES, MAX_HEAVIER = 5, 3


@public_page()
def home(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    context = _contexts.of(snapshot.key).memoize(get_language(), lambda: home_context(snapshot))
    return render(request, "web/home.html", context)


_contexts = RevisionCache[str | None, dict[str, Any]](4)


def home_context(snapshot: Snapshot) -> dict[str, Any]:
    guide = next(iter(snapshot.guides.values()), None)
    skills = snapshot.skills.values()
    return {
        "snapshot": snapshot,
        "role": snapshot.roles.get(EXAMPLE_ROLE),
        "example": example(snapshot),
        "zero": ZERO,
        "zero_has_a_name": any(not point.levels for point in snapshot.starting_points.values()),
        "edge": example_prerequisite(snapshot),
        "guide": guide,
        "guide_minutes": reading_minutes(guide) if guide else 0,
        "industries": [
            (industry, heavier_skills(industry, snapshot))
            for industry in list(snapshot.industries.values())[:MAX_INDUSTRIES]
        ],
        "demanded": sorted((s for s in skills if s.demand), key=lambda s: (-(s.demand or 0), s.name))[:MAX_DEMANDED],
        "edges": sum(len(skill.prerequisites) for skill in skills),
        "free": sum(bool(resource.free) for resource in snapshot.resources.values()),
    }


@dataclass(frozen=True, slots=True)
class ExampleStep:
    milestone: Milestone | None  # the milestone that begins with this step
    skill: Skill | None  # None for a project
    name: str
    url: str
    level: int
    hours: float
    walked: float  # hours up to the end of the step
    readiness: float  # after the step


@dataclass(frozen=True, slots=True)
class ExamplePlan:
    """The plan from a starting point to a role."""

    start: StartingPoint
    role: Role
    steps: list[ExampleStep]
    readiness: float  # before the first step
    hours: float
    drawing: SafeString

    @property
    def first(self) -> list[ExampleStep]:
        return self.steps[:MAX_STEPS]

    @property
    def more(self) -> int:
        return len(self.steps) - MAX_STEPS


def example(snapshot: Snapshot) -> ExamplePlan | None:
    start = snapshot.starting_points.get(EXAMPLE_BACKGROUND) or next(iter(snapshot.starting_points.values()), None)
    role = snapshot.roles.get(EXAMPLE_ROLE) or next(iter(snapshot.roles.values()), None)
    if start is None or role is None or not role.skills:
        return None
    plan = roles_page.plan(role, None, snapshot, graph.with_implied(snapshot.graph, start.levels))
    walked = accumulate(step.hours for step in plan.steps)
    steps = []
    before = None
    for step, hours in zip(plan.steps, walked, strict=True):
        record = record_of(step, snapshot)
        steps.append(
            ExampleStep(
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
    climb = [charts.CurvePoint(step.skill, step.walked, step.readiness) for step in steps]
    drawing = charts.readiness_curve(plan.readiness, climb, MAX_STEPS)
    return ExamplePlan(start, role, steps, plan.readiness, plan.total_hours, drawing)


def example_prerequisite(snapshot: Snapshot) -> tuple[Skill, Skill, int] | None:
    """Among the skills with prerequisites, returns the one that most ads ask for, one of its prerequisites, and the level
    needed."""
    with_needs = [skill for skill in snapshot.skills.values() if skill.prerequisites]
    if not with_needs:
        return None
    skill = max(with_needs, key=lambda skill: (skill.demand or 0, skill.slug))
    slug, level = next(iter(skill.prerequisites.items()))
    return skill, snapshot.skills[slug], level


def heavier_skills(industry: Industry, snapshot: Snapshot) -> list[Skill]:
    """Returns the first skills that matter more in the industry."""
    return [snapshot.skills[slug] for slug in list(industry.emphases)[:MAX_HEAVIER]]


WORDS_PER_MINUTE = 220
MIN_SECTIONS_FOR_CONTENTS = 3


def words(guide: Guide) -> int:
    """Returns the number of words in a guide: its summary, key takeaways and sections."""
    return sum(markdown.words(text) for text in (guide.tldr, *guide.takeaways, guide.body))


def reading_minutes(guide: Guide) -> int:
    return math.ceil(words(guide) / WORDS_PER_MINUTE)


@public_page()
def guides(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    found = [(guide, reading_minutes(guide)) for guide in snapshot.guides.values()]
    context = {
        "guides": found,
        "minutes": sum(minutes for _guide, minutes in found),
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("Guides"), reverse("web:guides"))])),
    }
    return render(request, "web/guides.html", context)


@public_page()
def guide(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    guide: Guide = snapshot.find(Kind.GUIDE, slug)
    minutes = reading_minutes(guide)
    previous, following = beside(guide, snapshot)
    context = {
        "guide": guide,
        "minutes": minutes,
        "contents": contents(guide),
        "facts": facts(guide.facts, snapshot),
        "previous": previous,
        "next": following,
        "json_ld": jsonld.script(
            jsonld.article(guide, words=words(guide), minutes=minutes),
            jsonld.breadcrumbs([(_("Guides"), reverse("web:guides")), (guide.name, guide.url)]),
        ),
    }
    return render(request, "web/guide.html", context)


def contents(guide: Guide) -> tuple[tuple[str, str], ...]:
    """Returns (anchor, title) for each section of the guide; empty for a short guide."""
    sections = markdown.headings(guide.body)
    return sections if len(sections) >= MIN_SECTIONS_FOR_CONTENTS else ()


def beside(guide: Guide, snapshot: Snapshot) -> tuple[Guide | None, Guide | None]:
    """Returns the guides before and after this one."""
    guides = list(snapshot.guides.values())
    place = guides.index(guide)
    return (guides[place - 1] if place else None), (guides[place + 1] if place + 1 < len(guides) else None)


@public_page()
def questions(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    found = list(snapshot.questions.values())
    things = [jsonld.faq((question, plain_answer(question)) for question in found)] if found else []
    breadcrumbs = jsonld.breadcrumbs([(_("Questions"), reverse("web:questions"))])
    context = {"questions": found, "json_ld": jsonld.script(*things, breadcrumbs)}
    return render(request, "web/questions.html", context)


def plain_answer(question: Question) -> str:
    return " ".join(unescape(strip_tags(markdown.render(question.body))).split())


def by_source(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    """Returns the facts by source: sources are sorted by name, and the newest facts of each come first."""
    grouped: dict[str, list[Fact]] = {}
    for fact in facts:
        grouped.setdefault(fact.source, []).append(fact)
    return [
        (name, sorted(grouped[name], key=lambda fact: (-fact.year, fact.name.casefold())))
        for name in sorted(grouped, key=str.casefold)
    ]


def counts(snapshot: Snapshot) -> list[tuple[str, int]]:
    """Returns the number of records of each kind."""
    edges = sum(len(skill.prerequisites) for skill in snapshot.skills.values())
    return [
        (_("skills"), len(snapshot.skills)),
        (_("prerequisites"), edges),
        (_("roles"), len(snapshot.roles)),
        (_("industries"), len(snapshot.industries)),
        (_("resources"), len(snapshot.resources)),
        (_("projects"), len(snapshot.projects)),
        (_("guides"), len(snapshot.guides)),
        (_("facts"), len(snapshot.facts)),
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
        "hours_per_week": roles_page.HOURS_PER_WEEK,
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("About the data"), reverse("web:about-the-data"))])),
    }
    return render(request, "web/about_the_data.html", context)
