"""A record as its pack document: read from the rows, written to the rows, kept as versions; revisions, changes, redirects.

Whoever changes records — the pack loader, the admin, an import — ends its transaction with `commit`, which keeps the
versions and, when published content changed, writes one revision with its changes and brings the search up to date.
"""

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import User
from guidance.catalog import names, search
from guidance.catalog.documents import Document, canonical, parse, remembering, render
from guidance.catalog.fields import PAID
from guidance.catalog.models import (
    RECORD_MODELS,
    Activity,
    Alias,
    Area,
    Change,
    ChecklistItem,
    Choice,
    ChoiceMember,
    Consideration,
    Emphasis,
    Guide,
    Industry,
    IndustryRequirement,
    Kind,
    MilestoneProject,
    MilestoneStep,
    Neighbour,
    Prerequisite,
    Project,
    Proof,
    Record,
    Redirect,
    Requirement,
    Resource,
    ResourceSkill,
    Revision,
    Role,
    RoleMilestone,
    StartingLevel,
    Status,
    Unit,
    UseCase,
    Version,
)
from guidance.catalog.rows import copy_in

# (kind, slug) of every record that a document may name: its primary key.
Ids = Mapping[tuple[str, str], int]
Slugs = Mapping[tuple[str, int], str]  # the other way round
Owned = Mapping[
    tuple[type[models.Model], int], list[Any]
]  # rows by their model and the record, or choice, that they belong to

# The rows that belong to a record, each with the name of the foreign key to it.
_RoleFact = Role.facts.through
_IndustryFact = Industry.facts.through
_GuideFact = Guide.facts.through
_ProjectIndustry = Project.industries.through
CHILDREN: Mapping[str, tuple[tuple[type[models.Model], str], ...]] = {
    Kind.SKILL: ((Alias, "skill"), (Prerequisite, "skill"), (Unit, "skill")),
    Kind.RESOURCE: ((ResourceSkill, "resource"),),
    Kind.MILESTONE: ((MilestoneStep, "milestone"), (MilestoneProject, "milestone")),
    Kind.ROLE: (
        (Requirement, "role"),
        (Choice, "role"),
        (RoleMilestone, "role"),
        (Activity, "role"),
        (Neighbour, "role"),
        (_RoleFact, "role"),
    ),
    Kind.INDUSTRY: (
        (UseCase, "industry"),
        (Consideration, "industry"),
        (IndustryRequirement, "industry"),
        (Emphasis, "industry"),
        (_IndustryFact, "industry"),
    ),
    Kind.PROJECT: ((ChecklistItem, "project"), (Proof, "project"), (_ProjectIndustry, "project")),
    Kind.STARTING_POINT: ((StartingLevel, "starting_point"),),
    Kind.GUIDE: ((_GuideFact, "guide"),),
}
# Of these a plan is made, and by these learners know a record; everything else can change without anybody's plan changing.
# Units make the effort, which is told of; their words change often.
MATTERS = frozenset(
    {
        "name",
        "effort",
        "levels",
        "prerequisites",
        "requirements",
        "choices",
        "milestones",
        "milestone",
        "steps",
        "projects",
        "emphases",
    }
)

ATTEMPTS = 3  # to look at the catalogue while nobody changes it


# --- Document → rows


def fields(document: Document, ids: Ids) -> dict[str, Any]:
    """The values of the record's own row."""
    data = document.data
    row: dict[str, Any] = {
        "slug": document.slug,
        "name": data.get("name", ""),
        "summary": data.get("summary", ""),
        "body": document.body,
        "status": document.status,
    }
    external = data.get("external", {})

    def milestone(key: str) -> int | None:
        return ids[Kind.MILESTONE, data[key]] if key in data else None

    match document.kind:
        case Kind.AREA:
            row |= {"letter": data["letter"], "family": data["family"], "order": data.get("order", 0)}
        case Kind.SKILL:
            row |= {
                "area_id": ids[Kind.AREA, data["area"]],
                "kind": data["kind"],
                "horizon": data["horizon"],
                "effort": [float(hours) for hours in data.get("effort", [])],
                "level_texts": [text for _, text in sorted(data.get("levels", {}).items())],
                "demand": data.get("demand"),
                "esco": external.get("esco", []),
                "onet": external.get("onet", []),
            }
        case Kind.RESOURCE:
            cost = data.get("cost")
            row |= {
                "type": data["type"],
                "url": data["url"],
                "author": data["author"],
                "year": data.get("year"),
                "hours": float(data["hours"]),
                "cost": cost["amount"] if isinstance(cost, dict) else None if cost == PAID else cost,
                "currency": cost["currency"] if isinstance(cost, dict) else "",
                "paid": cost == PAID,
                "language": data.get("language", "en"),
                "programming_language": data.get("programming_language", ""),
                "affiliate": data.get("affiliate", False),
                "checked_on": data.get("checked_on"),
            }
        case Kind.MILESTONE:
            row["outcome"] = data.get("outcome", "")
        case Kind.ROLE:
            row |= {
                "order": data.get("order", 0),
                "apply_after_id": milestone("apply_after"),
                "long_because": data.get("long_because", ""),
                "esco": external.get("esco", []),
                "onet": external.get("onet", []),
            }
        case Kind.INDUSTRY:
            row |= {"order": data.get("order", 0), "milestone_id": milestone("milestone")}
        case Kind.PROJECT:
            row["hours"] = float(data["hours"])
        case Kind.GUIDE:
            row |= {
                "tldr": data["tldr"],
                "takeaways": data.get("takeaways", []),
                "order": data.get("order", 0),
            }
        case Kind.FACT:
            row |= {
                "statement": data["statement"],
                "source": data["source"],
                "url": data["url"],
                "year": data["year"],
                "secondary": data.get("secondary", False),
                "caveat": data.get("caveat", ""),
            }
        case _:
            row["order"] = data.get("order", 0)
    return row


def children(document: Document, ids: Ids) -> list[models.Model]:
    """The rows that belong to the record, unsaved, in the order of the document."""
    data = document.data
    me = ids[document.kind, document.slug]

    def skill(slug: str) -> int:
        return ids[Kind.SKILL, slug]

    facts = [ids[Kind.FACT, slug] for slug in data.get("facts", [])]
    rows: list[models.Model] = []
    match document.kind:
        case Kind.SKILL:
            for item in data.get("aliases", []):
                alias = item if isinstance(item, dict) else {"name": item}
                rows.append(
                    Alias(
                        skill_id=me,
                        name=alias["name"],
                        ambiguous=alias.get("ambiguous", False),
                        context=alias.get("context", []),
                    )
                )
            for slug, level in data.get("prerequisites", {}).items():
                rows.append(Prerequisite(skill_id=me, requires_id=skill(slug), level=level))
            for level, items in data.get("units", {}).items():
                rows += [_unit(me, level, item, ids) for item in items]
        case Kind.RESOURCE:
            for slug, (low, high) in data.get("skills", {}).items():
                rows.append(ResourceSkill(resource_id=me, skill_id=skill(slug), from_level=low, to_level=high))
        case Kind.MILESTONE:
            for item in data.get("steps", []):
                [(slug, level)] = item.items()
                rows.append(MilestoneStep(milestone_id=me, skill_id=skill(slug), level=level))
            for slug in data.get("projects", []):
                rows.append(MilestoneProject(milestone_id=me, project_id=ids[Kind.PROJECT, slug]))
        case Kind.ROLE:
            for slug in data.get("milestones", []):
                rows.append(RoleMilestone(role_id=me, milestone_id=ids[Kind.MILESTONE, slug]))
            rows += [Requirement(role_id=me, skill_id=skill(s), **r) for s, r in data.get("requirements", {}).items()]
            for item in data.get("day", []):
                rows.append(
                    Activity(
                        role_id=me,
                        time=time.fromisoformat(item["time"]),
                        minutes=item["minutes"],
                        activity=item["activity"],
                    )
                )
            for item in data.get("neighbours", []):
                rows.append(Neighbour(role_id=me, other_id=ids[Kind.ROLE, item["role"]], difference=item["difference"]))
            rows += [_RoleFact(role_id=me, fact_id=fact) for fact in facts]
        case Kind.INDUSTRY:
            for slug, item in data.get("requirements", {}).items():
                rows.append(IndustryRequirement(industry_id=me, skill_id=skill(slug), **item))
            rows += [UseCase(industry_id=me, **item) for item in data.get("use_cases", [])]
            rows += [Consideration(industry_id=me, **item) for item in data.get("considerations", [])]
            for item in data.get("emphases", []):
                rows.append(
                    Emphasis(industry_id=me, skill_id=skill(item["skill"]), weight=item["weight"], why=item["why"])
                )
            rows += [_IndustryFact(industry_id=me, fact_id=fact) for fact in facts]
        case Kind.PROJECT:
            rows += [ChecklistItem(project_id=me, text=text) for text in data.get("checklist", [])]
            rows += [Proof(project_id=me, skill_id=skill(s), level=level) for s, level in data["proves"].items()]
            for slug in data.get("industries", []):
                rows.append(_ProjectIndustry(project_id=me, industry_id=ids[Kind.INDUSTRY, slug]))
        case Kind.STARTING_POINT:
            for slug, level in data.get("levels", {}).items():
                rows.append(StartingLevel(starting_point_id=me, skill_id=skill(slug), level=level))
        case Kind.GUIDE:
            rows += [_GuideFact(guide_id=me, fact_id=fact) for fact in facts]
    return rows


def _unit(skill: int, level: int, item: Mapping[str, Any], ids: Ids) -> Unit:
    type_ = next(type_ for type_ in Unit.UnitType.values if type_ in item)
    is_read = type_ == Unit.UnitType.READ
    return Unit(
        skill_id=skill,
        level=level,
        key=item["id"],
        type=type_,
        text="" if is_read else item[type_],
        resource_id=ids[Kind.RESOURCE, item["read"]] if is_read else None,
        part=item.get("part", ""),
        minutes=item["minutes"],
        untried=item.get("untried", False),
        basics=item.get("basics", False),
    )


def lock() -> None:
    """Let nobody else change the catalogue until this transaction ends. Whoever writes begins with it, and may call it again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalog'))")


def written_as_seen[Found, Done](
    look: Callable[[], Found], write: Callable[[Found], Done], state: Callable[[], object]
) -> Done:
    """What `write` makes of what `look` found. Only `write` holds the lock, and only if `state` is what it was before the look;
    if others change the catalogue again and again, the last look is taken with the lock."""
    with remembering():
        for _attempt in range(ATTEMPTS):
            seen = state()
            found = look()
            with transaction.atomic():
                lock()
                if state() == seen:
                    return write(found)
        with transaction.atomic():
            lock()
            return write(look())


def state() -> tuple[int, ...]:
    """Changes with every change of a record that is kept as a version, and with every revision: whether what was read without
    the lock still holds."""
    found = Version.objects.aggregate(newest=models.Max("pk"), count=models.Count("pk"))
    return found["newest"] or 0, found["count"], _newest_revision()


def all_ids() -> dict[tuple[str, str], int]:
    rows = [
        model.objects.order_by().values_list(models.Value(str(kind)), "slug", "pk")
        for kind, model in RECORD_MODELS.items()
    ]
    return {(kind, slug): pk for kind, slug, pk in rows[0].union(*rows[1:], all=True).order_by()}


# --- Rows → document


def documents_of(kind: str, records: Sequence[Record]) -> list[Document]:
    """The documents of records of one kind, in their order."""
    keys = [record.pk for record in records]
    old_slugs: defaultdict[int, list[str]] = defaultdict(list)
    for slug, pk in Redirect.objects.filter(kind=kind, record_id__in=keys).values_list("slug", "record_id"):
        old_slugs[pk].append(slug)
    owned: Owned = defaultdict(list)
    for child, owner in CHILDREN.get(kind, ()):
        for row in child._default_manager.filter(**{f"{owner}__in": keys}).order_by("pk"):
            owned[child, getattr(row, f"{owner}_id")].append(row)
    if kind == Kind.ROLE:
        for member in ChoiceMember.objects.filter(choice__role__in=keys).order_by("pk"):
            owned[ChoiceMember, member.choice_id].append(member)
    slugs = slugs_of(all_ids())
    return [as_document(record, owned, slugs, old_slugs[record.pk]) for record in records]


def slugs_of(ids: Ids) -> Slugs:
    return {(kind, pk): slug for (kind, slug), pk in ids.items()}


def as_document(record: Record, owned: Owned, slugs: Slugs, old_slugs: Iterable[str]) -> Document:
    """The document of a record that is, or will be, what these rows say. `owned` has the rows that belong to it, in their
    order, and those of its choices."""
    data = _data(record, owned, slugs)
    if record.status != Status.PUBLISHED:
        data["status"] = str(record.status)
    data["formerly"] = sorted(old_slugs)
    body = record.body.replace("\r\n", "\n").strip("\n")
    given = {key: value for key, value in data.items() if value not in (None, "", [], {})}
    return Document(record.KIND, record.slug, canonical(record.KIND, given), body + "\n" if body else "")


def _data(record: Any, rows: Owned, slugs: Slugs) -> dict[str, Any]:
    def owned(child: type[models.Model]) -> list[Any]:
        return rows.get((child, record.pk), [])

    def skill(row: Any) -> str:
        return slugs[Kind.SKILL, row.skill_id]

    data: dict[str, Any] = {"name": record.name, "summary": record.summary}
    external = {"esco": list(getattr(record, "esco", [])), "onet": list(getattr(record, "onet", []))}
    if any(external.values()):
        data["external"] = {name: values for name, values in external.items() if values}
    if hasattr(record, "order"):
        data["order"] = record.order
    match record.KIND:
        case Kind.AREA:
            data |= {"letter": record.letter, "family": record.family}
        case Kind.SKILL:
            data |= {
                "area": slugs[Kind.AREA, record.area_id],
                "kind": record.kind,
                "horizon": record.horizon,
                "effort": [_plain(hours) for hours in record.effort],
                "levels": dict(enumerate(record.level_texts, 1)),
                "demand": record.demand,
                "aliases": [
                    {"name": a.name, "ambiguous": a.ambiguous, "context": a.context}
                    if a.ambiguous or a.context
                    else a.name
                    for a in owned(Alias)
                ],
                "prerequisites": {slugs[Kind.SKILL, p.requires_id]: p.level for p in owned(Prerequisite)},
                "units": _units(owned(Unit), slugs),
            }
        case Kind.RESOURCE:
            cost = None if record.cost is None else _plain(float(record.cost))
            data |= {
                "type": record.type,
                "url": record.url,
                "author": record.author,
                "year": record.year,
                "hours": _plain(record.hours),
                "cost": {"amount": cost, "currency": record.currency} if cost else PAID if record.paid else cost,
                "language": record.language,
                "programming_language": record.programming_language,
                "affiliate": record.affiliate,
                "checked_on": record.checked_on,
                "skills": {skill(row): [row.from_level, row.to_level] for row in owned(ResourceSkill)},
            }
        case Kind.MILESTONE:
            data |= {
                "outcome": record.outcome,
                "steps": [{skill(row): row.level} for row in owned(MilestoneStep)],
                "projects": [slugs[Kind.PROJECT, row.project_id] for row in owned(MilestoneProject)],
            }
        case Kind.ROLE:
            data |= {
                "choices": {
                    choice.slug: {
                        "name": choice.name,
                        "one_of": {skill(m): m.level for m in rows.get((ChoiceMember, choice.pk), [])},
                        "importance": choice.importance,
                    }
                    for choice in owned(Choice)
                },
                "milestones": [slugs[Kind.MILESTONE, row.milestone_id] for row in owned(RoleMilestone)],
                "apply_after": slugs.get((Kind.MILESTONE, record.apply_after_id)),
                "long_because": record.long_because,
                "requirements": {skill(r): {"level": r.level, "importance": r.importance} for r in owned(Requirement)},
                "day": [
                    {"time": a.time.strftime("%H:%M"), "minutes": a.minutes, "activity": a.activity}
                    for a in sorted(owned(Activity), key=attrgetter("time"))
                ],
                "neighbours": [
                    {"role": slugs[Kind.ROLE, n.other_id], "difference": n.difference} for n in owned(Neighbour)
                ],
                "facts": [slugs[Kind.FACT, row.fact_id] for row in owned(_RoleFact)],
            }
        case Kind.INDUSTRY:
            data |= {
                "requirements": {
                    skill(r): {"level": r.level, "importance": r.importance} for r in owned(IndustryRequirement)
                },
                "milestone": slugs.get((Kind.MILESTONE, record.milestone_id)),
                "use_cases": [{"name": u.name, "text": u.text} for u in owned(UseCase)],
                "considerations": [{"topic": c.topic, "text": c.text} for c in owned(Consideration)],
                "emphases": [{"skill": skill(e), "weight": _plain(e.weight), "why": e.why} for e in owned(Emphasis)],
                "facts": [slugs[Kind.FACT, row.fact_id] for row in owned(_IndustryFact)],
            }
        case Kind.PROJECT:
            data |= {
                "hours": _plain(record.hours),
                "checklist": [item.text for item in owned(ChecklistItem)],
                "proves": {skill(p): p.level for p in owned(Proof)},
                "industries": [slugs[Kind.INDUSTRY, row.industry_id] for row in owned(_ProjectIndustry)],
            }
        case Kind.STARTING_POINT:
            data["levels"] = {skill(row): row.level for row in owned(StartingLevel)}
        case Kind.GUIDE:
            data |= {
                "tldr": record.tldr,
                "takeaways": record.takeaways,
                "facts": [slugs[Kind.FACT, row.fact_id] for row in owned(_GuideFact)],
            }
        case Kind.FACT:
            data |= {
                "statement": record.statement,
                "source": record.source,
                "url": record.url,
                "year": record.year,
                "secondary": record.secondary,
                "caveat": record.caveat,
            }
    return data


def _units(rows: Iterable[Unit], slugs: Slugs) -> dict[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        item: dict[str, Any] = {
            "id": row.key,
            row.type: slugs[Kind.RESOURCE, row.resource_id] if row.resource_id else row.text,
        }
        if row.part:
            item["part"] = row.part
        item["minutes"] = row.minutes
        for name in ("untried", "basics"):
            if getattr(row, name):
                item[name] = True
        found[row.level].append(item)
    return dict(sorted(found.items()))


def _plain(value: float) -> float:
    return int(value) if float(value).is_integer() else value


# --- Versions, revisions, redirects


def latest(kind: str | None = None, record_ids: Iterable[int] | None = None) -> dict[tuple[str, int], Version]:
    """The newest version of each record (of one kind, of these records)."""
    versions = Version.objects.order_by("kind", "record_id", "-number").distinct("kind", "record_id")
    if kind is not None:
        versions = versions.filter(kind=kind)
    if record_ids is not None:
        versions = versions.filter(record_id__in=list(record_ids))
    return {(version.kind, version.record_id): version for version in versions}


def numbers(records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """The number of the newest version of each of these (kind, primary key): one statement for each kind."""
    by_kind: defaultdict[str, list[int]] = defaultdict(list)
    for kind, pk in records:
        by_kind[kind].append(pk)
    return {
        (kind, pk): number
        for kind, keys in by_kind.items()
        for pk, number in Version.objects.filter(kind=kind, record_id__in=keys)
        .order_by("record_id")
        .values_list("record_id")
        .annotate(models.Max("number"))
    }


def objections(record: Record) -> list[str]:
    """Why the record, as its rows are now, may not be saved with its status; empty when it may."""
    if record.status == Status.PUBLISHED:
        _, problems = parse(render(documents_of(record.KIND, [record])[0]), kind=record.KIND, slug=record.slug)
        return [problem.message for problem in problems]
    return [f"{owner} needs it and is published" for owner in _published_users(record)]


def _published_users(record: Record) -> list[Record]:
    """Published records that name this one."""
    if isinstance(record, Area):
        return list(record.skills.filter(status=Status.PUBLISHED))
    users: dict[tuple[str, int], Record] = {}
    for children in CHILDREN.values():
        for child, owner in children:
            for column in child._meta.fields:
                if (
                    isinstance(column, models.ForeignKey)
                    and column.name != owner
                    and column.related_model is type(record)
                ):
                    rows = child._default_manager.filter(**{column.name: record, f"{owner}__status": Status.PUBLISHED})
                    for row in rows.select_related(owner):
                        user = getattr(row, owner)
                        users[user.KIND, user.pk] = user
    return list(users.values())


def diff(before: str, after: str) -> str:
    """What changed between two documents, as a unified diff without its header."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return "\n".join(list(lines)[2:])


@dataclass
class Outcome:
    """What a write of records leaves behind: versions, changes of what is public, and what the search has to know."""

    versions: list[Version] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    # By kind, the names by which each record is found, the record's own first, and those that are not found any more.
    shown: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    hidden: dict[str, list[int]] = field(default_factory=dict)

    def add(self, record: Record, document: Document, old: Version | None, **about: Any) -> bool:
        """Whether the record became something else than its newest version says. `about` are fields of the new one."""
        content = render(document)
        if old is not None and old.document == content and old.slug == record.slug:
            return False
        self.versions.append(
            Version(
                kind=record.KIND,
                record_id=record.pk,
                slug=record.slug,
                number=old.number + 1 if old else 1,
                document=content,
                **about,
            )
        )
        previous = parse(old.document, kind=old.kind, slug=old.slug)[0] if old else None
        change = _change(record, document, previous)
        if change is not None:
            self.changes.append(change)
        if document.published:
            aliases = [names.alias_name(alias) for alias in document.data.get("aliases", [])]
            self.shown.setdefault(record.KIND, {})[record.pk] = [record.name, *aliases]
        else:
            self.hidden.setdefault(record.KIND, []).append(record.pk)
        return True

    def merge(self, kind: str, slug: str, into: str, called: Mapping[tuple[str, str], str]) -> None:
        """That a record became part of another one is what is said of it; `called` are the names by kind and slug."""
        self.changes = [change for change in self.changes if (change.kind, change.slug) != (kind, slug)]
        summary = f"{called[kind, slug]} is now part of {called[kind, into]}."[:300]
        self.changes.append(
            Change(kind=kind, slug=slug, change=Change.ChangeType.MERGED, into=into, summary=summary, matters=True)
        )


def keep(outcome: Outcome) -> Revision | None:
    """Write it. Returns the new revision, or None when nothing that is or was public changed."""
    copy_in(outcome.versions)
    for kind, shown in outcome.shown.items():
        search.index(kind, shown)
    for kind, hidden in outcome.hidden.items():
        search.forget(kind, hidden)
    return _revise(outcome.changes) if outcome.changes else None


@transaction.atomic
def commit(
    records: Sequence[Record],
    *,
    source: str,
    author: User | None = None,
    merged: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> Revision | None:
    """Keep a version of every record that differs from its newest one; publish what changed in public.

    `merged` maps (kind, slug that is no more) to the slug it became part of. Returns the new revision, or None when nothing
    that is or was public changed. Must run in the transaction that changed the records.
    """
    by_kind: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_kind[record.KIND].append(record)
    now = timezone.now()
    outcome = Outcome()
    for kind, group in by_kind.items():
        before = latest(kind, [record.pk for record in group])
        _keep_old_slugs(kind, group, before)
        touched = [
            record.pk
            for record, document in zip(group, documents_of(kind, group), strict=True)
            if outcome.add(record, document, before.get((kind, record.pk)), source=source, author=author, at=now)
        ]
        RECORD_MODELS[kind].objects.filter(pk__in=touched).update(updated_at=now)
    called = {(str(record.KIND), record.slug): record.name for record in records}
    for (kind, slug), into in merged.items():
        outcome.merge(kind, slug, into, called)
    return keep(outcome)


@transaction.atomic
def set_dead(*, resource: int, address: str, dead: bool) -> Revision | None:
    """Take a resource whose address is dead from what is public, or put it back. It stays published, and what is said of it
    is as it was: no version is kept. Nothing happens where somebody has entered another address meanwhile. Returns the
    revision, or None when nothing that is public changed."""
    lock()
    record = Resource.objects.select_for_update().get(pk=resource)
    if record.url != address or record.is_dead == dead:
        return None
    record.dead_address, record.updated_at = address if dead else "", timezone.now()
    record.save(update_fields=["dead_address", "updated_at"])
    if record.status != Status.PUBLISHED:
        return None
    search.index(Kind.RESOURCE, {record.pk: [record.name]})
    change = Change(kind=Kind.RESOURCE, slug=record.slug)
    if dead:
        change.change, summary = (
            Change.ChangeType.RETIRED,
            f"{record.name}: its address is dead; shown again when it works.",
        )
    else:
        change.change, summary = Change.ChangeType.PUBLISHED, f"{record.name}: its address works again."
    change.summary = summary[:300]
    return _revise([change])


def _keep_old_slugs(kind: str, records: Sequence[Record], before: Mapping[tuple[str, int], Version]) -> None:
    """A record that changed its slug is found under the old one too; a slug that is in use again redirects no more."""
    for record in records:
        old = before.get((kind, record.pk))
        if old is not None and old.slug != record.slug:
            Redirect.objects.update_or_create(kind=kind, slug=old.slug, defaults={"record_id": record.pk})
    in_use = [record.slug for record in records if record.status != Status.RETIRED]
    Redirect.objects.filter(kind=kind, slug__in=in_use).delete()


def _revise(changes: list[Change]) -> Revision:
    lock()  # until this transaction ends nobody else numbers a revision, so numbers become visible in their order
    revision = Revision.objects.create(number=_newest_revision() + 1)
    for change in changes:
        change.revision = revision
    copy_in(changes)
    return revision


def _newest_revision() -> int:
    return Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0


def _change(record: Record, document: Document, previous: Document | None) -> Change | None:
    was_public = previous is not None and previous.published
    if not was_public and not document.published:
        return None
    change = Change(kind=record.KIND, slug=record.slug)
    if not was_public:
        change.change, change.summary = Change.ChangeType.PUBLISHED, f"New: {record.name}."
    elif not document.published:
        change.change, change.summary = Change.ChangeType.RETIRED, f"{record.name} is no longer part of the catalogue."
        change.matters = True
    else:
        assert previous is not None
        keys = [key for key in {**previous.data, **document.data} if previous.data.get(key) != document.data.get(key)]
        if previous.body != document.body:
            keys.append("text")
        words = ", ".join(key.replace("_", " ") for key in keys if key != "formerly") or "address"
        change.change, change.summary = Change.ChangeType.UPDATED, f"{record.name}: {words} changed."
        change.matters = not MATTERS.isdisjoint(keys)
    change.summary = change.summary[:300]
    return change
