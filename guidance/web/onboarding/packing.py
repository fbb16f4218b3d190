"""Packs what was found in a CV or stated beside a job ad into form values, and unpacks them on the next page.

Malformed values are ignored, as in `drafts.read`.
"""

from collections.abc import Iterable

from guidance.catalog.kinds import MAX_LEVEL
from guidance.catalog.snapshot import Snapshot
from guidance.web.onboarding.cv import MAX_WORDS_LENGTH, CvSkill


def packed_skill(slug: str, find: CvSkill) -> str:
    return f"{slug} {find.level} {find.line} {find.times} {find.words}"


def unpacked_skills(values: list[str], snapshot: Snapshot) -> dict[str, CvSkill]:
    found: dict[str, CvSkill] = {}
    for value in values:
        match value.split(" ", 4):
            case [slug, level, line, times, words] if slug in snapshot.skills and level in {"1", "2", "3"}:
                if all(number.isdecimal() and number.isascii() and len(number) < 7 for number in (line, times)):
                    found[slug] = CvSkill(int(level), words[:MAX_WORDS_LENGTH], int(line), int(times))
    return found


def unpacked_levels(values: Iterable[str], snapshot: Snapshot) -> dict[str, int]:
    """Returns a text such as “python 2”."""
    pairs = (value.partition(" ") for value in values)
    levels = {str(level): level for level in range(1, MAX_LEVEL + 1)}
    return {slug: levels[level] for slug, _blank, level in pairs if slug in snapshot.skills and level in levels}
