"""Reads and writes JSON Resume (jsonresume.org). Pure.

Reading turns a résumé into the text of a CV, so that it is treated like one: the same names are found, the same rules give the
levels, and a page can show where each name is. In addition, the skills in its list are looked up one by one, so names need no
context there ("Go", "R"), and the levels stated for them count. A résumé is a self-description, so it proposes at most level 3,
as `matching.levels` does, and its writer has to confirm each proposal.

Field names are those of version 1.0 and of earlier versions (`company`, `website`). Names, addresses, spoken languages and
references are not included in the text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from guidance.matching import levels
from guidance.matching.matcher import MAX_TEXT, Match, Section

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
VERSION = "v1.0.0"

# The names of our levels, by number. `levels.STATED` includes them too.
WRITTEN = ("", "Aware", "Working", "Proficient", "Expert")

KNOWN = frozenset(
    {
        "$schema", "awards", "basics", "certificates", "education", "interests", "languages", "meta", "projects",
        "publications", "references", "skills", "volunteer", "work",
    }
)  # fmt: skip
LISTS = ("work", "skills", "projects", "education", "volunteer")  # a document with any of these lists is a résumé
SHOWN = 60  # characters kept of a text that was not understood


# Reading


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of `skills`: its position in the text, and the level stated for it."""

    start: int
    end: int
    stated: str  # as written in the résumé; empty if no level is stated
    level: int  # 0 if the stated level is missing or unknown


@dataclass(frozen=True, slots=True)
class Resume:
    text: str
    listed: tuple[Listed, ...]
    unknown: tuple[str, ...]  # fields that JSON Resume does not have, and levels that we do not know


@dataclass(frozen=True, slots=True)
class ProposedSkill:
    """A level from 1 to 3, which the writer of the résumé has to confirm."""

    skill: str
    level: int
    stated: str  # the level stated in the list of skills; empty if the level follows from the rest of the text
    words: str  # the name as it is written
    line: int  # number of the line with this name, from 1
    times: int  # how often the text names the skill


@dataclass(frozen=True, slots=True)
class Understood:
    matches: tuple[Match, ...]  # in the order of the text, not overlapping
    proposals: tuple[ProposedSkill, ...]
    unknown: tuple[str, ...]  # what was not understood, as it is written


def is_resume(document: object) -> bool:
    return isinstance(document, dict) and (
        isinstance(document.get("basics"), dict) or any(isinstance(document.get(name), list) for name in LISTS)
    )


def read(document: Mapping[str, Any]) -> Resume:
    """Turns a résumé into text. Raises ValueError if the text would have more than MAX_TEXT code points."""
    text = _Text()
    basics = _mapping(document.get("basics"))
    text.section("Summary")
    text.line(basics, "label")
    text.line(basics, "summary")
    for heading, name in (("Work experience", "work"), ("Work experience", "volunteer"), ("Projects", "projects")):
        text.section(heading)
        for entry in _entries(document, name):
            text.job(entry)
    text.section("Education")
    for entry in _entries(document, "education"):
        text.line(entry, "studyType", "area", "institution")
        text.bullets(entry.get("courses"))
    text.section("Certificates")
    for entry in _entries(document, "certificates"):
        text.line(entry, "name", "issuer")
    text.section("Publications")
    for entry in _entries(document, "publications"):
        text.line(entry, "name", "publisher")
        text.line(entry, "summary")
    text.section("Awards")
    for entry in _entries(document, "awards"):
        text.line(entry, "title", "awarder")
        text.line(entry, "summary")
    text.section("Skills")
    for entry in _entries(document, "skills"):
        text.skills(entry)
    text.section("Interests")
    for entry in _entries(document, "interests"):
        text.line(entry, "name", "keywords")
    unknown = [key[:SHOWN] for key in document if key not in KNOWN]
    return Resume(text.whole(), tuple(text.listed), tuple(dict.fromkeys([*unknown, *text.unknown])))


def understood(resume: Resume, matches: Iterable[Match], named: Callable[[str], str | None]) -> Understood:
    """The skills and levels of a résumé. `matches` are the names found in its text; `named` returns the slug of the skill with
    exactly this name, or None."""
    every = _with_listed(resume, matches, named)
    read_levels = levels.proposed(resume.text, every)
    first: dict[str, Match] = {}
    times: dict[str, int] = {}
    for match in every:
        first.setdefault(match.skill, match)
        times[match.skill] = times.get(match.skill, 0) + 1
    stated = _stated(resume, every)
    proposals = []
    for skill, read_level in read_levels.items():
        match, level, word = first[skill], read_level, ""
        if skill in stated and stated[skill][1].level >= level:
            match, item = stated[skill]
            level, word = item.level, item.stated
        words, line = resume.text[match.start : match.end], resume.text.count("\n", 0, match.start) + 1
        proposals.append(ProposedSkill(skill, level, word, words, line, times[skill]))
    starts = {match.start for match in every}
    lost = [
        resume.text[item.start : item.end][:SHOWN]
        for item in resume.listed
        if starts.isdisjoint(range(item.start, item.end))
    ]
    return Understood(every, tuple(proposals), tuple(dict.fromkeys([*lost, *resume.unknown])))


def _with_listed(resume: Resume, matches: Iterable[Match], named: Callable[[str], str | None]) -> tuple[Match, ...]:
    """The matches that are not negated, and the entries in the list of skills that are themselves names of skills."""
    found = [match for match in matches if not match.negated]
    taken = {at for match in found for at in range(match.start, match.end)}
    for item in resume.listed:
        skill = named(resume.text[item.start : item.end])
        if skill and taken.isdisjoint(range(item.start, item.end)):
            span = (item.start, item.end)
            found.append(Match(skill, *span, cue=None, negated=False, section=Section.SKILLS, sentence=span))
    return tuple(sorted(found, key=lambda match: match.start))


def _stated(resume: Resume, matches: Sequence[Match]) -> dict[str, tuple[Match, Listed]]:
    """For each skill, the entry that states its highest level, and the match in that entry."""
    best: dict[str, tuple[Match, Listed]] = {}
    by_start = {match.start: match for match in matches}
    for item in resume.listed:
        for match in (by_start[at] for at in range(item.start, item.end) if at in by_start):
            if item.level > (best[match.skill][1].level if match.skill in best else 0):
                best[match.skill] = match, item
    return best


@dataclass(slots=True)
class _Text:
    """Builds the text of a résumé and records the positions of its listed skills."""

    lines: list[str] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    size: int = 0
    heading: str = ""

    def section(self, heading: str) -> None:
        """Sets the heading for what follows; it is only written if something follows."""
        self.heading = heading

    def add(self, line: str) -> None:
        if self.heading:
            heading, self.heading = self.heading, ""
            if self.lines:
                self.add("")
            self.add(heading)
        self.size += len(line) + 1
        if self.size > MAX_TEXT + 1:
            raise ValueError(f"The résumé has more than {MAX_TEXT} characters.")
        self.lines.append(line)

    def line(self, entry: Mapping[str, Any], *names: str) -> None:
        """Adds the fields as one line, if any of them has text."""
        parts = [part for name in names for part in _texts(entry.get(name))]
        if parts:
            self.add(", ".join(parts))

    def bullets(self, value: Any) -> None:
        for text in _texts(value):
            self.add(f"• {text}")

    def job(self, entry: Mapping[str, Any]) -> None:
        employer = next(
            (name for name in ("name", "company", "organization") if _texts(entry.get(name))), "name"
        )  # `company` until 0.0.16
        self.line(entry, "position", "roles", employer)
        for name in ("description", "summary"):
            self.line(entry, name)
        self.bullets(entry.get("highlights"))
        self.line(entry, "keywords")

    def skills(self, entry: Mapping[str, Any]) -> None:
        stated = next(iter(_texts(entry.get("level"))), "")
        level = levels.STATED.get(stated.casefold(), 0)
        if stated and not level:
            self.unknown.append(stated[:SHOWN])
        name, keywords = _texts(entry.get("name"))[:1], _texts(entry.get("keywords"))
        if not name and not keywords:
            return
        lead = f"{name[0]}: " if name and keywords else ""
        self.add(lead + ", ".join(keywords or name))
        # The name of a group may also be a skill, but it is mainly a heading, so it is not reported as unknown if it is not a
        # skill.
        at = self.size - 1 - len(self.lines[-1]) + len(lead)
        for keyword in keywords or name:
            self.listed.append(Listed(at, at + len(keyword), stated[:SHOWN], level))
            at += len(keyword) + len(", ")

    def whole(self) -> str:
        return "\n".join(self.lines)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The entries of a list of objects; a plain string counts as an object with that name."""
    found = document.get(name)
    for entry in found if isinstance(found, list) else ():
        yield {"name": entry} if isinstance(entry, str) else _mapping(entry)


def _texts(value: Any) -> list[str]:
    """The texts of a field that should be a string or a list of strings, each on one line; empty texts are left out."""
    values = value if isinstance(value, list) else [value]
    return [text for item in values if isinstance(item, str) and (text := " ".join(item.split()))]


# Writing


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """Something that the learner has made and can show."""

    name: str
    text: str
    url: str
    skills: tuple[str, ...]  # names of the skills that it shows


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """A certificate that someone else has issued."""

    name: str
    issuer: str
    issued_on: date
    url: str


def write(
    *,
    name: str,
    email: str,
    label: str,
    levels: Iterable[tuple[str, int]],
    works: Iterable[WorkEntry],
    certificates: Iterable[CertificateEntry] = (),
    now: datetime,
) -> dict[str, Any]:
    """A résumé in version 1.0 of the schema. `levels` has pairs of a skill's name and its level from 1 to 4."""
    basics = {"name": name, "label": label, "email": email}
    certified = [_certificate(entry) for entry in certificates]
    return {
        "$schema": SCHEMA,
        "basics": {key: value for key, value in basics.items() if value},
        "skills": [{"name": skill, "level": WRITTEN[level]} for skill, level in levels],
        "projects": [_project(work) for work in works],
        **({"certificates": certified} if certified else {}),
        "meta": {"version": VERSION, "lastModified": now.isoformat(timespec="seconds")},
    }


def _project(work: WorkEntry) -> dict[str, Any]:
    fields = {"name": work.name, "description": work.text, "url": work.url, "keywords": list(work.skills)}
    return {key: value for key, value in fields.items() if value}


def _certificate(entry: CertificateEntry) -> dict[str, Any]:
    fields = {"name": entry.name, "issuer": entry.issuer, "date": entry.issued_on.isoformat(), "url": entry.url}
    return {key: value for key, value in fields.items() if value}
