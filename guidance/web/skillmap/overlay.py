"""A learner's state on the map: the state of each skill, and the milestones of a role. Pure except for gettext."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guidance.catalog.kinds import Milestone, Project, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.progress.plan import Plan, Stage, Step


@dataclass(frozen=True, slots=True)
class Stop:
    """A skill of a milestone, listed once, at the highest level that the milestone reaches."""

    skill: Skill
    level: int
    kind: str  # at, begun or none, as in MapState
    is_here: bool = False  # the first step of the plan


@dataclass(frozen=True, slots=True)
class MapMilestone:
    milestone: Milestone
    number: int  # among all milestones of the plan, starting at 1
    state: str  # done, current, later or blocked
    hours: float  # hours left
    stops: Sequence[Stop]  # in teaching order
    also: Sequence[Skill]  # skills that are needed first but are not part of the milestone
    project: Project | None  # the planned project
    is_own: bool  # whether the plan is the learner's own and so has a section for it

    @property
    def reached(self) -> int:
        return sum(stop.kind == "at" for stop in self.stops)

    @property
    def here(self) -> Stop | None:
        return next((stop for stop in self.stops if stop.is_here), None)

    @property
    def id(self) -> str:
        """Returns the id of the milestone's section on the plan page."""
        return f"m-{self.milestone.slug}"


def map_milestones(
    snapshot: Snapshot,
    plan: Plan,
    levels: Mapping[str, int],
    *,
    is_own: bool,
    milestones: Mapping[str, Milestone] | None = None,
) -> tuple[MapMilestone, ...]:
    """Returns one entry for each milestone of the plan, in order; none for a goal without milestones. `milestones`: by slug, if the goal
    has some that are not in the catalogue."""
    first = plan.steps[0] if plan.steps else None
    records = milestones or snapshot.milestones
    return tuple(
        _stretch(snapshot, plan, levels, stage, records[stage.milestone], number, first, is_own)
        for number, stage in enumerate(plan.stages, 1)
    )


def _stretch(
    snapshot: Snapshot,
    plan: Plan,
    levels: Mapping[str, int],
    stage: Stage,
    milestone: Milestone,
    number: int,
    first: Step | None,
    is_own: bool,
) -> MapMilestone:
    is_current = first is not None and first.milestone == stage.milestone
    steps = [step for step in plan.steps if step.milestone == stage.milestone]
    stops = list(_stops(snapshot, plan, levels, milestone, first.skill if first and is_current else None))
    shown = {stop.skill.slug for stop in stops}
    also = dict.fromkeys(step.skill for step in steps if step.skill is not None and step.skill not in shown)
    return MapMilestone(
        milestone=milestone,
        number=number,
        state="done" if stage.done else "current" if is_current else "later" if steps else "blocked",
        hours=stage.hours,
        stops=tuple(stops),
        also=tuple(snapshot.skills[slug] for slug in also),
        project=snapshot.projects[stage.project] if stage.project else None,
        is_own=is_own,
    )


def _stops(
    snapshot: Snapshot, plan: Plan, levels: Mapping[str, int], milestone: Milestone, here: str | None
) -> Iterator[Stop]:
    """Yields the skills of the milestone that the learner has or plans. If today's step is not one of them, it comes before the first open
    skill."""
    planned: dict[str, int] = {}
    for step in plan.steps:
        if step.skill is not None:
            planned[step.skill] = max(step.to_level, planned.get(step.skill, 0))
    asked: dict[str, int] = {}
    for slug, level in milestone.steps:
        if level <= max(levels.get(slug, 0), planned.get(slug, 0)):
            asked[slug] = max(level, asked.get(slug, 0))
    if here is not None and here not in asked:
        at = next((at for at, slug in enumerate(asked) if levels.get(slug, 0) < asked[slug]), len(asked))
        items = list(asked.items())
        asked = dict([*items[:at], (here, levels.get(here, 0) + 1), *items[at:]])
    for slug, level in asked.items():
        known = levels.get(slug, 0)
        kind = "at" if known >= level else "begun" if known else "none"
        yield Stop(snapshot.skills[slug], level, kind, is_here=slug == here and kind != "at")


MAX_NEXT_STEPS = 8
ORDINALS = (
    gettext_lazy("1st next"),
    gettext_lazy("2nd next"),
    gettext_lazy("3rd next"),
    gettext_lazy("4th next"),
    gettext_lazy("5th next"),
    gettext_lazy("6th next"),
    gettext_lazy("7th next"),
    gettext_lazy("8th next"),
)


@dataclass(frozen=True, slots=True)
class MapState:
    """Everything is by slug. Empty if the map is for no one in particular."""

    levels: Mapping[str, int] = field(default_factory=dict)
    targets: Mapping[str, int] = field(default_factory=dict)  # of the goal, including its prerequisites
    next_steps: Sequence[str] = ()  # of the plan, each skill once
    also_asked_for: Collection[str] = ()  # by the industry, not scored
    stretches: Sequence[MapMilestone] = ()  # milestones of the goal, in the order of the plan

    def kind(self, slug: str) -> str:
        """Returns at, begun or none; for a skill that is not scored for the goal: known, off (emphasised by the industry) or aside (not
        part of it)."""
        level, target = self.levels.get(slug, 0), self.targets.get(slug, 0)
        if target:
            return "at" if level >= target else "begun" if level else "none"
        if not self.targets:
            return "at" if level else "none"
        return "known" if level else "off" if slug in self.also_asked_for else "aside"

    def words(self) -> "StationText":
        return StationText(self)


class StationText:
    """Returns the state in words: “1 of 2 · 6th next”."""

    def __init__(self, state: MapState) -> None:
        self._state = state
        self._of = _("{level} of {target}")
        self._level = _("level {level}")
        self._kinds = {"off": _("asked for, not scored"), "aside": _("not needed"), "none": ""}
        self._next = dict(zip(state.next_steps, map(str, ORDINALS), strict=False))

    def __call__(self, slug: str) -> str:
        state = self._state
        level, target = state.levels.get(slug, 0), state.targets.get(slug, 0)
        if target:
            text = self._of.format(level=level, target=target)
            return f"{text} · {self._next[slug]}" if slug in self._next else text
        return self._level.format(level=level) if level else self._kinds[state.kind(slug)]


def counts(state: MapState, slugs: Collection[str]) -> tuple[int, int, int]:
    """Returns three numbers: how many of the goal's skills are at their target, in progress and not started."""
    kinds = [state.kind(slug) for slug in slugs if state.targets.get(slug)]
    return kinds.count("at"), kinds.count("begun"), kinds.count("none")
