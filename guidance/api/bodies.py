"""Reads the JSON body of any operation: a serializer defines what it can contain, and unknown keys are refused."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from rest_framework import exceptions, serializers

from guidance.catalog.snapshot import Snapshot

MAX_NAMED = 20  # maximum number of unknown keys that an error names
MAX_KEY = 80  # characters of a key that are compared with known keys
PREFIX_BONUS = 1.0  # makes `starting_point` the nearest to `start`


type Shape = type[serializers.Serializer[Any]]


class Body(NamedTuple):
    """A valid body."""

    values: dict[str, Any]
    ignored: Sequence[str]  # slugs in `levels` that were ignored


def read_body(shape: Shape, data: Any, snapshot: Snapshot) -> Body:
    """Returns the body as validated by `shape`. Raises ValidationError, with unknown keys first."""
    context: dict[str, Any] = {"snapshot": snapshot}
    with _reused_fields(shape, context) as fields:
        body = shape(data=data, context=context)
        body.fields = fields
        unknown = unknown_keys(body, data)
        if not body.is_valid() or unknown:
            raise exceptions.ValidationError(unknown | dict(body.errors))
    return Body(body.validated_data, context.get("ignored", ()))


@contextmanager
def _reused_fields(shape: Shape, context: dict[str, Any]) -> Iterator[Any]:
    """Yields the fields of a shape, which are created once per thread: DRF would create them for each body, which takes several
    times as long as validating it. The fields store nothing from a body, but they take the context from the serializer that they
    were created for."""
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
    """Refuses unknown keys in a body that is read elsewhere, such as an export. Raises ValidationError."""
    if unknown := unknown_keys(shape(), data):
        raise exceptions.ValidationError(unknown)


def unknown_keys(shape: serializers.Serializer[Any], data: Any) -> dict[str, list[str]]:
    """Returns messages by the path of each key that `shape` does not have, such as `answers[0].skil`; at most the first
    MAX_NAMED."""
    found: dict[str, list[str]] = {}
    for path, key, known in _unknown(shape, data, ""):
        if len(found) == MAX_NAMED:
            break
        found[f"{path}{key}"] = [f"There is no such field. The nearest is `{nearest(key, known)}`."]
    return found


def nearest(key: str, known: list[str]) -> str:
    """Returns the item of `known` that is most similar to `key`."""
    key = key[:MAX_KEY].casefold()

    def likeness(name: str) -> float:
        begins = key.startswith(name) or (bool(key) and name.startswith(key))
        return SequenceMatcher(None, key, name).ratio() + (PREFIX_BONUS if begins else 0)

    return max(known, key=likeness)


def _unknown(field: Any, data: Any, path: str) -> Iterator[tuple[str, str, list[str]]]:
    """For each unknown key at any depth of the body, yields its path, the key, and the keys that are known there."""
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
