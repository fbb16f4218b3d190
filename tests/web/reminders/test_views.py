from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Skill
from guidance.progress import services as progress
from guidance.progress.learner_state import forget
from guidance.progress.models import Progress
from guidance.reminders import services
from guidance.reminders.models import Delivery, ReminderKind, Schedule, Suppression
from tests import factories
from tests.web.learners import messages_of, queries_of, set_goal
from tests.web.markup import markup_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)  # a Wednesday
DAY = timedelta(days=1)
PAGE = "/settings/reminders/"
KINDS = {"study", "weekly", "behind", "review"}


@pytest.fixture(autouse=True)
def clock():
    cache.clear()  # resets the count of test emails
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def learner(signed_in) -> User:
    learner = User.objects.get(email="noor@waymark.example")
    EmailAddress.objects.create(user=learner, email=learner.email, verified=True, primary=True)
    return learner


@pytest.fixture
def goal(learner):
    factories.publish(
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.role_document("ai-engineer", requirements={"python": (2, 5)}),
    )
    return set_goal(learner)


def sent(**changes) -> dict:
    """The data of the form with the proposed values and everything turned off."""
    fields = {"quiet_from": "", "quiet_until": "", "paused_until": "", "time_zone": ""}
    for kind, (at, weekdays) in services.DEFAULT_TIMES.items():
        fields |= {f"{kind}-at": f"{at:%H:%M}", f"{kind}-weekdays": [str(day) for day in weekdays]}
    return {name: value for name, value in (fields | changes).items() if value is not None}


def turn_on(learner, *kinds, now=NOW, **changes):
    settings = {
        ReminderKind(kind): services.ReminderSetting(True, *services.DEFAULT_TIMES[ReminderKind(kind)])
        for kind in kinds
    }
    return services.set_schedules(
        learner=learner, settings=settings, **{"quiet": None, "paused_until": None, "now": now} | changes
    )


def deliver(learner, on, kind="study", state="sent", **fields) -> Delivery:
    at = datetime.combine(on, time(7, 30), tzinfo=UTC)
    known = {"sent_at": at} if state == "sent" else {}
    known |= {"due_at": at, "not_before": at, "expires_at": at + timedelta(hours=6)}
    return Delivery.objects.create(learner=learner, kind=kind, on=on, state=state, **known | fields)


def ignored(learner, count, last=TODAY):
    """Make `count` study emails on the days up to `last`, after which the learner did nothing."""
    version = Progress.objects.get(learner=learner).version
    for number in range(count):
        deliver(learner, last - number * DAY, version=version)


# The page


def test_settings_lead_to_reminders(signed_in, learner):
    for path in ("/settings/", "/dashboard/", "/history/"):
        assert f'href="{PAGE}"' in signed_in.get(path).text


def test_reminders_begin_with_nothing_turned_on(signed_in, learner, problems_of):
    page = signed_in.get(PAGE).text
    assert problems_of(page) == []
    assert "No reminder is turned on." in page
    assert "Proposed: every day, 07:30." in page
    assert "Proposed: Sun, 18:00." in page
    assert str(services.CONSENT_TEXTS[services.CONSENT]) in page
    assert not Schedule.objects.exists()


def test_reminders_are_turned_on_with_consent(signed_in, learner):
    fields = sent(**{"study-on": "on", "study-at": "06:45", "study-weekdays": ["1", "3"]})
    response = signed_in.post(PAGE, fields)
    assert (response.status_code, response["Location"]) == (303, PAGE)
    assert set(learner.schedules.values_list("kind", flat=True)) == KINDS
    study = learner.schedules.get(is_on=True)
    assert (study.kind, study.at, study.weekdays) == ("study", time(6, 45), [1, 3])
    assert (study.consent_version, study.consented_at) == (services.CONSENT, NOW)
    assert (study.next_on, study.next_at) == (date(2026, 11, 30), datetime(2026, 11, 30, 6, 45, tzinfo=UTC))
    page = signed_in.get(PAGE).text
    assert "No reminder is turned on." not in page
    assert "Next: Monday 30 November, 06:45" in page
    assert 'value="06:45"' in page


def test_reminders_do_the_same_without_javascript_and_in_place(signed_in, learner):
    response = signed_in.post(PAGE, sent(**{"weekly-on": "on"}), headers={"HX-Request": "true"}, follow=True)
    assert response.redirect_chain == [(PAGE, 303)]
    assert "We’ll look again" not in response.text
    assert "Next: Sunday 29 November, 18:00" in response.text


def test_reminders_take_quiet_hours_and_a_pause(signed_in, learner):
    fields = sent(**{"study-on": "on", "quiet_from": "22:00", "quiet_until": "08:00", "paused_until": "2026-12-01"})
    assert signed_in.post(PAGE, fields).status_code == 303
    study = learner.schedules.get(kind="study")
    assert (study.quiet_from, study.quiet_until, study.paused_until) == (time(22), time(8), date(2026, 12, 1))
    page = signed_in.get(PAGE).text
    assert "You’ve paused your reminders: none will be sent before Tuesday 1 December." in page
    assert "Next: Tuesday 1 December, 08:00" in page
    signed_in.post(f"{PAGE}resume/")
    assert learner.schedules.get(kind="study").paused_until is None
    page = signed_in.get(PAGE).text
    assert "Resume now" not in page
    assert "Next: Thursday 26 November, 08:00" in page


def test_reminders_keep_a_pause_of_one_kind_when_something_else_is_saved(signed_in, learner):
    turn_on(learner, "study", "weekly")
    services.snooze(learner=learner, now=NOW)
    page = signed_in.get(PAGE).text
    assert "You’ve paused “Next step”: none will be sent before Saturday 28 November." in page
    fields = {"study-on": "on", "weekly-on": "on", "behind-on": "on"}
    signed_in.post(PAGE, sent(**fields))
    pauses = dict(learner.schedules.values_list("kind", "paused_until"))
    assert pauses == {"study": date(2026, 11, 28), "weekly": None, "behind": None, "review": None}
    signed_in.post(PAGE, sent(**fields, paused_until="2026-12-24"))
    assert set(learner.schedules.values_list("paused_until", flat=True)) == {date(2026, 12, 24)}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"study-on": "on", "study-weekdays": None}, "Choose at least one day."),
        ({"study-on": "on", "study-at": ""}, "Choose a time."),
        ({"study-at": "half past"}, "This is not a time of day."),
        ({"study-weekdays": ["8"]}, "Select a valid choice."),
        ({"quiet_from": "22:00"}, "Enter an end time"),
        ({"quiet_until": "22:00"}, "Enter a start time"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "Quiet hours can’t start and end at the same time"),
        ({"paused_until": "2026-11-25"}, "Choose a day in the future."),
        ({"paused_until": "soon"}, "This is not a date."),
    ],
)
def test_reminders_say_at_the_field_what_is_wrong_and_lose_nothing(signed_in, learner, problems_of, changes, says):
    response = signed_in.post(PAGE, sent(**{"weekly-on": "on", "weekly-at": "19:15"} | changes))
    assert response.status_code == 422
    assert says in response.text
    assert 'aria-invalid="true"' in response.text or "study-weekdays" in changes
    assert 'value="19:15"' in response.text
    for name in changes.keys() & {"paused_until", "study-at", "quiet_from"}:
        assert f'value="{changes[name]}"' in response.text or not changes[name]
    assert problems_of(response.text) == []
    assert not Schedule.objects.exists()


def test_reminders_that_are_off_keep_how_they_were_set(signed_in, learner):
    signed_in.post(PAGE, sent(**{"study-on": "on", "study-at": "06:45", "study-weekdays": ["2"]}))
    signed_in.post(PAGE, sent(**{"study-at": "", "study-weekdays": None}))
    study = learner.schedules.get(kind="study")
    assert (study.is_on, study.at, study.weekdays) == (False, time(6, 45), [2])


def test_reminders_take_the_zone_of_the_browser_where_nobody_chose_one(signed_in, learner):
    signed_in.post(PAGE, sent(**{"study-on": "on", "time_zone": "Asia/Kolkata"}))
    learner.refresh_from_db()
    assert learner.time_zone == "Asia/Kolkata"
    assert learner.schedules.get(kind="study").next_at == datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
    signed_in.post(PAGE, sent(**{"study-on": "on", "time_zone": "Europe/Zurich"}))
    learner.refresh_from_db()
    assert learner.time_zone == "Asia/Kolkata"


def test_reminders_offer_the_zone_of_the_browser(signed_in, learner):
    turn_on(learner, "study")
    assert 'data-zone="UTC" hidden' in markup_of(signed_in.get(PAGE))
    response = signed_in.post(f"{PAGE}zone/", {"time_zone": "Europe/Zurich"})
    assert response.status_code == 303
    learner.refresh_from_db()
    assert learner.time_zone == "Europe/Zurich"
    assert "Next: Thursday 26 November, 07:30" in markup_of(signed_in.get(PAGE))
    assert learner.schedules.get().next_at == datetime(2026, 11, 26, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd"])
def test_reminders_refuse_a_zone_that_is_none(signed_in, learner, zone):
    signed_in.post(f"{PAGE}zone/", {"time_zone": zone})
    signed_in.post(PAGE, sent(time_zone=zone))
    learner.refresh_from_db()
    assert learner.time_zone == "UTC"


# When reminders come, and why they come less often


@pytest.mark.parametrize(
    ("count", "following", "why"),
    [
        (2, "Next: Thursday 26 November, 07:30", ""),
        (4, "Next: Friday 27 November, 07:30", "Only every other email"),
        (7, "Next: Wednesday 2 December, 07:30", "Only one email a week"),
        (10, "Next: Wednesday 2 December, 07:30", "This is the last email"),
        (11, "", "No more"),
    ],
)
def test_reminders_say_when_the_next_comes_and_why_so_rarely(signed_in, learner, goal, count, following, why):
    turn_on(learner, "study", "weekly")
    ignored(learner, count)
    page = signed_in.get(PAGE).text
    assert following in page
    assert why in page
    assert ("they come as often as you chose" in page) == bool(why)
    assert page.count("Next: ") == 1 + bool(following)


def test_reminders_come_as_before_once_the_page_is_saved(signed_in, learner, goal):
    turn_on(learner, "study")
    ignored(learner, 11)
    signed_in.post(PAGE, sent(**{"study-on": "on"}))
    page = signed_in.get(PAGE).text
    assert "Next: Thursday 26 November, 07:30" in page
    assert "No more" not in page


# The address


def test_reminders_tell_of_an_address_that_is_not_confirmed(signed_in, learner, goal):
    learner.emailaddress_set.update(verified=False)
    page = signed_in.get(PAGE).text
    assert "Your address noor@waymark.example is not confirmed," in page
    assert "Send me a test" not in page
    response = signed_in.post(f"{PAGE}test/", {"kind": "study"})
    assert messages_of(response)[0][0] == "Confirm your email address first."
    assert mail.outbox == []


def test_reminders_tell_of_mail_that_came_back_until_it_works_again(signed_in, learner, goal):
    services.suppress(learner=learner, address=learner.email, code=550, reply="5.1.1 <No> such user", now=NOW)
    page = signed_in.get(PAGE).text
    assert "<b>Email to noor@waymark.example bounced</b> on 25 November 2026" in page
    assert "“550 5.1.1 &lt;No&gt; such user”" in page
    signed_in.post(f"{PAGE}test/", {"kind": "study"})
    assert mail.outbox == []
    assert signed_in.post(f"{PAGE}address/").status_code == 303
    assert not Suppression.objects.exists()
    signed_in.get(PAGE)  # shows the messages
    assert "bounced" not in signed_in.get(PAGE).text


# Today's mail


def test_preview_shows_todays_mail_with_links(signed_in, learner, goal):
    page = markup_of(signed_in.get(PAGE))
    assert "Your next step: SQL, level 1" in page
    assert 'href="http://testserver/skills/sql/"' in page
    assert '<a class="chip" href="?show=study#mail" aria-current="true">' in page
    weekly = markup_of(signed_in.get(f"{PAGE}?show=weekly"))
    assert "Your week" in weekly
    assert "Your next step" not in weekly
    assert not Delivery.objects.exists()


def test_preview_says_why_there_is_none(signed_in, learner):
    assert "There is no goal yet" in signed_in.get(PAGE).text
    assert "No new review is due" in signed_in.get(f"{PAGE}?show=review").text
    assert signed_in.get(f"{PAGE}?show=nonsense").status_code == 400


def test_preview_escapes_what_names_say(signed_in, learner, goal):
    factories.publish(factories.skill_document("sql", name="<script>alert(1)</script>"))
    assert "<script>alert" not in signed_in.get(PAGE).text


def test_test_mail_is_sent_beside_the_ledger(signed_in, learner, goal):
    turn_on(learner, "study")
    response = signed_in.post(f"{PAGE}test/", {"kind": "study"})
    assert (response.status_code, response["Location"]) == (303, f"{PAGE}?show=study#mail")
    assert messages_of(response)[0][0] == "We have sent a test to noor@waymark.example."
    [message] = mail.outbox
    assert message.subject.startswith("Test: ")
    assert message.to == ["noor@waymark.example"]
    assert not Delivery.objects.exists()


def test_test_mail_is_sent_three_times_an_hour(signed_in, learner, goal, clock):
    for _number in range(5):
        response = signed_in.post(f"{PAGE}test/", {"kind": "study"})
    assert len(mail.outbox) == 3
    assert "three tests this hour" in messages_of(response)[-1][0]
    clock.shift(timedelta(minutes=61))
    signed_in.post(f"{PAGE}test/", {"kind": "study"})
    assert len(mail.outbox) == 4


@pytest.mark.parametrize("kind", ["review", "behind", "nonsense", ""])
def test_test_mail_is_not_sent_when_there_is_nothing_to_say(signed_in, learner, goal, kind):
    response = signed_in.post(f"{PAGE}test/", {"kind": kind})
    assert messages_of(response)[0][1] == ""
    assert mail.outbox == []


def test_test_mail_tells_what_the_server_said(signed_in, learner, goal, settings):
    settings.MAILERS = {"page": {"BACKEND": "tests.web.mailers.Refusing"}}
    response = signed_in.post(f"{PAGE}test/", {"kind": "study"})
    assert messages_of(response)[0][0] == "The mail server didn’t accept it: “550 5.1.1 no such user”."
    assert learner.suppression.address == learner.email
    Suppression.objects.all().delete()
    settings.MAILERS = {"page": {"BACKEND": "tests.web.mailers.Away"}}
    response = signed_in.post(f"{PAGE}test/", {"kind": "study"})
    assert "The mail server isn’t responding." in messages_of(response)[-1][0]
    assert not Suppression.objects.exists()


# History


def test_history_says_what_came_and_why_something_did_not(signed_in, learner, problems_of):
    deliver(learner, TODAY)
    deliver(learner, TODAY, "review", "cancelled", reason="outranked")
    deliver(learner, TODAY - DAY, state="failed", attempts=1, code=550, reply="5.2.2 full")
    deliver(learner, TODAY - 2 * DAY, state="expired", attempts=2, ambiguous=1)
    deliver(learner, TODAY - 3 * DAY, state="due", attempts=1)
    deliver(learner, TODAY - 4 * DAY, state="due")
    other = User.objects.create_user("other@example.com")
    deliver(other, TODAY - 5 * DAY)
    page = signed_in.get(f"{PAGE}history/")
    assert problems_of(page.text) == []
    said = [(line.on, line.kind, line.text, line.note) for line in page.context["lines"]]
    assert said == [
        (TODAY, "Review due", "not sent: another reminder was sent that day", ""),
        (TODAY, "Next step", "sent at 07:30", ""),
        (TODAY - DAY, "Next step", "not sent: the mail server said “550 5.2.2 full”", ""),
        (
            TODAY - 2 * DAY,
            "Next step",
            "not sent: it would have been more than six hours late",
            "The connection broke during sending, so you may have received it anyway.",
        ),
        (TODAY - 3 * DAY, "Next step", "tried 1 time, and we’ll try again", ""),
        (TODAY - 4 * DAY, "Next step", "waiting to be sent", ""),
    ]
    assert "The whole history" in signed_in.get(PAGE).text


@pytest.mark.parametrize("reason", Delivery.Reason.values)
def test_history_has_words_for_every_reason(signed_in, learner, reason):
    deliver(learner, TODAY, state="cancelled", reason=reason)
    label = str(Delivery.Reason(reason).label)
    assert f"not sent: {label}" in signed_in.get(f"{PAGE}history/").text
    assert f"not sent: {label}" in signed_in.get(PAGE).text


def test_history_tells_the_time_of_the_learner(signed_in, learner):
    User.objects.update(time_zone="Asia/Kolkata")
    deliver(learner, TODAY)
    assert "sent at 13:00" in signed_in.get(f"{PAGE}history/").text


def test_history_goes_on_from_a_place(signed_in, learner):
    rows = [deliver(learner, TODAY - number * DAY, kind) for number in range(35) for kind in ("study",)]
    rows += [deliver(learner, TODAY - number * DAY, "review", "cancelled", reason="outranked") for number in range(35)]
    seen, path = [], ""
    for _page in range(3):
        page = signed_in.get(f"{PAGE}history/{path}")
        seen += [(line.on, line.kind) for line in page.context["lines"]]
        path = page.context["earlier"]
    assert len(seen) == len(set(seen)) == 70
    assert seen == sorted(seen, key=lambda item: item[0], reverse=True)
    assert path == ""
    assert signed_in.get(f"{PAGE}history/?before=nonsense").status_code == 400
    assert signed_in.get(f"{PAGE}history/?before=2026-01-01_99999999999999999999").status_code == 400
    assert "Nothing earlier." in signed_in.get(f"{PAGE}history/?before=2020-01-01_1").text


def test_history_begins_empty(signed_in, learner, problems_of):
    page = signed_in.get(f"{PAGE}history/").text
    assert problems_of(page) == []
    assert "Choose your reminders" in page


def test_pages_take_twelve_queries_at_most(signed_in, learner, goal):
    turn_on(learner, *KINDS)
    ignored(learner, 8)
    services.suppress(learner=learner, address=learner.email, code=550, reply="", now=NOW)
    for number in range(60):
        deliver(learner, TODAY - number * DAY, "review", "cancelled", reason="outranked")
    snapshot.current()
    for path in (PAGE, f"{PAGE}?show=weekly", f"{PAGE}history/"):
        forget()
        assert queries_of(signed_in, path) <= 12, path
    with CaptureQueriesContext(connection) as captured:
        assert signed_in.post(PAGE, sent(quiet_from="22:00")).status_code == 422
    assert len(captured) <= 12


# Asked once


QUESTION = "Shall we remind you?"


def test_question_comes_with_the_first_goal(signed_in, learner):
    assert QUESTION not in signed_in.get("/dashboard/").text


def test_question_is_asked_until_it_is_answered(signed_in, learner, goal, problems_of):
    page = signed_in.get("/dashboard/").text
    assert QUESTION in page
    assert "the next step isn’t sent on a day when another reminder is." in " ".join(page.split())
    assert problems_of(page) == []
    assert QUESTION in signed_in.get("/dashboard/").text
    response = signed_in.post(f"{PAGE}answer/", {"answer": "yes", "time_zone": "Europe/Zurich"}, follow=True)
    assert response.redirect_chain == [("/dashboard/", 303)]
    assert QUESTION not in response.text
    rows = {row.kind: row for row in learner.schedules.all()}
    assert rows.keys() == KINDS
    assert all(row.is_on and row.consent_version == services.CONSENT for row in rows.values())
    assert (rows["study"].at, rows["study"].time_zone) == (time(7, 30), "Europe/Zurich")
    progress.log_study(learner=learner, skill=Skill.objects.get(slug="sql"), minutes=5, on=TODAY, now=NOW)
    assert QUESTION not in signed_in.get("/dashboard/").text


def test_question_remembers_a_no(signed_in, learner, goal):
    signed_in.get("/dashboard/")
    response = signed_in.post(f"{PAGE}answer/", {"answer": "no"}, follow=True)
    assert QUESTION not in response.text
    rows = learner.schedules.all()
    assert {row.kind for row in rows} == KINDS
    assert not any(row.is_on or row.consented_at for row in rows)
    forget()
    assert QUESTION not in signed_in.get("/dashboard/").text


def test_question_changes_nothing_that_was_set_meanwhile(signed_in, learner, goal):
    turn_on(learner, "weekly")
    for answer in ("no", "yes"):
        signed_in.post(f"{PAGE}answer/", {"answer": answer})
    assert [(row.kind, row.is_on) for row in learner.schedules.all()] == [("weekly", True)]


def test_question_of_one_learner_is_not_that_of_another(signed_in, learner, goal):
    other = User.objects.create_user("other@example.com")
    set_goal(other)
    signed_in.post(f"{PAGE}answer/", {"answer": "no"})
    client = Client()
    client.force_login(other)
    assert QUESTION in client.get("/dashboard/").text
    assert QUESTION not in signed_in.get("/dashboard/").text


def test_next_step_is_proposed_on_the_days_of_study(signed_in, learner):
    factories.make_role("ai-engineer", requirements={"python": (2, 5)})
    set_goal(learner, weekdays=[1, 3, 6])
    assert "Proposed: Mon, Wed and Sat, 07:30." in signed_in.get(PAGE).text
    assert "Mon, Wed and Sat, 07:30" in signed_in.get("/dashboard/").text
    signed_in.post("/settings/reminders/answer/", {"answer": "yes"})
    assert Schedule.objects.get(kind="study").weekdays == [1, 3, 6]
    assert Schedule.objects.get(kind="weekly").weekdays == [7]
