"""Why a step is in a plan, what to use for it, and what skipping its skill would lead to: the same wherever the step is shown."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log2

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog.kinds import MAX_IMPORTANCE, MAX_LEVEL, Project, Resource, Skill
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import cost, hours, inside, listed, names
from guidance.progress.ads import AdRole
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.plan import Plan, PlanOutcome, Step
from guidance.progress.sources import PROOFS, WORDS

MIN_POINTS = 0.05  # what rounds to 0.0 is not said
LANGUAGE = "python"  # what every role works in
MAX_TIMES = 2  # how many times the hours of a step a resource for it may take
MAX_TIMES_PAID = 1.25  # the same for what costs money, has no known price or pays us
MIN_ITEMS = 10  # of a level, before we propose to check it
MIN_SHARE = 1 / 8  # of the hours of a step; what takes less does not lead through it
TEACHING = frozenset({"course", "book", "video", "article", "project"})
MEETING = frozenset({"community", "event"})
ADVICE = {
    "course": gettext_lazy("Take {name}"),
    "book": gettext_lazy("Read {name}"),
    "documentation": gettext_lazy("Read {name}"),
    "article": gettext_lazy("Read {name}"),
    "video": gettext_lazy("Watch {name}"),
    "paper": gettext_lazy("Read {name}"),
    "project": gettext_lazy("Work on {name}"),
    "community": gettext_lazy("Ask in {name}"),
    "event": gettext_lazy("Go to {name}"),
}


@dataclass(frozen=True, slots=True)
class WorthChecking:
    """A level that the learner says, and a check could show."""

    skill: Skill
    level: int
    points: float  # of the readiness that would be checked then


def worth_checking(goal_state: GoalState, state: LearnerState) -> list[WorthChecking]:
    """Most points first. Of each skill the highest level that was only said, has enough check items, and counts for the goal."""
    found = []
    for term in goal_state.readiness.terms:
        level = _level_to_check(term.skill, state)
        counted = term.slices[: min(level, term.target)]
        points = term.possible / term.target * sum(source not in PROOFS for source in counted)
        if points >= MIN_POINTS:
            found.append(WorthChecking(state.snapshot.skills[term.skill], level, points))
    return sorted(found, key=lambda item: (-item.points, item.skill.slug))


def _level_to_check(skill: str, state: LearnerState) -> int:
    """0: none."""
    slices = enumerate(state.slices.get(skill, ()), 1)
    return max(
        (level for level, source in slices if source in WORDS and has_items(skill, level, state.snapshot)), default=0
    )


def levels_to_check(skill: str, state: LearnerState) -> list[int]:
    """Those with check items that neither a check nor a project shows."""
    first = state.proved_level(skill) + 1
    return [level for level in range(first, MAX_LEVEL + 1) if has_items(skill, level, state.snapshot)]


def has_items(skill: str, level: int, snapshot: Snapshot) -> bool:
    """Whether there are enough check items of the level for a second try with other questions."""
    return len(snapshot.items_of.get((skill, level), ())) >= MIN_ITEMS


def record_of(step: Step, snapshot: Snapshot) -> Skill | Project:
    """What the step is about."""
    if step.skill is not None:
        return snapshot.skills[step.skill]
    assert step.project is not None
    return snapshot.projects[step.project]


def step_name(step: Step, snapshot: Snapshot) -> str:
    """“Python, level 2” or “Project: A command-line tool”."""
    name = record_of(step, snapshot).name
    if step.skill is None:
        return _("Project: {name}").format(name=name)
    return _("{name}, level {level}").format(name=name, level=step.to_level)


def reasons(goal_state: GoalState, state: LearnerState) -> Iterator[list[str]]:
    """Of each step in the plan's order, in sentences."""
    pinned = _pinned(goal_state, state)
    for step in goal_state.plan.steps:
        yield list(_reasons(step, goal_state, state.snapshot, pinned))


def pin_of(step: Step, goal_state: GoalState, state: LearnerState) -> str:
    """The pin that moved the step to the front, in a sentence; empty where none did."""
    return _pin(step, _pinned(goal_state, state), state.snapshot) if state.pin else ""


def _pinned(goal_state: GoalState, state: LearnerState) -> Mapping[str, Mapping[str, int]]:
    """What has to be reached for each pinned skill."""
    most = {step.skill: step.to_level for step in goal_state.plan.steps if step.skill is not None}
    return {slug: state.snapshot.closure({slug: most[slug]}, state.levels) for slug in state.pin if slug in most}


def _pin(step: Step, pinned: Mapping[str, Mapping[str, int]], snapshot: Snapshot) -> str:
    if step.skill is None:
        return ""
    if step.skill in pinned:
        return _("You pinned it.")
    wanted = next((slug for slug, needed in pinned.items() if step.to_level <= needed.get(step.skill, 0)), None)
    return _("You pinned {name}, which needs it.").format(name=snapshot.skills[wanted].name) if wanted else ""


def _reasons(
    step: Step, goal_state: GoalState, snapshot: Snapshot, pinned: Mapping[str, Mapping[str, int]]
) -> Iterator[str]:
    if step.skill is None:
        yield _proves(step, snapshot)
        return
    because = step.because
    if pin := _pin(step, pinned, snapshot):
        yield pin
    if because.project is not None:
        yield _("The milestone’s project, {name}, needs it.").format(name=snapshot.projects[because.project].name)
    if step.skill in because.required_by:
        yield _asked(step.skill, goal_state, snapshot)
        if goal_state.industry and step.skill in goal_state.industry.emphases:
            why = goal_state.industry.emphases[step.skill].why
            yield _("{industry} gives it extra weight: {why}").format(industry=goal_state.industry.name, why=why)
    elif because.required_by:
        needing = [snapshot.skills[slug] for slug in because.required_by]
        yield ngettext(
            "{names}, which {role} asks for, needs this first.",
            "{names}, which {role} asks for, need this first.",
            len(needing),
        ).format(role=goal_state.role.name, names=names(needing))
    if because.unlocks:
        yield _("It leads to {names}.").format(names=names([snapshot.skills[slug] for slug in because.unlocks]))


def _proves(step: Step, snapshot: Snapshot) -> str:
    assert step.project is not None
    proves = snapshot.projects[step.project].proves
    levels = [f"{snapshot.skills[slug].name} {level}" for slug, level in proves.items()]
    milestone = snapshot.milestones[step.milestone].name if step.milestone else ""
    return _("It completes “{milestone}” and shows {levels}.").format(milestone=milestone, levels=listed(levels))


NAMED_BY_AD = {
    "must": gettext_lazy("{role} asks for {what}, at level {level}."),
    "nice": gettext_lazy("{role} welcomes {what}, at level {level}."),
    "": gettext_lazy("{role} names {what}, at level {level}."),
}


def _asked(skill: str, goal_state: GoalState, snapshot: Snapshot) -> str:
    """Who asks for the skill: the role, the industry, the role as one of several, or a saved ad."""
    slug, target = next((slug, target) for slug, target in goal_state.targets.items() if skill in target.one_of)
    values = {
        "role": goal_state.role.name,
        "level": target.one_of[skill],
        "importance": target.importance,
        "most": MAX_IMPORTANCE,
    }
    if isinstance(goal_state.role, AdRole):
        what = goal_state.role.choices[slug].name if target.choice is not None else snapshot.skills[skill].name
        return str(NAMED_BY_AD[goal_state.role.cue_of(skill)]).format(what=what, **values)
    if target.choice is not None:
        text = _("{role} asks for {choice}, at level {level}, importance {importance} of {most}.")
        return text.format(choice=inside(goal_state.role.choices[slug].name), **values)
    if skill not in goal_state.role.requirements and goal_state.industry:
        values["role"] = goal_state.industry.name
    return _("{role} asks for level {level}, importance {importance} of {most}.").format(**values)


def why(step: Step, goal_state: GoalState, state: LearnerState) -> Iterator[str]:
    """Of the first step, what the plan takes it for."""
    yield from next(reasons(goal_state, state))


def resource_for(step: Step, snapshot: Snapshot, ticked: Collection[str] = ()) -> Resource | None:
    """The best resource that leads through the step's level, fits its hours, is not ticked yet and is not in another
    programming language; None where there is none.

    One that pays us comes after all others. Then: what the units of the level name, in their order, what teaches before
    what is looked up, free before paid, the hours nearest to those of the step, what begins at this level before what begins earlier."""
    if step.skill is None:
        return None
    skill = step.skill
    step_hours = sum(snapshot.effort[skill][step.from_level : step.to_level])
    named = _named_by_units(step, snapshot.skills[skill])

    def rank(item: Resource) -> tuple[bool, int, int, bool, int, int, float, str]:
        low, _high = item.skills.get(skill, (0, 0))
        distance = abs(log2(item.hours / step_hours))
        return (
            item.affiliate,
            named.index(item.slug) if item.slug in named else len(named),
            _teaching(item, step_hours),
            item.cost != 0,
            round(distance),
            -low,
            distance,
            item.slug,
        )

    resources = (
        snapshot.resources[slug] for slug in {*snapshot.resources_of[skill], *named} if slug in snapshot.resources
    )
    fitting = (
        item for item in resources if item.slug in named or (_leads_through(item, step) and _fits(item, step_hours))
    )
    return min((item for item in fitting if item.slug not in ticked), key=rank, default=None)


def _named_by_units(step: Step, skill: Skill) -> list[str]:
    """Slugs of what the units of the step's levels read, in their order."""
    levels = range(step.from_level + 1, step.to_level + 1)
    read = (unit.resource for level in levels for unit in skill.units.get(level, ()))
    return list(dict.fromkeys(slug for slug in read if slug))


def _leads_through(item: Resource, step: Step) -> bool:
    assert step.skill is not None
    low, high = item.skills[step.skill]
    language = item.programming_language in ("", LANGUAGE, step.skill)
    return language and low <= step.from_level and step.to_level <= high


def _fits(item: Resource, step_hours: float) -> bool:
    """Whether its hours are in proportion to the step: no advice is better than a course of 35 hours for a step of 8, and
    no one should pay for hours that a step does not take. What is free and looked up need not be read to its end."""
    if item.cost != 0 or item.affiliate:
        return item.hours <= MAX_TIMES_PAID * step_hours
    return item.type not in TEACHING or item.hours <= MAX_TIMES * step_hours


def _teaching(item: Resource, step_hours: float) -> int:
    """0 for what teaches, 1 for what is looked up, 2 for a place to ask; what is far too short for the step comes later."""
    place = 0 if item.type in TEACHING else 2 if item.type in MEETING else 1
    return place + 2 * (item.hours < MIN_SHARE * step_hours)


def notes(resource: Resource) -> str:
    """The words after the name of a resource: “Its author, free, 4 h”."""
    parts = [resource.author, cost(resource), hours(resource.hours)]
    if resource.affiliate:
        parts.append(_("affiliate link"))
    return ", ".join(parts)


def project_for(step: Step, state: LearnerState) -> Project | None:
    """Of a step of a skill, one that proves just this level and asks for no more of what else it proves than the learner has:
    of the industry before others, the shortest first."""
    if step.skill is None:
        return None
    snapshot, industry = state.snapshot, state.industry
    levels_after = {**state.levels, step.skill: step.to_level}
    proving = [
        project
        for project in (snapshot.projects[slug] for slug in snapshot.projects_of[step.skill])
        if project.proves[step.skill] == step.to_level
        and all(levels_after.get(skill, 0) >= level for skill, level in project.proves.items())
    ]
    return min(
        proving,
        key=lambda item: (industry is None or industry.slug not in item.industries, item.hours, item.slug),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class PlanWithout:
    """A plan without a skill."""

    lost: frozenset[str]  # skills of the plan that cannot be begun without it
    outcome: PlanOutcome


def outcome_of(plan: Plan) -> PlanOutcome:
    projects = {stage.milestone: stage.project for stage in plan.stages if stage.project}
    return PlanOutcome(plan.readiness_at_end, plan.finish, hours=plan.total_hours, projects=projects)


def plans_without(state: LearnerState, goal_state: GoalState, skills: Iterable[str]) -> dict[str, PlanWithout]:
    """What skipping it would lead to, for each of these skills of the plan."""
    cut_off = {item.skill for item in goal_state.plan.unreachable}
    wishes, result = goal_state.wishes, {}
    for skill in skills:
        outcome = state.outcome(
            goal_state,
            skip=(*wishes.skip, skill),
            pin=[slug for slug in wishes.pin if slug != skill],
            later=[slug for slug in wishes.later if slug != skill],
        )
        result[skill] = PlanWithout(frozenset(item.skill for item in outcome.unreachable) - cut_off, outcome)
    return result
