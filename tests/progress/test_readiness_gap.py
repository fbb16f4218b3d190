from types import SimpleNamespace

import pytest

from guidance.progress import curriculum
from guidance.progress.readiness import Fit, Missing, fits, gap, targets

GRAPH = {"sql": {}, "python": {}, "kafka": {"sql": 2}, "spark": {"sql": 2, "python": 1}}
EFFORT = dict.fromkeys(GRAPH, (1.0, 2.0, 4.0, 8.0))


def required(**levels):
    return {slug: SimpleNamespace(level=level, importance=weight) for slug, (level, weight) in levels.items()}


def asked(choices=None, emphases=None, **levels):
    return curriculum.targets(required(**levels), choices, emphases=emphases)


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


def test_the_role_that_is_meant_fits_best():
    roles = {
        "analyst": asked(sql=(2, 5)),
        "engineer": asked(sql=(2, 4), kafka=(2, 4), spark=(2, 2)),
        "everything": asked(sql=(1, 1), kafka=(1, 1), python=(4, 5), spark=(4, 5)),
        "poet": asked(verse=(4, 5)),
    }
    found = fits(["sql", "kafka"], roles)
    assert [fit.role for fit in found] == ["engineer", "analyst", "everything"]
    assert found[0] == Fit("engineer", ("kafka", "sql"), 80.0, 1.0)
    assert found[0].score == pytest.approx(1.6 / 1.8)
    assert fits([], roles) == ()


def test_emphases_of_an_industry_move_the_fit():
    roles = {"engineer": asked(sql=(2, 5), kafka=(2, 5), emphases={"sql": 1.0})}
    assert fits(["sql"], roles)[0].points == pytest.approx(100 * 10 / 15)


def test_a_choice_counts_once_whichever_of_its_skills_are_named():
    cloud = {"cloud": SimpleNamespace(one_of={"aws": 2, "azure": 2}, importance=5)}
    [fit] = fits(["azure", "aws"], {"engineer": asked(cloud, sql=(2, 5))})
    assert fit == Fit("engineer", ("aws", "azure"), 50.0, 1.0)
