"""What a change to the plan would do, before and after it is made.

Changes are skills that are pinned, skipped, done later or chosen, milestones that are moved or skipped, another goal, or other hours a
week.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from guidance.catalog.kinds import Skill
from guidance.catalog.text import day, goal_name, hours, lapse, listed, names, short
from guidance.progress import step_advice
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.left_out import missing_to_apply
from guidance.progress.plan import MAX_HOURS, MIN_HOURS, PlanOutcome
from guidance.progress.step_advice import MIN_POINTS
from guidance.progress.text import applying_on, arrival, describe_shares
from guidance.web.dashboard.ahead import NEAR, may_apply

TOLD = {  # messages about overrides
    "pin": gettext_lazy("Pinned: {skills}, prerequisites included."),
    "skip": gettext_lazy("Skipped: {skills}."),
    "later": gettext_lazy("Moved to the end: {skills}."),
    "none": gettext_lazy("Back in its usual place: {skills}."),
}


def moved(finish: date, then: date) -> str:
    """Returns how far a finish moves: “11 days earlier”."""
    if finish == then:
        return _("the same day")
    text = _("{stretch} earlier") if then < finish else _("{stretch} later")
    return text.format(stretch=lapse(abs((finish - then).days)))


def out_of_reach(goal_state: GoalState) -> set[str]:
    return {item.skill for item in goal_state.plan.unreachable}


# The change


@dataclass(frozen=True, slots=True)
class ChangedSkill:
    skill: Skill
    note: str
    label: str
    undoes: Skill  # whose override is undone


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    title: str
    text: str
    items: list[ChangedSkill]


def change_groups(state: LearnerState, goal_state: GoalState) -> Iterator[ChangeGroup]:
    skills = state.snapshot.skills
    left = {step.skill for step in goal_state.plan.steps}

    def items(slugs: Iterable[str], label: str) -> list[ChangedSkill]:
        return [ChangedSkill(skills[slug], note_on(slug), label, skills[slug]) for slug in slugs]

    def note_on(slug: str) -> str:
        if slug not in goal_state.within:
            return _("not part of this goal; saved for when it is")
        if slug in left or slug in state.skip:
            return ""
        asked = next((name for name, target in goal_state.targets.items() if slug in target.one_of), None)
        if asked is not None and (taught := goal_state.plan.taught[asked]) != slug:
            return _("not in your plan, which has {skill} for “{choice}”").format(
                skill=skills[taught].name, choice=goal_state.role.choices[asked].name
            )
        return _("nothing left to study") if state.levels.get(slug, 0) else _("not needed for your plan")

    yield ChangeGroup(_("Pinned"), _("In this order, each after the skills it needs."), items(state.pin, _("Unpin")))
    yield ChangeGroup(_("Last"), _("After everything that does not depend on them."), items(state.later, _("Not last")))
    skipped = [
        ChangedSkill(skills[slug], note_on(slug) or _stays(slug, state), _("Undo skip"), skills[slug])
        for slug in state.skip
    ]
    yield ChangeGroup(_("Skipped"), _("Left out of the plan. They do not count as known."), skipped)
    yield ChangeGroup(
        _("Out of reach"),
        _("They need something that you skip."),
        [
            ChangedSkill(
                skills[item.skill],
                _("needs {skill}").format(skill=skills[item.because].name),
                _("Undo skip"),
                skills[item.because],
            )
            for item in goal_state.plan.unreachable
        ],
    )


def _stays(slug: str, state: LearnerState) -> str:
    return _("stays at level {level}").format(level=state.levels.get(slug, 0))


# Before


def skips(state: LearnerState, goal_state: GoalState) -> dict[str, str]:
    """Returns what skipping each skill of the plan would do."""
    now = step_advice.outcome_of(goal_state.plan)
    skills = dict.fromkeys(step.skill for step in goal_state.plan.steps if step.skill is not None)
    return {
        slug: _sentences(
            _also_left_out(state, without.lost),
            *_other_projects(state, without.outcome, now),
            would_end(without.outcome, now),
        )
        for slug, without in step_advice.plans_without(state, goal_state, skills).items()
    }


def milestone_skips(state: LearnerState, goal_state: GoalState) -> dict[str, str]:
    """Returns what skipping each unfinished milestone of the plan would do."""
    now, skipped, found = step_advice.outcome_of(goal_state.plan), frozenset(goal_state.wishes.skip_milestones), {}
    for stage in goal_state.plan.stages:
        if stage.end is not None:
            then = state.outcome(goal_state, skip_milestones=skipped | {stage.milestone})
            found[stage.milestone] = _sentences(
                _only_the_project(state, stage.milestone, then, now), would_end(then, now)
            )
    return found


def _only_the_project(state: LearnerState, milestone: str, then: PlanOutcome, now: PlanOutcome) -> str:
    """Explains why skipping a milestone saves so little if later milestones need its steps."""
    slug = now.projects.get(milestone)
    if slug is None or milestone in then.projects:
        return ""
    is_all = round((now.hours - then.hours - state.snapshot.projects[slug].hours) * 60) == 0
    return _("This would only remove its project, since you need its skills later too.") if is_all else ""


def would_end(then: PlanOutcome, now: PlanOutcome) -> str:
    """Describes the end of a plan that is not chosen yet."""
    values = _values(then, now)
    if then.finish is None:
        return _("Nothing would be left in your plan, and you would stay at {ready} of 100.").format(**values)
    if _as_ready(then, now):
        return _("Your plan would still end at {ready} of 100, on {day}.").format(**values)
    if then.finish == now.finish:
        return _("Your plan would end at {ready} of 100 instead of {was_ready}, on the same day.").format(**values)
    return _("Your plan would end at {ready} of 100 on {day}, instead of {was_ready} on {was_day}.").format(**values)


def _other_projects(state: LearnerState, then: PlanOutcome, now: PlanOutcome) -> Iterator[str]:
    """Describes projects that could no longer be done. If the milestone has another project, that one takes their place and may
    take longer."""
    projects = state.snapshot.projects
    left_out = [
        f"“{projects[slug].name}”" for milestone, slug in now.projects.items() if milestone not in then.projects
    ]
    if left_out:
        text = ngettext(
            "This also leaves out the project {names}.", "This also leaves out the projects {names}.", len(left_out)
        )
        yield text.format(names=listed(left_out))
    for milestone, slug in now.projects.items():
        instead = then.projects.get(milestone, slug)
        if instead != slug:
            takes, took = hours(projects[instead].hours), hours(projects[slug].hours)
            text = _("The project “{name}” needs it, so “{instead}” replaces it: {hours} instead of {was}.")
            if takes == took:
                text = _("The project “{name}” needs it, so “{instead}” replaces it.")
            yield text.format(name=projects[slug].name, instead=projects[instead].name, hours=takes, was=took)


def with_skill(state: LearnerState, goal_state: GoalState, choice: str, skill: str) -> str:
    """Describes how the hours of the plan would change if it taught this skill for a choice of the role."""
    taught = goal_state.plan.taught[choice]
    is_known = not state.snapshot.closure({skill: goal_state.role.choices[choice].one_of[skill]}, state.levels)
    if skill == taught:
        return _("nothing left to study") if is_known else _("in the plan")
    then = state.outcome(goal_state, picked={**goal_state.wishes.picked, choice: skill})
    text = difference(then, step_advice.outcome_of(goal_state.plan))
    return _("nothing left to study, {hours}").format(hours=text) if is_known else text


def with_project(state: LearnerState, goal_state: GoalState, milestone: str, project: str) -> str:
    """Describes what would happen to the plan if the milestone ended in this project."""
    then = state.outcome(goal_state, projects={**goal_state.wishes.projects, milestone: project})
    now = step_advice.outcome_of(goal_state.plan)
    return _("Over the whole plan: {hours}. {end}").format(hours=difference(then, now), end=would_end(then, now))


def difference(then: PlanOutcome, now: PlanOutcome) -> str:
    """Returns the difference between the hours of two plans: “10 h less”."""
    if round((then.hours - now.hours) * 60) == 0:
        return _("the same hours")
    text = _("{hours} more") if then.hours > now.hours else _("{hours} less")
    return text.format(hours=hours(abs(then.hours - now.hours)))


# After


def overridden(changed: Mapping[str, str], before: LearnerState, after: LearnerState) -> str:
    """Describes the plan after overrides. `changed`: pin, skip, later or none, by skill."""
    by_kind: dict[str, list[Skill]] = {}
    for slug, kind in changed.items():
        by_kind.setdefault(kind, []).append(after.snapshot.skills[slug])
    sentences = [str(TOLD[kind]).format(skills=names(skills)) for kind, skills in by_kind.items()]
    then, now = after.goal_state, before.goal_state
    if then is not None and now is not None:
        lost, found = out_of_reach(then) - out_of_reach(now), out_of_reach(now) - out_of_reach(then) - changed.keys()
        sentences += [_also_left_out(after, lost), _also_again(after, found), ends(then, now, after)]
    return _sentences(*sentences)


def ends(then: GoalState, now: GoalState, state: LearnerState) -> str:
    """Describes how the plan ends now and when applying makes sense, if that changed."""
    end = now_ends(step_advice.outcome_of(then.plan), step_advice.outcome_of(now.plan))
    return _sentences(end, _applying(then, now, state))


def _applying(then: GoalState, now: GoalState, state: LearnerState) -> str:
    if then.plan.missing:
        return missing_to_apply(then, state) if then.plan.missing != now.plan.missing else ""
    if then.plan.applying is None or (now.plan.applying and now.plan.applying.end == then.plan.applying.end):
        return ""
    if now.plan.applying is None:
        return applying_on(then.plan.applying.end)
    return _("You can start applying on {then} instead of {now}.").format(
        then=day(then.plan.applying.end), now=day(now.plan.applying.end)
    )


def ends_or_stays(then: GoalState, now: GoalState, state: LearnerState) -> str:
    """Describes how the plan ends now, or states that its end does not move."""
    return ends(then, now, state) or _("You’ll still finish on {day}.").format(day=day(then.plan.finish))


def now_ends(then: PlanOutcome, now: PlanOutcome) -> str:
    """Describes how the plan ends now if it ended differently before. An earlier day is a gain only if the readiness is the
    same."""
    values = _values(then, now)
    if _as_ready(then, now):
        if then.finish is None or now.finish is None or then.finish == now.finish:
            return ""
        return _("You’ll finish on {day}, {moved}.").format(**values, moved=moved(now.finish, then.finish))
    if then.finish is None:
        return _("Nothing is left in your plan. You stay at {ready} of 100.").format(**values)
    if now.finish is None:
        return _("Your plan now ends at {ready} of 100 on {day}.").format(**values)
    return _("Your plan now ends at {ready} of 100 on {day}, instead of {was_ready} on {was_day}.").format(**values)


# Shared


def _values(then: PlanOutcome, now: PlanOutcome) -> dict[str, str]:
    return {
        "ready": floatformat(then.readiness),
        "day": day(then.finish),
        "was_ready": floatformat(now.readiness),
        "was_day": day(now.finish),
    }


def _as_ready(then: PlanOutcome, now: PlanOutcome) -> bool:
    return abs(then.readiness - now.readiness) < MIN_POINTS


def _also_left_out(state: LearnerState, lost: Collection[str]) -> str:
    text = ngettext(
        "This also leaves out {skills}, which needs it.", "This also leaves out {n} skills that need it.", len(lost)
    )
    return text.format(skills=_named(state, lost), n=len(lost)) if lost else ""


def _also_again(state: LearnerState, found: Collection[str]) -> str:
    text = ngettext("{skills} is in your plan again too.", "{n} more skills are in your plan again.", len(found))
    return text.format(skills=_named(state, found), n=len(found)) if found else ""


def _named(state: LearnerState, slugs: Collection[str]) -> str:
    return names([state.snapshot.skills[slug] for slug in sorted(slugs)])


def _sentences(*texts: str) -> str:
    return " ".join(text for text in texts if text)


STATES = {None: "plain", True: "good", False: "late"}  # by whether the plan meets the deadline


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a goal would lead to."""

    title: str
    state: str  # late, good or plain
    sentence: str
    facts: list[tuple[str, str, str]]  # label, figure, note


def outlook(goal_state: GoalState, now: GoalState | None, state: LearnerState) -> Outlook:
    """Returns the outlook: the next milestone first, the end of the plan last. `now`: the state of the current goal, with which another
    `aim` is compared."""
    plan, finish = goal_state.plan, goal_state.plan.finish
    ready = floatformat(plan.readiness, 1)
    if finish is None:
        facts = [(_("ready today"), ready, _ready_before(goal_state, now))]
        return Outlook(
            goal_name(goal_state.role, goal_state.industry),
            STATES[plan.on_time],
            _("Nothing is left to do for this goal."),
            facts,
        )
    steps = ngettext("{n} step", "{n} steps", len(plan.steps)).format(n=len(plan.steps))
    sentence = arrival(goal_state, would=goal_state is not now)
    before = now.plan.finish if now and now is not goal_state else None
    if before == finish:
        sentence = _("{arrival} With your current goal it is the same day.").format(arrival=sentence)
    elif before:
        shift = moved(before, finish)
        sentence = _("{arrival} That is {shift} than with your current goal.").format(arrival=sentence, shift=shift)
    facts = [
        *milestone_facts(goal_state, state),
        (_("to do"), hours(plan.total_hours), steps),
        (_("ready today"), ready, _ready_before(goal_state, now)),
    ]
    if plan.hours_per_week_needed is not None:
        facts.append((_("to be on time"), hours(plan.hours_per_week_needed), _("a week")))
    return Outlook(goal_name(goal_state.role, goal_state.industry), STATES[plan.on_time], sentence, facts)


def milestone_facts(goal_state: GoalState, state: LearnerState) -> Iterator[tuple[str, str, str]]:
    """Yields when the next milestone is done and when applying makes sense."""
    stages = {stage.milestone: (number, stage) for number, stage in enumerate(goal_state.plan.stages, 1)}
    following = next((stage for _number, stage in stages.values() if stage.end is not None), None)
    if following is not None and following.end is not None:
        name = goal_state.milestones[following.milestone].name
        note = _("{name}, {hours}").format(name=name, hours=hours(following.hours))
        yield _("next milestone"), _by(following.end, state.today), note
    if may_apply(goal_state):
        yield _("you can start applying"), _("now"), ""
    elif missing := missing_to_apply(goal_state, state):
        yield _("you can start applying"), _("no date"), missing
    elif goal_state.plan.applying is not None:
        number, _stage = stages[goal_state.role.apply_after or ""]
        note = _("after milestone {number} of {all}").format(number=number, all=len(stages))
        yield _("you can start applying"), _by(goal_state.plan.applying.end, state.today), note


def _by(day: date, today: date) -> str:
    """Returns a date in words; for a distant date, only the month."""
    return short(day, today, "F" if day - today > NEAR else "j M")


def _ready_before(goal_state: GoalState, now: GoalState | None) -> str:
    parts = describe_shares(goal_state.readiness.by_source, 1)
    text = _("of 100: {parts}").format(parts=parts) if parts else _("of 100")
    if now is None or (now.role, now.industry) == (goal_state.role, goal_state.industry):
        return text
    return _("{text}; {ready} with your current goal").format(text=text, ready=floatformat(now.plan.readiness, 1))


# Other hours


def hours_comparison(goal_state: GoalState, now: GoalState) -> str:
    """Compares the end of a plan that has other hours to the end of the current plan (`now`). Both must have steps."""
    finish, then = now.plan.finish, goal_state.plan.finish
    assert finish is not None
    assert then is not None
    values = {"hours": hours(now.goal.hours_per_week), "day": day(finish), "moved": moved(finish, then)}
    if finish == then:
        return _("Nothing is saved yet. You’d finish on the same day as with {hours} a week.").format(**values)
    return _("Nothing is saved yet. With {hours} a week you’ll finish on {day}, so this is {moved}.").format(**values)


def other_hours(per_week: float) -> list[tuple[str, str]]:
    """Returns one hour less and one hour more, within the limits: label and value of the parameter."""
    less, more = max(MIN_HOURS, per_week - 1), min(MAX_HOURS, per_week + 1)
    return [
        (f"{sign} {hours(abs(value - per_week))}", f"{value:.4g}")
        for sign, value in (("−", less), ("+", more))
        if value != per_week
    ]
