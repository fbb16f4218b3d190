import os
from datetime import date, timedelta
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guidance.catalog import graph as prerequisites
from guidance.progress.plan import Because, Calendar, PlanError, Step, Unreachable, plan
from guidance.progress.readiness import readiness, remaining
from tests.progress.givens import Need, catalogue, goals, large, seconds_for

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


def planned(calendar=None, **changes):
    calendar = calendar or Calendar(MONDAY, 7)
    return plan(**{"graph": GRAPH, "effort": EFFORT, "requirements": ROLE, "calendar": calendar, **changes})


def levels_of(found):
    return [(step.skill, step.to_level) for step in found.steps]


def refused(field, code, call, message):
    with pytest.raises(PlanError) as error:
        call()
    assert (error.value.field, error.value.code) == (field, code)
    assert str(error.value) == error.value.message == message


def test_steps_hold_everything_there_is_to_say():
    found = planned(Calendar(MONDAY, 10, {1, 3}))
    # Points: python 25 a level, sql 15 a level, rag 20. Per hour: sql 3 then 1.5, python 2.5 then 1.25, rag with statistics.
    assert found.steps == (
        Step("sql", 0, 1, 5.0, MONDAY, MONDAY, 15.0, Because(("sql",), ())),
        Step("python", 0, 1, 10.0, date(2026, 12, 2), date(2026, 12, 7), 40.0, Because(("python", "rag"), ("statistics",))),
        Step("sql", 1, 2, 10.0, date(2026, 12, 9), date(2026, 12, 14), 55.0, Because(("sql",), ())),
        Step("python", 1, 2, 20.0, date(2026, 12, 16), date(2026, 12, 28), 80.0, Because(("python", "rag"), ("rag",))),
        Step("statistics", 0, 1, 8.0, date(2026, 12, 30), date(2027, 1, 4), 80.0, Because(("rag",), ("rag",))),
        Step("rag", 0, 1, 4.0, date(2027, 1, 4), date(2027, 1, 6), 100.0, Because(("rag",), ())),
    )  # fmt: skip
    assert found.total_hours == 57.0
    assert found.readiness == 0.0
    assert found.finish == date(2027, 1, 6)
    assert (found.on_time, found.hours_per_week_needed, found.drop_to_meet_deadline) == (None, None, None)
    assert found.unreachable == ()


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


def test_the_industry_moves_the_order():
    assert levels_of(planned())[0] == ("sql", 1)
    assert levels_of(planned(emphases={"python": 2.0}))[:2] == [("python", 1), ("python", 2)]


def test_its_readiness_is_that_of_the_score():
    emphases, levels = {"python": 0.123, "sql": 0.777}, {"sql": 1}  # no weight is a round number
    found = planned(emphases=emphases, levels=levels)
    assert found.readiness == pytest.approx(readiness(ROLE, emphases, levels).readiness, abs=1e-5)
    first = found.steps[0]
    then = readiness(ROLE, emphases, levels | {first.skill: first.to_level})
    assert first.readiness_after == pytest.approx(then.readiness, abs=1e-5)


def test_skip_leaves_out_what_cannot_be_begun_and_what_only_that_needs():
    found = planned(skip=["python"])
    assert levels_of(found) == [("sql", 1), ("sql", 2)]
    assert found.unreachable == (Unreachable("rag", "python"), Unreachable("statistics", "python"))
    assert found.steps[-1].readiness_after == 30.0
    assert levels_of(planned(skip=["rag"])) == [("sql", 1), ("python", 1), ("sql", 2), ("python", 2)]
    assert planned(skip=["rag"]).unreachable == ()


def test_skip_at_the_level_needed_leaves_nothing_unreachable():
    found = planned(levels={"python": 2}, skip=["python", "sql"])
    assert levels_of(found) == [("statistics", 1), ("rag", 1)]
    assert found.unreachable == ()
    assert planned(levels={"python": 1}, skip=["python"]).unreachable == (Unreachable("rag", "python"),)


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
    assert found.unreachable == (Unreachable("d", "c"),)


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
    assert planned(deadline=date(2027, 1, 25)).drop_to_meet_deadline is None
    late = planned(deadline=date(2027, 1, 24))
    assert late.on_time is False
    assert late.hours_per_week_needed == 7.2  # 57 hours in 56 days
    assert late.drop_to_meet_deadline == ("rag",)  # 20 points in 12 hours, as python with it; less goes with rag
    assert planned(deadline=date(2027, 1, 24), skip=["rag"]).on_time is True


def test_eighty_hours_are_the_most_that_are_offered():
    week = MONDAY + timedelta(days=6)

    def offered(hours):
        arguments = {"graph": {"a": {}}, "effort": {"a": (hours, 1.0, 1.0, 1.0)}, "requirements": {"a": Need(1, 1)}}
        return planned(Calendar(MONDAY, 7), **arguments, deadline=week).hours_per_week_needed

    assert (offered(79.95), offered(80.0), offered(80.01)) == (80.0, 80.0, None)


def test_what_no_hours_can_meet_is_met_by_dropping():
    found = planned(deadline=MONDAY)
    assert found.hours_per_week_needed is None
    assert found.drop_to_meet_deadline is not None
    assert planned(deadline=MONDAY, skip=found.drop_to_meet_deadline).on_time is True
    none = planned(Calendar(MONDAY, 7, [2]), deadline=MONDAY)
    assert (none.on_time, none.hours_per_week_needed) == (False, None)
    assert set(none.drop_to_meet_deadline) == {"python", "sql"}


def test_a_drop_that_another_makes_superfluous_comes_back():
    graph = {"a": {}, "b": {}}
    effort = {"a": (1.0, 1.0, 1.0, 1.0), "b": (30.0, 1.0, 1.0, 1.0)}
    found = planned(
        Calendar(MONDAY, 7), graph=graph, effort=effort, requirements={"a": Need(4, 1), "b": Need(1, 5)},
        deadline=MONDAY + timedelta(days=4),
    )  # fmt: skip
    assert found.drop_to_meet_deadline == ("b",)


def test_of_equal_skills_the_first_by_slug_is_dropped_and_what_fits_to_the_second_stays():
    graph, hours = {"b": {}, "a": {}, "c": {}}, (7.0, 1.0, 1.0, 1.0)
    arguments = {
        "graph": graph, "effort": dict.fromkeys(graph, hours), "requirements": dict.fromkeys(graph, Need(1, 1)),
    }  # fmt: skip
    found = planned(Calendar(MONDAY, 7), **arguments, deadline=MONDAY + timedelta(days=13))
    assert found.drop_to_meet_deadline == ("a",)  # 14 hours are left, and there are 14


DAYS = st.integers(0, 400).map(lambda days: MONDAY + timedelta(days=days))
CALENDARS = st.builds(
    Calendar,
    st.just(MONDAY),
    st.sampled_from([0.5, 3, 7.3, 12.5, 40, 80]),
    st.sets(st.integers(1, 7), min_size=1),
    st.sets(DAYS, max_size=5),
)


def overrides_for(goal, data):
    """Three lists of skills of the goal, none of them in two."""
    skills = sorted(prerequisites.ancestors(goal["graph"], goal["requirements"]))
    kinds = data.draw(st.dictionaries(st.sampled_from(skills), st.sampled_from(["skip", "pin", "later"]), max_size=4))
    return {kind: [slug for slug in kinds if kinds[slug] == kind] for kind in ("skip", "pin", "later")}


@settings(max_examples=EXAMPLES, deadline=None)
@given(goals(), CALENDARS, st.data())
def test_a_plan_is_feasible_whole_and_dated(goal, calendar, data):
    overrides = overrides_for(goal, data)
    found = plan(**goal, calendar=calendar, **overrides)
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
        score = readiness(goal["requirements"], goal["emphases"], levels).readiness
        assert step.readiness_after == pytest.approx(score, abs=1e-4)
        assert before <= step.start <= step.end
        before = step.end
        assert step.because.required_by
        assert set(step.because.required_by) <= goal["requirements"].keys()
    assert found.total_hours == pytest.approx(sum(step.hours for step in found.steps))
    assert found.finish == (found.steps[-1].end if found.steps else None)
    for slug, item in goal["requirements"].items():
        assert levels.get(slug, 0) >= item.level or slug in skip or slug in unreachable
    assert set(unreachable.values()) <= skip
    # Nothing is in it that nothing needs: what is left out of the steps' prerequisites is the plan without overrides.
    if not skip:
        targets = {slug: item.level for slug, item in goal["requirements"].items()}
        needed = prerequisites.closure(graph, targets, goal["levels"])
        assert {slug: levels[slug] for slug in {step.skill for step in found.steps}} == needed
    left = [step.skill for step in found.steps]
    for slug in overrides["later"]:
        if slug in left and not overrides["pin"] and overrides["later"] == [slug]:
            tail = left[left.index(slug) :]
            assert all(slug in prerequisites.ancestors(graph, [other]) for other in tail)


@settings(max_examples=EXAMPLES // 5, deadline=None)
@given(goals(), st.data())
def test_what_is_pinned_comes_first(goal, data):
    overrides = overrides_for(goal, data)
    assume(overrides["pin"])
    found = plan(**goal, calendar=Calendar(MONDAY, 10), **overrides)
    left = levels_of(found)
    goal_levels = dict(left)
    for slug in overrides["pin"]:
        if slug in goal_levels:
            needed = prerequisites.closure(goal["graph"], {slug: goal_levels[slug]}, goal["levels"])
            while left and left[0][1] <= needed.get(left[0][0], 0):
                left.pop(0)
            assert all(level > needed.get(skill, 0) for skill, level in left)


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(goals(), CALENDARS, DAYS, st.data())
def test_every_answer_to_a_deadline_gives_a_plan_on_time(goal, calendar, deadline, data):
    overrides = overrides_for(goal, data)
    found = plan(**goal, calendar=calendar, deadline=deadline, **overrides)
    if found.on_time:
        assert found.finish is None or found.finish <= deadline
        assert (found.hours_per_week_needed, found.drop_to_meet_deadline) == (None, None)
        return
    assert found.finish > deadline
    weekdays = {(calendar.start + timedelta(days=offset)).isoweekday() for offset in calendar.offsets}

    def again(hours, **changed):
        other = Calendar(calendar.start, hours, weekdays, calendar.off_days)
        return plan(**goal, calendar=other, deadline=deadline, **{**overrides, **changed})

    hours = calendar.week / 3600
    if found.hours_per_week_needed is not None:
        assert hours < found.hours_per_week_needed <= 80
        assert again(found.hours_per_week_needed).on_time
        assert not again(max(hours, round(found.hours_per_week_needed - 0.1, 1))).on_time
    else:
        assert not again(80).on_time
    drop = found.drop_to_meet_deadline

    def dropped(slugs):
        left = {kind: [slug for slug in overrides[kind] if slug not in slugs] for kind in ("pin", "later")}
        return again(hours, skip=[*overrides["skip"], *slugs], **left)

    assert drop
    assert dropped(drop).on_time
    assert all(not dropped([other for other in drop if other != slug]).on_time for slug in drop)


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(goals(), CALENDARS, DAYS)
def test_what_is_dropped_takes_least_value_for_the_hours_it_saves(goal, calendar, deadline):
    """The same from plans that skip: whole seconds, and points in fractions."""
    role, emphases = goal["requirements"], goal["emphases"]
    found = plan(**goal, calendar=calendar, deadline=deadline)
    assume(found.on_time is False)
    seconds = calendar.study_days_until(deadline) * calendar.week // len(calendar.offsets)

    @cache
    def left(skip):
        steps = plan(**goal, calendar=calendar, skip=skip).steps
        value = sum(
            Fraction(role[step.skill].importance) * Fraction(1 + emphases.get(step.skill, 0)) / role[step.skill].level
            for step in steps
            if step.skill in role and step.to_level <= role[step.skill].level
        )
        return sum(round(step.hours * 3600) for step in steps), value, {step.skill for step in steps}

    dropped = ()
    while left(dropped)[0] > seconds:
        hours, value, skills = left(dropped)
        choices = []
        for slug in sorted(role.keys() & skills):
            then, worth, _ = left((*dropped, slug))
            choices.append(((value - worth) / (hours - then), value - worth, slug))
        dropped += (min(choices)[2],)
    for slug in reversed(dropped):
        others = tuple(other for other in dropped if other != slug)
        if left(others)[0] <= seconds:
            dropped = others
    assert found.drop_to_meet_deadline == dropped


@settings(max_examples=60, deadline=None)
@given(goals(), DAYS, st.data(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(goal, deadline, data, rng):
    overrides = overrides_for(goal, data)
    calendar = Calendar(MONDAY, 1.5, [1, 2], [deadline])

    def mixed(mapping):
        items = list(mapping.items())
        rng.shuffle(items)
        return dict(items)

    other = {name: mixed(value) for name, value in goal.items()}
    other["graph"] = {slug: mixed(needs) for slug, needs in other["graph"].items()}
    lists = {**overrides, "skip": overrides["skip"][::-1], "later": overrides["later"][::-1]}
    there = plan(**other, calendar=Calendar(MONDAY, 1.5, [2, 1], [deadline]), deadline=deadline, **lists)
    assert there == plan(**goal, calendar=calendar, deadline=deadline, **overrides)


def test_speed_of_every_role_from_zero():
    found = catalogue()
    for slug, role in found.roles.items():
        calendar = Calendar(MONDAY, 8)
        took = seconds_for(
            lambda role=role, calendar=calendar: plan(
                graph=found.graph, effort=found.effort, requirements=role, calendar=calendar
            )
        )
        assert took <= 0.1, f"{slug}: {took:.3f} s"  # 0.03 on a machine that does nothing else; `make bench` prints it


def test_speed_on_14000_skills():
    arguments = {**large(), "calendar": Calendar(MONDAY, 8)}
    assert seconds_for(lambda: plan(**arguments)) <= 2
    assert seconds_for(lambda: plan(**arguments, deadline=MONDAY + timedelta(weeks=52))) <= 2
