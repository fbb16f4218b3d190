"""Whether a text is a job ad or a CV. Pure.

An ad addresses its reader and talks about the company ("you will", "we offer", "apply"); a CV lists jobs with their dates, has
typical headings and begins with contact details. A text with too little evidence is neither.
"""

import re
from typing import Literal

type TextKind = Literal["ad", "cv"]

_READ = 20_000  # code points
_TOP = 600  # code points in which a CV gives its title and contact details
_CLEAR = 5  # points by which one kind must be ahead of the other

_READER = re.compile(
    r"\b(?:you|your|yours|yourself|you’ll|you'll|du|dich|dir|deine?[nmrs]?|ihre?[nmrs]?)\b", re.IGNORECASE
)
_COMPANY = re.compile(
    r"\b(?:we(?:’re|'re| are)? (?:look|seek|hir|offer|expect|need|want|build)\w*|looking for an?\b|join (?:us|our)|apply (?:now|by|to|at|with|for)"
    r"|about (?:us|the (?:role|job|team|company|position))|the role|this role|our (?:team|stack|company|mission|platform|customers)|the (?:ideal |successful )?candidate"
    r"|applicants|equal opportunity|what (?:we offer|you(?:’ll|'ll)? \w+)|nice to have|must[- ]haves?"
    r"|wir (?:suchen|bieten|sind|erwarten)|bewirb|bewerbung|dein profil|ihr profil|aufgaben|unser(?:e[mnrs]?)? (?:team|unternehmen|kunden?)|m/w/d|w/m/d|\(m/f/)",
    re.IGNORECASE,
)
_MONTH = r"(?:[a-zäé]{3,10}\.?\s|\d{1,2}[/.])?"
_JOB_DATES = re.compile(
    rf"\b(?:19|20)\d\d\s?(?:-|–|—|to|until|bis)\s?{_MONTH}(?:(?:19|20)\d\d|present|current|now|today|date|heute)\b",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^[^\w\n]*(?:(?:work|professional|employment|relevant|career|project) )?(?:experience|history|summary|objective|profile)[^\w\n]*$"
    r"|^[^\w\n]*(?:education|certifications?|certificates|academic (?:background|qualifications?)|(?:personal )?projects|publications|languages|interests|hobbies"
    r"|references|(?:technical |key |core |it )?skills(?: summary)?|personal (?:details|information)|declaration|contact|achievements|awards"
    r"|berufserfahrung|ausbildung|kenntnisse|sprachen|interessen|studium|beruflicher werdegang|praktika|projekte)[^\w\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED = re.compile(r"\b(?:curriculum vitae|r[ée]sum[ée]|lebenslauf)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w|linkedin\.com/in/|github\.com/\w|(?:\+|\b00)\d[\d ()/-]{7,}", re.IGNORECASE)
_MYSELF = re.compile(
    r"\b(?:I|my|ich|mein)\b|^[^\w\n]*(?:built|led|developed|designed|implemented|worked|created|managed|maintained|responsible for)\b",
    re.IGNORECASE | re.MULTILINE,
)


def kind_of(text: str) -> TextKind | None:
    """The kind of the text; None if the evidence is too weak."""
    text = text[:_READ]
    ad = min(_count(_READER, text), 6) + 2 * len({found[0].lower() for found in _COMPANY.finditer(text)})
    cv = (
        2 * min(_count(_JOB_DATES, text), 4)
        + 2 * len({found[0].strip().lower() for found in _HEADING.finditer(text)})
        + 3 * bool(_NAMED.search(text, 0, _TOP))
        + 2 * bool(_ADDRESS.search(text, 0, _TOP))
        + min(_count(_MYSELF, text), 4)
    )
    if abs(ad - cv) < _CLEAR:
        return None
    return "ad" if ad > cv else "cv"


def _count(pattern: re.Pattern[str], text: str) -> int:
    return sum(1 for _found in pattern.finditer(text))
