"""The degree that a job ad asks for. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_DEGREE = re.compile(
    r"\b(?:(?:bachelor|master)(?:[’']?s)?(?: (?:or|and|/) (?:bachelor|master|ph\.?d|higher)(?:[’']?s)?)?(?:[- ]?degrees?| of (?:science|arts|engineering))?"
    r"|(?:university|college|advanced|graduate|undergraduate|postgraduate|academic|technical|higher|relevant|engineering|science|stem|numerate|quantitative|first|associate|eng\.) degrees?"
    r"|degrees?|B\.?\s?Sc\b\.?|M\.?\s?Sc\b\.?|BSc/MSc|BS/MS|BA/BS|B\.?S\.?(?=[ /,](?:or|in|degree|M\.?S|and|CS\b))|M\.?S\.?(?= (?:or|in|degree|CS\b))|MEng|BEng|B\.?Tech|M\.?Tech"
    r"|Ph\.?\s?D\b\.?|doctorate|doctoral degree"
    r"|(?:hochschul|universitäts|fachhochschul|informatik)?(?:studium|studienabschluss|abschluss)|hochschulabschluss|universitätsabschluss|promotion(?= |$|,|\.)|promoviert|diplom(?!at))\b",
    re.IGNORECASE,
)
_NONE_BEFORE = re.compile(
    r"(?:\bausbildung oder (?:ein |eine )?|\bor an? |\bduring (?:your |a )?|\bpart of an? |neben dem |\bsupervise (?:\w+ )?|schul|master[’']?s or |\b(?:scrum|web|post|stage)[- ]?|\bberufs)$",
    re.IGNORECASE,
)
_NONE_AFTER = re.compile(
    r"^(?:[’']?s? (?:student|candidate|fellow|thes|programme|program|time counts|supervis|plus|certificat|in hand)|[- ]?(?:student|thes[ie]s|arbeit)|s? of (?:freedom|autonomy|separation|certainty)"
    r"|[^.;\n]{0,30} oder (?:eine |einer )?(?:vergleichbare |abgeschlossene )?(?:berufs)?ausbildung| ?°|s? (?:celsius|fahrenheit)|[’']?s? (?:data|node|branch|class(?!ics)|card|key))",
    re.IGNORECASE,
)


# "a PhD in computer vision, machine learning or physics": the words between the degree and its subjects (_IN), and the subjects up
# to a word that says something else (_FIELDS).
_IN = re.compile(
    r"(?:[’']?s?|\s?\([^)\n]{0,30}\)|,? (?:degree|or|and|oder|/|higher|equivalent|awarded|studium|enrolled|abgeschlossen\w*|bachelor|master|ph\.?\s?d|doctorate|[bm]\.?sc)\b\.?[’']?s?){0,6}"
    r"\s?(?:\((?=maths|stats|math)|\b(?:in|of|der|des|im bereich|in der|auf dem gebiet der?)\s)",
    re.IGNORECASE,
)
_STUDIES = re.compile(
    r"\b(?:du studierst|sie studieren|studier(?:st|en) (?:du|sie)|student(?:in)? de[rs]|studierende[rn]? de[rs]|enrolled in|students? of)\s",
    re.IGNORECASE,
)
_FIELDS = re.compile(
    r"(?:(?!\b(?:with|plus|experience|knowledge|ability|skills?|proficien\w*|and (?:at least|strong|good|solid|\d|[a-z]+ years?)|strong|solid|or (?:\d|equivalent)|mit|sowie|und (?:mindestens|gute|sehr)|erfahrung|kenntnisse|years?|jahre)\b)[^.;:|\n•])*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Degree:
    words: str
    required: bool  # otherwise welcome
    start: int
    end: int


def every(text: str) -> list[re.Match[str]]:
    """All matches that look like a degree, for the functions below."""
    return list(_DEGREE.finditer(text))


def mentions(text: str, degrees: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """The start and end of each degree, without lookalikes such as "master's thesis", "scrum master" or "degrees Celsius"."""
    for found in degrees:
        before, after = text[max(0, found.start() - 30) : found.start()], text[found.end() : found.end() + 70]
        if not (_NONE_BEFORE.search(before) or _NONE_AFTER.match(after)):
            yield found.span()


def fields(text: str, degrees: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """The start and end of each subject that a degree may be in. Subjects state what someone has studied and do not ask for a
    skill. They are in the order of the text and do not overlap: a degree named among the subjects of another degree adds
    nothing."""
    end = 0
    begun = [begins.end() for found in degrees if (begins := _IN.match(text, found.end()))]
    for begin in sorted({*begun, *(found.end() for found in _STUDIES.finditer(text))}):
        if begin >= end and (of := _FIELDS.match(text, begin)):
            end = of.end()
            yield of.span()
