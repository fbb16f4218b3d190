"""Alternatives among the skills of a text: "AWS, Azure or GCP". Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from guidance.matching.words import Span, Words, word_set

_JOINTS = word_set(", / or oder | ( ) any a an the either one of e.g")
_OR = word_set("or oder")


def choices(words: Words, named: Sequence[tuple[str, Span]]) -> tuple[tuple[str, ...], ...]:
    """Slugs that stand in one list with an "or" between two of them. `named`: skills and their words, in order."""
    found: dict[tuple[str, ...], None] = {}
    for group in _lists(words, named):
        slugs = tuple(dict.fromkeys(slug for slug, _ in group))
        if len(slugs) > 1 and any(
            _OR.intersection(words.words[before[1][1] : after[1][0]]) for before, after in pairwise(group)
        ):
            found.setdefault(slugs)
    return tuple(found)


def _lists(words: Words, named: Sequence[tuple[str, Span]]) -> Iterator[list[tuple[str, Span]]]:
    group: list[tuple[str, Span]] = []
    for one in named:
        start = one[1][0]
        if group:
            end = group[-1][1][1]
            if words.sentences[end - 1] != words.sentences[start] or any(
                word not in _JOINTS for word in words.words[end:start]
            ):
                yield group
                group = []
        group.append(one)
    if group:
        yield group
