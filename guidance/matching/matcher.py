"""Finds the skills that a text names: where they are, whether the text asks for them, and in which section. Pure.

Names are compiled once into one trie of words (`words.py`) and found in one pass: the longest name that begins at a word
wins, and the next one begins after it, so matches never overlap. Names begin and end at words, so "rag" is not found in
"brokerage". The time depends only on the length of the text. `senses.py` decides whether a name that is also an everyday word
means its skill.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from guidance.matching import cues, senses
from guidance.matching.cues import Cue
from guidance.matching.patterns import Patterns, is_pattern
from guidance.matching.sections import Section
from guidance.matching.senses import Entry, Found, Name, Senses
from guidance.matching.words import Words, singular, word_set

__all__ = ["MAX_TEXT", "Cue", "Match", "Matcher", "Name", "Section", "compile"]

MAX_TEXT = 100_000  # code points
_COMPANIES = word_set("inc ltd llc gmbh ag se corp corporation plc co bv sa company")


@dataclass(frozen=True, slots=True)
class Match:
    """A skill named in a text as `text[start:end]`; offsets are code points."""

    skill: str
    start: int
    end: int
    cue: Cue | None  # whether it is asked for or welcome; None if the text does not say
    negated: bool  # whether the text says that it is not needed, used or known
    section: Section
    sentence: tuple[int, int]  # start and end of its sentence
    told: bool = False  # whether it was found by a phrase, not by a name


@dataclass(slots=True)
class _Node:
    """A node in the trie: the names that the words up to here spell, and the words that may follow."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    exact: dict[tuple[str, ...], Entry] | None = None  # by the exact words
    entry: Entry | None = None  # if its words may be singular or plural


def compile(names: Iterable[Name]) -> "Matcher":  # noqa: A001 - matcher.compile, as re.compile
    return Matcher(names)


class Matcher:
    """Finds the names that it was built from. It is immutable, so it can be kept and shared by threads.

    Every name is found in the singular and plural (an ambiguous one only as written), with hyphens, underscores, spaces or a
    line break between its words and, unless ambiguous, with nothing between them or without its slash: `CI/CD`, `CICD`. A name
    that is a list of other names, `AWS/GCP/Azure`, is read as those names.
    """

    def __init__(self, names: Iterable[Name]) -> None:
        self._root = _Node()
        self._vocabulary: set[str] = set()
        every = list(names)
        self._patterns = Patterns(
            senses.entry(name, Words(name.text)) for name in every if name.is_phrase and is_pattern(name.text)
        )
        spelt = [(name, Words(name.text)) for name in every if not (name.is_phrase and is_pattern(name.text))]
        keys = {tuple(words.keys) for _, words in spelt}
        entries = [
            (senses.entry(name, words), words) for name, words in spelt if words.keys and not _is_list(name, keys)
        ]
        # Names with conditions come first: an alias that repeats its skill's name sets them for the name.
        for entry, words in sorted(entries, key=lambda pair: not (pair[0].ambiguous or pair[0].name.excludes)):
            self._add(words.words, words.keys, entry)
        self._beginnings = frozenset(
            phrase[0] for entry, _ in entries for phrase in (*entry.needs, *entry.excludes) if phrase
        )
        for entry, words in entries:
            if not entry.ambiguous:
                for variant in _variants(words):
                    self._add(variant, variant, entry)

    def _add(self, words: Sequence[str], keys: Sequence[str], entry: Entry) -> None:
        """Adds a name. If two names have the same words, the first one stays."""
        node = self._root
        for key in keys:
            node = node.following.setdefault(key, _Node())
        if node.exact is None:
            node.exact = {}
        stays = node.exact.setdefault(tuple(words), entry)
        if stays is entry and not entry.ambiguous and node.entry is None:
            node.entry = entry
        self._vocabulary.update(words)

    def find(self, text: str, leave_out: Iterable[str] = ()) -> tuple[Match, ...]:
        """The skills named in the text, in order, without overlaps, including negated ones. The time is linear in the length of
        the text.

        Names in `leave_out`, such as the employer's, are not found. Raises ValueError for more than MAX_TEXT code points.
        """
        return self.find_in(self.words(text), leave_out)

    def words(self, text: str) -> Words:
        """The words of the text; a hyphenated word is joined if a name contains it. Raises ValueError as `find` does."""
        if len(text) > MAX_TEXT:
            raise ValueError(f"The text has {len(text)} characters; at most {MAX_TEXT} are read.")
        return Words(text, self._vocabulary)

    def find_in(self, words: Words, leave_out: Iterable[str] = ()) -> tuple[Match, ...]:
        named = self._named(words, frozenset(map(_without_form, leave_out)))
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
                found.entry.name.is_phrase,
            )
            for found, reading in zip(named, readings, strict=True)
        )

    def named(self, text: str) -> str | None:
        """The skill with exactly this name, in any spelling. Ambiguous names count too, because the caller knows that it is a
        name."""
        words = Words(text)
        found = self._longest(words, 0, len(words)) if len(words) else None
        return found.entry.name.skill if found and found.end == len(words) else None

    def _named(self, words: Words, leave_out: Collection[tuple[str, ...]]) -> list[Found]:
        found = [
            one for one in self._scan(words) if not leave_out or tuple(words.keys[one.start : one.end]) not in leave_out
        ]
        judged = Senses(words, found, self._beginnings)
        named: list[Found] = []
        waiting: list[Found] = []
        rejected: list[Found] = []
        for one in found:
            if judged.excludes(one):
                rejected.append(one)
            elif one.entry.ambiguous:
                waiting.append(one)
            else:
                named.append(one)
                judged.add(one)
        # A name that is proved by its list proves its neighbours on both sides, so there can be a second round.
        for _ in range(2):
            doubtful = []
            for one in waiting:
                if judged.counts(one):
                    named.append(one)
                    judged.add(one)
                else:
                    doubtful.append(one)
            if len(doubtful) == len(waiting):
                break
            waiting = doubtful[::-1]
        for one in (*rejected, *waiting):
            named.extend(self._inside(words, one, judged))
        every = sorted(self._parted(words, named, judged), key=lambda one: one.start)
        told = list(self._told(words, every, rejected, waiting))
        return sorted([*every, *told], key=lambda one: one.start) if told else every

    def _told(
        self, words: Words, named: Iterable[Found], excluded: Iterable[Found], doubtful: Iterable[Found]
    ) -> Iterator[Found]:
        """The matches of patterns, each cut down to its first words that belong to no name. A match is left out if its skill is
        already named there, if a name of the skill there has another meaning, or if a doubtful name there is as long as the
        match."""
        hits = list(self._patterns.find(words))
        if not hits:
            return
        taken: list[str] = [""] * len(words)  # the skill that has each word
        for one in named:
            taken[one.start : one.end] = [one.entry.name.skill] * (one.end - one.start)
        other = {(at, one.entry.name.skill) for one in excluded for at in range(one.start, one.end)}
        weak = {(one.start, one.entry.name.skill): one.end for one in doubtful}
        for start, end, entry in hits:
            skill = entry.name.skill
            if skill in taken[start:end] or any((at, skill) in other for at in range(start, end)):
                continue
            if any(weak.get((at, skill), 0) >= end for at in range(max(start - 3, 0), start + 1)):
                continue
            first = next((at for at in range(start, end) if not taken[at] and words.keys[at][0].isalnum()), end)
            last = next((at for at in range(first, end) if taken[at]), end)
            while last > first and not words.keys[last - 1][0].isalnum():
                last -= 1
            if first < last:
                taken[first:last] = [skill] * (last - first)
                yield Found(first, last, entry)

    def _parted(self, words: Words, named: Iterable[Found], judged: Senses) -> Iterator[Found]:
        """The names, with phrases split at the names inside them: "deploy ML models" into "deploy" and "ML models"."""
        for one in named:
            within = list(self._inside(words, one, judged)) if one.entry.name.is_phrase else []
            within = [
                name
                for name in within
                if not (name.entry.name.is_phrase or (name.entry.common and name.entry.ambiguous))
            ]
            yield from within
            if not within:
                yield one
            elif one.start < within[0].start:
                yield one._replace(end=within[0].start)
            elif within[-1].end < one.end:
                yield one._replace(start=within[-1].end)

    def _scan(self, words: Words) -> Iterator[Found]:
        following, keys = self._root.following, words.keys
        size = len(keys)
        start = 0
        while start < size:
            found = self._longest(words, start, size) if keys[start] in following else None
            if found:
                yield found
            start = found.end if found else start + 1

    def _inside(self, words: Words, rejected: Found, judged: Senses) -> Iterator[Found]:
        """Shorter names inside a phrase, or inside a longer name that does not count."""
        start = rejected.start
        while start < rejected.end:
            limit = rejected.end - 1 if start == rejected.start else rejected.end
            found = self._longest(words, start, limit)
            if found and not judged.excludes(found) and (not found.entry.ambiguous or judged.counts(found)):
                yield found
                start = found.end
            else:
                start += 1

    def _longest(self, words: Words, start: int, limit: int) -> Found | None:
        keys, lines = words.keys, words.lines
        node = self._root
        longest: Found | None = None
        for at in range(start, limit):
            following = node.following.get(keys[at])
            if following is None or (at > start and lines[at] > lines[at - 1] + 1):
                break
            node = following
            if node.exact is not None and not (keys[at][-1].isdigit() and _splits_number(words, at + 1)):
                entry = node.exact.get(tuple(words.words[start : at + 1]), node.entry)
                if entry is not None:
                    longest = Found(start, at + 1, entry)
        return longest


def _without_form(company: str) -> tuple[str, ...]:
    """The words of a company's name, without its legal form: "HubSpot, Inc."."""
    keys = Words(company).keys
    while len(keys) > 1 and (keys[-1] in _COMPANIES or not keys[-1].isalnum()):
        keys = keys[:-1]
    return tuple(keys)


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
    """Whether a name that ends here would end inside a number: "Python 3" in "Python 3.13"."""
    return (
        end < len(words) and words.glued[end] and words.words[end - 1][-1].isdigit() and words.words[end][0].isdigit()
    )
