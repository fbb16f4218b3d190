"""Calculates the readiness of a learner for a goal, its terms, the next gains, and the gap to other skills. Pure.

A goal is a set of targets (`curriculum.targets`): what a role r and optionally an industry i ask for. Readiness is calculated
over its terms t:

    weight(t)    = importance(t) × (1 + emphasis(i, t))
    coverage(t)  = min(level ÷ target, 1), of the best member if t is a choice
    points(t)    = 100 × weight(t) × coverage(t) ÷ Σ weight
    readiness    = Σ points

Each level up to the target adds the same points and has a source; `by_source` sums the points of each source. Only levels
count, and they are effective levels (`graph.with_implied`): logged hours shorten the work that is left but add no points. The
order of the input does not affect the results.

`gap` calculates what a learner is missing for the skills that a text names. The target of a named skill is defined in
`matching/targets.py`. Hours count as they do in `gains` and in a plan: a skill that the learner has not started includes its
missing prerequisites, and hours logged on a skill since its level last changed are deducted. Skills may share prerequisites, so
the total, which counts each prerequisite once, can be less than the sum.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass

from guidance.catalog import graph as prerequisites
from guidance.catalog.graph import Graph
from guidance.matching import targets as levels_asked_for
from guidance.progress.curriculum import Levels, RequirementLike, Target, Targets, best_member, coverage
from guidance.progress.sources import PROJECT, SELF, SOURCES

type Effort = Mapping[str, tuple[float, ...]]  # hours from level n to n + 1
type Slices = Mapping[str, tuple[str, ...]]  # {skill: how we know level 1, 2 and so on}

MIN_SHARE = 0.1  # share of a step's effort that is left however many hours are logged


@dataclass(frozen=True, slots=True)
class Term:
    """What one target adds to the readiness."""

    skill: str  # for a choice, the member with the highest coverage
    choice: str | None
    level: int
    target: int
    importance: int
    emphasis: float
    weight: float
    coverage: float
    points: float
    possible: float  # points at its target
    source: str | None  # how we know the level; None at level 0 or if the level came with the request
    slices: tuple[str, ...] = ()  # how we know level 1, 2 and so on; empty if the level came with the request

    @property
    def by_source(self) -> Iterator[tuple[str, float]]:
        """Yields the source and the points of each level up to the target. Levels that came with the request count as
        self-assessed."""
        for source in (self.slices or (SELF,) * self.level)[: self.target]:
            yield source, self.possible / self.target


@dataclass(frozen=True, slots=True)
class Gain:
    """One level of one skill: its hours, including missing prerequisites, and the points that the level itself adds."""

    skill: str
    to_level: int
    hours: float
    points: float
    points_per_hour: float


@dataclass(frozen=True, slots=True)
class Readiness:
    readiness: float
    evidenced: float  # the points that projects prove
    terms: tuple[Term, ...]  # largest weight first
    also_asked_for: tuple[str, ...]  # emphasised by the industry, not required or scored; largest weight first

    @property
    def by_source(self) -> dict[str, float]:
        """The points of each source, including sources without points. They sum to the readiness."""
        return points_by_source(self.terms)


def points_by_source(terms: Iterable[Term]) -> dict[str, float]:
    """Returns the points of these terms by source, with an entry for every source in `SOURCES`."""
    points: dict[str, list[float]] = {source: [] for source in SOURCES}
    for term in terms:
        for source, share in term.by_source:
            points[source].append(share)
    return {source: math.fsum(shares) for source, shares in points.items()}


class Score:
    """The readiness as levels rise: `reach` updates only the terms of one skill."""

    def __init__(self, goal: Targets, levels: Levels) -> None:
        self._terms: dict[str, list[int]] = {}  # {skill: numbers of its targets}
        self._targets = list(goal.values())
        # Scaled so that they stay integers when divided by a target level from 1 to 4.
        self._weights = [round(target.weight * 10**6) * 12 for target in self._targets]
        self._parts = [0] * len(self._targets)
        self._total = sum(self._weights)
        self._reached = 0
        for number, target in enumerate(self._targets):
            for skill in target.one_of:
                self._terms.setdefault(skill, []).append(number)
        for skill in self._terms.keys() & levels.keys():
            self.reach(skill, levels[skill])

    def copy(self) -> "Score":
        """Returns an independent copy with the same levels."""
        other = copy(self)
        other._parts = list(self._parts)
        return other

    def reach(self, skill: str, level: int) -> None:
        """Raises the skill to this level, unless it is already higher."""
        for number in self._terms.get(skill, ()):
            target = self._targets[number].one_of[skill]
            parts = self._weights[number] // target * min(level, target)
            if parts > self._parts[number]:
                self._reached += parts - self._parts[number]
                self._parts[number] = parts

    @property
    def readiness(self) -> float:
        """The readiness, from 0 to 100."""
        return 100 * self._reached / self._total if self._total else 0.0


def points(goal: Targets) -> dict[str, float]:
    """Returns how many of the 100 points each target adds when it is met."""
    total = math.fsum(target.weight for target in goal.values())
    return {slug: 100 * target.weight / total for slug, target in goal.items()}


def heaviest_first(goal: Targets) -> list[tuple[str, Target]]:
    return sorted(goal.items(), key=lambda item: (-item[1].weight, item[0]))


def readiness(
    goal: Targets, levels: Levels, slices: Slices | None = None, emphasised: Mapping[str, float] | None = None
) -> Readiness:
    """Returns the readiness with its terms. `slices` holds how we know each level of each skill; `emphasised` is {skill: weight},
    from the industry."""
    share, known = points(goal), slices or {}
    terms = []
    for slug, target in heaviest_first(goal):
        skill = best_member(target, levels)
        level, covered = levels.get(skill, 0), coverage(target, levels)
        sources = known.get(skill, ()) if level else ()
        terms.append(
            Term(
                skill=skill,
                choice=target.choice,
                level=level,
                target=target.one_of[skill],
                importance=target.importance,
                emphasis=target.emphasis,
                weight=target.weight,
                coverage=covered,
                points=share[slug] * covered,
                possible=share[slug],
                source=sources[-1] if sources else None,
                slices=sources,
            )
        )
    asked = {skill for target in goal.values() for skill in target.one_of}
    weight = emphasised or {}
    return Readiness(
        readiness=math.fsum(term.points for term in terms),
        evidenced=math.fsum(term.points for term in terms if term.source == PROJECT),
        terms=tuple(terms),
        also_asked_for=tuple(sorted(weight.keys() - asked, key=lambda skill: (-weight[skill], skill))),
    )


def remaining(effort: float, logged: float) -> float:
    """Returns the hours left of a step with this effort: those logged since the level last changed are deducted, but a tenth
    of the effort always stays, because logging alone reaches no level."""
    return max(effort - logged, MIN_SHARE * effort)


def hours_left(effort: Sequence[float], level: int, target: int, logged: float = 0.0) -> Iterator[float]:
    """Yields the hours left of each step from `level` to `target`. Hours `logged` since the level last changed are deducted
    from the first one."""
    for number, hours in enumerate(effort[level:target]):
        yield remaining(hours, logged if number == 0 else 0.0)


def gains(
    graph: Graph,
    effort: Effort,
    goal: Targets,
    taught: Mapping[str, str],
    levels: Levels,
    logged: Mapping[str, float] | None = None,
) -> tuple[Gain, ...]:
    """Returns the next level of each target that is not met, most points per hour first. For a choice, it is the next level of
    the member that is taught (`path.taught`).

    `logged` holds the hours on each skill since its level last changed.
    """
    done = logged or {}
    share = points(goal)
    result = []
    for slug, target in goal.items():
        skill = taught[slug]
        level, wanted_level = levels.get(skill, 0), target.one_of[skill]
        gained = share[slug] * (min((level + 1) / wanted_level, 1.0) - coverage(target, levels))
        if level >= wanted_level or gained <= 0:
            continue
        hours = math.fsum(
            hours
            for need, wanted in prerequisites.closure(graph, {skill: level + 1}, levels).items()
            for hours in hours_left(effort[need], levels.get(need, 0), wanted, done.get(need, 0.0))
        )
        result.append(Gain(skill, level + 1, hours, gained, gained / hours))
    return tuple(sorted(result, key=lambda gain: (-gain.points_per_hour, gain.skill)))


NO_REQUIREMENTS: Mapping[str, RequirementLike] = {}


@dataclass(frozen=True, slots=True)
class Missing:
    """A named skill below its target."""

    skill: str
    level: int
    target: int
    hours: float  # to the target, including missing prerequisites


@dataclass(frozen=True, slots=True)
class Gap:
    missing: tuple[Missing, ...]  # in the order of the input
    hours: float  # total, with each prerequisite counted once


def targets(skills: Iterable[str], requirements: Mapping[str, RequirementLike] = NO_REQUIREMENTS) -> dict[str, int]:
    """Returns {slug: target level} for the named skills."""
    return levels_asked_for.targets(((slug, None) for slug in skills), requirements)


def gap(
    graph: Graph,
    effort: Effort,
    wanted: Levels,
    levels: Levels,
    logged: Mapping[str, float] | None = None,
) -> Gap:
    """Returns what is missing between `levels` and `wanted`. `logged` holds the hours on each skill since its level last
    changed."""
    done = logged or {}
    below = {slug: target for slug, target in wanted.items() if levels.get(slug, 0) < target}

    def hours(wanted: Levels) -> float:
        needed = prerequisites.closure(graph, wanted, levels)
        return math.fsum(
            hours
            for slug, level in needed.items()
            for hours in hours_left(effort[slug], levels.get(slug, 0), level, done.get(slug, 0.0))
        )

    return Gap(
        missing=tuple(
            Missing(slug, levels.get(slug, 0), target, hours({slug: target})) for slug, target in below.items()
        ),
        hours=hours(below),
    )
