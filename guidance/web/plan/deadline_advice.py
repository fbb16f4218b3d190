"""A deadline on the path: what the learner reaches by then, and options for reaching more, each with its effects."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import day, hours, lapse, listed, short
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.path import PathStep
from guidance.progress.plan import SECONDS, Step, hours_needed
from guidance.progress.readiness import Score
from guidance.progress.step_advice import MIN_POINTS, record_of
from guidance.progress.text import applying_on, arrival

if TYPE_CHECKING:
    from guidance.web.plan.page import PlanSection

type Key = tuple[str | None, int, str | None]  # skill, level and project of a step

MAX_MODEST_FACTOR = 1.5  # hours for the whole path are offered up to this multiple of the current hours
MAX_NAMED = 3  # number of delayed steps that are named
MIN_GAIN = 5  # points that the next milestones must add to be offered


@dataclass(frozen=True, slots=True)
class DeadlineOption:
    """An option for reaching more by a deadline, or for moving it."""

    title: str
    readiness: float
    by: str  # its date, and what it is compared with
    text: str
    label: str  # of its button
    field: tuple[str, str]  # what the button sends
    base: float = 0.0  # readiness without it

    @property
    def gained(self) -> float:
        return max(self.readiness - self.base, 0.0)


@dataclass(frozen=True, slots=True)
class DeadlineMark:
    """A deadline: `late` if it is before the end of the path, `good` if it is not, or `passed`."""

    state: str
    title: str
    text: str
    ways: Sequence[DeadlineOption] = ()
    after: int | None = None  # the section after which it falls; None if it is before all of them
    can_remove: bool = False


def deadline_mark(
    state: LearnerState, goal_state: GoalState, now: GoalState, sections: "Sequence[PlanSection]"
) -> DeadlineMark | None:
    """Returns the mark; None without a deadline or without steps. `now`: the state of the current goal, if `goal_state` is only a
    preview."""
    deadline, finish = goal_state.goal.deadline, goal_state.plan.finish
    if deadline is None or finish is None:
        return None
    current = next(at for at, section in enumerate(sections) if section.state == "current")
    if goal_state.deadline_passed:
        return DeadlineMark(
            "passed",
            _("Your deadline, {day}, has passed").format(day=day(deadline)),
            _("The plan continues without one. {arrival}").format(arrival=arrival(goal_state)),
            [_move_to(finish, goal_state)] if goal_state is now else [],
            after=current - 1 if current else None,
            can_remove=goal_state is now,
        )
    if goal_state.plan.on_time:
        return DeadlineMark("good", arrival(goal_state, would=goal_state is not now), "", after=len(sections) - 1)
    ready = _ready_by(goal_state.plan.steps, deadline, goal_state.plan.readiness)
    last = max((at for at, section in enumerate(sections) if section.end and section.end <= deadline), default=current)
    return DeadlineMark(
        "late",
        _title(state, goal_state, sections, ready),
        _text(goal_state),
        list(_ways(state, goal_state, sections, ready)) if goal_state is now else [],
        after=last,
        can_remove=goal_state is now,
    )


def reached_by(state: LearnerState, goal_state: GoalState, deadline: date) -> float:
    """Returns the hours of study until the end of that day."""
    calendar = state.calendar(goal_state.goal)
    return calendar.study_days_until(deadline) * goal_state.goal.hours_per_week / len(calendar.offsets)


def _ready_by(steps: Sequence[Step], deadline: date, before: float) -> float:
    return max((step.readiness_after for step in steps if step.end <= deadline), default=before)


def _title(state: LearnerState, goal_state: GoalState, sections: "Sequence[PlanSection]", ready: float) -> str:
    assert goal_state.goal.deadline is not None
    values = {
        "day": short(goal_state.goal.deadline, state.today, "j F"),
        "ready": floatformat(ready, 0),
        "all": len(goal_state.plan.stages),
    }
    reached = [section for section in sections if section.end and section.end <= goal_state.goal.deadline]
    current = next(section for section in sections if section.state == "current")
    if current.milestone is None or goal_state.shorter:
        return _("By {day} you’ll be at {ready} of 100.").format(**values)
    if not reached:
        return _("By {day} you’ll be at {ready} of 100, in milestone {n} of {all}.").format(n=current.number, **values)
    values["n"] = reached[-1].number
    begun = next((section.number for section in sections if _is_partly_done(section, goal_state.goal.deadline)), 0)
    if begun:
        text = _("By {day} you’ll have reached milestone {n} of {all} and part of milestone {begun}: {ready} of 100.")
        return text.format(begun=begun, **values)
    return _("By {day} you’ll have reached milestone {n} of {all}: {ready} of 100.").format(**values)


def _is_partly_done(section: "PlanSection", deadline: date) -> bool:
    return section.end is not None and section.rows[0].step.end <= deadline < section.end


def _text(goal_state: GoalState) -> str:
    text = _("That is your current path, at {hours} a week.")
    if goal_state.shorter:
        text = _("You chose the shorter path, at {hours} a week.")
    sentences = [text.format(hours=hours(goal_state.goal.hours_per_week))]
    if goal_state.plan.applying:
        sentences.append(applying_on(goal_state.plan.applying.end))
    sentences.append(
        _("Nothing changes until you choose.")
        if goal_state.shorter
        else _("Nothing changes until you choose, and nothing is lost.")
    )
    return " ".join(sentences)


# Options


def _ways(
    state: LearnerState, goal_state: GoalState, sections: "Sequence[PlanSection]", ready: float
) -> Iterator[DeadlineOption]:
    """Yields the options. Applying by the deadline, or later with the same hours, comes first: that is what most deadlines are
    for."""
    at, apply = _next(goal_state, sections, ready), _to_apply(goal_state, sections)
    if apply is not None:
        yield from _more_hours(state, goal_state, sections, apply, ready)
        yield _later(state, goal_state, sections[apply], ready)
    if at != apply:
        yield from _more_hours(state, goal_state, sections, at, ready)
    answer = goal_state.plan.by_deadline
    if answer and answer.shorter:
        if goal_state.shorter:
            yield _usual_order(state, goal_state, ready)
        elif not _looks_the_same(answer.shorter.readiness, ready):
            yield _shorter(state, goal_state, ready)
    if apply is None:
        yield _later(state, goal_state, sections[at], ready)


def _to_apply(goal_state: GoalState, sections: "Sequence[PlanSection]") -> int | None:
    """Returns the section after which applying makes sense, if that is after the deadline and before the end of the path."""
    applying, deadline = goal_state.plan.applying, goal_state.goal.deadline
    if applying is None or deadline is None or applying.end <= deadline:
        return None
    before = goal_state.before_applying
    last = max(at for at, section in enumerate(sections) if section.rows and section.slug in before)
    return last if any(section.rows for section in sections[last + 1 :]) else None


def _next(goal_state: GoalState, sections: "Sequence[PlanSection]", ready: float) -> int:
    """Returns the section to offer: the first after the deadline that adds enough points, or the last if that takes only a few more hours."""
    with_steps = [at for at, section in enumerate(sections) if section.end is not None]
    needed = goal_state.plan.hours_per_week_needed
    if goal_state.shorter or (needed is not None and needed <= MAX_MODEST_FACTOR * goal_state.goal.hours_per_week):
        return with_steps[-1]
    return next((at for at in with_steps if sections[at].readiness_after >= ready + MIN_GAIN), with_steps[-1])


def _more_hours(
    state: LearnerState, goal_state: GoalState, sections: "Sequence[PlanSection]", at: int, ready: float
) -> Iterator[DeadlineOption]:
    """Yields the option of more hours, to reach the end of that section by the deadline. Yields nothing if 80 hours a week are
    not enough, or if that end adds no points and is neither the end of the path nor the point from which applying makes sense."""
    deadline, section, apply = goal_state.goal.deadline, sections[at], _to_apply(goal_state, sections)
    assert deadline is not None
    steps = [row.step for section in sections[: at + 1] for row in section.rows]
    needed = hours_needed(steps, state.calendar(goal_state.goal), deadline)
    if needed is None:
        return
    is_whole, is_same = section.end == goal_state.plan.finish, _looks_the_same(section.readiness_after, ready)
    if is_same and not is_whole and at != apply:
        return
    values = {
        "hours": hours(needed),
        "now": hours(goal_state.goal.hours_per_week),
        "n": section.number,
        "whole": hours(goal_state.plan.hours_per_week_needed),
    }
    text = _("{hours} a week instead of {now}.").format(**values)
    if is_whole:
        text = _("{text} You finish the whole path by then.").format(text=text)
    elif at == apply:
        text = _("{text} You reach milestone {n} by then, and that is when you can start applying.").format(
            text=text, n=section.number
        )
    elif section.number:
        text = _("{text} You reach milestone {n} by then.").format(text=text, n=section.number)
    if not is_whole and apply in {at, None} and goal_state.plan.hours_per_week_needed is not None:
        text = _("{text} The whole path would take {whole} a week.").format(text=text, **values)
    yield DeadlineOption(
        _("Start applying by then") if at == apply else _("More hours"),
        section.readiness_after,
        _instead(state, goal_state, section.readiness_after, ready, is_whole=is_whole),
        text,
        _("Study {hours} a week").format(**values),
        ("hours_per_week", repr(needed)),
        base=ready,
    )


def _looks_the_same(readiness: float, ready: float) -> bool:
    """Compares whole points, as shown on the page."""
    return floatformat(readiness, 0) == floatformat(ready, 0)


def _instead(
    state: LearnerState, goal_state: GoalState, readiness: float, ready: float, *, is_whole: bool = False
) -> str:
    """Returns the date and the points to compare with. If both would show the same number of points, returns the date alone or,
    if `is_whole`, states that the whole path is done by then."""
    assert goal_state.goal.deadline is not None
    text = _("by {day}, instead of {ready}")
    if _looks_the_same(readiness, ready):
        text = _("by {day}, with the whole path done") if is_whole else _("by {day}")
    return text.format(day=short(goal_state.goal.deadline, state.today, "j F"), ready=floatformat(ready, 0))


def _shorter(state: LearnerState, goal_state: GoalState, ready: float) -> DeadlineOption:
    answer, deadline = goal_state.plan.by_deadline, goal_state.goal.deadline
    assert answer is not None
    assert answer.shorter is not None
    assert deadline is not None
    reached = {_key(step) for step in goal_state.plan.steps if step.end <= deadline}
    ends = _ends({_key(step) for step in answer.shorter.steps}, state, goal_state)
    then = {key for key, end in ends.items() if end <= deadline}
    waits = [step for step in goal_state.plan.steps if _key(step) in reached - then]
    sentences = [
        _("Still {hours} a week.").format(hours=hours(goal_state.goal.hours_per_week)),
        _come_forward(ends, then - reached, state, goal_state),
        *_wait([step for step in waits if step.skill], goal_state, state.snapshot),
        *_projects_wait(reached, then, state.snapshot),
        *_applying(ends, state, goal_state),
    ]
    return DeadlineOption(
        _("The shorter path"),
        answer.shorter.readiness,
        _instead(state, goal_state, answer.shorter.readiness, ready),
        " ".join(sentences),
        _("Take the shorter path"),
        ("shorter", "1"),
        base=ready,
    )


def _key(step: Step | PathStep) -> Key:
    return step.skill, step.to_level if isinstance(step, Step) else step.level, step.project


def _ends(first: Collection[Key], state: LearnerState, goal_state: GoalState) -> dict[Key, date]:
    """Returns the last day of each step if the steps in `first` are done first, in that order."""
    calendar, seconds, ends = state.calendar(goal_state.goal), 0, dict[Key, date]()
    for step in sorted(goal_state.plan.steps, key=lambda step: _key(step) not in first):
        seconds += round(step.hours * SECONDS)
        ends[_key(step)] = calendar.end(seconds)
    return ends


def _projects_wait(reached: Collection[Key], then: Collection[Key], snapshot: Snapshot) -> Iterator[str]:
    """Names the projects that the usual path finishes by the deadline and the shorter path does not."""
    before, after = [{project for _skill, _level, project in keys if project} for keys in (reached, then)]
    waiting = [f"“{snapshot.projects[slug].name}”" for slug in sorted(before - after)]
    if waiting:
        text = ngettext("The project {names} comes after it.", "The projects {names} come after it.", len(waiting))
        yield text.format(names=listed(waiting))
    if len(after) < len(before):
        text = ngettext(
            "You finish {n} project by then instead of {all}.",
            "You finish {n} projects by then instead of {all}.",
            len(after),
        )
        yield text.format(n=len(after), all=len(before))


def _applying(ends: Mapping[Key, date], state: LearnerState, goal_state: GoalState) -> Iterator[str]:
    """States when applying makes sense on the shorter path, which is never later than on the usual path (`deadlines`)."""
    if goal_state.plan.applying is None:
        return
    before = goal_state.before_applying
    now, then = (
        goal_state.plan.applying.end,
        max(ends[_key(step)] for step in goal_state.plan.steps if step.milestone in before),
    )
    values = {name: short(day, state.today, "j F") for name, day in (("now", now), ("then", then))}
    text = (
        _("You can start applying on {then} instead of {now}.")
        if then < now
        else _("You can still start applying on {now}.")
    )
    yield text.format(**values)


def _come_forward(
    ends: Mapping[Key, date], forward: Collection[Key], state: LearnerState, goal_state: GoalState
) -> str:
    """Describes which steps the shorter path does before the deadline and the usual path after it, and how many of them add
    points."""
    score, adding = Score(goal_state.targets, state.levels), 0
    before = score.readiness
    for skill, level, project in ends:
        if skill is not None:
            score.reach(skill, level)
            adding += (skill, level, project) in forward and score.readiness - before >= MIN_POINTS
            before = score.readiness
    if adding == len(forward):
        text = ngettext(
            "{n} step moves forward, and it adds points.",
            "{n} steps move forward, and all of them add points.",
            adding,
        )
        return text.format(n=adding)
    text = ngettext("{n} step moves forward.", "{n} steps move forward, and {adding} of them add points.", len(forward))
    return text.format(n=len(forward), adding=adding)


def _wait(waits: Sequence[Step], goal_state: GoalState, snapshot: Snapshot) -> Iterator[str]:
    """Describes what moves after the deadline, and names the skills that matter most for the readiness."""
    if not waits:
        return
    weights = {skill: goal_state.targets[slug].weight for slug, skill in goal_state.plan.taught.items()}
    heaviest = sorted(waits, key=lambda step: (-weights.get(step.skill or "", 0.0), -step.hours))
    names = [f"{record_of(step, snapshot).name} {step.to_level}" for step in heaviest[:MAX_NAMED]]
    if more := len(waits) - len(names):
        names.append(ngettext("{n} more step", "{n} more steps", more).format(n=more))
    text = ngettext("{names} waits until after it.", "{names} wait until after it.", len(waits))
    yield text.format(names=listed(names))


def _usual_order(state: LearnerState, goal_state: GoalState, ready: float) -> DeadlineOption:
    answer = goal_state.plan.by_deadline
    assert answer is not None
    return DeadlineOption(
        _("The usual order"),
        answer.path.readiness,
        _instead(state, goal_state, answer.path.readiness, ready),
        _("Your role’s milestones, one after the other. Nothing is lost."),
        _("Go back to the usual order"),
        ("shorter", "0"),
        base=answer.path.readiness,
    )


def _later(state: LearnerState, goal_state: GoalState, section: "PlanSection", ready: float) -> DeadlineOption:
    end, deadline = section.end, goal_state.goal.deadline
    assert end is not None
    assert deadline is not None
    applies = goal_state.plan.applying is not None and end == goal_state.plan.applying.end != goal_state.plan.finish
    text = _("Your hours and the order stay the same. On {day} you’ll be at {ready}, as planned.")
    if applies and section.number:
        text = _(
            "Your hours and the order stay the same. You reach milestone {n} by then, and that is when you can start applying."
        )
    elif end == goal_state.plan.finish and _looks_the_same(section.readiness_after, ready):
        text = _("Your hours and the order stay the same. You finish the whole path by then.")
    elif section.number and not goal_state.shorter and end != goal_state.plan.finish:
        text = _(
            "Your hours and the order stay the same. You finish milestone {n} by then. On {day} you’ll be at {ready}, as planned."
        )
    return DeadlineOption(
        _("Start applying later") if applies else _("A later date"),
        section.readiness_after,
        _("by {day}").format(day=short(end, state.today, "j F")),
        text.format(n=section.number, day=short(deadline, state.today, "j F"), ready=floatformat(ready, 0)),
        _("Move to {day}").format(day=day(end)),
        ("deadline", end.isoformat()),
        base=ready,
    )


def _move_to(finish: date, goal_state: GoalState) -> DeadlineOption:
    return DeadlineOption(
        _("A new date"),
        goal_state.plan.readiness_at_end,
        _("by {day}").format(day=day(finish)),
        _("{stretch} after the old one.").format(
            stretch=lapse(abs((finish - (goal_state.goal.deadline or finish)).days))
        ),
        _("Move to {day}").format(day=day(finish)),
        ("deadline", finish.isoformat()),
        base=goal_state.plan.readiness,
    )
