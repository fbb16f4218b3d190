"""Resources chosen in the form of a skill: each becomes a proposal for the resource, and no resource changes until it is published."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from guidance.catalog.documents import Document
from guidance.catalog.models import Area, Resource, ResourceSkill, Skill
from guidance.curation import permissions, proposals, record_documents
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_records_admin import save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(settings) -> None:
    settings.DEMO = True  # staff without a second factor
    factories.publish(
        factories.skill_document("python"),
        factories.resource_document("book", skills={"python": [0, 2]}),
        factories.resource_document("course", skills={"sql": [0, 1]}),
    )


@pytest.fixture
def carl(db) -> Client:
    return browser(person("carl"))


def resource(slug: str) -> Resource:
    return Resource.objects.get(slug=slug)


def hours(record: Resource, count: int) -> Document:
    """The proposed or public document of the resource, with these hours."""
    open_one = Proposal.objects.open().of(record).first()
    document = open_one.proposed if open_one else record_documents.document_of(record)
    return replace(document, data={**document.data, "hours": count})


def row(number: int, slug: str, low: int, high: int, total: int) -> dict[str, object]:
    return {
        "uses-TOTAL_FORMS": total,
        f"uses-{number}-resource": resource(slug).pk,
        f"uses-{number}-from_level": low,
        f"uses-{number}-to_level": high,
    }


def test_resources_are_in_the_order_of_the_skills_page(carl):
    factories.publish(factories.resource_document("atlas", skills={"python": [0, 1]}))
    page = carl.get(reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="python").pk]))
    [uses] = [each.formset for each in page.context["inline_admin_formsets"] if each.formset.prefix == "uses"]
    assert [form.instance.resource.slug for form in uses.initial_forms] == ["atlas", "book"]


def test_what_is_changed_is_proposed_for_the_resources(carl):
    python = Skill.objects.get(slug="python")
    response = save(carl, python, **{"uses-0-to_level": 3}, **row(1, "course", 1, 2, 2))
    assert response.status_code == 302
    proposed = {row.slug: (row.state, row.proposed.data["skills"]) for row in Proposal.objects.all()}
    assert proposed == {
        "book": ("draft", {"python": [0, 3]}),
        "course": ("draft", {"sql": [0, 1], "python": [1, 2]}),
    }
    assert list(ResourceSkill.objects.filter(skill=python).values_list("resource__slug", "to_level")) == [("book", 2)]
    page = carl.get(reverse("admin:catalog_skill_change", args=[python.pk])).text
    assert "Proposed and not public yet:" in page
    assert "level 1 to 2" in page


def test_a_resource_that_is_removed_goes_with_the_skill_when_that_is_submitted(carl):
    python = Skill.objects.get(slug="python")
    factories.publish(factories.resource_document("book", skills={"python": [0, 2], "sql": [0, 1]}))
    assert save(carl, python, summary="Mine.", _submit="1", **{"uses-0-DELETE": "on"}).status_code == 302
    states = {row.slug: row.state for row in Proposal.objects.all()}
    assert states == {"book": "in-review", "python": "in-review"}
    assert Proposal.objects.get(kind="resource").proposed.data["skills"] == {"sql": [0, 1]}


def test_a_new_skill_is_submitted_with_a_draft_that_was_added_for_it(carl):
    draft = factories.make_resource("snakes", status="draft", skills={"sql": [0, 1]})
    data = {
        "name": "Snake charming",
        "area": Area.objects.get().pk,
        "kind": "practice",
        "horizon": "core",
        "summary": "Charm them.",
        "uses-INITIAL_FORMS": 0,
        **row(0, "snakes", 0, 2, 1),
        **{
            f"{prefix}-{count}_FORMS": 0
            for prefix in ("aliases", "prerequisites", "units")
            for count in ("TOTAL", "INITIAL")
        },
        **{f"effort_{n}": 5 + n for n in range(4)},
        **{f"level_texts_{n}": f"You can do {n}." for n in range(4)},
        "units-TOTAL_FORMS": 1,
        "units-0-level": 1,
        "units-0-type": "do",
        "units-0-minutes": 30,
        "units-0-text": "Play a tune to a basket.",
    }
    checked = carl.post(reverse("admin:catalog_skill_checks"), {**data, "record": ""}).text
    assert "1 unit, 30 min in all." in checked
    assert "1 resource; there should be 3." in checked
    data["_submit"] = "1"
    assert carl.post(reverse("admin:catalog_skill_add"), data).status_code == 302
    skill = Skill.objects.get(slug="snake-charming")
    draft.refresh_from_db()
    assert (skill.status, draft.status) == ("in-review", "in-review")
    assert skill.units.get().key == "play-a-tune-to-a"
    assert record_documents.document_of(draft).data["skills"] == {"sql": [0, 1], "snake-charming": [0, 2]}


def test_what_was_saved_before_is_submitted_with_the_skill_and_counts(carl):
    """The rows for them in the form are empty after the first save."""
    python = factories.make_skill("snakes", status="draft")
    factories.publish(factories.resource_document("video", skills={"sql": [0, 1]}))
    rows = [row(number, slug, 0, 2, 3) for number, slug in enumerate(("book", "course", "video"))]
    save(carl, python, **(rows[0] | rows[1] | rows[2]))
    page = carl.get(reverse("admin:catalog_skill_change", args=[python.pk])).text
    assert "(draft, submitted together with this skill)" in " ".join(page.split())
    assert "3 resources are proposed for this skill in drafts that aren’t submitted." in page
    assert "there should be 3" not in page
    proposals.save_proposal(resource("video"), hours(resource("video"), 9), author=User.objects.get(name="Carl"))
    assert save(carl, python, _submit="1").status_code == 302
    states = {row.slug: row.state for row in Proposal.objects.all()}
    # If a proposal changes something else too, its author has to submit it.
    assert states == {"snakes": "in-review", "book": "in-review", "course": "in-review", "video": "draft"}
    rita = browser(person("rita", permissions.REVIEWER))
    review = rita.get(reverse("admin:curation_proposal_change", args=[Proposal.objects.get(slug="snakes").pk])).text
    assert "2 resources are proposed for this skill and aren’t public on its page yet." in review
    assert "there should be 3" not in review


def test_a_proposal_for_two_skills_keeps_both_reasons_and_says_so(carl):
    for slug in ("snakes", "baskets"):
        save(carl, factories.make_skill(slug, status="draft"), **row(0, "book", 0, 2, 1))
    assert Proposal.objects.get().note == "For the skill “Snakes”.\nFor the skill “Baskets”."
    page = carl.get(reverse("admin:catalog_skill_change", args=[Skill.objects.get(slug="baskets").pk])).text
    assert "The same proposal changes the resource for Snakes too." in page


def test_what_is_proposed_for_a_draft_follows_its_new_slug(carl):
    snakes = factories.make_skill("snakes", status="draft")
    save(carl, snakes, **row(0, "book", 0, 2, 1))
    assert save(carl, snakes, slug="serpents", _submit="1").status_code == 302
    assert {row.slug: row.state for row in Proposal.objects.all()} == {"serpents": "in-review", "book": "in-review"}
    assert Proposal.objects.get(slug="book").proposed.data["skills"] == {"python": [0, 2], "serpents": [0, 2]}


def test_whatever_is_proposed_for_other_records_follows_the_new_slug_of_a_draft(carl):
    snakes = factories.make_skill("snakes", status="draft")
    python = Skill.objects.get(slug="python")
    document = record_documents.document_of(python)
    needs = replace(
        document, data={**document.data, "prerequisites": {"snakes": 1}}, body="See [them](/skills/snakes).\n"
    )
    proposals.save_proposal(python, needs, author=person("rita"))
    assert save(carl, snakes, slug="serpents").status_code == 302
    proposed = Proposal.objects.get(slug="python").proposed
    assert (proposed.data["prerequisites"], proposed.body) == ({"serpents": 1}, "See [them](/skills/serpents).\n")


def test_someone_elses_proposal_is_in_the_way_and_what_was_typed_stays(carl):
    book = resource("book")
    proposals.save_proposal(book, hours(book, 9), author=person("rita"))
    python = Skill.objects.get(slug="python")
    response = save(carl, python, summary="Typed.", **{"uses-0-to_level": 3})
    assert response.status_code == 200
    assert "Book: Rita" in response.text
    assert 'value="Typed."' in response.text
    assert Proposal.objects.count() == 1


def test_a_resource_that_is_added_while_the_skill_is_in_review_is_in_review_too(carl):
    python = factories.make_skill("snakes", status="draft")
    save(carl, python, _submit="1", note="For zoos.", **row(0, "book", 0, 2, 1))
    save(carl, python, note="For zoos and parks.", **row(0, "course", 0, 2, 1))
    states = {row.slug: row.state for row in Proposal.objects.all()}
    assert states == {"snakes": "in-review", "book": "in-review", "course": "in-review"}
    assert Proposal.objects.get(slug="snakes").note == "For zoos and parks."
    page = carl.get(reverse("admin:catalog_skill_change", args=[python.pk])).text
    assert "reviewers see your changes immediately" in page
    assert "Before you submit" not in page
