"""What one form of a record edits, and the reason for a change until a proposal stores it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.models import User
from guidance.catalog.documents import Document
from guidance.catalog.models import Record, Version
from guidance.curation import comments, permissions, proposals, record_documents
from guidance.curation.admin.typed_comments import ShownThread, TypedComments
from guidance.curation.models import Proposal

MAX_NOTE = 2_000  # characters
KEPT_NOTES = "curation-notes"  # key in the session: reasons for changes that are not proposals yet
MAX_KEPT_NOTES = 20


@dataclass
class RecordEditing:
    """What one form edits."""

    record: Record
    proposal: Proposal | None
    user: User
    document: Document | None = None  # the record as a document, after the form was saved
    formsets: Sequence[Any] = ()  # formsets saved with it
    answers: TypedComments = field(default_factory=lambda: TypedComments(None))
    on_version: Version | None = None  # the version shown, if the record has changed since the form was opened

    @property
    def is_public(self) -> bool:
        """Returns whether the record is or was public; if so, the form does not write its row."""
        return self.record.status not in record_documents.NEVER_PUBLIC

    @property
    def is_applied(self) -> bool:
        """Returns whether the rows shown are those of the proposal."""
        return self.is_public and (self.proposal is not None or self.on_version is not None)

    @cached_property
    def seen(self) -> str:
        """Returns a key for what the form shows: saving fails if that has changed."""
        if self.proposal is not None:
            return f"p{self.proposal.pk}-{self.proposal.changed_at.timestamp()}"
        version = record_documents.newest_version(self.record.KIND, self.record.pk)
        return f"v{version.number if version else 0}"

    @property
    def is_own_last(self) -> bool:
        """Returns whether this user made the latest save."""
        if self.proposal is not None:
            return self.proposal.author_id == self.user.pk and self.proposal.edited_at is None
        version = record_documents.newest_version(self.record.KIND, self.record.pk)
        return not self.is_public and version is not None and version.author_id == self.user.pk

    @cached_property
    def may_write(self) -> bool:
        """Returns whether the proposal belongs to the user."""
        if self.proposal is not None:
            return permissions.may_write(self.user, self.proposal)
        return self.user.has_perm(f"catalog.change_{self.record._meta.model_name}")

    @cached_property
    def may_edit(self) -> bool:
        """Returns whether the user may change the text, which may belong to another person's proposal."""
        return self.may_write if self.proposal is None else permissions.may_edit(self.user, self.proposal)

    @property
    def may_submit(self) -> bool:
        return self.may_write and (self.proposal is None or self.proposal.state in Proposal.WITH_AUTHOR)

    @property
    def is_saved_in_review(self) -> bool:
        """Returns whether saved changes go straight to the reviewers."""
        return self.may_edit and self.proposal is not None and self.proposal.state in Proposal.WITH_REVIEWER

    @cached_property
    def is_only_reviewer(self) -> bool:
        return permissions.is_only_reviewer(self.user)

    @cached_property
    def outdated(self) -> bool:
        return self.proposal is not None and proposals.is_outdated(self.proposal)

    @cached_property
    def open_threads(self) -> list[ShownThread]:
        """Returns the unresolved comments, with the fields for replies."""
        if self.proposal is None:
            return []
        found = comments.unresolved(comments.threads(self.proposal))
        return [ShownThread(thread, self.answers.reply_to(thread)) for thread in found]

    @cached_property
    def may_comment(self) -> bool:
        return self.proposal is not None and comments.may_comment(self.user, self.proposal)

    @cached_property
    def outcome(self) -> Proposal | None:
        """Returns the last decision; None while there is a proposal."""
        if self.proposal is not None:
            return None
        last = Proposal.objects.of(self.record).select_related("reviewer", "author", "editor").order_by("-pk").first()
        return last if last is not None and last.state in Proposal.DECIDED else None


def keep_note(request: HttpRequest, record: Record) -> None:
    """Stores what was typed under “Why”, to show it when the form of a record without a proposal is opened again."""
    notes: dict[str, str] = request.session.get(KEPT_NOTES, {})
    name = f"{record.KIND}-{record.pk}"
    notes.pop(name, None)
    if (note := posted_note(request)) and "_submit" not in request.POST:
        notes[name] = note
    request.session[KEPT_NOTES] = dict([*notes.items()][-MAX_KEPT_NOTES:])


def kept_note(request: HttpRequest, record: Record) -> str:
    return str(request.session.get(KEPT_NOTES, {}).get(f"{record.KIND}-{record.pk}", ""))


def posted_note(request: HttpRequest) -> str:
    return request.POST.get("note", "").strip()[:MAX_NOTE]
