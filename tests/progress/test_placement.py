"""A small version of the measurement in `make bench` of how often a placement is wrong for each role, and other tests."""

import itertools
import random
from datetime import date
from functools import cache

import pytest

from benchmarks import placement as bench
from guidance.progress import placement, plausible
from guidance.progress.curriculum import Curriculum, Target
from guidance.progress.path import complete
from guidance.progress.placement import (
    ANSWERS,
    MAX_QUESTIONS,
    SURE,
    Answer,
    Placement,
    Population,
    hours_to_study,
    scope,
    ticked_levels,
)
from guidance.progress.plan import Calendar, plan
from tests.progress.givens import curriculum, paths

ROLES = ("ai-engineer", "data-analyst")


@cache
def population(role: str) -> Population:
    return Population(curriculum(role), paths().starting_points, paths().areas)


def asked(people: Population, reply) -> list[Answer]:
    answers: list[Answer] = []
    while (level := people.next_question(answers, {})) is not None:
        answers.append(Answer(*level, reply(len(answers), *level)))
    return answers


def backend(_number, skill, level):
    return "yes" if paths().starting_points["backend-developer"].get(skill, 0) >= level else "no"


def test_questions_are_the_same_everywhere():
    """The order of the catalogue and of the answers does not matter. The questions themselves are pinned: they may change with the
    content, and then this list has to change, but not from one machine to another."""
    goal = curriculum("data-analyst")
    turned = Curriculum(
        graph={slug: dict(reversed(needs.items())) for slug, needs in reversed(goal.graph.items())},
        targets=dict(reversed(goal.targets.items())),
        milestones=goal.milestones,
        projects=dict(reversed(goal.projects.items())),
        demand=dict(reversed(goal.demand.items())),
    )
    other = Population(turned, dict(reversed(paths().starting_points.items())), dict(reversed(paths().areas.items())))
    rng = random.Random(5)
    said = [rng.choice(ANSWERS) for _ in range(MAX_QUESTIONS)]
    answers = asked(population("data-analyst"), lambda number, *_level: said[number])
    assert asked(other, lambda number, *_level: said[number]) == answers
    one, two = population("data-analyst").place(answers, {}), other.place(answers[::-1], {})
    assert (one.sure, one.doubts, one.rest, one.probabilities) == (two.sure, two.doubts, two.rest, two.probabilities)


def test_no_level_is_asked_twice_and_none_that_is_known():
    known = {"python": 2, "git": 2, "sql": 1}
    people = population("ai-engineer")
    answers: list[Answer] = []
    while (level := people.next_question(answers, known)) is not None:
        assert level[1] > known.get(level[0], 0)
        answers.append(Answer(*level, "partly"))
    assert len({(answer.skill, answer.level) for answer in answers}) == len(answers) <= MAX_QUESTIONS
    found = people.place(answers, known)
    assert not [line for line in (*found.doubts, *found.rest) if line[1] <= known.get(line[0], 0)]


def test_what_is_told_is_found():
    people = population("ai-engineer")
    found = people.place(asked(people, backend), {})
    true = paths().starting_points["backend-developer"]
    assert {"python", "sql", "git", "http-apis"} <= found.sure.keys()
    wrong = [skill for skill, level in found.sure.items() if true.get(skill, 0) < level]
    assert len(wrong) < 0.15 * len(found.sure)
    lines = {*found.sure.items(), *found.doubts, *found.rest}
    assert len(lines) == len(found.sure) + len(found.doubts) + len(found.rest)
    assert all(found.probabilities[line] >= SURE for line in found.sure.items())
    assert 0 < len(found.doubts) <= 34


def test_one_answer_decides_nothing():
    people = population("data-analyst")
    truthful = asked(people, backend)
    wrong = [
        Answer(truthful[0].skill, truthful[0].level, "no" if truthful[0].answer == "yes" else "yes"),
        *truthful[1:],
    ]
    before, after = people.place(truthful, {}).probabilities, people.place(wrong, {}).probabilities
    assert sum(abs(before[level] - after[level]) > 0.5 for level in before) <= 0.1 * len(before)


def shown_at(found: Placement, level) -> str:
    if found.sure.get(level[0], 0) >= level[1]:
        return "sure"
    return "doubts" if level in found.doubts else "rest"


@pytest.mark.parametrize("role", ROLES)
def test_what_was_said_of_a_level_rules_where_it_is_shown(role):
    """This is so whatever the weights are: the last answer contradicts all others."""
    people = population(role)
    for most, last in itertools.product(ANSWERS, ANSWERS):
        answers = asked(people, lambda _number, *_level, most=most: most)
        answers = [*answers[:-1], Answer(answers[-1].skill, answers[-1].level, last)]
        found = people.place(answers, {})
        said_yes = {(answer.skill, answer.level) for answer in answers if answer.answer == "yes"}
        for answer in answers:
            level = answer.skill, answer.level
            if any(skill == answer.skill and above >= answer.level for skill, above in said_yes):
                assert shown_at(found, level) == "sure"
            elif answer.answer == "no":
                assert shown_at(found, level) != "sure" and level not in found.ticked
            else:
                assert shown_at(found, level) == "doubts"
        assert found.ticked <= set(found.doubts)
        assert all(found.probabilities[level] >= SURE for level in found.ticked)


def test_what_is_sure_stops_below_another_answer_and_goes_on_above_it_with_a_yes():
    people = Population(Curriculum(graph={"sql": {}}, targets={"sql": Target({"sql": 3}, 5)}), {"able": {"sql": 3}}, {})
    sure = [Answer("sql", 3, "yes")] * 6
    assert people.place(sure, {}).sure == {"sql": 3}
    for said in ("partly", "unsure", "no"):
        found = people.place([*sure, Answer("sql", 2, said), Answer("sql", 3, "unsure")], {})
        assert (found.sure, found.doubts) == ({"sql": 1}, (("sql", 2), ("sql", 3)))
        assert found.ticked == (set() if said == "no" else {("sql", 2), ("sql", 3)})
        assert people.place([*sure, Answer("sql", 2, said)], {}).sure == {"sql": 3}


@pytest.fixture
def of_learners(monkeypatch):
    def of_learners(goal, *, everything, nothing=0):
        """Returns a population of this many learners who have everything and of this many who have nothing."""

        def plausible_learners(levels, *_args):
            return [*[(1 << len(levels)) - 1] * everything, *[0] * nothing]

        monkeypatch.setattr(placement, "plausible_learners", plausible_learners)
        return Population(goal, {}, {})

    return of_learners


def test_what_is_sure_does_not_rest_on_what_was_denied(of_learners):
    graph = {"rag": {"python": 2}, "python": {}, "testing": {}}
    people = of_learners(Curriculum(graph=graph, targets={s: Target({s: 2}, 1) for s in graph}), everything=9)
    assert people.place([], {}).sure == {"python": 2, "rag": 2, "testing": 2}
    for said in ("partly", "unsure", "no"):
        found = people.place([Answer("python", 1, said)], {})
        assert found.sure == {"testing": 2}
        assert {("rag", 1), ("rag", 2)} <= set(found.doubts) - found.ticked
    both = [Answer("python", 1, "no"), Answer("python", 2, "yes")]
    assert people.place(both, {}).sure == {"python": 2, "rag": 2, "testing": 2}


def test_one_member_of_a_choice_makes_no_other_sure(of_learners):
    graph = {"java": {"jvm": 1}, "jvm": {}, "flask": {}, "testing": {}}
    choice = Target({"java": 2, "flask": 2}, 5, 0.0, "framework")
    targets = {"testing": Target({"testing": 1}, 1), "framework": choice}
    people = of_learners(Curriculum(graph=graph, targets=targets), everything=9)
    found = people.place([Answer("flask", 2, "yes")], {})
    assert found.sure == {"flask": 2, "testing": 1}
    assert found.rest == (("java", 1), ("java", 2), ("jvm", 1))


def test_what_few_plausible_learners_have_in_common_is_not_sure(of_learners):
    graph = {"rag": {"python": 1}, "python": {}, "sql": {}}
    goal, said = Curriculum(graph=graph, targets={s: Target({s: 1}, 1) for s in graph}), [Answer("rag", 1, "yes")] * 3
    found = of_learners(goal, everything=1, nothing=99).place(said, {})
    assert found.probabilities["sql", 1] >= SURE
    assert found.sure == {"python": 1, "rag": 1}  # RAG implies Python
    assert found.doubts == (("sql", 1),) and not found.ticked
    assert of_learners(goal, everything=4, nothing=396).place(said, {}).sure == {"python": 1, "rag": 1, "sql": 1}


def test_questions_end_when_little_is_left():
    people = population("data-analyst")
    everything = dict(people.scope)
    assert people.next_question((), everything) is None
    assert len(asked(people, lambda *_level: "no")) <= MAX_QUESTIONS


def test_other_members_of_a_choice_are_needless_once_one_is_there():
    graph = {"jvm": {}, "java": {"jvm": 1}, "typescript": {}, "testing": {}}
    goal = Curriculum(
        graph=graph,
        targets={
            "testing": Target({"testing": 1}, 1),
            "language": Target({"java": 2, "typescript": 2}, 5, 0.0, "language"),
        },
    )
    assert scope(goal) == {"java": 2, "jvm": 1, "testing": 1, "typescript": 2}
    assert scope(goal, {"typescript": 2}) == {"testing": 1, "typescript": 2}
    people = Population(goal, {"web": {"typescript": 2}}, {})
    level, answers = people.next_question((), {"typescript": 2}), []
    while level is not None:
        answers.append(Answer(*level, "no"))
        level = people.next_question(answers, {"typescript": 2})
    assert {answer.skill for answer in answers} <= {"testing"}
    assert {skill for skill, _level in people.place((), {"typescript": 2}).doubts} <= {"testing"}


def test_a_line_that_is_not_ticked_leaves_the_level_below_or_says_nothing():
    found = Placement({"python": 3, "git": 1}, (("sql", 1), ("sql", 2)), (("rag", 1), ("python", 4)), {}, 0)
    assert ticked_levels(found, {("python", 3), ("git", 1)}, {}) == {"python": 3, "git": 1}
    assert ticked_levels(found, {("sql", 2), ("python", 4)}, {}) == {"python": 4, "git": 0, "sql": 2}
    assert ticked_levels(found, {("sql", 1), ("rag", 1)}, {}) == {"python": 2, "git": 0, "sql": 1, "rag": 1}


def test_the_highest_ticked_line_of_a_skill_counts_wherever_it_is_shown():
    found = Placement({}, (("python", 3), ("sql", 1)), (("python", 2), ("sql", 2)), {}, 0)
    assert ticked_levels(found, {("python", 3), ("python", 2)}, {}) == {"python": 3}
    assert ticked_levels(found, {("sql", 1), ("sql", 2)}, {}) == {"sql": 2}


def test_what_was_shown_and_not_ticked_is_not_implied_by_what_is_ticked():
    graph = {"rag": {"python": 2, "sql": 2, "git": 1, "docker": 1}, "python": {}, "sql": {}, "git": {}, "docker": {}}
    found = Placement(
        {},
        (("python", 1), ("python", 2), ("rag", 1), ("sql", 2)),
        (("docker", 1), ("git", 1)),
        {},
        0,
        denied=frozenset({("git", 1)}),
    )
    assert ticked_levels(found, set(), graph) == {}
    stated = ticked_levels(found, {("rag", 1)}, graph)
    assert stated == {"rag": 1, "python": 0, "sql": 1, "git": 0}  # docker is folded away, so it may be implied
    assert ticked_levels(found, {("rag", 1), ("python", 1), ("sql", 2)}, graph) == stated | {"python": 1, "sql": 2}


@pytest.mark.parametrize("role", ROLES)
def test_hours_to_study_are_those_of_the_plan(role):
    goal, content = curriculum(role), paths()
    for levels in ({}, content.starting_points["backend-developer"]):
        from_start = hours_to_study(goal, content.effort, levels)
        credited = complete(goal, levels)
        calendar = Calendar(date(2026, 11, 30), 8)
        assert plan(
            goal, content.effort, calendar=calendar, levels=levels, proved=credited
        ).total_hours == pytest.approx(from_start, abs=0.01)


def test_plausible_learners_have_what_their_levels_need():
    people = population("data-analyst")
    places = {level: place for place, level in enumerate(people.levels)}
    learners = plausible.plausible_learners(people.levels, people.curriculum, paths().starting_points, paths().areas)
    assert len(set(learners)) > 0.8 * len(learners) == 0.8 * plausible.LEARNERS
    for learner in learners[:200]:
        for (skill, level), place in places.items():
            if learner >> place & 1:
                below = [(skill, level - 1)] if level > 1 else people.curriculum.graph[skill].items()
                assert all(learner >> places[need] & 1 for need in below)


@pytest.mark.parametrize("variant", bench.VARIANTS, ids=lambda variant: variant.name)
def test_few_levels_are_misjudged(variant):
    """The bounds of the benchmark have a margin here, because there are so few learners."""
    outcomes = []
    for number in range(15):
        rng = random.Random(f"able {number}")
        outcomes.append(bench.placed(population("data-analyst"), bench.Learner(bench.able(rng), variant, rng)))
    before, after_questions, after_page = (sum(o.levels[at] for o in outcomes) / len(outcomes) for at in range(3))
    assert before > 30
    assert after_questions <= variant.most_after_questions
    assert after_page <= variant.most_after_page
