"""The proposals that are waiting for someone: those to review, those that a reviewer sent back, drafts, and scheduled ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import User
from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Kind, Status, Version
from guidance.curation import permissions
from guidance.curation.models import Proposal
from guidance.curation.naming import Place, RecordNames

State = Proposal.ProposalState
DECIDED_LATELY = timedelta(days=30)
# A proposal whose record has changed since is waiting for its author (`is_outdated`).
WAITING = Q(state=State.IN_REVIEW, newest=F("base"))


def to_review(user: User) -> QuerySet[Proposal]:
    """Returns proposals that this user may decide on now, longest wait first."""
    waiting = Proposal.objects.with_newest().filter(WAITING)
    if not permissions.is_reviewer(user):
        return waiting.none()
    if not permissions.is_only_reviewer(user):
        waiting = waiting.exclude(permissions.own_change(user))
    # Proposals that the user edited come last: their authors are asked first.
    waits_for_author = Case(When(editor=user, edited_at__isnull=False, then=1), default=0)
    return waiting.select_related("author", "editor").order_by(waits_for_author, "submitted_at", "pk")


@dataclass(frozen=True, slots=True)
class Together:
    """The other proposals and records that belong to a proposal about to be published."""

    needed: Sequence[Proposal]  # in review, for records that are not public and that this one needs, directly or not
    missing: Sequence[Place]  # such records without a proposal in review
    waiting: Sequence[Proposal]  # in review: proposals that refer to the record of this one


def together_with(proposal: Proposal, names: RecordNames) -> Together:
    in_review = (
        Proposal.objects.filter(state__in=Proposal.WITH_REVIEWER).exclude(pk=proposal.pk).select_related("author")
    )
    own, needed, missing = (proposal.kind, proposal.record_id), dict[Place, Proposal](), list[Place]()
    unread = [proposal]
    while unread:
        named = set[Place]().union(*(_not_public(row.proposed, names) for row in unread))
        found = named - {own, *needed, *missing}
        rows = {(row.kind, row.record_id): row for row in in_review.filter(record_id__in=[pk for _kind, pk in found])}
        there = {place: rows[place] for place in sorted(found & rows.keys())}
        needed |= there
        unread = list(there.values())
        missing += sorted(found - rows.keys())
    waiting = [
        row
        for row in (
            in_review.filter(document__contains=proposal.slug) if names.statuses[own] != Status.PUBLISHED else ()
        )
        if own in _not_public(row.proposed, names) and (row.kind, row.record_id) not in needed
    ]
    return Together(list(needed.values()), missing, waiting)


def _not_public(document: Document, names: RecordNames) -> set[Place]:
    """Returns the records that a document to be published refers to and that are not public."""
    named = {
        (str(kind), pk) for _path, kind, slug in document.references() if (pk := names.find(kind, slug)) is not None
    }
    return {place for place in named if names.statuses[place] != Status.PUBLISHED} if document.published else set()


def ways_to_public(document: Document, names: RecordNames) -> dict[Place, str]:
    """Returns, for each record that a document refers to and that is not public, what has to happen to the record before the
    document can be published. Takes one query if there are any."""
    places = _not_public(document, names)
    if not places:
        return {}
    rows = Proposal.objects.filter(record_id__in=[pk for _kind, pk in places], state__in=Proposal.WITH_REVIEWER)
    in_review = set(rows.values_list("kind", "record_id"))
    return {
        place: gettext("It is in review too: a reviewer can publish both together.")
        if place in in_review
        else gettext("It has to be submitted too.")
        for place in places
    }


def sent_back_to(user: User) -> QuerySet[Proposal]:
    """Returns proposals of this user that a reviewer sent back, latest first."""
    rows = Proposal.objects.filter(state=State.SENT_BACK, author=user)
    return rows.select_related("reviewer").order_by("-decided_at", "-pk")


def edited_by_others(user: User) -> QuerySet[Proposal]:
    """Returns proposals of this user in review that a reviewer edited and the user has not looked at since."""
    rows = Proposal.objects.filter(state=State.IN_REVIEW, author=user, edited_at__isnull=False)
    return rows.select_related("editor").order_by("-edited_at", "-pk")


def edited_by(user: User) -> QuerySet[Proposal]:
    """Returns proposals of others in review that this user edited and whose author has not looked at them since, latest first."""
    rows = Proposal.objects.filter(state=State.IN_REVIEW, editor=user, edited_at__isnull=False)
    return rows.exclude(author=user).select_related("author").with_newest().order_by("-edited_at", "-pk")


def drafts_of(user: User) -> QuerySet[Proposal]:
    """Returns proposals that this user has started and not submitted yet, latest first."""
    return Proposal.objects.filter(state=State.DRAFT, author=user).order_by("-changed_at", "-pk")


@dataclass(frozen=True, slots=True)
class NewDraft:
    """A record that was never submitted: it has no proposal yet."""

    kind: str
    pk: int
    name: str
    changed_at: datetime

    @property
    def kind_name(self) -> str:
        return str(Kind(self.kind).label)


def new_drafts_of(user: User) -> Sequence[NewDraft]:
    """Returns records that this user has started and no one has submitted, latest first. Takes one query, and one more if this user
    has started a record of any kind that has no open proposal."""
    open_proposal = Proposal.objects.open().filter(kind=OuterRef("kind"), record_id=OuterRef("record_id"))
    begun = Version.objects.filter(~Exists(open_proposal), number=1, author=user).order_by()
    drafts = [
        RECORD_MODELS[kind]
        .objects.filter(pk__in=begun.filter(kind=kind).values("record_id"), status=Status.DRAFT)
        .order_by()
        .annotate(kind_=Value(kind))
        .values_list("kind_", "pk", "name", "updated_at")
        for kind in begun.values_list("kind", flat=True).distinct()
    ]
    return [NewDraft(*row) for row in drafts[0].union(*drafts[1:], all=True).order_by("-updated_at")] if drafts else []


def submitted_by(user: User) -> QuerySet[Proposal]:
    """Returns this user's proposals in review that no one has edited since, latest first."""
    rows = Proposal.objects.filter(state=State.IN_REVIEW, author=user, edited_at__isnull=True).with_newest()
    return rows.order_by("-submitted_at", "-pk")


def changed_since(proposal: str = "") -> Exists:
    """Returns whether the record of a published proposal has changed again: by another proposal, an undo, a merge or a retirement.
    `proposal` is the lookup path to it, such as `proposal__`."""
    return Exists(
        Version.objects.filter(
            kind=OuterRef(f"{proposal}kind"),
            record_id=OuterRef(f"{proposal}record_id"),
            number__gt=OuterRef(f"{proposal}version"),
        )
    )


def decided_of(user: User) -> QuerySet[Proposal]:
    """Returns recent proposals of this user that were published or rejected by someone else, latest first; each with `changed_since`."""
    rows = Proposal.objects.filter(author=user, state__in=(State.PUBLISHED, State.REFUSED)).exclude(reviewer=user)
    lately = rows.filter(decided_at__gte=timezone.now() - DECIDED_LATELY)
    return lately.annotate(changed_since=changed_since()).select_related("reviewer").order_by("-decided_at", "-pk")


def scheduled() -> QuerySet[Proposal]:
    """Returns scheduled proposals, the next one first."""
    return Proposal.objects.filter(state=State.SCHEDULED).select_related("reviewer").order_by("publish_at", "pk")


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    to_review: int  # proposals that this user may decide on
    in_review: int  # all proposals in review
    sent_back: int  # proposals sent back to this user
    drafts: int  # drafts of this user, including new records
    submitted: int  # proposals by this user that are in review
    edited: int  # also in review: proposals that a reviewer edited and this user has not looked at since

    @property
    def waiting(self) -> int:
        """Returns the number of items that this user should act on."""
        return self.to_review + self.sent_back + self.edited


def count_waiting(user: User) -> WaitingCounts:
    """Counts what is waiting for this user. Takes two queries, one more for a user who has started records, and one more for a reviewer
    who has something in review."""
    own = permissions.own_change(user)
    counts = (
        Proposal.objects.open()
        .with_newest()
        .aggregate(
            others=Count("pk", filter=WAITING & ~own),
            own=Count("pk", filter=WAITING & own),
            in_review=Count("pk", filter=Q(state=State.IN_REVIEW)),
            sent_back=Count("pk", filter=Q(author=user, state=State.SENT_BACK)),
            submitted=Count("pk", filter=Q(author=user, state=State.IN_REVIEW, edited_at__isnull=True)),
            edited=Count("pk", filter=Q(author=user, state=State.IN_REVIEW, edited_at__isnull=False)),
            drafts=Count("pk", filter=Q(author=user, state=State.DRAFT)),
        )
    )
    to_review = counts["others"] if permissions.is_reviewer(user) else 0
    if counts["own"] and permissions.is_only_reviewer(user):
        to_review += counts["own"]
    return WaitingCounts(
        to_review,
        counts["in_review"],
        counts["sent_back"],
        counts["drafts"] + len(new_drafts_of(user)),
        counts["submitted"],
        counts["edited"],
    )
