from collections import Counter
from collections.abc import Sequence
from itertools import permutations

from hypothesis import given, settings

from guidance.web.skillmap.graph import MapGraph
from guidance.web.skillmap.layers import StationPositions, station_positions
from guidance.web.skillmap.layout import lay_out
from tests.progress.givens import catalogue, seconds_for
from tests.web.map_graphs import made_up, map_graphs, of_pack, shuffled

few = settings(max_examples=40, deadline=None)


def naive(graph: MapGraph) -> StationPositions:
    """A naive layout: columns by the longest chain of needs, rows by name."""
    column: dict[str, int] = {}

    def column_of(name: str) -> int:
        if name not in column:
            column[name] = 1 + max((column_of(need) for need in graph.needs[name]), default=-1)
        return column[name]

    used: Counter[tuple[str, int]] = Counter()
    row = {}
    for name in sorted(graph.needs):
        slot = graph.band[name], column_of(name)
        row[name] = used[slot]
        used[slot] += 1
    return StationPositions(column, row, graph.bands)


def crossings(graph: MapGraph, places: StationPositions) -> int:
    return lay_out(graph, places, dict.fromkeys(graph.needs, 1)).crossings


@few
@given(map_graphs())
def test_place_sets_every_station_down_once_and_after_what_it_needs(graph):
    places = station_positions(graph)
    assert places.column.keys() == places.row.keys() == graph.needs.keys()
    assert sorted(places.bands) == sorted(graph.bands)
    assert min(places.column.values()) >= 0
    slots = Counter((graph.band[name], places.column[name], places.row[name]) for name in graph.needs)
    assert set(slots.values()) == {1}
    for name, needs in graph.needs.items():
        for need in needs:
            assert places.column[need] < places.column[name]


@few
@given(map_graphs())
def test_place_leaves_no_row_of_a_band_empty(graph):
    places = station_positions(graph)
    for band in graph.bands:
        rows = {places.row[name] for name in graph.needs if graph.band[name] == band}
        assert rows == set(range(len(rows)))


@few
@given(map_graphs())
def test_place_puts_the_edges_of_the_map_to_its_edges(graph):
    places = station_positions(graph)
    inner = graph.needs.keys() - graph.entries - graph.exits
    assert all(places.column[name] == 0 for name in graph.entries)
    assert all(places.column[name] > 0 for name in inner) or not graph.entries
    assert len({places.column[name] for name in graph.exits}) <= 1
    assert all(places.column[name] > places.column[other] for name in graph.exits for other in inner)


@few
@given(map_graphs())
def test_place_does_not_depend_on_the_order_of_what_is_given(graph):
    assert station_positions(graph) == station_positions(shuffled(graph))


def test_place_saves_crossings():
    counted = [
        (crossings(graph, station_positions(graph)), crossings(graph, naive(graph))) for graph in map(made_up, range(8))
    ]
    assert all(placed <= 1.05 * before for placed, before in counted)
    assert sum(placed for placed, _ in counted) < 0.75 * sum(before for _, before in counted)


def test_place_saves_crossings_on_the_ways_to_the_roles_of_the_pack():
    graphs = [of_pack(role) for role in catalogue().roles]
    placed, before = (sum(crossings(graph, of(graph)) for graph in graphs) for of in (station_positions, naive))
    assert placed < 0.7 * before


def test_the_whole_pack_is_laid_out_in_a_second_and_with_less_crossings_and_paper_than_naively():
    graph, lines = of_pack(), dict.fromkeys(of_pack().needs, 2)
    layout, before = lay_out(graph, station_positions(graph), lines), lay_out(graph, naive(graph), lines)
    assert layout.crossings < 0.75 * before.crossings
    # Height alone says little: with more columns a catalogue is lower in any layout, including the naive one.
    assert layout.height < before.height
    assert layout.width * layout.height < 0.85 * before.width * before.height
    assert seconds_for(lambda: lay_out(graph, station_positions(graph), lines)) < 1


def test_place_draws_a_chain_as_one_line():
    graph = MapGraph({"a": [], "b": ["a"], "c": ["b"]}, dict.fromkeys("abc", "x"), ["x"])
    places = station_positions(graph)
    assert places.column == {"a": 0, "b": 1, "c": 2}
    assert places.row == {"a": 0, "b": 0, "c": 0}


def test_place_lines_up_what_needs_the_same():
    """`d` and `e` lead to nothing, so they follow each other instead of taking a row each."""
    graph = MapGraph({"a": [], "b": ["a"], "c": ["b"], "d": ["a"], "e": ["a"]}, dict.fromkeys("abcde", "x"), ["x"])
    places = station_positions(graph)
    assert places.row["b"] == places.row["c"] != places.row["d"] == places.row["e"]
    assert places.row["a"] in {0, 1}
    assert sorted([places.column["d"], places.column["e"]]) == [1, 2]


def test_place_keeps_bands_that_lead_to_each_other_together():
    needs = {"a": [], "b": [], "c": ["a"], "d": ["a"], "e": ["b"]}
    graph = MapGraph(needs, {"a": "one", "b": "two", "c": "three", "d": "three", "e": "two"}, ["one", "two", "three"])
    order = list(station_positions(graph).bands)
    assert abs(order.index("one") - order.index("three")) == 1


def edge_length(graph: MapGraph, bands: Sequence[str]) -> float:
    """The number of rows, one for each station, that the edges of every station span from middle to middle of their bands."""
    size = Counter(graph.band.values())
    middle = {band: sum(size[other] for other in bands[:place]) + size[band] / 2 for place, band in enumerate(bands)}
    spans = [[middle[graph.band[other]] for other in (name, *opens)] for name, opens in graph.opens.items()]
    return sum(max(span) - min(span) for span in spans)


def test_place_puts_the_bands_in_the_order_with_the_shortest_edges():
    for graph in map(made_up, range(8)):
        shortest = min(edge_length(graph, order) for order in permutations(graph.bands))
        assert edge_length(graph, station_positions(graph).bands) == shortest


def test_place_of_nothing_is_nothing():
    assert station_positions(MapGraph({}, {}, ["one"])) == StationPositions({}, {}, ["one"])
