import secrets
import string
import threading
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Role, Skill
from guidance.personal_data import account_data
from guidance.progress import services as progress
from guidance.progress.learner_state import forget
from guidance.progress.models import Progress, StudySession
from guidance.reminders import services, tokens
from guidance.reminders.models import Delivery, ReminderKind, Schedule
from tests import factories
from tests.web.learners import set_goal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = date(2026, 11, 25)  # a Wednesday
DAY = timedelta(days=1)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def learner(db) -> User:
    learner = User.objects.create_user("noor@waymark.example", name="Noor Example")
    settings = {kind: services.ReminderSetting(True, *services.DEFAULT_TIMES[kind]) for kind in ReminderKind}
    services.set_schedules(learner=learner, settings=settings, quiet=None, paused_until=None, now=NOW)
    return learner


@pytest.fixture
def goal(learner):
    factories.publish(
        factories.skill_document("sql", name="SQL"),
        factories.skill_document("python", prerequisites={"sql": 1}),
        factories.role_document("ai-engineer", requirements={"python": (2, 5)}),
    )
    return set_goal(learner)


@pytest.fixture
def delivery(learner) -> Delivery:
    at = datetime.combine(TODAY, time(7, 30), tzinfo=UTC)
    times = {"due_at": at, "not_before": at, "expires_at": at, "sent_at": at}
    return Delivery.objects.create(learner=learner, kind="study", on=TODAY, state="sent", **times)


@pytest.fixture
def anybody() -> Client:
    """A client that is not logged in, with CSRF checks as for real requests."""
    return Client(enforce_csrf_checks=True)


def off_path(learner, kind="study") -> str:
    return f"/unsubscribe/{tokens.for_unsubscribing(learner.pk, kind)}/"


def done_path(delivery) -> str:
    return f"/reminders/{tokens.for_delivery(delivery.pk)}/done/"


def snooze_path(delivery) -> str:
    return f"/reminders/{tokens.for_delivery(delivery.pk)}/snooze/"


def on(learner) -> set[str]:
    return set(learner.schedules.filter(is_on=True).values_list("kind", flat=True))


# All of them


@pytest.fixture
def paths(learner, goal, delivery) -> list[str]:
    return [off_path(learner), done_path(delivery), snooze_path(delivery)]


def test_links_are_for_nobody_to_keep(anybody, paths, problems_of):
    for path in paths:
        for response in (anybody.get(path), anybody.post(path), anybody.get(path)):
            assert response.status_code == 200
            assert {name: response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")} == {
                "Cache-Control": "no-store",
                "X-Robots-Tag": "noindex",
                "Referrer-Policy": "no-referrer",
            }
            assert not response.cookies
            assert '<meta name="robots" content="noindex">' in response.text
            assert problems_of(response.text) == []
            assert path not in response.text
            for personal in ("noor", "Noor"):
                assert personal not in response.text


def test_looking_changes_nothing(anybody, learner, paths):
    before = account_data.export(learner, now=NOW), Progress.objects.get(learner=learner).version
    for path in paths:
        for _number in range(100):
            assert anybody.get(path).status_code == 200
        assert anybody.head(path).status_code == 200
        assert anybody.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 200
        for method in ("options", "put", "delete", "patch"):
            assert getattr(anybody, method)(path).status_code == 405
    assert before == (account_data.export(learner, now=NOW), Progress.objects.get(learner=learner).version)


def test_links_look_at_no_session_and_ask_little(learner, paths):
    client = Client()
    client.force_login(learner)
    snapshot.current()
    for path in paths:
        forget()
        for method in (client.get, client.post):
            with CaptureQueriesContext(connection) as captured:
                response = method(path)
            assert response.status_code == 200
            assert not response.cookies
            assert not any("session_key" in query["sql"] for query in captured)
            asked = [query for query in captured if "SAVEPOINT" not in query["sql"]]
            assert len(asked) <= (16 if method == client.post and "done" in path else 12), (path, len(asked))


def test_links_end_with_the_account(anybody, learner, paths):
    account_data.erase(learner)
    for path in paths:
        assert anybody.get(path).status_code == anybody.post(path).status_code == 404


def test_links_of_a_test_say_so_and_do_nothing(anybody, learner, goal):
    for path in (f"/reminders/{tokens.for_delivery(None)}/{what}/" for what in ("done", "snooze")):
        for response in (anybody.get(path), anybody.post(path)):
            assert response.status_code == 200
            assert "This link is from a test or a preview" in response.text
    assert not StudySession.objects.exists()
    assert Schedule.objects.get(kind="study").paused_until is None


# Tokens


def altered(token: str, count: int) -> set[str]:
    """Altered tokens: one or more characters changed, removed or inserted, or parts exchanged."""
    rng, letters = secrets.SystemRandom(), string.ascii_letters + string.digits + "-_:."
    found: set[str] = set()
    while len(found) < count:
        chars = list(token)
        for _number in range(rng.randint(1, 3)):
            place = rng.randrange(len(chars))
            match rng.randrange(4):
                case 0:
                    chars[place] = rng.choice(letters)
                case 1:
                    del chars[place]
                case 2:
                    chars.insert(place, rng.choice(letters))
                case _:
                    chars = chars[place:] + chars[:place]
        found.add("".join(chars))
    return found - {token}


def test_altered_tokens_are_refused(learner, delivery):
    for token, read in (
        (tokens.for_unsubscribing(learner.pk, "study"), tokens.subscription),
        (tokens.for_delivery(delivery.pk), tokens.delivery),
    ):
        assert read(token) is not None
        others = altered(token, 10_000)
        assert len(others) > 9_990
        assert {read(other) for other in others} == {None}


def test_altered_tokens_are_not_found(anybody, learner, goal, delivery):
    subscription, number = tokens.for_unsubscribing(learner.pk, "study"), tokens.for_delivery(delivery.pk)
    strange = {"x", "x" * 5000, "..", "\0", "ü", "a b", ":", "::", "e30:1:2", "%00"}
    for token in altered(subscription, 30) | altered(number, 30) | strange:
        for path in ("/unsubscribe/{}/", "/reminders/{}/done/", "/reminders/{}/snooze/"):
            for method in (anybody.get, anybody.post):
                assert method(path.format(quote(token, safe=""))).status_code == 404, token
    assert on(learner) == set(ReminderKind)
    assert not StudySession.objects.exists()


def test_token_of_one_thing_is_none_of_another(anybody, learner, delivery):
    subscription, number = tokens.for_unsubscribing(learner.pk, "study"), tokens.for_delivery(delivery.pk)
    assert anybody.post(f"/unsubscribe/{number}/").status_code == 404
    for what in ("done", "snooze"):
        assert anybody.post(f"/reminders/{subscription}/{what}/").status_code == 404


# Unsubscribing


@pytest.mark.parametrize("kind", ReminderKind.values)
def test_unsubscribing_with_one_click_acts_at_once(anybody, learner, kind):
    response = anybody.post(off_path(learner, kind), ONE_CLICK)
    assert response.status_code == 200
    assert on(learner) == set(ReminderKind) - {kind}
    again = anybody.post(off_path(learner, kind), ONE_CLICK)
    assert (again.status_code, again.text) == (200, response.text)
    assert on(learner) == set(ReminderKind) - {kind}


def test_unsubscribing_takes_either_form_of_a_body(anybody, learner):
    body = "List-Unsubscribe=One-Click"
    urlencoded = "application/x-www-form-urlencoded"
    assert anybody.post(off_path(learner, "study"), body, content_type=urlencoded).status_code == 200
    assert anybody.post(off_path(learner, "weekly"), ONE_CLICK).status_code == 200  # multipart
    assert anybody.post(off_path(learner, "review"), "", content_type="text/plain").status_code == 200
    assert on(learner) == {"behind"}


def test_unsubscribing_asks_first_and_names_the_kind(anybody, learner):
    page = anybody.get(off_path(learner, "weekly")).text
    assert "Turn off “Weekly summary”?" in page
    assert "Turn it off" in page
    assert "Turn off all reminders" in page
    assert 'href="/settings/reminders/"' in page
    page = anybody.post(off_path(learner, "weekly")).text
    assert "“Weekly summary” is turned off" in page
    assert "Turn off all reminders" in page
    page = anybody.post(off_path(learner, "weekly"), {"all": "1"}).text
    assert "All reminders are turned off" in page
    assert "<button class=" not in page.partition("<main")[2].partition("</main>")[0]
    assert 'href="/settings/reminders/"' in page
    assert on(learner) == set()
    assert "All reminders are turned off" in anybody.get(off_path(learner, "weekly")).text


def test_unsubscribing_is_of_one_learner(anybody, learner):
    other = User.objects.create_user("other@example.com")
    settings = {ReminderKind.STUDY: services.ReminderSetting(True, *services.DEFAULT_TIMES[ReminderKind.STUDY])}
    services.set_schedules(learner=other, settings=settings, quiet=None, paused_until=None, now=NOW)
    anybody.post(off_path(learner), {"all": "1"})
    assert on(other) == {"study"}


def test_unsubscribing_works_years_later_and_for_who_is_disabled(anybody, learner, clock):
    path = off_path(learner)
    User.objects.update(is_active=False)
    clock.move_to(NOW + 2000 * DAY)
    assert anybody.post(path).status_code == 200
    assert on(learner) == set(ReminderKind) - {"study"}


# Done


def test_done_asks_first_and_then_logs(anybody, learner, goal, delivery):
    page = anybody.get(done_path(delivery)).text
    assert "Log 30 min on SQL?" in page
    assert "for today, 25 November 2026" in page
    assert '<input type="hidden" name="skill" value="sql">' in page
    version = Progress.objects.get().version
    response = anybody.post(done_path(delivery), {"skill": "sql"})
    assert response.status_code == 200
    assert "30 min on SQL is in your log for 25 November 2026." in response.text
    session = StudySession.objects.get()
    assert (session.learner, session.skill.slug, session.minutes, session.on) == (learner, "sql", 30, TODAY)
    assert Progress.objects.get().version > version


def test_done_twice_is_once(anybody, goal, delivery, clock):
    for _number in range(2):
        first = anybody.post(done_path(delivery))
    clock.shift(DAY)
    for method in (anybody.get, anybody.post):
        assert method(done_path(delivery)).text == first.text
    assert StudySession.objects.count() == 1


def test_done_is_on_the_learners_today(anybody, learner, goal, delivery):
    User.objects.update(time_zone="Pacific/Auckland")
    anybody.post(done_path(delivery))
    assert StudySession.objects.get().on == TODAY + DAY


def test_done_logs_what_the_page_said(anybody, learner, goal, delivery):
    """The plan may have changed since then."""
    progress.assess(learner=learner, skill=Skill.objects.get(slug="sql"), level=1, now=NOW)
    assert "Log 30 min on Python?" in anybody.get(done_path(delivery)).text
    anybody.post(done_path(delivery), {"skill": "sql"})
    assert StudySession.objects.get().skill.slug == "sql"


def test_done_of_an_unknown_skill_is_not_found(anybody, goal, delivery):
    for skill in ("nonsense", "\0", "ai-engineer"):
        assert anybody.post(done_path(delivery), {"skill": skill}).status_code == 404
    assert not StudySession.objects.exists()


def test_done_says_when_the_day_is_full(anybody, learner, goal, delivery):
    progress.log_study(learner=learner, skill=Skill.objects.get(slug="python"), minutes=1430, on=TODAY, now=NOW)
    response = anybody.post(done_path(delivery))
    assert response.status_code == 422
    assert "A day has 24 hours, and 1430 minutes of this day are already logged." in response.text
    assert StudySession.objects.count() == 1


def test_done_without_a_step_says_so(anybody, learner, goal, delivery):
    factories.retire(Role.objects.get(slug="ai-engineer"))
    assert anybody.get(done_path(delivery)).status_code == 200
    response = anybody.post(done_path(delivery))
    assert response.status_code == 422
    assert "Your plan has no step right now" in response.text


def test_links_of_other_mails_and_other_accounts_are_not_found(anybody, learner, goal, delivery):
    Delivery.objects.update(kind="weekly")
    for path in (done_path(delivery), snooze_path(delivery)):
        assert anybody.post(path).status_code == 404
    Delivery.objects.update(kind="study")
    User.objects.update(is_active=False)
    for path in (done_path(delivery), snooze_path(delivery)):
        assert anybody.post(path).status_code == 404
    assert not StudySession.objects.exists()


# Snooze


def test_snooze_asks_first_and_then_pauses_study_mails(anybody, learner, delivery):
    progress.record_activity(learner=learner)
    version = Progress.objects.get().version
    page = anybody.get(snooze_path(delivery)).text
    assert "Pause until Saturday 28 November" in page
    page = anybody.post(snooze_path(delivery)).text
    assert "You won’t get an email about your next step before Saturday 28 November." in page
    pauses = dict(learner.schedules.values_list("kind", "paused_until"))
    assert pauses == {"study": date(2026, 11, 28), "weekly": None, "behind": None, "review": None}
    assert Progress.objects.get().version == version + 1


def test_snooze_twice_is_once(anybody, learner, delivery, clock):
    first = anybody.post(snooze_path(delivery)).text
    clock.shift(2 * DAY)
    for method in (anybody.get, anybody.post):
        assert method(snooze_path(delivery)).text == first
    assert learner.schedules.get(kind="study").paused_until == date(2026, 11, 28)
    clock.shift(DAY)
    assert "Pause until Tuesday 1 December" in anybody.get(snooze_path(delivery)).text


def test_snooze_shortens_no_longer_pause(anybody, learner, delivery):
    services.pause(learner=learner, until=TODAY + 20 * DAY, kinds=[ReminderKind.STUDY], now=NOW)
    assert "before Tuesday 15 December" in anybody.post(snooze_path(delivery)).text
    assert learner.schedules.get(kind="study").paused_until == TODAY + 20 * DAY


def test_snooze_of_what_is_off_says_so(anybody, learner, delivery):
    services.turn_off(learner=learner, kinds=["study"])
    assert "There is nothing to pause" in anybody.post(snooze_path(delivery)).text
    assert learner.schedules.get(kind="study").paused_until is None


@pytest.mark.django_db(transaction=True)
def test_done_at_the_same_time_is_once(learner, goal, delivery):
    together, path = threading.Barrier(4), done_path(delivery)
    snapshot.current()
    statuses = []

    def follow() -> None:
        try:
            together.wait()
            statuses.append(Client().post(path).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=follow) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 4
    assert StudySession.objects.count() == 1
