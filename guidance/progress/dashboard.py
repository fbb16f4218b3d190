"""Everything that the dashboard shows in addition to the learner's state.

It takes two queries, regardless of the length of the history and the size of the catalogue: one for the learner's own rows, and
one for what changed in the catalogue. Their results are bounded too: minutes by day for the last 400 days and by week before
that, both from `StudyDay`; sums by area of the sessions of the last four weeks; one level for each skill that changed in those
weeks; a few changes.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from accounts.models import User
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import pace as paces
from guidance.progress.catalogue_changes import CatalogueChanges, CatalogueNews, ChangeNotice, changes_for
from guidance.progress.curriculum import coverage
from guidance.progress.learner_state import GoalState, LearnerState
from guidance.progress.pace import DAY, Forecast, Minutes, Planned, Point, Recent, Terms
from guidance.progress.plan import Plan
from guidance.progress.readiness import points
from guidance.progress.review import Review
from guidance.progress.streaks import Streak, WeeklyTarget, monday, streak
from guidance.progress.units import read_through, units_done

DAYS = 28  # in “the last four weeks”
MAX_POINTS = 65  # maximum length of `course`: the weeks of a year and a quarter


@dataclass(frozen=True, slots=True)
class LevelQuestion:
    """A level whose hours are all logged, or whose units are all ticked, so we ask whether the learner has reached it."""

    skill: str
    level: int
    hours: float  # logged since the last level
    effort: float


@dataclass(frozen=True, slots=True)
class Move:
    """A level that changed in the last four weeks, and the effect on readiness for the current goal."""

    skill: str
    before: int
    level: int
    on: date
    points: float  # negative if the level fell


@dataclass(frozen=True, slots=True)
class Pace:
    """Planned and logged time since the first goal."""

    recent: Recent
    course: tuple[Point, ...]  # from the day before the first goal to today
    forecast: Forecast | None
    # When it makes sense to apply, at the pace of the forecast or as planned; None if nothing is left before that point, or if it
    # is never reached.
    applying: date | None
    hours: float  # logged hours plus those left in the plan


@dataclass(frozen=True, slots=True)
class Dashboard:
    state: LearnerState = field(repr=False)
    since: date  # the day of the first goal or of the first study, whichever was earlier
    minutes: Minutes  # by day for the last 400 days; before that, by the Monday of the week
    areas: Mapping[str, int]  # minutes of the last 28 days, by area slug
    reviews: tuple[Review, ...]  # due reviews, in the order of the plan
    lost_role: str  # the name of the goal's role if it no longer exists, otherwise ""
    streak: Streak | None  # None without a goal
    # Only with a goal whose role exists:
    pace: Pace | None
    questions: tuple[LevelQuestion, ...]  # in the order of the plan
    moves: tuple[Move, ...]  # largest first
    ticked: frozenset[str]  # resources of the first step's skill that are ticked themselves or unit by unit, by slug
    ticked_lines: frozenset[str]  # of the checklist, if the first step is a project
    news: tuple[CatalogueNews, ...]  # the latest first
    notices: tuple[ChangeNotice, ...] = ()  # not seen yet, latest first


@dataclass(frozen=True, slots=True)
class _LearnerRows:
    """The rows of one learner in the database. They refer to records by id."""

    days: Mapping[str, int] = field(default_factory=dict)  # minutes by the first day of the period
    sessions: Sequence[tuple[int | None, int | None, int]] = ()  # area, resource, minutes
    before: Mapping[str, int] = field(default_factory=dict)  # level by skill
    ticked: Sequence[int] = ()  # resources
    ticked_lines: Sequence[str] = ()
    role: str = ""  # name of the role of the last goal


_NO_ROWS = _LearnerRows()


def dashboard(learner: User, state: LearnerState) -> Dashboard:
    """Returns the dashboard of a learner, memoized in the state."""
    return state.memoize("dashboard", lambda: _read_dashboard(learner, state))


def dashboards(states: Mapping[int, LearnerState]) -> dict[int, Dashboard]:
    """Returns the dashboards of many learners by id, without catalogue changes, with one query."""
    # Every write creates a row of `Progress`, so a learner without that row has no data.
    own = _read_rows({pk: state for pk, state in states.items() if state.version})
    return {pk: _dashboard(state, own.get(pk, _NO_ROWS), CatalogueChanges()) for pk, state in states.items()}


def planned_of(state: LearnerState) -> Planned:
    """Returns the study time planned by the goals. The state must have at least one goal."""
    terms = [Terms(goal.on, goal.hours_per_week, goal.weekdays) for goal in state.goals]
    return Planned(terms, state.days_off)


def _read_dashboard(learner: User, state: LearnerState) -> Dashboard:
    own = _read_rows({learner.pk: state} if state.version else {}).get(learner.pk, _NO_ROWS)
    return _dashboard(state, own, changes_for(learner, state))


def _dashboard(state: LearnerState, own: _LearnerRows, new: CatalogueChanges) -> Dashboard:
    snapshot, today, goals, goal_state = state.snapshot, state.today, state.goals, state.goal_state
    minutes = {date.fromisoformat(day): total for day, total in own.days.items()}
    first_days = [goal.on for goal in goals[:1]] + [day for day in minutes if day <= today]
    planned = planned_of(state) if goals else None
    return Dashboard(
        state=state,
        since=min(first_days, default=today),
        minutes=minutes,
        areas=_areas(own.sessions, snapshot),
        reviews=state.due_reviews,
        lost_role=own.role if goals and goal_state is None else "",
        streak=_streak(state, planned, minutes) if planned else None,
        pace=_pace(planned, minutes, today, goal_state.plan) if planned and goal_state else None,
        questions=tuple(_questions(state, goal_state)) if goal_state else (),
        moves=_moves(state, goal_state, own.before) if goal_state else (),
        ticked=_ticked(state, own.ticked),
        ticked_lines=frozenset(own.ticked_lines),
        news=new.news,
        notices=new.notices,
    )


# Reading


def _read_rows(states: Mapping[int, LearnerState]) -> dict[int, _LearnerRows]:
    """Returns the rows of each learner. Rows about a skill, resource or project that any of the learners needs are read for all
    of them."""
    if not states:
        return {}
    known = states.values()
    values: dict[str, Any] = {
        "learners": list(states),
        "todays": [state.today for state in known],
        "days_from": [monday(state.today - (paces.MEMORY - 1) * DAY) for state in known],
        "set_out": [state.goals[0].on if state.goals else state.today for state in known],
        "days": DAYS,
        "skills": list(
            {pk for state in known for slug in _changed_skills(state) for pk in state.snapshot.ids[Kind.SKILL, slug]}
        ),
        "resources": list({pk for state in known for pk in _resources_of_first_step(state)}),
        "projects": list({pk for state in known for pk in _projects_of_first_step(state)}),
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, values)
        return {learner: _LearnerRows(*columns) for learner, *columns in cursor}


def _resources_of_first_step(state: LearnerState) -> Iterable[int]:
    skill = state.goal_state.plan.steps[0].skill if state.goal_state and state.goal_state.plan.steps else None
    if skill is not None:
        for slug in state.snapshot.resources_of[skill]:
            yield from state.snapshot.ids[Kind.RESOURCE, slug]


def _projects_of_first_step(state: LearnerState) -> Iterable[int]:
    """Returns the ids of the first step's project and of those merged into it."""
    project = state.goal_state.plan.steps[0].project if state.goal_state and state.goal_state.plan.steps else None
    return state.snapshot.ids[Kind.PROJECT, project] if project is not None else ()


# Raw SQL: building the query for each dashboard and each batch of emails would take several times as long as running it.
# - Minutes are by day from a Monday on, and by week before that; the week of the first goal is split at its day.
# - The previous level is read for skills that changed in the last four weeks. Levels up to the moment of the first goal are the
#   starting point and not a change.
_ROWS = """
SELECT
    own.learner,
    (
        SELECT coalesce(json_object_agg(day, minutes), '{}')
        FROM (
            SELECT
                CASE
                    WHEN "on" >= own.days_from THEN "on"
                    WHEN "on" >= own.set_out THEN greatest(date_trunc('week', "on"::timestamp)::date, own.set_out)
                    ELSE date_trunc('week', "on"::timestamp)::date
                END AS day,
                sum(minutes) AS minutes
            FROM progress_studyday WHERE learner_id = own.learner GROUP BY 1
        ) AS days
    ) AS days,
    (
        SELECT coalesce(json_agg(json_build_array(area_id, resource_id, minutes)), '[]')
        FROM (
            SELECT skill.area_id, session.resource_id, sum(session.minutes) AS minutes
            FROM progress_studysession AS session LEFT JOIN catalog_skill AS skill ON skill.id = session.skill_id
            WHERE session.learner_id = own.learner AND session."on" > own.today - %(days)s AND session."on" <= own.today
            GROUP BY 1, 2
        ) AS sessions
    ) AS sessions,
    (
        SELECT coalesce(json_object_agg(skill_id, level), '{}')
        FROM (
            SELECT DISTINCT ON (skill_id) skill_id, level
            FROM progress_assessment AS assessment
            WHERE learner_id = own.learner AND skill_id = ANY(%(skills)s::bigint[]) AND undoes_id IS NULL
                AND NOT EXISTS (SELECT FROM progress_assessment AS undoing WHERE undoing.undoes_id = assessment.id)
                AND (
                    "on" <= own.today - %(days)s
                    OR at <= (SELECT at FROM progress_goal WHERE learner_id = own.learner ORDER BY id LIMIT 1)
                )
            ORDER BY skill_id, id DESC
        ) AS levels
    ) AS before,
    ARRAY(
        SELECT resource_id FROM progress_resourcestate
        WHERE learner_id = own.learner AND resource_id = ANY(%(resources)s::bigint[])
    ) AS ticked,
    ARRAY(
        SELECT DISTINCT unnest(ticked) FROM progress_projectwork
        WHERE learner_id = own.learner AND project_id = ANY(%(projects)s::bigint[])
    ) AS ticked_lines,
    coalesce((
        SELECT role.name FROM progress_goal AS goal JOIN catalog_role AS role ON role.id = goal.role_id
        WHERE goal.learner_id = own.learner ORDER BY goal.id DESC LIMIT 1
    ), '') AS role
FROM unnest(%(learners)s::bigint[], %(todays)s::date[], %(days_from)s::date[], %(set_out)s::date[])
    AS own (learner, today, days_from, set_out)
"""


# Calculations


def _areas(sessions: Iterable[tuple[int | None, int | None, int]], snapshot: Snapshot) -> Mapping[str, int]:
    """Returns minutes by area. Time logged on a resource without a skill counts for the resource's first skill."""
    minutes: Counter[str] = Counter()
    for in_area, on_resource, total in sessions:
        area = snapshot.slugs.get((Kind.AREA, in_area)) if in_area else None
        resource = snapshot.slugs.get((Kind.RESOURCE, on_resource)) if on_resource else None
        if area is None and resource is not None:
            skills = snapshot.resources[resource].skills
            area = next((snapshot.skills[slug].area.slug for slug in skills), None)
        if area is not None:
            minutes[area] += total
    return dict(minutes)


def _streak(state: LearnerState, planned: Planned, minutes: Minutes) -> Streak:
    weeks: Counter[date] = Counter()
    since = min(state.goals[0].on, state.today)
    for day, total in minutes.items():
        if day >= since:
            weeks[monday(day)] += total
    targets = [WeeklyTarget(goal.on, goal.weekly_target) for goal in state.goals]
    return streak(weeks, targets, state.today, planned.weeks_off(), planned.first_share())


def _pace(planned: Planned, minutes: Minutes, today: date, plan: Plan) -> Pace:
    hours = plan.total_hours
    since = planned.terms[0].since
    ends = paces.week_ends(since, today)
    every = -(-len(ends) // MAX_POINTS)
    course = paces.course(
        planned,
        {day: total for day, total in minutes.items() if day >= since},
        sorted({since - DAY, *ends[::-every]}),
    )
    return Pace(
        recent=paces.recent(planned, minutes, today),
        course=course,
        forecast=paces.forecast(planned, minutes, today, hours),
        applying=_applying(planned, minutes, today, plan),
        hours=course[-1].done / 60 + hours,
    )


def _applying(planned: Planned, minutes: Minutes, today: date, plan: Plan) -> date | None:
    if plan.applying is None:
        return None
    forecast = paces.forecast(planned, minutes, today, plan.applying.hours)
    return forecast.expected if forecast else plan.applying.end


def _ticked(state: LearnerState, own: Iterable[int]) -> frozenset[str]:
    ticked = frozenset(state.snapshot.slugs[Kind.RESOURCE, pk] for pk in own)
    skill = state.goal_state.plan.steps[0].skill if state.goal_state and state.goal_state.plan.steps else None
    return ticked | read_through(state, skill) if skill is not None else ticked


def _questions(state: LearnerState, goal_state: GoalState) -> Iterable[LevelQuestion]:
    for step in goal_state.plan.steps:
        if step.skill is None:
            continue
        effort = state.effort[step.skill][step.from_level]
        logged = state.logged.get(step.skill, 0.0)
        is_done = logged >= effort or units_done(state, step.skill, step.to_level)
        if step.from_level == state.levels.get(step.skill, 0) and is_done:
            yield LevelQuestion(step.skill, step.to_level, logged, effort)


def _moves(state: LearnerState, goal_state: GoalState, levels: Mapping[str, int]) -> tuple[Move, ...]:
    before: dict[str, int] = {}
    for number, level in levels.items():
        slug = state.snapshot.slugs[Kind.SKILL, int(number)]
        before[slug] = max(before.get(slug, 0), level)
    share = points(goal_state.targets)
    moves = []
    for slug, since in _changed_skills(state).items():
        level, then = state.skills[slug].level, before.get(slug, 0)
        gained = math.fsum(
            share[name] * (coverage(target, state.levels) - coverage(target, {**state.levels, slug: then}))
            for name, target in goal_state.targets.items()
            if slug in target.one_of
        )
        moves.append(Move(slug, then, level, since, gained))
    return tuple(sorted((move for move in moves if move.points), key=lambda move: (-abs(move.points), move.skill)))


def _changed_skills(state: LearnerState) -> Mapping[str, date]:
    """Returns the skills whose level changed in the last four weeks, with the day of the change."""
    start = state.today - (DAYS - 1) * DAY
    return {slug: known.since for slug, known in state.skills.items() if known.since and known.since >= start}
