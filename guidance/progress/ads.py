"""A saved job ad in the place of a role: what it asks for, and the milestones by which that is planned.

Its targets are its own. Milestones, their order and projects are those of the role that is closest to it. A milestone that teaches
nothing the ad names falls away, and so does a project that takes more than MAX_EXTRA_HOURS of learning beyond what the ad needs.
What the ad asks for or names comes first, what is only welcome after all of that; what no milestone teaches of either forms one of
its own (decision 0048). `role_curriculum` makes a curriculum of it as of any role, so everything that follows from a goal follows from an ad.
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

MAX_ADS = 20  # of a learner
MAX_AD_SKILLS = 200  # of an ad
MAX_EXTRA_HOURS = 20
MAX_CHOICE_SLUG = 80
# Slugs that the catalogue does not have: these milestones have no page.
ASKED_MILESTONE, WELCOME_MILESTONE = "asked-for-by-this-ad", "welcome-in-this-ad"
OWN_MILESTONES = frozenset({ASKED_MILESTONE, WELCOME_MILESTONE})
# How much a skill of an ad weighs, on the scale of a role's importance: asked for, named, welcome.
IMPORTANCE: Mapping[str, int] = {"must": 5, "": 3, "nice": 1}


def by_weight(cue: str | None, importance: int = 0, mentions: int = 0) -> tuple[int, int, int]:
    """The key that sorts what an ad names: what it says of it counts first, then how important the role takes it, then how often it is
    named."""
    return -IMPORTANCE[cue or ""], -importance, -mentions


_ASKED = (
    gettext_lazy("Asked for by this ad"),
    gettext_lazy("What the ad asks for and no milestone of the role teaches."),
    gettext_lazy("You have the skills that “{title}” asks for beyond the milestones of {role}."),
)
_WELCOME = (
    gettext_lazy("Welcome in this ad"),
    gettext_lazy("What the ad welcomes and no milestone of the role teaches."),
    gettext_lazy("You have the skills that “{title}” welcomes beyond the milestones of {role}."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdRole(Role):
    """An ad as a role. Its `name` is the title of the ad, its `slug` is none of the catalogue, and its `url` is the ad's."""

    ad: SavedAd
    planned_by: Role  # the closest one
    records: Mapping[str, Milestone]  # its milestones, which the catalogue has otherwise or not at all

    def cue_of(self, skill: str) -> str:
        """must, nice or empty."""
        return next((item.cue for item in self.ad.asked if item.skill == skill), "")


def catalogue_role(role: Role) -> Role:
    """The record of the catalogue: of an ad, the role that it is planned by."""
    return role.planned_by if isinstance(role, AdRole) else role


def milestones_of(snapshot: Snapshot, role: Role) -> Mapping[str, Milestone]:
    """By slug, at least those of the role."""
    return role.records if isinstance(role, AdRole) else snapshot.milestones


def url_of(ad: SavedAd) -> str:
    """Of its page; one that is only in a visitor's draft has none."""
    return reverse("web:ad", args=[ad.id]) if ad.id else reverse("web:match")


def asked_by(ad: SavedAd, snapshot: Snapshot) -> tuple[dict[str, Requirement], dict[str, Choice]]:
    """What an ad asks for, without what the learner took out: single skills, and choices of which any one is enough."""
    single: dict[str, Requirement] = {}
    numbered: dict[int, list[AdSkill]] = {}
    for item in ad.asked:
        if item.choice is None:
            single[item.skill] = _requirement(item)
        else:
            numbered.setdefault(item.choice, []).append(item)
    choices: dict[str, Choice] = {}
    for members in numbered.values():
        if len(members) == 1:  # the others were taken out, or have been retired
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
    """By its members, so that what the learner picked stays picked when the ad is edited or imported again."""
    return "-or-".join(sorted(skills))[:MAX_CHOICE_SLUG]


def _requirement(item: AdSkill) -> Requirement:
    return Requirement(item.skill, item.level, IMPORTANCE[item.cue])


def ad_targets(ad: SavedAd, snapshot: Snapshot) -> Targets:
    """The terms of its readiness."""
    return targets(*asked_by(ad, snapshot))


def ad_role(ad: SavedAd, role: Role, snapshot: Snapshot) -> AdRole:
    """The ad, planned by a role of the catalogue."""
    requirements, choices = asked_by(ad, snapshot)
    asked = {slug: item.level for slug, item in requirements.items()}
    needed = snapshot.closure(asked, {})  # what the single skills rest on included
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
    """Of each skill; that of a choice is that of its heaviest member."""
    of_choice: dict[int, int] = {}
    for item in ad.asked:
        if item.choice is not None:
            of_choice[item.choice] = max(IMPORTANCE[item.cue], of_choice.get(item.choice, 0))
    return {item.skill: IMPORTANCE[item.cue] if item.choice is None else of_choice[item.choice] for item in ad.asked}


def _kept(
    role: Role, asked: Levels, needed: Levels, weight: Mapping[str, int], snapshot: Snapshot
) -> tuple[list[Milestone], list[Milestone]]:
    """The milestones of the role that teach something the ad names, with the projects that need little beside it: those that teach
    more than what is welcome, without that and their heaviest steps first, and the others."""

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
    """What none of these milestones teaches, the heaviest first; None where they teach all of it."""
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

    share: float  # of the ad's weight that is at its levels, from 0 to 1
    met: int  # terms at their level; a choice is one
    terms: int
    hours: float  # to the rest, without projects
    missing: tuple[
        str, ...
    ]  # skills below their level, heaviest first; of a choice the one that the learner knows best


def closeness(ad: SavedAd, snapshot: Snapshot, levels: Levels, logged: Mapping[str, float] | None = None) -> Closeness:
    """`levels` are effective ones."""
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
    """The skills of a job ad that was read, as they are saved: with the levels that it asks for (`service.targets`) as a job of this
    role, and alternatives numbered. A skill that is one of several choices belongs to the first."""
    levels = targets_of(ad, role.skills if role else scores.NO_REQUIREMENTS)
    numbers = {slug: number for number, members in reversed(list(enumerate(ad.choices, 1))) for slug in members}
    return tuple(
        AdSkill(item.skill, levels[item.skill], item.cue or "", numbers.get(item.skill)) for item in ad.found.skills
    )
