import io
import json
import re
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import User
from guidance.progress import services
from guidance.progress.models import Progress, StudySession
from tests import factories
from tests.accounts.conftest import PASSWORD, log_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.conftest.QuickHasher"]


@pytest.fixture
def lena(db) -> User:
    user = User.objects.create_user("lena@example.org", PASSWORD, name="Lena")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def logged_in(lena) -> Client:
    """With the password given again just now."""
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
    for name in ("waymark.json", "waymark.zip", "waymark.resume.json", "delete/"):
        assert f'href="/settings/data/{name}"' in html
    assert not re.search(r"<a [^>]*\sdownload[\s=>]", html)  # it would save the page that asks for the password


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
    assert "is deleted" in logged_in.get("/").content.decode()
    assert not User.objects.exists()
    assert not StudySession.objects.exists()
    assert logged_in.get("/settings/").status_code == 302


def test_settings_pages_are_for_the_signed_in(client):
    for path in ("/settings/", "/settings/data/", "/settings/data/waymark.json", "/settings/data/delete/"):
        response = client.get(path)
        assert response.status_code == 302, path
        assert response.headers["Location"].startswith(("/accounts/login/", "/accounts/reauthenticate/")), path
