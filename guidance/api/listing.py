"""Lists of a kind of record, filtered, ordered and in pages; and one record by its slug."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from guidance.api.cached import CACHEABLE, Edition, PublicView, Query, dumps
from guidance.api.fields import Moment, WholeNumber, Words
from guidance.catalog import search
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import Record, RecordGone, RecordMoved, Snapshot, UnknownRecord

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_PAGE = 1_000_000

Keep = Callable[[Snapshot, Any, Any], bool]


class SparseQuery(Query):
    """`fields` chooses from the fields of `shape`."""

    shape: ClassVar[type[serializers.Serializer[Any]]]

    def get_fields(self) -> dict[str, Any]:
        text = "Only these fields, separated by commas."
        return {**super().get_fields(), "fields": _names(_fields_of(self.shape), text, sign="")}


class ListQuery(SparseQuery):
    """What every list understands; subclasses add their filters."""

    orderable: ClassVar[Sequence[str]] = ("name", "slug", "updated_at")

    page = WholeNumber(min_value=1, max_value=MAX_PAGE, default=1, help_text="Pages are counted from 1.")
    page_size = WholeNumber(
        min_value=1, max_value=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE, help_text="Records on a page."
    )
    q = Words(
        required=False,
        help_text="Only what this search finds, best first; tolerant of typing errors. Empty finds everything.",
    )
    updated_since = Moment(required=False, help_text="Only what was updated at this moment or later.")

    def get_fields(self) -> dict[str, Any]:
        text = "Order by these, separated by commas; `-` before a name turns it round. What has no value comes last."
        declared = super().get_fields()
        last = {name: declared.pop(name) for name in ("fields", "page", "page_size")}
        return {**declared, "ordering": _names(self.orderable, text, sign="-?"), **last}


@cache
def _fields_of(shape: type[serializers.Serializer[Any]]) -> list[str]:
    return list(shape().fields)


def _names(names: Sequence[str], help_text: str, *, sign: str) -> serializers.RegexField:
    one = f"{sign}({'|'.join(names)})"
    return serializers.RegexField(
        f"^{one}(,{one})*$",
        required=False,
        help_text=f"{help_text} One of: {', '.join(names)}.",
        error_messages={"invalid": f"Choose from {', '.join(names)}, separated by commas."},
    )


class CatalogueView(PublicView):
    kind: ClassVar[Kind]

    @staticmethod
    def build(snapshot: Snapshot, source: Any) -> dict[str, Any]:
        """The record as JSON has it."""
        raise NotImplementedError

    def sparse(self, snapshot: Snapshot, record: Record, names: str) -> dict[str, Any]:
        built = self.build(snapshot, record)
        chosen = set(names.split(","))
        return {name: value for name, value in built.items() if name in chosen}


class ListView(CatalogueView):
    query: type[ListQuery]
    # What a parameter keeps, for each filter of `query`: whether a record fits the value.
    filters: ClassVar[Mapping[str, Keep]] = {}

    def body(self, edition: Edition, wanted: dict[str, Any], sent: Mapping[str, Any], **address: str) -> bytes:
        records = self.select(edition.snapshot, wanted)
        page, size = wanted["page"], wanted["page_size"]
        pages = max(1, -(-len(records) // size))
        if page > pages:
            raise exceptions.ValidationError({"page": [f"The last page is {pages}."]})
        shown = records[(page - 1) * size : page * size]
        if "fields" in wanted:
            results = [dumps(self.sparse(edition.snapshot, record, wanted["fields"])) for record in shown]
        else:
            items = edition.items(self.kind, self.build)
            results = [items[record.slug] for record in shown]
        after = self.link(sent, page + 1) if page < pages else None
        before = self.link(sent, page - 1) if page > 1 else None
        return b'{"count":%d,"next":%b,"previous":%b,"results":[%b]}' % (
            len(records),
            dumps(after),
            dumps(before),
            b",".join(results),
        )

    def select(self, snapshot: Snapshot, wanted: Mapping[str, Any]) -> list[Record]:
        records: Mapping[str, Record] = snapshot.of_kind(self.kind)
        chosen = list(records.values())
        if wanted.get("q", "").strip():
            hits = search.search(wanted["q"], kinds=frozenset({self.kind}), limit=len(records))
            chosen = [records[hit.slug] for hit in hits if hit.slug in records]
        if "updated_since" in wanted:
            chosen = [record for record in chosen if record.updated_at >= wanted["updated_since"]]
        for name, keep in self.filters.items():
            if name in wanted:
                chosen = [record for record in chosen if keep(snapshot, record, wanted[name])]
        for name in reversed(wanted["ordering"].split(",") if "ordering" in wanted else []):
            chosen = _ordered(chosen, name.removeprefix("-"), descending=name.startswith("-"))
        return chosen

    def link(self, sent: Mapping[str, Any], page: int) -> str:
        return f"{settings.SITE_URL}{self.request.path}?{urlencode({**sent, 'page': page})}"


def _ordered(records: list[Record], name: str, *, descending: bool) -> list[Record]:
    value = attrgetter(name)

    def key(record: Record) -> Any:
        found = value(record)
        return found.casefold() if isinstance(found, str) else found

    known = [record for record in records if value(record) is not None]
    unknown = [record for record in records if value(record) is None]
    return sorted(known, key=key, reverse=descending) + unknown


def touches_area(snapshot: Snapshot, skills: Iterable[str], area: str) -> bool:
    return any(snapshot.skills[slug].area.slug == area for slug in skills)


def share(some: Iterable[str], others: Iterable[str]) -> bool:
    return not set(some).isdisjoint(others)


class Gone(exceptions.APIException):
    status_code = 410
    default_detail = "This record has been retired."
    default_code = "gone"


class ItemView(CatalogueView):
    query: type[SparseQuery]

    def get(self, request: Request, **address: str) -> HttpResponseBase:
        try:
            return super().get(request, **address)
        except RecordMoved as moved:
            path = reverse(f"api:{self.kind}", args=[moved.record.slug])
            sent = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{path}?{sent}" if sent else path, headers=CACHEABLE)

    def body(self, edition: Edition, wanted: dict[str, Any], sent: Mapping[str, Any], **address: str) -> bytes:
        snapshot = edition.snapshot
        try:
            record = snapshot.find(self.kind, address["slug"])
        except RecordGone:
            raise Gone from None
        except UnknownRecord:
            raise exceptions.NotFound(f"No {self.kind.label} has this slug.") from None
        if "fields" in wanted:
            return dumps(self.sparse(snapshot, record, wanted["fields"]))
        return dumps(self.build(snapshot, record))
