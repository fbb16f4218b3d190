"""The pages as schema.org data, for search engines. Pure: records in, dictionaries out.

`script()` makes the data safe inside `<script type="application/ld+json">`, which is never executed: a content security policy without
inline scripts allows it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guidance.catalog.kinds import (
    Guide,
    Project,
    Question,
    Resource,
    Role,
    Skill,
)
from guidance.catalog.snapshot import Snapshot
from guidance.markup import trusted

Thing = Mapping[str, Any]
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def absolute(path: str) -> str:
    return urljoin(f"{settings.SITE_URL}/", path)


def script(*things: Thing) -> SafeString:
    """Returns the text of the script element. `<`, `>` and `&` are escaped as JSON, so that no `</script>` can end it."""
    document = {"@context": "https://schema.org", "@graph": [_without_empty(thing) for thing in things]}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return trusted(text.translate(ESCAPES))


def breadcrumbs(trail: Iterable[tuple[str, str]]) -> Thing:
    """Returns the breadcrumb list of (name, path) pairs, the page itself last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": str(name), "item": absolute(path)}
            for position, (name, path) in enumerate([(_("Waymark"), reverse("web:home")), *trail], start=1)
        ],
    }


def skill_json_ld(skill: Skill, snapshot: Snapshot) -> SafeString:
    """Returns the data of a skill page: the skill as a term, and its breadcrumbs."""
    trail = [(_("Skills"), reverse("web:skills")), (skill.area.name, skill.area.url), (skill.name, skill.url)]
    return script(defined_term(skill, snapshot), breadcrumbs(trail))


def defined_term(skill: Skill, snapshot: Snapshot) -> Thing:
    return {
        "@type": "DefinedTerm",
        "@id": absolute(skill.url),
        "name": skill.name,
        "alternateName": list(skill.other_names),
        "description": skill.summary,
        "termCode": skill.slug,
        "url": absolute(skill.url),
        "sameAs": list(skill.external.esco),
        "inDefinedTermSet": {
            "@type": "DefinedTermSet",
            "@id": absolute(reverse("web:skills")),
            "name": _("AI engineering skills"),
            "url": absolute(reverse("web:skills")),
            "version": snapshot.revision,
        },
    }


def term_reference(skill: Skill) -> Thing:
    return {"@type": "DefinedTerm", "name": skill.name, "url": absolute(skill.url)}


def occupation(role: Role, snapshot: Snapshot) -> Thing:
    return {
        "@type": "Occupation",
        "@id": absolute(role.url),
        "name": role.name,
        "description": role.summary,
        "url": absolute(role.url),
        "mainEntityOfPage": absolute(role.url),
        "skills": [term_reference(snapshot.skills[slug]) for slug in role.skills],
        "responsibilities": [item.activity for item in role.day],
        # The official occupations that come closest to the role; not sameAs, since none of them is identical to the role.
        "occupationalCategory": [
            *(_category(code, "O*NET-SOC", "https://www.onetonline.org/") for code in role.external.onet),
            *(_category(uri, "ESCO", "https://esco.ec.europa.eu/") for uri in role.external.esco),
        ],
    }


def _category(code: str, code_set: str, url: str) -> Thing:
    return {
        "@type": "CategoryCode",
        "codeValue": code,
        "inCodeSet": {"@type": "CategoryCodeSet", "name": code_set, "url": url},
    }


def project(item: Project, snapshot: Snapshot) -> Thing:
    return {
        "@type": "LearningResource",
        "@id": absolute(item.url),
        "name": item.name,
        "description": item.summary,
        "url": absolute(item.url),
        "learningResourceType": _("project"),
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "timeRequired": duration(item.hours),
        "teaches": [term_reference(snapshot.skills[slug]) for slug in item.proves],
        "dateModified": item.updated_at.isoformat(),
        "provider": publisher(),
    }


def resource(item: Resource, snapshot: Snapshot) -> Thing:
    return {
        "@type": "LearningResource",
        "name": item.name,
        "description": item.summary or item.body.strip(),
        "url": item.address,
        "learningResourceType": item.type,
        "inLanguage": item.language,
        "isAccessibleForFree": item.free,
        "timeRequired": duration(item.hours),
        "creditText": item.author,
        "copyrightYear": item.year,
        "teaches": [snapshot.skills[slug].name for slug in item.skills],
    }


def resource_list(items: Sequence[Resource], snapshot: Snapshot, start: int = 1) -> Thing:
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": _without_empty(resource(item, snapshot))}
            for position, item in enumerate(items, start=start)
        ],
    }


def article(guide: Guide, *, words: int, minutes: int) -> Thing:
    return {
        "@type": "Article",
        "@id": absolute(guide.url),
        "headline": guide.name,
        "description": guide.tldr,
        "url": absolute(guide.url),
        "mainEntityOfPage": absolute(guide.url),
        "inLanguage": "en-GB",
        "wordCount": words,
        "timeRequired": f"PT{minutes}M",
        "dateModified": guide.updated_at.isoformat(),
        "author": publisher(),
        "publisher": publisher(),
    }


def faq(questions: Iterable[tuple[Question, str]]) -> Thing:
    """Returns the FAQ page of (question, answer as plain text) pairs."""
    return {
        "@type": "FAQPage",
        "@id": absolute(reverse("web:questions")),
        "url": absolute(reverse("web:questions")),
        "inLanguage": "en-GB",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question.name,
                "url": absolute(question.url),
                "acceptedAnswer": {"@type": "Answer", "text": answer, "url": absolute(question.url)},
            }
            for question, answer in questions
        ],
    }


def publisher() -> Thing:
    return {"@type": "Organization", "name": "Waymark", "url": absolute("/")}


def duration(hours: float) -> str:
    """Returns the duration in ISO 8601."""
    whole, minutes = divmod(round(hours * 60), 60)
    return "PT" + (f"{whole}H" if whole else "") + (f"{minutes}M" if minutes or not whole else "")


def _without_empty(thing: Thing) -> Thing:
    return {key: value for key, value in thing.items() if value not in (None, "", [], ())}
