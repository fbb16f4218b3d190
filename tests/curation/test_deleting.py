"""The author of a draft that was never public can delete it, unless something refers to it."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from guidance.catalog.models import Resource, Role, Skill, Version
from guidance.curation import deleting, proposals
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_records_admin import save

pytestmark = pytest.mark.django_db


@pytest.fixture
def carl(settings) -> Client:
    settings.DEMO = True  # staff without a second factor
    factories.publish(
        factories.skill_document("python"), factories.resource_document("book", skills={"python": [0, 2]})
    )
    return browser(person("carl"))


def draft_of(client: Client) -> Skill:
    draft = factories.make_skill("go", status="draft")
    Version.objects.filter(kind="skill", slug="go").update(author=User.objects.get(name="Carl"))
    assert save(client, draft, summary="Mine.", note="Ads name it.").status_code == 302
    return draft


def delete(client: Client, record):
    return client.post(reverse(f"admin:catalog_{record._meta.model_name}_delete", args=[record.pk]), {"post": "yes"})


def test_its_author_deletes_it_after_a_question(carl):
    draft = draft_of(carl)
    address = reverse("admin:catalog_skill_delete", args=[draft.pk])
    form = carl.get(reverse("admin:catalog_skill_change", args=[draft.pk])).text
    assert form.count(f'href="{address}"') == form.count("Delete this draft") > 0
    assert "It was never public." in carl.get(address).text
    assert Skill.objects.filter(pk=draft.pk).exists()
    assert delete(carl, draft).status_code == 302
    assert not Skill.objects.filter(slug="go").exists()
    assert not Version.objects.filter(kind="skill", slug="go").exists()
    assert not Proposal.objects.exists()


def test_not_what_is_public_or_someone_elses_or_in_review(carl):
    draft, other = draft_of(carl), browser(person("dora"))
    assert delete(other, draft).status_code == 403
    assert delete(carl, Skill.objects.get(slug="python")).status_code == 403
    proposals.submit(Proposal.objects.get(), by=User.objects.get(name="Carl"))
    assert delete(carl, draft).status_code == 403


def test_a_link_elsewhere_does_not_though_its_address_begins_alike(carl):
    factories.publish(factories.skill_document("sql", body="See [Golang](/skills/golang/)."))
    assert (
        deleting.users_of(factories.make_starting_point("go", status="draft")) == []
    )  # starting points have no page of their own
    assert deleting.users_of(draft_of(carl)) == []


@pytest.mark.parametrize("how", ["row", "text", "proposal"])
def test_what_names_it_stands_in_the_way(carl, how):
    draft = draft_of(carl)
    role = factories.make_role("maker", name="Maker", status="draft")
    if how == "row":
        factories.make_resource("gopher", skills={"go": (0, 1)}, status="draft")
    elif how == "text":
        Role.objects.filter(pk=role.pk).update(body=f"As [Go]({draft.get_absolute_url()}) does.")
    else:
        book = factories.resource_document("book", skills={"python": [0, 2], "go": [0, 1]})
        proposals.save_proposal(Resource.objects.get(slug="book"), book, author=person("dora"))
    page = delete(carl, draft)
    assert page.status_code == 200
    assert "can’t be deleted, because these records or proposals name it" in page.text
    assert {"row": "Gopher", "text": "Maker", "proposal": "Book"}[how] in page.text
    assert Skill.objects.filter(pk=draft.pk).exists()
