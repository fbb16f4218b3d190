"""How ready a learner is for a role, every term of it, and the next gains. Pure.

For a role r and optionally an industry i, over the requirements s of r (`docs`: product, "Readiness"):

    weight(s)    = importance(r, s) × (1 + emphasis(i, s))
    coverage(s)  = min(level(s) / target(r, s), 1)
    points(s)    = 100 × weight(s) × coverage(s) / Σ weight
    readiness    = Σ points

Only levels count: logged hours shorten what is left to do and raise nothing. Everything is by slug of the skill, and the
answers do not depend on the order of what is given.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from guidance.catalog import graph as prerequisites
from guidance.catalog.graph import Graph

type Effort = Mapping[str, tuple[float, ...]]  # hours from level n to n + 1
type Levels = Mapping[str, int]  # what is not listed is at level 0

LEAST_SHARE = 0.1  # of a step's effort that is left however much has been logged


class Requirement(Protocol):
    @property
    def level(self) -> int: ...  # the target
    @property
    def importance(self) -> int: ...


type Requirements = Mapping[str, Requirement]
type Emphases = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Term:
    """What one requirement adds to the readiness."""

    skill: str
    level: int
    target: int
    importance: int
    emphasis: float
    weight: float
    coverage: float
    points: float


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


def weights(requirements: Requirements, emphases: Emphases) -> dict[str, float]:
    """Importance × (1 + emphasis) of each required skill."""
    return {slug: item.importance * (1 + emphases.get(slug, 0.0)) for slug, item in requirements.items()}


def points(requirements: Requirements, emphases: Emphases) -> dict[str, float]:
    """What each required skill brings to a readiness of 100, when at its target."""
    weight = weights(requirements, emphases)
    total = math.fsum(weight.values())
    return {slug: 100 * value / total for slug, value in weight.items()}


def coverage(level: int, target: int) -> float:
    return min(level / target, 1.0)


def readiness(
    requirements: Requirements, emphases: Emphases, levels: Levels, evidenced: Collection[str] = ()
) -> Readiness:
    """`evidenced`: the skills whose level comes from a project."""
    weight, share = weights(requirements, emphases), points(requirements, emphases)
    terms = []
    for slug in sorted(requirements, key=lambda slug: (-weight[slug], slug)):
        item, level = requirements[slug], levels.get(slug, 0)
        covered = coverage(level, item.level)
        terms.append(
            Term(
                skill=slug,
                level=level,
                target=item.level,
                importance=item.importance,
                emphasis=emphases.get(slug, 0.0),
                weight=weight[slug],
                coverage=covered,
                points=share[slug] * covered,
            )
        )
    return Readiness(
        readiness=math.fsum(term.points for term in terms),
        evidenced=math.fsum(term.points for term in terms if term.skill in evidenced),
        terms=tuple(terms),
        also_asked_for=tuple(sorted(emphases.keys() - requirements.keys(), key=lambda slug: (-emphases[slug], slug))),
    )


def remaining(effort: float, logged: float) -> float:
    """Hours left of a step with this effort: what was logged since the last change of level is done, but a tenth of the
    effort stays, for logging alone reaches no level."""
    return max(effort - logged, LEAST_SHARE * effort)


def hours_left(effort: Sequence[float], level: int, target: int, logged: float = 0.0) -> Iterator[float]:
    """Of each step from `level` to `target`; what was `logged` since the last change of level is of the first one."""
    for number, hours in enumerate(effort[level:target]):
        yield remaining(hours, logged if number == 0 else 0.0)


def gains(
    graph: Graph,
    effort: Effort,
    requirements: Requirements,
    emphases: Emphases,
    levels: Levels,
    logged: Mapping[str, float] | None = None,
) -> tuple[Gain, ...]:
    """The next level of every requirement below its target, most points per hour first.

    `logged`: hours on a skill since its last change of level.
    """
    done = logged or {}
    share = points(requirements, emphases)
    result = []
    for slug, item in requirements.items():
        level = levels.get(slug, 0)
        if level >= item.level:
            continue
        hours = math.fsum(
            hours
            for need, goal in prerequisites.closure(graph, {slug: level + 1}, levels).items()
            for hours in hours_left(effort[need], levels.get(need, 0), goal, done.get(need, 0.0))
        )
        brings = share[slug] / item.level
        result.append(Gain(slug, level + 1, hours, brings, brings / hours))
    return tuple(sorted(result, key=lambda gain: (-gain.points_per_hour, gain.skill)))
