"""How the JSON body of any operation is read: a serializer says what may be in it, and a key that it does not have is refused."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from rest_framework import exceptions, serializers

from guidance.catalog.snapshot import Snapshot

MAX_NAMED = 20  # unknown keys that an answer names
MAX_KEY = 80  # characters of a key that are compared with those there are
PREFIX_BONUS = 1.0  # `start` is nearer to `starting_point` than what shares as many letters


def read_body(shape: type[serializers.Serializer[Any]], data: Any, snapshot: Snapshot) -> serializers.Serializer[Any]:
    """The body as `shape` reads it, valid. Raises ValidationError, which names the unknown keys first."""
    body = shape(data=data, context={"snapshot": snapshot})
    unknown = unknown_keys(body, data)
    if not body.is_valid() or unknown:
        raise exceptions.ValidationError(unknown | dict(body.errors))
    return body


def refuse_unknown_keys(shape: type[serializers.Serializer[Any]], data: Any) -> None:
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
