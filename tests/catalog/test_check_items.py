"""Check items: what a file may contain for each kind of item, and that only curators can read a whole one."""

from typing import Any

import pytest
import yaml

from guidance.catalog import snapshot
from guidance.catalog.documents import parse, render
from guidance.catalog.models import Change, SearchEntry
from tests.factories import choice_item, make_check, make_skill

ORDER = {
    "id": "first-steps",
    "level": 1,
    "kind": "order",
    "question": "In which order do you work?",
    "options": [{"text": "Read the error"}, {"text": "Find the line"}, {"text": "Change it"}],
    "why": "The error names the line.",
}
NUMBER = {
    "id": "recall",
    "level": 2,
    "kind": "number",
    "question": "What is the recall?",
    "answer": 0.75,
    "tolerance": 0.005,
    "why": "Three of four.",
}
OUTPUT = {
    "id": "sum-of-a-list",
    "level": 1,
    "kind": "output",
    "question": "What does it print?",
    "code": "for row in [1, 2]:\n    print(row)\n",
    "answer": "1 2",
    "why": "The loop runs twice.",
}


def document_of(*items: dict[str, Any]) -> str:
    front = yaml.safe_dump({"name": "Python", "skill": "python", "items": list(items)}, sort_keys=False)
    return f"---\n{front}---\n"


def problems_of(item: dict[str, Any]) -> list[str]:
    _document, problems = parse(document_of(item), kind="check", slug="python")
    return [problem.message for problem in problems]


def test_every_kind_is_read_and_written_as_it_was():
    document, problems = parse(
        document_of(choice_item(1, 1), ORDER, NUMBER, OUTPUT), kind="check", slug="python", file="python.md"
    )
    assert problems == []
    text = render(document)
    assert "    code: |\n      for row in [1, 2]:\n          print(row)\n" in text
    assert parse(text, kind="check", slug="python", file="python.md")[0] == document


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (choice_item(1, 1, options=choice_item(1, 1)["options"][:3]), "has 3 options; 4 are needed"),
        (choice_item(1, 1, kind="several"), "has 1 right option; two or three are needed"),
        (choice_item(1, 1, answer=1), "choice has no answer other than its options"),
        (choice_item(1, 1, options=[{"text": letter} for letter in "ABCD"]), "why is missing"),
        (choice_item(1, 1, id="x" * 41), "id has 41 characters; at most 40 are allowed"),
        (ORDER | {"options": [{"text": "A", "right": True}, {"text": "B"}, {"text": "C"}]}, "none is marked as right"),
        ({key: value for key, value in ORDER.items() if key != "why"}, "why is missing"),
        (NUMBER | {"answer": "three"}, "number needs an answer of type number"),
        (OUTPUT | {"unit": "rows"}, "unit is only for number"),
        ({key: value for key, value in OUTPUT.items() if key != "code"}, "code is missing"),
    ],
)
def test_what_does_not_fit_the_kind_is_said(item, said):
    assert any(said in message for message in problems_of(item)), problems_of(item)


@pytest.mark.django_db
def test_a_withdrawn_item_is_not_asked():
    make_skill("python")
    make_check("python", items=[choice_item(1, 1), choice_item(1, 2, withdrawn=True), choice_item(2, 3)])
    found = snapshot.current().items_of
    assert {key: [item.key for item in items] for key, items in found.items()} == {
        ("python", 1): ["item-1-1"],
        ("python", 2): ["item-2-3"],
    }


@pytest.mark.django_db
def test_items_are_in_neither_search_nor_the_feed_of_changes(client):
    make_skill("python")
    make_check("python")
    assert Change.objects.filter(kind="check").exists()
    assert not SearchEntry.objects.filter(kind="check").exists()
    changes = client.get("/api/v1/changes/").json()["results"]
    assert {change["kind"] for change in changes} == {"area", "skill"}
