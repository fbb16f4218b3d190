"""What a learner did and changed, by day, latest first. Every page costs the same: it starts after a day, or after the row of
a cursor, instead of skipping the rows before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value

from accounts.models import User
from guidance.catalog.models import Kind, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.progress.models import Assessment, Goal, QuickCheck

MAX_ID = 2**63 - 1  # largest id in the database


class Cursor(NamedTuple):
    """A row's date and id, as in `?before=2026-11-25_17`."""

    on: date
    pk: int

    @classmethod
    def read(cls, text: str) -> Self:
        """Parses a cursor. Raises ValueError."""
        on, _sign, pk = text.partition("_")
        cursor = cls(date.fromisoformat(on), int(pk))
        if not 0 <= cursor.pk <= MAX_ID:
            raise ValueError(text)
        return cursor

    def __str__(self) -> str:
        return f"{self.on.isoformat()}_{self.pk}"

    def before[M: QuerySet[Any]](self, rows: M) -> M:
        """Returns the rows that come after the cursor in a list sorted by `-on`, `-id`."""
        return rows.filter(Q(on__lt=self.on) | Q(pk__lt=self.pk), on__lte=self.on)


DAYS = 30  # days with entries per page


@dataclass(frozen=True, slots=True)
class StudiedEntry:
    skill_id: int | None
    resource_id: int | None  # only if there is no skill
    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class DoneEntry:
    """Something that the learner did: evidence added for a skill, a ticked unit or resource, or work on a project as last
    saved."""

    kind: str
    record_id: int
    name: str
    lines: int  # ticked lines of the project's checklist
    unit: str  # its text when it was ticked; empty for anything else
    unit_type: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """A check or a review, on the day on which it was finished."""

    skill_id: int
    name: str
    level: int
    is_review: bool
    passed: bool
    right: int
    of: int
    at: datetime


@dataclass(slots=True)
class HistoryDay:
    on: date
    studied: list[StudiedEntry] = field(default_factory=list)
    assessments: list[Assessment] = field(default_factory=list)  # with `skill` and `project`
    goals: list[Goal] = field(default_factory=list)  # with `role`, `industry` and `ad`
    done: list[DoneEntry] = field(default_factory=list)
    checks: list[CheckEntry] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.studied)


@dataclass(frozen=True, slots=True)
class HistoryPage:
    days: list[HistoryDay]
    older: date | None  # `before` of the next page; None on the last page
    latest: frozenset[int]  # ids of the assessments in `days` that `services.undo_assessment` can undo


def page(learner: User, *, snapshot: Snapshot, before: date | None = None, days: int = DAYS) -> HistoryPage:
    """Returns a page of the history, with at most seven queries."""
    dates = _dates(learner, before, days + 1)
    more = len(dates) > days
    dates = dates[:days]
    if not dates:
        return HistoryPage([], None, frozenset())
    by_day = {on: HistoryDay(on) for on in dates}
    last, first = dates[0], dates[-1]
    sessions = learner.studysessions.filter(on__range=(first, last))
    names = ("skill_id", "skill__name", "resource_id", "resource__name")
    studied: dict[tuple[date, int | None, int | None], StudiedEntry] = {}
    for row in sessions.values("on", *names).annotate(total=Sum("minutes")).order_by(*names):
        resource_id = None if row["skill_id"] else row["resource_id"]
        key = row["on"], row["skill_id"], resource_id
        minutes = row["total"] + (studied[key].minutes if key in studied else 0)
        name = row["skill__name"] or row["resource__name"]
        studied[key] = StudiedEntry(row["skill_id"], resource_id, name, minutes)
    for (day, _skill, _resource), entry in sorted(studied.items(), key=lambda item: -item[1].minutes):
        by_day[day].studied.append(entry)
    # Copies made by a split are not actions of the learner.
    assessments = (
        learner.assessments.filter(on__range=(first, last), is_copy=False)
        .select_related("skill", "project")
        .order_by("-id")
    )
    for assessment in assessments:
        by_day[assessment.on].assessments.append(assessment)
    for goal in learner.goals.filter(on__range=(first, last)).select_related("role", "industry", "ad").order_by("-id"):
        by_day[goal.on].goals.append(goal)
    for on, done in _done(learner, first, last):
        by_day[on].done.append(done)
    for on, check in _checks(learner, first, last):
        by_day[on].checks.append(check)
    skills = {assessment.skill_id for assessment in assessments}
    return HistoryPage(list(by_day.values()), dates[-1] if more else None, _latest(learner, skills, snapshot))


def _checks(learner: User, first: date, last: date) -> Iterator[tuple[date, CheckEntry]]:
    """Yields finished checks, latest first. Unfinished ones have no `finished_on`."""
    right = Count("answers", filter=Q(answers__right=True))
    rows = learner.quickchecks.filter(finished_on__range=(first, last)).annotate(right=right, of=Count("answers"))
    names = ("finished_on", "purpose", "skill_id", "skill__name", "level", "passed", "right", "of", "finished_at")
    for on, purpose, skill_id, name, level, passed, *more in rows.order_by("-finished_at", "-id").values_list(*names):
        yield on, CheckEntry(skill_id, name, level, purpose == QuickCheck.Purpose.REVIEW, bool(passed), *more)


def _done(learner: User, first: date, last: date) -> Iterator[tuple[date, DoneEntry]]:
    """Yields what was done, latest first. A project appears only on the day of its last save."""
    none, no = Value(""), Value(0)
    tables: tuple[tuple[QuerySet[Any], str, str, str, tuple[Any, Any, Any]], ...] = (
        (learner.evidences.all(), Kind.SKILL, "skill", "at", (no, none, none)),
        (learner.unitticks.all(), Kind.SKILL, "skill", "at", (no, F("text"), F("type"))),
        (learner.resourcestates.all(), Kind.RESOURCE, "resource", "done_at", (no, none, none)),
        (learner.projectworks.all(), Kind.PROJECT, "project", "updated_at", (F("ticked__len"), none, none)),
    )
    rows, *others = (
        table.filter(on__range=(first, last))
        .order_by()
        .annotate(
            record_kind=Value(str(kind)), record=F(f"{record}_id"), record_name=F(f"{record}__name"), when=F(when)
        )
        .annotate(lines=lines, unit=unit, unit_type=unit_type)
        .values_list("on", "record_kind", "record", "record_name", "lines", "unit", "unit_type", "when")
        for table, kind, record, when, (lines, unit, unit_type) in tables
    )
    for on, kind, record_id, name, *more in rows.union(*others, all=True).order_by("-when", "record"):
        yield on, DoneEntry(kind, record_id, name, *more)


def _latest(learner: User, skills: set[int], snapshot: Snapshot) -> frozenset[int]:
    """Returns the latest assessment of each of these skills that was not undone; merged skills count as one."""
    merged: dict[int, str | int] = {}  # {id of a skill: key shared by all skills merged with it}
    for skill in skills:
        slug = snapshot.slugs.get((Kind.SKILL, skill))
        merged |= dict.fromkeys(snapshot.ids[Kind.SKILL, slug], slug) if slug else {skill: skill}
    undone = Exists(Assessment.objects.filter(undoes=OuterRef("pk")))
    state = Assessment.objects.filter(~undone, learner=learner, skill=OuterRef("pk"), undoes__isnull=True)
    # One index lookup per skill, however often it was assessed.
    last = Subquery(state.order_by("-id").values("id")[:1])
    latest: dict[str | int, int] = {}
    for skill, assessment in Skill.objects.filter(pk__in=merged).order_by().values_list("pk", last):
        if assessment is not None:
            latest[merged[skill]] = max(assessment, latest.get(merged[skill], 0))
    return frozenset(latest.values())


def _dates(learner: User, before: date | None, count: int) -> list[date]:
    """Returns the latest days that have entries. Each table is limited separately, so that an index can be used."""
    tables = (
        learner.studydays,
        learner.assessments,
        learner.goals,
        learner.evidences,
        learner.unitticks,
        learner.resourcestates,
        learner.projectworks,
    )
    rows = [table.order_by("-on").values_list("on", flat=True).distinct() for table in tables]
    checks = learner.quickchecks.filter(finished_on__isnull=False).order_by("-finished_on")
    finished = checks.values_list("finished_on", flat=True).distinct()
    if before is not None:
        rows, finished = [row.filter(on__lt=before) for row in rows], finished.filter(finished_on__lt=before)
    first, *others = (row[:count] for row in rows)
    return list(first.union(*others, finished[:count]).order_by("-on")[:count])
