import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.progress import readiness
from guidance.progress.curriculum import Curriculum, coverage, targets
from guidance.progress.path import taught
from guidance.progress.readiness import Gain, Score, Term
from tests.progress.givens import AnyOf, Need, goals

GRAPH = {"python": {}, "sql": {}, "statistics": {"python": 1}, "rag": {"python": 2, "statistics": 1}}
EFFORT = {
    "python": (10.0, 20.0, 30.0, 40.0),
    "sql": (5.0, 10.0, 20.0, 40.0),
    "statistics": (8.0, 16.0, 32.0, 64.0),
    "rag": (4.0, 8.0, 16.0, 32.0),
}
ROLE = {"python": Need(2, 5), "sql": Need(3, 3), "rag": Need(2, 2)}


CLOUD = {"cloud": AnyOf({"aws": 2, "azure": 2}, 2)}


def members(goal, levels, picked=None):
    return taught(Curriculum(graph={}, targets=goal), levels, picked)


def gains(role, levels, logged=None, choices=None, graph=GRAPH, effort=EFFORT):
    goal = targets(role, choices)
    return readiness.gains(graph, effort, goal, members(goal, levels), levels, logged)


def term(skill, levels, weights, parts, slices, choice=None):
    covered, points, possible = parts
    points = pytest.approx(points / 15), pytest.approx(possible / 15)
    return Term(skill, choice, *levels, *weights, covered, *points, slices[-1] if slices else None, slices)


def test_every_term_of_the_score():
    emphases = {"rag": 1.5, "statistics": 0.5, "docker": 1.0, "vision": 1.0, "audit": 0.25}
    levels = {"python": 3, "sql": 1, "azure": 1}
    slices = {"sql": ("project",), "python": ("project", "check", "self"), "azure": ("implied",)}
    found = readiness.readiness(targets(ROLE, CLOUD, emphases=emphases), levels, slices, emphases)
    # The weights are 5, 3, 2 × 2.5 = 5 and 2, together 15.
    assert found.terms == (
        term("python", (3, 2), (5, 0.0, 5.0), (1.0, 500, 500), slices["python"]),
        term("rag", (0, 2), (2, 1.5, 5.0), (0.0, 0, 500), ()),
        term("sql", (1, 3), (3, 0.0, 3.0), (1 / 3, 100, 300), ("project",)),
        term("azure", (1, 2), (2, 0.0, 2.0), (0.5, 100, 200), ("implied",), choice="cloud"),
    )
    assert found.readiness == pytest.approx(700 / 15)
    assert found.evidenced == pytest.approx(100 / 15)  # the level of Python itself is not shown
    parts = {"self": 0, "cv": 0, "check": 250 / 15, "project": 350 / 15, "implied": 100 / 15}
    assert found.by_source == pytest.approx(parts)
    assert found.also_asked_for == ("docker", "vision", "statistics", "audit")


def test_gains_hold_missing_prerequisites_and_go_by_points_per_hour():
    assert gains(ROLE, {"python": 1}) == (
        Gain("sql", 1, 5.0, 10.0, 2.0),
        Gain("python", 2, 20.0, 25.0, 1.25),
        Gain("rag", 1, 32.0, 10.0, 0.3125),  # python 20, statistics 8, rag 4
    )


def test_gains_of_a_skill_already_begun_hold_no_prerequisites():
    levels = {"rag": 1, "python": 2, "sql": 3}
    assert gains(ROLE, levels) == (Gain("rag", 2, 8.0, 10.0, 1.25),)


def test_gains_take_off_what_is_logged_but_for_a_tenth():
    logged = {"sql": 2.0, "python": 100.0, "statistics": 8.0}
    found = gains({"rag": Need(1, 5), "sql": Need(1, 5)}, {}, logged)
    assert [(gain.skill, gain.hours) for gain in found] == [("sql", 3.0), ("rag", pytest.approx(1 + 20 + 0.8 + 4))]


def test_gains_with_equal_worth_go_by_slug():
    role = {slug: Need(1, 1) for slug in "cab"}
    found = gains(role, {}, graph={slug: {} for slug in "cab"}, effort=dict.fromkeys("cab", (1.0, 1, 1, 1)))
    assert [gain.skill for gain in found] == ["a", "b", "c"]


def test_the_gain_of_a_choice_is_the_next_level_of_the_member_that_is_taught():
    graph, effort = {"aws": {}, "azure": {}}, dict.fromkeys(("aws", "azure"), (4.0, 8.0, 1.0, 1.0))
    assert gains({}, {}, None, CLOUD, graph, effort) == (Gain("aws", 1, 4.0, 50.0, 12.5),)
    assert gains({}, {"azure": 1}, None, CLOUD, graph, effort) == (Gain("azure", 2, 8.0, 50.0, 6.25),)
    assert gains({}, {"azure": 2}, None, CLOUD, graph, effort) == ()


def test_a_member_picked_below_the_best_one_gains_nothing_until_it_passes_it():
    goal = targets({}, CLOUD)
    picked = members(goal, {"azure": 1}, picked={"cloud": "aws"})
    effort = dict.fromkeys(("aws", "azure"), (4.0, 8.0, 1.0, 1.0))
    assert readiness.gains({"aws": {}, "azure": {}}, effort, goal, picked, {"azure": 1}) == ()


def test_a_role_without_requirements_is_no_score():
    found = readiness.readiness({}, {}, emphasised={"aws": 1.0})
    assert (found.readiness, found.evidenced, found.terms, found.also_asked_for) == (0.0, 0.0, (), ("aws",))


@settings(max_examples=100, deadline=None)
@given(goals())
def test_points_add_up_and_a_gain_brings_what_it_says(goal):
    role, levels = goal["requirements"], goal["levels"]
    asked = targets(role, emphases=goal["emphases"])
    found = readiness.readiness(asked, levels, {slug: ("project",) * level for slug, level in levels.items()})
    assert found.readiness == pytest.approx(sum(term.points for term in found.terms))
    assert found.evidenced == pytest.approx(found.readiness)
    assert found.by_source["project"] == pytest.approx(found.readiness)
    sent = readiness.readiness(asked, levels).by_source
    assert (sum(sent.values()), sent["self"]) == (pytest.approx(found.readiness), pytest.approx(found.readiness))
    assert 0 <= found.readiness <= 100.000001
    assert sum(readiness.points(asked).values()) == pytest.approx(100)
    assert Score(asked, levels).readiness == pytest.approx(found.readiness, abs=1e-4)
    some = readiness.gains(goal["graph"], goal["effort"], asked, members(asked, levels), levels, goal["logged"])
    assert {gain.skill for gain in some} == {slug for slug, item in role.items() if levels.get(slug, 0) < item.level}
    for gain in some:
        after = readiness.readiness(asked, {**levels, gain.skill: gain.to_level})
        assert after.readiness == pytest.approx(found.readiness + gain.points)


def test_the_score_grows_with_the_best_member_of_a_choice_only():
    goal = targets({"sql": Need(2, 2)}, CLOUD)
    score = Score(goal, {"aws": 1})
    assert score.readiness == 25.0
    score.reach("azure", 1)
    assert score.readiness == 25.0
    score.reach("azure", 4)
    assert (score.readiness, coverage(goal["cloud"], {"azure": 4})) == (50.0, 1.0)


@settings(max_examples=50, deadline=None)
@given(goals(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(goal, rng):
    def mixed(mapping):
        items = list(mapping.items())
        rng.shuffle(items)
        return dict(items)

    role, emphases, levels = goal["requirements"], goal["emphases"], goal["levels"]
    here, there = targets(role, emphases=emphases), targets(mixed(role), emphases=mixed(emphases))
    assert readiness.readiness(there, mixed(levels)) == readiness.readiness(here, levels)
    graph, effort, known = goal["graph"], goal["effort"], members(here, levels)
    other = readiness.gains(mixed(graph), effort, there, known, mixed(levels), mixed(goal["logged"]))
    assert other == readiness.gains(graph, effort, here, known, levels, goal["logged"])
