"""Names that are almost the same, by the trigrams that they share. Pure; as PostgreSQL's `pg_trgm` counts them, but of all pairs of
some thousand names in a fraction of a second."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from guidance.curation import spelling


def trigrams(name: str) -> frozenset[str]:
    """Of the name as names are compared (`spelling.key`), so that C and C++ are two."""
    padded = (f"  {word} " for word in spelling.key(name).split())
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))


def alike(names: Mapping[str, str], least: float) -> Iterator[tuple[str, str]]:
    """Pairs of keys whose names have at least this share of their trigrams in common, the second after the first.

    Two such names share one of the rarest trigrams of each: of n, one of the n − ⌈least · n⌉ + 1 rarest. Only those are
    compared.
    """
    found = {key: trigrams(name) for key, name in names.items()}
    often = Counter(one for parts in found.values() for one in parts)
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for key, parts in found.items():
        rarest = sorted(parts, key=lambda one: (often[one], one))[: len(parts) - math.ceil(least * len(parts)) + 1]
        for other in dict.fromkeys(near for one in rarest for near in seen[one]):
            both = len(parts & found[other])
            if both >= least * (len(parts) + len(found[other]) - both):
                yield other, key
        for one in rarest:
            seen[one].append(key)
