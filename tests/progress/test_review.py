from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guidance.progress.review import Review, days_to, due, reviews, stage_of

TODAY = date(2026, 11, 24)


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "stage", "since", "following"),
    [
        (0, 0, None, 30),
        (29, 0, None, 30),
        (30, 1, 30, 90),
        (89, 1, 30, 90),
        (90, 2, 90, 180),
        (179, 2, 90, 180),
        (180, 3, 180, 360),
        (359, 3, 180, 360),
        (360, 4, 360, 540),
        (900, 7, 900, 1080),
    ],
)
def test_stages_come_after_30_90_and_then_every_180_days(days, stage, since, following):
    assert reviews({"sql": (2, ago(days))}, TODAY) == (
        Review(
            skill="sql",
            level=2,
            touched=ago(days),
            untouched=days,
            stage=stage,
            since=None if since is None else ago(days - since),
            next=ago(days - following),
        ),
    )


def test_the_longest_untouched_comes_first_then_by_slug():
    skills = {"sql": (2, ago(30)), "rag": (4, ago(31)), "aws": (3, ago(30)), "nlp": (2, ago(29)), "cnn": (1, ago(99))}
    assert [item.skill for item in reviews(skills, TODAY)] == ["rag", "aws", "sql", "nlp"]
    assert [item.skill for item in due(skills, TODAY)] == ["rag", "aws", "sql"]


def test_levels_below_two_are_never_due():
    assert reviews({"sql": (1, ago(400)), "rag": (0, ago(400))}, TODAY) == ()


def test_only_what_has_become_due_since_the_last_time_is_told():
    skills = {"sql": (2, ago(30)), "rag": (2, ago(31)), "aws": (2, ago(95)), "nlp": (2, ago(20))}
    assert [item.skill for item in due(skills, TODAY, told=ago(1))] == ["sql"]
    assert [item.skill for item in due(skills, TODAY, told=ago(2))] == ["rag", "sql"]
    assert [item.skill for item in due(skills, TODAY, told=ago(5))] == ["rag", "sql"]
    assert [item.skill for item in due(skills, TODAY, told=ago(6))] == ["aws", "rag", "sql"]
    assert due(skills, TODAY, told=TODAY) == ()


def test_a_touch_in_the_time_zone_to_the_east_is_one_of_today():
    (found,) = reviews({"sql": (2, TODAY + timedelta(days=1))}, TODAY)
    assert (found.untouched, found.stage, found.since, found.next) == (0, 0, None, TODAY + timedelta(days=31))


@given(st.integers(0, 3000))
def test_stage_is_the_number_of_due_days_passed(days):
    due_days = [30, 90, *range(180, 4000, 180)]
    stage = stage_of(days)
    assert stage == sum(day <= days for day in due_days)
    assert days_to(stage + 1) == due_days[stage] > days
    assert stage == 0 or days_to(stage) <= days
