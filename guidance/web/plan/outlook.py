"""What would follow from another goal, or from other hours a week, before it is saved."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.text import day, goal_name, hours, short
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.plan import MAX_HOURS, MIN_HOURS
from guidance.progress.text import arrival
from guidance.web.dashboard.first_day import NEAR
from guidance.web.dashboard.next_milestones import may_apply
from guidance.web.plan.changes import moved

STATES = {None: "plain", True: "good", False: "late"}  # by whether the plan is on time


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from a goal."""

    title: str
    state: str  # late, good or plain
    sentence: str
    facts: list[tuple[str, str, str]]  # label, figure, note


def outlook(goal_state: GoalState, now: GoalState | None, state: LearnerState) -> Outlook:
    """The next milestone first, the end of the plan last. `now`: what follows from the goal as it is, which another `aim` is
    compared with."""
    plan, finish = goal_state.plan, goal_state.plan.finish
    ready = floatformat(plan.readiness, 1)
    if finish is None:
        facts = [(_("ready today"), ready, _ready_before(goal_state, now))]
        return Outlook(
            goal_name(goal_state.role, goal_state.industry),
            STATES[plan.on_time],
            _("Nothing is left to do for it."),
            facts,
        )
    shift = moved(now.plan.finish, finish) if now and now is not goal_state and now.plan.finish else ""
    steps = ngettext("%(n)d step", "%(n)d steps", len(plan.steps)) % {"n": len(plan.steps)}
    sentence = arrival(goal_state, would=goal_state is not now)
    if shift:
        sentence = _("{arrival} That is {shift}.").format(arrival=sentence, shift=shift)
    facts = [
        *milestone_facts(goal_state, state),
        (_("to do"), hours(plan.total_hours), steps),
        (_("ready today"), ready, _ready_before(goal_state, now)),
    ]
    if plan.hours_per_week_needed is not None:
        facts.append((_("to be on time"), hours(plan.hours_per_week_needed), _("a week")))
    return Outlook(goal_name(goal_state.role, goal_state.industry), STATES[plan.on_time], sentence, facts)


def milestone_facts(goal_state: GoalState, state: LearnerState) -> Iterator[tuple[str, str, str]]:
    """The next milestone, and when applying makes sense."""
    stages = {stage.milestone: (number, stage) for number, stage in enumerate(goal_state.plan.stages, 1)}
    following = next((stage for _number, stage in stages.values() if stage.end is not None), None)
    if following is not None and following.end is not None:
        name = state.snapshot.milestones[following.milestone].name
        note = _("{name}, {hours}").format(name=name, hours=hours(following.hours))
        yield _("next milestone"), _by(following.end, state.today), note
    if may_apply(goal_state):
        yield _("you can start applying"), _("now"), ""
    elif goal_state.plan.applying is not None:
        number, _stage = stages[goal_state.role.apply_after or ""]
        note = _("after milestone {number} of {all}").format(number=number, all=len(stages))
        yield _("you can start applying"), _by(goal_state.plan.applying.end, state.today), note


def _by(day: date, today: date) -> str:
    """Of what is far away the month says enough."""
    return short(day, today, "F" if day - today > NEAR else "j M")


def _ready_before(goal_state: GoalState, now: GoalState | None) -> str:
    if now is None or (now.role, now.industry) == (goal_state.role, goal_state.industry):
        return _("of 100")
    return _("of 100; %(ready)s with the goal you have") % {"ready": floatformat(now.plan.readiness, 1)}


# Other hours


def hours_comparison(goal_state: GoalState, now: GoalState) -> str:
    """When a plan would end that is looked at with other hours, against the plan as it is. Of plans with steps."""
    finish, then = now.plan.finish, goal_state.plan.finish
    assert finish is not None
    assert then is not None
    values = {"hours": hours(now.goal.hours_per_week), "day": day(finish), "moved": moved(finish, then)}
    if finish == then:
        return _("Nothing is saved yet. With %(hours)s a week it is the same day.") % values
    return _("Nothing is saved yet. With %(hours)s a week it is %(day)s, so this is %(moved)s.") % values


def other_hours(per_week: float) -> list[tuple[str, str]]:
    """An hour less and an hour more, as far as there is room: label and value of a query."""
    less, more = max(MIN_HOURS, per_week - 1), min(MAX_HOURS, per_week + 1)
    return [
        (f"{sign} {hours(abs(value - per_week))}", f"{value:.4g}")
        for sign, value in (("−", less), ("+", more))
        if value != per_week
    ]
