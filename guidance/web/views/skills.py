from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, groupby

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog import models
from guidance.catalog import search as search_index
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Area, Emphasis, Industry, Project, Requirement, Resource, Role, Skill, Snapshot
from guidance.web import charts
from guidance.web.asked import Asked
from guidance.web.jsonld import skill_json_ld
from guidance.web.pages import find, public_page

PER_PAGE = 60
WORKING = 2  # the level whose hours a list shows
SORTS = {
    "area": gettext_lazy("area"),
    "name": gettext_lazy("name"),
    "demand": gettext_lazy("share of job ads"),
    "hours": gettext_lazy("hours to level 2"),
    "order": gettext_lazy("what comes first"),
}


@dataclass(frozen=True, slots=True)
class Row:
    skill: Skill
    hours: float  # from zero to WORKING
    requirement: Requirement | None  # of the role asked for


@dataclass(frozen=True, slots=True)
class Group:
    area: Area | None
    rows: list[Row]


@public_page("area", "kind", "horizon", "role", "industry", "sort", "page", free=("q",))
def skills(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    asked = Asked(request.GET, snapshot)
    wanted = filters(asked)
    found = wanted.skills(snapshot)
    number = asked.number("page", 1, max(pages(len(found)), 1)) or 1
    shown = [row(skill, wanted.role) for skill in found[(number - 1) * PER_PAGE : number * PER_PAGE]]
    context = {
        "problems": asked.problems,
        "wanted": wanted,
        "count": count_text(len(found), len(snapshot.skills), bool(wanted)),
        "groups": grouped(shown, by_area=wanted.sort == "area"),
        "pager": pager(request.GET, number, pages(len(found))),
        "snapshot": snapshot,
        "kinds": models.Skill.SkillKind.choices,
        "horizons": models.Skill.Horizon.choices,
        "sorts": SORTS.items(),
    }
    template = "web/skills.html#results" if request.htmx else "web/skills.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=asked.status)


@dataclass(frozen=True, slots=True)
class Filters:
    q: str
    area: Area | None
    kind: str
    horizon: str
    role: Role | None
    industry: Industry | None
    sort: str

    def __bool__(self) -> bool:
        return any((self.q, self.area, self.kind, self.horizon, self.role, self.industry))

    def skills(self, snapshot: Snapshot) -> list[Skill]:
        found = [skill for skill in self._candidates(snapshot) if self._fits(skill)]
        return found if self.sort == "fit" else sorted(found, key=sort_key(self.sort, snapshot))

    def _candidates(self, snapshot: Snapshot) -> Iterable[Skill]:
        if not self.q:
            return snapshot.skills.values()
        hits = search_index.search(self.q, kinds=frozenset({Kind.SKILL}), limit=len(snapshot.skills))
        return [snapshot.skills[hit.slug] for hit in hits if hit.slug in snapshot.skills]

    def _fits(self, skill: Skill) -> bool:
        return (
            (self.area is None or skill.area.slug == self.area.slug)
            and self.kind in {"", skill.kind}
            and self.horizon in {"", skill.horizon}
            and (self.role is None or skill.slug in self.role.requirements)
            and (self.industry is None or skill.slug in self.industry.emphases)
        )


def filters(asked: Asked) -> Filters:
    snapshot, q = asked.snapshot, asked.query.get("q", "")
    return Filters(
        q=q,
        area=asked.record("area", snapshot.areas, Kind.AREA),
        kind=asked.choice("kind", models.Skill.SkillKind.values),
        horizon=asked.choice("horizon", models.Skill.Horizon.values),
        role=asked.record("role", snapshot.roles, Kind.ROLE),
        industry=asked.record("industry", snapshot.industries, Kind.INDUSTRY),
        sort=asked.choice("sort", SORTS) or ("fit" if q else "area"),
    )


def sort_key(sort: str, snapshot: Snapshot) -> Callable[[Skill], tuple[float, str]]:
    """Ties are broken by name."""
    position: Mapping[str, Callable[[Skill], float]] = {
        "area": lambda skill: areas[skill.area.slug],
        "name": lambda skill: 0,
        "demand": lambda skill: -(skill.demand or 0),
        "hours": lambda skill: sum(skill.effort[:WORKING]),
        "order": lambda skill: order[skill.slug],
    }
    areas = {slug: number for number, slug in enumerate(snapshot.areas)}
    order = {slug: number for number, slug in enumerate(snapshot.order)} if sort == "order" else {}
    return lambda skill: (position[sort](skill), skill.name.casefold())


def row(skill: Skill, role: Role | None) -> Row:
    return Row(skill, sum(skill.effort[:WORKING]), role.requirements[skill.slug] if role else None)


def grouped(rows: list[Row], *, by_area: bool) -> list[Group]:
    if not by_area:
        return [Group(None, rows)] if rows else []
    return [Group(area, list(group)) for area, group in groupby(rows, key=lambda item: item.skill.area)]


def count_text(found: int, total: int, filtered: bool) -> str:
    if not filtered:
        return ngettext("%(total)d skill", "%(total)d skills", total) % {"total": total}
    return ngettext("%(found)d of %(total)d skill", "%(found)d of %(total)d skills", total) % {
        "found": found,
        "total": total,
    }


def pages(count: int) -> int:
    return -(-count // PER_PAGE)


@dataclass(frozen=True, slots=True)
class Pager:
    number: int
    last: int
    links: list[tuple[int, str]]  # a number and its address
    previous: str
    next: str


def pager(query: QueryDict, number: int, last: int) -> Pager | None:
    if last < 2:
        return None

    def address(page: int) -> str:
        changed = query.copy()
        changed["page"] = str(page)
        return f"?{changed.urlencode()}"

    return Pager(
        number=number,
        last=last,
        links=[(page, address(page)) for page in range(1, last + 1)],
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < last else "",
    )


@dataclass(frozen=True, slots=True)
class Level:
    number: int
    text: str
    hours: float  # from the level before
    total: float  # from zero

    @property
    def before(self) -> int:
        return self.number - 1


@dataclass(frozen=True, slots=True)
class Needed:
    skill: Skill
    level: int
    hours: float = 0


@dataclass(frozen=True, slots=True)
class Use:
    resource: Resource
    from_level: int
    to_level: int


@public_page()
def skill(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    skill = find(snapshot, snapshot.skills, Kind.SKILL, slug)
    needs, opens = needed(skill.prerequisites, snapshot), needed(snapshot.unlocks[slug], snapshot)
    before = before_it(skill, snapshot)
    learning = uses(skill, snapshot)
    context = {
        "skill": skill,
        "kind": models.Skill.SkillKind(skill.kind).label,
        "horizon": models.Skill.Horizon(skill.horizon).label,
        "levels": levels(skill),
        "needs": needs,
        "opens": opens,
        "drawing": drawing(skill, needs, opens),
        "before": before,
        "before_hours": sum(item.hours for item in before),
        "roles": roles_of(skill, snapshot),
        "industries": industries_of(skill, snapshot),
        "uses": learning,
        "first": learning[0] if learning else None,
        "projects": projects_of(skill, snapshot),
        "json_ld": skill_json_ld(skill, snapshot),
    }
    return render(request, "web/skill.html", context)


def levels(skill: Skill) -> list[Level]:
    totals = accumulate(skill.effort)
    return [
        Level(number, text, hours, total)
        for number, (text, hours, total) in enumerate(zip(skill.level_texts, skill.effort, totals, strict=True), 1)
    ]


def needed(levels: Mapping[str, int], snapshot: Snapshot) -> list[Needed]:
    """Neighbours in the graph, the lowest level first."""
    return sorted(
        (Needed(snapshot.skills[slug], level) for slug, level in levels.items()),
        key=lambda item: (item.level, item.skill.name.casefold()),
    )


def drawing(skill: Skill, needs: list[Needed], opens: list[Needed]) -> SafeString:
    return charts.trail(
        skill,
        [charts.Station(item.skill, _("at level {level}").format(level=item.level)) for item in needs],
        [charts.Station(item.skill, _("from level {level}").format(level=item.level)) for item in opens],
    )


def before_it(skill: Skill, snapshot: Snapshot) -> list[Needed]:
    """Everything a beginner learns before this skill, in an order that works."""
    closure = snapshot.closure(skill.prerequisites)
    return [
        Needed(snapshot.skills[slug], closure[slug], snapshot.hours({slug: closure[slug]}))
        for slug in snapshot.order
        if slug in closure
    ]


def roles_of(skill: Skill, snapshot: Snapshot) -> list[tuple[Role, Requirement]]:
    roles = [snapshot.roles[slug] for slug in snapshot.roles_of[skill.slug]]
    return [(role, role.requirements[skill.slug]) for role in roles]


def industries_of(skill: Skill, snapshot: Snapshot) -> list[tuple[Industry, Emphasis]]:
    industries = [snapshot.industries[slug] for slug in snapshot.industries_of[skill.slug]]
    return [(industry, industry.emphases[skill.slug]) for industry in industries]


def uses(skill: Skill, snapshot: Snapshot) -> list[Use]:
    resources = [snapshot.resources[slug] for slug in snapshot.resources_of[skill.slug]]
    return [Use(resource, *resource.skills[skill.slug]) for resource in resources]


def projects_of(skill: Skill, snapshot: Snapshot) -> list[tuple[Project, int]]:
    projects = [snapshot.projects[slug] for slug in snapshot.projects_of[skill.slug]]
    return sorted(((item, item.proves[skill.slug]) for item in projects), key=lambda pair: (pair[1], pair[0].hours))
