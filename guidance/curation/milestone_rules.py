"""Whether the catalogue keeps the rules of milestones (`catalog.milestones`) when some documents become public.

Like imports and operations, it looks at what would be wrong and is not wrong now: nobody has to mend what others left behind.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guidance.catalog import milestones, snapshot
from guidance.catalog.documents import Document, Problem
from guidance.catalog.models import Kind
from guidance.catalog.pack import Pack
from guidance.catalog.references import repoint
from guidance.catalog.snapshot import Record, Requirement, Snapshot

type Place = tuple[str, int]  # kind and primary key
type Key = tuple[str, str]  # kind and slug

KINDS = frozenset({Kind.SKILL, Kind.MILESTONE, Kind.ROLE, Kind.INDUSTRY, Kind.PROJECT})


@dataclass(frozen=True, slots=True)
class Breach:
    """Of a rule, by a record."""

    place: Place
    name: str
    rule: str  # what is wrong, a sentence without its full stop


def broken(rows: Sequence[tuple[Place, Document]]) -> list[Breach]:
    """What must hold, and would not any more if these documents became public together. What they name must be public too, or
    among them."""
    rows = [row for row in rows if row[0][0] in KINDS]
    if not rows:
        return []
    before, after = _before_and_after(rows)
    known = Counter(milestones.problems(_pack(before)))
    return [_breach(one, after) for one in milestones.problems(_pack(after)) if not _is_known(one, known)]


def falls_short(place: Place, document: Document) -> list[Breach]:
    """What should hold and would not: of the document itself, and of others what is fine without it."""
    if place[0] not in KINDS or not document.published:
        return []
    before, after = _before_and_after([(place, document)])
    known, own = Counter(milestones.findings(_pack(before))), after[place].file
    return [
        _breach(one, after) for one in milestones.findings(_pack(after)) if one.file == own or not _is_known(one, known)
    ]


def _is_known(problem: Problem, known: Counter[Problem]) -> bool:
    """Each as often as it was there before."""
    known[problem] -= 1
    return known[problem] >= 0


def _breach(problem: Problem, documents: Mapping[Place, Document]) -> Breach:
    kind, pk = problem.file.split("/")
    place = (kind, int(pk))
    return Breach(place, str(documents[place].data["name"]), problem.message)


def _pack(documents: Mapping[Place, Document]) -> Pack:
    return Pack(Path(), list(documents.values()), {}, [])


def _at(place: Place, slug: str, data: dict[str, Any]) -> Document:
    return Document(place[0], slug, data, "", file=f"{place[0]}/{place[1]}")


def _before_and_after(
    rows: Sequence[tuple[Place, Document]],
) -> tuple[dict[Place, Document], dict[Place, Document]]:
    """The public documents by place. Each goes by the slug that its record has now, and names others by theirs."""
    catalogue = snapshot.newest()
    before: dict[Place, Document] = {}
    for kind, record, data in _published(catalogue):
        given = {key: value for key, value in data.items() if value not in (None, "", [], {})}
        place = (str(kind), record.id)
        before[place] = _at(place, record.slug, {"name": record.name, **given})
    present = {place: before[place].slug if place in before else document.slug for place, document in rows}
    slugs = {**catalogue.redirects} | {(kind, document.slug): present[kind, pk] for (kind, pk), document in rows}
    after = dict(before)
    for place, document in rows:
        after.pop(place, None)
        if document.published:
            after[place] = _at(place, present[place], _by_present_slugs(document, slugs).data)
    return before, after


def _by_present_slugs(document: Document, slugs: Mapping[Key, str]) -> Document:
    for _path, kind, slug in list(document.references()):
        present = slugs.get((kind, slug), slug)
        if kind in KINDS and present != slug:
            document = repoint(document, kind, slug, present)
    return document


def _published(catalogue: Snapshot) -> Iterator[tuple[Kind, Record, dict[str, Any]]]:
    """Every public record with what the rules look at."""
    for skill in catalogue.skills.values():
        yield Kind.SKILL, skill, {"prerequisites": skill.prerequisites, "effort": list(skill.effort)}
    for milestone in catalogue.milestones.values():
        steps = [{slug: level} for slug, level in milestone.steps]
        yield Kind.MILESTONE, milestone, {"steps": steps, "projects": list(milestone.projects)}
    for role in catalogue.roles.values():
        yield (
            Kind.ROLE,
            role,
            {
                "requirements": _asked(role.requirements),
                "choices": {slug: {"one_of": choice.one_of} for slug, choice in role.choices.items()},
                "milestones": list(role.milestones),
                "apply_after": role.apply_after,
                "long_because": role.long_because,
            },
        )
    for industry in catalogue.industries.values():
        yield Kind.INDUSTRY, industry, {"requirements": _asked(industry.requirements), "milestone": industry.milestone}
    for project in catalogue.projects.values():
        yield Kind.PROJECT, project, {"proves": project.proves, "hours": project.hours}


def _asked(requirements: Mapping[str, Requirement]) -> dict[str, Any]:
    return {slug: {"level": one.level, "importance": one.importance} for slug, one in requirements.items()}
