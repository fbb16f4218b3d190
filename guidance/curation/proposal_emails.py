"""The email about proposals: what was submitted to a reviewer, and the decisions, edits and comments on an author's proposals.

Each curator gets at most one digest an hour, sent through the outbox of account emails. Nothing is queued for it: what has
happened since the last one is read from the proposals and comments themselves, so a worker that dies loses nothing and repeats
nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts import outbox
from accounts.models import OutgoingMail, User
from guidance.curation import permissions
from guidance.curation.models import Comment, PendingOperation, Proposal, ProposalEmail

INTERVAL = timedelta(hours=1)  # between two digests
COLLECTED_FOR = timedelta(minutes=10)  # counted from the first event
COMMITTED_WITHIN = timedelta(minutes=1)  # a row with a later time may not be visible yet
DUE_AFTER = INTERVAL + COMMITTED_WITHIN  # counted from the end of the last digest
MAX_ITEMS, MAX_QUOTE = 20, 200
State = Proposal.ProposalState


@dataclass(frozen=True, slots=True)
class _Event:
    about: Proposal | PendingOperation
    at: datetime
    text: str

    @property
    def path(self) -> str:
        page = "proposal_change" if isinstance(self.about, Proposal) else "operation_pending"
        return reverse(f"admin:curation_{page}", args=[self.about.pk])


def send_digests(*, now: datetime) -> int:
    """Writes a digest for each curator for whom one is due; returns their number. Any number of workers may run it at the same time."""
    people = User.objects.filter(is_staff=True, is_active=True)
    known = set(ProposalEmail.objects.values_list("user", flat=True))
    new = [ProposalEmail(user=user, told_until=now - DUE_AFTER) for user in people if user.pk not in known]
    ProposalEmail.objects.bulk_create(new, ignore_conflicts=True)
    due = ProposalEmail.objects.filter(is_on=True, told_until__lte=now - DUE_AFTER, user__in=people)
    return sum(_send_digest(key, now=now) for key in due.values_list("pk", flat=True))


@transaction.atomic
def _send_digest(key: int, *, now: datetime) -> bool:
    email = (
        ProposalEmail.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("user")
        .filter(pk=key, is_on=True, told_until__lte=now - DUE_AFTER)
        .first()
    )
    if email is None:
        return False
    until = now - COMMITTED_WITHIN
    events = sorted(_events(email.user, email.told_until, until), key=lambda event: (event.at, event.path))
    if not events or events[0].at > now - COLLECTED_FOR:
        return False
    # The next digest is due an hour after this one, and begins where this one ended.
    ProposalEmail.objects.filter(pk=key).update(told_until=until)
    outbox.hand_over(
        kind=OutgoingMail.MailKind.PROPOSALS, user=email.user, address=email.user.email, **_digest(email.user, events)
    )
    return True


@transaction.atomic
def set_on(user: User, *, is_on: bool, now: datetime) -> None:
    """Turns the digest on or off. When it is turned on, the next digest includes the hour before that."""
    email, _new = ProposalEmail.objects.select_for_update().get_or_create(
        user=user, defaults={"told_until": now - DUE_AFTER}
    )
    email.is_on, email.told_until = is_on, max(email.told_until, now - DUE_AFTER)
    email.save()


def is_on(user: User) -> bool:
    return not ProposalEmail.objects.filter(user=user, is_on=False).exists()


def _events(user: User, since: datetime, until: datetime) -> Iterator[_Event]:
    window = (since, until)
    rows = Proposal.objects.select_related("author", "editor", "reviewer")
    if permissions.is_reviewer(user):
        for row in rows.filter(state=State.IN_REVIEW, submitted_at__gt=since, submitted_at__lte=until).exclude(
            author=user
        ):
            if permissions.may_review(user, row):
                assert row.submitted_at is not None
                yield _Event(
                    row, row.submitted_at, gettext("is waiting for review, proposed by %s") % (row.author or "–")
                )
    own = rows.filter(author=user)
    for row in own.filter(state__in=Proposal.DECIDED, decided_at__gt=since, decided_at__lte=until):
        if row.decided_at is not None and row.reviewer_id != user.pk:
            yield _Event(row, row.decided_at, _decision(row))
    for row in own.filter(edited_at__gt=since, edited_at__lte=until, state__in=Proposal.OPEN):
        assert row.edited_at is not None
        yield _Event(row, row.edited_at, gettext("was edited by %s: review the changes") % (row.editor or "–"))
    yield from _comments(user, window)
    yield from _operations(user, window)


def _operations(user: User, window: tuple[datetime, datetime]) -> Iterator[_Event]:
    since, until = window
    rows = PendingOperation.objects.select_related("asked_by", "decided_by")
    if user.has_perm(permissions.OPERATE):
        waits = rows.filter(state=PendingOperation.PendingState.WAITING, asked_at__gt=since, asked_at__lte=until)
        for row in waits.exclude(asked_by=user):
            said = gettext("%(what)s, requested by %(name)s, is waiting for a second person")
            yield _Event(row, row.asked_at, said % {"what": row.get_what_display(), "name": row.asked_by or "–"})
    for row in rows.filter(asked_by=user, decided_at__gt=since, decided_at__lte=until).exclude(decided_by=user):
        assert row.decided_at is not None
        said = gettext("%(what)s: %(state)s by %(name)s") % {
            "what": row.get_what_display(),
            "state": row.get_state_display(),
            "name": row.decided_by or "–",
        }
        yield _Event(row, row.decided_at, f"{said}. “{_quote(row.words)}”" if row.words else said)


def _decision(row: Proposal) -> str:
    reviewer = row.reviewer or "–"
    said = {
        State.SENT_BACK: gettext("was sent back by %s for changes"),
        State.SCHEDULED: gettext("was approved by %s and is scheduled"),
        State.PUBLISHED: gettext("was published by %s"),
        State.REFUSED: gettext("was rejected by %s"),
    }[State(row.state)] % reviewer
    return f"{said}. “{_quote(row.words)}”" if row.words else said


def _comments(user: User, window: tuple[datetime, datetime]) -> Iterator[_Event]:
    since, until = window
    takes_part = Q(proposal__author=user) | Q(proposal__editor=user) | Q(proposal__comments__author=user)
    found = Comment.objects.filter(takes_part, at__gt=since, at__lte=until).exclude(author=user)
    found = found.exclude(what=Comment.CommentType.EDIT).distinct().select_related("proposal", "author")
    by_proposal: defaultdict[int, list[Comment]] = defaultdict(list)
    for comment in found.order_by("pk"):
        if comment.what == Comment.CommentType.TAKE_OVER:
            yield _Event(comment.proposal, comment.at, gettext("was taken over by %s") % (comment.author or "–"))
        else:
            by_proposal[comment.proposal_id].append(comment)
    for comments in by_proposal.values():
        first, author = comments[0], comments[0].author or "–"
        said = ngettext("has a comment by %(author)s", "has %(count)d comments, the first by %(author)s", len(comments))
        text = said % {"count": len(comments), "author": author}
        yield _Event(first.proposal, first.at, f"{text}. “{_quote(first.text)}”")


def _quote(text: str) -> str:
    """Puts a quote on one line, so that no part of it looks like our own text."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTE else f"{line[: MAX_QUOTE - 1]}…"


def _digest(user: User, events: Iterable[_Event]) -> Mapping[str, Any]:
    by_page: defaultdict[str, list[_Event]] = defaultdict(list)
    for event in events:
        by_page[event.path].append(event)
    items = [
        {
            "text": f"{several[0].about.name} ({several[0].about.get_kind_display()}) "
            + "; ".join(event.text for event in several),
            "path": path,
        }
        for path, several in by_page.items()
    ]
    return {
        "items": items[:MAX_ITEMS],
        "more": max(len(items) - MAX_ITEMS, 0),
        "count": len(items),
        "queue": reverse("admin:curation_proposal_changelist"),
        "settings": reverse("curation:proposal-emails"),
    }
