"""Base classes of `/me/`: owner, validation, private caching."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import urlencode
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from guidance.api import limits
from guidance.api.authentication import has_bearer
from guidance.api.bodies import Shape, read_body
from guidance.api.cached import dumps, etag, matches
from guidance.api.conditions import CONDITIONAL, PreconditionFailed, tagged
from guidance.api.fields import CursorField, QueryDate, QueryInteger, SlugCursor
from guidance.api.origins import CORS, PREFLIGHT, preflight
from guidance.api.views import (
    DEFAULT_PAGE_SIZE,
    MAX_PAGE_SIZE,
    BoundedJSONParser,
    Query,
)
from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import RECORD_MODELS, Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress import services
from guidance.progress.history import Cursor
from guidance.progress.learner_state import LearnerState, forget, learner_state

PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}
CURSOR_HELP = "Where to continue the list; copy this from `next`."
BOUNDS = {"since": "gte", "until": "lte"}

# Returns the learner's latest rows, given the number of rows, the cursor to start after, and days by the names of BOUNDS.
type Latest[R] = Callable[[int, Cursor | None, Mapping[str, date]], list[R]]


class MeView(APIView):
    """Base view for data of the learner who sends the request. Every query starts from the learner's own rows, so it cannot
    reach other learners' rows."""

    parser_classes: Sequence[type[BoundedJSONParser]] = (BoundedJSONParser,)
    keyed = True  # whether a POST with an `Idempotency-Key` can be repeated
    http_method_names = ["get", "head", "post", "put", "delete", "options"]
    scope: ClassVar[str] = ""  # scope that a token needs, if it differs from the method's scope

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:  # type: ignore[override]
        view = super().as_view(**initkwargs)
        view.keyed = cls.keyed  # type: ignore[attr-defined]  # see `DatabaseRestartMiddleware`
        return view

    @property
    def learner(self) -> User:
        return cast(User, self.request.user)

    @property
    def list_name(self) -> str:
        """The name of the list in its cursors."""
        return self.request.path.rstrip("/").rpartition("/")[2]

    @property
    def snapshot(self) -> Snapshot:
        return catalogue.current()

    def learner_state(self) -> LearnerState:
        """Returns the learner's current state. Do not call it between the writes of a transaction."""
        return learner_state(self.learner, snapshot=self.snapshot, now=timezone.now())

    def check_permissions(self, request: Request) -> None:
        """Counts the request before the permissions are checked, so that refused requests also count towards the limit."""
        if request.user:
            super().check_throttles(request)
        super().check_permissions(request)

    def check_throttles(self, request: Request) -> None:
        """Does nothing: `check_permissions` counts the request."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Runs a change with `If-Match` in one transaction that compares and writes; other writes of the learner wait for
        it."""
        if request.method not in CONDITIONAL or "HTTP_IF_MATCH" not in request.META:
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        if response.status_code >= 400 and self.request.user:
            forget(self.learner, self.snapshot)  # the cached state may include changes that were rolled back
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method == "OPTIONS":  # browsers send these without credentials
            return
        super().initial(request, *args, **kwargs)
        # Read and keep the body: an Idempotency-Key covers the whole body, and a request is read again when it is repeated
        # after a database restart.
        http = request._request
        if not hasattr(http, "_body"):
            if int(http.META.get("CONTENT_LENGTH") or 0) > self.parser_classes[0].max_bytes:
                raise RequestDataTooBig
            http._body = http.read()
        if self._is_conditional(request) and (tags := request.META.get("HTTP_IF_MATCH")) is not None:
            services.lock(self.learner)
            read = getattr(self, "get", None)
            if read is None or not matches(tags, etag(read(request, *args, **kwargs).content)):
                raise PreconditionFailed

    def _is_conditional(self, request: Request) -> bool:
        """Returns whether `If-Match` counts. A method that the view does not have gets 405, whatever the header says."""
        return request.method in CONDITIONAL and hasattr(self, request.method.lower())

    def validated(self, shape: Shape) -> Any:
        """Returns the body as validated by `shape`. Raises ValidationError."""
        return read_body(shape, self.request.data, self.snapshot).values

    def validated_query(self, shape: type[Query]) -> dict[str, Any]:
        """Returns the query parameters as validated by `shape`. Raises ValidationError."""
        return shape.read(self.request.GET.dict(), list=self.list_name)

    def handle_exception(self, exc: Exception) -> Any:
        """Turns Django's ValidationError, which services raise, into DRF's, with the same fields."""
        if isinstance(exc, ValidationError):
            errors = exc.message_dict if hasattr(exc, "error_dict") else {"non_field_errors": exc.messages}
            exc = exceptions.ValidationError(errors)
        return super().handle_exception(exc)

    def options(self, request: Request, *args: object, **kwargs: object) -> HttpResponse:  # type: ignore[override]
        """Returns the response to a browser's preflight: a page from another origin can use a token, but never the session."""
        methods = ", ".join(self.allowed_methods)
        return preflight(PREFLIGHT | {"Access-Control-Allow-Methods": methods, "Allow": methods})

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = tagged(response, request.method, request.META.get("HTTP_IF_NONE_MATCH"))
        if response.status_code == 304:
            limits.give_back(request._request)
            self.headers.update(limits.result_of(request._request).headers)
        return super().finalize_response(request, response, *args, **kwargs)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return PRIVATE | (CORS if has_bearer(self.request) else {})


def respond(value: object, status: int = 200) -> HttpResponse:
    return HttpResponse(dumps(value), status=status, content_type="application/json")


def published(snapshot: Snapshot, kind: Kind, slug: str) -> Any:
    """Returns the record with this slug, current or former. Raises NotFound."""
    record = snapshot.of_kind(kind).get(snapshot.latest_slug(kind, slug))
    if record is None:
        raise exceptions.NotFound(f"No {kind.label} has this slug.")
    return record


def row_of(snapshot: Snapshot, kind: Kind, slug: str | None) -> Any:
    """Returns the row of a published record, for the services; None if `slug` is None."""
    return RECORD_MODELS[kind].objects.get(pk=snapshot.of_kind(kind)[slug].id) if slug else None


class PageQuery(Query):
    page_size = QueryInteger(
        min_value=1, max_value=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE, help_text="Number of rows per page."
    )


class CursorQuery(PageQuery):
    """The parameters of a list of unlimited length. Reading starts at a cursor, so that every page costs the same."""

    cursor = CursorField(required=False, help_text=CURSOR_HELP)
    since = QueryDate(required=False, help_text="Only rows from this day or later.")
    until = QueryDate(required=False, help_text="Only rows from this day or earlier.")


class SlugQuery(PageQuery):
    """The parameters of a list of records by slug."""

    cursor = SlugCursor(required=False, help_text=CURSOR_HELP)


class MeListView(MeView):
    """A list of rows with a date, latest first, or of records by slug."""

    query: ClassVar[type[Query]] = CursorQuery

    def page[M: Model](self, rows: QuerySet[M], as_json: Callable[[M], Mapping[str, Any]]) -> HttpResponse:
        """Returns a page of `rows`, which belong to the learner and are sorted by `-on`, `-id`. The table needs an index that
        starts with learner and `-on`."""

        def latest(count: int, cursor: Cursor | None, days: Mapping[str, date]) -> list[M]:
            chosen = rows.filter(**{f"on__{BOUNDS[name]}": day for name, day in days.items()})
            return list((cursor.before(chosen) if cursor else chosen)[:count])

        return self.page_of(latest, as_json)

    def page_of[R](self, latest: Latest[R], as_json: Callable[[R], Mapping[str, Any]]) -> HttpResponse:
        query = self.validated_query(self.query)
        size = query["page_size"]
        days = {name: query[name] for name in BOUNDS if name in query}
        page: list[Any] = latest(size + 1, query.get("cursor"), days)
        last = str(Cursor(page[size - 1].on, page[size - 1].pk)) if len(page) > size else None
        return self.respond_page([as_json(row) for row in page[:size]], last, size)

    def page_by_slug(self, slugs: Iterable[str], as_json: Callable[[str], Mapping[str, Any]]) -> HttpResponse:
        query = self.validated_query(SlugQuery)
        size, after = query["page_size"], query.get("cursor", "")
        found = [slug for slug in sorted(slugs) if slug > after]
        shown = found[:size]
        return self.respond_page([as_json(slug) for slug in shown], shown[-1] if found[size:] else None, size)

    def respond_page(self, results: list[Mapping[str, Any]], last: str | None, size: int) -> HttpResponse:
        """Returns a page. `last` is the position after which the next page starts; None on the last page."""
        next_page = None
        if last is not None:
            days = {name: self.request.GET[name] for name in BOUNDS if name in self.request.GET}
            next_page = self.address({"cursor": f"{self.list_name}_{last}", "page_size": size, **days})
        return respond({"next": next_page, "results": results})

    def address(self, query: Mapping[str, str | int]) -> str:
        return f"{settings.SITE_URL}{self.request.path}?{urlencode(query)}"
