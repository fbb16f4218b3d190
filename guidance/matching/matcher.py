"""Which skills a text names: where, how it means them and in which section. Pure.

Names are compiled once into one trie of words (`words.py`) and found in one pass: the longest name that begins at a word
wins, and the next one begins after it, so matches never overlap. Since names begin and end with words, "rag" is not
in "brokerage", and the time grows with the text alone. `senses.py` says whether a name that is also an everyday word means its skill.
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
    """A skill named in a text, which spells it `text[start:end]`; offsets are code points."""

    skill: str
    start: int
    end: int
    cue: Cue | None  # whether it is asked for or welcome; None where the text does not say
    negated: bool  # it is said not to be needed, used or known
    section: Section
    sentence: tuple[int, int]  # start and end of the sentence it stands in
    told: bool = False  # by a phrase, not by a name


@dataclass(slots=True)
class _Node:
    """What the words up to here spell."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    exact: dict[tuple[str, ...], Entry] | None = None  # by the very words
    entry: Entry | None = None  # in whichever number its words are


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
        """The first entry of the same words stays."""
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
        """The skills named in the text, in its order, not overlapping, the negated ones too. In time linear in its length.

        What is called as one of `leave_out` is none: the employer's own name. ValueError for more than MAX_TEXT code points.
        """
        return self.find_in(self.words(text), leave_out)

    def words(self, text: str) -> Words:
        """The words of the text, joined over the end of a line as the names need it. ValueError as for `find`."""
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
        """The skill that is called just so, in whichever spelling. Ambiguous names too: who asks knows that it is one."""
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
        # One that its list proves is proof for its neighbours, whichever side they stand on.
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
        """What patterns say, in the first words of theirs that no name has; not what a name says there already, nor where a name
        of the skill has another meaning, or is doubtful and the pattern says no more."""
        hits = list(self._patterns.find(words))
        if not hits:
            return
        taken: list[str] = [""] * len(words)  # by skills
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
        """The names, and those inside phrases: "deploy" and "ML models" of "deploy ML models"."""
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
        """Shorter names within a longer one that does not count."""
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
    """Whether a name that ends here would end within a number: "Python 3" in "Python 3.13"."""
    return (
        end < len(words) and words.glued[end] and words.words[end - 1][-1].isdigit() and words.words[end][0].isdigit()
    )
