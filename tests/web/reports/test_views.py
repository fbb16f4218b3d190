"""The form for readers' reports, and the links to it."""

import re
from uuid import uuid4

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import User
from guidance.catalog.models import Resource, Skill
from guidance.curation import inbox
from guidance.curation.models import ReaderReport
from guidance.web.reports import forms, views
from tests import factories
from tests.curation.people import browser, person

SKILL = "/report/skill/python/"
State = ReaderReport.ReportState


@pytest.fixture
def catalogue(db, settings):
    settings.DEMO = True  # staff without a second factor
    cache.clear()
    factories.publish(
        factories.skill_document("python"),
        factories.resource_document("documentation", skills={"python": [0, 2]}),
        factories.question_document(),
    )
    yield
    cache.clear()


def filled(**more: str) -> dict[str, str]:
    """The data of the form as a person sends it, who takes a minute to fill it in."""
    shown = signing.dumps(1, salt=forms.SALT)
    values = {"about": "skill:python", "topic": "wrong", "text": "Level 2 has a typo.", "shown": shown}
    return {**values, "event_id": str(uuid4()), **more}


def test_every_page_of_the_catalogue_leads_to_the_form_and_back(catalogue, client):
    for page in (
        "/skills/python/",
        "/skills/",
        "/questions/",
        "/resources/",
        "/about-the-data/",
        "/search/",
        "/skills/map/",
    ):
        link = re.search(r'href="(/report/[^"]+)" rel="nofollow">\s*Something wrong here', client.get(page).text)
        assert link, page
        assert client.get(link[1]).text.count(f'<a href="{page}">Back to the page</a>') == 1, page
    assert 'href="/report/resource/documentation/?next=/resources/%3Fq%3Ddoc"' in client.get("/resources/?q=doc").text
    for long_page in ("/skills/python/", "/resources/", "/questions/", "/about-the-data/"):
        assert "Report a mistake</a>" in client.get(long_page).text, long_page


def test_reader_without_account_sends_a_report_once(catalogue, client):
    values = filled(email="ada@example.com", next="/skills/python/?from=x")
    for _twice in range(2):
        response = client.post(SKILL, values)
        assert (response.status_code, response["Location"]) == (303, "/skills/python/?from=x")
    report = ReaderReport.objects.get()
    assert (report.kind, report.record_id) == ("skill", Skill.objects.get().pk)
    assert (report.state, report.email, report.learner) == (State.OPEN, "ada@example.com", None)
    assert "If a curator answers, we send the answer to ada@example.com." in client.get("/skills/python/").text


def test_report_of_a_learner_has_the_account_and_no_form_for_an_address(catalogue, client):
    learner = User.objects.create_user("lena@example.com")
    client.force_login(learner)
    assert 'name="email"' not in client.get(SKILL).text
    client.post(SKILL, filled(email="else@example.com"))
    report = ReaderReport.objects.get()
    assert (report.learner, report.email, report.state) == (learner, "", State.OPEN)
    page = client.get("/skills/python/").text
    assert (
        '<a href="/settings/reports/">Your reports</a>. If a curator answers, we also send the answer to lena@example.com.'
        in page
    )


def test_who_leaves_no_address_is_told_that_there_is_no_answer(catalogue, client):
    assert "You left no address, so you will get no answer." in client.post(SKILL, filled(), follow=True).text


def test_what_a_learner_reports_twice_is_stored_once_until_it_is_dealt_with(catalogue, client):
    learner = User.objects.create_user("lena@example.com")
    client.force_login(learner)
    client.post(SKILL, filled())
    assert "You reported this already, on " in client.post(SKILL, filled(text="LEVEL 2 has a typo."), follow=True).text
    assert ReaderReport.objects.count() == 1
    client.post(SKILL, filled(text="Level 3 has one, too."))
    inbox.answer(ReaderReport.objects.last(), "", by=person("Cora"), now=timezone.now())
    client.post(SKILL, filled())
    assert ReaderReport.objects.count() == 3


def test_what_comes_twice_from_one_network_is_stored_once_with_the_address_of_the_second(catalogue, client):
    client.post(SKILL, filled())
    said = client.post(SKILL, filled(email="ada@example.com"), follow=True).text
    assert (
        "less than an hour ago. It is stored once. If a curator answers, we send the answer to ada@example.com." in said
    )
    assert ReaderReport.objects.get().email == "ada@example.com"
    client.post(SKILL, filled())
    assert ReaderReport.objects.count() == 1
    client.post(SKILL, filled(email="bob@example.com"))
    client.post(SKILL, filled(), REMOTE_ADDR="203.0.113.10")
    assert ReaderReport.objects.count() == 3


@pytest.mark.parametrize("listed", ["skills", "questions"])
def test_report_about_a_page_that_shows_many_records(catalogue, client, listed):
    path = f"/report/page/{listed}/"
    form = client.get(path).text
    about = re.search(r'name="about" value="([^"]*)"|<option value="([^"]*)" selected>', form)
    assert client.post(path, filled(about=about[1] or about[2] or "")).status_code == 303
    report = ReaderReport.objects.get()
    assert (report.page, report.kind, report.record_id, report.state) == (listed, "", None, State.OPEN)


def test_report_about_a_unit_is_about_its_skill_and_names_the_unit(catalogue, client):
    factories.publish(
        factories.skill_document(
            "go", units={1: [{"id": "ask", "do": "Ask ten questions. Write them.", "minutes": 60}]}
        )
    )
    assert "Level 1, unit “Ask ten questions”</option>" in client.get("/report/skill/go/").text
    client.post("/report/skill/go/", filled(about="unit:1:ask", text="Ten are too many."))
    report = ReaderReport.objects.get()
    assert report.record_id == Skill.objects.get(slug="go").pk
    assert report.text == "Level 1, unit “Ask ten questions”: Ten are too many."


def test_dead_link_of_a_resource_needs_no_words(catalogue, client):
    client.post(SKILL, filled(about="resource:documentation", topic="dead-link", text=""))
    report = ReaderReport.objects.get()
    assert (report.kind, report.record_id, report.text) == ("resource", Resource.objects.get().pk, "")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"text": " "}, "Tell us what is wrong"),
        ({"text": "see http://a.example/ " * 500}, "Your text has 10,999 characters. Shorten it to 2,000."),
        ({"topic": ""}, "Choose what kind of report it is."),
        ({"email": "ada"}, "Enter a valid email address."),
        ({"about": "skill:perl"}, "Select a valid choice."),
    ],
)
def test_wrong_values_are_told_at_their_field_and_kept(catalogue, client, wrong, message):
    response = client.post(SKILL, filled(**{"text": "My long words.", **wrong}))
    assert response.status_code == 422
    assert message in response.text
    assert wrong.get("text", "My long words.").strip() in response.text
    assert not ReaderReport.objects.exists()


@pytest.mark.parametrize(
    "like_a_program",
    [
        {"website": "https://spam.example"},
        {"shown": ""},
        {"text": "http://a.example http://b.example http://c.example"},
    ],
)
def test_what_looks_like_spam_is_held_back_and_not_refused(catalogue, client, like_a_program):
    response = client.post(SKILL, filled(**like_a_program), follow=True)
    assert response.status_code == 200
    assert "a curator first checks whether it is genuine" in response.text
    assert "Your report is with the curators" not in response.text
    assert ReaderReport.objects.get().state == State.HELD


def test_form_sent_at_once_is_held_back(catalogue, client):
    shown = re.search(r'name="shown" value="([^"]+)"', client.get(SKILL).text)[1]
    client.post(SKILL, filled(shown=shown))
    assert ReaderReport.objects.get().state == State.HELD


def test_many_reports_of_one_address_are_stored_and_few_reach_the_inbox(catalogue, client, monkeypatch):
    monkeypatch.setattr(views, "MAX_STORED", 30)
    statuses = [client.post(SKILL, filled(text=f"Typo {n}."), REMOTE_ADDR="203.0.113.9").status_code for n in range(31)]
    assert statuses == [303] * 30 + [429]
    assert ReaderReport.objects.filter(state=State.OPEN).count() == 20
    assert ReaderReport.objects.filter(state=State.HELD).count() == 10
    refused = client.post(SKILL, filled(text="My words."), REMOTE_ADDR="203.0.113.9")
    assert "Yours isn’t sent yet" in refused.text
    assert "My words." in refused.text
    client.post(SKILL, filled(text="Another reader."), REMOTE_ADDR="203.0.113.10")
    assert ReaderReport.objects.get(text="Another reader.").state == State.OPEN


def test_forged_request_is_refused(catalogue):
    assert Client(enforce_csrf_checks=True).post(SKILL, filled()).status_code == 403


def test_unknown_records_and_pages_are_not_found(catalogue, client):
    for path in ("/report/skill/perl/", "/report/area/programming/", "/report/page/login/", "/report/x/y/"):
        assert client.get(path).status_code == 404, path


def test_curators_get_a_link_to_edit_the_page_and_no_one_else(catalogue, client):
    edit = f'<a href="/admin/catalog/skill/{Skill.objects.get().pk}/change/">Edit this page</a>'
    assert edit in browser(person("Cora")).get("/skills/python/").text
    learner = Client()
    learner.force_login(User.objects.create_user("lena@example.com"))
    for other in (client, learner):
        assert "Edit this page" not in other.get("/skills/python/").text
