"""Splits a skill for its learners: their work on the part that moves belongs to the new skill from then on.

Each moved row records where it came from (`split_from`); levels that count for both skills are copied. So a split can be undone
row by row, and what learners did since then stays where it is. Everything happens in the caller's transaction, for all learners
or none, in batches of a thousand learners with a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from guidance.progress.models import Assessment, Evidence, LearnerSkill, StudySession, UnitTick
from guidance.progress.services.base import lock_and_bump_all
from guidance.progress.services.levels import summed
from guidance.progress.services.reviews import finished_reviews

BATCH = 1_000  # learners
STAYS, GOES, BOTH = "stays", "goes", "both"
EVENTS: Sequence[type[Model]] = (Assessment, StudySession, Evidence, UnitTick)


@dataclass(frozen=True, slots=True)
class SplitHistory:
    """Where learners' events go when a skill is split. Ticked units and the time logged with them always follow the units."""

    levels: str = BOTH  # or STAYS or GOES
    sessions: str = STAYS  # or GOES
    evidence: str = STAYS  # or GOES


@transaction.atomic
def split_history(sources: Collection[int], new: int, history: SplitHistory, units: Collection[tuple[int, str]]) -> int:
    """Gives the skill `new` its part of the learners' events on `sources`: the skill that is split and those merged into it.
    `units` are the level and id of the units that move. Returns the number of learners."""
    learners = _learners_of(model._default_manager.filter(skill__in=sources) for model in EVENTS)
    for batch in batched(learners, BATCH):
        lock_and_bump_all(batch)
        _move_units(batch, sources, new, units)
        if history.sessions == GOES:
            of_a_unit = Exists(UnitTick.objects.filter(session=OuterRef("pk")))
            _move(StudySession.objects.filter(~of_a_unit, learner__in=batch, skill__in=sources), new)
        if history.evidence == GOES:
            _move(Evidence.objects.filter(learner__in=batch, skill__in=sources), new)
        if history.levels == GOES:
            _move(Assessment.objects.filter(learner__in=batch, skill__in=sources), new)
        elif history.levels == BOTH:
            _copy_levels(batch, sources, new)
        _recount_all(batch, sources, new)
    return len(learners)


@transaction.atomic
def split_late_units(sources: Collection[int], new: int, units: Collection[tuple[int, str]]) -> int:
    """Moves units that learners ticked while their process still had the catalogue from before the split. Safe to repeat.
    Returns the number of learners."""
    learners = _learners_of([_moving_ticks(sources, new, units)])
    for batch in batched(learners, BATCH):
        lock_and_bump_all(batch)
        _move_units(batch, sources, new, units)
        _recount_all(batch, sources, new)
    return len(learners)


@transaction.atomic
def rejoin_history(sources: Collection[int], new: int, history: SplitHistory) -> int:
    """Moves everything that a split moved to the new skill back to its original skill, and deletes the copies. Returns the number
    of learners."""
    moved = [model._default_manager.filter(skill=new, split_from__isnull=False) for model in EVENTS]
    learners = _learners_of(moved)
    there = UnitTick.objects.filter(
        learner=OuterRef("learner"), skill=OuterRef("split_from"), level=OuterRef("level"), key=OuterRef("key")
    )
    for batch in batched(learners, BATCH):
        lock_and_bump_all(batch)
        Assessment.objects.filter(learner__in=batch, skill=new, is_copy=True).delete()
        for rows in moved:
            own = rows.filter(learner__in=batch)
            if rows.model is UnitTick:
                own = own.filter(~Exists(there))  # otherwise the unit would be ticked twice
            own.update(skill=F("split_from"), split_from=None)
        _recount_all(batch, sources, new, apart=history.levels == GOES)
    return len(learners)


def _learners_of(tables: Iterable[QuerySet[Any]]) -> list[int]:
    first, *others = (rows.order_by().values_list("learner", flat=True).distinct() for rows in tables)
    return sorted(first.union(*others).order_by() if others else first)


def _move(rows: QuerySet[Any], new: int) -> None:
    rows.update(split_from=F("skill"), skill=new)


def _ticks(sources: Collection[int], units: Collection[tuple[int, str]]) -> QuerySet[UnitTick]:
    """Returns the ticks of these units."""
    if not units:
        return UnitTick.objects.none()
    by_level: defaultdict[int, list[str]] = defaultdict(list)
    for level, key in units:
        by_level[level].append(key)
    wanted = Q()
    for level, keys in by_level.items():
        wanted |= Q(level=level, key__in=keys)
    return UnitTick.objects.filter(wanted, skill__in=sources)


def _moving_ticks(sources: Collection[int], new: int, units: Collection[tuple[int, str]]) -> QuerySet[UnitTick]:
    """Returns the ticks to move. If the same unit is ticked for a merged skill and for the skill it was merged into, only one
    tick moves."""
    same = UnitTick.objects.filter(learner=OuterRef("learner"), level=OuterRef("level"), key=OuterRef("key"))
    doubled = Exists(same.filter(Q(skill=new) | Q(skill__in=sources, pk__lt=OuterRef("pk"))))
    return _ticks(sources, units).filter(~doubled)


def _move_units(
    learners: Collection[int], sources: Collection[int], new: int, units: Collection[tuple[int, str]]
) -> None:
    ticks = _moving_ticks(sources, new, units).filter(learner__in=learners)
    logged = [session for session in ticks.values_list("session", flat=True) if session is not None]
    _move(StudySession.objects.filter(pk__in=logged, skill__in=sources), new)
    _move(ticks, new)


def _copy_levels(learners: Collection[int], sources: Collection[int], new: int) -> None:
    """Copies the assessments that were not undone, in order, so that the learner can undo the last one of the new skill
    too."""
    with connection.cursor() as cursor:
        cursor.execute(_COPY, {"learners": list(learners), "sources": list(sources), "new": new})


# One statement, because most rows of a split are copies.
_COPY = """
INSERT INTO progress_assessment
    (learner_id, skill_id, level, kind, up_to, project_id, at, "on", event_id, split_from_id, is_copy)
SELECT learner_id, %(new)s, level, kind, up_to, project_id, at, "on", gen_random_uuid(), skill_id, TRUE
FROM progress_assessment AS original
WHERE learner_id = ANY(%(learners)s) AND skill_id = ANY(%(sources)s) AND undoes_id IS NULL
    AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = original.id)
ORDER BY id
"""


type Place = tuple[int, int]  # learner and skill


def _recount_all(learners: Collection[int], sources: Collection[int], new: int, *, apart: bool = False) -> None:
    """Recomputes the `LearnerSkill` rows of these learners. A row whose skill has no more events becomes the row of the other
    skill, so that undoing a split restores the same row. With `apart`, each of the merged skills gets its own row again."""
    skills = [*sources, new]
    events = _Events.of(learners, skills)
    stored: defaultdict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in LearnerSkill.objects.filter(learner__in=learners, skill__in=skills).values("learner", "skill", *_SUMS):
        stored[row.pop("learner")][row.pop("skill")] = row
    rows, gone, renamed = list[LearnerSkill](), list[Place](), defaultdict[tuple[int, int], list[int]](list)
    for learner in learners:
        there = stored[learner]
        sums = dict(events.sums(learner, _groups(there, sources, new, apart=apart)))
        emptied = sorted(there.keys() - sums.keys())
        for skill in sorted(sums.keys() - there.keys()):
            if emptied:
                renamed[emptied.pop(), skill].append(learner)
        gone += [(learner, skill) for skill in emptied]
        rows += [
            LearnerSkill(learner_id=learner, skill_id=skill, **columns)
            for skill, columns in sums.items()
            if there.get(skill) != columns
        ]
    for (old, skill), whose in renamed.items():
        LearnerSkill.objects.filter(learner__in=whose, skill=old).update(skill=skill)
    for skill in {skill for _learner, skill in gone}:
        whose = [learner for learner, left in gone if left == skill]
        LearnerSkill.objects.filter(learner__in=whose, skill=skill).delete()
    LearnerSkill.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["learner", "skill"], update_fields=_SUMS
    )


_SUMS = [field.name for field in LearnerSkill._meta.fields if field.name not in ("id", "learner", "skill")]


def _groups(
    stored: Collection[int], sources: Collection[int], new: int, *, apart: bool
) -> list[tuple[int, Collection[int]]]:
    """Returns each skill that gets a row, with the skills whose history the row sums up. Merged skills share a row if they
    were recomputed since the merge; otherwise each has its own."""
    there = [skill for skill in sources if skill in stored]
    together = [(there[0], sources)] if len(there) == 1 and not apart else [(skill, [skill]) for skill in sources]
    return [*together, (new, [new])]


@dataclass(frozen=True, slots=True)
class _Events:
    """Learners' events on skills, in order."""

    assessments: Mapping[Place, list[Assessment]]
    sessions: Mapping[Place, list[Any]]
    reviews: Mapping[Place, list[Any]]

    @classmethod
    def of(cls, learners: Collection[int], skills: Collection[int]) -> "_Events":
        """Reads the events of learners on skills, with three statements."""
        own = {"learner__in": learners, "skill__in": skills}
        assessments: defaultdict[Place, list[Assessment]] = defaultdict(list)
        for row in Assessment.objects.filter(**own, undoes__isnull=True, undone_by__isnull=True).order_by("id"):
            assessments[row.learner_id, row.skill_id].append(row)
        sessions = StudySession.objects.filter(**own).order_by()
        return cls(
            assessments,
            _by_place(sessions.values_list("learner_id", "skill_id", "at", "on", "minutes")),
            _by_place(
                finished_reviews()
                .filter(**own)
                .values_list("learner_id", "skill_id", "passed", "finished_at", "finished_on")
            ),
        )

    def sums(self, learner: int, groups: Iterable[tuple[int, Collection[int]]]) -> Iterator[tuple[int, dict[str, Any]]]:
        for skill, parts in groups:
            places = [(learner, part) for part in parts]
            in_force = sorted(
                (row for place in places for row in self.assessments.get(place, ())), key=lambda row: row.pk
            )
            sessions = [row for place in places for row in self.sessions.get(place, ())]
            reviews = sorted((row for place in places for row in self.reviews.get(place, ())), key=lambda row: row[1])
            if (columns := summed(in_force, sessions, reviews)) is not None:
                yield skill, columns


def _by_place(rows: Iterable[tuple[Any, ...]]) -> Mapping[Place, list[Any]]:
    found: defaultdict[Place, list[Any]] = defaultdict(list)
    for learner, skill, *values in rows:
        found[learner, skill].append(tuple(values))
    return found
