from datetime import date, timedelta

import pytest

from guidance.catalog.snapshot import current
from guidance.progress import services
from guidance.progress.learner_state import learner_state
from guidance.progress.models import LearnerSkill, QuickCheck
from guidance.progress.services.levels import recount
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def sql(db):
    factories.publish(factories.skill_document("sql"), factories.check_document("sql"))
    return factories.RECORD_MODELS["skill"].objects.get(slug="sql")


def review_of(learner, now):
    (found,) = learner_state(learner, snapshot=current(), now=now).reviews
    return found


def finish(learner, skill, now, *, passed, level=2):
    QuickCheck.objects.create(
        learner=learner, skill=skill, level=level, purpose="review", items=["a", "b", "c"], needed=2, at=now,
        on=learner.local_date(now), finished_at=now, finished_on=learner.local_date(now), passed=passed,
    )  # fmt: skip
    services.finish_review(learner=learner, skill=skill, passed=passed, now=now)


def row_of(learner, skill):
    """The fields of a row about reviews. Checks that they match its history."""
    names = ("proved_on", "studied_on", "reviewed_on", "reviews_passed", "review_failed")
    found = LearnerSkill.objects.values_list(*names).get(learner=learner, skill=skill)
    recount(learner, skill.pk, [skill.pk])
    assert LearnerSkill.objects.values_list(*names).get(learner=learner, skill=skill) == found
    return found


def test_a_check_and_a_project_start_the_clock_and_a_word_does_not(learner, sql, now):
    services.assess(learner=learner, skill=sql, level=2, now=now - 9 * DAY)
    assert row_of(learner, sql) == (None, None, None, 0, False)
    assert learner_state(learner, snapshot=current(), now=now).reviews == ()
    services.pass_check(learner=learner, skill=sql, level=1, now=now - 8 * DAY)
    assert row_of(learner, sql)[0] == TODAY - 8 * DAY
    services.assess(learner=learner, skill=sql, level=2, source="project", now=now - 6 * DAY)
    assert row_of(learner, sql)[0] == TODAY - 6 * DAY
    services.assess(learner=learner, skill=sql, level=3, now=now - 2 * DAY)
    services.pass_check(learner=learner, skill=sql, level=1, now=now - DAY)  # a check that proves less than the project
    assert row_of(learner, sql)[0] == TODAY - 6 * DAY
    assert (review_of(learner, now).level, review_of(learner, now).due) == (2, TODAY + 58 * DAY)


def test_a_passed_review_doubles_the_clock_and_restarts_it(learner, sql, now):
    services.pass_check(learner=learner, skill=sql, level=2, now=now - 70 * DAY)
    assert review_of(learner, now).due == TODAY - 6 * DAY
    finish(learner, sql, now, passed=True)
    assert row_of(learner, sql) == (TODAY, None, TODAY, 1, False)
    assert review_of(learner, now).due == TODAY + 128 * DAY
    assert learner_state(learner, snapshot=current(), now=now).levels == {"sql": 2}


def test_a_level_that_is_proved_higher_starts_with_the_first_half_life(learner, sql, now):
    services.pass_check(learner=learner, skill=sql, level=1, now=now - 70 * DAY)
    finish(learner, sql, now - 5 * DAY, passed=True, level=1)
    services.pass_check(learner=learner, skill=sql, level=1, now=now - 2 * DAY)
    assert row_of(learner, sql)[3] == 1
    services.pass_check(learner=learner, skill=sql, level=2, now=now)
    assert row_of(learner, sql) == (TODAY, None, TODAY - 5 * DAY, 0, False)


def test_a_review_that_is_not_passed_leaves_the_level_and_waits(learner, sql, now):
    services.pass_check(learner=learner, skill=sql, level=2, now=now - 70 * DAY)
    finish(learner, sql, now, passed=False)
    assert row_of(learner, sql) == (TODAY - 70 * DAY, None, TODAY, 0, True)
    found = review_of(learner, now)
    assert (found.level, found.worth_refresh, found.due) == (2, True, TODAY + 14 * DAY)
    finish(learner, sql, now + 14 * DAY, passed=True)
    assert row_of(learner, sql) == (TODAY + 14 * DAY, None, TODAY + 14 * DAY, 1, False)


def test_study_and_a_check_end_a_refresh(learner, sql, now):
    services.pass_check(learner=learner, skill=sql, level=2, now=now - 70 * DAY)
    finish(learner, sql, now, passed=False)
    services.log_study(learner=learner, skill=sql, minutes=20, on=TODAY - DAY, now=now + HOUR)
    assert row_of(learner, sql)[4]  # the study was before the review
    session = services.log_study(learner=learner, skill=sql, minutes=20, on=TODAY, now=now + HOUR)
    assert row_of(learner, sql) == (TODAY - 70 * DAY, TODAY, TODAY, 0, False)
    assert review_of(learner, now + HOUR).due == TODAY + 64 * DAY
    services.remove_session(learner=learner, session=session)
    assert row_of(learner, sql) == (TODAY - 70 * DAY, TODAY - DAY, TODAY, 0, True)
    services.pass_check(learner=learner, skill=sql, level=2, now=now + 2 * HOUR)
    assert row_of(learner, sql) == (TODAY, TODAY - DAY, TODAY, 0, False)


def test_a_check_that_is_taken_back_takes_its_clock_back(learner, sql, now):
    services.pass_check(learner=learner, skill=sql, level=1, now=now - 70 * DAY)
    made = services.pass_check(learner=learner, skill=sql, level=2, now=now)
    services.undo_assessment(learner=learner, assessment=made, now=now + HOUR)
    assert row_of(learner, sql)[0] == TODAY - 70 * DAY


def test_reviews_take_their_time_out_of_the_plan(learner, sql, now):
    factories.publish(
        factories.skill_document("python", effort=[8, 10, 20, 40]),
        factories.role_document("ai-engineer", requirements={"python": (1, 5), "sql": (2, 3)}),
    )
    role = factories.RECORD_MODELS["role"].objects.get(slug="ai-engineer")
    goal = {"learner": learner, "role": role, "hours_per_week": 7, "weekdays": range(1, 8)}
    services.set_goal(**goal, now=now)
    services.pass_check(learner=learner, skill=sql, level=2, now=now - 70 * DAY)
    found = learner_state(learner, snapshot=current(), now=now).goal_state
    assert [(item.review.skill, item.on) for item in found.reviews] == [("sql", TODAY)]
    # Eight hours at one a day no longer end on the eighth day.
    assert (found.plan.total_hours, found.plan.finish) == (8, TODAY + 8 * DAY)
    state = learner_state(learner, snapshot=current(), now=now)
    assert state.outcome(found).finish == found.plan.finish
    finish(learner, sql, now, passed=True)
    found = learner_state(learner, snapshot=current(), now=now).goal_state
    assert (found.reviews, found.plan.finish) == ((), TODAY + 7 * DAY)
