"""Generates plausible learners from the catalogue with a fixed seed: what `placement` expects a new learner to be like. Pure.

Each has backgrounds, a part of the path, a depth in each area, or several of these. Each also has random gaps and random
extra levels. Only `Random.random` is used, because its numbers are the same in every version of Python.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

from guidance.catalog import graph as prerequisites
from guidance.catalog.kinds import MAX_LEVEL
from guidance.progress.curriculum import Curriculum, Levels

type Level = tuple[str, int]  # slug of a skill, and its level

LEARNERS = 3000
SEED = 12

# Shares of the learners, and ranges from 0 to 1. Halving or doubling any of them changes the result of `make bench` by a few
# points.
WITH_BACKGROUND, WITH_SECOND_BACKGROUND, ON_THE_PATH, WITH_DEPTH = 0.3, 0.1, 0.3, 0.9
BY_DEMAND = (
    0.8  # share of learners with depth who began with skills in demand; the rest began with the fewest prerequisites
)
AREAS_DIFFER, SKILLS_DIFFER = 0.6, 0.4
GAPS, EXTRAS = 0.08, 0.02


def plausible_learners(
    levels: Sequence[Level], curriculum: Curriculum, backgrounds: Mapping[str, Levels], areas: Mapping[str, str]
) -> list[int]:
    """Returns what LEARNERS learners know of these `levels`, which must include all lower levels and all prerequisites. Each
    learner is an integer whose bit i is set if they have levels[i]. `backgrounds` is by slug, `areas` by skill slug."""
    maker = _Maker(levels, curriculum, backgrounds, areas)
    return [maker.learner() for _ in range(LEARNERS)]


class _Maker:
    def __init__(
        self,
        levels: Sequence[Level],
        curriculum: Curriculum,
        backgrounds: Mapping[str, Levels],
        areas: Mapping[str, str],
    ) -> None:
        self.random = random.Random(SEED).random  # noqa: S311  nothing secret
        self.levels, self.places = levels, {level: place for place, level in enumerate(levels)}
        self.below = self._below(curriculum)
        self.above = [0] * len(levels)  # for each level, itself and the levels that imply it
        for place, mask in enumerate(self.below):
            for other in _bits(mask):
                self.above[other] |= 1 << place
        self.backgrounds = [self._known(backgrounds[slug]) for slug in sorted(backgrounds)]
        self.milestones = [
            [self.places[step] for step in milestone.steps if step in self.places]
            for milestone in curriculum.milestones
        ]
        in_area: dict[str, dict[str, list[int]]] = {}
        for place, (skill, _level) in enumerate(levels):
            in_area.setdefault(areas.get(skill, ""), {}).setdefault(skill, []).append(place)
        self.areas = [list(in_area[area].values()) for area in sorted(in_area)]
        self.late_by_need = self._ranks(lambda place: self.below[place].bit_count() + 3 * levels[place][1])
        demand = curriculum.demand
        self.late_by_demand = self._ranks(
            lambda place: -(1 + demand.get(levels[place][0], 0)) * 4 ** (MAX_LEVEL - levels[place][1])
        )

    def _below(self, curriculum: Curriculum) -> list[int]:
        """Returns, for each level, the mask of itself and everything that it implies."""
        below = [0] * len(self.levels)
        skills = {skill for skill, _level in self.levels}
        for skill in prerequisites.order({skill: curriculum.graph[skill] for skill in skills}):
            level, known = 1, 0
            for need, at in curriculum.graph[skill].items():
                known |= below[self.places[need, at]]
            while (place := self.places.get((skill, level))) is not None:
                known |= 1 << place
                below[place] = known
                level += 1
        return below

    def _known(self, levels: Levels) -> int:
        known = 0
        for place, (skill, level) in enumerate(self.levels):
            if levels.get(skill, 0) >= level:
                known |= self.below[place]
        return known

    def _ranks(self, key: Callable[[int], float]) -> list[float]:
        """Returns how late each level is learned, from 0 to 1."""
        ordered = sorted(range(len(self.levels)), key=lambda place: (key(place), place))
        ranks = [0.0] * len(ordered)
        for number, place in enumerate(ordered):
            ranks[place] = (number + 1) / (len(ordered) + 1)
        return ranks

    def learner(self) -> int:
        known = 0
        for share in (WITH_BACKGROUND, WITH_SECOND_BACKGROUND):
            if self.random() < share and self.backgrounds:
                known |= self._one_of(self.backgrounds)
        if self.random() < ON_THE_PATH:
            known |= self._walked()
        if self.random() < WITH_DEPTH:
            known |= self._studied()
        return self._as_people_are(known)

    def _walked(self) -> int:
        """Returns a part of the path, with omissions."""
        known, reached, share = 0, self.random() * len(self.milestones), 0.6 + 0.4 * self.random()
        for number, milestone in enumerate(self.milestones):
            for place in milestone:
                if self.random() < share * min(max(reached - number, 0), 1):
                    known |= self.below[place]
        return known

    def _studied(self) -> int:
        """Returns what the learner knows in each area, around a general depth that varies by area and skill."""
        known, late = 0, self.late_by_demand if self.random() < BY_DEMAND else self.late_by_need
        general = 1.4 * self.random() - 0.3
        for skills in self.areas:
            of_area = general + AREAS_DIFFER * self._around_zero()
            for places in skills:
                reached = of_area + SKILLS_DIFFER * self._around_zero()
                for place in places:
                    if late[place] < reached:
                        known |= self.below[place]
        return known

    def _as_people_are(self, known: int) -> int:
        gaps, extras = GAPS * self.random(), EXTRAS * self.random()
        for place in range(len(self.levels)):
            chance = self.random()
            if known >> place & 1:
                if chance < gaps:
                    known &= ~self.above[place]
            elif chance < extras:
                known |= self.below[place]
        return known

    def _one_of(self, values: Sequence[int]) -> int:
        return values[int(self.random() * len(values))]

    def _around_zero(self) -> float:
        """Returns a random number from -1 to 1, mostly near 0."""
        return self.random() + self.random() - 1


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
