"""How a name of ours is compared with a label of a classification. Pure.

Both become words as `matching.words` has them: without case, accents and plural. A label counts in several spellings: with and
without what stands in brackets, "Python (computer programming)"; without the "software" that O*NET puts behind names; and,
where an abbreviation follows the words it is made of, "Amazon Web Services AWS", each alone.
"""

import re
from collections.abc import Iterator

from guidance.matching.words import URL, Words

# Signs that tell names apart; trigrams know letters only. The others say nothing.
_SIGNS = {"+": "plus", "#": "sharp", "&": "and"}
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def key(name: str) -> str:
    """What names have in common that are the same; empty for one without words. Addresses say nothing."""
    words = (_SIGNS.get(word, word if word.isalnum() else "") for word in Words(name).keys if word != URL)
    return " ".join(filter(None, words))


def keys(label: str) -> set[str]:
    """The spellings by which a label is found."""
    return {found for text in _spellings(label) if (found := key(text))}


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
