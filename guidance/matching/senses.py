"""Decides whether a name that has other meanings means its skill at a place in the text. Pure.

The catalogue states for a name (`docs/content.md`) which words it needs near it, which words exclude it, and how it must be
written. "Near" means in the same sentence, at most NEAR words away. A name counts

- without conditions: everywhere, in any spelling;
- with `needs`: near one of these words, written like a name ("Go" and not "go", "REST" and not "Rest"), or as an item of a list;
- with `only_as: written`: if its capitals show that it is a name, or as an item of a list. `needs` help where capitals show
  nothing: in text that is all in upper or lower case, in a title, and on the first word of a sentence;
- with `only_as: item`: as an entire item of a list;

and with `excludes`, never near one of these. An entry of `needs` or `excludes` that includes a word of the name is a phrase: it
only applies to the name where the text has exactly this phrase ("go to market", "cutting edge AI").

An item of a list counts beside a technology: "python, go, kafka". If it has the capitals of a name, it may have other words on one
side ("Kafka, Spark on AWS"); otherwise it must be the whole item. A word that is not a proper name ("drift") also counts beside
any name of its subject: "hallucinations, drift".

A name with conditions never counts as part of a compound ("X-ray", "lightning-fast") or as an initial ("Dr. R. Patel").
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from guidance.matching.words import BULLETS, Span, Words, word_set

# Phrases that include words of the name, as words in the singular, by (start relative to the name, length).
type Phrases = Mapping[tuple[int, int], Collection[tuple[str, ...]]]

NEAR = 12
NEXT = 4  # the same where capitals show nothing
ITEMS = 3  # number of list items that are examined on each side
ITEM_WORDS = 4  # maximum number of words of an unknown item; a longer one ends the list

# After a hyphen, these do not change the meaning of a name: "Go-based".
_ENDINGS = word_set(
    "based driven powered native like style compatible specific related side centric first only programming language developed"
)
_SEPARATORS = frozenset(",/;|()[]:&+-—*·>»›→⇒❖" + BULLETS)
_JOINS = frozenset({"and", "or"})
_STOPS = frozenset(".!?")
_BETWEEN = _SEPARATORS | _JOINS | _STOPS
_NEGATING = frozenset({"non", "un", "anti"})  # before a hyphen: "non-relational databases"
# Words that only follow the name of a technology: "Go developer".
_OF_TECHNOLOGY = word_set("developer engineer programmer programming codebase sdk")
# Words that follow a name, but not a verb, at the beginning of a sentence: "Snowflake is something we use".
_OF_SUBJECT = word_set("is was would will has experience knowledge skill expertise")
_WORD = 4  # minimum number of letters in a word whose capitals show how the text around a name is written


_NONE: Phrases = MappingProxyType({})


class Name(NamedTuple):
    """A name of a skill, with the conditions under which it counts."""

    skill: str
    text: str
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    only_as: str = ""  # "written" or "item"
    technology: bool = False  # the proper name of something: its neighbours in a list are read as such too
    subject: str = ""  # in a list, a name is proof for the common words of the same subject
    is_phrase: bool = False  # a phrase, not a name: names inside it count too

    @property
    def ambiguous(self) -> bool:
        return bool(self.needs or self.only_as)


@dataclass(frozen=True, slots=True)
class Entry:
    """A name, prepared for the search."""

    name: Name
    ambiguous: bool
    common: bool  # a word without capitals
    initial: bool  # only its first letter is a capital
    needs: tuple[tuple[str, ...], ...] = ()
    proofs: Phrases = _NONE
    excludes: tuple[tuple[str, ...], ...] = ()
    idioms: Phrases = _NONE  # phrases with another meaning


class Found(NamedTuple):
    start: int  # words
    end: int
    entry: Entry


def entry(name: Name, words: Words) -> Entry:
    keys = tuple(words.keys)
    needs, proofs = _parted(name.needs, keys)
    excludes, idioms = _parted(name.excludes, keys)
    letters = "".join(filter(str.isalpha, name.text))
    initial = letters[:1].isupper() and letters[1:].islower()
    return Entry(name, name.ambiguous, name.text.islower(), initial, needs, proofs, excludes, idioms)


def _parted(texts: Iterable[str], name: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], ...], Phrases]:
    """Words to look for near a name, and phrases that include a word of the name."""
    near: list[tuple[str, ...]] = []
    phrases: defaultdict[tuple[int, int], set[tuple[str, ...]]] = defaultdict(set)
    for text in texts:
        keys = tuple(Words(text).keys)
        around = [
            offset
            for offset in range(1 - len(keys), len(name))
            if all(
                offset + at < 0 or offset + at >= len(name) or key == name[offset + at] for at, key in enumerate(keys)
            )
        ]
        if len(keys) == 1:
            around = []
        for offset in around:
            phrases[offset, len(keys)].add(keys)
        if not around:
            near.append(keys)
    return tuple(near), phrases


class Senses:
    """Judges the names found in one text. A name passed to `add` proves its neighbours."""

    def __init__(self, words: Words, found: Sequence[Found], beginnings: Collection[str]) -> None:
        """`beginnings` are the first words of the `needs` and `excludes` of all names."""
        self._words = words
        self._named = bytearray(len(words))
        inside: set[int] = set()
        for start, end, _entry in found:
            self._named[start:end] = b"\1" * (end - start)
            inside.update(range(start + 1, end))
        self._beginnings: dict[str, list[int]] = defaultdict(list)
        for at, key in enumerate(words.keys):
            if key in beginnings:
                self._beginnings[key].append(at)
        self._places: dict[tuple[tuple[str, ...], ...], list[Span]] = {}
        self._lists = _Lists(words, inside)
        self._judged: dict[tuple[int, int, str], tuple[bool, bool]] = {}
        self._mixed = not (words.text.isupper() or words.text.islower())

    def add(self, found: Found) -> None:
        """Counts the name as proof of its neighbours."""
        self._lists.add(found)

    def excludes(self, found: Found) -> bool:
        """Whether the name is in a phrase, or near a word, that gives it another meaning."""
        start, _end, entry = found
        if self._words.glued[start] and self._words.words[start - 1] in _NEGATING:
            return True
        if entry.idioms and self._in_phrase(start, entry.idioms):
            return True
        return bool(entry.excludes) and self._near(found, entry.excludes, NEAR)

    def counts(self, found: Found) -> bool:
        """Whether a name meets its conditions. Call this only for names that nothing excludes."""
        start, end, entry = found
        words = self._words
        if words.glued[start] or (end < len(words.glued) and words.glued[end] and words.words[end] not in _ENDINGS):
            return False
        first, last = self._window(start, end, NEAR)
        around = words.text[words.starts[first] : words.ends[last - 1]]
        # A passage that the text repeats is judged only once.
        key = (id(entry), start - first, around)
        judged = self._judged.get(key)
        if judged is None:
            judged = self._judged[key] = self._judge(found, first, last, around)
        in_context, telling = judged
        return in_context or self._lists.hold(found, is_name=telling, whole=entry.name.only_as == "item")

    def _judge(self, found: Found, first: int, last: int, around: str) -> tuple[bool, bool]:
        """Whether a name counts because of the words around it, and whether its capitals show that it is a name."""
        start, end, entry = found
        words, name = self._words, entry.name
        shaped = entry.common or _is_written_as(words.text[words.starts[start] : words.ends[end - 1]], name.text)
        telling = shaped and not entry.common and self._tells(found, first, last)
        if name.only_as == "item" or self._is_initial(found):
            return False, telling
        if telling and name.only_as == "written":
            return True, telling
        if shaped and not entry.common and self._is_of_technology(end):
            return True, telling
        if shaped and entry.proofs and self._in_phrase(start, entry.proofs):
            return True, telling
        is_even = not entry.common and (around.islower() or around.isupper())
        reach = NEAR if shaped and (telling or not is_even) else NEXT
        return bool(entry.needs and (shaped or is_even) and self._near(found, entry.needs, reach)), telling

    def _tells(self, found: Found, first: int, last: int) -> bool:
        """Whether the capitals of the word show that it is a name. Capitals show nothing if all words around the name have them
        too, or at the beginning of a sentence that continues right after the name."""
        start, end, entry = found
        words = self._words
        others = [
            words.text[words.starts[at] : words.ends[at]]
            for at in range(first, last)
            if not self._named[at] and len(words.words[at]) >= _WORD and words.words[at].isalpha()
        ]
        if not others:
            return self._mixed
        if entry.initial:
            if all(other[0].isupper() for other in others):
                return False
            begins = first == start and (start == 0 or words.sentences[start - 1] != words.sentences[start])
            return not begins or end == last or words.words[end] in _BETWEEN or words.keys[end] in _OF_SUBJECT
        return not all(other.isupper() for other in others)

    def _is_of_technology(self, end: int) -> bool:
        words = self._words
        return end < len(words) and words.keys[end] in _OF_TECHNOLOGY and words.lines[end] == words.lines[end - 1]

    def _is_initial(self, found: Found) -> bool:
        words, end = self._words, found.end
        return (
            len(words.words[found.start]) == 1
            and end + 1 < len(words)
            and words.words[end] == "."
            and words.words[end + 1].isalpha()
            and words.sentences[end + 1] == words.sentences[found.start]
        )

    def _in_phrase(self, start: int, phrases: Phrases) -> bool:
        keys = self._words.keys
        for (offset, length), wanted in phrases.items():
            first = start + offset
            if first >= 0 and tuple(keys[first : first + length]) in wanted:
                return True
        return False

    def _near(self, found: Found, phrases: tuple[tuple[str, ...], ...], reach: int) -> bool:
        """Whether one of the phrases is in its sentence, at most `reach` words away."""
        start, end, _entry = found
        places = self._places.get(phrases)
        if places is None:
            places = self._places[phrases] = self._all(phrases)
        if not places:
            return False
        first, last = self._window(start, end, reach)
        at = bisect_left(places, (first, 0))
        while at < len(places) and places[at][0] < last:
            begin, stop = places[at]
            if stop <= last and (stop <= start or begin >= end):
                return True
            at += 1
        return False

    def _all(self, phrases: Iterable[tuple[str, ...]]) -> list[Span]:
        """The places of the phrases in the text, in order."""
        keys = self._words.keys
        return sorted(
            (at, at + len(phrase))
            for phrase in phrases
            for at in self._beginnings.get(phrase[0], ())
            if len(phrase) == 1 or tuple(keys[at : at + len(phrase)]) == phrase
        )

    def _window(self, start: int, end: int, reach: int) -> Span:
        """The words of the sentence that are at most `reach` words away."""
        sentences = self._words.sentences
        sentence = sentences[start]
        first = bisect_left(sentences, sentence, max(start - reach, 0), start)
        return first, bisect_right(sentences, sentence, end, min(end + reach, len(sentences)))


def _is_written_as(written: str, name: str) -> bool:
    """Whether the word has the capitals of the name, or only capitals. Up to three capitals are an acronym: "PHI" is not
    "Phi"."""
    letters = "".join(filter(str.isalnum, written))
    return letters == "".join(filter(str.isalnum, name)) or (len(letters) > 3 and letters.isupper())


@dataclass(slots=True)
class _Proofs:
    """The start and end of the names of one sort."""

    starts: set[int] = field(default_factory=set)
    ends: set[int] = field(default_factory=set)


class _Lists:
    """The text as items of lists, and the names known in it, which prove their neighbours."""

    def __init__(self, words: Words, inside: Collection[int]) -> None:
        """`inside` are the words within a name, where no item ends."""
        self._words, self._inside = words, inside
        self._technologies = _Proofs()
        self._subjects: dict[str, _Proofs] = defaultdict(_Proofs)
        self._items: list[Span] = []
        self._item_of: list[int] = []
        self._stops: list[bool] = []  # whether the list ends before the item
        self._on_line: list[bool] = []  # whether the item is on the same line as the one before

    def _split(self) -> None:
        """Splits the text at signs, joining words and line ends, but not within a name."""
        words, inside = self._words, self._inside
        begin: int | None = None
        stop, on_line = True, True
        last_line = words.lines[0] if len(words) else 0
        count = 0
        for at, (word, line_number) in enumerate(zip(words.words, words.lines, strict=True)):
            line, last_line = line_number - last_line, line_number
            inner = at in inside
            sign = not inner and word in _BETWEEN
            if begin is not None and (sign or (line and not inner)):
                self._items.append((begin, at))
                begin = None
                stop, on_line = False, True
            stop = stop or line > 1 or (sign and word in _STOPS)
            on_line = on_line and not line
            if begin is None and not sign:
                begin = at
                self._stops.append(stop)
                self._on_line.append(on_line)
                count += 1
            self._item_of.append(count - 1)
        if begin is not None:
            self._items.append((begin, len(words)))

    def add(self, found: Found) -> None:
        name = found.entry.name
        proves_all = name.technology or (found.entry.ambiguous and not found.entry.common)
        proofs = self._technologies if proves_all else self._subjects[name.subject]
        proofs.starts.add(found.start)
        proofs.ends.add(found.end)

    def hold(self, found: Found, *, is_name: bool, whole: bool) -> bool:
        """Whether the name is an item beside another name that proves it. With `is_name`, the name may have other words on one
        side, unless `whole` requires the whole item."""
        if not self._items:
            self._split()
        item = self._item_of[found.start]
        start, end = self._items[item]
        first, last = found.start == start, found.end == end
        if not first and not last:
            return False
        if self._beside(self._technologies, item, first=first, last=last, whole=whole or not is_name):
            return True
        subject = self._subjects.get(found.entry.name.subject)
        return (
            subject is not None
            and (found.entry.common or is_name)
            and self._beside(subject, item, first=first, last=last)
        )

    def _beside(self, proofs: _Proofs, item: int, *, first: bool, last: bool, whole: bool = True) -> bool:
        if not proofs.starts:
            return False
        if first and last:
            return self._stands_before(proofs, item) or self._stands_after(proofs, item)
        if whole:
            return False
        if first:
            return self._on_line[item] and self._stands_before(proofs, item)
        return self._stands_after(proofs, item)

    def _stands_before(self, proofs: _Proofs, item: int) -> bool:
        for other in range(item - 1, max(item - 1 - ITEMS, -1), -1):
            start, end = self._items[other]
            if self._stops[other + 1]:
                return False
            if end in proofs.ends:
                return True
            if end - start > ITEM_WORDS:
                return False
        return False

    def _stands_after(self, proofs: _Proofs, item: int) -> bool:
        for other in range(item + 1, min(item + 1 + ITEMS, len(self._items))):
            start, end = self._items[other]
            if self._stops[other]:
                return False
            if start in proofs.starts:
                return True
            if end - start > ITEM_WORDS:
                return False
        return False
