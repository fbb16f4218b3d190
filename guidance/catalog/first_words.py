"""The words that a learner meets for the first time in a unit. Authors go through them: does the text explain each, or is it a word that
everyone knows? Pure.

A learner has met the words of the earlier units of the skill and of the units of its prerequisites, down to the first. Code blocks do not
count, since a learner runs code without knowing every word of it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from guidance.catalog import graph, health
from guidance.catalog.models import Kind
from guidance.catalog.unit_text import lines_outside_code

if TYPE_CHECKING:
    from guidance.catalog.pack import Pack

WORD = re.compile(r"[^\W\d_][\w-]+")
ENDING = re.compile(r"(?<=....)(?:ing|ed|es|s)s?$")  # "hashes" and "hashed" are met with "hash"
ORDINARY = 0.25  # share of skills; a word that more of them use is plain English, or taught at the start


class UnitWords(NamedTuple):
    level: int
    unit: str  # its id
    words: Mapping[str, str]  # {stem: the word as it is written}, in the order of the text


def first_words(pack: "Pack", skill: str) -> Iterator[UnitWords]:
    """Yields the units of a skill in order, each with the words that its learner has not met before; nothing if the pack has no such
    skill with units."""
    titles = {slug: document.data.get("name", "") for slug, document in pack.of_kind(Kind.RESOURCE).items()}
    units = {
        slug: [
            UnitWords(level, unit.get("id", ""), _words(unit, titles))
            for level, of_level in sorted(document.data["units"].items())
            for unit in of_level
        ]
        for slug, document in pack.of_kind(Kind.SKILL).items()
        if document.data.get("units")
    }
    counts = Counter(stem for found in units.values() for stem in set[str]().union(*(unit.words for unit in found)))
    met = {stem for stem, count in counts.items() if count > ORDINARY * len(units)}
    edges = health.edges(pack)
    for need, level in graph.closure(edges, edges.get(skill, {})).items():
        met.update(*(unit.words for unit in units.get(need, ()) if unit.level <= level))
    for unit in units.get(skill, ()):
        yield unit._replace(words={stem: word for stem, word in unit.words.items() if stem not in met})
        met.update(unit.words)


def _words(unit: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, str]:
    """Returns {stem: word} for the text of a unit, or for what it says about its reading."""
    text = unit.get("do") or unit.get("build") or f"{titles.get(unit.get('read', ''), '')}\n{unit.get('part', '')}"
    found: dict[str, str] = {}
    for word in WORD.findall("\n".join(lines_outside_code(text))):
        found.setdefault(ENDING.sub("", word.lower()), word)
    return found
