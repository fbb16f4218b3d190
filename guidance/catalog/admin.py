"""Admin pages for rows that the code writes and people only read: versions, revisions, redirects."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog import record_store
from guidance.catalog.models import RECORD_MODELS, Change, Redirect, Revision, Version

PAGE_SIZE = 50  # number of a revision's changes per page


class ReadOnly:
    """An admin for rows that only the code writes."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Uses the title that the page has in the list and the menu."""
        title = capfirst(self.opts.verbose_name)
        values = {"title": title, **(extra_context or {})}
        response: HttpResponse = super().change_view(request, object_id, form_url, values)
        return response


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    explanation = _("Every saved text of every record. To restore one, open the history of its record.")
    list_display = ["slug", "kind", "number", "at", "author", "source"]
    list_filter = ["kind", "source", "at"]
    list_select_related = ["author"]
    search_fields = ["slug"]
    ordering = ("-at", "-number")
    readonly_fields = ("kind", "slug", "number", "at", "author", "source", "changes", "text")
    fieldsets = (
        (None, {"fields": readonly_fields[:-2]}),
        (_("Changes"), {"fields": ("changes",), "classes": ("collapse",)}),
        (_("The whole text"), {"fields": ("text",), "classes": ("collapse",)}),
    )
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    change_form_template = "admin/catalog/version.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Adds links to the record and to its history, where an earlier version can be compared with the newest one and restored."""
        version = self.get_object(request, unquote(object_id))
        if version is None:
            return super().change_view(request, object_id, form_url, extra_context)
        values: dict[str, Any] = {}
        model = RECORD_MODELS[version.kind]
        record = model.objects.filter(pk=version.record_id).first()
        if record is not None:
            page = f"admin:catalog_{model._meta.model_name}"
            history = reverse(f"{page}_history", args=[record.pk])
            newer = Version.objects.filter(kind=version.kind, record_id=record.pk, number__gt=version.number)
            values = {
                "title": gettext("Version %(number)d of %(name)s") % {"number": version.number, "name": record},
                "record_url": reverse(f"{page}_change", args=[record.pk]),
                "history_url": history,
                "restore_url": f"{history}?before={version.number}#restore" if newer.exists() else "",
            }
        return super().change_view(request, object_id, form_url, {**values, **(extra_context or {})})

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup == "record_id" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("Document"))
    def text(self, version: Version) -> SafeString:
        return format_html("<pre>{}</pre>", version.document)

    @admin.display(description=_("Compared with the previous version"))
    def changes(self, version: Version) -> SafeString:
        previous = Version.objects.filter(
            kind=version.kind, record_id=version.record_id, number=version.number - 1
        ).first()
        if previous is None:
            return SafeString(gettext("This is the first version."))
        return format_html("<pre>{}</pre>", record_store.diff(previous.document, version.document))


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    """A revision may contain the whole catalogue, so its changes are paginated."""

    explanation = _("Every publication: what became public at one moment, for one record or many.")
    list_display = ["number", "at", "changed"]
    change_form_template = "admin/catalog/revision.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(size=models.Count("changes"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        revision = self.get_object(request, unquote(object_id))
        rows = Change.objects.filter(revision=revision).order_by("derived", "kind", "slug")
        shown = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "shown": shown})

    @admin.display(description=_("Changes"), ordering="size")
    def changed(self, revision: Any) -> int:
        return int(revision.size)


@admin.register(Redirect)
class RedirectAdmin(ReadOnlyAdmin):
    explanation = _("The slugs of records before they were renamed or merged. Old URLs redirect to the current record.")
    list_display = ["kind", "slug", "record_id"]
    list_filter = ["kind"]
    search_fields = ["slug"]
