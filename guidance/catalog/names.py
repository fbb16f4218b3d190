"""What belongs to one record alone: a name or alias among the records of its kind, an address, a letter, a former slug.

Names are compared as the search compares them: without regard to case, and with any run of spaces as one. A record holds its
name while it is published. A skill holds its aliases whatever its status, as the database does. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from guidance.catalog.documents import Document
from guidance.catalog.fields import Path
from guidance.catalog.kinds import fields_of
from guidance.catalog.search import normalise


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
