"""The format of the catalogue pack: one record as Markdown with YAML front matter (`docs/content.md`), whatever its kind.

`parse` turns text into a `Document` and a list of problems, each with its line; `render` writes the canonical text. For a
document without problems, `parse(render(document))` equals `document`. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import yaml

from guidance.catalog.fields import (
    NO_SLUG,
    Field,
    Flow,
    FlowList,
    Invalid,
    Literal,
    Path,
    Quoted,
    check_fields,
    is_slug,
)
from guidance.catalog.kinds import KINDS, fields_of

# libyaml if the wheel includes it: it reads a pack of a thousand files in a fraction of the time.
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

INTERNAL_LINK = re.compile(r"\]\((/[^)\s]*)\)")
DRAFTS = ("draft", "in-review")  # statuses in which a record may be unfinished


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    file: str
    line: int
    message: str
    style: bool = False  # a style rule, which `check_catalog` reports and `load_catalog` ignores

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Document:
    kind: str
    slug: str
    data: dict[str, Any]  # front matter: every key of the kind that has a value, checked and canonical
    body: str
    file: str = field(default="", compare=False)
    lines: Mapping[Path, int] = field(default_factory=dict, compare=False, repr=False)
    body_line: int = field(default=1, compare=False, repr=False)

    @property
    def status(self) -> str:
        return str(self.data.get("status", "published"))

    @property
    def published(self) -> bool:
        return self.status == "published"

    def line(self, *path: str | int) -> int:
        """Returns the line of a value, or of the nearest element around it; for `body`, the first line of the text."""
        if path == ("body",):
            return self.body_line
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, message: str, *path: str | int, style: bool = False) -> Problem:
        return Problem(self.file, self.line(*path), message, style)

    def references(self) -> Iterator[tuple[Path, str, str]]:
        """Yields (path, kind, slug) of every record that this one refers to."""
        for key, field_ in fields_of(self.kind).items():
            if key in self.data:
                yield from field_.references((key,), self.data[key])

    def links(self) -> Iterator[tuple[int, str]]:
        """Yields (line, path) of every link inside Waymark in the body."""
        for number, text in enumerate(self.body.splitlines(), self.body_line):
            for match in INTERNAL_LINK.finditer(text):
                yield number, match[1]


def linked_record(link: str) -> tuple[str, str] | None:
    """Returns the kind and slug of the record whose page a link inside Waymark leads to."""
    parts = link.split("#", maxsplit=1)[0].split("?", maxsplit=1)[0].strip("/").split("/")
    kind = next((kind for kind, described in KINDS.items() if described.PAGE and parts[0] == described.FOLDER), None)
    return (kind, parts[1]) if kind and len(parts) == 2 else None


def canonical(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the values of a record exactly as they would be read from its file; values that a file cannot contain are
    dropped."""
    return _check(kind, data, [])


def checked(kind: str, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Returns the same values, and the problems as (key, message)."""
    invalid: list[Invalid] = []
    read = _check(kind, data, invalid)
    return read, [(str(error.path[0]) if error.path else "", _spell(error)) for error in invalid]


def _check(kind: str, data: Mapping[str, Any], problems: list[Invalid]) -> dict[str, Any]:
    result = check_fields(fields_of(kind), data, (), problems, is_draft=data.get("status") in DRAFTS)
    KINDS[kind].complete(result)
    return result


_memory: ContextVar[dict[tuple[str, ...], Any] | None] = ContextVar("documents", default=None)


@contextmanager
def caching_documents() -> Iterator[None]:
    """Inside the block, parses each text and renders each document only once: for code that reads many documents before it
    takes the catalogue's lock, and again while it holds the lock."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)


def parse(content: str, *, kind: str, slug: str, file: str = "") -> tuple[Document | None, list[Problem]]:
    """Reads one file. The document is None if the front matter cannot be read at all."""
    memory = _memory.get()
    if memory is None:
        return _parse(content, kind=kind, slug=slug, file=file)
    key = ("parse", kind, slug, file, content)
    if key not in memory:
        memory[key] = _parse(content, kind=kind, slug=slug, file=file)
    document, problems = memory[key]
    return document, list(problems)


def _parse(content: str, *, kind: str, slug: str, file: str) -> tuple[Document | None, list[Problem]]:
    content = content.replace("\r\n", "\n").removeprefix("\ufeff")
    match = re.match(r"---\n(.*?)^---[ \t]*\n?", content, re.DOTALL | re.MULTILINE)
    if not match:
        return None, [Problem(file, 1, "must begin with front matter between two lines of ---")]
    lines: dict[Path, int] = {(): 1}
    problems: list[Problem] = []
    try:
        if anchor := _anchor(match[1]):
            return None, [Problem(file, anchor, "uses an anchor or alias (& or *); write out the value")]
        node = yaml.compose(match[1], Loader=Loader)
        # Only the node tree has the lines, so one parse provides the tree, and the value is constructed from it.
        raw = yaml.constructor.SafeConstructor().construct_document(node) if node else {}
        if node:
            for line, key in _locate(node, (), lines):
                problems.append(Problem(file, line, f"{key!r} appears twice"))
    except yaml.MarkedYAMLError as error:
        line = (error.problem_mark.line if error.problem_mark else 0) + 2
        return None, [Problem(file, line, f"is not valid YAML: {error.problem}")]
    except (ValueError, yaml.YAMLError) as error:
        return None, [Problem(file, 1, f"is not valid YAML: {error}")]
    except RecursionError:
        return None, [Problem(file, 1, "has brackets nested too deeply")]
    if not isinstance(raw, dict):
        return None, [Problem(file, 2, "the front matter must be a mapping of keys to values")]
    invalid: list[Invalid] = []
    data = _check(kind, raw, invalid)
    body = content[match.end() :].strip("\n")
    body = body + "\n" if body else ""
    body_line = content.count("\n", 0, match.end()) + 1
    body_line += len(content[match.end() :]) - len(content[match.end() :].lstrip("\n"))
    document = Document(kind, slug, data, body, file, lines, body_line)
    problems += [document.problem(_spell(error), *error.path) for error in invalid]
    if not is_slug(slug):
        problems.append(Problem(file, 1, f"{slug!r} {NO_SLUG}"))
    if slug in data.get("formerly", []):
        problems.append(document.problem("must not contain the record's current slug", "formerly"))
    if "\0" in content:
        problems.append(Problem(file, 1, "contains a NUL character"))
    return document, sorted(problems)


def _anchor(front: str) -> int:
    """Returns the line of the first anchor or alias; 0 if there is none. A few nested aliases could expand to more than fits in
    memory."""
    if "&" not in front and "*" not in front:
        return 0
    event: Any
    for event in yaml.parse(front, Loader=Loader):
        if getattr(event, "anchor", None):
            return int(event.start_mark.line) + 2
    return 0


def _spell(error: Invalid) -> str:
    """Returns the message with its place inside a list or table, such as «requirements, python, level: must be …»."""
    place = ", ".join(f"value {step + 1}" if isinstance(step, int) else str(step) for step in error.path)
    message = str(error)
    return message if len(error.path) <= 1 else f"{place}: {message}"


def _locate(node: Any, path: Path, lines: dict[Path, int]) -> Iterator[tuple[int, str]]:
    """Fills `lines` with the line of each value (the front matter begins on line 2); yields the line and key of each duplicate key."""
    lines.setdefault(path, node.start_mark.line + 2)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key_node, value_node in node.value:
            key: Any = int(key_node.value) if key_node.tag.endswith(":int") else key_node.value
            if key in seen:
                yield key_node.start_mark.line + 2, key
            seen.add(key)
            lines[*path, key] = key_node.start_mark.line + 2
            yield from _locate(value_node, (*path, key), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _locate(item, (*path, index), lines)


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(Flow, lambda d, v: d.represent_mapping("tag:yaml.org,2002:map", v.items(), flow_style=True))
_Dumper.add_representer(FlowList, lambda d, v: d.represent_sequence("tag:yaml.org,2002:seq", v, flow_style=True))
_Dumper.add_representer(Literal, lambda d, v: d.represent_scalar("tag:yaml.org,2002:str", v, style="|"))
_Dumper.add_representer(Quoted, lambda d, v: d.represent_scalar("tag:yaml.org,2002:str", v, style='"'))


def render(document: Document) -> str:
    """Returns the canonical text: keys in the order of the format, default values omitted."""
    memory = _memory.get()
    if memory is None:
        return _render(document)
    key = ("render", document.kind, repr(document.data), document.body)
    if key not in memory:
        memory[key] = _render(document)
    return str(memory[key])


def _render(document: Document) -> str:
    data = {
        key: field_.layout(document.data[key])
        for key, field_ in fields_of(document.kind).items()
        if key in document.data
    }
    return f"---\n{_dump(data)}---\n{document.body}"


def _dump(value: Any) -> str:
    text: str = yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return text


def render_value(field_: Field, value: Any) -> str:
    """Returns a field's canonical value in the form in which the document has it."""
    return _dump(field_.layout(value))
