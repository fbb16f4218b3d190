from datetime import date, timedelta

import pytest
import time_machine

from guidance.progress import services
from tests import factories
from tests.web.markup import markup_of
from tests.web.plan.plans import NOW, SHORTER, TODAY, USUAL, now_of, rows, set_goal, skill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


def by_date(client):
    return client.get("/plan/").context["page"].by_date


def test_plan_on_time_says_so(client, learner, catalogue):
    set_goal(learner, deadline=TODAY + timedelta(days=30))
    said = by_date(client)
    assert (said.state, said.ways, said.after) == ("good", (), 0)
    assert said.title == "At 7 h a week you’ll finish on Friday 18 December 2026, 6 days before your deadline."
    assert "You’ll meet your deadline" in client.get("/plan/").text


def test_plan_on_the_day_says_so(client, learner, catalogue):
    set_goal(learner, deadline=date(2026, 12, 18))
    assert by_date(client).title == "At 7 h a week you’ll finish on Friday 18 December 2026, the day of your deadline."


def apply_after(milestone):
    """Publish the role of `milestones` so that applying comes after this milestone."""
    factories.publish(
        factories.role_document(
            "ai-engineer",
            requirements={"python": (2, 5), "git": (1, 1), "cobol": (1, 1)},
            milestones=["shared-code", "old-code", "programs"],
            apply_after=milestone,
        )
    )


@pytest.fixture
def late(client, learner, milestones):
    apply_after("programs")
    set_goal(learner, deadline=date(2026, 12, 19))
    services.override(learner=learner, kinds={skill("git").pk: "pin"}, now=NOW)
    said = by_date(client)
    assert said.state == "late"
    assert said.title == "By 19 December you’ll have reached milestone 2 of 3 and part of milestone 3: 64 of 100."
    assert said.text == (
        "That is your current path, at 7 h a week. You can start applying on 26 December 2026. "
        "Nothing changes until you choose, and nothing is lost."
    )
    return {way.label: way for way in said.ways}


def test_plan_that_is_late_offers_three_ways(late):
    assert {label: (way.title, round(way.readiness, 1), way.by, way.text) for label, way in late.items()} == {
        "Study 9 h a week": (
            "More hours",
            100,
            "by 19 December, instead of 64",
            "9 h a week instead of 7 h. You finish the whole path by then.",
        ),
        "Take the shorter path": (
            "The shorter path",
            85.7,
            "by 19 December, instead of 64",
            "Still 7 h a week. 1 step moves forward, and it adds points. Cobol 1 waits until after it. "
            "You can still start applying on 26 December.",
        ),
        "Move to 26 December 2026": (
            "A later date",
            100,
            "by 26 December",
            "Your hours and the order stay the same. On 19 December you’ll be at 64, as planned.",
        ),
    }


def test_the_shorter_way_says_which_projects_wait(client, learner, milestones):
    factories.publish(
        factories.project_document("mainframe", name="A mainframe", hours=1, proves={"cobol": 1}),
        factories.milestone_document("old-code", steps=[("cobol", 1)], projects=["mainframe"]),
    )
    apply_after("programs")
    set_goal(learner, deadline=date(2026, 12, 19))
    way = next(way for way in by_date(client).ways if way.title == "The shorter path")
    assert "The project “A mainframe” comes after it. You finish 0 projects by then instead of 1." in way.text


def test_a_way_that_adds_no_points_that_show_says_what_it_brings(client, learner, milestones):
    factories.publish(
        factories.project_document("report", hours=20, proves={"python": 2}),
        factories.milestone_document("programs", steps=[("python", 1), ("python", 2)], projects=["report"]),
    )
    set_goal(learner, deadline=date(2026, 12, 30))
    said = by_date(client)
    assert said.title == "By 30 December you’ll have reached milestone 2 of 3 and part of milestone 3: 100 of 100."
    assert [(way.title, way.by, way.text.partition(". ")[2]) for way in said.ways] == [
        ("More hours", "by 30 December, with the whole path done", "You finish the whole path by then."),
        ("A later date", "by 15 January 2027", "You finish the whole path by then."),
    ]


def test_no_shorter_way_makes_applying_later(client, learner, milestones):
    set_goal(learner, deadline=date(2026, 12, 19))  # the learner can start to apply on 6 December, after Cobol
    said = by_date(client)
    assert "You can start applying on 6 December 2026." in said.text
    assert [way.title for way in said.ways] == ["More hours", "A later date"]


def test_what_it_takes_to_start_applying_by_the_deadline_comes_first(client, learner, milestones):
    set_goal(learner, deadline=date(2026, 12, 1))
    ways = by_date(client).ways
    assert [(way.title, way.label, way.text) for way in ways] == [
        (
            "Start applying by then",
            "Study 11 h 30 min a week",
            "11 h 30 min a week instead of 7 h. You reach milestone 2 by then, and that is when you can start applying. "
            "The whole path would take 29 h a week.",
        ),
        (
            "Start applying later",
            "Move to 6 December 2026",
            "Your hours and the order stay the same. You reach milestone 2 by then, and that is when you can start applying.",
        ),
    ]
    client.post("/plan/adjust/", dict([ways[0].field]))
    assert now_of(learner).goal_state.plan.applying.end <= date(2026, 12, 1)


def test_on_the_day_of_the_deadline_one_can_apply_by_it(client, learner, milestones):
    set_goal(learner, deadline=date(2026, 12, 6))
    said = by_date(client)
    assert "You can start applying on 6 December 2026." in said.text
    assert [way.title for way in said.ways] == ["More hours", "A later date"]


def test_the_shorter_way_names_the_heaviest_of_what_waits(client, learner, catalogue):
    light = {f"light-{number}": (1, 1) for number in range(3)}
    factories.publish(
        *(factories.skill_document(slug, effort=[4, 12, 30, 60]) for slug in light),
        factories.skill_document("cobol", effort=[8, 12, 30, 60]),
        factories.milestone_document("shared-code", steps=[("git", 1)]),
        factories.milestone_document("old-code", steps=[*((slug, 1) for slug in light), ("cobol", 1)]),
        factories.milestone_document("programs", steps=[("python", 1), ("python", 2)]),
        factories.role_document(
            "ai-engineer",
            requirements={"python": (2, 5), "sql": (1, 5), "git": (1, 1), "cobol": (1, 2), **light},
            milestones=["shared-code", "old-code", "programs"],
        ),
    )
    set_goal(learner, deadline=date(2026, 12, 18))
    way = next(way for way in by_date(client).ways if way.title == "The shorter path")
    assert "Cobol 1, Light 0 1, Light 1 1 and 1 more step wait until after it." in way.text


def test_the_shorter_way_counts_the_steps_that_add_points(client, learner, milestones):
    apply_after("programs")
    set_goal(learner, deadline=date(2026, 12, 18))
    factories.publish(factories.skill_document("cobol", effort=[18, 20, 30, 60]))
    way = next(way for way in by_date(client).ways if way.title == "The shorter path")
    # SQL alone adds nothing: Python needs it.
    assert "3 steps move forward, and 2 of them add points." in way.text


def test_the_deadline_is_where_it_falls_on_the_path(client, learner, milestones):
    set_goal(learner, deadline=date(2026, 12, 19))
    page = client.get("/plan/").context["page"]
    assert [bool(section.by_date) for section in page.sections] == [False, True, False]
    assert (page.elevation.deadline, page.elevation.deadline_hours) == ("19 December", 26)
    text = client.get("/plan/").text
    assert text.index('id="m-old-code"') < text.index('id="date"') < text.index('id="m-programs"')


def test_a_deadline_within_the_current_milestone_says_so(client, learner, milestones):
    set_goal(learner, deadline=date(2026, 11, 26))
    said = by_date(client)
    assert (said.title, said.after) == ("By 26 November you’ll be at 0 of 100, in milestone 1 of 3.", 0)
    apply, later, more = said.ways
    assert (apply.text, round(apply.readiness)) == (
        "30 h a week instead of 7 h. You reach milestone 2 by then, and that is when you can start applying. "
        "The whole path would take 77 h a week.",
        29,
    )
    assert (later.label, later.title) == ("Move to 6 December 2026", "Start applying later")
    # The next milestone is offered too if the whole path takes much longer.
    assert (more.text, round(more.readiness)) == (
        "11 h 45 min a week instead of 7 h. You reach milestone 1 by then.",
        14,
    )
    client.post("/plan/adjust/", dict([more.field]))
    first = client.get("/plan/").context["page"].sections[0]
    assert first.end <= date(2026, 11, 26)


@pytest.mark.parametrize(
    ("label", "told"),
    [
        (
            "Study 9 h a week",
            "At 9 h a week you’ll finish on Saturday 19 December 2026, the day of your deadline.",
        ),
        (
            "Move to 26 December 2026",
            "At 7 h a week you’ll finish on Saturday 26 December 2026, the day of your deadline.",
        ),
        ("", "Deadline removed. At 7 h a week you’ll finish on Saturday 26 December 2026."),
    ],
)
def test_each_way_with_everything_is_on_time_and_can_be_undone(client, learner, late, label, told):
    before = now_of(learner)
    field = late[label].field if label else ("deadline", "")
    assert f'name="{field[0]}" value="{field[1]}"' in markup_of(client.get("/plan/"))
    response = client.post("/plan/adjust/", dict([field]), follow=True)
    (message,) = response.context["messages"]
    assert str(message) == told
    assert now_of(learner).goal_state.plan.on_time is (True if label else None)
    client.post(message.extra_tags)
    after = now_of(learner)
    assert (after.goal, after.pin, after.skip) == (before.goal, before.pin, before.skip)


def test_the_shorter_way_comes_first_leaves_nothing_out_and_can_be_undone(client, learner, late):
    goal = now_of(learner).goal
    assert rows(client.get("/plan/")) == USUAL
    response = client.post("/plan/adjust/", dict([late["Take the shorter path"].field]), follow=True)
    (message,) = response.context["messages"]
    assert str(message) == (
        "The steps that add the most points per hour now come first: you’ll be at 85.7 of 100 by 19 December 2026. The rest come after them."
    )
    assert rows(response) == SHORTER
    page = response.context["page"]
    assert page.rows[3].points == "adds 35.7 points"
    assert page.by_date.title == "By 19 December you’ll be at 86 of 100."
    # Cobol, which also has to be done before applying, now comes last.
    assert [(item.slug, bool(item.apply)) for item in page.sections][-2:] == [("programs", False), ("old-code", True)]
    assert now_of(learner).goal_state.plan.steps[3].end <= goal.deadline
    assert page.order.startswith("You chose the shorter path: what counts most by your deadline comes first")
    assert "each milestone ends in a project" not in page.order
    assert now_of(learner).goal == goal
    assert rows(client.post(message.extra_tags, {"next": "/plan/"}, follow=True)) == USUAL


def test_the_shorter_way_leads_back_while_it_is_taken(client, learner, late):
    services.set_path(learner=learner, shorter=True)
    ways = {way.title: way for way in by_date(client).ways}
    assert list(ways) == ["More hours", "The usual order", "A later date"]
    way = ways["The usual order"]
    assert (round(way.readiness, 1), way.by) == (64.3, "by 19 December, instead of 86")
    response = client.post("/plan/adjust/", dict([way.field]), follow=True)
    (message,) = response.context["messages"]
    assert (str(message), rows(response)) == ("The plan is in its usual order again.", USUAL)
    assert rows(client.post(message.extra_tags, {"next": "/plan/"}, follow=True)) == SHORTER


def test_ways_that_do_not_exist_are_not_offered(client, learner, catalogue):
    set_goal(learner, deadline=TODAY, weekdays=[1])
    assert [way.title for way in by_date(client).ways] == ["A later date"]


def test_plan_says_that_a_deadline_is_over(client, learner, catalogue):
    set_goal(learner, deadline=TODAY)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        said = by_date(client)
        assert said.title == "Your deadline, 24 November 2026, has passed"
        assert said.text.startswith(
            "The plan continues without one. At 7 h a week you’ll finish on Saturday 19 December 2026."
        )
        assert [way.label for way in said.ways] == ["Move to 19 December 2026"]
        response = client.post("/plan/adjust/", {"deadline": ""}, follow=True)
        assert now_of(learner).goal.deadline is None
        (message,) = response.context["messages"]
        assert "deadline" not in message.extra_tags  # there is no deadline to set again
        client.post("/plan/adjust/", {"hours_per_week": "9"})
        assert now_of(learner).goal.hours_per_week == 9
