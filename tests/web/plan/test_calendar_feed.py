import json
import logging
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Project, Role, Skill
from guidance.personal_data import account_data
from guidance.progress import learner_state, services
from guidance.progress.models import CalendarFeed
from guidance.web.plan import calendar_feed as plan_calendar
from tests import factories
from tests.web.plan.plans import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_frozen")]


@pytest.fixture
def learner(db) -> User:
    return User.objects.create_user("noor@waymark.example", name="Noor Example", time_zone="Pacific/Auckland")


@pytest.fixture
def goal(learner):
    factories.publish(
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.role_document("ai-engineer", requirements={"python": (1, 5)}),
    )
    role = Role.objects.get(slug="ai-engineer")
    return services.set_goal(learner=learner, role=role, hours_per_week=7, weekdays=range(1, 8), now=NOW)


def address_of(learner):
    return f"/plan/calendar/{services.make_calendar_address(learner=learner, now=NOW)}.ics"


def made(client):
    """Let the page make a URL of the feed. Returns the URL and the page that shows it."""
    response = client.post("/plan/calendar/")
    client.head("/plan/calendar/")  # does not use up the message
    assert (response.status_code, response["Location"]) == (303, "/plan/calendar/")
    page = client.get("/plan/calendar/")
    return page.context["address"], page


def events(response):
    return Calendar.from_ical(response.content).events


# The address


def test_address_is_shown_when_it_is_made_and_never_again(client, learner, goal):
    before = client.get("/plan/calendar/")
    assert "Make an address" in before.text
    address, response = made(client)
    assert address.startswith("http://testserver/plan/calendar/")
    assert len(address) > len("http://testserver/plan/calendar/.ics") + 40
    assert f'value="{address}" readonly' in response.text
    assert f'href="webcal{address.removeprefix("http")}"' in response.text
    assert "no-store" in response["Cache-Control"]
    assert "Copy it now" in response.text
    after = client.get("/plan/calendar/")
    assert Client().get(address).status_code == 200
    assert "24 November 2026" in after.text
    assert address not in after.text
    assert "You made your private calendar address on 24 November 2026." in client.get("/plan/").text
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert secret not in str(CalendarFeed.objects.values().get())


def test_new_address_ends_the_old_one(client, learner, goal):
    (old, _page), (new, _page) = made(client), made(client)
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)


def test_ended_address_is_not_found(client, learner, goal):
    address, _page = made(client)
    response = client.post("/plan/calendar/revoke/", follow=True)
    assert "The address no longer works." in response.text
    assert "Make an address" in response.text
    assert Client().get(address).status_code == 404


def test_address_that_ended_before_it_was_shown_is_not_shown(client, learner, goal):
    for end in (
        lambda: services.revoke_calendar_address(learner=learner),
        lambda: services.make_calendar_address(learner=learner, now=NOW),
    ):
        client.post("/plan/calendar/")
        end()
        assert client.get("/plan/calendar/").context["address"] == ""


def test_address_that_waits_to_be_shown_is_in_no_export(client, learner, goal):
    client.post("/plan/calendar/")
    make, _content_type = account_data.FILES["json"]
    assert client.session[plan_calendar.SESSION_KEY] not in make(learner, now=NOW).decode()


def test_address_pages_ask_for_a_login(goal):
    for path in ("/plan/calendar/", "/plan/calendar/revoke/"):
        assert Client().post(path).status_code == 302
    assert not CalendarFeed.objects.exists()


def test_looking_makes_no_address(client, goal):
    client.get("/plan/calendar/")
    assert client.get("/plan/calendar/revoke/")["Location"] == "/plan/calendar/"
    assert not CalendarFeed.objects.exists()


def test_address_page_is_sound_markup(client, goal, problems_of):
    for response in (client.get("/plan/calendar/"), made(client)[1], client.get("/plan/calendar/")):
        assert problems_of(response.text) == []


# The feed


def test_feed_has_each_step_on_its_days(learner, goal):
    response = Client().get(address_of(learner))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    read = Calendar.from_ical(response.content)
    assert read["X-WR-CALNAME"] == "Waymark: AI engineer"
    # It is already Wednesday in Auckland.
    feed, ids = learner.calendar_feed.pk, dict(Skill.objects.values_list("slug", "pk"))
    assert [(event["UID"], event["SUMMARY"], event.DTSTART, event.DTEND, event["URL"]) for event in read.events] == [
        (
            f"{ids['sql']}-1-{feed}@testserver",
            "SQL, level 1",
            date(2026, 11, 25),
            date(2026, 11, 29),
            "http://testserver/skills/sql/",
        ),
        (
            f"{ids['python']}-1-{feed}@testserver",
            "Python, level 1",
            date(2026, 11, 29),
            date(2026, 12, 3),
            "http://testserver/skills/python/",
        ),
    ]
    assert read.events[0]["DESCRIPTION"] == (
        "4 h to study.\nPython, required for AI engineer, needs this first. It leads to Python."
    )


def test_feed_names_the_next_unit_of_a_step(learner, goal):
    factories.make_skill("sql", name="SQL", units={1: [{"id": "retry", "build": "A retry.", "minutes": 150}]})
    event = events(Client().get(address_of(learner)))[0]
    assert event["DESCRIPTION"].splitlines()[1] == "Next: Build a retry (2 h 30 min)."


def test_feed_has_reviews_on_their_day(learner, goal):
    factories.publish(factories.skill_document("git"), factories.check_document("git"))
    git = Skill.objects.get(slug="git")
    services.pass_check(learner=learner, skill=git, level=2, now=NOW - timedelta(days=70))
    event = events(Client().get(address_of(learner)))[-1]
    assert event["UID"] == f"review-{git.pk}-{learner.calendar_feed.pk}@testserver"
    assert (event["SUMMARY"], event.DTSTART, event.DTEND) == (
        "Review: Git, level 2",
        date(2026, 11, 25),
        date(2026, 11, 26),
    )
    assert event["DESCRIPTION"] == "Three questions, checked in September. 5 min."
    assert event["URL"] == "http://testserver/skills/git/review/"


def test_feed_has_the_project_of_a_milestone(learner, goal):
    factories.publish(
        factories.project_document("report", hours=7, proves={"python": 1}),
        factories.milestone_document("first-program", steps=[("python", 1)], projects=["report"]),
        factories.role_document("ai-engineer", requirements={"python": (1, 5)}, milestones=["first-program"]),
    )
    read = Calendar.from_ical(Client().get(address_of(learner)).content)
    assert [str(event["SUMMARY"]) for event in read.events] == ["SQL, level 1", "Python, level 1", "Project: Report"]
    event, project = read.events[2], Project.objects.get(slug="report")
    assert event["UID"] == f"project-{project.pk}-0-{learner.calendar_feed.pk}@testserver"
    assert event["URL"] == "http://testserver/projects/report/"
    assert event["DESCRIPTION"] == "7 h to study.\nIt completes “First program” and shows Python 1."
    assert len({str(event["UID"]) for event in read.events}) == 3


def test_feed_names_nobody(learner, goal):
    text = Client().get(address_of(learner)).text
    for personal in ("noor", "Noor", "Example", "waymark.example", "Auckland"):
        assert personal not in text


def test_feed_is_for_nobody_to_keep(learner, goal):
    for path, status in ((address_of(learner), 200), ("/plan/calendar/unknown.ics", 404)):
        response = Client().get(path)
        assert response.status_code == status
        assert {name: response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")} == {
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        }
        assert "Set-Cookie" not in response
        assert path not in response.text


@pytest.mark.parametrize("token", ["x", "x" * 500, "..", "%00", "a b", "ü", "a/b", ""])
def test_feed_of_another_address_is_not_found(learner, goal, token):
    address_of(learner)
    assert Client().get(f"/plan/calendar/{token}.ics").status_code == 404


def test_feed_of_a_changed_address_is_not_found(learner, goal):
    address = address_of(learner)
    secret = address.rpartition("/")[2].removesuffix(".ics")
    for other in (secret[:-1], secret + "A", secret.swapcase(), services.feed_digest(secret)):
        assert Client().get(f"/plan/calendar/{other}.ics").status_code == 404


def test_feed_ends_with_the_account(learner, goal):
    address = address_of(learner)
    learner.is_active = False
    learner.save()
    assert Client().get(address).status_code == 404
    learner.is_active = True
    learner.save()
    assert Client().get(address).status_code == 200
    learner.delete()
    assert Client().get(address).status_code == 404


def test_feed_is_the_same_until_the_plan_is_another(learner, goal):
    address, client = address_of(learner), Client()
    first = client.get(address)
    learner_state.forget()
    again = client.get(address)
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    unchanged = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert unchanged["Cache-Control"] == "no-store"
    services.assess(learner=learner, skill=Skill.objects.get(slug="sql"), level=1, now=NOW)
    changed = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    (before, kept), (now,) = events(first), events(changed)
    assert (now["UID"], kept["UID"]) == (kept["UID"], kept["UID"])
    assert now["UID"] != before["UID"]
    assert now["SEQUENCE"] > kept["SEQUENCE"]


def test_feed_has_a_higher_sequence_when_the_catalogue_changes_the_plan(learner, goal):
    address, client = address_of(learner), Client()
    (before, _python) = events(client.get(address))
    factories.publish(factories.skill_document("sql", name="Querying"))
    (now, _python) = events(client.get(address))
    assert (now["UID"], before["SUMMARY"], now["SUMMARY"]) == (before["UID"], "SQL, level 1", "Querying, level 1")
    assert now["SEQUENCE"] > before["SEQUENCE"]


def test_feed_moves_with_the_day(learner, goal):
    address, client = address_of(learner), Client()
    first = client.get(address)
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        second = client.get(address)
    assert next(event.DTSTART for event in events(second)) == date(2026, 11, 26)
    assert [event["UID"] for event in events(first)] == [event["UID"] for event in events(second)]
    assert events(first)[0].DTSTAMP < events(second)[0].DTSTAMP


def test_feed_without_a_plan_is_an_empty_calendar(learner, goal):
    address = address_of(learner)
    factories.retire(Role.objects.get(slug="ai-engineer"))
    response = Client().get(address)
    assert (response.status_code, events(response)) == (200, [])
    other = User.objects.create_user("new@waymark.example")
    assert events(Client().get(address_of(other))) == []


def test_feed_answers_head(learner, goal):
    response = Client().head(address_of(learner))
    assert (response.status_code, response.content) == (200, b"")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert Client().post(address_of(learner)).status_code == 405


def test_feed_looks_at_no_session_and_asks_little(client, learner, goal):
    address = address_of(learner)
    snapshot.forget()
    snapshot.current()
    for expected in (3, 2):  # the feed with its learner, and the learner's state
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        assert len(captured) == expected
        assert not any("session_key" in query["sql"] for query in captured)


def test_feeds_of_two_learners_are_their_own(learner, goal):
    other = User.objects.create_user("other@waymark.example")
    role = Role.objects.get(slug="ai-engineer")
    services.set_goal(learner=other, role=role, hours_per_week=1, weekdays=[1], now=NOW)
    one, two = (events(Client().get(address_of(user))) for user in (learner, other))
    assert not {event["UID"] for event in one} & {event["UID"] for event in two}
    assert one[0].DTSTART != two[0].DTSTART


def test_secret_stays_out_of_the_logs(learner, goal):
    address = address_of(learner)
    secret = address.rpartition("/")[2].removesuffix(".ics")
    written = StringIO()
    loggers = (logging.getLogger(), logging.getLogger("waymark.access"))
    handlers = [handler for logger in loggers for handler in logger.handlers if type(handler) is logging.StreamHandler]
    streams = [handler.setStream(written) for handler in handlers]
    access, level = loggers[1], loggers[1].level
    access.setLevel(logging.INFO)
    try:
        assert Client().get(address).status_code == 200
        assert Client().get(f"{address}x").status_code == 404
        CalendarFeed.objects.all().delete()
        assert Client().get(address).status_code == 404
    finally:
        access.setLevel(level)
        for handler, before in zip(handlers, streams, strict=True):
            handler.stream = before
    assert [json.loads(line)["route"] for line in written.getvalue().splitlines()] == [
        "plan/calendar/<slug:token>.ics",
        "unmatched",
        "plan/calendar/<slug:token>.ics",
    ]
    assert secret not in written.getvalue()
