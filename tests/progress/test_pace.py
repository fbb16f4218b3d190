from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guidance.progress.pace import (
    Forecast,
    Planned,
    Point,
    Recent,
    Terms,
    course,
    forecast,
    recent,
    week_ends,
)
from guidance.progress.path import PlanError
from guidance.progress.plan import Calendar, plan
from tests.progress.givens import Need, asked

TODAY = date(2026, 11, 24)  # a Tuesday
JUNE = date(2026, 6, 1)  # a Monday
DAY = timedelta(days=1)


def ago(days):
    return TODAY - days * DAY


def weekly(*minutes):
    """A log with minutes on the last day of each of the last weeks, which end today; the latest week first."""
    return {ago(7 * number): week for number, week in enumerate(minutes)}


def test_planned_minutes_are_those_of_the_terms_in_force_without_days_off():
    terms = [Terms(JUNE, 10, (1, 3)), Terms(date(2026, 6, 9), 7)]
    planned = Planned(terms, [date(2026, 6, 3), date(2026, 6, 4), date(2026, 6, 10)])
    assert planned.between(JUNE, JUNE) == 300
    assert (
        planned.between(JUNE, date(2026, 6, 8)) == 600
    )  # the two Mondays; Wednesday is a day off, Thursday no study day
    assert planned.between(date(2026, 6, 8), date(2026, 6, 11)) == 300 + 60 + 60
    assert planned.between(date(2026, 6, 10), date(2026, 6, 10)) == 0
    assert planned.between(date(2026, 5, 1), date(2026, 5, 31)) == 0
    assert planned.between(date(2026, 5, 1), JUNE) == 300
    assert planned.between(date(2026, 6, 12), date(2026, 6, 11)) == 0


def test_planned_minutes_go_to_the_nearest_one():
    planned = Planned([Terms(JUNE, 1)])  # 8 4/7 minutes a day
    assert [planned.between(JUNE, JUNE + number * DAY) for number in range(7)] == [9, 17, 26, 34, 43, 51, 60]
    assert Planned([Terms(JUNE, 0.875)]).between(JUNE, JUNE) == 8  # 7.5
    assert Planned([Terms(JUNE, 0.874)]).between(JUNE, JUNE) == 7


def test_the_terms_in_force_are_the_last_ones_made():
    first, second, third = Terms(JUNE, 1), Terms(JUNE, 2), Terms(date(2026, 7, 1), 3)
    planned = Planned([first, second, third])
    assert planned.in_force(date(2026, 6, 30)) == second
    assert planned.in_force(date(2026, 7, 1)) == planned.in_force(TODAY) == third
    assert planned.in_force(date(2026, 5, 1)) == second  # the first terms, for a learner who has travelled west
    # Made after the third, by a learner who has travelled west: it applies from its day on.
    fourth = Terms(date(2026, 6, 30), 4)
    planned = Planned([first, second, third, fourth])
    assert planned.terms == [second, fourth]
    assert planned.in_force(date(2026, 7, 1)) == fourth
    assert planned.between(date(2026, 7, 1), date(2026, 7, 7)) == 240


def test_terms_out_of_range_are_refused():
    with pytest.raises(PlanError):
        Planned([Terms(JUNE, 81)])
    with pytest.raises(PlanError):
        Planned([Terms(JUNE, 8, ())])


def test_weeks_off_are_those_whose_study_days_are_all_off():
    monday, tuesday, friday = date(2026, 6, 8), date(2026, 6, 9), date(2026, 6, 12)
    planned = Planned([Terms(JUNE, 8, (1, 5)), Terms(date(2026, 8, 3), 8, (7,))], [monday, friday, JUNE])
    assert planned.weeks_off() == {monday}
    assert Planned([Terms(JUNE, 8, (1, 2))], [monday, friday]).weeks_off() == frozenset()
    assert Planned([Terms(JUNE, 8, (1, 2))], [monday, tuesday]).weeks_off() == {monday}
    assert Planned([Terms(JUNE, 8, (7,))], [date(2026, 8, 9), date(2026, 8, 8)]).weeks_off() == {date(2026, 8, 3)}
    assert Planned([Terms(JUNE, 8)]).weeks_off() == frozenset()


def test_the_last_four_weeks():
    planned = Planned([Terms(JUNE, 8)])
    log = {ago(0): 150, ago(27): 1440, ago(28): 600, TODAY + DAY: 600}
    assert recent(planned, log, TODAY) == Recent(planned=1920, done=1590, week=480, short=330, behind=False)
    assert recent(planned, {ago(1): 2000}, TODAY) == Recent(planned=1920, done=2000, week=480, short=0, behind=False)


def test_behind_is_short_by_the_hours_of_a_week():
    planned = Planned([Terms(JUNE, 20), Terms(ago(27), 8.5)])
    assert recent(planned, {ago(1): 1530}, TODAY) == Recent(planned=2040, done=1530, week=510, short=510, behind=True)
    assert not recent(planned, {ago(1): 1531}, TODAY).behind


def test_days_off_are_not_planned():
    planned = Planned([Terms(JUNE, 7)], [ago(days) for days in range(14)])
    assert recent(planned, {}, TODAY) == Recent(planned=840, done=0, week=420, short=840, behind=True)
    assert recent(planned, {ago(20): 421}, TODAY).behind is False
    resting = Planned([Terms(JUNE, 7)], [ago(days) for days in range(28)])
    assert recent(resting, {}, TODAY) == Recent(planned=0, done=0, week=420, short=0, behind=False)


def test_nobody_is_behind_in_the_first_week():
    assert recent(Planned([Terms(ago(5), 8)]), {}, TODAY).behind is False
    assert recent(Planned([Terms(ago(6), 8)]), {}, TODAY).behind is True


def test_course_adds_up_planned_and_done():
    planned = Planned([Terms(date(2026, 9, 29), 7)], [date(2026, 10, 31)])
    log = {date(2026, 9, 30): 30, date(2026, 9, 28): 20, date(2026, 10, 31): 90, TODAY: 7, TODAY + DAY: 500}
    days = [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31), TODAY]
    assert course(planned, log, days, before=1000) == (
        Point(date(2026, 8, 31), 0, 1000),
        Point(date(2026, 9, 30), 120, 1050),
        Point(date(2026, 10, 31), 120 + 30 * 60, 1140),
        Point(TODAY, 120 + 54 * 60, 1147),
    )
    assert course(planned, {}, [TODAY]) == (Point(TODAY, 3360, 0),)


def test_ends_of_weeks():
    assert week_ends(date(2026, 11, 8), TODAY) == [date(2026, 11, 8), date(2026, 11, 15), date(2026, 11, 22), TODAY]
    assert week_ends(date(2026, 11, 9), date(2026, 11, 22)) == [date(2026, 11, 15), date(2026, 11, 22)]
    assert week_ends(TODAY, TODAY) == [TODAY]


def test_forecast_lays_what_is_left_on_the_pace_of_eight_weeks():
    log = weekly(480, 420, 510, 360, 480, 450, 390, 450, 6000)  # 59 h, the week before them does not count
    # Slower half 360, 390, 420, 450; faster half 450, 480, 480, 510. 322.5 h are 19,350 minutes.
    found = forecast(Planned([Terms(JUNE, 8)]), log, TODAY, 322.5)
    assert found == Forecast(
        weeks=8,
        slow=405,
        pace=443,  # 442.5
        fast=480,
        earliest=date(2027, 9, 3),  # 282.2 days
        expected=date(2027, 9, 27),  # 306.1 days
        latest=date(2027, 10, 25),  # 334.4 days
    )


def test_forecast_from_the_planned_pace_ends_with_the_plan_from_tomorrow():
    terms = Terms(JUNE, 3, (2, 4, 7))
    days_off = [TODAY + number * DAY for number in range(3, 30)]
    found = forecast(Planned([terms], days_off), weekly(*[180] * 8), TODAY, 57)
    calendar = Calendar(TODAY + DAY, 3, (2, 4, 7), days_off)
    slugs = ["python"]
    goal = asked({"python": {}}, {"python": Need(2, 1)})
    made = plan(goal, dict.fromkeys(slugs, (27.0, 30.0, 1.0, 1.0)), calendar=calendar)
    assert found.earliest == found.expected == found.latest == made.finish
    assert (found.slow, found.pace, found.fast) == (180, 180, 180)


def test_a_holiday_slows_nobody_down():
    holiday = [ago(days) for days in range(2, 23)]
    log = {ago(0): 200, ago(1): 100, ago(10): 50, **{ago(23 + number): 60 for number in range(54)}}
    found = forecast(Planned([Terms(JUNE, 8)], holiday), log, TODAY, 100)
    # Minutes logged in the holiday belong to the week that is being counted: 200 + 100 + 50 + 5 × 60.
    assert (found.weeks, found.fast, found.slow, found.pace) == (8, (650 + 3 * 420) // 4 + 1, 420, 449)


def test_three_whole_weeks_are_enough_to_tell():
    planned = Planned([Terms(ago(20), 8)])
    assert forecast(planned, weekly(120, 90, 60), TODAY, 10) == Forecast(
        weeks=3,
        slow=60,
        pace=90,
        fast=120,
        earliest=TODAY + 35 * DAY,
        expected=TODAY + 47 * DAY,  # 46.7 days
        latest=TODAY + 70 * DAY,
    )
    assert forecast(Planned([Terms(ago(19), 8)]), {ago(0): 120}, TODAY, 10) is None
    # Minutes from before the goal count too, and a day without minutes does not.
    assert forecast(Planned([Terms(TODAY, 8)]), {ago(20): 60}, TODAY, 10).weeks == 3
    assert forecast(Planned([Terms(TODAY, 8)]), {ago(20): 0, ago(19): 60}, TODAY, 10) is None
    assert forecast(Planned([Terms(TODAY, 8)]), {ago(33): 60, ago(27): 60}, TODAY, 10).weeks == 4
    assert forecast(Planned([Terms(TODAY, 8)]), {TODAY + DAY: 60}, TODAY, 10) is None


def test_a_week_in_the_middle_is_in_neither_half():
    found = forecast(Planned([Terms(ago(34), 8)]), weekly(10, 20, 60, 100, 200), TODAY, 10)
    assert (found.weeks, found.slow, found.pace, found.fast) == (5, 15, 78, 150)


def test_nothing_logged_in_eight_weeks_is_too_little_to_tell():
    planned = Planned([Terms(JUNE, 8)])
    assert forecast(planned, {ago(56): 600}, TODAY, 10) is None
    assert forecast(planned, {}, TODAY, 10) is None
    assert forecast(planned, {ago(55): 600}, TODAY, 10).weeks == 8


def test_what_would_not_end_in_ten_years_has_no_date():
    planned = Planned([Terms(JUNE, 8)])
    found = forecast(planned, weekly(80), TODAY, 86)  # 10 minutes a week
    assert (found.slow, found.pace, found.fast) == (0, 10, 20)
    assert (found.expected, found.latest) == (TODAY + 516 * 7 * DAY, None)
    assert forecast(planned, weekly(80), TODAY, 5200 / 60).expected == TODAY + 520 * 7 * DAY
    assert forecast(planned, weekly(80), TODAY, 5201 / 60).expected is None
    assert forecast(planned, weekly(80), TODAY, 5201 / 60).earliest == TODAY + 1821 * DAY  # 1820.35


def test_nothing_left_is_today():
    found = forecast(Planned([Terms(JUNE, 8)]), weekly(80), TODAY, 0)
    assert found.earliest == found.expected == found.latest == TODAY


def test_only_the_last_400_days_are_looked_at():
    planned = Planned([Terms(date(2020, 1, 1), 8)], [ago(days) for days in range(380)])
    assert forecast(planned, {ago(379): 60, ago(399): 60}, TODAY, 10) is None  # only 20 days are left
    planned = Planned([Terms(date(2020, 1, 1), 8)], [ago(days) for days in range(379)])
    found = forecast(planned, {ago(379): 60, ago(399): 60, ago(400): 6000}, TODAY, 10)
    assert (found.weeks, found.fast) == (3, 60)
    # Minutes on the 400th day show when the learner started.
    planned = Planned([Terms(TODAY, 8)], [ago(days) for days in range(20, 399)])
    assert forecast(planned, {ago(399): 60}, TODAY, 10).weeks == 3


# Small cases, compared with counting day by day.

DAYS = st.integers(0, 90).map(lambda number: date(2026, 1, 1) + number * DAY)
NOW = st.integers(60, 90).map(lambda number: date(2026, 1, 1) + number * DAY)
TERMS = st.lists(
    st.builds(
        Terms,
        DAYS,
        st.sampled_from([0.5, 1.0, 3.3, 8.0, 80.0]),
        st.sets(st.integers(1, 7), min_size=1).map(tuple),
    ),
    min_size=1,
    max_size=4,
)
DAYS_OFF = st.sets(DAYS, max_size=40)
MINUTES = st.dictionaries(DAYS, st.integers(0, 300), max_size=40)


def planned_on(day, terms, days_off):
    """The planned seconds of a day, from the definition."""
    rows = [row for row in terms if row.since <= day]
    if not rows or day in days_off or day.isoweekday() not in rows[-1].weekdays:
        return Fraction(0)
    return Fraction(round(rows[-1].hours_per_week * 3600), len(set(rows[-1].weekdays)))


def days_between(first, last):
    return [first + number * DAY for number in range((last - first).days + 1)]


@settings(max_examples=200, deadline=None)
@given(TERMS, DAYS_OFF, MINUTES, NOW, DAYS)
def test_planned_and_done_are_the_sums_of_the_days(terms, days_off, log, today, first):
    planned = Planned(terms, days_off)
    seconds = sum(planned_on(day, terms, days_off) for day in days_between(first, today))
    assert planned.between(first, today) == (seconds / 60 + Fraction(1, 2)).__floor__()
    found = recent(planned, log, today)
    last = days_between(max(today - 27 * DAY, min(planned.terms[0].since, today)), today)
    assert found.done == sum(log.get(day, 0) for day in last)
    assert abs(found.planned - sum(planned_on(day, terms, days_off) for day in last) / 60) <= Fraction(1, 2)
    assert found.short == max(0, found.planned - found.done)
    assert found.behind == (found.short >= found.week)
    for monday in {day - day.weekday() * DAY for day in days_off}:
        week = days_between(monday, monday + 6 * DAY)
        assert (monday in planned.weeks_off()) == (not any(planned_on(day, terms, days_off) for day in week))


@settings(max_examples=200, deadline=None)
@given(TERMS, DAYS_OFF, MINUTES, NOW, DAYS)
def test_course_from_a_bounded_window_is_the_course_of_everything(terms, days_off, log, today, first):
    assume(first <= today)
    planned = Planned(terms, days_off)
    days = week_ends(first, today)
    assert days == sorted(set(days)) and days[-1] == today
    assert days[:-1] == [day for day in days_between(first, today - DAY) if day.isoweekday() == 7]
    points = course(planned, log, days)
    assert [point.done for point in points] == [
        sum(minutes for day, minutes in log.items() if day <= end) for end in days
    ]
    begin = min(row.since for row in terms)
    assert [point.planned for point in points] == [planned.between(begin, end) for end in days]
    window = {day: minutes for day, minutes in log.items() if day >= first}
    before = sum(log.values()) - sum(window.values())
    assert course(planned, window, days, before) == points


def end_of(seconds, per_week, weekdays, days_off, today):
    """The day on which the work ends, simulated day by day."""
    if not seconds:
        return today
    if per_week * 520 < seconds:
        return None
    day, left = today, Fraction(seconds)
    while left > 0:
        day += DAY
        if day.isoweekday() in weekdays and day not in days_off:
            left -= per_week / len(weekdays)
    return day


@settings(max_examples=200, deadline=None)
@given(TERMS, DAYS_OFF, MINUTES, NOW, st.sampled_from([0, 0.5, 7.3, 40, 300]))
def test_forecast_is_the_work_done_day_after_day(terms, days_off, log, today, hours):
    planned = Planned(terms, days_off)
    found = forecast(planned, log, today, hours)
    first = min([planned.terms[0].since, *(day for day, minutes in log.items() if minutes), today])
    countable = [day for day in days_between(first, today) if day not in days_off]
    # Each week has the days from its first counted day to the day before the next week's.
    starts = countable[::-1][6::7][:8]
    ends = [today, *(day - DAY for day in starts)]
    weeks = sorted(
        sum(log.get(day, 0) for day in days_between(begin, end)) for begin, end in zip(starts, ends, strict=False)
    )
    if len(weeks) < 3 or sum(weeks) == 0:
        assert found is None
        return
    half = len(weeks) // 2
    paces = [Fraction(sum(part), len(part)) for part in (weeks[:half], weeks, weeks[-half:])]
    assert found.weeks == len(weeks)
    for shown, exact in zip((found.slow, found.pace, found.fast), paces, strict=True):
        assert shown == (exact + Fraction(1, 2)).__floor__()
    assert found.slow <= found.pace <= found.fast
    weekdays = planned.in_force(today).weekdays
    ends = [end_of(round(hours * 3600), pace * 60, weekdays, days_off, today) for pace in paces]
    assert [found.latest, found.expected, found.earliest] == ends
    never = date.max
    assert (found.earliest or never) <= (found.expected or never) <= (found.latest or never)


@settings(max_examples=100, deadline=None)
@given(TERMS, DAYS_OFF, MINUTES, NOW, st.integers(0, 27), st.integers(1, 300))
def test_more_study_never_puts_anything_off(terms, days_off, log, today, days, more):
    planned = Planned(terms, days_off)
    before = forecast(planned, log, today, 40)
    day = today - days * DAY
    assume(before)
    after = forecast(planned, log | {day: log.get(day, 0) + more}, today, 40)
    assume(before.weeks == after.weeks)
    never = date.max
    assert (after.expected or never) <= (before.expected or never)
    assert (after.earliest or never) <= (before.earliest or never)
    assert (after.latest or never) <= (before.latest or never)


@pytest.mark.parametrize(
    ("begun", "weekdays", "off", "expected"),
    [
        (23, range(1, 8), (), Fraction(1)),  # a Monday
        (26, range(1, 8), (), Fraction(4, 7)),  # a Thursday
        (26, (1, 2, 4, 6), (), Fraction(1, 2)),
        (26, (4, 5, 6), (), Fraction(1)),  # before the first study day
        (26, (1, 2, 4, 6), (28,), Fraction(1, 4)),
        (29, (1, 2, 3, 4, 5), (), Fraction(0)),  # a Sunday
        (26, (4,), (26,), Fraction(0)),
    ],
)
def test_the_first_week_has_the_share_of_the_study_days_that_are_left(begun, weekdays, off, expected):
    terms = Terms(date(2026, 11, begun), 8, tuple(weekdays))
    assert Planned([terms], [date(2026, 11, day) for day in off]).first_share() == expected


def test_the_first_week_follows_terms_that_change_in_it():
    terms = [Terms(date(2026, 11, 24), 8), Terms(date(2026, 11, 28), 8, (1, 6))]
    assert Planned(terms).first_share() == Fraction(4, 7) + Fraction(1, 2)
