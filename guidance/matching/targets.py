"""The level that a job ad asks for in each skill that it names. Pure.

1. The level is what the role requires, or USUAL if the role does not require the skill or no role is given.
2. Years stated for the skill take precedence, on the scale that is used for CVs (`levels.py`): five or more years are level 3, one
   to four are level 2, less is level 1.
3. Seniority moves the skills that have no years: in an ad for a junior each is one level lower, but at least 1; in one for a
  senior or a lead, those that are not just welcome and that the role counts among its most important (4 or 5 of 5) are one level
  higher, up to 3. An ad that does not name its seniority and asks for five or more years of work in general is read as an ad for
  a senior; an ad that asks for less than two years, as one for a junior.
4. A skill without stated years gets USUAL at most if it is only welcome, and level 1 if the ad wants just "a bit of" it or "basics".

Nothing asks for level 4.
"""

import re
from collections.abc import Collection, Iterable, Mapping

from guidance.matching.cues import Cue
from guidance.matching.roles import RequirementLike
from guidance.matching.seniority import Rank
from guidance.matching.years import Years

USUAL = 2  # a text that names a skill wants someone who works with it
HIGHEST = 3
SENIOR_YEARS = 5
JUNIOR_YEARS = 2
IMPORTANT = 4
_LITTLE_BEFORE = re.compile(
    r"\b(?:a (?:bit|little|dash|touch) (?:of )?|basics? (?:(?:knowledge|understanding|command|skills?|grasp) )?(?:(?:of|in|with) )?|rudimentary (?:knowledge of )?"
    r"|(?:grundkenntnisse|grundlagen|basiskenntnisse|grundlegende kenntnisse|erste kenntnisse|erste (?:praktische )?erfahrung(?:en)?|first experience)(?: (?:in|von|der|mit|with))? |(?:ein )?bisschen |ein wenig |etwas )$",
    re.IGNORECASE,
)
_LITTLE_AFTER = re.compile(r"[ -](?:basics|grundkenntnisse|grundlagen|basiskenntnisse)\b", re.IGNORECASE)
_NEAR = 40  # characters read before a skill


def targets(
    skills: Iterable[tuple[str, Cue | None]],
    requirements: Mapping[str, RequirementLike],
    rank: Rank | None = None,
    years: Iterable[Years] = (),
    little: Collection[str] = (),
) -> dict[str, int]:
    """{slug: level} for the named skills, which are given with their cues. `little` has those for which `is_little` is true."""
    years = tuple(years)
    stated: dict[str, int] = {}
    for one in years:
        if one.skill and one.minimum is not None:
            stated[one.skill] = max(_of_years(one.minimum), stated.get(one.skill, 0))
    rank = rank or _rank(years)
    levels: dict[str, int] = {}
    for slug, cue in skills:
        required = requirements.get(slug)
        level = required.level if required else USUAL
        if slug in stated:
            level = stated[slug]
        elif slug in little:
            level = 1
        elif rank == "junior":
            level = max(level - 1, 1)
        elif rank in {"senior", "lead"} and required and required.importance >= IMPORTANT and cue != "nice":
            level = max(level, min(level + 1, HIGHEST))
        if cue == "nice" and slug not in stated:
            level = min(level, USUAL)
        levels[slug] = level
    return levels


def is_little(text: str, start: int, end: int) -> bool:
    """Whether the text asks for only a little of the skill named there."""
    before = text[max(0, start - _NEAR) : start]
    return bool(_LITTLE_BEFORE.search(before) or _LITTLE_AFTER.match(text, end))


def _of_years(minimum: float) -> int:
    return 3 if minimum >= SENIOR_YEARS else 2 if minimum >= 1 else 1


def _rank(years: Iterable[Years]) -> Rank | None:
    asked = [one.minimum for one in years if one.required and not one.skill and one.minimum is not None]
    if not asked:
        return None
    most = max(asked)
    return "senior" if most >= SENIOR_YEARS else "junior" if most < JUNIOR_YEARS else None
