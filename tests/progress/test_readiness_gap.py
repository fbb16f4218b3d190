from types import SimpleNamespace

import pytest

from guidance.progress.readiness import Missing, gap, targets

GRAPH = {"sql": {}, "python": {}, "kafka": {"sql": 2}, "spark": {"sql": 2, "python": 1}}
EFFORT = dict.fromkeys(GRAPH, (1.0, 2.0, 4.0, 8.0))


def required(**levels):
    return {slug: SimpleNamespace(level=level, importance=weight) for slug, (level, weight) in levels.items()}


def test_targets_are_those_of_the_role_and_else_two():
    assert targets(["python", "sql"], required(python=(4, 5))) == {"python": 4, "sql": 2}
    assert targets(["python"]) == {"python": 2}


def test_gap_counts_a_shared_prerequisite_once():
    found = gap(GRAPH, EFFORT, {"spark": 2, "kafka": 1}, {"sql": 1})
    assert found.missing == (Missing("spark", 0, 2, 2 + 1 + 3), Missing("kafka", 0, 1, 2 + 1))
    assert found.hours == 2 + 1 + 3 + 1


def test_a_skill_that_is_begun_pulls_no_prerequisites():
    assert gap(GRAPH, EFFORT, {"kafka": 3}, {"kafka": 1}).hours == 6


def test_logged_hours_shorten_the_next_level_and_a_tenth_stays():
    assert gap(GRAPH, EFFORT, {"python": 2}, {}, {"python": 0.5}).hours == 2.5
    assert gap(GRAPH, EFFORT, {"python": 2}, {}, {"python": 50}).hours == pytest.approx(2.1)


def test_nothing_is_missing_at_the_target():
    assert gap(GRAPH, EFFORT, {"python": 2}, {"python": 2}) == gap(GRAPH, EFFORT, {}, {})
