"""`/me/checks/`: only with a session, question by question, and no solution before the answer is given."""

import json

import pytest

from guidance.catalog import snapshot
from guidance.progress import checks
from guidance.progress.models import CheckAnswer, QuickCheck
from tests.api.me.test_base import bearer
from tests.factories import check_document, choice_item, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def items(catalogue):
    publish(
        check_document(
            "python", items=[choice_item(1, number, source="https://docs.example/a") for number in range(1, 11)]
        )
    )


def chosen(key: str, *, right: bool) -> list[str]:
    item = next(item for item in snapshot.current().items_of["python", 1] if item.key == key)
    return [next(checks.option_id(option) for option in item.options if option.right is right)]


def test_a_check_from_its_first_question_to_its_result(items, call, lena):
    running = call("POST", "checks/", {"skill": "python", "level": 1}, status=201)
    assert (running["number"], running["of"], running["needed"], running["passed"]) == (1, 5, 4, None)
    for number in range(1, 6):
        question = running["question"]
        assert set(question) == {"item", "kind", "question", "code", "unit", "options"}
        assert not {"why", "docs.example", "right", "solution"} & set(json.dumps(question).split('"'))
        sent = {"item": question["item"], "answer": chosen(question["item"], right=number > 1)}
        told = call("POST", f"checks/{running['id']}/answers/", sent)
        assert told["right"] is (number > 1)
        assert sum(option["right"] for option in told["options"]) == 1
        assert all(option["why"] for option in told["options"])
        running = told["check"]
    assert (running["question"], running["number"], running["right"], running["passed"]) == (None, None, 4, True)
    assert call("GET", "checks/")["results"] == [
        {
            key: running[key]
            for key in ("id", "skill", "level", "purpose", "on", "of", "needed", "answered", "right", "passed")
        }
    ]
    assert call("GET", "levels/")["results"][0]["kind"] == "check"


@pytest.mark.parametrize("scope", ["read", "write"])
def test_no_token_takes_a_check(items, call, lena, scope):
    begun = call("POST", "checks/", {"skill": "python", "level": 1}, status=201)
    token = bearer(lena, scope)
    for method, path, sent in (
        ("GET", "checks/", None),
        ("POST", "checks/", {"skill": "python", "level": 1}),
        ("GET", f"checks/{begun['id']}/", None),
        ("POST", f"checks/{begun['id']}/answers/", {"item": begun["question"]["item"], "answer": ["a"]}),
    ):
        token(method, path, sent, status=403)
    assert not CheckAnswer.objects.exists()


def test_what_cannot_be_answered_says_why_and_stores_nothing(items, call, marek_calls):
    begun = call("POST", "checks/", {"skill": "python", "level": 1}, status=201)
    path, key = f"checks/{begun['id']}/answers/", begun["question"]["item"]
    assert call("POST", path, {"item": key, "answer": ["x"]}, status=400)["errors"] == {
        "answer": ["This is not one of the options."]
    }
    assert call("POST", path, {"item": key, "answer": []}, status=400)["errors"] == {"answer": ["Choose an answer."]}
    assert (
        call("POST", path, {"item": "another", "answer": ["x"]}, status=409)["detail"] == "This question was not asked."
    )
    marek_calls("POST", path, {"item": key, "answer": ["x"]}, status=404)
    marek_calls("GET", f"checks/{begun['id']}/", status=404)
    assert not CheckAnswer.objects.exists()
    call("POST", path, {"item": key, "answer": chosen(key, right=True)})
    again = call("POST", path, {"item": key, "answer": chosen(key, right=True)}, status=409)
    assert again["detail"] == "You have answered this question already."


def test_a_check_that_is_open_is_the_answer_and_the_next_waits_a_day(items, call):
    begun = call("POST", "checks/", {"skill": "python", "level": 1}, status=201)
    assert call("POST", "checks/", {"skill": "python", "level": 1})["id"] == begun["id"]
    while (question := call("GET", f"checks/{begun['id']}/")["question"]) is not None:
        sent = {"item": question["item"], "answer": chosen(question["item"], right=False)}
        call("POST", f"checks/{begun['id']}/answers/", sent)
    refused = call("POST", "checks/", {"skill": "python", "level": 1}, status=409)
    assert refused["detail"].startswith("You can take the next check of this skill on")
    assert QuickCheck.objects.count() == 1


def test_a_level_without_items_is_refused_by_name(items, call):
    assert call("POST", "checks/", {"skill": "sql", "level": 1}, status=400)["errors"] == {
        "level": ["There are no questions for this level."]
    }
