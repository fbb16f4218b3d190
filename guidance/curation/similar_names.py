"""How names are compared with labels of a classification, and with each other. Pure.

Both become words as `matching.words` defines them: without case, accents and plurals. A label has several spellings: with and
without text in brackets, "Python (computer programming)"; without the "software" that O*NET appends to names; and, if an
abbreviation follows the words it stands for, "Amazon Web Services AWS", each alone.

Names that are almost the same are found by their common trigrams, counted as in PostgreSQL's `pg_trgm`, but for all pairs of some
thousand names in a fraction of a second.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from guidance.matching.words import URL, Words

# Signs that distinguish names, since trigrams contain only letters. All other signs are ignored.
_SIGNS = {"+": "plus", "#": "sharp", "&": "and"}
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@lru_cache(20_000)  # names in the catalogue are compared again with each new name
def spelling_key(name: str) -> str:
    """Returns the key that equal names have in common; empty for a name without words. URLs are ignored."""
    words = (_SIGNS.get(word, word if word.isalnum() else "") for word in Words(name).keys if word != URL)
    return " ".join(filter(None, words))


def spelling_keys(label: str) -> set[str]:
    """Returns the spellings by which a label can be found."""
    return {key for text in _spellings(label) if (key := spelling_key(text))}


def _spellings(label: str) -> Iterator[str]:
    yield label
    bare = _BRACKETS.sub(" ", label)
    yield bare
    words = bare.split()
    if len(words) > 1 and words[-1] == "software":
        words = words[:-1]
        yield " ".join(words)
    for at, word in enumerate(words):
        initials = "".join(before[0] for before in words[max(0, at - len(word)) : at])
        if len(word) > 1 and word.isupper() and word == initials.upper():
            rest = words[at + 1 :]
            yield " ".join([*words[:at], *rest])
            yield " ".join([*words[: at - len(word)], word, *rest])


@lru_cache(20_000)
def trigrams(name: str) -> frozenset[str]:
    """Returns the trigrams of the key of a name (`spelling_key`), so that C and C++ differ."""
    padded = (f"  {word} " for word in spelling_key(name).split())
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def alike(names: Mapping[str, str], least: float) -> Iterator[tuple[str, str]]:
    """Yields pairs of keys whose names have at least this share of their trigrams in common, the second after the first.

    Two such names share one of the rarest trigrams of each: with n trigrams, one of the n − ⌈least · n⌉ + 1 rarest. Only such names are
    compared.
    """
    trigrams_of = {key: trigrams(name) for key, name in names.items()}
    frequency = Counter(trigram for parts in trigrams_of.values() for trigram in parts)
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for key, parts in trigrams_of.items():
        rarest = sorted(parts, key=lambda trigram: (frequency[trigram], trigram))[
            : len(parts) - math.ceil(least * len(parts)) + 1
        ]
        for other in dict.fromkeys(near for trigram in rarest for near in seen[trigram]):
            both = len(parts & trigrams_of[other])
            if both >= least * (len(parts) + len(trigrams_of[other]) - both):
                yield other, key
        for trigram in rarest:
            seen[trigram].append(key)


def closest(name: str, names: Mapping[str, str]) -> tuple[str, float] | None:
    """Returns the key of the name that shares most trigrams with this one, and the share; None if no name shares any."""
    ours = trigrams(name)
    best: tuple[str, float] | None = None
    for key, other in names.items():
        theirs = trigrams(other)
        both = len(ours & theirs)
        share = both / (len(ours) + len(theirs) - both) if both else 0.0
        if share > (best[1] if best else 0):
            best = key, share
    return best
