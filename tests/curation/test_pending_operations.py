"""Merges, splits and retirements need two people, unless there is only one."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import User
from guidance.catalog.models import Skill
from guidance.curation import pending_operations, permissions
from guidance.curation.models import Operation, PendingOperation
from tests import factories
from tests.curation.people import browser, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue(settings):
    settings.DEMO = True  # staff without a second factor
    factories.publish(
        factories.skill_document("docker"), factories.skill_document("podman"), factories.skill_document("git")
    )


def new(what: str, slug: str = "podman") -> str:
    return reverse("admin:curation_operation_new", args=[what, "skill", Skill.objects.get(slug=slug).pk])


def ask(user: User, query: str = "?into=docker&note=The+same.") -> PendingOperation:
    address = new("merge") + query
    client = browser(user)
    page = client.get(address)
    assert "A second person has to confirm the change." in page.text
    client.post(address, {"digest": page.context["plan"].digest})
    return PendingOperation.objects.latest("pk")


def act(user: User, pending: PendingOperation, decision: str, **data: str):
    client = browser(user)
    address = reverse("admin:curation_operation_pending", args=[pending.pk])
    plan = client.get(address).context["plan"]
    digest = plan.digest if plan is not None else ""
    return client.post(address, {"decision": decision, "digest": digest, **data}, follow=True)


def test_second_person_confirms_what_the_first_asked_for(rita, mina):
    pending = ask(rita)
    assert (pending.asked_by, pending.note, Operation.objects.count()) == (rita, "The same.", 0)
    assert "Podman" in browser(mina).get("/admin/curation/operation/").text
    assert "Someone else has to confirm" in act(rita, pending, "confirm").text
    page = act(mina, pending, "confirm").text
    assert "requested by Rita" in page
    operation = Operation.objects.get()
    assert (operation.by, operation.asked_by, Skill.objects.get(slug="podman").status) == (mina, rita, "retired")
    pending.refresh_from_db()
    assert (pending.state, pending.operation) == ("done", operation)
    assert "It was carried out." in browser(rita).get(f"/admin/curation/operation/pending/{pending.pk}/").text
    with pytest.raises(ValidationError, match="The request is already carried out"):
        pending_operations.withdraw(pending, by=rita)


def test_what_changed_since_is_shown_again_before_it_is_done(rita, mina):
    pending = ask(rita)
    client, address = browser(mina), f"/admin/curation/operation/pending/{pending.pk}/"
    digest = client.get(address).context["plan"].digest
    factories.publish(factories.skill_document("compose", prerequisites={"podman": 1}))
    answer = client.post(address, {"decision": "confirm", "digest": digest})
    assert (answer.status_code, Operation.objects.count()) == (422, 0)
    assert "The catalogue has changed since this was shown." in answer.text


def test_rejecting_needs_words_and_withdrawing_is_for_who_asked(rita, mina):
    pending = ask(rita)
    assert "Give a reason" in act(mina, pending, "reject").text
    assert "Only Rita, who requested it, can withdraw it." in act(mina, pending, "withdraw").text
    act(mina, pending, "reject", words="They differ.")
    assert "They differ." in browser(rita).get(f"/admin/curation/operation/pending/{pending.pk}/").text
    again = ask(rita)
    act(rita, again, "withdraw")
    assert set(PendingOperation.objects.values_list("state", flat=True)) == {"refused", "withdrawn"}
    assert not Operation.objects.exists()


def test_one_is_asked_for_at_a_time_and_what_is_gone_is_told(rita, mina):
    pending = ask(rita)
    page = browser(mina).post(new("retire"), {"digest": "x"})  # without the form
    assert page.status_code == 200
    client, address = browser(mina), new("retire") + "?into=&note="
    digest = client.get(address).context["plan"].digest
    assert "Rita has already requested this: Merge." in client.post(address, {"digest": digest}).text
    Skill.objects.filter(slug="docker").update(status="retired")
    assert "Confirm</button>" not in client.get(f"/admin/curation/operation/pending/{pending.pk}/").text
    assert "Choose what to do" not in act(mina, pending, "confirm").text


def test_only_reviewer_does_it_alone_and_a_rename_needs_one(rita):
    address = new("merge") + "?into=docker&note="
    client = browser(rita)
    page = client.get(address)
    assert "A second person" not in page.text
    client.post(address, {"digest": page.context["plan"].digest})
    assert Operation.objects.get().by == rita
    person("mina", permissions.REVIEWER)
    assert not pending_operations.needs_second(rita, "rename")
    assert pending_operations.needs_second(rita, "split")


def test_nothing_is_done_that_was_not_chosen(rita, mina):
    pending = ask(rita)
    assert "Choose what to do." in act(mina, pending, "").text
    assert not Operation.objects.exists()
    act(mina, pending, "confirm")
    assert "The request is already carried out." in act(mina, pending, "confirm").text


def test_who_is_left_alone_confirms_what_they_asked_for(rita, mina):
    pending = ask(rita)
    address = f'href="/admin/curation/operation/pending/{pending.pk}/"'
    own = "Requested by you, for someone else to confirm"
    assert address in browser(mina).get("/admin/").text
    assert own in browser(rita).get("/admin/").text
    mina.is_active = False
    mina.save()
    page = browser(rita).get("/admin/").text
    assert (address in page, own in page) == (True, False)
    act(rita, pending, "confirm")
    assert (Operation.objects.get().by, Operation.objects.get().asked_by) == (rita, None)


def test_curators_see_it_and_do_nothing(rita, mina):
    pending = ask(rita)
    carl = person("carl")
    page = act(carl, pending, "confirm")
    assert "Someone else has to confirm" in page.text
    assert not Operation.objects.exists()
