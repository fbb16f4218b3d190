"""What an import reads of a classification, as values. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from types import MappingProxyType
from typing import NamedTuple

# Kinds of entry and of link, as `models.TaxonomyEntry.Kind` and `models.TaxonomyLink.Kind` have them.
SKILL, SKILL_GROUP, OCCUPATION, OCCUPATION_GROUP = "skill", "skill-group", "occupation", "occupation-group"
ELEMENT, TECHNOLOGY = "element", "technology"
BROADER, ESSENTIAL, OPTIONAL, USES = "broader", "essential", "optional", "uses"

LONGEST_IDENTIFIER = 200
LONGEST_LABEL = 300


class Link(NamedTuple):
    kind: str
    identifier: str  # of another entry of the same release


class Rating(NamedTuple):
    element: str
    scale: str
    value: float | None  # None: no value holds, which is not zero
    suppress: bool
    not_relevant: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept. `texts` are what else the classification says of it, under its own names for that."""

    kind: str
    identifier: str
    label: str
    alternative_labels: tuple[str, ...] = ()
    description: str = ""
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    links: tuple[Link, ...] = ()
    ratings: tuple[Rating, ...] = ()

    def digest(self) -> str:
        """The same for the same content, in whatever order the files have it."""
        content = (
            self.kind,
            self.label,
            self.alternative_labels,
            self.description,
            sorted(self.texts.items()),
            sorted(self.links),
            sorted(self.ratings, key=lambda rating: rating[:2]),
        )
        return blake2b(json.dumps(content).encode(), digest_size=16).hexdigest()
