"""The headings of a job ad or a CV, and the sections they begin. Pure."""

import re
from collections.abc import Sequence
from enum import StrEnum

from guidance.matching.words import Span, Words, word_set


class Section(StrEnum):
    REQUIREMENTS = "requirements"
    WISHES = "wishes"
    ABOUT = "about"  # duties, the company, its stack, what it offers
    EXPERIENCE = "experience"
    PROJECTS = "projects"
    SKILLS = "skills"
    EDUCATION = "education"
    INTERESTS = "interests"
    GOALS = "goals"  # what somebody wants to become
    OTHER = "other"


# Headings are shorter than this.
_MAX_WORDS = 8
_MAX_CHARACTERS = 80

# On the words of the heading in the singular; the first that fits the whole heading counts.
_HEADINGS: tuple[tuple[Section, re.Pattern[str]], ...] = tuple(
    (section, re.compile(pattern))
    for section, pattern in (
        (
            Section.INTERESTS,
            r"(?:.* )?(?:interest|hobby|hobby .*|activity|extra curricular.*|reference|declaration|personal (?:detail|information|profile|data))",
        ),
        (
            Section.EDUCATION,
            r"(?:.* )?(?:education|academic.*|education .*|educational .*|course|coursework|training|certification|certificate|certification .*|publication|scholastic.*|degree)",
        ),
        (Section.PROJECTS, r"(?:.* )?(?:project|project (?:detail|undertaken|experience|handled|summary)|portfolio)"),
        (
            Section.EXPERIENCE,
            r"(?:(?:work|professional|career|relevant|job|industry|employment|technical|my|past|previous|total|other|research|teaching|internship|and|/) )*"
            r"(?:experience|history|employment|internship)(?: (?:summary|detail|history|profile))?",
        ),
        (
            Section.WISHES,
            r".*\b(?:nice to have|good to have|bonus|bonuse|bonus point|preferred|desirable|desired|optional|plus|pluse|extra credit"
            r"|great if.*|be great.*|advantageous|advantage|beneficial|asset|wish list|wishlist)\b.*",
        ),
        (
            Section.ABOUT,
            r"(?:.* )?(?:we|you will|what to) (?:offer|get|receive|expect from us|do)\b.*|.*\b(?:responsibility|benefit|perk|duty|stack)\b.*"
            r"|(?:about|who) (?:us|we|the|our)\b.*|(?:your|the|key|main) (?:role|task|mission|job|position|team|company|challenge|tool)"
            r"|what you (?:will|' ll) (?:do|be|work|build|own|get)\b.*|why (?:join )?(?:us|we)\b.*|how we .*|a day .*|day to day|our \w+",
        ),
        (
            Section.REQUIREMENTS,
            r".*\b(?:requirement|required|must|minimum|essential|mandatory|qualification|must have|prerequisite)\b.*"
            r"|what (?:you|we) .*\b(?:bring|need|have|look|looking|expect|seek|want)\b.*|you (?:have|bring|need|are|should)\b.*"
            r"|(?:your|candidate) (?:profile|background|skill|experience)|(?:who|what) you are|about you|(?:ideal|the) candidate|we (?:expect|need)"
            r"|skill and experience|experience and skill",
        ),
        (
            Section.SKILLS,
            r"(?:.* )?(?:skill|skill set|skillset|skill summary|skill and .*|competency|competence|expertise|proficiency|technology|tool|tool used|technical summary"
            r"|technical profile|programming language|language|language known|database|operating system|framework|environment|technical knowledge|strength)",
        ),
        (
            Section.GOALS,
            r"(?:.* )?(?:objective|goal|aspiration|ambition)",
        ),
        (
            Section.OTHER,
            r"(?:.* )?(?:summary|profile|about me|contact|achievement|award|additional information)",
        ),
    )
)

_MARKS = word_set("# * _ = > ~ |")  # around a heading in plain text
_NO_END = word_set(". , ;")
# Sections that may begin on the line of their heading.
_LONG = frozenset({Section.EXPERIENCE, Section.PROJECTS, Section.EDUCATION, Section.INTERESTS, Section.GOALS})


def headings(words: Words, spans: Sequence[Span]) -> tuple[list[tuple[int, Section]], dict[int, Section]]:
    """The headings that begin a section, by the index of their first word; and those that open only a sentence ("Required: …"),
    by the index of their colon. A heading names none of the skills, which stand at `spans`."""
    found: list[tuple[int, Section]] = []
    openings: dict[int, Section] = {}
    named = {index for span in spans for index in range(*span)}
    goals: int | None = None  # where the text under a heading of goals begins
    for at, (line, sentence) in enumerate(zip(words.lines, words.sentences, strict=True)):
        new_line = at == 0 or line != words.lines[at - 1]
        if goals is not None and at > goals and line > words.lines[at - 1] + 1:
            found.append((at, Section.OTHER))  # they are one paragraph, whatever the next heading is called
            goals = None
        if not new_line and sentence == words.sentences[at - 1]:
            continue
        end = _end(words, at)
        if end is None or not named.isdisjoint(range(at, end)):
            continue
        on_line = end < len(words) and words.lines[end] == line  # the colon
        if not on_line and not (new_line and _stands_alone(words, at, end)):
            continue
        section = _section(" ".join(word for word in words.keys[at:end] if word not in _MARKS))
        if section is None:
            continue
        goes_on = on_line and end + 1 < len(words) and words.lines[end + 1] == line
        if new_line and (not goes_on or section in _LONG):
            found.append((at, section))
            goals = (end + 1 if on_line else end) if section is Section.GOALS else None
        else:
            openings[end] = section
    return found, openings


def _end(words: Words, at: int) -> int | None:
    """Where the words that may be a heading end: at a colon or at the line's end. None if they are too many."""
    for end in range(at, min(at + _MAX_WORDS + 1, len(words))):
        if words.lines[end] != words.lines[at] or words.keys[end] == ":":
            return end
    return len(words) if len(words) - at <= _MAX_WORDS else None


def _stands_alone(words: Words, at: int, end: int) -> bool:
    """Whether a line without a colon looks like a heading."""
    first = next((index for index in range(at, end) if words.keys[index] not in _MARKS), at)
    return words.text[words.starts[first]].isupper() and words.keys[end - 1] not in _NO_END


def _section(heading: str) -> Section | None:
    if len(heading) > _MAX_CHARACTERS:
        return None
    return next((section for section, pattern in _HEADINGS if pattern.fullmatch(heading)), None)
