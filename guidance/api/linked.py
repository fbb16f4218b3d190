"""Skills, roles and the graph as linked data (JSON-LD 1.1), with the vocabularies of schema.org and SKOS. `@id` is the URL of
the page."""

from collections.abc import Iterable
from typing import Any

from guidance.api.shapes import address, moment
from guidance.catalog import licence
from guidance.catalog.kinds import Area, Role, Skill
from guidance.catalog.snapshot import Snapshot

HELP = "With `Accept: application/ld+json`, you get linked data in the vocabularies of schema.org and SKOS."
SCHEME = "/skills/"


def _reference(term: str) -> dict[str, str]:
    return {"@id": term, "@type": "@id"}


def context() -> dict[str, Any]:
    return {
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "waymark": address("/api/docs/#"),
        "@language": "en",
        "name": "schema:name",
        "description": "schema:description",
        "termCode": {"@id": "schema:termCode", "@language": None},
        "version": "schema:version",
        "creditText": "schema:creditText",
        "dateModified": {"@id": "schema:dateModified", "@type": "xsd:dateTime"},
        "license": _reference("schema:license"),
        "url": _reference("schema:url"),
        "inDefinedTermSet": _reference("schema:inDefinedTermSet"),
        "skills": "schema:skills",
        "occupationalCategory": {"@id": "schema:occupationalCategory", "@language": None},
        "prefLabel": "skos:prefLabel",
        "altLabel": "skos:altLabel",
        "definition": "skos:definition",
        "inScheme": _reference("skos:inScheme"),
        "topConceptOf": _reference("skos:topConceptOf"),
        "broader": _reference("skos:broader"),
        "related": _reference("skos:related"),
        "closeMatch": _reference("skos:closeMatch"),
        # Neither vocabulary has a term for a level of a skill that has to be reached.
        "requires": "waymark:requires",
        "skill": _reference("waymark:skill"),
        "level": "waymark:level",
        "importance": "waymark:importance",
    }


def skill(snapshot: Snapshot, source: Skill) -> dict[str, Any]:
    return {"@context": context(), **_skill(snapshot, source), **_terms()}


def role(snapshot: Snapshot, source: Role) -> dict[str, Any]:
    return {
        "@context": context(),
        "@id": address(source.url),
        "@type": "schema:Occupation",
        "name": source.name,
        "description": source.summary,
        "url": address(source.url),
        "dateModified": moment(source.updated_at),
        "skills": [
            {
                "@id": address(snapshot.skills[slug].url),
                "@type": ["skos:Concept", "schema:DefinedTerm"],
                "name": snapshot.skills[slug].name,
                "level": required.level,
                "importance": required.importance,
            }
            for slug, required in source.skills.items()
        ],
        "occupationalCategory": [*source.external.onet, *source.external.esco],
        **_terms(),
    }


def graph(snapshot: Snapshot, source: None) -> dict[str, Any]:
    scheme = {
        "@id": address(SCHEME),
        "@type": ["skos:ConceptScheme", "schema:DefinedTermSet"],
        "name": "AI engineering skills",
        "url": address(SCHEME),
        "version": str(snapshot.revision),
        **_terms(),
    }
    areas = [_area(area) for area in snapshot.areas.values()]
    skills = [_skill(snapshot, snapshot.skills[slug]) for slug in snapshot.order]
    return {"@context": context(), "@graph": [scheme, *areas, *skills]}


def _area(source: Area) -> dict[str, Any]:
    return {
        "@id": address(source.url),
        "@type": "skos:Concept",
        "prefLabel": source.name,
        "definition": source.summary,
        "inScheme": address(SCHEME),
        "topConceptOf": address(SCHEME),
    }


def _skill(snapshot: Snapshot, source: Skill) -> dict[str, Any]:
    return {
        "@id": address(source.url),
        "@type": ["skos:Concept", "schema:DefinedTerm"],
        "name": source.name,
        "prefLabel": source.name,
        "altLabel": [alias.name for alias in source.aliases],
        "definition": source.summary,
        "termCode": source.slug,
        "url": address(source.url),
        "dateModified": moment(source.updated_at),
        "inScheme": address(SCHEME),
        "inDefinedTermSet": address(SCHEME),
        "broader": address(source.area.url),
        "related": _urls(snapshot, [*source.prerequisites, *snapshot.unlocks[source.slug]]),
        "requires": [
            {"skill": address(snapshot.skills[slug].url), "level": level}
            for slug, level in source.prerequisites.items()
        ],
        "closeMatch": list(source.external.esco),
    }


def _urls(snapshot: Snapshot, slugs: Iterable[str]) -> list[str]:
    return [address(snapshot.skills[slug].url) for slug in dict.fromkeys(slugs)]


def _terms() -> dict[str, str]:
    """Returns the terms of use."""
    return {"license": licence.ADDRESS, "creditText": licence.attribution(address(""))}
