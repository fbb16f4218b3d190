"""A saved job ad that is used like a role: what it asks for, and the milestones of its plan.

An ad has its own targets. It takes milestones, their order and projects from the closest role. Milestones that teach nothing from
the ad are removed, as are projects that need more than MAX_EXTRA_HOURS of learning beyond what the ad needs. Skills that the ad
asks for or names come first; skills that it only welcomes come after all of them. In each of the two groups, skills that no
milestone teaches form an extra milestone (decision 0048). `role_curriculum` builds a curriculum from an ad as from any role, so
everything that works for a goal works for an ad.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext_lazy

from guidance.catalog.kinds import Choice, Milestone, Requirement, Role
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import any_of
from guidance.matching.service import JobAd
from guidance.matching.service import targets as targets_of
from guidance.progress import readiness as scores
from guidance.progress.curriculum import Levels, Targets, best_member, coverage, targets
from guidance.progress.learner_rows import AdSkill, SavedAd

MAX_ADS = 20  # per learner
MAX_AD_SKILLS = 200  # per ad
MAX_EXTRA_HOURS = 20
MAX_CHOICE_SLUG = 80
# Slugs that are not in the catalogue: these milestones have no page.
ASKED_MILESTONE, WELCOME_MILESTONE = "asked-for-by-this-ad", "welcome-in-this-ad"
OWN_MILESTONES = frozenset({ASKED_MILESTONE, WELCOME_MILESTONE})
# Importance of an ad's skill on the scale that roles use: asked for, named, welcome.
IMPORTANCE: Mapping[str, int] = {"must": 5, "": 3, "nice": 1}


def by_weight(cue: str | None, importance: int = 0, mentions: int = 0) -> tuple[int, int, int]:
    """Returns the sort key of a skill that an ad names: by its cue, then by its importance for the role, then by the number
    of mentions."""
    return -IMPORTANCE[cue or ""], -importance, -mentions


_ASKED = (
    gettext_lazy("Asked for by this ad"),
    gettext_lazy("Skills that the ad asks for and that no milestone of the role teaches."),
    gettext_lazy("You have the skills that “{title}” asks for beyond the milestones of {role}."),
)
_WELCOME = (
    gettext_lazy("Welcome in this ad"),
    gettext_lazy("Skills that the ad welcomes and that no milestone of the role teaches."),
    gettext_lazy("You have the skills that “{title}” welcomes beyond the milestones of {role}."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdRole(Role):
    """An ad as a role. Its `name` is the title of the ad, its `slug` is not in the catalogue, and its `url` is the ad's."""

    ad: SavedAd
    planned_by: Role  # the closest role
    records: Mapping[str, Milestone]  # its milestones, which differ from those of the catalogue

    def cue_of(self, skill: str) -> str:
        """Returns the cue of a skill: must, nice or empty."""
        return next((item.cue for item in self.ad.asked if item.skill == skill), "")


def catalogue_role(role: Role) -> Role:
    """Returns the role in the catalogue; for an ad, the role whose path it follows."""
    return role.planned_by if isinstance(role, AdRole) else role


def milestones_of(snapshot: Snapshot, role: Role) -> Mapping[str, Milestone]:
    """Returns milestones by slug, at least those of the role."""
    return role.records if isinstance(role, AdRole) else snapshot.milestones


def url_of(ad: SavedAd) -> str:
    """Returns the URL of the ad's page, or of the matching page for an ad that exists only in a visitor's draft."""
    return reverse("web:ad", args=[ad.id]) if ad.id else reverse("web:match")


def asked_by(ad: SavedAd, snapshot: Snapshot) -> tuple[dict[str, Requirement], dict[str, Choice]]:
    """Returns the single skills and the choices that an ad asks for, except those that the learner took out."""
    single: dict[str, Requirement] = {}
    numbered: dict[int, list[AdSkill]] = {}
    for item in ad.asked:
        if item.choice is None:
            single[item.skill] = _requirement(item)
        else:
            numbered.setdefault(item.choice, []).append(item)
    choices: dict[str, Choice] = {}
    for members in numbered.values():
        if len(members) == 1:  # the other members were taken out or have been retired
            single[members[0].skill] = _requirement(members[0])
            continue
        slug = choice_slug(item.skill for item in members)
        choices[slug] = Choice(
            slug,
            any_of([snapshot.skills[item.skill].name for item in members]),
            {item.skill: item.level for item in members},
            max(IMPORTANCE[item.cue] for item in members),
        )
    return single, choices


def choice_slug(skills: Iterable[str]) -> str:
    """Returns a slug made from the members, so that the learner's pick survives if the ad is edited or imported again."""
    return "-or-".join(sorted(skills))[:MAX_CHOICE_SLUG]


def _requirement(item: AdSkill) -> Requirement:
    return Requirement(item.skill, item.level, IMPORTANCE[item.cue])


def ad_targets(ad: SavedAd, snapshot: Snapshot) -> Targets:
    """Returns the targets of an ad, which are the terms of its readiness."""
    return targets(*asked_by(ad, snapshot))


def ad_role(ad: SavedAd, role: Role, snapshot: Snapshot) -> AdRole:
    """Returns the ad as a role that follows the path of a catalogue role."""
    requirements, choices = asked_by(ad, snapshot)
    asked = {slug: item.level for slug, item in requirements.items()}
    needed = snapshot.closure(asked, {})  # including prerequisites of the single skills
    for choice in choices.values():
        asked |= choice.one_of
    weight = _weights(ad)
    first, later = _kept(role, asked, needed, weight, snapshot)
    if own := _own(ad, role, {slug: asked[slug] for slug in asked if weight[slug] > IMPORTANCE["nice"]}, first, weight):
        first.append(own)
    kept = [*first, *later]
    if own := _own(ad, role, asked, kept, weight):
        kept.append(own)
    before = role.milestones[: role.milestones.index(role.apply_after) + 1] if role.apply_after else ()
    in_reach = [milestone.slug for milestone in (first or kept) if milestone.slug in before]
    return AdRole(
        id=role.id,
        slug=f"ad:{ad.id}",
        name=ad.title,
        summary=ad.employer,
        body="",
        updated_at=role.updated_at,
        url=url_of(ad),
        requirements=requirements,
        choices=choices,
        milestones=tuple(milestone.slug for milestone in kept),
        long_because="",
        day=(),
        neighbours={},
        facts=(),
        apply_after=in_reach[-1] if in_reach else None,
        ad=ad,
        planned_by=role,
        records={milestone.slug: milestone for milestone in kept},
    )


def _weights(ad: SavedAd) -> dict[str, int]:
    """Returns the weight of each skill. The members of a choice all have the highest weight among them."""
    of_choice: dict[int, int] = {}
    for item in ad.asked:
        if item.choice is not None:
            of_choice[item.choice] = max(IMPORTANCE[item.cue], of_choice.get(item.choice, 0))
    return {item.skill: IMPORTANCE[item.cue] if item.choice is None else of_choice[item.choice] for item in ad.asked}


def _kept(
    role: Role, asked: Levels, needed: Levels, weight: Mapping[str, int], snapshot: Snapshot
) -> tuple[list[Milestone], list[Milestone]]:
    """Returns the milestones of the role that teach something from the ad, with the projects that need little beyond it, in
    two lists. The first list has those that teach something the ad asks for or names; their steps are sorted by importance, without
    steps for skills that are only welcome. The second list has the milestones that teach only welcome skills."""

    def fits(project: str) -> bool:
        proves = snapshot.projects[project].proves if project in snapshot.projects else {}
        return bool(proves) and snapshot.hours(snapshot.closure(proves, needed), needed) <= MAX_EXTRA_HOURS

    def is_welcome(skill: str) -> bool:
        return weight.get(skill) == IMPORTANCE["nice"]

    first: list[Milestone] = []
    later: list[Milestone] = []
    for record in (snapshot.milestones[slug] for slug in role.milestones):
        named = {skill for skill, level in record.steps if level <= asked.get(skill, 0)}
        if not named:
            continue
        kept = replace(record, projects=tuple(filter(fits, record.projects)))
        if all(map(is_welcome, named)):
            later.append(kept)
            continue
        steps = [step for step in record.steps if not is_welcome(step[0])]
        steps.sort(key=lambda step: -weight.get(step[0], 0))
        first.append(replace(kept, steps=tuple(steps)))
    return first, later


def _own(
    ad: SavedAd, role: Role, asked: Levels, kept: Collection[Milestone], weight: Mapping[str, int]
) -> Milestone | None:
    """Returns a milestone with the skills that none of these milestones teach, most important first; None if there are no such
    skills."""
    taught: dict[str, int] = {}
    for milestone in kept:
        for skill, level in milestone.steps:
            taught[skill] = max(level, taught.get(skill, 0))
    steps = [
        (skill, level)
        for skill in sorted(asked, key=lambda slug: -weight[slug])
        for level in range(taught.get(skill, 0) + 1, asked[skill] + 1)
    ]
    if not steps:
        return None
    is_welcome = all(weight[skill] == IMPORTANCE["nice"] for skill, _level in steps)
    name, summary, outcome = _WELCOME if is_welcome else _ASKED
    return Milestone(
        id=0,
        slug=WELCOME_MILESTONE if is_welcome else ASKED_MILESTONE,
        name=str(name),
        summary=str(summary),
        body="",
        updated_at=role.updated_at,
        url=url_of(ad),
        outcome=str(outcome).format(title=ad.title, role=role.name),
        steps=tuple(steps),
        projects=(),
    )


@dataclass(frozen=True, slots=True)
class Closeness:
    """How close a learner is to what an ad asks for."""

    share: float  # share of the ad's weight whose levels are reached, from 0 to 1
    met: int  # terms whose level is reached; a choice is one term
    terms: int
    hours: float  # for the remaining terms, without projects
    missing: tuple[str, ...]  # skills below target, largest weight first; for a choice, the best-known member


def closeness(ad: SavedAd, snapshot: Snapshot, levels: Levels, logged: Mapping[str, float] | None = None) -> Closeness:
    """Returns how close the learner is to what an ad asks for. `levels` are effective levels."""
    goal = ad_targets(ad, snapshot)
    met = {slug for slug, target in goal.items() if coverage(target, levels) == 1}
    below = sorted((slug for slug in goal if slug not in met), key=lambda slug: -goal[slug].weight)
    wanted: dict[str, int] = {}
    for slug in below:
        skill = best_member(goal[slug], levels)
        wanted[skill] = goal[slug].one_of[skill]
    weight = sum(target.weight for target in goal.values())
    gap = scores.gap(snapshot.graph, snapshot.effort_for(levels), wanted, levels, logged)
    return Closeness(
        share=sum(goal[slug].weight for slug in met) / weight if weight else 0.0,
        met=len(met),
        terms=len(goal),
        hours=gap.hours,
        missing=tuple(wanted),
    )


def skills_of(ad: JobAd, role: Role | None) -> tuple[AdSkill, ...]:
    """Returns the skills of a parsed job ad in the form in which they are saved: with the levels that the ad requires if it is
    for this role, and with numbered choices. A skill that is in several choices belongs to the first."""
    levels = targets_of(ad, role.skills if role else scores.NO_REQUIREMENTS)
    numbers = {slug: number for number, members in reversed(list(enumerate(ad.choices, 1))) for slug in members}
    return tuple(
        AdSkill(item.skill, levels[item.skill], item.cue or "", numbers.get(item.skill)) for item in ad.found.skills
    )
