"""Base classes of `/me/`: owner, validation, private caching."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import urlencode
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from guidance.api.bodies import read_body
from guidance.api.cached import dumps
from guidance.api.fields import CursorField, QueryInteger
from guidance.api.views import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, BoundedJSONParser, Query, Shape
from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import RECORD_MODELS, Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress.history import Cursor
from guidance.progress.learner_state import LearnerState, learner_state

PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}


class MeView(APIView):
    """Something of the learner who sends the request. Every query begins at their own rows, so the rows of others do not exist."""

    parser_classes: Sequence[type[BoundedJSONParser]] = (BoundedJSONParser,)
    keyed = True  # a POST with an `Idempotency-Key` may be repeated
    http_method_names = ["get", "head", "post", "put", "delete"]  # nothing for other origins

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:  # type: ignore[override]
        view = super().as_view(**initkwargs)
        view.keyed = cls.keyed  # type: ignore[attr-defined]  # see `DatabaseRestartMiddleware`
        return view

    @property
    def learner(self) -> User:
        return cast(User, self.request.user)

    @property
    def snapshot(self) -> Snapshot:
        return catalogue.current()

    def learner_state(self) -> LearnerState:
        """The learner's current state. Not to be called between the writes of a transaction."""
        return learner_state(self.learner, snapshot=self.snapshot, now=timezone.now())

    def check_permissions(self, request: Request) -> None:
        """Requests that are refused count towards the limit too."""
        if request.user:
            self.check_throttles(request)
        super().check_permissions(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # Read here and kept: an Idempotency-Key belongs to the whole body, and a request that is repeated after a restart of
        # the database is read again.
        http = request._request
        if not hasattr(http, "_body"):
            if int(http.META.get("CONTENT_LENGTH") or 0) > self.parser_classes[0].max_bytes:
                raise RequestDataTooBig
            http._body = http.read()

    def validated(self, shape: Shape) -> Any:
        """The body as `shape` reads it. Raises ValidationError."""
        return read_body(shape, self.request.data, self.snapshot).validated_data

    def validated_query(self, shape: type[Query]) -> dict[str, Any]:
        """The parameters of the address as `shape` reads them. Raises ValidationError."""
        query = shape(data=self.request.GET.dict())
        query.is_valid(raise_exception=True)
        validated: dict[str, Any] = query.validated_data
        return validated

    def handle_exception(self, exc: Exception) -> Any:
        """Turns a ValidationError of Django, which services raise, into one of DRF with the same fields."""
        if isinstance(exc, ValidationError):
            errors = exc.message_dict if hasattr(exc, "error_dict") else {"non_field_errors": exc.messages}
            exc = exceptions.ValidationError(errors)
        return super().handle_exception(exc)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return dict(PRIVATE)


def respond(value: object, status: int = 200) -> HttpResponse:
    return HttpResponse(dumps(value), status=status, content_type="application/json")


def published(snapshot: Snapshot, kind: Kind, slug: str) -> Any:
    """The record with this slug, also a former one. Raises NotFound."""
    record = snapshot.of_kind(kind).get(snapshot.latest_slug(kind, slug))
    if record is None:
        raise exceptions.NotFound(f"No {kind.label} has this slug.")
    return record


def row_of(snapshot: Snapshot, kind: Kind, slug: str | None) -> Any:
    """The row of a published record, for the services; None for None."""
    return RECORD_MODELS[kind].objects.get(pk=snapshot.of_kind(kind)[slug].id) if slug else None


class CursorQuery(Query):
    """The parameters of a list that grows without end: read from a cursor on, so that its last page costs no more than its first."""

    cursor = CursorField(required=False, help_text="Where the list goes on; taken from `next`.")
    page_size = QueryInteger(
        min_value=1, max_value=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE, help_text="Rows on a page."
    )


class MeListView(MeView):
    """Rows with a date, latest first."""

    query: ClassVar[type[Query]] = CursorQuery

    def page[M: Model](self, rows: QuerySet[M], as_json: Callable[[M], Mapping[str, Any]]) -> HttpResponse:
        """`rows`: of the learner, ordered by `-on`, `-id`; an index begins with learner and `-on`."""
        query = self.validated_query(self.query)
        size = query["page_size"]
        page: list[Any] = list((query["cursor"].before(rows) if "cursor" in query else rows)[: size + 1])
        last = str(Cursor(page[size - 1].on, page[size - 1].pk)) if len(page) > size else None
        return self.respond_page([as_json(row) for row in page[:size]], last, size)

    def respond_page(self, results: list[Mapping[str, Any]], last: str | None, size: int) -> HttpResponse:
        """`last`: the cursor of the next page; None on the last one."""
        next_page = None
        if last is not None:
            next_page = f"{settings.SITE_URL}{self.request.path}?{urlencode({'cursor': last, 'page_size': str(size)})}"
        return respond({"next": next_page, "results": results})
