"""What a learner probably knows of a goal, from at most twelve answers. Pure: answers in, a question or a placement out.

Thousands of plausible learners stand for all there may be (`plausible`). Each answer changes how much each of them counts
(Bayes); an answer may be wrong, so it never rules anyone out. The next question is the one whose answer tells most about all
levels together: it explains the largest part of their variance.

Everything that decides is whole numbers, and ties go by slug, so the same answers lead to the same questions on every machine.
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
SURE = 0.85  # from this probability on we take a level to be there
UNLIKELY = 0.07  # below this one we take it not to be
DOUBTS, MOST_DOUBTS = 20, 34  # levels that the learner is asked to tick: a third of all, within these bounds
LITTLE_LEFT = 50  # the questions end when less than one level in so many is expected to be misjudged
CANDIDATES = 20  # levels in doubt that are compared for the next question

# How often each answer is given, in per cent: by those who are at the level, at the one below it, and further down. About one
# answer in ten is wrong. “Not sure” says little.
GIVEN: Mapping[str, tuple[int, int, int]] = {
    YES: (80, 12, 5),
    PARTLY: (12, 40, 10),
    NO: (5, 45, 80),
    UNSURE: (3, 3, 5),
}
# How much a learner counts who has a level that is known to be there, and one who lacks it. Levels known from elsewhere are
# many, and each says little about others, so they must not drown out the answers.
AGREES, DIFFERS = 3, 2

NOTHING: Levels = {}

FIELD_BITS = 32  # the weights of all learners together fit into it
TOP_WEIGHT = 1 << 18  # of the most likely learner
_WIDE = str.maketrans({"0": "0" * (FIELD_BITS // 4), "1": "1".zfill(FIELD_BITS // 4)})


@dataclass(frozen=True, slots=True)
class Answer:
    """To “Can you …?”, with the text of a level of a skill."""

    skill: str
    level: int
    answer: str  # one of ANSWERS


@dataclass(frozen=True, slots=True)
class Placement:
    """What the answers say. Levels that are known from elsewhere are left out. What the learner said of a level rules where it
    is: “Yes” is sure, whatever the weights say; anything else is not, and neither is what is above it; “No” is not ticked, nor
    is what is above it."""

    sure: Mapping[str, int]  # {skill: the highest level that we take to be there}, by slug
    doubts: tuple[Level, ...]  # levels to tick, by slug
    rest: tuple[Level, ...]  # levels that are probably new, by slug
    probabilities: Mapping[Level, float]  # of all levels of the scope
    settled: int  # levels of the scope that we know, or take to be there or not
    ticked: frozenset[Level] = frozenset()  # doubts that are ticked to begin with: the weights say that they are there
    denied: frozenset[Level] = frozenset()  # levels that were answered with “No”


def scope(curriculum: Curriculum, levels: Levels = NOTHING) -> dict[str, int]:
    """{skill: level}: all that a plan for the goal may teach, and what that needs. Every member of a choice is among it, until one
    of them is there: the others are then needless."""
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
    """The hours of the plan for someone with these effective levels, projects included."""
    hours = 0.0
    for step in path(curriculum, levels, proved=complete(curriculum, levels)).steps:
        if step.skill is not None:
            hours += effort[step.skill][step.level - 1]
        elif step.project is not None:
            hours += curriculum.projects[step.project].hours
    return hours


class Population:
    """Plausible learners, as far as a goal is concerned, and what answers say about which of them a learner is like.

    `backgrounds`: levels by slug of a starting point. `areas`: slug of the area by slug of the skill.
    """

    def __init__(self, curriculum: Curriculum, backgrounds: Mapping[str, Levels], areas: Mapping[str, str]) -> None:
        self.curriculum = curriculum
        self.scope = scope(curriculum)
        self.levels: tuple[Level, ...] = tuple(
            (skill, level) for skill, top in sorted(self.scope.items()) for level in range(1, top + 1)
        )
        self._places = {level: place for place, level in enumerate(self.levels)}
        self._learners = plausible_learners(self.levels, curriculum, backgrounds, areas)
        # The same with a field of FIELD_BITS for each bit: the sum of `weight × row` has the weight of every level in one number.
        self._rows = [int(format(learner, "b").translate(_WIDE), 16) for learner in self._learners]

    @cached_property
    def first(self) -> Level | None:
        """The first question to someone of whom nothing is known."""
        return self._next((), {})

    def next_question(self, answers: Sequence[Answer], known: Levels) -> Level | None:
        """The level to ask about, or None when there were enough questions, or little is left to find out.

        `known`: effective levels that we have from elsewhere. They are not asked about, but higher ones of the same skill may be.
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
        """What we take to be there after these answers, however many they are."""
        said = {(answer.skill, answer.level): answer.answer for answer in answers}
        weights = self._weights(answers, known)
        total, having = sum(weights), self._by_level(weights, self._rows)
        probabilities = {level: weight / total for level, weight in zip(self.levels, having, strict=True)}
        sure = self._sure(probabilities, said)
        there = {**known, **{skill: max(level, known.get(skill, 0)) for skill, level in sure.items()}}
        needed = scope(self.curriculum, there)
        open_: list[Level] = []
        first: set[Level] = set()  # doubts that come before all others
        unlikely = 0
        for skill, level in self.levels:
            probability = probabilities[skill, level]
            answer = said.get((skill, level))
            if level <= known.get(skill, 0):
                probabilities[skill, level] = 1.0
            elif level > sure.get(skill, 0):
                open_.append((skill, level))
                unlikely += probability < UNLIKELY
                if probability >= SURE or answer in {PARTLY, UNSURE}:
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
                and not any((skill, below) in denied for below in range(1, level + 1))
            ),
            denied=denied,
        )

    def _sure(self, probabilities: Mapping[Level, float], said: Mapping[Level, str]) -> dict[str, int]:
        """{skill: the highest level that was answered with “Yes”, or that is sure by the weights, with no other answer on the way
        up to it}"""
        sure: dict[str, int] = {}
        stopped = set[str]()
        for skill, level in self.levels:
            answer = said.get((skill, level))
            if answer == YES:
                sure[skill] = level
                stopped.discard(skill)
            elif answer is not None:
                stopped.add(skill)
            elif skill not in stopped and probabilities[skill, level] >= SURE:
                sure[skill] = level
        return sure

    def _still_needed(self, total: int, having: Sequence[int], known: Levels) -> dict[str, int]:
        """The scope without what is needless, as far as we know or are sure."""
        there = dict(known)
        for (skill, level), weight in zip(self.levels, having, strict=True):
            if weight >= SURE * total:
                there[skill] = max(level, there.get(skill, 0))
        return scope(self.curriculum, there)

    def _weights(self, answers: Iterable[Answer], known: Levels) -> list[int]:
        """How much each learner counts. The order of the answers makes no difference: everything is multiplied, then scaled."""
        weights = [1] * len(self._learners)
        for answer in answers:
            place = self._places.get((answer.skill, answer.level))
            if place is None:
                continue
            at, near, far = GIVEN[answer.answer]
            if answer.level > 1:
                factors = (far, near, at, at)
                for number, learner in enumerate(self._learners):
                    # One bit for the level below and one for this one; they are neighbours.
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
        """For each skill of which a level is known, the bits of its levels, and which of them are there."""
        for skill in sorted(known.keys() & self.scope.keys()):
            bits = [1 << self._places[skill, level] for level in range(1, self.scope[skill] + 1)]
            yield sum(bits), sum(bits[: known[skill]])

    def _by_level(self, weights: Sequence[int], rows: Sequence[int]) -> Sequence[int]:
        """The weight of those who have it, for each level."""
        size = len(self.levels)
        return unpack(f"<{size}I", sum(map(mul, weights, rows)).to_bytes(size * FIELD_BITS // 8, "little"))


def ticked_levels(placement: Placement, ticked: Collection[Level], graph: prerequisites.Graph) -> dict[str, int]:
    """What a learner states who left these lines of a placement ticked. A level that we were sure of and that is not ticked
    leaves the one below it. A level that was offered, or denied in an answer, and is not ticked says nothing, unless what is
    ticked would imply it: then the one below it is stated."""
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
