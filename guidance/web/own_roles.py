"""All roles as one learner sees them: the same levels, one readiness for each."""

from dataclasses import dataclass

from guidance.catalog.snapshot import Role
from guidance.progress import readiness as scores
from guidance.progress.curricula import curriculum
from guidance.progress.plan import Plan
from guidance.progress.readiness import Readiness
from guidance.progress.standing import Standing
from guidance.web import journeys


@dataclass(frozen=True, slots=True)
class OwnRole:
    role: Role
    readiness: Readiness
    hours: float  # left in the plan, projects included
    is_goal: bool

    @property
    def share(self) -> float:
        return self.readiness.readiness / 100


def own_roles(standing: Standing) -> tuple[OwnRole, ...]:
    """The readiest first; all by the emphases of one industry, that of the goal, so that roles can be compared."""
    return standing.keep("roles", lambda: _own_roles(standing))


def _own_roles(standing: Standing) -> tuple[OwnRole, ...]:
    found = [own_role(role, standing) for role in standing.snapshot.roles.values()]
    return tuple(sorted(found, key=lambda item: (-item.readiness.readiness, item.hours, item.role.slug)))


def own_role(role: Role, standing: Standing) -> OwnRole:
    return OwnRole(
        role=role,
        readiness=scores.readiness(
            curriculum(standing.snapshot, role, standing.industry).targets, standing.levels, standing.sources
        ),
        hours=_plan(role, standing).total_hours,
        is_goal=standing.goal is not None and standing.goal.role == role.slug,
    )


def _plan(role: Role, standing: Standing) -> Plan:
    """The learner's own for the goal, the usual one for every other role."""
    aim = standing.aim
    if aim is not None and aim.role.slug == role.slug:
        return aim.plan
    return journeys.plan(role, standing.industry, standing.snapshot, standing.levels, standing.logged)
