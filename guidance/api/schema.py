"""What the OpenAPI document says of an operation beside its parameters and shapes.

What the OpenAPI document says of the operations below `/me/`.
"""

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
from guidance.api.cached import PublicView, Query
from guidance.api.errors import MEDIA_TYPE, document
from guidance.catalog.models import SLUG_PATTERN

type Shape = type[serializers.Serializer[Any]]


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="Names the kind of problem: the address of its description.")
    title = serializers.CharField(help_text="The name of the status.")
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField(help_text="What is wrong with this request.")
    instance = serializers.CharField(help_text="The path that was asked for.")
    errors = serializers.DictField(  # type: ignore[assignment] # DRF takes fields out of the class
        child=serializers.JSONField(),
        required=False,
        help_text="With a 400: for each parameter or field, what is wrong with it.",
    )


def listed(shape: Shape) -> Shape:
    """The envelope of a page of a list."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "count": serializers.IntegerField(min_value=0, help_text="Records on all pages."),
        "next": serializers.URLField(allow_null=True, help_text="Address of the next page; null on the last."),
        "previous": serializers.URLField(allow_null=True, help_text="Address of the page before; null on the first."),
        "results": shape(many=True),
    }
    return type(inline_serializer(f"{shape.__name__.removesuffix('Serializer')}Page", fields))


def page_of(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"count": 1, "next": None, "previous": None, "results": [record]}


def problem_example(status: int, detail: str, instance: str, errors: Mapping[str, Any] | None = None) -> OpenApiExample:
    value = document(status, detail, instance, errors)
    return OpenApiExample(value["title"], value, media_type=MEDIA_TYPE, status_codes=[str(status)])


TOO_MANY = "Ensure this value is less than or equal to 200."
INVALID = problem_example(400, f"page_size: {TOO_MANY}", "/api/v1/skills/", {"page_size": [TOO_MANY]})
NOT_FOUND = problem_example(404, "No skill has this slug.", "/api/v1/skills/phyton/")
GONE = problem_example(410, "This record has been retired.", "/api/v1/skills/theano/")

HEADERS = [
    OpenApiParameter(
        "If-None-Match",
        str,
        OpenApiParameter.HEADER,
        description="The `ETag` of an earlier answer: 304 without a body when it would be the same.",
    ),
    OpenApiParameter(
        "ETag",
        str,
        OpenApiParameter.HEADER,
        response=[200, 304],
        description="Names this answer; send it in `If-None-Match`.",
    ),
    OpenApiParameter(
        "Cache-Control", str, OpenApiParameter.HEADER, response=[200, 304], description="How long it may be kept."
    ),
]
SLUG_PARAMETER = OpenApiParameter(
    "slug",
    {"type": "string", "pattern": SLUG_PATTERN, "maxLength": 80},
    OpenApiParameter.PATH,
    description="Its name in addresses.",
)


def described[V: type[PublicView]](
    operation: str, summary: str, description: str, shape: Shape, *, example: Mapping[str, Any], call: str = ""
) -> Callable[[V], V]:
    """Describes the `GET` of a public view. `call` completes the example on the documentation page: a query, or the
    slug in the path."""

    def describe(view: V) -> V:
        problem = ProblemSerializer
        by_slug = not call.startswith("?") and bool(call)
        responses: dict[Any, Any] = {
            200: OpenApiResponse(shape, "The answer.", examples=[OpenApiExample(summary, example)]),
            304: OpenApiResponse(description="What `If-None-Match` names is still the answer."),
            (400, MEDIA_TYPE): OpenApiResponse(problem, "A parameter has a wrong value.", examples=[INVALID]),
        }
        if by_slug:
            responses |= {
                301: OpenApiResponse(description="The record has another slug now; `Location` has its address."),
                (404, MEDIA_TYPE): OpenApiResponse(problem, "No record has this slug.", examples=[NOT_FOUND]),
                (410, MEDIA_TYPE): OpenApiResponse(problem, "The record has been retired.", examples=[GONE]),
            }
        responses["default", MEDIA_TYPE] = OpenApiResponse(problem, "Any other error.")
        return extend_schema_view(
            get=extend_schema(
                operation_id=operation,
                summary=summary,
                description=description,
                parameters=[
                    *([SLUG_PARAMETER] if by_slug else []),
                    *([view.query] if view.query().fields else []),
                    *HEADERS,
                ],
                responses=responses,
                auth=[],
                extensions={"x-call": call},
            )
        )(view)

    return describe


def allow_sparse(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """A hook of drf-spectacular: where `fields=` may be given, the answer may also be a part of its shape."""
    schemas = result["components"]["schemas"]
    for path in result["paths"].values():
        for operation in path.values():
            if any(parameter["name"] == "fields" for parameter in operation.get("parameters", [])):
                holder = operation["responses"]["200"]["content"]["application/json"]
                page = schemas[_name(holder["schema"])]
                if "results" in page["properties"]:
                    holder, key = page["properties"]["results"], "items"
                else:
                    key = "schema"
                holder[key] = _whole_or_part(holder[key], schemas)
    return result


def _whole_or_part(reference: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = _name(reference)
    part = {key: value for key, value in schemas[name].items() if key != "required"}
    part["description"] = f"The chosen fields of a {name}, when `fields` is given."
    schemas[f"{name}Part"] = {**part, "minProperties": 1}
    return {"anyOf": [reference, {"$ref": f"#/components/schemas/{name}Part"}]}


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


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
    return OpenApiParameter(
        name, SLUG_SCHEMA, OpenApiParameter.PATH, description=f"Slug of the {of}, or an old one of it."
    )


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
