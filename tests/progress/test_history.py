from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from guidance.catalog import snapshot
from guidance.catalog.models import Resource
from guidance.progress import history as progress_history
from guidance.progress import services
from guidance.progress.models import Assessment, Evidence, Goal, ProjectWork, ResourceState, StudyDay, UnitTick
from tests.factories import make_catalogue, make_project, make_resource, make_role, make_skill, retire
from tests.progress.conftest import NOW
from tests.web.learners import merge

TODAY = NOW.date()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def page(learner, **options):
    return progress_history.page(learner, snapshot=snapshot.current(), **options)


@pytest.fixture
def python(db):
    return make_skill("python")


# What can be undone


class _Back(Exception):
    pass


def taken_back(learner):
    """The assessments that the service would undo, each tried separately."""
    found = set()
    for assessment in learner.assessments.filter(undoes=None, undone_by=None):
        try:
            with transaction.atomic():
                services.undo_assessment(learner=learner, assessment=assessment, now=NOW + 9 * HOUR)
                found.add(assessment.pk)
                raise _Back
        except (_Back, ValidationError):
            pass
    return found


def assess(learner, skill, level):
    return services.assess(learner=learner, skill=skill, level=level, now=NOW).pk


def test_history_names_as_latest_what_the_service_takes_back(learner, python):
    assess(learner, python, 1)
    second, third = assess(learner, python, 2), assess(learner, python, 3)
    other = assess(learner, make_skill("sql"), 1)
    assert page(learner).latest == {third, other} == taken_back(learner)
    services.undo_assessment(learner=learner, assessment=Assessment.objects.get(pk=third), now=NOW)
    assert page(learner).latest == {second, other} == taken_back(learner)


@pytest.mark.parametrize("of_old_first", [True, False])
def test_history_knows_merged_skills_as_one(learner, python, of_old_first):
    oldest, old = make_skill("py-2"), make_skill("py")
    for skill in (oldest, old, python) if of_old_first else (python, old, oldest):
        last = assess(learner, skill, 2)
    assert len(page(learner).latest) == 3
    merge(oldest, old)
    merge(old, python)
    assert page(learner).latest == {last} == taken_back(learner)


def test_history_knows_what_stands_on_an_earlier_page(learner, python):
    old = make_skill("py")
    first = assess(learner, old, 1)
    services.assess(learner=learner, skill=python, level=2, now=NOW + DAY)
    merge(old, python)
    earlier = page(learner, before=TODAY + DAY)
    assert [item.pk for item in earlier.days[0].assessments] == [first]
    assert first not in earlier.latest | taken_back(learner)


def test_history_lets_the_level_of_a_retired_skill_be_taken_back(learner, python):
    made = assess(learner, python, 1)
    retire(python)
    assert page(learner).latest == {made} == taken_back(learner)


# What was studied


def test_history_orders_a_day_by_all_minutes_of_a_skill(learner, python):
    sql = make_skill("sql")
    for number in range(3):
        book = make_resource(f"book-{number}", skills={"python": [0, 2]})
        services.log_study(learner=learner, skill=python, resource=book, minutes=20, on=TODAY, now=NOW)
    services.log_study(learner=learner, resource=book, minutes=10, on=TODAY, now=NOW)
    services.log_study(learner=learner, skill=sql, minutes=30, on=TODAY, now=NOW)
    [day] = page(learner).days
    assert [(item.name, item.minutes) for item in day.studied] == [
        (python.name, 60),
        (sql.name, 30),
        (book.name, 10),
    ]
    assert day.minutes == 100


# Other actions


def done(learner):
    return [(day.on, [(item.kind, item.name, item.lines) for item in day.done]) for day in page(learner).days]


def test_history_tells_of_evidence_ticks_and_projects_latest_first(learner, python):
    docs, report = make_resource("docs", skills={"python": [0, 2]}), make_project("report", proves={"python": 2})
    first = report.checklist.values_list("text", flat=True)[:1]
    services.tick_resource(learner=learner, resource=docs, done=True, now=NOW)
    services.add_evidence(learner=learner, skill=python, text="x", now=NOW + HOUR)
    services.save_project_work(learner=learner, project=report, ticked=[], now=NOW)
    services.save_project_work(learner=learner, project=report, ticked=first, now=NOW + 2 * HOUR)
    assert done(learner) == [
        (TODAY, [("project", report.name, 1), ("skill", python.name, 0), ("resource", docs.name, 0)])
    ]
    services.save_project_work(learner=learner, project=report, ticked=[], now=NOW + DAY)
    services.tick_resource(learner=learner, resource=docs, done=False, now=NOW + DAY)
    assert done(learner) == [
        (TODAY + DAY, [("project", report.name, 0)]),
        (TODAY, [("skill", python.name, 0)]),
    ]


def test_history_names_a_unit_that_the_catalogue_has_no_longer(learner):
    rag = make_skill("rag", units={1: [{"id": "ask", "do": "Ask ten questions. Count.", "minutes": 60}]})
    services.tick_unit(learner=learner, skill=rag, level=1, key="ask", minutes=0, now=NOW)
    make_skill("rag")
    [day] = progress_history.page(learner, snapshot=snapshot.current()).days
    assert day.done == [progress_history.DoneEntry("skill", rag.pk, "Rag", 0, "Ask ten questions. Count.", "do", NOW)]


def test_history_puts_what_was_done_on_the_learners_own_day(learner, python):
    learner.time_zone = "Pacific/Auckland"
    report = make_project("report", proves={"python": 2})
    late = NOW.replace(hour=23)
    services.tick_resource(learner=learner, resource=make_resource("docs"), done=True, now=late)
    services.save_project_work(learner=learner, project=report, ticked=[], now=late)
    assert [on for on, _done in done(learner)] == [TODAY + DAY]


# Its cost


def rows_read(plan):
    """The number of rows read by the scans of an executed query plan."""
    own = plan["Actual Rows"] * plan["Actual Loops"] + plan.get("Rows Removed by Filter", 0)
    return (own if "Scan" in plan["Node Type"] else 0) + sum(rows_read(part) for part in plan.get("Plans", ()))


def test_history_reads_little_more_than_it_shows(learner, python):
    make_catalogue(60)
    days, role = [TODAY - number * DAY for number in range(2_000)], make_role()
    StudyDay.objects.bulk_create(StudyDay(learner=learner, on=on, minutes=10) for on in days)
    Assessment.objects.bulk_create(
        Assessment(learner=learner, skill=python, level=1, kind="self", on=on) for on in days for _ in range(2)
    )
    Evidence.objects.bulk_create(Evidence(learner=learner, skill=python, text="x", on=on) for on in days)
    Goal.objects.create(learner=learner, role=role, hours_per_week=5, weekdays=[1], weekly_target=300, on=TODAY)
    ResourceState.objects.bulk_create(
        ResourceState(learner=learner, resource=resource, on=on)
        for resource, on in zip(Resource.objects.all(), days, strict=False)
    )
    ProjectWork.objects.create(learner=learner, project=make_project(), on=TODAY)
    UnitTick.objects.bulk_create(
        UnitTick(learner=learner, skill=python, level=1, key=f"unit-{number}", type="do", text="x", minutes=0, on=on)
        for number, on in enumerate(days)
    )
    catalogue = snapshot.current()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for before in (None, days[1_000]):
            with CaptureQueriesContext(connection) as queries:
                assert (
                    len(progress_history.page(learner, snapshot=catalogue, before=before).days) == progress_history.DAYS
                )
            assert len(queries) == 7
            for query in queries.captured_queries:
                cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
                [[plan]] = cursor.fetchone()
                assert rows_read(plan["Plan"]) < 10 * progress_history.DAYS
