"""What the page of a skill adds for a learner: level, work left, evidence, sessions, and what it does for the goal."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from guidance.catalog.kinds import (
    MAX_LEVEL,
    Emphasis,
    Industry,
    Project,
    Record,
    Requirement,
    Resource,
    Role,
    Skill,
)
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.catalog.text import day, hours, level_name, listed, names
from guidance.progress import path
from guidance.progress.ads import AdRole
from guidance.progress.implied import implied
from guidance.progress.learner_rows import SkillState
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.models import Assessment, SavedAdSkill, StudySession
from guidance.progress.readiness import remaining
from guidance.progress.sources import IMPLIED
from guidance.progress.step_advice import MIN_POINTS, levels_to_check, required_for
from guidance.progress.text import describe_next_review, describe_slice, describe_slices
from guidance.progress.units import LevelUnits, read_through, units_done, units_of
from guidance.web import charts
from guidance.web.skills.page import LevelLine, Mention, ResourceUse, SkillPage, before

FIELDS = ("pk", "on", "minutes", "skill_id", "skill__name", "resource_id", "resource__name")


@dataclass(frozen=True, slots=True)
class ListedSession:
    pk: int
    on: date
    minutes: int
    skill: Skill | None  # None if only a resource was studied, or the skill is retired
    resource: Resource | None
    name: str  # name of what was studied, published or not

    @property
    def hours(self) -> float:
        return self.minutes / 60


def listed_sessions(rows: QuerySet[StudySession], snapshot: Snapshot) -> Iterator[ListedSession]:
    """Yields the sessions with their skills and resources, in one query."""
    for pk, on, minutes, skill_id, skill_name, resource_id, resource_name in rows.values_list(*FIELDS):
        skill = snapshot.skills.get(snapshot.slugs.get((Kind.SKILL, skill_id), ""))
        resource = snapshot.resources.get(snapshot.slugs.get((Kind.RESOURCE, resource_id), ""))
        name = skill.name if skill else skill_name or (resource.name if resource else resource_name)
        yield ListedSession(pk, on, minutes, skill, resource, name)


MAX_SESSIONS = 10
NOBODY = SkillState(
    level=0, stated=False, source=Assessment.Source.SELF, since=None, minutes=0, total_minutes=0, touched_on=date.min
)


@dataclass(frozen=True, slots=True)
class SkillFigure:
    term: str
    value: str
    note: str = ""
    sources: tuple[str, ...] = ()  # for a level: how we know each level up to it


@dataclass(frozen=True, slots=True)
class ResourceTick:
    use: ResourceUse
    done: bool
    by_units: bool  # whether it is done because all units of the skill that read it are ticked


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A piece of evidence; a certificate has a name."""

    pk: int
    url: str
    text: str
    name: str
    issuer: str
    issued_on: date | None
    project: Project | None
    at: datetime


@dataclass(frozen=True, slots=True)
class NeighbourSkill:
    """A prerequisite of this skill, or a skill that it leads to, and the learner's progress with it."""

    skill: Skill
    relation: str
    level: int


@dataclass(frozen=True, slots=True)
class Trail:
    drawing: SafeString
    neighbours: list[NeighbourSkill]
    onward: Skill | None  # of the skills that this one leads to, the next one in the plan


@dataclass(frozen=True, slots=True)
class SkillStep:
    """A step of the plan that raises this skill."""

    level: int
    start: date
    end: date
    readiness: float  # after it
    opens: list[Skill]  # skills that can be started then
    towards: list[Skill]  # skills that the role requires


@dataclass(frozen=True, slots=True)
class LearnerLevelLine(LevelLine):
    """A level, and how we know that the learner has it."""

    source: str = ""  # empty if it is not reached

    @property
    def how(self) -> str:
        return describe_slice(self.source)


@dataclass(frozen=True, slots=True)
class LearnerSkillPage:
    level: int
    lines: list[LearnerLevelLine]  # starting at level 0
    facts: list[SkillFigure]
    since: str  # text beside the level
    target: int  # level that the goal needs; 0 if none
    target_tag: str  # text beside the target
    estimate: str  # hours to the next level, and those logged
    review: str  # the day of the next review and the result of the last one
    is_review_due: bool
    to_check: list[int]  # levels that a check of five questions can show and nothing shows yet
    units: LevelUnits | None  # of the next level
    reached_units: list[LevelUnits]  # of the levels that are reached, highest first
    later_units: list[LevelUnits]  # of the levels after the next
    next: list[ResourceTick]  # resources for the next level
    others: list[ResourceTick]
    evidence: list[EvidenceRow]
    sessions: list[ListedSession]  # the last few
    total_hours: float
    note: str
    projects: list[Mention]
    trail: Trail
    missing: list[Mention]  # prerequisites that are still missing
    missing_hours: float
    place: str  # role of the skill in the goal, as a sentence
    steps: list[SkillStep]
    roles: list[tuple[Role, Requirement]]  # the role of the goal first
    industries: list[tuple[Industry, Emphasis]]

    @property
    def done(self) -> int:
        return sum(item.done for item in self.next)

    @property
    def next_text(self) -> str:
        """Returns what someone at the next level can do; empty at the last one."""
        return next((line.text for line in self.lines if line.number == self.level + 1), "")


def learner_skill_page(learner: User, skill: Skill, page: SkillPage, state: LearnerState) -> LearnerSkillPage:
    """Returns what the page of the skill adds for this learner. Always takes five queries."""
    snapshot, goal_state = state.snapshot, state.goal_state
    ids = snapshot.ids[Kind.SKILL, skill.slug]
    known = state.skills.get(skill.slug, NOBODY)
    if not known.stated:
        level, source = state.levels.get(skill.slug, 0), state.sources.get(skill.slug, IMPLIED)
        known = replace(known, level=level, source=source)
    target = needed(skill.slug, state)
    ticks = _ticked(learner, page.uses, read_through(state, skill.slug), snapshot)
    onward = {item.use.resource.slug for item in ticks if _leads_on(item.use.resource, skill, known.level)}
    missing = {} if known.level else snapshot.closure(skill.prerequisites, state.levels)
    review = state.review_of(skill.slug)
    return LearnerSkillPage(
        level=known.level,
        lines=_lines(page.levels, state.slices.get(skill.slug, ())),
        facts=_facts(skill, page, known, target, state),
        since=_("you, since {day}").format(day=day(known.since)) if known.since else _("you"),
        target=target,
        target_tag=_("your target")
        if goal_state and goal_state.requirement(skill.slug)
        else _("needed for other skills"),
        estimate=_estimate(state, skill.slug, known.level),
        review=describe_next_review(review, state) if review else "",
        is_review_due=review is not None and review.due <= state.today,
        to_check=levels_to_check(skill.slug, state),
        units=units_of(state, skill.slug, known.level + 1),
        reached_units=_units(range(known.level, 0, -1), skill, state),
        later_units=_units(range(known.level + 2, MAX_LEVEL + 1), skill, state),
        next=[item for item in ticks if item.use.resource.slug in onward],
        others=[item for item in ticks if item.use.resource.slug not in onward],
        evidence=_evidence(learner, ids, snapshot),
        sessions=list(listed_sessions(learner.studysessions.filter(skill__in=ids)[:MAX_SESSIONS], snapshot)),
        total_hours=known.total_minutes / 60,
        # After a merge, each of the skills may have a note.
        note="\n\n".join(learner.notes.filter(skill__in=ids).values_list("text", flat=True)),
        projects=_projects(learner, skill, snapshot),
        trail=_trail(skill, known.level, target, state),
        missing=before(missing, snapshot, state.levels),
        missing_hours=snapshot.hours(missing, state.levels),
        place=_place(skill, known.level, target, state) if goal_state else "",
        steps=_planned(skill, goal_state, snapshot) if goal_state else [],
        roles=_first(page.roles, goal_state.role if goal_state else None),
        industries=_first(page.industries, goal_state.industry if goal_state else None),
    )


def _lines(levels: Iterable[LevelLine], slices: Sequence[str]) -> list[LearnerLevelLine]:
    none = LevelLine(0, level_name(0).capitalize(), _("You haven’t started."), "")
    sources = ("", *slices, *("",) * MAX_LEVEL)
    return [
        LearnerLevelLine(line.number, line.name, line.text, line.hours, source)
        for line, source in zip((none, *levels), sources, strict=False)
    ]


def _units(levels: Iterable[int], skill: Skill, state: LearnerState) -> list[LevelUnits]:
    found = (units_of(state, skill.slug, level) for level in levels)
    return [units for units in found if units]


def needed(slug: str, state: LearnerState) -> int:
    """Returns the level that the goal needs, for the role or as a prerequisite; 0 if it does not need the skill."""
    goal_state = state.goal_state
    if goal_state is None:
        return 0
    if requirement := goal_state.requirement(slug):
        return requirement.level
    if steps := [step.to_level for step in goal_state.plan.steps if step.skill == slug]:
        return max(steps)
    # Only if the plan has no steps because the level is reached, not because the skills that need it have already been started.
    on_the_way = state.memoize(
        "levels on the way",
        lambda: state.snapshot.closure(path.wanted(goal_state.curriculum, goal_state.plan.taught)),
    )
    level = on_the_way.get(slug, 0)
    return level if level <= state.levels.get(slug, 0) else 0


# Texts


def _facts(skill: Skill, page: SkillPage, known: SkillState, target: int, state: LearnerState) -> list[SkillFigure]:
    goal_state = state.goal_state
    slices = state.slices.get(skill.slug, ())
    facts = [SkillFigure(_("you are at"), str(known.level), _how(skill, known, state), slices)]
    if goal_state is not None:
        facts.append(_asked(skill, target, goal_state))
    if known.level < MAX_LEVEL:
        facts.append(_left(state, skill, known.level))
    if goal_state is None or known.level == MAX_LEVEL:
        total = hours(known.total_minutes / 60) if known.total_minutes else _("none yet")
        facts.append(SkillFigure(_("total time logged"), total))
    if goal_state is None:
        count = len(page.roles)
        facts.append(SkillFigure(_("required by"), ngettext("{n} role", "{n} roles", count).format(n=count)))
    else:
        facts.append(_brings(skill, goal_state))
    return facts


def _how(skill: Skill, known: SkillState, state: LearnerState) -> str:
    """Returns how we know the level."""
    if not known.level:
        return _("none yet")
    slices = state.slices[skill.slug]
    text = _("{level}, {how}") if len(set(slices)) == 1 else _("{level}: {how}")
    text = text.format(level=level_name(known.level), how=describe_slices(slices))
    if known.source != IMPLIED:
        return text
    by = implied(state.snapshot.graph, state.stated, state.at_least)[skill.slug].by
    return _("{text} by {skills}").format(text=text, skills=names([state.snapshot.skills[slug] for slug in by]))


def _asked(skill: Skill, target: int, goal_state: GoalState) -> SkillFigure:
    term = _("required for {role}").format(role=required_for(skill.slug, goal_state))
    requirement = goal_state.requirement(skill.slug)
    if requirement and isinstance(goal_state.role, AdRole):
        return SkillFigure(
            term, str(requirement.level), str(SavedAdSkill.Cue(goal_state.role.cue_of(skill.slug)).label)
        )
    if requirement:
        return SkillFigure(term, str(requirement.level), _("importance {n} of 5").format(n=requirement.importance))
    way = _("but level {level} as a prerequisite").format(level=target) if target else ""
    return SkillFigure(term, _("nothing"), way)


def _left(state: LearnerState, skill: Skill, level: int) -> SkillFigure:
    term = _("left to level {level}").format(level=level + 1)
    if units := units_done(state, skill.slug, level + 1):
        note = ngettext("its unit is done", "all {n} units done", units).format(n=units)
        return SkillFigure(term, _("confirm it"), note)
    effort, done = state.effort[skill.slug][level], state.logged.get(skill.slug, 0.0)
    said = _("{done} of {effort} done") if skill.units.get(level + 1) else _("{done} of {effort} logged")
    note = said.format(done=hours(done), effort=hours(effort)) if done else ""
    return SkillFigure(term, hours(remaining(effort, done)), note)


def _brings(skill: Skill, goal_state: GoalState) -> SkillFigure:
    """Returns what the next level adds to the readiness."""
    step = next((step for step in goal_state.plan.steps if step.skill == skill.slug), None)
    if step and goal_state.requirement(skill.slug) is None:
        count = len(step.because.required_by)
        skills = ngettext("{n} skill", "{n} skills", count).format(n=count)
        needing = dict.fromkeys(required_for(slug, goal_state) for slug in step.because.required_by)
        text = _("required for {role}").format(role=listed(list(needing)) or goal_state.role.name)
        return SkillFigure(_("leads to"), skills, text)
    points = next((gain.points for gain in goal_state.gains if gain.skill == skill.slug), 0.0)
    ready = _("you have {n} of 100").format(n=f"{goal_state.readiness.readiness:.1f}")
    return SkillFigure(_("adds"), _("{n} points").format(n=f"{points:.1f}" if points >= MIN_POINTS else "0"), ready)


def _estimate(state: LearnerState, slug: str, level: int) -> str:
    if level == MAX_LEVEL:
        return ""
    effort, done = state.effort[slug][level], state.logged.get(slug, 0.0)
    if not done:
        text = _("{effort} is the estimate for level {level}. Hours never raise a level by themselves.")
    elif done < effort:
        text = _(
            "{effort} is the estimate for level {level}; you have logged {done} on it. "
            "Hours never raise a level by themselves."
        )
    else:
        text = _(
            "You have logged {done}, and {effort} is the estimate for level {level}. "
            "If that level describes you, choose it."
        )
    return text.format(effort=hours(effort), level=level + 1, done=hours(done))


def _place(skill: Skill, level: int, target: int, state: LearnerState) -> str:
    """Returns what the skill means for the goal."""
    goal_state = state.goal_state
    assert goal_state is not None
    requirement = goal_state.requirement(skill.slug)
    is_of_industry = required_for(skill.slug, goal_state) != goal_state.role.name
    emphasis = goal_state.industry.emphases.get(skill.slug) if goal_state.industry else None
    cut_off = {item.skill: item.because for item in goal_state.plan.unreachable}
    if requirement and level >= requirement.level:
        text = _("You’ve reached level {level}, which the role “{role}” requires.")
        if is_of_industry:
            text = _("You’ve reached level {level}, which your industry, {industry}, requires.")
    elif skill.slug in state.skip:
        text = _("You skip it, so your plan has no steps for it. It doesn’t count as known.")
    elif skill.slug in cut_off:
        text = _("You can’t start it without {other}, which you skip.")
    elif requirement:
        text = _("The role “{role}” requires level {level}.")
        if is_of_industry:
            text = _("Your industry, {industry}, requires level {level}.")
    elif target and level >= target:
        text = _("You’ve reached level {level}, which you need for the role “{role}”.")
    elif target:
        text = _("The role “{role}” doesn’t list this skill, but needs it for others.")
    elif emphasis:
        text = _("Employers in {industry} also ask for it. That isn’t scored.")
    else:
        text = _("The role “{role}” doesn’t need this skill. Time on it counts in your log, not in your readiness.")
    return text.format(
        role=goal_state.role.name,
        industry=goal_state.industry.name if goal_state.industry else "",
        level=target,
        other=state.snapshot.skills[cut_off[skill.slug]].name if skill.slug in cut_off else "",
    )


# The learner's resources and projects


def _ticked(
    learner: User, uses: Sequence[ResourceUse], read: Collection[str], snapshot: Snapshot
) -> list[ResourceTick]:
    slugs = {pk: use.resource.slug for use in uses for pk in snapshot.ids[Kind.RESOURCE, use.resource.slug]}
    rows = learner.resourcestates.filter(resource__in=slugs)
    done = {slugs[pk] for pk in rows.values_list("resource_id", flat=True)}
    return [
        ResourceTick(use, use.resource.slug in done or use.resource.slug in read, use.resource.slug in read)
        for use in uses
    ]


def _leads_on(resource: Resource, skill: Skill, level: int) -> bool:
    low, high = resource.skills[skill.slug]
    return low <= level < high


def _evidence(learner: User, ids: Collection[int], snapshot: Snapshot) -> list[EvidenceRow]:
    rows = learner.evidences.filter(skill__in=ids).order_by("-id")
    return [
        EvidenceRow(
            pk=row.pk,
            url=row.url,
            text=row.text,
            name=row.name,
            issuer=row.issuer,
            issued_on=row.issued_on,
            project=snapshot.projects.get(snapshot.slugs.get((Kind.PROJECT, row.project_id or 0), "")),
            at=row.at,
        )
        for row in rows
    ]


def _projects(learner: User, skill: Skill, snapshot: Snapshot) -> list[Mention]:
    """Returns the projects that show the skill, and the learner's progress with each."""
    projects = [snapshot.projects[slug] for slug in snapshot.projects_of[skill.slug]]
    slugs = {pk: project.slug for project in projects for pk in snapshot.ids[Kind.PROJECT, project.slug]}
    ticked: dict[str, set[str]] = {}
    for pk, texts in learner.projectworks.filter(project__in=slugs).values_list("project_id", "ticked"):
        ticked.setdefault(slugs[pk], set()).update(texts)
    found = []
    for project in sorted(projects, key=lambda project: (project.proves[skill.slug], project.hours)):
        note = _("proves level {level}, {hours}").format(level=project.proves[skill.slug], hours=hours(project.hours))
        if project.slug in ticked:
            done, lines = len(ticked[project.slug].intersection(project.checklist)), len(project.checklist)
            text = ngettext("{done} of {lines} line ticked", "{done} of {lines} lines ticked", lines)
            note += " · " + text.format(done=done, lines=lines)
        found.append(Mention(project, note))
    return found


# Neighbours


def _trail(skill: Skill, level: int, target: int, state: LearnerState) -> Trail:
    skills, levels, goal_state = state.snapshot.skills, state.levels, state.goal_state
    opens = state.snapshot.unlocks[skill.slug]
    onward = next((step.skill for step in goal_state.plan.steps if step.skill in opens), None) if goal_state else None
    needs_note, opens_note = _("needs {level}, you have {yours}"), _("possible from level {level}")

    def station(slug: str, at: int, wanted: int, note: str) -> charts.Station:
        yours = levels.get(slug, 0)
        return charts.Station(skills[slug], note.format(level=at, yours=yours), _state(yours, wanted), slug == onward)

    def ordered(found: Mapping[str, int]) -> list[tuple[str, int]]:
        """Puts the next one in the plan before the others, since only some are drawn; then sorts by level."""
        return sorted(found.items(), key=lambda item: (item[0] != onward, item[1], skills[item[0]].name.casefold()))

    needs = ordered(skill.prerequisites)
    after = ordered(opens)
    return Trail(
        drawing=charts.trail_down(
            charts.Station(skill, _("you are at {level}").format(level=level), _state(level, target)),
            [station(slug, at, at, needs_note) for slug, at in needs],
            [station(slug, at, needed(slug, state), opens_note) for slug, at in after],
        ),
        neighbours=[
            *(NeighbourSkill(skills[s], _("needed at {level}").format(level=at), levels.get(s, 0)) for s, at in needs),
            *(
                NeighbourSkill(skills[s], _("possible from {level}").format(level=at), levels.get(s, 0))
                for s, at in after
            ),
        ],
        onward=skills[onward] if onward else None,
    )


def _state(level: int, wanted: int) -> str:
    return "none" if not level else "at" if level >= wanted else "begun"


def _planned(skill: Skill, goal_state: GoalState, snapshot: Snapshot) -> list[SkillStep]:
    return [
        SkillStep(
            level=step.to_level,
            start=step.start,
            end=step.end,
            readiness=step.readiness_after,
            opens=[snapshot.skills[slug] for slug in step.because.unlocks],
            towards=[snapshot.skills[slug] for slug in step.because.required_by if slug != skill.slug],
        )
        for step in goal_state.plan.steps
        if step.skill == skill.slug
    ]


def _first[R: Record, T](pairs: Sequence[tuple[R, T]], record: R | None) -> list[tuple[R, T]]:
    """Puts the pair that belongs to the goal before the others."""
    return sorted(pairs, key=lambda pair: record is None or pair[0].slug != record.slug)
