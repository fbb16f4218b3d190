"""The classifications and the mappings to them. Entries are read here and written by imports; a mapping is decided here."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.admin import ReadOnlyAdmin
from guidance.curation import mappings, permissions
from guidance.curation.admin.http import EMPTY_CELL, user_of
from guidance.curation.models import Mapping, Rating, TaxonomyEntry, TaxonomyLink

MAX_ROWS = 100  # links of one kind, and mappings before they are decided


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
    list_per_page = 50
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


class Ours(admin.SimpleListFilter):
    title = _("ours")
    parameter_name = "ours"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("skill", _("skills")), ("role", _("roles"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset.filter(**{f"{chosen}__isnull": False}) if chosen in {"skill", "role"} else queryset


class Removed(admin.SimpleListFilter):
    title = _("entry")
    parameter_name = "removed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("in the newest release")), ("yes", _("removed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        there = {"no": True, "yes": False}.get(self.value() or "")
        return queryset if there is None else queryset.filter(entry__removed_at__isnull=there)


@admin.register(Mapping)
class MappingAdmin(ReadOnlyAdmin):
    change_list_template = "admin/curation/classification_list.html"
    list_display = ["ours", "entry_and_meaning", "classification", "score", "as_similar", "status_and_who"]
    list_filter = [
        "status",
        "entry__source",
        "entry__kind",
        Ours,
        Removed,
    ]
    list_select_related = ["skill", "role", "entry", "proposed_by"]
    search_fields = ["skill__name", "skill__slug", "role__name", "role__slug", "entry__label", "entry__identifier"]
    fields = (
        "record_link",
        "ours_in_words",
        "entry_is",
        "theirs_in_words",
        "belongs_to",
        "score",
        "status",
        "proposed_by",
        "decided_at",
    )
    readonly_fields = fields
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    actions = ["accept", "refuse"]

    def get_queryset(self, request: HttpRequest) -> Any:
        alike = (
            Mapping.objects.filter(
                Q(skill=OuterRef("skill")) | Q(role=OuterRef("role")),
                entry__source=OuterRef("entry__source"),
                score=OuterRef("score"),
            )
            .exclude(pk=OuterRef("pk"))
            .order_by()
            .values("entry__source")
            .annotate(number=Count("pk"))
            .values("number")
        )
        others = Coalesce(Subquery(alike, output_field=IntegerField()), 0)
        return super().get_queryset(request).annotate(others=others)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """It changes the record too."""
        return self.has_propose_permission(request) and request.user.has_perm(permissions.DECIDE_MAPPINGS)

    def has_propose_permission(self, request: HttpRequest) -> bool:
        """To be the first of the two who accept a mapping."""
        return bool(request.user.has_perms(["catalog.change_skill", "catalog.change_role"]))

    def get_list_display(self, request: HttpRequest) -> Any:
        """With buttons for those who may press them."""
        user, proposes, decides = (
            user_of(request),
            self.has_propose_permission(request),
            self.has_decide_permission(request),
        )

        @admin.display(description=_("decide"))
        def decide(mapping: Mapping) -> str:
            status = Mapping.MappingStatus
            names = {"record": mapping.record, "entry": mapping.entry, "pk": mapping.pk}
            own = mapping.status == status.PROPOSED and mapping.proposed_by_id == user.pk
            accept = mapping.status != status.ACCEPTED and not own and proposes
            refuse = mapping.status != status.REFUSED and decides
            return format_html(
                "{}{}",
                _row_button("_accept", gettext("Accept"), **names) if accept else "",
                _row_button("_refuse", gettext("Refuse"), **names) if refuse else "",
            )

        return [*super().get_list_display(request), *([decide] if proposes else [])]

    @admin.display(description=_("Status"), ordering="status")
    def status_and_who(self, mapping: Mapping) -> str:
        if mapping.status == Mapping.MappingStatus.PROPOSED:
            return gettext("accepted by %s, waits for a second person") % (mapping.proposed_by or EMPTY_CELL)
        return str(mapping.get_status_display())

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, and the buttons in its rows."""
        for name, status in (("_accept", Mapping.MappingStatus.ACCEPTED), ("_refuse", Mapping.MappingStatus.REFUSED)):
            key = request.POST.get(name, "")
            if key.isdecimal() and len(key) < 19:
                self._decide_one(request, Mapping.objects.filter(pk=int(key)), status)
                return HttpResponseRedirect(request.get_full_path())
        response: HttpResponse = super().changelist_view(request, extra_context)
        return response

    def _decide_one(self, request: HttpRequest, rows: QuerySet[Mapping], status: str) -> None:
        accepting = status == Mapping.MappingStatus.ACCEPTED
        if not (self.has_propose_permission(request) if accepting else self.has_decide_permission(request)):
            raise PermissionDenied
        self._carry_out(request, list(rows.exclude(status=status).select_related("skill", "role", "entry")), status)

    @admin.display(description=_("Ours"), ordering="skill__name")
    def ours(self, mapping: Mapping) -> str:
        return f"{mapping.record} ({mapping.record._meta.verbose_name})"

    @admin.display(description=_("Theirs"), ordering="entry__label")
    def entry_and_meaning(self, mapping: Mapping) -> SafeString:
        meaning = Truncator(mapping.entry.description).chars(160)
        return format_html("{}<br>{}", entry_link(mapping.entry), meaning)

    @admin.display(description=_("Classification"), ordering="entry__source")
    def classification(self, mapping: Mapping) -> str:
        return f"{mapping.entry.get_source_display()}, {mapping.entry.get_kind_display()}"

    @admin.display(description=_("As similar"))
    def as_similar(self, mapping: Any) -> str:
        if not mapping.others:
            return EMPTY_CELL
        return ngettext("%d other", "%d others", mapping.others) % int(mapping.others)

    @admin.display(description=_("Ours"))
    def record_link(self, mapping: Mapping) -> SafeString:
        record = mapping.record
        address = reverse(f"admin:catalog_{record._meta.model_name}_change", args=[record.pk])
        return format_html('<a href="{}">{}</a> ({})', address, record, record._meta.verbose_name)

    @admin.display(description=_("In our words"))
    def ours_in_words(self, mapping: Mapping) -> str:
        aliases = list(mapping.skill.aliases.values_list("name", flat=True)) if mapping.skill else []
        return lines([*filter(None, [", ".join(aliases), mapping.record.summary])])

    @admin.display(description=_("Theirs"))
    def entry_is(self, mapping: Mapping) -> SafeString:
        return format_html("{} ({})", entry_link(mapping.entry), self.classification(mapping))

    @admin.display(description=_("In their words"))
    def theirs_in_words(self, mapping: Mapping) -> str:
        entry = mapping.entry
        return lines([*filter(None, [", ".join(entry.alternative_labels), *entry.description.splitlines()])])

    @admin.display(description=_("Belongs to"))
    def belongs_to(self, mapping: Mapping) -> str:
        broader = TaxonomyEntry.objects.filter(
            links_in__entry=mapping.entry, links_in__kind=TaxonomyLink.LinkKind.BROADER
        )
        return lines([entry_link(entry) for entry in broader])

    @admin.action(description=_("Accept: the record has this identifier"), permissions=["propose"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> HttpResponse | None:
        return self._decide(request, queryset, Mapping.MappingStatus.ACCEPTED)

    @admin.action(description=_("Refuse: the record does not have it"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> HttpResponse | None:
        return self._decide(request, queryset, Mapping.MappingStatus.REFUSED)

    def _decide(self, request: HttpRequest, queryset: QuerySet[Mapping], status: str) -> HttpResponse | None:
        accepting = status == Mapping.MappingStatus.ACCEPTED
        rows = list(queryset.exclude(status=status).select_related("skill", "role", "entry"))
        if not rows:
            text = gettext("They are accepted already.") if accepting else gettext("They are refused already.")
            self.message_user(request, text, messages.WARNING)
            return None
        if request.POST.get("post") != "yes":
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Accept mappings") if accepting else gettext("Refuse mappings"),
                "opts": self.opts,
                "accepting": accepting,
                "count": len(rows),
                "shown": rows[:MAX_ROWS],
                "action": "accept" if accepting else "refuse",
                "button": gettext("Accept") if accepting else gettext("Refuse"),
                "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
                "all_of_list": request.POST.get("select_across") == "1",
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/curation/decide.html", context)
        self._carry_out(request, rows, status)
        return None

    def _carry_out(self, request: HttpRequest, rows: list[Mapping], status: str) -> None:
        accepting, user = status == Mapping.MappingStatus.ACCEPTED, user_of(request)
        decide = mappings.accept if accepting else mappings.refuse
        try:
            done = decide(mappings=rows, by=user, now=timezone.now())
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return
        said = gettext("Accepted as a mapping.") if accepting else gettext("Refused as a mapping.")
        LogEntry.objects.log_actions(user.pk, rows, CHANGE, said)
        if done.decided:
            self.message_user(request, _decided(accepting, done.decided), messages.SUCCESS)
        if done.waiting:
            text = ngettext(
                "%d mapping waits for a second person to accept it.",
                "%d mappings wait for a second person to accept them.",
                done.waiting,
            )
            self.message_user(request, text % done.waiting, messages.SUCCESS)
        if done.revision is not None:
            self.message_user(request, gettext("Published as revision %d.") % done.revision.number, messages.INFO)


def _row_button(name: str, label: str, **names: Any) -> SafeString:
    text = (
        '<button class="act small" name="{name}" value="{pk}" aria-label="{label}: {record}, {entry}">{label}</button> '
    )
    return format_html(text, name=name, label=label, **names)


def _decided(accepting: bool, count: int) -> str:
    if accepting:
        text = ngettext(
            "%d mapping is accepted. To undo it, refuse it.",
            "%d mappings are accepted. To undo it, refuse them.",
            count,
        )
    else:
        text = ngettext(
            "%d mapping is refused. To undo it, accept it.",
            "%d mappings are refused. To undo it, accept them.",
            count,
        )
    return text % count
