"""The headings of a job ad or a CV, and the sections that they begin. Pure.

Headings of CVs are patterns; those of job ads are in `vocabulary`. Whether the text is an ad or a CV decides what "Skills" and
"Experience" mean: in an ad, they are requirements.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from guidance.matching.vocabulary.english import ENGLISH
from guidance.matching.vocabulary.german import GERMAN
from guidance.matching.vocabulary.terms import Section, spelt
from guidance.matching.words import BULLETS, Span, Words, word_set

__all__ = ["Section", "headings", "is_heading"]

# Maximum number of words in a heading: with text after it, alone on its line, and before a colon at the end of a line.
_MAX_WORDS = 8
_MAX_ALONE = 10
_MAX_WITH_COLON = 16
_MAX_SIGNS = 40  # words and signs
_MAX_PLAIN = 4  # words of a heading that nothing sets apart from the lines around it
_MAX_BEGUN = 7  # words of a heading that begins with several words of the vocabulary: "Even better if you have"

# Patterns for the words of a heading in the singular; the first that matches the whole heading counts.
_OF_CVS: tuple[tuple[Section, re.Pattern[str]], ...] = tuple(
    (section, re.compile(pattern))
    for section, pattern in (
        (
            Section.INTERESTS,
            r"(?:.* )?(?:interest|interessen|hobby|hobby .*|activity|extra curricular.*|reference|declaration|personal (?:detail|information|profile|data))",
        ),
        (
            Section.EDUCATION,
            r"(?:.* )?(?:ausbildung|studium|bildungsweg|schulbildung|weiterbildung|weiterbildungen|zertifikate|education|academic.*|education .*|educational .*|course|coursework|training|certification|certificate|certification .*|publication|scholastic.*|degree)",
        ),
        (
            Section.PROJECTS,
            r"(?:.* )?(?:projekte|projekterfahrung|project|project (?:detail|undertaken|experience|handled|summary)|portfolio)",
        ),
        (
            Section.EXPERIENCE,
            r"(?:(?:work|professional|career|relevant|job|industry|employment|technical|my|past|previous|total|other|research|teaching|internship|and|/) )*"
            r"(?:experience|history|employment|internship)(?: (?:summary|detail|history|profile))?"
            r"|gig|engagement|assignment|berufserfahrung|berufspraxis|(?:beruflicher )?werdegang|praktika",
        ),
        (
            Section.SKILLS,
            r"(?:(?:technische|fachliche|it|edv|meine|und) )*(?:kenntnisse|fahigkeiten|technologien|programmiersprachen)",
        ),
    )
)
_OF_BOTH: tuple[tuple[Section, re.Pattern[str]], ...] = tuple(
    (section, re.compile(pattern))
    for section, pattern in (
        (
            Section.SKILLS,
            r"(?:.* )?(?:skill|skill set|skillset|skill summary|skill and .*|competency|competence|expertise|proficiency|technology|tech|tool|tool used|technical summary"
            r"|technical profile|programming language|language|language known|database|operating system|framework|environment|technical knowledge|strength)",
        ),
        (Section.GOALS, r"(?:.* )?(?:objective|goal|aspiration|ambition)"),
        (Section.OTHER, r"(?:.* )?(?:summary|profile|about me|contact|achievement|award|additional information)"),
    )
)
_TOOLS = word_set(
    "technologien programmiersprachen technology tech tool stack framework environment language database tooling"
)
_COURSES = word_set("weiterbildung weiterbildungen fortbildung training")  # offered by an employer
# What a heading of a CV means in a job ad.
_IN_AN_AD = {
    Section.SKILLS: Section.REQUIREMENTS,
    Section.EXPERIENCE: Section.REQUIREMENTS,
    Section.EDUCATION: Section.REQUIREMENTS,
    Section.PROJECTS: Section.ABOUT,
    Section.GOALS: Section.ABOUT,
    Section.INTERESTS: Section.OTHER,
}
# Words for the reader and the writer of an ad; few headings of CVs contain them.
_PERSONAL = word_set(
    "you your we our us candidate du dein deine sie ihr ihre wir unser uns dich dir benefit anforderung"
)

_MARKS = word_set("# * _ = > ~ |")  # marks around a heading in plain text
_ASKING = word_set(
    "what who which whom was wen wer welche womit"
)  # these words begin a question that is a heading: "What do you need? …"
_FILLERS = word_set("so and but now ok okay right well also finally und also nun")
_FORM = re.compile(r"#{1,4}(?=\s)|(?:[^\w\s*#]+\s*)?\*\*(?=[^*\n]+\*\*:?[^\w\n]*$)", re.MULTILINE)
_READER = (("you",), ("your", "role"), ("the", "person"), ("person",))
_DOING = word_set(
    "build design write review own run ship test maintain develop lead create train evaluate deploy improve support manage plan define"
    " monitor automate integrate help work talk set make keep document coach mentor analyse analyze report scope deliver implement drive"
    " operate migrate prototype tune turn find research explain fix debug take join model secure optimise optimize red"
)
_OF_THE_READER = word_set("your dein deine")
_NO_END = word_set(". , ;")
_BULLET = re.compile(rf"(?:[-–—=]?>|[-–—*+·❖»›→⇒{BULLETS}]|\[[ xX]?\])️?\s+(?!\*\*)|[A-Z]\d{{1,2}}[.):]?\s+|[a-z]\)\s+")
_NUMBER = re.compile(r"\(?\d{1,2}[.)]\s")
_MARKED = word_set("# * _")
_LONG_FORMS = {"ll": "will", "re": "are", "ve": "have", "d": "would"}
# In an ad that states what is "required", what is only "wanted" is a wish.
_REQUIRED = word_set("required requirement must essential mandatory minimum needed zwingend muss erforderlich pflicht")
_LESS_AFTER_REQUIRED = word_set("wanted asked sought gesucht gefragt gewollt")
_ASKED = frozenset({Section.REQUIREMENTS, Section.WISHES})
_RARE = frozenset({Section.WISHES, Section.UNWANTED})  # few other lines begin with these words
# Sections whose text may begin on the line of the heading.
_LONG = frozenset({Section.EXPERIENCE, Section.PROJECTS, Section.EDUCATION, Section.INTERESTS, Section.GOALS})

# What separates a heading from its text: a colon, a question mark, the sign after the label of a table, the end of the line.
type Between = Literal[":", "?", "label", "end"]


class _Shape(NamedTuple):
    """What the heading of a section looks like."""

    form: str
    section: Section


class _Heading(NamedTuple):
    at: int  # first word
    end: int  # one past the last
    between: Between
    is_section: bool  # otherwise it only opens a sentence
    section: Section
    keys: tuple[str, ...]
    is_unknown: bool = False  # its words are unknown, but it looks like the heading before it


def headings(words: Words, spans: Sequence[Span]) -> tuple[list[tuple[int, int, Section]], dict[int, Section]]:
    """The headings that begin a section, as the index of their first word, the index after their last one, and the section; and
    the section of headings that open only a sentence ("Required: …"), by the index of their colon. `spans` has the words of the
    skills; a line that names a skill is not a heading, unless it is like "Your stats"."""
    found: list[tuple[int, int, Section]] = []
    openings: dict[int, Section] = {}
    every = list(_headings(words, spans))
    in_an_ad = _is_ad([heading for heading in every if not heading.is_unknown])
    if not in_an_ad:
        every = [heading for heading in every if not heading.is_unknown]
    goals: int | None = None  # where the text under a heading of goals begins
    required = False
    for heading in every:
        section = heading.section
        if required and len(heading.keys) == 1 and heading.keys[0] in _LESS_AFTER_REQUIRED:
            section = Section.WISHES  # "Required: … Wanted: …"
        required = required or (section is Section.REQUIREMENTS and not _REQUIRED.isdisjoint(heading.keys))
        in_table = heading.between == "label" and words.keys[heading.end] == "|" and not heading.is_section
        courses = not _COURSES.isdisjoint(heading.keys)
        if in_an_ad and courses and len(heading.keys) > 1 and heading.between == ":" and _goes_on(words, heading.end):
            continue  # "Simplify training: …" among the duties
        if in_an_ad and section is Section.SKILLS and in_table and found and found[-1][2] in _ASKED:
            continue  # "| Languages | Python |" among what is asked for
        if in_an_ad:
            section = (
                Section.ABOUT
                if _TOOLS.intersection(heading.keys) and section is Section.SKILLS
                else Section.OFFER
                if courses
                else Section.REQUIREMENTS
                if heading.keys == ("profile",)
                else _IN_AN_AD.get(section, section)
            )
        if goals is not None and (after := _paragraph_end(words, goals)) <= heading.at:
            found.append((after, after, Section.OTHER))  # goals are a single paragraph, whatever follows it
            goals = None
        if heading.is_section:
            found.append((heading.at, heading.end, section))
            goals = heading.end + (heading.between == ":") if section is Section.GOALS else None
        else:
            openings[heading.end] = Section.ABOUT if _tells_to_do(words, heading) else section
    if goals is not None and (after := _paragraph_end(words, goals)) < len(words):
        found.append((after, after, Section.OTHER))
    return found, openings


def _tells_to_do(words: Words, heading: _Heading) -> bool:
    """Whether verbs follow: "You: design our API, build the pipelines, talk to clients" are duties, "You: Python, SQL" are
    requirements."""
    if heading.between != ":" or heading.keys not in _READER:
        return False
    told, begins = 0, True
    for at in range(heading.end + 1, len(words)):
        if words.sentences[at] != words.sentences[heading.end + 1]:
            break
        told += begins and words.keys[at] in _DOING
        begins = words.keys[at] in {",", ";", "and"}
    return told > 1


def is_heading(line: str) -> bool:
    words = Words(line)
    return _section(tuple(_heading_keys(words, 0, len(words))), apart=True) is not None


def _paragraph_end(words: Words, at: int) -> int:
    for index in range(at + 1, len(words)):
        if words.lines[index] > words.lines[index - 1] + 1:
            return index
    return len(words)


def _is_ad(found: Sequence[_Heading]) -> bool:
    """Whether headings such as "Skills" are those of a job ad, not of a CV."""
    ad = sum(
        heading.section in {Section.WISHES, Section.UNWANTED}
        or heading.keys[-1:] == ("requirement",)
        or not _PERSONAL.isdisjoint(heading.keys)
        for heading in found
    )
    cv = sum(heading.section in {Section.EXPERIENCE, Section.EDUCATION, Section.INTERESTS} for heading in found)
    return ad >= max(cv, 1)


def _headings(words: Words, spans: Sequence[Span]) -> Iterator[_Heading]:
    named = {index for span in spans for index in range(*span)}
    last = _Shape("", Section.OTHER)
    for at, (line, sentence) in enumerate(zip(words.lines, words.sentences, strict=True)):
        new_line = at == 0 or line != words.lines[at - 1]
        if not new_line and (sentence == words.sentences[at - 1] or not words.keys[at][0].isalnum()):
            continue
        end, between = _end(words, at, new_line=new_line)
        if end is None or end == at:
            continue
        # "Your stats" above a list may be a heading even if it names a skill.
        mine = new_line and words.keys[at] in _OF_THE_READER and end - at <= 2 and _heads_list(words, end)
        if not (mine or named.isdisjoint(range(at, end))):
            continue
        if between == "end" and not (new_line and _stands_alone(words, at, end)):
            continue
        keys = tuple(_heading_keys(words, at, end))
        if len(keys) > 2 and keys[0] in _FILLERS and keys[1] in _ASKING:
            keys = keys[1:]  # "So what do you need?"
        if between == "?" and keys[:1] and keys[0] not in _ASKING:
            continue  # "Are you curious? …" says nothing about what follows
        apart = between != "end" or (new_line and _stands_apart(words, at, end))
        section = _section(keys, apart=apart)
        if (
            section is None
            and new_line
            and keys
            and keys[0] in _OF_THE_READER
            and len(keys) <= _MAX_PLAIN
            and _heads_list(words, end)
        ):
            section = Section.REQUIREMENTS  # "Your stats", above a list
        form = _form(words, at, end) if between != "label" else ""
        ends = between == "end" or (between == ":" and not _goes_on(words, end))
        if section is None and form and form == last.form and new_line and ends:
            if len(keys) > 1 or last.section is not Section.REQUIREMENTS:  # "Backend" only divides the requirements
                yield _Heading(at, end, between, True, Section.OTHER, keys, is_unknown=True)
            continue
        if section is None:
            if between == "label" and words.keys[end] == ".":
                yield _Heading(
                    at, end, between, False, Section.ABOUT, keys
                )  # "STUDIO ......": each line has its own label
            continue
        is_head = between == "label" and new_line and words.keys[end] == "|" and not _goes_on(words, end)
        goes_on = not is_head and (
            between == "?" or (between != "end" and end + 1 < len(words) and words.lines[end + 1] == line)
        )
        if goes_on and between == ":" and end - at > _MAX_WORDS:
            continue
        is_section = new_line and (not goes_on or (section in _LONG and between == ":"))
        if is_section:
            last = _Shape(form, section)
        yield _Heading(at, end, between, is_section, section, keys)


def _end(words: Words, at: int, *, new_line: bool) -> tuple[int | None, Between]:
    """Where the words that may be a heading end, and what ends them. None if there are too many words."""
    keys, line = words.keys, words.lines[at]
    size = len(words)
    count = 0
    for end in range(at, size):
        if words.lines[end] != line:
            return (end if count <= _MAX_ALONE else None), "end"
        key = keys[end]
        if key == ":":
            return end, ":"
        if key == "?" and _goes_on(words, end):
            return end, "?"
        if new_line and at < end and _is_rule(words, end) and not _ends_with_colon(words, end):
            return end, "label"
        count += key[0].isalnum()
        if count > _MAX_WITH_COLON or end - at > _MAX_SIGNS:
            return None, "end"
    return (size if count <= _MAX_ALONE else None), "end"


def _goes_on(words: Words, end: int) -> bool:
    """Whether more words follow on the line."""
    line = words.lines[end]
    for at in range(end + 1, len(words)):
        if words.lines[at] != line:
            return False
        if words.keys[at][0].isalnum():
            return True
    return False


def _is_rule(words: Words, end: int) -> bool:
    """Whether a sign here separates a label from its text: "Required ....... Python", "| Required | Python |", "Required – Python"."""
    key = words.keys[end]
    if key == ".":
        return words.keys[end : end + 3] == [".", ".", "."]
    if key not in {"|", "-", "—"} or end + 1 >= len(words) or words.lines[end + 1] != words.lines[end]:
        return False
    return words.starts[end] > words.ends[end - 1] and words.starts[end + 1] > words.ends[end]


def _ends_with_colon(words: Words, at: int) -> bool:
    """Whether the line ends with a colon soon after: "Person specification – Essential:"."""
    end = at + 1
    while end < len(words) and words.lines[end] == words.lines[at] and end - at <= _MAX_PLAIN + 1:
        end += 1
    return words.keys[end - 1] == ":" and (end == len(words) or words.lines[end] != words.lines[at])


def _heading_keys(words: Words, at: int, end: int) -> Iterator[str]:
    """The words of a heading without signs, with "you'll" as "you will"."""
    keys = words.keys
    for index in range(at, end):
        key = keys[index]
        before = keys[index - 1] if index > at else ""
        if before == "'" and key in _LONG_FORMS:
            yield _LONG_FORMS[key]
        elif before == "'" and key == "t":
            yield "not"
        elif key == "&":
            yield "and"
        elif key[0].isalpha() and not (before == "'" and key == "s"):
            yield _long_form(key, keys[index + 1 : index + 3] == ["'", "t"])


def _long_form(key: str, is_negated: bool) -> str:
    """The verb in "don't" and "won't": do, will."""
    if not is_negated or not key.endswith("n") or key == "can":
        return key
    return "will" if key == "won" else key[:-1]


def _stands_alone(words: Words, at: int, end: int) -> bool:
    """Whether a line without a colon looks like a heading."""
    first = next((index for index in range(at, end) if words.keys[index][0].isalpha()), at)
    marked = first > at and (words.keys[at] in _MARKED or unicodedata.category(words.text[words.starts[at]]) == "So")
    if words.keys[end - 1] in _NO_END and not _trails_off(words, end):
        return False
    if not (words.text[words.starts[first]].isupper() or marked):
        # A line in lower case is a heading only between a blank line and a list.
        return (at == 0 or words.lines[at] > words.lines[at - 1] + 1) and _heads_list(words, end)
    start = _line_start(words, at)
    if _NUMBER.match(words.text, start):
        return at == 0 or words.lines[at] > words.lines[at - 1] + 1
    return not _BULLET.match(words.text, start)


def _trails_off(words: Words, end: int) -> bool:
    """Whether the line ends with three full stops above a list: "It would be nice if you …"."""
    last = words.text[words.starts[end - 1] : words.ends[end - 1]]
    return (last == "…" or words.keys[max(end - 3, 0) : end] == [".", ".", "."]) and _heads_list(words, end)


def _stands_apart(words: Words, at: int, end: int) -> bool:
    """Whether something sets a heading apart from the lines around it: marks, capitals, a blank line before, a list after."""
    if (
        at == 0
        or words.lines[at] > words.lines[at - 1] + 1
        or not words.keys[at][0].isalnum()
        or words.keys[end - 1] == "?"
    ):
        return True
    if words.text[words.starts[at] : words.ends[end - 1]].isupper():
        return True
    return end < len(words) and bool(_BULLET.match(words.text, _line_start(words, end)))


def _form(words: Words, at: int, end: int) -> str:
    """The formatting of a heading: the marks before it, "capitals", or "line" for a blank line before it and none after it. Empty if
    it has none of these."""
    start = _line_start(words, at)
    marks = _FORM.match(words.text, start)
    if marks:
        return "**" if "**" in marks[0] else marks[0].strip()
    said = words.text[words.starts[at] : words.ends[end - 1]]
    if said.isupper() and sum(map(str.isalpha, said)) > 3:
        return "capitals"
    after_blank = at > 0 and words.lines[at] > words.lines[at - 1] + 1
    return "line" if after_blank and end < len(words) and words.lines[end] == words.lines[end - 1] + 1 else ""


def _heads_list(words: Words, end: int) -> bool:
    """Whether the next line with words is an item of a list."""
    line = words.lines[end - 1]
    following = next((at for at in range(end, len(words)) if words.lines[at] != line), None)
    return following is not None and bool(_BULLET.match(words.text, _line_start(words, following)))


def _line_start(words: Words, at: int) -> int:
    """The offset of the first non-blank character on a word's line."""
    start = words.text.rfind("\n", 0, words.starts[at]) + 1
    while words.text[start].isspace():
        start += 1
    return start


class _Place(NamedTuple):
    """A heading from the vocabulary, or a part of one."""

    rank: int
    section: Section
    first: bool  # no word may come before it
    last: bool  # no word may come after it


type _Node = dict[str, "_Node | list[_Place]"]


def _compiled() -> _Node:
    root: _Node = {}
    for vocabulary in (ENGLISH, GERMAN):
        for rank, (section, texts) in enumerate(vocabulary.headings):
            for text in texts.split("|"):
                node = root
                for key in next(spelt(text.strip("… "))):
                    child = node.setdefault(key, {})
                    assert isinstance(child, dict)
                    node = child
                places = node.setdefault("", [])
                assert isinstance(places, list)
                places.append(_Place(rank, section, not text.startswith("…"), not text.endswith("…")))
    return root


_VOCABULARY = _compiled()


def _section(keys: tuple[str, ...], *, apart: bool) -> Section | None:
    if not keys:
        return None
    place = min(_places(keys, apart=apart), default=None)
    if place is not None and place.section in {Section.WISHES, Section.UNWANTED}:
        return place.section
    heading = " ".join(keys)
    of_cv = (
        next((section for section, pattern in _OF_CVS if pattern.fullmatch(heading)), None)
        if len(keys) <= _MAX_WORDS
        else None
    )
    if of_cv or place:
        return of_cv or (place.section if place else None)
    return (
        next((section for section, pattern in _OF_BOTH if pattern.fullmatch(heading)), None)
        if len(keys) <= _MAX_WORDS
        else None
    )


def _places(keys: tuple[str, ...], *, apart: bool) -> Iterator[_Place]:
    size = len(keys)
    for start in range(size):
        node: _Node | list[_Place] | None = _VOCABULARY.get(keys[start])
        at = start + 1
        while isinstance(node, dict):
            places = node.get("", ())
            for place in places if isinstance(places, list) else ():
                fits = (start == 0 or not place.first) and (at == size or not place.last)
                asks = keys[0] in _ASKING
                begins = start == 0 and (at == size or (at > 1 and size <= _MAX_BEGUN and place.section in _RARE))
                begins = begins or (asks and start <= 2 and size <= _MAX_BEGUN)
                if fits and (apart or size <= _MAX_PLAIN or begins):
                    yield place
            node = node.get(keys[at]) if at < size else None
            at += 1
