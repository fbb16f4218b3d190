import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session, User
from guidance.personal_data import account_data, restore
from guidance.progress import services
from guidance.progress.models import Progress, StudySession
from guidance.web.account import forms as account_forms
from tests import factories
from tests.accounts.conftest import PASSWORD, log_in
from tests.accounts.test_logins import FIREFOX, SAFARI
from tests.factories import make_skill
from tests.web.learners import messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena(db) -> User:
    user = User.objects.create_user("lena@example.org", PASSWORD, name="Lena")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def logged_in(lena) -> Client:
    """A browser in which the password was entered again a moment ago."""
    client = Client()
    log_in(client, lena.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_settings_change_name_and_zone_and_what_is_kept_knows(logged_in, lena, problems_of):
    assert problems_of(logged_in.get("/settings/").content.decode()) == []
    response = logged_in.post("/settings/", {"name": "Noor", "time_zone": "Asia/Kolkata"})
    assert (response.status_code, response.headers["Location"]) == (303, "/settings/")
    lena.refresh_from_db()
    assert (lena.name, lena.time_zone) == ("Noor", "Asia/Kolkata")
    assert Progress.objects.get(learner=lena).version == 1


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", ""])
def test_settings_refuse_a_zone_that_is_none_and_keep_what_was_typed(logged_in, lena, zone):
    response = logged_in.post("/settings/", {"name": "Noor", "time_zone": zone})
    assert response.status_code == 422
    assert 'value="Noor"' in response.content.decode()
    lena.refresh_from_db()
    assert lena.time_zone == "UTC"


def test_settings_offer_a_zone_that_has_gone_out_of_use_to_whoever_has_it(logged_in, lena):
    User.objects.update(time_zone="EST5EDT")
    assert '<option value="EST5EDT" selected>' in logged_in.get("/settings/").content.decode()


def test_data_leads_to_downloads_and_deletion(logged_in, problems_of):
    html = logged_in.get("/settings/data/").content.decode()
    assert problems_of(html) == []
    for name in ("?download=json", "?download=zip", "?download=resume.json", "delete/"):
        assert f'href="/settings/data/{name}"' in html
    assert not re.search(r"<a [^>]*\sdownload[\s=>]", html)  # a download would save the page that asks for the password


@pytest.mark.parametrize("form", ["json", "zip", "resume.json"])
def test_data_starts_a_download_after_the_password(lena, form, problems_of):
    client = Client()
    client.force_login(lena)
    page = f"/settings/data/?download={form}"
    asked = client.get(page).headers["Location"]
    assert asked.startswith(reverse("account_reauthenticate"))
    response = client.post(asked, {"password": PASSWORD, "next": page}, follow=True)
    assert response.redirect_chain == [(page, 302)]
    html = response.content.decode()
    assert problems_of(html) == []
    assert f'<meta http-equiv="refresh" content="0; url=/settings/data/waymark.{form}">' in html
    assert "Your download is starting." in html
    assert f'<a href="/settings/data/waymark.{form}">' in html


def test_data_starts_no_download_that_there_is_not(logged_in):
    for query in ("", "?download=exe", "?download=https://elsewhere.example"):
        assert "refresh" not in logged_in.get(f"/settings/data/{query}").content.decode()


def test_export_is_a_file_of_ones_own(logged_in, lena):
    skill = factories.make_skill("python")
    now = User.objects.get().date_joined
    services.log_study(learner=lena, skill=skill, minutes=30, on=lena.local_date(now), now=now)
    response = logged_in.get("/settings/data/waymark.json")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="waymark-')
    assert response.headers["Cache-Control"] == "private, no-store"
    assert json.loads(response.content)["study_sessions"][0]["skill_slug"] == "python"
    archive = zipfile.ZipFile(io.BytesIO(logged_in.get("/settings/data/waymark.zip").content))
    assert b"python" in archive.read("study_sessions.csv")
    response = logged_in.get("/settings/data/waymark.resume.json")
    assert response.headers["Content-Disposition"].endswith('.resume.json"')
    assert response.json()["basics"]["email"] == lena.email
    assert logged_in.get("/settings/data/waymark.exe").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/settings/data/waymark.json",
        "/settings/data/waymark.zip",
        "/settings/data/waymark.resume.json",
        "/settings/data/delete/",
    ],
)
def test_data_asks_for_the_password_again(lena, path):
    client = Client()
    client.force_login(lena)
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_reauthenticate"))
    response = client.post(response.headers["Location"], {"password": PASSWORD, "next": path})
    assert response.headers["Location"] == path
    assert client.get(path).status_code == 200


def test_erase_wants_a_tick_and_then_leaves_nothing(logged_in, lena, client):
    skill = factories.make_skill("python")
    services.log_study(
        learner=lena, skill=skill, minutes=30, on=lena.local_date(lena.date_joined), now=lena.date_joined
    )
    response = logged_in.post("/settings/data/delete/")
    assert response.status_code == 422
    assert "Tick the box" in response.content.decode()
    response = logged_in.post("/settings/data/delete/", {"sure": "on"})
    assert response.headers["Location"] == "/"
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "has been deleted" in logged_in.get("/").content.decode()
    assert not User.objects.exists()
    assert not StudySession.objects.exists()
    assert logged_in.get("/settings/").status_code == 302


def test_settings_pages_are_for_the_signed_in(client):
    for path in ("/settings/", "/settings/data/", "/settings/data/waymark.json", "/settings/data/delete/"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response.headers["Location"].startswith(("/accounts/login/", "/accounts/reauthenticate/")), path


PATH = "/settings/data/import/"


@pytest.fixture
def exported(db) -> bytes:
    """The export of someone with two sessions and a level."""
    lena, skill, now = User.objects.create_user("lena@example.com"), make_skill("python"), timezone.now()
    services.assess(learner=lena, skill=skill, level=2, now=now)
    for minutes in (30, 45):
        services.log_study(learner=lena, skill=skill, minutes=minutes, on=lena.local_date(now), now=now)
    return account_data.as_json(lena, now=now)


def upload(client, text: bytes):
    return client.post(PATH, {"file": SimpleUploadedFile("waymark.json", text, "application/json")})


def carried(response) -> str:
    return response.context["confirm"].initial["carried"]


def test_file_is_looked_at_first_and_added_when_that_is_confirmed(signed_in, exported, problems_of):
    assert problems_of(signed_in.get(PATH).text) == []
    response = upload(signed_in, exported)
    assert response.status_code == 200
    assert problems_of(response.text) == []
    shown = {str(line.name): line.brought.added for line in response.context["lines"]}
    assert shown == {"Levels, and how each is known": 1, "Study sessions": 2}
    noor = User.objects.get(email="noor@waymark.example")
    assert not noor.studysessions.exists()
    response = signed_in.post(PATH, {"carried": carried(response)})
    assert (response.status_code, response.headers["Location"]) == (303, "/dashboard/")
    assert messages_of(response) == [("3 rows imported.", "")]
    assert noor.learnerskills.get().total_minutes == 75
    response = upload(signed_in, exported)
    assert "You already have everything in this file" in response.text
    assert ">Import data</button>" not in response.text


def test_wrong_rows_are_named(signed_in, exported, problems_of):
    data = json.loads(exported)
    data["study_sessions"][1]["minutes"] = "<b>"
    response = upload(signed_in, json.dumps(data).encode())
    assert response.status_code == 422
    assert problems_of(response.text) == []
    assert "<code>study_sessions[1].minutes</code> This is not a whole number from 1 to 1440." in response.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "This file is empty."),
        (b"{", "This is not the JSON file of an export."),
        (b'{"format": "other"}', "This is not a Waymark export."),
        (b" " * (restore.MAX_BYTES + 1), "This file is larger than 8 MB. No Waymark export"),
    ],
)
def test_what_is_no_export_is_refused(signed_in, text, said):
    response = upload(signed_in, text)
    assert response.status_code == 422
    assert said in response.text


def test_without_a_file_it_is_asked_for(signed_in):
    response = signed_in.post(PATH, {})
    assert response.status_code == 422
    assert "Choose the JSON file" in response.text


def test_what_is_too_much_for_the_page_is_left_to_the_api(signed_in, exported, monkeypatch):
    monkeypatch.setattr(account_forms, "MAX_CARRIED", 100)
    response = upload(signed_in, exported)
    assert response.status_code == 422
    assert "too long to import on this page" in response.text


def test_what_is_carried_is_the_learners_own_and_of_the_last_hour(signed_in, client, exported):
    text = carried(upload(signed_in, exported))
    other = User.objects.create_user("marek@example.com")
    client.force_login(other)
    for sent in (text, text[:-1], "", "a:b:c", ".eJw:a:b"):
        assert client.post(PATH, {"carried": sent}).status_code == 422
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert "has been open for too long" in signed_in.post(PATH, {"carried": text}).text
    assert not StudySession.objects.exclude(learner__email="lena@example.com").exists()


def test_what_has_changed_since_is_said(signed_in, exported):
    text = carried(upload(signed_in, exported))
    noor, skill = User.objects.get(email="noor@waymark.example"), make_skill("sql")
    now = timezone.now()
    services.log_study(learner=noor, skill=skill, minutes=1_440, on=noor.local_date(now), now=now)
    response = signed_in.post(PATH, {"carried": text})
    assert response.status_code == 422
    assert "A day has 24 hours" in response.text


def test_data_page_leads_to_it(signed_in):
    assert f'href="{PATH}"' in signed_in.get("/settings/data/").text


PAGE, END, OTHERS = "/settings/logins/", "/settings/logins/end/", "/settings/logins/end-others/"


@pytest.fixture
def traveller(db) -> User:
    return User.objects.create_user("lena@example.org", name="Lena", time_zone="Asia/Tokyo")


def device(user: User, agent: str = "") -> Client:
    client = Client(headers={"User-Agent": agent})
    client.force_login(user)
    session = client.session
    if agent:
        session["browser"] = {FIREFOX: ("Firefox", "Linux"), SAFARI: ("Safari", "iPhone")}[agent]
        session.save()
    return client


def references(page: str) -> list[str]:
    return re.findall(r'name="login" value="(\w+)"', page)


def test_page_names_browsers_and_marks_this_one(traveller, time_machine, problems_of):
    time_machine.move_to("2026-11-25T20:30:00Z", tick=False)
    desk = device(traveller, FIREFOX)
    device(traveller, SAFARI)
    device(traveller)
    page = desk.get(PAGE)
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Firefox on Linux this browser Last seen on 26 November 2026, 05:30" in text
    assert "Safari on iPhone Last seen" in text
    assert "Unknown browser Last seen" in text
    assert len(references(page.text)) == 2
    assert problems_of(page.text) == []
    keys = Session.objects.values_list("session_key", flat=True)
    assert not [key for key in keys if key in page.text]


def test_page_of_the_only_login_offers_nothing_to_end(traveller):
    page = device(traveller).get(PAGE)
    assert references(page.text) == []
    assert OTHERS not in page.text


def test_log_out_there(traveller):
    desk, phone = device(traveller, FIREFOX), device(traveller, SAFARI)
    [reference] = references(desk.get(PAGE).text)
    for _again in range(2):
        page = desk.post(END, {"login": reference}, follow=True)
        assert page.redirect_chain == [(PAGE, 303)]
        assert "You’re logged out there." in page.text
    assert phone.get(PAGE).status_code == 302
    assert desk.get(PAGE).status_code == 200


def test_log_out_everywhere_else(traveller):
    desk, *others = [device(traveller) for _ in range(3)]
    assert desk.post(OTHERS, follow=True).redirect_chain == [(PAGE, 303)]
    assert [client.get(PAGE).status_code for client in (desk, *others)] == [200, 302, 302]


def test_logging_out_elsewhere_is_a_post(traveller):
    desk, phone = device(traveller), device(traveller)
    for path in (END, OTHERS):
        assert desk.get(path).headers["Location"] == PAGE
    assert phone.get(PAGE).status_code == 200
