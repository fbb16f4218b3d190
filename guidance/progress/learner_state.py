"""The state of one learner: goal, levels, readiness and plan. Every page of a learner begins with it.

The plan is derived and never stored, but it is not recalculated for each request either: a process caches the states of the
learners it saw last. A state is valid until the learner writes something (`Progress.version`), the catalogue changes or a new
day begins.
"""

import threading
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from accounts.models import User
from guidance.catalog import graph
from guidance.catalog.kinds import Industry, Milestone, Project, Requirement, Role
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.lru import Lru, RevisionCache
from guidance.progress import deadlines, learner_rows, review
from guidance.progress import plan as plans
from guidance.progress import readiness as scores
from guidance.progress.ads import AdRole, ad_role, milestones_of
from guidance.progress.checks import REVIEW
from guidance.progress.curriculum import Curriculum, Targets, in_place, targets
from guidance.progress.learner_rows import Goal, SavedAd, SkillState
from guidance.progress.models import Progress
from guidance.progress.path import NO_WISHES, Wishes, complete, possible_order
from guidance.progress.plan import Calendar, Plan, PlanOutcome
from guidance.progress.readiness import Gain, Readiness
from guidance.progress.review import PlannedReview, Review
from guidance.progress.sources import IMPLIED, PROJECT, PROOFS
from guidance.progress.units import Tick, logged_hours


@dataclass(frozen=True, slots=True)
class ProjectState:
    ticked: frozenset[str]  # lines of the current checklist
    url: str
    complete: bool
    updated_at: datetime | None  # None if nothing was saved yet


def project_state(learner: User, project: Project, snapshot: Snapshot) -> ProjectState:
    """Returns the state of a project, in one query. It combines the rows of merged projects, since each may have a part of the
    work."""
    rows = learner.projectworks.filter(project__in=snapshot.ids[Kind.PROJECT, project.slug])
    return _project_state(project, list(rows.order_by("-updated_at").values_list("ticked", "url", "updated_at")))


def project_states(learner: User, snapshot: Snapshot) -> dict[str, ProjectState]:
    """Returns the states of all projects that the learner has worked on, by slug, in one query."""
    parts: dict[str, list[Any]] = {}
    rows = learner.projectworks.order_by("-updated_at").values_list("project_id", "ticked", "url", "updated_at")
    for project_id, *part in rows:
        if (slug := snapshot.slugs.get((Kind.PROJECT, project_id))) is not None:
            parts.setdefault(slug, []).append(part)
    return {slug: _project_state(snapshot.projects[slug], of_it) for slug, of_it in parts.items()}


def _project_state(project: Project, parts: Sequence[Any]) -> ProjectState:
    ticked = frozenset(project.checklist).intersection(line for lines, _url, _at in parts for line in lines)
    url = next((url for _lines, url, _at in parts if url), "")
    return ProjectState(ticked, url, len(ticked) == len(project.checklist), parts[0][2] if parts else None)


MAX_LEARNERS = 64  # that a process caches
MAX_VALUES = 32  # memoized per state
MAX_SECONDS = 3600  # so that data of a deleted account does not stay for long


@dataclass(frozen=True)
class GoalState:
    """A goal whose role exists, and everything derived from it."""

    goal: Goal
    role: Role  # for a saved ad, an `AdRole` with the ad's title and targets
    industry: Industry | None
    curriculum: Curriculum
    wishes: Wishes
    readiness: Readiness
    gains: tuple[Gain, ...]
    plan: Plan
    reviews: tuple[PlannedReview, ...]  # of the next weeks, by date
    milestones: Mapping[str, Milestone] = field(repr=False, compare=False)  # by slug, at least those of the goal
    deadline_passed: bool  # if so, the plan ignores the deadline
    shorter: bool = False  # whether the learner chose the shorter plan and there is one

    @property
    def targets(self) -> Targets:
        return self.curriculum.targets

    @property
    def planned_by(self) -> Role | None:
        """The role whose path a saved ad follows; None if the goal is a role."""
        return self.role.planned_by if isinstance(self.role, AdRole) else None

    def requirement(self, skill: str) -> Requirement | None:
        """Returns the requirement of the goal for this skill, alone or as a member of a choice."""
        target = next((target for target in self.targets.values() if skill in target.one_of), None)
        return Requirement(skill, target.one_of[skill], target.importance) if target else None

    @property
    def before_applying(self) -> frozenset[str]:
        return deadlines.before_applying(self.curriculum, [stage.milestone for stage in self.plan.stages])

    @property
    def within(self) -> frozenset[str]:
        """Every skill that is relevant to the goal."""
        return self.curriculum.within


@dataclass(frozen=True)
class LearnerState:
    """Everything that we know about a learner. All mappings are by slug of a published skill; merged skills count as one, and
    retired ones are left out."""

    today: date
    version: int
    snapshot: Snapshot = field(repr=False)
    goals: tuple[Goal, ...]  # oldest first; the last one is the current goal
    skills: Mapping[str, SkillState]
    days_off: frozenset[date]
    pin: tuple[str, ...]  # in the learner's order
    skip: tuple[str, ...]
    later: tuple[str, ...]
    wishes: Wishes = NO_WISHES  # apart from pin, skip and later
    shorter: bool = False  # whether the steps of the shorter plan come first
    ticks: Mapping[str, tuple[Tick, ...]] = field(default_factory=dict)  # ticked units, also of merged skills
    completed: frozenset[str] = frozenset()  # milestones whose project is no longer planned
    projects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # completed projects by milestone
    credited: bool = True  # False for a goal that is older than milestones: see `_is_credited`
    seen: int = 0  # the latest revision whose changes the learner has seen
    ads: tuple[SavedAd, ...] = ()  # saved ads, oldest first
    studied: Mapping[date, int] = field(default_factory=dict)  # minutes of the latest study days
    _values: Lru[str, Any] = field(default_factory=lambda: Lru(MAX_VALUES), repr=False, compare=False)

    def memoize[T](self, name: str, make: Callable[[], T]) -> T:
        """Returns the value of `make`, which is called once per state."""
        value: T = self._values.memoize(name, make)
        return value

    @property
    def goal(self) -> Goal | None:
        return self.goals[-1] if self.goals else None

    @property
    def role_goal(self) -> Goal | None:
        """The goal before a saved ad became the goal, so that the learner can return to it; None if the goal is not an ad or
        there was no other goal."""
        if self.goal is None or not self.goal.ad:
            return None
        return next((goal for goal in reversed(self.goals) if not goal.is_ad and goal.role), None)

    @property
    def industry(self) -> Industry | None:
        """The industry of the goal."""
        return self.snapshot.industries[self.goal.industry] if self.goal and self.goal.industry else None

    @cached_property
    def stated(self) -> Mapping[str, int]:
        """Self-assessed levels, including level 0."""
        return {slug: known.level for slug, known in self.skills.items() if known.stated}

    @cached_property
    def at_least(self) -> Mapping[str, int]:
        """Levels that checks and projects show, for skills without a self-assessed level."""
        return {slug: known.level for slug, known in self.skills.items() if known.level and not known.stated}

    @property
    def own(self) -> Mapping[str, int]:
        """Levels that the learner stated, was checked on or has shown, including 0, without implied levels."""
        return {**self.at_least, **self.stated}

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """Effective levels: those stated, checked or shown, and those they imply."""
        return graph.with_implied(self.snapshot.graph, self.stated, self.at_least)

    @cached_property
    def effort(self) -> Mapping[str, tuple[float, ...]]:
        """Hours of each level of each skill, minus what the learner already knows."""
        return self.snapshot.effort_for(self.levels)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """How we know the level of each skill: the source of its highest slice."""
        return {slug: slices[-1] for slug, slices in self.slices.items()}

    @cached_property
    def slices(self) -> Mapping[str, tuple[str, ...]]:
        """How we know level 1, 2 and so on of each skill."""
        slices = {}
        for slug, level in self.levels.items():
            own = self.skills[slug].known.slices if slug in self.skills else ()
            slices[slug] = own + (IMPLIED,) * (level - len(own))
        return slices

    def proved_level(self, skill: str) -> int:
        """Returns the highest level that a check or a project shows; 0 if there is none."""
        slices = enumerate(self.slices.get(skill, ()), 1)
        return max((level for level, source in slices if source in PROOFS), default=0)

    def is_shown(self, skill: str, level: int) -> bool:
        """Returns whether projects show all levels up to this one."""
        return self.slices.get(skill, ())[:level].count(PROJECT) == level

    @cached_property
    def logged(self) -> Mapping[str, float]:
        """Hours that count towards the next level: study since the level last changed, and ticked units."""
        logged = {}
        for slug in self.skills.keys() | self.ticks.keys():
            minutes = self.skills[slug].minutes if slug in self.skills else 0
            level, ticks = self.levels.get(slug, 0), self.ticks.get(slug, ())
            if hours := logged_hours(self.snapshot.skills[slug], level, ticks, minutes):
                logged[slug] = hours
        return logged

    @cached_property
    def goal_state(self) -> GoalState | None:
        """The state of the goal; None without a goal or if its role has been retired."""
        goal = self.goal
        if goal is None or goal.role is None:
            return None
        return self.goal_state_for(goal)

    @cached_property
    def role_goal_state(self) -> GoalState | None:
        """The state of the goal as others may see it. For a saved ad, it is the state of the role that was the goal before or, if
        there was none, of the role whose path the ad follows."""
        if self.goal_state is None or self.goal_state.planned_by is None:
            return self.goal_state
        return self.goal_state_for(self.role_goal or replace(self.goal_state.goal, ad=None))

    def goal_state_for(self, goal: Goal, **changes: Any) -> GoalState:
        """Returns the state of any goal; `changes` replace some of the wishes or `shorter`. Raises PlanError."""
        snapshot, role = self.snapshot, self.role_of(goal)
        industry = snapshot.industries[goal.industry] if goal.industry else None
        curriculum = self.curriculum_of(goal)
        passed = goal.deadline is not None and goal.deadline < self.today
        shorter = changes.pop("shorter", self.shorter)
        wishes = self._wishes(curriculum, changes)
        plan = plans.plan(
            curriculum,
            wishes=wishes,
            deadline=None if passed else goal.deadline,
            shorter=shorter,
            **self._terms(goal, curriculum),
        )
        return GoalState(
            goal=goal,
            role=role,
            industry=industry,
            curriculum=curriculum,
            wishes=wishes,
            readiness=scores.readiness(
                curriculum.targets, self.levels, self.slices, industry.weights if industry else None
            ),
            gains=scores.gains(snapshot.graph, self.effort, curriculum.targets, plan.taught, self.levels, self.logged),
            plan=plan,
            reviews=self._study_days(goal)[1],
            milestones=milestones_of(snapshot, role),
            deadline_passed=passed,
            shorter=bool(shorter and plan.by_deadline and plan.by_deadline.shorter),
        )

    def wishes_for(self, goal: Goal) -> Wishes:
        """Returns the learner's wishes that apply to this goal."""
        return self._wishes(self.curriculum_of(goal), {}) if goal.role else NO_WISHES

    def role_of(self, goal: Goal) -> Role:
        """Returns the role of a goal whose role exists; for a saved ad, the ad as a role."""
        assert goal.role is not None
        role = self.snapshot.roles[goal.role]
        if goal.ad is None:
            return role
        return self._of_ad(goal.ad, role)[0]

    def curriculum_of(self, goal: Goal) -> Curriculum:
        """Returns the curriculum of a goal whose role exists."""
        assert goal.role is not None
        role = self.snapshot.roles[goal.role]
        if goal.ad is not None:
            return self._of_ad(goal.ad, role)[1]
        return role_curriculum(self.snapshot, role, self.snapshot.industries[goal.industry] if goal.industry else None)

    def _of_ad(self, ad: SavedAd, role: Role) -> tuple[AdRole, Curriculum]:
        """Returns the role and the curriculum of an ad. They are cached per state and not per process, because an ad belongs
        to one learner."""
        key = ad, role.slug
        if key not in self._made_of_ads:
            made = ad_role(ad, role, self.snapshot)
            self._made_of_ads[key] = made, role_curriculum(self.snapshot, made)
        return self._made_of_ads[key]

    @cached_property
    def _made_of_ads(self) -> dict[tuple[SavedAd, str], tuple[AdRole, Curriculum]]:
        return {}

    def outcome(self, goal_state: GoalState, **changes: Any) -> PlanOutcome:
        """Returns the outcome of the plan with other wishes."""
        return plans.outcome(
            goal_state.curriculum,
            wishes=replace(goal_state.wishes, **changes),
            **self._terms(goal_state.goal, goal_state.curriculum),
        )

    def _is_credited(self, goal: Goal) -> bool:
        """Returns whether the milestones that were complete from the start are already stored. They are stored when a goal is
        set, so not for a goal that is only tried out."""
        stored = self.goal
        return self.credited and stored is not None and target_of(goal) == target_of(stored)

    def calendar(self, goal: Goal) -> Calendar:
        """Returns the study days of a goal whose role exists, minus what was studied today and the time that reviews take."""
        return self._study_days(goal)[0]

    @cached_property
    def reviews(self) -> tuple[Review, ...]:
        """The next review of each skill that was checked or shown, sorted by due date."""
        proved = {slug: proof for slug, known in self.skills.items() if (proof := known.proved)}
        if not proved:
            return ()
        studied = {slug: known.studied_on for slug, known in self.skills.items() if known.studied_on}
        questions = {key: len(items) for key, items in self.snapshot.items_of.items()}
        return review.reviews(proved, studied, questions, self.snapshot.graph)

    def review_of(self, skill: str) -> Review | None:
        """Returns the next review of a skill; None if it has none."""
        return next((item for item in self.reviews if item.skill == skill), None)

    @cached_property
    def due_reviews(self) -> tuple[Review, ...]:
        """The reviews that are due today, in the order of the plan if there is one."""
        planned = (item.review for item in self.goal_state.reviews) if self.goal_state else iter(self.reviews)
        return tuple(item for item in planned if item.due <= self.today)

    def _study_days(self, goal: Goal) -> tuple[Calendar, tuple[PlannedReview, ...]]:
        if goal not in self._study_days_of:
            calendar = Calendar(self.today, goal.hours_per_week, goal.weekdays, self.days_off)
            calendar = calendar.use(60 * self.studied.get(self.today, 0))
            planned: tuple[PlannedReview, ...] = ()
            if self.reviews:
                monday = self.today - timedelta(days=self.today.weekday())
                done = sum(bool(known.reviewed_on and known.reviewed_on >= monday) for known in self.skills.values())
                weights = {
                    skill: target.weight
                    for target in self.curriculum_of(goal).targets.values()
                    for skill in target.one_of
                }
                planned = review.plan_reviews(self.reviews, calendar, weights, done)
                numbers = [calendar.study_days_until(item.on) for item in planned]
                calendar = calendar.reserve(numbers, 60 * REVIEW.minutes)
            self._study_days_of[goal] = calendar, planned
        return self._study_days_of[goal]

    @cached_property
    def _study_days_of(self) -> dict[Goal, tuple[Calendar, tuple[PlannedReview, ...]]]:
        """Caches the study days by goal, because comparing alternatives builds many plans for one goal."""
        return {}

    def _terms(self, goal: Goal, curriculum: Curriculum) -> dict[str, Any]:
        """Returns the arguments of a plan for the goal, without wishes and deadline."""
        return {
            "effort": self.effort,
            "calendar": self.calendar(goal),
            "levels": self.levels,
            "proved": self.completed | (frozenset() if self._is_credited(goal) else complete(curriculum, self.levels)),
            "logged": self.logged,
        }

    def _wishes(self, curriculum: Curriculum, changes: Mapping[str, Any]) -> Wishes:
        """Returns the wishes that apply to this goal. Wishes for an earlier goal stay stored and are ignored here."""
        wishes = replace(self.wishes, **{"pin": self.pin, "skip": self.skip, "later": self.later, **changes})
        if wishes == NO_WISHES:
            return wishes
        milestones = {milestone.slug: milestone for milestone in curriculum.milestones}

        def only(slugs: Iterable[str], known: Container[str]) -> tuple[str, ...]:
            return tuple(slug for slug in slugs if slug in known)

        return Wishes(
            pin=only(wishes.pin, curriculum.within),
            skip=only(wishes.skip, curriculum.within),
            later=only(wishes.later, curriculum.within),
            picked={
                choice: skill
                for choice, skill in wishes.picked.items()
                if choice in curriculum.targets and skill in curriculum.targets[choice].one_of
            },
            projects={
                slug: project
                for slug, project in wishes.projects.items()
                if slug in milestones and project in milestones[slug].projects
            },
            skip_milestones=frozenset(only(wishes.skip_milestones, milestones)),
            order=possible_order(curriculum, self.levels, only(wishes.order, milestones)),
        )


def target_of(goal: Goal) -> tuple[str | None, str | None, int | None]:
    """Returns what identifies a goal, regardless of its hours and dates: slugs of role and industry, and the id of the ad."""
    return goal.role, goal.industry, goal.ad.id if goal.ad else None


_lock = threading.Lock()
_curricula_of: Snapshot | None = None  # the snapshot of the cached curricula
_curricula: dict[tuple[str, str | None], Curriculum] = {}


def role_curriculum(snapshot: Snapshot, role: Role, industry: Industry | None = None) -> Curriculum:
    """Returns the curriculum of a role, alone or in an industry. It is cached per snapshot for all learners; that of a saved
    ad is not cached."""
    global _curricula_of
    if isinstance(role, AdRole):
        return _make_curriculum(snapshot, role, industry)
    key = (role.slug, industry.slug if industry else None)
    with _lock:
        if _curricula_of is not snapshot:
            _curricula_of = snapshot
            _curricula.clear()
        known = _curricula.get(key)
    if known is None:
        known = _make_curriculum(snapshot, role, industry)
        with _lock:
            if _curricula_of is snapshot:
                _curricula[key] = known
    return known


def _make_curriculum(snapshot: Snapshot, role: Role, industry: Industry | None) -> Curriculum:
    return Curriculum(
        graph=snapshot.graph,
        targets=targets(
            role.requirements,
            role.choices,
            industry.requirements if industry else None,
            industry.weights if industry else None,
        ),
        milestones=tuple(
            milestones_of(snapshot, role)[slug]
            for slug in in_place(role.milestones, industry.milestone if industry else None)
        ),
        apply_after=role.apply_after,
        projects=snapshot.projects,
        industry=industry.slug if industry else None,
        industry_skills=frozenset({**industry.requirements, **industry.emphases}) if industry else frozenset(),
        demand={slug: skill.demand for slug, skill in snapshot.skills.items() if skill.demand},
    )


_learner_states = RevisionCache[int, LearnerState](MAX_LEARNERS, seconds=MAX_SECONDS)


def learner_state(learner: User, *, snapshot: Snapshot, now: datetime) -> LearnerState:
    """Returns the state of a learner, with one query if the process has it cached and two otherwise. Do not call it between
    the writes of a transaction: a state that is rolled back would be cached under a version that is used again."""
    today = learner.local_date(now)
    version = Progress.objects.filter(learner=learner).values_list("version", flat=True).first()
    states = _learner_states.of(snapshot.key)
    if version is None:
        states.remove(learner.pk)
        return LearnerState(today, 0, snapshot, (), {}, frozenset(), (), (), ())
    known = states.get(learner.pk)
    if known is not None and (known.version, known.today) == (version, today):
        return known
    [(_pk, fields)] = learner_rows.read([learner.pk], snapshot)
    return states.put(learner.pk, LearnerState(today=today, snapshot=snapshot, **fields))


def forget(learner: User | None = None, snapshot: Snapshot | None = None) -> None:
    """Clears the cache, or removes the state of one learner from it."""
    if learner is None or snapshot is None:
        _learner_states.clear()
    else:
        _learner_states.of(snapshot.key).remove(learner.pk)


def drop(learner: int) -> None:
    """Removes the state of a learner from the cache of this process, because their account is deleted and the state holds the
    titles of their saved ads. Other processes drop it within MAX_SECONDS."""
    _learner_states.latest.remove(learner)


def learner_states(learners: Iterable[User], *, snapshot: Snapshot, now: datetime) -> dict[int, LearnerState]:
    """Returns the states of many learners by id, with one query and without the cache."""
    todays = {learner.pk: learner.local_date(now) for learner in learners}
    states = {pk: LearnerState(today, 0, snapshot, (), {}, frozenset(), (), (), ()) for pk, today in todays.items()}
    for pk, fields in learner_rows.read(todays, snapshot):
        states[pk] = LearnerState(today=todays[pk], snapshot=snapshot, **fields)
    return states
