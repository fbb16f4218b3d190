import math
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Guide, Snapshot
from guidance.web import jsonld, markdown
from guidance.web.pages import find, public_page
from guidance.web.views.roles import facts

WORDS_PER_MINUTE = 220
SECTIONS_FOR_CONTENTS = 3


def words(guide: Guide) -> int:
    """Of everything there is to read: in short, key takeaways, sections."""
    return sum(markdown.words(text) for text in (guide.tldr, *guide.takeaways, guide.body))


def reading_minutes(guide: Guide) -> int:
    return math.ceil(words(guide) / WORDS_PER_MINUTE)


@dataclass(frozen=True, slots=True)
class GuideCard:
    guide: Guide
    minutes: int


@public_page()
def guides(request: HttpRequest, snapshot: Snapshot) -> HttpResponse:
    cards = [GuideCard(guide, reading_minutes(guide)) for guide in snapshot.guides.values()]
    context = {
        "cards": cards,
        "minutes": sum(card.minutes for card in cards),
        "json_ld": jsonld.script(jsonld.breadcrumbs([(_("Guides"), reverse("web:guides"))])),
    }
    return render(request, "web/guides.html", context)


@public_page()
def guide(request: HttpRequest, snapshot: Snapshot, slug: str) -> HttpResponse:
    guide = find(snapshot, snapshot.guides, Kind.GUIDE, slug)
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
    """(anchor, title) of its sections; a short guide needs no list of them."""
    sections = markdown.headings(guide.body)
    return sections if len(sections) >= SECTIONS_FOR_CONTENTS else ()


def beside(guide: Guide, snapshot: Snapshot) -> tuple[Guide | None, Guide | None]:
    """The guides before and after it."""
    guides = list(snapshot.guides.values())
    place = guides.index(guide)
    return (guides[place - 1] if place else None), (guides[place + 1] if place + 1 < len(guides) else None)
