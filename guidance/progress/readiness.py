"""How ready a learner is for a goal, every term of it, and the next gains. Pure.

A goal is a set of targets (`curriculum.targets`): for a role r and optionally an industry i, what they ask for. Over its terms t
(`docs`: product, "Readiness"):

    weight(t)    = importance(t) × (1 + emphasis(i, t))
    coverage(t)  = min(level ÷ target, 1), of the best member where t is a choice
    points(t)    = 100 × weight(t) × coverage(t) ÷ Σ weight
    readiness    = Σ points

Each level up to the target brings the same points, and has a source: `by_source` sums them. Only levels count, and they are effective ones (`graph.with_implied`): logged hours shorten what is left to do and raise
nothing. The answers do not depend on the order of what is given.

What is missing to the skills that a text names. Pure.

The target of a named skill is as `matching/targets.py` says. Hours count as they do
for the next gains (`readiness.gains`) and in a plan: a skill that has to be begun brings the prerequisites that are missing,
and what was logged on a skill since its last change of level is done. Two skills may need the same third one, so the hours
of all of them together are those of the union, and not the sum.
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

MIN_SHARE = 0.1  # of a step's effort that is left however much has been logged


@dataclass(frozen=True, slots=True)
class Term:
    """What one target adds to the readiness."""

    skill: str  # of a choice, the member that covers most
    choice: str | None
    level: int
    target: int
    importance: int
    emphasis: float
    weight: float
    coverage: float
    points: float
    possible: float  # points at its target
    source: str | None  # how we know the level; None at level 0, and where the level was sent
    slices: tuple[str, ...] = ()  # how we know level 1, 2 and so on; empty where the level was sent

    @property
    def by_source(self) -> Iterator[tuple[str, float]]:
        """The points of each level up to the target, with its source. A level that was sent is somebody's own word."""
        for source in (self.slices or (SELF,) * self.level)[: self.target]:
            yield source, self.possible / self.target


@dataclass(frozen=True, slots=True)
class Gain:
    """One level of one skill: its hours, those of the prerequisites that are missing included, and the points that the
    level itself brings."""

    skill: str
    to_level: int
    hours: float
    points: float
    points_per_hour: float


@dataclass(frozen=True, slots=True)
class Readiness:
    readiness: float
    evidenced: float  # the part of it whose level comes from a project
    terms: tuple[Term, ...]  # heaviest first
    also_asked_for: tuple[str, ...]  # emphasised by the industry, not required by the role, not scored; heaviest first

    @property
    def by_source(self) -> dict[str, float]:
        """The points of each source, all of `SOURCES` among them: together the readiness."""
        return points_by_source(self.terms)


def points_by_source(terms: Iterable[Term]) -> dict[str, float]:
    """The points of these terms by source, all of `SOURCES` among them."""
    points: dict[str, list[float]] = {source: [] for source in SOURCES}
    for term in terms:
        for source, share in term.by_source:
            points[source].append(share)
    return {source: math.fsum(shares) for source, shares in points.items()}


class Score:
    """The readiness of levels that grow: `reach` costs only the terms of that skill."""

    def __init__(self, goal: Targets, levels: Levels) -> None:
        self._terms: dict[str, list[int]] = {}  # of each skill
        self._targets = list(goal.values())
        # In parts that stay whole when they are divided by a target from 1 to 4.
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
        """Another one that grows by itself, from the same levels."""
        other = copy(self)
        other._parts = list(self._parts)
        return other

    def reach(self, skill: str, level: int) -> None:
        """The skill is at this level now, if it was not higher."""
        for number in self._terms.get(skill, ()):
            target = self._targets[number].one_of[skill]
            parts = self._weights[number] // target * min(level, target)
            if parts > self._parts[number]:
                self._reached += parts - self._parts[number]
                self._parts[number] = parts

    @property
    def readiness(self) -> float:
        """From 0 to 100."""
        return 100 * self._reached / self._total if self._total else 0.0


def points(goal: Targets) -> dict[str, float]:
    """The points of 100 that each target adds to readiness when it is met."""
    total = math.fsum(target.weight for target in goal.values())
    return {slug: 100 * target.weight / total for slug, target in goal.items()}


def heaviest_first(goal: Targets) -> list[tuple[str, Target]]:
    return sorted(goal.items(), key=lambda item: (-item[1].weight, item[0]))


def readiness(
    goal: Targets, levels: Levels, slices: Slices | None = None, emphasised: Mapping[str, float] | None = None
) -> Readiness:
    """`slices`: how we know each level of each skill; `emphasised`: by the industry, {skill: weight}."""
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
    """Hours left of a step with this effort: what was logged since the last change of level is done, but a tenth of the
    effort stays, for logging alone reaches no level."""
    return max(effort - logged, MIN_SHARE * effort)


def hours_left(effort: Sequence[float], level: int, target: int, logged: float = 0.0) -> Iterator[float]:
    """Of each step from `level` to `target`; what was `logged` since the last change of level is of the first one."""
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
    """The next level of each target that is not met, most points per hour first; of a choice, of the member that is taught
    (`path.taught`).

    `logged`: hours on a skill since its last change of level.
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
    hours: float  # to the target, with the prerequisites that are missing


@dataclass(frozen=True, slots=True)
class Gap:
    missing: tuple[Missing, ...]  # in the order in which the skills were given
    hours: float  # of all together, each prerequisite counted once


def targets(skills: Iterable[str], requirements: Mapping[str, RequirementLike] = NO_REQUIREMENTS) -> dict[str, int]:
    """{slug: level} for each of the named skills."""
    return levels_asked_for.targets(((slug, None) for slug in skills), requirements)


def gap(
    graph: Graph,
    effort: Effort,
    wanted: Levels,
    levels: Levels,
    logged: Mapping[str, float] | None = None,
) -> Gap:
    """From `levels` to `wanted`. `logged`: hours on a skill since its last change of level."""
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
