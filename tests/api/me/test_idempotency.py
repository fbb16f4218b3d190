from datetime import timedelta

import pytest
from django.utils import timezone

from guidance.progress import stored_responses
from guidance.progress.models import StoredResponse, StudySession

pytestmark = pytest.mark.django_db
SENT = {"skill": "python", "minutes": 45}
KEY = {"Idempotency-Key": "one"}


def test_request_that_is_sent_again_is_done_once_and_answered_the_same(call, catalogue):
    made = call("POST", "sessions/", SENT, status=201, headers=KEY)
    assert call("POST", "sessions/", SENT, status=201, headers=KEY) == made
    assert StudySession.objects.count() == 1
    call("POST", "sessions/", SENT, status=201, headers={"Idempotency-Key": "two"})
    call("POST", "sessions/", SENT, status=201)
    assert StudySession.objects.count() == 3


def test_key_of_another_request_is_refused(call, catalogue):
    call("POST", "sessions/", SENT, status=201, headers=KEY)
    problem = call("POST", "sessions/", {**SENT, "minutes": 46}, status=422, headers=KEY)
    assert problem["detail"] == "This Idempotency-Key was used with a different request."
    call("POST", "evidence/", {"skill": "python", "text": "a"}, status=422, headers=KEY)
    assert StudySession.objects.count() == 1


def test_key_is_that_of_one_whole_address(call, catalogue):
    call("POST", "sessions/?from=phone", SENT, status=201, headers=KEY)
    call("POST", "sessions/?from=laptop", SENT, status=422, headers=KEY)
    call("POST", "sessions/", SENT, status=422, headers=KEY)
    assert StudySession.objects.count() == 1


def test_keys_of_two_learners_do_not_meet(call, marek_calls, catalogue):
    call("POST", "sessions/", SENT, status=201, headers=KEY)
    marek_calls("POST", "sessions/", {**SENT, "minutes": 5}, status=201, headers=KEY)


def test_refused_request_leaves_its_key_to_another(call, catalogue):
    call("POST", "sessions/", {**SENT, "minutes": 0}, status=400, headers=KEY)
    assert not StoredResponse.objects.exists()
    call("POST", "sessions/", SENT, status=201, headers=KEY)


def test_key_is_free_again_after_a_day(call, catalogue):
    call("POST", "sessions/", SENT, status=201, headers=KEY)
    StoredResponse.objects.update(at=timezone.now() - timedelta(hours=24))
    call("POST", "sessions/", {**SENT, "minutes": 5}, status=201, headers=KEY)
    assert StudySession.objects.count() == 2


def test_answers_are_forgotten_after_a_day(call, catalogue):
    for number in range(2):
        call("POST", "sessions/", SENT, status=201, headers={"Idempotency-Key": str(number)})
    StoredResponse.objects.filter(key="0").update(at=timezone.now() - timedelta(hours=24))
    assert stored_responses.delete_expired(now=timezone.now()) == 1
    assert StoredResponse.objects.get().key == "1"


def test_key_is_visible_ascii(call, catalogue):
    for key in ["", "a b", "é", "a" * 256]:
        errors = call("POST", "sessions/", SENT, status=400, headers={"Idempotency-Key": key})["errors"]
        assert list(errors) == ["Idempotency-Key"]
    assert not StudySession.objects.exists()
