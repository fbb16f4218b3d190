"""The catalogue of one revision as the API tells it: bytes, made once and served until the next revision."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from guidance.catalog import snapshot as snapshots
from guidance.catalog.snapshot import Record, Snapshot

MAX_BYTES = 8 * 1024 * 1024  # of answers kept by one process
ENTRY_BYTES = 1024  # about what an entry takes beside its body and the texts in its key

Key = tuple[object, ...]
Build = Callable[[Snapshot, Any], dict[str, Any]]


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    body: bytes
    etag: str


class Edition:
    """A snapshot with the answers made from it. Threads share it: what two of them make at once is the same."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._items: dict[str, Mapping[str, bytes]] = {}
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def items(self, kind: str, build: Build) -> Mapping[str, bytes]:
        """The records of a kind as they stand in its list, {slug: JSON}."""
        if kind not in self._items:
            records: Mapping[str, Record] = self.snapshot.of_kind(kind)
            self._items[kind] = {slug: dumps(build(self.snapshot, record)) for slug, record in records.items()}
        return self._items[kind]

    def answer(self, key: Key) -> Answer | None:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        return None

    def keep(self, key: Key, body: bytes) -> Answer:
        """The answer of these bytes, kept until so many younger ones have been asked for that it has to go."""
        # The digest tells apart what the revision does not: another query, or the same one after an upgrade of Waymark.
        digest = hashlib.blake2b(body, digest_size=8).hexdigest()
        answer = Answer(body, f'"{self.snapshot.key}-{digest}"')
        with self._lock:
            if key not in self._answers:
                self._answers[key] = answer
                self._bytes += _size(key, answer)
            while self._bytes > MAX_BYTES:
                self._bytes -= _size(*self._answers.popitem(last=False))
        return answer


def _size(key: Key, answer: Answer) -> int:
    return len(answer.body) + len(str(key)) + ENTRY_BYTES


_edition: Edition | None = None


def current() -> Edition:
    """The edition of `snapshot.current()`. The one before goes with its snapshot."""
    global _edition
    snapshot = snapshots.current()
    edition = _edition
    if edition is None or edition.snapshot is not snapshot:
        _edition = edition = Edition(snapshot)
    return edition
