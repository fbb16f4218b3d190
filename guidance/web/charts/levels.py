"""Levels of skills: what roles ask for and what the learner has."""

from functools import lru_cache
from string import ascii_uppercase

from django.utils.safestring import SafeString

from guidance.catalog.models import MAX_LEVEL
from guidance.markup import trusted
from guidance.web.charts.labels import Spot, label
from guidance.web.charts.svg import number

STEP, GAP = 29, 5  # px of a level, of them between two


@lru_cache(maxsize=1024)
def ladder(mine: int, targets: tuple[int, ...]) -> SafeString:
    """The learner's level on a scale of four, with a pole A, B, … at the level each role asks for."""
    asked = max(targets, default=0)
    drawing = [
        '<svg class="chart ladder" viewBox="0 0 142 32" width="142" height="32" aria-hidden="true" focusable="false">'
    ]
    for level in range(1, MAX_LEVEL + 1):
        kind = "on" if level <= mine else "go" if level <= asked else "rest"
        drawing.append(
            f'<rect class="{kind}" x="{1 + (level - 1) * STEP}" y="17" width="{STEP - GAP}" height="10" rx="1"/>'
        )
    for level in sorted({target for target in targets if target}):
        x = 1 + level * STEP - GAP / 2
        letters = " ".join(letter for letter, target in zip(ascii_uppercase, targets, strict=False) if target == level)
        drawing.append(f'<path class="pole" d="M{number(x)} 13v17"/>')
        drawing.append(label(letters, "flag", Spot(x, 11, "middle")))
    return trusted(*drawing, "</svg>")
