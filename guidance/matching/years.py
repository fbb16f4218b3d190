"""The years of experience that a job ad asks for. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NUMBERS = {
    word: number
    for words in (
        "one two three four five six seven eight nine ten eleven twelve",
        "ein zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
    )
    for number, word in enumerate(words.split(), start=1)
} | {"fünf": 5, "zwölf": 12, "einem": 1, "einer": 1, "fifteen": 15}
_NUMBER = rf"(?:\d{{1,2}}(?:[.,]5)?|(?:{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}))"
_YEARS = re.compile(
    rf"(?<![\w.,/$€£-])(?P<low>{_NUMBER})\s?(?:\(\d{{1,2}}\))?\s?(?P<plus>\+|plus|or more|oder mehr)?"
    rf"\s?(?:(?:-|–|—|to|bis|or|oder)\s?(?P<high>{_NUMBER})\s?(?P<more>\+)?)?"
    r"[\s-]?(?:or more |oder mehr )?(?:full )?(?:years?|yrs?\b\.?|yoe|jahren?|jahre|jährige[nr]?)(?![\w-])[’']?",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\b(?:up to|at most|max(?:imum|\.)?(?: of)?|less than|under|bis zu|höchstens)\s*$", re.IGNORECASE)
_EXPERIENCE = re.compile(
    r"\bexperience|\berfahrung|berufserfahrung|\btrack record|\bworking\b|\bbuilding\b|\bin (?:a|an)\b", re.IGNORECASE
)
_NO_EXPERIENCE = re.compile(
    r"\b(?:(?:for|over|in|within|the|last|past|next|every|each|after|founded|since|seit|über|vor|letzten|nächsten|alle) (?:the |more than |den )?(?:last |past |next |over |about |letzten |nächsten )?$"
    r"|(?:contract|fixed[- ]term|befristet\w*|term|temporary|duration)\b[^.;\n]{0,20}$)",
    re.IGNORECASE,
)
_NO_EXPERIENCE_AFTER = re.compile(
    r"^[\s-]?(?:old|ago|contract|fixed|history|of (?:history|growth|age|funding|runway)|later|in a row|warranty|plan\b|roadmap|anniversar|vertrag|alt\b|befrist)",
    re.IGNORECASE,
)
_OF = re.compile(
    r"[’']?(?:\s*\([^)]{0,12}\))?\s*(?:(?:of|in|with|as|an?|using|the|mit|als|im|in der|total|relevant|professional|commercial|industry|hands-on|practical|proven|solid|prior|full-time|work|working|experience|berufserfahrung|erfahrung|praxiserfahrung|berufliche)\b,?\s*)*"
    r"(?P<of>[^.,;:()\n•]{2,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Years:
    """Years of experience in something."""

    minimum: int | None
    maximum: int | None
    of: str  # as the text has it; empty where it does not say
    skill: str | None  # slug, where it is a skill
    required: bool  # or welcome
    start: int
    end: int


def mentions(text: str) -> Iterator[tuple[int | None, int | None, str, int, int]]:
    """(minimum, maximum, of, start, end) of each."""
    for found in _YEARS.finditer(text):
        start, end = found.span()
        before = text[max(0, start - 60) : start].rpartition("\n")[2]
        after = text[end : end + 80].partition("\n")[0]
        if _NO_EXPERIENCE.search(before) or _NO_EXPERIENCE_AFTER.match(after):
            continue
        low: int | None = _number(found["low"])
        high = _number(found["high"]) if found["high"] and not found["more"] else None
        of = _OF.match(text, end)
        if high is None and not found["plus"] and _UP_TO.search(before):
            low, high = None, low
        yield low, high, of["of"].strip() if of and "\n" not in text[end : of.start("of")] else "", start, end


def _number(said: str) -> int:
    said = said.lower()
    return _NUMBERS[said] if said in _NUMBERS else int(re.split("[.,]", said)[0])
