"""The column and the row of every station, so that all edges lead to the right and few of them cross. Pure.

Three steps, each deterministic, with ties broken by name:

1. Stations are placed one by one, those that lead to others first, in the first column that their prerequisites allow: behind the station
   that leads to them if its row is free, otherwise in the row that costs least. Stations that lead to nothing fill up rows:
   several with the same prerequisite are placed one behind the other, as a run, and the line of a run leaves its row only once.
2. Bands are put in the order in which the edges between them are shortest.
3. Stations of one column, and whole rows, are exchanged as long as that removes crossings and bends.

This is the layered drawing of Sugiyama, Tagawa and Toda (1981) with the exchanges of Eades and Kelly (1986), on rows instead of positions.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from heapq import nsmallest
from itertools import combinations
from operator import itemgetter, or_

from guidance.web.skillmap.graph import MapGraph

# Costs, in rows that a line has to climb
BEND = 0.5  # in addition to the climb
NEW_ROW = 2.0
COLUMN = 0.6  # for each column later than necessary
BLOCKED = 12.0  # a line that cannot run along the row of its station
PASSING = 0.3  # a line that runs past a station with the same prerequisite
PASSING_BUSY = 2.0  # the same if that station leads to others
CROSSING = 4.0
OUTWARD = 0.12  # for each row between a station and the band's border that its links cross
INWARD = 0.3  # for each row that a link climbs within its band
REACH = 3  # number of columns in which a run may be filled up
EFFORT = 1_000_000  # maximum number of comparisons of edges, well under a second; the catalogue of 270 skills takes half of it
ORDERS = 1716  # the number of sets of six among 13 bands
LINK = 0.4  # links arrive this far above the row of a station on a trail
OUTSIDE = 1e6

type _Order = tuple[int, tuple[str, ...]]  # twice the length of the edges between the bands, and the bands from the top


@dataclass(frozen=True, slots=True)
class StationPositions:
    column: Mapping[str, int]
    row: Mapping[str, int]  # within its band
    bands: Sequence[str]  # from top to bottom


def station_positions(graph: MapGraph) -> StationPositions:
    column, row = _Settlement(graph).settle()
    bands = _ordered(graph)
    position = {band: number for number, band in enumerate(bands)}
    members: dict[str, list[str]] = {band: [] for band in bands}
    for station in sorted(graph.needs):
        members[graph.band[station]].append(station)
    for stations in members.values():
        if stations:
            effort = EFFORT * len(stations) // len(column)
            row |= _Band(graph, stations, column, row, position, effort).improved()
    return StationPositions(column, row, bands)


class _Row:
    """A row of a band while stations are placed."""

    def __init__(self) -> None:
        self.stations: dict[int, str] = {}  # by column
        self.runs: dict[int, str] = {}  # by column: the station whose line passes through


class _Settlement:
    """Places stations one by one."""

    def __init__(self, graph: MapGraph) -> None:
        self.graph = graph
        self.rows: dict[str, list[_Row]] = {band: [] for band in graph.bands}
        self.column: dict[str, int] = {}
        self.own: dict[str, _Row] = {}

    def settle(self) -> tuple[dict[str, int], dict[str, int]]:
        graph = self.graph
        to_come, behind = _heights(graph.needs, graph.opens), _heights(graph.opens, graph.needs)
        inner = sorted(
            graph.needs.keys() - graph.entries - graph.exits,
            key=lambda name: (not graph.opens[name], behind[name], -to_come[name], -len(graph.opens[name]), name),
        )
        deepest = max((behind[name] for name in inner), default=0)
        for name in inner:
            first = max((self.column[need] + 1 for need in graph.needs[name] if need in self.column), default=0)
            first = max(first, 1 if graph.entries else 0)
            last = first if graph.opens[name] else max(first, min(first + REACH, deepest))
            self._set_down(name, range(first, last + 1))
        end = max(self.column.values(), default=0) + 1
        for name in sorted(graph.entries):
            self._set_down(name, range(1))
        for name in sorted(graph.exits):
            self._set_down(name, range(end, end + 1))
        row = {
            name: number
            for rows in self.rows.values()
            for number, row in enumerate(rows)
            for name in row.stations.values()
        }
        return self.column, row

    def _set_down(self, name: str, columns: range) -> None:
        row, at = self._best(name, columns)
        row.runs.pop(at, None)
        row.stations[at] = name
        self.own[name], self.column[name] = row, at
        for need in self.graph.leaders[name]:
            if self._is_free(row, need, at):
                for passed in range(self.column[need] + 1, at):
                    if passed not in row.stations:
                        row.runs[passed] = need

    def _best(self, name: str, columns: range) -> tuple[_Row, int]:
        """Returns the row and the column that cost least; a new row is inserted among the others."""
        graph, rows = self.graph, self.rows[self.graph.band[name]]
        leaders = graph.leaders[name]
        number = {id(row): place for place, row in enumerate(rows)}
        near = leaders
        if name in graph.entries | graph.exits:
            near = [*graph.needs[name], *graph.opens[name]]
        wanted = [number[id(self.own[other])] for other in near]

        def climb(place: float) -> float:
            return min((abs(place - row) for row in wanted), default=0.0)

        found: list[tuple[float, int, int]] = []
        for at in columns:
            for place, row in enumerate(rows):
                if at not in row.stations and row.runs.get(at, "") in {"", *leaders}:
                    blocked = sum(not self._is_free(row, need, at) for need in leaders)
                    cost = COLUMN * (at - columns.start) + BLOCKED * blocked + climb(place) + BEND * (climb(place) > 0)
                    found.append((cost, at, place))
        new = [
            (NEW_ROW + (climb(place - 0.5) + BEND if wanted else 0.01 * (len(rows) - place)), columns.start, place)
            for place in range(len(rows) + 1)
        ]
        if found and min(found) <= min(new):
            _, at, place = min(found)
        else:
            _, at, place = min(new)
            rows.insert(place, _Row())
        return rows[place], at

    def _is_free(self, row: _Row, need: str, end: int) -> bool:
        """Returns whether a line from `need` can run along this row, passing only stations with the same prerequisite."""
        return all(
            row.runs.get(at, need) == need and (at not in row.stations or need in self.graph.leaders[row.stations[at]])
            for at in range(self.column[need] + 1, end)
        )


def _heights(needs: Mapping[str, Sequence[str]], opens: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Returns the number of stations that follow each one on its longest path; with the arguments swapped, the number that
    precede it."""
    waiting = {name: len(after) for name, after in opens.items()}
    ready = [name for name, count in waiting.items() if count == 0]
    heights = dict.fromkeys(ready, 0)
    for name in ready:
        for need in needs[name]:
            heights[need] = max(heights.get(need, 0), heights[name] + 1)
            waiting[need] -= 1
            if waiting[need] == 0:
                ready.append(need)
    return heights


def _ordered(graph: MapGraph) -> Sequence[str]:
    """Returns the bands in the order in which the edges between them are shortest.

    The order is built from the top, one band at a time. Of all orders of the same bands only the shortest is kept, as in Held and Karp
    (1962), so the order is the best one for up to 13 bands; for more, only the `ORDERS` shortest ones are continued.
    """
    bands = sorted(graph.bands)
    bit = {band: 1 << number for number, band in enumerate(bands)}
    size = Counter(graph.band.values())
    edges: Counter[int] = Counter()  # how many stations lead to this set of bands, their own included
    for name, opens in graph.opens.items():
        edges[reduce(or_, (bit[graph.band[other]] for other in (name, *opens)))] += 1

    @cache
    def crossing(placed: int) -> int:
        """Returns how many stations have edges that cross the lower border of these bands."""
        return sum(count for ends, count in edges.items() if ends & placed and ends & ~placed)

    shortest: dict[int, _Order] = {0: (0, ())}  # by set of bands
    for _ in bands:
        longer: dict[int, _Order] = {}
        for placed, (length, order) in nsmallest(ORDERS, shortest.items(), key=itemgetter(1)):
            for band in bands:
                if not placed & bit[band]:
                    after = placed | bit[band]
                    # Edges run from the middle of a band to the middle of another.
                    trial = length + size[band] * (crossing(placed) + crossing(after)), (*order, band)
                    longer[after] = min(trial, longer.get(after, trial))
        shortest = longer
    [(_, order)] = shortest.values()
    return list(order)


class _Band:
    """The rows of one band, whose columns are fixed.

    In the gap behind a column, the edges are pairs of heights: where they start and where they end. Two edges cross if their order differs
    between both sides; edges from one station start at the same height.
    """

    def __init__(
        self,
        graph: MapGraph,
        stations: Sequence[str],
        column: Mapping[str, int],
        row: Mapping[str, int],
        position: Mapping[str, int],
        effort: int,
    ) -> None:
        self.graph, self.column, self.effort = graph, column, effort
        self.row = {name: row[name] for name in stations}
        self.rows = max(self.row.values()) + 1
        self.leaders = {name: frozenset(graph.leaders[name]) for name in stations}
        self.at: defaultdict[int, list[str]] = defaultdict(list)
        for name in stations:
            self.at[column[name]].append(name)
        here = position[graph.band[stations[0]]]
        # Whether a station's links go above or below, and its maximum distance from that border.
        self.outside: dict[str, float] = {}
        self.leaves: dict[str, list[float]] = {name: [] for name in stations}
        self.gaps: defaultdict[int, list[tuple[str, str, bool]]] = defaultdict(
            list
        )  # from, to, whether it begins there
        self.touches: dict[str, range] = {}
        for name in stations:
            needs = graph.needs[name]
            self.touches[name] = range(min((column[need] for need in needs), default=column[name]), column[name] + 1)
            for need in needs:
                if need not in self.row:
                    self.outside[need] = -OUTSIDE if position[graph.band[need]] < here else OUTSIDE
                for gap in range(column[need], column[name]):
                    self.gaps[gap].append((need, name, gap == column[need]))
            sides = {position[graph.band[other]] < here for other in graph.opens[name] if other not in self.row}
            self.leaves[name] = [-OUTSIDE if above else OUTSIDE for above in sorted(sides)]
        self.costs = {gap: self._cost(gap) for gap in sorted({*self.gaps, *self.at})}

    def improved(self) -> dict[str, int]:
        """Returns the non-empty rows after all exchanges that help, or after as many exchanges as the limit allows."""
        better = True
        while better:
            better = False
            for column in sorted(self.at):
                better |= self._exchange(column)
            for pair in combinations(range(self.rows), 2):
                better |= self._try([name for name, row in self.row.items() if row in pair], pair, self.costs)
        used = {row: number for number, row in enumerate(sorted(set(self.row.values())))}
        return {name: used[row] for name, row in self.row.items()}

    def _exchange(self, column: int) -> bool:
        """Exchanges two stations of a column, or a station and an empty place, wherever that helps."""
        better = False
        for pair in combinations(range(self.rows), 2):
            moving = [name for name in self.at[column] if self.row[name] in pair]
            if moving and self._try(moving, pair, {gap for name in moving for gap in self.touches[name]}):
                better = True
        return better

    def _try(self, moving: Sequence[str], pair: tuple[int, int], gaps: Iterable[int]) -> bool:
        """Exchanges the two rows of these stations if the gaps they touch become cheaper."""
        if self.effort < 0:
            return False
        swap = {pair[0]: pair[1], pair[1]: pair[0]}
        for name in moving:
            self.row[name] = swap[self.row[name]]
        costs = {gap: self._cost(gap) for gap in gaps}
        if sum(costs.values()) < sum(self.costs[gap] for gap in costs) - 1e-9:
            self.costs |= costs
            return True
        for name in moving:
            self.row[name] = swap[self.row[name]]
        return False

    def _cost(self, gap: int) -> float:
        row = self.row
        cost = 0.0
        pairs: list[tuple[float, float]] = []
        passing: set[tuple[str, bool]] = set()
        climbed: set[tuple[str, int]] = set()
        for need, name, begins in self.gaps.get(gap, ()):
            trail = need in self.leaders[name]
            right = row[name] if trail else row[name] - LINK
            if not begins:
                if (name, trail) not in passing:
                    passing.add((name, trail))
                    pairs.append((right, right))
                continue
            if need not in row:
                left = self.outside[need]
                cost += OUTWARD * (row[name] if left < 0 else self.rows - 1 - row[name])
            else:
                left = row[need]
                climb = abs(row[name] - left)
                if not trail:
                    cost += INWARD * climb
                else:
                    cost += self._blocked(need, name)
                    if (need, row[name]) not in climbed:  # a run leaves the row of its prerequisite only once
                        climbed.add((need, row[name]))
                        cost += climb + BEND * (climb > 0)
            pairs.append((left, right))
        for name in self.at.get(gap, ()):
            for right in self.leaves[name]:
                cost += OUTWARD * (row[name] if right < 0 else self.rows - 1 - row[name])
                pairs.append((row[name], right))
        self.effort -= len(pairs)
        return cost + CROSSING * _inversions(pairs)

    def _blocked(self, need: str, name: str) -> float:
        """Returns the cost of what blocks a line along the row of its station."""
        passing = 0.0
        for column in range(self.column[need] + 1, self.column[name]):
            for other in self.at.get(column, ()):
                if self.row[other] == self.row[name]:
                    if need not in self.leaders[other]:
                        return BLOCKED
                    passing += PASSING_BUSY if self.graph.opens[other] else PASSING
        return passing


def _inversions(pairs: list[tuple[float, float]]) -> int:
    """Returns the number of inversions: two pairs that are ordered differently by their first and second numbers."""
    pairs.sort()
    seen: list[float] = []
    found = 0
    for _, second in pairs:
        at = bisect_right(seen, second)
        found += len(seen) - at
        seen.insert(at, second)
    return found
