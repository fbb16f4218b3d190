"""What all of `/me/` has in common: whose it is, how it is read and written, and that nobody keeps it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as Refused
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.http import urlencode
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from guidance.api.cached import Query, dumps
from guidance.api.fields import PlaceCursor, WholeNumber
from guidance.api.listing import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from guidance.api.planning import BoundedJSONParser
from guidance.catalog import snapshot as catalogue
from guidance.catalog.models import RECORD_MODELS, Kind
from guidance.catalog.snapshot import Snapshot
from guidance.progress.history import Place
from guidance.progress.learner_state import LearnerState, learner_state

type Shape = type[serializers.Serializer[Any]]

PRIVATE = {"Cache-Control": "private, no-store", "Vary": "Authorization, Cookie"}


class OwnView(APIView):
    """Something of the learner who asks. Every look begins at their own rows; what is somebody else's is not there."""

    parser_classes: Sequence[type[BoundedJSONParser]] = (BoundedJSONParser,)
    keyed = True  # an `Idempotency-Key` says that its POST may come twice
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
        """As it is now. Not between the writes of a transaction."""
        return learner_state(self.learner, snapshot=self.snapshot, now=timezone.now())

    def check_permissions(self, request: Request) -> None:
        """What is refused counts too."""
        if request.user:
            self.check_throttles(request)
        super().check_permissions(request)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        # Read here and kept, for who asks to have something done once is known by the whole body, and what is done again
        # after a restart of the database is read again.
        asked = request._request
        if not hasattr(asked, "_body"):
            if int(asked.META.get("CONTENT_LENGTH") or 0) > self.parser_classes[0].max_bytes:
                raise RequestDataTooBig
            asked._body = asked.read()

    def asked[S: serializers.BaseSerializer[Any]](self, shape: type[S]) -> Any:
        """The body as `shape` reads it. Raises ValidationError."""
        question = shape(data=self.request.data, context={"snapshot": self.snapshot})
        question.is_valid(raise_exception=True)
        return question.validated_data

    def handle_exception(self, exc: Exception) -> Any:
        """What the services refuse, which speak Django's language, is refused by field here too."""
        if isinstance(exc, Refused):
            errors = exc.message_dict if hasattr(exc, "error_dict") else {"non_field_errors": exc.messages}
            exc = exceptions.ValidationError(errors)
        return super().handle_exception(exc)

    @property
    def default_response_headers(self) -> dict[str, str]:
        return dict(PRIVATE)


def respond(answer: object, status: int = 200) -> HttpResponse:
    return HttpResponse(dumps(answer), status=status, content_type="application/json")


def published(snapshot: Snapshot, kind: Kind, slug: str) -> Any:
    """The record that an address names by its slug or an old one. Raises NotFound."""
    record = snapshot.of_kind(kind).get(snapshot.latest_slug(kind, slug))
    if record is None:
        raise exceptions.NotFound(f"No {kind.label} has this slug.")
    return record


def row_of(snapshot: Snapshot, kind: Kind, slug: str | None) -> Any:
    """The row of a published record, for the services; None for None."""
    return RECORD_MODELS[kind].objects.get(pk=snapshot.of_kind(kind)[slug].id) if slug else None


class PlaceQuery(Query):
    """A list that can grow is read from a place on, so that its last page costs what its first does."""

    cursor = PlaceCursor(required=False, help_text="Where the list goes on; taken from `next`.")
    page_size = WholeNumber(
        min_value=1, max_value=MAX_PAGE_SIZE, default=DEFAULT_PAGE_SIZE, help_text="Rows on a page."
    )


class OwnListView(OwnView):
    """Rows with a date, the latest first."""

    query: ClassVar[type[Query]] = PlaceQuery

    def wanted(self) -> dict[str, Any]:
        query = self.query(data=self.request.GET.dict())
        query.is_valid(raise_exception=True)
        wanted: dict[str, Any] = query.validated_data
        return wanted

    def page[M: Model](self, rows: QuerySet[M], shape: Callable[[M], Mapping[str, Any]]) -> HttpResponse:
        """`rows`: of the learner, ordered by `-on`, `-id`, of which an index begins with learner and `-on`."""
        wanted = self.wanted()
        size = wanted["page_size"]
        found: list[Any] = list((wanted["cursor"].before(rows) if "cursor" in wanted else rows)[: size + 1])
        last = str(Place(found[size - 1].on, found[size - 1].pk)) if len(found) > size else None
        return self.listed([shape(row) for row in found[:size]], last, size)

    def listed(self, results: list[Mapping[str, Any]], last: str | None, size: int) -> HttpResponse:
        """`last`: the cursor of what follows; None where nothing does."""
        following = None
        if last is not None:
            following = f"{settings.SITE_URL}{self.request.path}?{urlencode({'cursor': last, 'page_size': str(size)})}"
        return respond({"next": following, "results": results})
