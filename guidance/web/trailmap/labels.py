"""Names on lines short enough for a column. Pure."""

from functools import lru_cache
from itertools import combinations, pairwise

# Widths of 13 px text, generous, so that what fits by them fits in every system font
NARROW, WIDE, CAPITAL, OTHER = 4.0, 11.5, 9.2, 7.4
MOST_LINES = 4


@lru_cache(maxsize=4096)
def wrap(text: str, room: int) -> tuple[str, ...]:
    """On as few lines as fit into `room` px, of lengths as equal as can be; a word that is too long stays whole."""
    words = text.split()
    found: tuple[str, ...] = (text,)
    for count in range(1, min(len(words), MOST_LINES) + 1):
        found = min(_splits(words, count), key=lambda lines: (max(map(width, lines)), lines))
        if max(map(width, found)) <= room:
            break
    return found


def width(text: str) -> float:
    return sum(_width(character) for character in text)


def _width(character: str) -> float:
    if character in "fijlrtI.,:;'’()[]/-| ":
        return NARROW
    if character in "mwMW@%—":
        return WIDE
    return CAPITAL if character.isupper() else OTHER


def _splits(words: list[str], count: int) -> list[tuple[str, ...]]:
    cuts = ((0, *inner, len(words)) for inner in combinations(range(1, len(words)), count - 1))
    return [tuple(" ".join(words[start:end]) for start, end in pairwise(cut)) for cut in cuts]
