from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.progress.checks import REVIEW
from guidance.progress.plan import Calendar
from guidance.progress.review import (
    HALF_LIFE,
    HORIZON,
    MAX_HALF_LIFE,
    MIN_LEFT,
    PlannedReview,
    ProvedSkill,
    Review,
    days_until_due,
    half_life,
    plan_reviews,
    reviews,
)

TODAY = date(2026, 11, 26)  # a Thursday
DAY = timedelta(days=1)
GRAPH = {"sql": {}, "python": {}, "rag": {"python": 1}, "agents": {"rag": 2}}
QUESTIONS = {(slug, level): 3 for slug in GRAPH for level in (1, 2)}


def ago(days):
    return TODAY - days * DAY


def only(known, *, questions=QUESTIONS, studied=None):
    (found,) = reviews({"sql": known}, {"sql": studied} if studied else {}, questions, GRAPH)
    return found


@pytest.mark.parametrize(("passed", "life", "days"), [(0, 198, 64), (1, 396, 128), (2, 730, 236), (9, 730, 236)])
def test_a_passed_review_doubles_the_half_life_up_to_two_years(passed, life, days):
    assert (half_life(passed), days_until_due(passed)) == (life, days)
    found = only(ProvedSkill(2, ago(10), passed=passed))
    assert (found.half_life, found.since, found.due) == (life, ago(10), ago(10) + days * DAY)


@given(st.integers(0, 40))
def test_a_review_is_due_on_the_first_day_below_four_fifths(passed):
    known = ProvedSkill(1, TODAY, passed=passed)
    found = only(known)
    assert found.left(found.due) < MIN_LEFT <= found.left(found.due - DAY)
    assert HALF_LIFE <= found.half_life <= MAX_HALF_LIFE
    assert found.left(TODAY - DAY) == 1  # the date may be a day behind for a learner in the east


def test_study_restarts_the_clock_of_the_skill_and_of_what_it_rests_on():
    proved = {slug: ProvedSkill(1, ago(days)) for slug, days in (("python", 90), ("sql", 90), ("rag", 3))}
    studied = {"python": ago(60), "sql": ago(20), "agents": ago(5)}  # the last of them is not proved
    found = {item.skill: item.since for item in reviews(proved, studied, QUESTIONS, GRAPH)}
    assert found == {"python": ago(5), "rag": ago(3), "sql": ago(20)}


def test_the_first_that_is_due_comes_first_then_by_slug():
    proved = {"sql": ProvedSkill(1, ago(9)), "rag": ProvedSkill(1, ago(9)), "python": ProvedSkill(1, ago(99))}
    assert [item.skill for item in reviews(proved, {}, QUESTIONS, GRAPH)] == ["python", "rag", "sql"]


def test_a_review_asks_about_the_highest_level_with_enough_questions():
    known = ProvedSkill(4, ago(10))
    assert (only(known).level, only(known).asked) == (4, 3)  # including those of level 2
    assert only(known, questions={("sql", 1): 1, ("sql", 2): 2}).asked == 2
    assert only(known, questions={("sql", 1): 3}).asked == 2


def test_a_skill_without_enough_questions_is_never_due():
    assert reviews({"sql": ProvedSkill(4, ago(4000))}, {}, {("sql", 1): 2, ("sql", 3): 2}, GRAPH) == ()


def test_a_review_that_was_not_passed_comes_again_after_two_weeks():
    known = ProvedSkill(2, ago(100), reviewed_on=ago(3), failed=True, passed=1)
    found = only(known)
    assert (found.worth_refresh, found.due, found.half_life) == (True, ago(3) + 14 * DAY, 396)
    studied = only(replace(known, failed=False), studied=ago(2))
    assert (studied.worth_refresh, studied.due) == (False, ago(2) + 128 * DAY)


def test_use_of_what_rests_on_it_ends_a_refresh():
    known = ProvedSkill(2, ago(100), reviewed_on=ago(3), failed=True)
    graph = {**GRAPH, "rag": {"sql": 1}}
    for days, worth_refresh in ((4, True), (3, True), (2, False)):
        (found,) = reviews({"sql": known}, {"rag": ago(days)}, QUESTIONS, graph)
        assert found.worth_refresh is worth_refresh


# On the days of a plan


def due(skill, days=0):
    """A review that became due `days` ago."""
    since = ago(days) - days_until_due(0) * DAY
    return Review(skill, 1, 1, since, HALF_LIFE, ago(days), False, 0, proved_on=since, reviewed_on=None)


def placed(found, calendar, weights=None, done=0):
    return [(item.review.skill, item.on) for item in plan_reviews(found, calendar, weights or {}, done)]


def test_the_oldest_comes_first_and_of_a_day_the_weightiest():
    found = [due("a"), due("b"), due("c", 1), due("d")]
    skills = [skill for skill, _on in placed(found, Calendar(TODAY, 40), {"d": 2.0, "b": 1.0})]
    assert skills == ["c", "d", "b", "a"]


def test_reviews_stand_on_study_days_from_the_day_on_which_they_are_due():
    calendar = Calendar(TODAY, 8, [1, 4], [TODAY + 4 * DAY])
    found = [due("now", 30), due("soon", -1), due("late", -20), due("never", -29)]
    assert placed(found, calendar) == [
        ("now", TODAY),
        ("soon", TODAY + 7 * DAY),  # Monday is a day off
        ("late", TODAY + 21 * DAY),
    ]


def test_a_fifth_of_the_week_is_the_most():
    found = [due(str(number)) for number in range(8)]
    # A fifth of 2 hours is 24 minutes: four reviews a week, two on each study day. Today is Thursday, so Monday's two are left over.
    days = [on for _skill, on in placed(found, Calendar(TODAY, 2, [1, 4]))]
    monday = TODAY + 4 * DAY
    assert days == [TODAY] * 4 + [monday] * 2 + [monday + 3 * DAY] * 2
    assert [on for _skill, on in placed(found[:3], Calendar(TODAY, 2, [1, 4]), done=3)] == [TODAY, monday, monday]
    off = Calendar(TODAY, 2, [1, 4], [TODAY - 3 * DAY])  # Monday was a day off
    assert [on for _skill, on in placed(found[:3], off)] == [TODAY, TODAY, monday]


def test_half_of_a_day_is_left_for_steps():
    # 8 hours a week allow 19 reviews, of which 12 fit into a day of two hours.
    calendar = Calendar(TODAY, 8, [1, 2, 3, 4])
    days = [on for _skill, on in placed([due(str(number)) for number in range(20)], calendar)]
    monday = TODAY + 4 * DAY
    assert Counter(days) == {TODAY: 12, monday: 4, monday + DAY: 4}


def test_the_least_hours_have_a_review_a_week():
    calendar = Calendar(TODAY, 0.5)
    assert [on for _skill, on in placed([due("a"), due("b")], calendar)] == [TODAY + 2 * DAY, TODAY + 9 * DAY]


CALENDARS = st.builds(
    Calendar,
    st.integers(0, 6).map(lambda days: TODAY + days * DAY),
    st.sampled_from([0.5, 1, 3, 7.3, 12.5, 40, 80]),
    st.sets(st.integers(1, 7), min_size=1),
    st.sets(st.integers(-6, 60).map(lambda days: TODAY + days * DAY), max_size=12),
)
DUE = st.lists(st.integers(-40, 200), max_size=40).map(
    lambda days: [due(f"s{number}", at) for number, at in enumerate(days)]
)


@given(CALENDARS, DUE, st.integers(0, 5))
def test_reviews_of_a_week_take_a_fifth_at_most(calendar, found, done):
    planned = plan_reviews(found, calendar, {}, done)
    assert {item.review.skill for item in planned} == {
        item.skill for item in found if item.due <= calendar.start + HORIZON
    }
    assert planned == plan_reviews(found[::-1], calendar, {}, done)
    last = calendar.start
    weeks = Counter()
    for review, on in ((item.review, item.on) for item in planned):
        assert review.due <= on and last <= on
        number = calendar.study_days_until(on)
        assert calendar.study_day(number) == on
        weeks[on - on.weekday() * DAY] += 1
        last = on
    first = calendar.start - calendar.start.weekday() * DAY
    for monday, count in weeks.items():
        days = calendar.study_days_until(monday + 6 * DAY)
        days += calendar.earlier if monday == first else -calendar.study_days_until(monday - DAY)
        before = min(done, count) if monday == first else 0
        assert (count + before) * REVIEW.minutes * 60 * 5 <= days * calendar.week / len(calendar.offsets)


def test_earlier_days_of_the_week_are_those_that_were_not_off():
    assert Calendar(TODAY, 5, [1, 2, 5]).earlier == 2
    assert Calendar(TODAY, 5, [1, 2, 5], [ago(2), ago(7)]).earlier == 1
    assert Calendar(date.min, 5).earlier == 0


@given(
    CALENDARS,
    st.lists(st.integers(1, 30), max_size=12),
    st.just(0) | st.integers(0, 40_000),
    st.integers(0, 40_000),
)
def test_work_follows_what_is_studied_today_and_reserved(calendar, numbers, studied, seconds):
    """Compares with the seconds of each day, one by one, in exact fractions. Time studied today comes before what is reserved; more than
    the day has room for changes no other day."""
    each = len(calendar.offsets)
    is_study_day = calendar.study_day(1) == calendar.start
    busy = calendar.use(studied).reserve(sorted(numbers), 300)
    days = [calendar.week] * 400
    days[0] -= min(studied * each, days[0]) if is_study_day else 0
    for number in sorted(numbers):
        left, at = 300 * each, number - 1
        while left:
            part = min(left, days[at])
            days[at] -= part
            left, at = left - part, at + 1
    done = [sum(days[: number + 1]) for number in range(400)]
    work = seconds * each
    assert busy.days_for(seconds) == next(number for number, total in enumerate([0, *done]) if total >= work)
    assert busy.begin(seconds) == calendar.study_day(next(n for n, total in enumerate(done, 1) if total > work))
    for number in (1, 5, 31):
        assert busy.seconds_until(calendar.study_day(number)) == done[number - 1] // each
    assert busy.reserved == 300 * len(numbers)
    assert busy.used == (studied if is_study_day else 0)
    assert (calendar.reserved, calendar.used) == (0, 0)


def test_planned_reviews_name_their_day():
    (found,) = plan_reviews([due("a")], Calendar(TODAY, 8), {})
    assert found == PlannedReview(due("a"), TODAY)
