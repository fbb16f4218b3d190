from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction

from accounts.models import User
from guidance.catalog import record_store
from guidance.catalog.models import Resource, Role, Skill
from guidance.catalog.snapshot import current
from guidance.progress import pace as paces
from guidance.progress import services
from guidance.progress.catalogue_changes import CatalogueNews
from guidance.progress.dashboard import MAX_POINTS, LevelQuestion, Move, dashboard
from guidance.progress.learner_state import learner_state
from guidance.progress.models import StudyDay, StudySession
from guidance.progress.pace import Planned, Point, Terms
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 25)  # a Wednesday
DAY = timedelta(days=1)


@pytest.fixture
def catalogue():
    """An AI engineer needs Python 2 and SQL 2. Python needs SQL 1. Git is not part of the role."""
    factories.publish(
        factories.skill_document("sql", area="data-engineering"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("git"),
        factories.role_document("ai-engineer", requirements={"python": (2, 5), "sql": (2, 3)}),
        factories.industry_document("healthcare", emphases={"sql": 1.0}),
    )


@pytest.fixture
def look(learner, now):
    def look(after=timedelta(0), who=learner):
        return dashboard(who, learner_state(who, snapshot=current(), now=now + after))

    return look


def skill(slug):
    return Skill.objects.get(slug=slug)


def set_goal(learner, now, **changes):
    fields = {"role": Role.objects.get(slug="ai-engineer"), "hours_per_week": 7, "weekdays": range(1, 8)}
    return services.set_goal(learner=learner, now=now, **fields | changes)


def study(learner, now, minutes, on, slug="python"):
    return services.log_study(learner=learner, skill=skill(slug), minutes=minutes, on=on, now=now)


def test_dashboard_of_somebody_new_asks_nothing(look, catalogue, django_assert_num_queries):
    current()
    with django_assert_num_queries(1):  # for the learner's version
        found = look()
    assert (found.pace, found.streak, found.minutes, found.since) == (None, None, {}, TODAY)


def test_dashboard_knows_days_and_areas(learner, now, look, catalogue):
    python = skill("python")
    book = factories.make_resource("book", skills={"sql": [0, 2], "python": [0, 2]})
    study(learner, now, 30, TODAY)
    study(learner, now, 45, TODAY)
    study(learner, now, 20, TODAY - 27 * DAY, "sql")
    study(learner, now, 600, TODAY - 28 * DAY)
    services.log_study(learner=learner, resource=book, minutes=10, on=TODAY, now=now)
    services.log_study(learner=learner, skill=python, resource=book, minutes=5, on=TODAY, now=now)
    found = look()
    assert found.minutes == {TODAY: 90, TODAY - 27 * DAY: 20, TODAY - 28 * DAY: 600}
    first_of_book = current().skills[next(iter(current().resources["book"].skills))].area.slug
    expected = {"programming": 80, "data-engineering": 20}
    expected[first_of_book] += 10
    assert found.areas == expected
    assert found.since == TODAY - 28 * DAY
    assert found.streak is None  # no target without a goal


def test_dashboard_counts_planned_against_done(learner, now, look, catalogue):
    begin = now - 13 * DAY  # a Thursday
    study(learner, begin, 120, TODAY - 14 * DAY)  # before the goal
    set_goal(learner, begin)
    study(learner, now, 60, TODAY - 13 * DAY)
    study(learner, now, 30, TODAY)
    found = look()
    hours = found.state.goal_state.plan.total_hours
    assert found.since == TODAY - 14 * DAY
    assert found.pace.course == (
        Point(TODAY - 14 * DAY, 0, 0),
        Point(date(2026, 11, 15), 4 * 60, 60),
        Point(date(2026, 11, 22), 11 * 60, 60),
        Point(TODAY, 14 * 60, 90),
    )
    assert found.pace.hours == pytest.approx(hours + 1.5)
    assert found.pace.recent == paces.Recent(planned=14 * 60, done=90, week=420, short=750, behind=True)
    assert found.pace.forecast is None
    assert (found.streak.minutes, found.streak.target, found.streak.weeks) == (30, 420, 0)


def test_first_week_counts_from_the_goal_on(learner, now, look, catalogue):
    """Its target covers only the study days that are left, so the days before do not count either."""
    study(learner, now, 45, TODAY - DAY)
    set_goal(learner, now)
    study(learner, now, 30, TODAY)
    found = look()
    assert found.minutes == {TODAY - DAY: 45, TODAY: 30}
    assert (found.streak.minutes, found.streak.target) == (30, 300)  # Wednesday to Sunday
    assert (found.pace.recent.planned, found.pace.recent.done, found.pace.course[-1].done) == (60, 30, 30)


def test_dashboard_reads_a_long_history_by_week_and_says_the_same(learner, now, look, catalogue):
    """Compares nine years of study with the pure core, which gets every single day."""
    begin = TODAY - 3_300 * DAY
    set_goal(learner, now - 3_300 * DAY)
    days = {begin - 2 * DAY: 50, begin - DAY: 70} | {
        begin + number * DAY: 10 + number % 50 for number in range(0, 3_300, 3)
    }
    StudyDay.objects.bulk_create(StudyDay(learner=learner, on=on, minutes=minutes) for on, minutes in days.items())
    found = look()
    assert sum(found.minutes.values()) == sum(days.values())
    assert len(found.minutes) < 400 + 3_300 / 7
    planned = Planned([Terms(begin, 7)])
    course = found.pace.course
    assert len(course) <= MAX_POINTS + 1
    assert course[-1].day == TODAY
    assert course == paces.course(
        planned, {day: some for day, some in days.items() if day >= begin}, [p.day for p in course]
    )
    assert found.pace.recent == paces.recent(planned, days, TODAY)
    assert found.pace.forecast == paces.forecast(planned, days, TODAY, found.state.goal_state.plan.total_hours)
    assert all(found.minutes.get(day, 0) == days.get(day, 0) for day in (TODAY - n * DAY for n in range(paces.MEMORY)))


def test_dashboard_says_what_moved_the_readiness(learner, now, look, catalogue):
    began = now - 100 * DAY
    set_goal(learner, began)
    services.assess(learner=learner, skill=skill("sql"), level=1, now=now - 50 * DAY)
    services.assess(learner=learner, skill=skill("sql"), level=2, now=now - 20 * DAY)
    services.assess(learner=learner, skill=skill("python"), level=4, now=now - 10 * DAY)
    services.assess(learner=learner, skill=skill("git"), level=2, now=now)  # not required
    assert look().moves == (
        Move("python", 0, 4, TODAY - 10 * DAY, pytest.approx(62.5)),
        Move("sql", 1, 2, TODAY - 20 * DAY, pytest.approx(18.75)),
    )


def test_dashboard_counts_a_level_that_fell(learner, now, look, catalogue):
    set_goal(learner, now - 100 * DAY)
    services.assess(learner=learner, skill=skill("sql"), level=2, now=now - 50 * DAY)
    services.assess(learner=learner, skill=skill("sql"), level=1, now=now)
    assert look().moves == (Move("sql", 2, 1, TODAY, pytest.approx(-18.75)),)


def test_dashboard_takes_levels_of_the_start_for_where_one_began(learner, now, look, catalogue):
    services.assess_all(learner=learner, levels={skill("sql").pk: 1}, now=now)
    set_goal(learner, now)
    assert look().moves == ()
    services.assess(learner=learner, skill=skill("sql"), level=2, now=now + timedelta(minutes=1))
    assert [(move.before, move.level) for move in look().moves] == [(1, 2)]


def test_dashboard_forgets_a_level_that_was_taken_back(learner, now, look, catalogue):
    set_goal(learner, now - 100 * DAY)
    services.assess(learner=learner, skill=skill("sql"), level=1, now=now - 60 * DAY)
    wrong = services.assess(learner=learner, skill=skill("sql"), level=2, now=now - 40 * DAY)
    services.undo_assessment(learner=learner, assessment=wrong, now=now - 39 * DAY)
    services.assess(learner=learner, skill=skill("sql"), level=2, now=now)
    assert [(move.before, move.level) for move in look().moves] == [(1, 2)]


def test_dashboard_asks_when_the_hours_of_a_level_are_logged(learner, now, look, catalogue):
    set_goal(learner, now)
    study(learner, now, 239, TODAY, "sql")
    assert look().questions == ()
    study(learner, now, 1, TODAY, "sql")
    assert look().questions == (LevelQuestion("sql", 1, 4.0, 4.0),)
    services.assess(learner=learner, skill=skill("sql"), level=1, now=now)
    assert look().questions == ()


def test_dashboard_asks_nothing_about_a_skipped_skill(learner, now, look, catalogue):
    set_goal(learner, now)
    study(learner, now, 300, TODAY, "sql")
    services.override(learner=learner, kinds={skill("sql").pk: "skip"}, now=now)
    assert look().questions == ()


def test_dashboard_knows_the_ticked_resources_of_the_step(learner, now, look, catalogue):
    factories.publish(
        factories.resource_document("course", skills={"sql": [0, 1]}),
        factories.resource_document("elsewhere", skills={"git": [0, 1]}),
    )
    set_goal(learner, now)
    for slug in ("course", "elsewhere"):
        services.tick_resource(learner=learner, resource=Resource.objects.get(slug=slug), done=True, now=now)
    assert look().ticked == {"course"}


def test_dashboard_has_the_reviews_that_are_due_in_the_order_of_the_plan(learner, now, look, catalogue):
    factories.publish(*(factories.check_document(slug) for slug in ("git", "sql", "python")))
    for slug, days in (("git", 70), ("sql", 70), ("python", 20)):
        services.pass_check(learner=learner, skill=skill(slug), level=2, now=now - days * DAY)
    assert [item.skill for item in look().reviews] == ["git", "sql"]
    set_goal(learner, now)
    assert [item.skill for item in look().reviews] == ["sql", "git"]
    study(learner, now, 30, TODAY)  # Python, which needs SQL
    assert [item.skill for item in look().reviews] == ["git"]


def test_dashboard_says_which_role_is_gone(learner, now, look, catalogue):
    goal = set_goal(learner, now)
    assert look().lost_role == ""
    factories.retire(goal.role)
    found = look()
    assert found.lost_role == "AI engineer"
    assert (found.pace, found.questions, found.moves, found.news) == (None, (), (), ())
    assert found.streak.target == 300  # from Wednesday on, 5 of 7 study days


# News


@pytest.fixture
def today(catalogue, now):
    """Travels to the moment at which the catalogue changes."""
    with time_machine.travel(now, tick=False):
        yield


def change(*documents):
    assert factories.publish(*documents) is not None


def test_dashboard_has_news_of_the_way_only(learner, now, look, today):
    set_goal(learner, now - DAY, industry=factories.RECORD_MODELS["industry"].objects.get())
    change(factories.skill_document("git", demand=3))
    change(factories.skill_document("sql", area="data-engineering", demand=3))
    change(factories.project_document("warehouse", proves={"sql": 2}))
    change(factories.project_document("hooks", proves={"git": 2}))
    change(factories.resource_document("sql-course", skills={"sql": [0, 1]}))
    change(factories.industry_document("healthcare", emphases={"sql": 2.0}))
    assert look().news == (
        CatalogueNews("industry", "healthcare", "updated", "Healthcare: emphases changed.", TODAY),
        CatalogueNews("resource", "sql-course", "published", "New: Sql course.", TODAY),
        CatalogueNews("project", "warehouse", "published", "New: Warehouse.", TODAY),
        CatalogueNews("skill", "sql", "updated", "Sql: demand changed.", TODAY),
    )


def test_dashboard_has_no_news_from_before_the_goal(learner, now, look, today):
    change(factories.skill_document("sql", area="data-engineering", demand=3))
    set_goal(learner, now + timedelta(seconds=1))
    assert look().news == ()


def test_dashboard_takes_the_first_revision_for_the_catalogue_itself(learner, look, now, today):
    set_goal(learner, now - 1000 * DAY)
    assert current().revision == 1
    assert look().news == ()


def test_dashboard_has_the_last_of_each_record_and_five_at_most(learner, now, look, today):
    set_goal(learner, now - DAY)
    for number in range(6):
        change(factories.resource_document(f"course-{number}", skills={"sql": [0, 1]}))
    change(factories.skill_document("sql", area="data-engineering", demand=3))
    change(factories.skill_document("sql", area="data-engineering", demand=4))
    news = look().news
    assert [(item.slug, item.summary) for item in news][:2] == [
        ("sql", "Sql: demand changed."),
        ("course-5", "New: Course 5."),
    ]
    assert len(news) == 5


def test_dashboard_finds_news_under_former_names(learner, now, look, today):
    set_goal(learner, now - DAY)
    change(factories.skill_document("sql", area="data-engineering", demand=3))
    factories.rename(skill("sql"), "structured-query-language")
    with transaction.atomic():
        record = skill("structured-query-language")
        record.summary = "Ask tables."
        record.save()
        record_store.commit([record], source="curator")
    factories.snapshot.forget()
    assert [item.slug for item in look().news] == ["structured-query-language"]


# Cost


@pytest.mark.parametrize("skills", [60, 600])
def test_dashboard_takes_two_queries_whatever_there_is(learner, now, skills, django_assert_num_queries):
    factories.make_catalogue(skills)
    factories.publish(
        factories.skill_document("novelty")
    )  # with the first revision alone there can be no news, so none is queried
    one = skill("skill-001")
    set_goal(learner, now - 400 * DAY)
    study(learner, now, 30, TODAY, one.slug)
    services.assess(learner=learner, skill=one, level=1, now=now)
    first = learner_state(learner, snapshot=current(), now=now)
    with django_assert_num_queries(2):
        dashboard(learner, first)
    with django_assert_num_queries(0):
        assert dashboard(learner, first) is dashboard(learner, first)
    days = [TODAY - number * DAY for number in range(1, 334)]
    StudyDay.objects.bulk_create(StudyDay(learner=learner, on=day, minutes=3) for day in days)
    StudySession.objects.bulk_create(
        StudySession(learner=learner, skill=one, minutes=1, on=day) for day in days for _number in range(3)
    )
    services.set_days_off(learner=learner, days=[], now=now)
    again = learner_state(learner, snapshot=current(), now=now)
    with django_assert_num_queries(2):
        found = dashboard(learner, again)
    assert found.areas == {current().skills[one.slug].area.slug: 30 + 27 * 3}


def test_dashboard_of_one_is_not_anothers(learner, now, look, catalogue):
    other = User.objects.create_user("other@example.com")
    set_goal(learner, now)
    set_goal(other, now)
    study(learner, now, 30, TODAY)
    services.assess(learner=other, skill=skill("sql"), level=1, now=now + timedelta(minutes=1))
    assert (look().minutes, look().moves) == ({TODAY: 30}, ())
    assert (look(who=other).minutes, [move.skill for move in look(who=other).moves]) == ({}, ["sql"])
