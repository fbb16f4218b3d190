"""Works out the levels that a learner's stated levels imply, and which skills imply each of them. Pure.

A learner who has started a skill should have its prerequisites, as in knowledge spaces (Doignon and Falmagne, 1985).
"""

from dataclasses import dataclass

from guidance.catalog.graph import Graph
from guidance.progress.curriculum import Levels


@dataclass(frozen=True, slots=True)
class ImpliedLevel:
    level: int
    by: tuple[str, ...]  # claimed skills that need it, directly or indirectly; sorted by slug


def implied(graph: Graph, stated: Levels, at_least: Levels | None = None) -> dict[str, ImpliedLevel]:
    """Returns the prerequisites of the claimed skills that the learner did not state, each at the highest level needed.
    `stated` holds the stated levels, 0 for "not yet"; `at_least` holds levels that are known without being stated
    (`graph.with_implied`)."""
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
