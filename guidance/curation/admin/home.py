"""The first page of the admin: what waits for the curator who opens it, and the way to any record by its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Value
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from guidance.catalog.models import RECORD_MODELS, Alias, Kind, Status
from guidance.curation.admin.http import context, curator_page, record_url

MAX_FOUND = 50  # records, of a search
MAX_QUERY = 200  # characters


@dataclass(frozen=True, slots=True)
class FoundRecord:
    kind: str
    pk: int
    slug: str
    name: str
    status: str
    alias: str = ""  # by which it was found

    @property
    def address(self) -> str:
        return record_url(self.kind, self.pk)

    @property
    def kind_name(self) -> str:
        return str(RECORD_MODELS[self.kind]._meta.verbose_name)

    @property
    def status_name(self) -> str:
        return str(Status(self.status).label)


def rank(query: str, record: FoundRecord) -> tuple[int, str]:
    """The same name first, then names that begin so, then names with a word that begins so, then the others."""
    query, names = query.casefold(), [record.name.casefold(), record.slug, record.alias.casefold()]
    if query in names:
        place = 0
    elif any(name.startswith(query) for name in names):
        place = 1
    elif any(f" {query}" in name for name in names):
        place = 2
    else:
        place = 3
    return place, record.name.casefold()


def find_records(query: str) -> list[FoundRecord]:
    """Every record whose name, slug or other name contains this, the best first. Two queries."""
    columns = ("kind_", "pk", "slug", "name", "status")
    first, *others = (
        model.objects.filter(Q(name__icontains=query) | Q(slug__icontains=query))
        .order_by()
        .annotate(kind_=Value(kind))
        .values_list(*columns)
        for kind, model in RECORD_MODELS.items()
    )
    found = {(row[0], row[1]): FoundRecord(*row) for row in first.union(*others, all=True).order_by()}
    aliases = Alias.objects.filter(name__icontains=query).values_list(
        "skill", "skill__slug", "skill__name", "skill__status", "name"
    )
    for pk, slug, name, status, alias in aliases:
        record = FoundRecord(Kind.SKILL, pk, slug, name, status, alias)
        known = found.get((Kind.SKILL, pk))
        if known is None or rank(query, record) < rank(query, known):
            found[Kind.SKILL, pk] = record
    return sorted(found.values(), key=lambda record: rank(query, record))


@curator_page
def go(request: HttpRequest) -> HttpResponse:
    """To the record of this name; where several have it or none, to choose from. Check items are named like their skill."""
    query = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_QUERY]
    found: Sequence[FoundRecord] = find_records(query) if query else []
    same = [record for record in found if rank(query, record)[0] == 0 and record.kind != Kind.CHECK]
    if len(same) == 1 or len(found) == 1:
        return HttpResponseRedirect((same or found)[0].address)
    values = context(
        request, _("Go to a record"), searched=query, found=found[:MAX_FOUND], more=max(len(found) - MAX_FOUND, 0)
    )
    return TemplateResponse(request, "admin/curation/go.html", values)
