"""The page of curriculum health: what is wrong, by kind of fault, and the page where it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from guidance.catalog.models import RECORD_MODELS, Kind
from guidance.curation import health
from guidance.curation.admin.pages import context, curator_page, record_url, user_of
from guidance.curation.health import Fault, Finding

PER_PAGE = 100
IN_THE_GRAPH = {Fault.CYCLES, Fault.REDUNDANT, Fault.ORPHANS}


@dataclass(frozen=True, slots=True)
class Line:
    finding: Finding
    fix: str
    kind: str


@dataclass(frozen=True, slots=True)
class Group:
    fault: Fault
    title: Promise
    meaning: Promise
    lines: Sequence[Line]


def fix_of(finding: Finding) -> str:
    """Where it is mended."""
    if finding.kind == Kind.SKILL and finding.fault in IN_THE_GRAPH:
        return reverse("curation:graph", args=[finding.slug])
    return record_url(finding.kind, finding.record_id)


@curator_page
def page(request: HttpRequest) -> HttpResponse:
    found = health.current(now=timezone.now())
    fault, kind = request.GET.get("fault", ""), request.GET.get("kind", "")
    query = " ".join(request.GET.get("q", "").split()).casefold()
    findings = [
        finding
        for finding in found.findings
        if fault in {"", finding.fault}
        and kind in {"", finding.kind}
        and query in f"{finding.name} {finding.slug}".casefold()
    ]
    shown = Paginator(findings, PER_PAGE).get_page(request.GET.get("page"))
    groups = [
        Group(
            one,
            health.TITLES[one],
            health.MEANINGS[one],
            [
                Line(finding, fix_of(finding), str(RECORD_MODELS[finding.kind]._meta.verbose_name))
                for finding in shown
                if finding.fault == one
            ],
        )
        for one in Fault
        if any(finding.fault == one for finding in shown)
    ]
    asked = request.GET.copy()
    asked.pop("page", None)
    values = context(
        request,
        gettext("Curriculum health"),
        health=found,
        counts=[(one.value, health.TITLES[one], count) for one, count in found.counts.items()],
        kinds=[(value, label) for value, label in Kind.choices],
        chosen={"fault": fault, "kind": kind, "q": request.GET.get("q", "")},
        total=len(findings),
        groups=groups,
        shown=shown,
        query=asked.urlencode(),
    )
    return TemplateResponse(request, "admin/curation/health.html", values)


@curator_page
@require_POST
def looked(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Somebody has read the record and found it right: that is kept without a new version."""
    model = RECORD_MODELS.get(kind)
    if model is None:
        raise Http404
    if not request.user.has_perm(f"catalog.change_{model._meta.model_name}"):
        raise PermissionDenied
    record = get_object_or_404(model, pk=pk)
    health.look(record, by=user_of(request), now=timezone.now())
    messages.success(request, gettext("%s was looked at today and is still right.") % record)
    after = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(after, None):
        after = reverse("curation:health")
    return HttpResponseRedirect(after)
