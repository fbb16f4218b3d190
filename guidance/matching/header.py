"""Finds the title, the employer and the place in a job ad. Pure.

The title is the value of a label ("Job title: …"), or else the first short line that names a job, or else the job that the text
says it is looking for ("we are looking for a data engineer"). Employer and place have labels or are on the line below the title.
Doubtful values are left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from guidance.matching import sections
from guidance.matching.roles import names_job
from guidance.matching.vocabulary.terms import Section
from guidance.matching.words import BULLETS, Words

_LINES = 15  # number of lines that are searched for the title
_LONGEST = 130
_WORDS = 14
_RULE = r"\s*(?::|\.{3,}|\||\s[–—-]\s)\s*"  # what separates a label from its value
_LABEL = re.compile(
    r"(?:vacature / )?(?:job|post|position|role|stellen)?[ -]?(?:title|position|role|vacancy|opening|post|job|stelle|stellenbezeichnung|bezeichnung|jobtitel|titel|funktion|beruf)"
    rf"{_RULE}(?P<value>.+)",
    re.IGNORECASE,
)
_EMPLOYER = re.compile(
    rf"(?:name of |the )?(?:company|employer|organi[sz]ation|studio|bank|client|firm|hospital|agency|institution|vendor|firma|unternehmen|arbeitgeber|beh[öo]rde|einrichtung){_RULE}(?P<value>.+)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"(?:work |job |primary )?(?:locations?|places?|place of work|workplace|where|office|city|based in|site|standorte?|ort|arbeitsort|einsatzort|dienstort|region){_RULE}(?P<value>.+)",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?i:about|über|join|why) (?!us\b|the\b|this\b|you|our\b|uns\b|me\b|it\b|die\b|das\b|den\b|role\b|dich\b|sie\b)(?P<value>[A-Z][\w&.’' -]{1,40})"
)
_PROSE = re.compile(
    r"\b(?:looking for|seeking|hiring|searching for|recruiting|join us as|appoint|recruit|needs?|suchen|sucht|verstärkung als|role for|position for|opening for|vacancy for|role of|position of|job as|role as|position as|stelle als|position als)\W{1,3}"
    r"(?:(?:wir|we|are|an?|our|the|one|two|three|eine[nr]?|/n|next|new|another|first|zum|nächstmöglichen|zeitpunkt|ab|sofort|experienced|talented|motivated) )*"
    r"(?P<value>[^.,;:!?\n]{3,70})",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"\b(?:to|who|for|with|that|in|at|based|located|reporting|within|working|responsible|and you|on|,|der|die|das|für|mit|bei|zur|zum|im)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^[^\w(„“\"']+|[^\w)!?\"“+#.%]+$")
_BULLET = re.compile(rf"\s*(?:[-–*+{BULLETS}]|\d{{1,2}}[.)])\s+(?!\*\*)")
_EMPHASIS = re.compile(r"\*\*|__|[*_`~]")
_AT = re.compile(r"\s+(?:@|at|bei)\s+(?P<employer>[A-Z].*)$")
_NO_TITLE = re.compile(
    r"(?:hey|hi|hello|hallo|moin|about|we|our|join|are you|do you|you|your|reports? to|reporting|department|team|contact|via|who|what|why|how|the (?:team|company|problem)|this|as an?|wir|unser|bist du|sie|du|i'm|my|in )\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:job id|job no|job number|requisition|req|reference|ref|kennziffer|id|posted)\b", re.IGNORECASE
)
_DOCTORATE = re.compile(
    r"(?:(?:fully|funded|one|two|open|an?)[ -])*(?:phd|ph\.d\.|doctoral)[ -](?:positions?|candidates?|project|scholarship|studentship|researcher|student)\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"(?:msc|bsc|m\.sc|b\.sc|ms|bs|ma|ba|ph\.?d|bachelor|master|degree|diploma|abgeschlossene|studium|diplom)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:position|seat|role|job|opening|stelle) (?:[a-d]|\d|i+)\b", re.IGNORECASE
)  # one of several jobs in an ad
_TERMS = re.compile(
    r"\b(?:contract|permanent|perm|full[- ]?time|part[- ]?time|vollzeit|teilzeit|unbefristet|befristet|remote|hybrid|on[- ]?site|months?|inside|outside|ir35|immediate|nights|days|ref|from|ab sofort"
    r"|fixed[- ]term|temporary|freelance|relocat\w+|salary|closing)\b|[£$€]|\d{2,}k\b|\d\s?%",
    re.IGNORECASE,
)
_ORGANISATION = re.compile(
    r"\b(?:school|department|division|institute|team|faculty|group|university|hospital|office|agency|ministry|council|plc|ltd|inc|gmbh|ag|llc|technology|practice|travel|people|staff|employees|unit|anstalt|amt|rechts)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(
    r"(?<!\b[Ww]iss)(?<!\b[SJ]r)(?<!\bDipl)(?<!\bSnr)(?<!\bAsst)(?<!\bAssoc)(?<!\bSt)[.!?](?=\s+[A-ZÄÖÜ0-9])"
)
_BETWEEN = re.compile(r"\s*[|·•]\s*|\s{3,}")
_DASH = re.compile(r"\s+[–—-]\s+")
_LAST = ".:,;"


@dataclass(frozen=True, slots=True)
class Header:
    title: str | None = None
    title_span: tuple[int, int] | None = None
    employer: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    said: str  # without marks around it


def header(text: str) -> Header:
    lines = list(_lines(text))
    said = (_value(text, line, found) for line in lines if (found := _LABEL.match(line.said)))
    labelled = next((span for span in said if span[1] - span[0] <= _LONGEST), None)
    span, below = labelled, -1
    employer: str | None = None
    if span is None or not _is_title(text[slice(*span)]):
        span, below, employer = _first_title(text, lines[:_LINES])
    span = span or labelled or _sought(text)
    place = _labelled(lines, _PLACE)
    employer = _labelled(lines, _EMPLOYER) or employer
    if below > 0 and below < len(lines):
        under = _under(lines[below])
        employer = employer or under[0]
        place = place or under[1]
    if employer is None:
        about = next((found["value"] for line in lines if (found := _ABOUT.fullmatch(line.said))), None)
        employer = about.strip() if about else None
    return Header(text[slice(*span)] if span else None, span, employer, place)


def titles_of_two(text: str) -> tuple[str, str] | None:
    """The titles of two ads in one text: after the requirements of the first there is another title with its own requirements.
    None if there is only one ad."""
    lines = list(_lines(text))
    first, *_ = _first_title(text, lines[:_LINES])
    others = [line for line in lines if first and line.start > first[1] and _is_another_title(text, line)]
    if first is None or not others:
        return None  # the usual case, in which the text need not be split into words
    words = Words(text)
    found, openings = sections.headings(words, ())
    places = [(at, section) for at, _end, section in found] + list(openings.items())
    asks = sorted(words.starts[at] for at, section in places if section is Section.REQUIREMENTS and at < len(words))
    if len(asks) < 2:
        return None
    second = next((line for line in others if asks[0] < line.start < asks[-1]), None)
    return (text[slice(*first)], second.said) if second else None


def _is_another_title(text: str, line: _Line) -> bool:
    """Whether a line in the middle of a text is a title: short, alone below a blank line, and not a list item."""
    begin = text.rfind("\n", 0, line.start) + 1
    return (
        text.endswith("\n\n", 0, begin)
        and text[begin : line.start].strip(" #*") == ""
        and not line.said.endswith((".", ":", "?", ","))
        and not sections.is_heading(line.said)
        and not _NO_TITLE.match(line.said)
        and not _NUMBERED.match(line.said)
        and _is_title(line.said)
    )


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.splitlines(keepends=True):
        said = _MARKS.sub("", line.strip())
        if said:
            start = at + line.index(said)
            yield _Line(start, start + len(said), _EMPHASIS.sub("", said))
        at += len(line)


def _first_title(text: str, lines: list[_Line]) -> tuple[tuple[int, int] | None, int, str | None]:
    """The start and end of the title, the index of the line below it, and the employer if one follows after "@" or "at". The index is
    -1 if there is no title, or if a sentence follows it on its line."""
    for number, line in enumerate(lines):
        end = line.end
        runs_on = False
        if found := _SENTENCE_END.search(text, line.start, line.end):
            end, runs_on = found.start(), True
        if number and (runs_on or _BULLET.match(text, text.rfind("\n", 0, line.start) + 1)):
            continue  # a paragraph or a list item, and not the first line
        employer = None
        if found := _AT.search(text[line.start : end]):
            employer = _MARKS.sub("", _DASH.split(_EMPHASIS.sub("", found["employer"]))[0]).rstrip(_LAST)
            end = line.start + found.start()
        span = _trimmed(text, line.start, end, cut=runs_on)
        said = text[slice(*span)]
        ends = not runs_on and line.said.endswith((".", ":", "?"))
        if not ends and _is_title(said) and not _NO_TITLE.match(said):
            return span, -1 if runs_on else number + 1, employer
    return None, -1, None


def _trimmed(text: str, start: int, end: int, *, cut: bool) -> tuple[int, int]:
    """The start and end of the title without the terms of the job: "– contract, 6 months", "(remote, perm)". With `cut`, it ends
    at the first dash."""
    said = text[start:end]
    dashes = [found.start() for found in _DASH.finditer(said)] + [len(said)]
    if cut:
        said = said[: dashes[0]]
    else:
        for begin, finish in pairwise(dashes):
            if _TERMS.search(said[begin:finish]):
                said = said[:begin]
                break
    if (bracket := said.rfind("(")) > 0 and _TERMS.search(said[bracket:]):
        said = said[:bracket]
    if (bar := _BETWEEN.search(said)) and names_job(said[: bar.start()]):
        said = said[: bar.start()]
    said = said.rstrip()
    while said and not (said[-1].isalnum() or said[-1] in ")+#!"):
        said = said[:-1].rstrip()
    return start, start + len(said)


def _is_title(said: str) -> bool:
    if len(said) > _LONGEST or not 0 < len(said.split()) <= _WORDS:
        return False
    return bool(_DOCTORATE.match(said)) or (names_job(said) and not _DEGREE.match(said))


def _value(text: str, line: _Line, found: re.Match[str]) -> tuple[int, int]:
    value = _MARKS.sub("", found["value"])
    start = text.find(value, line.start, line.end)
    return _trimmed(text, start, start + len(value), cut=False) if start >= 0 else (line.start, line.end)


def _sought(text: str) -> tuple[int, int] | None:
    for found in _PROSE.finditer(text):
        start = found.start("value")
        words = found["value"]
        stop = next((stop.start() for stop in _STOP.finditer(words) if names_job(words[: stop.start()])), len(words))
        span = _trimmed(text, start, start + stop, cut=True)
        if _is_title(text[slice(*span)]):
            return span
    return None


def _labelled(lines: list[_Line], pattern: re.Pattern[str]) -> str | None:
    for line in lines:
        for part in _BETWEEN.split(line.said):
            if found := pattern.fullmatch(part):
                said = _SENTENCE_END.split(found["value"])[0].split(";")[0]
                if len(said) <= _LONGEST and (said := _MARKS.sub("", said).rstrip(_LAST)):
                    return said
    return None


def _under(line: _Line) -> tuple[str | None, str | None]:
    """Employer and place on the line below the title."""
    said = line.said
    if (
        len(said) > _LONGEST
        or said.endswith((".", ":", "?", "!"))
        or (len(said.split()) <= 6 and sections.is_heading(said))
        or _LABEL.match(said)
    ):
        return None, None
    parts = [part for part in _BETWEEN.split(said) if part]
    if not parts:
        return None, None  # a rule across the page
    first, *rest = parts
    if ":" in first or not first[0].isupper() or _NUMBER.match(first) or _TERMS.search(first) or _NO_TITLE.match(first):
        return None, None
    employer, *tail = _DASH.split(first)
    place = next((part for part in rest if _is_place(part)), None)
    pair = employer.split(", ")
    if not rest and len(pair) == 2 and _is_place(pair[1]) and not _ORGANISATION.search(employer):
        employer, place = pair
    if len(employer.split()) > 7 or (not rest and not tail and len(pair) == 1 and not _is_named(employer)):
        return None, place
    return employer.partition(" (")[0].rstrip(_LAST), place


def _is_place(said: str) -> bool:
    if (
        re.search(r"\b(?:remote|hybrid|on[- ]?site)\b", said, re.IGNORECASE)
        and len(said.split()) <= 8
        and not re.search(r"[£$€]", said)
    ):
        return True
    return (
        said[:1].isupper()
        and len(said.split()) <= 6
        and not (_TERMS.search(said) or _ORGANISATION.search(said) or re.search(r"\d|:", said))
    )


def _is_named(said: str) -> bool:
    """Whether the text is written like a name: several words, with a capital on each long one."""
    words = [word for word in re.findall(r"\w+", said) if len(word) > 3]
    return bool(words) and all(word[0].isupper() for word in words) and len(said.split()) >= 2
