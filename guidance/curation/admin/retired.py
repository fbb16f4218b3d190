"""Why a record is retired: the explanation in the form, who retired it, and how to undo that."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from guidance.catalog.models import RECORD_MODELS, Record, Redirect
from guidance.curation.admin.http import history_url, record_url
from guidance.curation.admin.operations import address_of, description
from guidance.curation.models import Operation

OperationType = Operation.OperationType


@dataclass(frozen=True, slots=True)
class Retirement:
    operation: (
        Operation | None
    )  # the operation that retired the record, or that created it and was undone; None if the pack retired it
    said: str  # description of the operation
    whole: Record | None  # the record that it is now part of
    way_back: str  # URL of the page where this can be undone; empty if there is none

    @property
    def is_undoing(self) -> bool:
        return self.operation is not None and self.operation.undone_at is not None

    @property
    def by(self) -> Any:
        assert self.operation is not None
        return self.operation.undone_by if self.is_undoing else self.operation.by

    @property
    def at(self) -> Any:
        assert self.operation is not None
        return self.operation.undone_at if self.is_undoing else self.operation.at

    @property
    def note(self) -> str:
        return self.operation.note if self.operation is not None and not self.is_undoing else ""

    @property
    def operation_url(self) -> str:
        return address_of(self.operation) if self.operation is not None else ""

    @property
    def whole_url(self) -> str:
        return record_url(self.whole.KIND, self.whole.pk) if self.whole is not None else ""


def retirement_of(record: Record) -> Retirement:
    """Returns how a record was retired. Takes three queries."""
    touched: list[dict[str, Any]] = [{"kind": record.KIND, "record": record.pk}]
    undone_split = Q(what=OperationType.SPLIT, into=record.slug, undone_at__isnull=False)
    done = Operation.objects.filter(Q(undone_at=None) | undone_split, touched__contains=touched)
    operation = done.exclude(what=OperationType.RENAME).select_related("by", "undone_by").order_by("-at", "-pk").first()
    leads_to = Redirect.objects.filter(kind=record.KIND, slug=record.slug).values_list("record_id", flat=True).first()
    whole = RECORD_MODELS[record.KIND].objects.filter(pk=leads_to).first() if leads_to else None
    said = ""
    if operation is not None:
        undone = gettext("The split of “%s” that created it was undone") % operation.name
        said = undone if operation.undone_at else description(operation)
    if operation is not None and operation.undone_at is None:
        way_back = reverse("admin:curation_operation_undo", args=[operation.pk])
    elif whole is not None:
        way_back = ""
    else:
        way_back = history_url(record.KIND, record.pk)
    return Retirement(operation, said, whole, way_back)
