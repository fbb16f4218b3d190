"""The curriculum health page: problems by kind, each with the page where it can be fixed.

It also adds the results of the link check to the pages of resources.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.models import User
from guidance.catalog.models import RECORD_MODELS, Kind, Record, Resource
from guidance.curation import check_items, health, link_checks, permissions
from guidance.curation.admin.http import EMPTY_CELL, context, curator_page, record_url, user_of
from guidance.curation.health import Fault, Finding
from guidance.curation.models import DistinctPair, LinkCheck
from guidance.curation.naming import records_at

PAGE_SIZE = 60
MAX_PAIRS = 100  # number of pairs marked as different that the page shows
RETIRING = _(
    "If the resource has moved, change its address. To use another resource instead, change the resources in the skill’s form. Only a reviewer can retire a resource."
)
IN_THE_GRAPH = {Fault.CYCLES, Fault.REDUNDANT, Fault.ORPHANS}


@dataclass(frozen=True, slots=True)
class FindingRow:
    finding: Finding
    fix: str
    kind: str
    other: str = ""  # URL of the page of the record with almost the same name
    merge: str = ""  # URL of the form that merges the two, for users who may merge them
    apart: str = ""  # URL that marks them as different


@dataclass(frozen=True, slots=True)
class FindingGroup:
    fault: Fault
    title: Promise
    meaning: Promise
    remedy: Promise
    lines: Sequence[FindingRow]


def fix_of(finding: Finding) -> str:
    """Returns the page where a finding can be fixed."""
    if finding.kind == Kind.SKILL and finding.fault in IN_THE_GRAPH:
        return reverse("curation:graph", args=[finding.slug])
    return record_url(finding.kind, finding.record_id)


def _row(finding: Finding, *, may_merge: bool) -> FindingRow:
    row = FindingRow(finding, fix_of(finding), str(RECORD_MODELS[finding.kind]._meta.verbose_name))
    if finding.other is None:
        return row
    key, slug = finding.other
    merge = reverse("admin:curation_operation_new", args=["merge", finding.kind, finding.record_id])
    return replace(
        row,
        other=record_url(finding.kind, key),
        merge=f"{merge}?partner={slug}" if may_merge else "",
        apart=_apart_url(finding.kind, finding.record_id, key),
    )


@dataclass(frozen=True, slots=True)
class ToldApart:
    """Two records that someone has marked as different."""

    first: Record
    second: Record
    at: datetime
    who: User | None  # from the log
    undo: str


def _told_apart() -> list[ToldApart]:
    """Returns the pairs marked as different, latest first."""
    pairs = list(DistinctPair.objects.order_by("-pk")[:MAX_PAIRS])
    records = records_at((pair.kind, key) for pair in pairs for key in (pair.first_id, pair.second_id))
    logged = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(DistinctPair), object_id__in=[str(pair.pk) for pair in pairs]
    )
    # The first of several entries counts.
    who = {entry.object_id: entry.user for entry in logged.select_related("user").order_by("-pk")}
    return [
        ToldApart(first, second, pair.at, who.get(str(pair.pk)), _apart_url(pair.kind, pair.first_id, pair.second_id))
        for pair in pairs
        if (first := records.get((pair.kind, pair.first_id))) and (second := records.get((pair.kind, pair.second_id)))
    ]


def _apart_url(kind: str, *keys: int) -> str:
    return reverse("curation:told-apart", args=[kind, *keys])


@curator_page
def page(request: HttpRequest) -> HttpResponse:
    health_now = health.current(now=timezone.now())
    fault, kind = request.GET.get("fault", ""), request.GET.get("kind", "")
    query = " ".join(request.GET.get("q", "").split()).casefold()
    findings = [
        finding
        for finding in health_now.findings
        if fault in {"", finding.fault}
        and kind in {"", finding.kind}
        and query in f"{finding.name} {finding.slug}".casefold()
    ]
    shown = Paginator(findings, PAGE_SIZE).get_page(request.GET.get("page"))
    groups = [
        FindingGroup(
            each_fault,
            health.TITLES[each_fault],
            health.MEANINGS[each_fault],
            health.REMEDIES[each_fault],
            [
                _row(finding, may_merge=request.user.has_perm(permissions.OPERATE))
                for finding in shown
                if finding.fault == each_fault
            ],
        )
        for each_fault in Fault
        if any(finding.fault == each_fault for finding in shown)
    ]
    asked = request.GET.copy()
    asked.pop("page", None)
    values = context(
        request,
        gettext("Health"),
        health=health_now,
        counts=[
            (each_fault.value, health.TITLES[each_fault], count) for each_fault, count in health_now.counts.items()
        ],
        kinds=[(value, label) for value, label in Kind.choices],
        chosen={"fault": fault, "kind": kind, "q": request.GET.get("q", "")},
        total=len(findings),
        groups=groups,
        shown=shown,
        query=asked.urlencode(),
        unchecked=(unchecked := link_checks.count_unchecked()),
        unchecked_shown=f"{unchecked:,}",
        reports=check_items.open_reports().count(),
        told_apart=_told_apart() if fault == Fault.DUPLICATES else (),
    )
    return TemplateResponse(request, "admin/curation/health.html", values)


@curator_page
@require_POST
def mark_reviewed(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Stores that someone has read the record and found it correct; this creates no new version."""
    record = _changeable(request, kind, pk)
    health.mark_reviewed(record, by=user_of(request), now=timezone.now())
    messages.success(request, gettext("Marked as reviewed today: %s.") % record)
    return _back(request)


@curator_page
@require_POST
def tell_apart(request: HttpRequest, kind: str, pk: int, other: int) -> HttpResponse:
    """Marks two records as different, or undoes that."""
    record, second = _changeable(request, kind, pk), _changeable(request, kind, other)
    if record == second:
        raise Http404
    if "undo" in request.POST:
        pair = health.undo_tell_apart(record, second)
        said = gettext("Health will list {record} and {other} again.")
    else:
        pair = health.tell_apart(record, second)
        said = gettext("{record} and {other} are marked as different. Health will not list them again.")
    said = said.format(record=record, other=second)
    if pair is not None:
        LogEntry.objects.log_actions(user_of(request).pk, [pair], CHANGE, said)
    way_back = {"address": request.path, "next": request.POST.get("next", "")} if "undo" not in request.POST else None
    values = {"said": said, "way_back": way_back}
    messages.success(request, render_to_string("admin/curation/told_apart.html", values, request))
    return _back(request)


def _changeable(request: HttpRequest, kind: str, pk: int) -> Record:
    model: type[Record] | None = RECORD_MODELS.get(kind)
    if model is None:
        raise Http404
    if not request.user.has_perm(f"catalog.change_{model._meta.model_name}"):
        raise PermissionDenied
    return get_object_or_404(model, pk=pk)


def _back(request: HttpRequest) -> HttpResponseRedirect:
    after = request.POST.get("next", "")
    return HttpResponseRedirect(after if url_has_allowed_host_and_scheme(after, None) else reverse("curation:health"))


class ByLink(admin.SimpleListFilter):
    title = _("link")
    parameter_name = "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(LinkCheck.LinkOutcome.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen not in LinkCheck.LinkOutcome.values:
            return queryset
        if chosen == LinkCheck.LinkOutcome.UNCHECKED:
            known = LinkCheck.objects.exclude(outcome=chosen).filter(address=F("resource__url"))
            return queryset.exclude(pk__in=known.values("resource"))
        return queryset.filter(link_check__outcome=chosen, link_check__address=F("url"))


def check_of(resource: Resource) -> LinkCheck | None:
    """Returns what is known about the current URL of the resource."""
    check: LinkCheck | None = getattr(resource, "link_check", None)
    if check is None or check.address != resource.url or check.checked_at is None:
        return None
    return check


class WithLinks:
    """For the admin of resources: shows the results of the link check beside the day of the last review by a person."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("link_check")  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        found = () if obj is None else ("link_found",)
        return [*super().get_readonly_fields(request, obj), *found]  # type: ignore[misc]

    def view_on_site(self, obj: Resource) -> str | None:
        address: str | None = super().view_on_site(obj)  # type: ignore[misc]
        return None if obj.is_dead else address

    @admin.display(description=_("Link"), ordering="link_check__outcome")
    def link(self, resource: Resource) -> str:
        check = check_of(resource)
        if check is None:
            return gettext("not checked yet")
        return f"{check.get_outcome_display()}, {_moment(check.checked_at, 'DATE_FORMAT')}"

    @admin.display(description=_("Paid"), ordering="paid")
    def is_paid(self, resource: Resource) -> str:
        return gettext("yes") if resource.paid else EMPTY_CELL

    @admin.display(description=_("Affiliate"), ordering="affiliate")
    def is_affiliate(self, resource: Resource) -> str:
        return gettext("yes") if resource.affiliate else EMPTY_CELL

    @admin.display(description=_("Link"))
    def link_found(self, resource: Resource) -> SafeString:
        opened = gettext("Open the address")
        link = format_html('<a href="{}" rel="noopener noreferrer">{}</a>', resource.url, opened)
        return format_html("{}<br>{}", link, self._found(resource))

    def _found(self, resource: Resource) -> SafeString:
        check = check_of(resource)
        if check is None:
            return format_html("{}<br>{}", gettext("The address has not been checked yet."), RETIRING)
        moments = gettext("Checked %(checked)s, next %(next)s.") % {
            "checked": _moment(check.checked_at),
            "next": _moment(check.due_at),
        }
        said = format_html("{}<br>{}", link_checks.words(check), moments)
        if check.outcome != LinkCheck.LinkOutcome.DEAD:
            return format_html("{}<br>{}", said, RETIRING)
        hidden = gettext("Learners do not see the resource until the address works or you publish another one.")
        dead = gettext("Dead since %s.") % _moment(check.since)
        return format_html("{} {}<br>{}<br>{}", dead, hidden, said, RETIRING)

    @admin.action(description=_("Check the links next"), permissions=["change"])
    def check_links(self, request: HttpRequest, queryset: QuerySet[Resource]) -> None:
        count = link_checks.check_soon(list(queryset.values_list("pk", flat=True)), now=timezone.now())
        if count:
            text = ngettext("%d link will be checked next.", "%d links will be checked next.", count) % count
            messages.success(request, text)
        else:
            messages.warning(request, gettext("Only the links of published resources are checked."))


def _moment(at: datetime | None, form: str = "DATETIME_FORMAT") -> str:
    return date_format(timezone.localtime(at), form) if at else EMPTY_CELL
