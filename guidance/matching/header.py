"""What a job ad says of the job before it comes to the work: its title, its employer, its place. Pure."""

import re
from dataclasses import dataclass

_JOBS = (
    r"engineer(?:ing)?|developer|scientist|analyst|architect|manager|owner|researcher|consultant|specialist|administrator|programmer|lead|head|director|expert"
    r"|technician|designer|officer|intern|internship|student|cook|chef|nurse|assistant|associate|representative|executive|electrician|paralegal|recruiter"
    r"|partner|coordinator|advisor|teacher|tester|fellow|professor|postdoc|writer|strategist|evangelist|advocate|entwickler(?:in)?|ingenieur(?:in)?|\w*entwickler(?:in)?"
    r"|\w*ingenieur(?:in)?|\w*wissenschaftler(?:in)?|\w*leiter(?:in)?|\w*berater(?:in)?|architekt(?:in)?|werkstudent(?:in)?|praktikant(?:in)?|referent(?:in)?|koch|köchin"
)
_JOB = re.compile(rf"\b(?:{_JOBS})s?\b", re.IGNORECASE)
_LABEL = re.compile(
    r"^\W*(?:job ?title|title|position|role|job|vacancy|stelle|stellenbezeichnung|titel|jobtitel|beruf)\W*\s?[:|–—-]\s*(?P<value>[^\n|]{3,100}?)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_PROSE = re.compile(
    r"\b(?:looking for|seeking|hiring|searching for|recruiting|need|join us as|suchen|suchen wir)\W{1,3}(?:(?:an?|our|the|eine?n?|/n|next|new|first|for|is) ?)*"
    rf"(?P<value>(?:[\w/&+#.’'()-]+,? ){{0,6}}?(?:{_JOBS}))\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"^\W*(?:location|place|where|office|based in|standort|ort|arbeitsort|einsatzort)\W*\s?[:|–—-]\s*(?P<value>[^\n|]{2,80}?)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_EMPLOYER = re.compile(
    r"^\W*(?:company|employer|organi[sz]ation|firma|unternehmen|arbeitgeber)\W*\s?[:|–—-]\s*(?P<value>[^\n|]{2,60}?)\W*$",
    re.IGNORECASE | re.MULTILINE,
)
_ABOUT = re.compile(
    r"^\W*(?:about|über|join) (?P<value>(?!us\b|the\b|you|our\b|uns\b|this\b|role\b)[A-Z][\w&.’' -]{1,40}?)\W*$",
    re.MULTILINE,
)
_LINES = 12
_LONGEST = 110


@dataclass(frozen=True, slots=True)
class Header:
    title: str | None = None
    title_span: tuple[int, int] | None = None
    employer: str | None = None
    place: str | None = None


def header(text: str) -> Header:
    span = _title(text)
    return Header(
        title=text[slice(*span)] if span else None,
        title_span=span,
        employer=_value(_EMPLOYER, text) or _value(_ABOUT, text),
        place=_value(_PLACE, text),
    )


def _title(text: str) -> tuple[int, int] | None:
    if label := _LABEL.search(text):
        return label.span("value")
    seen = 0
    at = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip().strip("#*_= ").rstrip(".")
        if stripped:
            seen += 1
            if seen > _LINES:
                break
            if len(stripped) <= _LONGEST and not line.strip().endswith((".", ":", "?")) and _JOB.search(stripped):
                start = at + line.index(stripped)
                return start, start + len(stripped)
        at += len(line)
    prose = _PROSE.search(text)
    return prose.span("value") if prose else None


def _value(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return found["value"].strip() if found else None
