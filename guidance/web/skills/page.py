"""What the page of a skill shows to everyone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from guidance.catalog import models
from guidance.catalog.kinds import (
    Emphasis,
    Industry,
    Project,
    Record,
    Requirement,
    Resource,
    Role,
    Skill,
)
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import cost, day, hours, level_name
from guidance.lru import RevisionCache
from guidance.progress.step_advice import LANGUAGE
from guidance.progress.units import LevelUnits, UnitState, catalogue_units
from guidance.web import charts
from guidance.web.jsonld import skill_json_ld

MAX_NAMES = 8  # number of aliases shown: they serve the reading of ads, and some are products


@dataclass(frozen=True, slots=True)
class LevelLine:
    number: int
    name: str
    text: str
    hours: str  # from the level before


@dataclass(frozen=True, slots=True)
class Mention:
    """Another record, and how it is related to the skill."""

    record: Record
    note: str


@dataclass(frozen=True, slots=True)
class ResourceUse:
    resource: Resource
    hours: str
    details: str


@dataclass(frozen=True, slots=True)
class SkillPage:
    description: str  # aliases, kind, stage, date
    levels: list[LevelLine]
    hours_to_working: float
    needs: list[Mention]
    opens: list[Mention]
    drawing: SafeString
    alternative: str  # the drawing in words
    before: list[Mention]  # everything a beginner learns before it, in a possible order
    before_hours: float
    roles: list[tuple[Role, Requirement]]
    industries: list[tuple[Industry, Emphasis]]
    uses: list[ResourceUse]
    first_unit: UnitState | None  # to start with, if level 1 has units
    first: Resource | None  # to start with if it has none
    projects: list[Mention]
    units: list[LevelUnits]
    json_ld: SafeString


_pages = RevisionCache[tuple[str, str | None], SkillPage](128)


def skill_page(skill: Skill, snapshot: Snapshot) -> SkillPage:
    """Returns the content of the page. Calculated once per revision, since logged-in visitors get a fresh page each time."""
    return _pages.of(snapshot.key).memoize((skill.slug, get_language()), lambda: _skill_page(skill, snapshot))


def _skill_page(skill: Skill, snapshot: Snapshot) -> SkillPage:
    needs = neighbours(skill.prerequisites, snapshot, _("at level {level}, {name}"))
    opens = neighbours(snapshot.unlocks[skill.slug], snapshot, _("from level {level}"))
    closure = snapshot.closure(skill.prerequisites)
    resources = [snapshot.resources[slug] for slug in snapshot.resources_of[skill.slug]]
    units = catalogue_units(skill, snapshot)
    return SkillPage(
        description=description(skill),
        levels=levels(skill),
        hours_to_working=sum(skill.effort[:2]),
        needs=needs,
        opens=opens,
        drawing=charts.trail(skill, stations(needs), stations(opens)),
        alternative=alternative(skill, needs, opens),
        before=before(closure, snapshot),
        before_hours=snapshot.hours(closure),
        roles=roles_of(skill, snapshot),
        industries=industries_of(skill, snapshot),
        uses=[resource_use(resource, skill, snapshot) for resource in resources],
        first_unit=next((level.units[0] for level in units if level.level == 1), None),
        # Never an affiliate link, because the first step is a recommendation.
        first=next((resource for resource in resources if not resource.affiliate), None),
        projects=projects_of(skill, snapshot),
        units=units,
        json_ld=skill_json_ld(skill, snapshot),
    )


def description(skill: Skill) -> str:
    kind = models.Skill.SkillKind(skill.kind).label
    horizon = models.Skill.Horizon(skill.horizon).label
    sentences = [f"{kind.capitalize()}, {horizon}.", _("Changed {day}.").format(day=day(skill.updated_at))]
    if names := skill.other_names:
        text, shown = _("In job ads also: {names}."), names
        if (more := len(names) - MAX_NAMES) > 1:
            text, shown = _("In job ads also: {names} and {n} more."), names[:MAX_NAMES]
        sentences.insert(0, text.format(names=", ".join(shown), n=more))
    return " ".join(sentences)


def levels(skill: Skill) -> list[LevelLine]:
    note = _("{hours} from level {before}")
    return [
        LevelLine(number, level_name(number).capitalize(), text, note.format(hours=hours(effort), before=number - 1))
        for number, (text, effort) in enumerate(zip(skill.level_texts, skill.effort, strict=True), 1)
    ]


def neighbours(found: Mapping[str, int], snapshot: Snapshot, note: str) -> list[Mention]:
    """Returns the neighbours, lowest level first."""
    pairs = sorted((level, snapshot.skills[slug].name.casefold(), slug) for slug, level in found.items())
    return [
        Mention(snapshot.skills[slug], note.format(level=level, name=level_name(level))) for level, _name, slug in pairs
    ]


def stations(mentions: list[Mention]) -> list[charts.Station]:
    return [charts.Station(mention.record, mention.note) for mention in mentions]  # type: ignore[arg-type]


def alternative(skill: Skill, needs: list[Mention], opens: list[Mention]) -> str:
    first = ngettext("{name} needs {n} other skill first", "{name} needs {n} other skills first", len(needs))
    then = ngettext("and leads to {n}; both are listed below.", "and leads to {n}; all are listed below.", len(opens))
    return f"{first.format(name=skill.name, n=len(needs))} {then.format(n=len(opens))}"


def before(closure: Mapping[str, int], snapshot: Snapshot, levels: Mapping[str, int] | None = None) -> list[Mention]:
    """Returns everything to learn before the skill. `levels`: the learner's levels."""
    note = _("level {level}, {hours}")
    return [
        Mention(
            snapshot.skills[slug],
            note.format(level=closure[slug], hours=hours(snapshot.hours({slug: closure[slug]}, levels))),
        )
        for slug in snapshot.order
        if slug in closure
    ]


def roles_of(skill: Skill, snapshot: Snapshot) -> list[tuple[Role, Requirement]]:
    roles = [snapshot.roles[slug] for slug in snapshot.roles_of[skill.slug]]
    return [(role, role.skills[skill.slug]) for role in roles]


def industries_of(skill: Skill, snapshot: Snapshot) -> list[tuple[Industry, Emphasis]]:
    industries = [snapshot.industries[slug] for slug in snapshot.industries_of[skill.slug]]
    return [(one, one.emphases[skill.slug]) for one in industries if skill.slug in one.emphases]


def resource_use(resource: Resource, skill: Skill, snapshot: Snapshot) -> ResourceUse:
    low, high = resource.skills[skill.slug]
    author = f"{resource.author}, {resource.year}" if resource.year else resource.author
    details = [
        _("level {low} to {high}").format(low=low, high=high),
        author,
        models.Resource.ResourceType(resource.type).label,
        cost(resource),
        *([language_name(resource.language)] if resource.language != "en" else []),
        *_other_programming_language(resource, skill, snapshot),
        _("checked {day}").format(day=day(resource.checked_on)) if resource.checked_on else _("not checked yet"),
    ]
    return ResourceUse(resource, hours(resource.hours), " · ".join(map(str, details)))


def _other_programming_language(resource: Resource, skill: Skill, snapshot: Snapshot) -> Iterator[str]:
    language = resource.programming_language
    if language not in ("", LANGUAGE, skill.slug):
        name = snapshot.skills[language].name if language in snapshot.skills else language.capitalize()
        yield _("code in {language}").format(language=name)


def language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:  # Django does not know the language
        return code


def projects_of(skill: Skill, snapshot: Snapshot) -> list[Mention]:
    projects = [snapshot.projects[slug] for slug in snapshot.projects_of[skill.slug]]
    note = _("proves level {level}, {hours}")

    def rank(project: Project) -> tuple[int, float]:
        return project.proves[skill.slug], project.hours

    return [
        Mention(project, note.format(level=project.proves[skill.slug], hours=hours(project.hours)))
        for project in sorted(projects, key=rank)
    ]
