"""Whether a text asks for the skills it names, welcomes them, or does not want them. Pure.

A job ad shows this in headings ("Nice to have"), at the start of a sentence ("Required: …") and in words before or after the
skill ("ideally …", "… is a plus", "no … needed"). The nearest one counts: words, then the sentence's opening, then the heading.
If none of these decides, a whole ad asks for the skills in what it says about its reader ("you know …", "experience with …").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from guidance.matching import sections
from guidance.matching.vocabulary.english import ENGLISH
from guidance.matching.vocabulary.german import GERMAN
from guidance.matching.vocabulary.terms import Cue, Kind, Phrase, Section, spelt, word_keys
from guidance.matching.words import Span, Words, word_set

__all__ = ["Cue", "Reading", "Section", "read"]

_SECTION_CUES: Mapping[Section, Cue] = {Section.REQUIREMENTS: "must", Section.WISHES: "nice"}
_OF_A_JOB = frozenset({Section.EXPERIENCE, Section.PROJECTS})
_OF_THE_WORK = frozenset({Section.ABOUT, Section.OFFER, Section.EXPERIENCE, Section.PROJECTS})
WHOLE_AD = 65  # words; a text with this many is more than a paragraph of an ad

type Trie = dict[str, "Trie | Phrase"]

_VOCABULARIES = (ENGLISH, GERMAN)


def _trie() -> Trie:
    root: Trie = {}
    for phrase, texts in (entry for vocabulary in _VOCABULARIES for entry in vocabulary.phrases):
        for words in spelt(texts):
            node = root
            for word in words:
                child = node.setdefault(word, {})
                assert isinstance(child, dict)
                node = child
            node.setdefault("", phrase)
    return root


_PHRASES = _trie()
_BREAKS = word_keys(vocabulary.breaks for vocabulary in _VOCABULARIES)
_SUBJECTS = word_keys(vocabulary.subjects for vocabulary in _VOCABULARIES)
_BEFORE_SUBJECT = word_set("and so as if when where that or und oder")
_VERBS = word_keys(vocabulary.verbs for vocabulary in _VOCABULARIES)
_JOINTS = word_keys(vocabulary.joints for vocabulary in _VOCABULARIES)
_LINKS = word_keys(vocabulary.links for vocabulary in _VOCABULARIES)
_WITHOUT = word_set("without ohne")
# In brackets after a skill, these words refer to that skill and to nothing else: "(some experience preferred)".
_OF_SKILLS = word_set(
    "experience knowledge skill familiarity exposure any some basic strongly highly strong good level erfahrung kenntnisse praxis sehr"
)
# A sentence that begins with one of these may state at its end how welcome all of its skills are.
_SUBJECTS_OF_SKILLS = word_set(
    "experience knowledge familiarity exposure expertise background understanding proficiency fluency practice erfahrung erfahrungen"
    " kenntnisse grundkenntnisse praxiserfahrung vorkenntnisse vertrautheit wissen"
)
_LONG_CLAUSE = 200  # words; longer clauses are not sentences of an ad, and searching them takes time
_GOING_ON = word_set("can konnen kann what how why")  # words that continue with the same subject after a comma
# Maximum number of words from a negation to what it negates.
_REACH_OF_NOT = 8
_REACH_OF_WEAK_NOT = 2
_ITEM = 3  # maximum number of words of a list item
_YET = word_set("but though although")
_BULLETS = frozenset("·•|")
_EMPHASIS = frozenset("*_")  # marks within a phrase: "we do **not** use"
_BEGINS_ITEM = frozenset({",", ";", "and", "&", "plus"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text says about one named skill."""

    section: Section
    cue: Cue | None
    negated: bool
    sentence: Span  # the sentence that names the skill


def read(words: Words, spans: Sequence[Span]) -> list[Reading]:
    """One reading for each named skill. `spans` has the words of the skills, in order and without overlaps."""
    headings, openings = sections.headings(words, spans)
    whole = sum(key[0].isalnum() for key in words.keys) >= WHOLE_AD
    told = Section.REQUIREMENTS in {*openings.values(), *(section for *_, section in headings)}
    readings: list[Reading] = []
    section = Section.OTHER
    carried: Section | None = None  # the section that the label of a line sets for all its sentences
    said: Kind | None = None  # the last cue for the preceding skills
    ends = {index: end for begin, end, _ in headings for index in range(begin, end)}
    at = heading = first = 0
    while first < len(words):
        last = first + 1
        begin = at
        while last < len(words) and words.sentences[last] == words.sentences[last - 1]:
            last += 1
        while at < len(spans) and spans[at][0] < last:
            # A name that spans the end of a line shows that the sentence goes on.
            if spans[at][1] > last:
                last = spans[at][1]
                while last < len(words) and words.sentences[last] == words.sentences[last - 1]:
                    last += 1
            at += 1
        if not first or words.lines[first] != words.lines[first - 1]:
            carried = None
        sentence = _Sentence(words, openings, carried, said)
        # The words of a heading say nothing about text that continues after it in lower case.
        for named in sentence.read(min(ends.get(first, first), last), last, spans[begin:at]):
            while heading < len(headings) and headings[heading][0] <= named.span[0]:
                # Duties under the heading of a job are part of the experience.
                if section not in _OF_A_JOB or headings[heading][2] is not Section.ABOUT:
                    section = headings[heading][2]
                heading += 1
            within = named.opening or section
            says = named.says or _SECTION_CUES.get(within)
            if says == "must" and named.counted and within is Section.WISHES:
                says = "nice"  # "at least two years of Kafka" among the wishes
            if says is None and named.faint and whole and not (told and within in _OF_THE_WORK):
                says = "must"
            negated = named.negated or (within is Section.UNWANTED and says != "nice")
            readings.append(Reading(within, None if says == "plain" else says, negated, (first, last)))
        carried, said = sentence.carried, sentence.said
        first = last
    return readings


@dataclass(slots=True)
class _Named:
    """A skill of the sentence that is being read."""

    span: Span
    clause: int
    opening: Section | None
    says: Cue | Literal["plain"] | None
    negated: bool
    asked: bool  # words before it refer to it
    denied: bool = False  # words before it negate it
    wished: bool = False  # words after it say that it is welcome
    counted: bool = False  # the words before it say how much of it, not how necessary it is
    faint: bool = False  # words around it say that someone should know it, unless a heading says otherwise


class _Sentence:
    """Reads one sentence from left to right, once."""

    def __init__(
        self, words: Words, openings: Mapping[int, Section], carried: Section | None, said: Kind | None
    ) -> None:
        self._words = words.keys
        self._lines = words.lines
        self._openings = openings
        self._named: list[_Named] = []
        self.carried = carried
        self._opening = carried
        self._negated_by_opening = carried is Section.UNWANTED
        self._forward: Cue | Literal["plain"] | None = None
        self._counts = False
        self._faint = False
        # What is said before the first skill of the sentence, or before the first skill after a colon.
        self._lead: set[Kind] = set()
        self._forward_end = 0
        self._outside: tuple[Cue | Literal["plain"] | None, int, bool] | None = (
            None  # the three values outside the brackets
        )
        self._not_end: int | None = None  # the end of the negation, or of the last skill that it negated
        self._not_reach = 0
        self._not_count = 0  # skills that the negation covers
        self._is_without = False
        self._without: list[_Named] = []  # skills that "without" negates
        self._clause = 0
        self._clause_start = 0
        self._following: int | None = None  # where the next skill begins
        self._unreached = 0  # index of the first skill that no later word has referred to yet
        self._group: list[_Named] = []  # the skills that later words last referred to
        self._group_end = 0
        self.said = said  # cue of the group, or of the skills in the previous sentence: "Python is a must. So is SQL"

    def read(self, first: int, last: int, spans: Sequence[Span]) -> list[_Named]:
        at = self._clause_start = self._first = self._item_start = first
        self._clause_starts = [first]
        self._last = last
        following = iter(spans)
        span = next(following, None)
        while at < last:
            if span is not None and span[0] <= at:
                self._skill(span)
                at = span[1]
                span = next(following, None)
                continue
            self._following = span[0] if span is not None else None
            phrase, end = _longest(self._words, at, last)
            if phrase is None:
                self._word(at)
            else:
                self._phrase(phrase, at, end)
            at = end
        while span is not None:  # skills inside a phrase at the very end
            self._skill(span)
            span = next(following, None)
        return self._named

    def _skill(self, span: Span) -> None:
        says = self._forward or (_SECTION_CUES.get(self._opening) if self._opening else None)
        asked = self._forward is not None
        named = _Named(
            span,
            self._clause,
            self._opening,
            says,
            self._negated_by_opening,
            asked,
            counted=self._counts,
            faint=self._faint,
        )
        self._lead.clear()
        if self._not_end is not None:
            if self._reached_by_not(span[0]):
                named.negated = named.denied = True
                self._not_end = span[1]
                self._not_count += 1
                if self._is_without:
                    self._without.append(named)
            else:
                self._not_end = None
        self._named.append(named)

    def _reached_by_not(self, start: int) -> bool:
        assert self._not_end is not None
        if not self._not_count:
            return start - self._not_end <= self._not_reach
        return start - self._not_end <= _REACH_OF_NOT and all(
            word in _JOINTS for word in self._words[self._not_end : start]
        )

    def _word(self, at: int) -> None:
        word = self._words[at]
        if word == ":" or (word in {"|", "-", "—", ".", "?"} and at in self._openings):
            self._colon(at)
        elif word in _BREAKS:
            self._break(at)
        elif word in _BULLETS:
            if self._item_start > self._first and self._forward_end >= self._item_start:
                self._forward = None  # said in one item of a row: "· SQL, ideally Postgres · Linux"
            self._item_start = at
        elif word == "(":
            self._outside = self._forward, self._forward_end, self._faint
        elif word == ")":
            self._not_end = None
            if self._outside is not None:  # "you know Python (we use 3.12) and SQL"
                self._forward, self._forward_end, self._faint = self._outside
                self._outside = None
        elif word in {",", "and"}:
            following = self._words[at + 1 : min(at + 4, self._last)]
            if self._forward == "nice" and self._forward_end == at:
                return  # "Ideally, you have …"
            begins = next((word for word in following if word not in _BEFORE_SUBJECT), "")
            goes_on = following[:1] and following[0] in _GOING_ON and (self._faint or self._forward is not None)
            if goes_on:
                return  # "you know the web, can read Python": still the same subject
            if begins in _SUBJECTS or (word == "," and begins in _VERBS):
                self._break(at)
            elif word == "," and self._not_count and self._not_end is not None and self._has_verb(at + 1):
                self._not_end = None

    def _colon(self, at: int) -> None:
        opening = self._openings.get(at)
        if opening is None and "nice" in self._lead:
            opening = Section.WISHES
        if opening is None and self._not_end is not None and at - self._not_end <= 3 and not self._not_count:
            self._negated_by_opening = True  # "What we do not use: …"
        elif opening is not None:
            self._opening, self._negated_by_opening = opening, opening is Section.UNWANTED
            begins_line = self._first == 0 or self._lines[self._first] != self._lines[self._first - 1]
            asks = self._words[at] == "?"  # the rest of the paragraph is the answer
            begins = begins_line and self.carried is None and not self._named
            self.carried = opening if asks or begins else None
        elif self._forward and at - self._forward_end <= 3 and not self._named_in_clause():
            self._opening = {"must": Section.REQUIREMENTS, "nice": Section.WISHES}.get(self._forward, Section.ABOUT)
            self._negated_by_opening = False
        self._lead.clear()
        said = self._forward, self._forward_end, self._faint
        explains = opening is None
        self._break(at)
        if explains:  # "a good grasp of statistics: regression, …"
            self._forward, self._forward_end, self._faint = said

    def _break(self, at: int) -> None:
        self._clause += 1
        self._clause_start = at + 1
        self._clause_starts.append(at + 1)
        # "three years of SQL; dbt; Airflow" continues the requirement, unless what follows has its own cue.
        self._faint = self._words[at] == ";" and (self._faint or self._forward == "must")
        self._forward = None
        self._outside = None
        self._not_end = None

    def _has_verb(self, at: int) -> bool:
        """Whether the part of the sentence up to the next comma is a clause of its own."""
        while at < self._last and self._words[at] != "," and self._words[at] not in _BREAKS:
            if self._words[at] in _VERBS:
                return True
            at += 1
        return False

    def _followed_by_colon(self, end: int) -> bool:
        return end < self._last and self._words[end] == ":"

    def _named_in_clause(self) -> bool:
        return bool(self._named) and self._named[-1].clause == self._clause

    def _phrase(self, phrase: Phrase, at: int, end: int) -> None:
        if phrase.faint:
            if phrase.reach == "before":
                for named in reversed(self._named):
                    if named.clause != self._clause:
                        break
                    named.faint = True
            self._faint = self._faint or phrase.reach == "after"
            return
        if phrase.kind == "same":
            if self.said in {"must", "nice"}:
                self._forward, self._forward_end = self.said, end
            return
        self._lead.add(phrase.kind)
        if phrase.reach == "opening":
            if self._followed_by_colon(end) and not self._named_in_clause():
                self._opening = {"nice": Section.WISHES, "must": Section.REQUIREMENTS}.get(phrase.kind, Section.ABOUT)
        elif phrase.reach == "after":
            self._speak_after(phrase, at, end)
        elif phrase.reach == "before":
            self._speak_before(phrase.kind, at, end)
        elif self._followed_by_colon(end) or self._begins_item(at, end) or not self._speak_before(phrase.kind, at, end):
            self._speak_after(phrase, at, end)

    def _begins_item(self, at: int, end: int) -> bool:
        """Whether the words begin a new item with a skill, after items with words of their own: "must have Python, nice to have
        Kafka"."""
        return (
            self._forward is not None
            and self._words[at - 1] in _BEGINS_ITEM
            and self._following is not None
            and self._following - end <= _ITEM
            and not any(word in _BREAKS or word in _BEGINS_ITEM for word in self._words[end : self._following])
        )

    def _speak_after(self, phrase: Phrase, at: int, end: int) -> None:
        if phrase.kind == "not":
            if self._words[at] in _WITHOUT and self._not_end is not None and not self._not_count:
                self._not_end = None  # "not a day without"
                return
            for named in self._without:  # "without Python you will not"
                named.negated = named.denied = False
            self._without = []
            self._not_end, self._not_count = end, 0
            self._not_reach = _REACH_OF_WEAK_NOT if phrase.weak else _REACH_OF_NOT
            self._is_without = self._words[at] in _WITHOUT
        elif phrase.kind == "plain":
            self._forward, self._forward_end = "plain", end
        elif phrase.kind in {"must", "nice"}:
            if at - 1 == self._not_end and not self._not_count:
                return  # "no must"
            if phrase.weak and self._forward == "nice":
                return
            self._counts = (phrase.counts or phrase.weak) and (self._forward is None or self._counts)
            self._forward = "must" if phrase.kind == "must" else "nice"
            self._forward_end = end
            self._not_end = None

    def _speak_before(self, kind: Kind, at: int, end: int) -> bool:
        """Applies the words at `at` to the preceding skills in this clause or in clauses linked to it. Returns False if there are
        no such skills."""
        self._not_end = None
        self.said = kind
        if self._unreached == len(self._named):
            if not self._group or not self._linked(self._group_end, at):
                return False
        else:
            last = self._named[-1]
            if last.clause != self._clause and not self._linked(self._clause_start, at):
                return False
            if self._is_of_another(last.span[1], at) or (kind == "nice" and self._is_next_item(last.span[1], at)):
                return True
            self._group = [last]
            if "(" not in self._words[last.span[1] : at]:
                self._extend_group(at)
            self._unreached = len(self._named)
        self._group_end = end
        for named in self._group:
            if named.denied and not (kind == "nice" and self._words[at] in _YET):
                continue
            if kind == "nice":
                named.says, named.negated, named.wished = "nice", False, True
            elif kind == "must":
                named.says, named.counted = "must", False
            elif not named.wished:
                named.negated = True
        return True

    def _is_of_another(self, first: int, at: int) -> bool:
        """Whether the words refer to something in brackets that is not one of our skills: "Kubernetes (AKS preferred)"."""
        between = self._words[first:at]
        if "(" not in between or ")" in between:
            return False
        within = between[between.index("(") + 1 :]
        return any(word[0].isalnum() and word not in _LINKS and word not in _OF_SKILLS for word in within)

    def _is_next_item(self, first: int, at: int) -> bool:
        """Whether the words refer to the next item of a list, which is not one of our skills: "3+ years of Docker, CKA is a
        plus"."""
        between = self._words[first:at]
        if ")" in between and "(" not in between:
            between = between[between.index(")") :]  # "ERP (SAP, Oracle) is an advantage"
        if "," not in between or "(" in between:
            return False
        item = between[len(between) - between[::-1].index(",") :]
        said = [word for word in item if word[0].isalnum()]
        return (
            0 < len(said) <= _ITEM
            and not any(word in _JOINTS or word in _OF_SKILLS for word in said)
            and not all(word in _LINKS for word in said)
        )

    def _extend_group(self, at: int) -> None:
        """Adds the skills before the last one that are in the same list or the same brackets."""
        if self._speaks_of_knowing(at):
            self._group = [one for one in self._named[self._unreached :] if one.clause == self._named[-1].clause]
            return
        in_brackets = ")" in self._words[self._group[0].span[1] : at]
        for index in range(len(self._named) - 2, self._unreached - 1, -1):
            named, after = self._named[index], self._named[index + 1]
            between = self._words[named.span[1] : after.span[0]]
            if named.clause != after.clause or named.asked != after.asked:
                break
            brackets = [word for word in between if word in {"(", ")"}]
            if brackets[-1:] == ["("] and not in_brackets:
                break
            in_brackets = bool(brackets and brackets[0] == ")") or (in_brackets and not brackets)
            if "," in between and not all(word in _JOINTS for word in between):
                break
            self._group.append(named)

    def _speaks_of_knowing(self, at: int) -> bool:
        """Whether the first words of the clause apply to all its skills: "Experience with Docker, CI (we use GitLab) or Kafka is
        welcome"."""
        clause = self._named[-1].clause
        start = self._clause_starts[clause]
        if at - start > _LONG_CLAUSE:
            return False
        before = self._words[start:at]
        if before.count("(") > before.count(")"):
            return False  # the words refer to the text in the brackets: "Experience with Kubernetes (AKS preferred)"
        first = next(one.span[0] for one in self._named if one.clause == clause)
        return any(word in _SUBJECTS_OF_SKILLS for word in self._words[start:first][:_ITEM])

    def _linked(self, first: int, at: int) -> bool:
        return at - first <= len(_LINKS) and all(word in _LINKS or word.isdigit() for word in self._words[first:at])


def _longest(keys: Sequence[str], at: int, last: int) -> tuple[Phrase | None, int]:
    """The longest phrase that begins at `at`, and its end; or None and the next word."""
    node: Trie | Phrase | None = _PHRASES.get(keys[at])
    phrase: Phrase | None = None
    end = at + 1
    after = end
    while isinstance(node, dict):
        found = node.get("")
        if isinstance(found, Phrase):
            phrase, end = found, after
        while after < last and keys[after] in _EMPHASIS:
            after += 1
        if after == last:
            break
        node = node.get(keys[after])
        after += 1
    return phrase, end
