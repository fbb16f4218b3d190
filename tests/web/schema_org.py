"""The part of schema.org (release 30.0) that the pages use: which properties a type has and what they may contain.

`check` walks through a JSON-LD document and returns what is wrong: an unknown type or property, a value of the wrong kind, a URL
that is not absolute, or a required property that is missing.
"""

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

THING = {
    "name": "Text",
    "description": "Text",
    "url": "URL",
    "sameAs": "URL",
    "alternateName": "Text",
    "mainEntityOfPage": "URL",
}
CREATIVE_WORK = {
    **THING,
    "author": "Organization",
    "copyrightYear": "Number",
    "creditText": "Text",
    "dateModified": "Date",
    "headline": "Text",
    "inLanguage": "Text",
    "isAccessibleForFree": "Boolean",
    "learningResourceType": "Text",
    "mainEntity": "Question",
    "provider": "Organization",
    "publisher": "Organization",
    "teaches": "DefinedTerm Text",
    "text": "Text",
    "timeRequired": "Duration",
    "version": "Text Number",
}
TYPES: dict[str, dict[str, str]] = {
    "Answer": CREATIVE_WORK,
    "Article": {**CREATIVE_WORK, "wordCount": "Number"},
    "BreadcrumbList": {**THING, "itemListElement": "ListItem"},
    "CategoryCode": {**THING, "codeValue": "Text", "inCodeSet": "CategoryCodeSet URL"},
    "CategoryCodeSet": CREATIVE_WORK,
    "DefinedTerm": {**THING, "termCode": "Text", "inDefinedTermSet": "DefinedTermSet URL"},
    "DefinedTermSet": CREATIVE_WORK,
    "FAQPage": CREATIVE_WORK,
    "ItemList": {**THING, "itemListElement": "ListItem", "numberOfItems": "Number"},
    "LearningResource": CREATIVE_WORK,
    "ListItem": {**THING, "position": "Number", "item": "URL LearningResource"},
    "Occupation": {
        **THING,
        "skills": "DefinedTerm",
        "responsibilities": "Text",
        "occupationalCategory": "CategoryCode Text",
    },
    "Organization": THING,
    "Question": {**CREATIVE_WORK, "acceptedAnswer": "Answer"},
}
REQUIRED = {
    "Answer": {"text"},
    "Article": {"headline", "author", "dateModified", "url"},
    "BreadcrumbList": {"itemListElement"},
    "CategoryCode": {"codeValue", "inCodeSet"},
    "DefinedTerm": {"name", "url"},
    "DefinedTermSet": {"name", "url"},
    "FAQPage": {"mainEntity"},
    "ItemList": {"itemListElement"},
    "LearningResource": {"name", "url", "learningResourceType", "timeRequired", "teaches"},
    "ListItem": {"position", "item"},
    "Occupation": {"name", "description", "url", "skills"},
    "Organization": {"name"},
    "Question": {"name", "acceptedAnswer"},
}
DURATION = re.compile(r"PT(?=\d)(\d+H)?(\d+M)?")


def check(document: dict[str, Any]) -> list[str]:
    problems = [] if document.get("@context") == "https://schema.org" else ["no @context"]
    for thing in document.get("@graph", []):
        problems += _thing(thing, "")
    return problems + ([] if document.get("@graph") else ["nothing in it"])


def _thing(thing: dict[str, Any], path: str) -> list[str]:
    kind = thing.get("@type", "")
    path = f"{path}/{kind}"
    if kind not in TYPES:
        return [f"{path}: no such type"]
    problems = [f"{path}: {name} is missing" for name in sorted(REQUIRED.get(kind, set()) - set(thing))]
    if "@id" in thing and not _is_url(thing["@id"]):
        problems.append(f"{path}: @id {thing['@id']!r}")
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        if name not in TYPES[kind]:
            problems.append(f"{path}: no property {name}")
            continue
        for item in value if isinstance(value, list) else [value]:
            problems += _value(item, TYPES[kind][name].split(), f"{path}.{name}")
    return problems


def _value(value: Any, kinds: list[str], path: str) -> list[str]:
    if isinstance(value, dict):
        return _thing(value, path) + (
            [] if value.get("@type") in kinds else [f"{path}: {value.get('@type')}, not {kinds}"]
        )
    return [] if any(_is(value, kind) for kind in kinds) else [f"{path}: {value!r} is not {kinds}"]


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "Text":
            return isinstance(value, str) and bool(value.strip())
        case "URL":
            return isinstance(value, str) and _is_url(value)
        case "Boolean":
            return isinstance(value, bool)
        case "Number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "Date":
            return isinstance(value, str) and _is_date(value)
        case "Duration":
            return isinstance(value, str) and DURATION.fullmatch(value) is not None
    return False


def _is_url(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in value


def _is_date(value: str) -> bool:
    try:
        return bool(datetime.fromisoformat(value) or date.fromisoformat(value))
    except ValueError:
        return False
