"""The levels of a new learner, from few answers. Pure: levels by slug in, what follows from them out.

Prerequisites make an answer worth more than itself, as in knowledge spaces (Doignon and Falmagne, 1985): a learner who has begun
a skill should have what it needs, and one who lacks what it needs has not begun it. The first is only ever offered to be
confirmed; the second needs no confirmation, for what is not listed is at level 0 anyway.

`stated` in all functions: the levels that the learner named, 0 for "not yet".
"""

import math
from dataclasses import dataclass

from guidance.catalog import graph as prerequisites
from guidance.catalog.graph import Graph
from guidance.progress.curriculum import Levels
from guidance.progress.readiness import Effort

MAX_QUESTIONS = 10
# How often a skill that is asked about has been begun. Over all roles and starting points of the catalogue, any value
# from 0.2 to 0.5 leaves 5.0 to 5.2 per cent of a role's hours wrong after ten questions, so the exact one matters little.
KNOWN = 0.3


@dataclass(frozen=True, slots=True)
class ImpliedLevel:
    level: int
    by: tuple[str, ...]  # skills that were claimed and need it, directly or not; by slug


def implied(graph: Graph, stated: Levels, at_least: Levels | None = None) -> dict[str, ImpliedLevel]:
    """What the claimed skills need and nothing was said about, each at the highest level needed. `at_least`: levels that are
    there without being said (`graph.with_implied`)."""
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


def ruled_out(graph: Graph, stated: Levels) -> set[str]:
    """What cannot have been begun, as the levels that were named are too low for it."""
    excluded: set[str] = set()
    for slug in prerequisites.order(graph):
        if slug not in stated and any(
            need in excluded or stated.get(need, level) < level for need, level in graph[slug].items()
        ):
            excluded.add(slug)
    return excluded


def next_question(graph: Graph, effort: Effort, wanted: Levels, stated: Levels) -> str | None:
    """The skill whose answer settles the most hours on average, or None when nothing is open.

    `wanted`: every skill of a goal, prerequisites included, at the level needed (`graph.closure`). An answer above 0
    settles a skill and all it needs, one of 0 the skill and all that needs it; the first is expected as often as KNOWN
    says. Ties go by slug.
    """
    settled = {*stated, *implied(graph, stated), *ruled_out(graph, stated)}
    # All that lies between two open skills is open too, so their own prerequisites are enough.
    still_open = {slug: graph[slug] for slug in wanted if slug not in settled}
    hours = {slug: math.fsum(effort[slug][: wanted[slug]]) for slug in still_open}
    below: dict[str, set[str]] = {}
    no = dict.fromkeys(still_open, 0.0)
    for slug in prerequisites.order(still_open):
        below[slug] = {slug}.union(*(below[need] for need in graph[slug] if need in still_open))
        for need in below[slug]:
            no[need] += hours[slug]
    worth = {slug: KNOWN * math.fsum(hours[need] for need in below[slug]) + (1 - KNOWN) * no[slug] for slug in below}
    return min(worth, key=lambda slug: (-worth[slug], slug), default=None)
