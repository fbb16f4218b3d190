"""The content of Today.

It is rendered only once while the learner's state is valid, which makes the page cheap. The parts that belong to a single
request, the CSRF token and an event id for each form, are added when the page is sent.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from guidance.catalog.kinds import Skill
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import goal_name, hours, inside, level_name, names, short
from guidance.progress import pace as paces
from guidance.progress import readiness
from guidance.progress.checks import CHECK, REVIEW
from guidance.progress.dashboard import Dashboard, LevelQuestion, Pace, dashboard, planned_of
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.left_out import missing_to_apply
from guidance.progress.readiness import Gain, Term, points_by_source
from guidance.progress.review import Review
from guidance.progress.step_advice import MIN_POINTS, WorthChecking, worth_checking
from guidance.progress.streaks import Streak, monday
from guidance.progress.text import (
    describe_deadline,
    describe_recent,
    describe_streak,
    describe_week,
    describe_week_done,
    headline,
    is_late,
    number,
    signed,
    source_shares,
)
from guidance.progress.units import units_done
from guidance.reminders import services
from guidance.web import cache, charts
from guidance.web.dashboard.ahead import (
    FirstDay,
    MilestoneAhead,
    StepAhead,
    by_when,
    first_day,
    may_apply,
    milestones_ahead,
    step_ahead,
)
from guidance.web.dashboard.do_now import CurrentStep, EmptyState, current_step, empty_state, not_yet
from guidance.web.reminders.page import reminder_offers
from guidance.web.skills.forms import USUAL_MINUTES

MAX_STEPS = 5  # next steps shown for a goal without milestones
MAX_GAINS = 5
MAX_CHECKS = 3
MAX_PROMPTS = 3
MAX_REVIEWS = 3  # reviews shown at a time
FIRST_WEEK = timedelta(weeks=1)  # counted from the first goal


def main(request: HttpRequest, learner: User, state: LearnerState) -> SafeString:
    """Returns the content of the page for this request. The cached markup depends only on the learner's own state."""
    # Whether to ask about reminders is not part of the state, so each answer is cached separately.
    asks = bool(state.goals) and not learner.schedules.exists()
    name = "dashboard page, asking" if asks else "dashboard page"
    page = cache.render_once(state, name, lambda: _rendered(dashboard(learner, state), asks=asks))
    return cache.for_request(page, request)


def _rendered(found: Dashboard, *, asks: bool) -> str:
    state = found.state
    context = {
        "proposals": reminder_offers(state.goal.weekdays) if asks and state.goal else [],
        "words": services.CONSENT_TEXTS[services.CONSENT],
        "page": dashboard_page(found),
        "state": state,
        "snapshot": state.snapshot,
        "skills": state.snapshot.skills,
        "today": state.today,
        "here": reverse("web:dashboard"),
        "csrf_token": cache.CSRF_TOKEN,
        "event_id": cache.EVENT_ID,
        "usual": USUAL_MINUTES,
        "check_minutes": CHECK.minutes,
    }
    return render_to_string("web/dashboard.html#today", context)


# The parts of the page


@dataclass(frozen=True, slots=True)
class LevelPrompt:
    """Asks the learner whether they have reached a level."""

    skill: Skill
    level: int
    name: str
    text: str  # what you can do at that level
    why: str
    left: str


@dataclass(frozen=True, slots=True)
class ReadinessPanel:
    ring: charts.RingFigure
    checks: list[WorthChecking]
    gains: tuple[Gain, ...]
    to_confirm: frozenset[str]  # skills of `gains` of whose level all units are done
    changed: str  # points in the last four weeks; empty if they add up to nothing
    also: str


@dataclass(frozen=True, slots=True)
class PacePanel:
    headline: str
    milestone: str  # when the current milestone is done at the current pace
    text: str
    finish: str  # when the whole plan is done
    help: str  # how the plan page can help; may be empty
    figure: charts.PaceFigure
    numbers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class WeekPanel:
    target: charts.TargetFigure | None  # None in a week without a target
    done: str
    text: str
    streak: str
    freezes: range
    freezes_text: str
    planned: str


@dataclass(frozen=True, slots=True)
class ReviewsDue:
    first: tuple[Review, ...]
    more: str  # how many more follow this week
    refresh: tuple[Review, ...]  # of skills whose last review was not passed and whose next one is not due yet
    minutes: int = REVIEW.minutes  # of each review


@dataclass(frozen=True, slots=True)
class ComingUp:
    """What comes after today's step."""

    milestones: list[MilestoneAhead]  # the current one and the next; empty if the goal has none
    steps: list[StepAhead]  # of a goal without milestones
    after: str  # what comes after those
    apply: str  # when applying makes sense, if neither milestone says so


@dataclass(frozen=True, slots=True)
class DashboardPage:
    day: str
    goal: str  # the goal in one line; empty without one
    now: CurrentStep | None
    instead: EmptyState | None
    first_day: FirstDay | None  # set in the first week
    is_fresh: bool  # in the first week, before anything is done: most of the rest of the page is then hidden
    next: ComingUp | None
    questions: list[LevelPrompt]
    more_questions: int
    ready: ReadinessPanel | None
    reviews: ReviewsDue | None  # None if there is no due review that this week has room for, and no skill to refresh
    pace: PacePanel | None
    is_begun: bool  # whether there is a goal or anything is logged
    week: WeekPanel | None
    heat: charts.HeatFigure
    areas: charts.AreasFigure
    found: Dashboard


def dashboard_page(found: Dashboard) -> DashboardPage:
    state, goal_state = found.state, found.state.goal_state
    snapshot, today = state.snapshot, state.today
    step = goal_state.plan.steps[0] if goal_state and goal_state.plan.steps else None
    ahead = milestones_ahead(goal_state, state) if goal_state else []
    is_begun = bool(found.minutes or found.moves)
    is_first_week = step is not None and today - state.goals[0].on < FIRST_WEEK
    is_fresh = is_first_week and not is_begun
    now = current_step(step, goal_state, found, is_first_day=is_fresh) if goal_state and step else None
    on_plate = now.skill.slug if now and now.skill and now.not_yet else ""
    questions = [question for question in found.questions if question.skill != on_plate]
    return DashboardPage(
        day=date_format(today, "l j F"),
        goal=goal_line(goal_state, state, ahead, is_first_day=is_fresh) if goal_state else "",
        now=now,
        instead=None if step else empty_state(found),
        first_day=first_day(goal_state, state, ahead, found.pace, found.minutes.get(today, 0))
        if goal_state and found.pace and is_first_week
        else None,
        is_fresh=is_fresh,
        next=coming_up(goal_state, state, ahead) if goal_state and step else None,
        questions=[level_prompt(question, snapshot) for question in questions[:MAX_PROMPTS]],
        more_questions=max(len(questions) - MAX_PROMPTS, 0),
        ready=readiness_panel(goal_state, found) if goal_state else None,
        reviews=reviews_due(found),
        pace=pace_panel(goal_state, found, ahead) if goal_state else None,
        is_begun=bool(state.goals or found.minutes),
        week=week_panel(found.streak, state) if found.streak else None,
        heat=charts.HeatFigure(today, found.since, found.minutes, state.days_off),
        areas=charts.AreasFigure(
            tuple(charts.AreaMinutes(snapshot.areas[slug], minutes) for slug, minutes in found.areas.items())
        ),
        found=found,
    )


def goal_line(goal_state: GoalState, state: LearnerState, ahead: list[MilestoneAhead], *, is_first_day: bool) -> str:
    """Returns a line such as “AI engineer · milestone 3 of 7 · week 15”."""
    days = max((state.today - state.goals[0].on).days, 0)
    parts = [goal_name(goal_state.role, goal_state.industry)]
    if is_first_day and not days:
        parts.insert(0, _("Day one"))
    if ahead:
        milestone = _("milestone {number} of {all}")
        parts.append(milestone.format(number=ahead[0].number, all=len(goal_state.plan.stages)))
    if not is_first_day:
        parts.append(_("week {number}").format(number=days // 7 + 1))
    elif goal_state.readiness.readiness >= MIN_POINTS:
        parts.append(_("{ready} of 100 already").format(ready=number(goal_state.readiness.readiness)))
    return " · ".join(parts)


def reviews_due(found: Dashboard) -> ReviewsDue | None:
    state, goal_state = found.state, found.state.goal_state
    planned = {item.review.skill: item.on for item in goal_state.reviews} if goal_state else {}
    next_week = monday(state.today) + timedelta(weeks=1)
    now = tuple(item for item in found.reviews if planned.get(item.skill, state.today) < next_week)
    refresh = tuple(item for item in state.reviews if item.worth_refresh and item.due > state.today)[:MAX_REVIEWS]
    if not now and not refresh:
        return None
    more = len(now) - MAX_REVIEWS
    text = ngettext("{more} more comes after these.", "{more} more come after these.", more)
    return ReviewsDue(now[:MAX_REVIEWS], text.format(more=more) if more > 0 else "", refresh)


# What comes next


def coming_up(goal_state: GoalState, state: LearnerState, ahead: list[MilestoneAhead]) -> ComingUp:
    steps = [] if ahead else [step_ahead(step, goal_state, state) for step in goal_state.plan.steps[1 : 1 + MAX_STEPS]]
    return ComingUp(
        milestones=ahead,
        steps=steps,
        after=_after(goal_state, ahead),
        apply="" if any(item.apply for item in ahead) else _applying(goal_state, state),
    )


def _after(goal_state: GoalState, ahead: list[MilestoneAhead]) -> str:
    """Returns in words which milestones or steps the page leaves out."""
    if ahead:
        more = sum(not stage.done for stage in goal_state.plan.stages) - len(ahead)
        text = ngettext("{more} more milestone after that.", "{more} more milestones after that.", more)
    else:
        more = len(goal_state.plan.steps) - 1 - MAX_STEPS
        text = ngettext("{more} more step after that.", "{more} more steps after that.", more)
    return text.format(more=more) if more > 0 else ""


def _applying(goal_state: GoalState, state: LearnerState) -> str:
    if may_apply(goal_state):
        return _("You can start applying now.")
    if goal_state.plan.applying is None:
        return missing_to_apply(goal_state, state)
    return _("You can start applying {when}, after milestone {number}.").format(
        number=len(goal_state.before_applying),
        when=inside(by_when(goal_state.plan.applying.end, state.today)),
    )


def level_prompt(question: LevelQuestion, snapshot: Snapshot) -> LevelPrompt:
    skill = snapshot.skills[question.skill]
    return LevelPrompt(
        skill=skill,
        level=question.level,
        name=level_name(question.level),
        text=skill.level_texts[question.level - 1],
        why=_("You’ve logged {logged}. Level {level} usually takes {effort}.").format(
            logged=hours(question.hours), level=question.level, effort=hours(question.effort)
        ),
        left=not_yet(readiness.remaining(question.effort, question.hours)),
    )


# How ready the learner is, and what changed it


def readiness_panel(goal_state: GoalState, found: Dashboard) -> ReadinessPanel:
    snapshot, total = found.state.snapshot, sum(move.points for move in found.moves)
    gains = goal_state.gains[:MAX_GAINS]
    also = [snapshot.skills[slug] for slug in goal_state.readiness.also_asked_for if slug in snapshot.skills]
    return ReadinessPanel(
        ring=ring(goal_state, found.state),
        checks=worth_checking(goal_state, found.state)[:MAX_CHECKS],
        gains=gains,
        to_confirm=frozenset(gain.skill for gain in gains if units_done(found.state, gain.skill, gain.to_level)),
        changed=signed(total) if abs(total) >= MIN_POINTS else "",
        also=_("Employers in {industry} also ask for {names}. Your role doesn’t, so this isn’t scored.").format(
            industry=goal_state.industry.name, names=names(also)
        )
        if goal_state.industry and also
        else "",
    )


def ring(goal_state: GoalState, state: LearnerState) -> charts.RingFigure:
    readiness, by_area = goal_state.readiness, dict[str, list[Term]]()
    for term in readiness.terms:
        by_area.setdefault(state.snapshot.skills[term.skill].area.slug, []).append(term)
    sectors = (
        charts.Sector(area, points_by_source(by_area[slug]), math.fsum(term.possible for term in by_area[slug]))
        for slug, area in state.snapshot.areas.items()
        if slug in by_area
    )
    to_come = [
        (number, stage.readiness_after)
        for number, stage in enumerate(goal_state.plan.stages, 1)
        if not stage.done and stage.readiness_after - readiness.readiness >= MIN_POINTS
    ]
    return charts.RingFigure(source_shares(readiness.by_source), tuple(to_come), tuple(sectors))


# On schedule or not


def pace_panel(goal_state: GoalState, found: Dashboard, ahead: list[MilestoneAhead]) -> PacePanel:
    assert found.pace is not None
    pace = found.pace
    return PacePanel(
        headline=schedule(goal_state, pace),
        milestone=_milestone_at_pace(found, ahead[0]) if ahead else "",
        text=describe_recent(pace.recent, found.state)
        if goal_state.plan.steps
        else _("You have done {hours} since you set your first goal.").format(hours=hours(pace.hours)),
        finish=" ".join(_finish(goal_state, pace)) if goal_state.plan.steps else "",
        help=_("Change hours or deadline")
        if is_late(goal_state, pace) or (goal_state.plan.steps and pace.recent.behind)
        else "",
        figure=charts.PaceFigure(
            today=found.state.today,
            course=pace.course,
            hours=pace.hours,
            forecast=pace.forecast,
            deadline=goal_state.goal.deadline,
            plan_ends=goal_state.plan.finish,
        ),
        numbers=pace_numbers(goal_state, pace),
    )


def schedule(goal_state: GoalState, pace: Pace) -> str:
    if not goal_state.plan.steps:
        return headline(goal_state, pace)
    if pace.recent.behind:
        return _("You are behind schedule.")
    return _("Your plan ends after your deadline.") if is_late(goal_state, pace) else _("You are on schedule.")


def _milestone_at_pace(found: Dashboard, ahead: MilestoneAhead) -> str:
    """The end of the whole plan is too far away to aim for; the end of this milestone is not."""
    state = found.state
    forecast = paces.forecast(planned_of(state), found.minutes, state.today, ahead.stage.hours)
    if forecast is None or forecast.expected is None:
        return ""
    text = _("At your current pace you’ll finish “{milestone}” around {day}.")
    return text.format(milestone=ahead.milestone.name, day=short(forecast.expected, state.today, "j F"))


def _finish(goal_state: GoalState, pace: Pace) -> Iterator[str]:
    yield headline(goal_state, pace)
    yield from describe_deadline(goal_state, pace)
    if pace.forecast is None:
        yield _("We can forecast once you’ve logged study in three weeks.")


def pace_numbers(goal_state: GoalState, pace: Pace) -> list[tuple[str, str]]:
    rows = [
        (_("Left in the plan"), hours(goal_state.plan.total_hours)),
        (_("A week, as planned"), hours(pace.recent.week / 60)),
    ]
    if forecast := pace.forecast:
        rows += [
            (_("Weeks that the forecast uses"), str(forecast.weeks)),
            (_("A week, on average"), hours(forecast.pace / 60)),
            (_("A week, the faster half"), hours(forecast.fast / 60)),
            (_("A week, the slower half"), hours(forecast.slow / 60)),
        ]
    return rows


# What the learner has done


def week_panel(streak: Streak, state: LearnerState) -> WeekPanel:
    assert state.goal is not None
    return WeekPanel(
        target=charts.TargetFigure(streak.minutes, streak.target) if streak.target else None,
        done=describe_week_done(streak, state.goal.weekly_target),
        text=describe_week(streak, state.goal.weekly_target),
        streak=" ".join(describe_streak(streak)),
        freezes=range(streak.freezes),
        freezes_text=freeze_words(streak),
        planned=hours(state.goal.hours_per_week),
    )


def freeze_words(streak: Streak) -> str:
    have = ngettext("You have {count} freeze left", "You have {count} freezes left", streak.freezes)
    have = have.format(count=streak.freezes)
    if not streak.freezes:
        have = _("You have no freeze left")
    if streak.to_next_freeze is None:
        return _("{have}, the maximum.").format(have=have)
    after = ngettext(
        "{have}. Reach your target in {weeks} more week to get another.",
        "{have}. Reach your target in {weeks} more weeks to get another.",
        streak.to_next_freeze,
    )
    return after.format(have=have, weeks=streak.to_next_freeze)
