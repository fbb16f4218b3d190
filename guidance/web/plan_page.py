"""Everything the page of a plan says, worked out and put into words, so that the template only lays it out."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog import graph
from guidance.catalog.snapshot import Project, Resource, Skill
from guidance.catalog.wording import aim_name, day, hours, short, span
from guidance.progress import skipping
from guidance.progress.plan import LEAST_HOURS, MOST_HOURS, Step
from guidance.progress.standing import Aim, Goal, Standing
from guidance.progress.steps import LEAST_POINTS, project_for, reasons, resource_for
from guidance.progress.wording import arrival, enough, later_deadline, more_hours, step_dates
from guidance.web import charts
from guidance.web.forms.days_off import Range, ranges
from guidance.web.plan_changes import moved, out_of_reach, skips, would_end

SHOWN = 12  # steps before the rest is folded away
HOLIDAYS = 3  # named at the top
PRIMARY, BUTTON, LINK = "btn-sign", "btn", "txt"  # how a button looks
WEEK = timedelta(weeks=1)
STATES = {None: "plain", True: "good", False: "late"}  # by whether the plan is on time


@dataclass(frozen=True, slots=True)
class Row:
    """A step."""

    id: str
    skill: Skill
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
    skip: str  # what it would do


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str
    fields: list[tuple[str, str]]
    look: str = BUTTON


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be on time."""

    title: str
    text: str
    left_out: list[str]
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
    changes: list[Changes]
    climb: charts.ClimbFigure


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
        changes=[group for group in _changes(standing, aim) if group.items],
        climb=charts.ClimbFigure(
            standing.today,
            aim.plan.readiness,
            tuple(
                charts.Reached(standing.snapshot.skills[step.skill], step.to_level, step.end, step.readiness_after)
                for step in aim.plan.steps
            ),
        ),
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
    before, reached = "", aim.plan.readiness
    for number, (step, why) in enumerate(zip(aim.plan.steps, reasons(aim, standing), strict=True), 1):
        skill = snapshot.skills[step.skill]
        week = week_of(step.start, today)
        effort = skill.effort[step.from_level]
        following = aim.plan.steps[number].start if number < len(aim.plan.steps) else None
        yield Row(
            id=f"{skill.slug}-{step.to_level}",
            skill=skill,
            from_level=step.from_level,
            to_level=step.to_level,
            week=week if week != before else "",
            mark=_mark(step.skill, standing),
            why=" ".join(why),
            resource=resource_for(step, snapshot, ticked),
            project=project_for(step, snapshot, aim.industry),
            hours=hours(step.hours),
            of_hours=hours(effort) if round((effort - step.hours) * 60) else "",
            dates=step_dates(step, today),
            ready=_ready(step, reached),
            away=[_away(item, today) for item in _taken(away, following)],
            actions=_actions(step.skill, standing),
            skip=skips_[step.skill],
        )
        before, reached = week, step.readiness_after


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


def _changes(standing: Standing, aim: Aim) -> Iterator[Changes]:
    skills = standing.snapshot.skills
    within = graph.ancestors(standing.snapshot.graph, aim.role.requirements)
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
            [],
            [
                Button(
                    _("Use %(hours)s") % {"hours": hours(needed)},
                    reverse("web:plan-adjust"),
                    [("hours_per_week", repr(needed))],
                    look=PRIMARY,
                )
            ],
        )
    if plan.drop_to_meet_deadline:
        yield _leave_out(standing, aim, plan.drop_to_meet_deadline, primary=needed is None)
    assert plan.finish is not None
    yield Way(
        _("Move the deadline"),
        later_deadline(aim),
        [],
        _deadlines(aim),
    )


def _leave_out(standing: Standing, aim: Aim, drop: Sequence[str], *, primary: bool) -> Way:
    skills, then = standing.snapshot.skills, without(standing, aim.goal, drop)
    lost = sorted(out_of_reach(then) - out_of_reach(aim))
    needs = ngettext("%(skill)s, which needs it", "%(skill)s, which needs one of these", len(drop))
    listed = [
        f"{skills[slug].name}, {_stays(slug, standing)}" if standing.levels.get(slug) else skills[slug].name
        for slug in drop
    ]
    listed += [needs % {"skill": skills[slug].name} for slug in lost]
    text = would_end(skipping.end(then.plan), skipping.end(aim.plan))
    title = ngettext("Leave one thing out", "Leave %(n)d things out", len(listed)) % {"n": len(listed)}
    label = _("Leave these out")
    if len(drop) == 1:
        label = _("Leave out %(skill)s") % {"skill": skills[drop[0]].name}
    fields = [("skip", slug) for slug in drop]
    return Way(title, text, listed, [Button(label, reverse("web:overrides"), fields, PRIMARY if primary else BUTTON)])


def without(standing: Standing, goal: Goal, drop: Sequence[str]) -> Aim:
    """What would follow from leaving skills out, which then are neither pinned nor put off."""
    return standing.aim_at(
        goal,
        skip=(*standing.skip, *drop),
        pin=tuple(slug for slug in standing.pin if slug not in drop),
        later=tuple(slug for slug in standing.later if slug not in drop),
    )


def _deadlines(aim: Aim, look: str = BUTTON) -> list[Button]:
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
