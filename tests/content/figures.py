"""Shared by the tests of the catalogue's texts: the texts, and formulas whose results several of them state."""

import math
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from guidance.catalog.unit_text import blocks

CONTENT = Path(settings.BASE_DIR) / "guidance/catalog/content"


def front(kind: str, slug: str) -> dict[str, Any]:
    text = (CONTENT / kind / f"{slug}.md").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text.split("\n---\n")[0])
    return found


def text_of(skill: str, level: int, unit: str) -> str:
    found = next(item for item in front("skills", skill)["units"][level] if item["id"] == unit)
    return str(found.get("do") or found["build"])


def code_of(text: str) -> list[str]:
    """Returns the blocks of code in the text of a unit."""
    return ["\n".join(block.lines) for block in blocks(text) if block.kind == "code"]


def wilson(right: int, cases: int) -> tuple[float, float]:
    """The 95% interval of a rate (Wilson, 1927)."""
    share, z = right / cases, 1.96
    middle, reach = (
        share + z * z / (2 * cases),
        z * math.sqrt(share * (1 - share) / cases + z * z / (4 * cases * cases)),
    )
    return (middle - reach) / (1 + z * z / cases), (middle + reach) / (1 + z * z / cases)
