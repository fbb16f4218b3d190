"""Proposals sent back: the author continues, a reviewer edits or takes over, and every text is seen by two people."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from guidance.catalog.models import Skill, Version
from guidance.curation import comments, proposals, publishing, review_queue
from guidance.curation.models import Comment, Proposal
from tests import factories
from tests.curation.people import person
from tests.curation.test_proposals import changed, proposed

pytestmark = pytest.mark.django_db
State = Proposal.ProposalState


@pytest.fixture
def python(db) -> Skill:
    return factories.make_skill("python")


@pytest.fixture
def proposal(python, carl) -> Proposal:
    return proposed(python, carl, summary="Another summary.")


def now(proposal: Proposal) -> Proposal:
    return Proposal.objects.get(pk=proposal.pk)


def edit(proposal: Proposal, by: User, **data: object) -> Proposal:
    record = Skill.objects.get(pk=proposal.record_id)
    return proposals.save_proposal(record, changed(record, **data), author=by, may_be_others=True)


def test_author_goes_on_where_she_was_and_submits_again(proposal, python, carl, rita):
    with pytest.raises(ValidationError, match="Tell the author what to change"):
        publishing.send_back(proposal, by=rita)
    publishing.send_back(proposal, by=rita, words=" Say who it is for. ")
    sent = now(proposal)
    assert (sent.state, sent.reviewer, sent.is_open) == (State.SENT_BACK, rita, True)
    assert [(comment.text, comment.field) for comment in sent.comments.all()] == [("Say who it is for.", "")]
    assert list(review_queue.sent_back_to(carl)) == [sent]
    proposed(python, carl, summary="For beginners.", submit=False)
    assert now(proposal).state == State.SENT_BACK
    proposals.submit(proposal, by=carl)
    again = now(proposal)
    assert (again.state, again.reviewer, again.decided_at) == (State.IN_REVIEW, None, None)
    assert list(review_queue.to_review(rita)) == [again]
    publishing.publish([again], by=rita, words="Thank you.")
    assert (Skill.objects.get().summary, now(proposal).words) == ("For beginners.", "Thank you.")


def test_open_comment_on_a_field_is_reason_enough(proposal, carl, rita):
    first = comments.add(proposal, by=rita, text="Which kind?", field="summary")
    comments.resolve(proposal, first.pk, by=carl)
    with pytest.raises(ValidationError, match="Tell the author"):
        publishing.send_back(proposal, by=rita)
    comments.add(proposal, by=rita, text="I mean the work.", thread=first.pk)
    publishing.send_back(proposal, by=rita)
    assert now(proposal).state == State.SENT_BACK


def test_draft_that_never_was_public_is_sent_back_and_edited(carl, rita):
    factories.make_area("programming")
    [new] = proposals.propose([factories.skill_document("go")], author=carl, submit=True)
    publishing.send_back(new, by=rita, words="Not yet.")
    assert Skill.objects.get(slug="go").status == "draft"
    proposals.submit(new, by=carl)
    assert Skill.objects.get(slug="go").status == "in-review"
    publishing.publish([new], by=rita)
    assert Skill.objects.get(slug="go").status == "published"


def test_reviewer_edits_and_both_names_stay(proposal, python, carl, rita, mina):
    edit(proposal, rita, summary="Rita’s summary.")
    edited = now(proposal)
    assert (edited.author, edited.editor, edited.state) == (carl, rita, State.IN_REVIEW)
    assert [(row.what, row.author, row.text) for row in edited.comments.all()] == [("edit", rita, "summary")]
    assert list(review_queue.edited_by_others(carl)) == [edited]
    # No one else has seen her text.
    with pytest.raises(ValidationError, match="You cannot review your own change"):
        publishing.publish([edited], by=rita)
    assert not review_queue.to_review(rita).exists()
    assert list(review_queue.to_review(mina)) == [edited]
    with pytest.raises(IntegrityError, match="proposal_reviewed_by_another"), transaction.atomic():
        Proposal.objects.update(state=State.REFUSED, words="No.", reviewer=rita, decided_at="2026-11-27T12:00Z")
    proposals.agree(edited, by=carl)
    assert list(review_queue.to_review(rita)) == [edited]
    publishing.publish([edited], by=rita)
    published = now(proposal)
    assert (published.editor, published.alone, published.edited_at) == (rita, False, None)
    assert Version.objects.latest("pk").author == carl


def test_only_reviewer_may_publish_what_she_edited_and_that_is_recorded(proposal, rita):
    edit(proposal, rita, summary="Rita’s summary.")
    publishing.publish([proposal], by=rita)
    assert (now(proposal).state, now(proposal).alone) == (State.PUBLISHED, True)


def test_curator_edits_no_proposal_of_another(proposal):
    cora = person("cora")
    with pytest.raises(ValidationError, match="Carl has a proposal for this record that is in review"):
        edit(proposal, cora, summary="Mine.")
    with pytest.raises(ValidationError, match="Only a reviewer can take over"):
        proposals.take_over(proposal, by=cora)
    assert "Another summary." in now(proposal).document


def test_bringing_it_up_to_date_is_nobodys_text(proposal, rita):
    factories.publish(changed(Skill.objects.get(), demand=40))
    assert not review_queue.to_review(rita).exists()  # it is out of date
    proposals.rebase(proposal, by=rita)
    assert (now(proposal).editor, list(review_queue.to_review(rita))) == (None, [now(proposal)])


def test_reviewer_takes_over_and_the_author_may_take_it_back(proposal, carl, rita, mina):
    publishing.send_back(proposal, by=mina, words="Shorter.")
    proposals.take_over(proposal, by=rita)
    taken = now(proposal)
    assert (taken.author, taken.editor, taken.comments.last().what) == (rita, carl, Comment.CommentType.TAKE_OVER)
    with pytest.raises(ValidationError, match="Only its author can do that: Rita"):
        proposals.submit(taken, by=carl)
    proposals.take_over(taken, by=carl)
    assert (now(proposal).author, now(proposal).editor) == (carl, rita)
    proposals.submit(proposal, by=carl)
    publishing.publish([proposal], by=rita)


def test_withdrawn_by_mistake_comes_back_to_where_it_was(carl, rita):
    factories.make_area("programming")
    [new] = proposals.propose([factories.skill_document("go")], author=carl, submit=True)
    proposals.withdraw(new, by=rita)
    assert (now(new).reviewer, now(new).decided_at is None) == (rita, False)
    proposals.resume(new, by=rita)
    assert (now(new).state, now(new).reviewer, proposals.is_outdated(now(new))) == (State.IN_REVIEW, None, False)
    proposals.withdraw(new, by=carl)
    proposals.resume(new, by=rita)
    assert (now(new).state, now(new).author, proposals.is_outdated(now(new))) == (State.DRAFT, carl, False)
    proposals.submit(new, by=carl)
    publishing.publish([new], by=rita)


def test_what_was_rejected_is_proposed_again_with_its_text_and_the_reason(proposal, python, carl, rita):
    publishing.reject(proposal, by=rita, words="Too vague.")
    assert list(review_queue.decided_of(carl)) == [proposal]
    proposals.resume(proposal, by=carl)
    again = now(proposal)
    assert (again.state, again.author, again.words) == (State.DRAFT, carl, "")
    assert again.proposed.data["summary"] == "Another summary."
    assert [(comment.author, comment.text) for comment in again.comments.all()] == [(rita, "Too vague.")]
    proposals.submit(again, by=carl)
    publishing.reject(again, by=rita, words="By mistake.")
    proposals.resume(again, by=rita)
    assert (now(proposal).state, list(review_queue.to_review(rita))) == (State.IN_REVIEW, [proposal])
