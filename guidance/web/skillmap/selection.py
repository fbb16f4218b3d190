"""Which part of the catalogue a map shows: everything, one area with its neighbours, or the route to a role. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from guidance.catalog import graph
from guidance.catalog.kinds import Area, Industry, Role, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.web.skillmap.graph import MapGraph


@dataclass(frozen=True)
class MapSelection:
    """What one map shows. With an area, `entries` are its prerequisites from other areas, and `exits` the areas to whose skills
    it leads, with the number of those skills."""

    skills: Mapping[str, Skill]  # by slug: areas in their order, prerequisites before what needs them
    area: Area | None
    entries: Mapping[str, Skill]
    exits: Mapping[str, tuple[Area, int]]  # by the slug of the area
    graph: MapGraph

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """Returns the areas of the selected skills, by slug."""
        return {skill.area.slug: skill.area for skill in self.skills.values()}

    @cached_property
    def by_area(self) -> Mapping[Area, tuple[Skill, ...]]:
        found: dict[Area, tuple[Skill, ...]] = {}
        for skill in self.skills.values():
            found[skill.area] = (*found.get(skill.area, ()), skill)
        return found


def map_selection(
    snapshot: Snapshot, area: Area | None = None, role: Role | None = None, industry: Industry | None = None
) -> MapSelection:
    """Returns all skills; with a role, what it requires with all prerequisites, and what the industry emphasises; with an area,
    only those of these skills that are in the area."""
    slugs: Collection[str] = snapshot.skills
    if role is not None:
        slugs = graph.ancestors(snapshot.graph, role.skills) | (industry.emphases.keys() if industry else set())
    return _of_area(snapshot, slugs, area) if area else _whole(snapshot, slugs)


def _chosen(snapshot: Snapshot, slugs: Collection[str]) -> dict[str, Skill]:
    areas = {slug: number for number, slug in enumerate(snapshot.areas)}
    return {
        skill.slug: skill
        for skill in sorted(
            (snapshot.skills[slug] for slug in slugs),
            key=lambda skill: (areas[skill.area.slug], snapshot.layers[skill.slug], skill.name.casefold(), skill.slug),
        )
    }


def _whole(snapshot: Snapshot, slugs: Collection[str]) -> MapSelection:
    skills = _chosen(snapshot, slugs)
    map_graph = MapGraph(
        needs={slug: tuple(need for need in skill.prerequisites if need in skills) for slug, skill in skills.items()},
        band={slug: skill.area.slug for slug, skill in skills.items()},
        bands=tuple(snapshot.areas),
    )
    return MapSelection(skills, None, {}, {}, map_graph)


def _of_area(snapshot: Snapshot, slugs: Collection[str], area: Area) -> MapSelection:
    skills = _chosen(snapshot, [slug for slug in slugs if snapshot.skills[slug].area.slug == area.slug])
    needs = {slug: tuple(need for need in skill.prerequisites if need in slugs) for slug, skill in skills.items()}
    entries = _chosen(snapshot, {need for found in needs.values() for need in found if need not in skills})
    opened: dict[str, set[str]] = {}  # by area, the skills in it to which the selection leads
    openers: dict[str, set[str]] = {}  # by area, the skills that lead there
    for slug in skills:
        for other in snapshot.unlocks[slug]:
            if other in slugs and other not in skills:
                opened.setdefault(snapshot.skills[other].area.slug, set()).add(other)
                openers.setdefault(snapshot.skills[other].area.slug, set()).add(slug)
    exits = {slug: (other, len(opened[slug])) for slug, other in snapshot.areas.items() if slug in opened}
    needs |= dict.fromkeys(entries, ()) | {exit_of(slug): tuple(sorted(openers[slug])) for slug in exits}
    map_graph = MapGraph(
        needs=needs,
        band=dict.fromkeys(needs, area.slug),
        bands=(area.slug,),
        entries=frozenset(entries),
        exits=frozenset(map(exit_of, exits)),
    )
    return MapSelection(skills, area, entries, exits, map_graph)


def exit_of(area: str) -> str:
    """Returns the name of the station that leads to an area; it contains a space, which no slug does."""
    return f"to {area}"
