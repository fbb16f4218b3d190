"""The degree that a job ad asks for. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DEGREE = re.compile(
    r"\b(?:(?:bachelor|master)(?:[’']?s)?(?: of \w+)?(?:[’']?s)?(?: or (?:bachelor|master|ph\.?d)(?:[’']?s)?)?(?:[- ]?degrees?| thesis)?"
    r"|(?:university|college|advanced|graduate|undergraduate|postgraduate|academic|technical|higher|relevant|engineering|science|stem) degrees?"
    r"|degrees? in|degree"
    r"|B\.?\s?Sc\b\.?|M\.?\s?Sc\b\.?|B\.?S\.?(?=[ /,](?:or|in|degree|M\.?S|and))|M\.?S\.?(?= (?:or|in|degree))|MEng|BEng|B\.?Tech|M\.?Tech|MBA"
    r"|Ph\.?\s?D\b\.?|doctorate|doctoral degree"
    r"|(?:hochschul|universitäts|fachhochschul)?(?:studium|abschluss)|hochschulstudium|promotion(?= in|$)|diplom)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Degree:
    words: str
    required: bool  # or welcome
    start: int
    end: int


def mentions(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each."""
    for found in _DEGREE.finditer(text):
        yield found.span()
