"""Study sessions as the pages list them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Resource, Skill, Snapshot
from guidance.progress.models import StudySession

FIELDS = ("pk", "on", "minutes", "skill_id", "skill__name", "resource_id", "resource__name")


@dataclass(frozen=True, slots=True)
class Session:
    pk: int
    on: date
    minutes: int
    skill: Skill | None  # None if it was on a resource alone, or the skill is retired
    resource: Resource | None
    name: str  # of what was studied, published or not

    @property
    def hours(self) -> float:
        return self.minutes / 60


def sessions(rows: QuerySet[StudySession], snapshot: Snapshot) -> Iterator[Session]:
    """In one query, whatever they are of."""
    for pk, on, minutes, skill_id, skill_name, resource_id, resource_name in rows.values_list(*FIELDS):
        skill = snapshot.skills.get(snapshot.slugs.get((Kind.SKILL, skill_id), ""))
        resource = snapshot.resources.get(snapshot.slugs.get((Kind.RESOURCE, resource_id), ""))
        name = skill.name if skill else skill_name or (resource.name if resource else resource_name)
        yield Session(pk, on, minutes, skill, resource, name)
