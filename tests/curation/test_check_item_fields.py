"""The questions of a skill in their form."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from guidance.catalog.models import Check
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_records_admin import form_of, save

pytestmark = pytest.mark.django_db
UNIT = {"id": "try-it", "do": "Try.", "minutes": 60}
NUMBER = {
    "id": "how-many",
    "level": 1,
    "kind": "number",
    "question": "How many?",
    "answer": 2.5,
    "tolerance": 0.5,
    "unit": "ms",
    "why": "So many.",
    "taught_by": "try-it",
}


@pytest.fixture
def carl(settings) -> Client:
    settings.DEMO = True  # staff without a second factor
    factories.publish(
        factories.skill_document("python", units={1: [UNIT]}),
        factories.check_document("python", items=[factories.choice_item(1, 1), NUMBER]),
    )
    return browser(person("carl"))


def errors(page) -> dict[str, list[str]]:
    """The errors at the fields of the questions, by name of the field."""
    found: dict[str, list[str]] = {}
    for number, form in enumerate(rows_of(page)):
        for part, said in form.items():
            found.setdefault(f"items-{number}-{part}", []).append(said)
    return found


def rows_of(page) -> list[dict[str, str]]:
    wrong = page.context["adminform"].form.fields["items"].widget.wrong
    return [wrong.get(number, {}) for number in range(max(wrong, default=-1) + 1)]


def test_questions_are_shown_as_they_are_and_changed_in_their_fields(carl):
    check = Check.objects.get()
    page = carl.post(reverse("admin:catalog_check_change", args=[check.pk]), form_of(carl, check), follow=True)
    assert "Nothing was changed." in page.text
    assert save(carl, check, **{"items-0-question": "What else?", "items-1-remove": "on"}).status_code == 302
    (item,) = Proposal.objects.get().proposed.data["items"]
    assert item == {**factories.choice_item(1, 1), "question": "What else?"}


def test_a_question_is_added_and_gets_a_key_from_its_words(carl):
    check = Check.objects.get()
    new = {"level": "1", "kind": "several", "question": "Which of these are even?", "taught_by": "try-it"}
    for place in range(4):
        new |= {f"option-{place}-text": str(place + 1), f"option-{place}-why": "It is."}
    new |= {"option-1-right": "on", "option-3-right": "on"}
    typed = {f"items-2-{key}": value for key, value in new.items()} | {"items-count": "5"}
    assert save(carl, check, **typed).status_code == 302
    item = Proposal.objects.get().proposed.data["items"][2]
    assert item["id"] == "which-of-these-are-even"
    assert [option.get("right", False) for option in item["options"]] == [False, True, False, True]


def test_what_is_wrong_is_said_at_its_question_and_nothing_typed_is_lost(carl):
    check = Check.objects.get()
    change = {"items-0-option-0-right": "on", "items-1-taught_by": "no-such", "items-1-answer": "many"}
    page = save(carl, check, **change)
    assert page.status_code == 200
    said = errors(page)
    assert said["items-0-options"] == ["2 options are marked right; it needs one."]
    assert said["items-1-taught_by"] == ["The skill has no unit “no-such” at this level."]
    assert said["items-1-answer"] == ["“Answer” must be a number."]
    assert 'value="many"' in page.text
    assert len(re.findall(r'class="item-row" id="items-0"\s+open', page.text)) == 1
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        ("answer", "nan", "“Answer” must be a number, or one line of at most 60 characters."),
        ("answer", "-inf", "“Answer” must be a number, or one line of at most 60 characters."),
        ("level", "1" * 5_000, "“Level” must be a whole number from 1 to 4."),
    ],
)
def test_number_that_no_document_can_hold_is_said_at_its_field(carl, part, typed, said):
    page = save(carl, Check.objects.get(), **{f"items-1-{part}": typed})
    assert errors(page)[f"items-1-{part}"] == [said]


def test_error_stands_once_at_its_part_and_the_panel_leads_there(carl):
    check = Check.objects.get()
    change = {"items-0-option-1-text": "x" * 500, "items-1-question": "y" * 401, "items-1-code": "print(1)"}
    page = save(carl, check, **change)
    form, panel = re.split('<aside class="writing-aside">', page.text)
    for number, part, said in (
        (1, "items-0-option-1-text", "Option 2 has 500 characters, but at most 140 are allowed."),
        (2, "items-1-question", "“Question” has 401 characters, but at most 400 are allowed."),
    ):
        assert form.count(said) == panel.count(said) == 1
        assert re.search(rf'class="errorlist" id="id_{part}_error">\s*<li>{said}', form)
        assert f"<b>Question {number}</b>" in panel
        assert f'href="#id_{part}"' in panel
    assert "x" * 500 in form
    assert "y" * 401 in form
    assert form.count('class="form-field item-question errors"') == 1
    assert "field-items errors" not in form
    assert form.count('aria-invalid="true"') == 2
    live = carl.post(reverse("admin:catalog_check_checks"), {**form_of(carl, check), **change, "record": check.pk}).text
    assert 'data-path="items.items-0.option-1-text"' in live


def test_numbers_are_those_of_the_form_also_where_something_before_is_removed_or_empty(carl):
    check = Check.objects.get()
    page = save(carl, check, **{"items-0-remove": "on", "items-1-why": "z" * 300, "items-count": "5"})
    assert errors(page) == {"items-1-why": ["“Why” has 300 characters, but at most 240 are allowed."]}
    assert re.search('name="items-0-remove"[^>]*checked', page.text)
    page = save(
        carl, check, **{"items-0-option-0-text": "", "items-0-option-0-why": "", "items-0-option-2-text": "x" * 141}
    )
    assert errors(page) == {
        "items-0-options": ["This question has 3 options; it needs 4."],
        "items-0-option-2-text": ["Option 3 has 141 characters, but at most 140 are allowed."],
    }


def test_what_a_kind_needs_is_said_in_words_of_the_form(carl):
    check = Check.objects.get()
    page = save(carl, check, **{"items-0-answer": "4", "items-1-kind": "output", "items-1-why": ""})
    assert errors(page) == {
        "items-0-answer": ["“Answer” is only for a number or an output. Leave it empty."],
        "items-1-why": ["“Why” is empty."],
        "items-1-code": ["“Code” is empty."],
        "items-1-tolerance": ["“Tolerance” is only for a number. Leave it empty."],
        "items-1-unit": ["“Unit” is only for a number. Leave it empty."],
    }
    page = save(carl, check, **{"items-1-kind": ""})
    assert errors(page) == {"items-1-kind": ["“Kind” is empty."]}


def test_units_of_the_skill_that_is_chosen_are_offered_before_the_first_saving(carl):
    page = carl.get(reverse("admin:catalog_check_add"), {"skill": Check.objects.get().skill_id}).text
    assert '<option value="try-it">1 · Try.</option>' in page
    assert "Choose the skill and save" in carl.get(reverse("admin:catalog_check_add")).text


def test_fields_that_its_document_lacks_are_not_asked_for(carl):
    assert "id_summary" not in carl.get(reverse("admin:catalog_check_add")).text
