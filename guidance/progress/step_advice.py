"""Advice about a step of a plan: why it is there, what to use for it, and what happens if its skill is skipped. The advice is the
same wherever the step is shown."""

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

MIN_POINTS = 0.05  # smaller values would be shown as 0.0
LANGUAGE = "python"  # the language that every role uses
MAX_TIMES = 2  # longest resource for a step, as a multiple of the step's hours
MAX_TIMES_PAID = 1.25  # the same for resources that cost money, have no known price or pay us
MIN_ITEMS = 10  # check items a level needs before we suggest a check
MIN_SHARE = 1 / 8  # of a step's hours: a shorter resource does not cover the step
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
    """A level that the learner stated and could prove with a check."""

    skill: Skill
    level: int
    points: float  # of readiness that the check would prove


def worth_checking(goal_state: GoalState, state: LearnerState) -> list[WorthChecking]:
    """Returns the levels worth checking, most points first: for each skill that counts for the goal, the highest level that is
    only stated and has enough check items."""
    found = []
    for term in goal_state.readiness.terms:
        level = _level_to_check(term.skill, state)
        counted = term.slices[: min(level, term.target)]
        points = term.possible / term.target * sum(source not in PROOFS for source in counted)
        if points >= MIN_POINTS:
            found.append(WorthChecking(state.snapshot.skills[term.skill], level, points))
    return sorted(found, key=lambda item: (-item.points, item.skill.slug))


def _level_to_check(skill: str, state: LearnerState) -> int:
    """Returns the highest stated level with enough check items; 0 if there is none."""
    slices = enumerate(state.slices.get(skill, ()), 1)
    return max(
        (level for level, source in slices if source in WORDS and has_items(skill, level, state.snapshot)), default=0
    )


def levels_to_check(skill: str, state: LearnerState) -> list[int]:
    """Returns the levels that have enough check items and that neither a check nor a project shows yet."""
    first = state.proved_level(skill) + 1
    return [level for level in range(first, MAX_LEVEL + 1) if has_items(skill, level, state.snapshot)]


def has_items(skill: str, level: int, snapshot: Snapshot) -> bool:
    """Returns whether the level has enough check items for a second try with other questions."""
    return len(snapshot.items_of.get((skill, level), ())) >= MIN_ITEMS


def record_of(step: Step, snapshot: Snapshot) -> Skill | Project:
    """Returns the skill or the project of the step."""
    if step.skill is not None:
        return snapshot.skills[step.skill]
    assert step.project is not None
    return snapshot.projects[step.project]


def step_name(step: Step, snapshot: Snapshot) -> str:
    """Returns “Python, level 2” or “Project: A command-line tool”."""
    name = record_of(step, snapshot).name
    if step.skill is None:
        return _("Project: {name}").format(name=name)
    return _("{name}, level {level}").format(name=name, level=step.to_level)


def reasons(goal_state: GoalState, state: LearnerState) -> Iterator[list[str]]:
    """Yields the reasons for each step as sentences, in the order of the plan."""
    pinned = _pinned(goal_state, state)
    for step in goal_state.plan.steps:
        yield list(_reasons(step, goal_state, state.snapshot, pinned))


def pin_of(step: Step, goal_state: GoalState, state: LearnerState) -> str:
    """Returns a sentence about the pin that moved the step to the front; empty if none did."""
    return _pin(step, _pinned(goal_state, state), state.snapshot) if state.pin else ""


def _pinned(goal_state: GoalState, state: LearnerState) -> Mapping[str, Mapping[str, int]]:
    """Returns, for each pinned skill in the plan, the levels that it needs."""
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
        needing: dict[str, list[Skill]] = {}
        for slug in because.required_by:
            needing.setdefault(required_for(slug, goal_state), []).append(snapshot.skills[slug])
        for name, skills in needing.items():
            yield ngettext(
                "{names}, required for {role}, needs this first.",
                "{names}, required for {role}, need this first.",
                len(skills),
            ).format(role=name, names=names(skills))
    if because.unlocks:
        yield _("It leads to {names}.").format(names=names([snapshot.skills[slug] for slug in because.unlocks]))


def required_for(skill: str, goal_state: GoalState) -> str:
    """Returns the name of what requires the skill: the industry if only it does, otherwise the role."""
    industry = goal_state.industry
    if industry is not None and skill in industry.requirements and skill not in goal_state.role.skills:
        return industry.name
    return goal_state.role.name


def _proves(step: Step, snapshot: Snapshot) -> str:
    assert step.project is not None
    proves = snapshot.projects[step.project].proves
    levels = [f"{snapshot.skills[slug].name} {level}" for slug, level in proves.items()]
    milestone = snapshot.milestones[step.milestone].name if step.milestone else ""
    return _("It completes “{milestone}” and shows {levels}.").format(milestone=milestone, levels=listed(levels))


NAMED_BY_AD = {
    "must": gettext_lazy("Required for {role}: {what} at level {level}."),
    "nice": gettext_lazy("Welcome for {role}: {what} at level {level}."),
    "": gettext_lazy("Named by {role}: {what} at level {level}."),
}


def _asked(skill: str, goal_state: GoalState, snapshot: Snapshot) -> str:
    """Returns a sentence that states what requires the skill: the role (alone or as part of a choice), the industry or a saved
    ad."""
    slug, target = next((slug, target) for slug, target in goal_state.targets.items() if skill in target.one_of)
    values = {
        "role": required_for(skill, goal_state),
        "level": target.one_of[skill],
        "importance": target.importance,
        "most": MAX_IMPORTANCE,
    }
    if isinstance(goal_state.role, AdRole):
        what = goal_state.role.choices[slug].name if target.choice is not None else snapshot.skills[skill].name
        return str(NAMED_BY_AD[goal_state.role.cue_of(skill)]).format(what=what, **values)
    if target.choice is not None:
        text = _("Required for {role}: {choice} at level {level}, importance {importance} of {most}.")
        return text.format(choice=inside(goal_state.role.choices[slug].name), **values)
    return _("Required for {role}: level {level}, importance {importance} of {most}.").format(**values)


def why(step: Step, goal_state: GoalState, state: LearnerState) -> Iterator[str]:
    """Yields the reasons for the first step."""
    yield from next(reasons(goal_state, state))


def resource_for(step: Step, snapshot: Snapshot, ticked: Collection[str] = ()) -> Resource | None:
    """Returns the best resource that covers the step's level, fits its hours, is not ticked and is not in another programming
    language; None if there is none.

    Resources that pay us come last. Otherwise they are sorted by these rules: resources that the level's units name come first,
    in that order; teaching before reference; free before paid; hours closest to those of the step; resources that start at this
    level before those that start lower."""
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
    """Returns the slugs of the resources that the units of the step's levels name, in that order."""
    levels = range(step.from_level + 1, step.to_level + 1)
    read = (unit.resource for level in levels for unit in skill.units.get(level, ()))
    return list(dict.fromkeys(slug for slug in read if slug))


def _leads_through(item: Resource, step: Step) -> bool:
    assert step.skill is not None
    low, high = item.skills[step.skill]
    language = item.programming_language in ("", LANGUAGE, step.skill)
    return language and low <= step.from_level and step.to_level <= high


def _fits(item: Resource, step_hours: float) -> bool:
    """Returns whether the resource's hours are in proportion to the step: no advice is better than a 35-hour course for an 8-hour
    step, and no one should pay for hours that a step does not need. Free reference material always fits, because it need not be
    read to the end."""
    if item.cost != 0 or item.affiliate:
        return item.hours <= MAX_TIMES_PAID * step_hours
    return item.type not in TEACHING or item.hours <= MAX_TIMES * step_hours


def _teaching(item: Resource, step_hours: float) -> int:
    """Returns 0 for resources that teach, 1 for reference, 2 for places to ask; adds 2 if the resource is far too short for the
    step."""
    place = 0 if item.type in TEACHING else 2 if item.type in MEETING else 1
    return place + 2 * (item.hours < MIN_SHARE * step_hours)


def notes(resource: Resource, *, with_hours: bool = True) -> str:
    """Returns the text after the name of a resource: “Its author, free, 4 h”. A unit may need only a part of those hours."""
    parts = [resource.author, cost(resource)]
    if with_hours:
        parts.append(hours(resource.hours))
    if resource.affiliate:
        parts.append(_("affiliate link"))
    return ", ".join(parts)


def project_for(step: Step, state: LearnerState) -> Project | None:
    """Returns a project that proves exactly the level of the step and otherwise only levels that the learner has: projects of
    the industry first, then the shortest. None if the step is a project or none fits."""
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
    """The result of a plan that skips a skill."""

    lost: frozenset[str]  # skills in the plan that cannot start without it
    outcome: PlanOutcome


def outcome_of(plan: Plan) -> PlanOutcome:
    projects = {stage.milestone: stage.project for stage in plan.stages if stage.project}
    return PlanOutcome(plan.readiness_at_end, plan.finish, hours=plan.total_hours, projects=projects)


def plans_without(state: LearnerState, goal_state: GoalState, skills: Iterable[str]) -> dict[str, PlanWithout]:
    """Returns, for each of these skills in the plan, what would happen if it were skipped."""
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
