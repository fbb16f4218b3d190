"""What matching costs by itself, in CPU time: the names of the pack, and the job ads of the tests one after the other."""

from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import yaml

from benchmarks.plans import seconds_for
from guidance.matching import matcher, service
from tests.matching.conftest import SKILLS, _skill

ADS = Path(__file__).parents[1] / "tests" / "matching" / "ads.yaml"
SHORT, LONG = 5_000, 50_000
MOST_GROWTH = 11.0  # from SHORT to LONG


@dataclass(frozen=True)
class MatchRow:
    characters: int
    mentions: int
    ms: float
    goal_ms: int


def measure() -> tuple[list[MatchRow], float]:
    """A row for each length, and how much longer ten times the text takes."""
    names = service.names(_skill(path) for path in sorted(SKILLS.glob("*.md")))
    found = matcher.compile(tuple(names))
    rows = [_row(found, length, goal) for length, goal in ((SHORT, 10), (LONG, 100))]
    return rows, round(rows[1].ms / rows[0].ms, 1)


def _row(found: matcher.Matcher, length: int, goal: int) -> MatchRow:
    text = ""
    ads = cycle(ad["text"] for ad in yaml.safe_load(ADS.read_text(encoding="utf-8")))
    while len(text) < length:
        text += next(ads) + "\n\n"
    text = text[:length]
    seconds = seconds_for(lambda: found.find(text))
    return MatchRow(length, len(found.find(text)), round(1000 * seconds, 2), goal)
