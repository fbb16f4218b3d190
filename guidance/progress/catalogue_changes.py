"""What changed in the catalogue for one learner: news of their field, and notices of changes that affect their own plan, levels
or wishes. Both are changes to records, read with one statement.

If their role or industry was redrawn, one notice states what the goal now requires and how that affects their readiness.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog.documents import parse
from guidance.catalog.kinds import Choice, Requirement, fields_of
from guidance.catalog.models import Change, Kind, Revision, Status, Version
from guidance.catalog.redirects import Key
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import goal_name, names
from guidance.progress.ads import catalogue_role
from guidance.progress.curriculum import Targets, targets
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.readiness import Score
from guidance.progress.step_advice import MIN_POINTS

MAX_NEWS = 5
MAX_READ = 50  # maximum number of changes read: more than MAX_NEWS, because a record with many changes is one item

type Data = Mapping[str, Any]  # the data of a document


@dataclass(frozen=True, slots=True)
class CatalogueNews:
    """The latest change to a catalogue record."""

    kind: str
    slug: str  # its slug today
    change: str  # published, updated, retired or merged
    summary: str
    on: date


@dataclass(frozen=True, slots=True)
class ChangeNotice(CatalogueNews):
    """A change that affects what the learner plans, knows or pinned. It is shown until they dismiss it."""

    # The slug is empty if the record no longer exists.
    revision: int = 0


@dataclass(frozen=True, slots=True)
class CatalogueChanges:
    news: tuple[CatalogueNews, ...] = ()  # latest first
    notices: tuple[ChangeNotice, ...] = ()  # latest first


def changes_for(learner: User, state: LearnerState) -> CatalogueChanges:
    """Returns the news and notices of a learner. It takes one query, or none if there is neither a goal nor anything new to
    report; one more if their goal was redrawn, and two more if a record changed more than once."""
    snapshot, goal_state = state.snapshot, state.goal_state
    # The first revision is the initial catalogue, so nothing in it is news.
    field = _field(snapshot, goal_state) if goal_state and snapshot.revision > 1 else {}
    # Every write increments the version, so a learner at version 0 has nothing that a change could affect.
    is_told = state.version == 0 or state.seen >= snapshot.revision
    own = {} if is_told else _own(state)
    if is_told and not field:
        return CatalogueChanges()
    rows = _read(learner, state, field, own)
    told = _still_different([row for told, *row in rows if told], own, state)
    notices = _notices(learner, own, snapshot, told)
    return CatalogueChanges(
        news=_news(learner, field, [row for told, *row in rows if not told]),
        notices=_with_redrawn(notices, state, goal_state) if goal_state else notices,
    )


def _read(learner: User, state: LearnerState, field: Iterable[Key], own: Iterable[Key]) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {
        "learner": learner.pk,
        "seen": state.seen,
        "latest": state.snapshot.revision,
        "read": MAX_READ,
        "retired": Status.RETIRED,
    }
    for name, keys in (("field", list(field)), ("own", list(own))):
        values[f"{name}_kinds"] = [str(kind) for kind, _slug in keys]
        values[f"{name}_slugs"] = [slug for _kind, slug in keys]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, values)
        return list(cursor.fetchall())


# Raw SQL, because there are hundreds of records: passing them as two arrays takes a fifth of the time that one condition per
# record would take.
# - News: changes since the learner set their first goal.
# - Notices: changes that they have not seen, including retired skills that they know, studied or made a wish about.
_CHANGES = """
(
    SELECT FALSE AS told, kind, slug, change, "into", summary, revision_id, revision.at
    FROM catalog_change JOIN catalog_revision AS revision ON revision.number = revision_id
    WHERE revision_id > 1 AND revision_id <= %(latest)s AND NOT derived
        AND revision.at > (SELECT at FROM progress_goal WHERE learner_id = %(learner)s ORDER BY id LIMIT 1)
        AND (kind, slug) IN (SELECT unnest(%(field_kinds)s::text[]), unnest(%(field_slugs)s::text[]))
    ORDER BY revision_id DESC, kind, slug LIMIT %(read)s
) UNION ALL (
    SELECT TRUE, kind, slug, change, "into", summary, revision_id, revision.at
    FROM catalog_change JOIN catalog_revision AS revision ON revision.number = revision_id
    WHERE matters AND revision_id > %(seen)s AND revision_id <= %(latest)s
        AND (
            (kind, slug) IN (SELECT unnest(%(own_kinds)s::text[]), unnest(%(own_slugs)s::text[]))
            OR change = 'retired' AND kind = 'skill' AND slug IN (
                SELECT slug FROM catalog_skill AS skill
                WHERE status = %(retired)s AND (
                    EXISTS (SELECT FROM progress_learnerskill WHERE learner_id = %(learner)s AND skill_id = skill.id)
                    OR EXISTS (SELECT FROM progress_planoverride WHERE learner_id = %(learner)s AND skill_id = skill.id)
                )
            )
        )
    ORDER BY revision_id DESC, kind, slug LIMIT %(read)s
)
"""


def _with_redrawn(
    notices: tuple[ChangeNotice, ...], state: LearnerState, goal_state: GoalState
) -> tuple[ChangeNotice, ...]:
    """Returns the notices. If the goal was redrawn, a single notice replaces those about its milestones and skills in the same
    revision."""
    goal = {(Kind.ROLE, catalogue_role(goal_state.role).slug)} | (
        {(Kind.INDUSTRY, goal_state.industry.slug)} if goal_state.industry else set()
    )
    redrawing = [
        notice
        for notice in notices
        if (notice.kind, notice.slug) in goal and notice.change == Change.ChangeType.UPDATED
    ]
    text = redrawn(state, goal_state) if redrawing else ""
    if not text:
        return notices
    revisions = {notice.revision for notice in redrawing}
    others = (
        notice
        for notice in notices
        if notice not in redrawing
        and not (
            notice.revision in revisions and notice.change in {Change.ChangeType.UPDATED, Change.ChangeType.PUBLISHED}
        )
    )
    return replace(redrawing[0], summary=text), *others


def _field(snapshot: Snapshot, goal_state: GoalState) -> dict[Key, Key]:
    """Returns the role, industry and skills of the goal, with their projects and resources."""
    wanted: set[Key] = {(Kind.ROLE, catalogue_role(goal_state.role).slug)}
    if goal_state.industry:
        wanted.add((Kind.INDUSTRY, goal_state.industry.slug))
    for skill in goal_state.within:
        wanted.add((Kind.SKILL, skill))
        wanted.update((Kind.PROJECT, slug) for slug in snapshot.projects_of[skill])
        wanted.update((Kind.RESOURCE, slug) for slug in snapshot.resources_of[skill])
    return _once(snapshot, wanted)


def _own(state: LearnerState) -> dict[Key, Key]:
    """Returns what is in the plan, what the learner knows or studied, and what they pinned, put off or skipped."""
    skills = {*state.skills, *state.pin, *state.skip, *state.later}
    wanted: set[Key] = set()
    if state.goal_state:
        skills |= {step.skill for step in state.goal_state.plan.steps if step.skill is not None}
        wanted.add((Kind.ROLE, catalogue_role(state.goal_state.role).slug))
        wanted |= {(Kind.MILESTONE, milestone.slug) for milestone in state.goal_state.curriculum.milestones}
        if state.goal_state.industry:
            wanted.add((Kind.INDUSTRY, state.goal_state.industry.slug))
    wanted |= {(Kind.SKILL, skill) for skill in skills}
    return _once(state.snapshot, wanted)


def _once(snapshot: Snapshot, wanted: set[Key]) -> dict[Key, Key]:
    """Maps the current and former slugs of these records, and of the records merged into them, to the current slugs: older
    changes are stored under old slugs."""
    old = {key: (key[0], slug) for key, slug in snapshot.redirects.items() if (key[0], slug) in wanted}
    return {key: key for key in wanted} | old


def _still_different(rows: list[list[Any]], names: Mapping[Key, Key], state: LearnerState) -> list[list[Any]]:
    """Returns the rows, without updates of records that are again as the learner last saw them, in everything that plans and
    levels depend on. That takes at least two updates: the second may undo the first."""
    updates = Counter(
        names.get((kind, slug)) for kind, slug, change, *_more in rows if change == Change.ChangeType.UPDATED
    )
    again = {
        (key[0], record.id): key
        for key, count in updates.items()
        if count > 1 and key is not None and (record := state.snapshot.of_kind(key[0]).get(key[1])) is not None
    }
    if not again:
        return rows
    versions = Version.objects.filter(kind__in={kind for kind, _pk in again}, record_id__in={pk for _kind, pk in again})
    then = _that_matters(versions.filter(at__lte=Subquery(Revision.objects.filter(number=state.seen).values("at"))))
    now = _that_matters(versions)
    same = {key for place, key in again.items() if place in then and then[place] == now[place]}
    return [row for row in rows if row[2] != Change.ChangeType.UPDATED or names.get((row[0], row[1])) not in same]


def _that_matters(versions: QuerySet[Version]) -> dict[tuple[str, int], Data]:
    """Returns the fields that plans and levels depend on, from the latest of these versions of each record."""
    latest = versions.order_by("kind", "record_id", "-number").distinct("kind", "record_id")
    found: dict[tuple[str, int], Data] = {}
    for kind, pk, slug, content in latest.values_list("kind", "record_id", "slug", "document"):
        document, _problems = parse(content, kind=kind, slug=slug)
        if document is not None:
            fields = fields_of(kind)
            found[kind, pk] = {
                key: value for key, value in document.data.items() if key in fields and fields[key].in_plans
            }
    return found


def _news(learner: User, names: Mapping[Key, Key], rows: Iterable[list[Any]]) -> tuple[CatalogueNews, ...]:
    news: dict[Key, CatalogueNews] = {}
    said: dict[tuple[int, str], Key] = {}  # a split has the same summary for both skills
    for kind, slug, change, _into, summary, revision, at in rows:
        key = names[kind, slug]
        if said.setdefault((revision, summary), key) == key:
            news.setdefault(key, CatalogueNews(*key, change, summary, learner.local_date(at)))
    return tuple(news.values())[:MAX_NEWS]


_THERE_AND_BACK = [
    {Change.ChangeType.PUBLISHED, gone} for gone in (Change.ChangeType.MERGED, Change.ChangeType.RETIRED)
]


def _notices(
    learner: User, names: Mapping[Key, Key], snapshot: Snapshot, rows: Iterable[list[Any]]
) -> tuple[ChangeNotice, ...]:
    """Returns the latest notice of each slug. It leaves out records that were removed and added again, or added and removed,
    since nothing changed for the learner. It also leaves out records with the same summary as another record in the same
    revision, as after a split."""
    notices: dict[Key, ChangeNotice] = {}
    back: set[Key] = set()
    said: dict[tuple[int, str], Key] = {}
    # Within a revision, records that were added or removed come before the updates that resulted from that.
    for kind, slug, change, into, summary, revision, at in sorted(
        rows, key=lambda row: (-row[5], row[2] == Change.ChangeType.UPDATED)
    ):
        key = (kind, slug)
        if key in notices:
            if {notices[key].change, change} in _THERE_AND_BACK:
                back.add(key)
                said[revision, summary] = key
            continue
        if said.setdefault((revision, summary), key) != key:
            continue
        leads_to = names.get(key) or (kind, snapshot.redirects.get((kind, into or slug), into))
        shown = leads_to[1] if leads_to[1] in snapshot.of_kind(kind) else ""
        notices[key] = ChangeNotice(kind, shown, change, summary, learner.local_date(at), revision)
    return tuple(notice for key, notice in notices.items() if key not in back)


def redrawn(state: LearnerState, goal_state: GoalState) -> str:
    """Returns sentences about a redrawn goal. There are none if the goal's targets and the order of its milestones are unchanged,
    if it is not known which version the learner saw last, or if the goal is a saved ad, which does not change with the role.
    Takes one query."""
    if goal_state.planned_by is not None:
        return ""
    before = _before(state, goal_state)
    if Kind.ROLE not in before or (goal_state.industry is not None and Kind.INDUSTRY not in before):
        return ""
    role, industry = before[Kind.ROLE], before.get(Kind.INDUSTRY, {})
    earlier = _targets(role, industry, state.snapshot)
    goal = goal_name(goal_state.role, goal_state.industry)
    if earlier == dict(goal_state.targets):
        if role.get("milestones", []) == list(goal_state.role.milestones):
            return ""
        return _("“{goal}” has a new path of milestones. Your levels and your readiness are unchanged.").format(
            goal=goal
        )
    then, now = Score(earlier, state.levels).readiness, goal_state.readiness.readiness
    text = _("“{goal}” was revised. Your levels are unchanged; readiness went from {then} to {now}, because {reasons}.")
    if abs(now - then) < MIN_POINTS:
        text = _("“{goal}” was revised: {reasons}. Your levels are unchanged, and readiness is still {now}.")
    reasons = "; ".join(_reasons(earlier, goal_state, state.snapshot))
    return text.format(goal=goal, then=f"{then:.1f}", now=f"{now:.1f}", reasons=reasons)


def _before(state: LearnerState, goal_state: GoalState) -> dict[str, Data]:
    """Returns the documents of the role and the industry as the learner last saw them, by kind."""
    records = Q(kind=Kind.ROLE, record_id=goal_state.role.id)
    if goal_state.industry is not None:
        records |= Q(kind=Kind.INDUSTRY, record_id=goal_state.industry.id)
    seen = Revision.objects.filter(number=state.seen).values("at")
    rows = Version.objects.filter(records, at__lte=Subquery(seen)).order_by("kind", "-number").distinct("kind")
    documents: dict[str, Data] = {}
    for kind, slug, content in rows.values_list("kind", "slug", "document"):
        document, _problems = parse(content, kind=kind, slug=slug)
        if document is not None:
            documents[kind] = document.data
    return documents


def _targets(role: Data, industry: Data, snapshot: Snapshot) -> dict[str, Any]:
    """Returns the targets of these documents with today's skills: merged skills are replaced, retired ones are left out."""

    def slugs[V](by_slug: Mapping[str, V]) -> Iterator[tuple[str, V]]:
        for slug, value in by_slug.items():
            today = snapshot.latest_slug(Kind.SKILL, slug)
            if today in snapshot.skills:
                yield today, value

    def asked(data: Data) -> dict[str, Requirement]:
        requirements: dict[str, Requirement] = {}
        for slug, item in slugs(data.get("requirements", {})):
            other = requirements.get(slug, Requirement(slug, 0, 0))
            requirements[slug] = Requirement(
                slug, max(item["level"], other.level), max(item["importance"], other.importance)
            )
        return requirements

    choices = {
        slug: Choice(slug, item["name"], one_of, item["importance"])
        for slug, item in role.get("choices", {}).items()
        if (one_of := dict(slugs(item["one_of"])))
    }
    emphases = dict(slugs({item["skill"]: item["weight"] for item in industry.get("emphases", [])}))
    return targets(asked(role), choices, asked(industry), emphases)


def _reasons(earlier: Targets, goal_state: GoalState, snapshot: Snapshot) -> Iterator[str]:
    then = {skill for target in earlier.values() for skill in target.one_of}
    now = {skill for target in goal_state.targets.values() for skill in target.one_of}
    choices = [choice for slug, choice in goal_state.role.choices.items() if slug not in earlier]
    chosen = {skill for choice in choices for skill in choice.one_of}
    asked = dict.fromkeys([*goal_state.role.skills, *goal_state.targets])
    added = [snapshot.skills[slug] for slug in asked if slug in now - then - chosen]
    gone = [snapshot.skills[slug] for slug in sorted(then - now)]
    if added:
        yield _("it now asks for {names}").format(names=names(added))
    if gone:
        yield _("it no longer asks for {names}").format(names=names(gone))
    for choice in choices:
        yield _("any one of {names} is enough").format(names=names([snapshot.skills[slug] for slug in choice.one_of]))
    if not (added or gone or choices):
        yield _("it now asks for different levels, or gives skills different weights")
