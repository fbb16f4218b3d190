"""The documents that a split creates: one skill becomes two, and everything that belonged to it or refers to it goes where the
curator decides. Pure.

The skill keeps its name and URL. The new skill starts with what goes to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from guidance.catalog import references
from guidance.catalog.documents import Document
from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.models import Kind, Status
from guidance.catalog.redirects import Key
from guidance.catalog.references import alias_name
from guidance.progress.services import BOTH, GOES, STAYS, SplitHistory

WITH_UNITS = "with-units"  # for a resource: it goes with the units that read it
NEW_NEEDS_OLD, OLD_NEEDS_NEW = "new-needs-old", "old-needs-new"
LEVELS = range(1, MAX_LEVEL + 1)

type Documents = Mapping[Key, Document]


@dataclass(frozen=True, slots=True)
class Split:
    """The curator's decisions: what the new skill is, and where each item goes."""

    summary: str
    levels: Sequence[str]  # the texts of the levels
    body: str
    effort: Sequence[float | None]  # hours of levels to which no unit goes
    effort_left: Sequence[float | None]  # hours of the old skill, for levels in which no unit stays
    units: Sequence[tuple[int, str]] = ()  # level and id of the units that go
    items: Mapping[str, str] = field(default_factory=dict)  # check items that do not go with their unit: STAYS or GOES
    names: Sequence[str] = ()  # aliases, phrases and identifiers that go
    prerequisites: Mapping[str, str] = field(default_factory=dict)
    between: str = ""  # NEW_NEEDS_OLD, OLD_NEEDS_NEW or empty
    between_level: int = 1
    named_by: Mapping[str, str] = field(default_factory=dict)  # "kind slug" of what refers to the skill
    history: SplitHistory = field(default_factory=SplitHistory)


def split(old: str, new: str, name: str, said: Split, documents: Documents) -> dict[Key, Document]:
    """Returns the changed documents by key, including the new ones."""
    after: dict[Key, Document] = {}
    for key, document in naming(old, documents).items():
        where = said.named_by.get(" ".join(key), default_place(key[0]))
        if (moved := _moved(document, old, new, _place(where, document, said, documents[Kind.SKILL, old]))) != document:
            after[key] = moved
    check = check_of(old, documents)
    if check is not None:
        after |= _checks(check, new, name, said)
    after[Kind.SKILL, old] = _left(documents[Kind.SKILL, old], new, said)
    after[Kind.SKILL, new] = _new(documents[Kind.SKILL, old], new, name, said)
    return after


def naming(skill: str, documents: Documents) -> dict[Key, Document]:
    """Returns the documents that refer to the skill in their front matter, except its check items."""
    return {
        key: document
        for key, document in documents.items()
        if document.kind != Kind.CHECK
        and key != (Kind.SKILL, skill)
        and any((kind, slug) == (Kind.SKILL, skill) for _path, kind, slug in document.references())
    }


def check_of(skill: str, documents: Documents) -> Document | None:
    """Returns the document of the skill's check items."""
    checks = (document for document in documents.values() if document.kind == Kind.CHECK)
    return next((document for document in checks if document.data.get("skill") == skill), None)


def default_place(kind: str) -> str:
    """Returns where a record that refers to the skill goes by default, so that its meaning does not change."""
    return WITH_UNITS if kind == Kind.RESOURCE else BOTH


def units_of(document: Document, level: int) -> Sequence[Mapping[str, Any]]:
    return document.data.get("units", {}).get(level, [])  # type: ignore[no-any-return]


def goes_with_units(item: Mapping[str, Any], units: Iterable[tuple[int, str]]) -> bool:
    """Returns whether the unit that teaches a check item goes to the new skill."""
    return (item["level"], item.get("taught_by", "")) in units


def _place(where: str, document: Document, said: Split, skill: Document) -> str:
    if where != WITH_UNITS:
        return where
    reads = {
        (level, unit["id"]) for level in LEVELS for unit in units_of(skill, level) if unit.get("read") == document.slug
    }
    going = reads.intersection(said.units)
    if not going:
        return STAYS
    return GOES if going == reads else BOTH


def _moved(document: Document, old: str, new: str, where: str) -> Document:
    """Moves the references of a document. Links in its text stay, because their wording states where they lead."""
    if where == GOES:
        return replace(references.repoint(document, Kind.SKILL, old, new), body=document.body)
    return references.add_beside(document, Kind.SKILL, old, new) if where == BOTH else document


def _checks(check: Document, new: str, name: str, said: Split) -> dict[Key, Document]:
    going: list[Mapping[str, Any]] = []
    staying: list[Mapping[str, Any]] = []
    for item in check.data.get("items", []):
        goes = said.items.get(item["id"], GOES if goes_with_units(item, said.units) else STAYS) == GOES
        (going if goes else staying).append(item)
    if not going:
        return {}
    data = {key: value for key, value in check.data.items() if key not in ("items", "formerly", "name", "skill")}
    left = replace(check, data={**check.data, "items": staying} | ({} if staying else {"status": str(Status.RETIRED)}))
    made = Document(Kind.CHECK, new, {**data, "name": name, "skill": new, "items": going}, "", file=f"check {new}")
    return {(Kind.CHECK, check.slug): _without_former_slug(left, new), (Kind.CHECK, new): made}


def _left(skill: Document, new: str, said: Split) -> Document:
    data = dict(skill.data)
    data["units"] = _units(skill, said, going=False)
    data["effort"] = _hours(skill, data["units"], said.effort_left)
    data |= _names(skill, said, going=False)
    data["prerequisites"] = _prerequisites(skill, said, (STAYS, BOTH))
    if said.between == OLD_NEEDS_NEW:
        data["prerequisites"][new] = said.between_level
    return _without_former_slug(replace(skill, data=data), new)


def _new(skill: Document, new: str, name: str, said: Split) -> Document:
    data: dict[str, Any] = {key: skill.data[key] for key in ("area", "kind", "horizon") if key in skill.data}
    data["units"] = _units(skill, said, going=True)
    data |= {
        "name": name,
        "summary": said.summary,
        "levels": dict(enumerate(said.levels, 1)),
        "effort": _hours(skill, data["units"], said.effort),
        "prerequisites": _prerequisites(skill, said, (GOES, BOTH)),
        **_names(skill, said, going=True),
    }
    if said.between == NEW_NEEDS_OLD:
        data["prerequisites"][skill.slug] = said.between_level
    body = said.body.replace("\r\n", "\n").strip("\n")
    return Document(Kind.SKILL, new, data, f"{body}\n" if body else "", file=f"skill {new}")


def _units(skill: Document, said: Split, *, going: bool) -> dict[int, list[Mapping[str, Any]]]:
    """Returns the units by level. Levels without units are left out."""
    goes = set(said.units)
    units = {
        level: [unit for unit in units_of(skill, level) if ((level, unit["id"]) in goes) == going] for level in LEVELS
    }
    return {level: found for level, found in units.items() if found}


def _hours(skill: Document, units: Mapping[int, Any], said: Sequence[float | None]) -> list[float]:
    """Returns the hours of each level: the sum of its units or, without units, what was entered or the previous hours."""
    before = skill.data.get("effort", [])
    return [before[level - 1] if level in units or said[level - 1] is None else said[level - 1] for level in LEVELS]  # type: ignore[misc]


def _names(skill: Document, said: Split, *, going: bool) -> dict[str, Any]:
    def part(values: Iterable[Any]) -> list[Any]:
        return [value for value in values if (alias_name(value) in said.names) == going]

    external = {key: part(values) for key, values in skill.data.get("external", {}).items()}
    return {
        "aliases": part(skill.data.get("aliases", [])),
        "phrases": part(skill.data.get("phrases", [])),
        "external": {key: values for key, values in external.items() if values},
    }


def _prerequisites(skill: Document, said: Split, wanted: Sequence[str]) -> dict[str, int]:
    return {
        slug: level
        for slug, level in skill.data.get("prerequisites", {}).items()
        if said.prerequisites.get(slug, BOTH) in wanted
    }


def _without_former_slug(document: Document, slug: str) -> Document:
    """Returns the document without a former slug that is in use again and so no longer redirects."""
    former = [old for old in document.data.get("formerly", []) if old != slug]
    return replace(document, data={**document.data, "formerly": former})
