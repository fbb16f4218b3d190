"""The list of resources with its filters, and the search across all kinds of record."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from guidance.catalog import models
from guidance.catalog import search as search_index
from guidance.catalog.kinds import (
    MAX_LEVEL,
    Area,
    Guide,
    Record,
    Resource,
    Skill,
)
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.web import jsonld
from guidance.web.cache import public_page
from guidance.web.http import QueryParams
from guidance.web.paging import page_of
from guidance.web.templatetags.waymark import area_code

PAGE_SIZE = 40
FREE = "free"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFilters:
    skill: Skill | None = None
    area: Area | None = None
    type: str = ""
    cost: str = ""
    language: str = ""
    level: int | None = None  # a level that the resource helps to reach
    q: str = ""

    def match(self, resource: Resource, skills: Mapping[str, Skill]) -> bool:
        uses = [
            (skills[slug], levels)
            for slug, levels in resource.skills.items()
            if self.skill is None or slug == self.skill.slug
        ]
        text = f"{resource.name} {resource.author} {resource.summary} {resource.body}".casefold()
        return (
            (self.skill is None or bool(uses))
            and (self.area is None or any(skill.area is self.area for skill, _levels in uses))
            and self.type in ("", resource.type)
            and self.language in ("", resource.language)
            and (self.cost != FREE or resource.cost == 0)
            and (self.level is None or any(low < self.level <= high for _skill, (low, high) in uses))
            and all(word in text for word in self.q.casefold().split())
        )


def filters(params: QueryParams) -> ResourceFilters:
    snapshot = params.snapshot
    return ResourceFilters(
        skill=params.record("skill", snapshot.skills, Kind.SKILL),
        area=params.record("area", snapshot.areas, Kind.AREA),
        type=params.choice("type", models.Resource.ResourceType.values),
        cost=params.choice("cost", [FREE]),
        language=params.choice("language", [code for code, _name in languages(snapshot)]),
        level=params.number("level", 1, MAX_LEVEL),
        q=params.query.get("q", ""),
    )


def matching(wanted: ResourceFilters, snapshot: Snapshot) -> list[Resource]:
    """Returns the matching resources by name; for a single skill, in the order in which to use them."""
    if wanted.skill:
        candidates = [snapshot.resources[slug] for slug in snapshot.resources_of[wanted.skill.slug]]
    else:
        candidates = sorted(snapshot.resources.values(), key=lambda resource: resource.name.casefold())
    return [resource for resource in candidates if wanted.match(resource, snapshot.skills)]


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """A row in the list of resources."""

    resource: Resource
    uses: tuple[tuple[Skill, int, int], ...]  # skills, each with the levels the resource starts from and leads to

    @property
    def type(self) -> str:
        return str(models.Resource.ResourceType(self.resource.type).label)

    @property
    def language(self) -> str:
        return language_name(self.resource.language)


def resource_row(resource: Resource, snapshot: Snapshot) -> ResourceRow:
    return ResourceRow(resource, tuple((snapshot.skills[slug], *levels) for slug, levels in resource.skills.items()))


def languages(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Returns (code, name) for each language of the resources."""
    codes = sorted({resource.language for resource in snapshot.resources.values()})
    return [(code, language_name(code)) for code in codes]


def language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:  # Django does not know the language
        return code


@public_page("type", "cost", "skill", "area", "language", "level", "page", free=("q",))
def resources(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    params = QueryParams(request.GET, snapshot)
    wanted = filters(params)
    found = matching(wanted, snapshot)
    page = page_of(found, PAGE_SIZE, params)
    context = {
        "problems": params.problems,
        "wanted": wanted,
        "filtered": wanted != ResourceFilters(),
        "count": len(found),
        "page": page,
        "lines": [resource_row(resource, snapshot) for resource in page.items],
        "affiliates": any(resource.affiliate for resource in page.items),
        "canonical_query": urlencode({"page": page.number}) if wanted == ResourceFilters() and page.number > 1 else "",
        **choices(snapshot),
        "json_ld": jsonld.script(
            jsonld.resource_list(page.items, snapshot, page.first),
            jsonld.breadcrumbs([(_("Resources"), reverse("web:resources"))]),
        ),
    }
    template = "web/resources.html#results" if request.htmx else "web/resources.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=params.status)


def choices(snapshot: Snapshot) -> dict[str, object]:
    """Returns the options of the form's fields."""
    return {
        "types": models.Resource.ResourceType.choices,
        "areas": snapshot.areas.values(),
        "skills": [skill for slug, skill in snapshot.skills.items() if snapshot.resources_of[slug]],
        "languages": languages(snapshot),
        "levels": range(1, MAX_LEVEL + 1),
        "total": len(snapshot.resources),
        "free": FREE,
    }


MAX_HITS = 200
MAX_HITS_OF_A_KIND = 8  # of one kind
FILTERED: dict[str, str] = {Kind.SKILL: "web:skills", Kind.RESOURCE: "web:resources"}  # lists that take a query
NO_CODE = mark_safe("<span></span>")
HEADINGS = {
    Kind.SKILL: gettext_lazy("Skills"),
    Kind.ROLE: gettext_lazy("Roles"),
    Kind.AREA: gettext_lazy("Areas"),
    Kind.INDUSTRY: gettext_lazy("Industries"),
    Kind.PROJECT: gettext_lazy("Projects"),
    Kind.MILESTONE: gettext_lazy("Milestones"),
    Kind.GUIDE: gettext_lazy("Guides"),
    Kind.QUESTION: gettext_lazy("Questions"),
    Kind.RESOURCE: gettext_lazy("Resources"),
    Kind.STARTING_POINT: gettext_lazy("Starting points"),
}


@dataclass(frozen=True, slots=True)
class SearchHit:
    url: str
    code: SafeString  # of the area, if there is one
    link: SafeString
    summary: SafeString


@dataclass(frozen=True, slots=True)
class SearchGroup:
    heading: str
    found: list[SearchHit]
    count: int
    more: str  # URL of the remaining hits, if there are more


@public_page(free=("q",))
def search(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    query = request.GET.get("q", "")
    hits = search_index.search(query, limit=MAX_HITS)
    groups = grouped(hits, snapshot, query)
    context = {
        "query": query,
        "groups": groups,
        "count": sum(group.count for group in groups),
        "at_least": len(hits) == MAX_HITS,
        "guessed": bool(hits) and hits[0].by == "similarity",
        "areas": snapshot.areas.values(),
    }
    return render(request, "web/search.html", context)


def grouped(hits: list[search_index.Hit], snapshot: Snapshot, query: str) -> list[SearchGroup]:
    """Returns the hits by kind; the kind with the best hit comes first. Records unpublished since the search are left out."""
    records: dict[str, list[Record]] = {}
    for hit in hits:
        record = snapshot.of_kind(hit.kind).get(hit.slug)
        if record is not None:
            records.setdefault(hit.kind, []).append(record)
    highlight = highlighter(query)
    return [
        SearchGroup(
            heading=str(HEADINGS[Kind(kind)]),
            found=[search_hit(record, highlight) for record in group[:MAX_HITS_OF_A_KIND]],
            count=len(group),
            more=f"{reverse(FILTERED[kind])}?{urlencode({'q': query})}"
            if len(group) > MAX_HITS_OF_A_KIND and kind in FILTERED
            else "",
        )
        for kind, group in records.items()
    ]


def search_hit(record: Record, highlight: Callable[[str], SafeString]) -> SearchHit:
    area = record if isinstance(record, Area) else record.area if isinstance(record, Skill) else None
    name, rel, note = highlight(record.name), "", ""
    if isinstance(record, Resource):
        rel = format_html(' rel="{}"', "sponsored noopener" if record.affiliate else "noopener")
        note = format_html(' <span class="small">({})</span>', _("affiliate link")) if record.affiliate else ""
    return SearchHit(
        url=record.url,
        code=area_code(area) if area else NO_CODE,
        link=format_html('<a href="{}"{}>{}</a>{}', record.url, rel, name, note),
        summary=highlight(record.summary or in_short(record)),
    )


def in_short(record: Record) -> str:
    match record:
        case Guide():
            return record.tldr
        case Resource():
            about = (models.Resource.ResourceType(record.type).label.capitalize(), record.author, record.year)
            return ", ".join(str(part) for part in about if part)
    return first_sentence(record.body)


def first_sentence(body: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", body.strip().split("\n\n")[0])
    return re.sub(r"[*_`#]", "", re.split(r"(?<=[.:])\s", plain)[0])[:200]


def highlighter(query: str) -> Callable[[str], SafeString]:
    """Returns a function that marks words beginning with a word of the query. Words are compared as in the search."""
    words = sorted(set(re.findall(r"\w+", query.casefold())), key=len, reverse=True)
    if not words:
        return conditional_escape
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\w*", re.IGNORECASE)

    def highlight(text: str) -> SafeString:
        pieces, end = [], 0
        for match in pattern.finditer(text):
            pieces += [text[end : match.start()], format_html("<mark>{}</mark>", match.group())]
            end = match.end()
        return format_html_join("", "{}", ((piece,) for piece in [*pieces, text[end:]]))

    return highlight
