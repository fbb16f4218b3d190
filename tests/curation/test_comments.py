"""Threads of comments on a proposal and its fields."""

import pytest
from django.core.exceptions import ValidationError

from guidance.curation import comments, proposals
from guidance.curation.models import Comment, Proposal
from tests import factories
from tests.curation.people import person
from tests.curation.test_proposals import proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(carl) -> Proposal:
    return proposed(factories.make_skill("python"), carl, summary="Another summary.")


def test_thread_is_answered_resolved_and_opened_by_a_reply(proposal, carl, rita):
    first = comments.add(proposal, by=rita, text=" Which work? ", field="summary")
    comments.add(proposal, by=carl, text="Any.", thread=first.pk)
    comments.add(proposal, by=rita, text="In general: good.")
    found = comments.threads(proposal)
    assert {field: [thread.names for thread in several] for field, several in found.items()} == {
        "summary": [["Rita", "Carl"]],
        "": [["Rita"]],
    }
    assert (found["summary"][0].first.text, found["summary"][0].size) == ("Which work?", 2)
    comments.resolve(proposal, first.pk, by=carl)
    assert comments.threads(proposal)["summary"][0].is_resolved
    assert [thread.first.field for thread in comments.unresolved(comments.threads(proposal))] == [""]
    comments.add(proposal, by=rita, text="Not any.", thread=first.pk)
    assert not comments.threads(proposal)["summary"][0].is_resolved


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"text": " \n"}, "Write a comment first."),
        ({"text": "x" * 2_001}, "at most 2000 characters; this one has 2001"),
        ({"text": "x", "field": "sumary"}, "There is no such field."),
        ({"text": "x", "thread": 0}, "This comment no longer exists."),
    ],
)
def test_bad_comments_are_told(proposal, carl, values, reason):
    with pytest.raises(ValidationError, match=reason):
        comments.add(proposal, by=carl, **values)
    assert not Comment.objects.exists()


def test_only_who_curates_comments_and_only_while_it_is_open(proposal, carl):
    with pytest.raises(ValidationError, match="You do not have permission to comment"):
        comments.add(proposal, by=person("stranger", None), text="Hello.")
    first = comments.add(proposal, by=person("cora"), text="Hello.")
    proposals.withdraw(proposal, by=carl)
    for act in (
        lambda: comments.add(proposal, by=carl, text="Too late."),
        lambda: comments.resolve(proposal, first.pk, by=carl),
    ):
        with pytest.raises(ValidationError, match=r"This proposal is now withdrawn, so comments are closed\."):
            act()


def test_deleting_who_wrote_leaves_what_was_said(proposal, rita):
    first = comments.add(proposal, by=rita, text="Good.")
    comments.resolve(proposal, first.pk, by=rita)
    rita.delete()
    comment = Comment.objects.get()
    assert (comment.author, comment.resolved_by, comment.text) == (None, None, "Good.")
