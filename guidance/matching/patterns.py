"""Finds phrases with variable words that mean a skill without naming it: "mentors two junior engineers". Pure.

The catalogue writes them like this (`docs/content.md`):

- `mentor|coach`: any of these words; `non_technical` stands for two words;
- `~mentor`: the verb in all its forms, English or German: mentors, mentoring, mentored; bewerten, bewertest, Bewertung;
- `evaluat*`, `*daten`: words that begin or end like this;
- `…`: up to MAX_GAP words of the same part of the sentence, or none.

`~mentor|coach … engineers|juniors` is found in "You coach two of our engineers". The words that a pattern spans may include
names, so its match consists only of words that are not part of a name.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from guidance.matching.senses import Entry
from guidance.matching.words import Words, word_set

MAX_GAP = 4  # words
_MAX_SIGNS = 4  # maximum number of signs in a gap
_MARKS = frozenset("…|~*")
_CLOSES = word_set('. ; : ! ? ( ) • · | — " \0')  # a gap ends before one of these
_IRREGULAR = {
    "build": "built",
    "bring": "brought",
    "break": "broke broken",
    "catch": "caught",
    "choose": "chose chosen choosing",
    "draw": "drew drawn",
    "find": "found",
    "get": "got getting",
    "give": "gave given",
    "grow": "grew grown",
    "hold": "held",
    "keep": "kept",
    "lead": "led",
    "make": "made",
    "put": "putting",
    "run": "ran running",
    "set": "setting",
    "show": "shown",
    "speak": "spoke spoken",
    "take": "took taken",
    "teach": "taught",
    "tell": "told",
    "think": "thought",
    "write": "wrote written",
    "schreiben": "geschrieben",
    "sprechen": "sprichst spricht gesprochen",
    "halten": "halt haltst gehalten",
    "finden": "gefunden",
    "bringen": "gebracht",
}
_SEPARABLE = ("auf", "an", "ab", "aus", "ein", "vor", "zusammen", "weiter", "durch", "fest", "her", "um", "nach")

type Word = tuple[str, ...]  # the words of one alternative


def is_pattern(text: str) -> bool:
    return not _MARKS.isdisjoint(text)


def forms(verb: str) -> set[str]:
    """The forms of an English verb, and German forms too if the verb has a German ending. Some of the forms do not exist, so no
    text contains them."""
    found = {verb, *_IRREGULAR.get(verb, "").split()}
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
    found |= {verb + "s", stem + "ing", stem + "ed"}
    if verb.endswith("y"):
        found |= {verb[:-1] + "ied", verb[:-1] + "ies"}
    if len(verb) > 2 and verb[-1] not in "aeiouwxy" and verb[-2] in "aeiou":
        found |= {verb + verb[-1] + "ing", verb + verb[-1] + "ed"}
    if verb.endswith(("en", "ern", "eln")):
        found |= _german(verb)
    return found


def _german(verb: str) -> set[str]:
    stem = verb[:-2] if verb.endswith("en") else verb[:-1]
    endings = ["e", "st", "t", "est", "et", "te", "ten", "end", "ung", "ungen"]
    found = {stem + ending for ending in endings}
    prefix = next((one for one in _SEPARABLE if verb.startswith(one) and len(verb) > len(one) + 4), "")
    rest, rest_stem = verb[len(prefix) :], stem[len(prefix) :]
    if prefix:
        found |= {f"{prefix}zu{rest}", f"{prefix}ge{rest_stem}t", f"{prefix}ge{rest_stem}et", f"{prefix}ge{rest}"}
    else:
        found |= {f"ge{stem}t", f"ge{stem}et"}
    return found


class Hit(NamedTuple):
    start: int  # index of a word
    end: int
    entry: Entry


class _Node:
    """A node in the trie of patterns: what may follow, words or a gap."""

    __slots__ = ("entries", "following", "gap")

    def __init__(self) -> None:
        self.following: dict[int, _Node] = {}  # by the number of a slot
        self.gap: _Node | None = None
        self.entries: list[Entry] = []


class _Known(NamedTuple):
    """The slots that a word fills by itself, and those that it fills together with the words after it."""

    alone: tuple[int, ...]
    longer: tuple[tuple[Word, int], ...]
    begins: bool  # whether a pattern can begin with it


_NOTHING = _Known((), (), begins=False)


class Patterns:
    """Finds patterns. It is built once and immutable."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._root = _Node()
        self._slots: dict[frozenset[str], int] = {}
        self._words: dict[
            str, list[tuple[Word, int]]
        ] = {}  # by first word of an alternative: its other words, and the slot
        self._beginnings: dict[str, list[int]] = {}
        self._endings: dict[str, list[int]] = {}
        spelt: dict[str, Word] = {}  # the words of each alternative, because many slots share them
        for entry in entries:
            self._add(entry, spelt)
        self._sizes = sorted({len(part) for part in (*self._beginnings, *self._endings)})

    def _add(self, entry: Entry, spelt: dict[str, Word]) -> None:
        node = self._root
        for part in entry.name.text.replace("…", " … ").split():
            if part == "…":
                node.gap = node.gap or _Node()
                node = node.gap
            else:
                node = node.following.setdefault(self._slot(part, spelt), _Node())
        node.entries.append(entry)

    def _slot(self, part: str, spelt: dict[str, Word]) -> int:
        """The number of the slot for one place of a pattern. An alternative without a word, as in "a||b" or "*", matches nothing."""
        alternatives = part.removeprefix("~").split("|")
        if part.startswith("~"):
            alternatives = [form for verb in map(_key, alternatives) if verb.isalnum() for form in forms(verb)]
        wanted = frozenset(alternatives)
        if wanted in self._slots:
            return self._slots[wanted]
        number = self._slots[wanted] = len(self._slots)
        for one in sorted(wanted):
            if one.startswith("*") or one.endswith("*"):
                parts = self._beginnings if one.endswith("*") else self._endings
                if key := _key(one.strip("*")):
                    parts.setdefault(key, []).append(number)
                continue
            if one not in spelt:
                spelt[one] = tuple(Words(one.replace("_", " ")).keys)
            if spelt[one]:
                first, *rest = spelt[one]
                self._words.setdefault(first, []).append((tuple(rest), number))
        return number

    def find(self, words: Words) -> Iterator[Hit]:
        """The hits in the order of the text. If a skill has several hits that begin at the same word, only the shortest is kept.
        The time is linear in the length of the text."""
        of_key = {key: self._known(key) for key in set(words.keys)}
        if not any(known.begins for known in of_key.values()):
            return
        known = [of_key[key] for key in words.keys]
        for start, here in enumerate(known):
            if here.begins:
                hits: dict[str, Hit] = {}
                for end, entry in self._ends(words, known, self._root, start):
                    hit = hits.get(entry.name.skill)
                    if hit is None or end < hit.end:
                        hits[entry.name.skill] = Hit(start, end, entry)
                yield from hits.values()

    def _known(self, key: str) -> _Known:
        spelt = self._words.get(key, ())
        alone = [slot for rest, slot in spelt if not rest]
        for size in self._sizes:
            if size > len(key):
                break
            alone += self._beginnings.get(key[:size], ())
            alone += self._endings.get(key[-size:], ())
        longer = tuple((rest, slot) for rest, slot in spelt if rest)
        if not alone and not longer:
            return _NOTHING
        first = self._root.following
        begins = key[0].isalnum() and any(slot in first for slot in (*alone, *(slot for _rest, slot in longer)))
        return _Known(tuple(dict.fromkeys(alone)), longer, begins)

    def _ends(self, words: Words, known: Sequence[_Known], node: _Node, at: int) -> Iterator[tuple[int, Entry]]:
        """The end and the entry of each pattern that continues from the node with the words from `at`."""
        for entry in node.entries:
            yield at, entry
        if at >= len(known) or (node is not self._root and words.sentences[at] != words.sentences[at - 1]):
            return
        if node.following:
            yield from self._next(words, known, node, at)
        if node.gap is not None:
            yield from self._past_gap(words, known, node.gap, at)

    def _next(self, words: Words, known: Sequence[_Known], node: _Node, at: int) -> Iterator[tuple[int, Entry]]:
        """The same as `_ends`, if the word at `at` is the pattern's next word."""
        here = known[at]
        for slot in here.alone:
            child = node.following.get(slot)
            if child is not None:
                yield from self._ends(words, known, child, at + 1)
        for rest, slot in here.longer:
            child = node.following.get(slot)
            if child is not None:
                end = at + 1 + len(rest)
                if tuple(words.keys[at + 1 : end]) == rest:
                    yield from self._ends(words, known, child, end)

    def _past_gap(self, words: Words, known: Sequence[_Known], node: _Node, at: int) -> Iterator[tuple[int, Entry]]:
        sentence = words.sentences[at]
        skipped = signs = 0
        while at < len(known) and words.sentences[at] == sentence:
            if known[at] is not _NOTHING:
                yield from self._next(words, known, node, at)
            key = words.keys[at]
            if key in _CLOSES:
                return
            if key[0].isalnum():
                skipped += 1
            else:
                signs += 1
            if skipped > MAX_GAP or signs > _MAX_SIGNS:
                return
            at += 1


def _key(word: str) -> str:
    """The word as it is compared, but not changed to the singular."""
    return "".join(Words(word).words)
