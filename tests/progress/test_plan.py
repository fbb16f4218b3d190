import os
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.catalog import graph as prerequisites
from guidance.progress.curriculum import targets
from guidance.progress.path import PlanError, UnreachableSkill, Wishes
from guidance.progress.plan import Calendar, Stage, Step, StepReasons, plan
from guidance.progress.readiness import readiness, remaining
from tests.progress.givens import Brief, Need, Stone, asked, catalogue, goals, large, seconds_for

MONDAY = date(2026, 11, 30)
EXAMPLES = int(os.environ.get("EXAMPLES", "200"))  # EXAMPLES=10000 for the long run
GRAPH = {"python": {}, "sql": {}, "statistics": {"python": 1}, "rag": {"python": 2, "statistics": 1}}
EFFORT = {
    "python": (10.0, 20.0, 30.0, 40.0),
    "sql": (5.0, 10.0, 20.0, 40.0),
    "statistics": (8.0, 16.0, 32.0, 64.0),
    "rag": (4.0, 8.0, 16.0, 32.0),
}
ROLE = {"python": Need(2, 5), "sql": Need(2, 3), "rag": Need(1, 2)}


def planned(calendar=None, *, graph=GRAPH, effort=EFFORT, requirements=ROLE, emphases=None, **changes):
    """Make a plan. `skip`, `pin` and `later` become wishes; other keywords are passed to `plan`."""
    wishes = Wishes(**{name: changes.pop(name) for name in ("skip", "pin", "later") if name in changes})
    goal = asked(graph, requirements, emphases)
    return plan(goal, effort, calendar=calendar or Calendar(MONDAY, 7), wishes=wishes, **changes)


def levels_of(found):
    return [(step.skill, step.to_level) for step in found.steps]


def refused(field, code, call, message):
    with pytest.raises(PlanError) as error:
        call()
    assert (error.value.field, error.value.code) == (field, code)
    assert str(error.value) == error.value.message == message


STONES = (
    Stone("first", (("python", 1), ("sql", 1)), ("tool",)),
    Stone("second", (("rag", 1), ("sql", 2)), ("answers",)),
)
BRIEFS = {"tool": Brief({"python": 1}, 4.0), "answers": Brief({"rag": 1}, 6.0)}
MILESTONES = {"milestones": STONES, "projects": BRIEFS}


def staged(calendar=None, levels=None, **changes):
    goal = asked(GRAPH, ROLE, **MILESTONES)
    return plan(goal, EFFORT, calendar=calendar or Calendar(MONDAY, 10, {1, 3}), levels=levels, **changes)


def test_steps_hold_everything_there_is_to_say():
    found = staged()
    # Points: python 25 a level, sql 15 a level, rag 20.
    assert found.steps == (
        Step("first", "python", 0, 1, None, 10.0, MONDAY, date(2026, 12, 2), 25.0, StepReasons(("python", "rag"), ("statistics",), "tool")),
        Step("first", "sql", 0, 1, None, 5.0, date(2026, 12, 7), date(2026, 12, 7), 40.0, StepReasons(("sql",), ())),
        Step("first", None, 0, 0, "tool", 4.0, date(2026, 12, 9), date(2026, 12, 9), 40.0, StepReasons((), ())),
        Step("second", "python", 1, 2, None, 20.0, date(2026, 12, 9), date(2026, 12, 23), 65.0, StepReasons(("python", "rag"), ("rag",), "answers")),
        Step("second", "statistics", 0, 1, None, 8.0, date(2026, 12, 23), date(2026, 12, 30), 65.0, StepReasons(("rag",), ("rag",), "answers")),
        Step("second", "rag", 0, 1, None, 4.0, date(2026, 12, 30), date(2027, 1, 4), 85.0, StepReasons(("rag",), (), "answers")),
        Step("second", "sql", 1, 2, None, 10.0, date(2027, 1, 4), date(2027, 1, 11), 100.0, StepReasons(("sql",), ())),
        Step("second", None, 0, 0, "answers", 6.0, date(2027, 1, 11), date(2027, 1, 13), 100.0, StepReasons((), ())),
    )  # fmt: skip
    assert found.stages == (
        Stage("first", "tool", 19.0, MONDAY, date(2026, 12, 9), 40.0, False),
        Stage("second", "answers", 48.0, date(2026, 12, 9), date(2027, 1, 13), 100.0, False),
    )
    assert (found.total_hours, found.readiness, found.readiness_at_end) == (67.0, 0.0, 100.0)
    assert found.finish == date(2027, 1, 13)
    assert (found.on_time, found.hours_per_week_needed, found.by_deadline) == (None, None, None)
    assert found.unreachable == ()


def test_a_milestone_with_nothing_left_is_done_and_keeps_its_readiness():
    found = staged(levels={"python": 1, "sql": 1}, proved={"first"})
    assert found.stages[0] == Stage("first", None, 0, None, None, 40.0, True)
    assert found.readiness == 40.0


def test_a_milestone_that_a_skip_empties_is_not_done():
    found = staged(levels={"sql": 2}, wishes=Wishes(skip=["python"]))
    assert [(stage.milestone, stage.done) for stage in found.stages] == [("first", False), ("second", False)]
    assert found.readiness_at_end == 30.0


def test_a_skill_already_begun_pulls_no_prerequisites():
    found = planned(requirements={"rag": Need(3, 1)}, levels={"rag": 1})
    assert levels_of(found) == [("rag", 2), ("rag", 3)]
    assert found.readiness == pytest.approx(100 / 3)
    assert found.steps[-1].readiness_after == 100.0


def test_a_skill_already_begun_waits_for_no_prerequisite_that_others_need():
    role = {"rag": Need(2, 5), "statistics": Need(1, 1)}
    found = planned(requirements=role, levels={"rag": 1})
    assert levels_of(found) == [("rag", 2), ("python", 1), ("statistics", 1)]
    assert [step.because.unlocks for step in found.steps] == [(), ("statistics",), ()]


def test_a_step_names_the_heaviest_requirement_first():
    role = {"python": Need(1, 1), "rag": Need(1, 5), "statistics": Need(1, 3)}
    assert planned(requirements=role).steps[0].because.required_by == ("rag", "statistics", "python")


def test_nothing_is_missing():
    found = planned(levels={"python": 2, "sql": 4, "rag": 1}, deadline=MONDAY)
    assert (found.steps, found.total_hours, found.finish) == ((), 0.0, None)
    assert (found.readiness, found.on_time) == (100.0, True)


def test_a_role_without_requirements():
    found = planned(requirements={})
    assert (found.steps, found.readiness) == ((), 0.0)


def test_logged_hours_shorten_the_next_step_only_and_leave_a_tenth():
    found = planned(logged={"sql": 100.0, "python": 2.5})
    hours = {(step.skill, step.to_level): step.hours for step in found.steps}
    assert hours["sql", 1] == 0.5
    assert hours["sql", 2] == 10.0
    assert hours["python", 1] == 7.5


def test_a_step_of_which_a_quarter_is_logged_goes_on_first():
    usual = [(step.skill, step.to_level) for step in planned().steps]
    assert usual.index(("sql", 1)) > 0
    little = planned(logged={"sql": 1.2})
    assert [(step.skill, step.to_level) for step in little.steps] == usual
    found = planned(logged={"sql": 1.25, "python": 2.4})
    assert (found.steps[0].skill, found.steps[0].to_level) == ("sql", 1)
    further = planned(logged={"sql": 1.25, "python": 2.6})
    assert (further.steps[0].skill, further.steps[0].to_level) == ("python", 1)


def test_its_readiness_is_that_of_the_score():
    emphases, levels = {"python": 0.123, "sql": 0.777}, {"sql": 1}  # none of the weights is a round number
    found = planned(emphases=emphases, levels=levels)
    goal = targets(ROLE, emphases=emphases)
    assert found.readiness == pytest.approx(readiness(goal, levels).readiness, abs=1e-5)
    first = found.steps[0]
    then = readiness(goal, levels | {first.skill: first.to_level})
    assert first.readiness_after == pytest.approx(then.readiness, abs=1e-5)


def test_skip_leaves_out_what_cannot_be_begun_and_what_only_that_needs():
    found = planned(skip=["python"])
    assert levels_of(found) == [("sql", 1), ("sql", 2)]
    assert found.unreachable == (UnreachableSkill("rag", "python"), UnreachableSkill("statistics", "python"))
    assert found.steps[-1].readiness_after == 30.0
    assert levels_of(planned(skip=["rag"])) == [("python", 1), ("python", 2), ("sql", 1), ("sql", 2)]
    assert planned(skip=["rag"]).unreachable == ()


def test_skip_at_the_level_needed_leaves_nothing_unreachable():
    found = planned(levels={"python": 2}, skip=["python", "sql"])
    assert levels_of(found) == [("statistics", 1), ("rag", 1)]
    assert found.unreachable == ()
    assert planned(levels={"python": 1}, skip=["python"]).unreachable == (UnreachableSkill("rag", "python"),)


def test_what_only_a_skipped_skill_needs_is_not_called_unreachable():
    graph = {"a": {}, "b": {"a": 1}, "c": {"b": 1}, "d": {}}
    effort = dict.fromkeys("abcd", (1.0, 1.0, 1.0, 1.0))
    found = planned(graph=graph, effort=effort, requirements={"c": Need(1, 1), "d": Need(1, 1)}, skip=["c", "a"])
    assert levels_of(found) == [("d", 1)]
    assert found.unreachable == ()


def test_what_only_a_skipped_prerequisite_needs_is_not_called_unreachable():
    graph = {"a": {}, "b": {"a": 1}, "c": {"b": 1}, "d": {"c": 1}}
    effort = dict.fromkeys("abcd", (1.0, 1.0, 1.0, 1.0))
    found = planned(graph=graph, effort=effort, requirements={"d": Need(1, 1)}, skip=["a", "c"])
    assert found.unreachable == (UnreachableSkill("d", "c"),)


def test_a_skill_already_begun_is_not_unreachable_nor_is_what_it_would_have_needed():
    found = planned(requirements={"rag": Need(3, 1), "python": Need(1, 1)}, levels={"rag": 1}, skip=["python"])
    assert levels_of(found) == [("rag", 2), ("rag", 3)]
    assert found.unreachable == ()


def test_everything_skipped_is_an_empty_plan():
    found = planned(skip=["python", "sql", "rag"], deadline=MONDAY)
    assert (found.steps, found.total_hours, found.finish, found.on_time) == ((), 0.0, None, True)


def test_pin_brings_the_missing_closure_first_in_the_order_of_the_list():
    found = planned(pin=["statistics", "sql"])
    assert levels_of(found) == [("python", 1), ("statistics", 1), ("sql", 1), ("sql", 2), ("python", 2), ("rag", 1)]
    assert levels_of(planned(pin=["rag"]))[-2:] == [("sql", 1), ("sql", 2)]
    assert levels_of(planned(pin=["rag"], skip=["python"])) == [("sql", 1), ("sql", 2)]


def test_later_comes_after_everything_that_does_not_depend_on_it():
    assert levels_of(planned(later=["sql"]))[-2:] == [("sql", 1), ("sql", 2)]
    found = levels_of(planned(later=["python"]))
    assert found[:2] == [("sql", 1), ("sql", 2)]
    assert levels_of(planned(later=["python"], pin=["statistics"]))[:2] == [("python", 1), ("statistics", 1)]


def test_an_override_of_a_skill_that_is_met_changes_nothing():
    levels = {"sql": 2}
    assert planned(levels=levels, pin=["sql"]) == planned(levels=levels, skip=["sql"]) == planned(levels=levels)


def test_wrong_overrides_are_refused():
    outside = "aws is not part of the goal."
    refused("skip", "outside", lambda: planned(skip=["aws"]), outside)
    refused("pin", "outside", lambda: planned(pin=["aws"]), outside)
    refused("later", "twice", lambda: planned(skip=["sql"], later=["sql"]), "sql is in skip as well.")
    refused("pin", "twice", lambda: planned(skip=["sql"], pin=["python", "sql"]), "sql is in skip as well.")
    assert planned(pin=["sql", "sql"]) == planned(pin=["sql"])


@pytest.mark.parametrize("hours", [0.49, 80.01, 0, -1, float("nan"), float("inf")])
def test_hours_out_of_range_are_refused(hours):
    refused("hours_per_week", "range", lambda: Calendar(MONDAY, hours), "Between 0.5 and 80 hours a week.")


@pytest.mark.parametrize("weekdays", [[], [0], [8], [1, 9]])
def test_weekdays_that_are_none_are_refused(weekdays):
    message = "At least one weekday, from 1 for Monday to 7 for Sunday."
    refused("weekdays", "range", lambda: Calendar(MONDAY, 7, weekdays), message)


def test_a_deadline_before_the_start_is_refused():
    yesterday = MONDAY - timedelta(days=1)
    refused("deadline", "past", lambda: planned(deadline=yesterday), "The deadline is before the start.")


def test_a_plan_without_end_is_refused():
    message = "The plan would not end before the year 10000."
    refused("hours_per_week", "endless", lambda: planned(Calendar(date(9999, 12, 1), 0.5)), message)


def test_a_day_off_loses_its_hours():
    calendar = Calendar(
        MONDAY, 10, [1, 3], [MONDAY, date(2026, 12, 2), date(2026, 12, 3), date(2026, 12, 9), date(2025, 1, 1)]
    )
    assert [calendar.study_day(number).isoformat() for number in range(1, 4)] == [
        "2026-12-07",
        "2026-12-14",
        "2026-12-16",
    ]
    assert [calendar.study_days_until(date(2026, 12, day)) for day in (1, 2, 7, 9, 14, 31)] == [0, 0, 1, 1, 2, 7]
    hour = 3600
    assert (
        calendar.begin(0)
        == calendar.begin(5 * hour - 1)
        == calendar.end(1)
        == calendar.end(5 * hour)
        == date(2026, 12, 7)
    )
    assert calendar.begin(5 * hour) == calendar.end(5 * hour + 1) == date(2026, 12, 14)


@given(
    st.dates(date(2020, 1, 1), date(2020, 2, 1)),
    st.sets(st.integers(1, 7), min_size=1),
    st.sets(st.dates(date(2020, 1, 1), date(2020, 3, 1)), max_size=20),
)
def test_study_days_are_those_that_counting_finds(start, weekdays, off):
    calendar = Calendar(start, 5, weekdays, off)
    days = [start + timedelta(days=number) for number in range(90)]
    expected = [day for day in days if day.isoweekday() in weekdays and day not in off]
    assert [calendar.study_day(number) for number in range(1, len(expected) + 1)] == expected
    assert [calendar.study_days_until(day) for day in days] == [sum(one <= day for one in expected) for day in days]


def test_a_deadline_is_answered():
    # 57 hours at one a day take until 25 January.
    assert planned(deadline=date(2027, 1, 25)).on_time is True
    assert planned(deadline=date(2027, 1, 25)).by_deadline is None
    late = planned(deadline=date(2027, 1, 24))
    assert late.on_time is False
    assert late.hours_per_week_needed == 7.25  # 57 hours in 56 days: 7.125, in quarters of an hour
    assert late.by_deadline is not None
    assert late.steps == planned().steps  # nothing is dropped or moved unless the learner asks for it


def test_eighty_hours_are_the_most_that_are_offered():
    week = MONDAY + timedelta(days=6)

    def offered(hours):
        arguments = {"graph": {"a": {}}, "effort": {"a": (hours, 1.0, 1.0, 1.0)}, "requirements": {"a": Need(1, 1)}}
        return planned(Calendar(MONDAY, 7), **arguments, deadline=week).hours_per_week_needed

    assert (offered(79.95), offered(80.0), offered(80.01)) == (80.0, 80.0, None)


@pytest.mark.parametrize("days", [1, 2, 7])
@pytest.mark.parametrize("studied", [0.25, 1.0, 1.5, 6.0])
def test_hours_offered_after_study_today_are_enough_and_no_more(days, studied):
    """More hours a week give today more hours too, of which the time studied today is gone."""
    deadline = MONDAY + timedelta(days=days - 1)

    def on(hours):
        arguments = {"graph": {"a": {}}, "effort": {"a": (9.0, 1.0, 1.0, 1.0)}, "requirements": {"a": Need(1, 1)}}
        return planned(Calendar(MONDAY, hours).use(round(studied * 3600)), **arguments, deadline=deadline)

    needed = on(1).hours_per_week_needed
    assert (needed is None) == (days == 1 and studied > 2.4)  # 80 hours a week are 11.4 a day
    if needed is not None:
        assert on(needed).on_time is True
        assert on(needed - 0.25).on_time is False


DAYS = st.integers(0, 400).map(lambda days: MONDAY + timedelta(days=days))
CALENDARS = st.builds(
    Calendar,
    st.just(MONDAY),
    st.sampled_from([0.5, 3, 7.3, 12.5, 40, 80]),
    st.sets(st.integers(1, 7), min_size=1),
    st.sets(DAYS, max_size=5),
)


def made(goal, calendar, *, wishes=None, **changes):
    curriculum = asked(goal["graph"], goal["requirements"], goal["emphases"])
    return plan(
        curriculum,
        goal["effort"],
        calendar=calendar,
        levels=goal["levels"],
        wishes=Wishes(**(wishes or {})),
        logged=goal["logged"],
        **changes,
    )


def overrides_for(goal, data):
    """Three disjoint lists of skills of the goal."""
    skills = sorted(prerequisites.ancestors(goal["graph"], goal["requirements"]))
    kinds = data.draw(st.dictionaries(st.sampled_from(skills), st.sampled_from(["skip", "pin", "later"]), max_size=4))
    return {kind: [slug for slug in kinds if kinds[slug] == kind] for kind in ("skip", "pin", "later")}


@settings(max_examples=EXAMPLES, deadline=None)
@given(goals(), CALENDARS, st.data())
def test_a_plan_is_feasible_whole_and_dated(goal, calendar, data):
    overrides = overrides_for(goal, data)
    found = made(goal, calendar, wishes=overrides)
    score = targets(goal["requirements"], emphases=goal["emphases"])
    graph, levels, skip = goal["graph"], dict(goal["levels"]), set(overrides["skip"])
    before = calendar.start
    unreachable = {item.skill: item.because for item in found.unreachable}
    for step in found.steps:
        assert step.skill not in skip and step.skill not in unreachable
        assert (levels.get(step.skill, 0), step.from_level + 1) == (step.from_level, step.to_level)
        if step.from_level == 0:
            assert all(levels.get(need, 0) >= level for need, level in graph[step.skill].items())
        logged = goal["logged"].get(step.skill, 0) if step.from_level == goal["levels"].get(step.skill, 0) else 0
        assert step.hours == pytest.approx(remaining(goal["effort"][step.skill][step.from_level], logged), abs=1 / 3600)
        levels[step.skill] = step.to_level
        assert step.readiness_after == pytest.approx(readiness(score, levels).readiness, abs=1e-4)
        assert before <= step.start <= step.end
        before = step.end
        assert step.because.required_by
        assert set(step.because.required_by) <= goal["requirements"].keys()
    assert found.total_hours == pytest.approx(sum(step.hours for step in found.steps))
    assert found.finish == (found.steps[-1].end if found.steps else None)
    for slug, item in goal["requirements"].items():
        assert levels.get(slug, 0) >= item.level or slug in skip or slug in unreachable
    assert set(unreachable.values()) <= skip
    # With nothing skipped, the plan has exactly the skills that the requirements need.
    if not skip:
        wanted = {slug: item.level for slug, item in goal["requirements"].items()}
        needed = prerequisites.closure(graph, wanted, goal["levels"])
        assert {slug: levels[slug] for slug in {step.skill for step in found.steps}} == needed
    left = [step.skill for step in found.steps]
    for slug in overrides["later"]:
        if slug in left and not overrides["pin"] and overrides["later"] == [slug]:
            tail = left[left.index(slug) :]
            assert all(slug in prerequisites.ancestors(graph, [other]) for other in tail)


@settings(max_examples=60, deadline=None)
@given(goals(), DAYS, st.data(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(goal, deadline, data, rng):
    overrides = overrides_for(goal, data)
    calendar = Calendar(MONDAY, 1.5, [1, 2], [deadline])

    def mixed(mapping):
        items = list(mapping.items())
        rng.shuffle(items)
        return dict(items)

    other = {
        name: mixed(value) for name, value in goal.items()
    }  # prerequisites keep their order, which the author has chosen
    lists = {**overrides, "skip": overrides["skip"][::-1], "later": overrides["later"][::-1]}
    there = made(other, Calendar(MONDAY, 1.5, [2, 1], [deadline]), wishes=lists, deadline=deadline)
    assert there == made(goal, calendar, wishes=overrides, deadline=deadline)


def test_speed_of_every_role_from_zero():
    found = catalogue()
    for slug, role in found.roles.items():
        calendar = Calendar(MONDAY, 8)
        took = seconds_for(
            lambda role=role, calendar=calendar: plan(asked(found.graph, role), found.effort, calendar=calendar)
        )
        assert took <= 0.03, f"{slug}: {took:.3f} s"  # 0.01 s on an idle machine; `make bench` prints it


def test_speed_on_14000_skills():
    goal, effort = large()
    calendar = Calendar(MONDAY, 8)
    assert seconds_for(lambda: plan(goal, effort, calendar=calendar)) <= 0.3
    assert seconds_for(lambda: plan(goal, effort, calendar=calendar, deadline=MONDAY + timedelta(weeks=52))) <= 1
