"""What the link check found, where curators work with resources."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from guidance.catalog.models import Resource
from guidance.curation import link_checks
from guidance.curation.models import LinkCheck

NOTHING = "–"


class ByLink(admin.SimpleListFilter):
    title = _("link")
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(LinkCheck.Outcome.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen not in LinkCheck.Outcome.values:
            return queryset
        if chosen == LinkCheck.Outcome.UNCHECKED:
            known = LinkCheck.objects.exclude(outcome=chosen).filter(address=F("resource__url"))
            return queryset.exclude(pk__in=known.values("resource"))
        return queryset.filter(link_check__outcome=chosen, link_check__address=F("url"))


def check_of(resource: Resource) -> LinkCheck | None:
    """What is known about the address that the resource has now."""
    check: LinkCheck | None = getattr(resource, "link_check", None)
    if check is None or check.address != resource.url or check.checked_at is None:
        return None
    return check


class WithLinks:
    """For the admin of resources: what a machine found at their addresses, beside the day on which somebody looked."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("link_check")  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "link_found"]  # type: ignore[misc]

    def view_on_site(self, obj: Resource) -> str | None:
        address: str | None = super().view_on_site(obj)  # type: ignore[misc]
        return None if obj.is_dead else address

    @admin.display(description=_("Link"), ordering="link_check__outcome")
    def link(self, resource: Resource) -> str:
        check = check_of(resource)
        if check is None:
            return gettext("not checked yet")
        return f"{check.get_outcome_display()}, {_moment(check.checked_at, 'j M Y')}"

    @admin.display(description=_("Link"))
    def link_found(self, resource: Resource) -> SafeString:
        check = check_of(resource)
        if check is None:
            return format_html("{}", gettext("The address was not checked yet."))
        moments = gettext("Checked %(checked)s, next %(next)s.") % {
            "checked": _moment(check.checked_at),
            "next": _moment(check.due_at),
        }
        said = format_html("{}<br>{}", link_checks.words(check), moments)
        if check.outcome != LinkCheck.Outcome.DEAD:
            return said
        hidden = gettext("Learners do not see the resource until the address works, or another one is published.")
        return format_html("{} {}<br>{}", gettext("Dead since %s.") % _moment(check.since), hidden, said)

    @admin.action(description=_("Check the links next"), permissions=["change"])
    def check_links(self, request: HttpRequest, queryset: QuerySet[Resource]) -> None:
        count = link_checks.check_soon(list(queryset.values_list("pk", flat=True)), now=timezone.now())
        if count:
            text = ngettext("%d link is checked next.", "%d links are checked next.", count) % count
            messages.success(request, text)
        else:
            messages.warning(request, gettext("Only the links of published resources are checked."))


def _moment(at: datetime | None, form: str = "j M Y H:i") -> str:
    return date_format(timezone.localtime(at), form) if at else NOTHING
