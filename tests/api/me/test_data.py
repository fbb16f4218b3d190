import json
from datetime import UTC, datetime

import pytest

from guidance.api.views import MAX_BYTES
from guidance.personal_data import account_data
from guidance.personal_data.restore import MAX_BYTES as MAX_IMPORT
from guidance.progress.models import Progress, StoredResponse, StudySession
from tests.api.me.conftest import Call, caller, signed_in

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "one"}


@pytest.fixture
def exported(call, catalogue, lena) -> str:
    """What Lena takes along, by the call itself."""
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


def test_export_keeps_no_copy(call, catalogue, lena, settings):
    settings.PASSWORD_HASHERS = ["tests.accounts.conftest.QuickHasher"]
    lena.set_password("four words of hers")
    lena.save()
    sent = {"password": "four words of hers"}
    caller(signed_in(lena))("POST", "export/", sent, headers=KEY)
    assert not StoredResponse.objects.exists()
