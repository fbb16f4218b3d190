"""The published catalogue of one revision, immutable, held in memory.

`current()` is what pages and API read: it is built once per process and revision and looked at again at most once a
second, so an answer may lag a publication by one second and the fraction of one that reading the catalogue takes.
Nothing unpublished is in it, nor anything that points to something unpublished, nor a resource whose address is dead.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as wall_time
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.db import Error
from django.db.models import Model

from guidance.catalog import affiliates, graph, models
from guidance.catalog.models import Kind, Status

MAX_AGE_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    id: int
    slug: str
    name: str
    summary: str
    body: str  # Markdown
    updated_at: datetime
    url: str  # path on this site


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Record):
    letter: str
    family: str


@dataclass(frozen=True, slots=True)
class Alias:
    name: str
    ambiguous: bool
    context: tuple[str, ...]


# What every programming language rests on, and the level at which it, or one of them, covers the units marked `basics`.
BASICS, BASICS_LEVEL = "programming-basics", 2


@dataclass(frozen=True, slots=True)
class Unit:
    key: str
    type: str  # read, do or build
    text: str  # of something to do or build
    resource: str | None  # slug of what to read
    part: str
    minutes: int
    untried: bool
    basics: bool = False  # see `Snapshot.has_basics`


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill(Record):
    area: Area
    kind: str
    horizon: str
    effort: tuple[float, ...]  # hours from level n to n + 1
    level_texts: tuple[str, ...]  # levels 1 to 4
    demand: int | None  # per cent of ads
    aliases: tuple[Alias, ...]
    esco: tuple[str, ...]
    onet: tuple[str, ...]
    prerequisites: Mapping[str, int]  # slug: level
    units: Mapping[int, tuple[Unit, ...]]  # by level


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact(Record):
    statement: str
    source: str
    source_url: str
    year: int
    secondary: bool
    caveat: str


@dataclass(frozen=True, slots=True)
class Requirement:
    skill: str
    level: int
    importance: int
    choice: str | None = None  # name of the choice that it is one of; None where it is asked for by itself


@dataclass(frozen=True, slots=True)
class Choice:
    slug: str
    name: str
    one_of: Mapping[str, int]  # slug of the skill: level
    importance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Record):
    outcome: str
    steps: tuple[tuple[str, int], ...]  # (slug of the skill, level to reach), in teaching order
    projects: tuple[str, ...]  # any one of them shows the outcome


@dataclass(frozen=True, slots=True)
class Activity:
    time: wall_time
    minutes: int
    activity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Record):
    requirements: Mapping[str, Requirement]  # by slug of the skill, most important first
    choices: Mapping[str, Choice]
    skills: Mapping[str, Requirement]  # every skill that it asks for, as one of several too, most important first
    milestones: tuple[str, ...]
    apply_after: str | None  # slug of one of the milestones
    long_because: str
    day: tuple[Activity, ...]
    neighbours: Mapping[str, str]  # slug of the role: how it differs
    facts: tuple[str, ...]
    esco: tuple[str, ...]
    onet: tuple[str, ...]

    @property
    def term_count(self) -> int:
        """How many targets it has; a choice counts as one."""
        return len(self.requirements) + len(self.choices)


@dataclass(frozen=True, slots=True)
class UseCase:
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Consideration:
    topic: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Emphasis:
    skill: str
    weight: float
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Industry(Record):
    use_cases: tuple[UseCase, ...]
    considerations: tuple[Consideration, ...]
    requirements: Mapping[str, Requirement]  # besides those of the role, most important first
    milestone: str | None  # slug; it comes before the last one of the role
    emphases: Mapping[str, Emphasis]  # by slug of the skill, heaviest first
    facts: tuple[str, ...]

    @property
    def weights(self) -> dict[str, float]:
        """What it adds to the importance of a skill, as a share of it."""
        return {slug: item.weight for slug, item in self.emphases.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Record):
    type: str
    address: str  # the resource's own URL; `url` is the outbound link that counts nobody
    author: str
    year: int | None
    hours: float
    cost: Decimal | None  # 0 is free; None where the price is not known
    currency: str
    paid: bool  # it costs money and the price is not known
    language: str
    programming_language: str
    pays_commission: bool  # to whoever has a tag of its shop
    checked_on: date | None
    skills: Mapping[str, tuple[int, int]]  # slug: (from level, to level)

    @property
    def free(self) -> bool | None:
        """None if nobody knows."""
        if self.paid:
            return False
        return None if self.cost is None else self.cost == 0

    @property
    def affiliate(self) -> bool:
        """True if `url` leads there with the operator's tag."""
        return self.pays_commission and affiliates.has_tag(self.address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project(Record):
    hours: float
    checklist: tuple[str, ...]
    proves: Mapping[str, int]  # slug: level
    industries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartingPoint(Record):
    levels: Mapping[str, int]  # slug: level


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide(Record):
    tldr: str
    takeaways: tuple[str, ...]
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Record):
    pass


class RecordMoved(Exception):
    """The record has been renamed or merged; `record` is what it is now."""

    def __init__(self, record: Record) -> None:
        self.record = record


class RecordGone(Exception):
    """The record has been retired and nothing has replaced it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


class UnknownRecord(Exception):
    """No record of the kind has or had the slug, or none that was ever published."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


@dataclass(frozen=True)
class Snapshot:
    """Records of each kind by slug, in the order in which they are shown."""

    revision: int
    at: datetime | None  # when the revision was made; None for an empty catalogue
    areas: Mapping[str, Area]
    skills: Mapping[str, Skill]
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
    gone: frozenset[tuple[str, str]] = field(repr=False)  # (kind, slug) of what is retired
    slugs: Mapping[tuple[str, int], str] = field(repr=False)  # (kind, id): slug, of what it was merged into if it was

    @cached_property
    def key(self) -> str:
        """Names this content: the revision and its moment, since a restored database may count the same numbers again."""
        return f"{self.revision}-{int(self.at.timestamp() * 1000):x}" if self.at else str(self.revision)

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
        """For each skill, {slug of a skill it opens: the level of this one that does}."""
        found = graph.reverse(self.graph)
        return MappingProxyType({slug: MappingProxyType(found.get(slug, {})) for slug in self.skills})

    @cached_property
    def effort(self) -> Mapping[str, tuple[float, ...]]:
        return MappingProxyType({slug: skill.effort for slug, skill in self.skills.items()})

    def effort_for(self, levels: Mapping[str, int]) -> Mapping[str, tuple[float, ...]]:
        """The same for someone with these levels: units they can do take no time, and a tenth is left."""
        return self._effort_with_basics if self.has_basics(levels) else self.effort

    def has_basics(self, levels: Mapping[str, int]) -> bool:
        """True if someone with these levels can do the units marked `basics`, since they program in some other way."""
        return any(levels.get(slug, 0) >= BASICS_LEVEL for slug in self._with_basics)

    @cached_property
    def _with_basics(self) -> frozenset[str]:
        """Slugs of BASICS and of the languages and frameworks that rest on it.

        A language that has such units teaches them, so nothing that rests on it alone counts.
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
        """For each skill, the slugs of the roles that require it, as one of several too, most important first."""
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
        """For each skill, the slugs of its resources, lowest level first, free before paid."""
        found = _collect((slug, r.slug) for r in self.resources.values() for slug in r.skills)
        return self._by_skill(
            {
                skill: tuple(
                    sorted(
                        slugs,
                        key=lambda slug: (
                            self.resources[slug].skills[skill],
                            self.resources[slug].cost != 0,
                            self.resources[slug].hours,
                            slug,
                        ),
                    )
                )
                for skill, slugs in found.items()
            }
        )

    @cached_property
    def projects_of(self) -> Mapping[str, tuple[str, ...]]:
        return self._by_skill(_collect((slug, p.slug) for p in self.projects.values() for slug in p.proves))

    @cached_property
    def skills_of_area(self) -> Mapping[str, tuple[str, ...]]:
        found = _collect((skill.area.slug, slug) for slug, skill in self.skills.items())
        return MappingProxyType({slug: found.get(slug, ()) for slug in self.areas})

    @cached_property
    def ids(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """(kind, slug): the ids of the record and of all that were merged into it."""
        found = _collect(((kind, slug), number) for (kind, number), slug in sorted(self.slugs.items()))
        return MappingProxyType(found)

    def closure(self, wanted: Mapping[str, int], levels: Mapping[str, int] | None = None) -> dict[str, int]:
        return graph.closure(self.graph, wanted, levels)

    def hours(self, needed: Mapping[str, int], levels: Mapping[str, int] | None = None) -> float:
        return graph.hours(needed, self.effort_for(levels or {}), levels or {})

    def of_kind(self, kind: str) -> Mapping[str, Record]:
        return getattr(self, PLURALS[kind])  # type: ignore[no-any-return]

    def find(self, kind: str, slug: str) -> Any:
        """The record of this kind and slug. Raises RecordMoved, RecordGone or UnknownRecord."""
        records = self.of_kind(kind)
        if slug in records:
            return records[slug]
        if (kind, slug) in self.redirects:
            raise RecordMoved(records[self.redirects[kind, slug]])
        raise RecordGone(kind) if (kind, slug) in self.gone else UnknownRecord(kind)

    def latest_slug(self, kind: str, slug: str) -> str:
        """The slug of a record today, given that or a former one; any other text comes back as it is."""
        return self.redirects.get((kind, slug), slug)

    def _by_skill(self, found: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        return MappingProxyType({slug: found.get(slug, ()) for slug in self.skills})


PLURALS: Mapping[str, str] = {
    Kind.AREA: "areas",
    Kind.SKILL: "skills",
    Kind.FACT: "facts",
    Kind.MILESTONE: "milestones",
    Kind.ROLE: "roles",
    Kind.INDUSTRY: "industries",
    Kind.RESOURCE: "resources",
    Kind.PROJECT: "projects",
    Kind.STARTING_POINT: "starting_points",
    Kind.GUIDE: "guides",
    Kind.QUESTION: "questions",
}

_shown: ContextVar[Snapshot | None] = ContextVar("shown", default=None)
_lock = threading.Lock()
_current: Snapshot | None = None
_looked_at = 0.0


def current() -> Snapshot:
    """The catalogue as published, at most a second old. One query when the second is over, otherwise none."""
    global _current, _looked_at
    if (shown := _shown.get()) is not None:
        return shown
    snapshot = _current
    if snapshot is not None and time.monotonic() - _looked_at < MAX_AGE_SECONDS:
        return snapshot
    # While one thread looks, the others go on with what is there; only the very first snapshot is waited for.
    if not _lock.acquire(blocking=snapshot is None):
        assert snapshot is not None
        return snapshot
    try:
        if _current is None or _latest() != (_current.revision, _current.at):
            _current = build()
        _looked_at = time.monotonic()
        return _current
    except Error:
        if snapshot is None:
            raise
        # The database is away: reading goes on with what was published last, and the next look is a second away.
        _looked_at = time.monotonic()
        return snapshot
    finally:
        _lock.release()


def newest() -> Snapshot:
    """The catalogue as published at this moment, for those who are about to change it."""
    snapshot = current()
    return snapshot if _latest() == (snapshot.revision, snapshot.at) else build()


@contextmanager
def showing(snapshot: Snapshot) -> Iterator[None]:
    """Within, and for nobody else, `current()` is this one: for a preview."""
    token = _shown.set(snapshot)
    try:
        yield
    finally:
        _shown.reset(token)


def forget() -> None:
    """Look at the database again at the next call of `current()`."""
    global _current, _looked_at
    with _lock:
        _current = None
        _looked_at = 0.0


def _latest() -> tuple[int, datetime | None]:
    return models.Revision.objects.values_list("number", "at").order_by("-number").first() or (0, None)


def build() -> Snapshot:
    """Read the published catalogue. Every publication writes a revision in its own transaction, so when the revision is
    the same before and after reading, the tables belong together; otherwise read again."""
    while True:
        before = _latest()
        snapshot = _read(*before)
        if _latest() == before:
            return snapshot


def _collect[K, V](pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return {key: tuple(values) for key, values in found.items()}


def _grouped[R](rows: Iterable[tuple[int, R]]) -> Mapping[int, list[R]]:
    found: defaultdict[int, list[R]] = defaultdict(list)
    for owner, row in rows:
        found[owner].append(row)
    return found


def _skills_of(requirements: Iterable[Requirement], choices: Iterable[Choice]) -> Mapping[str, Requirement]:
    found: dict[str, Requirement] = {}
    members = [
        Requirement(skill, level, choice.importance, choice.name)
        for choice in choices
        for skill, level in choice.one_of.items()
    ]
    for item in (*requirements, *members):
        known = found.get(item.skill, item)
        found[item.skill] = Requirement(
            item.skill, max(item.level, known.level), max(item.importance, known.importance), known.choice
        )
    return MappingProxyType(
        {item.skill: item for item in sorted(found.values(), key=lambda item: (-item.importance, -item.level))}
    )


def _by_level(units: Iterable[tuple[int, Unit]]) -> Mapping[int, tuple[Unit, ...]]:
    return MappingProxyType(_collect(units))


def _read(revision: int, at: datetime | None) -> Snapshot:
    def common(record: models.Record) -> dict[str, object]:
        return {
            "id": record.pk,
            "slug": record.slug,
            "name": record.name,
            "summary": record.summary,
            "body": record.body,
            "updated_at": record.updated_at,
            "url": record.get_absolute_url(),
        }

    def mapping[R: Record](records: Iterable[R]) -> Mapping[str, R]:
        return MappingProxyType({record.slug: record for record in records})

    areas = mapping(
        Area(**common(a), letter=a.letter, family=a.family)  # type: ignore[arg-type]
        for a in models.Area.objects.published()
    )
    area_by_id = {area.id: area for area in areas.values()}
    skill_rows = [row for row in models.Skill.objects.published() if row.area_id in area_by_id]
    skill_slugs = {row.pk: row.slug for row in skill_rows}
    aliases = _grouped(
        (row.skill_id, Alias(row.name, row.ambiguous, tuple(row.context))) for row in models.Alias.objects.all()
    )
    prerequisites = _grouped(
        (skill, (skill_slugs[requires], level))
        for skill, requires, level in models.Prerequisite.objects.values_list("skill_id", "requires_id", "level")
        if requires in skill_slugs
    )
    resource_slugs = dict(models.Resource.objects.shown().values_list("pk", "slug"))
    units = _grouped(
        (
            row.skill_id,
            (row.level, Unit(row.key, row.type, row.text, resource, row.part, row.minutes, row.untried, row.basics)),
        )
        for row in models.Unit.objects.all()
        for resource in [resource_slugs.get(row.resource_id) if row.resource_id else None]
    )
    skills = mapping(
        Skill(
            **common(s),  # type: ignore[arg-type]
            area=area_by_id[s.area_id],
            kind=s.kind,
            horizon=s.horizon,
            effort=tuple(s.effort),
            level_texts=tuple(s.level_texts),
            demand=s.demand,
            aliases=tuple(aliases[s.pk]),
            esco=tuple(s.esco),
            onet=tuple(s.onet),
            prerequisites=MappingProxyType(dict(prerequisites[s.pk])),
            units=_by_level(units[s.pk]),
        )
        for s in sorted(skill_rows, key=lambda s: (s.name.casefold(), s.slug))
    )
    facts = mapping(
        Fact(
            **common(f),  # type: ignore[arg-type]
            statement=f.statement,
            source=f.source,
            source_url=f.url,
            year=f.year,
            secondary=f.secondary,
            caveat=f.caveat,
        )
        for f in models.Fact.objects.published()
    )
    fact_slugs = {fact.id: slug for slug, fact in facts.items()}

    def facts_of(through: type[Model], owner: str) -> Mapping[int, list[str]]:
        rows = through._default_manager.order_by("fact__slug").values_list(owner, "fact_id")
        return _grouped((owner_id, fact_slugs[fact]) for owner_id, fact in rows if fact in fact_slugs)

    project_slugs = dict(models.Project.objects.published().values_list("pk", "slug"))
    steps = _grouped(
        (row.milestone_id, (skill_slugs[row.skill_id], row.level))
        for row in models.MilestoneStep.objects.all()
        if row.skill_id in skill_slugs
    )
    milestone_projects = _grouped(
        (row.milestone_id, project_slugs[row.project_id])
        for row in models.MilestoneProject.objects.all()
        if row.project_id in project_slugs
    )
    milestones = mapping(
        Milestone(
            **common(m),  # type: ignore[arg-type]
            outcome=m.outcome,
            steps=tuple(steps[m.pk]),
            projects=tuple(milestone_projects[m.pk]),
        )
        for m in models.Milestone.objects.published()
    )
    milestone_slugs = {milestone.id: slug for slug, milestone in milestones.items()}
    members = _grouped(
        (row.choice_id, (skill_slugs[row.skill_id], row.level))
        for row in models.ChoiceMember.objects.all()
        if row.skill_id in skill_slugs
    )
    choices = _grouped(
        (row.role_id, Choice(row.slug, row.name, MappingProxyType(dict(members[row.pk])), row.importance))
        for row in models.Choice.objects.all()
        if members[row.pk]
    )
    role_milestones = _grouped(
        (row.role_id, milestone_slugs[row.milestone_id])
        for row in models.RoleMilestone.objects.all()
        if row.milestone_id in milestone_slugs
    )
    role_rows = list(models.Role.objects.published())
    role_slugs = {row.pk: row.slug for row in role_rows}
    requirements = _grouped(
        (row.role_id, Requirement(skill_slugs[row.skill_id], row.level, row.importance))
        for row in models.Requirement.objects.all()
        if row.skill_id in skill_slugs
    )
    days = _grouped(
        (row.role_id, Activity(row.time, row.minutes, row.activity)) for row in models.Activity.objects.all()
    )
    neighbours = _grouped(
        (row.role_id, (role_slugs[row.other_id], row.difference))
        for row in models.Neighbour.objects.all()
        if row.other_id in role_slugs
    )
    role_facts = facts_of(models.Role.facts.through, "role_id")
    roles = mapping(
        Role(
            **common(r),  # type: ignore[arg-type]
            requirements=MappingProxyType({item.skill: item for item in requirements[r.pk]}),
            choices=MappingProxyType({choice.slug: choice for choice in choices[r.pk]}),
            skills=_skills_of(requirements[r.pk], choices[r.pk]),
            milestones=tuple(role_milestones[r.pk]),
            apply_after=milestone_slugs.get(r.apply_after_id or 0),
            long_because=r.long_because,
            day=tuple(days[r.pk]),
            neighbours=MappingProxyType(dict(neighbours[r.pk])),
            facts=tuple(role_facts[r.pk]),
            esco=tuple(r.esco),
            onet=tuple(r.onet),
        )
        for r in role_rows
    )
    use_cases = _grouped((row.industry_id, UseCase(row.name, row.text)) for row in models.UseCase.objects.all())
    considerations = _grouped(
        (row.industry_id, Consideration(row.topic, row.get_topic_display(), row.text))
        for row in models.Consideration.objects.all()
    )
    emphases = _grouped(
        (row.industry_id, Emphasis(skill_slugs[row.skill_id], row.weight, row.why))
        for row in models.Emphasis.objects.all()
        if row.skill_id in skill_slugs
    )
    industry_requirements = _grouped(
        (row.industry_id, Requirement(skill_slugs[row.skill_id], row.level, row.importance))
        for row in models.IndustryRequirement.objects.all()
        if row.skill_id in skill_slugs
    )
    industry_facts = facts_of(models.Industry.facts.through, "industry_id")
    industries = mapping(
        Industry(
            **common(i),  # type: ignore[arg-type]
            use_cases=tuple(use_cases[i.pk]),
            considerations=tuple(considerations[i.pk]),
            requirements=MappingProxyType({item.skill: item for item in industry_requirements[i.pk]}),
            milestone=milestone_slugs.get(i.milestone_id or 0),
            emphases=MappingProxyType({item.skill: item for item in emphases[i.pk]}),
            facts=tuple(industry_facts[i.pk]),
        )
        for i in models.Industry.objects.published()
    )
    uses = _grouped(
        (row.resource_id, (skill_slugs[row.skill_id], (row.from_level, row.to_level)))
        for row in models.ResourceSkill.objects.all()
        if row.skill_id in skill_slugs
    )
    resources = mapping(
        Resource(
            **common(r),  # type: ignore[arg-type]
            type=r.type,
            address=r.url,
            author=r.author,
            year=r.year,
            hours=r.hours,
            cost=r.cost,
            currency=r.currency,
            paid=r.paid,
            language=r.language,
            programming_language=r.programming_language,
            pays_commission=r.affiliate,
            checked_on=r.checked_on,
            skills=MappingProxyType(dict(uses[r.pk])),
        )
        for r in models.Resource.objects.shown()
    )
    checklist = _grouped((row.project_id, row.text) for row in models.ChecklistItem.objects.all())
    proofs = _grouped(
        (row.project_id, (skill_slugs[row.skill_id], row.level))
        for row in models.Proof.objects.all()
        if row.skill_id in skill_slugs
    )
    industry_slugs = {industry.id: slug for slug, industry in industries.items()}
    project_industries = _grouped(
        (project, industry_slugs[industry])
        for project, industry in models.Project.industries.through.objects.order_by("industry__order").values_list(
            "project_id", "industry_id"
        )
        if industry in industry_slugs
    )
    projects = mapping(
        Project(
            **common(p),  # type: ignore[arg-type]
            hours=p.hours,
            checklist=tuple(checklist[p.pk]),
            proves=MappingProxyType(dict(proofs[p.pk])),
            industries=tuple(project_industries[p.pk]),
        )
        for p in models.Project.objects.published()
    )
    starting_levels = _grouped(
        (row.starting_point_id, (skill_slugs[row.skill_id], row.level))
        for row in models.StartingLevel.objects.all()
        if row.skill_id in skill_slugs
    )
    starting_points = mapping(
        StartingPoint(**common(p), levels=MappingProxyType(dict(starting_levels[p.pk])))  # type: ignore[arg-type]
        for p in models.StartingPoint.objects.published()
    )
    guide_facts = facts_of(models.Guide.facts.through, "guide_id")
    guides = mapping(
        Guide(**common(g), tldr=g.tldr, takeaways=tuple(g.takeaways), facts=tuple(guide_facts[g.pk]))  # type: ignore[arg-type]
        for g in models.Guide.objects.published()
    )
    questions = mapping(Question(**common(q)) for q in models.Question.objects.published())  # type: ignore[arg-type]

    published: dict[tuple[str, int], str] = {
        (kind, record.id): record.slug
        for kind, records in (
            (Kind.AREA, areas),
            (Kind.SKILL, skills),
            (Kind.MILESTONE, milestones),
            (Kind.ROLE, roles),
            (Kind.INDUSTRY, industries),
            (Kind.RESOURCE, resources),
            (Kind.PROJECT, projects),
            (Kind.STARTING_POINT, starting_points),
            (Kind.GUIDE, guides),
            (Kind.QUESTION, questions),
            (Kind.FACT, facts),
        )
        for record in records.values()
    }
    old_slugs = list(models.Redirect.objects.values_list("kind", "slug", "record_id"))
    retired = {
        (kind, record): slug
        for kind, model in models.RECORD_MODELS.items()
        for record, slug in model.objects.filter(status=Status.RETIRED).values_list("pk", "slug")
    }
    leads_to = {(kind, slug): (kind, record) for kind, slug, record in old_slugs}

    def successor(key: tuple[str, int]) -> str | None:
        """The slug of a published record, or of what a retired one was merged into, through any number of merges."""
        seen = set()
        while key not in published and key not in seen and key in retired:
            seen.add(key)
            key = leads_to.get((key[0], retired[key]), key)
        return published.get(key)

    redirects = {key: slug for key, record in leads_to.items() if (slug := successor(record))}
    slugs = published | {key: slug for key in retired if (slug := successor(key))}
    gone = {(kind, slug) for (kind, _), slug in retired.items()}
    gone |= {(kind, slug) for kind, slug, record in old_slugs if (kind, record) in retired}
    return Snapshot(
        revision=revision,
        at=at,
        areas=areas,
        skills=skills,
        facts=facts,
        milestones=milestones,
        roles=roles,
        industries=industries,
        resources=resources,
        projects=projects,
        starting_points=starting_points,
        guides=guides,
        questions=questions,
        redirects=MappingProxyType(redirects),
        gone=frozenset(gone),
        slugs=MappingProxyType(slugs),
    )
