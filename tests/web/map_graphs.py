"""Graphs for the trail map: made-up ones, and that of the catalogue."""

import random
from collections.abc import Mapping, Sequence
from functools import cache

import yaml
from hypothesis import strategies as st

from guidance.catalog.graph import ancestors
from guidance.web.skillmap.graph import MapGraph
from tests.progress.givens import CONTENT, catalogue

NAMES = [f"{letter}{number}" for number in range(4) for letter in "hgfedcba"]


@st.composite
def map_graphs(draw, most: int = 22) -> MapGraph:
    """Acyclic graphs with up to four bands; some with a single band have entries and exits at the edge."""
    names = draw(st.permutations(NAMES))[: draw(st.integers(1, most))]
    needs = {
        name: draw(st.lists(st.sampled_from(names[:at]), max_size=3, unique=True)) if at else []
        for at, name in enumerate(names)
    }
    edges = draw(st.booleans())
    bands = draw(st.permutations(["one", "two", "three", "four"]))[: 1 if edges else draw(st.integers(1, 4))]
    band = {name: draw(st.sampled_from(bands)) for name in names}
    opened = {need for found in needs.values() for need in found}
    entries = {name for name in names if edges and not needs[name] and name in opened and draw(st.booleans())}
    exits = {name for name in names if edges and name not in opened and needs[name] and draw(st.booleans())}
    # Stations at the edge lead into the map or out of it, never past it.
    exits = {name for name in exits if not set(needs[name]) & entries}
    return MapGraph(needs, band, bands, frozenset(entries), frozenset(exits))


def made_up(seed: int, size: int = 60) -> MapGraph:
    """A graph like that of a catalogue: most needs are in the same band, and few stations are needed by many others."""
    rng = random.Random(seed)
    names = [f"s{number:02}" for number in range(size)]
    bands = ["one", "two", "three", "four", "five"]
    band = {name: rng.choice(bands) for name in names}
    needs = {}
    for at, name in enumerate(names):
        near = [other for other in names[:at] if band[other] == band[name]]
        chosen = {near[int(len(near) * rng.random() ** 2)]} if near else set()
        if at and rng.random() < 0.5:
            chosen.add(names[int(at * rng.random() ** 3)])
        needs[name] = sorted(chosen)
    return MapGraph(needs, band, bands)


@cache
def areas() -> dict[str, str]:
    """The area of each skill of the pack."""
    return {
        path.stem: yaml.load(path.read_text().split("---\n")[1], Loader=yaml.CSafeLoader)["area"]
        for path in sorted((CONTENT / "skills").glob("*.md"))
    }


def of_pack(role: str = "") -> MapGraph:
    """The graph of the whole catalogue, or of the path to a role."""
    graph = catalogue().graph
    wanted = ancestors(graph, catalogue().roles[role]) if role else graph
    needs = {skill: [need for need in graph[skill] if need in wanted] for skill in wanted}
    return MapGraph(needs, {skill: areas()[skill] for skill in wanted}, sorted(set(areas().values())))


def shuffled(map_graph: MapGraph) -> MapGraph:
    """The same graph, with its mappings in another order."""

    def turned[V](mapping: Mapping[str, V]) -> dict[str, V]:
        return dict(reversed(list(mapping.items())))

    needs: dict[str, Sequence[str]] = {name: list(reversed(needs)) for name, needs in turned(map_graph.needs).items()}
    return MapGraph(needs, turned(map_graph.band), map_graph.bands, map_graph.entries, map_graph.exits)
