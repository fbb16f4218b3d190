"""The fields for comments and replies: on the page of a proposal, and for replies also in the form of its record."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from accounts.models import User
from guidance.curation import comments
from guidance.curation.admin.http import primary_key
from guidance.curation.comments import Thread
from guidance.curation.models import Proposal

COMMENT, REPLY = "comment-", "reply-"  # prefixes of the names of the fields


@dataclass(frozen=True, slots=True)
class CommentField:
    """A field for a comment or a reply."""

    name: str
    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class ShownThread:
    thread: Thread
    reply: CommentField


class TypedComments:
    """The comments and replies on a page. Whichever button is pressed, what was typed is either saved or shown again, never
    lost."""

    def __init__(self, posted: Mapping[str, object] | None) -> None:
        self.typed = {
            name: str(text)
            for name, text in (posted or {}).items()
            if name.startswith((COMMENT, REPLY)) and str(text).strip()
        }
        self.problems: dict[str, str] = {}  # by name of the field

    def save(self, proposal: Proposal, *, by: User) -> int:
        """Saves the comments and replies, and returns their number."""
        saved = 0
        for name, text in list(self.typed.items()):
            field = name.removeprefix(COMMENT) if name.startswith(COMMENT) else ""
            number = name.removeprefix(REPLY) if name.startswith(REPLY) else ""
            thread = (primary_key(number) or 0) if number else None
            try:
                comments.add(proposal, by=by, text=text, field=field.removeprefix("all"), thread=thread)
            except ValidationError as error:
                self.problems[name] = " ".join(error.messages)
            else:
                del self.typed[name]
                saved += 1
        return saved

    def about(self, field: str) -> CommentField:
        """Returns the field for comments about a field of the record; "" for the proposal as a whole."""
        return self._field(f"{COMMENT}{field or 'all'}")

    def reply_to(self, thread: Thread) -> CommentField:
        return self._field(f"{REPLY}{thread.first.pk}")

    def _field(self, name: str) -> CommentField:
        return CommentField(name, self.typed.get(name, ""), self.problems.get(name, ""))
