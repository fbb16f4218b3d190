"""Which records a document names, and what it claims for its own. Knows no database.

A document that names one record can be made to name another, or none. What it says of two records that become one is then
said of the one: the higher level, the wider range, the heavier emphasis. The place of the first of them in a list is kept.

A name or alias belongs to one record among those of its kind, and so does an address, a letter or a former slug. Names are
compared as the search compares them: without regard to case, and with any run of spaces as one. A record holds its name while
it is published. A skill holds its aliases whatever its status, as the database does.
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

# Without one of these such a record is of no use, and has nothing else to say.
SUBJECT: Mapping[str, str] = {Kind.RESOURCE: "skills", Kind.PROJECT: "proves"}
_LINK_WITH_WORDS = re.compile(rf"\[([^\[\]]*){INTERNAL_LINK.pattern}")


def names(document: Document, kind: str, slug: str) -> bool:
    """Whether the document names the record, in its front matter or by a link in its text."""
    return bool(_keys(document, kind, slug)) or any(linked_record(link) == (kind, slug) for _, link in document.links())


def repoint(document: Document, kind: str, old: str, new: str) -> Document:
    """The document with `new` wherever it named `old`. It names itself nowhere: what would be is left out, and of a link its words
    stay."""
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
    """The document with `new` beside `old` wherever it names `old` in its front matter, with the same said of both. What has
    place for one name alone keeps `old`."""
    data = dict(document.data)
    for key in _keys(document, kind, old):
        data[key] = _with_beside(data[key], kind, old, new)
    return replace(document, data=data)


def leave_out(document: Document, kind: str, slug: str) -> Document:
    """The document without what it says of the record. What has no other value to take its place stays, and so do links."""
    data = dict(document.data)
    for key in _keys(document, kind, slug):
        if data[key] == slug and not fields_of(document.kind)[key].required:
            del data[key]
        else:
            data[key] = _without(data[key], kind, slug)
    return replace(document, data=_with_values(data))


def _keys(document: Document, kind: str, slug: str) -> set[str]:
    """The keys of the front matter under which the record is named."""
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
            # Emphases and neighbours, each with a reason in words: that of the heavier one stays, or of the one that stays.
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
    """Whether records are named further inside: by the choices of a role, each with `one_of`, or by the units of each level."""
    return any(isinstance(key, int) or (isinstance(inner, dict) and "one_of" in inner) for key, inner in value.items())


def _inside(value: Any, change: Callable[[Any], Any]) -> Any:
    """A choice with its members changed, or the units of a level changed."""
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


# --- What belongs to one record alone


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that no other record may have in the same space, such as "skill/name"."""

    space: str
    value: str
    path: Path  # where the document says it

    @property
    def what(self) -> str:
        """The last word of the space: name, address, letter."""
        return self.space.rsplit("/", maxsplit=1)[-1]


def alias_name(alias: object) -> str:
    """The name in an entry of `aliases`, which is a text, or a mapping when the alias is ambiguous."""
    return str(alias["name"] if isinstance(alias, dict) else alias)


def claims(document: Document) -> Iterator[Claim]:
    """Every value that the document claims, its name first."""
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
