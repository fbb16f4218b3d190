"""How many levels a placement misjudges, for learners that it knows nothing about. Uses no server and no database. The learners
are generated differently from those that the placement assumes (`plausible`). Each learner of the first crowd has a general
ability and one ability per area, and has a level of a skill if the two together exceed its difficulty. Most learners also have
the prerequisites of their skills. The second crowd consists of people who spent up to 5,000 hours studying what is in demand in
the fields they like. Twelve answers reveal little about their unusual skills, so that crowd has no bound; it shows what a
placement does not find.

In the first variant, one answer in ten is wrong. On the page, the learner corrects every visible line and reads no collapsed
section. In the second variant, people claim 15% of the levels they do not have and deny 5% of the levels they have, in
questions and on the page.

Levels are counted, because questions and ticks are about levels: the levels that the goal needs from this learner. For a choice
that is met, only the levels of the member that meets it count. Counted by skill, the share is higher, because one wrong level
makes the whole skill wrong.
"""

import math
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from guidance.catalog import graph as prerequisites
from guidance.progress import placement
from guidance.progress.curriculum import Levels
from guidance.progress.placement import NO, PARTLY, YES, Answer, Level, Population
from tests.progress.givens import curriculum, paths

WRONG = 0.1  # share of wrong answers
MAX_MS = 50  # upper bound on the time taken by one question
LEARNERS = 40  # number of learners in each crowd, for each role

type Crowd = Callable[[random.Random], Levels]


@dataclass(frozen=True)
class Variant:
    name: str
    wrong: float  # share of wrong answers
    over_claims: float
    omissions: float
    most_after_questions: float  # upper bound for misjudged levels, in per cent
    most_after_page: float


VARIANTS = (
    Variant("one answer in ten wrong", WRONG, 0, 0, 15, 5),
    Variant("15% over-claims, 5% omissions", 0, 0.15, 0.05, 20, 11),
)


@dataclass(frozen=True)
class PlacementRow:
    role: str
    crowd: str
    variant: str
    levels: int  # number of levels that the goal needs
    questions: float
    doubts: float  # lines to tick
    before: float  # per cent of the levels misjudged if the learner is assumed to know nothing
    after_questions: float
    after_page: float
    skills_after_questions: float  # per cent of the skills misjudged
    skills_after_page: float
    slowest_ms: float  # time of the slowest question
    built_ms: float
    bounds: tuple[float, float] | None  # for `after_questions` and `after_page`; None for a crowd without a bound

    @property
    def line(self) -> str:
        most = [f"(≤ {bound:g})" for bound in self.bounds or ()] or ["", ""]
        return (
            f"placement, {self.role:<26} {self.crowd:<8} {self.variant:<31} {self.questions:>4} questions, "
            f"{self.before:.1f} → {self.after_questions:.1f} % {most[0]} → {self.after_page:.1f} % {most[1]} of {self.levels} "
            f"levels misjudged, slowest {self.slowest_ms:.0f} ms (≤ {MAX_MS}), built in {self.built_ms:.0f} ms"
        )


def able(rng: random.Random) -> Levels:
    content = paths()
    general = rng.gauss(0, 1)
    of_area = {area: rng.gauss(0, 0.8) for area in sorted(set(content.areas.values()))}
    levels = {}
    for skill, deep in _layers().items():
        ability = general + of_area[content.areas[skill]] + rng.gauss(0, 0.45)
        hard = 0.5 + 0.22 * deep - 0.25 * math.log(_demand(skill))
        levels[skill] = sum(ability > hard + 0.9 * level for level in range(3))
    for skill in reversed(prerequisites.order(content.graph)):
        for need, level in content.graph[skill].items() if levels[skill] else ():
            if rng.random() < 0.9:
                levels[need] = max(level, levels[need])
    return levels


def studied(rng: random.Random) -> Levels:
    content = paths()
    hours, fields = 5000 * rng.random(), {family: rng.gauss(0, 1) for family in ("foundations", "models", "running")}
    liked = {area: fields[family] + rng.gauss(0, 0.7) for area, family in sorted(content.families.items())}
    wish = {
        skill: liked[content.areas[skill]] + 0.8 * math.log(_demand(skill) + 1) + rng.gauss(0, 0.5)
        for skill in sorted(content.skills)
    }
    levels: dict[str, int] = {}
    while hours > 0:
        skill = max((skill for skill in wish if levels.get(skill, 0) < 4), key=lambda skill: (wish[skill], skill))
        for slug, level in prerequisites.steps_to(content.graph, dict(levels), skill, levels.get(skill, 0) + 1):
            hours -= content.effort[slug][level - 1] * rng.uniform(0.4, 1.2)
            levels[slug] = level
        wish[skill] -= 1 + rng.random() / 2
    return {skill: level - (rng.random() < 0.05) for skill, level in sorted(levels.items())}


def _layers() -> Mapping[str, int]:
    return dict(sorted(prerequisites.layers(paths().graph).items()))


def _demand(skill: str) -> float:
    return float(paths().skills[skill].get("demand") or 1)


BOUNDED = "able"
CROWDS: dict[str, Crowd] = {BOUNDED: able, "studied": studied}


class Learner:
    def __init__(self, levels: Levels, variant: Variant, rng: random.Random) -> None:
        self.levels, self.variant, self.rng = levels, variant, rng

    def answer(self, skill: str, level: int) -> str:
        has = self.levels.get(skill, 0)
        true = YES if has >= level else PARTLY if has and has == level - 1 and self.rng.random() < 0.5 else NO
        if (has >= level) != self.says(skill, level):
            return NO if has >= level else YES
        if self.rng.random() < self.variant.wrong:
            return self.rng.choice([answer for answer in (YES, PARTLY, NO) if answer != true])
        return true

    def says(self, skill: str, level: int) -> bool:
        """Whether the learner claims this level when asked, or on the page."""
        if self.levels.get(skill, 0) >= level:
            return self.rng.random() >= self.variant.omissions
        return self.rng.random() < self.variant.over_claims


@dataclass(frozen=True)
class Outcome:
    questions: int
    doubts: int
    slowest_ms: float
    skills: tuple[
        float, float, float
    ]  # per cent of the skills misjudged before, after the questions and after the page
    levels: tuple[float, float, float]  # the same for levels


def placed(population: Population, learner: Learner) -> Outcome:
    answers: list[Answer] = []
    slowest = 0.0
    while True:
        begin = time.process_time()
        question = population.next_question(answers, {})
        slowest = max(slowest, time.process_time() - begin)
        if question is None:
            break
        answers.append(Answer(*question, learner.answer(*question)))
    found = population.place(answers, {})
    likely: dict[str, int] = {}
    for (skill, level), probability in found.probabilities.items():
        if probability >= 0.5:
            likely[skill] = level
    ticked: set[Level] = {line for line in (*found.sure.items(), *found.doubts) if learner.says(*line)}
    stated = prerequisites.with_implied(paths().graph, placement.ticked_levels(found, ticked, paths().graph))
    judged = ({}, likely, stated)
    needed = placement.scope(population.curriculum, learner.levels)
    return Outcome(
        questions=len(answers),
        doubts=len(found.doubts),
        slowest_ms=1000 * slowest,
        skills=tuple(_misjudged(needed, levels, learner.levels, bool) for levels in judged),
        levels=tuple(_misjudged(needed, levels, learner.levels, int) for levels in judged),
    )


def _misjudged(scope: Levels, judged: Levels, true: Levels, count: Callable[[int], int]) -> float:
    wrong = sum(
        count(abs(min(judged.get(skill, 0), top) - min(true.get(skill, 0), top))) for skill, top in scope.items()
    )
    return 100 * wrong / sum(map(count, scope.values()))


def _means(figures: Iterable[tuple[float, float, float]]) -> list[float]:
    return [round(statistics.mean(values), 1) for values in zip(*figures, strict=True)]


def roles() -> list[str]:
    return [slug for slug, role in paths().roles.items() if role.get("milestones")]


def measure(learners: int = LEARNERS, crowds: Mapping[str, Crowd] = CROWDS) -> Iterator[PlacementRow]:
    content = paths()
    for role in roles():
        begin = time.process_time()
        population = Population(curriculum(role), content.starting_points, content.areas)
        built = 1000 * (time.process_time() - begin)
        for crowd, make in crowds.items():
            for variant in VARIANTS:
                outcomes = []
                for number in range(learners):
                    rng = random.Random(f"{crowd} {number}")
                    outcomes.append(placed(population, Learner(make(rng), variant, rng)))
                skills, by_level = _means(o.skills for o in outcomes), _means(o.levels for o in outcomes)
                yield PlacementRow(
                    role=role,
                    crowd=crowd,
                    variant=variant.name,
                    levels=len(population.levels),
                    questions=round(statistics.mean(o.questions for o in outcomes), 1),
                    doubts=round(statistics.mean(o.doubts for o in outcomes), 1),
                    before=by_level[0],
                    after_questions=by_level[1],
                    after_page=by_level[2],
                    skills_after_questions=skills[1],
                    skills_after_page=skills[2],
                    slowest_ms=round(max(o.slowest_ms for o in outcomes), 1),
                    built_ms=round(built, 1),
                    bounds=(variant.most_after_questions, variant.most_after_page) if crowd == BOUNDED else None,
                )


def main() -> None:
    for row in measure(int(sys.argv[1]) if sys.argv[1:] else LEARNERS):
        print(row.line)


if __name__ == "__main__":
    main()
