"""Comments on proposals: threads about a field or the whole proposal, which every curator may write, answer and resolve."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts.models import User
from guidance.catalog.kinds import fields_of
from guidance.curation import differences, permissions
from guidance.curation.differences import SLUG, TEXT
from guidance.curation.models import Comment, Proposal

MAX_TEXT = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Thread:
    first: Comment
    replies: Sequence[Comment]

    @property
    def is_resolved(self) -> bool:
        return self.first.resolved_at is not None

    @property
    def names(self) -> list[str]:
        """Returns the names of the people who wrote in the thread, each name once, in the order of their first comments."""
        return list(dict.fromkeys(str(comment.author or "–") for comment in (self.first, *self.replies)))

    @property
    def size(self) -> int:
        return 1 + len(self.replies)


def may_comment(user: User, proposal: Proposal) -> bool:
    """Returns whether the user may comment: the proposal is open, and they may change records of this kind."""
    return proposal.is_open and permissions.may_change(user, proposal)


def threads(proposal: Proposal) -> Mapping[str, list[Thread]]:
    """Returns the threads by field, "" for the whole proposal, oldest first. Edits and takeovers are threads without replies."""
    replies: defaultdict[int, list[Comment]] = defaultdict(list)
    first: list[Comment] = []
    for comment in proposal.comments.select_related("author", "resolved_by").order_by("pk"):
        if comment.thread_id is None:
            first.append(comment)
        else:
            replies[comment.thread_id].append(comment)
    found: defaultdict[str, list[Thread]] = defaultdict(list)
    for comment in first:
        found[comment.field].append(Thread(comment, replies[comment.pk]))
    return found


def unresolved(found: Mapping[str, Iterable[Thread]]) -> list[Thread]:
    return [
        thread
        for several in found.values()
        for thread in several
        if thread.first.what == Comment.CommentType.COMMENT and not thread.is_resolved
    ]


def label(kind: str, field: str) -> str:
    """Returns the form's label for a field of the document; empty for the whole document."""
    return capfirst(differences.label(kind, field))


def fields_that_exist(proposal: Proposal) -> set[str]:
    return {SLUG, TEXT, *fields_of(proposal.kind)}


@transaction.atomic
def add(proposal: Proposal, *, by: User, text: str, field: str = "", thread: int | None = None) -> Comment:
    """Adds a comment on the proposal, on one of its fields, or as a reply; a reply reopens its thread."""
    proposal = _locked(proposal, by)
    text = text.replace("\x00", "").strip()
    if not text:
        raise ValidationError(gettext("Write a comment first."))
    if len(text) > MAX_TEXT:
        raise ValidationError(
            gettext("A comment has at most %(most)d characters; this one has %(length)d.")
            % {"most": MAX_TEXT, "length": len(text)}
        )
    last = proposal.comments.filter(author=by).order_by("pk").last()
    if last is not None and (last.text, last.thread_id, last.field if thread is None else field) == (
        text,
        thread,
        field,
    ):
        return last  # the button was pressed twice
    if thread is not None:
        first = _first(proposal, thread)
        Comment.objects.filter(pk=first.pk).update(resolved_at=None, resolved_by=None)
        return Comment.objects.create(proposal=proposal, field=first.field, thread=first, author=by, text=text)
    if field and field not in fields_that_exist(proposal):
        raise ValidationError(gettext("There is no such field."))
    return Comment.objects.create(proposal=proposal, field=field, author=by, text=text)


@transaction.atomic
def resolve(proposal: Proposal, thread: int, *, by: User) -> None:
    first = _first(_locked(proposal, by), thread)
    Comment.objects.filter(pk=first.pk, resolved_at=None).update(resolved_at=timezone.now(), resolved_by=by)


@transaction.atomic
def reopen(proposal: Proposal, thread: int, *, by: User) -> None:
    first = _first(_locked(proposal, by), thread)
    Comment.objects.filter(pk=first.pk).update(resolved_at=None, resolved_by=None)


def _locked(proposal: Proposal, by: User) -> Proposal:
    """Returns the proposal, locked so that no one decides or deletes it until the comment is written."""
    row = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal.pk).first()
    if row is None:
        raise ValidationError(gettext("This proposal no longer exists."))
    if not row.is_open:
        raise ValidationError(gettext("This proposal is now %s, so comments are closed.") % row.get_state_display())
    if not may_comment(by, row):
        raise ValidationError(gettext("You do not have permission to comment."))
    return row


def _first(proposal: Proposal, thread: int) -> Comment:
    first = proposal.comments.filter(pk=thread, what=Comment.CommentType.COMMENT, thread=None).first()
    if first is None:
        raise ValidationError(gettext("This comment no longer exists."))
    return first
