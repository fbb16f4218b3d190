"""The level that a CV suggests for each skill that it names, before it is confirmed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from guidance.catalog.snapshot import BASICS, BASICS_LEVEL, Snapshot
from guidance.matching import service as matching
from guidance.matching.service import Match

MAX_WORDS_LENGTH = 80
WORKING, PROFICIENT = 2, 3


@dataclass(frozen=True, slots=True)
class CvSkill:
    """A skill that a CV names."""

    level: int  # that the CV suggests
    words: str  # the words at its first mention
    line: int
    times: int


def cv_skills(cv: str, matches: Iterable[Match]) -> dict[str, CvSkill]:
    """Returns the skills that a CV names and the levels that it suggests, by skill slug."""
    named = tuple(matches)
    levels = matching.proposed_levels(cv, named)
    found: dict[str, CvSkill] = {}
    for match in named:
        known = found.get(match.skill)
        if known:
            found[match.skill] = replace(known, times=known.times + 1)
        elif match.skill in levels:
            words = " ".join(cv[match.start : match.end].split())[:MAX_WORDS_LENGTH]
            found[match.skill] = CvSkill(levels[match.skill], words, cv.count("\n", 0, match.start) + 1, 1)
    return found


def with_foundations(found: Mapping[str, CvSkill], snapshot: Snapshot) -> dict[str, CvSkill]:
    """Adds the levels that proficiency implies for the skills directly below: someone with five years of Spring Boot can work
    alone in Java. Also adds the basics of programming for someone who works in a language."""
    below = dict(found)

    def credit(slug: str, level: int, by: CvSkill) -> None:
        known = below.get(slug)
        if known is None or known.level < level:
            below[slug] = replace(known or by, level=level)

    for slug, find in found.items():
        if find.level >= PROFICIENT:
            for need in snapshot.graph[slug]:
                credit(need, WORKING, find)
    for slug, find in tuple(below.items()):
        if BASICS in snapshot.skills and snapshot.has_basics({slug: find.level}):
            credit(BASICS, BASICS_LEVEL, find)
    return below
