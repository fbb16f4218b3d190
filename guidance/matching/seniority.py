"""How senior a job is, by its ad. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

type Rank = Literal["junior", "mid", "senior", "lead"]

_RANKS: tuple[tuple[Rank, str], ...] = (
    ("lead", r"lead|leader|leiter(?:in)?|head of|head|principal|staff|director|chief|vp|teamlead|teamleiter(?:in)?"),
    ("senior", r"senior|sr\.?|experienced|erfahrene[rn]?|expert"),
    (
        "junior",
        r"junior|jr\.?|intern|internship|graduate|trainee|entry[- ]level|working student|werkstudent(?:in)?|praktikant(?:in)?|praktikum|apprentice"
        r"|berufseinsteiger(?:in)?|associate|early[- ]career|new grad",
    ),
    ("mid", r"mid|mid[- ]level|intermediate|mid[- ]senior|medior"),
)
_TITLE = tuple((rank, re.compile(rf"(?<![\w-])(?:{words})(?![\w])", re.IGNORECASE)) for rank, words in _RANKS)
_TEXT = re.compile(
    r"(?:(?:seniority|experience|career|job)?\s?level\s?:\s?|seniority\s?:\s?|(?:looking for|seeking|hiring|need|join us as|as) (?:an? |our )?(?:\w+ )?)"
    r"(?P<rank>junior|senior|mid(?:-level)?|lead|principal|staff|entry[- ]level)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Seniority:
    rank: Rank
    words: str
    in_title: bool
    start: int
    end: int


def seniority(text: str, title: tuple[int, int] | None) -> Seniority | None:
    """By the title, else by what the text says of the job."""
    if title is not None:
        for rank, words in _TITLE:
            if found := words.search(text, *title):
                return Seniority(rank, found[0], True, found.start(), found.end())
    if found := _TEXT.search(text):
        said = found["rank"]
        for rank, words in _TITLE:
            if words.fullmatch(said):
                return Seniority(rank, said, False, found.start("rank"), found.end("rank"))
    return None
