"""Sentences about a learner's pace, readiness and weeks, the same on pages and in emails."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from math import floor
from typing import NamedTuple

from django.template.defaultfilters import floatformat
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from guidance.catalog.models import Change, Kind
from guidance.catalog.text import day, full, goal_name, hours, lapse, listed, names, short, span
from guidance.progress import sources
from guidance.progress.catalogue_changes import CatalogueNews, ChangeNotice
from guidance.progress.dashboard import Move, Pace
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.pace import RECENT, Recent
from guidance.progress.plan import Step
from guidance.progress.review import Review
from guidance.progress.sources import PROJECT
from guidance.progress.streaks import Streak

FIRST_DAYS = 7  # days in which a learner is not told that they are behind
SHARE_NAMES: Mapping[str, object] = {
    sources.PROJECT: gettext_lazy("shown by a project"),
    sources.CHECK: gettext_lazy("checked"),
    sources.SELF: gettext_lazy("self-reported"),
    sources.IMPLIED: gettext_lazy("implied by these"),
}
SLICE_NAMES: Mapping[str, object] = {
    sources.PROJECT: gettext_lazy("shown by a project"),
    sources.CHECK: gettext_lazy("checked"),
    sources.SELF: gettext_lazy("not checked"),
    sources.CV: gettext_lazy("from your CV"),
    sources.IMPLIED: gettext_lazy("implied"),
}
SHARES_IN_SHORT: Mapping[str, object] = {
    sources.PROJECT: gettext_lazy("{points} shown"),
    sources.CHECK: gettext_lazy("{points} checked"),
    sources.SELF: gettext_lazy("{points} self-reported"),
    sources.IMPLIED: gettext_lazy("{points} implied"),
}


def number(value: float) -> str:
    return _number(value, get_language())


@lru_cache(maxsize=4096)
def _number(value: float, language: str) -> str:
    return floatformat(value, 1)


def signed(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{number(abs(value))}"


# Sources of readiness


class SourceShare(NamedTuple):
    """The part of the readiness that comes from one source."""

    source: str  # one of SHOWN_SOURCES
    points: float  # rounded

    @property
    def name(self) -> str:
        return str(SHARE_NAMES[self.source])


def source_shares(by_source: Mapping[str, float], digits: int = 1) -> tuple[SourceShare, ...]:
    """Returns the parts of a readiness that are not 0, strongest source first, rounded so that they add up to the rounded
    total."""
    scale = 10**digits
    exact = {source: scale * points for source, points in shown_points(by_source).items()}
    rounded = {source: floor(value) for source, value in exact.items()}
    left = floor(sum(exact.values()) + 0.5) - sum(rounded.values())
    for source in sorted(exact, key=lambda source: rounded[source] - exact[source])[:left]:
        rounded[source] += 1
    return tuple(SourceShare(source, value / scale) for source, value in rounded.items() if value)


def shown_points(by_source: Mapping[str, float]) -> dict[str, float]:
    """Returns the points by SHOWN_SOURCES."""
    points = dict.fromkeys(sources.SHOWN_SOURCES, 0.0)
    for source, value in by_source.items():
        points[sources.as_shown(source)] += value
    return points


def describe_shares(by_source: Mapping[str, float], digits: int = 0) -> str:
    """Returns “5 shown, 31 checked, 26 self-reported, 5 implied”; empty if there are no points."""
    return ", ".join(
        str(SHARES_IN_SHORT[share.source]).format(points=floatformat(share.points, digits))
        for share in source_shares(by_source, digits)
    )


def describe_slice(source: str) -> str:
    """Returns the name of a source, such as “checked”."""
    return str(SLICE_NAMES[source])


def describe_slices(slices: Sequence[str]) -> str:
    """Returns “checked”, or “levels 1 and 2 checked, level 3 not checked”; empty at level 0."""
    if len(set(slices)) < 2:
        return describe_slice(slices[0]) if slices else ""
    levels: dict[str, list[int]] = {}
    for level, source in enumerate(slices, 1):
        levels.setdefault(source, []).append(level)
    return ", ".join(f"{levels_in_words(found)} {describe_slice(source)}" for source, found in levels.items())


def levels_in_words(levels: Sequence[int]) -> str:
    """Returns “level 2” or “levels 1 and 2”."""
    if len(levels) == 1:
        return _("level {level}").format(level=levels[0])
    return _("levels {levels}").format(levels=listed([str(level) for level in levels]))


# The end of the plan


def arrival(goal_state: GoalState, *, would: bool = False) -> str:
    """Returns “At 8 h a week you’ll finish on Saturday 11 September 2027, 11 days after your deadline.” The plan must have
    steps."""
    finish, deadline = goal_state.plan.finish, goal_state.goal.deadline
    assert finish is not None
    text = (
        _("At %(hours)s a week you would finish on %(day)s")
        if would
        else _("At %(hours)s a week you’ll finish on %(day)s")
    )
    text %= {"hours": hours(goal_state.goal.hours_per_week), "day": full(finish)}
    if goal_state.plan.on_time is None or deadline is None:
        return f"{text}."
    if finish == deadline:
        return _("%(arrival)s, the day of your deadline.") % {"arrival": text}
    late = _("%(arrival)s, %(stretch)s after your deadline.")
    early = _("%(arrival)s, %(stretch)s before your deadline.")
    return (late if finish > deadline else early) % {"arrival": text, "stretch": lapse(abs((finish - deadline).days))}


def applying_on(end: date) -> str:
    """Returns when the learner can start applying, for a plan that has something left before that."""
    return _("You can start applying on {day}.").format(day=day(end))


def hours_to_apply(goal_state: GoalState) -> float | None:
    """Returns the hours a week needed to start applying by the deadline, if that is more than the current hours and less than the
    whole plan needs."""
    needed = goal_state.plan.applying.hours_per_week_needed if goal_state.plan.applying else None
    return None if needed == goal_state.plan.hours_per_week_needed else needed


def enough(goal_state: GoalState) -> str:
    """Returns the introduction to the options for a deadline that the plan does not meet."""
    answer = goal_state.plan.by_deadline
    text = _("Any one of these is enough to meet your deadline, %(day)s. Nothing changes until you choose.")
    if (answer and answer.shorter) or hours_to_apply(goal_state):
        text = _("Not everything fits in before %(day)s. Nothing changes until you choose.")
    return text % {"day": day(goal_state.goal.deadline)}


def more_hours(goal_state: GoalState, needed: float, *, apply: bool = False) -> str:
    """Describes the option of more hours a week, to finish everything or only to start applying."""
    text = _("%(hours)s a week, %(more)s more than now. You’ll finish everything by %(day)s.")
    if apply:
        text = _("%(hours)s a week, %(more)s more than now. You can start applying by %(day)s.")
    return text % {
        "hours": hours(needed),
        "more": hours(needed - goal_state.goal.hours_per_week),
        "day": day(goal_state.goal.deadline),
    }


def shorter_way(goal_state: GoalState) -> str:
    """Describes the option of the shorter plan, which must exist: nothing is removed, and what adds most comes first."""
    answer = goal_state.plan.by_deadline
    assert answer is not None
    assert answer.shorter is not None
    return _(
        "The steps that add the most points per hour come before {day}, the rest after it. You would be "
        "at {shorter} of 100 by then, instead of {path}."
    ).format(
        day=day(goal_state.goal.deadline), shorter=number(answer.shorter.readiness), path=number(answer.path.readiness)
    )


def later_deadline(goal_state: GoalState) -> str:
    """Describes the option of a later deadline or none."""
    return _("To %(day)s, or remove it: then nothing is late.") % {"day": day(goal_state.plan.finish)}


def order(goal_state: GoalState) -> str:
    """Returns how the steps of the plan are ordered."""
    if not goal_state.curriculum.milestones:
        text = _("What matters most comes first. A skill’s prerequisites come directly before it, one level at a time.")
    else:
        text = _(
            "Your plan follows the milestones of your role in the order in which a mentor would teach them. A skill’s "
            "prerequisites come directly before it, one level at a time, and each milestone ends in a project."
        )
        if goal_state.planned_by is not None:
            text = _(
                "Your plan follows the milestones of {role} that teach something this ad asks for, in the order in which a mentor "
                "would teach them. Skills that none of them teaches come last. A skill’s prerequisites come directly before it, one level at a "
                "time. A milestone ends in a project where one fits the ad."
            ).format(role=goal_state.planned_by.name)
    if goal_state.shorter:
        text = _(
            "You chose the shorter path: what counts most by your deadline comes first, and the rest follows "
            "in its usual order. "
            "A skill’s prerequisites come directly before it, one level at a time. A project may come long after "
            "the steps of its "
            "milestone."
        )
    return text


# The goal


def goal_title(state: LearnerState) -> str:
    """Returns the name of the goal; empty without a goal or if its role has been retired."""
    return goal_name(state.goal_state.role, state.goal_state.industry) if state.goal_state else ""


def role_before(state: LearnerState) -> str:
    """If the goal is an ad, returns the name of the role to return to; otherwise empty."""
    if state.goal is None or state.goal.ad is None or state.goal_state is None:
        return ""
    before = state.role_goal
    if before is None or before.role is None:
        return state.goal_state.planned_by.name if state.goal_state.planned_by else ""
    industry = state.snapshot.industries[before.industry] if before.industry else None
    return goal_name(state.snapshot.roles[before.role], industry)


# At the current pace


def expected(goal_state: GoalState, pace: Pace) -> date | None:
    """Returns when the plan ends at the current pace or, if the pace is unknown, as planned; None if it never ends or if nothing
    is left to do."""
    return pace.forecast.expected if pace.forecast else goal_state.plan.finish


def is_late(goal_state: GoalState, pace: Pace) -> bool:
    deadline, end = goal_state.goal.deadline, expected(goal_state, pace)
    return deadline is not None and bool(goal_state.plan.steps) and (end is None or end > deadline)


def headline(goal_state: GoalState, pace: Pace) -> str:
    if not goal_state.plan.steps:
        return _("Nothing is left in the plan.")
    if pace.forecast is None:
        text = _("If you keep to the plan, you’ll finish on {day}.")
        if pace.applying:
            text = _("If you keep to the plan, you can start applying on {apply} and you’ll finish on {day}.")
        return text.format(day=day(goal_state.plan.finish), apply=day(pace.applying))
    if pace.forecast.expected is None:
        return _("At your current pace the end is more than ten years away.")
    text = _("At your current pace you’ll finish around {day}.")
    if pace.applying:
        text = _("At your current pace you can start applying around {apply} and you’ll finish around {day}.")
    return text.format(day=day(pace.forecast.expected), apply=day(pace.applying))


def describe_deadline(goal_state: GoalState, pace: Pace) -> Iterator[str]:
    """Yields the sentences about the deadline that follow the headline, for a plan with steps; none without a deadline."""
    deadline, end = goal_state.goal.deadline, expected(goal_state, pace)
    if deadline is None:
        return
    values = {"deadline": day(deadline), "hours": hours(goal_state.goal.hours_per_week)}
    if goal_state.deadline_passed:
        yield _("Your deadline, {deadline}, has passed, so the plan has none.").format(**values)
        return
    if not is_late(goal_state, pace):
        yield _("That meets your deadline, {deadline}.").format(**values)
        return
    if end is None:
        yield _("Your deadline is {deadline}.").format(**values)
    else:
        yield _("You finish {far} after your deadline, {deadline}.").format(far=lapse((end - deadline).days), **values)
    if goal_state.plan.on_time:
        yield _("{hours} a week, as planned, would meet it.").format(**values)
    else:
        yield from _more_would_do(goal_state, pace, deadline)


def _more_would_do(goal_state: GoalState, pace: Pace, deadline: date) -> Iterator[str]:
    """Yields the hours needed to start applying by the deadline, if fewer than for the whole plan, and then those for the whole
    plan."""
    applying, needed, whole = (
        goal_state.plan.applying,
        hours_to_apply(goal_state),
        goal_state.plan.hours_per_week_needed,
    )
    values = {"needed": hours(needed), "whole": hours(whole), "planned": hours(goal_state.goal.hours_per_week)}
    if pace.applying and pace.applying <= deadline:
        yield _("You can start applying before it.")
    elif applying and applying.end <= deadline:
        yield _("{planned} a week, as planned, would be enough to start applying by then.").format(**values)
    elif needed is not None:
        yield _("{needed} a week would be enough to start applying by then.").format(**values)
    elif whole is not None:
        yield _("{whole} a week would meet it.").format(**values)
        return
    if whole is None:
        yield _("No number of hours a week would meet it.")
    else:
        yield _("Finishing everything by then would take {whole} a week.").format(**values)


def describe_recent(recent: Recent, state: LearnerState) -> str:
    days = (state.today - state.goals[0].on).days
    lately = _("In the last four weeks, you planned {planned} and logged {done}")
    if days < RECENT - 1:
        lately = _("Since you set your first goal, you planned {planned} and logged {done}")
    lately = lately.format(done=hours(recent.done / 60), planned=hours(recent.planned / 60))
    if not recent.short or days < FIRST_DAYS:
        return _("{lately}.").format(lately=lately)
    text = _("{lately}: {short} less. That is under one week, so you are not behind.")
    if recent.behind:
        text = _("{lately}: {short} less. That is a week or more, so you are behind.")
    return text.format(lately=lately, short=hours(recent.short / 60))


# Steps and skills


def when(step: Step, state: LearnerState) -> str:
    """Returns the label above the first step."""
    label = _("Do this now")
    if step.start > state.today:
        day_off = state.today in state.days_off
        label = _("Today is a day off. Next, from {day}") if day_off else _("Today isn’t a study day. Next, from {day}")
    return label.format(day=short(step.start, state.today))


def describe_step(step: Step) -> str:
    return _("{hours} · {readiness} ready after it").format(
        hours=hours(step.hours), readiness=number(step.readiness_after)
    )


def step_dates(step: Step, today: date) -> str:
    """Returns “Thu 26 Nov to Sat 28 Nov”."""
    return span(step.start, step.end, today)


def describe_move(move: Move, today: date) -> str:
    return _("from level {before} to {level} on {day}").format(
        before=move.before, level=move.level, day=short(move.on, today)
    )


def describe_review(review: Review, state: LearnerState) -> str:
    """Returns “three questions, checked in March”."""
    if review.worth_refresh:
        return _("three questions, worth a refresh")
    if review.reviewed_on == review.proved_on:
        text = _("three questions, reviewed in {month}")
    elif state.slices[review.skill][review.level - 1] == PROJECT:
        text = _("three questions, shown in {month}")
    else:
        text = _("three questions, checked in {month}")
    return text.format(month=short(review.proved_on, state.today, "F"))


def describe_next_review(review: Review, state: LearnerState) -> str:
    """Returns the next review of a skill and the result of the last one, in one line."""
    today = state.today
    if review.due <= today:
        text = _("A review is due.")
    else:
        text = _("Next review on {day}.").format(day=short(review.due, today))
    if review.worth_refresh and review.reviewed_on:
        last = _(
            "You did not pass the last one, on {day}: the skill is worth a refresh until you log time on it or pass a review."
        )
    elif review.passed and review.reviewed_on == review.proved_on:
        last = _("You passed the last one, on {day}.")
    elif review.reviewed_on:
        last = _("The last one was on {day}.")
    else:
        return text
    return f"{text} {last.format(day=short(review.reviewed_on, today))}"


# Changes in the catalogue


def describe_notice(notice: ChangeNotice, state: LearnerState) -> str:
    """Returns what changed and what the change means for the learner's level."""
    known = state.skills.get(notice.slug) if notice.kind == Kind.SKILL else None
    if known is None:
        return notice.summary
    words = ""
    if notice.change == Change.ChangeType.MERGED and known.level:
        words = _("Your level {level} counts there.").format(level=known.level)
    elif notice.change == Change.ChangeType.MERGED:
        words = _("What you studied counts there.")
    elif notice.change == Change.ChangeType.PUBLISHED and known.level:
        words = _("You are at level {level} there.").format(level=known.level)
    return f"{notice.summary} {words}".strip()


def describe_news(news: CatalogueNews, state: LearnerState) -> str:
    """Returns the date of the change and how the record relates to the goal."""
    return f"{short(news.on, state.today)}. {_concerns(news, state)}"


def _concerns(news: CatalogueNews, state: LearnerState) -> str:
    snapshot, goal_state = state.snapshot, state.goal_state
    if news.kind == Kind.ROLE:
        return _("The role in your goal.")
    if news.kind == Kind.INDUSTRY:
        return _("The industry in your goal.")
    if news.kind == Kind.SKILL:
        left = sum(step.hours for step in goal_state.plan.steps if step.skill == news.slug) if goal_state else 0
        return (
            _("Your plan includes {hours} of it.").format(hours=hours(left))
            if left
            else _("None of it is left in your plan.")
        )
    if news.kind == Kind.PROJECT:
        proves = snapshot.projects[news.slug].proves
        levels = [f"{snapshot.skills[slug].name} {level}" for slug, level in proves.items()]
        return _("It shows {levels}.").format(levels=listed(levels))
    skills = [snapshot.skills[slug] for slug in snapshot.resources[news.slug].skills]
    return _("A resource for {names}.").format(names=names(skills))


# Weeks


def describe_week(streak: Streak, weekly_target: int) -> str:
    """Returns what is left of this week's target. `weekly_target` is in minutes for a whole week; the first week's may be
    lower."""
    from_monday = _("From Monday your target is {target} a week.").format(target=hours(weekly_target / 60))
    if not streak.target:
        return _("This week has no target, because your first study day is still to come. {from_monday}").format(
            from_monday=from_monday
        )
    text = _("{left} to go until Sunday.").format(left=hours(streak.left / 60))
    if not streak.left:
        text = _("You’ve reached this week’s target.")
    if streak.target == weekly_target:
        return text
    return _(
        "{text} Your first week starts on the day you set your goal, so its target is lower. {from_monday}"
    ).format(text=text, from_monday=from_monday)


def describe_week_done(streak: Streak, weekly_target: int) -> str:
    """Returns the minutes logged this week as words: “30 min of your target of 4 h”. `weekly_target`: as in `describe_week`."""
    done = hours(streak.minutes / 60)
    if not streak.target:
        return done
    text = _("{done} of your target of {target}")
    if streak.target < weekly_target:
        text = _("{done} of your target of {target} ({week} a week from Monday)")
    return text.format(done=done, target=hours(streak.target / 60), week=hours(weekly_target / 60))


def describe_streak(streak: Streak) -> Iterator[str]:
    if not streak.weeks:
        yield _("No weeks in a row yet; a week counts when it reaches its target.")
    else:
        yield ngettext("{weeks} week on target so far.", "{weeks} weeks in a row.", streak.weeks).format(
            weeks=streak.weeks
        )
        frozen = [monday for monday in streak.frozen if streak.began and monday >= streak.began]
        if frozen:
            kept = ngettext(
                "A freeze saved the week of {day}.",
                "Freezes saved {weeks} of them, the last one the week of {day}.",
                len(frozen),
            )
            yield kept.format(weeks=len(frozen), day=date_format(frozen[-1], "j F"))
    if streak.longest > streak.weeks:
        longest = ngettext(
            "The longest so far was {weeks} week.", "The longest so far was {weeks} weeks.", streak.longest
        )
        yield longest.format(weeks=streak.longest)
