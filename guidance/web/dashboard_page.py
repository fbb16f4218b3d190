"""What the dashboard says, worked out and put into words, so that the template only lays it out.

The page is rendered once for as long as the learner's standing is right, and that is what makes it cheap. What belongs to one
request only is put in when it is sent: the CSRF token, and for each form an event id of its own.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog.models import Change, Kind
from guidance.catalog.snapshot import Skill, Snapshot
from guidance.catalog.wording import aim_name, day, hours, level_name, listed, names, short, weekdays
from guidance.markup import trusted
from guidance.progress import readiness
from guidance.progress.dashboard import Dashboard, Move, Pace, Question, dashboard
from guidance.progress.news import News, Notice
from guidance.progress.plan import Step
from guidance.progress.readiness import Gain, Term
from guidance.progress.review import Review
from guidance.progress.standing import Aim, Standing
from guidance.progress.steps import ADVICE, LEAST_POINTS, notes, project_for, record_of, resource_for, step_name, why
from guidance.progress.streaks import Streak
from guidance.progress.wording import (
    deadline_words,
    headline,
    is_late,
    move_words,
    number,
    order,
    recent_words,
    review_words,
    signed,
    step_dates,
    step_words,
    streak_words,
    week_done,
    week_words,
    when,
)
from guidance.reminders import services
from guidance.web import charts
from guidance.web.forms.study import USUAL_MINUTES
from guidance.web.reminders_page import proposals
from guidance.web.templatetags.waymark import link

STEPS = 5  # that come next
GAINS = 5
MOVES = 3
ASKS = 3
REVIEWS = 3
TOLD = 5

# What stands in the kept page where each request has its own. Nobody outside this process can know them, so no text of the
# catalogue can be taken for one.
CSRF_TOKEN, EVENT_ID = secrets.token_hex(16), secrets.token_hex(16)


def main(request: HttpRequest, learner: User, standing: Standing) -> SafeString:
    """The content of the page, for this request. What is kept hangs on the learner's own standing and nowhere else."""
    # Whether to ask about reminders is not part of the standing, so what is kept is of one answer.
    asks = bool(standing.goals) and not learner.schedules.exists()
    name = f"dashboard page, {get_language()}{', asking' if asks else ''}"
    kept = standing.keep(name, lambda: _rendered(dashboard(learner, standing), asks=asks))
    fresh = re.sub(EVENT_ID, lambda _found: str(uuid4()), kept)
    return trusted(fresh.replace(CSRF_TOKEN, get_token(request)))  # rendered from a template


def _rendered(found: Dashboard, *, asks: bool) -> str:
    context = {
        "proposals": proposals() if asks else [],
        "words": services.WORDS[services.CONSENT],
        "page": page(found),
        "here": reverse("web:dashboard"),
        "revision": found.standing.snapshot.revision,
        "csrf_token": CSRF_TOKEN,
        "event_id": EVENT_ID,
        "usual": USUAL_MINUTES,
    }
    return render_to_string("web/dashboard.html#today", context)


# What the page says


@dataclass(frozen=True, slots=True)
class Now:
    """The sign: the step to take."""

    label: str
    name: str
    skill: Skill | None  # None for a project
    url: str
    advice: SafeString
    numbers: list[tuple[str, str]]
    why: str
    explained: list[tuple[str, str]]  # each number and how it comes about


@dataclass(frozen=True, slots=True)
class Instead:
    """The sign when there is no step: what to do about that."""

    title: str
    text: str
    url: str
    action: str
    other_url: str
    other: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Whether a level is reached."""

    skill: Skill
    level: int
    name: str
    text: str  # what one can do at that level
    why: str
    left: str


@dataclass(frozen=True, slots=True)
class Brings:
    skill: Skill
    level: int
    points: str
    hours: float


@dataclass(frozen=True, slots=True)
class Counted:
    """A term of the readiness."""

    skill: Skill
    level: int
    target: int
    weight: str
    points: str
    possible: str


@dataclass(frozen=True, slots=True)
class Moved:
    skill: Skill
    text: str
    points: str


@dataclass(frozen=True, slots=True)
class Ready:
    ring: charts.RingFigure
    terms: list[Counted]
    gains: list[Brings]
    moved: str
    moves: list[Moved]
    more_moves: list[Moved]
    also: str


@dataclass(frozen=True, slots=True)
class OnPace:
    headline: str
    text: str
    help: str  # what the plan page can do about it; may be empty
    figure: charts.PaceFigure
    numbers: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Week:
    target: charts.TargetFigure | None  # None in a week without a target
    done: str
    text: str
    streak: str
    freezes: range
    freezes_text: str
    planned: str


@dataclass(frozen=True, slots=True)
class Coming:
    name: str
    skill: Skill | None
    url: str
    text: str
    dates: str


@dataclass(frozen=True, slots=True)
class Due:
    skill: Skill
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One of the news."""

    title: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A change of the catalogue that the learner is told once."""

    text: str
    url: str  # empty where the record is no more


@dataclass(frozen=True, slots=True)
class Page:
    day: str
    goal: str  # in a line; empty without one
    told: list[Told]
    more_told: list[Told]
    now: Now | None
    instead: Instead | None
    questions: list[Ask]
    more_questions: int
    ready: Ready | None
    pace: OnPace | None
    begun: bool  # whether there is a goal or anything logged
    week: Week | None
    heat: charts.HeatFigure
    areas: charts.AreasFigure
    next: list[Coming]
    after: str  # what follows those
    due: list[Due]
    more_due: list[Due]
    news: list[Item]
    today: date


def page(found: Dashboard) -> Page:
    standing, aim = found.standing, found.standing.aim
    snapshot, today = standing.snapshot, standing.today
    step = aim.plan.steps[0] if aim and aim.plan.steps else None
    reviews = [due(item, snapshot) for item in found.reviews]
    notices = [told(notice, standing) for notice in found.notices]
    return Page(
        day=date_format(today, "l j F"),
        goal=goal_line(aim, standing) if aim else "",
        told=notices[:TOLD],
        more_told=notices[TOLD:],
        now=now(step, aim, found) if aim and step else None,
        instead=None if step else instead(found),
        questions=[ask(question, snapshot) for question in found.questions[:ASKS]],
        more_questions=max(len(found.questions) - ASKS, 0),
        ready=ready(aim, found) if aim else None,
        pace=on_pace(aim, found) if aim else None,
        begun=bool(standing.goals or found.minutes),
        week=week(found.streak, standing) if found.streak else None,
        heat=charts.HeatFigure(today, found.since, found.minutes, standing.days_off),
        areas=charts.AreasFigure(
            tuple(charts.AreaMinutes(snapshot.areas[slug], minutes) for slug, minutes in found.areas.items())
        ),
        next=[coming(item, snapshot, today) for item in aim.plan.steps[1 : 1 + STEPS]] if aim else [],
        after=after(aim) if aim else "",
        due=reviews[:REVIEWS],
        more_due=reviews[REVIEWS:],
        news=[item(news, aim, standing) for news in found.news] if aim else [],
        today=today,
    )


def goal_line(aim: Aim, standing: Standing) -> str:
    number = max((standing.today - standing.goals[0].on).days, 0) // 7 + 1
    parts = [aim_name(aim.role, aim.industry), _("week {number}").format(number=number)]
    if aim.plan.steps:
        parts.append(_("{hours} to go").format(hours=hours(aim.plan.total_hours)))
    return " · ".join(parts)


def skills(count: int) -> str:
    return ngettext("{count} skill", "{count} skills", count).format(count=count)


# What changed


def told(notice: Notice, standing: Standing) -> Told:
    record = standing.snapshot.of_kind(notice.kind).get(notice.slug)
    text = notice.summary
    known = standing.skills.get(notice.slug) if notice.kind == Kind.SKILL else None
    if known is None:
        return Told(text, record.url if record else "")
    if notice.change == Change.What.MERGED and known.level:
        text += " " + _("Your level {level} counts there.").format(level=known.level)
    elif notice.change == Change.What.MERGED:
        text += " " + _("What you studied counts there.")
    elif notice.change == Change.What.PUBLISHED and known.level:
        text += " " + _("You are at level {level} there.").format(level=known.level)
    return Told(text, record.url if record else "")


# What do I do now


def now(step: Step, aim: Aim, found: Dashboard) -> Now:
    standing = found.standing
    record, today = record_of(step, standing.snapshot), standing.today
    points = step.readiness_after - aim.readiness.readiness
    return Now(
        label=when(step, standing),
        name=step_name(step, standing.snapshot),
        skill=standing.snapshot.skills[step.skill] if step.skill is not None else None,
        url=record.url,
        advice=advice(step, found),
        numbers=[
            (_("left in this step"), hours(step.hours)),
            (_("brings"), _("{points} points").format(points=number(points)))
            if points >= LEAST_POINTS
            else (_("on the way to"), skills(len(step.because.required_by)))
            if step.skill is not None
            else (_("shows"), skills(len(standing.snapshot.projects[step.project or ""].proves))),
            (_("reached on"), short(step.end, today)),
        ],
        why=" ".join(why(step, aim, standing)),
        explained=explained(step, aim, standing),
    )


def advice(step: Step, found: Dashboard) -> SafeString:
    """A resource, or else a project, or else what one can do at that level."""
    snapshot = found.standing.snapshot
    if step.skill is None:
        return format_html("{}", record_of(step, snapshot).summary)
    if resource := resource_for(step, snapshot, found.ticked):
        rel = "sponsored noopener" if resource.affiliate else "noopener"
        name = format_html('<a href="{}" rel="{}">{}</a>', resource.url, rel, resource.name)
        return format_html("{} ({}).", format_html(str(ADVICE[resource.type]), name=name), notes(resource))
    if project := project_for(step, snapshot, found.standing.industry):
        text = _("Show it by a project: {name} ({hours}).")
        return format_html(text, name=link(project), hours=hours(project.hours))
    return format_html("{}", snapshot.skills[step.skill].level_texts[step.to_level - 1])


def explained(step: Step, aim: Aim, standing: Standing) -> list[tuple[str, str]]:
    first = _("{order} What you pin comes first.").format(order=order(aim))
    if step.skill is None:
        return [
            (_("Left in this step"), _("{hours} is the estimate for the project.").format(hours=hours(step.hours))),
            (_("First of all steps"), first),
        ]
    effort = standing.snapshot.effort[step.skill][step.from_level]
    logged = standing.logged.get(step.skill, 0.0)
    before, points = aim.readiness.readiness, step.readiness_after - aim.readiness.readiness
    levels = {"effort": hours(effort), "before": step.from_level, "level": step.to_level, "logged": hours(logged)}
    if not logged:
        left = _("{effort} from level {before} to level {level}; nothing is logged yet.")
    elif readiness.remaining(effort, logged) > readiness.LEAST_SHARE * effort:
        left = _("{effort} from level {before} to level {level}, less {logged} logged since your level last changed.")
    else:
        left = _("{logged} of {effort} are logged. A tenth stays until you say that the level is reached.")
    brings = _("Readiness goes from {before} to {after}.").format(
        before=number(before), after=number(step.readiness_after)
    )
    if points < LEAST_POINTS:
        brings = _("No points by itself. The skills that it is on the way to bring them: {names}.").format(
            names=names([standing.snapshot.skills[slug] for slug in step.because.required_by])
        )
    goal = aim.goal
    reached = _("{hours} a week, {days}, days off left out, one step after the other.").format(
        hours=hours(goal.hours_per_week), days=weekdays(goal.weekdays)
    )
    return [
        (_("Left in this step"), left.format(**levels)),
        (_("On the way to") if points < LEAST_POINTS else _("Brings"), brings),
        (_("Reached on"), reached),
        (_("First of all steps"), first),
    ]


def instead(found: Dashboard) -> Instead:
    standing, aim = found.standing, found.standing.aim
    if aim is None:
        return no_goal(found)
    short_of = [term.skill for term in aim.readiness.terms if term.coverage < 1]
    if not short_of:
        return Instead(
            _("You are there"),
            _("Every skill that {role} asks for is at its level.").format(role=aim.role.name),
            reverse("web:goal"),
            _("Choose the next goal"),
            reverse("web:roles"),
            _("See all roles"),
        )
    blocked = {item.skill: item.because for item in aim.plan.unreachable}
    skipped = dict.fromkeys([blocked.get(slug, slug) for slug in short_of])
    found_skills = standing.snapshot.skills
    text = _("You skip {names}.").format(names=names([found_skills[slug] for slug in skipped]))
    if blocked:
        unreachable = names([found_skills[slug] for slug in blocked])
        text += " " + _("Without that {names} cannot be begun.").format(names=unreachable)
    text += " " + _("Take a skip back and its steps are in the plan again.")
    return Instead(
        _("Nothing is left to plan"),
        text,
        reverse("web:plan"),
        _("Open the plan"),
        reverse("web:goal"),
        _("Choose another role"),
    )


def no_goal(found: Dashboard) -> Instead:
    if found.lost_role:
        text = _(
            "{role} is no longer in the catalogue, so there is nothing to plan for. Your levels, hours and notes are kept, "
            "and they count for every other role."
        )
        title, action, url = _("Choose another role"), _("Choose a role"), reverse("web:goal")
        text = text.format(role=found.lost_role)
    else:
        title, action, url = _("Set a goal"), _("Begin"), reverse("web:start")
        text = _(
            "Say what you want to become and how many hours a week you have. Two minutes later there is a plan with dates, "
            "and this page shows each day what to do next."
        )
    return Instead(title, text, url, action, reverse("web:roles"), _("See all roles"))


def ask(question: Question, snapshot: Snapshot) -> Ask:
    skill = snapshot.skills[question.skill]
    left = readiness.remaining(question.effort, question.hours)
    return Ask(
        skill=skill,
        level=question.level,
        name=level_name(question.level),
        text=skill.level_texts[question.level - 1],
        why=_("{logged} are logged, and level {level} is said to take {effort}.").format(
            logged=hours(question.hours), level=question.level, effort=hours(question.effort)
        ),
        left=_(
            "Then it stays in your plan with {hours}, the least that is counted, and this question comes back until you "
            "say yes. The page of the skill has the resources and projects that lead there."
        ).format(hours=hours(left)),
    )


# How ready am I and what moved it


def ready(aim: Aim, found: Dashboard) -> Ready:
    snapshot = found.standing.snapshot
    possible = readiness.points(aim.targets)
    moves = [moved(move, snapshot, found.standing.today) for move in found.moves]
    total = sum(move.points for move in found.moves)
    also = [snapshot.skills[slug] for slug in aim.readiness.also_asked_for if slug in snapshot.skills]
    return Ready(
        ring=ring(aim, found.standing, possible),
        terms=[counted(term, snapshot, possible[term.choice or term.skill]) for term in aim.readiness.terms],
        gains=[brings(gain, snapshot) for gain in aim.gains[:GAINS]],
        moved=signed(total) if abs(total) >= LEAST_POINTS else "",
        moves=moves[:MOVES],
        more_moves=moves[MOVES:],
        also=_("{industry} also asks for {names}. Your role does not, so they are not scored.").format(
            industry=aim.industry.name, names=names(also)
        )
        if aim.industry and also
        else "",
    )


def ring(aim: Aim, standing: Standing, possible: Mapping[str, float]) -> charts.RingFigure:
    """In the order of the areas."""
    sectors = {area: [0.0, 0.0, 0.0] for area in standing.snapshot.areas}
    for term in aim.readiness.terms:
        sector = sectors[standing.snapshot.skills[term.skill].area.slug]
        sector[0] += term.points
        sector[1] += possible[term.choice or term.skill]
        sector[2] += term.points if term.source == readiness.PROJECT else 0.0
    return charts.RingFigure(
        tuple(charts.Sector(standing.snapshot.areas[slug], *sums) for slug, sums in sectors.items() if sums[1])
    )


def counted(term: Term, snapshot: Snapshot, possible: float) -> Counted:
    return Counted(
        skill=snapshot.skills[term.skill],
        level=term.level,
        target=term.target,
        weight=f"{term.weight:g}",
        points=number(term.points),
        possible=number(possible),
    )


def brings(gain: Gain, snapshot: Snapshot) -> Brings:
    return Brings(snapshot.skills[gain.skill], gain.to_level, signed(gain.points), gain.hours)


def moved(move: Move, snapshot: Snapshot, today: date) -> Moved:
    return Moved(snapshot.skills[move.skill], move_words(move, today), signed(move.points))


# Am I on pace


def on_pace(aim: Aim, found: Dashboard) -> OnPace:
    assert found.pace is not None
    pace, deadline = found.pace, aim.goal.deadline
    return OnPace(
        headline=headline(aim, pace),
        text=" ".join(pace_words(aim, found)),
        help=_("Change hours or deadline") if is_late(aim, pace) or (aim.plan.steps and pace.recent.behind) else "",
        figure=charts.PaceFigure(
            today=found.standing.today,
            course=pace.course,
            hours=pace.hours,
            forecast=pace.forecast,
            deadline=deadline,
            plan_ends=aim.plan.finish,
        ),
        numbers=pace_numbers(aim, pace),
    )


def pace_words(aim: Aim, found: Dashboard) -> Iterator[str]:
    assert found.pace is not None
    if not aim.plan.steps:
        yield _("You have done {hours} since you set your first goal.").format(hours=hours(found.pace.hours))
        return
    yield from deadline_words(aim, found.pace)
    if found.pace.forecast is None:
        yield _("A forecast from your real pace takes three weeks with something logged in them.")
    yield recent_words(found.pace.recent, found.standing)


def pace_numbers(aim: Aim, pace: Pace) -> list[tuple[str, str]]:
    rows = [
        (_("Left in the plan"), hours(aim.plan.total_hours)),
        (_("A week, as planned"), hours(pace.recent.week / 60)),
    ]
    if forecast := pace.forecast:
        rows += [
            (_("Weeks that the forecast rests on"), str(forecast.weeks)),
            (_("A week, the mean of them"), hours(forecast.pace / 60)),
            (_("A week, the faster half"), hours(forecast.fast / 60)),
            (_("A week, the slower half"), hours(forecast.slow / 60)),
        ]
    return rows


# What have I done


def week(streak: Streak, standing: Standing) -> Week:
    assert standing.goal is not None
    return Week(
        target=charts.TargetFigure(streak.minutes, streak.target) if streak.target else None,
        done=week_done(streak),
        text=week_words(streak, standing.goal.weekly_target),
        streak=" ".join(streak_words(streak)),
        freezes=range(streak.freezes),
        freezes_text=freeze_words(streak),
        planned=hours(standing.goal.hours_per_week),
    )


def freeze_words(streak: Streak) -> str:
    have = ngettext("{count} freeze left", "{count} freezes left", streak.freezes).format(count=streak.freezes)
    if not streak.freezes:
        have = _("No freeze left")
    if streak.to_next_freeze is None:
        return _("{have}, as many as there can be.").format(have=have)
    after = ngettext(
        "{have}, another one after {weeks} more full week.",
        "{have}, another one after {weeks} more full weeks.",
        streak.to_next_freeze,
    )
    return after.format(have=have, weeks=streak.to_next_freeze)


# What comes next, what is new


def coming(step: Step, snapshot: Snapshot, today: date) -> Coming:
    skill = snapshot.skills[step.skill] if step.skill is not None else None
    url = record_of(step, snapshot).url
    return Coming(step_name(step, snapshot), skill, url, step_words(step), step_dates(step, today))


def after(aim: Aim) -> str:
    more = len(aim.plan.steps) - 1 - STEPS
    if more <= 0 or aim.plan.finish is None:
        return ""
    text = ngettext("{steps} more step until {day}.", "{steps} more steps until {day}.", more)
    return text.format(steps=more, day=day(aim.plan.finish))


def due(review: Review, snapshot: Snapshot) -> Due:
    return Due(snapshot.skills[review.skill], review_words(review))


def item(news: News, aim: Aim, standing: Standing) -> Item:
    snapshot = standing.snapshot
    record = snapshot.of_kind(news.kind)[news.slug]
    return Item(
        news.summary, record.url, " ".join([f"{short(news.on, standing.today)}.", concerns(news, aim, snapshot)])
    )


def concerns(news: News, aim: Aim, snapshot: Snapshot) -> str:
    """What the record has to do with the goal."""
    if news.kind == Kind.ROLE:
        return _("The role of your goal.")
    if news.kind == Kind.INDUSTRY:
        return _("The industry of your goal.")
    if news.kind == Kind.SKILL:
        left = sum(step.hours for step in aim.plan.steps if step.skill == news.slug)
        if left:
            return _("Your plan has {hours} for it.").format(hours=hours(left))
        return _("Your plan has nothing left of it.")
    if news.kind == Kind.PROJECT:
        proves = snapshot.projects[news.slug].proves
        levels = [f"{snapshot.skills[slug].name} {level}" for slug, level in proves.items()]
        return _("It proves {levels}.").format(levels=listed(levels))
    return _("A resource for {names}.").format(
        names=names([snapshot.skills[slug] for slug in snapshot.resources[news.slug].skills])
    )
