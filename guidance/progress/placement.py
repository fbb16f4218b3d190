"""Estimates from at most twelve answers what a learner already knows for a goal. Pure: takes answers, returns a question or a
placement.

Thousands of plausible learners represent all possible ones (`plausible`). Each answer changes their weights (Bayes); an answer
may be wrong, so no weight becomes 0 because of it. The next question is the one whose answer reveals most about all levels
together: it explains the largest part of their variance.

All decisions use integers, and ties are sorted by slug, so the same answers lead to the same questions on every machine.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from operator import mul
from struct import unpack

from guidance.catalog import graph as prerequisites
from guidance.progress.curriculum import Curriculum, Levels, best_member, coverage
from guidance.progress.path import complete, path
from guidance.progress.plausible import Level, plausible_learners
from guidance.progress.readiness import Effort

YES, PARTLY, NO, UNSURE = "yes", "partly", "no", "unsure"
ANSWERS = (YES, PARTLY, NO, UNSURE)

MAX_QUESTIONS = 12
SURE = 0.85  # from this probability on we assume that the learner has a level
UNLIKELY = 0.07  # below this probability we assume that they do not have it
FEW = 3  # if fewer plausible learners resemble the learner, what they have in common is not sure
DOUBTS, MOST_DOUBTS = 20, 34  # bounds for the number of levels to tick, otherwise a third of all levels
LITTLE_LEFT = 50  # questions end when less than one level in 50 is expected to be wrong
CANDIDATES = 20  # uncertain levels that are compared to find the next question

# How often, in per cent, learners at the level, at the level below and further down give each answer. About one answer in ten is
# wrong; “Not sure” says little.
GIVEN: Mapping[str, tuple[int, int, int]] = {
    YES: (80, 12, 5),
    PARTLY: (12, 40, 10),
    NO: (5, 45, 80),
    UNSURE: (3, 3, 5),
}
# Factors for a plausible learner who has exactly the known level of a skill, and for one who does not. Many levels are known from
# elsewhere and each says little about others, so they must not outweigh the answers.
AGREES, DIFFERS = 3, 2

NOTHING: Levels = {}

FIELD_BITS = 32  # wide enough for the sum of all learners' weights
TOP_WEIGHT = 1 << 18  # weight of the most likely learner
_WIDE = str.maketrans({"0": "0" * (FIELD_BITS // 4), "1": "1".zfill(FIELD_BITS // 4)})


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to “Can you …?”, with the text of a level of a skill."""

    skill: str
    level: int
    answer: str  # one of ANSWERS


@dataclass(frozen=True, slots=True)
class Placement:
    """The result of the answers, without levels that are known from elsewhere. The answer about a level overrides the
    weights: “Yes” is sure; after any other answer, the level, those above it and those that imply it are not sure; after “No”
    they are not ticked either."""

    sure: Mapping[str, int]  # {skill: the highest level that we assume the learner has}, by slug
    doubts: tuple[Level, ...]  # levels to tick, by slug
    rest: tuple[Level, ...]  # levels that are probably new, by slug
    probabilities: Mapping[Level, float]  # of all levels of the scope
    settled: int  # number of levels of the scope for which we know or assume whether the learner has them
    ticked: frozenset[Level] = frozenset()  # doubts with an answer that the weights make sure: initially ticked
    denied: frozenset[Level] = frozenset()  # levels answered with “No”


def scope(curriculum: Curriculum, levels: Levels = NOTHING) -> dict[str, int]:
    """Returns {skill: level} of everything that a plan for the goal may teach, with prerequisites. All members of a choice
    are included until the learner has one of them; then the others are not needed."""
    members, useful = set[str](), set[str]()
    for target in curriculum.targets.values():
        met = target.choice is not None and coverage(target, levels) >= 1
        members.update(target.one_of)
        useful.update([best_member(target, levels)] if met else target.one_of)
    needless = members - useful
    wanted: dict[str, int] = {}
    of_milestones = (milestone.steps for milestone in curriculum.milestones)
    of_targets = (target.one_of.items() for target in curriculum.targets.values())
    for steps in (*of_targets, *of_milestones):
        for skill, level in steps:
            if skill not in needless:
                wanted[skill] = max(level, wanted.get(skill, 0))
    return prerequisites.closure(curriculum.graph, wanted)


def hours_to_study(curriculum: Curriculum, effort: Effort, levels: Levels) -> float:
    """Returns the hours of the plan for someone with these effective levels, including projects."""
    hours = 0.0
    for step in path(curriculum, levels, proved=complete(curriculum, levels)).steps:
        if step.skill is not None:
            hours += effort[step.skill][step.level - 1]
        elif step.project is not None:
            hours += curriculum.projects[step.project].hours
    return hours


class Population:
    """The plausible learners of a goal, and which of them a learner resembles according to the answers.

    `backgrounds` is {slug of a starting point: levels}; `areas` is {slug of a skill: slug of its area}.
    """

    def __init__(self, curriculum: Curriculum, backgrounds: Mapping[str, Levels], areas: Mapping[str, str]) -> None:
        self.curriculum = curriculum
        self.scope = scope(curriculum)
        self.levels: tuple[Level, ...] = tuple(
            (skill, level) for skill, top in sorted(self.scope.items()) for level in range(1, top + 1)
        )
        self._places = {level: place for place, level in enumerate(self.levels)}
        self._learners = plausible_learners(self.levels, curriculum, backgrounds, areas)
        # The same rows with FIELD_BITS bits for each bit, so that the sum of `weight × row` holds the weight of every level in
        # one number.
        self._rows = [int(format(learner, "b").translate(_WIDE), 16) for learner in self._learners]

    @cached_property
    def first(self) -> Level | None:
        """The first question for a learner about whom nothing is known."""
        return self._next((), {})

    def next_question(self, answers: Sequence[Answer], known: Levels) -> Level | None:
        """Returns the level to ask about, or None if there were enough questions or little is left to find out.

        `known` are effective levels from elsewhere. There are no questions about them, but there may be questions about higher
        levels of the skill.
        """
        if len(answers) >= MAX_QUESTIONS:
            return None
        return self._next(answers, known) if answers or known else self.first

    def _next(self, answers: Sequence[Answer], known: Levels) -> Level | None:
        weights = self._weights(answers, known)
        kept = [weight > 0 for weight in weights]
        learners, rows = list(compress(self._learners, kept)), list(compress(self._rows, kept))
        weights = list(compress(weights, kept))
        total, having = sum(weights), self._by_level(weights, rows)
        needed = self._still_needed(total, having, known)
        doubt = [
            min(weight, total - weight) if known.get(skill, 0) < level <= needed.get(skill, 0) else 0
            for (skill, level), weight in zip(self.levels, having, strict=True)
        ]
        if LITTLE_LEFT * sum(doubt) < total * len(doubt):
            return None
        asked = {(answer.skill, answer.level) for answer in answers}
        candidates = [place for place, level in enumerate(self.levels) if doubt[place] and level not in asked]
        candidates.sort(key=lambda place: (-doubt[place], place))
        best, most = None, -1
        for place in sorted(candidates[:CANDIDATES]):
            has = [learner >> place & 1 for learner in learners]
            with_it = self._by_level(list(compress(weights, has)), list(compress(rows, has)))
            mine = having[place]
            explained = sum(
                (both * total - mine * other) ** 2
                for both, other, open_ in zip(with_it, having, doubt, strict=True)
                if open_
            ) // (mine * (total - mine))
            if explained > most:
                best, most = self.levels[place], explained
        return best

    def place(self, answers: Collection[Answer], known: Levels) -> Placement:
        """Returns the placement after these answers, for any number of them."""
        said = {(answer.skill, answer.level): answer.answer for answer in answers}
        weights = self._weights(answers, known)
        total, having = sum(weights), self._by_level(weights, self._rows)
        probabilities = {level: weight / total for level, weight in zip(self.levels, having, strict=True)}
        resembling = total**2 / sum(weight**2 for weight in weights)  # Kish's effective sample size
        sure = self._sure(probabilities, said, known, few=resembling < FEW)
        there = {**known, **{skill: max(level, known.get(skill, 0)) for skill, level in sure.items()}}
        needed = scope(self.curriculum, there)
        open_: list[Level] = []
        first: set[Level] = set()  # doubts to list first
        unlikely = 0
        for skill, level in self.levels:
            probability = probabilities[skill, level]
            if level <= known.get(skill, 0):
                probabilities[skill, level] = 1.0
            elif level > sure.get(skill, 0):
                open_.append((skill, level))
                unlikely += probability < UNLIKELY
                probable = probability >= SURE and level <= needed.get(skill, 0)
                if probable or said.get((skill, level)) in {PARTLY, UNSURE}:
                    first.add((skill, level))
        nearest = sorted(
            (
                level
                for level in open_
                if level in first or (probabilities[level] >= UNLIKELY and level[1] <= needed.get(level[0], 0))
            ),
            key=lambda level: (level not in first, abs(probabilities[level] - 0.5), level),
        )
        doubts = set(nearest[: min(max(DOUBTS, len(self.levels) // 3), MOST_DOUBTS)])
        denied = frozenset(level for level, answer in said.items() if answer == NO)
        refused = self._resting_on(denied)
        return Placement(
            sure={skill: level for skill, level in sure.items() if level > known.get(skill, 0)},
            doubts=tuple(level for level in open_ if level in doubts),
            rest=tuple(level for level in open_ if level not in doubts),
            probabilities=probabilities,
            settled=len(self.levels) - len(open_) + unlikely,
            ticked=frozenset(
                (skill, level)
                for skill, level in doubts
                if probabilities[skill, level] >= SURE
                and (skill, level) in said
                and not any((skill, below) in denied for below in range(1, level + 1))
                and skill not in refused
            ),
            denied=denied,
        )

    def _sure(
        self, probabilities: Mapping[Level, float], said: Mapping[Level, str], known: Levels, *, few: bool
    ) -> dict[str, int]:
        """Returns {skill: the highest level that the learner answered with “Yes” or that the weights make sure}. Only a “Yes”
        counts from a level with another answer on, in a skill that implies such a level, and in another member of a choice
        that the learner has already met. If `few` plausible learners resemble the learner, a level without an answer is sure
        only if an answered one implies it."""
        sure: dict[str, int] = {}
        told = dict(known)
        for (skill, level), reply in said.items():
            if reply == YES:
                told[skill] = max(level, told.get(skill, 0))
        likely = prerequisites.with_implied(self.curriculum.graph, told) if few else self.scope
        needed = scope(self.curriculum, told)
        stopped = self._resting_on(
            (skill, level) for (skill, level), reply in said.items() if reply != YES and level > told.get(skill, 0)
        )
        for skill, level in self.levels:
            answer = said.get((skill, level))
            if answer == YES:
                sure[skill] = level
                stopped.discard(skill)
            elif answer is not None:
                stopped.add(skill)
            elif (
                skill not in stopped
                and level <= min(likely.get(skill, 0), needed.get(skill, 0))
                and probabilities[skill, level] >= SURE
            ):
                sure[skill] = level
        return sure

    def _resting_on(self, lines: Iterable[Level]) -> set[str]:
        """Returns the skills of the scope that imply one of these levels of another skill."""
        return {
            skill
            for other, level in lines
            for skill, implied in self._implied.items()
            if other != skill and level <= implied.get(other, 0)
        }

    @cached_property
    def _implied(self) -> Mapping[str, Levels]:
        """The levels that level 1 of each skill of the scope implies."""
        return {skill: prerequisites.with_implied(self.curriculum.graph, {skill: 1}) for skill in self.scope}

    def _still_needed(self, total: int, having: Sequence[int], known: Levels) -> dict[str, int]:
        """Returns the scope for a learner who has the known levels and those that the weights make sure."""
        there = dict(known)
        for (skill, level), weight in zip(self.levels, having, strict=True):
            if weight >= SURE * total:
                there[skill] = max(level, there.get(skill, 0))
        return scope(self.curriculum, there)

    def _weights(self, answers: Iterable[Answer], known: Levels) -> list[int]:
        """Returns the weight of each plausible learner. The order of the answers does not matter: all factors are multiplied,
        then scaled."""
        weights = [1] * len(self._learners)
        for answer in answers:
            place = self._places.get((answer.skill, answer.level))
            if place is None:
                continue
            at, near, far = GIVEN[answer.answer]
            if answer.level > 1:
                factors = (far, near, at, at)
                for number, learner in enumerate(self._learners):
                    # Two neighbouring bits: the level below and this one.
                    weights[number] *= factors[learner >> place - 1 & 3]
            else:
                for number, learner in enumerate(self._learners):
                    weights[number] *= at if learner >> place & 1 else far
        for mask, wanted in self._evidence(known):
            for number, learner in enumerate(self._learners):
                weights[number] *= AGREES if learner & mask == wanted else DIFFERS
        top = max(weights)
        return [weight * TOP_WEIGHT // top for weight in weights]

    def _evidence(self, known: Levels) -> Iterable[tuple[int, int]]:
        """Yields, for each skill with a known level, the mask of its levels and the bits of the levels that the learner has."""
        for skill in sorted(known.keys() & self.scope.keys()):
            bits = [1 << self._places[skill, level] for level in range(1, self.scope[skill] + 1)]
            yield sum(bits), sum(bits[: known[skill]])

    def _by_level(self, weights: Sequence[int], rows: Sequence[int]) -> Sequence[int]:
        """Returns, for each level, the total weight of the learners who have it."""
        size = len(self.levels)
        return unpack(f"<{size}I", sum(map(mul, weights, rows)).to_bytes(size * FIELD_BITS // 8, "little"))


def ticked_levels(placement: Placement, ticked: Collection[Level], graph: prerequisites.Graph) -> dict[str, int]:
    """Returns the levels that a learner states by ticking these lines of a placement. A sure level that is not ticked states the
    level below it. An unticked doubt or “No” states nothing, unless the ticked levels would imply its level: then it states the
    level below."""
    stated = {skill: level if (skill, level) in ticked else level - 1 for skill, level in placement.sure.items()}
    for skill, level in (*placement.doubts, *placement.rest):
        if (skill, level) in ticked:
            stated[skill] = max(level, stated.get(skill, 0))
    implied = prerequisites.with_implied(graph, stated)
    refused: dict[str, int] = {}
    for skill, level in (*placement.doubts, *(line for line in placement.rest if line in placement.denied)):
        if skill not in stated and level <= implied.get(skill, 0):
            refused[skill] = min(level - 1, refused.get(skill, level - 1))
    return stated | refused
