"""The target of a merge: choosing it among all records of the kind, and checking whether the two records are related at all."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from guidance.catalog.models import RECORD_MODELS, Kind, Record
from guidance.curation.models import Operation
from guidance.curation.operations import OperationPlan


def _label(record: Any) -> str:
    return f"{record.name} ({record.slug})"


def _others(model: type[Record], pk: int) -> QuerySet[Any]:
    """Returns the records that a record of this kind may be merged into."""
    return model.objects.published().exclude(pk=pk).order_by("name", "slug")


class IntoSelect(forms.Select):
    """Completes what is typed, like other record fields in the admin. Without JavaScript it lists all records."""

    def __init__(self, record: Record, none: Any) -> None:
        borrowed: Any = AutocompleteSelect(None, admin.site)  # used only for its scripts
        self._media: forms.Media = borrowed.media
        super().__init__(
            {
                "class": "admin-autocomplete",
                "lang": borrowed.i18n_name,
                "data-theme": "admin-autocomplete",
                "data-ajax--url": reverse("admin:curation_operation_into", args=[record.KIND, record.pk]),
                "data-ajax--cache": "true",
                "data-ajax--delay": 250,
                "data-allow-clear": "true" if none else "false",
                "data-placeholder": none,
            }
        )

    @property
    def media(self) -> forms.Media:
        return self._media


class Into(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=None, to_field_name="slug", **options)

    def choose_for(self, record: Record) -> None:
        self.widget = IntoSelect(record, "" if self.required else self.empty_label)
        self.widget.is_required = self.required
        self.queryset = _others(type(record), record.pk)

    def label_from_instance(self, record: Any) -> str:
        return _label(record)


class IntoView(AutocompleteJsonView):
    """The records of a kind whose names contain what was typed, except one."""

    def process_request(self, request: HttpRequest) -> Any:
        if not self.has_perm(request):
            raise PermissionDenied
        if self.kwargs["kind"] not in RECORD_MODELS:
            raise Http404
        site: Any = self.admin_site
        model_admin = site.get_model_admin(RECORD_MODELS[self.kwargs["kind"]])
        return request.GET.get("term", ""), model_admin, None, "slug"

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("curation.operate"))

    def get_queryset(self) -> Any:
        others = _others(self.model_admin.model, self.kwargs["pk"])
        found, has_duplicates = self.model_admin.get_search_results(self.request, others, self.term)
        return found.distinct() if has_duplicates else found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": obj.slug, "text": _label(obj)}


def shares_nothing(plan: OperationPlan) -> bool:
    """Returns whether both records to merge refer to skills but have none in common, such as resources for different skills."""
    request = plan.request
    if request.what != Operation.OperationType.MERGE or request.kind == Kind.SKILL:
        return False
    named = [
        {slug for _path, kind, slug in change.before.references() if kind == Kind.SKILL}
        for change in plan.changes
        if change.before is not None and change.key in {(request.kind, request.slug), (request.kind, request.into)}
    ]
    return all(named) and not set.intersection(*named)
