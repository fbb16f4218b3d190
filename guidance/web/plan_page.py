"""Everything the page of a plan says, worked out and put into words, so that the template only lays it out."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.snapshot import Choice, Milestone, Project, Resource, Skill
from guidance.catalog.wording import aim_name, day, hours, short, span
from guidance.progress import skipping
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS, Step
from guidance.progress.standing import Aim, Standing
from guidance.progress.steps import LEAST_POINTS, project_for, reasons, record_of, resource_for, step_name
from guidance.progress.wording import (
    arrival,
    enough,
    later_deadline,
    more_hours,
    order,
    shorter_way,
    step_dates,
    usual_order,
)
from guidance.web import charts
from guidance.web.forms.days_off import Range, ranges
from guidance.web.plan_changes import moved, skips

SHOWN = 12  # steps before the rest is folded away
HOLIDAYS = 3  # named at the top
PRIMARY, BUTTON, LINK = "btn-sign", "btn", "txt"  # how a button looks
WEEK = timedelta(weeks=1)
STATES = {None: "plain", True: "good", False: "late"}  # by whether the plan is on time


@dataclass(frozen=True, slots=True)
class Row:
    """A step."""

    id: str
    milestone: str  # its slug; empty where the goal has none
    stage: "StageHead | None"  # of the milestone, where its first step is
    skill: Skill | None  # None for a project
    name: str
    url: str
    from_level: int
    to_level: int
    week: str  # empty when the step before begins in the same one
    mark: str  # what the learner wants different with it
    why: str
    resource: Resource | None
    project: Project | None
    hours: str
    of_hours: str  # in all, where some are logged
    dates: str
    ready: str
    away: list[str]  # days off on the way
    actions: list[tuple[str, str]]  # name of the override and its label
    others: list[Project]  # that could be done in place of a project
    skip: str  # what it would do


@dataclass(frozen=True, slots=True)
class StageHead:
    """What stands above the first step of a milestone."""

    milestone: Milestone
    number: str
    text: str  # hours, the last day and the readiness after it; empty where it only goes on
    apply: bool  # whether applying makes sense once it is reached


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str
    fields: list[tuple[str, str]]
    look: str = BUTTON


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer a deadline that is not met."""

    title: str
    text: str
    buttons: list[Button]


@dataclass(frozen=True, slots=True)
class Answer:
    """When the learner arrives, and what can be done about it."""

    state: str  # late, good or plain
    title: str
    text: str
    ways: list[Way]
    buttons: list[Button]
    back: str  # to the plan as it is, from a look at another


@dataclass(frozen=True, slots=True)
class Change:
    skill: Skill
    note: str
    label: str
    undoes: Skill  # whose override is taken back


@dataclass(frozen=True, slots=True)
class Option:
    """A skill that would do for a choice."""

    skill: Skill
    taught: bool
    text: str  # what it would take


@dataclass(frozen=True, slots=True)
class Picked:
    """A choice of the role, and what the plan counts on for it."""

    choice: Choice
    skill: Skill
    by_learner: bool
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Changes:
    title: str
    text: str
    items: list[Change]


@dataclass(frozen=True, slots=True)
class PlanPage:
    title: str
    summary: list[str]
    answer: Answer | None  # None without steps
    rows: list[Row]
    rest: list[Row]
    rest_title: str
    arrived: bool  # nothing is missing, rather than left out
    picked: list[Picked]
    changes: list[Changes]
    climb: charts.ClimbFigure
    order: str  # how the steps were put in order


def plan_page(standing: Standing, aim: Aim, now: Aim, ticked: Collection[str]) -> PlanPage:
    """`now`: what follows from the goal as it is, when `aim` is only looked at. `ticked`: slugs of the resources that the
    learner is through with."""
    rows = list(_rows(standing, aim, ticked))
    rest = rows[SHOWN:]
    return PlanPage(
        title=aim_name(aim.role, aim.industry),
        summary=list(_summary(standing, aim)),
        answer=answer(standing, aim, now) if rows else None,
        rows=rows[:SHOWN],
        rest=rest,
        rest_title=ngettext("%(n)d more step, to %(day)s", "%(n)d more steps, to %(day)s", len(rest))
        % {"n": len(rest), "day": day(aim.plan.finish)},
        arrived=all(term.coverage == 1 for term in aim.readiness.terms),
        picked=[_picked(choice, standing, aim) for choice in aim.role.choices.values()],
        changes=[group for group in _changes(standing, aim) if group.items],
        climb=charts.ClimbFigure(
            standing.today,
            aim.plan.readiness,
            tuple(
                charts.Reached(standing.snapshot.skills[step.skill], step.to_level, step.end, step.readiness_after)
                for step in aim.plan.steps
                if step.skill is not None
            ),
        ),
        order=order(aim),
    )


def _summary(standing: Standing, aim: Aim) -> Iterator[str]:
    plan = aim.plan
    if plan.steps:
        yield ngettext("%(n)d step", "%(n)d steps", len(plan.steps)) % {"n": len(plan.steps)}
        yield hours(plan.total_hours)
    if len(aim.goal.weekdays) == 7:
        yield _("%(hours)s a week, on any day") % {"hours": hours(aim.goal.hours_per_week)}
    else:
        weekdays = ", ".join(str(WEEKDAYS_ABBR[number - 1]) for number in aim.goal.weekdays)
        yield _("%(hours)s a week on %(days)s") % {"hours": hours(aim.goal.hours_per_week), "days": weekdays}
    away = ranges(_days_off(standing, aim))
    if away:
        texts = [span(*item, standing.today, "j M") for item in away[:HOLIDAYS]]
        more = len(away) - len(texts)
        if more:
            texts.append(ngettext("%(n)d time more", "%(n)d times more", more) % {"n": more})
        yield _("off %(days)s") % {"days": ", ".join(texts)}


def _days_off(standing: Standing, aim: Aim) -> list[date]:
    """Those on the way."""
    finish = aim.plan.finish
    return sorted(off for off in standing.days_off if finish and standing.today <= off <= finish)


# Dates


def week_of(value: date, today: date) -> str:
    monday, this = (moment - timedelta(days=moment.weekday()) for moment in (value, today))
    if monday == this:
        return _("This week")
    if monday == this + WEEK:
        return _("Next week")
    return _("Week of %(day)s") % {"day": short(monday, today, "j M")}


# Steps


def _rows(standing: Standing, aim: Aim, ticked: Collection[str]) -> Iterator[Row]:
    snapshot, today = standing.snapshot, standing.today
    away, skips_ = ranges(_days_off(standing, aim)), skips(standing, aim)
    before, reached, under = "", aim.plan.readiness, None
    heads: dict[str | None, StageHead] = dict(_heads(standing, aim))
    for number, (step, why) in enumerate(zip(aim.plan.steps, reasons(aim, standing), strict=True), 1):
        skill = snapshot.skills[step.skill] if step.skill is not None else None
        record = record_of(step, snapshot)
        week = week_of(step.start, today)
        effort = skill.effort[step.from_level] if skill else snapshot.projects[step.project or ""].hours
        following = aim.plan.steps[number].start if number < len(aim.plan.steps) else None
        yield Row(
            id=f"{record.slug}-{step.to_level}" if skill else f"project-{record.slug}",
            milestone=step.milestone or "",
            stage=heads.get(step.milestone) if step.milestone != under else None,
            skill=skill,
            name=step_name(step, snapshot),
            url=record.url,
            from_level=step.from_level,
            to_level=step.to_level,
            week=week if week != before else "",
            mark=_mark(step.skill, standing) if step.skill is not None else "",
            why=" ".join(why),
            resource=resource_for(step, snapshot, ticked),
            project=project_for(step, snapshot, aim.industry),
            hours=hours(step.hours),
            of_hours=hours(effort) if round((effort - step.hours) * 60) else "",
            dates=step_dates(step, today),
            ready=_ready(step, reached),
            away=[_away(item, today) for item in _taken(away, following)],
            actions=_actions(step.skill, standing) if step.skill is not None else [],
            others=_others(step, standing, aim) if step.skill is None else [],
            skip=skips_[step.skill] if step.skill is not None else "",
        )
        before, reached, under = week, step.readiness_after, step.milestone
        if step.milestone in heads:
            heads[step.milestone] = _going_on(heads[step.milestone])


def _heads(standing: Standing, aim: Aim) -> Iterator[tuple[str, StageHead]]:
    """Of each milestone with something left to do."""
    stages = aim.plan.stages
    for number, stage in enumerate(stages, 1):
        if stage.end is not None:
            text = _("{hours} left, to {day}. {ready} of 100 after it.").format(
                hours=hours(stage.hours), day=short(stage.end, standing.today), ready=floatformat(stage.readiness_after)
            )
            yield (
                stage.milestone,
                StageHead(
                    milestone=standing.snapshot.milestones[stage.milestone],
                    number=_("Milestone {n} of {all}").format(n=number, all=len(stages)),
                    text=text,
                    apply=stage.milestone == aim.role.apply_after,
                ),
            )


def _going_on(head: StageHead) -> StageHead:
    """Where steps of another milestone came between."""
    return replace(head, number=_("{number}, continued").format(number=head.number), text="", apply=False)


def _ready(step: Step, before: float) -> str:
    after, gained = floatformat(step.readiness_after, 1), step.readiness_after - before
    if gained < LEAST_POINTS:
        return _("%(after)s ready") % {"after": after}
    return _("%(after)s ready, +%(gained)s") % {"after": after, "gained": floatformat(gained, 1)}


def _taken(away: list[Range], following: date | None) -> Iterator[Range]:
    """Takes out those that begin before the following step does."""
    while away and (following is None or away[0].first < following):
        yield away.pop(0)


def _away(item: Range, today: date) -> str:
    days = (item.last - item.first).days + 1
    return ngettext("%(span)s: day off", "%(span)s: days off", days) % {"span": span(*item, today, "j M")}


def _mark(slug: str, standing: Standing) -> str:
    if slug in standing.pin:
        return _("pinned")
    return _("later") if slug in standing.later else ""


def _actions(slug: str, standing: Standing) -> list[tuple[str, str]]:
    pinned, later = slug in standing.pin, slug in standing.later
    return [
        ("none", _("Unpin")) if pinned else ("pin", _("Pin")),
        ("none", _("Not later")) if later else ("later", _("Later")),
    ]


# What the learner wants different


def _others(step: Step, standing: Standing, aim: Aim) -> list[Project]:
    """Projects that the milestone may end in too, without those that are planned elsewhere."""
    assert step.milestone is not None
    planned = {stage.project for stage in aim.plan.stages}
    projects = standing.snapshot.milestones[step.milestone].projects
    return [standing.snapshot.projects[slug] for slug in projects if slug not in planned]


def _picked(choice: Choice, standing: Standing, aim: Aim) -> Picked:
    skills, taught = standing.snapshot.skills, aim.plan.taught[choice.slug]
    options = [
        Option(skills[slug], slug == taught, _takes(slug, level, standing)) for slug, level in choice.one_of.items()
    ]
    return Picked(choice, skills[taught], choice.slug in aim.wishes.picked, options)


def _takes(skill: str, level: int, standing: Standing) -> str:
    missing = standing.snapshot.closure({skill: level}, standing.levels)
    if not missing:
        return _("nothing left to study")
    values = {"level": level, "hours": hours(standing.snapshot.hours(missing, standing.levels))}
    if missing.keys() == {skill}:
        return _("level %(level)d, %(hours)s") % values
    return _("level %(level)d, %(hours)s with what it needs") % values


def _changes(standing: Standing, aim: Aim) -> Iterator[Changes]:
    skills = standing.snapshot.skills
    within = aim.within
    left = {step.skill for step in aim.plan.steps}

    def items(slugs: Iterable[str], label: str) -> list[Change]:
        return [Change(skills[slug], note_on(slug), label, skills[slug]) for slug in slugs]

    def note_on(slug: str) -> str:
        if slug not in within:
            return _("not part of this goal; it waits until it is")
        if slug not in left and slug not in standing.skip:
            return _("nothing is left of it")
        return ""

    yield Changes(_("Pinned"), _("In this order, each with what it needs."), items(standing.pin, _("Unpin")))
    yield Changes(
        _("Later"), _("After everything that does not depend on them."), items(standing.later, _("Not later"))
    )
    skipped = [
        Change(skills[slug], note_on(slug) or _stays(slug, standing), _("Take back"), skills[slug])
        for slug in standing.skip
    ]
    yield Changes(_("Skipped"), _("Left out of the plan. They do not count as known."), skipped)
    yield Changes(
        _("Out of reach"),
        _("They need something that you skip."),
        [
            Change(
                skills[item.skill],
                _("needs %(skill)s") % {"skill": skills[item.because].name},
                _("Take back"),
                skills[item.because],
            )
            for item in aim.plan.unreachable
        ],
    )


def _stays(slug: str, standing: Standing) -> str:
    return _("stays at level %(level)d") % {"level": standing.levels.get(slug, 0)}


# Arriving


def answer(standing: Standing, aim: Aim, now: Aim) -> Answer:
    """Of a plan with steps. `now`: what follows from the goal as it is, which another `aim` is compared with."""
    plan, deadline = aim.plan, aim.goal.deadline
    state = STATES[plan.on_time]
    if aim is not now:
        return Answer(state, arrival(aim, would=True), _compared(aim, now), [], [_saving(aim)], _back(now))
    if aim.deadline_passed:
        text = _("Your deadline, %(day)s, is over. The plan goes on without it.") % {"day": day(deadline)}
        return Answer(state, arrival(aim), f"{text} {_ends(aim)}".strip(), [], _deadlines(aim, PRIMARY), "")
    if plan.on_time is not False:
        return Answer(state, arrival(aim), _ends(aim), [], [], "")
    return Answer(state, arrival(aim), f"{_ends(aim)} {enough(aim)}".strip(), list(_ways(standing, aim)), [], "")


def _compared(aim: Aim, now: Aim) -> str:
    finish, then = now.plan.finish, aim.plan.finish
    assert finish is not None
    assert then is not None
    values = {"hours": hours(now.goal.hours_per_week), "day": day(finish), "moved": moved(finish, then)}
    if finish == then:
        return _("Nothing is saved yet. With %(hours)s a week it is the same day.") % values
    return _("Nothing is saved yet. With %(hours)s a week it is %(day)s, so this is %(moved)s.") % values


def _saving(aim: Aim) -> Button:
    return Button(
        _("Save %(hours)s a week") % {"hours": hours(aim.goal.hours_per_week)},
        reverse("web:plan-adjust"),
        [("hours_per_week", repr(aim.goal.hours_per_week))],
        look=PRIMARY,
    )


def _back(now: Aim) -> str:
    return _("Back to %(hours)s") % {"hours": hours(now.goal.hours_per_week)}


def _ends(aim: Aim) -> str:
    """What the plan leads to, where that is not everything."""
    last = skipping.end(aim.plan).readiness
    if last > 100 - LEAST_POINTS:
        return ""
    return _("You’ll finish at %(ready)s of 100 because of what you skip.") % {"ready": floatformat(last)}


def _ways(standing: Standing, aim: Aim) -> Iterator[Way]:
    plan, goal = aim.plan, aim.goal
    assert goal.deadline is not None
    needed = plan.hours_per_week_needed
    if needed is not None:
        yield Way(
            _("Study a little more") if needed < 1.5 * goal.hours_per_week else _("Study more"),
            more_hours(aim),
            [
                Button(
                    _("Use %(hours)s") % {"hours": hours(needed)},
                    reverse("web:plan-adjust"),
                    [("hours_per_week", repr(needed))],
                    look=PRIMARY,
                )
            ],
        )
    if plan.by_deadline and plan.by_deadline.shorter:
        yield _usual(aim) if aim.shorter else _shorter(aim, primary=needed is None)
    assert plan.finish is not None
    only = needed is None and not (plan.by_deadline and plan.by_deadline.shorter)
    yield Way(_("Move the deadline"), later_deadline(aim), _deadlines(aim, PRIMARY if only else BUTTON))


def _shorter(aim: Aim, *, primary: bool) -> Way:
    button = Button(
        _("Take the shorter way"), reverse("web:plan-adjust"), [("shorter", "1")], PRIMARY if primary else BUTTON
    )
    return Way(_("Take a shorter way first"), shorter_way(aim), [button])


def _usual(aim: Aim) -> Way:
    button = Button(_("Go back to the usual order"), reverse("web:plan-adjust"), [("shorter", "0")])
    return Way(_("You are on the shorter way"), usual_order(aim), [button])


def _deadlines(aim: Aim, look: str) -> list[Button]:
    assert aim.plan.finish is not None
    url, finish = reverse("web:plan-adjust"), aim.plan.finish
    return [
        Button(_("Move to %(day)s") % {"day": day(finish)}, url, [("deadline", finish.isoformat())], look),
        Button(_("Take it away"), url, [("deadline", "")], LINK),
    ]


# Another goal


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from a goal."""

    title: str
    state: str  # late, good or plain
    sentence: str
    facts: list[tuple[str, str, str]]  # label, figure, note


def outlook(aim: Aim, now: Aim | None) -> Outlook:
    """`now`: what follows from the goal as it is, which another `aim` is compared with."""
    plan, finish = aim.plan, aim.plan.finish
    ready = floatformat(plan.readiness, 1)
    if finish is None:
        facts = [(_("ready today"), ready, _ready_before(aim, now))]
        return Outlook(
            aim_name(aim.role, aim.industry), STATES[plan.on_time], _("Nothing is left to do for it."), facts
        )
    shift = moved(now.plan.finish, finish) if now and now is not aim and now.plan.finish else ""
    steps = ngettext("%(n)d step", "%(n)d steps", len(plan.steps)) % {"n": len(plan.steps)}
    facts = [
        (_("you arrive on"), date_format(finish, "j M Y"), shift),
        (_("to do"), hours(plan.total_hours), steps),
        (_("ready today"), ready, _ready_before(aim, now)),
    ]
    if plan.hours_per_week_needed is not None:
        facts.append((_("to be on time"), hours(plan.hours_per_week_needed), _("a week")))
    return Outlook(aim_name(aim.role, aim.industry), STATES[plan.on_time], arrival(aim, would=aim is not now), facts)


def _ready_before(aim: Aim, now: Aim | None) -> str:
    if now is None or (now.role, now.industry) == (aim.role, aim.industry):
        return _("of 100")
    return _("of 100; %(ready)s with the goal you have") % {"ready": floatformat(now.plan.readiness, 1)}


# Hours to look at


def beside(per_week: float) -> list[tuple[str, str]]:
    """An hour less and an hour more, as far as there is room: label and value of a query."""
    less, more = max(LEAST_HOURS, per_week - 1), min(MOST_HOURS, per_week + 1)
    return [
        (f"{sign} {hours(abs(value - per_week))}", f"{value:.4g}")
        for sign, value in (("−", less), ("+", more))
        if value != per_week
    ]
