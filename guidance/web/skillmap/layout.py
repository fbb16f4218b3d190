"""Coordinates in px: of bands and stations, and of the edges between them. Pure.

An edge leaves its station along the row, turns into a trunk in the gap behind the column, and leaves the trunk at the height of its target.
A station has one trunk for its trails and one for its links, so that one line connects everything that it leads to. Trails run
along the row of their target; if another station is in the way they pass above it and come down at the end, and so do links to a
station on a trail. Edges to the same station share that line.

The trunks of a gap get tracks, and lines above a row get offsets, so that no two lines overlap. The order of the tracks is found
by single moves that reduce the number of crossings.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from guidance.web.skillmap.graph import MapGraph
from guidance.web.skillmap.layers import StationPositions

CELL = 116  # width of a column, and maximum width of a label
MARGIN = 16
STATION = 12  # radius, including its line
LINE = 15  # height of a line of a label
ABOVE = 13  # from the label of the row above to a station or to the first line above it
LEAD = 20  # from a station to the first line that passes above it
OFFSET = 7  # between such lines
LABEL = 17  # from a station to its label, with the space left below
PAD = 12  # at the top and bottom of a band
BEFORE_TRUNKS, AFTER_TRUNKS = 12, 13
APART = {
    (False, False): 7,
    (False, True): 10,
    (True, False): 10,
    (True, True): 13,
}  # distance of tracks, by whether they are trails
LIES_ON = 50  # cost of two lines that overlap, in crossings

type Point = tuple[int, int]
type Edge = tuple[str, str]  # from, to


@dataclass(frozen=True, slots=True)
class Lane:
    """A band as drawn."""

    name: str
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    width: int
    height: int
    lanes: Sequence[Lane]  # from top to bottom
    spots: Mapping[str, Point]  # of stations, from left to right in each row
    edges: Mapping[Edge, Sequence[Point]]  # corners, from the centre of one station to that of the other
    runs: frozenset[Edge]  # trails that pass through other stations with the same prerequisite
    crossings: int


@dataclass(slots=True)
class _Trunk:
    start: str
    trail: bool
    left: float  # the height at which it starts, in rows
    pins: dict[str, float] = field(default_factory=dict)  # the height at which it leaves to each target
    track: int = 0

    @property
    def low(self) -> float:
        return min(self.left, *self.pins.values())

    @property
    def high(self) -> float:
        return max(self.left, *self.pins.values())


def lay_out(
    graph: MapGraph, positions: StationPositions, lines: Mapping[str, int], *, left: int = 0, top: int = 0
) -> Layout:
    """Returns the layout. `lines`: number of lines of each station's label. `left` and `top`: space to keep free."""
    return _Routes(graph, positions).layout(lines, left, top)


class _Routes:
    def __init__(self, graph: MapGraph, positions: StationPositions) -> None:
        self.graph, self.column = graph, positions.column
        self.rows_of: dict[str, range] = {}  # of each band, counted across the whole map
        inside: defaultdict[str, int] = defaultdict(int)
        for name, row in positions.row.items():
            inside[graph.band[name]] = max(inside[graph.band[name]], row + 1)
        start = 0
        for band in positions.bands:
            if inside[band]:
                self.rows_of[band] = range(start, start := start + inside[band])
        self.row = {name: self.rows_of[graph.band[name]].start + row for name, row in positions.row.items()}
        self.order = sorted(self.row, key=lambda name: (self.row[name], self.column[name]))
        above: set[Edge] = set()
        while True:
            self.along = self._along(above)
            self.offsets = self._offsets()
            self.trunks = self._trunks()
            gaps = self._by_gap()
            self.width = {gap: _tracks(trunks) for gap, trunks in gaps.items()}
            # If no order of the tracks keeps two lines apart, one of them passes above.
            collisions = {edge for trunks in gaps.values() for edge in _collisions(trunks)}
            if collisions <= above:
                break
            above |= collisions

    def _along(self, above: AbstractSet[Edge]) -> dict[Edge, bool]:
        """Returns, for each edge, whether it runs along the row of its target; otherwise it passes above."""
        graph, taken = self.graph, {(self.column[name], row): name for name, row in self.row.items()}
        along: dict[Edge, bool] = {}

        def between(edge: Edge) -> list[tuple[int, int]]:
            return [(column, self.row[edge[1]]) for column in range(self.column[edge[0]] + 1, self.column[edge[1]])]

        def clear(edge: Edge) -> bool:
            """Returns whether the edge passes only stations with the same prerequisite, reached along the same row."""
            others = [taken[slot] for slot in between(edge) if slot in taken]
            return all(other == edge[1] or (edge in graph.trails and along.get((edge[0], other))) for other in others)

        def claim(edge: Edge) -> None:
            for slot in between(edge):
                taken.setdefault(slot, edge[1])

        for edge in sorted(graph.trails, key=lambda edge: (self.column[edge[1]] - self.column[edge[0]], edge)):
            along[edge] = edge not in above and clear(edge)
            if along[edge]:
                claim(edge)
        for name in self.order:
            links = [(need, name) for need in graph.needs[name] if (need, name) not in graph.trails]
            if links:
                longest = min(links, key=lambda edge: (self.column[edge[0]], edge))
                free = not graph.leaders[name] and above.isdisjoint(links) and clear(longest)
                if free:
                    claim(longest)
                along |= dict.fromkeys(links, free)
        return along

    def _offsets(self) -> dict[tuple[str, bool], int]:
        """Returns the offset, counted from below, of the lines that pass above to each station: its trails (True) and its links
        (False). Longer lines are higher, so that none comes down through another."""
        begins: dict[tuple[str, bool], int] = {}
        for edge, along in self.along.items():
            if not along:
                key = edge[1], edge in self.graph.trails
                begins[key] = min(begins.get(key, self.column[edge[0]]), self.column[edge[0]])
        offsets: dict[tuple[str, bool], int] = {}
        spans: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)  # by row: begin, end, offset
        for name in self.order:
            for trail in (True, False):
                if (name, trail) in begins:
                    begin, end = begins[name, trail], self.column[name]
                    here = spans[self.row[name]]
                    offset = 1 + max(
                        (offset for other, until, offset in here if other < end and begin < until), default=-1
                    )
                    here.append((begin, end, offset))
                    offsets[name, trail] = offset
        return offsets

    def _trunks(self) -> dict[tuple[str, bool], _Trunk]:
        trunks: dict[tuple[str, bool], _Trunk] = {}
        for edge in self.graph.edges:
            (start, end), trail = edge, edge in self.graph.trails
            height = float(self.row[end])
            if not self.along[edge]:
                height -= 0.35 + 0.05 * self.offsets[end, trail]
            if height != self.row[start] or not trail:
                trunk = trunks.setdefault((start, trail), _Trunk(start, trail, float(self.row[start])))
                trunk.pins[end] = height
        return trunks

    def _by_gap(self) -> Mapping[int, list[_Trunk]]:
        gaps: defaultdict[int, list[_Trunk]] = defaultdict(list)
        for (start, _), trunk in self.trunks.items():
            gaps[self.column[start]].append(trunk)
        return gaps

    def layout(self, lines: Mapping[str, int], left: int, top: int) -> Layout:
        xs, x = [], left + MARGIN + CELL // 2
        for column in range(max(self.column.values(), default=-1) + 1):
            xs.append(x)
            x += CELL + BEFORE_TRUNKS + self.width.get(column, 0) + AFTER_TRUNKS
        lanes, ys = self._down(lines, top)
        spots = {name: (xs[self.column[name]], ys[self.row[name]]) for name in self.order}
        tracks = {
            key: xs[self.column[key[0]]] + CELL // 2 + BEFORE_TRUNKS + trunk.track for key, trunk in self.trunks.items()
        }
        edges = {edge: self._edge(edge, spots, tracks) for edge in self.graph.edges}
        return Layout(
            width=(xs[-1] if xs else left) + CELL // 2 + MARGIN,
            height=lanes[-1].y + lanes[-1].height if lanes else top,
            lanes=lanes,
            spots=spots,
            edges=edges,
            runs=frozenset(edge for edge in self.graph.trails if self.along[edge] and self._passes(edge)),
            crossings=_crossings(edges),
        )

    def _down(self, lines: Mapping[str, int], top: int) -> tuple[list[Lane], list[int]]:
        offsets: defaultdict[int, int] = defaultdict(int)
        label: defaultdict[int, int] = defaultdict(int)
        for (name, _), offset in self.offsets.items():
            offsets[self.row[name]] = max(offsets[self.row[name]], offset + 1)
        for name, row in self.row.items():
            label[row] = max(label[row], lines[name])
        lanes, ys, y = [], [], top
        for band, rows in self.rows_of.items():
            begin = y
            y += PAD
            for row in rows:
                y += ABOVE + (LEAD - STATION + 3 + OFFSET * (offsets[row] - 1) if offsets[row] else 0)
                ys.append(y)
                y += LABEL + LINE * label[row]
            y += PAD
            lanes.append(Lane(band, begin, y - begin))
        return lanes, ys

    def _edge(self, edge: Edge, spots: Mapping[str, Point], tracks: Mapping[tuple[str, bool], int]) -> Sequence[Point]:
        (start, end), trail = edge, edge in self.graph.trails
        (x, y), (to_x, to_y) = spots[start], spots[end]
        if self.along[edge]:
            if y == to_y:
                return ((x, y), (to_x, to_y))
            track = tracks[start, trail]
            return ((x, y), (track, y), (track, to_y), (to_x, to_y))
        down = LEAD + OFFSET * self.offsets[end, trail]
        track = tracks[start, trail]
        return ((x, y), (track, y), (track, to_y - down), (to_x - down, to_y - down), (to_x, to_y))

    def _passes(self, edge: Edge) -> bool:
        start, end = edge
        return any(
            self.row[other] == self.row[end] and self.column[start] < self.column[other] < self.column[end]
            for other in self.graph.opens[start]
        )


def _tracks(trunks: Sequence[_Trunk]) -> int:
    """Gives each trunk its track, in px from the first; returns the total width of the tracks."""
    done: list[_Trunk] = []
    for trunk in _in_order(trunks):
        # About a third of a row, for the corners.
        near = [other for other in done if trunk.low - 0.3 < other.high + 0.3 and other.low - 0.3 < trunk.high + 0.3]
        trunk.track = max((other.track + APART[other.trail, trunk.trail] for other in near), default=0)
        done.append(trunk)
    return max((trunk.track for trunk in done), default=0)


def _collisions(trunks: Sequence[_Trunk]) -> Iterator[Edge]:
    """Yields the edges that leave a trunk at the height at which a station further to the right reaches its own trunk."""
    for a in trunks:
        for b in trunks:
            if a.track < b.track and a.start != b.start:
                yield from ((a.start, target) for target, height in a.pins.items() if height == b.left)


def _in_order(trunks: Sequence[_Trunk]) -> Sequence[_Trunk]:
    """Returns the trunks from left to right in an order with few crossings: moves each to where that helps most, until no move
    helps."""
    count = len(trunks)
    gain = [[_cost(a, b) - _cost(b, a) for b in trunks] for a in trunks]  # cost of a being left of b
    order = sorted(range(count), key=lambda number: (trunks[number].high - trunks[number].low, number))
    improved = True
    while improved:
        improved = False
        for number in range(count):
            at = order.index(number)
            best, where = 0, at
            for step, stop in ((-1, -1), (1, count)):
                change = 0
                for to in range(at + step, stop, step):
                    change += step * gain[order[to]][number]
                    if change < best:
                        best, where = change, to
            if where != at:
                order.insert(where, order.pop(at))
                improved = True
    return [trunks[number] for number in order]


def _cost(a: _Trunk, b: _Trunk) -> int:
    """Returns the crossings between two trunks if a is left of b: those of a with the edge from b's station, and those of b with
    a's edges to their targets."""
    if a.start == b.start or a.high < b.low or b.high < a.low:
        return 0
    crossings = int(a.low < b.left < a.high)
    for target, height in a.pins.items():
        if height == b.left:
            crossings += LIES_ON
        elif b.low < height < b.high and target not in b.pins:
            crossings += 1
    return crossings


def _crossings(edges: Mapping[Edge, Sequence[Point]]) -> int:
    """Returns the number of crossings; edges that share a line, from the same station or to the same, count as one."""
    across: dict[tuple[str, str, int], tuple[int, int]] = {}  # (from or "", to or "", y): from x, to x
    down: dict[tuple[str, int], tuple[int, int, set[str]]] = {}  # (from, x): from y, to y, targets
    for (start, end), points in edges.items():
        (x, y), (to_x, _) = points[0], points[-1]
        if len(points) == 2:
            _widen(across, (start, end, y), (x, to_x))
            continue
        track, height = points[2]
        _widen(across, (start, "", y), (x, track))
        _widen(across, ("", end, height), (track, to_x))
        top, bottom, targets = down.get((start, track), (y, y, set()))
        down[start, track] = min(top, height), max(bottom, height), targets | {end}
    return sum(
        1
        for (start, x), (top, bottom, targets) in down.items()
        for (from_, to, y), (begin, finish) in across.items()
        if begin < x < finish and top < y < bottom and from_ != start and to not in targets
    )


def _widen[K](found: dict[K, tuple[int, int]], key: K, span: tuple[int, int]) -> None:
    low, high = found.get(key, span)
    found[key] = min(low, span[0]), max(high, span[1])
