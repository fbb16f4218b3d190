"""Reviewing on the page of a proposal: comments, sending back, continuing, and input that must not get lost."""

import pytest

from guidance.catalog.models import Skill
from guidance.curation import comments, proposals
from guidance.curation.models import Comment, Proposal, ReaderReport
from tests import factories
from tests.curation.test_proposals import changed
from tests.curation.test_proposals_admin import client_of, page_of, save
from tests.curation.test_queue import QUEUE, decide
from tests.curation.test_queue import page_of as review_of

pytestmark = pytest.mark.django_db
State = Proposal.ProposalState


@pytest.fixture(autouse=True)
def _demo(settings) -> None:
    settings.DEMO = True  # staff without a second factor


@pytest.fixture
def carl(db):
    return client_of("carl", "Curator")


@pytest.fixture
def rita(db):
    return client_of("rita", "Reviewer")


@pytest.fixture
def python(db) -> Skill:
    factories.publish(
        factories.skill_document("python"), factories.resource_document("book", skills={"python": [0, 2]})
    )
    return Skill.objects.get()


@pytest.fixture
def proposal(carl, python) -> Proposal:
    document = changed(python, summary="Do useful work with a language.", demand=40)
    return proposals.propose([document], author=carl.user, note="Shorter.", submit=True)[0]


def post(client, proposal: Proposal, **data):
    seen = client.get(review_of(proposal)).context["seen"]
    return client.post(review_of(proposal), {"seen": seen, **data})


def test_page_has_fields_checks_and_what_stays(proposal, rita):
    page = rita.get(review_of(proposal))
    assert [field.name for field in page.context["changes"]] == ["summary", "demand"]
    assert {check.title for check in page.context["checks"]} >= {"Writing rules", "Name and address"}
    assert "1 of 1 in your queue" in page.text
    assert "Summary" not in page.context["unchanged"]
    assert {"Name", "Levels"} <= set(page.context["unchanged"])
    sides = rita.get(review_of(proposal), {"view": "beside"}).text
    assert "<del>Python</del>" in sides
    assert "<ins>a language</ins>" in sides


def test_comment_on_a_field_is_answered_resolved_and_opened_again(proposal, carl, rita):
    assert post(rita, proposal, **{"comment-summary": "Which <b>work</b>?", "decision": "comment"}).status_code == 302
    first = Comment.objects.get()
    assert (first.field, first.author) == ("summary", rita.user)
    page = carl.get(review_of(proposal)).text
    assert "Which &lt;b&gt;work&lt;/b&gt;?" in page
    assert "1 open comment" not in page  # only those who decide see that
    assert "1 open comment is sent with it." in rita.get(review_of(proposal)).text
    post(carl, proposal, **{f"reply-{first.pk}": "Any.", "decision": "comment"})
    post(carl, proposal, resolve=first.pk)
    assert "resolved · Rita, Carl, 2 messages" in rita.get(review_of(proposal)).text
    post(rita, proposal, reopen=first.pk)
    assert comments.threads(proposal)["summary"][0].is_resolved is False


def test_request_changes_needs_words_or_a_comment_and_keeps_what_was_typed(proposal, carl, rita):
    response = post(rita, proposal, decision="send-back")
    assert response.status_code == 422
    assert "Tell the author what to change" in response.text
    typed = {"decision": "send-back", "words": "x" * 2_001, "comment-demand": "Who says so?"}
    response = post(rita, proposal, **typed)
    assert response.status_code == 422
    assert "x" * 2_001 in response.text
    assert [comment.text for comment in Comment.objects.all()] == ["Who says so?"]
    assert 'action="#decide"' in response.text  # the error is visible, wherever a comment was written
    response = post(rita, proposal, decision="send-back")
    assert response.url == f"{review_of(proposal)}#top"
    assert "Sent back." in rita.get(response.url).text
    proposal.refresh_from_db()
    assert proposal.state == State.SENT_BACK


def test_author_sees_the_comments_in_the_form_and_submits_again_from_there(proposal, python, carl, rita):
    comments.add(proposal, by=rita.user, field="summary", text="Which work?")
    decide(rita, proposal, "send-back", words="Nearly.")
    form = carl.get(page_of(python)).text
    assert "Sent back by Rita" in form
    assert "Which work?" in form
    assert "Nearly." in form
    assert save(carl, python, summary="Do paid work with a language.", _submit="1").status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.proposed.data["demand"]) == (State.IN_REVIEW, 40)
    page = rita.get(review_of(proposal))
    assert "What changed since it was sent back" in page.text
    assert [difference.label for difference in page.context["since"]] == ["summary"]
    assert "Submitted" not in decide(rita, proposal, "publish", words="Thank you.").text
    assert not proposal.comments.unresolved().exists()
    assert "Rita writes:</b> Thank you." in carl.get(review_of(proposal)).text


def test_queue_says_that_the_author_has_answered(proposal, carl, rita):
    assert "again: the author has replied" not in rita.get(QUEUE).text
    decide(rita, proposal, "send-back", words="Say who it is for.")
    decide(carl, proposal, "submit")
    assert "a reviewer, again: the author has replied" in rita.get(QUEUE).text


def test_new_address_is_a_link(carl, rita):
    factories.publish(factories.skill_document("sql"))
    document = factories.resource_document("notes", skills={"sql": [0, 1]}, url="https://example.org/notes")
    [new] = proposals.propose([document], author=carl.user, submit=True)
    assert '<a href="https://example.org/notes"' in rita.get(review_of(new)).text


def test_words_that_were_typed_survive_another_button(proposal, rita):
    response = post(rita, proposal, **{"words": "Thank you.", "comment-summary": "Good.", "decision": "comment"})
    assert response.status_code == 200
    assert "Thank you.</textarea>" in response.text
    response = post(rita, proposal, **{"comment-summary": "y" * 2_001, "decision": "publish"})
    assert response.status_code == 422
    assert "at most 2000 characters" in response.text
    assert "y" * 2_001 in response.text
    proposal.refresh_from_db()
    assert (proposal.state, Comment.objects.count()) == (State.IN_REVIEW, 1)


def test_comment_that_is_posted_twice_is_there_once(proposal, rita):
    for _time in range(2):
        post(rita, proposal, **{"comment-all": "Good.", "decision": "comment"})
    assert Comment.objects.count() == 1


def test_reviewer_edits_and_the_author_agrees(proposal, python, carl, rita):
    client_of("boss", is_superuser=True)
    assert "Carl stays its author" in rita.get(page_of(python)).text
    assert save(rita, python, summary="Rita’s summary.").status_code == 302
    proposal.refresh_from_db()
    assert (proposal.author, proposal.editor, proposal.state) == (carl.user, rita.user, State.IN_REVIEW)
    page = rita.get(review_of(proposal)).text
    assert 'value="publish"' not in page
    assert "You can publish it once Carl agrees." in page
    page = carl.get(review_of(proposal)).text
    assert "Also written by Rita." in page
    assert "Rita edited: summary" in page
    new = carl.get(review_of(proposal)).context["since"]
    assert [difference.label for difference in new] == ["summary"]  # not “demand”, which Carl wrote himself
    assert "What Rita changed in the proposal" in page
    assert "Edited by a reviewer" in carl.get("/admin/").text
    listed = carl.get("/admin/curation/proposal/?state=edited&author=me").text
    assert "Carl is asked to agree to the edits by Rita" in listed
    assert "You agreed" in decide(carl, proposal, "agree").text
    assert "I agree to the changes." in rita.get(review_of(proposal)).text
    assert carl.get(review_of(proposal)).context["since"] == []
    assert "Published as version 2 of the record." in decide(rita, proposal, "publish").text


def test_take_over_and_withdraw_with_a_way_back(proposal, carl, rita):
    assert "No one else can review, so you decide on it yourself." in rita.get(review_of(proposal)).text
    assert "Only a reviewer can publish it." in carl.get(review_of(proposal)).text
    assert "You are now its author." in decide(rita, proposal, "take-over").text
    assert "Rita took the proposal over from Carl" in carl.get(review_of(proposal)).text
    assert "you can reopen it here" in decide(rita, proposal, "withdraw").text
    assert "The proposal is open again" in decide(rita, proposal, "resume").text
    proposal.refresh_from_db()
    assert (proposal.state, proposal.author, proposal.editor) == (State.DRAFT, rita.user, carl.user)


def test_next_of_the_queue_is_a_link(proposal, carl, rita):
    document = changed(factories.make_skill("sql"), summary="Ask tables.")
    [second] = proposals.propose([document], author=carl.user, submit=True)
    page = rita.get(review_of(proposal)).text
    assert "1 of 2 in your queue" in page
    assert "Skip to Sql" in page or "Skip to SQL" in page
    decide(rita, proposal, "publish")
    assert review_of(second) in rita.get(review_of(proposal)).text


def test_what_readers_say_about_the_record_is_beside(proposal, python, rita):
    ReaderReport.objects.create(kind="skill", record_id=python.pk, topic="unclear", text="Which <b>work</b>?")
    page = rita.get(review_of(proposal)).text
    assert "What readers say about it" in page
    assert "“Which &lt;b&gt;work&lt;/b&gt;?”" in page


def test_stranger_comments_nothing(proposal):
    response = client_of("stranger").post(review_of(proposal), {"comment-all": "Hello.", "decision": "comment"})
    assert (response.status_code, Comment.objects.count()) == (403, 0)


def test_field_of_several_screens_is_folded(python, carl, rita):
    [long] = proposals.propose(
        [changed(python, aliases=[f"py {n}" for n in range(130)])], author=carl.user, submit=True
    )
    assert "Show all 130 lines" in rita.get(review_of(long)).text


# --- What belongs together


def test_what_has_to_be_published_together_is_named_and_published_from_the_page(python, carl, rita):
    documents = [
        factories.skill_document("rust"),
        factories.resource_document("rust-book", skills={"rust": [0, 2]}),
    ]
    skill, book = proposals.propose(documents, author=carl.user, submit=True)
    page = rita.get(review_of(book))
    assert [row.pk for row in page.context["together"].needed] == [skill.pk]
    assert "Publish these 2 together…" in page.text
    assert [row.pk for row in rita.get(review_of(skill)).context["together"].waiting] == [book.pk]
    assert "Publish these" not in carl.get(review_of(book)).text
    chosen = {"action": "publish_together", "_selected_action": page.context["together"].batch}
    assert "These 2 proposals will be published now" in rita.post(QUEUE, chosen).text
    rita.post(QUEUE, {**chosen, "post": "yes"})
    assert set(Proposal.objects.values_list("state", flat=True)) == {State.PUBLISHED}


def test_draft_that_a_proposal_names_is_to_be_submitted_first(python, carl, rita):
    documents = [factories.skill_document("rust"), factories.resource_document("rust-book", skills={"rust": [0, 2]})]
    skill, book = proposals.propose(documents, author=carl.user, submit=True)
    proposals.withdraw(skill, by=carl.user)
    page = rita.get(review_of(book))
    assert [str(record) for record, _address in page.context["together"].missing] == ["Rust"]
    assert "Publish these" not in page.text


# --- In the form of the record


def test_comment_is_answered_in_the_form_and_the_text_is_saved_too(proposal, python, carl, rita):
    post(rita, proposal, **{"comment-summary": "Which work?", "decision": "send-back"})
    first = Comment.objects.get()
    name = f"reply-{first.pk}"
    assert f'name="{name}"' in carl.get(page_of(python)).text
    save(carl, python, summary="Do useful work with two languages.", **{name: "All of it."})
    assert "Your answer was sent." in carl.get(page_of(python)).text
    assert Comment.objects.get(thread=first).text == "All of it."
    assert Proposal.objects.get().proposed.data["summary"] == "Do useful work with two languages."


def test_form_opens_the_sections_with_open_comments_and_leads_there(carl, rita):
    for number in range(7):
        factories.make_skill(f"skill-{number}")
    factories.publish(
        factories.skill_document("go", prerequisites={f"skill-{number}": 1 for number in range(7)}, related=["skill-6"])
    )
    skill = Skill.objects.get(slug="go")
    proposal = proposals.propose([changed(skill, summary="Go.")], author=carl.user, submit=True)[0]
    page = carl.get(page_of(skill))
    assert not any(section.is_commented for section in page.context["page"].sections)
    folded = page.text.count('<details class="many-rows">')
    assert folded
    comments.add(proposal, by=rita.user, field="prerequisites", text="All of them?")
    comments.add(proposal, by=rita.user, field="text", text="Say more.")
    page = carl.get(page_of(skill))
    keys = [section.declared.key for section in page.context["page"].sections if section.is_commented]
    assert page.text.count('<details class="many-rows">') == folded - 1
    assert [f'<b><a href="#section-{key}">' in page.text for key in keys] == [True, True]


def test_answer_that_is_too_long_comes_back_with_the_rest_of_the_form(proposal, python, carl, rita):
    post(rita, proposal, **{"comment-summary": "Which work?", "decision": "send-back"})
    name = f"reply-{Comment.objects.get().pk}"
    page = save(carl, python, summary="Typed anew.", **{name: "x" * 2_001}).text
    assert "A comment has at most 2000 characters" in page
    assert "x" * 2_001 in page
    assert "Typed anew." in page
    assert Comment.objects.count() == 1
    assert "Typed anew." not in Proposal.objects.get().document


# --- After a decision


def test_author_finds_what_was_rejected_and_proposes_it_again(proposal, python, carl, rita):
    post(rita, proposal, decision="refuse", words="Too vague.")
    assert "Decisions on your proposals" in carl.get("/admin/").text
    listed = carl.get(QUEUE, {"state": "decided", "author": "me"}).text
    assert "My proposals that were decided" in listed
    assert review_of(proposal) in listed
    assert "“Propose again” on that page" in carl.get(page_of(python)).text
    assert "Propose again" in carl.get(review_of(proposal)).text
    post(carl, proposal, decision="resume")
    assert Proposal.objects.get().state == State.DRAFT
    assert "Too vague." in carl.get(page_of(python)).text


def test_published_proposal_leads_to_its_undo(proposal, python, rita):
    summary = python.summary
    assert not rita.get(review_of(proposal)).context["undo_url"]
    post(rita, proposal, decision="publish")
    undo = rita.get(review_of(proposal)).context["undo_url"]
    [other] = proposals.propose([changed(python, demand=50)], author=rita.user)
    assert not rita.get(review_of(proposal)).context["undo_url"]  # the restored version would be the open proposal's
    proposals.withdraw(other, by=rita.user)
    restore = rita.get(undo).context["before"].number
    rita.post(undo, {"restore": restore, "note": "It was right.", "at_once": "1"})
    python.refresh_from_db()
    assert python.summary == summary


def test_author_is_told_when_what_was_published_has_changed_again(proposal, python, carl, rita):
    post(rita, proposal, decision="publish")
    assert "the record has changed again since" not in carl.get("/admin/").text
    factories.publish(changed(python, summary="Another."))
    assert "the record has changed again since" in carl.get("/admin/").text


def test_form_of_a_draft_says_whether_it_is_proposed(python, carl):
    [row] = proposals.propose([factories.skill_document("rust")], author=carl.user, submit=True)
    rust = Skill.objects.get(slug="rust")
    assert "This draft has been proposed for publication." in carl.get(page_of(rust)).text
    proposals.withdraw(row, by=carl.user)
    proposals.resume(row, by=carl.user)
    Proposal.objects.update(state=State.DRAFT)
    said = carl.get(page_of(rust)).text
    assert "This draft has been proposed for publication." not in said
    assert "proposed for publication yet: its author has to submit it." in said


def test_who_edits_a_proposal_comes_back_to_it(proposal, python, rita):
    assert save(rita, python, summary="Do useful work.").url == review_of(proposal)


def test_preview_of_a_proposal_leads_back_to_it(proposal, rita):
    page = rita.get(rita.get(review_of(proposal)).context["preview_url"]).text
    assert f'<a href="{review_of(proposal)}">Back to the proposal</a>' in page.replace("\n  ", "")
