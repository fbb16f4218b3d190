"""A name, alias or slug belongs to one record: who gets an error, when, and with which words."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from guidance.catalog import loading
from guidance.catalog.models import Area, Skill
from guidance.curation import operations, proposals, publishing, publishing_rules, record_documents
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.people import browser, person
from tests.curation.test_proposals import changed, proposed
from tests.curation.test_records_admin import save

pytestmark = pytest.mark.django_db
State = Proposal.ProposalState


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # staff without a second factor


@pytest.fixture
def pytorch(db) -> Skill:
    return factories.make_skill("pytorch", name="PyTorch", aliases=["torch lightning"])


def draft(slug: str, author: User, **data: object) -> Proposal:
    """A new skill, proposed and not yet submitted."""
    if not Area.objects.exists():
        factories.publish(factories.area_document())
    return proposals.propose([factories.skill_document(slug, **data)], author=author)[0]


def link_to(skill: Skill) -> str:
    return f'<a href="/admin/catalog/skill/{skill.pk}/change/">{skill.name}</a>'


@pytest.mark.parametrize(
    "data",
    [
        {"name": "PyTorch"},
        {"name": "PYTORCH"},
        {"name": "Torch  LIGHTNING"},
        {"name": "Deep learning", "aliases": ["pytorch"]},
    ],
)
def test_submitting_a_name_that_another_record_has_is_refused_with_a_link_to_it(pytorch, carl, data):
    proposal = draft("py-torch", carl, **data)
    with pytest.raises(publishing_rules.NotPublishable) as error:
        proposals.submit(proposal, by=carl)
    value = data["aliases"][0] if "aliases" in data else " ".join(data["name"].split())
    (said,) = error.value.messages
    assert said == (
        f"“{value}” is already a name of the skill {link_to(pytorch)}. Choose another name, or change that record first."
    )
    proposal.refresh_from_db()
    assert proposal.state == State.DRAFT


def test_names_of_other_kinds_of_drafts_and_of_retired_records_are_free(pytorch, carl, rita):
    factories.make_role("torch-bearer", name="Torch bearer")
    factories.make_skill("old-torch", name="Torch bearer", status="retired")
    factories.make_skill("future-torch", name="Torch bearer", status="draft")
    proposal = proposals.submit(draft("torch", carl, name="Torch bearer"), by=carl)
    assert publishing.publish([proposal], by=rita) is not None


def test_an_alias_of_a_retired_skill_or_of_a_draft_is_taken(carl):
    retired = factories.make_skill("old-torch", aliases=["lua torch"], status="retired")
    with pytest.raises(ValidationError, match="Old torch</a> \\(retired\\)"):
        draft("torch", carl, aliases=["Lua Torch"])
    factories.make_skill("future-torch", aliases=["torch 3"], status="draft")
    proposal = draft("torch", carl, name="Torch 3")
    with pytest.raises(ValidationError, match="Future torch</a> \\(draft\\)"):
        proposals.submit(proposal, by=carl)
    assert Skill.objects.get(pk=retired.pk).aliases.count() == 1


def test_of_two_proposals_for_one_name_the_first_published_wins_and_the_second_is_told(carl, rita):
    cora = person("cora")
    first = proposals.submit(draft("torch", carl, name="Torch"), by=carl)
    second = proposals.submit(draft("a-torch", cora, name="TORCH"), by=cora)
    assert publishing.publish([second], by=rita) is not None
    with pytest.raises(publishing_rules.NotPublishable, match=r"“Torch” is already a name of the skill .*TORCH</a>"):
        publishing.publish([first], by=rita)
    page = browser(carl).get(f"/admin/curation/proposal/{first.pk}/change/")
    assert "“Torch” is already a name of the skill" in page.text
    assert link_to(Skill.objects.get(slug="a-torch")) in page.text


def test_two_of_one_publication_cannot_have_one_name(carl, rita):
    rows = [proposals.submit(draft(slug, carl, name="Torch"), by=carl) for slug in ("torch-a", "torch-b")]
    with pytest.raises(publishing_rules.NotPublishable) as error:
        publishing.publish(rows, by=rita)
    assert list(error.value.reasons) == [rows[1].pk]
    assert Skill.objects.published().count() == 0


def test_a_name_given_up_in_the_same_publication_is_free(pytorch, carl, rita):
    gives = proposed(pytorch, carl, name="PyTorch 1", submit=True)
    takes = draft("pytorch-2", carl, name="PyTorch")
    takes.state = State.IN_REVIEW  # it could not be submitted until the other one is published
    takes.submitted_at = timezone.now()
    takes.save()
    assert publishing.publish([takes, gives], by=rita) is not None


def test_of_two_scheduled_for_one_name_the_later_goes_back_with_the_reason_in_words(carl, rita):
    now = timezone.now()
    first = proposals.submit(draft("torch", carl, name="Torch"), by=carl)
    second = proposals.submit(draft("a-torch", carl, name="Torch"), by=carl)
    publishing.schedule(first, by=rita, at=now + timedelta(minutes=2))
    with pytest.raises(publishing_rules.NotPublishable, match="is already a name of the skill"):
        publishing.schedule(second, by=rita, at=now + timedelta(minutes=3))
    publishing.schedule(second, by=rita, at=now + timedelta(minutes=1))
    assert publishing.publish_due(now=now + timedelta(minutes=5)) == 1
    first.refresh_from_db()
    assert first.state == State.IN_REVIEW
    assert "“Torch” is already a name of the skill Torch." in first.words
    assert "<" not in first.words


def test_restoring_a_version_whose_name_another_record_has_is_refused(pytorch, carl, rita):
    old = record_documents.newest_version("skill", pytorch.pk)
    publishing.publish([proposed(pytorch, carl, name="PyTorch 2", aliases=None)], by=rita)
    other = proposals.submit(draft("torch", carl, name="Pytorch"), by=carl)
    publishing.publish([other], by=rita)
    pytorch.refresh_from_db()
    proposal = proposals.revert(pytorch, old, by=rita)
    with pytest.raises(publishing_rules.NotPublishable, match=r"Pytorch</a>\."):
        publishing.publish([proposal], by=rita)


def test_publishing_a_retired_record_again_asks_for_its_name(pytorch, carl, rita):
    retired = factories.make_skill("old", name="pytorch", status="retired")
    proposal = proposals.save_proposal(retired, changed(retired, status=None), author=carl)
    with pytest.raises(publishing_rules.NotPublishable, match="“pytorch” is already a name of the skill"):
        proposals.submit(proposal, by=carl)


def test_renaming_and_merging_never_make_a_name_twice(pytorch):
    factories.make_skill("torch", name="Torch", aliases=["lua torch"])
    factories.make_skill("keras")
    taken = operations.plan_rename("skill", "keras", "keras", "LUA  Torch")
    assert [text for text in taken.problems if "'lua torch' is already the name of" in text]
    merged = operations.plan_merge("skill", "torch", "pytorch")
    assert merged.problems == []
    names = merged.changes[1].after.data["aliases"]
    assert sorted(names) == ["Torch", "lua torch", "torch lightning"]


def test_what_the_form_publishes_under_a_name_of_the_pack_no_longer_gets_that_far(pack_folder, carl):
    loading.load(pack_folder.root)
    kube = Skill.objects.get(pk=draft("kube", carl).record_id)
    response = save(browser(carl), kube, name="kubernetes", _submit="1")
    assert response.status_code == 200
    assert (
        f"“kubernetes” is already a name of the skill {link_to(Skill.objects.get(slug='kubernetes'))}." in response.text
    )


def test_the_form_says_who_has_an_alias(pytorch, carl):
    torch = Skill.objects.get(pk=draft("torch", carl, aliases=["t"]).record_id)
    response = save(browser(carl), torch, _save="1", **{"aliases-0-name": "Torch Lightning"})
    assert f"“Torch Lightning” is already a name of the skill {link_to(pytorch)}." in response.text
    assert "Another skill already has this alias." not in response.text


def test_a_proposal_whose_alias_was_taken_since_can_still_be_edited(pytorch, carl, rita):
    keras = factories.make_skill("keras", aliases=["k"])
    loses = proposed(keras, carl, aliases=["k", "tensor"])
    publishing.publish([proposed(pytorch, carl, aliases=["TENSOR"])], by=rita)
    client = browser(carl)
    shown = client.get(f"/admin/catalog/skill/{keras.pk}/change/")
    assert "This form leaves out an alias of your proposal: “tensor” is already a name of the skill" in shown.text
    save(client, keras, summary="Still my words.", _save="1")
    loses.refresh_from_db()
    fresh = Proposal.objects.get(pk=loses.pk).proposed
    assert (fresh.data["summary"], fresh.data["aliases"]) == ("Still my words.", ["k"])
    assert publishing.publish([loses], by=rita) is not None
