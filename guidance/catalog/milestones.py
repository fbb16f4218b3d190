"""The rules for milestones, choices and units (`docs/content.md`, "Milestones"): those that a pack must follow and those that it
should follow. Pure.

A role's path is checked for a learner who knows nothing, one milestone after another: its steps, then its first project. For a
choice, the longest member counts, so that the limits hold whichever member the learner picks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guidance.catalog import graph, unit_text
from guidance.catalog.documents import Document, Problem
from guidance.catalog.fields import counted
from guidance.catalog.models import Kind

if TYPE_CHECKING:
    from guidance.catalog.pack import Pack

MILESTONES = (5, 10)  # number of milestones of a role
TERMS = (15, 25)  # number of terms of a role; a choice counts as one
INDUSTRY_REQUIREMENTS = (3, 8)
FIRST_HOURS, MILESTONE_HOURS, HOURS_TO_APPLY = 80, 160, 700
FIRST_UNIT = 60  # maximum number of minutes
UNIT_TITLE = 110  # maximum number of characters: lists and calendars show the first sentence of a unit
UNIT_WORDS = 150  # maximum number outside code: longer texts hold several exercises, and more mistakes


@dataclass
class _Catalogue:
    pack: "Pack"
    edges: graph.Graph
    effort: Mapping[str, list[float]]
    milestones: Mapping[str, Document]
    projects: Mapping[str, Document]

    def hours(self, steps: list[tuple[str, int]]) -> float:
        """Returns the hours of the steps that exist; `validate` reports the ones that do not."""
        return sum(self.effort[slug][level - 1] for slug, level in steps if len(self.effort.get(slug, ())) >= level)

    @property
    def has_cycle(self) -> bool:
        """Returns whether there is a cycle. If so, no path can be followed, and `validate` lists the cycle."""
        try:
            graph.order(self.edges)
        except graph.CycleError:
            return True
        return False


def _catalogue(pack: "Pack") -> _Catalogue:
    skills = {slug: document for slug, document in pack.of_kind(Kind.SKILL).items() if document.published}
    return _Catalogue(
        pack,
        {slug: document.data.get("prerequisites", {}) for slug, document in skills.items()},
        {slug: document.data.get("effort", []) for slug, document in skills.items()},
        pack.of_kind(Kind.MILESTONE),
        pack.of_kind(Kind.PROJECT),
    )


def steps_of(milestone: Document) -> list[tuple[str, int]]:
    return [(slug, level) for step in milestone.data.get("steps", []) for slug, level in step.items()]


def _reached(milestones: list[Document]) -> dict[str, int]:
    found: dict[str, int] = {}
    for milestone in milestones:
        for slug, level in steps_of(milestone):
            found[slug] = max(level, found.get(slug, 0))
    return found


# Rules that must hold


def problems(pack: "Pack") -> Iterator[Problem]:
    """Yields the problems that would make a path wrong."""
    catalogue = _catalogue(pack)
    if catalogue.has_cycle:
        return
    for role in pack.of_kind(Kind.ROLE).values():
        if role.published:
            yield from _of_role(role, catalogue)
    for industry in pack.of_kind(Kind.INDUSTRY).values():
        if industry.published:
            yield from _of_industry(industry, catalogue)
    resources = pack.of_kind(Kind.RESOURCE)
    for skill in pack.of_kind(Kind.SKILL).values():
        for level, units in skill.data.get("units", {}).items():
            for number, unit in enumerate(units):
                resource = resources.get(unit.get("read", ""))
                if resource is not None and skill.slug not in resource.data.get("skills", {}):
                    message = f"level {level}, {unit['id']}: the resource {resource.slug} is not for this skill"
                    yield skill.problem(message, "units", level, number)


def _of_role(role: Document, catalogue: _Catalogue) -> Iterator[Problem]:
    slugs, choices = role.data.get("milestones", []), role.data.get("choices", {})
    requirements = role.data.get("requirements", {})
    for choice, item in choices.items():
        if choice in requirements:
            yield role.problem(f"choices, {choice}: a requirement has this slug", "choices", choice)
        for skill in item["one_of"]:
            if skill in requirements:
                yield role.problem(f"choices, {choice}: {skill} is already a requirement by itself", "choices", choice)
    after = role.data.get("apply_after")
    if after is not None and after not in slugs:
        yield role.problem(f"apply_after: {after} is not one of the milestones", "apply_after")
    if not slugs:
        return
    reached = _reached([catalogue.milestones[slug] for slug in slugs if slug in catalogue.milestones])
    asked = [(("requirements", slug), slug, item["level"]) for slug, item in requirements.items()]
    asked += [
        (("choices", choice), slug, level) for choice, item in choices.items() for slug, level in item["one_of"].items()
    ]
    for path, slug, level in asked:
        if reached.get(slug, 0) < level:
            yield role.problem(f"{slug}: no milestone reaches level {level}", *path)
    yield from _later_needs(role, slugs, catalogue)


def _later_needs(role: Document, slugs: list[str], catalogue: _Catalogue) -> Iterator[Problem]:
    """Yields projects that need a level that the role only reaches later."""
    last = _reached([catalogue.milestones[slug] for slug in slugs if slug in catalogue.milestones])
    so_far: dict[str, int] = {}
    for number, slug in enumerate(slugs):
        milestone = catalogue.milestones.get(slug)
        if milestone is None:
            continue
        for skill, level in steps_of(milestone):
            graph.steps_to(catalogue.edges, so_far, skill, level)
        for project in milestone.data.get("projects", []):
            proves = catalogue.projects[project].data.get("proves", {}) if project in catalogue.projects else {}
            for skill, level in graph.closure(catalogue.edges, proves, so_far).items():
                if so_far.get(skill, 0) < level <= last.get(skill, 0):
                    yield role.problem(
                        f"{slug}: its project {project} needs {skill} {level}, which comes later", "milestones", number
                    )


def _of_industry(industry: Document, catalogue: _Catalogue) -> Iterator[Problem]:
    slug = industry.data.get("milestone")
    if slug is None or slug not in catalogue.milestones:
        return
    reached = _reached([catalogue.milestones[slug]])
    for skill, item in industry.data.get("requirements", {}).items():
        if reached.get(skill, 0) < item["level"]:
            yield industry.problem(
                f"{skill}: the milestone {slug} does not reach level {item['level']}", "requirements", skill
            )


# Rules that should hold


def findings(pack: "Pack") -> Iterator[Problem]:
    """Yields the style rules that a path breaks."""
    catalogue = _catalogue(pack)
    has_cycle = catalogue.has_cycle
    for role in pack.of_kind(Kind.ROLE).values():
        if role.published:
            yield from _shape(role)
            if not has_cycle:
                yield from _long(role, catalogue)
    for industry in pack.of_kind(Kind.INDUSTRY).values():
        count, (low, high) = len(industry.data.get("requirements", {})), INDUSTRY_REQUIREMENTS
        if industry.published and not low <= count <= high:
            yield industry.problem(f"has {counted(count, 'requirement')}; it should have {low} to {high}", style=True)
        if industry.published and "milestone" not in industry.data:
            yield industry.problem("has no milestone", style=True)
    for skill in pack.of_kind(Kind.SKILL).values():
        for level, units in skill.data.get("units", {}).items():
            for message in unit_findings(level, units):
                yield skill.problem(message, "units", level, style=True)
            for number, unit in enumerate(units):
                for message in text_findings(unit):
                    yield skill.problem(message, "units", level, number, style=True)


def _shape(role: Document) -> Iterator[Problem]:
    count, (low, high) = len(role.data.get("milestones", [])), MILESTONES
    if not low <= count <= high:
        yield role.problem(
            f"has {counted(count, 'milestone')}; it should have {low} to {high}", "milestones", style=True
        )
    terms, (low, high) = len(role.data.get("requirements", {})) + len(role.data.get("choices", {})), TERMS
    if not low <= terms <= high:
        yield role.problem(f"has {counted(terms, 'term')}; it should have {low} to {high}", "requirements", style=True)
    if count and "apply_after" not in role.data:
        yield role.problem("does not say after which milestone it makes sense to apply", style=True)


@dataclass
class _Walk:
    """The walk along a role's path from level 0, with only what the role needs."""

    catalogue: _Catalogue
    wanted: Mapping[str, int]
    known: dict[str, int] = field(default_factory=dict)

    def hours(self, milestone: Document) -> float:
        """Returns the hours of the milestone's steps and of its first project."""
        project = next((slug for slug in milestone.data.get("projects", []) if slug in self.catalogue.projects), None)
        proves = self.catalogue.projects[project].data.get("proves", {}) if project else {}
        steps: list[tuple[str, int]] = []
        for slug, level in steps_of(milestone):
            if level <= max(self.wanted.get(slug, 0), proves.get(slug, 0)):
                steps += graph.steps_to(self.catalogue.edges, self.known, slug, level)
        for slug, level in proves.items():
            steps += graph.steps_to(self.catalogue.edges, self.known, slug, level)
        return self.catalogue.hours(steps) + (self.catalogue.projects[project].data["hours"] if project else 0)


def _longest(one_of: Mapping[str, int], catalogue: _Catalogue) -> str:
    return max(one_of, key=lambda slug: catalogue.hours(graph.steps_to(catalogue.edges, {}, slug, one_of[slug])))


def _wanted(role: Document, catalogue: _Catalogue) -> dict[str, int]:
    """Returns everything that the role needs, prerequisites included."""
    asked = {slug: item["level"] for slug, item in role.data.get("requirements", {}).items()}
    for choice in role.data.get("choices", {}).values():
        member = _longest(choice["one_of"], catalogue)
        asked[member] = max(choice["one_of"][member], asked.get(member, 0))
    return graph.closure(catalogue.edges, asked)


def _long(role: Document, catalogue: _Catalogue) -> Iterator[Problem]:
    walk, total, is_before = _Walk(catalogue, _wanted(role, catalogue)), 0.0, True
    for number, slug in enumerate(role.data.get("milestones", [])):
        milestone = catalogue.milestones.get(slug)
        if milestone is None:
            continue
        hours, limit = walk.hours(milestone), FIRST_HOURS if number == 0 else MILESTONE_HOURS
        if hours > limit:
            yield role.problem(
                f"{slug} takes {hours:g} hours; it should take at most {limit}", "milestones", number, style=True
            )
        yield from _too_little_shown(role, number, milestone, catalogue)
        total += hours if is_before else 0
        is_before = is_before and slug != role.data.get("apply_after")
    if total > HOURS_TO_APPLY and "long_because" not in role.data:
        yield role.problem(
            f"applying takes {total:g} hours, more than {HOURS_TO_APPLY}, and long_because does not explain why",
            style=True,
        )


def _too_little_shown(role: Document, number: int, milestone: Document, catalogue: _Catalogue) -> Iterator[Problem]:
    steps, least = set(steps_of(milestone)), 1 if number == 0 else 2
    projects = milestone.data.get("projects", [])
    if not projects:
        yield role.problem(f"{milestone.slug} does not end in a project", "milestones", number, style=True)
    for project in projects:
        proves = catalogue.projects[project].data.get("proves", {}) if project in catalogue.projects else {}
        if len(steps.intersection(proves.items())) < least:
            yield role.problem(
                f"{milestone.slug}: its project {project} proves fewer than {least} of its steps",
                "milestones",
                number,
                style=True,
            )


def unit_findings(level: int, units: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yields what is wrong with the units of a level, as a document has them; all need `minutes`."""
    if units and units[0]["minutes"] > FIRST_UNIT:
        yield f"the first unit of level {level} takes more than {FIRST_UNIT} minutes"
    if 2 * sum(unit["minutes"] for unit in units if "read" in unit) > sum(unit["minutes"] for unit in units):
        yield f"less than half of the minutes of level {level} are do or build"


def text_findings(unit: Mapping[str, Any]) -> Iterator[str]:
    """Yields what is wrong with the text of a unit, as a document has it."""
    text = unit.get("do") or unit.get("build") or ""
    title, *_ = unit_text.parted(text)
    if len(title) > UNIT_TITLE:
        yield f"the first sentence has {len(title)} characters; it is the title and should have at most {UNIT_TITLE}"
    words = unit_text.words_outside_code(text)
    if words > UNIT_WORDS:
        yield f"the text has {words} words outside code; it should have at most {UNIT_WORDS}"
