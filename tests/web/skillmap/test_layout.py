from itertools import pairwise

from hypothesis import given, settings

from guidance.web.skillmap.graph import MapGraph
from guidance.web.skillmap.layers import StationPositions, station_positions
from guidance.web.skillmap.layout import CELL, LABEL, LINE, STATION, Layout, lay_out
from tests.web.map_graphs import made_up, map_graphs, shuffled

LINES = 2
few = settings(max_examples=40, deadline=None)


def laid(graph: MapGraph) -> Layout:
    return lay_out(graph, station_positions(graph), dict.fromkeys(graph.needs, LINES))


def passed(graph: MapGraph, layout: Layout, edge: tuple[str, str]) -> set[str]:
    """The stations through which the line of an edge passes."""
    (x, _), (to_x, y) = layout.spots[edge[0]], layout.spots[edge[1]]
    if edge not in layout.runs:
        return set()
    return {name for name, (other, at) in layout.spots.items() if at == y and x < other < to_x}


@few
@given(map_graphs())
def test_lay_keeps_stations_and_their_labels_apart(graph):
    layout = laid(graph)
    assert layout.spots.keys() == graph.needs.keys()
    spots = sorted(layout.spots.values())
    for (x, y), (other_x, other_y) in pairwise(spots):
        assert other_x - x >= CELL or (x == other_x and other_y - y >= STATION + LABEL + LINE * LINES)
    for x, y in spots:
        assert CELL / 2 <= x <= layout.width - CELL / 2
        assert STATION <= y <= layout.height - STATION - LINE * LINES


@few
@given(map_graphs())
def test_lay_stacks_the_bands_around_their_stations(graph):
    layout = laid(graph)
    bottom = 0
    for lane in layout.lanes:
        assert lane.y == bottom
        bottom += lane.height
        for name, (_, y) in layout.spots.items():
            assert (lane.y < y < bottom) == (graph.band[name] == lane.name)
    assert layout.height == bottom


@few
@given(map_graphs())
def test_ways_lead_to_the_right_from_station_to_station(graph):
    layout = laid(graph)
    assert sorted(layout.edges) == sorted(graph.edges)
    for (start, end), points in layout.edges.items():
        assert points[0] == layout.spots[start]
        assert points[-1] == layout.spots[end]
        for (x, y), (to_x, to_y) in pairwise(points):
            assert to_x >= x
            assert to_x == x or to_y == y or (to_y - y == to_x - x > 0)  # across, up, down, or down at 45°


@few
@given(map_graphs())
def test_ways_pass_neither_labels_nor_stations_but_those_with_the_same_need(graph):
    layout = laid(graph)
    for edge, points in layout.edges.items():
        allowed = {*edge, *passed(graph, layout, edge)}
        assert all(edge[0] in graph.needs[name] for name in allowed - {*edge})
        for (x, y), (to_x, to_y) in pairwise(points):
            for name, (at_x, at_y) in layout.spots.items():
                if x == to_x:
                    assert abs(x - at_x) > CELL / 2
                elif y == to_y and x < at_x + CELL / 2 and at_x - CELL / 2 < to_x:
                    bottom = at_y + LABEL + LINE * LINES
                    assert y >= bottom or y < at_y - STATION or (y == at_y and name in allowed) or not x < at_x < to_x


@few
@given(map_graphs())
def test_lines_of_ways_that_share_no_end_do_not_lie_on_each_other(graph):
    layout = laid(graph)
    pieces = [
        (edge, piece) for edge, points in layout.edges.items() for piece in pairwise(points) if piece[0] != piece[1]
    ]
    through = {edge: passed(graph, layout, edge) for edge in layout.runs}
    for number, (edge, ((x, y), (to_x, to_y))) in enumerate(pieces):
        for other, ((ox, oy), (oto_x, oto_y)) in pieces[:number]:
            if edge[0] == other[0] or edge[1] == other[1]:
                continue
            # If a line passes through a station, the station's own lines start and end on it.
            if through.get(edge, set()) & {*other} or through.get(other, set()) & {*edge}:
                continue
            if y == to_y == oy == oto_y:
                assert min(to_x, oto_x) <= max(x, ox), (edge, other)
            if x == to_x == ox == oto_x:
                assert min(max(y, to_y), max(oy, oto_y)) <= max(min(y, to_y), min(oy, oto_y)), (edge, other)


@few
@given(map_graphs())
def test_lay_does_not_depend_on_the_order_of_what_is_given(graph):
    one, other = laid(graph), laid(shuffled(graph))
    assert one == other
    assert list(one.spots) == list(other.spots)


def test_crossings_count_a_line_that_ways_share_once():
    """`a` leads to `d` and then also to `e` in the lower band, `b` there to `c` in the upper one: the shared line counts once."""
    needs = {"a": [], "b": [], "c": ["b"], "d": ["a"]}
    band = {"a": "one", "b": "two", "c": "one", "d": "two"}
    graph = MapGraph(needs, band, ["one", "two"])
    places = StationPositions({"a": 0, "b": 0, "c": 1, "d": 1}, {"a": 0, "b": 0, "c": 0, "d": 0}, ["one", "two"])
    assert lay_out(graph, places, dict.fromkeys("abcd", 1)).crossings == 1
    both = MapGraph(needs | {"e": ["a"]}, band | {"e": "two"}, ["one", "two"])
    places = StationPositions({**places.column, "e": 1}, {**places.row, "e": 1}, ["one", "two"])
    assert lay_out(both, places, dict.fromkeys("abcde", 1)).crossings == 1


def test_runs_go_through_what_has_the_same_need_on_their_row():
    graph = MapGraph({"a": [], "b": ["a"], "c": ["a"]}, dict.fromkeys("abc", "x"), ["x"])
    in_a_row = StationPositions({"a": 0, "b": 1, "c": 2}, dict.fromkeys("abc", 0), ["x"])
    layout = lay_out(graph, in_a_row, dict.fromkeys("abc", 1))
    assert layout.runs == {("a", "c")}
    assert layout.edges["a", "c"] == (layout.spots["a"], layout.spots["c"])
    blocked = MapGraph({"a": [], "b": [], "c": ["a"]}, dict.fromkeys("abc", "x"), ["x"])
    layout = lay_out(blocked, in_a_row, dict.fromkeys("abc", 1))
    assert layout.runs == set()
    assert {y for x, y in layout.edges["a", "c"][2:4]} != {layout.spots["b"][1]}


def test_lay_keeps_room_where_it_is_asked_to():
    graph = made_up(0)
    plain, moved = (
        laid(graph),
        lay_out(graph, station_positions(graph), dict.fromkeys(graph.needs, LINES), left=100, top=30),
    )
    assert moved.spots == {name: (x + 100, y + 30) for name, (x, y) in plain.spots.items()}
    assert (moved.width, moved.height) == (plain.width + 100, plain.height + 30)


def test_lay_of_nothing_is_nothing():
    graph = MapGraph({}, {}, ["x"])
    assert lay_out(graph, station_positions(graph), {}).edges == {}
