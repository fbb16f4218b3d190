"""The form of a record in the workflow: what is saved where, and that no input gets lost."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from guidance.catalog import snapshot
from guidance.catalog.models import Area, Resource, Revision, Role, Skill, Version
from guidance.curation import proposals, publishing
from guidance.curation.models import Proposal
from tests import factories
from tests.curation.test_proposals import changed, public
from tests.curation.test_records_admin import form_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # staff without a second factor


def client_of(name: str, *groups: str, **fields: object) -> Client:
    user = User.objects.create_user(f"{name}@example.org", name=name.capitalize(), is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def carl(db) -> Client:
    return client_of("carl", "Curator")


@pytest.fixture
def rita(db) -> Client:
    return client_of("rita", "Reviewer")


@pytest.fixture
def python(db) -> Skill:
    factories.publish(
        factories.skill_document("sql"),
        factories.skill_document("git"),
        factories.skill_document("python", aliases=["py", "cpython"], prerequisites={"sql": 1, "git": 2}),
        factories.resource_document("book", skills={"python": [0, 2]}),
    )
    return Skill.objects.get(slug="python")


def page_of(record) -> str:
    return reverse(f"admin:catalog_{record._meta.model_name}_change", args=[record.pk])


def proposed() -> dict[str, object]:
    return Proposal.objects.get().proposed.data


def test_form_shows_what_is_proposed_and_saves_it_again_with_its_rows(python, carl):
    before = public()
    assert save(carl, python, summary="Mine.", note="It was wrong.").status_code == 302
    assert (proposed()["summary"], proposed()["prerequisites"]) == ("Mine.", {"sql": 1, "git": 2})
    page = carl.get(page_of(python)).text
    assert 'value="Mine."' in page
    assert "This is a proposal." in page
    assert ">It was wrong.</textarea>" in page
    # The rows in that form no longer exist. One is deleted, one changes, one is added.
    change = {
        "prerequisites-0-DELETE": "on",
        "prerequisites-1-level": 3,
        "aliases-TOTAL_FORMS": 3,
        "aliases-2-name": "python3",
        "aliases-2-skill": python.pk,
    }
    assert save(carl, python, **change).status_code == 302
    assert (proposed()["prerequisites"], proposed()["aliases"]) == ({"git": 3}, ["py", "cpython", "python3"])
    assert proposed()["summary"] == "Mine."
    assert public() == before
    assert Skill.objects.get(pk=python.pk).prerequisites.count() == 2
    assert set(LogEntry.objects.values_list("change_message", flat=True)) == {"Proposed a change."}


def test_saving_and_submitting_at_once(python, carl):
    response = save(carl, python, summary="Mine.", _submit="1", note="Short.")
    assert response.status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.note) == ("in-review", "Short.")
    page = carl.get(response.url).text
    assert "is now in review." in page
    assert 'name="_submit"' not in page


def test_draft_is_written_and_submitted_with_its_rows(python, carl, rita):
    values = {
        field.html_name: field.value()
        for field in carl.get(reverse("admin:catalog_skill_add")).context["adminform"].form
    }
    assert "status" not in values
    data = {
        "name": "Go",
        "slug": "go",
        "area": Area.objects.get().pk,
        "kind": "tool",
        "horizon": "core",
        "summary": "A language.",
        "body": "",
        "aliases-TOTAL_FORMS": 0,
        "aliases-INITIAL_FORMS": 0,
        "prerequisites-TOTAL_FORMS": 1,
        "prerequisites-INITIAL_FORMS": 0,
        "prerequisites-0-requires": python.pk,
        "prerequisites-0-level": 1,
        "uses-TOTAL_FORMS": 0,
        "uses-INITIAL_FORMS": 0,
        "units-TOTAL_FORMS": 0,
        "units-INITIAL_FORMS": 0,
        "esco": "",
        "onet": "",
        **{f"effort_{n}": 5 + n for n in range(4)},
        **{f"level_texts_{n}": f"You can do {n}." for n in range(4)},
    }
    incomplete = {**data, "effort_3": "", "level_texts_3": "", "_submit": "1"}
    response = carl.post(reverse("admin:catalog_skill_add"), incomplete)
    assert response.status_code == 200
    assert "the text of level 4 is missing" in response.text
    assert not Skill.objects.filter(slug="go").exists()
    assert carl.post(reverse("admin:catalog_skill_add"), {**data, "_save": "1"}).status_code == 302
    go = Skill.objects.get(slug="go")
    assert (go.status, Proposal.objects.count(), Revision.objects.count()) == ("draft", 0, 1)
    assert save(carl, go, name="Golang", _submit="1").status_code == 302
    go.refresh_from_db()
    proposal = Proposal.objects.get()
    assert (go.status, go.name, proposal.name, proposal.state) == ("in-review", "Golang", "Golang", "in-review")
    assert save(carl, go, name="Go language").status_code == 302  # the draft continues, and so does the proposal
    proposal.refresh_from_db()
    assert (Proposal.objects.get().name, proposals.is_outdated(proposal)) == ("Go language", False)
    publishing.publish([proposal], by=rita.user)
    assert dict(snapshot.build().skills["go"].prerequisites) == {"python": 1}


def test_somebody_elses_proposal_is_read_and_not_changed(python, carl, rita):
    save(carl, python, summary="Mine.")
    for client in (client_of("cora", "Curator"), rita):
        page = client.get(page_of(python))
        assert "Mine." in page.text
        assert "Only its author, Carl, can change it." in page.text
        assert 'name="_save"' not in page.text
        assert (
            client.post(page_of(python), {"seen": page.context["seen"], "name": "X", "_save": "1"}).status_code == 403
        )
    assert proposed()["name"] == "Python"


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(python, carl):
    save(carl, python, summary="Before.")
    first, second = form_of(carl, python), form_of(carl, python)
    assert carl.post(page_of(python), {**first, "summary": "First."}).status_code == 302
    response = carl.post(page_of(python), {**second, "summary": "Typed in another tab."})
    assert response.status_code == 200
    assert "You saved it since you opened this page" in response.text
    assert 'value="Typed in another tab."' in response.text
    again = carl.post(page_of(python), {**second, "summary": "Typed in another tab.", "seen": response.context["seen"]})
    assert "You saved it since" in again.text
    assert proposed()["summary"] == "First."
    missing = {name: value for name, value in second.items() if name != "seen"}
    assert "You saved it since" in carl.post(page_of(python), missing).text


def test_two_curators_on_one_record_both_keep_their_text(python, carl, rita):
    cora = client_of("cora", "Curator")
    hers = form_of(cora, python)
    save(carl, python, summary="Carl's words.", _submit="1")
    theirs = Proposal.objects.get()
    response = cora.post(
        page_of(python), {**hers, "summary": "Cora's words.", "prerequisites-0-level": "3", "note": "Why"}
    )
    proposal = Proposal.objects.get(author=cora.user)
    assert response.url == reverse("admin:curation_proposal_change", args=[proposal.pk])
    assert (proposal.state, proposal.base, proposal.note) == ("withdrawn", 1, "Why")
    assert (proposal.proposed.data["summary"], proposal.proposed.data["prerequisites"]) == (
        "Cora's words.",
        {"sql": 3, "git": 2},
    )
    shown = cora.get(response.url)
    page = shown.text
    assert "Your text was saved here." in page
    assert "Carl has proposed another change to this record." in page
    assert [(one.field, one.is_conflict, bool(one.theirs)) for one in shown.context["beside"]] == [
        ("summary", True, True),
        ("prerequisites", False, False),
    ]
    for word in ("Carl", "Cora"):
        assert f"<ins>{word}" in page
    assert "changed in both" in page
    assert 'value="resume"' not in page
    seen = shown.context["seen"]
    assert "Wait until it is decided" in cora.post(response.url, {"decision": "resume", "seen": seen}, follow=True).text
    publishing.publish([theirs], by=rita.user)
    page = cora.get(response.url)
    assert 'value="resume"' in page.text
    cora.post(response.url, {"decision": "resume", "seen": page.context["seen"]})
    page = cora.get(response.url)
    assert page.context["conflicts"] == ["summary"]
    assert "Update, keeping the proposal where both changed" in page.text
    cora.post(response.url, {"decision": "update-mine", "seen": page.context["seen"]})
    publishing.publish([proposals.submit(Proposal.objects.get(pk=proposal.pk), by=cora.user)], by=rita.user)
    public = snapshot.build().skills["python"]
    assert (public.summary, dict(public.prerequisites)) == ("Cora's words.", {"sql": 3, "git": 2})


def test_what_others_made_of_a_record_is_shown_to_those_who_may_see_it(python, carl, rita):
    cora = client_of("cora", "Curator")
    hers = form_of(cora, python)
    save(carl, python, summary="Carl's words.", _submit="1")
    address = cora.post(page_of(python), {**hers, "summary": "Cora's words."}).url
    assert "Carl&#x27;s" in cora.get(address).text or "<ins>Carl" in cora.get(address).text
    cora.user.groups.clear()
    cora.user.user_permissions.set(Permission.objects.filter(codename__in=["view_proposal", "view_role"]))
    page = cora.get(address)
    assert (page.status_code, "beside" in page.context) == (200, False)
    assert "<ins>Carl" not in page.text
    assert "<ins>Cora" in page.text


def test_text_that_was_left_is_taken_up_later(python, carl, rita):
    hers = form_of(carl, python)
    factories.publish(changed(python, summary="Someone else’s words."))
    address = carl.post(page_of(python), {**hers, "summary": "Carl's words."}).url
    page = carl.get(address)
    assert '<button class="act small" name="decision" value="withdraw">Withdraw</button>' in page.text
    carl.post(address, {"decision": "withdraw", "seen": page.context["seen"]})
    assert Proposal.objects.get().state == "withdrawn"
    page = carl.get(address)
    assert [(one.field, one.is_conflict) for one in page.context["beside"]] == [("summary", True)]
    carl.post(address, {"decision": "resume", "seen": page.context["seen"]})
    carl.post(address, {"decision": "update-mine", "seen": carl.get(address).context["seen"]})
    assert (Proposal.objects.get().state, proposed()["summary"]) == ("draft", "Carl's words.")


def test_what_was_typed_on_a_version_that_was_replaced_is_a_proposal_to_bring_up_to_date(python, carl, rita):
    hers = form_of(carl, python)
    publishing.publish(
        proposals.propose([changed(python, prerequisites={"git": 1}, aliases=["py"])], author=rita.user, submit=True),
        by=client_of("rob", "Reviewer").user,
    )
    response = carl.post(page_of(python), {**hers, "summary": "Typed before.", "aliases-1-name": "Cpython 3"})
    proposal = Proposal.objects.get(author=carl.user)
    assert response.url == reverse("admin:curation_proposal_change", args=[proposal.pk])
    assert (proposal.state, proposal.base) == ("draft", 1)
    assert proposal.proposed.data["aliases"] == ["py", "Cpython 3"]
    assert proposal.proposed.data["prerequisites"] == {"sql": 1, "git": 2}
    assert carl.get(response.url).context["may_update"]
    assert Version.objects.filter(kind="skill", record_id=python.pk).count() == 2


def test_what_is_wrong_with_a_form_that_was_overtaken_is_said_in_it(python, carl):
    cora = client_of("cora", "Curator")
    hers = form_of(cora, python)
    save(carl, python, summary="Carl's words.")
    response = cora.post(page_of(python), {**hers, "summary": "Cora's words.", "effort_3": "-1"})
    assert response.status_code == 200
    assert 'value="Cora&#x27;s words."' in response.text
    response = cora.post(page_of(python), {**hers, "summary": "Cora's words.", "effort_3": ""})
    assert "A published skill must have four efforts above 0." in response.text
    assert 'value="Cora&#x27;s words."' in response.text


def test_draft_that_someone_else_proposed_since_keeps_what_was_typed_in_its_form(python, carl):
    cora = client_of("cora", "Curator")
    proposals.propose([factories.skill_document("go", status="draft")], author=carl.user)
    go = Skill.objects.get(slug="go")
    hers = form_of(cora, go)
    proposals.submit(proposals.propose_draft(go, author=carl.user), by=carl.user)
    response = cora.post(page_of(go), {**hers, "summary": "Cora's words."})
    assert response.status_code == 200
    assert "Carl has proposed to publish this draft since you opened this page." in response.text
    assert 'value="Cora&#x27;s words."' in response.text
    assert Skill.objects.get(slug="go").summary != "Cora's words."


def test_draft_is_not_overwritten_either(python, carl):
    proposals.propose([factories.skill_document("go", status="draft")], author=carl.user)
    go = Skill.objects.get(slug="go")
    first, second = form_of(carl, go), form_of(carl, go)
    assert carl.post(page_of(go), {**first, "summary": "First."}).status_code == 302
    assert "You saved it since" in carl.post(page_of(go), {**second, "summary": "Second."}).text
    assert Skill.objects.get(slug="go").summary == "First."


def test_going_back_to_what_is_public_is_told(python, carl):
    save(carl, python, summary="Mine.")
    response = save(carl, python, summary=python.summary)
    assert "This is already public." in response.text


def test_what_the_database_refuses_is_said_in_the_form(python, carl):
    response = save(carl, python, effort_3="")
    assert response.status_code == 200
    assert "A published skill must have four efforts above 0." in response.text
    assert not Proposal.objects.exists()


def test_incomplete_change_of_a_proposal_is_refused_and_nothing_typed_is_lost(python, carl):
    role = factories.make_role("ai-engineer", requirements={"python": (2, 5), "sql": (1, 2)})
    save(carl, role, summary="Mine.")
    change = {"requirements-0-DELETE": "on", "requirements-1-DELETE": "on", "name": "Typed this"}
    response = save(carl, role, **change)
    assert response.status_code == 200
    assert "requirements is missing" in response.text
    assert 'value="Typed this"' in response.text
    assert response.text.count("checked") >= 2
    assert (Role.objects.get().requirements.count(), proposed()["name"]) == (2, role.name)


def test_record_that_changed_meanwhile_says_so(python, carl):
    save(carl, python, summary="Mine.")
    factories.publish(changed(python, demand=40))
    assert "The record has changed since this proposal was started." in carl.get(page_of(python)).text


def test_author_finds_the_outcome_on_the_record(python, carl, rita):
    save(carl, python, summary="Mine.", _submit="1")
    publishing.reject(Proposal.objects.get(), by=rita.user, words="Too short to help anybody.")
    page = carl.get(page_of(python)).text
    assert "Rejected by Rita" in page
    assert "Too short to help anybody." in page


def test_proposal_whose_rows_cannot_be_written_is_shown_on_its_own_page(python, carl):
    book = Resource.objects.get(slug="book")
    save(carl, book, url="https://example.org/snake")
    factories.publish(factories.resource_document("reptiles", url="https://example.org/snake"))
    response = carl.get(page_of(book))
    assert response.url == reverse("admin:curation_proposal_change", args=[Proposal.objects.get().pk])
    assert "“https://example.org/snake” is already the address of the resource" in carl.get(response.url).text


def test_list_says_what_waits_and_filters_by_it(python, carl):
    save(carl, python, summary="Mine.", _submit="1")
    address = reverse("admin:catalog_skill_changelist")
    listed = carl.get(address).text
    assert f'<a href="/admin/curation/proposal/{Proposal.objects.get().pk}/change/">in review</a>' in listed
    found = carl.get(address, {"waiting": "in-review"}).context["cl"].result_list
    assert [skill.slug for skill in found] == ["python"]
    assert carl.get(address, {"waiting": "scheduled"}).context["cl"].result_count == 0


def test_deleting_a_draft_takes_its_proposals_along(python, carl, rita):
    proposals.propose([factories.skill_document("go")], author=carl.user, submit=True)
    go = Skill.objects.get(slug="go")
    address = reverse("admin:catalog_skill_delete", args=[go.pk])
    assert carl.post(address, {"post": "yes"}).status_code == 403
    assert rita.post(address, {"post": "yes"}).status_code == 302
    assert not Proposal.objects.exists()


# --- History


def history(record, **query) -> tuple[str, dict[str, object]]:
    return reverse(f"admin:catalog_{record._meta.model_name}_history", args=[record.pk]), query


def test_history_compares_any_two_versions(python, carl, rita):
    for number in (2, 3):
        proposal = proposals.propose(
            [changed(Skill.objects.get(pk=python.pk), summary=f"Version {number} of it.", demand=number)],
            author=carl.user,
            submit=True,
        )
        publishing.publish(proposal, by=rita.user)
    address, _ = history(python)
    page = carl.get(address)
    assert [version.number for version, _origin in page.context["versions"]] == [3, 2, 1]
    assert "Version <del>2</del><ins>3</ins> of it." in page.text
    assert "Carl" in page.text
    first = carl.get(address, {"before": 1, "after": 2})
    assert [d.field for d in first.context["differences"]] == ["summary", "demand"]
    assert carl.get(address, {"before": "x", "after": 99}).status_code == 200


def test_everybody_proposes_to_restore_and_the_only_reviewer_restores_at_once_with_a_reason(python, carl, rita):
    boss = client_of("boss", is_superuser=True).user
    publishing.publish(
        proposals.propose([changed(python, summary="Worse.", aliases=None)], author=carl.user, submit=True),
        by=rita.user,
    )
    address, _ = history(python)
    assert "You propose to return to version 1" in carl.get(address).text
    assert "“Restore and publish”" not in rita.get(address).text
    rita.post(address, {"restore": 1, "at_once": 1, "note": "It was better."})
    assert "You cannot review your own change" in rita.get(address).text
    User.objects.filter(pk=boss.pk).update(is_active=False)
    assert "“Restore and publish” makes it public now" in rita.get(address).text
    response = carl.post(address, {"restore": 1, "at_once": 1, "note": "It was better."})
    assert response.status_code == 302
    assert "not have permission to review" in carl.get(address).text
    assert carl.post(address, {"restore": 1}).url == reverse(
        "admin:curation_proposal_change", args=[Proposal.objects.get(state="in-review").pk]
    )
    proposals.withdraw(Proposal.objects.get(state="in-review"), by=carl.user)
    rita.post(address, {"restore": 1, "at_once": 1})
    assert "Nothing is restored yet." in rita.get(address).text
    assert rita.post(address, {"restore": 1, "at_once": 1, "note": "It was better."}).status_code == 302
    assert Proposal.objects.get(state="published", version=3).note == "Restores version 1. It was better."
    newest = Version.objects.filter(slug="python").latest("number")
    assert (newest.number, newest.author) == (3, rita.user)
    assert newest.document == Version.objects.get(slug="python", number=1).document
    assert "nothing to change" in rita.get(rita.post(address, {"restore": 1}).url).text
    assert "no such version" in rita.get(rita.post(address, {"restore": "9"}).url).text


def test_history_of_a_draft_restores_the_draft(python, carl):
    for summary in ("First.", "Second."):
        proposals.propose([factories.skill_document("go", summary=summary, status="draft")], author=carl.user)
    go = Skill.objects.get(slug="go")
    address, _ = history(go)
    assert "The draft returns to version" in carl.get(address).text
    carl.post(address, {"restore": 1})
    assert Skill.objects.get(slug="go").summary == "First."


# --- Preview


@pytest.fixture
def whole(python):
    factories.publish(
        factories.role_document("ai-engineer", requirements={"python": (2, 5)}),
        factories.industry_document("healthcare"),
        factories.project_document("report", proves={"python": 2}),
        factories.guide_document("daily-work", facts=["figure"]),
        factories.question_document("what"),
        factories.fact_document("figure"),
    )


@pytest.mark.parametrize("kind", ["area", "skill", "role", "industry", "project", "guide", "question", "fact"])
def test_preview_shows_the_public_page_as_it_would_look_and_changes_nothing(whole, carl, kind):
    from guidance.catalog.models import RECORD_MODELS

    record = Skill.objects.get(slug="python") if kind == "skill" else RECORD_MODELS[kind].objects.get()
    proposals.propose([changed(record, name="As it would be")], author=carl.user)
    before, address = public(), reverse(f"admin:catalog_{kind}_preview", args=[record.pk])
    response = carl.get(address)
    assert response.status_code == 200
    assert "As it would be" in response.text
    assert "Preview: this isn’t public yet." in response.text
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert "Carl" not in response.text  # what the public sees
    assert public() == before
    snapshot.forget()
    page = Client().get(record.get_absolute_url().partition("#")[0]).text
    assert "As it would be" not in page
    assert "Preview: this" not in page
    assert client_of("stranger").get(address).status_code == 403


def test_preview_of_a_draft_that_is_not_complete_says_what_is_missing(python, carl):
    document = factories.skill_document("go", status="draft")
    del document.data["effort"]
    proposals.propose([document], author=carl.user)
    go = Skill.objects.get(slug="go")
    response = carl.get(reverse("admin:catalog_skill_preview", args=[go.pk]))
    assert "There is no page to show yet: hours is missing." in carl.get(response.url).text
