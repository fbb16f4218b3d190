"""The checks before a document is published, and their results: the same in the form, on the review page and on the home page.

No rules are defined here. `checks_of` applies the rules for submitting and publishing and the writing rules of the health report, and
counts affected learners. It only reads, and never locks.
"""

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from statistics import quantiles

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog import graph, health, milestones, snapshot, text
from guidance.catalog.documents import Document, Problem, parse, render
from guidance.catalog.fields import Path
from guidance.catalog.kinds import fields_of, in_words_of_form
from guidance.catalog.kinds import label_of as label_of_key
from guidance.catalog.models import RECORD_MODELS, Kind, Status
from guidance.catalog.pack import is_dead_link
from guidance.catalog.snapshot import Snapshot
from guidance.curation import impact, naming
from guidance.curation.health import MIN_NEIGHBOURS, MIN_SIMILARITY, out_of_line
from guidance.curation.models import LinkCheck
from guidance.curation.naming import Place, RecordNames, record_names, slug_taken
from guidance.curation.publishing_rules import (
    MILESTONE_KINDS,
    breach_sentence,
    broken_rules,
    find_cycle,
    rule_findings,
)
from guidance.curation.record_documents import as_public
from guidance.curation.review_queue import ways_to_public
from guidance.curation.similar_names import closest, spelling_key
from guidance.curation.skill_resources import proposed_sentences, proposed_states, resources_of

BODY = "body"  # the path of the text
MIN_RESEMBLANCE = 0.4  # minimum similarity of two names, in trigrams, for the closest to be mentioned
COUNTED = (Kind.SKILL, Kind.ROLE, Kind.INDUSTRY, Kind.RESOURCE, Kind.PROJECT)  # kinds that learners have data on


class CheckState(StrEnum):
    ERROR = "error"  # the document cannot be published as it is
    LOOK = "look"  # someone should look at it
    OK = "ok"


class Topic(StrEnum):
    FORM = "form"
    COMPLETE = "complete"
    NAME = "name"
    WRITING = "writing"
    REFERENCES = "references"
    CYCLES = "cycles"
    HOURS = "hours"
    UNITS = "units"
    RESOURCES = "resources"
    ADDRESS = "address"
    MILESTONES = "milestones"
    IMPACT = "impact"
    WHY = "why"


TITLES: Mapping[Topic, Promise] = {
    Topic.FORM: _("Fix this"),
    Topic.COMPLETE: _("Required fields"),
    Topic.NAME: _("Name and address"),
    Topic.WRITING: _("Writing rules"),
    Topic.REFERENCES: _("Records and links"),
    Topic.CYCLES: _("Prerequisites"),
    Topic.HOURS: _("Hours"),
    Topic.UNITS: _("Units"),
    Topic.RESOURCES: _("Resources"),
    Topic.ADDRESS: _("Web address"),
    Topic.MILESTONES: _("Roles and milestones"),
    Topic.IMPACT: _("Who is affected"),
    Topic.WHY: _("For the reviewer"),
}


@dataclass(frozen=True, slots=True)
class PublishingCheck:
    topic: Topic
    text: str  # a sentence; safe HTML if it links to the conflicting record
    state: CheckState = CheckState.OK
    path: Path = ()  # path of the value concerned, such as `("levels", 3)`; empty for the whole record
    url: str = ""  # URL of a page, other than the form, where the problem can be fixed
    is_empty: bool = False  # whether it is about a missing value
    about: str = ""  # part of the form that it is about, such as “Question 2”

    @property
    def title(self) -> str:
        return self.about or str(TITLES[self.topic])

    @property
    def is_ok(self) -> bool:
        return self.state == CheckState.OK

    @property
    def field(self) -> str:
        return str(self.path[0]) if self.path else ""


@dataclass(frozen=True)
class _Subject:
    """The document to check."""

    kind: str
    record_id: int  # 0 for a new one
    document: Document  # as it would be published, with the lines of its values
    problems: Sequence[tuple[str, Path]]  # why the document is incomplete
    names: RecordNames
    resources: Collection[int] | None  # resources of a skill, if they differ from those in the database
    catalogue: Snapshot = field(default_factory=snapshot.newest)

    @property
    def place(self) -> Place:
        return self.kind, self.record_id

    @property
    def present_slug(self) -> str:
        return self.names.slugs.get(self.place, self.document.slug)

    @cached_property
    def is_complete(self) -> bool:
        return not self.problems and "name" in self.document.data

    @cached_property
    def proposed_resources(self) -> Mapping[int, str]:
        """For a skill, returns the primary keys of its resources, each with the state of the proposal that adds or keeps it."""
        return proposed_states(self.present_slug) if self.record_id else {}

    def path_at(self, line: int) -> Path:
        """Returns the path of the value that begins on this line or, if none does, of the last value before it."""
        if line >= self.document.body_line:
            return (BODY,)
        found = [(at, len(path), path) for path, at in self.document.lines.items() if path and at <= line]
        return max(found, key=lambda each: each[:2])[2] if found else ()


def checks_of(
    kind: str, record_id: int, document: Document, resources: Collection[int] | None = None
) -> list[PublishingCheck]:
    """Returns the results for this document as a public record, errors first; `record_id` is 0 for a new record. `resources`: primary keys
    of the resources about to be proposed for a skill, if they differ from its current ones."""
    public = as_public(document)
    read, problems = parse(render(public), kind=kind, slug=document.slug or "new")
    assert read is not None  # parsing what was rendered cannot fail
    read = Document(kind, document.slug, read.data, read.body, lines=read.lines, body_line=read.body_line)
    missing = [(problem.message, _path_of_missing(kind, problem, read)) for problem in problems]
    subject = _Subject(kind, record_id, read, missing, record_names(), resources)
    found = [check for checked in _CHECKS for check in checked(subject)]
    return sorted(found, key=lambda check: list(CheckState).index(check.state))


def _path_of_missing(kind: str, problem: Problem, document: Document) -> Path:
    """Returns the path of a missing value. It has no line, but the message begins with its key."""
    first = problem.message.split(maxsplit=1)[0].strip(":,")
    if first in fields_of(kind):
        return (first,)
    return next((path for path, line in document.lines.items() if path and line == problem.line), ())


def label_of(kind: str, path: Path) -> str:
    """Returns the label of a field of the form."""
    return capfirst(label_of_key(kind, str(path[0]))) if path else ""


def _sentence(kind: str, message: str) -> str:
    return capfirst(in_words_of_form(kind, message)).rstrip(".") + "."


def _complete(subject: _Subject) -> Iterator[PublishingCheck]:
    wrong = {path[0] for message, path in subject.problems if path and message != f"{path[0]} is missing"}
    for message, path in subject.problems:
        if path and path[0] in wrong and message == f"{path[0]} is missing":
            continue  # the value exists, and another message explains what is wrong with it
        is_empty = bool(path) and message == f"{path[0]} is missing"
        said = (
            gettext("“%s” is empty.") % label_of(subject.kind, path) if is_empty else _sentence(subject.kind, message)
        )
        yield PublishingCheck(Topic.COMPLETE, said, CheckState.ERROR, path, is_empty=is_empty)
    if not subject.problems:
        yield PublishingCheck(Topic.COMPLETE, gettext("Everything that a record of this kind needs is filled in."))


def _name(subject: _Subject) -> Iterator[PublishingCheck]:
    document, names = subject.document, subject.names
    errors: list[tuple[Path, str]] = list(
        naming.taken_claims([(subject.place, document)]).get(subject.place, []) if "name" in document.data else []
    )
    if document.slug and (taken := slug_taken(subject.kind, subject.record_id, document.slug, names)):
        errors.append((("slug",), taken))
    for path, message in errors:
        yield PublishingCheck(Topic.NAME, message, CheckState.ERROR, path)
    name = str(document.data.get("name", ""))
    if errors or not name:
        return
    others = {
        slug: record for slug, record in subject.catalogue.of_kind(subject.kind).items() if slug != subject.present_slug
    }
    if same := _same_words(name, others):
        text_ = gettext("Apart from plurals and brackets, this is already a name of “%s”.") % others[same].name
        yield PublishingCheck(Topic.NAME, text_, CheckState.LOOK, ("name",), others[same].url)
        return
    near = closest(name, {slug: record.name for slug, record in others.items()})
    if near is None or near[1] < MIN_RESEMBLANCE:
        yield PublishingCheck(Topic.NAME, gettext("No other record has this name or address."), path=("name",))
        return
    other, share = others[near[0]], near[1]
    if share >= MIN_SIMILARITY:
        text_ = gettext("Almost the same as the name of “%s”.") % other.name
        yield PublishingCheck(Topic.NAME, text_, CheckState.LOOK, ("name",), other.url)
    else:
        text_ = gettext("No other record has this name or address. The closest is “%s”.") % other.name
        yield PublishingCheck(Topic.NAME, text_, path=("name",), url=other.url)


def _same_words(name: str, others: Mapping[str, object]) -> str:
    """Returns the slug of a record whose name or alias has the same words as `name`; empty if there is none."""
    key = spelling_key(name)
    return next(
        (
            slug
            for slug, record in others.items()
            if key in {spelling_key(each) for each in (record.name, *getattr(record, "other_names", ()))}  # type: ignore[attr-defined]
        ),
        "",
    )


def _writing(subject: _Subject) -> Iterator[PublishingCheck]:
    found = False
    for problem in health.writing_problems(subject.document):
        found = True
        path = subject.path_at(problem.line)
        yield PublishingCheck(Topic.WRITING, _sentence(subject.document.kind, problem.message), CheckState.LOOK, path)
    if not found and subject.is_complete:
        yield PublishingCheck(Topic.WRITING, gettext("The texts follow the writing rules."))


def _references(subject: _Subject) -> Iterator[PublishingCheck]:
    document, names = subject.document, subject.names
    wrong = named = 0
    ways, called = ways_to_public(document, names), dict[tuple[str, str], str]()
    for path, kind, slug in document.references():
        named += 1
        pk = names.find(kind, slug)
        status = names.statuses[kind, pk] if pk is not None else None
        if pk is not None and status == Status.PUBLISHED:
            continue
        wrong += 1
        values = {"kind": RECORD_MODELS[kind]._meta.verbose_name, "slug": slug}
        if pk is None:
            text_ = gettext("There is no %(kind)s “%(slug)s”.") % values
            yield PublishingCheck(Topic.REFERENCES, text_, CheckState.ERROR, path)
        elif document.published:
            called = called or naming.names_in([document])
            values["name"] = called.get((kind, slug), slug)
            said = gettext("The %(kind)s “%(name)s” isn’t public yet.") % values + " " + ways[kind, pk]
            url = reverse(f"admin:catalog_{RECORD_MODELS[kind]._meta.model_name}_change", args=[pk])
            yield PublishingCheck(Topic.REFERENCES, said, CheckState.LOOK, path, url)
    public = {key for key, (_pk, status) in names.records.items() if status == Status.PUBLISHED}
    for _line, link in document.links():
        named += 1
        if is_dead_link(link, public):
            wrong += 1
            text_ = gettext("The link %s leads nowhere.") % link
            yield PublishingCheck(Topic.REFERENCES, text_, CheckState.LOOK, (BODY,))
    if named and not wrong:
        yield PublishingCheck(Topic.REFERENCES, gettext("All records and pages that it refers to are public."))


def _cycles(subject: _Subject) -> Iterator[PublishingCheck]:
    if subject.kind != Kind.SKILL or not subject.document.slug:
        return
    slug, path = subject.present_slug, ("prerequisites",)
    if cycle := find_cycle({slug: subject.document}, subject.names):
        text_ = gettext("This would make a cycle: %s.") % " → ".join(cycle)
        yield PublishingCheck(Topic.CYCLES, text_, CheckState.ERROR, path)
        return
    skills = subject.catalogue.skills
    needs = {need: level for need, level in subject.document.data.get("prerequisites", {}).items() if need in skills}
    implied = [need for skill, need in graph.redundant_edges({**subject.catalogue.graph, slug: needs}) if skill == slug]
    for need in implied:
        text_ = gettext("“%s” is implied by another prerequisite.") % skills[need].name
        yield PublishingCheck(Topic.CYCLES, text_, CheckState.LOOK, ("prerequisites", need))
    if not implied:
        yield PublishingCheck(
            Topic.CYCLES, gettext("No skill needs itself, and no prerequisite implies another."), path=path
        )


def _hours(subject: _Subject) -> Iterator[PublishingCheck]:
    effort = subject.document.data.get("effort", [])
    if subject.kind != Kind.SKILL or len(effort) != 4 or not any(effort):  # units without minutes take no time
        return
    data, total = subject.document.data, sum(effort)
    others = [
        skill
        for slug, skill in subject.catalogue.skills.items()
        if slug != subject.present_slug and skill.kind == data.get("kind")
    ]
    near = [skill for skill in others if skill.area.slug == data.get("area")]
    group = near if len(near) >= MIN_NEIGHBOURS else others
    values = {"hours": text.hours(total), "kind": data.get("kind", "")}
    if len(group) < MIN_NEIGHBOURS:
        said = gettext("%(hours)s from level 0 to 4.") % values
        yield PublishingCheck(Topic.HOURS, said, path=("effort",))
        return
    tenths = quantiles([sum(skill.effort) for skill in group], n=10)
    values |= {"low": round(tenths[0]), "high": round(tenths[-1])}
    if group is near:
        said = gettext("%(hours)s from level 0 to 4. Most %(kind)ss in its area take %(low)d to %(high)d h.") % values
    else:
        said = gettext("%(hours)s from level 0 to 4. Most %(kind)ss take %(low)d to %(high)d h.") % values
    is_far = out_of_line(math.log(total), [math.log(sum(skill.effort)) for skill in group])
    yield PublishingCheck(Topic.HOURS, said, CheckState.LOOK if is_far else CheckState.OK, ("effort",))


def _units(subject: _Subject) -> Iterator[PublishingCheck]:
    units = subject.document.data.get("units", {})
    if subject.kind != Kind.SKILL or not units:
        return
    resources, slug = subject.catalogue.resources, subject.present_slug
    chosen = {*(subject.resources or ()), *subject.proposed_resources}
    wrong = 0
    for level, found in units.items():
        for message in milestones.unit_findings(level, [unit for unit in found if "minutes" in unit]):
            wrong += 1
            yield PublishingCheck(Topic.UNITS, _sentence(subject.kind, message), CheckState.LOOK, ("units", level))
        for number, unit in enumerate(found):
            path = ("units", level, number)
            for message in milestones.text_findings(unit):
                wrong += 1
                yield PublishingCheck(Topic.UNITS, _sentence(subject.kind, message), CheckState.LOOK, path)
            resource = resources.get(unit.get("read", ""))
            if resource is not None and slug not in resource.skills and resource.id not in chosen:
                wrong += 1
                said = gettext("“%s” isn’t a resource for this skill: add the skill to it, or choose another one.")
                url = reverse("admin:catalog_resource_change", args=[resource.id])
                yield PublishingCheck(Topic.UNITS, said % resource.name, CheckState.LOOK, path, url)
    if not wrong:
        every = [unit for found in units.values() for unit in found]
        said = ngettext("%(count)d unit, %(hours)s in all.", "%(count)d units, %(hours)s in all.", len(every))
        values = {"count": len(every), "hours": text.hours(sum(unit.get("minutes", 0) for unit in every) / 60)}
        yield PublishingCheck(Topic.UNITS, said % values, path=("units",))


def _resources(subject: _Subject) -> Iterator[PublishingCheck]:
    if subject.kind != Kind.SKILL or not subject.document.published:
        return
    found, proposed = resources_of(subject.record_id, subject.resources, subject.proposed_resources)
    path = ("resources",)
    count, wanted = len(found), health.RESOURCES_PER_SKILL
    if count < wanted:
        said = ngettext(
            "%(count)d resource; there should be %(wanted)d.", "%(count)d resources; there should be %(wanted)d.", count
        )
        yield PublishingCheck(Topic.RESOURCES, said % {"count": count, "wanted": wanted}, CheckState.LOOK, path)
    if found and not any(row.cost == 0 and not row.paid for row in found):
        yield PublishingCheck(Topic.RESOURCES, gettext("None of the resources is free."), CheckState.LOOK, path)
    for row in found:
        if row.dead_address and row.dead_address == row.url:
            said = gettext("The address of “%s” is dead, so learners don’t see it.") % row.name
            url = reverse("admin:catalog_resource_change", args=[row.pk])
            yield PublishingCheck(Topic.RESOURCES, said, CheckState.LOOK, path, url)
    for said in proposed_sentences(proposed.values()):
        yield PublishingCheck(Topic.RESOURCES, said, CheckState.LOOK, path)
    hidden = [row.name for row in found if row.status != Status.PUBLISHED and row.pk not in proposed]
    if hidden:
        said = gettext("Not published yet: %s.") % text.listed(hidden)
        yield PublishingCheck(Topic.RESOURCES, said, CheckState.LOOK, path)
    elif count >= wanted and not proposed:
        yield PublishingCheck(Topic.RESOURCES, gettext("%d resources, all of them public.") % count, path=path)


def _address(subject: _Subject) -> Iterator[PublishingCheck]:
    data = subject.document.data
    if subject.kind != Kind.RESOURCE or "url" not in data:
        return
    path = ("url",)
    check = LinkCheck.objects.filter(resource=subject.record_id or None, address=data["url"]).first()
    if check is not None and check.outcome in (LinkCheck.LinkOutcome.DEAD, LinkCheck.LinkOutcome.FAILED):
        said = gettext("The last link check failed: %s.") % check.get_outcome_display()
        yield PublishingCheck(Topic.ADDRESS, said, CheckState.LOOK, path)
    elif "checked_on" not in data:
        said = gettext("No one has recorded opening it. Enter the day under “Checked on”.")
        yield PublishingCheck(Topic.ADDRESS, said, CheckState.LOOK, ("checked_on",))
    else:
        said = gettext("Someone opened it on %s.") % text.day(data["checked_on"])
        yield PublishingCheck(Topic.ADDRESS, said, path=path)


def _milestones(subject: _Subject) -> Iterator[PublishingCheck]:
    if not subject.is_complete:
        return  # most other findings would follow from that
    broken = broken_rules([(subject.place, subject.document)])
    for breach in broken:
        url = _public_url(subject.catalogue, breach.place)
        yield PublishingCheck(Topic.MILESTONES, breach_sentence(breach), CheckState.ERROR, url=url)
    found = rule_findings(subject.place, subject.document)
    if subject.kind == Kind.SKILL:  # its units have a check of their own
        found = [breach for breach in found if breach.place != subject.place]
    for breach in found:
        said = f"{breach.name}: {breach.rule}."
        url = "" if breach.place == subject.place else _public_url(subject.catalogue, breach.place)
        yield PublishingCheck(Topic.MILESTONES, said, CheckState.LOOK, url=url)
    if subject.kind in MILESTONE_KINDS and not broken and not found:
        said = gettext("No role or milestone breaks a rule because of this.")
        yield PublishingCheck(Topic.MILESTONES, said)


def _public_url(catalogue: Snapshot, place: Place) -> str:
    slug = catalogue.slugs.get(place)
    record = catalogue.of_kind(place[0]).get(slug) if slug else None
    return record.url if record is not None else ""


def _impact(subject: _Subject) -> Iterator[PublishingCheck]:
    catalogue, slug = subject.catalogue, subject.present_slug
    roles = []
    if subject.kind == Kind.SKILL and slug in catalogue.skills:
        roles = [
            role for role in catalogue.roles if slug in graph.ancestors(catalogue.graph, catalogue.roles[role].skills)
        ]
        yield from _longer_plans(subject, roles)
        milestones, skills = len(catalogue.milestones_of.get(slug, ())), len(catalogue.unlocks[slug])
        said = gettext("On the path to %(roles)s, in %(milestones)s, and needed first by %(skills)s.") % {
            "roles": ngettext("%d role", "%d roles", len(roles)) % len(roles),
            "milestones": _counted_milestones(milestones),
            "skills": ngettext("%d skill", "%d skills", skills) % skills,
        }
        yield PublishingCheck(Topic.IMPACT, said)
    if subject.record_id and subject.kind in COUNTED:
        rows = impact.count_learners(subject.kind, [subject.record_id], roles=roles).rows
        learners = [f"{label}: {count:,}" for label, count in rows]
        said = gettext("Learners who have %s.") % "; ".join(learners) if rows else gettext("No learner has it yet.")
        yield PublishingCheck(Topic.IMPACT, said)


def _counted_milestones(count: int) -> str:
    return ngettext("%d milestone", "%d milestones", count) % count


def _longer_plans(subject: _Subject, roles: Iterable[str]) -> Iterator[PublishingCheck]:
    """Yields the roles whose path from level 0 takes more or fewer hours because of the skill."""
    catalogue, slug, data = subject.catalogue, subject.present_slug, subject.document.data
    if not subject.is_complete:
        return
    needs = {need: level for need, level in data.get("prerequisites", {}).items() if need in catalogue.skills}
    edges = {**catalogue.graph, slug: needs}
    effort = {**catalogue.effort, slug: tuple(data["effort"])}
    changed: list[tuple[float, str]] = []
    for role in roles:
        wanted = {skill: item.level for skill, item in catalogue.roles[role].requirements.items()}
        before = catalogue.hours(catalogue.closure(wanted))
        after = graph.hours(graph.closure(edges, wanted), effort, {})
        if round(60 * (after - before)):
            changed.append((after - before, catalogue.roles[role].name))
    if not changed:
        return
    most, name = max(changed, key=lambda each: abs(each[0]))
    values = {"count": len(changed), "hours": text.hours(abs(most)), "role": name}
    if most > 0:
        said = ngettext(
            "The path to %(role)s takes %(hours)s longer.",
            "The paths to %(count)d roles change; the one to %(role)s takes %(hours)s longer.",
            len(changed),
        )
    else:
        said = ngettext(
            "The path to %(role)s takes %(hours)s less.",
            "The paths to %(count)d roles change; the one to %(role)s takes %(hours)s less.",
            len(changed),
        )
    state = CheckState.LOOK if most > 0 else CheckState.OK
    yield PublishingCheck(Topic.IMPACT, said % values, state, ("effort",))


_CHECKS: Sequence[Callable[[_Subject], Iterator[PublishingCheck]]] = (
    _complete,
    _name,
    _writing,
    _references,
    _cycles,
    _hours,
    _units,
    _resources,
    _address,
    _milestones,
    _impact,
)
