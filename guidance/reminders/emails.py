"""Writes the content of each kind of reminder as a `MailContent`, from its context and without any query. `message.py` turns
it into an email.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.emails import site_url
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import day, full, hours, lapse, names, short, span, weekdays
from guidance.progress.checks import REVIEW
from guidance.progress.dashboard import Dashboard, Pace, planned_of
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.pace import DAY, Forecast
from guidance.progress.plan import MIN_HOURS, Step
from guidance.progress.review import Review
from guidance.progress.step_advice import (
    ADVICE,
    MIN_POINTS,
    notes,
    project_for,
    record_of,
    resource_for,
    step_name,
    why,
)
from guidance.progress.streaks import monday
from guidance.progress.text import (
    arrival,
    describe_deadline,
    describe_move,
    describe_recent,
    describe_review,
    describe_shares,
    describe_step,
    describe_streak,
    describe_week_done,
    enough,
    headline,
    hours_to_apply,
    later_deadline,
    more_hours,
    number,
    shorter_way,
    signed,
    step_dates,
    when,
)
from guidance.progress.units import describe_next_unit, next_unit, units_done
from guidance.reminders import services, tokens
from guidance.reminders.backoff import BackoffStage
from guidance.reminders.context import ReminderContext
from guidance.reminders.message import MailContent, MailFooter, MailItem, MailSection, build
from guidance.reminders.models import ReminderKind

STEPS = 5  # next steps in an email
MOVES = 3
REVIEWS = 3  # reviews in an email
WEEK = 7 * DAY
BACKOFF_NOTES = {
    BackoffStage.EVERY_OTHER: gettext_lazy(
        "Only every other email is sent, because nothing happened in Waymark after the last {count}."
    ),
    BackoffStage.WEEKLY: gettext_lazy(
        "Only one email a week is sent, because nothing happened in Waymark after the last {count}."
    ),
    BackoffStage.LAST_NOTICE: gettext_lazy(
        "This is the last email, because nothing happened in Waymark after the previous {count}."
    ),
}


def compose(context: ReminderContext) -> EmailMultiAlternatives:
    return build(write(context), _footer(context), delivery=context.delivery, address=context.address)


def write(context: ReminderContext) -> MailContent:
    writers: Mapping[str, Callable[[ReminderContext], MailContent]] = {
        ReminderKind.STUDY: _study,
        ReminderKind.WEEKLY: _weekly,
        ReminderKind.BEHIND: _behind,
        ReminderKind.REVIEW: _review,
    }
    return writers[context.delivery.kind](context)


def _dashboard() -> MailItem:
    return MailItem(_("Open the dashboard"), url=site_url(reverse("web:dashboard")))


def _plan() -> MailItem:
    return MailItem(_("Open the plan"), url=site_url(reverse("web:plan")))


# Why it was sent


def _footer(context: ReminderContext) -> MailFooter:
    token = tokens.for_unsubscribing(context.learner.pk, context.delivery.kind)
    return MailFooter(
        " ".join(_why(context)),
        MailItem(_("Stop these emails"), url=site_url(reverse("web:unsubscribe", args=[token]))),
        MailItem(_("Change days or time, or pause"), url=site_url(reverse("web:reminders"))),
    )


def _why(context: ReminderContext) -> Iterator[str]:
    schedule = context.schedules.get(context.delivery.kind)
    if schedule is not None and schedule.consented_at is not None:
        yield _(
            "You get this because you turned on the reminder “{kind}” on {day}: {weekdays} at {time}, {zone}."
        ).format(
            kind=schedule.get_kind_display(),
            day=day(context.learner.local_date(schedule.consented_at)),
            weekdays=weekdays(schedule.weekdays),
            time=time_format(schedule.at, "H:i"),
            zone=schedule.time_zone,
        )
    stage = context.backoff.why
    if stage in BACKOFF_NOTES:
        yield str(BACKOFF_NOTES[stage]).format(count=context.ignored.count)
    if stage in {BackoffStage.EVERY_OTHER, BackoffStage.WEEKLY}:
        yield _("Log or change anything and they’ll come as before.")


# The next step


def _study(context: ReminderContext) -> MailContent:
    state, board, goal_state = context.state, context.dashboard, context.state.goal_state
    assert goal_state is not None
    step, token = goal_state.plan.steps[0], tokens.for_delivery(context.delivery.pk)
    record = record_of(step, state.snapshot)
    today = _today(step, state, board)
    values = {"name": step_name(step, state.snapshot), "minutes": hours(today.minutes / 60)}
    title = _("Your next step: {name}").format(**values)
    lead, is_last = [today.words], context.backoff.why is BackoffStage.LAST_NOTICE
    if is_last:
        subject = _("The last email about your next step, unless you come back")
        lead.insert(
            0,
            _(
                "This is the last email of this kind. You won’t get another until you log or change something in "
                "Waymark; then they start again automatically. Your levels, your hours and your plan stay as they"
                " are."
            ),
        )
    elif today.minutes:
        subject = _("{name}: {minutes} today").format(**values)
    else:
        subject = _("Next: {name}").format(**values)
    return MailContent(
        subject=subject,
        preview=lead[0],
        title=title,
        lead=lead,
        use=_use(step, board, state),
        figure=today.figure,
        figure_text=today.figure_text,
        action=MailItem(
            _("Log {time}").format(time=hours(services.LOGGED_MINUTES / 60)),
            url=site_url(reverse("web:reminder-done", args=[token])),
        ),
        other=None if is_last else MailItem(_pausing(), url=site_url(reverse("web:reminder-snooze", args=[token]))),
        facts=list(_step_facts(step, goal_state, board, state)),
        sections=[],
        after=[_("Why this one: {reasons}").format(reasons=" ".join(why(step, goal_state, state)))],
        links=[
            MailItem(_("Open the skill") if step.skill else _("Open the project"), url=site_url(record.url)),
            _dashboard(),
        ],
    )


def _pausing() -> str:
    days = services.SNOOZE.days
    return ngettext("Pause for {days} day", "Pause for {days} days", days).format(days=days)


@dataclass(frozen=True, slots=True)
class TodayShare:
    """The part of a step that fits into today."""

    minutes: int
    words: str
    figure: str
    figure_text: str


def _today(step: Step, state: LearnerState, board: Dashboard) -> TodayShare:
    """Returns today's share, from the plan's hours and weekdays, the time already logged, and the reviews that come before
    the step."""
    assert state.goal is not None
    assert state.goal_state is not None
    goal, today = state.goal, state.today
    share, logged = planned_of(state).between(today, today), board.minutes.get(today, 0)
    left = ceil(step.hours * 60)
    reviews = REVIEW.minutes * sum(item.on == today for item in state.goal_state.reviews)
    fits = min(max(share - logged - reviews, 0), left)
    values = {
        "share": hours(share / 60),
        "logged": hours(logged / 60),
        "reviews": hours(reviews / 60),
        "left": hours(step.hours),
        "week": hours(goal.hours_per_week),
        "days": weekdays(goal.weekdays),
        "ends": short(step.end, today),
    }
    if not share:
        words = f"{when(step, state)}."
    elif logged >= share:
        words = _("You’ve already logged today’s {share}. This is what comes next.")
    elif logged:
        words = _("At {week} a week, {days}, today’s share is {share}. You’ve already logged {logged}.")
    else:
        words = _("At {week} a week, {days}, today’s share is {share}.")
    if share > logged and reviews:
        words += " " + _("Reviews take {reviews} of it, before the step.")
    if not fits:
        text = _("left, reached on {ends}")
    elif fits < left:
        text = _("today, of {left} left; reached on {ends}")
    else:
        text = _("today, and this step is done")
    return TodayShare(fits, words.format(**values), hours((fits or left) / 60), text.format(**values))


def _use(step: Step, board: Dashboard, state: LearnerState) -> MailItem:
    """Returns what to use for a step: the next unit or, after the last one, whether the level is reached; otherwise a resource,
    otherwise a project, otherwise what someone at that level can do."""
    snapshot = state.snapshot
    if step.skill is None:
        record = record_of(step, snapshot)
        return MailItem(record.summary, hours(step.hours), site_url(record.url))
    if unit := next_unit(state, step.skill, step.to_level):
        takes = hours(unit.minutes / 60)  # in full, as on the Today page and in the calendar
        if unit.resource is None:
            return MailItem(describe_next_unit(unit), takes, site_url(record_of(step, snapshot).url))
        if unit.resource.affiliate:
            takes = f"{takes}, {_('affiliate link')}"
        return MailItem(describe_next_unit(unit), takes, site_url(unit.resource.url))
    if units_done(state, step.skill, step.to_level):
        ask = _("You’ve done every unit. Have you reached level {level}?").format(level=step.to_level)
        return MailItem(ask, url=site_url(record_of(step, snapshot).url))
    if resource := resource_for(step, snapshot, board.ticked):
        name = str(ADVICE[resource.type]).format(name=resource.name)
        return MailItem(name, notes(resource), site_url(resource.url))
    if project := project_for(step, state):
        name = _("Show it with a project: {name}").format(name=project.name)
        return MailItem(name, hours(project.hours), site_url(project.url))
    return MailItem(snapshot.skills[step.skill].level_texts[step.to_level - 1])


def _step_facts(step: Step, goal_state: GoalState, board: Dashboard, state: LearnerState) -> Iterator[tuple[str, str]]:
    if board.streak:
        yield _week_fact(board)
    yield _("Ready now"), _ready(goal_state)
    if step.readiness_after - goal_state.readiness.readiness >= MIN_POINTS:
        yield _("After this step"), number(step.readiness_after)
    elif step.because.required_by:
        yield _("Leads to"), names([state.snapshot.skills[slug] for slug in step.because.required_by])


def _ready(goal_state: GoalState) -> str:
    """Returns “46.2 of 100 (6.1 shown, 14.3 checked, 25.8 self-reported)”."""
    text = _("{ready} of 100").format(ready=number(goal_state.readiness.readiness))
    parts = describe_shares(goal_state.readiness.by_source, 1)
    return f"{text} ({parts})" if parts else text


def _week_fact(board: Dashboard) -> tuple[str, str]:
    assert board.streak is not None
    assert board.state.goal is not None
    return _("This week"), describe_week_done(board.streak, board.state.goal.weekly_target)


# The week


def _weekly(context: ReminderContext) -> MailContent:
    state, board, goal_state = context.state, context.dashboard, context.state.goal_state
    assert goal_state is not None
    assert board.pace is not None
    snapshot, today = state.snapshot, state.today
    first, last = week_of(today)
    done = sum(board.minutes.get(first + days * DAY, 0) for days in range((last - first).days + 1))
    planned = planned_of(state).between(first, last)
    values = {"done": hours(done / 60), "planned": hours(planned / 60), "span": span(first, last, today)}
    if planned:
        subject, figure_text = _("Your week: {done} of {planned} planned"), _("of {planned} planned")
    else:
        subject, figure_text = _("Your week: {done}, and nothing was planned"), _("and nothing was planned")
    arriving = " ".join(
        [
            headline(goal_state, board.pace),
            *(describe_deadline(goal_state, board.pace) if goal_state.plan.steps else ()),
        ]
    )
    sections = []
    if moves := board.moves[:MOVES]:
        items = [
            MailItem(f"{snapshot.skills[move.skill].name} {signed(move.points)}", describe_move(move, today))
            for move in moves
        ]
        sections.append(MailSection(_("What changed your readiness"), items))
    if coming := [step for step in goal_state.plan.steps if step.start <= today + WEEK][:STEPS]:
        sections.append(MailSection(_("The next seven days"), [_coming(step, snapshot, today) for step in coming]))
    return MailContent(
        subject=subject.format(**values),
        preview=arriving,
        title=_("Your week, {span}").format(**values),
        lead=[],
        figure=values["done"],
        figure_text=figure_text.format(**values),
        action=_dashboard(),
        facts=list(_week_facts(goal_state, board)),
        sections=sections,
        after=[arriving],
        links=[_plan()],
    )


def week_of(today: date) -> tuple[date, date]:
    """Returns the first and last day of the week to look back on: the current week from Thursday on, before that the previous
    one."""
    first = monday(today - 3 * DAY)
    return first, min(first + 6 * DAY, today)


def _week_facts(goal_state: GoalState, board: Dashboard) -> Iterator[tuple[str, str]]:
    moved = sum(move.points for move in board.moves)
    text = _("{ready}, the same as four weeks ago")
    if abs(moved) >= MIN_POINTS:
        text = _("{ready}, {moved} in the last four weeks")
    yield _("Readiness"), text.format(ready=_ready(goal_state), moved=signed(moved))
    if board.streak:
        yield _("Streak"), " ".join(describe_streak(board.streak))
    if goal_state.plan.steps:
        yield _("Left in the plan"), hours(goal_state.plan.total_hours)


def _coming(step: Step, snapshot: Snapshot, today: date) -> MailItem:
    record = record_of(step, snapshot)
    text = f"{step_dates(step, today)} · {describe_step(step)}"
    return MailItem(step_name(step, snapshot), text, site_url(record.url))


# Falling behind


def _behind(context: ReminderContext) -> MailContent:
    state, goal_state, pace = context.state, context.state.goal_state, context.dashboard.pace
    assert goal_state is not None
    assert pace is not None
    plan, deadline = goal_state.plan, goal_state.goal.deadline
    assert plan.finish is not None
    lead = [describe_recent(pace.recent, state)]
    if pace.recent.behind:
        figure = hours(pace.recent.short / 60)
        title, figure_text = _("{figure} behind your plan").format(figure=figure), _("behind in the last four weeks")
        lead.append(
            arrival(goal_state)
            if plan.on_time is False
            else " ".join([headline(goal_state, pace), *describe_deadline(goal_state, pace)])
        )
    else:
        assert deadline is not None
        far = lapse((plan.finish - deadline).days)
        title, figure = _("Your plan ends {far} after your deadline").format(far=far), day(plan.finish)
        figure_text = _("is when it ends at {hours} a week; your deadline is {deadline}").format(
            hours=hours(goal_state.goal.hours_per_week), deadline=day(deadline)
        )
    if plan.on_time is False:
        section = MailSection(_("What you can do"), list(_ways(goal_state)), enough(goal_state))
    else:
        section = MailSection(_("What you can do"), list(_choices(goal_state, pace)))
    return MailContent(
        subject=title,
        preview=lead[0],
        title=title,
        lead=lead,
        figure=figure,
        figure_text=figure_text,
        action=_plan(),
        facts=[],
        sections=[section],
        after=[],
        links=[_dashboard()],
    )


def _ways(goal_state: GoalState) -> Iterator[MailItem]:
    """Yields options for a deadline that the plan does not meet."""
    plan = goal_state.plan
    if (apply := hours_to_apply(goal_state)) is not None:
        yield MailItem(_("Study more, to start applying by then"), more_hours(goal_state, apply, apply=True))
    if plan.hours_per_week_needed is not None:
        yield MailItem(_("Study more"), more_hours(goal_state, plan.hours_per_week_needed))
    if plan.by_deadline and plan.by_deadline.shorter and not goal_state.shorter:
        yield MailItem(_("Take a shorter path first"), shorter_way(goal_state))
    yield MailItem(_("Move the deadline"), later_deadline(goal_state))


def _choices(goal_state: GoalState, pace: Pace) -> Iterator[MailItem]:
    """Yields options if the plan itself is on time or there is no deadline."""
    yield MailItem(_("Keep to the hours of your plan"), arrival(goal_state))
    if pace.forecast and pace.forecast.expected and pace.forecast.pace >= MIN_HOURS * 60:
        yield MailItem(_("Plan with the hours you really have"), _real(pace.forecast, pace.forecast.expected))


def _real(forecast: Forecast, end: date) -> str:
    text = ngettext(
        "Last week you studied {pace}. At that pace the plan ends around {day}, and you’re not behind.",
        "In the last {weeks} weeks you studied {pace} a week on average. At that pace the plan ends "
        "around {day}, and you’re not behind.",
        forecast.weeks,
    )
    return text.format(weeks=forecast.weeks, pace=hours(forecast.pace / 60), day=full(end))


# Reviews


def _review(context: ReminderContext) -> MailContent:
    reviews, snapshot = context.reviews, context.state.snapshot
    skills = [snapshot.skills[review.skill] for review in reviews]
    title = _("Time to review {names}").format(names=names(skills))
    items = [_due(review, context.state) for review in reviews[:REVIEWS]]
    if more := reviews[REVIEWS:]:
        text = ngettext(
            "{count} more is due. It will be on your dashboard once these are done.",
            "{count} more are due. They will be on your dashboard once these are done.",
            len(more),
        )
        after = [text.format(count=len(more))]
    else:
        after = []
    lead = _(
        "Skills fade when you don’t use them. Three questions show what you still know. Two right answers"
        " are enough, and no "
        "level goes down."
    )
    return MailContent(
        subject=title,
        preview=lead,
        title=title,
        lead=[lead],
        figure=hours(REVIEW.minutes * len(items) / 60),
        figure_text=ngettext("for {count} review", "for {count} reviews", len(items)).format(count=len(items)),
        action=_dashboard(),
        facts=[],
        sections=[MailSection(_("Due for review"), items)],
        after=after,
        links=[],
    )


def _due(review: Review, state: LearnerState) -> MailItem:
    skill, about = state.snapshot.skills[review.skill], describe_review(review, state)
    name = _("{name}, level {level}").format(name=skill.name, level=review.level)
    return MailItem(name, f"{about[:1].upper()}{about[1:]}.", site_url(reverse("web:review", args=[skill.slug])))
