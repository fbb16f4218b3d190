"""What a learner can reach by a deadline that is before the end of the plan. Pure.

A deadline decides what comes first and never removes anything. `answer_deadline` determines how far the plan gets by then, and
looks for a shorter plan. The current milestone and its project stay whole. From the rest it picks whole targets, each with
everything it needs and with the projects of the milestones that it completes: always the one that adds most readiness for its
hours, as long as it fits (the greedy rule for the knapsack problem with shared costs).

A shorter plan never delays the point at which applying makes sense. The steps before that point stay whole if they fit; if
they do not, only these steps change their order.

`web/plan/deadline_advice.py` turns this into the options that the plan page offers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from guidance.progress.curriculum import Curriculum, Levels
from guidance.progress.path import Path, PathStep
from guidance.progress.readiness import Score

MIN_GAIN = 1.0  # points of readiness that a shorter plan must add to be offered

type Job = tuple[PathStep, int]  # a step of the path and its seconds


@dataclass(frozen=True, slots=True)
class ReachedByDeadline:
    """What the learner reaches by the deadline if they follow the path."""

    milestone: str | None  # the last milestone that is complete by then
    readiness: float


@dataclass(frozen=True, slots=True)
class Shorter:
    readiness: float  # by the deadline
    steps: tuple[PathStep, ...]  # the steps that come first, in the path's order; the others follow


@dataclass(frozen=True, slots=True)
class ByDeadline:
    path: ReachedByDeadline
    shorter: Shorter | None  # only if it adds at least MIN_GAIN points


def answer_deadline(
    curriculum: Curriculum, levels: Levels, plan_path: Path, jobs: Sequence[Job], budget: int
) -> ByDeadline:
    """Returns what is possible by the deadline. `jobs` are in the path's order; `budget` is the number of seconds of study
    until the deadline, fewer than the jobs take."""
    reached = _followed(curriculum, levels, jobs, budget)
    chosen = _Selection(curriculum, levels, plan_path, jobs).within(budget)
    if chosen is None:
        return ByDeadline(reached, None)
    # The other jobs use the time that is left.
    shorter = with_first(jobs, chosen)
    then = _followed(curriculum, levels, shorter, budget)
    better = then.readiness >= reached.readiness + MIN_GAIN
    later = seconds_to_apply(curriculum, plan_path, shorter) > seconds_to_apply(curriculum, plan_path, jobs)
    return ByDeadline(reached, Shorter(then.readiness, chosen) if better and not later else None)


def before_applying(curriculum: Curriculum, milestones: Sequence[str]) -> frozenset[str]:
    """Returns the milestones up to the one after which applying makes sense; none if that one is not in the plan."""
    if curriculum.apply_after not in milestones:
        return frozenset()
    return frozenset(milestones[: milestones.index(curriculum.apply_after) + 1])


def seconds_to_apply(curriculum: Curriculum, plan_path: Path, jobs: Sequence[Job]) -> int:
    """Returns the seconds of these jobs until applying makes sense; 0 if nothing is left before that."""
    before, total, needed = before_applying(curriculum, plan_path.milestones), 0, 0
    for step, seconds in jobs:
        total += seconds
        if step.milestone in before:
            needed = total
    return needed


def with_first(jobs: Sequence[Job], chosen: Collection[PathStep]) -> list[Job]:
    """Returns the same jobs with those of the chosen steps first."""
    first = frozenset(chosen)
    return [job for job in jobs if job[0] in first] + [job for job in jobs if job[0] not in first]


def _followed(curriculum: Curriculum, levels: Levels, jobs: Sequence[Job], budget: int) -> ReachedByDeadline:
    score = Score(curriculum.targets, levels)
    last = {step.milestone: number for number, (step, _seconds) in enumerate(jobs)}
    milestone = None
    for number, (step, seconds) in enumerate(jobs):
        budget -= seconds
        if budget < 0:
            break
        if step.skill is not None:
            score.reach(step.skill, step.level)
        if step.milestone is not None and last[step.milestone] == number:
            milestone = step.milestone
    return ReachedByDeadline(milestone, score.readiness)


class _Selection:
    """Selects jobs, which are numbered in the path's order, together with what each needs."""

    def __init__(self, curriculum: Curriculum, levels: Levels, plan_path: Path, jobs: Sequence[Job]) -> None:
        self.curriculum, self.levels = curriculum, levels
        self.jobs = jobs
        self.at_start = Score(curriculum.targets, levels)
        number = {(step.skill, step.level): at for at, (step, _) in enumerate(jobs) if step.skill is not None}
        self.closures: list[frozenset[int]] = []  # for each job, itself and everything it needs
        for at, (step, _seconds) in enumerate(jobs):
            needs = [number[need] for need in self._needs(step) if need in number]
            self.closures.append(frozenset({at}).union(*(self.closures[need] for need in needs)))
        self.of_milestone: dict[str, set[int]] = {}  # {milestone: its jobs without the project}
        self.project_of: dict[str, int] = {}
        for at, (step, _seconds) in enumerate(jobs):
            if step.milestone is not None:
                if step.project is not None:
                    self.project_of[step.milestone] = at
                else:
                    self.of_milestone.setdefault(step.milestone, set()).add(at)
        self.targets = self._targets(plan_path, number)
        self.to_apply = self._closure_of(before_applying(curriculum, plan_path.milestones))

    def _closure_of(self, milestones: Collection[str | None]) -> frozenset[int]:
        return frozenset().union(
            *(self.closures[at] for at, (step, _seconds) in enumerate(self.jobs) if step.milestone in milestones)
        )

    def _needs(self, step: PathStep) -> list[tuple[str, int]]:
        if step.project is not None:
            return list(self.curriculum.projects[step.project].proves.items())
        assert step.skill is not None
        if step.level > 1:
            return [(step.skill, step.level - 1)]
        return list(self.curriculum.graph[step.skill].items())

    def _targets(self, plan_path: Path, number: Mapping[tuple[str, int], int]) -> dict[str, frozenset[int]]:
        """Returns the jobs that reach each skill that the goal asks for and the plan teaches."""
        result = {}
        for slug, skill in plan_path.taught.items():
            job = number.get((skill, self.curriculum.targets[slug].one_of[skill]))
            if job is not None:
                result[skill] = self.closures[job]
        return result

    def within(self, budget: int) -> tuple[PathStep, ...] | None:
        """Returns the chosen steps; None if the current milestone alone takes longer than the budget."""
        chosen = self._with_projects(self._closure_of({self.jobs[0][0].milestone}))
        if self._seconds(chosen) > budget:
            return None
        targets = self.targets
        if self._seconds(chosen | self.to_apply) <= budget:
            chosen |= self.to_apply
        else:
            targets = {skill: jobs for skill, jobs in targets.items() if jobs <= self.to_apply}
        while True:
            best, most = None, 0.0
            before, used = self._readiness(chosen), self._seconds(chosen)
            for skill in sorted(targets):
                if targets[skill] <= chosen:
                    continue
                more = self._with_projects(chosen | targets[skill])
                seconds = self._seconds(more)
                if seconds <= budget:
                    per_second = (self._readiness(more) - before) / (seconds - used)
                    if best is None or per_second > most:
                        best, most = more, per_second
            if best is None:
                return tuple(self.jobs[at][0] for at in sorted(chosen))
            chosen = best

    def _with_projects(self, chosen: frozenset[int]) -> frozenset[int]:
        """Returns these jobs plus the projects of the milestones that they complete."""
        complete = {
            project
            for milestone, project in self.project_of.items()
            if self.of_milestone.get(milestone, frozenset()) <= chosen
        }
        return chosen.union(*(self.closures[at] for at in complete)) if complete else chosen

    def _seconds(self, chosen: frozenset[int]) -> int:
        return sum(self.jobs[at][1] for at in chosen)

    def _readiness(self, chosen: frozenset[int]) -> float:
        score = self.at_start.copy()
        for at in chosen:
            step = self.jobs[at][0]
            if step.skill is not None:
                score.reach(step.skill, step.level)
        return score.readiness
