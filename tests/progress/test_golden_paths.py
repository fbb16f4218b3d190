"""Checks that paths of the catalogue follow what our own guides say about where to start, in which order, and for how long."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from guidance.catalog.graph import with_implied
from guidance.progress.deadlines import MIN_GAIN
from guidance.progress.path import complete
from guidance.progress.plan import Calendar, plan
from tests.progress.givens import curriculum, paths

MONDAY = date(2026, 11, 30)
ROLES, INDUSTRIES, STARTS = sorted(paths().roles), sorted(paths().industries), sorted(paths().starting_points)
DATA_ROLES = {"data-analyst", "data-scientist"}


def planned(role, levels=None, industry=None, hours=8, **more):
    asked, known = curriculum(role, industry), levels or {}
    calendar = Calendar(MONDAY, hours)
    return plan(
        asked, paths().effort_for(known), calendar=calendar, levels=known, proved=complete(asked, known), **more
    )


def hours_before(found, skill, level):
    """The hours before this step starts, including projects."""
    hours = 0.0
    for step in found.steps:
        if (step.skill, step.to_level) == (skill, level):
            return hours
        hours += step.hours
    raise AssertionError(f"{skill} {level} is not in the plan")


def hours_after(found, skill, level):
    taken = next(step.hours for step in found.steps if (step.skill, step.to_level) == (skill, level))
    return hours_before(found, skill, level) + taken


@pytest.mark.parametrize("role", ROLES)
def test_from_nothing_the_first_program_comes_first(role):
    requirements = paths().roles[role]["requirements"]
    if requirements.get("python", {"level": 0})["level"] < 2:
        pytest.skip("the role asks for less than Python 2")
    found = planned(role)
    first = {(step.skill, step.to_level) for step in found.steps[:3]}
    assert ("python", 1) in first or (role in DATA_ROLES and ("sql", 1) in first)
    share = 1 / 3 if role in DATA_ROLES else 1 / 4
    assert hours_after(found, "python", 2) <= share * found.total_hours


def test_backend_developer_calls_a_model_within_twenty_hours_and_retrieves_early():
    found = planned("ai-engineer", paths().starting_points["backend-developer"])
    assert hours_after(found, "llm-apis", 1) <= 20
    assert hours_before(found, "retrieval-augmented-generation", 1) <= 0.25 * found.total_hours
    assert hours_after(found, "retrieval-augmented-generation", 2) <= 0.4 * found.total_hours


@pytest.mark.parametrize("start", ["frontend-developer", "java-or-c-sharp-developer"])
def test_developer_in_another_language_learns_what_is_new_in_python_and_calls_a_model_within_thirty_hours(start):
    for role in ("ai-engineer", "llm-application-engineer"):
        found = planned(role, paths().starting_points[start])
        assert hours_after(found, "python", 1) <= 12
        assert hours_after(found, "llm-apis", 1) <= 30
        python = {step.to_level: step.hours for step in found.steps if step.skill == "python"}
        assert python[1] <= 10
        assert python[1] + python[2] <= 32


@pytest.mark.parametrize("role", ROLES)
def test_calls_that_need_tests_and_classes_come_after_these_are_taught(role):
    for start in ("complete-beginner", *STARTS):
        order = [(step.skill, step.to_level) for step in planned(role, paths().starting_points[start]).steps]
        for late in (("llm-apis", 2), ("structured-outputs", 2)):
            if late in order:
                assert {("python", 2), ("software-testing", 1)}.isdisjoint(order[order.index(late) :]), (start, late)


def test_data_analyst_learns_statistics_and_modelling_before_deep_learning():
    found = planned("data-scientist", paths().starting_points["data-analyst"])
    order = [step.skill for step in found.steps]
    deep = [order.index(slug) for slug in ("deep-learning", "neural-networks", "pytorch") if slug in order]
    assert all(order.index(slug) < first for slug in ("supervised-learning", "statistics") for first in deep)


def order_of(found):
    """The position in the plan, by (skill, level) or project."""
    return {step.project or (step.skill, step.to_level): at for at, step in enumerate(found.steps)}


def test_data_analyst_has_git_before_the_first_project_and_tests_before_applying():
    found = planned("data-scientist", paths().starting_points["data-analyst"])
    order, applies = order_of(found), paths().roles["data-scientist"]["apply_after"]
    assert order["git", 1] < next(at for at, step in enumerate(found.steps) if step.skill is None)
    assert order["probability", 1] < order["hypothesis-testing", 2]
    before = max(at for at, step in enumerate(found.steps) if step.milestone == applies)
    assert max(order["hypothesis-testing", 1], order["regression-analysis", 1]) < before


@pytest.mark.parametrize(
    ("role", "start"), [("data-scientist", "data-analyst"), ("machine-learning-engineer", "backend-developer")]
)
def test_models_are_shown_soon_and_compared_with_trees_and_intervals(role, start):
    found = planned(role, paths().starting_points[start])
    order, first = order_of(found), next(step for step in found.steps if step.project == "loaves-for-tomorrow")
    assert sum(step.hours for step in found.steps if step.milestone == first.milestone) <= 75
    assert order["scikit-learn", 1] < order["supervised-learning", 1] < order["loaves-for-tomorrow"]
    compared = order["flight-delays-without-leakage"]
    assert max(order["tree-ensembles", 2], order["model-evaluation", 2]) < compared
    assert order.get(("statistics", 1), -1) < order["model-evaluation", 2]


@pytest.mark.parametrize(
    ("industry", "project"),
    [
        ("finance", "who-will-miss-a-payment"),
        ("healthcare", "who-comes-back-within-a-month"),
        ("logistics", "flight-delays-without-leakage"),
    ],
)
def test_an_engineer_of_models_meets_the_industry_early(industry, project):
    found = planned("machine-learning-engineer", paths().starting_points["backend-developer"], industry)
    assert sum(step.hours for step in found.steps[: order_of(found)[project]]) <= 0.25 * found.total_hours


@pytest.mark.parametrize("role", ROLES)
def test_from_nothing_the_first_project_begins_within_sixty_hours(role):
    found = planned(role)
    first = next(at for at, step in enumerate(found.steps) if step.skill is None)
    assert sum(step.hours for step in found.steps[:first]) <= 60


@pytest.mark.parametrize("role", ROLES)
def test_nothing_that_matters_little_comes_before_the_first_project_unless_that_needs_it(role):
    asked = curriculum(role)
    minor = {skill for target in asked.targets.values() if target.importance <= 2 for skill in target.one_of}
    for start in ("complete-beginner", *STARTS):
        for step in planned(role, paths().starting_points[start]).steps:
            if step.skill is None:
                break
            others = set(step.because.required_by) - {step.skill}
            assert step.skill not in minor or step.to_level > 1 or step.because.project or others, (start, step)


def is_related(one, other):
    graph = curriculum("ai-engineer").graph
    if one.skill is None or other.skill is None:
        return one.milestone == other.milestone
    return (
        one.skill == other.skill
        or paths().areas[one.skill] == paths().areas[other.skill]
        or one.skill in graph[other.skill]
        or other.skill in graph[one.skill]
    )


@pytest.mark.parametrize("role", ROLES)
def test_neighbours_on_the_path_belong_together(role):
    steps = planned(role).steps
    related = [is_related(one, other) for one, other in pairwise(steps)]
    assert sum(related) >= 0.5 * len(related)


def test_whoever_knows_the_tools_is_not_sent_to_their_beginnings():
    graph = curriculum("ai-engineer").graph
    stated = {"retrieval-augmented-generation": 3, "pytorch": 3, "langchain": 2, "kubernetes": 3}
    steps = {(step.skill, step.to_level) for step in planned("ai-engineer", with_implied(graph, stated)).steps}
    assert steps.isdisjoint({("python", 1), ("docker", 1), ("linux", 1)})


@pytest.mark.parametrize("role", ROLES)
def test_every_plan_is_whole_and_every_industry_changes_it(role):
    """For all industries and backgrounds: prerequisites come first, readiness ends at 100, an industry changes at least two steps
    and a project, and its own milestone comes before the last one of the role."""
    graph = curriculum(role).graph
    for start in STARTS:
        levels = paths().starting_points[start]
        plain = {(step.skill, step.to_level, step.project) for step in planned(role, levels).steps}
        for industry in (None, *INDUSTRIES):
            found, known = planned(role, levels, industry), dict(levels)
            for step in found.steps:
                if step.skill is None:
                    proves = paths().projects[step.project].proves
                    assert all(known.get(slug, 0) >= level for slug, level in proves.items()), (start, industry, step)
                    continue
                assert known.get(step.skill, 0) == step.from_level
                if step.from_level == 0:
                    assert all(known.get(need, 0) >= level for need, level in graph[step.skill].items())
                known[step.skill] = step.to_level
            assert found.readiness_at_end == pytest.approx(100), (start, industry)
            if industry:
                steps = {(step.skill, step.to_level, step.project) for step in found.steps}
                changed = steps ^ plain
                assert len([step for step in changed if step[2] is None]) >= 2, (start, industry)
                assert any(step[2] is not None for step in changed), (start, industry)
                stages = [stage.milestone for stage in found.stages]
                assert stages.index(paths().industries[industry]["milestone"]) == len(stages) - 2


@pytest.mark.parametrize("role", ROLES)
def test_whoever_is_in_the_middle_of_a_step_goes_on_in_it(role):
    """This holds wherever the role's milestones have that step: the milestones may have changed since yesterday."""
    graph = curriculum(role).graph
    for start in ("complete-beginner", "backend-developer", "data-analyst"):
        levels = paths().starting_points[start]
        usual = planned(role, levels)
        for step in usual.steps:
            if step.skill is None or step.from_level != levels.get(step.skill, 0):
                continue
            needs = graph[step.skill].items() if step.from_level == 0 else ()
            if any(levels.get(need, 0) < level for need, level in needs):
                continue
            half = paths().effort_for(levels)[step.skill][step.from_level] / 2
            found = planned(role, levels, logged={step.skill: half})
            assert (found.steps[0].skill, found.steps[0].to_level) == (step.skill, step.to_level)
            assert found.steps[0].hours == pytest.approx(half)
            assert [named(one)[1:] for one in found.steps[1:]] == [named(one)[1:] for one in usual.steps if one != step]


def test_a_shorter_way_leads_further_in_hundreds_of_late_plans():
    late = offered = 0
    for role in ROLES:
        for start in ("complete-beginner", "backend-developer", "data-analyst"):
            for hours in (4, 8, 16):
                for weeks in (10, 26, 52, 78):
                    levels, deadline = paths().starting_points[start], MONDAY + timedelta(weeks=weeks)
                    usual = planned(role, levels, hours=hours, deadline=deadline)
                    if usual.by_deadline is None:
                        continue
                    late += 1
                    if (shorter := usual.by_deadline.shorter) is None:
                        continue
                    offered += 1
                    taken = planned(role, levels, hours=hours, deadline=deadline, shorter=True)
                    count, current = len(shorter.steps), usual.steps[0].milestone
                    assert sorted(map(repr, map(named, taken.steps))) == sorted(map(repr, map(named, usual.steps)))
                    assert taken.steps[count - 1].end <= deadline
                    # Compare the two plans on that day, independently of what the answer states.
                    assert by(deadline, taken) == pytest.approx(shorter.readiness)
                    assert by(deadline, usual) == pytest.approx(usual.by_deadline.path.readiness)
                    assert by(deadline, taken) >= by(deadline, usual) + MIN_GAIN
                    assert {named(step) for step in usual.steps if step.milestone == current} <= {
                        named(step) for step in taken.steps if step.end <= deadline
                    }
    assert late >= 400
    assert offered


def by(deadline, found):
    """The readiness on that day."""
    return max((step.readiness_after for step in found.steps if step.end <= deadline), default=found.readiness)


def named(step):
    return step.milestone, step.skill, step.to_level, step.project
