"""What the levels that a learner stated rest on, and which of them rest on it. Pure: levels by slug in, implied ones out.

A learner who has begun a skill should have what it needs, as in knowledge spaces (Doignon and Falmagne, 1985).
"""

from dataclasses import dataclass

from guidance.catalog.graph import Graph
from guidance.progress.curriculum import Levels


@dataclass(frozen=True, slots=True)
class ImpliedLevel:
    level: int
    by: tuple[str, ...]  # skills that were claimed and need it, directly or not; by slug


def implied(graph: Graph, stated: Levels, at_least: Levels | None = None) -> dict[str, ImpliedLevel]:
    """What the claimed skills need and nothing was said about, each at the highest level needed. `stated`: the levels that the
    learner named, 0 for "not yet". `at_least`: levels that are there without being said (`graph.with_implied`)."""
    there = at_least or {}
    claims = {**there, **stated}
    levels: dict[str, int] = {}
    by: dict[str, list[str]] = {}
    for claim in sorted(claims):
        if not claims[claim]:
            continue
        needed: dict[str, int] = {}
        stack = list(graph.get(claim, {}).items())
        while stack:
            slug, level = stack.pop()
            if slug in stated or needed.get(slug, 0) >= level:
                continue
            if slug not in needed:
                stack.extend(graph.get(slug, {}).items())
            needed[slug] = level
        for slug, level in needed.items():
            if level > there.get(slug, 0):
                levels[slug] = max(levels.get(slug, 0), level)
                by.setdefault(slug, []).append(claim)
    return {slug: ImpliedLevel(levels[slug], tuple(by[slug])) for slug in sorted(levels)}
