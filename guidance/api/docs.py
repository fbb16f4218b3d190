"""The OpenAPI document, and the documentation page generated from it.

We render the page ourselves. With the policy `style-src 'self'`, Redoc does not start at all, and Swagger UI violates it with
an inline style and loads 1.9 MB of script; neither works without JavaScript.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema

from guidance.api.cached import RevisionResponses, dumps
from guidance.api.errors import PROBLEMS, problem
from guidance.api.schema import INVALID
from guidance.api.shapes import address
from guidance.api.views import PublicView
from guidance.catalog import snapshot as snapshots
from guidance.catalog.snapshot import Snapshot

Schema = Mapping[str, Any]

DOCS = settings.BASE_DIR / "docs"
EXAMPLE_FILE = "examples/plan_for_a_stranger.py"
GUIDE_ADDRESS = "http://localhost:8000"  # Waymark's URL in the guide
OTHER_FILE = re.compile(r"\[([^\]]+)\]\((?!#|https?:)[^)]+\)")  # a link to a repository file that is not on the site
FORMATS = {"date-time": "date and time", "date": "date", "uri": "address"}


@cache
def document() -> Schema:
    schema: Schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return schema


@extend_schema(exclude=True)
class SchemaView(PublicView):
    def body(self, responses: RevisionResponses, query: dict[str, Any], sent: Mapping[str, Any], **path: str) -> bytes:
        return dumps(document())


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return problem(request, 405, headers={"Allow": "GET, HEAD"})
    return render(request, "api/docs.html", {"reference": _reference(snapshots.current().key)})


@lru_cache(maxsize=1)
def _reference(revision: str) -> str:
    """Returns the long part of the page, which is the same for everyone."""
    return render_to_string(
        "api/reference.html",
        {
            "groups": groups(document(), snapshots.current()),
            "problem": json.dumps(INVALID.value, indent=2),
            "problems": [(status, known.name, _code(known.meaning)) for status, known in sorted(PROBLEMS.items())],
            "schema_url": reverse("api:schema"),
            "limits": settings.API_LIMITS,
            "site_url": settings.SITE_URL,
        },
    )


def _code(text: str) -> SafeString:
    """Returns the text as HTML, with the parts between backticks as code."""
    parts = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if n % 2 else part,) for n, part in parts))


@login_not_required
def guide(request: HttpRequest) -> HttpResponse:
    """Shows `docs/api.md` with this installation's URL in its calls."""
    if request.method not in ("GET", "HEAD"):
        return problem(request, 405, headers={"Allow": "GET, HEAD"})
    return render(request, "api/guide.html", _guide())


@cache
def _guide() -> Mapping[str, str]:
    title, _newline, text = (DOCS / "api.md").read_text().partition("\n")
    text = text.replace(f"]({EXAMPLE_FILE})", "](#example)").replace(GUIDE_ADDRESS, settings.SITE_URL)
    text = OTHER_FILE.sub(r"\1", text)
    return {"title": title.removeprefix("# "), "text": text, "example": (DOCS / EXAMPLE_FILE).read_text()}


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """A parameter or a field of a shape; `depth` is its nesting level."""

    name: str
    type: str
    description: SafeString
    required: bool = True
    default: object = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class ResponseDoc:
    status: str
    description: SafeString


@dataclass(frozen=True, slots=True)
class OperationDoc:
    id: str
    method: str
    path: str
    summary: str
    description: SafeString
    call: str
    verb: str  # method for curl, if curl would choose a different one
    security: str  # "token", "session" if tokens are refused, or empty
    body: str  # example body as JSON; empty if there is none
    parameters: list[FieldDoc]
    responses: list[ResponseDoc]
    shape: list[FieldDoc]
    example: str


@dataclass(frozen=True, slots=True)
class OperationGroup:
    id: str
    name: str
    operations: list[OperationDoc]


def groups(document: Schema, snapshot: Snapshot) -> list[OperationGroup]:
    """Returns the operations by subject, in the order of the document. Their example calls use records that exist."""
    by_tag: dict[str, list[OperationDoc]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            (tag,) = operation["tags"]
            call = operation["x-call"]
            if "{slug}" in path and not call.startswith("/"):
                records = getattr(snapshot, tag.replace("-", "_"))
                call = path.replace("{slug}", call if call in records else next(iter(records), call))
            elif not call.startswith("/"):
                call = path + call
            by_tag.setdefault(tag, []).append(_operation(document, path, method, operation, call))
    return [
        OperationGroup(f"the-{tag}", tag.replace("-", " ").capitalize(), operations)
        for tag, operations in by_tag.items()
    ]


def _operation(document: Schema, path: str, method: str, operation: Schema, call: str) -> OperationDoc:
    success = next(response for status, response in operation["responses"].items() if status.startswith("2"))
    content = success.get("content", {}).get("application/json")  # None if the response is not JSON
    examples = content["examples"].values() if content else ()
    body = _request_example(operation)
    usual = "post" if body else "get"
    return OperationDoc(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        description=_code(operation["description"]),
        call=address(call),
        verb="" if method == usual else method.upper(),
        security=next((name for scheme in operation.get("security", []) for name in scheme), ""),
        body=body,
        parameters=[
            *(_parameter(document, parameter) for parameter in _parameters(operation) if parameter["in"] != "header"),
            *(_rows(document, _request_body(operation)["schema"]) if "requestBody" in operation else ()),
        ],
        responses=[
            ResponseDoc("other" if status == "default" else status, _code(response["description"]))
            for status, response in operation["responses"].items()
        ],
        shape=list(_rows(document, content["schema"])) if content else [],
        example="".join(json.dumps(example["value"], ensure_ascii=False, indent=2) for example in examples),
    )


def _parameters(operation: Schema) -> list[Schema]:
    """Returns all parameters of an operation, including `fields`."""
    sparse = [operation["x-fields"]["parameter"]] if "x-fields" in operation else []
    return [*operation.get("parameters", []), *sparse]


def _request_body(operation: Schema) -> Schema:
    body: Schema = operation["requestBody"]["content"]["application/json"]
    return body


def _request_example(operation: Schema) -> str:
    """Returns the example body, quoted for a shell; empty if the operation has no body."""
    if "requestBody" not in operation:
        return ""
    (example,) = _request_body(operation)["examples"].values()
    return json.dumps(example["value"], ensure_ascii=False)


def _parameter(document: Schema, parameter: Schema) -> FieldDoc:
    schema = parameter["schema"]
    return FieldDoc(
        name=parameter["name"],
        type=_type(document, schema) + (", in the path" if parameter["in"] == "path" else ""),
        description=_code(parameter.get("description", "")),
        required=parameter.get("required", False),
        default=schema.get("default"),
    )


def _rows(document: Schema, schema: Schema, depth: int = 0) -> Iterator[FieldDoc]:
    """Yields the fields of a shape, with nested fields after the field that contains them."""
    shape = _whole(document, schema)
    if shape.get("type") == "array":
        yield from _rows(document, shape["items"], depth)
        return
    for name, field in shape.get("properties", {}).items():
        yield FieldDoc(
            name=name,
            type=_type(document, field),
            description=_code(field.get("description", "")),
            required=name in shape.get("required", []),
            depth=depth,
        )
        yield from _rows(document, field, depth + 1)


def _whole(document: Schema, schema: Schema) -> Schema:
    """Returns the schema with references resolved."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _type(document: Schema, schema: Schema) -> str:
    """Returns the type in words, such as "list of numbers" or "whole number from 1 to 4, or null"."""
    if "oneOf" in schema:
        return " or ".join(_type(document, choice) for choice in schema["oneOf"])
    schema = _whole(document, schema)
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return " or ".join(_simple(document, schema, name) for name in types)


def _simple(document: Schema, schema: Schema, name: str) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    limits = f" from {low} to {high}" if high is not None else f" from {low}" if low is not None else ""
    match name:
        case "array":
            return f"list of {_type(document, schema['items'])}"
        case "integer":
            return f"whole number{limits}"
        case "number":
            return f"number{limits}"
        case "boolean":
            return "true or false"
        case "string":
            return FORMATS.get(schema.get("format", ""), "text")
    return name
