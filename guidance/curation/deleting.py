"""Deleting drafts that were never public: who owns them, and what prevents deletion."""

from django.db.models import Q

from accounts.models import User
from guidance.catalog import record_store, references
from guidance.catalog.documents import Document
from guidance.catalog.models import RECORD_MODELS, Change, Record, Status, Version
from guidance.curation.models import Proposal

State = Proposal.ProposalState


def was_public(record: Record) -> bool:
    return record.status == Status.PUBLISHED or Change.objects.filter(kind=record.KIND, slug=record.slug).exists()


def is_own_draft(record: Record, user: User) -> bool:
    """Returns whether only this user wrote the draft, and no reviewer has received it or commented on it."""
    if record.status != Status.DRAFT:
        return False
    authors = set(Version.objects.filter(kind=record.KIND, record_id=record.pk).values_list("author", flat=True))
    own = Q(author=user, editor=None, reviewer=None, comments=None, state__in=(State.DRAFT, State.WITHDRAWN))
    return authors == {user.pk} and not Proposal.objects.of(record).exclude(own).exists()


def users_of(record: Record) -> list[Record | Proposal]:
    """Returns everything that refers to the record: rows and texts of other records, and open proposals."""
    found = {(user.KIND, user.pk): user for user in record_store.users(record)}
    for model in RECORD_MODELS.values():
        for user in model.objects.filter(body__contains=f"/{record.slug}"):
            if references.names(Document(user.KIND, user.slug, {}, user.body), record.KIND, record.slug):
                found[user.KIND, user.pk] = user
    found.pop((record.KIND, record.pk), None)
    proposals = Proposal.objects.open().filter(document__contains=record.slug)
    others = proposals.exclude(kind=record.KIND, record_id=record.pk)
    return [*found.values(), *(row for row in others if references.names(row.proposed, record.KIND, record.slug))]


def delete_traces(record: Record) -> None:
    """Deletes everything that is stored about a draft, except its own rows."""
    Proposal.objects.of(record).delete()
    Version.objects.filter(kind=record.KIND, record_id=record.pk).delete()
