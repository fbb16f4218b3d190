"""A cache of the plausible learners of each goal. They are generated for the goal's first placement and stay until the catalogue
changes."""

from guidance.catalog import graph
from guidance.catalog.kinds import Industry, Role
from guidance.catalog.snapshot import Snapshot
from guidance.lru import Lru
from guidance.progress.learner_state import role_curriculum
from guidance.progress.placement import Population

MAX_GOALS = 6  # that a process caches: about 2 MB each

_populations = Lru[tuple[str, str | None], Population](MAX_GOALS)


def population_of(snapshot: Snapshot, role: Role, industry: Industry | None = None) -> Population:
    key = (role.slug, industry.slug if industry else None)
    curriculum, known = role_curriculum(snapshot, role, industry), _populations.get(key)
    if known is not None and known.curriculum is curriculum:
        return known
    backgrounds = {
        slug: graph.with_implied(snapshot.graph, point.levels) for slug, point in snapshot.starting_points.items()
    }
    areas = {slug: skill.area.slug for slug, skill in snapshot.skills.items()}
    return _populations.put(key, Population(curriculum, backgrounds, areas))
