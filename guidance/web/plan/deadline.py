"""A deadline at its place on the path: what is reached by then, and the ways to reach more, each with what it comes to."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import day, hours, lapse, listed, short
from guidance.progress.advice import LEAST_POINTS, record_of
from guidance.progress.learner_state import Aim, Standing
from guidance.progress.path import PathStep
from guidance.progress.plan import SECONDS, Step, hours_needed
from guidance.progress.readiness import Score
from guidance.progress.text import applying_on, arrival

if TYPE_CHECKING:
    from guidance.web.plan.page import Section

type Key = tuple[str | None, int, str | None]  # skill, level and project of a step

MODEST = 1.5  # times the hours of now, up to which hours for the whole path are offered
NAMED = 3  # steps that wait, by name
WORTH = 5  # points that the next milestones should add before they are offered


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach more by a deadline, or to have it later."""

    title: str
    readiness: float
    by: str  # the date for it, and what it is compared with
    text: str
    label: str  # of its button
    field: tuple[str, str]  # what the button sends
    base: float = 0.0  # readiness without it

    @property
    def gained(self) -> float:
        return max(self.readiness - self.base, 0.0)


@dataclass(frozen=True, slots=True)
class ByDate:
    """A deadline: `late` where it comes before the end of the path, `good` where it does not, `passed`."""

    state: str
    title: str
    text: str
    ways: Sequence[Way] = ()
    after: int | None = None  # the section after which it falls; None for before them all
    can_remove: bool = False


def by_date(standing: Standing, aim: Aim, now: Aim, sections: "Sequence[Section]") -> ByDate | None:
    """None without a deadline or without steps. `now`: what follows from the goal as it is, when `aim` is only looked at."""
    deadline, finish = aim.goal.deadline, aim.plan.finish
    if deadline is None or finish is None:
        return None
    current = next(at for at, section in enumerate(sections) if section.state == "current")
    if aim.deadline_passed:
        return ByDate(
            "passed",
            _("Your deadline, {day}, has passed").format(day=day(deadline)),
            _("The plan goes on without one. {arrival}").format(arrival=arrival(aim)),
            [_move_to(finish, aim)] if aim is now else [],
            after=current - 1 if current else None,
            can_remove=aim is now,
        )
    if aim.plan.on_time:
        return ByDate("good", arrival(aim, would=aim is not now), "", after=len(sections) - 1)
    ready = _ready_by(aim.plan.steps, deadline, aim.plan.readiness)
    last = max((at for at, section in enumerate(sections) if section.end and section.end <= deadline), default=current)
    return ByDate(
        "late",
        _title(standing, aim, sections, ready),
        _text(aim),
        list(_ways(standing, aim, sections, ready)) if aim is now else [],
        after=last,
        can_remove=aim is now,
    )


def reached_by(standing: Standing, aim: Aim, deadline: date) -> float:
    """Hours of study until the end of that day."""
    calendar = standing.calendar(aim.goal)
    return calendar.study_days_until(deadline) * aim.goal.hours_per_week / len(calendar.offsets)


def _ready_by(steps: Sequence[Step], deadline: date, before: float) -> float:
    return max((step.readiness_after for step in steps if step.end <= deadline), default=before)


def _title(standing: Standing, aim: Aim, sections: "Sequence[Section]", ready: float) -> str:
    assert aim.goal.deadline is not None
    values = {
        "day": short(aim.goal.deadline, standing.today, "j F"),
        "ready": floatformat(ready, 0),
        "all": len(aim.plan.stages),
    }
    reached = [section for section in sections if section.end and section.end <= aim.goal.deadline]
    current = next(section for section in sections if section.state == "current")
    if current.milestone is None or aim.shorter:
        return _("By {day} you’ll be at {ready} of 100.").format(**values)
    if not reached:
        return _("By {day} you’ll be at {ready} of 100, in milestone {n} of {all}.").format(n=current.number, **values)
    values["n"] = reached[-1].number
    begun = next((section.number for section in sections if _is_partly_done(section, aim.goal.deadline)), 0)
    if begun:
        text = _("By {day} you’ll have reached milestone {n} of {all} and part of milestone {begun}: {ready} of 100.")
        return text.format(begun=begun, **values)
    return _("By {day} you’ll have reached milestone {n} of {all}: {ready} of 100.").format(**values)


def _is_partly_done(section: "Section", deadline: date) -> bool:
    return section.end is not None and section.rows[0].step.end <= deadline < section.end


def _text(aim: Aim) -> str:
    text = _("That is the path as it is, at {hours} a week.")
    if aim.shorter:
        text = _("You chose the shorter way, at {hours} a week.")
    sentences = [text.format(hours=hours(aim.goal.hours_per_week))]
    if aim.plan.applying:
        sentences.append(applying_on(aim.plan.applying.end))
    sentences.append(
        _("Nothing changes until you choose.")
        if aim.shorter
        else _("Nothing changes until you choose, and nothing is thrown away.")
    )
    return " ".join(sentences)


# Ways


def _ways(standing: Standing, aim: Aim, sections: "Sequence[Section]", ready: float) -> Iterator[Way]:
    """Applying by then comes first, or later at the same hours: that is what most deadlines are for."""
    at, apply = _next(aim, sections, ready), _to_apply(aim, sections)
    if apply is not None:
        yield from _more_hours(standing, aim, sections, apply, ready)
        yield _later(standing, aim, sections[apply], ready)
    if at != apply:
        yield from _more_hours(standing, aim, sections, at, ready)
    answer = aim.plan.by_deadline
    if answer and answer.shorter:
        yield _usual_order(standing, aim, ready) if aim.shorter else _shorter(standing, aim, ready)
    if apply is None:
        yield _later(standing, aim, sections[at], ready)


def _to_apply(aim: Aim, sections: "Sequence[Section]") -> int | None:
    """The section after which applying makes sense, where that comes after the deadline and before the end of the path."""
    applying, deadline = aim.plan.applying, aim.goal.deadline
    if applying is None or deadline is None or applying.end <= deadline:
        return None
    before = aim.before_applying
    last = max(at for at, section in enumerate(sections) if section.rows and section.slug in before)
    return last if any(section.rows for section in sections[last + 1 :]) else None


def _next(aim: Aim, sections: "Sequence[Section]", ready: float) -> int:
    """The section up to which more is offered: the first after the deadline that adds something worth it, or the last, where
    that takes little more."""
    with_steps = [at for at, section in enumerate(sections) if section.end is not None]
    needed = aim.plan.hours_per_week_needed
    if aim.shorter or (needed is not None and needed <= MODEST * aim.goal.hours_per_week):
        return with_steps[-1]
    return next((at for at in with_steps if sections[at].readiness_after >= ready + WORTH), with_steps[-1])


def _more_hours(standing: Standing, aim: Aim, sections: "Sequence[Section]", at: int, ready: float) -> Iterator[Way]:
    """To reach the end of that section by the deadline; nothing where 80 hours a week would not do."""
    deadline, section, apply = aim.goal.deadline, sections[at], _to_apply(aim, sections)
    assert deadline is not None
    steps = [row.step for section in sections[: at + 1] for row in section.rows]
    needed = hours_needed(steps, standing.calendar(aim.goal), deadline)
    if needed is None:
        return
    values = {
        "hours": hours(needed),
        "now": hours(aim.goal.hours_per_week),
        "n": section.number,
        "whole": hours(aim.plan.hours_per_week_needed),
    }
    text = _("{hours} a week instead of {now}.").format(**values)
    if section.end == aim.plan.finish:
        text = _("{text} You finish the whole path by then.").format(text=text)
    elif at == apply:
        text = _("{text} You reach milestone {n} by then, and that is when you can start applying.").format(
            text=text, n=section.number
        )
    elif section.number:
        text = _("{text} You reach milestone {n} by then.").format(text=text, n=section.number)
    if section.end != aim.plan.finish and apply in {at, None} and aim.plan.hours_per_week_needed is not None:
        text = _("{text} The whole path would take {whole} a week.").format(text=text, **values)
    yield Way(
        _("Start applying by then") if at == apply else _("More hours"),
        section.readiness_after,
        _instead(standing, aim, ready),
        text,
        _("Study {hours} a week").format(**values),
        ("hours_per_week", repr(needed)),
        base=ready,
    )


def _instead(standing: Standing, aim: Aim, ready: float) -> str:
    assert aim.goal.deadline is not None
    return _("by {day}, instead of {ready}").format(
        day=short(aim.goal.deadline, standing.today, "j F"), ready=floatformat(ready, 0)
    )


def _shorter(standing: Standing, aim: Aim, ready: float) -> Way:
    answer, deadline = aim.plan.by_deadline, aim.goal.deadline
    assert answer is not None
    assert answer.shorter is not None
    assert deadline is not None
    reached = {_key(step) for step in aim.plan.steps if step.end <= deadline}
    ends = _ends({_key(step) for step in answer.shorter.steps}, standing, aim)
    then = {key for key, end in ends.items() if end <= deadline}
    waits = [step for step in aim.plan.steps if _key(step) in reached - then]
    sentences = [
        _("Still {hours} a week.").format(hours=hours(aim.goal.hours_per_week)),
        _come_forward(ends, then - reached, standing, aim),
        *_wait([step for step in waits if step.skill], aim, standing.snapshot),
        *_projects_wait(reached, then, standing.snapshot),
        *_applying(ends, standing, aim),
    ]
    return Way(
        _("The shorter way"),
        answer.shorter.readiness,
        _instead(standing, aim, ready),
        " ".join(sentences),
        _("Take the shorter way"),
        ("shorter", "1"),
        base=ready,
    )


def _key(step: Step | PathStep) -> Key:
    return step.skill, step.to_level if isinstance(step, Step) else step.level, step.project


def _ends(first: Collection[Key], standing: Standing, aim: Aim) -> dict[Key, date]:
    """The last day of each step when these come first; in that order."""
    calendar, seconds, ends = standing.calendar(aim.goal), 0, dict[Key, date]()
    for step in sorted(aim.plan.steps, key=lambda step: _key(step) not in first):
        seconds += round(step.hours * SECONDS)
        ends[_key(step)] = calendar.end(seconds)
    return ends


def _projects_wait(reached: Collection[Key], then: Collection[Key], snapshot: Snapshot) -> Iterator[str]:
    """The projects that the path finishes by the deadline and the shorter way does not, all by name."""
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


def _applying(ends: Mapping[Key, date], standing: Standing, aim: Aim) -> Iterator[str]:
    """When applying makes sense then. It is never later than on the path (`deadlines`)."""
    if aim.plan.applying is None:
        return
    before = aim.before_applying
    now, then = aim.plan.applying.end, max(ends[_key(step)] for step in aim.plan.steps if step.milestone in before)
    values = {name: short(day, standing.today, "j F") for name, day in (("now", now), ("then", then))}
    text = _("You can start applying on {then} instead of {now}.") if then < now else _("Applying stays on {now}.")
    yield text.format(**values)


def _come_forward(ends: Mapping[Key, date], forward: Collection[Key], standing: Standing, aim: Aim) -> str:
    """What comes before the deadline that the path has after it, and how much of that adds points."""
    score, adding = Score(aim.targets, standing.levels), 0
    before = score.readiness
    for skill, level, project in ends:
        if skill is not None:
            score.reach(skill, level)
            adding += (skill, level, project) in forward and score.readiness - before >= LEAST_POINTS
            before = score.readiness
    if adding == len(forward):
        text = ngettext(
            "{n} step comes forward, and it adds points.",
            "{n} steps come forward, and all of them add points.",
            adding,
        )
        return text.format(n=adding)
    text = ngettext("{n} step comes forward.", "{n} steps come forward, and {adding} of them add points.", len(forward))
    return text.format(n=len(forward), adding=adding)


def _wait(waits: Sequence[Step], aim: Aim, snapshot: Snapshot) -> Iterator[str]:
    """What comes after the deadline that the path has before it: by name what weighs most in the readiness."""
    if not waits:
        return
    weights = {skill: aim.targets[slug].weight for slug, skill in aim.plan.taught.items()}
    heaviest = sorted(waits, key=lambda step: (-weights.get(step.skill or "", 0.0), -step.hours))
    names = [f"{record_of(step, snapshot).name} {step.to_level}" for step in heaviest[:NAMED]]
    if more := len(waits) - len(names):
        names.append(ngettext("{n} more step", "{n} more steps", more).format(n=more))
    text = ngettext("{names} waits until after it.", "{names} wait until after it.", len(waits))
    yield text.format(names=listed(names))


def _usual_order(standing: Standing, aim: Aim, ready: float) -> Way:
    answer = aim.plan.by_deadline
    assert answer is not None
    return Way(
        _("The usual order"),
        answer.path.readiness,
        _instead(standing, aim, ready),
        _("The milestones of your role one after the other again. Nothing is lost."),
        _("Go back to the usual order"),
        ("shorter", "0"),
        base=answer.path.readiness,
    )


def _later(standing: Standing, aim: Aim, section: "Section", ready: float) -> Way:
    end, deadline = section.end, aim.goal.deadline
    assert end is not None
    assert deadline is not None
    applies = aim.plan.applying is not None and end == aim.plan.applying.end != aim.plan.finish
    text = _("Same hours, same order. On {day} you’ll be at {ready}, as planned.")
    if applies and section.number:
        text = _("Same hours, same order. You reach milestone {n} by then, and that is when you can start applying.")
    elif section.number and not aim.shorter and end != aim.plan.finish:
        text = _("Same hours, same order, milestone {n} included. On {day} you’ll be at {ready}, as planned.")
    return Way(
        _("Start applying later") if applies else _("A later date"),
        section.readiness_after,
        _("by {day}").format(day=short(end, standing.today, "j F")),
        text.format(n=section.number, day=short(deadline, standing.today, "j F"), ready=floatformat(ready, 0)),
        _("Move to {day}").format(day=day(end)),
        ("deadline", end.isoformat()),
        base=ready,
    )


def _move_to(finish: date, aim: Aim) -> Way:
    return Way(
        _("A new date"),
        aim.plan.readiness_at_end,
        _("by {day}").format(day=day(finish)),
        _("{stretch} after the old one.").format(stretch=lapse(abs((finish - (aim.goal.deadline or finish)).days))),
        _("Move to {day}").format(day=day(finish)),
        ("deadline", finish.isoformat()),
        base=aim.plan.readiness,
    )
