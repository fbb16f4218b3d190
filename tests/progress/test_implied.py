from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog import graph as prerequisites
from guidance.progress.implied import ImpliedLevel, implied
from tests.progress.givens import goals

GRAPH = {
    "python": {},
    "algebra": {},
    "git": {"python": 1},
    "learning": {"python": 2, "algebra": 1},
    "pytorch": {"learning": 2, "python": 1},
}


@st.composite
def answers(draw):
    """A graph and the stated levels of some of its skills."""
    goal = draw(goals())
    said = draw(st.dictionaries(st.sampled_from(sorted(goal["graph"])), st.integers(0, 4), max_size=5))
    return goal, said


def test_a_claim_implies_all_it_needs_at_the_highest_level_needed():
    assert implied(GRAPH, {"pytorch": 1, "git": 3}) == {
        "algebra": ImpliedLevel(1, ("pytorch",)),
        "learning": ImpliedLevel(2, ("pytorch",)),
        "python": ImpliedLevel(2, ("git", "pytorch")),
    }


def test_what_was_said_is_not_implied_and_implies_for_itself():
    assert implied(GRAPH, {"pytorch": 2, "learning": 0}) == {"python": ImpliedLevel(1, ("pytorch",))}
    assert implied(GRAPH, {"pytorch": 2, "learning": 1}) == {
        "algebra": ImpliedLevel(1, ("learning",)),
        "python": ImpliedLevel(2, ("learning", "pytorch")),
    }


def test_nothing_is_implied_by_a_skill_not_begun():
    assert implied(GRAPH, {}) == {}
    assert implied(GRAPH, {"pytorch": 0}) == {}


@given(answers())
def test_implied_levels_are_closed_under_prerequisites(case):
    goal, said = case
    found = implied(goal["graph"], said)
    assert not found.keys() & said.keys()
    claimed = [slug for slug, level in said.items() if level]
    for slug in [*claimed, *found]:
        for need, level in goal["graph"][slug].items():
            assert need in said or found[need].level >= level
    for slug, item in found.items():
        above = prerequisites.reverse(goal["graph"]).get(slug, {})
        assert item.level == max(level for other, level in above.items() if other in found or said.get(other))
        assert set(item.by) <= set(claimed)
        assert all(slug in prerequisites.ancestors(goal["graph"], [claim]) for claim in item.by)
