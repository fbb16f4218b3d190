"""The plate at the top of Today: the step to do now, why it comes first, and how its figures are calculated."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.kinds import Project, Skill
from guidance.catalog.text import hours, listed, names, short, weekdays
from guidance.progress import readiness
from guidance.progress.dashboard import Dashboard
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.plan import Step
from guidance.progress.step_advice import (
    ADVICE,
    MIN_POINTS,
    levels_to_check,
    notes,
    pin_of,
    project_for,
    record_of,
    resource_for,
    step_name,
    why,
)
from guidance.progress.text import number, order, when
from guidance.progress.units import LevelUnits, UnitState, short_title, units_of
from guidance.web.templatetags.waymark import blocks, link


@dataclass(frozen=True, slots=True)
class StepFigure:
    """A number on the plate, and how it is calculated."""

    name: str
    value: str
    how: str


@dataclass(frozen=True, slots=True)
class CurrentStep:
    """What to do now: a unit, a level without units, or the next item of a project’s checklist."""

    label: str
    title: str
    text: SafeString  # what to do, in paragraphs
    url: str  # of the skill or the project
    skill: Skill | None  # None for a project
    level: int
    unit: UnitState | None
    figures: list[StepFigure]
    why: SafeString
    order: str  # the full explanation of why it comes first
    not_yet: str = ""  # if the plate asks for the level, since every unit is done: what follows if it is not reached
    can_check: bool = False  # whether a check can show the level that the plate asks for


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What the plate shows if there is no step, including what the learner can do about that."""

    title: str
    text: str
    url: str
    action: str
    other_url: str
    other: str


def current_step(step: Step, goal_state: GoalState, found: Dashboard, *, is_first_day: bool = False) -> CurrentStep:
    state = found.state
    units = units_of(state, step.skill, step.to_level) if step.skill is not None else None
    unit = units.next if units else None
    label = when(step, state)
    if is_first_day:
        label = (
            _("Start here")
            if step.start == state.today
            else _("Start here, from {day}").format(day=short(step.start, state.today))
        )
    elif step.start > state.today and found.minutes.get(state.today):  # “no study day” would be wrong
        label = _("Next, from {day}").format(day=short(step.start, state.today))
    name = step_name(step, state.snapshot)
    if units and units.is_current and units.is_done:
        return _level_question(step, units, goal_state, state)
    if unit and units:
        title, text, figures = short_title(unit), _unit_text(unit), _of_unit(unit, units, step, goal_state)
    elif step.skill is None:
        title, text, figures = _of_project(step, found)
    else:
        title, text, figures = name, _of_level(step, found), _of_step(step, goal_state, state)
    return CurrentStep(
        label=label if title == name else _("{label} · {step}").format(label=label, step=name),
        title=title,
        text=text,
        url=record_of(step, state.snapshot).url,
        skill=state.snapshot.skills[step.skill] if step.skill is not None else None,
        level=step.to_level,
        unit=unit,
        figures=figures,
        why=why_this(step, goal_state, state),
        order=_order(step, goal_state, state),
    )


def _order(step: Step, goal_state: GoalState, state: LearnerState) -> str:
    return " ".join([*why(step, goal_state, state), order(goal_state), _("What you pin comes first.")])


# A level whose units are all done


def _level_question(step: Step, units: LevelUnits, goal_state: GoalState, state: LearnerState) -> CurrentStep:
    done = StepFigure(
        _("units done"),
        _("{done} of {count}").format(done=units.done, count=len(units.units)),
        _("Units never raise a level by themselves: you decide, or a check shows it."),
    )
    return CurrentStep(
        label=step_name(step, state.snapshot),
        title=_("Have you reached this level?"),
        text=format_html("<p>{}</p>", units.skill.level_texts[step.to_level - 1]),
        url=units.skill.url,
        skill=units.skill,
        level=step.to_level,
        unit=None,
        figures=[done, *_adds(step, goal_state)],
        why=why_this(step, goal_state, state),
        order=_order(step, goal_state, state),
        not_yet=not_yet(step.hours),
        can_check=step.to_level in levels_to_check(units.skill.slug, state),
    )


def not_yet(left: float) -> str:
    """Returns what happens if the level is not reached yet. `left`: the hours that stay in the plan."""
    return _(
        "It stays in your plan with {hours}, our minimum, and we ask again until you say yes. The skill’s page lists "
        "resources and projects that lead to this level."
    ).format(hours=hours(left))


# A unit


def _unit_text(unit: UnitState) -> SafeString:
    if unit.resource is not None:
        return format_html("<p>{}: {} ({}).</p>", unit.kind, _source(unit), notes(unit.resource, with_hours=False))
    return blocks(unit.how, f"{unit.kind}:" if unit.how else unit.kind)


def _source(unit: UnitState) -> SafeString:
    assert unit.resource is not None
    rel = "sponsored noopener" if unit.resource.affiliate else "noopener"
    return format_html('<a href="{}" rel="{}">{}</a>', unit.resource.url, rel, unit.resource.name)


def _of_unit(unit: UnitState, units: LevelUnits, step: Step, goal_state: GoalState) -> list[StepFigure]:
    place, count = units.units.index(unit) + 1, len(units.units)
    takes = _("Our estimate. The step takes {effort} in all; {left} is left.").format(
        effort=hours(units.minutes / 60), left=hours(step.hours)
    )
    if unit.is_covered:
        takes = _("{takes} You have logged {logged} on this unit.").format(takes=takes, logged=hours(unit.logged / 60))
    return [
        StepFigure(_("this unit"), hours(unit.minutes / 60), takes),
        StepFigure(
            _("of the step"),
            _("{place} of {count}").format(place=place, count=count),
            _("You have done {done} of {count} units.").format(done=units.done, count=count),
        ),
        *_adds(step, goal_state),
    ]


def _adds(step: Step, goal_state: GoalState) -> list[StepFigure]:
    before, points = goal_state.readiness.readiness, step.readiness_after - goal_state.readiness.readiness
    if points < MIN_POINTS:
        return []
    how = _("Readiness {before} → {after}, once you reach the level.").format(
        before=number(before), after=number(step.readiness_after)
    )
    return [StepFigure(_("the step adds"), _("{points} points").format(points=number(points)), how)]


# A level without units


def _of_level(step: Step, found: Dashboard) -> SafeString:
    """Returns what you can do at the level, and what to learn it with."""
    assert step.skill is not None
    snapshot = found.state.snapshot
    text = snapshot.skills[step.skill].level_texts[step.to_level - 1]
    if resource := resource_for(step, snapshot, found.ticked):
        rel = "sponsored noopener" if resource.affiliate else "noopener"
        name = format_html('<a href="{}" rel="{}">{}</a>', resource.url, rel, resource.name)
        return format_html(
            "<p>{} {} ({}).</p>", text, format_html(str(ADVICE[resource.type]), name=name), notes(resource)
        )
    if project := project_for(step, found.state):
        shown = format_html(
            _("Show it with a project: {name} ({hours})."), name=link(project), hours=hours(project.hours)
        )
        return format_html("<p>{} {}</p>", text, shown)
    return format_html("<p>{}</p>", text)


def _of_step(step: Step, goal_state: GoalState, state: LearnerState) -> list[StepFigure]:
    assert step.skill is not None
    goal, adds = goal_state.goal, _adds(step, goal_state)
    if not adds:
        adds = _needed_for(step, state)
    by = _("{hours} a week, {days}, without days off, one step after the other.").format(
        hours=hours(goal.hours_per_week), days=weekdays(goal.weekdays)
    )
    return [
        StepFigure(_("left in this step"), hours(step.hours), _left(step, state)),
        *adds,
        StepFigure(_("done by"), short(step.end, state.today), by),
    ]


def _needed_for(step: Step, state: LearnerState) -> list[StepFigure]:
    """Returns the figures of a step that adds no points by itself."""
    snapshot, because = state.snapshot, step.because
    if needing := [snapshot.skills[slug] for slug in because.required_by]:
        count = ngettext("{count} skill", "{count} skills", len(needing)).format(count=len(needing))
        how = _("No points by itself, but you need it for {names}.").format(names=names(needing))
        return [StepFigure(_("needed for"), count, how)]
    if because.project is not None:
        how = _("No points by itself, but you need it for {name}.").format(name=snapshot.projects[because.project].name)
        return [StepFigure(_("needed for"), _("the project"), how)]
    return []


def _left(step: Step, state: LearnerState) -> str:
    assert step.skill is not None
    effort = state.effort[step.skill][step.from_level]
    logged = state.logged.get(step.skill, 0.0)
    if not logged:
        left = _("{effort} from level {before} to level {level}; nothing is logged yet.")
    elif readiness.remaining(effort, logged) > readiness.MIN_SHARE * effort:
        left = _("{effort} from level {before} to level {level}, less {logged} logged since your level last changed.")
    else:
        left = _("You’ve logged {logged} of {effort}. We keep a tenth in the plan until you confirm the level.")
    return left.format(effort=hours(effort), before=step.from_level, level=step.to_level, logged=hours(logged))


# A project


def _of_project(step: Step, found: Dashboard) -> tuple[str, SafeString, list[StepFigure]]:
    project = record_of(step, found.state.snapshot)
    assert isinstance(project, Project)
    count = len(project.checklist)
    following = next((line for line in project.checklist if line not in found.ticked_lines), "")
    done = sum(line in found.ticked_lines for line in project.checklist)
    lines = StepFigure(
        _("lines ticked"),
        _("{done} of {count}").format(done=done, count=count),
        _("On the project’s checklist. The first line that you haven’t ticked is next."),
    )
    skills = found.state.snapshot.skills
    shows = listed([f"{skills[slug].name} {level}" for slug, level in project.proves.items()])
    takes = StepFigure(
        _("the project takes"),
        hours(step.hours),
        _("Our estimate. Once every line is ticked, it shows {levels}.").format(levels=shows),
    )
    title = step_name(step, found.state.snapshot)
    if following:
        title = _("Next on the checklist: {line}").format(line=following.removesuffix("."))
    return title, format_html("<p>{}</p>", project.summary), [lines, takes] if following else [takes]


# Why this step


def why_this(step: Step, goal_state: GoalState, state: LearnerState) -> SafeString:
    """Returns the reason in a sentence, with the step's milestone."""
    snapshot, because, pinned = state.snapshot, step.because, pin_of(step, goal_state, state)
    if pinned:
        return format_html("{}", pinned)
    if step.milestone is None:
        return format_html("{}", " ".join(why(step, goal_state, state)))
    milestone = goal_state.milestones[step.milestone]
    needing = because.unlocks or because.required_by
    if step.skill is None:
        text = _("it completes {milestone}, and everything before it is done.")
    elif because.project is not None:
        text = _("it is next in {milestone}, and that milestone’s project needs it.")
    elif (step.skill, step.to_level) in milestone.steps and step.skill in because.required_by:
        text = _("it is next in {milestone}, and required for {goal}.")
    elif needing:
        text = _("it is next in {milestone}. You need it for {names}.")
    else:
        text = _("it is next in {milestone}.")
    return format_html(
        text,
        milestone=link(milestone),
        goal=goal_state.role.name
        if step.skill in goal_state.role.skills or goal_state.industry is None
        else goal_state.industry.name,
        names=names([snapshot.skills[slug] for slug in needing]),
    )


# No step


def empty_state(found: Dashboard) -> EmptyState:
    state, goal_state = found.state, found.state.goal_state
    if goal_state is None:
        return _no_goal(found)
    short_of = [term.skill for term in goal_state.readiness.terms if term.coverage < 1]
    if not short_of:
        return EmptyState(
            _("You’ve reached your goal"),
            _("You’ve reached the target level in every skill that the role “{role}” requires.").format(
                role=goal_state.role.name
            ),
            reverse("web:goal"),
            _("Choose the next goal"),
            reverse("web:roles"),
            _("See all roles"),
        )
    blocked = {item.skill: item.because for item in goal_state.plan.unreachable}
    skipped = dict.fromkeys([blocked.get(slug, slug) for slug in short_of])
    skills = state.snapshot.skills
    text = _("You skip {names}.").format(names=names([skills[slug] for slug in skipped]))
    if blocked:
        unreachable = names([skills[slug] for slug in blocked])
        text += " " + _("You can’t start {names} without skills that you skip.").format(names=unreachable)
    text += " " + _("Undo a skip to bring its steps into your plan again.")
    return EmptyState(
        _("Nothing is left to plan"),
        text,
        reverse("web:plan"),
        _("Open the plan"),
        reverse("web:goal"),
        _("Choose another role"),
    )


def _no_goal(found: Dashboard) -> EmptyState:
    if found.lost_role:
        text = _("{role} has been retired. Your levels, hours and notes count for other roles.")
        title, action, url = _("Choose another role"), _("Choose a role"), reverse("web:goal")
        text = text.format(role=found.lost_role)
    else:
        title, action, url = _("Set a goal"), _("Start"), reverse("web:start")
        text = _(
            "Tell us what you want to become and how many hours a week you have. In two minutes you’ll have a"
            " plan with dates, and this page will show you each day what to do next."
        )
    return EmptyState(title, text, url, action, reverse("web:roles"), _("See all roles"))
