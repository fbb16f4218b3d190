from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog import graph as prerequisites
from guidance.progress.onboarding import MAX_QUESTIONS, ImpliedLevel, implied, next_question, ruled_out
from tests.progress.givens import SLUGS, catalogue, goals

GRAPH = {
    "python": {},
    "algebra": {},
    "git": {"python": 1},
    "learning": {"python": 2, "algebra": 1},
    "pytorch": {"learning": 2, "python": 1},
}


@st.composite
def answers(draw):
    """A graph and what was said about some of its skills."""
    goal = draw(goals())
    said = draw(st.dictionaries(st.sampled_from(sorted(goal["graph"])), st.integers(0, 4), max_size=5))
    return goal, said


def wanted_of(goal):
    return prerequisites.closure(goal["graph"], {slug: item.level for slug, item in goal["requirements"].items()})


def shuffled(mapping):
    return dict(reversed(mapping.items()))


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


def test_what_needs_more_than_was_said_is_ruled_out():
    assert ruled_out(GRAPH, {"python": 1}) == {"learning", "pytorch"}
    assert ruled_out(GRAPH, {"python": 2}) == set()
    assert ruled_out(GRAPH, {"python": 0, "learning": 1}) == {"git", "pytorch"}


@given(answers())
def test_ruled_out_is_what_lacks_something(case):
    goal, said = case
    found = ruled_out(goal["graph"], said)
    for slug, needs in goal["graph"].items():
        lacks = any(need in found or (need in said and said[need] < level) for need, level in needs.items())
        assert (slug in found) == (lacks and slug not in said)


def test_the_question_is_the_one_that_settles_most():
    effort = dict.fromkeys(GRAPH, (10.0, 10.0, 10.0, 10.0))
    wanted = prerequisites.closure(GRAPH, {"pytorch": 2, "git": 1})
    # Python: begun settles its own 20 h; not begun also those of git, learning and pytorch, 70 h: 0.3 × 20 + 0.7 × 70 = 55.
    # Learning: 0.3 × 50 + 0.7 × 40 = 43. Algebra: 0.3 × 10 + 0.7 × 50 = 38.
    assert next_question(GRAPH, effort, wanted, {}) == "python"
    assert next_question(GRAPH, effort, wanted, {"python": 0}) == "algebra"
    # Without python, learning is 0.3 × 30 + 0.7 × 40 = 37 and algebra as before.
    assert next_question(GRAPH, effort, wanted, {"python": 2}) == "algebra"
    assert next_question(GRAPH, effort, wanted, {"python": 2, "algebra": 1}) == "learning"
    assert next_question(GRAPH, effort, wanted, {"python": 2, "algebra": 1, "learning": 1}) == "git"
    assert next_question(GRAPH, effort, wanted, {"pytorch": 1}) == "git"
    assert next_question(GRAPH, effort, wanted, {"pytorch": 1, "git": 0}) is None


def test_equal_questions_go_by_slug():
    graph = {"b": {}, "a": {}, "c": {}}
    assert next_question(graph, dict.fromkeys(graph, (1.0,)), dict.fromkeys(graph, 1), {}) == "a"


@given(answers())
def test_a_question_is_open_and_the_same_everywhere(case):
    goal, said = case
    wanted = wanted_of(goal)
    found = next_question(goal["graph"], goal["effort"], wanted, said)
    settled = {*said, *implied(goal["graph"], said), *ruled_out(goal["graph"], said)}
    assert (found is None) == (wanted.keys() <= settled)
    if found is not None:
        assert found in wanted.keys() - settled
    again = next_question(
        shuffled({slug: shuffled(needs) for slug, needs in goal["graph"].items()}),
        shuffled(goal["effort"]),
        shuffled(wanted),
        shuffled(said),
    )
    assert again == found


@given(answers(), st.randoms())
def test_questions_come_to_an_end_without_repeating(case, random):
    goal, said = case
    wanted = wanted_of(goal)
    asked = []
    while (slug := next_question(goal["graph"], goal["effort"], wanted, said)) is not None:
        assert slug not in said
        asked.append(slug)
        said = {**said, slug: random.randint(0, 4)}
    assert len(asked) <= len(SLUGS)


def left_wrong(requirements, truth, ask):
    """Answered as `truth` stands and what that implies confirmed: the share of the role's hours that is wrong afterwards."""
    known = catalogue()
    wanted = prerequisites.closure(known.graph, {slug: item.level for slug, item in requirements.items()})
    said = {}
    for _ in range(MAX_QUESTIONS):
        slug = ask(wanted, said)
        if slug is None:
            break
        said[slug] = truth.get(slug, 0)
    confirmed = {slug: min(item.level, truth.get(slug, 0)) for slug, item in implied(known.graph, said).items()}

    def hours(levels):
        return sum(sum(known.effort[slug][levels.get(slug, 0) : level]) for slug, level in wanted.items())

    return (hours({**confirmed, **said}) - hours(truth)) / hours({})


def test_ten_questions_find_most_of_what_a_starting_point_knows():
    known = catalogue()

    def best(wanted, said):
        return next_question(known.graph, known.effort, wanted, said)

    def heaviest(wanted, said):
        return max(wanted.keys() - said.keys(), key=lambda slug: (sum(known.effort[slug][: wanted[slug]]), slug))

    cases = [(role, start) for role in known.roles.values() for start in known.starting_points.values()]
    after, otherwise, before = (
        sum(left_wrong(role, start, ask) for role, start in cases) / len(cases)
        for ask in (best, heaviest, lambda wanted, said: None)
    )
    assert before > 0.15  # starting points that do not program know little of any role
    assert after < before / 3
    assert after < 0.9 * otherwise
