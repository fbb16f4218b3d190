"""Which skills a text names: where, how it means them and in which section. Pure.

Names are compiled once into one trie of words (`words.py`) and found in one pass: the longest name that begins at a word
wins, and the next one begins after it, so matches never overlap. Since names begin and end with words, "rag" is not
in "brokerage", and the time grows with the text alone.

A name that is also an everyday word ("Go", "rest", "agents") counts in two cases only:

- one of its context words stands in the same sentence, at most NEAR words away, and the word is written as a name is: "Go" and
  not "go", "REST" and not "Rest". In text that is all in capitals or all in small letters, which says nothing, the context
  word must be at most NEXT words away;
- it is an item of a list beside a technology that is not ambiguous: "python, go, kafka".

It never counts as a part of a compound ("X-ray", "lightning-fast"), as an initial ("Dr. R. Patel") or in a phrase of IDIOMS.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from guidance.matching import cues
from guidance.matching.cues import Cue
from guidance.matching.sections import Section
from guidance.matching.words import Span, Words, singular, word_set

__all__ = ["MAX_TEXT", "Cue", "Match", "Matcher", "Name", "Section", "compile"]

MAX_TEXT = 100_000  # code points
NEAR = 12
NEXT = 4
ITEMS = 3  # of a list that are looked at on each side
ITEM_WORDS = 4  # in an item we do not know, for the list to go on behind it

# Phrases in which a word is not the name it looks like.
IDIOMS = (
    "go to|go live|go beyond|go above|go through|go public|go further|go ahead|go deep|go deeper|go back|go home|go with|go for|go into|go over|go out|go far"
    "|go in|go from|go by|go the extra|have a go|let us go|on the go|go get|series c|grade c|class c|category c|plan c|option c|building c|block c|room c"
    "|vitamin c|hepatitis c|c suite|r & d|r and d|rest of|rest assured|spark of|spark plug|spark your|spark our|taylor swift|make sure|make an|make a"
    "|make the|make it|make your|make our|make use|express your|express yourself|react to|react quickly|excel at|excel in|excel as|dash of|rust belt"
    "|hong kong|hive mind|ts / sci|your cv|cv and cover|updated cv|current cv|in collaboration"
)
# After a hyphen these leave a name what it is: "Go-based".
_ENDINGS = word_set(
    "based driven powered native like style compatible specific related side centric first only programming language developed"
)
_SEPARATORS = frozenset(",/;|()[]:&+•▪●◦·■➢✓-—*")
_JOINS = frozenset({"and", "or"})
_STOPS = frozenset(".!?")


class Name(NamedTuple):
    """A name of a skill. An ambiguous one has another, everyday meaning and needs one of the context words near it."""

    skill: str
    text: str
    ambiguous: bool = False
    context: tuple[str, ...] = ()
    technology: bool = False  # the proper name of something: its neighbours in a list are read as such, too


@dataclass(frozen=True, slots=True)
class Match:
    """A skill named in a text, which spells it `text[start:end]`; offsets are code points."""

    skill: str
    start: int
    end: int
    cue: Cue | None  # whether it is asked for or welcome; None where the text does not say
    negated: bool  # it is said not to be needed, used or known
    section: Section
    sentence: tuple[int, int]  # start and end of the sentence it stands in


@dataclass(frozen=True, slots=True)
class _Entry:
    name: Name
    context: tuple[str, ...] = ()  # each as keys between blanks
    idioms: tuple[
        tuple[int, tuple[str, ...]], ...
    ] = ()  # the words of each, and how many of them stand before the name


@dataclass(slots=True)
class _Node:
    """What the words up to here spell."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    exact: dict[tuple[str, ...], _Entry] | None = None  # by the very words
    entry: _Entry | None = None  # in whichever number its words are


class _Found(NamedTuple):
    start: int  # words
    end: int
    entry: _Entry

    @property
    def ambiguous(self) -> bool:
        return self.entry.name.ambiguous


def compile(names: Iterable[Name]) -> "Matcher":  # noqa: A001 - matcher.compile, as re.compile
    return Matcher(names)


class Matcher:
    """Finds the names it was made from; immutable, to be kept and shared by threads.

    Every name is found in its plural and singular (an ambiguous one only as it is), with hyphens, underscores, blanks or a line's
    end between its words and, unless ambiguous, with nothing between them or without its slash: `CI/CD`, `CICD`. A name that is
    a list of other names, `AWS/GCP/Azure`, is read as these.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._root = _Node()
        self._vocabulary: set[str] = set()
        spelt = [(name, Words(name.text)) for name in names]
        keys = {tuple(words.keys) for _, words in spelt}
        entries = [(_entry(name, words), words) for name, words in spelt if words.keys and not _is_list(name, keys)]
        # Ambiguous names come first: an alias that repeats its skill's name makes the name ambiguous.
        for entry, words in sorted(entries, key=lambda pair: not pair[0].name.ambiguous):
            self._add(words.words, words.keys, entry)
        for entry, words in entries:
            if not entry.name.ambiguous:
                for variant in _variants(words):
                    self._add(variant, variant, entry)

    def _add(self, words: Sequence[str], keys: Sequence[str], entry: _Entry) -> None:
        """The first entry of the same words stays."""
        node = self._root
        for key in keys:
            node = node.following.setdefault(key, _Node())
        if node.exact is None:
            node.exact = {}
        stays = node.exact.setdefault(tuple(words), entry)
        if stays is entry and not entry.name.ambiguous and node.entry is None:
            node.entry = entry
        self._vocabulary.update(words)

    def find(self, text: str) -> tuple[Match, ...]:
        """The skills named in the text, in its order, not overlapping, the negated ones too. In time linear in its length.

        ValueError for more than MAX_TEXT code points.
        """
        return self.find_in(self.words(text))

    def words(self, text: str) -> Words:
        """The words of the text, joined over the end of a line as the names need it. ValueError as for `find`."""
        if len(text) > MAX_TEXT:
            raise ValueError(f"The text has {len(text)} characters; at most {MAX_TEXT} are read.")
        return Words(text, self._vocabulary)

    def find_in(self, words: Words) -> tuple[Match, ...]:
        named = self._named(words)
        readings = cues.read(words, [(found.start, found.end) for found in named])
        return tuple(
            Match(
                found.entry.name.skill,
                words.starts[found.start],
                words.ends[found.end - 1],
                reading.cue,
                reading.negated,
                reading.section,
                (words.starts[reading.sentence[0]], words.ends[reading.sentence[1] - 1]),
            )
            for found, reading in zip(named, readings, strict=True)
        )

    def named(self, text: str) -> str | None:
        """The skill that is called just so, in whichever spelling. Ambiguous names too: who asks knows that it is one."""
        words = Words(text)
        found = self._longest(words, 0, len(words)) if len(words) else None
        return found.entry.name.skill if found and found.end == len(words) else None

    def _named(self, words: Words) -> list[_Found]:
        found = list(self._scan(words))
        lists = _Lists(words, found)
        named = [one for one in found if not one.ambiguous]
        waiting = [one for one in found if one.ambiguous]
        # One that its list proves is proof for its neighbours, whichever side they stand on.
        for _ in range(2):
            rejected = []
            for one in waiting:
                if _counts(words, one, lists):
                    named.append(one)
                    lists.add(one)
                else:
                    rejected.append(one)
            if len(rejected) == len(waiting):
                break
            waiting = rejected[::-1]
        for one in waiting:
            named.extend(self._inside(words, one, lists))
        return sorted(named, key=lambda one: one.start)

    def _scan(self, words: Words) -> Iterator[_Found]:
        following, keys = self._root.following, words.keys
        size = len(keys)
        start = 0
        while start < size:
            found = self._longest(words, start, size) if keys[start] in following else None
            if found:
                yield found
            start = found.end if found else start + 1

    def _inside(self, words: Words, rejected: _Found, lists: "_Lists") -> Iterator[_Found]:
        """Shorter names within a longer one that does not count."""
        start = rejected.start
        while start < rejected.end:
            limit = rejected.end - 1 if start == rejected.start else rejected.end
            found = self._longest(words, start, limit)
            if found and (not found.ambiguous or _counts(words, found, lists)):
                yield found
                start = found.end
            else:
                start += 1

    def _longest(self, words: Words, start: int, limit: int) -> _Found | None:
        keys, lines = words.keys, words.lines
        node = self._root
        longest: _Found | None = None
        for at in range(start, limit):
            following = node.following.get(keys[at])
            if following is None or (at > start and lines[at] > lines[at - 1] + 1):
                break
            node = following
            if node.exact is not None and not _splits_number(words, at + 1):
                entry = node.exact.get(tuple(words.words[start : at + 1]), node.entry)
                if entry is not None:
                    longest = _Found(start, at + 1, entry)
        return longest


def _entry(name: Name, words: Words) -> _Entry:
    if not name.ambiguous:
        return _Entry(name)
    context = tuple(f" {' '.join(Words(text).keys)} " for text in name.context)
    idioms = tuple(
        (idiom.index(words.words[0]), tuple(idiom))
        for idiom in (text.split() for text in IDIOMS.split("|"))
        if len(words) == 1 and words.words[0] in idiom
    )
    return _Entry(name, context, idioms)


def _is_list(name: Name, keys: Collection[tuple[str, ...]]) -> bool:
    parts = name.text.split("/")
    return len(parts) > 1 and all(tuple(Words(part).keys) in keys for part in parts)


def _variants(words: Words) -> Iterator[tuple[str, ...]]:
    """Other spellings of a name, as keys."""
    parts = [word for word in words.words if word != "/"]
    if len(parts) > 1 and all(part.isalnum() for part in parts):
        yield tuple(singular(part) for part in parts)
        yield (singular("".join(parts)),)


def _splits_number(words: Words, end: int) -> bool:
    """Whether a name that ends here would end within a number: "Python 3" in "Python 3.13"."""
    return (
        end < len(words) and words.glued[end] and words.words[end - 1][-1].isdigit() and words.words[end][0].isdigit()
    )


def _counts(words: Words, found: _Found, lists: "_Lists") -> bool:
    """Whether an ambiguous name means its skill here."""
    start, end, entry = found
    if words.glued[start] or (end < len(words) and words.glued[end] and words.words[end] not in _ENDINGS):
        return False
    if any(
        start >= before and tuple(words.words[start - before : start - before + len(idiom)]) == idiom
        for before, idiom in entry.idioms
    ):
        return False
    name = entry.name.text
    first, last = _window(words, found, NEAR)
    shaped = _is_written_as(words.text[words.starts[start] : words.ends[end - 1]], name)
    is_name = shaped and not name.islower()
    around = words.text[words.starts[first] : words.ends[last - 1]]
    if not name.islower() and (around.islower() or around.isupper()):
        shaped, is_name = True, False
        first, last = _window(words, found, NEXT)
    near = f" {' '.join(words.keys[first:start])} | {' '.join(words.keys[end:last])} "
    in_context = shaped and not _is_initial(words, found) and any(context in near for context in entry.context)
    return in_context or lists.hold(found, is_name)


def _is_initial(words: Words, found: _Found) -> bool:
    end = found.end
    return (
        len(words.words[found.start]) == 1
        and end + 1 < len(words)
        and words.words[end] == "."
        and words.words[end + 1].isalpha()
        and words.sentences[end + 1] == words.sentences[found.start]
    )


def _window(words: Words, found: _Found, reach: int) -> Span:
    """The words of the sentence that are at most `reach` words away."""
    sentence = words.sentences[found.start]
    first, last = max(found.start - reach, 0), min(found.end + reach, len(words))
    while words.sentences[first] != sentence:
        first += 1
    while last > found.end and words.sentences[last - 1] != sentence:
        last -= 1
    return first, last


def _is_written_as(written: str, name: str) -> bool:
    """Whether the capitals are those of the name, or all are capitals."""
    letters = "".join(filter(str.isalnum, written))
    return name.islower() or letters == "".join(filter(str.isalnum, name)) or (len(letters) > 1 and letters.isupper())


class _Lists:
    """The text as items of lists, and the technologies it is known to name, to judge what stands beside them."""

    def __init__(self, words: Words, found: Iterable[_Found]) -> None:
        self._starts: set[int] = set()
        self._ends: set[int] = set()
        self._items: list[Span] = []
        self._item_of: dict[int, int] = {}
        self._stops: list[bool] = []  # whether the list ends before the item
        self._on_line: list[bool] = []  # whether the item stands on the line of the one before
        whole: set[int] = set()
        for one in found:
            whole.update(range(one.start + 1, one.end))
            if not one.ambiguous and one.entry.name.technology:
                self.add(one)
        self._split(words, whole)

    def _split(self, words: Words, whole: Collection[int]) -> None:
        """Part the text at signs, joining words and lines, but not within a name."""
        begin: int | None = None
        stop, on_line = True, True
        for at, word in enumerate(words.words):
            line = words.lines[at] - words.lines[at - 1] if at else 0
            inner = at in whole
            sign = not inner and (word in _SEPARATORS or word in _JOINS or word in _STOPS)
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
            self._item_of[at] = len(self._stops) - 1
        if begin is not None:
            self._items.append((begin, len(words)))

    def add(self, found: _Found) -> None:
        """Take an ambiguous name for the technology it is."""
        self._starts.add(found.start)
        self._ends.add(found.end)

    def hold(self, found: _Found, is_name: bool) -> bool:
        """Whether it is an item beside a technology. What is written as a name may have other words on one side of it."""
        item = self._item_of[found.start]
        start, end = self._items[item]
        first, last = found.start == start, found.end == end
        before = first and self._stands_before(item)
        after = last and self._stands_after(item)
        if first and last:
            return before or after
        return is_name and ((before and self._on_line[item]) or after)

    def _stands_before(self, item: int) -> bool:
        for other in range(item - 1, max(item - 1 - ITEMS, -1), -1):
            start, end = self._items[other]
            if self._stops[other + 1]:
                return False
            if end in self._ends:
                return True
            if end - start > ITEM_WORDS:
                return False
        return False

    def _stands_after(self, item: int) -> bool:
        for other in range(item + 1, min(item + 1 + ITEMS, len(self._items))):
            start, end = self._items[other]
            if self._stops[other]:
                return False
            if start in self._starts:
                return True
            if end - start > ITEM_WORDS:
                return False
        return False
