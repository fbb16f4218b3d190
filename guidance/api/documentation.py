"""What the OpenAPI document says of an operation beside its parameters and shapes."""

from collections.abc import Callable, Mapping
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

from guidance.api.errors import MEDIA_TYPE, document
from guidance.api.public import PublicView
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
                parameters=[*([SLUG_PARAMETER] if by_slug else []), *([view.query] if view.query().fields else []), *HEADERS],
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
