"""How far a learner is with a project."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Project, Snapshot


@dataclass(frozen=True, slots=True)
class Work:
    ticked: frozenset[str]  # lines of the checklist as it is now
    url: str
    complete: bool
    updated_at: datetime | None  # None: nothing was saved yet


def work_on(learner: User, project: Project, snapshot: Snapshot) -> Work:
    """In one query; of merged projects each may have a part of it."""
    rows = learner.projectworks.filter(project__in=snapshot.ids[Kind.PROJECT, project.slug]).order_by("-updated_at")
    parts = list(rows.values_list("ticked", "url", "updated_at"))
    ticked = frozenset(project.checklist).intersection(line for lines, _url, _at in parts for line in lines)
    url = next((url for _lines, url, _at in parts if url), "")
    return Work(ticked, url, len(ticked) == len(project.checklist), parts[0][2] if parts else None)
