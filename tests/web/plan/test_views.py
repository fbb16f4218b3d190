import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Industry, Milestone, Project, Resource, Role
from guidance.catalog.text import day
from guidance.progress import services
from guidance.progress.path import NO_WISHES
from guidance.web.plan import changes
from tests import factories
from tests.web.learners import messages_of
from tests.web.markup import markup_of
from tests.web.plan.plans import EVERY_DAY, NOW, TODAY, USUAL, now_of, rows, set_goal, skill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


def said(response):
    return [str(message) for message in response.wsgi_request._messages]


def undo(client, response):
    """Press the button of the only message."""
    (message,) = response.context["messages"] if response.context else ()
    return client.post(message.extra_tags, {"next": "/plan/"}, follow=True)


# Without a plan


def test_plan_asks_for_a_login(catalogue):
    response = Client().get("/plan/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/plan/")


def test_plan_without_a_goal_leads_to_the_start(client, catalogue):
    text = client.get("/plan/").text
    assert "There is no goal yet" in text
    assert f'href="{reverse("web:start")}"' in text


def test_plan_with_a_retired_role_says_so(client, learner, catalogue):
    set_goal(learner)
    factories.retire(Role.objects.get(slug="ai-engineer"))
    text = client.get("/plan/").text
    assert "The role in your goal has been retired" in text
    assert f'href="{reverse("web:goal")}"' in text
    assert f'href="{reverse("web:start")}"' in text


def test_plan_of_somebody_who_arrived(client, learner, catalogue):
    set_goal(learner)
    services.assess_all(learner=learner, levels={skill("python").pk: 2, skill("git").pk: 1}, now=NOW)
    response = client.get("/plan/")
    assert "You have finished this path" in response.text
    assert response.context["page"].by_date is None


def test_plan_with_everything_skipped_says_that_it_is_empty(client, learner, catalogue):
    set_goal(learner)
    for slug in ("sql", "git"):
        services.override(learner=learner, kinds={skill(slug).pk: "skip"}, now=NOW)
    response = client.get("/plan/")
    assert rows(response) == []
    assert "The plan is empty" in response.text
    groups = {group.title: [item.skill.slug for item in group.items] for group in response.context["page"].changes}
    assert groups == {"Skipped": ["sql", "git"], "Out of reach": ["python"]}


# Reviews


def check(learner, slug, days):
    factories.make_check(slug)
    services.pass_check(learner=learner, skill=skill(slug), level=2, now=NOW - timedelta(days=days))


def test_plan_has_the_reviews_of_this_week_and_of_those_after(client, learner, catalogue):
    set_goal(learner, weekdays=[4])
    assert client.get("/plan/").context["page"].reviews.first == []
    assert "Reviews" not in client.get("/plan/").text
    for slug, days in (("cobol", 70), ("sql", 64), ("git", 60)):
        check(learner, slug, days)
    response = client.get("/plan/")
    reviews = response.context["page"].reviews
    assert [(row.skill.slug, row.day, row.is_due) for row in reviews.first] == [
        ("cobol", "Thu 26 Nov", True),
        ("sql", "Thu 26 Nov", True),
    ]
    assert [(row.skill.slug, row.day, row.is_due) for row in reviews.later] == [("git", "Thu 3 Dec", False)]
    assert "three questions, checked in September" in response.text
    assert '<a class="button mini" href="/skills/cobol/review/">' in response.text
    assert '<a class="button mini" href="/skills/git/review/">' not in response.text  # not yet


def test_plan_of_somebody_who_arrived_still_has_reviews(client, learner, catalogue):
    set_goal(learner)
    services.assess_all(learner=learner, levels={skill("python").pk: 2, skill("git").pk: 1}, now=NOW)
    check(learner, "cobol", 70)
    response = client.get("/plan/")
    assert "You have finished this path" in response.text
    assert [row.day for row in response.context["page"].reviews.first] == ["today"]


# Steps


def test_plan_has_its_steps_with_reasons_and_dates(client, learner, catalogue):
    set_goal(learner, industry=Industry.objects.get(slug="healthcare"))
    response = client.get("/plan/")
    page = response.context["page"]
    assert page.title == "AI engineer in healthcare"
    assert page.summary == ["4 steps", "0.0 of 100 today", "7 h a week, on any day"]
    assert [(row.step.skill, row.step.to_level, row.step.hours, row.dates, row.points) for row in page.rows] == [
        ("sql", 1, 4, "24 Nov to 27 Nov", ""),
        ("python", 1, 4, "28 Nov to 1 Dec", "adds 45.5 points"),
        ("python", 2, 12, "2 Dec to 13 Dec", "adds 45.5 points"),
        ("git", 1, 5, "14 Dec to 18 Dec", "adds 9.1 points"),
    ]
    (section,) = page.sections
    assert (section.state, section.milestone, section.hours, section.dates) == ("current", None, 25, "to Fri 18 Dec")
    assert [row.why for row in page.rows] == [
        "Python, required for AI engineer, needs this first. It leads to Python.",
        "Required for AI engineer: level 2, importance 5 of 5. Healthcare gives it extra weight: It matters more here.",
        "Required for AI engineer: level 2, importance 5 of 5. Healthcare gives it extra weight: It matters more here.",
        "Required for AI engineer: level 1, importance 1 of 5.",
    ]
    assert "If you keep to the plan, you’ll finish on 18 December 2026." in page.caption


def test_plan_says_what_is_logged_already(client, learner, catalogue):
    set_goal(learner)
    services.log_study(learner=learner, skill=skill("sql"), minutes=90, on=TODAY, now=NOW)
    response = client.get("/plan/")
    row = response.context["page"].rows[0]
    assert (row.step.hours, row.effort, row.is_begun) == (2.5, 4, True)
    assert "<b>2 h 30 min</b> left of 4 h" in markup_of(response)


def test_plan_shows_days_off_where_they_fall(client, learner, catalogue):
    set_goal(learner, days_off=[TODAY + timedelta(days=day) for day in (5, 6, 30)])
    page = client.get("/plan/").context["page"]
    assert [(row.step.skill, row.away) for row in page.rows] == [
        ("sql", []),
        ("python", ["29 Nov to 30 Nov: days off"]),
        ("python", []),
        ("git", []),
    ]
    assert page.summary[-1] == "off 29 Nov to 30 Nov"


def test_plan_recommends_what_is_free_and_not_ticked(client, learner, catalogue):
    set_goal(learner)
    factories.make_resource("paid", hours=4, cost={"amount": 20, "currency": "EUR"}, skills={"sql": [0, 1]})
    factories.make_resource("unknown", hours=4, cost=None, skills={"sql": [0, 1]})
    free = factories.make_resource("free", cost=0, skills={"sql": [0, 2]})
    factories.make_resource("advanced", cost=0, skills={"sql": [1, 2]})
    factories.make_resource("endless", type="course", cost=0, hours=400, skills={"sql": [0, 1]})

    def recommended():
        row = client.get("/plan/").context["page"].rows[0]
        return row.resource.slug if row.resource else None

    assert recommended() == "free"
    services.tick_resource(learner=learner, resource=free, done=True, now=NOW)
    for slug in ("paid", "unknown"):  # a course with a hundred times the hours of the step is not recommended
        assert recommended() == slug
        services.tick_resource(learner=learner, resource=Resource.objects.get(slug=slug), done=True, now=NOW)
    assert recommended() is None


def test_plan_marks_an_affiliate_link(client, learner, catalogue):
    set_goal(learner)
    factories.make_resource("book", cost={"amount": 20, "currency": "EUR"}, affiliate=True, skills={"sql": [0, 1]})
    text = markup_of(client.get("/plan/"))
    assert 'rel="sponsored noopener">Book</a>, 4 h, about 20 EUR (affiliate link).' in text


def test_a_step_with_units_names_nothing_else_to_use_and_no_project(client, learner, catalogue):
    commits = [{"id": name, "do": "Commit a change.", "minutes": 120} for name in ("first", "second")]
    factories.make_skill("git", units={1: commits})
    for slug in ("git", "sql"):
        factories.make_resource(f"about-{slug}", cost=0, skills={slug: [0, 1]})
        factories.make_project(f"with-{slug}", hours=2, proves={slug: 1})
    set_goal(learner)
    response = client.get("/plan/?all=1")
    found = {row.step.skill: row.resource and row.resource.slug for row in response.context["page"].rows}
    assert (found["sql"], found["git"]) == ("about-sql", None)
    assert "/projects/with-" not in response.text


# Milestones


def sections(response):
    """The state, milestone, number and steps of each section of the path."""
    return [
        (section.state, section.slug, section.number, [row.id for row in section.rows])
        for section in response.context["page"].sections
    ]


def test_each_milestone_is_a_section_with_its_steps(client, learner, milestones):
    set_goal(learner)
    response = client.get("/plan/")
    assert rows(response) == USUAL
    assert sections(response) == [
        ("current", "shared-code", 1, ["git-1"]),
        ("later", "old-code", 2, ["cobol-1"]),
        ("later", "programs", 3, ["sql-1", "python-1", "python-2"]),
    ]
    page = response.context["page"]
    assert [(item.hours, item.dates, round(item.readiness_after, 1)) for item in page.sections] == [
        (5, "to Sat 28 Nov", 14.3),
        (8, "29 Nov to 6 Dec", 28.6),
        (20, "7 Dec to 26 Dec", 100),
    ]
    assert page.summary[0] == "Milestone 1 of 3"
    assert response.text.count("You can show something that works.") == 3
    assert "follows the milestones of your role" in response.text


def test_applying_begins_after_the_milestone_that_the_role_names(client, learner, milestones):
    set_goal(learner)
    response = client.get("/plan/")
    assert [item.apply for item in response.context["page"].sections] == [
        "",
        "You’ll be at 29 of 100 here. Keep studying while you apply.",
        "",
    ]
    assert response.text.count("You can start applying from here") == 1
    for slug in ("git", "cobol"):
        services.assess(learner=learner, skill=skill(slug), level=1, now=NOW)
    after = client.get("/plan/").context["page"].sections
    assert after[1].apply == "You are at 29 of 100. Keep studying while you apply."


def test_a_plan_without_what_applying_takes_has_no_date_for_it_and_says_what_is_missing(client, learner, milestones):
    set_goal(learner)
    response = client.post("/plan/overrides/", {"skip": "cobol"}, follow=True)
    missing = "Before you apply, you also need Cobol. Your plan leaves it out because of what you skip."
    assert missing in messages_of(response)[-1][0]
    section = response.context["page"].sections[1]
    assert (section.state, section.may_apply, section.apply) == ("blocked", False, missing)
    assert "You can start applying" not in response.text
    assert response.text.count("Not enough to start applying") == 1
    assert missing in client.get("/plan/goal/").text
    client.post("/plan/overrides/", {"none": "cobol", "skip": "sql"})
    section = client.get("/plan/").context["page"].sections[1]
    assert (section.state, section.may_apply) == ("later", True)


def test_a_milestone_says_which_of_its_skills_are_left_out(client, learner, milestones):
    factories.publish(factories.milestone_document("old-code", steps=[("cobol", 1), ("git", 1)]))
    set_goal(learner)
    client.post("/plan/milestones/", {"skip": "shared-code"})
    client.post("/plan/overrides/", {"skip": "cobol"})
    response = client.get("/plan/")
    section = next(item for item in response.context["page"].sections if item.slug == "old-code")
    assert section.left_out == "Without Cobol: left out because of what you skip."
    assert section.left_out in response.text


def test_only_the_current_milestone_is_open_and_the_address_opens_others(client, learner, milestones):
    set_goal(learner)
    folded = '<details class="below" id="in-m-{}">'
    text = client.get("/plan/").text
    assert folded.format("old-code") in text and folded.format("programs") in text
    assert "in-m-shared-code" not in text
    text = client.get("/plan/?open=programs").text
    assert folded.format("old-code") in text and '<details class="below" id="in-m-programs" open>' in text
    assert client.get("/plan/?all=1").text.count('" open>') == 2


def test_a_milestone_that_is_behind_says_what_credited_it(client, learner, milestones):
    factories.publish(
        factories.skill_document("shell"),
        factories.skill_document("git", effort=[5, 12, 30, 60], prerequisites={"shell": 1}),
        factories.milestone_document("shared-code", steps=[("shell", 1), ("git", 1)]),
    )
    set_goal(learner)
    services.assess(learner=learner, skill=skill("git"), level=1, now=NOW)
    response = client.get("/plan/")
    assert [item[:3] for item in sections(response)] == [
        ("done", "shared-code", 1),
        ("current", "old-code", 2),
        ("later", "programs", 3),
    ]
    first = response.context["page"].sections[0]
    assert [(item.skill.slug, item.text, item.how) for item in first.has] == [
        ("shell", "level 1", "implied by Git"),
        ("git", "level 1", "not checked"),
    ]
    assert (first.has_hours, first.is_studied) == (9, False)
    text = " ".join(response.text.split())
    assert '<span class="tag ok">credited</span>' in text
    assert '<span class="display number">9 h</span> <span>no need to study</span>' in text
    assert '<a href="/skills/shell/#levels">correct this<span class="visually-hidden">: Shell</span></a>' in text


def test_a_level_that_two_milestones_teach_counts_in_the_first(client, learner, milestones):
    factories.publish(
        factories.milestone_document("shared-code", steps=[("git", 1)]),
        factories.milestone_document("old-code", steps=[("git", 1), ("git", 2), ("git", 3), ("cobol", 1)]),
    )
    set_goal(learner)
    services.assess(learner=learner, skill=skill("git"), level=3, now=NOW)
    response = client.get("/plan/?all=1")
    found = response.context["page"].sections
    assert [[(item.text, item.hours) for item in section.has] for section in found] == [
        [("level 1", 5)],
        [("levels 2 and 3", 42)],
        [],
    ]
    assert (found[0].has_hours, found[1].effort) == (5, 42 + 8)
    assert '<span class="number">levels 2 and 3</span></h3><p class="right small number">42 h</p>' in response.text


def test_a_level_whose_units_are_done_says_so(client, learner, milestones):
    one, two = ({"id": key, "do": f"Do {key}.", "minutes": 60} for key in ("one", "two"))
    factories.make_skill("git", effort=[2, 12, 30, 60], units={1: [one, two]})
    factories.publish(factories.milestone_document("shared-code", steps=[("git", 1), ("git", 2)]))
    set_goal(learner)
    for key in ("one", "two"):
        services.tick_unit(learner=learner, skill=skill("git"), level=1, key=key, now=NOW)
    services.assess(learner=learner, skill=skill("git"), level=2, now=NOW)
    first = client.get("/plan/").context["page"].sections[0]
    assert [(item.text, item.how) for item in first.has] == [
        ("level 1", "you’ve done its 2 units"),
        ("level 2", "not checked"),
    ]


def test_a_milestone_that_was_studied_here_is_done_rather_than_credited(client, learner, milestones):
    set_goal(learner)
    services.log_study(learner=learner, skill=skill("git"), minutes=90, on=TODAY, now=NOW)
    services.assess(learner=learner, skill=skill("git"), level=1, now=NOW)
    response = client.get("/plan/")
    assert response.context["page"].sections[0].is_studied
    assert '<span class="tag ok">done</span>' in response.text
    assert "no need to study" not in response.text


def test_the_hours_of_a_milestone_include_its_completed_project(client, learner, milestones):
    factories.publish(
        factories.project_document("hooks", hours=6, proves={"git": 1}),
        factories.milestone_document("shared-code", steps=[("git", 1), ("sql", 1)], projects=["hooks"]),
    )
    set_goal(learner)
    project = Project.objects.get(slug="hooks")
    services.save_project_work(
        learner=learner, project=project, ticked=[item.text for item in project.checklist.all()], now=NOW
    )
    first = client.get("/plan/").context["page"].sections[0]
    assert (first.state, first.effort) == ("current", sum(row.effort for row in first.rows) + 6)
    for slug in ("git", "sql"):
        services.assess(learner=learner, skill=skill(slug), level=1, now=NOW)
    response = client.get("/plan/")
    done = response.context["page"].sections[0]
    assert (done.state, done.has_hours, done.is_studied) == ("done", first.effort, True)
    assert 'Hooks</a>, project, <span class="number">6 h</span>' in response.text


def test_the_current_milestone_says_how_much_is_left_of_it(client, learner, milestones):
    factories.publish(factories.milestone_document("shared-code", steps=[("sql", 1), ("git", 1)]))
    set_goal(learner)
    services.assess(learner=learner, skill=skill("sql"), level=1, now=NOW)
    services.log_study(learner=learner, skill=skill("git"), minutes=60, on=TODAY, now=NOW)
    response = client.get("/plan/")
    first = response.context["page"].sections[0]
    assert (first.state, first.hours, first.effort, [item.skill.slug for item in first.has]) == (
        "current",
        4,
        9,
        ["sql"],
    )
    assert "left of 9 h" in response.text


def test_a_milestone_that_goes_on_later_is_named_again(client, learner, milestones):
    factories.publish(factories.milestone_document("shared-code", steps=[("git", 1), ("sql", 1)]))
    set_goal(learner)
    services.override(learner=learner, kinds={skill("git").pk: "later"}, now=NOW)
    response = client.get("/plan/")
    assert sections(response) == [
        ("current", "shared-code", 1, ["sql-1"]),
        ("later", "old-code", 2, ["cobol-1"]),
        ("later", "programs", 3, ["python-1", "python-2"]),
        ("later", "shared-code", 1, ["git-1"]),
    ]
    page = response.context["page"]
    assert [item.is_continued for item in page.sections] == [False, False, False, True]
    assert [stretch.number for stretch in page.elevation.stretches] == [None, 2, 3, 1]


def test_a_milestone_that_cannot_be_begun_says_so(client, learner, milestones):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("sql").pk: "skip"}, now=NOW)
    response = client.get("/plan/")
    assert sections(response)[-1] == ("blocked", "programs", 3, [])
    assert "It builds on a skill that you have skipped." in response.text


def test_a_project_is_a_step(client, learner, milestones):
    factories.publish(
        factories.project_document("hooks", hours=6, proves={"git": 1}),
        factories.milestone_document("shared-code", steps=[("git", 1)], projects=["hooks"]),
    )
    set_goal(learner)
    response = client.get("/plan/")
    row = response.context["page"].rows[1]
    assert (row.id, row.record.slug, row.record.url) == ("project-hooks", "hooks", "/projects/hooks/")
    assert (row.step.hours, row.dates, row.points) == (6, "29 Nov to 4 Dec", "")
    assert row.why == "It completes “Shared code” and shows Git 1."
    assert (row.skip, row.resource) == ("", None)
    first = response.context["page"].sections[0]
    assert (first.project, first.hours, first.end) == (row, 11, date(2026, 12, 4))
    project = Project.objects.get(slug="hooks")
    items = list(project.checklist.values_list("text", flat=True))
    for ticked, is_there in ((items[1:], True), (items, False), (items[:-1], True)):
        services.save_project_work(learner=learner, project=project, ticked=ticked, now=NOW)
        assert ("project-hooks" in [row.id for row in client.get("/plan/").context["page"].rows]) is is_there


# Order and skips of milestones


def move(client, **sent):
    """Press a button of a milestone. Returns the next page."""
    return client.post("/plan/milestones/", sent, follow=True)


def slugs(response):
    return [section.slug for section in response.context["page"].sections]


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_a_milestone_is_moved_and_the_move_undone(client, learner, milestones):
    set_goal(learner)
    response = move(client, earlier="old-code")
    assert told(response) == [
        "“Old code” now comes before “Shared code”. You can start applying on 1 December 2026 instead of 6 December 2026."
    ]
    assert slugs(response) == ["old-code", "shared-code", "programs"]
    assert "The milestones are in your own order." in response.text
    response = undo(client, response)
    assert told(response) == [
        "Your milestones are back as they were. You can start applying on 6 December 2026 instead of 1 December 2026."
    ]
    assert slugs(response) == ["shared-code", "old-code", "programs"]
    assert now_of(learner).wishes.order == ()
    response = move(client, later="shared-code")
    assert told(response) == [
        "“Shared code” now comes after “Old code”. You can start applying on 1 December 2026 instead of 6 December 2026."
    ]
    assert slugs(response) == ["old-code", "shared-code", "programs"]
    assert slugs(move(client, usual="1")) == ["shared-code", "old-code", "programs"]


def test_moving_back_to_the_usual_order_is_no_order_of_ones_own(client, learner, milestones):
    set_goal(learner)
    move(client, earlier="old-code")
    move(client, later="old-code")
    assert now_of(learner).wishes.order == ()


def test_a_move_passes_milestones_that_are_behind(client, learner, milestones):
    set_goal(learner)
    services.assess(learner=learner, skill=skill("cobol"), level=1, now=NOW)
    assert told(move(client, earlier="programs")) == [
        "“Programs” now comes before “Shared code”. You can start applying on 18 December 2026 instead of 28 November 2026."
    ]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"earlier": "shared-code"}, "“Shared code” is already first."),
        ({"later": "programs"}, "“Programs” is already last."),
    ],
)
def test_a_milestone_at_an_end_stays(client, learner, milestones, sent, says):
    set_goal(learner)
    assert told(move(client, **sent)) == [says]
    assert now_of(learner).wishes.order == ()


def test_a_move_that_prerequisites_forbid_says_which_and_changes_nothing(client, learner, milestones):
    factories.publish(factories.milestone_document("old-code", steps=[("sql", 1), ("cobol", 1)]))
    set_goal(learner)
    move(client, earlier="old-code")
    before = now_of(learner).wishes
    response = move(client, later="old-code")
    assert told(response) == [
        "“Old code” now comes after “Shared code”. You can start applying on 10 December 2026 instead of 5 December 2026."
    ]
    response = move(client, later="old-code")
    assert told(response) == [
        "“Programs” needs SQL, which “Old code” teaches, so it has to come after that milestone. Nothing was changed."
    ]
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert before.order and now_of(learner).wishes.order == ()


def test_a_milestone_is_skipped_after_its_cost_was_said_and_put_back(client, learner, milestones):
    set_goal(learner)
    response = client.get("/plan/")
    would = "Your plan would end at 28.6 of 100 on 6 December 2026, instead of 100 on 26 December 2026."
    assert response.context["page"].sections[2].skip == would
    assert would in response.text
    response = move(client, skip="programs")
    assert told(response) == [
        "Skipped: “Programs”. Your plan now ends at 28.6 of 100 on 6 December 2026, instead of 100 on 26 December 2026."
    ]
    assert sections(response)[-1] == ("skipped", "programs", 0, [])
    assert "because of what you skip" in response.context["page"].caption
    response = move(client, plan="programs")
    assert told(response) == [
        "“Programs” is in your plan again. Your plan now ends at 100 of 100 on 26 December 2026, instead of 28.6 on "
        "6 December 2026."
    ]
    assert sections(undo(client, response))[-1][0] == "skipped"


def test_a_plan_whose_milestones_are_all_skipped_can_be_filled_again(client, learner, milestones):
    set_goal(learner)
    for slug in ("shared-code", "old-code", "programs"):
        response = move(client, skip=slug)
    assert "The plan is empty" in response.text
    assert [section[0] for section in sections(response)] == ["skipped"] * 3
    assert response.text.count("Put it back in the plan") == 3


@pytest.mark.parametrize("sent", [{}, {"skip": ""}, {"earlier": "elsewhere"}])
def test_what_is_no_milestone_of_the_path_is_a_message(client, learner, milestones, sent):
    factories.publish(factories.milestone_document("elsewhere", steps=[("git", 1)]))
    set_goal(learner)
    response = move(client, **sent)
    assert told(response) == ["Choose a milestone on your path, and whether to move or skip it."]
    assert now_of(learner).wishes == NO_WISHES


def test_moves_need_a_goal_and_a_milestone_that_exists(client, learner, milestones):
    assert "There is no goal" in move(client, skip="programs").text
    set_goal(learner)
    assert client.post("/plan/milestones/", {"skip": "nothing"}).status_code == 404


# Pin, skip, later


@pytest.mark.parametrize(
    ("kind", "slug", "expected", "text"),
    [
        ("pin", "git", ["git", "sql", "python", "python"], "Pinned: Git, prerequisites included."),
        ("later", "sql", ["git", "sql", "python", "python"], "Moved to the end: SQL."),
        (
            "skip",
            "sql",
            ["git"],
            "Skipped: SQL. This also leaves out Python, which needs it. "
            "Your plan now ends at 16.7 of 100 on 28 November 2026, instead of 100 on 18 December 2026.",
        ),
        (
            "skip",
            "git",
            ["sql", "python", "python"],
            "Skipped: Git. Your plan now ends at 83.3 of 100 on 13 December 2026, instead of 100 on 18 December 2026.",
        ),
    ],
)
def test_override_changes_the_plan_and_can_be_undone(client, learner, catalogue, kind, slug, expected, text):
    set_goal(learner)
    before = rows(client.get("/plan/"))
    response = client.post(f"/plan/overrides/{slug}/", {"kind": kind, "next": "/plan/?all=1"})
    assert (response.status_code, response["Location"]) == (303, "/plan/?all=1")
    after = client.get("/plan/")
    assert [row for row, _level in rows(after)] == expected
    assert [str(message) for message in after.context["messages"]] == [text]
    again = client.post(f"/plan/overrides/?none={slug}", {"next": "/plan/"}, follow=True)
    assert rows(again) == before


def test_undo_brings_the_earlier_override_back(client, learner, catalogue):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("git").pk: "pin"}, now=NOW)
    client.post("/plan/overrides/git/", {"kind": "skip"})
    (message,) = client.get("/plan/").context["messages"]
    assert now_of(learner).skip == ("git",)
    client.post(message.extra_tags, {"next": "/plan/"})
    assert (now_of(learner).pin, now_of(learner).skip) == (("git",), ())


def test_undo_brings_pins_back_in_their_order(client, learner, catalogue):
    set_goal(learner)
    for slug in ("git", "python", "sql"):
        client.post("/plan/overrides/", {"pin": slug})
    client.post("/plan/overrides/git/", {"kind": "skip"})
    message = list(client.get("/plan/").context["messages"])[-1]
    assert (now_of(learner).pin, now_of(learner).skip) == (("python", "sql"), ("git",))
    client.post(message.extra_tags)
    assert (now_of(learner).pin, now_of(learner).skip) == (("git", "python", "sql"), ())


def test_undo_takes_no_pin_back_that_was_not_asked_about(client, learner, catalogue):
    set_goal(learner)
    client.post("/plan/overrides/", {"pin": "git"})
    client.get("/plan/")
    client.post("/plan/overrides/python/", {"kind": "skip"})
    (message,) = client.get("/plan/").context["messages"]
    client.post("/plan/overrides/", {"none": "git"})
    client.post(message.extra_tags)
    assert (now_of(learner).pin, now_of(learner).skip) == ((), ())


def test_undo_of_what_waits_for_another_goal_brings_it_back(client, learner, catalogue):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("cobol").pk: "pin"}, now=NOW)
    services.override(learner=learner, kinds={skill("git").pk: "pin"}, now=NOW)
    for slug in ("git", "cobol"):
        client.post("/plan/overrides/", {"none": slug})
        (message,) = client.get("/plan/").context["messages"]
        client.post(message.extra_tags)
        assert now_of(learner).pin == ("cobol", "git")
        client.get("/plan/")


def test_buttons_of_the_steps_name_override_and_skill(client, learner, catalogue):
    set_goal(learner)
    text = markup_of(client.get("/plan/"))
    assert (
        '<button class="button mini" form="change-m-steps" name="pin" value="git">Pin<span class="visually-hidden"> Git</span></button>'
        in text
    )
    assert '<form id="change-m-steps" method="post" action="/plan/overrides/"' in text
    client.post("/plan/overrides/", {"pin": "git"})
    assert now_of(learner).pin == ("git",)
    response = client.get("/plan/")
    assert response.context["page"].rows[0].is_pinned
    assert 'name="none" value="git">Unpin<' in markup_of(response)
    client.post("/plan/overrides/", {"later": "git"})
    response = client.get("/plan/")
    assert response.context["page"].rows[-1].is_later
    assert 'name="none" value="git">Not last<' in markup_of(response)
    client.post("/plan/overrides/", {"none": "git"})
    assert (now_of(learner).pin, now_of(learner).later) == ((), ())


def test_what_comes_early_for_something_pinned_says_so(client, learner, catalogue):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("python").pk: "pin"}, now=NOW)
    rows = client.get("/plan/").context["page"].rows
    assert rows[0].step.skill == "sql"
    assert [row.why.partition(". ")[0] for row in rows[:3]] == [
        "You pinned Python, which needs it",
        "You pinned it",
        "You pinned it",
    ]
    assert "pinned" not in rows[3].why


def test_override_outside_the_goal_is_a_message(client, learner, catalogue):
    set_goal(learner)
    response = client.post("/plan/overrides/cobol/", {"kind": "pin"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "Cobol is not part of your goal, so there is nothing in the plan to change."
    ]
    assert not learner.planoverrides.exists()


def test_override_of_an_earlier_goal_waits_and_can_be_taken_back(client, learner, catalogue):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("cobol").pk: "skip"}, now=NOW)
    (group,) = client.get("/plan/").context["page"].changes
    assert [(item.skill.slug, item.note) for item in group.items] == [
        ("cobol", "not part of this goal; saved for when it is")
    ]
    client.post("/plan/overrides/", {"none": "cobol"})
    assert client.get("/plan/").context["page"].changes == []


def test_a_pin_without_effect_says_why(client, learner, path_catalogue):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("azure").pk: "pin"}, now=NOW)
    services.override(learner=learner, kinds={skill("python").pk: "pin"}, now=NOW)
    services.assess(learner=learner, skill=skill("python"), level=1, now=NOW)
    (group,) = client.get("/plan/").context["page"].changes
    assert [(item.skill.slug, item.note) for item in group.items] == [
        ("azure", "not in your plan, which has AWS for “A cloud platform”"),
        ("python", "nothing left to study"),
    ]


@pytest.mark.parametrize("data", [{"kind": "never"}, {}, {"kind": ""}])
def test_override_that_is_none_is_a_message(client, learner, catalogue, data):
    set_goal(learner)
    response = client.post("/plan/overrides/git/", data, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not learner.planoverrides.exists()


def test_override_without_a_goal_is_a_message(client, learner, catalogue):
    response = client.post("/plan/overrides/git/", {"kind": "pin"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not learner.planoverrides.exists()


def test_override_of_an_unknown_skill_is_not_found(client, learner, catalogue):
    set_goal(learner)
    factories.make_skill("draft", status="draft")
    for slug in ("nothing", "draft"):
        assert client.post(f"/plan/overrides/{slug}/", {"kind": "pin"}).status_code == 404


def test_override_knows_an_old_name(client, learner, catalogue):
    set_goal(learner)
    factories.rename(skill("git"), "version-control")
    client.post("/plan/overrides/git/", {"kind": "pin"})
    assert now_of(learner).pin == ("version-control",)


@pytest.mark.parametrize("path", ["/plan/overrides/", "/plan/overrides/git/", "/plan/adjust/", "/plan/milestones/"])
def test_addresses_that_only_change_lead_to_the_plan(client, catalogue, path):
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/plan/")


# Hours, deadline


def test_other_hours_are_shown_before_they_are_saved(client, learner, catalogue):
    goal = set_goal(learner)
    response = client.get("/plan/?hours_per_week=14")
    shown = response.context
    assert shown["arrival"] == "At 14 h a week you would finish on Sunday 6 December 2026."
    assert (
        shown["compared"]
        == "Nothing is saved yet. With 7 h a week you’ll finish on 18 December 2026, so this is 12 days earlier."
    )
    assert ">Back to 7 h</a>" in markup_of(response)
    assert learner.goals.get() == goal
    button = re.search(r'name="hours_per_week" value="([^"]+)">Save 14 h a week<', markup_of(response))
    client.post("/plan/adjust/", {"hours_per_week": button[1]})
    assert now_of(learner).goal.hours_per_week == 14
    after = client.get("/plan/")
    (message,) = after.context["messages"]
    assert str(message) == "At 14 h a week you’ll finish on Sunday 6 December 2026."
    client.post(message.extra_tags)
    assert now_of(learner).goal.hours_per_week == 7


def test_the_same_hours_are_no_look(client, learner, catalogue):
    set_goal(learner)
    assert client.get("/plan/?hours_per_week=7").context["compared"] == ""


@pytest.mark.parametrize(
    ("hours", "problem"),
    [
        ("200", "Between half an hour and 80 hours a week."),
        ("0", "Between half an hour and 80 hours a week."),
        ("many", "Enter hours as a number, like 7.5."),
        ("nan", "Enter hours as a number, like 7.5."),
    ],
)
def test_hours_that_are_none_say_so_at_the_field(client, learner, catalogue, problems_of, hours, problem):
    set_goal(learner)
    response = client.get("/plan/", {"hours_per_week": hours})
    assert response.status_code == 400
    assert response.context["form"].errors == {"hours_per_week": [problem]}
    assert f'value="{hours}"' in response.text
    assert problems_of(response.text) == []


@pytest.mark.parametrize(
    ("per_week", "expected"),
    [
        (8, [("− 1 h", "7"), ("+ 1 h", "9")]),
        (8.4, [("− 1 h", "7.4"), ("+ 1 h", "9.4")]),
        (1, [("− 30 min", "0.5"), ("+ 1 h", "2")]),
        (0.5, [("+ 1 h", "1.5")]),
        (80, [("− 1 h", "79")]),
    ],
)
def test_an_hour_less_and_an_hour_more(per_week, expected):
    assert changes.other_hours(per_week) == expected


def test_a_shorter_way_that_does_not_exist_is_refused(client, learner, catalogue):
    set_goal(learner)
    response = client.post("/plan/adjust/", {"shorter": "1"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "No shorter path gets you further by your deadline."
    ]
    assert now_of(learner).shorter is False


def test_hours_can_change_when_the_deadline_is_over(client, learner, catalogue):
    set_goal(learner, deadline=TODAY)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        client.post("/plan/adjust/", {"hours_per_week": "9"})
        goal = now_of(learner).goal
        assert (goal.hours_per_week, goal.deadline) == (9, None)


@pytest.mark.parametrize(
    "data",
    [{"hours_per_week": "200"}, {"hours_per_week": "x"}, {"deadline": "2020-01-01"}, {"deadline": "someday"}],
)
def test_adjust_refuses_what_no_goal_may_have(client, learner, catalogue, data):
    goal = set_goal(learner)
    response = client.post("/plan/adjust/", data, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert learner.goals.get() == goal


def test_adjust_without_a_goal_is_a_message(client, learner, catalogue):
    response = client.post("/plan/adjust/", {"hours_per_week": "9"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not learner.goals.exists()


def test_plan_that_leaves_something_out_says_where_it_ends(client, learner, catalogue):
    set_goal(learner)
    services.override(learner=learner, kinds={skill("git").pk: "skip"}, now=NOW)
    caption = client.get("/plan/").context["page"].caption
    assert caption.endswith("you’ll finish on 13 December 2026 at 83.3 of 100, because of what you skip.")


# The goal


def goal_data(**changes):
    data = {
        "role": "ai-engineer",
        "industry": "",
        "hours_per_week": "7",
        "weekdays": [str(day) for day in EVERY_DAY],
        "deadline": "",
        "days_off_first": ["", ""],
        "days_off_last": ["", ""],
        "weekly_target": "",
    }
    return data | changes


def test_goal_shows_what_follows_now(client, learner, catalogue):
    set_goal(learner)
    outlook = client.get("/plan/goal/").context["outlook"]
    assert outlook.sentence == "At 7 h a week you’ll finish on Friday 18 December 2026."
    assert outlook.facts == [
        ("to do", "25 h", "4 steps"),
        ("ready today", "0.0", "of 100"),
    ]


def test_goal_shows_the_next_milestone_and_when_applying_makes_sense(client, learner, catalogue):
    factories.publish(
        factories.milestone_document("first", steps=[("sql", 1)]),
        factories.milestone_document("second", steps=[("python", 1)]),
        factories.role_document(
            "ai-engineer", requirements={"python": (2, 5)}, milestones=["first", "second"], apply_after="second"
        ),
    )
    set_goal(learner, hours_per_week=1)
    facts = client.get("/plan/goal/").context["outlook"].facts
    assert [label for label, *_figures in facts] == ["next milestone", "you can start applying", "to do", "ready today"]
    assert facts[0][2] == "First, 4 h"
    assert facts[1][2] == "after milestone 2 of 2"
    services.assess(learner=learner, skill=skill("python"), level=2, now=NOW)
    set_goal(learner, hours_per_week=2)
    factories.make_role("sql-expert", requirements={"sql": (2, 3)})
    facts = client.post("/plan/goal/", goal_data(role="sql-expert")).context["outlook"].facts
    assert [label for label, *_figures in facts] == ["to do", "ready today"]


def test_goal_of_the_address_is_chosen_and_what_would_follow_is_shown(client, learner, catalogue):
    goal = set_goal(learner, weekly_target=60)
    factories.make_role("sql-expert", requirements={"sql": (1, 3)})
    response = client.get("/plan/goal/?role=sql-expert&industry=healthcare")
    form = response.context["form"]
    assert (form["role"].value(), form["industry"].value(), form["hours_per_week"].value()) == (
        "sql-expert",
        "healthcare",
        7,
    )
    assert '<option value="sql-expert" selected>' in response.text
    outlook = response.context["outlook"]
    assert (outlook.title, outlook.sentence) == (
        "Sql expert in healthcare",
        "At 7 h a week you would finish on Friday 27 November 2026. That is 21 days earlier "
        "than with your current goal.",
    )
    assert learner.goals.get() == goal


def test_goal_of_the_address_may_be_the_first(client, learner, catalogue):
    factories.rename(Role.objects.get(slug="ai-engineer"), "engineer-for-ai")
    response = client.get("/plan/goal/?role=ai-engineer")
    assert response.context["form"]["role"].value() == "engineer-for-ai"
    assert response.context["outlook"].sentence.startswith("At 8 h a week you would finish on ")
    assert client.get("/plan/goal/?industry=healthcare").context["outlook"] is None


def test_goal_of_the_address_leaves_the_industry_that_it_does_not_name(client, learner, catalogue):
    set_goal(learner, industry=Industry.objects.get(slug="healthcare"))
    factories.make_role("sql-expert", requirements={"sql": (1, 3)})
    assert client.get("/plan/goal/?role=sql-expert").context["outlook"].title == "Sql expert in healthcare"


def test_goal_of_an_unknown_address_says_so(client, learner, catalogue, problems_of):
    set_goal(learner)
    response = client.get("/plan/goal/?role=astronaut&industry=mining")
    assert response.status_code == 400
    assert "“astronaut” is not a known value of role." in response.text
    assert "“mining” is not a known value of industry." in response.text
    assert response.context["form"]["role"].value() == "ai-engineer"
    assert problems_of(response.text) == []


def test_role_page_leads_to_the_goal_with_its_role(client, learner, catalogue):
    set_goal(learner)
    factories.make_role("sql-expert", requirements={"sql": (1, 3)})
    (path,) = re.findall(
        r'<a class="button" href="([^"]+)">Make it my goal', markup_of(client.get("/roles/sql-expert/"))
    )
    assert client.get(path).context["form"]["role"].value() == "sql-expert"


def test_goal_that_ends_on_the_same_day_says_what_it_is_compared_with(client, learner, catalogue):
    goal = set_goal(learner)
    response = client.post("/plan/goal/", goal_data(hours_per_week=f"{goal.hours_per_week:g}"))
    assert response.context["outlook"].sentence.endswith("With your current goal it is the same day.")


def test_goal_shows_what_would_follow_and_saves_nothing(client, learner, catalogue):
    goal = set_goal(learner)
    factories.make_role("sql-expert", requirements={"sql": (1, 3)})
    data = goal_data(hours_per_week="14", days_off_first=["2026-11-24"], days_off_last=["2026-11-26"])
    response = client.post("/plan/goal/", data)
    outlook = response.context["outlook"]
    assert (
        outlook.sentence
        == "At 14 h a week you would finish on Wednesday 9 December 2026. That is 9 days earlier than with your current goal."
    )
    services.assess(learner=learner, skill=skill("python"), level=2, now=NOW)
    outlook = client.post("/plan/goal/", goal_data(role="sql-expert")).context["outlook"]
    # Knowing Python implies the SQL it needs.
    assert outlook.facts[-1] == ("ready today", "100.0", "of 100: 100.0 implied; 83.3 with your current goal")
    assert learner.goals.get() == goal
    assert not learner.dayoffs.exists()


def test_goal_in_place_is_only_what_follows(client, learner, catalogue):
    set_goal(learner)
    response = client.post("/plan/goal/", goal_data(hours_per_week="14"), headers={"HX-Request": "true"})
    assert response.text.strip().startswith('<section class="panel outlook side" id="outlook"')
    wrong = client.post("/plan/goal/", goal_data(hours_per_week="200"), headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert "Between half an hour and 80 hours a week." in wrong.text


def test_goal_is_saved(client, learner, catalogue):
    set_goal(learner)
    response = client.post("/plan/goal/", goal_data(hours_per_week="14", save="1"))
    assert (response.status_code, response["Location"]) == (303, "/plan/")
    assert now_of(learner).goal.hours_per_week == 14
    (message,) = client.get("/plan/").context["messages"]
    assert str(message) == "At 14 h a week you’ll finish on Sunday 6 December 2026."


def test_first_goal_can_be_set_here(client, learner, catalogue):
    response = client.get("/plan/goal/")
    assert response.context["outlook"] is None
    assert "Choose a role to see its next milestone and its dates here." in response.text
    client.post("/plan/goal/", goal_data(save="1"))
    assert now_of(learner).goal.role == "ai-engineer"


def test_goal_that_is_wrong_keeps_what_was_typed(client, learner, catalogue, problems_of):
    goal = set_goal(learner)
    response = client.post("/plan/goal/", goal_data(hours_per_week="200", deadline="2020-01-01", save="1"))
    assert response.status_code == 422
    assert response.context["form"].errors == {
        "hours_per_week": ["Between half an hour and 80 hours a week."],
        "deadline": ["This day has passed. Choose a later one."],
    }
    assert 'value="200"' in response.text
    assert 'value="2020-01-01"' in response.text
    assert problems_of(response.text) == []
    assert learner.goals.get() == goal


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("role", "", "Choose what you want to become."),
        ("role", "astronaut", "We don’t recognise that. Choose from the list."),
        ("industry", "mining", "We don’t recognise that. Choose from the list."),
        ("hours_per_week", "0", "Between half an hour and 80 hours a week."),
        ("hours_per_week", "", "Enter how many hours a week you have."),
        ("hours_per_week", "inf", "Enter hours as a number, like 7.5."),
        ("weekly_target", "0", "Between half an hour and 80 hours a week."),
        ("weekdays", [], "Choose at least one day."),
        ("deadline", "2026-11-23", "This day has passed. Choose a later one."),
        ("deadline", "soon", "This is not a date. Write it like 2026-12-24."),
        ("days_off_last", ["2026-11-23", ""], "23 Nov 2026 has already passed."),
    ],
)
def test_goal_says_at_the_field_what_is_wrong_and_keeps_the_rest(client, learner, catalogue, field, value, says):
    sent = goal_data(hours_per_week="13", deadline="2027-03-01", industry="healthcare", save="1") | {field: value}
    response = client.post("/plan/goal/", sent)
    form = response.context["form"]
    assert response.status_code == 422
    assert form.errors == {"days_off" if field == "days_off_last" else field: [says]}
    assert says in response.text
    kept = {"role": "ai-engineer", "industry": "healthcare", "hours_per_week": "13", "deadline": "2027-03-01"}
    assert {name: form[name].value() for name in kept if name != field} == {
        name: kept[name] for name in kept if name != field
    }
    assert not learner.goals.exists()


def test_goal_that_is_refused_when_it_is_saved_says_so(client, learner, catalogue, monkeypatch):
    set_goal(learner)

    def refuse(**_fields):
        raise ValidationError({"deadline": ["This day has passed. Choose a later one."]})

    monkeypatch.setattr(services, "set_goal", refuse)
    response = client.post("/plan/goal/", goal_data(deadline="2026-12-24", save="1"))
    assert response.status_code == 422
    assert response.context["form"].errors == {"deadline": ["This day has passed. Choose a later one."]}
    assert response.context["outlook"] is None
    assert 'value="2026-12-24"' in response.text


def test_goal_whose_role_is_retired_asks_for_another(client, learner, catalogue):
    set_goal(learner)
    factories.make_role("data-scientist", requirements={"sql": (2, 5)})
    factories.retire(Role.objects.get(slug="ai-engineer"))
    assert client.get("/plan/goal/").status_code == 200
    response = client.post("/plan/goal/", goal_data(role="ai-engineer", save="1"))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["role"]
    client.post("/plan/goal/", goal_data(role="data-scientist", save="1"))
    assert now_of(learner).goal.role == "data-scientist"


@pytest.mark.parametrize("path", ["/plan/goal/", "/plan/adjust/"])
def test_goal_whose_role_is_retired_while_it_is_saved_is_kept(client, learner, catalogue, monkeypatch, path):
    set_goal(learner)
    save = services.set_goal

    def too_late(**fields):
        goal = save(**fields)
        factories.retire(Role.objects.get(slug="ai-engineer"))
        return goal

    monkeypatch.setattr(services, "set_goal", too_late)
    response = client.post(path, goal_data(hours_per_week="9", save="1"), follow=True)
    assert (response.status_code, learner.goals.get().hours_per_week) == (200, 9)
    assert "The role in your goal has been retired" in response.text


# As a whole


def test_plan_is_sound_markup(client, learner, problems_of):
    factories.make_catalogue(60)
    set_goal(learner, deadline=TODAY + timedelta(days=40), days_off=[TODAY + timedelta(days=3)])
    for slug, kind in (("skill-010", "pin"), ("skill-020", "later"), ("skill-003", "skip")):
        services.override(learner=learner, kinds={skill(slug).pk: kind}, now=NOW)
    services.make_calendar_address(learner=learner, now=NOW)
    for path in ("/plan/", "/plan/?hours_per_week=9", "/plan/goal/", "/plan/goal/?role=ai-engineer"):
        assert problems_of(client.get(path).text) == []


@pytest.mark.parametrize("path", ["/plan/", "/plan/?hours_per_week=9", "/plan/goal/", "/plan/goal/?role=ai-engineer"])
def test_queries_do_not_grow(client, learner, path):
    factories.make_catalogue(60)
    set_goal(learner, deadline=TODAY + timedelta(days=40))
    counts = []
    for slugs in (["skill-010"], ["skill-015", "skill-020"]):
        for slug in slugs:
            services.override(learner=learner, kinds={skill(slug).pk: "skip"}, now=NOW)
            resource = Resource.objects.get(slug=slug.replace("skill", "resource"))
            services.tick_resource(learner=learner, resource=resource, done=True, now=NOW)
        snapshot.current()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(path).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 6


def test_plan_is_nobody_elses(client, learner, catalogue):
    other = User.objects.create_user("other@waymark.example")
    set_goal(other, hours_per_week=33)
    services.override(learner=other, kinds={skill("git").pk: "pin"}, now=NOW)
    set_goal(learner)
    assert now_of(learner).pin == ()
    assert "33 h" not in client.get("/plan/").text
    client.post("/plan/overrides/git/", {"kind": "none"})
    assert now_of(other).pin == ("git",)


# Choices and projects


@pytest.fixture
def path_catalogue():
    """A role that requires any one of two clouds and ends in a milestone with two projects."""
    cloud = {"name": "A cloud platform", "one_of": {"aws": 1, "azure": 1}, "importance": 3}
    factories.publish(
        factories.skill_document("python"),
        factories.skill_document("linux"),
        factories.skill_document("aws", name="AWS", prerequisites={"linux": 1}),
        factories.skill_document("azure", name="Azure"),
        factories.project_document("tool", name="A small tool", proves={"python": 1}),
        factories.project_document("report", name="A report", hours=30, proves={"python": 1, "azure": 1}),
        factories.milestone_document(
            "first-program", name="First program", steps=[("python", 1)], projects=["tool", "report"]
        ),
        factories.role_document(
            "ai-engineer", requirements={"python": (1, 5)}, choices={"cloud": cloud}, milestones=["first-program"]
        ),
    )


def undone(client, response) -> None:
    """Press the Undo button beside the message."""
    page = client.get(response["Location"])
    client.post(re.search(r'action="(/plan/(?:choices|milestones)/[^"]*\?[^"]*)"', page.text)[1].replace("&amp;", "&"))


def test_a_choice_is_changed_and_taken_back_on_the_plan(client, learner, path_catalogue):
    set_goal(learner)
    page = " ".join(client.get("/plan/").text.split())
    assert "<b>A cloud platform: AWS</b>" in page
    assert '<input type="radio" name="skill" value="aws" checked> <span>AWS' in page
    # AWS needs Linux (four hours), which nothing else in this plan needs.
    shown = re.findall(r'value="(aws|azure)".*?<small>(.*?)</small>', page)
    assert shown == [("aws", "in the plan"), ("azure", "4 h less")]
    assert "Chosen for you because it is the first on the list; nothing else tells them apart." in page
    assert now_of(learner).goal_state.plan.taught["cloud"] == "aws"
    response = client.post("/plan/choices/cloud/", {"skill": "azure"})
    assert now_of(learner).goal_state.plan.taught["cloud"] == "azure"
    page = client.get("/plan/").text
    assert "Azure is in your plan for “A cloud platform”. You’ll finish on " in page
    assert "days earlier." in page
    assert "<small>4 h more</small>" in page
    assert "your choice" in page
    response = client.post("/plan/choices/cloud/", {"skill": "aws"})
    undone(client, response)
    assert now_of(learner).wishes.picked == {"cloud": "azure"}
    client.post("/plan/choices/cloud/", {"skill": ""})
    assert now_of(learner).wishes.picked == {}


@pytest.mark.parametrize(
    ("address", "sent", "status"),
    [
        ("/plan/choices/cloud/", {"skill": "python"}, 303),
        ("/plan/choices/cloud/", {"skill": "cobol"}, 404),
        ("/plan/choices/nothing/", {"skill": "aws"}, 404),
        ("/plan/milestones/first-program/project/", {"project": "nothing"}, 404),
        ("/plan/milestones/nothing/project/", {"project": "report"}, 404),
    ],
)
def test_what_does_not_count_is_refused(client, learner, path_catalogue, address, sent, status):
    set_goal(learner)
    assert client.post(address, sent).status_code == status
    assert (now_of(learner).wishes.picked, now_of(learner).wishes.projects) == ({}, {})
    if status == 303:
        assert "Python isn’t one of the options." in client.get("/plan/").text


def test_another_project_ends_the_milestone(client, learner, path_catalogue):
    set_goal(learner)
    before = now_of(learner).goal_state.plan
    page = client.get("/plan/").text
    assert "Choose another project" in page
    services.pick_project(
        learner=learner, milestone=Milestone.objects.get(), project=Project.objects.get(slug="report")
    )
    after = now_of(learner).goal_state.plan
    services.pick_project(learner=learner, milestone=Milestone.objects.get(), project=None)
    assert after.total_hours - before.total_hours == 22  # 18 for the project, and Azure, which it needs
    assert f"Over the whole plan: 22 h more. Your plan would still end at 100 of 100, on {day(after.finish)}." in page
    assert '<form method="post" action="/plan/milestones/first-program/project/"' in page
    response = client.post("/plan/milestones/first-program/project/", {"project": "report"})
    assert [step.project for step in now_of(learner).goal_state.plan.steps if step.project] == ["report"]
    page = client.get("/plan/").text
    assert f"“First program” now ends with “A report”. You’ll finish on {day(after.finish)}, " in page
    response = client.post("/plan/milestones/first-program/project/", {"project": "tool"})
    undone(client, response)
    assert now_of(learner).wishes.projects == {"first-program": "report"}


def test_choices_and_projects_need_a_goal(client, learner, path_catalogue):
    for address in ("/plan/choices/cloud/", "/plan/milestones/first-program/project/"):
        assert client.post(address, {}).status_code == 303
        assert "You have no goal yet." in client.get("/plan/").text
