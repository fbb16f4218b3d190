"""python -m benchmarks.matching: what matching costs by itself, in CPU time, JSON on stdout, a table on stderr.

With the catalogue of the environment's database (`benchmarks/__main__.py` gives a throw-away one), on the job ads of the
tests one after the other.
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
SHORT, LONG = 5_000, 50_000
MOST_GROWTH = 11.0  # from SHORT to LONG


@dataclass(frozen=True)
class MatchRow:
    characters: int
    mentions: int
    ms: float
    goal_ms: int


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    rows = [_row(length, goal) for length, goal in ((SHORT, 10), (LONG, 100))]
    growth = round(rows[1].ms / rows[0].ms, 1)
    for row in rows:
        name = f"match of {row.characters:,} characters"
        print(f"{name:<36} {row.mentions} mentions, {row.ms:.1f} ms (≤ {row.goal_ms})", file=sys.stderr)
    print(f"{'match, ten times the text':<36} × {growth} (≤ {MOST_GROWTH:g})", file=sys.stderr)
    json.dump({"rows": [asdict(row) for row in rows], "growth": growth}, sys.stdout)


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


if __name__ == "__main__":
    main()
