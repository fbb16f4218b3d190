"""What a map shows: stations, their prerequisites, and the bands that they are in. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class MapGraph:
    """`needs` is acyclic and contains only stations of the map. A map with entries or exits has one band."""

    needs: Mapping[str, Sequence[str]]  # of each station, its prerequisites
    band: Mapping[str, str]  # of each station
    bands: Sequence[str]  # all of them, in their initial order
    entries: frozenset[str] = frozenset()  # stations at the left edge, from other areas; they have no prerequisites
    exits: frozenset[str] = frozenset()  # stations at the right edge, to other areas; nothing needs them

    @cached_property
    def opens(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {station: [] for station in sorted(self.needs)}
        for station in found:
            for need in self.needs[station]:
                found[need].append(station)
        return found

    @cached_property
    def edges(self) -> Sequence[tuple[str, str]]:
        """Returns (from, to), sorted."""
        return sorted((need, station) for station, needs in self.needs.items() for need in needs)

    @cached_property
    def trails(self) -> frozenset[tuple[str, str]]:
        """Returns the edges within a band, except those of entries and exits; the other edges are links."""
        edge = self.entries | self.exits
        return frozenset(
            (need, station)
            for need, station in self.edges
            if self.band[need] == self.band[station] and need not in edge and station not in edge
        )

    @cached_property
    def leaders(self) -> Mapping[str, Sequence[str]]:
        """Returns, for each station, the stations from which a trail leads to it."""
        return {
            station: sorted(need for need in needs if (need, station) in self.trails)
            for station, needs in self.needs.items()
        }
