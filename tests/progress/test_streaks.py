from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guidance.progress.streaks import Streak, WeeklyTarget, monday, streak

TODAY = date(2026, 11, 24)  # a Tuesday
WEEK = timedelta(days=7)
THIS = date(2026, 11, 23)


def weeks(text, least=60, current=0):
    """The minutes of the weeks before this one, in order (F full, - missed), and of this week."""
    start = THIS - len(text) * WEEK
    found = {start + at * WEEK: least if mark == "F" else least - 1 for at, mark in enumerate(text)}
    return found | {THIS: current}, [WeeklyTarget(start, least)]


def found(text, current=0, weeks_off=()):
    minutes, targets = weeks(text, current=current)
    return streak(minutes, targets, TODAY, weeks_off)


def test_monday_begins_the_week():
    assert monday(THIS) == monday(TODAY) == monday(date(2026, 11, 29)) == THIS
    assert monday(date(2026, 11, 22)) == date(2026, 11, 16)


def test_a_quarter_with_one_weak_week():
    hours = [8, 9, 8, 7.5, 8.5, 4, 8, 7, 8.5, 6, 8, 7.5, 6.5, 7.5, 2.5]  # the weeks from 17 August on
    start = date(2026, 8, 17)
    minutes = {start + at * WEEK: int(60 * value) for at, value in enumerate(hours)}
    assert streak(minutes, [WeeklyTarget(date(2026, 8, 20), 360)], TODAY) == Streak(
        weeks=14,
        began=start,
        longest=14,
        frozen=(date(2026, 9, 21),),
        freezes=2,
        to_next_freeze=2,
        minutes=150,
        target=360,
        left=210,
    )


def test_nothing_logged_is_no_streak():
    assert streak({}, [WeeklyTarget(TODAY, 60)], TODAY) == Streak(0, None, 0, (), 1, 5, 0, 60, 60)
    assert streak({}, [WeeklyTarget(THIS - 9 * WEEK, 1)], TODAY) == Streak(0, None, 0, (), 1, 5, 0, 1, 1)


def test_the_current_week_counts_when_full_and_breaks_nothing_before():
    assert (found("FF", current=59).weeks, found("FF", current=59).left) == (2, 1)
    assert (found("FF", current=60).weeks, found("FF", current=60).left) == (3, 0)
    assert (found("FF", current=90).minutes, found("FF", current=90).left) == (90, 0)
    assert found("FF", current=59).freezes == 1
    assert (found("FF", current=0).to_next_freeze, found("FF", current=60).to_next_freeze) == (3, 2)


@pytest.mark.parametrize(
    ("text", "in_a_row", "longest", "frozen", "freezes", "to_next"),
    [
        ("F", 1, 1, 0, 1, 4),
        ("-", 0, 0, 0, 1, 5),  # there is no streak to keep
        ("F-", 2, 2, 1, 0, 4),
        ("F--", 0, 2, 1, 0, 4),
        ("F--F", 1, 2, 1, 0, 3),  # full weeks need not be in a row
        ("F--FFFF", 4, 4, 1, 1, 5),
        ("FFFF", 4, 4, 0, 1, 1),
        ("FFFFF", 5, 5, 0, 2, 5),
        ("FFFFF--F", 8, 8, 2, 0, 4),
        ("FFFFF---F", 1, 7, 2, 0, 4),
        ("F" * 9, 9, 9, 0, 2, 1),
        ("F" * 10, 10, 10, 0, 3, None),
        ("F" * 19, 19, 19, 0, 3, None),
        ("F" * 19 + "-", 20, 20, 1, 2, 5),  # no further freeze is added to three
        ("F" * 19 + "-F", 21, 21, 1, 2, 4),
        ("F" * 19 + "---", 22, 22, 3, 0, 5),
        ("F" * 19 + "----FF", 2, 22, 3, 0, 3),
    ],
)
def test_freezes_keep_missed_weeks(text, in_a_row, longest, frozen, freezes, to_next):
    result = found(text)
    assert (result.weeks, result.longest, len(result.frozen)) == (in_a_row, longest, frozen)
    assert (result.freezes, result.to_next_freeze) == (freezes, to_next)
    assert result.began == (THIS - in_a_row * WEEK if in_a_row else None)


def test_a_week_off_neither_counts_nor_breaks():
    off = THIS - 2 * WEEK
    assert found("FF-F", weeks_off={off}) == Streak(3, THIS - 4 * WEEK, 3, (), 1, 2, 0, 60, 60)
    assert found("FFFF", weeks_off={off}).weeks == 4  # although that week was off, the learner studied
    assert found("FF-F").frozen == (off,)
    assert found("FF", weeks_off={THIS}).weeks == 2


def test_a_target_counts_from_the_week_in_which_it_is_made():
    start = THIS - 4 * WEEK
    minutes = {start + at * WEEK: 100 for at in range(5)}
    sunday = start + 2 * WEEK - timedelta(days=1)
    result = streak(minutes, [WeeklyTarget(start, 100), WeeklyTarget(sunday, 101), WeeklyTarget(TODAY, 60)], TODAY)
    assert result.frozen == (start + WEEK,)
    assert (result.weeks, result.longest, result.target, result.left) == (1, 2, 60, 0)
    again = streak(
        minutes, [WeeklyTarget(start, 100), WeeklyTarget(sunday, 101), WeeklyTarget(start + WEEK, 99)], TODAY
    )
    assert (again.weeks, again.target) == (5, 99)  # the latest target of a week counts
    # A learner who has travelled west sets a target on an earlier day: it applies from then on.
    west = streak(
        minutes, [WeeklyTarget(start, 100), WeeklyTarget(TODAY, 1000), WeeklyTarget(start + WEEK, 100)], TODAY
    )
    assert (west.weeks, west.target) == (5, 100)
    assert streak(minutes, [WeeklyTarget(start + WEEK, 1000), WeeklyTarget(start, 100)], TODAY).weeks == 5


def test_weeks_before_the_first_target_do_not_count():
    minutes = {THIS - at * WEEK: 100 for at in range(9)}
    result = streak(minutes, [WeeklyTarget(THIS - 2 * WEEK, 100)], TODAY)
    assert (result.weeks, result.began) == (3, THIS - 2 * WEEK)
    tomorrow = streak(minutes, [WeeklyTarget(THIS + WEEK, 70)], TODAY)
    assert tomorrow == Streak(0, None, 0, (), 1, 5, 100, 70, 0)


# Small cases, compared with a plain version of the rules.


def oracle(minutes, targets, today, weeks_off):
    """The streak from the plain rules. Each week is one letter: F full, K kept by a freeze, B broken; weeks off have none."""
    story = []
    week = min(monday(target.since) for target in targets)
    full_weeks = freezes = 0
    freezes = 1
    while week <= monday(today):
        least = [target.minutes for target in targets if monday(target.since) <= week][-1]
        if minutes.get(week, 0) >= least:
            story.append(("F", week))
            if freezes < 3:
                full_weeks += 1
                freezes += full_weeks % 5 == 0
        elif week != monday(today) and week not in weeks_off:
            if story and story[-1][0] != "B" and freezes:
                story.append(("K", week))
                freezes -= 1
            else:
                story.append(("B", week))
        week += WEEK
    letters = "".join(letter for letter, _ in story)
    rows = letters.split("B")
    return (
        len(rows[-1]),
        max(map(len, rows)),
        tuple(week for letter, week in story if letter == "K"),
        freezes,
        None if freezes == 3 else 5 - full_weeks % 5,
    )


MONDAYS = st.integers(0, 40).map(lambda number: THIS - number * WEEK)
TARGETS = st.lists(
    st.builds(WeeklyTarget, st.integers(0, 280).map(lambda days: TODAY - timedelta(days=days)), st.integers(50, 100)),
    min_size=1,
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(MONDAYS, st.integers(0, 300), min_size=0, max_size=41),
    TARGETS,
    st.sets(MONDAYS, max_size=6),
    st.lists(st.booleans(), min_size=41, max_size=41),
)
def test_a_streak_is_what_the_rules_say(minutes, targets, weeks_off, good):
    minutes = {THIS - at * WEEK: 120 for at, full in enumerate(good) if full} | minutes
    result = streak(minutes, targets, TODAY, weeks_off)
    assert (
        result.weeks,
        result.longest,
        result.frozen,
        result.freezes,
        result.to_next_freeze,
    ) == oracle(minutes, targets, TODAY, weeks_off)
    assert 0 <= result.freezes <= 3
    assert result.longest >= result.weeks
    assert (result.began is None) == (result.weeks == 0)
    assert result.left == max(0, result.target - result.minutes)


def test_the_first_week_asks_for_its_share_and_counts_when_it_is_met():
    thursday, half = date(2026, 11, 26), Fraction(1, 2)
    targets = [WeeklyTarget(thursday, 480)]
    new = streak({}, targets, thursday, first_share=half)
    assert (new.target, new.left, new.weeks) == (240, 240, 0)
    met = streak({THIS: 240}, targets, thursday, first_share=half)
    assert (met.left, met.weeks, met.began) == (0, 1, THIS)
    assert streak({THIS: 239}, targets, thursday, first_share=half).weeks == 0
    # From the second week on the whole target applies.
    later = streak({THIS: 240, THIS + WEEK: 240}, targets, THIS + WEEK, first_share=half)
    assert (later.target, later.left, later.weeks) == (480, 240, 1)
    raised = streak({}, [*targets, WeeklyTarget(thursday, 600)], thursday, first_share=half)
    assert raised.target == 300


def test_a_first_week_without_a_study_day_asks_for_nothing_and_is_passed_over():
    sunday, none = date(2026, 11, 29), Fraction(0)
    targets = [WeeklyTarget(sunday, 480)]
    assert streak({THIS: 600}, targets, sunday, first_share=none) == Streak(0, None, 0, (), 1, 5, 600, 0, 0)
    assert streak({THIS + WEEK: 480}, targets, THIS + WEEK, first_share=none).weeks == 1
