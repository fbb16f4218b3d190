"""The page that shows where learners stall."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext

from guidance.catalog import snapshot
from guidance.curation import stalls
from guidance.curation.admin.http import context, curator_page
from guidance.curation.stalls import TITLES, PartType

PAGE_SIZE = 40


@curator_page
def page(request: HttpRequest) -> HttpResponse:
    catalogue = snapshot.current()
    known = stalls.known_stalls(catalogue, now=timezone.now())
    found = known or []
    part = request.GET.get("part", "")
    part = part if part in set(PartType) else ""
    chosen = [stall for stall in found if part in {"", stall.part.type}]
    shown = Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("page"))
    values = context(
        request,
        gettext("Where learners stall"),
        rows=[(stall, catalogue.of_kind(stall.part.kind)[stall.part.slug].id) for stall in shown],
        shown=shown,
        query=f"part={part}" if part else "",
        counts=[(each.value, TITLES[each], sum(stall.part.type == each for stall in found)) for each in PartType],
        part=part,
        is_known=known is not None,
        worked_out_at=stalls.stored_at(),
        has_others=bool(found),
        min_learners=stalls.MIN_LEARNERS,
        days=stalls.LEFT_AFTER.days,
    )
    return TemplateResponse(request, "admin/curation/stalls.html", values)
