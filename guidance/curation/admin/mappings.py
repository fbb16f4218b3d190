"""The mappings of our skills and roles to entries in the classifications: who has accepted what, and the decisions."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
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
from guidance.curation import mappings
from guidance.curation.admin.http import EMPTY_CELL, primary_key, user_of
from guidance.curation.admin.taxonomies import entry_link, lines
from guidance.curation.mappings import MappingRights
from guidance.curation.models import Mapping, TaxonomyEntry, TaxonomyLink

MAX_ROWS = 100  # number of mappings decided at once
Status = Mapping.MappingStatus

# Messages in the admin log, which records who decided.
ACCEPTED, REFUSED, SUGGESTED = (
    _("Accepted as a mapping."),
    _("Rejected as a mapping."),
    _("Suggested again as a mapping."),
)

BUTTONS: dict[str, tuple[Any, Callable[[MappingRights, Mapping], bool]]] = {
    "_accept": (_("Accept"), MappingRights.may_accept),
    "_take_back": (_("Undo"), MappingRights.may_take_back),
    "_refuse": (_("Reject"), MappingRights.may_refuse),
    "_suggest": (_("Suggest again"), MappingRights.may_suggest_again),
}


class ByStatus(admin.SimpleListFilter):
    """By default, shows what needs a decision."""

    title = _("status")
    parameter_name = "status__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*Status.choices, ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": gettext("to decide")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen in Status.values:
            return queryset.filter(status=chosen)
        return queryset if chosen == "all" else queryset.filter(status__in=[Status.SUGGESTED, Status.PROPOSED])


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
    change_list_template = "admin/curation/mapping_list.html"
    change_form_template = "admin/curation/mapping.html"
    list_display = ["ours", "entry_and_meaning", "score", "as_similar"]
    list_filter = [
        ByStatus,
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
        "official_identifier",
    )
    readonly_fields = fields
    list_per_page = 15  # the card of each is 250 to 350 pixels high on a phone
    show_facets = admin.ShowFacets.NEVER
    actions = ["accept", "refuse", "suggest"]

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

    def has_propose_permission(self, request: HttpRequest) -> bool:
        """Returns whether the user may be the first of the two people who accept a mapping, and may reject suggestions."""
        return MappingRights(user_of(request)).proposes

    def get_list_display(self, request: HttpRequest) -> Any:
        """Adds the state in words and the buttons that this visitor may use."""
        rights = MappingRights(user_of(request))

        @admin.display(description=_("Decision"), ordering="status")
        def decision(mapping: Mapping) -> SafeString:
            return format_html(
                '<p id="mapping-{}">{}</p><p class="page-actions">{}</p>',
                mapping.pk,
                state_in_words(mapping, rights),
                row_buttons(mapping, rights),
            )

        ours, theirs, *others = super().get_list_display(request)
        return [ours, theirs, decision, *others]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        name_deciders(rows)
        for row, following in pairwise(rows):
            row.following = following.pk
        changelist.result_list = rows
        return changelist

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Shows the list and handles the buttons in its rows."""
        for name in BUTTONS.keys() & request.POST.keys():
            if (key := primary_key(request.POST[name])) is not None:
                self._press(request, name, Mapping.objects.filter(pk=key))
                return HttpResponseRedirect(request.get_full_path())
        more = {"rights": MappingRights(user_of(request))}
        response: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **more})
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Shows one mapping, with the same buttons."""
        mapping = self.get_object(request, object_id)
        if mapping is None:
            return super().change_view(request, object_id, form_url, extra_context)
        for name in BUTTONS.keys() & request.POST.keys():
            self._press(request, name, Mapping.objects.filter(pk=mapping.pk))
            return HttpResponseRedirect(request.get_full_path())
        rights = MappingRights(user_of(request))
        name_deciders([mapping])
        more = {
            "rights": rights,
            "state": state_in_words(mapping, rights),
            "buttons": row_buttons(mapping, rights),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def _press(self, request: HttpRequest, name: str, rows: QuerySet[Mapping]) -> None:
        rights = MappingRights(user_of(request))
        if not rights.proposes:
            raise PermissionDenied
        allowed = [row for row in rows.select_related("skill", "role", "entry") if BUTTONS[name][1](rights, row)]
        if not allowed:
            text = gettext("Nothing was changed: someone has decided since you opened this page.")
            self.message_user(request, text, messages.WARNING)
        elif name in ("_accept", "_refuse"):
            self._carry_out(request, allowed, Status.ACCEPTED if name == "_accept" else Status.REFUSED)
        else:
            self._suggest(request, allowed)

    @admin.display(description=_("Ours"), ordering="skill__name")
    def ours(self, mapping: Mapping) -> str:
        return f"{mapping.record} ({mapping.record._meta.verbose_name})"

    @admin.display(description=_("Theirs"), ordering="entry__label")
    def entry_and_meaning(self, mapping: Mapping) -> SafeString:
        meaning = Truncator(mapping.entry.description).chars(160)
        return format_html(
            '{}<br><span class="help">{}</span><br>{}', entry_link(mapping.entry), self.classification(mapping), meaning
        )

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

    @admin.display(description=_("Identifier"))
    def official_identifier(self, mapping: Mapping) -> str:
        return mapping.entry.identifier

    # --- Several at once

    @admin.action(description=_("Accept: the record has this identifier"), permissions=["propose"])
    def accept(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> HttpResponse | None:
        return self._decide(request, queryset, Status.ACCEPTED)

    @admin.action(description=_("Reject: the record does not have it"), permissions=["propose"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> HttpResponse | None:
        return self._decide(request, queryset, Status.REFUSED)

    @admin.action(
        description=_("Undo what you alone accepted, and suggest rejected ones again"), permissions=["propose"]
    )
    def suggest(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> None:
        rights = MappingRights(user_of(request))
        self._suggest(
            request, [row for row in queryset.select_related("skill", "role", "entry") if rights.may_undo(row)]
        )

    def _decide(self, request: HttpRequest, queryset: QuerySet[Mapping], status: str) -> HttpResponse | None:
        accepting, rights = status == Status.ACCEPTED, MappingRights(user_of(request))
        may = rights.may_accept if accepting else rights.may_refuse
        rows = [row for row in queryset.select_related("skill", "role", "entry") if may(row)]
        if not rows:
            text = (
                gettext("There is nothing to accept: you or two people have already accepted them.")
                if accepting
                else gettext("There is nothing to reject: they are already rejected, or only a reviewer can do it.")
            )
            self.message_user(request, text, messages.WARNING)
            return None
        if request.POST.get("post") != "yes":
            context = {
                **self.admin_site.each_context(request),
                "title": gettext("Accept mappings") if accepting else gettext("Reject mappings"),
                "opts": self.opts,
                "accepting": accepting,
                "alone": rights.alone,
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
        accepting, user = status == Status.ACCEPTED, user_of(request)
        decide = mappings.accept if accepting else mappings.refuse
        try:
            done = decide(mappings=rows, by=user, now=timezone.now())
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return
        LogEntry.objects.log_actions(user.pk, rows, CHANGE, str(ACCEPTED if accepting else REFUSED))
        if done.decided:
            self.message_user(request, _decided(rows, status, done.decided), messages.SUCCESS)
        if done.waiting:
            text = ngettext(
                "You accepted %d mapping. A reviewer has to accept it too; until then you can undo it.",
                "You accepted %d mappings. A reviewer has to accept them too; until then you can undo them.",
                done.waiting,
            )
            self.message_user(request, text % done.waiting, messages.SUCCESS)
        if done.revision is not None:
            self.message_user(request, gettext("Published as revision %d.") % done.revision.number, messages.INFO)

    def _suggest(self, request: HttpRequest, rows: list[Mapping]) -> None:
        user = user_of(request)
        count = mappings.suggest_again(mappings=rows, by=user)
        if not count:
            text = gettext("There is nothing to undo. You can undo only what you alone accepted and what was rejected.")
            self.message_user(request, text, messages.WARNING)
            return
        LogEntry.objects.log_actions(user.pk, rows, CHANGE, str(SUGGESTED))
        text = ngettext("%d mapping is a suggestion again.", "%d mappings are suggestions again.", count)
        self.message_user(request, text % count, messages.SUCCESS)


def name_deciders(rows: Iterable[Any]) -> None:
    """Adds to each decided mapping the user who decided it last, from the admin log. Takes one statement."""
    said = {Status.ACCEPTED: str(ACCEPTED), Status.REFUSED: str(REFUSED)}
    decided = {str(row.pk): said[row.status] for row in rows if row.status in said}
    log = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Mapping),
        object_id__in=decided,
        change_message__in=said.values(),
    )
    users = {(row.object_id, row.change_message): row.user for row in log.select_related("user").order_by("pk")}
    for row in rows:
        row.decider = users.get((str(row.pk), decided.get(str(row.pk), "")))


def state_in_words(mapping: Any, rights: MappingRights) -> str:
    """Describes who has decided and who may act now."""
    match mapping.status:
        case Status.SUGGESTED:
            return gettext("No one has decided yet.")
        case Status.PROPOSED if rights.is_own(mapping):
            if rights.alone:
                return gettext("You accepted it. No one else can be the second person, so accept it once more.")
            return gettext("You accepted it. A reviewer has to accept it too.")
        case Status.PROPOSED:
            text = (
                gettext("%s accepted it. It counts once you accept it too.")
                if rights.decides
                else gettext("%s accepted it. A reviewer has to accept or reject it too.")
            )
            return text % (mapping.proposed_by or gettext("Someone"))
        case Status.ACCEPTED:
            names = [str(user) for user in dict.fromkeys([mapping.proposed_by, mapping.decider]) if user]
            said = gettext("Accepted by %s.") % _and(names) if names else gettext("Accepted: it is in the record.")
            return said if rights.decides else f"{said} {gettext('Only a reviewer can reject it now.')}"
    return gettext("Rejected by %s.") % mapping.decider if mapping.decider else gettext("Rejected.")


def _and(names: list[str]) -> str:
    return gettext(" and ").join(names)


def row_buttons(mapping: Mapping, rights: MappingRights) -> SafeString:
    text = '<button class="act small" name="{}" value="{}" aria-label="{}: {}, {}"{}>{}</button>'
    following = getattr(mapping, "following", None)  # in a list: the page after the decision
    goes_on = format_html(' formaction="#mapping-{}"', following) if following else ""
    buttons = [(name, label) for name, (label, may) in BUTTONS.items() if may(rights, mapping)]
    rows = ((name, mapping.pk, label, mapping.record, mapping.entry, goes_on, label) for name, label in buttons)
    return format_html_join(" ", text, rows)


def _decided(rows: list[Mapping], status: str, count: int) -> SafeString:
    """Returns what was decided, with a link for undoing it: the page of the mapping, or the list of mappings with the same
    decision."""
    if status == Status.ACCEPTED:
        said = ngettext("%d mapping accepted.", "%d mappings accepted.", count)
        undo = gettext("To undo this, reject it")
    else:
        said = ngettext("%d mapping rejected.", "%d mappings rejected.", count)
        undo = gettext("To undo this, press “Suggest again”")
    address = (
        reverse("admin:curation_mapping_change", args=[rows[0].pk])
        if len(rows) == 1
        else f"{reverse('admin:curation_mapping_changelist')}?status__exact={status}"
    )
    return format_html('{} <a href="{}">{}</a>.', said % count, address, undo)
