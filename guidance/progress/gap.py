"""What is missing to the skills that a text names, and which role it describes. Pure.

The target of a named skill is the level that the role asks for, and USUAL where it asks for none. Hours count as they do
for the next gains (`readiness.gains`) and in a plan: a skill that has to be begun brings the prerequisites that are missing,
and what was logged on a skill since its last change of level is done. Two skills may need the same third one, so the hours
of all of them together are those of the union, and not the sum.
"""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from guidance.catalog import graph as prerequisites
from guidance.catalog.graph import Graph
from guidance.progress.path import Levels, Requirement, Targets
from guidance.progress.readiness import Effort, heaviest_first, hours_left, points

USUAL = 2  # a text that names a skill wants somebody who works with it
NO_REQUIREMENTS: Mapping[str, Requirement] = {}


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


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a text and a role are about the same."""

    role: str
    named: tuple[str, ...]  # skills of the text that the role asks for, heaviest first
    points: float  # of the role's 100 that stand on them
    share: float  # of the skills of the text that the role requires, from 0 to 1

    @property
    def score(self) -> float:
        """The harmonic mean of both: a role that asks for everything, or for one thing only, is not the one that is meant."""
        covered = self.points / 100
        return 2 * covered * self.share / (covered + self.share) if self.named else 0.0


def targets(skills: Iterable[str], requirements: Mapping[str, Requirement] = NO_REQUIREMENTS) -> dict[str, int]:
    """{slug: level} for each of the named skills."""
    return {slug: requirements[slug].level if slug in requirements else USUAL for slug in skills}


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

    def hours(some: Levels) -> float:
        needed = prerequisites.closure(graph, some, levels)
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


def fits(skills: Collection[str], roles: Mapping[str, Targets]) -> tuple[Fit, ...]:
    """The roles that ask for any of the named skills, best fit first."""
    found = [_fit(role, set(skills), goal) for role, goal in roles.items()]
    return tuple(sorted((fit for fit in found if fit.named), key=lambda fit: (-fit.score, fit.role)))


def _fit(role: str, skills: set[str], goal: Targets) -> Fit:
    """A target is named when one of its skills is; of a choice, all members that are named count as asked for."""
    share = points(goal)
    met = [(slug, skills & target.one_of.keys()) for slug, target in heaviest_first(goal)]
    named = [skill for _slug, members in met for skill in sorted(members)]
    return Fit(
        role,
        tuple(dict.fromkeys(named)),
        math.fsum(share[slug] for slug, members in met if members),
        len(set(named)) / len(skills) if skills else 0.0,
    )
