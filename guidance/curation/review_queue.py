"""What waits for someone: proposals to review, and those that a reviewer sent back."""

from django.db.models import F, Q, QuerySet

from accounts.models import User
from guidance.curation import permissions
from guidance.curation.models import Proposal

State = Proposal.ProposalState


def to_review(user: User) -> QuerySet[Proposal]:
    """Proposals that this user may decide now, the longest waiting first. What the record has left behind since waits for its
    author (`is_outdated`)."""
    waiting = Proposal.objects.filter(state=State.IN_REVIEW).with_newest().filter(Q(newest=F("base")))
    if not permissions.is_reviewer(user):
        return waiting.none()
    if not permissions.is_only_reviewer(user):
        own = Q(author=user) | Q(editor=user, edited_at__isnull=False)
        waiting = waiting.exclude(own & Q(restores=None))
    return waiting.select_related("author", "editor").order_by("submitted_at", "pk")


def sent_back_to(user: User) -> QuerySet[Proposal]:
    """Proposals of this user that a reviewer sent back, the latest first."""
    rows = Proposal.objects.filter(state=State.SENT_BACK, author=user)
    return rows.select_related("reviewer").order_by("-decided_at", "-pk")


def edited_by_others(user: User) -> QuerySet[Proposal]:
    """Open proposals of this user that a reviewer edited and that their author has not looked at since."""
    rows = Proposal.objects.open().filter(author=user, edited_at__isnull=False)
    return rows.select_related("editor").order_by("-edited_at", "-pk")
