"""The account, and its export and import."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client

from accounts.models import User
from guidance.api.views import MAX_BYTES
from guidance.personal_data import account_data
from guidance.personal_data.restore import MAX_BYTES as MAX_IMPORT
from guidance.progress.models import Progress, StoredResponse, StudySession
from tests.accounts.conftest import PASSWORD
from tests.api.me.conftest import Call, caller, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def noor() -> User:
    return User.objects.create_user("noor@example.com", PASSWORD, name="Noor", time_zone="Asia/Kolkata")


def test_account_tells_whose_it_is(noor):
    found = caller(signed_in(noor))("GET", "")
    assert found.keys() == {"email", "name", "time_zone", "today", "joined_at"}
    assert (found["email"], found["time_zone"]) == ("noor@example.com", "Asia/Kolkata")


def test_account_is_deleted_with_the_password_and_at_once(noor, marek):
    client = signed_in(noor)
    call = caller(client)
    for sent in (None, {}, {"password": ""}, {"password": "wrong"}):
        assert list(call("DELETE", "", sent, status=400)["errors"]) == ["password"]
    assert User.objects.filter(pk=noor.pk).exists()
    call("DELETE", "", {"password": PASSWORD}, status=204)
    assert list(User.objects.all()) == [marek]
    call("GET", "", status=401)


def test_address_and_rights_are_not_changed_here(noor):
    call = caller(signed_in(noor))
    for method, status in {"PUT": 400, "PATCH": 405, "POST": 405}.items():
        call(method, "", {"email": "other@example.com", "is_staff": True}, status=status)
    noor.refresh_from_db()
    assert (noor.email, noor.is_staff) == ("noor@example.com", False)


def test_export_takes_the_password_of_a_session(noor):
    call = caller(signed_in(noor))
    assert list(call("POST", "export/", {}, status=400)["errors"]) == ["password"]
    found = call("POST", "export/", {"password": PASSWORD})
    assert found["format"] == "waymark-export/1"
    assert found["account"][0]["email"] == "noor@example.com"


def test_session_needs_a_csrf_token_to_write(noor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(noor)
    assert client.get("/api/v1/me/").status_code == 200
    response = client.put("/api/v1/me/levels/python/", {"level": 1}, "application/json")
    assert response.status_code == 403
    assert response.headers["Content-Type"] == "application/problem+json"


KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def exported(call, catalogue, lena) -> str:
    """Lena's export, from the API."""
    call("PUT", "goal/", {"role": "ai-engineer", "hours_per_week": 7})
    call("PUT", "levels/python/", {"level": 2})
    call("POST", "sessions/", {"skill": "python", "minutes": 45}, status=201)
    return account_data.as_json(lena, now=datetime.now(UTC)).decode()


def test_import_brings_what_an_export_has(marek_calls: Call, exported):
    found = marek_calls("POST", "import/", exported)
    assert found["dry_run"] is False
    assert {name: counts["added"] for name, counts in found["tables"].items() if counts["added"]} == {
        "goals": 1,
        "assessments": 1,
        "study_sessions": 1,
    }
    assert marek_calls("GET", "levels/")["results"][0]["total_minutes"] == 45
    assert not any(counts["added"] for counts in marek_calls("POST", "import/", exported)["tables"].values())


def test_dry_run_stores_nothing(marek_calls, marek, exported):
    found = marek_calls("POST", "import/", exported, dry_run="true")
    assert found["dry_run"] is True
    assert found["tables"] == marek_calls("POST", "import/", exported)["tables"]
    assert list(marek_calls("POST", "import/", exported, status=400, dry_run="yes")["errors"]) == ["dry_run"]


def test_import_with_a_key_is_done_once_and_a_dry_run_is_another_request(marek_calls, marek, exported):
    found = marek_calls("POST", "import/", exported, headers=KEY)
    assert marek_calls("POST", "import/", exported, headers=KEY) == found
    marek_calls("POST", "import/", exported, headers=KEY, status=422, dry_run="true")
    assert Progress.objects.get(learner=marek).version == 1


def test_wrong_row_is_named_by_its_path(marek_calls, marek, exported):
    data = json.loads(exported)
    data["study_sessions"][0]["minutes"] = 0
    errors = marek_calls("POST", "import/", data, status=400, headers=KEY)["errors"]
    assert errors == {"study_sessions[0].minutes": ["This is not a whole number from 1 to 1440."]}
    assert not StudySession.objects.filter(learner=marek).exists()
    assert not StoredResponse.objects.exists()


def test_import_may_be_larger_than_other_bodies_and_not_too_large(marek_calls, exported):
    marek_calls("POST", "import/", exported + " " * MAX_BYTES)
    marek_calls("POST", "import/", exported + " " * MAX_IMPORT, status=413)


@pytest.mark.parametrize("body", ["[]", "null", "5", '"a"', "{}", '{"format": "other"}', "{", "[" * 100_000])
def test_what_is_no_export_is_refused(marek_calls, body):
    marek_calls("POST", "import/", body, status=400)


def test_export_keeps_no_copy(call, catalogue, lena):
    lena.set_password("four words of hers")
    lena.save()
    sent = {"password": "four words of hers"}
    caller(signed_in(lena))("POST", "export/", sent, headers=KEY)
    assert not StoredResponse.objects.exists()
