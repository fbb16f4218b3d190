"""Works out the order in which a mentor would teach the skills of a goal, milestone by milestone. Pure.

The milestones of a role define the order in which its targets are taught; each ends in a project. `path` goes through them
once. For each milestone it adds the steps in their order, one level at a time, with each missing prerequisite just before the
step that needs it (depth first, in the order of the skill's file), and then the project. There is no search, so the same
input gives the same path everywhere.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from guidance.catalog import graph as prerequisites
from guidance.catalog.graph import Graph
from guidance.progress.curriculum import Curriculum, Levels, MilestoneLike, chosen


class PlanError(ValueError):
    """Raised if no plan is possible. `field` names the invalid part of the input, and `code` names the problem in one word."""

    def __init__(self, field: str, code: str, message: str) -> None:
        self.field, self.code, self.message = field, code, message
        super().__init__(message)


class OrderError(PlanError):
    """The learner's order puts `milestone` before `by`, which teaches a skill that `milestone` needs."""

    def __init__(self, milestone: str, skill: str, by: str) -> None:
        self.milestone, self.skill, self.by = milestone, skill, by
        super().__init__("milestone_order", "before", f"{milestone} needs {skill}, which {by} teaches first.")


@dataclass(frozen=True, slots=True)
class PathStep:
    """One level of one skill, or a project. For a project, `skill` is None and `level` is 0."""

    milestone: str | None  # None if the goal has no milestones
    skill: str | None
    level: int
    project: str | None = None


@dataclass(frozen=True, slots=True)
class UnreachableSkill:
    skill: str
    because: str  # the skipped skill without which it cannot start


@dataclass(frozen=True, slots=True)
class Path:
    steps: tuple[PathStep, ...]
    milestones: tuple[str, ...]  # in the learner's order, without skipped ones
    taught: Mapping[str, str]  # {target: skill}
    projects: Mapping[str, str]  # {milestone: its planned project}, without finished ones
    unreachable: tuple[UnreachableSkill, ...]  # by slug
    left_out: Mapping[str, tuple[str, ...]]  # {milestone: its skills that are left out because of skipped skills}
    missing: tuple[str, ...]  # required skills that skips leave out and that milestones teach before applying


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the learner decided. Lists hold slugs of skills, except `skip_milestones` and `order`."""

    picked: Mapping[str, str] = field(default_factory=dict)  # {choice: skill}
    projects: Mapping[str, str] = field(default_factory=dict)  # {milestone: project}
    pin: Sequence[str] = ()  # these come first, with what they need, in this order
    later: Sequence[str] = ()  # these come after everything independent of them, unless a pinned skill needs them
    skip: Sequence[str] = ()  # no steps are planned for these
    skip_milestones: Collection[str] = ()  # skills that only these teach are taught only if others need them
    order: Sequence[str] = ()  # these milestones in this order; the others keep their positions


NO_WISHES = Wishes()


def taught(
    curriculum: Curriculum, levels: Levels, picked: Mapping[str, str] | None = None, logged: Collection[str] = ()
) -> dict[str, str]:
    """Returns, for each target, the skill that the plan teaches: the one the learner `picked`, otherwise the `chosen` one. Raises
    PlanError if a picked skill is not a member of its choice."""
    members = {}
    for slug, target in curriculum.targets.items():
        pick = (picked or {}).get(slug)
        if pick is not None and pick not in target.one_of:
            raise PlanError("choices", "member", f"{pick} is not one of {slug}.")
        members[slug] = pick or chosen(target.one_of, curriculum, levels, logged).skill
    return members


def wanted(curriculum: Curriculum, taught: Mapping[str, str]) -> dict[str, int]:
    """Returns {skill: level} for the skills that are `taught`, with the level that the targets ask for."""
    levels: dict[str, int] = {}
    for slug, skill in taught.items():
        levels[skill] = max(curriculum.targets[slug].one_of[skill], levels.get(skill, 0))
    return levels


def path(
    curriculum: Curriculum,
    levels: Levels,
    *,
    wishes: Wishes = NO_WISHES,
    proved: Collection[str] = (),
    logged: Collection[str] = (),
    begun: Sequence[str] = (),
) -> Path:
    """Returns the path. `levels` are effective levels (`graph.with_implied`). `proved` are milestones without a planned
    project, because one of their projects is complete or the milestone was complete when the goal was set. `logged` are the
    skills on whose next level the learner has worked. `begun` are the skills that they are in the middle of: the first one that
    the path needs and whose prerequisites are met comes right after the pinned skills. Raises PlanError."""
    return _Walk(curriculum, levels, wishes, frozenset(proved), logged).path(begun)


def complete(curriculum: Curriculum, levels: Levels, wishes: Wishes = NO_WISHES) -> frozenset[str]:
    """Returns the milestones whose own steps are all reached with these levels, regardless of projects. They are credited
    when a goal is set."""
    every = frozenset(milestone.slug for milestone in curriculum.milestones)
    walk = _Walk(curriculum, levels, wishes, every)
    return every - {milestone.slug for milestone in walk.milestones if walk.is_open(milestone)}


def possible_order(curriculum: Curriculum, levels: Levels, order: Sequence[str]) -> tuple[str, ...]:
    """Returns the learner's order of milestones, or an empty tuple if prerequisites no longer allow it."""
    try:
        in_order(curriculum, levels, order)
    except PlanError:
        return ()
    return tuple(order)


def in_order(curriculum: Curriculum, levels: Levels, order: Sequence[str]) -> list[MilestoneLike]:
    """Returns all milestones. Those in `order` take that order among the positions that they had; the others stay where they are.
    Raises OrderError if a milestone would come before one that teaches what it needs."""
    of_slug = {milestone.slug: milestone for milestone in curriculum.milestones}
    moved = iter([slug for slug in dict.fromkeys(order) if slug in of_slug])
    places = frozenset(order)
    ordered = [of_slug[next(moved)] if slug in places else of_slug[slug] for slug in of_slug]
    if places:
        _check_order(curriculum, levels, ordered)
    return ordered


def _check_order(curriculum: Curriculum, levels: Levels, ordered: Sequence[MilestoneLike]) -> None:
    place = {milestone.slug: number for number, milestone in enumerate(ordered)}
    teaches: dict[str, dict[int, str]] = {}  # {skill: {level: first milestone that teaches it, in the role's order}}
    for milestone in curriculum.milestones:
        own = set(milestone.steps)
        needs = prerequisites.closure(curriculum.graph, _top(milestone.steps), levels)
        for skill, level in needs.items():
            for earlier, by in teaches.get(skill, {}).items():
                if earlier <= level and (skill, earlier) not in own and place[by] > place[milestone.slug]:
                    raise OrderError(milestone.slug, skill, by)
        for skill, level in milestone.steps:
            if level > levels.get(skill, 0):
                teaches.setdefault(skill, {}).setdefault(level, milestone.slug)


class _Walk:
    """One pass through the milestones; `known` holds the levels reached so far."""

    def __init__(
        self,
        curriculum: Curriculum,
        levels: Levels,
        wishes: Wishes,
        proved: frozenset[str],
        logged: Collection[str] = (),
    ) -> None:
        self.curriculum, self.wishes = curriculum, wishes
        self.members = taught(curriculum, levels, wishes.picked, logged)
        self.proved = proved
        self.graph, self.levels = curriculum.graph, levels
        self.known = dict(levels)
        self.steps: list[PathStep] = []
        self.ordered = in_order(curriculum, levels, wishes.order)
        self.milestones = [milestone for milestone in self.ordered if milestone.slug not in wishes.skip_milestones]
        self.targets = self._targets()
        wanted = {skill: level for skill, level in self.targets.items() if skill not in wishes.skip}
        self.blocked = _waiting_for(self.graph, wanted, levels, wishes.skip)
        self.left_out = self.blocked.keys() | wishes.skip
        self.projects = self._projects()
        for project in self.projects.values():
            for skill, level in curriculum.projects[project].proves.items():
                wanted[skill] = max(level, wanted.get(skill, 0))
        open_ = {skill: level for skill, level in wanted.items() if skill not in self.blocked}
        self.needed = prerequisites.closure(self.graph, open_, levels)
        self.deferred: Mapping[str, str] = {}  # skills that are put off
        self.deferred_projects: frozenset[str] = frozenset()

    def path(self, begun: Sequence[str]) -> Path:
        current = next((milestone.slug for milestone in self.milestones if self.is_open(milestone)), None)
        for skill in self.wishes.pin:
            if skill in self.needed:
                self._reach(current, skill, self.needed[skill])
        goes_on = next((skill for skill in begun if self._may_go_on(skill)), None)
        if goes_on is not None:
            self._reach(current, goes_on, self.levels.get(goes_on, 0) + 1)
        self._defer()
        last = self.milestones[-1].slug if self.milestones else None
        for later in (False, True):
            for milestone in self.milestones:
                self._teach(milestone, later=later)
            for skill in self._untaught():
                if later == (skill in self.deferred):
                    self._reach(last, skill, self.needed[skill])
            if self.deferred and not later:
                for skill in sorted(self.needed.keys() - self.deferred.keys()):  # needed only by deferred skills
                    self._reach(last, skill, self.needed[skill])
        return Path(
            steps=tuple(self.steps),
            milestones=tuple(milestone.slug for milestone in self.milestones),
            taught=self.members,
            projects=self.projects,
            unreachable=tuple(
                UnreachableSkill(skill, because)
                for skill, because in sorted(self.blocked.items())
                if skill not in self.wishes.skip
            ),
            left_out={
                milestone.slug: skills for milestone in self.milestones if (skills := self._left_out_of(milestone))
            },
            missing=self._missing() if self.wishes.skip or self.wishes.skip_milestones else (),
        )

    def _left_out_of(self, milestone: MilestoneLike) -> tuple[str, ...]:
        """Returns the skills of the milestone that the goal needs, or a project of it that can no longer be done, and that
        skipped skills leave out."""
        if not self.left_out:
            return ()
        is_proved = milestone.slug in self.projects or milestone.slug in self.proved
        of_slug = self.curriculum.projects
        projects = [] if is_proved else [of_slug[slug] for slug in milestone.projects if slug in of_slug]
        return tuple(
            dict.fromkeys(
                skill
                for skill, level in milestone.steps
                if self.known.get(skill, 0) < level
                and skill in self.left_out
                and (
                    level <= self._asked.get(skill, 0)
                    or any(level <= project.proves.get(skill, 0) for project in projects)
                )
            )
        )

    @cached_property
    def _asked(self) -> Mapping[str, int]:
        """The levels that the goal would need if nothing were skipped."""
        return prerequisites.closure(self.graph, self.targets, self.levels)

    def _missing(self) -> tuple[str, ...]:
        """Returns the required skills, largest weight first, that milestones teach up to the point where applying makes sense
        and that the plan leaves out."""
        last = next(
            (at for at, milestone in enumerate(self.ordered, 1) if milestone.slug == self.curriculum.apply_after), 0
        )
        steps = {step for milestone in self.ordered[:last] for step in milestone.steps}
        goal = self.curriculum.targets
        return tuple(
            dict.fromkeys(
                self.members[slug]
                for slug in self._heaviest()
                if any(
                    self.known.get(self.members[slug], 0) < level
                    for level in range(1, goal[slug].one_of[self.members[slug]] + 1)
                    if (self.members[slug], level) in steps
                )
            )
        )

    def _targets(self) -> dict[str, int]:
        """Returns {skill: level} that the plan has to reach for the goal, without the levels that only skipped milestones
        teach."""
        top = _top(step for milestone in self.milestones for step in milestone.steps)
        skipped: dict[str, int] = {}
        for milestone in self.curriculum.milestones:
            if milestone.slug in self.wishes.skip_milestones:
                for skill, level in milestone.steps:
                    if level > top.get(skill, 0):
                        skipped[skill] = min(level, skipped.get(skill, level))
        wanted: dict[str, int] = {}
        for slug, skill in self.members.items():
            level = self.curriculum.targets[slug].one_of[skill]
            if skill in skipped:
                level = min(level, skipped[skill] - 1)
            if level:
                wanted[skill] = max(level, wanted.get(skill, 0))
        return wanted

    def _projects(self) -> dict[str, str]:
        """Returns {milestone: its planned project} for each milestone that is not proved yet: among the projects that can be
        done, the one that the learner chose, otherwise one of the industry, otherwise the first. No project is planned twice."""
        planned: dict[str, str] = {}
        for milestone in self.milestones:
            if milestone.slug in self.proved:
                continue
            fitting = [
                slug
                for slug in milestone.projects
                if slug in self.curriculum.projects and slug not in planned.values() and self._can_do(slug)
            ]
            pick = self.wishes.projects.get(milestone.slug)
            if pick in fitting:
                planned[milestone.slug] = pick
            elif fitting:
                industry = self.curriculum.industry
                planned[milestone.slug] = next(
                    (slug for slug in fitting if industry in self.curriculum.projects[slug].industries), fitting[0]
                )
        return planned

    def _can_do(self, project: str) -> bool:
        if not self.wishes.skip:
            return True
        proves = self.curriculum.projects[project].proves
        return not any(
            skill in self._out_of_reach for skill, level in proves.items() if self.levels.get(skill, 0) < level
        )

    @cached_property
    def _out_of_reach(self) -> Mapping[str, str]:
        """Among the skills that projects prove and their prerequisites, those that are skipped or need a skipped skill."""
        of_slug = self.curriculum.projects
        projects = (of_slug[slug] for milestone in self.milestones for slug in milestone.projects if slug in of_slug)
        proves = _top(proved for project in projects for proved in project.proves.items())
        return _waiting_for(self.graph, proves, self.levels, self.wishes.skip)

    def is_open(self, milestone: MilestoneLike) -> bool:
        return milestone.slug in self.projects or any(
            self.known.get(skill, 0) < level for skill, level in self._own_steps(milestone)
        )

    def _own_steps(self, milestone: MilestoneLike) -> Iterable[tuple[str, int]]:
        """Returns the steps of the milestone that the goal or a planned project needs."""
        return ((skill, level) for skill, level in milestone.steps if level <= self.needed.get(skill, 0))

    def _may_go_on(self, skill: str) -> bool:
        """Returns whether the skill's next level is needed, is not put off, and has its prerequisites met."""
        level = self.known.get(skill, 0)
        if level != self.levels.get(skill, 0) or level >= self.needed.get(skill, 0) or skill in self.wishes.later:
            return False
        return level > 0 or all(self.known.get(need, 0) >= least for need, least in self.graph[skill].items())

    def _defer(self) -> None:
        """Finds the skills and projects that come last because they are put off or need something that is put off."""
        if not self.wishes.later:
            return
        self.deferred = _waiting_for(self.graph, self.needed, self.known, self.wishes.later)
        self.deferred_projects = frozenset(
            project
            for project in self.projects.values()
            if not self.deferred.keys().isdisjoint(
                prerequisites.closure(self.graph, self.curriculum.projects[project].proves, self.known)
            )
        )

    def _teach(self, milestone: MilestoneLike, *, later: bool) -> None:
        """Adds the steps and the project of a milestone: if `later`, those that are put off; otherwise the rest."""
        for skill, level in self._own_steps(milestone):
            if later == (skill in self.deferred):
                self._reach(milestone.slug, skill, level)
        project = self.projects.get(milestone.slug)
        if project is not None and later == (project in self.deferred_projects):
            for skill, level in self.curriculum.projects[project].proves.items():
                self._reach(milestone.slug, skill, level)
            self.steps.append(PathStep(milestone.slug, None, 0, project))

    def _untaught(self) -> list[str]:
        """Returns the skills that the goal needs, largest weight first. Milestones may not teach all of them, or not to the
        target level, and a goal can have no milestones."""
        return [skill for skill in (self.members[slug] for slug in self._heaviest()) if skill in self.needed]

    def _heaviest(self) -> list[str]:
        """Returns the targets, largest weight first."""
        goal = self.curriculum.targets
        return sorted(self.members, key=lambda slug: (-goal[slug].weight, slug))

    def _reach(self, milestone: str | None, skill: str, level: int) -> None:
        """Adds the missing steps up to this level of the skill, with their prerequisites."""
        steps = prerequisites.steps_to(self.graph, self.known, skill, level)
        self.steps += [PathStep(milestone, slug, reached) for slug, reached in steps]


def _top(steps: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Returns the highest level of each skill."""
    highest: dict[str, int] = {}
    for skill, level in steps:
        highest[skill] = max(level, highest.get(skill, 0))
    return highest


def _waiting_for(graph: Graph, wanted: Mapping[str, int], levels: Levels, seeds: Collection[str]) -> dict[str, str]:
    """Returns the skills among `wanted` and its prerequisites that are one of `seeds` or cannot start before a seed is
    studied, as {skill: that seed}; if there are several seeds, the first by slug."""
    if not seeds:
        return {}
    closed = frozenset(seeds)
    # Skills that only a seed needs are not included.
    open_ = {slug: {} if slug in closed else needs for slug, needs in graph.items()}
    within = prerequisites.closure(open_, wanted, levels)
    waits = {slug: {} if levels.get(slug, 0) or slug in closed else graph[slug] for slug in within}
    blocked: dict[str, str] = {}
    for slug in prerequisites.order(waits):
        if slug in closed:
            blocked[slug] = slug
            continue
        reasons = [
            blocked[need] for need, level in waits[slug].items() if levels.get(need, 0) < level and need in blocked
        ]
        if reasons:
            blocked[slug] = min(reasons)
    return blocked
