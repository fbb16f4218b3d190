"""What the pages of onboarding show: backgrounds, levels to confirm, and the plan. The questions are in `placement`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guidance.catalog.kinds import Skill
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import any_of, day, goal_name, hours, listed, names
from guidance.progress.ads import ad_role
from guidance.progress.curriculum import Curriculum
from guidance.progress.implied import ImpliedLevel, implied
from guidance.progress.learner_state import GoalState, LearnerState, role_curriculum
from guidance.progress.readiness import Term
from guidance.progress.sources import IMPLIED
from guidance.progress.text import arrival
from guidance.web import charts
from guidance.web.dashboard import page as dashboard_page
from guidance.web.onboarding.cv import CvSkill
from guidance.web.onboarding.drafts import CV, ZERO, Draft
from guidance.web.onboarding.forms import LevelsForm
from guidance.web.plan import changes
from guidance.web.plan import page as plan_page
from guidance.web.plan.page import PlanPage

# Background


@dataclass(frozen=True, slots=True)
class BackgroundOption:
    value: str
    name: str
    summary: str
    chosen: bool


def background_options(snapshot: Snapshot, chosen: str) -> list[BackgroundOption]:
    """Returns the backgrounds; “from zero” is always included and comes first."""
    points = sorted(snapshot.starting_points.values(), key=lambda point: bool(point.levels))
    found = [BackgroundOption(point.slug, point.name, point.summary, point.slug == chosen) for point in points]
    if all(point.levels for point in points):
        found.insert(
            0, BackgroundOption(ZERO, _("Starting from zero"), _("Nothing is counted as known."), chosen == ZERO)
        )
    return found


def background_text(draft: Draft, snapshot: Snapshot) -> str:
    """Returns the background of a draft, as the words after “From”."""
    if draft.begin in snapshot.starting_points:
        return snapshot.starting_points[draft.begin].name
    if draft.begin == CV:
        return _("your CV")
    return _("your answers") if draft.known else _("zero")


# Levels to confirm


@dataclass(frozen=True, slots=True)
class LevelRow:
    skill: Skill
    why: str
    level: int  # the saved or proposed level
    texts: Sequence[str]  # what each level means, starting at 0
    field: BoundField


@dataclass(frozen=True, slots=True)
class LevelGroup:
    id: str
    title: str
    text: str
    rows: list[LevelRow]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class ProposedLevels:
    """A group of levels, before a form is made for them, in display order."""

    id: str
    title: str
    text: str
    levels: Mapping[str, int]
    why: Mapping[str, str]
    folded: bool = False


def shown_levels(draft: Draft, snapshot: Snapshot, account: LearnerState | None) -> list[ProposedLevels]:
    """Returns the levels that were found, implied and stated, in the order of the areas, then the other skills that the goal
    requires, sorted by weight. Levels from the CV stay in the CV's group when they are confirmed."""
    has = account.levels if account else {}
    found = {slug: draft.levels.get(slug, find.level) for slug, find in draft.found.items()}
    said = {slug: level for slug, level in draft.levels.items() if slug not in found}
    groups = [
        ProposedLevels(
            "found",
            _("Found in your CV"),
            _("A CV states that you did something, not how well. Set each level to the one that describes you."),
            found,
            {slug: cv_place(draft.found[slug]) for slug in found},
        ),
        *implied_levels({**has, **found, **draft.levels}, snapshot, named_in_passing(found)),
        ProposedLevels(
            "said",
            _said(draft, snapshot),
            "",
            said,
            {slug: _stays(has[slug]) for slug, level in said.items() if has.get(slug, 0) > level},
        ),
    ]
    groups = [replace(group, levels=by_area(group.levels, snapshot)) for group in groups if group.levels]
    there = {slug for group in groups for slug in group.levels}
    asked = _curriculum(draft, snapshot)
    others = _others(asked, there | has.keys(), snapshot) if asked and draft.role else {}
    if asked and draft.role and others:
        groups.append(
            ProposedLevels(
                "others",
                _("What else the role “{role}” requires").format(
                    role=draft.ad.title if draft.ad else snapshot.roles[draft.role].name
                ),
                _("The most important come first. Set a level where you’ve already started."),
                dict.fromkeys(others, 0),
                others,
                folded=bool(there),
            )
        )
    return groups


def _curriculum(draft: Draft, snapshot: Snapshot) -> Curriculum | None:
    if draft.role is None:
        return None
    industry, role = snapshot.industries[draft.industry] if draft.industry else None, snapshot.roles[draft.role]
    return role_curriculum(snapshot, ad_role(draft.ad, role, snapshot) if draft.ad else role, industry)


def _others(asked: Curriculum, there: Collection[str], snapshot: Snapshot) -> dict[str, str]:
    """Returns the required skills without a known level and, for those in a choice, the words for the choice."""
    found: dict[str, str] = {}
    for _slug, target in sorted(asked.targets.items(), key=lambda item: (-item[1].weight, item[0])):
        if not there & target.one_of.keys():
            skills = [snapshot.skills[skill].name for skill in target.one_of]
            why = _("any one of {skills} is enough").format(skills=any_of(skills)) if target.choice else ""
            for skill in target.one_of:
                found.setdefault(skill, why)
    return found


def by_area(levels: Mapping[str, int], snapshot: Snapshot) -> dict[str, int]:
    """Sorts levels by area and, within an area, by name."""
    place = {slug: number for number, slug in enumerate(snapshot.areas)}
    skills = sorted(
        (snapshot.skills[slug] for slug in levels), key=lambda skill: (place[skill.area.slug], skill.name.casefold())
    )
    return {skill.slug: levels[skill.slug] for skill in skills}


def named_in_passing(found: Mapping[str, int]) -> frozenset[str]:
    """Returns the skills that a CV names without any sign that they were used at work."""
    return frozenset(slug for slug, level in found.items() if level == 1)


def implied_levels(stated: Mapping[str, int], snapshot: Snapshot, weak: frozenset[str]) -> list[ProposedLevels]:
    """Returns the levels that these levels imply according to the catalogue. Those implied by `weak` levels alone are asked about
    and do not count: a CV that mentions time series in the title of a thesis says nothing about Python."""
    found = implied(snapshot.graph, stated)
    asked = {slug for slug, item in found.items() if weak.issuperset(item.by)}
    why = {slug: _needed_for(item, snapshot) for slug, item in found.items()}
    return [
        ProposedLevels(
            IMPLIED,
            _("What you probably know too"),
            _(
                "You need each of these before the skills named with it, so it counts too. Set what you don’t "
                "know to 0."
            ),
            {slug: item.level for slug, item in found.items() if slug not in asked},
            why,
        ),
        ProposedLevels(
            "asked",
            _("Do you have these too?"),
            _(
                "Your CV mentions the skills that need these, but only in passing, so they don’t count yet. Set the level you have."
            ),
            dict.fromkeys(asked, 0),
            why,
        ),
    ]


def confirmed_levels(form: LevelsForm, shown: Iterable[ProposedLevels]) -> dict[str, int]:
    """Returns the levels stated in a valid form. Implied levels that were left unchanged need not be stated."""
    follows = next((group.levels for group in shown if group.id == IMPLIED), {})
    return {slug: level for slug, level in form.levels.items() if level != follows.get(slug)}


def _said(draft: Draft, snapshot: Snapshot) -> str:
    point = snapshot.starting_points.get(draft.begin)
    if point and not draft.placed:
        return _("What we count for “{name}”").format(name=point.name)
    return _("What you said")


def cv_place(find: CvSkill) -> str:
    """Returns words such as “Python” in line 3."""
    return ngettext(
        "“{words}” in line {line}", "“{words}” in line {line} and later, {n} times in all", find.times
    ).format(words=find.words, line=find.line, n=find.times)


def _needed_for(item: ImpliedLevel, snapshot: Snapshot) -> str:
    return _("needed at level {level} before {skills}").format(
        level=item.level, skills=names([snapshot.skills[slug] for slug in item.by])
    )


def _stays(level: int) -> str:
    return _("you keep level {level} from your account").format(level=level)


def level_groups(shown: Iterable[ProposedLevels], form: LevelsForm, snapshot: Snapshot) -> list[LevelGroup]:
    def row(skill: Skill, level: int, why: str) -> LevelRow:
        return LevelRow(skill, why, level, (skill.summary, *skill.level_texts), form[skill.slug])

    return [
        LevelGroup(
            group.id,
            group.title,
            group.text,
            [row(snapshot.skills[slug], level, group.why.get(slug, "")) for slug, level in group.levels.items()],
            group.folded,
        )
        for group in shown
    ]


# The plan


@dataclass(frozen=True, slots=True)
class PlanPreview:
    plan: PlanPage
    state: str  # late, good or plain, by whether the deadline is met
    dates: list[tuple[str, str, str]]  # dates of the next milestone and of applying: label, figure, note
    arrival: str  # empty without steps
    other_hours: list[tuple[str, str]]  # label and hours per week
    begun: str
    known: str
    to_confirm: str
    left_out: list[Skill]  # skipped in the draft
    skipped: list[Skill]  # skipped in the account
    out_of_reach: list[str]
    ring: charts.RingFigure
    terms: tuple[Term, ...]


def preview(draft: Draft, state: LearnerState, goal_state: GoalState) -> PlanPreview:
    skills = state.snapshot.skills
    plan = plan_page.plan_page(state, goal_state, goal_state, frozenset())
    return PlanPreview(
        plan=plan,
        state=changes.STATES[goal_state.plan.on_time],
        dates=list(changes.milestone_facts(goal_state, state)),
        arrival=arrival(goal_state) if goal_state.plan.steps else "",
        other_hours=changes.other_hours(draft.hours_per_week),
        begun=background_text(draft, state.snapshot),
        known=_known(state, goal_state),
        to_confirm=to_confirm(draft),
        left_out=[skills[slug] for slug in draft.skip],
        skipped=[skills[slug] for slug in state.skip if slug in goal_state.within and slug not in draft.skip],
        out_of_reach=list(_out_of_reach(goal_state, state.snapshot)),
        ring=dashboard_page.ring(goal_state, state),
        terms=goal_state.readiness.terms,
    )


def _out_of_reach(goal_state: GoalState, snapshot: Snapshot) -> Iterator[str]:
    lost: dict[str, list[str]] = {}
    for item in goal_state.plan.unreachable:
        lost.setdefault(item.because, []).append(snapshot.skills[item.skill].name)
    for slug, found in lost.items():
        values = {"needed": snapshot.skills[slug].name, "skills": listed(found)}
        yield _("You can’t start these without {needed}: {skills}.").format(**values)


def _known(state: LearnerState, goal_state: GoalState) -> str:
    """Returns, in words, the skills in the list of levels, the skills that these imply, and how many of both add to the readiness
    that the page shows: seventeen known skills and a readiness of 2 look like a mistake otherwise."""
    said = sum(level > 0 for level in state.own.values())
    others = len(state.levels.keys() - state.own.keys())
    if not said:
        return _("Nothing is counted as known.")
    sentences = [ngettext("{n} skill is counted as known.", "{n} skills are counted as known.", said).format(n=said)]
    if others:
        sentences.append(ngettext("{n} more is implied.", "{n} more are implied.", others).format(n=others))
    counting, known = sum(term.level > 0 for term in goal_state.readiness.terms), said + others
    if not counting:
        sentences.append(ngettext("It doesn’t add to your readiness.", "None of them adds to your readiness.", known))
    elif counting < known:
        text = ngettext("{n} of them adds to your readiness.", "{n} of them add to your readiness.", counting)
        sentences.append(text.format(n=counting))
    return " ".join(sentences)


def to_confirm(draft: Draft) -> str:
    """Returns, in words, what in the CV is not confirmed yet; empty if everything is."""
    waiting = len(draft.to_confirm)
    if not waiting:
        return ""
    return ngettext(
        "{n} skill from your CV doesn’t count yet: you haven’t confirmed it.",
        "{n} skills from your CV don’t count yet: you haven’t confirmed them.",
        waiting,
    ).format(n=waiting)


def goal_in_words(state: LearnerState) -> Iterator[str]:
    """Yields parts of the account's goal, for comparison: role, hours, date."""
    goal_state = state.goal_state
    if goal_state is None:
        return
    yield goal_name(goal_state.role, goal_state.industry)
    yield _("{hours} a week").format(hours=hours(goal_state.goal.hours_per_week))
    if goal_state.plan.finish:
        yield _("to {day}").format(day=day(goal_state.plan.finish))
