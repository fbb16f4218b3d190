"""The learners affected by a change to the catalogue: counting them beforehand, and repairing their skills after an undo."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from guidance.catalog import graph, record_store
from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Kind, Redirect, Status
from guidance.curation.models import Operation
from guidance.progress import services
from guidance.progress.models import (
    Assessment,
    Evidence,
    Goal,
    LearnerSkill,
    Note,
    PlanOverride,
    ProjectWork,
    ResourceState,
    SavedAd,
    StudySession,
    UnitTick,
)

REPAIRED_FOR = timedelta(minutes=5)  # after an undo


@dataclass(frozen=True, slots=True)
class LearnerImpact:
    """How many learners have data on a record."""

    rows: Sequence[tuple[str, int]]  # the type of data, and the number of learners


def count_learners(
    kind: str, ids: Collection[int], others: Collection[int] = (), *, roles: Iterable[str] = ()
) -> LearnerImpact:
    """Counts learners who have a level, goal or plan entry on the records `ids`, by type; for levels, it also counts the
    learners who have a level on both `ids` and `others`. `roles`: slugs of the roles whose plans may contain the records. Types
    without learners are left out."""
    latest = Goal.objects.filter(pk__in=Goal.objects.order_by("learner", "-id").distinct("learner").values("pk"))
    rows: list[tuple[str, int]] = []
    match kind:
        case Kind.SKILL:
            known = LearnerSkill.objects.filter(level__gt=0)
            levels = known.filter(skill__in=ids)
            both = levels.filter(learner__in=known.filter(skill__in=others).values("learner")) if others else None
            rows = [
                (_("a level"), _learners(levels)),
                (_("a level in both"), _learners(both) if both is not None else 0),
                (_("study sessions"), _count(StudySession, "skill", ids)),
                (_("ticked units"), _count(UnitTick, "skill", ids)),
                (_("evidence"), _count(Evidence, "skill", ids)),
                (_("a note"), _count(Note, "skill", ids)),
                (_("it pinned, skipped or put off in the plan"), _count(PlanOverride, "skill", ids)),
                (
                    _("a saved job ad that names it"),
                    _learners(SavedAd.objects.filter(removed_at=None, skills__skill__in=ids)),
                ),
                (_("a goal whose plan may include it"), latest.filter(role__slug__in=list(roles)).count()),
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
    return LearnerImpact([row for row in rows if row[1]])


def roles_needing(skill: str, published: Iterable[Document]) -> list[str]:
    """Returns the roles that require this skill or a skill that builds on it."""
    documents = list(published)
    needs = {d.slug: d.data.get("prerequisites", {}) for d in documents if d.kind == Kind.SKILL}
    roles = {d.slug: d.data.get("requirements", {}) for d in documents if d.kind == Kind.ROLE}
    return [slug for slug, required in roles.items() if skill in graph.ancestors(needs, required)]


def _count(model: type[Model], relation: str, ids: Collection[int]) -> int:
    return _learners(model._default_manager.filter(**{f"{relation}__in": ids}))


def _learners(rows: QuerySet[Any]) -> int:
    return rows.order_by().values("learner").distinct().count()


@transaction.atomic
def repair_learner_skills(*, now: datetime) -> int:
    """Repeats the split of skills after merges that were just undone and splits that were just carried out, for learners who
    wrote in the second or two in which their process still had the previous catalogue. Safe to repeat. Returns the number of
    learners repaired."""
    record_store.lock()
    merges = Operation.objects.filter(
        what=Operation.OperationType.MERGE, kind=Kind.SKILL, undone_at__gt=now - REPAIRED_FOR
    )
    splits = Operation.objects.filter(
        what=Operation.OperationType.SPLIT, undone_at__isnull=True, at__gt=now - REPAIRED_FOR
    )
    published = dict(RECORD_MODELS[Kind.SKILL].objects.published().values_list("pk", "slug"))
    repaired = sum(split_merged(operation) for operation in merges if operation.record_id in published)
    for operation in splits:
        new = skill_split_off(operation)
        if published.get(operation.record_id) and new in published:
            sources = with_merged(operation.record_id)
            repaired += services.split_late_units(sources, new, units_that_went(operation))
    return repaired


def skill_split_off(operation: Operation) -> int:
    return next(  # type: ignore[no-any-return]
        item["record"] for item in operation.touched if (item["kind"], item["slugs"][1]) == (Kind.SKILL, operation.into)
    )


def history_of(operation: Operation) -> services.SplitHistory:
    return services.SplitHistory(*(operation.history[name] for name in ("levels", "sessions", "evidence")))


def units_that_went(operation: Operation) -> list[tuple[int, str]]:
    return [(level, key) for level, key in operation.history["units"]]


def split_merged(operation: Operation) -> int:
    if operation.what != Operation.OperationType.MERGE or operation.kind != Kind.SKILL:
        return 0
    into = next(
        item["record"]
        for item in operation.touched
        if item["kind"] == operation.kind and item["slugs"][0] == operation.into
    )
    return services.split_skills(with_merged(operation.record_id), with_merged(into))


def with_merged(skill: int) -> set[int]:
    """Returns the skill and all skills that were merged into it, directly or indirectly."""
    retired = RECORD_MODELS[Kind.SKILL].objects.filter(status=Status.RETIRED).values_list("slug", "pk")
    into = dict(Redirect.objects.filter(kind=Kind.SKILL).values_list("slug", "record_id"))
    parts: defaultdict[int, set[int]] = defaultdict(set)
    for slug, pk in retired:
        if slug in into:
            parts[into[slug]].add(pk)
    skills, waiting = {skill}, [skill]
    while waiting:
        new = parts[waiting.pop()] - skills
        skills |= new
        waiting += new
    return skills
