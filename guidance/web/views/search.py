import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from guidance.catalog import models
from guidance.catalog import search as search_index
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Area, Guide, Record, Resource, Skill, Snapshot
from guidance.web.pages import public_page
from guidance.web.templatetags.waymark import area_code

LIMIT = 200
SHOWN = 8  # of a kind
FILTERED: dict[str, str] = {Kind.SKILL: "web:skills", Kind.RESOURCE: "web:resources"}  # lists that take the same words
NO_CODE = mark_safe("<span></span>")
HEADINGS = {
    Kind.SKILL: _("Skills"),
    Kind.ROLE: _("Roles"),
    Kind.AREA: _("Areas"),
    Kind.INDUSTRY: _("Industries"),
    Kind.PROJECT: _("Projects"),
    Kind.MILESTONE: _("Milestones"),
    Kind.GUIDE: _("Guides"),
    Kind.QUESTION: _("Questions"),
    Kind.RESOURCE: _("Resources"),
    Kind.STARTING_POINT: _("Starting points"),
}


@dataclass(frozen=True, slots=True)
class Found:
    url: str
    code: SafeString  # of the area, if it has one
    link: SafeString
    summary: SafeString


@dataclass(frozen=True, slots=True)
class Group:
    heading: str
    found: list[Found]
    count: int
    more: str  # where the rest is, if there is more


@public_page(free=("q",))
def search(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    query = request.GET.get("q", "")
    hits = search_index.search(query, limit=LIMIT)
    groups = grouped(hits, snapshot, query)
    context = {
        "query": query,
        "groups": groups,
        "count": sum(group.count for group in groups),
        "at_least": len(hits) == LIMIT,
        "guessed": bool(hits) and hits[0].by == "similarity",
        "areas": snapshot.areas.values(),
    }
    return render(request, "web/search.html", context)


def grouped(hits: list[search_index.Hit], snapshot: Snapshot, query: str) -> list[Group]:
    """Hits by kind, the kind with the best hit first. What was unpublished since the index was asked is left out."""
    records: dict[str, list[Record]] = {}
    for hit in hits:
        record = snapshot.of_kind(hit.kind).get(hit.slug)
        if record is not None:
            records.setdefault(hit.kind, []).append(record)
    highlight = highlighter(query)
    return [
        Group(
            heading=str(HEADINGS[Kind(kind)]),
            found=[found(record, highlight) for record in group[:SHOWN]],
            count=len(group),
            more=f"{reverse(FILTERED[kind])}?{urlencode({'q': query})}"
            if len(group) > SHOWN and kind in FILTERED
            else "",
        )
        for kind, group in records.items()
    ]


def found(record: Record, highlight: Callable[[str], SafeString]) -> Found:
    area = record if isinstance(record, Area) else record.area if isinstance(record, Skill) else None
    name, rel, note = highlight(record.name), "", ""
    if isinstance(record, Resource):
        rel = format_html(' rel="{}"', "sponsored noopener" if record.affiliate else "noopener")
        note = format_html(' <span class="s">({})</span>', _("affiliate link")) if record.affiliate else ""
    return Found(
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
            about = (models.Resource.Type(record.type).label.capitalize(), record.author, record.year)
            return ", ".join(str(part) for part in about if part)
    return first_sentence(record.body)


def first_sentence(body: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", body.strip().split("\n\n")[0])
    return re.sub(r"[*_`#]", "", re.split(r"(?<=[.:])\s", plain)[0])[:200]


def highlighter(query: str) -> Callable[[str], SafeString]:
    """Marks the words that begin like a word of the query, as the search itself compares."""
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
