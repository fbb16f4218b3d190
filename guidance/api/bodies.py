"""How the JSON body of any operation is read: a serializer says what may be in it, and a key that it does not have is refused."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from rest_framework import exceptions, serializers

from guidance.catalog.snapshot import Snapshot

MAX_NAMED = 20  # unknown keys that an answer names
MAX_KEY = 80  # characters of a key that are compared with those there are
PREFIX_BONUS = 1.0  # `start` is nearer to `starting_point` than what shares as many letters


type Shape = type[serializers.Serializer[Any]]


class Body(NamedTuple):
    """A body that is valid."""

    values: dict[str, Any]
    ignored: Sequence[str]  # slugs in `levels` that are passed over


def read_body(shape: Shape, data: Any, snapshot: Snapshot) -> Body:
    """The body as `shape` reads it. Raises ValidationError, which names the unknown keys first."""
    context: dict[str, Any] = {"snapshot": snapshot}
    with _fields_of(shape, context) as fields:
        body = shape(data=data, context=context)
        body.fields = fields
        unknown = unknown_keys(body, data)
        if not body.is_valid() or unknown:
            raise exceptions.ValidationError(unknown | dict(body.errors))
    return Body(body.validated_data, context.get("ignored", ()))


@contextmanager
def _fields_of(shape: Shape, context: dict[str, Any]) -> Iterator[Any]:
    """The fields of a shape, which are made once in each thread: DRF makes them anew for each body, and that takes several times as
    long as reading it. They keep nothing of what they read, but ask the serializer that they were made for about the context."""
    if shape not in _made.shapes:
        _made.shapes[shape] = shape()
    serializer = _made.shapes[shape]
    serializer._context = context
    try:
        yield serializer.fields
    finally:
        serializer._context = {}


class _Made(threading.local):
    def __init__(self) -> None:
        self.shapes: dict[Shape, serializers.Serializer[Any]] = {}


_made = _Made()


def refuse_unknown_keys(shape: Shape, data: Any) -> None:
    """For a body that something else reads, such as an export. Raises ValidationError."""
    if unknown := unknown_keys(shape(), data):
        raise exceptions.ValidationError(unknown)


def unknown_keys(shape: serializers.Serializer[Any], data: Any) -> dict[str, list[str]]:
    """Messages by the path of each key that `shape` does not have, such as `answers[0].skil`; the first of them if there are many."""
    found: dict[str, list[str]] = {}
    for path, key, known in _unknown(shape, data, ""):
        if len(found) == MAX_NAMED:
            break
        found[f"{path}{key}"] = [f"There is no such field. The nearest is `{nearest(key, known)}`."]
    return found


def nearest(key: str, known: list[str]) -> str:
    """The one of `known` that is most like `key`."""
    key = key[:MAX_KEY].casefold()

    def likeness(name: str) -> float:
        begins = key.startswith(name) or (bool(key) and name.startswith(key))
        return SequenceMatcher(None, key, name).ratio() + (PREFIX_BONUS if begins else 0)

    return max(known, key=likeness)


def _unknown(field: Any, data: Any, path: str) -> Iterator[tuple[str, str, list[str]]]:
    """Path, key and the names that are known there, in the body and in what is nested in it."""
    match field, data:
        case serializers.Serializer(fields=fields), dict():
            known = [name for name, inner in fields.items() if not inner.read_only]
            for key, value in data.items():
                if key in fields:
                    yield from _unknown(fields[key], value, f"{path}{key}.")
                elif known:
                    yield path, key, known
        case ((serializers.ListSerializer(child=child) | serializers.ListField(child=child)), list()):
            for number, value in enumerate(data):
                yield from _unknown(child, value, f"{path.removesuffix('.')}[{number}].")
        case serializers.DictField(child=child), dict():
            for key, value in data.items():
                yield from _unknown(child, value, f"{path}{key}.")
