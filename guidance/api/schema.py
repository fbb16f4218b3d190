"""Describes each operation in the OpenAPI document: texts and examples come from `Operation`, parameters and errors from the
class of the view.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from drf_spectacular.drainage import get_override
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.views import APIView

from guidance.api import conditions, idempotency
from guidance.api.bodies import Shape
from guidance.api.errors import MEDIA_TYPE, document
from guidance.api.fields import MAX_ID, SLUG_SCHEMA
from guidance.api.views import CalculationView, ItemView, ListView, PublicView, Query

ME = "/api/v1/me/"
MAX_PAGE_SIZE_EXCEEDED = "Ensure this value is less than or equal to 200."


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="URL that identifies the kind of problem and leads to its description.")
    title = serializers.CharField(help_text="The name of the HTTP status.")
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField(help_text="What is wrong with this request.")
    instance = serializers.CharField(help_text="The path that you requested.")
    errors = serializers.DictField(  # type: ignore[assignment] # DRF takes fields out of the class
        child=serializers.JSONField(),
        required=False,
        help_text="With 400: what is wrong with each parameter or field.",
    )


def page_serializer(shape: Shape) -> Shape:
    """Returns the envelope of a page of a catalogue list."""
    return _page(
        shape,
        count=serializers.IntegerField(min_value=0, help_text="Total number of records on all pages."),
        next=serializers.URLField(allow_null=True, help_text="URL of the next page; null on the last page."),
        previous=serializers.URLField(allow_null=True, help_text="URL of the previous page; null on the first page."),
    )


@cache
def cursor_page_serializer(shape: Shape) -> Shape:
    """Returns the envelope of a page of a list below `/me/`; the same shape gets the same class."""
    next_page = serializers.URLField(allow_null=True, help_text="URL of the next page; null on the last page.")
    return _page(shape, next=next_page)


def _page(shape: Shape, **envelope: serializers.Field[Any, Any, Any, Any]) -> Shape:
    name = get_override(shape, "component_name") or shape.__name__.removesuffix("Serializer")
    return type(inline_serializer(f"{name}Page", {**envelope, "results": shape(many=True)}))


def page_example(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"count": 1, "next": None, "previous": None, "results": [record]}


def problem_example(status: int, detail: str, instance: str, errors: Mapping[str, Any] | None = None) -> OpenApiExample:
    value = document(status, detail, instance, errors)
    return OpenApiExample(value["title"], value, media_type=MEDIA_TYPE, status_codes=[str(status)])


def invalid_example(name: str, message: str, instance: str) -> OpenApiExample:
    return problem_example(400, f"{name}: {message}", instance, {name: [message]})


INVALID = invalid_example("page_size", MAX_PAGE_SIZE_EXCEEDED, "/api/v1/skills/")
NOT_FOUND = problem_example(404, "No skill has this slug.", "/api/v1/skills/phyton/")
GONE = problem_example(410, "This record has been retired.", "/api/v1/skills/theano/")
REVISION_GONE = problem_example(410, "Revision 40 is no longer available. The newest is 42.", "/api/v1/skills/")

CACHE_HEADERS = (
    OpenApiParameter(
        "If-None-Match",
        str,
        OpenApiParameter.HEADER,
        description="The `ETag` of an earlier response. If the response has not changed, you get 304 without a body.",
    ),
    OpenApiParameter(
        "ETag",
        str,
        OpenApiParameter.HEADER,
        response=[200, 304],
        description="Identifies this response; send it in `If-None-Match`.",
    ),
    OpenApiParameter(
        "Cache-Control",
        str,
        OpenApiParameter.HEADER,
        response=[200, 304],
        description="How long the response may be cached.",
    ),
)
SLUG_PARAMETER = OpenApiParameter(
    "slug", SLUG_SCHEMA, OpenApiParameter.PATH, description="The slug: the record's name in URLs."
)


def slug_parameter(name: str, kind: str) -> OpenApiParameter:
    return OpenApiParameter(
        name, SLUG_SCHEMA, OpenApiParameter.PATH, description=f"Slug of the {kind}, current or former."
    )


def id_parameter(of: str) -> OpenApiParameter:
    schema = {"type": "integer", "minimum": 1, "maximum": MAX_ID}
    return OpenApiParameter("id", schema, OpenApiParameter.PATH, description=f"Of {of}.")


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a view: its texts, its shapes, and examples of a request and its response."""

    id: str
    summary: str
    description: str
    response: Shape | None = None  # None means 204 without a body; catalogue views define their own
    example: Any = None  # example of the response or, for a list, of one record
    call: str = ""  # completes the URL in examples: a slug or a query; below /me/, the path
    request: Shape | None = None  # shape of the body; calculations define it in their view
    request_example: Mapping[str, Any] | None = None
    wrong: tuple[str, str] | None = None  # a field, and the error message for it
    query: type[Query] | None = None  # the parameters; catalogue views and calculations define their own
    path_parameters: tuple[OpenApiParameter, ...] = ()
    creates: bool = False  # returns 201 for a new object
    takes_key: bool = True  # whether a POST accepts an `Idempotency-Key`
    files: Mapping[str, Any] = field(default_factory=dict)  # responses other than JSON, by media type
    errors: Mapping[int, str] = field(default_factory=dict)  # `detail` by status, in addition to the usual errors


def describe[V: type[APIView]](**operations: Operation) -> Callable[[V], V]:
    """Returns a decorator that describes the methods of a view; the arguments are named after them, in lower case."""

    def decorate(view: V) -> V:
        schemas = {method: _schema(view, method, operation) for method, operation in operations.items()}
        return extend_schema_view(**schemas)(view)

    return decorate


def _schema(view: type[APIView], method: str, operation: Operation) -> Any:
    if issubclass(view, PublicView):
        parameters, responses, extra = _of_catalogue(view, operation)
    elif issubclass(view, CalculationView):
        parameters, responses, extra = _of_calculation(view, operation)
    else:
        parameters, responses, extra = _of_me(method, operation)
    request_example = OpenApiExample("A question", operation.request_example, request_only=True)
    return extend_schema(
        operation_id=operation.id,
        summary=operation.summary,
        description=operation.description,
        parameters=parameters,
        responses={**responses, ("default", MEDIA_TYPE): OpenApiResponse(ProblemSerializer, "Any other error.")},
        examples=[request_example] if operation.request_example is not None else [],
        **extra,
    )


type _Schema = tuple[list[Any], dict[Any, Any], dict[str, Any]]


def _success(operation: Operation, description: str = "The answer.") -> OpenApiResponse:
    example = OpenApiExample(operation.summary, operation.example, response_only=True)
    return OpenApiResponse(operation.response, description, examples=[example])


def _error(status: int, description: str, example: OpenApiExample) -> dict[Any, Any]:
    return {(status, MEDIA_TYPE): OpenApiResponse(ProblemSerializer, description, examples=[example])}


def _of_catalogue(view: type[PublicView], operation: Operation) -> _Schema:
    if issubclass(view, ListView):
        page = page_serializer(view.shape)
        operation = replace(operation, response=page, example=page_example(operation.example))
    elif issubclass(view, ItemView):
        operation = replace(operation, response=view.shape)
    by_slug = bool(operation.call) and not operation.call.startswith("?")
    parameters = [
        *([SLUG_PARAMETER] if by_slug else []),
        *([view.query] if view.query().fields else []),
        *CACHE_HEADERS,
    ]
    files = {(200, media): OpenApiResponse(shape, "The file.") for media, shape in operation.files.items()}
    responses: dict[Any, Any] = {
        **(files or {200: _success(operation)}),
        304: OpenApiResponse(description="The response has not changed since the one that `If-None-Match` names."),
        **_error(400, "A parameter is invalid.", INVALID),
    }
    if by_slug:
        responses |= {
            301: OpenApiResponse(description="The record has a new slug; `Location` has its URL."),
            **_error(404, "No record has this slug.", NOT_FOUND),
            **_error(410, "The record has been retired, or the revision is no longer available.", GONE),
        }
    elif "revision" in view.query().fields:
        responses |= _error(410, "The revision is no longer available.", REVISION_GONE)
    return parameters, responses, {"auth": [], "extensions": {"x-call": operation.call}}


def _of_calculation(view: type[CalculationView], operation: Operation) -> _Schema:
    responses = {200: _success(operation)}
    if operation.wrong:
        example = invalid_example(*operation.wrong, f"/api/v1/{operation.id.replace('_', '/')}/")
        responses |= _error(400, "A field is invalid.", example)
    extra = {"request": {"application/json": view.request_serializer}, "auth": [], "extensions": {"x-call": ""}}
    return [view.query] if view.query else [], responses, extra


ERRORS = {
    400: "A parameter or field is invalid.",
    401: "There is no valid session or token.",
    403: "The token lacks the scope, or a write with a session lacks the CSRF token.",
    404: "You have nothing at this URL.",
    409: "The request conflicts with an earlier request, or with one in progress.",
    412: "It has changed since the version that the `ETag` in `If-Match` identifies.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "The request is well formed but cannot be carried out.",
    429: "Too many requests.",
    503: "A service that the response needs is unavailable.",
}
DETAILS = {
    401: "This URL requires a valid session or token.",
    403: "The token lacks the scope.",
    404: "There is nothing at this URL, or nothing that you may see.",
    409: "A request with this key is still in progress.",
    412: "This has changed since you read it. Read it again before you change it.",
    413: "The request body is too large.",
    415: 'Unsupported media type "text/plain" in request.',
    422: "This Idempotency-Key was used with a different request.",
    429: "Too many requests.",
    503: "A service that the response needs is unavailable.",
}


def _of_me(method: str, operation: Operation) -> _Schema:
    path = ME + operation.call
    takes_key = method == "post" and operation.response is not None and operation.takes_key
    parameters = [
        *operation.path_parameters,
        *([operation.query] if operation.query else []),
        *([idempotency.PARAMETER] if takes_key else []),
        *({"get": conditions.READ_HEADERS, "post": ()}.get(method, (conditions.IF_MATCH,))),
    ]
    statuses = {401, 403, 429, 503, *operation.errors} | ({412} if method in {"put", "delete"} else set())
    if operation.wrong or operation.query:
        statuses.add(400)
    if operation.path_parameters:
        statuses.add(404)
    if operation.request is not None:
        statuses |= {400, 413, 415}
    if takes_key:
        statuses |= {400, 409, 422}
    done = OpenApiResponse(description="Done.") if operation.response is None else _success(operation)
    responses: dict[Any, Any] = {(201 if operation.creates else 204 if operation.response is None else 200): done}
    if method == "get":
        responses[304] = OpenApiResponse(
            description="The response has not changed since the one that `If-None-Match` names."
        )
    if operation.creates and operation.takes_key:
        responses[200] = _success(operation, "An event with this `event_id` was already stored.")
    for status in sorted(statuses):
        if status == 400:
            example = invalid_example(*(operation.wrong or ("page_size", MAX_PAGE_SIZE_EXCEEDED)), path)
        else:
            example = problem_example(status, operation.errors.get(status, DETAILS[status]), path)
        responses |= _error(status, ERRORS[status], example)
    request = {"application/json": operation.request} if operation.request is not None else None
    return parameters, responses, {"request": request, "extensions": {"x-call": path}}
