"""Merges, splits and retirements take two people, unless there is only one: the first requests the operation, the second confirms what it
would do.

The request is stored as the submitted form. The person who confirms sees what it would do at that time, and exactly that is done.
"""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from guidance.catalog.models import Record
from guidance.curation import operations, permissions
from guidance.curation.models import Operation, PendingOperation
from guidance.curation.operation_documents import OperationRequest

State = PendingOperation.PendingState


def needs_second(user: User, what: str) -> bool:
    return what != Operation.OperationType.RENAME and not permissions.is_only_holder(user, permissions.OPERATE)


def waiting() -> QuerySet[PendingOperation]:
    return PendingOperation.objects.filter(state=State.WAITING).select_related("asked_by")


@transaction.atomic
def ask(
    request: OperationRequest, record: Record, form: Mapping[str, Sequence[str]], *, by: User, note: str = ""
) -> PendingOperation:
    """Requests the operation from a second person. Raises ValidationError if there is a pending request for this record."""
    if not by.has_perm(permissions.OPERATE):
        raise ValidationError(_("You do not have permission for this."))
    before = waiting().filter(kind=request.kind, record_id=record.pk).select_for_update(of=("self",)).first()
    if before is not None:
        raise ValidationError(
            _("{name} has already requested this: {what}. Confirm, reject or withdraw that request first.").format(
                what=before.get_what_display().capitalize(), name=before.asked_by or "–"
            )
        )
    return PendingOperation.objects.create(
        what=request.what,
        kind=request.kind,
        record_id=record.pk,
        name=record.name,
        form={name: list(values) for name, values in form.items()},
        note=note,
        asked_by=by,
    )


def may_decide(user: User, pending: PendingOperation) -> bool:
    """Returns whether the user may be the second person, or is the only one left."""
    if not user.has_perm(permissions.OPERATE):
        return False
    return pending.asked_by_id != user.pk or permissions.is_only_holder(user, permissions.OPERATE)


@transaction.atomic
def confirm(pending: PendingOperation, request: OperationRequest, digest: str, *, by: User) -> Operation:
    """Carries out the operation exactly as in the plan with this digest. Raises ValidationError and
    `operations.OperationRejected`."""
    row = _locked(pending)
    if not may_decide(by, row):
        raise ValidationError(_("Someone else has to confirm your request."))
    now = timezone.now()
    operation = operations.apply(request, digest, by=by, now=now, note=row.note)
    if row.asked_by_id != by.pk:
        operation.asked_by = row.asked_by
        operation.save(update_fields=["asked_by"])
    else:
        row.asked_by = None  # there was no second person
    row.state, row.decided_by, row.decided_at, row.operation = State.DONE, by, now, operation
    row.save()
    return operation


@transaction.atomic
def reject(pending: PendingOperation, *, by: User, words: str) -> None:
    row = _locked(pending)
    if not may_decide(by, row) or row.asked_by_id == by.pk:
        raise ValidationError(_("Someone else has to decide on your request."))
    if not words.strip():
        raise ValidationError(_("Give a reason for the person who requested it."))
    row.state, row.decided_by, row.decided_at, row.words = State.REFUSED, by, timezone.now(), words.strip()
    row.save()


@transaction.atomic
def withdraw(pending: PendingOperation, *, by: User) -> None:
    row = _locked(pending)
    if row.asked_by_id not in (None, by.pk):
        raise ValidationError(_("Only {name}, who requested it, can withdraw it.").format(name=row.asked_by))
    row.state, row.decided_by, row.decided_at = State.WITHDRAWN, by, timezone.now()
    row.save()


def _locked(pending: PendingOperation) -> PendingOperation:
    row = PendingOperation.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=pending.pk)
    require_waiting(row)
    return row


def require_waiting(pending: PendingOperation) -> None:
    if pending.state != State.WAITING:
        raise ValidationError(_("The request is already {state}.").format(state=pending.get_state_display()))
