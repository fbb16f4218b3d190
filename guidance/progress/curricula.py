"""What a role asks for, alone or in an industry, as `path` takes it: worked out once per catalogue, for all learners."""

import threading

from guidance.catalog.kinds import Industry, Role
from guidance.catalog.snapshot import Snapshot
from guidance.progress.path import Curriculum, in_place, targets

_lock = threading.Lock()
_of: Snapshot | None = None  # whose curricula are known
_known: dict[tuple[str, str | None], Curriculum] = {}


def curriculum(snapshot: Snapshot, role: Role, industry: Industry | None = None) -> Curriculum:
    """Records of this snapshot."""
    global _of
    key = (role.slug, industry.slug if industry else None)
    with _lock:
        if _of is not snapshot:
            _of = snapshot
            _known.clear()
        known = _known.get(key)
    if known is None:
        known = _made(snapshot, role, industry)
        with _lock:
            if _of is snapshot:
                _known[key] = known
    return known


def _made(snapshot: Snapshot, role: Role, industry: Industry | None) -> Curriculum:
    return Curriculum(
        graph=snapshot.graph,
        targets=targets(
            role.requirements,
            role.choices,
            industry.requirements if industry else None,
            industry.weights if industry else None,
        ),
        milestones=tuple(
            snapshot.milestones[slug] for slug in in_place(role.milestones, industry.milestone if industry else None)
        ),
        apply_after=role.apply_after,
        projects=snapshot.projects,
        industry=industry.slug if industry else None,
        industry_skills=frozenset({**industry.requirements, **industry.emphases}) if industry else frozenset(),
        demand={slug: skill.demand for slug, skill in snapshot.skills.items() if skill.demand},
    )


def forget() -> None:
    """Know no curriculum any more."""
    global _of
    with _lock:
        _of = None
        _known.clear()
