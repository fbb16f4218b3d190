"""Changes the OpenAPI document of drf-spectacular so that client generators and validators understand it."""

import json
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from drf_spectacular.openapi import AutoSchema

from guidance.catalog import licence

METHODS = ("get", "post", "put", "delete")
EMPTY_TEXT = {"type": "string", "maxLength": 0}
TAGS = {
    "areas": "Groups of skills.",
    "changes": "Changes to the catalogue.",
    "index": "Every operation with its URL.",
    "graph": "The prerequisites of all skills.",
    "match": "The skills that a text names.",
    "me": "A learner's own data, with an access token or a session.",
    "placement": "Questions that find out what someone knows.",
    "plan": "A dated plan, from levels that you send.",
    "readiness": "How ready someone is for a role, from levels that you send.",
    "search": "Full-text search over records of every kind.",
}


class Schema(AutoSchema):
    """Allows a `DELETE` to have a body if its operation defines one."""

    def _get_request_body(self, direction: str = "request") -> Any:
        method = self.method
        if method == "DELETE" and isinstance(self.get_request_serializer(), dict):
            self.method = "PUT"  # a method for which drf-spectacular adds a body
        try:
            return super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        finally:
            self.method = method


def for_generators(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """The postprocessing hook of drf-spectacular."""
    plain_forms(result)
    defaults_in_words(result)
    whole_records(result)
    closed_bodies(result)
    about(result)
    return result


def plain_forms(result: dict[str, Any]) -> None:
    """Simplifies valid constructs that generators have problems with: an `allOf` of one schema, optional text written as "text or
    the empty text", and null as a separate enumeration. An object with a title becomes a schema with that name."""
    named: dict[str, Any] = {}
    result["paths"] = _plain(result["paths"], named)
    schemas = _plain(result["components"]["schemas"], named)
    result["components"]["schemas"] = {
        name: one for name, one in {**schemas, **named}.items() if one != {"type": "null"}
    }


def _plain(node: Any, named: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_plain(item, named) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: value if key.startswith("example") else _plain(value, named) for key, value in node.items()}
    if node.get("type") == "object" and isinstance(node.get("title"), str):
        name = node.pop("title")
        named[name] = node
        return {"$ref": f"#/components/schemas/{name}"}
    if node.get("$ref") == "#/components/schemas/NullEnum":
        return {"type": "null"}
    if isinstance(node.get("allOf"), list) and len(node["allOf"]) == 1:
        (only,) = node.pop("allOf")
        node = {**only, **node}
    match node.get("oneOf"):
        case [{"type": "string" | ["string", "null"]} as text, last] if last == EMPTY_TEXT and not text.get(
            "minLength"
        ):
            del node["oneOf"]
            node = {**text, **node}
        case [{"type": str(name)} as only, {"type": "null"}]:
            del node["oneOf"]
            node = {**only, "type": [name, "null"], **node}
    return node


def defaults_in_words(result: dict[str, Any]) -> None:
    """Moves defaults of optional fields into their descriptions, because openapi-typescript makes a field with a `default`
    required."""
    for schema in result["components"]["schemas"].values():
        for name, field in schema.get("properties", {}).items():
            if "default" in field and name not in schema.get("required", []):
                default = field.pop("default")
                words = (
                    "empty"
                    if default in ("", [])
                    else f"`{default}`"
                    if isinstance(default, str)
                    else json.dumps(default)
                )
                field["description"] = f"{field.get('description', '')} Default: {words}.".strip()


def whole_records(result: dict[str, Any]) -> None:
    """Describes whole records only. With `fields`, a response has only part of a record, and generated clients have no type for
    that (decision 42). So the parameter moves to `x-fields`, along with the record from which it chooses fields."""
    schemas = result["components"]["schemas"]
    for operation in _operations(result):
        parameters = operation.get("parameters", [])
        chosen = [parameter for parameter in parameters if parameter["name"] == "fields"]
        if chosen:
            parameters.remove(chosen[0])
            content = operation["responses"]["200"]["content"]["application/json"]["schema"]
            results = schemas[_name(content)]["properties"].get("results")
            operation["x-fields"] = {"parameter": chosen[0], "record": results["items"] if results else content}


def closed_bodies(result: dict[str, Any]) -> None:
    """Closes the schemas of bodies, because they accept only the described fields (`guidance.api.bodies`). Schemas that are
    also in a response stay open, because fields may be added to responses."""
    schemas = result["components"]["schemas"]
    sent = [content["schema"] for one in _operations(result) for content in _contents(one.get("requestBody", {}))]
    answered = [
        content["schema"]
        for one in _operations(result)
        for response in one["responses"].values()
        for content in _contents(response)
    ]
    for name in _reached(sent, schemas) - _reached(answered, schemas):
        if "properties" in schemas[name]:
            schemas[name]["additionalProperties"] = False


def _contents(holder: dict[str, Any]) -> list[dict[str, Any]]:
    return list(holder.get("content", {}).values())


def _reached(node: Any, schemas: dict[str, Any]) -> set[str]:
    """Returns the names of the components in `node`, including nested ones."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        match waiting.pop():
            case {"$ref": str(reference)} if (name := reference.rpartition("/")[2]) not in found:
                found.add(name)
                waiting.append(schemas[name])
            case dict(values):
                waiting.extend(values.values())
            case list(items):
                waiting.extend(items)
    return found


def about(result: dict[str, Any]) -> None:
    """Adds licence, contact, the meaning of each tag, and which operations need no login."""
    result["info"] |= {
        "description": f"{result['info']['description']}\n\nThe catalogue may be used under {licence.NAME}. If you copy it, name its source: “{licence.attribution(settings.SITE_URL)}”.\n\nCatalogue lists and records also take `fields`, which limits records to the chosen fields; this document describes whole records.",
        "license": {"name": licence.NAME, "identifier": licence.IDENTIFIER},
        "contact": {"name": "Waymark", "url": f"{settings.SITE_URL}/api/docs/"},
        "x-attribution": licence.attribution(settings.SITE_URL),
    }
    used = dict.fromkeys(tag for operation in _operations(result) for tag in operation["tags"])
    result["tags"] = [{"name": tag, "description": TAGS.get(tag, f"{_title(tag)} of the catalogue.")} for tag in used]
    for operation in _operations(result):
        operation.setdefault("security", [])


def _operations(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in result["paths"].values():
        for method in METHODS:
            if method in methods:
                yield methods[method]


def _title(tag: str) -> str:
    return tag.replace("-", " ").capitalize()


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
