"""How senior a job is, according to its ad. Pure."""

import re
from dataclasses import dataclass
from typing import Literal

type Rank = Literal["junior", "mid", "senior", "lead"]

_JOB = r"(?:\w+ ){0,3}(?:engineer|developer|scientist|analyst|consultant|product|architect|programmer|data|ml|ai)"
_RANKS: tuple[tuple[Rank, str], ...] = (
    (
        "lead",
        r"(?:consulting|engineering|delivery|data science|analytics|practice|team|group) manager|lead|leader|(?:\w*)leiter(?:in)?|leitung|head of|head|principal|staff|director|chief|(?<!\()vp(?!\))|leitende[rn]?|(?m:^)manager(?=,)|distinguished|manager of|engineering manager|founding lead",
    ),
    ("senior", r"senior|sr\.?|snr\.?|experienced|erfahrene[rn]?|iii"),
    (
        "junior",
        r"junior|jr\.?|jnr\.?|intern|internship|graduate|grad|trainee|entry[- ]level|working student|werkstudent(?:in)?|praktikant(?:in)?|praktikum|apprentice(?:ship)?"
        rf"|berufseinsteiger(?:in)?|associate(?= {_JOB})|early[- ]career|new grad|studentische[nr]?|student(?! (?:canteen|service|support|success|affair|housing|accommodation|union|recruitment|experience|life|finance|loan|counsel|advis|welfare)\w*)|nachwuchs\w*|absolvent(?:in)?|hochschulabsolvent(?:in)?|einsteiger(?:in)?|placement|volontär(?:in)?",
    ),
    ("mid", r"mid|mid[- ]level|mid[- ]senior|intermediate|medior|ii|professional"),
)
_TITLE = tuple((rank, re.compile(rf"(?<![\w-])(?:{words})(?!\w)", re.IGNORECASE)) for rank, words in _RANKS)
_SAID = r"junior|senior|mid(?:-level|-senior)?|medior|lead|principal|staff|entry[- ]level|intermediate|graduate"
_TEXT = re.compile(
    r"(?:(?:^|\n)[^\w\n]*(?:seniority|(?:experience |career |job |seniority )?level|grade|karrierestufe|erfahrungsstufe)\W{1,15}"
    r"|\b(?:looking for|seeking|hiring|we need|join us as|recruiting|appoint|suchen|sucht) (?:wir )?(?:an? |our |eine?n? )?(?:\w+ )?|\bas (?:an? |our )"
    r"|\b(?:it[’']?s|this is) an? )"
    rf"(?P<rank>{_SAID})(?![\w-]*(?: management| leadership| stakeholder| colleague| leader| executive| voice| partner))(?= (?:{_JOB}|role|position|level)|[^\w ]| */|\n|$)",
    re.IGNORECASE,
)

# "Mid/Senior": the lower of two
_LOWER = re.compile(
    r"(?<![\w-])(?P<rank>junior|jr\.?|mid|medior|intermediate)(?:[- ]level)?\s?(?:/|-|–|to|or|bis|oder)\s?(?:mid|medior|intermediate|senior|sr)(?!\w)",
    re.IGNORECASE,
)
# "Consultant or Senior Consultant"
_EITHER = re.compile(r"\b(?P<job>\w+) (?:or|/|oder|bis|to) (?:a )?senior (?P=job)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seniority:
    rank: Rank
    words: str
    in_title: bool
    start: int
    end: int


def seniority(text: str, title: tuple[int, int] | None) -> Seniority | None:
    """The seniority that the title names, or else the seniority that the text names for the job."""
    if title is not None and not _EITHER.search(text, *title):
        if lower := _LOWER.search(text, *title):
            title = lower.span("rank")
        for rank, words in _TITLE:
            if found := words.search(text, *title):
                return Seniority(rank, found[0], True, found.start(), found.end())
    if found := _TEXT.search(text):
        said = found["rank"]
        for rank, words in _TITLE:
            if words.fullmatch(said):
                return Seniority(rank, said, False, found.start("rank"), found.end("rank"))
    return None
