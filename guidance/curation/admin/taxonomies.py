"""The entries of the classifications: read-only here, written by imports."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.admin import ReadOnlyAdmin
from guidance.curation.admin.http import EMPTY_CELL
from guidance.curation.models import Rating, TaxonomyEntry, TaxonomyLink

MAX_ROWS = 100  # number of links of one type


def entry_link(entry: TaxonomyEntry) -> SafeString:
    address = reverse("admin:curation_taxonomyentry_change", args=[entry.pk])
    return format_html('<a href="{}">{}</a>{}', address, entry, f" ({gettext('removed')})" if entry.removed_at else "")


def lines(items: list[Any]) -> SafeString:
    shown = items[:MAX_ROWS]
    if len(items) > MAX_ROWS:
        shown.append(gettext("and more"))
    return format_html_join(SafeString("<br>"), "{}", ((item,) for item in shown)) or SafeString(EMPTY_CELL)


@admin.register(TaxonomyEntry)
class TaxonomyEntryAdmin(ReadOnlyAdmin):
    change_list_template = "admin/curation/classification_list.html"
    list_display = ["label", "kind", "source", "identifier", "is_rated", "release", "removed_at"]
    list_filter = ["source", "kind", ("removed_at", admin.EmptyFieldListFilter)]
    search_fields = ["label", "identifier", "names__name"]
    fields = (
        "label",
        "source",
        "kind",
        "official",
        "other_labels",
        "text",
        "further_texts",
        "belongs_to",
        "needs",
        "may_need",
        "works_with",
        "how_rated",
        "release",
        "removed_at",
    )
    readonly_fields = fields
    list_per_page = 30
    show_facets = admin.ShowFacets.NEVER

    def get_queryset(self, request: HttpRequest) -> Any:
        rated = Exists(Rating.objects.filter(occupation=OuterRef("pk")))
        return super().get_queryset(request).annotate(has_ratings=rated)

    @admin.display(description=_("Ratings"))
    def is_rated(self, entry: Any) -> str:
        if not entry.can_be_rated:
            return EMPTY_CELL
        return gettext("rated") if entry.has_ratings else gettext("not rated")

    @admin.display(description=_("Identifier"))
    def official(self, entry: TaxonomyEntry) -> str:
        address = entry.identifier
        if entry.can_be_rated:
            address = f"https://www.onetonline.org/link/summary/{entry.identifier}"
        if not address.startswith(("http://data.europa.eu/", "https://www.onetonline.org/")):
            return entry.identifier
        return format_html('<a href="{}" rel="noopener">{}</a>', address, entry.identifier)

    @admin.display(description=_("Other labels"))
    def other_labels(self, entry: TaxonomyEntry) -> str:
        return lines(entry.alternative_labels)

    @admin.display(description=_("Description"))
    def text(self, entry: TaxonomyEntry) -> str:
        return lines(entry.description.splitlines())

    @admin.display(description=_("Further texts"))
    def further_texts(self, entry: TaxonomyEntry) -> str:
        return lines([f"{name}: {text}" for name, text in entry.texts.items()])

    @admin.display(description=_("Belongs to"))
    def belongs_to(self, entry: TaxonomyEntry) -> str:
        return self._links(entry, TaxonomyLink.LinkKind.BROADER)

    @admin.display(description=_("Needs"))
    def needs(self, entry: TaxonomyEntry) -> str:
        return self._links(entry, TaxonomyLink.LinkKind.ESSENTIAL)

    @admin.display(description=_("May need"))
    def may_need(self, entry: TaxonomyEntry) -> str:
        return self._links(entry, TaxonomyLink.LinkKind.OPTIONAL)

    @admin.display(description=_("Works with"))
    def works_with(self, entry: TaxonomyEntry) -> str:
        return self._links(entry, TaxonomyLink.LinkKind.USES)

    def _links(self, entry: TaxonomyEntry, kind: str) -> str:
        others = TaxonomyEntry.objects.filter(links_in__entry=entry, links_in__kind=kind)
        return lines([entry_link(other) for other in others[: MAX_ROWS + 1]])

    @admin.display(description=_("Ratings"))
    def how_rated(self, entry: TaxonomyEntry) -> str:
        if not entry.can_be_rated:
            return EMPTY_CELL
        ratings = entry.ratings.select_related("element").order_by("element__identifier", "scale")
        if not ratings:
            return gettext("not rated")
        return lines([self._rating(rating) for rating in ratings])

    def _rating(self, rating: Rating) -> str:
        words = [gettext("not relevant")] if rating.not_relevant else []
        words += [gettext("imprecise")] if rating.suppress else []
        if rating.value is not None:
            value = f"{rating.value:g}"
        else:
            value = "" if words else gettext("not rated")
        return f"{rating.element}, {rating.scale}: " + " ".join(
            filter(None, [value, f"({', '.join(words)})" if words else ""])
        )
