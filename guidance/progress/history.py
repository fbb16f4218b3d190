"""What a learner did and changed, by day, latest first. A page of it costs the same at any depth: it begins below a day."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Sum

from accounts.models import User
from guidance.progress.models import Assessment, Evidence, Goal

DAYS = 30  # with something on them, of one page


@dataclass(frozen=True, slots=True)
class Studied:
    skill_id: int | None
    resource_id: int | None  # only where no skill is named
    name: str
    minutes: int


@dataclass(slots=True)
class Day:
    on: date
    studied: list[Studied] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)  # with `skill`, `project` and `superseded`
    goals: list[Goal] = field(default_factory=list)  # with `role` and `industry`
    evidence: list[Evidence] = field(default_factory=list)  # with `skill`

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.studied)


@dataclass(frozen=True, slots=True)
class Page:
    days: list[Day]
    older: date | None  # ask for the days before this one; None when there are none


def page(learner: User, *, before: date | None = None, days: int = DAYS) -> Page:
    """Five queries."""
    dates = _dates(learner, before, days + 1)
    more = len(dates) > days
    dates = dates[:days]
    if not dates:
        return Page([], None)
    found = {on: Day(on) for on in dates}
    last, first = dates[0], dates[-1]
    sessions = learner.studysessions.filter(on__range=(first, last)).order_by("on")
    names = ("skill_id", "skill__name", "resource_id", "resource__name")
    studied: dict[tuple[date, int | None, int | None], Studied] = {}
    for row in sessions.values("on", *names).annotate(total=Sum("minutes")).order_by("on", F("total").desc(), *names):
        resource_id = None if row["skill_id"] else row["resource_id"]
        key = row["on"], row["skill_id"], resource_id
        minutes = row["total"] + (studied[key].minutes if key in studied else 0)
        name = row["skill__name"] or row["resource__name"]
        studied[key] = Studied(row["skill_id"], resource_id, name, minutes)
    for (day, _skill, _resource), entry in studied.items():
        found[day].studied.append(entry)
    later = Assessment.objects.filter(
        learner=learner, skill=OuterRef("skill"), pk__gt=OuterRef("pk"), undoes__isnull=True, undone_by__isnull=True
    )
    assessments = (
        learner.assessments.filter(on__range=(first, last))
        .select_related("skill", "project", "undone_by")
        .annotate(superseded=Exists(later))
        .order_by("-id")
    )
    for assessment in assessments:
        found[assessment.on].assessments.append(assessment)
    for goal in learner.goals.filter(on__range=(first, last)).select_related("role", "industry").order_by("-id"):
        found[goal.on].goals.append(goal)
    for item in learner.evidences.filter(on__range=(first, last)).select_related("skill").order_by("-id"):
        found[item.on].evidence.append(item)
    return Page(list(found.values()), dates[-1] if more else None)


def _dates(learner: User, before: date | None, count: int) -> list[date]:
    """The latest days with anything on them."""
    tables = (learner.studydays, learner.assessments, learner.goals, learner.evidences)
    rows = [table.order_by().values_list("on", flat=True) for table in tables]
    if before is not None:
        rows = [row.filter(on__lt=before) for row in rows]
    first, *others = rows
    return list(first.union(*others).order_by("-on")[:count])
