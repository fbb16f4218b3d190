"""The questions of a skill in their form."""

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


def test_questions_are_shown_as_they_are_and_changed_in_their_fields(carl):
    check = Check.objects.get()
    page = carl.post(reverse("admin:catalog_check_change", args=[check.pk]), form_of(carl, check), follow=True)
    assert "Nothing is changed." in page.text
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
    assert "Question 1: options: has 2 right options, one is needed." in page.text
    assert "Question 2: the skill has no unit “no-such” at this level." in page.text
    assert "Question 2: answer: number needs an answer that is a number." in page.text
    assert 'value="many"' in page.text
    assert page.text.count('class="item-row" id="items-0" open') == 1
    assert not Proposal.objects.exists()


def test_units_of_the_skill_that_is_chosen_are_offered_before_the_first_saving(carl):
    page = carl.get(reverse("admin:catalog_check_add"), {"skill": Check.objects.get().skill_id}).text
    assert '<option value="try-it">1 · Try.</option>' in page
    assert "Choose the skill and save" in carl.get(reverse("admin:catalog_check_add")).text


def test_fields_that_its_document_lacks_are_not_asked_for(carl):
    assert "id_summary" not in carl.get(reverse("admin:catalog_check_add")).text
