from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from config.demo.simulation import PlannedLevel, ReachedLevel, StudiedMinutes, follow

START = date(2026, 6, 1)
PLAN = [PlannedLevel(f"skill-{number}", 1, 300) for number in range(40)]


def happenings(**changes):
    fields = {
        "start": START,
        "until": START + timedelta(days=181),
        "hours_per_week": 8,
        "weekdays": (1, 2, 4, 6),
        "days_off": {START + timedelta(days=day) for day in range(60, 70)},
        "seed": 3,
    }
    return list(follow(PLAN, **fields | changes))


def test_follow_is_the_same_for_the_same_seed():
    assert happenings() == happenings()
    assert happenings() != happenings(seed=4)


@given(seed=st.integers(0, 10_000))
def test_follow_keeps_order_days_off_and_what_a_day_holds(seed):
    found = happenings(seed=seed)
    days = [item.on for item in found]
    assert days == sorted(days)
    off = {START + timedelta(days=day) for day in range(60, 70)}
    assert not off & set(days)
    reached = [item.skill for item in found if isinstance(item, ReachedLevel)]
    assert reached == [work.skill for work in PLAN[: len(reached)]]
    by_day = {}
    for item in found:
        if isinstance(item, StudiedMinutes):
            assert item.minutes > 0
            assert item.minutes % 5 == 0
            by_day[item.on] = by_day.get(item.on, 0) + item.minutes
    assert max(by_day.values()) <= 150


def test_follow_comes_near_to_the_hours_that_were_planned():
    found = happenings(days_off=())
    hours = sum(item.minutes for item in found if isinstance(item, StudiedMinutes)) / 60
    assert 0.6 * 8 * 26 < hours < 1.1 * 8 * 26


def test_follow_ends_with_the_plan():
    found = list(follow(PLAN[:1], start=START, until=START + timedelta(days=99), hours_per_week=8, weekdays=(1,)))
    assert isinstance(found[-1], ReachedLevel)
    assert len([item for item in found if isinstance(item, ReachedLevel)]) == 1
