import json
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from guidance.personal_data import account_data, restore
from guidance.progress import services
from guidance.progress.models import StudySession
from guidance.web.account import forms as account_forms
from tests.factories import make_skill
from tests.web.learners import messages_of

pytestmark = pytest.mark.django_db
PATH = "/settings/data/import/"


@pytest.fixture
def exported(db) -> bytes:
    """Somebody's, with two sessions and a level."""
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
    assert shown == {"Levels, and how they came about": 1, "Study sessions": 2}
    noor = User.objects.get(email="noor@waymark.example")
    assert not noor.studysessions.exists()
    response = signed_in.post(PATH, {"carried": carried(response)})
    assert (response.status_code, response.headers["Location"]) == (303, "/dashboard/")
    assert messages_of(response) == [("3 rows are yours again.", "")]
    assert noor.learnerskills.get().total_minutes == 75
    response = upload(signed_in, exported)
    assert "Everything in this file is here already" in response.text
    assert "Add it" not in response.text


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
        (b"{", "This is not a JSON file of an export."),
        (b'{"format": "other"}', "This is not an export of Waymark."),
        (b" " * (restore.MAX_BYTES + 1), "This file is larger than 8 MB, which no export"),
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
    assert "too much for a page to carry" in response.text


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
