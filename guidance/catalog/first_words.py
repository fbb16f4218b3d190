"""The words that a learner meets for the first time in a unit. Authors go through them: does the text explain each, or is it a word that
everyone knows? Pure.

A learner has met the words of the earlier units of the skill and of the units of its prerequisites, down to the first. Code blocks do not
count, since a learner runs code without knowing every word of it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guidance.catalog import graph, health, unit_text
from guidance.catalog.models import Kind

if TYPE_CHECKING:
    from guidance.catalog.pack import Pack

WORD = re.compile(r"[^\W\d_][\w-]+")
ENDING = re.compile(r"(?<=....)(?:ing|ed|es|s)s?$")  # "hashes" and "hashed" are met with "hash"
ORDINARY = 0.25  # share of skills; a word that more of them use is plain English, or taught at the start

type Words = dict[str, str]  # {stem: the word as it is written}


@dataclass(frozen=True, slots=True)
class UnitWords:
    level: int
    unit: str  # its id
    words: tuple[str, ...]  # in the order of the text


def first_words(pack: "Pack", skill: str) -> Iterator[UnitWords]:
    """Yields the units of a skill in order, each with the words that its learner has not met before. Raises KeyError if the pack has no
    such skill with units."""
    units = {
        slug: document.data["units"]
        for slug, document in pack.of_kind(Kind.SKILL).items()
        if document.data.get("units")
    }
    titles = {slug: document.data["name"] for slug, document in pack.of_kind(Kind.RESOURCE).items()}
    words = {slug: [_words(unit, titles) for _level, unit in _in_order(levels)] for slug, levels in units.items()}
    counts = Counter(stem for found in words.values() for stem in set[str]().union(*found))
    met = {stem for stem, count in counts.items() if count > ORDINARY * len(words)}
    edges = health.edges(pack)
    for need, level in graph.closure(edges, edges.get(skill, {})).items():
        for at, unit in _in_order(units.get(need, {})):
            if at <= level:
                met |= _words(unit, titles).keys()
    for (level, unit), found in zip(_in_order(units[skill]), words[skill], strict=True):
        yield UnitWords(level, unit["id"], tuple(word for stem, word in found.items() if stem not in met))
        met |= found.keys()


def _in_order(levels: Mapping[Any, list[dict[str, Any]]]) -> list[tuple[int, dict[str, Any]]]:
    return [(int(level), unit) for level in sorted(levels, key=int) for unit in levels[level]]


def _words(unit: Mapping[str, Any], titles: Mapping[str, str]) -> Words:
    """Returns the words of the text of a unit, or of what it says about its reading."""
    text = unit.get("do") or unit.get("build") or f"{titles.get(unit.get('read', ''), '')}\n{unit.get('part', '')}"
    lines = [line for block in unit_text.blocks(text) if block.kind != "code" for line in block.lines]
    found: Words = {}
    for word in WORD.findall("\n".join(lines)):
        found.setdefault(ENDING.sub("", word.lower()), word)
    return found
