"""python -m benchmarks.matching: the CPU time of matching alone; JSON on stdout, a table on stderr. Uses the catalogue of the
environment's database (`benchmarks/__main__.py` provides a throw-away one). The text is the job ads of the tests, one after the
other.
"""

import json
import os
import sys
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

import django
import yaml

from tests.progress.givens import seconds_for

ADS = Path(__file__).parents[1] / "tests" / "matching" / "ads.yaml"
MEDIAN, SHORT, LONG = 3_000, 5_000, 50_000  # characters; MEDIAN is the median length of 1,720 ads
MOST_GROWTH = 11.0  # upper bound for the growth of the time from SHORT to LONG
REPEATED = (
    "c,",
    "go,",
    "Go ",
    "R. ",
    "rag/",
    "C++ ",
    "- ",
)  # repeated to the maximum length, these are the slowest texts to match
MAX_REPEATED_MS = 300


@dataclass(frozen=True)
class MatchRow:
    characters: int
    mentions: int
    ms: float
    goal_ms: int


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    rows = [_row(length, goal) for length, goal in ((MEDIAN, 12), (SHORT, 10), (LONG, 100))]
    growth = round(rows[2].ms / rows[1].ms, 1)
    repeated = {piece: _repeated(piece) for piece in REPEATED}
    for row in rows:
        name = f"match of {row.characters:,} characters"
        print(f"{name:<36} {row.mentions} mentions, {row.ms:.1f} ms (≤ {row.goal_ms})", file=sys.stderr)
    print(f"{'match, ten times the text':<36} × {growth} (≤ {MOST_GROWTH:g})", file=sys.stderr)
    for piece, ms in repeated.items():
        print(f"{f'match of 100,000 × {piece!r}':<36} {ms:.0f} ms (≤ {MAX_REPEATED_MS})", file=sys.stderr)
    json.dump({"rows": [asdict(row) for row in rows], "growth": growth, "repeated_ms": repeated}, sys.stdout)


def _row(length: int, goal: int) -> MatchRow:
    from guidance.catalog import snapshot
    from guidance.matching import service

    catalogue = snapshot.current()
    text = ""
    ads = cycle(ad["text"] for ad in yaml.safe_load(ADS.read_text(encoding="utf-8")))
    while len(text) < length:
        text += next(ads) + "\n\n"
    text = text[:length]
    mentions = sum(skill.mentions for skill in service.match(text, catalogue).skills)
    seconds = seconds_for(lambda: service.match(text, catalogue))
    return MatchRow(length, mentions, round(1000 * seconds, 2), goal)


def _repeated(piece: str) -> float:
    from guidance.catalog import snapshot
    from guidance.matching import service

    catalogue = snapshot.current()
    text = (piece * service.MAX_TEXT)[: service.MAX_TEXT]
    return round(1000 * seconds_for(lambda: service.match(text, catalogue)), 1)


if __name__ == "__main__":
    main()
