"""What a goal asks for: data from the catalogue that is the same for every learner. Pure.

A goal is a set of targets. Most targets are one skill at a level; a choice has several members, any one of which is enough.
`chosen` determines which member a plan teaches if the learner picked none, and why.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from guidance.catalog import graph as prerequisites
from guidance.catalog.graph import Graph

type Levels = Mapping[str, int]  # skills that are not listed are at level 0

# Why a member of a choice is taught, the strongest reason first
KNOWN, LOGGED, INDUSTRY, DEMAND, FIRST = "known", "logged", "industry", "demand", "first"
REASONS = (KNOWN, LOGGED, INDUSTRY, DEMAND)


class RequirementLike(Protocol):
    @property
    def level(self) -> int: ...
    @property
    def importance(self) -> int: ...


class ChoiceLike(Protocol):
    @property
    def one_of(self) -> Mapping[str, int]: ...
    @property
    def importance(self) -> int: ...


class ProjectLike(Protocol):
    @property
    def hours(self) -> float: ...
    @property
    def proves(self) -> Mapping[str, int]: ...
    @property
    def industries(self) -> Collection[str]: ...


class MilestoneLike(Protocol):
    @property
    def slug(self) -> str: ...
    @property
    def steps(self) -> Sequence[tuple[str, int]]: ...  # (skill, level to reach), in teaching order
    @property
    def projects(self) -> Sequence[str]: ...  # any one of them proves the milestone


@dataclass(frozen=True, slots=True)
class Target:
    """One term of readiness: any one of these skills at its level."""

    one_of: Mapping[str, int]  # {skill: level}
    importance: int  # 1 to 5
    emphasis: float = 0.0  # of the industry
    choice: str | None = None  # slug of the choice; None for a single skill

    @property
    def weight(self) -> float:
        return self.importance * (1 + self.emphasis)


type Targets = Mapping[str, Target]  # by the slug of the skill or of the choice


def targets(
    requirements: Mapping[str, RequirementLike],
    choices: Mapping[str, ChoiceLike] | None = None,
    industry: Mapping[str, RequirementLike] | None = None,
    emphases: Mapping[str, float] | None = None,
) -> dict[str, Target]:
    """Returns the targets of a role and its industry. If both ask for a skill, it is one target with the higher level and the
    higher importance. A choice has the emphasis of the member that the industry emphasises most."""
    weight = emphases or {}
    result: dict[str, Target] = {}
    for asked in (requirements, industry or {}):
        for skill, item in asked.items():
            level, importance = item.level, item.importance
            if (known := result.get(skill)) is not None:
                level, importance = max(level, known.one_of[skill]), max(importance, known.importance)
            result[skill] = Target({skill: level}, importance, weight.get(skill, 0.0))
    for slug, choice in (choices or {}).items():
        heaviest = max((weight.get(skill, 0.0) for skill in choice.one_of), default=0.0)
        result[slug] = Target(choice.one_of, choice.importance, heaviest, slug)
    return result


def in_place(milestones: Sequence[str], own: str | None) -> list[str]:
    """Returns the milestones of a role. The industry's own milestone comes before the last one, unless the role already has
    it."""
    ordered = list(milestones)
    if own is not None and own not in ordered:
        ordered.insert(max(len(ordered) - 1, 0), own)
    return ordered


def coverage(target: Target, levels: Levels) -> float:
    """Returns how much of the target the best member reaches, from 0 to 1."""
    return max(min(levels.get(skill, 0) / level, 1.0) for skill, level in target.one_of.items())


def best_member(target: Target, levels: Levels) -> str:
    """Returns the member with the highest coverage; if several are equal, the first."""
    return max(target.one_of, key=lambda skill: min(levels.get(skill, 0) / target.one_of[skill], 1.0))


@dataclass(frozen=True, kw_only=True)
class Curriculum:
    """What a goal consists of. It comes from the catalogue and is the same for every learner."""

    graph: Graph
    targets: Targets
    milestones: Sequence[MilestoneLike] = ()
    apply_after: str | None = None  # the milestone after which applying makes sense
    projects: Mapping[str, ProjectLike] = field(default_factory=dict)
    industry: str | None = None
    industry_skills: Collection[str] = ()  # skills that the industry asks for or emphasises
    demand: Mapping[str, float] = field(default_factory=dict)  # share of job ads that name the skill

    @property
    def skills(self) -> frozenset[str]:
        """Every skill of a target, including all members of choices."""
        return frozenset(skill for target in self.targets.values() for skill in target.one_of)

    @cached_property
    def named(self) -> frozenset[str]:
        """Every skill that the goal, its milestones or their projects mention."""
        skills = set(self.skills)
        for milestone in self.milestones:
            skills.update(skill for skill, _level in milestone.steps)
            for project in milestone.projects:
                if project in self.projects:
                    skills.update(self.projects[project].proves)
        return frozenset(skills)

    @cached_property
    def within(self) -> frozenset[str]:
        """Every skill that is relevant to the goal: the skills in `named` and their prerequisites."""
        return frozenset(prerequisites.ancestors(self.graph, self.named))


@dataclass(frozen=True, slots=True)
class ChosenSkill:
    skill: str
    because: str  # what sets it apart from the runner-up; FIRST if nothing does


def chosen(
    one_of: Mapping[str, int], curriculum: Curriculum, levels: Levels, logged: Collection[str] = ()
) -> ChosenSkill:
    """Returns the member with the highest coverage. If several are equal, prefers one with `logged` work, then one of the
    industry, then the one in most job ads, then the first."""

    def rank(skill: str) -> tuple[float, bool, bool, float]:
        return (
            min(levels.get(skill, 0) / one_of[skill], 1.0),
            skill in logged,
            skill in curriculum.industry_skills,
            curriculum.demand.get(skill, 0.0),
        )

    if len(one_of) == 1:  # the common case
        return ChosenSkill(next(iter(one_of)), FIRST)
    ranks = {skill: rank(skill) for skill in one_of}
    best = max(one_of, key=ranks.__getitem__)
    nearest = max(ranks[skill] for skill in one_of if skill != best)
    differing = (reason for reason, own, other in zip(REASONS, ranks[best], nearest, strict=True) if own != other)
    return ChosenSkill(best, next(differing, FIRST))
