"""One person with two tabs: messages and results when both save a form."""

import pytest
from django.test import Client
from django.urls import reverse

from guidance.catalog.models import Skill
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_records_admin import form_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl(settings) -> Client:
    settings.DEMO = True  # staff without a second factor
    factories.publish(factories.skill_document("python"))
    return browser(person("carl"))


@pytest.fixture
def python(carl) -> Skill:
    return Skill.objects.get()


def change(record) -> str:
    return reverse("admin:catalog_skill_change", args=[record.pk])


def decide(client: Client, proposal: Proposal, decision: str):
    address = reverse("admin:curation_proposal_change", args=[proposal.pk])
    seen = client.get(address).context["seen"]
    return client.post(address, {"seen": seen, "decision": decision}, follow=True)


def test_a_second_text_of_ones_own_is_put_into_the_open_proposal(carl, python):
    first, second = form_of(carl, python), form_of(carl, python)
    carl.post(change(python), {**first, "summary": "Of the first tab.", "note": "Why."})
    page = carl.post(change(python), {**second, "summary": "Of the second tab.", "demand": "7"}, follow=True).text
    assert "You saved another text for this record while you were writing this one" in page
    assert "Someone else" not in page
    text, open_one = Proposal.objects.order_by("-pk")[0], Proposal.objects.order_by("pk")[0]
    assert "Both changed:" in page
    decide(carl, text, "join")  # without a choice nothing happens
    assert "demand" not in Proposal.objects.get(pk=open_one.pk).proposed.data
    assert "Added to your open proposal" in decide(carl, text, "join-mine").text
    open_one = Proposal.objects.get(pk=open_one.pk)
    assert (open_one.proposed.data["summary"], open_one.proposed.data["demand"]) == ("Of the second tab.", 7)
    assert (open_one.note, open_one.state) == ("Why.", "draft")


def test_a_second_text_of_someone_else_cannot_be_put_there(carl, python):
    first, other = form_of(carl, python), browser(person("cora"))
    carl.post(change(python), {**first, "summary": "Mine."})
    other.post(change(python), {**first, "summary": "Hers."})
    assert (
        "Your two texts"
        not in other.get(reverse("admin:curation_proposal_change", args=[Proposal.objects.latest("pk").pk])).text
    )
    decide(other, Proposal.objects.latest("pk"), "join-mine")
    assert Proposal.objects.open().get().proposed.data["summary"] == "Mine."


def test_what_was_saved_in_another_tab_is_replaced_where_one_says_so(carl, python):
    save(carl, python, summary="First.")
    tab = form_of(carl, python)
    save(carl, python, summary="Of the other tab.")
    response = carl.post(change(python), {**tab, "summary": "Of this tab."})
    assert "You saved it since you opened this page" in response.text
    assert Proposal.objects.get().proposed.data["summary"] == "Of the other tab."
    again = {**tab, "summary": "Of this tab.", "replaces": response.context["editing"].seen}
    assert carl.post(change(python), again).status_code == 302
    assert Proposal.objects.get().proposed.data["summary"] == "Of this tab."


def test_why_is_kept_until_there_is_a_proposal(carl, python):
    page = carl.post(change(python), {**form_of(carl, python), "note": "Later."}, follow=True)
    assert "Nothing was changed." in page.text
    assert carl.get(change(python)).context["note"] == "Later."
    save(carl, python, summary="Other.", note="Now.")
    assert (Proposal.objects.get().note, carl.get(change(python)).context["note"]) == ("Now.", "Now.")


def test_a_new_record_says_whether_it_waits_for_a_review(carl):
    counts = {
        f"{name}-{what}_FORMS": 0
        for name in ("units", "uses", "prerequisites", "aliases")
        for what in ("TOTAL", "INITIAL")
    }
    data = {
        "name": "Snake charming",
        "summary": "Charm them.",
        "area": Skill.objects.get().area_id,
        "kind": "practice",
        "horizon": "core",
        "note": "Readers asked.",
        **counts,
        **{f"effort_{n}": 5 + n for n in range(4)},
        **{f"level_texts_{n}": f"You can do {n}." for n in range(4)},
    }
    page = carl.post(reverse("admin:catalog_skill_add"), {**data, "_continue": "1"}, follow=True)
    assert "No one reviews it until you submit it." in page.text
    skill = Skill.objects.get(slug="snake-charming")
    assert page.context["note"] == "Readers asked."
    page = carl.post(
        change(skill), {**form_of(carl, skill), "note": "Readers asked.", "_submit": "1"}, follow=True
    ).text
    assert "is now in review." in page
    assert "added successfully" not in page
    assert Proposal.objects.get().note == "Readers asked."
