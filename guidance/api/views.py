"""Base views of everything that needs no account: lists and records of the catalogue, and calculations.

The response to a `GET` is created once per revision and then served without Django REST framework. Only first and invalid
requests go through its dispatch, which negotiates, validates and reports errors.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache, wraps
from operator import attrgetter
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from rest_framework import exceptions, serializers
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.request import Request
from rest_framework.views import APIView

from guidance.api import cached, limits
from guidance.api.bodies import Shape, read_body
from guidance.api.cached import Key, RevisionResponses, dumps
from guidance.api.counted import View, rate_limited
from guidance.api.described import described_values
from guidance.api.errors import exception_handler
from guidance.api.fields import QueryDateTime, QueryInteger, SearchText
from guidance.api.negotiation import takes_json
from guidance.api.origins import CORS, PREFLIGHT, preflight, with_cors
from guidance.catalog import search
from guidance.catalog import snapshot as snapshots
from guidance.catalog.kinds import Record
from guidance.catalog.models import Kind
from guidance.catalog.snapshot import (
    RecordGone,
    RecordMoved,
    RevisionGone,
    Snapshot,
    UnknownRecord,
    UnknownRevision,
)

MAX_BYTES = 262_144  # maximum size of a body
DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_PAGE = 1_000_000
MAX_REVISION = 2**63 - 1  # the largest value of the column
# How long caches may keep a response, in addition to the snapshot's delay of up to a second. After that, they revalidate it.
MAX_AGE_SECONDS = 1
CACHEABLE = {"Cache-Control": f"public, max-age={MAX_AGE_SECONDS}", "Vary": "Accept", **CORS}

JSON = "application/json"
LINKED_DATA = "application/ld+json"

type Filter = Callable[[Snapshot, Any, Any], bool]


class Gone(exceptions.APIException):
    status_code = 410
    default_detail = "This record has been retired."
    default_code = "gone"


class Query(serializers.Serializer[Any]):
    """The parameters of an operation. Unknown parameters are ignored; an invalid value of a known parameter gets 400."""

    @classmethod
    def read(cls, sent: Mapping[str, Any], **context: Any) -> dict[str, Any]:
        """Returns the validated parameters. Raises ValidationError."""
        return cls._validated(sent, context) if sent else dict(cls._defaults())

    @classmethod
    @cache
    def _defaults(cls) -> dict[str, Any]:
        return cls._validated({}, {})

    @classmethod
    def _validated(cls, sent: Mapping[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        query = cls(data=sent, context=context)
        query.is_valid(raise_exception=True)
        validated: dict[str, Any] = query.validated_data
        return validated


class RevisionQuery(Query):
    """The parameters of endpoints that can be read at a revision."""

    revision = QueryInteger(
        min_value=0,
        required=False,
        help_text="The state at this revision. A revision that has been replaced stays readable for at least an hour.",
    )


class SinceQuery(Query):
    """The parameters of endpoints that clients use to keep a copy of the catalogue up to date."""

    since = QueryInteger(min_value=0, max_value=MAX_REVISION, default=0, help_text="Only changes after this revision.")
    state = serializers.RegexField(
        r"^[0-9a-z-]{1,80}$", required=False, help_text="The `state` that you got with the revision in `since`."
    )


def newest_for(parameters: Mapping[str, Any]) -> RevisionResponses:
    """Returns the responses of the newest revision. If `since` is newer than this process's snapshot, the snapshot is
    refreshed."""
    since = parameters.get("since", "")
    with suppress(UnknownRevision, RevisionGone):
        if re.fullmatch("[0-9]{1,19}", since) and int(since) > cached.current().snapshot.revision:
            return cached.at_revision(int(since))
    return cached.current()


class PublicView(APIView):
    """A `GET` whose response depends only on the revision, the URL and the parameters of `query`."""

    authentication_classes = ()
    permission_classes = ()
    query: type[Query] = Query
    media_type: ClassVar[str] = JSON
    known: tuple[tuple[str, bool], ...]  # the parameters' names, and whether each can be repeated

    @classmethod
    def as_view(cls, **initkwargs: Any) -> View:  # type: ignore[override]
        view = super().as_view(**initkwargs)
        fields = cls.query().fields
        cls.known = tuple((name, isinstance(field, serializers.ListField)) for name, field in fields.items())

        @rate_limited(limits.CATALOGUE)
        def answer(request: HttpRequest, **address: str) -> HttpResponseBase:
            return _stored_response(cls, request, address) or with_cors(view(request, **address))

        @wraps(view)  # also copies DRF's attributes: the class, and the exemption from login and CSRF
        def serve(request: HttpRequest, **address: str) -> HttpResponseBase:
            request.media_type = cls.media_type_for(request)  # type: ignore[attr-defined]
            # A 304 is not counted, so the limit need not be checked.
            stored = _stored_response(cls, request, address) if "HTTP_IF_NONE_MATCH" in request.META else None
            if stored is not None and stored.status_code == 304:
                return stored
            return answer(request, **address)

        return serve

    @classmethod
    def media_type_for(cls, request: HttpRequest) -> str:
        if cls.linked is PublicView.linked or "ld+json" not in request.META.get("HTTP_ACCEPT", ""):
            return cls.media_type
        return request.get_preferred_type([JSON, LINKED_DATA]) or JSON

    @classmethod
    def parameters(cls, request: HttpRequest) -> dict[str, Any]:
        """Returns the known parameters as they were sent."""
        if not request.META.get("QUERY_STRING"):
            return {}
        sent = request.GET
        return {name: sent.getlist(name) if many else sent[name] for name, many in cls.known if name in sent}

    @classmethod
    def key(cls, parameters: Mapping[str, Any], address: Mapping[str, str], media_type: str) -> Key:
        values = ((name, tuple(value) if isinstance(value, list) else value) for name, value in parameters.items())
        return (cls, media_type, *address.values(), *values)

    @classmethod
    def responses(cls, parameters: Mapping[str, Any]) -> RevisionResponses:
        """Returns the responses of the newest revision, or of the one in the parameters."""
        revision = parameters.get("revision", "")
        if not re.fullmatch("[0-9]{1,19}", revision):  # an invalid revision is refused later, with the other parameters
            return cached.current()
        try:
            return cached.at_revision(int(revision))
        except UnknownRevision as error:
            message = f"There is no revision {revision}. The newest is {error.newest}."
            raise exceptions.ValidationError({"revision": [message]}) from None
        except RevisionGone as error:
            raise Gone(f"Revision {revision} is no longer available. The newest is {error.newest}.") from None

    def get(self, request: Request, **address: str) -> HttpResponseBase:
        parameters = self.parameters(request._request)
        responses = self.responses(parameters)
        query = self.query.read(parameters, snapshot=responses.snapshot)
        media_type = request._request.media_type  # type: ignore[attr-defined]
        make = self.linked_body if media_type == LINKED_DATA else self.body
        body = make(responses, query, parameters, **address)
        stored = responses.store(self.key(parameters, address, media_type), body)
        return of_type(stored.to_http(request, CACHEABLE), media_type)

    def body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        """Returns the body for valid parameters: `query` has them as validated by the class `query`, `sent` as they are in the
        URL."""
        raise NotImplementedError

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Skips DRF's negotiation for other media types, because DRF only knows JSON."""
        settled = request._request.media_type != JSON  # type: ignore[attr-defined]
        return super().perform_content_negotiation(request, force=force or settled)

    def linked_body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        return dumps(self.linked(responses.snapshot, None))

    @staticmethod
    def linked(snapshot: Snapshot, source: Any) -> dict[str, Any]:
        """Returns the JSON-LD of a record, or of the whole catalogue for None. Only needed if `Accept` can request it."""
        raise NotImplementedError

    def options(self, request: Request, *args: object, **kwargs: object) -> HttpResponse:  # type: ignore[override]
        """Returns the response to a browser's preflight."""
        return preflight(PREFLIGHT)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}  # the headers are the same with and without DRF


def _stored_response(
    view: type[PublicView], request: HttpRequest, address: Mapping[str, str]
) -> HttpResponseBase | None:
    media_type = request.media_type  # type: ignore[attr-defined]
    takes_it = media_type != JSON or takes_json(request.META.get("HTTP_ACCEPT"))
    if request.method not in ("GET", "HEAD") or not takes_it:
        return None
    try:
        parameters = view.parameters(request)
        response = view.responses(parameters).get(view.key(parameters, address, media_type))
    except exceptions.APIException:
        return None  # DRF reports the error
    except Exception as error:  # for example an unavailable database, on which DRF would only wait again
        return with_cors(exception_handler(error, {"request": request}))
    return of_type(response.to_http(request, CACHEABLE), media_type) if response else None


def of_type[R: HttpResponseBase](response: R, media_type: str) -> R:
    if response.status_code == 200 and media_type != JSON:
        response.headers["Content-Type"] = media_type
    return response


class BoundedJSONParser(JSONParser):
    """Refuses a body that is too large (before reading it) or nested too deeply."""

    max_bytes = MAX_BYTES

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > self.max_bytes:
            raise RequestDataTooBig
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise exceptions.ParseError("JSON parse error - nested too deeply") from None


class CalculationView(APIView):
    """A `POST` that calculates its response from the body. It is open to everyone and uses no cookies, and its response is
    never cached."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes: tuple[type[BaseParser], ...] = (BoundedJSONParser,)
    request_serializer: ClassVar[Shape]
    query: ClassVar[type[Query] | None] = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> View:  # type: ignore[override]
        return rate_limited(limits.ANONYMOUS_POST)(super().as_view(**initkwargs))

    def post(self, request: Request) -> HttpResponse:
        result = self.result(snapshots.current(), request.data, self.parameters(request))
        return HttpResponse(dumps(result), headers={"Content-Type": "application/json", "Cache-Control": "no-store"})

    def parameters(self, request: Request) -> dict[str, Any]:
        """Returns the parameters of `query`. Raises ValidationError."""
        return self.query.read(request.query_params.dict()) if self.query else {}

    def result(self, snapshot: Snapshot, data: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
        body = read_body(self.request_serializer, data, snapshot)
        result = self.calculate(snapshot, {**body.values, **parameters})
        if body.ignored:
            result["ignored"] = body.ignored
        return result

    def calculate(self, snapshot: Snapshot, validated: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the response. `validated` holds the body and the parameters of `query`."""
        raise NotImplementedError

    def options(self, request: Request, *args: object, **kwargs: object) -> HttpResponse:  # type: ignore[override]
        """Returns the response to a browser's preflight."""
        return preflight(PREFLIGHT | {"Access-Control-Allow-Methods": "POST, OPTIONS", "Allow": "POST, OPTIONS"})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        return with_cors(super().finalize_response(request, response, *args, **kwargs))

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {}


class SparseQuery(RevisionQuery):
    """The parameter `fields`, which chooses from the fields of `shape`."""

    shape: ClassVar[Shape]

    def get_fields(self) -> dict[str, Any]:
        text = "Only these fields, separated by commas."
        return {**super().get_fields(), "fields": _names(_fields_of(self.shape), text, sign="")}


class ListQuery(SparseQuery):
    """The parameters of every list; subclasses add filters."""

    orderable: ClassVar[Sequence[str]] = ("name", "slug", "updated_at")

    page = QueryInteger(min_value=1, max_value=MAX_PAGE, default=1, help_text="Number of the page, starting at 1.")
    page_size = QueryInteger(
        min_value=1, max_value=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE, help_text="Number of records per page."
    )
    q = SearchText(
        required=False,
        help_text="Only records that this search finds, best match first. Misspellings are tolerated. An empty text "
        "finds everything.",
    )
    updated_since = QueryDateTime(required=False, help_text="Only records updated at this time or later.")

    def get_fields(self) -> dict[str, Any]:
        text = "Sort by these fields, separated by commas; `-` before a name reverses the order. Records without a value come last."
        declared = super().get_fields()
        last = {name: declared.pop(name) for name in ("fields", "page", "page_size", "revision")}
        return {**declared, "ordering": _names(self.orderable, text, sign="-?"), **last}


@cache
def _fields_of(shape: Shape) -> list[str]:
    return list(shape().fields)


def _names(names: Sequence[str], help_text: str, *, sign: str) -> serializers.RegexField:
    name = f"{sign}({'|'.join(names)})"
    return serializers.RegexField(
        f"^{name}(,{name})*$",
        required=False,
        help_text=f"{help_text} One of: {', '.join(names)}.",
        error_messages={"invalid": f"Choose from {', '.join(names)}, separated by commas."},
    )


class CatalogueView(PublicView):
    """Records of a kind as JSON, built by `build` and the definition of the kind. `query` has the parameters; `fields` is
    derived from `shape`."""

    kind: ClassVar[Kind]
    shape: ClassVar[Shape]
    query: type[SparseQuery] = SparseQuery

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if hasattr(cls, "shape"):
            cls.query = type(f"{cls.__name__}Query", (cls.query,), {"shape": cls.shape})

    @staticmethod
    def build(snapshot: Snapshot, source: Any) -> dict[str, Any]:
        raise NotImplementedError

    def full(self, snapshot: Snapshot, record: Record) -> dict[str, Any]:
        return {**self.build(snapshot, record), **described_values(self.shape, record)}

    def sparse(self, snapshot: Snapshot, record: Record, names: str) -> dict[str, Any]:
        built = self.full(snapshot, record)
        chosen = set(names.split(","))
        return {name: value for name, value in built.items() if name in chosen}


class ListView(CatalogueView):
    """The published records of a kind, filtered, sorted and paginated."""

    query: type[SparseQuery] = ListQuery
    # For each filter of `query`, a function that returns whether a record matches the value.
    filters: ClassVar[Mapping[str, Filter]] = {}

    def body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        records = self.select(responses.snapshot, query)
        page, size = query["page"], query["page_size"]
        pages = max(1, -(-len(records) // size))
        if page > pages:
            raise exceptions.ValidationError({"page": [f"The last page is {pages}."]})
        shown = records[(page - 1) * size : page * size]
        if "fields" in query:
            results = [dumps(self.sparse(responses.snapshot, record, query["fields"])) for record in shown]
        else:
            items = responses.items(self.kind, self.full)
            results = [items[record.slug] for record in shown]
        after = self.link(sent, page + 1) if page < pages else None
        before = self.link(sent, page - 1) if page > 1 else None
        return b'{"count":%d,"next":%b,"previous":%b,"results":[%b]}' % (
            len(records),
            dumps(after),
            dumps(before),
            b",".join(results),
        )

    def select(self, snapshot: Snapshot, query: Mapping[str, Any]) -> list[Record]:
        records: Mapping[str, Record] = snapshot.of_kind(self.kind)
        chosen = list(records.values())
        if query.get("q", "").strip():
            if snapshot is not snapshots.current():
                message = "You can only search the newest revision. Leave out `q` or `revision`."
                raise exceptions.ValidationError({"q": [message]})
            hits = search.search(query["q"], kinds=frozenset({self.kind}), limit=len(records))
            chosen = [records[hit.slug] for hit in hits if hit.slug in records]
        if "updated_since" in query:
            chosen = [record for record in chosen if record.updated_at >= query["updated_since"]]
        for name, fits in self.filters.items():
            if name in query:
                chosen = [record for record in chosen if fits(snapshot, record, query[name])]
        for name in reversed(query["ordering"].split(",") if "ordering" in query else []):
            chosen = _ordered(chosen, name.removeprefix("-"), descending=name.startswith("-"))
        return chosen

    def link(self, sent: Mapping[str, Any], page: int) -> str:
        return f"{settings.SITE_URL}{self.request.path}?{urlencode({**sent, 'page': page})}"


def _ordered(records: list[Record], name: str, *, descending: bool) -> list[Record]:
    value = attrgetter(name)

    def key(record: Record) -> Any:
        sorted_by = value(record)
        return sorted_by.casefold() if isinstance(sorted_by, str) else sorted_by

    known = [record for record in records if value(record) is not None]
    unknown = [record for record in records if value(record) is None]
    return sorted(known, key=key, reverse=descending) + unknown


def has_area(snapshot: Snapshot, skills: Iterable[str], area: str) -> bool:
    return any(snapshot.skills[slug].area.slug == area for slug in skills)


def overlap(slugs: Iterable[str], others: Iterable[str]) -> bool:
    return not set(slugs).isdisjoint(others)


class ItemView(CatalogueView):
    """A record by its slug; a former slug redirects."""

    def get(self, request: Request, **address: str) -> HttpResponseBase:
        try:
            return super().get(request, **address)
        except RecordMoved as moved:
            path = reverse(f"api:{self.kind}", args=[moved.record.slug])
            sent = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{path}?{sent}" if sent else path, headers=CACHEABLE)

    def body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        snapshot = responses.snapshot
        record = self.record(snapshot, address["slug"])
        if "fields" in query:
            return dumps(self.sparse(snapshot, record, query["fields"]))
        return dumps(self.full(snapshot, record))

    def linked_body(
        self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **address: str
    ) -> bytes:
        return dumps(self.linked(responses.snapshot, self.record(responses.snapshot, address["slug"])))

    def record(self, snapshot: Snapshot, slug: str) -> Record:
        try:
            record: Record = snapshot.find(self.kind, slug)
        except RecordGone:
            raise Gone from None
        except UnknownRecord:
            raise exceptions.NotFound(f"No {self.kind.label} has this slug.") from None
        return record
