"""ESCO and O*NET in the form of a skill or role: the mappings of the record, and entries with a similar name to tick."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models import Role, Skill
from guidance.catalog.references import alias_name
from guidance.curation.admin.form_documents import document_of_form
from guidance.curation.admin.form_sections import FormSection
from guidance.curation.admin.writing import WritingAdmin
from guidance.curation.mappings import similar_entries
from guidance.curation.models import Source, TaxonomyEntry

CLASSIFICATIONS = FormSection(
    "classifications",
    _("ESCO and O*NET"),
    ("esco", "onet"),
    template="admin/curation/form_classifications.html",
    also=("external",),
)


class ClassifiedForm(ModelForm):  # type: ignore[type-arg]
    """Includes the entries that were ticked, in addition to those that were typed."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for source in Source.values:
            ticked = self.data.getlist(f"{source}_ticked") if hasattr(self.data, "getlist") else []
            known = TaxonomyEntry.objects.filter(source=source, identifier__in=ticked) if ticked else ()
            if source in cleaned:
                cleaned[source] = list(dict.fromkeys([*cleaned[source], *(entry.identifier for entry in known)]))
        return cleaned


@dataclass
class Classifications:
    """The mappings of a record, and similar entries. Queried while the page is rendered."""

    model: type[Skill | Role]
    name: str
    other_names: Sequence[str]
    identifiers: Iterable[str]  # identifiers of the record

    @cached_property
    def chosen(self) -> list[TaxonomyEntry]:
        return list(TaxonomyEntry.objects.filter(identifier__in=list(self.identifiers)).order_by("source", "label"))

    @cached_property
    def suggested(self) -> list[TaxonomyEntry]:
        chosen = set(self.identifiers)
        found = similar_entries(self.model, self.name, self.other_names) if self.name else []
        return [entry for entry, _score in found if entry.identifier not in chosen]

    @cached_property
    def is_imported(self) -> bool:
        return TaxonomyEntry.objects.exists()


class ClassifiedAdmin(WritingAdmin):
    """The admin of the kinds with `esco` and `onet`."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.classifications_view)
        own = path("classifications/", view, name=f"catalog_{self.opts.model_name}_classifications")
        return [own, *super().get_urls()]

    def classifications_view(self, request: HttpRequest) -> HttpResponse:
        """Returns the entries that match what is typed."""
        posted = document_of_form(self, request, self._posted_record(request))
        data = posted.document.data
        others = [alias_name(alias) for alias in data.get("aliases", [])]
        external = data.get("external", {})
        identifiers = [*external.get("esco", []), *external.get("onet", [])]
        values = {"classifications": Classifications(self.model, str(data.get("name", "")), others, identifiers)}
        return TemplateResponse(request, "admin/curation/form_suggestions.html", values)

    def form_context(self, request: HttpRequest, context: Mapping[str, Any], obj: Any) -> dict[str, Any]:
        others = [alias.name for alias in obj.aliases.all()] if isinstance(obj, Skill) else []
        identifiers = [*obj.esco, *obj.onet] if obj is not None else []
        return super().form_context(request, context, obj) | {
            "classifications": Classifications(self.model, obj.name if obj else "", others, identifiers),
            "classifications_url": reverse(f"admin:catalog_{self.opts.model_name}_classifications"),
        }
