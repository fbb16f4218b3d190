import json

import pytest

from guidance.catalog import snapshot
from guidance.web.onboarding.drafts import Draft
from guidance.web.onboarding.placement import DraftPlacement
from tests.factories import make_industry, make_role, make_skill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue():
    make_skill("python", effort=[10, 20, 30, 40])
    make_skill("sql", effort=[5, 10, 20, 40])
    make_skill("rag", effort=[4, 8, 16, 32], prerequisites={"python": 2})
    make_role("ai-engineer", requirements={"python": (2, 5), "sql": (2, 3), "rag": (1, 2)})
    make_industry("healthcare")


@pytest.fixture
def post(client):
    def post(status=200, **question):
        response = client.post("/api/v1/placement/", json.dumps(question), content_type="application/json")
        assert response.status_code == status, response.content
        return response.json()

    return post


def test_questions_follow_from_the_answers_alone_and_end(post):
    answers = []
    while (question := post(role="ai-engineer", answers=answers)["question"]) is not None:
        assert (question["number"], question["of"]) == (len(answers) + 1, 12)
        assert question["text"].startswith("Can you use ")
        assert post(role="ai-engineer", answers=answers[::-1])["question"] == question
        answers.append({"skill": question["skill"], "level": question["level"], "answer": "yes"})
    found = post(role="ai-engineer", answers=answers)
    assert found["levels"]["python"] == 2
    assert found["hours_left"] < found["hours_from_nothing"] == 10 + 20 + 5 + 10 + 4
    assert found["unsure"] == sorted(found["unsure"], key=lambda line: (line["skill"], line["level"]))


def test_the_pages_ask_the_same(post):
    draft = Draft(role="ai-engineer", levels={"sql": 1})
    question = post(role="ai-engineer", levels={"sql": 1})["question"]
    assert DraftPlacement(draft, snapshot.current(), None).next_level == (question["skill"], question["level"])


def test_known_levels_are_not_asked_about(post):
    found = post(role="ai-engineer", levels={"rag": 1, "python": 2, "cobol": 1})
    assert found["question"]["skill"] == "sql"
    assert {line["skill"] for line in found["unsure"]} <= {"sql"}
    assert found["ignored"] == ["cobol"]


@pytest.mark.parametrize(
    ("answers", "where"),
    [
        ([{"skill": "python", "level": 1, "answer": "maybe"}], "answers"),
        ([{"skill": "python", "level": 5, "answer": "yes"}], "answers"),
        ([{"skill": "python", "level": True, "answer": "yes"}], "answers"),
        ([{"skill": "cobol", "level": 1, "answer": "yes"}], "answers"),
        ([{"skill": "sql", "level": 1, "answer": "yes"}] * 2, "answers"),
        ([{"skill": "sql", "level": 1, "answer": "yes"}] * 13, "answers"),
        ("yes", "answers"),
    ],
)
def test_answers_that_are_none_are_explained(post, answers, where):
    assert any(name.startswith(where) for name in post(400, role="ai-engineer", answers=answers)["errors"])


def test_an_answer_about_something_else_changes_nothing(post):
    make_skill("cooking")
    other = [{"skill": "cooking", "level": 1, "answer": "yes"}]
    before, after = post(role="ai-engineer"), post(role="ai-engineer", answers=other)
    assert after["unsure"] == before["unsure"]
