import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from guidance.catalog.models import Project, Skill
from guidance.progress import services
from guidance.web.dashboard.ahead import by_when
from tests import factories
from tests.web.learners import said, set_goal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)  # a Wednesday
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


@pytest.fixture
def read(signed_in):
    return lambda: said(signed_in.get("/dashboard/"))


@pytest.fixture
def catalogue():
    """Two milestones, the first of which ends in a project. Level 1 of a skill takes 4 hours, level 2 another 12."""
    factories.publish(
        factories.skill_document("git"),
        factories.skill_document("python"),
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("cooking"),
        factories.project_document("notebook", hours=5, proves={"python": 1}),
        factories.milestone_document(
            "programs", steps=[("git", 1), ("python", 1), ("git", 2)], projects=["notebook"], outcome="You can program."
        ),
        factories.milestone_document("data", steps=[("sql", 1)], outcome="You can query data."),
        factories.role_document(
            "ai-engineer",
            requirements={"python": (1, 5), "git": (2, 2), "sql": (1, 1)},
            milestones=["programs", "data"],
            apply_after="programs",
        ),
    )


def assess(learner, slug: str, level: int, now=NOW):
    services.assess(learner=learner, skill=Skill.objects.get(slug=slug), level=level, now=now)


def test_first_day_begins_with_the_first_step(read, learner, catalogue):
    set_goal(learner)
    text = read()
    assert text.startswith(
        "Wednesday 25 November Day one · AI engineer · milestone 1 of 2 Start here Git, level 1 You can use Git at level 1."
    )


def test_first_day_has_no_zeros_and_no_empty_charts(signed_in, read, learner, catalogue, problems_of):
    set_goal(learner)
    text = read()
    for absent in ("How ready you are", "Your pace", "What you have done", "What is new in your field", "freeze"):
        assert absent not in text
    assert re.findall(r"\b0(?:\.0)?(?: h| min| of| points)\b", text.replace("from level 0 to", "")) == []
    page = signed_in.get("/dashboard/").text
    assert "<figure" not in page
    assert problems_of(page) == []


def test_first_week_says_what_to_do_on_each_day(read, learner, catalogue):
    set_goal(learner, hours_per_week=9, weekdays=[3, 5, 6], days_off=[TODAY + 2 * DAY])
    week = read().partition("Your first week ")[2].partition(" Put your plan in your calendar")[0]
    assert week == (
        "9 h a week, Wed, Fri and Sat. Change the days "
        "Today Wed 25 Nov 3 h Git, level 1 "
        "Thu 26 Nov free Fri 27 Nov free "
        "Sat 28 Nov 3 h Git, level 1 (continued) Python, level 1 "
        "Sun 29 Nov free Mon 30 Nov free Tue 1 Dec free"
    )


def test_first_week_leaves_a_day_without_study_free(read, learner, catalogue):
    set_goal(learner, weekdays=[6])
    text = read()
    assert "Start here, from Sat 28 Nov" in text
    assert "Today Wed 25 Nov free" in text
    assert "Sat 28 Nov 7 h Git, level 1 Python, level 1 Sun" in text


def test_a_step_ends_on_the_day_that_the_plan_says(read, learner, catalogue):
    factories.publish(factories.skill_document("git", effort=[5, 12, 30, 60]))
    set_goal(learner, hours_per_week=14)
    text = read()
    assert "Today Wed 25 Nov 2 h Git, level 1 Thu 26 Nov 2 h Git, level 1 (continued) Fri 27 Nov" in text
    assert "On Friday You can use Git at level 1." in text


def test_first_week_ends_with_the_plan(read, learner, catalogue):
    set_goal(learner, hours_per_week=70)
    assert "Fri 27 Nov 10 h" not in read()
    assess(learner, "git", 2, now=NOW - DAY)
    assess(learner, "python", 1, now=NOW - DAY)
    text = read()
    assert "Today Wed 25 Nov 9 h Project: Notebook SQL, level 1 Thu 26 Nov free" in text


def test_first_week_names_three_things_a_day(read, learner, catalogue):
    set_goal(learner, hours_per_week=20, weekdays=[3])
    assess(learner, "python", 1, now=NOW - DAY)
    assert "Git, level 1 Git, level 2 Project: Notebook" in read()
    set_goal(learner, hours_per_week=40, weekdays=[3])
    assert "Git, level 1 Git, level 2 Project: Notebook and 1 more" in read()


def test_first_milestone_is_a_row_of_stations(read, learner, catalogue):
    set_goal(learner)
    text = read().partition("Your first milestone ")[2].partition(" What you will be able to do")[0]
    assert text == (
        "1 Programs You can program. to finish it 25 h at 7 h a week, until Sat 19 Dec ready then 88 of 100 "
        "You can start applying then. Git levels 1 to 2, 16 h Python level 1, 4 h Notebook your project, 5 h"
    )


def test_first_day_promises_what_the_levels_mean_by_true_dates(read, learner, catalogue):
    set_goal(learner)
    text = read().partition("What you will be able to do ")[2].partition(" 1 more milestone")[0]
    assert text == (
        "On Saturday You can use Git at level 1. By 2 December You can use Python at level 1. "
        "By 14 December You can use Git at level 2. By 19 December You can program."
    )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (TODAY, "Today"),
        (TODAY + 6 * DAY, "On Tuesday"),
        (TODAY + 7 * DAY, "By 2 December"),
        (date(2027, 2, 17), "By 17 February 2027"),
        (date(2027, 2, 18), "In February 2027"),
    ],
)
def test_days_that_are_far_away_are_months(day, words):
    assert by_when(day, TODAY) == words


def test_first_day_of_a_beginner_has_nothing_to_bring(read, learner, catalogue):
    set_goal(learner)
    assert "What you already have" not in read()


def test_first_day_says_what_the_learner_brings(signed_in, read, learner, catalogue):
    for slug, level in (("git", 2), ("python", 1), ("cooking", 3)):
        assess(learner, slug, level, now=NOW - DAY)
    set_goal(learner)
    text = read()
    assert "Day one · AI engineer · milestone 2 of 2 · 87.5 of 100 already" in text
    assert "1 milestone is already done" in text
    assert text.partition("What you already have ")[2].partition(" You can start applying now.")[0] == (
        "Milestone 1: Programs That is 20 h you don’t need to study. Git 2 Python 1 They come from the background or the levels you chose. "
        "2 of the 3 skills you know are relevant to this goal. "
        "See them all, or correct them."
    )
    assert 'href="/skills/git/#levels"' in signed_in.get("/dashboard/").text


def test_first_day_does_not_say_that_what_was_studied_here_need_not_be_studied(read, learner, catalogue):
    git = Skill.objects.get(slug="git")
    services.log_study(learner=learner, skill=git, minutes=30, on=TODAY - DAY, now=NOW - DAY)
    for slug, level in (("git", 2), ("python", 1)):
        assess(learner, slug, level)
    set_goal(learner)
    hours = sum(git.effort[:2])
    assert f"That is {20 - hours:g} h you don’t need to study." in read()


def test_first_day_tells_levels_that_others_rest_on(read, learner):
    factories.publish(
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.role_document("ai-engineer", requirements={"python": (3, 5)}),
    )
    assess(learner, "python", 1, now=NOW - DAY)
    set_goal(learner)
    assert "Python 1 SQL 1 They come from the background or the levels you chose and levels that need them." in read()


def log(learner, minutes: int):
    skill = Skill.objects.get(slug="git")
    return services.log_study(learner=learner, skill=skill, minutes=minutes, on=TODAY, now=NOW)


STAYS = ("Your first week", "What you will be able to do", "What you already have")


@pytest.mark.parametrize(
    "write",
    [lambda learner: log(learner, 5), lambda learner: assess(learner, "git", 1, now=NOW + timedelta(minutes=1))],
)
def test_first_week_stays_after_the_first_thing_done(read, learner, catalogue, write):
    assess(learner, "python", 1, now=NOW - DAY)
    set_goal(learner)
    assert "Your first milestone" in read()
    write(learner)
    text = read()
    assert [words for words in STAYS if words not in text] == []
    assert "Your first milestone" not in text
    assert "How ready you are" in text


def test_first_week_is_as_before_when_the_first_log_is_undone(read, learner, catalogue):
    set_goal(learner)
    before = read()
    services.remove_session(learner=learner, session=log(learner, 30))
    assert read() == before


def test_first_week_takes_what_is_logged_today_off_today(read, learner, catalogue):
    set_goal(learner)
    log(learner, 15)
    assert "Today Wed 25 Nov 15 min logged 45 min Git, level 1 Thu 26 Nov 1 h" in read()
    log(learner, 45)
    assert "Today Wed 25 Nov 1 h logged Thu 26 Nov 1 h" in read()


def test_week_dates_and_plate_agree_after_the_hours_of_today(read, learner, catalogue):
    set_goal(learner)
    services.log_study(learner=learner, skill=Skill.objects.get(slug="cooking"), minutes=60, on=TODAY, now=NOW)
    text = read()
    assert "Next, from Thu 26 Nov Git, level 1" in text
    assert "Today Wed 25 Nov 1 h logged Thu 26 Nov 1 h Git, level 1" in text
    assert "On Sunday You can use Git at level 1." in text
    assert "Thu 26 Nov to Sun 29 Nov" in text


def test_first_week_does_not_deny_study_on_another_day(read, learner, catalogue):
    set_goal(learner, weekdays=[6])
    log(learner, 30)
    text = read()
    assert "Today isn’t a study day" not in text
    assert "Next, from Sat 28 Nov" in text
    assert "Today Wed 25 Nov 30 min logged Thu 26 Nov free" in text


def test_week_after_the_first_day_is_not_called_the_first(read, learner, catalogue, clock):
    set_goal(learner)
    clock.move_to(NOW + DAY)
    text = read()
    assert "Your next seven days" in text
    assert "Your first week" not in text


def test_first_day_lasts_a_week_at_most(read, learner, catalogue, clock):
    set_goal(learner)
    clock.move_to(NOW + 6 * DAY)
    assert "AI engineer · milestone 1 of 2 Start here" in read()
    clock.move_to(NOW + 7 * DAY)
    text = read()
    assert "AI engineer · milestone 1 of 2 · week 2 Do this now" in text
    assert "seven days" not in text


def test_first_day_of_a_goal_without_milestones(read, learner):
    factories.make_role("ai-engineer", requirements={"python": (2, 5)})
    set_goal(learner)
    text = read()
    assert "Day one · AI engineer Start here Python, level 1" in text
    assert "Your first milestone" not in text
    assert "On Saturday You can use Python at level 1." in text


def test_first_day_asks_about_reminders_after_the_week(read, learner, catalogue):
    set_goal(learner)
    text = read()
    assert text.index("Your first week") < text.index("Shall we remind you?") < text.index("Your first milestone")


def test_first_day_with_a_project_done_before(read, learner, catalogue):
    set_goal(learner)
    project = Project.objects.get(slug="notebook")
    items = list(project.checklist.values_list("text", flat=True))
    services.save_project_work(learner=learner, project=project, ticked=items, now=NOW)
    assert "your project" not in read()


def test_what_comes_next_says_at_its_end_when_applying_makes_sense(read, learner):
    names = ("git", "python", "sql")
    factories.publish(
        *(factories.skill_document(name) for name in names),
        *(factories.milestone_document(f"with-{name}", steps=[(name, 1)]) for name in names),
        factories.role_document(
            "ai-engineer",
            requirements=dict.fromkeys(names, (1, 5)),
            milestones=[f"with-{name}" for name in names],
            apply_after="with-sql",
        ),
    )
    set_goal(learner)
    log(learner, 5)
    words = "1 more milestone after that. You can start applying by 6 December, after milestone 3."
    assert words in read().partition("What comes next")[2]
    services.override(learner=learner, kinds={Skill.objects.get(slug="git").pk: "skip"}, now=NOW)
    text = read()
    assert "You can start applying" not in text
    assert "Before you apply, you also need Git. Your plan leaves it out because of what you skip." in text


def test_gains_say_why_the_plan_has_another_order(read, learner, catalogue):
    set_goal(learner)
    log(learner, 5)
    assert "Most points for the time" in read()
    assert "Your plan follows milestones, so its order differs" in read()
