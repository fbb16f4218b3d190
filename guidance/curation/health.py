"""Curriculum health: problems of the published catalogue, by type, each with the record to fix.

Problems that can be found in the documents are calculated once per revision; those that depend on time and the network (`stale`,
`dead`) are queried each time. This takes a handful of statements, whatever the catalogue's size.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db.models import Max, Value
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from guidance.catalog import graph, record_store, snapshot
from guidance.catalog import health as written
from guidance.catalog.documents import Document, parse
from guidance.catalog.kinds import KINDS, in_words_of_form
from guidance.catalog.models import RECORD_MODELS, Kind, Record, Revision, Version
from guidance.catalog.pack import Pack
from guidance.curation import link_checks, stalls
from guidance.curation.models import DistinctPair, HealthReview
from guidance.curation.similar_names import alike, spelling_key
from guidance.lru import RevisionCache

STALE = timedelta(days=90)
MIN_DEMAND_TO_PROVE = 5  # per cent of the ads: a skill named this often should have a project that proves it
# A skill's hours are an outlier if their logarithm differs from the median of its neighbours by more than this many times the
# median distance (Iglewicz and Hoaglin's modified z-score). The distance is at least ALIKE, so that a difference of a tenth does
# not stand out among very similar neighbours.
OUT_OF_LINE, ALIKE = 3.5, 0.1
MIN_NEIGHBOURS = 5  # with fewer skills of the same kind and area, all of the same kind are compared
COUNT_SECONDS = 3600  # for how long the number of findings is cached
LAST_COUNT = "curation:health:last"  # cache key of the latest count, whatever its revision
MIN_SIMILARITY = 0.8  # minimum share of trigrams that two similar names have in common
# A slug at the beginning of a text, or a slug of several words.
SLUG = re.compile(r"^[a-z0-9-]+|\b[a-z0-9]+(?:-[a-z0-9]+)+")


class Fault(StrEnum):
    CYCLES = "cycles"
    UNREACHABLE = "unreachable"
    DEAD = "dead"
    STALLS = "stalls"
    ORPHANS = "orphans"
    MILESTONES = "milestones"
    REDUNDANT = "redundant"
    RESOURCES = "resources"
    DEMAND = "demand"
    HOURS = "hours"
    DUPLICATES = "duplicates"
    WRITING = "writing"
    STALE = "stale"


RANKED = {Fault.DEMAND}  # sorted by what would help most, not by name
TITLES: Mapping[Fault, Promise] = {
    Fault.CYCLES: _("Skills that need each other"),
    Fault.UNREACHABLE: _("Requirements that cannot be reached"),
    Fault.DEAD: _("Dead links"),
    Fault.STALLS: _("Parts that many learners leave or that take long"),
    Fault.ORPHANS: _("Skills that nothing leads to"),
    Fault.MILESTONES: _("Milestone rules"),
    Fault.REDUNDANT: _("Redundant prerequisites"),
    Fault.RESOURCES: _("Too few resources"),
    Fault.DEMAND: _("Named in job ads, but not covered"),
    Fault.HOURS: _("Hours out of line"),
    Fault.DUPLICATES: _("Names that are almost the same"),
    Fault.WRITING: _("Writing rules"),
    Fault.STALE: _("Not reviewed for 90 days"),
}
MEANINGS: Mapping[Fault, Promise] = {
    Fault.CYCLES: _("No one could start any of them."),
    Fault.UNREACHABLE: _("A role requires a skill that cannot be reached, because a prerequisite is not published."),
    Fault.DEAD: _("Resources whose address failed on several days. Learners do not see them."),
    Fault.STALLS: _(
        "Of those who start the part, 30% leave or skip it, or half need 1.5 times the stated hours. The "
        "parts where a change would help most come first."
    ),
    Fault.ORPHANS: _("Skills that nothing needs or leads to, and that no job ad names."),
    Fault.MILESTONES: _(
        "Broken rules for milestones, for roles with milestones and for units. The rules ensure that "
        "each step can be done."
    ),
    Fault.REDUNDANT: _("Prerequisites that another prerequisite implies, at the same or a higher level."),
    Fault.RESOURCES: _("Published skills with fewer than three resources, or with none that is free."),
    Fault.DEMAND: _(
        "Skills that job ads name and no role requires, or that 5% of the ads name and no project "
        "proves. The skills named most often come first."
    ),
    Fault.HOURS: _("The hours from level 0 to 4 differ greatly from those of other skills of the same kind and area."),
    Fault.DUPLICATES: _("These may be the same thing twice."),
    Fault.WRITING: _("Texts that are too long, too short or use words to avoid, and missing values."),
    Fault.STALE: _("No one has changed or confirmed them since."),
}
REMEDIES: Mapping[Fault, Promise] = {
    Fault.CYCLES: _("Remove one of the prerequisites."),
    Fault.UNREACHABLE: _("Publish the missing prerequisite, or remove the requirement from the role."),
    Fault.DEAD: _("Look for the new address and change it. If there is none, a reviewer retires the resource."),
    Fault.STALLS: _("Read the part as a beginner would: make it shorter or clearer, or correct its hours."),
    Fault.ORPHANS: _("Make it a requirement of a role or a prerequisite of a skill, or ask a reviewer to retire it."),
    Fault.MILESTONES: _("Change the steps of the milestone, the milestones of the role, or the unit."),
    Fault.REDUNDANT: _("Remove the prerequisite: learners go through it anyway."),
    Fault.RESOURCES: _("Add resources in the form of the skill, at least one of them free."),
    Fault.DEMAND: _(
        "Add the skill to the requirements in a role’s form, or to the skills that a project proves in the project’s form."
    ),
    Fault.HOURS: _("Compare it with its neighbours. Correct the hours, or leave them if they are right."),
    Fault.DUPLICATES: _("Ask a reviewer to merge them, or mark them as different."),
    Fault.WRITING: _("Change the text in the form of the record."),
    Fault.STALE: _("Read it, change what is out of date, or confirm that it is still correct."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    fault: Fault
    kind: str
    record_id: int
    slug: str
    name: str
    text: str
    need: str = ""  # the slug of the prerequisite concerned
    other: tuple[int, str] | None = None  # key and slug of the record with almost the same name


@dataclass(frozen=True, slots=True)
class Health:
    revision: int
    findings: Sequence[Finding]

    @property
    def counts(self) -> dict[Fault, int]:
        return {fault: sum(finding.fault == fault for finding in self.findings) for fault in Fault}


# --- Calculated from the documents


def of_pack(pack: Pack) -> Iterator[tuple[Fault, Document, str, str]]:
    """Yields (fault, document, text, prerequisite) for all problems in a pack of published documents. Pure."""
    skills = pack.of_kind(Kind.SKILL)
    edges = written.edges(pack)
    for cycle in _cycles(edges):
        text = gettext("Needs itself: %s.") % " → ".join(skills[slug].data["name"] for slug in cycle)
        yield Fault.CYCLES, skills[cycle[0]], text, cycle[1]
    yield from _unreachable(pack, edges)
    yield from _demand(pack)
    yield from _hours(skills.values())
    checks = {name: check for name, check in written.CHECKS.items() if name != Fault.DUPLICATES}
    by_file = {document.file: document for document in pack.documents}
    for name, check in checks.items():
        if name == Fault.REDUNDANT:
            continue
        for problem in check(pack):
            document = by_file[problem.file]
            message = in_words_of_form(document.kind, problem.message)
            yield Fault(name), document, _by_names(pack, message) if name == Fault.MILESTONES else message, ""
    if not _cycles(edges):
        for slug, need in graph.redundant_edges(edges):
            text = gettext("“%s” is implied by another prerequisite.") % skills[need].data["name"]
            yield Fault.REDUNDANT, skills[slug], text, need


def _cycles(edges: graph.Graph) -> list[list[str]]:
    """Returns one cycle, if there is any. The database rejects cycles, so one is enough to report."""
    try:
        graph.order(edges)
    except graph.CycleError as error:
        return [error.cycle]
    return []


def _required_skills(role: Document) -> list[str]:
    """Returns the skills that the role requires, alone or in a choice."""
    return [slug for _path, kind, slug in role.references() if kind == Kind.SKILL]


def _unreachable(pack: Pack, edges: graph.Graph) -> Iterator[tuple[Fault, Document, str, str]]:
    for role in pack.of_kind(Kind.ROLE).values():
        for slug in _required_skills(role):
            if missing := sorted(need for need in graph.ancestors(edges, [slug]) if need not in edges):
                text = gettext("%(skill)s cannot be reached: %(missing)s is not published.")
                values = {"skill": _name(pack, slug), "missing": ", ".join(_name(pack, need) for need in missing)}
                yield Fault.UNREACHABLE, role, text % values, ""


def _name(pack: Pack, slug: str) -> str:
    """Returns the name of a skill or, if it is unpublished and so not in the pack, its slug."""
    skill = pack.of_kind(Kind.SKILL).get(slug)
    return str(skill.data["name"]) if skill else slug


def _by_names(pack: Pack, text: str) -> str:
    """Returns the text of a rule with slugs of skills, milestones and projects replaced by names. A single word inside the text
    may be an ordinary word, so it is kept."""

    def name_of(slug: str) -> str:
        kinds = (Kind.SKILL, Kind.MILESTONE, Kind.PROJECT)
        found = next((pack.of_kind(kind)[slug] for kind in kinds if slug in pack.of_kind(kind)), None)
        return str(found.data["name"]) if found else slug

    return SLUG.sub(lambda word: name_of(word[0]), text)


def _demand(pack: Pack) -> Iterator[tuple[Fault, Document, str, str]]:
    asked = {slug for role in pack.of_kind(Kind.ROLE).values() for slug in _required_skills(role)}
    proven = {slug for project in pack.of_kind(Kind.PROJECT).values() for slug in project.data.get("proves", {})}
    skills = [(slug, skill) for slug, skill in pack.of_kind(Kind.SKILL).items() if "demand" in skill.data]
    for slug, skill in sorted(skills, key=lambda pair: (-pair[1].data["demand"], pair[1].data["name"].casefold())):
        demand = skill.data["demand"]
        if slug not in asked:
            text = gettext("%d%% of the ads name it, but no role lists it.")
        elif demand >= MIN_DEMAND_TO_PROVE and slug not in proven:
            text = gettext("%d%% of the ads name it, but no project proves it.")
        else:
            continue
        yield Fault.DEMAND, skill, text % demand, ""


def _hours(skills: Iterable[Document]) -> Iterator[tuple[Fault, Document, str, str]]:
    of_kind: defaultdict[str, list[float]] = defaultdict(list)
    of_area: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    skills = list(skills)
    for skill in skills:
        total = math.log(sum(skill.data["effort"]))
        of_kind[skill.data["kind"]].append(total)
        of_area[skill.data["kind"], skill.data["area"]].append(total)
    for skill in skills:
        group = of_area[skill.data["kind"], skill.data["area"]]
        near = len(group) >= MIN_NEIGHBOURS
        group = group if near else of_kind[skill.data["kind"]]
        total = sum(skill.data["effort"])
        if len(group) >= MIN_NEIGHBOURS and out_of_line(math.log(total), group):
            usual = math.exp(median(group))
            text = (
                gettext("%(hours)d h in all; %(kind)ss in its area take about %(usual)d h.")
                if near
                else gettext("%(hours)d h in all; %(kind)ss take about %(usual)d h.")
            )
            values = {"hours": round(total), "kind": skill.data["kind"], "usual": round(usual)}
            yield Fault.HOURS, skill, text % values, ""


def out_of_line(value: float, group: Sequence[float]) -> bool:
    middle = median(group)
    spread = median(abs(each - middle) for each in group)
    return 0.6745 * abs(value - middle) / max(spread, ALIKE) > OUT_OF_LINE


# --- Queried from the database


def last_reviewed() -> dict[tuple[str, int], datetime]:
    """Returns when a curator last changed or reviewed each record. Takes two statements."""
    newest = Version.objects.values("kind", "record_id").order_by().annotate(last=Max("at"))
    latest = {(row["kind"], row["record_id"]): row["last"] for row in newest}
    for kind, pk, at in HealthReview.objects.values_list("kind", "record_id", "at"):
        latest[kind, pk] = max(at, latest.get((kind, pk), at))
    return latest


def mark_reviewed(record: Record, *, by: User, now: datetime) -> None:
    """Stores that a curator has read the record and found it correct."""
    HealthReview.objects.update_or_create(kind=record.KIND, record_id=record.pk, defaults={"at": now, "by": by})


def _similar(pack: Pack) -> Iterator[tuple[Document, Document]]:
    """Yields pairs of records with similar names. Aliases are expected to be similar to other names and are left out."""
    for kind in KINDS:
        documents = pack.of_kind(kind)
        names = {slug: str(document.data["name"]) for slug, document in documents.items()}
        for slug, other in alike(dict(sorted(names.items())), MIN_SIMILARITY):
            yield documents[slug], documents[other]


def _same_words(skills: Iterable[Document]) -> Iterator[tuple[Document, Document]]:
    """Yields pairs of skills where a name of one equals a name of the other, ignoring plurals, brackets and punctuation."""
    called: defaultdict[str, list[Document]] = defaultdict(list)
    for skill in skills:
        aliases = [alias for alias in skill.data.get("aliases", []) if isinstance(alias, str)]
        for key in {spelling_key(name) for name in (skill.data["name"], *aliases)} - {""}:
            called[key].append(skill)
    for skill in skills:
        for other in called[spelling_key(skill.data["name"])]:
            if other.slug != skill.slug:
                yield skill, other


def _findings_of_documents() -> list[Finding]:
    keys: dict[str, int] = {}  # primary key of the record in each file
    documents = []
    for (kind, pk), version in record_store.latest().items():
        file = f"{KINDS[kind].FOLDER}/{version.slug}.md"
        document, _problems = parse(version.document, kind=kind, slug=version.slug, file=file)
        if document is not None and document.published:
            keys[file] = pk
            documents.append(document)
    pack = Pack(Path(), documents, {}, [])

    def finding(
        fault: Fault, document: Document, text: str, need: str = "", other: tuple[int, str] | None = None
    ) -> Finding:
        name, text = str(document.data["name"]), text[:1].upper() + text[1:]
        return Finding(fault, document.kind, keys[document.file], document.slug, name, text, need, other)

    findings = [finding(*fault) for fault in of_pack(pack)]
    like = [*_similar(pack), *_same_words(pack.of_kind(Kind.SKILL).values())]
    for document, other in {(document.file, other.file): (document, other) for document, other in like}.values():
        text = gettext("Has almost the same name as “%s”.") % other.data["name"]
        findings.append(finding(Fault.DUPLICATES, document, text, other=(keys[other.file], other.slug)))
    return sorted(
        findings,
        key=lambda item: (
            list(Fault).index(item.fault),
            item.kind,
            "" if item.fault in RANKED else item.name.casefold(),
        ),
    )


# --- Different records with similar names


def tell_apart(record: Record, other: Record) -> DistinctPair | None:
    """Stores that two records are different. Returns None if that was already stored."""
    pair, is_new = DistinctPair.objects.get_or_create(**_pair(record.KIND, record.pk, other.pk))
    return pair if is_new else None


def undo_tell_apart(record: Record, other: Record) -> DistinctPair | None:
    """Undoes `tell_apart`. Returns the pair that was deleted; None if there was none."""
    pairs = DistinctPair.objects.filter(**_pair(record.KIND, record.pk, other.pk))
    pair = pairs.first()
    pairs.delete()
    return pair


def _pair(kind: str, *keys: int) -> dict[str, Any]:
    return {"kind": kind, "first_id": min(keys), "second_id": max(keys)}


def _without_told_apart(findings: Sequence[Finding]) -> list[Finding]:
    if not any(finding.other for finding in findings):
        return list(findings)
    apart = set(DistinctPair.objects.values_list("kind", "first_id", "second_id"))
    return [
        finding
        for finding in findings
        if not finding.other or tuple(_pair(finding.kind, finding.record_id, finding.other[0]).values()) not in apart
    ]


# --- All findings

_findings = RevisionCache[str, list[Finding]](1)


def forget() -> None:
    _findings.clear()


def current(*, now: datetime) -> Health:
    newest = _newest_revision()
    if newest is None:
        return Health(0, [])
    of_documents = _findings.of(str(newest)).memoize("findings", _findings_of_documents)
    findings = [*_without_told_apart(of_documents), *_dead(), *_stalls(now), *_stale(now)]
    cache.set_many({_count_key(newest): len(findings), LAST_COUNT: len(findings)}, COUNT_SECONDS)
    return Health(newest[0], sorted(findings, key=lambda item: list(Fault).index(item.fault)))


def known_count() -> int | None:
    """Returns the number of findings at the last count; None if unknown. The worker counts after each publication."""
    count: int | None = cache.get(LAST_COUNT)
    return count


def recount(*, now: datetime) -> int | None:
    """Counts the findings of this revision and returns their number; None if they were already counted."""
    newest = _newest_revision()
    if newest is None or cache.get(_count_key(newest)) is not None:
        return None
    return len(current(now=now).findings)


def _newest_revision() -> tuple[int, datetime] | None:
    return Revision.objects.order_by("-number").values_list("number", "at").first()


def _count_key(newest: tuple[int, datetime]) -> str:
    number, at = newest
    return f"curation:health:{number}:{at.timestamp()}"


def _dead() -> Iterator[Finding]:
    for link in link_checks.dead_links():
        text = f"{link.address} {link.words}"
        yield Finding(Fault.DEAD, Kind.RESOURCE, link.resource, link.slug, link.name, text)


def _stalls(now: datetime) -> Iterator[Finding]:
    catalogue = snapshot.current()
    for stall in stalls.stalls(catalogue, now=now):
        if stall.is_finding:
            record = catalogue.of_kind(stall.part.kind)[stall.part.slug]
            yield Finding(Fault.STALLS, stall.part.kind, record.id, record.slug, stall.part.name, stall.words())


def _stale(now: datetime) -> Iterator[Finding]:
    """Yields the records that have not been reviewed for too long, longest first."""
    last = last_reviewed()
    columns = ("kind_", "pk", "slug", "name")
    first, *others = (
        model.objects.published().order_by().annotate(kind_=Value(kind)).values_list(*columns)
        for kind, model in RECORD_MODELS.items()
    )
    rows = [
        (last[kind, pk], kind, pk, slug, name)
        for kind, pk, slug, name in first.union(*others, all=True).order_by()
        if (kind, pk) in last and now - last[kind, pk] > STALE
    ]
    for at, kind, pk, slug, name in sorted(rows):
        days = (now - at).days
        text = ngettext("Last reviewed %d day ago.", "Last reviewed %d days ago.", days) % days
        yield Finding(Fault.STALE, kind, pk, slug, name, text)
