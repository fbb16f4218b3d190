"""What the OpenAPI document says of the operations below `/me/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from guidance.api import idempotency
from guidance.api.documentation import ProblemSerializer, problem_example
from guidance.api.errors import MEDIA_TYPE
from guidance.api.public import Query
from guidance.catalog.models import SLUG_PATTERN


ROOT = "/api/v1/me/"
SLUG_SCHEMA = {"type": "string", "pattern": SLUG_PATTERN, "maxLength": 80}
STATUSES = {
    400: "A parameter or a field has a wrong value.",
    401: "No session, and no token that is valid.",
    403: "The token lacks the scope, or the session's write its CSRF token.",
    404: "Nothing of yours is there.",
    409: "It contradicts what is being done or was done before.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "It is well formed and cannot be done.",
    429: "The limit is used up.",
    503: "Something that the answer needs does not respond.",
}
DETAILS = {
    401: "The address needs a session or a token.",
    403: "The token lacks the scope.",
    404: "Nothing that you may see is at this address.",
    409: "A request with this key is still being worked on.",
    413: "The body of the request is larger than the API reads.",
    415: 'Unsupported media type "text/plain" in request.',
    422: "This key came with another request before.",
    429: "The limit is used up.",
    503: "Something that the answer needs does not respond.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    summary: str
    description: str
    answer: Shape | None  # None: 204
    example: Any = None
    path: str = ""  # below /me/, with names for what stands in braces: an example of an address
    asks: Shape | None = None
    question: Mapping[str, Any] | None = None  # an example of `asks`
    wrong: tuple[str, str] | None = None  # a field and what is refused about it
    query: type[Query] | None = None
    names: tuple[OpenApiParameter, ...] = ()  # what stands in the path
    made: bool = False  # 201 for something new
    keyed: bool = True  # a POST that may be sent again
    refuses: Mapping[int, str] = field(default_factory=dict)  # statuses besides the usual ones, and what is said then


def slug(name: str, of: str) -> OpenApiParameter:
    return OpenApiParameter(name, SLUG_SCHEMA, OpenApiParameter.PATH, description=f"Slug of the {of}, or an old one of it.")


def own_list(shape: Shape) -> Shape:
    """The envelope of a page of a list below `/me/`."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "next": serializers.URLField(allow_null=True, help_text="Address of what follows; null where nothing does."),
        "results": shape(many=True),
    }
    return type(inline_serializer(f"{shape.__name__.removesuffix('Serializer')}Page", fields))


def own[V: type[Any]](**operations: Operation) -> Callable[[V], V]:
    """Describes the methods of a view, by their names in lower case."""

    def describe(view: V) -> V:
        return extend_schema_view(**{method: _schema(method, one) for method, one in operations.items()})(view)

    return describe


def _schema(method: str, one: Operation) -> Any:
    path = ROOT + one.path
    problem = ProblemSerializer
    refused = {401, 403, 429, 503, *one.refuses}
    parameters: list[Any] = [*one.names, *([one.query] if one.query else [])]
    if one.wrong or one.query:
        refused.add(400)
    if one.names:
        refused.add(404)
    if one.asks is not None:
        refused |= {400, 413, 415}
    if method == "post" and one.answer is not None and one.keyed:
        parameters.append(idempotency.PARAMETER)
        refused |= {400, 409, 422}
    name, message = one.wrong or ("page_size", "Ensure this value is less than or equal to 200.")
    examples = {
        status: problem_example(status, one.refuses.get(status, DETAILS[status]), path)
        if status != 400
        else problem_example(status, f"{name}: {message}", path, {name: [message]})
        for status in sorted(refused)
    }
    done = OpenApiResponse(description="Done.")
    if one.answer is not None:
        answer = OpenApiExample(one.summary, one.example, response_only=True)
        done = OpenApiResponse(one.answer, "The answer.", examples=[answer])
    usual = 204 if one.answer is None else 200
    responses: dict[Any, Any] = {201 if one.made else usual: done}
    if one.made and one.keyed:
        responses[200] = OpenApiResponse(one.answer, "It was there already, by this `event_id`.", examples=[answer])
    responses |= {
        (status, MEDIA_TYPE): OpenApiResponse(problem, STATUSES[status], examples=[example])
        for status, example in examples.items()
    }
    responses["default", MEDIA_TYPE] = OpenApiResponse(problem, "Any other error.")
    return extend_schema(
        operation_id=one.id,
        summary=one.summary,
        description=one.description,
        parameters=parameters,
        request={"application/json": one.asks} if one.asks is not None else None,
        responses=responses,
        examples=[OpenApiExample("A question", one.question, request_only=True)] if one.asks is not None else [],
        extensions={"x-call": path},
    )
