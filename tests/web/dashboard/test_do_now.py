"""The first box of the dashboard when the step has units. For steps without units, and projects, see test_page.py."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.progress import services
from tests import factories
from tests.web.learners import messages_of, said, set_goal
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)
UNITS = {
    1: [
        {"id": "ask", "do": "Ask a model ten questions. Mark each answer. Done when all are marked.", "minutes": 60},
        {"id": "begin", "read": "documentation", "part": "Parts 1 to 4", "minutes": 90},
        {"id": "own", "build": "A script that answers with sources.", "minutes": 150},
    ]
}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def learner(signed_in) -> User:
    """A learner who has worked for ten days on a level with three units, five hours in all."""
    factories.publish(
        factories.skill_document("rag", name="RAG", units=UNITS, effort=[5, 12, 30, 60]),
        factories.resource_document("documentation", name="RAG from scratch", skills={"rag": [0, 2]}),
        factories.milestone_document("answers", steps=[("rag", 1), ("rag", 2)]),
        factories.role_document("ai-engineer", requirements={"rag": (2, 5)}, milestones=["answers"]),
    )
    learner = User.objects.get(email="noor@waymark.example")
    set_goal(learner, now=NOW - timedelta(days=10))
    return learner


@pytest.fixture
def read(signed_in):
    return lambda: said(signed_in.get("/dashboard/"))


@pytest.fixture
def tick(learner):
    skill = Skill.objects.get(slug="rag")
    return lambda key, **more: services.tick_unit(learner=learner, skill=skill, level=1, key=key, now=NOW, **more)


def test_plate_offers_the_next_unit(read, learner):
    text = read()
    assert (
        "Do this now · RAG, level 1 Ask a model ten questions Do: Mark each answer. Done when all are marked. Done: log 1 h"
        in text
    )
    assert "this unit 1 h of the step 1 of 3 the step adds 50.0 points" in text
    assert "Our estimate. The step takes 5 h in all; 5 h is left." in text
    assert "You have done 0 of 3 units." in text
    assert "Readiness 0.0 → 50.0, once you reach the level." in text
    assert "Why this one: it is next in Answers, and required for AI engineer." in text


def test_plate_sets_code_as_code(signed_in, learner):
    unit = {"id": "ask", "do": "Ask a model. Print ask(text). Done when max_tokens is the reason.", "minutes": 240}
    factories.publish(factories.skill_document("rag", name="RAG", units={1: [unit]}, effort=[4, 12, 30, 60]))
    text = signed_in.get("/dashboard/").text
    assert 'Print <code class="number">ask(text)</code>.</p>' in text
    assert '<p><b>Done when</b> <code class="number">max_tokens</code> is the reason.</p>' in text


def test_plate_says_what_commands_need_on_windows(signed_in, learner):
    unit = {"id": "ask", "do": "Ask it.\n\n```sh\ncurl localhost\n```\n\nDone when it answers.", "minutes": 240}
    factories.publish(factories.skill_document("rag", name="RAG", units={1: [unit]}, effort=[4, 12, 30, 60]))
    text = signed_in.get("/dashboard/").text
    assert text.index("curl localhost") < text.index("On Windows, use") < text.index("<b>Done when</b>")


def test_plate_names_what_to_read_and_which_part(read, signed_in, tick):
    tick("ask")
    text = read()
    assert "RAG from scratch, Parts 1 to 4 Read: RAG from scratch (Its authors, free)." in text
    assert "this unit 1 h 30 min of the step 2 of 3" in text
    assert 'rel="noopener">RAG from scratch</a>' in signed_in.get("/dashboard/").text


def test_plate_says_what_to_build(read, tick):
    tick("ask")
    tick("begin")
    assert "A script that answers with sources Build Done: log 2 h 30 min" in read()


def test_plate_ticks_the_unit_and_undoes_that(signed_in, read, learner):
    page = markup_of(signed_in.get("/dashboard/"))
    assert 'action="/skills/rag/units/1/ask/" hx-post="/skills/rag/units/1/ask/"' in page
    response = signed_in.post("/skills/rag/units/1/ask/", {"next": "/dashboard/"})
    assert (response.status_code, response["Location"]) == (303, "/dashboard/")
    [(_text, undo)] = messages_of(response)
    text = read()
    assert "of the step 2 of 3" in text
    assert "RAG 1 4 h left of 5 h 1 of 3 units" in text
    signed_in.post(undo, {"next": "/dashboard/"})
    assert "of the step 1 of 3" in read()
    assert learner.studysessions.count() == 0


def test_plate_says_what_is_logged_of_the_unit(read, learner):
    services.log_study(learner=learner, skill=Skill.objects.get(slug="rag"), minutes=20, on=TODAY, now=NOW)
    text = read()
    assert "You have logged 20 min on this unit." in text
    assert "Done: log 40 min" in text


def test_plate_logs_nothing_more_for_a_unit_whose_time_is_logged(signed_in, read, learner):
    services.log_study(learner=learner, skill=Skill.objects.get(slug="rag"), minutes=60, on=TODAY, now=NOW)
    assert "Done Log 30 minutes" in read()
    response = signed_in.post("/skills/rag/units/1/ask/", {"next": "/dashboard/"})
    assert messages_of(response)[0][0] == "Done: Ask a model ten questions. Its time was logged before."
    assert learner.studysessions.get().minutes == 60


def test_plate_without_an_open_unit_asks_for_the_level_first(read, signed_in, tick):
    for key in ("ask", "begin", "own"):
        tick(key, minutes=0)
    text = read()
    assert "RAG, level 1 Have you reached this level? You can use RAG at level 1. Yes, I have Not yet It stays" in text
    assert "units done 3 of 3" in text
    assert "Log 30 minutes" not in text
    assert text.count("Have you reached") == 1
    factories.publish(factories.check_document("rag"))
    assert "Yes, I have Check yourself first: five questions Not yet" in read()
    signed_in.post("/skills/rag/level/", {"level": "1", "event_id": str(uuid4())})
    assert "Do this now RAG, level 2" in read()


def test_a_level_whose_units_are_done_takes_no_time_in_the_list_of_gains(read, learner, tick):
    learner.goals.update(on=TODAY - timedelta(days=10))
    assert "Most points for the time RAG 1 +50.0 5 h" in read()
    for key in ("ask", "begin", "own"):
        tick(key)
    assert "Most points for the time RAG 1 +50.0 all units done" in read()


def test_first_week_names_units(signed_in, read, learner):
    learner.goals.update(on=TODAY)
    services.set_goal(
        learner=learner,
        role=learner.goals.latest("id").role,
        hours_per_week=7,
        weekdays=[3, 4],
        now=NOW,
    )
    text = read()
    assert (
        "Today Wed 25 Nov 3 h 30 min Ask a model ten questions RAG from scratch, Parts 1 to 4 A script that answers with "
        "sources Thu 26 Nov 3 h 30 min A script that answers with sources (continued) RAG, level 2" in text
    )


def test_first_week_on_any_day_keeps_units_whole(read, learner):
    """With an hour a day, units of 60 and 90 minutes stay whole; one of 150 is split, and its rest stays whole."""
    learner.goals.update(on=TODAY)
    services.set_goal(
        learner=learner,
        role=learner.goals.latest("id").role,
        hours_per_week=7,
        weekdays=[1, 2, 3, 4, 5, 6, 7],
        now=NOW,
    )
    week = read().partition("Change the days ")[2].partition(" Put your plan")[0]
    assert week == (
        "Today Wed 25 Nov 1 h Ask a model ten questions Thu 26 Nov 1 h 30 min RAG from scratch, Parts 1 to 4 "
        "Fri 27 Nov 30 min A script that answers with sources Sat 28 Nov 1 h A script that answers with sources (continued) "
        "Sun 29 Nov 1 h A script that answers with sources (continued) Mon 30 Nov 1 h RAG, level 2 "
        "Tue 1 Dec 1 h RAG, level 2 (continued)"
    )


def test_first_days_before_a_sunday_fill_the_target_of_their_week(read, learner, clock):
    """On Sunday 30 minutes are left of the two hours. The next unit, of 80, would stay whole on any other day."""
    units = [UNITS[1][0] | {"minutes": 90}, UNITS[1][1] | {"minutes": 80}, UNITS[1][2] | {"minutes": 130}]
    factories.publish(factories.skill_document("rag", name="RAG", units={1: units}, effort=[5, 12, 30, 60]))
    saturday = NOW + timedelta(days=3)
    clock.move_to(saturday)
    learner.goals.update(on=saturday.date())
    role = learner.goals.latest("id").role
    services.set_goal(learner=learner, role=role, hours_per_week=7, weekdays=[1, 2, 3, 4, 5, 6, 7], now=saturday)
    week = read().partition("Change the days ")[2].partition(" Put your plan")[0]
    assert week.startswith(
        "Today Sat 28 Nov 1 h 30 min Ask a model ten questions Sun 29 Nov 30 min RAG from scratch, Parts 1 to 4 "
        "Mon 30 Nov 1 h RAG from scratch, Parts 1 to 4 (continued) A script that answers with sources"
    )


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        # The next unit is covered, as on the plate; it takes no time, and the rest of the step follows on the same day.
        (60, "1 h logged 2 h 30 min Ask a model ten questions RAG from scratch, Parts 1 to 4 A script that answers with sources"),
        # All units are covered, and the plan keeps a tenth of the step.
        (300, "5 h logged Thu 26 Nov 3 h 30 min Ask a model ten questions RAG from scratch, Parts 1 to 4 A script that answers"),
    ],
)  # fmt: skip
def test_first_week_goes_on_after_a_unit_whose_time_is_logged(read, learner, minutes, expected):
    learner.goals.update(on=TODAY)
    role = learner.goals.latest("id").role
    services.set_goal(learner=learner, role=role, hours_per_week=7, weekdays=[3, 4], now=NOW)
    services.log_study(learner=learner, skill=Skill.objects.get(slug="rag"), minutes=minutes, on=TODAY, now=NOW)
    week = read().partition("Change the days ")[2].partition(" Put your plan")[0]
    assert week.startswith(f"Today Wed 25 Nov {expected}")


def test_first_week_keeps_the_time_of_a_level_whose_units_are_done(read, learner, tick):
    learner.goals.update(on=TODAY)
    role = learner.goals.latest("id").role
    for key in ("ask", "begin", "own"):
        tick(key)
    services.set_goal(learner=learner, role=role, hours_per_week=7, weekdays=[3, 4], now=NOW)
    assert "Thu 26 Nov 3 h 30 min RAG, level 1 RAG, level 2" in read()
