import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Industry, Project, Resource, Skill
from guidance.curation import operations
from guidance.progress import services
from guidance.progress.learner_state import forget
from guidance.progress.models import StudyDay, StudySession
from guidance.web import cache
from tests import factories
from tests.web.learners import messages_of, said, set_goal
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)  # a Wednesday
DAY = timedelta(days=1)
AI_ENGINEER = {"requirements": {"python": (2, 5), "git": (1, 2)}, "milestones": ["shared-code", "programs"]}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


@pytest.fixture
def catalogue():
    """Level 1 of a skill takes 4 hours, level 2 another 12. Python needs SQL 1; Git is independent of them and comes first."""
    factories.publish(
        factories.skill_document("sql", name="SQL", area="data-engineering"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.skill_document("git"),
        factories.skill_document("cooking"),
        factories.milestone_document("shared-code", steps=[("git", 1)]),
        factories.milestone_document("programs", steps=[("python", 1), ("python", 2)]),
        factories.role_document("ai-engineer", **AI_ENGINEER),
        factories.role_document("cook", requirements={"cooking": (1, 1)}),
        factories.industry_document("healthcare", emphases={"git": 1.0, "cooking": 1.0}),
    )


@pytest.fixture
def read(signed_in):
    """Returns the text of the page."""
    return lambda: said(signed_in.get("/dashboard/"))


def settle(learner, **fields):
    """Set a goal that is too old for the page of the first days."""
    return set_goal(learner, **{"now": NOW - 10 * DAY} | fields)


def skill(slug: str) -> Skill:
    return Skill.objects.get(slug=slug)


def study(learner, minutes=30, slug="git", days_ago=0, now=NOW) -> StudySession:
    on = TODAY - days_ago * DAY
    return services.log_study(learner=learner, skill=skill(slug), minutes=minutes, on=on, now=now)


def check(learner, slug, level=2, now=NOW - 70 * DAY):
    """Pass a check long ago, so that a review is due."""
    factories.make_check(slug)
    services.pass_check(learner=learner, skill=skill(slug), level=level, now=now)


def assess(learner, slug, level, now=NOW, **more):
    return services.assess(learner=learner, skill=skill(slug), level=level, now=now, **more)


def fields(html: str, action: str) -> dict[str, str]:
    """The data that the first form with this action sends when its button is pressed."""
    form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', html, re.DOTALL)[0]
    return dict(re.findall(r'<(?:input|button)[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form))


# Who sees it


def test_dashboard_is_for_those_who_are_logged_in(client):
    assert client.get("/dashboard/")["Location"] == "/accounts/login/?next=/dashboard/"


def test_dashboard_is_private_and_only_read(signed_in, learner):
    assert signed_in.get("/dashboard/")["Cache-Control"] == "private, no-store"
    assert signed_in.post("/dashboard/").status_code == 405


# States


def test_dashboard_without_a_goal_teaches(read, signed_in, learner):
    text = read()
    assert text.startswith("Wednesday 25 November Set a goal")
    assert "What you will find here" in text
    assert "What you have done" not in text
    assert '<a class="button" href="/start/">' in signed_in.get("/dashboard/").text


def test_curator_without_a_goal_finds_the_way_to_work(read, learner, settings):
    settings.DEMO = True  # staff without a second factor
    assert "To work on the catalogue" not in read()
    User.objects.filter(pk=learner.pk).update(is_staff=True)
    assert "To work on the catalogue, go to the administration." in read()


def test_dashboard_without_a_goal_shows_what_was_done(read, learner, catalogue):
    study(learner, 90)
    check(learner, "sql")
    text = read()
    assert "What you will find here" not in text
    assert "1 h 30 min in all on 1 day" in text
    assert "Due for review SQL 2 three questions, checked in September 5 min" in text


def test_dashboard_with_a_goal_and_nothing_logged(read, learner, catalogue):
    settle(learner, hours_per_week=40)
    text = read()
    assert "AI engineer · milestone 1 of 2 · week 2 Do this now Git, level 1" in text
    assert "If you keep to the plan, you’ll finish on 29 November 2026." in text
    assert "Since you set your first goal, you planned 63 h and logged 0 h" in text
    assert "Nothing logged in the last 28 days." in text
    assert "Nothing new yet. Changes to skills and resources in your plan appear here." in text


def test_dashboard_answers_in_its_order(read, learner, catalogue):
    settle(learner)
    check(learner, "cooking")
    text = read()
    headings = (
        "Do this now",
        "How ready you are",
        "Due for review",
        "What comes next",
        "Your pace",
        "What is new in your field",
        "What you have done",
    )
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_dashboard_whose_role_is_gone_says_which(read, signed_in, learner, catalogue):
    goal = set_goal(learner)
    study(learner, 90)
    factories.retire(goal.role)
    text = read()
    assert "Choose another role AI engineer has been retired. Your levels, hours and notes count" in text
    assert "How ready you are" not in text
    assert "1 h 30 min of your target, 5 h" in text  # since Wednesday
    assert '<a class="button" href="/plan/goal/">Choose a role</a>' in signed_in.get("/dashboard/").text


def test_dashboard_of_somebody_who_is_there(read, signed_in, learner, catalogue):
    set_goal(learner)
    assess(learner, "python", 2)
    assess(learner, "git", 1)
    text = read()
    assert (
        "You’ve reached your goal You’ve reached the target level in every skill that the role “AI engineer” requires."
        in text
    )
    assert "Nothing is left in the plan. You have done 0 h since you set your first goal." in text
    assert "100.0" in text
    assert "What comes next" not in text
    assert '<a class="button" href="/plan/goal/">Choose the next goal</a>' in signed_in.get("/dashboard/").text


def test_dashboard_with_everything_skipped_says_what(read, learner, catalogue):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("sql").pk: "skip"}, now=NOW)
    services.override(learner=learner, kinds={skill("git").pk: "skip"}, now=NOW)
    expected = (
        "Nothing is left to plan You skip SQL and Git. You can’t start Python without skills that you skip. Undo a skip"
    )
    assert expected in read()


def test_dashboard_on_a_day_off(read, learner, catalogue):
    settle(learner, days_off=[TODAY, TODAY + DAY])
    assert "Today is a day off. Next, from Fri 27 Nov Git, level 1" in read()


def test_dashboard_on_a_day_without_study(read, learner, catalogue):
    settle(learner, weekdays=[1, 6])
    assert "Today isn’t a study day. Next, from Sat 28 Nov Git, level 1" in read()


def test_dashboard_at_the_last_step(read, learner, catalogue):
    factories.make_role("ai-engineer", requirements={"python": (1, 1)})
    settle(learner)
    assess(learner, "sql", 1)
    assert "This is the last step." in read()


@pytest.mark.parametrize(
    ("deadline", "words"),
    [
        (TODAY + 365 * DAY, "That meets your deadline, 25 November 2027."),
        (TODAY + 7 * DAY, "You finish 16 days after your deadline, 2 December 2026. 21 h a week would meet it."),
        (TODAY, "You finish 23 days after your deadline, 25 November 2026. No number of hours a week would meet it."),
    ],
)
def test_dashboard_says_whether_the_deadline_is_met(read, learner, catalogue, deadline, words):
    set_goal(learner, deadline=deadline)
    assert (
        f"If you keep to the plan, you’ll finish on 18 December 2026. {words} See the whole plan" in read()
    )  # on the first day
    settle(learner, deadline=deadline)
    study(learner, 5, "cooking", days_ago=1)
    assert f"If you keep to the plan, you’ll finish on 18 December 2026. {words} We can forecast once" in read()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (7, "You can start applying before it. Finishing everything by then would take 21 h a week."),
        (
            2,
            "9 h 30 min a week would be enough to start applying by then. Finishing everything by then would take 56 h a week.",
        ),
        (0, "28 h a week would be enough to start applying by then. No number of hours a week would meet it."),
    ],
)
def test_dashboard_says_when_applying_makes_sense_and_what_it_takes_by_the_deadline(
    read, learner, catalogue, days, words
):
    factories.publish(factories.role_document("ai-engineer", **AI_ENGINEER, apply_after="shared-code"))
    settle(learner, deadline=TODAY + days * DAY)
    study(learner, 5, "cooking", days_ago=1)
    text = read()
    plan = "If you keep to the plan, you can start applying on 28 November 2026 and you’ll finish on 18 December 2026."
    assert plan in text
    assert words in text


def test_dashboard_says_when_applying_makes_sense_at_the_current_pace(read, learner, catalogue):
    factories.publish(factories.role_document("ai-engineer", **AI_ENGINEER, apply_after="shared-code"))
    set_goal(learner, now=NOW - 100 * DAY, deadline=TODAY + 60 * DAY)
    for week in range(8):
        study(learner, 30, "python", days_ago=7 * week)
    text = read()
    assert "At your current pace you can start applying around 20 January 2027 and you’ll finish around 7 Sep" in text
    assert "7 h a week, as planned, would meet it." in text


def test_dashboard_after_the_deadline(read, learner, catalogue):
    set_goal(learner, deadline=TODAY - 20 * DAY, now=NOW - 30 * DAY)
    assert "Your deadline, 5 November 2026, has passed, so the plan has none." in read()


def test_dashboard_forecasts_from_the_real_pace(read, learner, catalogue):
    set_goal(learner, now=NOW - 100 * DAY, deadline=TODAY + 60 * DAY)
    for week in range(8):
        study(learner, 30, "python", days_ago=7 * week)
    text = read()
    assert "At your current pace you’ll finish around 7 September 2027." in text
    assert (
        "You finish about 7 months after your deadline, 24 January 2027. 7 h a week, as planned, would meet it." in text
    )
    assert "In the last four weeks, you planned 28 h and logged 2 h: 26 h less. That is a week or more" in text
    assert "A week, on average 30 min" in text


def test_dashboard_without_an_end_in_sight(read, learner, catalogue):
    set_goal(learner, now=NOW - 100 * DAY, deadline=TODAY + 60 * DAY)
    study(learner, 5, days_ago=30)
    assert "At your current pace the end is more than ten years away. Your deadline is 24 January 2027." in read()


def test_dashboard_says_when_nothing_is_short(read, learner, catalogue):
    set_goal(learner, now=NOW - 100 * DAY, hours_per_week=2)
    study(learner, 500)
    assert "In the last four weeks, you planned 8 h and logged 8 h 20 min." in read()


def test_dashboard_says_when_less_than_a_week_is_short(read, learner, catalogue):
    set_goal(learner, now=NOW - 100 * DAY, hours_per_week=2)
    study(learner, 440)
    assert (
        "you planned 8 h and logged 7 h 20 min: 40 min less. That is under one week, so you are not behind." in read()
    )


# What to do now


def test_dashboard_says_why_this_step(read, learner, catalogue):
    set_goal(learner, industry=Industry.objects.get(slug="healthcare"))
    text = read()
    assert "Why this one: it is next in Shared code, and required for AI engineer." in text
    assert (
        "Why it comes first Required for AI engineer: level 1, importance 2 of 5. Healthcare gives it extra weight: "
        "It matters more here." in text
    )
    assert "4 h from level 0 to level 1; nothing is logged yet." in text
    assert "Readiness 0.0 → 44.4, once you reach the level." in text
    assert "7 h a week, every day, without days off" in text


def test_dashboard_says_why_a_prerequisite_comes_first(read, learner, catalogue):
    set_goal(learner)
    assess(learner, "git", 1)
    services.override(learner=learner, kinds={skill("python").pk: "pin"}, now=NOW)
    text = read()
    assert "SQL, level 1" in text
    assert "needed for 1 skill" in text
    assert "Why this one: You pinned Python, which needs it. How we" in text
    assert "You pinned Python, which needs it. Python, required for AI engineer, needs this first. It leads to" in text
    assert "No points by itself, but you need it for Python." in text
    services.override(learner=learner, kinds={skill("python").pk: None}, now=NOW)
    assert "Why this one: it is next in Programs. You need it for Python." in read()


def test_dashboard_says_why_a_requirement_is_needed_beyond_its_target(read, learner):
    factories.publish(
        factories.skill_document("python", prerequisites={"sql": 2}),
        factories.role_document("ai-engineer", requirements={"python": (2, 5), "sql": (1, 5)}),
    )
    set_goal(learner)
    assess(learner, "sql", 1)
    assert "Sql, level 2" in read()
    assert "Why this one: Python, required for AI engineer, needs this first. It leads to Python." in read()


def test_dashboard_says_that_only_the_project_needs_a_step(read, learner):
    factories.publish(
        factories.skill_document("python"),
        factories.skill_document("git"),
        factories.project_document("hooks", proves={"git": 1, "python": 1}),
        factories.milestone_document("programs", steps=[("git", 1), ("python", 1)], projects=["hooks"]),
        factories.role_document("ai-engineer", requirements={"python": (1, 5)}, milestones=["programs"]),
    )
    set_goal(learner)
    text = read()
    assert "Git, level 1" in text
    assert "needed for the project" in text
    assert "No points by itself, but you need it for Hooks." in text
    assert "Why this one: it is next in Programs, and that milestone’s project needs it." in text


def test_dashboard_says_what_was_put_first(read, learner, catalogue):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("git").pk: "pin"}, now=NOW)
    assert "Why this one: You pinned it. How we work this out" in read()


def test_dashboard_takes_no_rounding_for_points(read, learner, catalogue):
    """Readiness is calculated in floats, that of the plan in exact fractions: for 50/3 they differ in the last digit."""
    factories.make_role("ai-engineer", requirements={"python": (1, 1), "git": (3, 1)})
    set_goal(learner)
    assess(learner, "git", 1)
    services.override(learner=learner, kinds={skill("python").pk: "pin"}, now=NOW)
    text = read()
    assert "SQL, level 1" in text
    assert "needed for 1 skill" in text
    assert "No points by itself," in text
    assert "the step adds" not in text


def test_dashboard_explains_what_is_left_of_a_step(read, learner, catalogue):
    set_goal(learner)
    study(learner, 60)
    assert "left in this step 3 h" in read()
    assert "4 h from level 0 to level 1, less 1 h logged since your level last changed." in read()
    study(learner, 230)
    assert "left in this step 24 min" in read()
    assert "You’ve logged 4 h 50 min of 4 h. We keep a tenth in the plan until you confirm the level." in read()


def test_dashboard_recommends_a_resource_a_project_or_the_level_itself(read, signed_in, learner, catalogue):
    factories.publish(
        factories.resource_document("paying-book", type="book", affiliate=True, skills={"git": [0, 1]}),
        factories.resource_document("free-course", type="course", skills={"git": [0, 1]}),
        factories.project_document("hooks", proves={"git": 1}),
    )
    set_goal(learner)
    assert "Take Free course (Its authors, free, 4 h)." in read()
    assert ">Free course</a>, 4 h, free." in markup_of(signed_in.get("/plan/"))
    for slug, advice in (
        ("free-course", "Read Paying book (Its authors, free, 4 h, affiliate link)."),
        ("paying-book", "Show it with a project: Hooks"),
    ):
        resource = Resource.objects.get(slug=slug)
        services.tick_resource(learner=learner, resource=resource, done=True, now=NOW)
        assert advice in read()
        assert ('rel="sponsored noopener">Paying book</a>' in markup_of(signed_in.get("/dashboard/"))) is (
            slug == "free-course"
        )
    factories.retire(Project.objects.get(slug="hooks"))
    assert "You can use Git at level 1." in read()


def test_dashboard_says_the_project_of_a_milestone(read, signed_in, learner, catalogue, problems_of):
    factories.publish(
        factories.project_document("hooks", summary="Checks before each commit.", hours=6, proves={"git": 1}),
        factories.milestone_document("shared-code", steps=[("git", 1)], projects=["hooks"]),
    )
    set_goal(learner)
    assert "Hooks your project, 6 h" in read()
    project = Project.objects.get(slug="hooks")
    items = list(project.checklist.values_list("text", flat=True))
    assess(learner, "git", 1)
    text = read()
    assert "Start here · Project: Hooks" in text
    assert f"Next on the checklist: {items[0].removesuffix('.')} Checks before each commit." in text
    assert f"lines ticked 0 of {len(items)} the project takes 6 h" in text
    assert "Why this one: it completes Shared code, and everything before it is done." in text
    assert "Our estimate. Once every line is ticked, it shows Git 1." in text
    assert "It completes “Shared code” and shows Git 1." in text
    assert "each milestone ends in a project. What you pin comes first." in text
    page = signed_in.get("/dashboard/").text
    assert 'href="/projects/hooks/"' in page
    assert problems_of(page) == []
    services.save_project_work(learner=learner, project=project, ticked=items[:1], now=NOW)
    assert f"Project: Hooks Next on the checklist: {items[1].removesuffix('.')} Checks" in read()
    assert f"lines ticked 1 of {len(items)}" in read()
    services.save_project_work(learner=learner, project=project, ticked=items, now=NOW)
    assert "Start here SQL, level 1" in read()


# What the forms do


def test_dashboard_logs_half_an_hour_with_one_click(signed_in, learner, catalogue):
    set_goal(learner)
    before = markup_of(signed_in.get("/dashboard/"))
    assert 'hx-post="/log/" hx-target="#main" hx-select="#main" hx-swap="outerMorph"' in before
    sent = fields(before, "/log/")
    assert {name: sent[name] for name in ("skill", "minutes", "next")} == {
        "skill": "git",
        "minutes": "30",
        "next": "/dashboard/",
    }
    response = signed_in.post("/log/", sent)
    assert (response.status_code, response["Location"]) == (303, "/dashboard/")
    session = learner.studysessions.get()
    assert messages_of(response) == [("30 min on Git logged.", f"/log/{session.pk}/remove/")]
    text = said(signed_in.get("/dashboard/"))
    assert text.startswith(
        "30 min on Git logged. Undo Close Wednesday 25 November AI engineer · milestone 1 of 2 · week 1 Do this now"
    )
    assert "left in this step 3 h 30 min" in text
    assert "Since you set your first goal, you planned 1 h and logged 30 min." in text
    signed_in.post("/log/", sent)
    assert learner.studysessions.get() == session


def test_dashboard_logs_another_amount_on_another_day(signed_in, learner, catalogue):
    set_goal(learner)
    forms = re.findall(r'<form method="post" action="/log/".*?</form>', signed_in.get("/dashboard/").text, re.DOTALL)
    assert len(forms) == 2
    sent = fields(forms[1], "/log/")
    assert (sent["skill"], sent["on"]) == ("git", "2026-11-25")
    assert sent["event_id"] != fields(forms[0], "/log/")["event_id"]
    signed_in.post("/log/", sent | {"minutes": "45", "on": "2026-11-24"})
    assert learner.studysessions.values_list("minutes", "on").get() == (45, TODAY - DAY)


def test_dashboard_asks_whether_a_level_is_reached_and_takes_the_answer(signed_in, learner, catalogue):
    set_goal(learner, now=NOW - DAY)
    study(learner, 240)
    response = signed_in.get("/dashboard/")
    assert "Have you reached this level? Git, level 1, aware You’ve logged 4 h. Level 1 usually takes 4 h." in said(
        response
    )
    assert "“You can use Git at level 1.”" in said(response)
    assert 'href="/skills/git/#levels"' in response.text
    sent = fields(response.text, "/skills/git/level/")
    assert sent["level"] == "1"
    assert signed_in.post("/skills/git/level/", sent)["Location"] == "/dashboard/"
    text = said(signed_in.get("/dashboard/"))
    assert "Have you reached this level?" not in text
    assert "Git from level 0 to 1 on Wed 25 Nov: +28.6" in text


def test_dashboard_asks_about_three_levels_at_once(read, learner):
    slugs = [f"skill-{number}" for number in range(5)]
    factories.make_role("ai-engineer", requirements=dict.fromkeys(slugs, (1, 3)))
    set_goal(learner)
    for slug in slugs:
        study(learner, 240, slug)
    text = read()
    assert "Have you reached these levels?" in text
    assert text.count("Yes, I have") == 3
    assert "2 more questions follow these." in text


def test_dashboard_keeps_a_page_whose_forms_are_safe(learner, catalogue):
    set_goal(learner)
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    pages = [client.get("/dashboard/").text for _twice in range(2)]
    ids = [UUID(value) for text in pages for value in re.findall(r'name="event_id" value="([^"]+)"', text)]
    assert len(ids) == len(set(ids)) == 4
    for text in pages:
        assert cache.CSRF_TOKEN not in text
        assert cache.EVENT_ID not in text
        assert client.post("/log/", fields(text, "/log/")).status_code == 303
    assert client.post("/log/", fields(pages[0], "/log/") | {"csrfmiddlewaretoken": "a" * 64}).status_code == 403
    assert learner.studysessions.count() == 2


# What moved, what comes next, what is new


def test_dashboard_shows_every_term_of_the_score(read, learner, catalogue):
    set_goal(learner, industry=Industry.objects.get(slug="healthcare"), now=NOW - DAY)
    assess(learner, "git", 1, source="project", now=NOW)
    text = read()
    assert "Python 0 2 5 0.0 55.6 Git 1 1 4 44.4 44.4" in text
    assert "+44.4 points in the last four weeks: Git from level 0 to 1 on Wed 25 Nov: +44.4" in text
    assert "Employers in Healthcare also ask for Cooking. Your role doesn’t, so this isn’t scored." in text
    assert "Python 1 +27.8 8 h" in text


def test_dashboard_lists_the_steps_that_follow(read, learner, catalogue):
    factories.make_role("ai-engineer", requirements={"python": (2, 5), "git": (1, 2)})
    settle(learner)
    text = read().partition("What comes next")[2]
    expected = (
        "Python, level 1 4 h · 35.7 ready after it Sun 29 Nov to Wed 2 Dec Python, level 2 12 h · 71.4 ready after it"
    )
    assert expected in text


def test_dashboard_says_how_many_steps_follow_those(read, learner):
    slugs = [f"skill-{number}" for number in range(9)]
    factories.make_role("ai-engineer", requirements=dict.fromkeys(slugs, (1, 3)))
    settle(learner)
    assert "3 more steps after that." in read()


def test_dashboard_shows_three_reviews_at_a_time(read, signed_in, learner):
    for number in range(5):
        factories.make_skill(f"skill-{number}")
        check(learner, f"skill-{number}", now=NOW - (70 + number) * DAY)
    text = read()
    assert "Due for review Skill 4 2 three questions, checked in September 5 min" in text
    assert text.count("5 min") == 3
    assert "2 more come after these." in text
    assert '<a class="button mini" href="/skills/skill-4/review/">' in signed_in.get("/dashboard/").text
    services.finish_review(learner=learner, skill=skill("skill-4"), passed=True, now=NOW)
    assert "Due for review Skill 3 2" in read()


def test_dashboard_has_no_more_reviews_than_fit_the_week(read, learner, catalogue):
    for slug in ("git", "sql", "cooking"):
        check(learner, slug)
    settle(learner, hours_per_week=1, weekdays=(3, 5))  # a fifth of that is two reviews
    assert read().count("5 min") == 2
    services.finish_review(learner=learner, skill=skill("sql"), passed=True, now=NOW)
    services.finish_review(learner=learner, skill=skill("git"), passed=False, now=NOW)
    text = read()
    assert "Due for review" not in text
    assert "Reviews Git 2 worth a refresh; next review on 9 December 2026 Log time: Git" in text
    assert "Cooking 2" not in text


def test_dashboard_tells_what_changed_on_the_way(read, signed_in, learner, catalogue):
    set_goal(learner, industry=Industry.objects.get(slug="healthcare"), now=NOW - 10 * DAY)
    change = factories.publish
    change(factories.skill_document("git", demand=4))
    change(factories.resource_document("sql-course", skills={"sql": [0, 1]}))
    change(factories.project_document("warehouse", proves={"sql": 2, "python": 1}))
    change(factories.industry_document("healthcare", summary="Wards.", emphases={"git": 1.0, "cooking": 1.0}))
    change(factories.role_document("ai-engineer", summary="Builds.", **AI_ENGINEER))
    assert read().partition("What is new in your field ")[2].partition(" What you have done")[0] == (
        "AI engineer: summary changed. Wed 25 Nov. The role in your goal. "
        "Healthcare: summary changed. Wed 25 Nov. The industry in your goal. "
        "New: Warehouse. Wed 25 Nov. It shows SQL 2 and Python 1. "
        "New: Sql course. Wed 25 Nov. A resource for SQL. "
        "Git: demand changed. Wed 25 Nov. Your plan includes 4 h of it."
    )
    assess(learner, "git", 1)
    assert "Git: demand changed. Wed 25 Nov. None of it is left in your plan." in read()
    assert 'class="news" href="/projects/warehouse/"' in markup_of(signed_in.get("/dashboard/"))


def test_dashboard_counts_weeks_in_a_row(read, learner, catalogue):
    set_goal(learner, now=NOW - 30 * DAY, weekly_target=60)
    for weeks in (1, 2, 4):
        study(learner, 60, days_ago=7 * weeks)
    text = read()
    assert "0 h of your target, 1 h" in text
    assert "1 h to go until Sunday. 4 weeks in a row. A freeze saved the week of 2 November." in text
    assert "You have no freeze left. Reach your target in 2 more weeks to get another." in text
    study(learner, 60)
    assert "You’ve reached this week’s target. 5 weeks in a row." in read()


@pytest.mark.parametrize(
    ("day", "weekdays", "expected"),
    [
        (23, range(1, 8), "0 h of your target, 8 h 8 h to go until Sunday. No weeks"),
        (
            26,
            (1, 2, 4, 6),
            "0 h of your target, 4 h 4 h to go until Sunday. Your first week starts on the day you set your goal, so its target is lower. "
            "From Monday your target is 8 h a week. No weeks",
        ),
        (
            29,
            (1, 2, 3, 4, 5),
            "0 h This week has no target, because your first study day is still to come. "
            "From Monday your target is 8 h a week. No weeks",
        ),
    ],
)
def test_dashboard_asks_for_less_in_the_first_week(read, learner, catalogue, day, weekdays, expected):
    with time_machine.travel(f"2026-11-{day}T12:00:00Z", tick=False):
        set_goal(learner, hours_per_week=8, weekdays=weekdays)
        study(learner, 30, "cooking", days_ago=30)  # otherwise the page of the first days would not show this
        text = read()
    assert expected in text


def test_dashboard_remembers_the_longest_row_of_weeks(read, learner, catalogue):
    set_goal(learner, now=NOW - 60 * DAY, weekly_target=60)
    for weeks in (6, 7, 8):
        study(learner, 60, days_ago=7 * weeks)
    assert "No weeks in a row yet; a week counts when it reaches its target. The longest so far was 4 weeks." in read()


# What is cached


WRITES = {
    "study": (lambda learner: study(learner, 45), "45 min in 28 days."),
    "level": (lambda learner: assess(learner, "git", 1), "Git from level 0 to 1"),
    "goal": (lambda learner: set_goal(learner, role="cook"), "cook · week 2"),
    "hours": (lambda learner: set_goal(learner, hours_per_week=14), "14 h a week, every day"),
    "day off": (lambda learner: services.set_days_off(learner=learner, days=[TODAY], now=NOW), "Today is a day off."),
    "pin": (
        lambda learner: services.override(learner=learner, kinds={skill("python").pk: "pin"}, now=NOW),
        "Do this now SQL, level 1 ",
    ),
    "tick": (
        lambda learner: services.tick_resource(
            learner=learner, resource=Resource.objects.get(slug="git-book"), done=True, now=NOW
        ),
        "You can use Git at level 1. Log 30 minutes",
    ),
    "time zone": (lambda learner: live_in(learner, "Pacific/Kiritimati"), "Thursday 26 November"),
}


def live_in(learner, zone):
    learner.time_zone = zone
    services.save_profile(learner=learner)


@pytest.mark.parametrize("what", WRITES)
def test_dashboard_shows_every_write_at_once(read, learner, catalogue, what):
    write, shown = WRITES[what]
    factories.make_resource("git-book", skills={"git": [0, 1]})
    settle(learner)
    assert shown.casefold() not in read().casefold()
    write(learner)
    assert shown.casefold() in read().casefold()


def test_dashboard_shows_what_was_taken_back(read, learner, catalogue):
    settle(learner)
    session, level = study(learner, 45), assess(learner, "git", 1)
    services.override(learner=learner, kinds={skill("python").pk: "skip"}, now=NOW)
    assert "You skip Python." in read()
    services.override(learner=learner, kinds={skill("python").pk: None}, now=NOW)
    assert "SQL, level 1" in read()
    services.undo_assessment(learner=learner, assessment=level, now=NOW)
    assert "Git, level 1 " in read()
    services.remove_session(learner=learner, session=session)
    assert "Nothing logged in the last 28 days." in read()


def test_dashboard_begins_the_day_at_the_learners_midnight(read, learner, catalogue, clock):
    live_in(learner, "America/Los_Angeles")
    set_goal(learner)
    clock.move_to(datetime(2026, 11, 26, 7, 59, tzinfo=UTC))
    assert read().startswith("Wednesday 25 November")
    clock.move_to(datetime(2026, 11, 26, 8, 1, tzinfo=UTC))
    assert read().startswith("Thursday 26 November")


def test_dashboard_follows_the_catalogue(read, learner, catalogue):
    set_goal(learner)
    assert "Git, level 1 " in read()
    record = skill("git")
    factories.publish(factories.skill_document("git", name="Version control"))
    assert record.slug == "git"
    assert "Version control, level 1 " in read()


def test_dashboards_of_two_learners_stay_apart(signed_in, learner, catalogue):
    other = User.objects.create_user("tom@waymark.example", name="Tom Example")
    others = Client()
    others.force_login(other)
    set_goal(learner)
    set_goal(other, role="cook")
    study(learner, 77)
    study(other, 99, "cooking")
    for _again in range(3):
        one, two = said(signed_in.get("/dashboard/")), said(others.get("/dashboard/"))
        assert ("1 h 17 min in 28 days." in one, "1 h 39 min in 28 days." in one, "Cooking" in one) == (
            True,
            False,
            False,
        )
        assert ("1 h 39 min in 28 days." in two, "1 h 17 min in 28 days." in two, "Git" in two) == (True, False, False)
        study(learner, 0 + 60, "git", days_ago=40)
        study(other, 60, "cooking", days_ago=40)


# Cost and markup


@pytest.mark.parametrize("skills", [60, 600])
def test_dashboard_takes_eight_queries_at_most(signed_in, learner, skills):
    factories.make_catalogue(skills)
    factories.publish(
        factories.skill_document("novelty")
    )  # with the first revision alone there can be no news, so none is queried
    set_goal(learner, now=NOW - 400 * DAY)
    study(learner, 30, "skill-001")
    assess(learner, "skill-001", 1)
    one = queries(signed_in)
    days = [TODAY - number * DAY for number in range(1, 334)]
    StudyDay.objects.bulk_create(StudyDay(learner=learner, on=day, minutes=3) for day in days)
    StudySession.objects.bulk_create(
        StudySession(learner=learner, skill=skill("skill-001"), minutes=1, on=day)
        for day in days
        for _number in range(3)
    )
    assert one == queries(signed_in) == (8, 5)


def queries(client) -> tuple[int, int]:
    """The queries of the first request, and of one for the cached page. Both include the revision, which is queried once a second."""
    counts = []
    forget()
    for _request in range(2):
        snapshot.current()
        snapshot._looked_at = 0.0
        with CaptureQueriesContext(connection) as captured:
            client.get("/dashboard/")
        counts.append(len(captured))
    return counts[0], counts[1]


def merge_git_into_python() -> None:
    plan = operations.plan_merge("skill", "git", "python")
    operations.apply(plan.request, plan.digest, by=User.objects.create_user("reviewer@example.org"), now=NOW)
    snapshot.forget()


def test_dashboard_tells_once_what_touches_the_learner(signed_in, learner, catalogue, read, problems_of):
    set_goal(learner)
    assess(learner, "git", 2)
    assert "What changed since you last looked" not in read()
    merge_git_into_python()
    page = signed_in.get("/dashboard/")
    assert "Git is now part of Python. Your level 2 counts there." in said(page)
    assert problems_of(markup_of(page)) == []
    revision = re.search(r'name="revision" value="(\d+)"', markup_of(page))[1]
    assert "now part of" in said(signed_in.get("/dashboard/"))  # viewing the page is not enough to dismiss it
    response = signed_in.post("/dashboard/seen/", {"revision": revision, "next": "/dashboard/"})
    assert (response.status_code, response.url) == (303, "/dashboard/")
    assert "What changed since you last looked" not in read()
    assert signed_in.post("/dashboard/seen/", {"revision": revision}).status_code == 303
    factories.publish(factories.skill_document("cooking", effort=[1, 2, 3, 4]))
    assert "What changed since you last looked" not in read()


@pytest.mark.parametrize("revision", ["", "x", "-1", str(2**63), "1e3"])
def test_what_was_seen_has_to_be_a_revision(signed_in, learner, catalogue, read, revision):
    assess(learner, "git", 2)
    merge_git_into_python()
    response = signed_in.post("/dashboard/seen/", {"revision": revision})
    assert response.status_code == 303
    assert [text for text, _undo in messages_of(response)] == [
        "We couldn’t tell which changes you’ve seen. Try again from this page."
    ]
    assert "Git is now part of Python." in read()


def test_many_changes_are_folded(signed_in, learner, catalogue, read):
    slugs = [f"skill-{number}" for number in range(7)]
    factories.publish(*(factories.skill_document(slug) for slug in slugs))
    services.assess_all(learner=learner, levels={skill(slug).pk: 1 for slug in slugs}, now=NOW)
    factories.publish(*(factories.skill_document(slug, effort=[1, 2, 3, 4]) for slug in slugs))
    assert "2 more" in read()
    assert read().count("effort changed") == 7


def test_dashboard_with_something_to_tell_takes_no_more_queries(signed_in, learner, catalogue, read):
    set_goal(learner)
    factories.publish(factories.skill_document("git", effort=[1, 2, 3, 4]))
    assert "Git: effort changed." in read()
    assert queries(signed_in) == (8, 5)


def test_dashboard_takes_one_more_query_where_the_role_was_redrawn(signed_in, learner, catalogue, read, clock):
    settle(learner)
    clock.shift(60)
    factories.publish(factories.role_document("ai-engineer", **AI_ENGINEER | {"requirements": {"git": (1, 2)}}))
    assert "“AI engineer” was revised: it no longer asks for Python." in read()
    assert queries(signed_in) == (9, 5)


def test_dashboard_is_sound_markup_in_every_state(signed_in, learner, catalogue, problems_of):
    def look() -> None:
        assert problems_of(signed_in.get("/dashboard/").text) == []

    look()
    set_goal(learner, industry=Industry.objects.get(slug="healthcare"), deadline=TODAY + 5 * DAY)
    look()
    study(learner, 300)
    assess(learner, "sql", 2, now=NOW - 60 * DAY)
    factories.publish(factories.skill_document("git", demand=4))
    look()
    assess(learner, "python", 2)
    assess(learner, "git", 1)
    look()


def test_levels_that_are_only_said_are_worth_checking(signed_in, learner, catalogue, read, problems_of):
    factories.publish(factories.check_document("python"), factories.check_document("git"))
    services.assess(learner=learner, skill=skill("python"), level=1, now=NOW - 20 * DAY)
    services.assess(learner=learner, skill=skill("git"), level=1, now=NOW - 20 * DAY)
    settle(learner)
    text = read()
    assert "self-reported 64.3" in text
    assert (
        "Worth checking Python 1 five questions, 5 min confirms 35.7 points Git 1 five questions, 5 min confirms 28.6 points "
        "Nothing has checked these levels yet, but their points are already in your score."
    ) in text
    assert "1 step done. Check Python 1" in text
    html = signed_in.get("/dashboard/").text
    assert html.count('href="/skills/python/check/"') == 2
    assert problems_of(html) == []
    for slug in ("python", "git"):
        services.pass_check(learner=learner, skill=skill(slug), level=1, now=NOW)
    text = read()
    assert "checked 64.3" in text and "1 step done, 1 of them checked or shown." in text
    assert "Worth checking" not in text and "self-reported" not in text
