from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import CheckAnswer, QuickCheck
from tests import factories
from tests.web.learners import merge
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def learner(db) -> User:
    return User.objects.create_user("noor@example.com")


@pytest.fixture
def client(learner) -> Client:
    client = Client()
    client.force_login(learner)
    return client


@pytest.fixture
def python():
    return factories.make_skill("python")


def page(client, query="") -> str:
    response = client.get(f"/history/{query}")
    assert response.status_code == 200
    return markup_of(response)


def test_history_of_somebody_new_teaches(client, problems_of):
    html = page(client)
    assert "Make a plan" in html
    assert problems_of(html) == []


def test_history_tells_everything_of_a_day(client, learner, python, problems_of):
    role = factories.make_role("ai-engineer", requirements={"python": (2, 5)})
    services.set_goal(learner=learner, role=role, hours_per_week=6, weekdays=[1], now=NOW)
    services.log_study(learner=learner, skill=python, minutes=30, on=NOW.date(), now=NOW)
    services.log_study(learner=learner, skill=python, minutes=45, on=NOW.date(), now=NOW)
    services.add_evidence(learner=learner, skill=python, url="https://example.com", now=NOW)
    docs, report = factories.make_resource("docs"), factories.make_project("report", proves={"python": 2})
    services.tick_resource(learner=learner, resource=docs, done=True, now=NOW)
    lines = report.checklist.values_list("text", flat=True)[:2]
    services.save_project_work(learner=learner, project=report, ticked=lines, now=NOW)
    services.assess(learner=learner, skill=python, level=2, now=NOW)
    html = page(client)
    assert problems_of(html) == []
    for text in ("25 November 2026", "1 h 15 min", "Goal: ", "6 h a week", "Evidence added", "level 2, working"):
        assert text in html
    assert html.count("1 h 15 min") == 2  # of the day and of the skill
    assert f'<span>{docs.name} <span class="small muted">Ticked as done</span>' in html
    work = f'<a href="/projects/report/">{report.name}</a> <span class="small muted">Work saved, 2 lines ticked</span>'
    assert work in html


def test_history_of_a_day_is_latest_first_whatever_was_done(client, learner, python):
    def at(hour: int) -> datetime:
        return NOW.replace(hour=hour)

    services.assess(learner=learner, skill=python, level=1, now=at(8))
    docs = factories.make_resource("docs")
    services.tick_resource(learner=learner, resource=docs, done=True, now=at(9))
    QuickCheck.objects.create(
        learner=learner, skill=python, level=1, items=["a"], needed=1, at=at(10), on=NOW.date(), finished_at=at(11),
        finished_on=NOW.date(), passed=False,
    )  # fmt: skip
    services.log_study(learner=learner, skill=python, minutes=30, on=NOW.date(), now=at(12))
    services.add_evidence(learner=learner, skill=python, url="https://example.com", now=at(13))
    html = page(client)
    texts = (
        "Evidence added",
        "Check of level 1",
        "Ticked as done",
        "level 1, aware",
        '<span class="small muted">30 min',
    )
    places = [html.index(text) for text in texts]
    assert places == sorted(places)


def test_history_offers_to_take_back_what_nothing_stands_on(client, learner, python):
    first = services.assess(learner=learner, skill=python, level=1, now=NOW)
    second = services.assess(learner=learner, skill=python, level=2, now=NOW)
    html = page(client)
    assert f"/history/assessments/{second.pk}/undo/" in html
    assert f"/history/assessments/{first.pk}/undo/" not in html
    services.undo_assessment(learner=learner, assessment=second, now=NOW)
    html = page(client)
    assert f"/history/assessments/{first.pk}/undo/" in html
    assert f"/history/assessments/{second.pk}/undo/" not in html
    assert "undone, back to level 1, aware" in html


def test_history_offers_to_take_back_only_the_last_level_of_merged_skills(client, learner, python):
    old = factories.make_skill("py")
    first = services.assess(learner=learner, skill=old, level=1, now=NOW)
    second = services.assess(learner=learner, skill=python, level=2, now=NOW)
    merge(old, python)
    html = page(client)
    assert f"/history/assessments/{second.pk}/undo/" in html
    assert f"/history/assessments/{first.pk}/undo/" not in html


def test_history_tells_the_checks_and_reviews_that_were_finished(client, learner, python):
    for days, purpose, given in ((1, "review", (False, True, False)), (0, "review", (True,) * 3), (0, "check", None)):
        at = NOW - timedelta(days=days)
        end = {"finished_at": at, "finished_on": at.date(), "passed": all(given)} if given else {}
        check = QuickCheck.objects.create(
            learner=learner, skill=python, level=2, purpose=purpose, items=["a", "b", "c"], needed=2, at=at, on=at.date(), **end
        )  # fmt: skip
        CheckAnswer.objects.bulk_create(
            CheckAnswer(learner=learner, quick_check=check, skill=python, item=name, answer=["x"], right=right)
            for name, right in zip("abc", given or (), strict=False)
        )
    html = page(client)
    assert "25 November 2026" in html
    assert "Review of level 2: 3 of 3, passed" in html
    assert "Review of level 2: 1 of 3, not passed" in html
    assert "Check of level 2" not in html
    older = page(client, "?before=2026-11-25")
    assert "1 of 3, not passed" in older
    assert "3 of 3" not in older


def test_history_shows_what_is_written_after_it_was_read(client, learner, python):
    assert "Evidence added" not in page(client)
    services.add_evidence(learner=learner, skill=python, url="https://example.com", now=NOW)
    assert "Evidence added" in page(client)
    services.write_note(learner=learner, skill=python, text="Later.")
    services.remove_evidence(learner=learner, evidence=learner.evidences.get())
    assert "Evidence added" not in page(client)


def test_history_says_up_to_where_a_check_and_a_project_show_a_level(client, learner, python):
    report = factories.make_project("report", proves={"python": 1})
    services.assess(learner=learner, skill=python, level=3, source="cv", now=NOW)
    services.prove_by_project(learner=learner, project=report, levels={python.pk: 1}, now=NOW)
    services.pass_check(learner=learner, skill=python, level=2, now=NOW)
    services.pass_check(learner=learner, skill=factories.make_skill("sql"), level=1, now=NOW)
    html = page(client)
    assert "level 3, proficient, from your CV" in html
    assert f"still at level 3, proficient; level 1 by the project {report.name}" in html
    assert "still at level 3, proficient; levels 1 and 2 checked" in html
    assert "level 1, aware, checked" in html


def test_history_folds_many_levels_of_one_day(client, learner):
    skills = [factories.make_skill(f"skill-{number}") for number in range(7)]
    services.assess_all(learner=learner, levels={skill.pk: 1 for skill in skills}, now=NOW)
    assert "<summary>7 levels set</summary>" in page(client)


def test_history_calls_things_by_what_they_became(client, learner, python):
    services.log_study(learner=learner, skill=python, minutes=30, on=NOW.date(), now=NOW)
    factories.rename(python, "python-3")
    assert 'href="/skills/python-3/"' in page(client)
    python.refresh_from_db()
    factories.retire(python)
    html = page(client)
    assert "/skills/python" not in html
    assert python.name in html


def test_history_is_of_oneself(client, python):
    other = User.objects.create_user("other@example.com")
    services.log_study(learner=other, skill=python, minutes=30, on=NOW.date(), now=NOW)
    assert "30 min" not in page(client)


def test_history_goes_back_page_by_page(client, learner, python):
    for days in range(35):
        at = NOW - timedelta(days=days)
        services.log_study(learner=learner, skill=python, minutes=days + 1, on=at.date(), now=at)
    html = page(client)
    assert html.count("<h2>") == 30
    assert 'href="?before=2026-10-27"' in html
    html = page(client, "?before=2026-10-27")
    assert html.count("<h2>") == 5
    assert 'rel="next"' not in html
    assert "35 min" in html


def test_history_says_what_is_wrong_with_a_date(client):
    response = client.get("/history/?before=yesterday")
    assert response.status_code == 400
    assert "yesterday" in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_history_asks_the_database_as_often_for_many_as_for_one(client, learner, python, queries, count):
    for number in range(count):
        at = NOW - timedelta(days=number)
        services.log_study(learner=learner, skill=python, minutes=30, on=at.date(), now=at)
        services.assess(learner=learner, skill=python, level=number + 1, now=at)
        services.add_evidence(learner=learner, skill=python, text="x", now=at)
        resource = factories.make_resource(f"docs-{number}")
        services.tick_resource(learner=learner, resource=resource, done=True, now=at)
        project = factories.make_project(f"report-{number}", proves={"python": 2})
        services.save_project_work(learner=learner, project=project, ticked=[], now=at)
    page(client)
    with queries(9):
        page(client)
