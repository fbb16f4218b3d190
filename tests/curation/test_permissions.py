"""Who may review, edit, submit and take over a proposal, by their part in it."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError

from accounts.models import User
from guidance.catalog.models import Kind
from guidance.curation import permissions
from guidance.curation.models import Proposal
from tests.curation.people import person

pytestmark = pytest.mark.django_db
State = Proposal.ProposalState
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MAY = {
    "review": permissions.may_review,
    "edit": permissions.may_edit,
    "submit": permissions.may_write,
    "take over": permissions.may_take_over,
}


def allowed(user: User, proposal: Proposal) -> set[str]:
    return {name for name, may in MAY.items() if may(user, proposal)}


def proposal(state: State = State.IN_REVIEW, **fields: object) -> Proposal:
    return Proposal(kind=Kind.SKILL, state=state, **fields)


@pytest.mark.parametrize(
    ("state", "author", "other", "reviewer"),
    [
        (State.DRAFT, {"edit", "submit"}, set(), {"review", "take over"}),
        (State.IN_REVIEW, {"edit", "submit"}, set(), {"review", "edit", "take over"}),
        (State.SENT_BACK, {"edit", "submit"}, set(), {"review", "edit", "take over"}),
        (State.PUBLISHED, {"edit", "submit"}, set(), {"review"}),
    ],
)
def test_curators_keep_to_their_own_and_reviewers_to_what_was_submitted(
    carl, rita, mina, state, author, other, reviewer
):
    given = proposal(state, author=carl)
    assert [allowed(user, given) for user in (carl, person("colin"), rita)] == [author, other, reviewer]


def test_reviewer_decides_on_no_change_of_their_own_while_another_can(carl, rita, mina):
    own, edited = proposal(author=rita), proposal(author=carl, editor=rita, edited_at=NOW)
    seen = proposal(author=carl, editor=rita)  # the author has agreed to the reviewer's change
    assert [permissions.may_review(rita, given) for given in (own, edited, seen)] == [False, False, True]
    with pytest.raises(ValidationError, match="You cannot review your own change if someone else can"):
        permissions.require_review(rita, own)
    mina.is_active = False
    mina.save()
    assert [permissions.may_review(rita, given) for given in (own, edited, seen)] == [True, True, True]


def test_an_earlier_author_edits_and_takes_over_in_any_open_state(carl, rita):
    earlier = person("colin")
    for state in (State.DRAFT, State.IN_REVIEW, State.SENT_BACK):
        assert allowed(earlier, proposal(state, author=carl, editor=earlier)) == {"edit", "take over"}
    assert allowed(earlier, proposal(State.PUBLISHED, author=carl, editor=earlier)) == {"edit"}


def test_any_curator_goes_on_with_the_proposal_of_a_deleted_account(carl, rita):
    assert allowed(carl, proposal(State.DRAFT)) == {"edit", "submit"}
    assert allowed(rita, proposal(State.DRAFT)) == {"review", "edit", "submit"}


def test_who_may_not_change_the_kind_may_do_nothing_with_its_proposals(carl):
    nobody = person("nora", group=None)
    assert allowed(nobody, proposal(author=nobody)) == set()
    with pytest.raises(ValidationError, match="Only its author can do that"):
        permissions.require_write(nobody, proposal(author=nobody))
    with pytest.raises(ValidationError, match="Only its author or a reviewer can do that"):
        permissions.require_edit(nobody, proposal(author=carl))
    with pytest.raises(ValidationError, match="You do not have permission to review"):
        permissions.require_review(nobody, proposal(author=carl))


def test_holders_have_the_permission_however_they_got_it(carl, rita):
    directly, admin = person("dora", group=None), User.objects.create_superuser("ada@example.org")
    directly.user_permissions.add(Permission.objects.get(codename="review_proposal"))
    assert set(permissions.reviewers()) == {rita, directly, admin}


@pytest.mark.parametrize("barred", [{"is_staff": False}, {"is_active": False}])
def test_who_cannot_enter_the_admin_is_no_second_reviewer(rita, mina, barred):
    assert not permissions.is_only_reviewer(rita)
    User.objects.filter(pk=mina.pk).update(**barred)
    assert permissions.is_only_reviewer(rita)
    assert list(permissions.reviewers()) == [rita]


def test_someone_without_the_permission_is_never_its_only_holder(carl, rita):
    assert permissions.is_only_reviewer(rita)
    assert not permissions.is_only_reviewer(carl)
    rita.is_active = False
    assert not permissions.is_reviewer(rita)
    assert not permissions.is_only_reviewer(rita)
