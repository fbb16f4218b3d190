import re
import uuid
from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import StudyDay, StudySession
from guidance.web import cache
from guidance.web.skills import log
from tests.factories import (
    make_area,
    make_catalogue,
    make_milestone,
    make_project,
    make_resource,
    make_role,
    make_skill,
    rename,
    retire,
)
from tests.web.learners import merge, messages_of, queries_of, set_goal

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner(signed_in) -> User:
    return User.objects.get(email="noor@waymark.example")


@pytest.fixture
def python():
    return make_skill("python")


def studied(learner, skill, minutes=30, days_ago=0, **more) -> StudySession:
    now = timezone.now()
    on = learner.local_date(now) - timedelta(days=days_ago)
    return services.log_study(learner=learner, skill=skill, minutes=minutes, on=on, now=now, **more)


def listed(response) -> list[tuple[str, int]]:
    """The names and minutes of the sessions shown, in order."""
    return [(item.name, item.minutes) for month in response.context["past"].months for item in month.sessions]


def options(response, name) -> list[str]:
    select = re.search(rf'<select name="{name}".*?</select>', response.text, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', select[0]) if select else []


def live_elsewhere(learner) -> date:
    """Move the learner to a time zone where the date differs from that in UTC. Returns that date."""
    learner.time_zone = "Etc/GMT+12" if timezone.now().hour < 12 else "Etc/GMT-14"
    learner.save()
    return learner.local_date(timezone.now())


def test_log_begins_with_today_and_teaches(signed_in, learner, python):
    today = live_elsewhere(learner)
    response = signed_in.get("/log/")
    field = re.search(r'<input type="date"[^>]*>', response.text)[0]
    assert f'value="{today}"' in field
    assert f'max="{today}"' in field
    assert "Nothing is logged yet." in response.text
    assert options(response, "resource") == []


def test_log_is_for_those_who_are_logged_in(client):
    assert client.get("/log/")["Location"] == "/accounts/login/?next=/log/"


def test_log_offers_what_the_plan_has_next_before_the_areas(signed_in, learner):
    make_skill("cooking", area="operations")
    make_project("tool", proves={"python": 1})
    make_milestone("first-program", steps=[("python", 1)], projects=["tool"])
    make_milestone("ask-data", steps=[("sql", 1), ("sql", 2)])
    make_role("ai-engineer", requirements={"sql": (2, 1), "python": (1, 5)}, milestones=["first-program", "ask-data"])
    set_goal(learner)
    response = signed_in.get("/log/")
    assert options(response, "skill") == ["", "python", "sql", "cooking"]
    assert re.findall(r'<optgroup label="([^"]*)"', response.text) == ["Next in your plan", "Operations"]


def test_log_begins_with_a_skill_and_offers_its_resources(signed_in, learner, python):
    docs = make_resource("docs", skills={"python": [0, 2]})
    make_resource("other", skills={"sql": [0, 2]})
    response = signed_in.get("/log/?skill=python")
    assert '<option value="python" selected>' in response.text
    assert options(response, "resource") == ["", str(docs.pk)]
    rename(python, "python-3")
    assert '<option value="python-3" selected>' in signed_in.get("/log/?skill=python").text


def test_log_says_what_is_wrong_with_its_address(signed_in, learner, python):
    for query in ("skill=astronautics", "before=nonsense", "before=2026-11-24", "before=2026-11-24_x"):
        response = signed_in.get(f"/log/?{query}")
        assert response.status_code == 400
        assert "is not a known value" in response.text or "is not a position in this list" in response.text


def test_log_keeps_a_session_and_says_so(signed_in, learner, python):
    docs = make_resource("docs", skills={"python": [0, 2]})
    today = learner.local_date(timezone.now())
    response = signed_in.post(
        "/log/", {"skill": "python", "resource": docs.pk, "minutes": "90", "on": today, "next": "/skills/python/"}
    )
    session = StudySession.objects.get()
    assert (session.skill, session.resource, session.minutes, session.on) == (python, docs, 90, today)
    assert (response.status_code, response["Location"]) == (303, "/skills/python/")
    assert messages_of(response) == [("1 h 30 min on Python logged.", f"/log/{session.pk}/remove/")]


def test_log_needs_no_day_and_takes_a_past_one(signed_in, learner, python):
    today = live_elsewhere(learner)
    signed_in.post("/log/", {"skill": "python", "minutes": "30"})
    assert StudySession.objects.get().on == today
    response = signed_in.post("/log/", {"skill": "python", "minutes": "30", "on": "2026-01-31"})
    assert messages_of(response)[-1][0] == "30 min on Python logged for 31 January 2026."
    assert response["Location"] == "/log/"


def test_log_keeps_once_what_is_sent_twice(signed_in, learner, python):
    sent = {"skill": "python", "minutes": "30", "event_id": str(uuid.uuid4())}
    first, second = signed_in.post("/log/", sent), signed_in.post("/log/", sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert StudyDay.objects.get().minutes == 30


def test_log_says_so_when_its_id_made_something_else(signed_in, learner, python):
    docs = make_resource("docs", skills={"python": [0, 2]})
    make_skill("sql")
    sent = {"skill": "python", "minutes": "30", "event_id": str(uuid.uuid4())}
    signed_in.post("/log/", sent)
    for change in ({"skill": "sql"}, {"minutes": "60"}, {"on": "2026-01-31"}, {"resource": docs.pk}):
        response = signed_in.post("/log/", {**sent, **change})
        assert response.status_code == 422
        assert "You sent this form before with other values" in response.text
        assert StudySession.objects.count() == 1
    form = response.context["form"]
    again = {name: form[name].value() for name in ("skill", "resource", "minutes", "event_id")}
    assert again["event_id"] != sent["event_id"]
    assert signed_in.post("/log/", again).status_code == 303
    assert StudySession.objects.get(resource=docs).minutes == 30


def test_log_keeps_once_what_is_sent_twice_around_midnight(signed_in, learner, python):
    sent = {"skill": "python", "minutes": "30", "event_id": str(uuid.uuid4())}
    signed_in.post("/log/", sent)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        assert signed_in.post("/log/", sent).status_code == 303
    assert StudySession.objects.count() == 1


def in_place(page) -> dict[str, str]:
    """The headers of htmx when it sends a form of this page."""
    return {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}


def test_log_of_another_page_stays_there_when_it_is_refused(signed_in, learner, python):
    studied(learner, python, minutes=1430)
    sent = {"skill": "python", "minutes": "30", "next": "/dashboard/"}
    response = signed_in.post("/log/", sent, headers=in_place("/dashboard/?week=1"))
    assert (response.status_code, response["Location"]) == (303, "/dashboard/")
    assert messages_of(response) == [("A day has 24 hours, and 1430 minutes of this day are already logged.", "")]
    # Sent by the page itself, and without htmx, which would lose the input.
    for headers in (in_place("/log/?next=/dashboard/"), {}):
        response = signed_in.post("/log/", sent, headers=headers)
        assert (response.status_code, response.context["form"]["minutes"].value()) == (422, "30")


def test_log_is_sent_in_place_unless_another_page_comes_after_it(signed_in, learner, python):
    assert 'hx-post="/log/"' in signed_in.get("/log/").text
    assert 'hx-post="/log/"' not in signed_in.get("/log/?next=/dashboard/").text


def test_log_counts_a_resource_alone(signed_in, learner, python):
    talk = make_resource("talk", skills={"python": [0, 2]})
    assert 'name="alone"' not in signed_in.get("/log/").text
    assert 'name="alone"' in signed_in.get("/log/?skill=python").text
    sent = {"skill": "python", "resource": talk.pk, "alone": "on", "minutes": "45"}
    response = signed_in.post("/log/", sent)
    session = StudySession.objects.get()
    assert (session.skill, session.resource) == (None, talk)
    assert messages_of(response)[0][0] == "45 min on Talk logged."
    response = signed_in.post("/log/", {**sent, "resource": ""})
    assert response.status_code == 422
    assert "Choose the resource you studied." in response.text
    assert re.search(r'name="alone"[^>]* checked', response.text)
    assert StudySession.objects.count() == 1


def test_log_shows_a_resource_without_a_skill_again(signed_in, learner, python):
    talk = make_resource("talk", skills={"python": [0, 2]})
    response = signed_in.post("/log/", {"resource": talk.pk, "minutes": "0"})
    assert response.status_code == 422
    assert f'<option value="{talk.pk}" selected>' in response.text
    assert options(response, "resource") == ["", str(talk.pk)]


def test_log_takes_a_resource_without_a_skill(signed_in, learner):
    talk = make_resource("talk", skills={"python": [0, 2]})
    signed_in.post("/log/", {"resource": talk.pk, "minutes": "45"})
    assert listed(signed_in.get("/log/")) == [("Talk", 45)]


def test_log_finds_a_renamed_skill(signed_in, learner, python):
    rename(python, "python-3")
    signed_in.post("/log/", {"skill": "python", "minutes": "30"})
    assert StudySession.objects.get().skill == python


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("minutes", "0", "at least one minute"),
        ("minutes", "-5", "at least one minute"),
        ("minutes", "1441", "1,440 minutes"),
        ("minutes", "12345678901234567890", "1,440 minutes"),
        ("minutes", "half", "Enter minutes as a whole number"),
        ("minutes", "", "Enter how many minutes"),
        ("on", "2999-01-01", "This day is in the future."),
        ("on", "yesterday", "This is not a date."),
        ("skill", "astronautics", "We don’t recognise that."),
        ("skill", "old", "This one has been retired."),
        ("skill", "", "Enter what you studied."),
        ("resource", "other", "not a resource for this skill"),
        ("event_id", "7", "Enter a valid UUID."),
    ],
)
def test_log_sends_bad_input_back_with_all_that_was_typed(signed_in, learner, python, field, value, says):
    docs, other = make_resource("docs", skills={"python": [0, 2]}), make_resource("other", skills={"sql": [0, 2]})
    retire(make_skill("old"))
    sent = {"skill": "python", "resource": docs.pk, "minutes": "45", "on": "2026-01-31", "next": "/skills/python/"}
    sent[field] = other.pk if field == "resource" else value
    if field == "skill":
        sent["resource"] = ""
    response = signed_in.post("/log/", sent)
    assert response.status_code == 422
    assert says in response.text
    assert 'value="/skills/python/"' in response.text
    if field != "skill":
        assert '<option value="python" selected>' in response.text
    for name in ("minutes", "on"):
        assert f'name="{name}" value="{sent[name]}"' in response.text or not sent[name]
    if field not in {"skill", "event_id"}:
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', response.text)
    assert not StudySession.objects.exists()


def test_log_lets_a_day_have_24_hours(signed_in, learner, python):
    studied(learner, python, minutes=1400)
    response = signed_in.post("/log/", {"skill": "python", "minutes": "41"})
    assert response.status_code == 422
    assert "1400 minutes of this day are already logged" in response.text
    assert signed_in.post("/log/", {"skill": "python", "minutes": "40"}).status_code == 303


def test_log_counts_one_minute_as_one(signed_in, learner, python):
    studied(learner, python, minutes=1)
    response = signed_in.post("/log/", {"skill": "python", "minutes": "1440"})
    assert "and 1 minute of this day is already logged" in response.text


def test_log_goes_back_to_pages_of_ours_only(signed_in, learner, python):
    for elsewhere in ("https://evil.example/", "//evil.example/", "evil"):
        response = signed_in.post("/log/", {"skill": "python", "minutes": "1", "next": elsewhere})
        assert response["Location"] == "/log/"


def test_log_lists_the_latest_first_by_month(signed_in, learner, python):
    sql = make_skill("sql")
    now = timezone.now()
    for skill, minutes, on in (
        (python, 10, date(2026, 1, 31)),
        (sql, 20, date(2026, 2, 1)),
        (sql, 30, date(2026, 2, 1)),
    ):
        services.log_study(learner=learner, skill=skill, minutes=minutes, on=on, now=now)
    response = signed_in.get("/log/")
    assert listed(response) == [("Sql", 30), ("Sql", 20), ("Python", 10)]
    assert re.findall(r'class="month">([^<]*)<', response.text) == ["February 2026", "January 2026"]
    assert listed(signed_in.get("/log/?skill=python")) == [("Python", 10)]


def test_log_names_what_was_merged_or_retired_since(signed_in, learner, python):
    old, gone = make_skill("py"), make_skill("perl")
    for skill in (old, gone, python):
        studied(learner, skill)
    merge(old, python)
    retire(gone)
    response = signed_in.get("/log/")
    assert listed(response) == [("Python", 30), ("Perl", 30), ("Python", 30)]
    assert "/skills/perl/" not in response.text
    assert len(listed(signed_in.get("/log/?skill=python"))) == 2


def test_log_goes_on_from_a_place(signed_in, learner, python, monkeypatch):
    monkeypatch.setattr(log, "PAGE_SIZE", 2)
    sql = make_skill("sql")
    for minutes in range(1, 6):  # two a day
        studied(learner, python if minutes != 3 else sql, minutes=minutes, days_ago=(6 - minutes) // 2)
    seen, page = [], "/log/"
    while page:
        response = signed_in.get(page)
        seen.append([minutes for _name, minutes in listed(response)])
        earlier = response.context["past"].earlier
        page = f"/log/{earlier}" if earlier else ""
    assert seen == [[5, 4], [3, 2], [1]]
    response = signed_in.get("/log/?skill=python")
    assert [minutes for _name, minutes in listed(signed_in.get(f"/log/{response.context['past'].earlier}"))] == [2, 1]
    first = StudySession.objects.get(minutes=1)
    assert "Nothing earlier." in signed_in.get(f"/log/?before={first.on}_{first.pk}").text


def test_log_shows_nobody_elses_sessions(signed_in, learner, python):
    studied(User.objects.create_user("other@waymark.example"), python)
    assert listed(signed_in.get("/log/")) == []


def test_remove_session_takes_it_out_and_says_which(signed_in, learner, python):
    session = studied(learner, python, minutes=45)
    response = signed_in.post(f"/log/{session.pk}/remove/", {"next": "/skills/python/"})
    assert response["Location"] == "/skills/python/"
    assert re.fullmatch(r"Removed: 45 min on Python, \d+ \w+ \d{4}\.", messages_of(response)[0][0])
    assert not StudySession.objects.exists()


CONTENT = ("event_id", "at", "on", "minutes", "skill_id", "resource_id")


def test_removed_session_can_be_put_back_as_it_was(signed_in, learner, python):
    docs = make_resource("docs", skills={"python": [0, 2]})
    for kind, session in (
        ("both", studied(learner, python, minutes=45, days_ago=3, resource=docs)),
        ("skill", studied(learner, python)),
        ("resource", studied(learner, None, resource=docs)),
    ):
        was = StudySession.objects.filter(pk=session.pk).values(*CONTENT).get()
        days = sorted(StudyDay.objects.values_list("on", "minutes"))
        removed = signed_in.post(f"/log/{session.pk}/remove/", {"next": "/skills/python/"})
        undo = messages_of(removed)[-1][1]
        for _twice in range(2):
            response = signed_in.post(undo, {"next": "/skills/python/"})
            assert (response.status_code, response["Location"]) == (303, "/skills/python/"), kind
        assert messages_of(response)[-1][0].startswith("In your log again: ")
        assert StudySession.objects.filter(event_id=was["event_id"]).values(*CONTENT).get() == was
        assert sorted(StudyDay.objects.values_list("on", "minutes")) == days


def test_removed_session_counts_for_the_level_as_before(signed_in, learner, python):
    session = studied(learner, python, minutes=45)
    services.assess(learner=learner, skill=python, level=1, now=timezone.now())
    removed = signed_in.post(f"/log/{session.pk}/remove/")
    signed_in.post(messages_of(removed)[0][1])
    row = learner.learnerskills.get()
    assert (row.total_minutes, row.minutes) == (45, 0)


def test_removed_session_is_put_back_only_into_ones_own_log(signed_in, learner, python):
    session = studied(learner, python)
    undo = messages_of(signed_in.post(f"/log/{session.pk}/remove/"))[0][1]
    other = Client()
    other.force_login(User.objects.create_user("other@waymark.example"))
    for client, path in ((other, undo), (signed_in, f"{undo}x"), (signed_in, "/log/restore/")):
        assert client.post(path).status_code == 404
    assert signed_in.get(undo)["Location"] == "/log/"
    assert not StudySession.objects.exists()


def test_removed_session_that_no_longer_fits_its_day_says_so(signed_in, learner, python):
    session = studied(learner, python, minutes=45)
    undo = messages_of(signed_in.post(f"/log/{session.pk}/remove/"))[0][1]
    studied(learner, python, minutes=1430)
    response = signed_in.post(undo)
    assert "1430 minutes of this day are already logged" in messages_of(response)[-1][0]
    assert StudySession.objects.count() == 1


def test_remove_session_knows_only_ones_own(signed_in, learner, python):
    session = studied(User.objects.create_user("other@waymark.example"), python)
    assert signed_in.post(f"/log/{session.pk}/remove/").status_code == 404
    assert signed_in.post("/log/999/remove/").status_code == 404
    assert StudySession.objects.count() == 1


def test_remove_session_by_its_address_leads_to_the_log(signed_in, learner, python):
    session = studied(learner, python)
    response = signed_in.get(f"/log/{session.pk}/remove/")
    assert (response.status_code, response["Location"]) == (302, "/log/")
    assert StudySession.objects.count() == 1


def test_log_takes_as_few_queries_with_three_sessions_as_with_one(signed_in, learner):
    make_catalogue(60)
    set_goal(learner)
    counts = []
    for number in (0, 1, 2):
        studied(learner, make_skill(f"more-{number}"), resource=make_resource(f"book-{number}"))
        signed_in.get("/log/")
        counts.append(queries_of(signed_in, "/log/"))
    assert counts[0] == counts[2]
    assert counts[0] <= 5


def test_log_reads_its_latest_sessions_once_until_something_is_logged(signed_in, learner, python):
    studied(learner, python, minutes=30)
    first = queries_of(signed_in, "/log/")
    assert queries_of(signed_in, "/log/") == first - 2  # the learner's state and the sessions
    again = signed_in.get("/log/")
    assert "30 min" in again.text
    assert again.text.count("csrfmiddlewaretoken") == 2  # of the form and of the session
    ids = re.findall(r'name="event_id" value="([^"]+)"', again.text + signed_in.get("/log/").text)
    assert len({UUID(value) for value in ids}) == 2  # each form has its own
    assert cache.CSRF_TOKEN not in again.text
    studied(learner, python, minutes=45)
    assert "45 min" in signed_in.get("/log/").text


def test_log_has_markup_that_a_strict_policy_lets_work(signed_in, learner, problems_of):
    make_area("odd", name="<b>Odd</b>")
    skill = make_skill("odd", name='<i onclick="x">Odd</i>', area="odd")
    make_resource("odd", name="<u>Odd</u>", skills={"odd": [0, 1]})
    studied(learner, skill)
    for response in (signed_in.get("/log/?skill=odd"), signed_in.post("/log/", {"skill": "odd", "minutes": '"><b>'})):
        assert problems_of(response.text) == []
        assert "<i onclick" not in response.text


def test_log_is_protected_from_other_sites(learner, python):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    assert client.post("/log/", {"skill": "python", "minutes": "30"}).status_code == 403
