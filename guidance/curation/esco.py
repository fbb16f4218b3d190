"""Reads ESCO from the CSV files of the European Commission, entry by entry. Pure.

It reads skills, groups of skills, occupations and groups of occupations; the broader concepts of each, of which there may be
several; and the skills that an occupation needs or may need. The relations between skills mean "related" and not "learn first",
so they are not read.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from guidance.curation.taxonomy_files import (
    BROADER,
    ESSENTIAL,
    MAX_IDENTIFIER,
    MAX_LABEL,
    OCCUPATION,
    OCCUPATION_GROUP,
    OPTIONAL,
    SKILL,
    SKILL_GROUP,
    Entry,
    Link,
    Row,
    Table,
    TableError,
    one_line,
    paragraphs,
)

RELEASED = "released"
GROUP_OF_OCCUPATIONS = "http://data.europa.eu/esco/isco/C"
# Texts that are stored unchanged.
TEXTS = ("code", "skillType", "reuseLevel", "definition", "scopeNote", "iscoGroup", "hiddenLabels")


def _concepts(name: str, *optional: str) -> Table:
    return Table(
        (f"{name}_en.csv",), ("conceptUri", "preferredLabel", "altLabels", "description"), ("status", *optional)
    )


def _relations(name: str, *columns: str) -> Table:
    # The name has a language if the folder is for one language.
    return Table((f"{name}.csv", f"{name}_en.csv"), columns)


CONCEPTS = {
    OCCUPATION_GROUP: _concepts("ISCOGroups", "code"),
    OCCUPATION: _concepts("occupations", *(text for text in TEXTS if text not in {"skillType", "reuseLevel"})),
    SKILL_GROUP: _concepts("skillGroups", "code", "scopeNote", "hiddenLabels"),
    SKILL: _concepts("skills", *(text for text in TEXTS if text not in {"code", "iscoGroup"})),
}
BROADER_SKILLS = _relations("broaderRelationsSkillPillar", "conceptUri", "broaderUri")
BROADER_OCCUPATIONS = _relations("broaderRelationsOccPillar", "conceptUri", "broaderUri")
NEEDS = _relations("occupationSkillRelations", "occupationUri", "relationType", "skillUri")


def release_of(folder: Path) -> str:
    """Returns the release from the name of the folder in which the portal packs the files, since the files do not contain the
    release number."""
    found = re.search(r"v?(\d+\.\d+(?:\.\d+)?)", folder.resolve().name)
    return found[1] if found else ""


def read(folder: Path, left_out: Counter[str]) -> Iterator[Entry]:
    """Yields the released concepts of a folder. Concepts that are skipped are counted by type in `left_out`. Raises TableError."""
    for table in (*CONCEPTS.values(), BROADER_SKILLS, NEEDS):
        table.check(folder)
    known = _identifiers(folder, left_out)
    links = _links(folder, known, left_out)
    for kind, table in CONCEPTS.items():
        for _, row in _released(table, folder):
            yield _entry(kind, row, links.get(row["conceptUri"], ()))


def _released(table: Table, folder: Path) -> Iterator[tuple[int, Row]]:
    return ((line, row) for line, row in table.rows(folder) if row["status"] in {"", RELEASED})


def _identifiers(folder: Path, left_out: Counter[str]) -> dict[str, str]:
    """Returns all released concepts: {identifier: code of its group of occupations or ""}. Reads them all before the first
    concept is yielded."""
    known: dict[str, str] = {}
    for table in CONCEPTS.values():
        path = table.path(folder)
        for line, row in table.rows(folder):
            identifier = row["conceptUri"]
            if row["status"] not in {"", RELEASED}:
                left_out[f"concepts of {path.name} that are not released"] += 1
                continue
            if not identifier or not row["preferredLabel"]:
                raise TableError(path, "a concept needs a conceptUri and a preferredLabel", line)
            if len(identifier) > MAX_IDENTIFIER or len(row["preferredLabel"]) > MAX_LABEL:
                raise TableError(path, "the conceptUri or preferredLabel is longer than in any known release", line)
            if identifier in known:
                raise TableError(path, f"{identifier} appears twice", line)
            known[identifier] = row.get("iscoGroup", "")
    return known


def _links(folder: Path, known: dict[str, str], left_out: Counter[str]) -> dict[str, list[Link]]:
    links: defaultdict[str, list[Link]] = defaultdict(list)
    ids = {identifier: identifier for identifier in known}  # one string object each, however many relations contain it

    def add(path: Path, kind: str, identifier: str, other: str) -> None:
        if identifier in ids and other in ids:
            links[ids[identifier]].append(Link(kind, ids[other]))
        else:
            left_out[f"relations of {path.name} to concepts that are missing"] += 1

    for table in (BROADER_SKILLS, BROADER_OCCUPATIONS):
        if path := table.find(folder):
            for _, row in table.rows(folder):
                add(path, BROADER, row["conceptUri"], row["broaderUri"])
    if BROADER_OCCUPATIONS.find(folder) is None:
        # The codes state the same relations, except for occupations below another occupation.
        for identifier, code in known.items():
            if identifier.startswith(GROUP_OF_OCCUPATIONS):
                code = identifier.removeprefix(GROUP_OF_OCCUPATIONS)[:-1]  # noqa: PLW2901  of the group above
            if code and (group := GROUP_OF_OCCUPATIONS + code) in ids:
                links[identifier].append(Link(BROADER, ids[group]))
    path = NEEDS.path(folder)
    for line, row in NEEDS.rows(folder):
        if row["relationType"] not in {ESSENTIAL, OPTIONAL}:
            raise TableError(path, f"{row['relationType']!r} is neither essential nor optional", line)
        add(path, row["relationType"], row["occupationUri"], row["skillUri"])
    return links


def _entry(kind: str, row: Row, links: Iterable[Link]) -> Entry:
    label = one_line(row["preferredLabel"])
    others = dict.fromkeys(one_line(line) for line in row["altLabels"].splitlines())
    return Entry(
        kind=kind,
        identifier=row["conceptUri"],
        label=label,
        alternative_labels=tuple(other for other in others if other not in {"", label}),
        description=paragraphs(row["description"]),
        texts={name: paragraphs(row[name]) for name in TEXTS if row.get(name)},
        links=tuple(dict.fromkeys(links)),
    )
