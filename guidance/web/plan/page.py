"""The page of a plan: each milestone of the goal is a section of the path, with its steps and the reasons for them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from itertools import groupby

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.kinds import (
    Choice,
    Milestone,
    Project,
    Resource,
    Skill,
)
from guidance.catalog.text import day, goal_name, hours, short, span, weekdays
from guidance.progress import curriculum, step_advice
from guidance.progress.ads import OWN_MILESTONES
from guidance.progress.credit import Credited, credits_of
from guidance.progress.curriculum import chosen
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.left_out import left_out, missing_to_apply
from guidance.progress.path import in_order
from guidance.progress.plan import Stage, Step
from guidance.progress.step_advice import MIN_POINTS, reasons, record_of, resource_for
from guidance.progress.text import describe_shares, order
from guidance.progress.units import LevelUnits, to_do, units_of
from guidance.web import charts
from guidance.web.plan.changes import ChangeGroup, change_groups, milestone_skips, skips, with_project, with_skill
from guidance.web.plan.deadline_advice import DeadlineMark, deadline_mark, reached_by
from guidance.web.plan.forms import Range, ranges
from guidance.web.plan.reviews import PlanReviews, plan_reviews

MAX_RANGES = 3  # number of ranges shown at the top
FAR = timedelta(weeks=26)  # from here on only the month is shown
DAY = "j M"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A step and its texts on the page."""

    step: Step
    record: Skill | Project
    effort: float  # hours, including those logged
    dates: str
    points: str  # what it adds to the readiness; empty if nothing
    text: str  # what the level means; empty for a project
    why: str
    away: list[str]  # days off before its end
    resource: Resource | None  # None if its units say what to read
    unit_count: int = 0
    units: LevelUnits | None = None  # of the open step
    is_pinned: bool = False
    is_later: bool = False
    skip: str = ""  # what skipping the skill would do
    others: Sequence[Project] = ()  # other projects that could be done instead
    instead: Callable[[], list[tuple[Project, str]]] = list  # `others`, and what each would do; calculated when shown

    @property
    def id(self) -> str:
        return f"{self.record.slug}-{self.step.to_level}" if self.step.skill else f"project-{self.record.slug}"

    @property
    def is_begun(self) -> bool:
        """Returns whether some of the step's hours are done."""
        return bool(round((self.effort - self.step.hours) * 60))


@dataclass(frozen=True, slots=True)
class PickedSkill:
    """A choice of the role, the skill that the plan teaches for it, and what each alternative would do to the plan."""

    choice: Choice
    skill: Skill
    by_learner: bool
    why: str  # why it was chosen for the learner; empty if they picked it
    options: Callable[[], list[tuple[Skill, str]]]  # calculated when shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSection:
    """A milestone on the path, or a part of it that comes later than the rest."""

    state: str  # done, current, later, blocked or skipped
    milestone: Milestone | None = None  # None if the goal has no milestones
    number: int = 0  # among the milestones of the plan; 0 if it is skipped
    is_continued: bool = False
    is_last_part: bool = True
    rows: Sequence[PlanRow] = ()
    hours: float = 0.0  # hours left
    effort: float = 0.0  # hours, including what is done
    start: date | None = None
    end: date | None = None
    dates: str = ""
    readiness_after: float = 0.0
    has: Sequence[Credited] = ()  # steps of the milestone that the learner has finished
    done_projects: Sequence[Project] = ()  # completed projects of the milestone
    is_studied: bool = False  # whether some of that was studied or built in Waymark
    choices: Sequence[PickedSkill] = ()
    skip: str = ""  # what skipping the milestone would do
    left_out: str = ""  # which skills of the milestone the plan leaves out
    may_apply: bool = False  # whether applying makes sense from here on; false if the plan leaves out what it needs
    apply: str = ""  # text about applying after it
    by_date: DeadlineMark | None = None  # the deadline, if it falls after this section

    @property
    def slug(self) -> str:
        return self.milestone.slug if self.milestone else "steps"

    @property
    def id(self) -> str:
        return f"m-{self.slug}-more" if self.is_continued else f"m-{self.slug}"

    @property
    def is_movable(self) -> bool:
        """Milestones of a job ad, which are not in the catalogue, cannot be moved."""
        return self.milestone is not None and self.milestone.slug not in OWN_MILESTONES

    @property
    def project(self) -> PlanRow | None:
        """Returns the row of the project that proves the milestone."""
        return next((row for row in self.rows if row.step.project), None)

    @property
    def skill_rows(self) -> list[PlanRow]:
        return [row for row in self.rows if row.step.skill]

    @property
    def has_hours(self) -> float:
        return sum(item.hours for item in self.has) + sum(project.hours for project in self.done_projects)


@dataclass(frozen=True, slots=True)
class PlanPage:
    title: str
    summary: list[str]
    reviews: PlanReviews
    sections: list[PlanSection]
    passed: DeadlineMark | None  # a deadline in the past, or before the first step is done
    arrived: bool  # true if nothing is missing, not if the rest is skipped
    loose: list[PickedSkill]  # choices that belong to no milestone
    changes: list[ChangeGroup]
    is_reordered: bool  # whether the learner has changed the order of the milestones
    elevation: charts.ElevationFigure | None  # None without steps
    caption: str
    order: str  # how the order of the steps was determined

    @property
    def rows(self) -> list[PlanRow]:
        return [row for section in self.sections for row in section.rows]

    @property
    def by_date(self) -> DeadlineMark | None:
        return self.passed or next((section.by_date for section in self.sections if section.by_date), None)


def plan_page(state: LearnerState, goal_state: GoalState, now: GoalState, ticked: Collection[str]) -> PlanPage:
    """Returns the page. `now`: the state of the current goal, if `goal_state` is only a preview. `ticked`: slugs of the resources that the
    learner has finished."""
    sections = _sections(state, goal_state, ticked)
    said = deadline_mark(state, goal_state, now, sections)
    return PlanPage(
        title=goal_name(goal_state.role, goal_state.industry),
        summary=list(_summary(state, goal_state, sections)),
        reviews=plan_reviews(state, goal_state),
        sections=_with_marks(sections, state, goal_state, said),
        passed=said if said and said.after is None else None,
        arrived=all(term.coverage == 1 for term in goal_state.readiness.terms),
        loose=_picked_in(None, state, goal_state),
        changes=[group for group in change_groups(state, goal_state) if group.items],
        is_reordered=bool(goal_state.wishes.order),
        elevation=_elevation(state, goal_state, sections) if goal_state.plan.steps else None,
        caption=" ".join(_caption(goal_state, sections)),
        order=order(goal_state),
    )


def ready_today(goal_state: GoalState) -> str:
    """Returns a line such as “46.2 of 100 today: 6.1 shown, 14.3 checked, 25.8 self-reported”."""
    text = _("{ready} of 100 today").format(ready=floatformat(goal_state.readiness.readiness, 1))
    parts = describe_shares(goal_state.readiness.by_source, 1)
    return f"{text}: {parts}" if parts else text


def _summary(state: LearnerState, goal_state: GoalState, sections: list[PlanSection]) -> Iterator[str]:
    current = next((section for section in sections if section.state == "current"), None)
    if current and current.milestone:
        yield _("Milestone {n} of {all}").format(n=current.number, all=len(goal_state.plan.stages))
    elif goal_state.plan.steps:
        yield ngettext("{n} step", "{n} steps", len(goal_state.plan.steps)).format(n=len(goal_state.plan.steps))
    yield ready_today(goal_state)
    values = {"hours": hours(goal_state.goal.hours_per_week), "days": weekdays(goal_state.goal.weekdays)}
    if len(goal_state.goal.weekdays) == 7:
        yield _("{hours} a week, on any day").format(**values)
    else:
        yield _("{hours} a week on {days}").format(**values)
    away = ranges(_days_off(state, goal_state))
    if away:
        texts = [span(*item, state.today, DAY) for item in away[:MAX_RANGES]]
        if more := len(away) - len(texts):
            texts.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
        yield _("off {days}").format(days=", ".join(texts))


def _days_off(state: LearnerState, goal_state: GoalState) -> list[date]:
    """Returns the days off before the end of the plan."""
    finish = goal_state.plan.finish
    return sorted(off for off in state.days_off if finish and state.today <= off <= finish)


# Sections


def _sections(state: LearnerState, goal_state: GoalState, ticked: Collection[str]) -> list[PlanSection]:
    """Returns the parts of the plan in the order of its steps; a milestone without steps comes after the one before it."""
    rows = list(_rows(state, goal_state, ticked))
    parts = [(slug, list(part)) for slug, part in groupby(rows, key=lambda row: row.step.milestone)]
    numbers = {stage.milestone: number for number, stage in enumerate(goal_state.plan.stages, 1)}
    left_out_of = {stage.milestone: left_out(stage, state) for stage in goal_state.plan.stages}
    cost, has = milestone_skips(state, goal_state), credits_of(state, goal_state)
    sections, seen = list[PlanSection](), set[str | None]()
    for at, (slug, part) in enumerate(parts):
        milestone = goal_state.milestones[slug] if slug else None
        section = PlanSection(
            state="current" if at == 0 else "later",
            milestone=milestone,
            number=numbers[slug] if slug else 0,
            is_continued=slug in seen,
            is_last_part=all(slug != other for other, _rows in parts[at + 1 :]),
            rows=part,
            hours=sum(row.step.hours for row in part),
            effort=sum(row.effort for row in part),
            start=part[0].step.start,
            end=max(row.step.end for row in part),
            dates=_section_dates(part, state.today, is_current=at == 0),
            readiness_after=part[-1].step.readiness_after,
            skip=cost.get(slug, "") if slug else "",
            left_out=left_out_of[slug] if slug else "",
        )
        if milestone is not None and slug not in seen:
            section = replace(
                section,
                has=has[milestone.slug],
                done_projects=_done_projects(milestone, state),
                choices=_picked_in(milestone.slug, state, goal_state),
            )
            section = replace(section, effort=section.effort + section.has_hours)
        seen.add(slug)
        sections.append(section)
    _insert_without_steps(sections, state, goal_state, numbers, has)
    return sections


def _insert_without_steps(
    sections: list[PlanSection],
    state: LearnerState,
    goal_state: GoalState,
    numbers: Mapping[str, int],
    has: Mapping[str, Sequence[Credited]],
) -> None:
    """Inserts the milestones that are done, skipped or blocked, each after the one before it."""
    stages = {stage.milestone: stage for stage in goal_state.plan.stages}
    before: str | None = None
    for milestone in in_order(goal_state.curriculum, state.levels, goal_state.wishes.order):
        slug = milestone.slug
        if all(section.slug != slug for section in sections):
            at = next((at for at, section in enumerate(sections, 1) if section.slug == before), 0)
            record = goal_state.milestones[slug]
            section = _without_steps(record, stages.get(slug), has.get(slug, ()), state, goal_state)
            sections.insert(at, replace(section, number=numbers.get(slug, 0)))
        before = slug


def _without_steps(
    milestone: Milestone, stage: Stage | None, has: Sequence[Credited], state: LearnerState, goal_state: GoalState
) -> PlanSection:
    if stage is None:
        return PlanSection(state="skipped", milestone=milestone)
    projects = _done_projects(milestone, state)
    skills = [state.skills[item.skill.slug] for item in has if item.skill.slug in state.skills]
    return PlanSection(
        state="done" if stage.done else "blocked",
        milestone=milestone,
        has=has,
        done_projects=projects,
        is_studied=bool(projects) or any(skill.total_minutes for skill in skills),
        readiness_after=stage.readiness_after,
        choices=_picked_in(milestone.slug, state, goal_state),
    )


def _done_projects(milestone: Milestone, state: LearnerState) -> list[Project]:
    return [state.snapshot.projects[slug] for slug in state.projects.get(milestone.slug, ())]


def _section_dates(rows: list[PlanRow], today: date, *, is_current: bool) -> str:
    first, last = rows[0].step.start, max(row.step.end for row in rows)
    if is_current:
        return _("to {day}").format(day=short(last, today))
    return _dates(first, last, today)


def _dates(first: date, last: date, today: date) -> str:
    """Returns dates such as “30 Jan to 28 Apr”; distant dates are shown as months."""
    if first - today >= FAR:
        return _("to {month}").format(month=short(last, today, "M"))
    return span(first, last, today, DAY)


def _with_marks(
    sections: list[PlanSection], state: LearnerState, goal_state: GoalState, said: DeadlineMark | None
) -> list[PlanSection]:
    """Returns the sections with the deadline and the point from which applying makes sense, each attached to the section before
    it."""
    missing = missing_to_apply(goal_state, state)
    before = goal_state.before_applying or ({goal_state.role.apply_after} if missing else ())
    last = max((at for at, section in enumerate(sections) if section.slug in before), default=None)
    return [
        replace(
            section,
            by_date=said if said and said.after == at else None,
            may_apply=at == last and not missing,
            apply=(missing or _apply(sections[: at + 1], goal_state)) if at == last else "",
        )
        for at, section in enumerate(sections)
    ]


def _apply(sections: Sequence[PlanSection], goal_state: GoalState) -> str:
    """Returns the text about applying. `sections`: those up to the point from which applying makes sense."""
    if goal_state.plan.applying is None:
        return _("You are at {ready} of 100. Keep studying while you apply.").format(
            ready=floatformat(goal_state.plan.readiness, 0)
        )
    ready = next(section.readiness_after for section in reversed(sections) if section.rows)
    return _("You’ll be at {ready} of 100 here. Keep studying while you apply.").format(ready=floatformat(ready, 0))


# Steps


def _rows(state: LearnerState, goal_state: GoalState, ticked: Collection[str]) -> Iterator[PlanRow]:
    snapshot, today = state.snapshot, state.today
    away, cost = ranges(_days_off(state, goal_state)), skips(state, goal_state)
    planned = {stage.project for stage in goal_state.plan.stages}
    before = goal_state.plan.readiness
    for number, (step, why) in enumerate(zip(goal_state.plan.steps, reasons(goal_state, state), strict=True), 1):
        record = record_of(step, snapshot)
        following = goal_state.plan.steps[number].start if number < len(goal_state.plan.steps) else None
        row = PlanRow(
            step=step,
            record=record,
            effort=state.effort[record.slug][step.from_level] if isinstance(record, Skill) else record.hours,
            dates=_dates(step.start, step.end, today),
            points=_points(step.readiness_after - before),
            text=record.level_texts[step.from_level] if isinstance(record, Skill) else "",
            why=" ".join(why),
            away=[_away(item, today) for item in _taken(away, following)],
            resource=None,
        )
        if isinstance(record, Skill) and step.skill is not None:
            units = to_do(state, record, step.to_level)
            row = replace(
                row,
                unit_count=len(units),
                resource=None if units else resource_for(step, snapshot, ticked),
                units=units_of(state, step.skill, step.to_level) if number == 1 else None,
                is_pinned=step.skill in state.pin,
                is_later=step.skill in state.later,
                skip=cost[step.skill],
            )
        elif step.milestone is not None:
            projects = goal_state.milestones[step.milestone].projects
            others = [snapshot.projects[slug] for slug in projects if slug not in planned]
            row = replace(
                row, others=others, instead=cache(partial(_instead, others, step.milestone, state, goal_state))
            )
        yield row
        before = step.readiness_after


def _instead(
    others: Sequence[Project], milestone: str, state: LearnerState, goal_state: GoalState
) -> list[tuple[Project, str]]:
    return [(project, with_project(state, goal_state, milestone, project.slug)) for project in others]


def _points(gained: float) -> str:
    if gained < MIN_POINTS:
        return ""
    return _("adds {points} points").format(points=floatformat(gained, 1))


def _taken(away: list[Range], following: date | None) -> Iterator[Range]:
    """Removes and yields the ranges that begin before the next step does."""
    while away and (following is None or away[0].first < following):
        yield away.pop(0)


def _away(item: Range, today: date) -> str:
    days = (item.last - item.first).days + 1
    return ngettext("{span}: day off", "{span}: days off", days).format(span=span(*item, today, DAY))


# Choices


def _picked_in(milestone: str | None, state: LearnerState, goal_state: GoalState) -> list[PickedSkill]:
    """Returns the choices for which this milestone is the first to teach a skill; for None, those that no milestone teaches."""
    return [
        _picked(choice, state, goal_state)
        for slug, choice in goal_state.role.choices.items()
        if _home(choice, goal_state) == milestone
    ]


def _home(choice: Choice, goal_state: GoalState) -> str | None:
    return next(
        (
            milestone.slug
            for milestone in goal_state.curriculum.milestones
            if any(skill in choice.one_of for skill, _level in milestone.steps)
        ),
        None,
    )


def _picked(choice: Choice, state: LearnerState, goal_state: GoalState) -> PickedSkill:
    skills, taught = state.snapshot.skills, goal_state.plan.taught[choice.slug]
    options = cache(partial(_options, choice, state, goal_state))
    picked = choice.slug in goal_state.wishes.picked
    why = "" if picked else _why_chosen(choice, state, goal_state)
    return PickedSkill(choice, skills[taught], picked, why, options)


def _why_chosen(choice: Choice, state: LearnerState, goal_state: GoalState) -> str:
    found = chosen(choice.one_of, goal_state.curriculum, state.levels, state.logged.keys())
    texts = {
        curriculum.KNOWN: _("Chosen for you because you know it best."),
        curriculum.LOGGED: _("Chosen for you because you logged work on it."),
        curriculum.INDUSTRY: _("Chosen for you because your industry names it."),
        curriculum.DEMAND: _("Chosen for you because more job ads name it than the others."),
        curriculum.FIRST: _("Chosen for you because it is the first on the list; nothing else tells them apart."),
    }
    return texts[found.because]


def _options(choice: Choice, state: LearnerState, goal_state: GoalState) -> list[tuple[Skill, str]]:
    skills = state.snapshot.skills
    return [(skills[slug], with_skill(state, goal_state, choice.slug, slug)) for slug in choice.one_of]


# Elevation


def _elevation(state: LearnerState, goal_state: GoalState, sections: list[PlanSection]) -> charts.ElevationFigure:
    deadline = None if goal_state.deadline_passed else goal_state.goal.deadline
    return charts.ElevationFigure(
        readiness=goal_state.plan.readiness,
        stretches=tuple(
            charts.Stretch(
                number=section.number or None if section.is_last_part else None,
                name=section.milestone.name if section.milestone else "",
                hours=section.hours,
                readiness=section.readiness_after,
                end=section.end,
            )
            for section in sections
            if section.end is not None
        ),
        credited=sum(section.state == "done" for section in sections),
        deadline=short(deadline, state.today, "j F") if deadline else "",
        deadline_hours=reached_by(state, goal_state, deadline) if deadline else 0.0,
    )


def _caption(goal_state: GoalState, sections: list[PlanSection]) -> Iterator[str]:
    """Yields sentences that describe the elevation profile. The plan must have steps."""
    current = next((section for section in sections if section.state == "current"), None)
    if current is None:
        return
    values = {
        "now": floatformat(goal_state.plan.readiness, 1),
        "then": floatformat(current.readiness_after, 1),
        "ready": floatformat(goal_state.plan.readiness_at_end),
        "day": day(goal_state.plan.finish),
    }
    if current.milestone and current.end != goal_state.plan.finish:
        yield _("You are at {now} of 100 today, and at {then} after this milestone.").format(**values)
    if step_advice.outcome_of(goal_state.plan).readiness > 100 - MIN_POINTS:
        yield _("If you keep to the plan, you’ll finish on {day}.").format(**values)
    else:
        yield _("If you keep to the plan, you’ll finish on {day} at {ready} of 100, because of what you skip.").format(
            **values
        )
