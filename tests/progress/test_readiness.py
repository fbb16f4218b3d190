import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.progress import readiness
from guidance.progress.readiness import Gain, Term
from tests.progress.givens import Need, goals

GRAPH = {"python": {}, "sql": {}, "statistics": {"python": 1}, "rag": {"python": 2, "statistics": 1}}
EFFORT = {
    "python": (10.0, 20.0, 30.0, 40.0),
    "sql": (5.0, 10.0, 20.0, 40.0),
    "statistics": (8.0, 16.0, 32.0, 64.0),
    "rag": (4.0, 8.0, 16.0, 32.0),
}
ROLE = {"python": Need(2, 5), "sql": Need(3, 3), "rag": Need(2, 2)}


def test_every_term_of_the_score():
    role = {**ROLE, "aws": Need(1, 2)}
    emphases = {"rag": 1.5, "statistics": 0.5, "docker": 1.0, "vision": 1.0, "audit": 0.25}
    found = readiness.readiness(role, emphases, {"python": 3, "sql": 1}, {"sql"})
    # The weights are 5, 3, 2 × 2.5 = 5 and 2, together 15.
    assert found.terms == (
        Term("python", 3, 2, 5, 0.0, 5.0, 1.0, pytest.approx(500 / 15)),
        Term("rag", 0, 2, 2, 1.5, 5.0, 0.0, 0.0),
        Term("sql", 1, 3, 3, 0.0, 3.0, 1 / 3, pytest.approx(100 / 15)),
        Term("aws", 0, 1, 2, 0.0, 2.0, 0.0, 0.0),
    )
    assert found.readiness == pytest.approx(600 / 15)
    assert found.evidenced == pytest.approx(100 / 15)
    assert found.also_asked_for == ("docker", "vision", "statistics", "audit")


def test_gains_hold_missing_prerequisites_and_go_by_points_per_hour():
    assert readiness.gains(GRAPH, EFFORT, ROLE, {}, {"python": 1}) == (
        Gain("sql", 1, 5.0, 10.0, 2.0),
        Gain("python", 2, 20.0, 25.0, 1.25),
        Gain("rag", 1, 32.0, 10.0, 0.3125),  # python 20, statistics 8, rag 4
    )


def test_gains_of_a_skill_already_begun_hold_no_prerequisites():
    levels = {"rag": 1, "python": 2, "sql": 3}
    assert readiness.gains(GRAPH, EFFORT, ROLE, {}, levels) == (Gain("rag", 2, 8.0, 10.0, 1.25),)


def test_gains_take_off_what_is_logged_but_for_a_tenth():
    logged = {"sql": 2.0, "python": 100.0, "statistics": 8.0}
    gains = readiness.gains(GRAPH, EFFORT, {"rag": Need(1, 5), "sql": Need(1, 5)}, {}, {}, logged)
    assert [(gain.skill, gain.hours) for gain in gains] == [("sql", 3.0), ("rag", pytest.approx(1 + 20 + 0.8 + 4))]


def test_gains_with_equal_worth_go_by_slug():
    role = {slug: Need(1, 1) for slug in "cab"}
    gains = readiness.gains({slug: {} for slug in "cab"}, dict.fromkeys("cab", (1.0, 1, 1, 1)), role, {}, {})
    assert [gain.skill for gain in gains] == ["a", "b", "c"]


def test_a_role_without_requirements_is_no_score():
    found = readiness.readiness({}, {"aws": 1.0}, {})
    assert (found.readiness, found.evidenced, found.terms, found.also_asked_for) == (0.0, 0.0, (), ("aws",))


@settings(max_examples=100, deadline=None)
@given(goals(), st.data())
def test_points_add_up_and_a_gain_brings_what_it_says(goal, data):
    role, emphases, levels = goal["requirements"], goal["emphases"], goal["levels"]
    found = readiness.readiness(role, emphases, levels, levels.keys())
    assert found.readiness == pytest.approx(sum(term.points for term in found.terms))
    assert found.evidenced == pytest.approx(found.readiness)
    assert 0 <= found.readiness <= 100.000001
    assert sum(readiness.points(role, emphases).values()) == pytest.approx(100)
    gains = readiness.gains(goal["graph"], goal["effort"], role, emphases, levels, goal["logged"])
    assert {gain.skill for gain in gains} == {slug for slug, item in role.items() if levels.get(slug, 0) < item.level}
    for gain in gains:
        after = readiness.readiness(role, emphases, {**levels, gain.skill: gain.to_level})
        assert after.readiness == pytest.approx(found.readiness + gain.points)


@settings(max_examples=50, deadline=None)
@given(goals(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(goal, rng):
    def mixed(mapping):
        items = list(mapping.items())
        rng.shuffle(items)
        return dict(items)

    role, emphases, levels = goal["requirements"], goal["emphases"], goal["levels"]
    there = readiness.readiness(mixed(role), mixed(emphases), mixed(levels))
    assert there == readiness.readiness(role, emphases, levels)
    graph, effort = goal["graph"], goal["effort"]
    there = readiness.gains(mixed(graph), effort, mixed(role), mixed(emphases), levels, mixed(goal["logged"]))
    assert there == readiness.gains(graph, effort, role, emphases, levels, goal["logged"])
