"""Uploads of an ESCO or O*NET release, and their results."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import outbox
from guidance.catalog.admin import ReadOnlyAdmin
from guidance.curation import classification_imports
from guidance.curation.admin.http import primary_key
from guidance.curation.classification_imports import MAX_BYTES
from guidance.curation.models import ClassificationImport, Source, TaxonomyEntry

State = ClassificationImport.ImportState
LOOK_AGAIN = "2"  # seconds between reloads while the worker is reading


class ClassificationImportForm(forms.ModelForm):  # type: ignore[type-arg]
    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        help_text=_(
            "ESCO: the zip file of the CSV download in English. O*NET: the zip file of the database as text files. At most 30 MB."
        ),
    )

    class Meta:
        model = ClassificationImport
        fields = ("source", "release", "dry_run")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(gettext("This file is larger than %d MB.") % (MAX_BYTES // 1_000_000))
        content = file.read()
        classification_imports.check_zip(content)
        self.instance.name, self.instance.content = file.name[:200], content
        return file


@admin.register(ClassificationImport)
class ClassificationImportAdmin(ReadOnlyAdmin):
    change_list_template = "admin/curation/classification_list.html"
    form = ClassificationImportForm
    list_display = ["name", "source", "release", "dry_run", "state", "at", "ended_at"]
    list_filter = ["source", "state"]
    fields = ("source", "file", "release", "dry_run")
    readonly_fields = ("source", "name", "release", "dry_run", "state", "told", "at", "ended_at")
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Adds the releases that are already imported, whichever way that was done."""
        releases = TaxonomyEntry.objects.order_by("source", "release").values_list("source", "release")
        there = [
            (Source(source).label, release, count) for source, release, count in releases.annotate(count=Count("pk"))
        ]
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "releases": there})
        return response

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("curation.add_classificationimport")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("content")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else self.readonly_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: ClassificationImport, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(partial(outbox.call_worker, classification_imports.TASK))

    def response_add(
        self, request: HttpRequest, obj: ClassificationImport, post_url_continue: Any = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:curation_classificationimport_change", args=[obj.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Reloads the page until the worker is done; this works without JavaScript."""
        response = super().change_view(request, object_id, form_url, extra_context)
        waiting = ClassificationImport.objects.filter(state=State.WAITING)
        if (key := primary_key(object_id)) is not None and waiting.filter(pk=key).exists():
            response.headers["Refresh"] = LOOK_AGAIN
        return response

    @admin.display(description=_("result"))
    def told(self, row: ClassificationImport) -> SafeString | str:
        if row.state != State.WAITING:
            return format_html("<pre>{}</pre>", row.report)
        done = classification_imports.entries_read(row)
        if not done:
            return format_html(
                '{} <a href="">{}</a>',
                gettext(
                    "The file is being read, or will be in a few seconds. This page updates itself; you can leave it."
                ),
                gettext("Look again"),
            )
        return ngettext("%d entry read.", "%d entries read.", done) % done
