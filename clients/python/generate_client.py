"""python clients/python/generate_client.py SCHEMA.json: writes the generated files of the client, `models.py` and `operations.py`.

SCHEMA.json is the response of `/api/schema/`. `UPDATE_CLIENT=1 pytest -n 0 tests/clients/test_core.py` does the same from the
work tree. Without the variable, that test fails if the two files do not match the schema.
"""

import json
import keyword
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent / "src" / "waymark_client"
METHODS = ("get", "post", "put", "delete")
SIMPLE = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
NOT_SENT = {"If-None-Match"}  # a 304 has no body to return; use `send` for conditional requests
OF_A_PAGE = {"page", "cursor"}
WIDTH = 120

type Schema = Mapping[str, Any]


def models(document: Schema) -> str:
    """The text of `models.py`: a TypedDict for each object of the schema, and a Literal for each enumeration."""
    lines = [
        '"""What the API accepts and returns. Generated from its schema by `generate_client.py`; do not edit by hand."""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Any, Literal, NotRequired, TypedDict",
        "",
    ]
    for name, schema in document["components"]["schemas"].items():
        lines += _model(name, schema)
    return "\n".join(lines) + "\n"


def _model(name: str, schema: Schema) -> Iterator[str]:
    yield ""
    if "properties" not in schema:
        yield f"type {name} = {_type(schema)}"
        return
    fields, required = schema["properties"], schema.get("required", [])
    types = {
        field: _type(inner) if field in required else f"NotRequired[{_type(inner)}]" for field, inner in fields.items()
    }
    if all(field.isidentifier() and not keyword.iskeyword(field) for field in fields):
        yield ""
        yield f"class {name}(TypedDict):"
        if "description" in schema:
            yield from _docstring(schema["description"], 1)
        for field, typed in types.items():
            yield f"    {field}: {typed}"
            if "description" in fields[field]:
                yield from _docstring(fields[field]["description"], 1)
    else:
        inner = ", ".join(f"{field!r}: {typed!r}" for field, typed in types.items())
        yield f'{name} = TypedDict("{name}", {{{inner}}})'


def _type(schema: Schema, prefix: str = "") -> str:
    if "$ref" in schema:
        return f"{prefix}{schema['$ref'].rpartition('/')[2]}"
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"Literal[{', '.join(repr(value) for value in values)}]"
    for joined in ("oneOf", "anyOf"):
        if joined in schema:
            return " | ".join(dict.fromkeys(_type(one, prefix) for one in schema[joined]))
    if isinstance(schema.get("type"), list):
        return " | ".join(_type({**schema, "type": one}, prefix) for one in schema["type"])
    match schema.get("type"):
        case "array":
            return f"list[{_type(schema['items'], prefix)}]"
        case "object":
            values = schema.get("additionalProperties", True)
            return f"dict[str, {'Any' if isinstance(values, bool) else _type(values, prefix)}]"
        case str(name):
            return SIMPLE[name]
    return "Any"


def operations(document: Schema) -> str:
    """The text of `operations.py`: a method for each operation, for both clients."""
    lines = [
        '"""The operations of the API. Generated from its schema by `generate_client.py`; do not edit by hand."""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import AsyncIterator, Iterator, Mapping",
        "from typing import Any, Literal",
        "from urllib.parse import quote",
        "",
        "from waymark_client import models",
    ]
    for name, asynchronous in (("Operations", False), ("AsyncOperations", True)):
        lines += ["", "", f"class {name}:"]
        lines += _docstring(
            f"The operations of the API, for `{'AsyncClient' if asynchronous else 'Client'}`, which sends the requests. "
            "A method of a paginated operation returns one page; its `iter_…` method yields the records of all pages.",
            1,
        )
        lines += _primitives(asynchronous)
        for path, methods in document["paths"].items():
            for method in METHODS:
                if method in methods:
                    lines += _operation(document, path, method, methods[method], asynchronous)
    return "\n".join(lines) + "\n"


def _primitives(asynchronous: bool) -> list[str]:
    begin, each = ("async def", "AsyncIterator") if asynchronous else ("def", "Iterator")
    lines = []
    for signature in (
        f"{begin} _read[T](self, kind: type[T], method: str, path: str, **options: Any) -> T:",
        f"{begin} _do(self, method: str, path: str, **options: Any) -> None:",
        f"def _each(self, path: str, query: Mapping[str, Any]) -> {each}[Any]:",
    ):
        lines += ["", f"    {signature}", "        raise NotImplementedError"]
    return lines


def _operation(document: Schema, path: str, method: str, operation: Schema, asynchronous: bool) -> Iterator[str]:
    name = _identifier(operation["operationId"])
    parameters = [one for one in operation.get("parameters", []) if one["name"] not in NOT_SENT]
    by_place = {place: [one for one in parameters if one["in"] == place] for place in ("path", "query", "header")}
    arguments = [f"{_identifier(one['name'])}: {_type(one['schema'])}" for one in by_place["path"]]
    if "requestBody" in operation:
        arguments.append(_body(operation["requestBody"]))
    named = [_named(one) for one in [*by_place["query"], *by_place["header"]]]
    answer = _answer(operation)
    options = []
    if by_place["query"]:
        options.append(f"query={_dictionary(by_place['query'])}")
    keyed = any(one["name"] == "Idempotency-Key" for one in by_place["header"])
    if by_place["header"]:
        options.append(f"headers={_dictionary(by_place['header'])}")
    if "requestBody" in operation:
        options.append("body=body")
    if keyed:
        options.append("keyed=True")
    elif method == "post" and not operation["security"]:
        options.append("repeatable=True")  # it calculates and stores nothing
    sent = [f'"{method.upper()}"', _address(path), *options]
    call = f"self._do({', '.join(sent)})" if answer is None else f"self._read({', '.join([answer, *sent])})"
    begin, word = ("async def", "await ") if asynchronous else ("def", "")
    yield from _method(begin, name, arguments, named, answer or "None", operation)
    yield f"        {'' if answer is None else 'return '}{word}{call}"
    if method == "get" and (item := _item(document, operation)):
        name = f"iter_{name.removeprefix('list_')}"
        rest = [one for one in by_place["query"] if one["name"] not in OF_A_PAGE]
        each = "AsyncIterator" if asynchronous else "Iterator"
        yield from _method("def", name, arguments, [_named(one) for one in rest], f"{each}[{item}]", operation)
        yield f"        return self._each({_address(path)}, {_dictionary(rest)})"


def _method(
    begin: str, name: str, arguments: list[str], named: list[str], answer: str, operation: Schema
) -> Iterator[str]:
    yield ""
    yield f"    {begin} {name}("
    for argument in ["self", *arguments, *(["*"] if named else []), *named]:
        yield f"        {argument},"
    yield f"    ) -> {answer}:"
    yield from _docstring(f"{operation['summary']}. {operation['description']}", 2)


def _named(parameter: Schema) -> str:
    typed = _type(parameter["schema"])
    if parameter.get("required"):
        return f"{_identifier(parameter['name'])}: {typed}"
    return f"{_identifier(parameter['name'])}: {typed} | None = None"


def _dictionary(parameters: list[Schema]) -> str:
    return "{" + ", ".join(f'"{one["name"]}": {_identifier(one["name"])}' for one in parameters) + "}"


def _body(request: Schema) -> str:
    content = request["content"]["application/json"]["schema"]
    return f"body: {_type(content, 'models.')}" + ("" if request.get("required") else " | None = None")


def _success(operation: Schema) -> Schema:
    content: Schema = next(
        answer.get("content", {}) for status, answer in operation["responses"].items() if status.startswith("2")
    )
    return content


def _answer(operation: Schema) -> str | None:
    """The return type of the operation; None if the response has no body."""
    content = _success(operation)
    if "application/json" in content:
        return _type(content["application/json"]["schema"], "models.")
    return "bytes" if content else None


def _item(document: Schema, operation: Schema) -> str | None:
    """The type of one record of a paginated list; None for other operations."""
    content = _success(operation).get("application/json", {}).get("schema", {})
    if "$ref" not in content:
        return None
    fields = document["components"]["schemas"][content["$ref"].rpartition("/")[2]].get("properties", {})
    return _type(fields["results"]["items"], "models.") if {"next", "results"} <= fields.keys() else None


def _address(path: str) -> str:
    quoted = re.sub(r"{(.*?)}", lambda found: f"{{quote(str({_identifier(found[1])}), safe='')}}", path)
    return f'f"{quoted}"' if "{" in path else f'"{path}"'


def _identifier(name: str) -> str:
    name = re.sub(r"\W", "_", name).lower()
    return f"{name}_" if keyword.iskeyword(name) else name


def _docstring(text: str, depth: int) -> Iterator[str]:
    indent = "    " * depth
    text = text.replace("\\", "\\\\").replace('"""', "'''")
    text += " " if text.endswith('"') else ""
    lines = textwrap.wrap(text, WIDTH - len(indent) - 6) or [""]
    if len(lines) == 1:
        yield f'{indent}"""{lines[0]}"""'
        return
    yield f'{indent}"""{lines[0]}'
    yield from (f"{indent}{line}" for line in lines[1:])
    yield f'{indent}"""'


def files(document: Schema) -> dict[Path, str]:
    texts = {PACKAGE / "models.py": models(document), PACKAGE / "operations.py": operations(document)}
    return {file: _formatted(text) for file, text in texts.items()}


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", f"--line-length={WIDTH}", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    for file, text in files(json.loads(Path(sys.argv[1]).read_text())).items():
        file.write_text(text)
