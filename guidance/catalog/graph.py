"""The prerequisite graph, pure: `Graph` maps each skill's slug to {slug of a prerequisite: level needed}.

All results are deterministic: ties are broken by slug.
"""

import heapq
from collections.abc import Iterable, Mapping

Graph = Mapping[str, Mapping[str, int]]


class CycleError(ValueError):
    """Raised if the graph has a cycle; `cycle` lists its slugs, and repeats the first one at the end."""

    def __init__(self, cycle: list[str]) -> None:
        self.cycle = cycle
        super().__init__("a prerequisite cycle: " + " needs ".join(cycle))


def order(graph: Graph) -> list[str]:
    """Returns all slugs, prerequisites first and otherwise sorted by slug (Kahn 1962, with a heap). Raises CycleError."""
    waiting = {slug: sum(1 for need in needs if need in graph) for slug, needs in graph.items()}
    unlocks = reverse(graph)
    ready = [slug for slug, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    result = []
    while ready:
        slug = heapq.heappop(ready)
        result.append(slug)
        for dependant in unlocks.get(slug, ()):
            waiting[dependant] -= 1
            if waiting[dependant] == 0:
                heapq.heappush(ready, dependant)
    if len(result) < len(graph):
        raise CycleError(_a_cycle(graph, {slug for slug, count in waiting.items() if count > 0}))
    return result


def _a_cycle(graph: Graph, stuck: set[str]) -> list[str]:
    """Returns a cycle among the nodes that Kahn's algorithm could not place: each has a prerequisite among them."""
    slug = min(stuck)
    seen: dict[str, int] = {}
    path: list[str] = []
    while slug not in seen:
        seen[slug] = len(path)
        path.append(slug)
        slug = min(need for need in graph[slug] if need in stuck)
    cycle = path[seen[slug] :]
    start = cycle.index(min(cycle))
    cycle = cycle[start:] + cycle[:start]
    return [*cycle, cycle[0]]


def reverse(graph: Graph) -> dict[str, dict[str, int]]:
    """Returns what each slug unlocks: {slug: {dependant: level}}, for every slug that is a prerequisite."""
    result: dict[str, dict[str, int]] = {}
    for slug in sorted(graph):
        for need, level in graph[slug].items():
            result.setdefault(need, {})[slug] = level
    return result


def closure(graph: Graph, wanted: Mapping[str, int], levels: Mapping[str, int] | None = None) -> dict[str, int]:
    """Returns the levels needed for `wanted` {slug: level}, prerequisites included: {slug: highest level needed}.

    The result contains only skills that are below the needed level. A skill that is not started (level 0 in `levels`, the levels
    already known) adds its prerequisites; a skill that is already started does not.
    """
    known = levels or {}
    needed: dict[str, int] = {}
    stack = list(wanted.items())
    while stack:
        slug, level = stack.pop()
        if known.get(slug, 0) >= level or needed.get(slug, 0) >= level:
            continue
        begun = slug in needed or known.get(slug, 0) > 0
        needed[slug] = level
        if not begun:
            stack.extend(graph.get(slug, {}).items())
    return {slug: needed[slug] for slug in sorted(needed)}


def with_implied(graph: Graph, stated: Mapping[str, int], at_least: Mapping[str, int] | None = None) -> dict[str, int]:
    """Returns the stated levels, `stated` {slug: level}, and the levels that they imply. A stated level of 1 or more implies
    the level that each prerequisite needs, and so on down. A stated level always wins, even if it is lower: a stated 0 implies
    nothing further. `at_least` has known levels of other skills; an implied level may be higher. Levels of 0 are omitted."""
    found = {slug: level for slug, level in {**(at_least or {}), **stated}.items() if level}
    stack = list(found)
    begun = set(stack)
    while stack:
        for need, level in graph.get(stack.pop(), {}).items():
            if need in stated:
                continue
            found[need] = max(level, found.get(need, 0))
            if need not in begun:
                begun.add(need)
                stack.append(need)
    return found


def steps_to(graph: Graph, known: dict[str, int], skill: str, level: int) -> list[tuple[str, int]]:
    """Returns the steps that are missing to reach this level, as (skill, level), one level at a time. Prerequisites come just
    before the skill that needs them, depth first, in the order in which the skill lists them. A skill already started needs no
    prerequisites. Adds the new levels to `known`."""
    steps: list[tuple[str, int]] = []
    stack = [(skill, level, False)]
    while stack:
        slug, top, may_begin = stack.pop()
        have = known.get(slug, 0)
        if have >= top:
            continue
        if have == 0 and not may_begin:
            stack.append((slug, top, True))
            stack.extend((need, at, False) for need, at in reversed(list(graph.get(slug, {}).items())))
            continue
        steps += [(slug, reached) for reached in range(have + 1, top + 1)]
        known[slug] = top
    return steps


def hours(needed: Mapping[str, int], effort: Mapping[str, tuple[float, ...]], levels: Mapping[str, int]) -> float:
    """Returns the hours from `levels` to `needed`; `effort[slug][n]` is the hours from level n to n + 1."""
    return sum(sum(effort[slug][levels.get(slug, 0) : level]) for slug, level in needed.items())


def layers(graph: Graph) -> dict[str, int]:
    """Returns the length of the longest chain of prerequisites below each skill; 0 for skills that need nothing."""
    result: dict[str, int] = {}
    for slug in order(graph):
        result[slug] = 1 + max((result[need] for need in graph[slug] if need in result), default=-1)
    return result


def redundant_edges(graph: Graph) -> list[tuple[str, str]]:
    """Returns the edges (skill, prerequisite) that the skill's other prerequisites already imply, at the same or a higher
    level."""
    implied: dict[str, dict[str, int]] = {}
    redundant: list[tuple[str, str]] = []
    for slug in order(graph):
        needs = graph[slug]
        through: dict[str, int] = {}
        for need in needs:
            for further, level in implied.get(need, {}).items():
                through[further] = max(through.get(further, 0), level)
        redundant.extend((slug, need) for need, level in needs.items() if through.get(need, 0) >= level)
        for need, level in needs.items():
            through[need] = max(through.get(need, 0), level)
        implied[slug] = through
    return sorted(redundant)


def ancestors(graph: Graph, slugs: Iterable[str]) -> set[str]:
    """Returns these slugs and everything that they need, directly or indirectly."""
    seen: set[str] = set()
    stack = list(slugs)
    while stack:
        slug = stack.pop()
        if slug not in seen:
            seen.add(slug)
            stack.extend(graph.get(slug, ()))
    return seen
