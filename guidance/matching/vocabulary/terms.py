"""The types of a vocabulary, and functions to write and read one. Pure."""

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
    GOALS = "goals"  # what someone wants to become
    OTHER = "other"


type Kind = Literal["must", "nice", "not", "plain", "none", "same"]


class Phrase(NamedTuple):
    """What words in a sentence say about the skills near them.

    "plain" cancels what the heading says ("we use …" among the requirements), "none" only looks like a negation, "same" applies
    what was said about the preceding skills to the skills that follow: "Kafka is a plus, and so is Flink".
    """

    kind: Kind
    reach: Literal["before", "after", "either", "opening"]  # where the skills that it refers to are
    weak: bool = False  # gives way to another phrase before it and to wishes: "ideally you have"; as a negation, reaches less far
    counts: bool = False  # says how much, and does not override a heading of wishes: "at least"
    faint: bool = (
        False  # gives way to everything else, including headings, and only counts in a whole ad: "experience with"
    )


class Vocabulary(NamedTuple):
    # Headings by priority: "Nice to have, not required" is a wish. "|" separates them, "…" stands for any words.
    headings: tuple[tuple[Section, str], ...]
    phrases: tuple[tuple[Phrase, str], ...]  # the longest match counts
    breaks: str = ""  # words that separate two clauses
    subjects: str = ""  # words that begin a new clause after a comma
    verbs: str = ""
    joints: str = ""  # words between the skills of a list
    makers: str = ""  # last words of the names of jobs that may be one of ours: "software engineer"
    trades: str = ""  # last words of the names of other jobs; one of ours has to be named in full: "product manager"
    links: str = ""  # words between a skill and a word of the next clause that refers to it
    # Alternatives of regular expressions, for what an ad names that is not part of the job (`beside.py`):
    elsewhere: str = ""  # the work of others: "a separate team looks after …"
    colleagues: str = ""  # those the reader works with: "next to our data scientists"
    jobs: str = ""  # their jobs, after the name of a skill
    firm: str = ""  # what the firm sells or is known for: "a leading provider of …"
    applying: str = ""  # how to apply, and what happens next


def each(first: str, second: str) -> str:
    """Every combination of one of the first texts and one of the second."""
    return "|".join(f"{one} {other}" for one in first.split("|") for other in second.split("|"))


def spelt(texts: str) -> Iterator[tuple[str, ...]]:
    """The words of each text, as `Words` compares them."""
    return (tuple(Words(text).keys) for text in texts.split("|"))


def word_keys(texts: Iterable[str]) -> frozenset[str]:
    """Single words, as `Words` compares them."""
    return frozenset(key for text in texts for word in text.split() for key in Words(word).keys)
