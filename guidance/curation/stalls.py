"""Where learners stall: how many start, finish, leave and skip each part of the catalogue, and how long it takes them.

A part is a level of a skill, a unit, a project or a question of a check. It has figures once `MIN_LEARNERS` learners have started
it, and a median time once that many have finished it with logged time. With fewer learners, nothing leaves the database; the
learners' identity never does.

- *Level.* Started: time is logged on the skill while the learner is one level below. Finished: they have the level now. The time is what
  they logged in between. Skipped: they skip the skill in their plan; that is not about a single level, so it is a row of its own.
- *Unit.* Started: the unit is ticked, or it is the one after the furthest ticked unit, or it is before that one. Skipped: a
  later one is ticked.
- *Project.* Started: an item is ticked, or there is a link. Finished: every item is ticked. No time is logged on projects.
- *Question.* Started: the learner was asked it in a check or a review. Finished: they answered. Left: the check still waits for the answer.

Left, for all of them: started, not finished, not skipped, and without activity on the skill or project for `LEFT_AFTER`; for a check, one
day. Data on a merged record counts for the one it was merged into.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from psycopg.errors import QueryCanceled

from guidance.catalog import text
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.curation.item_statistics import items_by_key, percent
from guidance.lru import Lru
from guidance.progress.units import text_of, title_of

log = structlog.get_logger(__name__)

MIN_LEARNERS = 10  # minimum number of learners for each figure
LEFT_AFTER = timedelta(days=30)
CHECK_LEFT_AFTER = timedelta(days=1)
MANY = 0.3  # if this share of the learners who start a part leave or skip it, the part is a finding
SLOW = 1.5  # multiple of the stated hours
SECONDS = 1.0  # maximum time of a statement while a page waits for it; a million sessions take five seconds
WORKER_SECONDS = 100.0
KEPT_SECONDS = 600.0  # for how long a process stores its results in memory
STORED, STORED_SECONDS = "stalls", 24 * 3600  # cache key of the worker's results, and for how long they are stored
STORED_AT = "stalls:at"  # cache key of the time of these results


class PartType(StrEnum):
    LEVEL = "level"
    UNIT = "unit"
    PROJECT = "project"
    ITEM = "item"


TITLES: dict[PartType, Promise] = {
    PartType.LEVEL: _("Levels of skills"),
    PartType.UNIT: _("Units"),
    PartType.PROJECT: _("Projects"),
    PartType.ITEM: _("Check questions"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record, before its learners are counted."""

    type: PartType
    kind: str
    slug: str
    name: str  # name of the record
    label: str  # label of the part
    stated: int = 0  # stated time in minutes; 0 if there is none


@dataclass(frozen=True, slots=True)
class Stall:
    """The figures of a part."""

    part: Part
    begun: int
    done: int
    left: int
    skipped: int
    minutes: int | None  # the median of those who finished it with logged time

    @property
    def lost(self) -> int:
        return self.left + self.skipped

    @property
    def done_percent(self) -> int:
        return percent(self.done / self.begun)

    @property
    def left_percent(self) -> int:
        return percent(self.left / self.begun)

    @property
    def skipped_percent(self) -> int:
        return percent(self.skipped / self.begun)

    @property
    def hours(self) -> str:
        return text.hours(self.minutes / 60) if self.minutes is not None else ""

    @property
    def stated_hours(self) -> str:
        return text.hours(self.part.stated / 60) if self.part.stated else ""

    @property
    def is_slow(self) -> bool:
        return self.minutes is not None and bool(self.part.stated) and self.minutes >= SLOW * self.part.stated

    @property
    def is_finding(self) -> bool:
        return self.lost >= MANY * self.begun or self.is_slow

    @property
    def help_rank(self) -> tuple[float, float]:
        """Returns the sort key, lowest where a change would help most: first by the number of learners lost, then by the total
        hours beyond those stated."""
        beyond = self.done * max(0, (self.minutes or 0) - self.part.stated) if self.part.stated else 0
        return -self.lost, -beyond

    def words(self) -> str:
        """Returns the problem with the part, in a sentence."""
        said = []
        if self.left:
            said.append(gettext("%(percent)d%% left") % {"percent": self.left_percent})
        if self.skipped:
            said.append(gettext("%(percent)d%% skipped it") % {"percent": self.skipped_percent})
        if self.is_slow:
            said.append(
                gettext("median time %(hours)s, stated %(stated)s") % {"hours": self.hours, "stated": self.stated_hours}
            )
        start = gettext("%(part)s. Of %(begun)d learners:") % {"part": self.part.label, "begun": self.begun}
        return f"{start} {'; '.join(said)}."


_found = Lru[str, list[Stall] | None](1, seconds=KEPT_SECONDS)


def forget() -> None:
    _found.clear()


def stalls(catalogue: Snapshot, *, now: datetime) -> list[Stall]:
    """Returns every part that enough learners have started, sorted by how much a change would help. The figures come from the
    worker or from six queries, at most every ten minutes. Returns nothing if there are too many rows to count and the worker has
    not counted yet."""
    return known_stalls(catalogue, now=now) or []


def known_stalls(catalogue: Snapshot, *, now: datetime) -> list[Stall] | None:
    """Returns the same as `stalls`; None if nothing has been calculated yet."""
    return _found.memoize(catalogue.key, lambda: _known_stalls(catalogue, now))


def _known_stalls(catalogue: Snapshot, now: datetime) -> list[Stall] | None:
    found: list[Stall] | None = cache.get(STORED)
    if found is None:
        try:
            found = _sorted_stalls(catalogue, now, SECONDS)
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            log.warning("stalls_wait_for_the_worker")
            return None
    return [stall for stall in found if stall.part.slug in catalogue.of_kind(stall.part.kind)]


def stored_at() -> datetime | None:
    """Returns when the worker last calculated the figures."""
    found: datetime | None = cache.get(STORED_AT)
    return found


def store(catalogue: Snapshot, *, now: datetime) -> int:
    """Calculates the figures for the pages. Returns the number of parts with figures."""
    found = _sorted_stalls(catalogue, now, WORKER_SECONDS)
    cache.set_many({STORED: found, STORED_AT: now}, STORED_SECONDS)
    return len(found)


def of_record(catalogue: Snapshot, kind: str, slug: str, *, now: datetime) -> list[Stall]:
    return [stall for stall in stalls(catalogue, now=now) if (stall.part.kind, stall.part.slug) == (kind, slug)]


def _sorted_stalls(catalogue: Snapshot, now: datetime, seconds: float) -> list[Stall]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds:g}s"])
        return sorted(_stalls(catalogue, now), key=lambda stall: stall.help_rank)


def _stalls(catalogue: Snapshot, now: datetime) -> Iterator[Stall]:
    left_before = (now - LEFT_AFTER).date()
    yield from _levels(catalogue, left_before)
    yield from _units(catalogue, left_before)
    yield from _projects(catalogue, now - LEFT_AFTER)
    yield from _items(catalogue, now - CHECK_LEFT_AFTER)


def _rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _columns(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Returns the columns for `unnest`, which takes one array for each."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _column in range(width)]


def _ids(catalogue: Snapshot, kind: str, slugs: Sequence[str]) -> list[list[Any]]:
    """Returns the ids of each record and of those merged into it, with its index in `slugs`."""
    return _columns([(pk, number) for number, slug in enumerate(slugs) for pk in catalogue.ids[kind, slug]], 2)


def _median(value: float | None, timed: int) -> int | None:
    return round(value) if value is not None and timed >= MIN_LEARNERS else None


# --- Levels

LEVELS = """
WITH ids (skill_id, number) AS (SELECT * FROM unnest(%s::bigint[], %s::int[])
), events AS (
  SELECT number, learner_id, at, 0 AS turn, level, NULL::int AS minutes FROM progress_assessment AS given JOIN ids USING (skill_id)
  WHERE undoes_id IS NULL AND NOT EXISTS (SELECT FROM progress_assessment AS undo WHERE undo.undoes_id = given.id)
  UNION ALL SELECT number, learner_id, at, 1, NULL, minutes FROM progress_studysession JOIN ids USING (skill_id)
), placed AS (
  SELECT number, learner_id, level, minutes,
    count(level) OVER (PARTITION BY number, learner_id ORDER BY at, turn) AS stretch FROM events
), stretches AS (
  SELECT number, learner_id, coalesce(max(level), 0) + 1 AS step, sum(minutes) AS minutes FROM placed
  GROUP BY number, learner_id, stretch
), steps AS (
  SELECT number, learner_id, step, sum(minutes) AS minutes FROM stretches WHERE step <= 4 AND minutes > 0
  GROUP BY number, learner_id, step
), standing AS (
  SELECT number, learner_id, max(level) AS level, max(touched_on) AS touched_on
  FROM progress_learnerskill JOIN ids USING (skill_id) GROUP BY number, learner_id
)
SELECT number, step, count(*), count(*) FILTER (WHERE level >= step),
  count(*) FILTER (WHERE level < step AND touched_on < %s),
  percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) FILTER (WHERE level >= step)
FROM steps JOIN standing USING (number, learner_id) GROUP BY number, step HAVING count(*) >= %s
"""
SKIPPED = """
WITH ids (skill_id, number) AS (SELECT * FROM unnest(%s::bigint[], %s::int[])
), skipped AS (
  SELECT DISTINCT number, learner_id FROM progress_planoverride JOIN ids USING (skill_id) WHERE kind = 'skip'
), met AS (
  SELECT number, learner_id FROM skipped
  UNION SELECT number, learner_id FROM progress_learnerskill JOIN ids USING (skill_id) WHERE total_minutes > 0
)
SELECT number, count(*), count(skipped.learner_id) FROM met LEFT JOIN skipped USING (number, learner_id)
GROUP BY number HAVING count(*) >= %s AND count(skipped.learner_id) > 0
"""


def _levels(catalogue: Snapshot, left_before: Any) -> Iterator[Stall]:
    slugs = list(catalogue.skills)
    ids = _ids(catalogue, Kind.SKILL, slugs)
    for number, level, begun, done, left, minutes in _rows(LEVELS, *ids, left_before, MIN_LEARNERS):
        skill = catalogue.skills[slugs[number]]
        stated = round(60 * skill.effort[level - 1])
        label = gettext("Level %d") % level
        part = Part(PartType.LEVEL, Kind.SKILL, skill.slug, skill.name, label, stated)
        yield Stall(part, begun, done, left, 0, _median(minutes, done))
    for number, begun, skipped in _rows(SKIPPED, *ids, MIN_LEARNERS):
        skill = catalogue.skills[slugs[number]]
        part = Part(PartType.LEVEL, Kind.SKILL, skill.slug, skill.name, gettext("The whole skill"))
        yield Stall(part, begun, begun - skipped, 0, skipped, None)


# --- Units

UNITS = """
WITH ids (skill_id, number) AS (SELECT * FROM unnest(%s::bigint[], %s::int[])
), units (number, level, key, place) AS (SELECT * FROM unnest(%s::int[], %s::int[], %s::text[], %s::int[])
), ticks AS (
  SELECT number, level, place, learner_id, max(minutes) AS minutes
  FROM progress_unittick JOIN ids USING (skill_id) JOIN units USING (number, level, key)
  GROUP BY number, level, place, learner_id
), furthest AS (
  SELECT number, level, learner_id, max(place) AS last FROM ticks GROUP BY number, level, learner_id
), standing AS (
  SELECT number, learner_id, max(level) AS level, max(touched_on) AS touched_on
  FROM progress_learnerskill JOIN ids USING (skill_id) GROUP BY number, learner_id
), reached AS (
  SELECT number, furthest.level, place, learner_id, last, standing.level AS has, touched_on
  FROM furthest JOIN units USING (number, level) LEFT JOIN standing USING (number, learner_id) WHERE place <= last + 1
)
SELECT number, reached.level, place, count(*), count(ticks.learner_id),
  count(*) FILTER (WHERE ticks.learner_id IS NULL AND place > last AND coalesce(has, 0) < reached.level AND touched_on < %s),
  count(*) FILTER (WHERE ticks.learner_id IS NULL AND place < last),
  count(*) FILTER (WHERE minutes > 0), percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) FILTER (WHERE minutes > 0)
FROM reached LEFT JOIN ticks USING (number, level, place, learner_id)
GROUP BY number, reached.level, place HAVING count(*) >= %s
"""


def _units(catalogue: Snapshot, left_before: Any) -> Iterator[Stall]:
    slugs = [slug for slug, skill in catalogue.skills.items() if skill.units]
    units = {
        (number, level, place): unit
        for number, slug in enumerate(slugs)
        for level, found in catalogue.skills[slug].units.items()
        for place, unit in enumerate(found, 1)
    }
    columns = _columns([(number, level, unit.key, place) for (number, level, place), unit in units.items()], 4)
    ids = _ids(catalogue, Kind.SKILL, slugs)
    for number, level, place, begun, done, left, skipped, timed, minutes in _rows(
        UNITS, *ids, *columns, left_before, MIN_LEARNERS
    ):
        skill, unit = catalogue.skills[slugs[number]], units[number, level, place]
        title = title_of(text_of(unit, catalogue))
        label = gettext("Level %(level)d, unit %(place)d: %(title)s") % {"level": level, "place": place, "title": title}
        part = Part(PartType.UNIT, Kind.SKILL, skill.slug, skill.name, label, unit.minutes)
        yield Stall(part, begun, done, left, skipped, _median(minutes, timed))


# --- Projects

PROJECTS = """
WITH ids (project_id, number) AS (SELECT * FROM unnest(%s::bigint[], %s::int[])
), lines (number, line) AS (SELECT * FROM unnest(%s::int[], %s::text[])
), whole AS (SELECT number, array_agg(line) AS checklist FROM lines GROUP BY number
), work AS (
  SELECT number, learner_id, bool_or(ticked @> checklist) AS is_done, max(updated_at) AS updated_at
  FROM progress_projectwork JOIN ids USING (project_id) JOIN whole USING (number)
  WHERE cardinality(ticked) > 0 OR url <> '' GROUP BY number, learner_id
)
SELECT number, count(*), count(*) FILTER (WHERE is_done), count(*) FILTER (WHERE NOT is_done AND updated_at < %s)
FROM work GROUP BY number HAVING count(*) >= %s
"""


def _projects(catalogue: Snapshot, left_before: datetime) -> Iterator[Stall]:
    slugs = list(catalogue.projects)
    lines = [(number, line) for number, slug in enumerate(slugs) for line in catalogue.projects[slug].checklist]
    ids = _ids(catalogue, Kind.PROJECT, slugs)
    for number, begun, done, left in _rows(PROJECTS, *ids, *_columns(lines, 2), left_before, MIN_LEARNERS):
        project = catalogue.projects[slugs[number]]
        part = Part(PartType.PROJECT, Kind.PROJECT, project.slug, project.name, gettext("The whole project"))
        yield Stall(part, begun, done, left, 0, None)


# --- Questions

ITEMS = """
WITH ids (skill_id, number) AS (SELECT * FROM unnest(%s::bigint[], %s::int[])
), asked AS (
  SELECT number, learner_id, taken.id, at, finished_at, item, place
  FROM progress_quickcheck AS taken JOIN ids USING (skill_id), unnest(items) WITH ORDINALITY AS drawn (item, place)
), met AS (
  SELECT number, asked.item, asked.learner_id, asked.at, answer.id IS NOT NULL AS is_answered,
    answer.id IS NULL AND finished_at IS NULL
      AND place = min(place) FILTER (WHERE answer.id IS NULL) OVER (PARTITION BY asked.id) AS is_next
  FROM asked LEFT JOIN progress_checkanswer AS answer ON answer.quick_check_id = asked.id AND answer.item = asked.item
)
SELECT number, item, count(DISTINCT learner_id), count(DISTINCT learner_id) FILTER (WHERE is_answered),
  count(DISTINCT learner_id) FILTER (WHERE is_next AND at < %s)
FROM met WHERE is_answered OR is_next GROUP BY number, item HAVING count(DISTINCT learner_id) >= %s
"""


def _items(catalogue: Snapshot, left_before: datetime) -> Iterator[Stall]:
    items = items_by_key(catalogue)
    slugs = sorted({skill for skill, _key in items})
    ids = _ids(catalogue, Kind.SKILL, slugs)
    for number, key, begun, done, left in _rows(ITEMS, *ids, left_before, MIN_LEARNERS):
        if (slugs[number], key) in items:
            check, item = items[slugs[number], key]
            label = gettext("Level %(level)d: %(question)s") % {"level": item.level, "question": item.question}
            part = Part(PartType.ITEM, Kind.CHECK, check, catalogue.skills[slugs[number]].name, label)
            yield Stall(part, begun, done, left, 0, None)
