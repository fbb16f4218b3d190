"""The levels that a CV suggests. Pure.

A CV is what somebody says of themselves, so this is a proposal, never an assessment, and it is kept low:

    1 aware        named anywhere: in a list of skills, a summary, a course or a certificate
    2 working      one to four years are stated beside it; or a sentence, outside education, says that something was made or done
                   with it ("built", "maintained", "using" …); or two sentences outside education and lists of skills name it; or two details of it follow ("AWS with ECS and RDS")
    3 proficient   five or more years are stated beside it

The highest of its mentions counts. Modest words before it ("basic", "familiar with" …) keep that mention at 1, as does "less than
a year". Interests and references, and what is negated ("no experience with …"), propose nothing. Nothing proposes 4.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from guidance.matching.matcher import Match, Section

PROFICIENT_YEARS = 5
# Code points of the sentence that are read around a mention, so that a text without full stops stays linear.
_BEFORE = 200
_AFTER = 100

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_YEARS = rf"(?P<less>less than |under )?(?:over |more than |about |almost )?(?P<years>\d{{1,2}}|{'|'.join(_NUMBERS)})\s?\+?\s?(?:years?|yrs?)\b"
_YEARS_AFTER = re.compile(rf"(?:[\w ]{{0,20}}\(|\s?[:–—-]\s?| for | since | )(?:with )?{_YEARS}", re.IGNORECASE)
_YEARS_BEFORE = re.compile(
    rf"{_YEARS}[’']?(?: (?:of|in|with|as|a|an|the|experience|hands-on|professional|commercial|solid|strong|work|working))*\s$",
    re.IGNORECASE,
)
# Two or more details right after it: "with ECS, RDS", "(rebasing and pull requests)".
_DETAILS = re.compile(
    r"\s?(?:with|including|\()\s?(?P<details>[^.;:()•\n\d]{2,60}?(?:,| and | & )\s?\w+)", re.IGNORECASE
)
_MODEST = re.compile(
    r"\b(?:basics?|beginner|familiar\w*|exposure|introduct\w+|elementary|novice|learning|stud(?:y|ied|ying)|course\w*|some knowledge|a little|fundamentals?)"
    r"\b[^.;•\n]{0,40}$",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:built|develop(?:ed|ing)|design(?:ed|ing)|implement(?:ed|ing)|created|creating|wrote|written|writing|maintain(?:ed|ing)"
    r"|led (?:a|an|the|\d+|our|development|migration)|deployed|deploying|migrat(?:ed|ing)|optimi[sz](?:ed|ing)|automat(?:ed|ing)|architected|engineered"
    r"|trained|programmed|coded|coding in|work(?:ed|ing) (?:with|on|in)|us(?:ed|ing)|integrat(?:ed|ing)|configured|administered|operated|delivered"
    r"|shipped|set up|analy[sz]ed|refactored|supported|taught|mentored)\b",
    re.IGNORECASE,
)


def proposed(text: str, matches: Iterable[Match]) -> dict[str, int]:
    """{slug: level} of the skills found in a CV, each to be confirmed by its writer, in the order of their first mention."""
    levels: dict[str, int] = {}
    used: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    for match in matches:
        if match.negated or match.section is Section.INTERESTS:
            continue
        level = _level(text, match)
        if match.section not in {Section.SKILLS, Section.EDUCATION}:
            used[match.skill].add(match.sentence)
            if len(used[match.skill]) > 1:
                level = max(level, 2)
        levels[match.skill] = max(levels.get(match.skill, 0), level)
    return levels


def _level(text: str, match: Match) -> int:
    first, last = match.sentence
    before = text[max(first, match.start - _BEFORE) : match.start]
    after = text[match.end : min(last, match.end + _AFTER)]
    years = _YEARS_AFTER.match(after) or _YEARS_BEFORE.search(before)
    if years is not None:
        said = years["years"].lower()
        count = 0 if years["less"] else _NUMBERS.index(said) + 1 if said in _NUMBERS else int(said)
        return 3 if count >= PROFICIENT_YEARS else 2 if count else 1
    if _MODEST.search(before) or match.section is Section.EDUCATION:
        return 1
    details = _DETAILS.match(after)
    if details and not _MODEST.search(details["details"]):
        return 2
    return 2 if _WORK.search(before) or _WORK.search(after) else 1
