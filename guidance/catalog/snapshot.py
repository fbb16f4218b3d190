"""The published catalogue of one revision, immutable and held in memory.

`current()` is what pages and the API read: the newest edition, loaded once per process and revision. It is checked at most once
a second, so a response may lag behind a publication by one second plus the fraction of a second that reading the catalogue
takes. `build()` reads the tables, for code that is about to change them.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import DatabaseError, Error
from django.utils.module_loading import import_string

from accounts import database
from guidance.catalog import contents, editions, graph, models
from guidance.catalog.contents import Content
from guidance.catalog.kinds import (
    KINDS,
    Area,
    Check,
    CheckItem,
    Fact,
    Guide,
    Industry,
    Milestone,
    Project,
    Question,
    Record,
    Resource,
    Role,
    Skill,
    StartingPoint,
)

MAX_AGE_SECONDS = 1.0


# The skill that every programming language builds on, and the level at which this skill, or a language, covers the units marked
# `basics`.
BASICS, BASICS_LEVEL = "programming-basics", 2


class RecordMoved(Exception):
    """Raised if the record has been renamed or merged; `record` is the current record."""

    def __init__(self, record: Record) -> None:
        self.record = record


class RecordGone(Exception):
    """Raised if the record has been retired and nothing has replaced it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


class UnknownRecord(Exception):
    """Raised if the kind never had a published record with this slug."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


class UnknownRevision(Exception):
    """Raised if there is no such revision yet; `newest` is the number of the newest revision."""

    def __init__(self, newest: int) -> None:
        self.newest = newest


class RevisionGone(Exception):
    """Raised if the edition of this revision has been deleted; `newest` is the number of the newest revision."""

    def __init__(self, newest: int) -> None:
        self.newest = newest


def revision_key(revision: int, at: datetime | None) -> str:
    """Returns a key that identifies the content: revision number and time, because a restored database may reuse revision
    numbers."""
    return f"{revision}-{int(at.timestamp() * 1000):x}" if at else str(revision)


@dataclass(frozen=True)
class Snapshot:
    """The records of each kind by slug, in display order."""

    revision: int
    at: datetime | None  # when the revision was made; None for an empty catalogue
    areas: Mapping[str, Area]
    skills: Mapping[str, Skill]
    checks: Mapping[str, Check] = field(repr=False)
    facts: Mapping[str, Fact]
    milestones: Mapping[str, Milestone]
    roles: Mapping[str, Role]
    industries: Mapping[str, Industry]
    resources: Mapping[str, Resource]
    projects: Mapping[str, Project]
    starting_points: Mapping[str, StartingPoint]
    guides: Mapping[str, Guide]
    questions: Mapping[str, Question]
    redirects: Mapping[tuple[str, str], str] = field(repr=False)  # (kind, old slug): slug
    gone: frozenset[tuple[str, str]] = field(repr=False)  # (kind, slug) of retired records
    slugs: Mapping[tuple[str, int], str] = field(repr=False)  # (kind, id): slug, after any merge

    @cached_property
    def key(self) -> str:
        return revision_key(self.revision, self.at)

    @cached_property
    def graph(self) -> graph.Graph:
        return MappingProxyType({slug: skill.prerequisites for slug, skill in self.skills.items()})

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Slugs of all skills, prerequisites first."""
        return tuple(graph.order(self.graph))

    @cached_property
    def layers(self) -> Mapping[str, int]:
        return MappingProxyType(graph.layers(self.graph))

    @cached_property
    def unlocks(self) -> Mapping[str, Mapping[str, int]]:
        """For each skill, the skills that need it: {slug: the level of this skill that they need}."""
        found = graph.reverse(self.graph)
        return MappingProxyType({slug: MappingProxyType(found.get(slug, {})) for slug in self.skills})

    @cached_property
    def effort(self) -> Mapping[str, tuple[float, ...]]:
        return MappingProxyType({slug: skill.effort for slug, skill in self.skills.items()})

    def effort_for(self, levels: Mapping[str, int]) -> Mapping[str, tuple[float, ...]]:
        """The effort for someone with these levels: units that they can already do take no time, but at least a tenth of the
        hours remains."""
        return self._effort_with_basics if self.has_basics(levels) else self.effort

    def has_basics(self, levels: Mapping[str, int]) -> bool:
        """Returns whether someone with these levels can do the units marked `basics` because they already know how to program
        in some other way."""
        return any(levels.get(slug, 0) >= BASICS_LEVEL for slug in self._with_basics)

    @cached_property
    def _with_basics(self) -> frozenset[str]:
        """The slugs of BASICS and of the languages and frameworks that build on it. A language with `basics` units teaches the
        basics itself, so a skill that builds only on such a language is not included.
        """
        if BASICS not in self.skills:
            return frozenset()
        area, resting = self.skills[BASICS].area, {BASICS}
        for slug in self.order:
            skill = self.skills[slug]
            teaches = any(unit.basics for units in skill.units.values() for unit in units)
            if skill.kind == models.Skill.SkillKind.TOOL and skill.area == area and not teaches:
                resting.update({slug} if resting & self.graph[slug].keys() else ())
        return frozenset(resting)

    @cached_property
    def _effort_with_basics(self) -> Mapping[str, tuple[float, ...]]:
        return MappingProxyType(
            {
                slug: tuple(
                    max(
                        hours / 10, hours - sum(unit.minutes for unit in skill.units.get(level, ()) if unit.basics) / 60
                    )
                    for level, hours in enumerate(skill.effort, 1)
                )
                for slug, skill in self.skills.items()
            }
        )

    @cached_property
    def roles_of(self) -> Mapping[str, tuple[str, ...]]:
        """For each skill, the slugs of the roles that require it, alone or in a choice, most important first."""
        found = _collect((slug, role.slug) for role in self.roles.values() for slug in role.skills)
        return self._by_skill(
            {
                skill: tuple(sorted(roles, key=lambda role: -self.roles[role].skills[skill].importance))
                for skill, roles in found.items()
            }
        )

    @cached_property
    def milestones_of(self) -> Mapping[str, tuple[str, ...]]:
        """For each skill, the slugs of the milestones that teach it."""
        found = _collect(
            (skill, milestone.slug)
            for milestone in self.milestones.values()
            for skill in dict.fromkeys(skill for skill, _level in milestone.steps)
        )
        return self._by_skill(found)

    @cached_property
    def industries_of(self) -> Mapping[str, tuple[str, ...]]:
        return self._by_skill(
            _collect((slug, i.slug) for i in self.industries.values() for slug in {**i.requirements, **i.emphases})
        )

    @cached_property
    def resources_of(self) -> Mapping[str, tuple[str, ...]]:
        """For each skill, the slugs of its resources: first those that its units use, then lowest level first, free before
        paid."""

        def rank(resource: Resource, skill: str) -> tuple[Any, ...]:
            is_used = any(
                unit.resource == resource.slug for units in self.skills[skill].units.values() for unit in units
            )
            return not is_used, resource.skills[skill], resource.cost != 0, resource.hours, resource.slug

        found = _collect((slug, r.slug) for r in self.resources.values() for slug in r.skills)
        return self._by_skill(
            {
                skill: tuple(sorted(slugs, key=lambda slug: rank(self.resources[slug], skill)))
                for skill, slugs in found.items()
            }
        )

    @cached_property
    def projects_of(self) -> Mapping[str, tuple[str, ...]]:
        return self._by_skill(_collect((slug, p.slug) for p in self.projects.values() for slug in p.proves))

    @cached_property
    def items_of(self) -> Mapping[tuple[str, int], tuple[CheckItem, ...]]:
        """The check items that are in use, by skill and level: {(slug, level): items}. Learners see an item only when it is
        asked."""
        found = _collect(
            ((check.skill, item.level), item)
            for check in self.checks.values()
            for item in check.items
            if not item.withdrawn
        )
        return MappingProxyType(found)

    @cached_property
    def skills_of_area(self) -> Mapping[str, tuple[str, ...]]:
        found = _collect((skill.area.slug, slug) for slug, skill in self.skills.items())
        return MappingProxyType({slug: found.get(slug, ()) for slug in self.areas})

    @cached_property
    def ids(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """(kind, slug): the ids of the record and of all records merged into it."""
        found = _collect(((kind, slug), number) for (kind, number), slug in sorted(self.slugs.items()))
        return MappingProxyType(found)

    def closure(self, wanted: Mapping[str, int], levels: Mapping[str, int] | None = None) -> dict[str, int]:
        return graph.closure(self.graph, wanted, levels)

    def hours(self, needed: Mapping[str, int], levels: Mapping[str, int] | None = None) -> float:
        return graph.hours(needed, self.effort_for(levels or {}), levels or {})

    def of_kind(self, kind: str) -> Mapping[str, Record]:
        return getattr(self, KINDS[kind].PLURAL)  # type: ignore[no-any-return]

    def find(self, kind: str, slug: str) -> Any:
        """Returns the record of this kind and slug. Raises RecordMoved, RecordGone or UnknownRecord."""
        records = self.of_kind(kind)
        if slug in records:
            return records[slug]
        if (kind, slug) in self.redirects:
            raise RecordMoved(records[self.redirects[kind, slug]])
        raise RecordGone(kind) if (kind, slug) in self.gone else UnknownRecord(kind)

    def latest_slug(self, kind: str, slug: str) -> str:
        """Returns the current slug of a record, given its current or a former one; any other text is returned unchanged."""
        return self.redirects.get((kind, slug), slug)

    def _by_skill(self, found: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        return MappingProxyType({slug: found.get(slug, ()) for slug in self.skills})


_shown: ContextVar[Snapshot | None] = ContextVar("shown", default=None)
_lock = threading.Lock()
_current: Snapshot | None = None
_looked_at = 0.0


def current() -> Snapshot:
    """Returns the published catalogue, at most a second old. Runs one query if it was last checked a second ago or more,
    otherwise none."""
    global _looked_at
    if (shown := _shown.get()) is not None:
        return shown
    snapshot = _current
    if snapshot is not None and time.monotonic() - _looked_at < MAX_AGE_SECONDS:
        return snapshot
    # While one thread checks, the others use the snapshot they have; they only wait for the very first snapshot.
    if not _lock.acquire(blocking=snapshot is None):
        assert snapshot is not None
        return snapshot
    try:
        return _look()
    except Error:
        if snapshot is None:
            raise
        # The database is unreachable: keep serving the last snapshot, and try again in a second.
        _looked_at = time.monotonic()
        return snapshot
    finally:
        _lock.release()


def _look() -> Snapshot:
    """Returns the newest edition, and creates it if it does not exist yet. The caller holds the lock."""
    global _current, _looked_at
    if _current is None or contents.latest() != (_current.revision, _current.at):
        try:
            _current = load(*editions.newest(_marks))
        except DatabaseError as error:
            # No edition can be written on a standby or a full disk: a process without a snapshot then serves what the tables
            # publish.
            if _current is not None or not database.is_write_refused(error):
                raise
            _current = build()
    _looked_at = time.monotonic()
    return _current


def at_revision(revision: int) -> Snapshot:
    """Returns the catalogue of the newest revision, or of a revision that was replaced recently. Raises UnknownRevision or
    RevisionGone."""
    snapshot = current()
    if revision > snapshot.revision:  # another process has already shown the client a newer revision
        with _lock:
            snapshot = _look()
    if revision == snapshot.revision:
        return snapshot
    if revision > snapshot.revision:
        raise UnknownRevision(snapshot.revision)
    edition = editions.find(revision)
    if edition is None:
        raise RevisionGone(snapshot.revision)
    return load(*edition)


def newest() -> Snapshot:
    """Returns the catalogue as published at this moment, for code that is about to change it."""
    snapshot = current()
    return snapshot if contents.latest() == (snapshot.revision, snapshot.at) else build()


@contextmanager
def showing(snapshot: Snapshot) -> Iterator[None]:
    """Makes `current()` return this snapshot inside the block, in this context only. Used for previews."""
    token = _shown.set(snapshot)
    try:
        yield
    finally:
        _shown.reset(token)


def forget() -> None:
    """Drops the snapshot; the next call of `current()` loads it again."""
    global _current, _looked_at
    with _lock:
        _current = None
        _looked_at = 0.0


def build() -> Snapshot:
    """Reads the catalogue that the tables publish at this moment."""
    return load(*contents.read())


def load(revision: int, at: datetime | None, content: Content) -> Snapshot:
    shown: dict[str, dict[str, Any]] = {kind: dict.fromkeys(entries) for kind, entries in content.kinds.items()}
    for kind, described in KINDS.items():
        for slug, entry in content.kinds[kind].items():
            about = {"id": entry.id, "slug": slug, "body": entry.body, "updated_at": entry.updated_at}
            shown[kind][slug] = described.load(dict(entry.data), shown, url=entry.url, **about)
    records: dict[str, Any] = {KINDS[kind].PLURAL: MappingProxyType(found) for kind, found in shown.items()}
    return Snapshot(
        revision=revision, at=at, **records, redirects=content.redirects, gone=content.gone, slugs=content.slugs
    )


def _marks(revision: int, at: datetime, content: Content) -> editions.Marks:
    """Returns the marks of this content. The API is a layer above this module, so a setting names its function."""
    marks_of: Callable[[Snapshot], editions.Marks] = import_string(settings.CATALOGUE_MARKS)
    return marks_of(load(revision, at, content))


def _collect[K, V](pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}
