import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.catalog import graph


@st.composite
def acyclic_graphs(draw: st.DrawFn) -> dict[str, dict[str, int]]:
    """Graphs of up to 12 skills; each needs only skills before it."""
    slugs = draw(st.permutations([f"s{n}" for n in range(draw(st.integers(1, 12)))]))
    return {
        slug: draw(st.dictionaries(st.sampled_from(slugs[:index]), st.integers(1, 4), max_size=4)) if index else {}
        for index, slug in enumerate(slugs)
    }


@given(acyclic_graphs())
def test_order_puts_every_prerequisite_first(edges):
    order = graph.order(edges)
    assert sorted(order) == sorted(edges)
    assert all(order.index(need) < order.index(slug) for slug, needs in edges.items() for need in needs)


@given(acyclic_graphs())
def test_order_does_not_depend_on_the_order_of_the_input(edges):
    assert graph.order(edges) == graph.order(dict(reversed(edges.items())))


def test_order_spells_out_a_cycle():
    with pytest.raises(graph.CycleError) as error:
        graph.order({"z": {}, "b": {"c": 1}, "c": {"a": 2}, "a": {"b": 1, "z": 1}, "after": {"a": 1}})
    assert error.value.cycle == ["a", "b", "c", "a"]
    assert str(error.value) == "a prerequisite cycle: a needs b needs c needs a"


@given(acyclic_graphs(), st.data())
def test_order_finds_every_cycle(edges, data):
    order = graph.order(edges)
    first, last = data.draw(st.sampled_from(order)), data.draw(st.sampled_from(order))
    if order.index(first) > order.index(last) or first not in graph.ancestors(edges, [last]):
        return
    closed = {**edges, first: {**edges[first], last: 1}}
    with pytest.raises(graph.CycleError) as error:
        graph.order(closed)
    cycle = error.value.cycle
    assert cycle[0] == cycle[-1]
    assert all(need in closed[slug] for slug, need in itertools.pairwise(cycle))


def test_closure_takes_the_highest_level_needed():
    edges = {"a": {}, "b": {"a": 1}, "c": {"a": 3, "b": 1}}
    assert graph.closure(edges, {"c": 2, "b": 2}) == {"a": 3, "b": 2, "c": 2}


def test_closure_of_a_skill_already_begun_pulls_no_prerequisites():
    edges = {"a": {}, "b": {"a": 1}}
    assert graph.closure(edges, {"b": 3}, {"b": 1}) == {"b": 3}
    assert graph.closure(edges, {"b": 3}, {"b": 3}) == {}


@given(acyclic_graphs(), st.data())
def test_closure_holds_exactly_what_is_needed(edges, data):
    slugs = st.sampled_from(sorted(edges))
    wanted = data.draw(st.dictionaries(slugs, st.integers(1, 4), min_size=1))
    levels = data.draw(st.dictionaries(slugs, st.integers(0, 4)))
    needed = graph.closure(edges, wanted, levels)

    def level(slug: str) -> int:
        return max(needed.get(slug, 0), levels.get(slug, 0))

    assert all(level(slug) >= target for slug, target in wanted.items())
    for slug, target in needed.items():
        assert target > levels.get(slug, 0)
        if levels.get(slug, 0) == 0:
            assert all(level(need) >= low for need, low in edges[slug].items())
        asked = [wanted.get(slug, 0)]
        asked += [edges[other][slug] for other in needed if levels.get(other, 0) == 0 and slug in edges[other]]
        assert target == max(asked)


def test_hours_counts_each_missing_level_once():
    assert graph.hours({"a": 3}, {"a": (1.0, 2.0, 4.0, 8.0)}, {"a": 1}) == 6.0


def test_layers_is_the_longest_chain_below():
    assert graph.layers({"a": {}, "b": {"a": 1}, "c": {"a": 1, "b": 1}}) == {"a": 0, "b": 1, "c": 2}


def test_redundant_edges_are_those_implied_at_the_same_level():
    edges = {"a": {}, "b": {"a": 2}, "c": {"b": 1, "a": 2}, "d": {"b": 1, "a": 3}}
    assert graph.redundant_edges(edges) == [("c", "a")]


def test_reverse_tells_what_a_skill_unlocks():
    assert graph.reverse({"a": {}, "b": {"a": 2}}) == {"a": {"b": 2}}
