"""The conditions for publishing documents: they are complete, their names are free, what they refer to is public, there is no
cycle, and they follow the milestone rules (`catalog.milestones`).

As in imports and operations, only new breaches of the milestone rules count: no one has to fix problems that others left behind.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from guidance.catalog import graph, milestones, record_store, snapshot
from guidance.catalog.documents import Document, Problem, parse
from guidance.catalog.kinds import Record, Requirement
from guidance.catalog.models import RECORD_MODELS, Kind, Prerequisite, Status
from guidance.catalog.pack import Pack
from guidance.catalog.redirects import Key
from guidance.catalog.references import repoint
from guidance.catalog.snapshot import Snapshot
from guidance.curation import naming
from guidance.curation.models import Proposal
from guidance.curation.naming import Place, RecordNames, slug_taken
from guidance.curation.record_documents import NEVER_PUBLIC, as_public

MILESTONE_KINDS = frozenset({Kind.SKILL, Kind.MILESTONE, Kind.ROLE, Kind.INDUSTRY, Kind.PROJECT})


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach of a rule by a record."""

    place: Place
    name: str
    rule: str  # the problem, as a sentence without a full stop


def broken_rules(rows: Sequence[tuple[Place, Document]]) -> list[Breach]:
    """Returns rules that publishing these documents together would break and that are not broken now. Everything they refer to
    must be public or among them."""
    rows = [row for row in rows if row[0][0] in MILESTONE_KINDS]
    if not rows:
        return []
    before, after = _before_and_after(rows)
    known = Counter(milestones.problems(_pack(before)))
    return [
        _breach_of(problem, after) for problem in milestones.problems(_pack(after)) if not _is_known(problem, known)
    ]


def rule_findings(place: Place, document: Document) -> list[Breach]:
    """Returns the writing rules that the document breaks, and those that other records would break because of it."""
    if place[0] not in MILESTONE_KINDS or not document.published:
        return []
    before, after = _before_and_after([(place, document)])
    known, own = Counter(milestones.findings(_pack(before))), after[place].file
    return [
        _breach_of(problem, after)
        for problem in milestones.findings(_pack(after))
        if problem.file == own or not _is_known(problem, known)
    ]


def _is_known(problem: Problem, known: Counter[Problem]) -> bool:
    """Returns whether the problem existed before. A problem that existed twice is known twice, and no more often."""
    known[problem] -= 1
    return known[problem] >= 0


def _breach_of(problem: Problem, documents: Mapping[Place, Document]) -> Breach:
    kind, pk = problem.file.split("/")
    place = (kind, int(pk))
    return Breach(place, str(documents[place].data["name"]), problem.message)


def _pack(documents: Mapping[Place, Document]) -> Pack:
    return Pack(Path(), list(documents.values()), {}, [])


def _placed(place: Place, slug: str, data: dict[str, Any]) -> Document:
    return Document(place[0], slug, data, "", file=f"{place[0]}/{place[1]}")


def _before_and_after(
    rows: Sequence[tuple[Place, Document]],
) -> tuple[dict[Place, Document], dict[Place, Document]]:
    """Returns the public documents by place, before and after. All of them have and use the current slugs of records."""
    catalogue = snapshot.newest()
    before: dict[Place, Document] = {}
    for kind, record, data in _published(catalogue):
        given = {key: value for key, value in data.items() if value not in (None, "", [], {})}
        place = (str(kind), record.id)
        before[place] = _placed(place, record.slug, {"name": record.name, **given})
    present = {place: before[place].slug if place in before else document.slug for place, document in rows}
    slugs = {**catalogue.redirects} | {(kind, document.slug): present[kind, pk] for (kind, pk), document in rows}
    after = dict(before)
    for place, document in rows:
        after.pop(place, None)
        if document.published:
            after[place] = _placed(place, present[place], _by_present_slugs(document, slugs).data)
    return before, after


def _by_present_slugs(document: Document, slugs: Mapping[Key, str]) -> Document:
    for _path, kind, slug in list(document.references()):
        present = slugs.get((kind, slug), slug)
        if kind in MILESTONE_KINDS and present != slug:
            document = repoint(document, kind, slug, present)
    return document


def _published(catalogue: Snapshot) -> Iterator[tuple[Kind, Record, dict[str, Any]]]:
    """Yields every public record with the data that the rules need."""
    for skill in catalogue.skills.values():
        yield Kind.SKILL, skill, {"prerequisites": skill.prerequisites, "effort": list(skill.effort)}
    for milestone in catalogue.milestones.values():
        steps = [{slug: level} for slug, level in milestone.steps]
        yield Kind.MILESTONE, milestone, {"steps": steps, "projects": list(milestone.projects)}
    for role in catalogue.roles.values():
        yield (
            Kind.ROLE,
            role,
            {
                "requirements": _requirements(role.requirements),
                "choices": {slug: {"one_of": choice.one_of} for slug, choice in role.choices.items()},
                "milestones": list(role.milestones),
                "apply_after": role.apply_after,
                "long_because": role.long_because,
            },
        )
    for industry in catalogue.industries.values():
        yield (
            Kind.INDUSTRY,
            industry,
            {"requirements": _requirements(industry.requirements), "milestone": industry.milestone},
        )
    for project in catalogue.projects.values():
        yield Kind.PROJECT, project, {"proves": project.proves, "hours": project.hours}


def _requirements(requirements: Mapping[str, Requirement]) -> dict[str, Any]:
    return {slug: {"level": item.level, "importance": item.importance} for slug, item in requirements.items()}


class NotPublishable(ValidationError):
    """Raised if proposals cannot be published. `reasons` has the problems by the proposal's primary key; under 0, those that no
    single proposal causes."""

    def __init__(self, reasons: Mapping[int, list[str]], names: Mapping[int, str]) -> None:
        self.reasons = reasons
        several = len(names) > 1
        super().__init__(
            [
                naming.about(names[key], reason) if several and key in names else reason
                for key, found in reasons.items()
                for reason in found
            ]
        )


def publish_problems(
    rows: Sequence[Proposal], names: RecordNames, together: Sequence[Proposal] = ()
) -> dict[int, list[str]]:
    """Returns, by primary key, why each proposal cannot be published together with the others and with `together`; proposals that
    can be published are left out."""
    batch = {(row.kind, row.proposed.slug): row.proposed.status for row in (*together, *rows)}
    asked = {row.pk for row in rows}
    numbers = Proposal.objects.filter(pk__in=asked).newest_numbers()
    reasons: defaultdict[int, list[str]] = defaultdict(list)
    for row in rows:
        key = (row.kind, row.record_id)
        if key not in names.slugs:
            reasons[row.pk].append(gettext("The record no longer exists."))
            continue
        if row.pk in numbers and numbers[row.pk] != row.base:  # a proposal that is not saved yet was read just now
            reasons[row.pk].append(gettext("The record has changed since. Update the proposal first."))
        if taken := slug_taken(row.kind, row.record_id, row.proposed.slug, names):
            reasons[row.pk].append(taken)
        reasons[row.pk] += incomplete(row)
        reasons[row.pk] += _reference_problems(row.proposed, names, batch)
    for number, found in taken_names([*together, *rows]).items():
        if number in asked:
            reasons[number] += found
    for number, cycle in _cycles(rows, names).items():
        reasons[number].append(gettext("This would make a cycle: %s.") % " → ".join(cycle))
    if not any(reasons.values()):  # otherwise most of these problems would follow from those
        for number, found in _milestone_problems(rows, together).items():
            reasons[number] += found
    return {key: found for key, found in reasons.items() if found}


def incomplete(proposal: Proposal) -> list[str]:
    _, problems = parse(proposal.document, kind=proposal.kind, slug=proposal.slug)
    return [problem.message for problem in problems]


def taken_names(rows: Sequence[Proposal]) -> dict[int, list[str]]:
    """Returns, by the proposal's primary key, which of its names, aliases and addresses belong to another record or to an
    earlier proposal in `rows`."""
    found = naming.taken([((row.kind, row.record_id), row.proposed) for row in rows])
    return {row.pk: [*found[row.kind, row.record_id]] for row in rows if (row.kind, row.record_id) in found}


def _reference_problems(document: Document, names: RecordNames, batch: Mapping[tuple[str, str], str]) -> list[str]:
    """Returns messages about records that the document refers to and that are not public."""
    found = []
    for path, kind, slug in document.references():
        pk = names.find(kind, slug)
        status = batch.get((kind, slug)) or (names.statuses[kind, pk] if pk is not None else None)
        if (kind, slug) == (document.kind, document.slug):
            found.append(gettext("%s: a record cannot refer to itself.") % path[0])
        elif status is None:
            text = gettext("%(field)s: there is no %(kind)s “%(slug)s”.")
            found.append(text % {"field": path[0], "kind": kind, "slug": slug})
        elif status != Status.PUBLISHED and document.published:
            text = gettext("%(field)s: the %(kind)s “%(slug)s” is not published (%(status)s).")
            values: dict[str, Any] = {"field": path[0], "kind": kind, "slug": slug, "status": Status(status).label}
            found.append(text % values)
    return found


def _cycles(rows: Sequence[Proposal], names: RecordNames) -> dict[int, list[str]]:
    """Returns, by the proposal's primary key, the cycle that its skill would be part of."""
    skills = {
        names.slugs[row.kind, row.record_id]: row
        for row in rows
        if row.kind == Kind.SKILL and (row.kind, row.record_id) in names.slugs
    }
    cycle = find_cycle({slug: row.proposed for slug, row in skills.items()}, names)
    return {skills[slug].pk: cycle for slug in cycle if slug in skills}


def find_cycle(skills: Mapping[str, Document], names: RecordNames) -> list[str]:
    """Returns the slugs of a cycle of prerequisites if these skills, changed to match their documents, would create a cycle. Each
    document has the current slug of its record."""
    if not skills:
        return []
    edges: dict[str, dict[str, int]] = {slug: {} for kind, slug in names.records if kind == Kind.SKILL}
    for slug, need, level in Prerequisite.objects.values_list("skill__slug", "requires__slug", "level"):
        if slug not in skills:
            edges[slug][need] = level
    for slug, document in skills.items():
        needs = edges.setdefault(slug, {})
        for need, level in document.data.get("prerequisites", {}).items():
            pk = names.find(Kind.SKILL, need)
            if pk is not None:
                needs[names.slugs[Kind.SKILL, pk]] = level
    try:
        graph.order(edges)
    except graph.CycleError as error:
        return list(error.cycle)
    return []


def _milestone_problems(rows: Sequence[Proposal], together: Sequence[Proposal] = ()) -> dict[int, list[str]]:
    """Returns, by the proposal's primary key, the milestone rules that its record would break; under 0, the rules that other
    records would break. With only one proposal, all are under its key."""
    keys = {(row.kind, row.record_id): row.pk for row in rows}
    alone = rows[0].pk if len(rows) == 1 else 0
    found: defaultdict[int, list[str]] = defaultdict(list)
    for breach in broken_rules([((row.kind, row.record_id), row.proposed) for row in (*together, *rows)]):
        found[keys.get(breach.place, alone)].append(breach_sentence(breach))
    return found


def breach_sentence(breach: Breach) -> str:
    text = gettext("“%(record)s” would break a rule of milestones: %(rule)s.")
    return text % {"record": breach.name, "rule": breach.rule}


def lasting_milestone_problems(proposal: Proposal) -> list[str]:
    """Returns the milestone rules that the proposal would break both alone and together with all drafts. Related changes are
    submitted one by one, and checked again before they are published."""
    alone = _milestone_problems([proposal]).get(proposal.pk, [])
    if not alone:
        return []
    others = Proposal.objects.open().filter(kind__in=MILESTONE_KINDS).exclude(pk=proposal.pk)
    documents = {(row.kind, row.record_id): row.proposed for row in others}
    for kind in MILESTONE_KINDS:
        drafts = list(RECORD_MODELS[kind].objects.filter(status__in=NEVER_PUBLIC))
        for record, document in zip(drafts, record_store.documents_of(kind, drafts), strict=True):
            documents.setdefault((str(kind), record.pk), as_public(document))
    documents[proposal.kind, proposal.record_id] = proposal.proposed
    still = {breach_sentence(breach) for breach in broken_rules(list(documents.items()))}
    return [reason for reason in alone if reason in still]
