"""The page for deleting a draft that was never public."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from guidance.catalog import record_store
from guidance.catalog.models import Record
from guidance.curation import deleting
from guidance.curation.admin.http import record_url, user_of
from guidance.curation.models import Proposal


class DeletingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A record that has ever been public is retired instead, so that its page can say so. Only a draft that was never
        public can be deleted: by a reviewer, or by its author if no one else has seen it."""
        may = super().has_delete_permission(request, obj)
        if obj is None or deleting.was_public(obj):
            return False
        return may or (super().has_change_permission(request, obj) and deleting.is_own_draft(obj, user_of(request)))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Returns what would be deleted. Records that refer to a draft block its deletion, even if the database would only remove
        the reference."""
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        users = [_link(user) for record in objs for user in deleting.users_of(record)]
        return deleted, counts, missing, users or protected

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        with transaction.atomic():
            if request.method == "POST":
                record_store.lock()  # no one can refer to the draft or submit it in between
            return super().delete_view(request, object_id, extra_context)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        deleting.delete_traces(obj)
        super().delete_model(request, obj)


def _link(user: Record | Proposal) -> SafeString:
    if isinstance(user, Proposal):
        address = reverse("admin:curation_proposal_change", args=[user.pk])
    else:
        address = record_url(user.KIND, user.pk)
    return format_html('{}: <a href="{}">{}</a>', capfirst(str(user._meta.verbose_name)), address, user.name)
