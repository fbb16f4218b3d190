"""How many learners something in the catalogue concerns, so that a curator knows before changing it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from guidance.catalog import graph
from guidance.catalog.models import Kind
from guidance.progress.models import (
    Assessment,
    Evidence,
    Goal,
    LearnerSkill,
    Note,
    PlanOverride,
    ProjectWork,
    ResourceState,
    StudySession,
    UnitTick,
)


@dataclass(frozen=True, slots=True)
class Reach:
    rows: Sequence[tuple[str, int]]  # what, and how many learners


def of(kind: str, ids: Collection[int], others: Collection[int] = (), *, roles: Iterable[str] = ()) -> Reach:
    """Learners with something on the records `ids`, counted by what it is; of levels also those who have one on `others` too.
    `roles` are slugs of those with whose plans the records have to do. What nobody has is left out."""
    latest = Goal.objects.filter(pk__in=Goal.objects.order_by("learner", "-id").distinct("learner").values("pk"))
    rows: list[tuple[str, int]] = []
    match kind:
        case Kind.SKILL:
            known = LearnerSkill.objects.filter(level__gt=0)
            levels = known.filter(skill__in=ids)
            both = levels.filter(learner__in=known.filter(skill__in=others).values("learner")) if others else None
            rows = [
                (_("a level"), _learners(levels)),
                (_("a level on both"), _learners(both) if both is not None else 0),
                (_("study sessions"), _count(StudySession, "skill", ids)),
                (_("ticked units"), _count(UnitTick, "skill", ids)),
                (_("evidence"), _count(Evidence, "skill", ids)),
                (_("a note"), _count(Note, "skill", ids)),
                (_("it put first, off or aside in the plan"), _count(PlanOverride, "skill", ids)),
                (_("a goal whose plan may lead over it"), latest.filter(role__slug__in=list(roles)).count()),
            ]
        case Kind.ROLE:
            rows = [(_("it as their goal"), latest.filter(role__in=ids).count())]
        case Kind.INDUSTRY:
            rows = [(_("it in their goal"), latest.filter(industry__in=ids).count())]
        case Kind.RESOURCE:
            rows = [
                (_("ticked it"), _count(ResourceState, "resource", ids)),
                (_("study sessions"), _count(StudySession, "resource", ids)),
            ]
        case Kind.PROJECT:
            rows = [
                (_("work on it"), _count(ProjectWork, "project", ids)),
                (_("levels shown by it"), _count(Assessment, "project", ids)),
                (_("evidence from it"), _count(Evidence, "project", ids)),
            ]
    return Reach([row for row in rows if row[1]])


def roles_on_the_way(skill: str, needs: graph.Graph, roles: Mapping[str, Iterable[str]]) -> list[str]:
    """The roles of whose requirements it is one, or that something they require rests on."""
    return [slug for slug, wanted in roles.items() if skill in graph.ancestors(needs, wanted)]


def _count(model: type[Model], relation: str, ids: Collection[int]) -> int:
    return _learners(model._default_manager.filter(**{f"{relation}__in": ids}))


def _learners(rows: QuerySet[Any]) -> int:
    return rows.order_by().values("learner").distinct().count()
