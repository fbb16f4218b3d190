"""What the words of a vocabulary mean, and how they are written down. Pure."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Literal, NamedTuple

from guidance.matching.words import Words

type Cue = Literal["must", "nice"]


class Section(StrEnum):
    REQUIREMENTS = "requirements"
    WISHES = "wishes"
    UNWANTED = "unwanted"  # what the ad says is not needed or not used
    ABOUT = "about"  # duties, the company, its stack
    OFFER = "offer"  # what the employer gives, and how to apply
    EXPERIENCE = "experience"
    PROJECTS = "projects"
    SKILLS = "skills"
    EDUCATION = "education"
    INTERESTS = "interests"
    GOALS = "goals"  # what somebody wants to become
    OTHER = "other"


type Kind = Literal["must", "nice", "not", "plain", "none", "same"]


class Phrase(NamedTuple):
    """What words of a sentence say of the skills beside them.

    "plain" takes back what the heading says ("we use …" among the requirements), "none" only looks like a negation,
    "same" says again of what follows what was said of the skills before: "Kafka is a plus, and so is Flink".
    """

    kind: Kind
    reach: Literal["before", "after", "either", "opening"]  # where the skills stand that it speaks of
    weak: bool = False  # gives way to another phrase before it and to wishes: "ideally you have"; as a negation, reaches less far
    counts: bool = False  # says how much, and nothing against a heading of wishes: "at least"
    faint: bool = False  # gives way to everything else, headings too, and counts in a whole ad only: "experience with"


class Vocabulary(NamedTuple):
    # Headings, in the order in which they count: "Nice to have, not required" is a wish. "|" parts them, "…" stands for any words.
    headings: tuple[tuple[Section, str], ...]
    phrases: tuple[tuple[Phrase, str], ...]  # the longest that fits counts
    breaks: str = ""  # words that part two clauses
    subjects: str = ""  # begin a clause of its own after a comma
    verbs: str = ""
    joints: str = ""  # between the skills of a list
    makers: str = ""  # how the names of jobs end that may be one of ours: "software engineer"
    trades: str = ""  # how those of other jobs end; one of ours has to be named in full: "product manager"
    links: str = ""  # between a skill and a word that speaks of it from the next clause


def each(first: str, second: str) -> str:
    """All that begins with one of the first texts and goes on with one of the second."""
    return "|".join(f"{one} {other}" for one in first.split("|") for other in second.split("|"))


def spelt(texts: str) -> Iterator[tuple[str, ...]]:
    """The texts, as `Words` compares them."""
    return (tuple(Words(text).keys) for text in texts.split("|"))


def word_keys(texts: Iterable[str]) -> frozenset[str]:
    """Single words, as `Words` compares them."""
    return frozenset(key for text in texts for word in text.split() for key in Words(word).keys)
