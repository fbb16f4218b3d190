"""What waits for a curator: the proposals on which somebody has to act, and how many of them there are."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from accounts.models import User
from guidance.curation import permissions
from guidance.curation.models import Proposal
from guidance.curation.models.changes import ProposalQuerySet

State = Proposal.ProposalState
IN_REVIEW = Q(state=State.IN_REVIEW, newest=F("base"))  # the others wait for their author: the record has changed since


def own_change(user: User) -> Q:
    """What the user may not review while someone else can."""
    return Q(author=user.pk, restores=None)


def for_review(user: User) -> ProposalQuerySet:
    """What the user may decide now, the oldest first."""
    if not permissions.is_reviewer(user):
        return Proposal.objects.none()
    rows = Proposal.objects.with_newest().filter(IN_REVIEW).order_by("submitted_at", "pk")
    return rows if permissions.is_only_reviewer(user) else rows.exclude(own_change(user))


def drafts(user: User) -> ProposalQuerySet:
    """What the user has begun, the latest first."""
    return Proposal.objects.filter(author=user.pk, state=State.DRAFT).order_by("-changed_at", "-pk")


def scheduled() -> ProposalQuerySet:
    return Proposal.objects.filter(state=State.SCHEDULED).order_by("publish_at", "pk")


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    review: int  # what the user may decide
    drafts: int  # the user’s own


def count_waiting(user: User) -> WaitingCounts:
    """One query, and two more for a reviewer who has something in review."""
    counts = (
        Proposal.objects.open()
        .with_newest()
        .aggregate(
            others=Count("pk", filter=IN_REVIEW & ~own_change(user)),
            own=Count("pk", filter=IN_REVIEW & own_change(user)),
            drafts=Count("pk", filter=Q(author=user.pk, state=State.DRAFT)),
        )
    )
    review = counts["others"] if permissions.is_reviewer(user) else 0
    if counts["own"] and permissions.is_only_reviewer(user):
        review += counts["own"]
    return WaitingCounts(review, counts["drafts"])
