"""The records that a document refers to, and the values that it claims for itself. This module does not use the database.

A reference can be changed to another record or removed. If a document refers to two records that become one, the merged record
gets the higher level, the wider range and the heavier emphasis, and takes the place of the first of the two in a list.

A name or alias belongs to one record of its kind, as does an address, a letter or a former slug. Names are compared as the search
compares them: ignoring case, and with any run of spaces as one. A record holds its name while it is published. A skill holds its
aliases whatever its status, as in the database.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from guidance.catalog.documents import INTERNAL_LINK, Document, linked_record
from guidance.catalog.fields import Path
from guidance.catalog.kinds import fields_of
from guidance.catalog.models import Kind
from guidance.catalog.search import normalise

# Records of these kinds are useless without an entry under this key.
SUBJECT: Mapping[str, str] = {Kind.RESOURCE: "skills", Kind.PROJECT: "proves"}
_LINK_WITH_WORDS = re.compile(rf"\[([^\[\]]*){INTERNAL_LINK.pattern}")


def names(document: Document, kind: str, slug: str) -> bool:
    """Returns whether the document refers to the record, either in its front matter or by a link in its text."""
    return bool(_keys(document, kind, slug)) or any(linked_record(link) == (kind, slug) for _, link in document.links())


def repoint(document: Document, kind: str, old: str, new: str) -> Document:
    """Returns the document with references to `new` instead of `old`. A record's reference to itself is left out; of a link to
    itself, only the words stay."""
    data = dict(document.data)
    itself = (document.kind, document.slug) == (kind, new)
    for key in _keys(document, kind, old):
        data[key] = _repointed(data[key], kind, old, new)
        if itself:
            data[key] = _without(data[key], kind, new)

    def follow(found: re.Match[str]) -> str:
        parts = re.match(r"(/[^/]+/)[^/?#]+(.*)", found[1])
        return f"]({parts[1]}{new}{parts[2]})" if parts and linked_record(found[1]) == (kind, old) else found[0]

    def words(found: re.Match[str]) -> str:
        return found[1] if linked_record(found[2]) == (kind, old) else found[0]

    body = _LINK_WITH_WORDS.sub(words, document.body) if itself else document.body
    return replace(document, data=_with_values(data), body=INTERNAL_LINK.sub(follow, body))


def add_beside(document: Document, kind: str, old: str, new: str) -> Document:
    """Returns the document with references to both `old` and `new` wherever its front matter refers to `old`, with the same
    values for both. A field that can only have one reference keeps `old`."""
    data = dict(document.data)
    for key in _keys(document, kind, old):
        data[key] = _with_beside(data[key], kind, old, new)
    return replace(document, data=data)


def leave_out(document: Document, kind: str, slug: str) -> Document:
    """Returns the document without its references to the record. Required values without a replacement stay, as do links."""
    data = dict(document.data)
    for key in _keys(document, kind, slug):
        if data[key] == slug and not fields_of(document.kind)[key].required:
            del data[key]
        else:
            data[key] = _without(data[key], kind, slug)
    return replace(document, data=_with_values(data))


def _keys(document: Document, kind: str, slug: str) -> set[str]:
    """Returns the keys of the front matter that refer to the record."""
    return {str(path[0]) for path, *named in document.references() if named == [kind, slug]}


def _repointed(value: Any, kind: str, old: str, new: str) -> Any:
    match value:
        case dict() if _is_nested(value):
            return {
                key: _inside(inner, lambda named: _repointed(named, kind, old, new)) for key, inner in value.items()
            }
        case dict():
            table: dict[str, Any] = {}
            for named, said in value.items():
                slug = new if named == old else named
                table[slug] = _both(table[slug], said) if slug in table else said
            return table
        case list() if value and isinstance(value[0], dict) and "id" in value[0]:
            return [{**unit, "read": new} if unit.get("read") == old else unit for unit in value]
        case list() if value and isinstance(value[0], dict) and len(value[0]) == 1:
            steps: list[dict[str, Any]] = []
            for step in value:
                moved = {new if slug == old else slug: level for slug, level in step.items()}
                if moved not in steps:
                    steps.append(moved)
            return steps
        case list() if value and isinstance(value[0], dict):
            # Emphases and neighbours have a written reason: the reason of the heavier emphasis stays, otherwise that of the
            # record that is kept.
            entries: dict[str, dict[str, Any]] = {}
            weights: dict[str, tuple[float, bool]] = {}
            for entry in value:
                slug, weight = entry[kind], (entry.get("weight", 0), entry[kind] == new)
                slug = new if slug == old else slug
                if slug not in entries or weight > weights[slug]:
                    entries[slug], weights[slug] = {**entry, kind: slug}, weight
            return list(entries.values())
        case list():
            return list(dict.fromkeys(new if slug == old else slug for slug in value))
    return new


def _with_beside(value: Any, kind: str, old: str, new: str) -> Any:
    match value:
        case dict() if _is_nested(value):
            return {
                key: _inside(inner, lambda named: _with_beside(named, kind, old, new)) for key, inner in value.items()
            }
        case dict() if old in value:
            return {old: value[old], new: value[old]} | value
        case list() if value and isinstance(value[0], dict) and "id" in value[0]:
            return value
        case list() if value and isinstance(value[0], dict) and len(value[0]) == 1:
            steps = [[step, {new: step[old]}] if old in step else [step] for step in value]
            return [step for pair in steps for step in pair]
        case list() if value and isinstance(value[0], dict):
            entries = [[entry, {**entry, kind: new}] if entry[kind] == old else [entry] for entry in value]
            return [entry for pair in entries for entry in pair]
        case list():
            return list(dict.fromkeys(slug for named in value for slug in ((named, new) if named == old else (named,))))
    return value


def _without(value: Any, kind: str, slug: str) -> Any:
    match value:
        case dict() if _is_nested(value):
            kept = {key: _inside(inner, lambda named: _without(named, kind, slug)) for key, inner in value.items()}
            return {key: inner for key, inner in kept.items() if inner}
        case dict():
            return {named: said for named, said in value.items() if named != slug}
        case list() if value and isinstance(value[0], dict) and "id" in value[0]:
            return [unit for unit in value if unit.get("read") != slug]
        case list() if value and isinstance(value[0], dict) and len(value[0]) == 1:
            return [step for step in value if slug not in step]
        case list() if value and isinstance(value[0], dict):
            return [entry for entry in value if entry[kind] != slug]
        case list():
            return [named for named in value if named != slug]
    return value


def _is_nested(value: Mapping[Any, Any]) -> bool:
    """Returns whether records are nested one level deeper: in the `one_of` of a role's choices, or in the units of each
    level."""
    return any(isinstance(key, int) or (isinstance(inner, dict) and "one_of" in inner) for key, inner in value.items())


def _inside(value: Any, change: Callable[[Any], Any]) -> Any:
    """Returns a choice with its changed members, or a level's changed units."""
    return {**value, "one_of": change(value["one_of"])} if isinstance(value, dict) else change(value)


def _both(one: Any, other: Any) -> Any:
    match one:
        case dict():  # level and importance of a requirement
            return {key: max(one[key], other[key]) for key in one}
        case list():  # from one level to another
            return [min(one[0], other[0]), max(one[1], other[1])]
    return max(one, other)


def _with_values(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value not in ({}, [])}


# --- Values that belong to one record alone


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that no other record in the same space, such as "skill/name", may have."""

    space: str
    value: str
    path: Path  # where it is in the document

    @property
    def what(self) -> str:
        """Returns the last part of the space: name, address or letter."""
        return self.space.rsplit("/", maxsplit=1)[-1]


def alias_name(alias: object) -> str:
    """Returns the name in an entry of `aliases`, which is a text or, for an ambiguous alias, a mapping."""
    return str(alias["name"] if isinstance(alias, dict) else alias)


def claims(document: Document) -> Iterator[Claim]:
    """Yields every value that the document claims, starting with its name."""
    data, kind = document.data, document.kind
    if document.published:
        yield Claim(f"{kind}/name", normalise(data.get("name", "")), ("name",))
    for old in data.get("formerly", []):
        yield Claim(f"{kind}/former slug", old, ("formerly",))
    for key, item in fields_of(kind).items():
        if not item.unique:
            continue
        values = data.get(key, item.blank)
        for index, value in enumerate(values) if isinstance(values, list) else [(None, values)]:
            path = (key,) if index is None else (key, index)
            said = alias_name(value)
            yield Claim(f"{kind}/{item.unique}", normalise(said) if item.unique == "name" else said, path)
